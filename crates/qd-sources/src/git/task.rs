//! A repository at work: what a sync knows of it from its opening to its end.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use gix::ObjectId;

use super::{
    BoxError, Found, Outcome, Problem, SyncError,
    band::Gathering,
    cursor::Cursor,
    history::Span,
    objects::Objects,
    open,
    packs::Packs,
    reader::LocalHistory,
    refs::{self, Refs},
    states,
};

/// A repository of which commits are being measured.
pub(crate) struct Task {
    pub(crate) repository: gix::ThreadSafeRepository,
    pub(crate) packs: Arc<Packs>,
    pub(crate) shallow: HashSet<ObjectId>,
    pub(crate) history: LocalHistory,
    /// Where the last sync ended.
    pub(crate) cursor: Cursor,
    pub(crate) refs: Refs,
    /// Commits that have rows already, where the walk cannot tell.
    pub(crate) stored: Option<HashSet<ObjectId>>,
    /// Compared commits that are not counted yet.
    gathering: Mutex<Gathering>,
    tally: Mutex<Tally>,
}

/// What came out so far.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) outcome: Outcome,
    /// Commits that the walk found.
    pub(crate) found: u64,
    /// Halves of their work that are done: comparing is one, counting the other.
    pub(crate) halves: u64,
    /// See [`super::history::Walked`].
    pub(crate) skew: i64,
    /// Where the next sync goes on.
    pub(crate) cursor: Cursor,
}

impl Task {
    pub(crate) fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn gathering(&self) -> MutexGuard<'_, Gathering> {
        self.gathering.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What opening a repository led to.
pub(crate) enum Prepared {
    /// Nothing moved since the cursor.
    Same(Outcome),
    /// There may be something new.
    Task(Box<Task>),
}

/// Asks the caller for the commits stored of a repository; see [`super::Caller::stored`].
type Stored<'a> = dyn Fn(&str) -> Result<Vec<String>, BoxError> + Sync + 'a;

/// Opens the repository `found`, which was last read up to the cursor `text`.
pub(crate) fn prepare(found: &Found, text: Option<&str>, stored: &Stored<'_>) -> Result<Prepared, SyncError> {
    let opened = open::open(&found.name, &found.path)?;
    let cursor = Cursor::read(text);
    let objects = Objects::new(&opened.local, &opened.packs, 1 << 20);
    let refs = refs::read(&opened.local, &objects, &cursor);
    if !cursor.is_first() && states::is_same(&cursor, &refs, &opened) {
        let outcome = Outcome { cursor: text.unwrap_or_default().to_owned(), ..Outcome::default() };
        return Ok(Prepared::Same(outcome));
    }
    let known: Vec<ObjectId> = cursor.tips().collect::<HashSet<_>>().into_iter().collect();
    let there: Vec<ObjectId> = known.iter().copied().filter(|id| objects.has(*id)).collect();
    let cannot_tell = text.is_some()
        && (cursor.is_first()
            || there.len() < known.len()
            || cursor.shallow != states::sorted(&opened.shallow));
    let stored = if cannot_tell {
        let hex =
            stored(&found.name).map_err(|source| SyncError::Known { repo: found.name.clone(), source })?;
        Some(hex.iter().filter_map(|hex| ObjectId::from_hex(hex.as_bytes()).ok()).collect())
    } else {
        None
    };
    let tips: HashSet<ObjectId> =
        refs.all.iter().filter_map(|reference| reference.commit).chain(refs.head).collect();
    let span = Span {
        tips: tips.into_iter().collect(),
        known: if cursor.shallow == states::sorted(&opened.shallow) { there } else { Vec::new() },
        shallow: opened.shallow.clone(),
        skew: cursor.skew,
    };
    if known.is_empty() {
        opened.packs.expect_many();
    }
    let problems =
        refs.problems.iter().map(|message| Problem { subject: found.name.clone(), message: message.clone() });
    let outcome = Outcome { problems: problems.collect(), ..Outcome::default() };
    Ok(Prepared::Task(Box::new(Task {
        history: LocalHistory::new(opened.shared.clone(), Arc::clone(&opened.packs), span),
        repository: opened.shared,
        packs: opened.packs,
        shallow: opened.shallow,
        cursor,
        refs,
        stored,
        gathering: Mutex::default(),
        tally: Mutex::new(Tally { outcome, ..Tally::default() }),
    })))
}
