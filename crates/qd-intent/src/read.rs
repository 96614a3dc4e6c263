//! The company out of its texts: which file holds what, read in an order that makes
//! the first of two rows the one a person would expect.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use jiff::civil::Date;
use qd_model::{Diagnostic, Files, nearest};
use qd_tables::{COMPANY, DECISIONS, Place, Role};

use crate::{
    catalog::read_catalogs,
    check::check,
    codes::{Helped, error, warning},
    company::Company,
    record::{Record, Value},
    records::read_records,
    toml_file::{self, Declared, sections},
};

/// What was understood, and what was not.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Intent {
    /// Everything that could be read.
    pub company: Company,
    /// All complaints, by file and place.
    pub diagnostics: Vec<Diagnostic>,
}

/// The user's own list, which is nobody else's business: it lies beside the facts, where git does
/// not look.
pub const PRIVATE_TODOS: &str = ".quarterdeck/todos.toml";
/// The plan that was accepted, beside what earlier ones promised.
pub const PLAN_FILE: &str = "plan.lock.toml";
/// The file that makes a folder a company.
const COMPANY_FILE: &str = "company.toml";

/// Reads a company out of its texts (path from the company's folder, with `/` → text).
///
/// `dates` says when each file was last committed: a row that does not say when somebody
/// last stood by it is taken to be as old as its text.
#[must_use]
pub fn read(files: &Files, dates: &BTreeMap<String, Date>) -> Intent {
    let mut intent = Intent::default();
    if !files.contains_key(COMPANY_FILE) {
        let complaint = error("no-company-file", COMPANY_FILE, 0..0, format!("there is no `{COMPANY_FILE}`"))
            .help("start one with a line like `name = \"Example\"`");
        intent.diagnostics.push(complaint);
    }
    let mut ordered: Vec<(&String, &String)> = files.iter().collect();
    ordered.sort_by_key(|(path, _)| (Reverse(path.as_str() == COMPANY_FILE), path.contains('/')));
    for (path, text) in ordered {
        let declared = read_toml(path, text, &mut intent.diagnostics);
        intent.diagnostics.extend(declared.diagnostics);
        intent.company.assumptions.extend(declared.assumptions);
        for record in declared.records {
            intent.company.tables.entry(record.table.name).or_default().push(record);
        }
    }
    let own = |table: &str, id: &str, company: &Company| {
        company.tables.get(table).is_some_and(|rows| rows.iter().any(|row| row.id == id))
    };
    for record in read_catalogs(files, &mut intent.diagnostics) {
        // The company's own files speak first.
        if !own(record.table.name, &record.id, &intent.company) {
            intent.company.tables.entry(record.table.name).or_default().push(record);
        }
    }
    let folders = intent.company.decision_folders();
    let records = read_records(files, &folders, &mut intent.diagnostics);
    intent.company.tables.entry(DECISIONS.name).or_default().extend(records);
    let lines: BTreeMap<&str, Lines> =
        files.iter().map(|(path, text)| (path.as_str(), Lines::of(text))).collect();
    let line =
        |record: &Record| lines.get(record.file.as_str()).map_or(1, |lines| lines.line(record.span.start));
    for record in intent.company.tables.values_mut().flatten() {
        complete(record, line(record), dates);
    }
    let place = |record: &Record| format!("{}:{}", record.file, line(record));
    check(&mut intent.company, &place, &mut intent.diagnostics);
    // On a line that is no TOML, what was made of it is our own doing, not the writer's.
    let line_of = |complaint: &Diagnostic| {
        let line = lines.get(complaint.file.as_str()).map_or(1, |lines| lines.line(complaint.span.start));
        (complaint.file.clone(), line)
    };
    let is_syntax = |complaint: &Diagnostic| complaint.code == "toml-syntax";
    let broken: BTreeSet<_> =
        intent.diagnostics.iter().filter(|complaint| is_syntax(complaint)).map(line_of).collect();
    intent.diagnostics.retain(|complaint| is_syntax(complaint) || !broken.contains(&line_of(complaint)));
    intent.diagnostics.sort_by(|left, right| {
        (&left.file, left.span.start, left.code).cmp(&(&right.file, right.span.start, right.code))
    });
    intent
}

/// What a TOML file declares; nothing for other files.
fn read_toml(path: &str, text: &str, diagnostics: &mut Vec<Diagnostic>) -> Declared {
    let Some(stem) = path.strip_suffix(".toml") else { return Declared::default() };
    if path == PRIVATE_TODOS {
        return toml_file::top_level(path, text, None);
    }
    if path.split('/').any(|part| part.starts_with('.')) {
        return Declared::default();
    }
    let tops = || sections().map(|table| table.name).chain(["company", "assumptions"]);
    match stem.split_once('/') {
        None if stem == "company" => toml_file::top_level(path, text, Some(&COMPANY)),
        // What the program writes: a plan that was accepted.
        None if path == PLAN_FILE => toml_file::top_level(path, text, None),
        None if tops().any(|name| name == stem) => toml_file::top_level(path, text, None),
        None => {
            let complaint = warning("unknown-file", path, 0..0, format!("unknown file `{path}`"));
            let all = tops().map(|name| format!("`{name}.toml`")).collect::<Vec<_>>().join(", ");
            diagnostics.push(match nearest(stem, tops()) {
                Some(near) => complaint.help(format!("did you mean `{near}.toml`?")),
                None => complaint.help(format!("known files: {all}")),
            });
            Declared::default()
        }
        Some((folder, rest)) => {
            if let Some(table) = toml_file::folder(folder) {
                let id = rest.rsplit('/').next().unwrap_or(rest);
                return toml_file::one_row(path, text, table, id);
            }
            // A company may share its repository with anything else: only a folder that
            // is nearly one of ours is worth a word.
            let folders = sections().filter_map(|table| match table.role {
                Role::Intent(Place::Folder(folder)) => Some(folder),
                _ => None,
            });
            if let Some(near) = nearest(folder, folders) {
                let complaint = warning("unknown-file", path, 0..0, format!("unknown folder `{folder}`"));
                diagnostics.push(complaint.help(format!("did you mean `{near}/`?")));
            }
            Declared::default()
        }
    }
}

/// Fills what follows from where a row stands.
fn complete(record: &mut Record, line: usize, dates: &BTreeMap<String, Date>) {
    record.fill("file", Value::Text(record.file.clone()));
    record.fill("line", Value::Integer(i64::try_from(line).unwrap_or(i64::MAX)));
    if record.value("asserted").is_none()
        && let Some(date) = dates.get(&record.file)
    {
        record.fill("asserted", Value::Date(*date));
    }
    let shown = record.table.column("name").is_some_and(|column| column.optional);
    if shown && record.value("name").is_none() && record.table.column("id").is_some() {
        record.fill("name", Value::Text(record.id.clone()));
    }
}

/// Where the lines of a text begin.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self([0].into_iter().chain(text.match_indices('\n').map(|(place, _)| place + 1)).collect())
    }

    /// The line of a byte, counted from 1.
    fn line(&self, byte: usize) -> usize {
        self.0.partition_point(|start| *start <= byte)
    }
}
