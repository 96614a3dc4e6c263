//! What calendars say, and what is said of the rest.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

mod rules;
mod syncing;

fn context() -> Context<'static> {
    let at = "2026-11-22T12:00:00Z".parse().expect("a time");
    let zone = TimeZone::get("Europe/Zurich").expect("a zone");
    Context { file: "team.ics", calendar: None, modified: at, observed_at: at, zone }
}

fn calendar(inner: &str) -> String {
    format!("BEGIN:VCALENDAR\nVERSION:2.0\n{inner}\nEND:VCALENDAR\n")
}

fn event(inner: &str) -> String {
    format!("BEGIN:VEVENT\nUID:a@example.org\nSUMMARY:Weekly\n{inner}\nEND:VEVENT")
}

/// The newest version of each instance, and the problems.
fn meetings(text: &str) -> (Vec<Fact>, Vec<String>) {
    let (facts, problems) = read(text.as_bytes(), &context());
    let mut newest: BTreeMap<String, Fact> = BTreeMap::new();
    for fact in facts {
        newest.insert(format!("{}{}", fact.row["uid"], fact.row["instance"]), fact);
    }
    (newest.into_values().collect(), problems.into_iter().map(|problem| problem.message).collect())
}

/// `planned > begin status` of each instance.
fn brief_of(text: &str) -> Vec<String> {
    let (facts, problems) = meetings(text);
    assert_eq!(problems, Vec::<String>::new());
    let word = |fact: &Fact, name: &str| fact.row[name].as_str().unwrap_or("-").to_owned();
    let line = |fact: &Fact| {
        format!("{} > {} {}", word(fact, "instance"), word(fact, "starts_at"), word(fact, "status"))
    };
    facts.iter().map(line).collect()
}

#[test]
fn a_weekly_meeting_is_moved_and_cancelled_over_a_change_of_clocks() {
    let series = event(
        "DTSTART;TZID=Europe/Zurich:20261012T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=5\nEXDATE;TZID=Europe/Zurich:20261109T090000",
    );
    let moved = event(
        "RECURRENCE-ID;TZID=Europe/Zurich:20261019T090000\nDTSTART;TZID=Europe/Zurich:20261020T140000\nDURATION:PT2H",
    );
    let cancelled =
        event("RECURRENCE-ID:20261026T080000Z\nDTSTART;TZID=Europe/Zurich:20261026T090000\nSTATUS:CANCELLED");
    // Whichever order the file has.
    for parts in [[&series, &moved, &cancelled], [&cancelled, &moved, &series]] {
        let text = calendar(&parts.map(String::as_str).join("\n"));
        assert_eq!(
            brief_of(&text),
            [
                "2026-10-12T07:00:00Z > 2026-10-12T07:00:00Z confirmed",
                "2026-10-19T07:00:00Z > 2026-10-20T12:00:00Z confirmed",
                "2026-10-26T08:00:00Z > 2026-10-26T08:00:00Z cancelled",
                "2026-11-02T08:00:00Z > 2026-11-02T08:00:00Z confirmed",
            ]
        );
        let facts = meetings(&text).0;
        assert_eq!(
            (&facts[1].row["is_moved"], &facts[1].row["ends_at"]),
            (&json!(true), &json!("2026-10-20T14:00:00Z"))
        );
        assert_eq!((&facts[2].row["busy"], &facts[3].row["is_moved"]), (&json!(false), &json!(false)));
    }
}

#[test]
fn all_later_instances_move_together_and_one_of_them_alone() {
    let text = calendar(&[
        event("DTSTART;TZID=Europe/Zurich:20261015T090000\nRRULE:FREQ=WEEKLY;COUNT=4"),
        event("RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Zurich:20261022T090000\nDTSTART;TZID=Europe/Zurich:20261023T100000"),
        event("RECURRENCE-ID;TZID=Europe/Zurich:20261105T090000\nDTSTART:20261104T120000Z"),
    ].join("\n"));
    assert_eq!(
        brief_of(&text),
        [
            "2026-10-15T07:00:00Z > 2026-10-15T07:00:00Z confirmed",
            "2026-10-22T07:00:00Z > 2026-10-23T08:00:00Z confirmed",
            "2026-10-29T08:00:00Z > 2026-10-30T09:00:00Z confirmed",
            "2026-11-05T08:00:00Z > 2026-11-04T12:00:00Z confirmed",
        ]
    );
}

#[test]
fn an_entry_becomes_a_row() {
    let long = "é".repeat(1200);
    let text = calendar(&format!(
        "X-WR-CALNAME:Ada\n{}",
        event(&format!(
            "CREATED:20260101T080000Z\r\nLAST-MODIFIED:20260202T080000Z\nDTSTART;VALUE=DATE:20260331\nDTEND;VALUE=DATE:20260402\n\
         ORGANIZER;CN=\"Lovelace; Ada\":MAILTO:Ada@Example.org\nATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@example.org\n\
         ATTENDEE;PARTSTAT=NEEDS-ACTION;CN=C:mailto:Cy@example.org\nATTENDEE;PARTSTAT=DECLINED;EMAIL=d@example.org:urn:uuid:1\n\
         ATTENDEE:mailto:e@example.org\nATTENDEE;CUTYPE=ROOM:mailto:room@example.org\nSTATUS:TENTATIVE\nTRANSP:TRANSPARENT\n\
         LOCATION:Zurich\\, 4th\nURL:https://u:p@meet.example.org/a?token=1\nDESCRIPTION:{long}"
        ))
    ));
    let (facts, problems) = read(text.as_bytes(), &context());
    assert_eq!(problems, Vec::new());
    assert_eq!(facts.len(), 2);
    let mut row = Value::Object(facts[1].row.clone());
    assert_eq!(row["text"].take(), json!("é".repeat(1000)));
    let wanted = json!({"calendar": "Ada", "uid": "a@example.org", "instance": "2026-03-31T00:00:00Z", "title": "Weekly",
        "is_recurring": false, "private": false, "organiser": "ada@example.org", "observed_at": "2026-02-02T08:00:00Z",
        "starts_at": "2026-03-30T22:00:00Z", "ends_at": "2026-04-01T22:00:00Z", "is_all_day": true, "day": "2026-03-31",
        "status": "tentative", "is_moved": false, "busy": false, "location": "Zurich, 4th",
        "url": "https://meet.example.org/a", "text": null,
        "attendees": ["bob@example.org", "cy@example.org", "d@example.org", "e@example.org"],
        "accepted": ["bob@example.org"], "declined": ["d@example.org"], "tentative": [], "unanswered": ["cy@example.org"]});
    assert_eq!(row, wanted);
    assert_eq!(facts[0].row["observed_at"], "2026-01-01T08:00:00Z");
    assert!(!facts[0].row.contains_key("unanswered"));
}

#[test]
fn what_is_private_keeps_its_words() {
    let text = calendar(&event(
        "CLASS:CONFIDENTIAL\nCREATED:20260101T000000Z\nDTSTART:20261122T100000Z\nDESCRIPTION:secret\nLOCATION:secret\nURL:https://secret.example.org",
    ));
    let (facts, _) = read(text.as_bytes(), &context());
    assert_eq!(facts.len(), 2);
    for fact in facts {
        let text = Value::Object(fact.row).to_string();
        assert!(!text.contains("secret") && !text.contains("Weekly"), "{text}");
    }
}

const OWN_ZONE: &str = "BEGIN:VTIMEZONE\nTZID:Ours\nBEGIN:STANDARD\nDTSTART:16011028T030000\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\n\
    TZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nEND:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:16010325T020000\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\n\
    TZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nEND:DAYLIGHT\nEND:VTIMEZONE\n";

#[test]
fn zones_by_any_name() {
    let start = |id: &str, clock: &str| {
        let text = calendar(&format!("{OWN_ZONE}{}", event(&format!("DTSTART;TZID={id}:{clock}"))));
        let (facts, problems) = meetings(&text);
        (facts[0].row["starts_at"].as_str().unwrap_or_default().to_owned(), problems)
    };
    let known =
        ["Europe/Zurich", "\"W. Europe Standard Time\"", "/mozilla.org/20050126_1/Europe/Zurich", "Ours"];
    // Within a gap and a fold too: a file's own zone is read as the tz database's.
    let clocks = [
        ("20260329T023000", "2026-03-29T01:30:00Z"),
        ("20261025T023000", "2026-10-25T00:30:00Z"),
        ("20261025T030000", "2026-10-25T02:00:00Z"),
        ("20260329T015900", "2026-03-29T00:59:00Z"),
        ("20260701T090000", "2026-07-01T07:00:00Z"),
    ];
    for id in known {
        for (clock, wanted) in clocks {
            assert_eq!(start(id, clock), (wanted.to_owned(), Vec::new()), "{id}");
        }
    }
    let (at, problems) = start("Atlantis/Main", "20260701T090000");
    assert_eq!(at, "2026-07-01T07:00:00Z");
    assert_eq!(problems.len(), 1);
    assert!(
        problems[0].contains("nobody knows the zone `Atlantis/Main`; its times were read in Europe/Zurich"),
        "{problems:?}"
    );
}

#[test]
fn a_broken_rule_is_one_problem_and_its_first_instance_stays() {
    let broken = [
        "FREQ=FORTNIGHTLY",
        "FREQ=WEEKLY;INTERVAL=0",
        "FREQ=WEEKLY;BYDAY=XX",
        "COUNT=3",
        "FREQ=DAILY;UNTIL=soon",
        "weekly",
    ];
    for rule in broken {
        let text = calendar(&event(&format!("DTSTART:20261122T100000Z\nRRULE:{rule}")));
        let (facts, problems) = meetings(&text);
        assert_eq!((facts.len(), problems.len()), (1, 1), "{problems:?}");
        assert!(problems[0].starts_with("line 7: the rule cannot be read at `"), "{problems:?}");
    }
}

#[test]
fn a_file_that_breaks_off_or_is_none_keeps_what_was_whole() {
    let whole = calendar(&format!(
        "{}\n{}",
        event("DTSTART:20261122T100000Z"),
        event("DTSTART:20261123T100000Z").replace("UID:a", "UID:b")
    ));
    let cut = whole.len() - 30;
    let (facts, problems) = meetings(&whole[..cut]);
    assert_eq!((facts.len(), problems.len()), (1, 1));
    assert!(problems[0].contains("breaks off"), "{problems:?}");
    let (facts, problems) = meetings("<html></html>");
    assert_eq!(
        (facts.len(), &problems[0][..]),
        (0, "line 1: this is no calendar (it should begin with `BEGIN:VCALENDAR`)")
    );
    let deep = "BEGIN:VEVENT\n".repeat(100_000);
    assert!(!meetings(&deep).1.is_empty());
    let folded = calendar(&event("DTSTART:2026\n 1122T1\n\t00000Z"))
        .replace("Weekly", "Wee\r\n kly")
        .replace("UID", "X-\u{e9}\nUID");
    let (facts, problems) = meetings(&folded);
    assert_eq!((&facts[0].row["title"], problems.len()), (&json!("Weekly"), 1));
}

#[test]
fn an_endless_series_ends() {
    for rule in [
        "FREQ=MINUTELY",
        "FREQ=DAILY;BYHOUR=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20",
        "FREQ=MINUTELY;COUNT=99999999;BYMONTH=2;BYMONTHDAY=30",
    ] {
        let text = calendar(&event(&format!("DTSTART:19000101T100000Z\nRRULE:{rule}")));
        let (facts, problems) = meetings(&text);
        assert!(facts.len() <= 10_001 && problems.len() == 1, "{rule}: {} {problems:?}", facts.len());
    }
    let daily = meetings(&calendar(&event("DTSTART:19000101T100000Z\nRRULE:FREQ=DAILY")));
    assert_eq!((daily.0.len(), daily.1.len()), (800, 0));
}

#[test]
fn an_address_answers_with_a_calendar_and_keeps_its_password() {
    let body = calendar(&format!(
        "METHOD:PUBLISH\n{}\nBEGIN:VEVENT\nEND:VEVENT",
        event("DTSTAMP:20261122T115959Z\nDTSTART:20261122T100000Z")
    ));
    let mut exchange = Exchange {
        method: "GET".to_owned(),
        url: "https://cal.example.org/private-abc/basic.ics".to_owned(),
        status: 200,
        headers: vec![("last-modified".to_owned(), "Sat, 21 Nov 2026 10:00:00 GMT".to_owned())],
        request: None,
        body: Value::from(body),
        at: Some(context().observed_at),
    };
    let map = |exchange: &Exchange| map(exchange, &Names::default(), &TimeZone::UTC);
    let mapped = map(&exchange);
    assert_eq!(mapped.facts[0].row["observed_at"], "2026-11-21T10:00:00Z");
    assert_eq!((mapped.facts.len(), mapped.problems.len()), (1, 1));
    assert!(!format!("{mapped:?}").contains("private-abc"));
    exchange.body = Value::Null;
    assert_eq!((map(&exchange).facts.len(), map(&exchange).problems.len()), (0, 1));
}

const SAMPLE: &str = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART;TZID=Europe/Zurich:20261012T090000\nDTEND:20261012T090000Z\n\
    RRULE:FREQ=MONTHLY;BYDAY=-1FR,2MO;BYSETPOS=-1;UNTIL=20270101\nRDATE;VALUE=PERIOD:20261013T090000Z/PT5H\nEXDATE:20261012\n\
    ATTENDEE;PARTSTAT=ACCEPTED:mailto:b@c.d\nRECURRENCE-ID;RANGE=THISANDFUTURE:20261012T070000Z\nEND:VEVENT\nEND:VCALENDAR\n";

proptest! {
    #[test]
    fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..300), at in 0..400_usize, with in any::<u8>(),
        rule in "(FREQ=(YEARLY|MONTHLY|WEEKLY|DAILY|HOURLY|MINUTELY))(;(COUNT|INTERVAL|BYDAY|BYMONTHDAY|BYSETPOS|BYWEEKNO|BYHOUR|UNTIL)=-?[0-9]{1,20}(MO|T)?){0,3}",
        year in 0..=9999_i32) {
        let _ = read(&bytes, &context());
        let mut changed = SAMPLE.as_bytes().to_vec();
        if let Some(byte) = changed.get_mut(at) {
            *byte = with;
        }
        prop_assert_eq!(read(&changed, &context()), read(&changed, &context()));
        changed.truncate(at);
        let _ = read(&changed, &context());
        let text = calendar(&event(&format!("DTSTART:{year:04}0131T235959\nRRULE:{rule}\nDURATION:P999999W")));
        let facts = read(text.as_bytes(), &context()).0;
        prop_assert!(facts.len() <= 10_001);
    }
}
