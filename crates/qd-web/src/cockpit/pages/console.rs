//! The console: any question in SQL.

use maud::{Markup, html};
use qd_model::{DeckError, Table, Value};

use super::{
    super::{
        ask::Ask,
        parts::{ROWS, page, refusal, table},
    },
    signal,
};

const TABLES: &str = "SELECT table_name, comment FROM meta.tables ORDER BY table_name";

/// The console.
pub(crate) fn console(ask: &Ask<'_>) -> Result<Markup, DeckError> {
    let asked = ask.fields.get("query");
    let told = if asked.is_empty() { None } else { Some(ask.deck.sql(asked, ROWS)) };
    let named = ask.fields.get("table");
    let body = html! {
        h1 { "SQL" }
        form data-still action="/sql" method="get" {
            label for="query" { "A query that only reads" }
            textarea id="query" name="query" rows="8" spellcheck="false" { (asked) }
            button type="submit" { "Ask" }
        }
        @match told {
            None => {},
            Some(Ok(told)) => {
                @if told.rows.is_empty() { p role="status" { "No row." } }
                (table(&told))
                (links(asked))
                (signal::form(ask, asked))
            },
            Some(Err(error)) => (refusal(&error)),
        }
        @if !named.is_empty() { (columns(ask, named)) }
        p { small { "Programs ask at " a href="/api" { "/api" } "." } }
        h2 { "Tables" }
        ul.files {
            @for (name, comment) in pairs(&ask.deck.sql(TABLES, ROWS)?) {
                li {
                    details data-more {
                        summary title=(comment) { (name) }
                        a href={ "/sql?table=" (name) } { "Its columns" }
                    }
                }
            }
        }
    };
    Ok(page("SQL", "/sql", &body))
}

fn links(asked: &str) -> Markup {
    let query: String = form_urlencoded::byte_serialize(asked.as_bytes()).collect();
    html! {
        p {
            small {
                "As a file: " a href={ "/sql.csv?query=" (query) } download { "CSV" } " "
                a href={ "/sql.json?query=" (query) } download { "JSON" }
            }
        }
    }
}

/// The columns of a table, each with what it holds.
fn columns(ask: &Ask<'_>, name: &str) -> Markup {
    let query = format!(
        "SELECT column_name, concat_ws('; ', nullif(comment, ''), nullif(unit, '')) FROM meta.columns \
         WHERE table_name = '{}' ORDER BY place",
        name.replace('\'', "''")
    );
    html! {
        section data-part aria-label=(name) {
            @match ask.deck.sql(&query, ROWS) {
                Ok(told) if told.rows.is_empty() => p { "There is no table " code { (name) } "." },
                Ok(told) => {
                    p { a data-insert=(name) href={ "/sql?query=SELECT+*+FROM+" (name) } { code { (name) } } }
                    dl.columns {
                        @for (column, comment) in pairs(&told) {
                            dt { a data-insert=(column) href={ "/sql?query=SELECT+" (column) "+FROM+" (name) } { code { (column) } } }
                            dd { small { (comment) } }
                        }
                    }
                },
                Err(error) => (refusal(&error)),
            }
        }
    }
}

/// Rows of two texts.
fn pairs(table: &Table) -> Vec<(&str, &str)> {
    let both = table.rows.iter().filter_map(|row| Some((row.first()?, row.get(1)?)));
    both.filter_map(|pair| match pair {
        (Value::Text(one), Value::Text(two)) => Some((one.as_str(), two.as_str())),
        _ => None,
    })
    .collect()
}
