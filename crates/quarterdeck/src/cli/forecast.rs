//! What `forecast` and `calibration` take.

use clap::{Args, ValueEnum};
use jiff::civil::Date;

use super::PlainFormat;

pub(crate) const HELP: &str = "When the open items of a project are done, by the pace of its last twelve weeks and with what is added meanwhile. A pace alone is
far too sure: it is held against how far the same question was off at every past moment of all streams of work that
are read here, and against published figures where there are few.

Examples:
  quarterdeck forecast
  quarterdeck forecast atlas --explain
  quarterdeck forecast atlas --by 2027-03-31
  quarterdeck forecast atlas --format svg > atlas.svg
  quarterdeck sql \"SELECT project, p85, kept FROM delivery_forecasts\"";

pub(crate) const CALIBRATION_HELP: &str = "Of all that was said of the future here, how often the truth fell inside: ranges of estimates, tasks by what the like took, deliveries
by their pace, accepted plans. Each was made with what was known on its day. What should hold in eight cases of ten and
holds in six is too sure; what holds in all of them is too careful.

Examples:
  quarterdeck calibration
  quarterdeck calibration --format json";

/// How a forecast is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ForecastFormat {
    /// For people
    Text,
    /// For programs
    Json,
    /// A fan of what is left, week by week
    Svg,
}

#[derive(Debug, Args)]
pub(crate) struct ForecastArgs {
    /// Of which project [default: all that are worked on]
    pub(crate) project: Option<String>,
    /// How many items are done by this day
    #[arg(long, value_name = "DATE", requires = "project")]
    pub(crate) by: Option<Date>,
    /// Say what the forecast is held against
    #[arg(long)]
    pub(crate) explain: bool,
    /// How to print it
    #[arg(long, value_enum, default_value_t = ForecastFormat::Text)]
    pub(crate) format: ForecastFormat,
}

#[derive(Debug, Args)]
pub(crate) struct CalibrationArgs {
    /// How to print it
    #[arg(long, value_enum, default_value_t = PlainFormat::Text)]
    pub(crate) format: PlainFormat,
}
