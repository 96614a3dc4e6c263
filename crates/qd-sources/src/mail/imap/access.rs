//! As whom a mail server is asked, and what is remembered where it does not accept that.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{http::Patience, values::hash};

/// How long a proof that was refused is not shown again.
const PAUSE: SignedDuration = SignedDuration::from_mins(30);
/// What is told where user and password do not fit.
pub(super) const NOT_ACCEPTED: &str = "the mail server does not accept the user and the password; the same are not tried \
                            again for half an hour, so that the account is not locked (some providers want a \
                            password made for one program)";
/// What is told where they did not fit a short while ago.
pub(super) const NOT_YET: &str = "less than half an hour ago the mail server did not accept the user and the password; the \
                       same are not tried again before, so that the account is not locked";

/// What proves who asks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Proof<'a> {
    /// A password.
    Password(&'a str),
    /// An access token of OAuth 2.0, for servers that take `XOAUTH2`.
    Token(&'a str),
}

impl fmt::Debug for Proof<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Password(_) => "Password(..)",
            Self::Token(_) => "Token(..)",
        })
    }
}

/// Where a mailbox is, and as whom it is asked.
#[derive(Debug, Clone, Copy)]
pub struct Access<'a> {
    /// `imaps://imap.example.org`; `imap://` only for a server on this machine.
    pub url: &'a str,
    /// Who asks.
    pub user: &'a str,
    /// What proves it.
    pub proof: Proof<'a>,
    /// Certificates (PEM) to trust in place of the public ones.
    pub certificates: Option<&'a [u8]>,
    /// How long a server that does not answer is borne with. `tries` is how often a connection is
    /// made; who is not let in makes no second one.
    pub patience: Patience,
}

/// A proof that the server did not accept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Refusal {
    /// When.
    at: Timestamp,
    /// 16 bits of a hash of it: enough to know it again by, and too few to guess it by.
    of: String,
}

impl Refusal {
    /// What would be remembered of `access` to the mailbox `of`, were it refused `at` that time.
    pub(super) fn of(access: &Access<'_>, of: &str, at: Timestamp) -> Self {
        let (Proof::Password(secret) | Proof::Token(secret)) = access.proof;
        Self { at, of: hash([of.as_bytes(), secret.as_bytes()]).chars().take(4).collect() }
    }

    /// Whether `before` remembers the same of a short while ago.
    pub(super) fn is_again(&self, before: Option<&String>) -> bool {
        let before: Option<Self> = before.and_then(|text| serde_json::from_str(text).ok());
        before.is_some_and(|before| before.of == self.of && self.at.duration_since(before.at).abs() < PAUSE)
    }

    /// It, to be kept.
    pub(super) fn text(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }
}
