//! Facts that stand in the content of what a commit changed: dependencies that came or
//! went, secrets that were added.

use std::collections::BTreeSet;

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

/// Writes what the changes of `commit` hold; secrets only if it is not older than
/// `secrets_from`. Returns the number of rows.
pub(crate) fn write(
    rows: &mut Rows<'_>,
    repo: &str,
    commit: &Commit,
    changes: &[Change],
    blobs: &mut dyn Blobs,
    secrets_from: Timestamp,
) -> Result<u64, Stopped> {
    let mut written = 0;
    for change in changes {
        let path = String::from_utf8_lossy(&change.path);
        if change.lines.is_some() && manifests::ecosystem(&path).is_some() && !generated::is_generated(&path)
        {
            written += dependencies(rows, repo, commit, change, &path, blobs)?;
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
    blobs: &mut dyn Blobs,
) -> Result<u64, Stopped> {
    let Some(ecosystem) = manifests::ecosystem(path) else { return Ok(0) };
    let previous = change.previous.as_ref().map(|path| String::from_utf8_lossy(path).into_owned());
    let old = manifests::dependencies(previous.as_deref().unwrap_or(path), &read(blobs, change.old));
    let new = manifests::dependencies(path, &read(blobs, change.new));
    // A manifest that is broken in one commit and mended in the next has not lost its
    // dependencies in between.
    let (Some(old), Some(new)) = (old.or_else(|| previous.map(|_| BTreeSet::new())), new) else {
        return Ok(0);
    };
    let added = new.difference(&old).map(|name| (name, "added"));
    let removed = old.difference(&new).map(|name| (name, "removed"));
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
