//! What is asked next: a repository after the other, in each the last changed first.
//!
//! The facts of a page are handed on before the next one is asked for, and the cursor remembers
//! the page. Where a limit ends the sync, the next one goes on from there.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    cursor::Cursor,
    node::Node,
    pages::Asker,
    question,
    unit::{Unit, next},
};
use crate::connector::{BoxError, Halt, Outcome, Request, Sink, ends_everything};
use crate::exchange::{Failure, Transport};

/// Reads what is new in the repositories of `request` (`acme/api`, `acme/*`), page by page.
///
/// What cannot be read is a problem of its own and stops nothing else. Where GitHub's limit is
/// used up, the outcome says until when, and its cursors go on from there.
///
/// # Errors
/// Where the sink fails, or nothing at all could be read.
pub fn sync(
    request: &Request<'_>,
    transport: &mut dyn Transport,
    sink: &mut Sink<'_>,
) -> Result<Outcome, BoxError> {
    let mut asker = Asker::new(request, transport, sink);
    let mut known = known(request.cursors);
    let mut done = BTreeSet::new();
    let mut failed: Option<Failure> = None;
    'all: for pattern in request.repositories {
        let names = match names(&mut asker, pattern) {
            Ok(names) => names,
            Err(halt) => {
                if stops(&mut asker, pattern, halt, &mut failed)? {
                    break;
                }
                continue;
            }
        };
        for name in names {
            let result = repository(&mut asker, &name, &mut known, &mut done);
            if let Err(halt) = result
                && stops(&mut asker, &name, halt, &mut failed)?
            {
                break 'all;
            }
        }
    }
    let has_nothing = asker.outcome.rows == 0 && asker.outcome.cursors.is_empty();
    match failed {
        Some(failure) if has_nothing => Err(failure.into()),
        _ => Ok(asker.outcome),
    }
}

/// Puts down why something stopped; whether all else stops too.
fn stops(
    asker: &mut Asker<'_, '_>,
    subject: &str,
    halt: Halt,
    failed: &mut Option<Failure>,
) -> Result<bool, BoxError> {
    let failure = match halt {
        Halt::Sink(error) => return Err(error),
        Halt::Failed(failure) => failure,
    };
    let ends = ends_everything(&failure);
    if let Failure::Limited { until, .. } = &failure {
        asker.outcome.until = Some(*until);
    } else {
        asker.problem(subject, failure.to_string());
        *failed = Some(failure).filter(|_| ends);
    }
    Ok(ends)
}

type Known = BTreeMap<String, Cursor>;

fn known(cursors: &BTreeMap<String, String>) -> Known {
    cursors.iter().filter_map(|(unit, text)| Some((unit.clone(), Cursor::read(text)?))).collect()
}

/// The repositories that `pattern` means.
fn names(asker: &mut Asker<'_, '_>, pattern: &str) -> Result<Vec<String>, Halt> {
    let Some(owner) = pattern.strip_suffix("/*") else { return Ok(vec![pattern.to_owned()]) };
    let mut names = Vec::new();
    let mut after = Value::Null;
    loop {
        let variables = json!({"owner": owner, "first": 100, "after": after});
        let exchange = asker.graph(question::REPOSITORIES, variables, pattern)?;
        let Some(list) = Node(&exchange.body).at("data.repositoryOwner.repositories") else {
            asker.problem(pattern, "there is no such owner, or the token may not see it");
            break;
        };
        names.extend(list.list("nodes").filter_map(|node| node.text("nameWithOwner").map(str::to_owned)));
        match next(list) {
            Some(cursor) => after = cursor.into(),
            None => break,
        }
    }
    Ok(names)
}

/// Name of the cursor of a repository that was not read before. Where another one had its name
/// until it was renamed, the two are told apart by GitHub's own id.
fn unit_of(full: &str, id: Option<&str>, known: &Known) -> String {
    let other = known.get(full).and_then(|cursor| cursor.id.as_deref());
    match (other, id) {
        (Some(other), Some(id)) if other != id => format!("{full}#{id}"),
        _ => full.to_owned(),
    }
}

/// Reads a repository; its cursor is kept however far it came.
fn repository(
    asker: &mut Asker<'_, '_>,
    full: &str,
    known: &mut Known,
    done: &mut BTreeSet<String>,
) -> Result<(), Halt> {
    let Some((owner, name)) = full.split_once('/') else {
        asker.problem(full, "a repository is named with its owner: `acme/api`, or `acme/*` for all");
        return Ok(());
    };
    let exchange = asker.graph(question::REPOSITORY, json!({"owner": owner, "name": name}), full)?;
    let itself = Node(&exchange.body).at("data.repository").filter(|repository| !repository.is_null());
    let Some(itself) = itself else {
        asker.problem(
            full,
            "there is no such repository, or the token may not see it (right: `Metadata: read`)",
        );
        return Ok(());
    };
    let id = itself.id("databaseId");
    // A repository that was renamed is the one it was.
    let renamed = known.iter().find(|(_, cursor)| cursor.id.is_some() && cursor.id == id);
    let unit = renamed.map_or_else(|| unit_of(full, id.as_deref(), known), |(unit, _)| unit.clone());
    if !done.insert(unit.clone()) {
        return Ok(());
    }
    let cursor = known.get(&unit).cloned().unwrap_or_else(|| {
        let is_free = |repo: &&str| known.values().all(|cursor| cursor.repo != *repo);
        Cursor::new([name, full].into_iter().find(is_free).unwrap_or(&unit))
    });
    let mut unit_read =
        Unit { owner, name, full, key: &unit, cursor, seen: BTreeSet::new(), seen_issues: BTreeSet::new() };
    unit_read.cursor.id = id;
    asker.repo = Some(unit_read.cursor.repo.clone());
    let result = unit_read.read(asker, &exchange);
    asker.repo = None;
    let cursor = unit_read.cursor;
    asker.outcome.cursors.insert(unit.clone(), cursor.write());
    known.insert(unit, cursor);
    result
}
