//! What 10,000 runs of a portfolio cost in CPU time, under both policies.
//!
//! `cargo run --release -p qd-engines --example simulation [RUNS [TASKS [PEOPLE [THREADS]]]]`

#![allow(clippy::print_stdout, reason = "its output is what it is for")]

use std::time::Instant;

use qd_engines::{
    plan::{Link, LinkKind, Person, Problem, Project, Schedule, SkillDemand, Task, Time},
    simulation::{Estimate, Options, Policy, Work, compare, simulate},
};

fn main() {
    let numbers: Vec<usize> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let given = |place: usize, usual: usize| numbers.get(place).copied().unwrap_or(usual);
    let (problem, works) = portfolio(given(1, 500), given(2, 25));
    let options = Options {
        runs: given(0, 10_000),
        threads: given(3, 1),
        rates: vec![100.0; problem.people.len()],
        ..Options::default()
    };
    let dispatch = Policy::Dispatch(Vec::new());
    let fixed = Policy::FixedList(schedule(&problem));
    let late =
        works.iter().map(|work| Work { estimate: longer(&work.estimate), done: 0.0 }).collect::<Vec<_>>();
    println!("policy,seconds_cpu,p50,p80,p95,cost");
    let which = std::env::var("ONLY").unwrap_or_default();
    for (name, policy, works) in
        [("fixed", &fixed, &works), ("dispatch", &dispatch, &works), ("longer", &dispatch, &late)]
    {
        if !which.is_empty() && which != name {
            continue;
        }
        let mut forecasts = Vec::new();
        const TIMES: usize = 9;
        let mut least = f64::INFINITY;
        for _ in 0..TIMES {
            let cpu = cpu_seconds();
            forecasts = vec![simulate(&problem, works, policy, &options, &|| false)];
            least = least.min(cpu_seconds() - cpu);
        }
        let Some(forecast) = forecasts.pop() else { continue };
        let last =
            forecast.projects.iter().flatten().max_by(|one, two| {
                one.end.mean.partial_cmp(&two.end.mean).unwrap_or(std::cmp::Ordering::Equal)
            });
        let ends = last.map(|project| project.end.quantiles.clone()).unwrap_or_default();
        let text = format!("{forecast:?}");
        let hash = text.bytes().fold(7_u64, |hash, byte| hash.wrapping_mul(31).wrapping_add(u64::from(byte)));
        println!("{name},{least:.4},{ends:.2?},{:?} {hash:x}", forecast.cost);
    }
    if !which.is_empty() {
        return;
    }
    let clock = Instant::now();
    let before = simulate(&problem, &works, &dispatch, &options, &|| false);
    let after = simulate(&problem, &late, &dispatch, &options, &|| false);
    if let (Some(Some(before)), Some(Some(after))) = (before.projects.first(), after.projects.first()) {
        println!("{:?} in {:.3} s", compare(before, after, 0.8), clock.elapsed().as_secs_f64());
    }
}

/// What-if: the first project's tasks take a tenth longer.
fn longer(estimate: &Estimate) -> Estimate {
    match *estimate {
        Estimate::Points { low, likely, high } => {
            Estimate::Points { low, likely: likely * 1.1, high: high * 1.1 }
        }
        ref other => other.clone(),
    }
}

/// Twenty projects; each task has up to three before it in its project and needs a person of one of six
/// skills, one in eight two people.
fn portfolio(tasks: usize, people: usize) -> (Problem, Vec<Work>) {
    let mut state = 1_u64;
    let mut below = move |bound: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as usize) % bound.max(1)
    };
    let projects = 20;
    let mut problem = Problem {
        projects: (0..projects)
            .map(|one| Project {
                name: format!("project {one}"),
                due: Some(150),
                delay_cost: 10,
                ..Project::default()
            })
            .collect(),
        skills: (0..6).map(|skill| format!("skill {skill}")).collect(),
        people: (0..people)
            .map(|person| Person {
                name: format!("person {person}"),
                skills: (0..6)
                    .filter(|&skill| skill == person % 6 || below(4) == 0)
                    .map(|skill| (skill, 1))
                    .collect(),
                absences: vec![(10 + person as Time, 15 + person as Time)],
            })
            .collect(),
        ..Problem::default()
    };
    let mut works = Vec::new();
    for index in 0..tasks {
        let likely = 2 + below(9) as i32;
        let two = usize::from(below(8) == 0);
        let skill = below(6);
        let mut skills = vec![SkillDemand { skill, level: 1, people: 1 }];
        skills.extend((0..two).map(|_| SkillDemand { skill: (skill + 1) % 6, level: 1, people: 1 }));
        problem.tasks.push(Task {
            name: format!("task {index}"),
            project: index % projects,
            duration: likely,
            skills,
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

/// CPU time of this thread so far.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split_whitespace().next().and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0) / 1e9
}
