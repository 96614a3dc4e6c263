//! Samples in the shape of GitLab's documented answers, and a server made of a function.

use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::prelude::*;
use qd_tables::Fact;
use serde_json::{Value, json};

use super::{map, map_event, sync};
use crate::{
    connector::{Outcome, Request},
    exchange::{Call, Exchange, Failure, Transport},
};

mod places;

const API: &str = "https://gitlab.example.org/api/v4";

fn exchange(path: &str, body: Value) -> Exchange {
    Exchange {
        method: "GET".to_owned(),
        url: format!("{API}/{path}"),
        status: 200,
        headers: Vec::new(),
        request: None,
        body,
        at: None,
    }
}

fn facts(path: &str, body: Value) -> Vec<Fact> {
    let mapped = map(&exchange(path, body));
    assert_eq!(mapped.problems, [], "{path}");
    complete(&mapped.facts);
    mapped.facts
}

/// Every column is declared, and every column of the key is there.
fn complete(facts: &[Fact]) {
    for fact in facts {
        for name in fact.row.keys() {
            assert!(fact.table.column(name).is_some(), "{} has no column {name}", fact.table.name);
        }
        for name in fact.table.key.iter().filter(|name| **name != "source") {
            assert!(fact.row.contains_key(*name), "{name} is missing in {fact:?}");
        }
    }
}

fn merge_request() -> Value {
    json!({
        "id": 900, "iid": 12, "project_id": 7, "title": "Pay twice", "state": "merged", "draft": false,
        "description": "Closes #4 and #5, fixes acme/web#6. cc @bob\n> @eve said so",
        "created_at": "2026-03-01T08:00:00.000Z", "updated_at": "2026-03-04T08:00:00.000Z",
        "merged_at": "2026-03-03T08:00:00.000Z", "closed_at": null, "merge_user": { "username": "bob" },
        "author": { "username": "ada" }, "assignees": [{ "username": "ada" }], "reviewers": [{ "username": "bob" }],
        "source_branch": "pay", "target_branch": "main", "source_project_id": 7, "target_project_id": 7,
        "labels": ["money"], "milestone": { "title": "v1" }, "sha": "aaa", "merge_commit_sha": "bbb",
        "web_url": "https://gitlab.example.org/acme/api/-/merge_requests/12",
        "references": { "full": "acme/api!12" }, "has_conflicts": false, "detailed_merge_status": "not_open",
        "head_pipeline": { "id": 1, "status": "success", "updated_at": "2026-03-02T08:00:00Z" },
        "changes": [
            { "old_path": "a.rs", "new_path": "a.rs", "diff": "--- a/a.rs\n+++ b/a.rs\n@@ -1 +1,2 @@\n-old\n+new\n+more\n" },
        ],
    })
}

#[test]
fn merge_request_has_a_version_for_each_of_its_times() {
    let facts = facts("projects/acme%2Fapi/merge_requests/12/changes", merge_request());
    let times: Vec<_> = facts
        .iter()
        .map(|fact| (fact.row["observed_at"].as_str().unwrap(), fact.row["state"].as_str().unwrap()))
        .collect();
    assert_eq!(
        times,
        [
            ("2026-03-01T08:00:00Z", "open"),
            ("2026-03-03T08:00:00Z", "merged"),
            ("2026-03-04T08:00:00Z", "merged")
        ]
    );
    let first = &facts[0].row;
    assert_eq!(
        (&first["repo"], &first["number"], &first["author"]),
        (&json!("api"), &json!("12"), &json!("ada"))
    );
    assert!(!first.contains_key("labels") && !first.contains_key("merged_at"));
    let last = &facts[2].row;
    for (name, value) in [
        ("merged_by", json!("bob")),
        ("merge_sha", json!("bbb")),
        ("head_sha", json!("aaa")),
        ("is_fork", json!(false)),
        ("closes", json!(["4", "5", "acme/web#6"])),
        ("mentions", json!(["bob", "eve"])),
        ("labels", json!(["money"])),
        ("milestone", json!("v1")),
        ("files", json!(1)),
        ("added", json!(2)),
        ("removed", json!(1)),
        ("paths", json!(["a.rs"])),
        ("checks", json!("passing")),
        ("mergeable", Value::Null),
        ("is_draft", json!(false)),
    ] {
        assert_eq!(last.get(name), Some(&value), "{name}");
    }
}

#[test]
fn deleted_authors_forks_and_unknown_fields_do_no_harm() {
    let mut body = merge_request();
    body["author"] = Value::Null;
    body["source_project_id"] = Value::Null;
    body["merge_user"] = json!({ "username": "ghost" });
    body["shiny"] = json!({ "new": [1, 2] });
    body.as_object_mut().unwrap().remove("labels");
    let facts = facts("projects/acme%2Fapi/merge_requests/12", body);
    let last = &facts[2].row;
    assert_eq!((&last["author"], &last["merged_by"]), (&Value::Null, &Value::Null));
    assert!(!last.contains_key("is_fork") && !last.contains_key("labels"));
}

#[test]
fn project_by_number_is_found_by_its_pages_or_told() {
    let known = map(&exchange("projects/7/merge_requests", json!([merge_request()])));
    assert_eq!(known.facts[0].row["repo"], json!("api"));
    let unknown = map(&exchange("projects/7/merge_requests/12/notes", json!([{ "id": 1 }])));
    assert!(unknown.facts.is_empty());
    assert!(unknown.problems[0].message.contains("known by its number only"), "{:?}", unknown.problems);
    assert_eq!(map(&exchange("snippets", json!([{}]))).problems.len(), 1);
}

fn said(id: u64, body: &str) -> Value {
    json!({ "id": id, "system": true, "body": body, "author": { "username": "ada" }, "created_at": "2026-03-01T09:30:00Z" })
}

#[test]
fn sentences_of_gitlab_are_events() {
    let cases: &[(&str, &str, &[&str])] = &[
        ("approved this merge request", "reviews", &["state=approved", "reviewer=ada"]),
        ("unapproved this merge request", "reviews", &["state=dismissed"]),
        ("requested changes", "reviews", &["state=changes_requested"]),
        ("requested review from @bob", "review_requests", &["change=requested", "reviewer=bob", "by=ada"]),
        ("removed review request for @bob.m", "review_requests", &["change=removed", "reviewer=bob.m"]),
        ("assigned to @bob", "issue_changes", &["field=assignee", "to=bob"]),
        ("unassigned @bob", "issue_changes", &["field=assignee", "from=bob"]),
        ("marked this merge request as **draft**", "issue_changes", &["field=draft", "to=true"]),
        ("marked this merge request as **ready**", "issue_changes", &["field=draft", "to=false"]),
        (
            "changed title from **{-Pay-} twice** to **{+Buy+} twice**",
            "issue_changes",
            &["from=Pay twice", "to=Buy twice"],
        ),
        (
            "changed target branch from `main` to `next`",
            "issue_changes",
            &["field=base", "from=main", "to=next"],
        ),
        (
            "added 2 commits\n\n<ul><li>abcdef12 - One</li><li>34567890 - Two</li></ul>",
            "issue_changes",
            &["field=head", "to=34567890"],
        ),
        ("changed milestone to %v1", "issue_changes", &["field=milestone", "to=v1"]),
        ("merged", "issue_changes", &["field=state", "to=merged"]),
    ];
    for (body, table, expected) in cases {
        let facts = facts("projects/acme%2Fapi/merge_requests/12/notes", json!([said(5, body)]));
        assert_eq!((facts.len(), facts[0].table.name), (1, *table), "{body}");
        for pair in *expected {
            let (name, value) = pair.split_once('=').unwrap();
            assert_eq!(facts[0].row[name], json!(value), "{body}");
        }
    }
    let both = facts(
        "projects/acme%2Fapi/merge_requests/12/notes",
        json!([said(5, "requested review from @bob and @eve and removed review request for @kim")]),
    );
    let who: Vec<_> = both
        .iter()
        .map(|fact| (fact.row["change"].as_str().unwrap(), fact.row["reviewer"].as_str().unwrap()))
        .collect();
    assert_eq!(who, [("requested", "bob"), ("requested", "eve"), ("removed", "kim")]);
    let both =
        facts("projects/acme%2Fapi/issues/1/notes", json!([said(5, "assigned to @bob and unassigned @kim")]));
    assert_eq!((both.len(), &both[0].row["to"], &both[1].row["from"]), (2, &json!("bob"), &json!("kim")));
    assert!(
        facts("projects/acme%2Fapi/issues/1/notes", json!([said(5, "mentioned in commit abc")])).is_empty()
    );
}

#[test]
fn discussion_is_comments_and_a_thread() {
    let note = |id: u64, resolved: bool| {
        json!({ "id": id, "body": format!("why {id}? @bob `@code`"), "system": false, "author": { "username": "project_7_bot_1f" },
            "created_at": "2026-03-01T09:30:00Z", "resolvable": true, "resolved": resolved, "resolved_by": { "username": "bob" },
            "position": { "new_path": "a.rs", "new_line": 3 } })
    };
    let body = json!([
        { "id": "t1", "individual_note": false, "notes": [note(1, true), note(2, true)] },
        { "id": "t2", "individual_note": false, "notes": [note(3, false)] },
        { "id": "t3", "individual_note": true, "notes": [said(4, "marked this merge request as **ready**")] },
    ]);
    let facts =
        facts("projects/acme%2Fapi/merge_requests/12/discussions?known_since=2026-03-04T00:00:00Z", body);
    let names: Vec<_> = facts.iter().map(|fact| fact.table.name).collect();
    assert_eq!(
        names,
        [
            "comments",
            "comments",
            "review_threads",
            "comments",
            "review_threads",
            "issue_changes",
            "change_requests"
        ]
    );
    assert_eq!((&facts[1].row["in_reply_to"], &facts[1].row["thread"]), (&json!("1"), &json!("t1")));
    assert_eq!((&facts[0].row["mentions"], &facts[0].row["author_is_bot"]), (&json!(["bob"]), &json!(true)));
    assert_eq!((&facts[2].row["is_resolved"], &facts[2].row["resolved_by"]), (&json!(true), &json!("bob")));
    assert_eq!((&facts[4].row["is_resolved"], &facts[4].row["resolved_by"]), (&json!(false), &Value::Null));
    let last = &facts[6].row;
    assert_eq!((&last["unresolved_threads"], &last["ready_at"]), (&json!(1), &json!("2026-03-01T09:30:00Z")));
    assert_eq!(last["observed_at"], json!("2026-03-04T00:00:00Z"));
}

#[test]
fn lists_that_are_one_fact() {
    let commits = json!([
        { "id": "c2", "message": "Two\n\nCo-authored-by: Bot <b@x>\nSigned-off-by: A", "authored_date": "2026-03-01T07:00:00Z", "committed_date": "2026-03-01T08:00:00+01:00" },
        { "id": "c1", "message": "One", "authored_date": "2026-02-27T07:00:00Z", "committed_date": "2026-02-27T07:00:00Z" },
    ]);
    let place = "projects/acme%2Fapi/merge_requests/12";
    let row = &facts(&format!("{place}/commits?known_since=2026-03-04T00:00:00Z"), commits.clone())[0].row;
    assert_eq!(
        (&row["commits"], &row["commit_shas"], &row["trailers"]),
        (&json!(2), &json!(["c2", "c1"]), &json!(["Co-authored-by: Bot <b@x>"]))
    );
    assert_eq!(
        (&row["first_commit_at"], &row["last_commit_at"]),
        (&json!("2026-02-27T07:00:00Z"), &json!("2026-03-01T07:00:00Z"))
    );
    let mut half = exchange(&format!("{place}/commits?known_since=2026-03-04T00:00:00Z"), commits);
    half.headers = vec![("x-next-page".to_owned(), "2".to_owned())];
    let row = &map(&half).facts[0].row;
    assert!(!row.contains_key("commits") && !row.contains_key("first_commit_at"));
    let large = json!([{ "new_path": "a", "diff": "", "too_large": true }]);
    let row = &facts(&format!("{place}/diffs?known_since=2026-03-04T00:00:00Z"), large)[0].row;
    assert_eq!((&row["files"], &row["added"]), (&json!(1), &Value::Null));
    let rules = json!({ "approvals_required": 2, "approvals_left": 1, "approved": false });
    let row = &facts(&format!("{place}/approvals?known_since=2026-03-04T00:00:00Z"), rules)[0].row;
    assert_eq!((&row["approvals_required"], &row["review_decision"]), (&json!(2), &json!("review_required")));
    let asked = json!([{ "user": { "username": "bob" }, "state": "unreviewed" }, { "user": { "username": "eve" }, "state": "approved" }]);
    let row = &facts(&format!("{place}/reviewers?known_since=2026-03-04T00:00:00Z"), asked)[0].row;
    assert_eq!(row["requested_reviewers"], json!(["bob"]));
    let links = json!([
        { "iid": 3, "link_type": "is_blocked_by", "references": { "full": "acme/api#3" } },
        { "iid": 4, "link_type": "is_blocked_by", "references": { "full": "acme/web#4" } },
        { "iid": 5, "link_type": "relates_to", "references": { "full": "acme/web#5" } },
    ]);
    let row = &facts("projects/acme%2Fapi/issues/9/links?known_since=2026-03-04T00:00:00Z", links)[0].row;
    assert_eq!(row["blocked_by"], json!(["3", "acme/web#4"]));
}

#[test]
fn issues_builds_and_deployments() {
    let issue = json!({ "id": 1, "iid": 9, "title": "Slow", "state": "closed", "created_at": "2026-03-01T08:00:00Z",
        "updated_at": "2026-03-05T08:00:00Z", "closed_at": "2026-03-02T08:00:00Z", "labels": ["priority::high", "workflow::in dev"],
        "author": { "username": "ada" }, "assignees": [], "weight": 3, "due_date": "2026-04-01", "description": null,
        "time_stats": { "time_estimate": 57600, "total_time_spent": 0 }, "issue_type": "incident" });
    let issues = facts("projects/acme%2Fapi/issues", json!([issue]));
    let last = &issues[2].row;
    for (name, value) in [
        ("estimate_days", json!(2.0)),
        ("spent_days", json!(0.0)),
        ("points", json!(3.0)),
        ("priority", json!("high")),
        ("status", json!("in dev")),
        ("status_kind", json!("done")),
        ("due", json!("2026-04-01T00:00:00Z")),
        ("type", json!("incident")),
    ] {
        assert_eq!(last.get(name), Some(&value), "{name}");
    }
    let run = json!([{ "id": 5, "sha": "aaa", "ref": "refs/merge-requests/12/head", "status": "failed", "source": "merge_request_event",
        "created_at": "2026-03-01T08:00:00Z", "updated_at": "2026-03-01T08:09:00Z" }]);
    let row = &facts("projects/acme%2Fapi/pipelines", run)[0].row;
    assert_eq!(
        (&row["number"], &row["status"], &row["event"], &row["finished_at"]),
        (&json!("12"), &json!("failure"), &json!("pull_request"), &json!("2026-03-01T08:09:00Z"))
    );
    let job = json!({ "id": 6, "name": "test", "status": "failed", "failure_reason": "job_execution_timeout", "ref": "main", "tag": false,
        "created_at": "2026-03-01T08:00:00Z", "started_at": "2026-03-01T08:01:00Z", "finished_at": "2026-03-01T09:01:00Z",
        "pipeline": { "id": 5 }, "commit": { "id": "aaa" } });
    let row = &facts("projects/acme%2Fapi/jobs", job)[0].row;
    assert_eq!(
        (&row["run"], &row["status"], &row["branch"]),
        (&json!("5"), &json!("timed_out"), &json!("main"))
    );
    let deployment = json!([{ "id": 8, "status": "success", "ref": "main", "sha": "aaa", "created_at": "2026-03-01T08:00:00Z",
        "updated_at": "2026-03-01T08:05:00Z", "environment": { "name": "production" }, "user": { "username": "ada" } }]);
    let row = &facts("projects/acme%2Fapi/deployments", deployment)[0].row;
    assert_eq!(
        (&row["environment"], &row["status"], &row["finished_at"]),
        (&json!("production"), &json!("success"), &json!("2026-03-01T08:05:00Z"))
    );
}

#[test]
fn webhooks_say_the_same() {
    let payload = json!({
        "object_kind": "merge_request", "user": { "username": "ada" }, "project": { "path_with_namespace": "acme/api" },
        "object_attributes": { "iid": 12, "title": "Pay", "state": "opened", "action": "open", "url": "https://x/acme/api/-/merge_requests/12",
            "created_at": "2026-03-01 08:00:00 UTC", "updated_at": "2026-03-01 08:00:00 UTC", "last_commit": { "id": "aaa" }, "source_branch": "pay", "target_branch": "main" },
        "labels": [{ "title": "money" }], "reviewers": [{ "username": "bob" }],
    });
    let mapped = map_event("Merge Request Hook", &payload);
    assert_eq!((mapped.facts.len(), mapped.problems.len()), (1, 0));
    let row = &mapped.facts[0].row;
    assert_eq!(
        (&row["author"], &row["head_sha"], &row["labels"], &row["requested_reviewers"]),
        (&json!("ada"), &json!("aaa"), &json!(["money"]), &json!(["bob"]))
    );
    let mut approved = payload;
    approved["object_attributes"]["action"] = json!("approved");
    approved["user"] = json!({ "username": "bob" });
    approved["object_attributes"]["updated_at"] = json!("2026-03-01T09:30:20Z");
    let mapped = map_event("Merge Request Hook", &approved);
    let review = mapped.facts.last().unwrap();
    // The same key as the sentence that the next sync reads.
    let mut note = said(5, "approved this merge request");
    note["author"] = json!({ "username": "bob" });
    let synced = &facts("projects/acme%2Fapi/merge_requests/12/notes", json!([note]))[0];
    assert_eq!((review.table.name, &review.row["id"]), ("reviews", &synced.row["id"]));
    assert!(!mapped.facts[0].row.contains_key("author"), "the actor is not the author");
    assert_eq!(
        map_event("Push Hook", &json!({ "project": { "path": "a" } })),
        crate::exchange::Mapped::default()
    );
    for left_out in ["Push Hook", "Member Hook"] {
        assert_eq!(map_event(left_out, &json!({})), Default::default());
    }
    assert_eq!(map_event("Moon Hook", &json!({})).unknown, ["Moon Hook"]);
    assert_eq!(map_event("Issue Hook", &json!({})).problems.len(), 1);
    assert_eq!(map_event("", &json!({ "project": { "path": "a" } })).problems.len(), 1);
}

/// A GitLab of one project, made of a list of merge requests.
struct Fake {
    merge_requests: Vec<Value>,
    issues: Vec<Value>,
    /// Whether it does not know that issues may be asked for by number.
    is_deaf: bool,
    asked: Vec<String>,
    /// After so many questions the limit is used up.
    limit: usize,
    /// Addresses that hold this fail.
    broken: Option<&'static str>,
}

fn parameter(url: &str, name: &str) -> Option<String> {
    url.split(['?', '&']).find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=').map(str::to_owned))
}

impl Fake {
    fn new(count: u64) -> Self {
        let merge_requests = (1..=count).map(|number| {
            let mut body = merge_request();
            let state = if number % 50 == 0 { "opened" } else { "merged" };
            // Many of one second, as an import makes them.
            let second: Timestamp =
                Timestamp::from_second(1_772_000_000 + i64::try_from(number / 150).unwrap()).unwrap();
            body["id"] = json!(number + 1000);
            body["iid"] = json!(number);
            body["state"] = json!(state);
            body["updated_at"] = json!(second.to_string());
            body["created_at"] = json!("2026-01-01T00:00:00Z");
            body
        });
        Self {
            merge_requests: merge_requests.collect(),
            issues: Vec::new(),
            is_deaf: false,
            asked: Vec::new(),
            limit: usize::MAX,
            broken: None,
        }
    }

    fn listed(&self, all: &[Value], url: &str) -> Value {
        let after: Option<Timestamp> = parameter(url, "updated_after").map(|after| after.parse().unwrap());
        let page: usize = parameter(url, "page").map_or(1, |page| page.parse().unwrap());
        let only = parameter(url, "state");
        let wanted: Vec<&str> = url.split("&iids[]=").skip(1).filter(|_| !self.is_deaf).collect();
        let mut list: Vec<&Value> = all
            .iter()
            .filter(|item| wanted.is_empty() || wanted.contains(&item["iid"].to_string().as_str()))
            .filter(|item| only.as_deref().is_none_or(|state| item["state"] == state))
            .filter(|item| {
                after.is_none_or(|after| {
                    item["updated_at"].as_str().unwrap().parse::<Timestamp>().unwrap() >= after
                })
            })
            .collect();
        list.sort_by_key(|item| (item["updated_at"].to_string(), item["iid"].as_u64()));
        list.into_iter().skip((page - 1) * 100).take(100).cloned().collect()
    }
}

impl Transport for Fake {
    fn send(&mut self, call: &Call) -> Result<Exchange, Failure> {
        let url = call.url.clone();
        if self.asked.len() >= self.limit {
            return Err(Failure::Limited { url, until: "2026-11-22T15:00:00Z".parse().unwrap() });
        }
        self.asked.push(url.clone());
        if self.broken.is_some_and(|part| url.contains(part)) {
            return Err(Failure::Broken { url, status: 502, reason: "bad gateway".to_owned() });
        }
        let path =
            url.split('?').next().unwrap().strip_prefix(&format!("{API}/projects/acme%2Fapi")).unwrap();
        let missing = || Failure::Missing { url: url.clone() };
        let body = match path.split('/').skip(1).collect::<Vec<_>>().as_slice() {
            [] => {
                json!({ "id": 7, "path_with_namespace": "acme/api", "last_activity_at": "2026-03-01T00:00:00Z", "visibility": "private" })
            }
            ["merge_requests"] => self.listed(&self.merge_requests, &url),
            ["issues"] => self.listed(&self.issues, &url),
            ["merge_requests", number] | ["merge_requests", number, "changes"] => self
                .merge_requests
                .iter()
                .find(|item| *item["iid"].to_string() == **number)
                .cloned()
                .ok_or_else(missing)?,
            ["merge_requests", number, "discussions"] => {
                json!([{ "id": format!("t{number}"), "notes": [said(number.parse().unwrap(), "approved this merge request")] }])
            }
            ["merge_requests", _, "approvals"] => json!({ "approvals_required": 0 }),
            ["deployments"] => return Err(Failure::Forbidden { url, right: "it needs more".to_owned() }),
            ["releases"] => return Err(missing()),
            _ => json!([]),
        };
        Ok(Exchange {
            method: "GET".to_owned(),
            url,
            status: 200,
            headers: Vec::new(),
            request: None,
            body,
            at: None,
        })
    }
}

fn run(fake: &mut Fake, cursors: &BTreeMap<String, String>) -> (Outcome, Vec<Fact>) {
    let repositories = ["acme/api".to_owned()];
    let request = Request {
        base: "https://gitlab.example.org",
        repositories: &repositories,
        cursors,
        since: None,
        observed_at: "2026-11-22T14:00:00Z".parse().unwrap(),
    };
    let mut kept = Vec::new();
    fake.asked.clear();
    let outcome = sync(&request, fake, &mut |step| {
        kept.extend(step.facts);
        Ok(())
    })
    .unwrap();
    complete(&kept);
    assert_eq!(
        (outcome.requests, outcome.rows),
        (fake.asked.len() as u64 + u64::from(outcome.until.is_some()), kept.len() as u64)
    );
    (outcome, kept)
}

fn numbers(facts: &[Fact]) -> std::collections::BTreeSet<String> {
    let reviews = facts.iter().filter(|fact| fact.table.name == "reviews");
    reviews.map(|fact| fact.row["number"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn second_sync_asks_little_and_brings_nothing() {
    let mut fake = Fake::new(420);
    let (first, kept) = run(&mut fake, &BTreeMap::new());
    assert_eq!((first.change_requests, numbers(&kept).len()), (420, 420));
    // The part that the token may not read is told; what is switched off is not.
    assert_eq!(first.problems.len(), 1);
    assert_eq!(first.problems[0].subject, "api (deployments)");
    // 3 for each, 1 more for what is open, and the lists.
    assert!(first.requests <= 3 * 420 + 2 * 8 + 16, "{}", first.requests);
    let (second, kept) = run(&mut fake, &first.cursors);
    assert_eq!((second.rows, kept.len()), (0, 0));
    assert!(second.requests <= 10, "{} {:?}", second.requests, fake.asked);
}

#[test]
fn interrupted_sync_goes_on_where_it_stopped() {
    let mut fake = Fake::new(330);
    let (mut cursors, mut seen, mut asked, mut rounds) =
        (BTreeMap::new(), std::collections::BTreeSet::new(), 0, 0);
    fake.limit = 200;
    loop {
        let (outcome, kept) = run(&mut fake, &cursors);
        seen.extend(numbers(&kept));
        asked += outcome.requests;
        rounds += 1;
        assert!(rounds < 30, "no end");
        cursors = outcome.cursors;
        if outcome.until.is_none() {
            break;
        }
        assert_eq!(outcome.until.unwrap().to_string(), "2026-11-22T15:00:00Z");
    }
    assert_eq!(seen.len(), 330);
    assert!(asked < 3 * 330 + 2 * 7 + rounds * 12, "{asked} in {rounds}");
}

#[test]
fn a_sync_that_is_killed_goes_on_from_the_last_step_that_was_kept() {
    let mut fake = Fake::new(130);
    let (whole, _) = run(&mut fake, &BTreeMap::new());
    fake.asked.clear();
    let repositories = ["acme/api".to_owned()];
    let (mut cursors, mut seen, mut rounds) = (BTreeMap::new(), std::collections::BTreeSet::new(), 0);
    loop {
        rounds += 1;
        assert!(rounds < 30, "no end");
        let given: BTreeMap<String, String> = cursors.clone();
        let request = Request {
            base: "https://gitlab.example.org",
            repositories: &repositories,
            cursors: &given,
            since: None,
            observed_at: "2026-11-22T14:00:00Z".parse().unwrap(),
        };
        let (mut waiting, mut steps) = (Vec::new(), 0);
        let outcome = sync(&request, &mut fake, &mut |mut step| {
            waiting.append(&mut step.facts);
            if let Some((unit, cursor)) = step.cursor {
                seen.extend(numbers(&waiting));
                waiting.clear();
                cursors.insert(unit, cursor);
                steps += 1;
            }
            if steps == 20 { Err("killed".into()) } else { Ok(()) }
        });
        if outcome.is_ok() {
            break;
        }
    }
    assert_eq!(seen.len(), 130);
    let asked = fake.asked.len() as u64;
    assert!(
        rounds > 3 && asked < whole.requests + rounds * 6,
        "{asked} in {rounds}, at once {}",
        whole.requests
    );
}

#[test]
fn what_is_open_is_looked_at_again() {
    let mut fake = Fake::new(120);
    let (first, _) = run(&mut fake, &BTreeMap::new());
    // Two are open: one came into conflict without a change of its own, one is gone.
    fake.merge_requests[49]["has_conflicts"] = json!(true);
    fake.merge_requests.retain(|item| item["iid"] != 100);
    let (second, kept) = run(&mut fake, &first.cursors);
    let told: Vec<_> = kept
        .iter()
        .map(|fact| {
            (fact.row["number"].as_str().unwrap(), fact.row.get("mergeable"), fact.row.get("deleted"))
        })
        .collect();
    assert!(told.contains(&("50", Some(&json!("conflicting")), None)), "{told:?}");
    assert!(told.contains(&("100", None, Some(&json!(true)))), "{told:?}");
    let (third, kept) = run(&mut fake, &second.cursors);
    assert_eq!((kept.len(), third.problems.len()), (0, 1));
}

#[test]
fn an_open_issue_that_is_gone_does_not_stay_open() {
    let mut fake = Fake::new(1);
    fake.issues = (1..=130)
        .map(|number| {
            json!({ "id": 5000 + number, "iid": number, "title": "Slow", "state": "opened", "user_notes_count": 0,
                "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-02T00:00:00Z" })
        })
        .collect();
    let gone = |kept: &[Fact]| -> Vec<String> {
        let gone = kept.iter().filter(|fact| fact.row.get("deleted").is_some());
        gone.map(|fact| format!("{} {}", fact.table.name, fact.row["number"].as_str().unwrap())).collect()
    };
    let (first, kept) = run(&mut fake, &BTreeMap::new());
    assert_eq!(gone(&kept), Vec::<String>::new());
    fake.issues.retain(|issue| issue["iid"] != 40);
    // What is not answered is not gone, nor what an answer to another question does not hold.
    fake.broken = Some("iids[]=40");
    let (second, kept) = run(&mut fake, &first.cursors);
    assert_eq!((gone(&kept).len(), second.problems.len()), (0, first.problems.len() + 1));
    fake.broken = None;
    fake.is_deaf = true;
    let (third, kept) = run(&mut fake, &second.cursors);
    assert_eq!((gone(&kept).len(), third.problems.len()), (0, first.problems.len() + 1));
    fake.is_deaf = false;
    let (fourth, kept) = run(&mut fake, &third.cursors);
    assert_eq!((gone(&kept), fourth.problems.len()), (vec!["issues 40".to_owned()], first.problems.len()));
    assert_eq!(run(&mut fake, &fourth.cursors).0.rows, 0, "it is told once");
}

#[test]
fn part_that_failed_is_made_up_for() {
    let mut fake = Fake::new(9);
    fake.broken = Some("/merge_requests/7/discussions");
    let (first, kept) = run(&mut fake, &BTreeMap::new());
    assert_eq!((numbers(&kept).len(), first.problems.len()), (8, 2));
    let (second, _) = run(&mut fake, &first.cursors);
    fake.broken = None;
    let (third, kept) = run(&mut fake, &second.cursors);
    assert_eq!(numbers(&kept).into_iter().collect::<Vec<_>>(), ["7"]);
    assert_eq!(run(&mut fake, &third.cursors).0.rows, 0);
}

#[test]
fn what_cannot_be_asked_for_is_not_gone() {
    let mut fake = Fake::new(120);
    let (first, _) = run(&mut fake, &BTreeMap::new());
    let kept_back = fake.merge_requests.clone();
    fake.merge_requests.retain(|item| item["iid"] != 100);
    fake.broken = Some("/merge_requests/100");
    let (second, kept) = run(&mut fake, &first.cursors);
    assert!(kept.iter().all(|fact| fact.row.get("deleted").is_none()), "{kept:?}");
    assert_eq!(second.problems.len(), 2);
    // It is back, or it is gone indeed: either is found out the next time.
    fake.broken = None;
    let (_, kept) = run(&mut fake, &second.cursors);
    assert_eq!(kept.iter().filter(|fact| fact.row.get("deleted").is_some()).count(), 1);
    fake.merge_requests = kept_back;
    let (_, kept) = run(&mut fake, &second.cursors);
    assert_eq!(kept.iter().filter(|fact| fact.row.get("deleted").is_some()).count(), 0);
}

/// A project of lists that are paged by number, and one issue; some addresses fail.
struct Lists {
    releases: usize,
    jobs: usize,
    broken: Option<&'static str>,
}

impl Transport for Lists {
    fn send(&mut self, call: &Call) -> Result<Exchange, Failure> {
        let url = call.url.clone();
        let path =
            url.split('?').next().unwrap().strip_prefix(&format!("{API}/projects/acme%2Fapi")).unwrap();
        let page: usize = parameter(&url, "page").map_or(1, |page| page.parse().unwrap());
        if self.broken.is_some_and(|broken| url.contains(broken)) || page > 500 {
            return Err(Failure::Broken { url, status: 405, reason: "no".to_owned() });
        }
        let list = |count: usize, item: &dyn Fn(usize) -> Value| -> Value {
            (0..count).rev().skip((page - 1) * 100).take(100).map(item).collect()
        };
        let at = "2026-03-01T00:00:00Z";
        let body = match path {
            "" => json!({ "id": 7, "path_with_namespace": "acme/api", "last_activity_at": at }),
            "/releases" => list(
                self.releases,
                &|n| json!({ "tag_name": format!("v{n}"), "created_at": at, "released_at": at }),
            ),
            "/jobs" => list(
                self.jobs,
                &|n| json!({ "id": n + 1, "name": "test", "status": "success", "created_at": at, "pipeline": { "id": 1 } }),
            ),
            "/issues" if parameter(&url, "updated_after").is_none() => {
                json!([{ "id": 1, "iid": 1, "title": "x", "state": "closed", "created_at": at, "updated_at": at }])
            }
            "/issues/1" => {
                json!({ "id": 1, "iid": 1, "title": "x", "state": "closed", "created_at": at, "updated_at": at })
            }
            "/issues/1/discussions" => json!([{ "id": "t", "notes": [
                { "id": 5, "body": "Why?", "system": false, "author": { "username": "ada" }, "created_at": at }] }]),
            _ => json!([]),
        };
        Ok(Exchange { url, ..exchange("", body) })
    }
}

/// Rows of a table that two syncs bring: while something is broken, and after it. Between them
/// another job is done.
fn brought(table: &str, lists: &mut Lists, broken: Option<&'static str>) -> [usize; 2] {
    let mut cursors = BTreeMap::new();
    [broken, None].map(|broken| {
        lists.broken = broken;
        let request = Request {
            base: "https://gitlab.example.org",
            repositories: &["acme/api".to_owned()],
            cursors: &cursors,
            since: None,
            observed_at: "2026-11-22T14:00:00Z".parse().unwrap(),
        };
        let mut count = 0;
        let outcome = sync(&request, lists, &mut |step| {
            count += step.facts.iter().filter(|fact| fact.table.name == table).count();
            Ok(())
        });
        cursors = outcome.unwrap().cursors;
        lists.jobs += usize::from(lists.jobs > 0);
        count
    })
}

#[test]
fn a_list_that_was_broken_off_is_read_to_its_end() {
    let mut lists = Lists { releases: 250, jobs: 0, broken: None };
    let [first, second] = brought("published_releases", &mut lists, Some("/releases?per_page=100&page=2"));
    assert_eq!((first, second), (100, 250));
    assert_eq!(brought("published_releases", &mut lists, None), [250, 0]);
}

#[test]
fn what_was_said_on_an_issue_is_made_up_for() {
    let mut lists = Lists { releases: 0, jobs: 0, broken: None };
    assert_eq!(brought("comments", &mut lists, Some("/issues/1/discussions")), [0, 1]);
    assert_eq!(brought("comments", &mut lists, None), [1, 0]);
}

#[test]
fn more_jobs_than_can_be_paged_to_do_not_hide_the_newest() {
    let mut lists = Lists { releases: 0, jobs: 50_200, broken: None };
    let [first, second] = brought("builds", &mut lists, None);
    assert_eq!((first, second), (50_000, 1), "a new one comes before all that cannot be paged to");
}

#[test]
fn damaged_cursor_is_a_first_sync() {
    let cursors = BTreeMap::from([("acme/api".to_owned(), "{nonsense".to_owned())]);
    assert_eq!(run(&mut Fake::new(5), &cursors).0.change_requests, 5);
}

/// Any JSON, with the names that GitLab uses among its keys.
fn json_like() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-z@#!:%0-9 \\-]{0,20}".prop_map(Value::from),
        Just(json!("2026-03-01T08:00:00Z")),
        Just(json!("changed title from ** to **")),
        Just(json!("assigned to @a and unassigned @b")),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let name = prop::sample::select(vec![
            "id",
            "iid",
            "state",
            "created_at",
            "updated_at",
            "author",
            "username",
            "notes",
            "body",
            "system",
            "changes",
            "diff",
            "project",
            "path_with_namespace",
            "object_attributes",
            "action",
            "labels",
            "references",
            "full",
            "web_url",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((name, inner), 0..8).prop_map(|pairs| pairs
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect::<serde_json::Map<_, _>>()
                .into()),
        ]
    })
}

proptest! {
    #[test]
    fn nothing_makes_it_panic(
        body in json_like(),
        path in prop::sample::select(vec![
            "projects/acme%2Fapi", "projects/7/merge_requests", "projects/a%2/merge_requests/1/changes", "groups/1/issues",
            "projects/a%2Fb/merge_requests/1/discussions?known_since=2026-01-01T00:00:00Z", "projects/a%2Fb/issues/1/notes",
            "projects/a%2Fb/merge_requests/1/commits?known_since=2026-01-01T00:00:00Z", "projects/a%2Fb/pipelines",
            "projects/a%2Fb/merge_requests/1/diffs?known_since=x", "projects/a%2Fb/jobs", "projects/a%2Fb/deployments", "projects/a%2Fb/releases",
        ]),
    ) {
        complete(&map(&exchange(path, body)).facts);
    }

    #[test]
    fn no_event_makes_it_panic(
        body in json_like(),
        event in prop::sample::select(vec!["Merge Request Hook", "Issue Hook", "Note Hook", "Pipeline Hook", "Job Hook", "Deployment Hook", "Release Hook", "?"]),
    ) {
        let mut body = body;
        if let Some(fields) = body.as_object_mut() {
            fields.insert("project".to_owned(), json!({ "path_with_namespace": "a/b" }));
        }
        complete(&map_event(event, &body).facts);
    }

    #[test]
    fn one_field_gone_or_changed_loses_no_more(name in prop::sample::select(merge_request().as_object().unwrap().keys().cloned().collect::<Vec<_>>()), other in json_like()) {
        let mut body = merge_request();
        body[&name] = other;
        complete(&map(&exchange("projects/acme%2Fapi/merge_requests/12/changes", body.clone())).facts);
        body.as_object_mut().unwrap().remove(&name);
        let mapped = map(&exchange("projects/acme%2Fapi/merge_requests/12/changes", body));
        prop_assert!(!mapped.facts.is_empty() || !mapped.problems.is_empty());
    }
}

/// Gives the same answer to every question, but for the project itself where that is told.
struct Nonsense {
    project: Option<Value>,
    body: Value,
}

impl Transport for Nonsense {
    fn send(&mut self, call: &Call) -> Result<Exchange, Failure> {
        let is_project = call.url.ends_with("acme%2Fapi");
        let body = self.project.clone().filter(|_| is_project).unwrap_or_else(|| self.body.clone());
        Ok(Exchange { url: call.url.clone(), ..exchange("", body) })
    }
}

#[test]
fn an_answer_of_something_else_is_not_nothing_new() {
    let project =
        json!({ "id": 7, "path_with_namespace": "acme/api", "last_activity_at": "2026-03-01T00:00:00Z" });
    let ask = |wanted: &str, server: &mut Nonsense, cursors: &BTreeMap<String, String>| {
        let request = Request {
            base: "https://gitlab.example.org",
            repositories: &[wanted.to_owned()],
            cursors,
            since: None,
            observed_at: "2026-11-22T14:00:00Z".parse().unwrap(),
        };
        sync(&request, server, &mut |_| Ok(())).unwrap()
    };
    let none = BTreeMap::new();
    for body in [json!(null), json!({}), json!({ "data": null, "errors": [{ "message": "no" }] })] {
        for wanted in ["acme/api", "acme/*"] {
            let outcome = ask(wanted, &mut Nonsense { project: None, body: body.clone() }, &none);
            assert_eq!((outcome.cursors.len(), outcome.rows), (0, 0), "{body}: nothing was read");
            assert_eq!(outcome.problems.len(), 1, "{body}: {:?}", outcome.problems);
        }
        // Where only the lists are nonsense, none of them moves on.
        let server = || Nonsense { project: Some(project.clone()), body: body.clone() };
        let first = ask("acme/api", &mut server(), &none);
        assert_eq!(first.problems.len(), 6, "{:?}", first.problems);
        assert!(first.problems[0].message.contains("/pipelines`"), "{:?}", first.problems);
        let cursor: Value = serde_json::from_str(&first.cursors["acme/api"]).unwrap();
        assert_eq!((&cursor["merge_requests"]["after"], &cursor["jobs"]["page"]), (&json!(null), &json!(0)));
    }
}

#[test]
fn a_project_that_could_not_be_asked_for_was_not_read() {
    struct Down;
    impl Transport for Down {
        fn send(&mut self, call: &Call) -> Result<Exchange, Failure> {
            Err(Failure::Unreachable { url: call.url.clone(), reason: "refused".to_owned() })
        }
    }
    let known = BTreeMap::from([("acme/api".to_owned(), r#"{"project":"x"}"#.to_owned())]);
    for cursors in [&BTreeMap::new(), &known] {
        let request = Request {
            base: "https://gitlab.example.org",
            repositories: &["acme/api".to_owned(), "acme/web".to_owned()],
            cursors,
            since: None,
            observed_at: "2026-11-22T14:00:00Z".parse().unwrap(),
        };
        let outcome = sync(&request, &mut Down, &mut |_| Ok(())).unwrap();
        assert_eq!((outcome.cursors.len(), outcome.problems.len(), outcome.requests), (0, 1, 1));
    }
}
