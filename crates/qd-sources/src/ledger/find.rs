//! Which files the paths of a source mean, and which files a journal includes.

use std::path::{Component, Path, PathBuf};

use crate::{Problem, junit::expand};

/// Levels below a folder in which files are looked for.
const LEVELS: usize = 8;

/// A file of books.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// What to call it: its path below the folder that was named, or as it was named.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
}

/// Finds the files that `paths` mean: a file, a folder of files with one of `ends`, or either with `*` in any part.
/// Hidden folders are passed by; `ignore` is held against names and whole paths, without `*` in them.
#[must_use]
pub fn find(paths: &[PathBuf], ends: &[&str], ignore: &[String]) -> (Vec<Found>, Vec<Problem>) {
    let mut found = Vec::new();
    let mut problems = Vec::new();
    for path in paths {
        let before = found.len();
        for start in expand(path) {
            if start.is_file() {
                found.push(Found { name: start.display().to_string(), path: start });
            } else {
                below(&start, &start, LEVELS, ends, &mut found);
            }
        }
        if found.len() == before {
            let message = "no such file is there (does it exist, and is it spelled right?)".to_owned();
            problems.push(Problem { subject: path.display().to_string(), message });
        }
    }
    let is_ignored = |found: &Found| {
        let name = found.path.file_name().unwrap_or_default().to_string_lossy();
        ignore.iter().any(|pattern| *pattern == name || Path::new(pattern) == found.path)
    };
    found.retain(|one| !is_ignored(one));
    found.sort();
    found.dedup_by(|a, b| a.path == b.path);
    (found, problems)
}

fn below(root: &Path, folder: &Path, levels: usize, ends: &[&str], found: &mut Vec<Found>) {
    let mut paths: Vec<PathBuf> =
        folder.read_dir().into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort_unstable();
    for path in paths {
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')) {
            continue;
        }
        // A link may lead back up; only what lies here is looked through.
        if path.is_dir() && !path.is_symlink() {
            if levels > 0 {
                below(root, &path, levels - 1, ends, found);
            }
        } else {
            let end = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
            if ends.contains(&&*end) {
                found.push(Found { name: short(root, &path), path });
            }
        }
    }
}

/// The path of a file as seen from `folder`.
pub(super) fn short(folder: &Path, path: &Path) -> String {
    path.strip_prefix(folder).unwrap_or(path).display().to_string()
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
