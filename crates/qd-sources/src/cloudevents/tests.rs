//! What events tell, and what is said of the rest.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn exchange(body: Value) -> Exchange {
    let (method, url) = ("EVENT".to_owned(), "http://127.0.0.1/events".to_owned());
    Exchange { method, url, status: 200, headers: Vec::new(), request: None, body, at: None }
}

fn letter(kind: &str, id: &str, content: &Value) -> Value {
    json!({"context": {"version": "0.4.1", "id": "e-1", "source": "/ci/1", "timestamp": "2026-01-31T14:05:00Z",
        "type": format!("dev.cdevents.{kind}")}, "subject": {"id": id, "source": "/ci/1", "content": content}})
}

fn told(kind: &str, content: &Value) -> Option<Value> {
    let mapped = map(&exchange(letter(kind, "s", content)), "api");
    assert_eq!(mapped.problems, []);
    let fact = mapped.facts.into_iter().next()?;
    let mut row = fact.row;
    row.insert("table".to_owned(), fact.table.name.into());
    Some(Value::Object(row))
}

#[test]
fn each_subject_has_its_table() {
    let at = "2026-01-31T14:05:00Z";
    let cases = [
        (
            "pipelinerun.started.0.2.0",
            json!({"pipelineName": "main", "url": "https://ci/1"}),
            json!({"table": "builds", "repo": "api", "id": "/ci/1#s", "observed_at": at, "status": "running",
                "started_at": at, "workflow": "main", "url": "https://ci/1"}),
        ),
        (
            "taskrun.finished.0.2.0",
            json!({"taskName": "test", "outcome": "failure", "pipelineRun": {"id": "7"}}),
            json!({"table": "builds", "repo": "api", "id": "/ci/1#task:s", "observed_at": at, "status": "failure",
                "finished_at": at, "job": "test", "run": "/ci/1#7"}),
        ),
        (
            "testcaserun.finished.0.2.0",
            json!({"outcome": "failure", "reason": "no\nmore", "testCase": {"id": "t", "name": "Login"}, "testSuiteRun": {"id": "9"}}),
            json!({"table": "test_results", "repo": "api", "build": "/ci/1#suite:9", "suite": "t", "name": "Login",
                "attempt": 1, "at": at, "outcome": "failed", "message": "no"}),
        ),
        (
            "service.rolledback.0.2.0",
            json!({"environment": {"id": "prod"}, "artifactId": "pkg:oci/app@sha256%3A0b?tag=1.2"}),
            json!({"table": "deployments", "repo": "api", "id": "e-1", "observed_at": at, "service": "s",
                "environment": "prod", "version": "1.2", "status": "success", "created_at": at, "finished_at": at,
                "is_rollback": true}),
        ),
        (
            "incident.detected.0.2.0",
            json!({"description": "slow", "service": {"id": "shop"}}),
            json!({"table": "incidents", "id": "/ci/1#s", "observed_at": at, "title": "slow", "service": "shop",
                "status": "open", "started_at": at, "detected_at": at}),
        ),
        (
            "incident.resolved.0.2.0",
            json!({"description": "fast again"}),
            json!({"table": "incidents", "id": "/ci/1#s", "observed_at": at, "status": "resolved", "resolved_at": at}),
        ),
        (
            "change.merged.0.3.0",
            json!({"repository": {"id": "acme/web.git"}}),
            json!({"table": "change_requests", "repo": "web", "number": "s", "observed_at": at, "state": "merged",
                "updated_at": at, "merged_at": at, "closed_at": at}),
        ),
    ];
    for (kind, content, wanted) in cases {
        assert_eq!(told(kind, &content), Some(wanted), "{kind}");
    }
    for kind in [
        "artifact.published.0.2.0",
        "service.removed.0.2.0",
        "environment.created.0.2.0",
        "testcaserun.started.0.2.0",
    ] {
        assert_eq!(told(kind, &json!({})), None, "{kind}");
    }
}

#[test]
fn an_envelope_changes_nothing() {
    let inner = letter("service.deployed.0.2.0", "shop", &json!({"environment": {"id": "prod"}}));
    let wanted = map(&exchange(inner.clone()), "");
    assert_eq!(wanted.facts.len(), 1);
    let envelope = json!({"specversion": "1.0", "id": "1", "source": "/ci", "type": "dev.cdevents.service.deployed.0.2.0"});
    let with = |key: &str, value: Value| {
        let mut event = envelope.clone();
        event[key] = value;
        event
    };
    let encoded = base64::engine::general_purpose::STANDARD.encode(inner.to_string());
    for event in [
        with("data", inner.clone()),
        with("data", json!(inner.to_string())),
        with("data_base64", json!(encoded)),
        json!([with("data", inner.clone())]),
    ] {
        assert_eq!(map(&exchange(event), ""), wanted);
    }
    let mut binary = exchange(inner);
    binary.headers =
        [("ce-type", "dev.cdevents.service.deployed.0.2.0"), ("ce-id", "1"), ("ce-specversion", "1.0")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
    assert_eq!(map(&binary, ""), wanted);
}

#[test]
fn what_is_not_understood_is_said_once_and_the_rest_goes_on() {
    let good = letter("build.started.0.2.0", "b", &json!({}));
    let strange = json!({"specversion": "1.0", "type": "com.example.thing", "id": "1", "source": "/"});
    let mapped = map(&exchange(json!([strange, good, strange, {}, null, "x"])), "");
    assert_eq!(mapped.facts.len(), 1);
    let messages: Vec<&str> = mapped.problems.iter().map(|problem| &problem.message[..]).collect();
    assert_eq!(messages, ["neither a CloudEvent nor a CDEvent: there is no `type`"]);
    assert_eq!(mapped.unknown, ["com.example.thing", "com.example.thing"]);
    let passed_by = letter("artifact.packaged.0.2.0", "a", &json!({}));
    let new = letter("moon.risen.0.1.0", "m", &json!({}));
    let mapped = map(&exchange(json!([passed_by, new])), "");
    assert_eq!((mapped.problems, mapped.unknown), (vec![], vec!["dev.cdevents.moon.risen.0.1.0".to_owned()]));
}

proptest! {
    #[test]
    fn nothing_panics(subject in "pipelinerun|taskrun|testcaserun|service|incident|change|[a-z.]{0,9}",
        predicate in "finished|started|deployed|resolved|merged|[a-z.]{0,9}", content in "[a-z{}\":\\[\\],0-9]{0,60}") {
        let content = serde_json::from_str(&content).unwrap_or(json!(content));
        for body in [letter(&format!("{subject}.{predicate}"), "s", &content), json!({"type": subject, "data": content}),
            json!({"context": content}), content.clone()] {
            prop_assert_eq!(map(&exchange(body.clone()), ""), map(&exchange(body), ""));
        }
    }
}
