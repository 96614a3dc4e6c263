//! What a server tells, and what goes wrong with it.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use proptest::prelude::*;
use qd_sources::{
    calendar::{Account, Address, Names, map},
    connector::Outcome,
    exchange::{Exchange, Failure},
};
use serde_json::Value;

use crate::{kept::Kept, server::Server};

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().expect("a time")
}

fn event(uid: &str, inner: &str) -> String {
    format!("BEGIN:VEVENT\nUID:{uid}\nSUMMARY:Secret & title\nDTSTAMP:20261101T000000Z\n{inner}\nEND:VEVENT")
}

/// A sync, and what went wrong in it.
fn sync(kept: &mut Kept, server: &mut Server) -> (Outcome, Vec<String>) {
    at(kept, server, "", now())
}

fn at(kept: &mut Kept, server: &mut Server, path: &str, at: Timestamp) -> (Outcome, Vec<String>) {
    let address = Address::new(&format!("https://dav.example.org{path}"), None).expect("an address");
    let account = Account { address: &address, user: "ada", secret: "correct horse" };
    let outcome = kept.server(server, &account, at);
    let problems = outcome.problems.iter().map(|one| format!("{}: {}", one.subject, one.message)).collect();
    (outcome, problems)
}

const NONE: [&str; 0] = [];

#[test]
fn what_changed_is_asked_for_and_nothing_else() {
    let (mut kept, mut server) = (Kept::default(), Server::default());
    server.put("work", "a-1.ics", &event("a", "DTSTART:20261123T090000Z\nRRULE:FREQ=WEEKLY;COUNT=2"));
    server.put("work", "b.ics", &event("b", "DTSTART:20261124T090000Z"));
    server.put("home", "c.ics", &event("c", "DTSTART:20261125T090000Z"));
    kept.private.push("home".to_owned());
    let (outcome, problems) = sync(&mut kept, &mut server);
    assert_eq!(problems, NONE);
    assert_eq!((outcome.rows, outcome.requests), (3, 5));
    assert_eq!(
        kept.held(),
        [
            "WORK a 2026-11-23T09:00:00Z > 2026-11-23T09:00:00Z confirmed",
            "WORK a 2026-11-30T09:00:00Z > 2026-11-30T09:00:00Z confirmed",
            "WORK b 2026-11-24T09:00:00Z > 2026-11-24T09:00:00Z confirmed",
        ]
    );
    assert_eq!(server.count("/cal/home"), 0);

    // Nothing happened: one question.
    let (outcome, _) = sync(&mut kept, &mut server);
    assert_eq!((outcome.rows, outcome.requests, outcome.units().count()), (0, 1, 1));

    // One instance is moved, one entry moves to a later day, one comes, one goes.
    let series = event("a", "DTSTART:20261123T090000Z\nRRULE:FREQ=WEEKLY;COUNT=2");
    let moved = event("a", "RECURRENCE-ID:20261130T090000Z\nDTSTART:20261201T100000Z")
        .replace("20261101", "20261110");
    server.put("work", "a-1.ics", &format!("{series}\n{moved}"));
    server.put("work", "b.ics", &event("b", "DTSTART:20261202T090000Z"));
    server.put("work", "d.ics", &event("d", "DTSTART:20261203T090000Z\nSTATUS:CANCELLED"));
    assert_eq!(sync(&mut kept, &mut server).0.requests, 3);
    server.remove("work", "b.ics");
    assert_eq!(sync(&mut kept, &mut server).0.requests, 2);
    assert_eq!(
        kept.held(),
        [
            "WORK a 2026-11-23T09:00:00Z > 2026-11-23T09:00:00Z confirmed",
            "WORK a 2026-11-30T09:00:00Z > 2026-12-01T10:00:00Z confirmed",
            "WORK d 2026-12-03T09:00:00Z > 2026-12-03T09:00:00Z cancelled",
        ]
    );

    // What was recorded says the same, but for what is gone.
    let names = Names::of(server.told.iter().cloned());
    let mapped: Vec<_> = server.told.iter().map(|exchange| map(exchange, &names, &TimeZone::UTC)).collect();
    assert!(mapped.iter().all(|mapped| mapped.problems.is_empty()));
    let rows = mapped.iter().flat_map(|mapped| &mapped.facts);
    assert_eq!(rows.filter(|fact| fact.row["calendar"] == "WORK").count(), 7);

    // A week later everything is read again: series without an end go on.
    let count = server.count("multiget");
    at(&mut kept, &mut server, "", now() + SignedDuration::from_hours(8 * 24));
    assert_eq!((server.count("multiget"), kept.held().len()), (count + 1, 3));

    // A calendar that is no more takes its entries with it; one that became private does not.
    server.put("work2", "e.ics", &event("e", "DTSTART:20261203T090000Z"));
    sync(&mut kept, &mut server);
    assert_eq!(kept.held().len(), 4);
    kept.private.push("work".to_owned());
    server.calendars.remove("work2");
    sync(&mut kept, &mut server);
    assert_eq!(kept.held().len(), 3);
}

#[test]
fn every_way_of_telling_what_changed_tells_the_same() {
    let mut all = Vec::new();
    for (is_synced, is_tagged) in [(true, true), (true, false), (false, true), (false, false)] {
        let (mut kept, mut server) = (Kept::default(), Server { is_synced, is_tagged, ..Server::default() });
        for number in 0..250 {
            server.put(
                "work",
                &format!("{number}.ics"),
                &event(&number.to_string(), "DTSTART:20261123T090000Z"),
            );
        }
        assert_eq!(sync(&mut kept, &mut server).1, NONE);
        assert_eq!((kept.held().len(), server.count("multiget")), (250, 3));
        server.put("work", "7.ics", &event("7", "DTSTART:20261124T090000Z"));
        server.remove("work", "8.ics");
        assert_eq!(sync(&mut kept, &mut server).1, NONE);
        assert_eq!((kept.held().len(), server.count("multiget")), (249, 4));
        all.push(kept.held());
    }
    assert!(all.iter().all(|held| *held == all[0]));
}

#[test]
fn a_result_cut_short_is_asked_on_and_an_answer_too_large_is_asked_in_parts() {
    let (mut kept, mut server) = (Kept::default(), Server { page: 30, most: 7, ..Server::default() });
    for number in 0..95 {
        server.put("work", &format!("{number}.ics"), &event(&number.to_string(), "DTSTART:20261123T090000Z"));
    }
    assert_eq!(sync(&mut kept, &mut server).1, NONE);
    assert_eq!((kept.held().len(), server.count("sync-collection")), (95, 4));
    // One that never comes further.
    let cut = "<d:response><d:href>/cal/work/</d:href><d:status>HTTP/1.1 507 x</d:status></d:response>";
    server.put("work", "x.ics", &event("x", "DTSTART:20261123T090000Z"));
    server.instead = vec![("sync-collection", Ok(format!("{cut}<d:sync-token>t96</d:sync-token>")))];
    let (_, problems) = sync(&mut kept, &mut server);
    assert_eq!((problems.len(), kept.held().len()), (1, 95), "{problems:?}");
    assert!(problems[0].starts_with("WORK at dav.example.org: the server tells only a part"), "{problems:?}");
    assert_eq!((sync(&mut kept, &mut server).1.len(), kept.held().len()), (0, 96));
}

#[test]
fn a_token_that_is_no_longer_known_and_one_question_that_is_refused() {
    let (mut kept, mut server) = (Kept::default(), Server::default());
    server.put("work", "a.ics", &event("a", "DTSTART:20261123T090000Z"));
    server.put("work", "b.ics", &event("b", "DTSTART:20261123T090000Z"));
    sync(&mut kept, &mut server);
    let refused =
        |status| Failure::Broken { url: "x".to_owned(), status, reason: "valid-sync-token".to_owned() };
    for status in [403, 409, 507] {
        server.put("work", "a.ics", &event("a", &format!("DTSTART:20261124T0{}0000Z", status % 7)));
        server.remove("work", "b.ics");
        server.put("work", "b.ics", &event("b", "DTSTART:20261123T090000Z"));
        server.instead = vec![("sync-collection", Err(refused(status)))];
        assert_eq!(sync(&mut kept, &mut server).1, NONE);
        assert_eq!(kept.held().len(), 2, "{:?}", kept.held());
    }
    server.remove("work", "b.ics");
    server.instead = vec![("sync-collection", Err(refused(403))), ("sync-collection", Err(refused(403)))];
    assert_eq!(sync(&mut kept, &mut server).1, NONE);
    assert_eq!(kept.held().len(), 1);
    // A failure of the server is no refusal: the calendar stays as it was.
    server.remove("work", "a.ics");
    server.instead = vec![("sync-collection", Err(refused(500)))];
    let (_, problems) = sync(&mut kept, &mut server);
    assert!(problems.len() == 1 && problems[0].contains("answers 500"), "{problems:?}");
    assert_eq!(kept.held().len(), 1);
    assert_eq!((sync(&mut kept, &mut server).1.len(), kept.held().len()), (0, 0));
}

#[test]
fn a_server_that_leaves_half_way_loses_nothing() {
    let (mut kept, mut server) = (Kept::default(), Server::default());
    for number in 0..250 {
        server.put(
            "work",
            &format!("{number:03}.ics"),
            &event(&number.to_string(), "DTSTART:20261123T090000Z"),
        );
    }
    // The second hundred breaks off in the middle, and then nobody answers any more.
    let half = "<d:multistatus xmlns:d=\"DAV:\"><d:response><d:href>/cal/work/1";
    server.instead = vec![
        ("/cal/work/150.ics", Ok(half.replace("<d:multi", " <d:multi"))),
        ("/cal/work/249.ics", Err(Failure::Unreachable { url: "x".to_owned(), reason: "closed".to_owned() })),
    ];
    let (_, problems) = sync(&mut kept, &mut server);
    assert_eq!((problems.len(), kept.held().len()), (1, 100), "{problems:?}");
    assert!(problems[0].contains("does not answer"), "{problems:?}");
    let asked = server.count("multiget");
    assert_eq!(sync(&mut kept, &mut server).1, NONE);
    assert_eq!((kept.held().len(), server.count("multiget") - asked), (250, 2));
    // A list that breaks off says nothing of what it lacks.
    server.put("work", "x.ics", &event("x", "DTSTART:20261123T090000Z"));
    server.instead = vec![("sync-collection", Ok(half.replace("<d:multi", " <d:multi")))];
    let (_, problems) = sync(&mut kept, &mut server);
    assert!(problems.len() == 1 && problems[0].contains("breaks off"), "{problems:?}");
    assert_eq!((kept.held().len(), sync(&mut kept, &mut server).1.len(), kept.held().len()), (250, 0, 251));
}

#[test]
fn what_is_broken_is_told_by_calendar_and_id_once_and_blanks_nothing() {
    let (mut kept, mut server) = (Kept::default(), Server::default());
    server.put("work", "a.ics", &event("a", "DTSTART:20261123T090000Z"));
    server.put("work", "b.ics", &event("b@x", "DTSTART:tomorrow"));
    server.put("work", "c.ics", &event("c", "DTSTART;TZID=Nowhere/Land:20261123T090000"));
    let (_, problems) = sync(&mut kept, &mut server);
    assert_eq!((kept.held().len(), problems.len()), (2, 2), "{problems:?}");
    assert!(problems[0].starts_with("WORK at dav.example.org, b@x: line"), "{problems:?}");
    assert!(
        problems[1].starts_with("WORK at dav.example.org, c: line") && problems[1].contains("zone"),
        "{problems:?}"
    );
    assert!(!format!("{problems:?}").contains("Secret"));
    server.put("work", "a.ics", &event("a", "DTSTART:oops"));
    let (_, problems) = sync(&mut kept, &mut server);
    assert_eq!((problems.len(), kept.held().len()), (1, 2), "what it was before stays: {problems:?}");
    assert_eq!(sync(&mut kept, &mut server).1, NONE);
}

#[test]
fn a_wrong_password_is_tried_once_in_half_an_hour() {
    let (mut kept, mut server) = (Kept::default(), Server::default());
    let wrong =
        || Failure::Unauthorised { url: "https://dav.example.org/".to_owned(), reason: "ada".to_owned() };
    server.instead = vec![("propfind", Err(wrong()))];
    let (outcome, problems) = sync(&mut kept, &mut server);
    assert_eq!((problems.len(), outcome.requests), (1, 1));
    assert!(
        problems[0].contains("does not accept the user and the password") && !problems[0].contains("ada")
    );
    let (outcome, problems) = sync(&mut kept, &mut server);
    assert!(outcome.requests == 0 && problems[0].contains("less than half an hour ago"), "{problems:?}");
    let later = now() + SignedDuration::from_mins(31);
    assert_eq!(at(&mut kept, &mut server, "", later).1, NONE);
}

#[test]
fn calendars_are_found_from_wherever_one_begins() {
    for (path, requests) in [("", 3), ("/", 3), ("/me/", 2), ("/cal/work/", 2)] {
        let (mut kept, mut server) = (Kept::default(), Server::default());
        let (outcome, problems) = at(&mut kept, &mut server, path, now());
        // One more for what is in it.
        assert_eq!(
            (problems.len(), outcome.requests, outcome.units().count()),
            (0, requests + 1, 1),
            "{path}"
        );
    }
    let (mut kept, mut server) = (Kept::default(), Server::default());
    let other = "<d:response><d:href>/</d:href><d:propstat><d:prop><c:calendar-home-set><d:href>https://p42.example.org:443/c/</d:href>\
                 </c:calendar-home-set></d:prop></d:propstat></d:response>";
    server.instead = vec![("home-set", Ok(other.to_owned()))];
    let (_, problems) = sync(&mut kept, &mut server);
    assert!(
        problems.len() == 1 && problems[0].contains("are at `p42.example.org:443`; write that"),
        "{problems:?}"
    );
    // No calendars are no answer to that question: 404, a page, a list of other things.
    let missing = || Failure::Missing { url: "https://dav.example.org/".to_owned() };
    let strange = "<html><body>Welcome".to_owned();
    for answer in [Err(missing()), Ok(strange), Ok("<d:response/>".to_owned())] {
        server.instead = vec![("home-set", answer.clone()), ("home-set", answer)];
        let (outcome, problems) = sync(&mut kept, &mut server);
        assert!(problems.len() == 1 && outcome.units().count() == 0, "{problems:?}");
    }
}

fn said(body: &str) -> usize {
    let exchange = Exchange {
        method: "REPORT".to_owned(),
        url: "https://dav.example.org/cal/work/".to_owned(),
        status: 207,
        headers: Vec::new(),
        request: None,
        body: Value::String(body.to_owned()),
        at: Some(now()),
    };
    let names = Names::of([exchange.clone()].into_iter());
    map(&exchange, &names, &TimeZone::UTC).facts.len()
}

const ANSWER: &str = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY e \"ee\">]><d:multistatus xmlns:d=\"DAV:\"><d:response>\
    <d:href>/cal/work/a%2.ics</d:href><d:propstat><d:prop><d:resourcetype><c:calendar/></d:resourcetype><c:calendar-data>\
    <![CDATA[BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20261123T090000Z\nEND:VEVENT\n]]>END:VCALENDAR&#10;&e;&#x41;\
    </c:calendar-data><c:comp name=\"VEVENT\"/></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>\
    <d:sync-token>t</d:sync-token></d:multistatus>";

proptest! {
    #[test]
    fn no_answer_does_harm(text in "\\PC{0,200}", cut in 0..ANSWER.len(), from in 0..ANSWER.len(), junk in any::<Vec<u8>>()) {
        said(&text);
        said(&ANSWER[..cut]);
        said(&format!("{}{}{}", &ANSWER[..cut], String::from_utf8_lossy(&junk), &ANSWER[from..]));
    }
}

#[test]
fn a_huge_answer_is_read_and_a_deep_one_left() {
    assert_eq!(said(ANSWER), 1);
    let one = &ANSWER[ANSWER.find("<d:response>").expect("it")..ANSWER.find("<d:sync-token>").expect("it")];
    assert_eq!(said(&format!("<d:multistatus>{}</d:multistatus>", one.repeat(20_000))), 20_000);
    assert_eq!(said(&format!("<d:multistatus>{one}{}", "<x>".repeat(100_000))), 1);
}
