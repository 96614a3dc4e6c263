//! The risk of a change: its size, and how unusual it is among the changes before it.
//!
//! Risk grows with the lines added to the program, wherever they are added: they multiply the odds by
//! `((1 + lines) / 21)^0.62`, so by 1 at twenty lines and by 2.6 at a hundred. Every other factor is
//! ranked among the newest 500 earlier changes of the repository: with `above` the share of them that
//! are above it, it multiplies the odds by `(1/2 / above)^weight`, so by 1 in the middle and by
//! `5^weight` where the top tenth begins. The odds of a change of twenty lines that is in the middle
//! everywhere are fixed. So every risk opens to a product of six numbers, each with its raw value.
//!
//! Weights and odds were set on seven public repositories and tried on others: docs/review.md.

use std::collections::VecDeque;

use super::past::{Measures, real};

/// Earlier changes that a change is ranked among.
const PEERS: usize = 500;
/// Lines of a change whose size neither adds to its risk nor takes from it.
const USUAL_LINES: f64 = 20.0;
/// Odds that a change of so many lines, in the middle everywhere else, turns out bad.
const USUAL_ODDS: f64 = 0.045;

/// What makes a change risky.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Factor {
    /// Lines added to the program.
    Size,
    /// Spread over folders.
    Spread,
    /// Changes of the files in the last quarter.
    Heat,
    /// Fixes of the files within a year.
    Fixes,
    /// Files that nobody else knows.
    Lone,
    /// Files that are new to the author.
    New,
}

impl Factor {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 6] = [Self::Size, Self::Spread, Self::Heat, Self::Fixes, Self::Lone, Self::New];

    /// How much it weighs.
    #[must_use]
    pub fn weight(self) -> f64 {
        match self {
            Self::Size => 0.62,
            Self::Fixes => 0.15,
            Self::Spread | Self::Heat | Self::Lone | Self::New => 0.05,
        }
    }

    /// Its raw value, where known.
    fn value(self, measures: &Measures) -> Option<f64> {
        match self {
            Self::Size => measures.lines,
            Self::Spread => measures.spread,
            Self::Heat => measures.heat.map(real),
            Self::Fixes => measures.fixes.map(real),
            Self::Lone => measures.lone(),
            Self::New => measures.unfamiliar(),
        }
    }
}

/// The risk of a change, and what it is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Risk {
    /// Probability that it turns out bad: 0 to 1.
    pub probability: f64,
    /// What each of [`Factor::ALL`] multiplies the odds by; 1 where its value is not known.
    pub times: [f64; 6],
}

/// The changes that a change is ranked among.
#[derive(Debug, Clone, Default)]
pub struct Peers {
    values: VecDeque<[Option<f64>; 6]>,
}

impl Peers {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many there are, at most 500.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// One more; the oldest goes where there are too many.
    pub fn remember(&mut self, measures: &Measures) {
        if self.values.len() == PEERS {
            self.values.pop_front();
        }
        self.values.push_back(Factor::ALL.map(|factor| factor.value(measures)));
    }

    /// The risk of a change of these measures.
    #[must_use]
    pub fn risk(&self, measures: &Measures) -> Risk {
        let mut times = [1.0; 6];
        for (place, factor) in Factor::ALL.into_iter().enumerate() {
            if let Some(value) = factor.value(measures) {
                let unusual = match factor {
                    Factor::Size => (1.0 + value) / (1.0 + USUAL_LINES),
                    _ => 0.5 / self.above(place, value),
                };
                times[place] = unusual.powf(factor.weight());
            }
        }
        let odds = times.iter().fold(USUAL_ODDS, |odds, times| odds * times);
        Risk { probability: odds / (1.0 + odds), times }
    }

    /// Share of the peers that are above `value`; equal ones are half above, and so is one more,
    /// which stands for all that were not seen.
    fn above(&self, place: usize, value: f64) -> f64 {
        let (mut above, mut all) = (0.5, 1.0);
        for other in self.values.iter().filter_map(|values| values[place]) {
            all += 1.0;
            above += if other > value {
                1.0
            } else if other < value {
                0.0
            } else {
                0.5
            };
        }
        above / all
    }
}
