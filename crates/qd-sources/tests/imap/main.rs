//! Mail over IMAP: from a server of a few lines, and from a real one.
#![allow(clippy::unwrap_used, reason = "a test may fail by it")]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the tests say what they found, or that they skip"
)]

mod real;
mod scripted;
mod server;
mod writing;
