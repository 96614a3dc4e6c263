//! What is told of the runs.

use super::{
    chains::{Chains, PARTS},
    input::{Omission, Options},
    model::Model,
    runs::Runs,
};
use crate::plan::Time;

/// What may come of a plan.
///
/// What is unknown is none: all of a task that is left out, what needs a run where there was none, a time
/// that is never reached in so many runs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Forecast {
    /// How many runs were done; fewer than asked for if time was over.
    pub runs: usize,
    /// The shares whose quantiles are told, as asked for.
    pub quantiles: Vec<f64>,
    /// Of each task of the problem.
    pub tasks: Vec<Option<TaskForecast>>,
    /// Of each project.
    pub projects: Vec<Option<ProjectForecast>>,
    /// How much hangs on each person.
    pub people: Vec<Option<Bottleneck>>,
    /// How much hangs on each skill.
    pub skills: Vec<Option<Bottleneck>>,
    /// How much hangs on each resource.
    pub resources: Vec<Option<Bottleneck>>,
    /// Mean cost of all delay, of tasks and projects.
    pub delay_cost: Option<f64>,
    /// Mean cost of all people's time.
    pub cost: Option<f64>,
    /// What is not in it, and why.
    pub omissions: Vec<Omission>,
}

/// The end of a task.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskForecast {
    /// When it is done, and what that means.
    pub end: End,
    /// Its criticality index: the share of runs in which the end of some project hung on it.
    pub critical: f64,
}

/// An end, over all runs. A quantile is the first time by which at least that share of the runs is done.
#[derive(Debug, Clone, PartialEq)]
pub struct End {
    /// Of each share asked for.
    pub quantiles: Vec<Option<f64>>,
    /// The mean; none if it never comes in some run.
    pub mean: Option<f64>,
    /// The share of runs in which it comes at all.
    pub comes: f64,
    /// The share of runs in which it comes no later than it is due.
    pub kept: Option<f64>,
    /// Mean cost of its delay.
    pub delay_cost: Option<f64>,
}

/// The end of a project.
#[derive(Debug, Clone, PartialEq)]
pub struct ProjectForecast {
    /// When its last task is done.
    pub end: End,
    /// Mean cost of its people's time on it.
    pub cost: Option<f64>,
    /// The end in each run (infinite if it never comes), in the order of runs: the luck of a run
    /// is the same in every variant.
    pub ends: Vec<f32>,
}

/// How much hangs on a person, a skill or a resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Bottleneck {
    /// The share of runs in which the end of some project hung on a task's waiting for it.
    pub critical: f64,
    /// The same of each project.
    pub projects: Vec<f64>,
    /// Units of time that critical tasks waited for it, as a mean of the runs.
    pub waited: f64,
}

impl ProjectForecast {
    /// Any quantile of the end.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        quantile(&mut self.ends.iter().map(|end| end.to_bits()).collect::<Vec<u32>>(), share)
    }
}

/// Puts the forecast together.
pub(super) fn forecast(
    model: &Model<'_>,
    runs: &Runs,
    options: &Options,
    omissions: Vec<Omission>,
) -> Forecast {
    let problem = model.problem;
    let mut forecast = Forecast {
        runs: runs.made,
        quantiles: options.quantiles.clone(),
        tasks: vec![None; problem.tasks.len()],
        projects: vec![None; problem.projects.len()],
        people: vec![None; problem.people.len()],
        skills: vec![None; problem.skills.len()],
        resources: vec![None; problem.resources.len()],
        omissions,
        ..Forecast::default()
    };
    if runs.made == 0 {
        return forecast;
    }
    let mut delay_cost = Some(0.0);
    let mut add = |more: Option<f64>| delay_cost = delay_cost.zip(more).map(|(sum, more)| sum + more);
    for (place, end) in task_ends(model, runs, options).into_iter().enumerate() {
        let critical = f64::from(runs.chains.tasks[place]) / runs.made as f64;
        add(end.delay_cost);
        forecast.tasks[model.tasks[place]] = Some(TaskForecast { end, critical });
    }
    let mut has_tasks = vec![false; problem.projects.len()];
    model.project.iter().for_each(|&project| has_tasks[project as usize] = true);
    let mut cost = model.rates.as_ref().map(|_| 0.0);
    let mut bits = Vec::new();
    for (index, project) in problem.projects.iter().enumerate().filter(|&(index, _)| has_tasks[index]) {
        let ends = runs.project_ends(index);
        bits.clear();
        bits.extend(ends.iter().map(|end| end.to_bits()));
        let end = End::of(&mut bits, project.due, project.delay_cost, &options.quantiles);
        add(end.delay_cost);
        let mean = || runs.costs(index).iter().sum::<f64>() / runs.made as f64;
        let of_project = model.rates.as_ref().map(|_| mean());
        cost = cost.zip(of_project).map(|(sum, more)| sum + more);
        forecast.projects[index] = Some(ProjectForecast { end, cost: of_project, ends });
    }
    (forecast.delay_cost, forecast.cost) = (delay_cost, cost);
    let bottleneck = |scarce: usize| Some(Bottleneck::of(&runs.chains, scarce, runs.made));
    for (place, &person) in model.people.iter().enumerate() {
        forecast.people[person] = bottleneck(place);
    }
    let (people, skills) = (problem.people.len(), problem.skills.len());
    forecast.skills = (0..skills).map(|skill| bottleneck(people + skill)).collect();
    forecast.resources = (0..problem.resources.len()).map(|one| bottleneck(people + skills + one)).collect();
    forecast
}

/// The ends of all tasks of the model, shared among threads.
fn task_ends(model: &Model<'_>, runs: &Runs, options: &Options) -> Vec<End> {
    let threads = options.threads.max(1);
    let share = model.tasks.len().div_ceil(threads).max(1);
    let some = |places: std::ops::Range<usize>| -> Vec<End> {
        let mut bits = Vec::new();
        places
            .map(|place| {
                let task = &model.problem.tasks[model.tasks[place]];
                runs.task_ends(place, &mut bits);
                End::of(&mut bits, task.due, task.delay_cost, &options.quantiles)
            })
            .collect()
    };
    if threads == 1 {
        return some(0..model.tasks.len());
    }
    std::thread::scope(|scope| {
        let some = &some;
        let shares: Vec<_> = (0..model.tasks.len())
            .step_by(share)
            .map(|first| scope.spawn(move || some(first..(first + share).min(model.tasks.len()))))
            .collect();
        shares.into_iter().filter_map(|share| share.join().ok()).flatten().collect()
    })
}

impl End {
    /// From the ends in all runs, as bits; their order is lost.
    fn of(bits: &mut [u32], due: Option<Time>, unit_cost: u32, quantiles: &[f64]) -> Self {
        let count = bits.len() as f64;
        let never = f32::INFINITY.to_bits();
        // Sums of their own for each of four, so that no addition has to wait for the one before.
        let (mut sums, mut comes) = ([0.0; 4], 0_usize);
        for ends in bits.chunks(sums.len()) {
            for (sum, &end) in sums.iter_mut().zip(ends) {
                *sum += f64::from(f32::from_bits(end));
                comes += usize::from(end < never);
            }
        }
        let sum: f64 = sums.iter().sum();
        let (mut late, mut kept) = (0.0, 0_usize);
        if let Some(due) = due {
            let due = f64::from(due);
            for &end in bits.iter() {
                let end = f64::from(f32::from_bits(end));
                late += (end - due).max(0.0);
                kept += usize::from(end <= due);
            }
        }
        let delay_cost = if unit_cost == 0 { 0.0 } else { late / count * f64::from(unit_cost) };
        Self {
            quantiles: several(bits, quantiles),
            mean: Some(sum / count).filter(|mean| mean.is_finite()),
            comes: comes as f64 / count,
            kept: due.map(|_| kept as f64 / count),
            delay_cost: Some(delay_cost).filter(|cost| cost.is_finite()),
        }
    }
}

impl Bottleneck {
    fn of(chains: &Chains, scarce: usize, runs: usize) -> Self {
        let share = |project: usize| f64::from(chains.count(project, scarce)) / runs as f64;
        Self {
            critical: share(chains.projects),
            projects: (0..chains.projects).map(share).collect(),
            waited: chains.waits.get(scarce).copied().unwrap_or(0) as f64 / PARTS / runs as f64,
        }
    }
}

/// Place, in sorted order, of the quantile of a share; none where the share is not one.
fn place(share: f64, count: usize) -> Option<usize> {
    let is_share = (0.0..=1.0).contains(&share) && count > 0;
    // A share such as 0.95 of 100 must not become the 96th because of the last binary digit.
    is_share.then(|| ((share * count as f64 - 1e-9).ceil().max(1.0) as usize).min(count) - 1)
}

/// A quantile of times as bits, whose order is lost.
pub(super) fn quantile(bits: &mut [u32], share: f64) -> Option<f64> {
    let place = place(share, bits.len())?;
    let (_, &mut bits, _) = bits.select_nth_unstable(place);
    Some(f64::from(f32::from_bits(bits))).filter(|time| time.is_finite())
}

/// Several quantiles, each sought only where those before it left it.
fn several(bits: &mut [u32], shares: &[f64]) -> Vec<Option<f64>> {
    let mut sorted: Vec<(usize, usize)> = shares
        .iter()
        .enumerate()
        .filter_map(|(index, &share)| Some((place(share, bits.len())?, index)))
        .collect();
    sorted.sort_unstable();
    let mut found = vec![None; shares.len()];
    let (mut rest, mut passed, mut last) = (bits, 0, None);
    for (place, index) in sorted {
        if last.is_none_or(|(at, _)| at != place) {
            let (_, &mut bits, after) = std::mem::take(&mut rest).select_nth_unstable(place - passed);
            (rest, passed, last) = (after, place + 1, Some((place, f64::from(f32::from_bits(bits)))));
        }
        found[index] = last.map(|(_, time)| time).filter(|time| time.is_finite());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn quantiles_are_those_of_sorted_numbers(
            times in prop::collection::vec(0.0_f32..9.0, 1..60),
            shares in prop::collection::vec(-0.1..1.1, 0..5),
        ) {
            let mut bits: Vec<u32> = times.iter().map(|time| time.to_bits()).collect();
            let found = several(&mut bits, &shares);
            let mut sorted = times.clone();
            sorted.sort_by(f32::total_cmp);
            for (share, found) in shares.iter().zip(found) {
                // The first time by which at least that share is done.
                let least = sorted.iter().find(|&&time| {
                    let done = sorted.iter().filter(|&&other| other <= time).count();
                    done as f64 >= share * sorted.len() as f64
                });
                let expected = least.filter(|_| (0.0..=1.0).contains(share)).map(|&time| f64::from(time));
                prop_assert_eq!(found, expected);
            }
        }
    }

    #[test]
    fn what_never_comes_is_unknown() {
        let mut bits: Vec<u32> = [1.0, 2.0, f32::INFINITY, 3.0].map(f32::to_bits).to_vec();
        let end = End::of(&mut bits, Some(2), 5, &[0.5, 0.75, 0.95]);
        assert_eq!(end.quantiles, [Some(2.0), Some(3.0), None]);
        assert_eq!((end.mean, end.comes, end.kept, end.delay_cost), (None, 0.75, Some(0.5), None));
    }
}
