//! How sure forecasts were and how often they held: the record by which the next one is corrected.

use super::{class::Class, curve::Curve};

/// Where in its own forecast each truth fell (its probability integral transform: Dawid 1984, "Present position and
/// potential developments"). If forecasts say what they mean these shares are spread evenly.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// Shares of the forecast below each truth.
    below: Class,
    /// Shares of the forecast below it and at it.
    within: Class,
    seen: u32,
}

/// Forecasts that a forecaster without a record is taken to have made, all of them as good as they said.
const STRENGTH: f64 = 200.0;
/// Fewer say nothing of how sure to be.
const LEAST: usize = 100;

impl Record {
    /// Adds a forecast and what came of it, which is known to a grain: people write round numbers.
    pub fn add(&mut self, forecast: &Curve, truth: f64, grain: f64) {
        let (low, high) = (forecast.share_within(truth - grain), forecast.share_within(truth + grain));
        // The truth lies anywhere within its grain (Czado, Gneiting and Held 2009, "Predictive model assessment for count
        // data"): places of a sequence that fills it evenly (the golden ratio's; Weyl 1916), so that nothing depends on
        // chance.
        self.seen = self.seen.wrapping_add(1);
        let part = (f64::from(self.seen) * 0.618_033_988_749_895).fract();
        let share = low + part * (high - low);
        self.below.add(share);
        self.within.add(share);
    }

    /// Adds a forecast and what came of it where things are counted, weeks say, and the forecast has values that it gives a
    /// share of their own.
    ///
    /// An interval holds a truth that lies on its end. So its lower end is held against what is below the truth and at it, its
    /// upper end against what is below it alone: spread evenly, such truths would make every interval hold more than it says.
    pub fn add_counted(&mut self, forecast: &Curve, truth: f64) {
        self.below.add(forecast.share_within(truth - 1e-9));
        self.within.add(forecast.share_within(truth + 1e-9));
    }

    /// How many forecasts it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.within.len()
    }

    /// Whether it knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.within.is_empty()
    }

    /// A forecast corrected by the record: if 80% quantiles held in 60% of the cases, the quantile that held in 80%
    /// takes their place (Kuleshov, Fenner and Ermon 2018, "Accurate uncertainties for deep learning using calibrated
    /// regression"; shrunk towards no correction where the record is short).
    #[must_use]
    pub fn corrected(&self, forecast: &Curve) -> Curve {
        let samples = self.below.sample().zip(self.within.sample()).filter(|_| self.len() >= LEAST);
        let Some((below, within)) = samples else { return *forecast };
        let middle = f64::midpoint(below.median(), within.median());
        let held = Curve::from_fn(|level| {
            if level < 0.5 { within.at(level).min(middle) } else { below.at(level).max(middle) }
        });
        let share = self.len() as f64 / (self.len() as f64 + STRENGTH);
        let levels = held.blend(&Curve::from_fn(|level| level), share);
        levels.map(|level| forecast.at(level))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::random::Random;

    #[test]
    fn who_was_too_sure_becomes_less_so() {
        let (mut record, mut random) = (Record::default(), Random::new(1, 1));
        let (said, real) = (Curve::normal(0.0, 1.0), Curve::normal(0.5, 1.5));
        for _ in 0..5_000 {
            record.add(&said, real.at(random.unit()), 1e-9);
        }
        let corrected = record.corrected(&said);
        assert!((corrected.at(0.85) - real.at(0.85)).abs() < 0.1, "{}", corrected.at(0.85));
        assert!((corrected.at(0.15) - real.at(0.15)).abs() < 0.1, "{}", corrected.at(0.15));
    }

    #[test]
    fn ties_are_spread_evenly() {
        let mut record = Record::default();
        let said = Curve::from_fn(|level| if level < 0.5 { 0.0 } else { 1.0 });
        for number in 0..1_000 {
            record.add(&said, f64::from(number % 2), 1e-9);
        }
        let corrected = record.corrected(&said);
        assert_eq!((corrected.at(0.48), corrected.at(0.52)), (0.0, 1.0));
    }

    #[test]
    fn counted_weeks_fall_into_their_intervals_as_often_as_these_say() {
        // Each of its own length, none less than a week, and all forecast as they are.
        let mut random = Random::new(3, 1);
        let mut record = Record::default();
        let mut held = 0;
        for number in 0..8_000 {
            let long = Curve::normal(0.5 + 6.0 * random.unit(), 1.0);
            let said = long.map(|weeks| weeks.max(1.0));
            let truth = long.at(random.unit()).round().max(1.0);
            let corrected = record.corrected(&said);
            assert!(corrected.0.is_sorted());
            let is_held = (corrected.at(0.1)..=corrected.at(0.9)).contains(&truth);
            held += usize::from(number >= 4_000 && is_held);
            record.add_counted(&said, truth);
        }
        assert!((3_080..3_320).contains(&held), "{held}");
    }

    #[test]
    fn a_short_record_changes_nothing() {
        let said = Curve::normal(0.0, 1.0);
        let mut record = Record::default();
        assert!(record.is_empty());
        (0..99).for_each(|_| record.add(&said, 9.0, 1e-9));
        assert_eq!((record.len(), record.corrected(&said)), (99, said));
    }
}
