//! Whether a schedule keeps to all that was declared, found out anew and plainly.
//!
//! Nothing of how schedules are made is used here. Every unit of time is looked at; where the
//! scheduler is clever, this is slow.

use std::collections::HashMap;

use super::problem::{LinkKind, Problem, Schedule, Time};

/// Something a schedule does that it must not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Violation {
    /// The schedule does not tell of every task, or tells of one half only.
    Shape(usize),
    /// A task starts before it may.
    Early(usize),
    /// A task does not last as long as its duration and the absences in it.
    Length(usize),
    /// A task is planned though one it waits for is not, or it does not wait long enough: a link's place.
    Link(usize),
    /// More of a resource is used at a time than there is.
    Capacity(usize, Time),
    /// A person does two tasks at a time.
    Double(usize, Time),
    /// Someone on a task lacks the skill, or is named twice, or a pinned one is not on it.
    Assignment(usize),
    /// A task does not have the people with a skill that it needs.
    Skill(usize),
    /// A task is put down though none may be, by several people or while it uses a resource, otherwise than in the
    /// evening, for nothing, or with less than a day's work on one side of a pause.
    Pause(usize),
}

/// All that is wrong with a schedule.
pub fn check(problem: &Problem, schedule: &Schedule) -> Vec<Violation> {
    let tasks = problem.tasks.len();
    if [schedule.start.len(), schedule.end.len(), schedule.people.len()].iter().any(|&len| len != tasks) {
        return vec![Violation::Shape(tasks)];
    }
    let mut found = Vec::new();
    for task in 0..tasks {
        of_task(problem, schedule, task, &mut found);
    }
    for (index, link) in problem.links.iter().enumerate() {
        let at = |times: &[Option<Time>], task: usize| times.get(task).copied().flatten();
        let after = at(&schedule.start, link.after).zip(at(&schedule.end, link.after));
        let Some((after_start, after_end)) = after else { continue };
        let Some((start, end)) = at(&schedule.start, link.before).zip(at(&schedule.end, link.before)) else {
            if link.before < tasks {
                found.push(Violation::Link(index));
            }
            continue;
        };
        let waits = match link.kind {
            LinkKind::FinishStart => end + link.lag <= after_start,
            LinkKind::StartStart => start + link.lag <= after_start,
            LinkKind::FinishFinish => end + link.lag <= after_end,
        };
        if !waits {
            found.push(Violation::Link(index));
        }
    }
    shared(problem, schedule, &mut found);
    found
}

/// What concerns one task alone.
fn of_task(problem: &Problem, schedule: &Schedule, index: usize, found: &mut Vec<Violation>) {
    let task = &problem.tasks[index];
    let (start, end) = match (schedule.start[index], schedule.end[index]) {
        (Some(start), Some(end)) => (start, end),
        (None, None) => return,
        _ => return found.push(Violation::Shape(index)),
    };
    let project = &problem.projects[task.project];
    if start < task.earliest.max(project.earliest).max(0) {
        found.push(Violation::Early(index));
    }
    let people = &schedule.people[index];
    let is_there = |person: usize, time: Time| {
        !problem.people[person].absences.iter().any(|&(from, until)| (from..until).contains(&time))
    };
    let pauses = schedule.pauses.get(index).map(Vec::as_slice).unwrap_or_default();
    let is_work = |time: Time| {
        let lies = pauses.iter().any(|&(down, up)| (down..up).contains(&time));
        !lies && people.iter().all(|&(person, _)| is_there(person, time))
    };
    if !pauses.is_empty() {
        of_pauses(problem, schedule, index, (start, end), &is_work, found);
    }
    let again = problem.interruption.map_or(0, |rule| i64::from(rule.cost)) * pauses.len() as i64;
    let worked = (start..end).filter(|&time| is_work(time)).count();
    let ends_at_work = end == start || people.iter().all(|&(person, _)| is_there(person, end - 1));
    if worked as i64 != i64::from(task.duration) + again || !ends_at_work {
        found.push(Violation::Length(index));
    }
    let mut each: Vec<usize> = people.iter().map(|&(person, _)| person).collect();
    each.sort_unstable();
    each.dedup();
    if each.len() != people.len() || task.pinned.iter().any(|person| !each.contains(person)) {
        found.push(Violation::Assignment(index));
    }
    let level = |person: usize, skill: usize| {
        problem.people[person]
            .skills
            .iter()
            .filter(|&&(other, _)| other == skill)
            .map(|&(_, level)| level)
            .max()
    };
    let mut skills: Vec<usize> = task.skills.iter().map(|demand| demand.skill).collect();
    skills.sort_unstable();
    skills.dedup();
    for skill in skills {
        // For each level: so many who give the skill at it or above as are needed at it or above.
        let given: Vec<u32> = people
            .iter()
            .filter(|&&(_, gives)| gives == Some(skill))
            .filter_map(|&(person, _)| level(person, skill))
            .collect();
        let demands: Vec<_> = task.skills.iter().filter(|demand| demand.skill == skill).collect();
        let lacks = demands.iter().any(|demand| {
            let needed: u32 =
                demands.iter().filter(|one| one.level >= demand.level).map(|one| one.people).sum();
            given.iter().filter(|&&level| level >= demand.level).count() < needed as usize
        });
        if lacks {
            found.push(Violation::Skill(index));
        }
    }
}

/// What concerns the pauses of one task.
fn of_pauses(
    problem: &Problem,
    schedule: &Schedule,
    index: usize,
    (start, end): (Time, Time),
    is_work: &dyn Fn(Time) -> bool,
    found: &mut Vec<Violation>,
) {
    let pauses = &schedule.pauses[index];
    let (people, task) = (&schedule.people[index], &problem.tasks[index]);
    let is_of_one = people.len() == 1 && task.demands.iter().all(|demand| demand.amount == 0);
    let Some(rule) = problem.interruption.filter(|_| is_of_one) else {
        return found.push(Violation::Pause(index));
    };
    let mut from = start;
    for (place, &(down, up)) in pauses.iter().enumerate() {
        let next = pauses.get(place + 1).map_or(end, |next| next.0);
        let is_in_order = from < down && down < up && up < next;
        let long = |from: Time, until: Time| {
            (from..until).filter(|&time| is_work(time)).count() as i64 >= i64::from(rule.day)
        };
        let is_evening = down % rule.day == 0 && is_work(down - 1) && is_work(up);
        // Whoever put it down does something else meanwhile.
        let is_for_something = schedule.people.iter().enumerate().any(|(other, crew)| {
            let times = schedule.start[other].zip(schedule.end[other]);
            other != index
                && crew.iter().any(|one| one.0 == people[0].0)
                && times.is_some_and(|(start, end)| start < up && down < end)
        });
        if !is_in_order || !is_evening || !long(from, down) || !long(up, next) || !is_for_something {
            found.push(Violation::Pause(index));
        }
        from = up;
    }
}

/// What tasks share: resources and people.
fn shared(problem: &Problem, schedule: &Schedule, found: &mut Vec<Violation>) {
    let mut used: HashMap<(usize, Time), u64> = HashMap::new();
    let mut busy: HashMap<(usize, Time), u32> = HashMap::new();
    for (index, task) in problem.tasks.iter().enumerate() {
        let (Some(start), Some(end)) = (schedule.start[index], schedule.end[index]) else { continue };
        for time in start..end {
            for demand in &task.demands {
                *used.entry((demand.resource, time)).or_default() += u64::from(demand.amount);
            }
            let pauses = schedule.pauses.get(index).map(Vec::as_slice).unwrap_or_default();
            if pauses.iter().any(|&(down, up)| (down..up).contains(&time)) {
                continue;
            }
            for &(person, _) in &schedule.people[index] {
                *busy.entry((person, time)).or_default() += 1;
            }
        }
    }
    for ((resource, time), amount) in used {
        let declared = &problem.resources[resource];
        let last = declared.changes.iter().rev().find(|&&(from, _)| from <= time);
        if amount > u64::from(last.map_or(declared.capacity, |&(_, capacity)| capacity)) {
            found.push(Violation::Capacity(resource, time));
        }
    }
    found.extend(
        busy.into_iter()
            .filter(|&(_, tasks)| tasks > 1)
            .map(|((person, time), _)| Violation::Double(person, time)),
    );
}
