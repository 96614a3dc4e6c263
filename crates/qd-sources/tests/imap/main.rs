//! Mail over IMAP: from a server of a few lines, and from a real one.

mod real;
mod scripted;
mod server;
mod writing;
