//! What asking about delivery costs in a large company: reports and views, as whole processes.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Context;
use jiff::Timestamp;
use serde::Serialize;

use crate::{
    cost::{self, Cost},
    history::{Costs, program},
    made_company::{self, Size},
};

/// Exit statuses of a command that gave its result, with or without complaints.
const GIVEN: &[i32] = &[0, 1];
/// What is asked.
const QUESTIONS: &[(&str, &[&str])] = &[
    ("nothing: the program itself", &["sql", "SELECT 1"]),
    ("show delivery", &["show", "delivery"]),
    ("turns", &["sql", "SELECT turn, count(*) FROM turns GROUP BY turn"]),
    ("show standup", &["show", "standup"]),
    ("review", &["review"]),
    ("brief --no-sync", &["brief", "--no-sync"]),
];

/// What was measured, and on what.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Report {
    cores: usize,
    runs: usize,
    changes: usize,
    deployments: usize,
    incidents: usize,
    lines: Vec<Line>,
}

/// One question and what its answer cost.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Line {
    what: &'static str,
    costs: Costs,
}

/// Makes a company of `size`, reads it, and asks each question `runs` times.
pub(crate) fn measure(size: Size, runs: usize) -> anyhow::Result<Report> {
    let runs = runs.max(1);
    let program = program()?;
    let scratch = tempfile::tempdir().context("no folder for a company can be made")?;
    made_company::make(scratch.path(), size, Timestamp::now())?;
    let sync = run(&program, scratch.path(), &["sync"])?;
    let mut lines = vec![Line { what: "first sync, from files", costs: Costs::of(&[sync]) }];
    for (what, arguments) in QUESTIONS {
        // Once unmeasured: the first to ask computes what is kept.
        run(&program, scratch.path(), arguments)?;
        let costs = (0..runs).map(|_| run(&program, scratch.path(), arguments));
        lines.push(Line { what, costs: Costs::of(&costs.collect::<anyhow::Result<Vec<_>>>()?) });
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let Size { changes, deployments, incidents } = size;
    Ok(Report { cores, runs, changes, deployments, incidents, lines })
}

fn run(program: &PathBuf, company: &Path, arguments: &[&str]) -> anyhow::Result<Cost> {
    cost::measured(Command::new(program).arg("--company").arg(company).args(arguments), GIVEN)
}

impl Report {
    /// The report for people.
    pub(crate) fn text(&self) -> String {
        let mut text = format!(
            "{} change requests, {} deployments, {} incidents; {} cores, {} runs, medians\n\n",
            self.changes, self.deployments, self.incidents, self.cores, self.runs
        );
        for line in &self.lines {
            let _ = writeln!(text, "{:<30} {}", line.what, line.costs.text());
        }
        text
    }
}
