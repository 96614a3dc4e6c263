//! Rows of a file that somebody has, taken into a table once.
//!
//! A file may be larger than memory: its rows go to the intake log and into the lake in steps, and
//! an import that is stopped is done again from the start, which brings what is missing.

use std::{
    collections::{BTreeMap, HashSet},
    hash::{BuildHasher, RandomState},
    path::Path,
};

use qd_intent::Company;
use qd_lake::Lake;
use qd_model::DeckError;
use qd_sources::Problem;
use qd_tables::{ALL, Declaration, Fact, Role};
use serde_json::{Value, json};

use crate::{
    fold::fold,
    intake::Intake,
    local::IMPORT,
    observe::{Form, each_row},
    opening::Opening,
    sync::{chain, fold_intake, open_lake, stored},
};

/// Rows that are taken in one step.
const STEP: usize = 50_000;

/// What to take.
#[derive(Debug, Clone, Copy)]
pub struct Import<'a> {
    /// Name of the table.
    pub table: &'a str,
    /// The file.
    pub file: &'a Path,
    /// Column of the table, column of the file, where they differ.
    pub columns: &'a BTreeMap<String, String>,
    /// Repository the rows are about, where the file does not say.
    pub repo: Option<&'a str>,
    /// Take nothing, only count.
    pub is_dry: bool,
}

/// What was taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Rows that could be read.
    pub read: usize,
    /// Rows among them that were not there before.
    pub new: usize,
    /// What could not be read.
    pub problems: Vec<String>,
    /// What was not looked at, such as a column that the table does not have.
    pub hints: Vec<String>,
}

/// The observed table called `name`.
///
/// # Errors
/// Where there is none that a file can fill.
pub(crate) fn observed_table(name: &str) -> Result<&'static Declaration, DeckError> {
    let can_fill = |table: &&&Declaration| {
        matches!(table.role, Role::Event(_) | Role::State) && table.column("source").is_some()
    };
    let all = || ALL.iter().filter(can_fill).filter(|table| table.name != "syncs");
    all().find(|table| table.name == name).copied().ok_or_else(|| {
        let error = DeckError::new(format!("no table `{name}` can be filled from a file"));
        error.hint(match qd_model::nearest(name, all().map(|table| table.name)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are: {}", all().map(|table| table.name).collect::<Vec<_>>().join(", ")),
        })
    })
}

/// Takes the rows of a file, by way of the intake log; times without an offset are the company's.
///
/// # Errors
/// Where the table or the file is not there, or the facts cannot be written.
pub fn import(opening: &Opening, company: &Company, import: &Import<'_>) -> Result<Imported, DeckError> {
    let form = Form {
        table: observed_table(import.table)?,
        columns: import.columns,
        repo: import.repo.unwrap_or_default(),
        zone: &opening.calendar(company).zone,
        now: opening.now,
    };
    let lake = open_lake(opening)?;
    fold_intake(opening, &lake)?;
    let mut taking = Taking {
        opening,
        lake: &lake,
        is_dry: import.is_dry,
        pending: Vec::new(),
        seen: HashSet::new(),
        hasher: RandomState::new(),
        imported: Imported::default(),
    };
    let mut failed = None;
    let told = each_row(import.file, &form, &mut |fact| {
        if failed.is_none() {
            failed = taking.take(fact).err();
        }
    })?;
    if let Some(error) = failed {
        return Err(error);
    }
    taking.step()?;
    fold_intake(opening, &lake)?;
    let words = |problem: Problem| format!("{}: {}", problem.subject, problem.message);
    let mut imported = taking.imported;
    imported.problems.splice(0..0, told.problems.into_iter().map(words));
    imported.hints.extend(told.hints.into_iter().map(words));
    Ok(imported)
}

/// An import under way.
struct Taking<'a> {
    opening: &'a Opening,
    lake: &'a Lake,
    is_dry: bool,
    pending: Vec<Fact>,
    /// Hashes of rows: what is not stored between two steps is not to count twice.
    seen: HashSet<u64>,
    hasher: RandomState,
    imported: Imported,
}

impl Taking<'_> {
    fn take(&mut self, fact: Fact) -> Result<(), DeckError> {
        self.imported.read += 1;
        if self.seen.insert(self.hasher.hash_one(Value::Object(fact.row.clone()).to_string())) {
            self.pending.push(fact);
        }
        if self.pending.len() >= STEP { self.step() } else { Ok(()) }
    }

    /// Takes what has gathered as far as the log: folding looks at all that is stored, so it is
    /// done once.
    fn step(&mut self) -> Result<(), DeckError> {
        let facts = std::mem::take(&mut self.pending);
        let session = stored(self.lake, self.opening)?;
        let lines: Vec<Value> = facts
            .iter()
            .map(|fact| json!({"table": fact.table.name, "source": IMPORT, "row": fact.row}))
            .collect();
        let folded = fold(&session, IMPORT, facts).map_err(|error| DeckError::new(chain(&error)))?;
        self.imported.problems.extend(folded.problems);
        self.imported.new += folded.rows;
        if self.is_dry || folded.rows == 0 {
            return Ok(());
        }
        let state = &self.opening.state;
        Intake::of(state)
            .add_lines(&lines)
            .map_err(|error| DeckError::new(format!("`{}` cannot be written: {error}", state.display())))
    }
}
