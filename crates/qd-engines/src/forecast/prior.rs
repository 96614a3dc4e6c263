//! What is believed before anything is known here: documented defaults from published data.

use super::curve::Curve;

/// A log-normal distribution of actual over estimate, and where it is from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prior {
    /// Actual over estimate in half of the cases.
    pub median: f64,
    /// Standard deviation of the natural logarithm.
    pub spread: f64,
    /// The publication.
    pub source: &'static str,
}

/// Pieces of work of hours or days.
///
/// Small tasks take about what was said, some half and some twice as much: in the two public collections with the most
/// tasks the logarithm of actual over estimate spreads by 0.4 (one person's 17,764 tasks, "The Renzo Pomodoro
/// dataset") and by 1.0 (61,817 tasks of 45 projects, "CESAW"); what stands here lies between.
pub const TASK: Prior = Prior {
    median: 1.0,
    spread: 0.7,
    source: "Jones and others 2021, arXiv:2106.03679 (CESAW, 61,817 tasks) and the Renzo Pomodoro dataset (17,764 tasks)",
};

/// Whole projects, and lines of an estimate that are as large.
///
/// Reviews of surveys tell that 60 to 80% of projects take more effort than was estimated, and 30 to 40% more on the
/// mean. The log-normal distribution with 70% above 1 and the mean 1.33 has this median and this spread.
pub const PROJECT: Prior = Prior {
    median: 1.23,
    spread: 0.4,
    source: "Moløkken and Jørgensen 2003, \"A review of surveys on software effort estimation\"",
};

/// Weeks that work took over those that the pace of the last weeks foresaw.
///
/// The middle is right and the spread is wide: on 15 public projects the logarithm spreads by about as much as stands here.
pub const PACE: Prior = Prior {
    median: 1.0,
    spread: 0.55,
    source: "Tawosi and others 2022, \"A versatile dataset of agile open source software projects\" (TAWOS)",
};

impl Prior {
    /// The distribution of the logarithm to the base 2 of actual over estimate.
    #[must_use]
    pub fn curve(&self) -> Curve {
        Curve::normal(self.median.log2(), self.spread / std::f64::consts::LN_2)
    }
}

/// Cases that a prior is worth.
pub(super) const STRENGTH: f64 = 10.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_project_prior_says_what_the_reviews_say() {
        let ratios = PROJECT.curve().map(f64::exp2);
        assert!((1.0 - ratios.share_within(1.0) - 0.7).abs() < 0.02);
        assert!((ratios.mean() - 1.33).abs() < 0.02, "{}", ratios.mean());
    }
}
