//! Who works on which task in which week, and who is there: what a plan's load is summed from.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{
    DAY, Portfolio,
    load::{away, monday},
};
use crate::plan::Schedule;

/// Hours of a person on a task in a week.
#[derive(Debug, Clone, PartialEq)]
pub struct Worked {
    /// Monday of the week.
    pub week: Date,
    /// The task's place.
    pub task: usize,
    /// The person's place.
    pub person: usize,
    /// Hours of the axis.
    pub hours: f64,
}

impl Portfolio {
    /// The hours of a schedule, by task, person and week. What lies behind the end of the axis is left out.
    #[must_use]
    pub fn worked(&self, schedule: &Schedule) -> Vec<Worked> {
        let mut worked: Vec<Worked> = Vec::new();
        for task in 0..self.problem.tasks.len() {
            let parts = schedule.parts(task);
            let people = schedule.people.get(task).into_iter().flatten();
            for ((person, _), &(start, end)) in
                people.flat_map(|one| parts.iter().map(move |part| (one, part)))
            {
                let absences =
                    self.problem.people.get(*person).map_or(&[][..], |own| own.absences.as_slice());
                let mut day = start;
                while let Some(week) = self.axis.day(day).and_then(monday).filter(|_| day < end) {
                    let next = ((day / DAY + 1) * DAY).min(end);
                    let hours = f64::from(next - day - away(absences, day, next));
                    match worked.last_mut() {
                        Some(last) if (last.week, last.task, last.person) == (week, task, *person) => {
                            last.hours += hours;
                        }
                        _ => worked.push(Worked { week, task, person: *person, hours }),
                    }
                    day = next;
                }
            }
        }
        worked.retain(|part| part.hours > 0.0);
        worked
    }

    /// Hours in which each person is there, by week and the person's place: whole weeks, to the one that begins on `last`.
    #[must_use]
    pub fn there(&self, last: Date) -> BTreeMap<(Date, usize), f64> {
        let mut there = BTreeMap::new();
        let days = (0..).map(|day| day * DAY).map_while(|unit| Some((unit, monday(self.axis.day(unit)?)?)));
        for (unit, week) in days.take_while(|(_, week)| *week <= last) {
            for (person, own) in self.problem.people.iter().enumerate() {
                let hours = DAY - away(&own.absences, unit, unit + DAY).min(DAY);
                *there.entry((week, person)).or_insert(0.0) += f64::from(hours);
            }
        }
        there
    }
}
