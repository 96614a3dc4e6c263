//! A draft among those of a Maildir, where its owner asks for one: the one thing that is ever written there.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use jiff::Timestamp;

use super::{
    imap::is_of_drafts,
    sync::{LEVELS, find},
};
use crate::{files::expand, values::hash};

/// The Maildir for drafts among what lies at `paths`, by its usual names; none where there is none.
#[must_use]
pub fn drafts_folder(paths: &[PathBuf]) -> Option<PathBuf> {
    let mut found = Vec::new();
    for path in paths {
        expand(path).iter().for_each(|start| find(start, start, LEVELS, &mut found));
    }
    found.sort();
    found.into_iter().filter(|one| one.is_maildir).map(|one| one.path).find(|path| is_named_so(path))
}

/// Whether the Maildir at `path` is called as one for drafts: `.Drafts`, `.INBOX.Drafts`, `Drafts`.
fn is_named_so(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    is_of_drafts(&name.trim_start_matches('.').replace('.', "/"))
}

/// Puts `message` into the Maildir at `folder`, marked as a draft: whole, or not at all.
///
/// # Errors
/// Where it cannot be written.
pub fn save(folder: &Path, message: &[u8], at: Timestamp) -> io::Result<PathBuf> {
    let mark = hash([message, at.to_string().as_bytes()]);
    let name = format!("{}.{}.quarterdeck", at.as_second(), mark.get(..16).unwrap_or(&mark));
    let half = folder.join("tmp").join(&name);
    fs::create_dir_all(folder.join("tmp"))?;
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(&half)?;
    let whole = folder.join("cur").join(format!("{name}:2,DS"));
    let written = file.write_all(message).and_then(|()| file.sync_all());
    let moved = written.and_then(|()| fs::rename(&half, &whole));
    if moved.is_err() {
        // What is half written is of no use; whether it goes does not matter any more.
        let _ = fs::remove_file(&half);
    }
    moved.map(|()| whole)
}
