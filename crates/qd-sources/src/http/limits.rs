//! How an answer is judged: good, to be asked again after a while, or refused.
//!
//! Systems say when to come back in several ways: `Retry-After` (RFC 9110, seconds or a date),
//! `X-RateLimit-Reset` (GitHub: seconds since 1970; Jira: a time), `RateLimit-Reset` (GitLab:
//! seconds since 1970; others: seconds from now). Theirs is taken by their own clock, where they
//! say what time it is, so that a clock that goes wrong here does no harm.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp, fmt::rfc2822};

use crate::exchange::Exchange;

/// Wait where a limit is used up and nobody says for how long: what GitHub asks for.
const UNKNOWN_LIMIT: Duration = Duration::from_secs(60);

/// What to do with an answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Use it.
    Good,
    /// Ask again after a while.
    Wait {
        /// How long.
        wait: Duration,
        /// Whether a limit is used up; else it failed.
        limit: bool,
    },
    /// A limit is used up for longer than anybody waits.
    Until(Timestamp),
    /// Asking again would not help.
    Refused,
}

/// What to do with `exchange`, answered at `now` to the try numbered `tried` (from 1).
pub(super) fn judge(exchange: &Exchange, now: Timestamp, tried: u32, patience: Duration) -> Verdict {
    let told = told(exchange, now);
    if is_limit(exchange) {
        let wait = told.unwrap_or(UNKNOWN_LIMIT);
        return if wait > patience {
            Verdict::Until(super::later(now, wait))
        } else {
            Verdict::Wait { wait, limit: true }
        };
    }
    match exchange.status {
        // What is not done there, or is too much, stays so.
        501 | 507 => Verdict::Refused,
        408 | 500.. => match told {
            Some(wait) if wait > patience => Verdict::Until(super::later(now, wait)),
            Some(wait) => Verdict::Wait { wait, limit: false },
            None => Verdict::Wait { wait: back_off(tried, &exchange.url, now), limit: false },
        },
        400.. => Verdict::Refused,
        _ => Verdict::Good,
    }
}

/// 1, 2, 4, 8 ... seconds, half as much again or less, so that many clients do not come back at once.
pub(super) fn back_off(tried: u32, url: &str, now: Timestamp) -> Duration {
    let mut hasher = DefaultHasher::new();
    (url, tried, now.as_nanosecond()).hash(&mut hasher);
    let jitter = (hasher.finish() % 1000) as f64 / 1000.0 - 0.5;
    let seconds = f64::from(1_u32 << tried.saturating_sub(1).min(6));
    Duration::from_secs_f64(seconds * (1.0 + jitter))
}

fn is_limit(exchange: &Exchange) -> bool {
    match exchange.status {
        429 => true,
        403 => {
            let says = || {
                super::message(&exchange.body).is_some_and(|text| text.to_lowercase().contains("rate limit"))
            };
            exchange.header("retry-after").is_some()
                || exchange.header("x-ratelimit-remaining") == Some("0")
                || says()
        }
        // GraphQL answers 200 and puts the limit among the errors.
        200 => exchange.body.get("errors").and_then(|errors| errors.as_array()).is_some_and(|errors| {
            errors
                .iter()
                .any(|error| error.get("type").and_then(|kind| kind.as_str()) == Some("RATE_LIMITED"))
        }),
        _ => false,
    }
}

/// How long the system says to wait.
fn told(exchange: &Exchange, now: Timestamp) -> Option<Duration> {
    let theirs = exchange.header("date").and_then(moment).unwrap_or(now);
    if let Some(after) = exchange.header("retry-after") {
        let after = after.trim();
        return after.parse().map(Duration::from_secs).ok().or_else(|| until(theirs, moment(after)?));
    }
    if exchange
        .header("x-ratelimit-remaining")
        .or_else(|| exchange.header("ratelimit-remaining"))
        .is_some_and(|left| left != "0")
    {
        return None;
    }
    let reset = exchange.header("x-ratelimit-reset").or_else(|| exchange.header("ratelimit-reset"))?.trim();
    match reset.parse::<u32>() {
        Ok(seconds) if seconds < 1_000_000_000 => Some(Duration::from_secs(seconds.into())),
        // A second more: the limit is new only when the second is over.
        Ok(seconds) => until(theirs, Timestamp::from_second(i64::from(seconds) + 1).ok()?),
        Err(_) => until(theirs, moment(reset)?),
    }
}

pub(super) fn moment(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| Some(rfc2822::parse(text).ok()?.timestamp()))
}

fn until(now: Timestamp, then: Timestamp) -> Option<Duration> {
    let wait = then.duration_since(now);
    Some(if wait < SignedDuration::ZERO { Duration::ZERO } else { wait.unsigned_abs() })
}
