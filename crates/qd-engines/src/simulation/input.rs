//! What a simulation is asked: by which policy work is done, how luck is shared, how often it is run.

use crate::plan::{Fault, Problem, Schedule};

/// How it is decided who does what next, while the durations come out as they do.
///
/// Neither policy knows a duration before its task is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Policy {
    /// Whenever people or resources are free, the first task of the list that can start does (the
    /// resource-based policy of the literature, or parallel schedule generation: Kolisch 1996, "Serial
    /// and parallel resource-constrained project scheduling methods revisited"). Tasks that are not on
    /// the list come after it, by [`default_order`](super::default_order).
    ///
    /// So teams work. Of policies that do not look ahead it is also about the best where durations vary
    /// much (Fang, Kolisch, Wang, Mu 2015, "An estimation of distribution algorithm and new computational
    /// results for the stochastic resource-constrained project scheduling problem").
    Dispatch(Vec<usize>),
    /// The same with the tasks in the order in which a schedule begins them. A task that the schedule puts down
    /// for another one is put down for that one in the runs too, and for nothing else: in the evening after
    /// the other one could begin, if only whoever is on the task can begin it and a day's work or more
    /// is left. The other one then comes first wherever both can be done.
    Planned(Schedule),
    /// The people of a schedule do what it says, each in its order, as soon as they can; units of a
    /// resource go from task to task as it says too (a partial order schedule: Policella, Cesta, Oddi,
    /// Smith 2007, "From precedence constraint posting to partial order schedules"). What the schedule puts down
    /// is done whole, after what it is put down for.
    FixedList(Schedule),
}

/// How much luck is shared, as the correlation of the normal scores of two tasks (a Gaussian copula with
/// one factor a project and one a person). Values out of range are brought into it: each from 0, together
/// up to 1.
///
/// The default gives two tasks of a project 0.25, two tasks of a person 0.1, and 0.35 if they share
/// both. Handbooks of cost and schedule risk advise about 0.3 where nothing is known (Joint Agency Cost
/// Schedule Risk and Uncertainty Handbook 2014), as without it the errors cancel and the late dates come
/// far too early. Most of it goes to the project: its scope, its customer and its technology
/// touch all who work on it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Correlation {
    /// Of two tasks of the same project.
    pub project: f64,
    /// Of two tasks done by the same person. A crew has the mean luck of its people, scaled so that
    /// what a task may take does not depend on how many do it.
    pub person: f64,
}

impl Default for Correlation {
    fn default() -> Self {
        Self { project: 0.25, person: 0.1 }
    }
}

/// How a simulation is run.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// How many runs.
    pub runs: usize,
    /// What the luck depends on; the same seed, the same bytes.
    pub seed: u64,
    /// How many threads share the runs; no number depends on it.
    pub threads: usize,
    /// How much luck is shared.
    pub correlation: Correlation,
    /// The shares of runs whose ends are told.
    pub quantiles: Vec<f64>,
    /// What a unit of each person's time costs. Without one for everybody the cost is unknown.
    pub rates: Vec<f64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            runs: 10_000,
            seed: 0,
            threads: 1,
            correlation: Correlation::default(),
            quantiles: vec![0.5, 0.8, 0.95],
            rates: Vec::new(),
        }
    }
}

/// Why a task is not in the simulation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Omission {
    /// It cannot be planned.
    Fault(Fault),
    /// Its estimate makes no sense: not a number, below 0, too long, the wrong way round, no samples, or a
    /// share done that is not from 0 to 1.
    Estimate(usize),
    /// It waits for a task that is left out.
    Waits {
        /// The task.
        task: usize,
        /// What it waits for.
        on: usize,
    },
    /// The schedule to be kept does not have it, or lacks people for it.
    Unscheduled(usize),
    /// The order to be kept has it before something that it waits for.
    Order(usize),
}

impl Omission {
    /// What is wrong, in words, with the names of the problem.
    pub fn message(&self, problem: &Problem) -> String {
        let name = |task: usize| problem.tasks.get(task).map_or("?", |task| &*task.name);
        match self {
            Self::Fault(fault) => fault.message(problem),
            Self::Estimate(task) => format!(
                "the estimate of `{}` makes no sense: a number is missing, below 0, too large or out of order",
                name(*task)
            ),
            Self::Waits { task, on } => {
                format!("`{}` waits for `{}`, which is left out", name(*task), name(*on))
            }
            Self::Unscheduled(task) => format!("the schedule has no people or no time for `{}`", name(*task)),
            Self::Order(task) => {
                format!("the order has `{}` before something that it waits for", name(*task))
            }
        }
    }
}
