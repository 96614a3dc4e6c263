//! What the rim of the program knows and the deck needs: where, when and who.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use qd_intent::Company;

use crate::{calendar::Calendar, folder::Place};

/// Where to look, as of when, and for whom.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The company's folder, or the repositories to infer one from.
    pub place: Place,
    /// Folder of the facts.
    pub state: PathBuf,
    /// The user's home, for `~` in paths.
    pub home: Option<PathBuf>,
    /// The user's name and mail address, as git is configured.
    pub reader: Option<(String, String)>,
    /// The present moment.
    pub now: Timestamp,
    /// The moment to look at.
    pub as_of: Timestamp,
    /// Where the user's days begin and end; a company that declares a zone has its own.
    pub zone: TimeZone,
    /// Threads to work with.
    pub threads: usize,
    /// Memory that a query may take, in MiB.
    pub mebibytes: usize,
    /// What only the rim can do.
    pub outside: Outside,
}

/// A source of facts, with its paths made whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceSpec {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// Where it looks.
    pub paths: Vec<PathBuf>,
    /// Feeds that it reads.
    pub urls: Vec<String>,
    /// What it leaves out.
    pub ignore: Vec<String>,
    /// Folders and labels of mail that nothing is read of.
    pub private: Vec<String>,
    /// Where it answers, where that is not the usual place.
    pub url: Option<String>,
    /// What to read of a forge or tracker.
    pub repositories: Vec<String>,
    /// Who asks, where a token alone is not enough.
    pub user: Option<String>,
    /// Where its token is to be had.
    pub token: Option<String>,
    /// What the token is, where there is more than one way to prove who asks.
    pub auth: Option<String>,
    /// Who gives access tokens, where `token` only renews them.
    pub oauth: Option<String>,
    /// The app that asks for them.
    pub client: Option<String>,
    /// What keeps a token that renews them.
    pub keep: Option<String>,
    /// Where the secret is to be had that what it posts is signed with; with `oauth`, that of the app.
    pub secret: Option<String>,
    /// Oldest day to read.
    pub since: Option<Date>,
    /// Folder to write each exchange to.
    pub record: Option<PathBuf>,
    /// Folder (or file) of recorded exchanges to read in place of the network.
    pub replay: Option<PathBuf>,
    /// The table that files fill.
    pub table: Option<String>,
    /// The source that rows of files are stored as.
    pub of: Option<String>,
    /// Column of the table, column of the file.
    pub columns: BTreeMap<String, String>,
    /// Repository that files are about, where they do not say.
    pub repo: Option<String>,
}

/// What only the rim can do for the deck.
#[derive(Debug, Clone, Copy)]
pub struct Outside {
    /// The secret that a text names (`env:NAME`, `file:PATH`, `command:LINE`), as seen from a
    /// folder; or why it cannot be had, without a word of it.
    pub secret: fn(&str, &Path) -> Result<String, String>,
    /// Gives a secret to what keeps it (`command:LINE`), as seen from a folder; or why it is not kept.
    pub keep: fn(&str, &Path, &str) -> Result<(), String>,
    /// The time.
    pub clock: fn() -> Timestamp,
    /// Lets time pass.
    pub wait: fn(std::time::Duration),
}

impl Opening {
    /// True where no source was ever looked at.
    #[must_use]
    pub fn was_never_read(&self) -> bool {
        LastLook::read(&self.state).sources.is_empty()
    }

    /// Working days and dates where the company is.
    #[must_use]
    pub fn calendar(&self, company: &Company) -> Calendar {
        let zone = company.timezone().and_then(|name| TimeZone::get(name).ok());
        Calendar {
            zone: zone.unwrap_or_else(|| self.zone.clone()),
            holidays: company.holidays().into_iter().collect(),
        }
    }

    /// The sources that `company` declares, or the one of an inferred company.
    #[must_use]
    pub fn sources(&self, company: &Company) -> Vec<SourceSpec> {
        match &self.place {
            Place::Repositories(folder) => vec![SourceSpec {
                name: "repositories".to_owned(),
                kind: "git".to_owned(),
                paths: vec![folder.clone()],
                ..SourceSpec::default()
            }],
            Place::Company(folder) => company
                .sources()
                .map(|source| SourceSpec {
                    name: source.id().to_owned(),
                    kind: source.kind().unwrap_or_default().to_owned(),
                    paths: source
                        .paths()
                        .iter()
                        .map(String::as_str)
                        .chain(source.path())
                        .map(|path| self.whole(folder, path))
                        .collect(),
                    urls: match source.urls() {
                        [] if source.kind() == Some("feed") => {
                            company.release_feeds().map(str::to_owned).collect()
                        }
                        urls => urls.to_vec(),
                    },
                    ignore: source.ignore().iter().map(|path| self.ignored(folder, path)).collect(),
                    private: source.private().to_vec(),
                    url: source.url().map(str::to_owned),
                    repositories: source.repositories().to_vec(),
                    user: source.user().map(str::to_owned),
                    token: source.token().map(str::to_owned),
                    auth: source.auth().map(str::to_owned),
                    oauth: source.oauth().map(str::to_owned),
                    client: source.client().map(str::to_owned),
                    keep: source.keep().map(str::to_owned),
                    secret: source.secret().map(str::to_owned),
                    since: source.since(),
                    record: source.record().map(|path| self.whole(folder, path)),
                    replay: source.replay().map(|path| self.whole(folder, path)),
                    table: source.table().map(str::to_owned),
                    of: source.of().map(str::to_owned),
                    columns: source
                        .columns()
                        .iter()
                        .filter_map(|pair| pair.split_once('='))
                        .map(|(table, file)| (table.to_owned(), file.to_owned()))
                        .collect(),
                    repo: source.repo().map(str::to_owned),
                })
                .collect(),
        }
    }

    /// What to leave out: a name as it is, a path made whole.
    fn ignored(&self, folder: &Path, pattern: &str) -> String {
        if pattern.contains('/') {
            self.whole(folder, pattern).to_string_lossy().into_owned()
        } else {
            pattern.to_owned()
        }
    }

    /// A path of the company's text, made whole.
    fn whole(&self, folder: &Path, path: &str) -> PathBuf {
        match (path.strip_prefix("~/"), &self.home) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => folder.join(path),
        }
    }
}

/// When each source was last looked at, whether or not there was anything new: a small
/// file beside the lake, for a sync that finds nothing writes no facts.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct LastLook {
    /// By name of the source.
    pub sources: BTreeMap<String, Look>,
}

/// One look at one source.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Look {
    /// When something last answered; none where nothing ever did.
    pub at: Option<Timestamp>,
    /// Units (for git: repositories) it has.
    pub units: usize,
    /// What went wrong.
    pub error: Option<String>,
}

impl LastLook {
    /// Where it is kept.
    pub(crate) fn path(state: &Path) -> PathBuf {
        state.join("last-look.json")
    }

    /// Reads it; an unreadable one is as good as none.
    #[must_use]
    pub(crate) fn read(state: &Path) -> Self {
        std::fs::read(Self::path(state))
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default()
    }

    /// Keeps it.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub(crate) fn write(&self, state: &Path) -> std::io::Result<()> {
        let text = serde_json::to_vec_pretty(self)?;
        crate::folder::write_atomically(&Self::path(state), &text)
    }
}
