//! What simulations and large plans cost in CPU time, on portfolios made up for it.
//!
//! One line a measure, as comma-separated values; each is taken several times and the least counts, since
//! other work on a machine only adds to it.

use std::time::Instant;

use anyhow::{Context, ensure};
use qd_engines::{
    plan::{
        self, Link, LinkKind, Options as PlanOptions, Person, Problem, Project, Schedule, SkillDemand, Task,
        Time,
    },
    simulation::{Estimate, Options, Policy, Work, simulate},
};

/// The columns. `amount` is how many runs or schedules were made; `end` the 80% point of the last
/// project's end, or when the last task of the schedule ends.
pub(crate) const HEAD: &str = "measure,tasks,people,amount,seconds_cpu,end";

/// What is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// Runs of each simulation.
    pub(crate) runs: usize,
    /// Tasks and people of the simulated portfolio.
    pub(crate) simulated: (usize, usize),
    /// Tasks and people of the planned one.
    pub(crate) planned: (usize, usize),
    /// How often each is measured.
    pub(crate) times: usize,
}

/// Both policies, and the first schedule of a large plan.
pub(crate) fn lines(size: Size) -> anyhow::Result<Vec<String>> {
    let (tasks, people) = size.simulated;
    let (problem, works) = portfolio(tasks, people);
    let policies = [
        ("simulation of a fixed list", Policy::FixedList(schedule(&problem))),
        ("simulation with dispatching", Policy::Dispatch(Vec::new())),
    ];
    let rates = vec![100.0; problem.people.len()];
    let options = Options { runs: size.runs, rates, quantiles: vec![0.5, 0.8, 0.95], ..Options::default() };
    let mut lines = Vec::new();
    for (name, policy) in policies {
        let (seconds, forecast) =
            least(size.times, || simulate(&problem, &works, &policy, &options, &|| false))?;
        ensure!(forecast.omissions.is_empty(), "{name}: tasks are left out");
        let ends = forecast.projects.iter().flatten().filter_map(|project| project.quantile(0.8));
        let end = ends.fold(0.0, f64::max);
        lines.push(format!("{name},{tasks},{people},{},{seconds:.3},{end:.1}", forecast.runs));
    }
    lines.push(first_schedule(size)?);
    Ok(lines)
}

/// The first schedule of a large plan, held against all that was declared.
fn first_schedule(size: Size) -> anyhow::Result<String> {
    let (tasks, people) = size.planned;
    let (problem, _) = portfolio(tasks, people);
    let options = PlanOptions { schedules: Some(1), ..PlanOptions::default() };
    let (seconds, made) = least(size.times, || plan::plan(&problem, &options, &|| false))?;
    ensure!(made.faults.is_empty(), "the first schedule leaves tasks out");
    ensure!(plan::check(&problem, &made.schedule).is_empty(), "the checker found violations");
    let end = made.schedule.makespan();
    Ok(format!("first schedule,{tasks},{people},{},{seconds:.3},{end}", made.schedules))
}

/// The least CPU time of several times, and what came of the last.
fn least<Made>(times: usize, mut make: impl FnMut() -> Made) -> anyhow::Result<(f64, Made)> {
    let mut least = f64::INFINITY;
    let mut last = None;
    for _ in 0..times {
        let (cpu, clock) = (cpu_seconds(), Instant::now());
        last = Some(make());
        let clock = clock.elapsed().as_secs_f64();
        least = least.min(cpu.zip(cpu_seconds()).map_or(clock, |(before, after)| after - before));
    }
    Ok((least, last.context("nothing is measured 0 times")?))
}

/// CPU time of this thread so far, where the system tells it in /proc.
pub(crate) fn cpu_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: f64 = text.split_whitespace().next()?.parse().ok()?;
    Some(nanoseconds / 1e9)
}

/// Projects of 25 tasks, each with a date; a task has up to three before it in its project and needs a
/// person of one of six skills or more, one in eight two people, who are away for a week.
fn portfolio(tasks: usize, people: usize) -> (Problem, Vec<Work>) {
    let mut state = 1_u64;
    let mut below = move |bound: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as usize) % bound.max(1)
    };
    let (projects, skills) = (tasks.div_ceil(25).max(1), 6 + people / 50);
    let mut problem = Problem {
        projects: (0..projects)
            .map(|one| Project {
                name: format!("project {one}"),
                due: Some(150),
                delay_cost: 10,
                ..Project::default()
            })
            .collect(),
        skills: (0..skills).map(|skill| format!("skill {skill}")).collect(),
        people: (0..people)
            .map(|person| Person {
                name: format!("person {person}"),
                skills: (0..skills)
                    .filter(|&skill| skill == person % skills || below(4) == 0)
                    .map(|skill| (skill, 1))
                    .collect(),
                absences: vec![(10 + (person % 100) as Time, 15 + (person % 100) as Time)],
            })
            .collect(),
        ..Problem::default()
    };
    let mut works = Vec::new();
    for index in 0..tasks {
        let likely = 2 + below(9) as i32;
        let two = usize::from(below(8) == 0);
        let skill = below(skills);
        let mut needed = vec![SkillDemand { skill, level: 1, people: 1 }];
        needed.extend((0..two).map(|_| SkillDemand { skill: (skill + 1) % skills, level: 1, people: 1 }));
        problem.tasks.push(Task {
            name: format!("task {index}"),
            project: index % projects,
            duration: likely,
            skills: needed,
            ..Task::default()
        });
        for _ in 0..below(4) {
            let before = index as i64 - (projects * (1 + below(6))) as i64;
            if let Ok(before) = usize::try_from(before) {
                problem.links.push(Link { before, after: index, kind: LinkKind::FinishStart, lag: 0 });
            }
        }
        let likely = f64::from(likely);
        let estimate = Estimate::Points { low: likely * 0.7, likely, high: likely * 2.0 };
        works.push(Work { estimate, done: 0.0 });
    }
    (problem, works)
}

/// A plain schedule: each task as soon as it can, by those who are free first.
fn schedule(problem: &Problem) -> Schedule {
    let mut free = vec![0; problem.people.len()];
    let mut schedule = Schedule {
        start: vec![None; problem.tasks.len()],
        end: vec![None; problem.tasks.len()],
        people: vec![Vec::new(); problem.tasks.len()],
        ..Schedule::default()
    };
    for (index, task) in problem.tasks.iter().enumerate() {
        let links = problem.links.iter().filter(|link| link.after == index);
        let mut start = links.filter_map(|link| schedule.end[link.before]).max().unwrap_or(0);
        let mut crew = Vec::new();
        for demand in &task.skills {
            let able = (0..free.len()).filter(|&person| problem.people[person].has(demand.skill, 1));
            let Some(person) = able
                .filter(|&person| crew.iter().all(|&(other, _)| other != person))
                .min_by_key(|&person| free[person])
            else {
                continue;
            };
            start = start.max(free[person]);
            crew.push((person, Some(demand.skill)));
        }
        crew.iter().for_each(|&(person, _)| free[person] = start + task.duration);
        (schedule.start[index], schedule.end[index]) = (Some(start), Some(start + task.duration));
        schedule.people[index] = crew;
    }
    schedule
}
