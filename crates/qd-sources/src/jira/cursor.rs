//! Where a sync of a project stopped, and goes on.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::issues::is_open;
use crate::connector::row::{text, time};

/// Where the last sync of a project stopped.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Cursor {
    /// Newest change that was read.
    pub(super) after: Option<Timestamp>,
    /// Those that changed within the overlap before it, and when.
    pub(super) seen: BTreeMap<String, Timestamp>,
    /// Those of which a part could not be read.
    pub(super) again: BTreeSet<String>,
    /// Those that were open when last looked at.
    pub(super) open: BTreeSet<String>,
}

impl Cursor {
    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Itself, without what a question that overlaps by `overlap` does not reach back to.
    pub(super) fn shortened(&self, overlap: SignedDuration) -> Self {
        // Two hours more: so far a question reaches back where the clocks change.
        let from =
            self.after.and_then(|after| after.checked_sub(overlap + SignedDuration::from_hours(2)).ok());
        let near = self.seen.iter().filter(|(_, changed)| Some(**changed) >= from);
        let seen = near.map(|(key, changed)| (key.clone(), *changed)).collect();
        Self { after: self.after, seen, again: self.again.clone(), open: self.open.clone() }
    }

    pub(super) fn knows(&self, issue: &Value) -> bool {
        text(issue, "key")
            .and_then(|key| self.seen.get(&key).copied())
            .is_some_and(|at| Some(at) == changed(issue))
    }

    pub(super) fn advance(&mut self, issue: &Value) {
        if let Some((key, changed)) = text(issue, "key").zip(changed(issue)) {
            if is_open(issue) {
                self.open.insert(key.clone());
            } else {
                self.open.remove(&key);
            }
            self.seen.insert(key, changed);
            self.after = self.after.max(Some(changed));
        }
    }
}

fn changed(issue: &Value) -> Option<Timestamp> {
    time(issue, "fields.updated")
}
