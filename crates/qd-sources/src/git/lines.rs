//! How many lines a change added and removed: exactly git's numbers.
//!
//! The difference is Myers', with git's own preparation (it drops lines that are too
//! common to help), which looks at the frequencies of lines in both whole files. So the
//! tokens of whole files go in. Most changes need none of that: where nothing of the
//! differing middle of one file occurs in that of the other, every line of it changed.

use std::{hash::BuildHasher, ops::Range, rc::Rc};

use hashbrown::{DefaultHashBuilder, HashTable};

use super::myers::Myers;

/// Lines added and removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lines {
    /// Lines of the new content that the old one had not.
    pub added: u32,
    /// Lines of the old content that the new one has not.
    pub removed: u32,
}

/// Git takes content for binary when a zero byte is among its first 8,000.
pub(crate) fn is_binary(content: &[u8]) -> bool {
    memchr::memchr(0, &content[..content.len().min(8_000)]).is_some()
}

/// Number of lines; a last one without an end counts.
pub(crate) fn count(content: &[u8]) -> u32 {
    let ends = memchr::memchr_iter(b'\n', content).count();
    let open = content.last().is_some_and(|byte| *byte != b'\n');
    u32::try_from(ends + usize::from(open)).unwrap_or(u32::MAX)
}

/// The lines of `content`, each with its end.
pub(crate) fn split(content: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = content;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |place| place + 1);
        let (line, after) = rest.split_at(end);
        rest = after;
        Some(line)
    })
}

/// Content of which the tokens may already be known.
#[derive(Debug, Default)]
struct Known {
    content: Rc<Vec<u8>>,
    tokens: Vec<u32>,
    has_tokens: bool,
}

/// Counts changed lines, carrying what it learnt of a file from version to version.
#[derive(Debug, Default)]
pub(crate) struct Counter {
    names: Names,
    old: Known,
    new: Known,
    myers: Myers,
}

impl Counter {
    /// Forgets the tokens carried so far: what comes next is another file.
    pub(crate) fn forget(&mut self) {
        self.names.clear();
        self.old = Known::default();
        self.new = Known::default();
    }

    /// Lines added and removed from `old` to `new`, neither of them binary.
    pub(crate) fn count(&mut self, old: &Rc<Vec<u8>>, new: &Rc<Vec<u8>>) -> Lines {
        let middle = Middle::between(old, new);
        let (old_middle, new_middle) = (&old[middle.old.clone()], &new[middle.new.clone()]);
        if let Some(lines) = obvious(old_middle, new_middle) {
            return lines;
        }
        self.hold(old, new);
        if self.names.bytes.len() > LARGEST_NAMES.max(4 * (old.len() + new.len())) {
            self.names.clear();
            self.old.has_tokens = false;
            self.new.has_tokens = false;
        }
        let Self { names, old, new, myers } = self;
        if !new.has_tokens && !old.has_tokens {
            names.name_all(&mut new.tokens, &new.content);
            new.has_tokens = true;
        }
        if new.has_tokens && !old.has_tokens {
            names.name_like(old, new, &middle.old, &middle.new);
        } else if old.has_tokens && !new.has_tokens {
            names.name_like(new, old, &middle.new, &middle.old);
        }
        let (added, removed) = myers.count(&old.tokens, &new.tokens, names.lines.len());
        Lines { added, removed }
    }

    /// Brings `old` and `new` into place, with their tokens where the last count had them.
    fn hold(&mut self, old: &Rc<Vec<u8>>, new: &Rc<Vec<u8>>) {
        let is = |known: &Known, content: &Rc<Vec<u8>>| Rc::ptr_eq(&known.content, content);
        if is(&self.old, new) || is(&self.new, old) {
            std::mem::swap(&mut self.old, &mut self.new);
        }
        for (known, content) in [(&mut self.old, old), (&mut self.new, new)] {
            if !is(known, content) {
                known.content = Rc::clone(content);
                known.has_tokens = false;
            }
        }
    }
}

/// Bytes of distinct lines kept for one file's history before starting over.
const LARGEST_NAMES: usize = 4 << 20;

/// Gives each distinct line a number.
#[derive(Debug, Default)]
struct Names {
    state: DefaultHashBuilder,
    table: HashTable<u32>,
    /// Each number's line, as a range of `bytes`, with its hash.
    lines: Vec<(Range<usize>, u64)>,
    bytes: Vec<u8>,
}

impl Names {
    fn clear(&mut self) {
        // A table that grew for one giant file would be swept for every small one.
        if self.table.capacity() > 1 << 16 {
            self.table = HashTable::new();
        }
        self.table.clear();
        self.lines.clear();
        self.bytes.clear();
    }

    fn name(&mut self, line: &[u8]) -> u32 {
        let Self { state, table, lines, bytes } = self;
        let hash = state.hash_one(line);
        let found = table.find(hash, |number| {
            let (range, other) = &lines[*number as usize];
            *other == hash && &bytes[range.clone()] == line
        });
        if let Some(number) = found {
            return *number;
        }
        let number = u32::try_from(lines.len()).unwrap_or(u32::MAX);
        let start = bytes.len();
        bytes.extend_from_slice(line);
        lines.push((start..bytes.len(), hash));
        table.insert_unique(hash, number, |number| lines[*number as usize].1);
        number
    }

    fn name_all(&mut self, tokens: &mut Vec<u32>, content: &[u8]) {
        tokens.clear();
        tokens.extend(split(content).map(|line| self.name(line)));
    }

    /// Names the lines of `wanted`, taking those outside its middle from `like`.
    fn name_like(&mut self, wanted: &mut Known, like: &Known, middle: &Range<usize>, its: &Range<usize>) {
        let before = count(&like.content[..its.start]) as usize;
        let after = count(&like.content[its.end..]) as usize;
        let Known { content, tokens, has_tokens } = wanted;
        tokens.clear();
        tokens.extend_from_slice(&like.tokens[..before]);
        tokens.extend(split(&content[middle.clone()]).map(|line| self.name(line)));
        tokens.extend_from_slice(&like.tokens[like.tokens.len() - after..]);
        *has_tokens = true;
    }
}

/// The part of two contents between the lines they share at both ends.
struct Middle {
    old: Range<usize>,
    new: Range<usize>,
}

impl Middle {
    fn between(old: &[u8], new: &[u8]) -> Self {
        let mut same = shared_start(old, new);
        // Only whole lines are shared; a line that ends with one content but goes on in
        // the other is not the same line.
        if !(same == old.len() && same == new.len()) {
            same = memchr::memrchr(b'\n', &old[..same]).map_or(0, |place| place + 1);
        }
        let (old_rest, new_rest) = (&old[same..], &new[same..]);
        let mut end = shared_end(old_rest, new_rest);
        let starts_line = |rest: &[u8], end: usize| end == rest.len() || rest[rest.len() - end - 1] == b'\n';
        if !(starts_line(old_rest, end) && starts_line(new_rest, end)) {
            let tail = &old_rest[old_rest.len() - end..];
            end = memchr::memchr(b'\n', tail).map_or(0, |place| end - place - 1);
        }
        Self { old: same..old.len() - end, new: same..new.len() - end }
    }
}

/// Number of bytes that are equal at the start.
fn shared_start(a: &[u8], b: &[u8]) -> usize {
    const STEP: usize = 64;
    let steps = a.chunks_exact(STEP).zip(b.chunks_exact(STEP)).take_while(|(a, b)| a == b).count();
    let same = steps * STEP;
    same + a[same..].iter().zip(&b[same..]).take_while(|(a, b)| a == b).count()
}

/// Number of bytes that are equal at the end.
fn shared_end(a: &[u8], b: &[u8]) -> usize {
    const STEP: usize = 64;
    let steps = a.rchunks_exact(STEP).zip(b.rchunks_exact(STEP)).take_while(|(a, b)| a == b).count();
    let same = steps * STEP;
    let (a, b) = (&a[..a.len() - same], &b[..b.len() - same]);
    same + a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count()
}

/// The answer where the two middles have no line in common; nothing where that would cost
/// more to find out than to difference them.
fn obvious(old: &[u8], new: &[u8]) -> Option<Lines> {
    let lines = Lines { added: count(new), removed: count(old) };
    let pairs = u64::from(lines.added) * u64::from(lines.removed);
    if pairs > 64 {
        return None;
    }
    let shared = pairs > 1 && split(old).any(|line| split(new).any(|other| line == other));
    (!shared).then_some(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(old: &str, new: &str, added: u32, removed: u32) {
        let content = |text: &str| Rc::new(text.as_bytes().to_vec());
        let (old, new) = (content(old), content(new));
        let mut counter = Counter::default();
        assert_eq!(counter.count(&old, &new), Lines { added, removed });
        // The way back finds the tokens of the way there.
        assert_eq!(counter.count(&new, &old), Lines { added: removed, removed: added });
    }

    #[test]
    fn lines_are_counted_as_git_counts_them() {
        check("", "a\n", 1, 0);
        check("a\n", "a\nb", 1, 0);
        check("a\nb", "a\nb\n", 1, 1);
        check("a\nb\nc\n", "a\nx\nc\n", 1, 1);
        check("x\nx\n", "x\nx\nx\n", 1, 0);
        check("a\nb\nc\nd\n", "b\na\nd\nc\n", 2, 2);
        check("ab\n", "b\n", 1, 1);
        check("b\nab\n", "b\nb\n", 1, 1);
    }

    #[test]
    fn carried_tokens_change_no_count() {
        use proptest::prelude::*;
        let text = proptest::collection::vec(0..6_u8, 0..40)
            .prop_map(|lines| lines.into_iter().map(|line| format!("{line}\n")).collect::<String>());
        proptest!(|(versions in proptest::collection::vec(text, 2..6))| {
            let versions: Vec<_> = versions.into_iter().map(|text| Rc::new(text.into_bytes())).collect();
            let mut carrying = Counter::default();
            for pair in versions.windows(2) {
                let mut fresh = Counter::default();
                let whole = {
                    let mut tokens = (Vec::new(), Vec::new());
                    fresh.names.name_all(&mut tokens.0, &pair[0]);
                    fresh.names.name_all(&mut tokens.1, &pair[1]);
                    let number = fresh.names.lines.len();
                    let (added, removed) = fresh.myers.count(&tokens.0, &tokens.1, number);
                    Lines { added, removed }
                };
                prop_assert_eq!(carrying.count(&pair[0], &pair[1]), whole);
            }
        });
    }
}
