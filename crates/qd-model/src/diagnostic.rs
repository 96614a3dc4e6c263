//! A complaint about a text, with the words it is about.
//!
//! Whoever reads text returns what was understood *and* a list of these; a face
//! draws them (underlined in a terminal, as JSON, as HTML).

use std::{collections::BTreeMap, ops::Range};

use serde::Serialize;

/// The texts that diagnostics point into: path as shown to the user → content.
pub type Files = BTreeMap<String, String>;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Something was not understood; `check` exits non-zero.
    Error,
    /// Understood, yet probably not what was meant.
    Warning,
}

/// One complaint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Stable name of the kind of complaint, for example `unknown-reference`.
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// Path of the file, as the user would write it.
    pub file: String,
    /// Bytes of the file's text that the complaint is about.
    pub span: Range<usize>,
    /// What is wrong: lower case, names in backticks, no full stop.
    pub message: String,
    /// What to say right at the underlined words; may be empty.
    pub label: String,
    /// What would be right, where that can be told.
    pub help: Option<String>,
}

impl Diagnostic {
    /// Line and column of the complaint's first byte in `text`, both counted from 1.
    #[must_use]
    pub fn position(&self, text: &str) -> (usize, usize) {
        let before = text.get(..self.span.start).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        (line, column)
    }
}
