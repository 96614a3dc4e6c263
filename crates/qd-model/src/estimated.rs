//! What new work will take, cost and be sold for, as an estimate says it.

use jiff::civil::Date;
use serde::Serialize;

/// An estimate, run many times.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimated {
    /// The day it is of.
    pub today: Date,
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Who asked for it, by name.
    pub client: Option<String>,
    /// Currency of all amounts, ISO 4217.
    pub currency: Option<String>,
    /// Share of cases that a price is to cover.
    pub confidence: f64,
    /// Finished pieces of work that the lines were held against.
    pub known: usize,
    /// What stands in where too few are known: the publication.
    pub prior: String,
    /// Days of work, with what risks bring, without what is optional.
    pub effort: Spread,
    /// What that is sold for at the rate card; none where a rate is not known.
    pub price: Option<Spread>,
    /// What its people cost; none where a rate is not known.
    pub cost: Option<Spread>,
    /// What it is offered for, whatever it takes.
    pub fixed_price: Option<f64>,
    /// Share of the runs in which it costs more than the fixed price (or than the price, where none is fixed).
    pub loss: Option<f64>,
    /// Share of that price that is left after the mean cost.
    pub margin: Option<f64>,
    /// The share that was to be left.
    pub margin_wanted: Option<f64>,
    /// When it could be ready; none where it cannot be planned.
    pub calendar: Option<Calendar>,
    /// What the project that it became has taken so far; none where it is no project, or one without tasks.
    pub taken: Option<Taken>,
    /// Its lines, in their order.
    pub lines: Vec<EstimatedLine>,
    /// What may come in the way, in its order.
    pub risks: Vec<EstimatedRisk>,
    /// What is wrong with it, or is missing.
    pub complaints: Vec<String>,
}

/// A range.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Spread {
    /// One case of ten comes to no more.
    pub p10: f64,
    /// Half of the cases come to no more.
    pub p50: f64,
    /// Eight cases of ten come to no more.
    pub p80: f64,
    /// Nine cases of ten come to no more.
    pub p90: f64,
    /// 95 cases of 100 come to no more.
    pub p95: f64,
    /// What covers the chosen share of the cases.
    pub chosen: f64,
}

/// What came of an estimate so far.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Taken {
    /// The project, by name.
    pub project: String,
    /// Days that were booked on its tasks; none where nobody booked any.
    pub days: Option<f64>,
    /// Its tasks.
    pub tasks: usize,
    /// Those that are done.
    pub done: usize,
    /// Share of the estimate's runs that take more than what was booked.
    pub more: Option<f64>,
}

/// When estimated work could be ready, planned beside all that is there.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calendar {
    /// Day by which it is ready in half of the runs.
    pub p50: Option<Date>,
    /// The same in eight of ten.
    pub p80: Option<Date>,
    /// The day that was asked for.
    pub deadline: Option<Date>,
    /// Share of the runs in which it is ready by then.
    pub kept: Option<f64>,
    /// Lines that nobody can do.
    pub unplanned: usize,
    /// Projects that it holds up: name, and calendar days.
    pub delays: Vec<(String, i64)>,
}

/// A line of an estimate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EstimatedLine {
    /// Its id.
    pub id: String,
    /// What it is.
    pub title: String,
    /// Skill it needs.
    pub skill: Option<String>,
    /// Whether the client may leave it out.
    pub is_optional: bool,
    /// What was said: by whom, low, likely and high in days.
    pub said: Vec<(Option<String>, [f64; 3])>,
    /// The largest `likely` over the smallest, where several said one.
    pub disagreement: Option<f64>,
    /// What it may take, in days, held against the past; none where nothing was said that makes sense.
    pub days: Option<Spread>,
    /// What a day is sold for.
    pub rate: Option<f64>,
    /// Its part of the spread of the sum.
    pub share_of_spread: f64,
    /// Days by which the sum at the chosen share would fall if one knew beforehand what it takes.
    pub known_saves: f64,
}

/// A risk of an estimate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EstimatedRisk {
    /// Its id.
    pub id: String,
    /// What may happen.
    pub title: String,
    /// How likely it is.
    pub probability: f64,
    /// What is done about it.
    pub answer: Option<String>,
    /// Its part of the spread of the sum.
    pub share_of_spread: f64,
}
