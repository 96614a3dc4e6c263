//! Issues.

use jiff::Timestamp;
use qd_tables::{Fact, ISSUES};
use serde_json::Value;

use super::{Context, path_of, prose, route::Route, with_author};
use crate::connector::row::{self, Row, at, names, text, time};

/// GitLab counts a working day as eight hours.
const DAY: f64 = 8.0 * 3600.0;

/// Versions of an issue, oldest first.
pub(super) fn map(context: &Context<'_>, item: &Value, facts: &mut Vec<Fact>) -> Option<()> {
    let created = time(item, "created_at")?;
    let updated = time(item, "updated_at").unwrap_or(created).max(created);
    let closed = text(item, "state")? == "closed";
    let ended = time(item, "closed_at").filter(|_| closed);
    let first = with_author(Row::of(context.repo, &text(item, "iid")?), item)
        .text("title", item, "title")
        .maybe("url", text(item, "web_url"))
        .set_time("created_at", Some(created));
    if updated > created {
        facts.push(first.clone().set("state", "open").since(&ISSUES, created));
    }
    let over = first.set("state", if closed { "closed" } else { "open" }).set_time("closed_at", ended);
    if let Some(ended) = ended.filter(|ended| (created..updated).contains(ended)) {
        facts.push(over.clone().set("status_kind", "done").since(&ISSUES, ended));
    }
    let row = body(over, item, closed).set_time("updated_at", Some(updated));
    facts.push(row.since(&ISSUES, updated));
    Some(())
}

fn body(row: Row, item: &Value, closed: bool) -> Row {
    let labels = names(item, "labels", "").or_else(|| names(item, "labels", "name")).unwrap_or_default();
    let scoped = |scope: &str| {
        labels.iter().find_map(|label| label.strip_prefix(scope)?.strip_prefix("::").map(str::to_owned))
    };
    let estimate =
        at(item, "time_stats.time_estimate").and_then(Value::as_f64).filter(|seconds| *seconds > 0.0);
    let spent = at(item, "time_stats.total_time_spent").and_then(Value::as_f64);
    // Nothing booked says something only where time is kept at all.
    let spent = spent.filter(|seconds| *seconds > 0.0 || estimate.is_some());
    let mut row = row
        .texts("labels", item, "labels", "")
        .texts("assignees", item, "assignees", "username")
        .text("milestone", item, "milestone.title")
        .maybe(
            "type",
            text(item, "issue_type").or_else(|| text(item, "type").map(|kind| kind.to_lowercase())),
        )
        .maybe("priority", scoped("priority"))
        .maybe("status", scoped("status").or_else(|| scoped("workflow")))
        .set("status_kind", closed.then_some("done"))
        .set("estimate_days", estimate.map(|seconds| seconds / DAY))
        .set("spent_days", spent.map(|seconds| seconds / DAY))
        .maybe("points", at(item, "weight").and_then(Value::as_f64))
        .time("due", item, "due_date");
    if let Some(epic) = text(item, "epic.iid") {
        row = row.set("parent", format!("&{epic}"));
    }
    match item.get("description") {
        Some(written) => {
            let written = written.as_str().unwrap_or_default();
            row::prose(row, prose::excerpt(written), prose::mentions(written))
        }
        None => row,
    }
}

/// Issues that must come first, of the list of an issue's links.
pub(super) fn links(
    route: &Route,
    repo: &str,
    number: &str,
    list: &[Value],
    since: Timestamp,
) -> Option<Fact> {
    let blocking: Vec<String> = list
        .iter()
        .filter(|item| text(item, "link_type").as_deref() == Some("is_blocked_by"))
        .filter_map(|item| {
            let iid = text(item, "iid")?;
            let path = path_of(item).filter(|path| Some(path.as_str()) != route.path.as_deref());
            Some(path.map_or(iid.clone(), |path| format!("{path}#{iid}")))
        })
        .collect();
    Some(Row::of(repo, number).set("blocked_by", blocking).since(&ISSUES, since))
}
