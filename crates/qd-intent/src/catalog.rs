//! Backstage's `catalog-info.yaml`, read as it is.
//!
//! Components, systems, APIs and resources are services; groups are teams; users are
//! people. Other kinds, and whatever we have no word for, are passed over in silence:
//! the file has other readers. What the company's own files declare goes before.

use std::{collections::BTreeSet, ops::Range};

use qd_model::{Diagnostic, Files};
use qd_tables::{Declaration, Kind, PEOPLE, SERVICES, TEAMS};
use serde_json::Value as Json;

use crate::{
    codes::{Helped, error},
    head::yaml_problem,
    record::{Field, Record, Value},
};

/// The rows of all catalog files.
pub(crate) fn read_catalogs(files: &Files, diagnostics: &mut Vec<Diagnostic>) -> Vec<Record> {
    let mut catalog = Catalog::default();
    for (path, text) in files {
        let name = path.rsplit('/').next().unwrap_or(path);
        let hidden = path.split('/').any(|part| part.starts_with('.'));
        if matches!(name, "catalog-info.yaml" | "catalog-info.yml") && !hidden {
            for (document, start) in documents(text) {
                match serde_saphyr::from_str::<Json>(document) {
                    Ok(entity) => catalog.entity(&entity, path, first_line(document, start)),
                    Err(problem) => {
                        let (at, reason) = yaml_problem(&problem, document);
                        let complaint = error(
                            "yaml-syntax",
                            path,
                            start + at..start + at,
                            format!("this is not YAML: {reason}"),
                        );
                        diagnostics.push(complaint.help("the other documents of the file are still read"));
                    }
                }
            }
        }
    }
    catalog.join_teams();
    catalog.records
}

/// The documents of a YAML text and the bytes at which they begin.
fn documents(text: &str) -> Vec<(&str, usize)> {
    let mut found = Vec::new();
    let (mut begin, mut place) = (0, 0);
    for line in text.split_inclusive('\n') {
        if line.trim_end() == "---" || line.starts_with("--- ") {
            found.push((&text[begin..place], begin));
            begin = place + line.len();
        }
        place += line.len();
    }
    found.push((&text[begin..], begin));
    let says =
        |text: &str| text.lines().any(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    found.retain(|(document, _)| says(document));
    found
}

/// The bytes of a document's first line that says something.
fn first_line(document: &str, start: usize) -> Range<usize> {
    let mut place = start;
    for line in document.split_inclusive('\n') {
        if !line.trim().is_empty() && !line.trim_start().starts_with('#') {
            return place..place + line.trim_end().len();
        }
        place += line.len();
    }
    start..start
}

#[derive(Default)]
struct Catalog {
    records: Vec<Record>,
    ids: BTreeSet<(&'static str, String)>,
    /// Users and the groups they say they are in.
    memberships: Vec<(String, String)>,
}

impl Catalog {
    fn entity(&mut self, entity: &Json, file: &str, span: Range<usize>) {
        let Some(kind) = entity["kind"].as_str() else { return };
        let (meta, spec) = (&entity["metadata"], &entity["spec"]);
        let Some(name) = text(&meta["name"]) else { return };
        let table: &'static Declaration = match kind {
            "Component" | "System" | "API" | "Resource" => &SERVICES,
            "Group" => &TEAMS,
            "User" => &PEOPLE,
            _ => return,
        };
        // A component and a system may share a name in Backstage; here both are services.
        let id = if self.ids.insert((table.name, name.clone())) {
            name
        } else {
            format!("{}-{name}", kind.to_lowercase())
        };
        let mut row = Record::new(table, &id, file, span);
        row.fill("id", Value::Text(id.clone()));
        put(&mut row, "name", text(&spec["profile"]["displayName"]).or_else(|| text(&meta["title"])));
        match table.name {
            "services" => {
                put(&mut row, "owner", text(&spec["owner"]).map(|owner| plain_id(&owner)));
                put(&mut row, "system", text(&spec["system"]).map(|system| plain_id(&system)));
                put(&mut row, "lifecycle", text(&spec["lifecycle"]));
                let needs = texts(&spec["dependsOn"]).into_iter().chain(texts(&spec["consumesApis"]));
                put_all(&mut row, "after", needs.map(|need| plain_id(&need)).collect());
                let repository = text(&meta["annotations"]["github.com/project-slug"])
                    .or_else(|| text(&meta["annotations"]["gitlab.com/project-slug"]));
                let repository = repository.and_then(|slug| slug.rsplit('/').next().map(ToOwned::to_owned));
                put_all(&mut row, "repositories", repository.into_iter().collect());
            }
            "teams" => {
                put(&mut row, "parent", text(&spec["parent"]).map(|parent| plain_id(&parent)));
                put(&mut row, "mission", text(&meta["description"]));
                put_all(
                    &mut row,
                    "members",
                    texts(&spec["members"]).iter().map(|member| plain_id(member)).collect(),
                );
            }
            _ => {
                put_all(&mut row, "mails", text(&spec["profile"]["email"]).into_iter().collect());
                let groups = texts(&spec["memberOf"]);
                self.memberships.extend(groups.iter().map(|group| (id.clone(), plain_id(group))));
            }
        }
        self.records.push(row);
    }

    /// Membership may be said by the user or by the group.
    fn join_teams(&mut self) {
        for (user, group) in std::mem::take(&mut self.memberships) {
            let is_team = |row: &&mut Record| row.table.name == TEAMS.name && row.id == group;
            if let Some(team) = self.records.iter_mut().find(is_team) {
                let mut members = team.texts("members").to_vec();
                if !members.contains(&user) {
                    members.push(user);
                }
                put_all(team, "members", members);
            }
        }
    }
}

/// `group:default/payments` is `payments`.
fn plain_id(reference: &str) -> String {
    let plain = reference.rsplit_once(':').map_or(reference, |(_, plain)| plain);
    plain.rsplit_once('/').map_or(plain, |(_, plain)| plain).to_owned()
}

fn text(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn texts(value: &Json) -> Vec<String> {
    value.as_array().map(|items| items.iter().filter_map(text).collect()).unwrap_or_default()
}

fn put(row: &mut Record, column: &str, value: Option<String>) {
    let Some(value) = value else { return };
    let fits = match row.table.column(column).map(|column| column.kind) {
        Some(Kind::Choice(choices)) => choices.contains(&value.as_str()),
        found => found.is_some(),
    };
    if fits {
        row.fill(column, Value::Text(value));
    }
}

fn put_all(row: &mut Record, column: &str, values: Vec<String>) {
    if !values.is_empty() {
        let items = vec![row.span.clone(); values.len()];
        row.set(column, Some(Field { value: Value::Texts(values), span: row.span.clone(), items }));
    }
}
