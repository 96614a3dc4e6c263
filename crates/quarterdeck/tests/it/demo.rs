//! The made-up company: its files are clean, its sources are read, and what is planted is found by whom it is for.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Command, Stdio},
};

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

/// Each story is a row on the page of whom it is for.
fn stories_are_on_their_pages(world: &World) {
    let stories = planted(world);
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
}

/// Makes the company, and looks at every page on which something has to be.
fn everything_planted_is_found(people: &str) -> World {
    let world = World::new();
    let made = world.run(&["demo", "made", "--people", people]);
    assert_eq!(made.code, 0, "{}", made.err);
    assert!(made.err.contains("quarterdeck brief made"), "{}", made.err);

    let check = world.run(&["check", "made", "--format", "json"]);
    let check: Value = serde_json::from_str(&check.out).expect("it is JSON");
    assert!(check.as_array().expect("a list").is_empty(), "the company's files: {check}");

    let sync = world.run(&["--company", "made", "sync"]);
    assert_eq!(sync.code, 0, "{}{}", sync.out, sync.err);
    stories_are_on_their_pages(&world);
    for entry in std::fs::read_dir(world.path("made/sources/git")).expect("repositories").flatten() {
        let output =
            Command::new("git").arg("-C").arg(entry.path()).args(["fsck", "--full", "--strict"]).output();
        let output = output.expect("git starts");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && !told.contains("error"), "{}: {told}", entry.path().display());
    }
    world
}

#[test]
fn what_is_planted_in_a_studio_is_found_on_the_right_page() {
    everything_planted_is_found("12");
}

/// Every kind of source that there is stands in the agency's `company.toml`, and each of its sources gives rows, without a
/// word of complaint.
fn every_kind_of_source_is_read(world: &World) {
    let kinds = qd_tables::SOURCES.column("kind").map(|column| column.kind);
    let Some(qd_tables::Kind::Choice(kinds)) = kinds else { panic!("the kinds are a choice: {kinds:?}") };
    let declared = world.ask("made", "SELECT array_to_string(array_agg(DISTINCT kind), ' ') FROM sources");
    let lacking: Vec<_> = kinds.iter().filter(|kind| !declared.split(' ').any(|own| own == **kind)).collect();
    assert!(lacking.is_empty(), "kinds that the agency does not show: {lacking:?}");
    // A feed is read when it is asked for.
    let sync = world.run(&["--company", "made", "sync", "reading"]);
    assert_eq!(sync.code, 0, "{}{}", sync.out, sync.err);
    let silent = "SELECT count(*) FROM sources WHERE id NOT IN (SELECT source FROM syncs WHERE rows > 0)";
    assert_eq!(world.ask("made", silent), "0");
    assert_eq!(world.ask("made", "SELECT count(*) FROM syncs WHERE error IS NOT NULL"), "0");
    // Who works where is one person, whatever they are called there.
    assert_eq!(world.ask("made", "SELECT count(*) FROM logins WHERE NOT is_declared"), "0");
    let told_twice = "SELECT count(*) FROM (SELECT 1 FROM deployments WHERE sha IS NOT NULL GROUP BY service, sha, started_at HAVING count(*) > 1) AS x";
    assert_eq!(world.ask("made", told_twice), "0");
}

#[test]
fn what_is_planted_in_an_agency_is_found_on_the_right_page() {
    let world = everything_planted_is_found("50");
    every_kind_of_source_is_read(&world);
}

#[test]
fn a_large_company_comes_as_facts_with_its_stories() {
    let world = World::new();
    let made = world.run(&["demo", "made", "--people", "100", "--days", "90", "--facts"]);
    assert!(made.code == 0 && made.err.contains("facts, put straight into the lake"), "{}", made.err);
    let check = world.run(&["check", "made", "--format", "json"]);
    assert_eq!(check.out.trim(), "[]", "the company's files");
    let sync = world.run(&["--company", "made", "sync"]);
    assert_eq!(sync.code, 0, "{}{}", sync.out, sync.err);
    let own = "SELECT count(*) > 0 FROM calendars JOIN company ON company.me = calendars.person WHERE calendars.why = 'source'";
    assert_eq!(world.ask("made", own), "true", "the CTO's calendar is a source");
    // A commit of everybody who writes programs, on the default branch; nothing after the last evening.
    assert_eq!(world.ask("made", "SELECT count(*) > 3000 AND max(commit_time) < now() FROM commits"), "true");
    assert_eq!(world.ask("made", "SELECT count(DISTINCT repo) FROM mainline"), "15");
    stories_are_on_their_pages(&world);

    let again = world.run(&["demo", "made", "--people", "100", "--facts"]);
    assert!(again.code == 2 && again.err.contains("is not empty"), "{}", again.err);
    let run = world.run(&["demo", "other", "--people", "1000"]);
    assert!(run.code == 2 && run.err.contains("add `--facts`"), "{}", run.err);
    let run = world.run(&["demo", "other", "--facts"]);
    assert!(run.code == 2 && run.err.contains("leave `--facts` out"), "{}", run.err);
    assert!(!world.path("other").exists());
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
    assert!(run.err.contains("12 people, one of 50"), "{}", run.err);
}

/// Starts `demo --serve`, asks for a page, and ends it; gives the page and what was said.
fn served(world: &World) -> (String, String) {
    let mut command = world.command();
    let command = command.args(["demo", "--serve", "--port", "0", "--people", "12", "--days", "90"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().expect("it is piped")).read_line(&mut line).expect("it listens");
    let address = line.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
    let mut stream = TcpStream::connect(&address).unwrap_or_else(|error| panic!("`{line}`: {error}"));
    write!(stream, "GET /company HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")
        .expect("it takes a request");
    let mut page = String::new();
    stream.read_to_string(&mut page).expect("it answers");
    child.kill().expect("it runs until it is ended");
    let mut said = String::new();
    child.stderr.take().expect("it is piped").read_to_string(&mut said).expect("it is text");
    child.wait().expect("it ends");
    (page, said)
}

#[test]
fn one_command_makes_a_company_and_opens_the_cockpit_on_it() {
    let world = World::new();
    let (page, said) = served(&world);
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("company.toml"), "{page}");
    assert!(said.contains("making up 12 people"), "{said}");
    let folder = world.path("data/quarterdeck/demo-12-1-90");
    assert!(folder.join("STORIES.md").is_file() && folder.join(".quarterdeck/catalog.sqlite").is_file());

    // The same day, it is used again; what is of another day, or half written, is made anew.
    let (page, said) = served(&world);
    assert!(page.starts_with("HTTP/1.1 200") && said.contains("is there already"), "{said}");
    std::fs::remove_file(folder.join("README.md")).expect("it is there");
    let (page, said) = served(&world);
    assert!(page.starts_with("HTTP/1.1 200") && said.contains("making up 12 people"), "{said}");

    // A folder that is named and holds something else is never replaced.
    world.write("mine/notes.txt", "mine");
    let run = world.run(&["demo", "mine", "--serve"]);
    assert!(run.code == 2 && run.err.contains("is not empty"), "{}", run.err);
    assert_eq!(world.run(&["demo"]).code, 2, "without a folder it has to open something");
}
