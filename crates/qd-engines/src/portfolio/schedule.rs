//! When each task is worked on, and by whom.

use std::collections::BTreeMap;

use arrow::{
    array::{Array, Float64Array, RecordBatch},
    error::ArrowError,
};
use jiff::civil::Date;
use qd_tables::{SCHEDULE, Writer};

use super::{INPUTS, Portfolio};
use crate::{
    Engine, EngineError, Inputs,
    columns::{text, words},
    plan::{Matching, Plan, Schedule, Time},
    simulation::{Forecast, Options},
};

/// The engine.
pub(crate) const ENGINE: Engine = Engine { output: &SCHEDULE, inputs: INPUTS, run };

/// Runs that tell how sure it is, and tasks in all of them; `quarterdeck plan` makes more.
const RUNS: usize = 2_000;
const TASKS_RUN: usize = 2_000_000;

/// The place of eight in ten among the shares that a simulation tells.
const EIGHT_OF_TEN: usize = 1;

fn run(inputs: &Inputs) -> Result<RecordBatch, EngineError> {
    let portfolio = Portfolio::read(inputs)?;
    let plan = portfolio.plan(inputs.is_stopped);
    let options = portfolio.luck(RUNS);
    let forecast = portfolio.simulate(&plan.schedule, &options, inputs.is_stopped);
    inputs.go_on()?;
    Ok(portfolio.table(&plan, &forecast)?)
}

impl Portfolio {
    /// How it is run for the tables: at most so many times, fewer where it is large.
    pub(super) fn luck(&self, most: usize) -> Options {
        let runs = (TASKS_RUN / self.tasks.len().max(1)).clamp(100, RUNS).min(most);
        Options { runs, ..Options::default() }
    }

    /// A plan of it, and what may come of it, as rows of `schedule`.
    ///
    /// # Errors
    /// Never for a declared table; Arrow's signature has one.
    pub fn table(&self, plan: &Plan, forecast: &Forecast) -> Result<RecordBatch, ArrowError> {
        let mut writer = Writer::new(&SCHEDULE);
        let faults = plan.faults_by_task();
        for (place, (work, task)) in self.tasks.iter().zip(&self.problem.tasks).enumerate() {
            let start = plan.schedule.start.get(place).copied().flatten();
            let end = plan.schedule.end.get(place).copied().flatten();
            let people = plan.schedule.people.get(place).map(Vec::as_slice).unwrap_or_default();
            let fault = faults.get(&place);
            let project = self.projects.get(task.project);
            let odds = forecast.tasks.get(place).and_then(Option::as_ref).filter(|_| start.is_some());
            writer
                .text(project.map(|project| project.id.as_str()))
                .text(work.id.as_str())
                .text(work.title.as_str())
                .texts(people.iter().filter_map(|(person, _)| self.people.get(*person)))
                .date(start.and_then(|start| self.axis.day(start)))
                .date(end.and_then(|end| self.axis.day_before(end)))
                .number(start.map(f64::from))
                .number(end.map(f64::from))
                .texts(
                    self.days_of_parts(&plan.schedule, place).iter().map(|(from, to)| format!("{from}/{to}")),
                )
                .texts(plan.schedule.pauses(place).iter().map(|(down, up)| format!("{down}/{up}")))
                .number(work.days())
                .number(f64::from(task.duration))
                .boolean(work.is_begun)
                .boolean(work.is_assumed)
                .date(work.deadline)
                .boolean(end.zip(task.due).map(|(end, due)| end > due))
                .date(odds.and_then(|odds| self.quantile(&odds.end, EIGHT_OF_TEN)))
                .number(odds.map(|odds| odds.critical))
                .text(fault.map(|fault| fault.message(&self.problem)).as_deref());
        }
        writer.finish()
    }

    /// The days of each part of a task that is put down for others, the first and the last of each; nothing of a task that
    /// is done in one.
    #[must_use]
    pub fn days_of_parts(&self, schedule: &Schedule, task: usize) -> Vec<(Date, Date)> {
        if schedule.pauses(task).is_empty() {
            return Vec::new();
        }
        let parts = schedule.parts(task).into_iter();
        parts.filter_map(|(from, to)| self.axis.day(from).zip(self.axis.day_before(to))).collect()
    }

    /// The schedule that the table tells.
    ///
    /// # Errors
    /// Where the input lacks a column.
    pub fn scheduled(&self, inputs: &Inputs) -> Result<Schedule, EngineError> {
        let answer = inputs.answer("schedule");
        let (projects, tasks) = (answer.texts("project")?, answer.texts("task")?);
        let people = answer.lists("people")?;
        let (begins, ends) = (answer.numbers("begins_hour")?, answer.numbers("ends_hour")?);
        let pauses = answer.lists("pauses_hours")?;
        let rows: BTreeMap<(&str, &str), usize> = (0..answer.rows())
            .filter_map(|row| Some(((text(&projects, row)?, text(&tasks, row)?), row)))
            .collect();
        let mut schedule = Schedule::default();
        let mut matching = Matching::default();
        for (work, task) in self.tasks.iter().zip(&self.problem.tasks) {
            let project = self.projects.get(task.project).map_or("", |project| project.id.as_str());
            let row = rows.get(&(project, work.id.as_str())).copied();
            let at = |hours: &Float64Array| {
                row.filter(|row| hours.is_valid(*row)).map(|row| hours.value(row) as Time)
            };
            schedule.start.push(at(&begins));
            schedule.end.push(at(&ends));
            let hours = |pause: &String| -> Option<(Time, Time)> {
                let (down, up) = pause.split_once('/')?;
                Some((down.parse().ok()?, up.parse().ok()?))
            };
            let pauses = row.map(|row| words(&pauses, row)).unwrap_or_default();
            schedule.pauses.push(pauses.iter().filter_map(hours).collect());
            let who = row.map(|row| words(&people, row)).unwrap_or_default();
            let places = who.iter().filter_map(|id| self.people.binary_search(id).ok());
            let mut places: Vec<usize> = places.collect();
            places.sort_by_key(|person| !task.pinned.contains(person));
            // The same people as were planned, each with a skill that is asked of them.
            schedule.people.push(matching.people(&self.problem, task, &places).unwrap_or_default());
        }
        Ok(schedule)
    }
}
