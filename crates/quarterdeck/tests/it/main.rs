//! The one test binary that links everything: runs of the program, examples of signals,
//! and the rules of the house.
#![allow(clippy::print_stderr, reason = "a test says that it skips")]

mod actions;
mod answer;
mod api;
mod brief;
mod calendar;
mod chat;
mod cockpit_editing;
mod cockpit_pages;
mod demo;
mod estimate;
mod feed;
mod forge;
mod hooks;
mod house;
mod lake;
mod load;
mod login;
mod mail;
mod mcp;
mod money;
mod plan;
mod plan_forms;
mod schema;
mod serve;
mod server;
mod sign_on;
mod signals;
mod tui;
mod watch;
mod world;
