//! The answer to a query as a file: CSV (RFC 4180) and JSON.

use std::fmt::Write as _;

use axum::{
    Extension,
    extract::State,
    http::{StatusCode, Uri, header},
    response::{IntoResponse as _, Response},
};
use qd_model::{DeckError, Table, Value};

use super::{
    Held, answer,
    ask::{Fields, Viewer},
    asked, pages,
};

/// Rows of a file; who wants more asks the command.
const ROWS: usize = 100_000;

pub(super) async fn csv(
    State(held): State<Held>,
    Extension(viewer): Extension<Viewer>,
    uri: Uri,
) -> Response {
    file(held, viewer, uri, "text/csv; charset=utf-8", "answer.csv", |table| Ok(as_csv(table))).await
}

pub(super) async fn json(
    State(held): State<Held>,
    Extension(viewer): Extension<Viewer>,
    uri: Uri,
) -> Response {
    file(held, viewer, uri, "application/json", "answer.json", as_json).await
}

async fn file(
    held: Held,
    viewer: Viewer,
    uri: Uri,
    kind: &'static str,
    name: &'static str,
    write: fn(&Table) -> Result<String, DeckError>,
) -> Response {
    let fields = Fields::of(uri.query().unwrap_or_default().as_bytes());
    let told = asked(&held, held.keeper.present(), viewer, (String::new(), fields), move |ask, _| {
        write(&ask.deck.sql(ask.fields.get("query"), ROWS)?)
    });
    match told.await {
        Ok(text) => {
            let named = format!("attachment; filename=\"{name}\"");
            ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, named)], text)
                .into_response()
        }
        Err(error) => answer(StatusCode::UNPROCESSABLE_ENTITY, pages::failed(&error)),
    }
}

/// Unknown is an empty field, an empty text a quoted one.
fn as_csv(table: &Table) -> String {
    let mut text = String::new();
    let names = table.columns.iter().map(|column| quoted(&column.name));
    line(&mut text, names);
    for row in &table.rows {
        let fields = row.iter().map(|value| match value {
            Value::Null => String::new(),
            Value::Text(text) => quoted(text),
            other => quoted(&other.to_string()),
        });
        line(&mut text, fields);
    }
    text
}

fn line(text: &mut String, fields: impl Iterator<Item = String>) {
    for (place, field) in fields.enumerate() {
        let _ = write!(text, "{}{field}", if place == 0 { "" } else { "," });
    }
    text.push_str("\r\n");
}

fn quoted(text: &str) -> String {
    if text.is_empty() || text.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// A list of objects.
fn as_json(table: &Table) -> Result<String, DeckError> {
    let rows: Vec<serde_json::Map<String, serde_json::Value>> = table
        .rows
        .iter()
        .map(|row| {
            let pairs = table.columns.iter().zip(row);
            pairs.map(|(column, value)| (column.name.clone(), serde_json::json!(value))).collect()
        })
        .collect();
    serde_json::to_string_pretty(&rows).map_err(|error| DeckError::new(error.to_string()))
}

#[cfg(test)]
mod tests {
    use qd_model::Column;

    use super::*;

    #[test]
    fn what_is_quoted_can_be_read_again() {
        let column =
            |name: &str| Column { name: name.to_owned(), unit: String::new(), comment: String::new() };
        let text = |text: &str| Value::Text(text.to_owned());
        let rows = vec![vec![text("a,\"b\"\nc"), Value::Null], vec![text(""), Value::Integer(-3)]];
        let table = Table { columns: vec![column("one"), column("two")], rows, cut_from: None };
        assert_eq!(as_csv(&table), "one,two\r\n\"a,\"\"b\"\"\nc\",\r\n\"\",-3\r\n");
        let json: serde_json::Value =
            serde_json::from_str(&as_json(&table).expect("it is written")).expect("JSON");
        assert_eq!(json, serde_json::json!([{"one": "a,\"b\"\nc", "two": null}, {"one": "", "two": -3}]));
    }
}
