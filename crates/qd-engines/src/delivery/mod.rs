//! When running work is done by its pace, and how often what was said of the future held: the forecasts of
//! [`crate::forecast`] over the company's own items of work, estimates and plans.

mod calibration;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, Date32Array, RecordBatch};
use jiff::{ToSpan, civil::Date};
use qd_tables::{DELIVERY_FORECASTS, Writer};

pub(crate) use calibration::ENGINE as CALIBRATION;

use crate::{
    Engine, EngineError, Input, Inputs,
    columns::text,
    forecast::{
        Curve,
        throughput::{Asked, Items, Question, Stream, ThroughputForecaster, Weeks, items_by},
    },
};

/// What deliveries are read from.
pub const INPUTS: &[Input] = &[
    Input { name: "items", query: include_str!("items.sql") },
    Input { name: "promises", query: include_str!("promises.sql") },
];

/// The engine.
pub(crate) const ENGINE: Engine = Engine { output: &DELIVERY_FORECASTS, inputs: INPUTS, run };

/// Weeks whose pace is looked at.
pub const HISTORY: usize = 12;
/// Weeks from one question about the past to the next.
const STEP: usize = 4;
/// Weeks beyond which no day is told.
const FAR: f64 = 52.0 * 20.0;

/// The company's items of work, week by week.
#[derive(Debug, Clone, Default)]
pub struct Deliveries {
    today: Date,
    streams: Vec<Stream>,
    added: Vec<Vec<u32>>,
    names: Vec<String>,
    left: Vec<u32>,
    /// The promised days of the projects that are worked on.
    promises: BTreeMap<String, Option<Date>>,
}

/// When a project is done by its pace.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// Its id.
    pub project: String,
    /// Items that are open.
    pub left: u32,
    /// Items that were done in a week, on the mean of the last weeks.
    pub done_a_week: f64,
    /// Items that were added in one.
    pub added_a_week: f64,
    /// The day that was promised.
    pub deadline: Option<Date>,
    /// Weeks until all is done, with what is added meanwhile; none where too little was done to say.
    pub weeks: Option<Weeks>,
    /// The same for what is open today alone.
    pub weeks_as_it_is: Option<Weeks>,
    /// How likely the promise is kept.
    pub kept: Option<f64>,
    /// The same if nothing is added.
    pub kept_as_it_is: Option<f64>,
}

fn run(inputs: &Inputs) -> Result<RecordBatch, EngineError> {
    let deliveries = Deliveries::read(inputs)?;
    let mut writer = Writer::new(&DELIVERY_FORECASTS);
    for project in deliveries.projects() {
        let Some(delivery) = deliveries.forecast(project) else { continue };
        writer
            .text(project)
            .integer(i64::from(delivery.left))
            .number(delivery.done_a_week)
            .number(delivery.added_a_week);
        for level in [0.1, 0.5, 0.8, 0.85, 0.95] {
            writer.date(delivery.weeks.as_ref().and_then(|weeks| deliveries.day(weeks.curve.at(level))));
        }
        for level in [0.5, 0.85] {
            writer.date(
                delivery.weeks_as_it_is.as_ref().and_then(|weeks| deliveries.day(weeks.curve.at(level))),
            );
        }
        writer
            .date(delivery.deadline)
            .number(delivery.kept)
            .number(delivery.kept_as_it_is)
            .integer(delivery.weeks.as_ref().map(|weeks| weeks.cases.round() as i64));
    }
    Ok(writer.finish()?)
}

impl Deliveries {
    /// Counts what the inputs tell.
    ///
    /// # Errors
    /// Where an input lacks a column.
    pub fn read(inputs: &Inputs) -> Result<Self, EngineError> {
        let answer = inputs.answer("items");
        let (streams, projects) = (answer.texts("stream")?, answer.texts("project")?);
        let (opened, closed) = (answer.dates("opened")?, answer.dates("closed")?);
        let open = answer.booleans("is_open")?;
        let today = epoch_day(inputs.today);
        let mut items: BTreeMap<(bool, String), Vec<(i64, Option<i64>, bool)>> = BTreeMap::new();
        for row in 0..answer.rows() {
            let (Some(stream), Some(opened)) = (text(&streams, row), day_of(&opened, row)) else { continue };
            let key = (projects.is_valid(row), stream.to_owned());
            let is_open = open.is_valid(row) && open.value(row);
            items.entry(key).or_default().push((opened, day_of(&closed, row), is_open));
        }
        let mut deliveries = Self { today: inputs.today, ..Self::default() };
        for ((is_project, name), items) in items {
            deliveries.add(if is_project { name } else { String::new() }, &items, today);
        }
        let answer = inputs.answer("promises");
        let (ids, deadlines) = (answer.texts("id")?, answer.dates("deadline")?);
        for row in 0..answer.rows() {
            let Some(id) = text(&ids, row) else { continue };
            let deadline = day_of(&deadlines, row).and_then(|days| day(days as f64));
            deliveries.promises.insert(id.to_owned(), deadline);
        }
        Ok(deliveries)
    }

    /// Adds a stream: whole weeks that end today, from the first item on.
    fn add(&mut self, name: String, items: &[(i64, Option<i64>, bool)], today: i64) {
        let known = items.iter().filter(|(opened, ..)| *opened < today);
        let Some(first) = known.clone().map(|(opened, ..)| *opened).min() else { return };
        let weeks = usize::try_from((today - first + 6) / 7).unwrap_or(0);
        let first_day = today - 7 * weeks as i64;
        let (mut done, mut added) = (vec![0_u32; weeks], vec![0_u32; weeks]);
        let count = |weeks: &mut Vec<u32>, day: i64| {
            let week = usize::try_from((day - first_day).div_euclid(7)).ok();
            if let Some(week) = week.and_then(|week| weeks.get_mut(week)) {
                *week += 1;
            }
        };
        for &(opened, closed, _) in known {
            count(&mut added, opened);
            if let Some(closed) = closed {
                count(&mut done, closed);
            }
        }
        self.streams.push(Stream { first_day, weeks: done });
        self.added.push(added);
        self.names.push(name);
        self.left.push(items.iter().filter(|(.., is_open)| *is_open).count() as u32);
    }

    /// The projects that are worked on and have items.
    pub fn projects(&self) -> impl Iterator<Item = &str> {
        let known: BTreeSet<&str> = self.names.iter().map(String::as_str).collect();
        self.promises.keys().map(String::as_str).filter(move |project| known.contains(project))
    }

    fn place(&self, project: &str) -> Option<usize> {
        self.names.iter().position(|name| name == project && !name.is_empty())
    }

    /// When a project is done; none where it has no items.
    #[must_use]
    pub fn forecast(&self, project: &str) -> Option<Delivery> {
        let place = self.place(project)?;
        let left = *self.left.get(place)?;
        let weeks = (left > 0).then(|| self.weeks(place, left, true)).flatten();
        let weeks_as_it_is = (left > 0).then(|| self.weeks(place, left, false)).flatten();
        let deadline = self.promises.get(project).copied().flatten();
        let until = deadline.map(|day| (day - self.today).get_days());
        let kept = |weeks: &Option<Weeks>| {
            let days = until?;
            weeks.as_ref().map(|weeks| weeks.chance_within(f64::from(days + 1) / 7.0))
        };
        let (kept, kept_as_it_is) = (kept(&weeks), kept(&weeks_as_it_is));
        Some(Delivery {
            project: project.to_owned(),
            left,
            done_a_week: mean(&self.streams.get(place)?.weeks),
            added_a_week: mean(self.added.get(place)?),
            deadline,
            weeks,
            weeks_as_it_is,
            kept,
            kept_as_it_is,
        })
    }

    /// Weeks until so many items of a stream are done, with what is added meanwhile or without.
    fn weeks(&self, place: usize, items: u32, grows: bool) -> Option<Weeks> {
        let question = Question { items, history: HISTORY, step: STEP };
        let stream = self.streams.get(place)?;
        let week = stream.weeks.len();
        let now = match self.added.get(place).filter(|_| grows) {
            Some(added) => Asked::with_growth(place, stream, week, question, added),
            None => Asked::new(place, stream, week, question),
        }?;
        Some(ThroughputForecaster::replay(&self.streams, question, |_, _| ()).forecast(&now))
    }

    /// The way there: weeks until a fifth, two fifths ... of what is open is done, each with its quantiles.
    #[must_use]
    pub fn way(&self, project: &str) -> Vec<(u32, Curve)> {
        let Some(place) = self.place(project) else { return Vec::new() };
        let left = self.left.get(place).copied().unwrap_or(0);
        let mut steps: Vec<u32> = (1..=5).map(|fifth| (left * fifth).div_ceil(5)).collect();
        steps.dedup();
        steps.into_iter().filter_map(|items| Some((items, self.weeks(place, items, true)?.curve))).collect()
    }

    /// How many items of a project are done by a day; none where too little was done to say, or the day is past.
    #[must_use]
    pub fn items_by(&self, project: &str, day: Date) -> Option<Items> {
        let weeks = u32::try_from((day - self.today).get_days()).ok()?.div_ceil(7);
        items_by(&self.streams, self.place(project)?, HISTORY, weeks.max(1))
    }

    /// The day so many weeks from now; none if that is beyond all plans.
    #[must_use]
    pub fn day(&self, weeks: f64) -> Option<Date> {
        let days = (weeks.is_finite() && weeks < FAR).then(|| (weeks * 7.0).ceil() as i64)?;
        self.today.checked_add(days.days()).ok()
    }
}

fn mean(weeks: &[u32]) -> f64 {
    let last = weeks.get(weeks.len().saturating_sub(HISTORY)..).unwrap_or_default();
    last.iter().map(|&items| f64::from(items)).sum::<f64>() / last.len().max(1) as f64
}

fn epoch_day(day: Date) -> i64 {
    i64::from((day - jiff::civil::date(1970, 1, 1)).get_days())
}

fn day(days: f64) -> Option<Date> {
    jiff::civil::date(1970, 1, 1).checked_add((days as i64).days()).ok()
}

fn day_of(array: &Date32Array, row: usize) -> Option<i64> {
    array.is_valid(row).then(|| i64::from(array.value(row)))
}
