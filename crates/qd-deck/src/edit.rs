//! One file of the company's texts, changed by hand: what it says now, what would be wrong with what it is to
//! say, and writing it where nobody was faster.
//!
//! Only what is read as a text of the company is ever written, and nothing outside its folder, whatever a link
//! or a path says.

use std::{
    fs,
    path::{Path, PathBuf},
};

use qd_intent::Edit;
use qd_model::{Deck as _, DeckError, Diagnostic};

use crate::{
    folder::{self, Place, write_atomically},
    local::LocalDeck,
    opening::Opening,
};

/// What `file` says as it lies there now; none where there is no such file.
///
/// # Errors
/// Where it is no text of the company, or cannot be read.
pub fn text_of(opening: &Opening, file: &str) -> Result<Option<String>, DeckError> {
    read(file, &place_of(opening, file)?)
}

/// All that would be wrong with the company's texts if `file` said `text`; of a query also whether it can be asked.
///
/// # Errors
/// Where it is no text of the company, or the facts cannot be read.
pub fn check_with(opening: Opening, file: &str, text: &str) -> Result<Vec<Diagnostic>, DeckError> {
    place_of(&opening, file)?;
    let deck = LocalDeck::saying(opening, file, text)?;
    let mut told = deck.check().0.to_vec();
    if file.ends_with(".sql") {
        told.extend(deck.failing_signals().into_iter().filter(|told| told.file == file));
    }
    Ok(told)
}

/// Writes `text` to `file` in one step.
///
/// # Errors
/// Where the file no longer says `was` (none: there was none), is no text of the company, or cannot be written.
pub fn save(opening: &Opening, file: &str, was: Option<&str>, text: &str) -> Result<(), DeckError> {
    let place = place_of(opening, file)?;
    let edit = Edit::new(file, was, text.to_owned());
    let present = read(file, &place)?;
    let text = edit.apply(present.as_deref()).map_err(|error| DeckError::new(error.to_string()))?;
    write_atomically(&place, text.as_bytes())
        .map_err(|error| DeckError::new(format!("`{file}` cannot be written: {error}")))
}

fn read(file: &str, place: &Path) -> Result<Option<String>, DeckError> {
    if !place.exists() {
        return Ok(None);
    }
    let text = folder::text_of(place);
    text.map(Some).map_err(|reason| DeckError::new(format!("`{file}` cannot be read: {reason}")))
}

/// Where `file` lies, links followed.
fn place_of(opening: &Opening, file: &str) -> Result<PathBuf, DeckError> {
    let Place::Company(folder) = &opening.place else {
        return Err(DeckError::new("there is no `company.toml`, so there are no texts to edit")
            .hint("`quarterdeck init` writes one from what your repositories show"));
    };
    if opening.as_of < opening.now {
        return Err(DeckError::new("the past cannot be edited").hint("leave out `--as-of`"));
    }
    let refused = || {
        DeckError::new(format!("`{file}` is no text of the company"))
            .hint("name it from the company's folder: `people/ada.toml`, `decisions/0007-queue.md`, `signals/own.sql`")
    };
    let root = fs::canonicalize(folder).map_err(|error| DeckError::new(error.to_string()))?;
    let place = is_named_well(file).then(|| whole(&root.join(file))).flatten().ok_or_else(refused)?;
    // A link may lead to another text of the company, and nowhere else.
    let inside = place.strip_prefix(&root).ok().and_then(Path::to_str);
    if !inside.is_some_and(is_named_well) || place.is_dir() {
        return Err(refused());
    }
    Ok(place)
}

/// Whether a path, from the company's folder, names what may be edited: a text that is read and not hidden.
fn is_named_well(path: &str) -> bool {
    let is_plain = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with(' ');
    path.len() <= 200
        && path.split('/').all(is_plain)
        && !path.contains(|letter: char| letter.is_control() || matches!(letter, '\\' | ':'))
        && folder::is_read(path)
}

/// `path` without links: of a file that is not there yet, the folder that is there, and the rest.
fn whole(path: &Path) -> Option<PathBuf> {
    if let Ok(path) = fs::canonicalize(path) {
        return Some(path);
    }
    // A link that leads nowhere would be written through.
    if fs::symlink_metadata(path).is_ok() {
        return None;
    }
    let folder = whole(path.parent()?)?;
    let is_folder = folder.is_dir() || !folder.exists();
    Some(folder.join(path.file_name()?)).filter(|_| is_folder)
}

#[cfg(test)]
mod tests {
    use super::is_named_well;

    #[test]
    fn only_texts_in_the_folder_are_named_well() {
        for path in ["company.toml", "people/ada.toml", "signals/own/a.sql", "decisions/1 a.md", "ü/b.yaml"]
        {
            assert!(is_named_well(path), "{path}");
        }
        for path in [
            "",
            "/etc/a.toml",
            "../a.toml",
            "people/../../a.toml",
            "./a.toml",
            "a//b.toml",
            ".git/config.toml",
            ".quarterdeck/todos.toml",
            "people/.a.toml",
            "a.sh",
            "a.toml/",
            "C:\\a.toml",
            "a\n.toml",
            "target/a.toml",
            "a/b/c/d/e/f/g/h.toml",
        ] {
            assert!(!is_named_well(path), "{path}");
        }
    }
}
