//! What to ask GitLab, and in which order.
//!
//! Lists are walked in the order of their last change: each page begins at the newest change that
//! was read, in place of counting pages, since what changes while it is read would move the pages
//! and hide things between them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

use super::{
    AUTHOR, SINCE,
    cursor::{Cursor, Mark},
    map,
    open::look,
    route::short,
};
use crate::{
    connector::{
        BoxError, Halt, Outcome, Pump, Request, Sink, ends_everything,
        row::{at, items, text, time},
    },
    exchange::{Call, Exchange, Failure, LIST, Shape, Transport},
};

/// A project.
const PROJECT: Shape = Shape {
    name: "a project with `id` and `path_with_namespace`",
    fits: |body| text(body, "id").is_some() && text(body, "path_with_namespace").is_some(),
};

/// A merge request.
pub(super) const MERGE_REQUEST: Shape =
    Shape { name: "a merge request with `iid`", fits: |body| text(body, "iid").is_some() };

/// An issue.
const ISSUE: Shape = Shape { name: "an issue with `iid`", fits: |body| text(body, "iid").is_some() };

/// Who approved a merge request.
const APPROVALS: Shape = Shape { name: "an object", fits: Value::is_object };

/// Items of a page; GitLab's most.
pub(super) const PAGE: usize = 100;

/// Reads what changed in the projects of `request`, and hands it on page by page.
///
/// # Errors
/// The sink's own, which stops the sync. What cannot be read is a problem of the outcome.
pub fn sync(
    request: &Request<'_>,
    transport: &mut dyn Transport,
    sink: &mut Sink<'_>,
) -> Result<Outcome, BoxError> {
    let mut pump = Pump::new(transport, sink, map, request.observed_at);
    let api = format!("{}/api/v4", request.base.trim_end_matches('/'));
    let mut known = known(request.cursors);
    let mut done = BTreeSet::new();
    for wanted in request.repositories {
        match projects(&mut pump, &api, wanted, request) {
            Ok(found) => {
                for path in found {
                    let result = project(&mut pump, &api, &path, request, &mut known, &mut done);
                    if stops(&mut pump, &path, result)? {
                        return Ok(pump.outcome);
                    }
                }
            }
            Err(halt) => {
                if stops(&mut pump, wanted, Err(halt))? {
                    return Ok(pump.outcome);
                }
            }
        }
    }
    Ok(pump.outcome)
}

/// Whether what happened to `subject` ends the whole sync.
fn stops(pump: &mut Pump<'_, '_>, subject: &str, result: Result<(), Halt>) -> Result<bool, BoxError> {
    match result {
        Ok(()) => Ok(false),
        Err(Halt::Sink(error)) => Err(error),
        Err(Halt::Failed(failure)) => {
            if let Failure::Limited { until, .. } = &failure {
                pump.outcome.until = Some(*until);
            } else {
                pump.problem(subject, &failure);
            }
            Ok(ends_everything(&failure))
        }
    }
}

/// The projects that `wanted` means: itself, or all of a group (`acme/*`).
fn projects(
    pump: &mut Pump<'_, '_>,
    api: &str,
    wanted: &str,
    request: &Request<'_>,
) -> Result<Vec<String>, Halt> {
    let Some(group) = wanted.strip_suffix("/*") else { return Ok(vec![wanted.to_owned()]) };
    let mut found = Vec::new();
    for page in 1.. {
        let url = format!(
            "{api}/groups/{}/projects?include_subgroups=true&order_by=id&sort=asc&per_page={PAGE}&page={page}",
            encoded(group)
        );
        let exchange = pump.ask(&Call::get(url), LIST)?;
        let list = items(&exchange.body);
        let paths = list.iter().filter_map(|item| text(item, "path_with_namespace"));
        let since = |item: &Value| {
            request.since.is_none_or(|since| time(item, "last_activity_at").is_none_or(|at| at >= since))
        };
        let idle: BTreeSet<String> = list
            .iter()
            .filter(|item| !since(item))
            .filter_map(|item| text(item, "path_with_namespace"))
            .collect();
        found.extend(paths.filter(|path| !idle.contains(path)));
        if list.len() < PAGE {
            break;
        }
    }
    Ok(found)
}

type Known = BTreeMap<String, Cursor>;

/// The cursors, by unit: the path under which a project was first seen.
fn known(cursors: &BTreeMap<String, String>) -> Known {
    let read = |text: &String| serde_json::from_str(text).ok();
    cursors.iter().filter_map(|(unit, text)| Some((unit.clone(), read(text)?))).collect()
}

/// Name of the cursor of the project at `path`. One that was renamed is the one it was; one that
/// was made under the name of a renamed one is another.
fn unit_of(path: &str, id: Option<&str>, known: &Known) -> String {
    let of = |cursor: &Cursor| cursor.id.clone().zip(id).map(|(own, id)| own == id);
    if let Some((unit, _)) = known.iter().find(|(_, cursor)| of(cursor) == Some(true)) {
        return unit.clone();
    }
    match (known.get(path).and_then(of), id) {
        (Some(false), Some(id)) => format!("{path}#{id}"),
        _ => path.to_owned(),
    }
}

/// Cursor of `unit`, with the name that its rows have: the last part of its path where no other
/// project has it.
fn cursor_of(unit: &str, path: &str, known: &Known) -> Cursor {
    let stored = known.get(unit).cloned().unwrap_or_default();
    if !stored.repo.is_empty() {
        return stored;
    }
    let is_free = |repo: &str| known.iter().all(|(other, cursor)| other == unit || cursor.repo != repo);
    let short = short(path);
    if is_free(short) {
        return Cursor { repo: short.to_owned(), ..stored };
    }
    // Rows of a cursor without a name are mixed up with those of the other one: they are read anew.
    let repo = if is_free(path) { path } else { unit };
    Cursor { repo: repo.to_owned(), ..Cursor::default() }
}

/// Reads what changed in the project at `path`; its cursor is kept however far it came.
fn project(
    pump: &mut Pump<'_, '_>,
    api: &str,
    path: &str,
    request: &Request<'_>,
    known: &mut Known,
    done: &mut BTreeSet<String>,
) -> Result<(), Halt> {
    if done.contains(path) {
        return Ok(());
    }
    let itself = pump.ask(&Call::get(format!("{api}/projects/{}", encoded(path))), PROJECT)?;
    done.insert(path.to_owned());
    // An old path leads on to the present one.
    let present = text(&itself.body, "path_with_namespace").unwrap_or_else(|| path.to_owned());
    let id = text(&itself.body, "id");
    let key = unit_of(&present, id.as_deref(), known);
    if !done.insert(format!("#{key}")) {
        return Ok(());
    }
    let mut unit = Unit::new(api, &present, &key, request.since, cursor_of(&key, &present, known));
    unit.state.id = id;
    let before = cursor_text(&unit.state);
    pump.repo = Some(unit.state.repo.clone());
    let result = unit.sync(pump, &itself);
    pump.repo = None;
    let cursor = unit.state;
    pump.remember(&key, &before, cursor_text(&cursor), result.is_ok());
    known.insert(key, cursor);
    result
}

fn cursor_text(cursor: &Cursor) -> String {
    serde_json::to_string(cursor).unwrap_or_default()
}

/// A project at work.
pub(super) struct Unit<'a> {
    pub(super) project: String,
    /// Name of its cursor.
    key: &'a str,
    pub(super) since: Option<Timestamp>,
    pub(super) state: Cursor,
    /// Merge requests that were read in this sync.
    pub(super) read: BTreeSet<String>,
    /// Issues that were.
    pub(super) read_issues: BTreeSet<u64>,
    /// What this project does not have, or the token may not see; asked once.
    barred: BTreeSet<&'static str>,
    /// Whether a part of what is being read could not be had just now.
    failed: bool,
}

impl<'a> Unit<'a> {
    fn new(api: &str, path: &str, key: &'a str, since: Option<Timestamp>, state: Cursor) -> Self {
        Self {
            project: format!("{api}/projects/{}", encoded(path)),
            key,
            since,
            state,
            read: BTreeSet::new(),
            read_issues: BTreeSet::new(),
            barred: BTreeSet::new(),
            failed: false,
        }
    }

    /// Says how far it came.
    pub(super) fn reached(&self, pump: &mut Pump<'_, '_>) -> Result<(), Halt> {
        pump.reached(self.key, cursor_text(&self.state))
    }

    fn sync(&mut self, pump: &mut Pump<'_, '_>, itself: &Exchange) -> Result<(), Halt> {
        let before: BTreeMap<String, String> = self.state.open.clone();
        self.itself(pump, itself)?;
        self.list(pump, "pipelines", |unit| &mut unit.state.pipelines, Self::pipeline)?;
        self.list(pump, "merge_requests", |unit| &mut unit.state.merge_requests, Self::merge_request)?;
        self.make_up(pump)?;
        self.look_again(pump, &before)?;
        self.make_up_issues(pump)?;
        self.list(pump, "issues", |unit| &mut unit.state.issues, Self::issue)?;
        self.look_again_at_issues(pump)?;
        self.list(pump, "deployments", |unit| &mut unit.state.deployments, |_, _, _| Ok(()))?;
        self.jobs(pump)?;
        self.releases(pump)
    }

    fn itself(&mut self, pump: &mut Pump<'_, '_>, exchange: &Exchange) -> Result<(), Halt> {
        // Whatever is not a change of the row: counters, and the time of the last of them.
        let mark = ["path_with_namespace", "default_branch", "visibility", "archived"]
            .map(|name| exchange.body.get(name).map(Value::to_string).unwrap_or_default())
            .join(" ");
        if self.state.project != mark {
            pump.keep(exchange)?;
            self.state.project = mark;
        }
        Ok(())
    }

    /// Walks a list in the order of change. What cannot be read at all is told once.
    fn list(
        &mut self,
        pump: &mut Pump<'_, '_>,
        name: &'static str,
        mark: fn(&mut Self) -> &mut Mark,
        each: fn(&mut Self, &mut Pump<'_, '_>, &Value) -> Result<(), Halt>,
    ) -> Result<(), Halt> {
        let mut page = 1;
        let since = self.since;
        mark(self).after = mark(self).after.max(since);
        loop {
            let after = mark(self).after;
            let mut url = format!("{}/{name}?order_by=updated_at&sort=asc&per_page={PAGE}", self.project);
            if name == "merge_requests" || name == "issues" {
                url.push_str("&scope=all");
            }
            if let Some(after) = after {
                url.push_str(&format!("&updated_after={after}"));
            }
            if page > 1 {
                url.push_str(&format!("&page={page}"));
            }
            let Some(mut exchange) = self.tolerant(pump, name, &Call::get(url), LIST)? else { return Ok(()) };
            let list = items(&exchange.body).to_vec();
            let fresh: Vec<Value> = list.iter().filter(|item| !mark(self).knows(item)).cloned().collect();
            exchange.body = Value::Array(fresh.clone());
            if name == "merge_requests" {
                // How each stands at present is told by itself, after its parts.
                exchange.at = None;
                self.leave(&mut exchange, &MOVING);
            }
            pump.keep(&exchange)?;
            for item in &fresh {
                let asked = pump.outcome.requests;
                each(self, pump, item)?;
                mark(self).advance(item);
                if pump.outcome.requests > asked {
                    self.reached(pump)?;
                }
            }
            self.reached(pump)?;
            if list.len() < PAGE {
                return Ok(());
            }
            page = if mark(self).after > after { 1 } else { page + 1 };
        }
    }

    /// Asks for what a project may lack: none where it does, which is told where the token is at fault.
    pub(super) fn tolerant(
        &mut self,
        pump: &mut Pump<'_, '_>,
        name: &'static str,
        call: &Call,
        shape: Shape,
    ) -> Result<Option<Exchange>, Halt> {
        if self.barred.contains(name) {
            return Ok(None);
        }
        match pump.ask(call, shape) {
            Ok(exchange) => Ok(Some(exchange)),
            Err(failure) if ends_everything(&failure) => Err(Halt::Failed(failure)),
            Err(failure) => {
                if matches!(failure, Failure::Forbidden { .. } | Failure::Missing { .. }) {
                    self.barred.insert(name);
                }
                // Parts that are switched off answer 403 or 404; of what is always there it is a fault.
                if !matches!(failure, Failure::Missing { .. }) {
                    pump.problem(format!("{} ({name})", self.state.repo), &failure);
                }
                Ok(None)
            }
        }
    }

    /// The same for one thing among many: what is gone or broken is told and bars no other.
    fn single(
        &mut self,
        pump: &mut Pump<'_, '_>,
        call: &Call,
        shape: Shape,
    ) -> Result<Option<Exchange>, Halt> {
        match pump.ask(call, shape) {
            Ok(exchange) => Ok(Some(exchange)),
            Err(failure) if ends_everything(&failure) => Err(Halt::Failed(failure)),
            Err(Failure::Missing { .. }) => Ok(None),
            Err(failure) => {
                self.failed |= !matches!(failure, Failure::Forbidden { .. });
                pump.problem(&self.state.repo, &failure);
                Ok(None)
            }
        }
    }

    fn pipeline(&mut self, _: &mut Pump<'_, '_>, item: &Value) -> Result<(), Halt> {
        self.state.stale.extend(text(item, "sha"));
        Ok(())
    }

    fn merge_request(&mut self, pump: &mut Pump<'_, '_>, item: &Value) -> Result<(), Halt> {
        let (Some(number), Some(updated)) = (text(item, "iid"), time(item, "updated_at")) else {
            return Ok(());
        };
        let place = format!("{}/merge_requests/{number}", self.project);
        self.failed = false;
        let author = text(item, "author.username").map(|login| format!("&{AUTHOR}={}", encoded(&login)));
        self.discussions(pump, &place, updated, &author.unwrap_or_default())?;
        let commits = Call::get(format!("{place}/commits?per_page={PAGE}&{SINCE}={updated}"));
        if let Some(exchange) = self.single(pump, &commits, LIST)? {
            pump.keep(&exchange)?;
        }
        if is_open(item) {
            let call = Call::get(format!("{place}/approvals?{SINCE}={updated}"));
            if let Some(exchange) = self.tolerant(pump, "approvals", &call, APPROVALS)? {
                pump.keep(&exchange)?;
            }
            if has_reviewers(item) {
                self.reviewers(pump, &place, item, updated)?;
            }
            self.state.open.insert(number.clone(), look(item));
        } else {
            self.state.open.remove(&number);
        }
        // Itself as the last: what it says of the present is laid on all the rest.
        match self.single(pump, &Call::get(format!("{place}/changes")), MERGE_REQUEST)? {
            Some(mut exchange) => {
                self.leave(&mut exchange, &[]);
                pump.keep(&exchange)?;
            }
            // Where a later GitLab has no `/changes`, its two halves.
            None => {
                let diffs = format!("{place}/diffs?per_page={PAGE}&{SINCE}={updated}");
                for (part, shape) in [(place.clone(), MERGE_REQUEST), (diffs, LIST)] {
                    if let Some(mut exchange) = self.single(pump, &Call::get(part), shape)? {
                        self.leave(&mut exchange, &[]);
                        pump.keep(&exchange)?;
                    }
                }
            }
        }
        if self.failed {
            self.state.again.insert(number.clone());
        } else {
            self.state.again.remove(&number);
        }
        if self.read.insert(number) {
            pump.outcome.change_requests += 1;
        }
        Ok(())
    }

    /// Who of those that were ever asked still owes a review; where that cannot be had, all of them.
    fn reviewers(
        &mut self,
        pump: &mut Pump<'_, '_>,
        place: &str,
        item: &Value,
        updated: Timestamp,
    ) -> Result<(), Halt> {
        let call = Call::get(format!("{place}/reviewers?{SINCE}={updated}"));
        match self.tolerant(pump, "reviewers", &call, LIST)? {
            Some(exchange) => pump.keep(&exchange),
            None => pump.keep(&Exchange {
                method: "GET".to_owned(),
                url: place.to_owned(),
                status: 200,
                headers: Vec::new(),
                request: None,
                body: item.clone(),
                at: None,
            }),
        }
    }

    /// Leaves to other questions what they tell better of open merge requests: who still owes a
    /// review, and `fields`.
    pub(super) fn leave(&self, exchange: &mut Exchange, fields: &[&str]) {
        let items = match &mut exchange.body {
            Value::Array(list) => list.as_mut_slice(),
            one => std::slice::from_mut(one),
        };
        for item in items.iter_mut().filter(|item| is_open(item)) {
            let asks_reviewers = has_reviewers(item) && !self.barred.contains("reviewers");
            let Some(item) = item.as_object_mut() else { continue };
            item.retain(|name, _| !fields.contains(&name.as_str()));
            if asks_reviewers {
                item.remove("reviewers");
            }
        }
    }

    /// Reads once more what the last sync could not read whole.
    fn make_up(&mut self, pump: &mut Pump<'_, '_>) -> Result<(), Halt> {
        let again: Vec<String> = self.state.again.difference(&self.read).cloned().collect();
        for number in again {
            self.failed = false;
            let call = Call::get(format!("{}/merge_requests/{number}", self.project));
            match self.single(pump, &call, MERGE_REQUEST)? {
                Some(exchange) => self.merge_request(pump, &exchange.body)?,
                None if !self.failed => {
                    self.state.again.remove(&number);
                }
                None => {}
            }
        }
        Ok(())
    }

    /// The same for issues, before the list of those that changed.
    fn make_up_issues(&mut self, pump: &mut Pump<'_, '_>) -> Result<(), Halt> {
        for number in self.state.again_issues.clone() {
            self.failed = false;
            match self.single(pump, &Call::get(format!("{}/issues/{number}", self.project)), ISSUE)? {
                Some(exchange) => {
                    pump.keep(&exchange)?;
                    self.issue(pump, &exchange.body)?;
                }
                None if !self.failed => {
                    self.state.again_issues.remove(&number);
                }
                None => {}
            }
        }
        Ok(())
    }

    fn discussions(
        &mut self,
        pump: &mut Pump<'_, '_>,
        place: &str,
        updated: Timestamp,
        author: &str,
    ) -> Result<(), Halt> {
        for page in 1.. {
            let url = format!("{place}/discussions?per_page={PAGE}&page={page}&{SINCE}={updated}{author}");
            let Some(exchange) = self.single(pump, &Call::get(url), LIST)? else { return Ok(()) };
            pump.keep(&exchange)?;
            if items(&exchange.body).len() < PAGE {
                break;
            }
        }
        Ok(())
    }

    fn issue(&mut self, pump: &mut Pump<'_, '_>, item: &Value) -> Result<(), Halt> {
        let (Some(number), Some(updated)) = (text(item, "iid"), time(item, "updated_at")) else {
            return Ok(());
        };
        let place = format!("{}/issues/{number}", self.project);
        let open = is_open(item);
        if let Ok(number) = number.parse() {
            self.state.open_issues.note(number, open);
            self.read_issues.insert(number);
        }
        let spoken = at(item, "user_notes_count").and_then(Value::as_u64) != Some(0);
        self.failed = false;
        if open || spoken {
            self.discussions(pump, &place, updated, "")?;
        }
        if open {
            let call = Call::get(format!("{place}/links?{SINCE}={updated}"));
            if let Some(exchange) = self.tolerant(pump, "links", &call, LIST)? {
                pump.keep(&exchange)?;
            }
        }
        if self.failed {
            self.state.again_issues.insert(number);
        } else {
            self.state.again_issues.remove(&number);
        }
        Ok(())
    }
}

/// What of a merge request moves without its own time.
const MOVING: [&str; 4] = ["has_conflicts", "detailed_merge_status", "merge_status", "head_pipeline"];

fn is_open(item: &Value) -> bool {
    text(item, "state").as_deref() == Some("opened")
}

/// Whether somebody was asked to review a merge request.
fn has_reviewers(item: &Value) -> bool {
    at(item, "reviewers").and_then(Value::as_array).is_some_and(|list| !list.is_empty())
}

/// A path as one part of an address.
fn encoded(path: &str) -> String {
    path.replace('%', "%25").replace('/', "%2F").replace(' ', "%20").replace('?', "%3F").replace('#', "%23")
}
