//! How sure it is: forecasts of tasks, sums of tasks, throughput and dates that hold as often as they say.

mod bootstrap;
mod class;
mod curve;
pub mod dates;
mod panel;
mod pools;
pub mod prior;
pub mod protocol;
mod record;
pub mod scores;
pub mod sums;
pub mod tasks;
pub mod throughput;

pub use bootstrap::{Bootstrap, LONGEST, weeks_with_growth};
pub use class::{Case, Class, survival};
pub use curve::{Curve, LEVELS, level};
pub use panel::Panel;
pub use prior::Prior;
pub use record::Record;
