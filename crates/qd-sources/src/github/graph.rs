//! Answers of GraphQL, read as if REST had given them.
//!
//! Both interfaces tell the same things under slightly different names. An answer is rewritten to
//! REST's names once, so that there is one mapping of each thing and not two.

use serde_json::{Map, Value};

use super::{
    changes::change_request,
    delivery::{deployment, release},
    happenings::happenings,
    issues::{comment, issue},
    node::{Node, Pile},
    place::Place,
    repositories::{code_owners, repository},
    reviews::{review, review_comment, thread},
};

/// GraphQL's names where REST's are not the same in another spelling.
const NAMES: [(&str, &str); 14] = [
    ("__typename", "type"),
    ("author", "user"),
    ("databaseId", "id"),
    ("fullDatabaseId", "id"),
    ("id", "node_id"),
    ("isArchived", "archived"),
    ("isDraft", "draft"),
    ("isFork", "fork"),
    ("isPrivate", "private"),
    ("nameWithOwner", "full_name"),
    ("oid", "sha"),
    ("pullRequestReview", "pull_request_review"),
    ("replyTo", "reply_to"),
    ("url", "html_url"),
];

/// Names under which our own question asks for the places of `CODEOWNERS`.
const OWNERS: [&str; 3] = ["owners_in_github", "owners_at_root", "owners_in_docs"];

/// Maps an answer: whatever it holds, however deep.
pub(super) fn answer(body: &Value, place: &Place, pile: &mut Pile) {
    for error in Node(body).list("errors") {
        // A thing that was looked at again and is gone: whoever asked for it has seen that.
        if error.text("type") == Some("NOT_FOUND") && error.list("path").count() > 1 {
            continue;
        }
        let message = error.text("message").unwrap_or("an error without a message");
        let kind = error.text("type").map(|kind| format!("{kind}: ")).unwrap_or_default();
        pile.problem(format!("{kind}{message}"));
    }
    if let Some(data) = body.get("data") {
        walk("", Node(&normal(data)), place, pile);
    }
}

/// An answer under REST's names; a connection becomes the list it holds, with its `_total` beside.
pub(super) fn normal(value: &Value) -> Value {
    match value {
        Value::Array(values) => {
            Value::Array(values.iter().filter(|value| !value.is_null()).map(normal).collect())
        }
        Value::Object(fields) => Value::Object(normal_fields(fields)),
        other => other.clone(),
    }
}

fn normal_fields(fields: &Map<String, Value>) -> Map<String, Value> {
    let mut normal_fields = Map::new();
    for (name, value) in fields {
        let known = NAMES.iter().find(|(own, _)| own == name);
        let name = known.map_or_else(|| snake(name), |(_, rest)| (*rest).to_owned());
        let held = value.get("nodes").filter(|nodes| nodes.is_array());
        if let Some(total) = value.get("totalCount") {
            normal_fields.insert(format!("{name}_total"), total.clone());
            if held.is_none() {
                continue;
            }
        }
        normal_fields.insert(name, normal(held.unwrap_or(value)));
    }
    if !normal_fields.contains_key("id")
        && let Some(id) = normal_fields.get("node_id").cloned()
    {
        normal_fields.insert("id".to_owned(), id);
    }
    if let Some(event) =
        normal_fields.get("type").and_then(Value::as_str).and_then(|name| name.strip_suffix("Event"))
    {
        let event = if event == "RenamedTitle" { "renamed".to_owned() } else { snake(event) };
        normal_fields.insert("event".to_owned(), event.into());
    }
    normal_fields
}

/// `createdAt` as `created_at`.
fn snake(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for character in name.chars() {
        if character.is_ascii_uppercase() && !snake.is_empty() && !snake.ends_with('_') {
            snake.push('_');
        }
        snake.push(character.to_ascii_lowercase());
    }
    snake
}

/// Maps `node`, which stands under `name`, and what is in it.
fn walk(name: &str, node: Node<'_>, place: &Place, pile: &mut Pile) {
    match node.0 {
        Value::Array(nodes) => nodes.iter().for_each(|node| walk(name, Node(node), place, pile)),
        Value::Object(fields) => match kind(name, node) {
            "pull_request" => whole_change(node, place, pile),
            "issue" => whole_issue(node, place, pile),
            "deployment" => deployment(node, place, pile),
            "release" => release(node, place, false, pile),
            "review_thread" => more_of_thread(node, place, pile),
            _ => {
                let own = Place::in_repository(node);
                let is_repository = own.repo.is_some() && own.owner.is_some();
                if is_repository && node.at("default_branch_ref").is_some() {
                    repository(node, None, false, pile);
                }
                let place = if is_repository { &own } else { place };
                // The first that is there counts.
                if let Some(owners) =
                    OWNERS.iter().filter_map(|name| node.at(name)).find(|file| file.text("text").is_some())
                {
                    code_owners(owners, place, pile);
                }
                fields.iter().for_each(|(name, value)| walk(name, Node(value), place, pile));
            }
        },
        _ => {}
    }
}

/// What `node` is: by its own word, else by the name it stands under.
fn kind(name: &str, node: Node<'_>) -> &'static str {
    let has_number = node.at("number").is_some();
    match node.text("type") {
        Some("PullRequest") => return "pull_request",
        Some("Issue") => return "issue",
        Some("PullRequestReviewThread") => return "review_thread",
        _ => {}
    }
    match name {
        "pull_requests" | "pull_request" if has_number => "pull_request",
        "issues" | "issue" if has_number => "issue",
        _ if has_number && node.any(&["base_ref_name", "merged_at", "is_cross_repository"]).is_some() => {
            "pull_request"
        }
        "deployments" | "deployment" if node.at("created_at").is_some() => "deployment",
        "releases" | "release" | "latest_release" if node.at("tag_name").is_some() => "release",
        _ => "",
    }
}

fn whole_change(pull: Node<'_>, place: &Place, pile: &mut Pile) {
    let own = place.inside(pull, true);
    // A node that only carries one more page of something is no version of the change.
    if pull.at("created_at").is_some() {
        change_request(pull, place, None, pile);
    }
    let dismissals: Vec<Node<'_>> =
        pull.list("timeline_items").filter(|item| item.text("event") == Some("review_dismissed")).collect();
    for given in pull.list("reviews") {
        let dismissal = dismissals.iter().find(|item| item.id("review.id") == given.id("id"));
        review(Node(&with_dismissal(given, dismissal.copied())), &own, pile);
    }
    pull.list("review_threads").for_each(|node| thread(node, &own, None, pile));
    conversation(pull, &own, pile);
}

fn with_dismissal(review: Node<'_>, dismissal: Option<Node<'_>>) -> Value {
    let mut review = review.0.clone();
    if let (Value::Object(fields), Some(dismissal)) = (&mut review, dismissal) {
        for (to, from) in [("state_before", "previous_review_state"), ("dismissed_at", "created_at")] {
            fields.insert(to.to_owned(), dismissal.at(from).map_or(Value::Null, |node| node.0.clone()));
        }
    }
    review
}

fn whole_issue(node: Node<'_>, place: &Place, pile: &mut Pile) {
    if node.at("created_at").is_some() {
        issue(node, place, None, pile);
    }
    conversation(node, &place.inside(node, false), pile);
}

fn conversation(thing: Node<'_>, own: &Place, pile: &mut Pile) {
    thing.list("comments").for_each(|node| comment(node, own, pile));
    let items: Vec<Node<'_>> = thing.list("timeline_items").collect();
    happenings(&items, own, pile);
}

/// One more page of the comments of a thread, each of which names the first.
fn more_of_thread(node: Node<'_>, place: &Place, pile: &mut Pile) {
    if let Some(pull) = node.at("pull_request") {
        let own = place.inside(pull, true);
        node.list("comments").for_each(|comment| review_comment(comment, &own, pile));
    }
}
