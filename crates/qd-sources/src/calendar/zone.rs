//! Which zone a TZID means.
//!
//! A name is looked for in the tz database, then among the names of Windows; only then are the
//! rules read that the file brings along, for many programs write those for one year alone.

use std::collections::HashMap;
use std::rc::Rc;

use jiff::{
    SignedDuration, Span, Timestamp,
    civil::DateTime,
    tz::{Offset, TimeZone},
};

use super::{
    lines::Component,
    rule::{Budget, Rule},
    time::{Moment, moment, offset},
    windows::WINDOWS,
};

/// Clocks of a place.
#[derive(Debug, Clone)]
pub(super) enum Zone {
    /// Of the tz database.
    Known(TimeZone),
    /// Of the file.
    Own(Rc<[Change]>),
}

/// Clocks are set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Change {
    /// What they showed before.
    at: DateTime,
    /// Seconds east of UTC before and after.
    before: i64,
    after: i64,
}

impl Zone {
    /// The instant at which clocks show `time`: the first of two; where they skip it, as if they had
    /// not been set yet (RFC 5545, section 3.3.5).
    pub(super) fn instant(&self, time: DateTime) -> Option<Timestamp> {
        let changes = match self {
            Self::Known(zone) => return zone.to_timestamp(time).ok(),
            Self::Own(changes) => changes,
        };
        let is_after = |change: &&Change| {
            let skipped = SignedDuration::from_secs((change.after - change.before).max(0));
            change.at.checked_add(skipped).is_ok_and(|at| time >= at)
        };
        let last = changes.iter().take_while(is_after).last();
        let seconds = last.map_or_else(|| changes.first().map(|first| first.before), |last| Some(last.after));
        let fixed = Offset::from_seconds(i32::try_from(seconds?).ok()?).ok()?;
        fixed.to_timestamp(time).ok()
    }
}

/// The zones of a file.
#[derive(Debug)]
pub(super) struct Zones {
    known: HashMap<String, Option<Zone>>,
    /// Where nothing else is said.
    pub(super) local: Zone,
    /// TZIDs that nobody knows, with the line that used them first.
    pub(super) unknown: Vec<(usize, String)>,
}

impl Zones {
    /// Those that `calendar` describes; `local` where nothing is said, all until `end`.
    pub(super) fn new(calendar: &Component, local: &TimeZone, end: DateTime, budget: &mut Budget) -> Self {
        // Google and Apple name the zone of a calendar's floating times.
        let own = calendar.text("X-WR-TIMEZONE").and_then(|name| named(&name));
        let local = own.unwrap_or_else(|| Zone::Known(local.clone()));
        let mut zones = Self { known: HashMap::new(), local, unknown: Vec::new() };
        for described in calendar.children.iter().filter(|child| child.name == "VTIMEZONE") {
            let Some(id) = described.text("TZID") else { continue };
            let zone = named(&id)
                .or_else(|| described.text("X-LIC-LOCATION").and_then(|place| named(&place)))
                .or_else(|| own_rules(described, end, budget));
            zones.known.insert(id, zone);
        }
        zones
    }

    /// The zone called `id`, used on `line`; the local one where nobody knows it.
    pub(super) fn zone(&mut self, id: Option<&str>, line: usize) -> Zone {
        let Some(id) = id.map(str::trim).filter(|id| !id.is_empty()) else { return self.local.clone() };
        if let Some(Some(zone)) = self.known.get(id) {
            return zone.clone();
        }
        if let Some(zone) = named(id) {
            self.known.insert(id.to_owned(), Some(zone.clone()));
            return zone;
        }
        if !self.unknown.iter().any(|(_, known)| known == id) {
            self.unknown.push((line, id.to_owned()));
        }
        self.local.clone()
    }
}

/// A zone by its name: of the tz database, of Windows, or at the end of a path as libical and
/// Mozilla write it (`/freeassociation.sourceforge.net/Europe/Zurich`).
fn named(id: &str) -> Option<Zone> {
    let id = id.trim().trim_matches('"');
    if id.len() > 100 {
        return None;
    }
    if let Ok(zone) = TimeZone::get(id) {
        return Some(Zone::Known(zone));
    }
    let lower = id.to_lowercase();
    if let Ok(place) = WINDOWS.binary_search_by(|(name, _)| (*name).cmp(&lower)) {
        let (_, name) = WINDOWS.get(place)?;
        return TimeZone::get(name).ok().map(Zone::Known);
    }
    let rest = id.strip_prefix('/')?;
    let ends = rest.match_indices('/').filter_map(|(at, _)| rest.get(at + 1..));
    ends.filter(|end| end.contains('/')).find_map(|end| TimeZone::get(end).ok()).map(Zone::Known)
}

/// Every change of clocks that `described` tells, up to `end`.
fn own_rules(described: &Component, end: DateTime, budget: &mut Budget) -> Option<Zone> {
    let mut changes = Vec::new();
    for observance in &described.children {
        let seconds = |name: &str| offset(&observance.get(name)?.value);
        let (Some(before), Some(after)) = (seconds("TZOFFSETFROM"), seconds("TZOFFSETTO")) else { continue };
        let Some(start) = observance.get("DTSTART").and_then(|start| moment(&start.value)) else { continue };
        for at in onsets(observance, start.clock(), before, end, budget) {
            changes.push(Change { at, before, after });
        }
    }
    changes.sort_by_key(|change| change.at);
    (!changes.is_empty()).then(|| Zone::Own(changes.into()))
}

fn onsets(
    observance: &Component,
    start: DateTime,
    before: i64,
    end: DateTime,
    budget: &mut Budget,
) -> Vec<DateTime> {
    let mut onsets = vec![start];
    for property in observance.all("RDATE") {
        onsets.extend(property.value.split(',').filter_map(moment).map(Moment::clock));
    }
    for property in observance.all("RRULE") {
        let Ok(rule) = property.value.parse::<Rule>() else { continue };
        let until = rule.until.and_then(|until| match until {
            Moment::Utc(time) => {
                Moment::Utc(time).clock().checked_add(Span::new().try_seconds(before).ok()?).ok()
            }
            Moment::Local(time) => Some(time),
            Moment::Day(day) => day.tomorrow().ok().map(|next| Moment::Day(next).clock()),
        });
        let is_past = |time: DateTime| until.is_some_and(|until| time > until);
        onsets.extend(rule.times(start, start, end, &is_past, budget).0);
    }
    onsets.sort_unstable();
    onsets.dedup();
    onsets
}
