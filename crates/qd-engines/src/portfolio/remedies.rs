//! What would keep a promise: single changes, each run anew in the order of the plan that is there.
//!
//! Nothing is planned anew for them: what helps in the order of today helps no less in a better one, and the difference is the
//! change's alone.
//!
//! Only what the end of the project hangs on is touched: another doer for a critical task, another project that
//! waits, a critical task less, one more person for the skill that it asks for, or a promise that holds. Each is told as the
//! question that `quarterdeck whatif` takes.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use jiff::{ToSpan, civil::Date};
use qd_tables::{REMEDIES, Writer};

use super::{PLANNED, Portfolio, pipeline::EIGHT_OF_TEN, units};
use crate::{
    Engine, EngineError, Inputs,
    plan::{Person, Schedule},
    simulation::{End, Estimate, Forecast},
};

/// The engine.
pub(crate) const ENGINE: Engine = Engine { output: &REMEDIES, inputs: PLANNED, run };

/// Runs for one change: it is told whether it helps, not by the day.
const RUNS: usize = 1_000;

/// Changes that are tried for a project, and tasks in the runs of all of them: where much is in doubt, what costs
/// most by the day is looked at first.
const CHANGES: usize = 24;
const FEWEST: usize = 4;
const TASKS_RUN: usize = 10_000_000;

/// Tasks that are looked at, and people that one is offered to.
const TASKS: usize = 4;
const DOERS: usize = 2;

/// A task is critical where the end of a project hangs on it in so many of the runs.
const CRITICAL: f64 = 0.2;

/// Whole months from the decision to hire to the first day at work: the median time to fill a post and a notice period.
const MONTHS_TO_HIRE: i32 = 3;

/// One thing that could be done.
#[derive(Debug, Clone, PartialEq)]
enum Change {
    Give { task: usize, person: usize },
    Pause { project: usize },
    Drop { task: usize },
    Hire { skill: String, from: Date },
}

fn run(inputs: &Inputs) -> Result<RecordBatch, EngineError> {
    let portfolio = Portfolio::read(inputs)?;
    let schedule = portfolio.scheduled(inputs)?;
    let options = portfolio.luck(RUNS);
    let now = portfolio.simulate(&schedule, &options, inputs.is_stopped);
    let mut writer = Writer::new(&REMEDIES);
    let mut doubted: Vec<(usize, &End, f64)> = (0..portfolio.projects.len())
        .filter(|place| schedule.project_end(&portfolio.problem, *place).is_some())
        .filter_map(|place| {
            let end = &now.projects.get(place)?.as_ref()?.end;
            let wanted = portfolio.projects.get(place)?.confidence;
            Some((place, end, end.kept.filter(|kept| *kept < wanted)?))
        })
        .collect();
    doubted.sort_by(|left, right| {
        let cost = |end: &End| end.delay_cost.unwrap_or(0.0);
        cost(right.1).total_cmp(&cost(left.1)).then(left.0.cmp(&right.0))
    });
    let mut affordable = TASKS_RUN / (portfolio.tasks.len() * options.runs).max(1);
    let each = (affordable / doubted.len().max(1)).clamp(FEWEST, CHANGES);
    let busy = busy(&portfolio, &schedule);
    for (place, end, kept) in doubted {
        let Some(project) = portfolio.projects.get(place) else { continue };
        let tried = each.min(affordable);
        // Where nothing can be tried any more, nothing is looked for.
        let mut changes = match tried {
            0 => Vec::new(),
            _ => changes(&portfolio, &schedule, &now, &busy, place, inputs.today),
        };
        changes.truncate(tried);
        affordable -= changes.len();
        for change in changes {
            let with = change.applied(&portfolio);
            let then = with.simulate(&schedule, &options, inputs.is_stopped);
            inputs.go_on()?;
            let Some(end) = then.projects.get(place).and_then(Option::as_ref) else { continue };
            writer
                .text(project.id.as_str())
                .text(change.question(&portfolio).as_str())
                .text(change.kind())
                .number(kept)
                .number(end.end.kept.unwrap_or(0.0))
                .date(with.quantile(&end.end, EIGHT_OF_TEN))
                .number(now.delay_cost.zip(then.delay_cost).map(|(now, then)| now - then));
        }
        // The promise that holds as often as it should, by the nearest share that is told.
        let holds = options.quantiles.iter().position(|share| *share >= project.confidence);
        if let Some(day) = holds.and_then(|share| portfolio.quantile(end, share)) {
            writer
                .text(project.id.as_str())
                .text(format!("move {} to {day}", project.id).as_str())
                .text("move")
                .number(kept)
                .number(
                    holds
                        .and_then(|share| options.quantiles.get(share).copied())
                        .unwrap_or(project.confidence),
                )
                .date(portfolio.quantile(end, EIGHT_OF_TEN))
                .null();
        }
    }
    inputs.go_on()?;
    Ok(writer.finish()?)
}

/// What is tried for a project: most about what its end hangs on most.
fn changes(
    portfolio: &Portfolio,
    schedule: &Schedule,
    now: &Forecast,
    busy: &BTreeMap<usize, i64>,
    project: usize,
    today: Date,
) -> Vec<Change> {
    let critical =
        |task: usize| now.tasks.get(task).and_then(Option::as_ref).map_or(0.0, |task| task.critical);
    let mut tasks: Vec<usize> = (0..portfolio.tasks.len())
        .filter(|task| portfolio.problem.tasks.get(*task).is_some_and(|task| task.project == project))
        .filter(|task| critical(*task) >= CRITICAL)
        .collect();
    tasks.sort_by(|left, right| critical(*right).total_cmp(&critical(*left)).then(left.cmp(right)));
    tasks.truncate(TASKS);
    let mut changes = Vec::new();
    for &task in &tasks {
        let own = schedule.people.get(task).map(Vec::as_slice).unwrap_or_default();
        let mut others = portfolio.able(task);
        others.retain(|person| !own.iter().any(|(one, _)| one == person));
        others.sort_by_key(|person| (busy.get(person).copied().unwrap_or(0), *person));
        changes.extend(others.into_iter().take(DOERS).map(|person| Change::Give { task, person }));
    }
    let doers: Vec<usize> = tasks
        .iter()
        .filter_map(|task| schedule.people.get(*task))
        .flatten()
        .map(|(person, _)| *person)
        .collect();
    let mut shared: Vec<usize> = (0..portfolio.tasks.len())
        .filter(|task| {
            schedule
                .people
                .get(*task)
                .is_some_and(|crew| crew.iter().any(|(person, _)| doers.contains(person)))
        })
        .filter_map(|task| portfolio.problem.tasks.get(task).map(|task| task.project))
        .filter(|other| *other != project)
        .collect();
    shared.sort_unstable();
    shared.dedup();
    changes.extend(shared.into_iter().map(|project| Change::Pause { project }));
    changes.extend(tasks.iter().map(|task| Change::Drop { task: *task }));
    let from = today.first_of_month().checked_add(MONTHS_TO_HIRE.months()).unwrap_or(today);
    let mut skills: Vec<&String> =
        tasks.iter().filter_map(|task| portfolio.tasks.get(*task)).flat_map(|work| &work.skills).collect();
    skills.dedup();
    changes.extend(skills.into_iter().map(|skill| Change::Hire { skill: skill.clone(), from }));
    changes
}

/// Units of time that each person is planned for.
fn busy(portfolio: &Portfolio, schedule: &Schedule) -> BTreeMap<usize, i64> {
    let mut busy = BTreeMap::new();
    for (task, crew) in portfolio.problem.tasks.iter().zip(&schedule.people) {
        for (person, _) in crew {
            *busy.entry(*person).or_insert(0) += i64::from(task.duration);
        }
    }
    busy
}

impl Portfolio {
    /// Who could do a task alone: those who have its skill, or anybody where it asks for none.
    fn able(&self, task: usize) -> Vec<usize> {
        let Some((declared, work)) = self.problem.tasks.get(task).zip(self.tasks.get(task)) else {
            return Vec::new();
        };
        if work.people > 1 {
            return Vec::new();
        }
        let level = declared.skills.first().map_or(1, |demand| demand.level);
        let has = |person: &usize| {
            let own = self.problem.people.get(*person);
            own.is_some_and(|own| match (work.skills.first(), declared.skills.first()) {
                (Some(skill), _) => own
                    .skills
                    .iter()
                    .any(|(place, at)| *at >= level && self.problem.skills.get(*place) == Some(skill)),
                (None, Some(demand)) => own.has(demand.skill, demand.level),
                (None, None) => false,
            })
        };
        (0..self.problem.people.len()).filter(has).collect()
    }

    fn forget(&mut self, task: usize) {
        if let (Some(declared), Some(work)) = (self.problem.tasks.get_mut(task), self.tasks.get_mut(task)) {
            declared.duration = 0;
            declared.skills.clear();
            declared.pinned.clear();
            work.left = Estimate::Fixed(0.0);
        }
    }
}

impl Change {
    fn kind(&self) -> &'static str {
        match self {
            Self::Give { .. } => "give",
            Self::Pause { .. } => "pause",
            Self::Drop { .. } => "drop",
            Self::Hire { .. } => "hire",
        }
    }

    /// The portfolio with the change made.
    fn applied(&self, portfolio: &Portfolio) -> Portfolio {
        let mut with = portfolio.clone();
        match self {
            Self::Give { task, person } => {
                let share = with.shares.get(*person).copied().unwrap_or(1.0);
                if let (Some(declared), Some(work)) =
                    (with.problem.tasks.get_mut(*task), with.tasks.get_mut(*task))
                {
                    work.share = share;
                    declared.duration = units(work.days() / share);
                    declared.skills.clear();
                    declared.pinned = vec![*person];
                }
            }
            Self::Pause { project } => {
                let of_it =
                    |task: &usize| with.problem.tasks.get(*task).is_some_and(|task| task.project == *project);
                let tasks: Vec<usize> = (0..with.tasks.len()).filter(of_it).collect();
                tasks.into_iter().for_each(|task| with.forget(task));
                if let Some(project) = with.problem.projects.get_mut(*project) {
                    (project.due, project.delay_cost) = (None, 0);
                }
            }
            Self::Drop { task } => with.forget(*task),
            Self::Hire { skill, from } => {
                let same = |name: &String| name.eq_ignore_ascii_case(skill);
                let skills = with.problem.skills.iter().enumerate();
                let skills =
                    skills.filter(|(_, name)| same(name)).map(|(place, _)| (place, u32::MAX)).collect();
                let first = with.axis.morning(*from);
                let absences = if first > 0 { vec![(0, first)] } else { Vec::new() };
                with.problem.people.push(Person { name: format!("New {skill}"), skills, absences });
                with.people.push(String::new());
                with.shares.push(1.0);
            }
        }
        with
    }

    /// The change as it is asked for.
    fn question(&self, portfolio: &Portfolio) -> String {
        let task = |task: &usize| portfolio.problem.tasks.get(*task).map_or("", |task| task.name.as_str());
        match self {
            Self::Give { task: place, person } => {
                format!(
                    "give {} to {}",
                    task(place),
                    portfolio.people.get(*person).map_or("", String::as_str)
                )
            }
            Self::Pause { project } => {
                format!("pause {}", portfolio.projects.get(*project).map_or("", |project| &project.id))
            }
            Self::Drop { task: place } => format!("drop {}", task(place)),
            Self::Hire { skill, from } => format!("hire {skill} from {from}"),
        }
    }
}
