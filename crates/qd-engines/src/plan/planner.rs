//! From a problem to a plan.

use std::collections::HashMap;

use super::{
    bounds,
    crew::CrewDecoder,
    decoder::{Aim, Value},
    faults::Fault,
    interrupt::interrupt,
    islands::{Search, search},
    levelling::level,
    network::Network,
    objective::{Objective, Objectives},
    plain::{Plain, demand},
    pressing,
    problem::{Problem, Schedule, Time},
    urgency::urgencies,
};

/// How to plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Another seed gives another plan, the same one the same, on any machine.
    pub seed: u64,
    /// Schedules to make; none for as many as there is time for.
    pub schedules: Option<u64>,
    /// Searches that run beside each other. The plan depends on it.
    pub islands: usize,
    /// Threads they run on. The plan does not depend on it.
    pub threads: usize,
    /// Conflicts that the exact partner may run into, where it can take part; 0 leaves it out.
    pub conflicts: u64,
    /// What the plan is to be good at: the first before the second, and so on.
    pub objectives: Objectives,
    /// Units of time in a week, for the objectives that speak of weeks.
    pub week: Time,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 1,
            schedules: Some(20_000),
            islands: 1,
            threads: 1,
            conflicts: 10_000,
            objectives: [Objective::DelayCost, Objective::Makespan].into(),
            week: 5,
        }
    }
}

/// A plan, and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// When each task runs and who does it.
    pub schedule: Schedule,
    /// What could not be planned, and why.
    pub faults: Vec<Fault>,
    /// No schedule of the planned tasks is shorter; the exact partner may have raised it.
    pub bound: Time,
    /// Schedules made to find it.
    pub schedules: u64,
}

impl Plan {
    /// The first reason why a task is not planned, by the task.
    pub fn faults_by_task(&self) -> HashMap<usize, &Fault> {
        let each = self.faults.iter().flat_map(|fault| fault.tasks().iter().map(move |task| (*task, fault)));
        // Of several the last that is put in stays.
        each.rev().collect()
    }

    /// Whether no plan of the same tasks ends earlier.
    pub fn is_shortest(&self) -> bool {
        self.schedule.makespan() <= self.bound
    }
}

/// Plans all that can be planned. `is_over` is asked often; once it says so, the best so far is returned.
pub fn plan(problem: &Problem, options: &Options, is_over: &(dyn Fn() -> bool + Sync)) -> Plan {
    let (is_sound, mut faults) = problem.sound_tasks();
    let tasks: Vec<usize> = (0..is_sound.len()).filter(|&task| is_sound[task]).collect();
    let count = problem.tasks.len();
    let mut schedule = Schedule {
        start: vec![None; count],
        end: vec![None; count],
        people: vec![Vec::new(); count],
        pauses: Vec::new(),
    };
    let network = problem.network(&tasks).unwrap_or_default();
    let bound = bound(problem, &tasks, &network);
    let aims = options.objectives.aims();
    let urgencies = urgencies(problem, &tasks, &network, aims);
    let (bound, schedules) = match Plain::of(problem, &tasks, aims) {
        Some(plain) => {
            let found = plain.plan(&network, &urgencies, options, bound, is_over);
            write(&found.start, &network.duration, &tasks, &mut schedule);
            (found.bound, found.schedules)
        }
        None => {
            let pressing = pressing::least(problem, &tasks, &network);
            let mut decoder = CrewDecoder::new(problem, &tasks, network, aims);
            let (best, schedules) =
                search(&decoder, &urgencies, options.search(), enough(options, bound, pressing), is_over);
            let mut more = 0;
            if let Some(best) = best {
                let made;
                (made, more) =
                    interrupt(&mut decoder, &best, (problem, &tasks), (options, schedules), is_over);
                decoder.write(&made, &mut schedule);
            }
            (bound, schedules + more)
        }
    };
    if options.objectives.are_of_weeks() {
        level(problem, &mut schedule, options, is_over);
    }
    faults.extend(
        tasks.iter().filter(|&&task| schedule.start[task].is_none()).map(|&task| Fault::NeverFree(task)),
    );
    Plan { schedule, faults, bound, schedules }
}

impl Options {
    pub(crate) fn search(&self) -> Search {
        let Self { seed, schedules, islands, threads, .. } = *self;
        Search { seed, schedules, islands, threads }
    }
}

/// Whether a value cannot be bettered.
fn enough(options: &Options, bound: Time, pressing: u64) -> impl Fn(&Value) -> bool + Sync + use<> {
    let least = options.objectives.aims().map(|aim| match aim {
        Aim::Makespan => u64::from(bound.unsigned_abs()),
        Aim::DelayCost => 0,
    });
    move |value| {
        value.unplanned == 0
            && value.pressing <= pressing
            && value.objectives.iter().zip(&least).all(|(value, least)| value <= least)
    }
}

/// The best bound that is cheap.
fn bound(problem: &Problem, tasks: &[usize], network: &Network) -> Time {
    let mut bound = bounds::critical_path(network);
    for (index, resource) in problem.resources.iter().enumerate() {
        let most = resource.changes.iter().map(|&(_, capacity)| capacity).fold(resource.capacity, u32::max);
        let used: Vec<u32> = tasks.iter().map(|&task| demand(problem, task, index)).collect();
        bound = bound.max(bounds::energy(network, &used, most));
    }
    for skill in 0..problem.skills.len() {
        let mut levels: Vec<u32> = tasks
            .iter()
            .flat_map(|&task| &problem.tasks[task].skills)
            .filter(|demand| demand.skill == skill)
            .map(|demand| demand.level)
            .collect();
        levels.sort_unstable();
        levels.dedup();
        for level in levels {
            let able = problem.people.iter().filter(|person| person.has(skill, level)).count();
            let people = |&task: &usize| {
                let demands = problem.tasks[task].skills.iter();
                demands.filter(|one| one.skill == skill && one.level >= level).map(|one| one.people).sum()
            };
            let used: Vec<u32> = tasks.iter().map(people).collect();
            bound = bound.max(bounds::energy(network, &used, able as u32));
        }
    }
    let people = |&task: &usize| problem.tasks[task].skills.iter().map(|one| one.people).sum();
    let used: Vec<u32> = tasks.iter().map(people).collect();
    bound.max(bounds::energy(network, &used, problem.people.len() as u32))
}

/// Writes start times into a schedule.
fn write(start: &[Time], duration: &[Time], tasks: &[usize], schedule: &mut Schedule) {
    for ((&task, &start), duration) in tasks.iter().zip(start).zip(duration) {
        schedule.start[task] = Some(start);
        schedule.end[task] = Some(start + duration);
    }
}
