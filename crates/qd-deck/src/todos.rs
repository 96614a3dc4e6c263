//! The user's own list: a text beside the facts that they may edit as they like.
//!
//! It is read with the company's texts, so that it is a table like any other; a company without
//! a folder has it too.

use std::{fs, path::PathBuf};

use jiff::civil::Date;
use qd_intent::{EditError, Value, insert, set};
use qd_model::DeckError;
use qd_tables::TODOS;

use crate::{folder::write_atomically, opening::Opening};

/// What begins the subject of a row about an entry of the list.
const SUBJECT: &str = "todo ";

/// An entry to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Todo<'a> {
    /// What.
    pub title: &'a str,
    /// Who does it.
    pub person: Option<&'a str>,
    /// Whom it was promised to.
    pub to: Option<&'a str>,
    /// By when.
    pub due: Option<Date>,
    /// Today.
    pub added: Date,
}

/// Where the list lies.
pub(crate) fn path(opening: &Opening) -> PathBuf {
    opening.state.join("todos.toml")
}

/// The text of the list; none where there is no list.
pub(crate) fn text(opening: &Opening) -> Option<String> {
    fs::read_to_string(path(opening)).ok()
}

/// Writes an entry down; its id.
///
/// # Errors
/// Where the list cannot be read, is no TOML, or cannot be written.
pub fn add(opening: &Opening, todo: &Todo<'_>) -> Result<String, DeckError> {
    let id = qd_model::row_id(&opening.now.to_string(), todo.title);
    let words = |text: &str| Value::Text(text.to_owned());
    let values: Vec<(&str, Value)> = [
        Some(("title", words(todo.title))),
        todo.person.map(|person| ("person", words(person))),
        todo.to.map(|to| ("to", words(to))),
        todo.due.map(|due| ("due", Value::Date(due))),
        Some(("added", Value::Date(todo.added))),
    ]
    .into_iter()
    .flatten()
    .collect();
    edit(opening, |text| insert(text, &[TODOS.name, &id], &values))?;
    Ok(id)
}

/// Marks the entry `id` as done on a day, or as not done.
///
/// # Errors
/// Where there is no such entry, or the list cannot be written.
pub fn mark(opening: &Opening, id: &str, done: Option<Date>) -> Result<(), DeckError> {
    edit(opening, |text| match done {
        Some(day) => set(text, &[TODOS.name, id, "done"], &Value::Date(day)),
        None => qd_intent::remove(text, &[TODOS.name, id, "done"]),
    })
}

/// The entry that a row with this subject is about.
pub(crate) fn of_subject(subject: &str) -> Option<&str> {
    subject.strip_prefix(SUBJECT)
}

fn edit(opening: &Opening, edit: impl FnOnce(&str) -> Result<String, EditError>) -> Result<(), DeckError> {
    let path = path(opening);
    let shown = path.display();
    let before = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(DeckError::new(format!("`{shown}` cannot be read: {error}"))),
    };
    let after = edit(&before).map_err(|error| DeckError::new(format!("`{shown}`: {error}")))?;
    fs::create_dir_all(&opening.state)
        .and_then(|()| write_atomically(&path, after.as_bytes()))
        .map_err(|error| DeckError::new(format!("`{shown}` cannot be written: {error}")))
}
