//! Rows on their way out: one writer a table, emptied whenever it holds enough.

use std::sync::mpsc::SyncSender;

use arrow::array::RecordBatch;
use qd_tables::{COMMITS, Declaration, FILE_CHANGES, Writer};

use super::{
    commit::Commit,
    history::{Change, Measured},
};

/// Rows of a batch.
const ROWS: usize = 8_192;

/// A batch and the table it is for.
pub(crate) type Batch = (&'static str, RecordBatch);

/// The receiving end is gone: the sync was stopped.
#[derive(Debug)]
pub(crate) struct Stopped;

/// Writers of one thread; rows of several repositories may meet in one batch.
pub(crate) struct Rows<'a> {
    source: &'a str,
    out: SyncSender<Batch>,
    writers: Vec<(&'static Declaration, Writer)>,
}

impl<'a> Rows<'a> {
    pub(crate) fn new(source: &'a str, out: SyncSender<Batch>) -> Self {
        Self { source, out, writers: Vec::new() }
    }

    /// The writer of `table`, at the start of a row of `repo`: source and repository are
    /// written already.
    pub(crate) fn row(&mut self, table: &'static Declaration, repo: &str) -> Result<&mut Writer, Stopped> {
        let place = match self.writers.iter().position(|(of, _)| of.name == table.name) {
            Some(place) => place,
            None => {
                self.writers.push((table, Writer::new(table)));
                self.writers.len() - 1
            }
        };
        let (table, writer) = &mut self.writers[place];
        if writer.rows() >= ROWS {
            send(&self.out, table, writer)?;
        }
        writer.text(self.source).text(repo);
        Ok(writer)
    }

    /// Sends what is left.
    pub(crate) fn finish(mut self) -> Result<(), Stopped> {
        for (table, writer) in &mut self.writers {
            if writer.rows() > 0 {
                send(&self.out, table, writer)?;
            }
        }
        Ok(())
    }
}

fn send(out: &SyncSender<Batch>, table: &Declaration, writer: &mut Writer) -> Result<(), Stopped> {
    // A batch that does not fit its own declaration is a mistake in this program; the
    // sync then ends as if stopped, and the tests find out.
    let batch = writer.finish().map_err(|_| Stopped)?;
    out.send((table.name, batch)).map_err(|_| Stopped)
}

/// Writes a measured commit, with its changes. Returns the number of rows.
pub(crate) fn commit(
    rows: &mut Rows<'_>,
    repo: &str,
    commit: &Commit,
    measured: &Measured,
) -> Result<u64, Stopped> {
    let sha = commit.id.to_string();
    let time = commit.committer.time;
    let changes = measured.changes.as_ref().ok().and_then(Option::as_deref);
    let sum = |count: fn(&Change) -> u32| {
        changes.map(|changes| changes.iter().map(|change| i64::from(count(change))).sum::<i64>())
    };
    let unmeasured = measured.changes.as_ref().err().map(ToString::to_string);
    rows.row(&COMMITS, repo)?
        .text(&*sha)
        .integer(length(commit.parents.len()))
        .text(&*commit.author.name)
        .text(&*commit.author.email)
        .time(commit.author.time)
        .text(&*commit.committer.name)
        .text(&*commit.committer.email)
        .time(time)
        .text(&*commit.subject)
        .integer(changes.map(|changes| length(changes.len())))
        .integer(sum(|change| change.lines.map_or(0, |lines| lines.added)))
        .integer(sum(|change| change.lines.map_or(0, |lines| lines.removed)))
        .texts(&commit.trailers)
        .text(unmeasured.as_deref())
        .text(commit.parents.first().map(ToString::to_string).as_deref());
    for change in changes.unwrap_or_default() {
        let previous = change.previous.as_ref().map(|path| String::from_utf8_lossy(path));
        rows.row(&FILE_CHANGES, repo)?
            .text(&*sha)
            .time(time)
            .text(&*commit.author.email)
            .text(&*String::from_utf8_lossy(&change.path))
            .text(previous.as_deref())
            .text(change.kind())
            .integer(change.lines.map(|lines| i64::from(lines.added)))
            .integer(change.lines.map(|lines| i64::from(lines.removed)));
    }
    Ok(1 + changes.map_or(0, <[Change]>::len) as u64)
}

/// Number of things, as columns count.
pub(crate) fn length(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
