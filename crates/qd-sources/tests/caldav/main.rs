//! Calendars over the network: from a server made of a few lines, and from a real one.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the tests say what they found, or that they skip"
)]

mod address;
mod kept;
mod real;
mod scripted;
mod server;
