//! Weeks drawn from weeks: when so many items are done if each week to come is like one of the last.
//!
//! The bootstrap of throughput (Efron 1979; for software Magennis 2011, "Forecasting and simulating software
//! development projects"; Vacanti 2015, "Actionable agile metrics for predictability"). Alone it is far too sure: it knows no
//! change of pace. It is one view of [`throughput`](super::throughput), and the measure by which others are set.

use std::collections::BTreeMap;

use super::curve::Curve;
use crate::plan::random::Random;

/// Weeks after which nobody waits any longer.
pub const LONGEST: u16 = 520;

/// Rows of weeks that are drawn as one are no more than this, so that their table stays near the processor.
const ROWS: usize = 4_096;
/// Work that exact probabilities may take, in additions; more is left to trials.
const WORK: u64 = 20_000_000;
/// Trials where probabilities would take too long.
const TRIALS: usize = 20_000;

/// The weeks that are drawn from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bootstrap {
    weeks: Vec<u32>,
}

impl Bootstrap {
    /// From the items done in each of the last weeks. None where nothing was done, or in more weeks than can be
    /// told apart.
    #[must_use]
    pub fn new(weeks: &[u32]) -> Option<Self> {
        let is_sound = weeks.iter().any(|&done| done > 0) && weeks.len() <= ROWS;
        is_sound.then(|| Self { weeks: weeks.to_vec() })
    }

    /// Weeks until `items` are done, in so many trials.
    ///
    /// A trial is one future: weeks are drawn one after the other, each as likely as the other and with replacement, until their
    /// items are enough. Several weeks in a row are drawn by one number, and the week in which enough is reached is looked up in
    /// their running sums; nothing is left out or approximated.
    #[must_use]
    pub fn trials(&self, items: u32, seed: u64, count: usize) -> Vec<u16> {
        let rows = Rows::of(&self.weeks);
        let mut random = Random::new(seed, u64::from(items));
        (0..count).map(|_| rows.weeks_until(items, &mut random)).collect()
    }

    /// The distribution of the weeks until `items` are done: exact, or by trials where there are very many items.
    #[must_use]
    pub fn weeks(&self, items: u32) -> Curve {
        if items == 0 {
            return Curve::certain(0.0);
        }
        let mean =
            self.weeks.iter().map(|&done| u64::from(done)).sum::<u64>() / self.weeks.len().max(1) as u64;
        let expected = u64::from(items) / mean.max(1) + 1;
        let work = u64::from(items).saturating_mul(expected).saturating_mul(2 * self.weeks.len() as u64);
        if work > WORK { self.weeks_by_trials(items) } else { self.weeks_by_probabilities(items) }
    }

    fn weeks_by_trials(&self, items: u32) -> Curve {
        let mut weeks: Vec<u16> = self.trials(items, 1, TRIALS);
        weeks.sort_unstable();
        let at = |level: f64| weeks.get((level * TRIALS as f64).ceil() as usize - 1).copied();
        Curve::from_fn(|level| f64::from(at(level).unwrap_or(LONGEST)))
    }

    /// Week by week, how likely each number of items is while it is not enough yet.
    fn weeks_by_probabilities(&self, items: u32) -> Curve {
        let items = items as usize;
        let mut shares: BTreeMap<usize, f64> = BTreeMap::new();
        for &done in &self.weeks {
            *shares.entry(done as usize).or_default() += 1.0 / self.weeks.len() as f64;
        }
        let mut likely = vec![0.0; items];
        likely.iter_mut().take(1).for_each(|none| *none = 1.0);
        let mut done_by = Vec::new();
        while done_by.len() < usize::from(LONGEST) && done_by.last().is_none_or(|&share| share < 0.9999) {
            let mut next = vec![0.0; items];
            for (&done, share) in &shares {
                for (to, from) in next.iter_mut().skip(done).zip(&likely) {
                    *to += share * from;
                }
            }
            likely = next;
            done_by.push(1.0 - likely.iter().sum::<f64>());
        }
        Curve::from_fn(|level| (done_by.partition_point(|&share| share < level - 1e-12) + 1) as f64)
            .map(|weeks| weeks.min(f64::from(LONGEST)))
    }
}

/// Every row of so many weeks.
struct Rows {
    /// Items of each row.
    totals: Vec<u32>,
    /// Items by the end of each week of each row.
    sums: Vec<u32>,
    length: usize,
}

impl Rows {
    fn of(weeks: &[u32]) -> Self {
        let (mut length, mut count) = (1, weeks.len());
        while count * weeks.len() <= ROWS && length < 8 {
            (length, count) = (length + 1, count * weeks.len());
        }
        let (mut totals, mut sums) = (Vec::with_capacity(count), Vec::with_capacity(count * length));
        for mut number in 0..count {
            let mut done = 0_u32;
            for _ in 0..length {
                done = done.saturating_add(weeks.get(number % weeks.len()).copied().unwrap_or(0));
                sums.push(done);
                number /= weeks.len();
            }
            totals.push(done);
        }
        Self { totals, sums, length }
    }

    fn weeks_until(&self, items: u32, random: &mut Random) -> u16 {
        if items == 0 {
            return 0;
        }
        let (mut left, mut rows) = (items, 0);
        let most = usize::from(LONGEST).div_ceil(self.length);
        while rows < most {
            // One number of 64 bits serves two rows.
            let bits = random.next();
            for half in [bits & 0xffff_ffff, bits >> 32] {
                let row = ((half * self.totals.len() as u64) >> 32) as usize;
                let done = self.totals.get(row).copied().unwrap_or(0);
                if done >= left {
                    return self.week_within(rows, row, left);
                }
                left = left.wrapping_sub(done);
                rows += 1;
            }
        }
        LONGEST
    }

    /// The week in which what was left is done, in a row after others.
    fn week_within(&self, rows: usize, row: usize, left: u32) -> u16 {
        let sums = self.sums.get(row * self.length..(row + 1) * self.length).unwrap_or_default();
        let short: usize = sums.iter().map(|&done| usize::from(done < left)).sum();
        (rows * self.length + short + 1).min(usize::from(LONGEST)) as u16
    }
}

/// Weeks until `items` and all that is added meanwhile are done. Each week to come is like one of the last in both: what was
/// done and what was added in it. None where nothing was done; [`LONGEST`] where it does not end.
#[must_use]
pub fn weeks_with_growth(weeks: &[(u32, u32)], items: u32, seed: u64) -> Option<Curve> {
    if weeks.iter().all(|&(done, _)| done == 0) {
        return None;
    }
    let mut random = Random::new(seed, u64::from(items));
    let mut trial = || {
        let mut left = i64::from(items);
        for week in 1..=LONGEST {
            let (done, added) = weeks.get(random.below(weeks.len())).copied().unwrap_or_default();
            left -= i64::from(done);
            if left <= 0 {
                return f64::from(week);
            }
            left += i64::from(added);
        }
        f64::from(LONGEST)
    };
    let mut outcomes: Vec<f64> = (0..TRIALS / 2).map(|_| trial()).collect();
    outcomes.sort_by(f64::total_cmp);
    Curve::of_sorted(&outcomes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn trials_and_probabilities_agree(weeks in prop::collection::vec(0_u32..9, 1..14), items in 1_u32..60) {
            if let Some(bootstrap) = Bootstrap::new(&weeks) {
                let (exact, drawn) = (bootstrap.weeks_by_probabilities(items), bootstrap.weeks_by_trials(items));
                for level in [0.1, 0.5, 0.9] {
                    let gap = (exact.at(level) - drawn.at(level)).abs();
                    prop_assert!(gap <= 1.0 + 0.05 * exact.at(level), "{} {}", exact.at(level), drawn.at(level));
                }
            }
        }

        #[test]
        fn any_weeks_are_taken(weeks in prop::collection::vec(any::<u32>(), 0..30), items in any::<u32>()) {
            let curve = Bootstrap::new(&weeks).map(|bootstrap| bootstrap.weeks(items));
            prop_assert!(curve.is_none_or(|curve| curve.0.is_sorted() && curve.0[98] <= f64::from(LONGEST)));
        }
    }

    #[test]
    fn a_steady_pace_is_a_division() {
        let bootstrap = Bootstrap::new(&[5, 5, 5]).unwrap();
        assert_eq!((bootstrap.weeks(100), bootstrap.weeks(0)), (Curve::certain(20.0), Curve::certain(0.0)));
        assert_eq!(bootstrap.trials(0, 1, 2), [0, 0]);
        assert!(bootstrap.trials(101, 1, 50).iter().all(|&weeks| weeks == 21));
        assert!(Bootstrap::new(&[0, 0]).is_none() && Bootstrap::new(&[]).is_none());
    }

    #[test]
    fn the_week_of_a_coin() {
        // One item or none with even chance: the first comes in week 1 in 50% of the cases, by week 3 in 87.5%.
        let curve = Bootstrap::new(&[0, 1]).unwrap().weeks(1);
        assert_eq!([curve.at(0.5), curve.at(0.51), curve.at(0.87), curve.at(0.88)], [1.0, 2.0, 3.0, 4.0]);
        let drawn: Vec<u16> = Bootstrap::new(&[0, 1]).unwrap().trials(1, 3, 100_000);
        let first = drawn.iter().filter(|&&weeks| weeks == 1).count();
        assert!((49_400..50_600).contains(&first), "{first}");
    }

    #[test]
    fn what_is_added_delays() {
        let still = weeks_with_growth(&[(4, 0), (2, 0)], 30, 1).unwrap();
        let growing = weeks_with_growth(&[(4, 1), (2, 1)], 30, 1).unwrap();
        assert!((still.median() - 10.0).abs() <= 1.0 && (growing.median() - 15.0).abs() <= 1.0);
        assert_eq!(weeks_with_growth(&[(1, 2)], 9, 1), Some(Curve::certain(f64::from(LONGEST))));
        assert_eq!(weeks_with_growth(&[(0, 2)], 9, 1), None);
    }
}
