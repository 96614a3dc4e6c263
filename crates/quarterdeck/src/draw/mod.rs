//! How values of the deck look: on a terminal, as Markdown, as a page.

pub(crate) mod brief;
pub(crate) mod diagnostics;
pub(crate) mod estimate;
pub(crate) mod evening;
pub(crate) mod explanation;
pub(crate) mod forecast;
pub(crate) mod html;
pub(crate) mod meeting;
pub(crate) mod plan;
pub(crate) mod plan_changes;
pub(crate) mod proposal;
pub(crate) mod style;
pub(crate) mod table;
pub(crate) mod what_if;
pub(crate) mod words;
