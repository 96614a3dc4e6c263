//! The spine: load, sync, ask the signals, price, route, rank; explain every row.
//!
//! Prices, routes and ranks are pure functions over values; around them stand the modules
//! that read the company's folder and the lake. [`LocalDeck`] joins them behind the trait
//! that faces know. Nothing here draws anything or knows a terminal or a clock.

mod act;
mod assumptions;
mod audit;
mod calendar;
mod confirm;
mod draft;
pub mod edit;
mod example;
mod finding;
mod fold;
mod folder;
mod import;
mod intake;
mod letters;
mod load;
mod local;
mod login;
mod meta;
mod notify;
mod observe;
mod opening;
mod owners;
mod posted;
mod price;
#[cfg(test)]
mod properties;
mod rank;
mod report;
mod route;
mod shelf;
mod sight;
mod signal;
mod stamp;
mod sync;
mod todos;
mod watch;

pub use audit::audit;
pub use draft::{draft, reconcile};
pub use example::Example;
pub use folder::{Place, write_atomically, write_private_atomically};
pub use import::{Import, Imported, import};
pub use letters::{Answering, Letter, Saved, write_private};
pub use load::load;
pub use local::{IMPORT, LocalDeck, Supposition, read_company};
pub use login::login;
pub use notify::{Notify, Told};
pub use qd_intent::PLAN_FILE;
/// How to search for a plan.
pub mod planning {
    pub use qd_engines::plan::{Objective, Objectives, Options};
}

pub use opening::{Opening, Outside, SourceSpec};
pub use posted::{intake_bytes, posted_to, receive};
pub use shelf::Shelf;
pub use signal::Signal;
pub use sync::{SourceReport, Watcher, chain, fold_intake, open_lake, sync};
pub use todos::{Todo, add as add_todo, mark as mark_todo};
pub use watch::{Tells, wait_at};

/// What the repository's folders of SQL hold, put in by the build script.
mod built_in {
    include!(concat!(env!("OUT_DIR"), "/built_in.rs"));
}

/// The built-in signals: part and name, and the file's text.
#[must_use]
pub fn built_in_signals() -> &'static [(&'static str, &'static str)] {
    built_in::SIGNALS
}

/// The built-in views: name and query.
#[must_use]
pub fn built_in_views() -> &'static [(&'static str, &'static str)] {
    built_in::VIEWS
}

/// The built-in assumptions, as text.
#[must_use]
pub fn built_in_assumptions() -> &'static str {
    built_in::ASSUMPTIONS
}
