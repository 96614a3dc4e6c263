//! Single tasks: each forecast when it began, by what was done before.

use std::collections::HashMap;

use super::{
    Board, NAIVE, OURS, Problem, Report, Source, set,
    table::{Fault, Row, Slashes, Table, contradiction},
};
use crate::forecast::{
    class::Class,
    curve::Curve,
    pools, prior,
    tasks::{self, Finished, Piece, TaskForecaster},
};

/// A history, and how it is scored.
#[derive(Debug)]
pub(super) struct History {
    pub(super) set: String,
    pub(super) tasks: Vec<Finished>,
    /// Tasks that must be done before one is scored.
    pub(super) known: usize,
    /// Of those, every how-manieth is scored.
    every: usize,
}

/// Runs the protocol on files.
pub(super) fn run(sources: &[Source<'_>]) -> Report {
    let mut report = Report::default();
    for history in histories(sources, &mut report.problems) {
        let board = scored(&history);
        report.lines.extend(board.lines(&history.set));
    }
    report
}

/// Reads histories; what cannot be read is added to the problems.
pub(super) fn histories(sources: &[Source<'_>], problems: &mut Vec<Problem>) -> Vec<History> {
    let mut histories = Vec::new();
    for source in sources {
        let mut table = Table::read(source);
        let Some(form) = Form::of(&table) else {
            problems.push(table.unknown("columns `start`, `done`, `estimate` and `actual`"));
            continue;
        };
        let tasks = form.tasks(&mut table);
        problems.extend(table.problems());
        let (known, every) = form.burn_in(tasks.len());
        if tasks.len() <= known {
            let message = format!("expected more than {known} tasks with an estimate; found {}", tasks.len());
            problems.push(table.problem(message));
            continue;
        }
        histories.push(History { set: set(source.name), tasks, known, every });
    }
    histories
}

/// The forms of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Start, done, estimate, actual, and any of person, category and project.
    Plain,
    /// Facts of tasks of the Team Software Process, in minutes.
    Process,
    /// A person's days, in units of 25 minutes.
    Pomodoro,
    /// Projects with their first estimates.
    Projects,
}

impl Form {
    fn of(table: &Table) -> Option<Self> {
        let forms: [(Self, &[&str]); 4] = [
            (
                Self::Process,
                &["task_actual_start_date", "task_plan_time_minutes", "task_actual_time_minutes"],
            ),
            (Self::Plain, &["start", "done", "estimate", "actual"]),
            (Self::Pomodoro, &["DONE", "date", "estimate", "actual"]),
            (Self::Projects, &["First.estimate", "Actual.effort", "Actual.start.date", "Actual.duration"]),
        ];
        forms.into_iter().find(|(_, names)| table.has(names)).map(|(form, _)| form)
    }

    /// How many tasks must be known before one is scored, and which of them are.
    fn burn_in(self, tasks: usize) -> (usize, usize) {
        match self {
            Self::Process => (200, 10),
            Self::Pomodoro => (200, 4),
            Self::Projects => (20, 1),
            Self::Plain if tasks < 1_000 => (20, 1),
            Self::Plain => (200, 1),
        }
    }

    fn tasks(self, table: &mut Table) -> Vec<Finished> {
        let slashes = match self {
            Self::Process => Some(Slashes::MonthFirst),
            _ => table.slashes(&["done"]).or_else(|| table.slashes(&["start"])),
        };
        let read = table.rows(|row| {
            let one = match self {
                Self::Plain => plain(row, slashes)?,
                Self::Process => process(row, slashes)?,
                Self::Pomodoro => match pomodoro(row)? {
                    Some(one) => one,
                    None => return Ok(None),
                },
                Self::Projects => project(row)?,
            };
            if one.finished.done < one.finished.start {
                return Err(contradiction("it was done before it began"));
            }
            // Owned: the table is read on while these are kept.
            Ok(Some((one.finished, one.labels.map(|label| label.map(str::to_owned)))))
        });
        numbered(read)
    }
}

/// A task as it was read, its labels still words.
struct Read<'a> {
    finished: Finished,
    labels: [Option<&'a str>; 3],
}

fn read<'a>(start: i64, done: i64, estimate: f64, actual: f64, labels: [Option<&'a str>; 3]) -> Read<'a> {
    let piece = Piece { estimate, person: None, category: None, project: None };
    Read { finished: Finished { start, done, piece, actual }, labels }
}

fn plain(row: Row<'_>, slashes: Option<Slashes>) -> Result<Read<'_>, Fault> {
    let (start, done) = (row.instant(&["start"], slashes)?, row.instant(&["done"], slashes)?);
    let (estimate, actual) = (row.positive(&["estimate"])?, row.positive(&["actual"])?);
    let labels = ["person", "category", "project"].map(|name| row.label(&[name]));
    Ok(read(start, done, estimate, actual, labels))
}

fn process(row: Row<'_>, slashes: Option<Slashes>) -> Result<Read<'_>, Fault> {
    let start = row.instant(&["task_actual_start_date"], slashes)?;
    let done = row.instant(&["task_actual_complete_date"], slashes)?;
    let estimate = row.positive(&["task_plan_time_minutes"])? / 60.0;
    let actual = row.positive(&["task_actual_time_minutes"])? / 60.0;
    let labels = ["person_key", "phase_short_name", "project_key"].map(|name| row.label(&[name]));
    Ok(read(start, done, estimate, actual, labels))
}

fn pomodoro(row: Row<'_>) -> Result<Option<Read<'_>>, Fault> {
    let has_both = row.label(&["estimate"]).is_some() && row.label(&["actual"]).is_some();
    if row.text(&["DONE"]) != "1" || !has_both {
        return Ok(None);
    }
    let day = row.instant(&["date"], None)?;
    let (estimate, actual) = (row.positive(&["estimate"])?, row.positive(&["actual"])?);
    let kind = row.text(&["X.words"]).split(',').next().filter(|kind| !kind.is_empty());
    Ok(Some(read(day, day, estimate, actual, [None, kind, None])))
}

fn project(row: Row<'_>) -> Result<Read<'_>, Fault> {
    let start = row.instant(&["Actual.start.date"], None)?;
    let done = start.saturating_add((row.positive(&["Actual.duration"])? * 86_400.0) as i64);
    let (estimate, actual) = (row.positive(&["First.estimate"])?, row.positive(&["Actual.effort"])?);
    Ok(read(start, done, estimate, actual, [row.label(&["Client.code"]), row.label(&["Project.type"]), None]))
}

/// Labels as numbers.
fn numbered(read: Vec<(Finished, [Option<String>; 3])>) -> Vec<Finished> {
    let mut known: [HashMap<String, u32>; 3] = Default::default();
    let mut tasks = Vec::with_capacity(read.len());
    for (mut finished, labels) in read {
        let mut numbers = known.iter_mut().zip(labels).map(|(known, label)| {
            let next = known.len() as u32;
            label.map(|label| *known.entry(label).or_insert(next))
        });
        finished.piece.person = numbers.next().flatten();
        finished.piece.category = numbers.next().flatten();
        finished.piece.project = numbers.next().flatten();
        tasks.push(finished);
    }
    tasks
}

/// The simpler methods: the sample of one class, as it is.
const POOLS: [(&str, pools::Which); 5] = [
    ("all history", pools::WHOLE),
    ("by size", pools::SIZE),
    ("by person", pools::PERSON),
    ("by category", pools::CATEGORY),
    ("by project", pools::PROJECT),
];

fn scored(history: &History) -> Board {
    let (mut board, mut eligible) = (Board::default(), 0);
    tasks::replay(prior::TASK, &history.tasks, |place, forecaster, issued| {
        let Some(task) = history.tasks.get(place).filter(|_| forecaster.known() >= history.known) else {
            return;
        };
        eligible += 1;
        if (eligible - 1) % history.every != 0 {
            return;
        }
        let estimate = task.piece.estimate;
        let mut add = |method, doublings: &Curve| {
            board.add("all", method, &doublings.map(|doublings| estimate * doublings.exp2()), task.actual);
        };
        add(NAIVE, &Curve::certain(0.0));
        for (method, which) in POOLS {
            add(method, &pooled(forecaster, &task.piece, which));
        }
        add("size x person and size x category shrunk", &shrunk(forecaster, &task.piece));
        add(OURS, &issued.doublings);
    });
    board
}

/// The sample of a class shrunk to that of all history.
pub(super) fn pooled(forecaster: &TaskForecaster, piece: &Piece, which: pools::Which) -> Curve {
    let sample = |which| forecaster.class(piece, which).and_then(Class::sample);
    let whole = sample(pools::WHOLE).unwrap_or_else(|| Curve::certain(0.0));
    onto(forecaster, piece, which, &whole)
}

/// The sample of a class shrunk by n / (n + 30).
fn onto(forecaster: &TaskForecaster, piece: &Piece, which: pools::Which, wider: &Curve) -> Curve {
    let class = forecaster.class(piece, which);
    let count = class.map_or(0.0, |class| class.len() as f64);
    let own = class.and_then(Class::sample);
    own.map_or(*wider, |own| own.blend(wider, count / (count + tasks::STRENGTH)))
}

/// The best of the simpler ones: size, and within it person and category, shrunk and averaged.
fn shrunk(forecaster: &TaskForecaster, piece: &Piece) -> Curve {
    let size = pooled(forecaster, piece, pools::SIZE);
    let person = onto(forecaster, piece, pools::PERSON_SIZE, &size);
    person.blend(&onto(forecaster, piece, pools::CATEGORY_SIZE, &size), 0.5)
}
