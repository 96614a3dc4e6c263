//! The company's estimates, and its past, out of its tables.

use std::collections::BTreeMap;

use arrow::array::Array;

use super::{Estimate, Line, Opinion, Outcome, Risk, line::HOURS};
use crate::{
    EngineError, Input, Inputs,
    columns::text,
    forecast::{
        prior::TASK,
        tasks::{Finished, Piece, TaskForecaster},
    },
};

/// What a book is read from.
pub const INPUTS: &[Input] = &[
    Input { name: "estimates", query: include_str!("estimates.sql") },
    Input { name: "estimate_lines", query: include_str!("lines.sql") },
    Input { name: "line_estimates", query: include_str!("opinions.sql") },
    Input { name: "estimate_history", query: include_str!("history.sql") },
];

/// The share of cases that a price covers where nobody chose one.
const CONFIDENCE: f64 = 0.8;

/// No run tells what holds in fewer or more cases.
const LEAST_SURE: f64 = 0.01;
const MOST_SURE: f64 = 0.99;

/// The company's estimates, and what it knows of like work.
#[derive(Debug, Clone)]
pub struct Book {
    /// The estimates, by id.
    pub estimates: Vec<Estimate>,
    past: TaskForecaster,
    names: Names,
}

/// Words as numbers.
#[derive(Debug, Clone, Default)]
struct Names(BTreeMap<String, u32>);

impl Names {
    fn place(&mut self, word: Option<&str>) -> Option<u32> {
        let next = u32::try_from(self.0.len()).ok()?;
        Some(*self.0.entry(word?.to_lowercase()).or_insert(next))
    }

    fn known(&self, word: Option<&str>) -> Option<u32> {
        self.0.get(&word?.to_lowercase()).copied()
    }
}

impl Book {
    /// Puts together what the inputs tell.
    ///
    /// # Errors
    /// Where an input lacks a column.
    pub fn read(inputs: &Inputs) -> Result<Self, EngineError> {
        let answer = inputs.answer("estimates");
        let (ids, shares) = (answer.texts("id")?, answer.numbers("confidence")?);
        let fixed = answer.numbers("fixed_price")?;
        let mut estimates: BTreeMap<String, Estimate> = BTreeMap::new();
        for row in 0..answer.rows() {
            let Some(id) = text(&ids, row) else { continue };
            let confidence = if shares.is_valid(row) { shares.value(row) } else { CONFIDENCE };
            let confidence = confidence.clamp(LEAST_SURE, MOST_SURE);
            let fixed_price = fixed.is_valid(row).then(|| fixed.value(row));
            let estimate = Estimate { id: id.to_owned(), confidence, fixed_price, ..Estimate::default() };
            estimates.insert(id.to_owned(), estimate);
        }
        read_lines(inputs, &mut estimates)?;
        let mut names = Names::default();
        let past = TaskForecaster::after(TASK, &finished(inputs, &mut names)?);
        Ok(Self { estimates: estimates.into_values().collect(), past, names })
    }

    /// What may come of one of the estimates.
    #[must_use]
    pub fn outcome(&self, estimate: &Estimate) -> Outcome {
        let piece = |line: &Line| Piece {
            estimate: 0.0,
            // Those who estimate are not those who will do it.
            person: None,
            category: self.names.known(line.category.as_deref().or(line.skill.as_deref())),
            project: None,
        };
        Outcome::of(estimate, &self.past, &piece, 0)
    }

    /// Finished pieces of work that estimates are held against.
    #[must_use]
    pub fn known(&self) -> usize {
        self.past.known()
    }
}

/// Lines and risks, each to its estimate.
fn read_lines(inputs: &Inputs, estimates: &mut BTreeMap<String, Estimate>) -> Result<(), EngineError> {
    let mut opinions = read_opinions(inputs)?;
    let answer = inputs.answer("estimate_lines");
    let (of, ids, titles) = (answer.texts("of")?, answer.texts("id")?, answer.texts("title")?);
    let (categories, skills, kinds) =
        (answer.texts("category")?, answer.texts("skill")?, answer.texts("kind")?);
    let points = [answer.numbers("low")?, answer.numbers("likely")?, answer.numbers("high")?];
    let (probability, money) = (answer.numbers("probability")?, answer.numbers("money")?);
    let (sold, cost) = (answer.numbers("sold")?, answer.numbers("cost")?);
    let optional = answer.booleans("is_optional")?;
    for row in 0..answer.rows() {
        let (Some(of), Some(id)) = (text(&of, row), text(&ids, row)) else { continue };
        let Some(estimate) = estimates.get_mut(of) else { continue };
        let number = |array: &arrow::array::Float64Array| array.is_valid(row).then(|| array.value(row));
        let points = points.each_ref().map(number);
        let points = match points {
            [Some(low), Some(likely), Some(high)] => Some([low, likely, high]),
            _ => None,
        };
        let (id, title) = (id.to_owned(), text(&titles, row).unwrap_or(id).to_owned());
        let (sold, cost) = (number(&sold), number(&cost));
        if text(&kinds, row) == Some("risk") {
            let probability = number(&probability).unwrap_or(0.0);
            let money = number(&money);
            estimate.risks.push(Risk { id, title, probability, points, money, sold, cost });
            continue;
        }
        let mut said = opinions.remove(&format!("{of}/{id}")).unwrap_or_default();
        said.extend(points.map(|points| Opinion { by: None, points }));
        estimate.lines.push(Line {
            id,
            title,
            opinions: said,
            category: text(&categories, row).map(str::to_owned),
            skill: text(&skills, row).map(str::to_owned),
            is_optional: optional.is_valid(row) && optional.value(row),
            sold,
            cost,
        });
    }
    Ok(())
}

/// What estimators said, by `estimate/line`.
fn read_opinions(inputs: &Inputs) -> Result<BTreeMap<String, Vec<Opinion>>, EngineError> {
    let answer = inputs.answer("line_estimates");
    let (lines, by) = (answer.texts("line_id")?, answer.texts("by")?);
    let (low, likely, high) = (answer.numbers("low")?, answer.numbers("likely")?, answer.numbers("high")?);
    let mut opinions: BTreeMap<String, Vec<Opinion>> = BTreeMap::new();
    for row in 0..answer.rows() {
        let is_whole = low.is_valid(row) && likely.is_valid(row) && high.is_valid(row);
        let Some(line) = text(&lines, row).filter(|_| is_whole) else { continue };
        let points = [low.value(row), likely.value(row), high.value(row)];
        let by = text(&by, row).map(str::to_owned);
        opinions.entry(line.to_owned()).or_default().push(Opinion { by, points });
    }
    Ok(opinions)
}

/// What was estimated and is done, as it is kept of the past.
///
/// # Errors
/// Where the input lacks a column.
pub(crate) fn history(inputs: &Inputs) -> Result<Vec<Finished>, EngineError> {
    finished(inputs, &mut Names::default())
}

fn finished(inputs: &Inputs, names: &mut Names) -> Result<Vec<Finished>, EngineError> {
    let answer = inputs.answer("estimate_history");
    let (categories, people, projects) =
        (answer.texts("category")?, answer.texts("person")?, answer.texts("project")?);
    let (said, took) = (answer.numbers("estimate_days")?, answer.numbers("actual_days")?);
    let (began, done) = (answer.dates("began")?, answer.dates("done")?);
    let mut history = Vec::new();
    for row in 0..answer.rows() {
        if !(said.is_valid(row) && took.is_valid(row) && done.is_valid(row)) {
            continue;
        }
        let done = i64::from(done.value(row));
        history.push(Finished {
            start: if began.is_valid(row) { i64::from(began.value(row)).min(done) } else { done },
            done,
            piece: Piece {
                estimate: said.value(row) * HOURS,
                person: names.place(text(&people, row)),
                category: names.place(text(&categories, row)),
                project: names.place(text(&projects, row)),
            },
            actual: took.value(row) * HOURS,
        });
    }
    Ok(history)
}
