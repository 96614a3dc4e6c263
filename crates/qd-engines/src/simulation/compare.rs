//! Two variants of a plan, run by run under the same luck.

use super::forecast::{ProjectForecast, quantile};

/// What a change does to the end of a project, in units of time; above 0 it is later.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// The difference of a quantile of the end.
    pub shift: f64,
    /// The bounds within which that difference lies with 95% confidence, given that the number of runs is
    /// limited. More runs bring them together.
    pub confidence: Option<(f64, f64)>,
    /// Of the differences of single runs, the 10% and the 90% point: what the change does, depending on
    /// luck.
    pub range: (f64, f64),
    /// The share of runs in which the end comes later.
    pub later: f64,
    /// The share of runs in which it comes earlier.
    pub earlier: f64,
}

/// Into so many sections the runs are cut.
const SECTIONS: usize = 20;
/// The 97.5% point of Student's t with one degree of freedom less than sections.
const STUDENT: f64 = 2.093;

/// Compares a quantile of a project's end in two forecasts with the same seed.
///
/// The bounds come from sectioning: the runs are cut into twenty sections, the difference is taken in
/// each, and Student's t is applied to their spread about the difference of all runs (Nakayama 2014,
/// "Confidence intervals for quantiles using sectioning when applying variance-reduction techniques").
/// As the runs are paired, what luck does to both alike cancels.
///
/// None if there is no run that both have, or the quantile is never reached in one of them.
pub fn compare(before: &ProjectForecast, after: &ProjectForecast, share: f64) -> Option<Difference> {
    let runs = before.ends.len().min(after.ends.len());
    let (before, after) = (before.ends.get(..runs)?, after.ends.get(..runs)?);
    let shift = shift(before, after, share)?;
    // Where neither comes, nothing changed.
    let differs = |(before, after): (&f32, &f32)| if before == after { 0.0 } else { after - before };
    let mut single: Vec<f32> = before.iter().zip(after).map(differs).collect();
    single.sort_by(f32::total_cmp);
    let at = |share: f64| single.get((share * (runs - 1) as f64).round() as usize).map(|&one| f64::from(one));
    let part =
        |holds: &dyn Fn(f32) -> bool| single.iter().filter(|&&one| holds(one)).count() as f64 / runs as f64;
    Some(Difference {
        shift,
        confidence: confidence(before, after, share, shift),
        range: (at(0.1)?, at(0.9)?),
        later: part(&|one| one > 0.0),
        earlier: part(&|one| one < 0.0),
    })
}

fn shift(before: &[f32], after: &[f32], share: f64) -> Option<f64> {
    let of = |ends: &[f32]| quantile(&mut ends.iter().map(|end| end.to_bits()).collect::<Vec<u32>>(), share);
    Some(of(after)? - of(before)?)
}

fn confidence(before: &[f32], after: &[f32], share: f64, middle: f64) -> Option<(f64, f64)> {
    let length = before.len() / SECTIONS;
    if length == 0 {
        return None;
    }
    let mut squares = 0.0;
    for (before, after) in before.chunks_exact(length).zip(after.chunks_exact(length)).take(SECTIONS) {
        squares += (shift(before, after, share)? - middle).powi(2);
    }
    let error = (squares / (SECTIONS * (SECTIONS - 1)) as f64).sqrt();
    Some((middle - STUDENT * error, middle + STUDENT * error))
}
