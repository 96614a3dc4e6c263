//! What one exchange leaves open and another tells.

use std::collections::HashSet;

use qd_tables::{CHANGE_REQUESTS, Fact};

/// Corrects what was taken for an issue's and belongs to a change.
///
/// Changes and issues share their numbers, and the address of comments does not tell them apart
/// (`/issues/12/comments`). Where the change itself is among `facts`, or `is_change` knows it (by
/// repository and number), its comments and what happened to it say so.
pub fn settle(facts: &mut [Fact], is_change: impl Fn(&str, &str) -> bool) {
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
