//! Which reports the paths of a source mean.

use std::path::{Path, PathBuf};

use crate::Problem;

/// Levels below a folder in which reports are looked for.
const LEVELS: usize = 8;
/// Bytes of a file that are looked at to see whether it is a report.
const HEAD: usize = 4096;

/// A report.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// What to call it: its path below the folder that was named, or as it was named.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
}

/// Finds the reports that `paths` mean: a file, a folder of files up to eight levels deep, or either
/// with `*` in any part. In folders only those `.xml` files count that begin like a report; hidden
/// folders and `node_modules` are passed by. `ignore` is held against names and whole paths.
#[must_use]
pub fn find(paths: &[PathBuf], ignore: &[String]) -> (Vec<Found>, Vec<Problem>) {
    let mut found = Vec::new();
    let mut problems = Vec::new();
    for path in paths {
        let before = found.len();
        for start in expand(path) {
            if start.is_file() {
                found.push(Found { name: start.display().to_string(), path: start });
            } else {
                below(&start, &start, LEVELS, ignore, &mut found);
            }
        }
        if found.len() == before {
            let message = "no JUnit report is there (does it exist, and is it spelled right?)".to_owned();
            problems.push(Problem { subject: path.display().to_string(), message });
        }
    }
    found.retain(|report| !is_ignored(&report.path, ignore));
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

fn below(root: &Path, folder: &Path, levels: usize, ignore: &[String], found: &mut Vec<Found>) {
    for path in entries(folder) {
        let name = name(&path);
        if name.starts_with('.') || name == "node_modules" || is_ignored(&path, ignore) {
            continue;
        }
        // A link may lead back up; only what lies here is looked through.
        if path.is_dir() && !path.is_symlink() {
            if levels > 0 {
                below(root, &path, levels - 1, ignore, found);
            }
        } else if name.to_lowercase().ends_with(".xml") && is_report(&path) {
            let short = path.strip_prefix(root).unwrap_or(&path).display().to_string();
            found.push(Found { name: short, path });
        }
    }
}

fn is_report(path: &Path) -> bool {
    use std::io::Read as _;
    let mut head = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(HEAD as u64).read_to_end(&mut head));
    read.is_ok() && memchr::memmem::find(&head, b"<testsuite").is_some()
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn is_ignored(path: &Path, ignore: &[String]) -> bool {
    let (name, whole) = (name(path), path.to_string_lossy());
    ignore.iter().any(|pattern| {
        matches(pattern.as_bytes(), name.as_bytes()) || matches(pattern.as_bytes(), whole.as_bytes())
    })
}

/// Whether `text` matches `pattern`, in which `*` stands for any characters: each star takes as
/// little as it can, and more where the rest does not fit.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
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
