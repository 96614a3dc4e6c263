//! A proof that was refused, and for how long it is not shown again: no series of syncs locks an account.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::values::hash;

/// How long a proof that was refused is not shown again.
const PAUSE: SignedDuration = SignedDuration::from_mins(30);

/// What is told where user and password do not fit `whom`, a server.
pub(crate) fn not_accepted(whom: &str) -> String {
    format!(
        "{whom} does not accept the user and the password; the same are not tried again for half an hour, so \
         that the account is not locked (some providers want a password made for one program)"
    )
}

/// What is told where they did not fit a short while ago.
pub(crate) fn not_yet(whom: &str) -> String {
    format!(
        "less than half an hour ago {whom} did not accept the user and the password; the same are not tried \
         again before, so that the account is not locked"
    )
}

/// A proof that a server did not accept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Refusal {
    /// When.
    at: Timestamp,
    /// 16 bits of a hash of it: enough to know it again by, and too few to guess it by.
    of: String,
}

impl Refusal {
    /// What would be remembered of `secret` for the account `of`, were it refused `at` that time.
    pub(crate) fn of(secret: &str, of: &str, at: Timestamp) -> Self {
        Self { at, of: hash([of.as_bytes(), secret.as_bytes()]).chars().take(4).collect() }
    }

    /// Whether `before` remembers the same of a short while ago.
    pub(crate) fn is_again(&self, before: Option<&String>) -> bool {
        let before: Option<Self> = before.and_then(|text| serde_json::from_str(text).ok());
        before.is_some_and(|before| before.of == self.of && self.at.duration_since(before.at).abs() < PAUSE)
    }

    /// It, to be kept.
    pub(crate) fn text(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }
}
