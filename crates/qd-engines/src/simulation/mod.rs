//! What may come of a plan: the same work, done many times with other luck.
//!
//! [`simulate`] runs a [`Problem`](crate::plan::Problem) by a [`Policy`] and tells when each task and
//! project is done, how likely each promise is kept, what delay and people cost, and what the ends hang on
//! (a [`Forecast`]). [`compare`] sets two variants beside each other, run by run.
//!
//! Luck depends on the seed, the number of the run and the *names* of projects, tasks and people:
//! a task has the same luck in every variant, whatever else is added, dropped or done by others (common
//! random numbers: Glasserman and Yao 1992, "Some guidelines and guarantees for common random numbers").
//! So a difference between two variants is what the change does, not what chance does.
//!
//! What happens in a run:
//! - Time is continuous and single precision: whole units are exact up to 16 million.
//! - A task waits for all links into it, then for people and resources. Its work rests while one of its
//!   crew is absent; they do nothing else meanwhile. Nobody is called off a task, unless the plan does so
//!   ([`Policy::Planned`]) or one of its crew leaves for good: it then waits for another crew to do the rest.
//! - A link from a finish to a finish holds back the end of a task, and not its people. A lead (a negative
//!   lag) counts from an end that is foreseen from the start on, never from before it.
//! - Of a task that is done, or begun, the links into its start no longer hold. Lags from what is
//!   done count from time 0: they hold no shorter than they can.
//! - When there is less of a resource than is used, what runs goes on and nothing new begins.

mod calendar;
mod chains;
mod compare;
mod dispatch;
mod estimate;
mod fixed;
mod forecast;
mod input;
mod model;
mod needs;
mod network;
mod normal;
mod order;
#[cfg(test)]
mod reference;
mod runs;
#[cfg(test)]
mod tests;

pub use compare::{Difference, compare};
pub use estimate::{Estimate, Work};
pub(crate) use estimate::{quantiles, score};
pub use forecast::{Bottleneck, End, Forecast, ProjectForecast, TaskForecast};
pub use input::{Correlation, Omission, Options, Policy};
pub use model::default_order;
pub(crate) use normal::share_below;

use crate::plan::{Problem, Schedule};
use dispatch::Dispatcher;
use fixed::Follower;
use forecast::forecast;
use model::{Model, sound};
use needs::Needs;
use network::Network;
use order::PartialOrder;
use runs::{Runner, Runs, Size};

/// Runs a problem many times.
///
/// `works` says of each task how much work it is; a task beyond its end takes its declared duration.
/// `is_over` is asked now and then; once it says so, the forecast is of the runs done until then. Nothing
/// else than the arguments matters, and of `options.threads` only how fast it is.
///
/// Nothing is an error: what cannot be simulated is left out and named in the forecast.
pub fn simulate(
    problem: &Problem,
    works: &[Work],
    policy: &Policy,
    options: &Options,
    is_over: &(dyn Fn() -> bool + Sync),
) -> Forecast {
    match policy {
        Policy::Dispatch(list) => dispatched(problem, works, (list, &[]), options, is_over),
        Policy::Planned(schedule) => {
            let calls = order::calls(problem, schedule);
            dispatched(problem, works, (&order::planned(schedule, &calls), &calls), options, is_over)
        }
        Policy::FixedList(schedule) => followed(problem, works, schedule, options, is_over),
    }
}

fn dispatched(
    problem: &Problem,
    works: &[Work],
    (list, calls): (&[usize], &[(usize, usize)]),
    options: &Options,
    is_over: &(dyn Fn() -> bool + Sync),
) -> Forecast {
    let (tables, omissions) = sound(problem, works, &|_| false);
    let mut list = list.to_vec();
    list.extend(default_order(problem));
    let model = Model::new(problem, works, &list, tables, options).with_calls(calls);
    let needs = Needs::of(&model);
    let network = Network::of(&model, &needs);
    let runner = || -> Box<dyn Runner + '_> { Box::new(Dispatcher::new(&model, &needs, &network)) };
    let runs = Runs::of(size(&model, options), &runner, is_over);
    forecast(&model, &runs, options, omissions)
}

fn followed(
    problem: &Problem,
    works: &[Work],
    schedule: &Schedule,
    options: &Options,
    is_over: &(dyn Fn() -> bool + Sync),
) -> Forecast {
    let is_done = |task: usize| works.get(task).is_some_and(|work| work.done >= 1.0);
    let is_missing = |task: usize| {
        let needs_people = !problem.tasks[task].pinned.is_empty()
            || problem.tasks[task].skills.iter().any(|demand| demand.people > 0);
        let has_people = schedule.people.get(task).is_some_and(|crew| !crew.is_empty());
        let is_planned = schedule.start.get(task).copied().flatten().is_some();
        !is_done(task) && (!is_planned || needs_people && !has_people)
    };
    let (tables, mut omissions) = sound(problem, works, &is_missing);
    let mut list = order::list(schedule);
    list.extend(0..problem.tasks.len());
    let mut model = Model::new(problem, works, &list, tables, options);
    let order = match PartialOrder::of(&model, schedule) {
        Ok(order) => Ok(order),
        Err(places) => {
            omissions.extend(places.iter().map(|&place| Omission::Order(model.tasks[place])));
            model = Model::new(problem, works, &list, model.tables_without(&places), options);
            PartialOrder::of(&model, schedule)
        }
    };
    // Without the tasks that could not be put in order, the others can.
    let Ok(order) = order else { return Forecast { omissions, ..Forecast::default() } };
    let runner = || -> Box<dyn Runner + '_> { Box::new(Follower::new(&model, &order)) };
    let runs = Runs::of(size(&model, options), &runner, is_over);
    forecast(&model, &runs, options, omissions)
}

fn size(model: &Model<'_>, options: &Options) -> Size {
    Size {
        runs: options.runs,
        threads: options.threads,
        tasks: model.tasks.len(),
        projects: model.problem.projects.len(),
    }
}
