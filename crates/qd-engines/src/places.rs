//! Who owns a path, where owners say `api`, `api:billing/` or `web:src/**/*.ts`.
//!
//! A folder ends in a slash and holds what is below it; `*` and `**` match anything, also
//! a slash. The longest place that matches decides, and the first owner by id where two
//! are as long.

use std::{cmp::Reverse, collections::BTreeMap};

/// Places by repository, the longest first.
#[derive(Debug)]
pub(crate) struct Places<'a> {
    repos: BTreeMap<&'a str, Vec<(&'a str, &'a str)>>,
}

impl<'a> Places<'a> {
    /// Out of owners and their places.
    pub(crate) fn of(places: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut repos: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (owner, place) in places {
            let (repo, pattern) = place.split_once(':').unwrap_or((place, ""));
            repos.entry(repo).or_default().push((pattern, owner));
        }
        for places in repos.values_mut() {
            places.sort_by_key(|(pattern, owner)| {
                (Reverse(pattern.bytes().filter(|byte| *byte != b'*').count()), *owner)
            });
        }
        Self { repos }
    }

    /// Who owns `path` of `repo`.
    pub(crate) fn owner(&self, repo: &str, path: &str) -> Option<&'a str> {
        let places = self.repos.get(repo)?;
        places.iter().find(|(pattern, _)| matches(pattern, path)).map(|(_, owner)| *owner)
    }
}

/// Whether `path` is at the place.
fn matches(pattern: &str, path: &str) -> bool {
    let is_open = pattern.is_empty() || pattern.ends_with('/');
    let pieces: Vec<&str> = pattern.split('*').collect();
    let Some((first, others)) = pieces.split_first() else { return is_open };
    let Some(mut rest) = path.strip_prefix(first) else { return false };
    let Some((last, middle)) = others.split_last() else { return is_open || rest.is_empty() };
    for piece in middle {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    if is_open { rest.contains(last) } else { rest.ends_with(last) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_place_that_matches_decides() {
        let declared = [
            ("core", "api"),
            ("billing", "api:billing/"),
            ("pay", "api:billing/pay.rs"),
            ("types", "web:src/**/*.ts"),
            ("all", "web:src/*"),
            ("b", "lab:x/"),
            ("a", "lab:x/"),
        ];
        let places = Places::of(declared.into_iter());
        let owners = [
            ("api", "src/main.rs", Some("core")),
            ("api", "billing/invoice.rs", Some("billing")),
            ("api", "billing/pay.rs", Some("pay")),
            ("api", "billing", Some("core")),
            ("web", "src/a/b.ts", Some("types")),
            ("web", "src/a/b.js", Some("all")),
            ("web", "other/b.ts", None),
            ("lab", "x/y", Some("a")),
            ("new", "x", None),
        ];
        for (repo, path, owner) in owners {
            assert_eq!(places.owner(repo, path), owner, "{repo}:{path}");
        }
    }
}
