//! What the simulation must do, on small plans.

use proptest::prelude::*;

use super::{
    dispatch::Dispatcher,
    model::{Block, Model, sound},
    needs::Needs,
    network::Network,
    normal::LANES,
    reference,
    runs::{Rows, Runner},
    *,
};
use crate::plan::{
    Demand, Fault, Interruption, Link, LinkKind, Person, Project, Resource, SkillDemand, Task, Time,
};

fn task(name: &str, duration: Time, skill: usize) -> Task {
    let skills = vec![SkillDemand { skill, level: 1, people: 1 }];
    Task { name: name.to_owned(), duration, skills, ..Task::default() }
}

fn person(name: &str, skills: &[usize]) -> Person {
    let skills = skills.iter().map(|&skill| (skill, 1)).collect();
    Person { name: name.to_owned(), skills, ..Person::default() }
}

fn after(before: usize, after: usize) -> Link {
    Link { before, after, kind: LinkKind::FinishStart, lag: 0 }
}

/// Two projects; the second waits for the first's only developer.
fn harbour() -> Problem {
    Problem {
        projects: vec![
            Project { name: "Atlas".to_owned(), due: Some(8), delay_cost: 10, ..Project::default() },
            Project { name: "Borealis".to_owned(), due: Some(9), delay_cost: 5, ..Project::default() },
        ],
        tasks: vec![
            task("design", 3, 0),
            task("build", 5, 1),
            Task { project: 1, ..task("extend", 4, 1) },
            Task { project: 1, name: "launch".to_owned(), ..Task::default() },
        ],
        links: vec![after(0, 1), after(2, 3)],
        skills: vec!["design".to_owned(), "backend".to_owned()],
        people: vec![person("ada", &[0]), person("grace", &[1])],
        ..Problem::default()
    }
}

fn uncertain(problem: &Problem) -> Vec<Work> {
    let of = |task: &Task| {
        let likely = f64::from(task.duration);
        Work { estimate: Estimate::Points { low: likely * 0.7, likely, high: likely * 1.8 }, done: 0.0 }
    };
    problem.tasks.iter().map(of).collect()
}

fn few(runs: usize) -> Options {
    Options { runs, ..Options::default() }
}

fn dispatch(problem: &Problem, works: &[Work], options: &Options) -> Forecast {
    simulate(problem, works, &Policy::Dispatch(Vec::new()), options, &|| false)
}

#[test]
fn a_certain_plan_has_one_outcome() {
    let problem = harbour();
    let options = Options { rates: vec![100.0, 50.0], ..few(40) };
    let list = Policy::Dispatch(vec![1, 2]);
    let forecast = simulate(&problem, &[], &list, &options, &|| false);
    // The developer is free at first and takes `extend`, though `build` comes first on the list.
    let ends: Vec<f64> = forecast.tasks.iter().flatten().map(|task| task.end.quantiles[1].unwrap()).collect();
    assert_eq!(ends, [3.0, 9.0, 4.0, 4.0]);
    let atlas = forecast.projects[0].as_ref().unwrap();
    assert_eq!((atlas.end.kept, atlas.end.delay_cost, atlas.cost), (Some(0.0), Some(10.0), Some(550.0)));
    assert_eq!((forecast.delay_cost, forecast.cost), (Some(10.0), Some(750.0)));
    // Atlas hung on `extend` and on the developer, one unit; `design` did not matter.
    let critical: Vec<f64> = forecast.tasks.iter().flatten().map(|task| task.critical).collect();
    assert_eq!(critical, [0.0, 1.0, 1.0, 1.0]);
    let grace = forecast.people[1].as_ref().unwrap();
    assert_eq!((grace.critical, &*grace.projects, grace.waited), (1.0, &[1.0, 0.0][..], 1.0));
    assert_eq!(forecast.skills[1].as_ref().unwrap().critical, 1.0);
    assert_eq!(forecast.people[0].as_ref().unwrap().critical, 0.0);
    assert!(forecast.omissions.is_empty());
}

#[test]
fn a_given_order_is_kept() {
    let problem = harbour();
    let schedule = Schedule {
        start: vec![Some(0), Some(3), Some(8), Some(12)],
        end: vec![Some(3), Some(8), Some(12), Some(12)],
        people: vec![vec![(0, Some(0))], vec![(1, Some(1))], vec![(1, Some(1))], Vec::new()],
        ..Schedule::default()
    };
    let forecast = simulate(&problem, &[], &Policy::FixedList(schedule.clone()), &few(20), &|| false);
    let ends: Vec<f64> = forecast.tasks.iter().flatten().map(|task| task.end.mean.unwrap()).collect();
    assert_eq!(ends, [3.0, 8.0, 12.0, 12.0]);
    let grace = forecast.people[1].as_ref().unwrap();
    assert_eq!((grace.critical, &*grace.projects, grace.waited), (1.0, &[0.0, 1.0][..], 8.0));
    // An order that goes against the links cannot be kept.
    let mut wrong = schedule;
    (wrong.start[3], wrong.end[3]) = (Some(0), Some(0));
    wrong.people[3] = vec![(1, None)];
    let forecast = simulate(&problem, &[], &Policy::FixedList(wrong.clone()), &few(20), &|| false);
    let left_out: Vec<&Omission> = forecast.omissions.iter().collect();
    assert_eq!(left_out, [&Omission::Order(3), &Omission::Order(1), &Omission::Order(2)]);
    assert_eq!(forecast.projects[0].as_ref().unwrap().end.mean, Some(3.0));
    // A task without people is not guessed at.
    wrong.people[1].clear();
    let forecast = simulate(&problem, &[], &Policy::FixedList(wrong), &few(20), &|| false);
    assert!(forecast.omissions.contains(&Omission::Unscheduled(1)));
}

/// The plan puts `extend` down for `launch`, which somebody else makes possible in time or not.
#[test]
fn a_task_is_put_down_where_the_plan_does_so() {
    let mut problem = harbour();
    problem.interruption = Some(Interruption { day: 4, cost: 1 });
    problem.tasks[2].duration = 40;
    problem.tasks[1].duration = 8;
    problem.links = vec![after(0, 1)];
    let schedule = Schedule {
        start: vec![Some(0), Some(4), Some(0), None],
        end: vec![Some(3), Some(12), Some(49), None],
        people: vec![vec![(0, Some(0))], vec![(1, Some(1))], vec![(1, Some(1))], Vec::new()],
        pauses: vec![Vec::new(), Vec::new(), vec![(4, 12)], Vec::new()],
    };
    let of = |design: f64, options: &Options| {
        let works = [Work { estimate: Estimate::Fixed(design), done: 0.0 }];
        let options = Options { rates: vec![0.0, 10.0], ..options.clone() };
        simulate(&problem, &works, &Policy::Planned(schedule.clone()), &options, &|| false)
    };
    let ends = |forecast: &Forecast| -> Vec<f64> {
        forecast.tasks[..3].iter().flatten().map(|task| task.end.mean.unwrap()).collect()
    };
    let forecast = of(3.0, &few(20));
    assert_eq!(ends(&forecast), [3.0, 12.0, 49.0]);
    // What was begun and put down is paid for once, and the hour that it takes more.
    assert_eq!(forecast.cost, Some(490.0));
    assert_eq!(forecast.tasks[1].as_ref().unwrap().critical, 1.0);
    assert_eq!(ends(&of(5.0, &few(1))), [5.0, 16.0, 49.0], "in the evening after it could begin");
    assert_eq!(ends(&of(37.0, &few(1))), [37.0, 48.0, 40.0], "who has little left does it first");
    assert_eq!(ends(&of(0.0, &few(1))), [0.0, 8.0, 48.0], "who has not begun need not stop");
    // In the order alone, it waits.
    let list = Policy::Dispatch(vec![2, 0, 1]);
    assert_eq!(ends(&simulate(&problem, &[], &list, &few(1), &|| false)), [3.0, 48.0, 40.0]);
    // Kept as a list, the whole comes after what it is put down for.
    let list = Policy::FixedList(schedule.clone());
    assert_eq!(ends(&simulate(&problem, &[], &list, &few(1), &|| false)), [3.0, 11.0, 51.0]);
}

#[test]
fn a_unit_of_a_resource_is_handed_on() {
    let mut problem = harbour();
    problem.resources = vec![Resource { name: "bench".to_owned(), capacity: 1, changes: Vec::new() }];
    for place in [0, 2] {
        problem.tasks[place].demands = vec![Demand { resource: 0, amount: 1 }];
    }
    let schedule = Schedule {
        start: vec![Some(0), Some(7), Some(3), Some(7)],
        end: vec![Some(3), Some(12), Some(7), Some(7)],
        people: vec![vec![(0, Some(0))], vec![(1, Some(1))], vec![(1, Some(1))], Vec::new()],
        ..Schedule::default()
    };
    let works = [Work { estimate: Estimate::Fixed(6.0), done: 0.0 }];
    for policy in [Policy::FixedList(schedule), Policy::Dispatch(vec![0, 1, 2])] {
        let forecast = simulate(&problem, &works, &policy, &few(1), &|| false);
        let start = forecast.tasks[0].as_ref().unwrap().end.mean.unwrap();
        assert_eq!(start, 6.0);
        assert!(forecast.tasks[2].as_ref().unwrap().end.mean.unwrap() >= 10.0);
    }
}

#[test]
fn who_has_left_hands_on() {
    let mut problem = harbour();
    problem.people.push(person("lin", &[1]));
    problem.people[1].absences = vec![(2, Time::MAX)];
    problem.people[2].absences = vec![(0, 3)];
    // `extend` is begun by grace, who leaves with two units undone; lin does them before `build`.
    let forecast = simulate(&problem, &[], &Policy::Dispatch(vec![2, 1]), &few(1), &|| false);
    assert_eq!(forecast.tasks[2].as_ref().unwrap().end.mean, Some(5.0));
    assert_eq!(forecast.tasks[1].as_ref().unwrap().end.mean, Some(10.0));
    // Without lin it is never done, and that is what is said.
    problem.people[2].absences = vec![(0, Time::MAX)];
    let forecast = dispatch(&problem, &[], &few(10));
    let borealis = &forecast.projects[1].as_ref().unwrap().end;
    assert_eq!((&*borealis.quantiles, borealis.comes, borealis.kept), (&[None; 3][..], 0.0, Some(0.0)));
    assert_eq!((borealis.mean, borealis.delay_cost, forecast.delay_cost), (None, None, None));
}

#[test]
fn what_is_done_is_not_done_again() {
    let problem = harbour();
    let of = |done: f64| Work { estimate: Estimate::Declared, done };
    let works = [of(1.0), of(0.6), of(0.0)];
    let forecast = simulate(&problem, &works, &Policy::Dispatch(vec![2, 1]), &few(1), &|| false);
    let ends: Vec<f64> = forecast.tasks.iter().flatten().map(|task| task.end.mean.unwrap()).collect();
    assert_eq!(ends, [0.0, 2.0, 6.0, 6.0]);
}

#[test]
fn nonsense_is_left_out_and_named() {
    let mut problem = harbour();
    problem.tasks.push(task("nobody can", 2, 1));
    problem.tasks[4].skills[0].level = 9;
    problem.tasks.push(task("first", 1, 0));
    problem.tasks.push(task("second", 1, 0));
    problem.links.extend([after(5, 6), after(6, 5)]);
    let mut works = uncertain(&problem);
    works[0].estimate = Estimate::Points { low: 3.0, likely: 2.0, high: f64::NAN };
    let forecast = dispatch(&problem, &works, &few(10));
    let is_told: Vec<bool> = forecast.tasks.iter().map(Option::is_some).collect();
    assert_eq!(is_told, [false, false, true, true, false, false, false]);
    let has = |omission: &Omission| forecast.omissions.contains(omission);
    assert!(has(&Omission::Estimate(0)) && has(&Omission::Waits { task: 1, on: 0 }));
    assert!(forecast.omissions.iter().any(|one| matches!(one, Omission::Fault(Fault::Cycle(_)))));
    assert!(
        forecast.omissions.iter().any(|one| matches!(one, Omission::Fault(Fault::Skill { task: 4, .. })))
    );
    assert!(forecast.omissions.iter().all(|one| !one.message(&problem).is_empty()));
    assert!(forecast.projects[0].is_none() && forecast.projects[1].is_some());
}

#[test]
fn nothing_asked_nothing_known() {
    let problem = harbour();
    let none = dispatch(&problem, &[], &few(0));
    assert!(none.runs == 0 && none.tasks.iter().all(Option::is_none) && none.cost.is_none());
    assert_eq!(dispatch(&Problem::default(), &[], &few(10)).runs, 10);
    let stopped = simulate(&problem, &[], &Policy::Dispatch(Vec::new()), &few(10), &|| true);
    assert_eq!(stopped.runs, 0);
    let nobody = dispatch(&Problem { people: Vec::new(), ..harbour() }, &[], &few(10));
    assert!(nobody.tasks.iter().all(Option::is_none) && nobody.omissions.len() == 4);
}

#[test]
fn threads_change_nothing() {
    let problem = harbour();
    let works = uncertain(&problem);
    let by =
        |threads: usize| dispatch(&problem, &works, &Options { threads, rates: vec![1.0; 2], ..few(3_001) });
    let one = by(1);
    assert_eq!(one.runs, 3_001);
    assert!((2..6).all(|threads| by(threads) == one));
    let other = Options { seed: 1, ..few(3_001) };
    assert_ne!(dispatch(&problem, &works, &other).projects, one.projects);
}

#[test]
fn luck_belongs_to_names() {
    let problem = harbour();
    let works = uncertain(&problem);
    let before = dispatch(&problem, &works, &few(500));
    // Another task in front, another project, other people first: whoever is untouched ends as before.
    let mut other = harbour();
    other.projects.insert(0, Project { name: "Castor".to_owned(), ..Project::default() });
    other.tasks.iter_mut().for_each(|task| task.project += 1);
    other.tasks.insert(0, Task { name: "survey".to_owned(), duration: 9, ..Task::default() });
    other.links.iter_mut().for_each(|link| (link.before, link.after) = (link.before + 1, link.after + 1));
    other.people.reverse();
    let mut more = works.clone();
    more.insert(0, uncertain(&other)[0].clone());
    let after = dispatch(&other, &more, &few(500));
    for project in 0..2 {
        let (one, two) = (&before.projects[project], &after.projects[project + 1]);
        assert_eq!(one.as_ref().unwrap().ends, two.as_ref().unwrap().ends);
    }
    let difference = compare(before.projects[0].as_ref().unwrap(), after.projects[1].as_ref().unwrap(), 0.8);
    let difference = difference.unwrap();
    assert_eq!((difference.shift, difference.confidence), (0.0, Some((0.0, 0.0))));
}

/// The bounds hold the true difference in about 95 of 100 cases, and are narrower than without pairing.
#[test]
fn bounds_of_a_difference_are_honest() {
    let mut longer = harbour();
    longer.tasks[1].duration = 6;
    let (works, more) = (uncertain(&harbour()), uncertain(&longer));
    let of = |works: &[Work], seed: u64, runs: usize| {
        let forecast = dispatch(&harbour(), works, &Options { seed, ..few(runs) });
        forecast.projects[0].clone().unwrap()
    };
    let truth = compare(&of(&works, 0, 200_000), &of(&more, 0, 200_000), 0.8).unwrap().shift;
    let mut held = 0;
    let (mut paired, mut apart) = (0.0, 0.0);
    for seed in 1..=200 {
        let before = of(&works, seed, 1_000);
        let (low, high) = compare(&before, &of(&more, seed, 1_000), 0.8).unwrap().confidence.unwrap();
        held += u32::from((low..=high).contains(&truth));
        paired += high - low;
        let (low, high) = compare(&before, &of(&more, seed + 1_000, 1_000), 0.8).unwrap().confidence.unwrap();
        apart += high - low;
    }
    assert!((180..=200).contains(&held), "{held} of 200");
    assert!(paired < apart / 2.0, "{paired} {apart}");
}

#[test]
fn shared_luck_makes_late_dates_later() {
    let chain: Vec<Task> =
        (0..20).map(|one| Task { project: 0, ..task(&format!("step {one}"), 5, 0) }).collect();
    let problem =
        Problem { links: (1..20).map(|one| after(one - 1, one)).collect(), tasks: chain, ..harbour() };
    let works = uncertain(&problem);
    let spread = |correlation: Correlation| {
        let forecast = dispatch(&problem, &works, &Options { correlation, ..few(20_000) });
        let ends = forecast.projects[0].clone().unwrap();
        ends.quantile(0.95).unwrap() - ends.quantile(0.5).unwrap()
    };
    let alone = spread(Correlation { project: 0.0, person: 0.0 });
    let usual = spread(Correlation::default());
    let whole = spread(Correlation { project: 1.0, person: 0.0 });
    // Of twenty equal tasks with correlation r the variance is 20 + 380 r times that of one.
    assert!((usual / alone - (1.0_f64 + 19.0 * 0.35).sqrt()).abs() < 0.45, "{alone} {usual}");
    assert!((whole / alone - 20_f64.sqrt()).abs() < 0.9, "{alone} {whole}");
    assert_eq!(spread(Correlation { project: f64::NAN, person: -1.0 }), alone);
}

/// Problems with all that there can be in them.
fn problems() -> impl Strategy<Value = Problem> {
    let demand = (0..3_usize, 1..3_u32, 0..3_u32).prop_map(|(skill, level, people)| SkillDemand {
        skill,
        level,
        people,
    });
    let tasks = (
        (0..6, 0..2_usize, 0..6),
        prop::collection::vec(demand, 0..3),
        prop::collection::vec((0..2_usize, 0..3_u32), 0..2),
        prop::collection::vec(0..3_usize, 0..2),
        prop::collection::vec(0..3_usize, 0..2),
    );
    let task = tasks.prop_map(|((duration, project, earliest), skills, demands, pinned, preferred)| Task {
        name: "same name".to_owned(),
        duration,
        project,
        earliest: Time::max(earliest - 3, 0),
        skills,
        demands: demands.into_iter().map(|(resource, amount)| Demand { resource, amount }).collect(),
        // One task in four is pinned.
        pinned: if earliest == 0 { pinned } else { Vec::new() },
        preferred,
        ..Task::default()
    });
    let people =
        (prop::collection::vec((0..3_usize, 1..3_u32), 1..4), prop::collection::vec((0..12, 1..7), 0..3));
    let person = people.prop_map(|(skills, absences)| Person {
        skills,
        // The longest absences have no end.
        absences: absences
            .iter()
            .map(|&(from, long)| (from, if long == 6 { Time::MAX } else { from + long }))
            .collect(),
        ..Person::default()
    });
    let resource = (2..4_u32, prop::collection::vec((0..15, 0..4_u32), 0..3))
        .prop_map(|(capacity, changes)| (capacity, changes));
    let resource = resource.prop_map(|(capacity, mut changes)| {
        changes.sort_unstable();
        changes.dedup_by_key(|change| change.0);
        Resource { capacity, changes, ..Resource::default() }
    });
    let link = (0..9_usize, 0..9_usize, 0..6_usize, -2..4);
    (
        prop::collection::vec(task, 1..9),
        prop::collection::vec(person, 3..5),
        prop::collection::vec(resource, 2),
        prop::collection::vec(link, 0..9),
    )
        .prop_map(|(tasks, people, resources, links)| {
            let links = links.into_iter().filter(|link| link.0 < link.1 && link.1 < tasks.len());
            let links = links.map(|(before, after, kind, lag)| {
                let kind = [LinkKind::StartStart, LinkKind::FinishFinish].get(kind).copied();
                Link { before, after, kind: kind.unwrap_or(LinkKind::FinishStart), lag }
            });
            Problem {
                projects: vec![Project::default(), Project { earliest: 2, ..Project::default() }],
                links: links.collect(),
                skills: vec![String::new(); 3],
                tasks,
                resources,
                people,
                interruption: None,
            }
        })
}

/// Ends of the tasks of a model in the first runs, by the fast way and by the plain one.
fn both(
    problem: &Problem,
    works: &[Work],
    list: &[usize],
    calls: &[(usize, usize)],
    seed: u64,
) -> (Vec<[f32; LANES]>, Vec<Vec<f32>>) {
    let options = Options { seed, ..Options::default() };
    let (tables, _) = sound(problem, works, &|_| false);
    let mut list = list.to_vec();
    list.extend(default_order(problem));
    let model = Model::new(problem, works, &list, tables, &options).with_calls(calls);
    let needs = Needs::of(&model);
    let network = Network::of(&model, &needs);
    let mut tasks = vec![[0.0; LANES]; model.tasks.len()];
    let (mut projects, mut costs) = (vec![[0.0; LANES]; 2], vec![[0.0; LANES]; 2]);
    let mut rows = Rows { tasks: &mut tasks, projects: &mut projects, costs: &mut costs };
    Dispatcher::new(&model, &needs, &network).block(0, LANES, &mut rows);
    let mut block = Block::default();
    model.draw(0, &mut block);
    let plain = (0..LANES).map(|lane| reference::ends(&model, &block, lane)).collect();
    (tasks, plain)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whole durations, and everything that a problem can hold.
    #[test]
    fn runs_are_as_the_rules_say(
        mut problem in problems(),
        list in prop::collection::vec(0..9_usize, 0..9),
        calls in prop::collection::vec((0..9_usize, 0..9_usize), 0..6),
        (day, cost) in (1..4, 0..3),
        done in 0..3,
    ) {
        problem.interruption = Some(Interruption { day, cost });
        let done = f64::from(done) / 2.0;
        let works = [Work::default(), Work { estimate: Estimate::Fixed(4.0), done }];
        let (fast, plain) = both(&problem, &works, &list, &calls, 0);
        for (task, ends) in fast.iter().enumerate() {
            prop_assert_eq!(ends[0], plain[0][task], "task {}", task);
        }
    }

    /// Luck of projects, people and tasks; crews of at most two, whose luck is the same in any order.
    #[test]
    fn runs_are_as_the_rules_say_with_luck(
        mut problem in problems(),
        calls in prop::collection::vec((0..9_usize, 0..9_usize), 0..6),
        (day, cost) in (1..5, 0..3),
        seed in 0..9_u64,
    ) {
        problem.interruption = Some(Interruption { day, cost });
        for task in &mut problem.tasks {
            task.skills.truncate(1);
            task.pinned.truncate(if task.skills.is_empty() { 2 } else { 0 });
        }
        let (fast, plain) = both(&problem, &uncertain(&problem), &[], &calls, seed);
        for (task, ends) in fast.iter().enumerate() {
            for lane in 0..LANES {
                prop_assert_eq!(ends[lane], plain[lane][task], "task {} run {}", task, lane);
            }
        }
    }

    /// With one person for each task and no shared resources both policies are the same longest path.
    #[test]
    fn without_shortage_the_policies_agree(durations in prop::collection::vec(1..9, 1..9), links in prop::collection::vec((0..9_usize, 0..9_usize, -1..3), 0..12)) {
        let count = durations.len();
        let links = links.into_iter().filter(|link| link.0 < link.1 && link.1 < count);
        let problem = Problem {
            projects: vec![Project::default()],
            tasks: durations.iter().enumerate().map(|(index, &duration)| Task {
                name: format!("{index}"), duration, pinned: vec![index], ..Task::default()
            }).collect(),
            people: (0..count).map(|index| person(&format!("{index}"), &[])).collect(),
            links: links.map(|(before, after, lag)| Link { before, after, kind: LinkKind::FinishStart, lag }).collect(),
            ..Problem::default()
        };
        let schedule = Schedule {
            start: (0..count).map(|index| Some(index as Time)).collect(),
            end: (0..count).map(|index| Some(index as Time + 1)).collect(),
            people: (0..count).map(|index| vec![(index, None)]).collect(),
            ..Schedule::default()
        };
        let works = uncertain(&problem);
        let fixed = simulate(&problem, &works, &Policy::FixedList(schedule), &few(40), &|| false);
        let free = dispatch(&problem, &works, &few(40));
        prop_assert_eq!(&fixed.projects[0].as_ref().unwrap().ends, &free.projects[0].as_ref().unwrap().ends);
        for (one, two) in fixed.tasks.iter().zip(&free.tasks) {
            prop_assert_eq!(&one.as_ref().unwrap().end, &two.as_ref().unwrap().end);
        }
    }
}
