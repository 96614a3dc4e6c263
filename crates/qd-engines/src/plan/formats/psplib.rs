//! PSPLIB's `.sm` files (Kolisch and Sprecher 1996), and the older form of Patterson (1984).

use super::{FormatError, demands, duration, link, next, numbers, one_project, resources};
use crate::plan::problem::{Problem, Task};

/// Reads a single-mode project of PSPLIB.
pub fn psplib(text: &str) -> Result<Problem, FormatError> {
    let capacities: Vec<usize> = section(text, "RESOURCEAVAILABILITIES")?.flat_map(numbers).collect();
    let mut tasks = Vec::new();
    for line in section(text, "REQUESTS/DURATIONS")? {
        let numbers: Vec<usize> = numbers(line).collect();
        if let [number, _mode, lasts, amounts @ ..] = &*numbers {
            let (name, duration) = (number.to_string(), duration(*lasts)?);
            tasks.push(Task { name, duration, demands: demands(amounts), ..Task::default() });
        }
    }
    let mut links = Vec::new();
    for line in section(text, "PRECEDENCE RELATIONS")? {
        let numbers: Vec<usize> = numbers(line).collect();
        if let [number, _modes, _count, successors @ ..] = &*numbers {
            for &successor in successors {
                links.push(link(*number, successor)?);
            }
        }
    }
    if tasks.is_empty() {
        return Err(FormatError("task"));
    }
    let resources = resources(&capacities);
    Ok(Problem { projects: one_project(), tasks, links, resources, ..Problem::default() })
}

/// Lines between a section's title and the next ruler that begin with a number.
fn section<'text>(
    text: &'text str,
    title: &'static str,
) -> Result<impl Iterator<Item = &'text str>, FormatError> {
    let (_, rest) = text.split_once(title).ok_or(FormatError(title))?;
    let lines = rest.lines().skip(1).take_while(|line| !line.starts_with("****"));
    Ok(lines.filter(|line| line.trim_start().starts_with(|letter: char| letter.is_ascii_digit())))
}

/// Reads a project in Patterson's form: numbers alone, line breaks mean nothing.
pub fn patterson(text: &str) -> Result<Problem, FormatError> {
    let mut numbers = numbers(text);
    let (count, width) = (next(&mut numbers, "number of tasks")?, next(&mut numbers, "number of resources")?);
    let capacities: Vec<usize> = numbers.by_ref().take(width).collect();
    let (mut tasks, mut links) = (Vec::new(), Vec::new());
    for number in 1..=count {
        let duration = duration(next(&mut numbers, "duration")?)?;
        let amounts: Vec<usize> = numbers.by_ref().take(width).collect();
        for _ in 0..next(&mut numbers, "number of successors")? {
            links.push(link(number, next(&mut numbers, "successor")?)?);
        }
        tasks.push(Task {
            name: number.to_string(),
            duration,
            demands: demands(&amounts),
            ..Task::default()
        });
    }
    let resources = resources(&capacities);
    Ok(Problem { projects: one_project(), tasks, links, resources, ..Problem::default() })
}
