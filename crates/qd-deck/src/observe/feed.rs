//! Feeds: each asked for by its address, on request only.

use std::collections::BTreeMap;

use qd_model::DeckError;
use qd_sources::{Problem, feed, git::Progress, http::Token};

use super::{Store, asking, client};

impl Store<'_> {
    /// Reads what the feeds published since; one that is broken stops no other.
    pub(super) fn feeds(&mut self) -> Result<(), DeckError> {
        let source = self.source;
        if source.urls.is_empty() {
            return Err(DeckError::new("a source of kind `feed` needs `urls`, the addresses of its feeds"));
        }
        let (own, watcher) = (source.name.as_str(), self.round.watcher);
        let notice = |words: &str| watcher(own, Progress { repo: words, done: 0, found: 0 });
        let mut moved = BTreeMap::new();
        for url in &source.urls {
            let Some(name) = feed::name(url) else {
                let message = "the address of a feed begins with `https://`".to_owned();
                self.told(&Problem { subject: "a feed".to_owned(), message });
                continue;
            };
            // One client each: whoever does not answer keeps nobody from asking the next.
            let mut client = client(self.opening, asking(self.round, source, url, Token::None), &notice)?;
            let known = self.cursors.get(&name).cloned();
            let synced = feed::sync(&mut client, url, known.as_deref(), self.opening.now);
            self.report.requests += 1;
            synced.problems.iter().for_each(|problem| self.told(problem));
            let Some(cursor) = synced.cursor else { continue };
            self.report.units += 1;
            self.report.changed += usize::from(known.as_ref() != Some(&cursor));
            self.take(&name, synced.facts)?;
            moved.insert(name, cursor);
        }
        self.report.is_unreached = self.report.units == 0;
        self.flush(&moved)
    }
}
