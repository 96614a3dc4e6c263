//! Alertmanager: what its webhook posts and its API tells, as incidents.
//!
//! An alert's fingerprint is made of its labels, so it is the same each time the alert fires; an
//! incident is one firing of it. The id is therefore fingerprint and start, to the millisecond,
//! which is as exact as the API writes it. Alertmanager forgets what is over: [`sync`] takes what
//! was open and is no longer told to be resolved.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use qd_tables::{Fact, INCIDENTS};
use serde_json::Value;

use crate::{
    Problem,
    exchange::{Call, Exchange, Failure, LIST, Mapped, Transport},
    values::{Row, address, first_words, hash, instant, is_secret, items, line, words},
};

const TITLES: &[&str] = &[
    "/annotations/summary",
    "/annotations/title",
    "/annotations/message",
    "/labels/alertname",
    "/annotations/description",
];
const SERVICES: &[&str] = &[
    "/labels/service",
    "/labels/service_name",
    "/labels/app",
    "/labels/app_kubernetes_io_name",
    "/labels/application",
    "/labels/component",
    "/labels/job",
];
const SEVERITIES: &[&str] = &["/labels/severity", "/labels/priority", "/labels/level"];
const ENVIRONMENTS: &[&str] = &[
    "/labels/environment",
    "/labels/env",
    "/labels/deployment_environment",
    "/labels/deployment_environment_name",
    "/labels/stage",
];
/// Labels kept of an alert, and characters of each.
const LABELS: (usize, usize) = (64, 200);

/// What a webhook (version 4), `/api/v2/alerts` or `/api/v2/alerts/groups` says.
#[must_use]
pub fn map(exchange: &Exchange) -> Mapped {
    let (alerts, mut problems) = alerts(exchange);
    let mut facts: BTreeMap<(String, Timestamp), Fact> = BTreeMap::new();
    for alert in alerts {
        match Alert::read(alert, exchange.at) {
            Ok(alert) => {
                for (time, fact) in alert.facts() {
                    facts.insert((alert.id.clone(), time), fact);
                }
            }
            Err(message) => problems.push(problem(exchange, message)),
        }
    }
    Mapped { facts: facts.into_values().collect(), problems, ..Mapped::default() }
}

/// An incident that is stored and not over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// Its id.
    pub id: String,
    /// Whether it is stored as acknowledged.
    pub is_acknowledged: bool,
}

/// Asks the Alertmanager at `base` (`http://alerts:9093`) for its alerts, one question in all, and
/// says of each of `open` that is no longer there that it was over at `observed_at`.
///
/// Nothing is taken to be over where an alert in the answer cannot be told apart.
///
/// # Errors
/// Where there is no answer, or something else than a list of alerts.
pub fn sync(
    transport: &mut dyn Transport,
    base: &str,
    open: &[Open],
    observed_at: Timestamp,
) -> Result<Mapped, Failure> {
    let url = format!("{}/api/v2/alerts", base.trim_end_matches('/'));
    let mut exchange = transport.send(&Call::get(url))?.expect(LIST)?;
    exchange.at = Some(observed_at);
    let (alerts, _) = alerts(&exchange);
    let mut mapped = map(&exchange);
    if !mapped.problems.is_empty() {
        return Ok(mapped);
    }
    let present: Vec<Alert> =
        alerts.into_iter().filter_map(|alert| Alert::read(alert, exchange.at).ok()).collect();
    let known: BTreeMap<&str, bool> = open.iter().map(|open| (&open.id[..], open.is_acknowledged)).collect();
    for alert in &present {
        // What was silenced is told anew when the silence ends; so is what was taken to be over.
        let was_open = known.get(&alert.id[..]) == Some(&false);
        if alert.status == Status::Open && !was_open && observed_at > alert.start {
            mapped.facts.push(alert.fact(observed_at, Status::Open).none("resolved_at").fact(&INCIDENTS));
        }
    }
    let ids: BTreeSet<&str> = present.iter().map(|alert| &alert.id[..]).collect();
    mapped.facts.extend(known.keys().filter(|id| !ids.contains(*id)).map(|id| {
        Row::default()
            .put("id", *id)
            .at("observed_at", Some(observed_at))
            .put("status", "resolved")
            .at("resolved_at", Some(observed_at))
            .fact(&INCIDENTS)
    }));
    Ok(mapped)
}

fn problem(exchange: &Exchange, message: impl Into<String>) -> Problem {
    Problem {
        subject: address(&exchange.url).unwrap_or_else(|| "alertmanager".to_owned()),
        message: message.into(),
    }
}

/// The alerts in an exchange, of whichever of its forms.
fn alerts(exchange: &Exchange) -> (Vec<&Value>, Vec<Problem>) {
    let mut problems = Vec::new();
    let alerts = match &exchange.body {
        Value::Array(list) => list
            .iter()
            .flat_map(|item| {
                item.get("alerts").and_then(Value::as_array).map_or(std::slice::from_ref(item), Vec::as_slice)
            })
            .collect(),
        Value::Object(payload) => {
            let cut = payload.get("truncatedAlerts").and_then(Value::as_u64).unwrap_or(0);
            if cut > 0 {
                let message = format!("{cut} alerts were left out by `max_alerts` of the webhook; raise it");
                problems.push(problem(exchange, message));
            }
            if !payload.get("alerts").is_some_and(Value::is_array) {
                problems.push(problem(exchange, "there is no list `alerts` in what was posted"));
            }
            items(&exchange.body, "/alerts").iter().collect()
        }
        _ => {
            problems.push(problem(exchange, "the answer is no list of alerts"));
            Vec::new()
        }
    };
    (alerts, problems)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Open,
    Acknowledged,
    Resolved,
}

impl Status {
    fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Acknowledged => "acknowledged",
            Self::Resolved => "resolved",
        }
    }
}

/// One firing of an alert.
struct Alert<'a> {
    id: String,
    value: &'a Value,
    start: Timestamp,
    status: Status,
    /// When it came to stand so, beyond its start.
    since: Option<Timestamp>,
    /// When it was over, where that is known.
    end: Option<Timestamp>,
}

impl<'a> Alert<'a> {
    fn read(value: &'a Value, at: Option<Timestamp>) -> Result<Self, String> {
        let labels = value.get("labels").and_then(Value::as_object);
        let given = words(value, "/fingerprint");
        let name = words(value, "/labels/alertname").or_else(|| given.clone()).unwrap_or_default();
        let print = match (given, labels) {
            (Some(print), _) => print,
            (None, Some(labels)) if !labels.is_empty() => fingerprint(labels),
            _ => return Err("an alert has neither a fingerprint nor labels".to_owned()),
        };
        let Some(start) = instant(value, "/startsAt") else {
            return Err(format!("alert `{name}` does not say when it began (`startsAt`)"));
        };
        let status = match words(value, "/status").or_else(|| words(value, "/status/state")).as_deref() {
            Some("resolved") => Status::Resolved,
            // Somebody looked at it and said that it need not be told.
            Some("suppressed") if !items(value, "/status/silencedBy").is_empty() => Status::Acknowledged,
            _ => Status::Open,
        };
        // The end of an alert that still fires is only when it would be given up.
        let end = instant(value, "/endsAt").filter(|_| status == Status::Resolved).map(|end| end.max(start));
        let since = match status {
            Status::Open => None,
            Status::Acknowledged => at.or_else(|| instant(value, "/updatedAt")),
            Status::Resolved => end.or(at),
        };
        let millis = start.as_millisecond();
        let exact = Timestamp::from_millisecond(millis).unwrap_or(start);
        Ok(Self { id: format!("{print}@{exact}"), value, start, status, since, end })
    }

    /// How it began and, where that is something else, how it stands.
    fn facts(&self) -> Vec<(Timestamp, Fact)> {
        let mut facts = vec![(self.start, self.fact(self.start, Status::Open).fact(&INCIDENTS))];
        if self.status != Status::Open {
            let since = self.since.unwrap_or(self.start).max(self.start);
            let row = self.fact(since, self.status).at("resolved_at", self.end);
            facts.push((since, row.fact(&INCIDENTS)));
        }
        facts
    }

    fn fact(&self, observed_at: Timestamp, status: Status) -> Row {
        let text = |places| first_words(self.value, places).and_then(|text| line(&text, 300));
        Row::default()
            .put("id", self.id.clone())
            .at("observed_at", Some(observed_at))
            .put("title", text(TITLES).unwrap_or_else(|| self.id.clone()))
            .seen("service", text(SERVICES))
            .seen("severity", text(SEVERITIES))
            .seen("environment", text(ENVIRONMENTS))
            .put("status", status.word())
            .at("started_at", Some(self.start))
            .at("detected_at", Some(self.start))
            .put("labels", self.labels())
            .seen("url", words(self.value, "/generatorURL").and_then(|url| address(&url)))
    }

    /// Its labels, and which silences and alerts hold it back.
    fn labels(&self) -> Vec<String> {
        let own = self.value.get("labels").and_then(Value::as_object);
        let mut labels: Vec<String> = own
            .into_iter()
            .flatten()
            .filter(|(key, _)| !is_secret(key))
            .filter_map(|(key, value)| Some(format!("{key}={}", line(value.as_str()?, LABELS.1)?)))
            .collect();
        for (place, key) in [("/status/silencedBy", "silenced_by"), ("/status/inhibitedBy", "inhibited_by")] {
            let ids = items(self.value, place).iter().filter_map(Value::as_str);
            labels.extend(ids.map(|id| format!("{key}={id}")));
        }
        labels.sort_unstable();
        labels.truncate(LABELS.0);
        labels
    }
}

/// Stands in for the fingerprint where an old version sends none.
fn fingerprint(labels: &serde_json::Map<String, Value>) -> String {
    let sorted: BTreeMap<&str, String> =
        labels.iter().map(|(key, value)| (&key[..], value.to_string())).collect();
    let parts = sorted.iter().flat_map(|(key, value)| [key.as_bytes(), value.as_bytes()]);
    hash(parts).chars().take(16).collect()
}

#[cfg(test)]
mod tests;
