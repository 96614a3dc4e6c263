//! Chats: exports that lie here, and Slack itself; each message a state: it may be edited, reacted to,
//! deleted.

use std::collections::BTreeMap;

use qd_model::DeckError;
use qd_sources::{
    calendar::Address,
    chat::{
        self,
        api::{self, USUAL},
    },
    connector::BoxError,
    git::Progress,
    http::Token,
};

use super::{FILES, Store, asking, client, midnight, token};

impl Store<'_> {
    /// Reads messages.
    pub(super) fn chats(&mut self) -> Result<(), DeckError> {
        let source = self.source;
        match (source.token.is_some() || source.url.is_some(), source.paths.is_empty()) {
            (true, true) => self.slack(),
            (false, false) => self.exports(),
            (true, false) => Err(DeckError::new(
                "a source of kind `chat` has `paths` or `token`, not both: make it two sources",
            )),
            (false, true) => Err(DeckError::new(
                "a source of kind `chat` needs `paths`, exports of Slack or Mattermost, or folders of them; or \
                 `token`, where that of an app in Slack is to be had: `env:SLACK_TOKEN`",
            )),
        }
    }

    fn exports(&mut self) -> Result<(), DeckError> {
        let source = self.source;
        let options = chat::Options { private: &source.private, observed_at: self.opening.now };
        let cursor = self.cursors.get(FILES).cloned();
        let mut sink = |facts| self.take(FILES, facts).map_err(BoxError::from);
        let synced = chat::sync(&source.paths, cursor.as_deref(), &options, &mut sink)
            .map_err(|error| DeckError::new(error.to_string()))?;
        synced.problems.iter().for_each(|problem| self.told(problem));
        let notices = synced.notices.iter().map(|notice| format!("{}: {}", notice.subject, notice.message));
        self.report.notices.extend(notices);
        self.report.units = synced.exports;
        self.report.changed = synced.changed;
        self.flush(&BTreeMap::from([(FILES.to_owned(), synced.cursor)]))
    }

    /// Slack itself, asked by an app of the company's own.
    fn slack(&mut self) -> Result<(), DeckError> {
        let source = self.source;
        let Some(secret) = token(self.round, source)? else {
            return Err(DeckError::new(
                "a source of kind `chat` with `url` needs `token`, where that of an app in Slack is to be had",
            ));
        };
        let base = source.url.as_deref().unwrap_or(USUAL).trim_end_matches('/');
        if base.starts_with("http://") {
            // A token is shown without encryption to this machine alone.
            Address::new(base, None).map_err(DeckError::new)?;
        }
        let (name, watcher) = (source.name.as_str(), self.round.watcher);
        let notice = |words: &str| watcher(name, Progress { repo: words, done: 0, found: 0 });
        let settings = asking(self.round, source, base, Token::Bearer(secret.clone()));
        let mut client = client(self.opening, settings, &notice)?;
        let given = self.cursors.clone();
        let request = api::Request {
            base,
            secret: &secret,
            private: &source.private,
            cursors: &given,
            since: source.since.and_then(|day| midnight(day, &self.round.zone)),
            observed_at: self.opening.now,
        };
        let mut sink = |step| self.step(&source.kind, step).map_err(BoxError::from);
        let outcome =
            api::sync(&request, &mut client, &mut sink).map_err(|error| DeckError::new(error.to_string()))?;
        self.came(&outcome)
    }
}
