//! The protocols by which forecasts are scored on real histories, ours beside simpler ones of the same run.
//!
//! Whatever is scored was forecast from what was known on its day. A file that cannot be read, or a row, is told of, and the
//! others are scored.

mod dates;
mod sums;
mod table;
mod tasks;
mod throughput;

use std::{collections::BTreeMap, fmt};

use super::{curve::Curve, scores::Scores};

/// A file: its name and what stands in it, unpacked.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The file's name; its beginning names the set.
    pub name: &'a str,
    /// Its bytes: comma-separated values with a head, or a table of Weka (`@relation`).
    pub bytes: &'a [u8],
}

/// What is forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Weeks until so many items are done.
    Throughput,
    /// Work of single tasks.
    Tasks,
    /// Days until a release.
    Dates,
    /// Work of several tasks together.
    Sums,
}

/// Why a file, or a row of it, was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub file: String,
    /// The line of the first such row; 0 where the whole file is meant.
    pub line: u64,
    /// What was expected there, and what was found.
    pub message: String,
    /// How many rows are so.
    pub rows: usize,
}

impl fmt::Display for Problem {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.rows) {
            (0, _) => write!(to, "{}: {}", self.file, self.message),
            (line, 0 | 1) => write!(to, "{}:{line}: {}", self.file, self.message),
            (line, rows) => {
                write!(to, "{}:{line}: {} (and in {} rows more)", self.file, self.message, rows - 1)
            }
        }
    }
}

/// The figures of a method on a set.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The set: a file, or files of one kind.
    pub set: String,
    /// What was asked of it.
    pub setting: String,
    /// Who forecast.
    pub method: String,
    /// The figures.
    pub scores: Scores,
    /// What was gained over the naive forecast.
    pub skill: f64,
}

/// The columns of [`Line`] as text.
pub const HEAD: &str =
    "set,setting,method,forecasts,coverage80,p50_met,p85_met,p95_met,pinball,crps,crps_log2,skill";

impl fmt::Display for Line {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { set, setting, method, scores, skill } = self;
        let [half, most, nearly_all] = scores.kept();
        write!(to, "{set},{setting},{method},{},{:.4},", scores.forecasts, scores.coverage80())?;
        write!(to, "{half:.4},{most:.4},{nearly_all:.4},{:.4},", scores.pinball())?;
        write!(to, "{:.4},{:.4},{skill:.4}", scores.crps(), scores.crps_log2())
    }
}

/// What came of a run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// The figures; within a set and setting the naive forecast comes first and ours last.
    pub lines: Vec<Line>,
    /// What was left out.
    pub problems: Vec<Problem>,
}

/// Runs the protocol of a kind on files.
#[must_use]
pub fn run(kind: Kind, sources: &[Source<'_>]) -> Report {
    match kind {
        Kind::Throughput => throughput::run(sources),
        Kind::Tasks => tasks::run(sources),
        Kind::Dates => dates::run(sources),
        Kind::Sums => sums::run(sources),
    }
}

/// The forecast that says what was estimated, with no doubt.
const NAIVE: &str = "naive";
/// Ours.
const OURS: &str = "quarterdeck";

/// Scores of methods in settings, in the order in which they were first named.
#[derive(Debug, Default)]
struct Board {
    order: BTreeMap<(usize, usize), Scores>,
    settings: Vec<String>,
    methods: Vec<&'static str>,
}

impl Board {
    fn add(&mut self, setting: &str, method: &'static str, forecast: &Curve, truth: f64) {
        let setting = place(&mut self.settings, |known| known == setting, || setting.to_owned());
        let method = place(&mut self.methods, |known| *known == method, || method);
        self.order.entry((setting, method)).or_default().add(forecast, truth);
    }

    /// Adds a setting that is all of the others.
    fn sum_up(&mut self, name: &str) {
        let all = self.settings.len();
        if all < 2 {
            return;
        }
        self.settings.push(name.to_owned());
        for ((_, method), scores) in self.order.clone() {
            self.order.entry((all, method)).or_default().add_all(&scores);
        }
    }

    fn lines(&self, set: &str) -> Vec<Line> {
        let naive = self.methods.iter().position(|&method| method == NAIVE);
        let line = |(&(setting, method), &scores): (&(usize, usize), &Scores)| {
            let naive = naive.and_then(|naive| self.order.get(&(setting, naive)));
            Some(Line {
                set: set.to_owned(),
                setting: self.settings.get(setting)?.clone(),
                method: (*self.methods.get(method)?).to_owned(),
                scores,
                skill: naive.map_or(f64::NAN, |naive| scores.skill(naive)),
            })
        };
        self.order.iter().filter_map(line).collect()
    }
}

/// The place of an item in a list, to which it is added if it is not there.
fn place<T>(list: &mut Vec<T>, is_it: impl Fn(&T) -> bool, item: impl FnOnce() -> T) -> usize {
    list.iter().position(is_it).unwrap_or_else(|| {
        list.push(item());
        list.len() - 1
    })
}

/// The name of a set: a file's name up to its first dot.
fn set(name: &str) -> String {
    name.split('.').next().unwrap_or(name).replace(',', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HEADS: [&str; 6] = [
        "start,done,estimate,actual,person\n",
        "Resolution_Date\n",
        "Done,Size\n",
        "Project Code,Week End Date,Target RelDate,Actual Release,Start Date\n",
        "DONE,date,estimate,actual,X.words\n",
        "@relation x\n@attribute First.estimate numeric\n@data\n",
    ];

    proptest! {
        #[test]
        fn any_bytes_are_taken(head in 0_usize..6, bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let bytes = [HEADS[head].as_bytes(), &bytes].concat();
            let source = Source { name: "x.csv", bytes: &bytes };
            for kind in [Kind::Throughput, Kind::Tasks, Kind::Dates, Kind::Sums] {
                let _ = run(kind, &[source]);
            }
        }

        #[test]
        fn any_fields_are_taken(head in 0_usize..6, rows in prop::collection::vec("([0-9]{1,3}|[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}|20[0-9]{2}-[01][0-9]-[0-3][0-9]|-?[0-9]{1,4}\\.[0-9]|[a-z]?)(,([0-9]{1,3}|20[0-9]{2}-0[1-9]-1[0-9]|[0-9]{1,2}/1[0-9]/[0-9]{2})){0,4}", 0..40)) {
            let bytes = [HEADS[head], &rows.join("\n")].concat();
            let source = Source { name: "x.csv", bytes: bytes.as_bytes() };
            for kind in [Kind::Throughput, Kind::Tasks, Kind::Dates, Kind::Sums] {
                let _ = run(kind, &[source]);
            }
        }
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let bad = Source { name: "bad.csv", bytes: b"a,b\n1,2\n" };
        for kind in [Kind::Throughput, Kind::Tasks, Kind::Dates, Kind::Sums] {
            let report = run(kind, &[bad]);
            assert!(report.lines.is_empty() && report.problems.len() == 1, "{report:?}");
            assert!(report.problems[0].to_string().starts_with("bad.csv:1: "), "{}", report.problems[0]);
        }
        let text =
            b"start,done,estimate,actual\n2026-01-01,2026-01-02,eight,9\n2026-01-01,2026-01-02,8,9\n,,1,1\n";
        let report = run(Kind::Tasks, &[Source { name: "x.csv", bytes: text }]);
        let told: Vec<String> = report.problems.iter().map(ToString::to_string).collect();
        assert_eq!(told[0], "x.csv:2: `estimate` is not a number: `eight`");
        assert_eq!(told[1], "x.csv:4: `start` is not a date: ``");
    }

    #[test]
    fn a_board_tells_who_gained_what() {
        let mut board = Board::default();
        for (setting, truth) in [("small", 4.0), ("large", 8.0)] {
            board.add(setting, NAIVE, &Curve::certain(2.0), truth);
            board.add(setting, OURS, &Curve::certain(4.0), truth);
        }
        board.sum_up("all");
        let lines = board.lines("x");
        assert_eq!(lines.len(), 6);
        assert_eq!(
            lines[5].to_string(),
            "x,all,quarterdeck,2,0.5000,0.5000,0.5000,0.5000,1.0000,2.0000,0.5000,0.5000"
        );
    }
}
