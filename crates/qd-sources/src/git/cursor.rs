//! Where the last sync of a repository stopped.
//!
//! It is text of this connector's own, kept by the caller with the rows that it belongs
//! to. It holds what the next sync compares with: refs, the present tree, what stood in
//! the small files that are kept line by line.

use std::collections::BTreeMap;

use gix::ObjectId;
use serde::{Deserialize, Serialize};

/// Version of the rows this connector writes: a cursor of another version is not gone on
/// from, since rows of before and after would not agree.
const VERSION: u32 = 1;

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cursor {
    pub(crate) version: u32,
    /// Refs by full name.
    pub(crate) refs: BTreeMap<String, KnownRef>,
    /// Commit of HEAD.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) head: Option<String>,
    /// Full name of the default branch.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) default: Option<String>,
    /// Commit that stood for the present.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) present: Option<String>,
    /// Commits beyond which history was cut off, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) shallow: Vec<String>,
    /// See [`super::history::Walked::skew`].
    pub(crate) skew: i64,
    /// Commits recorded so far.
    pub(crate) commits: u64,
    /// Commits recorded without their changes.
    pub(crate) unmeasured: u64,
    /// `.mailmap` of the present.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) mailmap: Option<KnownFile>,
    /// `CODEOWNERS` of the present.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) code_owners: Option<KnownFile>,
    /// Pipelines of the present by path: system, and whether they run tests.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub(crate) pipelines: BTreeMap<String, (String, Option<bool>)>,
    /// Row of `repositories`, to see whether it changed.
    pub(crate) repository: String,
}

/// A ref as it stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownRef {
    /// Object it named.
    target: String,
    /// Commit it led to, where that is another object.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    peeled: Option<String>,
    /// False for a tag of something that is no commit, which has no row.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    not_a_commit: bool,
}

/// A file kept line by line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownFile {
    /// Its content.
    pub(crate) blob: String,
    /// Lines that have a row.
    pub(crate) lines: Vec<u32>,
}

impl Default for Cursor {
    fn default() -> Self {
        Self {
            version: VERSION,
            refs: BTreeMap::new(),
            head: None,
            default: None,
            present: None,
            shallow: Vec::new(),
            skew: 0,
            commits: 0,
            unmeasured: 0,
            mailmap: None,
            code_owners: None,
            pipelines: BTreeMap::new(),
            repository: String::new(),
        }
    }
}

impl KnownRef {
    pub(crate) fn new(target: ObjectId, commit: Option<ObjectId>) -> Self {
        Self {
            target: target.to_string(),
            peeled: commit.filter(|commit| *commit != target).map(|commit| commit.to_string()),
            not_a_commit: commit.is_none(),
        }
    }

    /// Whether it named this object.
    pub(crate) fn is_at(&self, target: ObjectId) -> bool {
        ObjectId::from_hex(self.target.as_bytes()).is_ok_and(|known| known == target)
    }

    /// The commit it led to.
    pub(crate) fn commit(&self) -> Option<ObjectId> {
        let hex = self.peeled.as_ref().unwrap_or(&self.target);
        ObjectId::from_hex(hex.as_bytes()).ok().filter(|_| !self.not_a_commit)
    }
}

impl Cursor {
    /// Reads what [`Cursor::write`] wrote; what is not of this version starts from nothing.
    pub(crate) fn read(text: Option<&str>) -> Self {
        text.and_then(|text| serde_json::from_str::<Self>(text).ok())
            .filter(|cursor| cursor.version == VERSION)
            .unwrap_or_default()
    }

    /// The text to keep.
    pub(crate) fn write(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether anything was seen before.
    pub(crate) fn is_first(&self) -> bool {
        self.repository.is_empty()
    }

    /// Commits that were tips.
    pub(crate) fn tips(&self) -> impl Iterator<Item = ObjectId> {
        let head = self.head.iter().filter_map(|hex| ObjectId::from_hex(hex.as_bytes()).ok());
        self.refs.values().filter_map(KnownRef::commit).chain(head)
    }
}
