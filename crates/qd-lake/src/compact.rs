//! Keeping a thousand small syncs as quick to read as one large one.

use std::{collections::HashSet, fs::File, time::Duration};

use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use qd_tables::Declaration;

use crate::{
    Lake, LakeError,
    catalog::DataFile,
    lake::{catalog_time, stored_tables},
    parquet_file::ParquetFile,
};

/// So many files of about one size become one.
const FILES_OF_A_SIZE: usize = 8;
/// How long a snapshot stays readable after a newer one: longer than any brief runs.
const KEPT: Duration = Duration::from_secs(3600);

/// About how large a file is: each step is eight times the one before.
fn size_class(file: &DataFile) -> u32 {
    (file.bytes.max(1) as u64 / 4096).checked_ilog(8).map_or(0, |class| class + 1)
}

impl Lake {
    /// True where files of about one size have piled up.
    ///
    /// # Errors
    /// Where the catalog cannot be read.
    pub fn is_piled_up(&self) -> Result<bool, LakeError> {
        let files = self.catalog().all_files()?;
        let of = |table: &Declaration| files.get(table.name).is_some_and(|files| pile(files).is_some());
        Ok(stored_tables().into_iter().any(of))
    }

    /// Merges files of about one size wherever eight have piled up, forgets snapshots
    /// older than an hour, and removes files that no snapshot needs. Returns the number
    /// of files that went.
    ///
    /// # Errors
    /// Where the disk or the catalog fails; what is visible stays as it was.
    pub fn compact(&self, now: jiff::Timestamp) -> Result<usize, LakeError> {
        let mut gone = 0;
        for table in stored_tables() {
            // A merge may fill the next size, so go on until nothing piles up.
            loop {
                // Its own statement: the catalog must be free again while files are merged.
                let files = self.catalog().files(table.name)?;
                let Some(pile) = pile(&files) else { break };
                if !self.merge(table, &pile, now)? {
                    break;
                }
                gone += pile.len() - 1;
            }
        }
        let before = now.checked_sub(KEPT).unwrap_or(now);
        let expired = {
            let mut catalog = self.catalog();
            let mut change = catalog.write()?;
            let expired = change.expire(&catalog_time(before))?;
            if !expired.is_empty() {
                change.commit(&catalog_time(now))?;
            }
            expired
        };
        for path in expired {
            let _ = std::fs::remove_file(self.data().join(path));
        }
        self.sweep(now)?;
        Ok(gone)
    }

    /// Rewrites the files of `pile` as one. False where somebody else did so meanwhile.
    fn merge(
        &self,
        table: &'static Declaration,
        pile: &[DataFile],
        now: jiff::Timestamp,
    ) -> Result<bool, LakeError> {
        let mut merged = ParquetFile::create(&self.table_folder(table.name), table)?;
        let schema = table.schema();
        for file in pile {
            let path = self.data().join(&file.path);
            let open = File::open(&path)
                .map_err(|source| LakeError::File { path: path.display().to_string(), source })?;
            for batch in ParquetRecordBatchReaderBuilder::try_new(open)?.build()? {
                let batch = batch?;
                // A column that came after this file was written is unknown in it.
                let columns = schema
                    .fields()
                    .iter()
                    .map(|field| match batch.column_by_name(field.name()) {
                        Some(column) => column.clone(),
                        None => arrow::array::new_null_array(field.data_type(), batch.num_rows()),
                    })
                    .collect();
                merged.write_columns(columns, batch.num_rows())?;
            }
        }
        let merged = merged.finish()?;
        let mut catalog = self.catalog();
        let mut change = catalog.write()?;
        for file in pile {
            if !change.end(file)? {
                let _ = std::fs::remove_file(self.table_folder(table.name).join(&merged.name));
                return Ok(false);
            }
        }
        change.add(&merged, false)?;
        change.commit(&catalog_time(now))?;
        Ok(true)
    }

    /// Removes Parquet files that no snapshot knows: what a killed sync left. A file that
    /// is younger than an hour may belong to a sync that still runs.
    fn sweep(&self, now: jiff::Timestamp) -> Result<(), LakeError> {
        let known: HashSet<_> =
            self.catalog().all_paths()?.into_iter().map(|path| self.data().join(path)).collect();
        for table in stored_tables() {
            let Ok(entries) = std::fs::read_dir(self.table_folder(table.name)) else { continue };
            for entry in entries.flatten() {
                let is_old = entry
                    .metadata()
                    .and_then(|metadata| metadata.modified())
                    .ok()
                    .and_then(|modified| jiff::Timestamp::try_from(modified).ok())
                    .and_then(|modified| Duration::try_from(now.duration_since(modified)).ok())
                    .is_some_and(|age| age > KEPT);
                if is_old && !known.contains(&entry.path()) {
                    let _ = std::fs::remove_file(entry.path());
                }
            }
        }
        Ok(())
    }
}

/// The oldest files of the smallest size of which there are enough.
fn pile(files: &[DataFile]) -> Option<Vec<DataFile>> {
    let classes: HashSet<u32> = files.iter().map(size_class).collect();
    let mut classes: Vec<u32> = classes.into_iter().collect();
    classes.sort_unstable();
    classes.into_iter().find_map(|class| {
        let of_a_size: Vec<DataFile> =
            files.iter().filter(|file| size_class(file) == class).cloned().collect();
        (of_a_size.len() >= FILES_OF_A_SIZE).then_some(of_a_size)
    })
}
