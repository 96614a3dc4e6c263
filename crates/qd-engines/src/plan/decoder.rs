//! What the search needs to know of a way to make schedules out of lists of tasks.

use super::{network::Network, problem::Time};

/// The direction in which a schedule is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// From the beginning on: every task as early as it goes.
    Forward,
    /// From the end back: the same in the mirrored network.
    Backward,
}

/// What the search aims at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aim {
    /// All is done early.
    Makespan,
    /// Little is paid for what is late (weighted tardiness).
    DelayCost,
}

/// How good a schedule is: less is better, what comes first counts first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Value {
    /// Tasks that could not be planned.
    pub(crate) unplanned: u32,
    /// What the search aims at.
    pub(crate) objectives: [u64; 2],
    /// How much of the time until things are due is used up, where a search aims at what delay costs.
    pub(crate) pressing: u64,
    /// How late the work is done within it. Of two schedules as long as each other, the one whose work
    /// is done earlier is nearer to a shorter one.
    pub(crate) moment: u64,
}

impl Value {
    /// Worse than any.
    pub(crate) const WORST: Self =
        Self { unplanned: u32::MAX, objectives: [u64::MAX; 2], pressing: u64::MAX, moment: u64::MAX };
}

/// A schedule as the search keeps it: in the time of the side it was made on.
#[derive(Debug, Clone)]
pub(crate) struct Individual {
    pub(crate) side: Side,
    /// What it was made of.
    pub(crate) list: Vec<u32>,
    /// [`Time::MAX`] of a task that could not be planned.
    pub(crate) start: Vec<Time>,
    pub(crate) end: Time,
    pub(crate) value: Value,
}

/// A way to make schedules out of lists.
pub(crate) trait Decoder {
    /// The network as seen from a side.
    fn network(&self, side: Side) -> &Network;

    /// Whether schedules can be made from the end back too (which needs all to be the same at all
    /// times, and an objective that means the same from both sides).
    fn has_sides(&self) -> bool;

    /// How much of what is there each task uses, in 1024ths of the whole of a resource.
    fn load(&self) -> &[u32];

    /// The schedule of a list, which holds every task behind what it waits for.
    fn decode(&mut self, side: Side, list: &[u32]) -> Individual;

    /// The schedule of a list if it ends by `limit`, or else how many tasks were placed before it was
    /// sure that it does not. A decoder may make it to its end all the same.
    fn decode_within(&mut self, side: Side, list: &[u32], _limit: Time) -> Result<Individual, usize> {
        Ok(self.decode(side, list))
    }

    /// A schedule in which, as time goes on, whatever can start does, the first of the list first; made
    /// from the beginning on.
    fn dispatch(&mut self, list: &[u32]) -> Individual {
        self.decode(Side::Forward, list)
    }
}

/// The moment of a schedule: its work times the time at which it is done.
pub(crate) fn moment(network: &Network, load: &[u32], start: &[Time]) -> u64 {
    let work = load.iter().zip(&network.duration).zip(start);
    let moments = work.map(|((&load, &duration), &start)| {
        u64::from(load) * u64::from(duration.unsigned_abs()) * u64::from((start + duration).unsigned_abs())
    });
    moments.fold(0, u64::wrapping_add)
}
