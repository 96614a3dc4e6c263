//! Slack's answers: always 200, and `ok` says whether it is one.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::{
    exchange::{Exchange, Failure, Shape},
    values::words,
};

/// Any answer of Slack's.
pub(super) const SHAPE: Shape = Shape {
    name: "an answer of Slack's (with `ok`)",
    fits: |body| body.get("ok").is_some_and(Value::is_boolean),
};

/// What a token is told that is none, or none any more.
const STRANGER: &[&str] = &[
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "no_permission",
    "not_allowed_token_type",
    "org_login_required",
    "team_access_not_granted",
];
/// What is told of something that is there no more.
const GONE: &[&str] = &["channel_not_found", "thread_not_found", "message_not_found"];
/// What is told of a conversation that the token's owner does not take part in.
const OUTSIDER: &[&str] = &["not_in_channel", "access_denied", "ekm_access_denied", "restricted_action"];

/// The answer, where it is `ok`.
pub(super) fn judge(exchange: Exchange, now: Timestamp) -> Result<Exchange, Failure> {
    if exchange.body.get("ok") == Some(&Value::Bool(true)) {
        return Ok(exchange);
    }
    let url = exchange.url.split('?').next().unwrap_or_default().to_owned();
    let error = code(&exchange.body, "/error").unwrap_or_else(|| "an error without a name".to_owned());
    Err(match error.as_str() {
        "ratelimited" | "rate_limited" => {
            let wait =
                exchange.header("retry-after").and_then(|text| text.trim().parse().ok()).unwrap_or(60_u32);
            let from = exchange.at.unwrap_or(now);
            Failure::Limited {
                url,
                until: from.saturating_add(SignedDuration::from_secs(wait.into())).unwrap_or(from),
            }
        }
        "missing_scope" => Failure::Forbidden { url, right: scope(&exchange.body) },
        known if STRANGER.contains(&known) => Failure::Unauthorised { url, reason: error },
        known if GONE.contains(&known) => Failure::Missing { url },
        known if OUTSIDER.contains(&known) => {
            Failure::Forbidden { url, right: format!("whose token it is takes no part there (`{known}`)") }
        }
        _ => Failure::Broken { url, status: exchange.status, reason: error },
    })
}

fn scope(body: &Value) -> String {
    let needed = code(body, "/needed").unwrap_or_else(|| "that it does not name".to_owned());
    format!(
        "the token lacks the scope `{needed}`; add it to the app, install the app again, and take its new token"
    )
}

/// A word of Slack's for a thing of its own: no text of anybody's.
fn code(body: &Value, place: &str) -> Option<String> {
    let text = words(body, place)?;
    let is_code = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'.' | b',' | b'-');
    (text.len() <= 200 && text.bytes().all(is_code)).then_some(text)
}

/// The method that an address asks: `conversations.history`.
pub(super) fn method(url: &str) -> &str {
    let path = url.split('?').next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default()
}

/// A parameter of an address.
pub(super) fn parameter<'u>(url: &'u str, name: &str) -> Option<&'u str> {
    let (_, query) = url.split_once('?')?;
    query.split('&').find_map(|part| part.strip_prefix(name)?.strip_prefix('='))
}

/// Text as a part of an address.
pub(super) fn encoded(text: &str) -> String {
    let kept = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    let part = |byte: u8| if kept(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(part).collect()
}
