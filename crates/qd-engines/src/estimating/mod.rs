//! What new work will take, cost and be sold for: the lines of an estimate, corrected by what the like took before,
//! and run many times.
//!
//! A line has the three points of one estimator or of several. Of several, each is taken to be as likely right as the
//! other (a linear opinion pool: Stone 1961; Clemen and Winkler 1999, "Combining probability distributions from
//! experts in risk analysis"), so that disagreement makes the line wider. It is then held against the reference class
//! ([`crate::forecast`]): its middle moves by what such work took against its estimate, and its range is never narrower
//! than that class, as people's ranges are (Jørgensen 2004, "A review of studies on expert estimation of software
//! development effort": intervals said to hold nine times in ten held six or seven times). A range that is wider than the
//! class stays as it was said.
//!
//! Luck is shared between the lines of an estimate as it is between the tasks of a project
//! ([`Correlation`](crate::simulation::Correlation)).

mod book;
mod line;
mod odds;
mod outcome;
#[cfg(test)]
mod tests;

pub(crate) use book::history;
pub use book::{Book, INPUTS};
pub(crate) use odds::ENGINE;
pub use outcome::{Driver, Outcome, SHARES, Sums};

/// An estimate, ready to be run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Estimate {
    /// Its id.
    pub id: String,
    /// The pieces of the work.
    pub lines: Vec<Line>,
    /// What may come in its way.
    pub risks: Vec<Risk>,
    /// The share of cases that a price is to cover.
    pub confidence: f64,
    /// What it is offered for, in the company's currency.
    pub fixed_price: Option<f64>,
}

/// A piece of the work.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Line {
    /// Its id within the estimate.
    pub id: String,
    /// What it is.
    pub title: String,
    /// What estimators said: low, likely and high in working days of one person.
    pub opinions: Vec<Opinion>,
    /// Kind of work, as which the past is asked.
    pub category: Option<String>,
    /// Skill it needs.
    pub skill: Option<String>,
    /// Whether the client may leave it out; it is in no sum.
    pub is_optional: bool,
    /// What a day is sold for.
    pub sold: Option<f64>,
    /// What a day costs.
    pub cost: Option<f64>,
}

/// What one estimator said.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Opinion {
    /// Who; none where the line itself says it.
    pub by: Option<String>,
    /// Low, likely and high in working days of one person.
    pub points: [f64; 3],
}

/// What may come in the way.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Risk {
    /// Its id within the estimate.
    pub id: String,
    /// What may happen.
    pub title: String,
    /// How likely it is.
    pub probability: f64,
    /// Work that it brings: low, likely and high in working days of one person.
    pub points: Option<[f64; 3]>,
    /// What it costs beside work; none where it is not known, as in another currency.
    pub money: Option<f64>,
    /// What a day of its work is sold for.
    pub sold: Option<f64>,
    /// What a day of its work costs.
    pub cost: Option<f64>,
}

impl Opinion {
    /// The expected work, (low + 4 likely + high) / 6 (PERT: Malcolm, Roseboom, Clark and Fazar 1959).
    #[must_use]
    pub fn expected(&self) -> f64 {
        let [low, likely, high] = self.points;
        (low + 4.0 * likely + high) / 6.0
    }
}

impl Line {
    /// The expected work in days, as the mean of what was said; none where nobody said anything.
    #[must_use]
    pub fn expected(&self) -> Option<f64> {
        let sum: f64 = self.opinions.iter().map(Opinion::expected).sum();
        (!self.opinions.is_empty()).then(|| sum / self.opinions.len() as f64)
    }

    /// How far estimators are apart: the largest `likely` over the smallest; none where fewer than two said one.
    #[must_use]
    pub fn disagreement(&self) -> Option<f64> {
        let likely = || self.opinions.iter().map(|opinion| opinion.points[1]);
        let (least, most) = (likely().fold(f64::INFINITY, f64::min), likely().fold(0.0, f64::max));
        (self.opinions.len() > 1 && least > 0.0).then(|| most / least)
    }
}
