//! Maildir: a message a file, its flags in the file's name.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use jiff::Timestamp;

use crate::values::hash;

/// A folder of messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Folder {
    /// Where it lies.
    pub(super) path: PathBuf,
    /// Words for the flags `a` to `z`, as Dovecot keeps them.
    keywords: Vec<String>,
}

/// A message in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    /// Its name without flags: a message keeps it when it is moved or marked.
    pub(super) base: String,
    /// Its flags.
    pub(super) flags: String,
    /// Where it lies.
    pub(super) path: PathBuf,
}

/// Whether a Maildir is at `path`.
pub(super) fn is_maildir(path: &Path) -> bool {
    path.join("cur").is_dir() && path.join("new").is_dir()
}

/// The name of the Maildir at `path` below `root`: `INBOX` for itself, `Sent` for `.Sent`,
/// `Clients/Acme` for `.Clients.Acme`.
pub(super) fn name(path: &Path, root: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned();
    match below.strip_prefix('.') {
        Some(folder) => folder.replace('.', "/"),
        None if below.is_empty() => "INBOX".to_owned(),
        None => below,
    }
}

impl Folder {
    /// The folder at `path`.
    pub(super) fn open(path: PathBuf) -> Self {
        let mut keywords = Vec::new();
        for line in fs::read_to_string(path.join("dovecot-keywords")).unwrap_or_default().lines() {
            if let Some((number, word)) = line.split_once(' ')
                && number.parse() == Ok(keywords.len())
            {
                keywords.push(word.to_owned());
            }
        }
        Self { path, keywords }
    }

    /// Its messages, in the order of their names, which begin with the time they came.
    ///
    /// # Errors
    /// Where it cannot be listed.
    pub(super) fn entries(&self) -> std::io::Result<BTreeSet<Entry>> {
        let mut entries = BTreeSet::new();
        for part in ["new", "cur"] {
            for file in fs::read_dir(self.path.join(part))? {
                let file = file?;
                let name = file.file_name().to_string_lossy().into_owned();
                if name.starts_with('.') {
                    continue;
                }
                // `:` cannot stand in a name everywhere; some write `;` or `!` instead.
                let cut = [":2,", ";2,", "!2,"].iter().find_map(|mark| name.split_once(mark));
                let (base, flags) = cut.unwrap_or((&name, ""));
                entries.insert(Entry { base: base.to_owned(), flags: flags.to_owned(), path: file.path() });
            }
        }
        Ok(entries)
    }

    /// The words that a message is marked with.
    pub(super) fn labels(&self, entry: &Entry) -> Vec<String> {
        let words = entry.flags.bytes().filter(u8::is_ascii_lowercase);
        words.filter_map(|flag| self.keywords.get(usize::from(flag - b'a')).cloned()).collect()
    }
}

impl Entry {
    /// When it came.
    pub(super) fn received(&self) -> Option<Timestamp> {
        let seconds = self.base.split('.').next()?.parse().ok()?;
        Timestamp::from_second(seconds).ok()
    }

    /// Whether it is marked as answered.
    pub(super) fn is_answered(&self) -> bool {
        self.flags.contains('R')
    }

    /// Whether nobody has sent it.
    pub(super) fn is_draft(&self) -> bool {
        self.flags.contains('D')
    }

    /// What tells it from others, in 16 digits.
    pub(super) fn mark(&self) -> String {
        hash([self.base.as_bytes()]).chars().take(16).collect()
    }
}
