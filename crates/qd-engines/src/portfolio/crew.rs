//! Who is there to do it: people with their skills, absences and the share of a week that they have.

use super::{Axis, date, number};
use crate::{
    EngineError, Inputs,
    columns::{text, words},
    plan::{Person, Time},
};

/// The least share of a week that is left to anybody who works at all.
const LEAST_SHARE: f64 = 0.1;

/// Who is there to do it.
pub(super) struct Crew {
    /// Their ids, in order.
    pub(super) ids: Vec<String>,
    pub(super) people: Vec<Person>,
    pub(super) skills: Vec<Vec<String>>,
    /// The share of a week that each has for tasks.
    pub(super) shares: Vec<f64>,
}

impl Crew {
    pub(super) fn read(inputs: &Inputs, axis: &Axis) -> Result<Self, EngineError> {
        let answer = inputs.answer("people");
        let (ids, names, skills) = (answer.texts("id")?, answer.texts("name")?, answer.lists("skills")?);
        let (capacity, meetings) = (answer.numbers("capacity")?, answer.numbers("meetings")?);
        let (joined, left) = (answer.dates("joined")?, answer.dates("left")?);
        let mut crew = Self { ids: Vec::new(), people: Vec::new(), skills: Vec::new(), shares: Vec::new() };
        for row in 0..answer.rows() {
            let mut absences = Vec::new();
            absences.extend(date(&joined, row).map(|day| (0, axis.morning(day))));
            absences.extend(date(&left, row).map(|day| (axis.evening(day), Time::MAX)));
            crew.ids.push(text(&ids, row).unwrap_or_default().to_owned());
            crew.skills.push(words(&skills, row));
            crew.shares
                .push((number(&capacity, row, 1.0) - number(&meetings, row, 0.0)).clamp(LEAST_SHARE, 1.0));
            let name = text(&names, row).unwrap_or_default().to_owned();
            crew.people.push(Person { name, skills: Vec::new(), absences });
        }
        let answer = inputs.answer("absences");
        let (who, first, last) =
            (answer.texts("person")?, answer.dates("first_day")?, answer.dates("last_day")?);
        for row in 0..answer.rows() {
            let person = text(&who, row).and_then(|who| crew.place(who));
            let (Some(person), Some(first)) = (person, date(&first, row)) else { continue };
            let until = date(&last, row).map_or(Time::MAX, |last| axis.evening(last));
            if let Some(person) = crew.people.get_mut(person) {
                person.absences.push((axis.morning(first), until));
            }
        }
        for person in &mut crew.people {
            person.absences = joined_up(std::mem::take(&mut person.absences));
        }
        Ok(crew)
    }

    pub(super) fn place(&self, id: &str) -> Option<usize> {
        self.ids.binary_search_by(|known| known.as_str().cmp(id)).ok()
    }

    /// The mean share of a week that some people have.
    pub(super) fn share(&self, people: &[usize]) -> f64 {
        let shares: Vec<f64> = people.iter().filter_map(|person| self.shares.get(*person).copied()).collect();
        if shares.is_empty() { 1.0 } else { shares.iter().sum::<f64>() / shares.len() as f64 }
    }
}

/// Times away in order, none empty and no two that touch.
fn joined_up(mut times: Vec<(Time, Time)>) -> Vec<(Time, Time)> {
    times.retain(|(from, until)| from < until);
    times.sort_unstable();
    let mut joined: Vec<(Time, Time)> = Vec::new();
    for (from, until) in times {
        match joined.last_mut() {
            Some(last) if last.1 >= from => last.1 = last.1.max(until),
            _ => joined.push((from, until)),
        }
    }
    joined
}
