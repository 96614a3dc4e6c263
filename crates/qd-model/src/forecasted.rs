//! When running work is done by its pace.

use jiff::civil::Date;
use serde::Serialize;

/// The forecast of a project.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Forecasted {
    /// The day it is of.
    pub today: Date,
    /// Its id.
    pub project: String,
    /// What it is called.
    pub name: String,
    /// Items that are open.
    pub left: u32,
    /// Items that were done in a week, on the mean of the last twelve.
    pub done_a_week: f64,
    /// Items that were added in one.
    pub added_a_week: f64,
    /// Days by which all is done: in one case of ten, in half, in 8 of 10, in 85 and in 95 of 100. None where too
    /// little was done to say, or where it is beyond all plans.
    pub days: Option<[Option<Date>; 5]>,
    /// Days by which what is open today is done, if nothing is added: in half of the cases, in 85 of 100.
    pub as_it_is: Option<[Option<Date>; 2]>,
    /// The day that was promised.
    pub deadline: Option<Date>,
    /// How often that is kept.
    pub kept: Option<f64>,
    /// The same if nothing is added.
    pub kept_as_it_is: Option<f64>,
    /// Past cases of the same question that it is held against.
    pub cases: f64,
    /// Items done by a day that was asked for: at least so many in half, in 85 and in 95 of 100 cases.
    pub by: Option<(Date, [u32; 3])>,
    /// The way there: so many items are done by these days, in one case of ten, in half, in 8 of 10 and in 95 of 100.
    pub way: Vec<(u32, [Option<Date>; 4])>,
}
