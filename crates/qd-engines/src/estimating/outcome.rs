//! An estimate, run many times.

use super::{
    Estimate, Line, Risk,
    line::{HOURS, corrected, said},
};
use crate::{
    forecast::{
        Curve,
        tasks::{Piece, TaskForecaster},
    },
    plan::random::Random,
    simulation::{Correlation, score, share_below},
};

/// The shares of runs whose sums are told.
pub const SHARES: [f64; 4] = [0.1, 0.5, 0.8, 0.95];

/// How often an estimate is run.
const RUNS: usize = 10_000;

/// Sums over the runs, in rising order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sums(Vec<f64>);

impl Sums {
    fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        Self(values)
    }

    /// The sum that a share of the runs keeps within.
    #[must_use]
    pub fn at(&self, share: f64) -> f64 {
        let place = (share.clamp(0.0, 1.0) * self.0.len() as f64).ceil() as usize;
        self.0.get(place.saturating_sub(1)).copied().unwrap_or(0.0)
    }

    /// The share of the runs that come to more than an amount.
    #[must_use]
    pub fn above(&self, amount: f64) -> f64 {
        let within = self.0.partition_point(|sum| *sum <= amount);
        1.0 - within as f64 / self.0.len().max(1) as f64
    }

    /// The mean.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.0.iter().sum::<f64>() / self.0.len().max(1) as f64
    }
}

/// What may come of an estimate.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Days of work, without what is optional, with what risks bring.
    pub effort: Sums,
    /// What that is sold for at the rate card; none where a day of some of it has no known rate.
    pub price: Option<Sums>,
    /// What it costs; none where a day of some of it has no known rate.
    pub cost: Option<Sums>,
    /// Of each line, in their order.
    pub lines: Vec<Driver>,
    /// Of each risk, in their order.
    pub risks: Vec<Driver>,
}

/// What a line or a risk does to the sum.
#[derive(Debug, Clone, PartialEq)]
pub struct Driver {
    /// What it may take, in days; none where nothing was said that makes sense.
    pub days: Option<Curve>,
    /// What was said, before it was held against the past.
    pub said: Option<Curve>,
    /// Its part of the spread of the sum: the parts of all add up to 1. 0 for what is optional.
    pub share_of_spread: f64,
    /// Days by which the sum at the estimate's confidence would fall if one knew beforehand what it takes (its mean):
    /// what it is worth to look into it first.
    pub known_saves: f64,
}

impl Outcome {
    /// Runs an estimate. `piece` says what a line is to the past. The same seed, the same sums.
    #[must_use]
    pub fn of(estimate: &Estimate, past: &TaskForecaster, piece: &dyn Fn(&Line) -> Piece, seed: u64) -> Self {
        let mut lines: Vec<Driver> = Vec::new();
        for line in &estimate.lines {
            let mut piece = piece(line);
            piece.estimate = line.expected().unwrap_or(0.0) * HOURS;
            lines.push(Driver::new(corrected(line, &piece, past), said(&line.opinions)));
        }
        let risk = |risk: &Risk| {
            let points = risk.points?;
            said(&[super::Opinion { by: None, points }])
        };
        let mut risks: Vec<Driver> =
            estimate.risks.iter().map(|one| Driver::new(risk(one), risk(one))).collect();
        let drawn = draw(estimate, &lines, &risks, seed);
        let mut effort = vec![0.0; RUNS];
        let (mut price, mut cost) = (Some(vec![0.0; RUNS]), Some(vec![0.0; RUNS]));
        let rates = estimate.lines.iter().map(|line| (line.sold, line.cost, Some(0.0)));
        let of_risks = estimate.risks.iter().map(|risk| (risk.sold, risk.cost, risk.money));
        for (part, (sold, costs, money)) in drawn.iter().zip(rates.chain(of_risks)) {
            add(&mut effort, &part.days, 1.0);
            for (sums, rate) in [(&mut price, sold), (&mut cost, costs)] {
                let Some(all) = sums.as_mut() else { continue };
                let is_known = money.is_some() && (rate.is_some() || !part.is_some());
                if is_known {
                    add(all, &part.happens, money.unwrap_or(0.0));
                    add(all, &part.days, rate.unwrap_or(0.0));
                } else {
                    *sums = None;
                }
            }
        }
        let all = Sums::of(effort.clone());
        for (driver, part) in lines.iter_mut().chain(&mut risks).zip(&drawn) {
            driver.drive(part, &effort, &all, estimate.confidence);
        }
        Self { effort: all, price: price.map(Sums::of), cost: cost.map(Sums::of), lines, risks }
    }
}

impl Driver {
    fn new(days: Option<Curve>, said: Option<Curve>) -> Self {
        Self { days, said, share_of_spread: 0.0, known_saves: 0.0 }
    }

    fn drive(&mut self, part: &Part, effort: &[f64], all: &Sums, confidence: f64) {
        if !part.is_some() {
            return;
        }
        let count = effort.len() as f64;
        let mean = part.days.iter().sum::<f64>() / count;
        let of_all = all.mean();
        let together: f64 =
            part.days.iter().zip(effort).map(|(own, sum)| (own - mean) * (sum - of_all)).sum();
        let spread: f64 = effort.iter().map(|sum| (sum - of_all).powi(2)).sum();
        self.share_of_spread = if spread > 0.0 { together / spread } else { 0.0 };
        let known = Sums::of(part.days.iter().zip(effort).map(|(own, sum)| sum - own + mean).collect());
        self.known_saves = (all.at(confidence) - known.at(confidence)).max(0.0);
    }
}

/// What one line or risk takes in each run; nothing of what is optional.
#[derive(Debug, Default)]
struct Part {
    days: Vec<f64>,
    /// 1 in the runs in which it happens.
    happens: Vec<f64>,
}

impl Part {
    fn is_some(&self) -> bool {
        self.days.iter().any(|days| *days > 0.0)
    }
}

fn add(sums: &mut [f64], values: &[f64], factor: f64) {
    sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += factor * value);
}

/// Draws all runs of all parts: a normal score that the lines share, and one of each line's own.
fn draw(estimate: &Estimate, lines: &[Driver], risks: &[Driver], seed: u64) -> Vec<Part> {
    let share = Correlation::default().project;
    let mut random = Random::new(seed, 0);
    let shared: Vec<f64> = (0..RUNS).map(|_| share.sqrt() * score(inner(random.unit()))).collect();
    let take = |curve: &Option<Curve>, stream: u64, probability: f64| {
        let mut random = Random::new(seed, stream + 1);
        let mut part = Part::default();
        for common in &shared {
            let own = (1.0 - share).sqrt() * score(inner(random.unit()));
            let happens = f64::from(u8::from(random.unit() < probability));
            let days = curve.as_ref().map_or(0.0, |curve| curve.at(share_below(common + own)));
            part.days.push(days * happens);
            part.happens.push(happens);
        }
        part
    };
    let mut parts = Vec::new();
    for (place, (line, driver)) in estimate.lines.iter().zip(lines).enumerate() {
        let is_in = if line.is_optional { 0.0 } else { 1.0 };
        parts.push(take(&driver.days, place as u64, is_in));
    }
    for (place, (risk, driver)) in estimate.risks.iter().zip(risks).enumerate() {
        parts.push(take(&driver.days, (lines.len() + place) as u64, risk.probability));
    }
    parts
}

/// A share that has a score.
fn inner(share: f64) -> f64 {
    share.clamp(1e-9, 1.0 - 1e-9)
}
