//! How full each week is: what is planned of whoever works, against what they have.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::RecordBatch;
use jiff::{ToSpan, civil::Date};
use qd_tables::{LOAD, Writer};

use super::{PLANNED, Portfolio};
use crate::{
    Engine, EngineError, Inputs,
    plan::{Schedule, Time},
};

/// The engine.
pub(crate) const ENGINE: Engine = Engine { output: &LOAD, inputs: PLANNED, run };

fn run(inputs: &Inputs) -> Result<RecordBatch, EngineError> {
    let portfolio = Portfolio::read(inputs)?;
    let schedule = portfolio.scheduled(inputs)?;
    let mut writer = Writer::new(&LOAD);
    for ((week, person), of_week) in portfolio.load(&schedule) {
        let Some(id) = portfolio.people.get(person) else { continue };
        writer.date(week).text(id.as_str()).number(of_week.planned).number(of_week.there).texts(
            of_week
                .projects
                .iter()
                .filter_map(|place| portfolio.projects.get(*place))
                .map(|project| &project.id),
        );
    }
    Ok(writer.finish()?)
}

/// A week of a person, in hours of the axis.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Week {
    /// Hours that are planned.
    pub planned: f64,
    /// Hours in which they are there.
    pub there: f64,
    /// The projects they work on, by place.
    pub projects: BTreeSet<usize>,
}

impl Portfolio {
    /// The weeks of a schedule, whole, by their Monday and the person's place; the first one where nothing is planned.
    #[must_use]
    pub fn load(&self, schedule: &Schedule) -> BTreeMap<(Date, usize), Week> {
        let worked = self.worked(schedule);
        let first = self.axis.day(0).and_then(monday);
        let Some(last) = worked.iter().map(|part| part.week).max().or(first) else { return BTreeMap::new() };
        let there = self.there(last).into_iter();
        let mut weeks: BTreeMap<(Date, usize), Week> =
            there.map(|(place, there)| (place, Week { there, ..Week::default() })).collect();
        for part in worked {
            let week = weeks.entry((part.week, part.person)).or_default();
            week.planned += part.hours;
            week.projects.extend(self.problem.tasks.get(part.task).map(|task| task.project));
        }
        weeks
    }
}

/// Units between two times at which somebody is away.
pub(super) fn away(absences: &[(Time, Time)], from: Time, until: Time) -> Time {
    let within = |(start, end): &(Time, Time)| (until.min(*end) - from.max(*start)).max(0);
    absences.iter().map(within).sum()
}

pub(super) fn monday(day: Date) -> Option<Date> {
    day.checked_sub(i64::from(day.weekday().to_monday_zero_offset()).days()).ok()
}
