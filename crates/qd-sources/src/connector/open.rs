//! What was open when it was last looked at, so that it does not stay open for ever.
//!
//! Lists that are read by their last change never tell that something was deleted: it is simply
//! not in them any more. What is open is therefore asked for by its number, some of it in each
//! sync, all of it in turn.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// Most numbers that are asked for in one question.
pub(crate) const PART: usize = 100;

/// Most numbers whose turn comes in one sync.
const MOST: usize = 10 * PART;

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Open {
    numbers: BTreeSet<u64>,
    /// The first of which the turn is next.
    next: u64,
}

impl Open {
    /// Remembers how `number` stands.
    pub(crate) fn note(&mut self, number: u64, is_open: bool) {
        if is_open {
            self.numbers.insert(number);
        } else {
            self.numbers.remove(&number);
        }
    }

    /// Those whose turn it is, without those that were `seen` just now. The turn goes on behind them
    /// once they are [`passed`](Self::passed).
    pub(crate) fn turn(&self, seen: &BTreeSet<u64>) -> Vec<u64> {
        let round = self.numbers.range(self.next..).chain(self.numbers.range(..self.next));
        round.filter(|number| !seen.contains(number)).take(MOST).copied().collect()
    }

    /// `number` was looked at.
    pub(crate) fn passed(&mut self, number: u64) {
        self.next = number.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{MOST, Open};

    #[test]
    fn all_have_their_turn_and_what_was_seen_is_not_asked_for() {
        let mut open = Open::default();
        let count = MOST as u64 * 2 + 10;
        (1..=count).for_each(|number| open.note(number, true));
        open.note(7, false);
        let seen = BTreeSet::from([3, count]);
        let mut asked = BTreeSet::new();
        for round in 0..3 {
            let turn = open.turn(&seen);
            assert!(turn.len() <= MOST, "round {round} asks for {}", turn.len());
            turn.iter().for_each(|number| open.passed(*number));
            asked.extend(turn);
        }
        let expected: BTreeSet<u64> = (1..count).filter(|number| ![3, 7].contains(number)).collect();
        assert_eq!(asked, expected);
        assert!(Open::default().turn(&seen).is_empty());
    }
}
