//! Times as people and programs write them.
//!
//! A form that two countries read differently (`03/04/2026`) is refused, not guessed.

use jiff::{Timestamp, civil, tz::TimeZone};

/// An instant as programs write it: RFC 3339, or the same without an offset, which is read as UTC.
pub(crate) fn instant(text: &str) -> Option<Timestamp> {
    read(text, &TimeZone::UTC).ok()
}

/// The instant that `text` means: RFC 3339; `2026-01-31`, `2026/01/31`, `31.01.2026` or
/// `01/31/2026` where only one reading is a date, each with or without a time of day (`14:05`,
/// `2:05:07 PM`); seconds, milliseconds or microseconds since 1970. Where no offset is written it
/// is of `zone`, and a day begins at midnight.
///
/// # Errors
/// What is wrong with it, to follow the word itself: "is not a time; ...".
pub(crate) fn read(text: &str, zone: &TimeZone) -> Result<Timestamp, &'static str> {
    read_in(text, zone, None)
}

/// The same, where `order` says which of two numbers is the month.
///
/// # Errors
/// As above.
pub(crate) fn read_in(text: &str, zone: &TimeZone, order: Option<Order>) -> Result<Timestamp, &'static str> {
    const NOT: &str = "is not a time; write it as `2026-01-31T14:05:00Z`";
    let text = text.trim();
    if text.len() > 64 || !text.is_ascii() {
        return Err(NOT);
    }
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    if let Some(time) = epoch(text) {
        return Ok(time);
    }
    let (text, zone) = match text.strip_suffix(" UTC").or_else(|| text.strip_suffix(" GMT")) {
        Some(text) => (text, TimeZone::UTC),
        None => (text, zone.clone()),
    };
    let (day, rest) = text.split_once([' ', 'T', 't']).unwrap_or((text, ""));
    let day = date(day.trim_end_matches(','), order)?;
    let (clock, offset) = split_offset(rest.trim());
    let clock = if clock.is_empty() { Some(civil::Time::midnight()) } else { clock_time(clock) };
    let moment = day.to_datetime(clock.ok_or(NOT)?);
    let zone = match offset {
        None => zone,
        Some(offset) => TimeZone::fixed(offset.ok_or(NOT)?),
    };
    zone.to_timestamp(moment).map_err(|_| NOT)
}

/// Since 1970: nine or ten digits are seconds (with a fraction or without), twelve or thirteen
/// milliseconds, fifteen or sixteen microseconds.
fn epoch(text: &str) -> Option<Timestamp> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    match whole.len() {
        9 | 10 => {
            let micros: String = fraction.chars().chain("000000".chars()).take(6).collect();
            Timestamp::from_microsecond(number * 1_000_000 + micros.parse::<i64>().ok()?).ok()
        }
        12 | 13 => Timestamp::from_millisecond(number).ok(),
        15 | 16 => Timestamp::from_microsecond(number).ok(),
        _ => None,
    }
}

/// Which of two numbers is the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// `31/01/2026`
    DayFirst,
    /// `01/31/2026`
    MonthFirst,
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The day that `text` means: those forms of [`read`], `20260131`, `31.01.26`, `31-Jan-2026`, `Jan 31, 2026`, and
/// `03/04/2026` where `order` says which is the month. Of an instant it is the day in `zone`.
///
/// # Errors
/// What is wrong with it, to follow the word itself.
pub(crate) fn day(text: &str, zone: &TimeZone, order: Option<Order>) -> Result<civil::Date, &'static str> {
    const NOT: &str = "is not a day; write it as `2026-01-31`";
    let text = text.trim();
    if text.len() > 64 || !text.is_ascii() {
        return Err(NOT);
    }
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return civil::Date::strptime("%Y%m%d", text).map_err(|_| NOT);
    }
    let parts: Vec<&str> =
        text.split(|sign: char| !sign.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).collect();
    if let [first, second, third] = parts[..] {
        let month = |word: &str| {
            let start = word.get(..3)?.to_ascii_lowercase();
            let month = MONTHS.iter().position(|month| *month == start)?;
            i8::try_from(month + 1).ok()
        };
        let named =
            month(second).map(|month| (first, month)).or_else(|| month(first).map(|month| (second, month)));
        if let Some((day, month)) = named {
            let (Ok(year), Ok(day)) = (third.parse(), day.parse()) else { return Err(NOT) };
            return civil::Date::new(year, month, day).map_err(|_| NOT);
        }
        if text.matches('.').count() == 2
            && third.len() == 2
            && let (Ok(day), Ok(month), Ok(year)) = (first.parse(), second.parse(), third.parse::<i16>())
        {
            return civil::Date::new(2000 + year, month, day).map_err(|_| NOT);
        }
    }
    let alone = text.split([' ', 'T', 't']).next().unwrap_or_default().trim_end_matches(',');
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(instant.to_zoned(zone.clone()).date());
    }
    if alone.bytes().all(|byte| byte.is_ascii_digit()) {
        return epoch(alone).map(|instant| instant.to_zoned(zone.clone()).date()).ok_or(NOT);
    }
    date(alone, order).map_err(|reason| if reason == AMBIGUOUS { reason } else { NOT })
}

const AMBIGUOUS: &str = "can be read as two different days; write it as `2026-01-31`";

fn date(text: &str, order: Option<Order>) -> Result<civil::Date, &'static str> {
    const NOT: &str = "is not a time; write it as `2026-01-31T14:05:00Z`";
    let separator = text.chars().find(|character| !character.is_ascii_digit()).ok_or(NOT)?;
    let parts: Vec<&str> = text.split(separator).collect();
    let [a, b, c] = parts[..] else { return Err(NOT) };
    let number = |part: &str| part.parse::<i16>().ok().filter(|_| part.len() <= 4);
    let (Some(first), Some(second), Some(third)) = (number(a), number(b), number(c)) else {
        return Err(NOT);
    };
    let (year, month, day) = match separator {
        '-' | '/' if a.len() == 4 => (first, second, third),
        '.' if c.len() == 4 => (third, second, first),
        '/' | '-' if c.len() == 4 && first > 12 => (third, second, first),
        '/' | '-' if c.len() == 4 && second > 12 => (third, first, second),
        '/' | '-' if c.len() == 4 && first == second => (third, first, second),
        '/' | '-' if c.len() == 4 => match order {
            Some(Order::DayFirst) => (third, second, first),
            Some(Order::MonthFirst) => (third, first, second),
            None => return Err(AMBIGUOUS),
        },
        _ => return Err(NOT),
    };
    let (Ok(month), Ok(day)) = (i8::try_from(month), i8::try_from(day)) else { return Err(NOT) };
    civil::Date::new(year, month, day).map_err(|_| NOT)
}

/// Takes `Z` or `+02:00`, `-0500`, `+02` off the end of a time of day; the inner value is none
/// where what looks like an offset is not one.
fn split_offset(text: &str) -> (&str, Option<Option<jiff::tz::Offset>>) {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return (clock, Some(Some(jiff::tz::Offset::UTC)));
    }
    let Some(place) = text.rfind(['+', '-']) else { return (text, None) };
    let (clock, offset) = text.split_at(place);
    let digits: String = offset.chars().filter(char::is_ascii_digit).collect();
    let read = || {
        let hours: i32 = digits.get(..2)?.parse().ok()?;
        let minutes: i32 = if digits.len() == 2 { 0 } else { digits.get(2..4)?.parse().ok()? };
        let seconds = (hours * 60 + minutes) * 60;
        let signed = if offset.starts_with('-') { -seconds } else { seconds };
        (digits.len() <= 4).then(|| jiff::tz::Offset::from_seconds(signed).ok())?
    };
    (clock.trim_end(), Some(read()))
}

fn clock_time(text: &str) -> Option<civil::Time> {
    let lower = text.to_ascii_lowercase();
    let (digits, afternoon) = match lower.strip_suffix("pm") {
        Some(digits) => (digits, Some(true)),
        None => lower.strip_suffix("am").map_or((&lower[..], None), |digits| (digits, Some(false))),
    };
    let mut parts = digits.trim().split(':');
    let mut hour: i8 = parts.next()?.parse().ok()?;
    let minute: i8 = parts.next()?.parse().ok()?;
    let seconds = parts.next().unwrap_or("0");
    let (second, fraction) = seconds.split_once(['.', ',']).unwrap_or((seconds, ""));
    let nanos: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    if let Some(afternoon) = afternoon {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + if afternoon { 12 } else { 0 };
    }
    let rest_is_empty = parts.next().is_none();
    civil::Time::new(hour, minute, second.parse().ok()?, nanos.parse().ok()?).ok().filter(|_| rest_is_empty)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn common_forms_are_understood() {
        let zurich = TimeZone::get("Europe/Zurich").expect("a known zone");
        let cases = [
            ("2026-01-31T14:05:00Z", "2026-01-31T14:05:00Z"),
            ("2026-01-31T14:05:00.5+02:00", "2026-01-31T12:05:00.5Z"),
            ("2026-01-31 14:05:00 +0200", "2026-01-31T12:05:00Z"),
            ("2026-01-31 14:05:00-05", "2026-01-31T19:05:00Z"),
            ("2026-01-31 14:05:00 UTC", "2026-01-31T14:05:00Z"),
            ("2026-01-31 14:05", "2026-01-31T13:05:00Z"),
            ("2026-01-31T14:05:07.123456", "2026-01-31T13:05:07.123456Z"),
            ("2026-01-31", "2026-01-30T23:00:00Z"),
            ("2026/1/31 14:05", "2026-01-31T13:05:00Z"),
            ("31.01.2026", "2026-01-30T23:00:00Z"),
            ("1.2.2026, 14:05", "2026-02-01T13:05:00Z"),
            ("01/31/2026 2:05 PM", "2026-01-31T13:05:00Z"),
            ("31/01/2026 12:05 am", "2026-01-30T23:05:00Z"),
            ("02/02/2026", "2026-02-01T23:00:00Z"),
            ("1769868300", "2026-01-31T14:05:00Z"),
            ("1769868300.25", "2026-01-31T14:05:00.25Z"),
            ("1769868300000", "2026-01-31T14:05:00Z"),
            ("1769868300000000", "2026-01-31T14:05:00Z"),
        ];
        for (text, wanted) in cases {
            assert_eq!(read(text, &zurich).map(|time| time.to_string()).as_deref(), Ok(wanted), "{text}");
        }
    }

    #[test]
    fn what_two_countries_read_differently_is_refused() {
        assert!(
            read("03/04/2026", &TimeZone::UTC).is_err_and(|message| message.contains("two different days"))
        );
        let strange = [
            "",
            "yesterday",
            "2026",
            "31/31/2026",
            "2026-02-30",
            "2026-01-31 25:00",
            "12",
            "1/2/26",
            "2026-01-31 14:05+",
            "2026-01-31 13:05 PM",
            "2026-01-31T14:05:00:00",
            "-",
            "//",
            "..",
            "T",
        ];
        for text in strange {
            assert!(read(text, &TimeZone::UTC).is_err(), "{text}");
        }
    }

    #[test]
    fn days_are_understood() {
        let zurich = TimeZone::get("Europe/Zurich").expect("a known zone");
        for text in [
            "2026-01-31",
            "31.01.2026",
            "31.1.26",
            "31-Jan-2026",
            "Jan 31, 2026",
            "31 January 2026",
            "20260131",
            "01/31/2026",
            "31-01-2026",
            "2026-01-31 14:05",
            "2026-01-30T23:30:00Z",
            "1769868300",
        ] {
            assert_eq!(
                day(text, &zurich, None).map(|day| day.to_string()).as_deref(),
                Ok("2026-01-31"),
                "{text}"
            );
        }
        let both = |order| day("03/04/2026", &zurich, order).map(|day| day.to_string());
        assert_eq!(both(Some(Order::DayFirst)).as_deref(), Ok("2026-04-03"));
        assert_eq!(both(Some(Order::MonthFirst)).as_deref(), Ok("2026-03-04"));
        assert!(both(None).is_err());
        for text in ["2026-02-30", "31.31.2026", "20261301", "0", "", "Foo 3, 2026", "31 Jan", "31.02.26"] {
            assert!(day(text, &zurich, None).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(text in ".{0,40}", near in "[0-9+:./TZ apm-]{0,30}") {
            for text in [&text, &near] {
                let _ = day(text, &TimeZone::UTC, Some(Order::DayFirst));
            }
            let _ = read(&text, &TimeZone::UTC);
            let _ = read(&near, &TimeZone::UTC);
        }
    }
}
