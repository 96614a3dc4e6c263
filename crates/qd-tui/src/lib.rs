//! The brief in a terminal, with the keys of a mail reader.
//!
//! Three parts: a [`State`], a function [`update`] from an event to effects, and a function [`draw`]
//! from the state to a screen. Nothing here knows a terminal, a thread, a clock or a deck: whoever runs
//! it carries the effects out and brings back what came of them. So every key can be tried by a test
//! and measured by a bench.

mod choose;
mod clean;
mod decode;
mod draw;
mod keys;
mod listing;
mod prompt;
mod state;
mod update;

pub use decode::Decoder;
pub use draw::draw;
pub use keys::{BINDINGS, Binding, Command, Key, keys_table};
pub use listing::{Entry, Kind, Label, Listing, Page, TextLine};
pub use state::{Deed, Effect, Event, State};
pub use update::update;
