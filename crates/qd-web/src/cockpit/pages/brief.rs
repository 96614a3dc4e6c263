//! What needs one person.

use maud::{Markup, html};
use qd_model::{
    DeckError, Named, Row, Value,
    words::{count, small_print},
};

use super::super::{
    ask::Ask,
    cells, own,
    parts::{actions, is_address, page, undo},
};

/// People and projects with their names.
const NAMES: &str = include_str!("brief/names.sql");

/// What needs one person.
pub(crate) fn brief(ask: &Ask<'_>) -> Result<Markup, DeckError> {
    let brief = &ask.deck.brief(&ask.fields.brief(ask.viewer))?;
    let at = brief.as_of.strftime("%Y-%m-%d %H:%M");
    let rows: Vec<&Row> = brief.rows.iter().filter(|row| !ask.acted.contains_key(&row.id)).collect();
    let named = named(ask);
    let body = html! {
        h1 { (brief.company) @if brief.is_inferred { " (inferred)" } }
        p { small { "For " (brief.for_name) ", " (at) " UTC" } }
        @if rows.is_empty() { p { "Nothing needs you now." } }
        ol.rows {
            @for row in &rows { li id=(row.id) data-labels=(labels(row, &named)) { (line(row, ask)) } }
        }
        @if !ask.acted.is_empty() {
            ul.acted role="status" {
                @for (id, words) in ask.acted { li id=(id) { (words) " " (undo(id, ask)) } }
            }
        }
        // For what was done before the present moment, by key.
        div hidden { (undo("", ask)) }
        @if brief.rest > 0 {
            p { a href={ "/?all=1&for=" (brief.for_person) } { (count(brief.rest, "more row", "more rows")) } }
        }
        (own::list(ask))
        @if !brief.held_by_others.is_empty() {
            h2 { "Others hold" }
            ul {
                @for held in &brief.held_by_others {
                    li { a href={ "/row/" (held.id) } { (held.title) } " " small { (held.holder) } }
                }
            }
        }
        @for (heading, lines) in [("Changed", &brief.changed), ("Notes", &brief.notes), ("Problems", &brief.problems)] {
            @if !lines.is_empty() {
                h2 { (heading) }
                ul { @for line in lines { li { (line) } } }
            }
        }
        h2 { "Checked" }
        p {
            (brief.checked.asked) " signals asked, " (brief.checked.spoke) " could speak. "
            a href="/signals" { "Which, and what others need" }
        }
        @if !brief.sources.is_empty() {
            h2 { "Sources" }
            ul {
                @for source in &brief.sources {
                    li {
                        (source.name) " " small {
                            (source.kind)
                            @match source.synced_at {
                                Some(at) => { ", read " (at.strftime("%Y-%m-%d %H:%M")) " UTC" },
                                None => { ", never read" },
                            }
                            @if let Some(error) = &source.error { ": " (error) }
                        }
                    }
                }
            }
        }
    };
    Ok(page("Brief", "/", &body))
}

/// What people and projects are called; ids where that cannot be asked.
fn named(ask: &Ask<'_>) -> Named {
    let mut named = Named::default();
    let told = ask.deck.sql(NAMES, usize::MAX).unwrap_or_default();
    for row in &told.rows {
        let (id, name) = (cells::words(&told, row, "id"), cells::words(&told, row, "name"));
        match cells::at(&told, row, "repositories") {
            Some(Value::List(own)) => named.projects.insert(id, (name, own.clone())).is_some(),
            _ => named.people.insert(id, name).is_some(),
        };
    }
    named
}

/// What a row can be narrowed by, as the script reads it.
fn labels(row: &Row, named: &Named) -> String {
    let labels = named.labels(row).into_iter().map(|(about, name)| format!("{} {name}", about.name()));
    labels.collect::<Vec<_>>().join("|")
}

fn line(row: &Row, ask: &Ask<'_>) -> Markup {
    html! {
        p.title {
            @if row.new { strong { "new " } }
            a href={ "/row/" (row.id) } { (row.title) }
        }
        p { small { (small_print(row)) } }
        p { "→ " (row.asks) @if let Some(url) = row.url.as_ref().filter(|url| is_address(url)) { " " a href=(url) rel="noreferrer" { "open" } } }
        @if !row.folded.is_empty() {
            details {
                summary { (count(row.folded.len(), "more", "more")) }
                ul { @for folded in &row.folded { li { (folded.title) } } }
            }
        }
        details data-more {
            summary { "Evidence" span.unseen { " of " (row.id) } }
            a href={ "/row/" (row.id) } { "All that it rests on" }
        }
        (own::answering(row, ask))
        (actions(&row.id, ask, false))
    }
}
