//! The decision records of a company together: their ids, and what they say of each other.

use std::collections::BTreeMap;

use qd_model::{Diagnostic, Files};

use crate::{
    codes::{Helped, warning},
    decision::{decision_record, link_target},
    record::{Record, Value},
};

/// Reads the records under `folders`; their links become ids.
pub(crate) fn read_records(
    files: &Files,
    folders: &[String],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Record> {
    let mut records = Vec::new();
    for (path, text) in files {
        let Some(inner) = folders.iter().find_map(|folder| below(path, folder)) else { continue };
        if is_record(inner) {
            let (mut record, complaints) = decision_record(path, text);
            let name = inner.strip_suffix(".md").unwrap_or(inner);
            // Packages of one repository may keep records of the same name.
            let taken = records.iter().any(|other: &Record| other.id == name);
            record.id = if taken { path.strip_suffix(".md").unwrap_or(path) } else { name }.to_owned();
            record.fill("id", Value::Text(record.id.clone()));
            records.push(record);
            diagnostics.extend(complaints);
        }
    }
    duplicate_numbers(&records, diagnostics);
    resolve_links(&mut records, diagnostics);
    one_way_links(&records, diagnostics);
    records
}

/// The path below a folder; `.` is the company's own.
fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    if folder.is_empty() || folder == "." {
        return Some(path);
    }
    path.strip_prefix(folder)?.strip_prefix('/')
}

/// Whether a file is a record rather than a template or a page about records.
fn is_record(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let Some(stem) = name.strip_suffix(".md") else { return false };
    let words = stem.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-' || c == '_');
    let is_page = matches!(words, "readme" | "index" | "template" | "adr-template" | "adr_template");
    let numbered = stem.starts_with(|c: char| c.is_ascii_digit());
    let hidden = path.split('/').any(|part| part.starts_with('.'));
    !(hidden || is_page || !numbered && (words.ends_with("-template") || words.starts_with("template")))
}

fn folder_of(record: &Record) -> &str {
    record.file.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn duplicate_numbers(records: &[Record], diagnostics: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<(&str, i64), &Record> = BTreeMap::new();
    for record in records {
        let Some(number) = record.integer("number") else { continue };
        let other = *first.entry((folder_of(record), number)).or_insert(record);
        if other.id != record.id {
            let message = format!("number {number} is also that of `{}`", other.file);
            let complaint = warning("duplicate-number", &record.file, record.span.clone(), message);
            diagnostics.push(complaint.help("give one of them the next free number"));
        }
    }
}

const LINKS: [&str; 2] = ["supersedes", "superseded_by"];

/// Turns links as written into ids; what leads nowhere is named and left out.
fn resolve_links(records: &mut [Record], diagnostics: &mut Vec<Diagnostic>) {
    let known: Vec<(String, String, Option<i64>)> = records
        .iter()
        .map(|record| (record.id.clone(), folder_of(record).to_owned(), record.integer("number")))
        .collect();
    for record in records {
        let folder = folder_of(record).to_owned();
        for column in LINKS {
            let Some(mut field) = record.field(column).cloned() else { continue };
            let Value::Texts(written) = &field.value else { continue };
            let (mut ids, mut items) = (Vec::new(), Vec::new());
            for (text, span) in written.iter().zip(&field.items) {
                let (name, number) = link_target(text);
                let called = |id: &str| id == name || id.rsplit('/').next() == Some(name.as_str());
                let near = |place: &&(String, String, Option<i64>)| place.1 == folder;
                let found = known
                    .iter()
                    .filter(near)
                    .find(|(id, ..)| called(id))
                    .or_else(|| known.iter().find(|(id, ..)| called(id)))
                    .or_else(|| {
                        known.iter().filter(near).find(|(_, _, other)| number.is_some() && *other == number)
                    });
                match found {
                    Some((id, ..)) if *id != record.id => {
                        if !ids.contains(id) {
                            ids.push(id.clone());
                            items.push(span.clone());
                        }
                    }
                    // What stands elsewhere on the web is not ours to know.
                    _ if text.contains("://") => {}
                    _ => {
                        let message = format!("there is no record `{text}`");
                        diagnostics.push(warning("unknown-record", &record.file, span.clone(), message));
                    }
                }
            }
            field.value = Value::Texts(ids);
            field.items = items;
            record.set(column, Some(field));
        }
    }
}

fn one_way_links(records: &[Record], diagnostics: &mut Vec<Diagnostic>) {
    for record in records {
        for (column, back, says) in [
            ("supersedes", "superseded_by", "is superseded by"),
            ("superseded_by", "supersedes", "supersedes"),
        ] {
            let Some(field) = record.field(column) else { continue };
            for (id, span) in record.texts(column).iter().zip(&field.items) {
                let Some(other) = records.iter().find(|other| other.id == *id) else { continue };
                if !other.texts(back).contains(&record.id) {
                    let message = format!("`{}` does not say that it {says} `{}`", other.file, record.id);
                    let complaint = warning("one-way-link", &record.file, span.clone(), message);
                    diagnostics.push(complaint.help("say it in both records, or in neither"));
                }
            }
        }
    }
}
