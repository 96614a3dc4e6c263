//! In which order messages that wait for an answer are shown.
//!
//! A fixed rule says how much a message asks of its reader. Beside it each reader has a regression
//! that starts at the rule and learns from what they answered. The order is the mean of both, used
//! only while it beats the rule on the reader's own past. It orders messages and never people, and
//! hides none: what is low in the order is still counted.

mod features;
mod items;
mod metrics;
mod model;
mod reader;
mod replay;
mod rule;

pub use features::{Activity, Features, Relation, Share, Thread};
pub use items::{Answers, Item, Mailbox, Message, answers, items};
pub use metrics::{Figures, area_under_curve, average_precision, calibration_error, share_shown};
pub use model::Model;
pub use reader::Reader;
pub use replay::{Evaluation, Learned, Place, replay};
pub use rule::rule;

/// Age at which an item is learned from, in seconds. Seven days: nine answers in ten come earlier,
/// and one fixed age keeps an early `yes` and a late `no` from having different chances.
pub const LABEL_AGE: i64 = 7 * DAY;

const DAY: i64 = 86_400;

/// Seconds as days.
fn days(seconds: i64) -> f64 {
    seconds as f64 / DAY as f64
}
