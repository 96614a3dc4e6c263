//! Where a sync of a project stopped, and goes on.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::connector::{
    open::Open,
    row::{text, time},
};

/// Where the last sync of a project stopped.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Cursor {
    /// GitLab's own id of the project.
    pub(super) id: Option<String>,
    /// Name under which it was first seen.
    pub(super) repo: String,
    pub(super) merge_requests: Mark,
    pub(super) issues: Mark,
    pub(super) pipelines: Mark,
    pub(super) deployments: Mark,
    pub(super) jobs: Jobs,
    /// Newest change of the project and of its releases that was kept.
    pub(super) project: String,
    pub(super) releases: BTreeSet<String>,
    /// What was seen of each merge request that was open.
    pub(super) open: BTreeMap<String, String>,
    /// Issues that were open.
    pub(super) open_issues: Open,
    /// Merge requests of which a part could not be read.
    pub(super) again: BTreeSet<String>,
    /// Issues of which a part could not be read.
    pub(super) again_issues: BTreeSet<String>,
    /// Newest commits of pipelines that changed and of which the merge requests were not looked at.
    pub(super) stale: BTreeSet<String>,
}

/// How far a list that is in order of change was read.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Mark {
    pub(super) after: Option<Timestamp>,
    /// Those that changed at that very time.
    pub(super) seen: BTreeSet<String>,
}

impl Mark {
    pub(super) fn knows(&self, item: &Value) -> bool {
        let changed = time(item, "updated_at");
        changed < self.after
            || (changed == self.after && self.seen.contains(&text(item, "id").unwrap_or_default()))
    }

    pub(super) fn advance(&mut self, item: &Value) {
        let changed = time(item, "updated_at");
        if changed > self.after {
            self.after = changed;
            self.seen.clear();
        }
        if changed == self.after {
            self.seen.extend(text(item, "id"));
        }
    }
}

/// How far the jobs were read, newest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Jobs {
    pub(super) newest: u64,
    pub(super) running: BTreeSet<u64>,
    /// Of a walk that was interrupted: the newest it saw, and the page to go on with.
    pub(super) top: u64,
    pub(super) page: u64,
}
