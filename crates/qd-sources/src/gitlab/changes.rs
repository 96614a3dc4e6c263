//! Merge requests.

use jiff::Timestamp;
use qd_tables::{CHANGE_REQUESTS, Fact};
use serde_json::Value;

use super::{Context, login, prose, with_author};
use crate::{
    closing,
    connector::row::{self, Row, at, text, time},
};

/// Versions of a merge request, oldest first.
pub(super) fn map(context: &Context<'_>, item: &Value, facts: &mut Vec<Fact>) -> Option<()> {
    let created = time(item, "created_at")?;
    let updated = time(item, "updated_at").unwrap_or(created).max(created);
    let state = match text(item, "state")?.as_str() {
        "merged" => "merged",
        "closed" => "closed",
        // `locked` is the moment of merging.
        _ => "open",
    };
    let number = text(item, "iid")?;
    let first = with_author(Row::of(context.repo, &number), item)
        .text("title", item, "title")
        .maybe("url", text(item, "web_url"))
        .set_time("created_at", Some(created));
    if updated > created {
        facts.push(first.clone().set("state", "open").since(&CHANGE_REQUESTS, created));
    }
    let ended = time(item, "merged_at").or_else(|| time(item, "closed_at")).filter(|_| state != "open");
    let over = end(first.set("state", state), item, state);
    if let Some(ended) = ended.filter(|ended| (created..updated).contains(ended)) {
        facts.push(over.clone().since(&CHANGE_REQUESTS, ended));
    }
    let is_told = context.known.tells_reviewers(context.path, item, updated);
    let whole = body(over, item, state, is_told).set_time("updated_at", Some(updated));
    // Checks and conflicts of an open one move without its own time: they are so since they were
    // seen. And what is seen later is right, whichever answer is read first.
    let seen = context.exchange.at.filter(|at| *at > updated);
    let present = checks(whole.clone(), item);
    let dated = if seen.is_some() && state == "open" { whole } else { present.clone() };
    facts.push(dated.since(&CHANGE_REQUESTS, updated));
    facts.extend(seen.map(|at| present.since(&CHANGE_REQUESTS, at)));
    Some(())
}

/// How it ended; of an open one, that it has not.
fn end(row: Row, item: &Value, state: &str) -> Row {
    let merged = time(item, "merged_at");
    let merger = login(item, "merge_user").or_else(|| login(item, "merged_by"));
    let sha = text(item, "merge_commit_sha").or_else(|| text(item, "squash_commit_sha"));
    match state {
        "merged" => row
            .set_time("merged_at", merged)
            .set_time("closed_at", merged.or_else(|| time(item, "closed_at")))
            .set("merged_by", merger)
            // A fast-forward leaves neither of the two: its head is what the base branch got.
            .set("merge_sha", sha.or_else(|| text(item, "sha"))),
        "closed" => row.set("merged_at", Value::Null).set_time("closed_at", time(item, "closed_at")),
        _ => row.set("merged_at", Value::Null).set("closed_at", Value::Null),
    }
}

fn body(row: Row, item: &Value, state: &str, is_told: bool) -> Row {
    let from = text(item, "source_project_id");
    let to = text(item, "target_project_id");
    let draft = at(item, "draft").or_else(|| at(item, "work_in_progress")).and_then(Value::as_bool);
    let mut row = row
        .maybe("is_draft", draft)
        .maybe("head_sha", text(item, "sha"))
        .text("head_branch", item, "source_branch")
        .text("base_branch", item, "target_branch")
        .maybe("is_fork", from.zip(to).map(|(from, to)| from != to))
        .texts("labels", item, "labels", "")
        .texts("assignees", item, "assignees", "username")
        .text("milestone", item, "milestone.title");
    // GitLab lists all who were ever asked; who still owes a review is told elsewhere.
    if state == "open" && !is_told {
        row = row.texts("requested_reviewers", item, "reviewers", "username");
    }
    if let Some(description) = item.get("description") {
        let written = description.as_str().unwrap_or_default();
        let title = text(item, "title").unwrap_or_default();
        row = row::prose(row, prose::excerpt(written), prose::mentions(written))
            .set("closes", closing::closed(&format!("{title}\n{written}")));
    }
    // The answer of `/changes` has the files too.
    match item.get("changes").and_then(Value::as_array) {
        Some(list) if at(item, "overflow").and_then(Value::as_bool) != Some(true) => {
            diffs(row.clone(), list).unwrap_or(row)
        }
        _ => row,
    }
}

fn checks(row: Row, item: &Value) -> Row {
    let pipeline = item.get("head_pipeline");
    let said = pipeline.map(|pipeline| match text(pipeline, "status").as_deref() {
        Some("success" | "skipped" | "manual") => Some("passing"),
        Some("failed" | "canceled") => Some("failing"),
        Some(_) => Some("running"),
        None => Some("none"),
    });
    let row = row.maybe("checks", said).maybe(
        "checks_at",
        pipeline
            .map(|it| time(it, "finished_at").or_else(|| time(it, "updated_at")).map(|at| at.to_string())),
    );
    let conflicts = at(item, "has_conflicts").and_then(Value::as_bool);
    let status = text(item, "detailed_merge_status").or_else(|| text(item, "merge_status"));
    let mergeable = match (conflicts, status.as_deref()) {
        (Some(true), _) | (_, Some("conflict")) => Some("conflicting"),
        (_, Some("mergeable" | "can_be_merged")) => Some("mergeable"),
        // What GitLab waits for otherwise (approvals, a pipeline, threads) is no conflict.
        (
            _,
            Some(
                "not_approved"
                | "ci_must_pass"
                | "ci_still_running"
                | "discussions_not_resolved"
                | "draft_status"
                | "requested_changes",
            ),
        ) => Some("mergeable"),
        _ => None,
    };
    if conflicts.is_some() || status.is_some() { row.set("mergeable", mergeable) } else { row }
}

/// Files and lines of a list of diffs; lines are unknown where a diff was too large to be given.
pub(super) fn diffs(row: Row, list: &[Value]) -> Option<Row> {
    let (mut added, mut removed, mut known) = (0_u64, 0_u64, true);
    for item in list {
        let left_out = ["too_large", "collapsed"]
            .iter()
            .any(|name| at(item, name).and_then(Value::as_bool) == Some(true));
        known &= !left_out;
        let diff = text(item, "diff").unwrap_or_default();
        let lines = diff.lines().skip_while(|line| !line.starts_with("@@"));
        for line in lines {
            added += u64::from(line.starts_with('+'));
            removed += u64::from(line.starts_with('-'));
        }
    }
    let paths: Vec<String> =
        list.iter().filter_map(|item| text(item, "new_path").or_else(|| text(item, "old_path"))).collect();
    Some(
        row.set("files", list.len())
            .set("added", known.then_some(added))
            .set("removed", known.then_some(removed))
            .set("paths", row::first(paths)),
    )
}

/// Commits of a merge request, newest first; `more` where the list is longer than this page.
pub(super) fn commits(
    repo: &str,
    number: &str,
    list: &[Value],
    total: Option<&str>,
    more: bool,
    since: Timestamp,
) -> Option<Fact> {
    let count = total.and_then(|total| total.parse::<u64>().ok()).or((!more).then_some(list.len() as u64));
    let shas: Vec<String> = list.iter().filter_map(|item| text(item, "id")).collect();
    let written = list.iter().filter_map(|item| time(item, "authored_date")).min().filter(|_| !more);
    let committed = list
        .iter()
        .filter_map(|item| time(item, "committed_date").or_else(|| time(item, "created_at")))
        .max();
    let mut trailers: Vec<String> = Vec::new();
    for trailer in list.iter().filter_map(|item| text(item, "message")).flat_map(|message| tools(&message)) {
        if !trailers.contains(&trailer) {
            trailers.push(trailer);
        }
    }
    let row = Row::of(repo, number)
        .maybe("commits", count)
        .set("commit_shas", shas)
        .maybe("first_commit_at", written.map(|at| at.to_string()))
        .set_time("last_commit_at", committed)
        .set("trailers", trailers);
    Some(row.since(&CHANGE_REQUESTS, since))
}

/// Trailers of a commit's message that name co-authors or tools.
fn tools(message: &str) -> Vec<String> {
    let last = message.trim_end().rsplit("\n\n").next().unwrap_or_default();
    last.lines()
        .filter_map(|line| {
            let (key, value) = line.split_once(':')?;
            let known = [
                "co-authored-by",
                "co-developed-by",
                "assisted-by",
                "generated-by",
                "made-with",
                "tool",
                "agent",
            ];
            known
                .contains(&key.trim().to_ascii_lowercase().as_str())
                .then(|| format!("{}: {}", key.trim(), value.trim()))
        })
        .collect()
}

/// What the rules for approvals say.
pub(super) fn approvals(context: &Context<'_>, number: &str, item: &Value) -> Option<Fact> {
    let required = at(item, "approvals_required").and_then(Value::as_u64);
    let left = at(item, "approvals_left").and_then(Value::as_u64);
    let decision = match (required, left) {
        (Some(1..), Some(0)) => Some("approved"),
        (Some(1..), Some(_)) => Some("review_required"),
        _ => None,
    };
    let row =
        Row::of(context.repo, number).maybe("approvals_required", required).set("review_decision", decision);
    Some(row.since(&CHANGE_REQUESTS, context.route.since?))
}

/// Who was asked for a review and has not given one.
pub(super) fn reviewers(repo: &str, number: &str, list: &[Value], since: Timestamp) -> Option<Fact> {
    let logins: Vec<String> = list
        .iter()
        .filter(|item| matches!(text(item, "state").as_deref(), Some("unreviewed" | "review_started") | None))
        .filter_map(|item| login(item, "user"))
        .collect();
    Some(Row::of(repo, number).set("requested_reviewers", logins).since(&CHANGE_REQUESTS, since))
}
