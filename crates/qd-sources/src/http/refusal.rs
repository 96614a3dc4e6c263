//! What a refusal says: which right is missing, in the system's own words.

use crate::exchange::{Exchange, Failure};

/// The failure that `exchange` (of a status of 400 and above) is, without secrets.
pub(super) fn failure(exchange: &Exchange, url: String, mask: impl Fn(&str) -> String) -> Failure {
    let said = super::message(&exchange.body).map(|text| mask(&text));
    let reason = said.clone().unwrap_or_else(|| "it does not say why".to_owned());
    if is_stranger(exchange) {
        return Failure::Unauthorised { url, reason };
    }
    match (exchange.status, missing(exchange)) {
        (403 | 404, Some(right)) => Failure::Forbidden { url, right: mask(&right) },
        (403, None) => Failure::Forbidden { url, right: reason },
        (404 | 410, None) => Failure::Missing { url },
        (status, _) => Failure::Broken { url, status, reason },
    }
}

/// Whether it does not know who asks. Jira answers questions with a wrong token as if nobody in
/// particular had asked, and says so in a header.
fn is_stranger(exchange: &Exchange) -> bool {
    let login = exchange.header("x-seraph-loginreason").unwrap_or_default();
    exchange.status == 401
        || login.contains("AUTHENTICATED_FAILED")
        || login.contains("AUTHENTICATION_DENIED")
}

/// The right that is missing, where the answer names one.
fn missing(exchange: &Exchange) -> Option<String> {
    if let Some(sso) = exchange.header("x-github-sso").filter(|sso| sso.starts_with("required")) {
        let place = sso.split_once("url=").map_or("the organisation's settings", |(_, url)| url);
        return Some(format!("it must be authorised for single sign-on at {place}"));
    }
    if let Some(needed) = exchange.header("x-accepted-oauth-scopes").filter(|needed| !needed.is_empty()) {
        let has = exchange.header("x-oauth-scopes").unwrap_or_default();
        let owned: Vec<&str> = has.split(',').map(str::trim).collect();
        if !needed.split(',').any(|scope| owned.contains(&scope.trim())) {
            let has = if has.is_empty() { "none" } else { has };
            return Some(format!("it needs one of the scopes {needed}; it has {has}"));
        }
    }
    // Refused for lack of rights, a 404 of GitHub looks like one of what is not there.
    if exchange.status != 403 {
        return None;
    }
    if let Some(needed) = exchange.header("x-accepted-github-permissions").filter(|needed| !needed.is_empty())
    {
        return Some(format!("it needs {needed}"));
    }
    let scope = exchange.body.get("scope").and_then(|scope| scope.as_str())?;
    (exchange.body.get("error").and_then(|error| error.as_str()) == Some("insufficient_scope")).then(|| {
        format!("it needs one of the scopes {}", scope.split_whitespace().collect::<Vec<_>>().join(", "))
    })
}
