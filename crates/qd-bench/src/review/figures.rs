//! How well an order of changes puts the bad ones first.

use serde::Serialize;

/// One change of the backtest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Judged {
    /// Risk as it was told before.
    pub(crate) risk: f64,
    /// Lines added and removed in all files.
    pub(crate) lines: f64,
    /// Lines added to the program.
    pub(crate) program_lines: f64,
    /// Whether it turned out bad.
    pub(crate) is_bad: bool,
}

/// An order of changes that is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Order {
    /// The riskiest first.
    Risk,
    /// Most lines added to the program first.
    ProgramLines,
    /// Most lines first.
    Lines,
    /// Any order: what is expected of it.
    Random,
    /// Most risk for a line first.
    RiskPerLine,
    /// Fewest lines first.
    FewestLines,
}

impl Order {
    pub(crate) const ALL: [Self; 6] =
        [Self::Risk, Self::ProgramLines, Self::Lines, Self::Random, Self::RiskPerLine, Self::FewestLines];

    /// What it is called in a table.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Risk => "risk",
            Self::ProgramLines => "program lines added",
            Self::Lines => "all lines changed",
            Self::Random => "random (expected)",
            Self::RiskPerLine => "risk per line",
            Self::FewestLines => "fewest lines",
        }
    }

    /// Higher comes first.
    fn score(self, change: &Judged) -> f64 {
        match self {
            Self::Risk => change.risk,
            Self::ProgramLines => change.program_lines,
            Self::Lines => change.lines,
            Self::Random => 0.0,
            Self::RiskPerLine => change.risk / change.lines.max(1.0),
            Self::FewestLines => -change.lines,
        }
    }
}

/// What an order achieved in one repository.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Figures {
    /// The order.
    pub(crate) order: Order,
    /// Bad changes in its first tenth; those in a tie across the border count in part.
    pub(crate) caught: f64,
    /// Bad changes within the first 20% of all lines.
    pub(crate) caught_by_effort: f64,
    /// Probability that a bad change stands before a good one; none where one kind is missing.
    pub(crate) auc: Option<f64>,
}

/// Changes in the first tenth.
pub(crate) fn tenth(changes: usize) -> usize {
    changes.div_ceil(10)
}

/// What `order` achieves over `changes`.
pub(crate) fn figures(order: Order, changes: &[Judged]) -> Figures {
    let mut ordered: Vec<(f64, &Judged)> =
        changes.iter().map(|change| (order.score(change), change)).collect();
    ordered.sort_by(|one, two| two.0.total_cmp(&one.0));
    let effort = if order == Order::Random { 0.2 * bad(changes) } else { by_effort(&ordered) };
    Figures { order, caught: caught(&ordered), caught_by_effort: effort, auc: auc(&ordered) }
}

/// A count as a quantity.
#[expect(clippy::cast_precision_loss, reason = "no count of changes comes near 2^52")]
pub(crate) fn real(number: usize) -> f64 {
    number as f64
}

fn bad(changes: &[Judged]) -> f64 {
    real(changes.iter().filter(|change| change.is_bad).count())
}

fn ties<'a>(ordered: &'a [(f64, &'a Judged)]) -> impl Iterator<Item = (f64, f64)> + 'a {
    ordered.chunk_by(|one, two| one.0 == two.0).map(|tie| {
        let bad = real(tie.iter().filter(|(_, change)| change.is_bad).count());
        (real(tie.len()), bad)
    })
}

fn caught(ordered: &[(f64, &Judged)]) -> f64 {
    let mut room = real(tenth(ordered.len()));
    let mut caught = 0.0;
    for (all, bad) in ties(ordered) {
        let share = (room / all).clamp(0.0, 1.0);
        caught += share * bad;
        room -= all;
    }
    caught
}

fn by_effort(ordered: &[(f64, &Judged)]) -> f64 {
    let budget = 0.2 * ordered.iter().map(|(_, change)| change.lines).sum::<f64>();
    let mut spent = 0.0;
    let read = ordered.iter().take_while(|(_, change)| {
        spent += change.lines;
        spent <= budget
    });
    real(read.filter(|(_, change)| change.is_bad).count())
}

fn auc(ordered: &[(f64, &Judged)]) -> Option<f64> {
    let (mut before, mut pairs) = (0.0, 0.0);
    for (all, bad) in ties(ordered) {
        let good = all - bad;
        pairs += good * (before + bad / 2.0);
        before += bad;
    }
    let good = real(ordered.len()) - before;
    (before > 0.0 && good > 0.0).then(|| pairs / (before * good))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(risk: f64, lines: f64, is_bad: bool) -> Judged {
        Judged { risk, lines, program_lines: lines, is_bad }
    }

    #[test]
    fn a_perfect_order_catches_all_and_a_tie_in_part() {
        let mut changes: Vec<Judged> = (1..20).map(|rank| change(0.1, f64::from(rank), false)).collect();
        changes.push(change(0.9, 100.0, true));
        let risk = figures(Order::Risk, &changes);
        assert_eq!((risk.caught, risk.auc), (1.0, Some(1.0)));
        assert_eq!(risk.caught_by_effort, 0.0, "it alone is more than a fifth of the lines");
        let random = figures(Order::Random, &changes);
        assert_eq!((random.caught, random.auc), (0.1, Some(0.5)));
        assert_eq!(figures(Order::FewestLines, &changes).auc, Some(0.0));
    }

    #[test]
    fn nothing_to_order_is_no_figure() {
        assert_eq!(figures(Order::Risk, &[]).auc, None);
        assert_eq!(figures(Order::Risk, &[change(0.1, 1.0, true)]).auc, None);
    }
}
