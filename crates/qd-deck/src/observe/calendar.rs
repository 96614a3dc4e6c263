//! Calendars: files, a file behind an address, and those of a server; each instance of a meeting a state.

use std::collections::{BTreeMap, BTreeSet};

use qd_model::DeckError;
use qd_sources::{
    calendar::{self, Account, Address, Request},
    connector::BoxError,
    git::Progress,
    http::Token,
};

use super::{FILES, Store, asking, client, token};

impl Store<'_> {
    /// Reads meetings.
    pub(super) fn calendars(&mut self) -> Result<(), DeckError> {
        match (self.source.url.as_deref(), self.source.paths.is_empty()) {
            (Some(url), true) => self.calendar_server(url),
            (None, false) => self.calendar_files(),
            (Some(_), false) => Err(DeckError::new(
                "a source of kind `calendar` has `paths` or `url`, not both: make it two sources",
            )),
            (None, true) => Err(DeckError::new(
                "a source of kind `calendar` needs `paths`, its ICS files or folders of them; or `url`, where one \
                 is to be had: `https://calendar.example.org/team.ics`",
            )),
        }
    }

    fn calendar_files(&mut self) -> Result<(), DeckError> {
        let (found, problems) = calendar::find(&self.source.paths);
        problems.iter().for_each(|problem| self.told(problem));
        // Where each entry has a file of its own, a folder is a calendar.
        let one = |found: &calendar::Found| found.calendar.clone().unwrap_or_else(|| found.name.clone());
        self.report.units = found.iter().map(one).collect::<BTreeSet<_>>().len();
        let context = calendar::Context {
            file: "",
            calendar: None,
            modified: self.opening.now,
            observed_at: self.opening.now,
            zone: self.round.zone.clone(),
        };
        let cursor = self.cursors.get(FILES).cloned();
        let mut sink = |facts| self.take(FILES, facts).map_err(BoxError::from);
        let synced = calendar::sync(&found, cursor.as_deref(), &context, &mut sink)
            .map_err(|error| DeckError::new(error.to_string()))?;
        synced.problems.iter().for_each(|problem| self.told(problem));
        self.report.changed = self.report.units.min(synced.read as usize);
        self.flush(&BTreeMap::from([(FILES.to_owned(), synced.cursor)]))
    }

    /// An address: of one calendar, which who knows it may read; with a user, of a server.
    fn calendar_server(&mut self, url: &str) -> Result<(), DeckError> {
        let source = self.source;
        let secret = token(self.round, source)?;
        let is_secret = url.contains("{token}");
        let wrong = match (&source.user, &secret) {
            (Some(_), None) => {
                Some("and `user` needs `token`, where the password is to be had: `env:CALENDAR_PASSWORD`")
            }
            (Some(_), _) if is_secret => Some("has `user` or `{token}` in its address, not both"),
            (None, Some(_)) if !is_secret => Some(
                "and `token` needs `user`, who asks; or `{token}` in the address in place of its secret part",
            ),
            (None, _) if source.auth.is_some() => Some("and `auth` needs `user`, who asks, and `token`"),
            _ => None,
        };
        if let Some(wrong) = wrong {
            return Err(DeckError::new(format!("a source of kind `calendar` with `url` {wrong}")));
        }
        let address = Address::new(url, secret.as_deref()).map_err(DeckError::new)?;
        let shown = match (&source.user, &secret, source.auth.as_deref()) {
            (Some(_), Some(secret), Some("oauth")) => Token::Bearer(secret.clone()),
            (Some(user), Some(secret), _) => Token::Basic { user: user.clone(), token: secret.clone() },
            _ => Token::Path(address.path().to_owned()),
        };
        let (name, watcher) = (source.name.as_str(), self.round.watcher);
        let notice = |words: &str| watcher(name, Progress { repo: words, done: 0, found: 0 });
        let mut client = client(self.opening, asking(self.round, source, address.base(), shown), &notice)?;
        let given = self.cursors.clone();
        let request = Request {
            cursors: &given,
            private: &source.private,
            zone: self.round.zone.clone(),
            observed_at: self.opening.now,
        };
        let mut sink = |step| self.step(&source.kind, step).map_err(BoxError::from);
        let outcome = match (&source.user, &secret) {
            (Some(user), Some(secret)) => {
                let account = Account { address: &address, user, secret };
                calendar::sync_server(&mut client, &account, &request, &mut sink)
            }
            _ => calendar::sync_address(&mut client, &address, &request, &mut sink),
        };
        let outcome = outcome.map_err(|error| DeckError::new(error.to_string()))?;
        self.came(&outcome)
    }
}
