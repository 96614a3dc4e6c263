//! What the rows of a brief can be narrowed by.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Row, Value};

/// Facts of a row that name a person.
const PEOPLE: [&str; 6] = ["person", "owner", "author", "whom", "login", "lead"];

/// A kind of thing that a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// A project.
    Project,
    /// A person who owns it, holds it or is named by it.
    Person,
    /// A repository.
    Repository,
    /// The duty it serves.
    Duty,
}

impl About {
    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Person => "person",
            Self::Repository => "repository",
            Self::Duty => "duty",
        }
    }
}

/// What things of a company are called.
#[derive(Debug, Clone, Default)]
pub struct Named {
    /// People: names by id.
    pub people: BTreeMap<String, String>,
    /// Projects: name and repositories by id.
    pub projects: BTreeMap<String, (String, Vec<String>)>,
}

impl Named {
    /// What `row` can be narrowed by, in the words of a reader.
    #[must_use]
    pub fn labels(&self, row: &Row) -> BTreeSet<(About, String)> {
        let fact = |name: &str| row.evidence.facts.get(name).and_then(Value::as_text);
        let people = row.chain.iter().map(String::as_str).chain(row.owner.as_deref()).chain([&*row.holder]);
        let people = people.chain(PEOPLE.into_iter().filter_map(fact));
        let people =
            people.map(|id| (About::Person, self.people.get(id).map_or(id, String::as_str).to_owned()));
        let repository = fact("repo");
        let of_repository = self.projects.iter().filter(|(_, (_, own))| {
            repository.is_some_and(|repository| own.iter().any(|own| own == repository))
        });
        let projects = of_repository.map(|(id, _)| id.as_str()).chain(fact("project"));
        let projects = projects.map(|id| {
            let name = self.projects.get(id).map_or(id, |(name, _)| name.as_str());
            (About::Project, name.to_owned())
        });
        let rest = [
            repository.map(|name| (About::Repository, name.to_owned())),
            Some((About::Duty, row.duty.clone())),
        ];
        let all = people.chain(projects).chain(rest.into_iter().flatten());
        all.filter(|(_, name)| !name.is_empty()).collect()
    }
}
