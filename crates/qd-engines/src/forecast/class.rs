//! What came of the like: samples of the past as quantile functions, shrunk where they are few.

use std::collections::VecDeque;

use super::curve::{Curve, LEVELS, between, level};

/// A sample of the past, kept in order.
#[derive(Debug, Clone, Default)]
pub struct Class {
    sorted: Vec<f64>,
}

impl Class {
    /// Adds what happened once; what is no number is left out.
    pub fn add(&mut self, value: f64) {
        if value.is_finite() {
            let place = self.sorted.partition_point(|&known| known < value);
            self.sorted.insert(place, value);
        }
    }

    /// How much is known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sorted.len()
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    /// The sample's own quantiles (type 7 of Hyndman and Fan 1996, "Sample quantiles in statistical packages").
    #[must_use]
    pub fn sample(&self) -> Option<Curve> {
        Curve::of_sorted(&self.sorted)
    }

    /// Quantiles that the next value keeps as often as they say (type 6): between two neighbours of `n` values the
    /// next one falls in one case of `n + 1`, whatever their distribution. The sample's own quantiles would hold the
    /// next of 20 values in 72% of the cases where they say 80%.
    #[must_use]
    pub fn next(&self) -> Option<Curve> {
        let count = self.sorted.len() as f64;
        (!self.sorted.is_empty())
            .then(|| Curve::from_fn(|level| between(&self.sorted, level * (count + 1.0) - 1.0)))
    }

    /// The class shrunk towards a wider one: it has `n / (n + strength)` of the say (credibility: Bühlmann 1967,
    /// "Experience rating and credibility").
    #[must_use]
    pub fn shrunk(&self, wider: &Curve, strength: f64) -> Curve {
        let count = self.sorted.len() as f64;
        self.next().map_or(*wider, |own| own.blend(wider, count / (count + strength)))
    }
}

/// The last few values, in the order in which they came.
#[derive(Debug, Clone, Default)]
pub(super) struct Recent(VecDeque<f64>);

impl Recent {
    pub(super) fn add(&mut self, value: f64, most: usize) {
        if self.0.len() >= most {
            self.0.pop_front();
        }
        self.0.push_back(value);
    }

    /// As a class.
    pub(super) fn class(&self) -> Class {
        let mut sorted: Vec<f64> = self.0.iter().copied().collect();
        sorted.sort_by(f64::total_cmp);
        Class { sorted }
    }
}

/// A case of a class some of which have not ended yet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Case {
    /// What it came to, or what it has reached so far.
    pub value: f64,
    /// Whether it has ended: else it will come to more.
    pub has_ended: bool,
    /// How much it counts.
    pub weight: f64,
}

/// Quantiles of a class in which some cases have not ended yet, and how many have, by their weights.
///
/// Who leaves out what has not ended learns from the quick ones alone. The product-limit estimator (Kaplan and
/// Meier 1958, "Nonparametric estimation from incomplete observations") lets them count for as long as they were
/// seen. Levels that nothing known reaches take the largest value.
#[must_use]
pub fn survival(cases: &mut [Case]) -> Option<(Curve, f64)> {
    // What ended at a value was still there when the others of that value were last seen.
    cases.sort_by(|one, other| one.value.total_cmp(&other.value).then(other.has_ended.cmp(&one.has_ended)));
    let mut left: f64 = cases.iter().map(|case| case.weight).sum();
    let mut ended = 0.0;
    let (mut remains, mut place) = (1.0, 0);
    let mut quantiles = [cases.last()?.value; LEVELS];
    for case in cases.iter() {
        if case.has_ended {
            remains *= (1.0 - case.weight / left).max(0.0);
            ended += case.weight;
            while place < LEVELS && 1.0 - remains >= level(place) - 1e-12 {
                quantiles[place] = case.value;
                place += 1;
            }
        }
        left = (left - case.weight).max(f64::MIN_POSITIVE);
    }
    (ended > 0.0).then_some((Curve(quantiles), ended))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cases(values: &[(f64, bool)]) -> Vec<Case> {
        values.iter().map(|&(value, has_ended)| Case { value, has_ended, weight: 1.0 }).collect()
    }

    #[test]
    fn the_product_limit_of_a_small_example() {
        // Five cases: ended at 1, seen until 2, ended at 3 and 4, seen until 5. What is left after each end:
        // 4/5, 4/5 * 2/3 = 8/15, 8/15 * 1/2 = 4/15.
        let mut known = cases(&[(3.0, true), (1.0, true), (2.0, false), (5.0, false), (4.0, true)]);
        let (curve, count) = survival(&mut known).unwrap();
        assert_eq!(count, 3.0);
        assert_eq!(
            [curve.at(0.2), curve.at(0.21), curve.at(0.46), curve.at(0.47), curve.at(0.74)],
            [1.0, 3.0, 3.0, 4.0, 5.0]
        );
    }

    #[test]
    fn a_class_of_which_nothing_has_ended_says_nothing() {
        assert_eq!(survival(&mut []), None);
        assert_eq!(survival(&mut cases(&[(3.0, false)])), None);
    }

    proptest! {
        #[test]
        fn what_goes_on_makes_a_class_slower(values in prop::collection::vec((0.0..9.0_f64, any::<bool>()), 1..40)) {
            let ended: Vec<_> = values.iter().copied().filter(|case| case.1).collect();
            if let (Some((all, _)), Some((quick, _))) = (survival(&mut cases(&values)), survival(&mut cases(&ended))) {
                prop_assert!(all.0.is_sorted());
                prop_assert!(all.0.iter().zip(quick.0).all(|(all, quick)| *all >= quick));
            }
        }

        #[test]
        fn the_next_value_is_held_as_often_as_told(count in 9_usize..60) {
            // Of `count + 1` values each is as likely to be the next: how many of the gaps lie within 80%?
            let mut class = Class::default();
            (0..count).for_each(|value| class.add(value as f64));
            let curve = class.next().unwrap();
            let width = (curve.at(0.9) - curve.at(0.1)) / (count + 1) as f64;
            prop_assert!((width - 0.8).abs() < 1e-9, "{}", width);
        }
    }

    #[test]
    fn few_are_shrunk_much() {
        let mut class = Class::default();
        class.add(f64::NAN);
        assert_eq!(class.shrunk(&Curve::certain(0.0), 3.0), Curve::certain(0.0));
        class.add(4.0);
        assert_eq!(class.shrunk(&Curve::certain(0.0), 3.0), Curve::certain(1.0));
    }
}
