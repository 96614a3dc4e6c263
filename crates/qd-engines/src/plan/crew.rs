//! Schedule generation with people: skills, absences, and whatever else a problem may hold.
//!
//! Slower than [`packed`](super::packed) and able to do all. Of each person is kept when they are busy,
//! and of each unit of time how much of each resource is free. A task starts as soon as people who have
//! its skills between them are free for as long as it lasts; of those, the ones whom the other tasks
//! need least.

use super::{
    agenda::{Agenda, FOREVER},
    decoder::{Aim, Decoder, Individual, Side, Value, moment},
    matching::Matching,
    needs::{Need, loads, needs},
    network::Network,
    pressing::pressing,
    problem::{LinkKind, Problem, Schedule, Time},
};

/// Makes schedules of any problem.
#[derive(Debug, Clone)]
pub(crate) struct CrewDecoder<'problem> {
    problem: &'problem Problem,
    aims: [Aim; 2],
    forward: Network,
    backward: Network,
    has_sides: bool,
    /// Whether it counts what is due first.
    is_dated: bool,
    /// Whether a task may take longer than its work, by absences or by pauses.
    has_gaps: bool,
    needs: Vec<Need>,
    load: Vec<u32>,
    /// The last time at which anything but tasks changes what is there.
    last_change: Time,
    agendas: Vec<Agenda>,
    /// When each of those who could do a task could begin it, the first to be asked first.
    soonest: Vec<Time>,
    /// Those who could begin now, as bits and in the order in which they are asked.
    offered: Vec<u64>,
    asked: Vec<usize>,
    /// What there is of each resource, by time and resource, and what of it is free.
    stock: Vec<i64>,
    free: Vec<i64>,
    /// End of the latest task placed so far.
    latest: Time,
    matching: Matching,
    /// Who does which task, of the schedule made last.
    people: Vec<Vec<(usize, Option<usize>)>>,
    end: Vec<Time>,
    /// How often each task may be put down, and when it is; nothing where none may be.
    most: Vec<u32>,
    pauses: Vec<Vec<(Time, Time)>>,
}

impl<'problem> CrewDecoder<'problem> {
    /// A decoder of the tasks of a list, whose network is given.
    pub(crate) fn new(problem: &'problem Problem, tasks: &[usize], network: Network, aims: [Aim; 2]) -> Self {
        let absences = problem.people.iter().flat_map(|person| &person.absences);
        let edges = absences.clone().map(|&(from, until)| if until >= FOREVER { from } else { until });
        let changes = problem.resources.iter().flat_map(|one| &one.changes).map(|&(time, _)| time);
        let has_absences = absences.count() > 0;
        let is_steady = !has_absences && problem.resources.iter().all(|resource| resource.changes.is_empty());
        Self {
            aims,
            has_sides: is_steady && !aims.contains(&Aim::DelayCost),
            is_dated: aims.contains(&Aim::DelayCost)
                && (problem.projects.iter().any(|project| project.due.is_some())
                    || tasks.iter().any(|&task| problem.tasks[task].due.is_some())),
            has_gaps: has_absences,
            last_change: edges.chain(changes).max().unwrap_or(0),
            load: loads(problem, tasks),
            agendas: problem.people.iter().map(Agenda::of).collect(),
            soonest: Vec::new(),
            offered: vec![0; problem.people.len().div_ceil(64)],
            asked: Vec::new(),
            backward: network.mirrored(),
            forward: network,
            needs: needs(problem, tasks),
            problem,
            stock: Vec::new(),
            free: Vec::new(),
            latest: 0,
            matching: Matching::default(),
            people: vec![Vec::new(); tasks.len()],
            end: vec![0; tasks.len()],
            most: Vec::new(),
            pauses: Vec::new(),
        }
    }

    /// Lets each task be put down so often from now on, and start no sooner than at a time.
    pub(crate) fn part(&mut self, most: &[u32], head: &[Time]) {
        self.most = most.to_vec();
        self.pauses.resize(most.len(), Vec::new());
        self.has_gaps = true;
        self.forward.head = head.to_vec();
    }

    /// When a task of the schedule made last lies.
    pub(crate) fn pauses(&self, index: usize) -> &[(Time, Time)] {
        self.pauses.get(index).map(Vec::as_slice).unwrap_or_default()
    }

    /// When a task of the schedule made last ends.
    pub(crate) fn ends(&self, index: usize) -> Time {
        self.end[index]
    }

    /// Who does a task in the schedule made last.
    pub(crate) fn crew(&self, index: usize) -> &[(usize, Option<usize>)] {
        &self.people[index]
    }

    /// What somebody has to do in the schedule made last.
    pub(crate) fn agenda(&self, person: usize) -> &Agenda {
        &self.agendas[person]
    }

    /// Whoever could take part in a task.
    pub(crate) fn able(&self, index: usize) -> &[usize] {
        &self.needs[index].order
    }

    /// Whether a task takes one person and nothing else, so that it can be put down.
    pub(crate) fn is_of_one(&self, index: usize) -> bool {
        let need = &self.needs[index];
        let is_of_one = need.one.is_some() || need.skills.is_empty() && need.pinned.len() == 1;
        is_of_one && need.demands.is_empty() && self.forward.duration[index] > 0
    }

    /// When what a task waits for lets it start.
    pub(crate) fn ready(&self, index: usize, start: &[Time]) -> Option<Time> {
        self.earliest(Side::Forward, index, start).map(|(at, _)| at.max(0))
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
            let pauses = self.pauses(index);
            if !pauses.is_empty() {
                schedule.pauses.resize(schedule.start.len(), Vec::new());
                schedule.pauses[need.task] = pauses.to_vec();
            }
        }
    }

    /// Makes sure that it is known until a time how much of the resources is free.
    fn know(&mut self, until: usize) {
        let resources = self.problem.resources.len();
        if until * resources <= self.free.len() {
            return;
        }
        let until = until + 256;
        for time in self.stock.len() / resources..until {
            for resource in &self.problem.resources {
                let last = resource.changes.iter().rev().find(|&&(from, _)| from <= time as Time);
                self.stock.push(i64::from(last.map_or(resource.capacity, |&(_, capacity)| capacity)));
            }
        }
        self.free.extend_from_slice(&self.stock[self.free.len()..until * resources]);
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
        self.people[index].clear();
        if let Some(pauses) = self.pauses.get_mut(index) {
            pauses.clear();
            if let Some(found) = self.place_parted(index, at, ends_after) {
                return Some(found);
            }
        }
        if let Some(skill) = self.needs[index].one {
            return self.place_one(index, skill, at, ends_after);
        }
        if self.needs[index].has_people() {
            return self.place_crew(index, at, ends_after);
        }
        loop {
            let end = at + duration;
            match self.lacking(index, at, end) {
                // Behind all tasks and changes nothing will ever be different.
                Some(_) if at > self.latest.max(self.last_change) => return None,
                Some(last) => at = last + 1,
                None if end >= ends_after => return Some((at, end)),
                None => at += 1,
            }
        }
    }

    /// The last time of a stretch at which a task would find too little of a resource.
    fn lacking(&mut self, index: usize, start: Time, end: Time) -> Option<Time> {
        if self.needs[index].demands.is_empty() {
            return None;
        }
        self.know(end as usize);
        (start..end).rev().find(|&time| !self.has_resources(index, time as usize))
    }

    /// The same of a task that needs one person: of those who can begin it first, the first to be asked.
    fn place_one(
        &mut self,
        index: usize,
        skill: usize,
        mut at: Time,
        ends_after: Time,
    ) -> Option<(Time, Time)> {
        let duration = self.forward.duration[index];
        loop {
            let (mut first, mut chosen) = (Time::MAX, None);
            for &person in &self.needs[index].order {
                let soonest = self.agendas[person].soonest(at, duration);
                if soonest < first {
                    (first, chosen) = (soonest, Some(person));
                    if first == at {
                        break;
                    }
                }
            }
            let person = chosen?;
            let end = self.agendas[person].end(first, duration);
            let lacks = self.lacking(index, first, end).is_some();
            if !lacks && end >= ends_after {
                self.people[index].push((person, Some(skill)));
                return Some((first, end));
            }
            if lacks && first > self.latest.max(self.last_change) {
                return None;
            }
            at = first + 1;
        }
    }

    /// The same of a task that one person does and may put down: of those who can, who is done first.
    fn place_parted(&mut self, index: usize, at: Time, ends_after: Time) -> Option<(Time, Time)> {
        let rule = self.problem.interruption?;
        let most = self.most.get(index).copied().filter(|&most| most > 0 && self.is_of_one(index))?;
        let duration = self.forward.duration[index];
        let mut best: Option<(usize, Vec<(Time, Time)>)> = None;
        let end = |parts: &[(Time, Time)]| parts.last().map_or(Time::MAX, |last| last.1);
        for &person in &self.needs[index].order {
            let found = self.agendas[person].parted(at, duration, rule, most);
            let found = found.filter(|parts| end(parts) >= ends_after);
            if let Some(parts) = found
                && best.as_ref().is_none_or(|(_, best)| end(&parts) < end(best))
            {
                best = Some((person, parts));
            }
        }
        let (person, parts) = best?;
        self.people[index].push((person, self.needs[index].one));
        self.pauses[index].extend(parts.windows(2).map(|pair| (pair[0].1, pair[1].0)));
        parts.first().map(|first| (first.0, end(&parts)))
    }

    /// The same of a task that needs several people.
    fn place_crew(&mut self, index: usize, mut at: Time, ends_after: Time) -> Option<(Time, Time)> {
        let duration = self.forward.duration[index];
        let mut soonest = std::mem::take(&mut self.soonest);
        soonest.clear();
        soonest.extend(self.needs[index].order.iter().map(|&one| self.agendas[one].soonest(at, duration)));
        let found = loop {
            // Nobody can begin before.
            at = at.max(soonest.iter().copied().min().unwrap_or(Time::MAX));
            if at == Time::MAX {
                break None;
            }
            if self.choose(index, at, &soonest) {
                let end = self.together(index, at, duration);
                let lacks = end.is_none_or(|end| self.lacking(index, at, end).is_some());
                match end {
                    Some(end) if !lacks && end >= ends_after => break Some((at, end)),
                    _ if lacks && at > self.latest.max(self.last_change) => break None,
                    _ => at += 1,
                }
            } else {
                // Until the next one is free there are no more people than now.
                at = soonest.iter().copied().filter(|&time| time > at).min().unwrap_or(Time::MAX);
            }
            for (time, &person) in soonest.iter_mut().zip(&self.needs[index].order) {
                if *time < at {
                    *time = self.agendas[person].soonest(at, duration);
                }
            }
        };
        self.soonest = soonest;
        found
    }

    /// When a task that begins at a time, its people being there, ends: it rests while one of them is
    /// absent. None where another task comes between.
    fn together(&self, index: usize, at: Time, duration: Time) -> Option<Time> {
        let crew = &self.people[index];
        let (mut time, mut left) = (at, duration);
        while left > 0 {
            // When someone goes next, and when all who are away will be back.
            let (mut next, mut back) = (Time::MAX, time);
            for &(person, _) in crew {
                let (from, until) = self.agendas[person].absence(time);
                if from <= time { back = back.max(until) } else { next = next.min(from) }
            }
            if back == Time::MAX {
                return None;
            } else if back > time {
                time = back;
            } else {
                let work = left.min(next - time);
                (time, left) = (time + work, left - work);
            }
        }
        crew.iter().all(|&(person, _)| self.agendas[person].is_idle(at, time)).then_some(time)
    }

    /// Chooses, of those who can begin a task at a time, who does it.
    fn choose(&mut self, index: usize, at: Time, soonest: &[Time]) -> bool {
        let need = &self.needs[index];
        let task = &self.problem.tasks[need.task];
        self.asked.clear();
        self.offered.fill(0);
        for (&person, _) in need.order.iter().zip(soonest).filter(|(_, time)| **time == at) {
            self.asked.push(person);
            self.offered[person / 64] |= 1 << (person % 64);
        }
        if !need.may_be_met(&self.offered) || !self.asked.starts_with(&need.pinned) {
            return false;
        }
        let chosen = self.matching.people(self.problem, task, &self.asked);
        let is_found = chosen.is_some();
        self.people[index] = chosen.unwrap_or_default();
        is_found
    }

    fn take(&mut self, index: usize, start: Time, end: Time) {
        let resources = self.problem.resources.len();
        if !self.needs[index].demands.is_empty() {
            self.know(end as usize);
        }
        for &(resource, amount) in &self.needs[index].demands {
            for time in start as usize..end as usize {
                self.free[time * resources + resource] -= i64::from(amount);
            }
        }
        for &(person, _) in &self.people[index] {
            let mut from = start;
            for &(down, up) in self.pauses.get(index).map(Vec::as_slice).unwrap_or_default() {
                self.agendas[person].fill(from, down);
                from = up;
            }
            self.agendas[person].fill(from, end);
        }
        self.latest = self.latest.max(end);
    }

    /// Earliest start and earliest end by what a task waits for; none where that is not planned.
    fn earliest(&self, side: Side, index: usize, start: &[Time]) -> Option<(Time, Time)> {
        let network = if side == Side::Forward { &self.forward } else { &self.backward };
        let mut at = network.head[index];
        let mut ends_after = 0;
        if !self.has_gaps {
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

    fn pressing(&self, start: &[Time]) -> u64 {
        let planned = self.needs.iter().enumerate().filter(|&(index, _)| start[index] != Time::MAX);
        pressing(self.problem, planned.map(|(index, need)| (need.task, self.end[index])))
    }

    fn value_of(&self, aim: Aim, start: &[Time], end: Time) -> u64 {
        match aim {
            Aim::Makespan => u64::from(end.unsigned_abs()),
            Aim::DelayCost => {
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
        self.latest = 0;
        self.free.clear();
        self.free.extend_from_slice(&self.stock);
        self.agendas.iter_mut().for_each(Agenda::clear);
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
        let objectives = self.aims.map(|aim| self.value_of(aim, &start, end));
        let moment = if unplanned == 0 { moment(network, &self.load, &start) } else { 0 };
        let pressing = if self.is_dated { self.pressing(&start) } else { 0 };
        let value = Value { unplanned, objectives, pressing, moment };
        Individual { side, list: list.to_vec(), start, end, value }
    }
}
