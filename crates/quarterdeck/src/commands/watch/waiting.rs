//! Whoever waits at a mail server, on a thread of their own.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::Sender,
    },
    thread,
};

use qd_deck::{Opening, SourceSpec, wait_at};
use qd_sources::mail::imap::Ended;

/// What is heard from whoever waits.
pub(super) enum News {
    /// Something came into the mailbox of a source.
    Came(String),
    /// Nobody waits there any more.
    Ended {
        /// The source.
        name: String,
        /// Who it was.
        number: u64,
        /// Whether waiting there is of no use.
        is_for_good: bool,
    },
}

/// Somebody who waits. Dropped, they stop.
pub(super) struct Waiting {
    pub(super) number: u64,
    is_over: Arc<AtomicBool>,
}

impl Waiting {
    /// Begins to wait at the mail server of `source`.
    pub(super) fn begin(opening: &Opening, source: &SourceSpec, outgoing: Sender<News>) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let is_over = Arc::new(AtomicBool::new(false));
        let (opening, source, over) = (opening.clone(), source.clone(), Arc::clone(&is_over));
        thread::spawn(move || {
            let name = source.name.clone();
            // With nobody left to hear it, it need not be heard.
            let mut news = || drop(outgoing.send(News::Came(name.clone())));
            let ended = wait_at(&opening, &source, &mut news, &|| over.load(Ordering::Relaxed));
            let is_for_good = matches!(ended, Ok(Ended::Unable));
            drop(outgoing.send(News::Ended { name, number, is_for_good }));
        });
        Self { number, is_over }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
    }
}
