//! When one person is away and when they are busy.

use super::problem::{Person, Time};

/// From here on an absence has no end.
pub(crate) const FOREVER: Time = 100_000_000;

/// Stretches of time, each from a first unit to before another; by rising time and apart.
#[derive(Debug, Clone, Default)]
pub(crate) struct Agenda {
    /// The last may have no end: [`Time::MAX`].
    absences: Vec<(Time, Time)>,
    busy: Vec<(Time, Time)>,
}

impl Agenda {
    pub(crate) fn of(person: &Person) -> Self {
        let mut sorted: Vec<(Time, Time)> = person
            .absences
            .iter()
            .map(|&(from, until)| (from.max(0), if until >= FOREVER { Time::MAX } else { until }))
            .filter(|one| one.0 < one.1)
            .collect();
        sorted.sort_unstable();
        let mut absences: Vec<(Time, Time)> = Vec::new();
        for (from, until) in sorted {
            match absences.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(until),
                _ => absences.push((from, until)),
            }
        }
        Self { absences, busy: Vec::new() }
    }

    /// Nothing to do.
    pub(crate) fn clear(&mut self) {
        self.busy.clear();
    }

    /// Busy for a stretch of time that was idle.
    pub(crate) fn take(&mut self, start: Time, end: Time) {
        if start < end {
            let place = self.busy.partition_point(|one| one.1 <= start);
            self.busy.insert(place, (start, end));
        }
    }

    /// Whether a stretch of time is free of other tasks.
    pub(crate) fn is_idle(&self, start: Time, end: Time) -> bool {
        let place = self.busy.partition_point(|one| one.1 <= start);
        start >= end || self.busy.get(place).is_none_or(|next| next.0 >= end)
    }

    /// The absence at a time, or else the next.
    #[inline]
    pub(crate) fn absence(&self, time: Time) -> (Time, Time) {
        let place = self.absences.partition_point(|one| one.1 <= time);
        self.absences.get(place).copied().unwrap_or((Time::MAX, Time::MAX))
    }

    /// The first time, from one on, at which they could begin a task that takes so long, and do it to its end
    /// with no other between; [`Time::MAX`] if that never comes.
    pub(crate) fn soonest(&self, mut at: Time, duration: Time) -> Time {
        if duration == 0 {
            return at;
        }
        let mut place = self.busy.partition_point(|one| one.1 <= at);
        loop {
            let absence = self.absence(at);
            if absence.0 <= at {
                at = absence.1;
                if at == Time::MAX {
                    return at;
                }
            }
            let next = loop {
                match self.busy.get(place) {
                    Some(&(_, end)) if end <= at => place += 1,
                    next => break next,
                }
            };
            match next {
                Some(&(start, end)) if start <= at || self.end(at, duration) > start => at = end,
                None if self.end(at, duration) == Time::MAX => return Time::MAX,
                _ => return at,
            }
        }
    }

    /// When work alone, begun while there, is done.
    fn end(&self, at: Time, duration: Time) -> Time {
        let (mut time, mut left) = (at, duration);
        let first = self.absences.partition_point(|one| one.1 <= at);
        for &(from, until) in &self.absences[first..] {
            if left <= from - time {
                break;
            }
            left -= from - time;
            time = until;
        }
        time.saturating_add(left)
    }
}
