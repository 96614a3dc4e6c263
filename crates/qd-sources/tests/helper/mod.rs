//! Builds repositories with git itself, and keeps the rows of syncs.
#![allow(dead_code, clippy::unwrap_used, clippy::missing_panics_doc)]

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
    ffi::OsStr,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    process::Command,
};

use arrow::array::RecordBatch;
use qd_sources::git;

/// A repository in a temporary folder.
pub(crate) struct Repository {
    pub(crate) path: PathBuf,
    folder: tempfile::TempDir,
    clock: Cell<i64>,
}

const START: i64 = 1_760_000_000;

impl Repository {
    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    pub(crate) fn with(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("repo");
        std::fs::create_dir(&path).unwrap();
        let new = Self { path, folder, clock: Cell::new(START) };
        new.run(&[&["init", "-q", "-b", "main"], arguments].concat());
        new
    }

    /// A clone of this one, by the file protocol so that depth and filters count.
    pub(crate) fn clone_with(&self, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("repo");
        let url = format!("file://{}", self.path.display());
        let to = path.display().to_string();
        let from = if arguments.contains(&"--shared") { self.path.display().to_string() } else { url };
        self.run(&[&["clone", "-q"], arguments, &[&from, &to]].concat());
        Self { path, folder, clock: Cell::new(START + 1_000_000) }
    }

    fn command(&self) -> Command {
        let mut command = Command::new("git");
        command
            .current_dir(&self.path)
            .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_SYSTEM", "/dev/null")])
            .envs([("GIT_AUTHOR_NAME", "Ada"), ("GIT_AUTHOR_EMAIL", "ada@example.org")])
            .envs([("GIT_COMMITTER_NAME", "Ada"), ("GIT_COMMITTER_EMAIL", "ada@example.org")])
            .env("GIT_AUTHOR_DATE", format!("{} +0100", self.clock.get()))
            .env("GIT_COMMITTER_DATE", format!("{} +0100", self.clock.get()))
            .args(["-c", "protocol.file.allow=always", "-c", "core.quotePath=false"]);
        command
    }

    pub(crate) fn output(&self, arguments: &[&str]) -> String {
        let bytes = self.bytes(arguments);
        String::from_utf8_lossy(&bytes).trim().to_owned()
    }

    fn bytes(&self, arguments: &[&str]) -> Vec<u8> {
        let output = self.command().args(arguments).output().unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?}: {complaint}");
        output.stdout
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> &Self {
        self.clock.set(self.clock.get() + 60);
        self.output(arguments);
        self
    }

    pub(crate) fn write(&self, name: &str, content: &str) -> &Self {
        self.write_bytes(name.as_bytes(), content.as_bytes())
    }

    pub(crate) fn write_bytes(&self, name: &[u8], content: &[u8]) -> &Self {
        let path = self.path.join(OsStr::from_bytes(name));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
        self
    }

    pub(crate) fn remove(&self, name: &str) -> &Self {
        std::fs::remove_file(self.path.join(name)).unwrap();
        self
    }

    /// Overwrites a file that git made read-only with something else.
    pub(crate) fn spoil(&self, name: &str) -> &Self {
        self.remove(name).write(name, "this is no object")
    }

    pub(crate) fn link(&self, name: &str, target: &str) -> &Self {
        std::os::unix::fs::symlink(target, self.path.join(name)).unwrap();
        self
    }

    /// Points the submodule `name` at a made-up commit.
    pub(crate) fn submodule(&self, name: &str, commit: u8) -> &Self {
        let length = self.output(&["rev-parse", "HEAD"]).len();
        let id = format!("{commit:0>length$}");
        self.run(&["update-index", "--add", "--cacheinfo", &format!("160000,{id},{name}")])
    }

    pub(crate) fn commit(&self, message: &str) -> &Self {
        self.run(&["add", "-A", "--", ".", ":!sub"]).commit_index(message)
    }

    pub(crate) fn commit_index(&self, message: &str) -> &Self {
        self.run(&["commit", "-q", "--allow-empty", "-m", message])
    }

    pub(crate) fn commit_at(&self, message: &str, time: i64) -> &Self {
        // Every run of git takes a minute of this clock, and a commit takes two runs.
        let clock = self.clock.replace(time - 120);
        self.commit(message);
        self.clock.set(clock + 120);
        self
    }

    /// Syncs into a new store, and compares its changes with git's own.
    pub(crate) fn check(&self) -> Store {
        let mut store = Store::default();
        store.sync(self);
        self.same_as_git(&store);
        store
    }

    pub(crate) fn same_as_git(&self, store: &Store) {
        let log = ["log", "HEAD", "--branches", "--remotes", "--tags", "--no-merges"];
        let how = ["--numstat", "-M", "-z", "--format=%x01%H"];
        let output = self.bytes(&[&log[..], &how[..]].concat());
        let mut wanted = BTreeSet::new();
        let (mut sha, mut fields) = (String::new(), output.split(|byte| *byte == 0));
        while let Some(field) = fields.next() {
            let field = String::from_utf8_lossy(field).trim_start_matches('\n').to_owned();
            if let Some(id) = field.strip_prefix('\x01') {
                sha = id.to_owned();
            } else if !field.is_empty() {
                let parts: Vec<&str> = field.splitn(3, '\t').collect();
                let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                let (previous, path) = if parts[2].is_empty() {
                    (lossy(fields.next().unwrap()), lossy(fields.next().unwrap()))
                } else {
                    (String::new(), parts[2].to_owned())
                };
                let lines = format!("{}|{}", parts[0], parts[1]).replace('-', "");
                wanted.insert(format!("{sha}|{path}|{previous}|{lines}"));
            }
        }
        let columns = ["sha", "path", "previous_path", "added", "removed"];
        let found: BTreeSet<String> = store.select("file_changes", &columns).into_iter().collect();
        assert_eq!(found, wanted);
        assert_eq!(found.len(), store.rows("file_changes"), "no row twice");
    }
}

/// Rows of one repository's syncs, as text.
#[derive(Default)]
pub(crate) struct Store {
    tables: BTreeMap<&'static str, Vec<BTreeMap<String, String>>>,
    cursor: Option<String>,
    syncs: i64,
    pub(crate) problems: Vec<String>,
}

impl Store {
    pub(crate) fn sync(&mut self, repository: &Repository) {
        self.try_sync(&repository.path).unwrap();
    }

    pub(crate) fn try_sync(&mut self, path: &Path) -> Result<(), String> {
        let found = git::Found { name: "repo".to_owned(), path: path.to_owned() };
        let stored = self.select("commits", &["sha"]);
        let mut batches = Vec::new();
        let observed_at = jiff::Timestamp::from_second(START + 500_000 + self.syncs).unwrap();
        let outcomes = git::sync(
            &[git::Request { found: &found, cursor: self.cursor.as_deref() }],
            "code",
            observed_at,
            &git::Options { threads: 3, ..git::Options::default() },
            git::Caller {
                sink: &mut |table, batch| {
                    batches.push((table, batch));
                    Ok(())
                },
                progress: &|_| {},
                stored: &|_| Ok(stored.clone()),
            },
        );
        let outcome = outcomes.unwrap().remove(0).map_err(|error| error.to_string())?;
        let rows: usize = batches.iter().map(|(_, batch)| batch.num_rows()).sum();
        assert_eq!(rows as u64, outcome.rows);
        for (table, batch) in batches {
            self.keep(table, &batch);
        }
        self.syncs += 1;
        self.problems.extend(outcome.problems.into_iter().map(|problem| problem.message));
        self.cursor = Some(outcome.cursor);
        Ok(())
    }

    fn keep(&mut self, table: &'static str, batch: &RecordBatch) {
        let text = qd_tables::to_table(&batch.schema(), std::slice::from_ref(batch));
        let rows = self.tables.entry(table).or_default();
        for values in &text.rows {
            let cells = text.columns.iter().zip(values);
            rows.push(cells.map(|(column, value)| (column.name.clone(), cell(value))).collect());
        }
    }

    pub(crate) fn rows(&self, table: &str) -> usize {
        self.tables.get(table).map_or(0, Vec::len)
    }

    pub(crate) fn total(&self) -> usize {
        self.tables.values().map(Vec::len).sum()
    }

    /// Some columns of all rows, those of commits newest first.
    pub(crate) fn select(&self, table: &str, columns: &[&str]) -> Vec<String> {
        let rows = self.tables.get(table).map(Vec::as_slice).unwrap_or_default();
        rows.iter().map(|row| pick(row, columns)).collect()
    }

    pub(crate) fn column(&self, table: &str, column: &str) -> Vec<String> {
        self.select(table, &[column])
    }

    pub(crate) fn sorted(&self, table: &str) -> Vec<String> {
        let rows = self.tables.get(table).map(Vec::as_slice).unwrap_or_default();
        let mut rows: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
        rows.sort();
        rows
    }

    /// Some columns of the latest version of each row of a table of states.
    pub(crate) fn latest(&self, table: &str, columns: &[&str]) -> Vec<String> {
        let key = qd_tables::declaration(table).unwrap().key;
        let mut latest: BTreeMap<String, &BTreeMap<String, String>> = BTreeMap::new();
        for row in self.tables.get(table).into_iter().flatten() {
            latest.insert(pick(row, key), row);
        }
        latest.values().map(|row| pick(row, columns)).collect()
    }

    pub(crate) fn everything(&self) -> String {
        format!("{:?}{:?}", self.tables, self.cursor)
    }
}

fn pick(row: &BTreeMap<String, String>, columns: &[&str]) -> String {
    columns.iter().map(|column| row[*column].as_str()).collect::<Vec<_>>().join("|")
}

fn cell(value: &qd_model::Value) -> String {
    match value {
        qd_model::Value::Null => String::new(),
        qd_model::Value::Boolean(value) => value.to_string(),
        qd_model::Value::Integer(value) => value.to_string(),
        qd_model::Value::Text(value) => value.clone(),
        qd_model::Value::Time(value) => value.to_string(),
        qd_model::Value::List(values) => format!("[{}]", values.join(", ")),
        other => format!("{other:?}"),
    }
}
