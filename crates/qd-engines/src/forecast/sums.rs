//! How long several pieces take together.
//!
//! Errors within a project go together: who adds up independent draws is far too sure, and the more so the more there are. What
//! past sums came to, against what independent draws foresaw, says how much they share.

use std::collections::HashMap;

use super::{
    class::Class,
    curve::Curve,
    panel::Panel,
    prior::{self, Prior},
    record::Record,
};
use crate::plan::random::Random;

/// Trials for a sum.
const TRIALS: usize = 2_000;
/// Past sums with which a project has half of the say against all of them.
const STRENGTH: f64 = 30.0;

/// Values of a piece that are drawn, each as likely as the other.
const VALUES: usize = 512;

/// What independent pieces come to together: outcomes, in rising order.
#[must_use]
pub fn independent(pieces: &[Curve], seed: u64) -> Vec<f64> {
    let mut random = Random::new(seed, pieces.len() as u64);
    let mut outcomes = vec![0.0; TRIALS];
    for piece in pieces {
        let values: [f64; VALUES] =
            std::array::from_fn(|place| piece.at((place as f64 + 0.5) / VALUES as f64));
        for seven in outcomes.chunks_mut(7) {
            // Nine bits choose a value: one number of 64 bits serves seven trials.
            let mut bits = random.next();
            for outcome in seven {
                *outcome += values[bits as usize % VALUES];
                bits >>= 9;
            }
        }
    }
    outcomes.sort_by(f64::total_cmp);
    outcomes
}

/// Views of a sum, of which a [`Panel`] finds out whom to believe: that its pieces have nothing in common; that they are right on
/// the whole, and less sure than they say; that it errs as all sums did; the same with the prior; as those of its project did.
const VIEWS: usize = 5;
/// Past sums without which only those with the prior are asked.
const LEAST: usize = 10;

/// A forecast of a sum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Issued {
    project: Option<u32>,
    centre: f64,
    views: [Curve; VIEWS],
    blend: Curve,
    /// The sum, in the unit of the pieces.
    pub curve: Curve,
    /// Past sums that it learns from.
    pub cases: usize,
}

/// Forecasts sums of about as many pieces, and learns what came of them.
#[derive(Debug, Clone)]
pub struct SumForecaster {
    prior: Prior,
    whole: Class,
    projects: HashMap<u32, Class>,
    panel: Panel,
    record: Record,
}

impl SumForecaster {
    /// One who has seen no sum yet.
    #[must_use]
    pub fn new(prior: Prior) -> Self {
        Self {
            prior,
            whole: Class::default(),
            projects: HashMap::new(),
            panel: Panel::new(VIEWS),
            record: Record::default(),
        }
    }

    /// Sums that it has seen done.
    #[must_use]
    pub fn known(&self) -> usize {
        self.whole.len()
    }

    /// Forecasts a sum of pieces of a project. Of none the sum is 0.
    #[must_use]
    pub fn forecast(&self, pieces: &[Curve], project: Option<u32>, seed: u64) -> Issued {
        let outcomes = independent(pieces, seed);
        let Some(independent) = Curve::of_sorted(&outcomes).filter(|curve| curve.0[0] > 0.0) else {
            let nothing = Curve::certain(0.0);
            let views = [nothing; VIEWS];
            return Issued { project, centre: 0.0, views, blend: nothing, curve: nothing, cases: 0 };
        };
        let centre = independent.median().log2();
        let prior = Curve::normal(0.0, self.prior.spread / std::f64::consts::LN_2);
        let whole = self.whole.shrunk(&prior, prior::STRENGTH);
        let own = project.and_then(|project| self.projects.get(&project));
        let like = own.map_or(whole, |own| own.shrunk(&whole, STRENGTH));
        let views = match self.whole.next().filter(|_| self.whole.len() >= LEAST) {
            None => [whole, whole, whole, whole, like],
            Some(alone) => {
                let right = alone.map(|doublings| doublings - alone.median());
                [independent.map(|sum| sum.log2() - centre), right, alone, whole, like]
            }
        };
        let views = views.map(|view| view.map(|doublings| doublings + centre));
        let blend = Curve::weighted(&views, &self.panel.weights());
        let curve = self.record.corrected(&blend).map(f64::exp2);
        Issued { project, centre, views, blend, curve, cases: self.whole.len() }
    }

    /// Learns what came of a sum.
    pub fn learn(&mut self, issued: &Issued, actual: f64) {
        let truth = actual.log2();
        if !truth.is_finite() || issued.centre == 0.0 && issued.cases == 0 && issued.curve.median() == 0.0 {
            return;
        }
        self.whole.add(truth - issued.centre);
        if let Some(project) = issued.project {
            self.projects.entry(project).or_default().add(truth - issued.centre);
        }
        self.panel.learn(&issued.views, &issued.blend, truth);
        self.record.add(&issued.blend, truth, 1e-9);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn independent_pieces_even_out() {
        let piece = Curve::normal(10.0, 2.0);
        let sum = Curve::of_sorted(&independent(&[piece; 25], 1)).unwrap();
        assert!(
            (sum.median() - 250.0).abs() < 2.0 && (sum.at(0.9) - 250.0 - 1.28 * 10.0).abs() < 1.5,
            "{sum:?}"
        );
        assert!(independent(&[], 1).iter().all(|&outcome| outcome == 0.0));
    }

    #[test]
    fn what_projects_share_widens_their_sums() {
        let mut forecaster = SumForecaster::new(prior::PROJECT);
        let mut random = Random::new(5, 0);
        let pieces = [Curve::from_fn(|level| 8.0 * Curve::normal(0.0, 0.7).at(level).exp2()); 20];
        let (mut within, mut alone) = (0, 0);
        for number in 0..1_200 {
            let issued = forecaster.forecast(&pieces, Some(number % 5), u64::from(number));
            let shared = Curve::normal(0.0, 0.6).at(random.unit()).exp2();
            let actual = shared * pieces.iter().map(|piece| piece.at(random.unit())).sum::<f64>();
            let independent = Curve::of_sorted(&independent(&pieces, u64::from(number))).unwrap();
            let is_within = |curve: &Curve| usize::from((curve.at(0.1)..=curve.at(0.9)).contains(&actual));
            if number >= 200 {
                within += is_within(&issued.curve);
                alone += is_within(&independent);
            }
            forecaster.learn(&issued, actual);
        }
        assert!((770..830).contains(&within) && alone < 500, "{within} {alone}");
    }

    #[test]
    fn a_sum_of_nothing_is_nothing() {
        let mut forecaster = SumForecaster::new(prior::PROJECT);
        let issued = forecaster.forecast(&[], None, 1);
        assert_eq!(issued.curve, Curve::certain(0.0));
        forecaster.learn(&issued, 0.0);
        forecaster.learn(&issued, 3.0);
        assert_eq!(forecaster.known(), 0);
    }
}
