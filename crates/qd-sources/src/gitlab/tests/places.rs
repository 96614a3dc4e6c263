//! Projects by number, of the same last name and renamed; what one line says of another.

use std::collections::{BTreeMap, BTreeSet};

use qd_tables::Fact;
use serde_json::{Value, json};

use super::{API, exchange, merge_request, said};
use crate::{
    connector::{Outcome, Request},
    exchange::{Call, Exchange, Failure, Transport},
    gitlab::{Known, Project, sync},
};

/// A group of projects, by number and path, each with one open merge request.
struct Group {
    projects: Vec<(u64, &'static str)>,
    asked: Vec<Exchange>,
}

fn change(id: u64, path: &str) -> Value {
    let mut body = merge_request();
    body["id"] = json!(id * 100);
    body["iid"] = json!(1);
    body["project_id"] = json!(id);
    body["title"] = json!(format!("of {id}"));
    body["state"] = json!("opened");
    body["merged_at"] = Value::Null;
    body["references"] = json!({ "full": format!("{path}!1") });
    body["reviewers"] = json!([{ "username": "bob" }, { "username": "eve" }]);
    body
}

impl Transport for Group {
    fn send(&mut self, call: &Call) -> Result<Exchange, Failure> {
        let url = call.url.clone();
        let missing = || Failure::Missing { url: url.clone() };
        let place = url.split('?').next().unwrap();
        let project = |(id, path): (u64, &str)| json!({ "id": id, "path_with_namespace": path, "last_activity_at": "2026-03-01T00:00:00Z" });
        let body = if place.ends_with("groups/acme/projects") {
            self.projects.iter().copied().map(project).collect()
        } else {
            let rest = place.strip_prefix(&format!("{API}/projects/")).ok_or_else(missing)?;
            let (path, rest) = rest.split_once('/').unwrap_or((rest, ""));
            let path = path.replace("%2F", "/");
            let found = self.projects.iter().copied().find(|(_, own)| *own == path).ok_or_else(missing)?;
            let is_first = !url.contains("updated_after");
            match rest {
                "" => project(found),
                "merge_requests" if is_first => json!([change(found.0, found.1)]),
                "merge_requests/1" | "merge_requests/1/changes" => change(found.0, found.1),
                "merge_requests/1/discussions" => {
                    json!([{ "id": "t", "notes": [said(found.0, "approved this merge request")] }])
                }
                "merge_requests/1/reviewers" => {
                    json!([{ "user": { "username": "bob" }, "state": "reviewed" },
                           { "user": { "username": "eve" }, "state": "unreviewed" }])
                }
                "merge_requests/1/approvals" => json!({ "approvals_required": 2, "approvals_left": 1 }),
                "merge_requests/1/commits" => {
                    json!([{ "id": "c1", "authored_date": "2026-02-27T08:00:00Z" }])
                }
                _ => json!([]),
            }
        };
        let answer = Exchange { url: url.clone(), ..exchange("", body) };
        self.asked.push(answer.clone());
        Ok(answer)
    }
}

fn run(group: &mut Group, wanted: &[&str], cursors: &BTreeMap<String, String>) -> (Outcome, Vec<Fact>) {
    let repositories: Vec<String> = wanted.iter().map(|path| (*path).to_owned()).collect();
    let request = Request {
        base: "https://gitlab.example.org",
        repositories: &repositories,
        cursors,
        since: None,
        observed_at: "2026-11-22T14:00:00Z".parse().unwrap(),
    };
    let mut kept = Vec::new();
    let outcome = sync(&request, group, &mut |step| {
        kept.extend(step.facts);
        Ok(())
    });
    (outcome.unwrap(), kept)
}

/// Name and title of the merge requests in `facts`.
fn titles(facts: &[Fact]) -> BTreeSet<(String, String)> {
    let text = |fact: &Fact, name: &str| fact.row.get(name).and_then(Value::as_str).map(str::to_owned);
    let changes = facts.iter().filter(|fact| fact.table.name == "change_requests");
    changes.filter_map(|fact| text(fact, "repo").zip(text(fact, "title"))).collect()
}

fn pairs(list: &[(&str, &str)]) -> BTreeSet<(String, String)> {
    list.iter().map(|(one, two)| ((*one).to_owned(), (*two).to_owned())).collect()
}

fn group(projects: &[(u64, &'static str)]) -> Group {
    Group { projects: projects.to_vec(), asked: Vec::new() }
}

/// The last word on a column of merge request 1 of `repo`.
fn last<'f>(facts: &'f [Fact], repo: &str, name: &str) -> Option<&'f Value> {
    let mut rows: Vec<&Fact> = facts
        .iter()
        .filter(|fact| fact.table.name == "change_requests" && fact.row["repo"] == repo)
        .filter(|fact| fact.row.contains_key(name))
        .collect();
    rows.sort_by_key(|fact| fact.row["observed_at"].as_str().unwrap().to_owned());
    rows.last().and_then(|fact| fact.row.get(name))
}

#[test]
fn projects_of_the_same_last_name_are_two() {
    let mut server = group(&[(7, "acme/api"), (8, "acme/legacy/api")]);
    let (first, facts) = run(&mut server, &["acme/*"], &BTreeMap::new());
    let both = pairs(&[("api", "of 7"), ("acme/legacy/api", "of 8")]);
    assert_eq!(titles(&facts), both);
    let reviews: BTreeSet<String> = facts
        .iter()
        .filter(|fact| fact.table.name == "reviews")
        .map(|fact| fact.row["repo"].to_string())
        .collect();
    assert_eq!(reviews.len(), 2, "what belongs to them too");
    assert_eq!(run(&mut server, &["acme/*"], &first.cursors).0.rows, 0);
    // A recording says the same, in whatever order its lines stand.
    for order in [false, true] {
        let mut lines = server.asked.clone();
        if order {
            lines.reverse();
        }
        let known = Known::of([], lines.clone());
        let replayed: Vec<Fact> = lines.iter().flat_map(|line| known.map(line).facts).collect();
        assert_eq!(titles(&replayed), both);
    }
}

#[test]
fn remarks_of_others_are_a_review_for_each_push() {
    let note = |id: u64, hour: u64, by: &str, more: Value| {
        let mut note = json!({ "id": id, "body": "This leaks.", "author": { "username": by }, "system": false,
            "resolvable": true, "created_at": format!("2026-03-02T{hour:02}:00:00Z") });
        note.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        note
    };
    let push = json!({ "system": true, "resolvable": false, "body": "added 1 commit\n\n<ul><li>abcdef12</li></ul>" });
    let threads = json!([
        { "id": "t1", "notes": [note(1, 8, "bob", json!({})), note(2, 9, "ada", json!({})), note(3, 10, "bob", json!({}))] },
        { "id": "t2", "notes": [note(4, 9, "bob", json!({})), note(5, 15, "eve", json!({}))] },
        { "id": "t3", "notes": [note(6, 12, "ada", push)] },
        { "id": "t4", "notes": [note(7, 14, "bob", json!({}))] },
        { "id": "t5", "notes": [note(8, 16, "cy", json!({ "resolvable": false }))] },
    ]);
    let reviews = |facts: Vec<Fact>| -> BTreeSet<[String; 3]> {
        let of = facts.into_iter().filter(|fact| fact.table.name == "reviews");
        of.map(|fact| {
            ["reviewer", "state", "submitted_at"].map(|name| fact.row[name].as_str().unwrap().to_owned())
        })
        .collect()
    };
    let expected: BTreeSet<[String; 3]> = [("bob", "08"), ("bob", "14"), ("eve", "15")]
        .map(|(who, hour)| [who.to_owned(), "commented".to_owned(), format!("2026-03-02T{hour}:00:00Z")])
        .into();
    let path = "projects/acme%2Fapi/merge_requests/12/discussions";
    let asked = exchange(&format!("{path}?known_author=ada"), threads.clone());
    assert_eq!(reviews(Known::default().map(&asked).facts), expected);
    // In a recording of others, the merge request says whose it is; where none does, nothing is said.
    let other = exchange(path, threads);
    let known =
        Known::of([], [other.clone(), exchange("projects/acme%2Fapi/merge_requests/12", merge_request())]);
    assert_eq!(reviews(known.map(&other).facts), expected);
    assert_eq!(reviews(Known::default().map(&other).facts), BTreeSet::new());
}

#[test]
fn a_renamed_project_is_the_one_it_was_and_a_new_one_under_its_name_another() {
    let (first, _) = run(&mut group(&[(7, "acme/api")]), &["acme/*"], &BTreeMap::new());
    let mut server = group(&[(7, "acme/api-server"), (9, "acme/api")]);
    let (second, facts) = run(&mut server, &["acme/*"], &first.cursors);
    assert_eq!(titles(&facts), pairs(&[("acme/api", "of 9")]), "nothing of the renamed one is new");
    assert_eq!(second.cursors.keys().collect::<Vec<_>>(), ["acme/api", "acme/api#9"]);
    assert!(facts.iter().any(
        |fact| fact.row["repo"] == "api" && fact.row.get("full_name") == Some(&json!("acme/api-server"))
    ));
    assert_eq!(run(&mut server, &["acme/*"], &second.cursors).0.rows, 0);
    let stored = |repo: &str, id: &str, path: &str| Project {
        repo: repo.to_owned(),
        id: Some(id.to_owned()),
        path: Some(path.to_owned()),
    };
    let known = Known::of(
        [
            stored("api", "7", "acme/api"),
            stored("api", "7", "acme/api-server"),
            stored("acme/api", "9", "acme/api"),
        ],
        [],
    );
    let event = |id: u64, path: &str| {
        let body = json!({ "project": { "id": id, "path_with_namespace": path }, "user": { "username": "ada" },
            "object_attributes": { "id": 5, "note": "So?", "noteable_type": "MergeRequest", "created_at": "2026-03-01T08:00:00Z" },
            "merge_request": { "iid": 1 } });
        known.map_event("Note Hook", &body).facts[0].row["repo"].clone()
    };
    assert_eq!(event(7, "acme/api-server"), "api");
    assert_eq!(event(9, "acme/api"), "acme/api");
    assert_eq!(event(10, "acme/old/api"), "acme/old/api", "its name is taken");
    assert_eq!(event(11, "acme/web"), "web");
}

#[test]
fn who_owes_a_review_does_not_depend_on_the_order_of_lines() {
    let mut server = group(&[(7, "acme/api")]);
    let (_, live) = run(&mut server, &["acme/api"], &BTreeMap::new());
    assert_eq!(last(&live, "api", "requested_reviewers"), Some(&json!(["eve"])));
    for turn in 0..server.asked.len() {
        let mut lines = server.asked.clone();
        lines.rotate_left(turn);
        let known = Known::of([], lines.clone());
        let facts: Vec<Fact> = lines.iter().flat_map(|line| known.map(line).facts).collect();
        let told: BTreeSet<String> =
            facts.iter().filter_map(|fact| Some(fact.row.get("requested_reviewers")?.to_string())).collect();
        assert_eq!(told, [r#"["eve"]"#.to_owned()].into());
    }
    // Where nothing else tells it, all who were asked.
    let alone =
        Known::default().map(&exchange("projects/acme%2Fapi/merge_requests/1", change(7, "acme/api")));
    assert_eq!(last(&alone.facts, "api", "requested_reviewers"), Some(&json!(["bob", "eve"])));
}

#[test]
fn a_project_by_its_number_and_an_answer_without_a_time_are_understood_by_the_other_lines() {
    let lines = |has_change: bool| {
        let list = exchange("projects/acme%2Fapi/merge_requests", json!([change(7, "acme/api")]));
        let mut lines = vec![
            exchange(
                "projects/7/merge_requests/1/approvals",
                json!({ "approvals_required": 2, "approvals_left": 1 }),
            ),
            exchange(
                "projects/7/merge_requests/1/commits",
                json!([{ "id": "c1", "authored_date": "2026-02-27T08:00:00Z" }]),
            ),
            exchange(
                "projects/7/merge_requests/1/reviewers",
                json!([{ "user": { "username": "eve" }, "state": "unreviewed" }]),
            ),
            exchange(
                "projects/7/merge_requests/1/discussions",
                json!([{ "id": "t", "notes": [said(3, "approved this merge request")] }]),
            ),
        ];
        lines.extend(Some(list).filter(|_| has_change));
        lines
    };
    let told = |lines: Vec<Exchange>| {
        let known = Known::of([], lines.clone());
        let (mut facts, mut problems) = (Vec::new(), Vec::new());
        for line in &lines {
            let mut mapped = known.map(line);
            facts.append(&mut mapped.facts);
            problems.append(&mut mapped.problems);
        }
        (facts, problems)
    };
    for is_turned in [false, true] {
        let mut lines = lines(true);
        if is_turned {
            lines.reverse();
        }
        let (facts, problems) = told(lines);
        assert_eq!(problems, []);
        for (name, value) in [
            ("first_commit_at", json!("2026-02-27T08:00:00Z")),
            ("approvals_required", json!(2)),
            ("review_decision", json!("review_required")),
            ("requested_reviewers", json!(["eve"])),
        ] {
            assert_eq!(last(&facts, "api", name), Some(&value), "{name}");
        }
        assert_eq!(facts.iter().filter(|fact| fact.table.name == "reviews").count(), 1);
    }
    let (facts, problems) = told(lines(false));
    assert_eq!((facts.len(), problems.len()), (0, 4));
    let by_path: Vec<Exchange> = lines(false)
        .into_iter()
        .map(|line| Exchange { url: line.url.replace("projects/7/", "projects/acme%2Fapi/"), ..line })
        .collect();
    let (_, problems) = told(by_path);
    assert_eq!(problems.len(), 3, "what is left out for want of a time is told: {problems:?}");
    assert!(problems.iter().all(|problem| problem.message.contains("since when")), "{problems:?}");
}
