//! When people are there, and when work that rests while one of them is away is done.

use super::{
    chains::NONE,
    normal::{LANES, Lanes, all_bits, choice},
};
use crate::plan::Person;

/// From here on an absence has no end: whoever it is has left.
const FOREVER: i32 = 100_000_000;

/// When someone is not there: by rising time, apart from each other. The last may have no end.
#[derive(Debug, Clone, Default)]
pub(super) struct Calendar(Vec<(f32, f32)>);

/// What became of work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Course {
    /// It is done at that time.
    Done(f32),
    /// Someone left for good at `at`, with so much left to be done.
    Broken { at: f32, left: f32 },
}

impl Calendar {
    pub(super) fn of(person: &Person) -> Self {
        let mut absences: Vec<(i32, i32)> = person
            .absences
            .iter()
            .map(|&(from, until)| (from.max(0), until))
            .filter(|one| one.0 < one.1)
            .collect();
        absences.sort_unstable();
        let end = |until: i32| if until >= FOREVER { f32::INFINITY } else { until as f32 };
        Self::apart(absences.into_iter().map(|(from, until)| (from as f32, end(until))))
    }

    /// When at least one of several is not there.
    pub(super) fn of_any<'calendar>(calendars: impl Iterator<Item = &'calendar Self>) -> Self {
        let mut absences: Vec<(f32, f32)> = calendars.flat_map(|one| &one.0).copied().collect();
        absences.sort_unstable_by(|one, two| one.0.total_cmp(&two.0));
        Self::apart(absences.into_iter())
    }

    /// Joins what overlaps or touches; the absences come by rising time.
    fn apart(absences: impl Iterator<Item = (f32, f32)>) -> Self {
        let mut apart: Vec<(f32, f32)> = Vec::new();
        for (from, until) in absences {
            match apart.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(until),
                _ => apart.push((from, until)),
            }
        }
        Self(apart)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts off starts until everybody is there, and tells when the work is done: in several runs at once, of
    /// which each does the same steps as the others. What is never done ends at infinity.
    pub(super) fn courses(&self, start: &mut Lanes, by: &mut [u32; LANES], work: &Lanes) -> Lanes {
        let (mut time, mut left) = (*start, *work);
        let first = time.iter().fold(f32::INFINITY, |first, &time| if time < first { time } else { first });
        let place = self.0.partition_point(|&(_, until)| until <= first);
        for &(from, until) in &self.0[place..] {
            let mut may_rest = 0;
            for lane in 0..LANES {
                may_rest |= all_bits(time[lane] + left[lane] >= from);
            }
            if may_rest == 0 {
                break;
            }
            for lane in 0..LANES {
                // Time goes on from the end of one absence to the next, so only a start can lie within one.
                let before = from - time[lane];
                let is_away = all_bits(before <= 0.0) & all_bits(time[lane] < until);
                let goes = all_bits(before > 0.0) & all_bits(left[lane] > before);
                by[lane] |= is_away & NONE;
                start[lane] = choice(is_away, until, start[lane]);
                left[lane] -= choice(goes, before, 0.0);
                time[lane] = choice(is_away | goes, until, time[lane]);
            }
        }
        std::array::from_fn(|lane| time[lane] + left[lane])
    }

    /// The absence at a time, or else the next.
    #[inline]
    pub(super) fn next(&self, time: f32) -> (f32, f32) {
        if self.0.is_empty() {
            return (f32::INFINITY, f32::INFINITY);
        }
        let place = self.0.partition_point(|&(_, until)| until <= time);
        self.0.get(place).copied().unwrap_or((f32::INFINITY, f32::INFINITY))
    }
}

/// When work that begins at a time, at which all of a crew are there, is done.
pub(super) fn course(calendars: &[Calendar], crew: &[u32], start: f32, work: f32) -> Course {
    let (mut time, mut left) = (start, work);
    loop {
        // When someone goes next, when all who are away will be back, when someone left for good.
        let (mut next, mut back, mut gone) = (f32::INFINITY, time, f32::INFINITY);
        for &person in crew {
            let (from, until) = calendars[person as usize].next(time);
            if from <= time && until == f32::INFINITY {
                gone = gone.min(from);
            } else if from <= time {
                back = back.max(until);
            } else {
                next = next.min(from);
            }
        }
        match () {
            _ if gone < f32::INFINITY => return Course::Broken { at: gone.max(start), left },
            _ if back > time => time = back,
            _ if left <= next - time => return Course::Done(time + left),
            _ => (time, left) = (next, left - (next - time)),
        }
    }
}

/// What is left, at a time, of work that one person began at another and has not done.
pub(super) fn rest(calendar: &Calendar, start: f32, work: f32, until: f32) -> f32 {
    let (mut time, mut left) = (start, work);
    loop {
        let (from, back) = calendar.next(time);
        if from <= time && back < until {
            time = back;
        } else if from <= time {
            return left;
        } else if from < until {
            (time, left) = (from, left - (from - time));
        } else {
            return left - (until - time);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn calendar(absences: &[(i32, i32)]) -> Calendar {
        Calendar::of(&Person { absences: absences.to_vec(), ..Person::default() })
    }

    #[test]
    fn absences_are_put_in_order() {
        assert_eq!(calendar(&[(8, 9), (1, 3), (2, 5), (5, 6), (7, 7), (-4, 0)]).0, [(1.0, 6.0), (8.0, 9.0)]);
        assert_eq!(calendar(&[(3, i32::MAX)]).next(9.0), (3.0, f32::INFINITY));
    }

    #[test]
    fn work_stops_when_someone_leaves() {
        let calendars = [calendar(&[(2, 4)]), calendar(&[(6, i32::MAX)])];
        assert_eq!(course(&calendars, &[0, 1], 1.0, 3.0), Course::Done(6.0));
        assert_eq!(course(&calendars, &[0, 1], 1.0, 3.5), Course::Broken { at: 6.0, left: 0.5 });
        let of_both = Calendar::of_any(calendars.iter());
        let work = std::array::from_fn(|lane| if lane < 2 { 3.0 } else { 3.5 });
        let mut starts = std::array::from_fn(|lane| if lane == 1 { f32::INFINITY } else { 1.0 });
        let ends = of_both.courses(&mut starts, &mut [0; LANES], &work);
        assert_eq!(ends[..3], [6.0, f32::INFINITY, f32::INFINITY]);
    }

    proptest! {
        /// Against counting units one by one.
        #[test]
        fn work_rests_while_anyone_is_away(
            absences in prop::collection::vec(prop::collection::vec((0..30, 1..6), 0..4), 1..4),
            start in 0..20,
            work in 0..12,
        ) {
            let people: Vec<Vec<(i32, i32)>> = absences
                .iter()
                .map(|of| of.iter().map(|&(from, length)| (from, from + length)).collect())
                .collect();
            let calendars: Vec<Calendar> = people.iter().map(|of| calendar(of)).collect();
            let crew: Vec<u32> = (0..people.len() as u32).collect();
            let is_there = |time: i32| people.iter().flatten().all(|&(from, until)| !(from..until).contains(&time));
            let first = (start..).find(|&time| is_there(time)).unwrap();
            let (mut starts, mut by) = ([start as f32; LANES], [7; LANES]);
            let ends = Calendar::of_any(calendars.iter()).courses(&mut starts, &mut by, &[work as f32; LANES]);
            prop_assert_eq!((starts[3], by[3]), (first as f32, if first > start { NONE } else { 7 }));
            let (mut time, mut left) = (first, work);
            while left > 0 {
                left -= i32::from(is_there(time));
                time += 1;
            }
            prop_assert_eq!(course(&calendars, &crew, first as f32, work as f32), Course::Done(time as f32));
            prop_assert_eq!(ends[3], time as f32);
        }
    }
}
