//! How good an order and a probability are.

use serde::Serialize;

/// Bins of the calibration error.
const BINS: usize = 10;
/// Share of the answered items that must be among those shown.
const RECALL: f64 = 0.9;

/// What an order was worth. Nothing is said where the items are all of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Figures {
    /// See [`area_under_curve`].
    pub area_under_curve: Option<f64>,
    /// See [`average_precision`].
    pub average_precision: Option<f64>,
    /// See [`calibration_error`].
    pub calibration_error: Option<f64>,
    /// See [`share_shown`], at 90% recall.
    pub share_shown: Option<f64>,
}

impl Figures {
    /// Of scores and whether each item was answered; `probabilities` of the same items, if there
    /// are any.
    pub fn of(scored: &[(f64, bool)], probabilities: Option<&[(f64, bool)]>) -> Self {
        Self {
            area_under_curve: area_under_curve(scored),
            average_precision: average_precision(scored),
            calibration_error: probabilities.and_then(calibration_error),
            share_shown: share_shown(scored, RECALL),
        }
    }
}

/// Items with the same score.
#[derive(Debug, Clone, Copy, Default)]
struct Group {
    items: usize,
    answered: usize,
}

/// Groups from the highest score to the lowest.
fn groups(scored: &[(f64, bool)]) -> Vec<Group> {
    let mut sorted = scored.to_vec();
    sorted.sort_unstable_by(|one, two| two.0.total_cmp(&one.0));
    sorted
        .chunk_by(|one, two| one.0 == two.0)
        .map(|chunk| Group {
            items: chunk.len(),
            answered: chunk.iter().filter(|(_, is_answered)| *is_answered).count(),
        })
        .collect()
}

/// Answered items, and the others; none where either is missing.
fn kinds(groups: &[Group]) -> Option<(f64, f64)> {
    let answered: usize = groups.iter().map(|group| group.answered).sum();
    let items: usize = groups.iter().map(|group| group.items).sum();
    (answered > 0 && answered < items).then_some((answered as f64, (items - answered) as f64))
}

/// Chance that an answered item stands above one that was not; a tie counts for half. It is the area
/// under the ROC curve and the Mann-Whitney statistic with midranks (Hanley and McNeil, "The meaning
/// and use of the area under a ROC curve", Radiology 143, 1982).
pub fn area_under_curve(scored: &[(f64, bool)]) -> Option<f64> {
    let groups = groups(scored);
    let (answered, others) = kinds(&groups)?;
    let (mut above, mut sum) = (0.0, 0.0);
    for group in &groups {
        let here = (group.items - group.answered) as f64;
        sum += here * (above + group.answered as f64 / 2.0);
        above += group.answered as f64;
    }
    Some(sum / (answered * others))
}

/// Sum over the scores, from the highest, of precision × gain of recall; items with the same score
/// are taken together, so that none of their orders is preferred (Manning, Raghavan and Schütze,
/// "Introduction to Information Retrieval", 2008, 8.4; ties as in scikit-learn's
/// `average_precision_score`).
pub fn average_precision(scored: &[(f64, bool)]) -> Option<f64> {
    let groups = groups(scored);
    let (total, _) = kinds(&groups)?;
    let (mut items, mut answered, mut sum) = (0.0, 0.0, 0.0);
    for group in &groups {
        items += group.items as f64;
        answered += group.answered as f64;
        sum += group.answered as f64 / total * (answered / items);
    }
    Some(sum)
}

/// Smallest share of the items that must be shown from the top so that `recall` of the answered ones
/// are among them; items with the same score are shown together.
pub fn share_shown(scored: &[(f64, bool)], recall: f64) -> Option<f64> {
    let groups = groups(scored);
    let (total, others) = kinds(&groups)?;
    let (mut items, mut answered) = (0, 0);
    for group in &groups {
        items += group.items;
        answered += group.answered;
        if answered as f64 >= recall * total {
            break;
        }
    }
    Some(items as f64 / (total + others))
}

/// Expected calibration error: items in the order of their probability, cut into ten bins of as equal
/// a size as can be; the mean over the items of |mean probability − share answered| of their bin
/// (Naeini, Cooper and Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian Binning",
/// AAAI 2015, with bins of equal mass as in Nixon et al., "Measuring Calibration in Deep Learning",
/// 2019).
pub fn calibration_error(probable: &[(f64, bool)]) -> Option<f64> {
    if probable.is_empty() {
        return None;
    }
    let mut sorted = probable.to_vec();
    sorted.sort_by(|one, two| one.0.total_cmp(&two.0));
    let edge = |bin: usize| bin * sorted.len() / BINS;
    let bins = (0..BINS).filter_map(|bin| sorted.get(edge(bin)..edge(bin + 1)));
    let sum: f64 = bins
        .map(|bin| {
            bin.iter()
                .map(|(chance, is_answered)| chance - f64::from(u8::from(*is_answered)))
                .sum::<f64>()
                .abs()
        })
        .sum();
    Some(sum / sorted.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two pairs tie: 3 answered, 3 not.
    const SCORED: [(f64, bool); 6] =
        [(0.9, true), (0.7, true), (0.7, false), (0.4, false), (0.2, true), (0.2, false)];

    fn is(value: Option<f64>, wanted: f64) {
        assert!(value.is_some_and(|value| (value - wanted).abs() < 1e-12), "{value:?} is not {wanted}");
    }

    #[test]
    fn figures_are_those_reckoned_by_hand() {
        // Pairs won: .9 all 3; .7 one and a half of the tie and two below, 2.5; .2 half of one.
        is(area_under_curve(&SCORED), 6.0 / 9.0);
        // Precisions 1/1, 2/3, 2/4, 3/6 at gains of recall 1/3, 1/3, 0, 1/3.
        is(average_precision(&SCORED), (1.0 + 2.0 / 3.0 + 0.5) / 3.0);
        is(share_shown(&SCORED, 0.9), 1.0);
        is(share_shown(&SCORED, 0.6), 0.5);
        let reversed = SCORED.map(|(score, is_answered)| (-score, is_answered));
        is(area_under_curve(&reversed), 3.0 / 9.0);
        let same = SCORED.map(|(_, is_answered)| (1.0, is_answered));
        is(area_under_curve(&same), 0.5);
        is(average_precision(&same), 0.5);
        assert_eq!(Figures::of(&[(1.0, true)], None), Figures::default());
    }

    #[test]
    fn calibration_error_is_the_mean_distance_of_bins() {
        // Ten bins of two: one of two is answered where .5 is said, none where .3 is said.
        let fair = (0..10).flat_map(|_| [(0.5, true), (0.5, false)]);
        is(calibration_error(&fair.collect::<Vec<_>>()), 0.0);
        let high: Vec<_> = (0..20).map(|_| (0.3, false)).collect();
        is(calibration_error(&high), 0.3);
        // Lower half: .1 said, none answered; upper half: .8 said, all answered.
        let halves: Vec<_> = (0..20).map(|at| if at < 10 { (0.1, false) } else { (0.8, true) }).collect();
        is(calibration_error(&halves), 0.15);
        is(calibration_error(&[(0.25, true)]), 0.75);
        assert_eq!(calibration_error(&[]), None);
    }
}
