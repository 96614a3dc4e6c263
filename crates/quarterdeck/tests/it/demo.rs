//! The made-up company: its files are clean, its sources are read, and what is planted is found by whom it is for.

use std::{collections::BTreeMap, process::Command};

use serde_json::Value;

use crate::world::World;

/// A planted story as `STORIES.md` lists it.
struct Planted {
    title: String,
    person: String,
    signal: String,
    words: String,
}

fn planted(world: &World) -> Vec<Planted> {
    let text = std::fs::read_to_string(world.path("made/STORIES.md")).expect("the list is there");
    let cells = |line: &str| -> Vec<String> {
        line.split('|').map(|cell| cell.trim().trim_matches('`').to_owned()).collect()
    };
    let rows = text.lines().filter(|line| line.starts_with("| ")).skip(2).map(cells);
    rows.map(|row| Planted {
        title: row[1].clone(),
        person: row[2].clone(),
        signal: row[3].clone(),
        words: row[4].clone(),
    })
    .collect()
}

/// Makes the company, and looks at every page on which something has to be.
fn everything_planted_is_found(people: &str) {
    let world = World::new();
    let made = world.run(&["demo", "made", "--people", people]);
    assert_eq!(made.code, 0, "{}", made.err);
    assert!(made.err.contains("quarterdeck brief made"), "{}", made.err);

    let check = world.run(&["check", "made", "--format", "json"]);
    let check: Value = serde_json::from_str(&check.out).expect("it is JSON");
    assert!(check.as_array().expect("a list").is_empty(), "the company's files: {check}");

    let sync = world.run(&["--company", "made", "sync"]);
    assert_eq!(sync.code, 0, "{}{}", sync.out, sync.err);
    let stories = planted(&world);
    assert!(stories.len() >= 6, "{} stories", stories.len());
    let mut pages: BTreeMap<String, Value> = BTreeMap::new();
    for story in &stories {
        let page = pages.entry(story.person.clone()).or_insert_with(|| {
            let run = world.run(&[
                "brief",
                "made",
                "--no-sync",
                "--for",
                &story.person,
                "--format",
                "json",
                "--all",
            ]);
            serde_json::from_str(&run.out).expect("it is JSON")
        });
        let rows = page["rows"].as_array().expect("rows");
        let is_it = |row: &&Value| {
            row["signal"] == story.signal.as_str()
                && row["title"].as_str().is_some_and(|title| title.contains(&story.words))
        };
        assert!(rows.iter().any(|row| is_it(&row)), "{} ({}): {rows:#?}", story.title, story.person);
    }
    for entry in std::fs::read_dir(world.path("made/sources/git")).expect("repositories").flatten() {
        let output =
            Command::new("git").arg("-C").arg(entry.path()).args(["fsck", "--full", "--strict"]).output();
        let output = output.expect("git starts");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && !told.contains("error"), "{}: {told}", entry.path().display());
    }
}

#[test]
fn what_is_planted_in_a_studio_is_found_on_the_right_page() {
    everything_planted_is_found("12");
}

#[test]
fn what_is_planted_in_an_agency_is_found_on_the_right_page() {
    everything_planted_is_found("50");
}

#[test]
fn a_folder_that_is_somebodys_is_left_alone() {
    let world = World::new();
    world.write("mine/notes.txt", "mine");
    let run = world.run(&["demo", "mine"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("is not empty"), "{}", run.err);
    assert_eq!(std::fs::read_dir(world.path("mine")).expect("it is there").count(), 1);
    let run = world.run(&["demo", "other", "--people", "13"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("12 people and one of 50"), "{}", run.err);
}
