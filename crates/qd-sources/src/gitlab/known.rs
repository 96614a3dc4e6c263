//! What one answer leaves open and others tell: which project a number means, what a project is
//! called, and since when an answer without a time of its own is so.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

use super::{
    event, login, mapped,
    notes::Of,
    path_of,
    route::{self, Kind, Route, short},
    since,
};
use crate::{
    connector::{
        place,
        row::{at, items, text, time},
    },
    exchange::{Exchange, Mapped},
};

/// A project as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Name that its rows have.
    pub repo: String,
    /// GitLab's own id.
    pub id: Option<String>,
    /// Its path: `acme/api`.
    pub path: Option<String>,
}

/// What is known beside an answer: nothing, or what a whole recording says, whose lines may stand
/// in any order.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Paths, by the id of the project; the first seen and when.
    paths: BTreeMap<String, (Option<Timestamp>, String)>,
    /// Ids, by path.
    ids: BTreeMap<String, String>,
    /// Names, by id or, where no id is known, by path.
    names: BTreeMap<String, String>,
    /// Paths of which something was told.
    told: BTreeSet<String>,
    /// Who opened each merge request.
    authors: BTreeMap<(String, String), String>,
    /// Last change of each merge request and issue.
    changed: BTreeMap<(String, Of, String), Timestamp>,
    /// Merge requests of which it is told who still owes a review, and since when; none where the
    /// answer does not say.
    reviewers: BTreeSet<(String, String, Option<Timestamp>)>,
}

impl Known {
    /// What `stored` and the lines of a recording say.
    pub fn of(stored: impl IntoIterator<Item = Project>, lines: impl IntoIterator<Item = Exchange>) -> Self {
        let mut known = Self::default();
        for project in stored {
            if let Some((id, path)) = project.id.as_ref().zip(project.path.clone()) {
                known.pair(id, &path, None);
            }
            let keys = [project.id, project.path].into_iter().flatten();
            known.names.extend(keys.map(|key| (key, project.repo.clone())));
        }
        for line in lines {
            known.learn(&line);
        }
        known.call();
        known
    }

    fn pair(&mut self, id: &str, path: &str, when: Option<Timestamp>) {
        self.ids.insert(path.to_owned(), id.to_owned());
        let first = self.paths.entry(id.to_owned()).or_insert_with(|| (when, path.to_owned()));
        // Of two paths the earlier one counts; in a recording without times, the first by letter.
        let rank = |when: Option<Timestamp>, path: &str| (when.unwrap_or(Timestamp::MIN), path.to_owned());
        if rank(when, path) < rank(first.0, &first.1) {
            *first = (when, path.to_owned());
        }
    }

    /// Takes what a line says of projects and times.
    fn learn(&mut self, exchange: &Exchange) {
        let Some(route) = route::read(&exchange.url).filter(|_| exchange.status < 400) else { return };
        let of = match route.kind {
            Kind::MergeRequest => Some(Of::ChangeRequest),
            Kind::Issue => Some(Of::Issue),
            _ => None,
        };
        for item in items(&exchange.body) {
            let (id, path) = match route.kind {
                Kind::Project => (text(item, "id"), text(item, "path_with_namespace")),
                Kind::MergeRequest | Kind::Issue | Kind::Pipeline => {
                    (text(item, "project_id"), route.path.clone().or_else(|| path_of(item)))
                }
                _ => (route.id.clone(), route.path.clone()),
            };
            self.told.extend(path.clone());
            if let Some((id, path)) = id.as_ref().zip(path.as_ref()) {
                self.pair(id, path, exchange.at);
            }
            let place = id.or_else(|| path.map(|path| self.key(&path)));
            if let (Kind::MergeRequest, Some(place), Some(number), Some(author)) =
                (route.kind, &place, text(item, "iid"), login(item, "author"))
            {
                self.authors.insert((place.clone(), number), author);
            }
            if let (Some(of), Some(place), Some(number), Some(changed)) =
                (of, place, text(item, "iid"), time(item, "updated_at"))
            {
                let last = self.changed.entry((place, of, number)).or_insert(changed);
                *last = changed.max(*last);
            }
        }
        self.told.extend(route.path.clone());
        if let (Kind::Reviewers, Some(number)) = (route.kind, &route.number) {
            let place = route.id.clone().or_else(|| route.path.clone());
            let when = since(&route, exchange);
            self.reviewers.extend(place.map(|place| (place, number.clone(), when)));
        }
    }

    /// What tells a project apart: its id, or its path where no id is known.
    fn key(&self, path: &str) -> String {
        self.ids.get(path).cloned().unwrap_or_else(|| path.to_owned())
    }

    /// Gives each project that has none a name: the last part of its path or, where another has
    /// that already, the whole.
    fn call(&mut self) {
        let changed = std::mem::take(&mut self.changed);
        for ((place, of, number), at) in changed {
            let last = self.changed.entry((self.key(&place), of, number)).or_insert(at);
            *last = at.max(*last);
        }
        let authors = std::mem::take(&mut self.authors);
        self.authors = authors
            .into_iter()
            .map(|((place, number), author)| ((self.key(&place), number), author))
            .collect();
        let reviewers = std::mem::take(&mut self.reviewers);
        self.reviewers =
            reviewers.into_iter().map(|(place, number, when)| (self.key(&place), number, when)).collect();
        // As a group lists them: by their numbers.
        let of_ids = self.paths.iter().map(|(id, (_, path))| (id.parse().ok(), id.clone(), path.clone()));
        let nameless = self.told.iter().filter(|path| !self.ids.contains_key(*path));
        let mut all: Vec<(Option<u64>, String, String)> =
            of_ids.chain(nameless.map(|path| (None, path.clone(), path.clone()))).collect();
        all.sort_by_key(|(number, _, path)| (number.is_none(), *number, path.clone()));
        let mut taken: BTreeSet<String> = self.names.values().cloned().collect();
        for (_, key, path) in all {
            if self.names.contains_key(&key) {
                continue;
            }
            let own = self.names.get(&path).cloned();
            let name = own
                .unwrap_or_else(|| if taken.contains(short(&path)) { path } else { short(&path).to_owned() });
            taken.insert(name.clone());
            self.names.insert(key, name);
        }
    }

    /// Path of the project that `route` means, as far as it or the rest says.
    pub(super) fn path(&self, route: &Route) -> Option<String> {
        let named = || Some(self.paths.get(route.id.as_ref()?)?.1.clone());
        route.path.clone().or_else(named)
    }

    /// Name of the project at `path`.
    pub(super) fn repo(&self, path: &str) -> String {
        self.names.get(&self.key(path)).map_or_else(|| short(path).to_owned(), Clone::clone)
    }

    /// Last change of what `route` is about.
    pub(super) fn changed(&self, route: &Route) -> Option<Timestamp> {
        let of = route.kind.of()?;
        let key = (self.key(route.path.as_deref()?), of, route.number.clone()?);
        self.changed.get(&key).copied()
    }

    /// Who opened merge request `number` of the project at `path`.
    pub(super) fn author(&self, path: &str, number: &str) -> Option<String> {
        self.authors.get(&(self.key(path), number.to_owned())).cloned()
    }

    /// Whether another answer tells who owed a review of a merge request at `updated`.
    pub(super) fn tells_reviewers(&self, path: &str, item: &Value, updated: Timestamp) -> bool {
        let Some(number) = text(item, "iid") else { return false };
        let place = self.key(path);
        let is_last =
            || self.changed.get(&(place.clone(), Of::ChangeRequest, number.clone())) == Some(&updated);
        self.reviewers.contains(&(place.clone(), number.clone(), Some(updated)))
            || (self.reviewers.contains(&(place.clone(), number.clone(), None)) && is_last())
    }

    /// The facts that `exchange` says.
    #[must_use]
    pub fn map(&self, exchange: &Exchange) -> Mapped {
        mapped(exchange, self)
    }

    /// The facts of what was posted; `event` is the header `X-Gitlab-Event`.
    #[must_use]
    pub fn map_event(&self, name: &str, payload: &Value) -> Mapped {
        let mut mapped = event::map_event(name, payload);
        let project = at(payload, "project").unwrap_or(&Value::Null);
        let own = ["id", "path_with_namespace"]
            .iter()
            .find_map(|field| self.names.get(&text(project, field)?).cloned());
        let path = text(project, "path_with_namespace");
        let is_taken = |path: &String| self.names.values().any(|name| name == short(path));
        if let Some(repo) = own.or_else(|| path.filter(is_taken)) {
            place(&mut mapped.facts, &repo);
        }
        mapped
    }
}
