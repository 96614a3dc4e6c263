//! What keeps facts fresh: how a source tells that something came, and waiting for it.
//!
//! Files tell by their times, a mail server by itself (IDLE), and everything else has to be asked. When
//! to ask, and what to do then, is up to whoever watches.

use std::{
    fs,
    hash::{DefaultHasher, Hash as _, Hasher},
    path::Path,
};

use qd_model::DeckError;
use qd_sources::{
    git,
    http::Patience,
    mail::imap::{Access, Ended, Proof, wait},
};

use crate::opening::{Opening, SourceSpec};

/// Levels of folders that are looked into.
const LEVELS: usize = 8;

/// How a source tells that something came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tells {
    /// By the times of its files.
    Files,
    /// By itself, where its server can.
    ByItself,
    /// Not at all: it has to be asked.
    Nothing,
}

impl SourceSpec {
    /// How it tells that something came.
    #[must_use]
    pub fn tells(&self) -> Tells {
        match (self.kind.as_str(), &self.url) {
            (_, None) if !self.paths.is_empty() => Tells::Files,
            ("mail", Some(_)) if self.replay.is_none() => Tells::ByItself,
            _ => Tells::Nothing,
        }
    }

    /// A number that changes when its files do.
    #[must_use]
    pub fn stirred(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        if self.kind == "git" {
            for found in git::find(&self.paths, &self.ignore).0 {
                let folder =
                    [found.path.join(".git"), found.path.clone()].into_iter().find(|path| path.is_dir());
                for part in ["HEAD", "packed-refs", "refs", "reftable"] {
                    folder.iter().for_each(|folder| look(&folder.join(part), LEVELS, &mut hasher));
                }
            }
        } else {
            self.paths.iter().for_each(|path| look(&wide(path), LEVELS, &mut hasher));
        }
        hasher.finish()
    }
}

/// The part of a path before what stands for many names.
fn wide(path: &Path) -> std::path::PathBuf {
    path.components().take_while(|part| !part.as_os_str().to_string_lossy().contains('*')).collect()
}

/// Takes in the times of what lies at `path` and below. Of a Maildir's folders the folders' own times
/// are enough: each message is a file that comes, goes or is renamed.
fn look(path: &Path, levels: usize, hasher: &mut DefaultHasher) {
    let Ok(data) = fs::symlink_metadata(path) else { return };
    path.hash(hasher);
    data.modified().ok().hash(hasher);
    data.len().hash(hasher);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_of_maildir = matches!(name.as_ref(), "cur" | "new" | "tmp");
    let is_looked_into = data.is_dir() && levels > 0 && !is_of_maildir && name != ".quarterdeck";
    if !is_looked_into {
        return;
    }
    let mut below: Vec<_> =
        fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    below.sort();
    below.iter().for_each(|path| look(path, levels - 1, hasher));
}

/// Waits at the mail server of `source` and calls `news` when something comes, until `is_over`.
///
/// # Errors
/// Where its password cannot be had.
pub fn wait_at(
    opening: &Opening,
    source: &SourceSpec,
    news: &mut dyn FnMut(),
    is_over: &dyn Fn() -> bool,
) -> Result<Ended, DeckError> {
    let (Some(url), Some(user), Some(place)) = (&source.url, &source.user, &source.token) else {
        return Ok(Ended::Unable);
    };
    let secret = (opening.outside.secret)(place, opening.place.folder())
        .map_err(|reason| DeckError::new(format!("the token cannot be had: {reason}")))?;
    let proof = match source.auth.as_deref() {
        Some("oauth") => Proof::Token(&secret),
        _ => Proof::Password(&secret),
    };
    let access = Access { url, user, proof, certificates: None, patience: Patience::SYNC };
    Ok(wait(&access, news, is_over))
}
