//! What happened to changes and issues: GitHub's timelines, events and GraphQL's timeline items.
//!
//! One thing that happened is told in many places under different ids, and by webhooks and the
//! objects themselves under none. So the id of a row is made of time, field and value: the same
//! thing has the same id, whoever tells it.

use jiff::{SignedDuration, Timestamp};
use qd_tables::{ISSUE_CHANGES, REVIEW_REQUESTS};
use serde_json::Value;

use super::{
    changes::{label, reference, team},
    issues,
    node::{Node, Pile, Row},
    place::Place,
    reviews,
};

/// A merge closes too; what is closed this soon after a merge was closed by it.
const AT_ONCE: SignedDuration = SignedDuration::from_secs(5);

/// Puts down that something was opened, closed or merged.
pub(super) fn state_changed(
    repo: &str,
    number: &str,
    of: &'static str,
    to: &'static str,
    at: Timestamp,
    by: Option<String>,
    pile: &mut Pile,
) {
    let place = Place {
        repo: Some(repo.to_owned()),
        number: Some(number.to_owned()),
        is_change: Some(of == "change_request"),
        owner: None,
    };
    let from = if to == "open" { None } else { Some("open".to_owned()) };
    Change { field: "state", from, to: Some(to.to_owned()) }.put(&place, at, Some(by), pile);
}

/// A field that changed.
struct Change {
    field: &'static str,
    from: Option<String>,
    to: Option<String>,
}

impl Change {
    fn new(field: &'static str, from: Option<String>, to: Option<String>) -> Option<Self> {
        (from.is_some() || to.is_some()).then_some(Self { field, from, to })
    }

    fn put(self, place: &Place, at: Timestamp, by: Option<Option<String>>, pile: &mut Pile) {
        let (Some(repo), Some(number)) = (&place.repo, &place.number) else { return };
        let mut row = Row::about(repo, number);
        let value = match (&self.to, &self.from) {
            (Some(to), _) => format!("+{to}"),
            (None, Some(from)) => format!("-{from}"),
            (None, None) => String::new(),
        };
        row.set("of", place.word());
        row.set("id", format!("{at} {} {value}", self.field));
        row.set_time("at", at);
        if let Some(by) = by {
            row.set("by", by);
        }
        row.set("field", self.field);
        row.set("from", self.from);
        row.set("to", self.to);
        pile.event(&ISSUE_CHANGES, row);
    }
}

/// Names of what happens to changes alone: they tell what the numbers of an issue's address are.
const OF_CHANGES: [&str; 16] = [
    "merged",
    "committed",
    "reviewed",
    "line-commented",
    "review_requested",
    "review_request_removed",
    "review_dismissed",
    "ready_for_review",
    "convert_to_draft",
    "converted_to_draft",
    "head_ref_force_pushed",
    "head_ref_deleted",
    "head_ref_restored",
    "base_ref_changed",
    "base_ref_force_pushed",
    "deployed",
];

/// Maps a list of what happened, of one thing or of a whole repository.
pub(super) fn happenings(items: &[Node<'_>], place: &Place, pile: &mut Pile) {
    let mut place = place.clone();
    if place.number.is_some() && place.is_change.is_none() {
        let of_change = |item: &Node<'_>| item.text("event").is_some_and(|name| OF_CHANGES.contains(&name));
        place.is_change = Some(items.iter().any(of_change));
    }
    let merges: Vec<Timestamp> = items
        .iter()
        .filter(|item| item.text("event") == Some("merged"))
        .filter_map(|item| item.time("created_at"))
        .collect();
    for item in items {
        let at = item.time("created_at");
        let is_end_of_merge = item.text("event") == Some("closed")
            && at.is_some_and(|at| merges.iter().any(|merge| at.duration_since(*merge).abs() <= AT_ONCE));
        if !is_end_of_merge {
            happening(*item, &place, at, pile);
        }
    }
}

/// Maps one thing that happened. `when` is its time.
pub(super) fn happening(item: Node<'_>, place: &Place, when: Option<Timestamp>, pile: &mut Pile) {
    let Some(name) = item.text("event") else { return };
    let place = match item.at("issue").filter(|issue| !issue.is_null()) {
        Some(issue) => Place { number: None, ..place.clone() }.inside(issue, issues::is_change(issue)),
        None => place.of_thing(item),
    };
    match name {
        "commented" => return issues::comment(item, &place, pile),
        "reviewed" => return reviews::review(item, &place, pile),
        "line-commented" => {
            return item.list("comments").for_each(|comment| reviews::review_comment(comment, &place, pile));
        }
        _ => {}
    }
    let Some(at) = when else { return };
    match name {
        "review_requested" | "review_request_removed" => review_request(item, name, &place, at, pile),
        "review_dismissed" => reviews::dismissed(item, &place, at, pile),
        _ => {
            if let Some(change) = change(item, name, &place) {
                let by = item.any(&["actor", "sender"]).map(Node::as_login);
                change.put(&place, at, by, pile);
            }
        }
    }
}

/// The field that an event changes. Mentions, subscriptions, references, commits and whatever
/// GitHub thinks of later change none.
fn change(item: Node<'_>, name: &str, place: &Place) -> Option<Change> {
    let word = |word: &str| Some(word.to_owned());
    let own = |path: &str| item.at(path).and_then(|issue| reference(issue, place));
    match name {
        "opened" => Change::new("state", None, word("open")),
        "closed" => Change::new("state", word("open"), word("closed")),
        "merged" => Change::new("state", word("open"), word("merged")),
        "reopened" => Change::new("state", word("closed"), word("open")),
        "labeled" => Change::new("label", None, item.at("label").and_then(label)),
        "unlabeled" => Change::new("label", item.at("label").and_then(label), None),
        "assigned" => Change::new("assignee", None, item.login("assignee")),
        "unassigned" => Change::new("assignee", item.login("assignee"), None),
        "milestoned" => Change::new("milestone", None, milestone(item)),
        "demilestoned" => Change::new("milestone", milestone(item), None),
        "renamed" => Change::new(
            "title",
            item.any(&["rename.from", "previous_title"]).and_then(Node::as_id),
            item.any(&["rename.to", "current_title"]).and_then(Node::as_id),
        ),
        "ready_for_review" => Change::new("draft", word("true"), word("false")),
        "convert_to_draft" | "converted_to_draft" => Change::new("draft", word("false"), word("true")),
        // REST does not say what it was and is.
        "head_ref_force_pushed" => Some(Change {
            field: "head",
            from: item.id("before_commit.sha"),
            to: item.any(&["after_commit.sha", "commit_id"]).and_then(Node::as_id),
        }),
        "head_ref_deleted" => Change::new("head", item.id("head_ref_name"), None),
        "base_ref_changed" => Change::new("base", item.id("previous_ref_name"), item.id("current_ref_name")),
        "issue_type_added" => Change::new("type", None, item.id("issue_type.name")),
        "issue_type_removed" => Change::new("type", item.id("issue_type.name"), None),
        "issue_type_changed" => {
            Change::new("type", item.id("prev_issue_type.name"), item.id("issue_type.name"))
        }
        "blocked_by_added" => Change::new("blocked_by", None, own("blocking_issue")),
        "blocked_by_removed" => Change::new("blocked_by", own("blocking_issue"), None),
        "project_v2_item_status_changed" => {
            Change::new("status", item.id("previous_status"), item.id("status"))
        }
        _ => None,
    }
}

fn milestone(item: Node<'_>) -> Option<String> {
    item.any(&["milestone.title", "milestone_title"])?.as_id()
}

/// A review that is asked for, or no longer is.
fn review_request(item: Node<'_>, name: &str, place: &Place, at: Timestamp, pile: &mut Pile) {
    let (Some(repo), Some(number)) = (&place.repo, &place.number) else { return };
    let asked = item.any(&["requested_reviewer", "requested_team"]).filter(|asked| !asked.is_null());
    let reviewer =
        asked.filter(|asked| asked.at("login").is_some() || asked.0.is_string()).and_then(Node::as_login);
    let team = asked.and_then(|asked| team(asked, place.owner.as_deref()));
    if reviewer.is_none() && team.is_none() {
        // The account is gone, and with it who was asked.
        return;
    }
    let mut row = Row::about(repo, number);
    row.set_time("at", at);
    row.set("change", if name == "review_requested" { "requested" } else { "removed" });
    row.set("reviewer", reviewer.map_or(Value::Null, Value::from));
    row.set("team", team.map_or(Value::Null, Value::from));
    row.login("by", item.any(&["review_requester", "actor", "sender"]));
    pile.event(&REVIEW_REQUESTS, row);
}
