//! Every example of a webhook that GitHub's own library publishes.

use std::collections::{BTreeMap, BTreeSet};

use qd_sources::github::map_event;

use crate::{fits, fixtures};

const HOSTS: [&str; 6] = ["api.github.com", "ghes-31", "ghes-32", "ghes-33", "ghes-34", "ghes-35"];

#[test]
fn every_published_event_is_mapped() {
    let mut tables: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let mut old = BTreeSet::new();
    for host in HOSTS {
        let Some(events) = fixtures::events(host) else { return };
        if host == "api.github.com" {
            assert_eq!(events.len(), 329, "the package has changed: its figure stands in documents");
        }
        for (name, payload) in events {
            let mapped = map_event(&name, &payload);
            if host == "api.github.com" {
                assert_eq!(mapped.problems, [], "{host} {name} {payload}");
            }
            assert_eq!(mapped.unknown, Vec::<String>::new(), "{host} {name}");
            // Old versions of the server left things out: that is told, and only that.
            old.extend(mapped.problems.into_iter().map(|problem| format!("{name}: {}", problem.message)));
            let given = tables.entry(name.clone()).or_default();
            for fact in &mapped.facts {
                assert_eq!(fits::misfit(fact), None, "{host} {name}");
                if fact.row.get("deleted").is_none() {
                    assert_eq!(fits::lacking(fact), Vec::<&str>::new(), "{host} {name} {:?}", fact.row);
                }
                given.insert(fact.table.name);
            }
        }
    }
    let told: String = tables
        .iter()
        .map(|(name, tables)| {
            let tables: Vec<&str> = tables.iter().copied().collect();
            let tables = if tables.is_empty() { "-".to_owned() } else { tables.join(", ") };
            format!("{name}: {tables}\n")
        })
        .collect();
    assert_eq!(
        old.into_iter().collect::<Vec<_>>(),
        ["secret_scanning_alert: security alert 191 has no `created_at` and is left out"]
    );
    assert_eq!(told.trim_end(), include_str!("webhooks.txt").trim_end());
}

#[test]
fn an_event_that_nobody_knows_is_told() {
    let mapped = map_event("moon_phase", &serde_json::json!({"action": "waxing"}));
    assert_eq!(mapped.facts, []);
    assert_eq!((mapped.problems.len(), mapped.unknown), (0, vec!["moon_phase".to_owned()]));
    let mapped = map_event("", &serde_json::json!({"action": "waxing"}));
    assert!(mapped.problems[0].message.contains("X-GitHub-Event"), "{:?}", mapped.problems);
    for known in ["ping", "star", "label"] {
        let mapped = map_event(known, &serde_json::json!({}));
        assert_eq!((mapped.problems, mapped.unknown), (vec![], vec![]), "{known}");
    }
}

#[test]
fn an_event_twice_gives_the_same() {
    let Some(events) = fixtures::events("api.github.com") else { return };
    for (name, payload) in events {
        assert_eq!(map_event(&name, &payload), map_event(&name, &payload));
    }
}
