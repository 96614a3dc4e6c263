//! Exports, and what is new in them since the last time.
//!
//! An export that stands as it stood is not opened. In a newer one, a day that was read before
//! (by name, size and checksum) is not unpacked; whatever else is told twice is left out when it is
//! stored. The cursor holds hashes, paths of exports and ids of unknown writers.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Error, Result},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use qd_tables::Fact;
use serde::{Deserialize, Serialize};

use super::{
    archive::{self, Archive, Member},
    mattermost::{Export, Taker},
    slack::{self, Workspace},
};
use crate::{Problem, connector::Take, files::expand, git::BoxError};

/// Problems of one export that are told one by one; the rest is a number.
const TOLD: usize = 20;
/// Facts that are handed on at once.
const BATCH: usize = 2000;

/// What holds for all of a source.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// Channels to leave out altogether, by name or id; `dm` for conversations of two and of a few.
    pub private: &'a [String],
    /// When the sync began.
    pub observed_at: Timestamp,
}

/// What became of a sync.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Synced {
    /// What was read, for the next sync; to be kept with the facts.
    pub cursor: String,
    /// Exports found.
    pub exports: usize,
    /// Exports among them that were new or had changed.
    pub changed: usize,
    /// Days of channels that were read; an export of Mattermost counts as one.
    pub read: u64,
    /// Facts handed on.
    pub rows: u64,
    /// What is worth knowing and stops nothing.
    pub notices: Vec<Problem>,
    /// What could not be read; the rest was.
    pub problems: Vec<Problem>,
}

/// What is kept between two syncs: each export as it stood, by its path.
type Cursor = BTreeMap<String, Known>;

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Known {
    /// How all of it stood.
    mark: String,
    /// Its members that were read.
    read: BTreeSet<String>,
    /// Ids of writers who stand in no list.
    unknown: BTreeSet<String>,
}

/// Reads what is new in the exports that `paths` mean since `cursor`. A path is a zip, a file of
/// JSON Lines, an unpacked export, or a folder of these; it may hold `*`.
///
/// # Errors
/// Where facts could not be handed on.
pub fn sync(
    paths: &[PathBuf],
    cursor: Option<&str>,
    options: &Options<'_>,
    sink: &mut Take<'_>,
) -> std::result::Result<Synced, BoxError> {
    let known: Cursor = cursor.and_then(|cursor| serde_json::from_str(cursor).ok()).unwrap_or_default();
    let mut run = Run {
        options,
        known: &known,
        sink,
        failed: None,
        pending: Vec::new(),
        room: usize::MAX,
        untold: 0,
        synced: Synced::default(),
    };
    let mut next = Cursor::new();
    for path in run.find(paths) {
        let name = path.display().to_string();
        run.synced.exports += 1;
        run.make_room(&name);
        let stood = known.get(&name);
        let now = run.export(&path, &name, stood);
        run.flush();
        run.make_room(&name);
        if let Some(error) = run.failed {
            return Err(error);
        }
        if let Some(now) = now.or_else(|| stood.cloned()) {
            next.insert(name, now);
        }
    }
    let mut synced = run.synced;
    synced.cursor = serde_json::to_string(&next)?;
    Ok(synced)
}

/// A sync under way.
struct Run<'a, 'b> {
    options: &'a Options<'a>,
    known: &'a Cursor,
    sink: &'a mut Take<'b>,
    failed: Option<BoxError>,
    pending: Vec<Fact>,
    /// Problems that may be told before the rest is only counted.
    room: usize,
    untold: u64,
    synced: Synced,
}

impl Run<'_, '_> {
    fn find(&mut self, paths: &[PathBuf]) -> Vec<PathBuf> {
        let mut found = Vec::new();
        for path in paths {
            let before = found.len();
            for start in expand(path) {
                if start.is_file() || is_unpacked(&start) {
                    found.push(start);
                } else {
                    let entries = start.read_dir().into_iter().flatten().flatten().map(|entry| entry.path());
                    found.extend(entries.filter(|path| is_unpacked(path) || is_export(path)));
                }
            }
            if found.len() == before {
                let message = "no export of a chat is there (does it exist, and is it spelled right?)";
                self.problem(&path.display().to_string(), message.to_owned());
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Puts down what went wrong; of many like it in one export, how many more.
    fn problem(&mut self, subject: &str, message: String) {
        if self.synced.problems.len() < self.room {
            self.synced.problems.push(Problem { subject: subject.to_owned(), message });
        } else {
            self.untold += 1;
        }
    }

    fn make_room(&mut self, name: &str) {
        if self.untold > 0 {
            let message = format!("{} more like these", self.untold);
            self.synced.problems.push(Problem { subject: name.to_owned(), message });
        }
        self.untold = 0;
        self.room = self.synced.problems.len() + TOLD;
    }

    /// How the export stands after it was read; none where it could not be.
    fn export(&mut self, path: &Path, name: &str, stood: Option<&Known>) -> Option<Known> {
        let private: Vec<&[u8]> = self.options.private.iter().map(String::as_bytes).collect();
        let whole = |members: &[Member]| {
            let marks = members.iter().map(|member| member.mark.as_bytes());
            archive::short(marks.chain(private.iter().copied()))
        };
        // A file's size and time tell enough; of a folder, those of all that lies in it.
        let quick = (!path.is_dir()).then(|| {
            let size = path.metadata().map_or(0, |about| about.len()).to_le_bytes();
            let time = archive::modified(path).map(|time| time.to_string()).unwrap_or_default();
            archive::short([size.as_slice(), time.as_bytes()].into_iter().chain(private.iter().copied()))
        });
        if let Some(stood) = stood.filter(|stood| Some(&stood.mark) == quick.as_ref()) {
            return Some(stood.clone());
        }
        let (archive, members) = match Archive::open(path) {
            Ok(opened) => opened,
            Err(error) => {
                self.problem(name, format!("the export cannot be read: {error}"));
                return None;
            }
        };
        let mark = quick.unwrap_or_else(|| whole(&members));
        if let Some(stood) = stood.filter(|stood| stood.mark == mark) {
            return Some(stood.clone());
        }
        self.synced.changed += 1;
        let modified = if path.is_dir() { None } else { archive::modified(path) };
        let told_at = modified.unwrap_or(self.options.observed_at).min(self.options.observed_at);
        let mut now = Known { mark, ..Known::default() };
        if let Some(prefix) = slack::prefix(&members) {
            self.slack(&archive, &members, prefix, (name, told_at), &mut now);
        } else {
            self.mattermost(&archive, &members, (name, told_at), &mut now);
        }
        self.strangers(name, now.unknown.len());
        Some(now)
    }

    fn slack(
        &mut self,
        archive: &Archive,
        members: &[Member],
        prefix: String,
        (name, told_at): (&str, Timestamp),
        now: &mut Known,
    ) {
        let within =
            |problem: Problem| Problem { subject: format!("{name}: {}", problem.subject), ..problem };
        let problems = &mut self.synced.problems;
        let workspace =
            Workspace::read(archive, members, prefix, &mut |problem| problems.push(within(problem)));
        // Who was unknown then and is known now: what they wrote is read again.
        let known = self.known;
        let still = known.values().filter(|known| !known.unknown.iter().any(|id| workspace.knows(id)));
        let read: BTreeSet<&str> = still.flat_map(|known| known.read.iter().map(String::as_str)).collect();
        let mut days = 0_u64;
        for member in members {
            let Some(channel) = workspace.channel_of(member) else { continue };
            days += 1;
            if channel.is_private(self.options.private) {
                continue;
            }
            if !read.contains(member.mark.as_str()) {
                match slack::document(archive, member) {
                    Ok(day) => self.take(workspace.day(&day, &channel, told_at, &mut now.unknown)),
                    Err(message) => self.problem(&format!("{name}: {}", member.name), message),
                }
                self.synced.read += 1;
            }
            if self.failed.is_some() {
                return;
            }
            now.read.insert(member.mark.clone());
        }
        if days == 0 {
            self.problem(name, "the export holds no day of any channel".to_owned());
        }
        // Days that were not read again may have named them.
        let before = known.get(name).into_iter().flat_map(|known| known.unknown.iter());
        now.unknown.extend(before.filter(|id| !workspace.knows(id)).cloned());
    }

    fn mattermost(
        &mut self,
        archive: &Archive,
        members: &[Member],
        (name, told_at): (&str, Timestamp),
        now: &mut Known,
    ) {
        let is_lines = |member: &&Member| member.name.to_lowercase().ends_with(".jsonl");
        let found = members.iter().find(is_lines).or_else(|| members.first().filter(|_| members.len() == 1));
        let Some(member) = found else {
            let message =
                "it is no export of Slack (no `channels.json`) and none of Mattermost (no `.jsonl`)";
            return self.problem(name, message.to_owned());
        };
        let mut export = Export::default();
        let private = self.options.private;
        let subject = format!("{name}: {}", member.name);
        let read = archive.with(member, &mut |input| {
            export.read(input, private, told_at, &mut Lines { run: self, subject: &subject })
        });
        if let Err(error) = read
            && self.failed.is_none()
        {
            self.problem(&subject, format!("it cannot be read to its end: {error}"));
        }
        if !export.is_one && export.messages == 0 {
            self.problem(name, "it is no export of Mattermost: no line says so".to_owned());
        }
        self.synced.read += 1;
        now.unknown = std::mem::take(&mut export.unknown);
    }

    fn strangers(&mut self, name: &str, count: usize) {
        let message = match count {
            0 => return,
            1 => "1 person who wrote or is named is not in its list of people, and is kept by id".to_owned(),
            _ => format!(
                "{count} people who wrote or are named are not in its list of people, and are kept by id"
            ),
        };
        self.synced.notices.push(Problem { subject: name.to_owned(), message });
    }

    fn take(&mut self, mut facts: Vec<Fact>) {
        self.synced.rows += facts.len() as u64;
        self.pending.append(&mut facts);
        if self.pending.len() >= BATCH {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let facts = std::mem::take(&mut self.pending);
        if self.failed.is_none() && !facts.is_empty() {
            self.failed = (self.sink)(facts).err();
        }
    }
}

/// Where the lines of a file go.
struct Lines<'a, 'b, 'c> {
    run: &'a mut Run<'b, 'c>,
    subject: &'a str,
}

impl Taker for Lines<'_, '_, '_> {
    fn facts(&mut self, facts: Vec<Fact>) -> Result<()> {
        self.run.take(facts);
        if self.run.failed.is_some() { Err(Error::other("what was read could not be kept")) } else { Ok(()) }
    }

    fn bad(&mut self, line: u64, message: String) {
        self.run.problem(self.subject, format!("line {line}: {message}"));
    }
}

/// Whether a folder holds an unpacked export of Slack.
fn is_unpacked(path: &Path) -> bool {
    path.join("channels.json").is_file() || path.join("users.json").is_file()
}

fn is_export(path: &Path) -> bool {
    path.is_file()
        && (path.extension().is_some_and(|end| end.eq_ignore_ascii_case("jsonl")) || archive::is_zip(path))
}
