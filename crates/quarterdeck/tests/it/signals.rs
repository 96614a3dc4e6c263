//! Every signal's example, run as it stands beside the signal.

use std::{
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use arrow::util::display::{ArrayFormatter, FormatOptions};
use qd_deck::Example;
use sqllogictest::{DB, DBOutput, DefaultColumnType, Runner};

use crate::world::root;

/// An example's company, made by the `SET as_of = '...'` that it begins with.
#[derive(Default)]
struct Database(Option<Example>);

#[derive(Debug)]
struct Failure(String);

impl std::fmt::Display for Failure {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

impl DB for Database {
    type Error = Failure;
    type ColumnType = DefaultColumnType;

    fn run(&mut self, sql: &str) -> Result<DBOutput<DefaultColumnType>, Failure> {
        let failed = |error: &dyn std::error::Error| Failure(error.to_string());
        if let Some(moment) = sql.trim().strip_prefix("SET as_of = ") {
            let moment: jiff::civil::DateTime =
                moment.trim_matches('\'').parse().map_err(|error| failed(&error))?;
            let moment = moment.to_zoned(jiff::tz::TimeZone::UTC).map_err(|error| failed(&error))?;
            self.0 = Some(Example::new(moment.timestamp()).map_err(|error| failed(&error))?);
            return Ok(DBOutput::StatementComplete(0));
        }
        let example = self.0.as_ref().ok_or_else(|| Failure("no SET as_of yet".to_owned()))?;
        let answer = example.execute(sql).map_err(|error| failed(&error))?;
        if sql.trim_start().to_lowercase().starts_with("insert") {
            return Ok(DBOutput::StatementComplete(answer.rows() as u64));
        }
        let options = FormatOptions::default().with_null("NULL");
        let mut rows = Vec::new();
        for batch in &answer.batches {
            let columns: Vec<ArrayFormatter<'_>> = batch
                .columns()
                .iter()
                .map(|column| ArrayFormatter::try_new(column, &options).map_err(|error| failed(&error)))
                .collect::<Result<_, _>>()?;
            for row in 0..batch.num_rows() {
                rows.push(columns.iter().map(|column| cell(&column.value(row).to_string())).collect());
            }
        }
        let types = vec![DefaultColumnType::Any; answer.schema.fields().len()];
        Ok(DBOutput::Rows { types, rows })
    }
}

/// A value as an example writes it: figures with four digits at most, nothing as `(empty)`.
fn cell(text: &str) -> String {
    if text.is_empty() {
        return "(empty)".to_owned();
    }
    match text.parse::<f64>() {
        Ok(number) if text.contains('.') => {
            let rounded = format!("{number:.4}");
            rounded.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        _ => text.to_owned(),
    }
}

fn files(folder: &Path, end: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder is there").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, end, found);
        } else if path.extension().is_some_and(|extension| extension == end) {
            found.push(path);
        }
    }
}

#[test]
fn every_signal_has_an_example_that_holds() {
    let mut signals = Vec::new();
    files(&root().join("signals"), "sql", &mut signals);
    signals.sort();
    assert!(signals.len() >= 24, "only {} signals were found", signals.len());
    let examples: Vec<PathBuf> = signals.iter().map(|signal| signal.with_extension("slt")).collect();
    let (there, missing): (Vec<PathBuf>, Vec<PathBuf>) = examples.into_iter().partition(|path| path.exists());
    assert_eq!(missing, Vec::<PathBuf>::new(), "every signal has an example beside it");
    all_hold(&there);
}

/// Runs examples on all cores: each plans dozens of queries over all views.
fn all_hold(examples: &[PathBuf]) {
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(example) = examples.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let failure = failure_of(example);
                    failures.lock().expect("nobody panics").extend(failure);
                }
            });
        }
    });
    let mut failures = failures.into_inner().expect("nobody panics");
    failures.sort();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// What is wrong with an example.
fn failure_of(example: &Path) -> Option<String> {
    let mut runner = Runner::new(|| async { Ok(Database::default()) });
    runner.run_file(example).err().map(|error| error.display(false).to_string())
}

#[test]
fn the_examples_of_views_hold() {
    let mut examples = Vec::new();
    files(&root().join("views"), "slt", &mut examples);
    examples.sort();
    all_hold(&examples);
}

/// DataFusion answers an `EXISTS` that looks at nothing outside itself with a nested loop: beside a table
/// of a hundred thousand rows one such precondition took twenty seconds of a brief. A `CROSS JOIN` of
/// subqueries of one row says the same in no time.
#[test]
fn no_precondition_asks_whether_something_exists_beside_a_large_table() {
    let mut signals = Vec::new();
    files(&root().join("signals"), "sql", &mut signals);
    for signal in signals {
        let text = std::fs::read_to_string(&signal).expect("it can be read");
        let asked = text.lines().find(|line| line.starts_with("-- needs:")).unwrap_or_default();
        assert!(!asked.to_uppercase().contains("EXISTS"), "{}: {asked}", signal.display());
    }
}
