//! What one exchange leaves open and another tells.

use std::collections::{HashMap, HashSet};

use qd_tables::{CHANGE_REQUESTS, Fact, REVIEWS};
use serde_json::Value;

use super::reviews::{DISMISSED, STATE_BEFORE};

/// Says of a dismissed review what it said before.
///
/// The list of reviews shows it as dismissed from its first day, and the happening that dismissed it
/// knows neither that day nor who gave it. Where both are told, the first becomes the review that
/// was given, and the second its end.
fn give_back(facts: &mut [Fact]) {
    let mut told: HashMap<String, usize> = HashMap::new();
    let key = |fact: &Fact| {
        let text = |name: &str| fact.row.get(name).and_then(Value::as_str);
        let id = text("id")?.strip_suffix(DISMISSED)?;
        (fact.table.name == REVIEWS.name)
            .then(|| Some(format!("{} {} {id}", text("repo")?, text("number")?)))?
    };
    for (place, fact) in facts.iter().enumerate() {
        if fact.row.get(STATE_BEFORE).is_some_and(Value::is_string)
            && let Some(key) = key(fact)
        {
            told.insert(key, place);
        }
    }
    for place in 0..facts.len() {
        let Some(end) = facts.get(place).and_then(key).and_then(|key| told.get(&key).copied()) else {
            continue;
        };
        let Some(before) = facts.get(end).and_then(|end| end.row.get(STATE_BEFORE).cloned()) else {
            continue;
        };
        let Some(given) = facts.get_mut(place).filter(|fact| !fact.row.contains_key(STATE_BEFORE)) else {
            continue;
        };
        let id = given.row.get("id").and_then(Value::as_str).and_then(|id| id.strip_suffix(DISMISSED));
        let Some(id) = id.map(str::to_owned) else { continue };
        given.row.insert("id".to_owned(), id.into());
        given.row.insert("state".to_owned(), before);
        let reviewer = given.row.get("reviewer").cloned();
        if let (Some(end), Some(reviewer)) = (facts.get_mut(end), reviewer)
            && end.row.get("reviewer").is_none_or(Value::is_null)
        {
            end.row.insert("reviewer".to_owned(), reviewer);
        }
    }
}

/// Corrects what was taken for an issue's and belongs to a change.
///
/// Changes and issues share their numbers, and the address of comments does not tell them apart
/// (`/issues/12/comments`). Where the change itself is among `facts`, or `is_change` knows it (by
/// repository and number), its comments and what happened to it say so.
pub fn settle(facts: &mut [Fact], is_change: impl Fn(&str, &str) -> bool) {
    give_back(facts);
    let place = |fact: &Fact| {
        let text = |name: &str| fact.row.get(name).and_then(|value| value.as_str()).map(str::to_owned);
        Some((text("repo")?, text("number")?))
    };
    let of_table = facts.iter().filter(|fact| fact.table.name == CHANGE_REQUESTS.name);
    let changes: HashSet<(String, String)> = of_table.filter_map(place).collect();
    for fact in facts.iter_mut().filter(|fact| fact.row.get("of").is_some_and(|of| of == "issue")) {
        if place(fact).is_some_and(|place| changes.contains(&place) || is_change(&place.0, &place.1)) {
            fact.row.insert("of".to_owned(), "change_request".into());
        }
    }
}

#[cfg(test)]
mod tests {
    use qd_tables::{Fact, REVIEWS};
    use serde_json::{Value, json};

    use super::settle;

    fn review(row: &Value) -> Fact {
        Fact { table: &REVIEWS, row: row.as_object().expect("an object").clone() }
    }

    #[test]
    fn a_dismissed_review_was_given_before() {
        let seen = review(&json!({"repo": "api", "number": "1", "id": "7.dismissed", "state": "dismissed",
            "submitted_at": "2026-03-02T09:00:00Z", "reviewer": "cy"}));
        let told = review(&json!({"repo": "api", "number": "1", "id": "7.dismissed", "state": "dismissed",
            "submitted_at": "2026-03-05T09:00:00Z", "reviewer": null, "state_before": "approved"}));
        for mut facts in [vec![seen.clone(), told.clone()], vec![told, seen.clone()]] {
            settle(&mut facts, |_, _| false);
            facts.sort_by_key(|fact| fact.row["submitted_at"].to_string());
            let rows: Vec<_> = facts
                .iter()
                .map(|fact| ["id", "state", "reviewer"].map(|name| fact.row[name].as_str().unwrap_or("null")))
                .collect();
            assert_eq!(rows, [["7", "approved", "cy"], ["7.dismissed", "dismissed", "cy"]]);
        }
        // Where nobody tells what it said, it stays as it was seen.
        let mut alone = vec![seen.clone()];
        settle(&mut alone, |_, _| false);
        assert_eq!(alone, [seen]);
    }
}
