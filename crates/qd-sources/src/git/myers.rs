//! Myers' difference of two lists of tokens, cut short exactly where git cuts it short.
//!
//! Git does not search for the shortest difference: it leaves out lines that are too
//! common to help, and gives up on perfection when a search becomes expensive. Each of
//! these decisions changes how many lines count as changed, so each is made here by the
//! same rule and in the same order. Where the lines stand is not kept, only their number.

use std::ops::Range;

/// Number of matches from which a token is never more than common.
const MOST_MATCHES: usize = 1_024;
/// How far around a common token one looks for tokens without match.
const WINDOW: usize = 100;
/// Length of a run of equal tokens that is worth following.
const GOOD_RUN: i32 = 20;
/// Cost from which good runs are followed, and the least cost at which a search ends.
const COSTLY: i32 = 256;
/// How far a run must have come, as a multiple of the cost.
const WORTH: i32 = 4;

/// Counts differences; keeps its memory from one to the next.
#[derive(Debug, Default)]
pub(crate) struct Myers {
    classes: Vec<Class>,
    /// The tokens of each side that are searched.
    kept: [Vec<u32>; 2],
    /// Furthest place reached on each diagonal, from the start and from the end.
    forward: Vec<i32>,
    backward: Vec<i32>,
    boxes: Vec<Area>,
}

/// Whether a token occurs on the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Never,
    Sometimes,
    Often,
}

/// A part of both lists that remains to be compared.
#[derive(Debug, Clone)]
struct Area {
    old: Range<i32>,
    new: Range<i32>,
    /// Whether the search must not be cut short.
    whole: bool,
}

/// Where an area is cut in two.
struct Split {
    old: i32,
    new: i32,
    whole: (bool, bool),
}

impl Myers {
    /// Keeps those of the old `tokens` that are worth searching; returns how many are not.
    /// The whole old side has `length` tokens; in the new one each occurs as often as
    /// `counts` says.
    pub(crate) fn keep_old(&mut self, tokens: &[u32], length: usize, counts: &[u32]) -> u32 {
        self.keep(0, tokens, length, counts)
    }

    /// The same for new tokens, `counts` being those of the old side.
    pub(crate) fn keep_new(&mut self, tokens: &[u32], length: usize, counts: &[u32]) -> u32 {
        self.keep(1, tokens, length, counts)
    }

    /// Tokens of `new` that were added and of `old` that were removed. Tokens are below `names`.
    #[cfg(test)]
    pub(crate) fn count(&mut self, old: &[u32], new: &[u32], names: usize) -> (u32, u32) {
        let counts = |tokens: &[u32]| {
            let mut counts = vec![0; names];
            tokens.iter().for_each(|token| counts[*token as usize] += 1);
            counts
        };
        let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
        let ends = old[start..].iter().rev().zip(new[start..].iter().rev());
        let end = ends.take_while(|(a, b)| a == b).count();
        let removed = self.keep_old(&old[start..old.len() - end], old.len(), &counts(new));
        let added = self.keep_new(&new[start..new.len() - end], new.len(), &counts(old));
        let (more_added, more_removed) = self.search();
        (added + more_added, removed + more_removed)
    }

    fn keep(&mut self, side: usize, tokens: &[u32], length: usize, counts: &[u32]) -> u32 {
        let Self { classes, kept, .. } = self;
        let often = rough_root(length).min(MOST_MATCHES);
        classes.clear();
        classes.extend(tokens.iter().map(|token| match counts[*token as usize] as usize {
            0 => Class::Never,
            matches if matches >= often => Class::Often,
            _ => Class::Sometimes,
        }));
        let kept = &mut kept[side];
        kept.clear();
        for (place, token) in tokens.iter().enumerate() {
            let worth = match classes[place] {
                Class::Never => false,
                Class::Sometimes => true,
                Class::Often => !is_lost(classes, place),
            };
            if worth {
                kept.push(*token);
            }
        }
        u32::try_from(tokens.len() - kept.len()).unwrap_or(u32::MAX)
    }

    /// Compares what was kept: how many tokens were added and removed.
    pub(crate) fn search(&mut self) -> (u32, u32) {
        let length = |side: usize| i32::try_from(self.kept[side].len()).unwrap_or(i32::MAX / 4);
        let (old_length, new_length) = (length(0), length(1));
        let diagonals = self.kept[0].len() + self.kept[1].len() + 3;
        let limit = i32::try_from(rough_root(diagonals)).unwrap_or(i32::MAX).max(COSTLY);
        self.forward.resize(diagonals + 1, 0);
        self.backward.resize(diagonals + 1, 0);
        let (mut added, mut removed) = (0, 0);
        let mut boxes = std::mem::take(&mut self.boxes);
        boxes.push(Area { old: 0..old_length, new: 0..new_length, whole: false });
        while let Some(mut area) = boxes.pop() {
            self.shrink(&mut area);
            let Area { old, new, whole } = area;
            if old.is_empty() || new.is_empty() {
                removed += old.len();
                added += new.len();
                continue;
            }
            let split = self.split(&old, &new, whole, limit);
            let first = Area { old: old.start..split.old, new: new.start..split.new, whole: split.whole.0 };
            boxes.push(Area { old: split.old..old.end, new: split.new..new.end, whole: split.whole.1 });
            boxes.push(first);
        }
        self.boxes = boxes;
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        (number(added), number(removed))
    }

    /// Leaves out what is equal at both ends.
    fn shrink(&self, area: &mut Area) {
        let slice =
            |side: usize, range: &Range<i32>| &self.kept[side][range.start as usize..range.end as usize];
        let (old, new) = (slice(0, &area.old), slice(1, &area.new));
        let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
        let (old, new) = (&old[start..], &new[start..]);
        let end = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
        area.old = area.old.start + start as i32..area.old.end - end as i32;
        area.new = area.new.start + start as i32..area.new.end - end as i32;
    }

    /// Finds where to cut an area, by searching from both ends at once until the searches
    /// meet, or until it costs too much.
    fn split(&mut self, old: &Range<i32>, new: &Range<i32>, whole: bool, limit: i32) -> Split {
        let [a, b] = &self.kept;
        let zero = b.len() as i32 + 1;
        // Diagonals run from the end of the new side below zero to the end of the old above.
        let (least, most) = (old.start - new.end, old.end - new.start);
        let (start, end) = (old.start - new.start, old.end - new.end);
        let is_odd = (start - end) & 1 != 0;
        let at = |diagonal: i32| (diagonal + zero) as usize;
        let (forward, backward) = (&mut self.forward, &mut self.backward);
        let mut there = start..=start;
        let mut back = end..=end;
        forward[at(start)] = old.start;
        backward[at(end)] = old.end;
        let mut cost = 0;
        loop {
            cost += 1;
            let mut good_run = false;
            there = widen(&there, least, most, |outside| forward[at(outside)] = -1);
            for diagonal in there.clone().rev().step_by(2) {
                let (below, above) = (forward[at(diagonal - 1)], forward[at(diagonal + 1)]);
                let from = if below >= above { below + 1 } else { above };
                let mut place = from;
                while place < old.end
                    && place - diagonal < new.end
                    && a[place as usize] == b[(place - diagonal) as usize]
                {
                    place += 1;
                }
                good_run |= place - from > GOOD_RUN;
                forward[at(diagonal)] = place;
                if is_odd && back.contains(&diagonal) && backward[at(diagonal)] <= place {
                    return Split { old: place, new: place - diagonal, whole: (true, true) };
                }
            }
            back = widen(&back, least, most, |outside| backward[at(outside)] = i32::MAX);
            for diagonal in back.clone().rev().step_by(2) {
                let (below, above) = (backward[at(diagonal - 1)], backward[at(diagonal + 1)]);
                let from = if below < above { below } else { above - 1 };
                let mut place = from;
                while place > old.start
                    && place - diagonal > new.start
                    && a[place as usize - 1] == b[(place - diagonal) as usize - 1]
                {
                    place -= 1;
                }
                good_run |= from - place > GOOD_RUN;
                backward[at(diagonal)] = place;
                if !is_odd && there.contains(&diagonal) && place <= forward[at(diagonal)] {
                    return Split { old: place, new: place - diagonal, whole: (true, true) };
                }
            }
            if whole {
                continue;
            }
            if good_run && cost > COSTLY {
                let mut best = (0, None);
                for diagonal in there.clone().rev().step_by(2) {
                    let place = forward[at(diagonal)];
                    let other = place - diagonal;
                    let come = place - old.start + other - new.start - (diagonal - start).abs();
                    let fits = (old.start + GOOD_RUN..old.end).contains(&place)
                        && (new.start + GOOD_RUN..new.end).contains(&other);
                    if come > WORTH * cost && come > best.0 && fits {
                        let run = |end: i32| (end - GOOD_RUN) as usize..end as usize;
                        if a[run(place)] == b[run(other)] {
                            best = (come, Some(Split { old: place, new: other, whole: (true, false) }));
                        }
                    }
                }
                if let Some(split) = best.1 {
                    return split;
                }
                for diagonal in back.clone().rev().step_by(2) {
                    let place = backward[at(diagonal)];
                    let other = place - diagonal;
                    let come = old.end - place + new.end - other - (diagonal - end).abs();
                    let fits = (old.start + 1..=old.end - GOOD_RUN).contains(&place)
                        && (new.start + 1..=new.end - GOOD_RUN).contains(&other);
                    if come > WORTH * cost && come > best.0 && fits {
                        let run = |start: i32| start as usize..(start + GOOD_RUN) as usize;
                        if a[run(place)] == b[run(other)] {
                            best = (come, Some(Split { old: place, new: other, whole: (false, true) }));
                        }
                    }
                }
                if let Some(split) = best.1 {
                    return split;
                }
            }
            if cost >= limit {
                break;
            }
        }
        // Too expensive: whichever search came further decides.
        let mut first = (-1, -1);
        for diagonal in there.rev().step_by(2) {
            let place = forward[at(diagonal)].min(old.end).min(new.end + diagonal);
            if place + place - diagonal > first.0 {
                first = (place + place - diagonal, place);
            }
        }
        let mut last = (i32::MAX, i32::MAX);
        for diagonal in back.rev().step_by(2) {
            let place = backward[at(diagonal)].max(old.start).max(new.start + diagonal);
            if place + place - diagonal < last.0 {
                last = (place + place - diagonal, place);
            }
        }
        if old.end + new.end - last.0 < first.0 - (old.start + new.start) {
            Split { old: first.1, new: first.0 - first.1, whole: (true, false) }
        } else {
            Split { old: last.1, new: last.0 - last.1, whole: (false, true) }
        }
    }
}

/// The diagonals of the next round: one more on each side, or one less where that would
/// leave the area. `outside` is told of those just beyond, which hold nothing.
fn widen(
    range: &std::ops::RangeInclusive<i32>,
    least: i32,
    most: i32,
    mut outside: impl FnMut(i32),
) -> std::ops::RangeInclusive<i32> {
    let (mut start, mut end) = (*range.start(), *range.end());
    if start > least {
        start -= 1;
        outside(start - 1);
    } else {
        start += 1;
    }
    if end < most {
        end += 1;
        outside(end + 1);
    } else {
        end -= 1;
    }
    start..=end
}

/// Whether the common token at `place` stands among so many without match that it would
/// only mislead the search.
fn is_lost(classes: &[Class], place: usize) -> bool {
    let run = |classes: &mut dyn Iterator<Item = &Class>| {
        let (mut never, mut often) = (0, 1);
        for class in classes.take(WINDOW).take_while(|class| **class != Class::Sometimes) {
            match class {
                Class::Never => never += 1,
                _ => often += 1,
            }
        }
        (never, often)
    };
    let before = run(&mut classes[..place].iter().rev());
    if before.0 == 0 {
        return false;
    }
    let after = run(&mut classes[place + 1..].iter());
    after.0 > 0 && before.0 + after.0 > 3 * (before.1 + after.1)
}

/// A power of two near the square root of `number`, as git estimates it.
fn rough_root(number: usize) -> usize {
    let bits = usize::BITS - number.leading_zeros();
    1 << bits.div_ceil(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_rough() {
        let roots: Vec<_> = [0, 1, 3, 4, 15, 16, 65_536].map(rough_root).into();
        assert_eq!(roots, [1, 2, 2, 4, 4, 8, 512]);
    }

    #[test]
    fn what_is_added_less_what_is_removed_is_the_difference_of_lengths() {
        use proptest::prelude::*;
        let tokens = || proptest::collection::vec(0..20_u32, 0..300);
        proptest!(|(old in tokens(), new in tokens())| {
            let (added, removed) = Myers::default().count(&old, &new, 20);
            prop_assert_eq!(old.len() + added as usize, new.len() + removed as usize);
            prop_assert_eq!(Myers::default().count(&old, &old, 20), (0, 0));
        });
    }
}
