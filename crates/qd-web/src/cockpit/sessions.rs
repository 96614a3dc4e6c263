//! Who is logged in: words that browsers carry, and the people they stand for.
//!
//! Sessions live in memory: a restart ends them all. A word is given anew at the login and every quarter of an hour, so
//! that one that was overheard is soon worth nothing; the one before is good for a moment longer, for what was asked
//! with it at the same time.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use qd_model::DeckError;

use super::ask::Viewer;

/// Gives a word that nobody can guess.
pub(super) type Secret<'a> = &'a dyn Fn() -> Result<String, DeckError>;

/// How long a word is good before another one takes its place.
const TURN: Duration = Duration::from_secs(15 * 60);
/// How long the word before it is still good.
const OVERLAP: Duration = Duration::from_secs(60);
/// After how long without a question somebody is no longer there.
const IDLE: Duration = Duration::from_secs(12 * 60 * 60);
/// How long a login is good at most.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Failed logins of one name after which it has to wait, and the longest wait.
const TRIES: u32 = 5;
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
/// Names whose failed logins are remembered.
const MOST_NAMES: usize = 10_000;

#[derive(Clone)]
struct Session {
    viewer: Viewer,
    begun: Instant,
    turned: Instant,
    seen: Instant,
    /// Where another word has taken this one's place: until when it is still good.
    until: Option<Instant>,
}

impl Session {
    fn is_good(&self, now: Instant) -> bool {
        self.until.is_none_or(|until| now < until)
            && now.duration_since(self.seen) < IDLE
            && now.duration_since(self.begun) < LONGEST
    }
}

/// Everybody who is logged in.
#[derive(Default)]
pub(super) struct Sessions {
    all: Mutex<HashMap<String, Session>>,
    failed: Mutex<HashMap<String, (u32, Instant)>>,
}

/// Who asks, and the word that the browser is to carry from now on where that is another.
pub(super) struct Entered {
    pub(super) viewer: Viewer,
    pub(super) word: Option<String>,
}

impl Sessions {
    /// Begins a session of `person`; the word that stands for it.
    ///
    /// # Errors
    /// Where no word can be had that nobody can guess.
    pub(super) fn begin(
        &self,
        secret: Secret<'_>,
        person: String,
        now: Instant,
    ) -> Result<String, DeckError> {
        let (word, token) = (secret()?, secret()?);
        let viewer = Viewer { person, token };
        let session = Session { viewer, begun: now, turned: now, seen: now, until: None };
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, session| session.is_good(now));
        all.insert(word.clone(), session);
        Ok(word)
    }

    /// Whom `word` stands for.
    pub(super) fn enter(&self, secret: Secret<'_>, word: &str, now: Instant) -> Option<Entered> {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let session = all.get_mut(word).filter(|session| session.is_good(now))?;
        session.seen = now;
        let viewer = session.viewer.clone();
        let is_due = session.until.is_none() && now.duration_since(session.turned) >= TURN;
        // Without another word the one there is goes on to be good.
        let Some(next) = is_due.then(|| secret().ok()).flatten() else {
            return Some(Entered { viewer, word: None });
        };
        session.until = Some(now + OVERLAP);
        let turned = Session { turned: now, until: None, ..session.clone() };
        all.insert(next.clone(), turned);
        Some(Entered { viewer, word: Some(next) })
    }

    /// Ends the session of `word`, under all its words.
    pub(super) fn end(&self, word: &str) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ended) = all.remove(word) {
            all.retain(|_, session| session.viewer.token != ended.viewer.token);
        }
    }

    /// How long `name` has to wait before the next try; nothing where it need not.
    pub(super) fn wait(&self, name: &str, now: Instant) -> Option<Duration> {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        let (times, last) = failed.get(name)?;
        let doubled = 1_u64 << times.checked_sub(TRIES)?.min(16);
        let until = *last + Duration::from_secs(doubled).min(LONGEST_WAIT);
        until.checked_duration_since(now).filter(|wait| !wait.is_zero())
    }

    /// Remembers how a login ended.
    pub(super) fn tried(&self, name: &str, is_right: bool, now: Instant) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        if is_right {
            failed.remove(name);
            return;
        }
        if failed.len() >= MOST_NAMES {
            failed.retain(|_, (_, last)| now.duration_since(*last) < LONGEST_WAIT);
        }
        if failed.len() < MOST_NAMES || failed.contains_key(name) {
            let (times, last) = failed.entry(name.to_owned()).or_insert((0, now));
            (*times, *last) = (times.saturating_add(1), now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn words_turn_and_end() {
        let given = std::cell::Cell::new(0);
        let secret: Secret<'_> = &|| {
            given.set(given.get() + 1);
            Ok(format!("word{}", given.get()))
        };
        let (sessions, start) = (Sessions::default(), Instant::now());
        let word = sessions.begin(secret, "ada".to_owned(), start).expect("a word");
        let entered = sessions.enter(secret, &word, start).expect("she is there");
        assert_eq!((entered.viewer.person.as_str(), entered.word), ("ada", None));
        let later = start + TURN;
        let next =
            sessions.enter(secret, &word, later).and_then(|entered| entered.word).expect("another word");
        assert!(sessions.enter(secret, &word, later).is_some_and(|entered| entered.word.is_none()));
        assert!(sessions.enter(secret, &word, later + OVERLAP).is_none(), "the first is no longer good");
        assert!(sessions.enter(secret, &next, later + OVERLAP).is_some());
        assert!(sessions.enter(secret, &next, later + OVERLAP + IDLE).is_none(), "nobody was there for long");
        assert!(sessions.enter(secret, "guess", start).is_none());
        let word = sessions.begin(secret, "bo".to_owned(), start).expect("a word");
        sessions.end(&word);
        assert!(sessions.enter(secret, &word, start).is_none());
    }

    #[test]
    fn who_guesses_has_to_wait() {
        let (sessions, start) = (Sessions::default(), Instant::now());
        for _ in 0..TRIES {
            assert!(sessions.wait("ada", start).is_none());
            sessions.tried("ada", false, start);
        }
        assert_eq!(sessions.wait("ada", start), Some(Duration::from_secs(1)));
        assert!(
            sessions.wait("ada", start + Duration::from_secs(1)).is_none()
                && sessions.wait("bo", start).is_none()
        );
        for _ in 0..40 {
            sessions.tried("ada", false, start);
        }
        assert_eq!(sessions.wait("ada", start), Some(LONGEST_WAIT));
        sessions.tried("ada", true, start);
        assert!(sessions.wait("ada", start).is_none());
    }
}
