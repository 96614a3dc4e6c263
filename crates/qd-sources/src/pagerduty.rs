//! PagerDuty: incidents, who took them and when they were over.
//!
//! An incident as the API shows it says how it stands now, and forgets who acknowledged it once it
//! is resolved. The log tells both; read for the whole account, it costs one request for a hundred
//! entries where asking each incident would cost one each. [`map()`] turns either, and what webhooks
//! of version 3 post, into versions of incidents; [`sync()`] decides what to ask.

mod sync;

use jiff::Timestamp;
use qd_tables::INCIDENTS;
use serde_json::Value;

use crate::{
    Problem,
    exchange::{Exchange, Mapped},
    values::{Row, address, first_words, instant, items, line, words},
};
pub use sync::{Request, Synced, sync};

/// What a page of `/incidents`, an incident, a page of `/log_entries` (of the account or of an
/// incident) or a webhook of version 3 says.
#[must_use]
pub fn map(exchange: &Exchange) -> Mapped {
    let body = &exchange.body;
    let mut said = Said { url: &exchange.url, mapped: Mapped::default() };
    if let Some(event) = body.get("event").filter(|event| event.is_object()) {
        said.event(event);
    } else if body.get("incident").is_some_and(Value::is_object) {
        said.incident(&body["incident"]);
    } else if body.get("incidents").is_some_and(Value::is_array) {
        items(body, "/incidents").iter().for_each(|incident| said.incident(incident));
    } else if body.get("log_entries").is_some_and(Value::is_array) {
        items(body, "/log_entries").iter().for_each(|entry| said.entry(entry));
    } else if body.get("messages").is_some_and(Value::is_array) {
        said.problem("webhooks of version 2 are no longer sent by PagerDuty; subscribe to version 3");
    } else {
        said.problem("neither incidents nor log entries nor an event of a webhook is in it");
    }
    said.mapped
}

/// Beginnings of the names of events that are left out: notes, responders, updates for the public,
/// workflows, services, and the test that every subscription can send.
const NOT_KEPT: &[&str] = &[
    "incident.action_invocation.",
    "incident.annotated",
    "incident.conference_bridge.",
    "incident.custom_field_values.",
    "incident.responder.",
    "incident.role.",
    "incident.status_update_published",
    "incident.task.",
    "incident.workflow.",
    "pagey.ping",
    "service.",
];

struct Said<'a> {
    url: &'a str,
    mapped: Mapped,
}

impl Said<'_> {
    fn problem(&mut self, message: impl Into<String>) {
        let subject = address(self.url).unwrap_or_else(|| "pagerduty".to_owned());
        self.mapped.problems.push(Problem { subject, message: message.into() });
    }

    fn push(&mut self, row: Row) {
        self.mapped.facts.push(row.fact(&INCIDENTS));
    }

    /// An incident as it stands: how it began, when it was taken, how it is.
    fn incident(&mut self, incident: &Value) {
        let (Some(id), Some(start)) = (words(incident, "/id"), instant(incident, "/created_at")) else {
            self.problem("an incident has no `id` or no `created_at`");
            return;
        };
        let status = status(words(incident, "/status").as_deref()).unwrap_or("open");
        let changed = instant(incident, "/last_status_change_at");
        let over = instant(incident, "/resolved_at").or(changed).filter(|_| status == "resolved");
        // The list is emptied when it is resolved, and by whoever gives it back.
        let taken = items(incident, "/acknowledgements").iter().filter_map(|one| instant(one, "/at")).min();
        let base = || {
            Row::default()
                .put("id", id.clone())
                .put("title", title(incident).unwrap_or_else(|| id.clone()))
                .at("started_at", Some(start))
                .seen("url", words(incident, "/html_url").and_then(|url| address(&url)))
        };
        self.push(base().at("observed_at", Some(start)).put("status", "open"));
        let taken = taken.or_else(|| changed.filter(|_| status == "acknowledged"));
        if let Some(taken) = taken.filter(|taken| *taken > start) {
            let row = base().at("observed_at", Some(taken)).put("status", "acknowledged");
            self.push(row.at("acknowledged_at", Some(taken)));
        }
        let latest = [instant(incident, "/updated_at"), over, changed, taken].into_iter().flatten().max();
        let now = details(base(), incident)
            .at("observed_at", Some(latest.unwrap_or(start).max(start)))
            .put("status", status)
            .at("acknowledged_at", taken);
        self.push(match over {
            Some(over) => now.at("resolved_at", Some(over.max(start))),
            None => now.none("resolved_at"),
        });
    }

    /// An entry of the log: only what it changed.
    fn entry(&mut self, entry: &Value) {
        let kind = words(entry, "/type").unwrap_or_default();
        let kind = kind.trim_end_matches("_reference").trim_end_matches("_log_entry");
        let Some((status, column)) = change(kind) else { return };
        let id = words(entry, "/incident/id").or_else(|| id_of_url(self.url));
        let (Some(id), Some(at)) = (id, instant(entry, "/created_at")) else {
            self.problem(format!("an entry `{kind}` of the log names no incident or no time"));
            return;
        };
        let row = Row::default().put("id", id).at("observed_at", Some(at)).put("status", status);
        let row = row.seen("title", entry.get("incident").and_then(title));
        self.push(changed(row, status, column, at));
    }

    /// What a webhook posted.
    fn event(&mut self, event: &Value) {
        let kind = words(event, "/event_type").unwrap_or_default();
        let data = event.get("data").unwrap_or(&Value::Null);
        if words(data, "/type").as_deref() != Some("incident") {
            if kind.is_empty() {
                self.problem("the event has no `event_type`");
            } else if !NOT_KEPT.iter().any(|start| kind.starts_with(start)) {
                self.mapped.unknown.push(kind);
            }
            return;
        }
        let (Some(id), Some(at)) = (words(data, "/id"), instant(event, "/occurred_at")) else {
            self.problem(format!("the event `{kind}` names no incident or no time"));
            return;
        };
        let change = change(kind.strip_prefix("incident.").unwrap_or(&kind));
        let told = status(words(data, "/status").as_deref());
        let status = change.map(|(status, _)| status).or(told).unwrap_or("open");
        let row = Row::default()
            .put("id", id.clone())
            .put("title", title(data).unwrap_or(id))
            .at("started_at", instant(data, "/created_at"))
            .at("observed_at", Some(at))
            .put("status", status)
            .seen("url", words(data, "/html_url").and_then(|url| address(&url)));
        let row = details(row, data);
        self.push(match change {
            Some((status, column)) => changed(row, status, column, at),
            None => row,
        });
    }
}

/// What a kind of event or log entry makes of an incident: its status, and the column that says
/// when.
fn change(kind: &str) -> Option<(&'static str, Option<&'static str>)> {
    Some(match kind {
        "trigger" | "triggered" => ("open", Some("started_at")),
        "acknowledge" | "acknowledged" => ("acknowledged", Some("acknowledged_at")),
        "resolve" | "resolved" => ("resolved", Some("resolved_at")),
        "unacknowledge" | "unacknowledged" | "reopen" | "reopened" => ("open", None),
        _ => return None,
    })
}

fn changed(row: Row, status: &str, column: Option<&str>, at: Timestamp) -> Row {
    match (status, column) {
        ("open", None) => row.none("acknowledged_at").none("resolved_at"),
        (_, Some(column)) => row.at(column, Some(at)),
        _ => row,
    }
}

fn status(word: Option<&str>) -> Option<&'static str> {
    match word? {
        "triggered" => Some("open"),
        "acknowledged" => Some("acknowledged"),
        "resolved" => Some("resolved"),
        _ => None,
    }
}

fn title(incident: &Value) -> Option<String> {
    let text = first_words(incident, &["/title", "/summary", "/description"])?;
    // A summary is the title behind the number: `[#12] ...`.
    let text =
        text.strip_prefix("[#").and_then(|rest| rest.split_once("] ")).map_or(&text[..], |(_, rest)| rest);
    line(text, 300)
}

/// What may change while an incident lasts.
fn details(row: Row, incident: &Value) -> Row {
    let name = |value: &Value| first_words(value, &["/summary", "/name", "/id"]);
    let places = [("/assignments", Some("assignee")), ("/assignees", None)];
    let assignee = places.into_iter().find_map(|(place, inner)| {
        let first = items(incident, place).first()?;
        name(inner.map_or(Some(first), |inner| first.get(inner))?)
    });
    let teams = items(incident, "/teams").iter().filter_map(name).map(|team| format!("team={team}"));
    let extra = [
        ("urgency", words(incident, "/urgency")),
        ("type", words(incident, "/incident_type/name")),
        ("merged_into", words(incident, "/resolve_reason/incident/id")),
    ];
    let mut labels: Vec<String> = teams.collect();
    labels.extend(extra.into_iter().filter_map(|(key, value)| Some(format!("{key}={}", value?))));
    row.seen("service", incident.get("service").and_then(name))
        .seen("severity", incident.get("priority").and_then(name).or_else(|| words(incident, "/urgency")))
        .seen("assignee", assignee)
        .put("labels", labels)
}

/// The incident that an address is about: `https://api.pagerduty.com/incidents/PT4KHLK/log_entries`.
fn id_of_url(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("/incidents/")?;
    rest.split(['/', '?']).next().filter(|id| !id.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests;
