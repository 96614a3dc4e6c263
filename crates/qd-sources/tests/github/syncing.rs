//! What a sync asks, and that nothing is lost or told twice where it stops and goes on.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
    process::{Command, Stdio},
};

use qd_sources::{
    connector::Outcome,
    connector::Request,
    exchange::{Call, Exchange, Failure, Transport},
    github,
};
use qd_tables::Fact;

use crate::{
    fits, fixtures,
    server::{Server, pull, time},
};

fn sync_at(server: &mut Server, cursors: &BTreeMap<String, String>, hours: i64) -> (Outcome, Vec<Fact>) {
    let name = server.full_name.clone();
    sync_of(server, &name, cursors, hours)
}

fn sync_of(
    server: &mut Server,
    pattern: &str,
    cursors: &BTreeMap<String, String>,
    hours: i64,
) -> (Outcome, Vec<Fact>) {
    let repositories = [pattern.to_owned()];
    let request = Request {
        base: "https://api.github.com",
        repositories: &repositories,
        cursors,
        since: None,
        observed_at: time(hours),
    };
    let mut facts = Vec::new();
    let outcome = github::sync(&request, server, &mut |mut page| {
        facts.append(&mut page.facts);
        Ok(())
    });
    (outcome.expect("something was read"), facts)
}

fn sync(server: &mut Server, cursors: &BTreeMap<String, String>) -> (Outcome, Vec<Fact>) {
    sync_at(server, cursors, 5000)
}

fn texts(facts: &[Fact]) -> BTreeSet<String> {
    facts.iter().map(|fact| format!("{} {:?}", fact.table.name, sorted(fact))).collect()
}

fn sorted(fact: &Fact) -> BTreeMap<&String, String> {
    fact.row.iter().map(|(name, value)| (name, value.to_string())).collect()
}

fn of<'f>(facts: &'f [Fact], table: &str) -> impl Iterator<Item = &'f Fact> {
    facts.iter().filter(move |fact| fact.table.name == table)
}

#[test]
#[allow(clippy::print_stdout)]
fn a_first_sync_asks_at_most_one_question_for_ten_changes() {
    let mut server = Server::new(600, 300, 400);
    let (outcome, facts) = sync(&mut server, &BTreeMap::new());
    let each = outcome.requests as f64 / outcome.change_requests as f64;
    println!("{} questions for {} changes: {each:.3} each", outcome.requests, outcome.change_requests);
    assert_eq!((outcome.change_requests, outcome.requests), (600, server.asked as u64));
    assert!(each <= 0.1, "{each}");
    for fact in &facts {
        assert_eq!(fits::misfit(fact), None);
        assert_eq!(fits::lacking(fact), Vec::<&str>::new(), "{:?}", fact.row);
    }
    // Nothing of the long lists is missing.
    let all = |list: &str| -> usize {
        server.pulls.iter().map(|pull| pull[list]["all"].as_array().map_or(0, Vec::len)).sum()
    };
    assert_eq!(of(&facts, "reviews").count(), all("reviews"));
    assert_eq!(
        of(&facts, "issue_changes").filter(|fact| fact.row["field"] == "label").count(),
        all("timelineItems")
    );
    let pull_comments = of(&facts, "comments").filter(|fact| fact.row["of"] == "change_request");
    let in_threads: usize = server
        .pulls
        .iter()
        .flat_map(|pull| pull["reviewThreads"]["all"].as_array().expect("threads").clone())
        .map(|thread| thread["comments"]["all"].as_array().map_or(0, Vec::len))
        .sum();
    assert_eq!(pull_comments.count(), all("comments") + in_threads);
    let latest: BTreeMap<&str, &Fact> = of(&facts, "change_requests")
        .map(|fact| (fact.row["number"].as_str().expect("text"), fact))
        .collect();
    let commits: usize =
        latest.values().map(|fact| fact.row["commit_shas"].as_array().expect("whole lists").len()).sum();
    assert_eq!(commits, all("commits"));
    // What was refused says which right it needs, and only that is left out.
    let problems: Vec<&str> = outcome.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(problems.len(), 1, "{problems:?}");
    // What is left out on purpose is no fault of anybody.
    assert!(
        matches!(outcome.notices.as_slice(), [one] if one.contains("the jobs of 33 failed runs")),
        "{outcome:?}"
    );
    assert!(problems.iter().any(|message| message.contains("`Dependabot alerts: read`")), "{problems:?}");
}

#[test]
fn a_second_sync_asks_only_for_what_changed_and_what_is_open() {
    let mut server = Server::new(300, 100, 50);
    let (first, _) = sync(&mut server, &BTreeMap::new());
    let asked = server.asked;
    server.pulls.push(pull(301));
    // One that was open is gone, another has conflicts without any sign of it.
    server.pulls.retain(|pull| pull["number"] != 40);
    server.pulls.iter_mut().filter(|pull| pull["number"] == 80).for_each(|pull| {
        pull["mergeable"] = "CONFLICTING".into();
    });
    let (second, facts) = sync_at(&mut server, &first.cursors, 5010);
    assert!(server.asked - asked <= 10, "{} questions", server.asked - asked);
    assert!(second.change_requests < 70, "{}", second.change_requests);
    let numbers = |wanted: &dyn Fn(&Fact) -> bool| -> BTreeSet<String> {
        of(&facts, "change_requests")
            .filter(|fact| wanted(fact))
            .map(|fact| fact.row["number"].to_string())
            .collect()
    };
    assert!(numbers(&|_| true).contains("\"301\""));
    assert_eq!(numbers(&|fact| fact.row.get("deleted").is_some()), ["\"40\"".to_owned()].into());
    let conflicting = numbers(&|fact| fact.row.get("mergeable").is_some_and(|value| value == "conflicting"));
    assert_eq!(conflicting, ["\"80\"".to_owned()].into());
    assert!(second.cursors["acme/api"].contains("\"repo\":\"api\""));
}

#[test]
fn an_open_issue_that_is_gone_does_not_stay_open() {
    let mut server = Server::new(5, 250, 0);
    server.issues.iter_mut().for_each(|issue| issue["state"] = "OPEN".into());
    let (first, _) = sync(&mut server, &BTreeMap::new());
    let asked = server.asked;
    // One was deleted, one moved to another repository, and a part of the answer is missing.
    server.issues.retain(|issue| issue["number"] != 100_040);
    server.issues.iter_mut().filter(|issue| issue["number"] == 100_080).for_each(|issue| {
        issue["movedTo"] = 78.into();
    });
    let gone = |facts: &[Fact]| -> BTreeSet<String> {
        let issues = of(facts, "issues").filter(|fact| fact.row.get("deleted").is_some());
        issues.map(|fact| fact.row["number"].to_string()).collect()
    };
    server.again_error = Some(serde_json::json!({"type": "SERVICE_UNAVAILABLE", "message": "try again"}));
    let (broken, facts) = sync_at(&mut server, &first.cursors, 5010);
    assert_eq!(gone(&facts), BTreeSet::new(), "what was not answered is not gone");
    assert_eq!(broken.problems.iter().filter(|problem| problem.message.contains("try again")).count(), 1);
    server.again_error = None;
    let (second, facts) = sync_at(&mut server, &broken.cursors, 5020);
    assert_eq!(gone(&facts), BTreeSet::from(["\"100040\"".to_owned(), "\"100080\"".to_owned()]));
    assert!(server.asked - asked <= 20, "{} questions", server.asked - asked);
    let (_, facts) = sync_at(&mut server, &second.cursors, 5030);
    assert_eq!(gone(&facts), BTreeSet::new(), "it is told once");
}

#[test]
fn a_sync_that_is_stopped_anywhere_goes_on_from_there() {
    let whole = texts(&sync(&mut Server::new(400, 60, 5), &BTreeMap::new()).1);
    let mut cursors = BTreeMap::new();
    let mut facts = Vec::new();
    let mut rounds = 0;
    loop {
        let mut server = Server::new(400, 60, 5);
        server.left = 10;
        let (outcome, mut told) = sync(&mut server, &cursors);
        facts.append(&mut told);
        cursors = outcome.cursors;
        rounds += 1;
        assert!(rounds < 60, "it never ends");
        match outcome.until {
            Some(until) => assert_eq!(until, time(100_000)),
            None => break,
        }
    }
    assert!(rounds > 3);
    assert_eq!(texts(&facts), whole);
}

/// A sync that is killed at the `most`th step that says how far it came: what was kept by then.
fn killed(server: &mut Server, cursors: &mut BTreeMap<String, String>, most: usize) -> (bool, Vec<Fact>) {
    let repositories = [server.full_name.clone()];
    let given = cursors.clone();
    let request = Request {
        base: "https://api.github.com",
        repositories: &repositories,
        cursors: &given,
        since: None,
        observed_at: time(5000),
    };
    let (mut kept, mut waiting, mut steps) = (Vec::new(), Vec::new(), 0);
    let outcome = github::sync(&request, server, &mut |mut step| {
        waiting.append(&mut step.facts);
        if let Some((unit, cursor)) = step.cursor {
            kept.append(&mut waiting);
            cursors.insert(unit, cursor);
            steps += 1;
        }
        if steps == most { Err("killed".into()) } else { Ok(()) }
    });
    if outcome.is_ok() {
        kept.append(&mut waiting);
    }
    (outcome.is_ok(), kept)
}

#[test]
fn a_sync_that_is_killed_goes_on_from_the_last_page_that_was_kept() {
    let whole = texts(&sync(&mut Server::new(400, 120, 5), &BTreeMap::new()).1);
    let (mut cursors, mut facts, mut rounds) = (BTreeMap::new(), Vec::new(), 0);
    loop {
        rounds += 1;
        assert!(rounds < 30, "it never ends");
        let mut server = Server::new(400, 120, 5);
        let (is_over, mut kept) = killed(&mut server, &mut cursors, 3);
        facts.append(&mut kept);
        if is_over {
            break;
        }
    }
    assert!(rounds > 3);
    assert_eq!(texts(&facts), whole);
}

#[test]
fn a_page_that_is_too_much_is_asked_for_in_smaller_ones() {
    let whole = texts(&sync(&mut Server::new(100, 20, 10), &BTreeMap::new()).1);
    let mut server = Server::new(100, 20, 10);
    server.most = 10;
    let (_, facts) = sync(&mut server, &BTreeMap::new());
    assert_eq!(texts(&facts), whole);
}

#[test]
fn a_renamed_repository_keeps_its_first_name() {
    let mut server = Server::new(5, 0, 0);
    let (first, _) = sync(&mut server, &BTreeMap::new());
    server.full_name = "acme/gateway".to_owned();
    let (second, facts) = sync(&mut server, &first.cursors);
    assert_eq!(second.cursors.keys().collect::<Vec<_>>(), ["acme/api"]);
    assert!(facts.iter().all(|fact| fact.row["repo"] == "api"));
    assert!(of(&facts, "forge_repositories").all(|fact| fact.row["full_name"] == "acme/gateway"));
}

#[test]
fn a_new_repository_under_the_name_of_a_renamed_one_is_another() {
    let mut server = Server::new(5, 0, 0);
    let (first, _) = sync(&mut server, &BTreeMap::new());
    // The old one goes on as `api-old`, and somebody makes another `api`.
    server.id = 78;
    server.pulls.truncate(2);
    let (second, facts) = sync(&mut server, &first.cursors);
    assert_eq!(second.change_requests, 2);
    assert!(facts.iter().all(|fact| fact.row["repo"] == "acme/api"), "it has a name of its own");
    assert!(facts.iter().all(|fact| fact.row.get("deleted").is_none()), "nothing is gone");
    let mut cursors = first.cursors.clone();
    cursors.extend(second.cursors);
    assert_eq!(cursors.len(), 2);
    // Each is known again by its id, whatever it is called.
    for (id, name, repo) in [(77, "acme/api-old", "api"), (78, "acme/api", "acme/api")] {
        server.id = id;
        server.full_name = name.to_owned();
        let (third, facts) = sync(&mut server, &cursors);
        assert!(facts.iter().all(|fact| fact.row["repo"] == repo), "{name}");
        assert!(third.cursors.keys().all(|unit| cursors.contains_key(unit)), "{name}");
    }
}

#[test]
fn a_token_that_is_refused_is_an_error_and_not_an_empty_answer() {
    struct Refused;
    impl qd_sources::exchange::Transport for Refused {
        fn send(
            &mut self,
            call: &qd_sources::exchange::Call,
        ) -> Result<qd_sources::exchange::Exchange, Failure> {
            Err(Failure::Unauthorised { url: call.url.clone(), reason: "bad credentials".to_owned() })
        }
    }
    let repositories = ["acme/*".to_owned()];
    let cursors = BTreeMap::new();
    let request = Request {
        base: "",
        repositories: &repositories,
        cursors: &cursors,
        since: None,
        observed_at: time(0),
    };
    let error = github::sync(&request, &mut Refused, &mut |_| Ok(())).expect_err("it was refused");
    assert!(error.to_string().contains("does not accept the token"), "{error}");
}

/// Whether documents are valid against the published schema; nothing where it cannot be had.
fn complaints(documents: &BTreeSet<String>) -> Option<String> {
    fixtures::folder("graphql-schema")?;
    fixtures::folder("graphql")?;
    let script = fixtures::root().join("scripts/graphql_check.mjs");
    let mut node =
        Command::new("node").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
    let text = serde_json::to_vec(documents).expect("texts");
    node.stdin.take().expect("it reads").write_all(&text).expect("it is told");
    let output = node.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    Some(if output.status.success() { said } else { format!("failed: {said}") })
}

#[test]
fn every_question_is_valid_by_the_published_schema() {
    let mut server = Server::new(600, 300, 0);
    server.has_older = true;
    server.issues.iter_mut().for_each(|issue| issue["state"] = "OPEN".into());
    let (first, _) = sync(&mut server, &BTreeMap::new());
    server.pulls.iter_mut().take(5).for_each(|pull| pull["updatedAt"] = time(9000).to_string().into());
    sync_of(&mut server, "acme/*", &first.cursors, 9001);
    let documents = std::mem::take(&mut server.queries);
    for name in [
        "Repositories",
        "RepositoryItself",
        "ChangeRequests",
        "Issues",
        "Deployments",
        "Releases",
        "More",
        "Again",
    ] {
        assert!(documents.iter().any(|document| document.starts_with(&format!("query {name}"))), "{name}");
    }
    let Some(said) = complaints(&documents) else { return };
    assert_eq!(said, "");
    let broken = complaints(&["query A { nothing }".to_owned()].into()).expect("it could be had before");
    assert!(broken.contains("nothing"), "{broken}");
}

/// A server whose lists of changes come without what is in them.
struct Hollow<'s>(&'s mut Server);

impl Transport for Hollow<'_> {
    fn send(&mut self, call: &Call) -> Result<Exchange, Failure> {
        let mut exchange = self.0.send(call)?;
        if let Some(nodes) = exchange.body.pointer_mut("/data/repository/pullRequests/nodes") {
            *nodes = serde_json::Value::Null;
        }
        Ok(exchange)
    }
}

#[test]
fn a_page_without_its_things_is_not_the_end_of_a_list() {
    let mut server = Server::new(120, 3, 2);
    let repositories = [server.full_name.clone()];
    let request = Request {
        base: "https://api.github.com",
        repositories: &repositories,
        cursors: &BTreeMap::new(),
        since: None,
        observed_at: time(5000),
    };
    let outcome =
        github::sync(&request, &mut Hollow(&mut server), &mut |_| Ok(())).expect("the rest is read");
    assert!(
        outcome.problems.iter().any(|problem| problem.message.contains("`pullRequests` were not answered")),
        "{:?}",
        outcome.problems
    );
    let (second, _) = sync(&mut server, &outcome.cursors);
    assert_eq!(second.change_requests, 120);
}

#[test]
fn conflicts_and_checks_are_so_since_they_were_seen() {
    let mut server = Server::new(40, 0, 0);
    let open = |server: &mut Server, mergeable: &str, state: &str| {
        let pull = server.pulls.iter_mut().find(|pull| pull["number"] == 40).expect("it is open");
        pull["mergeable"] = mergeable.into();
        pull["lastCommit"]["nodes"][0]["commit"]["statusCheckRollup"]["state"] = state.into();
    };
    let words = |facts: &[Fact]| -> BTreeSet<[String; 3]> {
        of(facts, "change_requests")
            .filter(|fact| fact.row["number"] == "40" && fact.row.contains_key("checks"))
            .map(|fact| ["observed_at", "checks", "mergeable"].map(|name| fact.row[name].to_string()))
            .collect()
    };
    let seen = |hours: i64, words: [&str; 2]| {
        BTreeSet::from([
            [time(hours).to_string().as_str(), words[0], words[1]].map(|text| format!("\"{text}\""))
        ])
    };
    open(&mut server, "MERGEABLE", "SUCCESS");
    let (first, facts) = sync_at(&mut server, &BTreeMap::new(), 5000);
    assert_eq!(words(&facts), seen(5000, ["passing", "mergeable"]));
    // Nothing of it moves the time that GitHub gives.
    open(&mut server, "CONFLICTING", "FAILURE");
    let (_, facts) = sync_at(&mut server, &first.cursors, 5010);
    assert_eq!(words(&facts), seen(5010, ["failing", "conflicting"]));
}
