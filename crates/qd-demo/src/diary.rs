//! The CTO's calendar, as iCalendar (RFC 5545).

use jiff::{
    Timestamp,
    civil::{Date, Weekday},
    tz::TimeZone,
};

use crate::{
    Files,
    days::{at, holidays, plus, working},
    plants::lapsed,
    story::{Role, Story},
};

/// Somebody as a calendar names them: name and address.
pub(crate) type Named = (String, String);

/// An entry of the calendar.
pub(crate) struct Entry {
    pub(crate) uid: String,
    pub(crate) title: String,
    pub(crate) purpose: &'static str,
    pub(crate) day: Date,
    pub(crate) minute: i64,
    pub(crate) minutes: i64,
    pub(crate) rule: String,
    /// Who is asked beside the owner.
    pub(crate) with: Vec<Named>,
}

impl Entry {
    /// A talk in pairs.
    pub(crate) fn talk(
        uid: String,
        title: String,
        with: Named,
        (day, minute): (Date, i64),
        rule: String,
    ) -> Self {
        let purpose = "How are you, what is in your way, what should I know?";
        Self { uid, title, purpose, day, minute, minutes: 30, rule, with: vec![with] }
    }
}

/// A rule that ends some days before `today`.
pub(crate) fn until(rule: &str, today: Date, days: i64) -> String {
    format!("{rule};UNTIL={}T000000Z", plus(today, -days).strftime("%Y%m%d"))
}

/// The Monday of the first whole week after `began`: every series begins in it.
pub(crate) fn first_monday(began: Date) -> Date {
    let mut monday = plus(began, 1);
    while monday.weekday() != Weekday::Monday {
        monday = plus(monday, 1);
    }
    monday
}

/// A calendar: whose, of which domain, from when to when, and what is in it.
pub(crate) struct Diary<'a> {
    pub(crate) owner: Named,
    pub(crate) domain: &'a str,
    pub(crate) began: Date,
    pub(crate) today: Date,
}

impl Diary<'_> {
    /// The text of the file.
    pub(crate) fn written(&self, entries: &[Entry]) -> Vec<u8> {
        let mut text =
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//made up//quarterdeck demo//EN\r\n".to_owned();
        text.push_str(&format!("X-WR-CALNAME:{}\r\n{}", self.owner.0, ZONE));
        entries.iter().for_each(|entry| text.push_str(&self.entry(entry)));
        text.push_str("END:VCALENDAR\r\n");
        text.into_bytes()
    }

    fn entry(&self, entry: &Entry) -> String {
        let stamp = |at: Timestamp| at.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string();
        let clock =
            |minute: i64| format!("{}T{:02}{:02}00", entry.day.strftime("%Y%m%d"), minute / 60, minute % 60);
        let made = stamp(at(self.began, 8 * 60));
        let mut lines = vec![
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}@{}", entry.uid, self.domain),
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
            for year in self.today.year() - 1..=self.today.year() + 1 {
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
        if !entry.with.is_empty() {
            let (name, mail) = &self.owner;
            lines.push(format!("ORGANIZER;CN={name}:mailto:{mail}"));
            let invited = entry.with.iter().chain([&self.owner]);
            lines.extend(
                invited.map(|(name, mail)| format!("ATTENDEE;CN={name};PARTSTAT=ACCEPTED:mailto:{mail}")),
            );
        }
        lines.push("END:VEVENT\r\n".to_owned());
        lines.iter().map(|line| folded(line)).collect::<Vec<_>>().join("\r\n")
    }
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

const ZONE: &str = "BEGIN:VTIMEZONE\r\nTZID:Europe/Zurich\r\nBEGIN:DAYLIGHT\r\nDTSTART:19810329T020000\r\nTZOFFSETFROM:+0100\r\n\
    TZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\nBEGIN:STANDARD\r\nDTSTART:19961027T030000\r\n\
    TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";

/// Writes the calendar.
pub(crate) fn write(story: &Story, files: &mut Files) {
    let cto = &story.people[0];
    let diary = Diary {
        owner: (cto.name(), cto.mail()),
        domain: crate::story::DOMAIN,
        began: story.began,
        today: story.today,
    };
    files.insert(format!("sources/calendar/{}.ics", cto.id), diary.written(&entries(story)));
}

fn entries(story: &Story) -> Vec<Entry> {
    let monday = first_monday(story.began);
    let named = |place: usize| (story.people[place].name(), story.people[place].mail());
    let reports: Vec<usize> =
        (0..story.people.len()).filter(|place| story.people[*place].manager == Some(0)).collect();
    let mut entries = Vec::new();
    for (turn, report) in reports.iter().enumerate() {
        let rule = "FREQ=WEEKLY;INTERVAL=2";
        entries.push(Entry::talk(
            format!("pair-{}", story.people[*report].id),
            format!("{} and {}", story.people[0].given, story.people[*report].given),
            named(*report),
            (plus(monday, 1 + (turn % 3) as i64), 9 * 60 + 30 + 45 * (turn / 3) as i64),
            if *report == lapsed(story) { until(rule, story.today, 47) } else { rule.to_owned() },
        ));
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
        with: leads.into_iter().map(named).collect(),
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
    });
    entries.push(Entry {
        uid: "bank".to_owned(),
        title: "Lake Bank: figures of the quarter".to_owned(),
        purpose: "Philippe Dutoit calls. Order book, cash, outlook.",
        day: working(story.today, 3),
        minute: 14 * 60,
        minutes: 60,
        rule: String::new(),
        with: vec![("Philippe Dutoit".to_owned(), "p.dutoit@lakebank.example".to_owned())],
    });
    entries
}
