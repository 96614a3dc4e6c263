//! Whether facts fit the tables they are meant for.

use jiff::Timestamp;
use qd_tables::{Declaration, Fact, Kind, Role};
use serde_json::Value;

/// What is wrong with a fact; nothing where it fits.
pub(crate) fn misfit(fact: &Fact) -> Option<String> {
    let table = fact.table;
    for (name, value) in &fact.row {
        let Some(column) = table.column(name) else {
            return Some(format!("{}.{name} is no column", table.name));
        };
        let is_deferred = value.is_null() && (column.optional || table.key.contains(&column.name));
        if !is_deferred && !is_of(column.kind, value) {
            return Some(format!("{}.{name} cannot be {value}", table.name));
        }
    }
    let needed = table.key.iter().copied().filter(|name| *name != "source").chain(dated_by(table));
    for name in needed {
        if fact.row.get(name).is_none() {
            return Some(format!("{} lacks {name}: {:?}", table.name, fact.row));
        }
    }
    None
}

fn dated_by(table: &Declaration) -> Option<&'static str> {
    match table.role {
        Role::State => Some("observed_at"),
        Role::Event(time) => Some(time),
        _ => None,
    }
}

fn is_of(kind: Kind, value: &Value) -> bool {
    match kind {
        Kind::Text => value.is_string(),
        Kind::Texts => value.as_array().is_some_and(|list| list.iter().all(Value::is_string)),
        Kind::Integer => value.is_i64() || value.is_u64(),
        Kind::Number => value.is_number(),
        Kind::Boolean => value.is_boolean(),
        Kind::Time => value.as_str().is_some_and(|text| text.parse::<Timestamp>().is_ok()),
        Kind::Choice(words) => value.as_str().is_some_and(|word| words.contains(&word)),
        _ => false,
    }
}

/// Columns that a whole row needs and this one does not have.
pub(crate) fn lacking(fact: &Fact) -> Vec<&'static str> {
    let own = ["source", "deleted"];
    let needed = fact.table.columns.iter().filter(|column| !column.optional && !own.contains(&column.name));
    needed.map(|column| column.name).filter(|name| fact.row.get(*name).is_none_or(Value::is_null)).collect()
}
