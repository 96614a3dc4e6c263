//! Recordings of what systems answer: what `replay` reads in place of the network.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::Files;

/// Where the work on a repository is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Home {
    /// Changes and issues at the agency's own GitHub, which counts both in one row.
    GitHub,
    /// Both at the client's own GitLab.
    GitLab,
    /// Changes at GitHub, issues in the client's Jira under this key.
    Jira(&'static str),
}

/// The GitLab of the client that has one, and the group there.
pub(crate) const GITLAB: &str = "https://gitlab.seebus.example";
pub(crate) const GROUP: &str = "boats";
/// The Jira of the client that has one.
pub(crate) const JIRA: &str = "https://jira.alpwacht.example";

/// Exchanges, one a line.
#[derive(Debug, Default)]
pub(crate) struct Recording(String);

impl Recording {
    /// An exchange: what was asked, when, and the answer.
    pub(crate) fn tell(&mut self, url: &str, at: Timestamp, body: &Value) {
        self.line(&json!({"method": "GET", "url": url, "status": 200, "at": at, "body": body}));
    }

    /// Something that was posted.
    pub(crate) fn posted(&mut self, event: &str, at: Timestamp, body: &Value) {
        self.line(&json!({"event": event, "at": at, "body": body}));
    }

    fn line(&mut self, line: &Value) {
        self.0.push_str(&line.to_string());
        self.0.push('\n');
    }

    /// Writes it as a file of its source.
    pub(crate) fn put(self, path: &str, files: &mut Files) {
        files.insert(format!("sources/{path}.jsonl"), self.0.into_bytes());
    }
}
