//! One run in which whoever is free takes the first task of the list that they can do.
//!
//! A queue of events carries the run from one moment to the next. Tasks that are ready wait in lines, one for
//! each kind of need. At each moment only the first of those lines are looked at in which a task is new or
//! which someone or something just freed could serve.

mod call;
mod events;
mod lines;
mod start;

use self::{call::InHand, events::Events, lines::Lines};
use super::{
    chains::{By, Cause, Chains, NONE, Trail},
    model::{Block, Model},
    needs::{NO_SKILL, NOTHING, Need, Needs, Room},
    network::{Job, Network},
    normal::{LANES, Lanes},
    runs::{Rows, Runner},
};
use crate::plan::LinkKind;

/// What happens at a moment; together with a task, person or change it fits into 32 bits.
const WORK_ENDS: u32 = 0;
const READY: u32 = 1 << 28;
const RETURNS: u32 = 2 << 28;
const CHANGES: u32 = 3 << 28;
const BREAKS: u32 = 4 << 28;
const ENDS: u32 = 5 << 28;
const CALLS: u32 = 6 << 28;
const KINDS: u32 = 15 << 28;

/// What becomes of a task in a run.
#[derive(Debug, Clone, Copy)]
struct Progress {
    /// Links that its start waits for still.
    waits: u32,
    ready_at: f32,
    waited: f32,
    /// Work that is left where the crew broke up; below 0 where none did.
    left: f32,
    crew_size: u32,
    luck: f32,
    end: f32,
    cause: Cause,
}

/// Somebody in a run.
#[derive(Debug, Clone, Copy)]
struct Someone {
    /// When they were freed last, and by which task.
    freed: f32,
    by: u32,
    /// When they go next, while they are there.
    leaves: f32,
    luck: f32,
    /// What a unit of their time costs.
    rate: f32,
}

/// The state of a run, and what it is run on.
#[derive(Debug)]
pub(super) struct Dispatcher<'model> {
    model: &'model Model<'model>,
    needs: &'model Needs,
    network: &'model Network,
    chains: Chains,
    block: Block,
    lane: usize,
    /// The luck of the tasks and the ends of tasks, of each lane side by side.
    luck: Vec<f32>,
    ends: Vec<f32>,
    tasks: Vec<Progress>,
    /// Times are not below 0, so their bits order them.
    events: Events,
    /// Tasks that may start as far as links go.
    lines: Lines,
    /// Whether a task became ready since this was last looked at.
    has_news: bool,
    /// While it is found out what starts: the kinds of which a task might, as bits.
    candidates: Vec<u64>,
    /// People and then resources that were freed.
    openers: Vec<u32>,
    /// Who is idle and there, and how many they are.
    free: Vec<u64>,
    idle: u32,
    /// When the first of those goes.
    next_leave: f32,
    people: Vec<Someone>,
    /// When each resource was freed last, and by which task.
    freed: Vec<(f32, u32)>,
    stock: Vec<i64>,
    ends_wait: Vec<u32>,
    ends_at: Vec<f32>,
    end_cause: Vec<Cause>,
    work_end: Vec<f32>,
    crew: Vec<(u32, u32)>,
    /// What is in hand, where a task may be put down.
    in_hand: Vec<InHand>,
    project_end: Vec<f32>,
    project_last: Vec<u32>,
    project_left: Vec<u32>,
    project_cost: Vec<f32>,
    /// Tasks that need nothing and may start, or end, at this moment.
    at_once: Vec<(u32, bool)>,
    room: Room,
}

impl<'model> Dispatcher<'model> {
    pub(super) fn new(model: &'model Model<'model>, needs: &'model Needs, network: &'model Network) -> Self {
        let problem = model.problem;
        let chains = Chains::new(
            model.tasks.len(),
            problem.projects.len(),
            model.people.len(),
            problem.skills.len(),
            problem.resources.len(),
        );
        let crew = vec![(0, NO_SKILL); needs.first.last().map_or(0, |&most| most as usize)];
        Self {
            model,
            needs,
            network,
            chains,
            block: Block::default(),
            lane: 0,
            ends: Vec::new(),
            tasks: Vec::new(),
            luck: Vec::new(),
            events: Events::default(),
            lines: Lines::of(needs),
            has_news: false,
            candidates: vec![0; network.kinds.len()],
            openers: Vec::new(),
            free: Vec::new(),
            idle: 0,
            next_leave: f32::INFINITY,
            people: Vec::new(),
            freed: Vec::new(),
            stock: Vec::new(),
            ends_wait: Vec::new(),
            ends_at: Vec::new(),
            end_cause: Vec::new(),
            work_end: Vec::new(),
            crew,
            in_hand: Vec::new(),
            project_end: Vec::new(),
            project_last: Vec::new(),
            project_left: Vec::new(),
            project_cost: Vec::new(),
            at_once: Vec::new(),
            room: Room::default(),
        }
    }

    fn reset(&mut self) {
        let (model, network) = (self.model, self.network);
        let tasks = model.tasks.len();
        let projects = network.project_tasks.len();
        let first = network.starts_wait.iter().zip(&model.release).zip(&self.luck[self.lane * tasks..]);
        self.tasks.clear();
        self.tasks.extend(first.map(|((&waits, &ready_at), &luck)| Progress {
            waits,
            ready_at,
            waited: 0.0,
            left: -1.0,
            crew_size: 0,
            luck,
            end: f32::INFINITY,
            cause: Cause::NOTHING,
        }));
        self.lines.clear();
        refill(&mut self.free, self.needs.words, 0);
        self.people.clear();
        let rates = model.rates.iter().flatten().copied().chain(std::iter::repeat(0.0));
        self.people.extend(self.block.people.iter().zip(rates).map(|(luck, rate)| Someone {
            freed: 0.0,
            by: NONE,
            leaves: 0.0,
            luck: luck[self.lane],
            rate,
        }));
        refill(&mut self.freed, network.capacity.len(), (0.0, NONE));
        refill(&mut self.project_end, projects, 0.0);
        refill(&mut self.project_last, projects, NONE);
        refill(&mut self.project_cost, projects, 0.0);
        self.stock.clone_from(&network.capacity);
        self.project_left.clone_from(&network.project_tasks);
        if network.has_end_links {
            self.ends_wait.clone_from(&network.ends_wait);
            refill(&mut self.ends_at, tasks, 0.0);
            refill(&mut self.end_cause, tasks, Cause::NOTHING);
            refill(&mut self.work_end, tasks, f32::INFINITY);
        }
        if !model.calls.is_empty() {
            refill(&mut self.in_hand, tasks, InHand::NOTHING);
        }
        self.events.clear();
        self.openers.clear();
        (self.idle, self.next_leave) = (0, f32::INFINITY);
    }

    /// One run, with the luck of a lane.
    fn run(&mut self, lane: usize) {
        self.lane = lane;
        self.reset();
        for (index, &(time, ..)) in self.network.changes.iter().enumerate() {
            self.push(time, CHANGES | index as u32);
        }
        for person in 0..self.model.people.len() as u32 {
            self.give_back(person, NONE, 0.0);
        }
        // Every task that is ready now is new, so nobody need be looked at for having been freed.
        self.openers.clear();
        for task in 0..self.model.tasks.len() as u32 {
            if self.tasks[task as usize].waits == 0 {
                self.may_start(task, 0.0);
            }
        }
        self.go_on(0.0);
        while let Some(event) = self.events.pop_below(1 << 32) {
            self.happen(event as u32, 0.0);
        }
        self.dispatch(0.0);
        while let Some(event) = self.events.pop() {
            let time = f32::from_bits((event >> 32) as u32);
            self.happen(event as u32, time);
            let later = ((event >> 32) + 1) << 32;
            while let Some(event) = self.events.pop_below(later) {
                self.happen(event as u32, time);
            }
            self.dispatch(time);
        }
    }

    #[inline]
    fn push(&mut self, time: f32, event: u32) {
        self.events.push(u64::from(time.to_bits()) << 32 | u64::from(event));
    }

    #[inline(always)]
    fn happen(&mut self, event: u32, time: f32) {
        let which = event & !KINDS;
        match event & KINDS {
            WORK_ENDS if self.is_put_down(which, time) => return,
            WORK_ENDS => {
                self.let_go(which, time);
                self.work_ends(which, time);
            }
            READY => self.set_ready(which, time),
            RETURNS => self.give_back(which, NONE, time),
            CHANGES => self.change(which, time),
            BREAKS => {
                self.let_go(which, time);
                self.set_ready(which, time);
            }
            CALLS => self.call(which, time),
            _ => self.finish(which, time),
        }
        self.go_on(time);
    }

    /// Does what needs nothing and no time until no more of it is left.
    #[inline]
    fn go_on(&mut self, time: f32) {
        while let Some((task, is_end)) = self.at_once.pop() {
            if is_end { self.work_ends(task, time) } else { self.start(task, time) }
        }
    }

    /// All links let a task start.
    #[inline(always)]
    fn may_start(&mut self, task: u32, time: f32) {
        let at = self.tasks[task as usize].ready_at;
        if at > time { self.push(at, READY | task) } else { self.set_ready(task, time) }
    }

    #[inline(always)]
    fn set_ready(&mut self, task: u32, time: f32) {
        self.tasks[task as usize].ready_at = time;
        let kind = self.network.jobs[task as usize].kind;
        if kind == NOTHING {
            self.at_once.push((task, false));
            return;
        }
        self.lines.join(task, kind);
        self.has_news = true;
        if self.model.calls.get(task as usize).is_some_and(|held| !held.is_empty()) {
            self.push(self.model.evening(time), CALLS | task);
        }
    }

    /// Someone is idle: after a task, after an absence, or at first.
    #[inline(always)]
    fn give_back(&mut self, person: u32, by: u32, time: f32) {
        let one = &mut self.people[person as usize];
        (one.freed, one.by) = (time, by);
        // Who has not gone since we looked need not be looked up again.
        if one.leaves <= time {
            let (from, until) = self.model.calendars[person as usize].next(time);
            if from <= time {
                if until < f32::INFINITY {
                    self.push(until, RETURNS | person);
                }
                return;
            }
            one.leaves = from;
        }
        let leaves = one.leaves;
        self.next_leave = if leaves < self.next_leave { leaves } else { self.next_leave };
        self.free[person as usize / 64] |= 1 << (person % 64);
        self.idle += 1;
        self.openers.push(person);
    }

    /// Whoever is idle and has gone is not free.
    fn leave(&mut self, time: f32) {
        self.next_leave = f32::INFINITY;
        for person in 0..self.model.people.len() as u32 {
            let (word, bit) = (person as usize / 64, 1 << (person % 64));
            if self.free[word] & bit == 0 {
                continue;
            }
            let (from, until) = self.model.calendars[person as usize].next(time);
            if from > time {
                self.people[person as usize].leaves = from;
                self.next_leave = self.next_leave.min(from);
                continue;
            }
            self.free[word] &= !bit;
            self.idle -= 1;
            if until < f32::INFINITY {
                self.push(until, RETURNS | person);
            }
        }
    }

    fn change(&mut self, change: u32, time: f32) {
        let (_, resource, by) = self.network.changes[change as usize];
        self.stock[resource as usize] += by;
        if by > 0 {
            self.freed[resource as usize] = (time, NONE);
            self.openers.push(self.model.people.len() as u32 + resource);
        }
    }

    /// The crew and the resources of a task are free.
    #[inline(always)]
    fn let_go(&mut self, task: u32, time: f32) {
        let Job { crew, kind, .. } = self.network.jobs[task as usize];
        let size = std::mem::take(&mut self.tasks[task as usize].crew_size);
        for slot in crew..crew + size {
            self.give_back(self.crew[slot as usize].0, task, time);
        }
        if let Need::Many(many) = &self.needs.kinds[kind as usize] {
            for &(resource, amount) in &many.demands {
                self.stock[resource as usize] += amount;
                self.freed[resource as usize] = (time, task);
                self.openers.push(self.model.people.len() as u32 + resource);
            }
        }
    }

    /// The work of a task is done; it has ended unless a link holds its end back.
    #[inline(always)]
    fn work_ends(&mut self, task: u32, time: f32) {
        if self.network.has_end_links {
            let index = task as usize;
            self.work_end[index] = time;
            if self.ends_wait[index] > 0 {
                return;
            }
            if self.ends_at[index] > time {
                return self.push(self.ends_at[index], ENDS | task);
            }
        }
        self.finish(task, time);
    }

    #[inline(always)]
    fn finish(&mut self, task: u32, time: f32) {
        let index = task as usize;
        self.tasks[index].end = time;
        if self.network.has_end_links && time <= self.work_end[index] {
            self.end_cause[index] = Cause::NOTHING;
        }
        let network = self.network;
        let job = &network.jobs[index];
        let project = job.project as usize;
        self.project_left[project] -= 1;
        if time >= self.project_end[project] {
            (self.project_end[project], self.project_last[project]) = (time, task);
        }
        for link in network.after(job) {
            if link.kind == LinkKind::FinishFinish {
                self.end_may_come(link.to, time + link.lag, Cause { from: task, by: By::End }, time);
            } else if !link.is_early() {
                self.arrive(link.to, time + link.lag, Cause { from: task, by: By::End }, time);
            }
        }
    }

    /// One of the links that a start waits for no longer holds it from a time on.
    #[inline(always)]
    fn arrive(&mut self, task: u32, at: f32, cause: Cause, now: f32) {
        let one = &mut self.tasks[task as usize];
        if at >= one.ready_at {
            (one.ready_at, one.cause) = (at, cause);
        }
        one.waits -= 1;
        if one.waits == 0 {
            self.may_start(task, now);
        }
    }

    /// The same of an end.
    fn end_may_come(&mut self, task: u32, at: f32, cause: Cause, now: f32) {
        let index = task as usize;
        if at >= self.ends_at[index] {
            self.ends_at[index] = at;
            self.end_cause[index] = cause;
        }
        self.ends_wait[index] -= 1;
        if self.ends_wait[index] == 0 && self.work_end[index] <= now {
            self.push(self.ends_at[index].max(now), ENDS | task);
        }
    }
}

impl Trail for Dispatcher<'_> {
    fn start(&self, task: u32) -> Cause {
        self.tasks[task as usize].cause
    }

    fn end(&self, task: u32) -> Option<Cause> {
        let cause = self.end_cause.get(task as usize)?;
        (cause.from != NONE).then_some(*cause)
    }

    fn waited(&self, task: u32) -> f32 {
        self.tasks[task as usize].waited
    }
}

impl Runner for Dispatcher<'_> {
    fn block(&mut self, first: usize, lanes: usize, rows: &mut Rows<'_>) {
        self.model.draw(first, &mut self.block);
        let tasks = self.model.tasks.len();
        self.luck.resize(tasks * LANES, 0.0);
        for (task, luck) in self.block.tasks.iter().enumerate() {
            (0..LANES).for_each(|lane| self.luck[lane * tasks + task] = luck[lane]);
        }
        self.ends.clear();
        for lane in 0..lanes {
            self.run(lane);
            let put = |rows: &mut [Lanes], values: &[f32]| {
                rows.iter_mut().zip(values).for_each(|(row, &value)| row[lane] = value);
            };
            for (end, &left) in self.project_end.iter_mut().zip(&self.project_left) {
                *end = if left > 0 { f32::INFINITY } else { *end };
            }
            self.ends.extend(self.tasks.iter().map(|task| task.end));
            put(rows.projects, &self.project_end);
            put(rows.costs, &self.project_cost);
            let mut chains = std::mem::replace(&mut self.chains, Chains::new(0, 0, 0, 0, 0));
            let last = self.project_last.iter().copied().enumerate();
            let is_done = |&(project, last): &(usize, u32)| last != NONE && self.project_left[project] == 0;
            chains.follow(last.filter(is_done), self);
            self.chains = chains;
        }
        for (task, ends) in rows.tasks.iter_mut().enumerate() {
            (0..lanes).for_each(|lane| ends[lane] = self.ends[lane * tasks + task]);
        }
    }

    fn into_chains(self: Box<Self>) -> Chains {
        self.chains
    }
}

/// So many of a value.
fn refill<Value: Copy>(values: &mut Vec<Value>, count: usize, value: Value) {
    values.clear();
    values.resize(count, value);
}
