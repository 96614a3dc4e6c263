//! Where the last sync of a repository stopped.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::connector::open::Open;

/// Version of the rows this connector writes: a cursor of another version is not gone on from.
const VERSION: u32 = 1;

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cursor {
    version: u32,
    /// GitHub's own id of the repository.
    pub(super) id: Option<String>,
    /// Short name under which it was first seen.
    pub(super) repo: String,
    #[serde(default)]
    pub(super) changes: Walk,
    #[serde(default)]
    pub(super) issues: Walk,
    /// Numbers of the changes that were open when last looked at.
    #[serde(default)]
    pub(super) open: BTreeSet<u64>,
    /// The issues that were.
    #[serde(default)]
    pub(super) open_issues: Open,
    /// Creation of the newest deployment, release and run that were read to the end.
    #[serde(default)]
    pub(super) newest: BTreeMap<String, Timestamp>,
    /// Creation of the oldest run that had not ended.
    #[serde(default)]
    pub(super) running: Option<Timestamp>,
    /// Lines of `CODEOWNERS`.
    #[serde(default)]
    pub(super) owners: BTreeMap<i64, String>,
}

/// A walk through a list from what changed last to what is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Walk {
    /// What changed up to here is known.
    pub(super) until: Option<Timestamp>,
    /// Where the present walk began: what it will have made known.
    pub(super) head: Option<Timestamp>,
    /// The page after which it goes on.
    pub(super) after: Option<String>,
}

impl Cursor {
    pub(super) fn new(repo: &str) -> Self {
        Self {
            version: VERSION,
            id: None,
            repo: repo.to_owned(),
            changes: Walk::default(),
            issues: Walk::default(),
            open: BTreeSet::new(),
            open_issues: Open::default(),
            newest: BTreeMap::new(),
            running: None,
            owners: BTreeMap::new(),
        }
    }

    /// What `text` says; nothing where another version wrote it.
    pub(super) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().filter(|cursor: &Self| cursor.version == VERSION)
    }

    pub(super) fn write(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}
