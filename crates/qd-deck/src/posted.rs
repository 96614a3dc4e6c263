//! What sources post to us: checked and kept when it comes, mapped when it is folded.

use std::collections::BTreeMap;

use qd_intent::Company;
use qd_lake::Session;
use qd_model::{Delivery, Posting, Refusal};
use qd_sources::{
    alertmanager, cloudevents,
    exchange::{Exchange, Mapped},
    github, gitlab, jira, pagerduty, signature,
};
use serde_json::{Value, json};

use crate::{
    intake::Intake,
    observe::projects,
    opening::{Opening, SourceSpec},
};

/// Kinds of source that post.
const POSTING: &[&str] = &["github", "gitlab", "jira", "alertmanager", "pagerduty", "cdevents"];
/// Headers that say what a message is; the rest, which may prove who sends, is never kept.
const KEPT_HEADERS: &[&str] =
    &["content-type", "x-github-event", "x-github-delivery", "x-gitlab-event", "x-event-key"];

/// What was not understood of what one source posted; it stays in the log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Told {
    /// Faults: messages that lack what their kind has. By what is wrong, with their count.
    problems: BTreeMap<String, usize>,
    /// Messages of types that nobody here knows: no fault of anybody. By type, with their count.
    unknown: BTreeMap<String, usize>,
}

impl Told {
    /// Counts what was not understood of a message.
    pub(crate) fn add(&mut self, mapped: &Mapped) {
        for problem in &mapped.problems {
            self.fault(format!("{}: {}", problem.subject, problem.message));
        }
        for name in &mapped.unknown {
            *self.unknown.entry(name.clone()).or_default() += 1;
        }
    }

    /// Adds what was counted of other messages of the same source.
    pub(crate) fn join(&mut self, other: Self) {
        for (text, count) in other.problems {
            *self.problems.entry(text).or_default() += count;
        }
        for (name, count) in other.unknown {
            *self.unknown.entry(name).or_default() += count;
        }
    }

    /// Whether all was understood.
    pub(crate) fn is_empty(&self) -> bool {
        self.problems.is_empty() && self.unknown.is_empty()
    }

    /// Counts a fault.
    pub(crate) fn fault(&mut self, text: String) {
        *self.problems.entry(text).or_default() += 1;
    }

    /// The faults, a line each.
    pub(crate) fn problems(&self) -> impl Iterator<Item = String> {
        self.problems.iter().map(|(text, count)| match count {
            1 => format!("a message that was posted is not understood; intake/events.jsonl keeps it: {text}"),
            _ => format!(
                "{count} messages that were posted are not understood; intake/events.jsonl keeps them: {text}"
            ),
        })
    }

    /// The types that nobody knows, a line each.
    pub(crate) fn notices(&self) -> impl Iterator<Item = String> {
        self.unknown.iter().map(|(name, count)| match count {
            1 => format!("1 message of event \"{name}\" is not understood and kept in intake/events.jsonl"),
            _ => format!(
                "{count} messages of event \"{name}\" are not understood and kept in intake/events.jsonl"
            ),
        })
    }
}

/// The declared sources that post.
#[must_use]
pub fn posted_to(opening: &Opening, company: &Company) -> Vec<Posting> {
    let sources = opening.sources(company).into_iter();
    sources
        .filter(|source| POSTING.contains(&source.kind.as_str()))
        .map(|source| Posting { name: source.name, kind: source.kind, is_signed: source.secret.is_some() })
        .collect()
}

/// Length of the log of what came in, in bytes.
#[must_use]
pub fn intake_bytes(opening: &Opening) -> u64 {
    Intake::of(&opening.state).length()
}

/// Checks what was posted and brings it to the disk; it is folded with the next sync.
///
/// # Errors
/// Where it is refused; nothing of it is kept then.
pub fn receive(opening: &Opening, company: &Company, delivery: &Delivery<'_>) -> Result<(), Refusal> {
    let sources = opening.sources(company);
    let source = sources
        .iter()
        .find(|source| source.name == delivery.source && POSTING.contains(&source.kind.as_str()))
        .ok_or_else(|| Refusal::Unknown(delivery.source.to_owned()))?;
    prove(opening, source, delivery)?;
    let is_form = delivery.header("content-type").is_some_and(|kind| kind.contains("form-urlencoded"));
    // A page in a browser can post a form to this machine unasked: only a signed one is taken.
    let form = match (is_form, &source.secret) {
        (true, None) => {
            let reason = "a form is taken only where the source declares a `secret`; send JSON";
            return Err(Refusal::Unreadable(reason.to_owned()));
        }
        (true, Some(_)) => Some(payload(delivery.body)),
        (false, _) => None,
    };
    let body: Value = serde_json::from_slice(form.as_deref().unwrap_or(delivery.body))
        .map_err(|error| Refusal::Unreadable(format!("the body is no JSON: {error}")))?;
    let is_kept = |name: &str| KEPT_HEADERS.contains(&name) || name.starts_with("ce-");
    let headers: serde_json::Map<String, Value> = delivery
        .headers
        .iter()
        .filter(|(name, _)| is_kept(name))
        .map(|(name, value)| (name.clone(), value.as_str().into()))
        .collect();
    let line = json!({
        "source": source.name,
        "kind": source.kind,
        "repo": source.repo,
        "headers": headers,
        "body": body,
        "at": (opening.outside.clock)().to_string(),
    });
    Intake::of(&opening.state)
        .add_lines(std::slice::from_ref(&line))
        .map_err(|error| Refusal::Unkept(format!("`{}` cannot be written: {error}", opening.state.display())))
}

/// The JSON in a form's `payload`, which is how GitHub posts where nobody chose otherwise.
fn payload(form: &[u8]) -> Vec<u8> {
    let field = form.split(|byte| *byte == b'&').find_map(|field| field.strip_prefix(b"payload="));
    let spaced: Vec<u8> =
        field.unwrap_or_default().iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    percent_encoding::percent_decode(&spaced).collect()
}

/// Holds the signature against the source's secret; without a secret anything is taken.
fn prove(opening: &Opening, source: &SourceSpec, delivery: &Delivery<'_>) -> Result<(), Refusal> {
    let Some(place) = &source.secret else { return Ok(()) };
    let secret = (opening.outside.secret)(place, opening.place.folder())
        .map_err(|reason| Refusal::Unkept(format!("the secret of `{}`: {reason}", source.name)))?;
    let header = |name: &str| delivery.header(name).unwrap_or_default();
    let is_good = match source.kind.as_str() {
        "github" | "jira" => {
            signature::is_hmac(&secret, header("x-hub-signature-256"), "sha256=", delivery.body)
                || signature::is_hmac(&secret, header("x-hub-signature"), "sha256=", delivery.body)
        }
        "gitlab" => signature::is_same(&secret, header("x-gitlab-token")),
        "pagerduty" => header("x-pagerduty-signature")
            .split(',')
            .any(|one| signature::is_hmac(&secret, one.trim(), "v1=", delivery.body)),
        _ => header("authorization")
            .strip_prefix("Bearer ")
            .is_some_and(|token| signature::is_same(&secret, token)),
    };
    if is_good { Ok(()) } else { Err(Refusal::Unsigned) }
}

/// What the projects of each source are called, asked once.
pub(crate) struct Names<'s> {
    session: &'s Session,
    known: BTreeMap<String, gitlab::Known>,
}

impl<'s> Names<'s> {
    /// As `session` has them stored.
    pub(crate) fn new(session: &'s Session) -> Self {
        Self { session, known: BTreeMap::new() }
    }

    fn of(&mut self, source: &str) -> Result<&gitlab::Known, String> {
        if !self.known.contains_key(source) {
            let projects = projects(self.session, source).map_err(|error| error.message)?;
            self.known.insert(source.to_owned(), gitlab::Known::of(projects, []));
        }
        self.known.get(source).ok_or_else(|| format!("`{source}` is not known"))
    }
}

/// The facts of a line that [`receive`] wrote.
///
/// # Errors
/// In words, where it is no such line.
pub(crate) fn map(line: &Value, names: &mut Names<'_>) -> Result<Mapped, String> {
    let text = |name: &str| line.get(name).and_then(Value::as_str).unwrap_or_default();
    let body = line.get("body").ok_or("it has no `body`")?;
    let headers: Vec<(String, String)> = line
        .get("headers")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
        .collect();
    let header = |name: &str| headers.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value);
    let event = |url: &str| Exchange {
        method: "EVENT".to_owned(),
        url: url.to_owned(),
        status: 200,
        headers: headers.clone(),
        request: None,
        body: body.clone(),
        at: text("at").parse().ok(),
    };
    Ok(match text("kind") {
        "github" => github::map_event(header("x-github-event"), body),
        "gitlab" => names.of(text("source"))?.map_event(header("x-gitlab-event"), body),
        "jira" => jira::map_event(body),
        "alertmanager" => alertmanager::map(&event("webhook")),
        "pagerduty" => pagerduty::map(&event("webhook")),
        "cdevents" => cloudevents::map(&event("webhook"), text("repo")),
        other => return Err(format!("nothing is known of what `{other}` posts")),
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_payload_of_a_form_is_its_json() {
        assert_eq!(super::payload(b"a=b&payload=%7B%22x%22%3A+1%7D&c"), b"{\"x\": 1}");
        assert!(super::payload(b"nothing").is_empty());
    }
}
