//! Answers and tables as text, so that an example can be read.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, ListBuilder, RecordBatch, StringArray,
    StringBuilder, TimestampMicrosecondArray,
};
use jiff::Timestamp;
use qd_model::Value;
use qd_tables::to_table;

use crate::{Engine, Inputs};

/// The moment of all examples.
pub(crate) const NOW: &str = "2026-03-02T08:00:00Z";

/// Days back from that moment, in microseconds.
pub(crate) fn days_back(days: i64) -> i64 {
    let now: Timestamp = NOW.parse().expect("a good example");
    now.as_microsecond() - days * crate::columns::DAY
}

fn cells(line: &str) -> Vec<&str> {
    line.split('|').map(str::trim).collect()
}

/// `-` is unknown; times are days back from the moment.
fn column(name: &str, values: &[Option<&str>]) -> ArrayRef {
    let integers =
        || values.iter().map(|value| value.map(|value| value.parse::<i64>().expect("a good example")));
    match name {
        "commits" | "bytes" | "added" | "removed" | "files" => Arc::new(integers().collect::<Int64Array>()),
        "commit_time" | "author_time" | "first_seen" | "last_seen" | "last_touched" | "created_at"
        | "ready_at" => {
            let times = integers().map(|days| days.map(days_back));
            Arc::new(times.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
        }
        "is_bot" | "is_open" | "is_generated" | "is_draft" | "is_done" | "is_begun" | "is_proposed" => {
            Arc::new(values.iter().map(|value| value.map(|value| value == "true")).collect::<BooleanArray>())
        }
        "opened" | "begins" | "closed" | "began" | "done" | "p50" | "p80" | "deadline" | "started"
        | "accepted_start" | "day" | "first_day" | "last_day" | "joined" | "left" => {
            let epoch = jiff::civil::date(1970, 1, 1);
            let days = values.iter().map(|value| {
                let day: jiff::civil::Date = (*value)?.parse().expect("a good example");
                Some((day - epoch).get_days())
            });
            Arc::new(days.collect::<Date32Array>())
        }
        "priority" | "low" | "likely" | "high" | "capacity" | "meetings" | "delay_cost_per_day"
        | "confidence" | "probability" | "done_share" | "spent_days" | "estimate_days" | "actual_days"
        | "low_days" | "high_days" => {
            let numbers =
                values.iter().map(|value| value.map(|value| value.parse::<f64>().expect("a good example")));
            Arc::new(numbers.collect::<Float64Array>())
        }
        "skills" | "preferred" | "weekdays" | "crew" | "after" | "accepted_people" | "mails" | "logins"
        | "commit_shas" | "paths" => {
            let mut lists = ListBuilder::new(StringBuilder::new());
            for value in values {
                lists.append_option(value.map(|value| value.split(',').map(|item| Some(item.trim()))));
            }
            Arc::new(lists.finish())
        }
        _ => Arc::new(values.iter().copied().collect::<StringArray>()),
    }
}

/// A batch out of a text table whose first line names the columns.
pub(crate) fn batch(text: &str) -> RecordBatch {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let names = cells(lines.next().expect("a good example"));
    let rows: Vec<Vec<&str>> = lines.map(cells).collect();
    let mut columns: Vec<_> = names
        .iter()
        .enumerate()
        .map(|(place, name)| {
            let values: Vec<_> =
                rows.iter().map(|row| Some(row[place]).filter(|value| *value != "-")).collect();
            (*name, column(name, &values), true)
        })
        .collect();
    // When a change was written matters to few examples.
    if names.contains(&"sha") && !names.contains(&"author_time") {
        columns.push(("author_time", column("author_time", &vec![None; rows.len()]), true));
    }
    RecordBatch::try_from_iter_with_nullable(columns).expect("a good example")
}

/// Inputs out of batches.
pub(crate) fn inputs(batches: impl IntoIterator<Item = (&'static str, RecordBatch)>) -> Inputs<'static> {
    let as_of: Timestamp = NOW.parse().expect("a good example");
    Inputs {
        batches: batches.into_iter().collect(),
        as_of,
        today: as_of.to_zoned(jiff::tz::TimeZone::UTC).date(),
        is_stopped: &|| false,
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::Boolean(value) => if *value { "yes" } else { "no" }.to_owned(),
        Value::Integer(value) => value.to_string(),
        Value::Number(value) => format!("{value:.3}"),
        Value::Date(day) => day.to_string(),
        Value::Text(value) => value.clone(),
        Value::List(values) => values.join(", "),
        other => format!("{other:?}"),
    }
}

/// Some columns of a batch, a line for a row.
pub(crate) fn lines(batch: &RecordBatch, columns: &str) -> Vec<String> {
    let names = cells(columns);
    let table = to_table(&batch.schema(), std::slice::from_ref(batch));
    let places: Vec<usize> = names
        .iter()
        .map(|name| table.columns.iter().position(|column| column.name == *name).expect("a good example"))
        .collect();
    let cells =
        |row: &Vec<Value>| places.iter().map(|place| shown(&row[*place])).collect::<Vec<_>>().join(" | ");
    table.rows.iter().map(cells).collect()
}

/// Runs an engine over text tables, and holds some columns of what it returns against a table.
pub(crate) fn expect(engine: &Engine, tables: &[(&'static str, &str)], wanted: &str) {
    let inputs = inputs(tables.iter().map(|(name, text)| (*name, batch(text))));
    let result = (engine.run)(&inputs).expect("a good example");
    assert_eq!(result.schema(), engine.output.schema());
    let mut wanted = wanted.lines().map(str::trim).filter(|line| !line.is_empty());
    let columns = wanted.next().expect("a good example");
    let tidy = |line: &str| cells(line).join(" | ");
    let got = lines(&result, columns);
    let wanted: Vec<String> = wanted.map(tidy).collect();
    assert_eq!(got.join("\n"), wanted.join("\n"));
}
