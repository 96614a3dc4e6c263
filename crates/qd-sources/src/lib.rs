//! Connectors: each observes one kind of thing outside and returns facts.
//!
//! A connector says what happened, whatever the company wished: nothing here reads the
//! company's files. It reads what it is pointed at and neither clock nor environment,
//! so the same input always gives the same rows.

pub mod git;
