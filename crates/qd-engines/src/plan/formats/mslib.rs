//! MSLIB's `.msrcp` files (Snauwaert and Vanhoucke 2023).

use super::{FormatError, duration, link, numbers, one_project, people, skills};
use crate::plan::problem::{Problem, SkillDemand, Task};

/// Reads a project whose tasks each need people with skills at a level. Modules on cost, teamwork and
/// rework are left aside; of a skill demand with levels, the level asked for stands in the module
/// `Skill Level Requirements Module`, where there is one.
pub fn mslib(text: &str) -> Result<Problem, FormatError> {
    let project = module(text, "Project Module")?;
    let mut lines =
        project.lines().map(|line| numbers(line).collect::<Vec<_>>()).filter(|line| !line.is_empty());
    let head = lines.next().ok_or(FormatError("head"))?;
    let [count, staff, width, ..] = *head else { return Err(FormatError("number of skills")) };
    let (mut tasks, mut links) = (Vec::new(), Vec::new());
    // Between the head and the tasks stand lines on deadlines: as many tasks as there are stand last.
    let rows: Vec<Vec<usize>> = lines.collect();
    let first = rows.len().checked_sub(count).ok_or(FormatError("line for each task"))?;
    for row in &rows[first..] {
        let [lasts, _count, successors @ ..] = &**row else { return Err(FormatError("duration")) };
        for &successor in successors {
            links.push(link(tasks.len() + 1, successor)?);
        }
        tasks.push(Task {
            name: (tasks.len() + 1).to_string(),
            duration: duration(*lasts)?,
            ..Task::default()
        });
    }
    let table = |title| Ok::<_, FormatError>(numbers(module(text, title)?).collect::<Vec<usize>>());
    let needed = table("Skill Requirements Module")?;
    let levels = table("Skill Level Requirements Module").ok().filter(|levels| levels.len() == needed.len());
    if needed.len() != count * width {
        return Err(FormatError("skill requirement of each task"));
    }
    for (index, task) in tasks.iter_mut().enumerate() {
        for skill in 0..width {
            let at = index * width + skill;
            let people = needed[at] as u32;
            let level = levels.as_ref().map_or(1, |levels| levels[at].max(1)) as u32;
            if people > 0 {
                task.skills.push(SkillDemand { skill, level, people });
            }
        }
    }
    let has = table("Workforce Module with Skill Levels").or_else(|_| table("Workforce Module"))?;
    if has.len() != staff * width {
        return Err(FormatError("skill of each person"));
    }
    let people = people(has.chunks(width.max(1)).map(|row| {
        let levels = row.iter().enumerate().filter(|&(_, &level)| level > 0);
        levels.map(|(skill, &level)| (skill, level as u32)).collect()
    }));
    Ok(Problem { projects: one_project(), tasks, links, skills: skills(width), people, ..Problem::default() })
}

/// The lines of a module, which begins with its title between `\*` and `*\`.
fn module<'text>(text: &'text str, title: &'static str) -> Result<&'text str, FormatError> {
    let parts = text.split("\\*").filter_map(|part| part.split_once("*\\"));
    let found = parts.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case(title));
    found.map(|(_, lines)| lines).ok_or(FormatError(title))
}
