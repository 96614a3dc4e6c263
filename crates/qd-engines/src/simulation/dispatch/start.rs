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
        if self.has_fresh || !self.openers.is_empty() {
            while !self.look_through(time) {}
            let (first, end) = std::mem::replace(&mut self.fresh_within, (usize::MAX, 0));
            if let Some(fresh) = self.fresh.get_mut(first..end) {
                fresh.fill(0);
            }
            self.has_fresh = false;
            self.openers.clear();
        }
    }

    /// Goes once through the ready tasks that might start, because they are new or because someone was
    /// freed who can do them; false if others are ready by what was started, which may come before. (Once
    /// someone is taken, what could not start before cannot now.)
    fn look_through(&mut self, time: f32) -> bool {
        let network = self.network;
        let (mut word, mut end) = self.ready_within;
        while word < end && self.ready[word] == 0 {
            word += 1;
        }
        self.ready_within.0 = word;
        while word < end {
            let mut might = self.fresh[word];
            let opens = network.opens(word);
            for &opener in &self.openers {
                might |= opens[opener as usize];
            }
            might &= self.ready[word];
            while might != 0 {
                might &= !network.barred(self.idle, word);
                let bit = might & might.wrapping_neg();
                might ^= bit;
                let task = word * 64 + bit.trailing_zeros() as usize;
                self.has_news = false;
                if bit == 0 || !self.needs.may_start(task, &self.free) || !self.try_start(task as u32, time) {
                    continue;
                }
                self.ready[word] &= !bit;
                if self.has_news {
                    return false;
                }
                if self.idle == 0 && network.needs_people {
                    return true;
                }
            }
            word += 1;
            if self.openers.is_empty() {
                end = end.min(self.fresh_within.1);
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
        for &(resource, amount) in &many.demands {
            if self.stock[resource as usize] < amount {
                return false;
            }
        }
        // Most have to wait for a second person: that is seen at once.
        if !self.needs.may_be_met(many, &self.free) || !self.needs.crew(many, &self.free, &mut self.room) {
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
        let mut leaves = f32::INFINITY;
        for &(person, _) in &self.crew[slots.clone()] {
            let of_one = self.leaves[person as usize];
            leaves = if of_one < leaves { of_one } else { leaves };
        }
        let course = if leaves >= time + work {
            Course::Done(time + work)
        } else {
            let crew: Vec<u32> = self.crew[slots.clone()].iter().map(|&(person, _)| person).collect();
            course(&self.model.calendars, &crew, time, work)
        };
        let done = match course {
            Course::Done(at) if work == 0.0 && slots.is_empty() && self.has_nothing(index) => {
                self.at_once.push((task, true));
                at
            }
            Course::Done(at) => {
                self.push(at, WORK_ENDS | task);
                self.take_in_hand(index, time, work, at);
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
        let own = self.luck[self.lane * self.model.tasks.len() + task];
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
        let mut rate = 0.0;
        for &(person, _) in &self.crew[slots] {
            rate += rates[person as usize];
        }
        self.project_cost[self.model.project[task] as usize] += rate * (work - left);
    }

    /// Links from a task's start, and leads before its end, `done`.
    fn start_links(&mut self, task: u32, time: f32, done: f32, is_first: bool) {
        let is_foreseen = done < f32::INFINITY && self.foresee(task);
        for place in self.network.after(task as usize) {
            let link = self.network.link(place);
            if link.kind == LinkKind::StartStart && is_first {
                self.arrive(link.to, (time + link.lag).max(time), Cause { from: task, by: By::Start }, time);
            } else if link.kind == LinkKind::FinishStart && link.is_early() && is_foreseen {
                self.arrive(link.to, (done + link.lag).max(time), Cause { from: task, by: By::Start }, time);
            }
        }
    }
}
