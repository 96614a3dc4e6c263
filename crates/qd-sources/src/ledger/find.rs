//! Which files the paths of a source mean, and which files a journal includes.

use std::path::{Component, Path, PathBuf};

use crate::{
    Problem,
    files::{self, Found, expand},
};

/// Finds the files of books that `paths` mean; in folders those count that end in one of `ends`.
#[must_use]
pub fn find(paths: &[PathBuf], ends: &[&str], ignore: &[String]) -> (Vec<Found>, Vec<Problem>) {
    let wanted = |path: &Path| {
        let end = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        ends.contains(&&*end)
    };
    files::find(paths, ignore, &wanted, "such file")
}

/// The files that `pattern` means in the journal `from`; none outside of `folder`.
pub(super) fn included(folder: &Path, from: &Path, pattern: &str) -> Vec<PathBuf> {
    let start = from.parent().unwrap_or(Path::new(""));
    let Some(path) = plain(&start.join(pattern)) else { return Vec::new() };
    let (Ok(folder), true) = (folder.canonicalize(), !pattern.is_empty()) else { return Vec::new() };
    let is_within =
        |path: &PathBuf| path.is_file() && path.canonicalize().is_ok_and(|real| real.starts_with(&folder));
    expand(&path).into_iter().filter(is_within).collect()
}

/// A path without `.` and `..`.
fn plain(path: &Path) -> Option<PathBuf> {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                if !plain.pop() {
                    return None;
                }
            }
            other => plain.push(other),
        }
    }
    Some(plain)
}
