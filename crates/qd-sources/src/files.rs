//! Which files the paths of a source mean: a file, a folder, or either with `*` in any part.

use std::path::{Path, PathBuf};

use crate::Problem;

/// Levels below a folder in which files are looked for.
const LEVELS: usize = 8;

/// A file that a path means.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// What to call it: its path below the folder that was named, or as it was named.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
}

/// Finds the files that `paths` mean. Of a folder those count, up to eight levels deep, that are `wanted`; hidden
/// folders and `node_modules` are passed by. `ignore` is held against names and whole paths. Where a path means
/// nothing, `missing` says what is not there.
#[must_use]
pub fn find(
    paths: &[PathBuf],
    ignore: &[String],
    wanted: &dyn Fn(&Path) -> bool,
    missing: &str,
) -> (Vec<Found>, Vec<Problem>) {
    let search = Search { ignore, wanted };
    let mut found = Vec::new();
    let mut problems = Vec::new();
    for path in paths {
        let before = found.len();
        for start in expand(path) {
            if start.is_file() {
                found.push(Found { name: start.display().to_string(), path: start });
            } else {
                search.below(&start, &start, LEVELS, &mut found);
            }
        }
        if found.len() == before {
            let message = format!("no {missing} is there (does it exist, and is it spelled right?)");
            problems.push(Problem { subject: path.display().to_string(), message });
        }
    }
    found.retain(|file| !search.is_ignored(&file.path));
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found.dedup_by(|a, b| a.path == b.path);
    (found, problems)
}

/// What `path` means where parts of it hold `*`; nothing where nothing is there.
pub(crate) fn expand(path: &Path) -> Vec<PathBuf> {
    let mut expanded = vec![PathBuf::new()];
    for part in path.components() {
        let pattern = part.as_os_str().to_string_lossy();
        if pattern.contains('*') {
            expanded = expanded
                .iter()
                .flat_map(|folder| entries(folder))
                .filter(|path| matches(pattern.as_bytes(), name(path).as_bytes()))
                .collect();
        } else {
            expanded.iter_mut().for_each(|path| path.push(part));
        }
    }
    expanded.retain(|path| path.exists());
    expanded
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let read = here.read_dir().into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = read.map(|entry| folder.join(entry.file_name())).collect();
    paths.sort_unstable();
    paths
}

struct Search<'a> {
    ignore: &'a [String],
    wanted: &'a dyn Fn(&Path) -> bool,
}

impl Search<'_> {
    fn below(&self, root: &Path, folder: &Path, levels: usize, found: &mut Vec<Found>) {
        for path in entries(folder) {
            let name = name(&path);
            if name.starts_with('.') || name == "node_modules" || self.is_ignored(&path) {
                continue;
            }
            // A link may lead back up; only what lies here is looked through.
            if path.is_dir() && !path.is_symlink() {
                if levels > 0 {
                    self.below(root, &path, levels - 1, found);
                }
            } else if (self.wanted)(&path) {
                found.push(Found { name: short(root, &path), path });
            }
        }
    }

    fn is_ignored(&self, path: &Path) -> bool {
        let (name, whole) = (name(path), path.to_string_lossy());
        self.ignore.iter().any(|pattern| {
            matches(pattern.as_bytes(), name.as_bytes()) || matches(pattern.as_bytes(), whole.as_bytes())
        })
    }
}

/// The path of a file as seen from `folder`.
pub(crate) fn short(folder: &Path, path: &Path) -> String {
    path.strip_prefix(folder).unwrap_or(path).display().to_string()
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Whether `text` matches `pattern`, in which `*` stands for any characters: each star takes as
/// little as it can, and more where the rest does not fit.
pub(crate) fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut place, mut star) = (0, 0, None);
    while place < text.len() {
        if pattern.get(at) == Some(&b'*') {
            star = Some((at, place));
            at += 1;
        } else if pattern.get(at).is_some() && pattern.get(at) == text.get(place) {
            at += 1;
            place += 1;
        } else if let Some((back, taken)) = star {
            star = Some((back, taken + 1));
            at = back + 1;
            place = taken + 1;
        } else {
            return false;
        }
    }
    pattern.get(at..).is_some_and(|rest| rest.iter().all(|byte| *byte == b'*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_characters() {
        assert!(matches(b"api-*", b"api-one") && matches(b"*", b"") && matches(b"*x*", b"axb"));
        assert!(!matches(b"api-*", b"web") && !matches(b"a*c", b"ab"));
    }
}
