//! Mailboxes, on this machine and on a server: each message an event.

use std::collections::BTreeMap;

use qd_model::DeckError;
use qd_sources::{
    connector::BoxError,
    mail::{
        self,
        imap::{self, Access, Proof},
    },
    oauth,
};

use crate::login;

use super::{FILES, Store, token};

impl Store<'_> {
    /// Reads what came by mail.
    pub(super) fn mailboxes(&mut self) -> Result<(), DeckError> {
        match (self.source.url.as_deref(), self.source.paths.is_empty()) {
            (Some(url), true) => self.mail_server(url),
            (None, false) => self.mail_files(),
            (Some(_), false) => Err(DeckError::new(
                "a source of kind `mail` has `paths` or `url`, not both: make it two sources",
            )),
            (None, true) => Err(DeckError::new(
                "a source of kind `mail` needs `paths`, its mbox files, its Maildirs, or folders of either; or \
                 `url`, its server: `imaps://imap.example.org`",
            )),
        }
    }

    fn mail_files(&mut self) -> Result<(), DeckError> {
        let source = self.source;
        let options = mail::Options { private: &source.private, observed_at: self.opening.now };
        let cursor = self.cursors.get(FILES).cloned();
        let mut sink = |facts| self.take(FILES, facts).map_err(BoxError::from);
        let synced = mail::sync(&source.paths, cursor.as_deref(), &options, &mut sink)
            .map_err(|error| DeckError::new(error.to_string()))?;
        synced.problems.iter().for_each(|problem| self.told(problem));
        self.report.units = synced.mailboxes;
        self.report.changed = synced.changed;
        self.flush(&BTreeMap::from([(FILES.to_owned(), synced.cursor)]))
    }

    /// The access token that `kept` gives; what gives the next one is kept in its place.
    fn access(&self, kept: String) -> Result<String, DeckError> {
        let (app, secret) = login::app(self.opening, self.source)?;
        let client = login::client(self.opening, &app, self.round.patience)?;
        let tokens = oauth::renew(&client, &app, secret.as_deref(), &kept).map_err(DeckError::new)?;
        // Where nothing keeps it, the old one goes on for as long as its giver lets it.
        if let Some(next) = tokens.refresh.filter(|next| *next != kept && self.source.keep.is_some()) {
            let _alone = self.round.gate.lock();
            login::keep(self.opening, self.source, &next)?;
        }
        Ok(tokens.access)
    }

    fn mail_server(&mut self, url: &str) -> Result<(), DeckError> {
        let source = self.source;
        let (Some(user), Some(secret)) = (&source.user, token(self.round, source)?) else {
            return Err(DeckError::new(
                "a source of kind `mail` with `url` needs `user`, who asks, and `token`, where the password is \
                 to be had: `env:MAIL_PASSWORD`",
            ));
        };
        let secret = if source.oauth.is_some() { self.access(secret)? } else { secret };
        let proof = match source.auth.as_deref() {
            Some("oauth") => Proof::Token(&secret),
            _ => Proof::Password(&secret),
        };
        let access = Access { url, user, proof, certificates: None, patience: self.round.patience };
        let given = self.cursors.clone();
        let request = imap::Request {
            cursors: &given,
            private: &source.private,
            since: source.since,
            observed_at: self.opening.now,
        };
        let mut sink = |step| self.step(&source.kind, step).map_err(BoxError::from);
        let outcome =
            imap::sync(&access, &request, &mut sink).map_err(|error| DeckError::new(error.to_string()))?;
        self.came(&outcome)
    }
}
