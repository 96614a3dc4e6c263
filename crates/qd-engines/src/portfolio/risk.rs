//! What may come of a plan: the portfolio, done many times with other luck.
//!
//! Whoever is free takes the first task of the plan that they can do, as teams work; how long tasks take
//! comes out by their three-point estimates.

use arrow::array::RecordBatch;
use jiff::civil::Date;
use qd_tables::{PLAN_RISK, Writer};

use super::{DAY, INPUTS, Portfolio};
use crate::{
    Engine, EngineError, Inputs,
    plan::{Plan, Time},
    simulation::{End, Estimate, Forecast, Options, Policy, Work, simulate},
};

/// The engine.
pub(crate) const ENGINE: Engine = Engine { output: &PLAN_RISK, inputs: INPUTS, run };

/// Runs for the table; `quarterdeck plan` makes more.
const RUNS: usize = 2_000;

fn run(inputs: &Inputs) -> Result<RecordBatch, EngineError> {
    let portfolio = Portfolio::read(inputs)?;
    let plan = portfolio.plan();
    let options = Options { runs: RUNS, ..Options::default() };
    let forecast = portfolio.simulate(&plan, &options, &|| false);
    let mut writer = Writer::new(&PLAN_RISK);
    for (place, (id, deadline)) in portfolio.projects.iter().enumerate() {
        let planned = plan.schedule.project_end(&portfolio.problem, place).filter(|end| *end > 0);
        // Of a project of which a part cannot be planned, the rest is no promise.
        let end = forecast.projects.get(place).and_then(Option::as_ref).filter(|_| planned.is_some());
        let end = end.map(|project| &project.end);
        writer.text(id.as_str()).date(*deadline).date(planned.and_then(|end| portfolio.axis.day_before(end)));
        for share in 0..options.quantiles.len() {
            writer.date(end.and_then(|end| portfolio.quantile(end, share)));
        }
        writer.number(end.and_then(|end| end.kept)).number(end.and_then(|end| end.delay_cost));
    }
    Ok(writer.finish()?)
}

impl Portfolio {
    /// Runs a plan of it many times. The tasks are taken in the order in which the plan begins them.
    pub fn simulate(&self, plan: &Plan, options: &Options, is_over: &(dyn Fn() -> bool + Sync)) -> Forecast {
        let start = |task: &usize| plan.schedule.start.get(*task).copied().flatten();
        let mut order: Vec<usize> = (0..self.tasks.len()).filter(|task| start(task).is_some()).collect();
        order.sort_by_key(|task| (start(task), *task));
        let works: Vec<Work> = self
            .tasks
            .iter()
            .map(|work| {
                let [low, likely, high] = work.estimate.map(|days| days * f64::from(DAY) / work.share);
                let estimate =
                    if low < high { Estimate::Points { low, likely, high } } else { Estimate::Fixed(likely) };
                Work { estimate, done: 0.0 }
            })
            .collect();
        simulate(&self.problem, &works, &Policy::Dispatch(order), options, is_over)
    }

    /// The day by which an end has come in a share of the runs, by the place of that share among those asked for.
    #[must_use]
    pub fn quantile(&self, end: &End, share: usize) -> Option<Date> {
        let unit = end.quantiles.get(share).copied().flatten()?.ceil();
        self.axis.day_before(unit.clamp(0.0, f64::from(Time::MAX)) as Time)
    }
}
