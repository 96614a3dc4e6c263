//! How long a task may take: from what people say to a table that a run can look into.

use super::normal::{LANES, Lanes, quantile, share_below};
use crate::plan::LONGEST;

/// Work that a task takes, in units of its people's time.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Estimate {
    /// The duration that the task has in the plan, for certain.
    #[default]
    Declared,
    /// So much, for certain.
    Fixed(f64),
    /// Three points. In one case of ten it takes less than `low`, in one of ten more than `high`:
    /// what people call the best and the worst case is no more extreme than that. `likely` is what
    /// comes most often.
    ///
    /// A shifted log-normal distribution goes through them. Ratios of actual to estimated durations
    /// are log-normal (Little 2006, "Schedule estimation and uncertainty surrounding the cone of
    /// uncertainty"; Trietsch, Mazmanyan, Gevorgyan, Baker 2012, "Modeling activity times by the Parkinson
    /// distribution with a lognormal core"); a triangle or the beta distribution of PERT
    /// would end a little above `high`, as if nothing worse could come.
    Points {
        /// The 10% point.
        low: f64,
        /// The mode.
        likely: f64,
        /// The 90% point.
        high: f64,
    },
    /// Outcomes of a forecast or of the past, each as likely as the other.
    Samples(Vec<f64>),
}

/// Outcomes that stand for what is left of a task.
const OUTCOMES: usize = 64;
/// Beyond this share of the cases an estimate says nothing any more; what is left is as after it.
const BEYOND: f64 = 0.999;

impl Estimate {
    /// What is left of a task that has taken `spent` and is not done, but no less than `least`: the outcomes
    /// beyond what was spent, less it (the mean residual life of reliability theory). After more than the
    /// estimate foresaw there is still something left, and the more the wider it was.
    ///
    /// None where the numbers make no sense.
    #[must_use]
    pub fn after(&self, spent: f64, least: f64) -> Option<Self> {
        let all = Work { estimate: self.clone(), done: 0.0 }.table(0.0)?;
        let &Self::Points { low, likely, high } = self else {
            let left = |value: &f32| (f64::from(*value) - spent).max(least);
            return Some(Self::Samples(all.iter().map(left).collect()));
        };
        let curve = LogNormal::through(low, likely, high);
        let gone = curve.share_below(spent).min(BEYOND);
        let spent = spent.min(curve.quantile(score(BEYOND)));
        let outcome = |place: usize| {
            let share = gone + (1.0 - gone) * (place as f64 + 0.5) / OUTCOMES as f64;
            (curve.quantile(score(share)) - spent).max(least)
        };
        Some(Self::Samples((0..OUTCOMES).map(outcome).collect()))
    }
}

/// The values of an estimate at 1%, 2% ... 99%; none where its numbers make no sense.
pub(crate) fn quantiles(estimate: &Estimate) -> Option<Vec<f64>> {
    let table = Work { estimate: estimate.clone(), done: 0.0 }.table(0.0)?;
    Some((1..100).map(|percent| f64::from(work(&table, score(f64::from(percent) / 100.0) as f32))).collect())
}

/// The normal score of any share.
pub(crate) fn score(share: f64) -> f64 {
    if share < 0.5 { quantile(share) } else { -quantile(1.0 - share) }
}

/// What is known of the work of a task.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Work {
    /// All of it, what is done already too.
    pub estimate: Estimate,
    /// The share that is done, from 0 to 1. Who has begun goes on before anything new is begun,
    /// whatever the links say; what is done has ended at time 0.
    pub done: f64,
}

/// Points of a table of quantiles.
pub(super) const KNOTS: usize = 65;
/// The table goes from -4 to 4 standard deviations: beyond lies one case of 16,000 on either side.
const REACH: f32 = 4.0;
const STEPS: f32 = (KNOTS - 1) as f32 / (2.0 * REACH);

/// Work by normal score: a task whose luck is `z` takes what the table has at `z`.
pub(super) type Table = [f32; KNOTS];

/// Work for a luck, between the points along a line.
#[inline]
pub(super) fn work(table: &Table, z: f32) -> f32 {
    let at = (z.clamp(-REACH, REACH) + REACH) * STEPS;
    let place = (at as i32 as usize).min(KNOTS - 2);
    table[place] + (at - place as i32 as f32) * (table[place + 1] - table[place])
}

/// The same for several runs at once.
#[inline]
pub(super) fn works(table: &Table, z: &Lanes) -> Lanes {
    // Only the look-ups are done one by one.
    let (mut at, mut place, mut low, mut high) = ([0.0; LANES], [0; LANES], [0.0; LANES], [0.0; LANES]);
    for lane in 0..LANES {
        at[lane] = (z[lane].clamp(-REACH, REACH) + REACH) * STEPS;
        place[lane] = at[lane] as i32;
    }
    for lane in 0..LANES {
        let place = (place[lane] as usize).min(KNOTS - 2);
        (low[lane], high[lane]) = (table[place], table[place + 1]);
    }
    for lane in 0..LANES {
        let part = at[lane] - place[lane].min(KNOTS as i32 - 2) as f32;
        at[lane] = low[lane] + part * (high[lane] - low[lane]);
    }
    at
}

impl Work {
    /// The table of what remains to be done, or none where the numbers make no sense: not a number,
    /// below 0, too long, the wrong way round, no samples.
    pub(super) fn table(&self, declared: f64) -> Option<Table> {
        let left = 1.0 - self.done;
        let is_time = |time: f64| (0.0..=f64::from(LONGEST)).contains(&time);
        if !(0.0..=1.0).contains(&left) {
            return None;
        }
        let at = |place: usize| f64::from(place as f32 / STEPS - REACH);
        let table = |value: &dyn Fn(f64) -> f64| {
            let longest = f64::from(LONGEST);
            std::array::from_fn(|place| (value(at(place)).clamp(0.0, longest) * left) as f32)
        };
        match &self.estimate {
            Estimate::Declared => is_time(declared).then(|| table(&|_| declared)),
            &Estimate::Fixed(time) => is_time(time).then(|| table(&|_| time)),
            &Estimate::Points { low, likely, high } => {
                let is_sound = is_time(low) && low <= likely && likely <= high && is_time(high);
                is_sound.then(|| {
                    let curve = LogNormal::through(low, likely, high);
                    table(&|z| curve.quantile(z))
                })
            }
            Estimate::Samples(samples) => {
                let mut sorted = samples.clone();
                sorted.sort_by(f64::total_cmp);
                let is_sound = !sorted.is_empty() && sorted.iter().all(|&time| is_time(time));
                is_sound.then(|| table(&|z| between(&sorted, share_below(z))))
            }
        }
    }
}

/// The quantile of sorted numbers, along a line between the two nearest (type 7 of Hyndman and Fan 1996,
/// "Sample quantiles in statistical packages").
fn between(sorted: &[f64], share: f64) -> f64 {
    let at = share * (sorted.len().max(1) - 1) as f64;
    let place = at as usize;
    match (sorted.get(place), sorted.get(place + 1)) {
        (Some(low), Some(high)) => low + (high - low) * (at - place as f64),
        (Some(last), None) => *last,
        _ => f64::NAN,
    }
}

/// Scores of the 10% and the 90% point of a normal distribution lie so far from its middle.
const TENTH: f64 = 1.281_551_565_544_600_5;

/// `origin + scale * exp(spread * z)`, mirrored where the longer tail is the lower one.
struct LogNormal {
    origin: f64,
    scale: f64,
    spread: f64,
    side: f64,
}

impl LogNormal {
    /// The curve with these 10% and 90% points and this mode.
    ///
    /// Its skewness, (high - likely) / (likely - low), rises with the spread alone, which is found by
    /// halving. Where `likely` lies all but at `low` or `high` no curve fits all three; the spread then
    /// stops at 1 and the mode gives way.
    fn through(low: f64, likely: f64, high: f64) -> Self {
        let (below, above) = (likely - low, high - likely);
        let (short, long) = (below.min(above), below.max(above));
        let side = if above >= below { 1.0 } else { -1.0 };
        let is_too_small = |spread: f64| {
            let (first, mode, last) =
                ((-TENTH * spread).exp(), (-spread * spread).exp(), (TENTH * spread).exp());
            (last - mode) * short < (mode - first) * long
        };
        // Below this the curve is a normal one to all digits that matter.
        let (mut least, mut most) = (1e-3, 1.0);
        for _ in 0..40 {
            let middle = (least + most) / 2.0;
            *(if is_too_small(middle) { &mut least } else { &mut most }) = middle;
        }
        let spread = least;
        let scale = (high - low) / (2.0 * (TENTH * spread).sinh());
        let edge = if side > 0.0 { low } else { high };
        Self { origin: edge - side * scale * (-TENTH * spread).exp(), scale, spread, side }
    }

    fn quantile(&self, z: f64) -> f64 {
        self.origin + self.side * self.scale * (self.spread * self.side * z).exp()
    }

    /// The share of the cases that lie below a value.
    fn share_below(&self, value: f64) -> f64 {
        let reach = (value - self.origin) * self.side / self.scale;
        if reach > 0.0 {
            share_below((reach.ln() / (self.spread * self.side)).clamp(-6.0, 6.0))
        } else {
            f64::from(u8::from(self.side < 0.0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn points(low: f64, likely: f64, high: f64) -> Work {
        Work { estimate: Estimate::Points { low, likely, high }, done: 0.0 }
    }

    proptest! {
        #[test]
        fn the_curve_keeps_its_points(low in 20.0..50.0_f64, first in 0.0..20.0_f64, second in 0.0..20.0_f64) {
            let (likely, high) = (low + first, low + first + second);
            let table = points(low, likely, high).table(0.0).unwrap();
            let is_near = |one: f32, two: f64| (f64::from(one) - two).abs() < 4e-3 * (high - low) + 1e-4;
            prop_assert!(is_near(work(&table, -TENTH as f32), low), "{} {low}", work(&table, -TENTH as f32));
            prop_assert!(is_near(work(&table, TENTH as f32), high));
            prop_assert!(table.is_sorted());
        }

        #[test]
        fn what_is_left_shrinks_by_less_than_what_was_spent(low in 1.0..9.0_f64, first in 0.1..9.0_f64, second in 0.1..20.0_f64, spent in 0.0..60.0_f64) {
            let all = Estimate::Points { low, likely: low + first, high: low + first + second };
            let mean = |spent: f64| match all.after(spent, 0.25) {
                Some(Estimate::Samples(left)) => left.iter().sum::<f64>() / left.len() as f64,
                other => panic!("{other:?}"),
            };
            prop_assert!(mean(spent) >= 0.25 && mean(spent) >= mean(0.0) - spent - 1e-6);
            prop_assert!(mean(0.0) > low && mean(0.0) < low + first + 2.0 * second);
        }

        #[test]
        fn the_mode_is_where_it_was_said(low in 1.0..50.0_f64, first in 1.0..9.0_f64, ratio in 1.1..9.0_f64) {
            let curve = LogNormal::through(low, low + first, low + first + ratio * first);
            // The density is highest where the quantile function of uniform numbers is flattest.
            let flat = |z: f64| curve.quantile(z + 1e-4) - curve.quantile(z - 1e-4);
            let density = |z: f64| (-0.5 * z * z).exp() / flat(z);
            let best = (-3000..3000).map(|z| f64::from(z) / 1000.0).max_by(|&a, &b| density(a).total_cmp(&density(b)));
            prop_assert!((curve.quantile(best.unwrap()) - low - first).abs() < 0.02 * (1.0 + ratio) * first);
        }
    }

    #[test]
    fn several_runs_are_looked_up_as_one() {
        let table = points(8.0, 10.0, 19.0).table(0.0).unwrap();
        let z: Lanes = std::array::from_fn(|lane| (lane as f32 - 7.5) * 0.7);
        assert_eq!(works(&table, &z), z.map(|z| work(&table, z)));
    }

    #[test]
    fn a_symmetric_estimate_is_normal() {
        let table = points(8.0, 10.0, 12.0).table(0.0).unwrap();
        assert!((work(&table, 0.0) - 10.0).abs() < 0.01);
        assert!((work(&table, 1.0) + work(&table, -1.0) - 20.0).abs() < 0.02);
    }

    #[test]
    fn nonsense_has_no_table() {
        let is_refused = |estimate: Estimate, done: f64| Work { estimate, done }.table(1.0).is_none();
        for (low, likely, high) in [
            (3.0, 2.0, 4.0),
            (1.0, 5.0, 4.0),
            (-1.0, 2.0, 4.0),
            (f64::NAN, 2.0, 4.0),
            (1.0, 2.0, f64::INFINITY),
        ] {
            assert!(is_refused(Estimate::Points { low, likely, high }, 0.0), "{low} {likely} {high}");
        }
        assert!(is_refused(Estimate::Samples(Vec::new()), 0.0));
        assert!(is_refused(Estimate::Samples(vec![1.0, f64::NAN]), 0.0));
        assert!(is_refused(Estimate::Fixed(-1.0), 0.0));
        assert!(is_refused(Estimate::Fixed(1.0), 1.5) && is_refused(Estimate::Fixed(1.0), f64::NAN));
    }

    #[test]
    fn samples_come_as_often_as_they_are_given() {
        let samples = Estimate::Samples((0..=100).map(f64::from).collect());
        let table = Work { estimate: samples, done: 0.5 }.table(0.0).unwrap();
        assert!((work(&table, TENTH as f32) - 45.0).abs() < 0.05);
        assert!((work(&table, 0.0) - 25.0).abs() < 0.01);
    }
}
