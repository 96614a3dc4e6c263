//! Facts on their way into the lake: visible together or not at all.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use qd_tables::Declaration;

use crate::{Lake, LakeError, catalog::NewFile, lake::catalog_time, parquet_file::ParquetFile};

/// New facts of one unit, written to Parquet files that nobody sees yet.
///
/// Dropped without [`Append::commit`], it leaves nothing but files of no snapshot.
#[derive(Debug)]
pub struct Append<'a> {
    lake: &'a Lake,
    unit: String,
    base: i64,
    open: BTreeMap<&'static str, ParquetFile>,
    rows: usize,
}

/// What became of an append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Committed {
    /// The facts are visible as this snapshot.
    Snapshot(i64),
    /// Nothing was added, and so nothing was committed.
    Nothing,
    /// Somebody else committed the same unit meanwhile; what was written here was given
    /// up, for their facts are the same ones.
    Overtaken,
}

impl<'a> Append<'a> {
    pub(crate) fn new(lake: &'a Lake, unit: String, base: i64) -> Self {
        Self { lake, unit, base, open: BTreeMap::new(), rows: 0 }
    }

    /// Rows written so far.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Adds rows of `table`; their schema must be the declared one.
    ///
    /// # Errors
    /// Where the rows do not fit, or the disk does not take them.
    pub fn write(&mut self, table: &'static Declaration, batch: &RecordBatch) -> Result<(), LakeError> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        self.rows += batch.num_rows();
        if !self.open.contains_key(table.name) {
            let folder = self.lake.table_folder(table.name);
            self.open.insert(table.name, ParquetFile::create(&folder, table)?);
        }
        match self.open.get_mut(table.name) {
            Some(file) => file.write(batch),
            None => Err(LakeError::UnknownTable(table.name.to_owned())),
        }
    }

    /// Makes all of it visible as one snapshot, dated `now`.
    ///
    /// # Errors
    /// Where the disk or the catalog fails; nothing is visible then.
    pub fn commit(mut self, now: jiff::Timestamp) -> Result<Committed, LakeError> {
        if self.open.is_empty() {
            return Ok(Committed::Nothing);
        }
        let open = std::mem::take(&mut self.open);
        let files = self.finish(open.into_values())?;
        let mut catalog = self.lake.catalog();
        let mut change = catalog.write()?;
        if change.notes_since(self.base)?.contains(&self.unit) {
            drop(change);
            for file in &files {
                let _ = std::fs::remove_file(self.lake.table_folder(file.table).join(&file.name));
            }
            return Ok(Committed::Overtaken);
        }
        for file in &files {
            change.add(file, true)?;
        }
        change.note(self.unit.clone());
        let snapshot = change.snapshot();
        change.commit(&catalog_time(now))?;
        Ok(Committed::Snapshot(snapshot))
    }
}

impl Append<'_> {
    /// Ends `files`, beside one another: most of a small file is compressed only now, and the disk takes
    /// its time with each.
    fn finish(&self, files: impl Iterator<Item = ParquetFile>) -> Result<Vec<NewFile>, LakeError> {
        let finish = |file: ParquetFile| {
            let file = file.finish()?;
            // The folder's entry must be on the disk before the catalog names the file.
            if let Ok(folder) = std::fs::File::open(self.lake.table_folder(file.table)) {
                let _ = folder.sync_all();
            }
            Ok(file)
        };
        std::thread::scope(|scope| {
            let finishing: Vec<_> = files.map(|file| scope.spawn(move || finish(file))).collect();
            let finished = finishing.into_iter().map(|file| match file.join() {
                Ok(finished) => finished,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            finished.collect()
        })
    }
}

impl Drop for Append<'_> {
    fn drop(&mut self) {
        for file in std::mem::take(&mut self.open).into_values() {
            file.discard();
        }
    }
}
