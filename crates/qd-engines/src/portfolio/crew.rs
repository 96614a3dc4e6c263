//! Who is there to do it: people with their skills, absences and the share of a week that they have.

use jiff::civil::Weekday;
use qd_model::Skill;

use super::{Axis, date, number};
use crate::{
    EngineError, Inputs,
    columns::{text, words},
    plan::{Person, Time},
};

/// The least share of a week that is left to anybody who works at all.
const LEAST_SHARE: f64 = 0.1;

/// The days of a working week.
const WEEK: [(&str, Weekday); 5] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
];
const WORKING_DAYS: f64 = WEEK.len() as f64;

/// Who is there to do it.
pub(super) struct Crew {
    /// Their ids, in order.
    pub(super) ids: Vec<String>,
    pub(super) people: Vec<Person>,
    /// What each can do, in lower case, and how well.
    skills: Vec<Vec<(String, u32)>>,
    /// The share of a week that each has for tasks.
    pub(super) shares: Vec<f64>,
}

impl Crew {
    pub(super) fn read(inputs: &Inputs, axis: &Axis) -> Result<Self, EngineError> {
        let answer = inputs.answer("people");
        let (ids, names, skills) = (answer.texts("id")?, answer.texts("name")?, answer.lists("skills")?);
        let (capacity, meetings) = (answer.numbers("capacity")?, answer.numbers("meetings")?);
        let (joined, left, weekdays) =
            (answer.dates("joined")?, answer.dates("left")?, answer.lists("weekdays")?);
        let mut crew = Self { ids: Vec::new(), people: Vec::new(), skills: Vec::new(), shares: Vec::new() };
        for row in 0..answer.rows() {
            let mut absences = Vec::new();
            absences.extend(date(&joined, row).map(|day| (0, axis.morning(day))));
            absences.extend(date(&left, row).map(|day| (axis.evening(day), Time::MAX)));
            crew.ids.push(text(&ids, row).unwrap_or_default().to_owned());
            let own = words(&skills, row);
            let own = own.iter().map(|text| Skill::parse(text));
            crew.skills.push(own.map(|skill| (skill.name.to_lowercase(), skill.level)).collect());
            // Days off are no absences of the share that is left: who works three days has all of them.
            let days = worked(&words(&weekdays, row));
            let week = days.len() as f64 / WORKING_DAYS;
            absences.extend(axis.without(&days));
            let capacity = number(&capacity, row, week) - number(&meetings, row, 0.0);
            crew.shares.push((capacity / week).clamp(LEAST_SHARE, 1.0));
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

    /// How well somebody can do something; 0 for not at all.
    pub(super) fn level(&self, person: usize, skill: &str) -> u32 {
        let own = self.skills.get(person).map(Vec::as_slice).unwrap_or_default().iter();
        let levels = own.filter(|(name, _)| name.eq_ignore_ascii_case(skill)).map(|(_, level)| *level);
        levels.max().unwrap_or(0)
    }

    /// The mean share of a week that some people have.
    pub(super) fn share(&self, people: &[usize]) -> f64 {
        let shares: Vec<f64> = people.iter().filter_map(|person| self.shares.get(*person).copied()).collect();
        if shares.is_empty() { 1.0 } else { shares.iter().sum::<f64>() / shares.len() as f64 }
    }
}

/// The days of a week that somebody works; all of them where none is said.
fn worked(said: &[String]) -> Vec<Weekday> {
    let is_said = |name: &str| said.is_empty() || said.iter().any(|day| day == name);
    WEEK.into_iter().filter(|(name, _)| is_said(name)).map(|(_, day)| day).collect()
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
