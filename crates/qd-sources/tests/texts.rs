//! How old texts are and how they stood in the past, compared with what git itself says.

#![allow(clippy::unwrap_used)]

mod helper;

use std::{collections::BTreeMap, path::Path};

use helper::Repository;
use jiff::{Timestamp, tz::TimeZone};
use qd_sources::git::texts;

const DAY: i64 = 86_400;
const START: i64 = 1_760_000_000;

fn day(day: i64) -> i64 {
    START + day * DAY
}

fn moment(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

fn any(_: &str) -> bool {
    true
}

fn dates(folder: &Path) -> BTreeMap<String, String> {
    let dates = texts::dates(folder, &TimeZone::UTC, &any);
    dates.into_iter().map(|(path, date)| (path, date.to_string())).collect()
}

fn dated(wanted: &[(&str, i64)]) -> BTreeMap<String, String> {
    let date = |seconds| TimeZone::UTC.to_datetime(moment(seconds)).date().to_string();
    wanted.iter().map(|(path, seconds)| ((*path).to_owned(), date(*seconds))).collect()
}

/// Texts and problems, in lines.
fn at(folder: &Path, time: i64) -> Option<Vec<String>> {
    let (texts, problems) = texts::texts_at(folder, moment(time), &any).unwrap()?;
    let texts = texts.into_iter().map(|(path, text)| format!("{path} = {}", text.trim_end()));
    let told = problems.into_iter().map(|problem| format!("{}: {}", problem.subject, problem.message));
    Some(texts.chain(told).collect())
}

/// What git says of every file of HEAD below `within`.
fn as_git_says(git: &Repository, within: &str) -> BTreeMap<String, String> {
    let listed = git.output(&["ls-tree", "-r", "--name-only", &format!("HEAD:{within}")]);
    let date = |path: &str| {
        let whole = if within.is_empty() { path.to_owned() } else { format!("{within}/{path}") };
        git.output(&["log", "-1", "--format=%cd", "--date=format-local:%Y-%m-%d", "--", &whole])
    };
    listed.lines().map(|path| (path.to_owned(), date(path))).collect()
}

#[test]
fn a_text_is_as_old_as_its_last_change() {
    let git = Repository::new();
    git.write("company.toml", "one\n").write("people/ada.toml", "a\n").commit_at("first", day(0));
    git.write("people/bob.toml", "b\n").commit_at("bob", day(1));
    git.write("company.toml", "two\n").commit_at("edit", day(2));
    git.run(&["mv", "people/bob.toml", "people/eve.toml"]).commit_at("moved", day(3));
    let wanted = [("company.toml", day(2)), ("people/ada.toml", day(0)), ("people/eve.toml", day(3))];
    assert_eq!(dates(&git.path), dated(&wanted));
    assert_eq!(texts::dates(&git.path, &TimeZone::UTC, &|path| path.ends_with("ada.toml")).len(), 1);
}

#[test]
fn the_day_is_that_of_the_zone() {
    let git = Repository::new();
    // Ten minutes before midnight in UTC.
    git.write("a", "one\n").commit_at("late", 1_760_053_800);
    let date = |zone: &TimeZone| texts::dates(&git.path, zone, &any)["a"].to_string();
    assert_eq!(date(&TimeZone::UTC), "2025-10-09");
    assert_eq!(date(&TimeZone::fixed(jiff::tz::offset(2))), "2025-10-10");
}

#[test]
fn what_is_newer_than_history_has_no_date() {
    let git = Repository::new();
    git.write("same", "a\n").write("edited", "a\n").write("gone", "a\n").write("ends", "a\nb\n");
    git.write("replaced", "a\n").link("link", "same").commit_at("first", day(0));
    git.write("edited", "b\n").remove("gone").write("untracked", "a\n").write("ends", "a\r\nb\r\n");
    git.remove("replaced").link("replaced", "same");
    assert_eq!(dates(&git.path), dated(&[("same", day(0)), ("ends", day(0))]));
    git.run(&["add", "untracked", "edited"]);
    assert_eq!(dates(&git.path), dated(&[("same", day(0)), ("ends", day(0))]));
}

#[test]
fn a_merge_changes_only_what_none_of_its_parents_has() {
    let git = Repository::new();
    git.write("both", "1\n2\n3\n").write("side", "a\n").write("ours", "a\n");
    git.commit_at("first", day(0));
    git.run(&["checkout", "-q", "-b", "topic"]).write("side", "b\n").write("ours", "theirs\n");
    git.write("both", "1\n2\n3 changed\n").commit_at("topic", day(1));
    git.run(&["checkout", "-q", "main"]).write("both", "1 changed\n2\n3\n").commit_at("main", day(2));
    git.run(&["merge", "-q", "--no-ff", "--no-commit", "topic"]);
    git.write("ours", "a\n").commit_at("merge", day(3));
    // What the topic did to `ours` was not taken over: it is as old as ever.
    assert_eq!(dates(&git.path), dated(&[("both", day(3)), ("side", day(1)), ("ours", day(0))]));
    assert_eq!(dates(&git.path), as_git_says(&git, ""));
}

#[test]
fn any_history_gives_the_dates_that_git_gives() {
    let git = Repository::new();
    let mut state = 7_u64;
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) % below
    };
    git.write("in/a/0", "0\n").write("0", "0\n").commit_at("first", day(0));
    for branch in ["one", "two"] {
        git.run(&["branch", branch]);
    }
    for step in 1..60 {
        git.run(&["checkout", "-q", ["main", "one", "two"][usize::try_from(next(3)).unwrap()]]);
        if next(3) == 0 {
            let other = ["main", "one", "two"][usize::try_from(next(3)).unwrap()];
            let strategy = ["-Xours", "-Xtheirs"][usize::try_from(next(2)).unwrap()];
            git.run(&["merge", "-q", "--no-ff", "--no-commit", strategy, other]);
        }
        for _ in 0..1 + next(2) {
            let path =
                format!("{}{}", ["", "in/", "in/a/", "in/b/c/"][usize::try_from(next(4)).unwrap()], next(3));
            // Few contents, so that a change is often taken back or made twice.
            git.write(&path, &format!("{}\n", next(3)));
        }
        git.commit_at("step", day(step));
    }
    for (folder, within) in [(git.path.clone(), ""), (git.path.join("in"), "in")] {
        let found = dates(&folder);
        assert!(found.len() > 5);
        assert_eq!(found, as_git_says(&git, within), "in `{within}`");
    }
    // A past day has the dates that it had then.
    let commit = git.output(&["rev-list", "-1", "--first-parent", &format!("--before={}", day(30)), "HEAD"]);
    let then = texts::dates_at(&git.path, moment(day(30)), &TimeZone::UTC, &any);
    git.run(&["checkout", "-q", &commit]);
    assert_eq!(then, texts::dates(&git.path, &TimeZone::UTC, &any));
    assert!(then.len() > 5);
}

#[test]
fn a_clock_that_runs_backwards_dates_by_the_commit_all_the_same() {
    let git = Repository::new();
    git.write("a", "1\n").write("b", "1\n").commit_at("first", day(9));
    git.write("b", "2\n").commit_at("second", day(4));
    git.run(&["checkout", "-q", "-b", "topic"]).write("c", "1\n").commit_at("third", day(7));
    git.run(&["checkout", "-q", "main"]).write("d", "1\n").commit_at("fourth", day(1));
    git.run(&["merge", "-q", "--no-ff", "--no-commit", "topic"]).commit_at("merge", day(2));
    let wanted = [("a", day(9)), ("b", day(4)), ("c", day(7)), ("d", day(1))];
    assert_eq!(dates(&git.path), dated(&wanted));
}

#[test]
fn the_past_has_the_texts_it_had() {
    let git = Repository::new();
    git.write("code.rs", "x\n").commit_at("code alone", day(0));
    git.write("deck/company.toml", "one\n").commit_at("first", day(1));
    git.write("deck/company.toml", "two\n").write("deck/people/ada.toml", "a\n");
    git.commit_at("second", day(3));
    git.run(&["checkout", "-q", "-b", "topic"]).write("deck/people/bob.toml", "b\n");
    git.commit_at("topic", day(4)).run(&["checkout", "-q", "main"]);
    git.run(&["merge", "-q", "--no-ff", "--no-commit", "topic"]).commit_at("merge", day(6));
    git.write("deck/company.toml", "not committed\n");
    let deck = git.path.join("deck");
    let texts = |time| at(&deck, time).unwrap();
    let second = ["company.toml = two", "people/ada.toml = a"];
    let merged = ["company.toml = two", "people/ada.toml = a", "people/bob.toml = b"];
    assert_eq!(texts(day(7)), merged);
    assert_eq!(texts(day(6)), merged);
    assert_eq!(texts(day(5)), second, "what was not merged yet was not in force");
    assert_eq!(texts(day(3)), second);
    assert_eq!(texts(day(3) - 1), ["company.toml = one"]);
    assert_eq!(texts(day(0)), [format!("deck: its history begins later than {}", moment(day(0)))]);
    let problem = format!("deck: its history begins at {}, later than {}", moment(day(0)), moment(day(-1)));
    assert_eq!(texts(day(-1)), [problem]);
    assert_eq!(at(&git.path, day(0)).unwrap(), ["code.rs = x"]);
    let wanted = |path: &str| path.starts_with("people/");
    let (texts, _) = texts::texts_at(&deck, moment(day(6)), &wanted).unwrap().unwrap();
    assert_eq!(texts.into_keys().collect::<Vec<_>>(), ["people/ada.toml", "people/bob.toml"]);
}

#[test]
fn what_is_no_text_is_told() {
    let git = Repository::new();
    git.write_bytes(b"latin.md", b"caf\xe9").write("a.md", "a\n").link("link.md", "a.md");
    git.write("large.md", &"x".repeat((16 << 20) + 1)).commit_at("first", day(0));
    assert_eq!(
        at(&git.path, day(0)).unwrap(),
        [
            "a.md = a",
            "large.md: it has 16777217 bytes, which is no text that somebody wrote",
            "latin.md: it is not UTF-8: byte 4 is no character",
            "link.md: it was a link, and links are not followed into the past",
        ]
    );
}

#[test]
fn without_a_history_there_is_nothing() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a"), "a").unwrap();
    let nothing = |folder: &Path| {
        assert_eq!(dates(folder), BTreeMap::new());
        assert_eq!(at(folder, day(0)), None);
    };
    nothing(folder.path());
    let git = Repository::new();
    git.write("a", "a\n");
    nothing(&git.path);
    git.write(".gitignore", "own\n").commit_at("first", day(0)).write("own/company.toml", "\n");
    nothing(&git.path.join("own"));
    assert!(texts::texts_at(&git.path.join("missing"), moment(day(0)), &any).is_err());
}

#[test]
fn where_history_is_cut_off_nothing_is_made_up() {
    let git = Repository::new();
    git.write("a", "1\n").write("b", "1\n").commit_at("first", day(0));
    git.write("b", "2\n").commit_at("second", day(1));
    let shallow = git.clone_with(&["--depth=1"]);
    assert_eq!(dates(&shallow.path), BTreeMap::new());
    let two = git.write("b", "3\n").commit_at("third", day(2)).clone_with(&["--depth=2"]);
    assert_eq!(dates(&two.path), dated(&[("b", day(2))]));
    let told = format!(
        "its history is cut off later than {} (fetch it with `git fetch --unshallow`)",
        moment(day(0))
    );
    assert_eq!(at(&two.path, day(0)).unwrap(), [format!(".: {told}")]);
}

#[test]
fn linked_work_trees_and_damage_are_borne() {
    let git = Repository::new();
    git.write("a", "1\n").commit_at("first", day(0));
    let first = git.output(&["rev-parse", "HEAD"]);
    git.write("b", "1\n").commit_at("second", day(1));
    git.run(&["worktree", "add", "-q", "-b", "other", "linked"]);
    let linked = git.path.join("linked");
    assert_eq!(dates(&linked), dated(&[("a", day(0)), ("b", day(1))]));
    assert_eq!(at(&linked, day(0)).unwrap(), ["a = 1"]);
    git.spoil(&format!(".git/objects/{}/{}", &first[..2], &first[2..]));
    // Whether the first commit had `a` or `b` cannot be told any more.
    assert_eq!(dates(&linked), BTreeMap::new());
    assert!(texts::texts_at(&linked, moment(day(0)), &any).is_err());
}
