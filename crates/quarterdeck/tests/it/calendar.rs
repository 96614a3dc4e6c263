//! Meetings, from files of calendars.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    thread,
};

use crate::world::World;

/// A weekly meeting of four, the third of them moved to the next day, over a change of summer time.
const WEEKLY: &str = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:test\nBEGIN:VEVENT\nUID:weekly\n\
    DTSTAMP:20260101T000000Z\nDTSTART;TZID=Europe/Zurich:20260316T090000\n\
    DTEND;TZID=Europe/Zurich:20260316T093000\nRRULE:FREQ=WEEKLY;COUNT=4\nSUMMARY:Weekly\nEND:VEVENT\n\
    BEGIN:VEVENT\nUID:weekly\nDTSTAMP:20260101T000000Z\n\
    RECURRENCE-ID;TZID=Europe/Zurich:20260330T090000\nDTSTART;TZID=Europe/Zurich:20260331T110000\n\
    DTEND;TZID=Europe/Zurich:20260331T113000\nSUMMARY:Weekly\nEND:VEVENT\nEND:VCALENDAR\n";

#[test]
fn each_instance_of_a_series_has_its_own_time() {
    let world = World::new();
    world.write(
        "company.toml",
        "name = \"Example\"\ntimezone = \"Europe/Zurich\"\n\
         [sources.diary]\nkind = \"calendar\"\npaths = [\"diary.ics\"]\n",
    );
    world.write("diary.ics", &WEEKLY.replace('\n', "\r\n"));
    let sync = world.run(&["sync"]);
    assert_eq!(sync.code, 0, "{}{}", sync.out, sync.err);
    let query = "SELECT string_agg(to_char(starts_at, '%d %H') || CASE WHEN is_moved THEN '!' ELSE '' END, ' ' \
                 ORDER BY starts_at) FROM meetings";
    // Nine in Zurich is eight by UTC in winter and seven in summer.
    assert_eq!(world.ask(".", query), "16 08 23 08 31 09! 06 07");
    assert!(world.run(&["sync"]).out.contains("0 changed"));
    // What is gone from the file is gone from the table.
    world.write("diary.ics", &WEEKLY.replace("COUNT=4", "COUNT=2").replace('\n', "\r\n"));
    world.run(&["sync"]);
    assert_eq!(world.ask(".", "SELECT count(*) FROM meetings WHERE NOT is_moved"), "2");
}

#[test]
fn a_week_stands_beside_the_budget_of_whose_deck_it_is() {
    let world = World::new();
    let company = |me: &str| {
        format!(
            "name = \"Example\"\ntimezone = \"Europe/Zurich\"\n{me}[sources.diary]\nkind = \"calendar\"\n\
             paths = [\"diary.ics\"]\nperson = \"ada\"\n[people.ada]\nmails = [\"ada@example.org\"]\n\
             [[people.ada.time_budgets]]\nkind = \"team\"\nhours = 6\n\
             [[people.ada.time_budgets]]\nkind = \"review\"\nhours = 4\n\
             [people.bo]\nmails = [\"bo@example.org\"]\n[people.cy]\nmails = [\"cy@example.org\"]\n"
        )
    };
    let asked = "DTEND;TZID=Europe/Zurich:20260316T110000\nORGANIZER:mailto:ada@example.org\n\
                 ATTENDEE:mailto:bo@example.org\nATTENDEE:mailto:cy@example.org";
    let diary = WEEKLY.replace("DTEND;TZID=Europe/Zurich:20260316T093000", asked);
    world.write("diary.ics", &diary.replace('\n', "\r\n"));
    world.write("company.toml", &company("me = \"ada\"\n"));
    world.run(&["sync"]);
    let show = |world: &World| {
        world.run(&["show", "week", "--as-of", "2026-03-28", "--since", "2026-03-14", "--format", "csv"]).out
    };
    let shown = show(&world);
    assert!(shown.contains("went,team meetings,4,12,2,"), "{shown}");
    assert!(shown.contains("went,reviews,,8,,nothing seen"), "{shown}");
    // Bo sees his own time, of which nothing is known, and never hers.
    world.write("company.toml", &company("me = \"bo\"\n"));
    assert!(!show(&world).contains("team meetings"), "{}", show(&world));
}

/// Gives `answers` one after another, whatever is asked; says where.
pub(crate) fn server(answers: Vec<String>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().expect("a question");
            let mut reader = BufReader::new(stream.try_clone().expect("the same"));
            let (mut line, mut length) = (String::new(), 0);
            while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                let head = line.to_lowercase();
                length = head
                    .strip_prefix("content-length:")
                    .map_or(length, |own| own.trim().parse().expect("a number"));
                line.clear();
            }
            std::io::Read::read_exact(&mut reader, &mut vec![0; length]).expect("a body");
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    base
}

fn answer(status: u16, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status} x\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

#[test]
fn a_calendar_behind_a_private_address_is_read_once_and_never_named() {
    let text = WEEKLY.replace('\n', "\r\n");
    let base =
        server(vec![answer(200, "ETag: \"1\"\r\n", &text), answer(304, "", ""), answer(404, "", "gone")]);
    let world = World::new();
    let company = |more: &str| {
        format!(
            "name = \"Example\"\ntimezone = \"Europe/Zurich\"\n[sources.diary]\nkind = \"calendar\"\n{more}"
        )
    };
    let address =
        format!("url = \"{base}/{{token}}/basic.ics\"\ntoken = \"command:echo private-0123456789abcdef\"\n");
    world.write("company.toml", &company(&address));
    let sync = world.run(&["sync"]);
    assert!(sync.code == 0 && sync.out.contains("1 calendar, 1 changed, 4 rows"), "{}{}", sync.out, sync.err);
    assert!(world.run(&["sync"]).out.contains("0 changed"));
    let sync = world.run(&["sync"]);
    let told = sync.out + &sync.err;
    assert!(sync.code == 1 && told.contains("there is no calendar at this address"), "{told}");
    assert!(!told.contains("private-") && !told.contains("basic.ics"), "{told}");
    assert_eq!(world.ask(".", "SELECT count(*) FROM meetings"), "4");

    // What does not fit together is said before anybody is asked.
    let url = "url = \"https://cal.example.org/a.ics\"\n";
    for (more, words) in [
        (String::new(), "needs `paths`"),
        (format!("paths = [\"a.ics\"]\n{url}"), "not both"),
        (format!("{url}user = \"ada\"\n"), "needs `token`"),
        (format!("{url}token = \"command:echo x\"\n"), "needs `user`"),
        (address.replace("http:", "ftp:"), "the address of a calendar is"),
        (address.replace("127.0.0.1", "cal.example.org"), "without encryption only this machine"),
    ] {
        world.write("company.toml", &company(&more));
        let sync = world.run(&["sync"]);
        let told = sync.out + &sync.err;
        assert!(sync.code == 1 && told.contains(words) && !told.contains("private-"), "{words}: {told}");
    }
}

#[test]
fn calendars_of_a_server_are_read_and_a_wrong_password_is_tried_once() {
    let one = |href: &str, inner: &str| {
        let body = format!(
            "<d:multistatus xmlns:d=\"DAV:\"><d:response><d:href>{href}</d:href><d:propstat><d:prop>{inner}</d:prop>\
             <d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response><d:sync-token>t1</d:sync-token></d:multistatus>"
        );
        answer(207, "", &body)
    };
    let listed = "<d:displayname>Work</d:displayname><d:resourcetype><c:calendar/></d:resourcetype><d:sync-token>t1</d:sync-token>";
    let answers = vec![
        one("/ada/", "<c:calendar-home-set><d:href>/ada/</d:href></c:calendar-home-set>"),
        one("/ada/work/", listed),
        one("/ada/work/weekly.ics", "<d:getetag>1</d:getetag>"),
        one(
            "/ada/work/weekly.ics",
            &format!("<d:getetag>1</d:getetag><c:calendar-data>{WEEKLY}</c:calendar-data>"),
        ),
        one("/ada/work/", listed),
        answer(401, "", "<b>ada</b> is unknown"),
    ];
    let base = server(answers);
    let world = World::new();
    let company = |more: &str| {
        format!(
            "name = \"Example\"\ntimezone = \"Europe/Zurich\"\n[sources.diary]\nkind = \"calendar\"\nuser = \"ada\"\n\
             token = \"command:echo correct horse\"\n{more}"
        )
    };
    world.write("company.toml", &company(&format!("url = \"{base}\"\nrecord = \"kept\"\n")));
    let sync = world.run(&["sync"]);
    assert!(sync.code == 0 && sync.out.contains("1 calendar, 1 changed, 4 rows"), "{}{}", sync.out, sync.err);
    assert!(world.run(&["sync"]).out.contains("0 changed"));
    assert_eq!(world.ask(".", "SELECT DISTINCT calendar FROM meetings"), "Work");
    world.write("company.toml", &company(&format!("url = \"{base}/other/\"\n")));
    for words in ["does not accept the user and the password", "half an hour ago"] {
        let sync = world.run(&["sync"]);
        let told = sync.out + &sync.err;
        assert!(sync.code == 1 && told.contains(words), "{told}");
        assert!(!told.contains("unknown") && !told.contains("horse"), "{told}");
    }
    // What was recorded tells the same.
    let other = World::new();
    let folder = world.path("kept");
    other.write("company.toml", &company(&format!("replay = {folder:?}\n")));
    assert_eq!(other.run(&["sync"]).code, 0);
    assert_eq!(other.ask(".", "SELECT DISTINCT calendar FROM meetings"), "Work");
    assert_eq!(other.ask(".", "SELECT count(*) FROM meetings"), "4");
}
