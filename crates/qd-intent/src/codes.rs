//! Every complaint this crate can make, by its stable name.
//!
//! The reference page is made of this list and of the examples under `tests/errors`;
//! a test holds the two together.

use std::ops::Range;

use qd_model::{Diagnostic, Severity};

/// Name and explanation of each kind of complaint, in the order of the reference page.
pub const CODES: &[(&str, &str)] = &[
    (
        "no-company-file",
        "A company is a folder with a `company.toml`; there is none. The smallest one says only `name = \"Example\"`.",
    ),
    (
        "unreadable-file",
        "A file could not be read as text: it is not UTF-8, or the system refused it. The rest of the company is read without it.",
    ),
    (
        "unknown-file",
        "A TOML file stands where nothing is looked for, most often for a misspelt name. It is not read.",
    ),
    ("toml-syntax", "The text is not TOML at this place. Everything else in the file is still read."),
    (
        "yaml-syntax",
        "The YAML of a `catalog-info.yaml`, or of the head of a decision record, could not be read.",
    ),
    ("unknown-key", "Nothing of this name is known here, so it has no effect."),
    (
        "missing-key",
        "A row lacks something it cannot do without. References to it still hold, but it is left out of the tables.",
    ),
    (
        "wrong-type",
        "The value is of another type than the key takes: a number where words are due, for example.",
    ),
    (
        "excluding-keys",
        "Two keys of a row exclude each other: a source of mail or of a calendar is files or a server, not both.",
    ),
    ("bad-date", "The value is not a day. Days are written `2026-10-01`, with or without quotes."),
    ("bad-money", "The value is not an amount of money, or can be read in two ways."),
    ("bad-days", "The value is not a span of days."),
    (
        "bad-estimate",
        "The value is not an estimate in working days, or its parts do not grow from low to high.",
    ),
    ("bad-currency", "A currency is the three letters of ISO 4217."),
    ("unknown-choice", "The key takes one of a few words, and this is none of them."),
    ("unknown-timezone", "No time zone of this name is known. Time zones are named as in the IANA database."),
    (
        "out-of-range",
        "A share or a probability lies between 0 and 1, hours of a week between 0 and 168; days, seats and rates are not less than nothing, a currency is worth something, and a most is no less than its least.",
    ),
    (
        "secret-in-file",
        "A key that names where a secret is to be had (`env:NAME`, `file:PATH`, `command:LINE`) holds something else, perhaps the secret itself; or an address holds a password or the secret part of a private calendar. Secrets never stand in the company's files: if this was one, take it out of the history and have a new one made.",
    ),
    ("unknown-reference", "The id names nothing that is declared. The reference is left out."),
    (
        "duplicate-id",
        "Two rows of a table have the same id. The first one counts: `company.toml` first, then the other files by name.",
    ),
    (
        "shared-identity",
        "Two people claim the same mail address or login, so that nobody can tell whose work it marks.",
    ),
    ("dates-reversed", "Something ends before it begins."),
    (
        "cycle",
        "A chain that must end somewhere leads back to its own beginning: reporting lines, teams within teams, or tasks that wait for each other. The last link is left out.",
    ),
    ("no-title", "A decision record has no heading that could be its title."),
    (
        "template-left",
        "A decision record still says what its template says. The title or status has never been filled in.",
    ),
    (
        "unknown-status",
        "The status of a decision record is none of the words in use; it is kept as text only.",
    ),
    (
        "unreadable-date",
        "The date of a decision record is not a date, or could be read as two (`05/02/2018`). It is kept as text only.",
    ),
    (
        "number-differs",
        "The heading of a decision record has another number than its file. The file's number counts.",
    ),
    ("duplicate-number", "Two decision records of a folder have the same number."),
    ("unknown-record", "A decision record names another one that is not there."),
    (
        "one-way-link",
        "A decision record says that it replaces another or is replaced by it, and the other does not say so.",
    ),
];

/// A complaint about bytes `span` of `file`.
pub(crate) fn complain(
    severity: Severity,
    code: &'static str,
    file: &str,
    span: Range<usize>,
    message: impl Into<String>,
) -> Diagnostic {
    let message = message.into();
    Diagnostic { code, severity, file: file.to_owned(), span, message, label: String::new(), help: None }
}

/// An error about bytes `span` of `file`.
pub(crate) fn error(
    code: &'static str,
    file: &str,
    span: Range<usize>,
    message: impl Into<String>,
) -> Diagnostic {
    complain(Severity::Error, code, file, span, message)
}

/// A warning about bytes `span` of `file`.
pub(crate) fn warning(
    code: &'static str,
    file: &str,
    span: Range<usize>,
    message: impl Into<String>,
) -> Diagnostic {
    complain(Severity::Warning, code, file, span, message)
}

/// What would be right, said after the complaint.
pub(crate) trait Helped {
    fn label(self, label: impl Into<String>) -> Self;
    fn help(self, help: impl Into<String>) -> Self;
}

impl Helped for Diagnostic {
    fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// The complaint of a caller that could not bring a file's text, in its own words:
/// `not UTF-8: byte 17 is 0xff`.
#[must_use]
pub fn unreadable_file(file: &str, reason: &str) -> Diagnostic {
    error("unreadable-file", file, 0..0, format!("`{file}` cannot be read: {reason}"))
        .help("save it as UTF-8 text, or make it readable; the rest of the company is read without it")
}
