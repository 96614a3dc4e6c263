//! Facts taken straight into the lake, for a company whose facts were made and not observed.
//!
//! Nothing is compared with what is stored, so that a lake that has facts takes none this way.

use std::collections::BTreeMap;

use qd_lake::{Append, Committed};
use qd_model::DeckError;
use qd_tables::{Declaration, Fact, Role, from_json};
use serde_json::Value;

use crate::{
    local::IMPORT,
    opening::Opening,
    sync::{chain, open_lake},
};

/// Rows of a table that are written at a time.
const STEP: usize = 8_192;

/// Takes all that `tell` hands over, as one snapshot of an empty lake; gives how many rows there were.
///
/// # Errors
/// Where the lake holds facts, a row does not fit its table, or the disk does not take it.
pub fn load(
    opening: &Opening,
    tell: impl FnOnce(&mut dyn FnMut(Fact) -> Result<(), DeckError>) -> Result<(), DeckError>,
) -> Result<usize, DeckError> {
    let lake = open_lake(opening)?;
    let version = lake.version(&[]).map_err(|error| DeckError::new(chain(&error)))?;
    if version > 0 {
        let message = format!("`{}` holds facts already", opening.state.display());
        return Err(DeckError::new(message).hint("name a folder that is not there yet"));
    }
    let append = lake.append(IMPORT).map_err(|error| DeckError::new(chain(&error)))?;
    let mut loading = Loading { append, pending: BTreeMap::new() };
    tell(&mut |fact| loading.take(fact))?;
    for (table, rows) in std::mem::take(&mut loading.pending).into_values() {
        loading.write(table, &rows)?;
    }
    let rows = loading.append.rows();
    match loading.append.commit(opening.now).map_err(|error| DeckError::new(chain(&error)))? {
        Committed::Overtaken => Err(DeckError::new("somebody else wrote facts meanwhile")),
        Committed::Nothing | Committed::Snapshot(_) => Ok(rows),
    }
}

/// Facts on their way, by table.
struct Loading<'a> {
    append: Append<'a>,
    pending: BTreeMap<&'static str, (&'static Declaration, Vec<Value>)>,
}

impl Loading<'_> {
    fn take(&mut self, fact: Fact) -> Result<(), DeckError> {
        let Fact { table, mut row } = fact;
        row.entry("source").or_insert_with(|| IMPORT.into());
        if table.role == Role::State {
            row.entry("deleted").or_insert_with(|| false.into());
        }
        let (_, rows) = self.pending.entry(table.name).or_insert_with(|| (table, Vec::new()));
        rows.push(Value::Object(row));
        if rows.len() < STEP {
            return Ok(());
        }
        let rows = std::mem::take(rows);
        self.write(table, &rows)
    }

    fn write(&mut self, table: &'static Declaration, rows: &[Value]) -> Result<(), DeckError> {
        let unfit =
            |error: &dyn std::error::Error| DeckError::new(format!("`{}`: {}", table.name, chain(error)));
        let batch = from_json(table, rows).map_err(|error| unfit(&error))?;
        self.append.write(table, &batch).map_err(|error| unfit(&error))
    }
}
