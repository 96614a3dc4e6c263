//! What PagerDuty tells, and what is said of the rest.

use std::collections::BTreeMap;

use proptest::prelude::*;
use qd_tables::Fact;
use serde_json::json;

use super::*;
use crate::exchange::{Call, Failure, Transport};

fn exchange(url: &str, body: Value) -> Exchange {
    let (method, url) = ("GET".to_owned(), url.to_owned());
    Exchange { method, url, status: 200, headers: Vec::new(), request: None, body, at: None }
}

fn brief(facts: &[Fact]) -> Vec<String> {
    let names = ["id", "observed_at", "status", "acknowledged_at", "resolved_at"];
    let word = |fact: &Fact, name: &str| {
        fact.row
            .get(name)
            .map_or_else(|| "-".to_owned(), |value| value.to_string().trim_matches('"').to_owned())
    };
    facts.iter().map(|fact| names.map(|name| word(fact, name)).join(" ")).collect()
}

fn incident(id: &str, minute: u32) -> Value {
    json!({"id": id, "type": "incident", "summary": format!("[#1] {id} burns"), "title": format!("{id} burns"),
        "incident_number": 1, "created_at": format!("2026-01-31T{:02}:{:02}:00Z", minute / 60 % 24, minute % 60),
        "status": "triggered", "urgency": "high", "html_url": format!("https://acme.pagerduty.com/incidents/{id}"),
        "service": {"id": "S1", "summary": "Mail"}, "priority": {"id": "P", "summary": "P1"},
        "assignments": [{"at": "2026-01-31T14:00:00Z", "assignee": {"summary": "Ada"}}], "teams": [{"summary": "Ops"}]})
}

#[test]
fn an_incident_has_its_versions() {
    let mut taken = incident("A", 840);
    taken["status"] = json!("acknowledged");
    taken["acknowledgements"] = json!([{"at": "2026-01-31T14:05:00Z", "acknowledger": {"summary": "Ada"}}]);
    taken["updated_at"] = json!("2026-01-31T14:30:00Z");
    let mut over = incident("B", 840);
    over["status"] = json!("resolved");
    over["last_status_change_at"] = json!("2026-01-31T15:00:00Z");
    over["resolve_reason"] = json!({"type": "merge_resolve_reason", "incident": {"id": "A"}});
    let mapped =
        map(&exchange("https://api.pagerduty.com/incidents", json!({"incidents": [taken, over, {}]})));
    assert_eq!(
        brief(&mapped.facts),
        [
            "A 2026-01-31T14:00:00Z open - -",
            "A 2026-01-31T14:05:00Z acknowledged 2026-01-31T14:05:00Z -",
            "A 2026-01-31T14:30:00Z acknowledged 2026-01-31T14:05:00Z null",
            "B 2026-01-31T14:00:00Z open - -",
            "B 2026-01-31T15:00:00Z resolved - 2026-01-31T15:00:00Z",
        ]
    );
    let row = &mapped.facts[2].row;
    assert_eq!(
        (&row["service"], &row["severity"], &row["assignee"]),
        (&json!("Mail"), &json!("P1"), &json!("Ada"))
    );
    assert_eq!(mapped.facts[4].row["labels"], json!(["team=Ops", "urgency=high", "merged_into=A"]));
    assert_eq!(mapped.problems.len(), 1);
}

#[test]
fn the_log_tells_what_the_incident_forgot() {
    let entry = |kind: &str, minute: u32| {
        json!({"type": format!("{kind}_log_entry"), "created_at": format!("2026-01-31T14:{minute:02}:00Z"),
            "incident": {"id": "A", "summary": "[#1] A burns"}})
    };
    let entries =
        json!([entry("resolve", 9), entry("notify", 8), entry("acknowledge", 5), entry("trigger", 0)]);
    let mapped = map(&exchange("https://api.pagerduty.com/log_entries", json!({"log_entries": entries})));
    assert_eq!(
        brief(&mapped.facts),
        [
            "A 2026-01-31T14:09:00Z resolved - 2026-01-31T14:09:00Z",
            "A 2026-01-31T14:05:00Z acknowledged 2026-01-31T14:05:00Z -",
            "A 2026-01-31T14:00:00Z open - -",
        ]
    );
    assert_eq!(mapped.facts[0].row["title"], "A burns");
    let own =
        json!({"log_entries": [{"type": "acknowledge_log_entry", "created_at": "2026-01-31T14:05:00Z"}]});
    let mapped = map(&exchange("https://api.pagerduty.com/incidents/Q7/log_entries?limit=100", own));
    assert_eq!(brief(&mapped.facts), ["Q7 2026-01-31T14:05:00Z acknowledged 2026-01-31T14:05:00Z -"]);
}

#[test]
fn a_webhook_changes_an_incident() {
    let event = |kind: &str, status: &str| {
        let mut data = incident("A", 840);
        data["status"] = json!(status);
        json!({"event": {"id": "1", "event_type": kind, "resource_type": "incident",
            "occurred_at": "2026-01-31T14:07:00.000Z", "data": data}})
    };
    let cases = [
        ("incident.triggered", "triggered", "open - -"),
        ("incident.acknowledged", "acknowledged", "acknowledged 2026-01-31T14:07:00Z -"),
        ("incident.unacknowledged", "triggered", "open null null"),
        ("incident.resolved", "resolved", "resolved - 2026-01-31T14:07:00Z"),
        ("incident.reopened", "triggered", "open null null"),
        ("incident.priority_updated", "acknowledged", "acknowledged - -"),
        ("incident.something_new", "triggered", "open - -"),
    ];
    for (kind, status, wanted) in cases {
        let mapped = map(&exchange("pagerduty", event(kind, status)));
        assert_eq!(brief(&mapped.facts), [format!("A 2026-01-31T14:07:00Z {wanted}")], "{kind}");
    }
    let note = json!({"event": {"event_type": "incident.annotated", "occurred_at": "2026-01-31T14:07:00Z",
        "data": {"type": "incident_note", "incident": {"id": "A"}}}});
    assert_eq!(map(&exchange("pagerduty", note)), Mapped::default());
    assert_eq!(map(&exchange("pagerduty", json!({"messages": []}))).problems.len(), 1);
}

/// Answers like PagerDuty: filters by time, sorts, pages, refuses what goes too far.
struct Account {
    incidents: Vec<Value>,
    times: Vec<Timestamp>,
    asked: Vec<String>,
}

impl Transport for Account {
    fn send(&mut self, call: &Call) -> Result<Exchange, Failure> {
        self.asked.push(call.url.clone());
        let (path, query) = call.url.split_once('?').expect("a query");
        let query: BTreeMap<&str, &str> = query.split('&').filter_map(|part| part.split_once('=')).collect();
        let number = |name: &str| query[name].parse::<usize>().expect("a number");
        assert!(number("offset") + number("limit") <= 10_000, "{}", call.url);
        let time = |name: &str| query.get(name).map(|text| text.parse::<Timestamp>().expect("a time"));
        if let (Some(since), Some(until)) = (time("since"), time("until")) {
            assert!(until.duration_since(since).as_hours() <= 180 * 24);
        }
        let is_log = path.ends_with("log_entries");
        let (since, until) = (time("since"), time("until"));
        let mut rows: Vec<&Value> = self
            .incidents
            .iter()
            .zip(&self.times)
            .filter(|(_, at)| {
                since.is_none_or(|since| **at >= since) && until.is_none_or(|until| **at < until)
            })
            .map(|(row, _)| row)
            .collect();
        if is_log {
            rows.reverse();
        }
        let entry = |row: &Value| json!({"type": "trigger_log_entry", "created_at": row["created_at"], "incident": {"id": row["id"]}});
        let page = rows.iter().skip(number("offset")).take(100);
        let page: Vec<Value> = page.map(|row| if is_log { entry(row) } else { (*row).clone() }).collect();
        let more = number("offset") + page.len() < rows.len();
        let list = if is_log { "log_entries" } else { "incidents" };
        Ok(exchange(&call.url, json!({list: page, "more": more, "limit": 100, "offset": number("offset")})))
    }
}

#[test]
fn a_busy_account_is_read_whole_within_its_limits() {
    let start: Timestamp = "2025-06-01T00:00:00Z".parse().expect("a time");
    let incidents: Vec<Value> = (0..12_345_i64)
        .map(|n| {
            let mut one = incident(&format!("I{n}"), 0);
            let at = start.checked_add(jiff::SignedDuration::from_mins(n * 30)).expect("a time");
            one["created_at"] = json!(at.to_string());
            one
        })
        .collect();
    let times = incidents.iter().filter_map(|one| instant(one, "/created_at")).collect();
    let mut account = Account { incidents, times, asked: Vec::new() };
    let until: Timestamp = "2026-03-01T00:00:00Z".parse().expect("a time");
    let request =
        Request { base: "https://api.pagerduty.com", cursor: None, since: start, observed_at: until };
    let mut ids = std::collections::BTreeSet::new();
    let mut sink = |facts: Vec<Fact>| {
        ids.extend(facts.iter().map(|fact| fact.row["id"].to_string()));
        Ok(())
    };
    let synced = sync(&mut account, &request, &mut sink).expect("facts are kept");
    assert_eq!((ids.len(), synced.failure, synced.problems.len()), (12_345, None, 1));
    assert_eq!(synced.cursor.as_deref(), Some("2026-03-01T00:00:00Z"));
    assert_eq!(synced.requests, account.asked.len() as u64);
    let request = Request { cursor: synced.cursor.as_deref(), ..request };
    account.asked.clear();
    account.incidents.clear();
    let again = sync(&mut account, &request, &mut |_| Ok(())).expect("facts are kept");
    assert_eq!(again.requests, 3, "{:?}", account.asked);
}

struct Broken(u32);

impl Transport for Broken {
    fn send(&mut self, call: &Call) -> Result<Exchange, Failure> {
        self.0 -= 1;
        if self.0 == 0 {
            return Err(Failure::Broken { url: call.url.clone(), status: 502, reason: String::new() });
        }
        Ok(exchange(&call.url, json!({"incidents": [], "log_entries": [], "more": false})))
    }
}

#[test]
fn a_sync_that_fails_goes_on_from_the_last_whole_window() {
    let times = ["2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z"].map(|text| text.parse().expect("a time"));
    let request = Request { base: "b", cursor: None, since: times[0], observed_at: times[1] };
    let synced = sync(&mut Broken(2), &request, &mut |_| Ok(())).expect("facts are kept");
    assert_eq!((synced.cursor, synced.failure.is_some()), (None, true));
    let synced = sync(&mut Broken(4), &request, &mut |_| Ok(())).expect("facts are kept");
    assert_eq!((synced.cursor.as_deref(), synced.failure.is_some()), (Some("2025-06-29T00:00:00Z"), true));
}

proptest! {
    #[test]
    fn nothing_panics(text in "[a-z{}\":\\[\\],0-9T-]{0,80}", key in "incident|incidents|event|log_entries|messages") {
        let inner = serde_json::from_str(&text).unwrap_or_else(|_| json!(text));
        for body in [json!({&key: inner}), json!({&key: [inner]}), json!({&key: {"data": inner, "type": "incident"}})] {
            prop_assert_eq!(map(&exchange(&text, body.clone())), map(&exchange(&text, body)));
        }
    }
}

/// Gives the same answer to every question.
struct Nonsense(Value);

impl Transport for Nonsense {
    fn send(&mut self, call: &Call) -> Result<Exchange, Failure> {
        Ok(exchange(&call.url, self.0.clone()))
    }
}

#[test]
fn an_answer_of_something_else_does_not_move_the_cursor() {
    let now: Timestamp = "2026-03-01T00:00:00Z".parse().expect("a time");
    for body in [json!(null), json!({}), json!([]), json!({"error": {"message": "no"}})] {
        for cursor in [None, Some("2026-02-01T00:00:00Z")] {
            let request = Request { base: "https://api.pagerduty.com", cursor, since: now, observed_at: now };
            let synced = sync(&mut Nonsense(body.clone()), &request, &mut |_| Ok(())).expect("kept");
            assert_eq!(synced.cursor.as_deref(), cursor);
            assert!(matches!(synced.failure, Some(Failure::Strange { .. })), "{body}: {:?}", synced.failure);
        }
    }
}

#[test]
fn an_event_of_a_type_that_nobody_knows_is_named() {
    let event = |kind: &str, of: &str| {
        map(&exchange("webhook", json!({"event": {"event_type": kind, "data": {"type": of}}})))
    };
    for (kind, of) in
        [("pagey.ping", "ping"), ("incident.annotated", "incident_note"), ("service.updated", "service")]
    {
        assert_eq!(event(kind, of), Default::default(), "{kind}");
    }
    assert_eq!(event("moon.risen", "moon").unknown, ["moon.risen"]);
    assert_eq!(event("", "").problems.len(), 1);
}
