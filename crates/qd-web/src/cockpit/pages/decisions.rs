//! Decisions: what is in force for a path or a service, what is due or violated, and what was before.

use maud::{Markup, html};
use qd_model::{DeckError, Table};

use super::super::{
    ask::Ask,
    cells::part_of,
    parts::{about, drawn, page, section, table},
};

const NO_DECISIONS: &str = "No decision record is read. Put one into `decisions/0001-one-database.md`:\n\n---\nstatus: accepted\n\
                            date: 2026-11-02\ndecision-makers: Ada, Bo\nscope: [api]\nrevisit: 2027-06-01\n---\n\n# One database\n\n\
                            ## Context and problem statement\n\n## Decision outcome\n";
const NO_FINDINGS: &str = "Nothing is violated or due. A record that carries a query (`confirm`) is held against the facts, and one that \
                           carries a day (`revisit`) comes back on it.";
const PARTS: [(i64, &str); 3] = [(1, "In force"), (2, "Proposed"), (3, "Before")];

/// Decisions, all or those for a path or a service.
pub(crate) fn decisions(ask: &Ask<'_>) -> Result<Markup, DeckError> {
    let (path, service) = (ask.fields.get("path"), ask.fields.get("service"));
    let place = if !service.is_empty() {
        format!("s:{service}")
    } else if path.is_empty() {
        String::new()
    } else if path.contains(':') {
        format!("p:{path}")
    } else {
        // `api/src/x.rs` is the path `src/x.rs` of `api`.
        format!("p:{}", path.replacen('/', ":", 1))
    };
    let asked = about(include_str!("decisions/all.sql"), &place);
    let body = html! {
        h1 { "Decisions" }
        form.find action="/decisions" method="get" role="search" {
            label for="path" { "In force for" }
            input id="path" name="path" placeholder="repository/path" value=(path);
            label for="service" { "or service" }
            input id="service" name="service" value=(service);
            button type="submit" { "Show" }
            @if !place.is_empty() { a href="/decisions" { "all" } }
        }
        @if place.is_empty() { (section(ask, "Violated and due", include_str!("decisions/due.sql"), NO_FINDINGS)) }
        (drawn(ask, "", &asked, NO_DECISIONS, parts))
    };
    Ok(page("Decisions", "/decisions", &body))
}

fn parts(told: &Table) -> Markup {
    html! {
        @for (part, heading) in PARTS {
            @let rows = part_of(told, part);
            @if !rows.rows.is_empty() { h2 { (heading) } (table(&rows)) }
        }
    }
}
