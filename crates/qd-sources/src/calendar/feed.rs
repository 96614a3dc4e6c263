//! A calendar behind an address: one file, asked for only where it changed.
//!
//! The path of a private address is its password, so that nothing of an address but its host is ever
//! told.

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::{
    Address, Context, Request,
    address::host,
    held::{Gone, Held, Part, is_old, tombstones},
    read, reading,
};
use crate::{
    Problem,
    connector::{BoxError, Outcome, Sink, Step},
    exchange::{Call, Exchange, Failure, Mapped, Transport},
    values::hash,
};

/// Unit of a source that is one file.
const UNIT: &str = "all";
/// What is told where something else answers.
const NONE: &str = "the answer is no calendar (it should begin with `BEGIN:VCALENDAR`)";
/// What is told where an answer has no date.
const UNDATED: &str = "the answer does not say when it was given (a header `Date` or the recording's `at`)";

/// The calendar as it stood.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Cursor {
    /// What tells its address from others, without saying it.
    of: String,
    /// `ETag` of the answer.
    tag: Option<String>,
    /// `Last-Modified` of the answer.
    modified: Option<String>,
    hash: String,
    /// When it was read, in seconds since 1970.
    read_at: i64,
    meetings: Held,
}

/// Reads the calendar at `address` where it changed since the cursor of `request`, and says of what is
/// gone from it that it is.
///
/// # Errors
/// Where facts could not be handed on. What is refused stands among the problems.
pub fn sync(
    transport: &mut dyn Transport,
    address: &Address,
    request: &Request<'_>,
    sink: &mut Sink<'_>,
) -> Result<Outcome, BoxError> {
    let of: String = hash([address.url().as_bytes()]).chars().take(16).collect();
    let before = request.cursors.get(UNIT).and_then(|text| serde_json::from_str(text).ok());
    let before = before.filter(|before: &Cursor| before.of == of);
    let fresh = before.as_ref().filter(|before| !is_old(before.read_at, request.observed_at));
    let mut outcome = Outcome { requests: 1, ..Outcome::default() };
    let cursor = match transport.send(&question(address, fresh)) {
        Ok(Exchange { status: 304, .. }) => fresh.cloned(),
        Ok(exchange) => match calendar(&exchange) {
            Some(text) => {
                let now = Cursor { of, hash: hash([text.as_bytes()]), ..Cursor::default() };
                let now = now.asked(&exchange, request.observed_at);
                match fresh.filter(|fresh| fresh.hash == now.hash) {
                    Some(fresh) => {
                        Some(Cursor { read_at: fresh.read_at, meetings: fresh.meetings.clone(), ..now })
                    }
                    None => Some(told(now, before.as_ref(), (text, &exchange), request, &mut outcome, sink)?),
                }
            }
            None => {
                outcome
                    .problems
                    .push(Problem { subject: address.host().to_owned(), message: NONE.to_owned() });
                None
            }
        },
        Err(failure) => {
            failed(&mut outcome, address, &failure);
            None
        }
    };
    if let Some(cursor) = cursor {
        outcome.cursors.insert(UNIT.to_owned(), serde_json::to_string(&cursor)?);
    }
    Ok(outcome)
}

impl Cursor {
    /// By what the next question tells whether anything changed since `exchange`.
    fn asked(self, exchange: &Exchange, at: Timestamp) -> Self {
        let header = |name| exchange.header(name).map(str::to_owned);
        Self { tag: header("etag"), modified: header("last-modified"), read_at: at.as_second(), ..self }
    }
}

/// Hands on what the calendar says; what is to be remembered of it then.
fn told(
    now: Cursor,
    before: Option<&Cursor>,
    (text, exchange): (&str, &Exchange),
    request: &Request<'_>,
    outcome: &mut Outcome,
    sink: &mut Sink<'_>,
) -> Result<Cursor, BoxError> {
    let context = context(exchange, request.observed_at, request.zone.clone());
    let reading = reading(text.as_bytes(), &context);
    let mut gone = Gone::new();
    let held = before.map(|before| &before.meetings);
    let meetings = Held::after(held, &reading, Part::Whole, &context, &mut gone);
    let mut facts = reading.facts;
    facts.extend(tombstones(&gone, [&meetings].into_iter()));
    outcome.problems.extend(reading.problems);
    outcome.rows += facts.len() as u64;
    sink(Step { facts, cursor: None })?;
    // What broke off may be whole the next time, whatever the server says of it.
    let (tag, modified) = if reading.is_whole { (now.tag, now.modified) } else { (None, None) };
    Ok(Cursor { tag, modified, meetings, ..now })
}

/// The text of a calendar; none where it is something else.
fn calendar(exchange: &Exchange) -> Option<&str> {
    let text = exchange.body.as_str()?;
    let start = text.trim_start_matches('\u{feff}').trim_start().get(..15)?;
    start.eq_ignore_ascii_case("BEGIN:VCALENDAR").then_some(text)
}

fn context(exchange: &Exchange, observed_at: Timestamp, zone: TimeZone) -> Context<'_> {
    let modified = exchange.header("last-modified").and_then(date).unwrap_or(observed_at);
    Context { file: host(&exchange.url), calendar: None, modified, observed_at, zone }
}

fn date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::parse(text).ok().map(|time| time.timestamp())
}

fn failed(outcome: &mut Outcome, address: &Address, failure: &Failure) {
    let message = match failure {
        Failure::Limited { until, .. } => {
            outcome.until = Some(*until);
            return;
        }
        Failure::Unauthorised { .. } | Failure::Forbidden { .. } => {
            "who asks may not read this address: a calendar of CalDAV needs `user` and `token`, a private \
             address its secret part"
                .to_owned()
        }
        Failure::Missing { .. } => {
            "there is no calendar at this address (any more): a private address may have been given anew"
                .to_owned()
        }
        Failure::Unreachable { reason, .. } => format!("it does not answer: {reason}"),
        Failure::Broken { status, reason, .. } => format!("it answers {status}: {reason}"),
        Failure::Strange { .. } => NONE.to_owned(),
    };
    outcome.problems.push(Problem { subject: address.host().to_owned(), message });
}

/// The meetings of an answer that is a calendar.
pub(super) fn map(exchange: &Exchange, zone: &TimeZone) -> Mapped {
    let problem = |message: &str| Mapped {
        problems: vec![Problem { subject: host(&exchange.url).to_owned(), message: message.to_owned() }],
        ..Mapped::default()
    };
    if exchange.status == 304 {
        return Mapped::default();
    }
    let Some(text) = calendar(exchange) else { return problem(NONE) };
    let Some(observed_at) = exchange.at.or_else(|| exchange.header("date").and_then(date)) else {
        return problem(UNDATED);
    };
    let (facts, problems) = read(text.as_bytes(), &context(exchange, observed_at, zone.clone()));
    Mapped { facts, problems, ..Mapped::default() }
}

fn question(address: &Address, fresh: Option<&Cursor>) -> Call {
    let mut call = Call::get(address.url());
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    call.headers.push(header("accept", "text/calendar, */*;q=0.1"));
    let tag = fresh.and_then(|fresh| fresh.tag.as_deref());
    call.headers.extend(tag.map(|tag| header("if-none-match", tag)));
    let modified = fresh.and_then(|fresh| fresh.modified.as_deref());
    call.headers.extend(modified.map(|modified| header("if-modified-since", modified)));
    call
}
