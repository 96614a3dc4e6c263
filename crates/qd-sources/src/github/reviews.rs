//! Reviews, their comments on lines, and the threads that those make.

use jiff::Timestamp;
use qd_tables::{COMMENTS, REVIEW_THREADS, REVIEWS};
use serde_json::Value;

use super::{
    issues::id_of,
    node::{Node, Pile, Row},
    place::Place,
};

/// Maps a review. One that is not handed in yet is nobody's business.
pub(super) fn review(review: Node<'_>, place: &Place, pile: &mut Pile) {
    let place = place.of_thing(review);
    let (Some(repo), Some(number)) = (&place.repo, &place.number) else {
        return pile.problem("a review does not say to which pull request it belongs");
    };
    let state = match review.text("state").map(str::to_lowercase).as_deref() {
        Some("approved") => "approved",
        Some("changes_requested") => "changes_requested",
        Some("commented") => "commented",
        Some("dismissed") => "dismissed",
        Some("pending") => return,
        _ => {
            return pile
                .problem(format!("a review of {number} has no `state` that is known and is left out"));
        }
    };
    let Some(submitted) = review.any(&["submitted_at", "created_at"]).and_then(Node::as_time) else {
        return pile.problem(format!("a review of {number} has no `submitted_at` and is left out"));
    };
    let id = id_of(review, submitted);
    let mut row = Row::about(repo, number);
    row.set_time("submitted_at", submitted);
    row.account("reviewer", review, review.any(&["user", "actor"]));
    row.text("sha", review.any(&["commit_id", "commit.sha"]));
    row.count("comments", review.at("comments_total"));
    row.prose(review.at("body"));
    row.text("url", review.at("html_url"));
    if state == "dismissed" {
        // What it said before, and when it was dismissed, is told by what happened to the change.
        if let (Some(before), Some(at)) = (review.text("state_before"), review.time("dismissed_at")) {
            let mut given = row.clone();
            given.set("id", id.clone());
            given.set("state", before.to_lowercase());
            pile.event(&REVIEWS, given);
            row.set_time("submitted_at", at);
        }
        row.set("id", dismissed_id(&id));
    } else {
        row.set("id", id);
    }
    row.set("state", state);
    pile.event(&REVIEWS, row);
}

/// What a dismissed review said before, on the row of its dismissal.
pub(super) const STATE_BEFORE: &str = "state_before";
/// Ending of the id of the row that says that a review was dismissed.
pub(super) const DISMISSED: &str = ".dismissed";

fn dismissed_id(id: &str) -> String {
    format!("{id}{DISMISSED}")
}

/// Maps that a review was dismissed.
pub(super) fn dismissed(item: Node<'_>, place: &Place, at: Timestamp, pile: &mut Pile) {
    let place = place.of_thing(item);
    let (Some(repo), Some(number)) = (&place.repo, &place.number) else { return };
    let Some(id) = item.any(&["dismissed_review.review_id", "review.id"]).and_then(Node::as_id) else {
        return;
    };
    let mut row = Row::about(repo, number);
    row.set("id", dismissed_id(&id));
    row.set_time("submitted_at", at);
    row.set("state", "dismissed");
    row.login("reviewer", item.at("review.user"));
    // It goes into the review itself too, where that is told as dismissed only.
    row.set(STATE_BEFORE, item.text("dismissed_review.state").map(str::to_lowercase));
    row.prose(item.any(&["dismissed_review.dismissal_message", "dismissal_message"]));
    pile.event(&REVIEWS, row);
}

/// Maps a comment on lines of a change; the first of a thread makes the thread known.
pub(super) fn review_comment(comment: Node<'_>, place: &Place, pile: &mut Pile) {
    let place = place.of_thing(comment);
    let (Some(repo), Some(number)) = (&place.repo, &place.number) else {
        return pile.problem("a comment on lines does not say to which pull request it belongs");
    };
    let Some(created) = comment.time("created_at") else {
        return pile.problem(format!("a comment on lines of {number} has no `created_at` and is left out"));
    };
    let id = id_of(comment, created);
    let answered = comment.any(&["in_reply_to_id", "reply_to.id"]).and_then(Node::as_id);
    let thread = comment.id("thread").or_else(|| answered.clone()).unwrap_or_else(|| id.clone());
    if answered.is_none() && comment.at("thread").is_none() {
        let mut row = Row::about(repo, number);
        row.set("id", thread.clone());
        lines(&mut row, comment);
        pile.version(&REVIEW_THREADS, row, comment.time("updated_at").or(Some(created)));
    }
    let mut row = Row::about(repo, number);
    row.set("of", "change_request");
    row.set("id", id);
    row.set_time("created_at", created);
    row.account("author", comment, comment.at("user"));
    row.set("thread", thread);
    row.set("in_reply_to", answered.map_or(Value::Null, Value::from));
    row.id("review", comment.any(&["pull_request_review_id", "pull_request_review.id"]));
    row.text("path", comment.at("path"));
    row.prose(comment.at("body"));
    row.text("url", comment.at("html_url"));
    pile.event(&COMMENTS, row);
}

/// The lines a thread is about.
fn lines(row: &mut Row, thread: Node<'_>) {
    row.text("path", thread.at("path"));
    row.count("line", thread.any(&["line", "original_line"]));
    match thread.flag("is_outdated") {
        Some(is_outdated) => row.set("is_outdated", is_outdated),
        None => {
            if let Some(position) = thread.at("position") {
                row.set("is_outdated", position.is_null());
            }
        }
    }
}

/// Maps a thread as a whole. `when` is when it was seen so.
pub(super) fn thread(thread: Node<'_>, place: &Place, when: Option<Timestamp>, pile: &mut Pile) {
    let (Some(repo), Some(number)) = (&place.repo, &place.number) else { return };
    let comments: Vec<Node<'_>> = thread.list("comments").collect();
    let Some(id) = comments.first().and_then(|root| root.id("id")).or_else(|| thread.id("node_id")) else {
        return;
    };
    let mut row = Row::about(repo, number);
    row.set("id", id.clone());
    lines(&mut row, comments.first().copied().unwrap_or(thread));
    lines(&mut row, thread);
    row.flag("is_resolved", thread.at("is_resolved"));
    row.login("resolved_by", thread.at("resolved_by"));
    let began = comments.first().and_then(|root| root.time("created_at"));
    let spoke =
        comments.iter().filter_map(|comment| comment.any(&["updated_at", "created_at"])?.as_time()).max();
    let last = when.or(spoke);
    if let (Some(began), true) = (began, thread.flag("is_resolved") == Some(true) && last > began) {
        let mut first = row.clone();
        first.set("is_resolved", false);
        first.set("resolved_by", Value::Null);
        first.0.shift_remove("is_outdated");
        pile.version(&REVIEW_THREADS, first, Some(began));
    }
    pile.version(&REVIEW_THREADS, row, last);
    for comment in comments {
        let mut own = comment.0.clone();
        if let Value::Object(fields) = &mut own {
            fields.insert("thread".to_owned(), id.clone().into());
        }
        review_comment(Node(&own), place, pile);
    }
}
