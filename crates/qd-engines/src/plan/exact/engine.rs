//! Bounds of whole numbers, why they hold, and clauses that must.

use crate::plan::problem::Time;

/// That a bound has a value at least. Of each number x there are two bounds: x itself (an even code)
/// and -x (an odd code), so that "at most" is "at least" too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Literal {
    pub(crate) code: u32,
    pub(crate) value: Time,
}

impl Literal {
    pub(crate) fn at_least(number: u32, value: Time) -> Self {
        Self { code: 2 * number, value }
    }

    pub(crate) fn at_most(number: u32, value: Time) -> Self {
        Self { code: 2 * number + 1, value: -value }
    }

    pub(super) fn negated(self) -> Self {
        Self { code: self.code ^ 1, value: 1 - self.value }
    }
}

/// Why a bound has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    /// It was decided, or given.
    Decision,
    /// Another bound, and a weight between the two.
    Arc(u32, Time),
    /// All other literals of a clause are false.
    Clause(u32),
    /// Literals of the store, from and number.
    Stored(u32, u32),
}

/// The bounds contradict each other; the engine knows which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Conflict;

/// One change of a bound.
#[derive(Debug, Clone, Copy)]
pub(super) struct Change {
    pub(super) code: u32,
    pub(super) level: u32,
    value: Time,
    before: Time,
    /// The change of the same bound before this one.
    previous: u32,
    pub(super) reason: Reason,
}

/// A clause that is looked at when a bound reaches a value.
#[derive(Debug, Clone, Copy)]
struct Watch {
    value: Time,
    clause: u32,
}

#[derive(Debug, Clone)]
pub(super) struct Clause {
    pub(super) literals: Vec<Literal>,
    /// Levels that its literals were of when it was learned: fewer is better (Audemard, Simon 2009).
    pub(super) levels: u32,
}

/// No change.
pub(super) const NONE: u32 = u32::MAX;
/// Nothing is needed of a bound.
pub(super) const UNNEEDED: Time = Time::MIN;

/// Bounds, what follows from what, and the trail of changes that leads back.
#[derive(Debug)]
pub(crate) struct Engine {
    pub(super) bound: Vec<Time>,
    pub(super) latest: Vec<u32>,
    pub(super) trail: Vec<Change>,
    /// First change of each level above the first.
    pub(super) levels: Vec<usize>,
    next: usize,
    arcs: Vec<Vec<(u32, Time)>>,
    watches: Vec<Vec<Watch>>,
    pub(super) clauses: Vec<Clause>,
    store: Vec<Literal>,
    store_levels: Vec<usize>,
    pub(super) conflict: Vec<Literal>,
    /// What a conflict needs of each bound while it is looked into, and the change that gave it.
    pub(super) needed: Vec<Time>,
    pub(super) given: Vec<u32>,
    /// Clauses to keep before the worse half goes.
    room: usize,
    /// Changes from here on were not seen by [`Engine::take_changes`].
    seen: usize,
}

impl Engine {
    pub(crate) fn new(lower: &[Time], upper: &[Time]) -> Self {
        let bounds = 2 * lower.len();
        Self {
            bound: lower.iter().zip(upper).flat_map(|(&lower, &upper)| [lower, -upper]).collect(),
            latest: vec![NONE; bounds],
            trail: Vec::new(),
            levels: Vec::new(),
            next: 0,
            arcs: vec![Vec::new(); bounds],
            watches: vec![Vec::new(); bounds],
            clauses: Vec::new(),
            store: Vec::new(),
            store_levels: Vec::new(),
            conflict: Vec::new(),
            needed: vec![UNNEEDED; bounds],
            given: vec![NONE; bounds],
            room: 4000,
            seen: 0,
        }
    }

    /// `to` is at least `weight` above `from`.
    pub(crate) fn add_arc(&mut self, from: u32, to: u32, weight: Time) {
        self.arcs[2 * from as usize].push((2 * to, weight));
        self.arcs[2 * to as usize + 1].push((2 * from + 1, weight));
    }

    #[inline]
    pub(crate) fn lower(&self, number: u32) -> Time {
        self.bound[2 * number as usize]
    }

    #[inline]
    pub(crate) fn upper(&self, number: u32) -> Time {
        -self.bound[2 * number as usize + 1]
    }

    pub(crate) fn is_open(&self, number: u32) -> bool {
        self.lower(number) < self.upper(number)
    }

    pub(crate) fn lowers(&self) -> Vec<Time> {
        self.bound.iter().step_by(2).copied().collect()
    }

    /// Makes a literal hold.
    pub(crate) fn set(&mut self, literal: Literal, reason: Reason) -> Result<(), Conflict> {
        let Literal { code, value } = literal;
        let before = self.bound[code as usize];
        if before >= value {
            return Ok(());
        }
        if value + self.bound[code as usize ^ 1] > 0 {
            self.conflict.clear();
            let mut conflict = std::mem::take(&mut self.conflict);
            self.reasons(literal, reason, &mut conflict);
            conflict.push(literal.negated());
            self.conflict = conflict;
            return Err(Conflict);
        }
        let level = self.levels.len() as u32;
        let previous = std::mem::replace(&mut self.latest[code as usize], self.trail.len() as u32);
        self.trail.push(Change { code, level, value, before, previous, reason });
        self.bound[code as usize] = value;
        Ok(())
    }

    /// Makes a literal hold for reasons that all hold.
    pub(crate) fn imply(&mut self, literal: Literal, reasons: &[Literal]) -> Result<(), Conflict> {
        if self.bound[literal.code as usize] >= literal.value {
            return Ok(());
        }
        let first = self.store.len() as u32;
        self.store.extend_from_slice(reasons);
        self.set(literal, Reason::Stored(first, reasons.len() as u32))
    }

    /// Some literals that all hold must not.
    pub(crate) fn contradict(&mut self, literals: &[Literal]) -> Conflict {
        self.conflict.clear();
        self.conflict.extend_from_slice(literals);
        Conflict
    }

    pub(crate) fn decide(&mut self, literal: Literal) {
        self.levels.push(self.trail.len());
        self.store_levels.push(self.store.len());
        // A decision is about an open number and contradicts nothing.
        let _ = self.set(literal, Reason::Decision);
    }

    /// Takes back all above a level.
    pub(crate) fn back_to(&mut self, level: usize) {
        let Some(&first) = self.levels.get(level) else { return };
        for change in self.trail.drain(first..).rev() {
            self.bound[change.code as usize] = change.before;
            self.latest[change.code as usize] = change.previous;
        }
        self.store.truncate(self.store_levels[level]);
        self.levels.truncate(level);
        self.store_levels.truncate(level);
        self.next = self.next.min(first);
        self.seen = self.seen.min(first);
    }

    /// Numbers whose bounds changed since the last call.
    pub(crate) fn take_changes(&mut self, mut tell: impl FnMut(u32)) {
        for change in &self.trail[self.seen..] {
            tell(change.code / 2);
        }
        self.seen = self.trail.len();
    }

    /// Follows arcs and clauses until nothing changes.
    pub(crate) fn propagate(&mut self) -> Result<(), Conflict> {
        while let Some(&change) = self.trail.get(self.next) {
            self.next += 1;
            for index in 0..self.arcs[change.code as usize].len() {
                let (to, weight) = self.arcs[change.code as usize][index];
                let literal = Literal { code: to, value: change.value + weight };
                self.set(literal, Reason::Arc(change.code, weight))?;
            }
            self.visit(change)?;
        }
        Ok(())
    }

    /// Looks at the clauses of which a change has made a watched literal false.
    fn visit(&mut self, change: Change) -> Result<(), Conflict> {
        let mut watches = std::mem::take(&mut self.watches[change.code as usize]);
        let mut kept = 0;
        let mut result = Ok(());
        for index in 0..watches.len() {
            let watch = watches[index];
            let is_hit = result.is_ok() && change.before < watch.value && watch.value <= change.value;
            if is_hit {
                let falsified = Literal { code: change.code, value: watch.value }.negated();
                match self.rewatch(watch.clause, falsified) {
                    Ok(true) => continue,
                    Ok(false) => {}
                    Err(conflict) => result = Err(conflict),
                }
            }
            watches[kept] = watch;
            kept += 1;
        }
        watches.truncate(kept);
        // A clause may have been given a watch on the same bound meanwhile.
        watches.append(&mut self.watches[change.code as usize]);
        self.watches[change.code as usize] = watches;
        result
    }

    /// Finds another literal to watch in a clause, and says whether there was one; else the other
    /// watched one must hold.
    fn rewatch(&mut self, clause: u32, falsified: Literal) -> Result<bool, Conflict> {
        let literals = &mut self.clauses[clause as usize].literals;
        if literals[0] == falsified {
            literals.swap(0, 1);
        }
        let first = literals[0];
        if self.bound[first.code as usize] >= first.value {
            return Ok(false);
        }
        let is_false = |literal: Literal| self.bound[literal.code as usize ^ 1] >= 1 - literal.value;
        if let Some(other) = (2..literals.len()).find(|&other| !is_false(literals[other])) {
            literals.swap(1, other);
            let watched = literals[1].negated();
            self.watches[watched.code as usize].push(Watch { value: watched.value, clause });
            return Ok(true);
        }
        self.set(first, Reason::Clause(clause))?;
        Ok(false)
    }

    /// Literals that together imply a literal.
    pub(super) fn reasons(&self, literal: Literal, reason: Reason, into: &mut Vec<Literal>) {
        match reason {
            Reason::Decision => {}
            Reason::Arc(code, weight) => into.push(Literal { code, value: literal.value - weight }),
            Reason::Clause(clause) => {
                let others = self.clauses[clause as usize].literals.iter().skip(1);
                into.extend(others.map(|other| other.negated()));
            }
            Reason::Stored(first, count) => {
                into.extend_from_slice(&self.store[first as usize..(first + count) as usize]);
            }
        }
    }

    /// The change that first made a literal hold; none if it was given from the beginning on.
    pub(super) fn change_of(&self, literal: Literal) -> Option<u32> {
        let mut at = self.latest[literal.code as usize];
        while at != NONE {
            let change = &self.trail[at as usize];
            if change.before < literal.value {
                return (change.level > 0).then_some(at);
            }
            at = change.previous;
        }
        None
    }

    pub(super) fn watch(&mut self, clause: u32) {
        for place in 0..2 {
            let watched = self.clauses[clause as usize].literals[place].negated();
            self.watches[watched.code as usize].push(Watch { value: watched.value, clause });
        }
    }

    /// Forgets the worse half of the clauses once there are too many. Only before any decision.
    pub(crate) fn forget(&mut self) {
        if self.clauses.len() < self.room || !self.levels.is_empty() {
            return;
        }
        self.room += 500;
        let mut order: Vec<usize> = (0..self.clauses.len()).collect();
        // Of clauses as good as each other the younger stay.
        order.sort_by_key(|&index| (self.clauses[index].levels, std::cmp::Reverse(index)));
        let keep =
            self.clauses.iter().filter(|clause| clause.levels <= 2).count().max(self.clauses.len() / 2);
        order.truncate(keep);
        order.sort_unstable();
        self.clauses = order.into_iter().map(|index| self.clauses[index].clone()).collect();
        self.watches.iter_mut().for_each(Vec::clear);
        // What holds before any decision needs no reason.
        self.trail.iter_mut().for_each(|change| change.reason = Reason::Decision);
        self.store.clear();
        for clause in 0..self.clauses.len() {
            let literals = &mut self.clauses[clause].literals;
            let bound = &self.bound;
            literals.sort_by_key(|literal| bound[literal.code as usize ^ 1] >= 1 - literal.value);
            self.watch(clause as u32);
        }
    }
}
