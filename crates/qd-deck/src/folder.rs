//! Finding a company on the disk, and reading its texts.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use qd_model::{Diagnostic, Files};

/// The file that makes a folder a company.
const COMPANY_FILE: &str = "company.toml";
/// Largest text that is read: more is no text that somebody wrote.
const LARGEST: u64 = 16 * 1024 * 1024;
/// Folders that hold no declarations.
const SKIPPED: &[&str] = &[".git", ".quarterdeck", "node_modules", "target"];

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
        path.ancestors()
            .find(|folder| folder.join(COMPANY_FILE).is_file())
            .map_or_else(
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

/// The texts of the company in `folder`, the company's own signals among them (`.sql`),
/// and complaints about files that could not be read.
#[must_use]
pub(crate) fn read(folder: &Path) -> (Files, Vec<Diagnostic>) {
    let (mut files, mut complaints) = (BTreeMap::new(), Vec::new());
    read_below(folder, "", &mut files, &mut complaints, 0);
    (files, complaints)
}

fn read_below(
    folder: &Path,
    prefix: &str,
    files: &mut Files,
    complaints: &mut Vec<Diagnostic>,
    depth: usize,
) {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            complaints.push(qd_intent::unreadable_file(prefix.trim_end_matches('/'), &error.to_string()));
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
            // A folder of a company is a few levels deep; a link in a circle is not followed for ever.
            if depth < 6 && !SKIPPED.contains(&name.as_str()) {
                read_below(&path, &format!("{shown}/"), files, complaints, depth + 1);
            }
            continue;
        }
        let is_text = [".toml", ".md", ".yaml", ".yml", ".sql"].iter().any(|end| name.ends_with(end));
        if !is_text {
            continue;
        }
        match text_of(&path) {
            Ok(text) => {
                files.insert(shown, text);
            }
            Err(reason) => complaints.push(qd_intent::unreadable_file(&shown, &reason)),
        }
    }
}

fn text_of(path: &Path) -> Result<String, String> {
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
    use std::io::Write;
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new();
    // A file keeps its rights; a new one gets the usual ones, not a temporary file's.
    let rights = fs::metadata(path).map(|metadata| metadata.permissions());
    #[cfg(unix)]
    let rights = rights.unwrap_or_else(|_| std::os::unix::fs::PermissionsExt::from_mode(0o644));
    #[cfg(unix)]
    file.permissions(rights);
    let mut file = file.tempfile_in(folder)?;
    file.write_all(text)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
