//! One declared row, whatever its table.
//!
//! The reader fills records by the declarations of `qd-tables` alone; here they become
//! Arrow rows, and give their values by column name.

use std::ops::Range;

use arrow::{array::RecordBatch, error::ArrowError};
use jiff::civil::Date;
use qd_model::{Estimate, Money, Span};
use qd_tables::{Column, Declaration, Writer};

/// A declared value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Words, one of a few words, an id, or a query.
    Text(String),
    /// Several words or ids.
    Texts(Vec<String>),
    /// A count.
    Integer(i64),
    /// A quantity.
    Number(f64),
    /// Yes or no.
    Boolean(bool),
    /// An instant.
    Time(jiff::Timestamp),
    /// A day.
    Date(Date),
    /// An amount; its currency is the company's where the text names none.
    Money(Money),
    /// A span of days.
    Days(Span),
    /// Low, likely, high.
    Estimate(Estimate),
}

/// A declared value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The value.
    pub value: Value,
    /// Bytes of the file's text that hold it.
    pub span: Range<usize>,
    /// Of several words, the bytes of each.
    pub items: Vec<Range<usize>>,
}

/// A declared row.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its table.
    pub table: &'static Declaration,
    /// What tells it apart within its table; of a row inside another, the key columns
    /// joined by `/`.
    pub id: String,
    /// File that declares it, from the company's folder.
    pub file: String,
    /// Bytes of that file to underline when the row as a whole is meant.
    pub span: Range<usize>,
    /// Its values, in the order of the table's columns.
    pub fields: Vec<Option<Field>>,
}

impl Record {
    /// A row of `table` without values.
    pub(crate) fn new(table: &'static Declaration, id: &str, file: &str, span: Range<usize>) -> Self {
        let fields = vec![None; table.columns.len()];
        Self { table, id: id.to_owned(), file: file.to_owned(), span, fields }
    }

    fn place(&self, column: &str) -> Option<usize> {
        self.table.columns.iter().position(|candidate| candidate.name == column)
    }

    /// The value of a column and where it stands.
    #[must_use]
    pub fn field(&self, column: &str) -> Option<&Field> {
        self.fields.get(self.place(column)?)?.as_ref()
    }

    pub(crate) fn set(&mut self, column: &str, field: Option<Field>) {
        if let Some(slot) = self.place(column).and_then(|place| self.fields.get_mut(place)) {
            *slot = field;
        }
    }

    /// Sets a value that stands nowhere of its own, at the place of the row.
    pub(crate) fn fill(&mut self, column: &str, value: Value) {
        let span = self.span.clone();
        self.set(column, Some(Field { value, span, items: Vec::new() }));
    }

    /// The value of a column.
    #[must_use]
    pub fn value(&self, column: &str) -> Option<&Value> {
        self.field(column).map(|field| &field.value)
    }

    /// The words, choice, id or query of a column.
    #[must_use]
    pub fn text(&self, column: &str) -> Option<&str> {
        match self.value(column)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The words or ids of a column; none where not declared.
    #[must_use]
    pub fn texts(&self, column: &str) -> &[String] {
        match self.value(column) {
            Some(Value::Texts(texts)) => texts,
            _ => &[],
        }
    }

    /// The count of a column.
    #[must_use]
    pub fn integer(&self, column: &str) -> Option<i64> {
        match self.value(column)? {
            Value::Integer(value) => Some(*value),
            _ => None,
        }
    }

    /// The quantity of a column.
    #[must_use]
    pub fn number(&self, column: &str) -> Option<f64> {
        match self.value(column)? {
            Value::Number(value) => Some(*value),
            _ => None,
        }
    }

    /// Yes or no.
    #[must_use]
    pub fn boolean(&self, column: &str) -> Option<bool> {
        match self.value(column)? {
            Value::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    /// The day of a column.
    #[must_use]
    pub fn date(&self, column: &str) -> Option<Date> {
        match self.value(column)? {
            Value::Date(value) => Some(*value),
            _ => None,
        }
    }

    /// The amount of a column.
    #[must_use]
    pub fn money(&self, column: &str) -> Option<&Money> {
        match self.value(column)? {
            Value::Money(value) => Some(value),
            _ => None,
        }
    }

    /// The span of a column, in days.
    #[must_use]
    pub fn days(&self, column: &str) -> Option<f64> {
        match self.value(column)? {
            Value::Days(span) => Some(span.days),
            _ => None,
        }
    }

    /// The estimate of a column.
    #[must_use]
    pub fn estimate(&self, column: &str) -> Option<Estimate> {
        match self.value(column)? {
            Value::Estimate(estimate) => Some(*estimate),
            _ => None,
        }
    }

    /// The first required column that has no value, if there is one: such a row is a
    /// target of references, yet stays out of SQL.
    #[must_use]
    pub fn missing(&self) -> Option<&'static Column> {
        let columns = self.table.columns.iter();
        columns
            .zip(&self.fields)
            .find(|(column, field)| !column.optional && field.is_none())
            .map(|(column, _)| column)
    }
}

/// The Arrow batch of the complete rows among `records`.
///
/// # Errors
/// Never for records of this crate; Arrow's signature has one.
pub(crate) fn batch<'a>(
    table: &Declaration,
    records: impl IntoIterator<Item = &'a Record>,
) -> Result<RecordBatch, ArrowError> {
    let mut writer = Writer::new(table);
    for record in records {
        if record.table.name != table.name || record.missing().is_some() {
            continue;
        }
        for (column, field) in table.columns.iter().zip(&record.fields) {
            write(&mut writer, column, field.as_ref().map(|field| &field.value));
        }
    }
    writer.finish()
}

fn write(writer: &mut Writer, column: &Column, value: Option<&Value>) {
    match value {
        Some(Value::Text(text)) => writer.text(text.as_str()),
        Some(Value::Texts(texts)) => writer.texts(texts),
        Some(Value::Integer(value)) => writer.integer(*value),
        Some(Value::Number(value)) => writer.number(*value),
        Some(Value::Boolean(value)) => writer.boolean(*value),
        Some(Value::Time(value)) => writer.time(*value),
        Some(Value::Date(value)) => writer.date(*value),
        Some(Value::Money(value)) => writer.money(Some(value)),
        Some(Value::Days(value)) => writer.number(value.days),
        Some(Value::Estimate(value)) => writer.estimate(Some(value)),
        None => {
            for _ in column.fields() {
                writer.null();
            }
            writer
        }
    };
}
