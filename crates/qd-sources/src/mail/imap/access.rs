//! As whom a mail server is asked.

use std::fmt;

use crate::http::Patience;

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

impl<'a> Access<'a> {
    /// The password or token itself.
    pub(super) fn secret(&self) -> &'a str {
        let (Proof::Password(secret) | Proof::Token(secret)) = self.proof;
        secret
    }
}
