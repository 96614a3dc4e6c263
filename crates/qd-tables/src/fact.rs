//! A row on its way into a table.

use serde_json::{Map, Value};

use crate::Declaration;

/// A row that a connector observed, as far as it is known.
///
/// A column that the row lacks was not seen: what is stored of it stays. One that is null was
/// seen to be empty. Times are RFC 3339 text. `source` and `deleted` are filled in by whoever
/// stores it; `observed_at` of a state is when it came to be so.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// The table.
    pub table: &'static Declaration,
    /// Its columns, by name.
    pub row: Map<String, Value>,
}
