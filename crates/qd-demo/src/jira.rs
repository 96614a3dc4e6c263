//! The Jira of a client, as a recording of its interface: the issues of the project that is tracked there.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    Files,
    changes::Work,
    course::Issue,
    days::{at, zone},
    recording::{JIRA, Recording},
    story::Story,
};

/// Issues of one answer.
const PAGE: usize = 50;

/// Writes the recording of the project `key`, which tracks the work on the repository at `place`.
pub(crate) fn write(story: &Story, work: &Work, place: usize, key: &str, files: &mut Files) {
    let own: Vec<Value> = work
        .issues
        .iter()
        .filter(|issue| issue.repo == place)
        .map(|issue| self::issue(story, work, key, issue))
        .collect();
    let mut told = Recording::default();
    for page in own.chunks(PAGE) {
        let body = json!({"issues": page, "isLast": page.len() < PAGE});
        let url = format!("{JIRA}/rest/api/3/search/jql?jql=project%3D{key}&expand=changelog");
        told.tell(&url, at(story.last_day(), 18 * 60), &body);
    }
    told.put(&format!("jira/{key}"), files);
}

/// An issue with what was done to it: begun with the change that closes it, and done when that is merged.
fn issue(story: &Story, work: &Work, key: &str, issue: &Issue) -> Value {
    let is_own =
        |change: &&crate::changes::Change| change.repo == issue.repo && change.closes == Some(issue.number);
    let begun = work.changes.iter().find(is_own).map(|change| change.begun);
    let (status, category) = match (issue.closed, begun) {
        (Some(_), _) => ("Done", "done"),
        (None, Some(_)) => ("In Progress", "indeterminate"),
        (None, None) => ("To Do", "new"),
    };
    let last = [issue.closed, begun].into_iter().flatten().fold(issue.opened, Timestamp::max);
    let id = 10_000 + issue.number;
    let paragraph = json!({"type": "paragraph", "content": [{"type": "text", "text": issue.body}]});
    json!({
        "id": id.to_string(), "key": format!("{key}-{}", issue.number), "self": format!("{JIRA}/rest/api/3/issue/{id}"),
        "fields": {
            "summary": issue.title, "description": {"type": "doc", "version": 1, "content": [paragraph]},
            "status": {"name": status, "statusCategory": {"key": category}},
            "resolution": issue.closed.map(|_| json!({"name": "Done"})), "resolutiondate": issue.closed.map(time),
            "issuetype": {"name": if issue.label == "bug" { "Bug" } else { "Story" }}, "priority": {"name": "Medium"},
            "labels": [issue.label], "creator": user(story, issue.author),
            "assignee": issue.assignee.map(|person| user(story, person)), "issuelinks": [],
            "created": time(issue.opened), "updated": time(last), "comment": {"total": 0, "comments": []},
        },
        "changelog": changelog(story, issue, begun),
    })
}

/// Who took it, and how its state changed.
fn changelog(story: &Story, issue: &Issue, begun: Option<Timestamp>) -> Value {
    let by = issue.assignee.unwrap_or(issue.author);
    let mut told = Vec::new();
    let mut add = |turn: u32, at: Timestamp, item: Value| {
        let id = format!("{}", issue.number * 10 + turn);
        told.push(json!({"id": id, "author": user(story, by), "created": time(at), "items": [item]}));
    };
    if let (Some(begun), Some(person)) = (begun, issue.assignee.and_then(|place| story.people.get(place))) {
        let item = json!({"field": "assignee", "from": null, "fromString": null,
                          "to": account(person.id), "toString": person.name()});
        add(0, begun, item);
        add(1, begun, json!({"field": "status", "fromString": "To Do", "toString": "In Progress"}));
    }
    if let Some(closed) = issue.closed {
        let from = if begun.is_some() { "In Progress" } else { "To Do" };
        add(2, closed, json!({"field": "status", "fromString": from, "toString": "Done"}));
        add(3, closed, json!({"field": "resolution", "fromString": null, "toString": "Done"}));
    }
    json!({"total": told.len(), "histories": told})
}

fn account(id: &str) -> String {
    format!("5b10{id}")
}

fn user(story: &Story, person: usize) -> Value {
    story.people.get(person).map_or(Value::Null, |person| {
        json!({"accountId": account(person.id), "displayName": person.name(), "emailAddress": person.mail(),
               "accountType": "atlassian"})
    })
}

/// A time as Jira writes it, on the company's clocks.
fn time(at: Timestamp) -> String {
    at.to_zoned(zone()).strftime("%Y-%m-%dT%H:%M:%S.000%z").to_string()
}
