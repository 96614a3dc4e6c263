//! How old the texts of a folder are, and how they stood in the past.
//!
//! What somebody declared in a file counts from the day it was committed, and a past
//! morning is seen with the declarations of that morning. Both are read out of the history
//! of the repository that the folder lies in, without checking anything out.

use std::{
    collections::{BTreeMap, BTreeSet, BinaryHeap, HashSet},
    fs,
    ops::Bound,
    path::{Path, PathBuf},
};

use gix::{ObjectId, hashtable, objs::Kind};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{
    Problem,
    commit::Commit,
    find::repository_at,
    objects::{Objects, ReadError},
    open,
    trees::{self, Mode, Side},
};

/// Largest text that is read, in bytes: more is no text that somebody wrote.
const LARGEST: u64 = 16 << 20;
/// Commits looked at for dates: what is older than so many is old enough to be unknown.
const MOST_COMMITS: usize = 20_000;
/// Bytes of decoded objects kept, of delta bases and of whole trees each.
const CACHE: usize = 8 << 20;

/// Why a folder's history told nothing.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the history of `{}` cannot be read: {reason}", folder.display())]
pub struct HistoryError {
    /// The folder.
    pub folder: PathBuf,
    /// What went wrong.
    pub reason: String,
}

/// Texts by path from their folder, and what is wrong with those that are not among them.
pub type Texts = (BTreeMap<String, String>, Vec<Problem>);

/// The day on which the content of each file in `folder` was last changed by a commit that
/// HEAD leads to, in `zone`; paths are from `folder`, with `/`.
///
/// Only files that `wanted` holds true for are asked about. Left out are files whose
/// content is not the one of HEAD, for it is newer than history; files that history does
/// not tell about within 20,000 commits or before it is cut off; and all of them where the
/// folder is in no repository or history cannot be read. As for git, a file that was moved
/// is new, and a merge changes only what it has from none of its parents; rights are no
/// content.
#[must_use]
pub fn dates(folder: &Path, zone: &TimeZone, wanted: &dyn Fn(&str) -> bool) -> BTreeMap<String, Date> {
    let of = |history: &History| {
        let files = history.files(&history.head, wanted)?;
        let is_same = |path: &str, side: Side| holds(&folder.join(path), side.id);
        let same = files.into_iter().filter(|(path, side)| is_same(path, *side));
        Ok(history.last_changes(&history.head, same.map(|(path, _)| path).collect()))
    };
    in_zone(folder, zone, &of)
}

/// The dates of [`dates`] as they stood at `as_of`, for the texts of [`texts_at`].
#[must_use]
pub fn dates_at(
    folder: &Path,
    as_of: Timestamp,
    zone: &TimeZone,
    wanted: &dyn Fn(&str) -> bool,
) -> BTreeMap<String, Date> {
    let of = |history: &History| {
        let Past::Commit(commit) = history.at(as_of)? else { return Ok(Times::new()) };
        let files = history.files(&commit, wanted)?;
        Ok(history.last_changes(&commit, files.into_keys().collect()))
    };
    in_zone(folder, zone, &of)
}

/// Instants by path from their folder.
type Times = BTreeMap<String, Timestamp>;

fn in_zone(
    folder: &Path,
    zone: &TimeZone,
    times: &dyn Fn(&History) -> Result<Times, ReadError>,
) -> BTreeMap<String, Date> {
    let Ok(Some(history)) = History::of(folder) else { return BTreeMap::new() };
    let times = times(&history).unwrap_or_default();
    times.into_iter().map(|(path, time)| (path, zone.to_datetime(time).date())).collect()
}

/// The texts of `folder` as they stood at `as_of`: in the newest commit on HEAD's
/// first-parent line that is not later; paths are from `folder`, with `/`.
///
/// Only files that `wanted` holds true for are read; those that are no text, too large or
/// links become problems. There is nothing where the folder is in no repository or was
/// never committed to it, and no text but a problem where its history begins later.
///
/// # Errors
/// Where there is a repository and it cannot be read.
pub fn texts_at(
    folder: &Path,
    as_of: Timestamp,
    wanted: &dyn Fn(&str) -> bool,
) -> Result<Option<Texts>, HistoryError> {
    let Some(history) = History::of(folder)? else { return Ok(None) };
    history.texts(as_of, wanted).map_err(|error| unreadable(folder, error.to_string()))
}

fn unreadable(folder: &Path, reason: String) -> HistoryError {
    HistoryError { folder: folder.to_owned(), reason }
}

/// Whether the file at `path` holds the blob `id`, however its lines end.
fn holds(path: &Path, id: ObjectId) -> bool {
    let is_text = |metadata: fs::Metadata| metadata.is_file() && metadata.len() <= LARGEST;
    if !fs::symlink_metadata(path).is_ok_and(is_text) {
        return false;
    }
    let Ok(content) = fs::read(path) else { return false };
    let is_same =
        |content: &[u8]| gix::objs::compute_hash(id.kind(), Kind::Blob, content).is_ok_and(|own| own == id);
    // Git may be told to write other line ends into the work tree than it keeps.
    is_same(&content) || (memchr::memchr(b'\r', &content).is_some() && is_same(&with_plain_ends(&content)))
}

/// `content` with lines that end as git keeps them.
fn with_plain_ends(content: &[u8]) -> Vec<u8> {
    let next = content.iter().skip(1).map(Some).chain([None]);
    let pairs = content.iter().zip(next);
    pairs.filter(|pair| *pair != (&b'\r', Some(&b'\n'))).map(|(byte, _)| *byte).collect()
}

/// The history of a folder.
struct History {
    objects: Objects,
    /// Commits beyond which history is cut off.
    shallow: HashSet<ObjectId>,
    /// Path of the folder in the repository; empty for all of it.
    within: String,
    head: Commit,
}

/// What history has for a moment.
enum Past {
    /// The commit that was in force.
    Commit(Box<Commit>),
    /// It begins later, at this time.
    Later(Timestamp),
    /// It is cut off later than that.
    CutOff,
}

/// A commit, and the files that are still as it has them.
struct Visit {
    commit: Commit,
    tree: Option<ObjectId>,
    files: BTreeSet<String>,
}

impl History {
    /// The history of `folder`; nothing where it is in no repository, or HEAD does not
    /// have it.
    fn of(folder: &Path) -> Result<Option<Self>, HistoryError> {
        let failed = |reason: String| unreadable(folder, reason);
        let whole = folder.canonicalize().map_err(|error| failed(error.to_string()))?;
        let Some(root) = whole.ancestors().find_map(repository_at) else { return Ok(None) };
        let Some(within) = whole.strip_prefix(&root).ok().and_then(slashed) else {
            return Ok(None);
        };
        let opened = open::open("", &root).map_err(|error| match error {
            super::SyncError::Unreadable { reason, .. } => failed(reason),
            other => failed(other.to_string()),
        })?;
        if opened.local.workdir().is_none() {
            return Ok(None);
        }
        let head = opened.local.head().map_err(|error| failed(open::reason(&error)))?;
        let Some(head) = head.id().map(gix::Id::detach) else { return Ok(None) };
        let objects = Objects::new(&opened.local, &opened.packs, CACHE);
        let read = |error: ReadError| failed(error.to_string());
        let head = commit(&objects, head, &mut Vec::new()).map_err(read)?;
        let history = Self { objects, shallow: opened.shallow, within, head };
        let is_there = history.tree(&history.head).map_err(read)?.is_some();
        Ok(is_there.then_some(history))
    }

    /// The folder's tree in `commit`; nothing where it is not there.
    fn tree(&self, commit: &Commit) -> Result<Option<ObjectId>, ReadError> {
        let Some(root) = commit.tree else {
            let reason = "it names no tree".to_owned();
            return Err(ReadError::Unreadable { id: commit.id, reason });
        };
        if self.within.is_empty() {
            return Ok(Some(root));
        }
        let side = trees::at(&self.objects, root, &self.within)?;
        Ok(side.filter(|side| side.mode == Mode::Tree).map(|side| side.id))
    }

    /// The newest commit on the first-parent line that is not later than `as_of`.
    fn at(&self, as_of: Timestamp) -> Result<Past, ReadError> {
        let mut buffer = Vec::new();
        let mut here = self.head.clone();
        while here.committer.time > as_of {
            if self.shallow.contains(&here.id) {
                return Ok(Past::CutOff);
            }
            let Some(parent) = here.parents.first() else {
                return Ok(Past::Later(here.committer.time));
            };
            here = commit(&self.objects, *parent, &mut buffer)?;
        }
        Ok(Past::Commit(Box::new(here)))
    }

    /// What `commit` has in the folder, links and all, by path as git has it.
    fn listing(&self, commit: &Commit) -> Result<Vec<(String, Side)>, ReadError> {
        let listed = trees::compare(&self.objects, None, self.tree(commit)?)?;
        let named = listed.into_iter().filter_map(|found| Some((found.path.to_string(), found.new?)));
        Ok(named.collect())
    }

    /// The files of `commit` that are `wanted`.
    fn files(
        &self,
        commit: &Commit,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Result<BTreeMap<String, Side>, ReadError> {
        let mut files = self.listing(commit)?;
        files.retain(|(path, side)| side.mode.is_file() && wanted(path));
        Ok(files.into_iter().collect())
    }

    fn texts(&self, as_of: Timestamp, wanted: &dyn Fn(&str) -> bool) -> Result<Option<Texts>, ReadError> {
        let (mut texts, mut problems) = (BTreeMap::new(), Vec::new());
        let subject = if self.within.is_empty() { "." } else { &self.within };
        let mut problem = |subject: &str, message: String| {
            problems.push(Problem { subject: subject.to_owned(), message });
        };
        match self.at(as_of)? {
            Past::Later(time) => {
                problem(subject, format!("its history begins at {time}, later than {as_of}"));
            }
            Past::CutOff => {
                let message = format!(
                    "its history is cut off later than {as_of} (fetch it with `git fetch --unshallow`)"
                );
                problem(subject, message);
            }
            Past::Commit(commit) if self.tree(&commit)?.is_none() => {
                problem(subject, format!("its history begins later than {as_of}"));
            }
            Past::Commit(commit) => {
                for (path, side) in self.listing(&commit)? {
                    if !wanted(&path) {
                        continue;
                    }
                    match self.text(side) {
                        Ok(text) => _ = texts.insert(path, text),
                        Err(reason) => problem(&path, reason),
                    }
                }
            }
        }
        Ok(Some((texts, problems)))
    }

    /// The text of `side`, or what keeps it from being one.
    fn text(&self, side: Side) -> Result<String, String> {
        if !side.mode.is_file() {
            return Err("it was a link, and links are not followed into the past".to_owned());
        }
        let size = self.objects.size(side.id).map_err(|error| error.to_string())?;
        if size > LARGEST {
            return Err(format!("it has {size} bytes, which is no text that somebody wrote"));
        }
        let mut content = Vec::new();
        self.objects.read(side.id, &mut content).map_err(|error| error.to_string())?;
        String::from_utf8(content).map_err(|error| {
            let place = error.utf8_error().valid_up_to() + 1;
            format!("it is not UTF-8: byte {place} is no character")
        })
    }

    /// When each of `files`, which `start` has, got the content that it has there.
    ///
    /// A file is handed from a commit to the first of its parents that has it with the same
    /// content; where none has, the commit changed it. So each file is at one commit at any
    /// time, and the order of visits, newest first, decides about effort only: a clock that
    /// lies makes a commit be visited twice.
    fn last_changes(&self, start: &Commit, files: BTreeSet<String>) -> Times {
        let mut found = Times::new();
        let mut visits: hashtable::HashMap<ObjectId, Visit> = hashtable::HashMap::default();
        let mut queue = BinaryHeap::from([(start.committer.time, start.id)]);
        let Ok(tree) = self.tree(start) else { return found };
        visits.insert(start.id, Visit { commit: start.clone(), tree, files });
        let mut buffer = Vec::new();
        let mut seen = 0;
        while let Some((_, id)) = queue.pop() {
            let Some(mut visit) = visits.remove(&id) else { continue };
            seen += 1;
            if visit.files.is_empty() || self.shallow.contains(&id) {
                continue;
            }
            if seen > MOST_COMMITS {
                break;
            }
            let mut is_told = true;
            for parent in &visit.commit.parents {
                if visit.files.is_empty() {
                    break;
                }
                let before = visits.remove(parent).map_or_else(|| self.visit(*parent, &mut buffer), Ok);
                let Ok(mut before) = before else {
                    is_told = false;
                    continue;
                };
                match self.differing(before.tree, visit.tree, &visit.files) {
                    Ok(differing) => {
                        let own = std::mem::replace(&mut visit.files, differing);
                        before.files.extend(own.into_iter().filter(|path| !visit.files.contains(path)));
                    }
                    Err(_) => is_told = false,
                }
                if !before.files.is_empty() {
                    queue.push((before.commit.committer.time, *parent));
                    visits.insert(*parent, before);
                }
            }
            if is_told {
                let time = visit.commit.committer.time;
                found.extend(visit.files.into_iter().map(|path| (path, time)));
            }
        }
        found
    }

    fn visit(&self, id: ObjectId, buffer: &mut Vec<u8>) -> Result<Visit, ReadError> {
        let commit = commit(&self.objects, id, buffer)?;
        let tree = self.tree(&commit)?;
        Ok(Visit { commit, tree, files: BTreeSet::new() })
    }

    /// Which of `files`, all of them in the tree `new`, are not the same in the tree `old`.
    fn differing(
        &self,
        old: Option<ObjectId>,
        new: Option<ObjectId>,
        files: &BTreeSet<String>,
    ) -> Result<BTreeSet<String>, ReadError> {
        if old == new {
            return Ok(BTreeSet::new());
        }
        let holds_some = |folder: &[u8]| {
            let folder = String::from_utf8_lossy(folder);
            let next = files.range::<str, _>((Bound::Included(&*folder), Bound::Unbounded)).next();
            next.is_some_and(|path| path.starts_with(&*folder))
        };
        let differences = trees::compare_within(&self.objects, old, new, &holds_some)?;
        let changed = differences.into_iter().filter_map(|difference| {
            let new = difference.new?;
            let is_same = difference.old.is_some_and(|old| old.id == new.id && old.mode.is_file());
            if is_same { None } else { Some(difference.path.to_string()) }
        });
        Ok(changed.filter(|path| files.contains(path)).collect())
    }
}

/// Reads the commit `id`.
fn commit(objects: &Objects, id: ObjectId, buffer: &mut Vec<u8>) -> Result<Commit, ReadError> {
    match objects.read(id, buffer)? {
        Kind::Commit => Ok(Commit::parse(id, buffer)),
        kind => {
            let reason = format!("it is a {kind}, not a commit");
            Err(ReadError::Unreadable { id, reason })
        }
    }
}

/// `path` with `/`; nothing where it is no text.
fn slashed(path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.iter().map(|part| part.to_str()).collect();
    Some(parts?.join("/"))
}
