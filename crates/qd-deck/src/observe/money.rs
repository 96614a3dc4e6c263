//! Books, hours, bills and seats from files: what a file says replaces what it said before.
//!
//! Books are corrected where they stand. So all files of a source are read again when one of them changed: what is
//! new is stored, and what is gone gets a version that says so. A table speaks only for the days that it holds, for
//! an export may be of the last month alone; a bank takes nothing back.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    path::{Path, PathBuf},
};

use jiff::{Timestamp, civil::Date};
use qd_lake::Limits;
use qd_model::DeckError;
use qd_sources::ledger::{self, Bill, Context};
use qd_tables::{CLOUD_COSTS, Declaration, Fact, LEDGER_ENTRIES, to_json};
use serde_json::{Map, Value, json};

use super::{FILES, Form, Store, each_row, mark, midnight};
use crate::{
    import::observed_table,
    sync::{chain, stored},
};

/// Tables whose files replace what they said before.
const REPLACED: &[&str] = &["ledger_entries", "time_entries", "cloud_costs", "invoices", "seats"];
/// How files of books and of tables end.
const BOOKS: &[&str] = &["beancount", "bean", "journal", "hledger", "ledger", "j", "xml"];
const TABLES: &[&str] = &["csv", "tsv", "txt", "json", "jsonl", "parquet"];

type Row = Map<String, Value>;

/// Whether a source of kind `table` fills one of these.
pub(super) fn is_replaced(table: Option<&str>) -> bool {
    table.is_some_and(|table| REPLACED.contains(&table))
}

/// What the files of a source say now.
#[derive(Default)]
struct Said {
    facts: Vec<Fact>,
    files: Vec<PathBuf>,
    /// True where a file could not be read at all: nothing is known to be gone then.
    is_torn: bool,
    /// True where something does not add up: it is said again until it does.
    is_doubtful: bool,
    /// True where all that is not said is gone, whatever its day.
    is_whole: bool,
    /// True where ids are made of all that a row says: a known one says nothing new.
    is_named_by_content: bool,
}

impl Store<'_> {
    /// Journals and statements of banks.
    pub(super) fn books(&mut self) -> Result<(), DeckError> {
        self.replace(&LEDGER_ENTRIES, BOOKS, &|store, found| {
            let mut said = Said { is_whole: true, is_named_by_content: true, ..Said::default() };
            let mut books = Vec::new();
            for file in found {
                let context = Context { file: &file.name, zone: store.round.zone.clone() };
                match ledger::read(&file.path, &context) {
                    Ok(read) => books.push((real(&file.path), read)),
                    Err(error) => store.torn(&mut said, &file.path, &error.to_string()),
                }
            }
            // What another journal includes is a part of it, and no books by itself; of two that include each other, the second.
            let files: Vec<BTreeSet<PathBuf>> =
                books.iter().map(|(_, read)| read.files.iter().map(|file| real(file)).collect()).collect();
            let roots: Vec<PathBuf> = books.iter().map(|(own, _): &(PathBuf, _)| own.clone()).collect();
            for (place, (own, read)) in books.into_iter().enumerate() {
                said.files.extend(read.files);
                let is_part = roots.iter().zip(&files).enumerate().any(|(other, (root, held))| {
                    let is_mutual = files.get(place).is_some_and(|files| files.contains(root));
                    other != place && held.contains(&own) && !(is_mutual && place < other)
                });
                if is_part {
                    continue;
                }
                read.problems.iter().for_each(|problem| store.told(problem));
                said.is_doubtful |= !read.problems.is_empty();
                said.facts.extend(read.facts);
            }
            Ok(said)
        })
    }

    /// Bills of clouds in the form of FOCUS.
    pub(super) fn bills(&mut self) -> Result<(), DeckError> {
        self.replace(&CLOUD_COSTS, &["csv"], &|store, found| {
            let mut said = Said::default();
            let mut bill = Bill::default();
            for file in found {
                let context = Context { file: &file.name, zone: store.round.zone.clone() };
                match File::open(&file.path) {
                    Ok(mut opened) => {
                        let problems = ledger::read_bill(&mut opened, &context, &mut bill);
                        problems.iter().for_each(|problem| store.told(problem));
                        said.files.push(file.path.clone());
                    }
                    Err(error) => store.torn(&mut said, &file.path, &error.to_string()),
                }
            }
            said.facts = bill.facts();
            Ok(said)
        })
    }

    /// Files that hold rows of a table of money or hours.
    pub(super) fn money_tables(&mut self) -> Result<(), DeckError> {
        let table = observed_table(self.source.table.as_deref().unwrap_or_default())?;
        self.replace(table, TABLES, &|store, found| {
            // Lists of invoices and seats hold all that there are.
            let is_whole = table.column("day").is_none();
            let mut said = Said { is_whole, ..Said::default() };
            for file in found {
                let form = Form {
                    table,
                    columns: &store.source.columns,
                    repo: "",
                    zone: &store.round.zone,
                    now: store.opening.now,
                };
                match each_row(&file.path, &form, &mut |fact| said.facts.push(fact)) {
                    Ok(told) => {
                        told.problems.iter().for_each(|problem| store.told(problem));
                        let hints =
                            told.hints.iter().map(|hint| format!("{}: {}", hint.subject, hint.message));
                        store.report.notices.extend(hints);
                        said.files.push(file.path.clone());
                    }
                    Err(error) => store.torn(&mut said, &file.path, &error.message),
                }
            }
            Ok(said)
        })
    }

    fn torn(&mut self, said: &mut Said, path: &Path, reason: &str) {
        said.is_torn = true;
        self.report.problems.push(format!("`{}` cannot be read: {reason}", path.display()));
    }

    /// Reads all files with `read` where one of them changed, and stores what is new and what is gone.
    fn replace(
        &mut self,
        table: &'static Declaration,
        ends: &[&str],
        read: &dyn Fn(&mut Self, &[ledger::Found]) -> Result<Said, DeckError>,
    ) -> Result<(), DeckError> {
        if self.source.paths.is_empty() {
            return Err(DeckError::new(format!(
                "a source of kind `{}` needs `paths`, its files or folders of them",
                self.source.kind
            )));
        }
        let (found, problems) = ledger::find(&self.source.paths, ends, &self.source.ignore);
        problems.iter().for_each(|problem| self.told(problem));
        self.report.units = found.len();
        if self.cursors.get(FILES).is_some_and(|cursor| !is_stirred(cursor, &found)) || found.is_empty() {
            return self.flush(&BTreeMap::new());
        }
        self.report.changed = found.len();
        let mut said = read(self, &found)?;
        said.is_torn |= !problems.is_empty();
        let cursor =
            if said.is_torn || said.is_doubtful { String::new() } else { cursor(&found, &said.files) };
        let facts = self.versions(table, said)?;
        for part in facts.chunks(super::STEP) {
            self.take(FILES, part.to_vec())?;
        }
        self.flush(&BTreeMap::from([(FILES.to_owned(), cursor)]))
    }

    /// The versions that these rows are: since their own day where the source is read for the first time, else since
    /// now; and since now gone, where they are no longer said.
    fn versions(&self, table: &'static Declaration, said: Said) -> Result<Vec<Fact>, DeckError> {
        let mut live = self.live_rows(table)?;
        let (is_first, now) = (live.is_empty(), self.opening.now);
        let zone = &self.round.zone;
        let mut days: Option<(Date, Date)> = None;
        let mut facts = Vec::with_capacity(said.facts.len());
        for mut fact in said.facts {
            let day = day(&fact.row);
            days = day.map_or(days, |day| Some(days.map_or((day, day), |(a, b)| (a.min(day), b.max(day)))));
            if live.remove(&key(table, &fact.row)).is_some() && said.is_named_by_content {
                continue;
            }
            let own = day.and_then(|day| midnight(day, zone)).filter(|_| is_first);
            let since: Timestamp = own.unwrap_or(now).min(now);
            fact.row.insert("observed_at".to_owned(), since.to_string().into());
            fact.row.insert("deleted".to_owned(), false.into());
            facts.push(fact);
        }
        if said.is_torn {
            return Ok(facts);
        }
        let is_gone = |row: &Row| {
            let is_of_bank = row.get("kind").is_some_and(|kind| kind == "statement" || kind == "balance");
            let is_covered =
                day(row).zip(days).is_some_and(|(day, (first, last))| (first..=last).contains(&day));
            (said.is_whole && !is_of_bank) || (!said.is_whole && is_covered)
        };
        for (_, mut row) in live.into_iter().filter(|(_, row)| is_gone(row)) {
            row.insert("observed_at".to_owned(), now.to_string().into());
            row.insert("deleted".to_owned(), true.into());
            facts.push(Fact { table, row });
        }
        Ok(facts)
    }

    /// The rows of this source that are stored and not gone, by their keys.
    fn live_rows(&self, table: &'static Declaration) -> Result<BTreeMap<String, Row>, DeckError> {
        let session = stored(self.round.lake, self.opening)?;
        let source = self.source.of.as_ref().unwrap_or(&self.source.name).replace('\'', "''");
        let query = format!(include_str!("../sql/live_rows.sql"), table = table.name, source = source);
        let rows = session
            .query(&query, &Limits { rows: usize::MAX, ..Limits::default() })
            .and_then(|answer| answer.batch())
            .map_err(|error| DeckError::new(chain(&error)))?;
        let rows = to_json(&rows).map_err(|error| DeckError::new(error.to_string()))?;
        Ok(rows.into_iter().map(|row| (key(table, &row), row)).collect())
    }
}

/// The path of a file without links and detours.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

fn key(table: &Declaration, row: &Row) -> String {
    let parts = table.key.iter().filter(|name| **name != "source");
    parts.filter_map(|name| row.get(*name)?.as_str()).collect::<Vec<_>>().join("\u{1f}")
}

fn day(row: &Row) -> Option<Date> {
    row.get("day")?.as_str()?.parse().ok()
}

/// What was read: the files that were found, and those that were read with a mark of each.
fn cursor(found: &[ledger::Found], files: &[PathBuf]) -> String {
    let marks: BTreeMap<String, String> = files.iter().map(|file| mark(file)).collect();
    let roots: BTreeSet<String> = found.iter().map(|file| file.path.display().to_string()).collect();
    json!({ "found": roots, "files": marks }).to_string()
}

/// Whether other files are found than those of a cursor, or one that was read has changed.
fn is_stirred(cursor: &str, found: &[ledger::Found]) -> bool {
    let Ok(read) = serde_json::from_str::<Value>(cursor) else { return true };
    let roots: BTreeSet<String> = found.iter().map(|file| file.path.display().to_string()).collect();
    let files = read.get("files").and_then(Value::as_object);
    let is_same = |(file, known): (&String, &Value)| known.as_str() == Some(&mark(Path::new(file)).1);
    read.get("found") != Some(&json!(roots)) || !files.is_some_and(|files| files.iter().all(is_same))
}
