//! Questions in GraphQL, put together from the files in `queries/`.

use std::{collections::BTreeMap, sync::LazyLock};

use serde_json::{Value, json};

use crate::exchange::Call;

pub(super) const REPOSITORIES: &str = include_str!("queries/repositories.graphql");
pub(super) const REPOSITORY: &str = include_str!("queries/repository.graphql");
pub(super) const CHANGES: &str = include_str!("queries/changes.graphql");
pub(super) const ISSUES: &str = include_str!("queries/issues.graphql");
pub(super) const DEPLOYMENTS: &str = include_str!("queries/deployments.graphql");
pub(super) const RELEASES: &str = include_str!("queries/releases.graphql");

static FRAGMENTS: LazyLock<BTreeMap<&'static str, &'static str>> = LazyLock::new(|| {
    let text = include_str!("queries/fragments.graphql");
    let starts: Vec<usize> = text.match_indices("\nfragment ").map(|(at, _)| at + 1).collect();
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let parts = starts.iter().zip(ends).filter_map(|(start, end)| text.get(*start..end));
    parts.filter_map(|part| Some((part.split_whitespace().nth(1)?, part.trim_end()))).collect()
});

/// `query` with the fragments that it needs and no others, since GitHub refuses unused ones.
pub(super) fn document(query: &str) -> String {
    let mut needed: BTreeMap<&str, &str> = BTreeMap::new();
    let mut texts = vec![query];
    while let Some(text) = texts.pop() {
        for name in
            text.split("...").skip(1).filter_map(|after| after.split(|c: char| !c.is_alphanumeric()).next())
        {
            if let Some((name, fragment)) = FRAGMENTS.get_key_value(name)
                && needed.insert(name, fragment).is_none()
            {
                texts.push(fragment);
            }
        }
    }
    let lines = |text: &str| -> String {
        let kept = text.lines().filter(|line| !line.trim_start().starts_with('#'));
        kept.map(|line| format!("{line}\n")).collect()
    };
    let mut document = lines(query);
    needed.values().for_each(|fragment| document.push_str(&lines(fragment)));
    document
}

/// The call that asks `query`.
pub(super) fn call(address: &str, query: &str, variables: Value) -> Call {
    let body = json!({"query": document(query), "variables": variables});
    Call { method: "POST", url: address.to_owned(), headers: Vec::new(), body: Some(body) }
}
