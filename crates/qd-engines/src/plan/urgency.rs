//! Which tasks should rather come early in a first list: the priority rules of the literature.

use super::{
    decoder::Aim,
    network::Network,
    problem::{Problem, Time},
};

/// Measures of how urgent each task is, higher before lower; a first list is drawn by one of them.
pub(crate) fn urgencies(
    problem: &Problem,
    tasks: &[usize],
    network: &Network,
    aims: [Aim; 2],
) -> Vec<Vec<Time>> {
    let remaining = network.remaining();
    let mut measures = vec![remaining.clone()];
    let priorities = tasks.iter().map(|&task| problem.tasks[task].priority);
    let least = priorities.clone().min().unwrap_or(0);
    let longest = remaining.iter().copied().max().unwrap_or(0).max(1);
    if priorities.clone().any(|priority| priority != least) {
        // A step of priority weighs as much as all that may lie behind a task.
        let step = |(priority, &remaining): (i32, &Time)| {
            priority
                .saturating_sub(least)
                .min(1000)
                .saturating_mul(longest)
                .saturating_add(remaining)
                .min(MOST)
        };
        measures.push(priorities.zip(&remaining).map(step).collect());
    }
    if aims.contains(&Aim::DelayCost) {
        measures.extend(due_urgency(problem, tasks, network).into_iter().flatten());
    }
    measures
}

/// Bound of an urgency, so that those of all tasks can be added up.
const MOST: Time = 1 << 24;

/// When each task must start at the latest so that all that costs is done when due, as if there was enough of
/// everything; none of a task behind which nothing is due.
pub(crate) fn latest_starts(problem: &Problem, tasks: &[usize], network: &Network) -> Vec<Option<Time>> {
    let due = |(index, &task): (usize, &usize)| {
        let task = &problem.tasks[task];
        let project = problem.projects.get(task.project).filter(|project| project.delay_cost > 0);
        let dues = [task.due.filter(|_| task.delay_cost > 0), project.and_then(|project| project.due)];
        dues.into_iter().flatten().min().map(|due| due.saturating_sub(network.duration[index]))
    };
    let mut latest: Vec<Option<Time>> = tasks.iter().enumerate().map(due).collect();
    for &task in network.order.iter().rev() {
        for &(to, weight) in network.after.of_task(task as usize) {
            let of_it = latest[to as usize].map(|latest| latest.saturating_sub(weight));
            let own = latest[task as usize];
            latest[task as usize] = [own, of_it].into_iter().flatten().min();
        }
    }
    latest
}

/// By latest start: how early each task must start so that all that costs is done when due. With it, no
/// urgency at all, for orders that no rule thinks of. None where nothing is due.
fn due_urgency(problem: &Problem, tasks: &[usize], network: &Network) -> Option<[Vec<Time>; 2]> {
    let latest = latest_starts(problem, tasks, network);
    let last = latest.iter().flatten().copied().max()?;
    let urgency =
        latest.iter().map(|latest| last.saturating_sub(latest.unwrap_or(last)).clamp(0, MOST)).collect();
    Some([urgency, vec![0; tasks.len()]])
}
