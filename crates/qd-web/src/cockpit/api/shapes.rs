//! What programs send and get that is not a value of the model already.

use std::collections::BTreeMap;

use qd_model::{Column, Report, Table, Value};
use schemars::JsonSchema;
use serde::Serialize;

/// The answer to a query.
#[derive(Debug, JsonSchema, Serialize)]
pub(super) struct Figures {
    /// What the columns mean, in their order.
    columns: Vec<Column>,
    /// The rows, as `sql --format json` prints them: a value by each column's name.
    #[schemars(with = "Vec<BTreeMap<String, Value>>")]
    rows: Vec<serde_json::Map<String, serde_json::Value>>,
    /// How many rows there would have been without a limit, where it cut some off.
    cut_from: Option<usize>,
}

impl From<Table> for Figures {
    fn from(table: Table) -> Self {
        Self { rows: table.objects(), columns: table.columns, cut_from: table.cut_from }
    }
}

/// A report that there is.
#[derive(Debug, JsonSchema, Serialize)]
pub(super) struct ReportLine {
    /// Its name.
    pub(super) name: String,
    /// What it shows.
    pub(super) about: String,
}

/// A report.
#[derive(Debug, JsonSchema, Serialize)]
pub(super) struct ReportTold {
    /// Its name.
    name: String,
    /// Its heading.
    title: String,
    /// What it shows.
    about: String,
    /// What to declare or connect where there are no figures.
    empty: String,
    /// The query behind it.
    query: String,
    /// Its figures.
    figures: Figures,
}

impl From<Report> for ReportTold {
    fn from(report: Report) -> Self {
        let Report { name, title, about, empty, table, query } = report;
        Self { name, title, about, empty, query, figures: table.into() }
    }
}

/// Who asks.
#[derive(Debug, JsonSchema, Serialize)]
pub(super) struct Session {
    /// A person's id.
    pub(super) person: String,
    /// What actions need.
    pub(super) token: String,
}

/// A query that only reads.
#[derive(Debug, JsonSchema)]
#[expect(dead_code, reason = "it is the shape of a body, whose fields are read by name")]
pub(super) struct SqlAsked {
    /// One statement.
    query: String,
    /// Rows that are given at most: 1000 where not said, 100000 at the very most.
    rows: Option<usize>,
}

/// What to do with a row.
#[derive(Debug, JsonSchema)]
#[expect(dead_code, reason = "it is the shape of a body, whose fields are read by name")]
pub(super) struct ActionAsked {
    /// The row's id.
    id: String,
    /// What to do.
    verb: VerbAsked,
    /// To whom it is delegated: a person's id.
    to: Option<String>,
    /// Until which day it waits, as 2026-12-31.
    until: Option<String>,
    /// Why it is dismissed.
    reason: Option<String>,
    /// The session's token, where no header says it.
    token: Option<String>,
}

/// What can be done with a row.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(dead_code, reason = "it is the shape of a body, whose fields are read by name")]
pub(super) enum VerbAsked {
    /// It is dealt with.
    Done,
    /// Somebody else deals with it: `to`.
    Delegate,
    /// Not now: `until`.
    Snooze,
    /// It need not be dealt with: `reason`.
    Dismiss,
    /// The last action on it is taken back.
    Undo,
}

/// What was done.
#[derive(Debug, JsonSchema)]
#[expect(dead_code, reason = "it is the shape of an answer that is written field by field")]
pub(super) struct Acted {
    /// The row's id.
    id: String,
    /// What was done.
    verb: VerbAsked,
    /// The same in words.
    said: String,
}
