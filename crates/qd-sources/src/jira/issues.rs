//! Issues and what people said about them.

use qd_tables::{COMMENTS, Fact, ISSUES};
use serde_json::Value;

use super::{Context, add, changelog, document, is_bot, login, project};
use crate::connector::row::{Row, at, items, names, prose, text, time};

/// Jira's usual working day, in seconds.
const DAY: f64 = 8.0 * 3600.0;

fn status_kind(fields: &Value) -> Option<&'static str> {
    match text(fields, "status.statusCategory.key").as_deref() {
        Some("new") => Some("to_do"),
        Some("indeterminate") => Some("in_progress"),
        Some("done") => Some("done"),
        _ => None,
    }
}

/// Whether an issue is not over, by its status; by its resolution where the status is of no kind.
pub(super) fn is_open(issue: &Value) -> bool {
    let fields = at(issue, "fields").unwrap_or(&Value::Null);
    status_kind(fields).map_or_else(|| time(fields, "resolutiondate").is_none(), |kind| kind != "done")
}

/// Versions of an issue, oldest first, then its changes and comments.
pub(super) fn map(context: &Context, issue: &Value, facts: &mut Vec<Fact>) -> Option<()> {
    let key = text(issue, "key")?;
    let fields = at(issue, "fields")?;
    let created = time(fields, "created")?;
    let updated = time(fields, "updated").unwrap_or(created).max(created);
    let resolved = time(fields, "resolutiondate");
    let kind = status_kind(fields);
    let closed = !is_open(issue);
    let ended = resolved.or_else(|| time(fields, "statuscategorychangedate")).filter(|_| closed);
    let creator = at(fields, "creator").or_else(|| at(fields, "reporter"));
    let first = Row::of(project(&key)?, &key)
        .text("title", fields, "summary")
        .maybe("url", page(issue, &key))
        .set("author", creator.and_then(login))
        .maybe("author_is_bot", creator.and_then(is_bot))
        .set_time("created_at", Some(created));
    if updated > created {
        facts.push(first.clone().set("state", "open").since(&ISSUES, created));
    }
    let over = first.set("state", if closed { "closed" } else { "open" }).set_time("closed_at", ended);
    if let Some(ended) = ended.filter(|ended| (created..updated).contains(ended)) {
        facts.push(over.clone().set("status_kind", "done").since(&ISSUES, ended));
    }
    let row = body(context, over.maybe("status_kind", kind), fields, project(&key)?)
        .set_time("updated_at", Some(updated));
    facts.push(row.since(&ISSUES, updated));
    for history in at(issue, "changelog.histories").map(items).unwrap_or_default() {
        changelog::map(context, &key, history, facts);
    }
    for said in at(fields, "comment.comments").map(items).unwrap_or_default() {
        add(facts, comment(context, &key, said));
    }
    Some(())
}

/// Address of an issue's page, from the address of the issue itself.
fn page(issue: &Value, key: &str) -> Option<String> {
    let own = text(issue, "self")?;
    let base = own.split_once("/rest/")?.0;
    // Tokens of one scope ask through another host, which has no pages.
    (!base.contains("api.atlassian.com")).then(|| format!("{base}/browse/{key}"))
}

fn body(context: &Context, row: Row, fields: &Value, own: &str) -> Row {
    let seconds = |path: &str, other: &str| {
        at(fields, path)
            .or_else(|| at(fields, other))
            .and_then(Value::as_f64)
            .filter(|seconds| *seconds > 0.0)
    };
    let has_time = fields.get("timetracking").is_some() || fields.get("timeoriginalestimate").is_some();
    let mut row = row
        .text("status", fields, "status.name")
        .text("reason", fields, "resolution.name")
        .text("type", fields, "issuetype.name")
        .text("priority", fields, "priority.name")
        .texts("labels", fields, "labels", "")
        .texts("blocked_by", &serde_json::json!({ "keys": blockers(fields, own) }), "keys", "")
        .text("parent", fields, "parent.key")
        .time("due", fields, "duedate");
    if fields.get("assignee").is_some() {
        let assignee: Vec<String> = at(fields, "assignee").and_then(login).into_iter().collect();
        row = row.set("assignees", assignee);
    }
    if fields.get("fixVersions").is_some() {
        row = row.set(
            "milestone",
            names(fields, "fixVersions", "name").and_then(|names| names.into_iter().next()),
        );
    }
    if has_time {
        let estimate = seconds("timetracking.originalEstimateSeconds", "timeoriginalestimate");
        let spent = seconds("timetracking.timeSpentSeconds", "timespent");
        row =
            row.set("estimate_days", estimate.map(|it| it / DAY)).set("spent_days", spent.map(|it| it / DAY));
    }
    if let Some(points) = context.points.iter().find_map(|field| at(fields, field)?.as_f64()) {
        row = row.set("points", points);
    }
    match fields.get("description") {
        Some(written) => {
            let (text, mentions) = document::read(context, written);
            prose(row, text, mentions)
        }
        None => row,
    }
}

/// Issues that must come first. One of another project, which may never be read itself, is left out once it
/// is over; one of the `own` project tells by itself how it stands.
fn blockers(fields: &Value, own: &str) -> Option<Vec<String>> {
    let links = at(fields, "issuelinks")?;
    let blocker = |link: &Value| {
        let way = |words: &str, other: &str| {
            text(link, words).filter(|words| changelog::is_blocked(words))?;
            let issue = at(link, other)?;
            let is_over = text(issue, "fields.status.statusCategory.key").as_deref() == Some("done");
            text(issue, "key").filter(|key| !is_over || project(key) == Some(own))
        };
        way("type.inward", "inwardIssue").or_else(|| way("type.outward", "outwardIssue"))
    };
    Some(items(links).iter().filter_map(blocker).collect())
}

/// A comment on the issue `key`.
pub(super) fn comment(context: &Context, key: &str, item: &Value) -> Option<Fact> {
    let author = at(item, "author");
    let row = Row::of(project(key)?, key)
        .set("of", "issue")
        .set("id", text(item, "id")?)
        .set_time("created_at", Some(time(item, "created")?))
        .set("author", author.and_then(login))
        .maybe("author_is_bot", author.and_then(is_bot));
    let (text, mentions) = document::read(context, item.get("body").unwrap_or(&Value::Null));
    Some(prose(row, text, mentions).into_fact(&COMMENTS))
}
