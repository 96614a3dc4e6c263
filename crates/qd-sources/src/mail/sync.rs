//! Messages that came since the last time.
//!
//! An mbox that only grew is read from where it ended; whether it only grew is told by its first
//! and last bytes of then. A message in a Maildir is known by its file's name without flags, which
//! it keeps when it is moved or marked. The cursor holds hashes of both: no name, no address.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    hash::{BuildHasher as _, RandomState},
    io::{BufReader, ErrorKind, Read, Seek as _, SeekFrom},
    path::{Path, PathBuf},
};

use flate2::read::MultiGzDecoder;
use jiff::Timestamp;
use qd_tables::Fact;
use serde::{Deserialize, Serialize};

use super::{
    Context, is_private,
    maildir::{self, Entry, Folder},
    mbox::{self, Batch, Batches},
    pool, problem, read,
};
use crate::{
    Problem,
    connector::{Take, shorten},
    files::expand,
    git::BoxError,
    values::hash,
};

/// Levels below a folder in which mailboxes are looked for.
pub(super) const LEVELS: usize = 8;
/// Bytes at each end of an mbox by which it is known again.
const END: u64 = 4096;
/// Files of a Maildir that are read by one thread at a time.
const FILES: usize = 64;

/// What holds for all of a source.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// Folders and labels to leave out altogether.
    pub private: &'a [String],
    /// When the sync began.
    pub observed_at: Timestamp,
}

/// What became of a sync.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Synced {
    /// What was read, for the next sync; to be kept with the facts.
    pub cursor: String,
    /// Mailboxes found, without private ones.
    pub mailboxes: usize,
    /// Mailboxes among them that held something new.
    pub changed: usize,
    /// Messages looked at, without those of private folders.
    pub messages: u64,
    /// Messages left out for a private label.
    pub private: u64,
    /// Facts handed on: each message once, wherever copies of it lie.
    pub rows: u64,
    /// What could not be read; the rest was.
    pub problems: Vec<Problem>,
}

/// What is kept between two syncs.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Cursor {
    /// Each mbox as it stood, by its path.
    files: BTreeMap<String, Known>,
    /// Messages of Maildirs.
    names: BTreeSet<String>,
}

/// An mbox as it stood.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    size: u64,
    /// Hash of its first bytes and its last ones.
    ends: String,
    /// Where its last message began.
    last: u64,
}

/// What one thread made of its share.
#[derive(Debug, Default)]
struct Part {
    facts: Vec<Fact>,
    problems: Vec<Problem>,
    messages: u64,
    private: u64,
    /// Where the last message of it begins.
    last: Option<u64>,
    /// Messages of a Maildir that are done with.
    names: Vec<String>,
}

/// A sync under way.
struct Run<'a, 'b> {
    options: &'a Options<'a>,
    sink: &'a mut Take<'b>,
    /// Hashes of ids that were handed on.
    seen: hashbrown::HashSet<u64>,
    hasher: RandomState,
    synced: Synced,
}

/// Reads what came into the mailboxes that `paths` mean since `cursor`, and hands it on in parts,
/// in the order of the mailboxes. A path is an mbox (also `.gz`), a Maildir with its folders, or a
/// folder of either up to eight levels deep, and may hold `*`.
///
/// # Errors
/// Where facts could not be handed on.
pub fn sync(
    paths: &[PathBuf],
    cursor: Option<&str>,
    options: &Options<'_>,
    sink: &mut Take<'_>,
) -> Result<Synced, BoxError> {
    let known: Cursor = cursor.and_then(|cursor| serde_json::from_str(cursor).ok()).unwrap_or_default();
    let mut next = Cursor::default();
    let mut run = Run {
        options,
        sink,
        seen: hashbrown::HashSet::new(),
        hasher: RandomState::new(),
        synced: Synced::default(),
    };
    let mut boxes = Vec::new();
    for path in paths {
        let before = boxes.len();
        expand(path).iter().for_each(|start| find(start, start, LEVELS, &mut boxes));
        if boxes.len() == before {
            let message =
                "no mbox and no Maildir is there (does it exist, and is it spelled right?)".to_owned();
            run.synced.problems.push(Problem { subject: path.display().to_string(), message });
        }
    }
    boxes.sort_unstable();
    boxes.dedup();
    for found in boxes.iter().filter(|found| !is_private(&found.folder, options.private)) {
        let (told, messages) = (run.synced.problems.len(), run.synced.messages);
        if found.is_maildir {
            run.maildir(found, &known.names, &mut next.names)?;
        } else {
            let file = found.path.display().to_string();
            let stood = known.files.get(&file);
            if let Some(now) = run.mbox(found, &file, stood)?.or_else(|| stood.cloned()) {
                next.files.insert(file, now);
            }
        }
        run.synced.mailboxes += 1;
        run.synced.changed += usize::from(run.synced.messages > messages);
        shorten(&mut run.synced.problems, told, &found.path.display().to_string());
    }
    let mut synced = run.synced;
    synced.cursor = serde_json::to_string(&next)?;
    Ok(synced)
}

/// A mailbox.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    pub(super) folder: String,
    pub(super) is_maildir: bool,
}

/// The mailboxes at `path` and so many levels below it.
pub(super) fn find(root: &Path, path: &Path, levels: usize, found: &mut Vec<Found>) {
    if path.is_file() {
        if is_mbox(path) {
            found.push(Found { path: path.to_owned(), folder: file_folder(root, path), is_maildir: false });
        }
        return;
    }
    if maildir::is_maildir(path) {
        found.push(Found { path: path.to_owned(), folder: maildir::name(path, root), is_maildir: true });
    }
    let entries = path.read_dir().into_iter().flatten().flatten();
    for below in entries.map(|entry| entry.path()) {
        let name = below.file_name().unwrap_or_default().to_string_lossy();
        let is_part_of_maildir = matches!(name.as_ref(), "cur" | "new" | "tmp");
        // A link may lead back up; only what lies here is looked through.
        if levels > 0 && !below.is_symlink() && !(is_part_of_maildir && below.is_dir()) {
            find(root, &below, levels - 1, found);
        }
    }
}

/// `Sent` for `Sent`, `Sent.mbox` and `Sent.mbox.gz`; with the folders above it below `root`.
fn file_folder(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).ok().filter(|below| !below.as_os_str().is_empty());
    let name =
        below.or_else(|| path.file_name().map(Path::new)).unwrap_or(path).to_string_lossy().into_owned();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    name.strip_suffix(".mbox").unwrap_or(name).to_owned()
}

fn is_mbox(path: &Path) -> bool {
    let mut head = [0; 5];
    open(path).and_then(|mut input| input.read_exact(&mut head)).is_ok() && head == *b"From "
}

/// A file's content, unpacked where it is packed.
fn open(path: &Path) -> std::io::Result<Box<dyn Read + Send>> {
    let file = BufReader::with_capacity(1 << 16, File::open(path)?);
    if is_packed(path) { Ok(Box::new(MultiGzDecoder::new(file))) } else { Ok(Box::new(file)) }
}

fn is_packed(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz"))
}

/// Hash of the first and last bytes of a file's first `size` bytes.
fn ends(file: &mut File, size: u64) -> std::io::Result<String> {
    let mut part = |start: u64| {
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(start))?;
        file.by_ref().take(END.min(size - start)).read_to_end(&mut bytes)?;
        Ok::<_, std::io::Error>(bytes)
    };
    let (head, tail) = (part(0)?, part(size.saturating_sub(END))?);
    Ok(hash([head.as_slice(), tail.as_slice()]))
}

/// Where to read on in a file of which `known` was read, as far as it only grew.
fn resume(file: &mut File, size: u64, known: Option<&Known>) -> std::io::Result<u64> {
    let Some(known) = known.filter(|known| known.size <= size) else { return Ok(0) };
    if ends(file, known.size)? != known.ends {
        return Ok(0);
    }
    if known.size == size {
        return Ok(size);
    }
    // Whoever delivers may have been in the middle of the last message then.
    let mut next = Vec::new();
    file.seek(SeekFrom::Start(known.size))?;
    file.by_ref().take(16).read_to_end(&mut next)?;
    let gap = next.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
    let begins = next.get(gap..).is_some_and(|rest| rest.starts_with(b"From "));
    Ok(if begins { known.size + gap as u64 } else { known.last })
}

impl Run<'_, '_> {
    /// How the file stands after it was read; none where it could not be.
    fn mbox(&mut self, found: &Found, name: &str, known: Option<&Known>) -> Result<Option<Known>, BoxError> {
        let tell = |error: &std::io::Error| Problem {
            subject: name.to_owned(),
            message: format!("the mbox cannot be read: {error}"),
        };
        let opened = File::open(&found.path).and_then(|mut file| {
            let size = file.metadata()?.len();
            let start = resume(&mut file, size, known)?;
            Ok((
                Known { size, ends: ends(&mut file, size)?, last: known.map_or(0, |known| known.last) },
                start,
            ))
        });
        let (mut now, start) = match opened {
            Ok(opened) => opened,
            Err(error) => {
                self.synced.problems.push(tell(&error));
                return Ok(None);
            }
        };
        if start == now.size {
            return Ok(Some(now));
        }
        let is_packed = is_packed(&found.path);
        let offset = if is_packed { 0 } else { start };
        let input = open_at(&found.path, offset, now.size);
        let batches = match input {
            Ok(input) => Batches::new(input, offset),
            Err(error) => {
                self.synced.problems.push(tell(&error));
                return Ok(None);
            }
        };
        let observed_at = self.options.observed_at;
        let context = context(name, &found.folder, self.options.private, observed_at);
        let mut has_failed = false;
        pool::in_order(
            batches,
            |batch| batch.map(|batch| read_batch(&batch, &context)),
            |part| match part {
                Ok(part) => {
                    now.last = part.last.unwrap_or(now.last);
                    self.keep(part).map(drop)
                }
                Err(error) => {
                    has_failed = true;
                    self.synced.problems.push(tell(&error));
                    Ok(())
                }
            },
        )?;
        // What a read that failed did not reach is to be read the next time.
        Ok(Some(now).filter(|_| !has_failed))
    }

    fn maildir(
        &mut self,
        found: &Found,
        known: &BTreeSet<String>,
        next: &mut BTreeSet<String>,
    ) -> Result<(), BoxError> {
        let folder = Folder::open(found.path.clone());
        let entries = match folder.entries() {
            Ok(entries) => entries,
            Err(error) => {
                let message = format!("the Maildir cannot be listed: {error}");
                self.synced.problems.push(Problem { subject: found.path.display().to_string(), message });
                return Ok(());
            }
        };
        let (old, new): (Vec<_>, Vec<_>) = entries
            .into_iter()
            .filter(|entry| !entry.is_draft())
            .map(|entry| (entry.mark(), entry))
            .partition(|(mark, _)| known.contains(mark));
        next.extend(old.into_iter().map(|(mark, _)| mark));
        let context = context("", &found.folder, self.options.private, self.options.observed_at);
        pool::in_order(
            new.chunks(FILES),
            |entries| read_files(entries, &folder, &context),
            |part| {
                next.extend(self.keep(part)?);
                Ok(())
            },
        )
    }

    /// Hands on what a thread found, without copies of what was handed on; says what is done with.
    fn keep(&mut self, part: Part) -> Result<Vec<String>, BoxError> {
        self.synced.messages += part.messages;
        self.synced.private += part.private;
        self.synced.problems.extend(part.problems);
        let mut facts = part.facts;
        facts.retain(|fact| {
            let id = fact.row.get("id").and_then(serde_json::Value::as_str).unwrap_or_default();
            self.seen.insert(self.hasher.hash_one(id))
        });
        if !facts.is_empty() {
            self.synced.rows += facts.len() as u64;
            (self.sink)(facts)?;
        }
        Ok(part.names)
    }
}

/// A file's content from `offset` on, and no further than where it ended when it was looked at.
fn open_at(path: &Path, offset: u64, size: u64) -> std::io::Result<Box<dyn Read + Send>> {
    if is_packed(path) {
        return open(path);
    }
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(offset))?;
    Ok(Box::new(file.take(size.saturating_sub(offset))))
}

fn context<'a>(file: &'a str, folder: &'a str, private: &'a [String], observed_at: Timestamp) -> Context<'a> {
    Context {
        file,
        position: 0,
        folder,
        labels: &[],
        is_answered: None,
        received: None,
        observed_at,
        private,
    }
}

impl Part {
    fn add(&mut self, bytes: &[u8], context: &Context<'_>) {
        self.messages += 1;
        match read(bytes, context) {
            Ok(Some(fact)) => self.facts.push(fact),
            Ok(None) => self.private += 1,
            Err(problem) => self.problems.push(problem),
        }
    }
}

fn read_batch(batch: &Batch, context: &Context<'_>) -> Part {
    let mut part = Part::default();
    if let Some(began) = batch.passed_over {
        let message = "a message of more than 100 MB is passed over";
        part.problems.push(problem(context.file, began, message));
    }
    for found in mbox::messages(&batch.bytes) {
        let position = batch.offset + found.at as u64;
        part.last = Some(position);
        part.add(&found.bytes, &Context { position, received: found.received, ..*context });
    }
    part
}

fn read_files(entries: &[(String, Entry)], folder: &Folder, context: &Context<'_>) -> Part {
    let mut part = Part::default();
    for (mark, entry) in entries {
        let file = entry.path.display().to_string();
        match read_file(&entry.path) {
            Ok(Some(bytes)) => {
                let labels = folder.labels(entry);
                let (is_answered, received) = (Some(entry.is_answered()), entry.received());
                part.add(
                    &bytes,
                    &Context { file: &file, labels: &labels, is_answered, received, ..*context },
                );
            }
            Ok(None) => part.problems.push(problem(&file, 0, "a message of more than 100 MB is passed over")),
            // Marked or moved since the folder was listed: the next sync finds it.
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => {
                part.problems.push(problem(&file, 0, &format!("the message cannot be read: {error}")));
                continue;
            }
        }
        part.names.push(mark.clone());
    }
    part
}

/// A message's bytes; none where they are too many.
fn read_file(path: &Path) -> std::io::Result<Option<Vec<u8>>> {
    if fs::metadata(path)?.len() > mbox::LARGEST as u64 {
        return Ok(None);
    }
    fs::read(path).map(Some)
}
