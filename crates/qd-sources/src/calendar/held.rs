//! What a calendar held when it was last read, and what is gone from it since.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use qd_tables::Fact;
use serde::{Deserialize, Serialize};

use super::{Context, DAYS, Key, Reading, meeting::tombstone};

/// Seconds after which a calendar is read again though it is the same: the window of its endless
/// series has moved on.
const AGAIN: i64 = 7 * 24 * 3600;

/// Whether what was read at `read_at` (seconds since 1970) is to be read again.
pub(super) fn is_old(read_at: i64, at: Timestamp) -> bool {
    at.as_second() - read_at >= AGAIN
}

/// Instances that are gone, and since when.
pub(super) type Gone = BTreeMap<Key, Timestamp>;

/// Says of what is `gone` that it is, unless it is still `held` elsewhere.
pub(super) fn tombstones<'a>(gone: &Gone, held: impl Iterator<Item = &'a Held>) -> Vec<Fact> {
    if gone.is_empty() {
        return Vec::new();
    }
    let held: BTreeSet<Key> = held.flat_map(Held::keys).map(|(key, _)| key).collect();
    gone.iter().filter(|(key, _)| !held.contains(key)).map(|(key, at)| tombstone(key, *at)).collect()
}

/// How much of a calendar a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// All that is shown of it, which may be a few weeks.
    Whole,
    /// One entry, with all there is of it.
    Entry,
}

/// Instances by calendar and id: the key of each and when it begins, in seconds since 1970.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Held(BTreeMap<String, BTreeMap<String, BTreeMap<String, i64>>>);

impl Held {
    pub(super) fn keys(&self) -> impl Iterator<Item = (Key, Timestamp)> {
        self.0.iter().flat_map(|(calendar, entries)| {
            entries.iter().flat_map(move |(uid, instances)| {
                instances.iter().map(move |(instance, start)| {
                    let key =
                        Key { calendar: calendar.clone(), uid: uid.clone(), instance: instance.clone() };
                    (key, Timestamp::from_second(*start).unwrap_or_default())
                })
            })
        })
    }

    fn keep(&mut self, instances: impl IntoIterator<Item = (Key, Timestamp)>) {
        for (Key { calendar, uid, instance }, start) in instances {
            let entries = self.0.entry(calendar).or_default();
            entries.entry(uid).or_default().insert(instance, start.as_second());
        }
    }

    /// What is held after `reading` where it was `before`. What is missing of it now goes to `gone`;
    /// it stays where the text was not read to its end.
    ///
    /// What lies before everything that a calendar still shows was left behind by it and is not gone.
    /// The same goes for what the window has left.
    pub(super) fn after(
        before: Option<&Self>,
        reading: &Reading,
        part: Part,
        context: &Context<'_>,
        gone: &mut Gone,
    ) -> Self {
        let mut now = Self::default();
        now.keep(reading.instances.iter().map(|(key, start)| (key.clone(), *start)));
        let window = SignedDuration::from_hours(DAYS * 24);
        let oldest = context.observed_at.checked_sub(window).unwrap_or(Timestamp::MIN);
        for (key, start) in before.into_iter().flat_map(Self::keys) {
            if reading.instances.contains_key(&key) {
                continue;
            }
            let same = reading.instances.iter().filter(|(held, _)| held.calendar == key.calendar);
            let shown_from = match part {
                Part::Whole => same.map(|(_, start)| *start).min().unwrap_or(context.modified),
                Part::Entry => oldest,
            };
            if !reading.is_whole {
                now.keep([(key, start)]);
            } else if start >= shown_from.max(oldest) {
                gone.insert(key, context.modified.min(context.observed_at));
            }
        }
        now
    }
}
