//! Where SQL is the wrong language: pure functions from tables to a table.
//!
//! An engine says which queries it wants answered and which table it returns; the deck
//! answers them, runs it, and keeps the result until its inputs change. Nothing here
//! does I/O or knows the time other than as an argument.

mod columns;
mod conversations;
mod couplings;
pub mod delivery;
pub mod estimating;
pub mod forecast;
mod groups;
mod history;
mod hotspots;
mod identities;
mod mainline;
mod message_order;
mod ownership;
mod paths;
mod places;
pub mod plan;
pub mod portfolio;
pub mod ranking;
pub mod review;
pub mod simulation;
#[cfg(test)]
mod testing;
mod truck_factors;

use std::collections::BTreeMap;

use arrow::{array::RecordBatch, error::ArrowError};
use jiff::{Timestamp, civil::Date};
use qd_tables::Declaration;

/// A query whose answer an engine needs.
#[derive(Debug, Clone, Copy)]
pub struct Input {
    /// Name by which the engine finds the answer.
    pub name: &'static str,
    /// The query; it may name the tables of engines before this one.
    pub query: &'static str,
}

/// The answers, and the moment they are of.
#[derive(Clone)]
pub struct Inputs<'a> {
    /// Answer of each input, as one batch.
    pub batches: BTreeMap<&'static str, RecordBatch>,
    /// The moment.
    pub as_of: Timestamp,
    /// Its date where the company is.
    pub today: Date,
    /// Asked now and then by an engine that takes long: once it says so, nobody waits for its table any more.
    pub is_stopped: &'a (dyn Fn() -> bool + Sync),
}

impl std::fmt::Debug for Inputs<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { batches, as_of, today, .. } = self;
        let mut shown = formatter.debug_struct("Inputs");
        shown.field("batches", batches).field("as_of", as_of).field("today", today).finish_non_exhaustive()
    }
}

/// One engine.
#[derive(Debug, Clone, Copy)]
pub struct Engine {
    /// The table it returns.
    pub output: &'static Declaration,
    /// What it asks first.
    pub inputs: &'static [Input],
    /// The function.
    pub run: fn(&Inputs<'_>) -> Result<RecordBatch, EngineError>,
}

/// Why an engine returned nothing.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// An input lacks a column, or has it in another type: a mistake between query and engine.
    #[error("input `{input}` has no column `{column}` of the expected type")]
    Input {
        /// The input.
        input: &'static str,
        /// The column.
        column: &'static str,
    },
    /// Nobody waits for it any more.
    #[error("it was stopped")]
    Stopped,
    /// The rows do not fit the declared table.
    #[error("the rows do not fit the table")]
    Rows(#[from] ArrowError),
}

/// Raised whenever an engine returns other rows for the same inputs: what was kept of the
/// one before is computed anew.
pub const VERSION: u32 = 3;

/// All engines, each after those whose tables it asks for.
pub const ENGINES: &[Engine] = &[
    identities::ENGINE,
    mainline::ENGINE,
    ownership::ENGINE,
    truck_factors::ENGINE,
    hotspots::ENGINE,
    couplings::ENGINE,
    review::ENGINE,
    conversations::ENGINE,
    message_order::ENGINE,
    message_order::FIGURES,
    portfolio::SCHEDULE,
    portfolio::LOAD,
    portfolio::RISK,
    portfolio::REMEDIES,
    portfolio::PIPELINE,
    estimating::ENGINE,
    delivery::ENGINE,
    delivery::CALIBRATION,
];
