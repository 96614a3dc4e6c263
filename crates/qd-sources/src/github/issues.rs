//! Issues, and comments on them and on changes.

use jiff::Timestamp;
use qd_tables::{COMMENTS, ISSUES};

use super::{
    changes::{self, label, reference},
    happenings::state_changed,
    node::{Node, Pile, Row},
    place::{Place, told_if_missing},
};

/// Maps an entry of a list of issues, which may be a change.
pub(super) fn issue(issue: Node<'_>, place: &Place, when: Option<Timestamp>, pile: &mut Pile) {
    if is_change(issue) {
        return changes::change_request(issue, place, when, pile);
    }
    let Some((repo, number)) = place.numbered(issue, "an issue", pile) else { return };
    let first = opened(issue, &repo, &number);
    told_if_missing(&first, &["title", "created_at"], &format!("issue {number}"), pile);
    let (created, closed) = (issue.time("created_at"), issue.time("closed_at"));
    let is_closed = match issue.text("state").map(str::to_lowercase).as_deref() {
        Some("closed") => true,
        Some("open") => false,
        _ => closed.is_some(),
    };
    let last = [issue.time("updated_at"), when, created, closed].into_iter().flatten().max();
    if let Some(created) = created {
        if is_closed || last > Some(created) {
            let mut row = first.clone();
            row.set("state", "open");
            pile.version(&ISSUES, row, Some(created));
        }
        state_changed(&repo, &number, "issue", "open", created, issue.login("user"), pile);
    }
    if let (true, Some(closed)) = (is_closed, closed) {
        state_changed(&repo, &number, "issue", "closed", closed, issue.login("closed_by"), pile);
        if last > Some(closed) {
            let mut row = first.clone();
            row.set("state", "closed");
            row.set("status_kind", "done");
            row.time("closed_at", issue.at("closed_at"));
            row.word("reason", issue.at("state_reason"));
            pile.version(&ISSUES, row, Some(closed));
        }
    }
    let mut present = first;
    mutable(&mut present, issue);
    present.set("state", if is_closed { "closed" } else { "open" });
    if is_closed {
        present.set("status_kind", "done");
    }
    pile.version(&ISSUES, present, last);
}

/// Whether an entry of a list of issues is a change.
pub(super) fn is_change(issue: Node<'_>) -> bool {
    issue.at("pull_request").is_some_and(|pull| !pull.is_null())
        || issue.text("html_url").is_some_and(|url| url.contains("/pull/"))
}

fn opened(issue: Node<'_>, repo: &str, number: &str) -> Row {
    let mut row = Row::about(repo, number);
    row.text("title", issue.at("title"));
    row.text("url", issue.at("html_url"));
    row.account("author", issue, issue.at("user"));
    row.time("created_at", issue.at("created_at"));
    row.prose(issue.at("body"));
    row
}

fn mutable(row: &mut Row, issue: Node<'_>) {
    row.word("reason", issue.at("state_reason"));
    row.word("type", issue.any(&["type.name", "issue_type.name"]));
    row.names("labels", issue.at("labels"), label);
    row.names("assignees", issue.at("assignees"), |node| node.as_login());
    row.text("milestone", issue.any(&["milestone.title", "milestone"]));
    row.time("updated_at", issue.at("updated_at"));
    row.time("closed_at", issue.at("closed_at"));
    row.time("due", issue.at("milestone.due_on"));
    let own = Place::default().of_thing(issue);
    if let Some(parent) = issue.at("parent") {
        row.set("parent", reference(parent, &own));
    }
    row.names("blocked_by", issue.at("blocked_by"), |blocker| {
        let is_open = blocker.text("state").is_none_or(|state| state.eq_ignore_ascii_case("open"));
        is_open.then(|| reference(blocker, &own)).flatten()
    });
}

/// Maps a comment on an issue or in the conversation of a change.
pub(super) fn comment(comment: Node<'_>, place: &Place, pile: &mut Pile) {
    let mut place = place.of_thing(comment);
    if comment.text("event") == Some("commented") && place.is_change.is_none() {
        place.is_change = Some(false);
    }
    let (Some(repo), Some(number)) = (&place.repo, &place.number) else {
        return pile.problem("a comment does not say to what it belongs");
    };
    let Some(created) = comment.time("created_at") else {
        return pile.problem(format!("a comment on {number} has no `created_at` and is left out"));
    };
    let mut row = Row::about(repo, number);
    row.set("of", place.word());
    row.set("id", id_of(comment, created));
    row.set_time("created_at", created);
    row.account("author", comment, comment.any(&["user", "actor"]));
    row.prose(comment.at("body"));
    row.text("url", comment.at("html_url"));
    pile.event(&COMMENTS, row);
}

/// GitHub's id, or one made of time and author where a recording has none.
pub(super) fn id_of(thing: Node<'_>, at: Timestamp) -> String {
    thing
        .id("id")
        .unwrap_or_else(|| format!("{at} {}", thing.login("user").unwrap_or_default()).trim().to_owned())
}
