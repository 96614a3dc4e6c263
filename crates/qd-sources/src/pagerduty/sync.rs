//! What to ask PagerDuty.
//!
//! Three questions, each page by page: incidents that began since the last sync, incidents that are
//! open whenever they began (a state must not rot), and the log since the last sync, which tells of
//! the older ones what became of them. PagerDuty shows at most 180 days and 10,000 rows of an
//! answer; time is cut into windows that stay below both.

use jiff::{SignedDuration, Timestamp};
use qd_tables::Fact;

use super::map;
use crate::{
    Problem,
    exchange::{Call, Failure, Shape, Transport},
    git::BoxError,
    values::{instant, items},
};

/// Rows of a page: the most that is given.
const PAGE: usize = 100;
/// Rows that can be paged to with one pair of dates.
const REACH: usize = 10_000;
/// A page of incidents.
const INCIDENTS: Shape = Shape {
    name: "a list `incidents`",
    fits: |body| body.get("incidents").is_some_and(serde_json::Value::is_array),
};
/// A page of the log.
const ENTRIES: Shape = Shape {
    name: "a list `log_entries`",
    fits: |body| body.get("log_entries").is_some_and(serde_json::Value::is_array),
};
/// Longest span between two dates; six months is refused where they are short ones.
const WINDOW: SignedDuration = SignedDuration::from_hours(24 * 179);
/// How far a sync looks back behind the last one, since the log is written a little late.
const OVERLAP: SignedDuration = SignedDuration::from_mins(30);

/// What a sync is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Where it answers, without a slash at the end: `https://api.pagerduty.com`.
    pub base: &'a str,
    /// Cursor that the last kept sync returned.
    pub cursor: Option<&'a str>,
    /// Oldest instant to read where there is no cursor.
    pub since: Timestamp,
    /// When the sync began.
    pub observed_at: Timestamp,
}

/// What became of a sync.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Synced {
    /// Where the next one goes on; to be kept with the facts, also where this one failed.
    pub cursor: Option<String>,
    /// Questions asked.
    pub requests: u64,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// Why it ended early; what was handed on before holds.
    pub failure: Option<Failure>,
}

/// Reads what is new, and hands on the facts page by page.
///
/// # Errors
/// Where the facts could not be handed on.
pub fn sync(
    transport: &mut dyn Transport,
    request: &Request<'_>,
    sink: &mut dyn FnMut(Vec<Fact>) -> Result<(), BoxError>,
) -> Result<Synced, BoxError> {
    let synced = Synced { cursor: request.cursor.map(str::to_owned), ..Synced::default() };
    let mut run = Run { transport, base: request.base, sink, synced };
    let known: Option<Timestamp> = request.cursor.and_then(|cursor| cursor.parse().ok());
    let from = known.map_or(request.since, |known| known.saturating_sub(OVERLAP).unwrap_or(known));
    match run.all(from, request.observed_at) {
        Ok(()) => {}
        Err(Halt::Failed(failure)) => run.synced.failure = Some(failure),
        Err(Halt::Sink(error)) => return Err(error),
    }
    Ok(run.synced)
}

enum Halt {
    Failed(Failure),
    Sink(BoxError),
}

struct Run<'a> {
    transport: &'a mut dyn Transport,
    base: &'a str,
    sink: &'a mut dyn FnMut(Vec<Fact>) -> Result<(), BoxError>,
    synced: Synced,
}

impl Run<'_> {
    fn all(&mut self, from: Timestamp, until: Timestamp) -> Result<(), Halt> {
        let open = "incidents?date_range=all&statuses%5B%5D=triggered&statuses%5B%5D=acknowledged&sort_by=created_at%3Aasc";
        if !self.pages(open, "incidents", INCIDENTS)?.is_whole {
            let message = format!(
                "more than {REACH} incidents are open; those that began before the last sync and \
                lie beyond are not looked at again"
            );
            self.synced.problems.push(Problem { subject: self.base.to_owned(), message });
        }
        let mut start = from;
        while start < until {
            let end = start.checked_add(WINDOW).unwrap_or(until).min(until);
            self.began(start, end)?;
            // Newest first: the log cannot be asked for in another order.
            self.log(start, end)?;
            // Only what is read to its end is not read again.
            self.synced.cursor = Some(end.to_string());
            start = end;
        }
        Ok(())
    }

    /// Incidents that began in a window, oldest first. Where more began than can be paged to, the
    /// window goes on from the last one seen.
    fn began(&mut self, from: Timestamp, until: Timestamp) -> Result<(), Halt> {
        let mut start = from;
        loop {
            let question = format!("incidents?sort_by=created_at%3Aasc&since={start}&until={until}");
            let seen = self.pages(&question, "incidents", INCIDENTS)?;
            let (false, Some(last)) = (seen.is_whole, seen.newest) else { return Ok(()) };
            let next = last.max(start.saturating_add(SignedDuration::from_secs(1)).unwrap_or(until));
            if next >= until {
                return Ok(());
            }
            start = next;
        }
    }

    /// Entries of the log in a window, newest first. Where there are more than can be paged to, the
    /// window ends at the oldest one seen.
    fn log(&mut self, from: Timestamp, until: Timestamp) -> Result<(), Halt> {
        let mut end = until;
        loop {
            let question = format!("log_entries?is_overview=true&since={from}&until={end}");
            let seen = self.pages(&question, "log_entries", ENTRIES)?;
            let (false, Some(oldest)) = (seen.is_whole, seen.oldest) else { return Ok(()) };
            let next = oldest.min(end.saturating_sub(SignedDuration::from_secs(1)).unwrap_or(from));
            if next <= from {
                return Ok(());
            }
            end = next;
        }
    }

    /// All pages of an answer, as far as can be paged to.
    fn pages(&mut self, question: &str, list: &str, shape: Shape) -> Result<Seen, Halt> {
        let mut seen = Seen { is_whole: true, oldest: None, newest: None };
        let mut offset = 0;
        loop {
            let mut call = Call::get(format!("{}/{question}&limit={PAGE}&offset={offset}", self.base));
            call.headers.push(("accept".to_owned(), "application/vnd.pagerduty+json;version=2".to_owned()));
            self.synced.requests += 1;
            let exchange =
                self.transport.send(&call).and_then(|answer| answer.expect(shape)).map_err(Halt::Failed)?;
            let mapped = map(&exchange);
            self.synced.problems.extend(mapped.problems);
            if !mapped.facts.is_empty() {
                (self.sink)(mapped.facts).map_err(Halt::Sink)?;
            }
            let rows = items(&exchange.body, &format!("/{list}"));
            for time in rows.iter().filter_map(|row| instant(row, "/created_at")) {
                seen.oldest = Some(seen.oldest.map_or(time, |oldest: Timestamp| oldest.min(time)));
                seen.newest = Some(seen.newest.map_or(time, |newest: Timestamp| newest.max(time)));
            }
            let is_more = exchange.body.get("more").and_then(serde_json::Value::as_bool).unwrap_or(false);
            if !is_more || rows.is_empty() {
                return Ok(seen);
            }
            offset += rows.len();
            if offset + PAGE > REACH {
                seen.is_whole = false;
                return Ok(seen);
            }
        }
    }
}

struct Seen {
    is_whole: bool,
    oldest: Option<Timestamp>,
    newest: Option<Timestamp>,
}
