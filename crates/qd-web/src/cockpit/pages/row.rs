//! A row, opened: all that it rests on.

use maud::{Markup, html};
use qd_model::{
    DeckError, Row,
    words::{figure, small_print},
};

use super::super::{
    ask::Ask,
    own,
    parts::{actions, is_address, page, query},
};

/// A row, opened.
pub(crate) fn row(ask: &Ask<'_>) -> Result<Markup, DeckError> {
    let told = &ask.deck.explain(ask.id)?;
    let row = &told.row;
    let body = html! {
        h1 { (row.title) }
        p { small { (small_print(row)) } }
        p { "→ " (row.asks) }
        @if let Some(url) = row.url.as_ref().filter(|url| is_address(url)) { p { a href=(url) rel="noreferrer" { (url) } } }
        (own::answering(row, ask))
        (actions(&row.id, ask, true))
        h2 { "Ask first" }
        p { (told.first) }
        (evidence(row))
        h2 { "Its way" }
        ul { @for step in &told.route { li { (step) } } }
        @if !told.history.is_empty() {
            h2 { "What was done with it" }
            ul { @for step in &told.history { li { (step) } } }
        }
        h2 { "What it looks at" }
        p { (told.about) }
        @if !told.assumptions.is_empty() {
            h2 { "Assumed" }
            ul {
                @for (name, value, what, place) in &told.assumptions {
                    li { code { (name) } " = " (figure(*value)) ": " (what) " " small { (place) } }
                }
            }
        }
    };
    Ok(page(&row.title, "", &body))
}

/// What a row rests on: the terms of its price, its facts, and its query.
fn evidence(row: &Row) -> Markup {
    html! {
        section data-part aria-label="Evidence" {
            h2 { "Its price" }
            table {
                tbody {
                    @for term in &row.price.terms {
                        tr {
                            th scope="row" { (term.name.replace('_', " ")) }
                            td.figure { @match term.value { Some(value) => (figure(value)), None => "unknown" } }
                            td { small { (term.unit) @if let Some(name) = &term.assumption { " assumed: " (name) } } }
                        }
                    }
                }
            }
            h2 { "What it rests on" }
            table {
                tbody {
                    @for (name, value) in &row.evidence.facts {
                        tr { th scope="row" { (name.replace('_', " ")) } td { @if value.is_null() { "unknown" } @else { (value) } } }
                    }
                }
            }
            (query(&row.evidence.query))
        }
    }
}
