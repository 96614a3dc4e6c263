//! Who is called off a task, and what becomes of it.

use super::{CALLS, Dispatcher};
use crate::simulation::{calendar::rest, needs::Need};

/// A task that somebody is on.
#[derive(Debug, Clone, Copy)]
pub(super) struct InHand {
    began: f32,
    /// Work that was left when it began.
    work: f32,
    /// When that is done, if nobody is called off; never where the task is not in hand.
    done: f32,
    /// Whether its end was ever foreseen.
    is_foreseen: bool,
}

impl InHand {
    pub(super) const NOTHING: Self = Self { began: 0.0, work: 0.0, done: f32::INFINITY, is_foreseen: false };
}

impl Dispatcher<'_> {
    /// Notes that somebody is on a task.
    #[inline]
    pub(super) fn take_in_hand(&mut self, task: usize, began: f32, work: f32, done: f32) {
        if let Some(one) = self.in_hand.get_mut(task) {
            *one = InHand { began, work, done, ..*one };
        }
    }

    /// Whether work that was to be done now was put down before; else it is no longer in hand.
    #[inline]
    pub(super) fn is_put_down(&mut self, task: u32, time: f32) -> bool {
        let Some(one) = self.in_hand.get_mut(task as usize) else { return false };
        let is_put_down = one.done != time;
        one.done = if is_put_down { one.done } else { f32::INFINITY };
        is_put_down
    }

    /// Whether the end of a task is foreseen for the first time: leads count from what was foreseen then.
    pub(super) fn foresee(&mut self, task: u32) -> bool {
        let one = self.in_hand.get_mut(task as usize);
        one.is_none_or(|one| !std::mem::replace(&mut one.is_foreseen, true))
    }

    /// It is evening and a task waits: whoever is on one that is put down for it is called off, if it can begin
    /// then and not before. Who is away is called when they are back.
    pub(super) fn call(&mut self, task: u32, time: f32) {
        if !self.lines.is_in(task) {
            return;
        }
        if time >= self.next_leave {
            self.leave(time);
        }
        let mut free = self.free.clone();
        if self.could_start(task, &free) {
            return;
        }
        let model = self.model;
        let day = model.problem.interruption.map_or(1, |rule| rule.day) as f32;
        let (mut held, mut back) = (Vec::new(), f32::INFINITY);
        for &other in &model.calls[task as usize] {
            let one = self.in_hand[other as usize];
            let (person, _) = self.crew[self.network.jobs[other as usize].crew as usize];
            if one.done == f32::INFINITY {
                continue;
            }
            let calendar = &model.calendars[person as usize];
            let (from, until) = calendar.next(time);
            if from <= time {
                back = if until < back { until } else { back };
                continue;
            }
            let left = rest(calendar, one.began, one.work, time);
            if left >= day {
                free[person as usize / 64] |= 1 << (person % 64);
                held.push((other, left));
            }
        }
        if !held.is_empty() && self.could_start(task, &free) {
            self.tasks[task as usize].ready_at = time;
            held.into_iter().for_each(|(other, left)| self.put_down(other, left, time));
        } else if back < f32::INFINITY {
            self.push(model.evening(back), CALLS | task);
        }
    }

    /// Whether a task could start if some people were free.
    fn could_start(&mut self, task: u32, free: &[u64]) -> bool {
        let needs = self.needs;
        match &needs.kinds[self.network.jobs[task as usize].kind as usize] {
            Need::Nothing => true,
            Need::One { able, .. } => needs.first_of(*able, free).is_some(),
            Need::Many(many) => {
                let is_there = many.demands.iter().all(|&(one, amount)| self.stock[one as usize] >= amount);
                is_there && needs.may_be_met(many, free) && needs.crew(many, free, &mut self.room)
            }
        }
    }

    /// Whoever is on a task is on it no longer, with so much of it left.
    fn put_down(&mut self, task: u32, left: f32, time: f32) {
        let index = task as usize;
        self.in_hand[index].done = f32::INFINITY;
        // Who has only just taken it up need not get back into it.
        let cost = self.model.problem.interruption.filter(|_| left < self.in_hand[index].work);
        self.tasks[index].left = left + cost.map_or(0, |rule| rule.cost.max(0)) as f32;
        // What was paid for in advance and not done.
        let (person, _) = self.crew[self.network.jobs[index].crew as usize];
        if let Some(rates) = &self.model.rates {
            self.project_cost[self.model.project[index] as usize] -= rates[person as usize] * left;
        }
        self.let_go(task, time);
        self.set_ready(task, time);
    }
}
