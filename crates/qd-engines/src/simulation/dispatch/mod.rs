//! One run in which whoever is free takes the first task of the list that they can do.
//!
//! A queue of events carries the run from one moment to the next. At each, only tasks that became
//! ready and tasks that someone or something just freed could serve are looked at: bits by task in the
//! order of the list, so the first of them is one instruction away.

mod call;
mod events;
mod start;

use self::{call::InHand, events::Events};
use super::{
    chains::{By, Cause, Chains, NONE, Trail},
    model::{Block, Model},
    needs::{NO_SKILL, Need, Needs, Room},
    network::Network,
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
    /// Times are not below 0, so their bits order them.
    events: Events,
    /// Tasks that may start as far as links go, and which of them are new.
    ready: Vec<u64>,
    fresh: Vec<u64>,
    has_fresh: bool,
    /// Whether a task became ready since this was last looked at.
    has_news: bool,
    /// Words from the one to before the other may have bits of those; no others have.
    ready_within: (usize, usize),
    fresh_within: (usize, usize),
    /// People and then resources that were freed and not taken since.
    openers: Vec<u32>,
    /// Who is idle and there, and how many they are.
    free: Vec<u64>,
    idle: u32,
    /// When each of those goes next, and the first of these times.
    leaves: Vec<f32>,
    next_leave: f32,
    /// People, then resources: when they were freed last, and by which task.
    freed: Vec<(f32, u32)>,
    stock: Vec<i64>,
    starts_wait: Vec<u32>,
    ends_wait: Vec<u32>,
    ready_at: Vec<f32>,
    ends_at: Vec<f32>,
    waited: Vec<f32>,
    cause: Vec<Cause>,
    end_cause: Vec<Cause>,
    work_end: Vec<f32>,
    /// Work that is left of a task whose crew broke up; below 0 where none did.
    left: Vec<f32>,
    crew: Vec<(u32, u32)>,
    crew_size: Vec<u32>,
    /// What is in hand, where a task may be put down.
    in_hand: Vec<InHand>,
    end: Vec<f32>,
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
            luck: Vec::new(),
            ends: Vec::new(),
            events: Events::default(),
            ready: Vec::new(),
            fresh: Vec::new(),
            has_fresh: false,
            has_news: false,
            ready_within: (0, 0),
            fresh_within: (0, 0),
            openers: Vec::new(),
            free: Vec::new(),
            idle: 0,
            leaves: Vec::new(),
            next_leave: f32::INFINITY,
            freed: Vec::new(),
            stock: Vec::new(),
            starts_wait: Vec::new(),
            ends_wait: Vec::new(),
            ready_at: Vec::new(),
            ends_at: Vec::new(),
            waited: Vec::new(),
            cause: Vec::new(),
            end_cause: Vec::new(),
            work_end: Vec::new(),
            left: Vec::new(),
            crew,
            crew_size: Vec::new(),
            in_hand: Vec::new(),
            end: Vec::new(),
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
        let (tasks, people) = (model.tasks.len(), model.people.len());
        let projects = network.project_tasks.len();
        refill(&mut self.ready, network.words, 0);
        refill(&mut self.fresh, network.words, 0);
        refill(&mut self.free, self.needs.words, 0);
        refill(&mut self.leaves, people, 0.0);
        refill(&mut self.freed, people + network.capacity.len(), (0.0, NONE));
        refill(&mut self.waited, tasks, 0.0);
        refill(&mut self.cause, tasks, Cause::NOTHING);
        refill(&mut self.left, tasks, -1.0);
        refill(&mut self.crew_size, tasks, 0);
        refill(&mut self.end, tasks, f32::INFINITY);
        refill(&mut self.project_end, projects, 0.0);
        refill(&mut self.project_last, projects, NONE);
        refill(&mut self.project_cost, projects, 0.0);
        self.stock.clone_from(&network.capacity);
        self.starts_wait.clone_from(&network.starts_wait);
        self.ready_at.clone_from(&model.release);
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
        (self.has_fresh, self.idle, self.next_leave) = (false, 0, f32::INFINITY);
        (self.ready_within, self.fresh_within) = ((usize::MAX, 0), (usize::MAX, 0));
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
            if self.starts_wait[task as usize] == 0 {
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

    #[inline]
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
                self.ready_at[which as usize] = time;
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
    #[inline]
    fn may_start(&mut self, task: u32, time: f32) {
        let at = self.ready_at[task as usize];
        if at > time { self.push(at, READY | task) } else { self.set_ready(task, time) }
    }

    #[inline]
    fn set_ready(&mut self, task: u32, time: f32) {
        self.ready_at[task as usize] = time;
        if matches!(self.needs.of[task as usize], Need::Nothing) {
            self.at_once.push((task, false));
            return;
        }
        let (word, bit) = (task as usize / 64, 1 << (task % 64));
        self.ready[word] |= bit;
        self.fresh[word] |= bit;
        (self.has_fresh, self.has_news) = (true, true);
        for within in [&mut self.ready_within, &mut self.fresh_within] {
            *within = (within.0.min(word), within.1.max(word + 1));
        }
        if self.model.calls.get(task as usize).is_some_and(|held| !held.is_empty()) {
            self.push(self.model.evening(time), CALLS | task);
        }
    }

    /// Someone is idle: after a task, after an absence, or at first.
    #[inline]
    fn give_back(&mut self, person: u32, by: u32, time: f32) {
        self.freed[person as usize] = (time, by);
        // Who has not gone since we looked need not be looked up again.
        let mut from = self.leaves[person as usize];
        let mut until = f32::INFINITY;
        if from <= time {
            (from, until) = self.model.calendars[person as usize].next(time);
        }
        if from > time {
            self.free[person as usize / 64] |= 1 << (person % 64);
            self.idle += 1;
            self.leaves[person as usize] = from;
            self.next_leave = if from < self.next_leave { from } else { self.next_leave };
            self.openers.push(person);
        } else if until < f32::INFINITY {
            self.push(until, RETURNS | person);
        }
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
                self.leaves[person as usize] = from;
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
            let opener = self.model.people.len() + resource as usize;
            self.freed[opener] = (time, NONE);
            self.openers.push(opener as u32);
        }
    }

    /// The crew and the resources of a task are free.
    #[inline]
    fn let_go(&mut self, task: u32, time: f32) {
        let first = self.needs.first[task as usize] as usize;
        for slot in first..first + self.crew_size[task as usize] as usize {
            self.give_back(self.crew[slot].0, task, time);
        }
        self.crew_size[task as usize] = 0;
        if let Need::Many(many) = &self.needs.of[task as usize] {
            for &(resource, amount) in &many.demands {
                self.stock[resource as usize] += amount;
                let opener = self.model.people.len() + resource as usize;
                self.freed[opener] = (time, task);
                self.openers.push(opener as u32);
            }
        }
    }

    /// The work of a task is done; it has ended unless a link holds its end back.
    #[inline]
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

    fn finish(&mut self, task: u32, time: f32) {
        let index = task as usize;
        self.end[index] = time;
        if self.network.has_end_links && time <= self.work_end[index] {
            self.end_cause[index] = Cause::NOTHING;
        }
        let project = self.model.project[index] as usize;
        self.project_left[project] -= 1;
        if time >= self.project_end[project] {
            (self.project_end[project], self.project_last[project]) = (time, task);
        }
        for place in self.network.after(index) {
            let link = self.network.link(place);
            if link.kind == LinkKind::FinishFinish {
                self.end_may_come(link.to, time + link.lag, Cause { from: task, by: By::End }, time);
            } else if !link.is_early() {
                self.arrive(link.to, time + link.lag, Cause { from: task, by: By::End }, time);
            }
        }
    }

    /// One of the links that a start waits for no longer holds it from a time on.
    #[inline]
    fn arrive(&mut self, task: u32, at: f32, cause: Cause, now: f32) {
        let index = task as usize;
        if at >= self.ready_at[index] {
            self.ready_at[index] = at;
            self.cause[index] = cause;
        }
        self.starts_wait[index] -= 1;
        if self.starts_wait[index] == 0 {
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
        self.cause[task as usize]
    }

    fn end(&self, task: u32) -> Option<Cause> {
        let cause = self.end_cause.get(task as usize)?;
        (cause.from != NONE).then_some(*cause)
    }

    fn waited(&self, task: u32) -> f32 {
        self.waited[task as usize]
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
            self.ends.extend_from_slice(&self.end);
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
