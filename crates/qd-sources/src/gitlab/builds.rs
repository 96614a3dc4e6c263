//! Pipelines, jobs and deployments.

use qd_tables::{BUILDS, DEPLOYMENTS, Fact};
use serde_json::Value;

use super::login;
use crate::connector::row::{Row, at, text, time};

fn status(word: &str, reason: Option<&str>) -> &'static str {
    match word {
        "running" | "canceling" => "running",
        "success" => "success",
        "failed" if reason.is_some_and(|reason| reason.contains("timeout")) => "timed_out",
        "failed" => "failure",
        "canceled" => "cancelled",
        "skipped" => "skipped",
        "manual" => "action_required",
        // created, waiting_for_resource, preparing, pending, scheduled, and what is new.
        _ => "queued",
    }
}

/// Branch and number of the merge request that `reference` says.
fn on(row: Row, item: &Value) -> Row {
    let reference = text(item, "ref").unwrap_or_default();
    if let Some(number) =
        reference.strip_prefix("refs/merge-requests/").and_then(|rest| rest.split('/').next())
    {
        return row.set("number", number).maybe("branch", text(item, "source_branch"));
    }
    let tag = at(item, "tag").and_then(Value::as_bool) == Some(true);
    row.maybe("branch", (!tag && !reference.is_empty()).then_some(reference))
}

/// A run.
pub(super) fn pipeline(repo: &str, item: &Value) -> Option<Fact> {
    let word = text(item, "status")?;
    let created = time(item, "created_at")?;
    let updated = time(item, "updated_at").unwrap_or(created).max(created);
    let over = matches!(word.as_str(), "success" | "failed" | "canceled" | "skipped");
    // A list has no time of the end; the last change of what is over is its end.
    let finished = time(item, "finished_at").or(over.then_some(updated));
    let row = on(Row::default().set("repo", repo).set("id", text(item, "id")?), item)
        .set("run", Value::Null)
        .set("job", Value::Null)
        .maybe("workflow", text(item, "name"))
        .maybe("event", text(item, "source").map(event))
        .maybe("sha", text(item, "sha"))
        .set("status", status(&word, text(item, "failure_reason").as_deref()))
        .set_time("created_at", Some(created))
        .time("started_at", item, "started_at")
        .set_time("finished_at", finished)
        .maybe("by", login(item, "user"))
        .maybe("url", text(item, "web_url"));
    Some(row.since(&BUILDS, updated))
}

/// What started a pipeline, in the words that all forges share where they mean the same.
fn event(source: String) -> String {
    match source.as_str() {
        "merge_request_event" | "external_pull_request_event" => "pull_request".to_owned(),
        _ => source,
    }
}

/// A job of a run.
pub(super) fn job(repo: &str, item: &Value) -> Option<Fact> {
    let created = time(item, "created_at")?;
    let started = time(item, "started_at");
    let finished = time(item, "finished_at");
    let row = on(Row::default().set("repo", repo).set("id", text(item, "id")?), item)
        .maybe("run", text(item, "pipeline.id"))
        .text("job", item, "name")
        .maybe("event", text(item, "pipeline.source").map(event))
        .maybe("sha", text(item, "commit.id").or_else(|| text(item, "pipeline.sha")))
        .maybe("environment", text(item, "environment.name"))
        .set("status", status(&text(item, "status")?, text(item, "failure_reason").as_deref()))
        .set_time("created_at", Some(created))
        .set_time("started_at", started)
        .set_time("finished_at", finished)
        .maybe("by", login(item, "user"))
        .maybe("url", text(item, "web_url"));
    Some(row.since(&BUILDS, finished.or(started).unwrap_or(created).max(created)))
}

/// A deployment.
pub(super) fn deployment(repo: &str, item: &Value) -> Option<Fact> {
    let created = time(item, "created_at")?;
    let updated = time(item, "updated_at").unwrap_or(created).max(created);
    let status = match text(item, "status")?.as_str() {
        "running" => "running",
        "success" => "success",
        "failed" => "failure",
        "canceled" | "skipped" => "cancelled",
        _ => "queued",
    };
    let over = matches!(status, "success" | "failure" | "cancelled");
    let row = Row::default()
        .set("repo", repo)
        .set("id", text(item, "id")?)
        .text("environment", item, "environment.name")
        .text("sha", item, "sha")
        .text("ref", item, "ref")
        .set("status", status)
        .set_time("created_at", Some(created))
        .maybe("started_at", time(item, "deployable.started_at").map(|at| at.to_string()))
        .set_time("finished_at", time(item, "deployable.finished_at").or(over.then_some(updated)))
        .set("by", login(item, "user"))
        .maybe("url", text(item, "web_url").or_else(|| text(item, "deployable.web_url")));
    Some(row.since(&DEPLOYMENTS, updated))
}
