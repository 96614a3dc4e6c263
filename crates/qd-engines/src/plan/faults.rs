//! What of a problem cannot be planned, and why.
//!
//! A fault never empties a plan: the tasks it names and those that wait for them are left out, the
//! rest is planned.

use super::{
    matching::Matching,
    network::Network,
    problem::{LinkKind, Problem, Task, Time},
};

/// Longest duration, lag or release date, in units of time.
pub const LONGEST: Time = 1_000_000;

/// Longest sum of all of them: schedules are kept by units of time.
const HORIZON: i64 = 100_000_000;

/// Why something cannot be planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Tasks wait for each other in a circle, each for the one before it and the first for the last.
    Cycle(Vec<usize>),
    /// A task, or a link from it, has a duration, lag or date below 0 or above [`LONGEST`].
    Time(usize),
    /// A task names a project, resource, skill or person that there is none of.
    Unknown(usize),
    /// A link, by its place, names a task that there is none of.
    UnknownLink(usize),
    /// A task needs more of a resource than there ever is.
    Capacity {
        /// The task.
        task: usize,
        /// The resource.
        resource: usize,
        /// What it needs.
        needed: u32,
        /// The most there ever is.
        most: u32,
    },
    /// Fewer people have a skill at a level than a task needs.
    Skill {
        /// The task.
        task: usize,
        /// The skill.
        skill: usize,
        /// The level.
        level: u32,
        /// How many people it needs.
        needed: u32,
        /// How many have it.
        have: u32,
    },
    /// Each of the skills that a task needs is there, but not in so many different people at once.
    People(usize),
    /// A task waits for one that cannot be planned.
    Waits {
        /// The task.
        task: usize,
        /// What it waits for.
        on: usize,
    },
    /// Those who could do a task, or what it needs, are never there for long enough.
    NeverFree(usize),
}

impl Fault {
    /// The tasks that it is about.
    #[must_use]
    pub fn tasks(&self) -> &[usize] {
        match self {
            Self::Cycle(tasks) => tasks,
            Self::Time(task)
            | Self::Unknown(task)
            | Self::People(task)
            | Self::NeverFree(task)
            | Self::Capacity { task, .. }
            | Self::Skill { task, .. }
            | Self::Waits { task, .. } => std::slice::from_ref(task),
            Self::UnknownLink(_) => &[],
        }
    }

    /// What is wrong, in words, with the names of the problem.
    pub fn message(&self, problem: &Problem) -> String {
        let task = |task: usize| problem.tasks.get(task).map_or("?", |task| &*task.name);
        match self {
            Self::Cycle(tasks) => {
                let names: Vec<&str> = tasks.iter().chain(tasks.first()).map(|&index| task(index)).collect();
                format!("tasks wait for each other in a circle: `{}`", names.join("` before `"))
            }
            Self::Time(index) => {
                format!(
                    "`{}` has a duration, lag or date below 0 or above {LONGEST} hours of work",
                    task(*index)
                )
            }
            Self::Unknown(index) => {
                format!("`{}` names a project, resource, skill or person that there is none of", task(*index))
            }
            Self::UnknownLink(_) => "a link names a task that there is none of".to_owned(),
            Self::Capacity { task: index, resource, needed, most } => {
                let resource = problem.resources.get(*resource).map_or("?", |resource| &*resource.name);
                format!(
                    "`{}` needs {needed} of `{resource}`, of which there is never more than {most}",
                    task(*index)
                )
            }
            Self::Skill { task: index, skill, level, needed, have } => {
                let skill = problem.skills.get(*skill).map_or("?", |skill| &**skill);
                let have =
                    if *have == 0 { "nobody has it".to_owned() } else { format!("only {have} have it") };
                format!("`{}` needs {needed} with skill `{skill}` at level {level}; {have}", task(*index))
            }
            Self::People(index) => {
                format!("`{}` needs more different people at once than have its skills", task(*index))
            }
            Self::Waits { task: index, on } => {
                format!("`{}` waits for `{}`, which cannot be planned", task(*index), task(*on))
            }
            Self::NeverFree(index) => {
                format!("`{}` finds no time at which all it needs is there for long enough", task(*index))
            }
        }
    }
}

impl Problem {
    /// All that cannot be planned, and why; a task is named once, by the first fault found.
    pub fn faults(&self) -> Vec<Fault> {
        self.sound_tasks().1
    }

    /// Which tasks can be planned, and the faults of the others.
    pub(crate) fn sound_tasks(&self) -> (Vec<bool>, Vec<Fault>) {
        let mut faults: Vec<Option<Fault>> = Vec::new();
        let mut horizon = 0;
        for index in 0..self.tasks.len() {
            let fault = self.fault_of_task(index);
            // What cannot be planned takes no room from the rest.
            if fault.is_none() {
                horizon +=
                    self.tasks.get(index).map_or(0, |task| i64::from(task.duration.max(task.earliest)));
            }
            faults.push(fault.or((horizon > HORIZON).then_some(Fault::Time(index))));
        }
        let mut others = Vec::new();
        for (index, link) in self.links.iter().enumerate() {
            let (Some(_), Some(_)) = (self.tasks.get(link.before), self.tasks.get(link.after)) else {
                others.push(Fault::UnknownLink(index));
                continue;
            };
            let is_long = link.lag.unsigned_abs() > LONGEST.unsigned_abs();
            horizon += if is_long { 0 } else { i64::from(link.lag.unsigned_abs()) };
            if is_long || horizon > HORIZON {
                faults[link.after].get_or_insert(Fault::Time(link.after));
            }
        }
        for cycle in self.cycles() {
            for &task in cycle.get(1..).unwrap_or_default() {
                faults[task].get_or_insert(Fault::Waits { task, on: cycle[0] });
            }
            if let Some(&first) = cycle.first() {
                faults[first] = Some(Fault::Cycle(cycle));
            }
        }
        self.spread(&mut faults);
        let is_sound = faults.iter().map(Option::is_none).collect();
        (is_sound, faults.into_iter().flatten().chain(others).collect())
    }

    /// What is wrong with a task alone.
    fn fault_of_task(&self, index: usize) -> Option<Fault> {
        let task = self.tasks.get(index)?;
        let project = self.projects.get(task.project);
        let times = [task.duration, task.earliest, project.map_or(0, |project| project.earliest)];
        if times.iter().any(|time| !(0..=LONGEST).contains(time)) {
            return Some(Fault::Time(index));
        }
        let knows = project.is_some()
            && task.demands.iter().all(|demand| demand.resource < self.resources.len())
            && task.skills.iter().all(|demand| demand.skill < self.skills.len())
            && task.pinned.iter().chain(&task.preferred).all(|&person| person < self.people.len());
        if !knows {
            return Some(Fault::Unknown(index));
        }
        for (resource, declared) in self.resources.iter().enumerate() {
            let of_it = task.demands.iter().filter(|demand| demand.resource == resource);
            let needed = of_it.fold(0_u32, |sum, demand| sum.saturating_add(demand.amount));
            let changes = declared.changes.iter().map(|&(_, capacity)| capacity);
            let most = changes.fold(declared.capacity, u32::max);
            if needed > most {
                return Some(Fault::Capacity { task: index, resource, needed, most });
            }
        }
        self.fault_of_skills(index, task)
    }

    fn fault_of_skills(&self, index: usize, task: &Task) -> Option<Fault> {
        for demand in &task.skills {
            let have = self.people.iter().filter(|person| person.has(demand.skill, demand.level)).count();
            if have < demand.people as usize {
                let (skill, level, needed) = (demand.skill, demand.level, demand.people);
                return Some(Fault::Skill { task: index, skill, level, needed, have: have as u32 });
            }
        }
        let order: Vec<usize> = task.pinned.iter().copied().chain(0..self.people.len()).collect();
        let found = Matching::default().people(self, task, &order);
        found.is_none().then_some(Fault::People(index))
    }

    /// Circles of links, each as the tasks on it; after leaving out the first task of each, none is left
    /// that does not go through another of them.
    fn cycles(&self) -> Vec<Vec<usize>> {
        let mut successors = vec![Vec::new(); self.tasks.len()];
        for link in &self.links {
            if link.after < self.tasks.len() && link.before < self.tasks.len() {
                successors[link.before].push(link.after);
            }
        }
        // Depth first, without recursion: a chain of tasks may be longer than the stack.
        let mut cycles = Vec::new();
        let mut state = vec![State::New; self.tasks.len()];
        for root in 0..self.tasks.len() {
            let mut path = vec![(root, 0)];
            if state[root] != State::New {
                continue;
            }
            state[root] = State::Open;
            while let Some((task, next)) = path.last_mut() {
                let Some(&to) = successors[*task].get(*next) else {
                    state[*task] = State::Done;
                    path.pop();
                    continue;
                };
                *next += 1;
                match state[to] {
                    State::New => {
                        state[to] = State::Open;
                        path.push((to, 0));
                    }
                    State::Open => {
                        let on_it = path.iter().map(|&(task, _)| task).skip_while(|&task| task != to);
                        cycles.push(on_it.collect());
                    }
                    State::Done => {}
                }
            }
        }
        cycles
    }

    /// Marks what waits for a faulty task.
    fn spread(&self, faults: &mut [Option<Fault>]) {
        let mut successors = vec![Vec::new(); self.tasks.len()];
        for link in self.links.iter().filter(|link| link.after < faults.len() && link.before < faults.len()) {
            successors[link.before].push(link.after);
        }
        let mut open: Vec<usize> = (0..faults.len()).filter(|&task| faults[task].is_some()).collect();
        while let Some(on) = open.pop() {
            for &task in &successors[on] {
                if faults[task].is_none() {
                    faults[task] = Some(Fault::Waits { task, on });
                    open.push(task);
                }
            }
        }
    }

    /// The network of the tasks of a list; arcs from and to others are left out.
    pub(crate) fn network(&self, tasks: &[usize]) -> Option<Network> {
        let mut place = vec![None; self.tasks.len()];
        for (index, &task) in tasks.iter().enumerate() {
            place[task] = Some(index as u32);
        }
        let mut arcs = Vec::new();
        for link in &self.links {
            let ends = (place.get(link.before).copied().flatten(), place.get(link.after).copied().flatten());
            if let (Some(before), Some(after)) = ends {
                arcs.push((before, after, self.weight(link.before, link.after, link.kind, link.lag)));
            }
        }
        let head = tasks.iter().map(|&task| {
            let project = self.projects.get(self.tasks[task].project);
            self.tasks[task].earliest.max(project.map_or(0, |project| project.earliest))
        });
        let duration = tasks.iter().map(|&task| self.tasks[task].duration).collect();
        Network::new(duration, head.collect(), vec![0; tasks.len()], &arcs)
    }

    /// Least time from the start of one task to that of another, for their durations.
    fn weight(&self, before: usize, after: usize, kind: LinkKind, lag: Time) -> Time {
        match kind {
            LinkKind::FinishStart => self.tasks[before].duration + lag,
            LinkKind::StartStart => lag,
            LinkKind::FinishFinish => self.tasks[before].duration + lag - self.tasks[after].duration,
        }
    }
}

/// How far a search has gone into a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}
