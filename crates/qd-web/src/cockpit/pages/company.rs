//! The company's texts, and what is wrong with them.

use maud::{Markup, html};
use qd_model::{DeckError, Severity};

use super::super::{ask::Ask, parts::page};

/// The company's texts, and what is wrong with them.
pub(crate) fn company(ask: &Ask<'_>) -> Result<Markup, DeckError> {
    let (diagnostics, files) = ask.deck.check();
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
    Ok(page("Company", "/company", &body))
}
