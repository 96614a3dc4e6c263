//! Who should handle a row: the nearest owner, and above whoever waited too long.
//!
//! Nothing here looks anything up: the deck brings who owns what and who reports to whom,
//! and gets back a holder and the chain of people the row passed.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};

use crate::{calendar::Calendar, finding::Finding, signal::Audience};

/// A person, as far as routing is concerned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Member {
    /// Name to show.
    pub name: String,
    /// Their manager.
    pub reports_to: Option<String>,
    /// True after their last day.
    pub has_left: bool,
    /// True while they are away.
    pub is_away: bool,
}

/// The people, and who is at the top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lines {
    /// Everybody, by id.
    pub people: BTreeMap<String, Member>,
    /// Who receives what is about the company as a whole, and what nobody else can take.
    pub top: String,
    /// True where people were inferred: everything then belongs to the reader.
    pub is_inferred: bool,
}

/// Who owns the subject of a row, and how sure that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Owner {
    /// Their id.
    pub person: String,
    /// True where it was inferred from who knows the code, and not declared.
    pub is_guess: bool,
    /// Why it is them.
    pub why: String,
}

/// Where a row is and how it came there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Route {
    /// Who holds it.
    pub holder: String,
    /// Everybody it passed, the first holder first and the present one last.
    pub chain: Vec<String>,
    /// Day on which it rises further, and to whom; nothing where it cannot.
    pub rises: Option<(Date, String)>,
    /// The same in sentences.
    pub story: Vec<String>,
}

impl Lines {
    /// A person's manager, if that is a known person.
    fn above(&self, person: &str) -> Option<&str> {
        let manager = self.people.get(person)?.reports_to.as_deref()?;
        self.people.contains_key(manager).then_some(manager)
    }

    /// Everybody above `person`, nearest first; a circle is cut where it closes.
    #[must_use]
    pub(crate) fn line(&self, person: &str) -> Vec<&str> {
        let mut line: Vec<&str> = Vec::new();
        let mut at = person;
        while let Some(above) = self.above(at) {
            if above == person || line.contains(&above) {
                break;
            }
            line.push(above);
            at = above;
        }
        line
    }

    /// Name to show for `person`.
    #[must_use]
    pub(crate) fn name<'a>(&'a self, person: &'a str) -> &'a str {
        self.people.get(person).map_or(person, |member| member.name.as_str())
    }

    /// True where `reader` may see a row of `holder` with this audience.
    #[must_use]
    pub(crate) fn may_see(&self, reader: &str, holder: &str, audience: Audience) -> bool {
        match audience {
            Audience::Person => reader == holder,
            Audience::Line => reader == holder || self.line(holder).contains(&reader),
            Audience::Company => true,
        }
    }
}

/// The route of a row, given who owns its subject and when a brief first showed it.
#[must_use]
pub(crate) fn route(
    finding: &Finding,
    owner: Option<&Owner>,
    lines: &Lines,
    calendar: &Calendar,
    first_seen: Timestamp,
    as_of: Timestamp,
) -> Route {
    let name = |person: &str| lines.name(person).to_owned();
    let alone = |story: String| Route {
        holder: lines.top.clone(),
        chain: vec![lines.top.clone()],
        rises: None,
        story: vec![story],
    };
    if lines.is_inferred {
        return alone(match owner {
            Some(owner) => format!("{} may know: {}", name(&owner.person), owner.why),
            None => "nobody is declared, so it is yours".to_owned(),
        });
    }
    if finding.starts_at_company {
        return alone(format!("it is about the company as a whole: {}", name(&lines.top)));
    }
    let known = owner.filter(|owner| lines.people.contains_key(&owner.person));
    let Some(owner) = known else {
        return alone(format!("nobody is declared to own it: {}", name(&lines.top)));
    };
    let mut chain = vec![owner.person.clone()];
    let mut story = vec![format!("{}: {}", name(&owner.person), owner.why)];
    let line = lines.line(&owner.person);
    let mut above = line.iter().copied();

    // Who has left or is away cannot handle it: up at once, whatever the patience.
    let mut at = owner.person.as_str();
    while let Some(member) = lines.people.get(at).filter(|member| member.has_left || member.is_away) {
        let why = if member.has_left { "has left" } else { "is away" };
        // Only the person may see such a row: it waits for them, or ends with them.
        let next = if finding.audience == Audience::Person { None } else { above.next() };
        match next {
            Some(next) => {
                story.push(format!("{} {why}, so {}", name(at), name(next)));
                chain.push(next.to_owned());
                at = next;
            }
            None if finding.audience != Audience::Person
                && at != lines.top
                && !chain.contains(&lines.top) =>
            {
                story.push(format!("{} {why}, and nobody is above: {}", name(at), name(&lines.top)));
                chain.push(lines.top.clone());
                at = &lines.top;
                break;
            }
            None => break,
        }
    }

    // It waits at each level for its patience, counted from when it could first be seen.
    let start = finding.since.map_or(first_seen, |since| since.max(first_seen));
    let (start, today) = (calendar.date(start), calendar.date(as_of));
    let waited = calendar.between(start, today) as f64;
    let may_rise = !owner.is_guess && finding.audience != Audience::Person && finding.patience > 0.0;
    let mut rises = None;
    let mut held = 1.0;
    for next in above {
        let due = held * finding.patience;
        if !may_rise || waited < due {
            rises = may_rise.then(|| (calendar.after(start, due), next.to_owned()));
            break;
        }
        chain.push(next.to_owned());
        // Who is not there is passed without a wait of their own.
        if lines.people.get(next).is_some_and(|member| !member.has_left && !member.is_away) {
            let patience = finding.patience;
            story.push(format!("waited {patience} working days: rose to {}", name(next)));
            at = next;
            held += 1.0;
        } else {
            story.push(format!("passed {}, who is not there", name(next)));
        }
    }
    while chain.len() > 1 && chain.last().is_some_and(|last| last != at) {
        chain.pop();
    }
    Route { holder: at.to_owned(), chain, rises, story }
}
