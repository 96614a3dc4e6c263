//! A meeting and what to know before it, as text.

use std::fmt::Write as _;

use jiff::tz::TimeZone;
use qd_model::{Meeting, Part, Point, Preparation};

use super::words::count;

/// Its day, hour and title.
pub(crate) fn title(meeting: &Meeting, zone: &TimeZone) -> String {
    let at = meeting.at.to_zoned(zone.clone());
    format!("{} {}", at.strftime("%A %-d %B, %H:%M"), meeting.title)
}

/// One line of a brief: the hour, the title, and how much there is to know.
pub(crate) fn line(known: &Preparation, zone: &TimeZone) -> String {
    let meeting = &known.meeting;
    let mut line = format!("{}  {}", meeting.at.to_zoned(zone.clone()).strftime("%H:%M"), meeting.title);
    if let Some(people) = meeting.people.and_then(|people| usize::try_from(people).ok()) {
        let _ = write!(line, ", {}", count(people, "person", "people"));
    }
    if !meeting.is_certain {
        line.push_str(", not answered");
    }
    let of = |part: Part| known.points.iter().filter(|point| point.part == part).count();
    let parts = [
        (of(Part::TheyWait), "waits for you", "wait for you"),
        (of(Part::YouWait), "answer of theirs is due", "answers of theirs are due"),
        (of(Part::Promised), "open promise", "open promises"),
        (of(Part::Decision), "decision", "decisions"),
    ];
    let said: Vec<String> =
        parts.iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| count(*n, one, many)).collect();
    if !said.is_empty() {
        let _ = write!(line, ": {}", said.join(", "));
    }
    line
}

/// The whole preparation.
pub(crate) fn text(known: &Preparation, zone: &TimeZone) -> String {
    let meeting = &known.meeting;
    let mut text = title(meeting, zone);
    if !meeting.is_certain {
        text.push_str(" (not answered)");
    }
    text.push('\n');
    if let Some(url) = &meeting.url {
        let _ = writeln!(text, "          {url}");
    }
    let parts = [
        (Part::Who, "Who"),
        (Part::TheyWait, "They wait"),
        (Part::YouWait, "You wait"),
        (Part::Promised, "Promised"),
        (Part::Decision, "Decide"),
        (Part::Moved, "Moved"),
    ];
    for (part, name) in parts {
        let of_it = known.points.iter().filter(|point| point.part == part);
        for (place, point) in of_it.enumerate() {
            let name = if place == 0 { name } else { "" };
            let _ = writeln!(text, "{name:<10}{}", said(point, zone));
        }
    }
    if known.points.iter().all(|point| point.part == Part::Who) {
        let _ = writeln!(text, "          nothing waits, is promised or due between you");
    }
    text
}

fn said(point: &Point, zone: &TimeZone) -> String {
    let Point { subject, words, .. } = point;
    let day = |form: &str| point.since.map(|at| at.to_zoned(zone.clone()).strftime(form).to_string());
    match point.part {
        Part::Who => format!("{subject} ({words})"),
        Part::TheyWait | Part::YouWait => {
            let since = day("%Y-%m-%d").map(|day| format!("since {day}  ")).unwrap_or_default();
            let url = point.url.as_ref().map(|url| format!("\n          {url}")).unwrap_or_default();
            format!("{since}{subject}: {words}{url}")
        }
        Part::Promised => {
            let due = point.due.map(|day| format!("by {day}  ")).unwrap_or_default();
            format!("{due}{words} ({subject})")
        }
        Part::Decision => {
            let due = point.due.map(|day| format!("{day}  ")).unwrap_or_default();
            format!("{due}{words}, {subject}")
        }
        Part::Moved => {
            let since = day("%Y-%m-%d").map(|day| format!(" since {day}")).unwrap_or_default();
            format!("{subject}: {words}{since}")
        }
    }
}
