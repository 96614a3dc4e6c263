//! What GitLab posts by itself.
//!
//! A webhook says the same as the API in other words; each is put into the API's words and mapped
//! by the same functions.

use serde_json::{Value, json};

use super::map;
use crate::{
    Problem,
    connector::row::{at, names, text, time},
    exchange::{Exchange, Mapped},
};

/// Events that are left out: git itself is read from clones, the rest has no table.
const NOT_KEPT: &[&str] = &[
    "Push Hook",
    "Tag Push Hook",
    "Wiki Page Hook",
    "System Hook",
    "Member Hook",
    "Member Approval Hook",
    "Emoji Hook",
    "Feature Flag Hook",
    "Milestone Hook",
    "Subgroup Hook",
    "Project Hook",
    "Resource Access Token Hook",
    "Resource Deploy Token Hook",
];

/// Events that are read.
const KEPT: &[&str] = &[
    "Merge Request Hook",
    "Issue Hook",
    "Work Item Hook",
    "Confidential Issue Hook",
    "Note Hook",
    "Confidential Note Hook",
    "Pipeline Hook",
    "Job Hook",
    "Deployment Hook",
    "Release Hook",
];

/// The facts of what was posted; `event` is the header `X-Gitlab-Event`.
#[must_use]
pub fn map_event(event: &str, payload: &Value) -> Mapped {
    if event.is_empty() {
        return problem(event, "no header `X-Gitlab-Event` says what it is");
    }
    if NOT_KEPT.contains(&event) {
        return Mapped::default();
    }
    let path = text(payload, "project.path_with_namespace").or_else(|| text(payload, "project.path"));
    let base = path.map(|path| format!("https://gitlab/api/v4/projects/{}", path.replace('/', "%2F")));
    match base {
        Some(base) => kept(event, &base, payload),
        None if KEPT.contains(&event) => problem(event, "it names no project"),
        None => unknown(event),
    }
}

/// The facts of an event of the project at `base`.
fn kept(event: &str, base: &str, payload: &Value) -> Mapped {
    match event {
        "Merge Request Hook" => merge_request(base, payload),
        "Issue Hook" | "Work Item Hook" | "Confidential Issue Hook" => {
            translated(event, format!("{base}/issues"), issue(payload))
        }
        "Note Hook" | "Confidential Note Hook" => note(event, base, payload),
        "Pipeline Hook" => translated(event, format!("{base}/pipelines"), pipeline(payload)),
        "Job Hook" => translated(event, format!("{base}/jobs"), job(payload)),
        "Deployment Hook" => translated(event, format!("{base}/deployments"), deployment(payload)),
        "Release Hook" => translated(event, format!("{base}/releases"), release(payload)),
        _ => unknown(event),
    }
}

fn unknown(event: &str) -> Mapped {
    Mapped { unknown: vec![event.to_owned()], ..Mapped::default() }
}

fn problem(event: &str, message: &str) -> Mapped {
    let problem = Problem { subject: format!("GitLab's `{event}`"), message: message.to_owned() };
    Mapped { problems: vec![problem], ..Mapped::default() }
}

fn translated(event: &str, url: String, item: Option<Value>) -> Mapped {
    let Some(body) = item else { return problem(event, "it lacks its subject or a time") };
    map(&Exchange {
        method: "EVENT".to_owned(),
        url,
        status: 200,
        headers: Vec::new(),
        request: None,
        body,
        at: None,
    })
}

/// A time in one form; events have several.
fn stamp(value: &Value, path: &str) -> Value {
    time(value, path).map_or(Value::Null, |time| json!(time.to_string()))
}

/// What merge requests and issues have in common.
fn common(payload: &Value) -> Option<Value> {
    let about = at(payload, "object_attributes")?;
    let mut item = about.clone();
    let fields = item.as_object_mut()?;
    for name in ["created_at", "updated_at", "closed_at", "merged_at"] {
        if fields.contains_key(name) {
            fields.insert(name.to_owned(), stamp(about, name));
        }
    }
    fields.insert("web_url".to_owned(), json!(text(about, "url")));
    let labels = names(payload, "labels", "title").or_else(|| names(about, "labels", "title"));
    match labels {
        Some(labels) => fields.insert("labels".to_owned(), json!(labels)),
        None => fields.remove("labels"),
    };
    for name in ["assignees", "reviewers"] {
        fields.insert(name.to_owned(), payload.get(name).cloned().unwrap_or_else(|| json!([])));
    }
    // The author stands there by number only; who opens it is its author.
    fields.remove("author");
    fields.remove("milestone");
    if text(about, "action").as_deref() == Some("open") {
        fields.insert("author".to_owned(), payload.get("user").cloned().unwrap_or_default());
    }
    Some(item)
}

fn merge_request(base: &str, payload: &Value) -> Mapped {
    const EVENT: &str = "Merge Request Hook";
    let Some(mut item) = common(payload) else { return problem(EVENT, "it lacks its subject") };
    let action = text(payload, "object_attributes.action").unwrap_or_default();
    let actor = payload.get("user").cloned().unwrap_or_default();
    let moment = stamp(payload, "object_attributes.updated_at");
    if let Some(fields) = item.as_object_mut() {
        fields.insert("sha".to_owned(), json!(text(payload, "object_attributes.last_commit.id")));
        if action == "merge" {
            fields.insert("merge_user".to_owned(), actor.clone());
            fields.insert("merged_at".to_owned(), moment.clone());
        } else if action == "close" {
            fields.insert("closed_at".to_owned(), moment.clone());
        }
    }
    let said = match action.as_str() {
        "approved" | "approval" => Some("approved this merge request"),
        "unapproved" | "unapproval" => Some("unapproved this merge request"),
        _ => None,
    };
    let number = text(payload, "object_attributes.iid").unwrap_or_default();
    let mut mapped = translated(EVENT, format!("{base}/merge_requests"), Some(item));
    if let Some(body) = said {
        let note = json!({ "id": 0, "system": true, "body": body, "author": actor, "created_at": moment });
        let more = translated(EVENT, format!("{base}/merge_requests/{number}/notes"), Some(note));
        mapped.facts.extend(more.facts);
    }
    mapped
}

fn issue(payload: &Value) -> Option<Value> {
    let mut item = common(payload)?;
    let due = text(payload, "object_attributes.due_date");
    let closing = text(payload, "object_attributes.action").as_deref() == Some("close");
    let fields = item.as_object_mut()?;
    fields.insert("due_date".to_owned(), json!(due));
    if closing && time(payload, "object_attributes.closed_at").is_none() {
        fields.insert("closed_at".to_owned(), stamp(payload, "object_attributes.updated_at"));
    }
    Some(item)
}

fn note(event: &str, base: &str, payload: &Value) -> Mapped {
    let about = payload.get("object_attributes").unwrap_or(&Value::Null);
    let (folder, number) = match text(about, "noteable_type").as_deref() {
        Some("MergeRequest") => ("merge_requests", text(payload, "merge_request.iid")),
        Some("Issue") => ("issues", text(payload, "issue.iid")),
        // On a commit or a snippet.
        _ => return Mapped::default(),
    };
    let Some(number) = number else { return problem(event, "it does not say what it is about") };
    let item = json!({
        "id": about.get("id"),
        "body": text(about, "note"),
        "system": about.get("system"),
        "author": payload.get("user"),
        "created_at": stamp(about, "created_at"),
        "position": about.get("position"),
    });
    translated(event, format!("{base}/{folder}/{number}/notes"), Some(item))
}

fn pipeline(payload: &Value) -> Option<Value> {
    let about = at(payload, "object_attributes")?;
    let mut item = about.clone();
    let reference =
        text(payload, "merge_request.iid").map(|number| format!("refs/merge-requests/{number}/head"));
    let fields = item.as_object_mut()?;
    for name in ["created_at", "finished_at"] {
        fields.insert(name.to_owned(), stamp(about, name));
    }
    let finished = stamp(about, "finished_at");
    fields.insert(
        "updated_at".to_owned(),
        if finished.is_null() { stamp(about, "created_at") } else { finished },
    );
    fields.insert("user".to_owned(), payload.get("user").cloned().unwrap_or_default());
    fields.insert("web_url".to_owned(), json!(text(about, "url")));
    if let Some(reference) = reference {
        let branch = text(about, "ref");
        fields.insert("ref".to_owned(), json!(reference));
        fields.insert("source_branch".to_owned(), json!(branch));
    }
    Some(item)
}

fn job(payload: &Value) -> Option<Value> {
    at(payload, "build_id")?;
    Some(json!({
        "id": payload.get("build_id"),
        "name": payload.get("build_name"),
        "status": payload.get("build_status"),
        "failure_reason": payload.get("build_failure_reason"),
        "ref": payload.get("ref"),
        "tag": payload.get("tag"),
        "created_at": stamp(payload, "build_created_at"),
        "started_at": stamp(payload, "build_started_at"),
        "finished_at": stamp(payload, "build_finished_at"),
        "pipeline": { "id": payload.get("pipeline_id") },
        "commit": { "id": payload.get("sha") },
        "environment": payload.get("environment"),
        "user": payload.get("user"),
    }))
}

fn deployment(payload: &Value) -> Option<Value> {
    let changed = stamp(payload, "status_changed_at");
    // The commit stands whole only in the address of its page.
    let sha = text(payload, "commit_url").and_then(|url| url.rsplit('/').next().map(str::to_owned));
    let over = matches!(text(payload, "status")?.as_str(), "success" | "failed" | "canceled");
    at(payload, "deployment_id")?;
    Some(json!({
        "id": payload.get("deployment_id"),
        "status": payload.get("status"),
        "environment": { "name": payload.get("environment") },
        "ref": payload.get("ref"),
        "sha": sha,
        "created_at": changed,
        "updated_at": changed,
        "deployable": { "finished_at": if over { changed.clone() } else { Value::Null }, "web_url": payload.get("deployable_url") },
        "user": payload.get("user"),
    }))
}

fn release(payload: &Value) -> Option<Value> {
    Some(json!({
        "tag_name": text(payload, "tag")?,
        "name": payload.get("name"),
        "created_at": stamp(payload, "created_at"),
        "released_at": stamp(payload, "released_at"),
        "_links": { "self": payload.get("url") },
    }))
}
