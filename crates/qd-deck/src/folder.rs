//! Finding a company on the disk, and reading its texts.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use qd_model::{Diagnostic, Files, Severity};
use qd_sources::git::{Problem, texts};

/// The file that makes a folder a company.
const COMPANY_FILE: &str = "company.toml";
/// Largest text that is read: more is no text that somebody wrote.
const LARGEST: u64 = 16 * 1024 * 1024;
/// Folders that hold no declarations.
const SKIPPED: &[&str] = &[".git", ".quarterdeck", "node_modules", "target"];
/// Ends of the names of texts.
const ENDS: &[&str] = &[".toml", ".md", ".yaml", ".yml", ".sql"];
/// A folder of a company is a few levels deep; a link in a circle is not followed for ever.
const DEEPEST: usize = 6;

/// What a path turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A company's folder.
    Company(PathBuf),
    /// A repository or a folder of repositories: the company is inferred from them.
    Repositories(PathBuf),
}

impl Place {
    /// The company that `path` belongs to, walking up; or else the repositories at `path`.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        path.ancestors().find(|folder| folder.join(COMPANY_FILE).is_file()).map_or_else(
            || Self::Repositories(repository_of(&path)),
            |folder| Self::Company(folder.to_owned()),
        )
    }

    /// The folder itself.
    #[must_use]
    pub fn folder(&self) -> &Path {
        match self {
            Self::Company(folder) | Self::Repositories(folder) => folder,
        }
    }
}

/// The repository that `path` is a folder of; `path` itself where it is in none.
fn repository_of(path: &Path) -> PathBuf {
    let root = path.ancestors().find(|folder| folder.join(".git").exists());
    root.unwrap_or(path).to_owned()
}

/// What a company's folder says.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    /// The texts by path, the company's own signals among them (`.sql`).
    pub(crate) files: Files,
    /// When each was last committed; those that are newer than their history are not here.
    pub(crate) dates: BTreeMap<String, Date>,
    /// Complaints about files that could not be read.
    pub(crate) complaints: Vec<Diagnostic>,
}

/// The texts of the company in `folder` as they lie there, or as they stood at `past`.
/// Where they have no history, it is today's and a complaint that says so.
///
/// Dates are of the zone that the company declares, or else of `zone`.
#[must_use]
pub(crate) fn read(folder: &Path, past: Option<Timestamp>, zone: &TimeZone) -> Texts {
    let Some(as_of) = past else {
        let mut now = read_present(folder);
        now.dates = texts::dates(folder, declared_zone(&now.files).as_ref().unwrap_or(zone), &is_read);
        return now;
    };
    match read_past(folder, as_of) {
        Ok(mut then) => {
            let zone = declared_zone(&then.files).unwrap_or_else(|| zone.clone());
            then.dates = texts::dates_at(folder, as_of, &zone, &is_read);
            then
        }
        Err(reason) => {
            // Today's text is newer than the moment to look at: there it has no age.
            let mut now = read_present(folder);
            now.complaints.push(no_past(&reason));
            now
        }
    }
}

fn read_present(folder: &Path) -> Texts {
    let mut now = Texts::default();
    let (mut paths, mut unread) = (Vec::new(), Vec::new());
    walk(folder, "", &mut paths, &mut unread, 0);
    now.complaints.extend(unread.iter().map(|(path, reason)| qd_intent::unreadable_file(path, reason)));
    for path in paths {
        match text_of(&folder.join(&path)) {
            Ok(text) => {
                now.files.insert(path, text);
            }
            Err(reason) => now.complaints.push(qd_intent::unreadable_file(&path, &reason)),
        }
    }
    now
}

/// Paths of the texts in a company's folder, as seen from there.
pub(crate) fn texts_in(folder: &Path) -> Vec<String> {
    let mut paths = Vec::new();
    walk(folder, "", &mut paths, &mut Vec::new(), 0);
    paths
}

/// Adds the texts below `folder` to `paths`, and folders that cannot be looked into, with the reason, to `unread`.
fn walk(
    folder: &Path,
    prefix: &str,
    paths: &mut Vec<String>,
    unread: &mut Vec<(String, String)>,
    depth: usize,
) {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            unread.push((prefix.trim_end_matches('/').to_owned(), error.to_string()));
            return;
        }
    };
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    for name in names {
        let path = folder.join(&name);
        let shown = format!("{prefix}{name}");
        if path.is_dir() {
            if depth < DEEPEST && !SKIPPED.contains(&name.as_str()) {
                walk(&path, &format!("{shown}/"), paths, unread, depth + 1);
            }
        } else if ENDS.iter().any(|end| name.ends_with(end)) {
            paths.push(shown);
        }
    }
}

/// Whether `path`, from the company's folder, is one that is read.
pub(crate) fn is_read(path: &str) -> bool {
    let mut folders: Vec<&str> = path.split('/').collect();
    let name = folders.pop().unwrap_or_default();
    ENDS.iter().any(|end| name.ends_with(end))
        && folders.len() <= DEEPEST
        && !folders.iter().any(|folder| SKIPPED.contains(folder))
}

/// The texts at `as_of`, without dates, or why there was no company then.
fn read_past(folder: &Path, as_of: Timestamp) -> Result<Texts, String> {
    let (files, problems) = match texts::texts_at(folder, as_of, &is_read) {
        Ok(Some(past)) => past,
        Ok(None) => return Err("the company's files have no history".to_owned()),
        Err(error) => return Err(error.to_string()),
    };
    if files.contains_key(COMPANY_FILE) {
        let complaint = |problem: &Problem| qd_intent::unreadable_file(&problem.subject, &problem.message);
        return Ok(Texts { files, complaints: problems.iter().map(complaint).collect(), ..Texts::default() });
    }
    // Where nothing was read, the only problem is the history's.
    let of_company_file = problems.iter().find(|problem| problem.subject == COMPANY_FILE);
    Err(match of_company_file.or(problems.first().filter(|_| files.is_empty())) {
        Some(problem) => format!("`{}`: {}", problem.subject, problem.message),
        None => format!("there was no `{COMPANY_FILE}` at {as_of}"),
    })
}

fn no_past(reason: &str) -> Diagnostic {
    Diagnostic {
        code: "no-history",
        severity: Severity::Warning,
        file: COMPANY_FILE.to_owned(),
        span: 0..0,
        message: format!("{reason}: today's text was used"),
        label: String::new(),
        help: None,
    }
}

/// The time zone that the company declares in `files`.
fn declared_zone(files: &Files) -> Option<TimeZone> {
    let company: toml::Table = toml::from_str(files.get(COMPANY_FILE)?).ok()?;
    TimeZone::get(company.get("timezone")?.as_str()?).ok()
}

/// What a file says, or why it is no text.
pub(crate) fn text_of(path: &Path) -> Result<String, String> {
    let size = fs::metadata(path).map_err(|error| error.to_string())?.len();
    if size > LARGEST {
        return Err(format!("it has {size} bytes, which is no text that somebody wrote"));
    }
    let bytes = fs::read(path).map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|error| {
        format!("it is not UTF-8: byte {} is no character", error.utf8_error().valid_up_to() + 1)
    })
}

/// Writes `text` to `path` in one step: a reader sees the old text or the new one.
///
/// # Errors
/// Where the folder or the file cannot be written.
pub fn write_atomically(path: &Path, text: &[u8]) -> std::io::Result<()> {
    let mut file = tempfile::Builder::new();
    // A file keeps its rights; a new one gets the usual ones, not a temporary file's.
    let rights = fs::metadata(path).map(|metadata| metadata.permissions());
    #[cfg(unix)]
    let rights = rights.unwrap_or_else(|_| std::os::unix::fs::PermissionsExt::from_mode(0o644));
    #[cfg(unix)]
    file.permissions(rights);
    persist(path, text, &file)
}

/// The same for what nobody else on this machine reads.
///
/// # Errors
/// As [`write_atomically`].
pub fn write_private_atomically(path: &Path, text: &[u8]) -> std::io::Result<()> {
    // A temporary file is its owner's alone.
    persist(path, text, &tempfile::Builder::new())
}

fn persist(path: &Path, text: &[u8], file: &tempfile::Builder<'_, '_>) -> std::io::Result<()> {
    use std::io::Write;
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = file.tempfile_in(folder)?;
    file.write_all(text)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
