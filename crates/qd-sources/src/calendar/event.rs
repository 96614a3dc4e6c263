//! An entry of a calendar as its file writes it.

use jiff::{Timestamp, civil::DateTime};

use super::{
    lines::{Component, Property},
    rule::Rule,
    time::{Length, Moment, length, moment},
    zone::{Zone, Zones},
};

/// A place in time: what clocks show, and when that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// The instant.
    pub(super) at: Timestamp,
    /// What clocks show in the zone of the entry.
    pub(super) clock: DateTime,
}

/// An entry: of a series, or of one of its instances.
#[derive(Debug, Clone)]
pub(super) struct Event<'a> {
    /// What it says beside times.
    pub(super) component: &'a Component,
    /// Its line.
    pub(super) line: usize,
    /// Its id.
    pub(super) uid: String,
    /// When it begins.
    pub(super) start: Place,
    /// Zone that it begins in.
    pub(super) zone: Zone,
    /// Whether it is of all day.
    pub(super) is_all_day: bool,
    /// How long it takes.
    pub(super) length: Length,
    /// Which instance of a series it replaces.
    pub(super) replaces: Option<Place>,
    /// Whether that is told by its day alone.
    pub(super) replaces_day: bool,
    /// Whether it replaces all later ones too.
    pub(super) and_future: bool,
    /// Rules of its series.
    pub(super) rules: Vec<Rule>,
    /// Instances beside the rules, with their own length where they have one.
    pub(super) added: Vec<(Place, Option<Length>)>,
    /// Instances that do not take place, by what clocks show.
    pub(super) removed: Vec<Moment>,
    /// The same by instants.
    pub(super) removed_at: Vec<Timestamp>,
    /// Which version of the entry it is.
    pub(super) version: (i64, Option<Timestamp>),
}

/// Reads an entry; what is wrong in it is told by `say` with its line. None where it has no id or no
/// beginning: then it is nothing that can be kept.
pub(super) fn event<'a>(
    component: &'a Component,
    zones: &mut Zones,
    say: &mut dyn FnMut(usize, String),
) -> Option<Event<'a>> {
    let line = component.properties.first().map_or(0, |first| first.line);
    let Some(written) = component.get("DTSTART") else {
        say(line, "an entry without a beginning (DTSTART) was left out".to_owned());
        return None;
    };
    let zone = zones.zone(written.parameter("TZID"), written.line);
    let Some(begin) = moment(&written.value) else {
        say(written.line, format!("`{}` is not a time; the entry was left out", brief(&written.value)));
        return None;
    };
    let start = place(begin, &zone, begin.is_day(), zones)?;
    let Some(uid) = component.text("UID") else {
        say(line, "an entry without an id (UID) was left out".to_owned());
        return None;
    };
    let mut event = Event {
        component,
        line,
        uid,
        start,
        zone,
        is_all_day: begin.is_day(),
        length: Length { days: i64::from(begin.is_day()), seconds: 0 },
        replaces: None,
        replaces_day: false,
        and_future: false,
        rules: Vec::new(),
        added: Vec::new(),
        removed: Vec::new(),
        removed_at: Vec::new(),
        version: version(component),
    };
    // An instant of UTC repeats by the clocks of UTC.
    if matches!(begin, Moment::Utc(_)) {
        event.zone = Zone::Known(jiff::tz::TimeZone::UTC);
    }
    event.read_length(zones, say);
    event.read_series(zones, say);
    if let Some(property) = component.get("RECURRENCE-ID") {
        event.replaces_day = moment(&property.value).is_some_and(Moment::is_day);
        event.and_future = property.word("RANGE") == "THISANDFUTURE";
        match moments(property, zones).first() {
            Some((replaced, _)) => event.replaces = Some(*replaced),
            None => say(property.line, format!("`{}` is not a time", brief(&property.value))),
        }
    }
    Some(event)
}

impl Event<'_> {
    fn read_length(&mut self, zones: &mut Zones, say: &mut dyn FnMut(usize, String)) {
        let component = self.component;
        if let Some(written) = component.get("DTEND") {
            let end = moment(&written.value).and_then(|end| {
                let zone = zones.zone(written.parameter("TZID"), written.line);
                place(end, &zone, self.is_all_day, zones)
            });
            match end.and_then(|end| self.until(end)) {
                Some(length) => self.length = length,
                None => {
                    say(written.line, format!("`{}` is no end after the beginning", brief(&written.value)));
                }
            }
        } else if let Some(written) = component.get("DURATION") {
            match length(&written.value) {
                Some(length) => self.length = length,
                None => say(written.line, format!("`{}` is no duration", brief(&written.value))),
            }
        }
    }

    /// From its beginning to `end`: days for one of all day, exact seconds otherwise.
    fn until(&self, end: Place) -> Option<Length> {
        if end.at < self.start.at {
            return None;
        }
        if self.is_all_day {
            let days = self.start.clock.date().until(end.clock.date()).ok()?.get_days();
            // An end on the same day is a mistake of many programs, and means the day.
            return Some(Length { days: i64::from(days.max(1)), seconds: 0 });
        }
        Some(Length { days: 0, seconds: end.at.duration_since(self.start.at).as_secs() })
    }

    fn read_series(&mut self, zones: &mut Zones, say: &mut dyn FnMut(usize, String)) {
        let component = self.component;
        for written in component.all("RRULE") {
            match written.value.parse() {
                Ok(rule) => self.rules.push(rule),
                Err(word) => {
                    let message =
                        format!("the rule cannot be read at `{word}`; only its first instance was kept");
                    say(written.line, message);
                }
            }
        }
        for written in component.all("RDATE") {
            let found = moments(written, zones);
            if found.is_empty() {
                say(written.line, format!("`{}` is not a time", brief(&written.value)));
            }
            self.added.extend(found);
        }
        for written in component.all("EXDATE") {
            let zone = zones.zone(written.parameter("TZID"), written.line);
            for part in written.value.split(',') {
                let Some(removed) = moment(part) else {
                    say(written.line, format!("`{}` is not a time", brief(part)));
                    continue;
                };
                self.removed_at.extend(removed.instant(&zone).filter(|_| !removed.is_day()));
                if written.parameter("TZID").is_none() || removed.is_day() {
                    self.removed.push(removed);
                }
            }
        }
    }
}

/// Times of a property, with the length of each that is a period.
fn moments(property: &Property, zones: &mut Zones) -> Vec<(Place, Option<Length>)> {
    let zone = zones.zone(property.parameter("TZID"), property.line);
    let mut found = Vec::new();
    for part in property.value.split(',') {
        let (begin, end) = part.split_once('/').map_or((part, None), |(begin, end)| (begin, Some(end)));
        let Some(begin) = moment(begin) else { continue };
        let Some(start) = place(begin, &zone, begin.is_day(), zones) else { continue };
        let own = end.and_then(|end| {
            length(end).or_else(|| {
                let seconds = moment(end)?.instant(&zone)?.duration_since(start.at).as_secs();
                Some(Length { days: 0, seconds }).filter(|length| length.seconds >= 0)
            })
        });
        found.push((start, own));
    }
    found
}

/// A day begins at midnight of the local zone, whatever zone stands beside it.
fn place(moment: Moment, zone: &Zone, is_day: bool, zones: &Zones) -> Option<Place> {
    let clock = if is_day {
        moment.clock().date().to_datetime(jiff::civil::Time::midnight())
    } else {
        moment.clock()
    };
    let at = if is_day { zones.local.instant(clock)? } else { moment.instant(zone)? };
    Some(Place { at, clock })
}

fn version(component: &Component) -> (i64, Option<Timestamp>) {
    let sequence = component.word("SEQUENCE").parse().unwrap_or(0);
    (sequence, stamp(component, "LAST-MODIFIED").or_else(|| stamp(component, "DTSTAMP")))
}

/// An instant of a property that is always written in UTC.
pub(super) fn stamp(component: &Component, name: &str) -> Option<Timestamp> {
    let utc = Zone::Known(jiff::tz::TimeZone::UTC);
    let time = moment(&component.get(name)?.value)?.instant(&utc)?;
    // 1970 and before is how programs write that they do not know.
    Some(time).filter(|time| time.as_second() > 86_400)
}

/// The beginning of a value, to be shown in a problem.
pub(super) fn brief(value: &str) -> String {
    value.trim().chars().filter(|character| !character.is_control()).take(40).collect()
}
