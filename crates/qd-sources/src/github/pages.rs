//! Asking: one question after another, what is told handed on page by page.

use jiff::{SignedDuration, Timestamp};
use qd_tables::Fact;
use serde_json::{Value, json};

use super::{map, node::Node, overflow, question};
use crate::{
    Problem,
    connector::{Halt, Outcome, Request, Sink, Step, place},
    exchange::{Call, Exchange, Failure, Shape, Transport},
};

/// Most rounds in which the rest of long lists of one page is asked for.
const MOST_ROUNDS: usize = 200;

/// A sync that goes on.
pub(super) struct Asker<'a, 'b> {
    pub(super) request: &'a Request<'a>,
    transport: &'a mut dyn Transport,
    sink: &'a mut Sink<'b>,
    /// Address of REST, without a slash at the end.
    pub(super) rest: String,
    graph: String,
    pub(super) outcome: Outcome,
    /// Most things that GitHub was able to put on a page.
    most: u64,
    /// Where what is told belongs: the name under which the repository was first seen.
    pub(super) repo: Option<String>,
}

impl<'a, 'b> Asker<'a, 'b> {
    pub(super) fn new(
        request: &'a Request<'a>,
        transport: &'a mut dyn Transport,
        sink: &'a mut Sink<'b>,
    ) -> Self {
        let (rest, graph) = addresses(request.base);
        Self { request, transport, sink, rest, graph, outcome: Outcome::default(), most: 100, repo: None }
    }

    pub(super) fn problem(&mut self, subject: &str, message: impl Into<String>) {
        let problem = Problem { subject: subject.to_owned(), message: message.into() };
        if !self.outcome.problems.contains(&problem) {
            self.outcome.problems.push(problem);
        }
    }

    fn send(&mut self, call: &Call) -> Result<Exchange, Failure> {
        self.outcome.requests += 1;
        let mut exchange = self.transport.send(call)?;
        // Who asks in the same breath what became of it looks as of the sync's beginning.
        let began = self.request.observed_at;
        exchange.at = Some(exchange.at.map_or(began, |at| at.min(began)));
        Ok(exchange)
    }

    /// An answer of REST, handed on; and the address of the page after it.
    pub(super) fn rest(&mut self, url: &str, shape: Shape) -> Result<(Exchange, Option<String>), Halt> {
        let exchange = self.send(&Call::get(url))?.expect(shape)?;
        self.keep(&exchange)?;
        let next = exchange.header("link").and_then(next_page);
        Ok((exchange, next))
    }

    /// An answer of GraphQL. Parts that were refused are told; the rest is there.
    pub(super) fn graph(&mut self, query: &str, variables: Value, subject: &str) -> Result<Exchange, Halt> {
        let exchange = self.send(&question::call(&self.graph, query, variables))?;
        let body = Node(&exchange.body);
        let has_data = body.at("data").is_some_and(|data| !data.is_null());
        for error in body.list("errors") {
            let message = error.text("message").unwrap_or("an error without a message");
            match error.text("type") {
                Some("RATE_LIMITED") => {
                    return Err(
                        Failure::Limited { url: exchange.url.clone(), until: self.reset(&exchange) }.into()
                    );
                }
                // What is gone is seen by whoever asked for it.
                Some("NOT_FOUND") => {}
                // Where there is nothing else, the error is the failure that is told.
                _ if !has_data => {}
                Some("INSUFFICIENT_SCOPES" | "FORBIDDEN") => {
                    self.problem(
                        subject,
                        format!("the token lacks a right, and that part is left out: {message}"),
                    );
                }
                _ => self.problem(subject, format!("a part was not answered and is left out: {message}")),
            }
        }
        if !has_data {
            let error = body.list("errors").next();
            let reason = error.and_then(|error| error.text("message")).unwrap_or("no `data`").to_owned();
            let (url, status) = (exchange.url.clone(), exchange.status);
            return Err(Halt::Failed(match error.and_then(|error| error.text("type")) {
                Some("INSUFFICIENT_SCOPES" | "FORBIDDEN") => Failure::Forbidden { url, right: reason },
                _ => Failure::Broken { url, status, reason },
            }));
        }
        Ok(exchange)
    }

    /// When the limit is lifted.
    fn reset(&self, exchange: &Exchange) -> Timestamp {
        let said = exchange.header("x-ratelimit-reset").and_then(|seconds| seconds.parse().ok());
        let hour = SignedDuration::from_hours(1);
        let later = || self.request.observed_at.saturating_add(hour).unwrap_or(Timestamp::MAX);
        said.and_then(|seconds| Timestamp::from_second(seconds).ok()).unwrap_or_else(later)
    }

    /// A page of a list. A page that is too much for GitHub is asked for in smaller ones.
    pub(super) fn page(
        &mut self,
        query: &str,
        mut variables: Value,
        first: u64,
        subject: &str,
    ) -> Result<Exchange, Halt> {
        let mut first = first.min(self.most);
        loop {
            if let Some(fields) = variables.as_object_mut() {
                fields.insert("first".to_owned(), first.into());
            }
            match self.graph(query, variables.clone(), subject) {
                Err(Halt::Failed(Failure::Broken { .. })) if first > 1 => {
                    first = (first / 3).max(1);
                    self.most = first;
                }
                other => return other,
            }
        }
    }

    /// Asks for the rest of long lists in the things at `pointer` and lays it in.
    pub(super) fn complete(&mut self, body: &mut Value, pointer: &str, subject: &str) -> Result<(), Halt> {
        for _ in 0..MOST_ROUNDS {
            let lists = overflow::lists(body, pointer);
            if lists.is_empty() {
                break;
            }
            let mut answer = match self.graph(&overflow::query(&lists), json!({}), subject) {
                Ok(exchange) => exchange.body,
                Err(Halt::Failed(failure)) if !crate::connector::ends_everything(&failure) => {
                    self.problem(subject, format!("long lists of a page are cut off: {failure}"));
                    Value::Null
                }
                Err(halt) => return Err(halt),
            };
            for (index, list) in lists.iter().enumerate() {
                list.lay(index, &mut answer, body);
            }
        }
        Ok(())
    }

    /// Hands on what an answer says.
    pub(super) fn keep(&mut self, exchange: &Exchange) -> Result<(), Halt> {
        // Errors of GraphQL were told when they were met.
        let met: Vec<String> =
            Node(&exchange.body).list("errors").filter_map(|error| error.id("message")).collect();
        let mapped = map(exchange);
        for problem in mapped.problems {
            if !met.iter().any(|message| problem.message.ends_with(message.as_str())) {
                self.problem(&problem.subject, problem.message);
            }
        }
        self.hand_on(mapped.facts)
    }

    pub(super) fn hand_on(&mut self, mut facts: Vec<Fact>) -> Result<(), Halt> {
        if let Some(repo) = &self.repo {
            place(&mut facts, repo);
        }
        if facts.is_empty() {
            return Ok(());
        }
        self.outcome.rows += facts.len() as u64;
        (self.sink)(Step { facts, cursor: None }).map_err(Halt::Sink)
    }

    /// Says that all that was handed on of `unit` lies behind `cursor`.
    pub(super) fn reached(&mut self, unit: &str, cursor: String) -> Result<(), Halt> {
        let cursor = Some((unit.to_owned(), cursor));
        (self.sink)(Step { facts: Vec::new(), cursor }).map_err(Halt::Sink)
    }
}

/// Addresses of REST and GraphQL; GitHub's own host has them apart, other hosts under one roof.
fn addresses(base: &str) -> (String, String) {
    let base = base.trim_end_matches('/');
    let host = base.split_once("://").map_or(base, |(_, host)| host);
    match host {
        "" | "github.com" | "www.github.com" | "api.github.com" => {
            ("https://api.github.com".to_owned(), "https://api.github.com/graphql".to_owned())
        }
        _ => {
            let root = base.trim_end_matches("/v3").trim_end_matches("/api");
            // A cloud of one's own has the API at a host of its own.
            if host.starts_with("api.") || host.starts_with("127.0.0.1") || host.starts_with("localhost") {
                (base.to_owned(), format!("{base}/graphql"))
            } else {
                (format!("{root}/api/v3"), format!("{root}/api/graphql"))
            }
        }
    }
}

/// The address of the next page in a `Link` header (RFC 8288).
fn next_page(header: &str) -> Option<String> {
    header.split(',').find_map(|link| {
        let (address, rest) = link.trim().strip_prefix('<')?.split_once('>')?;
        rest.contains("rel=\"next\"").then(|| address.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_host_has_its_addresses() {
        let github = ("https://api.github.com".to_owned(), "https://api.github.com/graphql".to_owned());
        for base in ["https://github.com", "https://api.github.com/", ""] {
            assert_eq!(addresses(base), github);
        }
        let own = ("https://ghe.x/api/v3".to_owned(), "https://ghe.x/api/graphql".to_owned());
        for base in ["https://ghe.x", "https://ghe.x/api/v3/", "https://ghe.x/api"] {
            assert_eq!(addresses(base), own);
        }
    }

    #[test]
    fn the_next_page_is_the_one_called_next() {
        let header = "<https://a/?page=1>; rel=\"prev\", <https://a/?page=3>; rel=\"next\"";
        assert_eq!(next_page(header).as_deref(), Some("https://a/?page=3"));
        assert_eq!(next_page("<https://a/?page=1>; rel=\"prev\""), None);
    }
}
