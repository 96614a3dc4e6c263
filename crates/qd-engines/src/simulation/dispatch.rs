//! One run in which whoever is free takes the first task of the list that they can do.
//!
//! A queue of events carries the run from one moment to the next. At each, only tasks that became
//! ready and tasks that someone or something just freed could serve are looked at: bits by task in the
//! order of the list, so the first of them is one instruction away.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::{
    calendar::{Course, course},
    chains::{By, Cause, Chains, NONE, Trail},
    estimate::work,
    model::{Block, Model},
    needs::{Many, NO_SKILL, Need, Needs, Room},
    network::Network,
    normal::Lanes,
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
    /// Times are not below 0, so their bits order them.
    events: BinaryHeap<Reverse<u64>>,
    /// Tasks that may start as far as links go; which words of those have any; which are new.
    ready: Vec<u64>,
    ready_words: Vec<u64>,
    fresh: Vec<u64>,
    fresh_count: u32,
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
            events: BinaryHeap::new(),
            ready: Vec::new(),
            ready_words: Vec::new(),
            fresh: Vec::new(),
            fresh_count: 0,
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
        refill(&mut self.ready_words, network.words.div_ceil(64), 0);
        refill(&mut self.fresh, network.words, 0);
        refill(&mut self.free, self.needs.words, 0);
        refill(&mut self.leaves, people, f32::INFINITY);
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
        self.events.clear();
        self.openers.clear();
        (self.fresh_count, self.idle, self.next_leave) = (0, 0, f32::INFINITY);
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
        self.dispatch(0.0);
        while let Some(Reverse(event)) = self.events.pop() {
            let time = f32::from_bits((event >> 32) as u32);
            self.happen(event as u32, time);
            while let Some(&Reverse(next)) = self.events.peek() {
                if next >> 32 != event >> 32 {
                    break;
                }
                self.events.pop();
                self.happen(next as u32, time);
            }
            self.dispatch(time);
        }
    }

    #[inline]
    fn push(&mut self, time: f32, event: u32) {
        self.events.push(Reverse(u64::from(time.to_bits()) << 32 | u64::from(event)));
    }

    #[inline]
    fn happen(&mut self, event: u32, time: f32) {
        let which = event & !KINDS;
        match event & KINDS {
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
        self.ready_words[word / 64] |= 1 << (word % 64);
        self.fresh_count += 1;
    }

    /// Someone is idle: after a task, after an absence, or at first.
    #[inline]
    fn give_back(&mut self, person: u32, by: u32, time: f32) {
        let (from, until) = self.model.calendars[person as usize].next(time);
        self.freed[person as usize] = (time, by);
        if from > time {
            self.free[person as usize / 64] |= 1 << (person % 64);
            self.idle += 1;
            self.leaves[person as usize] = from;
            self.next_leave = self.next_leave.min(from);
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

    /// Starts what can start, the first of the list first.
    fn dispatch(&mut self, time: f32) {
        if time >= self.next_leave {
            self.leave(time);
        }
        while !self.pass(time) {}
        self.openers.clear();
    }

    /// Goes once through the ready tasks; false if a start made others ready, which may come before those
    /// that are still to be looked at.
    fn pass(&mut self, time: f32) -> bool {
        for group in 0..self.ready_words.len() {
            let mut words = self.ready_words[group];
            while words != 0 {
                let word = group * 64 + words.trailing_zeros() as usize;
                words &= words - 1;
                if self.openers.is_empty() && self.fresh_count == 0 {
                    return true;
                }
                let mut rest = u64::MAX;
                loop {
                    let open = self.fresh[word] | self.network.opened(&self.openers, word);
                    let mut candidates = self.ready[word] & open & rest;
                    if self.idle < 2 {
                        candidates &= !self.network.teams[word];
                    }
                    if candidates == 0 {
                        break;
                    }
                    let bit = candidates & candidates.wrapping_neg();
                    rest = !(bit | (bit - 1));
                    let fresh_before = self.fresh_count;
                    if self.try_start((word * 64) as u32 + bit.trailing_zeros(), time) {
                        self.ready[word] &= !bit;
                        if self.fresh_count > fresh_before {
                            return false;
                        }
                    }
                }
                self.fresh_count -= self.fresh[word].count_ones();
                self.fresh[word] = 0;
                if self.ready[word] == 0 {
                    self.ready_words[group] &= !(1 << (word % 64));
                }
            }
        }
        true
    }

    /// Starts a task if those whom it needs are free.
    #[inline]
    fn try_start(&mut self, task: u32, time: f32) -> bool {
        let needs = self.needs;
        let first = needs.first[task as usize] as usize;
        match &needs.of[task as usize] {
            Need::Nothing => {}
            Need::One { able, preferred, skill } => {
                let wanted = preferred.and_then(|row| needs.first_of(row, &self.free));
                let Some(person) = wanted.or_else(|| needs.first_of(*able, &self.free)) else { return false };
                self.crew[first] = (person, *skill);
                self.crew_size[task as usize] = 1;
                self.take(person);
            }
            Need::Many(many) => {
                if !self.take_many(task, many) {
                    return false;
                }
            }
        }
        self.start(task, time);
        self.go_on(time);
        true
    }

    fn take_many(&mut self, task: u32, many: &Many) -> bool {
        let has_stock =
            many.demands.iter().all(|&(resource, amount)| self.stock[resource as usize] >= amount);
        if !has_stock || !self.needs.crew(many, &self.free, &mut self.room) {
            return false;
        }
        let first = self.needs.first[task as usize] as usize;
        self.crew_size[task as usize] = self.room.crew.len() as u32;
        for slot in 0..self.room.crew.len() {
            let (person, skill) = self.room.crew[slot];
            self.crew[first + slot] = (person, skill);
            self.take(person);
        }
        for &(resource, amount) in &many.demands {
            self.stock[resource as usize] -= amount;
        }
        true
    }

    #[inline]
    fn take(&mut self, person: u32) {
        self.free[person as usize / 64] &= !(1 << (person % 64));
        self.idle -= 1;
        if let Some(place) = self.openers.iter().position(|&one| one == person) {
            self.openers.swap_remove(place);
        }
    }

    /// A task starts, its crew being noted.
    #[inline]
    fn start(&mut self, task: u32, time: f32) {
        let index = task as usize;
        let first = self.needs.first[index] as usize;
        let slots = first..first + self.crew_size[index] as usize;
        if time > self.ready_at[index] {
            self.waited[index] = time - self.ready_at[index];
            self.cause[index] = self.waited_for(index, slots.clone());
        }
        let (work, is_first) = match self.left[index] {
            left if left >= 0.0 => (left, false),
            _ => (self.work(index, slots.clone()), true),
        };
        let course = match &self.crew[slots.clone()] {
            [] => Course::Done(time + work),
            &[(person, _)] if self.leaves[person as usize] >= time + work => Course::Done(time + work),
            crew => {
                let crew: Vec<u32> = crew.iter().map(|&(person, _)| person).collect();
                course(&self.model.calendars, &crew, time, work)
            }
        };
        let done = match course {
            Course::Done(at) if work == 0.0 && slots.is_empty() && self.has_nothing(index) => {
                self.at_once.push((task, true));
                at
            }
            Course::Done(at) => {
                self.push(at, WORK_ENDS | task);
                at
            }
            Course::Broken { at, left } => {
                self.left[index] = left;
                self.push(at, BREAKS | task);
                f32::INFINITY
            }
        };
        self.pay(index, slots, work, if let Course::Broken { left, .. } = course { left } else { 0.0 });
        if self.network.has_early[index] {
            self.start_links(task, time, done, is_first);
        }
    }

    fn has_nothing(&self, task: usize) -> bool {
        matches!(self.needs.of[task], Need::Nothing)
    }

    /// Of its crew and its resources, which was freed last.
    #[inline]
    fn waited_for(&self, task: usize, slots: std::ops::Range<usize>) -> Cause {
        let (mut latest, mut cause) = (-1.0, Cause::NOTHING);
        for &(person, skill) in &self.crew[slots] {
            let (at, from) = self.freed[person as usize];
            if at > latest {
                (latest, cause) = (at, Cause { from, by: By::Person { person, skill } });
            }
        }
        if let Need::Many(many) = &self.needs.of[task] {
            for &(resource, _) in &many.demands {
                let (at, from) = self.freed[self.model.people.len() + resource as usize];
                if at > latest {
                    (latest, cause) = (at, Cause { from, by: By::Resource(resource) });
                }
            }
        }
        cause
    }

    /// The work of a task, by its luck and that of its crew.
    #[inline]
    fn work(&self, task: usize, slots: std::ops::Range<usize>) -> f32 {
        let own = self.block.tasks[task][self.lane];
        let luck = match &self.crew[slots] {
            [] => own,
            &[(person, _)] => own + self.block.people[person as usize][self.lane],
            crew => {
                let shared: f32 =
                    crew.iter().map(|&(person, _)| self.block.people[person as usize][self.lane]).sum();
                own + shared / (crew.len() as f32).sqrt()
            }
        };
        work(&self.model.tables[task], luck)
    }

    #[inline]
    fn pay(&mut self, task: usize, slots: std::ops::Range<usize>, work: f32, left: f32) {
        let Some(rates) = &self.model.rates else { return };
        let rate: f32 = self.crew[slots].iter().map(|&(person, _)| rates[person as usize]).sum();
        self.project_cost[self.model.project[task] as usize] += rate * (work - left);
    }

    /// Links from a task's start, and leads before its end, `done`.
    fn start_links(&mut self, task: u32, time: f32, done: f32, is_first: bool) {
        for place in self.network.after(task as usize) {
            let link = self.network.link(place);
            if link.kind == LinkKind::StartStart && is_first {
                self.arrive(link.to, (time + link.lag).max(time), Cause { from: task, by: By::Start }, time);
            } else if link.kind == LinkKind::FinishStart && link.is_early() && done < f32::INFINITY {
                self.arrive(link.to, (done + link.lag).max(time), Cause { from: task, by: By::Start }, time);
            }
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
        let mut block = std::mem::take(&mut self.block);
        self.model.draw(first, &mut block);
        self.block = block;
        for lane in 0..lanes {
            self.run(lane);
            let put = |rows: &mut [Lanes], values: &[f32]| {
                rows.iter_mut().zip(values).for_each(|(row, &value)| row[lane] = value);
            };
            for (end, &left) in self.project_end.iter_mut().zip(&self.project_left) {
                *end = if left > 0 { f32::INFINITY } else { *end };
            }
            put(rows.tasks, &self.end);
            put(rows.projects, &self.project_end);
            put(rows.costs, &self.project_cost);
            let mut chains = std::mem::replace(&mut self.chains, Chains::new(0, 0, 0, 0, 0));
            chains.begin();
            for project in 0..self.project_last.len() {
                if self.project_left[project] == 0 && self.project_last[project] != NONE {
                    chains.follow(project, self.project_last[project], self);
                }
            }
            self.chains = chains;
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
