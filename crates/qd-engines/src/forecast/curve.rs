//! A forecast as a quantile function: 99 values, one for each percent.

use crate::simulation::score;

/// How many levels a curve has: 1%, 2% ... 99%.
pub const LEVELS: usize = 99;

/// The level of a place of a curve.
#[must_use]
pub fn level(place: usize) -> f64 {
    (place + 1) as f64 / (LEVELS + 1) as f64
}

/// Quantiles at 1%, 2% ... 99%, never falling.
///
/// Curves of different sources are put together level by level, weighted (Vincent 1912; Ratcliff 1979,
/// "Group reaction time distributions and an analysis of distribution statistics"): the mean of two bells
/// is a bell, where the mean of their densities would have two humps and be too wide (Lichtendahl, Grushka-Cockayne
/// and Winkler 2013, "Is it better to average probabilities or quantiles?").
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Curve(pub [f64; LEVELS]);

impl Curve {
    /// The curve of a function from level to value, which must not fall.
    #[must_use]
    pub fn from_fn(value: impl Fn(f64) -> f64) -> Self {
        Self(std::array::from_fn(|place| value(level(place))))
    }

    /// One value for certain.
    #[must_use]
    pub fn certain(value: f64) -> Self {
        Self([value; LEVELS])
    }

    /// A normal distribution.
    #[must_use]
    pub fn normal(mean: f64, deviation: f64) -> Self {
        Self::from_fn(|level| mean + deviation * score(level))
    }

    /// Of the values of a sample, each as likely as the other. None of an empty sample.
    #[must_use]
    pub fn of_sorted(sorted: &[f64]) -> Option<Self> {
        let last = sorted.len().checked_sub(1)?;
        Some(Self::from_fn(|level| between(sorted, level * last as f64)))
    }

    /// The value at a level from 0 to 1; beyond the first and the last level it is theirs.
    #[must_use]
    pub fn at(&self, level: f64) -> f64 {
        between(&self.0, level * (LEVELS + 1) as f64 - 1.0)
    }

    /// The middle.
    #[must_use]
    pub fn median(&self) -> f64 {
        self.0[LEVELS / 2]
    }

    /// The mean of the levels' values.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.0.iter().sum::<f64>() / LEVELS as f64
    }

    /// The share of cases at or below a value: 0 and 1 beyond the first and the last level.
    #[must_use]
    pub fn share_within(&self, value: f64) -> f64 {
        let above = self.0.partition_point(|&quantile| quantile <= value);
        match (above.checked_sub(1).and_then(|place| self.0.get(place)), self.0.get(above)) {
            (None, _) => 0.0,
            (_, None) => 1.0,
            (Some(low), Some(high)) => {
                let part = if high > low { (value - low) / (high - low) } else { 0.0 };
                (above as f64 + part) / (LEVELS + 1) as f64
            }
        }
    }

    /// Each value changed by a function that does not fall.
    #[must_use]
    pub fn map(&self, change: impl Fn(f64) -> f64) -> Self {
        Self(self.0.map(change))
    }

    /// Level by level, `share` of this curve and the rest of the other.
    #[must_use]
    pub fn blend(&self, other: &Self, share: f64) -> Self {
        Self(std::array::from_fn(|place| share * self.0[place] + (1.0 - share) * other.0[place]))
    }

    /// Level by level the mean of several curves. None of none.
    #[must_use]
    pub fn average(curves: &[Self]) -> Option<Self> {
        let weights = vec![1.0 / curves.len() as f64; curves.len()];
        (!curves.is_empty()).then(|| Self::weighted(curves, &weights))
    }

    /// Level by level the sum of several curves, weighted.
    #[must_use]
    pub fn weighted(curves: &[Self], weights: &[f64]) -> Self {
        let mut sum = [0.0; LEVELS];
        for (curve, weight) in curves.iter().zip(weights) {
            for (sum, value) in sum.iter_mut().zip(curve.0) {
                *sum += weight * value;
            }
        }
        // Where curves are equal in all but rounding, their sum may fall by as much.
        for place in 1..LEVELS {
            sum[place] = sum[place].max(sum[place - 1]);
        }
        Self(sum)
    }
}

/// A value at a place between those of a list, along a line; the first or the last one beyond its ends. 0 of an
/// empty list.
pub(super) fn between(sorted: &[f64], place: f64) -> f64 {
    let place = place.max(0.0);
    let low = (place as usize).min(sorted.len().saturating_sub(1));
    match (sorted.get(low), sorted.get(low + 1)) {
        (Some(first), Some(second)) => first + (second - first) * (place - low as f64),
        (Some(last), None) => *last,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_share_and_its_value_are_inverse(mean in -9.0..9.0_f64, deviation in 0.01..9.0_f64, level in 0.01..0.99_f64) {
            let curve = Curve::normal(mean, deviation);
            prop_assert!((curve.share_within(curve.at(level)) - level).abs() < 1e-9);
        }

        #[test]
        fn a_blend_lies_between(share in 0.0..1.0_f64, values in prop::collection::vec(-9.0..9.0_f64, 1..40)) {
            let mut sorted = values;
            sorted.sort_by(f64::total_cmp);
            let one = Curve::of_sorted(&sorted).unwrap();
            let blend = one.blend(&Curve::certain(0.0), share);
            prop_assert!(blend.0.is_sorted());
            prop_assert!((blend.median() - share * one.median()).abs() < 1e-9);
        }
    }

    #[test]
    fn quantiles_of_a_sample_are_those_of_type_7() {
        let curve = Curve::of_sorted(&[1.0, 2.0, 4.0]).unwrap();
        assert_eq!((curve.median(), curve.at(0.75), curve.at(0.25)), (2.0, 3.0, 1.5));
        assert_eq!(Curve::of_sorted(&[]), None);
    }

    #[test]
    fn values_of_ties_are_within() {
        let curve = Curve::certain(3.0);
        assert_eq!((curve.share_within(2.9), curve.share_within(3.0)), (0.0, 1.0));
    }

    #[test]
    fn the_normal_curve_has_the_tables_values() {
        let curve = Curve::normal(0.0, 1.0);
        assert!((curve.at(0.9) - 1.281_551_565).abs() < 1e-6 && (curve.at(0.1) + 1.281_551_565).abs() < 1e-6);
    }
}
