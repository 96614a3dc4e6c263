//! Sixteen runs at once in which everybody keeps to a given order.
//!
//! With the order given, who waits for whom is known before the runs: tasks of a person follow each
//! other, and so do tasks that hand a unit of a resource on. What is left is a longest path, the
//! same steps for every run, which processors do for several runs at a time.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::{
    calendar::{Course, all_there, course},
    chains::{By, Cause, Chains, NONE, Trail},
    estimate::work,
    model::{Block, Model, State},
    normal::{LANES, Lanes},
    runs::{Rows, Runner},
};
use crate::plan::{LinkKind, Schedule};

/// Which time of a task another waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Start,
    WorkEnd,
    End,
}

/// What a task waits for.
#[derive(Debug, Clone, Copy)]
struct Wait {
    to: u32,
    side: Side,
    lag: f32,
    /// Whether it is the end that waits.
    holds_end: bool,
    cause: Cause,
}

/// A schedule without its times: who does what, and in which order.
#[derive(Debug)]
pub(super) struct PartialOrder {
    waits: Vec<Wait>,
    first: Vec<u32>,
    /// The tasks, each behind all that it waits for.
    order: Vec<u32>,
    /// The people of each task, by their places in the model.
    crews: Vec<Vec<u32>>,
    /// Whether someone of them is ever absent.
    rests: Vec<bool>,
}

/// The tasks that a schedule has, by its times.
pub(super) fn list(schedule: &Schedule) -> Vec<usize> {
    let mut list: Vec<usize> = (0..schedule.start.len()).collect();
    let end = |task: usize| schedule.end.get(task).copied().flatten();
    list.sort_by_key(|&task| (schedule.start[task], end(task)));
    list
}

impl PartialOrder {
    /// The order that a schedule gives the tasks of a model, or the tasks that cannot be put into one.
    pub(super) fn of(model: &Model<'_>, schedule: &Schedule) -> Result<Self, Vec<usize>> {
        let count = model.tasks.len();
        let mut waits: Vec<Wait> = model
            .arcs
            .iter()
            .map(|arc| {
                let side = if arc.kind == LinkKind::StartStart { Side::Start } else { Side::End };
                let by = if side == Side::Start { By::Start } else { By::End };
                let holds_end = arc.kind == LinkKind::FinishFinish;
                Wait { to: arc.to, side, lag: arc.lag, holds_end, cause: Cause { from: arc.from, by } }
            })
            .collect();
        // A lead counts from an end that is foreseen once the task has begun, and not before.
        for arc in model.arcs.iter().filter(|arc| arc.kind == LinkKind::FinishStart && arc.lag < 0.0) {
            let cause = Cause { from: arc.from, by: By::Start };
            waits.push(Wait { to: arc.to, side: Side::Start, lag: 0.0, holds_end: false, cause });
        }
        let skills = crews(model, schedule);
        follow_people(model, &skills, &mut waits);
        follow_resources(model, schedule, &mut waits);
        // Links come before people and resources, so that of two causes at the same time a link is named.
        waits.sort_by_key(|wait| wait.to);
        let mut first = vec![0; count + 1];
        for wait in &waits {
            first[wait.to as usize + 1] += 1;
        }
        for task in 0..count {
            first[task + 1] += first[task];
        }
        let order = sorted(count, &waits)?;
        let crews: Vec<Vec<u32>> =
            skills.iter().map(|crew| crew.iter().map(|&(person, _)| person).collect()).collect();
        let is_steady = |&person: &u32| model.calendars[person as usize].next(0.0).0 == f32::INFINITY;
        let rests = crews.iter().map(|crew| !crew.iter().all(is_steady)).collect();
        Ok(Self { waits, first, order, crews, rests })
    }
}

/// Who does each task, by their places in the model, and with which skill.
fn crews(model: &Model<'_>, schedule: &Schedule) -> Vec<Vec<(u32, u32)>> {
    let mut rank = vec![0_u32; model.people.len()];
    for (place, &person) in model.people.iter().enumerate() {
        rank[person] = place as u32;
    }
    let of_task = |place: usize| {
        let mut crew: Vec<(u32, u32)> = Vec::new();
        let declared = schedule.people.get(model.tasks[place]).map_or(&[][..], |crew| crew);
        for &(person, skill) in declared.iter().filter(|_| model.state[place] != State::Done) {
            let Some(&person) = rank.get(person) else { continue };
            if crew.iter().all(|&(other, _)| other != person) {
                crew.push((person, skill.map_or(NONE, |skill| skill as u32)));
            }
        }
        crew
    };
    (0..model.tasks.len()).map(of_task).collect()
}

/// Each task of a person follows the one before.
fn follow_people(model: &Model<'_>, crews: &[Vec<(u32, u32)>], waits: &mut Vec<Wait>) {
    let mut last = vec![NONE; model.people.len()];
    for (to, crew) in crews.iter().enumerate() {
        for &(person, skill) in crew {
            let from = std::mem::replace(&mut last[person as usize], to as u32);
            if from != NONE {
                let cause = Cause { from, by: By::Person { person, skill } };
                waits.push(Wait { to: to as u32, side: Side::WorkEnd, lag: 0.0, holds_end: false, cause });
            }
        }
    }
}

/// Each task takes its units of a resource from those that were planned to have done with them first.
/// Units that come later are waited for; that units go is not minded by tasks planned before.
fn follow_resources(model: &Model<'_>, schedule: &Schedule, waits: &mut Vec<Wait>) {
    for (index, resource) in model.problem.resources.iter().enumerate() {
        // Units by the time at which they were planned to be free, and who has them then.
        let mut units: BinaryHeap<Reverse<(i32, u32, u32)>> = BinaryHeap::new();
        units.push(Reverse((i32::MIN, NONE, resource.capacity)));
        let mut most = resource.capacity;
        for &(time, capacity) in &resource.changes {
            if capacity > most {
                units.push(Reverse((time, NONE, capacity - most)));
                most = capacity;
            }
        }
        for (to, &task) in model.tasks.iter().enumerate() {
            let demands = model.problem.tasks[task].demands.iter().filter(|demand| demand.resource == index);
            let mut open = demands.fold(0_u32, |sum, demand| sum.saturating_add(demand.amount));
            let end = schedule.end.get(task).copied().flatten().unwrap_or(0);
            if open == 0 || model.state[to] == State::Done {
                continue;
            }
            let needed = open;
            while open > 0 {
                let Some(Reverse((free, from, amount))) = units.pop() else { break };
                let taken = amount.min(open);
                open -= taken;
                if taken < amount {
                    units.push(Reverse((free, from, amount - taken)));
                }
                let lag = if from == NONE { free.max(0) as f32 } else { 0.0 };
                let cause = Cause { from, by: By::Resource(index as u32) };
                if from != NONE || lag > 0.0 {
                    waits.push(Wait { to: to as u32, side: Side::WorkEnd, lag, holds_end: false, cause });
                }
            }
            units.push(Reverse((end, to as u32, needed - open)));
        }
    }
}

/// The tasks, each behind all that it waits for (Kahn 1962), or those that are in a circle or behind one.
fn sorted(count: usize, waits: &[Wait]) -> Result<Vec<u32>, Vec<usize>> {
    let mut missing = vec![0_u32; count];
    let mut after = vec![Vec::new(); count];
    for wait in waits.iter().filter(|wait| wait.cause.from != NONE) {
        missing[wait.to as usize] += 1;
        after[wait.cause.from as usize].push(wait.to);
    }
    let mut order: Vec<u32> = (0..count as u32).filter(|&task| missing[task as usize] == 0).collect();
    let mut next = 0;
    while let Some(&task) = order.get(next) {
        next += 1;
        for &to in &after[task as usize] {
            missing[to as usize] -= 1;
            if missing[to as usize] == 0 {
                order.push(to);
            }
        }
    }
    if order.len() == count { Ok(order) } else { Err((0..count).filter(|&task| missing[task] > 0).collect()) }
}

/// Times of a task in the runs of a block.
#[derive(Debug, Clone, Copy)]
struct Times {
    start: Lanes,
    work_end: Lanes,
    end: Lanes,
    /// After all links let it start.
    ready: Lanes,
    /// What the start and the end waited for, as places among the waits.
    start_by: [u32; LANES],
    end_by: [u32; LANES],
}

const UNKNOWN: Times = Times {
    start: [0.0; LANES],
    work_end: [0.0; LANES],
    end: [0.0; LANES],
    ready: [0.0; LANES],
    start_by: [NONE; LANES],
    end_by: [NONE; LANES],
};

/// The runs of a block.
#[derive(Debug)]
pub(super) struct Follower<'model> {
    model: &'model Model<'model>,
    order: &'model PartialOrder,
    block: Block,
    times: Vec<Times>,
    project_last: Vec<[u32; LANES]>,
    chains: Chains,
}

impl<'model> Follower<'model> {
    pub(super) fn new(model: &'model Model<'model>, order: &'model PartialOrder) -> Self {
        let problem = model.problem;
        let (tasks, projects) = (model.tasks.len(), problem.projects.len());
        let (people, skills, resources) = (model.people.len(), problem.skills.len(), problem.resources.len());
        Self {
            model,
            order,
            block: Block::default(),
            times: vec![UNKNOWN; tasks],
            project_last: vec![[NONE; LANES]; projects],
            chains: Chains::new(tasks, projects, people, skills, resources),
        }
    }

    /// The work of a task in each run.
    fn work(&self, task: usize) -> Lanes {
        let mut luck = self.block.tasks[task];
        let crew = &self.order.crews[task];
        let scale = 1.0 / (crew.len() as f32).sqrt();
        for &person in crew {
            for (luck, shared) in luck.iter_mut().zip(&self.block.people[person as usize]) {
                *luck += shared * scale;
            }
        }
        luck.map(|luck| work(&self.model.tables[task], luck))
    }

    /// The times of a task, those of all that it waits for being known.
    fn task(&mut self, task: usize, work: &Lanes) {
        let mut times = Times { start: [self.model.release[task]; LANES], ..UNKNOWN };
        times.ready = times.start;
        let waits = self.order.first[task]..self.order.first[task + 1];
        for place in waits.clone() {
            let wait = &self.order.waits[place as usize];
            if wait.holds_end {
                continue;
            }
            let from = self.lanes(wait);
            latest(&mut times.start, &mut times.start_by, &from, wait.lag, place);
            if matches!(wait.cause.by, By::Start | By::End) {
                times.ready = times.start;
            }
        }
        if self.order.rests[task] {
            self.rest(task, work, &mut times);
        } else {
            for lane in 0..LANES {
                times.work_end[lane] = times.start[lane] + work[lane];
            }
        }
        times.end = times.work_end;
        for place in waits {
            let wait = &self.order.waits[place as usize];
            if wait.holds_end {
                let from = self.lanes(wait);
                latest(&mut times.end, &mut times.end_by, &from, wait.lag, place);
            }
        }
        self.times[task] = times;
    }

    #[inline]
    fn lanes(&self, wait: &Wait) -> Lanes {
        let Some(times) = self.times.get(wait.cause.from as usize) else { return [0.0; LANES] };
        match wait.side {
            Side::Start => times.start,
            Side::WorkEnd => times.work_end,
            Side::End => times.end,
        }
    }

    /// The same where someone of the crew may be absent.
    fn rest(&self, task: usize, work: &Lanes, times: &mut Times) {
        let (calendars, crew) = (&self.model.calendars, &self.order.crews[task]);
        for lane in 0..LANES {
            let at = times.start[lane];
            let start = if at < f32::INFINITY { all_there(calendars, crew, at) } else { None };
            if start != Some(at) {
                times.start_by[lane] = NONE;
            }
            times.start[lane] = start.unwrap_or(f32::INFINITY);
            times.work_end[lane] = match start.map(|start| course(calendars, crew, start, work[lane])) {
                Some(Course::Done(end)) => end,
                _ => f32::INFINITY,
            };
        }
    }

    fn pay(&self, task: usize, work: &Lanes, end: &Lanes, cost: &mut Lanes) {
        let Some(rates) = &self.model.rates else { return };
        let rate: f32 = self.order.crews[task].iter().map(|&person| rates[person as usize]).sum();
        for lane in 0..LANES {
            cost[lane] += if end[lane] < f32::INFINITY { rate * work[lane] } else { 0.0 };
        }
    }
}

/// Puts a time off until another, and notes by what.
#[inline]
fn latest(time: &mut Lanes, by: &mut [u32; LANES], from: &Lanes, lag: f32, place: u32) {
    for lane in 0..LANES {
        let at = from[lane] + lag;
        let is_later = at > time[lane];
        time[lane] = if is_later { at } else { time[lane] };
        by[lane] = if is_later { place } else { by[lane] };
    }
}

impl Runner for Follower<'_> {
    fn block(&mut self, first: usize, lanes: usize, rows: &mut Rows<'_>) {
        let mut block = std::mem::take(&mut self.block);
        self.model.draw(first, &mut block);
        self.block = block;
        rows.projects.fill([0.0; LANES]);
        rows.costs.fill([0.0; LANES]);
        self.project_last.fill([NONE; LANES]);
        for index in 0..self.order.order.len() {
            let task = self.order.order[index] as usize;
            let work = self.work(task);
            self.task(task, &work);
            let end = self.times[task].end;
            rows.tasks[task] = end;
            let project = self.model.project[task] as usize;
            self.pay(task, &work, &end, &mut rows.costs[project]);
            let (latest, last) = (&mut rows.projects[project], &mut self.project_last[project]);
            for lane in 0..LANES {
                let is_later = end[lane] >= latest[lane];
                latest[lane] = if is_later { end[lane] } else { latest[lane] };
                last[lane] = if is_later { task as u32 } else { last[lane] };
            }
        }
        let mut chains = std::mem::replace(&mut self.chains, Chains::new(0, 0, 0, 0, 0));
        for lane in 0..lanes {
            chains.begin();
            for (project, last) in self.project_last.iter().enumerate() {
                if last[lane] != NONE && rows.projects[project][lane] < f32::INFINITY {
                    chains.follow(project, last[lane], &Lane { of: self, lane });
                }
            }
        }
        self.chains = chains;
    }

    fn into_chains(self: Box<Self>) -> Chains {
        self.chains
    }
}

/// One run of the block.
struct Lane<'run> {
    of: &'run Follower<'run>,
    lane: usize,
}

impl Lane<'_> {
    fn cause(&self, place: u32) -> Option<Cause> {
        self.of.order.waits.get(place as usize).map(|wait| wait.cause)
    }
}

impl Trail for Lane<'_> {
    fn start(&self, task: u32) -> Cause {
        self.cause(self.of.times[task as usize].start_by[self.lane]).unwrap_or(Cause::NOTHING)
    }

    fn end(&self, task: u32) -> Option<Cause> {
        self.cause(self.of.times[task as usize].end_by[self.lane])
    }

    fn waited(&self, task: u32) -> f32 {
        let times = &self.of.times[task as usize];
        times.start[self.lane] - times.ready[self.lane]
    }
}
