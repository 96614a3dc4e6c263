//! A series and what became of its instances.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::DateTime};

use super::{
    event::{Event, Place},
    rule::{Budget, LONGEST},
    time::{Length, Moment},
};

/// Days between which endless series are spelled out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(super) from: DateTime,
    pub(super) end: DateTime,
}

/// One time that something takes place.
#[derive(Debug, Clone)]
pub(super) struct Instance<'a> {
    /// When its series planned it.
    pub(super) planned: Place,
    /// When it was planned to end.
    pub(super) planned_end: Timestamp,
    /// When it begins.
    pub(super) start: Place,
    /// When it ends.
    pub(super) end: Timestamp,
    /// The entry that describes it.
    pub(super) event: &'a Event<'a>,
    /// The entry of its series, where the file holds it.
    pub(super) series: Option<&'a Event<'a>>,
    /// Whether it is one of a series.
    pub(super) is_recurring: bool,
}

/// The instances of all entries with the same id, in order. False where there are too many.
pub(super) fn instances<'a>(
    events: &'a [Event<'a>],
    window: Window,
    budget: &mut Budget,
) -> (Vec<Instance<'a>>, bool) {
    let newest = |a: &&Event<'_>, b: &&Event<'_>| a.version.cmp(&b.version);
    let series = events.iter().filter(|event| event.replaces.is_none()).max_by(newest);
    let (planned, is_whole) = series.map_or((Vec::new(), true), |series| planned(series, window, budget));
    let clock_of: BTreeMap<Timestamp, DateTime> =
        planned.iter().map(|(place, _)| (place.at, place.clock)).collect();
    let is_recurring = series.is_none_or(|series| !series.rules.is_empty() || !series.added.is_empty());
    let mut found: BTreeMap<Timestamp, Instance<'a>> = BTreeMap::new();
    for (place, length) in planned {
        let Some(event) = series else { break };
        let end = length.unwrap_or(event.length).end(place.clock, place.at, &event.zone);
        let instance =
            Instance { planned: place, planned_end: end, start: place, end, event, series, is_recurring };
        found.insert(place.at, instance);
    }
    let mut changes: Vec<&Event<'_>> = events.iter().filter(|event| event.replaces.is_some()).collect();
    // What holds for all later instances first, the newest version of each last.
    changes.sort_by_key(|event| (!event.and_future, event.replaces, event.version));
    for change in changes {
        let Some(replaced) = change.replaces else { continue };
        if change.and_future {
            let clock = clock_of.get(&replaced.at).copied().unwrap_or(replaced.clock);
            shift(&mut found, change, Place { at: replaced.at, clock });
        }
        replace(&mut found, change, replaced, series);
    }
    (found.into_values().collect(), is_whole)
}

/// When the series plans to take place within the window; an entry that does not repeat, whenever.
fn planned(series: &Event<'_>, window: Window, budget: &mut Budget) -> (Vec<(Place, Option<Length>)>, bool) {
    let mut planned = series.added.clone();
    let mut is_whole = planned.len() <= LONGEST;
    planned.truncate(LONGEST);
    for rule in &series.rules {
        let is_past = |time: DateTime| match rule.until {
            None => false,
            Some(Moment::Utc(last)) if !series.is_all_day => {
                series.zone.instant(time).is_none_or(|at| at > last)
            }
            Some(Moment::Local(last)) => time > last,
            Some(last) => time.date() > last.clock().date(),
        };
        let start = series.start.clock;
        let (times, is_all) = rule.times(start, window.from, window.end, &is_past, budget);
        is_whole &= is_all;
        planned.extend(times.into_iter().filter_map(|clock| {
            let at = if clock == start { Some(series.start.at) } else { series.zone.instant(clock) };
            Some((Place { at: at?, clock }, None))
        }));
    }
    if series.rules.is_empty() {
        planned.push((series.start, None));
    }
    planned.retain(|(place, _)| {
        let day = Moment::Day(place.clock.date());
        !series.removed_at.contains(&place.at)
            && !series.removed.contains(&day)
            && !series.removed.contains(&Moment::Local(place.clock))
    });
    planned.sort_by_key(|(place, own)| (place.at, own.is_none()));
    planned.dedup_by_key(|(place, _)| place.at);
    (planned, is_whole)
}

/// Moves every instance from `from` on by as much as `change` moved that one.
fn shift<'a>(found: &mut BTreeMap<Timestamp, Instance<'a>>, change: &'a Event<'a>, from: Place) {
    let moved = change.start.clock.duration_since(from.clock);
    for instance in found.range_mut(from.at..).map(|(_, instance)| instance) {
        let Ok(clock) = instance.planned.clock.checked_add(moved) else { continue };
        let Some(at) = change.zone.instant(clock) else { continue };
        instance.start = Place { at, clock };
        instance.end = change.length.end(clock, at, &change.zone);
        instance.event = change;
    }
}

/// Puts `change` in the place of the instance that it replaces. One that the series does not plan
/// is kept too: an invitation to a single instance comes without its series.
fn replace<'a>(
    found: &mut BTreeMap<Timestamp, Instance<'a>>,
    change: &'a Event<'a>,
    replaced: Place,
    series: Option<&'a Event<'a>>,
) {
    let same_day = |instance: &&Instance<'_>| instance.planned.clock.date() == replaced.clock.date();
    let by_day = || found.values().find(same_day).filter(|_| change.replaces_day);
    let known = found.get(&replaced.at).or_else(by_day).map(|known| (known.planned, known.planned_end));
    let end = change.length.end(change.start.clock, change.start.at, &change.zone);
    let (planned, planned_end) = known.unwrap_or_else(|| {
        let length = series.map_or(change.length, |series| series.length);
        let zone = series.map_or(&change.zone, |series| &series.zone);
        (replaced, length.end(replaced.clock, replaced.at, zone))
    });
    let instance = Instance {
        planned,
        planned_end,
        start: change.start,
        end,
        event: change,
        series,
        is_recurring: true,
    };
    found.insert(planned.at, instance);
}
