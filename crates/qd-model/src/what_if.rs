//! What would be if: changes that nobody has made, each beside what is planned now.

use jiff::civil::Date;
use serde::Serialize;

/// What is planned now, and what would be planned with each change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WhatIf {
    /// The day it is of.
    pub today: Date,
    /// Currency of the costs, ISO 4217.
    pub currency: Option<String>,
    /// Runs with other luck of each plan: the same luck in each.
    pub runs: usize,
    /// The changes, as they were asked for.
    pub variants: Vec<Variant>,
}

/// One change, and what comes of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Variant {
    /// What it is.
    pub title: String,
    /// The change of the company's files, as a unified diff.
    pub diff: String,
    /// What is wrong with the files that it makes, where it was well before.
    pub complaints: Vec<String>,
    /// The projects that are worked on now or with it.
    pub projects: Vec<Shift>,
    /// How much more the delays cost on average; below 0 it saves. In whole units of the currency.
    pub delay_cost: Option<f64>,
    /// How much more people cost until all is done and due; below 0 less. None where a rate is not declared.
    pub people_cost: Option<f64>,
    /// Names of those who come.
    pub come: Vec<String>,
    /// Names of those who go before all is done and due.
    pub go: Vec<String>,
}

/// What a change does to a project.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shift {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// As things are; none of a project that only comes with the change.
    pub now: Option<Outlook>,
    /// With the change; none of a project that goes with it.
    pub then: Option<Outlook>,
    /// Calendar days by which the day moves that holds in eight of ten runs; above 0 it is later.
    pub days: Option<i64>,
    /// Of the moves of single runs, in calendar days, the one that a tenth fall short of, and the one that a tenth
    /// exceed.
    pub between: Option<(i64, i64)>,
}

/// When a project is ready.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outlook {
    /// The day it is promised for.
    pub deadline: Option<Date>,
    /// Day on which all is ready by the plan; none where a part cannot be planned.
    pub ends: Option<Date>,
    /// Day by which it is ready in half of the runs.
    pub p50: Option<Date>,
    /// The same in eight of ten.
    pub p80: Option<Date>,
    /// Share of the runs in which the promise is kept.
    pub kept: Option<f64>,
    /// Tasks that could not be planned.
    pub unplanned: usize,
}
