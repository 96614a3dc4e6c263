//! The past of a reader gone through once more: what was known when, and what came of it.

use serde::Serialize;

use super::{
    Activity, Features, Figures, Item, LABEL_AGE, Model, Relation, average_precision, model::chance,
    rule::rule,
};

/// Share of the items that is learned from before any is scored.
const WARM_UP: f64 = 0.3;
/// Answered items, and others, that must have been scored before the model may be used.
const ENOUGH: usize = 20;

/// How rule and model did on items that came after those they had learned from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Evaluation {
    /// Items in all.
    pub items: usize,
    /// The first of them, that were only learned from.
    pub warm_up: usize,
    /// Items that were scored: the rest, without those of the last seven days.
    pub scored: usize,
    /// Those of them that were answered.
    pub answered: usize,
    /// The order `to before cc`, for comparison.
    pub to_before_cc: Figures,
    /// The fixed rule; its calibration error is that of a chance learned for its points.
    pub rule: Figures,
    /// The learned order; its calibration error is that of the regression.
    pub model: Figures,
    /// Whether the model is used: its average precision on the scored items is above the rule's.
    pub chooses_model: bool,
}

/// Where an item stands.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Place {
    /// The higher, the earlier it is shown.
    pub score: f64,
    /// Chance that the reader answers it within seven days.
    pub probability: f64,
}

/// What was learned from a reader's past.
#[derive(Debug, Clone, PartialEq)]
pub struct Learned {
    model: Model,
    /// What chance goes with the rule's points.
    points: Model,
    /// How both did.
    pub evaluation: Evaluation,
}

/// An item as it was scored when it came.
#[derive(Debug, Clone, Copy)]
struct Scored {
    relation: Relation,
    rule: f64,
    rule_chance: f64,
    score: f64,
    chance: f64,
    is_answered: bool,
}

/// Goes through `items`, oldest first, and says how rule and model did.
pub fn replay(items: &[Item]) -> Evaluation {
    Learned::of(items).evaluation
}

impl Learned {
    /// From `items`, oldest first. Each is scored with what was learned until it came, and learned
    /// from when it is [`LABEL_AGE`] old.
    pub fn of(items: &[Item]) -> Self {
        let warm_up = (items.len() as f64 * WARM_UP) as usize;
        let (mut learned, scored) = Self::gone_through(items, warm_up);
        learned.evaluation = evaluation(&scored, items.len(), warm_up);
        learned
    }

    /// What was learned, and each item after `warm_up` with a label as it was scored.
    fn gone_through(items: &[Item], warm_up: usize) -> (Self, Vec<Scored>) {
        let mut learned =
            Self { model: Model::at_rule(), points: Model::of_points(), evaluation: Evaluation::default() };
        let mut scored = Vec::with_capacity(items.len());
        let mut young = items.iter().peekable();
        for (number, item) in items.iter().enumerate() {
            while let Some(old) = young.next_if(|old| old.at.saturating_add(LABEL_AGE) <= item.at) {
                learned.learn(old);
            }
            if let Some(is_answered) = item.answered.filter(|_| number >= warm_up) {
                scored.push(learned.scored(&item.features, is_answered));
            }
        }
        young.for_each(|old| learned.learn(old));
        (learned, scored)
    }

    fn learn(&mut self, item: &Item) {
        if let Some(is_answered) = item.answered {
            self.model.learn(&item.features.vector(), is_answered);
            self.points.learn(&Model::points(&item.features), is_answered);
        }
    }

    fn scored(&self, features: &Features, is_answered: bool) -> Scored {
        let rule = rule(features);
        let log_odds = self.model.log_odds(&features.vector());
        Scored {
            relation: features.relation,
            rule,
            rule_chance: chance(self.points.log_odds(&Model::points(features))),
            score: pooled(log_odds, rule),
            chance: chance(log_odds),
            is_answered,
        }
    }

    /// Where an open item stands now. `activity` is what the reader does now, for all items the same:
    /// what came while they were away is not worth less for it.
    pub fn place(&self, features: &Features, activity: Activity) -> Place {
        let scored = self.scored(&Features { activity, ..*features }, false);
        if self.evaluation.chooses_model {
            Place { score: scored.score, probability: scored.chance }
        } else {
            Place { score: scored.rule, probability: scored.rule_chance }
        }
    }
}

/// The mean of both log odds, the rule's points being taken for some. Two forecasts of different
/// faults are better together than either, and equal weights are hard to beat (Clemen, "Combining
/// forecasts", International Journal of Forecasting 5, 1989).
fn pooled(log_odds: f64, rule: f64) -> f64 {
    f64::midpoint(log_odds, rule)
}

fn evaluation(scored: &[Scored], items: usize, warm_up: usize) -> Evaluation {
    let by = |value: fn(&Scored) -> f64| -> Vec<(f64, bool)> {
        scored.iter().map(|one| (value(one), one.is_answered)).collect()
    };
    let to = by(|one| f64::from(u8::from(one.relation == Relation::To)));
    let (rule, rule_chance) = (by(|one| one.rule), by(|one| one.rule_chance));
    let (model, model_chance) = (by(|one| one.score), by(|one| one.chance));
    let answered = scored.iter().filter(|one| one.is_answered).count();
    let is_enough = answered >= ENOUGH && scored.len() - answered >= ENOUGH;
    Evaluation {
        items,
        warm_up,
        scored: scored.len(),
        answered,
        to_before_cc: Figures::of(&to, None),
        rule: Figures::of(&rule, Some(&rule_chance)),
        model: Figures::of(&model, Some(&model_chance)),
        chooses_model: is_enough && average_precision(&model) > average_precision(&rule),
    }
}

#[cfg(test)]
mod tests;
