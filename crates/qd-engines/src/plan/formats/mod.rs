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

#[cfg(test)]
mod tests {
    use super::*;

    /// What was read, in one line a task: duration, demands, skills, and what waits for it.
    fn outline(problem: &Problem) -> Vec<String> {
        let line = |(index, task): (usize, &crate::plan::problem::Task)| {
            let demands: Vec<(usize, u32)> =
                task.demands.iter().map(|one| (one.resource, one.amount)).collect();
            let skills: Vec<(usize, u32, u32)> =
                task.skills.iter().map(|one| (one.skill, one.level, one.people)).collect();
            let after: Vec<usize> =
                problem.links.iter().filter(|link| link.before == index).map(|link| link.after).collect();
            format!("{} {demands:?} {skills:?} -> {after:?}", task.duration)
        };
        problem.tasks.iter().enumerate().map(line).collect()
    }

    #[test]
    fn resources_are_read_in_three_forms() {
        let sm = "jobs (incl. supersource/sink ):  3\n****\nPRECEDENCE RELATIONS:\njobnr. #modes #successors\n \
                  1 1 1 2\n 2 1 1 3\n 3 1 0\n****\nREQUESTS/DURATIONS:\njobnr. mode duration R 1 R 2\n-----\n \
                  1 1 0 0 0\n 2 1 4 3 0\n 3 1 0 0 0\n****\nRESOURCEAVAILABILITIES:\n R 1 R 2\n 12 13\n****\n";
        let rcp = "3 2\n12 13\n0 0 0 1 2\n4 3 0 1 3\n0 0 0 0\n";
        let rcmp = "1\n2\n12 13\n3 0\n1 1\n0 0 0 1 1:2\n4 3 0 1 1:3\n0 0 0 0\n";
        for (name, text) in [("a.sm", sm), ("a.rcp", rcp), ("a.rcmp", rcmp)] {
            let problem = read(name, text).unwrap();
            assert_eq!(
                outline(&problem),
                ["0 [] [] -> [1]", "4 [(0, 3)] [] -> [2]", "0 [] [] -> []"],
                "{name}"
            );
            let capacities: Vec<u32> = problem.resources.iter().map(|resource| resource.capacity).collect();
            assert_eq!(capacities, [12, 13], "{name}");
        }
    }

    #[test]
    fn people_are_read_in_three_forms() {
        let def = "Tasks: 2\n====\nResourceID Salary Skills\n1 56.0 Q1: 0 Q0: 2\n2 \t 5.5 Q1: 1\n====\n\
                   TaskID Duration Skill Predecessor IDs\n1 7 Q0: 1\n2 3 Q1: 1 \t1\n====\n";
        let problem = read("a.def", def).unwrap();
        assert_eq!(outline(&problem), ["7 [] [(0, 1, 1)] -> [1]", "3 [] [(1, 1, 1)] -> []"]);
        assert_eq!(problem.people[0].skills, [(1, 0), (0, 2)]);
        let dzn = "% made\nnActs = 2;\ndur = [7,3];\nnSkills = 2;\nsreq = [| 1,0,\n | 0,2, |];\nnResources = 2;\n\
                   mastery = [| true,true,\n| false,true, |];\nnPrecs = 1; pred = [1]; succ = [2];\n";
        let problem = read("a.dzn", dzn).unwrap();
        assert_eq!(outline(&problem), ["7 [] [(0, 1, 1)] -> [1]", "3 [] [(1, 1, 2)] -> []"]);
        assert_eq!(problem.people[1].skills, [(1, 1)]);
        let msrcp = "\\* Project Module *\\\n2 2 2 3\n10\n20\n7 1 2\n3 0\n\\* Workforce Module *\\\n1 1\n0 1\n\
                     \\* Workforce Module with Skill Levels *\\\n3 1\n0 2\n\\* Skill Requirements Module *\\\n\
                     1 0\n0 2\n";
        let problem = read("a.msrcp", msrcp).unwrap();
        assert_eq!(outline(&problem), ["7 [] [(0, 1, 1)] -> [1]", "3 [] [(1, 1, 2)] -> []"]);
        assert_eq!(problem.people[0].skills, [(0, 3), (1, 1)]);
    }

    #[test]
    fn what_is_cut_off_is_an_error_and_no_panic() {
        for (name, text) in [("a.sm", "PRECEDENCE RELATIONS:"), ("a.rcp", "3 2\n12"), ("a.rcmp", "2 1 5 1 0")]
        {
            assert!(read(name, text).is_err(), "{name}");
        }
        for name in ["a.def", "a.dzn", "a.msrcp", "a.pdf", ""] {
            assert!(read(name, "1 2 3").is_err(), "{name}");
        }
    }
}
