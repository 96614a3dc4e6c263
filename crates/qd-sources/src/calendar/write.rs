//! Lines of a calendar as they are written (RFC 5545, 3.1 and 3.3.11): whatever a value holds, it ends no line and begins no other.

use jiff::{Timestamp, civil::Date};

/// Octets of a line; longer ones are folded.
pub(super) const LINE: usize = 75;

/// A calendar while it is written.
#[derive(Debug)]
pub(super) struct Writer(String);

impl Writer {
    /// A calendar that is published, not requested: opening it sends nothing to anybody.
    pub(super) fn new() -> Self {
        let mut writer = Self(String::new());
        for (name, value) in [
            ("BEGIN", "VCALENDAR"),
            ("VERSION", "2.0"),
            ("PRODID", "-//Quarterdeck//EN"),
            ("METHOD", "PUBLISH"),
        ] {
            writer.line(name, value);
        }
        writer
    }

    /// A line whose value is written as it is.
    pub(super) fn line(&mut self, name: &str, value: &str) {
        fold(&mut self.0, &format!("{name}:{value}"));
    }

    /// A line whose value is words.
    pub(super) fn text(&mut self, name: &str, value: &str) {
        self.line(name, &escape(value));
    }

    /// A line whose value is an instant.
    pub(super) fn time(&mut self, name: &str, at: Timestamp) {
        self.line(name, &at.strftime("%Y%m%dT%H%M%SZ").to_string());
    }

    /// A line whose value is a day.
    pub(super) fn day(&mut self, name: &str, day: Date) {
        self.line(&format!("{name};VALUE=DATE"), &day.strftime("%Y%m%d").to_string());
    }

    /// The whole calendar.
    pub(super) fn end(mut self) -> String {
        self.line("END", "VCALENDAR");
        self.0
    }
}

/// A text as a value: what would end it, or begin another, is escaped.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | ',' | ';' => escaped.extend(['\\', character]),
            '\n' => escaped.push_str("\\n"),
            other if other.is_control() => {}
            other => escaped.push(other),
        }
    }
    escaped
}

/// Adds a line, folded between characters.
fn fold(text: &mut String, line: &str) {
    let mut used = 0;
    for character in line.chars() {
        if used + character.len_utf8() > LINE {
            text.push_str("\r\n ");
            used = 1;
        }
        text.push(character);
        used += character.len_utf8();
    }
    text.push_str("\r\n");
}
