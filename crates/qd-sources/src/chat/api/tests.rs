//! A workspace made up here, and what is read of it.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{Lists, Request, map, sync};
use crate::{
    connector::{ASIDE, Outcome},
    exchange::{Call, Exchange, Failure, Transport},
};

const BASE: &str = "https://slack.com/api";
const NOW: &str = "2026-03-03T00:00:00Z";

fn now() -> Timestamp {
    NOW.parse().expect("a time")
}

/// A workspace that answers as Slack's documentation has it.
struct Slack {
    people: Value,
    conversations: Value,
    members: BTreeMap<&'static str, Value>,
    /// Messages of each conversation, answers in threads among them.
    messages: BTreeMap<String, Vec<Value>>,
    /// What a method answers instead, and how many questions before that are answered well.
    instead: BTreeMap<&'static str, (usize, Value)>,
    page: usize,
    asked: Vec<String>,
    answered: Vec<Exchange>,
}

impl Slack {
    fn new() -> Self {
        let messages = |list: Value| list.as_array().expect("a list").clone();
        Self {
            people: json!([
                {"id": "U1", "name": "ada", "profile": {"email": "Ada@Example.org", "real_name": "Ada Lovelace"}},
                {"id": "U2", "name": "bo99", "profile": {"display_name": "Bo"}},
                {"id": "U3", "name": "cy", "profile": {"real_name": "Cy"}},
            ]),
            conversations: json!([
                {"id": "C1", "name": "general", "is_channel": true, "is_member": true},
                {"id": "C2", "name": "random", "is_channel": true, "is_member": false},
                {"id": "G1", "name": "hr", "is_private": true, "is_member": true},
                {"id": "G2", "name": "mpdm-ada--bo--cy-1", "is_mpim": true, "is_private": true},
                {"id": "D1", "user": "U2", "is_im": true},
            ]),
            members: BTreeMap::from([("G2", json!(["U3", "U1", "U2"]))]),
            messages: BTreeMap::from([
                (
                    "C1".to_owned(),
                    messages(json!([
                        {"type": "message", "subtype": "channel_join", "user": "U2", "ts": "1772442000.000100", "text": "joined"},
                        {"type": "message", "user": "U2", "ts": "1772442001.000200", "thread_ts": "1772442001.000200",
                         "text": "<@U1> could you read <https://x.example/|the plan>?",
                         "reactions": [{"name": "eyes", "users": ["U1", "U9"], "count": 2}]},
                        {"type": "message", "user": "U1", "ts": "1772442002.000300", "thread_ts": "1772442001.000200", "text": "Yes."},
                        {"type": "message", "user": "U1", "ts": "1772442004.000500", "text": "<!here> done",
                         "edited": {"user": "U1", "ts": "1772445602.000000"}},
                    ])),
                ),
                (
                    "G1".to_owned(),
                    messages(json!([{"user": "U1", "ts": "1772442005.000100", "text": "secret"}])),
                ),
                (
                    "G2".to_owned(),
                    messages(json!([{"user": "U3", "ts": "1772442006.000100", "text": "Lunch?"}])),
                ),
                (
                    "D1".to_owned(),
                    messages(json!([{"user": "U2", "ts": "1772442007.000100", "text": "Tea?"}])),
                ),
            ]),
            instead: BTreeMap::new(),
            page: 2,
            asked: Vec::new(),
            answered: Vec::new(),
        }
    }

    fn say(&mut self, channel: &str, message: Value) {
        self.messages.get_mut(channel).expect("a channel").push(message);
    }

    /// The same as an export.
    fn export(&self) -> Vec<(String, Value)> {
        let of = |ids: &[&str]| {
            let all = self.conversations.as_array().expect("a list").iter();
            Value::from(
                all.filter(|entry| ids.contains(&entry["id"].as_str().expect("an id")))
                    .cloned()
                    .collect::<Vec<_>>(),
            )
        };
        let mut mpims = of(&["G2"]);
        mpims[0]["members"] = self.members["G2"].clone();
        let mut files = vec![
            ("users.json".to_owned(), self.people.clone()),
            ("channels.json".to_owned(), of(&["C1", "C2"])),
            ("groups.json".to_owned(), of(&["G1"])),
            ("mpims.json".to_owned(), mpims),
            ("dms.json".to_owned(), json!([{"id": "D1", "members": ["U1", "U2"]}])),
        ];
        for (folder, id) in [("general", "C1"), ("hr", "G1"), ("mpdm-ada--bo--cy-1", "G2"), ("D1", "D1")] {
            files.push((format!("{folder}/2026-03-02.json"), Value::from(self.messages[id].clone())));
        }
        files
    }

    fn answer(&mut self, url: &str) -> Value {
        let method = super::answer::method(url).to_owned();
        let given = |name| super::answer::parameter(url, name);
        if let Some((good, instead)) = self.instead.get_mut(method.as_str()) {
            match good.checked_sub(1) {
                Some(left) => *good = left,
                None => return instead.clone(),
            }
        }
        let ts = |entry: &Value| entry["ts"].as_str().unwrap_or_default().to_owned();
        let parent = |entry: &Value| entry["thread_ts"].as_str().map(str::to_owned);
        let channel = given("channel").unwrap_or_default();
        match method.as_str() {
            "auth.test" => json!({"ok": true, "user_id": "U1"}),
            "users.list" => {
                json!({"ok": true, "members": self.people, "response_metadata": {"next_cursor": ""}})
            }
            "conversations.list" => {
                // Two pages.
                let (first, rest) = self.conversations.as_array().expect("a list").split_at(2);
                match given("cursor") {
                    None => {
                        json!({"ok": true, "channels": first, "response_metadata": {"next_cursor": "bmV4dA=="}})
                    }
                    Some(cursor) => {
                        assert_eq!(cursor, "bmV4dA%3D%3D");
                        json!({"ok": true, "channels": rest, "response_metadata": {"next_cursor": ""}})
                    }
                }
            }
            "conversations.members" => json!({"ok": true, "members": self.members[channel]}),
            "conversations.history" => {
                let all = &self.messages[channel];
                let (low, high) = (given("oldest").unwrap_or("0"), given("latest").unwrap_or("9"));
                let mut found: Vec<Value> = all
                    .iter()
                    .filter(|entry| parent(entry).is_none_or(|parent| parent == ts(entry)))
                    .filter(|entry| ts(entry).as_str() >= low && ts(entry).as_str() <= high)
                    .cloned()
                    .collect();
                found.sort_by_key(|entry| std::cmp::Reverse(ts(entry)));
                let has_more = found.len() > self.page;
                found.truncate(self.page);
                for entry in &mut found {
                    let own = ts(entry);
                    let answers =
                        all.iter().filter(|other| parent(other).as_ref() == Some(&own) && ts(other) != own);
                    if let Some(latest) = answers.map(&ts).max() {
                        entry["latest_reply"] = latest.into();
                    }
                }
                json!({"ok": true, "messages": found, "has_more": has_more})
            }
            "conversations.replies" => {
                let wanted = given("ts").unwrap_or_default();
                let found: Vec<&Value> = self.messages[channel]
                    .iter()
                    .filter(|entry| parent(entry).as_deref() == Some(wanted))
                    .collect();
                json!({"ok": true, "messages": found})
            }
            other => panic!("nobody asks {other}"),
        }
    }
}

impl Transport for Slack {
    fn send(&mut self, call: &Call) -> Result<Exchange, Failure> {
        self.asked.push(call.url.trim_start_matches(BASE).to_owned());
        let exchange = Exchange {
            method: call.method.to_owned(),
            url: call.url.clone(),
            status: 200,
            headers: Vec::new(),
            request: None,
            body: self.answer(&call.url),
            at: Some(now()),
        };
        self.answered.push(exchange.clone());
        Ok(exchange)
    }
}

/// What is kept of syncs.
#[derive(Default)]
struct Kept {
    cursors: BTreeMap<String, String>,
    rows: Vec<Map<String, Value>>,
}

impl Kept {
    fn sync(&mut self, slack: &mut Slack, private: &[&str], after: SignedDuration) -> Outcome {
        let private: Vec<String> = private.iter().map(|name| (*name).to_owned()).collect();
        slack.asked.clear();
        let (given, mut moved, mut rows) = (self.cursors.clone(), BTreeMap::new(), Vec::new());
        let request = Request {
            base: BASE,
            secret: "xoxp-1",
            private: &private,
            cursors: &given,
            since: None,
            observed_at: now() + after,
        };
        let outcome = sync(&request, slack, &mut |step| {
            rows.extend(step.facts.into_iter().map(|fact| fact.row));
            moved.extend(step.cursor);
            Ok(())
        })
        .expect("facts are taken");
        self.cursors.extend(moved);
        self.cursors.extend(outcome.cursors.clone());
        self.rows.extend(rows);
        outcome
    }

    /// The last version of each message, without when it was told.
    fn latest(&self) -> Vec<Value> {
        let mut found: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
        for row in &self.rows {
            found.entry(row["id"].as_str().expect("an id")).or_default().extend(row.clone());
        }
        found
            .into_values()
            .map(|mut row| {
                row.remove("observed_at");
                Value::Object(row)
            })
            .collect()
    }
}

const AT_ONCE: SignedDuration = SignedDuration::ZERO;
const DAY: SignedDuration = SignedDuration::from_hours(25);

#[test]
fn an_export_and_the_api_tell_the_same_rows() {
    let mut slack = Slack::new();
    let mut kept = Kept::default();
    let outcome = kept.sync(&mut slack, &["#HR"], AT_ONCE);
    assert_eq!(outcome.problems, []);
    assert_eq!(outcome.notices.len(), 2, "{:?}", outcome.notices);
    assert!(!slack.asked.iter().any(|url| url.contains("=G1") || url.contains("=C2")), "{:?}", slack.asked);
    let folder = tempfile::tempdir().expect("a folder");
    for (name, value) in slack.export() {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
        std::fs::write(path, value.to_string()).expect("it is written");
    }
    let private = ["hr".to_owned()];
    let options = crate::chat::Options { private: &private, observed_at: now() };
    let mut exported = Kept::default();
    crate::chat::sync(&[folder.path().to_owned()], None, &options, &mut |facts: Vec<qd_tables::Fact>| {
        exported.rows.extend(facts.into_iter().map(|fact| fact.row));
        Ok(())
    })
    .expect("facts are taken");
    assert_eq!(kept.latest(), exported.latest());
    assert_eq!(kept.latest().len(), 5);
    // And so does a recording of it.
    let lists = Lists::of(slack.answered.iter().cloned());
    let facts = slack.answered.iter().flat_map(|exchange| map(exchange, &lists, &private).facts);
    let replayed = Kept { rows: facts.map(|fact| fact.row).collect(), ..Kept::default() };
    assert_eq!(replayed.latest(), exported.latest());
}

#[test]
fn what_stands_as_it_stood_costs_a_question_each_and_what_changed_is_told() {
    let mut slack = Slack::new();
    slack.page = 50;
    let mut kept = Kept::default();
    kept.sync(&mut slack, &[], AT_ONCE);
    let again = kept.sync(&mut slack, &[], AT_ONCE);
    assert_eq!(again.rows, 0);
    let asked = |slack: &Slack, method: &str| slack.asked.iter().filter(|url| url.contains(method)).count();
    assert_eq!(
        (asked(&slack, "history"), asked(&slack, "replies"), asked(&slack, "users")),
        (4, 0, 0),
        "{:?}",
        slack.asked
    );
    // A text is edited, a message deleted, an answer given.
    let general = slack.messages.get_mut("C1").expect("a channel");
    general[3]["text"] = "undone".into();
    general[3]["edited"]["ts"] = "1772449999.000000".into();
    slack.messages.get_mut("D1").expect("a channel").clear();
    slack.say(
        "C1",
        json!({"user": "U2", "ts": "1772459999.000100", "thread_ts": "1772442001.000200", "text": "Thanks"}),
    );
    let third = kept.sync(&mut slack, &[], AT_ONCE);
    assert_eq!(third.problems, []);
    let latest = kept.latest();
    let of = |id: &str| latest.iter().find(|row| row["id"] == id).cloned().expect("a message");
    assert_eq!(of("C1/1772442004.000500")["text"], "undone");
    assert_eq!(of("C1/1772459999.000100")["parent"], "C1/1772442001.000200");
    assert_eq!(of("D1/1772442007.000100")["deleted"], true);
    assert_eq!(of("C1/1772442001.000200").get("deleted"), None);
    // An answer to what is older than the newest messages is found within a day.
    for place in 0..150 {
        slack.say("C1", json!({"user": "U2", "ts": format!("1772460{place:03}.000100"), "text": "more"}));
    }
    kept.sync(&mut slack, &[], AT_ONCE);
    slack.say(
        "C1",
        json!({"user": "U1", "ts": "1772470000.000100", "thread_ts": "1772442001.000200", "text": "Late"}),
    );
    kept.sync(&mut slack, &[], AT_ONCE);
    let is_there = |kept: &Kept| kept.rows.iter().any(|row| row["id"] == "C1/1772470000.000100");
    assert!(!is_there(&kept));
    kept.sync(&mut slack, &[], DAY);
    assert!(is_there(&kept));
}

#[test]
fn a_limit_ends_a_sync_and_the_next_one_goes_on_there() {
    let whole = {
        let mut kept = Kept::default();
        kept.sync(&mut Slack::new(), &[], AT_ONCE);
        kept.latest()
    };
    for good in 0..5 {
        let mut slack = Slack::new();
        slack.instead.insert("conversations.history", (good, json!({"ok": false, "error": "ratelimited"})));
        let mut kept = Kept::default();
        let outcome = kept.sync(&mut slack, &[], AT_ONCE);
        assert_eq!(outcome.until, Some(now() + SignedDuration::from_secs(60)), "after {good}");
        slack.instead.clear();
        slack.say("C1", json!({"user": "U2", "ts": "1772460000.000100", "text": "meanwhile"}));
        let outcome = kept.sync(&mut slack, &[], AT_ONCE);
        assert_eq!((outcome.until, outcome.problems), (None, Vec::new()));
        let found = kept.latest();
        assert_eq!(found.len(), whole.len() + 1, "after {good}");
        assert!(whole.iter().all(|row| found.contains(row)), "after {good}");
    }
}

#[test]
fn a_token_that_is_refused_is_not_shown_again_and_a_missing_scope_is_named() {
    let mut slack = Slack::new();
    slack.instead.insert("auth.test", (0, json!({"ok": false, "error": "invalid_auth"})));
    let mut kept = Kept::default();
    let told = kept.sync(&mut slack, &[], AT_ONCE).problems;
    assert!(told.len() == 1 && told[0].message.contains("invalid_auth"), "{told:?}");
    slack.instead.clear();
    let told = kept.sync(&mut slack, &[], SignedDuration::from_mins(20)).problems;
    assert!(
        told.len() == 1 && told[0].message.contains("half an hour") && slack.asked.is_empty(),
        "{told:?}"
    );
    assert_eq!(kept.sync(&mut slack, &[], SignedDuration::from_mins(40)).problems, []);
    assert!(!kept.cursors[ASIDE].contains("xoxp"), "{:?}", kept.cursors[ASIDE]);

    let mut slack = Slack::new();
    let lacks = json!({"ok": false, "error": "missing_scope", "needed": "im:history", "provided": "im:read"});
    slack.instead.insert("conversations.history", (0, lacks));
    let told = Kept::default().sync(&mut slack, &[], AT_ONCE).problems;
    assert!(told.iter().any(|problem| problem.message.contains("scope `im:history`")), "{told:?}");
    assert!(told.iter().all(|problem| !problem.message.contains("general")), "{told:?}");

    let mut slack = Slack::new();
    slack.instead.insert("conversations.history", (0, json!({"ok": false, "error": "not_in_channel"})));
    let outcome = Kept::default().sync(&mut slack, &[], AT_ONCE);
    assert_eq!(outcome.problems, []);
    assert!(
        outcome.notices.iter().any(|told| told.starts_with("4 conversations are not read")),
        "{:?}",
        outcome.notices
    );
}

proptest! {
    #[test]
    fn nothing_that_it_answers_stops_a_sync(bodies in prop::collection::vec(any_body(), 6), page in 1..4_usize) {
        let methods = ["auth.test", "users.list", "conversations.list", "conversations.history",
            "conversations.replies", "conversations.members"];
        for (place, body) in bodies.iter().enumerate() {
            let mut slack = Slack::new();
            slack.page = page;
            slack.instead.insert(methods[place], (0, body.clone()));
            let outcome = Kept::default().sync(&mut slack, &[], AT_ONCE);
            prop_assert!(outcome.problems.iter().all(|problem| !problem.message.contains("hidden words")));
        }
    }
}

/// An answer that is `ok` and holds whatever.
fn any_body() -> impl Strategy<Value = Value> {
    let odd = prop_oneof![
        Just(Value::Null),
        Just(json!(7)),
        Just(json!("hidden words")),
        Just(json!([])),
        Just(json!({})),
        Just(
            json!([{"ts": "1772442001.000200", "thread_ts": "1772442001.000200", "latest_reply": "1772442009.000200", "text": "hidden words"}])
        ),
        Just(json!([{"id": "C1", "user": 3, "is_im": true, "name": "hidden words"}, 5, {"id": "../x"}])),
        Just(json!(["U1", 5, "U9"])),
    ];
    (odd, prop::bool::ANY, prop::bool::ANY).prop_map(|(odd, has_more, is_ok)| {
        json!({"ok": is_ok, "error": odd, "messages": odd, "members": odd, "channels": odd, "user_id": odd, "has_more": has_more})
    })
}
