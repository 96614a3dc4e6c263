//! Which calendars the paths of a source mean.

use std::path::{Path, PathBuf};

use crate::Problem;

/// Levels below a folder in which calendars are looked for.
const LEVELS: usize = 3;

/// A file of a calendar.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// What to call it: its path as it was named, or below the folder that was.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
    /// The folder's name, for a file in a folder: programs that synchronise calendars keep each entry
    /// in a file of its own.
    pub calendar: Option<String>,
}

/// Finds the calendars that `paths` mean: files, and `.ics` files up to three levels deep in
/// folders; hidden ones are passed by.
#[must_use]
pub fn find(paths: &[PathBuf]) -> (Vec<Found>, Vec<Problem>) {
    let mut found = Vec::new();
    let mut problems = Vec::new();
    for path in paths {
        let before = found.len();
        if path.is_file() {
            found.push(Found { name: path.display().to_string(), path: path.clone(), calendar: None });
        } else {
            below(path, path, LEVELS, &mut found);
        }
        if found.len() == before && !path.is_dir() {
            let message = "no calendar is there (does it exist, and is it spelled right?)".to_owned();
            problems.push(Problem { subject: path.display().to_string(), message });
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found.dedup_by(|a, b| a.path == b.path);
    (found, problems)
}

fn below(root: &Path, folder: &Path, levels: usize, found: &mut Vec<Found>) {
    for entry in folder.read_dir().into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        // A link may lead back up; only what lies here is looked through.
        if path.is_dir() && !path.is_symlink() {
            if levels > 1 {
                below(root, &path, levels - 1, found);
            }
        } else if name.to_lowercase().ends_with(".ics") {
            let short = path.strip_prefix(root).unwrap_or(&path).display().to_string();
            let calendar = folder.file_name().map(|folder| folder.to_string_lossy().into_owned());
            found.push(Found { name: short, path, calendar });
        }
    }
}
