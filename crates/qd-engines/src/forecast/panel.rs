//! Whom to believe: several views of the same thing, weighted by how well each did before.

use super::curve::{Curve, LEVELS, level};

/// A panel of forecasters whose say follows from their record.
///
/// Weights start equal and follow the regrets of each forecaster, in the second order (ML-Poly: Gaillard, Stoltz
/// and van Erven 2014, "A second-order bound with excess losses"), on the gradient of the pinball loss
/// (Berrisch and Ziel 2023, "CRPS learning"). There is no rate to be tuned, and whatever happens the panel does about as
/// well as the best fixed blend of its members.
#[derive(Debug, Clone)]
pub struct Panel {
    regrets: Vec<f64>,
    spreads: Vec<f64>,
}

impl Panel {
    /// A panel without a record.
    #[must_use]
    pub fn new(members: usize) -> Self {
        Self { regrets: vec![0.0; members], spreads: vec![0.0; members] }
    }

    /// The say of each member; they add up to 1.
    #[must_use]
    pub fn weights(&self) -> Vec<f64> {
        let parts = self.regrets.iter().zip(&self.spreads);
        let parts: Vec<f64> = parts.map(|(regret, spread)| regret.max(0.0) / (1.0 + spread)).collect();
        let sum: f64 = parts.iter().sum();
        if sum > 0.0 {
            parts.iter().map(|part| part / sum).collect()
        } else {
            vec![1.0 / parts.len().max(1) as f64; parts.len()]
        }
    }

    /// Learns what came of a forecast: `views` of the members and the `blend` that was made of them then.
    pub fn learn(&mut self, views: &[Curve], blend: &Curve, truth: f64) {
        let slopes: [f64; LEVELS] =
            std::array::from_fn(|place| f64::from(u8::from(truth < blend.0[place])) - level(place));
        for (view, (regret, spread)) in views.iter().zip(self.regrets.iter_mut().zip(&mut self.spreads)) {
            let gaps = blend.0.iter().zip(view.0).zip(slopes);
            let gap = gaps.map(|((blend, own), slope)| slope * (blend - own)).sum::<f64>() / LEVELS as f64;
            if gap.is_finite() {
                *regret += gap;
                *spread += gap * gap;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::random::Random;

    #[test]
    fn the_say_goes_to_who_was_right() {
        let views = [Curve::normal(0.0, 1.0), Curve::normal(2.0, 1.0), Curve::normal(0.0, 4.0)];
        let mut panel = Panel::new(3);
        assert_eq!(panel.weights(), [1.0 / 3.0; 3]);
        let mut random = Random::new(1, 1);
        for _ in 0..500 {
            let blend = Curve::weighted(&views, &panel.weights());
            panel.learn(&views, &blend, Curve::normal(0.0, 1.0).at(random.unit()));
        }
        assert!(panel.weights()[0] > 0.8, "{:?}", panel.weights());
    }
}
