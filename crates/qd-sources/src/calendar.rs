//! Calendars: iCalendar (RFC 5545) in files, behind an address, and on servers of CalDAV.
//!
//! Read is what stands there, whoever wrote it: lines are taken as they come, unknown ones passed by,
//! and what is broken costs itself and nothing else. Of a series, each instance within the window
//! becomes a row, at the time that clocks of its own zone show.
//!
//! Lines are read here because of the crates that could do it `calcard` and `icalendar` bring chrono
//! along, one of them its own table of zones beside jiff's, and `ical` declares no licence. What
//! `rule` says of `rrule` holds too.

mod address;
mod dav;
mod days;
mod draft;
mod event;
mod feed;
mod find;
mod held;
mod lines;
mod meeting;
mod rule;
mod series;
mod sync;
mod time;
mod windows;
mod write;
mod zone;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, ToSpan, civil::DateTime, tz::TimeZone};
use qd_tables::Fact;

use crate::{
    Problem,
    connector::shorten,
    exchange::{Exchange, Mapped},
};
pub use address::Address;
pub use dav::{Account, Names, sync as sync_server};
pub use days::{WholeDays, whole_days};
pub use draft::Draft;
use event::{Event, brief};
pub use feed::sync as sync_address;
pub use find::{Found, find};
use lines::Component;
use meeting::About;
use rule::Budget;
use series::Window;
pub use sync::{Synced, sync};
use zone::Zones;

/// Days back and ahead for which a series is spelled out.
const DAYS: i64 = 400;
/// Days, hours and minutes that are looked at for one file; a year's work of a hundred people takes
/// a hundredth of it.
const STEPS: u64 = 20_000_000;
/// Instances of one file.
const INSTANCES: usize = 200_000;

/// What is known of a file beside what it says.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    /// What to call the file: its path as a person would write it.
    pub file: &'a str,
    /// Name of the calendar, where the caller knows better than the file.
    pub calendar: Option<&'a str>,
    /// When the file was last changed; stands in for times that it does not tell.
    pub modified: Timestamp,
    /// When it is read: the middle of the window for which series are spelled out.
    pub observed_at: Timestamp,
    /// Zone of times without one, of days, and of zones that nobody knows.
    pub zone: TimeZone,
}

/// Tells instances apart within a source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    calendar: String,
    uid: String,
    instance: String,
}

/// What a file says.
#[derive(Debug, Default)]
struct Reading {
    facts: Vec<Fact>,
    problems: Vec<Problem>,
    /// Every instance, with when it begins.
    instances: BTreeMap<Key, Timestamp>,
    /// Whether the file was read to its end and nothing was left out.
    is_whole: bool,
}

impl Reading {
    /// Entries, however many instances each has.
    fn entries(&self) -> usize {
        self.instances.keys().map(|key| &key.uid).collect::<BTreeSet<_>>().len()
    }
}

/// What a sync over the network is asked for.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// Cursors that the last kept sync returned; none the first time.
    pub cursors: &'a BTreeMap<String, String>,
    /// Calendars of a server to leave out altogether.
    pub private: &'a [String],
    /// Zone of times without one, of days, and of zones that nobody knows.
    pub zone: TimeZone,
    /// When the sync began.
    pub observed_at: Timestamp,
}

/// The meetings of a file of any bytes, and what could not be read in it.
#[must_use]
pub fn read(bytes: &[u8], context: &Context<'_>) -> (Vec<Fact>, Vec<Problem>) {
    let reading = reading(bytes, context);
    (reading.facts, reading.problems)
}

/// The meetings that an exchange tells of: a calendar behind an address, or entries of a server whose
/// calendars are called as in `names`. Times without a zone are read in `zone`.
#[must_use]
pub fn map(exchange: &Exchange, names: &Names, zone: &TimeZone) -> Mapped {
    if dav::is_answer(exchange) { dav::map(exchange, names, zone) } else { feed::map(exchange, zone) }
}

fn reading(bytes: &[u8], context: &Context<'_>) -> Reading {
    let file = lines::read(bytes);
    let mut reader = Reader {
        context,
        window: window(context),
        budget: Budget { steps: STEPS },
        told: file.problems,
        reading: Reading { is_whole: file.is_whole, ..Reading::default() },
    };
    if file.calendars.is_empty() {
        reader.say(1, "this is no calendar (it should begin with `BEGIN:VCALENDAR`)".to_owned());
        reader.reading.is_whole = false;
    }
    file.calendars.iter().for_each(|calendar| reader.calendar(calendar));
    reader.finish()
}

fn window(context: &Context<'_>) -> Window {
    let middle = context.observed_at.to_zoned(context.zone.clone()).datetime();
    Window {
        from: middle.checked_sub(DAYS.days()).unwrap_or(DateTime::MIN),
        end: middle.checked_add(DAYS.days()).unwrap_or(DateTime::MAX),
    }
}

struct Reader<'a> {
    context: &'a Context<'a>,
    window: Window,
    budget: Budget,
    told: Vec<(usize, String)>,
    reading: Reading,
}

impl Reader<'_> {
    fn say(&mut self, line: usize, message: String) {
        self.told.push((line, message));
    }

    fn calendar(&mut self, calendar: &Component) {
        let method = calendar.word("METHOD");
        if matches!(&method[..], "REPLY" | "REFRESH" | "COUNTER" | "DECLINECOUNTER") {
            let line = calendar.get("METHOD").map_or(1, |method| method.line);
            self.say(line, format!("this is a message about a meeting ({method}), no calendar"));
            return;
        }
        let context = self.context;
        let mut zones = Zones::new(calendar, &context.zone, self.window.end, &mut self.budget);
        let mut events: BTreeMap<String, Vec<Event<'_>>> = BTreeMap::new();
        for component in calendar.children.iter().filter(|child| child.name == "VEVENT") {
            let told = &mut self.told;
            let mut say = |line, message| told.push((line, message));
            match event::event(component, &mut zones, &mut say) {
                Some(event) => events.entry(event.uid.clone()).or_default().push(event),
                None => self.reading.is_whole = false,
            }
        }
        for (line, id) in &zones.unknown {
            let zone = context.zone.iana_name().unwrap_or("the company's zone");
            self.say(*line, format!("nobody knows the zone `{}`; its times were read in {zone}", brief(id)));
        }
        let name = calendar.text("X-WR-CALNAME").or_else(|| calendar.text("NAME"));
        let stem = context.file.rsplit('/').next().unwrap_or_default();
        let stem = stem.strip_suffix(".ics").unwrap_or(stem);
        let name = context.calendar.or(name.as_deref()).unwrap_or(stem).to_owned();
        let about = About {
            calendar: &name,
            method: &method,
            modified: context.modified,
            observed_at: context.observed_at,
        };
        events.values().for_each(|same| self.series(same, &about));
    }

    /// Entries of the same id.
    fn series(&mut self, events: &[Event<'_>], about: &About<'_>) {
        let line = events.iter().map(|event| event.line).min().unwrap_or(1);
        let (instances, is_all) = series::instances(events, self.window, &mut self.budget);
        if !is_all {
            let message = "the series has more instances than anybody could go to; the first were kept";
            self.say(line, message.to_owned());
            self.reading.is_whole = false;
        }
        for instance in instances {
            if self.reading.instances.len() >= INSTANCES {
                self.reading.is_whole = false;
                self.say(
                    line,
                    format!("the file has more than {INSTANCES} instances; the others were left out"),
                );
                return;
            }
            let key = Key {
                calendar: about.calendar.to_owned(),
                uid: instance.event.uid.clone(),
                instance: meeting::key(&instance),
            };
            self.reading.facts.extend(meeting::facts(&instance, about));
            self.reading.instances.insert(key, instance.start.at);
        }
    }

    fn finish(mut self) -> Reading {
        self.told.sort();
        self.told.dedup_by(|a, b| a.1 == b.1);
        let subject = self.context.file;
        let problem = |(line, message): &(usize, String)| Problem {
            subject: subject.to_owned(),
            message: format!("line {line}: {message}"),
        };
        self.reading.problems = self.told.iter().map(problem).collect();
        shorten(&mut self.reading.problems, 0, subject);
        self.reading
    }
}

#[cfg(test)]
mod tests;
