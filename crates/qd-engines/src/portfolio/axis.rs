//! Days of the calendar and units of the plan: the axis holds working hours alone, one behind the other.

use std::collections::BTreeSet;

use jiff::civil::{Date, Weekday};

use crate::plan::Time;

/// Units of a working day: hours.
pub const DAY: Time = 8;

/// Working days that the axis goes on for: twenty years.
const DAYS: usize = 5_200;

/// The company's working days from the plan's first one on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axis {
    days: Vec<Date>,
}

impl Axis {
    /// Monday to Friday from `first` on, without `holidays`.
    #[must_use]
    pub fn new(first: Date, holidays: &BTreeSet<Date>) -> Self {
        let is_worked = |day: &Date| {
            !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !holidays.contains(day)
        };
        let days = first.series(jiff::Span::new().days(1)).filter(is_worked).take(DAYS);
        Self { days: days.collect() }
    }

    /// The first unit on or after the morning of `day`; 0 for what is past.
    #[must_use]
    pub fn morning(&self, day: Date) -> Time {
        let before = self.days.partition_point(|worked| *worked < day);
        Time::try_from(before).unwrap_or(Time::MAX / DAY).saturating_mul(DAY)
    }

    /// The unit after the evening of `day`; 0 for what is past.
    #[must_use]
    pub fn evening(&self, day: Date) -> Time {
        let until = self.days.partition_point(|worked| *worked <= day);
        Time::try_from(until).unwrap_or(Time::MAX / DAY).saturating_mul(DAY)
    }

    /// The times of somebody who works only some days of the week: those of the other days, for five years.
    pub fn without(&self, weekdays: &[Weekday]) -> impl Iterator<Item = (Time, Time)> {
        let is_off = |day: &Date| !weekdays.contains(&day.weekday());
        let days = self.days.iter().take(DAYS / 4).zip(0..);
        days.filter(move |(day, _)| is_off(day)).map(|(_, place)| (place * DAY, (place + 1) * DAY))
    }

    /// The day in which a unit lies; none behind the end of the axis.
    #[must_use]
    pub fn day(&self, unit: Time) -> Option<Date> {
        self.days.get(usize::try_from(unit / DAY).ok()?).copied()
    }

    /// The day on which something that ends before `unit` was ready: the one it last worked in.
    #[must_use]
    pub fn day_before(&self, unit: Time) -> Option<Date> {
        self.day((unit - 1).max(0))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::date;

    use super::Axis;

    #[test]
    fn weekends_and_holidays_take_no_room() {
        // A Friday, and a Monday off.
        let axis = Axis::new(date(2026, 3, 6), &BTreeSet::from([date(2026, 3, 9)]));
        assert_eq!(axis.day(0), Some(date(2026, 3, 6)));
        assert_eq!(axis.day(8), Some(date(2026, 3, 10)));
        assert_eq!(axis.day_before(8), Some(date(2026, 3, 6)));
        assert_eq!((axis.morning(date(2026, 3, 8)), axis.evening(date(2026, 3, 8))), (8, 8));
        assert_eq!((axis.morning(date(2026, 3, 10)), axis.evening(date(2026, 3, 10))), (8, 16));
        assert_eq!((axis.morning(date(2020, 1, 1)), axis.evening(date(2020, 1, 1))), (0, 0));
        assert_eq!(axis.day(i32::MAX), None);
    }
}
