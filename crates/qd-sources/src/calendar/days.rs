//! Entries that last whole days, as a calendar that any calendar program opens or subscribes to.

use jiff::{Timestamp, civil::Date};

use super::write::Writer;

/// An entry of whole days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WholeDays {
    /// Its name among all entries: the same entry keeps it, so that a calendar read again replaces it.
    pub uid: String,
    /// Its first day.
    pub first: Date,
    /// Its last day; the first where it would be before that.
    pub last: Date,
    /// Its title.
    pub title: String,
    /// What is told of it.
    pub description: String,
    /// What it belongs to.
    pub category: String,
}

/// The text of a calendar of such entries. They take nobody's time: who is asked whether they are free, is.
#[must_use]
pub fn whole_days(name: &str, written: Timestamp, entries: &[WholeDays]) -> String {
    let mut writer = Writer::new();
    // Not of the standard, and what calendar programs show as the calendar's name.
    writer.text("X-WR-CALNAME", name);
    for entry in entries {
        // The end is the day after (3.6.1).
        let after = entry.last.max(entry.first).tomorrow().unwrap_or(Date::MAX);
        writer.line("BEGIN", "VEVENT");
        writer.text("UID", &entry.uid);
        writer.time("DTSTAMP", written);
        writer.day("DTSTART", entry.first);
        writer.day("DTEND", after);
        writer.text("SUMMARY", &entry.title);
        if !entry.description.is_empty() {
            writer.text("DESCRIPTION", &entry.description);
        }
        if !entry.category.is_empty() {
            writer.text("CATEGORIES", &entry.category);
        }
        writer.line("TRANSP", "TRANSPARENT");
        writer.line("END", "VEVENT");
    }
    writer.end()
}

#[cfg(test)]
mod tests {
    use jiff::{civil::date, tz::TimeZone};
    use proptest::prelude::*;

    use super::*;
    use crate::calendar::{Context, lines, read, write::LINE};

    fn entry(title: &str) -> WholeDays {
        WholeDays {
            uid: "atlas/build@quarterdeck".to_owned(),
            first: date(2026, 3, 2),
            last: date(2026, 3, 4),
            title: title.to_owned(),
            description: "Ada\n3 days".to_owned(),
            category: "Atlas".to_owned(),
        }
    }

    #[test]
    fn whole_days_end_on_the_day_after_and_are_read_as_meetings_of_nobody() {
        let written = "2026-03-02T07:00:00Z".parse().unwrap();
        let text = whole_days("Plan", written, &[entry("Build; ship")]);
        assert_eq!(
            text,
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Quarterdeck//EN\r\nMETHOD:PUBLISH\r\nX-WR-CALNAME:Plan\r\n\
             BEGIN:VEVENT\r\nUID:atlas/build@quarterdeck\r\nDTSTAMP:20260302T070000Z\r\n\
             DTSTART;VALUE=DATE:20260302\r\nDTEND;VALUE=DATE:20260305\r\nSUMMARY:Build\\; ship\r\n\
             DESCRIPTION:Ada\\n3 days\r\nCATEGORIES:Atlas\r\nTRANSP:TRANSPARENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        );
        let context = Context {
            file: "plan.ics",
            calendar: None,
            modified: written,
            observed_at: written,
            zone: TimeZone::UTC,
        };
        let (facts, problems) = read(text.as_bytes(), &context);
        assert!(problems.is_empty(), "{problems:?}");
        let told = serde_json::to_string(&facts.iter().map(|fact| &fact.row).collect::<Vec<_>>()).unwrap();
        for words in ["Build; ship", "2026-03-02T00:00:00Z", "2026-03-05T00:00:00Z"] {
            assert!(told.contains(words), "{words}: {told}");
        }
    }

    #[test]
    fn the_last_day_there_is_ends_as_well() {
        let last = WholeDays { first: Date::MAX, last: Date::MIN, ..entry("x") };
        assert!(whole_days("", Timestamp::UNIX_EPOCH, &[last]).contains("DTEND;VALUE=DATE:99991231"));
    }

    proptest! {
        #[test]
        fn whatever_stands_in_an_entry_is_read_back_and_begins_nothing_else(
            title in "\\PC*[\r\n;,\\\\]*\\PC*",
            description in "(\\PC|\n|\r|END:VEVENT)*",
        ) {
            let entries = [WholeDays { description, ..entry(&title) }, entry("second")];
            let text = whole_days(&title, Timestamp::UNIX_EPOCH, &entries);
            prop_assert!(text.split_terminator("\r\n").all(|line| line.len() <= LINE && !line.contains(['\r', '\n'])));
            let file = lines::read(text.as_bytes());
            prop_assert!(file.problems.is_empty() && file.is_whole);
            prop_assert_eq!(file.calendars[0].children.len(), 2);
            for (event, entry) in file.calendars[0].children.iter().zip(&entries) {
                let of = |name: &str| {
                    event.properties.iter().find(|one| one.name == name).map(|one| one.text())
                };
                let clean = |text: &str| text.replace(|one: char| one.is_control() && one != '\n', "");
                prop_assert_eq!(of("SUMMARY"), Some(clean(&entry.title)));
                let description = (!entry.description.is_empty()).then(|| clean(&entry.description));
                prop_assert_eq!(of("DESCRIPTION"), description);
            }
        }
    }
}
