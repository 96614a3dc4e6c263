//! What pages share: their frame, tables, and the way from a figure to its query.

use maud::{DOCTYPE, Markup, html};
use qd_model::{DeckError, Table};

use super::{
    ask::Ask,
    cells,
    places::{PLACES, Place},
};

/// Rows of an answer that are shown.
pub(super) const ROWS: usize = 1_000;

/// A page that stands alone: whoever reads it sees no other yet.
pub(super) fn bare(title: &str, body: &Markup) -> Markup {
    framed(title, &html! { main id="main" { (body) } })
}

/// A whole page.
pub(super) fn page(title: &str, place: &str, body: &Markup) -> Markup {
    let whole = html! {
        a.skip href="#main" { "To the page" }
        header {
            nav aria-label="Pages" {
                @for Place { path, name, key, .. } in PLACES.iter().filter(|place| !place.name.is_empty()) {
                    a href=(path) data-key=[key] aria-current=[(*path == place).then_some("page")] { (name) }
                }
            }
        }
        main id="main" { (body) }
    };
    framed(title, &whole)
}

fn framed(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · Quarterdeck" }
                link rel="icon" href="data:,";
                link rel="stylesheet" href="/style.css";
                script src="/script.js" defer {}
            }
            body { (body) }
        }
    }
}

/// A table; unknown is shown as unknown.
pub(super) fn table(table: &Table) -> Markup {
    let shown = cells::shown(table);
    let shown: Vec<_> = shown.iter().filter_map(|shown| Some((shown, shown.column(table)?))).collect();
    html! {
        div.wide tabindex="0" role="group" aria-label="Table" {
            table {
                thead {
                    tr {
                        @for (shown, column) in &shown {
                            th class=[shown.class()] scope="col" title=(column.comment) {
                                (column.name.replace('_', " "))
                                @if !column.unit.is_empty() && column.unit != "share" && !column.name.starts_with(&column.unit) { " " small { "(" (column.unit) ")" } }
                            }
                        }
                    }
                }
                tbody {
                    @for row in &table.rows {
                        tr { @for (shown, column) in &shown { (shown.cell(row, &column.unit)) } }
                    }
                }
            }
        }
        @if let Some(all) = table.cut_from {
            p { small { (table.rows.len()) " of " (all) " rows" } }
        }
    }
}

/// One row as a list of what is known: a column each.
pub(super) fn record(table: &Table) -> Markup {
    html! {
        @for row in &table.rows {
            dl.record {
                @for (shown, column) in cells::shown(table).iter().filter_map(|shown| Some((shown, shown.column(table)?))) {
                    @if shown.is_known(row) {
                        div { dt { (column.name.replace('_', " ")) } dd { (shown.value(row, &column.unit)) @if !column.unit.is_empty() && column.unit != "share" { " " small { (column.unit) } } } }
                    }
                }
            }
        }
    }
}

/// Whether a text is an address to be opened: nothing but the two schemes of the web, since others may run a script.
pub(super) fn is_address(text: &str) -> bool {
    (text.starts_with("https://") || text.starts_with("http://")) && !text.contains(char::is_whitespace)
}

/// The query behind what is shown, and the way to ask it again.
pub(super) fn query(query: &str) -> Markup {
    html! {
        details {
            summary { "The query behind this" }
            pre { code { (query.trim()) } }
            form action="/sql" method="get" {
                input type="hidden" name="query" value=(query.trim());
                button type="submit" { "Ask it in the console" }
            }
        }
    }
}

/// What can be done with a row.
pub(super) fn actions(id: &str, ask: &Ask<'_>, with_undo: bool) -> Markup {
    let form = |verb: &str, name: &str, field: Markup| act(ask, id, verb, name, &field);
    let field = |kind: &str, name: &str, says: &str| {
        html! { input type=(kind) name=(name) placeholder=(says) aria-label={ (says) ", of " (id) } required; }
    };
    html! {
        div.actions {
            (form("done", "Done", html! {}))
            @if with_undo { (undo(id, ask)) }
            details {
                summary { "Later, others, never" }
                (form("snooze", "Snooze", field("date", "until", "until")))
                (form("delegate", "Delegate", field("text", "to", "to whom")))
                (form("dismiss", "Dismiss", field("text", "reason", "why")))
            }
        }
    }
}

/// The way back from what was done with a row.
pub(super) fn undo(id: &str, ask: &Ask<'_>) -> Markup {
    act(ask, id, "undo", "Undo", &html! {})
}

fn act(ask: &Ask<'_>, id: &str, verb: &str, name: &str, field: &Markup) -> Markup {
    html! {
        form action="/act" method="post" {
            input type="hidden" name="token" value=(ask.viewer.token);
            input type="hidden" name="id" value=(id);
            input type="hidden" name="verb" value=(verb);
            (field)
            button type="submit" { (name) }
        }
    }
}

/// A heading, the answer to `query`, and the query; `empty` says what to declare or connect where there is none.
pub(super) fn section(ask: &Ask<'_>, heading: &str, asked: &str, empty: &str) -> Markup {
    drawn(ask, heading, asked, empty, table)
}

/// The same with a picture of the answer, and the table behind it.
pub(super) fn chart(
    ask: &Ask<'_>,
    heading: &str,
    asked: &str,
    empty: &str,
    draw: impl Fn(&Table) -> Markup,
) -> Markup {
    drawn(ask, heading, asked, empty, |told| with_table(&draw(told), told))
}

/// The same, drawn in any way.
pub(super) fn drawn(
    ask: &Ask<'_>,
    heading: &str,
    asked: &str,
    empty: &str,
    draw: impl Fn(&Table) -> Markup,
) -> Markup {
    given(heading, asked, &answer(ask, asked), empty, draw)
}

/// The same, or nothing at all where there is no row.
pub(super) fn where_any(
    ask: &Ask<'_>,
    heading: &str,
    asked: &str,
    draw: impl Fn(&Table) -> Markup,
) -> Markup {
    match answer(ask, asked) {
        Ok(told) if told.rows.is_empty() => html! {},
        answered => given(heading, asked, &answered, "", draw),
    }
}

/// The same of an answer that is at hand.
pub(super) fn given(
    heading: &str,
    asked: &str,
    answered: &Result<Table, DeckError>,
    empty: &str,
    draw: impl Fn(&Table) -> Markup,
) -> Markup {
    html! {
        @if !heading.is_empty() { h2 { (heading) } }
        @match answered {
            Ok(told) if told.rows.is_empty() => (advice(empty)),
            Ok(told) => (draw(told)),
            // What one part cannot answer does not blank the rest.
            Err(error) => (refusal(error)),
        }
        (query(asked))
    }
}

/// A picture, and the table behind it.
pub(super) fn with_table(picture: &Markup, told: &Table) -> Markup {
    html! { (picture) details { summary { "As a table" } (table(told)) } }
}

/// The answer to a query, with the units that its comments tell: `-- unit: column unit`.
pub(super) fn answer(ask: &Ask<'_>, asked: &str) -> Result<Table, DeckError> {
    let mut told = ask.deck.sql(asked, ROWS)?;
    for (name, unit) in asked.lines().filter_map(|line| line.strip_prefix("-- unit: ")?.split_once(' ')) {
        let named = told.columns.iter_mut().filter(|column| column.name == name);
        named.for_each(|column| unit.clone_into(&mut column.unit));
    }
    Ok(told)
}

/// A query about one thing: `$about` in it becomes that text.
pub(super) fn about(asked: &str, thing: &str) -> String {
    asked.replace("$about", &format!("'{}'", thing.replace('\'', "''")))
}

/// A query narrowed to some of its rows, `every`; its order stays.
pub(super) fn narrowed(asked: &str, to: &str) -> String {
    let (rows, order) = asked.rsplit_once("\nORDER BY").unwrap_or((asked, ""));
    let order = if order.is_empty() { String::new() } else { format!("\nORDER BY{order}") };
    format!("SELECT every.* FROM (\n{rows}\n) AS every\nWHERE {to}{order}")
}

/// What to declare or connect: words, and below an empty line what is to be pasted.
pub(super) fn advice(text: &str) -> Markup {
    let (words, lines) = text.split_once("\n\n").unwrap_or((text, ""));
    html! {
        p { (code_of(words)) }
        @if !lines.is_empty() { pre { code { (lines) } } }
    }
}

/// A text whose words in backticks are code.
pub(super) fn code_of(text: &str) -> Markup {
    html! {
        @for (place, part) in text.split('`').enumerate() {
            @if place % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

/// Why there is no answer.
pub(super) fn refusal(error: &DeckError) -> Markup {
    html! {
        p.error role="alert" { (error.message) }
        @if let Some(hint) = &error.hint { p { (hint) } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use qd_model::{Column, Value};

    #[test]
    fn texts_are_shown_and_never_obeyed() {
        let column =
            Column { name: "what".to_owned(), unit: String::new(), comment: "\"><script>".to_owned() };
        let rows = ["<script>alert(1)</script>", "javascript:alert(1)", "https://example.org/?a=1&b=\"2"]
            .map(|text| vec![Value::Text(text.to_owned())]);
        let told = Table { columns: vec![column], rows: rows.into(), cut_from: None };
        let page = page("<b>", "/", &table(&told)).into_string();
        assert!(!page.contains("<script>") && !page.contains("href=\"javascript"), "{page}");
        assert!(
            page.contains("&lt;script&gt;alert(1)")
                && page.contains("href=\"https://example.org/?a=1&amp;b=&quot;2\"")
        );
        assert!(page.contains("&lt;b&gt; · Quarterdeck"));
        let unknown = Table { rows: vec![vec![Value::Null]], ..told };
        assert!(table(&unknown).into_string().contains("–"));
    }

    #[test]
    fn what_is_asked_about_stays_a_text() {
        assert_eq!(about("SELECT $about", "it's -- '; $about"), "SELECT 'it''s -- ''; $about'");
    }

    #[test]
    fn a_narrowed_query_keeps_its_order() {
        let asked = narrowed("-- unit: a days\nSELECT a FROM b\nORDER BY a\n", "every.a > 1");
        assert_eq!(
            asked,
            "SELECT every.* FROM (\n-- unit: a days\nSELECT a FROM b\n) AS every\nWHERE every.a > 1\nORDER BY a\n"
        );
    }

    #[test]
    fn advice_ends_with_what_is_to_be_pasted() {
        let told = advice("Put one into `a.toml`:\n\n[a]\nb = 1").into_string();
        assert_eq!(told, "<p>Put one into <code>a.toml</code>:</p><pre><code>[a]\nb = 1</code></pre>");
    }
}
