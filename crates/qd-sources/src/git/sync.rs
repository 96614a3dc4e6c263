//! A sync: many repositories, one queue, all threads.
//!
//! A thread that has nothing to measure opens the next repository and walks its history;
//! every thread measures portions of whatever is open. So a hundred small repositories
//! are read side by side, and one large repository by all threads.

use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError, mpsc},
};

use gix::ObjectId;
use jiff::{SignedDuration, Timestamp};

use super::{
    BoxError, Caller, Found, Options, Outcome, Problem, Progress, SyncError, content,
    cursor::Cursor,
    distance,
    history::{History, Reader, Span, Unmeasured},
    objects::{Objects, ReadError},
    open,
    queue::{Queue, Turn},
    reader::GixHistory,
    refs::{self, Refs},
    rows::{self, Rows, Stopped},
    states,
};

/// Batches that wait for the sink; more would only fill memory.
const WAITING_BATCHES: usize = 4;

/// A repository to sync, and where its last sync stopped.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The repository.
    pub found: &'a Found,
    /// Cursor of the last sync that was kept; nothing the first time.
    pub cursor: Option<&'a str>,
}

/// What all threads need to know.
struct Shared<'a> {
    requests: &'a [Request<'a>],
    observed_at: Timestamp,
    secrets_from: Timestamp,
    progress: &'a (dyn Fn(Progress<'_>) + Sync),
    stored: &'a (dyn Fn(&str) -> Result<Vec<String>, BoxError> + Sync),
    queue: Queue<Task>,
    done: Mutex<Vec<Option<Result<Outcome, SyncError>>>>,
}

/// A repository of which commits are being measured.
pub(crate) struct Task {
    repository: gix::ThreadSafeRepository,
    shallow: HashSet<ObjectId>,
    history: GixHistory,
    cursor: Cursor,
    refs: Refs,
    /// Commits that have rows already, where the walk cannot tell.
    stored: Option<HashSet<ObjectId>>,
    tally: Mutex<Tally>,
}

#[derive(Default)]
struct Tally {
    outcome: Outcome,
    found: u64,
    done: u64,
    skew: i64,
}

impl Task {
    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Syncs the repositories of `requests`, and returns what became of each, in their order.
///
/// Rows leave through [`Caller::sink`] while it runs; they and the returned cursors are
/// to be kept together or not at all. A repository that returns an error has no rows.
/// Syncing again without new commits and moved refs writes nothing.
///
/// # Errors
/// The sink's own, which stops the sync.
pub fn sync(
    requests: &[Request<'_>],
    source: &str,
    observed_at: Timestamp,
    options: &Options,
    caller: Caller<'_>,
) -> Result<Vec<Result<Outcome, SyncError>>, BoxError> {
    let window = SignedDuration::from_hours(24 * options.secret_days);
    let shared = Shared {
        requests,
        observed_at,

        secrets_from: observed_at.checked_sub(window).unwrap_or(Timestamp::MIN),
        progress: caller.progress,
        stored: caller.stored,
        queue: Queue::new(largest_first(requests)),
        done: Mutex::new(requests.iter().map(|_| None).collect()),
    };
    let (sender, batches) = mpsc::sync_channel(WAITING_BATCHES);
    std::thread::scope(|scope| -> Result<(), BoxError> {
        for _ in 0..options.threads.max(1) {
            let rows = Rows::new(source, sender.clone());
            let shared = &shared;
            scope.spawn(move || {
                let result = work(shared, rows);
                if result.is_err() {
                    shared.queue.stop();
                }
            });
        }
        drop(sender);
        for (table, batch) in batches {
            // Returning drops the receiver, which ends a thread that waits to send.
            (caller.sink)(table, batch).inspect_err(|_| shared.queue.stop())?;
        }
        Ok(())
    })?;
    let done = shared.done.into_inner().unwrap_or_else(PoisonError::into_inner);
    let stopped = |request: &Request<'_>| Err(SyncError::Stopped { repo: request.found.name.clone() });
    Ok(done
        .into_iter()
        .zip(requests)
        .map(|(outcome, request)| outcome.unwrap_or_else(|| stopped(request)))
        .collect())
}

/// One thread's work.
fn work(shared: &Shared<'_>, mut rows: Rows<'_>) -> Result<(), Stopped> {
    loop {
        match shared.queue.turn() {
            Turn::Open(place) => lead(shared, place),
            Turn::Measure(place, task, portion) => {
                let mut portion = Some(portion);
                let mut reader = task.history.reader();
                while let Some(commits) = portion.take() {
                    measure(shared, place, &task, reader.as_mut(), &commits, &mut rows)?;
                    portion = shared.queue.next_of(place);
                }
            }
            Turn::Close(place, task) => {
                close(shared, place, task.as_ref(), &mut rows)?;
            }
            Turn::Stop => return rows.finish(),
        }
    }
}

fn settle(shared: &Shared<'_>, place: usize, outcome: Result<Outcome, SyncError>) {
    let mut done = shared.done.lock().unwrap_or_else(PoisonError::into_inner);
    done[place] = Some(outcome);
    drop(done);
    shared.queue.closed();
}

/// Opens a repository and walks what is new in it.
fn lead(shared: &Shared<'_>, place: usize) {
    let Request { found, cursor } = shared.requests[place];
    let task = match prepare(shared, found, cursor) {
        Ok(Prepared::Task(task)) => *task,
        Ok(Prepared::Same(outcome)) => return settle(shared, place, Ok(outcome)),
        Err(error) => return settle(shared, place, Err(error)),
    };
    let task = shared.queue.open(place, task);
    let walked = task.history.walk(&mut |mut portion| {
        if let Some(stored) = &task.stored {
            portion.retain(|id| !stored.contains(id));
        }
        task.tally().found += portion.len() as u64;
        shared.queue.add(place, portion);
    });
    let mut tally = task.tally();
    tally.skew = walked.skew;
    for error in walked.unreadable {
        let message = format!("history is cut: {error}");
        tally.outcome.problems.push(Problem { subject: found.name.clone(), message });
    }
    drop(tally);
    shared.queue.walked(place);
}

/// Measures a portion of commits and writes their rows.
fn measure(
    shared: &Shared<'_>,
    place: usize,
    task: &Task,
    reader: &mut dyn Reader,
    commits: &[ObjectId],
    rows: &mut Rows<'_>,
) -> Result<(), Stopped> {
    let repo = &shared.requests[place].found.name;
    let mut sum = Outcome::default();
    let mut stopped = Ok(());
    reader.measure(commits, &mut |blobs, measured| {
        if stopped.is_err() {
            return;
        }
        if let Err(error) = &measured.changes {
            sum.unmeasured += 1;
            if let Unmeasured::Read(error @ ReadError::Unreadable { .. }) = error {
                sum.problems.push(Problem { subject: repo.clone(), message: error.to_string() });
            }
        }
        let Ok(commit) = &measured.commit else { return };
        sum.commits += 1;
        let changes = measured.changes.as_ref().ok().and_then(Option::as_deref).unwrap_or_default();
        let from = shared.secrets_from;
        let written = rows::commit(rows, repo, commit, &measured)
            .and_then(|written| Ok(written + content::write(rows, repo, commit, changes, blobs, from)?));
        match written {
            Ok(written) => sum.rows += written,
            Err(error) => stopped = Err(error),
        }
    });
    stopped?;
    let mut tally = task.tally();
    tally.outcome.rows += sum.rows;
    tally.outcome.commits += sum.commits;
    tally.outcome.unmeasured += sum.unmeasured;
    tally.outcome.problems.append(&mut sum.problems);
    tally.done += commits.len() as u64;
    let (done, found) = (tally.done, tally.found);
    drop(tally);
    (shared.progress)(Progress { repo, done, found });
    Ok(())
}

/// Writes what stands now, and the cursor.
fn close(shared: &Shared<'_>, place: usize, task: &Task, rows: &mut Rows<'_>) -> Result<(), Stopped> {
    let repository = task.repository.to_thread_local();
    let objects = Objects::new(&repository, 8 << 20, Some(8 << 20));
    let found = shared.requests[place].found;
    let mut tally = task.tally();
    let mut outcome = std::mem::take(&mut tally.outcome);
    let (refs, old) = (&task.refs, &task.cursor);
    let mut cursor = Cursor {
        refs: states::known_refs(refs),
        head: refs.head.map(|id| id.to_string()),
        default: refs.default.clone(),
        present: refs.present.map(|id| id.to_string()),
        shallow: states::sorted(&task.shallow),
        skew: tally.skew,
        commits: old.commits + outcome.commits,
        unmeasured: old.unmeasured + outcome.unmeasured,
        ..old.clone()
    };
    let mut to = states::Place { rows, found, observed_at: shared.observed_at, written: 0 };
    let moved = old.present != cursor.present;
    let distances = distance::measure(&objects, &task.shallow, refs, |name| {
        moved || old.refs.get(name) != cursor.refs.get(name)
    });
    states::write_refs(&mut to, &objects, old, refs, &distances)?;
    let mut errors = states::write_files(&mut to, &objects, old, refs)?;
    errors.extend(states::write_people(&mut to, &objects, refs, &mut cursor)?);
    if moved {
        errors.extend(states::write_pipelines(&mut to, &objects, refs, &mut cursor)?);
    }
    for error in errors {
        outcome.problems.push(Problem { subject: found.name.clone(), message: error.to_string() });
    }
    states::write_repository(&mut to, &repository, !task.shallow.is_empty(), refs, &mut cursor)?;
    outcome.rows += to.written;
    outcome.cursor = cursor.write();
    settle(shared, place, Ok(outcome));
    Ok(())
}

/// Places of `requests`, those with the most packed bytes first: the largest one decides
/// when all are done.
fn largest_first(requests: &[Request<'_>]) -> Vec<usize> {
    let size = |request: &Request<'_>| -> u64 {
        let packs = ["objects/pack", ".git/objects/pack"];
        let files = packs.iter().filter_map(|under| request.found.path.join(under).read_dir().ok());
        files.flatten().flatten().filter_map(|file| Some(file.metadata().ok()?.len())).sum()
    };
    let sizes: Vec<u64> = requests.iter().map(size).collect();
    let mut order: Vec<usize> = (0..requests.len()).collect();
    order.sort_by_key(|place| std::cmp::Reverse(sizes[*place]));
    order
}

enum Prepared {
    /// Nothing moved since the cursor.
    Same(Outcome),
    Task(Box<Task>),
}

fn prepare(shared: &Shared<'_>, found: &Found, text: Option<&str>) -> Result<Prepared, SyncError> {
    let opened = open::open(&found.name, &found.path)?;
    let cursor = Cursor::read(text);
    let objects = Objects::new(&opened.local, 1 << 20, None);
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
        let hex = (shared.stored)(&found.name)
            .map_err(|source| SyncError::Known { repo: found.name.clone(), source })?;
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
    let problems =
        refs.problems.iter().map(|message| Problem { subject: found.name.clone(), message: message.clone() });
    let outcome = Outcome { problems: problems.collect(), ..Outcome::default() };
    Ok(Prepared::Task(Box::new(Task {
        history: GixHistory::new(opened.shared.clone(), span),
        repository: opened.shared,
        shallow: opened.shallow,
        cursor,
        refs,
        stored,
        tally: Mutex::new(Tally { outcome, ..Tally::default() }),
    })))
}
