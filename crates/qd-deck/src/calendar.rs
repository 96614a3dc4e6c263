//! Working days: what patience is counted in.

use std::collections::BTreeSet;

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Weekday},
    tz::TimeZone,
};

/// When the company works.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// Where its days begin and end.
    pub zone: TimeZone,
    /// Days nobody works.
    pub holidays: BTreeSet<Date>,
}

impl Calendar {
    /// The date of an instant where the company is.
    #[must_use]
    pub fn date(&self, time: Timestamp) -> Date {
        time.to_zoned(self.zone.clone()).date()
    }

    /// True for Monday to Friday, holidays excepted.
    #[must_use]
    pub fn is_working(&self, date: Date) -> bool {
        !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) && !self.holidays.contains(&date)
    }

    /// Working days after `from` up to and including `to`; 0 where `to` is not later.
    #[must_use]
    pub fn between(&self, from: Date, to: Date) -> i64 {
        if to <= from {
            return 0;
        }
        let days = i64::from(from.until(to).map_or(0, |span| span.get_days()));
        let (weeks, rest) = (days / 7, days % 7);
        let tail = (0..rest).filter(|back| {
            to.checked_sub((*back).days())
                .is_ok_and(|date| !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday))
        });
        let week_days = weeks * 5 + tail.count() as i64;
        let holidays = self
            .holidays
            .iter()
            .filter(|day| **day > from && **day <= to)
            .filter(|day| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday));
        week_days - holidays.count() as i64
    }

    /// The day `working_days` (rounded up) after `from`.
    #[must_use]
    pub fn after(&self, from: Date, working_days: f64) -> Date {
        let mut left = working_days.max(0.0).ceil().min(100_000.0) as i64;
        let mut date = from;
        while left > 0 {
            let Ok(next) = date.checked_add(1.day()) else { return date };
            date = next;
            left -= i64::from(self.is_working(date));
        }
        date
    }
}

#[cfg(test)]
mod tests {
    use jiff::{civil::date, tz::TimeZone};

    use super::Calendar;

    #[test]
    fn weekends_and_holidays_are_not_waited_through() {
        let holidays = [date(2026, 12, 25), date(2026, 12, 26)].into();
        let calendar = Calendar { zone: TimeZone::UTC, holidays };
        let friday = date(2026, 11, 20);
        assert_eq!(calendar.between(friday, date(2026, 11, 23)), 1);
        assert_eq!(calendar.between(friday, friday), 0);
        // 26 December 2026 is a Saturday: it costs no working day.
        assert_eq!(calendar.between(date(2026, 12, 18), date(2027, 1, 1)), 9);
        assert_eq!(calendar.after(friday, 1.0), date(2026, 11, 23));
        assert_eq!(calendar.after(date(2026, 12, 24), 1.0), date(2026, 12, 28));
        for days in 1..40 {
            let later = calendar.after(friday, f64::from(days));
            assert_eq!(calendar.between(friday, later), i64::from(days));
        }
    }
}
