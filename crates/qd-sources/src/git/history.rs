//! What is asked of a reader of history, so that a faster one can take its place.
//!
//! The questions are large on purpose (all new commits; what a few hundred commits changed;
//! all versions of a file), since what makes a reader fast is the order in which objects
//! are asked for: trees commit by commit, but blobs file by file.

use std::collections::HashSet;

use gix::{ObjectId, bstr::BString};

use super::{commit::Commit, graph::Graph, lines::Lines, objects::ReadError, trees::Side};

/// A repository's history.
pub trait History: Sync {
    /// Finds the commits that are asked for, and hands them over in portions while it
    /// goes on.
    fn walk(&self, found: &mut dyn FnMut(Vec<Commit>)) -> Walked;

    /// A reader for one thread.
    fn reader(&self) -> Box<dyn Reader>;
}

/// One thread's reader of a history.
pub trait Reader: Blobs {
    /// Says what each of `commits` changed, in their order; lines are not counted.
    fn compare(&mut self, commits: Vec<Commit>) -> Vec<Measured>;

    /// Counts the lines that were added and removed from each old to each new content of
    /// `pairs`, nothing for binary content. It is quickest for versions of one file, newest
    /// first.
    fn count(&mut self, pairs: &[Pair]) -> Vec<Result<Option<Lines>, ReadError>>;
}

/// Two versions of a file, of which one may not be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Pair {
    /// What was there.
    pub old: Option<Side>,
    /// What is there.
    pub new: Option<Side>,
}

/// Access to the content of files.
pub trait Blobs {
    /// Reads a blob into `buffer`.
    ///
    /// # Errors
    /// Where it is missing or damaged.
    fn read(&mut self, id: ObjectId, buffer: &mut Vec<u8>) -> Result<(), ReadError>;
}

/// Which commits are asked for.
#[derive(Debug, Clone, Default)]
pub struct Span {
    /// Commits to start from.
    pub tips: Vec<ObjectId>,
    /// Commits of an earlier walk: what can be reached from them is known.
    pub known: Vec<ObjectId>,
    /// Commits beyond which history is cut off.
    pub shallow: HashSet<ObjectId>,
    /// By how many seconds a commit of this history may be older than its own ancestors,
    /// as an earlier walk saw it.
    pub skew: i64,
}

/// What a walk saw besides commits.
#[derive(Debug, Default)]
pub struct Walked {
    /// Times and parents of the commits, where it saw all of them.
    pub graph: Graph,
    /// By how many seconds some commit is older than one of its ancestors.
    pub skew: i64,
    /// Commits that could not be read, which hides what lies behind them.
    pub unreadable: Vec<ReadError>,
}

/// A commit with what it changed.
#[derive(Debug)]
pub struct Measured {
    /// The commit itself.
    pub commit: Commit,
    /// Its changes against its first parent, by path; nothing for a merge.
    pub changes: Result<Option<Vec<Change>>, Unmeasured>,
}

/// Why the changes of a commit are not known.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Unmeasured {
    /// Its parents are cut off.
    #[error("shallow boundary")]
    Shallow,
    /// Something it needs cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// What a commit did to a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Path after the change (before it, for a deletion).
    pub path: BString,
    /// Path before it, where renamed.
    pub previous: Option<BString>,
    /// What was there.
    pub old: Option<Side>,
    /// What is there.
    pub new: Option<Side>,
    /// Lines added and removed; nothing for binary content, or before they are counted.
    pub lines: Option<Lines>,
}

impl Change {
    /// The word for what happened.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match (&self.old, &self.new) {
            (None, _) => "added",
            (_, None) => "deleted",
            _ if self.previous.is_some() => "renamed",
            (Some(old), Some(new)) if old.mode.differs_in_type(new.mode) => "type_changed",
            _ => "modified",
        }
    }
}
