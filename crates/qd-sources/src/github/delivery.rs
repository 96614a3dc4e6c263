//! Deployments with their statuses, and releases.

use jiff::Timestamp;
use qd_tables::{DEPLOYMENTS, PUBLISHED_RELEASES};

use super::{
    node::{Node, Pile, Row},
    place::Place,
};

/// GitHub's words for how a deployment stands, REST's and GraphQL's.
fn status(word: &str) -> Option<&'static str> {
    Some(match word.to_lowercase().as_str() {
        "queued" | "pending" | "waiting" => "queued",
        "in_progress" => "running",
        "success" | "active" => "success",
        "failure" | "error" => "failure",
        "abandoned" => "cancelled",
        "inactive" | "destroyed" => "inactive",
        _ => return None,
    })
}

/// Maps a deployment, with the statuses that came with it.
pub(super) fn deployment(deployment: Node<'_>, place: &Place, pile: &mut Pile) {
    let Some(repo) = place.repository(deployment, "a deployment", pile) else { return };
    let (Some(id), Some(created)) = (deployment.id("id"), deployment.time("created_at")) else {
        return pile.problem("a deployment has no `id` or no `created_at` and is left out");
    };
    let row = asked_for(deployment, &repo, &id);
    let mut first = row.clone();
    first.set("status", "queued");
    pile.version(&DEPLOYMENTS, first, Some(created));
    let mut reports: Vec<Node<'_>> = deployment.list("statuses").collect();
    reports.sort_by_key(|report| report.time("created_at"));
    let mut present = row;
    for report in reports {
        reported(&mut present, report, pile);
    }
}

/// What is known from the beginning.
fn asked_for(deployment: Node<'_>, repo: &str, id: &str) -> Row {
    let mut row = Row::of(repo);
    row.set("id", id);
    row.text("environment", deployment.any(&["environment", "original_environment"]));
    row.text("sha", deployment.any(&["sha", "commit_oid"]));
    row.text("ref", deployment.any(&["ref.name", "ref"]));
    row.time("created_at", deployment.at("created_at"));
    row.login("by", deployment.any(&["creator", "user"]));
    if deployment.text("task") == Some("rollback") || deployment.text("task") == Some("deploy:rollback") {
        row.set("is_rollback", true);
    }
    row
}

/// Lays a status on what is known and puts that version down.
fn reported(present: &mut Row, report: Node<'_>, pile: &mut Pile) {
    let Some(word) = report.text("state").and_then(status) else {
        return pile.problem("a deployment status has no `state` that is known and is left out");
    };
    let at: Option<Timestamp> = report.time("created_at");
    present.set("status", word);
    present.text("environment", report.at("environment").filter(|name| !name.is_null()));
    let url = report.any(&["environment_url", "target_url", "log_url"]);
    present.text("url", url.filter(|url| url.0.as_str().is_some_and(|url| !url.is_empty())));
    if let Some(at) = at {
        match word {
            "running" => present.set_time("started_at", at),
            "success" | "failure" | "cancelled" => present.set_time("finished_at", at),
            _ => {}
        }
    }
    pile.version(&DEPLOYMENTS, present.clone(), at);
}

/// Maps a status of a deployment; `deployment` is the one that came with it.
pub(super) fn deployment_status(
    report: Node<'_>,
    deployment: Option<Node<'_>>,
    named: Option<&str>,
    place: &Place,
    pile: &mut Pile,
) {
    let Some(repo) = place.repository(report, "a deployment status", pile) else { return };
    let own = deployment.and_then(|deployment| deployment.id("id")).or_else(|| named.map(str::to_owned));
    let id = own.or_else(|| {
        let url = report.text("deployment_url")?;
        url.rsplit_once("/deployments/").map(|(_, id)| id.to_owned())
    });
    let Some(id) = id else {
        return pile.problem("a deployment status does not say to which deployment it belongs");
    };
    let mut row = match deployment {
        Some(deployment) => asked_for(deployment, &repo, &id),
        None => {
            let mut row = Row::of(&repo);
            row.set("id", id);
            row
        }
    };
    reported(&mut row, report, pile);
}

/// Maps a release.
pub(super) fn release(release: Node<'_>, place: &Place, is_gone: bool, pile: &mut Pile) {
    let Some(repo) = place.repository(release, "a release", pile) else { return };
    let Some(tag) = release.text("tag_name") else {
        return pile.problem("a release has no `tag_name` and is left out");
    };
    let mut row = Row::of(&repo);
    row.set("tag", tag);
    row.text("name", release.at("name"));
    row.login("author", release.any(&["author", "user"]));
    row.time("created_at", release.at("created_at"));
    row.time("published_at", release.at("published_at"));
    row.flag("is_draft", release.at("draft"));
    row.flag("is_prerelease", release.any(&["prerelease", "is_prerelease"]));
    row.text("url", release.at("html_url"));
    if is_gone {
        row.set("deleted", true);
        return pile.version(&PUBLISHED_RELEASES, row, pile.at.or(release.time("published_at")));
    }
    let times = ["updated_at", "published_at", "created_at"].map(|field| release.time(field));
    pile.version(&PUBLISHED_RELEASES, row, times.into_iter().flatten().max());
}
