//! What may come of a plan: the portfolio, done many times with other luck.
//!
//! Whoever is free takes the first task of the plan that they can do, as teams work; how long tasks take
//! comes out by their three-point estimates.

use arrow::array::RecordBatch;
use jiff::civil::Date;
use qd_tables::{PLAN_RISK, Writer};

use super::{DAY, PLANNED, Portfolio};
use crate::{
    Engine, EngineError, Inputs,
    plan::{Schedule, Time},
    simulation::{End, Estimate, Forecast, Options, Policy, Work, simulate},
};

/// The engine.
pub(crate) const ENGINE: Engine = Engine { output: &PLAN_RISK, inputs: PLANNED, run };

fn run(inputs: &Inputs) -> Result<RecordBatch, EngineError> {
    let portfolio = Portfolio::read(inputs)?;
    let schedule = portfolio.scheduled(inputs)?;
    let options = portfolio.luck(usize::MAX);
    let forecast = portfolio.simulate(&schedule, &options, inputs.is_stopped);
    inputs.go_on()?;
    let mut writer = Writer::new(&PLAN_RISK);
    for (place, project) in portfolio.projects.iter().enumerate() {
        let planned = schedule.project_end(&portfolio.problem, place).filter(|end| *end > 0);
        // Of a project of which a part cannot be planned, the rest is no promise.
        let end = forecast.projects.get(place).and_then(Option::as_ref).filter(|_| planned.is_some());
        let end = end.map(|project| &project.end);
        let of_it =
            portfolio.problem.tasks.iter().zip(&portfolio.tasks).filter(|(task, _)| task.project == place);
        let days: f64 = of_it.map(|(_, work)| work.days()).sum();
        writer
            .text(project.id.as_str())
            .date(project.deadline)
            .number(project.confidence)
            .number(days)
            .date(planned.and_then(|end| portfolio.axis.day_before(end)));
        for share in 0..options.quantiles.len() {
            writer.date(end.and_then(|end| portfolio.quantile(end, share)));
        }
        writer.number(end.and_then(|end| end.kept)).number(end.and_then(|end| end.delay_cost));
    }
    Ok(writer.finish()?)
}

/// Days of work of somebody who has a share of each week for it, in units of the plan.
fn in_units(left: &Estimate, share: f64) -> Estimate {
    let units = |days: f64| days * f64::from(DAY) / share;
    match left {
        &Estimate::Points { low, likely, high } if low < high => {
            Estimate::Points { low: units(low), likely: units(likely), high: units(high) }
        }
        &Estimate::Points { likely, .. } => Estimate::Fixed(units(likely)),
        Estimate::Samples(samples) => Estimate::Samples(samples.iter().map(|days| units(*days)).collect()),
        other => other.clone(),
    }
}

impl Portfolio {
    /// Runs a plan of it many times. The tasks are taken in the order in which the plan begins them, and put down where
    /// it puts them down.
    pub fn simulate(
        &self,
        schedule: &Schedule,
        options: &Options,
        is_over: &(dyn Fn() -> bool + Sync),
    ) -> Forecast {
        let works: Vec<Work> = self
            .tasks
            .iter()
            .map(|work| Work { estimate: in_units(&work.left, work.share), done: 0.0 })
            .collect();
        simulate(&self.problem, &works, &Policy::Planned(schedule.clone()), options, is_over)
    }

    /// The day by which an end has come in a share of the runs, by the place of that share among those asked for.
    #[must_use]
    pub fn quantile(&self, end: &End, share: usize) -> Option<Date> {
        let unit = end.quantiles.get(share).copied().flatten()?.ceil();
        self.axis.day_before(unit.clamp(0.0, f64::from(Time::MAX)) as Time)
    }
}
