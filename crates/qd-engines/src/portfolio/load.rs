//! How full each week is: what is planned of whoever works, against what they have.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::RecordBatch;
use jiff::{ToSpan, civil::Date};
use qd_tables::{LOAD, Writer};

use super::{DAY, PLANNED, Portfolio};
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
    /// The weeks of a plan, by their Monday and the person's place.
    #[must_use]
    pub fn load(&self, schedule: &Schedule) -> BTreeMap<(Date, usize), Week> {
        let mut weeks: BTreeMap<(Date, usize), Week> = BTreeMap::new();
        let last = schedule.makespan();
        for (person, own) in self.problem.people.iter().enumerate() {
            for (day, hours) in self.days(0, last) {
                let there = hours - away(&own.absences, day, day + DAY).min(hours);
                if let Some(week) = self.axis.day(day).and_then(monday) {
                    weeks.entry((week, person)).or_default().there += f64::from(there);
                }
            }
        }
        for (task, work) in self.problem.tasks.iter().enumerate() {
            let times = schedule.start.get(task).copied().flatten();
            let Some((start, end)) = times.zip(schedule.end.get(task).copied().flatten()) else {
                continue;
            };
            for (person, _) in schedule.people.get(task).into_iter().flatten() {
                let absences = self.problem.people.get(*person).map(|own| own.absences.as_slice());
                let mut day = start;
                while day < end {
                    let next = ((day / DAY + 1) * DAY).min(end);
                    let worked = next - day - away(absences.unwrap_or_default(), day, next);
                    if let Some(week) = self.axis.day(day).and_then(monday) {
                        let week = weeks.entry((week, *person)).or_default();
                        week.planned += f64::from(worked);
                        week.projects.insert(work.project);
                    }
                    day = next;
                }
            }
        }
        weeks
    }

    fn days(&self, from: Time, until: Time) -> impl Iterator<Item = (Time, Time)> {
        (from / DAY..=(until - 1).max(from) / DAY).map(|day| (day * DAY, DAY))
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
