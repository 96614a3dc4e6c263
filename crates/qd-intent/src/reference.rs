//! The reference page of complaints, made of [`CODES`] and of one example for each.

use std::fmt::Write as _;

use qd_model::{Diagnostic, Files, Severity};

use crate::codes::CODES;

/// A small company that makes one complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The complaint's code.
    pub code: String,
    /// The company's files; a file that is no text shows a word for what it holds.
    pub input: Files,
    /// What is said about it, as [`render`] writes it.
    pub expected: String,
}

/// Complaints as lines of text: `file:line:column: severity[code]: message`, and what
/// would be right below.
#[must_use]
pub fn render(files: &Files, diagnostics: &[Diagnostic]) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        let (line, column) = files.get(&diagnostic.file).map_or((1, 1), |text| diagnostic.position(text));
        let severity = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let Diagnostic { code, file, message, label, help, .. } = diagnostic;
        let _ = writeln!(text, "{file}:{line}:{column}: {severity}[{code}]: {message}");
        if !label.is_empty() {
            let _ = writeln!(text, "  {label}");
        }
        if let Some(help) = help {
            let _ = writeln!(text, "  help: {help}");
        }
    }
    text
}

/// The reference page: every code, what it means, and an example of it.
#[must_use]
pub fn diagnostics_reference(examples: &[Example]) -> String {
    let mut page = String::from(
        "# Complaints\n\n\
         What `quarterdeck check` can say about a company's files. An error means that something was\n\
         not understood and is left out; a warning, that it was understood and is probably not meant.\n\
         A company with complaints is still read: everything else counts.\n",
    );
    for (code, explanation) in CODES {
        let _ = write!(page, "\n## {code}\n\n{explanation}\n");
        for example in examples.iter().filter(|example| example.code == *code) {
            for (file, text) in &example.input {
                let language = file.rsplit('.').next().unwrap_or_default();
                let fence = if text.contains("```") { "````" } else { "```" };
                let _ = write!(page, "\n`{file}`\n\n{fence}{language}\n{}{fence}\n", ended(text));
            }
            let _ = write!(page, "\n```text\n{}```\n", ended(&example.expected));
        }
    }
    page
}

/// The text with a newline at its end.
fn ended(text: &str) -> String {
    if text.is_empty() || text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") }
}
