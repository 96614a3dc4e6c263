//! Who owns what a row is about: the nearest declared owner, and failing that who knows it.

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobMatcher};
use qd_intent::Company;
use qd_model::Value;

use crate::{finding::Finding, route::Owner};

/// A place in code: a repository, and paths of it.
#[derive(Debug, Clone)]
struct Place {
    repo: String,
    paths: Option<GlobMatcher>,
    /// How exactly it names a path: the longest decides.
    length: usize,
}

/// A line of a repository's CODEOWNERS, with its owners resolved to people.
#[derive(Debug, Clone)]
pub(crate) struct CodeOwner {
    /// The repository.
    pub repo: String,
    /// Paths, in gitignore's way.
    pub pattern: String,
    /// The first of the owners that is a known person or team lead.
    pub person: Option<String>,
}

/// All that is known about who owns what.
#[derive(Debug, Default)]
pub(crate) struct Owners {
    teams: Vec<(Place, String, String)>,
    services: Vec<(Place, String, String)>,
    projects: Vec<(Place, String, String)>,
    code: Vec<(String, GlobMatcher, Option<String>)>,
    knowers: BTreeMap<(String, String), String>,
    by_id: BTreeMap<(&'static str, String), String>,
    managers: BTreeMap<String, String>,
}

/// `api`, `api:billing/` or `web:src/**/*.ts`.
fn place(text: &str) -> Option<Place> {
    let (repo, path) = text.split_once(':').unwrap_or((text, ""));
    let paths = match path {
        "" => None,
        folder if folder.ends_with('/') => Some(glob(&format!("{folder}**"))?),
        path => Some(glob(path)?),
    };
    Some(Place { repo: repo.to_owned(), paths, length: path.len() })
}

fn glob(pattern: &str) -> Option<GlobMatcher> {
    let glob = GlobBuilder::new(pattern).literal_separator(true).build().ok()?;
    Some(glob.compile_matcher())
}

/// A pattern in gitignore's way as a glob over whole paths: without a slash inside it
/// matches at any depth, and a folder stands for what is in it.
fn code_owner_globs(pattern: &str) -> Vec<GlobMatcher> {
    let inner = pattern.trim_end_matches('/');
    let is_anchored = inner.trim_start_matches('/').contains('/') || inner.starts_with('/');
    let inner = inner.trim_start_matches('/');
    let base = if is_anchored { inner.to_owned() } else { format!("**/{inner}") };
    let below = format!("{base}/**");
    let itself = (!pattern.ends_with('/')).then_some(base);
    itself.into_iter().chain([below]).filter_map(|pattern| glob(&pattern)).collect()
}

impl Place {
    fn holds(&self, repo: &str, path: Option<&str>) -> bool {
        self.repo == repo
            && match (&self.paths, path) {
                (None, _) => true,
                (Some(glob), Some(path)) => glob.is_match(path),
                (Some(_), None) => false,
            }
    }
}

impl Owners {
    /// What the company declares, and what CODEOWNERS files say.
    #[must_use]
    pub(crate) fn new(company: &Company, code: &[CodeOwner]) -> Self {
        let mut owners = Self::default();
        for person in company.people() {
            if let Some(manager) = person.reports_to() {
                owners.managers.insert(person.id().to_owned(), manager.to_owned());
            }
        }
        for team in company.teams() {
            let Some(lead) = team.lead().or_else(|| team.members().first().map(String::as_str)) else {
                continue;
            };
            owners.by_id.insert(("team", team.id().to_owned()), lead.to_owned());
            for place in team.owns().iter().filter_map(|text| place(text)) {
                let why = format!("team {} owns it", team.name().unwrap_or(team.id()));
                owners.teams.push((place, lead.to_owned(), why));
            }
        }
        let person_or_lead = |id: &str, owners: &Self| {
            owners.by_id.get(&("team", id.to_owned())).cloned().unwrap_or_else(|| id.to_owned())
        };
        for service in company.services() {
            let Some(owner) = service.owner() else { continue };
            let owner = person_or_lead(owner, &owners);
            owners.by_id.insert(("service", service.id().to_owned()), owner.clone());
            for place in service.repositories().iter().filter_map(|text| place(text)) {
                let why = format!("owner of service {}", service.name().unwrap_or(service.id()));
                owners.services.push((place, owner.clone(), why));
            }
        }
        for project in company.projects() {
            let team = project.team().map(|team| person_or_lead(team, &owners));
            let Some(lead) = project.lead().map(str::to_owned).or(team) else { continue };
            owners.by_id.insert(("project", project.id().to_owned()), lead.clone());
            for place in project.repositories().iter().filter_map(|text| place(text)) {
                let why = format!("lead of project {}", project.name().unwrap_or(project.id()));
                owners.projects.push((place, lead.clone(), why));
            }
        }
        for vendor in company.vendors() {
            if let Some(owner) = vendor.owner() {
                owners.by_id.insert(("vendor", vendor.id().to_owned()), owner.to_owned());
            }
        }
        for line in code {
            for glob in code_owner_globs(&line.pattern) {
                owners.code.push((line.repo.clone(), glob, line.person.clone()));
            }
        }
        owners
    }

    /// Adds who knows a path (an empty path: the repository as a whole) best.
    pub(crate) fn add_knower(&mut self, repo: &str, path: &str, person: &str) {
        self.knowers.insert((repo.to_owned(), path.to_owned()), person.to_owned());
    }

    /// The nearest owner of what `finding` is about.
    #[must_use]
    pub(crate) fn nearest(&self, finding: &Finding) -> Option<Owner> {
        let fact = |name: &str| match finding.facts.get(name) {
            Some(Value::Text(text)) if !text.is_empty() => Some(text.as_str()),
            _ => None,
        };
        let sure =
            |person: &str, why: String| Some(Owner { person: person.to_owned(), is_guess: false, why });
        if let Some(owner) = &finding.owner {
            return sure(owner, "the row names them".to_owned());
        }
        for kind in ["service", "project", "vendor", "team"] {
            let owner = fact(kind).and_then(|id| self.by_id.get(&(kind, id.to_owned())));
            if let Some(owner) = owner {
                let why = if kind == "team" { "leads the team" } else { "owns it" };
                return sure(owner, format!("{why} ({kind} {})", fact(kind).unwrap_or_default()));
            }
        }
        if let Some(person) = fact("person") {
            let manager = self.managers.get(person).map_or(person, String::as_str);
            return sure(manager, format!("it is about {person}"));
        }
        let repo = fact("repo")?;
        let path = fact("path");
        if let Some(path) = path {
            // The last line that matches decides, as forges have it.
            let line = self.code.iter().rev().find(|(at, glob, _)| at == repo && glob.is_match(path));
            if let Some((_, _, Some(person))) = line {
                return sure(person, "CODEOWNERS names them".to_owned());
            }
        }
        for places in [&self.services, &self.teams, &self.projects] {
            let nearest = places
                .iter()
                .filter(|(place, _, _)| place.holds(repo, path))
                .max_by_key(|(place, _, _)| place.length);
            if let Some((_, person, why)) = nearest {
                return sure(person, why.clone());
            }
        }
        let knower = path
            .and_then(|path| self.knowers.get(&(repo.to_owned(), path.to_owned())))
            .or_else(|| self.knowers.get(&(repo.to_owned(), String::new())));
        knower.map(|person| Owner {
            person: person.clone(),
            is_guess: true,
            why: "knows the code best".to_owned(),
        })
    }
}
