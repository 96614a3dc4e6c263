//! Every page there is: its address, its name in the bar, its key, and what draws it.

use maud::Markup;
use qd_model::DeckError;

use super::{api, ask::Ask, pages};

/// Draws a page.
pub(super) type Draw = fn(&Ask<'_>) -> Result<Markup, DeckError>;

/// One page.
pub(super) struct Place {
    /// Its address; `{id}` stands for what it is about.
    pub(super) path: &'static str,
    /// What it is called in the bar; empty for a page that others lead to.
    pub(super) name: &'static str,
    /// The letter that opens it after `g`.
    pub(super) key: Option<char>,
    pub(super) draw: Draw,
}

const fn place(path: &'static str, name: &'static str, key: char, draw: Draw) -> Place {
    Place { path, name, key: Some(key), draw }
}

const fn inner(path: &'static str, draw: Draw) -> Place {
    Place { path, name: "", key: None, draw }
}

/// All pages, in the order of the bar.
pub(super) const PLACES: &[Place] = &[
    place("/", "Brief", 'b', pages::brief::brief),
    inner("/row/{id}", pages::row::row),
    place("/waiting", "Waiting", 'w', pages::waiting::waiting),
    place("/projects", "Projects", 'p', pages::projects::projects),
    inner("/project/{id}", pages::projects::project),
    place("/delivery", "Delivery", 'd', pages::delivery::delivery),
    place("/code", "Code", 'k', pages::code::code),
    place("/people", "People", 'e', pages::people::people),
    inner("/team/{id}", pages::people::team),
    place("/decisions", "Decisions", 'n', pages::decisions::decisions),
    place("/time", "Time", 't', pages::time::time),
    place("/reports", "Reports", 'r', pages::listed::reports),
    inner("/report/{id}", pages::listed::report),
    place("/signals", "Signals", 's', pages::listed::signals),
    place("/company", "Company", 'c', pages::company::company),
    inner("/company/file", pages::file::file),
    place("/sources", "Sources", 'o', pages::sources::sources),
    place("/sql", "SQL", 'q', pages::console::console),
    place("/you", "You", 'y', pages::you::you),
    inner("/api", api::page),
];
