//! Who knows what, by example and by rule.

use proptest::prelude::*;

use super::ENGINE;
use crate::testing::{batch, expect, inputs, lines};

const NO_FILES: &str = "source | repo | path | bytes | is_generated";

#[test]
fn authorship_follows_the_formula() {
    // Ada: 3.293 + 1.098 + 0.164 * 2 - 0.321 * ln(1 + 3); Ben: 3.293 + 0.164 * 3 - 0.321 * ln(1 + 2).
    expect(
        &ENGINE,
        &[
            (
                "changes",
                "
                source | repo | sha | commit_time | path | previous_path | change   | person | is_bot
                code   | api  | 1   | 90          | a.rs | -             | added    | ada    | false
                code   | api  | 2   | 80          | a.rs | -             | modified | ada    | false
                code   | api  | 3   | 70          | a.rs | -             | modified | ben    | false
                code   | api  | 4   | 60          | a.rs | -             | modified | bot    | true
                code   | api  | 5   | 50          | a.rs | -             | modified | ben    | false
                code   | api  | 6   | 40          | a.rs | -             | modified | ada    | false
                code   | api  | 7   | 30          | a.rs | -             | modified | ben    | false
            ",
            ),
            ("files", NO_FILES),
        ],
        "
        path | person | is_first_author | changes | others | authorship | share | is_author | knows
        a.rs | ada    | yes             | 3       | 3      | 4.274      | 1.000 | yes       | yes
        a.rs | ben    | no              | 3       | 3      | 3.432      | 0.803 | yes       | yes
        ",
    );
}

#[test]
fn what_was_not_touched_for_two_years_is_known_through_its_folder() {
    expect(
        &ENGINE,
        &[
            (
                "changes",
                "
                source | repo | sha | commit_time | path    | previous_path | change   | person | is_bot
                code   | api  | 1   | 900         | src/a   | -             | added    | ada    | false
                code   | api  | 1   | 900         | lib/b   | -             | added    | ada    | false
                code   | api  | 2   | 90          | src/c   | -             | added    | ada    | false
                code   | api  | 3   | 90          | lib/d   | -             | added    | ben    | false
            ",
            ),
            ("files", NO_FILES),
        ],
        "
        path  | person | is_author | knows
        lib/b | ada    | yes       | no
        lib/d | ben    | yes       | yes
        src/a | ada    | yes       | yes
        src/c | ada    | yes       | yes
        ",
    );
}

#[test]
fn history_goes_along_when_a_file_is_renamed() {
    expect(
        &ENGINE,
        &[
            (
                "changes",
                "
                source | repo | sha | commit_time | path | previous_path | change   | person | is_bot
                code   | api  | 1   | 90          | a    | -             | added    | ada    | false
                code   | api  | 2   | 80          | b    | a             | renamed  | ben    | false
                code   | api  | 3   | 70          | a    | -             | modified | eve    | false
                code   | api  | 4   | 60          | a    | -             | added    | eve    | false
                code   | api  | 5   | 50          | c    | -             | added    | eve    | false
                code   | api  | 6   | 40          | c    | -             | deleted  | ben    | false
                code   | api  | 7   | 30          | d    | -             | added    | bot    | true
                code   | api  | 8   | 20          | d    | -             | modified | ben    | false
                code   | api  | 9   | 10          | x    | -             | added    | ben    | false
                code   | api  | 9   | 10          | y    | -             | added    | eve    | false
                code   | api  | 10  | 9           | y    | x             | renamed  | ben    | false
                code   | api  | 10  | 9           | x    | y             | renamed  | ben    | false
            ",
            ),
            ("files", NO_FILES),
        ],
        "
        path | person | is_first_author | changes | others
        a    | eve    | yes             | 1       | 0
        b    | ada    | yes             | 1       | 2
        b    | ben    | no              | 1       | 2
        b    | eve    | no              | 1       | 2
        d    | ben    | no              | 1       | 0
        x    | eve    | yes             | 1       | 1
        x    | ben    | no              | 1       | 1
        y    | ben    | yes             | 2       | 0
        ",
    );
}

#[test]
fn a_commit_on_two_branches_counts_once() {
    expect(
        &ENGINE,
        &[
            ("changes", "
                source | repo | sha | commit_time | author_time | path | previous_path | change   | person | is_bot
                code   | api  | 1   | 90          | 90          | a    | -             | added    | ada    | false
                code   | api  | 2   | 80          | 80          | a    | -             | modified | ben    | false
                code   | api  | 3   | 70          | 80          | a    | -             | modified | ben    | false
                code   | api  | 4   | 60          | 80          | a    | -             | modified | eve    | false
                code   | api  | 5   | 50          | -           | a    | -             | modified | ben    | false
            "),
            ("files", NO_FILES),
        ],
        "
        person | changes | others
        ada    | 1       | 3
        ben    | 2       | 2
        eve    | 1       | 3
        ",
    );
}

#[test]
fn only_files_of_an_observed_tree_count() {
    expect(
        &ENGINE,
        &[
            (
                "changes",
                "
                source | repo | sha | commit_time | path   | previous_path | change   | person | is_bot
                code   | api  | 1   | 90          | a      | -             | added    | ada    | false
                code   | api  | 1   | 90          | gone   | -             | added    | ada    | false
                code   | api  | 1   | 90          | a.lock | -             | added    | ada    | false
                code   | web  | 2   | 90          | a      | -             | added    | ben    | false
            ",
            ),
            (
                "files",
                "
                source | repo | path   | bytes | is_generated
                code   | api  | a      | 3     | false
                code   | api  | a.lock | 3     | true
                code   | api  | new    | 3     | false
            ",
            ),
        ],
        "
        repo | path | person
        api  | a    | ada
        web  | a    | ben
        ",
    );
}

/// Rows of changes to few names in few commits.
fn any_changes() -> impl Strategy<Value = Vec<String>> {
    let change =
        (0..6_u8, 0..4_u8, 0..4_u8, prop::sample::select(vec!["added", "modified", "deleted", "renamed"]));
    prop::collection::vec(change, 1..30).prop_map(|changes| {
        let mut rows = std::collections::BTreeMap::new();
        for (commit, name, other, kind) in changes {
            let previous = if kind == "renamed" { format!("f{other}") } else { "-".to_owned() };
            let person = ["ada", "ben", "eve"][usize::from(commit) % 3];
            rows.entry((commit, name)).or_insert_with(|| {
                let day = 90 - commit / 2;
                format!("code | api | s{commit} | {day} | f{name} | {previous} | {kind} | {person} | false")
            });
        }
        rows.into_values().collect()
    })
}

const HEAD: &str = "source | repo | sha | commit_time | path | previous_path | change | person | is_bot";

fn run(rows: &[String]) -> Vec<String> {
    let changes = batch(&format!("{HEAD}\n{}", rows.join("\n")));
    let result =
        (ENGINE.run)(&inputs([("changes", changes), ("files", batch(NO_FILES))])).expect("a good example");
    lines(&result, "path | person | changes | others | is_first_author | authorship | share | is_author")
}

proptest! {
    #[test]
    fn the_order_of_rows_makes_no_difference(rows in any_changes(), turn in 0..30_usize) {
        let mut turned = rows.clone();
        turned.rotate_left(turn % rows.len());
        turned.reverse();
        prop_assert_eq!(run(&rows), run(&turned));
    }

    #[test]
    fn each_file_has_somebody_with_the_highest_share(rows in any_changes()) {
        let mut best: std::collections::BTreeMap<String, (f64, usize)> = std::collections::BTreeMap::new();
        let shown = run(&rows);
        for line in &shown {
            let cells: Vec<&str> = line.split(" | ").collect();
            let share: f64 = cells[6].parse().expect("a good example");
            prop_assert!((0.0..=1.0).contains(&share));
            let entry = best.entry(cells[0].to_owned()).or_default();
            entry.0 = entry.0.max(share);
            entry.1 += usize::from(cells[4] == "yes");
        }
        for (share, creators) in best.values() {
            prop_assert!((share - 1.0).abs() < 1e-9);
            prop_assert!(*creators <= 1);
        }
        let mut keys: Vec<String> = shown.iter().map(|line| line.split(" | ").take(2).collect()).collect();
        keys.dedup();
        prop_assert_eq!(keys.len(), shown.len());
    }
}
