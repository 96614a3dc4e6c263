//! Who looks at these pages, and the way out.

use maud::{Markup, html};
use qd_model::DeckError;

use super::super::{ask::Ask, parts::page};

/// The viewer.
pub(crate) fn you(ask: &Ask<'_>) -> Result<Markup, DeckError> {
    let brief = ask.deck.brief(&ask.fields.brief(ask.viewer))?;
    let body = html! {
        h1 { (brief.for_name) }
        p { "These pages show what " code { (ask.viewer.person) } " may see of " (brief.company) "." }
        form action="/logout" method="post" {
            input type="hidden" name="token" value=(ask.viewer.token);
            button type="submit" { "Log out" }
        }
        p { small { "Where nobody logs in, whoever sits at this machine reads as this person; " code { "quarterdeck user add" } " makes logins." } }
    };
    Ok(page("You", "/you", &body))
}
