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
            let place = ended(&self.busy, start);
            self.busy.insert(place, (start, end));
        }
    }

    /// The same where it is never given back: what follows at once is one stretch with what is before, so that an agenda that
    /// is full is short.
    pub(crate) fn fill(&mut self, start: Time, end: Time) {
        if start >= end {
            return;
        }
        let place = ended(&self.busy, start);
        let follows = place > 0 && self.busy[place - 1].1 == start;
        let leads = self.busy.get(place).is_some_and(|next| next.0 == end);
        match (follows, leads) {
            (true, true) => self.busy[place - 1].1 = self.busy.remove(place).1,
            (true, false) => self.busy[place - 1].1 = end,
            (false, true) => self.busy[place].0 = start,
            (false, false) => self.busy.insert(place, (start, end)),
        }
    }

    /// No longer busy for a stretch of time that was taken.
    pub(crate) fn give_back(&mut self, start: Time, end: Time) {
        self.busy.retain(|&stretch| stretch != (start, end));
    }

    /// Whether a stretch of time is free of other tasks.
    pub(crate) fn is_idle(&self, start: Time, end: Time) -> bool {
        let place = ended(&self.busy, start);
        start >= end || self.busy.get(place).is_none_or(|next| next.0 >= end)
    }

    /// The absence at a time, or else the next.
    #[inline]
    pub(crate) fn absence(&self, time: Time) -> (Time, Time) {
        let place = ended(&self.absences, time);
        self.absences.get(place).copied().unwrap_or((Time::MAX, Time::MAX))
    }

    /// The first time, from one on, at which they could begin a task that takes so long, and do it to its end
    /// with no other between; [`Time::MAX`] if that never comes.
    pub(crate) fn soonest(&self, mut at: Time, duration: Time) -> Time {
        if duration == 0 {
            return at;
        }
        let mut place = ended(&self.busy, at);
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

    /// What they are busy with at a time, or else next.
    pub(crate) fn next_busy(&self, time: Time) -> Option<(Time, Time)> {
        self.busy.get(ended(&self.busy, time)).copied()
    }

    /// Units of time between two times at which they are there.
    pub(crate) fn there(&self, from: Time, until: Time) -> Time {
        (until - from).max(0) - within(&self.absences, from, until)
    }

    /// Units of time between two times at which they are there, or away, and have nothing to do.
    pub(crate) fn idle(&self, from: Time, until: Time) -> Time {
        (until - from).max(0) - within(&self.busy, from, until)
    }

    /// When work alone, begun while there, is done; what takes no time is done at once, there or not.
    pub(crate) fn end(&self, at: Time, duration: Time) -> Time {
        if duration == 0 {
            return at;
        }
        let (mut time, mut left) = (at, duration);
        let first = ended(&self.absences, at);
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

/// How many stretches have ended by a time (a binary search of our own: that of the standard library is
/// a call where this is a few steps).
#[inline]
fn ended(stretches: &[(Time, Time)], time: Time) -> usize {
    let (mut low, mut high) = (0, stretches.len());
    while low < high {
        let middle = low + (high - low) / 2;
        if stretches[middle].1 <= time { low = middle + 1 } else { high = middle }
    }
    low
}

/// Units of some stretches between two times.
fn within(stretches: &[(Time, Time)], from: Time, until: Time) -> Time {
    let first = ended(stretches, from);
    let some = stretches[first..].iter().take_while(|stretch| stretch.0 < until);
    some.map(|&(start, end)| end.min(until) - start.max(from)).sum()
}

/// The stretches from a start to an end at which all of a crew are there, until so much work is done.
pub(crate) fn stretches(
    agendas: &[Agenda],
    crew: &[(usize, Option<usize>)],
    (start, end): (Time, Time),
    mut work: Time,
) -> Vec<(Time, Time)> {
    let mut found = Vec::new();
    let mut time = start;
    while time < end && work > 0 {
        // When someone goes next, and when all who are away will be back.
        let (mut next, mut back) = (end, time);
        for agenda in crew.iter().filter_map(|&(person, _)| agendas.get(person)) {
            let (from, until) = agenda.absence(time);
            if from <= time { back = back.max(until) } else { next = next.min(from) }
        }
        if back == time {
            next = next.min(time.saturating_add(work));
            work -= next - time;
            found.push((time, next));
        }
        time = if back > time { back } else { next };
    }
    found
}

#[cfg(test)]
mod tests {
    use super::Agenda;
    use crate::plan::{Person, Time};

    #[test]
    fn a_milestone_needs_nobody_to_be_there() {
        let away = Person { absences: vec![(0, 5), (7, Time::MAX)], ..Person::default() };
        let agenda = Agenda::of(&away);
        assert_eq!((agenda.soonest(1, 0), agenda.end(1, 0)), (1, 1));
        assert_eq!((agenda.soonest(1, 2), agenda.end(5, 2)), (5, 7));
        assert_eq!(agenda.soonest(1, 3), Time::MAX);
    }
}
