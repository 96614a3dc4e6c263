//! What a real Alertmanager posts and answers; `scripts/alertmanager_check.sh` starts one.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use qd_sources::{
    alertmanager::{Open, map, sync},
    exchange::{Call, Exchange, Failure, Transport},
};
use serde_json::{Value, json};

/// A request or an answer of HTTP/1.1: its first line and its JSON.
fn message(stream: TcpStream) -> (String, Value) {
    let mut reader = BufReader::new(stream);
    let (mut first, mut length, mut is_chunked) = (String::new(), None, false);
    reader.read_line(&mut first).expect("a first line");
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a header");
        let line = line.trim().to_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse::<usize>().ok();
        }
        is_chunked |= line.starts_with("transfer-encoding:") && line.contains("chunked");
    }
    let mut body = Vec::new();
    while is_chunked {
        let mut size = String::new();
        reader.read_line(&mut size).expect("a size");
        let size = usize::from_str_radix(size.trim(), 16).expect("a size in hex");
        let mut part = vec![0; size + 2];
        reader.read_exact(&mut part).expect("a part");
        body.extend(part.iter().take(size));
        is_chunked = size > 0;
    }
    if let Some(length) = length {
        body.resize(length, 0);
        reader.read_exact(&mut body).expect("a body");
    }
    (first, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

struct Loopback(String);

impl Loopback {
    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> (String, Value) {
        let mut stream = TcpStream::connect(&self.0).expect("an Alertmanager");
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a bound");
        let body = body.map(Value::to_string).unwrap_or_default();
        let length = body.len();
        let head =
            format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n");
        write!(stream, "{head}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}").expect("sent");
        message(stream)
    }
}

impl Transport for Loopback {
    fn send(&mut self, call: &Call) -> Result<Exchange, Failure> {
        let path = call.url.strip_prefix("http://").and_then(|rest| rest.find('/').map(|at| &rest[at..]));
        let (_, body) = self.ask(call.method, path.expect("a path"), None);
        let headers = Vec::new();
        let (method, url) = (call.method.to_owned(), call.url.clone());
        Ok(Exchange { method, url, status: 200, headers, request: None, body, at: Some(Timestamp::now()) })
    }
}

/// The next post to us that says `status`, as it came.
fn posted(listener: &TcpListener, status: &str) -> Value {
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        assert!(Instant::now() < end, "no webhook said `{status}` within 30 s");
        let Ok((stream, _)) = listener.accept() else {
            std::thread::sleep(Duration::from_millis(50));
            continue;
        };
        stream.set_nonblocking(false).expect("blocking");
        let mut answer = stream.try_clone().expect("the same stream");
        let (_, body) = message(stream);
        answer
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            .expect("answered");
        if body["status"] == status {
            return body;
        }
    }
}

fn exchange(body: Value) -> Exchange {
    let (method, url) = ("EVENT".to_owned(), "alertmanager".to_owned());
    Exchange { method, url, status: 200, headers: Vec::new(), request: None, body, at: None }
}

#[test]
#[ignore = "needs a running Alertmanager: sh scripts/alertmanager_check.sh"]
fn a_real_alertmanager_is_understood() {
    let address = std::env::var("ALERTMANAGER").expect("ALERTMANAGER=127.0.0.1:PORT");
    let listener =
        TcpListener::bind(std::env::var("RECEIVER").expect("RECEIVER=127.0.0.1:PORT")).expect("a port");
    listener.set_nonblocking(true).expect("a listener that does not wait for ever");
    let mut alerts = Loopback(address.clone());
    let base = format!("http://{address}");
    let start = Timestamp::now().checked_sub(SignedDuration::from_secs(90)).expect("a time");
    let mut alert = json!([{"labels": {"alertname": "Slow", "service": "shop", "severity": "page", "env": "prod"},
        "annotations": {"summary": "the shop is slow"}, "startsAt": start.to_string(),
        "generatorURL": "http://user:secret@prom:9090/graph?g0.expr=up"}]);
    let (status, _) = alerts.ask("POST", "/api/v2/alerts", Some(&alert));
    assert!(status.contains("200"), "{status}");

    let hook = map(&exchange(posted(&listener, "firing")));
    assert_eq!((hook.facts.len(), hook.problems.len()), (1, 0));
    let fired = &hook.facts[0].row;
    assert_eq!((&fired["title"], &fired["service"]), (&json!("the shop is slow"), &json!("shop")));
    assert_eq!((&fired["severity"], &fired["environment"]), (&json!("page"), &json!("prod")));
    assert_eq!(fired["url"], "http://prom:9090/graph?g0.expr=up");

    // The API writes times less exactly; the incident is the same.
    let id = fired["id"].as_str().expect("an id").to_owned();
    let now = Timestamp::now();
    let seen = sync(&mut alerts, &base, &[], now).expect("an answer");
    assert!(seen.facts.iter().all(|fact| fact.row["id"] == id) && !seen.facts.is_empty(), "{:?}", seen.facts);
    let (_, groups) = alerts.ask("GET", "/api/v2/alerts/groups", None);
    assert_eq!(map(&exchange(groups)).facts[0].row["id"], id);

    let silence = json!({"matchers": [{"name": "alertname", "value": "Slow", "isRegex": false, "isEqual": true}],
        "startsAt": now.to_string(), "endsAt": now.checked_add(SignedDuration::from_hours(1)).expect("a time").to_string(),
        "createdBy": "test", "comment": "test"});
    let (_, made) = alerts.ask("POST", "/api/v2/silences", Some(&silence));
    let known = [Open { id: id.clone(), is_acknowledged: false }];
    let status_of = |mapped: &qd_sources::exchange::Mapped| {
        mapped.facts.last().map(|fact| fact.row["status"].clone()).unwrap_or_default()
    };
    let silenced = until(|| {
        let mapped = sync(&mut alerts, &base, &known, Timestamp::now()).expect("an answer");
        (status_of(&mapped) == "acknowledged").then_some(mapped)
    });
    assert!(silenced.facts.iter().all(|fact| fact.row["id"] == id));
    alerts.ask("DELETE", &format!("/api/v2/silence/{}", made["silenceID"].as_str().expect("an id")), None);

    alert[0]["endsAt"] = json!(Timestamp::now().to_string());
    alerts.ask("POST", "/api/v2/alerts", Some(&alert));
    let over = map(&exchange(posted(&listener, "resolved")));
    let last = &over.facts.last().expect("a fact").row;
    assert_eq!((&last["id"], &last["status"]), (&json!(id), &json!("resolved")));
    assert!(last["resolved_at"].is_string());
    let gone = sync(&mut alerts, &base, &known, Timestamp::now()).expect("an answer");
    assert_eq!((gone.facts.len(), status_of(&gone)), (1, json!("resolved")));
}

fn until<T>(mut ask: impl FnMut() -> Option<T>) -> T {
    for _ in 0..100 {
        if let Some(found) = ask() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("it did not come to be so within 10 s");
}
