//! What must not leave: tokens in addresses, in bodies, and the token itself.
//!
//! Wider than the shapes that a scan of commits reports: here a false mask costs a word of a
//! recording, and a missed one costs a key.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

/// What stands in place of a secret.
pub const MASK: &str = "[secret]";

/// A secret shorter than this is none, and hiding it would spoil whatever words it is a part of.
const SHORTEST: usize = 8;

/// Shapes of tokens.
static SHAPES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"gh[pousr]_[A-Za-z0-9]{16,}",
        r"|github_pat_[A-Za-z0-9_]{16,}",
        r"|gl(?:pat|oas|dt|rt|cbt|ptt|ft|imt|agent|soat|ffct)-[A-Za-z0-9_.-]{16,}",
        r"|GR1348941[A-Za-z0-9_-]{16,}",
        r"|xox[a-z](?:\.[a-z]+)?-[A-Za-z0-9-]{8,}|xapp-[A-Za-z0-9-]{8,}",
        r"|hooks\.slack\.com/services/[A-Za-z0-9/]+",
        r"|(?:AKIA|ASIA)[A-Z0-9]{16}",
        r"|ATATT3[A-Za-z0-9_=-]{16,}|ATCTT3[A-Za-z0-9_=-]{16,}",
        r"|AIza[A-Za-z0-9_-]{35}",
        r"|sk-[A-Za-z0-9_-]{32,}|[sr]k_live_[A-Za-z0-9]{16,}",
        r"|npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{40,}|dckr_pat_[A-Za-z0-9_-]{20,}|hvs\.[A-Za-z0-9_-]{24,}",
        r"|eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}",
        r"|-----BEGIN [A-Z ]*PRIVATE KEY[A-Z ]*-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY[A-Z ]*-----|$)",
    ))
    .ok()
});

/// Secrets by their place: a parameter of an address, or a user's part of one.
static PLACES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)(?P<before>[?&](?:[a-z0-9_-]*[_-])?(?:token|secret|password|signature|sig|key|jwt|credential)=)[^&#\s]+",
        r"|(?P<scheme>\bhttps?://)[^/\s@:]*:[^/\s@]+@",
    ))
    .ok()
});

/// Hides the secrets that it knows, and those that it knows by their shape.
pub(super) struct Masks {
    known: Vec<String>,
}

impl Masks {
    /// Hides `secrets` too.
    pub(super) fn new(secrets: &[String]) -> Self {
        let mut known: Vec<String> = Vec::new();
        for secret in secrets.iter().filter(|secret| secret.len() >= SHORTEST) {
            known.push(secret.clone());
            known.push(encoded(secret));
        }
        known.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        known.dedup();
        Self { known }
    }

    /// `text` without secrets.
    pub(super) fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.known {
            if text.contains(secret.as_str()) {
                text = text.replace(secret.as_str(), MASK);
            }
        }
        if let Some(shapes) = SHAPES.as_ref() {
            text = shapes.replace_all(&text, MASK).into_owned();
        }
        if let Some(places) = PLACES.as_ref().filter(|_| text.contains('=') || text.contains('@')) {
            let hidden =
                places.replace_all(&text, |found: &regex::Captures<'_>| match found.name("scheme") {
                    Some(scheme) => format!("{}{MASK}@", scheme.as_str()),
                    None => format!("{}{MASK}", found.name("before").map_or("", |before| before.as_str())),
                });
            text = hidden.into_owned();
        }
        text
    }

    /// `url` without secrets.
    pub(super) fn url(&self, url: &str) -> String {
        self.text(url)
    }

    /// `value` without secrets, whatever place they stand in.
    pub(super) fn value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(items) => Value::Array(items.iter().map(|item| self.value(item)).collect()),
            Value::Object(fields) => Value::Object(
                fields
                    .iter()
                    .map(|(name, value)| {
                        let hide = is_secret(name) && value.is_string();
                        let value = if hide { Value::String(MASK.to_owned()) } else { self.value(value) };
                        (self.text(name), value)
                    })
                    .collect(),
            ),
            other => other.clone(),
        }
    }
}

/// Whether a field of this name holds a secret. `nextPageToken` does not.
fn is_secret(name: &str) -> bool {
    let last = name.rsplit(['_', '-', '.']).next().unwrap_or(name).to_ascii_lowercase();
    matches!(last.as_str(), "token" | "secret" | "password" | "passwd" | "apikey")
        || matches!(
            name,
            "private_key" | "api_key" | "routing_key" | "integration_key" | "clientSecret" | "accessToken"
        )
}

/// As it stands in an address.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}
