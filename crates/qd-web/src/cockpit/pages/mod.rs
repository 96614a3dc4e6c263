//! The pages, a module each; each is drawn of one question.

pub(super) mod brief;
pub(super) mod code;
pub(super) mod company;
pub(super) mod complaints;
pub(super) mod console;
pub(super) mod decisions;
pub(super) mod delivery;
pub(super) mod file;
pub(super) mod listed;
pub(super) mod people;
pub(super) mod projects;
pub(super) mod row;
pub(super) mod signal;
pub(super) mod sources;
pub(super) mod time;
pub(super) mod waiting;
pub(super) mod you;

use maud::{Markup, html};
use qd_model::DeckError;

use super::parts::{page, refusal};

/// What could not be answered.
pub(super) fn failed(error: &DeckError) -> Markup {
    page("Not answered", "", &html! { h1 { "That cannot be answered" } (refusal(error)) })
}

/// What was done, in words.
pub(super) fn told(title: &str, said: &str) -> Markup {
    page(
        title,
        "",
        &html! {
            // It answers a form: asked for again, it is no page.
            div data-still { h1 { (title) } p role="status" { (said) } p { a href="/" { "To the brief" } } }
        },
    )
}

/// No such page.
pub(super) fn missing() -> Markup {
    page("No such page", "", &html! { h1 { "There is no such page" } p { a href="/" { "To the brief" } } })
}
