//! From a problem to a plan.

use super::{
    bounds,
    crew::CrewDecoder,
    decoder::{Individual, Objective, Side, Value},
    faults::Fault,
    islands::{Search, search},
    network::Network,
    packed::{MOST, PackedDecoder},
    problem::{Problem, Schedule, Time},
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
    /// What the plan is to be good at: the first before the second.
    pub objectives: [Objective; 2],
}

impl Default for Options {
    fn default() -> Self {
        let objectives = [Objective::DelayCost, Objective::Makespan];
        Self { seed: 1, schedules: Some(20_000), islands: 1, threads: 1, objectives }
    }
}

/// A plan, and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// When each task runs and who does it.
    pub schedule: Schedule,
    /// What could not be planned, and why.
    pub faults: Vec<Fault>,
    /// No schedule of the planned tasks is shorter.
    pub bound: Time,
    /// Schedules made to find it.
    pub schedules: u64,
}

impl Plan {
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
    let mut schedule =
        Schedule { start: vec![None; count], end: vec![None; count], people: vec![Vec::new(); count] };
    let network = problem.network(&tasks).unwrap_or_default();
    let bound = bound(problem, &tasks, &network);
    let schedules = match Plain::of(problem, &tasks, options.objectives) {
        Some(plain) => plain.plan(&network, options, bound, is_over, &tasks, &mut schedule),
        None => {
            let mut decoder = CrewDecoder::new(problem, &tasks, network, options.objectives);
            let (best, schedules) = search(&decoder, options.search(), enough(options, bound), is_over);
            if let Some(best) = best {
                let made = super::decoder::Decoder::decode(&mut decoder, best.side, &best.list);
                decoder.write(&made, &mut schedule);
            }
            schedules
        }
    };
    faults.extend(
        tasks.iter().filter(|&&task| schedule.start[task].is_none()).map(|&task| Fault::NeverFree(task)),
    );
    Plan { schedule, faults, bound, schedules }
}

impl Options {
    fn search(&self) -> Search {
        let Self { seed, schedules, islands, threads, .. } = *self;
        Search { seed, schedules, islands, threads }
    }
}

/// Whether a value cannot be bettered.
fn enough(options: &Options, bound: Time) -> impl Fn(&Value) -> bool + Sync + use<> {
    let least = options.objectives.map(|objective| match objective {
        Objective::Makespan => u64::from(bound.unsigned_abs()),
        Objective::DelayCost => 0,
    });
    move |value| {
        value.unplanned == 0 && value.objectives.iter().zip(&least).all(|(value, least)| value <= least)
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

fn demand(problem: &Problem, task: usize, resource: usize) -> u32 {
    let demands = problem.tasks[task].demands.iter().filter(|demand| demand.resource == resource);
    demands.fold(0, |sum, demand| sum.saturating_add(demand.amount))
}

/// A problem without people, whose resources are the same at all times.
pub(crate) struct Plain {
    pub(crate) demands: Vec<Vec<u32>>,
    pub(crate) capacity: Vec<u32>,
}

impl Plain {
    pub(crate) fn of(problem: &Problem, tasks: &[usize], objectives: [Objective; 2]) -> Option<Self> {
        let is_dated = objectives.contains(&Objective::DelayCost)
            && (problem.projects.iter().any(|project| project.due.is_some())
                || tasks.iter().any(|&task| problem.tasks[task].due.is_some()));
        let is_plain = problem.resources.len() <= 32
            && problem.resources.iter().all(|one| one.changes.is_empty() && one.capacity <= MOST)
            && tasks.iter().all(|&task| {
                let task = &problem.tasks[task];
                task.skills.iter().all(|demand| demand.people == 0) && task.pinned.is_empty()
            });
        let demands =
            |&task: &usize| (0..problem.resources.len()).map(|one| demand(problem, task, one)).collect();
        (is_plain && !is_dated).then(|| Self {
            demands: tasks.iter().map(demands).collect(),
            capacity: problem.resources.iter().map(|resource| resource.capacity).collect(),
        })
    }

    fn plan(
        &self,
        network: &Network,
        options: &Options,
        bound: Time,
        is_over: &(dyn Fn() -> bool + Sync),
        tasks: &[usize],
        schedule: &mut Schedule,
    ) -> u64 {
        let enough = |value: &Value| value.objectives[0] <= u64::from(bound.unsigned_abs());
        let search_on = options.search();
        let (demands, capacity) = (&self.demands, &self.capacity);
        let (best, schedules) = match capacity.len().div_ceil(4) {
            0..=1 => search(
                &PackedDecoder::<1>::new(network.clone(), demands, capacity),
                search_on,
                enough,
                is_over,
            ),
            2 => search(
                &PackedDecoder::<2>::new(network.clone(), demands, capacity),
                search_on,
                enough,
                is_over,
            ),
            3..=4 => search(
                &PackedDecoder::<4>::new(network.clone(), demands, capacity),
                search_on,
                enough,
                is_over,
            ),
            _ => search(
                &PackedDecoder::<8>::new(network.clone(), demands, capacity),
                search_on,
                enough,
                is_over,
            ),
        };
        if let Some(best) = best {
            write(network, &best, tasks, schedule);
        }
        schedules
    }
}

/// Writes a schedule as if made from the beginning on.
fn write(network: &Network, made: &Individual, tasks: &[usize], schedule: &mut Schedule) {
    for (index, &task) in tasks.iter().enumerate() {
        let (start, duration) = (made.start[index], network.duration[index]);
        let start = if made.side == Side::Backward { made.end - start - duration } else { start };
        schedule.start[task] = Some(start);
        schedule.end[task] = Some(start + duration);
    }
}
