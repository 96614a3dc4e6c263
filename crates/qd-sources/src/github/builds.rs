//! Runs of workflows, their jobs, and checks that other systems report.

use jiff::Timestamp;
use qd_tables::BUILDS;

use super::{
    node::{Node, Pile, Row},
    place::Place,
};

/// GitHub's two words (how far, and how it ended) as one.
fn status(node: Node<'_>) -> Option<&'static str> {
    let ended = node.text("conclusion").map(str::to_lowercase);
    let word = ended.or_else(|| node.text("status").or(node.text("state")).map(str::to_lowercase))?;
    Some(match word.as_str() {
        "queued" | "requested" | "waiting" | "pending" | "expected" => "queued",
        "in_progress" => "running",
        "success" => "success",
        "failure" | "error" | "startup_failure" => "failure",
        "cancelled" => "cancelled",
        "skipped" => "skipped",
        "timed_out" => "timed_out",
        "neutral" | "stale" => "neutral",
        "action_required" => "action_required",
        _ => return None,
    })
}

fn has_ended(status: &str) -> bool {
    !matches!(status, "queued" | "running")
}

/// Id of a run: one for each attempt.
fn run_id(id: &str, attempt: Option<i64>) -> String {
    match attempt {
        Some(attempt) if attempt > 1 => format!("{id}.{attempt}"),
        _ => id.to_owned(),
    }
}

/// Maps a run of a workflow.
pub(super) fn run(run: Node<'_>, place: &Place, pile: &mut Pile) {
    let Some(repo) = place.repository(run, "a workflow run", pile) else { return };
    let (Some(id), Some(status)) = (run.id("id"), status(run)) else {
        return pile.problem("a workflow run has no `id` or no `status` that is known and is left out");
    };
    let attempt = run.at("run_attempt").and_then(|attempt| attempt.0.as_i64());
    let mut row = Row::of(&repo);
    row.set("id", run_id(&id, attempt));
    row.set("run", serde_json::Value::Null);
    row.set("job", serde_json::Value::Null);
    row.text("workflow", run.any(&["name", "workflow.name", "path"]));
    row.count("attempt", run.at("run_attempt"));
    row.text("event", run.at("event"));
    commit(&mut row, run);
    row.time("created_at", run.at("created_at"));
    row.login("by", run.any(&["triggering_actor", "actor"]));
    row.text("url", run.at("html_url"));
    let started = run.any(&["run_started_at", "created_at"]).and_then(Node::as_time);
    let ended = run.time("updated_at").filter(|_| has_ended(status));
    versions(row, status, started, ended, run.time("updated_at"), pile);
}

/// Branch, commit and change that something ran for.
fn commit(row: &mut Row, node: Node<'_>) {
    row.text("branch", node.any(&["head_branch", "check_suite.head_branch"]));
    row.text("sha", node.any(&["head_sha", "check_suite.head_sha", "sha"]));
    if let Some(number) = node.list("pull_requests").next().and_then(|pull| pull.id("number")) {
        row.set("number", number);
    }
}

/// The version when it began, and how it stands now.
fn versions(
    mut row: Row,
    status: &str,
    started: Option<Timestamp>,
    ended: Option<Timestamp>,
    seen: Option<Timestamp>,
    pile: &mut Pile,
) {
    if let Some(started) = started.filter(|_| status != "queued") {
        row.set_time("started_at", started);
        if ended > Some(started) {
            let mut first = row.clone();
            first.set("status", "running");
            pile.version(&BUILDS, first, Some(started));
        }
    }
    if let Some(ended) = ended {
        row.set_time("finished_at", ended);
    }
    row.set("status", status);
    let created = row.get_text("created_at").and_then(|time| time.parse().ok());
    let last = [ended, seen, started, created].into_iter().flatten().max();
    pile.version(&BUILDS, row, last);
}

/// Maps a job of a run.
pub(super) fn job(job: Node<'_>, place: &Place, pile: &mut Pile) {
    let Some(repo) = place.repository(job, "a job", pile) else { return };
    let (Some(id), Some(status)) = (job.id("id"), status(job)) else {
        return pile.problem("a job has no `id` or no `status` that is known and is left out");
    };
    let mut row = Row::of(&repo);
    row.set("id", id);
    let attempt = job.at("run_attempt").and_then(|attempt| attempt.0.as_i64());
    if let Some(run) = job.id("run_id") {
        row.set("run", run_id(&run, attempt));
    }
    row.text("workflow", job.at("workflow_name"));
    row.text("job", job.at("name"));
    row.count("attempt", job.at("run_attempt"));
    commit(&mut row, job);
    row.time("created_at", job.any(&["created_at", "started_at"]));
    row.text("url", job.at("html_url"));
    versions(row, status, job.time("started_at"), job.time("completed_at"), None, pile);
}

/// Maps a check; those of GitHub's own pipelines are the jobs under another name.
pub(super) fn check_run(check: Node<'_>, place: &Place, pile: &mut Pile) {
    let Some(repo) = place.repository(check, "a check", pile) else { return };
    let (Some(id), Some(status)) = (check.id("id"), status(check)) else {
        return pile.problem("a check has no `id` or no `status` that is known and is left out");
    };
    let mut row = Row::of(&repo);
    row.set("id", id);
    row.text("job", check.at("name"));
    let is_own = check.text("app.slug") == Some("github-actions");
    let run = check.any(&["details_url", "html_url"]).and_then(|url| {
        let after = url.0.as_str()?.split_once("/actions/runs/")?.1;
        Some(after.split('/').next()?.to_owned())
    });
    if let Some(run) = run.filter(|_| is_own) {
        row.set("run", run);
    } else if !is_own {
        row.text("workflow", check.any(&["app.name", "app.slug"]));
    }
    commit(&mut row, check);
    row.time("created_at", check.at("started_at"));
    row.text("url", check.any(&["html_url", "details_url"]));
    versions(row, status, check.time("started_at"), check.time("completed_at"), None, pile);
}

/// Maps a status of a commit, the older way to report a check. Each report is a version of one
/// build: that of its context on that commit.
pub(super) fn commit_status(report: Node<'_>, sha: Option<&str>, place: &Place, pile: &mut Pile) {
    let Some(repo) = place.repository(report, "a commit status", pile) else { return };
    let sha = report
        .text("sha")
        .or(sha)
        .or_else(|| report.text("url").and_then(|url| url.split_once("/statuses/")).map(|(_, sha)| sha));
    let (Some(sha), Some(status)) = (sha, status(report)) else {
        return pile.problem("a commit status has no `sha` or no `state` that is known and is left out");
    };
    let context = report.text("context").unwrap_or("default");
    let mut row = Row::of(&repo);
    row.set("id", format!("{sha} {context}"));
    row.set("job", context);
    row.set("sha", sha);
    row.set("status", if status == "queued" { "running" } else { status });
    row.text("branch", report.list("branches").next().and_then(|branch| branch.at("name")));
    row.login("by", report.any(&["creator", "sender"]));
    row.text("url", report.at("target_url"));
    let at = report.any(&["updated_at", "created_at"]).and_then(Node::as_time);
    if let Some(at) = at {
        row.set_time(if has_ended(status) { "finished_at" } else { "started_at" }, at);
    }
    pile.version(&BUILDS, row, at);
}
