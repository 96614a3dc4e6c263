//! One plan in all its forms.

use jiff::civil::{Date, date};
use qd_model::{Amount, Conflict, Cost, Load, LoadRow, LoadWeek, Plan, ProjectPlan, Remedy, TaskPlan};

use super::{calendar, page, table, text};
use crate::draw::{table::csv, words::columns};

fn day(month: i8, day: i8) -> Option<Date> {
    Some(date(2026, month, day))
}

fn task(id: &str, title: &str, days: [Option<Date>; 3], critical: f64) -> TaskPlan {
    TaskPlan {
        person_ids: Vec::new(),
        is_begun: false,
        id: id.to_owned(),
        title: title.to_owned(),
        people: if days[0].is_some() { vec!["Ada".to_owned()] } else { Vec::new() },
        starts: days[0],
        ends: days[1],
        parts: Vec::new(),
        p80: days[2],
        days: 3.0,
        is_assumed: false,
        deadline: None,
        critical: days[0].map(|_| critical),
        why_not: days[0]
            .is_none()
            .then(|| "`atlas/paint` needs 1 with skill `<paint>`; nobody has it".to_owned()),
    }
}

fn amount(value: f64) -> Option<Amount> {
    Some(Amount { value, currency: Some("EUR".to_owned()) })
}

/// A project in the middle, one whose part cannot be planned, and one without tasks.
fn plan() -> Plan {
    let build = TaskPlan {
        deadline: day(3, 5),
        ..task("build", "Build & test", [day(3, 2), day(3, 6), day(3, 11)], 0.9)
    };
    let atlas = ProjectPlan {
        id: "atlas".to_owned(),
        name: "Atlas <b>".to_owned(),
        deadline: day(3, 12),
        starts: day(3, 2),
        ends: day(3, 13),
        days_late: Some(1),
        p50: day(3, 16),
        p80: day(3, 20),
        p95: day(3, 27),
        kept: Some(0.25),
        doubts: vec!["`rust` is short".to_owned()],
        remedies: vec![Remedy { question: "drop atlas/ship".to_owned(), kept: 0.9 }],
        cost: Cost { days: 6.0, to_come: amount(4_800.0), unpriced_days: 0.0, budget: amount(4_000.0) },
        tasks: vec![build, task("ship", "Ship it", [day(3, 9), day(3, 13), day(3, 20)], 0.1)],
    };
    let borealis = ProjectPlan {
        id: "borealis".to_owned(),
        name: "Borealis".to_owned(),
        ends: None,
        days_late: None,
        p50: None,
        p80: None,
        p95: None,
        kept: None,
        doubts: Vec::new(),
        remedies: Vec::new(),
        cost: Cost::default(),
        tasks: vec![task("paint", "Paint", [None; 3], 0.0)],
        ..atlas.clone()
    };
    let cassini = ProjectPlan {
        id: "cassini".to_owned(),
        name: "Cassini".to_owned(),
        deadline: None,
        starts: None,
        tasks: Vec::new(),
        ..borealis.clone()
    };
    let week = |planned| LoadWeek { planned, there: 40.0, projects: vec!["Atlas <b>".to_owned()] };
    let row = |name: &str, weeks: [f64; 2]| LoadRow {
        id: name.to_owned(),
        name: name.to_owned(),
        weeks: weeks.map(week).into(),
    };
    Plan {
        company: "Example & Co".to_owned(),
        as_of: "2026-03-02T08:00:00Z".parse().expect("a time"),
        today: date(2026, 3, 2),
        schedules: 5_000,
        runs: 10_000,
        unexplained: 0,
        projects: vec![atlas, borealis, cassini],
        load: Load {
            weeks: vec![date(2026, 3, 2), date(2026, 3, 9)],
            teams: vec![row("core", [20.0, 10.0])],
            skills: Vec::new(),
            people: vec![row("Ada", [40.0, 40.0]), row("Bo", [0.0, 8.0])],
        },
        conflicts: vec![Conflict::Full { person: "Ada".to_owned(), from: date(2026, 3, 2), weeks: 2 }],
    }
}

#[test]
fn a_terminal_of_eighty_columns_holds_it() {
    let plain = anstream::adapter::strip_str(&text(&plan(), 80)).to_string();
    let wanted = "Plan of 2026-03-02

                                              2 Mar  9 Mar  16 Mar 23 Mar 30 Mar
Atlas <b>  ready 2026-03-13 · 1 day after the promised 2026-03-12
  in 8 of 10 cases by 2026-03-20 · the promise is kept with 25%
  EUR 4.8k to come, 120% of the budget of EUR 4k
  `rust` is short
  it fits with `drop atlas/ship` (kept with 90%)
  P50 2026-03-16 · P80 2026-03-20             ──────────!─  5   8
  Build & test                 Ada            ━━━!━┄┄┄┄┄
  Ship it                      Ada                   ─────┄┄┄┄┄┄┄

Borealis  no day: a part cannot be planned · promised for 2026-03-12
  Paint                        nobody
    `atlas/paint` needs 1 with skill `<paint>`; nobody has it

Cassini  nothing left to plan: no task is open

Load by week            2 Mar  9 Mar
teams
  core                 ▒  50% ░  25%
people with a full week
  Ada                  █ 100% █ 100%

Conflicts
  No hour is left of Ada (2 weeks from 2026-03-02)

5000 schedules compared, 10000 runs of the best with other luck; estimates are
taken at their expected value. Costs are those of open tasks: what was spent so
far is not known.
A column is 1 day from 2026-03-02 on. ━ critical in half of the runs, ─ other
work, ┄ until it is ready in 8 of 10 runs, 5 and 8: the project is ready in so
many of 10 runs, | day it is due, ! work goes on after it.
";
    assert_eq!(plain, wanted);
    for width in [60, 80, 100, 200] {
        let plain = anstream::adapter::strip_str(&text(&plan(), width)).to_string();
        for line in plain.lines() {
            assert!(columns(line) <= width, "{width}: {line}");
        }
    }
}

#[test]
fn a_row_a_task() {
    assert_eq!(
        csv(&table(&plan())).replace("\r\n", "\n"),
        "project,task,title,people,starts,ends,p80,critical,days,is_assumed,deadline,why_not,parts\n\
         atlas,build,Build & test,Ada,2026-03-02,2026-03-06,2026-03-11,0.9,3,false,2026-03-05,,\n\
         atlas,ship,Ship it,Ada,2026-03-09,2026-03-13,2026-03-20,0.1,3,false,,,\n\
         borealis,paint,Paint,,,,,,3,false,,`atlas/paint` needs 1 with skill `<paint>`; nobody has it,\n"
    );
}

/// The elements of a page that are opened and not closed, or closed and not opened.
fn unbalanced(page: &str) -> Vec<String> {
    const ALONE: [&str; 4] = ["!doctype", "meta", "br", "link"];
    let mut open: Vec<String> = Vec::new();
    for part in page.split('<').skip(1) {
        let (tag, _) = part.split_once('>').unwrap_or((part, ""));
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default().to_owned();
        match tag.starts_with('/') {
            true if open.last() == Some(&name) => drop(open.pop()),
            true => open.push(format!("/{name}")),
            false if tag.ends_with('/') || ALONE.contains(&name.as_str()) => {}
            false => open.push(name),
        }
    }
    open
}

#[test]
fn a_page_stands_alone_and_tells_all_that_it_draws() {
    let page = page(&plan());
    assert_eq!(unbalanced(&page), Vec::<String>::new());
    for outside in ["http", "<script", "<b>", "<paint>", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}: {page}");
    }
    for words in [
        "<title>Plan of Example &amp; Co, 2026-03-02</title>",
        "<title>Build &amp; test (Atlas &lt;b&gt;): Ada, 2026-03-02 to 2026-03-06, critical in 90% of the runs</title>",
        "<title>Ship it: ready by 2026-03-20 in 8 of 10 runs</title>",
        "<title>Atlas &lt;b&gt; is ready by 2026-03-27 in 95 of 100 runs</title>",
        "<title>Atlas &lt;b&gt; is promised for 2026-03-12</title>",
        "class=\"bar critical\"",
        "class=\"due late\"",
        "<td>EUR 4.8k</td><td>EUR 4k</td>",
        "<li>Paint: <span class=\"error\">`atlas/paint` needs 1 with skill `&lt;paint&gt;`; nobody has it</span></li>",
        "title=\"Ada, week of 2026-03-09: 40 of 40 h (Atlas &lt;b&gt;)\">100</td>",
        "As of 2026-03-02 08:00 UTC. 5000 schedules compared, 10000 runs",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // Each drawing names itself and says what it is of.
    let drawings = page.matches("<svg ").count();
    assert_eq!((drawings, page.matches("role=\"img\" aria-label=\"").count()), (2, 2));
    assert!(page.matches("the best of 5000 schedules, and 10000 runs of it.").count() >= drawings);
}

#[test]
fn nothing_to_plan_is_a_page_and_a_calendar_too() {
    let none = Plan { projects: Vec::new(), load: Load::default(), conflicts: Vec::new(), ..plan() };
    assert!(page(&none).contains("No project is worked on."));
    assert!(calendar(&none).ends_with("X-WR-CALNAME:Plan of Example & Co\r\nEND:VCALENDAR\r\n"));
}

#[test]
fn a_calendar_has_tasks_promises_and_likely_ends() {
    let calendar = calendar(&plan()).replace("\r\n ", "");
    let uids: Vec<&str> = calendar.lines().filter_map(|line| line.strip_prefix("UID:")).collect();
    assert_eq!(
        uids,
        ["atlas/task/build", "atlas/task/ship", "atlas/promised", "atlas/p80", "borealis/promised"]
            .map(|id| format!("{id}@Example%20%26%20Co.quarterdeck"))
    );
    assert!(calendar.contains(
        "DTSTART;VALUE=DATE:20260302\r\nDTEND;VALUE=DATE:20260307\r\nSUMMARY:Atlas <b>: Build & test\r\n\
         DESCRIPTION:Ada\\n3 days of work\\nin 8 of 10 cases by 2026-03-11\\ndue 2026-03-05\\ncritical in 90% of the cases\r\n"
    ), "{calendar}");
    assert_eq!(calendar.matches("DTSTAMP:20260302T080000Z\r\n").count(), uids.len());
}

/// A task in two parts: two bars and what lies between, two entries, and the days in words.
#[test]
fn a_task_that_is_put_down_lies_in_parts() {
    let mut plan = plan();
    let build = &mut plan.projects[0].tasks[0];
    build.ends = day(3, 13);
    build.parts = vec![(date(2026, 3, 2), date(2026, 3, 5)), (date(2026, 3, 10), date(2026, 3, 13))];
    let plain = anstream::adapter::strip_str(&text(&plan, 80)).to_string();
    assert!(plain.contains("  Build & test                 Ada            ━━━!····━━━━\n"), "{plain}");
    assert!(plain.split_whitespace().collect::<Vec<_>>().join(" ").contains("· put down for another task."));
    let page = page(&plan);
    assert_eq!(page.matches("<rect class=\"bar critical\"").count(), 2, "{page}");
    assert_eq!(page.matches("<rect class=\"pause\"").count(), 1);
    assert!(page.contains("<small>put down after 2026-03-05, until 2026-03-10</small>"));
    assert_eq!(unbalanced(&page), Vec::<String>::new());
    let calendar = calendar(&plan).replace("\r\n ", "");
    assert!(
        calendar.contains("UID:atlas/task/build@") && calendar.contains("UID:atlas/task/build/2@"),
        "{calendar}"
    );
    assert!(calendar.contains("DTSTART;VALUE=DATE:20260310\r\nDTEND;VALUE=DATE:20260314\r\n"), "{calendar}");
    let rows = csv(&table(&plan));
    assert!(
        rows.lines().any(|line| line.ends_with(",2026-03-02/2026-03-05; 2026-03-10/2026-03-13")),
        "{rows}"
    );
}

#[test]
fn many_conflicts_are_counted() {
    let late = |task: u32| Conflict::Late {
        project: "Atlas".to_owned(),
        task: format!("task {task:02}"),
        deadline: date(2026, 3, 2),
        ends: date(2026, 3, 3),
        days: 1,
    };
    let full =
        |weeks: usize| Conflict::Full { person: format!("P{weeks:02}"), from: date(2026, 3, 2), weeks };
    let plan = Plan { conflicts: (0..30).map(late).chain((1..=30).map(full)).collect(), ..plan() };
    let plain = anstream::adapter::strip_str(&text(&plan, 100)).to_string();
    assert!(
        plain.contains(
            "task 11 (Atlas) is ready 2026-03-03, 1 day after it is due\n  18 more tasks are late\n"
        )
    );
    let words = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("No hour is left of P19 (19 weeks from 2026-03-02), P20"), "{plain}");
    // A single week is the heat map's.
    assert!(words.contains("P30 (30 weeks from 2026-03-02), and 17 more"), "{plain}");
}
