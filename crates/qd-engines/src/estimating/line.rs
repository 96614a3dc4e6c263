//! What a line may take: what was said of it, held against what the like took.

use super::{Line, Opinion};
use crate::{
    forecast::{
        Curve,
        tasks::{Piece, TaskForecaster},
    },
    simulation::{Estimate, quantiles},
};

/// Hours of a working day: the past is kept in hours.
pub(super) const HOURS: f64 = 8.0;

/// What was said, in days: each estimator as likely as the other. None where nobody said anything that makes sense.
pub(super) fn said(opinions: &[Opinion]) -> Option<Curve> {
    let mut outcomes = Vec::new();
    for opinion in opinions {
        let [low, likely, high] = opinion.points;
        outcomes.extend(quantiles(&Estimate::Points { low, likely, high })?);
    }
    outcomes.sort_by(f64::total_cmp);
    Curve::of_sorted(&outcomes)
}

/// What the line may take, in days, and how many finished pieces it was held against.
pub(super) fn corrected(line: &Line, piece: &Piece, past: &TaskForecaster) -> Option<Curve> {
    let said = said(&line.opinions)?;
    let expected = line.expected().filter(|days| *days > 0.0)?;
    let like = past.forecast(piece).doublings.map(|doublings| expected * doublings.exp2());
    Some(wider(&said, &like))
}

/// The middle of the second, and on each side of it the wider of the two, as ratios: work is never below 0.
fn wider(said: &Curve, like: &Curve) -> Curve {
    let (own, middle) = (said.median(), like.median());
    if own <= 0.0 || middle <= 0.0 {
        return *like;
    }
    Curve::from_fn(|level| {
        let (said, like) = (said.at(level) / own, like.at(level) / middle);
        middle * if level < 0.5 { said.min(like) } else { said.max(like) }
    })
}
