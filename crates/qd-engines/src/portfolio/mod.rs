//! The company's projects as one problem to be scheduled: what its files say, on an axis of working hours.
//!
//! A task takes the expected value of its three-point estimate, (low + 4 likely + high) / 6 (Malcolm,
//! Roseboom, Clark and Fazar 1959, "Application of a technique for research and development program
//! evaluation"), divided by what is left of the week of who does it: their declared capacity without
//! their meetings. Its owner does it; where nobody owns it, one of those of the project who have its skill, else
//! anybody of the company who has it; without a skill, anybody of the project.

mod axis;
mod load;
mod risk;
mod schedule;

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, Date32Array, Float64Array};
use jiff::civil::Date;

pub use axis::{Axis, DAY};
pub(crate) use load::ENGINE as LOAD;
pub(crate) use risk::ENGINE as RISK;
pub(crate) use schedule::ENGINE as SCHEDULE;

use crate::{
    EngineError, Input, Inputs,
    columns::{text, words},
    plan::{
        Link, LinkKind, Objective, Options, Person, Plan, Problem, Project, SkillDemand, Task, Time, plan,
    },
};

/// What a portfolio is read from.
pub const INPUTS: &[Input] = &[
    Input { name: "projects", query: include_str!("projects.sql") },
    Input { name: "tasks", query: include_str!("tasks.sql") },
    Input { name: "people", query: include_str!("people.sql") },
    Input { name: "absences", query: include_str!("absences.sql") },
    Input { name: "holidays", query: include_str!("holidays.sql") },
];

/// Low, likely and high days of a task that nobody estimated; a plan without it would promise too early.
pub const UNKNOWN_ESTIMATE: [f64; 3] = [1.0, 3.0, 8.0];

/// The least share of a week that is left to anybody who works at all.
const LEAST_SHARE: f64 = 0.1;

/// Schedules that are made for the tables; `quarterdeck plan` makes as many as there is time for.
const SCHEDULES: u64 = 2_000;

/// The projects, tasks and people of a company, and the problem they are.
#[derive(Debug, Clone, PartialEq)]
pub struct Portfolio {
    /// What is to be scheduled. Projects, tasks and people stand in it in the order in which they stand here.
    pub problem: Problem,
    /// What its units of time are.
    pub axis: Axis,
    /// Ids of the projects, and the days they are promised for.
    pub projects: Vec<(String, Option<Date>)>,
    /// The tasks that are not done.
    pub tasks: Vec<Work>,
    /// Ids of the people.
    pub people: Vec<String>,
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
    /// The day it is due.
    pub deadline: Option<Date>,
    /// Share of a full week that whoever does it has for it.
    pub share: f64,
}

impl Work {
    /// Expected days of work (PERT).
    #[must_use]
    pub fn days(&self) -> f64 {
        let [low, likely, high] = self.estimate;
        (low + 4.0 * likely + high) / 6.0
    }
}

impl Portfolio {
    /// Puts together what the inputs tell.
    ///
    /// # Errors
    /// Where an input lacks a column.
    pub fn read(inputs: &Inputs) -> Result<Self, EngineError> {
        let holidays = inputs.answer("holidays");
        let days = holidays.dates("day")?;
        let holidays: BTreeSet<Date> = (0..days.len()).filter_map(|row| date(&days, row)).collect();
        let axis = Axis::new(inputs.today, &holidays);
        let crew = Crew::read(inputs, &axis)?;
        let mut reader = Reader {
            portfolio: Self {
                problem: Problem { people: crew.people.clone(), ..Problem::default() },
                axis,
                projects: Vec::new(),
                tasks: Vec::new(),
                people: crew.ids.clone(),
            },
            crew,
            crews: Vec::new(),
            skills: BTreeMap::new(),
        };
        reader.projects(inputs)?;
        reader.tasks(inputs)?;
        Ok(reader.portfolio)
    }

    /// Schedules it for the tables: the same for the same inputs.
    pub(crate) fn plan(&self) -> Plan {
        let objectives = [Objective::DelayCost, Objective::Makespan];
        let options = Options { schedules: Some(SCHEDULES), objectives, ..Options::default() };
        plan(&self.problem, &options, &|| false)
    }
}

/// Who is there to do it.
struct Crew {
    ids: Vec<String>,
    people: Vec<Person>,
    skills: Vec<Vec<String>>,
    shares: Vec<f64>,
}

impl Crew {
    fn read(inputs: &Inputs, axis: &Axis) -> Result<Self, EngineError> {
        let answer = inputs.answer("people");
        let (ids, names, skills) = (answer.texts("id")?, answer.texts("name")?, answer.lists("skills")?);
        let (capacity, meetings) = (answer.numbers("capacity")?, answer.numbers("meetings")?);
        let (joined, left) = (answer.dates("joined")?, answer.dates("left")?);
        let mut crew = Self { ids: Vec::new(), people: Vec::new(), skills: Vec::new(), shares: Vec::new() };
        for row in 0..answer.rows() {
            let mut absences = Vec::new();
            absences.extend(date(&joined, row).map(|day| (0, axis.morning(day))));
            absences.extend(date(&left, row).map(|day| (axis.evening(day), Time::MAX)));
            crew.ids.push(text(&ids, row).unwrap_or_default().to_owned());
            crew.skills.push(words(&skills, row));
            crew.shares
                .push((number(&capacity, row, 1.0) - number(&meetings, row, 0.0)).clamp(LEAST_SHARE, 1.0));
            let name = text(&names, row).unwrap_or_default().to_owned();
            crew.people.push(Person { name, skills: Vec::new(), absences });
        }
        let answer = inputs.answer("absences");
        let (who, first, last) =
            (answer.texts("person")?, answer.dates("first_day")?, answer.dates("last_day")?);
        for row in 0..answer.rows() {
            let person = text(&who, row).and_then(|who| crew.place(who));
            let (Some(person), Some(first)) = (person, date(&first, row)) else { continue };
            let until = date(&last, row).map_or(Time::MAX, |last| axis.evening(last));
            if let Some(person) = crew.people.get_mut(person) {
                person.absences.push((axis.morning(first), until));
            }
        }
        for person in &mut crew.people {
            person.absences = joined_up(std::mem::take(&mut person.absences));
        }
        Ok(crew)
    }

    fn place(&self, id: &str) -> Option<usize> {
        self.ids.binary_search_by(|known| known.as_str().cmp(id)).ok()
    }

    /// The mean share of a week that some people have.
    fn share(&self, people: &[usize]) -> f64 {
        let shares: Vec<f64> = people.iter().filter_map(|person| self.shares.get(*person).copied()).collect();
        if shares.is_empty() { 1.0 } else { shares.iter().sum::<f64>() / shares.len() as f64 }
    }
}

/// Times away in order, none empty and no two that touch.
fn joined_up(mut times: Vec<(Time, Time)>) -> Vec<(Time, Time)> {
    times.retain(|(from, until)| from < until);
    times.sort_unstable();
    let mut joined: Vec<(Time, Time)> = Vec::new();
    for (from, until) in times {
        match joined.last_mut() {
            Some(last) if last.1 >= from => last.1 = last.1.max(until),
            _ => joined.push((from, until)),
        }
    }
    joined
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
    fn projects(&mut self, inputs: &Inputs) -> Result<(), EngineError> {
        let answer = inputs.answer("projects");
        let (ids, names) = (answer.texts("id")?, answer.texts("name")?);
        let (deadlines, costs) = (answer.dates("deadline")?, answer.numbers("delay_cost_per_day")?);
        let crews = answer.lists("crew")?;
        for row in 0..answer.rows() {
            let deadline = date(&deadlines, row);
            // In whole units of money for a unit of time, and no less than one: a promise is worth something.
            let cost = (number(&costs, row, 0.0) / f64::from(DAY)).round().clamp(1.0, 1e9) as u32;
            self.portfolio.problem.projects.push(Project {
                name: text(&names, row).unwrap_or_default().to_owned(),
                earliest: 0,
                due: deadline.map(|day| self.portfolio.axis.evening(day)),
                delay_cost: if deadline.is_some() { cost } else { 0 },
            });
            self.portfolio.projects.push((text(&ids, row).unwrap_or_default().to_owned(), deadline));
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
        let (owners, skills, after) =
            (answer.texts("owner")?, answer.texts("skill")?, answer.lists("after")?);
        let points = [answer.numbers("low")?, answer.numbers("likely")?, answer.numbers("high")?];
        let (deadlines, done) = (answer.dates("deadline")?, answer.booleans("is_done")?);
        let mut places: BTreeMap<(usize, String), usize> = BTreeMap::new();
        let mut befores: Vec<(usize, usize, Vec<String>)> = Vec::new();
        for row in 0..answer.rows() {
            let name = text(&of, row).unwrap_or_default();
            let Some(project) = self.portfolio.projects.iter().position(|(id, _)| id == name) else {
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
            let (pinned, demand, share) = self.doers(project, text(&owners, row), text(&skills, row));
            let work = Work {
                id: text(&ids, row).unwrap_or_default().to_owned(),
                title: text(&titles, row).unwrap_or_default().to_owned(),
                estimate: estimate.unwrap_or(UNKNOWN_ESTIMATE),
                is_assumed: estimate.is_none(),
                deadline,
                share,
            };
            let task = self.portfolio.tasks.len();
            places.insert((project, work.id.clone()), task);
            befores.push((task, project, words(&after, row)));
            self.portfolio.problem.tasks.push(Task {
                name: format!("{name}/{}", work.id),
                project,
                duration: units(work.days() / share),
                due: deadline.map(|day| self.portfolio.axis.evening(day)),
                delay_cost: u32::from(deadline.is_some()),
                skills: demand,
                pinned,
                ..Task::default()
            });
            self.portfolio.tasks.push(work);
        }
        // What is done, and what nobody declared, holds nothing up.
        for (task, project, names) in befores {
            let known = names.into_iter().filter_map(|name| places.get(&(project, name)).copied());
            let link = |before| Link { before, after: task, kind: LinkKind::FinishStart, lag: 0 };
            self.portfolio.problem.links.extend(known.map(link));
        }
        Ok(())
    }

    /// Who does a task: somebody by name, or one who can; and the share of a week they have.
    fn doers(
        &mut self,
        project: usize,
        owner: Option<&str>,
        skill: Option<&str>,
    ) -> (Vec<usize>, Vec<SkillDemand>, f64) {
        if let Some(person) = owner.and_then(|owner| self.crew.place(owner)) {
            return (vec![person], Vec::new(), self.crew.share(&[person]));
        }
        let crew = self.crews.get(project).cloned().unwrap_or_default();
        let everybody: Vec<usize> = (0..self.crew.ids.len()).collect();
        let has = |person: &usize| {
            let known = self.crew.skills.get(*person).map(Vec::as_slice).unwrap_or_default();
            skill.is_none_or(|skill| known.iter().any(|own| own.eq_ignore_ascii_case(skill)))
        };
        let mut able: Vec<usize> = crew.iter().copied().filter(has).collect();
        if able.is_empty() && (skill.is_some() || crew.is_empty()) {
            able = everybody.iter().copied().filter(has).collect();
        }
        let share = self.crew.share(&able);
        let name = skill.unwrap_or("anybody").to_lowercase();
        let place = self.skill(name, able);
        (Vec::new(), vec![SkillDemand { skill: place, level: 1, people: 1 }], share)
    }

    fn skill(&mut self, name: String, able: Vec<usize>) -> usize {
        let problem = &mut self.portfolio.problem;
        let next = problem.skills.len();
        let place = *self.skills.entry((name.clone(), able.clone())).or_insert(next);
        if place == next {
            problem.skills.push(name);
            for person in able {
                if let Some(person) = problem.people.get_mut(person) {
                    person.skills.push((place, 1));
                }
            }
        }
        place
    }
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
