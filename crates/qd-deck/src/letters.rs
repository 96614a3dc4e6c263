//! Drafts about rows, and where they are kept: among the drafts of the mailbox that the question came to,
//! or in a file where that takes none. Nothing is ever sent.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use qd_model::DeckError;
use qd_sources::{
    http::Patience,
    mail::{
        self,
        draft::Draft,
        imap::{self, Access, Proof},
    },
};

use crate::{
    opening::{Opening, SourceSpec},
    sync::{cursors, open_lake, stored},
};

/// Folder of drafts that no mailbox takes, beside the facts.
const FOLDER: &str = "drafts";

/// A draft about a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Id of the row.
    pub row: String,
    /// The draft.
    pub draft: Draft,
    /// Sources that hold the message it is about, the best for it first.
    pub(crate) sources: Vec<SourceSpec>,
}

/// Where a row is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answering {
    /// By mail.
    Mail(Box<Letter>),
    /// Where it was asked.
    Elsewhere {
        /// What the row says.
        title: String,
        /// Where.
        url: Option<String>,
    },
}

/// Where a draft was put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saved {
    /// Into a mailbox.
    Folder {
        /// The source.
        source: String,
        /// Its folder.
        folder: String,
    },
    /// Into a file.
    File {
        /// Which.
        path: PathBuf,
        /// Why the mailbox did not take it, where it was to.
        why: Option<String>,
    },
}

/// A place that takes drafts.
enum Taker<'a> {
    Server(&'a SourceSpec, &'a str),
    Maildir(&'a SourceSpec, PathBuf),
}

impl Letter {
    /// Whether a mailbox of its own takes it.
    #[must_use]
    pub fn has_taker(&self) -> bool {
        self.taker().is_some()
    }

    fn taker(&self) -> Option<Taker<'_>> {
        self.sources.iter().find_map(|source| match &source.url {
            Some(url) if source.replay.is_none() => Some(Taker::Server(source, url)),
            _ => mail::drafts_folder(&source.paths).map(|folder| Taker::Maildir(source, folder)),
        })
    }

    /// Keeps the draft, with what its author made of it. What a mailbox does not take is put into a file: no
    /// word that was written is lost.
    ///
    /// # Errors
    /// Where no file can be written either.
    pub fn save(&self, opening: &Opening, draft: &Draft) -> Result<Saved, DeckError> {
        let at = opening.now;
        let message = draft.message(at);
        let saved = match self.taker() {
            None => Err(None),
            Some(Taker::Maildir(source, folder)) => mail::save(&folder, &message, at)
                .map(|_| (source, folder.file_name().unwrap_or_default().to_string_lossy().into_owned()))
                .map_err(|error| Some(format!("`{}` cannot be written: {error}", folder.display()))),
            Some(Taker::Server(source, url)) => {
                on_server(opening, source, url, &message).map(|folder| (source, folder)).map_err(Some)
            }
        };
        match saved {
            Ok((source, folder)) => {
                let folder = folder.trim_start_matches('.').to_owned();
                Ok(Saved::Folder { source: source.name.clone(), folder })
            }
            Err(why) => file(opening, &self.row, &message, at).map(|path| Saved::File { path, why }),
        }
    }
}

fn on_server(opening: &Opening, source: &SourceSpec, url: &str, message: &[u8]) -> Result<String, String> {
    let (Some(user), Some(place)) = (&source.user, &source.token) else {
        return Err(format!("the source `{}` says neither `user` nor `token`", source.name));
    };
    let secret = (opening.outside.secret)(place, opening.place.folder())
        .map_err(|reason| format!("the token cannot be had: {reason}"))?;
    let proof = match source.auth.as_deref() {
        Some("oauth") => Proof::Token(&secret),
        _ => Proof::Password(&secret),
    };
    let known = open_lake(opening)
        .and_then(|lake| cursors(&stored(&lake, opening)?, &source.name))
        .map_err(|error| error.message)?;
    let access = Access { url, user, proof, certificates: None, patience: Patience::BRIEF };
    let refused = (known.get(qd_sources::connector::ASIDE), source.since);
    imap::save(&access, message, refused, opening.now)
}

/// Writes a draft that mail programs open (`X-Unsent`) beside the facts, for its owner's eyes alone.
fn file(opening: &Opening, row: &str, message: &[u8], at: Timestamp) -> Result<PathBuf, DeckError> {
    let folder = opening.state.join(FOLDER);
    let path = folder.join(format!("{row}-{}.eml", at.strftime("%Y%m%dT%H%M%S%3f")));
    let written = fs::create_dir_all(&folder).and_then(|()| write_private(&path, message));
    written.map(|()| path).map_err(|error| {
        DeckError::new(format!("no draft can be written in `{}`: {error}", folder.display()))
    })
}

/// Writes a new file that nobody else may read.
///
/// # Errors
/// Where there is one already, or it cannot be written.
pub fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes).and_then(|()| file.sync_all())
}
