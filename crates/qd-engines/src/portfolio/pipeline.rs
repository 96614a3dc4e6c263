//! Whether we have the people: each project that may come, planned beside those that are there.

use arrow::array::{Array, RecordBatch};
use qd_tables::{PIPELINE_RISK, Writer};

use super::{PLANNED, Portfolio};
use crate::{Engine, EngineError, Inputs, columns::text, plan::Schedule, simulation::Forecast};

/// The engine.
pub(crate) const ENGINE: Engine = Engine { output: &PIPELINE_RISK, inputs: PLANNED, run };

/// Schedules for one project that may come, and tasks in those of all of them.
const SCHEDULES: u64 = 500;
const SCHEDULED_TASKS: usize = 500_000;
/// Runs of each.
const RUNS: usize = 250;

/// The place of eight in ten among the shares that a simulation tells.
pub(super) const EIGHT_OF_TEN: usize = 1;

fn run(inputs: &Inputs) -> Result<RecordBatch, EngineError> {
    let answer = inputs.answer("projects");
    let (ids, proposed) = (answer.texts("id")?, answer.booleans("is_proposed")?);
    let probability = answer.numbers("probability")?;
    let mut writer = Writer::new(&PIPELINE_RISK);
    let mut now: Option<(Portfolio, Forecast)> = None;
    let rows: Vec<usize> =
        (0..answer.rows()).filter(|row| proposed.is_valid(*row) && proposed.value(*row)).collect();
    let tasks = inputs.answer("tasks").rows() * rows.len();
    let schedules = SCHEDULES.min((SCHEDULED_TASKS / tasks.max(1)) as u64).max(1);
    for row in rows {
        let Some(id) = text(&ids, row) else { continue };
        let with = Portfolio::read_with(inputs, Some(id))?;
        let Some(place) = with.projects.iter().position(|project| project.id == id) else { continue };
        if !with.problem.tasks.iter().any(|task| task.project == place) {
            continue;
        }
        let (before, odds_before) = match &now {
            Some((portfolio, forecast)) => (portfolio, forecast),
            None => {
                let portfolio = Portfolio::read(inputs)?;
                // With no more search than what it is held against.
                let schedule = portfolio.planned_with(schedules, inputs.is_stopped).schedule;
                let forecast = portfolio.simulate(&schedule, &portfolio.luck(RUNS), inputs.is_stopped);
                let (portfolio, forecast) = now.insert((portfolio, forecast));
                (&*portfolio, &*forecast)
            }
        };
        let plan = with.planned_with(schedules, inputs.is_stopped);
        let odds = with.simulate(&plan.schedule, &with.luck(RUNS), inputs.is_stopped);
        inputs.go_on()?;
        let planned = with.planned_day(&plan.schedule, place);
        let end = odds.projects.get(place).and_then(Option::as_ref).filter(|_| planned.is_some());
        let worst = worst(before, odds_before, &with, &odds);
        let faults = plan.faults.iter();
        let fault = faults
            .filter(|fault| {
                fault
                    .tasks()
                    .iter()
                    .any(|task| with.problem.tasks.get(*task).is_some_and(|task| task.project == place))
            })
            .map(|fault| fault.message(&with.problem))
            .next();
        writer
            .text(id)
            .number(probability.is_valid(row).then(|| probability.value(row)))
            .date(with.projects.get(place).and_then(|project| project.deadline))
            .date(planned)
            .date(end.and_then(|end| with.quantile(&end.end, EIGHT_OF_TEN)))
            .number(end.and_then(|end| end.end.kept))
            .text(worst.as_ref().map(|(id, _)| id.as_str()))
            .number(worst.map(|(_, days)| days))
            .text(fault.as_deref());
    }
    Ok(writer.finish()?)
}

/// The project that is held up most, and by how many calendar days.
fn worst(
    before: &Portfolio,
    odds_before: &Forecast,
    with: &Portfolio,
    odds: &Forecast,
) -> Option<(String, f64)> {
    let day = |portfolio: &Portfolio, forecast: &Forecast, id: &str| {
        let place = portfolio.projects.iter().position(|project| project.id == id)?;
        let project = forecast.projects.get(place)?.as_ref()?;
        portfolio.quantile(&project.end, EIGHT_OF_TEN)
    };
    let moved = |id: &str| {
        let (old, new) = (day(before, odds_before, id)?, day(with, odds, id)?);
        Some(f64::from((new - old).get_days()))
    };
    let moves = before.projects.iter().filter_map(|project| Some((project.id.clone(), moved(&project.id)?)));
    moves.filter(|(_, days)| *days > 0.0).max_by(|left, right| left.1.total_cmp(&right.1))
}

impl Portfolio {
    /// The day on which all of a project is ready; none where a part is not planned, or there is nothing to do.
    #[must_use]
    pub(super) fn planned_day(&self, schedule: &Schedule, project: usize) -> Option<jiff::civil::Date> {
        let end = schedule.project_end(&self.problem, project).filter(|end| *end > 0)?;
        self.axis.day_before(end)
    }
}
