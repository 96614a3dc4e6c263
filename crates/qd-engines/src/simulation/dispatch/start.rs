//! Who starts what, once something has happened.

use super::{BREAKS, Dispatcher, WORK_ENDS};
use crate::{
    plan::LinkKind,
    simulation::{
        calendar::{Course, course},
        chains::{By, Cause},
        estimate::work,
        needs::{Many, Need},
    },
};

impl Dispatcher<'_> {
    /// Starts what can start, the first of the list first.
    pub(super) fn dispatch(&mut self, time: f32) {
        if time >= self.next_leave {
            self.leave(time);
        }
        while !self.pass(time) {}
        self.openers.clear();
    }

    /// Goes once through the ready tasks; false if a start made others ready, which may come before those
    /// that are still to be looked at.
    fn pass(&mut self, time: f32) -> bool {
        let mut next = 0;
        while let Some(word) = self.next_word(next) {
            next = word + 1;
            let mut candidates = self.candidates(word);
            while candidates != 0 {
                let bit = candidates & candidates.wrapping_neg();
                candidates ^= bit;
                let fresh_before = self.fresh_count;
                if !self.try_start((word * 64) as u32 + bit.trailing_zeros(), time) {
                    continue;
                }
                self.ready[word] &= !bit;
                if self.fresh_count > fresh_before {
                    return false;
                }
                // Someone was taken, so fewer tasks can start than before.
                candidates = self.candidates(word) & !(bit | (bit - 1));
            }
            let seen = std::mem::take(&mut self.fresh[word]);
            if seen != 0 {
                self.fresh_count -= seen.count_ones();
            }
        }
        true
    }

    /// The next word, from a place on, in which there may be tasks that might start.
    #[inline]
    fn next_word(&self, from: usize) -> Option<usize> {
        let ready = self.ready.get(from..)?;
        let found = match &*self.openers {
            [] if self.fresh_count == 0 => None,
            // The usual case: one task has ended, and one person is free.
            [one] if self.fresh_count == 0 => {
                let opens = self.network.opens(*one).get(from..)?;
                ready.iter().zip(opens).position(|(ready, opens)| ready & opens != 0)
            }
            _ => ready.iter().position(|&ready| ready != 0),
        };
        Some(from + found?)
    }

    /// The ready tasks of a word that might start: they are new, or someone was freed who can do them.
    #[inline]
    fn candidates(&self, word: usize) -> u64 {
        let might = match &*self.openers {
            [] if self.fresh_count == 0 => return 0,
            openers => self.fresh[word] | self.network.opened(openers, word),
        };
        let candidates = self.ready[word] & might;
        if candidates == 0 || self.idle > 1 { candidates } else { candidates & !self.network.teams[word] }
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
    pub(super) fn start(&mut self, task: u32, time: f32) {
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
        if let &[(person, skill)] = &self.crew[slots.clone()]
            && matches!(self.needs.of[task], Need::One { .. })
        {
            return Cause { from: self.freed[person as usize].1, by: By::Person { person, skill } };
        }
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
