//! How often the riskiest changes were the ones that turned out bad.
//!
//! Each change of a repository's main line is scored with what was known when it came there,
//! by the very code that orders open change requests. Then later history says which changes
//! were reverted or mended. docs/review.md has the protocol.

mod figures;
mod labels;
mod line;

use std::{collections::HashSet, fmt::Write as _, path::PathBuf};

use anyhow::Context;
use qd_engines::review::{Change, File, Past, Peers};
use serde::Serialize;

use figures::{Figures, Judged, Order, figures, real, tenth};
use labels::{DAYS, Label};
use line::{Line, Merged};

/// Changes that are learnt before the first one is judged.
const LEARNT: usize = 100;
const DAY: i64 = 86_400_000_000;
/// The branches that others are merged into; merging them back brings nothing of its own.
const MAIN_LINES: &[&str] =
    &["master", "main", "maint", "develop", "development", "devel", "dev", "unstable", "trunk"];

/// What counts as bad, among which changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Question {
    /// Reverted, named by a fix, or mended within 21 days; all changes.
    Broad,
    /// The same, only among changes that touch the program.
    BroadInProgram,
    /// Reverted or named by a fix.
    Strict,
}

impl Question {
    const ALL: [Self; 3] = [Self::Broad, Self::BroadInProgram, Self::Strict];

    fn title(self) -> &'static str {
        match self {
            Self::Broad => "reverted, named by a fix, or lines mended by a fix within 21 days",
            Self::BroadInProgram => "the same, among changes that touch files of the program",
            Self::Strict => "reverted or named by a fix only",
        }
    }
}

/// The answer to a question, of one repository or pooled.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Answer {
    question: Question,
    changes: usize,
    bad: usize,
    /// Changes in the first tenth; pooled, the sum of the repositories' tenths.
    tenth: usize,
    orders: Vec<Figures>,
}

/// One repository.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Repository {
    name: String,
    /// Changes read.
    changes: usize,
    /// Changes that the clone lacks objects of.
    unread: usize,
    answers: Vec<Answer>,
}

/// What was measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Report {
    repositories: Vec<Repository>,
    pooled: Vec<Answer>,
    /// Risk told and share that turned out bad, of equal parts of all changes by risk.
    calibration: Vec<Calibration>,
}

/// Changes of like risk.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
struct Calibration {
    changes: usize,
    told: f64,
    observed: f64,
}

/// A change with everything that the questions need.
struct Scored {
    judged: Judged,
    label: Label,
    is_program: bool,
}

/// Measures the newest `most` changes of each of `clones`.
pub(crate) fn measure(clones: &[PathBuf], most: usize) -> anyhow::Result<Report> {
    let mut repositories = Vec::new();
    let mut all = Vec::new();
    for clone in clones {
        let path =
            std::fs::canonicalize(clone).with_context(|| format!("there is no `{}`", clone.display()))?;
        let line = line::read(&path, most)?;
        let labels = labels::labels(&path, &line)?;
        let scored = score(&line, &labels);
        let answers = Question::ALL.map(|question| answer(question, &scored)).into();
        let (changes, unread) = (line.changes.len(), line.unread);
        repositories.push(Repository { name: crate::history::name(&path), changes, unread, answers });
        all.extend(scored);
    }
    let pooled = (0..Question::ALL.len()).filter_map(|place| pool(&repositories, place)).collect();
    Ok(Report { repositories, pooled, calibration: calibration(&all) })
}

/// Whether a change has something of its own to review.
fn is_change(change: &Merged) -> bool {
    let branch = change.title.strip_prefix("Merge branch '");
    let branch = branch.or_else(|| change.title.strip_prefix("Merge remote-tracking branch '"));
    let name =
        branch.and_then(|rest| rest.split('\'').next()).map(|name| name.rsplit('/').next().unwrap_or(name));
    !change.files.is_empty() && !name.is_some_and(|name| MAIN_LINES.contains(&name))
}

/// Scores each change with what came before it; the first ones, and the last, which no later
/// history can judge yet, are left out.
fn score(line: &Line, labels: &[Label]) -> Vec<Scored> {
    let (mut past, mut peers) = (Past::new(), Peers::new());
    let (nothing, nobody) = (HashSet::new(), HashSet::new());
    let end = line.changes.last().map_or(0, |change| change.time.saturating_sub(DAYS * DAY));
    let mut scored = Vec::new();
    for (merged, label) in line.changes.iter().zip(labels) {
        let change = change(merged);
        if is_change(merged) {
            let measures = past.measure(&change, &nothing, &nobody);
            if peers.len() >= LEARNT && merged.time < end {
                let judged = Judged {
                    risk: peers.risk(&measures).probability,
                    lines: real(usize::try_from(merged.lines()).unwrap_or(usize::MAX)),
                    program_lines: measures.lines.unwrap_or(0.0),
                    is_bad: false,
                };
                let is_program = measures.files.is_some_and(|files| files > 0);
                scored.push(Scored { judged, label: *label, is_program });
            }
            peers.remember(&measures);
        }
        past.learn(&change);
    }
    scored
}

fn change(merged: &Merged) -> Change<'_> {
    let file = |file: &'_ line::Touched| file.added;
    Change {
        time: merged.time,
        author: Some(merged.author.as_str()).filter(|author| !author.contains("[bot]")),
        title: &merged.title,
        added: Some(merged.files.iter().filter_map(file).fold(0, u64::saturating_add)),
        files: Some(
            merged
                .files
                .iter()
                .map(|file| File { path: &file.path, previous: file.previous.as_deref(), added: file.added })
                .collect(),
        ),
    }
}

fn answer(question: Question, scored: &[Scored]) -> Answer {
    let changes: Vec<Judged> = scored
        .iter()
        .filter(|one| one.is_program || question != Question::BroadInProgram)
        .map(|one| {
            let is_bad = if question == Question::Strict { one.label.is_named } else { one.label.is_bad() };
            Judged { is_bad, ..one.judged }
        })
        .collect();
    Answer {
        question,
        changes: changes.len(),
        bad: changes.iter().filter(|change| change.is_bad).count(),
        tenth: tenth(changes.len()),
        orders: Order::ALL.map(|order| figures(order, &changes)).into(),
    }
}

/// One answer of all repositories: each keeps its own first tenth, and counts are added up. The
/// areas under the curve are weighted by bad changes.
fn pool(repositories: &[Repository], place: usize) -> Option<Answer> {
    let answers: Vec<&Answer> = repositories.iter().filter_map(|one| one.answers.get(place)).collect();
    let sum = |count: fn(&Answer) -> usize| answers.iter().map(|answer| count(answer)).sum();
    let orders = Order::ALL.into_iter().enumerate().map(|(at, order)| {
        let each = || answers.iter().filter_map(|answer| Some((answer.orders.get(at)?, real(answer.bad))));
        let (mut weighted, mut weight) = (0.0, 0.0);
        for (auc, bad) in each().filter_map(|(figures, bad)| Some((figures.auc?, bad))) {
            weighted += auc * bad;
            weight += bad;
        }
        Figures {
            order,
            caught: each().map(|(figures, _)| figures.caught).sum(),
            caught_by_effort: each().map(|(figures, _)| figures.caught_by_effort).sum(),
            auc: (weight > 0.0).then(|| weighted / weight),
        }
    });
    Some(Answer {
        question: answers.first()?.question,
        changes: sum(|answer| answer.changes),
        bad: sum(|answer| answer.bad),
        tenth: sum(|answer| answer.tenth),
        orders: orders.collect(),
    })
}

/// Ten parts by risk, the least first.
fn calibration(all: &[Scored]) -> Vec<Calibration> {
    let mut ordered: Vec<&Scored> = all.iter().collect();
    ordered.sort_by(|one, two| one.judged.risk.total_cmp(&two.judged.risk));
    let parts = ordered.chunks(tenth(ordered.len()).max(1));
    parts
        .map(|part| Calibration {
            changes: part.len(),
            told: part.iter().map(|one| one.judged.risk).sum::<f64>() / real(part.len()),
            observed: real(part.iter().filter(|one| one.label.is_bad()).count()) / real(part.len()),
        })
        .collect()
}

impl Report {
    /// The report to read.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for (place, pooled) in self.pooled.iter().enumerate() {
            let _ = writeln!(text, "Bad: {}\n", pooled.question.title());
            let _ = writeln!(
                text,
                "{:<34}{:>8}{:>6}{:>7}  {:<42}{:<22}",
                "", "changes", "bad", "rate", "in the first tenth: risk, size, random", "AUC: risk, size"
            );
            for repository in &self.repositories {
                if let Some(answer) = repository.answers.get(place) {
                    let _ = writeln!(text, "{}", row(&repository.name, answer));
                }
            }
            let _ = writeln!(text, "{}\n", row("all", pooled));
            text.push_str(&orders(pooled));
            text.push('\n');
        }
        let _ = writeln!(text, "Risk told and observed, by tenths of all changes");
        for part in &self.calibration {
            let _ = writeln!(
                text,
                "{:>8}  {:>6}  {:>6}",
                part.changes,
                percent(part.told),
                percent(part.observed)
            );
        }
        text
    }
}

fn percent(share: f64) -> String {
    if share.is_finite() { format!("{:.1}%", share * 100.0) } else { "-".to_owned() }
}

fn row(name: &str, answer: &Answer) -> String {
    let of = |order| answer.orders.iter().find(|one| one.order == order);
    let caught = |order| of(order).map_or(f64::NAN, |one| one.caught / real(answer.bad));
    let auc = |order| of(order).and_then(|one| one.auc).map_or("-".to_owned(), |auc| format!("{auc:.2}"));
    format!(
        "{name:<34}{:>8}{:>6}{:>7}  {:>7}{:>8}{:>8}{:>26}{:>7}",
        answer.changes,
        answer.bad,
        percent(real(answer.bad) / real(answer.changes)),
        percent(caught(Order::Risk)),
        percent(caught(Order::Lines)),
        percent(caught(Order::Random)),
        auc(Order::Risk),
        auc(Order::Lines),
    )
}

fn orders(answer: &Answer) -> String {
    let mut text = format!(
        "{:<26}{:>16}{:>12}{:>8}{:>20}\n",
        "order", "in first tenth", "precision", "AUC", "in 20% of lines"
    );
    for one in &answer.orders {
        let _ = writeln!(
            text,
            "{:<26}{:>16}{:>12}{:>8}{:>20}",
            one.order.name(),
            percent(one.caught / real(answer.bad)),
            percent(one.caught / real(answer.tenth)),
            one.auc.map_or("-".to_owned(), |auc| format!("{auc:.3}")),
            percent(one.caught_by_effort / real(answer.bad)),
        );
    }
    text
}
