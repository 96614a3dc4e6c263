//! Against a server of a few lines on this machine, with answers written by hand.

use std::{
    cell::{Cell, RefCell},
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use flate2::{Compression, write::GzEncoder};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Client, MASK, Outside, Patience, Record, Settings, Token};
use crate::exchange::{Call, Exchange, Failure, Transport};

const TOKEN: &str = "s3cr3t+value/of=nobody";

/// A server that gives `answers` one after another, each on a connection of its own, and keeps
/// what it was asked.
struct Server {
    base: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn new(answers: Vec<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&asked);
        thread::spawn(move || {
            for answer in answers {
                let Ok((mut stream, _)) = listener.accept() else { return };
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let (mut head, mut length) = (String::new(), 0);
                loop {
                    let mut line = String::new();
                    if reader.read_line(&mut line).unwrap_or(0) == 0 || line == "\r\n" {
                        break;
                    }
                    if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                        length = value.trim().parse().unwrap();
                    }
                    head.push_str(&line);
                }
                let mut body = vec![0; length];
                reader.read_exact(&mut body).unwrap();
                head.push_str(&String::from_utf8_lossy(&body));
                kept.lock().unwrap().push(head);
                let _ = stream.write_all(&answer);
            }
        });
        Self { base, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let mut bytes =
        format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n")
            .into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

fn ok(body: &Value) -> Vec<u8> {
    answer("200 OK", "content-type: application/json\r\n", body.to_string().as_bytes())
}

/// What became of one question, and what was waited and told meanwhile.
struct Heard {
    result: Result<Exchange, Failure>,
    slept: Vec<Duration>,
    notices: Vec<String>,
}

fn now() -> Timestamp {
    "2026-11-22T14:00:00Z".parse().unwrap()
}

fn ask_with(server: &Server, call: &Call, change: impl Fn(&mut Settings)) -> Heard {
    let mut settings = Settings::new("github", &server.base, Token::Bearer(TOKEN.to_owned()));
    change(&mut settings);
    let (slept, notices) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
    let time = Cell::new(now());
    let clock = || time.get();
    let sleep = |wait: Duration| {
        slept.borrow_mut().push(wait);
        time.set(time.get() + wait);
    };
    let notice = |text: &str| notices.borrow_mut().push(text.to_owned());
    let result =
        Client::new(settings, Outside { clock: &clock, sleep: &sleep, notice: &notice }).unwrap().send(call);
    Heard { result, slept: slept.into_inner(), notices: notices.into_inner() }
}

fn ask(server: &Server, path: &str) -> Heard {
    ask_with(server, &Call::get(format!("{}{path}", server.base)), |_| {})
}

#[test]
fn failure_of_the_server_is_tried_again() {
    let server = Server::new(vec![answer("503 Busy", "", b"<html>busy</html>"), ok(&json!({ "id": 1 }))]);
    let heard = ask(&server, "/a");
    let exchange = heard.result.unwrap();
    assert_eq!((exchange.status, &exchange.body), (200, &json!({ "id": 1 })));
    assert_eq!(exchange.at, Some(now() + heard.slept[0]));
    assert_eq!(heard.slept.len(), 1);
    assert!((0.5..=1.5).contains(&heard.slept[0].as_secs_f64()), "{:?}", heard.slept);
    let asked = server.asked();
    assert!(asked[0].starts_with("GET /a HTTP/1.1\r\n"));
    let head = asked[0].to_lowercase();
    assert!(
        head.contains(&format!("authorization: bearer {TOKEN}")) && head.contains("user-agent: quarterdeck/")
    );
}

#[test]
fn server_that_stays_broken_is_given_up_after_four_tries() {
    let busy = answer("502 Bad Gateway", "content-type: text/html\r\n", b"<h1>Bad  gateway</h1>");
    let server = Server::new(vec![busy; 4]);
    let heard = ask(&server, "/a");
    let Err(Failure::Broken { status: 502, reason, .. }) = heard.result else { panic!("{:?}", heard.result) };
    assert_eq!((reason.as_str(), heard.slept.len(), server.asked().len()), ("Bad gateway", 3, 4));
    assert!(heard.slept[2] > heard.slept[0]);
}

#[test]
fn retry_after_is_obeyed() {
    let server = Server::new(vec![answer("429 Slow", "retry-after: 42\r\n", b"{}"), ok(&json!([]))]);
    let heard = ask(&server, "/a");
    assert!(heard.result.is_ok());
    assert_eq!(heard.slept, [Duration::from_secs(42)]);
    assert_eq!(heard.notices, ["github takes no more questions until 14:00:42 UTC; going on then"]);
}

#[test]
fn date_of_the_server_is_what_counts() {
    let headers = "date: Sun, 22 Nov 2026 20:00:00 GMT\r\nretry-after: Sun, 22 Nov 2026 20:00:30 GMT\r\n";
    let server = Server::new(vec![answer("503 Busy", headers, b"{}"), ok(&json!([]))]);
    assert_eq!(ask(&server, "/a").slept, [Duration::from_secs(30)]);
}

#[test]
fn long_limit_ends_the_asking() {
    let reset = now().as_second() + 1800;
    let headers = format!("x-ratelimit-remaining: 0\r\nx-ratelimit-reset: {reset}\r\n");
    for status in ["429 Too Many", "403 Forbidden"] {
        let server =
            Server::new(vec![answer(status, &headers, b"{\"message\":\"API rate limit exceeded\"}")]);
        let heard = ask(&server, "/a");
        let Err(Failure::Limited { until, .. }) = heard.result else { panic!("{:?}", heard.result) };
        assert_eq!((until.to_string().as_str(), heard.slept.len()), ("2026-11-22T14:30:01Z", 0));
    }
}

#[test]
fn limit_that_does_not_end_is_a_limit() {
    let server = Server::new(vec![answer("429 Slow", "retry-after: 7\r\n", b""); 4]);
    let heard = ask(&server, "/a");
    assert!(matches!(heard.result, Err(Failure::Limited { .. })), "{:?}", heard.result);
    assert_eq!(heard.slept.len(), 3);
}

#[test]
fn secondary_limit_and_limit_of_graphql_are_limits() {
    let secondary =
        answer("403 Forbidden", "", br#"{"message":"You have exceeded a secondary rate limit."}"#);
    let graphql = answer("200 OK", "retry-after: 3\r\n", br#"{"errors":[{"type":"RATE_LIMITED"}]}"#);
    let server = Server::new(vec![secondary, graphql, ok(&json!({}))]);
    let heard = ask(&server, "/a");
    assert!(heard.result.is_ok(), "{:?}", heard.result);
    assert_eq!((heard.slept.len(), heard.slept[1]), (2, Duration::from_secs(3)));
}

#[test]
fn refusals_say_which_right_is_missing() {
    let body = br#"{"message":"Resource not accessible by personal access token"}"#;
    let cases: &[(&str, &str, &[u8], &str)] = &[
        (
            "401 No",
            "",
            br#"{"message":"Bad credentials"}"#,
            "`URL` does not accept the token: Bad credentials",
        ),
        (
            "403 No",
            "x-accepted-github-permissions: pull_requests=read\r\n",
            body,
            "the token may not read `URL`: it needs pull_requests=read",
        ),
        (
            "404 No",
            "x-oauth-scopes: public_repo\r\nx-accepted-oauth-scopes: repo\r\n",
            b"{}",
            "the token may not read `URL`: it needs one of the scopes repo; it has public_repo",
        ),
        (
            "403 No",
            "x-github-sso: required; url=https://github.com/orgs/acme/sso\r\n",
            body,
            "the token may not read `URL`: it must be authorised for single sign-on at https://github.com/orgs/acme/sso",
        ),
        (
            "403 No",
            "",
            br#"{"error":"insufficient_scope","error_description":"too little","scope":"api read_api"}"#,
            "the token may not read `URL`: it needs one of the scopes api, read_api",
        ),
        (
            "403 No",
            "",
            br#"{"errorMessages":["You cannot browse this project"]}"#,
            "the token may not read `URL`: You cannot browse this project",
        ),
        ("404 No", "", b"{}", "`URL` is not there"),
        (
            "404 No",
            "x-seraph-loginreason: AUTHENTICATED_FAILED\r\n",
            b"{}",
            "`URL` does not accept the token: it does not say why",
        ),
        (
            "400 No",
            "",
            br#"{"errorMessages":["The value 'NO' does not exist"]}"#,
            "`URL` answers 400: The value 'NO' does not exist",
        ),
    ];
    for (status, headers, body, expected) in cases {
        let server = Server::new(vec![answer(status, headers, body)]);
        let heard = ask(&server, "/a");
        let said = heard.result.unwrap_err().to_string().replace(&format!("{}/a", server.base), "URL");
        assert_eq!(said, *expected);
    }
}

#[test]
fn half_an_answer_is_asked_for_again() {
    let half =
        b"HTTP/1.1 200 OK\r\ncontent-length: 400\r\nconnection: close\r\n\r\n{\"id\": 1, \"na".to_vec();
    let server = Server::new(vec![half.clone(), ok(&json!({ "id": 1 }))]);
    assert_eq!(ask(&server, "/a").result.unwrap().body, json!({ "id": 1 }));
    let cut = answer("200 OK", "", b"{\"id\": 1, \"na");
    let server = Server::new(vec![half, cut.clone(), cut.clone(), cut]);
    let heard = ask(&server, "/a");
    let Err(Failure::Broken { status: 200, reason, .. }) = heard.result else { panic!("{:?}", heard.result) };
    assert_eq!(reason, "the answer is cut off");
}

#[test]
fn page_in_place_of_json_says_so() {
    let page = answer("200 OK", "content-type: text/html\r\n", b"<html>Please log in</html>");
    let server = Server::new(vec![page; 4]);
    let said = ask(&server, "/a").result.unwrap_err().to_string();
    assert_eq!(server.asked().len(), 1, "it will be the same page the next time");
    assert!(
        said.ends_with("it answers `text/html` in place of JSON; is this the address of its API?"),
        "{said}"
    );
}

/// A server that takes connections, says `first` to each, and then nothing; and how many came.
fn silent(first: &'static [u8]) -> (String, Arc<Mutex<usize>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(Mutex::new(0));
    let kept = Arc::clone(&count);
    thread::spawn(move || {
        let mut open = Vec::new();
        while let Ok((mut stream, _)) = listener.accept() {
            *kept.lock().unwrap() += 1;
            let _ = stream.write_all(first);
            open.push(stream);
        }
    });
    (base, count)
}

fn patience(silence: u64, total: u64, tries: u32) -> Patience {
    Patience { total: Duration::from_millis(total), silence: Duration::from_millis(silence), tries }
}

#[test]
fn silence_counts_against_the_patience() {
    let half = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 90\r\n\r\n{\"id\"";
    for first in [&b""[..], &half[..]] {
        // The last word at once; after one more try; after all tries.
        for (patience, times) in
            [(patience(150, 150, 4), 1), (patience(150, 4000, 2), 2), (patience(150, 60_000, 4), 4)]
        {
            let (base, count) = silent(first);
            let server = Server { base, asked: Arc::default() };
            let call = Call::get(format!("{}/a", server.base));
            let heard = ask_with(&server, &call, |settings| settings.patience = patience);
            assert!(matches!(heard.result, Err(Failure::Unreachable { .. })), "{:?}", heard.result);
            assert_eq!((*count.lock().unwrap(), heard.slept.len()), (times, times - 1), "{patience:?}");
        }
    }
}

#[test]
fn a_brief_bears_silence_once_and_a_sync_twice() {
    for (patience, times) in [(Patience::BRIEF, 1), (Patience::SYNC, 2)] {
        let fits = patience.total.as_secs() / patience.silence.as_secs();
        assert_eq!((fits, patience.tries >= times), (u64::from(times), true), "{patience:?}");
    }
    assert!(Patience::BRIEF.silence <= Duration::from_secs(15));
}

#[test]
fn who_is_not_there_is_asked_for_nothing_else() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let settings = Settings::new("github", &base, Token::None);
    let slept = Cell::new(0);
    let sleep = |_: Duration| slept.set(slept.get() + 1);
    let outside = Outside { clock: &now, sleep: &sleep, notice: &|_| () };
    let mut client = Client::new(settings, outside).unwrap();
    let first = client.send(&Call::get(format!("{base}/a"))).unwrap_err();
    assert_eq!(slept.replace(0), 3);
    let second = client.send(&Call::get(format!("{base}/b"))).unwrap_err();
    assert_eq!(slept.get(), 0, "it is not asked again");
    assert_eq!(second.to_string(), first.to_string().replace("/a`", "/b`"));
}

#[test]
fn renamed_repository_is_followed_within_its_host() {
    let moved = answer("301 Moved", "location: /new\r\n", b"");
    let server = Server::new(vec![moved, ok(&json!({ "id": 1 }))]);
    let heard = ask(&server, "/old");
    assert!(heard.result.unwrap().url.ends_with("/old"));
    let asked = server.asked();
    assert!(asked[1].starts_with("GET /new ") && asked[1].contains(TOKEN));
}

#[test]
fn other_host_never_gets_the_token() {
    let other = Server::new(vec![ok(&json!({})), ok(&json!({}))]);
    let moved = answer("302 Found", &format!("location: {}/b\r\n", other.base), b"");
    let server = Server::new(vec![moved]);
    let said = ask(&server, "/a").result.unwrap_err().to_string();
    assert!(said.contains("sends on to `127.0.0.1`, which is not followed"), "{said}");
    assert!(other.asked().is_empty());
    let heard = ask_with(&server, &Call::get(format!("{}/direct", other.base)), |_| {});
    assert!(heard.result.is_ok());
    assert!(!other.asked()[0].contains(TOKEN), "{:?}", other.asked());
}

#[test]
fn circle_of_redirects_ends() {
    let moved = answer("301 Moved", "location: /a\r\n", b"");
    let server = Server::new(vec![moved; 6]);
    assert!(ask(&server, "/a").result.unwrap_err().to_string().ends_with("it sends on in a circle"));
}

#[test]
fn compressed_answers_are_read() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(br#"{"id":1}"#).unwrap();
    let server =
        Server::new(vec![answer("200 OK", "content-encoding: gzip\r\n", &encoder.finish().unwrap())]);
    assert_eq!(ask(&server, "/a").result.unwrap().body, json!({ "id": 1 }));
    assert!(server.asked()[0].to_lowercase().contains("accept-encoding: gzip"));
}

#[test]
fn large_answers_are_read_and_larger_ones_refused() {
    let body = json!({ "text": "x".repeat(5 << 20) });
    let server = Server::new(vec![ok(&body), ok(&body)]);
    assert_eq!(ask(&server, "/a").result.unwrap().body, body);
    let call = Call::get(format!("{}/a", server.base));
    let heard = ask_with(&server, &call, |settings| settings.largest = 4 << 20);
    let said = heard.result.unwrap_err().to_string();
    assert!(said.contains("larger than 4 MiB and is not read; ask for less"), "{said}");
    assert_eq!(heard.slept.len(), 0);
}

#[test]
fn nobody_there_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let server = Server { base, asked: Arc::default() };
    let heard = ask(&server, "/a");
    assert!(matches!(heard.result, Err(Failure::Unreachable { .. })), "{:?}", heard.result);
    assert_eq!(heard.slept.len(), 3);
}

#[test]
fn what_is_sent_is_json_with_its_own_headers() {
    let server = Server::new(vec![ok(&json!({}))]);
    let call = Call {
        method: "POST",
        url: format!("{}/graphql", server.base),
        headers: vec![("accept".to_owned(), "application/vnd.github+json".to_owned())],
        body: Some(json!({ "query": "{ viewer { login } }" })),
    };
    let exchange = ask_with(&server, &call, |_| {}).result.unwrap();
    assert_eq!(exchange.request, call.body);
    let asked = server.asked()[0].to_lowercase();
    assert!(
        asked.contains("content-type: application/json")
            && asked.contains("accept: application/vnd.github+json")
    );
    assert!(
        asked.matches("\r\naccept: ").count() == 1 && asked.ends_with(r#"{"query":"{ viewer { login } }"}"#)
    );
}

#[test]
fn each_system_has_its_token_in_its_place() {
    let basic = Token::Basic { user: "ada@example.org".to_owned(), token: "abc".to_owned() };
    let cases = [
        (Token::Private("abc".to_owned()), "private-token: abc"),
        (basic, "authorization: basic ywrhqgv4yw1wbguub3jnomfiyw=="),
        (Token::Named("abc".to_owned()), "authorization: token token=abc"),
    ];
    for (token, expected) in cases {
        assert!(!format!("{token:?}").contains("abc"));
        let server = Server::new(vec![ok(&json!({}))]);
        let call = Call::get(format!("{}/a", server.base));
        assert!(ask_with(&server, &call, |settings| settings.token = token.clone()).result.is_ok());
        assert!(server.asked()[0].to_lowercase().contains(expected), "{:?}", server.asked());
    }
}

#[test]
fn recording_holds_exchanges_and_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let leaks = [
        "ghp_0123456789abcdefghijABCDEFGHIJ012345",
        "gho_0123456789abcdefghijABCDEFGHIJ012345",
        "github_pat_11ABCDEFG0123456789_abcdefghijklmnopqrstuvwxyz",
        "glpat-0123456789abcdefghij",
        "xoxb-123456789012-abcdefghijklmnop",
        "AKIAIOSFODNN7EXAMPLE",
        "ATATT3xFfGF0123456789abcdefghij",
        TOKEN,
    ];
    let body = json!({
        "text": format!("look: {}", leaks.join(" and ")),
        "runners_token": "quiet",
        "nextPageToken": "kept",
        "url": "https://bob:hunter2@example.org/x?private_token=quiet&page=2",
    });
    let headers = format!(
        "set-cookie: session=quiet\r\netag: \"e\"\r\nx-echo: {TOKEN}\r\nlink: <http://x/?private_token=quiet&page=2>; rel=\"next\"\r\n"
    );
    let server = Server::new(vec![
        answer("200 OK", &headers, body.to_string().as_bytes()),
        answer("404 No", "", format!("{{\"message\":\"no {TOKEN}\"}}").as_bytes()),
    ]);
    let record = Record { folder: folder.path().to_path_buf(), source: "forge".to_owned() };
    let call = Call::get(format!("{}/a?access_token=quiet&page=1", server.base));
    let heard = ask_with(&server, &call, |settings| settings.record = Some(record.clone()));
    assert_eq!(heard.result.unwrap().body, body, "only the recording is masked");
    let path = folder.path().join("forge-2026-11-22.jsonl");
    // A crash left half a line.
    std::fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"meth").unwrap();
    let failed =
        ask_with(&server, &call, |settings| settings.record = Some(record.clone())).result.unwrap_err();
    assert!(!format!("{failed:?} {failed}").contains("quiet"));

    let written = std::fs::read_to_string(&path).unwrap();
    for leak in leaks.iter().chain(&["quiet", "hunter2"]) {
        assert!(!written.contains(leak), "{leak} in {written}");
    }
    let lines: Vec<&str> = written.lines().collect();
    assert_eq!((lines.len(), lines[1], written.ends_with('\n')), (3, "{\"meth", true));
    let line: Value = serde_json::from_str(lines[0]).unwrap();
    assert_eq!(line["url"], json!(format!("{}/a?access_token={MASK}&page=1", server.base)));
    assert_eq!(
        (&line["method"], &line["status"], &line["at"]),
        (&json!("GET"), &json!(200), &json!("2026-11-22T14:00:00Z"))
    );
    assert_eq!(line["headers"].as_object().unwrap().keys().collect::<Vec<_>>(), ["etag", "link"]);
    assert_eq!(line["body"]["nextPageToken"], json!("kept"));
    assert_eq!(serde_json::from_str::<Value>(lines[2]).unwrap()["status"], json!(404));
}

#[test]
fn debug_shows_no_secret() {
    let settings = Settings::new("github", "https://api.github.com", Token::Bearer(TOKEN.to_owned()));
    let outside = Outside { clock: &now, sleep: &|_| {}, notice: &|_| {} };
    assert!(!format!("{settings:?} {:?}", Client::new(settings.clone(), outside).unwrap()).contains(TOKEN));
}

#[test]
fn settings_that_cannot_work_are_told() {
    let outside = Outside { clock: &now, sleep: &|_| {}, notice: &|_| {} };
    let mut settings = Settings::new("gitlab", "https://gitlab.example.org", Token::None);
    settings.certificates = Some(b"nothing".to_vec());
    assert_eq!(
        Client::new(settings.clone(), outside).unwrap_err(),
        "there is no certificate in the file of certificates"
    );
    settings.certificates = None;
    settings.proxy = Some("not a proxy".to_owned());
    assert_eq!(Client::new(settings, outside).unwrap_err(), "`not a proxy` is no address of a proxy");
}
