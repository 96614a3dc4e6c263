//! Weeks until the next items are done, asked of past moments of projects or teams.

use super::{Board, NAIVE, OURS, Problem, Report, Source, set, table::Table};
use crate::forecast::{
    curve::Curve,
    throughput::{Asked, Question, Stream, ThroughputForecaster},
};

/// Days of resolved items, by the columns that name them.
const RESOLVED: [&str; 6] =
    ["Resolution_Date", "resolved", "resolved_at", "closed_at", "done", "CompletedOn"];

/// Projects are asked every fourth week, teams every second one, and of more items.
struct Set {
    name: &'static str,
    items: [u32; 3],
    step: usize,
    streams: Vec<Stream>,
    names: Vec<String>,
}

/// Weeks whose pace is looked at.
const HISTORIES: [usize; 3] = [8, 12, 26];

/// Runs the protocol on files.
pub(super) fn run(sources: &[Source<'_>]) -> Report {
    let mut report = Report::default();
    let set = |name, items, step| Set { name, items, step, streams: Vec::new(), names: Vec::new() };
    let mut projects = set("projects", [10, 20, 50], 4);
    let mut teams = set("teams", [20, 50, 100], 2);
    for source in sources {
        let (stream, is_team) = read(source, &mut report.problems);
        let set = if is_team { &mut teams } else { &mut projects };
        if let Some(stream) = stream {
            set.streams.push(stream);
            set.names.push(super::set(source.name));
        }
    }
    for set in [projects, teams] {
        report.lines.extend(set.lines());
    }
    report
}

/// The work of a file, and whether it is a team's board.
fn read(source: &Source<'_>, problems: &mut Vec<Problem>) -> (Option<Stream>, bool) {
    let mut table = Table::read(source);
    if table.column(&RESOLVED).is_none() {
        problems.push(table.unknown("a column `Resolution_Date`, `resolved` or `done`"));
        return (None, false);
    }
    let is_team = table.has(&["Done", "Dev.Started"]);
    let slashes = table.slashes(&RESOLVED);
    let instants = table.rows(|row| match row.label(&RESOLVED) {
        Some(_) => row.instant(&RESOLVED, slashes).map(Some),
        None => Ok(None),
    });
    problems.extend(table.problems());
    let stream = stream(&instants);
    if stream.is_none() {
        problems
            .push(table.problem("expected items that were resolved within a century; found none".to_owned()));
    }
    (stream, is_team)
}

/// Items of each week of seven days from the day of the first one on.
fn stream(instants: &[i64]) -> Option<Stream> {
    let days = || instants.iter().map(|instant| instant.div_euclid(86_400));
    let (first_day, last) = (days().min()?, days().max()?);
    let count = usize::try_from((last - first_day) / 7 + 1).ok().filter(|&weeks| weeks < 5_200)?;
    let mut weeks = vec![0; count];
    for day in days() {
        if let Some(week) = usize::try_from((day - first_day) / 7).ok().and_then(|week| weeks.get_mut(week)) {
            *week += 1;
        }
    }
    Some(Stream { first_day, weeks })
}

impl Set {
    fn lines(&self) -> Vec<super::Line> {
        let mut board = Board::default();
        for history in HISTORIES {
            for items in self.items {
                self.scored(Question { items, history, step: self.step }, &mut board);
            }
        }
        board.sum_up("all");
        let name = match self.names.as_slice() {
            [one] => set(one),
            _ => format!("{} {}", self.names.len(), self.name),
        };
        board.lines(&name)
    }

    fn scored(&self, question: Question, board: &mut Board) {
        let mut answers: Vec<(Asked, Curve)> = Vec::new();
        ThroughputForecaster::replay(&self.streams, question, |asked, weeks| {
            answers.push((*asked, weeks.curve));
        });
        let others: Vec<Option<Curve>> =
            (0..self.streams.len()).map(|stream| multiples(&answers, stream)).collect();
        let setting = format!("H={} N={}", question.history, question.items);
        for (asked, ours) in &answers {
            let Some(truth) = asked.took.map(f64::from) else { continue };
            let mut add = |method, curve: &Curve| board.add(&setting, method, curve, truth);
            add(NAIVE, &Curve::certain(self.pace(asked, question)));
            add("plain Monte Carlo", &asked.plain);
            if let Some(Some(multiples)) = others.get(asked.stream) {
                // It knows what came of the other projects later, too: a bar, not a forecaster.
                let median = asked.plain.median();
                add(
                    "recalibrated on other projects of all times",
                    &multiples.map(|multiple| median * multiple),
                );
            }
            add(OURS, ours);
        }
    }

    /// Items over the mean of the last weeks.
    fn pace(&self, asked: &Asked, question: Question) -> f64 {
        let weeks = self
            .streams
            .get(asked.stream)
            .and_then(|stream| stream.weeks.get(asked.week.saturating_sub(question.history)..asked.week));
        let done: u32 = weeks.unwrap_or_default().iter().sum();
        f64::from(question.items) * weeks.map_or(0.0, |weeks| weeks.len() as f64) / f64::from(done.max(1))
    }
}

/// Actual over foreseen weeks of all streams but one.
fn multiples(answers: &[(Asked, Curve)], stream: usize) -> Option<Curve> {
    let others = answers.iter().filter(|(asked, _)| asked.stream != stream);
    let mut multiples: Vec<f64> =
        others.filter_map(|(asked, _)| Some(f64::from(asked.took?) / asked.plain.median())).collect();
    multiples.sort_by(f64::total_cmp);
    Curve::of_sorted(&multiples)
}
