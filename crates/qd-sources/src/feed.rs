//! Feeds (RSS and Atom): what others published, for a list to read.
//!
//! Elements are read by their local names, whatever form the feed has, and what is broken costs no more
//! than itself. The crates `feed-rs`, `rss` and `atom_syndication` read more, but switch features of crates
//! on that the engine of the tables is built with.

mod parse;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use qd_tables::{FEED_ENTRIES, Fact};
use serde::{Deserialize, Serialize};

use crate::{
    Problem,
    exchange::{Call, Exchange, Failure, Mapped, Transport},
    mail,
    values::{Row, address, hash, line},
};

/// Characters of a title.
const TITLE: usize = 300;
/// Characters of a text that are kept.
const TEXT: usize = 1000;

/// A feed as it stood.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Cursor {
    tag: Option<String>,
    modified: Option<String>,
    hash: String,
}

/// What became of a feed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Synced {
    /// What it says that may be new.
    pub facts: Vec<Fact>,
    /// How it stands, for the next sync; none where it could not be read.
    pub cursor: Option<String>,
    /// What could not be read of it.
    pub problems: Vec<Problem>,
}

/// What to call the feed at `url`: its address, without what in it is named like a secret.
#[must_use]
pub fn name(url: &str) -> Option<String> {
    address(url)
}

/// Reads the feed at `url` where it changed since `cursor`.
#[must_use]
pub fn sync(transport: &mut dyn Transport, url: &str, cursor: Option<&str>, now: Timestamp) -> Synced {
    let known: Option<Cursor> = cursor.and_then(|text| serde_json::from_str(text).ok());
    let mut call = Call::get(url);
    let mut header = |name: &str, value: Option<&String>| {
        call.headers.extend(value.map(|value| (name.to_owned(), value.clone())));
    };
    let kinds = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1";
    header("accept", Some(&kinds.to_owned()));
    header("if-none-match", known.as_ref().and_then(|known| known.tag.as_ref()));
    header("if-modified-since", known.as_ref().and_then(|known| known.modified.as_ref()));
    let exchange = match transport.send(&call) {
        Ok(exchange) if exchange.status == 304 => {
            return Synced { cursor: cursor.map(str::to_owned), ..Synced::default() };
        }
        Ok(exchange) => exchange,
        Err(failure) => return Synced { problems: vec![problem(url, told(&failure))], ..Synced::default() },
    };
    let own = |name| exchange.header(name).map(str::to_owned);
    let hash = hash([exchange.body.as_str().unwrap_or_default().as_bytes()]);
    let is_same = known.is_some_and(|known| known.hash == hash);
    let now_known = Cursor { tag: own("etag"), modified: own("last-modified"), hash };
    let Mapped { facts, problems, .. } = if is_same { Mapped::default() } else { read(&exchange, now) };
    // What is no feed today may be one tomorrow.
    let is_read = is_same || !facts.is_empty() || problems.is_empty();
    let cursor = serde_json::to_string(&now_known).ok().filter(|_| is_read);
    Synced { facts, cursor, problems }
}

/// The entries that an exchange tells of.
#[must_use]
pub fn map(exchange: &Exchange) -> Mapped {
    match exchange.at {
        _ if exchange.status == 304 => Mapped::default(),
        Some(at) => read(exchange, at),
        None => Mapped {
            problems: vec![problem(
                &exchange.url,
                "the recording does not say when it was answered".to_owned(),
            )],
            ..Mapped::default()
        },
    }
}

fn read(exchange: &Exchange, now: Timestamp) -> Mapped {
    let url = &exchange.url;
    let parsed = parse::parse(exchange.body.as_str().unwrap_or_default());
    let feed = name(url).unwrap_or_default();
    let title = parsed.title.as_deref().and_then(plain).and_then(|title| line(&title, TITLE));
    let fact = |entry: parse::Entry| {
        let link = entry.link.as_deref().and_then(|link| address(link.trim()));
        let shown = entry.title.as_deref().and_then(plain).and_then(|title| line(&title, TITLE));
        let id = entry
            .id
            .or_else(|| link.clone())
            .or_else(|| Some(format!("made-{}", hash([shown.as_ref()?.as_bytes()]))))?;
        let text = entry.text.as_deref().and_then(plain);
        let row = Row::default()
            .put("feed", feed.as_str())
            .put("id", line(&id, TITLE)?)
            .at("at", Some(entry.at.filter(|at| *at <= now).unwrap_or(now)))
            .seen("feed_title", title.clone())
            .seen("title", shown)
            .seen("url", link)
            .seen("text", text.map(|text| text.chars().take(TEXT).collect::<String>()));
        Some(row.fact(&FEED_ENTRIES))
    };
    Mapped {
        facts: parsed.entries.into_iter().filter_map(fact).collect(),
        problems: parsed.problem.map(|told| problem(url, told)).into_iter().collect(),
        ..Mapped::default()
    }
}

/// The words of what may be HTML.
fn plain(text: &str) -> Option<String> {
    let text = if text.contains(['<', '&']) { mail::plain(text) } else { text.to_owned() };
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(text).filter(|text| !text.is_empty())
}

fn problem(url: &str, message: String) -> Problem {
    Problem { subject: name(url).unwrap_or_else(|| "a feed".to_owned()), message }
}

fn told(failure: &Failure) -> String {
    match failure {
        Failure::Unreachable { reason, .. } => format!("it does not answer: {reason}"),
        Failure::Missing { .. } => "nothing is there (any more)".to_owned(),
        Failure::Limited { until, .. } => format!("it takes no more questions until {until}"),
        Failure::Unauthorised { .. } | Failure::Forbidden { .. } => "it is not for everybody".to_owned(),
        Failure::Broken { status, reason, .. } => format!("it answers {status}: {reason}"),
        Failure::Strange { .. } => "it is no feed".to_owned(),
    }
}
