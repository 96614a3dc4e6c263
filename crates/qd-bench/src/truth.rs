//! Whether `file_changes` says what git says, row by row.
//!
//! Git is asked with a clean configuration and without attributes, since those are
//! settings of a person and not of the history. Every row on one side that has no equal
//! on the other is printed with a cause, so that a difference is either explained or found.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    io::Write as _,
    path::Path,
    process::{Output, Stdio},
};

use anyhow::{Context, bail, ensure};
use arrow::{
    array::{Array, AsArray, RecordBatch},
    datatypes::Int64Type,
};
use qd_sources::git;

/// Lines added and removed; nothing for binary content.
type Lines = Option<(i64, i64)>;

/// A change of a path, as either side tells it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Row {
    sha: String,
    path: String,
    previous: Option<String>,
    lines: Lines,
}

/// A row of one side only.
#[derive(Debug, Clone)]
pub(crate) struct Difference {
    row: Row,
    is_ours: bool,
    cause: &'static str,
}

/// What a comparison found.
#[derive(Debug, Clone)]
pub(crate) struct Report {
    /// Rows that both sides have.
    pub(crate) equal: usize,
    /// Rows that one side has alone, by commit and path.
    pub(crate) differing: Vec<Difference>,
    /// Whether git could read all of it.
    pub(crate) whole: bool,
    /// Commits without rows on our side, with the reason.
    pub(crate) unmeasured: BTreeMap<String, String>,
    /// Other things that could not be read.
    pub(crate) problems: Vec<String>,
}

/// Compares the rows of the repository at `path` with git's own.
pub(crate) fn compare(path: &Path) -> anyhow::Result<Report> {
    let ours = ours(path)?;
    let (theirs, whole) = theirs(path, &ours.measured)?;
    let equal = ours.rows.intersection(&theirs).count();
    let alone = |rows: &BTreeSet<Row>, others: &BTreeSet<Row>, is_ours| {
        let lone: Vec<Row> = rows.difference(others).cloned().collect();
        lone.into_iter()
            .map(|row| {
                let cause = cause(&row, others, &ours.unmeasured);
                Difference { row, is_ours, cause }
            })
            .collect::<Vec<_>>()
    };
    let mut differing = alone(&ours.rows, &theirs, true);
    differing.extend(alone(&theirs, &ours.rows, false));
    differing.sort_by(|a, b| (&a.row.sha, &a.row.path, a.is_ours).cmp(&(&b.row.sha, &b.row.path, b.is_ours)));
    Ok(Report { equal, differing, whole, unmeasured: ours.unmeasured, problems: ours.problems })
}

/// What kind of difference keeps `row` from having an equal among `others`.
fn cause(row: &Row, others: &BTreeSet<Row>, unmeasured: &BTreeMap<String, String>) -> &'static str {
    if unmeasured.contains_key(&row.sha) {
        return "the commit is unmeasured";
    }
    let first = Row { path: row.path.clone(), previous: None, lines: None, ..row.clone() };
    let namesake = others.range(first..).find(|other| (&other.sha, &other.path) == (&row.sha, &row.path));
    match namesake {
        None => "only one side has the path",
        Some(other) if other.previous != row.previous => "renamed from another path",
        Some(other) if other.lines.is_none() != row.lines.is_none() => "binary on one side only",
        Some(_) => "other numbers of lines",
    }
}

impl Report {
    /// The report to read, with at most `show` of the differing rows.
    pub(crate) fn text(&self, show: usize) -> String {
        let mut text = String::new();
        let mut causes: BTreeMap<&str, usize> = BTreeMap::new();
        for difference in &self.differing {
            *causes.entry(difference.cause).or_default() += 1;
        }
        for difference in self.differing.iter().take(show) {
            let Row { sha, path, previous, lines } = &difference.row;
            let side = if difference.is_ours { "ours" } else { "git " };
            let lines = lines.map_or("-\t-".to_owned(), |(added, removed)| format!("{added}\t{removed}"));
            let from = previous.as_ref().map_or(String::new(), |previous| format!("{previous} => "));
            let _ = writeln!(text, "{side}  {sha}  {lines}\t{from}{path}  ({})", difference.cause);
        }
        if self.differing.len() > show {
            let _ = writeln!(text, "... and {} more rows that differ", self.differing.len() - show);
        }
        let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
        for reason in self.unmeasured.values() {
            *reasons.entry(reason).or_default() += 1;
        }
        let _ = writeln!(text, "rows equal      {}", self.equal);
        let _ = writeln!(text, "rows differing  {}", self.differing.len());
        for (cause, rows) in causes {
            let _ = writeln!(text, "  {rows}  {cause}");
        }
        let _ = writeln!(text, "commits unmeasured  {}", self.unmeasured.len());
        if !self.whole {
            text.push_str("git cannot read all of it, and was asked for the measured commits only\n");
        }
        for (reason, commits) in reasons.iter().take(20) {
            let _ = writeln!(text, "  {commits}  {reason}");
        }
        for problem in self.problems.iter().take(20) {
            let _ = writeln!(text, "problem: {problem}");
        }
        text
    }
}

#[derive(Default)]
struct Ours {
    rows: BTreeSet<Row>,
    measured: BTreeSet<String>,
    unmeasured: BTreeMap<String, String>,
    problems: Vec<String>,
}

fn ours(path: &Path) -> anyhow::Result<Ours> {
    let found = git::Found { name: "clone".to_owned(), path: path.to_owned() };
    let options = git::Options {
        threads: std::thread::available_parallelism().map_or(1, usize::from),
        ..git::Options::default()
    };
    let mut ours = Ours::default();
    let outcomes = git::sync(
        &[git::Request { found: &found, cursor: None }],
        "truth",
        jiff::Timestamp::now(),
        &options,
        git::Caller {
            sink: &mut |table, batch| {
                match table {
                    "file_changes" => ours.rows.extend(changes(&batch)),
                    "commits" => {
                        ours.unmeasured.extend(unmeasured(&batch));
                        ours.measured.extend(measured(&batch));
                    }
                    _ => {}
                }
                Ok(())
            },
            progress: &|_| {},
            stored: &|_| Ok(Vec::new()),
        },
    );
    for outcome in outcomes.map_err(|error| anyhow::anyhow!(error))? {
        ours.problems.extend(outcome?.problems.into_iter().map(|problem| problem.message));
    }
    Ok(ours)
}

fn text(batch: &RecordBatch, column: &str, row: usize) -> Option<String> {
    let column = batch.column_by_name(column)?.as_string_opt::<i32>()?;
    (!column.is_null(row)).then(|| column.value(row).to_owned())
}

fn number(batch: &RecordBatch, column: &str, row: usize) -> Option<i64> {
    let column = batch.column_by_name(column)?.as_primitive_opt::<Int64Type>()?;
    (!column.is_null(row)).then(|| column.value(row))
}

fn changes(batch: &RecordBatch) -> Vec<Row> {
    (0..batch.num_rows())
        .map(|row| Row {
            sha: text(batch, "sha", row).unwrap_or_default(),
            path: text(batch, "path", row).unwrap_or_default(),
            previous: text(batch, "previous_path", row),
            lines: number(batch, "added", row).zip(number(batch, "removed", row)),
        })
        .collect()
}

fn unmeasured(batch: &RecordBatch) -> Vec<(String, String)> {
    (0..batch.num_rows())
        .filter_map(|row| Some((text(batch, "sha", row)?, text(batch, "unmeasured", row)?)))
        .collect()
}

/// Commits whose changes are known.
fn measured(batch: &RecordBatch) -> Vec<String> {
    (0..batch.num_rows())
        .filter(|row| number(batch, "files", *row).is_some())
        .filter_map(|row| text(batch, "sha", row))
        .collect()
}

/// Git's rows. Git gives up at the first object that is missing, so where some are, it is
/// asked for the commits that could be measured only, and `false` says so.
fn theirs(path: &Path, measured: &BTreeSet<String>) -> anyhow::Result<(BTreeSet<Row>, bool)> {
    let history = ["HEAD", "--branches", "--remotes", "--tags"];
    let whole = log(path, &history, "")?;
    if whole.status.success() {
        return Ok((parse(&whole.stdout)?, true));
    }
    let ids = measured.iter().fold(String::new(), |ids, id| ids + id + "\n");
    let part = log(path, &["--no-walk=unsorted", "--stdin"], &ids)?;
    let complaint = String::from_utf8_lossy(&part.stderr);
    ensure!(part.status.success(), "`git log` failed: {}", complaint.trim());
    Ok((parse(&part.stdout)?, false))
}

fn log(path: &Path, what: &[&str], input: &str) -> anyhow::Result<Output> {
    let mut child = crate::git(path)
        .args(["log", "--no-merges", "--numstat", "-M", "-z", "--format=%x01%H"])
        .args(what)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("`git` cannot be run (is it installed?)")?;
    let mut pipe = child.stdin.take().context("git takes no input")?;
    let input = input.to_owned();
    // On its own thread: git may answer before it has read everything.
    let writer = std::thread::spawn(move || pipe.write_all(input.as_bytes()));
    let output = child.wait_with_output()?;
    // A git that failed has closed the pipe early; its own complaint tells more.
    let _ = writer.join();
    Ok(output)
}

/// Reads what `git log --numstat -z --format=%x01%H` prints: commits as `\x01<sha>`, plain
/// changes as one field, renames as one field without path and two paths.
fn parse(output: &[u8]) -> anyhow::Result<BTreeSet<Row>> {
    let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut rows = BTreeSet::new();
    let mut sha = String::new();
    let mut fields = output.split(|byte| *byte == 0);
    while let Some(field) = fields.next() {
        let field = field.strip_prefix(b"\n").unwrap_or(field);
        if let Some(id) = field.strip_prefix(b"\x01") {
            sha = lossy(id);
            continue;
        }
        if field.is_empty() {
            continue;
        }
        let mut parts = field.splitn(3, |byte| *byte == b'\t');
        let (Some(added), Some(removed), Some(path)) = (parts.next(), parts.next(), parts.next()) else {
            bail!("git printed `{}`, which is no change", lossy(field));
        };
        let lines = lossy(added).parse().ok().zip(lossy(removed).parse().ok());
        let row = if path.is_empty() {
            let (Some(old), Some(new)) = (fields.next(), fields.next()) else {
                bail!("git's output ends within a rename");
            };
            Row { sha: sha.clone(), path: lossy(new), previous: Some(lossy(old)), lines }
        } else {
            Row { sha: sha.clone(), path: lossy(path), previous: None, lines }
        };
        rows.insert(row);
    }
    Ok(rows)
}
