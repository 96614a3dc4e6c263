//! What is due first, among schedules that cost the same.
//!
//! A plan whose every date is kept says nothing of how surely it is. Of two such plans, the better is the one in
//! which less of the time until each date is used up: durations turn out longer by a factor rather than by days
//! (Little 2006, "Schedule estimation and uncertainty surrounding the cone of uncertainty"), so what is late first is
//! what ends at nine tenths of its time, and not what ends a week before its day. The shares are squared, so that
//! what is nearly used up counts most, and weighed by what a day of delay costs.

use super::{
    network::Network,
    problem::{Problem, Time},
};

/// Parts of a share of time, and the greatest share that is told apart.
const PARTS: u64 = 1 << 10;
const MOST: u64 = 1 << 20;

/// How much of their time until they are due tasks and projects use up. `ends` are the planned tasks and their ends.
pub(crate) fn pressing(problem: &Problem, ends: impl Iterator<Item = (usize, Time)>) -> u64 {
    let mut last: Vec<Time> = vec![0; problem.projects.len()];
    let mut sum = 0_u64;
    let mut add = |end: Time, due: Option<Time>, cost: u32| {
        let Some(due) = due.filter(|_| end > 0) else { return };
        let (end, due) = (u64::from(end.unsigned_abs()), u64::from(due.max(1).unsigned_abs()));
        let share = (end * PARTS / due).min(MOST);
        // What a date is worth that nobody priced is unknown; it is a date all the same.
        sum = sum.saturating_add((share * share / PARTS).saturating_mul(u64::from(cost.max(1))));
    };
    for (task, end) in ends {
        let task = &problem.tasks[task];
        add(end, task.due, task.delay_cost);
        last[task.project] = last[task.project].max(end);
    }
    problem.projects.iter().zip(last).for_each(|(project, end)| add(end, project.due, project.delay_cost));
    sum
}

/// No schedule has less of it.
pub(crate) fn least(problem: &Problem, tasks: &[usize], network: &Network) -> u64 {
    let starts = network.earliest_starts();
    let ends = starts.iter().zip(&network.duration).map(|(start, duration)| start + duration);
    pressing(problem, tasks.iter().copied().zip(ends))
}
