//! A rule of recurrence (RFC 5545, section 3.3.10), read and spelled out.
//!
//! The crate `rrule` computes in chrono and its table of zones, which would come in beside jiff and
//! jiff's; a rule alone needs no zone, only days and times of day, so it is spelled out here in local
//! time and becomes instants afterwards.

use std::str::FromStr;

use jiff::{
    Span, ToSpan,
    civil::{Date, DateTime, Time, Weekday},
};

use super::time::{Moment, moment};

/// How much may be computed for one file: days looked at and instances made. Whoever writes a rule
/// that exceeds it means harm or made a mistake.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    /// Days (hours, minutes) that may still be looked at.
    pub(super) steps: u64,
}

/// Instances that one rule may have within a window.
pub(super) const LONGEST: usize = 10_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Frequency {
    Yearly,
    Monthly,
    Weekly,
    Daily,
    Hourly,
    Minutely,
}

/// When a series takes place.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    frequency: Frequency,
    interval: i64,
    count: Option<u64>,
    /// The last moment, in the words of the rule: UTC, local, or a whole day.
    pub(super) until: Option<Moment>,
    by_second: Vec<i64>,
    by_minute: Vec<i64>,
    by_hour: Vec<i64>,
    /// Which of them in the month or year (0: every one, -1: the last), and the day of the week.
    by_day: Vec<(i64, Weekday)>,
    by_month_day: Vec<i64>,
    by_year_day: Vec<i64>,
    by_week: Vec<i64>,
    by_month: Vec<i64>,
    by_position: Vec<i64>,
    week_start: Weekday,
}

impl FromStr for Rule {
    /// The part that is wrong.
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut rule = Self {
            frequency: Frequency::Daily,
            interval: 1,
            count: None,
            until: None,
            by_second: Vec::new(),
            by_minute: Vec::new(),
            by_hour: Vec::new(),
            by_day: Vec::new(),
            by_month_day: Vec::new(),
            by_year_day: Vec::new(),
            by_week: Vec::new(),
            by_month: Vec::new(),
            by_position: Vec::new(),
            week_start: Weekday::Monday,
        };
        let mut has_frequency = false;
        for part in text.trim().trim_end_matches(';').split(';') {
            let wrong = || part.trim().chars().take(40).collect::<String>();
            let (name, value) = part.split_once('=').ok_or_else(wrong)?;
            let value = value.trim().to_ascii_uppercase();
            has_frequency |= name.trim().eq_ignore_ascii_case("FREQ");
            rule.set(&name.trim().to_ascii_uppercase(), &value).ok_or_else(wrong)?;
        }
        if !has_frequency {
            return Err("FREQ is missing".to_owned());
        }
        Ok(rule)
    }
}

impl Rule {
    /// Sets a part of the rule; none where its value is none.
    fn set(&mut self, name: &str, value: &str) -> Option<()> {
        match name {
            "FREQ" => {
                self.frequency = match value {
                    "YEARLY" => Frequency::Yearly,
                    "MONTHLY" => Frequency::Monthly,
                    "WEEKLY" => Frequency::Weekly,
                    "DAILY" => Frequency::Daily,
                    "HOURLY" => Frequency::Hourly,
                    "MINUTELY" => Frequency::Minutely,
                    _ => return None,
                };
            }
            "INTERVAL" => self.interval = value.parse().ok().filter(|n| (1..=1_000_000).contains(n))?,
            "COUNT" => self.count = Some(value.parse().ok().filter(|n| *n > 0)?),
            "UNTIL" => self.until = Some(moment(value)?),
            "WKST" => self.week_start = weekday(value)?,
            "BYDAY" => self.by_day = value.split(',').map(numbered_day).collect::<Option<_>>()?,
            "BYSECOND" => self.by_second = numbers(value, 0, 60)?,
            "BYMINUTE" => self.by_minute = numbers(value, 0, 59)?,
            "BYHOUR" => self.by_hour = numbers(value, 0, 23)?,
            "BYMONTH" => self.by_month = numbers(value, 1, 12)?,
            "BYMONTHDAY" => self.by_month_day = signed(value, 31)?,
            "BYYEARDAY" => self.by_year_day = signed(value, 366)?,
            "BYWEEKNO" => self.by_week = signed(value, 53)?,
            "BYSETPOS" => self.by_position = signed(value, 366)?,
            // RFC 7529: only the calendar that is meant anyway.
            "RSCALE" if value == "GREGORIAN" => {}
            "SKIP" if value == "OMIT" => {}
            name if name.starts_with("X-") => {}
            _ => return None,
        }
        Some(())
    }

    /// Local times from `start` on up to `end`, those before `from` left out, `start` itself the
    /// first: the standard counts it even where the rule would not hit it. False where the budget or
    /// the longest list ended it early.
    ///
    /// `is_past` says that a time lies after the last one, so that only what counts is counted.
    pub(super) fn times(
        &self,
        start: DateTime,
        from: DateTime,
        end: DateTime,
        is_past: &dyn Fn(DateTime) -> bool,
        budget: &mut Budget,
    ) -> (Vec<DateTime>, bool) {
        let full = self.filled(start);
        let mut found = Vec::new();
        let mut counted = 1_u64;
        if start >= from && start <= end {
            found.push(start);
        }
        // Without a count, nothing depends on what lies before the window.
        let mut period = if self.count.is_some() { 0 } else { full.periods_before(start, from) };
        loop {
            if self.count.is_some_and(|count| counted >= count) || is_past(start) {
                return (found, true);
            }
            let Some((begin, days)) = full.period(start, period) else { return (found, true) };
            if begin > end {
                return (found, true);
            }
            let cost = days.max(1) as u64;
            if budget.steps < cost {
                budget.steps = 0;
                return (found, false);
            }
            budget.steps -= cost;
            for time in full.within(begin, days) {
                if time <= start {
                    continue;
                }
                if time > end || is_past(time) || self.count.is_some_and(|count| counted >= count) {
                    return (found, true);
                }
                counted += 1;
                if time >= from {
                    if found.len() >= LONGEST {
                        return (found, false);
                    }
                    found.push(time);
                }
            }
            period += 1;
        }
    }

    /// The rule with what it takes from the start of its series.
    fn filled(&self, start: DateTime) -> Self {
        let mut full = self.clone();
        let has_days = !(full.by_week.is_empty()
            && full.by_year_day.is_empty()
            && full.by_month_day.is_empty()
            && full.by_day.is_empty());
        match full.frequency {
            Frequency::Yearly if !has_days => {
                if full.by_month.is_empty() {
                    full.by_month.push(i64::from(start.month()));
                }
                full.by_month_day.push(i64::from(start.day()));
            }
            Frequency::Yearly if !full.by_week.is_empty() && full.by_day.is_empty() => {
                full.by_day.push((0, start.weekday()));
            }
            Frequency::Monthly if !has_days => full.by_month_day.push(i64::from(start.day())),
            Frequency::Weekly if !has_days => full.by_day.push((0, start.weekday())),
            _ => {}
        }
        let is_within_day = matches!(full.frequency, Frequency::Hourly | Frequency::Minutely);
        if full.by_hour.is_empty() && !is_within_day {
            full.by_hour.push(i64::from(start.hour()));
        }
        if full.by_minute.is_empty() && full.frequency != Frequency::Minutely {
            full.by_minute.push(i64::from(start.minute()));
        }
        if full.by_second.is_empty() {
            full.by_second.push(i64::from(start.second()));
        }
        full
    }

    /// Periods that end well before `from`.
    fn periods_before(&self, start: DateTime, from: DateTime) -> i64 {
        let days = start.date().until(from.date()).map_or(0, |span| i64::from(span.get_days()) - 1);
        let each = match self.frequency {
            Frequency::Yearly => days / 366,
            Frequency::Monthly => days / 31,
            Frequency::Weekly => days / 7,
            Frequency::Daily => days,
            Frequency::Hourly => days * 24,
            Frequency::Minutely => days * 24 * 60,
        };
        (each / self.interval - 2).max(0)
    }

    /// Where period `number` begins and how many days it has: 0 for parts of a day.
    fn period(&self, start: DateTime, number: i64) -> Option<(DateTime, i64)> {
        let steps = number.checked_mul(self.interval)?;
        let (day, midnight) = (start.date(), Time::midnight());
        match self.frequency {
            Frequency::Yearly => {
                let year = i16::try_from(i64::from(day.year()).checked_add(steps)?).ok()?;
                let first = Date::new(year, 1, 1).ok()?;
                Some((first.to_datetime(midnight), i64::from(first.days_in_year())))
            }
            Frequency::Monthly => {
                let first = day.first_of_month().checked_add(Span::new().try_months(steps).ok()?).ok()?;
                Some((first.to_datetime(midnight), i64::from(first.days_in_month())))
            }
            Frequency::Weekly => {
                let first = day.checked_sub(i64::from(day.weekday().since(self.week_start)).days()).ok()?;
                let first = first.checked_add(Span::new().try_weeks(steps).ok()?).ok()?;
                Some((first.to_datetime(midnight), 7))
            }
            Frequency::Daily => {
                Some((day.checked_add(Span::new().try_days(steps).ok()?).ok()?.to_datetime(midnight), 1))
            }
            Frequency::Hourly => {
                let begin = day.to_datetime(Time::new(start.hour(), 0, 0, 0).ok()?);
                Some((begin.checked_add(Span::new().try_hours(steps).ok()?).ok()?, 0))
            }
            Frequency::Minutely => {
                let begin = day.to_datetime(Time::new(start.hour(), start.minute(), 0, 0).ok()?);
                Some((begin.checked_add(Span::new().try_minutes(steps).ok()?).ok()?, 0))
            }
        }
    }

    /// Times of a period, in order.
    fn within(&self, begin: DateTime, days: i64) -> Vec<DateTime> {
        let mut times = Vec::new();
        let mut day = Some(begin.date());
        for _ in 0..days.max(1) {
            let Some(date) = day else { break };
            if self.has_day(date) {
                self.clock(begin, days == 0).into_iter().for_each(|time| times.push(date.to_datetime(time)));
            }
            day = date.tomorrow().ok();
        }
        if self.by_position.is_empty() {
            return times;
        }
        let mut chosen: Vec<DateTime> = self
            .by_position
            .iter()
            .filter_map(|position| {
                let index = if *position > 0 { position - 1 } else { times.len() as i64 + position };
                times.get(usize::try_from(index).ok()?).copied()
            })
            .collect();
        chosen.sort_unstable();
        chosen.dedup();
        chosen
    }

    /// Times of a day, in order; of an hour or a minute where the rule counts in those.
    fn clock(&self, begin: DateTime, is_within_day: bool) -> Vec<Time> {
        let own = |given: &[i64], begins: i8, is_fixed: bool| -> Vec<i64> {
            if !is_fixed {
                return given.to_vec();
            }
            let own = i64::from(begins);
            if given.is_empty() || given.contains(&own) { vec![own] } else { Vec::new() }
        };
        let hours = own(&self.by_hour, begin.hour(), is_within_day);
        let minutes = own(&self.by_minute, begin.minute(), self.frequency == Frequency::Minutely);
        let mut times = Vec::new();
        for hour in &hours {
            for minute in &minutes {
                for second in &self.by_second {
                    let part = |number: &i64| i8::try_from(*number).ok();
                    let (Some(hour), Some(minute), Some(second)) = (part(hour), part(minute), part(second))
                    else {
                        continue;
                    };
                    times.extend(Time::new(hour, minute, second.min(59), 0).ok());
                }
            }
        }
        times.sort_unstable();
        times.dedup();
        times
    }

    fn has_day(&self, date: Date) -> bool {
        let counted = |list: &[i64], number: i64, of: i64| {
            list.is_empty() || list.contains(&number) || list.contains(&(number - of - 1))
        };
        (self.by_month.is_empty() || self.by_month.contains(&i64::from(date.month())))
            && counted(&self.by_month_day, i64::from(date.day()), i64::from(date.days_in_month()))
            && counted(&self.by_year_day, i64::from(date.day_of_year()), i64::from(date.days_in_year()))
            && self.has_week(date)
            && (self.by_day.is_empty() || self.by_day.iter().any(|wanted| self.is_day(date, *wanted)))
    }

    /// Whether `date` is the wanted day of the week, and the wanted one of its month or year.
    fn is_day(&self, date: Date, (number, weekday): (i64, Weekday)) -> bool {
        if date.weekday() != weekday {
            return false;
        }
        let in_month = match self.frequency {
            Frequency::Monthly => true,
            Frequency::Yearly => !self.by_month.is_empty(),
            _ => return true,
        };
        let (day, of) = if in_month {
            (i64::from(date.day()), i64::from(date.days_in_month()))
        } else {
            (i64::from(date.day_of_year()), i64::from(date.days_in_year()))
        };
        match number {
            0 => true,
            1.. => (day - 1) / 7 + 1 == number,
            _ => -((of - day) / 7 + 1) == number,
        }
    }

    /// Whether the week of `date` is a wanted one; the first is the one with four days of the year.
    fn has_week(&self, date: Date) -> bool {
        if self.by_week.is_empty() {
            return true;
        }
        let middle = |day: Date| {
            let back = i64::from(day.weekday().since(self.week_start));
            day.checked_add((3 - back).days()).ok()
        };
        let week = |day: Date| (i64::from(day.day_of_year()) - 1) / 7 + 1;
        let Some(own) = middle(date) else { return false };
        let last = Date::new(own.year(), 12, 28).ok().and_then(middle).map_or(52, week);
        let number = week(own);
        self.by_week.contains(&number) || self.by_week.contains(&(number - last - 1))
    }
}

fn numbers(value: &str, least: i64, most: i64) -> Option<Vec<i64>> {
    value.split(',').map(|n| n.trim().parse().ok().filter(|n| (least..=most).contains(n))).collect()
}

/// Numbers from the front or, negative, from the back.
fn signed(value: &str, most: i64) -> Option<Vec<i64>> {
    numbers(value, -most, most).filter(|list| !list.contains(&0))
}

fn weekday(text: &str) -> Option<Weekday> {
    match text {
        "MO" => Some(Weekday::Monday),
        "TU" => Some(Weekday::Tuesday),
        "WE" => Some(Weekday::Wednesday),
        "TH" => Some(Weekday::Thursday),
        "FR" => Some(Weekday::Friday),
        "SA" => Some(Weekday::Saturday),
        "SU" => Some(Weekday::Sunday),
        _ => None,
    }
}

/// `MO`, `1MO`, `-1FR`.
fn numbered_day(text: &str) -> Option<(i64, Weekday)> {
    let text = text.trim();
    let (number, day) = text.split_at_checked(text.len().checked_sub(2)?)?;
    if number.is_empty() {
        return Some((0, weekday(day)?));
    }
    let number = number.parse().ok().filter(|n: &i64| *n != 0 && (-53..=53).contains(n))?;
    Some((number, weekday(day)?))
}
