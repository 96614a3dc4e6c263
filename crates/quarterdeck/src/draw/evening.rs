//! The evening as text: what was done, what is open, what comes.

use std::fmt::Write as _;

use jiff::{Timestamp, tz::TimeZone};
use qd_model::{Evening, Part};

use super::{meeting, words::count};

/// Asks that are written out; the rest is a number.
const SHOWN: usize = 20;

/// The text. It ends with how many wait.
pub(crate) fn text(evening: &Evening, zone: &TimeZone) -> String {
    let at = |moment: Timestamp, form: &str| moment.to_zoned(zone.clone()).strftime(form).to_string();
    let mut text =
        format!("{} · evening of {}\n", at(evening.as_of, "%A %-d %B %Y, %H:%M"), evening.for_name);
    let mut section = |name: &str, lines: Vec<String>| {
        for (place, line) in lines.iter().enumerate() {
            let name = if place == 0 { name } else { "" };
            let gap = if place == 0 { "\n" } else { "" };
            let _ = writeln!(text, "{gap}{name:<10}{line}");
        }
    };
    section("Done", evening.done.clone());
    let mut asks: Vec<String> = evening
        .unanswered
        .iter()
        .take(SHOWN)
        .map(|asked| {
            let relation = asked.relation.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
            let place = asked.place.as_ref().map(|place| format!(", {place}")).unwrap_or_default();
            format!("since {}  {}{relation}{place}: {}", at(asked.since, "%Y-%m-%d"), asked.whom, asked.what)
        })
        .collect();
    if evening.unanswered.len() > SHOWN {
        asks.push(format!("{} more; `quarterdeck show unanswered`", evening.unanswered.len() - SHOWN));
    }
    section("Waiting", asks);
    let promises = evening.promises.iter().map(|promise| {
        let whom = promise.whom.as_ref().map(|whom| format!(", for {whom}")).unwrap_or_default();
        let due = promise.due.map(|due| format!("by {due}  ")).unwrap_or_default();
        format!("{due}{}{whom}", promise.title)
    });
    section("Promised", promises.collect());
    let plan = evening.follow_ups.iter().map(|wanted| {
        let when = wanted.at.map(|at| format!("free {}  ", at.to_zoned(zone.clone()).strftime("%A %H:%M")));
        format!("{}{}: {}", when.unwrap_or_default(), wanted.title, wanted.why)
    });
    section("Plan", plan.collect());
    let meeting = evening.next_meeting.iter().map(|known| {
        let mut words = format!("{} {}", at(known.meeting.at, "%A"), meeting::line(known, zone));
        if known.points.iter().any(|point| point.part != Part::Who) {
            let _ = write!(words, "; `quarterdeck prepare {}` opens it", at(known.meeting.at, "%H:%M"));
        }
        words
    });
    section("Next", meeting.collect());
    let told = match evening.notices {
        0 => String::new(),
        notices => format!("; {} only tell you something", count(notices, "thing", "things")),
    };
    let waiting = match evening.unanswered.len() {
        0 => "Nobody waits for an answer of yours".to_owned(),
        1 => "1 thing waits for an answer of yours".to_owned(),
        several => format!("{several} things wait for an answer of yours"),
    };
    let _ = writeln!(text, "\n{waiting}{told}.");
    text
}
