//! Plans of all kinds of problems, each replayed by the checker.
#![allow(clippy::unwrap_used, reason = "a test may fail by it")]
#![allow(clippy::print_stderr, reason = "a test says that it skips")]

use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

use proptest::prelude::*;
use qd_engines::plan::{
    Demand, Fault, Interruption, Link, LinkKind, Objective, Objectives, Options, Person, Plan, Problem,
    Project, Resource, SkillDemand, Task, Violation, check, formats, plan,
};

fn options(schedules: u64) -> Options {
    Options { schedules: Some(schedules), ..Options::default() }
}

/// A plan of so many schedules, replayed.
fn planned(problem: &Problem, options: &Options) -> Plan {
    let plan = plan(problem, options, &|| false);
    assert_eq!(check(problem, &plan.schedule), [], "of {problem:?}\n{:?}", plan.schedule);
    plan
}

fn task(name: &str, duration: i32) -> Task {
    Task { name: name.to_owned(), duration, ..Task::default() }
}

fn after(before: usize, after: usize) -> Link {
    Link { before, after, kind: LinkKind::FinishStart, lag: 0 }
}

fn person(name: &str, skills: &[(usize, u32)]) -> Person {
    Person { name: name.to_owned(), skills: skills.to_vec(), absences: Vec::new() }
}

fn needs(skill: usize, level: u32, people: u32) -> Vec<SkillDemand> {
    vec![SkillDemand { skill, level, people }]
}

fn problem(tasks: Vec<Task>, links: Vec<Link>) -> Problem {
    Problem { projects: vec![Project::default()], tasks, links, ..Problem::default() }
}

/// Two engineers, one of whom can do the backend.
fn company(tasks: Vec<Task>, links: Vec<Link>) -> Problem {
    Problem {
        skills: vec!["backend".to_owned(), "frontend".to_owned()],
        people: vec![person("ada", &[(0, 2), (1, 1)]), person("bob", &[(1, 2)])],
        ..problem(tasks, links)
    }
}

#[test]
fn the_one_who_alone_can_do_it_is_kept_free_for_it() {
    let page = Task { skills: needs(1, 1, 1), ..task("page", 5) };
    let api = Task { skills: needs(0, 1, 1), ..task("api", 5) };
    let plan = planned(&company(vec![page, api], Vec::new()), &options(1));
    assert_eq!(plan.schedule.makespan(), 5);
    assert_eq!(plan.schedule.people, [[(1, Some(1))], [(0, Some(0))]]);
}

#[test]
fn a_task_rests_while_who_does_it_is_absent() {
    let mut problem = company(vec![Task { skills: needs(0, 1, 1), ..task("api", 5) }], Vec::new());
    problem.people[0].absences = vec![(2, 4), (6, 7)];
    let plan = planned(&problem, &options(10));
    assert_eq!((plan.schedule.start[0], plan.schedule.end[0]), (Some(0), Some(8)));
}

#[test]
fn the_pinned_do_it_and_the_preferred_where_they_can() {
    let review = Task { pinned: vec![1], ..task("review", 2) };
    let page = Task { skills: needs(1, 1, 1), preferred: vec![0], ..task("page", 2) };
    let plan = planned(&company(vec![review, page], Vec::new()), &options(10));
    assert_eq!(plan.schedule.people, [[(1, None)], [(0, Some(1))]]);
}

#[test]
fn dear_delays_come_before_a_short_plan() {
    let late = Task { skills: needs(0, 1, 1), due: Some(3), delay_cost: 10, ..task("promised", 3) };
    let first = Task { skills: needs(0, 1, 1), ..task("long", 9) };
    let tail = Task { skills: needs(1, 2, 1), ..task("page", 9) };
    let problem = company(vec![first, late, tail], vec![after(0, 2)]);
    let plan = planned(&problem, &options(50));
    assert_eq!((plan.schedule.delay_cost(&problem), plan.schedule.makespan()), (0, 21));
    let short = Options { objectives: [Objective::Makespan, Objective::DelayCost].into(), ..options(50) };
    let plan = planned(&problem, &short);
    assert_eq!((plan.schedule.delay_cost(&problem), plan.schedule.makespan()), (90, 18));
}

/// Somebody with a task of two units due in the fourth week and another at once: both in the first week is
/// sixteen units squared over five, one in each of two weeks is half of that.
#[test]
fn weeks_are_levelled_where_there_is_time() {
    let mut problem = company(
        vec![
            Task { skills: needs(0, 1, 1), ..task("one", 2) },
            Task { skills: needs(0, 1, 1), ..task("two", 2) },
        ],
        Vec::new(),
    );
    problem.tasks.push(Task { skills: needs(1, 2, 1), ..task("long", 10) });
    let plain = options(20);
    let levelled = Options { objectives: [Objective::Makespan, Objective::LevelledLoad].into(), ..plain };
    let load = |options: &Options| planned(&problem, options).schedule.levelled_load(&problem, 5);
    assert_eq!(load(&plain), 16_000 / 5 + 2 * 25_000 / 5);
    assert_eq!(load(&levelled), 2 * 4_000 / 5 + 2 * 25_000 / 5);
}

/// Two people can do all. Who is free first takes what is first on the list; with one project each, nobody
/// need change.
#[test]
fn people_stay_with_a_project_where_they_can() {
    let tasks = [0, 1, 1, 0].map(|project| Task { project, skills: needs(1, 1, 1), ..task("", 2) });
    let mut problem = company(tasks.to_vec(), vec![after(0, 2), after(1, 3)]);
    problem.projects.push(Project::default());
    let stable = [Objective::DelayCost, Objective::Makespan, Objective::TeamStability];
    let told = |options: &Options| {
        let schedule = planned(&problem, options).schedule;
        (schedule.makespan(), schedule.switches(&problem, 5))
    };
    assert_eq!(told(&options(1)), (4, 2));
    assert_eq!(told(&Options { objectives: stable.into(), ..options(1) }), (4, 0));
}

/// Somebody's twenty days of refactoring, and two days of something that only she can do: possible on the fifth day,
/// due on the eighth. In hours.
fn refactoring(cost: i32) -> Problem {
    let long = Task { pinned: vec![0], ..task("refactor", 160) };
    let urgent =
        Task { skills: needs(0, 1, 1), earliest: 32, due: Some(64), delay_cost: 10, ..task("urgent", 16) };
    Problem { interruption: Some(Interruption { day: 8, cost }), ..company(vec![long, urgent], Vec::new()) }
}

#[test]
fn a_long_task_is_put_down_for_one_that_is_dear_to_delay() {
    let problem = refactoring(1);
    let plan = planned(&problem, &options(50));
    let schedule = &plan.schedule;
    assert_eq!(
        (schedule.start.clone(), schedule.end.clone()),
        (vec![Some(0), Some(32)], vec![Some(177), Some(48)])
    );
    assert_eq!(schedule.parts(0), [(0, 32), (48, 177)]);
    assert_eq!((schedule.delay_cost(&problem), schedule.parts(1)), (0, vec![(32, 48)]));
    // Without, she waits for it.
    let whole = Problem { interruption: None, ..problem };
    let plan = planned(&whole, &options(50));
    assert_eq!((plan.schedule.start.clone(), plan.schedule.makespan()), (vec![Some(48), Some(32)], 208));
}

#[test]
fn a_task_is_not_put_down_where_that_does_not_pay() {
    let whole = |problem: &Problem| {
        let schedule = planned(problem, &options(50)).schedule;
        assert!(schedule.pauses.is_empty(), "{schedule:?}");
        schedule.start
    };
    // Getting back into it takes longer than the wait.
    assert_eq!(whole(&refactoring(40)), [Some(48), Some(32)]);
    // It can wait until she has done.
    let mut problem = refactoring(1);
    problem.tasks[1].due = Some(200);
    assert_eq!(whole(&problem), [Some(0), Some(160)]);
    problem.tasks[1].due = None;
    assert_eq!(whole(&problem), [Some(0), Some(160)]);
    // Somebody else has time for it.
    let mut problem = refactoring(1);
    problem.people[1].skills.push((0, 1));
    assert_eq!(whole(&problem), [Some(0), Some(32)]);
    // It becomes possible on her last day of the long one.
    let mut problem = refactoring(1);
    (problem.tasks[1].earliest, problem.tasks[1].due) = (154, Some(178));
    assert_eq!(whole(&problem), [Some(0), Some(160)]);
}

/// What becomes possible at noon waits for the evening; what waits for it goes on as soon as it is done.
#[test]
fn a_task_is_put_down_in_the_evening_and_by_its_own_doer() {
    let mut problem = refactoring(2);
    problem.tasks[1].earliest = 36;
    problem.tasks.push(Task { skills: needs(1, 2, 1), due: Some(60), delay_cost: 5, ..task("page", 4) });
    problem.links = vec![after(1, 2)];
    let schedule = planned(&problem, &options(50)).schedule;
    assert_eq!(schedule.parts(0), [(0, 40), (56, 178)]);
    assert_eq!((schedule.parts(1), schedule.parts(2)), (vec![(40, 56)], vec![(56, 60)]));
    assert_eq!(schedule.people[0], [(0, None)]);
}

#[test]
fn what_cannot_be_planned_is_named_and_the_rest_is_planned() {
    let tasks = vec![
        task("a", 1),
        task("b", 1),
        task("c", 1),
        task("waits", 1),
        task("fine", 4),
        task("backwards", -2),
        Task { skills: needs(0, 3, 1), ..task("guru", 1) },
        Task { skills: needs(0, 1, 2), ..task("pair", 1) },
        Task { skills: [needs(0, 1, 1), needs(1, 1, 2)].concat(), ..task("crowd", 1) },
        Task { demands: vec![Demand { resource: 3, amount: 1 }], ..task("lost", 1) },
    ];
    let links = vec![after(0, 1), after(1, 2), after(2, 0), after(2, 3), after(4, 99)];
    let problem = company(tasks, links);
    let plan = planned(&problem, &options(5));
    let words: Vec<String> = plan.faults.iter().map(|fault| fault.message(&problem)).collect();
    assert_eq!(
        words,
        [
            "tasks wait for each other in a circle: `a` before `b` before `c` before `a`",
            "`b` waits for `a`, which cannot be planned",
            "`c` waits for `a`, which cannot be planned",
            "`waits` waits for `c`, which cannot be planned",
            "`backwards` has a duration, lag or date below 0 or above 1000000 hours of work",
            "`guru` needs 1 with skill `backend` at level 3; nobody has it",
            "`pair` needs 2 with skill `backend` at level 1; only 1 have it",
            "`crowd` needs more different people at once than have its skills",
            "`lost` names a project, resource, skill or person that there is none of",
            "a link names a task that there is none of",
        ]
    );
    assert_eq!(plan.schedule.end.iter().flatten().count(), 1);
    assert_eq!(plan.schedule.makespan(), 4);
}

#[test]
fn who_is_on_leave_for_ever_keeps_only_their_own_tasks_from_being_planned() {
    let api = Task { skills: needs(0, 1, 1), ..task("api", 5) };
    let page = Task { skills: needs(1, 1, 1), ..task("page", 5) };
    let mut problem = company(vec![api, page, task("release", 0)], vec![after(0, 2)]);
    problem.people[0].absences = vec![(3, i32::MAX)];
    let plan = planned(&problem, &options(5));
    assert_eq!(plan.faults, [Fault::NeverFree(0), Fault::NeverFree(2)]);
    assert_eq!(plan.schedule.makespan(), 5);
}

#[test]
fn a_hundred_thousand_tasks_have_a_first_plan() {
    let tasks =
        (0..100_000).map(|_| Task { demands: vec![Demand { resource: 0, amount: 1 }], ..task("", 1) });
    let links = (0..99_000).map(|index| after(index, index + 1000)).collect();
    let mut problem = problem(tasks.collect(), links);
    problem.resources = vec![Resource { name: "desks".to_owned(), capacity: 500, changes: Vec::new() }];
    let asked = AtomicUsize::new(0);
    // Over as soon as a first schedule is made.
    let plan = plan(&problem, &options(1), &|| asked.fetch_add(1, Relaxed) > 1);
    assert!(plan.faults.is_empty() && plan.schedule.makespan() < 220, "{}", plan.schedule.makespan());
}

#[test]
fn the_checker_sees_every_kind_of_violation() {
    let api = Task { skills: needs(0, 1, 1), earliest: 1, ..task("api", 2) };
    let page = Task { demands: vec![Demand { resource: 0, amount: 1 }], pinned: vec![1], ..task("page", 2) };
    let mut problem = company(vec![api, page], vec![after(0, 1)]);
    problem.resources = vec![Resource { name: "room".to_owned(), capacity: 0, changes: vec![(3, 1)] }];
    let right = planned(&problem, &options(5)).schedule;
    assert_eq!((right.makespan(), right.start.clone()), (5, vec![Some(1), Some(3)]));
    let wrong = |change: &dyn Fn(&mut qd_engines::plan::Schedule)| {
        let mut schedule = right.clone();
        change(&mut schedule);
        check(&problem, &schedule)
    };
    let shift = |task: usize, by: i32| {
        move |schedule: &mut qd_engines::plan::Schedule| {
            schedule.start[task] = schedule.start[task].map(|start| start + by);
            schedule.end[task] = schedule.end[task].map(|end| end + by);
        }
    };
    assert_eq!(wrong(&shift(0, -1)), [Violation::Early(0)]);
    assert_eq!(wrong(&shift(0, 1)), [Violation::Link(0)]);
    assert_eq!(wrong(&shift(1, -1)), [Violation::Link(0), Violation::Capacity(0, 2)]);
    assert_eq!(wrong(&|schedule| schedule.end[0] = Some(2)), [Violation::Length(0)]);
    assert_eq!(wrong(&|schedule| schedule.end[0] = None), [Violation::Shape(0), Violation::Link(0)]);
    assert_eq!(wrong(&|schedule| schedule.people[0] = vec![(1, Some(0))]), [Violation::Skill(0)]);
    assert_eq!(wrong(&|schedule| schedule.people[1].clear()), [Violation::Assignment(1)]);
    let both = |schedule: &mut qd_engines::plan::Schedule| {
        shift(0, 2)(schedule);
        schedule.people[1].push((0, None));
    };
    assert_eq!(wrong(&both).len(), 3, "the link, and two units of one person's time");
    assert_eq!(wrong(&|schedule| schedule.people.clear()), [Violation::Shape(2)]);
}

#[test]
fn the_checker_sees_what_is_wrong_with_a_pause() {
    let problem = refactoring(1);
    let right = planned(&problem, &options(50)).schedule;
    let of = |problem: &Problem, end: i32, pauses: &[(i32, i32)]| {
        let mut schedule = right.clone();
        schedule.end[0] = Some(end);
        schedule.pauses[0] = pauses.to_vec();
        let mut found = check(problem, &schedule);
        found.sort_by_key(|violation| format!("{violation:?}"));
        found
    };
    assert_eq!(of(&problem, 177, &[(32, 48)]), []);
    assert_eq!(of(&problem, 176, &[(32, 48)]), [Violation::Length(0)]);
    assert_eq!(of(&problem, 160, &[]), (32..48).map(|time| Violation::Double(0, time)).collect::<Vec<_>>());
    // At noon, for nothing, after hours only, the wrong way round.
    assert_eq!(of(&problem, 181, &[(28, 48)]), [Violation::Pause(0)]);
    assert_eq!(of(&problem, 186, &[(32, 48), (56, 64)]), [Violation::Pause(0)]);
    assert!(of(&problem, 177, &[(48, 32)]).contains(&Violation::Pause(0)));
    let mut all_at_once = problem.clone();
    all_at_once.tasks[0].duration = 33;
    assert_eq!(of(&all_at_once, 50, &[(32, 48)]), [Violation::Pause(0)]);
    let mut several = problem.clone();
    several.tasks[0].pinned.clear();
    let mut schedule = right.clone();
    schedule.people[0].push((1, None));
    assert_eq!(check(&several, &schedule), [Violation::Pause(0)]);
    let none = Problem { interruption: None, ..problem };
    assert_eq!(of(&none, 176, &[(32, 48)]), [Violation::Pause(0)]);
}

#[test]
fn published_instances_are_planned_without_a_violation() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/planning");
    let sets = ["rcpsp/j30", "rcpsp/j120", "multi-project", "multi-skill/imopse", "multi-skill/mspsp"];
    for set in sets {
        let Ok(entries) = fs::read_dir(folder.join(set)) else {
            eprintln!("skipped: there is no {set} beside the project");
            continue;
        };
        let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for path in
            paths.iter().filter(|path| path.extension().is_none_or(|ending| ending != "csv")).step_by(5)
        {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let problem = formats::read(name, &fs::read_to_string(path).unwrap()).unwrap();
            let plan =
                planned(&problem, &Options { objectives: [Objective::Makespan].into(), ..options(40) });
            assert!(plan.faults.is_empty() && plan.bound <= plan.schedule.makespan(), "{name}");
        }
    }
}

prop_compose! {
    fn links(tasks: usize)(
        ends in prop::collection::vec((0..tasks, 0..tasks, 0..3_u8, -2..4_i32), 0..8),
    ) -> Vec<Link> {
        let kinds = [LinkKind::FinishStart, LinkKind::StartStart, LinkKind::FinishFinish];
        let link = |(one, two, kind, lag): (usize, usize, u8, i32)| {
            let (before, after) = (one.min(two), one.max(two));
            (one != two).then(|| Link { before, after, kind: kinds[usize::from(kind)], lag })
        };
        ends.into_iter().filter_map(link).collect()
    }
}

/// Tasks of all kinds; references to resources, skills and people that may not be there.
fn any_task() -> impl Strategy<Value = Task> {
    let skill = (0..3_usize, 0..3_u32, 0..3_u32);
    let skills = prop::collection::vec(skill, 0..3);
    let demands = prop::collection::vec((0..2_usize, 0..4_u32), 0..3);
    (
        0..6_i32,
        0..5_i32,
        skills,
        demands,
        prop::collection::vec(0..4_usize, 0..2),
        prop::option::of(0..20_i32),
    )
        .prop_map(|(duration, earliest, skills, demands, pinned, due)| Task {
            duration,
            earliest,
            due,
            delay_cost: 1,
            skills: skills
                .into_iter()
                .map(|(skill, level, people)| SkillDemand { skill, level, people })
                .collect(),
            demands: demands.into_iter().map(|(resource, amount)| Demand { resource, amount }).collect(),
            pinned,
            ..Task::default()
        })
}

fn any_person() -> impl Strategy<Value = Person> {
    let skills = prop::collection::vec((0..3_usize, 0..4_u32), 0..4);
    (skills, prop::collection::vec((0..15_i32, 0..6_i32), 0..3)).prop_map(|(skills, absences)| Person {
        name: String::new(),
        skills,
        absences: absences.into_iter().map(|(from, length)| (from, from + length)).collect(),
    })
}

fn any_problem() -> impl Strategy<Value = Problem> {
    let resource =
        (1..5_u32, prop::collection::btree_map(1..20_i32, 0..5_u32, 0..3)).prop_map(|(capacity, changes)| {
            Resource { name: String::new(), capacity, changes: changes.into_iter().collect() }
        });
    let resources = prop::collection::vec(resource, 2);
    let tasks = prop::collection::vec(any_task(), 1..9);
    let people = prop::collection::vec(any_person(), 4);
    (tasks, resources, people, any::<bool>(), any::<bool>(), prop::option::of((1..4_i32, 0..3_i32)))
        .prop_flat_map(|(tasks, resources, people, is_steady, has_people, interruption)| {
            (links(tasks.len()), Just((tasks, resources, people, is_steady, has_people, interruption)))
        })
        .prop_map(|(links, (mut tasks, mut resources, mut people, is_steady, has_people, interruption))| {
            if is_steady {
                resources.iter_mut().for_each(|resource| resource.changes.clear());
                people.iter_mut().for_each(|person| person.absences.clear());
            }
            if !has_people {
                tasks.iter_mut().for_each(|task| {
                    task.skills.clear();
                    task.pinned.clear();
                });
            }
            let interruption = interruption.map(|(day, cost)| Interruption { day, cost });
            let skills = vec![String::new(); 3];
            Problem { resources, people, skills, interruption, ..problem(tasks, links) }
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_plan_keeps_to_all_that_is_declared(problem in any_problem(), is_short in any::<bool>()) {
        let objectives = if is_short {
            [Objective::Makespan].into()
        } else {
            [Objective::DelayCost, Objective::Makespan].into()
        };
        let options = Options { objectives, islands: 2, ..options(60) };
        let one = planned(&problem, &options);
        prop_assert!(one.schedule.end.iter().flatten().count() == 0 || one.bound <= one.schedule.makespan()
            || !one.faults.is_empty());
        let unplanned = one.schedule.start.iter().filter(|start| start.is_none()).count();
        prop_assert!(unplanned <= one.faults.len());
        // The same on any number of threads.
        prop_assert_eq!(one, planned(&problem, &Options { threads: 2, ..options }));
    }

    /// Interruptions make a plan better or are not there, and a plan without them is as if there were none.
    #[test]
    fn tasks_are_put_down_only_where_that_is_worth_it(problem in any_problem(), is_short in any::<bool>()) {
        let ends = [Objective::DelayCost, Objective::Makespan];
        let objectives = if is_short { [ends[1], ends[0]] } else { ends };
        let options = Options { objectives: objectives.into(), islands: 2, ..options(60) };
        let whole = Problem { interruption: None, ..problem.clone() };
        let (with, without) = (planned(&problem, &options), planned(&whole, &options));
        let value = |plan: &Plan| {
            let both = (plan.schedule.delay_cost(&problem), plan.schedule.makespan());
            let unplanned = plan.schedule.start.iter().filter(|start| start.is_none()).count();
            if is_short { (unplanned, both.1 as u64, both.0) } else { (unplanned, both.0, both.1 as u64) }
        };
        prop_assert!(value(&with) <= value(&without), "{:?} {:?}", value(&with), value(&without));
        let is_parted = with.schedule.pauses.iter().any(|pauses| !pauses.is_empty());
        prop_assert!(problem.interruption.is_some() || !is_parted);
    }

    /// What ranks above is never given up, and what is asked for is never worse than without asking.
    #[test]
    fn levelling_keeps_what_ranks_above(problem in any_problem(), week in 1..8_i32, order in any::<bool>()) {
        let last = if order {
            [Objective::LevelledLoad, Objective::TeamStability]
        } else {
            [Objective::TeamStability, Objective::LevelledLoad]
        };
        let ends = [Objective::DelayCost, Objective::Makespan];
        let plain = Options { week, islands: 2, ..options(20) };
        let asked = Options { objectives: Objectives::new(&[ends, last].concat()), ..plain };
        let (before, after) = (planned(&problem, &plain), planned(&problem, &asked));
        let value = |plan: &Plan| {
            let of_weeks = |objective: Objective| match objective {
                Objective::LevelledLoad => plan.schedule.levelled_load(&problem, week),
                _ => plan.schedule.switches(&problem, week),
            };
            let cost = plan.schedule.delay_cost(&problem);
            (cost, plan.schedule.makespan(), of_weeks(last[0]), of_weeks(last[1]))
        };
        prop_assert!(value(&after) <= value(&before), "{:?} {:?}", value(&after), value(&before));
        prop_assert_eq!(&after.faults, &before.faults);
        prop_assert_eq!(after, planned(&problem, &Options { threads: 2, ..asked }));
    }

    #[test]
    fn of_a_proven_plan_there_is_no_shorter_one(
        tasks in prop::collection::vec((1..5_i32, 0..4_u32, 0..3_u32), 2..5),
        links in links(5),
    ) {
        let tasks: Vec<Task> = tasks
            .into_iter()
            .map(|(duration, one, two)| {
                let demands = [one, two].into_iter().enumerate();
                let demands = demands.map(|(resource, amount)| Demand { resource, amount }).collect();
                Task { demands, ..task("", duration) }
            })
            .collect();
        let links = links.into_iter().filter(|link| link.after < tasks.len()).collect();
        let mut problem = problem(tasks, links);
        let resource = |capacity| Resource { name: String::new(), capacity, changes: Vec::new() };
        problem.resources = vec![resource(4), resource(2)];
        // One schedule: the rest is up to the exact partner.
        let options = Options { objectives: [Objective::Makespan].into(), conflicts: 1_000_000, ..options(1) };
        let plan = planned(&problem, &options);
        prop_assert!(plan.is_shortest());
        prop_assert!(!has_schedule(&problem, plan.schedule.makespan() - 1));
    }
}

/// Whether a schedule is done by a limit, by trying every start of every task.
fn has_schedule(problem: &Problem, limit: i32) -> bool {
    fn place(problem: &Problem, start: &mut Vec<Option<i32>>, index: usize, limit: i32) -> bool {
        let Some(task) = problem.tasks.get(index) else { return true };
        let waits: Vec<&Link> = problem.links.iter().filter(|link| link.after == index).collect();
        (0..=limit - task.duration).any(|at| {
            fits(problem, start, index, at, &waits) && {
                start[index] = Some(at);
                let found = place(problem, start, index + 1, limit);
                start[index] = None;
                found
            }
        })
    }
    place(problem, &mut vec![None; problem.tasks.len()], 0, limit)
}

fn fits(problem: &Problem, start: &[Option<i32>], index: usize, at: i32, waits: &[&Link]) -> bool {
    let task = &problem.tasks[index];
    let waited = waits.iter().all(|link| {
        let before = start[link.before].unwrap_or(0);
        let end = before + problem.tasks[link.before].duration;
        match link.kind {
            LinkKind::FinishStart => end + link.lag <= at,
            LinkKind::StartStart => before + link.lag <= at,
            LinkKind::FinishFinish => end + link.lag <= at + task.duration,
        }
    });
    let runs = |other: usize, time: i32| {
        start[other].is_some_and(|start| (start..start + problem.tasks[other].duration).contains(&time))
    };
    waited
        && (at..at + task.duration).all(|time| {
            (0..problem.resources.len()).all(|resource| {
                let amount = |task: &Task| -> u32 {
                    task.demands.iter().filter(|one| one.resource == resource).map(|one| one.amount).sum()
                };
                let others = (0..start.len()).filter(|&other| runs(other, time));
                let used: u32 = others.map(|other| amount(&problem.tasks[other])).sum();
                used + amount(task) <= problem.resources[resource].capacity
            })
        })
}

/// One person, nothing too late either way, and as long: what is due goes before what is due nowhere, whatever the
/// order in which they are declared, and what has less time before what has more.
#[test]
fn what_is_due_first_goes_first_among_equals() {
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [1, 0, 2], [0, 2, 1], [2, 0, 1]] {
        let due = [Some(40), Some(90), None];
        let project = |place: usize| Project { due: due[place], ..Project::default() };
        let of = |place: usize| Task { project: place, skills: needs(0, 1, 1), ..task("any", 8) };
        let problem = Problem {
            projects: (0..3).map(project).collect(),
            skills: vec!["any".to_owned()],
            people: vec![person("ana", &[(0, 1)])],
            tasks: order.map(of).to_vec(),
            ..Problem::default()
        };
        let plan = planned(&problem, &options(50));
        let start =
            |project: usize| plan.schedule.start[order.iter().position(|&one| one == project).unwrap()];
        assert_eq!([0, 1, 2].map(start), [Some(0), Some(8), Some(16)], "{order:?}");
    }
}
