//! The CTO's calendar, as iCalendar (RFC 5545).

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::{
    Files,
    days::{at, holidays, plus, working},
    plants::lapsed,
    story::{Role, Story},
};

/// An entry of the calendar.
struct Entry<'a> {
    uid: String,
    title: String,
    purpose: &'a str,
    day: Date,
    minute: i64,
    minutes: i64,
    rule: String,
    with: Vec<usize>,
    /// Somebody from outside: name and address.
    guest: Option<(&'a str, &'a str)>,
}

/// Writes the calendar.
pub(crate) fn write(story: &Story, files: &mut Files) {
    let mut text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//made up//quarterdeck demo//EN\r\n".to_owned();
    text.push_str(&format!("X-WR-CALNAME:{}\r\n{}", story.people[0].name(), ZONE));
    for entry in entries(story) {
        text.push_str(&written(story, &entry));
    }
    text.push_str("END:VCALENDAR\r\n");
    files.insert(format!("sources/calendar/{}.ics", story.people[0].id), text.into_bytes());
}

const ZONE: &str = "BEGIN:VTIMEZONE\r\nTZID:Europe/Zurich\r\nBEGIN:DAYLIGHT\r\nDTSTART:19810329T020000\r\nTZOFFSETFROM:+0100\r\n\
    TZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\nBEGIN:STANDARD\r\nDTSTART:19961027T030000\r\n\
    TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";

fn entries(story: &Story) -> Vec<Entry<'static>> {
    // The Monday of the first whole week: every series begins in it.
    let mut monday = plus(story.began, 1);
    while monday.weekday() != jiff::civil::Weekday::Monday {
        monday = plus(monday, 1);
    }
    let reports: Vec<usize> =
        (0..story.people.len()).filter(|place| story.people[*place].manager == Some(0)).collect();
    let mut entries = Vec::new();
    for (turn, report) in reports.iter().enumerate() {
        entries.push(Entry {
            uid: format!("pair-{}", story.people[*report].id),
            title: format!("{} and {}", story.people[0].given, story.people[*report].given),
            purpose: "How are you, what is in your way, what should I know?",
            day: plus(monday, 1 + (turn % 3) as i64),
            minute: 9 * 60 + 30 + 45 * (turn / 3) as i64,
            minutes: 30,
            rule: if *report == lapsed(story) {
                format!("FREQ=WEEKLY;INTERVAL=2;UNTIL={}T000000Z", plus(story.today, -47).strftime("%Y%m%d"))
            } else {
                "FREQ=WEEKLY;INTERVAL=2".to_owned()
            },
            with: vec![*report],
            guest: None,
        });
    }
    let leads: Vec<usize> =
        reports.iter().copied().filter(|place| story.people[*place].role != Role::Office).collect();
    entries.push(Entry {
        uid: "leads".to_owned(),
        title: "Round of the leads".to_owned(),
        purpose: "Open decisions, dates that move, who needs whom. Notes in the shared document.",
        day: monday,
        minute: 13 * 60 + 30,
        minutes: 45,
        rule: "FREQ=WEEKLY".to_owned(),
        with: leads,
        guest: None,
    });
    entries.push(Entry {
        uid: "writing".to_owned(),
        title: "Kept free for writing".to_owned(),
        purpose: "No meetings, please.",
        day: plus(monday, 4),
        minute: 9 * 60,
        minutes: 150,
        rule: "FREQ=WEEKLY".to_owned(),
        with: Vec::new(),
        guest: None,
    });
    entries.push(Entry {
        uid: "bank".to_owned(),
        title: "Lake Bank: figures of the quarter".to_owned(),
        purpose: "Philippe Dutoit calls. Order book, cash, outlook.",
        day: working(story.today, 3),
        minute: 14 * 60,
        minutes: 60,
        rule: String::new(),
        with: Vec::new(),
        guest: Some(("Philippe Dutoit", "p.dutoit@lakebank.example")),
    });
    entries
}

fn written(story: &Story, entry: &Entry<'_>) -> String {
    let stamp = |at: Timestamp| at.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string();
    let clock =
        |minute: i64| format!("{}T{:02}{:02}00", entry.day.strftime("%Y%m%d"), minute / 60, minute % 60);
    let made = stamp(at(story.began, 8 * 60));
    let mut lines = vec![
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}@{}", entry.uid, crate::story::DOMAIN),
        format!("DTSTAMP:{made}"),
        format!("CREATED:{made}"),
        format!("LAST-MODIFIED:{made}"),
        format!("DTSTART;TZID=Europe/Zurich:{}", clock(entry.minute)),
        format!("DTEND;TZID=Europe/Zurich:{}", clock(entry.minute + entry.minutes)),
        format!("SUMMARY:{}", entry.title),
        format!("DESCRIPTION:{}", entry.purpose.replace(',', "\\,")),
    ];
    if !entry.rule.is_empty() {
        lines.push(format!("RRULE:{}", entry.rule));
        for year in story.today.year() - 1..=story.today.year() + 1 {
            let off = holidays(year).into_iter().filter(|day| day.weekday() == entry.day.weekday());
            lines.extend(off.map(|day| {
                format!(
                    "EXDATE;TZID=Europe/Zurich:{}T{:02}{:02}00",
                    day.strftime("%Y%m%d"),
                    entry.minute / 60,
                    entry.minute % 60
                )
            }));
        }
    }
    let cto = &story.people[0];
    let with = entry.with.iter().filter_map(|place| story.people.get(*place));
    let mut invited: Vec<(String, String)> = with.map(|person| (person.name(), person.mail())).collect();
    invited.extend(entry.guest.map(|(name, mail)| (name.to_owned(), mail.to_owned())));
    if !invited.is_empty() {
        lines.push(format!("ORGANIZER;CN={}:mailto:{}", cto.name(), cto.mail()));
        invited.push((cto.name(), cto.mail()));
        lines.extend(
            invited.iter().map(|(name, mail)| format!("ATTENDEE;CN={name};PARTSTAT=ACCEPTED:mailto:{mail}")),
        );
    }
    lines.push("END:VEVENT\r\n".to_owned());
    lines.iter().map(|line| folded(line)).collect::<Vec<_>>().join("\r\n")
}

/// A line in pieces of at most 75 bytes, as the format asks for.
fn folded(line: &str) -> String {
    let (mut text, mut length) = (String::new(), 0);
    for letter in line.chars() {
        if length + letter.len_utf8() > 73 && letter != '\r' && letter != '\n' {
            text.push_str("\r\n ");
            length = 1;
        }
        text.push(letter);
        length += letter.len_utf8();
    }
    text
}
