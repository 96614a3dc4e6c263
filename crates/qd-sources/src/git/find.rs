//! Which repositories the paths of a source mean.
//!
//! A path may be a repository, or a folder of repositories up to two levels deep, and may
//! hold `*` in any of its parts. Names are the folders' own, so that they stay the same
//! whatever else is found; only where two are equal do the folders above tell them apart.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Component, Path, PathBuf},
};

use super::Problem;
use crate::files::matches;

/// A repository found on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Found {
    /// Its name: its folder's, without `.git`; unique among what was found together.
    pub name: String,
    /// Where it lies: a work tree, a bare repository or a `.git` folder.
    pub path: PathBuf,
}

/// How many levels below a folder repositories are looked for.
const LEVELS: usize = 2;

/// Finds the repositories that `paths` mean, by name. Folders whose name or path matches
/// one of `ignore` (with `*`, as in `paths`) are left out.
#[must_use]
pub fn find(paths: &[PathBuf], ignore: &[String]) -> (Vec<Found>, Vec<Problem>) {
    let mut search = Search { ignore, found: BTreeSet::new(), problems: Vec::new() };
    for path in paths {
        let expanded = search.expand(path);
        if expanded.is_empty() {
            search.problem(path, "there is no such folder (does it exist, and is it spelled right?)");
        }
        for path in expanded {
            let before = search.found.len();
            let seen = search.below(&path, LEVELS);
            // Naming the same repository twice is no mistake.
            if search.found.len() == before && !seen && !search.is_ignored(&path) {
                search.problem(&path, "no git repository is there or in the folders below");
            }
        }
    }
    (named(search.found), search.problems)
}

struct Search<'a> {
    ignore: &'a [String],
    found: BTreeSet<PathBuf>,
    problems: Vec<Problem>,
}

impl Search<'_> {
    fn problem(&mut self, path: &Path, message: &str) {
        self.problems.push(Problem { subject: path.display().to_string(), message: message.to_owned() });
    }

    fn is_ignored(&self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let whole = path.to_string_lossy();
        self.ignore.iter().any(|pattern| {
            matches(pattern.as_bytes(), name.as_bytes()) || matches(pattern.as_bytes(), whole.as_bytes())
        })
    }

    /// The paths that `path` means, which may hold `*`.
    fn expand(&mut self, path: &Path) -> Vec<PathBuf> {
        let mut expanded = vec![PathBuf::new()];
        for part in path.components() {
            let text = part.as_os_str().to_string_lossy();
            if text.contains('*') {
                let mut next = Vec::new();
                for folder in &expanded {
                    next.extend(self.folders(folder).into_iter().filter(|below| {
                        let name = below.file_name().unwrap_or_default().to_string_lossy();
                        let hidden = name.starts_with('.') && !text.starts_with('.');
                        !hidden && matches(text.as_bytes(), name.as_bytes())
                    }));
                }
                expanded = next;
            } else {
                expanded.iter_mut().for_each(|path| path.push(part));
            }
        }
        expanded.retain(|path| path.is_dir());
        expanded
    }

    /// The folders in `folder`, by name.
    fn folders(&mut self, folder: &Path) -> Vec<PathBuf> {
        let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let mut folders: Vec<PathBuf> = match here.read_dir() {
            Ok(entries) => entries.flatten().map(|entry| folder.join(entry.file_name())).collect(),
            Err(error) => {
                self.problem(folder, &format!("the folder cannot be read: {error}"));
                Vec::new()
            }
        };
        folders.retain(|path| path.is_dir());
        folders.sort_unstable();
        folders
    }

    /// Adds the repositories at `path` or in the folders below; says whether there are any.
    fn below(&mut self, path: &Path, levels: usize) -> bool {
        if self.is_ignored(path) {
            return false;
        }
        if let Some(repository) = repository_at(path) {
            self.found.insert(repository);
            return true;
        }
        let mut seen = false;
        if levels > 0 {
            for folder in self.folders(path) {
                let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
                if !name.starts_with('.') {
                    seen |= self.below(&folder, levels - 1);
                }
            }
        }
        seen
    }
}

/// The repository that `path` is, if it is one: a work tree, a bare repository, or the
/// `.git` folder of a work tree.
pub(crate) fn repository_at(path: &Path) -> Option<PathBuf> {
    let whole = path.canonicalize().ok()?;
    if whole.file_name().is_some_and(|name| name == ".git") && is_git_folder(&whole) {
        return whole.parent().map(Path::to_owned);
    }
    let has_git = whole.join(".git");
    let is_work_tree = has_git.is_file() || is_git_folder(&has_git);
    (is_work_tree || is_git_folder(&whole)).then_some(whole)
}

fn is_git_folder(path: &Path) -> bool {
    let has_refs = path.join("refs").is_dir() || path.join("packed-refs").is_file();
    has_refs && path.join("objects").is_dir() && path.join("HEAD").symlink_metadata().is_ok()
}

/// Names every path by its folder; where several would be called the same, by as many of
/// the folders above as it takes.
fn named(paths: BTreeSet<PathBuf>) -> Vec<Found> {
    let mut groups: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for path in paths {
        groups.entry(name(&path, 1, true)).or_default().push(path);
    }
    let mut found = Vec::new();
    for (short, paths) in groups {
        if let [path] = &paths[..] {
            found.push(Found { name: short, path: path.clone() });
            continue;
        }
        let ways = (2..8).map(|parts| (parts, true)).chain((1..64).map(|parts| (parts, false)));
        let mut names: Vec<String> = Vec::new();
        for (parts, strip) in ways {
            names = paths.iter().map(|path| name(path, parts, strip)).collect();
            if names.iter().collect::<BTreeSet<_>>().len() == names.len() {
                break;
            }
        }
        found.extend(names.into_iter().zip(paths).map(|(name, path)| Found { name, path }));
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// The last `parts` folders of `path`, without `.git` at the end if `strip`.
fn name(path: &Path, parts: usize, strip: bool) -> String {
    let mut names: Vec<String> = path
        .components()
        .rev()
        .filter(|part| matches!(part, Component::Normal(_)))
        .take(parts)
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    if let Some(last) = names.first_mut()
        && let Some(short) = last.strip_suffix(".git").filter(|short| strip && !short.is_empty())
    {
        *last = short.to_owned();
    }
    names.reverse();
    names.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_are_told_apart_by_the_folders_above() {
        let paths = ["/a/api", "/b/api.git", "/b/web", "/b/web.git"].map(PathBuf::from);
        let names: Vec<_> = named(paths.into()).into_iter().map(|found| found.name).collect();
        assert_eq!(names, ["a/api", "b/api", "web", "web.git"]);
    }
}
