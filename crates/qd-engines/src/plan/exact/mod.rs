//! Proofs that no shorter schedule exists, and shorter schedules where one does.
//!
//! Lazy clause generation (Ohrimenko, Stuckey, Codish 2009; for these problems Schutt, Feydy, Stuckey,
//! Wallace 2011, "Explaining the cumulative propagator"): constraint propagation in which every change
//! of a bound can name its reasons, and every conflict becomes a clause that is never run into again.
//! `engine` holds bounds, reasons and clauses, `learning` makes clauses of
//! conflicts, and neither knows of schedules; `resources` says what a
//! schedule must keep to; this file searches.

mod engine;
mod learning;
mod resources;

use self::{
    engine::{Engine, Literal, Reason},
    resources::Resources,
};
use super::{network::Network, problem::Time};

/// Conflicts before the search first starts anew; later runs are as long as Luby's sequence says
/// (Luby, Sinclair, Zuckerman 1993).
const RUN: u64 = 200;

/// What became of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// No schedule is shorter than the limit.
    Refuted,
    /// Start times of a shorter one.
    Found(Vec<Time>),
    /// Time was over.
    Open,
}

/// A search for schedules of a network whose resources are the same at all times.
#[derive(Debug)]
pub(crate) struct Exact<'network> {
    network: &'network Network,
    engine: Engine,
    resources: Resources,
    remaining: Vec<Time>,
    activity: Vec<f64>,
    step: f64,
    conflicts: u64,
    runs: u64,
}

impl<'network> Exact<'network> {
    pub(crate) fn new(
        network: &'network Network,
        demands: &[Vec<u32>],
        capacity: &[u32],
        horizon: Time,
    ) -> Self {
        let remaining = network.remaining();
        let lower = network.earliest_starts();
        let upper: Vec<Time> = remaining.iter().map(|remaining| horizon - remaining).collect();
        let mut engine = Engine::new(&lower, &upper);
        for task in 0..network.tasks() {
            for &(to, weight) in network.after.of_task(task) {
                engine.add_arc(task as u32, to, weight);
            }
        }
        Self {
            resources: Resources::new(network, demands, capacity, horizon),
            activity: vec![0.0; network.tasks()],
            step: 1.0,
            network,
            engine,
            remaining,
            conflicts: 0,
            runs: 0,
        }
    }

    /// Conflicts run into so far.
    pub(crate) fn conflicts(&self) -> u64 {
        self.conflicts
    }

    /// Searches for a schedule of which all is done by `limit`; limits must fall from call to call.
    pub(crate) fn within(&mut self, limit: Time, conflicts: u64, is_over: &dyn Fn() -> bool) -> Outcome {
        self.engine.back_to(0);
        for (task, remaining) in self.remaining.iter().enumerate() {
            let at_most = Literal::at_most(task as u32, limit - remaining);
            if self.engine.set(at_most, Reason::Decision).is_err() {
                return Outcome::Refuted;
            }
        }
        let last = self.conflicts.saturating_add(conflicts);
        let mut run_ends = self.conflicts;
        loop {
            if self.conflicts >= run_ends {
                self.runs += 1;
                run_ends = self.conflicts + RUN * luby(self.runs);
                self.engine.back_to(0);
                self.engine.forget();
            }
            if self.propagate().is_err() {
                self.conflicts += 1;
                let activity = &mut self.activity;
                let step = self.step;
                if !self.engine.learn(&mut |task| activity[task as usize] += step) {
                    return Outcome::Refuted;
                }
                self.step /= 0.95;
                if self.step > 1e100 {
                    self.activity.iter_mut().for_each(|activity| *activity *= 1e-100);
                    self.step *= 1e-100;
                }
                if self.conflicts.is_multiple_of(16) && (self.conflicts >= last || is_over()) {
                    return Outcome::Open;
                }
                continue;
            }
            match self.choose() {
                Some(decision) => self.engine.decide(decision),
                None => return Outcome::Found(self.engine.lowers()),
            }
        }
    }

    fn propagate(&mut self) -> Result<(), engine::Conflict> {
        loop {
            self.engine.propagate()?;
            if !self.resources.propagate(self.network, &mut self.engine)? {
                return Ok(());
            }
        }
    }

    /// The next decision: of the open task that conflicts were most about, start as early as it may.
    fn choose(&mut self) -> Option<Literal> {
        let open = (0..self.network.tasks()).filter(|&task| self.engine.is_open(task as u32));
        let best = open.max_by(|&one, &two| {
            let early = |task: usize| -self.engine.lower(task as u32);
            self.activity[one].total_cmp(&self.activity[two]).then(early(one).cmp(&early(two)))
        })?;
        Some(Literal::at_most(best as u32, self.engine.lower(best as u32)))
    }
}

/// Luby's sequence 1, 1, 2, 1, 1, 2, 4, ...
fn luby(index: u64) -> u64 {
    let mut index = index.max(1);
    loop {
        let bits = u64::BITS - index.leading_zeros();
        if index == (1 << bits) - 1 {
            return 1 << (bits - 1);
        }
        index -= (1 << (bits - 1)) - 1;
    }
}
