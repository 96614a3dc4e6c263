//! The lake's catalog: the few statements of the DuckLake specification that we need.
//!
//! A crate for this exists (datafusion-ducklake 0.9). It was read and left: it commits
//! one table at a time where a sync must commit seven, and it brings sqlx and the cloud
//! object stores, a hundred crates, into everybody's first build. What is here writes
//! format 1.0; DuckDB's own `ducklake` extension reads it.
//!
//! All changes go through [`Catalog::write`]: one immediate SQLite transaction, so that
//! two writers take turns and a killed one leaves nothing.

use std::{collections::BTreeMap, path::Path};

use qd_tables::{Declaration, Role};
use rusqlite::{Connection, ErrorCode, OpenFlags, Params, Transaction, TransactionBehavior, params};

use crate::LakeError;

/// Version of the DuckLake format that is written.
const FORMAT: &str = "1.0";

/// The open catalog.
#[derive(Debug)]
pub(crate) struct Catalog {
    connection: Connection,
}

/// A Parquet file of a table, as the catalog knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DataFile {
    pub(crate) id: i64,
    /// Path from the lake's data folder.
    pub(crate) path: String,
    pub(crate) rows: i64,
    pub(crate) bytes: i64,
}

/// A Parquet file that was written and is not yet visible.
#[derive(Debug, Clone)]
pub(crate) struct NewFile {
    pub(crate) table: &'static str,
    /// File name within the table's folder.
    pub(crate) name: String,
    pub(crate) rows: i64,
    pub(crate) bytes: i64,
    pub(crate) footer: i64,
    pub(crate) columns: Vec<ColumnStatistics>,
}

/// What a Parquet file's footer says of one column.
#[derive(Debug, Clone)]
pub(crate) struct ColumnStatistics {
    pub(crate) column: i64,
    pub(crate) bytes: i64,
    pub(crate) values: i64,
    pub(crate) nulls: i64,
    pub(crate) least: Option<String>,
    pub(crate) greatest: Option<String>,
}

/// Field ids and DuckLake types of a table's columns, in order; a list's element is the
/// column after it, with the list as its parent.
pub(crate) fn columns_of(table: &Declaration) -> Vec<(i64, String, String, Option<i64>)> {
    let mut columns = Vec::new();
    let mut next = 1;
    for field in table.schema().fields() {
        use arrow::datatypes::DataType;
        let kind = match field.data_type() {
            DataType::Int64 => "int64".to_owned(),
            DataType::Float64 => "float64".to_owned(),
            DataType::Boolean => "boolean".to_owned(),
            DataType::Timestamp(..) => "timestamptz".to_owned(),
            DataType::Date32 => "date".to_owned(),
            DataType::Decimal128(precision, scale) => format!("decimal({precision},{scale})"),
            DataType::List(_) => "list".to_owned(),
            _ => "varchar".to_owned(),
        };
        let is_list = kind == "list";
        columns.push((next, field.name().clone(), kind, None));
        if is_list {
            columns.push((next + 1, "element".to_owned(), "varchar".to_owned(), Some(next)));
            next += 1;
        }
        next += 1;
    }
    columns
}

/// One change of the catalog, on its way to become a snapshot.
#[derive(Debug)]
pub(crate) struct Change<'a> {
    transaction: Transaction<'a>,
    snapshot: i64,
    schema_version: i64,
    next_catalog: i64,
    next_file: i64,
    changes: Vec<String>,
    note: Option<String>,
}

/// How long to wait for another program that has the catalog.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);
/// How long to wait before asking again for what SQLite does not wait for itself.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(20);

/// Switches to a write-ahead log. Where two programs make the same catalog at once, SQLite refuses one of them at once, whatever
/// its patience: a lock is changed there that waiting might never get.
fn log_ahead(connection: &Connection) -> Result<(), rusqlite::Error> {
    let mut waited = std::time::Duration::ZERO;
    loop {
        match connection.pragma_update(None, "journal_mode", "wal") {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && waited < PATIENCE => {
                std::thread::sleep(PAUSE);
                waited += PAUSE;
            }
            told => return told,
        }
    }
}

/// How many columns the catalog knows of each table.
fn known_columns(connection: &Connection) -> Result<BTreeMap<String, usize>, rusqlite::Error> {
    let mut statement = connection.prepare_cached(include_str!("count_columns.sql"))?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)? as usize)))?.collect()
}

impl Catalog {
    /// Opens the catalog, making it and the tables it lacks where need be.
    pub(crate) fn open(path: &Path, tables: &[&Declaration], now: &str) -> Result<Self, LakeError> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(PATIENCE)?;
        // A write-ahead log lets briefs read while a sync commits; FULL makes a commit
        // survive a loss of power.
        log_ahead(&connection)?;
        connection.pragma_update(None, "synchronous", "full")?;
        let mut catalog = Self { connection };
        catalog.complete(tables, now)?;
        Ok(catalog)
    }

    /// Opens an existing catalog for reading.
    pub(crate) fn open_read_only(path: &Path) -> Result<Self, LakeError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(PATIENCE)?;
        Ok(Self { connection })
    }

    /// Creates what is missing: the catalog itself, new tables, new columns.
    fn complete(&mut self, tables: &[&Declaration], now: &str) -> Result<(), LakeError> {
        let missing = |connection: &Connection| -> Result<bool, rusqlite::Error> {
            let exists: bool = connection.query_row(include_str!("exists.sql"), [], |row| row.get(0))?;
            if !exists {
                return Ok(true);
            }
            let known = known_columns(connection)?;
            let lacks =
                |table: &&Declaration| known.get(table.name).copied().unwrap_or(0) < columns_of(table).len();
            Ok(tables.iter().any(lacks))
        };
        if !missing(&self.connection)? {
            return Ok(());
        }
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Somebody else may have made it while we waited for the lock.
        let exists: bool = transaction.query_row(include_str!("exists.sql"), [], |row| row.get(0))?;
        if !exists {
            transaction.execute_batch(include_str!("create.sql"))?;
            for (key, value) in [
                ("version", FORMAT),
                ("created_by", concat!("Quarterdeck ", env!("CARGO_PKG_VERSION"))),
                ("data_path", "data/"),
                ("encrypted", "false"),
            ] {
                transaction.execute(include_str!("insert_metadata.sql"), [key, value])?;
            }
            let schema = uuid::Uuid::new_v4().to_string();
            transaction.execute(include_str!("insert_schema.sql"), [schema])?;
            transaction.execute(include_str!("insert_snapshot.sql"), params![0, now, 0, 1, 0])?;
            transaction.execute(
                include_str!("insert_changes.sql"),
                params![0, "created_schema:\"main\"", None::<String>],
            )?;
        }
        let mut change = Change::begin(transaction)?;
        for table in tables {
            change.declare(table)?;
        }
        change.commit(now)?;
        Ok(())
    }

    /// The newest snapshot.
    pub(crate) fn snapshot(&self) -> Result<i64, LakeError> {
        Ok(self.connection.query_row(include_str!("newest_snapshot.sql"), [], |row| row.get(0))?)
    }

    /// The visible files of `table`, oldest first.
    pub(crate) fn files(&self, table: &str) -> Result<Vec<DataFile>, LakeError> {
        let mut statement = self.connection.prepare_cached(include_str!("select_files.sql"))?;
        let files = statement.query_map([table], |row| {
            Ok(DataFile { id: row.get(0)?, path: row.get(1)?, rows: row.get(2)?, bytes: row.get(3)? })
        })?;
        Ok(files.collect::<Result<_, _>>()?)
    }

    /// The visible files of each table that has any, oldest first: one question instead of one a table.
    pub(crate) fn all_files(&self) -> Result<BTreeMap<String, Vec<DataFile>>, LakeError> {
        let mut statement = self.connection.prepare_cached(include_str!("select_all_files.sql"))?;
        let mut rows = statement.query([])?;
        let mut files: BTreeMap<String, Vec<DataFile>> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let file = DataFile { id: row.get(0)?, path: row.get(1)?, rows: row.get(2)?, bytes: row.get(3)? };
            files.entry(row.get(4)?).or_default().push(file);
        }
        Ok(files)
    }

    /// Every file the catalog knows of, visible or not yet expired.
    pub(crate) fn all_paths(&self) -> Result<Vec<String>, LakeError> {
        let mut statement = self.connection.prepare_cached(include_str!("select_all_paths.sql"))?;
        let paths = statement.query_map([], |row| row.get(0))?;
        Ok(paths.collect::<Result<_, _>>()?)
    }

    /// Begins a change: nobody else can begin one before this one ends.
    pub(crate) fn write(&mut self) -> Result<Change<'_>, LakeError> {
        Change::begin(self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?)
    }
}

impl<'a> Change<'a> {
    fn begin(transaction: Transaction<'a>) -> Result<Self, LakeError> {
        let (snapshot, schema_version, next_catalog, next_file) =
            transaction.query_row(include_str!("newest_snapshot_whole.sql"), [], |row| {
                Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })?;
        Ok(Self {
            transaction,
            snapshot: snapshot + 1,
            schema_version,
            next_catalog,
            next_file,
            changes: Vec::new(),
            note: None,
        })
    }

    /// The snapshot this change will be.
    pub(crate) fn snapshot(&self) -> i64 {
        self.snapshot
    }

    /// Notes of the snapshots made after `base`, newest last.
    pub(crate) fn notes_since(&self, base: i64) -> Result<Vec<String>, LakeError> {
        let mut statement = self.transaction.prepare_cached(include_str!("select_notes.sql"))?;
        let notes = statement.query_map([base], |row| row.get(0))?;
        Ok(notes.collect::<Result<_, _>>()?)
    }

    /// Leaves a note with the snapshot.
    pub(crate) fn note(&mut self, note: String) {
        self.note = Some(note);
    }

    /// The catalog's id of `table`.
    fn table_id(&self, table: &str) -> Result<Option<i64>, LakeError> {
        let mut statement = self.transaction.prepare_cached(include_str!("select_table.sql"))?;
        let mut rows = statement.query([table])?;
        Ok(rows.next()?.map(|row| row.get(0)).transpose()?)
    }

    /// Runs a statement, of which the same few come hundreds of times.
    fn run(&self, statement: &str, values: impl Params) -> Result<usize, rusqlite::Error> {
        self.transaction.prepare_cached(statement)?.execute(values)
    }

    /// Adds `table`, or the columns it gained since it was added.
    fn declare(&mut self, table: &Declaration) -> Result<(), LakeError> {
        if !matches!(table.role, Role::Event(_) | Role::State) {
            return Ok(());
        }
        let (id, known) = match self.table_id(table.name)? {
            Some(id) => (id, known_columns(&self.transaction)?.get(table.name).copied().unwrap_or(0)),
            None => {
                let id = self.next_catalog;
                self.next_catalog += 1;
                self.run(
                    include_str!("insert_table.sql"),
                    params![
                        id,
                        uuid::Uuid::new_v4().to_string(),
                        self.snapshot,
                        table.name,
                        format!("{}/", table.name)
                    ],
                )?;
                self.run(include_str!("insert_table_stats.sql"), [id])?;
                self.run(
                    include_str!("insert_table_comment.sql"),
                    params![id, self.snapshot, table.comment],
                )?;
                self.changes.push(format!("created_table:\"main\".\"{}\"", table.name));
                (id, 0)
            }
        };
        let columns = columns_of(table);
        if known >= columns.len() {
            return Ok(());
        }
        // Columns are only ever added at the end of a declaration: ids are places.
        if known > 0 {
            self.changes.push(format!("altered_table:{id}"));
        }
        for (column, name, kind, parent) in columns.iter().skip(known) {
            self.run(
                include_str!("insert_column.sql"),
                params![column, self.snapshot, id, name, kind, parent],
            )?;
            let comment = table.column(name).map(|column| column.comment);
            if let (Some(comment), None) = (comment, parent) {
                self.run(
                    include_str!("insert_column_comment.sql"),
                    params![id, column, self.snapshot, comment],
                )?;
            }
        }
        self.schema_version += 1;
        self.run(include_str!("insert_schema_version.sql"), params![self.snapshot, self.schema_version, id])?;
        Ok(())
    }

    /// Makes `file` visible.
    pub(crate) fn add(&mut self, file: &NewFile, is_new_data: bool) -> Result<(), LakeError> {
        let Some(table) = self.table_id(file.table)? else {
            return Err(LakeError::UnknownTable(file.table.to_owned()));
        };
        let next_row: i64 =
            self.transaction.query_row(include_str!("next_row.sql"), [table], |row| row.get(0))?;
        let id = self.next_file;
        self.next_file += 1;
        self.transaction.execute(
            include_str!("insert_data_file.sql"),
            params![id, table, self.snapshot, file.name, file.rows, file.bytes, file.footer, next_row],
        )?;
        for column in &file.columns {
            self.transaction.prepare_cached(include_str!("insert_column_stats.sql"))?.execute(params![
                id,
                table,
                column.column,
                column.bytes,
                column.values,
                column.nulls,
                column.least,
                column.greatest
            ])?;
        }
        let added = if is_new_data { file.rows } else { 0 };
        self.transaction
            .execute(include_str!("update_table_stats.sql"), params![table, added, file.rows, file.bytes])?;
        let verb = if is_new_data { "inserted_into_table" } else { "merge_adjacent" };
        let change = format!("{verb}:{table}");
        if !self.changes.contains(&change) {
            self.changes.push(change);
        }
        Ok(())
    }

    /// Hides a file from this snapshot on. False where it is hidden already.
    pub(crate) fn end(&mut self, file: &DataFile) -> Result<bool, LakeError> {
        let ended = include_str!("end_file.sql");
        Ok(self.transaction.execute(ended, params![file.id, self.snapshot])? > 0)
    }

    /// Forgets snapshots made before `before` (a time as the catalog writes it), except
    /// the newest, and returns the paths of files that only they needed.
    pub(crate) fn expire(&mut self, before: &str) -> Result<Vec<String>, LakeError> {
        let paths: Vec<String> = {
            let mut statement = self.transaction.prepare(include_str!("expired_paths.sql"))?;
            let paths = statement.query_map(params![before, self.snapshot], |row| row.get(0))?;
            paths.collect::<Result<_, _>>()?
        };
        for statement in [
            include_str!("expire_stats.sql"),
            include_str!("expire_files.sql"),
            include_str!("expire_changes.sql"),
            include_str!("expire_snapshots.sql"),
        ] {
            self.transaction.execute(statement, params![before, self.snapshot])?;
        }
        Ok(paths)
    }

    /// Makes everything visible at once, as one snapshot.
    pub(crate) fn commit(self, now: &str) -> Result<i64, LakeError> {
        self.transaction.execute(
            include_str!("insert_snapshot.sql"),
            params![self.snapshot, now, self.schema_version, self.next_catalog, self.next_file],
        )?;
        self.transaction.execute(
            include_str!("insert_changes.sql"),
            params![self.snapshot, self.changes.join(","), self.note],
        )?;
        self.transaction.commit()?;
        Ok(self.snapshot)
    }
}
