//! Days on a line: where they stand in a drawing, and which of them are named.

use jiff::{ToSpan, civil::Date};

use super::days;

/// Units from one edge of a drawing to the other; an edge keeps some free.
pub(super) const WIDTH: f64 = 1000.0;
const RIGHT: f64 = WIDTH - 16.0;
/// Units of names, before the days.
pub(super) const NAMES: f64 = 236.0;
/// Units of a letter of the drawing's text, about.
pub(super) const LETTER: f64 = 6.4;

/// The days of a drawing.
pub(super) struct Axis {
    first: Date,
    days: f64,
}

/// How days are named along an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Mondays, every so many weeks.
    Weeks(i64),
    /// First days of every so many months.
    Months(i8),
    /// First days of every so many years.
    Years(i16),
}

impl Axis {
    /// From a day to another one, both whole.
    pub(super) fn new(first: Date, last: Date) -> Self {
        Self { first, days: (days(first, last) + 1).max(7) as f64 }
    }

    /// Where a day begins; at an edge where it lies outside.
    pub(super) fn at(&self, day: Date) -> f64 {
        let days = f64::from((day - self.first).get_days());
        (NAMES + days / self.days * (RIGHT - NAMES)).clamp(NAMES, RIGHT)
    }

    /// Where a day is over.
    pub(super) fn after(&self, day: Date) -> f64 {
        day.tomorrow().map_or(RIGHT, |next| self.at(next))
    }

    /// Places and names of some days.
    pub(super) fn ticks(&self) -> Vec<(f64, String)> {
        let step = match self.days {
            days if days <= 80.0 => Step::Weeks(1),
            days if days <= 160.0 => Step::Weeks(2),
            days if days <= 800.0 => Step::Months(1),
            days if days <= 2_400.0 => Step::Months(3),
            _ => Step::Years((self.days / 4_000.0).ceil() as i16),
        };
        let mut ticks: Vec<(f64, String)> = Vec::new();
        let mut day = step.first(self.first);
        while let Some(at) = day.filter(|day| days(self.first, *day) < self.days as usize) {
            let (place, name) = (self.at(at), step.name(at));
            let is_clear =
                ticks.last().is_none_or(|(last, before)| place - last > (before.len() as f64) * LETTER + 6.0);
            if is_clear && place + name.len() as f64 * LETTER < WIDTH {
                ticks.push((place, name));
            }
            day = step.next(at);
        }
        ticks
    }
}

impl Step {
    /// The first named day, on or after a day.
    fn first(self, from: Date) -> Option<Date> {
        let is_first = |day: &Date| match self {
            Self::Weeks(_) => day.weekday() == jiff::civil::Weekday::Monday,
            Self::Months(step) => day.day() == 1 && (day.month() - 1) % step == 0,
            Self::Years(_) => day.day_of_year() == 1,
        };
        from.series(1.day()).take(370).find(is_first)
    }

    fn next(self, day: Date) -> Option<Date> {
        let span = match self {
            Self::Weeks(weeks) => weeks.weeks(),
            Self::Months(months) => i64::from(months).months(),
            Self::Years(years) => i64::from(years).years(),
        };
        day.checked_add(span).ok()
    }

    fn name(self, day: Date) -> String {
        let form = match self {
            Self::Weeks(_) => "%-d %b",
            Self::Months(_) if day.month() == 1 => "%Y",
            Self::Months(_) => "%b",
            Self::Years(_) => "%Y",
        };
        day.strftime(form).to_string()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{Axis, NAMES, RIGHT, WIDTH};

    #[test]
    fn names_of_days_never_touch() {
        let first = date(2026, 11, 23);
        for (last, some) in [
            (date(2026, 11, 23), "23 Nov"),
            (date(2027, 1, 20), "21 Dec"),
            (date(2027, 4, 1), "4 Jan"),
            (date(2028, 1, 1), "Mar"),
            (date(2031, 1, 1), "Apr"),
            (date(2046, 1, 1), "2041"),
            (date(9999, 12, 31), "5"),
        ] {
            let ticks = Axis::new(first, last).ticks();
            assert!(ticks.iter().any(|(_, name)| name.contains(some)), "{last}: {ticks:?}");
            for pair in ticks.windows(2) {
                assert!(pair[1].0 - pair[0].0 > pair[0].1.len() as f64 * 6.0, "{last}: {pair:?}");
            }
            assert!(ticks.iter().all(|(place, name)| place + name.len() as f64 * 6.0 <= WIDTH));
        }
    }

    #[test]
    fn what_lies_outside_stands_at_an_edge() {
        let axis = Axis::new(date(2026, 3, 2), date(2026, 3, 31));
        assert_eq!((axis.at(date(2020, 1, 1)), axis.after(date(2030, 1, 1))), (NAMES, RIGHT));
        assert_eq!(axis.after(date(2026, 3, 31)), RIGHT);
        assert!(axis.after(date(2026, 3, 2)) > axis.at(date(2026, 3, 2)));
    }
}
