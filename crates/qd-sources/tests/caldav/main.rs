//! Calendars over the network: from a server made of a few lines, and from a real one.

mod address;
mod kept;
mod real;
mod scripted;
mod server;
