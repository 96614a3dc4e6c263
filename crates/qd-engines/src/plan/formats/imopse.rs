//! iMOPSE's `.def` files (Myszkowski, Laszczyk, Nikulin, Skowroński 2019).

use super::{FormatError, duration, link, one_project, people};
use crate::plan::problem::{Problem, SkillDemand, Task};

/// Reads a project whose tasks are each done by one person with a skill.
pub fn imopse(text: &str) -> Result<Problem, FormatError> {
    let (_, rest) = text.split_once("ResourceID").ok_or(FormatError("table of people"))?;
    let (staff, work) = rest.split_once("TaskID").ok_or(FormatError("table of tasks"))?;
    let mut found = Vec::new();
    for words in rows(staff) {
        let skills = words.get(2..).unwrap_or_default().chunks(2).map(skill);
        found.push(skills.collect::<Result<Vec<_>, _>>()?);
    }
    let (mut tasks, mut links) = (Vec::new(), Vec::new());
    for words in rows(work) {
        let [id, lasts, name, level, before @ ..] = &*words else {
            return Err(FormatError("skill of a task"));
        };
        let (skill, level) = skill(&[name, level])?;
        let number = |word: &str| word.parse().map_err(|_| FormatError("number of a task"));
        for predecessor in before {
            links.push(link(number(predecessor)?, number(id)?)?);
        }
        tasks.push(Task {
            name: (*id).to_owned(),
            duration: duration(number(lasts)?)?,
            skills: vec![SkillDemand { skill, level, people: 1 }],
            ..Task::default()
        });
    }
    let asked = tasks.iter().flat_map(|task| &task.skills).map(|demand| demand.skill);
    let given = found.iter().flatten().map(|&(skill, _)| skill);
    let count = asked.chain(given).max().map_or(0, |last| last + 1);
    let skills = (0..count).map(|number| format!("Q{number}")).collect();
    let people = people(found.into_iter());
    Ok(Problem { projects: one_project(), tasks, links, skills, people, ..Problem::default() })
}

/// Words of the lines of a table, up to its ruler.
fn rows(table: &str) -> impl Iterator<Item = Vec<&str>> {
    let lines = table.lines().skip(1).take_while(|line| !line.starts_with("==="));
    lines.map(|line| line.split_whitespace().collect()).filter(|words: &Vec<&str>| !words.is_empty())
}

/// A skill and its level, of words like `Q2:` and `1`.
fn skill(words: &[&str]) -> Result<(usize, u32), FormatError> {
    let [name, level] = words else { return Err(FormatError("level of a skill")) };
    let number = name.trim_start_matches('Q').trim_end_matches(':').parse();
    let level = level.parse().map_err(|_| FormatError("level of a skill"))?;
    Ok((number.map_err(|_| FormatError("skill"))?, level))
}
