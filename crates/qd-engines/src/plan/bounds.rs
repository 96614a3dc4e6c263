//! How short no schedule can be.

use super::{network::Network, problem::Time};

/// Most pairs of heads and tails that are looked at for a resource.
const PAIRS: usize = 4_000_000;

/// The longest path through the network: the bound of the critical path method (Kelley and Walker 1959).
pub(crate) fn critical_path(network: &Network) -> Time {
    let starts = network.earliest_starts();
    starts.iter().zip(network.remaining()).map(|(start, remaining)| start + remaining).max().unwrap_or(0)
}

/// What one resource allows: of the tasks that start no earlier than some time and have no less behind
/// them than some other, all work must fit in between (an energetic argument over heads and tails, as
/// Carlier's 1982 for one machine). `work` is the amount that each task uses for as long as it lasts.
pub(crate) fn energy(network: &Network, work: &[u32], capacity: u32) -> Time {
    let starts = network.earliest_starts();
    let remaining = network.remaining();
    let mut tasks: Vec<(Time, Time, i64)> = (0..network.tasks())
        .filter(|&task| work[task] > 0 && network.duration[task] > 0)
        .map(|task| {
            let duration = network.duration[task];
            (remaining[task] - duration, starts[task], i64::from(work[task]) * i64::from(duration))
        })
        .collect();
    if capacity == 0 || tasks.is_empty() {
        return 0;
    }
    // By falling tails: each prefix holds the tasks with at least a tail.
    tasks.sort_unstable_by_key(|&(tail, ..)| -tail);
    let mut heads: Vec<Time> = tasks.iter().map(|&(_, head, _)| head).collect();
    heads.sort_unstable();
    heads.dedup();
    let step = (heads.len() * tasks.len()).div_ceil(PAIRS);
    let mut bound = 0;
    for &head in heads.iter().step_by(step.max(1)) {
        let mut work = 0;
        for &(tail, start, of_task) in &tasks {
            if start >= head {
                work += of_task;
                let length = (work + i64::from(capacity) - 1) / i64::from(capacity);
                bound = bound.max(i64::from(head) + length + i64::from(tail));
            }
        }
    }
    bound as Time
}
