//! What an Alertmanager tells, and what is said of the rest.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn exchange(body: Value) -> Exchange {
    Exchange {
        method: "GET".to_owned(),
        url: "http://alerts:9093/api/v2/alerts".to_owned(),
        status: 200,
        headers: Vec::new(),
        request: None,
        body,
        at: "2026-01-31T15:00:00Z".parse().ok(),
    }
}

fn alert(name: &str, start: &str, status: &Value) -> Value {
    json!({"fingerprint": format!("f-{name}"), "startsAt": start, "endsAt": "2026-01-31T15:04:00.000Z",
        "updatedAt": "2026-01-31T15:00:30.000Z", "status": status, "receivers": [{"name": "ops"}],
        "generatorURL": "http://prom:9090/graph?g0.expr=up&token=1",
        "annotations": {"summary": format!("{name} is down")},
        "labels": {"alertname": name, "job": "shop", "severity": "critical", "env": "production"}})
}

fn column(fact: &Fact, name: &str) -> String {
    fact.row
        .get(name)
        .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        .unwrap_or_default()
}

fn brief(facts: &[Fact]) -> Vec<String> {
    let names = ["id", "observed_at", "status", "resolved_at"];
    let mut lines: Vec<String> = facts
        .iter()
        .map(|fact| names.map(|name| column(fact, name)).join(" ").trim_end().to_owned())
        .collect();
    lines.sort_unstable();
    lines
}

#[test]
fn a_webhook_tells_what_fires_and_what_is_over() {
    let firing = json!({"status": "firing", "fingerprint": "a", "startsAt": "2026-01-31T15:00:00.123456789+01:00",
        "endsAt": "0001-01-01T00:00:00Z", "labels": {"alertname": "Slow", "service": "shop"}, "annotations": {}});
    let over = json!({"status": "resolved", "fingerprint": "a", "startsAt": "2026-01-30T14:00:00Z",
        "endsAt": "2026-01-30T14:20:00Z", "labels": {"alertname": "Slow"}, "annotations": {}});
    let body = json!({"version": "4", "status": "firing", "truncatedAlerts": 2, "alerts": [firing, over]});
    let mapped = map(&exchange(body));
    assert_eq!(
        brief(&mapped.facts),
        [
            "a@2026-01-30T14:00:00Z 2026-01-30T14:00:00Z open",
            "a@2026-01-30T14:00:00Z 2026-01-30T14:20:00Z resolved 2026-01-30T14:20:00Z",
            "a@2026-01-31T14:00:00.123Z 2026-01-31T14:00:00.123456789Z open",
        ]
    );
    assert_eq!(mapped.problems.len(), 1);
    assert!(mapped.problems[0].message.starts_with("2 alerts were left out"));
}

#[test]
fn the_api_and_its_groups_tell_the_same() {
    let state = |state: &str, silences: &[&str], alerts: &[&str]| json!({"state": state, "silencedBy": silences, "inhibitedBy": alerts});
    let alerts = json!([
        alert("Active", "2026-01-31T14:00:00.000Z", &state("active", &[], &[])),
        alert("Silenced", "2026-01-31T14:00:00.000Z", &state("suppressed", &["s1"], &[])),
        alert("Inhibited", "2026-01-31T14:00:00.000Z", &state("suppressed", &[], &["f-Active"])),
    ]);
    let mapped = map(&exchange(alerts.clone()));
    assert_eq!(
        brief(&mapped.facts),
        [
            "f-Active@2026-01-31T14:00:00Z 2026-01-31T14:00:00Z open",
            "f-Inhibited@2026-01-31T14:00:00Z 2026-01-31T14:00:00Z open",
            "f-Silenced@2026-01-31T14:00:00Z 2026-01-31T14:00:00Z open",
            "f-Silenced@2026-01-31T14:00:00Z 2026-01-31T15:00:00Z acknowledged",
        ]
    );
    let row = &mapped.facts[0].row;
    assert_eq!(row["title"], "Active is down");
    assert_eq!(row["service"], "shop");
    assert_eq!(row["severity"], "critical");
    assert_eq!(row["environment"], "production");
    assert_eq!(row["url"], "http://prom:9090/graph?g0.expr=up");
    assert!(column(&mapped.facts[1], "labels").contains("inhibited_by=f-Active"));
    let groups = json!([{"labels": {}, "receiver": {"name": "ops"}, "alerts": alerts.clone()},
        {"labels": {}, "receiver": {"name": "second"}, "alerts": alerts}]);
    assert_eq!(map(&exchange(groups)), mapped);
}

struct Once(Value);

impl Transport for Once {
    fn send(&mut self, call: &Call) -> Result<Exchange, Failure> {
        assert_eq!(call.url, "http://alerts:9093/api/v2/alerts");
        Ok(exchange(self.0.clone()))
    }
}

#[test]
fn what_is_gone_is_over_and_what_came_back_is_open() {
    let active = json!({"state": "active", "silencedBy": [], "inhibitedBy": []});
    let body = json!([
        alert("New", "2026-01-31T14:00:00.000Z", &active),
        alert("Known", "2026-01-31T14:00:00.000Z", &active),
        alert("Unsilenced", "2026-01-31T14:00:00.000Z", &active),
    ]);
    let open = [("f-Known", false), ("f-Unsilenced", true), ("f-Gone", false)]
        .map(|(id, is_acknowledged)| Open { id: format!("{id}@2026-01-31T14:00:00Z"), is_acknowledged });
    let now: Timestamp = "2026-01-31T16:00:00Z".parse().expect("a time");
    let mapped = sync(&mut Once(body), "http://alerts:9093/", &open, now).expect("an answer");
    let later: Vec<String> = brief(&mapped.facts).into_iter().filter(|line| line.contains("T16")).collect();
    assert_eq!(
        later,
        [
            "f-Gone@2026-01-31T14:00:00Z 2026-01-31T16:00:00Z resolved 2026-01-31T16:00:00Z",
            "f-New@2026-01-31T14:00:00Z 2026-01-31T16:00:00Z open null",
            "f-Unsilenced@2026-01-31T14:00:00Z 2026-01-31T16:00:00Z open null",
        ]
    );
}

#[test]
fn half_an_answer_ends_no_incident() {
    let open = [Open { id: "a@2026-01-31T14:00:00Z".to_owned(), is_acknowledged: false }];
    let now: Timestamp = "2026-01-31T16:00:00Z".parse().expect("a time");
    for body in [json!(null), json!({"error": "starting"}), json!({"alerts": []}), json!("[")] {
        let failure = sync(&mut Once(body), "http://alerts:9093", &open, now).expect_err("no list");
        assert!(failure.to_string().contains("where a list was expected"), "{failure}");
    }
    let mapped = sync(&mut Once(json!([{"labels": {}}])), "http://alerts:9093", &open, now).expect("a list");
    assert_eq!((mapped.facts.len(), mapped.problems.len()), (0, 1));
    let emptied = sync(&mut Once(json!([])), "http://alerts:9093", &open, now).expect("an answer");
    assert_eq!(emptied.facts.len(), 1);
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(json!("resolved")),
        Just(json!("2026-01-31T14:00:00Z")),
    ];
    let keys = prop_oneof![
        Just("alerts"),
        Just("labels"),
        Just("status"),
        Just("state"),
        Just("silencedBy"),
        Just("startsAt"),
        Just("endsAt"),
        Just("fingerprint"),
        Just("annotations"),
        Just("generatorURL"),
        Just("alertname"),
    ];
    leaf.prop_recursive(5, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((keys.clone(), inner), 0..8).prop_map(|pairs| Value::Object(
                pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
            )),
        ]
    })
}

proptest! {
    #[test]
    fn nothing_panics_and_the_same_gives_the_same(body in any_json()) {
        prop_assert_eq!(map(&exchange(body.clone())), map(&exchange(body)));
    }

    #[test]
    fn order_does_not_matter(order in Just((0..6).collect::<Vec<i32>>()).prop_shuffle()) {
        let state = json!({"state": "suppressed", "silencedBy": ["s"], "inhibitedBy": []});
        let make = |order: &[i32]| {
            order.iter().map(|n| alert(&format!("A{n}"), "2026-01-31T14:00:00Z", &state)).collect::<Vec<_>>()
        };
        let shuffled = map(&exchange(Value::from(make(&order))));
        prop_assert_eq!(shuffled, map(&exchange(Value::from(make(&[0, 1, 2, 3, 4, 5])))));
    }
}
