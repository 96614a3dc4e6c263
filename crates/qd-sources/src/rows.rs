//! Any table from a file: CSV and JSON become rows of a declared table.
//!
//! Whatever a company keeps in a file, it should not wait for a connector. Columns are found by
//! name without regard to case, space, `-` and `_`; values are understood as people write them, and
//! refused where they can be read in two ways. A row that cannot be read is told with its place; the
//! others are taken.

mod amounts;
mod cell;
mod input;
mod plan;
mod style;

use std::{collections::BTreeMap, io::BufRead};

use jiff::{Timestamp, tz::TimeZone};
use qd_tables::{Declaration, Fact, Role};
use serde_json::Value;

use crate::Problem;
use plan::Plan;

/// Problems of one kind that are told one by one; the rest is a number.
const TOLD: usize = 20;
/// Rows that wait at most for what the rest of a file says.
const WAITING: usize = 200_000;

/// What is known of a file beside what stands in it.
#[derive(Debug, Clone)]
pub struct Options<'a> {
    /// What to call the file.
    pub file: &'a str,
    /// Table that it fills.
    pub table: &'static Declaration,
    /// Column of the table = column of the file, where they differ; `=word` is that word in every
    /// row (`status = "=success"`).
    pub columns: &'a BTreeMap<String, String>,
    /// Repository of the rows, where the file does not say.
    pub repo: &'a str,
    /// Zone of times without an offset.
    pub zone: TimeZone,
    /// When the file was last changed: since when a row that holds no time is known to be so.
    pub modified: Timestamp,
}

/// The rows of a file, all at once.
#[must_use]
pub fn read(input: &mut dyn BufRead, options: &Options<'_>) -> (Vec<Fact>, Told) {
    let mut facts = Vec::new();
    let told = each(input, options, &mut |fact| facts.push(fact));
    (facts, told)
}

/// What is to be said of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// What was not looked at: columns that the table does not have.
    pub hints: Vec<Problem>,
}

/// The rows of a file, one by one, so that memory does not grow with it. What is told as a problem
/// had no row.
pub fn each(input: &mut dyn BufRead, options: &Options<'_>, take: &mut dyn FnMut(Fact)) -> Told {
    let mut told = Telling { file: options.file, told: Told::default(), bad: Vec::new(), more: 0 };
    if !matches!(options.table.role, Role::Event(_) | Role::State) {
        told.say(None, format!("the table `{}` is not filled by what was observed", options.table.name));
        return told.finish();
    }
    let mut plan: Option<Plan> = None;
    let mut is_refused = false;
    // Rows that can be read in two ways wait for what the rest of their columns says.
    let mut waiting: Vec<(u64, Vec<Cell>)> = Vec::new();
    input::rows(input, &mut |item| match item {
        _ if is_refused => {}
        input::Item::Names(names, may_grow) => match Plan::new(names, may_grow, options) {
            Ok((made, hints)) => {
                hints.into_iter().for_each(|hint| told.hint(hint));
                plan = Some(match plan.take() {
                    Some(old) => made.after(old),
                    None => made,
                });
            }
            Err(messages) => {
                messages.into_iter().for_each(|message| told.say(None, message));
                is_refused = true;
            }
        },
        input::Item::Row(line, cells) => {
            let Some(plan) = &mut plan else { return };
            if plan.see(&cells) && waiting.len() < WAITING {
                waiting.push((line, cells));
            } else {
                told.row(plan.row(&cells, options), line, take);
            }
        }
        input::Item::Bad(line, message) => told.say(line, message),
    });
    if let Some(plan) = &mut plan {
        for (line, cells) in waiting {
            told.row(plan.row(&cells, options), line, take);
        }
    }
    told.finish()
}

/// A file of which things are said.
struct Telling<'a> {
    file: &'a str,
    told: Told,
    /// What could not be read, by line.
    bad: Vec<(Option<u64>, String)>,
    more: u64,
}

impl Telling<'_> {
    fn row(&mut self, read: Result<Vec<Fact>, Vec<String>>, line: u64, take: &mut dyn FnMut(Fact)) {
        match read {
            Ok(facts) => facts.into_iter().for_each(take),
            Err(messages) => messages.into_iter().for_each(|message| self.say(Some(line), message)),
        }
    }

    fn say(&mut self, line: Option<u64>, message: String) {
        if self.bad.len() >= TOLD {
            self.more += 1;
            return;
        }
        self.bad.push((line, message));
    }

    /// Says it unless it was said before.
    fn hint(&mut self, message: String) {
        let hints = &mut self.told.hints;
        if hints.len() < TOLD && hints.iter().all(|problem| problem.message != message) {
            hints.push(Problem { subject: self.file.to_owned(), message });
        }
    }

    fn finish(mut self) -> Told {
        // Rows that had to wait were read last.
        self.bad.sort_by_key(|(line, _)| line.unwrap_or(u64::MAX));
        for (line, message) in self.bad {
            let message = line.map_or_else(|| message.clone(), |line| format!("line {line}: {message}"));
            self.told.problems.push(Problem { subject: self.file.to_owned(), message });
        }
        if self.more > 0 {
            let message = format!("{} more problems like these", self.more);
            self.told.problems.push(Problem { subject: self.file.to_owned(), message });
        }
        self.told
    }
}

/// A cell as its file holds it: words in CSV, a value in JSON; none where the row lacks it.
type Cell = Option<Value>;

#[cfg(test)]
mod tests;
