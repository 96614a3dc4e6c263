//! What a day leaves open.

use jiff::{SignedDuration, Timestamp, civil::Date};
use qd_model::{DeckError, Evening, FollowUp, Promise, Table, Unanswered, Value};

use super::LocalDeck;

/// How far ahead the next meeting is looked for.
const AHEAD: SignedDuration = SignedDuration::from_hours(7 * 24);

impl LocalDeck {
    /// The evening of a person; of the company's reader where nobody is named.
    ///
    /// # Errors
    /// Where the person is unknown, or the facts cannot be asked.
    pub fn evening(&self, for_person: Option<&str>) -> Result<Evening, DeckError> {
        let person = match for_person {
            Some(name) => self.person(name)?,
            None => self.reader(),
        };
        let today = self.calendar.date(self.opening.as_of);
        let since = self.midnight(today).to_string();
        let ask = |query: &str| self.asked_of(query, &person, &since);
        let unanswered = ask(include_str!("../sql/evening_unanswered.sql"))?;
        let is_ask = |row: &&Vec<Value>| row.first().and_then(Value::as_text) == Some("ask");
        let tomorrow = self.midnight(today.tomorrow().unwrap_or(today));
        Ok(Evening {
            as_of: self.opening.as_of,
            for_name: self.evaluated().lines.name(&person).to_owned(),
            done: ask(include_str!("../sql/evening_done.sql"))?
                .rows
                .iter()
                .filter_map(|row| text(row, 0))
                .collect(),
            notices: unanswered.rows.iter().filter(|row| !is_ask(row)).count(),
            unanswered: unanswered
                .rows
                .iter()
                .filter(is_ask)
                .filter_map(|row| {
                    Some(Unanswered {
                        since: row.get(1)?.as_time()?,
                        whom: text(row, 2)?,
                        relation: text(row, 3),
                        what: text(row, 4)?,
                        place: text(row, 5),
                        url: text(row, 6),
                    })
                })
                .collect(),
            promises: ask(include_str!("../sql/evening_promises.sql"))?
                .rows
                .iter()
                .filter_map(|row| {
                    Some(Promise { due: day(row, 0), title: text(row, 1)?, whom: text(row, 2) })
                })
                .collect(),
            follow_ups: if self.reads_calendars() {
                ask(include_str!("../sql/evening_follow_ups.sql"))?
                    .rows
                    .iter()
                    .filter_map(|row| follow_up(row))
                    .collect()
            } else {
                Vec::new()
            },
            next_meeting: self
                .prepared(&person, self.opening.as_of.saturating_add(AHEAD).unwrap_or(Timestamp::MAX))?
                .into_iter()
                .find(|known| known.meeting.at >= tomorrow),
            for_person: person,
        })
    }

    pub(super) fn asked_of(&self, query: &str, person: &str, since: &str) -> Result<Table, DeckError> {
        self.ask(&query.replace("{person}", &person.replace('\'', "''")).replace("{since}", since))
            .map_err(DeckError::new)
    }

    /// When a day begins where the company is.
    pub(super) fn midnight(&self, day: Date) -> Timestamp {
        day.to_zoned(self.calendar.zone.clone()).map_or(self.opening.as_of, |zoned| zoned.timestamp())
    }
}

fn follow_up(row: &[Value]) -> Option<FollowUp> {
    let minutes = match row.get(4) {
        Some(Value::Integer(minutes)) => *minutes,
        _ => return None,
    };
    Some(FollowUp {
        key: text(row, 0)?,
        title: text(row, 1)?,
        why: text(row, 2)?,
        attendees: text(row, 3).unwrap_or_default().lines().map(str::to_owned).collect(),
        minutes,
        at: row.get(5).and_then(Value::as_time),
    })
}

pub(super) fn text(row: &[Value], place: usize) -> Option<String> {
    row.get(place).and_then(Value::as_text).map(str::to_owned)
}

pub(super) fn day(row: &[Value], place: usize) -> Option<Date> {
    match row.get(place) {
        Some(Value::Date(day)) => Some(*day),
        _ => None,
    }
}
