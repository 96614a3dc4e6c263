//! A calendar behind an address, asked over HTTP.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    sync::{Arc, Mutex},
    thread,
};

use jiff::{SignedDuration, Timestamp};
use qd_sources::{
    calendar::Address,
    http::{Client, Outside, Patience, Record, Settings, Token},
};

use crate::kept::Kept;

const PATH: &str = "/private-0123456789abcdef/basic.ics";

/// Answers one after another, and what was asked.
fn server(answers: Vec<impl AsRef<[u8]> + Send + 'static>) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let asked = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&asked);
    thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().expect("a question");
            let mut lines = BufReader::new(stream.try_clone().expect("the same")).lines();
            let head: Vec<String> =
                lines.by_ref().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
            kept.lock().expect("alone").push(head.join("\n"));
            let _ = stream.write_all(answer.as_ref());
        }
    });
    (base, asked)
}

fn ok(headers: &str, body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

fn refused(status: u16) -> String {
    format!("HTTP/1.1 {status} x\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")
}

fn calendar(days: &[u8]) -> String {
    let event = |day: &u8| {
        format!(
            "BEGIN:VEVENT\r\nUID:{day}\r\nDTSTAMP:20261101T000000Z\r\nDTSTART:202612{day:02}T090000Z\r\nSUMMARY:x\r\nEND:VEVENT\r\n"
        )
    };
    let events: String = days.iter().map(event).collect();
    format!("BEGIN:VCALENDAR\r\nX-WR-CALNAME:Team\r\n{events}END:VCALENDAR\r\n")
}

fn at(hours: i64) -> Timestamp {
    let start: Timestamp = "2026-11-22T12:00:00Z".parse().expect("a time");
    start + SignedDuration::from_hours(hours)
}

#[test]
fn an_address_is_asked_for_what_changed_and_stays_secret() {
    let tag = "ETag: \"1\"\r\nLast-Modified: Sat, 21 Nov 2026 10:00:00 GMT\r\n";
    let answers = vec![
        ok(tag, &calendar(&[1, 2, 3])),
        "HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n".to_owned(),
        // The same with another mark, as servers do that make it anew each time.
        ok("ETag: \"2\"\r\n", &calendar(&[1, 2, 3])),
        ok("ETag: \"3\"\r\n", &calendar(&[1, 3])),
        ok("", "<html>Log in</html>"),
        ok("", &calendar(&[1, 3])[..120]),
        refused(404),
        refused(401),
        format!(
            "HTTP/1.1 302 x\r\nLocation: https://elsewhere.example{PATH}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        ),
        // A week later the same is read again.
        ok("", &calendar(&[1, 3])),
    ];
    let (base, asked) = server(answers);
    let folder = tempfile::tempdir().expect("a folder");
    let address = Address::new(&format!("{base}/{{token}}/basic.ics"), Some("private-0123456789abcdef\n"))
        .expect("an address");
    assert_eq!((address.path(), address.host()), (PATH, "127.0.0.1"));
    let mut settings = Settings::new("team", address.base(), Token::Path(address.path().to_owned()));
    settings.patience = Patience { tries: 1, ..Patience::BRIEF };
    settings.record = Some(Record { folder: folder.path().to_owned(), source: "team".to_owned() });
    let outside = Outside { clock: &|| at(0), sleep: &|_| {}, notice: &|_| {} };
    let mut client = Client::new(settings, outside).expect("a client");
    let mut kept = Kept::default();
    let mut told = Vec::new();
    let mut sync = |kept: &mut Kept, hours| {
        let outcome = kept.address(&mut client, &address, at(hours));
        told.extend(outcome.problems.iter().map(|one| format!("{}: {}", one.subject, one.message)));
        (outcome.rows, kept.held().len(), outcome.problems.len())
    };
    assert_eq!(sync(&mut kept, 0), (3, 3, 0));
    assert_eq!(kept.held()[0], "Team 1 2026-12-01T09:00:00Z > 2026-12-01T09:00:00Z confirmed");
    assert_eq!(sync(&mut kept, 1), (0, 3, 0));
    assert_eq!(sync(&mut kept, 2), (0, 3, 0));
    assert_eq!(sync(&mut kept, 3), (3, 2, 0));
    for hours in 4..9 {
        let (_, held, problems) = sync(&mut kept, hours);
        assert_eq!((held, problems), (2, 1), "after {hours} hours");
    }
    assert_eq!(sync(&mut kept, 24 * 9), (2, 2, 0));

    let asked = asked.lock().expect("alone").clone();
    let is_conditional = |at: usize| asked[at].to_lowercase().contains("if-none-match: \"");
    let conditional: Vec<usize> = (0..asked.len()).filter(|at| is_conditional(*at)).collect();
    assert_eq!(conditional, [1, 2, 3, 4, 5]);
    assert!(asked[1].to_lowercase().contains("if-modified-since: sat, 21 nov 2026 10:00:00 gmt"));
    assert!(
        told[0].contains("no calendar") && told[1].contains("breaks off") && told[2].contains("given anew"),
        "{told:?}"
    );
    assert!(
        told[3].contains("may not read") && told[4].contains("sends on to `elsewhere.example`"),
        "{told:?}"
    );

    // Its path is nowhere: not in what is told, remembered, or recorded.
    let recorded: String = std::fs::read_dir(folder.path())
        .expect("a folder")
        .map(|file| std::fs::read_to_string(file.expect("a file").path()).expect("a recording"))
        .collect();
    assert!(recorded.lines().count() >= 8 && recorded.contains("X-WR-CALNAME:Team"), "{recorded}");
    for text in [recorded, format!("{told:?}{:?}{client:?}{address:?}", kept.cursors)] {
        assert!(!text.contains("0123456789abcdef"), "{text}");
    }
}

#[test]
fn a_line_folded_within_a_character_is_read() {
    let text = ok("", &calendar(&[1]).replace("Team", "T#m")).replace("Content-Length: ", "X-Length: ");
    let (before, after) = text.split_once('#').expect("a place");
    let folded = [before.as_bytes(), b"\xc3\r\n \xa9", after.as_bytes()].concat();
    let (base, _) = server(vec![folded]);
    let address = Address::new(&format!("{base}/a.ics"), None).expect("an address");
    let settings = Settings::new("team", address.base(), Token::Path(address.path().to_owned()));
    let outside = Outside { clock: &|| at(0), sleep: &|_| {}, notice: &|_| {} };
    let mut client = Client::new(settings, outside).expect("a client");
    let mut kept = Kept::default();
    kept.address(&mut client, &address, at(0));
    assert_eq!(kept.held(), ["Tém 1 2026-12-01T09:00:00Z > 2026-12-01T09:00:00Z confirmed"]);
}

#[test]
fn addresses_that_cannot_be_asked_are_told() {
    let wrong = [
        ("http://cal.example.org/a.ics", None, "without encryption only this machine is asked"),
        ("ftp://cal.example.org/a.ics", None, "the address of a calendar is"),
        ("cal.example.org/a.ics", None, "the address of a calendar is"),
        ("https://ada:pass@cal.example.org/a.ics", None, "not in the address"),
        ("https://cal.example.org/{token}/a.ics", None, "there is no `token`"),
        ("https://cal.example.org/{token}/a.ics", Some("with space"), "the address of a calendar is"),
    ];
    for (url, secret, words) in wrong {
        let told = Address::new(url, secret).expect_err("it is wrong");
        assert!(told.contains(words) && !told.contains("pass") && !told.contains("space"), "{url}: {told}");
    }
    for (url, base) in [
        ("webcal://cal.example.org/a.ics", "https://cal.example.org"),
        ("http://[::1]:8080/a.ics", "http://[::1]:8080"),
        ("HTTPS://cal.example.org", "https://cal.example.org"),
    ] {
        assert_eq!(Address::new(url, None).expect("it is right").base(), base);
    }
}
