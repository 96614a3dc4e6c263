//! A real server of CalDAV; `scripts/radicale_check.sh` starts one.

use std::{
    env,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use qd_sources::{
    calendar::{Account, Address},
    connector::Outcome,
    http::{Client, Outside, Patience, Settings, Token},
};

use crate::kept::Kept;

const PASSWORD: &str = "correct horse";

fn server() -> String {
    env::var("RADICALE").expect("RADICALE=127.0.0.1:PORT")
}

/// Somebody who keeps a calendar.
fn person(method: &str, path: &str, body: &str) {
    let mut stream = TcpStream::connect(server()).expect("a server");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a bound");
    let proof = STANDARD.encode(format!("ada:{PASSWORD}"));
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {proof}\r\nContent-Type: text/calendar\r\n"
    );
    write!(stream, "{head}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}").expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let status = answer.split_whitespace().nth(1).unwrap_or_default();
    assert!(status.starts_with('2'), "{method} {path}: {answer}");
}

fn make(name: &str, shown: &str) {
    let body = format!(
        "<C:mkcalendar xmlns=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\"><set><prop><displayname>{shown}</displayname>\
         <C:supported-calendar-component-set><C:comp name=\"VEVENT\"/></C:supported-calendar-component-set></prop></set>\
         </C:mkcalendar>"
    );
    person("MKCALENDAR", &format!("/ada/{name}/"), &body);
}

fn put(place: &str, uid: &str, inner: &str) {
    let inner: String = inner
        .split("\n\n")
        .map(|inner| {
            let inner = inner.replace('\n', "\r\n");
            format!(
                "BEGIN:VEVENT\r\nUID:{uid}\r\nSUMMARY:Plans\r\nDTSTAMP:{}\r\n{inner}\r\nEND:VEVENT\r\n",
                stamp()
            )
        })
        .collect();
    let text = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\n{inner}END:VCALENDAR\r\n");
    person("PUT", &format!("/ada/{place}"), &text);
}

fn stamp() -> String {
    Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// A Monday, nine o'clock, `weeks` ahead, as calendars write it.
fn monday(weeks: i64, hour: i8) -> String {
    let today = Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let monday = today.nth_weekday(1, jiff::civil::Weekday::Monday).expect("a day");
    let day = monday.checked_add(jiff::Span::new().days(7 * weeks)).expect("a day");
    day.at(hour, 0, 0, 0).strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn sync(kept: &mut Kept, base: &str, password: &str) -> (Outcome, Vec<String>) {
    let address = Address::new(base, None).expect("an address");
    let token = Token::Basic { user: "ada".to_owned(), token: password.to_owned() };
    let mut settings = Settings::new("diary", address.base(), token);
    settings.patience = Patience { silence: Duration::from_secs(10), tries: 2, ..Patience::SYNC };
    let outside = Outside { clock: &Timestamp::now, sleep: &|_| {}, notice: &|_| {} };
    let mut client = Client::new(settings, outside).expect("a client");
    let account = Account { address: &address, user: "ada", secret: password };
    let outcome = kept.server(&mut client, &account, Timestamp::now());
    let problems = outcome.problems.iter().map(|one| format!("{}: {}", one.subject, one.message)).collect();
    (outcome, problems)
}

/// Instances of `calendar` that are there, without the calendar's name.
fn of(kept: &Kept, calendar: &str) -> Vec<String> {
    kept.held().iter().filter_map(|row| row.strip_prefix(calendar)).map(|row| row.trim().to_owned()).collect()
}

#[test]
#[ignore = "needs a running Radicale: sh scripts/radicale_check.sh"]
fn a_calendar_is_followed_through_changes() {
    make("work", "Work");
    make("home", "Family");
    let base = format!("http://{}", server());
    let (m1, m2, m3) = (monday(1, 9), monday(2, 9), monday(3, 9));
    let weekly = format!("DTSTART:{m1}\nRRULE:FREQ=WEEKLY;COUNT=3");
    put("work/weekly.ics", "weekly", &weekly);
    put("work/single.ics", "single", &format!("DTSTART:{m1}"));
    put("work/gone.ics", "gone", &format!("DTSTART:{m1}"));
    put("home/dinner.ics", "dinner", &format!("DTSTART:{m1}"));
    let mut kept = Kept { private: vec!["family".to_owned()], ..Kept::default() };
    let (outcome, problems) = sync(&mut kept, &base, PASSWORD);
    assert_eq!(problems, [""; 0]);
    assert_eq!((of(&kept, "Work").len(), of(&kept, "Family").len()), (5, 0));
    println!("first sync: {} requests", outcome.requests);
    let (outcome, _) = sync(&mut kept, &base, PASSWORD);
    assert_eq!((outcome.requests, outcome.rows), (1, 0));

    // One instance is moved, one cancelled, one entry moves to a later day, one goes.
    thread::sleep(Duration::from_millis(1100));
    let moved = format!("RECURRENCE-ID:{m2}\nDTSTART:{}", monday(2, 14));
    let cancelled = format!("RECURRENCE-ID:{m3}\nDTSTART:{m3}\nSTATUS:CANCELLED");
    put("work/weekly.ics", "weekly", &format!("{weekly}\n\n{moved}\n\n{cancelled}"));
    put("work/single.ics", "single", &format!("DTSTART:{}", monday(1, 16)));
    person("DELETE", "/ada/work/gone.ics", "");
    let (outcome, problems) = sync(&mut kept, &base, PASSWORD);
    assert_eq!(problems, [""; 0]);
    println!("changes: {} requests", outcome.requests);
    let held = of(&kept, "Work");
    let hours: Vec<&str> =
        held.iter().filter_map(|row| row.split_once("> ")).map(|(_, row)| &row[11..]).collect();
    assert_eq!(
        hours,
        ["16:00:00Z confirmed", "09:00:00Z confirmed", "14:00:00Z confirmed", "09:00:00Z cancelled"]
    );

    // From a calendar's own address it is that one.
    let mut alone = Kept::default();
    sync(&mut alone, &format!("{base}/ada/home/"), PASSWORD);
    assert_eq!((of(&alone, "Family").len(), of(&alone, "Work").len()), (1, 0));

    // A token that the server does not know costs a longer question and no row.
    let text = kept.cursors["/ada/work/"].clone();
    let at = text.find("\"token\":\"").expect("a token") + 9;
    let end = at + text[at..].find('"').expect("its end");
    let mut text = format!("{}http://radicale.org/ns/sync/{}{}", &text[..at], "0".repeat(64), &text[end..]);
    text = text.replacen("\"tag\":\"", "\"tag\":\"x", 1);
    kept.cursors.insert("/ada/work/".to_owned(), text);
    let (outcome, problems) = sync(&mut kept, &base, PASSWORD);
    assert_eq!((outcome.rows, problems.len(), of(&kept, "Work") == held), (0, 0, true), "{problems:?}");

    // A calendar that is removed takes its entries with it.
    person("DELETE", "/ada/work/", "");
    sync(&mut kept, &base, PASSWORD);
    assert_eq!(kept.held(), [""; 0]);
    person("DELETE", "/ada/home/", "");
}

#[test]
#[ignore = "needs a running Radicale: sh scripts/radicale_check.sh"]
fn a_wrong_password_is_tried_once() {
    let proxy = Proxy::new(usize::MAX);
    let mut kept = Kept::default();
    let (_, problems) = sync(&mut kept, &format!("{}/ada/", proxy.url), "wrong horse");
    assert_eq!((problems.len(), proxy.connections()), (1, 1), "{problems:?}");
    assert!(problems[0].contains("does not accept the user and the password"), "{problems:?}");
    let (outcome, problems) = sync(&mut kept, &format!("{}/ada/", proxy.url), "wrong horse");
    assert!(outcome.requests == 0 && problems[0].contains("half an hour ago"), "{problems:?}");
}

#[test]
#[ignore = "needs a running Radicale: sh scripts/radicale_check.sh"]
fn many_entries_come_over_a_connection_that_drops() {
    const MANY: usize = 300;
    make("many", "Many");
    let day = monday(1, 9);
    for number in 0..MANY {
        put(
            &format!("many/{number}.ics"),
            &format!("many{number}"),
            &format!("DTSTART:{day}\nDESCRIPTION:{}", noise(number)),
        );
    }
    let mut whole = Kept::default();
    let start = Instant::now();
    let (outcome, problems) = sync(&mut whole, &format!("http://{}/ada/many/", server()), PASSWORD);
    println!("{MANY} entries in {:.2} s and {} requests", start.elapsed().as_secs_f64(), outcome.requests);
    assert_eq!((problems.len(), of(&whole, "Many").len()), (0, MANY), "{problems:?}");
    let start = Instant::now();
    let (outcome, _) = sync(&mut whole, &format!("http://{}/ada/many/", server()), PASSWORD);
    println!("nothing new in {:.3} s and {} requests", start.elapsed().as_secs_f64(), outcome.requests);

    let proxy = Proxy::new(12_000);
    let mut kept = Kept::default();
    for round in 1.. {
        let before = of(&kept, "Many").len();
        let (_, problems) = sync(&mut kept, &format!("{}/ada/many/", proxy.url), PASSWORD);
        assert!(round < 20, "it does not come to an end");
        if problems.is_empty() {
            break;
        }
        assert!(of(&kept, "Many").len() >= before);
    }
    assert_eq!(of(&kept, "Many"), of(&whole, "Many"));
    assert!(proxy.connections() > 6, "it was never cut");
    person("DELETE", "/ada/many/", "");
}

#[test]
#[ignore = "needs a running Radicale: sh scripts/radicale_check.sh"]
fn a_calendar_is_read_by_its_address_alone() {
    make("shown", "Shown");
    put("shown/a.ics", "a", &format!("DTSTART:{}", monday(1, 9)));
    let address =
        Address::new(&format!("http://{}/{{token}}/", server()), Some("ada/shown")).expect("an address");
    let settings = Settings::new("shown", address.base(), Token::Path(address.path().to_owned()));
    let outside = Outside { clock: &Timestamp::now, sleep: &|_| {}, notice: &|_| {} };
    let mut client = Client::new(settings, outside).expect("a client");
    let mut kept = Kept::default();
    let mut sync = |kept: &mut Kept| {
        let outcome = kept.address(&mut client, &address, Timestamp::now());
        assert_eq!(outcome.problems, []);
        (outcome.rows, kept.held().len())
    };
    assert_eq!(sync(&mut kept), (1, 1));
    assert_eq!(sync(&mut kept), (0, 1));
    put("shown/b.ics", "b", &format!("DTSTART:{}", monday(1, 10)));
    assert_eq!(sync(&mut kept).1, 2);
    person("DELETE", "/ada/shown/b.ics", "");
    assert_eq!(sync(&mut kept).1, 1);
    person("DELETE", "/ada/shown/", "");
}

/// Words that no compression makes much shorter.
fn noise(seed: usize) -> String {
    let mut state = seed as u64 + 1;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        format!("{:08x}", state >> 32)
    };
    (0..60).map(|_| next()).collect()
}

/// Stands between us and the server, and cuts each connection after so many bytes from it, or two,
/// three or four times as many.
struct Proxy {
    url: String,
    connections: Arc<AtomicUsize>,
}

impl Proxy {
    fn new(bytes: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        thread::spawn(move || {
            for near in listener.incoming() {
                let bytes = bytes.saturating_mul(count.fetch_add(1, Ordering::SeqCst) % 4 + 1);
                let near = near.expect("a connection");
                let far = TcpStream::connect(server()).expect("a server");
                let (mut from, mut to) =
                    (near.try_clone().expect("the same"), far.try_clone().expect("the same"));
                thread::spawn(move || std::io::copy(&mut from, &mut to));
                thread::spawn(move || {
                    let _ = std::io::copy(&mut (&far).take(bytes as u64), &mut &near);
                    let _ = near.shutdown(std::net::Shutdown::Both);
                    let _ = far.shutdown(std::net::Shutdown::Both);
                });
            }
        });
        Self { url, connections }
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}
