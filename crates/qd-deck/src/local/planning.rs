//! The plan of all projects, with as much search as there is time for.

use qd_engines::{
    plan::{self, Options},
    portfolio::{self, Portfolio},
    simulation::{self, Forecast},
};
use qd_model::{Cost, DeckError, Plan, ProjectPlan, TaskPlan};

use super::{LocalDeck, planned};
use crate::sync::chain;

/// Runs of a plan with other luck, and tasks in all of them: a company of thousands of tasks is told in seconds too.
const RUNS: usize = 10_000;
const TASKS_RUN: usize = 10_000_000;
const LEAST_RUNS: usize = 200;
/// Tasks in all runs of a plan whose search was stopped.
const TASKS_RUN_STOPPED: usize = 1_000_000;
/// Tasks in all schedules, where nobody says how long to search.
const TASKS_SCHEDULED: u64 = 2_000_000;

impl LocalDeck {
    /// Plans all projects that are worked on, until `is_over` or as many schedules are made as `options` say: then
    /// the same facts give the same plan. Once `is_stopped`, the best so far is told at once: with fewer runs, and without
    /// looking for why a promise is in doubt and what would help it (`unexplained` of the plan tells of how many).
    ///
    /// # Errors
    /// Where what it is made from cannot be asked for.
    pub fn plan(
        &self,
        options: &Options,
        is_over: &(dyn Fn() -> bool + Sync),
        is_stopped: &(dyn Fn() -> bool + Sync),
    ) -> Result<Plan, DeckError> {
        let portfolio = self.portfolio()?;
        let most = (TASKS_SCHEDULED / (portfolio.tasks.len() as u64).max(1)).max(1);
        let schedules = options.schedules.map(|schedules| schedules.min(most));
        let options = &portfolio.options(&Options { schedules, ..*options });
        let made = plan::plan(&portfolio.problem, options, &|| is_over() || is_stopped());
        let mut luck = luck(portfolio.tasks.len(), options.threads);
        let mut forecast = portfolio.simulate(&made.schedule, &luck, is_stopped);
        if forecast.runs == 0 {
            luck.runs = (TASKS_RUN_STOPPED / portfolio.tasks.len().max(1)).clamp(1, luck.runs);
            forecast = portfolio.simulate(&made.schedule, &luck, &|| false);
        }
        let (today, company) = (self.session.today(), &self.company);
        let mut projects = told(&portfolio, &made, &forecast);
        for project in &mut projects {
            project.cost = planned::cost_of(company, &portfolio, &made.schedule, &project.id);
        }
        let unexplained = self.explain_doubts(&portfolio, &forecast, &mut projects, is_stopped)?;
        let load = planned::load(company, &portfolio, &made.schedule, today);
        Ok(Plan {
            company: self.company_name(),
            as_of: self.session.as_of(),
            today,
            schedules: made.schedules,
            runs: forecast.runs,
            unexplained,
            conflicts: planned::conflicts(&projects, &load),
            load,
            projects,
        })
    }

    /// The projects that are worked on, as they are to be planned.
    pub(super) fn portfolio(&self) -> Result<Portfolio, DeckError> {
        for input in portfolio::INPUTS {
            self.prepare(input.query).map_err(|error| DeckError::new(chain(&error)))?;
        }
        let inputs = self.shelf.inputs(&self.session, portfolio::INPUTS);
        let inputs = inputs.map_err(|error| DeckError::new(chain(&error)))?;
        Portfolio::read(&inputs).map_err(|error| DeckError::new(error.to_string()))
    }
}

/// How a plan of so many tasks is run with other luck.
pub(super) fn luck(tasks: usize, threads: usize) -> simulation::Options {
    let runs = (TASKS_RUN / tasks.max(1)).clamp(LEAST_RUNS, RUNS);
    simulation::Options { runs, threads, ..simulation::Options::default() }
}

/// A plan's projects in the words of the company.
fn told(portfolio: &Portfolio, made: &plan::Plan, forecast: &Forecast) -> Vec<ProjectPlan> {
    let (problem, schedule) = (&portfolio.problem, &made.schedule);
    let faults = made.faults_by_task();
    let task = |place: usize| {
        let work = portfolio.tasks.get(place)?;
        let time = |times: &[Option<plan::Time>]| times.get(place).copied().flatten();
        let fault = faults.get(&place);
        let people = schedule.people.get(place).into_iter().flatten();
        let is_planned = time(&schedule.start).is_some();
        let luck = forecast.tasks.get(place).and_then(Option::as_ref).filter(|_| is_planned);
        Some(TaskPlan {
            id: work.id.clone(),
            title: work.title.clone(),
            people: people
                .filter_map(|(person, _)| Some(problem.people.get(*person)?.name.clone()))
                .collect(),
            person_ids: schedule
                .people
                .get(place)
                .into_iter()
                .flatten()
                .filter_map(|(person, _)| portfolio.people.get(*person).cloned())
                .collect(),
            starts: time(&schedule.start).and_then(|start| portfolio.axis.day(start)),
            ends: time(&schedule.end).and_then(|end| portfolio.axis.day_before(end)),
            parts: portfolio.days_of_parts(schedule, place),
            p80: luck.and_then(|task| portfolio.quantile(&task.end, 1)),
            days: work.days(),
            is_begun: work.is_begun,
            is_assumed: work.is_assumed,
            deadline: work.deadline,
            critical: luck.map(|task| task.critical),
            why_not: fault.map(|fault| fault.message(problem)),
        })
    };
    let mut projects: Vec<ProjectPlan> = Vec::new();
    for (place, (goal, project)) in portfolio.projects.iter().zip(&problem.projects).enumerate() {
        let of_it = problem.tasks.iter().enumerate().filter(|(_, task)| task.project == place);
        let mut tasks: Vec<TaskPlan> = of_it.filter_map(|(place, _)| task(place)).collect();
        tasks.sort_by_key(|task| (task.starts.is_none(), task.starts, task.ends));
        let ends = tasks.iter().map(|task| task.ends).try_fold(None, |last, end| Some(last.max(Some(end?))));
        let ends = ends.flatten();
        // Of a project of which a part cannot be planned, the rest is no promise.
        let end = forecast.projects.get(place).and_then(Option::as_ref).filter(|_| ends.is_some());
        let by = |share| end.and_then(|project| portfolio.quantile(&project.end, share));
        projects.push(ProjectPlan {
            id: goal.id.clone(),
            name: project.name.clone(),
            deadline: goal.deadline,
            starts: tasks.iter().filter_map(|task| task.starts).min(),
            ends,
            days_late: ends.zip(goal.deadline).map(|(end, due)| i64::from((end - due).get_days())),
            p50: by(0),
            p80: by(1),
            p95: by(2),
            kept: end.and_then(|project| project.end.kept),
            cost: Cost::default(),
            doubts: Vec::new(),
            remedies: Vec::new(),
            tasks,
        });
    }
    projects.sort_by_key(|project| (project.deadline.is_none(), project.deadline));
    projects
}
