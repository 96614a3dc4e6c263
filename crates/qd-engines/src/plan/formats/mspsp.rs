//! Multi-skill projects as `MiniZinc` data, `.dzn` (Young, Feydy, Schutt 2017).

use super::{FormatError, duration, link, numbers, one_project, people, skills};
use crate::plan::problem::{Problem, SkillDemand, Task};

/// Reads a project whose tasks each need several people with skills.
pub fn mspsp(text: &str) -> Result<Problem, FormatError> {
    let text: String = text.lines().map(|line| line.split('%').next().unwrap_or_default()).collect();
    let list = |name| Ok(numbers(value(&text, name)?).collect::<Vec<usize>>());
    let one = |name| numbers(value(&text, name)?).next().ok_or(FormatError(name));
    let (count, width) = (one("nSkills")?, one("nResources")?);
    let needed = list("sreq")?;
    let mut tasks = Vec::new();
    for (index, &lasts) in list("dur")?.iter().enumerate() {
        let row = needed.get(index * count..(index + 1) * count).ok_or(FormatError("row of `sreq`"))?;
        let asked = row.iter().enumerate().filter(|&(_, &people)| people > 0);
        let skills = asked.map(|(skill, &people)| SkillDemand { skill, level: 1, people: people as u32 });
        let (name, skills) = ((index + 1).to_string(), skills.collect());
        tasks.push(Task { name, duration: duration(lasts)?, skills, ..Task::default() });
    }
    let mastery: Vec<bool> = value(&text, "mastery")?
        .split(|letter: char| !letter.is_ascii_alphabetic())
        .filter(|word| ["true", "false"].contains(word))
        .map(|word| word == "true")
        .collect();
    if mastery.len() != width * count {
        return Err(FormatError("`mastery` of each person and skill"));
    }
    let people =
        people(mastery.chunks(count.max(1)).map(|row| {
            row.iter().enumerate().filter(|&(_, &has)| has).map(|(skill, _)| (skill, 1)).collect()
        }));
    let pairs = list("pred")?.into_iter().zip(list("succ")?);
    let links = pairs.map(|(before, after)| link(before, after)).collect::<Result<_, _>>()?;
    Ok(Problem { projects: one_project(), tasks, links, skills: skills(count), people, ..Problem::default() })
}

/// What stands between `name =` and the next semicolon.
fn value<'text>(text: &'text str, name: &'static str) -> Result<&'text str, FormatError> {
    let statements = text.split(';').filter_map(|statement| statement.split_once('='));
    let found = statements.into_iter().find(|(key, _)| key.trim() == name);
    found.map(|(_, value)| value).ok_or(FormatError(name))
}
