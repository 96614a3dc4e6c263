//! Moments and spans as calendars write them.

use jiff::{
    SignedDuration, Span, Timestamp,
    civil::{Date, DateTime, Time},
};

use super::zone::Zone;

/// A value of type DATE or DATE-TIME (RFC 5545, sections 3.3.4 and 3.3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// A day.
    Day(Date),
    /// A time on the clocks of some zone, or of wherever one is.
    Local(DateTime),
    /// An instant.
    Utc(Timestamp),
}

impl Moment {
    /// The instant, where local times are of `zone`.
    pub(super) fn instant(self, zone: &Zone) -> Option<Timestamp> {
        match self {
            Self::Utc(time) => Some(time),
            Self::Local(time) => zone.instant(time),
            Self::Day(day) => zone.instant(day.to_datetime(Time::midnight())),
        }
    }

    /// What clocks show, those of UTC for an instant.
    pub(super) fn clock(self) -> DateTime {
        match self {
            Self::Utc(time) => time.to_zoned(jiff::tz::TimeZone::UTC).datetime(),
            Self::Local(time) => time,
            Self::Day(day) => day.to_datetime(Time::midnight()),
        }
    }

    /// Whether it is a day without a time.
    pub(super) fn is_day(self) -> bool {
        matches!(self, Self::Day(_))
    }
}

/// `20260131`, `20260131T140500`, `20260131T140500Z`; the hyphens and colons of ISO 8601 are borne.
pub(super) fn moment(text: &str) -> Option<Moment> {
    let plain: String = text.trim().chars().filter(|character| !matches!(character, '-' | ':')).collect();
    let upper = plain.to_ascii_uppercase();
    let (day, clock) = upper.split_once('T').map_or((&upper[..], None), |(day, clock)| (day, Some(clock)));
    let day = digits(day, 8)?;
    let part = |number: i64| i8::try_from(number % 100).ok();
    let date = Date::new(i16::try_from(day / 10_000).ok()?, part(day / 100)?, part(day)?).ok()?;
    let Some(clock) = clock else { return Some(Moment::Day(date)) };
    let (clock, is_utc) = clock.strip_suffix('Z').map_or((clock, false), |clock| (clock, true));
    let number = if clock.len() == 4 { digits(clock, 4)? * 100 } else { digits(clock, 6)? };
    // A leap second is the one before it: no clock here shows it.
    let time = Time::new(part(number / 10_000)?, part(number / 100)?, part(number)?.min(59), 0).ok()?;
    let local = date.to_datetime(time);
    if is_utc {
        return jiff::tz::TimeZone::UTC.to_timestamp(local).ok().map(Moment::Utc);
    }
    Some(Moment::Local(local))
}

fn digits(text: &str, count: usize) -> Option<i64> {
    let is_number = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

/// How long something takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Length {
    /// Whole days, as the calendar has them: on a day when clocks change, 23 or 25 hours.
    pub(super) days: i64,
    /// Seconds beside them.
    pub(super) seconds: i64,
}

impl Length {
    /// Where something that begins at `start` ends; `start` where no calendar holds the end.
    pub(super) fn end(self, start: DateTime, at: Timestamp, zone: &Zone) -> Timestamp {
        let begin = if self.days == 0 {
            Some(at)
        } else {
            let moved = Span::new().try_days(self.days).and_then(|days| start.checked_add(days));
            moved.ok().and_then(|moved| zone.instant(moved))
        };
        begin.and_then(|begin| begin.checked_add(SignedDuration::from_secs(self.seconds)).ok()).unwrap_or(at)
    }
}

/// `PT1H30M`, `P1D`, `P2W`; a negative one is none.
pub(super) fn length(text: &str) -> Option<Length> {
    let upper = text.trim().to_ascii_uppercase();
    let body = upper.strip_prefix('+').unwrap_or(&upper).strip_prefix('P')?;
    let mut length = Length { days: 0, seconds: 0 };
    let (mut number, mut is_time, mut has_part) = (None, false, false);
    for character in body.chars() {
        if let Some(digit) = character.to_digit(10) {
            let grown = number.unwrap_or(0_i64) * 10 + i64::from(digit);
            number = Some(grown).filter(|grown| *grown < 1_000_000_000);
            number?;
            continue;
        }
        if character == 'T' && number.is_none() && !is_time {
            is_time = true;
            continue;
        }
        let count = number.take()?;
        has_part = true;
        match (character, is_time) {
            ('W', false) => length.days += count * 7,
            ('D', false) => length.days += count,
            ('H', true) => length.seconds += count * 3600,
            ('M', true) => length.seconds += count * 60,
            ('S', true) => length.seconds += count,
            _ => return None,
        }
    }
    (has_part && number.is_none()).then_some(length)
}

/// `+0100`, `-033000`, in seconds.
pub(super) fn offset(text: &str) -> Option<i64> {
    let text = text.trim();
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let number = if rest.len() == 4 { digits(rest, 4)? * 100 } else { digits(rest, 6)? };
    let seconds = number / 10_000 * 3600 + number / 100 % 100 * 60 + number % 100;
    (seconds < 24 * 3600).then_some(sign * seconds)
}
