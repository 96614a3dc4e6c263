//! A server of tokens on this machine that says what it is told to.

use std::{
    cell::{Cell, RefCell},
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    thread::JoinHandle,
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};

use super::{App, Code, Tokens, begin, renew, wait};
use crate::http::{Client, Outside, Settings, Token};

const CODE: (u16, &str) = (
    200,
    r#"{"device_code": "dev+1", "user_code": "ABCD-EFGH", "verification_uri": "https://example.org/device", "interval": 2, "expires_in": 900}"#,
);
const PENDING: (u16, &str) = (400, r#"{"error": "authorization_pending", "error_codes": [70016]}"#);
const GIVEN: (u16, &str) = (200, r#"{"access_token": "at-1", "refresh_token": "rt-1", "expires_in": 3600}"#);

/// A server that gives `answers` in turn; what it was asked.
fn server(answers: Vec<(u16, &'static str)>) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let work = move || {
        let mut asked = Vec::new();
        for (status, body) in answers {
            let (mut stream, _) = listener.accept().expect("a question");
            let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
            let mut length = 0;
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).expect("a line");
                if let Some(text) = line.to_lowercase().strip_prefix("content-length:") {
                    length = text.trim().parse().expect("a number");
                }
                if line.trim().is_empty() {
                    break;
                }
            }
            let mut form = vec![0; length];
            reader.read_exact(&mut form).expect("a form");
            asked.push(String::from_utf8(form).expect("a text"));
            let head =
                format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nconnection: close\r\n");
            write!(stream, "{head}content-length: {}\r\n\r\n{body}", body.len()).expect("it is sent");
        }
        asked
    };
    (address, std::thread::spawn(work))
}

/// What became of `answers`, what was asked, and how long was waited before each question.
fn run<T>(
    answers: Vec<(u16, &'static str)>,
    work: impl Fn(&Client<'_>, &App, &dyn Fn() -> Timestamp, &dyn Fn(Duration)) -> T,
) -> (T, Vec<String>, Vec<u64>) {
    let (base, served) = server(answers);
    let now = Cell::new(Timestamp::UNIX_EPOCH);
    let slept = RefCell::new(Vec::new());
    let clock = || now.get();
    let sleep = |time: Duration| {
        slept.borrow_mut().push(time.as_secs());
        now.set(now.get() + SignedDuration::try_from(time).expect("a time"));
    };
    let app = App {
        device: Some(format!("{base}/devicecode")),
        token: format!("{base}/token"),
        scope: "mail offline",
        client: "id".to_owned(),
    };
    let outside = Outside { clock: &clock, sleep: &sleep, notice: &|_| {} };
    let client = Client::new(Settings::new("oauth", base, Token::None), outside).expect("a client");
    let came = work(&client, &app, &clock, &sleep);
    (came, served.join().expect("it served"), slept.take())
}

fn logged_in(answers: Vec<(u16, &'static str)>) -> (Result<Tokens, String>, Vec<String>, Vec<u64>) {
    run(answers, |client, app, clock, sleep| {
        let code = begin(client, app)?;
        assert_eq!((code.url.as_str(), code.code.as_str()), ("https://example.org/device", "ABCD-EFGH"));
        wait(client, app, Some("s&e"), &code, clock, sleep)
    })
}

#[test]
fn a_code_is_waited_for_as_slowly_as_the_server_wants() {
    let slow = (400, r#"{"error": "slow_down"}"#);
    let (tokens, asked, slept) = logged_in(vec![CODE, PENDING, slow, PENDING, (200, "{\"broken"), GIVEN]);
    assert_eq!(tokens, Ok(Tokens { access: "at-1".to_owned(), refresh: Some("rt-1".to_owned()) }));
    assert_eq!(slept, [2, 2, 7, 7, 14]);
    assert_eq!(asked[0], "client_id=id&scope=mail%20offline");
    assert!(asked[1].ends_with("client_id=id&device_code=dev%2B1&client_secret=s%26e"), "{}", asked[1]);
}

#[test]
fn who_declines_or_comes_late_is_told_so() {
    for (answer, wanted) in [
        ((400, r#"{"error": "access_denied"}"#), "declined"),
        ((400, r#"{"error": "authorization_declined", "error_codes": [70017]}"#), "declined"),
        ((400, r#"{"error": "expired_token"}"#), "in time"),
        (
            (401, r#"{"error": "invalid_client", "error_description": "rt-1", "error_codes": [7000218]}"#),
            "invalid_client, AADSTS7000218",
        ),
        ((500, "oops rt-1"), "it answers 500"),
        ((200, "{}"), "holds no token"),
    ] {
        let told = logged_in(vec![CODE, answer]).0.expect_err("no tokens");
        assert!(told.contains(wanted) && !told.contains("rt-1"), "{told}");
    }
    let (told, _, slept) =
        logged_in([vec![CODE], vec![PENDING; 450]].concat().into_iter().take(451).collect());
    assert!(told.expect_err("no tokens").contains("in time"));
    assert_eq!(slept.len(), 451);
}

#[test]
fn an_answer_without_a_code_is_told() {
    for (answer, wanted) in [
        ((200, "<html>"), "no JSON"),
        ((200, "{\"device_code\": 3}"), "holds no code"),
        ((400, r#"{"error": "invalid_scope"}"#), "invalid_scope"),
        ((404, "not here"), "404"),
    ] {
        let (told, ..) = run(vec![answer], |client, app, _, _| begin(client, app).map(|_: Code| ()));
        let told = told.expect_err("no code");
        assert!(told.contains(wanted), "{told}");
    }
    let (told, ..) = run(Vec::new(), |client, _, _, _| begin(client, &App::google("id")));
    assert!(told.expect_err("no code").contains("app password"));
}

#[test]
fn a_kept_token_gives_the_next() {
    let (tokens, asked, _) = run(vec![GIVEN], |client, app, _, _| renew(client, app, None, "rt-0"));
    assert_eq!(tokens.map(|tokens| tokens.access), Ok("at-1".to_owned()));
    assert_eq!(asked, ["grant_type=refresh_token&client_id=id&refresh_token=rt-0&scope=mail%20offline"]);
    let revoked = (400, r#"{"error": "invalid_grant", "error_description": "rt-0"}"#);
    let (told, ..) = run(vec![revoked], |client, app, _, _| renew(client, app, None, "rt-0"));
    let told = told.expect_err("no token");
    assert!(told.contains("no longer accepted") && !told.contains("rt-0"), "{told}");
}

#[test]
fn no_token_is_in_what_is_printed_for_debugging() {
    let tokens = Tokens { access: "at-1".to_owned(), refresh: Some("rt-1".to_owned()) };
    assert_eq!(format!("{tokens:?}"), "Tokens(..)");
    let tenant = App::microsoft("contoso.example/id");
    assert_eq!(tenant.address(), "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token");
}
