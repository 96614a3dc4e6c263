//! Columns of an answer as arrays of the type an engine expects, and words as numbers.
//!
//! A planner may answer with another type for the same thing (a view of words, a narrower
//! count); such a column is converted once. Whatever cannot be converted is a mistake
//! between query and engine, and named.

use std::{borrow::Cow, collections::HashMap, hash::Hash};

use arrow::{
    array::{
        Array, ArrayRef, AsArray, BooleanArray, Date32Array, Float64Array, Int64Array, ListArray,
        RecordBatch, StringArray, TimestampMicrosecondArray,
    },
    compute::cast,
    datatypes::{DataType, Date32Type, Field, Float64Type, Int64Type, TimeUnit, TimestampMicrosecondType},
};
use jiff::Timestamp;

use crate::{EngineError, Inputs};

/// Microseconds in a day of 24 hours.
pub(crate) const DAY: i64 = 86_400_000_000;

/// The answer to one input.
pub(crate) struct Answer<'a> {
    name: &'static str,
    batch: Option<&'a RecordBatch>,
}

impl Inputs<'_> {
    /// The answer called `name`.
    pub(crate) fn answer(&self, name: &'static str) -> Answer<'_> {
        Answer { name, batch: self.batches.get(name) }
    }

    /// An error once nobody waits for the table any more.
    pub(crate) fn go_on(&self) -> Result<(), EngineError> {
        if (self.is_stopped)() { Err(EngineError::Stopped) } else { Ok(()) }
    }

    /// The instant `days` days before the moment, in microseconds.
    pub(crate) fn days_ago(&self, days: i64) -> i64 {
        self.as_of.as_microsecond().saturating_sub(days.saturating_mul(DAY))
    }
}

impl Answer<'_> {
    /// How many rows it has.
    pub(crate) fn rows(&self) -> usize {
        self.batch.map_or(0, RecordBatch::num_rows)
    }

    fn typed(&self, column: &'static str, wanted: &DataType) -> Result<ArrayRef, EngineError> {
        let wrong = || EngineError::Input { input: self.name, column };
        let array = self.batch.and_then(|batch| batch.column_by_name(column)).ok_or_else(wrong)?;
        if array.data_type() == wanted {
            return Ok(array.clone());
        }
        cast(array, wanted).map_err(|_| wrong())
    }

    /// Words.
    pub(crate) fn texts(&self, column: &'static str) -> Result<StringArray, EngineError> {
        Ok(self.typed(column, &DataType::Utf8)?.as_string::<i32>().clone())
    }

    /// Several words a row.
    pub(crate) fn lists(&self, column: &'static str) -> Result<ListArray, EngineError> {
        let item = Field::new("element", DataType::Utf8, true);
        Ok(self.typed(column, &DataType::List(item.into()))?.as_list::<i32>().clone())
    }

    /// Counts.
    pub(crate) fn integers(&self, column: &'static str) -> Result<Int64Array, EngineError> {
        Ok(self.typed(column, &DataType::Int64)?.as_primitive::<Int64Type>().clone())
    }

    /// Yes or no.
    pub(crate) fn booleans(&self, column: &'static str) -> Result<BooleanArray, EngineError> {
        Ok(self.typed(column, &DataType::Boolean)?.as_boolean().clone())
    }

    /// Quantities.
    pub(crate) fn numbers(&self, column: &'static str) -> Result<Float64Array, EngineError> {
        Ok(self.typed(column, &DataType::Float64)?.as_primitive::<Float64Type>().clone())
    }

    /// Days.
    pub(crate) fn dates(&self, column: &'static str) -> Result<Date32Array, EngineError> {
        Ok(self.typed(column, &DataType::Date32)?.as_primitive::<Date32Type>().clone())
    }

    /// Instants.
    pub(crate) fn times(&self, column: &'static str) -> Result<TimestampMicrosecondArray, EngineError> {
        let wanted = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        Ok(self.typed(column, &wanted)?.as_primitive::<TimestampMicrosecondType>().clone())
    }
}

/// The words of a row, or none where they are unknown.
pub(crate) fn text(array: &StringArray, row: usize) -> Option<&str> {
    array.is_valid(row).then(|| array.value(row))
}

/// The words of a row that holds several.
pub(crate) fn words(array: &ListArray, row: usize) -> Vec<String> {
    if array.is_null(row) {
        return Vec::new();
    }
    let items = array.value(row);
    items.as_string::<i32>().iter().flatten().map(str::to_owned).collect()
}

/// The same, without copies.
pub(crate) fn borrowed_words(array: &ListArray, row: usize) -> Vec<Cow<'_, str>> {
    let (Some(from), Some(to)) = (array.offsets().get(row), array.offsets().get(row + 1)) else {
        return Vec::new();
    };
    let items = array.values().as_string::<i32>();
    let places = usize::try_from(*from).unwrap_or(0)..usize::try_from(*to).unwrap_or(0);
    if array.is_null(row) {
        return Vec::new();
    }
    places.filter_map(|place| text(items, place)).map(Cow::Borrowed).collect()
}

/// An instant out of microseconds; beyond the calendar's ends, the end.
pub(crate) fn instant(micros: i64) -> Timestamp {
    let end = if micros < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_microsecond(micros).unwrap_or(end)
}

/// A count as the tables hold it.
pub(crate) fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Numbers for things that come again and again, in the order they came.
pub(crate) struct Numbers<T> {
    known: HashMap<T, u32>,
    things: Vec<T>,
}

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Self { known: HashMap::new(), things: Vec::new() }
    }
}

impl<T: Copy + Eq + Hash> Numbers<T> {
    /// None yet.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// The number of `thing`, a new one where it has none.
    pub(crate) fn number(&mut self, thing: T) -> u32 {
        *self.known.entry(thing).or_insert_with(|| {
            // Four thousand million different things do not fit in memory before this does.
            let number = u32::try_from(self.things.len()).unwrap_or(u32::MAX);
            self.things.push(thing);
            number
        })
    }

    /// The number of `thing`, if it has one.
    pub(crate) fn find(&self, thing: T) -> Option<u32> {
        self.known.get(&thing).copied()
    }

    /// The thing of a number that this gave.
    pub(crate) fn thing(&self, number: u32) -> T {
        self.things[number as usize]
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.things.len()
    }
}
