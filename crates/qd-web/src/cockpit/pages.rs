//! The pages, each of one value.

use maud::{Markup, html};
use qd_model::{
    Brief, DeckError, Diagnostic, Explanation, Files, Report, Row, Severity, SignalLine, Table,
    words::{count, figure, small_print},
};

use super::{
    House,
    parts::{is_address, page, query, table},
};

/// Where no project is declared.
pub(super) const NO_PROJECTS: &str = "No project is declared yet. Put one into `projects/atlas.toml`: `name = \"Atlas\"`, `deadline = 2027-03-31`.";
/// Where nothing is read.
pub(super) const NO_SOURCES: &str = "Nothing is read yet. Put a source into `company.toml`: `[sources.code]`, `kind = \"git\"`, `paths = [\"~/src/*\"]`.";

/// What needs one person.
pub(super) fn brief(brief: &Brief, house: &House) -> Markup {
    let at = brief.as_of.strftime("%Y-%m-%d %H:%M");
    let body = html! {
        h1 { (brief.company) @if brief.is_inferred { " (inferred)" } }
        p { small { "For " (brief.for_name) ", " (at) " UTC" } }
        @if brief.rows.is_empty() { p { "Nothing needs you now." } }
        ol.rows {
            @for row in &brief.rows { li id=(row.id) { (line(row, house)) } }
        }
        @if brief.rest > 0 {
            p { a href={ "/?all=1&for=" (brief.for_person) } { (count(brief.rest, "more row", "more rows")) } }
        }
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
    page("Brief", "/", &body)
}

fn line(row: &Row, house: &House) -> Markup {
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
        (actions(&row.id, house, false))
    }
}

fn actions(id: &str, house: &House, with_undo: bool) -> Markup {
    let form = |verb: &str, name: &str, field: Markup| {
        html! {
            form action="/act" method="post" {
                input type="hidden" name="token" value=(house.token);
                input type="hidden" name="id" value=(id);
                input type="hidden" name="verb" value=(verb);
                (field)
                button type="submit" { (name) }
            }
        }
    };
    let field = |kind: &str, name: &str, says: &str| {
        html! { input type=(kind) name=(name) placeholder=(says) aria-label={ (says) ", of " (id) } required; }
    };
    html! {
        div.actions {
            (form("done", "Done", html! {}))
            @if with_undo { (form("undo", "Undo", html! {})) }
            details {
                summary { "Later, others, never" }
                (form("snooze", "Snooze", field("date", "until", "until")))
                (form("delegate", "Delegate", field("text", "to", "to whom")))
                (form("dismiss", "Dismiss", field("text", "reason", "why")))
            }
        }
    }
}

/// A row, opened.
pub(super) fn row(told: &Explanation, house: &House) -> Markup {
    let row = &told.row;
    let body = html! {
        h1 { (row.title) }
        p { small { (small_print(row)) } }
        p { "→ " (row.asks) }
        @if let Some(url) = row.url.as_ref().filter(|url| is_address(url)) { p { a href=(url) rel="noreferrer" { (url) } } }
        (actions(&row.id, house, true))
        h2 { "Ask first" }
        p { (told.first) }
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
        h2 { "Its way" }
        ul { @for step in &told.route { li { (step) } } }
        @if !told.history.is_empty() {
            h2 { "What was done with it" }
            ul { @for step in &told.history { li { (step) } } }
        }
        h2 { "What it rests on" }
        p { (told.about) }
        table {
            tbody {
                @for (name, value) in &row.evidence.facts {
                    tr { th scope="row" { (name.replace('_', " ")) } td { @if value.is_null() { "unknown" } @else { (value) } } }
                }
            }
        }
        (query(&row.evidence.query))
        @if !told.assumptions.is_empty() {
            h2 { "Assumed" }
            ul {
                @for (name, value, what, place) in &told.assumptions {
                    li { code { (name) } " = " (figure(*value)) ": " (what) " " small { (place) } }
                }
            }
        }
    };
    page(&row.title, "", &body)
}

/// The answer to a query of ours.
pub(super) fn answered(title: &str, told: &Table, asked: &str, empty: &str) -> Markup {
    let body = html! {
        h1 { (title) }
        @if told.rows.is_empty() { p { (code_of(empty)) } } @else { (table(told)) }
        (query(asked))
    };
    let place = format!("/{}", title.to_lowercase());
    page(title, &place, &body)
}

/// A text whose words in backticks are code.
fn code_of(text: &str) -> Markup {
    html! {
        @for (place, part) in text.split('`').enumerate() {
            @if place % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

/// The list of reports.
pub(super) fn reports(all: &[(String, String)]) -> Markup {
    let body = html! {
        h1 { "Reports" }
        dl {
            @for (name, about) in all {
                dt { a href={ "/report/" (name) } { (name) } }
                dd { (about) }
            }
        }
    };
    page("Reports", "/reports", &body)
}

/// One report.
pub(super) fn report(report: &Report) -> Markup {
    let body = html! {
        h1 { (report.title) }
        p { (report.about) }
        @if report.table.rows.is_empty() { p { (code_of(&report.empty)) } } @else { (table(&report.table)) }
        (query(&report.query))
    };
    page(&report.title, "/reports", &body)
}

/// All signals, and what those that cannot speak need.
pub(super) fn signals(all: &[SignalLine]) -> Markup {
    let speaking = all.iter().filter(|signal| signal.can_speak).count();
    let body = html! {
        h1 { "Signals" }
        p { (speaking) " of " (all.len()) " can speak." }
        div.wide tabindex="0" role="region" aria-label="Signals" {
            table {
                thead { tr { th scope="col" { "signal" } th scope="col" { "duty" } th scope="col" { "rows" } th scope="col" { "asks, or needs" } } }
                tbody {
                    @for signal in all {
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
    page("Signals", "/signals", &body)
}

/// The company's texts, and what is wrong with them.
pub(super) fn company(diagnostics: &[Diagnostic], files: &Files) -> Markup {
    let body = html! {
        h1 { "Company" }
        @if diagnostics.is_empty() { p { "Nothing is wrong with the company's files." } }
        @else {
            ul {
                @for told in diagnostics {
                    li {
                        strong { @match told.severity { Severity::Error => "error", Severity::Warning => "warning" } }
                        " " (told.message) " " small { (told.file) } " "
                        @if let Some(help) = &told.help { br; small { (help) } }
                    }
                }
            }
        }
        @for (name, text) in files.iter().filter(|(name, _)| !name.ends_with(".sql")) {
            details { summary { (name) } pre { code { (text) } } }
        }
    };
    page("Company", "/company", &body)
}

/// The console.
pub(super) fn console(asked: &str, told: Option<Result<Table, DeckError>>) -> Markup {
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
    page("SQL", "/sql", &body)
}

fn refusal(error: &DeckError) -> Markup {
    html! {
        p.error role="alert" { (error.message) }
        @if let Some(hint) = &error.hint { p { (hint) } }
    }
}

/// What could not be answered.
pub(super) fn failed(error: &DeckError) -> Markup {
    page("Not answered", "", &html! { h1 { "That cannot be answered" } (refusal(error)) })
}

/// No such page.
pub(super) fn missing() -> Markup {
    page("No such page", "", &html! { h1 { "There is no such page" } p { a href="/" { "To the brief" } } })
}
