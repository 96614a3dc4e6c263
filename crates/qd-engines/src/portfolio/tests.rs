//! A small company, from what its files say to days.

use arrow::array::RecordBatch;

use super::{LOAD, PIPELINE, Portfolio, REMEDIES, RISK, SCHEDULE};
use crate::{
    Engine, EngineError, Inputs,
    plan::check,
    testing::{batch, expect, inputs, lines},
};

const PROJECTS: &str =
    "id | name | deadline | started | confidence | probability | is_proposed | delay_cost_per_day | crew
    atlas | Atlas | 2026-03-13 | - | - | - | false | 800 | ada, bo
    borealis | Borealis | - | - | - | - | false | - | -
    cassini | Cassini | 2026-03-09 | 2026-03-05 | 0.9 | 0.4 | true | 100 | ada";

const PEOPLE: &str = "id | name | skills | capacity | weekdays | meetings | joined | left
    ada | Ada | rust, sql | 1 | - | 0 | - | -
    bo  | Bo  | rust      | 0.5 | - | 0 | - | -
    cy  | Cy  | sql       | 1 | - | 0.5 | 2026-03-10 | -";

const TASKS: &str = "project | id | title | owner | skill | skills | low | likely | high | after | deadline | begins | delay_cost_per_day | priority | preferred | is_done | is_begun | done_share | spent_days | accepted_people | accepted_start
    atlas | design | Design | ada | - | - | 1 | 1 | 1 | - | - | - | - | - | - | true | true | - | - | - | -
    atlas | build | Build | - | rust | - | 2 | 2 | 2 | design | - | - | - | - | - | false | false | - | - | - | -
    atlas | store | Store | bo | - | - | 1 | 1 | 1 | - | - | - | - | - | - | false | false | - | - | - | -
    atlas | ship | Ship | - | - | - | 1 | 1 | 1 | build, store | 2026-03-05 | - | - | - | - | false | false | - | - | - | -
    borealis | tables | Tables | cy | - | - | 2 | 2 | 2 | - | - | - | - | - | - | false | false | - | - | - | -
    borealis | paint | Paint | - | design | - | - | - | - | - | - | - | - | - | - | false | false | - | - | - | -
    borealis | hang | Hang it | - | - | - | - | - | - | paint | - | - | - | - | - | false | false | - | - | - | -
    cassini | probe | Probe | ada | - | - | 4 | 4 | 4 | - | - | - | - | - | - | false | false | - | - | - | -";

fn tables<'a>(people: &'a str, tasks: &'a str) -> [(&'static str, &'a str); 5] {
    let absences = "person | first_day | last_day\n ada | 2026-03-03 | 2026-03-03\n ghost | 2026-03-03 | -";
    [
        ("projects", PROJECTS),
        ("tasks", tasks),
        ("people", people),
        ("absences", absences),
        ("holidays", "day\n 2026-03-06"),
    ]
}

/// What an engine says of the plan that is made of the tables.
fn planned(engine: &Engine, tables: &[(&'static str, &str)]) -> RecordBatch {
    let mut inputs: Inputs = inputs(tables.iter().map(|(name, text)| (*name, batch(text))));
    let schedule = (SCHEDULE.run)(&inputs).expect("a schedule");
    inputs.batches.insert("schedule", schedule);
    (engine.run)(&inputs).expect("an answer")
}

fn expect_planned(engine: &Engine, tables: &[(&'static str, &str)], wanted: &str) {
    let mut wanted = wanted.lines().map(str::trim);
    let got = lines(&planned(engine, tables), wanted.next().expect("columns"));
    assert_eq!(got.iter().map(|line| line.trim()).collect::<Vec<_>>(), wanted.collect::<Vec<_>>());
}

#[test]
fn tasks_get_people_and_days() {
    // Monday the 2nd. Ada is away on Tuesday, Friday is a holiday, Bo has half of a week, and Cy comes on
    // the 10th with half of it taken by meetings. Whoever of two builds has three quarters of a week. What is done
    // holds nothing up.
    expect(
        &SCHEDULE,
        &tables(PEOPLE, TASKS),
        "task | people | starts | ends | is_assumed | is_late | why_not
         build | ada | 2026-03-02 | 2026-03-05 | no | - | -
         store | bo | 2026-03-02 | 2026-03-03 | no | - | -
         ship | ada | 2026-03-05 | 2026-03-09 | no | yes | -
         tables | cy | 2026-03-10 | 2026-03-13 | no | - | -
         paint |  | - | - | yes | - | `borealis/paint` needs 1 with skill `design` at level 1; nobody has it
         hang |  | - | - | yes | - | `borealis/hang` waits for `borealis/paint`, which cannot be planned",
    );
    expect_planned(
        &LOAD,
        &tables(PEOPLE, TASKS),
        "week | person | planned | there | projects
         2026-03-02 | ada | 24.000 | 24.000 | atlas
         2026-03-02 | bo | 16.000 | 32.000 | atlas
         2026-03-02 | cy | 0.000 | 0.000 |
         2026-03-09 | ada | 8.000 | 40.000 | atlas
         2026-03-09 | bo | 0.000 | 40.000 |
         2026-03-09 | cy | 32.000 | 32.000 | borealis",
    );
}

#[test]
fn every_plan_is_held_against_all_that_was_said() {
    for tasks in [TASKS.to_owned(), TASKS.replace("| 2 | 2 | 2 |", "| 9 | 30 | 90 |")] {
        let tables = tables(PEOPLE, &tasks);
        let portfolio =
            Portfolio::read(&inputs(tables.map(|(name, text)| (name, batch(text))))).expect("columns");
        let plan = portfolio.plan(&|| false);
        assert_eq!(check(&portfolio.problem, &plan.schedule), []);
        assert_eq!(portfolio.plan(&|| false), plan, "the same for the same");
    }
}

#[test]
fn a_promise_has_odds_only_where_all_of_it_can_be_planned() {
    expect_planned(
        &RISK,
        &tables(PEOPLE, TASKS),
        "project | planned | p50 | p80 | p95 | kept
         atlas | 2026-03-09 | 2026-03-09 | 2026-03-09 | 2026-03-09 | 1.000
         borealis | - | - | - | - | -",
    );
}

#[test]
fn an_estimate_beyond_all_bounds_takes_nothing_from_the_rest() {
    let tasks = TASKS
        .replace("tables | Tables | cy | - | - | 2 | 2 | 2", "tables | Tables | cy | - | - | 1 | 9e9 | 9e10");
    let inputs = inputs(tables(PEOPLE, &tasks).map(|(name, text)| (name, batch(text))));
    let portfolio = Portfolio::read(&inputs).expect("columns");
    let plan = portfolio.plan(&|| false);
    let planned = plan.schedule.start.iter().filter(|start| start.is_some()).count();
    assert_eq!((planned, plan.faults.len()), (3, 3), "{:?}", plan.faults);
}

#[test]
fn nobody_and_nothing_are_no_plan() {
    let heads = "id | name | skills | capacity | weekdays | meetings | joined | left";
    let head = TASKS.lines().next().expect("a head");
    let one = format!(
        "{head}\natlas | ship | Ship | - | - | - | 1 | 1 | 1 | - | - | - | - | - | - | false | false | - | - | - | -"
    );
    let none = "`atlas/ship` needs 1 with skill `anybody` at level 1; nobody has it";
    expect(&SCHEDULE, &tables(heads, &one), &format!("task | why_not\n ship | {none}"));
    expect(&SCHEDULE, &tables(PEOPLE, head), "task | why_not");
}

#[test]
fn a_circle_is_named_and_the_rest_is_planned() {
    let tasks = TASKS.replace("bo | - | - | 1 | 1 | 1 | -", "bo | - | - | 1 | 1 | 1 | ship");
    let circle =
        "tasks wait for each other in a circle: `atlas/ship` before `atlas/store` before `atlas/ship`";
    let waits = "`atlas/store` waits for `atlas/ship`, which cannot be planned";
    let wanted = format!(
        "task | starts | why_not\n build | 2026-03-02 | -\n store | - | {waits}\n ship | - | {circle}"
    );
    let only_atlas: Vec<&str> = tasks.lines().filter(|line| !line.contains("borealis")).collect();
    expect(&SCHEDULE, &tables(PEOPLE, &only_atlas.join("\n")), &wanted);
}

#[test]
fn what_is_begun_takes_what_is_left_of_it() {
    let begun = |task: &str, seen: &str| {
        TASKS.replace(&format!("{task} | - | - | - | - | - | false | false | - | -"), seen)
    };
    // Half of it is done; it has taken twice what it was to take.
    let half = begun("2 | 2 | 2 | design", "2 | 2 | 2 | design | - | - | - | - | - | false | true | 0.5 | 1");
    expect(
        &SCHEDULE,
        &tables(PEOPLE, &half),
        "task | days | is_begun\n build | 1.000 | yes\n store | 1.000 | no\n ship | 1.000 | no\n tables | 2.000 | no\n paint | 3.500 | no\n hang | 3.500 | no",
    );
    let late = TASKS.replace(
        "build | Build | - | rust | - | 2 | 2 | 2 | design | - | - | - | - | - | false | false | - | -",
        "build | Build | - | rust | - | 1 | 2 | 6 | design | - | - | - | - | - | false | true | - | 9",
    );
    let batch = planned(&SCHEDULE, &tables(PEOPLE, &late));
    let days: f64 = lines(&batch, "days")[0].parse().expect("a number");
    assert!(days > 0.5 && days < 6.0, "{days}");
}

#[test]
fn a_promise_in_doubt_gets_remedies() {
    // Eight to twelve days of Ada's, due in ten: somebody else's hands would help.
    let tasks = TASKS
        .replace("build | Build | - | rust | - | 2 | 2 | 2", "build | Build | ada | rust | - | 8 | 9 | 14");
    let batch = planned(&REMEDIES, &tables(PEOPLE, &tasks));
    let rows = lines(&batch, "project | question | kind");
    assert!(rows.contains(&"atlas | drop atlas/build | drop".to_owned()), "{rows:?}");
    assert!(rows.contains(&"atlas | hire rust from 2026-06-01 | hire".to_owned()), "{rows:?}");
    assert!(rows.iter().any(|row| row.starts_with("atlas | move atlas to 2026-03-")), "{rows:?}");
    let better = lines(&batch, "question | kept | kept_with");
    let drop = better.iter().find(|row| row.starts_with("drop atlas/build")).expect("a row");
    let numbers: Vec<f64> =
        drop.split('|').skip(1).map(|cell| cell.trim().parse().expect("a number")).collect();
    assert!(numbers[0] < 0.8 && numbers[1] > 0.95, "{drop}");
    // Where the promise is sure, nothing is to be done.
    assert_eq!(planned(&REMEDIES, &tables(PEOPLE, TASKS)).num_rows(), 0);
}

#[test]
fn what_may_come_is_planned_beside_what_is_there() {
    expect_planned(
        &PIPELINE,
        &tables(PEOPLE, TASKS),
        "project | probability | deadline | planned | kept | delays
         cassini | 0.400 | 2026-03-09 | 2026-03-11 | 0.000 | -",
    );
    let nobody = TASKS.replace("cassini | probe | Probe | ada | - ", "cassini | probe | Probe | - | chess ");
    expect_planned(
        &PIPELINE,
        &tables(PEOPLE, &nobody),
        "project | planned | delays | why_not
         cassini | - | - | `cassini/probe` needs 1 with skill `chess` at level 1; nobody has it",
    );
}

#[test]
fn the_last_week_of_a_plan_is_whole() {
    // All is done on Tuesday the 3rd: nobody's week is over then.
    let short = TASKS.lines().filter(|line| line.contains("| Store |") || line.starts_with("project |"));
    let short = short.collect::<Vec<_>>().join("\n");
    expect_planned(
        &LOAD,
        &tables(PEOPLE, &short),
        "week | person | planned | there
         2026-03-02 | ada | 0.000 | 24.000
         2026-03-02 | bo | 16.000 | 32.000
         2026-03-02 | cy | 0.000 | 0.000",
    );
}

#[test]
fn hours_of_tasks_are_those_of_the_weeks_and_weeks_are_whole() {
    let portfolio = Portfolio::read(&inputs(tables(PEOPLE, TASKS).map(|(name, text)| (name, batch(text)))))
        .expect("columns");
    let schedule = portfolio.plan(&|| false).schedule;
    let monday = jiff::civil::date;
    let worked: Vec<_> = portfolio
        .worked(&schedule)
        .iter()
        .map(|part| (portfolio.tasks[part.task].id.clone(), part.week, part.person, part.hours))
        .collect();
    // Ada is away on the second day of the first week, and the last task of it runs into the next.
    let wanted = [
        ("build", monday(2026, 3, 2), 0, 21.0),
        ("store", monday(2026, 3, 2), 1, 16.0),
        ("ship", monday(2026, 3, 2), 0, 3.0),
        ("ship", monday(2026, 3, 9), 0, 8.0),
        ("tables", monday(2026, 3, 9), 2, 32.0),
    ];
    assert_eq!(worked, wanted.map(|(id, week, person, hours)| (id.to_owned(), week, person, hours)));
    let there = portfolio.there(monday(2026, 3, 9));
    let hours: Vec<f64> = there.values().copied().collect();
    assert_eq!(hours, [24.0, 32.0, 0.0, 40.0, 40.0, 32.0]);
    assert!(portfolio.there(monday(2026, 2, 23)).is_empty());
}

#[test]
fn tasks_may_be_days_apart_and_tied_by_their_beginnings() {
    // Storing begins a day after building has begun, and shipping three days after both are done.
    let tasks = TASKS.replace(
        "store | Store | bo | - | - | 1 | 1 | 1 | -",
        "store | Store | bo | - | - | 1 | 1 | 1 | start of build + 1d",
    );
    let tasks = tasks.replace("build, store", "build + 3d, store + 3d");
    expect(
        &SCHEDULE,
        &tables(
            PEOPLE,
            &tasks.lines().filter(|line| !line.contains("borealis")).collect::<Vec<_>>().join("\n"),
        ),
        "task | people | starts | ends
         build | ada | 2026-03-02 | 2026-03-05
         store | bo | 2026-03-03 | 2026-03-04
         ship | ada | 2026-03-11 | 2026-03-12",
    );
}

#[test]
fn several_do_together_what_asks_for_several() {
    // Ada is away on Tuesday, Friday is a holiday, and Cy works Mondays and Thursdays: what takes both waits for
    // his days. Those who know Rust have three quarters of a week, which sets the pace. Of the two who know SQL,
    // Ada knows it well.
    let head = TASKS.lines().next().expect("a head");
    let people = "id | name | skills | capacity | weekdays | meetings | joined | left
        ada | Ada | rust, sql:3 | 1 | - | 0 | - | -
        bo  | Bo  | rust      | 0.5 | - | 0 | - | -
        cy  | Cy  | sql       | - | monday, thursday | 0 | - | -";
    let tasks = format!(
        "{head}
        borealis | pair | Pair | ada | - | rust, sql | 4 | 4 | 4 | - | - | - | - | - | - | false | false | - | - | - | -
        borealis | both | Both | - | - | 2 rust | 1 | 1 | 1 | pair | - | - | - | - | - | false | false | - | - | - | -
        borealis | tune | Tune | - | sql:2 | - | 1 | 1 | 1 | both | - | - | - | - | - | false | false | - | - | - | -
        borealis | more | More | - | sql:4 | - | 1 | 1 | 1 | - | - | - | - | - | - | false | false | - | - | - | -"
    );
    expect_planned(
        &SCHEDULE,
        &tables(people, &tasks),
        "task | people | starts | ends | hours | why_not
         pair | ada, cy | 2026-03-02 | 2026-03-09 | 21.000 | -
         both | ada, bo | 2026-03-09 | 2026-03-10 | 5.000 | -
         tune | ada | 2026-03-10 | 2026-03-11 | 8.000 | -
         more |  | - | - | 8.000 | `borealis/more` needs 1 with skill `sql` at level 4; nobody has it",
    );
    let portfolio = Portfolio::read(&inputs(tables(people, &tasks).map(|(name, text)| (name, batch(text)))))
        .expect("columns");
    let plan = portfolio.plan(&|| false);
    assert_eq!(check(&portfolio.problem, &plan.schedule), []);
}

#[test]
fn a_task_waits_for_its_day_and_rather_goes_to_whom_it_prefers() {
    let tasks = TASKS
        .replace(
            "tables | Tables | cy | - | - | 2 | 2 | 2 | - | - | -",
            "tables | Tables | cy | - | - | 2 | 2 | 2 | - | - | 2026-03-16",
        )
        .replace(
            "ship | Ship | - | - | - | 1 | 1 | 1 | build, store | 2026-03-05 | - | - | - | -",
            "ship | Ship | - | - | - | 1 | 1 | 1 | build, store | 2026-03-05 | - | 80 | 3 | bo",
        );
    let inputs = inputs(tables(PEOPLE, &tasks).map(|(name, text)| (name, batch(text))));
    let portfolio = Portfolio::read(&inputs).expect("columns");
    let ship = portfolio.problem.tasks.iter().find(|task| task.name == "atlas/ship").expect("it is open");
    assert_eq!((ship.delay_cost, ship.priority, &*ship.preferred), (10, 3_000, &[1][..]));
    expect(
        &SCHEDULE,
        &tables(PEOPLE, &tasks),
        "task | people | starts
        build | ada | 2026-03-02
        store | bo | 2026-03-02
        ship | bo | 2026-03-05
        tables | cy | 2026-03-16
        paint |  | -
        hang |  | -",
    );
}

#[test]
fn once_nobody_waits_an_engine_makes_no_table() {
    let tasks = TASKS.replace("| 2 | 2 | 2 |", "| 9 | 30 | 90 |");
    let mut inputs: Inputs = inputs(tables(PEOPLE, &tasks).map(|(name, text)| (name, batch(text))));
    inputs.batches.insert("schedule", (SCHEDULE.run)(&inputs).expect("a schedule"));
    for engine in [SCHEDULE, RISK, REMEDIES, PIPELINE] {
        assert!((engine.run)(&inputs).is_ok(), "{}", engine.output.name);
        let stopped = Inputs { is_stopped: &|| true, ..inputs.clone() };
        assert!(
            matches!((engine.run)(&stopped), Err(EngineError::Stopped)),
            "{} goes on",
            engine.output.name
        );
    }
}

#[test]
fn no_plan_is_shorter_than_the_longest_path() {
    let portfolio = Portfolio::read(&inputs(tables(PEOPLE, TASKS).map(|(name, text)| (name, batch(text)))))
        .expect("columns");
    let paths = portfolio.paths().expect("no circle");
    // Four days of building and shipping one behind the other; the planned day is the 9th, since Ada is away for one.
    assert_eq!(paths.earliest(0), Some(jiff::civil::date(2026, 3, 5)));
    assert_eq!(paths.earliest(9), None);
    let circle = TASKS.replace("| 2 | 2 | 2 | design |", "| 2 | 2 | 2 | ship |");
    let portfolio = Portfolio::read(&inputs(tables(PEOPLE, &circle).map(|(name, text)| (name, batch(text)))))
        .expect("columns");
    assert!(portfolio.paths().is_none());
}
