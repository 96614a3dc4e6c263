//! Where a thing belongs: repository and number, from the address or from the thing itself.

use super::{
    address::Address,
    node::{Node, Pile, Row},
};

/// What is known of where things belong before they are looked at.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    pub(super) owner: Option<String>,
    pub(super) repo: Option<String>,
    pub(super) number: Option<String>,
    /// Whether the number is that of a change; nothing where not known.
    pub(super) is_change: Option<bool>,
}

/// Fields that hold the address of the thing or of what it belongs to.
const ADDRESSES: [&str; 6] =
    ["html_url", "pull_request_url", "issue_url", "url", "repository_url", "deployment_url"];

impl Place {
    /// The place that an address names.
    pub(super) fn of(address: &Address) -> Self {
        Self {
            owner: address.owner.clone(),
            repo: address.repo.clone(),
            number: address.number().map(str::to_owned),
            is_change: None,
        }
    }

    /// The place in `repository`, an object of GitHub's.
    pub(super) fn in_repository(repository: Node<'_>) -> Self {
        let full = repository.text("full_name").and_then(|name| name.split_once('/'));
        Self {
            owner: full.map(|(owner, _)| owner.to_owned()).or_else(|| repository.login("owner")),
            repo: repository.text("name").or(full.map(|(_, name)| name)).map(str::to_owned),
            ..Self::default()
        }
    }

    /// The place of what belongs to the change or issue `thing` here.
    pub(super) fn inside(&self, thing: Node<'_>, is_change: bool) -> Self {
        Self { number: thing.id("number"), is_change: Some(is_change), ..self.of_thing(thing) }
    }

    /// The same place, completed by what `thing` says of itself.
    pub(super) fn of_thing(&self, thing: Node<'_>) -> Self {
        let mut place = self.clone();
        for address in ADDRESSES.iter().filter_map(|field| thing.text(field)) {
            let own = Address::of(address);
            if own.repo.is_none() {
                continue;
            }
            if place.repo.is_none() {
                (place.owner, place.repo) = (own.owner.clone(), own.repo.clone());
            }
            if place.number.is_none() {
                place.number = own.number().map(str::to_owned);
            }
            if place.is_change.is_none() && own.number().is_some() {
                place.is_change = says_change(address);
            }
        }
        for field in ["repository", "base.repo"] {
            if let (None, Some(repository)) = (&place.repo, thing.at(field)) {
                let own = Self::in_repository(repository);
                (place.owner, place.repo) = (own.owner, own.repo);
            }
        }
        place
    }

    /// Repository and number of `thing`; a problem where it does not say.
    pub(super) fn numbered(&self, thing: Node<'_>, what: &str, pile: &mut Pile) -> Option<(String, String)> {
        let place = self.of_thing(thing);
        let number = thing.id("number").or(place.number);
        match (place.repo, number) {
            (Some(repo), Some(number)) => Some((repo, number)),
            (None, _) => {
                pile.problem(format!("{what} does not say to which repository it belongs"));
                None
            }
            (_, None) => {
                pile.problem(format!("{what} does not say its `number`"));
                None
            }
        }
    }

    /// Repository of `thing`; a problem where it does not say.
    pub(super) fn repository(&self, thing: Node<'_>, what: &str, pile: &mut Pile) -> Option<String> {
        let repo = self.of_thing(thing).repo;
        if repo.is_none() {
            pile.problem(format!("{what} does not say to which repository it belongs"));
        }
        repo
    }

    /// The word of the column `of`. The address of an issue's comments does not tell changes from
    /// issues; where nothing else does, it is taken for an issue's.
    pub(super) fn word(&self) -> &'static str {
        if self.is_change == Some(true) { "change_request" } else { "issue" }
    }
}

/// `/pull/12` is a change; `/issues/12` on the site an issue; in the API it may be either.
fn says_change(address: &str) -> Option<bool> {
    let is_api = address.contains("/repos/");
    if address.contains("/pull/") || address.contains("/pulls/") {
        Some(true)
    } else {
        (!is_api && address.contains("/issues/")).then_some(false)
    }
}

/// Tells of fields that a whole object should have; the rest of it is kept.
pub(super) fn told_if_missing(row: &Row, columns: &[&str], what: &str, pile: &mut Pile) {
    for column in columns.iter().filter(|column| row.0.get(**column).is_none_or(serde_json::Value::is_null)) {
        pile.problem(format!("{what} has no `{column}`; the rest of it is kept"));
    }
}
