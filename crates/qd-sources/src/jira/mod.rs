//! Jira, by its REST API: version 3 of the cloud, version 2 of a data centre of one's own.
//!
//! [`map()`] is pure: an address and its answer in, facts out. [`sync()`] decides what to ask.
//! The crate `gouqi` brings a client of its own beside the one that records;
//! four addresses do not pay for a second way to fail.

mod changelog;
mod cursor;
mod document;
mod event;
mod issues;
mod open;
mod sync;

use std::collections::BTreeMap;

use qd_tables::Fact;
use serde_json::Value;

use crate::{
    Problem,
    connector::row::{at, items, text},
    exchange::{Exchange, Mapped},
};

pub use event::map_event;
pub use sync::sync;

/// What an address is about.
enum Kind {
    /// A list of issues under `issues`.
    Search,
    /// An issue.
    Issue,
    /// Comments of an issue.
    Comments(String),
    /// Changes of an issue.
    Changes(String),
    /// Known, and no table holds it.
    Silent,
}

fn kind(url: &str) -> Option<Kind> {
    let place = url.split('?').next().unwrap_or(url);
    let path = place.split_once("/rest/api/")?.1.trim_end_matches('/');
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    Some(match *parts.as_slice() {
        ["search"] | ["search", "jql"] => Kind::Search,
        ["issue", _] => Kind::Issue,
        ["issue", key, "comment"] | ["issue", key, "comment", _] => Kind::Comments(key.to_owned()),
        ["issue", key, "changelog"] => Kind::Changes(key.to_owned()),
        ["issue", _, ..] | ["myself" | "field" | "serverInfo" | "status" | "priority" | "project", ..] => {
            Kind::Silent
        }
        _ => return None,
    })
}

/// The facts that `exchange` says.
#[must_use]
pub fn map(exchange: &Exchange) -> Mapped {
    let mut mapped = Mapped::default();
    if exchange.status >= 400 {
        return mapped;
    }
    let body = &exchange.body;
    let context = Context { people: people(body), points: points(body) };
    let mut lacking = 0;
    match kind(&exchange.url) {
        Some(Kind::Search) => {
            // Where nothing but keys was asked for, nothing is lacking.
            let is_key_alone = |issue: &Value| {
                let fields = at(issue, "fields").and_then(Value::as_object);
                text(issue, "key").is_some() && fields.is_none_or(serde_json::Map::is_empty)
            };
            for issue in at(body, "issues").map(items).unwrap_or_default() {
                if is_key_alone(issue) {
                    continue;
                }
                lacking += u32::from(issues::map(&context, issue, &mut mapped.facts).is_none());
            }
        }
        Some(Kind::Issue) => {
            for issue in items(body) {
                lacking += u32::from(issues::map(&context, issue, &mut mapped.facts).is_none());
            }
        }
        Some(Kind::Comments(key)) => {
            for comment in at(body, "comments").map_or_else(|| items(body), items) {
                lacking += u32::from(add(&mut mapped.facts, issues::comment(&context, &key, comment)));
            }
        }
        Some(Kind::Changes(key)) => {
            for history in
                at(body, "values").or_else(|| at(body, "histories")).map_or_else(|| items(body), items)
            {
                lacking += u32::from(changelog::map(&context, &key, history, &mut mapped.facts).is_none());
            }
        }
        Some(Kind::Silent) => {}
        None => mapped.problems.push(Problem {
            subject: exchange.url.clone(),
            message: "this address of Jira is not known; its answer was left out".to_owned(),
        }),
    }
    if lacking > 0 {
        mapped.problems.push(Problem {
            subject: exchange.url.clone(),
            message: format!("{lacking} items lack their key or their times; they were left out"),
        });
    }
    mapped
}

/// Whether there was nothing to add.
fn add(facts: &mut Vec<Fact>, fact: Option<Fact>) -> bool {
    let lacks = fact.is_none();
    facts.extend(fact);
    lacks
}

/// What an answer says beside its items.
struct Context {
    /// Logins by account id, of everybody whom the answer shows whole.
    people: BTreeMap<String, String>,
    /// Fields that hold story points.
    points: Vec<String>,
}

impl Context {
    /// The login of an account that is named by its id only.
    fn login(&self, id: &str) -> Option<String> {
        Some(self.people.get(id).cloned().unwrap_or_else(|| id.to_owned())).filter(|_| id != GONE)
    }
}

/// Id under which Jira shows every account that is gone.
const GONE: &str = "unknown";

/// Login of a person: the user's name in a data centre; in the cloud the mail address where it
/// may be seen, and the account's id otherwise; none where the account is gone.
fn login(person: &Value) -> Option<String> {
    if text(person, "accountId").is_some_and(|id| id == GONE) {
        return None;
    }
    ["name", "emailAddress", "accountId", "key"].iter().find_map(|name| text(person, name))
}

/// Whether Jira calls the account an application.
fn is_bot(person: &Value) -> Option<bool> {
    text(person, "accountType").map(|kind| kind == "app")
}

fn people(body: &Value) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![body];
    while let Some(value) = waiting.pop() {
        match value {
            Value::Array(list) => waiting.extend(list),
            Value::Object(fields) => {
                for id in ["accountId", "key"].iter().filter_map(|name| text(value, name)) {
                    if let Some(login) =
                        login(value).filter(|login| *login != id && fields.contains_key("displayName"))
                    {
                        found.insert(id, login);
                    }
                }
                waiting.extend(fields.values());
            }
            _ => {}
        }
    }
    found
}

/// Whether a field of this name holds story points.
fn is_points(name: &str) -> bool {
    matches!(
        name.to_lowercase().as_str(),
        "story points" | "story point estimate" | "storypoints" | "story point"
    )
}

fn points(body: &Value) -> Vec<String> {
    let names = at(body, "names").and_then(Value::as_object);
    let named = names.into_iter().flatten().filter(|(_, name)| name.as_str().is_some_and(is_points));
    named.map(|(field, _)| field.clone()).collect()
}

/// Key of the project of an issue: `WEB` of `WEB-12`.
fn project(key: &str) -> Option<&str> {
    key.rsplit_once('-').map(|(project, _)| project).filter(|project| !project.is_empty())
}

#[cfg(test)]
mod tests;
