//! Answers as GitHub gives them, cut to what matters.

use qd_sources::{
    exchange::{Exchange, Mapped},
    github::{map, settle},
};
use serde_json::{Value, json};

use crate::fits;

pub(crate) fn answer(url: &str, body: Value) -> Exchange {
    Exchange {
        method: "GET".to_owned(),
        url: url.to_owned(),
        status: 200,
        headers: Vec::new(),
        request: None,
        body,
        at: None,
    }
}

fn mapped(url: &str, body: Value) -> Mapped {
    let mapped = map(&answer(url, body));
    for fact in &mapped.facts {
        assert_eq!(fits::misfit(fact), None);
    }
    mapped
}

/// Rows of a table with the columns named, a row a line.
fn rows(mapped: &Mapped, table: &str, columns: &[&str]) -> Vec<String> {
    let of_table = mapped.facts.iter().filter(|fact| fact.table.name == table);
    of_table
        .map(|fact| {
            let cell = |name: &&str| match fact.row.get(*name) {
                None => "-".to_owned(),
                Some(Value::String(text)) => text.clone(),
                Some(value) => value.to_string(),
            };
            columns.iter().map(cell).collect::<Vec<_>>().join(" ")
        })
        .collect()
}

const PULLS: &str = "https://api.github.com/repos/acme/api/pulls?state=all";

/// A merged change of somebody whose account and fork are gone.
pub(crate) fn merged() -> Value {
    json!({
        "number": 12, "title": "Count twice", "state": "closed", "html_url": "https://github.com/acme/api/pull/12",
        "user": {"login": "ghost", "type": "User"}, "author_association": "NONE", "body": "fixes #3 and Closes acme/web#4\n\n@eve?",
        "created_at": "2024-01-01T10:00:00Z", "updated_at": "2024-03-01T10:00:00Z", "closed_at": "2024-02-01T10:00:00Z",
        "merged_at": "2024-02-01T10:00:00Z", "merge_commit_sha": "ab12", "draft": false,
        "head": {"ref": "work", "sha": "cd34", "repo": null}, "base": {"ref": "main", "repo": {"id": 1, "name": "api"}},
        "labels": [{"name": "bug"}], "assignees": [{"login": "bob"}, null], "requested_reviewers": [{"login": "eve"}],
        "requested_teams": [{"slug": "core", "html_url": "https://github.com/orgs/acme/teams/core"}], "milestone": null,
        "something_new": {"deep": [1]}
    })
}

#[test]
fn a_merged_change_is_seen_as_of_any_day() {
    let told = mapped(PULLS, json!([merged()]));
    assert_eq!(told.problems, []);
    assert_eq!(
        rows(
            &told,
            "change_requests",
            &["repo", "number", "observed_at", "state", "merged_at", "labels", "is_fork", "author"]
        ),
        [
            "api 12 2024-01-01T10:00:00Z open - - true null",
            "api 12 2024-02-01T10:00:00Z merged 2024-02-01T10:00:00Z - true null",
            "api 12 2024-03-01T10:00:00Z merged 2024-02-01T10:00:00Z [\"bug\"] true null",
        ]
    );
    assert_eq!(
        rows(&told, "issue_changes", &["at", "field", "from", "to", "of"]),
        [
            "2024-01-01T10:00:00Z state null open change_request",
            "2024-02-01T10:00:00Z state open merged change_request"
        ]
    );
    let last = rows(
        &told,
        "change_requests",
        &["closes", "mentions", "requested_reviewers", "requested_teams", "text"],
    );
    assert_eq!(
        last[2],
        "[\"3\",\"acme/web#4\"] [\"eve\"] [\"eve\"] [\"acme/core\"] fixes #3 and Closes acme/web#4\n@eve?"
    );
}

#[test]
fn a_line_that_says_little_is_enough() {
    let told = mapped(
        "https://github.com/acme/api/pull/7",
        json!({"number": 7, "title": "x", "state": "open",
        "user": "ada", "created_at": "2024-01-01T10:00:00Z"}),
    );
    assert_eq!(rows(&told, "change_requests", &["repo", "number", "author", "state"]), ["api 7 ada open"]);
    // The pages after the first are named by an id; the thing itself says where it belongs.
    let told = mapped(
        "https://api.github.com/repositories/1/issues/comments?page=2",
        json!([{
        "id": 5, "html_url": "https://github.com/acme/api/pull/7#issuecomment-5", "user": null,
        "created_at": "2024-01-01T10:00:00Z", "body": "> @no\n\nok @ada"}]),
    );
    assert_eq!(
        rows(&told, "comments", &["repo", "number", "of", "id", "author", "mentions", "text"]),
        ["api 7 change_request 5 null [\"no\",\"ada\"] ok @ada"]
    );
}

#[test]
fn what_is_missing_is_told_and_the_rest_kept() {
    let told = mapped(PULLS, json!([{"title": "no number"}, 7, {"number": 1}, merged()]));
    assert_eq!(rows(&told, "change_requests", &["number"]).len(), 3);
    let messages: Vec<&str> = told.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert!(messages.contains(&"a pull request does not say its `number`"), "{messages:?}");
    assert!(messages.contains(&"pull request 1 has no `created_at`; the rest of it is kept"), "{messages:?}");
    assert!(messages.contains(&"1 entries of the body are no objects and are left out"), "{messages:?}");
    let told = mapped("https://api.github.com/repos/acme/api/wonders", json!({}));
    assert_eq!(told.problems[0].message, "nothing is known to be read from this address");
}

#[test]
fn a_change_among_issues_is_a_change() {
    let issues = "https://api.github.com/repos/acme/api/issues?state=all";
    let told = mapped(
        issues,
        json!([
            {"number": 8, "title": "a", "state": "closed", "created_at": "2024-01-01T10:00:00Z", "closed_at": "2024-01-02T10:00:00Z",
                "updated_at": "2024-01-03T10:00:00Z", "state_reason": "not_planned", "user": {"login": "ada"}},
            {"number": 9, "title": "b", "state": "closed", "created_at": "2024-01-01T10:00:00Z", "closed_at": "2024-01-02T10:00:00Z",
                "updated_at": "2024-01-02T10:00:00Z", "user": {"login": "ada"}, "pull_request": {"merged_at": "2024-01-02T10:00:00Z"}},
        ]),
    );
    assert_eq!(
        rows(&told, "issues", &["number", "observed_at", "state", "reason", "status_kind"]),
        [
            "8 2024-01-01T10:00:00Z open - -",
            "8 2024-01-02T10:00:00Z closed not_planned done",
            "8 2024-01-03T10:00:00Z closed not_planned done"
        ]
    );
    assert_eq!(
        rows(&told, "change_requests", &["number", "observed_at", "state"]),
        ["9 2024-01-01T10:00:00Z open", "9 2024-01-02T10:00:00Z merged"]
    );
}

#[test]
fn a_timeline_and_the_change_itself_tell_a_merge_once() {
    let timeline = mapped(
        "https://api.github.com/repos/acme/api/issues/12/timeline",
        json!([
            {"event": "review_requested", "created_at": "2024-01-02T10:00:00Z", "actor": {"login": "ada"},
                "requested_team": {"slug": "core"}},
            {"event": "labeled", "created_at": "2024-01-02T10:00:00Z", "actor": null, "label": {"name": "bug"}},
            {"event": "merged", "created_at": "2024-02-01T10:00:00Z", "actor": {"login": "ada"}},
            {"event": "closed", "created_at": "2024-02-01T10:00:01Z", "actor": {"login": "ada"}},
            {"event": "convert_to_draft", "created_at": "2024-01-03T10:00:00Z", "actor": {"login": "ada"}},
            {"event": "review_dismissed", "created_at": "2024-01-04T10:00:00Z", "dismissed_review": {"review_id": 4, "state": "approved"}},
            {"event": "subscribed", "created_at": "2024-01-04T10:00:00Z"}
        ]),
    );
    let columns = ["id", "field", "from", "to", "of"];
    let told = rows(&timeline, "issue_changes", &columns);
    assert_eq!(told.len(), 3, "{told:?}");
    let of_change = rows(&mapped(PULLS, merged()), "issue_changes", &columns);
    assert!(told.contains(&of_change[1]), "{told:?} {of_change:?}");
    assert_eq!(
        rows(&timeline, "review_requests", &["number", "change", "reviewer", "team"]),
        ["12 requested null acme/core"]
    );
    assert_eq!(
        rows(&timeline, "reviews", &["id", "state", "submitted_at"]),
        ["4.dismissed dismissed 2024-01-04T10:00:00Z"]
    );
}

#[test]
fn comments_on_lines_make_threads() {
    let told = mapped(
        "https://api.github.com/repos/acme/api/pulls/12/comments",
        json!([
            {"id": 2, "in_reply_to_id": 1, "path": "a.rs", "created_at": "2024-01-02T10:00:00Z", "user": {"login": "bob"}, "body": "no"},
            {"id": 1, "path": "a.rs", "line": 4, "position": null, "created_at": "2024-01-01T10:00:00Z", "user": {"login": "ada"}, "body": "why?"}
        ]),
    );
    assert_eq!(
        rows(&told, "review_threads", &["id", "path", "line", "is_outdated", "is_resolved"]),
        ["1 a.rs 4 true -"]
    );
    assert_eq!(
        rows(&told, "comments", &["id", "thread", "in_reply_to", "of"]),
        ["2 1 1 change_request", "1 1 null change_request"]
    );
}

#[test]
fn runs_that_are_tried_again_are_builds_of_their_own() {
    let run = |attempt: i64, conclusion: Value, status: &str| {
        json!({"id": 812, "name": "ci", "run_attempt": attempt, "status": status, "conclusion": conclusion, "head_sha": "ab",
            "created_at": "2024-01-01T10:00:00Z", "run_started_at": "2024-01-01T10:01:00Z", "updated_at": "2024-01-01T10:09:00Z"})
    };
    let told = mapped(
        "https://api.github.com/repos/acme/api/actions/runs",
        json!({"total_count": 2, "workflow_runs":
        [run(1, "failure".into(), "completed"), run(2, Value::Null, "in_progress")]}),
    );
    assert_eq!(
        rows(&told, "builds", &["id", "status", "observed_at", "finished_at"]),
        [
            "812 running 2024-01-01T10:01:00Z -",
            "812 failure 2024-01-01T10:09:00Z 2024-01-01T10:09:00Z",
            "812.2 running 2024-01-01T10:09:00Z -"
        ]
    );
}

#[test]
fn graphql_tells_what_rest_tells() {
    let told = mapped(
        "https://api.github.com/graphql",
        json!({"data": {"repository": {"nameWithOwner": "acme/api", "pullRequests": {"nodes": [{
            "number": 12, "title": "Count twice", "state": "MERGED", "url": "https://github.com/acme/api/pull/12", "author": null,
            "authorAssociation": "NONE", "body": "", "createdAt": "2024-01-01T10:00:00Z", "updatedAt": "2024-02-01T10:00:00Z",
            "closedAt": "2024-02-01T10:00:00Z", "mergedAt": "2024-02-01T10:00:00Z", "isDraft": false, "isCrossRepository": true,
            "reviewRequests": {"nodes": [{"requestedReviewer": {"__typename": "Team", "combinedSlug": "acme/core"}}, {"requestedReviewer": null}]},
            "reviews": {"nodes": [{"fullDatabaseId": "4", "state": "DISMISSED", "submittedAt": "2024-01-03T10:00:00Z",
                "author": {"__typename": "Bot", "login": "robo"}}]},
            "reviewThreads": {"totalCount": 1, "nodes": [{"id": "T", "isResolved": false, "isOutdated": false, "path": "a.rs", "line": 3,
                "comments": {"nodes": [{"fullDatabaseId": "1", "createdAt": "2024-01-02T10:00:00Z", "body": "why?", "author": {"login": "eve"}}]}}]},
            "timelineItems": {"nodes": [{"__typename": "ReviewDismissedEvent", "createdAt": "2024-01-04T10:00:00Z",
                "previousReviewState": "APPROVED", "review": {"fullDatabaseId": "4"}}]}
        }]}}}}),
    );
    assert_eq!(told.problems, []);
    assert_eq!(
        rows(&told, "reviews", &["id", "state", "submitted_at", "reviewer", "reviewer_is_bot"]),
        [
            "4 approved 2024-01-03T10:00:00Z robo[bot] true",
            "4.dismissed dismissed 2024-01-04T10:00:00Z robo[bot] true"
        ]
    );
    let change =
        rows(&told, "change_requests", &["repo", "number", "state", "requested_teams", "unresolved_threads"]);
    assert_eq!(change, ["api 12 open - -", "api 12 merged [\"acme/core\"] 1"]);
    assert_eq!(rows(&told, "comments", &["id", "thread", "number"]), ["1 1 12"]);
    let partly = mapped(
        "https://api.github.com/graphql",
        json!({"data": {"repository": null}, "errors":
        [{"type": "INSUFFICIENT_SCOPES", "message": "Your token has not been granted the required scopes"}]}),
    );
    assert!(partly.problems[0].message.starts_with("INSUFFICIENT_SCOPES: Your token"));
}

#[test]
fn deployments_alerts_and_releases_have_their_versions() {
    let base = "https://api.github.com/repos/acme/api";
    let told = mapped(
        &format!("{base}/deployments/5/statuses"),
        json!([{"state": "in_progress", "created_at": "2024-01-01T10:00:00Z"},
        {"state": "success", "created_at": "2024-01-01T10:05:00Z", "environment": "production"}]),
    );
    assert_eq!(
        rows(&told, "deployments", &["id", "status", "started_at", "finished_at"]),
        ["5 running 2024-01-01T10:00:00Z -", "5 success - 2024-01-01T10:05:00Z"]
    );
    let told = mapped(
        &format!("{base}/secret-scanning/alerts"),
        json!([{"number": 1, "state": "resolved", "secret": "hunter2",
        "secret_type": "key", "created_at": "2024-01-01T10:00:00Z", "resolved_at": "2024-01-02T10:00:00Z", "resolution": "revoked"}]),
    );
    assert!(!format!("{told:?}").contains("hunter2"));
    assert_eq!(
        rows(&told, "security_alerts", &["kind", "state", "observed_at"]),
        ["secret open 2024-01-01T10:00:00Z", "secret dismissed 2024-01-02T10:00:00Z"]
    );
    let mut owners = answer(&format!("{base}/contents/.github/CODEOWNERS"), json!({"content": "KiBAYWRh\n"}));
    assert!(map(&owners).problems[0].message.contains("when it was so"));
    owners.at = "2024-01-01T10:00:00Z".parse().ok();
    assert_eq!(rows(&map(&owners), "code_owners", &["line", "pattern", "owners"]), ["1 * [\"@ada\"]"]);
}

#[test]
fn a_comment_learns_from_the_change_that_it_belongs_to() {
    let comments = |number: u64| {
        let url = format!("https://api.github.com/repos/acme/api/issues/{number}/comments");
        mapped(&url, json!({"id": number, "created_at": "2024-01-01T10:00:00Z", "body": "so?"})).facts
    };
    let mut facts = [comments(12), comments(13), comments(14), mapped(PULLS, merged()).facts].concat();
    settle(&mut facts, |repo, number| (repo, number) == ("api", "14"));
    let told = Mapped { facts, ..Mapped::default() };
    assert_eq!(
        rows(&told, "comments", &["number", "of"]),
        ["12 change_request", "13 issue", "14 change_request"]
    );
}
