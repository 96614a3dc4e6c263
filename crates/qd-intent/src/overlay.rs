//! A change to the company that nobody has made: text laid over its text.
//!
//! An overlay is written like `company.toml`: `[projects.atlas]` changes the project wherever it is
//! declared, and declares it where it is not. The company's files stay as they are; what comes back are
//! edits, to be looked at, planned with, or written.

use qd_model::Files;
use qd_tables::{Declaration, Place, Role};
use toml_edit::{DocumentMut, Item, Table, TableLike};

use crate::{
    company::Company,
    edit::{Edit, EditError, parse},
    toml_file::sections,
};

/// The file that holds what has no file of its own.
const COMPANY_FILE: &str = "company.toml";

/// Lays `text` over the company's `files`: the files that become others by it.
///
/// A value replaces the one that stands there; of rows inside a row (`[[projects.atlas.tasks]]`) the one with
/// the same `id` is changed, and one without is added.
///
/// # Errors
/// Where `text`, or a file that it changes, is no TOML.
pub fn overlay(company: &Company, files: &Files, text: &str) -> Result<Vec<Edit>, EditError> {
    let mut changed: Vec<(String, DocumentMut)> = Vec::new();
    for (key, item) in parse(text)?.iter() {
        let section = sections().find(|table| table.name == key);
        let Some((table, rows)) = section.zip(item.as_table_like()) else {
            merge_into(document(&mut changed, files, COMPANY_FILE)?.as_table_mut(), key, item);
            continue;
        };
        for (id, row) in rows.iter() {
            let (file, is_whole) = home(company, table, id);
            let place = document(&mut changed, files, &file)?;
            match row.as_table_like().filter(|_| is_whole) {
                Some(row) => merge(place.as_table_mut(), row),
                None => {
                    let root = place.as_table_mut();
                    if !root.contains_key(key) {
                        let mut section = Table::new();
                        section.set_implicit(true);
                        root.insert(key, Item::Table(section));
                    }
                    let section = root.get_mut(key).and_then(Item::as_table_like_mut);
                    merge_into(section.ok_or_else(|| EditError::NotATable(key.to_owned()))?, id, row);
                }
            }
        }
    }
    let edit = |(file, document): (String, DocumentMut)| {
        Edit::new(&file, files.get(&file).map(String::as_str), document.to_string())
    };
    Ok(changed.into_iter().map(edit).collect())
}

/// The file that declares a row, and whether it holds nothing else.
fn home(company: &Company, table: &'static Declaration, id: &str) -> (String, bool) {
    let Role::Intent(Place::Folder(folder)) = table.role else {
        let file = company.record(table, id).map(|record| record.file.clone());
        return (file.filter(|file| file.ends_with(".toml")).unwrap_or(COMPANY_FILE.to_owned()), false);
    };
    let own = format!("{folder}/");
    match company.record(table, id).map(|record| &record.file).filter(|file| file.ends_with(".toml")) {
        Some(file) => (file.clone(), file.starts_with(&own)),
        None => (format!("{own}{id}.toml"), true),
    }
}

/// The text of a file while it is changed.
fn document<'c>(
    changed: &'c mut Vec<(String, DocumentMut)>,
    files: &Files,
    file: &str,
) -> Result<&'c mut DocumentMut, EditError> {
    let place = match changed.iter().position(|(known, _)| known == file) {
        Some(place) => place,
        None => {
            let text = files.get(file).map(String::as_str).unwrap_or_default();
            changed.push((file.to_owned(), parse(text)?));
            changed.len() - 1
        }
    };
    // It was found or pushed just now.
    changed.get_mut(place).map(|(_, document)| document).ok_or_else(|| EditError::Missing(file.to_owned()))
}

/// Lays the entries of one table over another.
fn merge(below: &mut dyn TableLike, above: &dyn TableLike) {
    for (key, item) in above.iter() {
        merge_into(below, key, item);
    }
}

fn merge_into(below: &mut dyn TableLike, key: &str, above: &Item) {
    match (below.get_mut(key), above) {
        (Some(Item::ArrayOfTables(rows)), Item::ArrayOfTables(more)) => {
            for row in more {
                let id = row.get("id").and_then(Item::as_str);
                let same = |known: &Table| id.is_some() && known.get("id").and_then(Item::as_str) == id;
                let place = rows.iter().position(same);
                match place.and_then(|place| rows.get_mut(place)) {
                    Some(known) => merge(known, row),
                    None => rows.push(placed_freely(row.clone())),
                }
            }
        }
        (Some(known), above) => match (known.as_table_like_mut(), above.as_table_like()) {
            (Some(known), Some(above)) => merge(known, above),
            _ => *known = above.clone(),
        },
        (None, _) => {
            below.insert(key, above.clone());
        }
    }
}

/// A table that is written behind those that are there, wherever it stood before.
fn placed_freely(mut table: Table) -> Table {
    table.set_position(None);
    table
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use qd_model::Files;

    use super::overlay;
    use crate::{edit::EditError, read};

    fn files(texts: &[(&str, &str)]) -> Files {
        texts.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect()
    }

    /// The company's files with `text` over them.
    fn laid(files: &Files, text: &str) -> Files {
        let company = read(files, &BTreeMap::new()).company;
        let mut files = files.clone();
        for edit in overlay(&company, &files, text).expect("an overlay") {
            files.insert(edit.file.clone(), edit.text);
        }
        files
    }

    #[test]
    fn rows_are_changed_where_they_stand() {
        let atlas = "# First.\ndeadline = 2026-03-05   # promised\n\n[[tasks]]\nid = \"build\"\n\n[[tasks]]\nid = \"ship\"\n";
        let before = files(&[
            ("company.toml", "name = \"Example\"\n\n[people.ada]\nskills = [\"rust\"]\n"),
            ("projects/atlas.toml", atlas),
        ]);
        let after = laid(
            &before,
            "[projects.atlas]\ndeadline = 2026-04-01\n[[projects.atlas.tasks]]\nid = \"ship\"\ndone = true\n\
             [[projects.atlas.tasks]]\nid = \"more\"\n[people.ada]\nleft = 2026-03-01\n[people.new]\nskills = [\"sql\"]\n",
        );
        assert_eq!(
            after["projects/atlas.toml"],
            atlas
                .replace("2026-03-05   # promised", "2026-04-01")
                .replace("\"ship\"\n", "\"ship\"\ndone = true\n")
                + "[[tasks]]\nid = \"more\"\n"
        );
        assert_eq!(
            after["company.toml"],
            "name = \"Example\"\n\n[people.ada]\nskills = [\"rust\"]\nleft = 2026-03-01\n"
        );
        assert_eq!(after["people/new.toml"], "skills = [\"sql\"]\n");
        let intent = read(&after, &BTreeMap::new());
        assert_eq!(intent.diagnostics, [], "{after:?}");
        assert_eq!(intent.company.tasks().count(), 3);
    }

    #[test]
    fn what_is_no_toml_changes_nothing() {
        let company = read(&Files::new(), &BTreeMap::new()).company;
        let refused = overlay(&company, &Files::new(), "[projects.atlas\n");
        assert!(matches!(refused, Err(EditError::Syntax { line: 1, .. })), "{refused:?}");
        let broken = files(&[("company.toml", "name = \n")]);
        assert!(overlay(&company, &broken, "name = \"New\"\n").is_err());
    }
}
