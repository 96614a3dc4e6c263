//! From the sources to the lake: one snapshot a source, and a cursor to go on from.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
};

use jiff::tz::TimeZone;
use qd_intent::Company;
use qd_lake::{Committed, Lake, Limits, Session};
use qd_model::{DeckError, Value};
use qd_sources::{
    git::{self, Caller, Options, Progress, Request},
    http::Patience,
};
use qd_tables::{COMMITS, SYNCS, Writer};
use serde::Serialize;

use crate::{
    intake::{self, Intake},
    observe,
    opening::{LastLook, Look, Opening, SourceSpec},
    posted::Told,
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
    /// What is worth knowing and no failure: messages of types that nobody here knows, columns of a
    /// file that its table does not have.
    pub notices: Vec<String>,
    /// True where another sync of the source was quicker; its facts are the same.
    pub overtaken: bool,
    /// True where nothing answered, so that the source is no fresher than before.
    pub is_unreached: bool,
    /// When the system takes questions again, where it takes none now.
    pub until: Option<jiff::Timestamp>,
}

impl SourceReport {
    /// Of a source that was not asked, and posted something.
    fn posted(name: String, told: &Told) -> Self {
        let mut report = Self { name, is_unreached: true, ..Self::default() };
        report.hear(told);
        report
    }

    fn hear(&mut self, told: &Told) {
        self.problems.extend(told.problems());
        self.notices.extend(told.notices());
    }
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

/// What the sources of one sync share.
pub(crate) struct Round<'a> {
    /// Where, when and who.
    pub opening: &'a Opening,
    /// Where the company is: zone of times that name none.
    pub zone: TimeZone,
    /// Where facts go.
    pub lake: &'a Lake,
    /// How long a system that does not answer is borne with.
    pub patience: Patience,
    /// Hears how far it is.
    pub watcher: &'a Watcher<'a>,
    /// Held by who stores facts or asks for a secret: one at a time does either.
    pub gate: Mutex<()>,
}

/// Most systems that are asked at the same time.
const BESIDE: usize = 8;

/// Reads what is new from the sources called `names` (all where empty). Systems over the network
/// are asked beside one another, so that a slow one holds up no other.
///
/// # Errors
/// Where the lake cannot be opened, or a name is no source. What goes wrong in one source
/// stands in its report and stops no other.
pub fn sync(
    opening: &Opening,
    company: &Company,
    names: &[String],
    patience: Patience,
    watcher: &Watcher<'_>,
) -> Result<Vec<SourceReport>, DeckError> {
    let mut sources = opening.sources(company);
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
    let kinds: BTreeMap<String, String> =
        sources.iter().map(|source| (source.name.clone(), source.kind.clone())).collect();
    // What is for reading at leisure is read when somebody asks for it by name, and never before a brief.
    let is_meant = |source: &SourceSpec| match names {
        [] => source.kind != "feed",
        names => names.contains(&source.name),
    };
    sources.retain(is_meant);
    let zone = opening.calendar(company).zone;
    let round = Round { opening, zone, lake: &lake, patience, watcher, gate: Mutex::new(()) };
    let mut reports = read_all(&round, &sources);
    let mut told = fold_log(opening, &lake)?;
    for report in &mut reports {
        report.hear(&told.remove(&report.name).unwrap_or_default());
    }
    for (name, told) in told {
        let kind = kinds.get(&name).cloned().unwrap_or_default();
        reports.push(SourceReport { kind, ..SourceReport::posted(name, &told) });
    }
    tidy(opening, &lake)?;
    remember(opening, &reports)?;
    Ok(reports)
}

/// Reads each of `sources`; the reports come in their order.
fn read_all(round: &Round<'_>, sources: &[SourceSpec]) -> Vec<SourceReport> {
    let read = |source: &SourceSpec| {
        let report = match source.kind.as_str() {
            "git" => sync_git(round.opening, round.lake, source, round.watcher),
            _ => observe::sync(round, source),
        };
        report.unwrap_or_else(|error| SourceReport {
            name: source.name.clone(),
            kind: source.kind.clone(),
            problems: vec![error.message],
            is_unreached: true,
            ..SourceReport::default()
        })
    };
    let (far, near): (Vec<_>, Vec<_>) =
        sources.iter().enumerate().partition(|(_, source)| observe::is_asked(source));
    let threads = far.len().min(BESIDE);
    let queue = Mutex::new(far.into_iter());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work =
        || std::iter::from_fn(next).map(|(place, source)| (place, read(source))).collect::<BTreeMap<_, _>>();
    let reports = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let mut reports: BTreeMap<usize, SourceReport> =
            near.into_iter().map(|(place, source)| (place, read(source))).collect();
        for worker in workers {
            match worker.join() {
                Ok(done) => reports.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        reports
    });
    reports.into_values().collect()
}

/// Keeps when each source was looked at, and what went wrong.
fn remember(opening: &Opening, reports: &[SourceReport]) -> Result<(), DeckError> {
    let mut look = LastLook::read(&opening.state);
    for report in reports {
        let told: Vec<&String> = report.problems.iter().chain(&report.notices).collect();
        let error = told.first().map(|first| match told.len() {
            1 => (*first).clone(),
            several => format!("{first} (and {} more)", several - 1),
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
    }
    look.write(&opening.state)
        .map_err(|error| DeckError::new(format!("`{}` cannot be written: {error}", opening.state.display())))
}

/// Merges files where they have piled up.
fn tidy(opening: &Opening, lake: &Lake) -> Result<(), DeckError> {
    let failed = |error| DeckError::new(format!("the facts cannot be merged: {}", chain(&error)));
    if lake.is_piled_up().map_err(failed)? {
        lake.compact(opening.now).map_err(failed)?;
    }
    Ok(())
}

/// Folds what stands in the intake log and not yet in the lake. What was not understood is told
/// with the next brief.
///
/// # Errors
/// Where log or lake cannot be read or written.
pub fn fold_intake(opening: &Opening, lake: &Lake) -> Result<(), DeckError> {
    let told = fold_log(opening, lake)?;
    tidy(opening, lake)?;
    if told.is_empty() {
        return Ok(());
    }
    let reports: Vec<_> = told.into_iter().map(|(name, told)| SourceReport::posted(name, &told)).collect();
    remember(opening, &reports)
}

/// Folds it; returns what was not understood, by source.
fn fold_log(opening: &Opening, lake: &Lake) -> Result<BTreeMap<String, Told>, DeckError> {
    let log = Intake::of(&opening.state);
    if log.length() == 0 {
        return Ok(BTreeMap::new());
    }
    let mut all: BTreeMap<String, Told> = BTreeMap::new();
    loop {
        let session = stored(lake, opening)?;
        let from = cursors(&session, intake::UNIT)?
            .get(intake::UNIT)
            .and_then(|cursor| cursor.parse().ok())
            .unwrap_or(0);
        let folding = log.fold(lake, &session, from, opening.now).map_err(DeckError::new)?;
        for (source, told) in folding.told {
            all.entry(source).or_default().join(told);
        }
        if folding.until == from || folding.until >= log.length() {
            break;
        }
    }
    all.retain(|_, told| !told.is_empty());
    Ok(all)
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
    let lacking = |error: &dyn std::error::Error| DeckError::new(chain(error));
    // A whole session is most of what a sync with nothing new would cost.
    let today = opening.now.to_zoned(opening.zone.clone()).date();
    let session = |table| Session::of_tables(lake, &[table], opening.now, today, opening.mebibytes);
    let cursors = if lake.has_files(SYNCS.name).map_err(|error| lacking(&error))? {
        cursors(&session(&SYNCS).map_err(|error| lacking(&error))?, &source.name)?
    } else {
        BTreeMap::new()
    };
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
        let table = session(&COMMITS)?.query(&query, &limits)?.table();
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
