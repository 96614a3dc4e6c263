//! GitLab, by its REST API v4.
//!
//! [`map()`] is pure: an address and its answer in, facts out. [`sync()`] decides what to ask.
//! The crate `gitlab` is kept well, but brings its own client (reqwest, tokio) and cannot map a
//! recorded answer; a dozen addresses do not pay for a second way to fail.

mod builds;
mod changes;
mod cursor;
mod event;
mod issues;
mod known;
mod lists;
mod notes;
mod open;
mod route;
mod sync;

use jiff::Timestamp;
use qd_tables::{FORGE_REPOSITORIES, Fact, PUBLISHED_RELEASES, SECURITY_ALERTS};
use serde_json::Value;

use self::route::{Kind, Route};
use crate::{
    Problem,
    connector::row::{Row, at, items, text, time},
    exchange::{Exchange, Mapped},
    prose,
};

pub use event::map_event;
pub use known::{Known, Project};
pub use sync::sync;

/// Parameter that GitLab does not know and ignores: since when an answer that has no time of its
/// own is so. A recording keeps it, so that a replay gives the same facts.
const SINCE: &str = "known_since";
/// The same for who opened a merge request.
const AUTHOR: &str = "known_author";

/// The facts that `exchange` says by itself; [`Known`] knows more.
#[must_use]
pub fn map(exchange: &Exchange) -> Mapped {
    mapped(exchange, &Known::default())
}

fn mapped(exchange: &Exchange, known: &Known) -> Mapped {
    let mut mapped = Mapped::default();
    if exchange.status >= 400 {
        return mapped;
    }
    let Some(mut route) = route::read(&exchange.url) else {
        mapped.problems.push(Problem {
            subject: exchange.url.clone(),
            message: "this address of GitLab is not known; its answer was left out".to_owned(),
        });
        return mapped;
    };
    route.path = known.path(&route);
    route.since = since(&route, exchange).or_else(|| known.changed(&route));
    for item in items(&exchange.body) {
        let path = route.path.clone().or_else(|| text(item, "path_with_namespace")).or_else(|| path_of(item));
        let Some(path) = path else {
            mapped.problems.push(Problem {
                subject: exchange.url.clone(),
                message: "the project is known by its number only; ask by its path (`acme%2Fapi`)".to_owned(),
            });
            break;
        };
        let repo = known.repo(&path);
        let context = Context { repo: &repo, path: &path, route: &route, exchange, known };
        let before = mapped.facts.len();
        if one(&context, item, &mut mapped.facts).is_none()
            && mapped.facts.len() == before
            && !route.is_partial()
        {
            mapped.problems.push(Problem {
                subject: exchange.url.clone(),
                message: format!("an item of {repo} lacks its number or its times; it was left out"),
            });
        }
    }
    whole(&route, exchange, known, &mut mapped);
    mapped
}

/// What every mapper of an item needs.
struct Context<'a> {
    repo: &'a str,
    /// Path of the project.
    path: &'a str,
    route: &'a Route,
    exchange: &'a Exchange,
    known: &'a Known,
}

/// Since when an answer without a time of its own is so, as it says itself.
fn since(route: &Route, exchange: &Exchange) -> Option<Timestamp> {
    route.since.or(exchange.at)
}

/// Facts of one item; none where it lacks what tells it apart.
fn one(context: &Context<'_>, item: &Value, facts: &mut Vec<Fact>) -> Option<()> {
    let number = context.route.number.as_deref();
    match context.route.kind {
        Kind::Project => facts.push(project(context, item)?),
        Kind::MergeRequest => changes::map(context, item, facts)?,
        Kind::Issue => issues::map(context, item, facts)?,
        Kind::Note(of) => notes::note(context.repo, number?, of, item, None, facts)?,
        Kind::Discussion(of) => notes::discussion(context.repo, number?, of, item, facts)?,
        Kind::StateEvent(of) => facts.push(notes::state_event(context.repo, number?, of, item)?),
        Kind::LabelEvent(of) => facts.push(notes::label_event(context.repo, number?, of, item)?),
        Kind::Approvals => facts.push(changes::approvals(context, number?, item)?),
        Kind::Pipeline => facts.push(builds::pipeline(context.repo, item)?),
        Kind::Job => facts.push(builds::job(context.repo, item)?),
        Kind::Deployment => facts.push(builds::deployment(context.repo, item)?),
        Kind::Release => facts.push(release(context.repo, item)?),
        Kind::Vulnerability => facts.push(vulnerability(context.repo, item)?),
        // Lists that are one fact together, and what has no table.
        Kind::Commits | Kind::Diffs | Kind::Reviewers | Kind::Links | Kind::Silent => {}
    }
    Some(())
}

/// Facts of a list as a whole.
fn whole(route: &Route, exchange: &Exchange, known: &Known, mapped: &mut Mapped) {
    let (Some(number), Some(path)) = (&route.number, &route.path) else { return };
    let repo = known.repo(path);
    if matches!(route.kind, Kind::Discussion(notes::Of::ChangeRequest) | Kind::Note(notes::Of::ChangeRequest))
        && exchange.body.is_array()
        && let Some(author) = route.author.clone().or_else(|| known.author(path, number))
    {
        mapped.facts.extend(notes::remarks(&repo, number, items(&exchange.body), &author));
    }
    // Threads were so at the latest when somebody last spoke in one.
    let is_threads = route.kind == Kind::Discussion(notes::Of::ChangeRequest) && exchange.body.is_array();
    let spoken = || is_threads.then(|| notes::last(items(&exchange.body))).flatten();
    let Some(since) = route.since.or_else(spoken) else {
        let is_of_now = matches!(
            route.kind,
            Kind::Commits | Kind::Diffs | Kind::Reviewers | Kind::Links | Kind::Approvals
        );
        if is_of_now && !items(&exchange.body).is_empty() {
            mapped.problems.push(Problem {
                subject: exchange.url.clone(),
                message:
                    "what it says of the present could not be kept: neither the line (`at`, or a `date` \
                          among its headers) nor another one of the same recording says since when it is so"
                        .to_owned(),
            });
        }
        return;
    };
    let list = items(&exchange.body);
    let more = exchange.header("x-next-page").is_some_and(|page| !page.is_empty()) || route.page > 1;
    let fact = match route.kind {
        Kind::Commits if route.page <= 1 => {
            changes::commits(&repo, number, list, exchange.header("x-total"), more, since)
        }
        Kind::Diffs if !more => changes::diffs(Row::of(&repo, number), list)
            .map(|row| row.since(&qd_tables::CHANGE_REQUESTS, since)),
        Kind::Reviewers => changes::reviewers(&repo, number, list, since),
        Kind::Links => issues::links(route, &repo, number, list, since),
        Kind::Discussion(notes::Of::ChangeRequest) if !more => notes::threads(&repo, number, list, since),
        _ => None,
    };
    mapped.facts.extend(fact);
}

/// Path of the project of `item`: `acme/api`, from its references or the address of its page.
fn path_of(item: &Value) -> Option<String> {
    if let Some(full) = text(item, "references.full") {
        return full.rsplit_once(['!', '#']).map(|(path, _)| path.to_owned()).filter(|path| !path.is_empty());
    }
    let url = text(item, "web_url").or_else(|| text(item, "_links.self"))?;
    let path = url.split_once("://")?.1.split_once('/')?.1;
    path.split_once("/-/").map(|(path, _)| path.to_owned())
}

/// A login; null where the account is gone.
fn login(item: &Value, path: &str) -> Option<String> {
    text(item, &format!("{path}.username")).filter(|login| !login.eq_ignore_ascii_case("ghost"))
}

/// Whether GitLab made the account for a token: `project_12_bot_3f...`, `group_4_bot`.
fn is_bot(login: &str) -> bool {
    let numbered = ["project_", "group_"].iter().find_map(|start| login.strip_prefix(start));
    numbered.and_then(|rest| rest.split_once('_')).is_some_and(|(number, rest)| {
        number.bytes().all(|byte| byte.is_ascii_digit()) && rest.starts_with("bot")
    }) || login.starts_with("service_account_")
}

/// Author, and whether they are a robot, where that can be told.
fn with_author(row: Row, item: &Value) -> Row {
    let author = login(item, "author");
    let robot = author.as_deref().map(is_bot).filter(|robot| *robot);
    let seen = item.get("author").is_some();
    let row = if seen { row.set("author", author) } else { row };
    row.maybe("author_is_bot", robot)
}

fn project(context: &Context<'_>, item: &Value) -> Option<Fact> {
    let observed = time(item, "updated_at")
        .or_else(|| time(item, "last_activity_at"))
        .or_else(|| time(item, "created_at"))?;
    Some(
        Row::default()
            .set("repo", context.repo)
            .text("id", item, "id")
            .set("full_name", text(item, "path_with_namespace")?)
            .text("url", item, "web_url")
            .text("default_branch", item, "default_branch")
            .maybe("is_private", text(item, "visibility").map(|seen| seen != "public"))
            .flag("is_archived", item, "archived")
            .set("is_fork", at(item, "forked_from_project").is_some())
            .since(&FORGE_REPOSITORIES, observed),
    )
}

fn release(repo: &str, item: &Value) -> Option<Fact> {
    let created = time(item, "created_at");
    let published = time(item, "released_at");
    let row = Row::default()
        .set("repo", repo)
        .set("tag", text(item, "tag_name")?)
        .text("name", item, "name")
        .set("author", login(item, "author"))
        .time("created_at", item, "created_at")
        .time("published_at", item, "released_at")
        .set("is_draft", false)
        .maybe("is_prerelease", at(item, "upcoming_release").and_then(Value::as_bool))
        .maybe("url", text(item, "_links.self"));
    Some(row.since(&PUBLISHED_RELEASES, created.max(published)?))
}

fn vulnerability(repo: &str, item: &Value) -> Option<Fact> {
    let created = time(item, "created_at")?;
    let state = match text(item, "state")?.as_str() {
        "resolved" => "fixed",
        "dismissed" => "dismissed",
        _ => "open",
    };
    let kind = match text(item, "report_type").unwrap_or_default().as_str() {
        "dependency_scanning" | "container_scanning" | "cluster_image_scanning" => "dependency",
        "secret_detection" => "secret",
        _ => "code",
    };
    let severity =
        text(item, "severity").filter(|it| matches!(it.as_str(), "low" | "medium" | "high" | "critical"));
    let row = Row::of(repo, &text(item, "id")?)
        .set("kind", kind)
        .set("state", state)
        .set("severity", severity)
        .text("title", item, "title")
        .maybe("path", text(item, "location.file").or_else(|| text(item, "finding.location.file")))
        .set_time("created_at", Some(created))
        .time("fixed_at", item, "resolved_at")
        .time("dismissed_at", item, "dismissed_at");
    Some(row.since(&SECURITY_ALERTS, time(item, "updated_at").unwrap_or(created)))
}

#[cfg(test)]
mod tests;
