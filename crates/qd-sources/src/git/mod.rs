//! Git: what repositories on this machine say happened.
//!
//! [`find()`] turns the paths of a source into repositories, [`sync()`] turns what is new
//! in them into rows. Rows leave in batches of bounded size through a closure, so memory
//! does not grow with history; a cursor says where to go on the next time. Whatever cannot
//! be read becomes a row that says so or a problem in the outcome: an error means that a
//! repository could not be opened at all, and then nothing of it was written.
//!
//! [`texts`] asks something else of a history: how old the texts of a folder are, and how
//! they stood in the past.

mod band;
mod commit;
mod content;
mod cursor;
mod delta;
mod distance;
mod find;
mod generated;
mod graph;
pub mod history;
mod kept;
mod lines;
mod manifests;
mod myers;
mod names;
mod objects;
mod open;
mod packs;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::cast_possible_truncation)]
mod packs_tests;
pub(crate) mod people;
mod pipelines;
mod queue;
mod reader;
mod refs;
mod renames;
mod rows;
mod secrets;
mod similarity;
mod states;
mod sync;
mod task;
mod tested;
pub mod texts;
mod trees;
mod user;
mod walk;

use std::path::PathBuf;

use arrow::array::RecordBatch;

pub use crate::Problem;
pub use commit::{Commit, Signature};
pub use find::{Found, find};
pub use generated::is_generated;
pub use graph::Graph;
pub use lines::Lines;
pub use objects::ReadError;
pub use reader::LocalHistory;
pub use sync::{Request, sync};
pub use trees::{Mode, Side};
pub use user::configured_user;

/// Why a repository gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// It cannot be opened.
    #[error("repository `{repo}` at `{}` cannot be read: {reason}", path.display())]
    Unreadable {
        /// Its name.
        repo: String,
        /// Where it lies.
        path: PathBuf,
        /// What went wrong.
        reason: String,
    },
    /// Its history was rewritten, and the commits stored before could not be asked for.
    #[error("repository `{repo}` was rewritten, and its stored commits cannot be asked for")]
    Known {
        /// Its name.
        repo: String,
        /// What went wrong.
        source: BoxError,
    },
    /// The sync was stopped before this repository was done.
    #[error("repository `{repo}` was not read: the sync was stopped")]
    Stopped {
        /// Its name.
        repo: String,
    },
}

/// An error of the caller's.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What to read, and how.
#[derive(Debug, Clone)]
pub struct Options {
    /// Threads to use, all repositories together; at least one.
    pub threads: usize,
    /// Secrets are looked for in commits of this many days before the sync.
    pub secret_days: i64,
}

impl Default for Options {
    fn default() -> Self {
        Self { threads: 1, secret_days: 90 }
    }
}

/// What a sync of one repository brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Where the next sync goes on; to be kept with the rows.
    pub cursor: String,
    /// Rows written, of all tables.
    pub rows: u64,
    /// Commits among them.
    pub commits: u64,
    /// Commits among them whose changes could not be read.
    pub unmeasured: u64,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// How far a sync is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress<'a> {
    /// Repository at work.
    pub repo: &'a str,
    /// Commits of it measured.
    pub done: u64,
    /// Commits of it found so far.
    pub found: u64,
}

/// What the caller lends to a sync.
pub struct Caller<'a> {
    /// Takes rows: the table's name and a batch of its declared schema. Called on the
    /// thread that called [`sync()`], for one batch at a time; an error stops the sync.
    pub sink: &'a mut dyn FnMut(&'static str, RecordBatch) -> Result<(), BoxError>,
    /// Hears how far each repository is; called on any thread.
    pub progress: &'a (dyn Fn(Progress<'_>) + Sync),
    /// The ids (hex) of the commits stored of a repository, by its name. Asked for only
    /// where history was rewritten and swept, cut off elsewhere than before, or where the
    /// cursor is of another version; called on any thread.
    pub stored: &'a (dyn Fn(&str) -> Result<Vec<String>, BoxError> + Sync),
}

impl std::fmt::Debug for Caller<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Caller").finish_non_exhaustive()
    }
}
