//! Tasks put down in the evening for others that are dearer to delay, and taken up again.
//!
//! The search makes plans in which what is begun is done to its end. Here the best of them is made better:
//! one task at a time may be put down once more than before, either for a task that comes too late and
//! could begin in its midst, or to begin while there is time before something else. That stays only where
//! the declared objectives become better for it or, these being the same, work is done earlier; getting
//! back into the task takes its time, so an interruption that brings little brings nothing.

use super::{
    agenda::Agenda,
    crew::CrewDecoder,
    decoder::{Decoder, Individual, Side},
    network::Network,
    planner::Options,
    problem::{Interruption, Problem, Schedule, Time},
    urgency::latest_starts,
};

/// Tasks that are placed in all trials, and in those that are made though time is over.
const PLACED: u64 = 2_000_000;
const PLACED_LATE: u64 = 200_000;

/// Of the schedules that the search made, the share that is made again here; and the fewest.
const SHARE: u64 = 4;
const FEWEST: u64 = 64;

/// Tasks of somebody, begun last before a time, among which the one is looked for that they are on.
const RECENT: usize = 4;

/// What may be tried.
#[derive(Debug, Clone, Copy)]
enum Trial {
    /// A task may be put down once more, for what its doer has to do anyway.
    Part { task: usize },
    /// A task may be put down once more, for another one that comes before it and begins at that time at the earliest.
    Call { task: usize, other: usize, at: Time },
    /// What a task is put down for begins in the evening and not before: until then its doer goes on.
    Hold { other: usize, at: Time },
}

/// Of two schedules the less is better: tasks that could not be planned, the declared objectives, and how
/// late work is done (each task's work times its end).
type Worth = (u32, [u64; 4], u128);

/// A list of tasks, and what makes its schedule.
#[derive(Debug, Clone)]
struct Parted {
    list: Vec<u32>,
    /// How often each task may be put down.
    most: Vec<u32>,
    /// No start before.
    head: Vec<Time>,
}

/// Puts tasks of the best schedule that was found down where that is worth it. Returns the schedule, which is the last
/// that the decoder made, and how many were made for it.
pub(crate) fn interrupt(
    decoder: &mut CrewDecoder<'_>,
    best: &Individual,
    (problem, tasks): (&Problem, &[usize]),
    (options, made): (&Options, u64),
    is_over: &(dyn Fn() -> bool + Sync),
) -> (Individual, u64) {
    let whole = decoder.decode(best.side, &best.list);
    let Some(rule) = problem.interruption.filter(|rule| rule.day > 0 && best.side == Side::Forward) else {
        return (whole, 0);
    };
    let network = decoder.network(Side::Forward).clone();
    let parted = Parted { list: best.list.clone(), most: vec![0; tasks.len()], head: network.head.clone() };
    let latest = latest_starts(problem, tasks, &network);
    let mut search = Search { decoder, problem, tasks, options, rule, network, latest, trials: 0 };
    let each = tasks.len().max(1) as u64;
    let most = (made / SHARE).max(FEWEST.min(PLACED_LATE / each)).min(PLACED / each);
    let is_late = |trials: u64| trials >= PLACED_LATE / each && is_over();
    let parted = search.improved(parted, most, &is_late);
    let made = search.made(&parted);
    (made, search.trials)
}

struct Search<'search, 'problem> {
    decoder: &'search mut CrewDecoder<'problem>,
    problem: &'search Problem,
    tasks: &'search [usize],
    options: &'search Options,
    rule: Interruption,
    network: Network,
    /// When each task must start at the latest so that nothing comes too late.
    latest: Vec<Option<Time>>,
    trials: u64,
}

impl Search<'_, '_> {
    fn made(&mut self, parted: &Parted) -> Individual {
        self.trials += 1;
        self.decoder.part(&parted.most, &parted.head);
        self.decoder.decode(Side::Forward, &parted.list)
    }

    /// Takes whatever makes the schedule better, as long as anything does.
    fn improved(&mut self, mut now: Parted, most: u64, is_late: &dyn Fn(u64) -> bool) -> Parted {
        let made = self.made(&now);
        let mut worth = self.worth(&made);
        'again: loop {
            let made = self.made(&now);
            self.count_pauses(&mut now);
            for trial in self.trials_of(&made, most.saturating_sub(self.trials)) {
                if self.trials >= most || is_late(self.trials) {
                    return now;
                }
                let Some(then) = self.with(&now, trial) else { continue };
                let with = self.made(&then);
                let found = self.worth(&with);
                // Nothing is put down only to hold up what is due.
                let is_kept =
                    (found.0, found.1) < (worth.0, worth.1) || with.value.pressing <= made.value.pressing;
                if found < worth && is_kept {
                    (now, worth) = (then, found);
                    continue 'again;
                }
            }
            return now;
        }
    }

    /// Tasks may be put down as often as they are, and no more.
    fn count_pauses(&self, now: &mut Parted) {
        for (index, most) in now.most.iter_mut().enumerate() {
            *most = self.decoder.pauses(index).len() as u32;
        }
    }

    fn with(&self, now: &Parted, trial: Trial) -> Option<Parted> {
        let mut then = now.clone();
        match trial {
            Trial::Part { task } => then.most[task] += 1,
            Trial::Hold { other, at } => then.head[other] = at,
            Trial::Call { task, other, at } => {
                let place = |task: usize| now.list.iter().position(|&one| one as usize == task);
                let (from, to) = (place(other)?, place(task)?);
                if from < to {
                    return None;
                }
                then.list.remove(from);
                then.list.insert(to, other as u32);
                self.network.repair(&mut then.list);
                then.head[other] = then.head[other].max(at);
                then.most[task] += 1;
            }
        }
        Some(then)
    }

    fn worth(&self, made: &Individual) -> Worth {
        let objectives = self.options.objectives;
        let mut value = [made.value.objectives[0], made.value.objectives[1], 0, 0];
        if objectives.are_of_weeks() {
            let count = self.problem.tasks.len();
            let (none, nobody) = (vec![None; count], vec![Vec::new(); count]);
            let mut schedule =
                Schedule { start: none.clone(), end: none, people: nobody, ..Schedule::default() };
            self.decoder.write(made, &mut schedule);
            value = schedule.values(self.problem, objectives, self.options.week);
        }
        let work = self.decoder.load().iter().zip(&self.network.duration).enumerate();
        let work = work.filter(|&(index, _)| made.start[index] != Time::MAX);
        let moments = work.map(|(index, (&load, &duration))| {
            u128::from(load)
                * u128::from(duration.unsigned_abs())
                * u128::from(self.decoder.ends(index).unsigned_abs())
        });
        (made.value.unplanned, value, moments.sum())
    }

    /// What may be tried with the schedule that the decoder made last: what lets a pause begin later, then what comes
    /// too late, the latest first, then what could begin earlier.
    fn trials_of(&self, made: &Individual, most: u64) -> Vec<Trial> {
        let planned = || (0..self.tasks.len()).filter(|&index| made.start[index] != Time::MAX);
        let mut duties: Vec<Vec<usize>> = vec![Vec::new(); self.problem.people.len()];
        for index in planned() {
            self.decoder.crew(index).iter().for_each(|&(person, _)| duties[person].push(index));
        }
        duties.iter_mut().for_each(|of_one| of_one.sort_by_key(|&index| made.start[index]));
        let mut trials: Vec<Trial> = planned().flat_map(|index| self.holds(index, made, &duties)).collect();
        let mut late: Vec<(Time, usize)> = planned()
            .filter_map(|index| Some((self.latest[index]? - made.start[index], index)))
            .filter(|&(by, _)| by < 0)
            .collect();
        late.sort_unstable();
        let calls = late.into_iter().flat_map(|(_, index)| self.calls(index, made, &duties));
        trials.extend(calls.take(most as usize));
        let mut early: Vec<usize> = planned().filter(|&index| self.could_begin(index, made)).collect();
        early.sort_by_key(|&index| made.start[index]);
        trials.extend(early.into_iter().map(|task| Trial::Part { task }));
        trials
    }

    /// The first time on or after another at which it is evening.
    fn evening(&self, at: Time) -> Time {
        (at + self.rule.day - 1) / self.rule.day * self.rule.day
    }

    /// Where whoever put a task down has nothing to do before what it was put down for.
    fn holds(&self, task: usize, made: &Individual, duties: &[Vec<usize>]) -> Vec<Trial> {
        let Some(&(person, _)) = self.decoder.crew(task).first() else { return Vec::new() };
        let first = |&(down, up): &(Time, Time)| {
            let others = duties[person].iter().copied();
            let other = others
                .filter(|&other| other != task && (down..up).contains(&made.start[other]))
                .min_by_key(|&other| made.start[other])?;
            let at = self.evening(made.start[other]);
            (made.start[other] > down && at > made.start[other]).then_some(Trial::Hold { other, at })
        };
        self.decoder.pauses(task).iter().filter_map(first).collect()
    }

    /// What could be put down for a task.
    fn calls(&self, other: usize, made: &Individual, duties: &[Vec<usize>]) -> Vec<Trial> {
        let Some(at) = self.decoder.ready(other, &made.start).map(|ready| self.evening(ready)) else {
            return Vec::new();
        };
        if at >= made.start[other] {
            return Vec::new();
        }
        // What somebody is on began last before, or was put down for what did.
        let last = |&person: &usize| {
            let begun = duties[person].partition_point(|&task| made.start[task] < at);
            duties[person][begun.saturating_sub(RECENT)..begun].iter().copied()
        };
        let able = self.decoder.able(other).iter().flat_map(last);
        let mut held: Vec<usize> =
            able.filter(|&task| task != other && self.is_amid(task, made, at)).collect();
        held.sort_unstable();
        held.dedup();
        held.into_iter().map(|task| Trial::Call { task, other, at }).collect()
    }

    /// Whether who does a task alone has a day's time before, at which it could be done.
    fn could_begin(&self, task: usize, made: &Individual) -> bool {
        let ready = self.decoder.ready(task, &made.start).unwrap_or(Time::MAX);
        let [(person, _)] = *self.decoder.crew(task) else { return false };
        ready < made.start[task]
            && self.decoder.is_of_one(task)
            && self.decoder.agenda(person).idle(ready, made.start[task]) >= self.rule.day
    }

    /// Whether one person is in the midst of a task at a time.
    fn is_amid(&self, task: usize, made: &Individual, at: Time) -> bool {
        let is_within = made.start[task] < at && at < self.decoder.ends(task);
        is_within
            && self.decoder.is_of_one(task)
            && self.decoder.pauses(task).iter().all(|&(down, up)| at < down || up < at)
    }
}

impl Agenda {
    /// When somebody would work on a task who may put it down for what they have to do already, so often at
    /// most: the stretches of time of the way that ends first, from a time on. None where there is none.
    pub(crate) fn parted(
        &self,
        mut at: Time,
        duration: Time,
        rule: Interruption,
        most: u32,
    ) -> Option<Vec<(Time, Time)>> {
        let mut best: Option<Vec<(Time, Time)>> = None;
        let rank = |parts: &Vec<(Time, Time)>| (parts.last().map_or(Time::MAX, |last| last.1), parts.len());
        loop {
            at = self.soonest(at, 1);
            // No later beginning ends before.
            if at == Time::MAX
                || best.as_ref().is_some_and(|best| rank(best).0 <= at.saturating_add(duration))
            {
                return best;
            }
            let found = self.parts_from(at, duration, rule, most as usize);
            if let Some(found) =
                found.filter(|found| best.as_ref().is_none_or(|best| rank(found) < rank(best)))
            {
                best = Some(found);
            }
            match self.next_busy(at) {
                Some((_, until)) => at = until,
                None => return best,
            }
        }
    }

    /// The same, begun at a time at which they are there and idle.
    fn parts_from(
        &self,
        mut at: Time,
        duration: Time,
        rule: Interruption,
        most: usize,
    ) -> Option<Vec<(Time, Time)>> {
        let (mut parts, mut left) = (Vec::new(), duration);
        loop {
            let end = self.end(at, left);
            if at == Time::MAX || end == Time::MAX {
                return None;
            }
            let next = self.next_busy(at);
            let Some((from, until)) = next.filter(|&(from, _)| from < end) else {
                parts.push((at, end));
                return Some(parts);
            };
            match self.evening(at, from, rule.day) {
                Some(down) if parts.len() < most => {
                    let worked = self.there(at, down);
                    if worked >= rule.day && left - worked >= rule.day {
                        parts.push((at, down));
                        left += rule.cost.max(0) - worked;
                    } else if parts.is_empty() {
                        return None;
                    }
                }
                _ if parts.is_empty() => return None,
                // There is too little time before what comes next: it goes on lying.
                _ => {}
            }
            at = self.soonest(until, 1);
        }
    }

    /// The last day's end, after a time and no later than another, until which they are there.
    fn evening(&self, at: Time, until: Time, day: Time) -> Option<Time> {
        let mut evening = until / day * day;
        while evening > at {
            let (from, _) = self.absence(evening - 1);
            if from >= evening {
                return Some(evening);
            }
            evening = from / day * day;
        }
        None
    }
}
