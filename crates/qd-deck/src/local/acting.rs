//! Acting on rows, and remembering what was shown.

use std::collections::BTreeSet;

use qd_model::{Awaits, Brief, BriefRequest, DeckError, Row, Verb};
use qd_tables::SEEN;
use serde_json::json;

use super::LocalDeck;
use crate::{
    act::{self, Standing},
    finding::Finding,
    intake::Intake,
    route::Route,
};

impl LocalDeck {
    /// The rows that `id` (or the start of one) stands for: one, or all that the brief's
    /// row of that id speaks for.
    pub(super) fn members(&self, id: &str) -> Result<Vec<&(Row, Finding, Route, Standing)>, DeckError> {
        let evaluated = self.evaluated();
        let whole = id.to_lowercase();
        let people: BTreeSet<&str> = evaluated.rows.iter().map(|(row, ..)| row.holder.as_str()).collect();
        let mut speakers =
            people.into_iter().flat_map(|person| self.arranged(person, &BriefRequest::default()).0);
        if let Some(row) = speakers.find(|row| !row.folded.is_empty() && row.id.starts_with(&whole)) {
            let ids: BTreeSet<&str> =
                row.folded.iter().map(|folded| folded.id.as_str()).chain([row.id.as_str()]).collect();
            return Ok(evaluated.rows.iter().filter(|(row, ..)| ids.contains(row.id.as_str())).collect());
        }
        self.find(id).map(|found| vec![found])
    }

    /// The row that `id` (or the start of one) names.
    pub(super) fn find(&self, id: &str) -> Result<&(Row, Finding, Route, Standing), DeckError> {
        let id = id.to_lowercase();
        let found: Vec<_> =
            self.evaluated().rows.iter().filter(|(row, ..)| row.id.starts_with(&id)).collect();
        match found.as_slice() {
            [only] => Ok(only),
            [] => Err(DeckError::new(format!("no row has the id `{id}`"))
                .hint("ids stand at the start of each row of `quarterdeck brief --all`")),
            several => {
                let ids: Vec<&str> = several.iter().take(5).map(|(row, ..)| row.id.as_str()).collect();
                Err(DeckError::new(format!("`{id}` begins several ids: {}", ids.join(", "))))
            }
        }
    }

    /// When something is done: a deck may be kept for a while before somebody does.
    fn clock(&self) -> jiff::Timestamp {
        (self.opening.outside.clock)().max(self.opening.now)
    }

    /// The event of an action on one row, and what it does in words.
    pub(super) fn event(
        &self,
        (row, finding, _, standing): &(Row, Finding, Route, Standing),
        verb: &Verb,
        by: &str,
        number: usize,
    ) -> Result<(serde_json::Value, String), DeckError> {
        let title = &row.title;
        let in_force = act::in_force(&self.evaluated().actions);
        let last = in_force.get(row.id.as_str()).and_then(|actions| actions.last());
        let (name, to, until, reason, undoes, said) = match verb {
            Verb::Done => ("done", None, None, None, None, format!("done: {title}")),
            Verb::Delegate { to } => {
                let to = self.person(to)?;
                let lines = &self.evaluated().lines;
                if lines.people.get(&to).is_some_and(|member| member.has_left) {
                    return Err(DeckError::new(format!("`{to}` has left the company")));
                }
                let said = format!("delegated to {}: {title}", lines.name(&to));
                ("delegate", Some(to), None, None, None, said)
            }
            Verb::Snooze { until, awaits } => {
                if *until <= self.session.today() {
                    return Err(DeckError::new(format!("{until} is not in the future")));
                }
                if let Some(awaits) = awaits {
                    can_come(*awaits, &row.subject)?;
                }
                let said = match awaits {
                    Some(awaits) => format!("snoozed until {}, or {until}: {title}", awaits.word()),
                    None => format!("snoozed until {until}: {title}"),
                };
                ("snooze", None, Some(until.to_string()), None, None, said)
            }
            Verb::Dismiss { reason } => {
                let reason = reason.trim();
                if reason.is_empty() {
                    return Err(DeckError::new("a dismissal needs a reason")
                        .hint("say why it need not be dealt with: `--because \"...\"`"));
                }
                ("dismiss", None, None, Some(reason.to_owned()), None, format!("dismissed: {title}"))
            }
            Verb::Undo => {
                let Some(last) = last else {
                    let message = format!("nothing was done with `{}` that could be undone", row.id);
                    return Err(DeckError::new(message));
                };
                let said = format!("took back {} of {}: {title}", last.verb, self.calendar.date(last.at));
                ("undo", None, None, None, Some(last.id.clone()), said)
            }
        };
        let is_again = last.is_some_and(|last| last.verb == name) && !matches!(verb, Verb::Snooze { .. });
        if *standing == Standing::Hidden && is_again {
            return Err(DeckError::new(format!("`{}` is out of the brief already", row.id))
                .hint(format!("`quarterdeck undo {}` brings it back", row.id)));
        }
        let (place, now) = (Intake::of(&self.opening.state).length(), self.clock());
        let event = json!({
            "id": qd_model::row_id(&format!("{now}/{place}/{number}"), &row.id),
            "at": now.to_string(),
            "by": by,
            "row": row.id,
            "signal": row.signal,
            "subject": row.subject,
            "verb": name,
            "to": to,
            "until": until,
            "reason": reason,
            "undoes": undoes,
            "fingerprint": finding.fingerprint,
            "awaits": match verb {
                Verb::Snooze { awaits, .. } => awaits.map(Awaits::word),
                _ => None,
            },
        });
        Ok((event, said))
    }

    /// The events that take back what was last done with a row, which may be gone since, together
    /// with what was done in the same stroke; none where nothing was.
    pub(super) fn taking_back(&self, id: &str, by: &str) -> Vec<(serde_json::Value, String)> {
        let id = id.to_lowercase();
        let in_force = act::in_force(&self.evaluated().actions);
        let mut named = in_force.iter().filter(|(row, _)| row.starts_with(&id));
        let (Some((_, actions)), None) = (named.next(), named.next()) else { return Vec::new() };
        let Some(stroke) = actions.last() else { return Vec::new() };
        let lasts = in_force.values().filter_map(|actions| actions.last());
        let (place, now) = (Intake::of(&self.opening.state).length(), self.clock());
        lasts
            .filter(|last| (last.at, &last.by, &last.verb) == (stroke.at, &stroke.by, &stroke.verb))
            .enumerate()
            .map(|(number, last)| {
                let event = json!({
                    "id": qd_model::row_id(&format!("{now}/{place}/{number}"), &last.row),
                    "at": now.to_string(),
                    "by": by,
                    "row": last.row,
                    "signal": last.signal,
                    "subject": last.subject,
                    "verb": "undo",
                    "undoes": last.id,
                });
                let day = self.calendar.date(last.at);
                let shown = self.evaluated().rows.iter().find(|(row, ..)| row.id == last.row);
                let title = shown.map_or_else(
                    || format!("{} {}", last.signal, last.subject),
                    |(row, ..)| row.title.clone(),
                );
                (event, format!("took back {} of {day}: {title}", last.verb))
            })
            .collect()
    }

    /// Whether `person` gave this row to whoever holds it: then they see it until that is dealt with, whoever
    /// else may not.
    pub(super) fn is_given_by(&self, row: &str, person: &str) -> bool {
        let in_force = act::in_force(&self.evaluated().actions);
        let actions = in_force.get(row).map(Vec::as_slice).unwrap_or_default();
        actions.iter().rev().find(|action| action.to.is_some()).is_some_and(|action| action.by == person)
    }

    /// Keeps that this brief was made: rows seen for the first time, and when.
    ///
    /// # Errors
    /// Where the folder of facts cannot be written; the brief holds all the same.
    pub fn remember(&self, brief: &Brief) -> Result<(), DeckError> {
        let evaluated = self.evaluated();
        let at = self.opening.as_of.to_string();
        let by = brief.for_person.as_str();
        let mut events: Vec<serde_json::Value> = evaluated
            .rows
            .iter()
            .filter(|(row, ..)| !evaluated.seen.contains_key(&row.id))
            .map(|(row, ..)| {
                json!({"row": row.id, "signal": row.signal, "subject": row.subject, "at": at, "by": by})
            })
            .collect();
        // A marker of the brief itself, under no row.
        events.push(json!({"row": "", "signal": "", "subject": "", "at": at, "by": by}));
        Intake::of(&self.opening.state).add(&SEEN, &events).map_err(|error| {
            DeckError::new(format!(
                "what was shown cannot be kept in `{}`: {error}",
                self.opening.state.display()
            ))
        })
    }
}

/// Whether a row about `subject` may wait for that at all.
fn can_come(awaits: Awaits, subject: &str) -> Result<(), DeckError> {
    let is_change = subject.contains(" change ");
    let is_talk = is_change
        || subject.contains(" issue ")
        || subject.starts_with("mail ")
        || subject.starts_with("chat ");
    match awaits {
        Awaits::Answered if !is_talk => {
            Err(DeckError::new("nobody answers here: the row is about no message, change or issue")
                .hint("snooze it until a day"))
        }
        Awaits::Green if !is_change => {
            Err(DeckError::new("no checks run here: the row is about no change request")
                .hint("snooze it until a day"))
        }
        _ => Ok(()),
    }
}
