//! Days and hours of work: weekends, holidays, and time that is counted in working hours only.

use jiff::{
    Span, Timestamp,
    civil::{Date, Weekday, date},
    tz::TimeZone,
};

/// The working day, in minutes after midnight.
const MORNING: i64 = 9 * 60;
const EVENING: i64 = 18 * 60;

/// The company's zone: the rule of Central Europe, written out so that no machine's tables matter.
pub(crate) fn zone() -> TimeZone {
    TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap_or(TimeZone::UTC)
}

/// The day so many days after `day`, or before it.
pub(crate) fn plus(day: Date, days: i64) -> Date {
    Span::new().try_days(days).ok().and_then(|span| day.checked_add(span).ok()).unwrap_or(day)
}

/// A time of a day, in minutes after midnight of the company's clocks.
pub(crate) fn at(day: Date, minutes: i64) -> Timestamp {
    let minutes = minutes.clamp(0, 24 * 60 - 1);
    day.at((minutes / 60) as i8, (minutes % 60) as i8, 0, 0)
        .to_zoned(zone())
        .map(|zoned| zoned.timestamp())
        .unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Day and minute of the company's clocks.
pub(crate) fn local(at: Timestamp) -> (Date, i64) {
    let zoned = at.to_zoned(zone());
    (zoned.date(), i64::from(zoned.hour()) * 60 + i64::from(zoned.minute()))
}

/// The holidays of a year in Zurich.
pub(crate) fn holidays(year: i16) -> Vec<Date> {
    let easter = easter(year);
    let mut days = vec![
        date(year, 1, 1),
        date(year, 1, 2),
        plus(easter, -2),
        plus(easter, 1),
        date(year, 5, 1),
        plus(easter, 39),
        plus(easter, 50),
        date(year, 8, 1),
        date(year, 12, 25),
        date(year, 12, 26),
    ];
    days.sort_unstable();
    days.dedup();
    days
}

/// Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher).
fn easter(year: i16) -> Date {
    let year_number = i32::from(year);
    let (a, b, c) = (year_number % 19, year_number / 100, year_number % 100);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - b / 4 - g + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let sum = h + l - 7 * m + 114;
    date(year, (sum / 31) as i8, (sum % 31 + 1) as i8)
}

/// Whether the company works on that day.
pub(crate) fn is_working(day: Date) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !holidays(day.year()).contains(&day)
}

/// The working day `days` working days after `day` (before it, where negative); with 0 the nearest one
/// from `day` on.
pub(crate) fn working(day: Date, days: i64) -> Date {
    let step = if days < 0 { -1 } else { 1 };
    let (mut day, mut left) = (day, days.abs());
    loop {
        if left == 0 && is_working(day) {
            return day;
        }
        day = plus(day, step);
        if is_working(day) && left > 0 {
            left -= 1;
        }
    }
}

/// The time after so many minutes of working hours.
pub(crate) fn after(from: Timestamp, minutes: i64) -> Timestamp {
    let (mut day, mut minute) = local(from);
    let mut left = minutes;
    loop {
        if !is_working(day) || minute >= EVENING {
            (day, minute) = (working(plus(day, 1), 0), MORNING);
            continue;
        }
        minute = minute.max(MORNING);
        let room = EVENING - minute;
        if left < room {
            return at(day, minute + left);
        }
        left -= room;
        (day, minute) = (working(plus(day, 1), 0), MORNING);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_falls_where_almanacs_say() {
        assert_eq!(easter(2024), date(2024, 3, 31));
        assert_eq!(easter(2026), date(2026, 4, 5));
        assert_eq!(easter(2038), date(2038, 4, 25));
    }

    #[test]
    fn working_time_leaves_out_nights_weekends_and_holidays() {
        let friday = at(date(2026, 11, 20), 17 * 60 + 30);
        assert_eq!(local(after(friday, 60)), (date(2026, 11, 23), 9 * 60 + 30));
        assert_eq!(working(date(2026, 12, 24), 1), date(2026, 12, 28));
        assert_eq!(working(date(2026, 11, 23), -1), date(2026, 11, 20));
    }
}
