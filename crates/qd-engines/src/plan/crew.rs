//! Schedule generation with people: skills, absences, and whatever else a problem may hold.
//!
//! Slower than [`packed`](super::packed) and able to do all. Of each unit of time is kept who is free,
//! one bit a person, and how much of each resource. A task starts as soon as people who have its skills
//! between them are free for as long as it lasts; of those, the ones whom the other tasks need least.

use super::{
    decoder::{Decoder, Individual, Objective, Side, Value, moment},
    matching::Matching,
    needs::{Need, loads, needs},
    network::Network,
    problem::{LinkKind, Problem, Schedule, Time},
};

/// From here on an absence has no end.
const FOREVER: Time = 100_000_000;

/// Makes schedules of any problem.
#[derive(Debug, Clone)]
pub(crate) struct CrewDecoder<'problem> {
    problem: &'problem Problem,
    objectives: [Objective; 2],
    forward: Network,
    backward: Network,
    has_sides: bool,
    has_absences: bool,
    needs: Vec<Need>,
    load: Vec<u32>,
    /// Words of 64 people.
    words: usize,
    /// The last time at which anything but tasks changes what is there.
    last_change: Time,
    /// Who is there and idle, by time and word.
    idle: Vec<u64>,
    /// What is free of each resource, by time and resource.
    free: Vec<i64>,
    /// Units of time that the two are known for.
    known: usize,
    /// End of the latest task placed so far.
    latest: Time,
    matching: Matching,
    /// Who does which task, of the schedule made last.
    people: Vec<Vec<(usize, Option<usize>)>>,
    end: Vec<Time>,
}

impl<'problem> CrewDecoder<'problem> {
    /// A decoder of the tasks of a list, whose network is given.
    pub(crate) fn new(
        problem: &'problem Problem,
        tasks: &[usize],
        network: Network,
        objectives: [Objective; 2],
    ) -> Self {
        let absences = problem.people.iter().flat_map(|person| &person.absences);
        let edges = absences.clone().map(|&(from, until)| if until >= FOREVER { from } else { until });
        let changes = problem.resources.iter().flat_map(|one| &one.changes).map(|&(time, _)| time);
        let has_absences = absences.count() > 0;
        let is_steady = !has_absences && problem.resources.iter().all(|resource| resource.changes.is_empty());
        Self {
            objectives,
            has_sides: is_steady && !objectives.contains(&Objective::DelayCost),
            has_absences,
            last_change: edges.chain(changes).max().unwrap_or(0),
            load: loads(problem, tasks),
            words: problem.people.len().div_ceil(64),
            backward: network.mirrored(),
            forward: network,
            needs: needs(problem, tasks),
            problem,
            idle: Vec::new(),
            free: Vec::new(),
            known: 0,
            latest: 0,
            matching: Matching::default(),
            people: vec![Vec::new(); tasks.len()],
            end: vec![0; tasks.len()],
        }
    }

    /// Writes the schedule made last, as if made from the beginning on.
    pub(crate) fn write(&self, made: &Individual, schedule: &mut Schedule) {
        for (index, need) in self.needs.iter().enumerate() {
            if made.start[index] == Time::MAX {
                continue;
            }
            let (start, end) = (made.start[index], self.end[index]);
            let turned = made.side == Side::Backward;
            let (start, end) = if turned { (made.end - end, made.end - start) } else { (start, end) };
            schedule.start[need.task] = Some(start);
            schedule.end[need.task] = Some(end);
            schedule.people[need.task].clone_from(&self.people[index]);
        }
    }

    /// Makes sure that what is there is known until a time.
    fn know(&mut self, until: usize) {
        if until <= self.known {
            return;
        }
        let until = until + 256;
        for time in self.known..until {
            let first = self.idle.len();
            self.idle.resize(first + self.words, 0);
            for (index, person) in self.problem.people.iter().enumerate() {
                let is_absent =
                    person.absences.iter().any(|&(from, until)| (from..until).contains(&(time as Time)));
                self.idle[first + index / 64] |= u64::from(!is_absent) << (index % 64);
            }
            for resource in &self.problem.resources {
                let last = resource.changes.iter().rev().find(|&&(from, _)| from <= time as Time);
                self.free.push(i64::from(last.map_or(resource.capacity, |&(_, capacity)| capacity)));
            }
        }
        self.known = until;
    }

    fn is_present(&self, person: usize, time: Time) -> bool {
        let absences = self.problem.people.get(person).map(|person| &*person.absences).unwrap_or_default();
        !absences.iter().any(|&(from, until)| (from..until).contains(&time))
    }

    fn is_idle(&self, person: usize, time: usize) -> bool {
        self.idle[time * self.words + person / 64] >> (person % 64) & 1 == 1
    }

    fn has_resources(&self, index: usize, time: usize) -> bool {
        let row = time * self.problem.resources.len();
        self.needs[index]
            .demands
            .iter()
            .all(|&(resource, amount)| self.free[row + resource] >= i64::from(amount))
    }

    /// Finds the first time at which a task can start, and who does it; none where it never can.
    fn place(&mut self, index: usize, mut at: Time, ends_after: Time) -> Option<(Time, Time)> {
        let duration = self.forward.duration[index];
        loop {
            // Behind all tasks and changes nothing will ever be different.
            let is_last = at > self.latest.max(self.last_change);
            let found = if self.has_absences && self.needs[index].has_people() {
                self.crew_with_absences(index, at)
            } else {
                match self.window(index, at, duration) {
                    Ok(()) => Some(at + duration),
                    Err(next) if !is_last => {
                        at = next;
                        continue;
                    }
                    Err(_) => None,
                }
            };
            match found {
                Some(end) if end >= ends_after => return Some((at, end)),
                None if is_last => return None,
                _ => at += 1,
            }
        }
    }

    /// Whether a task can run for a stretch of time; leaves in `people` who does it. Else the next
    /// time at which it is worth to look.
    fn window(&mut self, index: usize, at: Time, duration: Time) -> Result<(), Time> {
        let end = at + duration.max(1);
        self.know(end as usize);
        let has_people = self.needs[index].has_people();
        let mut all = vec![u64::MAX; self.words];
        for time in (at..end).rev() {
            if duration > 0 && !self.has_resources(index, time as usize) {
                return Err(time + 1);
            }
            if has_people && duration > 0 {
                let row = time as usize * self.words;
                for (word, idle) in all.iter_mut().zip(&self.idle[row..row + self.words]) {
                    *word &= idle;
                }
                if !self.needs[index].may_be_met(&all) {
                    return Err(time + 1);
                }
            }
        }
        self.people[index].clear();
        if has_people && !self.choose(index, &|_, person| all[person / 64] >> (person % 64) & 1 == 1) {
            return Err(at + 1);
        }
        Ok(())
    }

    /// Who does a task that begins at a time and rests while one of them is absent, and when it ends.
    fn crew_with_absences(&mut self, index: usize, at: Time) -> Option<Time> {
        let duration = self.forward.duration[index];
        let limit = self.latest.max(self.last_change).max(at) + duration + 1;
        self.know(limit as usize + 1);
        let is_free = |this: &Self, person: usize| {
            (duration == 0 || this.is_idle(person, at as usize))
                && this.ends(&[(person, None)], at, duration, limit).is_some()
        };
        self.people[index].clear();
        if !self.choose(index, &is_free) {
            return None;
        }
        let end = self.ends(&self.people[index], at, duration, limit)?;
        (at..end).all(|time| self.has_resources(index, time as usize)).then_some(end)
    }

    /// When people have worked together for so long; none where another task comes between.
    fn ends(&self, people: &[(usize, Option<usize>)], at: Time, duration: Time, limit: Time) -> Option<Time> {
        let mut left = duration;
        let mut time = at;
        while left > 0 {
            if time >= limit {
                return None;
            }
            let mut all_there = true;
            for &(person, _) in people {
                let is_present = self.is_present(person, time);
                if is_present && !self.is_idle(person, time as usize) {
                    return None;
                }
                all_there &= is_present;
            }
            if time == at && !all_there {
                return None;
            }
            left -= Time::from(all_there);
            time += 1;
        }
        Some(time)
    }

    /// Chooses, of those who are free, who does a task.
    fn choose(&mut self, index: usize, is_free: &dyn Fn(&Self, usize) -> bool) -> bool {
        let need = &self.needs[index];
        let offered = need.order.iter().copied().filter(|&person| is_free(self, person));
        let task = &self.problem.tasks[need.task];
        let chosen = match &*need.skills {
            [(1, _)] if need.pinned.is_empty() => {
                let mut offered = offered;
                offered.next().map(|person| {
                    vec![(
                        person,
                        task.skills.iter().find(|demand| demand.people > 0).map(|demand| demand.skill),
                    )]
                })
            }
            _ => {
                let order: Vec<usize> = offered.collect();
                if !order.starts_with(&need.pinned) {
                    return false;
                }
                self.matching.people(self.problem, task, &order)
            }
        };
        let is_found = chosen.is_some();
        self.people[index] = chosen.unwrap_or_default();
        is_found
    }

    fn take(&mut self, index: usize, start: Time, end: Time) {
        self.know(end as usize);
        let resources = self.problem.resources.len();
        for time in start as usize..end as usize {
            for &(resource, amount) in &self.needs[index].demands {
                self.free[time * resources + resource] -= i64::from(amount);
            }
            for &(person, _) in &self.people[index] {
                self.idle[time * self.words + person / 64] &= !(1 << (person % 64));
            }
        }
        self.latest = self.latest.max(end);
    }

    /// Earliest start and earliest end by what a task waits for; none where that is not planned.
    fn earliest(&self, side: Side, index: usize, start: &[Time]) -> Option<(Time, Time)> {
        let network = if side == Side::Forward { &self.forward } else { &self.backward };
        let mut at = network.head[index];
        let mut ends_after = 0;
        if !self.has_absences {
            for &(from, weight) in network.before.of_task(index) {
                let from = start[from as usize];
                at = at.max(if from == Time::MAX { return None } else { from + weight });
            }
            return Some((at, ends_after));
        }
        for &(from, kind, lag) in &self.needs[index].links {
            if start[from] == Time::MAX {
                return None;
            }
            match kind {
                LinkKind::FinishStart => at = at.max(self.end[from] + lag),
                LinkKind::StartStart => at = at.max(start[from] + lag),
                LinkKind::FinishFinish => ends_after = ends_after.max(self.end[from] + lag),
            }
        }
        Some((at, ends_after))
    }

    fn objective(&self, objective: Objective, start: &[Time], end: Time) -> u64 {
        match objective {
            Objective::Makespan => u64::from(end.unsigned_abs()),
            Objective::DelayCost => {
                let mut project_end: Vec<Time> = vec![0; self.problem.projects.len()];
                let mut cost = 0_u64;
                let mut late = |end: Time, due: Option<Time>, a_unit: u32| {
                    let units = due.map_or(0, |due| end.saturating_sub(due).max(0).unsigned_abs());
                    cost = cost.saturating_add(u64::from(units) * u64::from(a_unit));
                };
                for (index, need) in
                    self.needs.iter().enumerate().filter(|&(index, _)| start[index] != Time::MAX)
                {
                    let task = &self.problem.tasks[need.task];
                    late(self.end[index], task.due, task.delay_cost);
                    project_end[task.project] = project_end[task.project].max(self.end[index]);
                }
                for (project, end) in self.problem.projects.iter().zip(project_end) {
                    late(end, project.due, project.delay_cost);
                }
                cost
            }
        }
    }
}

impl Decoder for CrewDecoder<'_> {
    fn network(&self, side: Side) -> &Network {
        if side == Side::Forward { &self.forward } else { &self.backward }
    }

    fn has_sides(&self) -> bool {
        self.has_sides
    }

    fn load(&self) -> &[u32] {
        &self.load
    }

    fn decode(&mut self, side: Side, list: &[u32]) -> Individual {
        (self.known, self.latest) = (0, 0);
        self.idle.clear();
        self.free.clear();
        let mut start = vec![Time::MAX; self.needs.len()];
        let mut unplanned = 0;
        for &task in list {
            let index = task as usize;
            let placed = self
                .earliest(side, index, &start)
                .and_then(|(at, ends_after)| self.place(index, at.max(0), ends_after));
            let Some((at, end)) = placed else {
                unplanned += 1;
                continue;
            };
            self.take(index, at, end);
            (start[index], self.end[index]) = (at, end);
        }
        let network = if side == Side::Forward { &self.forward } else { &self.backward };
        let ends =
            start.iter().zip(&self.end).zip(&network.tail).filter(|((start, _), _)| **start != Time::MAX);
        let end = ends.map(|((_, end), tail)| end + tail).max().unwrap_or(0);
        let objectives = self.objectives.map(|objective| self.objective(objective, &start, end));
        let moment = if unplanned == 0 { moment(network, &self.load, &start) } else { 0 };
        let value = Value { unplanned, objectives, moment };
        Individual { side, list: list.to_vec(), start, end, value }
    }
}
