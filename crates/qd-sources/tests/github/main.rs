//! The GitHub connector against what GitHub publishes, and against damage.

#![recursion_limit = "256"]

mod damage;
mod fits;
mod fixtures;
mod large;
mod mocked;
mod samples;
mod server;
mod syncing;
mod webhooks;
