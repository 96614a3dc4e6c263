//! Tasks and what they wait for, ready to be gone through millions of times.

use super::problem::Time;

/// Arcs into or out of each task, one after the other.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arcs {
    first: Vec<u32>,
    ends: Vec<(u32, Time)>,
}

impl Arcs {
    /// Groups arcs `(task, other, weight)` by task.
    fn of(tasks: usize, arcs: impl Iterator<Item = (u32, u32, Time)>) -> Self {
        let mut sorted: Vec<(u32, u32, Time)> = arcs.collect();
        sorted.sort_unstable();
        let mut first = vec![0; tasks + 1];
        for &(task, ..) in &sorted {
            first[task as usize + 1] += 1;
        }
        for index in 0..tasks {
            first[index + 1] += first[index];
        }
        Self { first, ends: sorted.into_iter().map(|(_, other, weight)| (other, weight)).collect() }
    }

    /// The other end and weight of each arc of a task.
    #[inline]
    pub(crate) fn of_task(&self, task: usize) -> &[(u32, Time)] {
        &self.ends[self.first[task] as usize..self.first[task + 1] as usize]
    }
}

/// A project network with start-start arcs: of an arc `(i, j, weight)`, j starts no earlier than
/// `weight` after i has. With fixed durations every minimal time lag has this form (Bartusch,
/// Möhring, Radermacher 1988, "Scheduling project networks with resource constraints and time windows").
///
/// Every task has a head (it starts no earlier) and a tail (so long all lasts after its end). So the
/// network seen backwards in time, [`Network::mirrored`], is one too.
#[derive(Debug, Clone, Default)]
pub(crate) struct Network {
    pub(crate) duration: Vec<Time>,
    pub(crate) head: Vec<Time>,
    pub(crate) tail: Vec<Time>,
    /// What each task waits for.
    pub(crate) before: Arcs,
    /// What waits for each task.
    pub(crate) after: Arcs,
    /// The tasks, each behind all it waits for.
    pub(crate) order: Vec<u32>,
    /// Place of each task in `order`.
    pub(crate) rank: Vec<u32>,
}

impl Network {
    /// A network of tasks with arcs `(before, after, weight)`; none where they go round in a circle.
    pub(crate) fn new(
        duration: Vec<Time>,
        head: Vec<Time>,
        tail: Vec<Time>,
        arcs: &[(u32, u32, Time)],
    ) -> Option<Self> {
        let tasks = duration.len();
        let before = Arcs::of(tasks, arcs.iter().map(|&(from, to, weight)| (to, from, weight)));
        let after = Arcs::of(tasks, arcs.iter().copied());
        let order = topological(tasks, &before, &after)?;
        let mut rank = vec![0; tasks];
        for (place, &task) in order.iter().enumerate() {
            rank[task as usize] = place as u32;
        }
        Some(Self { duration, head, tail, before, after, order, rank })
    }

    pub(crate) fn tasks(&self) -> usize {
        self.duration.len()
    }

    /// The same network seen backwards: a schedule of one, read from its end, is one of the other.
    pub(crate) fn mirrored(&self) -> Self {
        let arcs: Vec<(u32, u32, Time)> = (0..self.tasks())
            .flat_map(|from| {
                self.after.of_task(from).iter().map(move |&(to, weight)| {
                    (to, from as u32, weight + self.duration[to as usize] - self.duration[from])
                })
            })
            .collect();
        let order: Vec<u32> = self.order.iter().rev().copied().collect();
        let mut rank = vec![0; self.tasks()];
        for (place, &task) in order.iter().enumerate() {
            rank[task as usize] = place as u32;
        }
        Self {
            duration: self.duration.clone(),
            head: self.tail.clone(),
            tail: self.head.clone(),
            before: Arcs::of(self.tasks(), arcs.iter().map(|&(from, to, weight)| (to, from, weight))),
            after: Arcs::of(self.tasks(), arcs.iter().copied()),
            order,
            rank,
        }
    }

    /// Earliest start of each task if there was enough of everything (forward pass of the critical
    /// path method).
    pub(crate) fn earliest_starts(&self) -> Vec<Time> {
        let mut start = self.head.clone();
        for &task in &self.order {
            let task = task as usize;
            for &(from, weight) in self.before.of_task(task) {
                start[task] = start[task].max(start[from as usize] + weight);
            }
        }
        start
    }

    /// How long all lasts, at least, from each task's start on (backward pass).
    pub(crate) fn remaining(&self) -> Vec<Time> {
        let mut remaining: Vec<Time> =
            self.duration.iter().zip(&self.tail).map(|(one, two)| one + two).collect();
        for &task in self.order.iter().rev() {
            let task = task as usize;
            for &(to, weight) in self.after.of_task(task) {
                remaining[task] = remaining[task].max(remaining[to as usize] + weight);
            }
        }
        remaining
    }

    /// Time at which all is done.
    pub(crate) fn end(&self, start: &[Time]) -> Time {
        let ends =
            start.iter().zip(&self.duration).zip(&self.tail).map(|((start, one), two)| start + one + two);
        ends.max().unwrap_or(0)
    }

    /// Puts every task behind what it waits for, and leaves the order else as it is.
    pub(crate) fn repair(&self, list: &mut Vec<u32>) {
        let mut is_placed = vec![false; self.tasks()];
        let mut repaired = Vec::with_capacity(list.len());
        let mut stack = Vec::new();
        for &task in list.iter() {
            stack.push(task);
            while let Some(&top) = stack.last() {
                let mut waits = self.before.of_task(top as usize).iter().map(|&(from, _)| from);
                match waits.find(|&from| !is_placed[from as usize]) {
                    Some(from) if !is_placed[top as usize] => stack.push(from),
                    _ => {
                        stack.pop();
                        if !std::mem::replace(&mut is_placed[top as usize], true) {
                            repaired.push(top);
                        }
                    }
                }
            }
        }
        *list = repaired;
    }
}

/// The tasks, each behind all it waits for (Kahn 1962); none where they go round in a circle.
fn topological(tasks: usize, before: &Arcs, after: &Arcs) -> Option<Vec<u32>> {
    let mut missing: Vec<usize> = (0..tasks).map(|task| before.of_task(task).len()).collect();
    let mut order: Vec<u32> = (0..tasks as u32).filter(|&task| missing[task as usize] == 0).collect();
    let mut next = 0;
    while let Some(&task) = order.get(next) {
        next += 1;
        for &(to, _) in after.of_task(task as usize) {
            missing[to as usize] -= 1;
            if missing[to as usize] == 0 {
                order.push(to);
            }
        }
    }
    (order.len() == tasks).then_some(order)
}
