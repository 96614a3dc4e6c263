//! Schedule generation over renewable resources of constant capacity, as fast as it goes.
//!
//! What is free of four resources stands in one word, 16 bits each; the highest bit of each is a guard
//! that a subtraction borrows from where a demand is larger than what is free. So whether a task fits
//! at a unit of time is one subtraction for four resources.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::{
    decoder::{Decoder, Individual, Side, Value, moment},
    network::Network,
    problem::Time,
};

/// Guard bits of a word.
const GUARDS: u64 = 0x8000_8000_8000_8000;

/// An event without an end of a task, and a task without a start.
const NOTHING: u32 = u32::MAX;
const NOT_YET: Time = Time::MIN;

/// Most units of a resource that a word holds.
pub(crate) const MOST: u32 = 0x7fff;

/// Demands of all tasks and capacities, `W` words of four resources each.
#[derive(Debug, Clone)]
pub(crate) struct Packed<const W: usize> {
    need: Vec<[u64; W]>,
    full: [u64; W],
    /// What is free at each unit of time, guards set.
    free: Vec<[u64; W]>,
    /// Units of time from the beginning on that are not as `full` says.
    used: usize,
}

impl<const W: usize> Packed<W> {
    /// Packs demands (of each task, of each resource) and capacities; each at most [`MOST`].
    pub(crate) fn new(demands: &[Vec<u32>], capacity: &[u32]) -> Self {
        let pack = |amounts: &[u32]| {
            let mut words = [0; W];
            for (index, &amount) in amounts.iter().enumerate().take(4 * W) {
                words[index / 4] |= u64::from(amount) << (16 * (index % 4));
            }
            words
        };
        let full = pack(capacity).map(|word| word | GUARDS);
        Self { need: demands.iter().map(|amounts| pack(amounts)).collect(), full, free: Vec::new(), used: 0 }
    }

    /// Serial schedule generation (Kelley 1963; Kolisch 1996): each task of the list, which must
    /// hold every task behind what it waits for, starts as early as what is before it in the list
    /// allows. Returns when all is done; or how many tasks were placed when it was sure that this will
    /// be behind `limit`, by what remains after each task.
    pub(crate) fn serial(
        &mut self,
        network: &Network,
        list: &[u32],
        start: &mut [Time],
        remaining: &[Time],
        limit: Time,
    ) -> Result<Time, usize> {
        let full = self.full;
        self.free[..self.used].fill(full);
        self.used = 0;
        let mut end = 0;
        for (placed, &task) in list.iter().enumerate() {
            let task = task as usize;
            let mut at = network.head[task];
            for &(from, weight) in network.before.of_task(task) {
                at = at.max(start[from as usize] + weight);
            }
            let duration = network.duration[task];
            let at = self.place(task, at as usize, duration as usize) as Time;
            if at + remaining[task] > limit {
                return Err(placed + 1);
            }
            start[task] = at;
            end = end.max(at + duration + network.tail[task]);
        }
        Ok(end)
    }

    /// Parallel schedule generation (Brooks and White 1965; Kolisch 1996): whenever something has ended,
    /// all that can start does, in the order of the list. Returns when all is done.
    pub(crate) fn parallel(&mut self, network: &Network, list: &[u32], start: &mut [Time]) -> Time {
        let mut open = list.to_vec();
        let mut free = self.full;
        // Ends of what runs, and times at which something may start though nothing ends.
        let mut events: BinaryHeap<Reverse<(Time, u32)>> = BinaryHeap::from([Reverse((0, NOTHING))]);
        start.fill(NOT_YET);
        let mut end = 0;
        while let Some(Reverse((now, _))) = events.peek().copied() {
            while let Some(Reverse((_, ended))) = events.peek().copied().filter(|event| event.0.0 == now) {
                events.pop();
                if ended != NOTHING {
                    let need = &self.need[ended as usize];
                    free.iter_mut().zip(need).for_each(|(free, need)| *free = free.wrapping_add(*need));
                }
            }
            let mut kept = 0;
            for index in 0..open.len() {
                let task = open[index] as usize;
                let earliest = network.before.of_task(task).iter().try_fold(network.head[task], |at, arc| {
                    let from = start[arc.0 as usize];
                    (from != NOT_YET).then(|| at.max(from + arc.1))
                });
                let need = &self.need[task];
                match earliest {
                    Some(at) if at <= now && fits(&free, need) => {
                        free.iter_mut().zip(need).for_each(|(free, need)| *free = free.wrapping_sub(*need));
                        start[task] = now;
                        let done = now + network.duration[task];
                        end = end.max(done + network.tail[task]);
                        events.push(Reverse((done, task as u32)));
                        continue;
                    }
                    Some(at) if at > now => events.push(Reverse((at, NOTHING))),
                    _ => {}
                }
                open[kept] = task as u32;
                kept += 1;
            }
            open.truncate(kept);
        }
        end
    }

    /// Takes what a task needs from the first time on, no earlier than `at`, at which all is free
    /// for the whole duration. Returns that time.
    #[inline]
    fn place(&mut self, task: usize, mut at: usize, duration: usize) -> usize {
        let need = self.need[task];
        if duration == 0 || need == [0; W] {
            return at;
        }
        let mut end = at + duration;
        if end > self.free.len() {
            self.free.resize(end + 256, self.full);
        }
        // Looked at from its end, a window that does not fit can be left in one jump behind the
        // last unit of time that is too full (as Boyer and Moore search a text).
        let mut known = at;
        while let Some(full) = self.free[known..end].iter().rposition(|free| !fits(free, &need)) {
            at = known + full + 1;
            known = end;
            end = at + duration;
            if end > self.free.len() {
                self.free.resize(end + 256, self.full);
            }
        }
        for free in &mut self.free[at..end] {
            for (free, need) in free.iter_mut().zip(&need) {
                *free = free.wrapping_sub(*need);
            }
        }
        self.used = self.used.max(end);
        at
    }
}

#[inline]
fn fits<const W: usize>(free: &[u64; W], need: &[u64; W]) -> bool {
    free.iter().zip(need).all(|(free, need)| free.wrapping_sub(*need) & GUARDS == GUARDS)
}

/// Makes schedules of a project whose resources fit into `W` words; the objective is its length.
#[derive(Debug, Clone)]
pub(crate) struct PackedDecoder<const W: usize> {
    forward: Network,
    backward: Network,
    packed: Packed<W>,
    load: Vec<u32>,
    /// What remains after each task's start, as seen from both sides.
    remaining: [Vec<Time>; 2],
}

impl<const W: usize> PackedDecoder<W> {
    pub(crate) fn new(network: Network, demands: &[Vec<u32>], capacity: &[u32]) -> Self {
        let backward = network.mirrored();
        Self {
            remaining: [network.remaining(), backward.remaining()],
            backward,
            forward: network,
            packed: Packed::new(demands, capacity),
            load: demands.iter().map(|amounts| load(amounts, capacity)).collect(),
        }
    }
}

/// The part of all resources that a task uses, in 1024ths of one.
pub(crate) fn load(amounts: &[u32], capacity: &[u32]) -> u32 {
    amounts
        .iter()
        .zip(capacity)
        .map(|(&amount, &capacity)| amount.min(capacity) * 1024 / capacity.max(1))
        .sum()
}

impl<const W: usize> Decoder for PackedDecoder<W> {
    fn network(&self, side: Side) -> &Network {
        if side == Side::Forward { &self.forward } else { &self.backward }
    }

    fn has_sides(&self) -> bool {
        true
    }

    fn load(&self) -> &[u32] {
        &self.load
    }

    fn decode(&mut self, side: Side, list: &[u32]) -> Individual {
        self.decode_within(side, list, Time::MAX).unwrap_or_else(|_| self.dispatch(list))
    }

    fn decode_within(&mut self, side: Side, list: &[u32], limit: Time) -> Result<Individual, usize> {
        let (network, remaining) = match side {
            Side::Forward => (&self.forward, &self.remaining[0]),
            Side::Backward => (&self.backward, &self.remaining[1]),
        };
        let mut start = vec![0; network.tasks()];
        let end = self.packed.serial(network, list, &mut start, remaining, limit)?;
        Ok(self.individual(side, list, start, end))
    }

    fn dispatch(&mut self, list: &[u32]) -> Individual {
        let mut start = vec![0; list.len()];
        let end = self.packed.parallel(&self.forward, list, &mut start);
        self.individual(Side::Forward, list, start, end)
    }
}

impl<const W: usize> PackedDecoder<W> {
    fn individual(&self, side: Side, list: &[u32], start: Vec<Time>, end: Time) -> Individual {
        let moment = moment(self.network(side), &self.load, &start);
        let value =
            Value { unplanned: 0, objectives: [u64::from(end.unsigned_abs()), 0], pressing: 0, moment };
        Individual { side, list: list.to_vec(), start, end, value }
    }
}
