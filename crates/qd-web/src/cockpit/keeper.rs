//! Keeps the deck that pages ask, and the pages that were drawn of it.
//!
//! Asking every signal takes a second or more of a larger company, so a deck serves until there is something
//! new: facts, a changed text, or enough time that what waits has waited longer. The next one is opened and asked
//! beside it, and pages are answered of the old one meanwhile.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    thread::{self, Thread},
    time::{Duration, Instant},
};

use qd_model::{BriefRequest, DeckError, SharedDeck};
use tokio::sync::watch;

use super::world::World;

/// How often is looked whether there is something new.
const LOOK: Duration = Duration::from_secs(1);
/// How old a deck gets where nothing is new.
const OLDEST: Duration = Duration::from_secs(300);
/// Bytes of drawn pages that are kept of one moment.
const MOST_BYTES: usize = 32 << 20;
/// People whose view of one moment is kept: each takes some memory.
const MOST_NARROWED: usize = 32;

/// One moment: its deck, and what was drawn of it.
pub(crate) struct Moment {
    /// Counts up from 1.
    pub(super) number: u64,
    pub(crate) deck: SharedDeck,
    stamp: String,
    since: Instant,
    pages: Mutex<(usize, HashMap<String, Arc<str>>)>,
    /// What people did with rows since, which the deck does not know of yet: words by person and row.
    acted: Mutex<BTreeMap<String, BTreeMap<String, String>>>,
    /// The deck as some people may see it.
    narrowed: Mutex<BTreeMap<String, SharedDeck>>,
}

impl Moment {
    fn new(number: u64, stamp: String, deck: SharedDeck) -> Arc<Self> {
        let (pages, acted, narrowed) = Default::default();
        Arc::new(Self { number, deck, stamp, since: Instant::now(), pages, acted, narrowed })
    }

    /// How long it has been the present.
    pub(super) fn age(&self) -> Duration {
        self.since.elapsed()
    }

    /// A page drawn before, under what was asked and by whom.
    pub(super) fn drawn(&self, key: &str) -> Option<Arc<str>> {
        locked(&self.pages).1.get(key).cloned()
    }

    /// Keeps a page, as long as there is room.
    pub(super) fn keep(&self, key: String, page: Arc<str>) {
        let mut pages = locked(&self.pages);
        if pages.0 + page.len() <= MOST_BYTES {
            pages.0 += page.len();
            pages.1.insert(key, page);
        }
    }

    /// The deck as `person` may see it.
    pub(super) fn seen_by(&self, person: &str) -> Result<SharedDeck, DeckError> {
        if let Some(deck) = locked(&self.narrowed).get(person) {
            return Ok(deck.clone());
        }
        let deck = self.deck.clone().seen_by(person)?;
        let mut narrowed = locked(&self.narrowed);
        if narrowed.len() >= MOST_NARROWED {
            narrowed.pop_first();
        }
        narrowed.insert(person.to_owned(), deck.clone());
        Ok(deck)
    }

    /// What `person` did with rows since this moment: words by the row's id.
    pub(super) fn acted(&self, person: &str) -> BTreeMap<String, String> {
        locked(&self.acted).get(person).cloned().unwrap_or_default()
    }

    /// A row was acted on: pages that were drawn before show it as it was.
    pub(super) fn act(&self, person: &str, id: &str, words: String) {
        locked(&self.acted).entry(person.to_owned()).or_default().insert(id.to_owned(), words);
        *locked(&self.pages) = Default::default();
    }
}

/// The present moment, and who waits for the next.
pub(crate) struct Keeper {
    world: Arc<dyn World>,
    present: Mutex<Arc<Moment>>,
    number: watch::Sender<u64>,
    looker: OnceLock<Thread>,
}

impl Keeper {
    /// Opens the first deck; a thread of its own looks for what is new as long as this lives.
    pub(crate) fn new(world: Arc<dyn World>) -> Result<Arc<Self>, DeckError> {
        let stamp = world.stamp();
        let moment = Moment::new(1, stamp, world.open()?);
        let keeper = Arc::new(Self {
            world,
            present: Mutex::new(moment),
            number: watch::Sender::new(1),
            looker: OnceLock::new(),
        });
        let watched = Arc::downgrade(&keeper);
        let first = keeper.present();
        let looker = thread::spawn(move || {
            warm(&first.deck);
            drop(first);
            while let Some(keeper) = watched.upgrade() {
                let begun = Instant::now();
                keeper.look();
                drop(keeper);
                // Where much comes in, half of the time is left to those who ask.
                thread::park_timeout(begun.elapsed().max(LOOK));
            }
        });
        let _ = keeper.looker.set(looker.thread().clone());
        Ok(keeper)
    }

    /// The present moment.
    pub(crate) fn present(&self) -> Arc<Moment> {
        locked(&self.present).clone()
    }

    /// Hears the number of each new moment.
    pub(super) fn hear(&self) -> watch::Receiver<u64> {
        self.number.subscribe()
    }

    /// Looks for what is new without waiting.
    pub(super) fn hurry(&self) {
        if let Some(looker) = self.looker.get() {
            looker.unpark();
        }
    }

    /// Waits until a moment after `number` has come, or as long as `patience`.
    pub(super) async fn after(&self, number: u64, patience: Duration) {
        let mut heard = self.hear();
        // Who waited long enough sees the moment before, and the next when it is there.
        let _ = tokio::time::timeout(patience, heard.wait_for(|now| *now > number)).await;
    }

    /// Opens the next deck where something is new.
    fn look(&self) {
        let present = self.present();
        let stamp = self.world.stamp();
        if stamp == present.stamp && present.since.elapsed() < OLDEST {
            return;
        }
        let (number, known) = (present.number, locked(&present.acted).clone());
        // What cannot be opened now is tried again; the deck before serves until then.
        let Ok(deck) = self.world.open() else { return };
        warm(&deck);
        // What was done while it was opened, it may not know: the one after it does.
        let mut acted = locked(&present.acted).clone();
        for (person, rows) in &mut acted {
            let known = known.get(person);
            rows.retain(|id, words| known.and_then(|known| known.get(id)) != Some(words));
        }
        acted.retain(|_, rows| !rows.is_empty());
        let stamp = if acted.is_empty() { stamp } else { String::new() };
        let next = Moment::new(number + 1, stamp, deck);
        *locked(&next.acted) = acted;
        *locked(&self.present) = next;
        self.number.send_replace(number + 1);
    }
}

/// Asks the signals, so that nobody waits for them.
fn warm(deck: &SharedDeck) {
    // What fails here fails again where it is asked for, and is told there.
    let _ = deck.brief(&BriefRequest::default());
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
