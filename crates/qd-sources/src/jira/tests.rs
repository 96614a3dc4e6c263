//! Samples in the shape of Jira's documented answers, and a server made of a function.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use proptest::prelude::*;
use qd_tables::Fact;
use serde_json::{Value, json};

use super::{map, map_event, sync};
use crate::{
    connector::{Outcome, Request},
    exchange::{Call, Exchange, Failure, Transport},
};

const BASE: &str = "https://acme.atlassian.net";

fn exchange(path: &str, body: Value) -> Exchange {
    let url = format!("{BASE}/rest/api/{path}");
    Exchange {
        method: "GET".to_owned(),
        url,
        status: 200,
        headers: Vec::new(),
        request: None,
        body,
        at: None,
    }
}

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

fn facts(path: &str, body: Value) -> Vec<Fact> {
    let mapped = map(&exchange(path, body));
    assert_eq!(mapped.problems, []);
    complete(&mapped.facts);
    mapped.facts
}

fn person(id: &str) -> Value {
    json!({ "accountId": format!("id-{id}"), "displayName": id, "emailAddress": format!("{id}@acme.example"), "accountType": "atlassian" })
}

#[test]
fn accounts_that_are_gone_are_nobody() {
    let gone = || json!({ "accountId": "unknown", "displayName": "Former user", "accountType": "unknown" });
    let mut body = issue();
    body["fields"]["creator"] = gone();
    body["fields"]["assignee"] = gone();
    let facts = facts("3/issue/WEB-12", body);
    let told = |name: &str| -> Vec<&Value> {
        let rows = facts.iter().filter(|fact| fact.table.name == "issues");
        rows.filter_map(|fact| fact.row.get(name)).collect()
    };
    assert!(!told("author").is_empty() && told("author").iter().all(|author| author.is_null()));
    assert!(!told("assignees").is_empty() && told("assignees").iter().all(|list| **list == json!([])));
    // One that is switched off still has an id of its own.
    assert_eq!(
        super::login(&json!({ "accountId": "5b1", "accountType": "unknown" })).as_deref(),
        Some("5b1")
    );
}

fn paragraph(content: Value) -> Value {
    json!({ "type": "paragraph", "content": content })
}

fn issue() -> Value {
    json!({
        "id": "10012", "key": "WEB-12", "self": format!("{BASE}/rest/api/3/issue/10012"),
        "fields": {
            "summary": "Pay twice", "status": { "name": "Done", "statusCategory": { "key": "done" } },
            "resolution": { "name": "Won't Do" }, "resolutiondate": "2026-03-03T10:00:00.000+0200",
            "issuetype": { "name": "Bug" }, "priority": { "name": "High" }, "labels": ["money"],
            "assignee": person("ada"), "creator": person("bob"), "fixVersions": [{ "name": "v1" }], "parent": { "key": "WEB-1" },
            "issuelinks": [
                { "type": { "inward": "is blocked by", "outward": "blocks" }, "inwardIssue": { "key": "OPS-3" } },
                { "type": { "inward": "is blocked by", "outward": "blocks" }, "outwardIssue": { "key": "OPS-4" } },
                { "type": { "inward": "is blocked by", "outward": "blocks" }, "inwardIssue": { "key": "OPS-5",
                    "fields": { "status": { "name": "Closed", "statusCategory": { "key": "done" } } } } },
            ],
            "timetracking": { "originalEstimateSeconds": 28800, "timeSpentSeconds": 14400 },
            "duedate": "2026-04-01", "created": "2026-03-01T10:00:00.000+0200", "updated": "2026-03-04T10:00:00.000+0200",
            "customfield_10016": 5.0,
            "description": { "type": "doc", "content": [
                paragraph(json!([{ "type": "text", "text": "Please look " }, { "type": "mention", "attrs": { "id": "id-ada", "text": "@ada" } },
                    { "type": "text", "text": "secret()", "marks": [{ "type": "code" }] }])),
                { "type": "codeBlock", "content": [{ "type": "text", "text": "fn main() {}" }] },
                { "type": "blockquote", "content": [paragraph(json!([{ "type": "text", "text": "quoted" }, { "type": "mention", "attrs": { "id": "id-eve" } }]))] },
                paragraph(json!([{ "type": "text", "text": "Thanks" }])),
            ] },
            "comment": { "total": 1, "comments": [{ "id": "77", "author": person("eve"), "created": "2026-03-02T10:00:00.000+0200", "body": "*Why?* [~accountid:id-ada] {code}x [~no]{code}" }] },
        },
        "changelog": { "total": 1, "histories": [{ "id": "500", "author": person("ada"), "created": "2026-03-03T10:00:00.000+0200", "items": [
            { "field": "status", "fromString": "To Do", "toString": "Done" },
            { "field": "assignee", "from": null, "fromString": null, "to": "id-ada", "toString": "Ada" },
            { "field": "labels", "fromString": "old both", "toString": "both money" },
            { "field": "Link", "from": null, "fromString": null, "to": "OPS-3", "toString": "This issue is blocked by OPS-3" },
            { "field": "resolution", "fromString": null, "toString": "Won't Do" },
            { "field": "Key", "fromString": "OLD-3", "toString": "WEB-12" },
        ] }] },
    })
}

fn search() -> Value {
    json!({ "issues": [issue()], "isLast": true, "names": { "customfield_10016": "Story point estimate" } })
}

#[test]
fn issue_has_versions_and_all_its_columns() {
    let facts = facts("3/search/jql?jql=x", search());
    let issues: Vec<_> = facts
        .iter()
        .filter(|fact| fact.table.name == "issues" && !fact.row.contains_key("deleted"))
        .collect();
    let times: Vec<_> = issues
        .iter()
        .map(|fact| (fact.row["observed_at"].as_str().unwrap(), fact.row["state"].as_str().unwrap()))
        .collect();
    assert_eq!(
        times,
        [
            ("2026-03-01T08:00:00Z", "open"),
            ("2026-03-03T08:00:00Z", "closed"),
            ("2026-03-04T08:00:00Z", "closed")
        ]
    );
    assert!(!issues[0].row.contains_key("status"));
    let last = &issues[2].row;
    for (name, value) in [
        ("repo", json!("WEB")),
        ("number", json!("WEB-12")),
        ("author", json!("bob@acme.example")),
        ("status", json!("Done")),
        ("status_kind", json!("done")),
        ("reason", json!("Won't Do")),
        ("type", json!("Bug")),
        ("priority", json!("High")),
        ("labels", json!(["money"])),
        ("assignees", json!(["ada@acme.example"])),
        ("milestone", json!("v1")),
        ("parent", json!("WEB-1")),
        ("blocked_by", json!(["OPS-3"])),
        ("estimate_days", json!(1.0)),
        ("spent_days", json!(0.5)),
        ("points", json!(5.0)),
        ("due", json!("2026-04-01T00:00:00Z")),
        ("text", json!("Please look @ada\nThanks")),
        ("mentions", json!(["ada@acme.example"])),
        ("url", json!("https://acme.atlassian.net/browse/WEB-12")),
    ] {
        assert_eq!(last.get(name), Some(&value), "{name}");
    }
}

#[test]
fn changelog_is_changes() {
    let facts = facts("3/search/jql?jql=x", search());
    let changes: Vec<_> = facts
        .iter()
        .filter(|fact| fact.table.name == "issue_changes")
        .map(|fact| {
            ["field", "from", "to"].map(|name| fact.row[name].as_str().unwrap_or("-").to_owned()).join(" ")
        })
        .collect();
    assert_eq!(
        changes,
        [
            "status To Do Done",
            "assignee - ada@acme.example",
            "label old -",
            "label - money",
            "blocked_by - OPS-3",
            "state open closed",
            "reason - Won't Do",
        ]
    );
    let ids: BTreeSet<_> = facts.iter().filter_map(|fact| fact.row.get("id").map(Value::to_string)).collect();
    assert_eq!(ids.len(), 8, "each has an id of its own: {ids:?}");
    let moved = facts.iter().find(|fact| fact.row.contains_key("deleted")).unwrap();
    assert_eq!((&moved.row["number"], &moved.row["repo"]), (&json!("OLD-3"), &json!("OLD")));
    let comment = facts.iter().find(|fact| fact.table.name == "comments").unwrap();
    assert_eq!(
        (&comment.row["text"], &comment.row["mentions"]),
        (&json!("*Why?* @ada@acme.example"), &json!(["ada@acme.example"]))
    );
}

#[test]
fn data_centre_and_single_addresses() {
    let mut body = issue();
    body["fields"]["creator"] = json!({ "name": "bob", "key": "JIRAUSER1", "displayName": "Bob" });
    body["fields"]["assignee"] = Value::Null;
    body["fields"]["resolution"] = Value::Null;
    body["fields"]["description"] = json!("Ask [~bob]\nbq. quoted [~eve]\n{noformat}[~no]{noformat}");
    body["fields"].as_object_mut().unwrap().remove("priority");
    let row = &facts("2/issue/WEB-12?expand=changelog", body)[2].row;
    assert_eq!(
        (&row["author"], &row["assignees"], &row["mentions"]),
        (&json!("bob"), &json!([]), &json!(["bob"]))
    );
    assert!(!row.contains_key("priority") && row["reason"].is_null());
    let comments = facts(
        "3/issue/WEB-12/comment",
        json!({ "comments": [{ "id": "1", "created": "2026-03-02T10:00:00.000+0000", "author": person("a"), "body": "x" }] }),
    );
    assert_eq!((comments.len(), &comments[0].row["number"]), (1, &json!("WEB-12")));
    let changes = facts("3/issue/WEB-12/changelog", json!({ "values": issue()["changelog"]["histories"] }));
    assert_eq!(changes.len(), 8);
    assert!(facts("3/myself", json!({ "timeZone": "UTC" })).is_empty());
    assert_eq!(map(&exchange("3/dashboard", json!({}))).problems.len(), 1);
    assert_eq!(map(&exchange("3/search", json!({ "issues": [{ "key": "WEB-1" }, {}] }))).problems.len(), 1);
}

#[test]
fn webhooks_say_the_same() {
    let history = &issue()["changelog"]["histories"][0];
    let payload = json!({ "timestamp": 1_772_524_800_000_i64, "webhookEvent": "jira:issue_updated", "user": person("ada"), "issue": issue(),
        "changelog": { "id": "500", "items": history["items"] } });
    let mapped = map_event(&payload);
    complete(&mapped.facts);
    let keys = |table: &str| {
        mapped
            .facts
            .iter()
            .filter(|fact| fact.table.name == table)
            .filter_map(|fact| fact.row.get("id").map(Value::to_string))
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(keys("issue_changes").len(), 7, "an event and the changelog have the same ids");
    let gone = map_event(
        &json!({ "timestamp": 1_772_524_800_000_i64, "webhookEvent": "jira:issue_deleted", "issue": { "key": "WEB-1" } }),
    );
    assert_eq!(gone.facts[0].row["deleted"], json!(true));
    let comment = json!({ "webhookEvent": "comment_created", "issue": { "key": "WEB-1" }, "comment": { "id": "1", "created": "2026-03-02T10:00:00.000+0000", "body": "x" } });
    assert_eq!(map_event(&comment).facts.len(), 1);
    assert_eq!(map_event(&json!({})).problems.len(), 1);
    assert_eq!(map_event(&json!({ "webhookEvent": "moon_risen" })).unknown, ["moon_risen"]);
    for left_out in ["sprint_started", "jira:version_released", "worklog_created", "project_deleted"] {
        assert_eq!(map_event(&json!({ "webhookEvent": left_out })), Default::default());
    }
}

/// A Jira of one project; `version` 2 has no cloud's addresses.
struct Fake {
    version: u8,
    zone: Value,
    issues: Vec<(Timestamp, Value)>,
    asked: Vec<String>,
    limit: usize,
    broken: Option<&'static str>,
}

fn parameter(url: &str, name: &str) -> Option<String> {
    url.split(['?', '&']).find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=').map(str::to_owned))
}

impl Fake {
    fn new(version: u8, count: i64) -> Self {
        let issues = (1..=count).map(|number| {
            let updated = Timestamp::from_second(1_772_000_000 + number * 7).unwrap();
            let mut body = issue();
            body["key"] = json!(format!("WEB-{number}"));
            body["fields"]["updated"] = json!(updated.to_string());
            body["changelog"]["total"] = json!(if version == 3 && number % 100 == 0 { 2 } else { 1 });
            (updated, body)
        });
        Self {
            version,
            zone: json!("Europe/Zurich"),
            issues: issues.collect(),
            asked: Vec::new(),
            limit: usize::MAX,
            broken: None,
        }
    }

    fn found(&self, url: &str) -> Vec<Value> {
        let question =
            parameter(url, "jql").unwrap().replace("%22", "\"").replace("%20", " ").replace("%3A", ":");
        let from = question.split_once("%3E%3D \"").map(|(_, rest)| {
            let local: jiff::civil::DateTime = rest.split('"').next().unwrap().parse().unwrap();
            let zone = self.zone.as_str().unwrap_or("Pacific/Auckland");
            local.in_tz(zone).unwrap().timestamp()
        });
        let is_open = question.contains("statusCategory").then_some(true);
        let all = self
            .issues
            .iter()
            .filter(|(updated, _)| from.is_none_or(|from| *updated >= from))
            .filter(|(_, issue)| issue["key"].as_str().unwrap().starts_with("WEB-"))
            .filter(|(_, issue)| is_open.is_none_or(|open| super::issues::is_open(issue) == open));
        let bare = |issue: &Value| json!({ "id": issue["id"], "key": issue["key"], "fields": {} });
        all.map(|(_, issue)| if is_open.is_some() { bare(issue) } else { issue.clone() }).collect()
    }
}

impl Transport for Fake {
    fn send(&mut self, call: &Call) -> Result<Exchange, Failure> {
        let url = call.url.clone();
        if self.asked.len() >= self.limit {
            return Err(Failure::Limited { url, until: "2026-11-22T15:00:00Z".parse().unwrap() });
        }
        self.asked.push(url.clone());
        let Some(path) =
            url.split('?').next().unwrap().strip_prefix(&format!("{BASE}/rest/api/{}/", self.version))
        else {
            return Err(Failure::Missing { url });
        };
        let body = match path {
            "myself" => json!({ "accountId": "id-ada", "timeZone": self.zone }),
            "field" => json!([{ "id": "customfield_10016", "name": "Story Points" }]),
            path if self.broken.is_some_and(|part| path.contains(part)) => {
                return Err(Failure::Broken { url, status: 502, reason: "bad gateway".to_owned() });
            }
            path if path.starts_with("issue/") && path.matches('/').count() == 1 => {
                let key = path.trim_start_matches("issue/");
                let is_it = |issue: &Value| issue["key"] == key || issue["was"] == key;
                let found = self.issues.iter().find(|(_, issue)| is_it(issue));
                found.map(|(_, issue)| issue.clone()).ok_or(Failure::Missing { url: url.clone() })?
            }
            "search/jql" => {
                let start: usize = parameter(&url, "nextPageToken").map_or(0, |token| token.parse().unwrap());
                let found = self.found(&url);
                let end = found.len().min(start + 100);
                let token = (end < found.len()).then(|| end.to_string());
                json!({ "issues": found[start..end], "nextPageToken": token, "isLast": token.is_none(), "names": { "customfield_10016": "Story Points" } })
            }
            "search" => {
                let start: usize = parameter(&url, "startAt").map_or(0, |start| start.parse().unwrap());
                let found = self.found(&url);
                json!({ "issues": found.iter().skip(start).take(100).collect::<Vec<_>>(), "startAt": start, "total": found.len() })
            }
            _ => json!({ "values": issue()["changelog"]["histories"], "total": 1 }),
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

fn run(fake: &mut Fake, cursors: &BTreeMap<String, String>) -> (Outcome, BTreeSet<String>) {
    let repositories = ["WEB".to_owned()];
    let observed_at = "2026-11-22T14:00:00Z".parse().unwrap();
    let request = Request { base: BASE, repositories: &repositories, cursors, since: None, observed_at };
    let mut numbers = BTreeSet::new();
    fake.asked.clear();
    let outcome = sync(&request, fake, &mut |step| {
        let facts = step.facts;
        complete(&facts);
        numbers.extend(
            facts
                .iter()
                .filter(|fact| fact.table.name == "issues")
                .map(|fact| fact.row["number"].as_str().unwrap().to_owned()),
        );
        Ok(())
    })
    .unwrap();
    numbers.remove("OLD-3");
    (outcome, numbers)
}

#[test]
fn second_sync_asks_little_and_brings_nothing() {
    // 2 questions before the first page; of each hundredth issue the rest of the changes.
    for (version, zone, requests, again) in [
        (3, json!("Europe/Zurich"), 2 + 5 + 4, 3),
        (2, json!("Europe/Zurich"), 3 + 6, 4),
        (3, Value::Null, 11, 7),
    ] {
        let mut fake = Fake::new(version, 430);
        fake.zone = zone;
        let (first, numbers) = run(&mut fake, &BTreeMap::new());
        assert_eq!((numbers.len(), first.problems.len()), (430, 0));
        assert!(first.requests <= requests, "{version}: {}", first.requests);
        let (second, numbers) = run(&mut fake, &first.cursors);
        assert_eq!((second.rows, numbers.len()), (0, 0), "version {version}");
        assert!(second.requests <= again, "{version}: {} {:?}", second.requests, fake.asked);
        let newer = fake.issues[3].0.max(fake.issues[429].0) + jiff::SignedDuration::from_secs(1);
        fake.issues[3].1["fields"]["updated"] = json!(newer.to_string());
        fake.issues[3].0 = newer;
        fake.issues.sort_by_key(|(updated, _)| *updated);
        assert_eq!(run(&mut fake, &second.cursors).1.into_iter().collect::<Vec<_>>(), ["WEB-4"]);
    }
}

#[test]
fn interrupted_sync_goes_on_where_it_stopped() {
    for version in [2, 3] {
        let mut fake = Fake::new(version, 430);
        let (mut cursors, mut seen, mut rounds) = (BTreeMap::new(), BTreeSet::new(), 0);
        fake.limit = 5;
        loop {
            let (outcome, numbers) = run(&mut fake, &cursors);
            seen.extend(numbers);
            cursors.extend(outcome.cursors);
            rounds += 1;
            assert!(rounds < 10, "no end");
            if outcome.until.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), 430);
        assert!(rounds > 1);
    }
}

#[test]
fn an_open_issue_that_is_gone_does_not_stay_open() {
    for version in [2, 3] {
        let mut fake = Fake::new(version, 330);
        fake.issues.iter_mut().for_each(|(_, issue)| {
            issue["fields"]["status"]["statusCategory"]["key"] = json!("new");
            issue["fields"]["resolutiondate"] = Value::Null;
        });
        let (first, _) = run(&mut fake, &BTreeMap::new());
        // One was deleted, one moved away, one was closed by an import that kept its times.
        fake.issues.retain(|(_, issue)| issue["key"] != "WEB-40");
        for (_, issue) in &mut fake.issues {
            if issue["key"] == "WEB-80" {
                issue["key"] = json!("OPS-7");
                issue["was"] = json!("WEB-80");
            } else if issue["key"] == "WEB-90" {
                issue["fields"]["status"]["statusCategory"]["key"] = json!("done");
            }
        }
        fake.broken = Some("issue/WEB-40");
        let (second, numbers) = run(&mut fake, &first.cursors);
        assert_eq!(numbers.into_iter().collect::<Vec<_>>(), ["WEB-80", "WEB-90"], "version {version}");
        assert_eq!(second.problems.len(), 1, "what was not answered is not gone");
        fake.broken = None;
        let (third, numbers) = run(&mut fake, &second.cursors);
        assert_eq!(numbers.into_iter().collect::<Vec<_>>(), ["WEB-40"]);
        assert_eq!((third.rows, third.problems.len()), (1, 0));
        let (fourth, numbers) = run(&mut fake, &third.cursors);
        assert_eq!((fourth.rows, numbers.len()), (0, 0), "it is told once");
    }
}

#[test]
fn keys_alone_are_no_issues_and_no_fault() {
    let mapped = map(&exchange(
        "3/search/jql?jql=x",
        json!({ "issues": [{ "id": "1", "key": "WEB-1" }, { "key": "WEB-2", "fields": {} }] }),
    ));
    assert_eq!((mapped.facts.len(), mapped.problems.len()), (0, 0));
}

#[test]
fn hour_that_comes_twice_loses_nothing() {
    let mut fake = Fake::new(3, 0);
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let issue_at = |number: u32, when: Timestamp| {
        let mut body = issue();
        body["key"] = json!(format!("WEB-{number}"));
        body["fields"]["updated"] = json!(when.to_string());
        (when, body)
    };
    // 02:30 in Zurich, before the clocks go back, and after.
    fake.issues.push(issue_at(1, at("2026-10-25T00:30:00Z")));
    let (first, _) = run(&mut fake, &BTreeMap::new());
    fake.issues.push(issue_at(2, at("2026-10-25T00:40:00Z")));
    let (second, numbers) = run(&mut fake, &first.cursors);
    assert_eq!(numbers.len(), 1);
    fake.issues.push(issue_at(3, at("2026-10-25T01:10:00Z")));
    assert_eq!(run(&mut fake, &second.cursors).1.len(), 1);
}

fn json_like() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-zA-Z@#!:%0-9 \\-\\[\\]~{}]{0,20}".prop_map(Value::from),
        Just(json!("WEB-1")),
        Just(json!("2026-03-01T08:00:00.000+0000")),
        Just(json!("codeBlock")),
    ];
    leaf.prop_recursive(5, 50, 6, |inner| {
        let name = prop::sample::select(vec![
            "id",
            "key",
            "fields",
            "created",
            "updated",
            "author",
            "accountId",
            "displayName",
            "name",
            "histories",
            "changelog",
            "items",
            "field",
            "from",
            "toString",
            "content",
            "type",
            "text",
            "attrs",
            "issuelinks",
            "comment",
            "comments",
            "issues",
            "names",
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
    fn nothing_makes_it_panic(body in json_like(), path in prop::sample::select(vec!["3/search/jql", "2/search", "3/issue/A-1", "3/issue/A-1/comment", "3/issue/-/changelog"])) {
        complete(&map(&exchange(path, body)).facts);
    }

    #[test]
    fn one_field_gone_or_changed_loses_no_more(name in prop::sample::select(issue()["fields"].as_object().unwrap().keys().cloned().collect::<Vec<_>>()), other in json_like()) {
        let mut body = search();
        body["issues"][0]["fields"][&name] = other;
        let mapped = map(&exchange("3/search/jql", body.clone()));
        complete(&mapped.facts);
        complete(&map_event(&json!({ "issue": body["issues"][0], "timestamp": 1_772_524_800_000_i64, "webhookEvent": "jira:issue_updated" })).facts);
        body["issues"][0]["fields"].as_object_mut().unwrap().remove(&name);
        let mapped = map(&exchange("3/search/jql", body));
        prop_assert!(!mapped.facts.is_empty() || !mapped.problems.is_empty());
    }
}

/// Gives the same answer to every question after the first so many, which are answered well.
struct Nonsense {
    well: Vec<Value>,
    body: Value,
}

impl Transport for Nonsense {
    fn send(&mut self, call: &Call) -> Result<Exchange, Failure> {
        let body = if self.well.is_empty() { self.body.clone() } else { self.well.remove(0) };
        Ok(Exchange { url: call.url.clone(), ..exchange("", body) })
    }
}

#[test]
fn an_answer_of_something_else_is_not_nothing_new() {
    let myself = json!({ "accountId": "id-ada", "timeZone": "UTC" });
    let cursors = BTreeMap::from([("WEB".to_owned(), r#"{"after":"2026-03-01T00:00:00Z"}"#.to_owned())]);
    for body in [json!(null), json!({}), json!([]), json!({ "data": null, "errors": [{ "message": "no" }] })]
    {
        for well in [vec![], vec![myself.clone(), json!([])]] {
            for cursors in [&BTreeMap::new(), &cursors] {
                let request = Request {
                    base: BASE,
                    repositories: &["WEB".to_owned()],
                    cursors,
                    since: None,
                    observed_at: "2026-11-22T14:00:00Z".parse().unwrap(),
                };
                let mut server = Nonsense { well: well.clone(), body: body.clone() };
                let outcome = sync(&request, &mut server, &mut |_| Ok(())).unwrap();
                assert_eq!((outcome.cursors.len(), outcome.rows), (0, 0), "{body}: nothing was read");
                let [problem] = &outcome.problems[..] else { panic!("{body}: {:?}", outcome.problems) };
                let (path, wanted) = if well.is_empty() {
                    ("rest/api/3/myself`", "a user with `accountId` or `name`")
                } else {
                    ("rest/api/3/search/jql`", "a list `issues`")
                };
                assert!(
                    problem.message.contains(path) && problem.message.contains(wanted),
                    "{}",
                    problem.message
                );
            }
        }
    }
}

#[test]
fn part_that_failed_is_made_up_for() {
    let mut fake = Fake::new(3, 150);
    let (whole, _) = run(&mut fake, &BTreeMap::new());
    fake.broken = Some("/changelog");
    let (first, _) = run(&mut fake, &BTreeMap::new());
    assert!(!first.problems.is_empty() && first.rows < whole.rows, "{:?}", first.problems);
    let (second, _) = run(&mut fake, &first.cursors);
    assert!(!second.problems.is_empty(), "it is tried again");
    fake.broken = None;
    let (third, numbers) = run(&mut fake, &second.cursors);
    assert_eq!((third.problems.len(), numbers.len()), (0, first.problems.len()));
    assert_eq!(run(&mut fake, &third.cursors).0.rows, 0);
    assert_eq!(third.cursors, whole.cursors);
}
