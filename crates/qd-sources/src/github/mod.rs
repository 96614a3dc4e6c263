//! GitHub: changes, reviews, issues, builds, deployments, releases and alerts.
//!
//! Two halves. [`map`] and [`map_event`] turn one answer or event into facts and know nothing of
//! what was asked before; [`sync`] decides what to ask next. A replay is the first half alone.
//!
//! octocrab is not used: its typed models refuse a whole page for one value they do not know, and
//! it brings an async client of its own beside the one transport that records.

mod address;
mod builds;
mod changes;
mod checks;
mod commits;
mod cursor;
mod delivery;
mod events;
mod graph;
mod happenings;
mod issues;
mod lists;
mod node;
mod open;
mod overflow;
mod pages;
mod place;
mod question;
mod repositories;
mod reviews;
mod security;
mod settle;
mod sync;
mod unit;

use serde_json::Value;

use self::{
    address::{Address, Kind},
    node::{Node, Pile},
    place::Place,
};
pub use self::{events::map_event, settle::settle, sync::sync};
use crate::exchange::{Exchange, Mapped};

/// Header that names an event.
const EVENT: &str = "x-github-event";

/// Names under which REST wraps its lists.
const WRAPPERS: [&str; 7] =
    ["items", "workflow_runs", "jobs", "check_runs", "repositories", "statuses", "workflow_jobs"];

/// What an exchange with GitHub says: REST, GraphQL, or an event that it sent.
///
/// The kind of thing is told from the address. What lacks something, or has it in an unknown
/// form, is told as a problem, and the rest is mapped.
#[must_use]
pub fn map(exchange: &Exchange) -> Mapped {
    if let Some(name) = exchange.header(EVENT) {
        return events::event(name, &exchange.body, exchange.at);
    }
    if exchange.method == "EVENT" {
        let name = exchange.url.rsplit('/').next().unwrap_or_default();
        return events::event(name, &exchange.body, exchange.at);
    }
    let mut pile = Pile::new(&exchange.url, exchange.at);
    pile.is_answer = true;
    let address = Address::of(&exchange.url);
    let place = Place::of(&address);
    match address.kind() {
        Some(Kind::Graph) => graph::answer(&exchange.body, &place, &mut pile),
        Some(kind) => rest(kind, &address, &place, &exchange.body, &mut pile),
        None => pile.problem("nothing is known to be read from this address"),
    }
    pile.finish()
}

/// Maps an answer of REST.
fn rest(kind: Kind, address: &Address, place: &Place, body: &Value, pile: &mut Pile) {
    let whole = Node(body);
    match kind {
        Kind::Nothing => return,
        // What these say is in the list as a whole.
        Kind::ChangeCommits => return commits::commits_alone(whole, place, pile),
        Kind::ChangeFiles => return changes::files_of_change(whole, place, pile),
        Kind::RequestedReviewers => return changes::requested_reviewers(whole, place, pile),
        Kind::CodeOwners => return repositories::code_owners(whole, place, pile),
        _ => {}
    }
    let (things, strange): (Vec<_>, Vec<_>) = things(body).into_iter().partition(|node| node.0.is_object());
    if !strange.is_empty() {
        pile.problem(format!("{} entries of the body are no objects and are left out", strange.len()));
    }
    if kind == Kind::Happening {
        return happenings::happenings(&things, place, pile);
    }
    for thing in things {
        match kind {
            Kind::Repository => repositories::repository(thing, None, false, pile),
            Kind::ChangeRequest => changes::change_request(thing, place, None, pile),
            Kind::Review => reviews::review(thing, place, pile),
            Kind::ReviewComment => reviews::review_comment(thing, place, pile),
            Kind::Issue => issues::issue(thing, place, None, pile),
            Kind::Comment => issues::comment(thing, place, pile),
            Kind::Run => builds::run(thing, place, pile),
            Kind::Job => builds::job(thing, place, pile),
            Kind::CheckRun => builds::check_run(thing, place, pile),
            Kind::CommitStatus => builds::commit_status(thing, address.commit(), place, pile),
            Kind::Deployment => delivery::deployment(thing, place, pile),
            Kind::DeploymentStatus => {
                delivery::deployment_status(thing, None, address.digits(1), place, pile);
            }
            Kind::Release => delivery::release(thing, place, false, pile),
            _ => security::alert(thing, kind, place, pile),
        }
    }
}

/// The things in a body: a list, a list in a wrapper, or one.
fn things(body: &Value) -> Vec<Node<'_>> {
    let wrapped = || WRAPPERS.iter().find_map(|name| body.get(*name)?.as_array());
    match body.as_array().or_else(wrapped) {
        Some(list) => list.iter().map(Node).collect(),
        None => vec![Node(body)],
    }
}
