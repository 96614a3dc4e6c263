//! From the sources to the lake: one snapshot a source, and a cursor to go on from.

use std::collections::{BTreeMap, BTreeSet};

use qd_intent::Company;
use qd_lake::{Committed, Lake, Limits, Session};
use qd_model::{DeckError, Value};
use qd_sources::git::{self, Caller, Options, Progress, Request};
use qd_tables::{SYNCS, Writer};
use serde::Serialize;

use crate::{
    intake::{self, Intake},
    observe,
    opening::{LastLook, Look, Opening, SourceSpec},
};

/// What a sync of one source brought.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SourceReport {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// Units (for git: repositories) it has.
    pub units: usize,
    /// Units that brought something.
    pub changed: usize,
    /// Commits among what came.
    pub commits: u64,
    /// Questions asked over the network.
    pub requests: u64,
    /// Change requests that were read.
    pub change_requests: u64,
    /// Rows of all tables.
    pub rows: u64,
    /// Commits whose changes could not be read.
    pub unmeasured: u64,
    /// What could not be read; the rest was.
    pub problems: Vec<String>,
    /// What was not looked at though it was there; nothing is wrong with it.
    pub hints: Vec<String>,
    /// True where another sync of the source was quicker; its facts are the same.
    pub overtaken: bool,
    /// True where nothing answered, so that the source is no fresher than before.
    pub is_unreached: bool,
}

/// Hears how far a sync is: source, and the repository at work.
pub type Watcher<'a> = dyn Fn(&str, Progress<'_>) + Sync + 'a;

/// Cursor of each unit of `source`, by unit.
pub(crate) fn cursors(session: &Session, source: &str) -> Result<BTreeMap<String, String>, DeckError> {
    let query = format!(include_str!("sql/cursors.sql"), source = source.replace('\'', "''"));
    let answer = session
        .query(&query, &Limits::default())
        .map_err(|error| DeckError::new(format!("the cursors of `{source}` cannot be read: {error}")))?;
    Ok(answer
        .table()
        .rows
        .into_iter()
        .filter_map(|row| match row.as_slice() {
            [Value::Text(unit), Value::Text(cursor), ..] => Some((unit.clone(), cursor.clone())),
            _ => None,
        })
        .collect())
}

/// A session over nothing but what is stored.
pub(crate) fn stored(lake: &Lake, opening: &Opening) -> Result<Session, DeckError> {
    let today = opening.now.to_zoned(opening.zone.clone()).date();
    Session::new(Some(lake), opening.now, today, BTreeMap::new(), opening.mebibytes, None)
        .map_err(|error| DeckError::new(chain(&error)))
}

/// Opens the lake of `opening`, making it where there is none.
///
/// # Errors
/// Where the folder of facts cannot be written.
pub fn open_lake(opening: &Opening) -> Result<Lake, DeckError> {
    Lake::open(&opening.state, opening.now).map_err(|error| {
        DeckError::new(format!(
            "the facts in `{}` cannot be opened: {}",
            opening.state.display(),
            chain(&error)
        ))
        .hint("check the folder's rights and free space, or name another company folder")
    })
}

/// An error and its causes, in one line.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}

/// Reads what is new from the sources called `names` (all where empty).
///
/// # Errors
/// Where the lake cannot be opened, or a name is no source. What goes wrong in one source
/// stands in its report and stops no other.
pub fn sync(
    opening: &Opening,
    company: &Company,
    names: &[String],
    watcher: &Watcher<'_>,
) -> Result<Vec<SourceReport>, DeckError> {
    let sources = opening.sources(company);
    for name in names {
        if !sources.iter().any(|source| source.name == *name) {
            let known = sources.iter().map(|source| source.name.as_str());
            let near = qd_model::nearest(name, known.clone());
            let hint = near.map_or_else(
                || format!("there are: {}", known.collect::<Vec<_>>().join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            return Err(DeckError::new(format!("unknown source `{name}`")).hint(hint));
        }
    }
    let lake = open_lake(opening)?;
    let mut look = LastLook::read(&opening.state);
    let mut reports = Vec::new();
    for source in sources {
        if !names.is_empty() && !names.contains(&source.name) {
            continue;
        }
        let report = match source.kind.as_str() {
            "git" => sync_git(opening, &lake, &source, watcher),
            _ => observe::sync(opening, &opening.calendar(company).zone, &lake, &source, watcher),
        };
        let report = report.unwrap_or_else(|error| SourceReport {
            name: source.name.clone(),
            kind: source.kind.clone(),
            problems: vec![error.message],
            is_unreached: true,
            ..SourceReport::default()
        });
        let error = (!report.problems.is_empty()).then(|| match report.problems.as_slice() {
            [only] => only.clone(),
            several => format!("{} (and {} more)", several[0], several.len() - 1),
        });
        // What did not answer is as old as it was.
        let before = look.sources.get(&report.name).cloned();
        let now = Look { at: Some(opening.now), units: report.units, error: error.clone() };
        let seen = match (report.is_unreached, before) {
            (false, _) => now,
            (true, Some(before)) => Look { error, ..before },
            (true, None) => Look { at: None, ..now },
        };
        look.sources.insert(report.name.clone(), seen);
        reports.push(report);
    }
    fold_intake(opening, &lake)?;
    tidy(opening, &lake)?;
    look.write(&opening.state).map_err(|error| {
        DeckError::new(format!("`{}` cannot be written: {error}", opening.state.display()))
    })?;
    Ok(reports)
}

/// Merges files where they have piled up.
fn tidy(opening: &Opening, lake: &Lake) -> Result<(), DeckError> {
    let failed = |error| DeckError::new(format!("the facts cannot be merged: {}", chain(&error)));
    if lake.is_piled_up().map_err(failed)? {
        lake.compact(opening.now).map_err(failed)?;
    }
    Ok(())
}

/// Folds what stands in the intake log and not yet in the lake.
///
/// # Errors
/// Where log or lake cannot be read or written.
pub fn fold_intake(opening: &Opening, lake: &Lake) -> Result<Vec<String>, DeckError> {
    let log = Intake::of(&opening.state);
    if log.length() == 0 {
        return Ok(Vec::new());
    }
    let mut problems = Vec::new();
    loop {
        let session = stored(lake, opening)?;
        let from = cursors(&session, intake::UNIT)?
            .get(intake::UNIT)
            .and_then(|cursor| cursor.parse().ok())
            .unwrap_or(0);
        let folding = log.fold(lake, &session, from, opening.now).map_err(DeckError::new)?;
        problems.extend(folding.problems);
        if folding.until == from || folding.until >= log.length() {
            break;
        }
    }
    tidy(opening, lake)?;
    Ok(problems)
}

fn sync_git(
    opening: &Opening,
    lake: &Lake,
    source: &SourceSpec,
    watcher: &Watcher<'_>,
) -> Result<SourceReport, DeckError> {
    let (found, problems) = git::find(&source.paths, &source.ignore);
    let mut report = SourceReport {
        name: source.name.clone(),
        kind: source.kind.clone(),
        units: found.len(),
        problems: problems.into_iter().map(|p| format!("{}: {}", p.subject, p.message)).collect(),
        ..SourceReport::default()
    };
    // The base comes before the cursors: who commits in between overtakes us.
    let mut append = lake.append(&source.name).map_err(|error| DeckError::new(chain(&error)))?;
    let session = stored(lake, opening)?;
    let cursors = cursors(&session, &source.name)?;
    let requests: Vec<Request<'_>> = found
        .iter()
        .map(|found| Request { found, cursor: cursors.get(&found.name).map(String::as_str) })
        .collect();
    let options = Options { threads: opening.threads, ..Options::default() };
    let progress = |progress: Progress<'_>| watcher(&source.name, progress);
    let stored = |repo: &str| {
        let query = format!(
            include_str!("sql/stored_commits.sql"),
            source = source.name.replace('\'', "''"),
            repo = repo.replace('\'', "''")
        );
        let limits = Limits { rows: usize::MAX, ..Limits::default() };
        let table = session.query(&query, &limits)?.table();
        let ids = table.rows.into_iter().filter_map(|row| row.first()?.as_text().map(str::to_owned));
        Ok(ids.collect())
    };
    let mut sink = |name: &'static str, batch: qd_tables::RecordBatch| {
        let table =
            qd_tables::declaration(name).ok_or_else(|| qd_lake::LakeError::UnknownTable(name.to_owned()))?;
        append.write(table, &batch)?;
        Ok(())
    };
    let caller = Caller { sink: &mut sink, progress: &progress, stored: &stored };
    let outcomes = git::sync(&requests, &source.name, opening.now, &options, caller)
        .map_err(|error| DeckError::new(format!("source `{}`: {error}", source.name)))?;
    let mut cursor_rows = Writer::new(&SYNCS);
    let mut told = BTreeSet::new();
    for (found, outcome) in found.iter().zip(outcomes) {
        match outcome {
            Ok(outcome) => {
                report.commits += outcome.commits;
                report.rows += outcome.rows;
                report.unmeasured += outcome.unmeasured;
                for problem in outcome.problems {
                    let text = format!("{}: {}", problem.subject, problem.message);
                    if told.insert(text.clone()) {
                        report.problems.push(text);
                    }
                }
                if cursors.get(&found.name) != Some(&outcome.cursor) {
                    report.changed += 1;
                    cursor_rows
                        .text(source.name.as_str())
                        .text(found.name.as_str())
                        .time(opening.now)
                        .text("git")
                        .integer(outcome.rows as i64)
                        .text(outcome.cursor.as_str())
                        .text(None);
                }
            }
            Err(error) => report.problems.push(chain(&error)),
        }
    }
    if cursor_rows.rows() > 0 {
        let batch = cursor_rows.finish().map_err(|error| DeckError::new(error.to_string()))?;
        append.write(&SYNCS, &batch).map_err(|error| DeckError::new(chain(&error)))?;
    }
    let committed = append.commit(opening.now).map_err(|error| DeckError::new(chain(&error)))?;
    report.overtaken = committed == Committed::Overtaken;
    Ok(report)
}
