//! What to ask Jira, and in which order.
//!
//! Its query language knows times to the minute and in the time zone of who asks, so that each
//! sync begins some minutes before the last one ended, and leaves out what it handed on already.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde_json::Value;

use super::{cursor::Cursor, is_points, map};
use crate::{
    connector::{
        BoxError, Halt, Outcome, Pump, Request, Sink, ends_everything,
        row::{at, items, text},
    },
    exchange::{Call, Exchange, Failure, LIST, Shape, Transport},
};

/// Who asks.
const MYSELF: Shape = Shape {
    name: "a user with `accountId` or `name`",
    fits: |body| ["accountId", "name", "key"].iter().any(|field| text(body, field).is_some()),
};

/// A page of issues.
pub(super) const ISSUES: Shape = Shape { name: "a list `issues`", fits: |body| is_list(body, "issues") };

/// An issue by itself.
pub(super) const ISSUE: Shape =
    Shape { name: "an issue with `key`", fits: |body| text(body, "key").is_some() };

/// A page of projects: a list by itself in a data centre.
const PROJECTS: Shape =
    Shape { name: "a list of projects", fits: |body| body.is_array() || is_list(body, "values") };

/// A page of an issue's changes or comments.
const PARTS: Shape = Shape {
    name: "a list `values` or `comments`",
    fits: |body| is_list(body, "values") || is_list(body, "comments"),
};

fn is_list(body: &Value, name: &str) -> bool {
    body.get(name).is_some_and(Value::is_array)
}

/// Issues of a page; Jira's most with changes.
const PAGE: usize = 100;

/// What is read again, where the time zone of who asks is known.
const OVERLAP: SignedDuration = SignedDuration::from_mins(5);

/// What is read again where it is not: more than any two time zones differ.
const WIDE_OVERLAP: SignedDuration = SignedDuration::from_hours(27);

/// Pages by number move when something changes meanwhile; they overlap by so many issues.
const SHARED: usize = 10;

const FIELDS: &str = "summary,status,resolution,resolutiondate,statuscategorychangedate,issuetype,priority,labels,\
                      assignee,creator,reporter,fixVersions,parent,issuelinks,timetracking,duedate,created,updated,\
                      description,comment";

/// How this Jira is asked.
pub(super) struct Site {
    base: String,
    /// Version of its API: 3 in the cloud, 2 in a data centre.
    pub(super) version: u8,
    /// Time zone of who asks, where Jira says it.
    zone: Option<TimeZone>,
    /// Fields that hold story points.
    points: Vec<String>,
}

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
    let site = match Site::find(&mut pump, request.base) {
        Ok(site) => site,
        Err(halt) => {
            stops(&mut pump, request.base, halt)?;
            return Ok(pump.outcome);
        }
    };
    let mut projects = Vec::new();
    for wanted in request.repositories {
        match if wanted == "*" { site.projects(&mut pump) } else { Ok(vec![wanted.clone()]) } {
            Ok(found) => projects.extend(found),
            Err(halt) => {
                if stops(&mut pump, wanted, halt)? {
                    return Ok(pump.outcome);
                }
            }
        }
    }
    for project in &projects {
        let stored = request.cursors.get(project).and_then(|cursor| serde_json::from_str(cursor).ok());
        let mut cursor: Cursor = stored.unwrap_or_default();
        let before = cursor.text();
        let result = site.read(&mut pump, project, &mut cursor, request.since);
        pump.remember(project, &before, cursor.text(), result.is_ok());
        if let Err(halt) = result
            && stops(&mut pump, project, halt)?
        {
            break;
        }
    }
    Ok(pump.outcome)
}

/// Whether what happened to `subject` ends the whole sync.
fn stops(pump: &mut Pump<'_, '_>, subject: &str, halt: Halt) -> Result<bool, BoxError> {
    match halt {
        Halt::Sink(error) => Err(error),
        Halt::Failed(failure) => {
            if let Failure::Limited { until, .. } = &failure {
                pump.outcome.until = Some(*until);
            } else {
                pump.problem(subject, &failure);
            }
            Ok(ends_everything(&failure))
        }
    }
}

impl Site {
    fn find(pump: &mut Pump<'_, '_>, base: &str) -> Result<Self, Halt> {
        let base = base.trim_end_matches('/').to_owned();
        let me = match pump.ask(&Call::get(format!("{base}/rest/api/3/myself")), MYSELF) {
            Ok(exchange) => (3, exchange),
            Err(Failure::Missing { .. }) => {
                (2, pump.ask(&Call::get(format!("{base}/rest/api/2/myself")), MYSELF)?)
            }
            Err(failure) => return Err(Halt::Failed(failure)),
        };
        let (version, myself) = me;
        let zone = text(&myself.body, "timeZone").and_then(|name| TimeZone::get(&name).ok());
        let mut site = Self { base, version, zone, points: Vec::new() };
        match pump.ask(&Call::get(site.address("field")), LIST) {
            Ok(fields) => {
                let named = items(&fields.body)
                    .iter()
                    .filter(|field| text(field, "name").is_some_and(|name| is_points(&name)));
                site.points = named.filter_map(|field| text(field, "id")).collect();
            }
            Err(failure) if ends_everything(&failure) => return Err(Halt::Failed(failure)),
            Err(failure) => pump.problem(site.base.clone(), format!("story points are not read: {failure}")),
        }
        Ok(site)
    }

    pub(super) fn address(&self, path: &str) -> String {
        format!("{}/rest/api/{}/{path}", self.base, self.version)
    }

    fn projects(&self, pump: &mut Pump<'_, '_>) -> Result<Vec<String>, Halt> {
        let mut keys = Vec::new();
        loop {
            let path = if self.version == 3 {
                format!("project/search?maxResults={PAGE}&startAt={}", keys.len())
            } else {
                "project".to_owned()
            };
            let exchange = pump.ask(&Call::get(self.address(&path)), PROJECTS)?;
            let list = at(&exchange.body, "values").map_or_else(|| items(&exchange.body), items);
            keys.extend(list.iter().filter_map(|project| text(project, "key")));
            let last = at(&exchange.body, "isLast").and_then(Value::as_bool).unwrap_or(true);
            if last || list.is_empty() {
                return Ok(keys);
            }
        }
    }

    fn overlap(&self) -> SignedDuration {
        if self.zone.is_some() { OVERLAP } else { WIDE_OVERLAP }
    }

    /// The question for what changed after `after`, in Jira's language.
    fn question(&self, project: &str, after: Option<Timestamp>) -> String {
        let mut question = format!("project = \"{}\"", project.replace(['"', '\\'], ""));
        if let Some(from) = after.and_then(|after| after.checked_sub(self.overlap()).ok()) {
            let zone = self.zone.clone().unwrap_or(TimeZone::UTC);
            let mut local = zone.to_datetime(from);
            if zone.to_ambiguous_timestamp(local).is_ambiguous() {
                // An hour that the clocks run through twice, or skip.
                local = zone.to_datetime(from.saturating_sub(SignedDuration::from_hours(2)).unwrap_or(from));
            }
            question.push_str(&format!(" AND updated >= \"{}\"", local.strftime("%Y-%m-%d %H:%M")));
        }
        question + " ORDER BY updated ASC"
    }

    /// What is asked of an issue.
    pub(super) fn fields(&self) -> String {
        let own = self.points.iter().cloned();
        std::iter::once(FIELDS.to_owned()).chain(own).collect::<Vec<_>>().join(",")
    }

    /// Reads once more what the last sync could not read whole.
    fn make_up(&self, pump: &mut Pump<'_, '_>, cursor: &mut Cursor) -> Result<(), Halt> {
        for key in cursor.again.clone() {
            let url = self.address(&format!("issue/{key}?fields={}&expand=names,changelog", self.fields()));
            match pump.ask(&Call::get(url), ISSUE) {
                Ok(exchange) => {
                    pump.keep(&exchange)?;
                    if self.parts(pump, &exchange.body, &key)? {
                        cursor.again.remove(&key);
                    }
                }
                Err(Failure::Missing { .. } | Failure::Forbidden { .. }) => {
                    cursor.again.remove(&key);
                }
                Err(failure) if ends_everything(&failure) => return Err(Halt::Failed(failure)),
                Err(failure) => pump.problem(key, &failure),
            }
        }
        Ok(())
    }

    fn read(
        &self,
        pump: &mut Pump<'_, '_>,
        project: &str,
        cursor: &mut Cursor,
        since: Option<Timestamp>,
    ) -> Result<(), Halt> {
        self.make_up(pump, cursor)?;
        let question = encoded(&self.question(project, cursor.after.max(since)));
        let fields = self.fields();
        let search = if self.version == 3 { "search/jql" } else { "search" };
        let base = format!(
            "{}?jql={question}&maxResults={PAGE}&fields={fields}&expand=names,changelog",
            self.address(search)
        );
        let (mut token, mut start) = (None::<String>, 0);
        loop {
            let mut url = base.clone();
            match &token {
                Some(token) => url.push_str(&format!("&nextPageToken={}", encoded(token))),
                None if start > 0 => url.push_str(&format!("&startAt={start}")),
                None => {}
            }
            let mut exchange = pump.ask(&Call::get(url), ISSUES)?;
            let list = at(&exchange.body, "issues").map(items).unwrap_or_default().to_vec();
            self.page(pump, &mut exchange, &list, cursor)?;
            pump.reached(project, cursor.shortened(self.overlap()).text())?;
            if self.version == 3 {
                token = text(&exchange.body, "nextPageToken");
                if token.is_none() || at(&exchange.body, "isLast").and_then(Value::as_bool) == Some(true) {
                    break;
                }
            } else {
                let total = at(&exchange.body, "total").and_then(Value::as_u64).unwrap_or_default();
                if list.is_empty() || (start + list.len()) as u64 >= total {
                    break;
                }
                start += list.len().saturating_sub(SHARED).max(1);
            }
        }
        self.look_again(pump, project, cursor)?;
        *cursor = cursor.shortened(self.overlap());
        Ok(())
    }

    /// Hands on what is new of a page, and what of its issues did not fit into it.
    fn page(
        &self,
        pump: &mut Pump<'_, '_>,
        exchange: &mut Exchange,
        list: &[Value],
        cursor: &mut Cursor,
    ) -> Result<(), Halt> {
        let fresh: Vec<Value> = list.iter().filter(|issue| !cursor.knows(issue)).cloned().collect();
        if let Some(fields) = exchange.body.as_object_mut() {
            fields.insert("issues".to_owned(), Value::Array(fresh.clone()));
        }
        pump.keep(exchange)?;
        for issue in &fresh {
            let Some(key) = text(issue, "key") else { continue };
            if self.parts(pump, issue, &key)? {
                cursor.again.remove(&key);
            } else {
                cursor.again.insert(key);
            }
            cursor.advance(issue);
        }
        Ok(())
    }

    /// The changes and comments of an issue that did not fit into it; whether all could be read.
    pub(super) fn parts(&self, pump: &mut Pump<'_, '_>, issue: &Value, key: &str) -> Result<bool, Halt> {
        let changes = format!("issue/{key}/changelog");
        let has_changes = self.rest(pump, issue, "changelog", "changelog.histories", &changes, "values")?;
        let comments = format!("issue/{key}/comment");
        let has_comments =
            self.rest(pump, issue, "fields.comment", "fields.comment.comments", &comments, "comments")?;
        Ok(has_changes && has_comments)
    }

    /// Asks for the rest of a list of which an issue carries only a part; false where it has to be
    /// asked for again.
    fn rest(
        &self,
        pump: &mut Pump<'_, '_>,
        issue: &Value,
        holder: &str,
        own: &str,
        path: &str,
        name: &str,
    ) -> Result<bool, Halt> {
        let total = at(issue, holder).and_then(|holder| at(holder, "total")).and_then(Value::as_u64);
        let had = at(issue, own).map(items).unwrap_or_default().len();
        // A data centre gives all changes with the issue, and has no address for the rest.
        if total.is_none_or(|total| total <= had as u64) || (self.version == 2 && name == "values") {
            return Ok(true);
        }
        let mut start = 0;
        loop {
            let url = self.address(&format!("{path}?startAt={start}&maxResults={PAGE}"));
            match pump.ask(&Call::get(url), PARTS) {
                Ok(exchange) => {
                    pump.keep(&exchange)?;
                    let count = at(&exchange.body, name).map(items).unwrap_or_default().len();
                    start += count;
                    let total = at(&exchange.body, "total").and_then(Value::as_u64).unwrap_or_default();
                    if count == 0 || start as u64 >= total {
                        return Ok(true);
                    }
                }
                Err(failure) if ends_everything(&failure) => return Err(Halt::Failed(failure)),
                Err(failure) => {
                    pump.problem(path, &failure);
                    return Ok(matches!(failure, Failure::Forbidden { .. } | Failure::Missing { .. }));
                }
            }
        }
    }
}

/// Text as a part of an address.
pub(super) fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}
