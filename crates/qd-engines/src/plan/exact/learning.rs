//! Clauses learned from conflicts.

use super::engine::{Change, Clause, Engine, Literal, NONE, Reason, UNNEEDED};

impl Engine {
    /// Learns a clause from the conflict and goes back to where it makes a bound change; false if the
    /// conflict holds whatever is decided. (First unique implication point, Marques-Silva, Sakallah 1999.)
    pub(crate) fn learn(&mut self, bump: &mut dyn FnMut(u32)) -> bool {
        let current = self.levels.len() as u32;
        if current == 0 {
            return false;
        }
        let mut codes: Vec<u32> = Vec::new();
        let mut reasons = std::mem::take(&mut self.conflict);
        let mut at = self.trail.len();
        let mut open = 0;
        loop {
            for literal in reasons.drain(..) {
                open += self.need(literal, current, &mut codes, bump);
            }
            // The latest change that is needed.
            let change = loop {
                let Some(before) = at.checked_sub(1) else { break None };
                at = before;
                if self.given[self.trail[at].code as usize] == at as u32 {
                    break Some(self.trail[at]);
                }
            };
            let Some(change) = change else {
                self.clear(&codes);
                return false;
            };
            if change.level < current {
                // The conflict is of an earlier level: it is looked into there.
                let literals = self.literals(&codes);
                self.clear(&codes);
                self.back_to(change.level as usize);
                self.conflict = literals;
                return self.learn(bump);
            }
            if open == 1 {
                return self.assert_from(change, codes);
            }
            let code = change.code as usize;
            let literal = Literal { code: change.code, value: self.needed[code] };
            (self.needed[code], self.given[code]) = (UNNEEDED, NONE);
            open -= 1;
            self.reasons(literal, change.reason, &mut reasons);
        }
    }

    /// Notes that a conflict needs a literal. Returns by how much the literals of the level grew.
    fn need(&mut self, literal: Literal, level: u32, codes: &mut Vec<u32>, bump: &mut dyn FnMut(u32)) -> i32 {
        let code = literal.code as usize;
        if self.needed[code] >= literal.value {
            return 0;
        }
        let Some(change) = self.change_of(literal) else { return 0 };
        bump(literal.code / 2);
        let is_current = |change: u32| i32::from(self.trail[change as usize].level == level);
        let old = if self.given[code] == NONE { 0 } else { is_current(self.given[code]) };
        let new = is_current(change);
        if self.given[code] == NONE {
            codes.push(literal.code);
        }
        (self.needed[code], self.given[code]) = (literal.value, change);
        new - old
    }

    fn literals(&self, codes: &[u32]) -> Vec<Literal> {
        let mut sorted = codes.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        let needed = |&code: &u32| {
            let value = self.needed[code as usize];
            (value != UNNEEDED).then_some(Literal { code, value })
        };
        sorted.iter().filter_map(needed).collect()
    }

    fn clear(&mut self, codes: &[u32]) {
        for &code in codes {
            (self.needed[code as usize], self.given[code as usize]) = (UNNEEDED, NONE);
        }
    }

    /// Keeps the clause that the needed literals must not all hold, and makes its last one false.
    fn assert_from(&mut self, last: Change, codes: Vec<u32>) -> bool {
        let mut reasons = Vec::new();
        let is_implied = |this: &Self, literal: Literal, reasons: &mut Vec<Literal>| {
            let change = this.trail[this.given[literal.code as usize] as usize];
            reasons.clear();
            this.reasons(literal, change.reason, reasons);
            change.reason != Reason::Decision
                && reasons.iter().all(|&one| {
                    // Only what came earlier may stand for it, or two could stand for each other.
                    (this.needed[one.code as usize] >= one.value
                        && this.given[one.code as usize] < this.given[literal.code as usize])
                        || this.change_of(one).is_none()
                })
        };
        let all = self.literals(&codes);
        let mut kept: Vec<(u32, Literal)> = all
            .into_iter()
            .filter(|literal| literal.code != last.code && !is_implied(self, *literal, &mut reasons))
            .map(|literal| (self.trail[self.given[literal.code as usize] as usize].level, literal))
            .collect();
        kept.sort_by_key(|&(level, _)| std::cmp::Reverse(level));
        let point = Literal { code: last.code, value: self.needed[last.code as usize] };
        self.clear(&codes);
        let level = kept.first().map_or(0, |&(level, _)| level);
        let mut levels: Vec<u32> = kept.iter().map(|&(level, _)| level).collect();
        levels.dedup();
        let literals: Vec<Literal> = [point]
            .into_iter()
            .chain(kept.into_iter().map(|(_, literal)| literal))
            .map(Literal::negated)
            .collect();
        self.back_to(level as usize);
        if literals.len() == 1 {
            return self.set(literals[0], Reason::Decision).is_ok();
        }
        let clause = self.clauses.len() as u32;
        let asserted = literals[0];
        self.clauses.push(Clause { literals, levels: levels.len() as u32 });
        self.watch(clause);
        // The other literals are false at that level, and it was open there.
        let _ = self.set(asserted, Reason::Clause(clause));
        true
    }
}
