//! A finished schedule made better at what only a finished schedule tells: even weeks, and people who
//! stay with a project.
//!
//! Local search over floats and assignments: a task is moved within what its links leave it, done by
//! somebody else, or two tasks change hands. A step is taken only if it makes the declared objectives
//! better in their order, so nothing that ranks above is ever given up; and the schedule never becomes
//! longer.

mod steps;

use super::{
    agenda::{Agenda, stretches},
    faults::LONGEST,
    objective::{Objective, Objectives, Weeks},
    plain::demand,
    planner::Options,
    problem::{LinkKind, Problem, Schedule, Time},
    random::Random,
};

/// Passes over all tasks, and steps that are tried in all of them: a second, about.
const PASSES: usize = 20;
const TRIALS: usize = 400_000;

type Crew = Vec<(usize, Option<usize>)>;

/// A task, when it starts and who does it.
type Step = (usize, Time, Crew);

/// Makes a schedule better at the objectives.
pub(crate) fn level(
    problem: &Problem,
    schedule: &mut Schedule,
    options: &Options,
    is_over: &(dyn Fn() -> bool + Sync),
) {
    let manned = |&task: &usize| !schedule.people[task].is_empty();
    let mut tasks: Vec<usize> = (0..problem.tasks.len()).filter(manned).collect();
    let mut levelling = Levelling::of(problem, schedule.clone(), options);
    let mut random = Random::new(options.seed, u64::MAX);
    let mut trials = 0;
    for pass in 0..PASSES {
        for last in (1..tasks.len()).rev() {
            tasks.swap(last, random.below(last + 1));
        }
        let mut is_better = false;
        for &task in &tasks {
            for steps in levelling.steps(task) {
                trials += 1;
                is_better |= levelling.attempt(&steps);
            }
            // Where the search has used up the time, one pass is made all the same.
            if trials > TRIALS || pass > 0 && is_over() {
                break;
            }
        }
        if !is_better || trials > TRIALS || is_over() {
            break;
        }
    }
    *schedule = levelling.schedule;
}

/// A schedule, and all that is needed to change it and to know at once what that is worth.
struct Levelling<'problem> {
    problem: &'problem Problem,
    objectives: Objectives,
    schedule: Schedule,
    /// Places of the links that hold each task or that it holds.
    links: Vec<Vec<usize>>,
    of_project: Vec<Vec<usize>>,
    demands: Vec<Vec<(usize, i64)>>,
    agendas: Vec<Agenda>,
    /// The tasks of each person.
    duties: Vec<Vec<usize>>,
    /// What is free of each resource, by time and resource.
    free: Vec<i64>,
    weeks: Weeks,
    week: Time,
    /// Tasks that are put down, and what they are put down for: these stay where they are.
    is_fixed: Vec<bool>,
    /// No task ends behind it.
    end: Time,
    delay_cost: Vec<u64>,
    project_end: Vec<Time>,
    value: [u64; 4],
}

/// Tasks with pauses, and those that somebody does in a pause of theirs.
fn fixed(schedule: &Schedule) -> Vec<bool> {
    let mut is_fixed = vec![false; schedule.start.len()];
    for (task, pauses) in schedule.pauses.iter().enumerate().filter(|(_, pauses)| !pauses.is_empty()) {
        let is_there = |other: usize, &(person, _): &(usize, Option<usize>)| {
            schedule.people[other].iter().any(|one| one.0 == person)
        };
        for (other, is_fixed) in is_fixed.iter_mut().enumerate() {
            let times = schedule.start[other].zip(schedule.end[other]);
            let is_amid = times.is_some_and(|(start, end)| {
                pauses.iter().any(|&(down, up)| start < up && down < end)
                    && schedule.people[task].iter().any(|one| is_there(other, one))
            });
            *is_fixed |= other == task || is_amid;
        }
    }
    is_fixed
}

impl<'problem> Levelling<'problem> {
    fn of(problem: &'problem Problem, schedule: Schedule, options: &Options) -> Self {
        let (objectives, week) = (options.objectives, options.week);
        let agendas: Vec<Agenda> = problem.people.iter().map(Agenda::of).collect();
        let end = schedule.makespan();
        let mut links = vec![Vec::new(); problem.tasks.len()];
        for (place, link) in problem.links.iter().enumerate() {
            for task in [link.before, link.after] {
                if let Some(links) = links.get_mut(task) {
                    links.push(place);
                }
            }
        }
        let mut of_project = vec![Vec::new(); problem.projects.len()];
        let placed = |task: &usize| schedule.start[*task].is_some();
        for task in (0..problem.tasks.len()).filter(placed) {
            of_project[problem.tasks[task].project].push(task);
        }
        let resources = 0..problem.resources.len();
        let demands = |task: usize| {
            let amounts = resources.clone().map(|one| (one, i64::from(demand(problem, task, one))));
            amounts.filter(|one| one.1 > 0).collect()
        };
        let stock = |time: Time| {
            problem.resources.iter().map(move |resource| {
                let last =
                    resource.changes.iter().filter(|change| change.0 <= time).max_by_key(|change| change.0);
                i64::from(last.map_or(resource.capacity, |change| change.1))
            })
        };
        let mut levelling = Self {
            problem,
            objectives,
            links,
            demands: (0..problem.tasks.len()).map(demands).collect(),
            free: if problem.resources.is_empty() { Vec::new() } else { (0..end).flat_map(stock).collect() },
            weeks: Weeks::of(week),
            duties: vec![Vec::new(); agendas.len()],
            agendas,
            week: week.clamp(1, LONGEST),
            is_fixed: fixed(&schedule),
            end,
            delay_cost: vec![0; problem.projects.len()],
            project_end: vec![0; problem.projects.len()],
            value: [0; 4],
            schedule,
            of_project,
        };
        for task in 0..levelling.problem.tasks.len() {
            levelling.note(task, true);
        }
        (0..levelling.problem.projects.len()).for_each(|project| levelling.know_project(project));
        levelling.value = levelling.reckon();
        levelling
    }

    /// Enters a task that is planned into what is taken, or takes it out.
    fn note(&mut self, task: usize, is_in: bool) {
        let (Some(start), Some(end)) = (self.schedule.start[task], self.schedule.end[task]) else { return };
        let resources = self.problem.resources.len();
        for &(resource, amount) in &self.demands[task] {
            for time in start..end {
                let free = &mut self.free[time as usize * resources + resource];
                *free += if is_in { -amount } else { amount };
            }
        }
        let crew = &self.schedule.people[task];
        let parts = self.schedule.parts(task);
        let worked = parts.iter().flat_map(|&part| stretches(&self.agendas, crew, part, Time::MAX));
        let worked: Vec<(Time, Time)> = worked.collect();
        for &(person, _) in crew {
            let agenda = &mut self.agendas[person];
            self.weeks.work((person, agenda), self.problem.tasks[task].project, &worked, is_in);
            if is_in {
                parts.iter().for_each(|&(start, end)| agenda.take(start, end));
                self.duties[person].push(task);
            } else {
                parts.iter().for_each(|&(start, end)| agenda.give_back(start, end));
                self.duties[person].retain(|&other| other != task);
            }
        }
    }

    /// When the last task of a project ends, and what its delays cost.
    fn know_project(&mut self, project: usize) {
        let late = |end: Time, due: Option<Time>, cost: u32| {
            u64::from(due.map_or(0, |due| end.saturating_sub(due).max(0).unsigned_abs())) * u64::from(cost)
        };
        let (mut last, mut cost) = (0, 0);
        for &task in &self.of_project[project] {
            let (end, declared) = (self.schedule.end[task].unwrap_or(0), &self.problem.tasks[task]);
            last = last.max(end);
            cost += late(end, declared.due, declared.delay_cost);
        }
        let declared = &self.problem.projects[project];
        self.delay_cost[project] = cost + late(last, declared.due, declared.delay_cost);
        self.project_end[project] = last;
    }

    /// What the schedule is worth, by the declared objectives.
    fn reckon(&self) -> [u64; 4] {
        let mut value = [0; 4];
        for (value, objective) in value.iter_mut().zip(self.objectives.as_slice()) {
            *value = match objective {
                Objective::Makespan => {
                    self.project_end.iter().map(|end| u64::from(end.unsigned_abs())).max().unwrap_or(0)
                }
                Objective::DelayCost => self.delay_cost.iter().sum(),
                Objective::LevelledLoad => self.weeks.load,
                Objective::TeamStability => self.weeks.switches,
            };
        }
        value
    }

    /// Takes some steps together if all is kept to and the schedule is better for it.
    fn attempt(&mut self, steps: &[Step]) -> bool {
        let old: Vec<Step> = steps
            .iter()
            .filter_map(|&(task, ..)| {
                Some((task, self.schedule.start[task]?, self.schedule.people[task].clone()))
            })
            .collect();
        let ends: Vec<Option<Time>> = old.iter().map(|&(task, ..)| self.schedule.end[task]).collect();
        for &(task, ..) in &old {
            self.note(task, false);
            (self.schedule.start[task], self.schedule.end[task]) = (None, None);
        }
        let mut is_kept = old.len() == steps.len();
        for (task, start, crew) in steps {
            let end = if is_kept { self.fits(*task, *start, crew) } else { None };
            is_kept = end.is_some();
            if is_kept {
                self.put((*task, *start, crew.clone()), end);
            }
        }
        if is_kept {
            self.know_projects(steps);
            let value = self.reckon();
            if value < self.value {
                self.value = value;
                return true;
            }
        }
        for &(task, ..) in steps {
            self.note(task, false);
            (self.schedule.start[task], self.schedule.end[task]) = (None, None);
        }
        for (step, end) in old.into_iter().zip(ends) {
            self.put(step, end);
        }
        self.know_projects(steps);
        false
    }

    fn know_projects(&mut self, steps: &[Step]) {
        steps.iter().for_each(|&(task, ..)| self.know_project(self.problem.tasks[task].project));
    }

    fn put(&mut self, (task, start, crew): Step, end: Option<Time>) {
        (self.schedule.start[task], self.schedule.end[task]) = (Some(start), end);
        self.schedule.people[task] = crew;
        self.note(task, true);
    }

    /// When a task ends that starts at a time with a crew; none where it cannot.
    fn fits(&self, index: usize, start: Time, crew: &Crew) -> Option<Time> {
        let task = &self.problem.tasks[index];
        if start < task.earliest.max(self.problem.projects[task.project].earliest).max(0) {
            return None;
        }
        let worked = stretches(&self.agendas, crew, (start, self.end), task.duration);
        let end = worked.last().map_or(start, |last| last.1);
        let done: Time = worked.iter().map(|(from, until)| until - from).sum();
        let resources = self.problem.resources.len();
        let is_there = |&(person, _): &(usize, _)| {
            let agenda = &self.agendas[person];
            agenda.is_idle(start, end) && (start == end || agenda.absence(start).0 > start)
        };
        let is_stocked = |&(resource, amount): &(usize, i64)| {
            (start..end).all(|time| self.free[time as usize * resources + resource] >= amount)
        };
        let is_fine = done == task.duration
            && end <= self.end
            && crew.iter().all(is_there)
            && self.demands[index].iter().all(is_stocked)
            && self.waits(index, start, end);
        is_fine.then_some(end)
    }

    /// Whether all links of a task hold.
    fn waits(&self, index: usize, start: Time, end: Time) -> bool {
        let times = |task: usize| {
            if task == index {
                return Some((start, end));
            }
            self.schedule
                .start
                .get(task)
                .copied()
                .flatten()
                .zip(self.schedule.end.get(task).copied().flatten())
        };
        self.links[index].iter().map(|&place| &self.problem.links[place]).all(|link| {
            let (Some(before), Some(after)) = (times(link.before), times(link.after)) else { return true };
            match link.kind {
                LinkKind::FinishStart => before.1 + link.lag <= after.0,
                LinkKind::StartStart => before.0 + link.lag <= after.0,
                LinkKind::FinishFinish => before.1 + link.lag <= after.1,
            }
        })
    }
}
