//! OAuth 2.0 without a browser of our own: a code that the user confirms elsewhere (RFC 8628), and the
//! access tokens that come of it.
//!
//! What is asked and answered here is secret as a whole: nothing is recorded, and of an answer that
//! refuses only the code of the error is told. The crate `oauth2` does the same, but switches features
//! of crates on that the engine of the tables is built with; these are two forms and one loop.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    exchange::{Call, Exchange},
    http::Client,
    values::words,
};

/// Seconds between two questions, where the server does not say (RFC 8628, 3.2).
const INTERVAL: u64 = 5;
/// Longest time that a code is waited for, whatever the server says.
const LONGEST: u64 = 3600;

/// Who gives tokens, and to which app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// Where a device asks for a code; none where none is given for mail.
    device: Option<String>,
    /// Where tokens are given.
    token: String,
    scope: &'static str,
    /// Id of the app.
    client: String,
}

impl App {
    /// The app `client` of Microsoft's: the id, or `TENANT/ID` for an app of one company.
    #[must_use]
    pub fn microsoft(client: &str) -> Self {
        let (tenant, client) = client.split_once('/').unwrap_or(("common", client));
        let base = format!("https://login.microsoftonline.com/{tenant}/oauth2/v2.0");
        Self {
            device: Some(format!("{base}/devicecode")),
            token: format!("{base}/token"),
            scope: "https://outlook.office.com/IMAP.AccessAsUser.All offline_access",
            client: client.to_owned(),
        }
    }

    /// The app `client` of Google's, which gives no device a token for mail.
    #[must_use]
    pub fn google(client: &str) -> Self {
        Self {
            device: None,
            token: "https://oauth2.googleapis.com/token".to_owned(),
            scope: "https://mail.google.com/",
            client: client.to_owned(),
        }
    }

    /// The app of the provider that `name` means.
    #[must_use]
    pub fn of(name: &str, client: &str) -> Option<Self> {
        match name {
            "microsoft" => Some(Self::microsoft(client)),
            "google" => Some(Self::google(client)),
            _ => None,
        }
    }

    /// Where tokens are given; the client that asks must be one for this address.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.token
    }
}

/// What the user has to confirm.
#[derive(Clone, PartialEq, Eq)]
pub struct Code {
    /// Where.
    pub url: String,
    /// What to type there.
    pub code: String,
    device: String,
    interval: u64,
    lasts: u64,
}

/// What proves who asks, for about an hour, and what gives the next such proof.
#[derive(Clone, PartialEq, Eq)]
pub struct Tokens {
    /// To be shown, and not kept.
    pub access: String,
    /// To be kept where secrets are; none where the old one goes on.
    pub refresh: Option<String>,
}

impl std::fmt::Debug for Code {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Code").field("url", &self.url).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Tokens(..)")
    }
}

/// Asks for a code.
///
/// # Errors
/// Why there is none, in words without any secret.
pub fn begin(client: &Client<'_>, app: &App) -> Result<Code, String> {
    let Some(device) = &app.device else {
        return Err("Google gives no code for mail: its list of what devices may ask for does not hold \
                    `https://mail.google.com/`. Use a password made for one program (an app password) with \
                    `auth = \"password\"`, or let a helper print an access token: `auth = \"oauth\"`, \
                    `token = \"command:LINE\"`"
            .to_owned());
    };
    let answer = post(client, device, &[("client_id", &app.client), ("scope", app.scope)])?;
    if let Some(error) = refused(&answer) {
        return Err(format!("no code is given: {error}"));
    }
    let body = &answer.body;
    let seconds = |name: &str| body.pointer(name).and_then(Value::as_u64);
    let url = words(body, "/verification_uri").or_else(|| words(body, "/verification_url"));
    let shown = |text: String| Some(text).filter(|text| !text.chars().any(char::is_control));
    match (url.and_then(shown), words(body, "/user_code").and_then(shown), words(body, "/device_code")) {
        (Some(url), Some(code), Some(device)) => Ok(Code {
            url,
            code,
            device,
            interval: seconds("/interval").unwrap_or(INTERVAL).clamp(1, 60),
            lasts: seconds("/expires_in").unwrap_or(900).min(LONGEST),
        }),
        _ => Err("the answer holds no code; is this the address of an OAuth server?".to_owned()),
    }
}

/// Asks again and again, as slowly as the server wants, until the user has confirmed `code`.
///
/// # Errors
/// Why there are no tokens, in words without any secret.
pub fn wait(
    client: &Client<'_>,
    app: &App,
    secret: Option<&str>,
    code: &Code,
    clock: &dyn Fn() -> Timestamp,
    sleep: &dyn Fn(Duration),
) -> Result<Tokens, String> {
    let began = clock();
    let (mut interval, mut silent) = (code.interval, 0);
    let late = || "nobody confirmed the code in time; ask for another".to_owned();
    loop {
        sleep(Duration::from_secs(interval));
        let passed = clock().duration_since(began).as_secs().unsigned_abs();
        if passed > code.lasts {
            return Err(late());
        }
        let mut form = vec![
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("client_id", app.client.as_str()),
            ("device_code", code.device.as_str()),
        ];
        form.extend(secret.map(|secret| ("client_secret", secret)));
        let answer = match post(client, &app.token, &form) {
            Ok(answer) => answer,
            // One answer that is lost is no end: RFC 8628 wants longer pauses then.
            Err(_) if silent < 3 => {
                (silent, interval) = (silent + 1, (interval * 2).min(60));
                continue;
            }
            Err(reason) => return Err(reason),
        };
        silent = 0;
        match refused(&answer).as_deref() {
            None => return tokens(&answer.body),
            Some("authorization_pending") => {}
            Some("slow_down") => interval = (interval + 5).min(60),
            Some("expired_token" | "code_expired") => return Err(late()),
            Some("access_denied" | "authorization_declined") => return Err("it was declined".to_owned()),
            Some(error) => return Err(format!("no token is given: {error}")),
        }
    }
}

/// Gives an access token for `refresh`.
///
/// # Errors
/// Why there is none, in words without any secret.
pub fn renew(client: &Client<'_>, app: &App, secret: Option<&str>, refresh: &str) -> Result<Tokens, String> {
    let mut form =
        vec![("grant_type", "refresh_token"), ("client_id", app.client.as_str()), ("refresh_token", refresh)];
    form.extend(secret.map(|secret| ("client_secret", secret)));
    // Who widens what was granted is refused: Google's answer is for what was granted.
    if app.device.is_some() {
        form.push(("scope", app.scope));
    }
    let answer = post(client, &app.token, &form)?;
    match refused(&answer).as_deref() {
        None => tokens(&answer.body),
        Some(error) if error.starts_with("invalid_grant") || error.starts_with("interaction_required") => {
            Err(format!("the kept token is no longer accepted ({error}); `quarterdeck login` gives another"))
        }
        Some(error) => Err(format!("no token is given: {error}")),
    }
}

fn tokens(body: &Value) -> Result<Tokens, String> {
    let access = words(body, "/access_token").ok_or("the answer holds no token")?;
    Ok(Tokens { access, refresh: words(body, "/refresh_token") })
}

/// The code of the error that an answer is; none where it is none.
fn refused(answer: &Exchange) -> Option<String> {
    let is_code = |text: &String| {
        text.len() <= 60 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    match words(&answer.body, "/error").filter(is_code) {
        Some(code) => {
            // Microsoft's own number says more, and is looked up by it.
            let numbers = answer.body.pointer("/error_codes/0").and_then(Value::as_u64);
            let plain = matches!(
                code.as_str(),
                "authorization_pending"
                    | "slow_down"
                    | "expired_token"
                    | "access_denied"
                    | "authorization_declined"
            );
            Some(match numbers.filter(|_| !plain) {
                Some(number) if !code.ends_with("code_expired") => format!("{code}, AADSTS{number}"),
                _ => code,
            })
        }
        None if answer.status >= 400 => Some(format!("it answers {}", answer.status)),
        None => None,
    }
}

fn post(client: &Client<'_>, url: &str, form: &[(&str, &str)]) -> Result<Exchange, String> {
    let pairs: Vec<String> = form.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    let call = Call {
        method: "POST",
        url: url.to_owned(),
        headers: vec![("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())],
        body: Some(Value::from(pairs.join("&"))),
    };
    client.once(&call).map_err(|failure| failure.to_string())
}

pub(crate) fn encoded(text: &str) -> String {
    let is_kept = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    text.bytes()
        .map(|byte| if is_kept(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests;
