//! Rows of a file that somebody has, taken into a table once.

use std::{collections::BTreeMap, path::Path};

use qd_model::DeckError;
use qd_tables::{ALL, Declaration, Role};
use serde_json::{Value, json};

use crate::{
    fold::fold,
    intake::Intake,
    local::IMPORT,
    observe::{Form, each_row},
    opening::Opening,
    sync::{chain, fold_intake, open_lake, stored},
};

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

/// Takes the rows of a file, by way of the intake log.
///
/// # Errors
/// Where the table or the file is not there, or the facts cannot be written.
pub fn import(opening: &Opening, import: &Import<'_>) -> Result<Imported, DeckError> {
    let table = observed_table(import.table)?;
    let form = Form {
        table,
        columns: import.columns,
        repo: import.repo.unwrap_or_default(),
        zone: &opening.zone,
        now: opening.now,
    };
    let mut facts = Vec::new();
    let told = each_row(import.file, &form, &mut |fact| facts.push(fact))?;
    let mut problems: Vec<String> =
        told.into_iter().map(|problem| format!("{}: {}", problem.subject, problem.message)).collect();
    let read = facts.len();
    let lake = open_lake(opening)?;
    fold_intake(opening, &lake)?;
    let session = stored(&lake, opening)?;
    let folded = fold(&session, IMPORT, facts.clone()).map_err(|error| DeckError::new(chain(&error)))?;
    problems.extend(folded.problems);
    if !import.is_dry && folded.rows > 0 {
        let lines: Vec<Value> = facts
            .into_iter()
            .map(|fact| json!({"table": table.name, "source": IMPORT, "row": fact.row}))
            .collect();
        Intake::of(&opening.state).add_lines(&lines).map_err(|error| {
            DeckError::new(format!("`{}` cannot be written: {error}", opening.state.display()))
        })?;
        fold_intake(opening, &lake)?;
    }
    Ok(Imported { read, new: folded.rows, problems })
}
