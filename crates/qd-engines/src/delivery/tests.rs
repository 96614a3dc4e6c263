//! Streams of which the answer can be said on paper.

use super::{CALIBRATION, Deliveries, ENGINE};
use crate::testing::{batch, expect, inputs};

/// One item a working week is added and two are done, over a year and more, from a heap of many.
fn items() -> String {
    let mut lines = vec!["project | stream | opened | closed | is_open".to_owned()];
    let day =
        |back: i64| jiff::civil::date(2026, 3, 2).checked_sub(jiff::Span::new().days(back)).expect("a day");
    for week in 1..=60 {
        for _ in 0..2 {
            lines.push(format!("atlas | atlas | {} | {} | false", day(421), day(7 * week - 3)));
        }
        lines.push(format!("atlas | atlas | {} | - | true", day(7 * week - 2)));
    }
    lines.push(format!("- | web | {} | - | true", day(3)));
    lines.join("\n")
}

const PROMISES: &str = "id | deadline\n atlas | 2028-03-02\n empty | -";

#[test]
fn a_pace_that_gains_one_a_week_ends_when_the_heap_is_gone() {
    let items = items();
    let tables = [("items", items.as_str()), ("promises", PROMISES)];
    let deliveries =
        Deliveries::read(&inputs(tables.map(|(name, text)| (name, batch(text))))).expect("columns");
    assert_eq!(deliveries.projects().collect::<Vec<_>>(), ["atlas"]);
    let atlas = deliveries.forecast("atlas").expect("it has items");
    assert_eq!((atlas.left, atlas.done_a_week, atlas.added_a_week), (60, 2.0, 1.0));
    let weeks = atlas.weeks.expect("there is a pace");
    assert!((40.0..100.0).contains(&weeks.curve.median()), "{}", weeks.curve.median());
    assert!(weeks.curve.at(0.9) > weeks.curve.at(0.1) && atlas.kept.is_some_and(|kept| kept > 0.5));
    let way = deliveries.way("atlas");
    assert_eq!(way.iter().map(|(items, _)| *items).collect::<Vec<_>>(), [12, 24, 36, 48, 60]);
    assert!(way.is_sorted_by(|one, two| one.1.median() <= two.1.median()));
    let by = deliveries.items_by("atlas", jiff::civil::date(2026, 5, 25)).expect("there is a pace");
    assert!((18.0..30.0).contains(&by.curve.median()), "{}", by.curve.median());
    assert!(deliveries.forecast("web").is_none() && deliveries.forecast("empty").is_none());
    assert!(deliveries.items_by("atlas", jiff::civil::date(2020, 1, 1)).is_none());
}

#[test]
fn what_says_too_little_is_unknown() {
    let few = "project | stream | opened | closed | is_open
        atlas | atlas | 2026-02-02 | 2026-02-03 | false
        atlas | atlas | 2026-02-02 | - | true
        empty | empty | 2026-03-09 | - | true";
    expect(
        &ENGINE,
        &[("items", few), ("promises", PROMISES)],
        "project | items_left | p50 | kept\n atlas | 1 | - | -",
    );
    expect(
        &ENGINE,
        &[("items", "project | stream | opened | closed | is_open"), ("promises", PROMISES)],
        "project",
    );
}

#[test]
fn ranges_and_plans_are_counted() {
    let history =
        "id | category | person | project | estimate_days | actual_days | low_days | high_days | began | done
        a | sql | - | atlas | 2 | 1.5 | 1 | 4 | 2026-01-05 | 2026-01-06
        b | sql | - | atlas | 2 | 5 | 1 | 4 | 2026-01-07 | 2026-01-12
        c | sql | - | atlas | 2 | 2 | - | - | 2026-01-13 | 2026-01-14
        d | - | - | - | 2 | -1 | 1 | 4 | 2026-01-13 | 2026-01-14";
    let plans = "plan | project | p50 | p80 | done
        2026-01-02 | atlas | 2026-02-01 | 2026-02-20 | 2026-02-10
        2026-01-02 | bridge | - | - | 2026-02-10";
    let items = "project | stream | opened | closed | is_open";
    expect(
        &CALIBRATION,
        &[("items", items), ("promises", PROMISES), ("estimate_history", history), ("plans", plans)],
        "kind | forecasts | inside | kept_p50 | kept_p80
         ranges of estimates, as people said them | 3 | 0.333 | 0.667 | -
         tasks, by what the like took | 3 | 0.667 | 0.667 | -
         deliveries, by their pace | 0 | - | - | -
         plans that were accepted | 1 | - | 0.000 | 1.000",
    );
}
