//! The company's projects as one problem to be scheduled: what its files say, on an axis of working hours.
//!
//! A task takes the expected value of its three-point estimate, (low + 4 likely + high) / 6 (Malcolm,
//! Roseboom, Clark and Fazar 1959, "Application of a technique for research and development program
//! evaluation"), divided by what is left of the week of who does it: their declared capacity without
//! their meetings. Its owner does it; where nobody owns it, one of those of the project who have its skill, else
//! anybody of the company who has it; without a skill, anybody of the project. What several do together takes its
//! part of the time, and those who have least of a week set the pace.

mod axis;
mod crew;
mod earliest;
mod load;
mod pipeline;
mod remedies;
mod risk;
mod schedule;
mod worked;

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, Date32Array, Float64Array};
use jiff::civil::Date;
use qd_model::{Predecessor, Skill, Tie};

pub use axis::{Axis, DAY};
pub use earliest::Paths;
pub(crate) use load::ENGINE as LOAD;
pub(crate) use pipeline::ENGINE as PIPELINE;
pub(crate) use remedies::ENGINE as REMEDIES;
pub(crate) use risk::ENGINE as RISK;
pub(crate) use schedule::ENGINE as SCHEDULE;
pub use worked::Worked;

use crate::{
    EngineError, Input, Inputs,
    columns::{text, words},
    plan::{
        Interruption, LONGEST, Link, LinkKind, Objective, Objectives, Options, Plan, Problem, Project,
        SkillDemand, Task, Time, plan,
    },
    simulation::Estimate,
};
use crew::Crew;

/// What a portfolio is read from: its own files, and what was observed of its tasks.
pub const INPUTS: &[Input] = &[
    Input { name: "projects", query: include_str!("projects.sql") },
    Input { name: "tasks", query: include_str!("tasks.sql") },
    Input { name: "people", query: include_str!("people.sql") },
    Input { name: "absences", query: include_str!("absences.sql") },
    Input { name: "holidays", query: include_str!("holidays.sql") },
    Input { name: "objectives", query: include_str!("objectives.sql") },
    Input { name: "interruption", query: include_str!("interruption.sql") },
];

/// The same, with the plan that was made of it.
pub(crate) const PLANNED: &[Input] = &[
    Input { name: "projects", query: include_str!("projects.sql") },
    Input { name: "tasks", query: include_str!("tasks.sql") },
    Input { name: "people", query: include_str!("people.sql") },
    Input { name: "absences", query: include_str!("absences.sql") },
    Input { name: "holidays", query: include_str!("holidays.sql") },
    Input { name: "objectives", query: include_str!("objectives.sql") },
    Input { name: "interruption", query: include_str!("interruption.sql") },
    Input { name: "schedule", query: include_str!("schedule.sql") },
];

/// Low, likely and high days of a task that nobody estimated; a plan without it would promise too early.
pub const UNKNOWN_ESTIMATE: [f64; 3] = [1.0, 3.0, 8.0];

/// Schedules that are made for the tables, and tasks in them all: a company of thousands of tasks gets fewer,
/// so that a sync is not held up. `quarterdeck plan` makes as many as there is time for.
const SCHEDULES: u64 = 2_000;
const SCHEDULED_TASKS: u64 = 400_000;

/// The share of cases in which a promise should hold where the project does not say.
const CONFIDENCE: f64 = 0.8;

/// Days that are left at least of what is begun and not done.
const LEAST_LEFT: f64 = 0.25;

/// The projects, tasks and people of a company, and the problem they are.
#[derive(Debug, Clone, PartialEq)]
pub struct Portfolio {
    /// What is to be scheduled. Projects, tasks and people stand in it in the order in which they stand here.
    pub problem: Problem,
    /// What its units of time are.
    pub axis: Axis,
    /// The projects.
    pub projects: Vec<Goal>,
    /// The tasks that are not done.
    pub tasks: Vec<Work>,
    /// Ids of the people.
    pub people: Vec<String>,
    /// The share of a full week that each of them has for tasks.
    pub shares: Vec<f64>,
    /// What a plan of it is to be good at, as the company declares it.
    pub objectives: Objectives,
}

/// What a plan is to be good at where the company says nothing, and after what it says.
const USUAL: [Objective; 2] = [Objective::DelayCost, Objective::Makespan];

/// Units of a week.
const WEEK: Time = 5 * DAY;

/// The objectives of the company, with the usual ones behind them.
fn objectives(inputs: &Inputs) -> Result<Objectives, EngineError> {
    let mut wanted = Vec::new();
    if inputs.batches.contains_key("objectives") {
        let answer = inputs.answer("objectives");
        let names = answer.texts("objective")?;
        let named = (0..answer.rows()).filter_map(|row| Objective::named(text(&names, row)?));
        wanted.extend(named);
    }
    wanted.extend(USUAL);
    Ok(Objectives::new(&wanted))
}

/// What it takes to get back into a task that was put down, in working days, where the company does not say: an hour.
/// Developers take a quarter of an hour to half an hour and more after interruptions of minutes to hours (van Solingen,
/// Berghout, van Latum 1998, "Interrupts: just a minute never is"; Parnin and Rugaber 2011, "Resumption strategies for
/// interrupted programming tasks"); what lay for days takes no less, and an hour is the least that a plan counts.
const INTERRUPTION_COST: f64 = 1.0 / 8.0;

/// How a task is put down for another one.
fn interruption(inputs: &Inputs) -> Result<Interruption, EngineError> {
    let mut cost = INTERRUPTION_COST;
    if inputs.batches.contains_key("interruption") {
        let answer = inputs.answer("interruption");
        let declared = answer.numbers("cost")?;
        cost = if declared.is_empty() { cost } else { number(&declared, 0, cost) };
    }
    Ok(Interruption { day: DAY, cost: units(cost).clamp(0, LONGEST) })
}

/// A project of a portfolio.
#[derive(Debug, Clone, PartialEq)]
pub struct Goal {
    /// Its id.
    pub id: String,
    /// The day it is promised for.
    pub deadline: Option<Date>,
    /// The share of cases in which that promise should hold.
    pub confidence: f64,
}

/// A task of a portfolio.
#[derive(Debug, Clone, PartialEq)]
pub struct Work {
    /// Its id within its project.
    pub id: String,
    /// What it is.
    pub title: String,
    /// Low, likely and high, in working days of one person.
    pub estimate: [f64; 3],
    /// Whether nobody estimated it, so that [`UNKNOWN_ESTIMATE`] stands in.
    pub is_assumed: bool,
    /// The skills it asks for, in lower case.
    pub skills: Vec<String>,
    /// How many people do it together.
    pub people: u32,
    /// Whether work on it was seen.
    pub is_begun: bool,
    /// What of it is left, in working days of one person.
    pub left: Estimate,
    /// The day it is due.
    pub deadline: Option<Date>,
    /// Share of a full week that those who do it have for it; of several, together.
    pub share: f64,
}

impl Work {
    /// Days of work that are expected to be left (PERT, or the mean of what may be left).
    #[must_use]
    pub fn days(&self) -> f64 {
        match &self.left {
            Estimate::Points { low, likely, high } => (low + 4.0 * likely + high) / 6.0,
            Estimate::Samples(samples) if !samples.is_empty() => {
                samples.iter().sum::<f64>() / samples.len() as f64
            }
            Estimate::Fixed(days) => *days,
            _ => f64::NAN,
        }
    }
}

/// What is left of a task: a known share of it, or what may be left after what was spent on it.
fn left([low, likely, high]: [f64; 3], done: Option<f64>, spent: Option<f64>) -> Estimate {
    let points = |rest: f64| Estimate::Points { low: low * rest, likely: likely * rest, high: high * rest };
    match (done, spent) {
        (Some(done), _) => points((1.0 - done).clamp(0.02, 1.0)),
        (None, Some(spent)) if spent > 0.0 => {
            points(1.0).after(spent, LEAST_LEFT).unwrap_or_else(|| points(1.0))
        }
        _ => points(1.0),
    }
}

impl Portfolio {
    /// Puts together what the inputs tell.
    ///
    /// # Errors
    /// Where an input lacks a column.
    pub fn read(inputs: &Inputs) -> Result<Self, EngineError> {
        Self::read_with(inputs, None)
    }

    /// The same with a project that is only proposed, as if it were won.
    ///
    /// # Errors
    /// Where an input lacks a column.
    pub(crate) fn read_with(inputs: &Inputs, won: Option<&str>) -> Result<Self, EngineError> {
        let holidays = inputs.answer("holidays");
        let days = holidays.dates("day")?;
        let holidays: BTreeSet<Date> = (0..days.len()).filter_map(|row| date(&days, row)).collect();
        let axis = Axis::new(inputs.today, &holidays);
        let crew = Crew::read(inputs, &axis)?;
        let mut reader = Reader {
            portfolio: Self {
                problem: Problem {
                    people: crew.people.clone(),
                    interruption: Some(interruption(inputs)?),
                    ..Problem::default()
                },
                axis,
                projects: Vec::new(),
                tasks: Vec::new(),
                people: crew.ids.clone(),
                shares: crew.shares.clone(),
                objectives: objectives(inputs)?,
            },
            crew,
            crews: Vec::new(),
            skills: BTreeMap::new(),
        };
        reader.projects(inputs, won)?;
        reader.tasks(inputs)?;
        Ok(reader.portfolio)
    }

    /// Schedules it for the tables: the same for the same inputs.
    pub(crate) fn plan(&self, is_over: &(dyn Fn() -> bool + Sync)) -> Plan {
        self.planned_with(SCHEDULES, is_over)
    }

    /// How it is planned: what is asked for counts before what the company declares.
    #[must_use]
    pub fn options(&self, asked: &Options) -> Options {
        let all: Vec<Objective> =
            asked.objectives.as_slice().iter().chain(self.objectives.as_slice()).copied().collect();
        Options { objectives: Objectives::new(&all), week: WEEK, ..*asked }
    }

    /// Schedules it with at most so many schedules.
    pub(crate) fn planned_with(&self, schedules: u64, is_over: &(dyn Fn() -> bool + Sync)) -> Plan {
        let most = (SCHEDULED_TASKS / (self.tasks.len() as u64).max(1)).max(1);
        let none = Objectives::new(&[]);
        let options =
            Options { schedules: Some(schedules.min(most)), objectives: none, ..Options::default() };
        let options = self.options(&options);
        plan(&self.problem, &options, is_over)
    }
}

/// A portfolio while it is read.
struct Reader {
    portfolio: Portfolio,
    crew: Crew,
    /// Who works on each project.
    crews: Vec<Vec<usize>>,
    /// Skills of the problem by the skill's name and who of those that have it are asked.
    skills: BTreeMap<(String, Vec<usize>), usize>,
}

impl Reader {
    fn projects(&mut self, inputs: &Inputs, won: Option<&str>) -> Result<(), EngineError> {
        let answer = inputs.answer("projects");
        let (ids, names) = (answer.texts("id")?, answer.texts("name")?);
        let (deadlines, costs) = (answer.dates("deadline")?, answer.numbers("delay_cost_per_day")?);
        let (started, confidences) = (answer.dates("started")?, answer.numbers("confidence")?);
        let (crews, proposed) = (answer.lists("crew")?, answer.booleans("is_proposed")?);
        for row in 0..answer.rows() {
            if proposed.is_valid(row) && proposed.value(row) && text(&ids, row) != won {
                continue;
            }
            let deadline = date(&deadlines, row);
            let cost = per_unit(number(&costs, row, 0.0));
            self.portfolio.problem.projects.push(Project {
                name: text(&names, row).unwrap_or_default().to_owned(),
                earliest: date(&started, row).map_or(0, |day| self.portfolio.axis.morning(day)),
                due: deadline.map(|day| self.portfolio.axis.evening(day)),
                delay_cost: if deadline.is_some() { cost } else { 0 },
            });
            self.portfolio.projects.push(Goal {
                id: text(&ids, row).unwrap_or_default().to_owned(),
                deadline,
                confidence: number(&confidences, row, CONFIDENCE).clamp(0.0, 1.0),
            });
            let mut crew: Vec<usize> =
                words(&crews, row).iter().filter_map(|person| self.crew.place(person)).collect();
            crew.sort_unstable();
            self.crews.push(crew);
        }
        Ok(())
    }

    fn tasks(&mut self, inputs: &Inputs) -> Result<(), EngineError> {
        let answer = inputs.answer("tasks");
        let (of, ids, titles) = (answer.texts("project")?, answer.texts("id")?, answer.texts("title")?);
        let (owners, after) = (answer.texts("owner")?, answer.lists("after")?);
        let (skill, skills) = (answer.texts("skill")?, answer.lists("skills")?);
        let points = [answer.numbers("low")?, answer.numbers("likely")?, answer.numbers("high")?];
        let (deadlines, done) = (answer.dates("deadline")?, answer.booleans("is_done")?);
        let (begun, shares, spent) =
            (answer.booleans("is_begun")?, answer.numbers("done_share")?, answer.numbers("spent_days")?);
        let (begins, delay_costs) = (answer.dates("begins")?, answer.numbers("delay_cost_per_day")?);
        let (priorities, preferred) = (answer.numbers("priority")?, answer.lists("preferred")?);
        let (accepted, starts) = (answer.lists("accepted_people")?, answer.dates("accepted_start")?);
        let mut places: BTreeMap<(usize, String), usize> = BTreeMap::new();
        let mut befores: Vec<(usize, usize, Vec<String>)> = Vec::new();
        for row in 0..answer.rows() {
            let name = text(&of, row).unwrap_or_default();
            let Some(project) = self.portfolio.projects.iter().position(|project| project.id == name) else {
                continue;
            };
            if done.is_valid(row) && done.value(row) {
                continue;
            }
            let given = points.each_ref().map(|point| point.is_valid(row).then(|| point.value(row)));
            let estimate = match given {
                [Some(low), Some(likely), Some(high)] => Some([low, likely, high]),
                _ => None,
            };
            let deadline = date(&deadlines, row);
            let together = words(&skills, row);
            let doers = self.doers(project, text(&owners, row), text(&skill, row), &together);
            let work = Work {
                id: text(&ids, row).unwrap_or_default().to_owned(),
                title: text(&titles, row).unwrap_or_default().to_owned(),
                estimate: estimate.unwrap_or(UNKNOWN_ESTIMATE),
                is_assumed: estimate.is_none(),
                skills: asked(text(&skill, row), &together).map(|skill| skill.name.to_lowercase()).collect(),
                people: doers.people,
                is_begun: begun.is_valid(row) && begun.value(row),
                left: left(
                    estimate.unwrap_or(UNKNOWN_ESTIMATE),
                    shares.is_valid(row).then(|| shares.value(row)),
                    spent.is_valid(row).then(|| spent.value(row)),
                ),
                deadline,
                share: doers.share,
            };
            let task = self.portfolio.tasks.len();
            places.insert((project, work.id.clone()), task);
            befores.push((task, project, words(&after, row)));
            self.portfolio.problem.tasks.push(Task {
                name: format!("{name}/{}", work.id),
                project,
                duration: units(work.days() / doers.share),
                due: deadline.map(|day| self.portfolio.axis.evening(day)),
                earliest: date(&begins, row).map_or(0, |day| self.portfolio.axis.morning(day)),
                delay_cost: if deadline.is_some() { per_unit(number(&delay_costs, row, 0.0)) } else { 0 },
                skills: doers.skills,
                pinned: doers.pinned,
                preferred: words(&preferred, row)
                    .iter()
                    .chain(&words(&accepted, row))
                    .filter_map(|id| self.crew.place(id))
                    .collect(),
                // Among equals, what begins earlier in the plan that was accepted comes first where that costs nothing.
                priority: number(&priorities, row, 0.0).clamp(-999.0, 999.0) as i32 * 1_000
                    + date(&starts, row).map_or(0, |start| (inputs.today - start).get_days().clamp(-999, 0)),
                ..Task::default()
            });
            self.portfolio.tasks.push(work);
        }
        // What is done, and what nobody declared, holds nothing up.
        for (task, project, names) in befores {
            let link = |name: &String| {
                let first = Predecessor::parse(name);
                let before = *places.get(&(project, first.task.to_owned()))?;
                let kind = match first.tie {
                    Tie::FinishStart => LinkKind::FinishStart,
                    Tie::StartStart => LinkKind::StartStart,
                    Tie::FinishFinish => LinkKind::FinishFinish,
                };
                let lag = (first.lag * f64::from(DAY)).round().clamp(-1e6, 1e6) as Time;
                Some(Link { before, after: task, kind, lag })
            };
            self.portfolio.problem.links.extend(names.iter().filter_map(link));
        }
        Ok(())
    }

    /// Who does a task: somebody by name, one who can, or several together.
    fn doers(
        &mut self,
        project: usize,
        owner: Option<&str>,
        skill: Option<&str>,
        together: &[String],
    ) -> Doers {
        let owner = owner.and_then(|owner| self.crew.place(owner));
        let pinned: Vec<usize> = owner.into_iter().collect();
        if owner.is_some() && together.is_empty() {
            let share = self.crew.share(&pinned);
            return Doers { pinned, skills: Vec::new(), people: 1, share };
        }
        let mut share = owner.map_or(1.0, |owner| self.crew.share(&[owner]));
        let mut skills = Vec::new();
        for asked in asked(skill, together) {
            let able = self.able(project, Some(asked));
            share = share.min(self.crew.share(&able));
            let place = self.skill(asked.name.to_lowercase(), able);
            skills.push(SkillDemand { skill: place, level: asked.level, people: asked.people });
        }
        if skills.is_empty() {
            let able = self.able(project, None);
            share = self.crew.share(&able);
            let place = self.skill("anybody".to_owned(), able);
            skills.push(SkillDemand { skill: place, level: 1, people: 1 });
        }
        let people = skills.iter().map(|demand| demand.people).sum::<u32>();
        Doers { pinned, skills, people, share: share * f64::from(people) }
    }

    /// Those of a project who have a skill, else those of the company; without a skill anybody of the project.
    fn able(&self, project: usize, skill: Option<Skill<'_>>) -> Vec<usize> {
        let crew = self.crews.get(project).map(Vec::as_slice).unwrap_or_default();
        let has =
            |person: &usize| skill.is_none_or(|skill| self.crew.level(*person, skill.name) >= skill.level);
        let able: Vec<usize> = crew.iter().copied().filter(has).collect();
        if able.is_empty() && (skill.is_some() || crew.is_empty()) {
            return (0..self.crew.ids.len()).filter(has).collect();
        }
        able
    }

    fn skill(&mut self, name: String, able: Vec<usize>) -> usize {
        let problem = &mut self.portfolio.problem;
        let next = problem.skills.len();
        let place = *self.skills.entry((name.clone(), able.clone())).or_insert(next);
        if place == next {
            for person in able {
                let level = self.crew.level(person, &name).max(1);
                if let Some(person) = problem.people.get_mut(person) {
                    person.skills.push((place, level));
                }
            }
            problem.skills.push(name);
        }
        place
    }
}

/// Who does a task.
struct Doers {
    pinned: Vec<usize>,
    skills: Vec<SkillDemand>,
    people: u32,
    /// Share of a full week that they have together.
    share: f64,
}

/// The skills that a task asks for.
fn asked<'t>(skill: Option<&'t str>, together: &'t [String]) -> impl Iterator<Item = Skill<'t>> {
    skill.into_iter().chain(together.iter().map(String::as_str)).map(Skill::parse)
}

/// A day's delay in whole units of money for a unit of time, and no less than one: a promise is worth something.
fn per_unit(a_day: f64) -> u32 {
    (a_day / f64::from(DAY)).round().clamp(1.0, 1e9) as u32
}

/// Days of work as units of time.
fn units(days: f64) -> Time {
    let units = (days * f64::from(DAY)).round();
    if units.is_finite() { units.clamp(-1.0, f64::from(Time::MAX)) as Time } else { -1 }
}

fn number(array: &Float64Array, row: usize, unknown: f64) -> f64 {
    if array.is_valid(row) { array.value(row) } else { unknown }
}

fn date(array: &Date32Array, row: usize) -> Option<Date> {
    let days = array.is_valid(row).then(|| array.value(row))?;
    jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

#[cfg(test)]
mod tests;
