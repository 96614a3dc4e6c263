//! The table that faces draw: named columns and rows of values.
//!
//! Only what a person looks at takes this form (a report, an answer of `sql`, the
//! evidence of a row). Facts stay Arrow batches until then.

use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use serde_json::{Map, json};

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Unknown. Never drawn as 0.
    Null,
    /// Yes or no.
    Boolean(bool),
    /// A count.
    Integer(i64),
    /// A measured or computed quantity.
    Number(f64),
    /// An amount in hundredths, exact.
    Decimal(i128),
    /// Words.
    Text(String),
    /// An instant, UTC.
    Time(jiff::Timestamp),
    /// A day.
    Date(jiff::civil::Date),
    /// Several words.
    List(Vec<String>),
}

/// What a column means.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema, Serialize)]
pub struct Column {
    /// Its name in SQL.
    pub name: String,
    /// Unit of its values (`days`, `lines`, `USD/day`), empty where there is none.
    pub unit: String,
    /// What it holds, in a sentence; empty for computed columns.
    pub comment: String,
}

/// Columns, and rows of as many cells.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// The columns, in order.
    pub columns: Vec<Column>,
    /// The rows; each has one value for each column.
    pub rows: Vec<Vec<Value>>,
    /// How many rows there would have been without a limit, where it cut some off.
    pub cut_from: Option<usize>,
}

impl Value {
    /// The text of a text value.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The quantity of an integer, number or decimal.
    #[must_use]
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Integer(value) => Some(*value as f64),
            Self::Number(value) => Some(*value),
            Self::Decimal(hundredths) => Some(*hundredths as f64 / 100.0),
            _ => None,
        }
    }

    /// The instant of a time, or the first instant (UTC) of a date.
    #[must_use]
    pub fn as_time(&self) -> Option<jiff::Timestamp> {
        match self {
            Self::Time(time) => Some(*time),
            Self::Date(date) => date.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp()),
            _ => None,
        }
    }

    /// True for an unknown value.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl Table {
    /// Its rows as JSON, an object each: what `--format json` prints. Of columns of one name the last counts.
    #[must_use]
    pub fn objects(&self) -> Vec<Map<String, serde_json::Value>> {
        let object = |row: &Vec<Value>| {
            self.columns.iter().zip(row).map(|(column, value)| (column.name.clone(), json!(value))).collect()
        };
        self.rows.iter().map(object).collect()
    }

    /// Place of the column called `name`.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Null => Ok(()),
            Self::Boolean(value) => value.fmt(f),
            Self::Integer(value) => value.fmt(f),
            Self::Number(value) => value.fmt(f),
            Self::Decimal(value) => {
                let sign = if *value < 0 { "-" } else { "" };
                let value = value.unsigned_abs();
                write!(f, "{sign}{}.{:02}", value / 100, value % 100)
            }
            Self::Text(value) => f.write_str(value),
            Self::Time(value) => value.fmt(f),
            Self::Date(value) => value.fmt(f),
            Self::List(values) => f.write_str(&values.join(", ")),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => serializer.serialize_i64(*value),
            Self::Number(value) => serializer.serialize_f64(*value),
            Self::List(values) => values.serialize(serializer),
            Self::Decimal(_) | Self::Text(_) | Self::Time(_) | Self::Date(_) => serializer.collect_str(self),
        }
    }
}
