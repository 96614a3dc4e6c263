//! The folder that holds the facts.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use qd_tables::{ALL, Declaration, Role};

use crate::{
    LakeError,
    append::Append,
    catalog::{Catalog, DataFile},
};

/// A DuckLake in a folder: `catalog.sqlite` and `data/`.
#[derive(Debug)]
pub struct Lake {
    folder: PathBuf,
    // rusqlite's connection is not Sync; a lock is enough, as changes are short.
    catalog: Mutex<Catalog>,
}

/// The declared tables that are stored.
pub(crate) fn stored_tables() -> Vec<&'static Declaration> {
    ALL.iter().copied().filter(|table| matches!(table.role, Role::Event(_) | Role::State)).collect()
}

/// An instant as the catalog writes it.
pub(crate) fn catalog_time(time: jiff::Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M:%S%.6f+00").to_string()
}

impl Lake {
    /// Opens the lake in `folder`, making it where there is none. `now` dates what is made.
    ///
    /// # Errors
    /// Where the folder or the catalog cannot be written.
    pub fn open(folder: &Path, now: jiff::Timestamp) -> Result<Self, LakeError> {
        let data = folder.join("data");
        std::fs::create_dir_all(&data)
            .map_err(|source| LakeError::File { path: data.display().to_string(), source })?;
        let catalog = Catalog::open(&folder.join("catalog.sqlite"), &stored_tables(), &catalog_time(now))?;
        Ok(Self { folder: folder.to_owned(), catalog: Mutex::new(catalog) })
    }

    /// Opens the lake in `folder` for reading.
    ///
    /// # Errors
    /// Where there is none, or it cannot be read.
    pub fn open_read_only(folder: &Path) -> Result<Self, LakeError> {
        let path = folder.join("catalog.sqlite");
        if !path.exists() {
            return Err(LakeError::Missing(folder.display().to_string()));
        }
        let catalog = Catalog::open_read_only(&path)?;
        Ok(Self { folder: folder.to_owned(), catalog: Mutex::new(catalog) })
    }

    /// Number of the newest snapshot: it changes whenever facts do.
    ///
    /// # Errors
    /// Where the catalog cannot be read.
    pub fn snapshot(&self) -> Result<i64, LakeError> {
        self.catalog().snapshot()
    }

    /// A number that grows whenever rows come into a stored table, or move within one;
    /// tables in `left_out` do not count. What was computed from the others serves as
    /// long as it stays.
    ///
    /// # Errors
    /// Where the catalog cannot be read.
    pub fn version(&self, left_out: &[&str]) -> Result<i64, LakeError> {
        let mut newest = 0;
        let files = self.catalog().all_files()?;
        for table in stored_tables().into_iter().filter(|table| !left_out.contains(&table.name)) {
            // Files are numbered as they come, over all tables.
            let last = files.get(table.name).and_then(|files| files.last());
            newest = newest.max(last.map_or(0, |file| file.id));
        }
        Ok(newest)
    }

    /// Begins to add facts. `unit` names what the caller reads (a source); two writers of
    /// one unit never both commit on the same base.
    ///
    /// # Errors
    /// Where the catalog cannot be read.
    pub fn append(&self, unit: &str) -> Result<Append<'_>, LakeError> {
        let base = self.catalog().snapshot()?;
        Ok(Append::new(self, unit.to_owned(), base))
    }

    pub(crate) fn catalog(&self) -> MutexGuard<'_, Catalog> {
        self.catalog.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    pub(crate) fn table_folder(&self, table: &str) -> PathBuf {
        self.data().join("main").join(table)
    }

    /// Whether anything is stored of `table`.
    ///
    /// # Errors
    /// Where the catalog cannot be read.
    pub fn has_files(&self, table: &str) -> Result<bool, LakeError> {
        Ok(!self.catalog().files(table)?.is_empty())
    }

    /// The visible Parquet files of each table that has any: absolute path, rows, bytes.
    pub(crate) fn all_files(&self) -> Result<BTreeMap<String, Vec<(PathBuf, DataFile)>>, LakeError> {
        let data = std::path::absolute(self.data())
            .map_err(|source| LakeError::File { path: self.data().display().to_string(), source })?;
        let placed = |file: DataFile| (data.join(&file.path), file);
        let files = self.catalog().all_files()?.into_iter();
        Ok(files.map(|(table, files)| (table, files.into_iter().map(placed).collect())).collect())
    }
}
