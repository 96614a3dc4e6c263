//! MPLIB's portfolios, `.rcmp` (Van Eynde and Vanhoucke 2020).

use super::{FormatError, demands, duration, link, next, numbers, resources};
use crate::plan::problem::{Problem, Project, Task};

/// Reads a portfolio of projects that share resources.
pub fn mplib(text: &str) -> Result<Problem, FormatError> {
    let mut numbers = numbers(text);
    let (count, width) =
        (next(&mut numbers, "number of projects")?, next(&mut numbers, "number of resources")?);
    let capacities: Vec<usize> = numbers.by_ref().take(width).collect();
    let (mut projects, mut tasks, mut links, mut firsts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for project in 0..count {
        let size = next(&mut numbers, "number of tasks")?;
        let earliest = duration(next(&mut numbers, "release date")?)?;
        projects.push(Project { name: format!("{}", project + 1), earliest, ..Project::default() });
        firsts.push(tasks.len());
        numbers.by_ref().take(width).for_each(drop);
        for number in 1..=size {
            let duration = duration(next(&mut numbers, "duration")?)?;
            let amounts: Vec<usize> = numbers.by_ref().take(width).collect();
            for _ in 0..next(&mut numbers, "number of successors")? {
                let (to, of_it) = (next(&mut numbers, "project")?, next(&mut numbers, "successor")?);
                links.push((tasks.len() + 1, to, of_it));
            }
            let (name, demands) = (format!("{}:{number}", project + 1), demands(&amounts));
            tasks.push(Task { name, project, duration, demands, ..Task::default() });
        }
    }
    let absolute = |&(before, project, number): &(usize, usize, usize)| {
        let first = project.checked_sub(1).and_then(|project| firsts.get(project));
        link(before, first.ok_or(FormatError("project of a successor"))? + number)
    };
    let links = links.iter().map(absolute).collect::<Result<_, _>>()?;
    Ok(Problem { projects, tasks, links, resources: resources(&capacities), ..Problem::default() })
}
