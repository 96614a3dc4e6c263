//! What Jira posts by itself: the same issue as its API gives, with what was just done to it.

use jiff::Timestamp;
use qd_tables::ISSUES;
use serde_json::{Value, json};

use super::{Context, add, changelog, issues, people, points, project};
use crate::{
    Problem,
    connector::row::{Row, at, text},
    exchange::Mapped,
};

/// Beginnings of the names of events that are left out: no table holds them, or the issue that
/// they are about tells them by itself.
const NOT_KEPT: &[&str] = &[
    "attachment_",
    "board_",
    "component_",
    "filter_",
    "issue_property_",
    "issuelink_",
    "issuetype_",
    "jira:version_",
    "jira:worklog_",
    "jira_expression_evaluation_failed",
    "option_",
    "project_",
    "sprint_",
    "user_",
    "version_",
    "worklog_",
];

/// The facts of what was posted. Its kind stands in it (`webhookEvent`).
#[must_use]
pub fn map_event(payload: &Value) -> Mapped {
    let mut mapped = Mapped::default();
    let event = text(payload, "webhookEvent").unwrap_or_default();
    let context = Context { people: people(payload), points: points(payload) };
    let issue = payload.get("issue").unwrap_or(&Value::Null);
    let Some(key) = text(issue, "key") else {
        if event.is_empty() {
            mapped.problems.push(problem(&event, "no `webhookEvent` says what it is"));
        } else if event.starts_with("jira:issue") || event.starts_with("comment") {
            mapped.problems.push(problem(&event, "it names no issue"));
        } else if !NOT_KEPT.iter().any(|start| event.starts_with(start)) {
            mapped.unknown.push(event);
        }
        return mapped;
    };
    let when =
        at(payload, "timestamp").and_then(Value::as_i64).and_then(|at| Timestamp::from_millisecond(at).ok());
    match event.as_str() {
        "jira:issue_deleted" => match when.zip(project(&key)) {
            Some((when, repo)) => {
                mapped.facts.push(Row::of(repo, &key).set("deleted", true).since(&ISSUES, when));
            }
            None => mapped.problems.push(problem(&event, "it does not say when")),
        },
        "comment_created" | "comment_updated" | "comment_deleted" => {}
        // An event of a comment has only half of its issue.
        _ => {
            if issues::map(&context, issue, &mut mapped.facts).is_none() {
                mapped.problems.push(problem(&event, "its issue lacks its times"));
            }
        }
    }
    if let Some((changes, when)) = at(payload, "changelog").zip(when) {
        let history = json!({
            "id": changes.get("id"),
            "created": when.to_string(),
            "author": payload.get("user"),
            "items": changes.get("items"),
        });
        changelog::map(&context, &key, &history, &mut mapped.facts);
    }
    if let Some(comment) = at(payload, "comment").filter(|_| event != "comment_deleted") {
        add(&mut mapped.facts, issues::comment(&context, &key, comment));
    }
    mapped
}

fn problem(event: &str, message: &str) -> Problem {
    Problem { subject: format!("Jira's `{event}`"), message: message.to_owned() }
}
