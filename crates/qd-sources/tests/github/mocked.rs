//! An API mocked from GitHub's own description: `scripts/prism_check.sh` starts it and runs this.

use std::{
    collections::BTreeSet,
    io::{Read, Write},
    net::TcpStream,
};

use qd_sources::github::map;
use serde_json::Value;

use crate::{fits, samples};

/// The body of an answer; HTTP/1.0, so that it ends where the connection does.
fn get(address: &str, path: &str) -> (u16, Value) {
    let mut stream = TcpStream::connect(address).expect("it listens");
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\nAccept: application/json\r\n\r\n")
        .expect("it is asked");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("it answers");
    let text = String::from_utf8_lossy(&answer);
    let (head, body) = text.split_once("\r\n\r\n").expect("it speaks HTTP");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("it has a status");
    (status, serde_json::from_str(body).unwrap_or_else(|error| panic!("{path}: {error}: {head}")))
}

#[test]
#[ignore = "asks a mock that scripts/prism_check.sh starts"]
#[allow(clippy::print_stdout)]
fn every_route_of_the_mocked_api_is_mapped() {
    let address = std::env::var("QD_PRISM").expect("scripts/prism_check.sh says where it is");
    for route in include_str!("routes.txt").lines() {
        let path =
            route.replace("{owner}", "octocat").replace("{repo}", "Hello-World").replace("{org}", "octocat");
        let mut parts: Vec<&str> = path.split('/').collect();
        for part in &mut parts {
            if part.starts_with('{') {
                *part = if *part == "{ref}" { "6dcb09b5b57875f334f61aebed695e2e4193db5e" } else { "42" };
            }
        }
        let path = parts.join("/");
        let (status, body) = get(&address, &path);
        assert_eq!(status, 200, "{route} {body}");
        let mut exchange = samples::answer(&format!("https://api.github.com{path}"), body);
        exchange.at = "2026-01-01T00:00:00Z".parse().ok();
        let mapped = map(&exchange);
        assert_eq!(mapped.problems, [], "{route}");
        assert!(
            !mapped.facts.is_empty() || route.ends_with("events") || route.ends_with("timeline"),
            "{route} says nothing"
        );
        for fact in &mapped.facts {
            assert_eq!(fits::misfit(fact), None, "{route}");
        }
        let tables: BTreeSet<&str> = mapped.facts.iter().map(|fact| fact.table.name).collect();
        println!("{route}: {tables:?}");
    }
}
