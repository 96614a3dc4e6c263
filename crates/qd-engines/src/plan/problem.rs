//! What is to be planned: projects, tasks, links between them, resources and people.
//!
//! The words are those of the literature on resource-constrained project scheduling (Hartmann and
//! Briskorn 2022, "An updated survey of variants and extensions of the resource-constrained project
//! scheduling problem"). These are plain values: anything can be written down here, and
//! [`Problem::faults`](super::Problem::faults) says what of it cannot be planned.

/// Whole units of time since the plan's beginning. What a unit is (an hour, half a day) is the
/// caller's choice; durations and lags are in the same unit.
pub type Time = i32;

/// Everything that is planned at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problem {
    /// What tasks belong to.
    pub projects: Vec<Project>,
    /// What is to be done.
    pub tasks: Vec<Task>,
    /// What must wait for what.
    pub links: Vec<Link>,
    /// What tasks use while they run, and leave as it was.
    pub resources: Vec<Resource>,
    /// Names of the skills.
    pub skills: Vec<String>,
    /// Who does it.
    pub people: Vec<Person>,
    /// How a task may be put down for another one; none where what is begun is done to its end.
    pub interruption: Option<Interruption>,
}

/// How one person's task may be put down for another one, to be taken up again by the same person: in the
/// evening, after a day's work on it at least and with a day's work left at least (preemption at integer
/// times, Demeulemeester and Herroelen 1996, "An efficient optimal solution procedure for the preemptive
/// resource-constrained project scheduling problem"; Ballestín, Valls, Quintanilla 2008, "Pre-emption in
/// resource-constrained project scheduling", who find that one interruption of a task gives most of what
/// many give). Getting back into it takes time each time (set-up times: Vanhoucke 2008, "Setup times and
/// fast tracking in resource-constrained project scheduling").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interruption {
    /// Units of time in a day; days begin at time 0.
    pub day: Time,
    /// Units of work by which a task takes longer for each time it was put down.
    pub cost: Time,
}

/// A project of the portfolio.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Project {
    /// What people call it.
    pub name: String,
    /// No task of it starts before.
    pub earliest: Time,
    /// When its last task was promised to be done.
    pub due: Option<Time>,
    /// What each unit of time after `due` costs.
    pub delay_cost: u32,
}

/// Something to be done; it rests while those who do it are absent, and where they are called off
/// ([`Interruption`]).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Task {
    /// What people call it.
    pub name: String,
    /// The project, by its place among the projects.
    pub project: usize,
    /// Units of work time it takes; 0 for a milestone.
    pub duration: Time,
    /// Not before (a release date).
    pub earliest: Time,
    /// To be done by then: what comes later costs `delay_cost` a unit.
    pub due: Option<Time>,
    /// What each unit of time after `due` costs.
    pub delay_cost: u32,
    /// Who comes first where a choice is open: higher before lower.
    pub priority: i32,
    /// Renewable resources it uses while it runs.
    pub demands: Vec<Demand>,
    /// People it needs from its start to its end, by skill. Each person gives one skill.
    pub skills: Vec<SkillDemand>,
    /// People who must be among those who do it.
    pub pinned: Vec<usize>,
    /// People who do it where that costs no time.
    pub preferred: Vec<usize>,
}

/// An amount of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demand {
    /// The resource, by its place among the resources.
    pub resource: usize,
    /// How much of it.
    pub amount: u32,
}

/// People with a skill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SkillDemand {
    /// The skill, by its place among the skills.
    pub skill: usize,
    /// The level they need at least.
    pub level: u32,
    /// How many of them.
    pub people: u32,
}

/// One task waits for another (a minimal time lag).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The task that comes first, by its place among the tasks.
    pub before: usize,
    /// The task that waits.
    pub after: usize,
    /// What waits for what.
    pub kind: LinkKind,
    /// Units of time between the two, at least; below 0 it is a lead.
    pub lag: Time,
}

/// Which ends of two tasks a link ties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// The second starts after the first has finished.
    FinishStart,
    /// The second starts after the first has started.
    StartStart,
    /// The second finishes after the first has finished.
    FinishFinish,
}

/// A renewable resource: so many units of it are there at any time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resource {
    /// What people call it.
    pub name: String,
    /// Units that are there at first.
    pub capacity: u32,
    /// How many are there from a time on, by rising time.
    pub changes: Vec<(Time, u32)>,
}

/// Someone who does tasks, one at a time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub name: String,
    /// Skills and how well: (skill, level).
    pub skills: Vec<(usize, u32)>,
    /// Times at which they are not there: from, until (exclusive). A task of theirs rests meanwhile.
    pub absences: Vec<(Time, Time)>,
}

impl Person {
    /// Whether they have a skill at a level.
    pub fn has(&self, skill: usize, level: u32) -> bool {
        self.skills.iter().any(|&(other, at)| other == skill && at >= level)
    }
}

/// When each task runs, and who does it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schedule {
    /// Start of each task; none where the task could not be planned.
    pub start: Vec<Option<Time>>,
    /// End of each task (exclusive): its start and duration, and the absences and pauses between.
    pub end: Vec<Option<Time>>,
    /// Who does each task, and with which skill (none for one who is pinned without a skill asked for).
    pub people: Vec<Vec<(usize, Option<usize>)>>,
    /// When each task is put down and taken up again, by rising time; nothing at all where none is.
    pub pauses: Vec<Vec<(Time, Time)>>,
}

impl Schedule {
    /// When a task lies, between its start and its end.
    pub fn pauses(&self, task: usize) -> &[(Time, Time)] {
        self.pauses.get(task).map(Vec::as_slice).unwrap_or_default()
    }

    /// The stretches of time, each from a start to an end, in which those who do a task do nothing else:
    /// one, or one more than it has pauses; none where it is not planned.
    pub fn parts(&self, task: usize) -> Vec<(Time, Time)> {
        let time = |times: &[Option<Time>]| times.get(task).copied().flatten();
        let Some((mut from, end)) = time(&self.start).zip(time(&self.end)) else { return Vec::new() };
        let mut parts = Vec::new();
        for &(down, up) in self.pauses(task) {
            parts.push((from, down));
            from = up;
        }
        parts.push((from, end));
        parts
    }

    /// The time at which all is done; 0 of an empty schedule.
    pub fn makespan(&self) -> Time {
        self.end.iter().flatten().copied().max().unwrap_or(0)
    }

    /// When the last task of a project is done; none if one of them is not planned.
    pub fn project_end(&self, problem: &Problem, project: usize) -> Option<Time> {
        let mut ends = problem
            .tasks
            .iter()
            .zip(&self.end)
            .filter(|(task, _)| task.project == project)
            .map(|(_, &end)| end);
        ends.try_fold(0, |latest, end| Some(latest.max(end?)))
    }

    /// What it costs that projects and tasks are late: units of time times cost of a unit.
    pub fn delay_cost(&self, problem: &Problem) -> u64 {
        let late = |end: Option<Time>, due: Option<Time>, cost: u32| match (end, due) {
            (Some(end), Some(due)) => {
                u64::from(end.saturating_sub(due).max(0).unsigned_abs()) * u64::from(cost)
            }
            _ => 0,
        };
        let tasks =
            problem.tasks.iter().zip(&self.end).map(|(task, &end)| late(end, task.due, task.delay_cost));
        let projects =
            problem.projects.iter().enumerate().map(|(index, project)| {
                late(self.project_end(problem, index), project.due, project.delay_cost)
            });
        tasks.chain(projects).sum()
    }
}
