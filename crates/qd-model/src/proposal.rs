//! What a client reads of an estimate. No figure of the inside is in it, so that none can slip out: neither what a
//! day costs nor what is earned, nor who said what.

use jiff::civil::Date;
use serde::Serialize;

/// The values that a proposal's template is filled with.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Proposal {
    /// The day it is of.
    pub date: Date,
    /// What the work is called.
    pub name: String,
    /// Who offers.
    pub company: String,
    /// Who asked for it.
    pub client: Option<String>,
    /// What the work is.
    pub summary: Option<String>,
    /// Last day on which the offer holds.
    pub valid_until: Option<Date>,
    /// The work, piece by piece.
    pub lines: Vec<ProposalLine>,
    /// What may be left out.
    pub options: Vec<ProposalLine>,
    /// Days of all the work: half of the cases, and those that the price covers; none where nothing is estimated.
    pub days: Option<(String, String)>,
    /// What is taken to be so, of all the work and of its pieces.
    pub assumptions: Vec<String>,
    /// What is not part of it.
    pub exclusions: Vec<String>,
    /// Who would do it, with what they do.
    pub team: Vec<String>,
    /// Skills that the work needs.
    pub skills: Vec<String>,
    /// Day on which it can begin at the earliest.
    pub begins: Option<Date>,
    /// Day by which it is ready in half of the cases.
    pub likely: Option<Date>,
    /// The same in eight of ten.
    pub sure: Option<Date>,
    /// The share of cases that the fixed price covers, in per cent.
    pub confidence: u32,
    /// The price whatever it takes; none where a rate is not known.
    pub fixed_price: Option<String>,
    /// What is to be expected by the day.
    pub expected_price: Option<String>,
    /// What it comes to at most by the day.
    pub cap: Option<String>,
    /// What a day is sold for, by skill.
    pub rates: Vec<(String, String)>,
    /// What may come in the way, and what is done about it.
    pub risks: Vec<ProposalRisk>,
}

/// A piece of the work.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProposalLine {
    /// What it is.
    pub title: String,
    /// Days within which eight of ten cases lie; none where nobody has estimated it.
    pub range: Option<String>,
    /// What an option costs in addition.
    pub price: Option<String>,
}

/// A risk.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProposalRisk {
    /// What may happen.
    pub title: String,
    /// How likely, in words.
    pub likelihood: &'static str,
    /// What is done about it.
    pub answer: Option<String>,
}
