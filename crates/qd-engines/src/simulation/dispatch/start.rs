//! Who starts what, once something has happened.

use super::{BREAKS, Dispatcher, WORK_ENDS};
use crate::{
    plan::LinkKind,
    simulation::{
        calendar::{Course, course},
        chains::{By, Cause},
        estimate::work,
        needs::{Many, NOTHING, Need},
    },
};

impl Dispatcher<'_> {
    /// Starts what can start, the first of the list first.
    pub(super) fn dispatch(&mut self, time: f32) {
        if time >= self.next_leave {
            self.leave(time);
        }
        if !self.lines.has_fresh && self.openers.is_empty() {
            return;
        }
        self.gather();
        while let Some((task, kind)) = self.first_candidate() {
            self.has_news = false;
            let is_started = self.try_start(task, kind, time);
            if self.idle == 0 && self.network.needs_people {
                break;
            }
            if is_started && self.has_news {
                self.gather();
            } else if !is_started || !self.lines.is_waiting(kind) {
                self.candidates[kind as usize / 64] &= !(1 << (kind % 64));
            }
        }
        self.lines.forget_fresh();
        self.openers.clear();
    }

    /// The kinds of which a task might start, because one is new or because someone was freed who can do it. (Once
    /// someone is taken, what could not start before cannot now.)
    #[inline(always)]
    fn gather(&mut self) {
        for word in 0..self.candidates.len() {
            self.candidates[word] = self.might_start(word);
        }
    }

    #[inline(always)]
    fn might_start(&self, word: usize) -> u64 {
        let kinds = self.network.kinds[word];
        let waiting = self.lines.kinds[word];
        let mut opened = 0;
        for &opener in &self.openers {
            opened |= self.network.opens(opener)[word];
        }
        let candidates = waiting.any & (opened | waiting.fresh) & !kinds.barred(self.idle);
        // What one alone can do, who was freed can do.
        let can = candidates & opened & kinds.alone;
        let (mut left, mut might) = (candidates & !can, 0);
        while left != 0 {
            let bit = left.trailing_zeros();
            might |= u64::from(self.needs.may_start(word * 64 + bit as usize, &self.free)) << bit;
            left &= left - 1;
        }
        can | might
    }

    /// Of the candidates the task that is first on the list, and its kind.
    #[inline]
    fn first_candidate(&self) -> Option<(u32, u32)> {
        let mut first = u64::MAX;
        for word in 0..self.candidates.len() {
            let mut left = self.candidates[word];
            while left != 0 {
                let kind = word * 64 + left.trailing_zeros() as usize;
                first = first.min(u64::from(self.lines.first(kind as u32)) << 32 | kind as u64);
                left &= left - 1;
            }
        }
        (first < u64::MAX).then_some(((first >> 32) as u32, first as u32))
    }

    /// Starts the first task of a kind if those whom it needs are free.
    #[inline]
    fn try_start(&mut self, task: u32, kind: u32, time: f32) -> bool {
        let needs = self.needs;
        match &needs.kinds[kind as usize] {
            Need::Nothing => {}
            Need::One { able, preferred, skill } => {
                let wanted = preferred.and_then(|row| needs.first_of(row, &self.free));
                let Some(person) = wanted.or_else(|| needs.first_of(*able, &self.free)) else { return false };
                self.crew[self.network.jobs[task as usize].crew as usize] = (person, *skill);
                self.tasks[task as usize].crew_size = 1;
                self.take(person);
            }
            Need::Many(many) => {
                if !self.take_many(task, many) {
                    return false;
                }
            }
        }
        self.lines.leave(kind);
        self.start(task, time);
        self.go_on(time);
        true
    }

    fn take_many(&mut self, task: u32, many: &Many) -> bool {
        for &(resource, amount) in &many.demands {
            if self.stock[resource as usize] < amount {
                return false;
            }
        }
        // Most have to wait for a second person: that is seen at once.
        if !self.needs.may_be_met(many, &self.free) || !self.needs.crew(many, &self.free, &mut self.room) {
            return false;
        }
        let first = self.network.jobs[task as usize].crew as usize;
        self.tasks[task as usize].crew_size = self.room.crew.len() as u32;
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
    }

    /// A task starts, its crew being noted.
    #[inline(always)]
    pub(super) fn start(&mut self, task: u32, time: f32) {
        let index = task as usize;
        let job = &self.network.jobs[index];
        let one = &mut self.tasks[index];
        let crew = &self.crew[job.crew as usize..][..one.crew_size as usize];
        let (mut leaves, mut shared, mut rate) = (f32::INFINITY, 0.0, 0.0);
        let (mut freed, mut cause) = (-1.0, Cause::NOTHING);
        for &(person, skill) in crew {
            let of_one = &self.people[person as usize];
            leaves = if of_one.leaves < leaves { of_one.leaves } else { leaves };
            shared += of_one.luck;
            rate += of_one.rate;
            if of_one.freed > freed {
                (freed, cause) = (of_one.freed, Cause { from: of_one.by, by: By::Person { person, skill } });
            }
        }
        if time > one.ready_at {
            one.waited = time - one.ready_at;
            if let Need::Many(many) = &self.needs.kinds[job.kind as usize] {
                for &(resource, _) in &many.demands {
                    let (at, from) = self.freed[resource as usize];
                    if at > freed {
                        (freed, cause) = (at, Cause { from, by: By::Resource(resource) });
                    }
                }
            }
            one.cause = cause;
        }
        let is_first = one.left < 0.0;
        let work = if is_first {
            let shared = if crew.len() > 1 { shared / (crew.len() as f32).sqrt() } else { shared };
            work(&self.model.tables[job.table as usize], one.luck + shared)
        } else {
            one.left
        };
        let course = if leaves >= time + work {
            Course::Done(time + work)
        } else {
            let crew: Vec<u32> = crew.iter().map(|&(person, _)| person).collect();
            course(&self.model.calendars, &crew, time, work)
        };
        let mut paid = work;
        let done = match course {
            Course::Done(at) if work == 0.0 && job.kind == NOTHING => {
                self.at_once.push((task, true));
                at
            }
            Course::Done(at) => {
                self.push(at, WORK_ENDS | task);
                self.take_in_hand(index, time, work, at);
                at
            }
            Course::Broken { at, left } => {
                one.left = left;
                paid -= left;
                self.push(at, BREAKS | task);
                f32::INFINITY
            }
        };
        self.project_cost[job.project as usize] += rate * paid;
        if job.has_early {
            self.start_links(task, time, done, is_first);
        }
    }

    /// Links from a task's start, and leads before its end, `done`.
    fn start_links(&mut self, task: u32, time: f32, done: f32, is_first: bool) {
        let is_foreseen = done < f32::INFINITY && self.foresee(task);
        let network = self.network;
        for link in network.after(&network.jobs[task as usize]) {
            if link.kind == LinkKind::StartStart && is_first {
                self.arrive(link.to, (time + link.lag).max(time), Cause { from: task, by: By::Start }, time);
            } else if link.kind == LinkKind::FinishStart && link.is_early() && is_foreseen {
                self.arrive(link.to, (done + link.lag).max(time), Cause { from: task, by: By::Start }, time);
            }
        }
    }
}
