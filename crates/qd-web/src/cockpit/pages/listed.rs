//! Pages that are a table or a list: reports, signals.

use maud::{Markup, html};
use qd_model::{DeckError, ReportRequest};

use super::super::{
    ask::Ask,
    parts::{code_of, page, query, table},
};

/// The list of reports.
pub(crate) fn reports(ask: &Ask<'_>) -> Result<Markup, DeckError> {
    let all = ask.deck.reports();
    let body = html! {
        h1 { "Reports" }
        dl {
            @for (name, about) in &all {
                dt { a href={ "/report/" (name) } { (name) } }
                dd { (about) }
            }
        }
    };
    Ok(page("Reports", "/reports", &body))
}

/// One report.
pub(crate) fn report(ask: &Ask<'_>) -> Result<Markup, DeckError> {
    let report = &ask.deck.report(ask.id, &ReportRequest::default())?;
    let body = html! {
        h1 { (report.title) }
        p { (report.about) }
        @if report.table.rows.is_empty() { p { (code_of(&report.empty)) } } @else { (table(&report.table)) }
        (query(&report.query))
    };
    Ok(page(&report.title, "/reports", &body))
}

/// All signals, and what those that cannot speak need.
pub(crate) fn signals(ask: &Ask<'_>) -> Result<Markup, DeckError> {
    let all = ask.deck.signals();
    let speaking = all.iter().filter(|signal| signal.can_speak).count();
    let body = html! {
        h1 { "Signals" }
        p { (speaking) " of " (all.len()) " can speak." }
        div.wide tabindex="0" role="region" aria-label="Signals" {
            table {
                thead { tr { th scope="col" { "signal" } th scope="col" { "duty" } th scope="col" { "rows" } th scope="col" { "asks, or needs" } } }
                tbody {
                    @for signal in &all {
                        tr {
                            td { (signal.name) }
                            td { (signal.duty) }
                            td.figure { @match signal.rows { Some(rows) => (rows), None => "–" } }
                            td { @match &signal.why_not { Some(why) => small { (why) }, None => (signal.asks) } }
                        }
                    }
                }
            }
        }
    };
    Ok(page("Signals", "/signals", &body))
}
