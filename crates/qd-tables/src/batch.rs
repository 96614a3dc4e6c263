//! Rows to Arrow batches and back: the border between our words and Arrow's.

use std::sync::Arc;

use arrow::{
    array::{
        Array, ArrayBuilder, ArrayRef, AsArray, BooleanBuilder, Date32Builder, Decimal128Builder,
        Float64Builder, Int64Builder, ListBuilder, RecordBatch, StringBuilder, TimestampMicrosecondBuilder,
    },
    compute::{cast, concat_batches},
    datatypes::{
        DataType, Date32Type, Decimal128Type, Field, Float64Type, Int64Type, Schema, SchemaRef, TimeUnit,
        TimestampMicrosecondType,
    },
    error::ArrowError,
    util::display::{ArrayFormatter, FormatOptions},
};
use qd_model::{Estimate, Money, Table, Value};

use crate::{Column, Declaration, Kind};

/// Precision and scale of amounts: hundredths, up to 10^16 units.
const AMOUNT: (u8, i8) = (18, 2);

impl Column {
    /// The SQL columns this becomes: name, Arrow type, whether it may be null, unit.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        let field = |suffix: &str, data_type: DataType, unit: &str| {
            Field::new(format!("{}{suffix}", self.name), data_type, self.optional).with_metadata(
                [("comment", self.comment), ("unit", unit)]
                    .into_iter()
                    .filter(|(_, text)| !text.is_empty())
                    .map(|(key, text)| (key.to_owned(), text.to_owned()))
                    .collect(),
            )
        };
        match self.kind {
            Kind::Text | Kind::Choice(_) | Kind::Reference(_) | Kind::Query | Kind::Secret => {
                vec![field("", DataType::Utf8, self.unit)]
            }
            Kind::Texts | Kind::Choices(_) | Kind::References(_) | Kind::Pairs => {
                let item = Field::new("element", DataType::Utf8, true);
                vec![field("", DataType::List(Arc::new(item)), self.unit)]
            }
            Kind::Integer => vec![field("", DataType::Int64, self.unit)],
            Kind::Number | Kind::Days => vec![field("", DataType::Float64, self.unit)],
            Kind::Boolean => vec![field("", DataType::Boolean, self.unit)],
            Kind::Time => {
                vec![field("", DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), self.unit)]
            }
            Kind::Date => vec![field("", DataType::Date32, self.unit)],
            Kind::Money => vec![
                field("", DataType::Decimal128(AMOUNT.0, AMOUNT.1), self.unit),
                field("_currency", DataType::Utf8, ""),
            ],
            Kind::Estimate => {
                ["_low", "_likely", "_high"].map(|suffix| field(suffix, DataType::Float64, self.unit)).into()
            }
        }
    }
}

impl Declaration {
    /// The Arrow schema of the table; comments and units are the fields' metadata.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        let fields: Vec<Field> = self.columns.iter().flat_map(Column::fields).collect();
        Arc::new(Schema::new(fields))
    }
}

/// Writes rows of one declared table, value by value, in the order of its columns.
///
/// A value of the wrong kind for its place is a mistake in this program, not in what
/// it reads; it stops at once, so that a test finds it.
#[derive(Debug)]
pub struct Writer {
    schema: SchemaRef,
    builders: Vec<Builder>,
    next: usize,
    rows: usize,
}

#[derive(Debug)]
enum Builder {
    Text(StringBuilder),
    Texts(ListBuilder<StringBuilder>),
    Integer(Int64Builder),
    Number(Float64Builder),
    Boolean(BooleanBuilder),
    Time(TimestampMicrosecondBuilder),
    Date(Date32Builder),
    Amount(Decimal128Builder),
}

impl Builder {
    fn of(data_type: &DataType) -> Self {
        match data_type {
            DataType::List(field) => {
                Self::Texts(ListBuilder::new(StringBuilder::new()).with_field(field.clone()))
            }
            DataType::Int64 => Self::Integer(Int64Builder::new()),
            DataType::Float64 => Self::Number(Float64Builder::new()),
            DataType::Boolean => Self::Boolean(BooleanBuilder::new()),
            DataType::Timestamp(..) => Self::Time(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
            DataType::Date32 => Self::Date(Date32Builder::new()),
            DataType::Decimal128(..) => {
                Self::Amount(Decimal128Builder::new().with_data_type(data_type.clone()))
            }
            _ => Self::Text(StringBuilder::new()),
        }
    }

    fn inner(&mut self) -> &mut dyn ArrayBuilder {
        match self {
            Self::Text(builder) => builder,
            Self::Texts(builder) => builder,
            Self::Integer(builder) => builder,
            Self::Number(builder) => builder,
            Self::Boolean(builder) => builder,
            Self::Time(builder) => builder,
            Self::Date(builder) => builder,
            Self::Amount(builder) => builder,
        }
    }
}

/// Days of `date` since 1970-01-01, as Arrow counts them.
fn days_since_epoch(date: jiff::civil::Date) -> i32 {
    let epoch = jiff::civil::date(1970, 1, 1);
    date.since((jiff::Unit::Day, epoch)).map_or(0, |span| span.get_days())
}

impl Writer {
    /// An empty batch-to-be of `table`.
    #[must_use]
    pub fn new(table: &Declaration) -> Self {
        let schema = table.schema();
        let builders = schema.fields().iter().map(|field| Builder::of(field.data_type())).collect();
        Self { schema, builders, next: 0, rows: 0 }
    }

    /// Rows written so far.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    fn place(&mut self) -> &mut Builder {
        let place = self.next;
        self.next += 1;
        if self.next == self.builders.len() {
            self.next = 0;
            self.rows += 1;
        }
        &mut self.builders[place]
    }

    fn wrong(&self, wanted: &str) -> ! {
        let place = if self.next == 0 { self.builders.len() } else { self.next } - 1;
        unreachable!("column `{}` does not take {wanted}", self.schema.field(place).name())
    }

    /// Writes words, or unknown.
    pub fn text<'a>(&mut self, value: impl Into<Option<&'a str>>) -> &mut Self {
        match self.place() {
            Builder::Text(builder) => builder.append_option(value.into()),
            _ => self.wrong("words"),
        }
        self
    }

    /// Writes several words.
    pub fn texts<T: AsRef<str>>(&mut self, values: impl IntoIterator<Item = T>) -> &mut Self {
        match self.place() {
            Builder::Texts(builder) => {
                builder.append_value(values.into_iter().map(|value| Some(value.as_ref().to_owned())));
            }
            _ => self.wrong("several words"),
        }
        self
    }

    /// Writes a count, or unknown.
    pub fn integer(&mut self, value: impl Into<Option<i64>>) -> &mut Self {
        match self.place() {
            Builder::Integer(builder) => builder.append_option(value.into()),
            _ => self.wrong("a count"),
        }
        self
    }

    /// Writes a quantity, or unknown.
    pub fn number(&mut self, value: impl Into<Option<f64>>) -> &mut Self {
        match self.place() {
            Builder::Number(builder) => builder.append_option(value.into()),
            _ => self.wrong("a quantity"),
        }
        self
    }

    /// Writes yes or no, or unknown.
    pub fn boolean(&mut self, value: impl Into<Option<bool>>) -> &mut Self {
        match self.place() {
            Builder::Boolean(builder) => builder.append_option(value.into()),
            _ => self.wrong("yes or no"),
        }
        self
    }

    /// Writes an instant, or unknown.
    pub fn time(&mut self, value: impl Into<Option<jiff::Timestamp>>) -> &mut Self {
        match self.place() {
            Builder::Time(builder) => {
                builder.append_option(value.into().map(jiff::Timestamp::as_microsecond));
            }
            _ => self.wrong("an instant"),
        }
        self
    }

    /// Writes a day, or unknown.
    pub fn date(&mut self, value: impl Into<Option<jiff::civil::Date>>) -> &mut Self {
        match self.place() {
            Builder::Date(builder) => builder.append_option(value.into().map(days_since_epoch)),
            _ => self.wrong("a day"),
        }
        self
    }

    /// Writes an amount and its currency, or unknown: two SQL columns.
    pub fn money(&mut self, value: Option<&Money>) -> &mut Self {
        match self.place() {
            Builder::Amount(builder) => builder.append_option(value.map(|money| money.hundredths)),
            _ => self.wrong("an amount"),
        }
        self.text(value.and_then(|money| money.currency.as_deref()))
    }

    /// Writes low, likely and high, or unknown: three SQL columns.
    pub fn estimate(&mut self, value: Option<&Estimate>) -> &mut Self {
        self.number(value.map(|estimate| estimate.low))
            .number(value.map(|estimate| estimate.likely))
            .number(value.map(|estimate| estimate.high))
    }

    /// Writes unknown, whatever the column holds.
    pub fn null(&mut self) -> &mut Self {
        match self.place() {
            Builder::Text(builder) => builder.append_null(),
            Builder::Texts(builder) => builder.append_null(),
            Builder::Integer(builder) => builder.append_null(),
            Builder::Number(builder) => builder.append_null(),
            Builder::Boolean(builder) => builder.append_null(),
            Builder::Time(builder) => builder.append_null(),
            Builder::Date(builder) => builder.append_null(),
            Builder::Amount(builder) => builder.append_null(),
        }
        self
    }

    /// The batch of all rows written since the last call; the writer is empty after it.
    ///
    /// # Errors
    /// Where a required column was left unknown, or a row is unfinished.
    pub fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
        self.next = 0;
        self.rows = 0;
        let arrays: Vec<ArrayRef> =
            self.builders.iter_mut().map(|builder| builder.inner().finish()).collect();
        RecordBatch::try_new(self.schema.clone(), arrays)
    }
}

/// A batch of `table` without rows.
#[must_use]
pub fn empty_batch(table: &Declaration) -> RecordBatch {
    RecordBatch::new_empty(table.schema())
}

/// One batch of many.
///
/// # Errors
/// Where the schemas differ.
pub fn concat(schema: &SchemaRef, batches: &[RecordBatch]) -> Result<RecordBatch, ArrowError> {
    concat_batches(schema, batches)
}

/// The table that faces draw, out of batches that share a schema.
#[must_use]
pub fn to_table(schema: &Schema, batches: &[RecordBatch]) -> Table {
    let columns = schema
        .fields()
        .iter()
        .map(|field| qd_model::Column {
            name: field.name().clone(),
            unit: field.metadata().get("unit").cloned().unwrap_or_default(),
            comment: field.metadata().get("comment").cloned().unwrap_or_default(),
        })
        .collect();
    let rows = batches
        .iter()
        .flat_map(|batch| {
            (0..batch.num_rows())
                .map(move |row| batch.columns().iter().map(|array| value(array, row)).collect())
        })
        .collect();
    Table { columns, rows, cut_from: None }
}

/// The value of one cell.
fn value(array: &ArrayRef, row: usize) -> Value {
    if array.is_null(row) {
        return Value::Null;
    }
    match array.data_type() {
        DataType::Boolean => Value::Boolean(array.as_boolean().value(row)),
        DataType::Int64 => Value::Integer(array.as_primitive::<Int64Type>().value(row)),
        DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32
        | DataType::UInt64 => {
            let text = display(array, row);
            text.parse().map_or(Value::Text(text), Value::Integer)
        }
        DataType::Float64 => Value::Number(array.as_primitive::<Float64Type>().value(row)),
        DataType::Float32 => {
            let text = display(array, row);
            text.parse().map_or(Value::Text(text), Value::Number)
        }
        DataType::Decimal128(_, 2) => Value::Decimal(array.as_primitive::<Decimal128Type>().value(row)),
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            let micros = array.as_primitive::<TimestampMicrosecondType>().value(row);
            jiff::Timestamp::from_microsecond(micros)
                .map_or_else(|_| Value::Text(display(array, row)), Value::Time)
        }
        DataType::Date32 => {
            let days = i64::from(array.as_primitive::<Date32Type>().value(row));
            let span = jiff::Span::new().try_days(days);
            span.and_then(|span| jiff::civil::date(1970, 1, 1).checked_add(span))
                .map_or_else(|_| Value::Text(display(array, row)), Value::Date)
        }
        DataType::List(_) => {
            let items = array.as_list::<i32>().value(row);
            Value::List(
                (0..items.len())
                    .filter(|item| !items.is_null(*item))
                    .map(|item| display(&items, item))
                    .collect(),
            )
        }
        DataType::Utf8 => Value::Text(array.as_string::<i32>().value(row).to_owned()),
        _ => Value::Text(display(array, row)),
    }
}

fn display(array: &dyn Array, row: usize) -> String {
    let options = FormatOptions::default();
    ArrayFormatter::try_new(array, &options)
        .map_or_else(|error| error.to_string(), |formatter| formatter.value(row).to_string())
}

/// Rows of `table` given as JSON objects; a column that an object lacks is unknown.
///
/// # Errors
/// Where a value does not fit its column.
pub fn from_json(table: &Declaration, rows: &[serde_json::Value]) -> Result<RecordBatch, ArrowError> {
    let schema = table.schema();
    let mut decoder =
        arrow::json::ReaderBuilder::new(schema.clone()).with_batch_size(rows.len().max(1)).build_decoder()?;
    decoder.serialize(rows)?;
    Ok(decoder.flush()?.unwrap_or_else(|| RecordBatch::new_empty(schema)))
}

/// The same where any column may be unknown: rows on their way, not yet complete.
///
/// # Errors
/// Where a value does not fit its column.
pub fn from_partial_json(
    table: &Declaration,
    rows: &[serde_json::Map<String, serde_json::Value>],
) -> Result<RecordBatch, ArrowError> {
    let fields: Vec<Field> =
        table.schema().fields().iter().map(|field| field.as_ref().clone().with_nullable(true)).collect();
    let schema = Arc::new(Schema::new(fields));
    let mut decoder =
        arrow::json::ReaderBuilder::new(schema.clone()).with_batch_size(rows.len().max(1)).build_decoder()?;
    decoder.serialize(rows)?;
    Ok(decoder.flush()?.unwrap_or_else(|| RecordBatch::new_empty(schema)))
}

/// Rows as JSON objects with every column, as [`from_json`] takes them. Amounts are text, for JSON's numbers
/// are floats.
///
/// # Errors
/// Where a column's type has no JSON.
pub fn to_json(batch: &RecordBatch) -> Result<Vec<serde_json::Map<String, serde_json::Value>>, ArrowError> {
    let mut writer = arrow::json::WriterBuilder::new()
        .with_explicit_nulls(true)
        .build::<_, arrow::json::writer::LineDelimited>(Vec::new());
    writer.write(&amounts_as_text(batch)?)?;
    writer.finish()?;
    serde_json::Deserializer::from_slice(&writer.into_inner())
        .into_iter()
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| ArrowError::JsonError(error.to_string()))
}

fn amounts_as_text(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let is_amount = |array: &ArrayRef| matches!(array.data_type(), DataType::Decimal128(..));
    if !batch.columns().iter().any(is_amount) {
        return Ok(batch.clone());
    }
    let columns = batch
        .columns()
        .iter()
        .map(|array| if is_amount(array) { cast(array, &DataType::Utf8) } else { Ok(array.clone()) })
        .collect::<Result<Vec<_>, _>>()?;
    let fields: Vec<Field> = batch
        .schema()
        .fields()
        .iter()
        .zip(&columns)
        .map(|(field, array)| field.as_ref().clone().with_data_type(array.data_type().clone()))
        .collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}
