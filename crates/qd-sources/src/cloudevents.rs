//! CloudEvents and CDEvents: what pipelines, deployments and incidents tell of themselves.
//!
//! CloudEvents 1.0 is the envelope (one event or a batch in structured mode, or binary mode with
//! headers `ce-*`), CDEvents the letter; a letter without its envelope is read too. (The crates
//! `cdevents-sdk` and `cloudevents-sdk` are typed by release: here an event of a version that nobody
//! knows yet is still read for the two dozen fields that are kept.)
//!
//! CDEvents says an id is unique within its source, so ids here are `source#id`. A suite of tests is
//! a job, its cases are results of that build. Artifacts, branches, environments and what is
//! published or removed have no table and are passed by.

mod cdevents;

use base64::Engine as _;
use jiff::Timestamp;
use qd_tables::Fact;
use serde_json::{Map, Value};

use crate::{
    Problem,
    exchange::{Exchange, Mapped},
    values::{address, first_words, instant, words},
};

/// What an event, or a batch of events, says. `repo` stands in where an event names no repository.
#[must_use]
pub fn map(exchange: &Exchange, repo: &str) -> Mapped {
    let mut mapped = Mapped::default();
    let body = &exchange.body;
    if exchange.header("ce-type").is_some() {
        take(&from_headers(exchange), exchange, repo, &mut mapped);
    } else if let Value::Array(batch) = body {
        batch.iter().for_each(|event| take(event, exchange, repo, &mut mapped));
    } else {
        take(body, exchange, repo, &mut mapped);
    }
    mapped
}

/// Binary mode: the attributes are headers, the body is the data.
fn from_headers(exchange: &Exchange) -> Value {
    let mut event: Map<String, Value> = exchange
        .headers
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix("ce-")?.to_owned(), Value::from(&value[..]))))
        .collect();
    event.insert("data".to_owned(), exchange.body.clone());
    Value::Object(event)
}

fn take(event: &Value, exchange: &Exchange, repo: &str, mapped: &mut Mapped) {
    match read(event, exchange, repo) {
        Ok(facts) => mapped.facts.extend(facts),
        Err(Unread::Unknown(kind)) => mapped.unknown.push(kind),
        Err(Unread::Broken(message)) => {
            let subject = address(&exchange.url).unwrap_or_else(|| "cloudevents".to_owned());
            let problem = Problem { subject, message };
            if !mapped.problems.contains(&problem) {
                mapped.problems.push(problem);
            }
        }
    }
}

/// Why an event gave nothing.
enum Unread {
    /// Nobody here knows its type.
    Unknown(String),
    /// It lacks something.
    Broken(String),
}

/// What an event says; nothing where it is of a kind that no table holds.
fn read(event: &Value, exchange: &Exchange, repo: &str) -> Result<Option<Fact>, Unread> {
    let broken = |message: String| Err(Unread::Broken(message));
    let data = data(event);
    let letter = if event.get("context").is_some() { Some(event) } else { data.as_ref() };
    let kind = letter.and_then(|letter| words(letter, "/context/type")).or_else(|| words(event, "/type"));
    let Some(kind) = kind else {
        return broken("neither a CloudEvent nor a CDEvent: there is no `type`".to_owned());
    };
    let Some((subject, predicate)) = cdevents_type(&kind) else {
        return Err(Unread::Unknown(kind));
    };
    match subject {
        subject if cdevents::KEPT.contains(&subject) => {}
        subject if cdevents::NOT_KEPT.contains(&subject) => return Ok(None),
        _ => return Err(Unread::Unknown(kind)),
    }
    let Some(letter) = letter else {
        return broken(format!("the event `{kind}` has no data"));
    };
    let at = instant(letter, "/context/timestamp").or_else(|| instant(event, "/time")).or(exchange.at);
    let (Some(id), Some(at)) = (first_words(letter, &["/subject/id"]), at) else {
        let name = first_words(letter, &["/context/id"]).or_else(|| words(event, "/id")).unwrap_or_default();
        return broken(format!("event `{name}` (`{kind}`) names no subject or no time"));
    };
    let source =
        first_words(letter, &["/subject/source", "/context/source"]).or_else(|| words(event, "/source"));
    let event_id = first_words(letter, &["/context/id"]).or_else(|| words(event, "/id"));
    let letter = Letter { value: letter, id, source: source.unwrap_or_default(), event_id, at, repo };
    Ok(letter.facts(subject, predicate))
}

/// The data of an event: JSON as it is, or JSON in a string or in Base64.
fn data(event: &Value) -> Option<Value> {
    match event.get("data") {
        Some(Value::String(text)) => serde_json::from_str(text).ok(),
        Some(Value::Null) | None => {
            let text = words(event, "/data_base64")?;
            let bytes = base64::engine::general_purpose::STANDARD.decode(text).ok()?;
            serde_json::from_slice(&bytes).ok()
        }
        Some(data) => Some(data.clone()),
    }
}

/// Subject and predicate of `dev.cdevents.pipelinerun.finished.0.2.0`; its version does not matter,
/// since what is read has been called the same in all of them.
fn cdevents_type(kind: &str) -> Option<(&str, &str)> {
    let mut parts = kind.strip_prefix("dev.cdevents.")?.split('.');
    Some((parts.next()?, parts.next()?))
}

/// A CDEvent.
struct Letter<'a> {
    value: &'a Value,
    /// Id of its subject.
    id: String,
    source: String,
    event_id: Option<String>,
    at: Timestamp,
    /// Repository where it names none.
    repo: &'a str,
}

#[cfg(test)]
mod tests;
