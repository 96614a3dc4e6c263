//! Connectors: each observes one kind of thing outside and returns facts.
//!
//! A connector says what happened, whatever the company wished: nothing here reads the
//! company's files. It reads what it is pointed at and neither clock nor environment,
//! so the same input always gives the same rows.

pub mod alertmanager;
pub mod calendar;
pub mod chat;
mod closing;
pub mod cloudevents;
pub mod connector;
mod decimal;
pub mod exchange;
pub mod feed;
pub mod files;
pub mod git;
pub mod github;
pub mod gitlab;
pub mod http;
pub mod jira;
pub mod junit;
pub mod ledger;
pub mod mail;
pub mod oauth;
pub mod oidc;
pub mod pagerduty;
mod prose;
pub mod replay;
pub mod rows;
pub mod signature;
mod times;
pub mod values;

/// Something that could not be read, without stopping anything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What it concerns: name of a repository, a path, an address.
    pub subject: String,
    /// What happened and what to do.
    pub message: String,
}
