//! When a project is released that says when it will be: by how far such dates were off.
//!
//! A rolling reference class (Flyvbjerg 2006) of all that projects said week by week, each project counting as one however
//! often it was looked at. It is seen in four ways, which count the same: delays grow with the time that is left, or with its root, as
//! the sum of independent slips would (Little 2006, "Schedule estimation and uncertainty surrounding the cone of
//! uncertainty", finds that the relative spread does not shrink towards the end); and one learns from released projects alone, or
//! from those that still run too.

use std::collections::HashMap;

use super::{
    class::{Case, survival},
    curve::Curve,
    prior,
};

/// What a project said on some day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Status {
    /// The project.
    pub project: u32,
    /// The day.
    pub day: f64,
    /// The release date that held on that day.
    pub target: f64,
    /// The release, if it is known.
    pub released: Option<f64>,
}

impl Status {
    fn left(&self) -> f64 {
        (self.target - self.day).max(1.0)
    }
}

/// A forecast of the days that are left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Days {
    /// Days until the release.
    pub curve: Curve,
    /// Released projects that it learns from.
    pub projects: f64,
}

/// In what proportion delays grow with the days that are left.
const SCALES: [fn(f64) -> f64; 2] = [|left| left, f64::sqrt];

/// Forecasts the release of a project from what it says now and what all of `past` said before.
///
/// Only what was known on that day is used: of projects released by then their release, of the others that they were
/// not released yet.
#[must_use]
pub fn forecast(now: &Status, past: &[Status]) -> Days {
    let is_other = |status: &&Status| status.day < now.day && status.project != now.project;
    let (released, running): (Vec<&Status>, Vec<&Status>) =
        past.iter().filter(is_other).partition(|status| status.released.is_some_and(|day| day < now.day));
    let prior = prior::PROJECT.curve().map(|doublings| doublings + now.left().log2());
    let mut projects = 0.0;
    let mut views = Vec::new();
    for scale in SCALES {
        for with_running in [false, true] {
            let seen = released.iter().chain(running.iter().filter(|_| with_running));
            let mut cases = cases(seen.copied(), now.day, scale);
            let Some((delays, count)) = survival(&mut cases) else { continue };
            projects = if with_running { projects } else { count };
            let days = delays.map(|delay| (now.left() + delay * scale(now.left())).max(1.0).log2());
            views.push(days.blend(&prior, count / (count + STRENGTH)));
        }
    }
    let curve = Curve::average(&views).unwrap_or(prior);
    Days { curve: curve.map(f64::exp2), projects }
}

/// Projects that the prior is worth: each tells of a whole course of dates, so that few are much.
const STRENGTH: f64 = 2.0;

/// Delays beyond what was said, in proportion to the days that were left.
fn cases<'a>(seen: impl Iterator<Item = &'a Status>, day: f64, scale: fn(f64) -> f64) -> Vec<Case> {
    let seen: Vec<&Status> = seen.collect();
    let mut counts: HashMap<u32, f64> = HashMap::new();
    for status in &seen {
        *counts.entry(status.project).or_default() += 1.0;
    }
    let case = |status: &&Status| {
        let released = status.released.filter(|&released| released < day);
        let taken = released.map_or((day - status.day).max(1.0), |released| released - status.day);
        let weight = 1.0 / counts.get(&status.project).copied().unwrap_or(1.0);
        let value = (taken - status.left()) / scale(status.left());
        Case { value, has_ended: released.is_some(), weight }
    };
    seen.iter().map(case).filter(|case| case.value.is_finite()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Projects that say 100 days each week and take twice as long as they say.
    fn past(projects: u32) -> Vec<Status> {
        let row = |project: u32, week: u32| {
            let start = 400.0 * f64::from(project / 4);
            let day = start + 7.0 * f64::from(week);
            let released = start + 200.0;
            Status { project, day, target: day + (released - day) / 2.0, released: Some(released) }
        };
        (0..projects).flat_map(|project| (0..26).map(move |week| row(project, week))).collect()
    }

    #[test]
    fn dates_that_were_off_by_half_will_be_again() {
        let now = Status { project: 900, day: 9e4, target: 9e4 + 40.0, released: None };
        let days = forecast(&now, &past(80));
        assert!(
            (days.projects - 80.0).abs() < 1e-6 && (60.0..110.0).contains(&days.curve.median()),
            "{days:?}"
        );
    }

    #[test]
    fn without_a_past_the_prior_speaks() {
        let now = Status { project: 0, day: 0.0, target: 100.0, released: None };
        let days = forecast(&now, &[]);
        assert!(days.projects == 0.0 && (days.curve.median() - 123.0).abs() < 0.5);
    }

    #[test]
    fn nothing_is_learnt_from_what_was_not_known() {
        let mut past = past(20);
        let now = Status { project: 900, day: 900.0, target: 950.0, released: None };
        let before = forecast(&now, &past);
        for status in &mut past {
            if status.released.is_some_and(|released| released >= now.day) {
                status.released = Some(5e5);
            }
        }
        past.retain(|status| status.day < now.day);
        assert_eq!(forecast(&now, &past), before);
    }
}
