//! The console: any question in SQL.

use maud::{Markup, html};
use qd_model::DeckError;

use super::super::{
    ask::Ask,
    parts::{ROWS, page, refusal, table},
};

/// The console.
pub(crate) fn console(ask: &Ask<'_>) -> Result<Markup, DeckError> {
    let asked = ask.fields.get("query");
    let told = if asked.is_empty() { None } else { Some(ask.deck.sql(asked, ROWS)) };
    let body = html! {
        h1 { "SQL" }
        form action="/sql" method="get" {
            label for="query" { "A query that only reads" }
            textarea id="query" name="query" rows="8" spellcheck="false" { (asked) }
            button type="submit" { "Ask" }
        }
        @match told {
            None => p {
                "Try " a href="/sql?query=SELECT+*+FROM+meta.tables" { code { "SELECT * FROM meta.tables" } } " or "
                a href="/sql?query=SELECT+*+FROM+meta.columns" { code { "SELECT * FROM meta.columns" } } "."
            },
            Some(Ok(told)) => (table(&told)),
            Some(Err(error)) => (refusal(&error)),
        }
    };
    Ok(page("SQL", "/sql", &body))
}
