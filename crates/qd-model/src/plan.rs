//! A plan: when each project is done, who works on what, and what could not be planned.

use jiff::{Timestamp, civil::Date};
use serde::Serialize;

use crate::{Conflict, Cost, Load, LoadRow};

/// All projects that are worked on, planned at once.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// Name of the company.
    pub company: String,
    /// The moment it sees.
    pub as_of: Timestamp,
    /// The day it is of.
    pub today: Date,
    /// Schedules that were made to find it.
    pub schedules: u64,
    /// Runs of it with other luck.
    pub runs: usize,
    /// Projects whose promise is in doubt and of which nobody looked for why, since it was stopped.
    pub unexplained: usize,
    /// Its projects: those that are promised first, by their day.
    pub projects: Vec<ProjectPlan>,
    /// How full its weeks are.
    pub load: Load,
    /// Where it asks much of somebody, or is late.
    pub conflicts: Vec<Conflict>,
}

/// A project of a plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProjectPlan {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The day it is promised for.
    pub deadline: Option<Date>,
    /// First day on which it is worked on.
    pub starts: Option<Date>,
    /// Day on which all is ready; none where a part could not be planned, or there are no tasks.
    pub ends: Option<Date>,
    /// Calendar days after the promised one; below 0 it is ready before.
    pub days_late: Option<i64>,
    /// Days by which it is ready in half, in eight of ten and in 95 of a hundred runs.
    pub p50: Option<Date>,
    /// See `p50`.
    pub p80: Option<Date>,
    /// See `p50`.
    pub p95: Option<Date>,
    /// Share of the runs in which the promise is kept.
    pub kept: Option<f64>,
    /// What is left of it costs.
    pub cost: Cost,
    /// Why its promise is less sure than it should be, as far as it can be shown; nothing where it is sure enough.
    pub doubts: Vec<String>,
    /// Single changes that would make it sure enough, the cheapest kind first.
    pub remedies: Vec<Remedy>,
    /// Its tasks that are not done, in the order in which they begin.
    pub tasks: Vec<TaskPlan>,
}

/// A change that would keep a promise.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Remedy {
    /// The change, as `quarterdeck whatif` takes it.
    pub question: String,
    /// Share of the runs in which the promise is kept with it.
    pub kept: f64,
}

/// A task of a plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TaskPlan {
    /// Its id within the project.
    pub id: String,
    /// What it is.
    pub title: String,
    /// Names of those who do it.
    pub people: Vec<String>,
    /// Their ids.
    pub person_ids: Vec<String>,
    /// First day it is worked on.
    pub starts: Option<Date>,
    /// Day it is ready.
    pub ends: Option<Date>,
    /// First and last day of each part, where it is put down for another task and taken up again; else nothing.
    pub parts: Vec<(Date, Date)>,
    /// Day by which it is ready in eight of ten runs.
    pub p80: Option<Date>,
    /// Working days of one person that are expected to be left of it.
    pub days: f64,
    /// True where work on it was seen.
    pub is_begun: bool,
    /// True where nobody estimated it.
    pub is_assumed: bool,
    /// Day it is due.
    pub deadline: Option<Date>,
    /// Share of the runs in which the end of a project hung on it: its criticality index.
    pub critical: Option<f64>,
    /// Why it could not be planned.
    pub why_not: Option<String>,
}

impl TaskPlan {
    /// First and last day of each stretch in which it is worked on: of its parts, or of the whole; nothing where it is
    /// not planned.
    #[must_use]
    pub fn stretches(&self) -> Vec<(Date, Date)> {
        if self.parts.is_empty() {
            self.starts.zip(self.ends).into_iter().collect()
        } else {
            self.parts.clone()
        }
    }
}

impl Plan {
    /// Leaves one project, who works on it with all that they work on, and what is in its way: the others are planned
    /// too, since they want the same people.
    pub fn narrow(&mut self, project: &str) {
        self.projects.retain(|own| own.id == project);
        let Some(name) = self.projects.first().map(|own| own.name.clone()) else { return };
        let is_on = |row: &LoadRow| row.weeks.iter().any(|week| week.projects.contains(&name));
        for rows in [&mut self.load.teams, &mut self.load.skills, &mut self.load.people] {
            rows.retain(is_on);
        }
        self.conflicts.retain(|conflict| match conflict {
            Conflict::Late { project, .. } => *project == name,
            Conflict::ManyProjects { projects, .. } => projects.contains(&name),
            Conflict::Full { person, .. } => self.load.people.iter().any(|row| row.name == *person),
        });
    }
}

impl ProjectPlan {
    /// Tasks that nobody estimated.
    #[must_use]
    pub fn assumed(&self) -> usize {
        self.tasks.iter().filter(|task| task.is_assumed).count()
    }

    /// Tasks that could not be planned.
    pub fn unplanned(&self) -> impl Iterator<Item = &TaskPlan> {
        self.tasks.iter().filter(|task| task.starts.is_none())
    }
}
