//! A small history whose factors are known by hand, and what must hold of any.

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;
use crate::{
    columns::DAY,
    testing::{batch, expect, inputs, lines},
};

fn change<'a>(day: i64, author: &'a str, title: &'a str, files: &[(&'a str, u64)]) -> Change<'a> {
    let each = |(path, added): &(&'a str, u64)| File { path, previous: None, added: Some(*added) };
    Change {
        time: day * DAY,
        author: Some(author),
        title,
        added: Some(files.iter().map(|(_, added)| added).sum()),
        files: Some(files.iter().map(each).collect()),
    }
}

fn measured(past: &Past<'_>, change: &Change<'_>) -> Measures {
    past.measure(change, &HashSet::new(), &HashSet::new())
}

#[test]
fn factors_are_what_the_history_says() {
    let mut past = Past::new();
    for day in 0..5 {
        past.learn(&change(900 + day, "ada", "Add more", &[("src/a.rs", 9)]));
    }
    past.learn(&change(906, "ben", "Fix crash", &[("src/a.rs", 1), ("lib/b.rs", 1), ("README.md", 1)]));
    past.learn(&change(100, "cy", "Fix crash", &[("lib/c.rs", 1)]));
    let own = past.learn(&change(907, "dan", "Fix crash", &[("lib/b.rs", 1)]));
    let proposed =
        change(910, "dan", "New", &[("src/a.rs", 30), ("lib/b.rs", 10), ("lib/c.rs", 2), ("x.md", 58)]);
    let measures = past.measure(&proposed, &HashSet::from([own]), &HashSet::from(["ben"]));
    let expected = Measures {
        lines: Some(42.0),
        files: Some(3),
        folders: Some(2),
        spread: measures.spread,
        heat: Some(6),
        hot_files: vec!["src/a.rs".to_owned()],
        fixes: Some(1),
        known_files: Some(3),
        lone_files: Some(2),
        new_files: Some(3),
    };
    assert_eq!(measures, expected);
    assert!((measures.spread.unwrap_or(0.0) - 0.918).abs() < 0.001);
}

#[test]
fn a_renamed_file_keeps_its_history() {
    let mut past = Past::new();
    past.learn(&change(1, "ada", "Add", &[("old.rs", 5)]));
    let mut renaming = change(2, "ben", "Move", &[("new.rs", 0)]);
    renaming.files = Some(vec![File { path: "new.rs", previous: Some("old.rs"), added: Some(0) }]);
    past.learn(&renaming);
    let measures = measured(&past, &change(3, "ada", "More", &[("new.rs", 1)]));
    assert_eq!((measures.heat, measures.new_files, measures.lone_files), (Some(2), Some(0), Some(0)));
}

#[test]
fn what_is_unknown_is_none_and_changes_no_odds() {
    let unknown = Change { time: 0, author: None, title: "", added: None, files: None };
    let measures = measured(&Past::new(), &unknown);
    assert_eq!(measures, Measures::default());
    assert_eq!(Peers::new().risk(&measures).times, [1.0; 6]);
    let shared = Change {
        added: Some(10),
        files: Some(vec![
            File { path: "a.rs", previous: None, added: None },
            File { path: "a.md", previous: None, added: None },
        ]),
        ..unknown
    };
    assert_eq!(measured(&Past::new(), &shared).lines, Some(5.0));
    assert_eq!(measured(&Past::new(), &shared).new_files, None);
}

const CHANGES: &str = "repo | sha | path | previous_path | added
    api | 1 | a.rs | - | 10
    api | 2 | a.rs | - | 10
    api | 3 | b.rs | - | 10
    api | 9 | a.rs | - | 40";
const COMMITS: &str = "repo | sha | commit_time | author_time | subject | person
    api | 1 | 30 | 30 | Add     | ada
    api | 2 | 20 | 20 | Fix it  | ben
    api | 3 | 10 | 10 | Add b   | ada
    api | 9 | 5  | 5  | Fix all | cy";
const HEAD: &str = "source | repo | number | title | url | author | person | state | is_draft | created_at | ready_at | merge_sha | commit_shas | added | paths";

fn tables(requests: &str) -> [(&'static str, String); 4] {
    [
        ("changes", CHANGES.to_owned()),
        ("commits", COMMITS.to_owned()),
        ("requests", format!("{HEAD}\n{requests}")),
        ("away", "person\nada".to_owned()),
    ]
}

#[test]
fn the_order_says_why() {
    let tables = tables(
        "hub | api | 7 | All   | - | cy  | cy  | open | false | 4   | - | - | 9 | 40 | a.rs
         hub | api | 8 | Small | - | ben | ben | open | -     | 100 | 2 | - | - | 2  | b.rs, x.md
         hub | api | 5 | Draft | - | ben | ben | open | true  | 4   | - | - | - | 900 | b.rs
         hub | web | 1 | New   | - | -   | -   | open | -     | 50  | - | - | - | -  | -",
    );
    let tables: Vec<_> = tables.iter().map(|(name, text)| (*name, text.as_str())).collect();
    expect(
        &ENGINE,
        &tables,
        "
        rank | repo | number | waiting_days | risk  | worth | peers | lines  | heat | fixes | known_files | lone_files | new_files
        1    | web  | 1      | 50.000       | 0.043 | 1.292 | 0     | -      | -    | -     | -           | -          | -
        2    | api  | 7      | 4.000        | 0.084 | 0.337 | 3     | 40.000 | 2    | 1     | 1           | 0          | 1
        3    | api  | 8      | 2.000        | 0.011 | 0.023 | 3     | 1.000  | 1    | 0     | 1           | 1          | 1
        ",
    );
}

#[test]
fn nothing_open_is_an_empty_order() {
    let tables = [
        ("changes", "repo | sha | path | previous_path | added"),
        ("commits", "repo | sha | commit_time | author_time | subject | person"),
        ("requests", HEAD),
        ("away", "person"),
    ];
    expect(&ENGINE, &tables, "rank | repo");
}

fn histories() -> impl Strategy<Value = Vec<(i64, usize, usize, u64, bool)>> {
    prop::collection::vec((0..1_000_i64, 0..4_usize, 0..6_usize, 0..500_u64, any::<bool>()), 0..60)
}

const PEOPLE: [&str; 4] = ["ada", "ben", "cy", "dan"];
const PATHS: [&str; 6] = ["src/a.rs", "src/b.rs", "lib/c.rs", "d.rs", "README.md", "tests/e.rs"];

fn told(mut history: Vec<(i64, usize, usize, u64, bool)>) -> (Past<'static>, Peers) {
    history.sort_unstable();
    let (mut past, mut peers) = (Past::new(), Peers::new());
    for (day, person, path, added, is_fix) in history {
        let title = if is_fix { "Fix it" } else { "Add it" };
        let change = change(day, PEOPLE[person], title, &[(PATHS[path], added)]);
        peers.remember(&measured(&past, &change));
        past.learn(&change);
    }
    (past, peers)
}

proptest! {
    #[test]
    fn a_larger_change_of_the_same_shape_is_no_less_risky(
        history in histories(), path in 0..6_usize, added in 0..1_000_u64, more in 0..10_000_u64,
    ) {
        let (past, peers) = told(history);
        let risk = |added| peers.risk(&measured(&past, &change(1_001, "ada", "", &[(PATHS[path], added)])));
        let (small, large) = (risk(added), risk(added + more));
        prop_assert!(large.probability >= small.probability);
        prop_assert!((0.0..=1.0).contains(&small.probability));
    }

    #[test]
    fn the_risk_is_the_product_of_what_is_shown(history in histories(), added in 0..1_000_u64) {
        let (past, peers) = told(history);
        let one = peers.risk(&measured(&past, &change(1_001, "ben", "", &[("src/a.rs", added)])));
        let bare = peers.risk(&Measures::default()).probability;
        let odds = one.times.iter().fold(bare / (1.0 - bare), |odds, times| odds * times);
        prop_assert!((one.probability - odds / (1.0 + odds)).abs() < 1e-9);
    }

    #[test]
    fn the_order_of_the_rows_does_not_matter(turns in 0..4_usize) {
        let turn = |text: &str| {
            let mut rows: Vec<&str> = text.lines().collect();
            if let Some(rest) = rows.get_mut(1..) && !rest.is_empty() {
                let by = turns % rest.len();
                rest.rotate_left(by);
            }
            rows.join("\n")
        };
        let requests = "hub | api | 7 | A | - | cy | cy | open | - | 4 | - | - | 9 | 40 | a.rs
            hub | api | 8 | B | - | ben | ben | open | - | 4 | - | - | - | 40 | a.rs
            hub | api | 6 | C | - | ben | ben | merged | - | 15 | - | 3 | - | 10 | b.rs";
        let run = |turned: bool| {
            let given = tables(requests).map(|(name, text)| {
                (name, batch(&if turned { turn(&text) } else { text }))
            });
            (ENGINE.run)(&inputs(given)).map(|rows| lines(&rows, "rank | number | worth | risk"))
        };
        let (straight, turned) = (run(false).expect("a good example"), run(true).expect("a good example"));
        prop_assert_eq!(straight, turned);
    }
}
