//! What is read, how old it is, what went wrong, and reading it again.

use jiff::Timestamp;
use maud::{Markup, html};
use qd_model::{BriefRequest, DeckError, SourceAge, words::ago};

use super::super::{
    ask::Ask,
    parts::{code_of, page, query},
};

const NO_SOURCES: &str = "Nothing is read yet. Put a source into `company.toml`: `[sources.code]`, `kind = \"git\"`, `paths = [\"~/src/*\"]`.";

/// What is read, when it was read last, and what went wrong.
pub(crate) fn sources(ask: &Ask<'_>) -> Result<Markup, DeckError> {
    let sources = ask.deck.brief(&BriefRequest::default())?.sources;
    let reading = ask.reading;
    let body = html! {
        h1 { "Sources" }
        div #reading role="status" {
            @if reading.is_under_way { p { "Sources are being read. " a href="/sources" { "Look again" } } }
            @for line in &reading.brought { p { (line) } }
        }
        @if sources.is_empty() { p { (code_of(NO_SOURCES)) } }
        @else {
            (read(ask, "", "Read all that is new"))
            div.wide tabindex="0" role="region" aria-label="Sources" {
                table {
                    thead { tr { th scope="col" { "source" } th scope="col" { "kind" } th scope="col" { "read" } th scope="col" { "what went wrong" } th scope="col" { "again" } } }
                    tbody { @for source in &sources { (line(ask, source)) } }
                }
            }
        }
        (query("SELECT * FROM meta.sources"))
    };
    Ok(page("Sources", "/sources", &body))
}

fn line(ask: &Ask<'_>, source: &SourceAge) -> Markup {
    html! {
        tr {
            td { (source.name) }
            td { (source.kind) }
            td.day { (age(source.synced_at, ask.deck.as_of())) }
            td { @match &source.error { Some(error) => span.error { (error) }, None => "" } }
            td { (read(ask, &source.name, "Read")) }
        }
    }
}

fn age(read: Option<Timestamp>, now: Timestamp) -> Markup {
    html! {
        @match read {
            Some(at) => { (ago(at, now)) br; small { (at.strftime("%Y-%m-%d %H:%M")) " UTC" } },
            None => "never",
        }
    }
}

fn read(ask: &Ask<'_>, source: &str, says: &str) -> Markup {
    html! {
        form data-read action="/sources/read" method="post" {
            input type="hidden" name="token" value=(ask.viewer.token);
            input type="hidden" name="source" value=(source);
            button type="submit" disabled[ask.reading.is_under_way] {
                (says) @if !source.is_empty() { span.unseen { " " (source) } }
            }
        }
    }
}
