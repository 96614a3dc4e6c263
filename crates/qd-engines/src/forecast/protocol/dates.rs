//! Days until a release: rows of weekly reports, forecast by projects released before.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    Board, NAIVE, OURS, Problem, Report, Source, set,
    table::{Slashes, Table},
};
use crate::forecast::{
    curve::{Curve, level},
    dates::{self, Status},
};

/// Every fourth row of a project is looked at.
const EVERY: usize = 4;
/// Days that the target must lie ahead.
const AHEAD: f64 = 14.0;
/// Projects that must be released before a row is scored.
const KNOWN: usize = 15;

/// Runs the protocol on files.
pub(super) fn run(sources: &[Source<'_>]) -> Report {
    let mut report = Report::default();
    for source in sources {
        let rows = read(source, &mut report.problems);
        let board = scored(&rows);
        report.lines.extend(board.lines(&set(source.name)));
    }
    report
}

const COLUMNS: [[&str; 2]; 4] = [
    ["Project Code", "project"],
    ["Week End Date", "day"],
    ["Target RelDate", "target"],
    ["Actual Release", "released"],
];
/// May be missing.
const START: [&str; 2] = ["Start Date", "start"];

/// The rows that count, in the order of their days.
fn read(source: &Source<'_>, problems: &mut Vec<Problem>) -> Vec<Status> {
    let mut table = Table::read(source);
    if COLUMNS.iter().any(|names| table.column(names).is_none()) {
        problems.push(table.unknown("columns `project`, `day`, `target` and `released`"));
        return Vec::new();
    }
    let [project, day, target, released] = COLUMNS;
    let slashes = table.slashes(&day).or(Some(Slashes::MonthFirst));
    let read = table.rows(|row| {
        let days =
            |names: &[&'static str]| row.instant(names, slashes).map(|seconds| seconds as f64 / 86_400.0);
        let start = if row.label(&START).is_some() { days(&START)? } else { f64::MIN };
        let status =
            Status { project: 0, day: days(&day)?, target: days(&target)?, released: Some(days(&released)?) };
        let is_under_way =
            start <= status.day && status.released.is_some_and(|released| status.day < released);
        Ok(is_under_way.then(|| (row.text(&project).to_owned(), status)))
    });
    problems.extend(table.problems());
    let rows = chosen(read);
    let projects = rows.iter().map(|row| row.project).collect::<HashSet<u32>>().len();
    if projects <= KNOWN {
        let message = format!("expected reports of more than {KNOWN} projects; found {projects}");
        problems.push(table.problem(message));
        return Vec::new();
    }
    rows
}

fn chosen(read: Vec<(String, Status)>) -> Vec<Status> {
    let mut projects: BTreeMap<String, Vec<Status>> = BTreeMap::new();
    for (project, status) in read {
        projects.entry(project).or_default().push(status);
    }
    let mut rows = Vec::new();
    for (number, statuses) in projects.values_mut().enumerate() {
        statuses.sort_by(|one, other| one.day.total_cmp(&other.day));
        let every_fourth =
            statuses.iter().step_by(EVERY).filter(|status| status.target - status.day >= AHEAD);
        rows.extend(every_fourth.map(|status| Status { project: number as u32, ..*status }));
    }
    rows.sort_by(|one, other| one.day.total_cmp(&other.day));
    rows
}

fn scored(rows: &[Status]) -> Board {
    let mut board = Board::default();
    for now in rows {
        let Some(truth) = now.released.map(|released| released - now.day) else { continue };
        let before = |status: &&Status| status.released.is_some_and(|released| released < now.day);
        let known: Vec<&Status> = rows.iter().filter(before).collect();
        if known.iter().map(|status| status.project).collect::<HashSet<u32>>().len() < KNOWN {
            continue;
        }
        let left = now.target - now.day;
        board.add("every fourth week", NAIVE, &Curve::certain(left), truth);
        let rolling = rolling(&known).map(|doublings| left * doublings.exp2());
        board.add("every fourth week", "rolling reference class", &rolling, truth);
        let ours = dates::forecast(&Status { released: None, ..*now }, rows);
        board.add("every fourth week", OURS, &ours.curve, truth);
    }
    board
}

/// Actual over planned days that were left, each project with weight 1.
fn rolling(known: &[&Status]) -> Curve {
    let mut counts: HashMap<u32, f64> = HashMap::new();
    for status in known {
        *counts.entry(status.project).or_default() += 1.0;
    }
    let ratio = |status: &&Status| {
        let released = status.released.unwrap_or(status.target);
        let weight = 1.0 / counts.get(&status.project).copied().unwrap_or(1.0);
        (((released - status.day) / (status.target - status.day)).log2(), weight)
    };
    let mut ratios: Vec<(f64, f64)> = known.iter().map(ratio).collect();
    ratios.sort_by(|one, other| one.0.total_cmp(&other.0));
    let all: f64 = ratios.iter().map(|(_, weight)| weight).sum();
    let mut below = 0.0;
    // Each row stands in the middle of its weight.
    let places: Vec<(f64, f64)> = ratios
        .iter()
        .map(|&(ratio, weight)| {
            below += weight;
            ((below - weight / 2.0) / all, ratio)
        })
        .collect();
    Curve(std::array::from_fn(|place| interpolated(&places, level(place))))
}

fn interpolated(places: &[(f64, f64)], level: f64) -> f64 {
    let above = places.partition_point(|&(place, _)| place < level);
    match (above.checked_sub(1).and_then(|below| places.get(below)), places.get(above)) {
        (Some(&(low, first)), Some(&(high, second))) if high > low => {
            first + (second - first) * (level - low) / (high - low)
        }
        (_, Some(&(_, value))) | (Some(&(_, value)), None) => value,
        (None, None) => 0.0,
    }
}
