//! Whose brief it is, and who reports to whom.

use std::collections::BTreeMap;

use qd_model::{DeckError, Value};

use super::{LocalDeck, UNNAMED};
use crate::{
    folder::Place,
    route::{Lines, Member},
};

impl LocalDeck {
    /// Whose brief it is where nobody is named, if that is anybody known.
    #[must_use]
    pub fn brief_reader(&self) -> Option<String> {
        Some(self.reader()).filter(|reader| reader != UNNAMED)
    }

    /// Whose brief it is where nobody is named.
    pub(super) fn reader(&self) -> String {
        if let Some(me) = self.company.me() {
            return me.to_owned();
        }
        let Some((_, mail)) = &self.opening.reader else { return UNNAMED.to_owned() };
        let declared = self
            .company
            .people()
            .find(|person| person.mails().iter().any(|own| own.eq_ignore_ascii_case(mail)));
        if let Some(person) = declared {
            return person.id().to_owned();
        }
        let seen = self.ask(include_str!("../sql/people_seen.sql")).unwrap_or_default();
        seen.rows
            .iter()
            .find(|row| row.get(2).and_then(Value::as_text) == Some(mail.to_lowercase().as_str()))
            .and_then(|row| row.first()?.as_text().map(str::to_owned))
            // A stranger to a declared company reads as whoever is at its top.
            .or_else(|| self.top_of_lines())
            .unwrap_or_else(|| UNNAMED.to_owned())
    }

    /// Who is at the top of the most declared people.
    pub(super) fn top_of_lines(&self) -> Option<String> {
        let today = self.session.today();
        let mut below: BTreeMap<&str, usize> = BTreeMap::new();
        for person in self.company.people() {
            if let Some(manager) = person.reports_to() {
                *below.entry(manager).or_default() += 1;
            }
        }
        let roots: Vec<&str> = self
            .company
            .people()
            .filter(|person| person.reports_to().is_none() && person.is_bot() != Some(true))
            .filter(|person| person.left().is_none_or(|left| left >= today))
            .map(|person| person.id())
            .collect();
        // Where nobody reports to anybody, nobody is at the top.
        let leads = |id: &&str| roots.len() == 1 || below.contains_key(id);
        let top = roots.iter().copied().filter(leads).max_by_key(|id| below.get(id).copied().unwrap_or(0));
        top.map(str::to_owned)
    }

    /// The people and their reporting lines.
    pub(super) fn lines(&self) -> Lines {
        let today = self.session.today();
        let mut people = BTreeMap::new();
        let is_inferred =
            matches!(self.opening.place, Place::Repositories(_)) || self.company.people().next().is_none();
        for person in self.company.people() {
            let is_away = self.company.absences().any(|absence| {
                absence.person() == Some(person.id())
                    && absence.from().is_some_and(|from| from <= today)
                    && absence.to().is_none_or(|to| today <= to)
            });
            let member = Member {
                name: person.name().unwrap_or(person.id()).to_owned(),
                reports_to: person.reports_to().map(str::to_owned),
                has_left: person.left().is_some_and(|left| left < today),
                is_away,
            };
            people.insert(person.id().to_owned(), member);
        }
        if is_inferred {
            for row in self.ask(include_str!("../sql/people_seen.sql")).unwrap_or_default().rows {
                if let [Value::Text(id), Value::Text(name), ..] = row.as_slice() {
                    let member = Member { name: name.clone(), ..Member::default() };
                    people.entry(id.clone()).or_insert(member);
                }
            }
        }
        // The CTO is who the company names; else whoever is at the top of the most people.
        let top = self
            .company
            .me()
            .map(str::to_owned)
            .or_else(|| self.top_of_lines())
            .unwrap_or_else(|| self.reader());
        Lines { people, top, is_inferred }
    }

    /// The person called `name`: their id, or the start of one, or their name.
    pub(super) fn person(&self, name: &str) -> Result<String, DeckError> {
        let lines = &self.evaluated().lines;
        if lines.people.contains_key(name) || name == lines.top {
            return Ok(name.to_owned());
        }
        // An id in other letters, a whole name, or a first name that only one person has.
        let first = |whole: &str| whole.split(' ').next().unwrap_or_default().to_lowercase();
        let ways: [&dyn Fn(&str, &str) -> bool; 3] = [
            &|id, _| id.eq_ignore_ascii_case(name),
            &|_, whole| whole.eq_ignore_ascii_case(name),
            &|_, whole| first(whole) == name.to_lowercase(),
        ];
        for way in ways {
            let found: Vec<&String> =
                lines.people.iter().filter(|(id, member)| way(id, &member.name)).map(|(id, _)| id).collect();
            if let [only] = found.as_slice() {
                return Ok((*only).clone());
            }
        }
        let ids = lines.people.keys().map(String::as_str);
        let error = DeckError::new(format!("unknown person `{name}`"));
        Err(match qd_model::nearest(name, ids) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint("`quarterdeck sql \"SELECT id, name FROM people\"` lists who is declared"),
        })
    }
}
