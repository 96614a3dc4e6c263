//! A meeting that is not asked for yet, as a file that any calendar program opens (RFC 5545).
//!
//! It is published, not requested: opening it sends nothing to anybody. Whoever keeps it decides.

use jiff::Timestamp;

use super::write::Writer;

/// What stands in it.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    /// Its name among all entries.
    pub uid: &'a str,
    /// When it was written.
    pub written: Timestamp,
    /// When it might begin.
    pub at: Timestamp,
    /// How long it might take, in minutes.
    pub minutes: i64,
    /// Its title.
    pub title: &'a str,
    /// Why it is wanted.
    pub purpose: &'a str,
    /// Addresses of those who might come.
    pub attendees: &'a [String],
}

impl Draft<'_> {
    /// The file's text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut writer = Writer::new();
        writer.line("BEGIN", "VEVENT");
        writer.text("UID", self.uid);
        writer.time("DTSTAMP", self.written);
        writer.time("DTSTART", self.at);
        writer.line("DURATION", &format!("PT{}M", self.minutes.max(1)));
        writer.text("SUMMARY", self.title);
        writer.text("DESCRIPTION", self.purpose);
        writer.line("STATUS", "TENTATIVE");
        for address in self.attendees.iter().filter(|address| is_plain(address)) {
            writer.line("ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE", &format!("mailto:{address}"));
        }
        writer.line("END", "VEVENT");
        writer.end()
    }
}

/// An address without anything that a line could end with.
fn is_plain(address: &str) -> bool {
    address.contains('@') && !address.contains(|one: char| one.is_control() || one.is_whitespace())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::calendar::{lines, write::LINE};

    fn draft<'a>(title: &'a str, attendees: &'a [String]) -> Draft<'a> {
        let at = "2026-03-03T09:00:00Z".parse().unwrap();
        Draft {
            uid: "x@quarterdeck",
            written: at,
            at,
            minutes: 45,
            title,
            purpose: "1 thing is open",
            attendees,
        }
    }

    #[test]
    fn it_is_a_meeting_that_asks_nobody() {
        let text = draft("Follow-up: a, b; c", &["bo@example.org".to_owned()]).text();
        assert!(text.contains("METHOD:PUBLISH\r\n") && text.contains("SUMMARY:Follow-up: a\\, b\\; c\r\n"));
        assert!(text.contains("DTSTART:20260303T090000Z\r\nDURATION:PT45M\r\n"));
        assert!(text.contains("RSVP=TRUE:mailto:bo@example.org\r\n"));
    }

    proptest! {
        #[test]
        fn whatever_stands_in_it_is_read_back_and_begins_nothing_else(title in "\\PC*[\n;,\\\\]*\\PC*") {
            let attendees = ["bo@example.org\r\nSUMMARY:no".to_owned()];
            let text = draft(&title, &attendees).text();
            prop_assert!(text.lines().all(|line| line.len() <= LINE));
            let file = lines::read(text.as_bytes());
            prop_assert!(file.problems.is_empty() && file.is_whole);
            let event = &file.calendars[0].children[0];
            let summaries: Vec<_> = event.properties.iter().filter(|one| one.name == "SUMMARY").collect();
            prop_assert_eq!(summaries.len(), 1);
            prop_assert_eq!(summaries[0].text(), title.replace(|one: char| one.is_control() && one != '\n', ""));
            prop_assert!(event.properties.iter().all(|one| one.name != "ATTENDEE"));
        }
    }
}
