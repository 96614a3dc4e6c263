//! A logistic regression that is learned one item at a time.
//!
//! The weights are normally distributed. Each item moves their mean and narrows their covariance as
//! Bayes' theorem asks, with the logistic function taken for a normal one at the present estimate
//! (Spiegelhalter and Lauritzen, "Sequential updating of conditional probabilities on directed
//! graphical structures", Networks 20, 1990). So there is no learning rate to choose: an item weighs
//! by what is not known yet, and few items leave the weights where they began, at the rule. A
//! probability is moderated by what is uncertain in it (MacKay, "The evidence framework applied to
//! classification networks", Neural Computation 4, 1992).

use serde::{Deserialize, Serialize};

use super::{Features, features::COUNT, rule};

/// What is believed before anything is learned: mean and variance of the constant. A usual message
/// has 1.5 points and is answered by one in five; that may be wrong by far.
const CONSTANT: (f64, f64) = (-1.5, 4.0);
/// Of the rule: its points are log odds, give or take a half.
const RULE: (f64, f64) = (1.0, 0.25);
/// Of every feature beside the rule: two standard deviations make about half a point and a bit.
const FEATURE: (f64, f64) = (0.0, 0.1);
/// Points of a usual message.
const USUAL: f64 = 1.5;
/// Least weight of an item: one that is certain beyond this is taken for no surer.
const LEAST: f64 = 1e-4;

/// A regression and how sure its weights are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Model {
    mean: Vec<f64>,
    /// Row by row.
    covariance: Vec<f64>,
}

impl Model {
    fn from(beliefs: &[(f64, f64)]) -> Self {
        let count = beliefs.len();
        let mut covariance = vec![0.0; count * count];
        for (place, (_, variance)) in covariance.iter_mut().step_by(count + 1).zip(beliefs) {
            *place = *variance;
        }
        Self { mean: beliefs.iter().map(|(mean, _)| *mean).collect(), covariance }
    }

    /// One that says what the rule says.
    pub fn at_rule() -> Self {
        let mut beliefs = [FEATURE; COUNT];
        beliefs.iter_mut().zip([CONSTANT, RULE]).for_each(|(place, belief)| *place = belief);
        Self::from(&beliefs)
    }

    /// One that only finds out what chance goes with a rule's points (Platt, "Probabilistic outputs
    /// for support vector machines", 1999).
    pub(super) fn of_points() -> Self {
        Self::from(&[CONSTANT, RULE])
    }

    /// What [`Model::of_points`] sees of an item.
    pub(super) fn points(features: &Features) -> [f64; 2] {
        [1.0, rule(features) - USUAL]
    }

    /// Covariance × `values`, and the variance of the log odds.
    fn spread(&self, values: &[f64]) -> (Vec<f64>, f64) {
        let rows = self.covariance.chunks_exact(self.mean.len().max(1));
        let mut spread = vec![0.0; self.mean.len()];
        // It is symmetric, so rows are columns; most features of an item are 0.
        for (row, value) in rows.zip(values).filter(|(_, value)| **value != 0.0) {
            spread.iter_mut().zip(row).for_each(|(place, one)| *place += value * one);
        }
        let variance = dot(&spread, values).max(0.0);
        (spread, variance)
    }

    /// Moderated log odds: those of the probability to state.
    pub(super) fn log_odds(&self, values: &[f64]) -> f64 {
        moderated(dot(&self.mean, values), self.spread(values).1)
    }

    /// Learns that an item was answered or not.
    pub(super) fn learn(&mut self, values: &[f64], is_answered: bool) {
        let (spread, variance) = self.spread(values);
        let chance = chance(moderated(dot(&self.mean, values), variance));
        let weight = (chance * (1.0 - chance)).max(LEAST);
        let shrink = 1.0 / (1.0 + weight * variance);
        let step = (f64::from(u8::from(is_answered)) - chance) * shrink;
        let narrow = weight * shrink;
        self.mean.iter_mut().zip(&spread).for_each(|(mean, spread)| *mean += step * spread);
        let rows = self.covariance.chunks_exact_mut(self.mean.len().max(1));
        for (row, one) in rows.zip(&spread) {
            row.iter_mut().zip(&spread).for_each(|(place, two)| *place -= narrow * one * two);
        }
    }
}

/// Chance of log odds.
pub(super) fn chance(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

fn moderated(log_odds: f64, variance: f64) -> f64 {
    log_odds / (1.0 + std::f64::consts::PI * variance / 8.0).sqrt()
}

fn dot(one: &[f64], two: &[f64]) -> f64 {
    one.iter().zip(two).map(|(one, two)| one * two).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_begins_at_the_rule() {
        let model = Model::at_rule();
        let low = Features { recipients: 2, ..Features::default() };
        let high = Features { has_question: true, ..low };
        let points = rule(&high) - rule(&low);
        let mean = |features: &Features| dot(&model.mean, &features.vector());
        assert!((mean(&high) - mean(&low) - points).abs() < 1e-12);
    }

    #[test]
    fn one_weight_is_learned_as_by_hand() {
        // Variance 4, log odds 0: chance .5, weight .25, step .5 × 4 / (1 + .25 × 4) = 1.
        let mut model = Model::from(&[(0.0, 4.0)]);
        model.learn(&[1.0], true);
        assert!((model.mean[0] - 1.0).abs() < 1e-12);
        // 1 / (1/4 + .25) = 2.
        assert!((model.covariance[0] - 2.0).abs() < 1e-12);
    }

    #[test]
    fn what_was_answered_is_learned_and_kept() {
        let mut model = Model::at_rule();
        let [asked, told] = [true, false].map(|is_tagged| Features { is_tagged, ..Features::default() });
        for _ in 0..200 {
            model.learn(&asked.vector(), true);
            model.learn(&told.vector(), false);
        }
        assert!(model.log_odds(&asked.vector()) > 1.0 && model.log_odds(&told.vector()) < -1.0);
        let text = serde_json::to_string(&model).unwrap();
        let kept: Model = serde_json::from_str(&text).unwrap();
        let differences = kept.mean.iter().zip(&model.mean).map(|(one, two)| (one - two).abs());
        assert!(differences.fold(0.0, f64::max) < 1e-12 && kept.mean.len() == model.mean.len());
    }

    #[test]
    fn a_hundred_thousand_items_leave_it_sound() {
        let mut model = Model::at_rule();
        for number in 0..100_000_u32 {
            let features = Features { recipients: number % 9, chars: number % 700, ..Features::default() };
            model.learn(&features.vector(), number % 5 == 0);
        }
        let odds = model.log_odds(&Features { recipients: 4, chars: 300, ..Features::default() }.vector());
        assert!((chance(odds) - 0.2).abs() < 0.02, "{}", chance(odds));
        let diagonal = model.covariance.iter().step_by(COUNT + 1);
        assert!(diagonal.into_iter().all(|variance| *variance >= -1e-9));
    }
}
