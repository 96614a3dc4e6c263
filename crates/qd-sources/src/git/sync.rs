//! A sync: many repositories, one queue, all threads.
//!
//! A thread that has nothing to do opens the next repository and walks its history; every
//! thread compares, counts and writes pieces of whatever is open. So a hundred small
//! repositories are read side by side, and one large repository by all threads.

use std::sync::{Arc, Mutex, PoisonError, mpsc};

use jiff::{SignedDuration, Timestamp};

use super::{
    BoxError, Caller, Found, Options, Outcome, Problem, Progress, SyncError,
    band::Band,
    commit::Commit,
    content::{self, Manifests},
    cursor::Cursor,
    distance,
    graph::Graph,
    history::{History, Measured, Reader, Unmeasured},
    objects::{Objects, ReadError},
    queue::{Queue, Turn},
    rows::{self, Rows, Stopped},
    states,
    task::{self, Prepared, Task},
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
    queue: Queue<Task, Work>,
    done: Mutex<Vec<Option<Result<Outcome, SyncError>>>>,
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

/// A piece of work on a repository.
enum Work {
    /// Say what these commits changed: a portion of the walk, with its number.
    Compare(usize, Vec<Commit>),
    /// Write what stands now.
    Present(Box<Graph>),
    /// Count this shard of a band.
    Count(Arc<Band>, usize),
    /// Write the rows of this portion of a band.
    Write(Arc<Band>, usize),
}

/// One thread's reader, and the repository that it is of: what it decoded, and its memory, serve from turn to turn.
type Open = Option<(usize, Box<dyn Reader>)>;

/// The reader that is open, if it is of the repository at `place`; else a new one in its place.
fn reader_of<'a>(open: &'a mut Open, place: usize, task: &Task) -> &'a mut dyn Reader {
    drop(open.take_if(|(of, _)| *of != place));
    open.get_or_insert_with(|| (place, task.history.reader())).1.as_mut()
}

/// One thread's work.
fn work(shared: &Shared<'_>, mut rows: Rows<'_>) -> Result<(), Stopped> {
    let mut known = Manifests::default();
    let mut open: Open = None;
    loop {
        match shared.queue.turn() {
            Turn::Open(place) => lead(shared, place, &mut open, (&mut rows, &mut known))?,
            Turn::Work(place, task, work) => {
                let mut next = Some(work);
                let reader = reader_of(&mut open, place, &task);
                while let Some(work) = next.take() {
                    do_one(shared, place, &task, reader, work, (&mut rows, &mut known))?;
                    next = shared.queue.next_of(place);
                }
            }
            Turn::Idle(place, task) => match task.gathering().take() {
                Some(band) => {
                    count_first(shared, place, band);
                    shared.queue.led(place);
                }
                None => close(shared, place, task.as_ref(), &mut rows)?,
            },
            Turn::Stop => return rows.finish(),
        }
    }
}

/// Puts the counting of `band` before all else, or its rows where nothing is to be counted.
fn count_first(shared: &Shared<'_>, place: usize, band: Band) {
    let band = Arc::new(band);
    match band.shards() {
        0 => write_first(shared, place, &band),
        shards => {
            shared.queue.add_first(place, (0..shards).map(|shard| Work::Count(Arc::clone(&band), shard)));
        }
    }
}

/// Puts the rows of `band` before all else.
fn write_first(shared: &Shared<'_>, place: usize, band: &Arc<Band>) {
    let portions = 0..band.portions();
    shared.queue.add_first(place, portions.map(|portion| Work::Write(Arc::clone(band), portion)));
}

fn do_one(
    shared: &Shared<'_>,
    place: usize,
    task: &Task,
    reader: &mut dyn Reader,
    work: Work,
    out: (&mut Rows<'_>, &mut Manifests),
) -> Result<(), Stopped> {
    match work {
        Work::Compare(number, commits) => {
            let length = commits.len() as u64;
            // Apart from the next line, which locks: others compare in the meantime.
            let compared = reader.compare(commits);
            let full = task.gathering().add(number, compared);
            tell(shared, place, task, length);
            if let Some(band) = full {
                count_first(shared, place, band);
            }
        }
        Work::Count(band, shard) => {
            let is_last = band.count(shard, reader);
            tell(shared, place, task, band.commits_of(shard));
            if is_last {
                write_first(shared, place, &band);
            }
        }
        Work::Present(graph) => present(shared, place, task, &graph, out.0)?,
        Work::Write(band, portion) => write(shared, place, task, reader, band.take(portion), out)?,
    }
    Ok(())
}

/// Says how far a repository is: a commit is half done when it is compared, and done when it
/// is counted.
fn tell(shared: &Shared<'_>, place: usize, task: &Task, halves: u64) {
    let mut tally = task.tally();
    tally.halves += halves;
    let (done, found) = (tally.halves / 2, tally.found);
    drop(tally);
    (shared.progress)(Progress { repo: &shared.requests[place].found.name, done, found });
}

fn settle(shared: &Shared<'_>, place: usize, outcome: Result<Outcome, SyncError>) {
    let mut done = shared.done.lock().unwrap_or_else(PoisonError::into_inner);
    done[place] = Some(outcome);
    drop(done);
    shared.queue.closed(place);
}

/// Portions that may wait to be compared: where more would, who walks lends a hand, so that what
/// waits is bounded.
const WAITING_PORTIONS: usize = 32;

/// Opens a repository and walks what is new in it.
fn lead(
    shared: &Shared<'_>,
    place: usize,
    open: &mut Open,
    (rows, known): (&mut Rows<'_>, &mut Manifests),
) -> Result<(), Stopped> {
    let Request { found, cursor } = shared.requests[place];
    let task = match task::prepare(found, cursor, shared.stored) {
        Ok(Prepared::Task(task)) => *task,
        Ok(Prepared::Same(outcome)) => {
            settle(shared, place, Ok(outcome));
            return Ok(());
        }
        Err(error) => {
            settle(shared, place, Err(error));
            return Ok(());
        }
    };
    let task = shared.queue.open(place, task);
    let mut number = 0;
    let mut stopped = Ok(());
    let walked = task.history.walk(&mut |mut portion| {
        if let Some(stored) = &task.stored {
            portion.retain(|commit| !stored.contains(&commit.id));
        }
        task.tally().found += portion.len() as u64;
        shared.queue.add(place, Work::Compare(number, portion));
        number += 1;
        while stopped.is_ok()
            && let Some(work) = shared.queue.surplus_of(place, WAITING_PORTIONS)
        {
            let reader = reader_of(open, place, &task);
            stopped = do_one(shared, place, &task, reader, work, (&mut *rows, &mut *known));
            shared.queue.done_of(place);
        }
    });
    let mut tally = task.tally();
    tally.skew = walked.skew;
    for error in walked.unreadable {
        let message = format!("history is cut: {error}");
        tally.outcome.problems.push(Problem { subject: found.name.clone(), message });
    }
    drop(tally);
    // Before the rest, since it is one piece: at the end all would wait for it.
    shared.queue.add_first(place, std::iter::once(Work::Present(Box::new(walked.graph))));
    shared.queue.led(place);
    stopped
}

/// Writes the rows of `commits`.
fn write(
    shared: &Shared<'_>,
    place: usize,
    task: &Task,
    blobs: &mut dyn Reader,
    commits: Vec<Measured>,
    (rows, known): (&mut Rows<'_>, &mut Manifests),
) -> Result<(), Stopped> {
    let repo = &shared.requests[place].found.name;
    let mut sum = Outcome::default();
    for measured in commits {
        if let Err(error) = &measured.changes {
            sum.unmeasured += 1;
            if let Unmeasured::Read(error @ ReadError::Unreadable { .. }) = error {
                sum.problems.push(Problem { subject: repo.clone(), message: error.to_string() });
            }
        }
        let commit = &measured.commit;
        sum.commits += 1;
        let changes = measured.changes.as_ref().ok().and_then(Option::as_deref).unwrap_or_default();
        sum.rows += rows::commit(rows, repo, commit, &measured)?;
        sum.rows += content::write(rows, repo, commit, changes, blobs, known, shared.secrets_from)?;
    }
    let mut tally = task.tally();
    tally.outcome.rows += sum.rows;
    tally.outcome.commits += sum.commits;
    tally.outcome.unmeasured += sum.unmeasured;
    tally.outcome.problems.append(&mut sum.problems);
    Ok(())
}

/// Writes what stands now: refs, files, and what special files say. `graph` holds what the walk read.
fn present(
    shared: &Shared<'_>,
    place: usize,
    task: &Task,
    graph: &Graph,
    rows: &mut Rows<'_>,
) -> Result<(), Stopped> {
    let objects = Objects::new(&task.repository.to_thread_local(), &task.packs, 8 << 20);
    let found = shared.requests[place].found;
    let (refs, old) = (&task.refs, &task.cursor);
    let mut cursor = Cursor {
        refs: states::known_refs(refs),
        head: refs.head.map(|id| id.to_string()),
        default: refs.default.clone(),
        present: refs.present.map(|id| id.to_string()),
        shallow: states::sorted(&task.shallow),
        ..old.clone()
    };
    let mut to = states::Place { rows, found, observed_at: shared.observed_at, written: 0 };
    let moved = old.present != cursor.present;
    let distances = distance::measure(&objects, graph, &task.shallow, refs, |name| {
        moved || old.refs.get(name) != cursor.refs.get(name)
    });
    states::write_refs(&mut to, &objects, old, refs, &distances)?;
    let mut errors = states::write_files(&mut to, &objects, old, refs)?;
    errors.extend(states::write_people(&mut to, &objects, refs, &mut cursor)?);
    if moved {
        errors.extend(states::write_pipelines(&mut to, &objects, refs, &mut cursor)?);
    }
    let written = to.written;
    let mut tally = task.tally();
    for error in errors {
        tally.outcome.problems.push(Problem { subject: found.name.clone(), message: error.to_string() });
    }
    tally.outcome.rows += written;
    tally.cursor = cursor;
    Ok(())
}

/// Writes the repository's own row, and the cursor.
fn close(shared: &Shared<'_>, place: usize, task: &Task, rows: &mut Rows<'_>) -> Result<(), Stopped> {
    let found = shared.requests[place].found;
    let mut tally = task.tally();
    let mut outcome = std::mem::take(&mut tally.outcome);
    let old = &task.cursor;
    let mut cursor = Cursor {
        skew: tally.skew,
        commits: old.commits + outcome.commits,
        unmeasured: old.unmeasured + outcome.unmeasured,
        ..std::mem::take(&mut tally.cursor)
    };
    drop(tally);
    let mut to = states::Place { rows, found, observed_at: shared.observed_at, written: 0 };
    let repository = task.repository.to_thread_local();
    states::write_repository(&mut to, &repository, !task.shallow.is_empty(), &task.refs, &mut cursor)?;
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
