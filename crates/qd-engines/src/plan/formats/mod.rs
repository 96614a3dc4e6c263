//! The literature's benchmark files, read from text.

mod imopse;
mod mplib;
mod mslib;
mod mspsp;
mod psplib;

pub use imopse::imopse;
pub use mplib::mplib;
pub use mslib::mslib;
pub use mspsp::mspsp;
pub use psplib::{patterson, psplib};

use super::problem::{Demand, Link, LinkKind, Person, Problem, Project, Resource, Time};

/// Why a benchmark file could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the file has no {0} where its format wants one")]
pub struct FormatError(pub &'static str);

/// Reads a file by the ending of its name.
pub fn read(name: &str, text: &str) -> Result<Problem, FormatError> {
    match name.rsplit('.').next().unwrap_or_default() {
        "sm" => psplib(text),
        "rcp" | "txt" => patterson(text),
        "rcmp" => mplib(text),
        "msrcp" => mslib(text),
        "def" => imopse(text),
        "dzn" => mspsp(text),
        _ => Err(FormatError("ending that is known (sm, rcp, txt, rcmp, msrcp, def, dzn)")),
    }
}

/// The whole numbers of a text, whatever stands between them.
fn numbers(text: &str) -> impl Iterator<Item = usize> {
    text.split(|letter: char| !letter.is_ascii_digit()).filter_map(|word| word.parse().ok())
}

/// The next number, to be used as `what`.
fn next(numbers: &mut impl Iterator<Item = usize>, what: &'static str) -> Result<usize, FormatError> {
    numbers.next().ok_or(FormatError(what))
}

fn duration(number: usize) -> Result<Time, FormatError> {
    Time::try_from(number).map_err(|_| FormatError("duration of a few digits"))
}

/// A link by numbers from 1 on.
fn link(before: usize, after: usize) -> Result<Link, FormatError> {
    let from_one = |number: usize| number.checked_sub(1).ok_or(FormatError("task number above 0"));
    Ok(Link { before: from_one(before)?, after: from_one(after)?, kind: LinkKind::FinishStart, lag: 0 })
}

fn resources(capacities: &[usize]) -> Vec<Resource> {
    let resource = |(index, &capacity): (usize, &usize)| Resource {
        name: format!("R{}", index + 1),
        capacity: u32::try_from(capacity).unwrap_or(u32::MAX),
        changes: Vec::new(),
    };
    capacities.iter().enumerate().map(resource).collect()
}

fn demands(amounts: &[usize]) -> Vec<Demand> {
    let used = amounts.iter().enumerate().filter(|&(_, &amount)| amount > 0);
    used.map(|(resource, &amount)| Demand { resource, amount: u32::try_from(amount).unwrap_or(u32::MAX) })
        .collect()
}

fn skills(count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("Q{number}")).collect()
}

fn people(skills: impl Iterator<Item = Vec<(usize, u32)>>) -> Vec<Person> {
    let person =
        |(index, skills)| Person { name: format!("person {}", index + 1), skills, absences: Vec::new() };
    skills.enumerate().map(person).collect()
}

fn one_project() -> Vec<Project> {
    vec![Project::default()]
}
