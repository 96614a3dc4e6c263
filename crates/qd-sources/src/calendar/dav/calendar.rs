//! One calendar: which of its entries changed, and what they say now.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Run, is_refusal,
    listing::{Calendar, plain},
    question,
};
use crate::{
    calendar::{
        Context, Key,
        held::{Gone, Held, Part, is_old, tombstones},
        reading,
    },
    connector::Halt,
    exchange::Failure,
};

/// Entries asked for at a time.
const BATCH: usize = 100;
/// Parts in which changes are asked for: enough for all that a calendar ever held, and an end where a
/// server has none.
const PARTS: usize = 1000;

/// A calendar as it stood.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cursor {
    of: String,
    name: String,
    tag: Option<String>,
    token: Option<String>,
    /// When all of it was read, in seconds since 1970.
    read_at: i64,
    /// Its entries by the last part of their paths.
    entries: BTreeMap<String, Entry>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    /// None where it is to be read anew.
    etag: Option<String>,
    meetings: Held,
}

impl Cursor {
    pub(super) fn new(of: &str, name: &str) -> Self {
        Self { of: of.to_owned(), name: name.to_owned(), ..Self::default() }
    }

    pub(super) fn is_of(&self, of: &str) -> bool {
        self.of == of
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The instances of all entries.
    pub(super) fn keys(&self) -> impl Iterator<Item = Key> {
        self.entries.values().flat_map(|entry| entry.meetings.keys()).map(|(key, _)| key)
    }

    /// Whether nothing happened in `calendar` since.
    fn is_at(&self, calendar: &Calendar) -> bool {
        let is_same = |own: &Option<String>, other: &Option<String>| own.is_some() && own == other;
        is_same(&self.tag, &calendar.tag) || is_same(&self.token, &calendar.token)
    }

    /// Lets everything be read anew, and what is held be compared with it.
    fn forget(&mut self) {
        (self.tag, self.token) = (None, None);
        self.entries.values_mut().for_each(|entry| entry.etag = None);
    }
}

/// What changed in a calendar.
#[derive(Default)]
struct Changes {
    /// By the last part of their paths; none where it is gone.
    entries: BTreeMap<String, Option<Wanted>>,
    /// Where the next question begins.
    token: Option<String>,
    /// Whether these are all the entries there are.
    is_all: bool,
    is_cut: bool,
}

/// An entry to be read.
#[derive(Clone)]
struct Wanted {
    place: String,
    href: String,
    etag: Option<String>,
}

/// Entries of a calendar that are being read.
struct Reading<'a> {
    calendar: &'a Calendar,
    now: Cursor,
    gone: Gone,
    /// Entries that the server did not give.
    missed: usize,
}

impl Run<'_, '_> {
    /// Reads what changed in `calendar`, and keeps it as far as it came.
    pub(super) fn calendar(&mut self, calendar: &Calendar) -> Result<(), Halt> {
        let at = self.request.observed_at;
        let mut gone = Gone::new();
        let now = match self.known(&calendar.place) {
            Some(known) if known.name == calendar.name => known,
            known => {
                gone.extend(known.iter().flat_map(Cursor::keys).map(|key| (key, at)));
                Cursor::new(&self.of, &calendar.name)
            }
        };
        let mut reading = Reading { calendar, now, gone, missed: 0 };
        if is_old(reading.now.read_at, at) {
            reading.now.forget();
            reading.now.read_at = at.as_second();
        } else if reading.now.is_at(calendar) {
            return self.remember(&calendar.place, &reading.now);
        }
        let read = self.entries(&mut reading);
        let held = reading.now.entries.values().map(|entry| &entry.meetings);
        self.hand_on(tombstones(&reading.gone, held))?;
        self.remember(&calendar.place, &reading.now)?;
        read
    }

    fn entries(&mut self, reading: &mut Reading<'_>) -> Result<(), Halt> {
        let changes = self.changes(reading.calendar, &reading.now)?;
        if changes.is_all {
            let held: Vec<String> = reading.now.entries.keys().cloned().collect();
            let lost = held.iter().filter(|place| !changes.entries.contains_key(*place));
            lost.for_each(|place| reading.remove(place, self.request.observed_at));
        }
        let mut wanted = Vec::new();
        for (place, entry) in changes.entries {
            let known = reading.now.entries.get(&place).and_then(|entry| entry.etag.as_ref());
            match entry {
                None => reading.remove(&place, self.request.observed_at),
                Some(entry) if known.is_some() && known == entry.etag.as_ref() => {}
                Some(entry) => wanted.push(entry),
            }
        }
        for batch in wanted.chunks(BATCH) {
            self.batch(reading, batch)?;
        }
        if reading.missed == 0 && !changes.is_cut {
            reading.now.token = changes.token;
            reading.now.tag.clone_from(&reading.calendar.tag);
            return Ok(());
        }
        let message = match reading.missed {
            0 => {
                "the server tells only a part of what changed; the rest is asked for another time".to_owned()
            }
            missed => format!(
                "the server does not give {missed} of {} entries; they are asked for another time",
                wanted.len()
            ),
        };
        self.tell(Some(reading.calendar), message);
        Ok(())
    }

    /// What changed since the token that is known, else all there is, in whatever way the server tells.
    fn changes(&mut self, calendar: &Calendar, now: &Cursor) -> Result<Changes, Failure> {
        let tokens = now.token.as_deref().map(Some).into_iter().chain([None]);
        for token in tokens.filter(|_| calendar.is_synced) {
            match self.changes_since(calendar, token) {
                // It does not know the token any more, or cannot do this at all.
                Err(failure) if is_refusal(&failure) => {}
                other => return other,
            }
        }
        let call = question::properties(self.url(&calendar.href)?, 1, question::TAGS);
        let mut changes = Changes { is_all: true, ..Changes::default() };
        changes.extend(calendar, self.whole(&call)?.answers);
        Ok(changes)
    }

    fn changes_since(&mut self, calendar: &Calendar, since: Option<&str>) -> Result<Changes, Failure> {
        let mut changes = Changes { is_all: since.is_none(), ..Changes::default() };
        let mut token = since.map(str::to_owned);
        for _ in 0..PARTS {
            let call = question::changes(self.url(&calendar.href)?, token.as_deref());
            let answer = self.whole(&call)?;
            let is_more = changes.extend(calendar, answer.answers);
            let is_same = answer.token == token;
            token = answer.token.or(token);
            if !is_more {
                changes.token = token;
                return Ok(changes);
            }
            if is_same {
                break;
            }
        }
        (changes.is_all, changes.is_cut) = (false, true);
        Ok(changes)
    }

    /// Reads entries; where the answer is too much for the server or for us, in smaller parts.
    fn batch(&mut self, reading: &mut Reading<'_>, wanted: &[Wanted]) -> Result<(), Halt> {
        let url = self.url(&reading.calendar.href)?;
        let answer = match self.ask(&question::entries(url, wanted.iter().map(|one| one.href.as_str()))) {
            Err(Failure::Broken { status: 200..=299 | 413 | 507, .. }) if wanted.len() > 1 => {
                let (first, second) = wanted.split_at(wanted.len() / 2);
                self.batch(reading, first)?;
                return self.batch(reading, second);
            }
            answer => answer?,
        };
        let mut given: BTreeMap<String, _> =
            answer.answers.into_iter().map(|answer| (last(&plain(&answer.href)), answer)).collect();
        let mut facts = Vec::new();
        for one in wanted {
            match given.remove(&one.place) {
                Some(answer) if matches!(answer.status, Some(404 | 410)) => {
                    reading.remove(&one.place, self.request.observed_at);
                }
                Some(answer) if answer.properties.data.is_some() => {
                    let etag = answer.properties.etag.or_else(|| one.etag.clone());
                    let data = answer.properties.data.unwrap_or_default();
                    facts.append(&mut self.entry(reading, &one.place, etag, &data));
                }
                _ => reading.missed += 1,
            }
        }
        self.hand_on(facts)
    }

    /// What an entry says.
    fn entry(
        &mut self,
        of: &mut Reading<'_>,
        place: &str,
        etag: Option<String>,
        data: &str,
    ) -> Vec<qd_tables::Fact> {
        let at = self.request.observed_at;
        let file = format!("{}, {}", self.subject(of.calendar), uid(data));
        let context = Context {
            file: &file,
            calendar: Some(&of.calendar.name),
            modified: at,
            observed_at: at,
            zone: self.request.zone.clone(),
        };
        let said = reading(data.as_bytes(), &context);
        let before = of.now.entries.get(place).map(|entry| &entry.meetings);
        let meetings = Held::after(before, &said, Part::Entry, &context, &mut of.gone);
        of.now.entries.insert(place.to_owned(), Entry { etag, meetings });
        self.outcome.problems.extend(said.problems);
        said.facts
    }
}

impl Reading<'_> {
    fn remove(&mut self, place: &str, at: jiff::Timestamp) {
        if let Some(entry) = self.now.entries.remove(place) {
            self.gone.extend(entry.meetings.keys().map(|(key, _)| (key, at)));
        }
    }
}

impl Changes {
    /// Adds what `answers` tell; says whether there is more.
    fn extend(&mut self, calendar: &Calendar, answers: Vec<super::multistatus::Answer>) -> bool {
        let mut is_more = false;
        for answer in answers {
            let place = plain(&answer.href);
            if place.trim_end_matches('/') == calendar.place.trim_end_matches('/') {
                is_more |= answer.status == Some(507);
                continue;
            }
            // What is in a calendar and holds others is no entry.
            if place.ends_with('/') {
                continue;
            }
            let place = last(&place);
            let is_gone = matches!(answer.status, Some(404 | 410));
            let wanted = Wanted { place: place.clone(), href: answer.href, etag: answer.properties.etag };
            self.entries.insert(place, (!is_gone).then_some(wanted));
        }
        is_more
    }
}

/// Last part of a path: what an entry is called in its calendar.
fn last(place: &str) -> String {
    place.rsplit('/').next().unwrap_or_default().to_owned()
}

/// The id by which an entry can be found in a calendar, whatever else is wrong with it.
pub(super) fn uid(data: &str) -> String {
    let id = data.lines().find_map(|line| line.trim_start().strip_prefix("UID:"));
    id.map_or_else(|| "an entry without id".to_owned(), |id| id.trim().chars().take(80).collect())
}
