//! Facts that stand in the content of what a commit changed: dependencies that came or
//! went, secrets that were added.

use std::{cell::OnceCell, collections::BTreeSet, rc::Rc};

use gix::ObjectId;
use hashbrown::HashMap;
use jiff::Timestamp;
use qd_tables::{DEPENDENCY_CHANGES, SECRET_FINDINGS};

use super::{
    commit::Commit,
    generated,
    history::{Blobs, Change},
    manifests,
    rows::{Rows, Stopped},
    secrets,
    trees::Side,
};

/// Manifests and possible secrets are looked for in files up to this size, in bytes.
const LARGEST: usize = 4 << 20;

/// Manifests read lately: what one commit leaves behind, the next one finds.
#[derive(Debug, Default)]
pub(crate) struct Manifests {
    known: HashMap<(ObjectId, String), Rc<Manifest>>,
    /// Bytes of their texts.
    bytes: usize,
}

/// A manifest, understood when somebody asks what it names.
#[derive(Debug)]
struct Manifest {
    text: Vec<u8>,
    names: OnceCell<Option<BTreeSet<String>>>,
}

/// Manifests, and bytes of them, that are remembered before starting over.
const REMEMBERED: (usize, usize) = (256, 4 << 20);

impl Manifests {
    /// The manifest `side` at `path`.
    fn get(&mut self, path: &str, side: Option<Side>, blobs: &mut dyn Blobs) -> Rc<Manifest> {
        let key = side.filter(|side| side.mode.is_file()).map(|side| (side.id, path.to_owned()));
        if let Some(known) = key.as_ref().and_then(|key| self.known.get(key)) {
            return Rc::clone(known);
        }
        let found = Rc::new(Manifest { text: read(blobs, side), names: OnceCell::new() });
        if self.known.len() >= REMEMBERED.0 || self.bytes >= REMEMBERED.1 {
            self.known.clear();
            self.bytes = 0;
        }
        if let Some(key) = key {
            self.bytes += found.text.len();
            self.known.insert(key, Rc::clone(&found));
        }
        found
    }
}

impl Manifest {
    /// What it names, as one at `path`; nothing where it cannot be understood.
    fn dependencies(&self, path: &str) -> Option<&BTreeSet<String>> {
        self.names.get_or_init(|| manifests::dependencies(path, &self.text)).as_ref()
    }
}

/// Writes what the changes of `commit` hold; secrets only if it is not older than
/// `secrets_from`. Returns the number of rows.
pub(crate) fn write(
    rows: &mut Rows<'_>,
    repo: &str,
    commit: &Commit,
    changes: &[Change],
    blobs: &mut dyn Blobs,
    known: &mut Manifests,
    secrets_from: Timestamp,
) -> Result<u64, Stopped> {
    let mut written = 0;
    for change in changes {
        let path = String::from_utf8_lossy(&change.path);
        if change.lines.is_some() && manifests::ecosystem(&path).is_some() && !generated::is_generated(&path)
        {
            written += dependencies(rows, repo, commit, change, &path, (blobs, known))?;
        }
        let adds = change.lines.is_some_and(|lines| lines.added > 0);
        if adds && commit.committer.time >= secrets_from && !secrets::is_fixture(&path) {
            written += findings(rows, repo, commit, change, &path, blobs)?;
        }
    }
    Ok(written)
}

/// The content of one side, empty where there is none to read.
fn read(blobs: &mut dyn Blobs, side: Option<Side>) -> Vec<u8> {
    let mut content = Vec::new();
    // The change was counted, so its content was there; should it be gone by now, the next
    // full look finds what this one misses.
    let read = side.filter(|side| side.mode.is_file()).map(|side| blobs.read(side.id, &mut content));
    if matches!(read, Some(Ok(()))) && content.len() <= LARGEST { content } else { Vec::new() }
}

fn dependencies(
    rows: &mut Rows<'_>,
    repo: &str,
    commit: &Commit,
    change: &Change,
    path: &str,
    (blobs, known): (&mut dyn Blobs, &mut Manifests),
) -> Result<u64, Stopped> {
    let Some(ecosystem) = manifests::ecosystem(path) else { return Ok(0) };
    let previous = change.previous.as_ref().map(|path| String::from_utf8_lossy(path).into_owned());
    let earlier = previous.as_deref().unwrap_or(path);
    let (old, new) = (known.get(earlier, change.old, blobs), known.get(path, change.new, blobs));
    if previous.is_none() && manifests::are_alike(path, &old.text, &new.text) {
        return Ok(0);
    }
    let none = BTreeSet::new();
    // A manifest that is broken in one commit and mended in the next has not lost its
    // dependencies in between.
    let (Some(old), Some(new)) =
        (old.dependencies(earlier).or(previous.is_some().then_some(&none)), new.dependencies(path))
    else {
        return Ok(0);
    };
    let added = new.difference(old).map(|name| (name, "added"));
    let removed = old.difference(new).map(|name| (name, "removed"));
    let mut written = 0;
    for (name, what) in added.chain(removed) {
        written += 1;
        rows.row(&DEPENDENCY_CHANGES, repo)?
            .text(&*commit.id.to_string())
            .time(commit.committer.time)
            .text(&*commit.author.email)
            .text(path)
            .text(ecosystem)
            .text(&**name)
            .text(what);
    }
    Ok(written)
}

fn findings(
    rows: &mut Rows<'_>,
    repo: &str,
    commit: &Commit,
    change: &Change,
    path: &str,
    blobs: &mut dyn Blobs,
) -> Result<u64, Stopped> {
    let content = read(blobs, change.new);
    let mut written = 0;
    for finding in secrets::find(&content, || read(blobs, change.old)) {
        written += 1;
        rows.row(&SECRET_FINDINGS, repo)?
            .text(&*commit.id.to_string())
            .time(commit.committer.time)
            .text(&*commit.author.email)
            .text(path)
            .integer(i64::from(finding.line))
            .text(finding.rule);
    }
    Ok(written)
}
