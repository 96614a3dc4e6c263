//! Pull requests, from a list, by themselves, as issues, from GraphQL and inside of events.

use std::sync::LazyLock;

use jiff::Timestamp;
use qd_tables::CHANGE_REQUESTS;
use regex::Regex;
use serde_json::Value;

use super::{
    happenings::state_changed,
    node::{Node, Pile, Row},
    place::{Place, told_if_missing},
};
use crate::closing;

/// Paths of one change that are kept.
const MOST_PATHS: usize = 1000;

/// `fixes #12`, `closes acme/api#12`, as GitHub reads them in a description.
static CLOSES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:https?://\S+?/([\w.-]+/[\w.-]+)/issues/(\d+)|([\w.-]+/[\w.-]+)?#(\d+))").ok()
});

/// Maps a pull request in any of its forms: versions of it, and what happened to it as far as the
/// object itself tells. `when` is the time of an event that tells it.
pub(super) fn change_request(pull: Node<'_>, place: &Place, when: Option<Timestamp>, pile: &mut Pile) {
    let Some((repo, number)) = place.numbered(pull, "a pull request", pile) else { return };
    let first = opened(pull, &repo, &number);
    told_if_missing(&first, &["title", "created_at"], &format!("pull request {number}"), pile);
    let state = state(pull);
    let created = pull.time("created_at");
    let ended = pull.any(&["merged_at", "pull_request.merged_at", "closed_at"]).and_then(Node::as_time);
    let ended = ended.or_else(|| pull.time("closed_at"));
    let last = [pull.time("updated_at"), when, ended, created].into_iter().flatten().max();

    if let Some(created) = created {
        if last > Some(created) || state != Some("open") {
            let mut row = first.clone();
            row.set("state", "open");
            pile.version(&CHANGE_REQUESTS, row, Some(created));
        }
        state_changed(&repo, &number, "change_request", "open", created, pull.login("user"), pile);
    }
    let mut present = first.clone();
    mutable(&mut present, pull);
    // Checks and conflicts of an open change move without its own time: they are so since they were
    // seen. And what is seen later is right, whichever answer is read first.
    let seen = pile.at.filter(|at| pile.is_answer && last.is_some_and(|last| *at > last));
    if seen.is_none() || state != Some("open") {
        moving_parts(&mut present, pull);
    }
    match state {
        Some(state) => present.set("state", state),
        None => {
            pile.problem(format!("pull request {number} does not say its `state`; the rest of it is kept"));
        }
    }
    if let (Some(ended), Some(state @ ("merged" | "closed"))) = (ended, state) {
        let by = pull.any(&["merged_by", "closed_by"]).and_then(Node::as_login);
        state_changed(&repo, &number, "change_request", state, ended, by, pile);
        if last > Some(ended) {
            pile.version(&CHANGE_REQUESTS, at_the_end(&first, &present, state), Some(ended));
        }
    }
    pile.version(&CHANGE_REQUESTS, present.clone(), last);
    if seen.is_some() {
        moving_parts(&mut present, pull);
        pile.version(&CHANGE_REQUESTS, present, seen);
    }
}

/// What GitHub does not date: whether it can be merged, and what the checks say.
fn moving_parts(row: &mut Row, pull: Node<'_>) {
    mergeable(row, pull);
    super::checks::checks(row, pull);
}

/// What is so from the beginning. Title and description may have been edited since; nobody tells
/// what they were.
fn opened(pull: Node<'_>, repo: &str, number: &str) -> Row {
    let mut row = Row::about(repo, number);
    row.text("title", pull.at("title"));
    row.text("url", pull.at("html_url").or_else(|| site_address(pull)));
    row.account("author", pull, pull.at("user"));
    row.time("created_at", pull.at("created_at"));
    if let Some(is_fork) = is_fork(pull) {
        row.set("is_fork", is_fork);
    }
    row.text("head_branch", pull.any(&["head.ref", "head_ref_name"]));
    row.prose(pull.at("body"));
    row
}

/// The field `url` where it is an address for people.
fn site_address(pull: Node<'_>) -> Option<Node<'_>> {
    pull.at("url").filter(|url| url.0.as_str().is_some_and(|url| url.contains("/pull/")))
}

/// Whether it comes from another repository. One that is gone was another one.
fn is_fork(pull: Node<'_>) -> Option<bool> {
    if let Some(is_fork) = pull.flag("is_cross_repository") {
        return Some(is_fork);
    }
    let base = pull.id("base.repo.id")?;
    let head = pull.at("head.repo")?;
    Some(head.is_null() || head.id("id").is_some_and(|head| head != base))
}

/// How it stands.
fn state(pull: Node<'_>) -> Option<&'static str> {
    let merged_at = pull.any(&["merged_at", "pull_request.merged_at"]);
    let is_merged =
        merged_at.is_some_and(|time| time.as_time().is_some()) || pull.flag("merged") == Some(true);
    let state = pull.text("state").map(str::to_lowercase);
    match state.as_deref() {
        _ if is_merged => Some("merged"),
        Some("merged") => Some("merged"),
        Some("open") => Some("open"),
        // Among issues, an old recording does not say whether it was merged.
        Some("closed") => (merged_at.is_some() || pull.at("pull_request").is_none()).then_some("closed"),
        _ => pull.time("closed_at").map(|_| "closed"),
    }
}

/// What may have changed since it was opened.
fn mutable(row: &mut Row, pull: Node<'_>) {
    row.flag("is_draft", pull.at("draft"));
    row.time("updated_at", pull.at("updated_at"));
    row.time("merged_at", pull.any(&["merged_at", "pull_request.merged_at"]));
    row.time("closed_at", pull.at("closed_at"));
    row.login("merged_by", pull.at("merged_by"));
    // Before a merge this names a trial of GitHub's own.
    if pull.time("merged_at").is_some() {
        row.text("merge_sha", pull.any(&["merge_commit_sha", "merge_commit.sha"]));
    }
    row.text("head_sha", pull.any(&["head.sha", "head_ref_oid"]));
    row.text("base_branch", pull.any(&["base.ref", "base_ref_name"]));
    row.names("labels", pull.at("labels"), label);
    row.names("assignees", pull.at("assignees"), |node| node.as_login());
    reviewers(row, pull);
    row.word("review_decision", pull.at("review_decision"));
    size(row, pull);
    super::commits::commits_of_change(row, pull);
    closes(row, pull);
    row.text("milestone", pull.any(&["milestone.title", "milestone"]));
    draft_ended(row, pull);
    if let Some(threads) = pull.at("review_threads").and_then(|threads| threads.0.as_array())
        && is_whole(pull, "review_threads", threads.len())
    {
        let open = threads.iter().filter(|thread| Node(thread).flag("is_resolved") == Some(false)).count();
        row.set("unresolved_threads", open);
    }
    let rule = pull.at("base_ref.branch_protection_rule");
    row.count("approvals_required", rule.and_then(|rule| rule.at("required_approving_review_count")));
}

/// Whether the list called `name` holds all that there is.
pub(super) fn is_whole(thing: Node<'_>, name: &str, length: usize) -> bool {
    let total = thing.at(&format!("{name}_total")).and_then(|total| total.0.as_u64());
    total.is_none_or(|total| total <= length as u64)
}

/// The version at its end, where something was said about it afterwards: of a merged one, what was
/// merged is known.
fn at_the_end(first: &Row, present: &Row, state: &str) -> Row {
    const MERGED: [&str; 14] = [
        "merged_by",
        "merge_sha",
        "head_sha",
        "base_branch",
        "commits",
        "commit_shas",
        "first_commit_at",
        "last_commit_at",
        "files",
        "added",
        "removed",
        "paths",
        "trailers",
        "closes",
    ];
    let mut row = first.clone();
    let merged = if state == "merged" { MERGED.as_slice() } else { &[] };
    for column in ["merged_at", "closed_at"].iter().chain(merged) {
        if let Some(value) = present.0.get(*column) {
            row.set(column, value.clone());
        }
    }
    row.set("state", state);
    row
}

/// The name of a label, which some events send alone.
pub(super) fn label(label: Node<'_>) -> Option<String> {
    label.0.as_str().or_else(|| label.text("name")).map(str::to_owned)
}

/// Whose review is asked for.
fn reviewers(row: &mut Row, pull: Node<'_>) {
    let owner = Place::default().of_thing(pull).owner;
    if let Some(requests) = pull.at("review_requests").and_then(|requests| requests.0.as_array()) {
        let asked = || requests.iter().filter_map(|request| Node(request).at("requested_reviewer"));
        let people: Vec<String> =
            asked().filter(|node| node.at("login").is_some()).filter_map(Node::as_login).collect();
        let teams: Vec<String> = asked().filter_map(|node| team(node, owner.as_deref())).collect();
        row.set("requested_reviewers", people);
        row.set("requested_teams", teams);
    }
    row.names("requested_reviewers", pull.any(&["requested_reviewers", "users"]), |node| node.as_login());
    row.names("requested_teams", pull.any(&["requested_teams", "teams"]), |node| {
        team(node, owner.as_deref())
    });
}

/// A team as mentions name it: `acme/core`.
pub(super) fn team(team: Node<'_>, owner: Option<&str>) -> Option<String> {
    if let Some(slug) = team.text("combined_slug") {
        return Some(slug.to_owned());
    }
    let slug = team.text("slug")?;
    let page = team.text("html_url").and_then(|url| url.split_once("/orgs/")?.1.split('/').next());
    let owner = page.or_else(|| team.text("organization.login")).or(owner);
    Some(owner.map_or_else(|| slug.to_owned(), |owner| format!("{owner}/{slug}")))
}

fn mergeable(row: &mut Row, pull: Node<'_>) {
    let Some(mergeable) = pull.at("mergeable") else { return };
    let word = match mergeable.0 {
        Value::Bool(true) => Some("mergeable"),
        Value::Bool(false) => Some("conflicting"),
        Value::String(word) if word == "MERGEABLE" => Some("mergeable"),
        Value::String(word) if word == "CONFLICTING" => Some("conflicting"),
        _ => None,
    };
    row.set("mergeable", word);
}

fn size(row: &mut Row, pull: Node<'_>) {
    row.count("commits", pull.any(&["commits_total", "commits"]));
    row.count("files", pull.any(&["changed_files", "files_total"]));
    row.count("added", pull.at("additions"));
    row.count("removed", pull.at("deletions"));
    paths(row, pull.at("files"));
}

/// The paths of a list of files.
fn paths(row: &mut Row, files: Option<Node<'_>>) {
    let Some(files) = files.and_then(|files| files.0.as_array()) else { return };
    let paths = files.iter().filter_map(|file| Node(file).any(&["path", "filename"])?.0.as_str());
    row.set("paths", paths.take(MOST_PATHS).map(str::to_owned).collect::<Vec<_>>());
}

/// Issues that it closes: GitHub's own as it counts them, or as the description says; those of another tracker as it says.
fn closes(row: &mut Row, pull: Node<'_>) {
    let body = pull.text("body").unwrap_or_default();
    let mut found = match pull.at("closing_issues_references").map(|issues| issues.0.as_array()) {
        Some(Some(issues)) => {
            let own = Place::default().of_thing(pull);
            issues.iter().filter_map(|issue| reference(Node(issue), &own)).collect()
        }
        None if !body.is_empty() => numbers(body),
        _ => return,
    };
    let title = pull.text("title").unwrap_or_default();
    for key in closing::keys(&format!("{title}\n{body}")) {
        if !found.contains(&key) {
            found.push(key);
        }
    }
    row.set("closes", found);
}

/// Issues of GitHub that a description says it closes, as GitHub reads it.
fn numbers(body: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for captures in CLOSES.iter().flat_map(|pattern| pattern.captures_iter(body)) {
        let group = |index| captures.get(index).map(|found| found.as_str());
        let (repo, number) = (group(1).or(group(3)), group(2).or(group(4)).unwrap_or_default());
        let reference = repo.map_or_else(|| number.to_owned(), |repo| format!("{repo}#{number}"));
        if !found.contains(&reference) {
            found.push(reference);
        }
    }
    found
}

/// An issue as one of `own`'s repository names it.
pub(super) fn reference(issue: Node<'_>, own: &Place) -> Option<String> {
    let number = issue.id("number")?;
    let place = Place::default().of_thing(issue);
    match (place.owner, place.repo) {
        (owner, Some(repo)) if own.repo.as_ref() != Some(&repo) => {
            Some(owner.map_or_else(|| format!("{repo}#{number}"), |owner| format!("{owner}/{repo}#{number}")))
        }
        _ => Some(number),
    }
}

/// When it last stopped being a draft, where all that happened to it is at hand.
fn draft_ended(row: &mut Row, pull: Node<'_>) {
    let Some(items) = pull.at("timeline_items").and_then(|items| items.0.as_array()) else { return };
    let times = items.iter().map(Node).filter(|item| item.text("event") == Some("ready_for_review"));
    match times.filter_map(|item| item.time("created_at")).max() {
        Some(time) => row.set_time("ready_at", time),
        None if is_whole(pull, "timeline_items", items.len()) => row.set("ready_at", Value::Null),
        None => {}
    }
}

/// Maps the list of files of a change, which says neither when nor by whom.
pub(super) fn files_of_change(files: Node<'_>, place: &Place, pile: &mut Pile) {
    let (Some(repo), Some(number)) = (&place.repo, &place.number) else { return };
    let mut row = Row::about(repo, number);
    let sum = |name: &str| -> Option<i64> {
        files.0.as_array()?.iter().map(|file| Node(file).at(name)?.0.as_i64()).sum()
    };
    paths(&mut row, Some(files));
    // A page that is full may be the first of several.
    if files.0.as_array().is_some_and(|files| !matches!(files.len(), 30 | 100)) {
        row.set("files", files.0.as_array().map(Vec::len));
        row.set("added", sum("additions"));
        row.set("removed", sum("deletions"));
    }
    pile.version(&CHANGE_REQUESTS, row, None);
}

/// Maps whose review is asked for now.
pub(super) fn requested_reviewers(asked: Node<'_>, place: &Place, pile: &mut Pile) {
    let (Some(repo), Some(number)) = (&place.repo, &place.number) else { return };
    let mut row = Row::about(repo, number);
    row.names("requested_reviewers", asked.at("users"), |node| node.as_login());
    row.names("requested_teams", asked.at("teams"), |node| team(node, place.owner.as_deref()));
    pile.version(&CHANGE_REQUESTS, row, None);
}
