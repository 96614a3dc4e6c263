//! Damage: fields that are gone, null or of another type, in any order.

use proptest::{prelude::*, test_runner::RngSeed};
use qd_sources::github::{map, map_event};
use serde_json::{Value, json};

use crate::{
    fits, fixtures, samples,
    server::{issue, pull},
};

/// Addresses under which REST tells the objects of events.
const PLACES: [(&str, &str, &str); 12] = [
    ("pull_request", "pull_request", "pulls"),
    ("pull_request_review", "review", "pulls/12/reviews"),
    ("pull_request_review_comment", "comment", "pulls/12/comments"),
    ("issues", "issue", "issues"),
    ("issue_comment", "comment", "issues/12/comments"),
    ("workflow_run", "workflow_run", "actions/runs"),
    ("workflow_job", "workflow_job", "actions/runs/8/jobs"),
    ("check_run", "check_run", "commits/ab/check-runs"),
    ("deployment", "deployment", "deployments"),
    ("deployment_status", "deployment_status", "deployments/5/statuses"),
    ("release", "release", "releases"),
    ("dependabot_alert", "alert", "dependabot/alerts"),
];

/// Objects with the address that tells them.
fn objects() -> Vec<(String, Value)> {
    let base = "https://api.github.com/repos/acme/api";
    let mut objects = vec![(format!("{base}/pulls"), samples::merged())];
    let graph = json!({"data": {"repository": {"nameWithOwner": "acme/api",
        "pullRequests": {"nodes": [pull(3), pull(80)]}, "issues": {"nodes": [issue(3)]}}}});
    let graph: Value =
        serde_json::from_str(&graph.to_string().replace("\"all\":", "\"nodes\":")).expect("JSON");
    objects.push(("https://api.github.com/graphql".to_owned(), graph));
    for (name, payload) in fixtures::events("api.github.com").unwrap_or_default() {
        for (_, field, path) in PLACES.iter().filter(|(event, ..)| *event == name) {
            objects.push((format!("{base}/{path}"), payload[*field].clone()));
        }
    }
    objects
}

/// Takes away, empties or exchanges the value that `step` counts to.
fn damage(value: &mut Value, step: &mut usize, kind: u8) {
    let children: Vec<&mut Value> = match value {
        Value::Object(fields) => {
            if *step < fields.len() && kind == 0 {
                let name = fields.keys().nth(*step).cloned().unwrap_or_default();
                fields.shift_remove(&name);
                *step = usize::MAX;
                return;
            }
            fields.values_mut().collect()
        }
        Value::Array(values) => values.iter_mut().collect(),
        _ => return,
    };
    for child in children {
        if *step == usize::MAX {
            return;
        }
        if *step == 0 {
            *step = usize::MAX;
            *child = match kind {
                1 => Value::Null,
                2 => json!(-7.5),
                3 => json!("\u{0}nonsense"),
                4 => json!([{"login": 3}, null, "x"]),
                5 => json!({"nodes": [null, 1, {"id": {}}]}),
                6 => json!(u64::MAX),
                _ => json!(true),
            };
            return;
        }
        *step -= 1;
        damage(child, step, kind);
    }
}

#[test]
fn no_damage_makes_it_panic_or_gives_a_row_that_does_not_fit() {
    let objects = objects();
    let config = ProptestConfig {
        cases: 2000,
        rng_seed: RngSeed::Fixed(7),
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    proptest!(config, |(which in any::<prop::sample::Index>(), hits in prop::collection::vec((0_usize..400, 0_u8..8), 1..6))| {
        let (url, mut body) = which.get(&objects).clone();
        for (step, kind) in hits {
            let mut step = step;
            damage(&mut body, &mut step, kind);
        }
        let mapped = map(&samples::answer(&url, body));
        for fact in &mapped.facts {
            prop_assert_eq!(fits::misfit(fact), None);
        }
    });
}

#[test]
fn no_damaged_event_makes_it_panic() {
    let Some(events) = fixtures::events("api.github.com") else { return };
    let config = ProptestConfig {
        cases: 2000,
        rng_seed: RngSeed::Fixed(7),
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    proptest!(config, |(which in any::<prop::sample::Index>(), hits in prop::collection::vec((0_usize..400, 0_u8..8), 1..6))| {
        let (name, mut payload) = which.get(&events).clone();
        for (step, kind) in hits {
            let mut step = step;
            damage(&mut payload, &mut step, kind);
        }
        for fact in &map_event(&name, &payload).facts {
            prop_assert_eq!(fits::misfit(fact), None);
        }
    });
}

#[test]
fn a_list_in_any_order_gives_the_same() {
    let set = |body: Value| {
        let mapped = map(&samples::answer("https://api.github.com/repos/acme/api/pulls", body));
        let mut facts: Vec<String> = mapped.facts.iter().map(|fact| format!("{fact:?}")).collect();
        facts.sort();
        facts
    };
    let pulls: Vec<Value> =
        objects().into_iter().filter(|(url, _)| url.ends_with("/pulls")).map(|(_, pull)| pull).collect();
    let mut reversed = pulls.clone();
    reversed.reverse();
    assert_eq!(set(pulls.into()), set(reversed.into()));
}
