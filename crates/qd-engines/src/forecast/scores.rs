//! How good forecasts were: sure enough, not too sure, and near the truth.

use super::curve::{Curve, LEVELS, level};

/// The pinball loss of a quantile: what it costs to have said `said` at a level when `truth` came. On the mean it is least
/// for the true quantile (Koenker and Bassett 1978, "Regression quantiles").
#[must_use]
pub fn pinball(level: f64, said: f64, truth: f64) -> f64 {
    let above = truth - said;
    if above >= 0.0 { level * above } else { (level - 1.0) * above }
}

/// The mean pinball loss over the levels of a curve.
#[must_use]
pub fn mean_pinball(forecast: &Curve, truth: f64) -> f64 {
    let losses = forecast.0.iter().enumerate().map(|(place, &said)| pinball(level(place), said, truth));
    losses.sum::<f64>() / LEVELS as f64
}

/// The continuous ranked probability score of a curve, in the unit of the truth: twice the mean pinball loss over its levels
/// (Gneiting and Raftery 2007, "Strictly proper scoring rules, prediction, and estimation"; by quantiles Gneiting and Ranjan
/// 2011). Of a forecast that is one value it is the distance.
#[must_use]
pub fn crps(forecast: &Curve, truth: f64) -> f64 {
    2.0 * mean_pinball(forecast, truth)
}

/// The same score of outcomes that are equally likely, in rising order, exactly: the mean distance to the truth, less half of
/// the mean distance of two of them (Gneiting and Raftery 2007, equation 21).
#[must_use]
pub fn crps_of_outcomes(sorted: &[f64], truth: f64) -> f64 {
    let count = sorted.len().max(1) as f64;
    let distance = sorted.iter().map(|value| (value - truth).abs()).sum::<f64>() / count;
    // Each value is the larger one of as many pairs as there are values before it, and the smaller one of the others.
    let pairs = sorted.iter().enumerate().map(|(place, value)| value * (2.0 * place as f64 + 1.0 - count));
    distance - pairs.sum::<f64>() / (count * count)
}

/// The figures of a series of forecasts.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Scores {
    /// How many forecasts.
    pub forecasts: usize,
    within: usize,
    kept: [usize; 3],
    pinball: f64,
    doublings: f64,
}

/// Levels whose promises are counted.
const PROMISES: [f64; 3] = [0.5, 0.85, 0.95];
/// Below a unit of this size a truth is taken as large as it: zero has no logarithm.
const SMALLEST: f64 = 1e-3;

impl Scores {
    /// Adds a forecast of something above 0 and what it came to.
    pub fn add(&mut self, forecast: &Curve, truth: f64) {
        // Truths are often exactly what was said: no rounding may decide on which side they lie.
        let slack = 1e-9 * truth.abs().max(1.0);
        self.forecasts += 1;
        let is_within = forecast.at(0.1) - slack <= truth && truth <= forecast.at(0.9) + slack;
        self.within += usize::from(is_within);
        for (kept, level) in self.kept.iter_mut().zip(PROMISES) {
            *kept += usize::from(truth <= forecast.at(level) + slack);
        }
        self.pinball += mean_pinball(forecast, truth);
        let doublings = forecast.map(|value| value.max(SMALLEST).log2());
        self.doublings += mean_pinball(&doublings, truth.max(SMALLEST).log2());
    }

    /// Adds the figures of another series.
    pub fn add_all(&mut self, other: &Self) {
        self.forecasts += other.forecasts;
        self.within += other.within;
        self.kept.iter_mut().zip(other.kept).for_each(|(kept, more)| *kept += more);
        self.pinball += other.pinball;
        self.doublings += other.doublings;
    }

    fn mean(&self, sum: f64) -> f64 {
        sum / self.forecasts.max(1) as f64
    }

    /// The share of truths in the interval from 10% to 90%.
    #[must_use]
    pub fn coverage80(&self) -> f64 {
        self.mean(self.within as f64)
    }

    /// The shares of truths up to the quantiles at 50%, 85% and 95%.
    #[must_use]
    pub fn kept(&self) -> [f64; 3] {
        self.kept.map(|kept| self.mean(kept as f64))
    }

    /// The mean pinball loss over all levels.
    #[must_use]
    pub fn pinball(&self) -> f64 {
        self.mean(self.pinball)
    }

    /// The mean continuous ranked probability score.
    #[must_use]
    pub fn crps(&self) -> f64 {
        2.0 * self.pinball()
    }

    /// The same of logarithms to the base 2, which does not depend on the unit.
    #[must_use]
    pub fn crps_log2(&self) -> f64 {
        2.0 * self.mean(self.doublings)
    }

    /// What is gained over another forecaster: 1 is all, 0 nothing, below 0 a loss.
    #[must_use]
    pub fn skill(&self, naive: &Self) -> f64 {
        1.0 - self.crps() / naive.crps()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn one_value_scores_its_distance(said in 0.1..9.0_f64, truth in 0.1..9.0_f64) {
            prop_assert!((crps(&Curve::certain(said), truth) - (said - truth).abs()).abs() < 1e-9);
            prop_assert!((crps_of_outcomes(&[said], truth) - (said - truth).abs()).abs() < 1e-9);
        }

        #[test]
        fn who_says_the_truth_scores_best(mean in -0.5..0.5_f64, factor in 0.6..1.6_f64) {
            let real = Curve::normal(0.0, 1.0);
            let score = |said: &Curve| real.0.iter().map(|&truth| crps(said, truth)).sum::<f64>();
            prop_assert!(score(&real) <= score(&Curve::normal(mean, factor)) + 1e-9);
        }
    }

    #[test]
    fn the_score_of_outcomes_is_the_integral_of_squares() {
        // Outcomes 1 and 3, truth 2: a quarter over 1 to 2 and over 2 to 3.
        assert!((crps_of_outcomes(&[1.0, 3.0], 2.0) - 0.5).abs() < 1e-12);
        // The curve of many outcomes scores as they do: a normal distribution at its middle (sqrt 2 - 1) / sqrt pi.
        let known = (2_f64.sqrt() - 1.0) / std::f64::consts::PI.sqrt();
        assert!((crps(&Curve::normal(0.0, 1.0), 0.0) - known).abs() < 3e-3);
        assert!((crps_of_outcomes(&Curve::normal(0.0, 1.0).0, 0.0) - known).abs() < 1e-2);
    }

    #[test]
    fn figures_of_two_forecasts() {
        let mut scores = Scores::default();
        scores.add(&Curve::certain(4.0), 4.0);
        scores.add(&Curve::certain(4.0), 8.0);
        assert_eq!(
            (scores.coverage80(), scores.kept(), scores.crps(), scores.crps_log2()),
            (0.5, [0.5; 3], 2.0, 0.5)
        );
        let mut naive = Scores::default();
        naive.add(&Curve::certain(0.0), 4.0);
        assert_eq!(scores.skill(&naive), 0.5);
    }
}
