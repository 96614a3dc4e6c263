//! The meetings that come, and what to know before each.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use qd_model::{DeckError, Meeting, Offer, Part, Point, Preparation, Row, Value};

use super::{
    LocalDeck,
    evening::{day, text},
};

/// How far ahead the view `preparations` looks.
const PREPARED: SignedDuration = SignedDuration::from_hours(14 * 24);

/// A meeting, and the entry that it is.
struct Known {
    /// The meeting.
    meeting: Meeting,
    uid: String,
    instance: String,
}

impl LocalDeck {
    /// The meetings of a person in the next two weeks, the next one first, each with what to know
    /// before it; of the company's reader where nobody is named.
    ///
    /// # Errors
    /// Where the person is unknown, or the facts cannot be asked.
    pub fn preparations(&self, for_person: Option<&str>) -> Result<Vec<Preparation>, DeckError> {
        let person = match for_person {
            Some(name) => self.person(name)?,
            None => self.reader(),
        };
        self.prepared(&person, self.opening.as_of.saturating_add(PREPARED).unwrap_or(Timestamp::MAX))
    }

    /// True where a calendar is read.
    #[must_use]
    pub fn reads_calendars(&self) -> bool {
        self.company.sources().any(|source| source.kind() == Some("calendar"))
    }

    /// What is left of a person's meetings of today; none where no calendar is read.
    pub(super) fn meetings_of_today(&self, person: &str) -> Vec<Preparation> {
        let tomorrow = self.calendar.date(self.opening.as_of).tomorrow().map(|day| self.midnight(day));
        match tomorrow {
            Ok(tomorrow) if self.reads_calendars() => {
                self.all_of_today(tomorrow).get(person).cloned().unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }

    /// Which of the rows that do not fit today their owners have the time for.
    pub(super) fn offers<'a>(&self, person: &str, rows: impl Iterator<Item = &'a Row>) -> Vec<Offer> {
        let owned: Vec<(&Row, &str)> = rows
            .filter_map(|row| Some((row, row.owner.as_deref()?)))
            .filter(|(row, owner)| *owner != person && !row.is_owner_guessed)
            .collect();
        if owned.is_empty() || !self.reads_calendars() {
            return Vec::new();
        }
        let mut free: BTreeMap<&str, i64> =
            self.free_today().iter().map(|(person, minutes)| (person.as_str(), *minutes)).collect();
        let mut offers = Vec::new();
        for (row, owner) in owned {
            let Some(left) = free.get_mut(owner).filter(|left| **left >= i64::from(row.minutes)) else {
                continue;
            };
            offers.push(Offer { id: row.id.clone(), to: owner.to_owned(), free: *left });
            *left -= i64::from(row.minutes);
        }
        offers
    }

    /// The meetings of a person until a moment, each with what to know before it.
    pub(super) fn prepared(&self, person: &str, until: Timestamp) -> Result<Vec<Preparation>, DeckError> {
        let whose = format!("person = '{}'", person.replace('\'', "''"));
        Ok(self.prepared_by(&whose, until)?.remove(person).unwrap_or_default())
    }

    /// The same of those of whom `whose` holds, by person.
    pub(super) fn prepared_by(
        &self,
        whose: &str,
        until: Timestamp,
    ) -> Result<BTreeMap<String, Vec<Preparation>>, DeckError> {
        let of = |query: &str| query.replace("{whose}", whose).replace("{until}", &until.to_string());
        let meetings = self.meetings(&of(include_str!("../sql/meetings_ahead.sql")))?;
        if meetings.is_empty() {
            return Ok(BTreeMap::new());
        }
        let table = self.ask(&of(include_str!("../sql/preparations.sql"))).map_err(DeckError::new)?;
        let mut points: BTreeMap<[String; 3], Vec<(i64, Point)>> = BTreeMap::new();
        for row in &table.rows {
            let point = || {
                Some(Point {
                    part: Part::named(&text(row, 2)?)?,
                    subject: text(row, 3).unwrap_or_default(),
                    words: text(row, 4).unwrap_or_default(),
                    since: row.get(5).and_then(Value::as_time),
                    due: day(row, 6),
                    url: text(row, 7),
                })
            };
            let key = || Some([text(row, 8)?, text(row, 0)?, text(row, 1)?]);
            if let (Some(key), Some(point), Some(Value::Integer(place))) = (key(), point(), row.get(9)) {
                points.entry(key).or_default().push((*place, point));
            }
        }
        let mut prepared: BTreeMap<String, Vec<Preparation>> = BTreeMap::new();
        for (person, Known { meeting, uid, instance }) in meetings {
            let key = [person.clone(), uid, instance];
            let mut points = points.get(&key).cloned().unwrap_or_default();
            points.sort_by(|one, other| order(one).cmp(&order(other)));
            let points = points.into_iter().map(|(_, point)| point).collect();
            prepared.entry(person).or_default().push(Preparation { points, meeting });
        }
        Ok(prepared)
    }

    /// The meetings that take somebody's time, or that ask for an answer, each with the person.
    fn meetings(&self, query: &str) -> Result<Vec<(String, Known)>, DeckError> {
        let table = self.ask(query).map_err(DeckError::new)?;
        let meeting = |row: &Vec<Value>| {
            let people = match row.get(3) {
                Some(Value::Integer(people)) => Some(*people),
                _ => None,
            };
            let is_certain = row.get(5) == Some(&Value::Boolean(true));
            let known = Known {
                meeting: Meeting {
                    at: row.first()?.as_time()?,
                    title: text(row, 2)?,
                    people,
                    url: text(row, 4),
                    is_certain,
                },
                uid: text(row, 6)?,
                instance: text(row, 7)?,
            };
            Some((text(row, 8)?, known))
        };
        Ok(table.rows.iter().filter_map(meeting).collect())
    }
}

/// What comes first among the things to know before a meeting: by kind, then what is due first, then what is older.
fn order((place, point): &(i64, Point)) -> impl Ord + '_ {
    let due = (point.due.is_none(), point.due);
    let since = (point.since.is_none(), point.since);
    (*place, due, since, &point.subject, &point.words)
}
