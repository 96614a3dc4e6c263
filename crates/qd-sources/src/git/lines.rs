//! How many lines a change added and removed: exactly git's numbers.
//!
//! The difference is Myers', with git's own preparation (it drops lines that are too
//! common to help), which looks at the frequencies of lines in both whole files. So these
//! are kept, and brought from one version of a file to another by looking at the lines
//! that differ between them: a change of one line in a large file costs one line. Most
//! changes need not even that: where nothing of the differing middle of one version occurs
//! in that of the other, every line of it changed.

use std::{ops::Range, rc::Rc};

use super::{myers::Myers, names::Names};

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

/// Counts changed lines, carrying what it learnt of a file from version to version.
#[derive(Debug, Default)]
pub(crate) struct Counter {
    names: Names,
    /// The version of which the tokens are known.
    content: Rc<Vec<u8>>,
    tokens: Vec<u32>,
    /// How often each token occurs in it.
    counts: Vec<u32>,
    /// Tokens on their way into the others.
    fresh: Vec<u32>,
    /// Tokens on their way out of them.
    gone: Vec<u32>,
    myers: Myers,
}

impl Counter {
    /// Forgets what it learnt: what comes next is another file.
    pub(crate) fn forget(&mut self) {
        self.names.clear();
        self.content = Rc::default();
        self.tokens.clear();
        self.counts.clear();
    }

    /// Lines added and removed from `old` to `new`, neither of them binary, that are known to
    /// share this much.
    pub(crate) fn count(&mut self, old: &Rc<Vec<u8>>, new: &Rc<Vec<u8>>, shared: Shared) -> Lines {
        let middle = Middle::between(old, new, shared);
        let (old_middle, new_middle) = (&old[middle.old.clone()], &new[middle.new.clone()]);
        if let Some(lines) = obvious(old_middle, new_middle) {
            return lines;
        }
        if self.names.bytes() > LARGEST_NAMES.max(4 * (old.len() + new.len())) {
            self.forget();
        }
        self.go_to(new);
        let place = self.replace(new, &middle.new, old_middle);
        // Now the old lines have taken the place of the new ones, which are aside; how often
        // each occurs is still that of the new version.
        let old_length = self.tokens.len();
        let new_length = old_length + self.fresh.len() - place.len();
        let Self { tokens, counts, fresh, myers, .. } = self;
        let olds = &tokens[place.clone()];
        let removed = myers.keep_old(olds, old_length, counts);
        recount(counts, fresh, olds);
        let added = myers.keep_new(fresh, new_length, counts);
        self.content = Rc::clone(old);
        let (more_added, more_removed) = myers.search();
        Lines { added: added + more_added, removed: removed + more_removed }
    }

    /// Makes `content` the version whose tokens are known.
    fn go_to(&mut self, content: &Rc<Vec<u8>>) {
        if Rc::ptr_eq(&self.content, content) {
            return;
        }
        let before = Rc::clone(&self.content);
        let middle = Middle::between(&before, content, Shared::default());
        let place = self.replace(&before, &middle.old, &content[middle.new]);
        recount(&mut self.counts, &self.fresh, &self.tokens[place]);
        self.content = Rc::clone(content);
    }

    /// Puts the tokens of `lines` in the place of those of the range `middle` of `content`,
    /// which is the version at hand. These are then in `fresh`; returns where the others are.
    fn replace(&mut self, content: &[u8], middle: &Range<usize>, lines: &[u8]) -> Range<usize> {
        let Self { names, tokens, counts, fresh, gone, .. } = self;
        let replaced = count(&content[middle.clone()]) as usize;
        // Counted from whichever end is nearer.
        let start = if middle.start <= content.len() - middle.end {
            count(&content[..middle.start]) as usize
        } else {
            tokens.len() - count(&content[middle.end..]) as usize - replaced
        };
        fresh.clear();
        names.name(lines, fresh);
        counts.resize(names.len(), 0);
        let length = fresh.len();
        gone.clear();
        gone.extend_from_slice(&tokens[start..start + replaced]);
        tokens.splice(start..start + replaced, fresh.iter().copied());
        std::mem::swap(fresh, gone);
        start..start + length
    }
}

/// Brings `counts` from a version with the tokens `gone` to one with the tokens `come`.
fn recount(counts: &mut [u32], gone: &[u32], come: &[u32]) {
    gone.iter().for_each(|token| counts[*token as usize] -= 1);
    come.iter().for_each(|token| counts[*token as usize] += 1);
}

/// Bytes of distinct lines kept for one file's history before starting over.
const LARGEST_NAMES: usize = 4 << 20;

/// Bytes that two contents are known to share at each end, at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Shared {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// The part of two contents between the lines they share at both ends.
struct Middle {
    old: Range<usize>,
    new: Range<usize>,
}

impl Middle {
    fn between(old: &[u8], new: &[u8], shared: Shared) -> Self {
        let known = shared.start.min(old.len()).min(new.len());
        let mut same = known + shared_start(&old[known..], &new[known..]);
        // Only whole lines are shared; a line that ends with one content but goes on in
        // the other is not the same line.
        if !(same == old.len() && same == new.len()) {
            same = memchr::memrchr(b'\n', &old[..same]).map_or(0, |place| place + 1);
        }
        let (old_rest, new_rest) = (&old[same..], &new[same..]);
        let known = shared.end.min(old_rest.len()).min(new_rest.len());
        let until = |rest: &[u8]| rest.len() - known;
        let mut end = known + shared_end(&old_rest[..until(old_rest)], &new_rest[..until(new_rest)]);
        let starts_line = |rest: &[u8], end: usize| end == rest.len() || rest[rest.len() - end - 1] == b'\n';
        if !(starts_line(old_rest, end) && starts_line(new_rest, end)) {
            let tail = &old_rest[old_rest.len() - end..];
            end = memchr::memchr(b'\n', tail).map_or(0, |place| end - place - 1);
        }
        Self { old: same..old.len() - end, new: same..new.len() - end }
    }
}

/// Number of bytes that are equal at the start. Large steps first, since most is equal.
pub(crate) fn shared_start(a: &[u8], b: &[u8]) -> usize {
    let mut same = 0;
    for step in [4_096, 64] {
        let (a, b) = (&a[same..], &b[same..]);
        let steps = a.chunks_exact(step).zip(b.chunks_exact(step)).take_while(|(a, b)| a == b).count();
        same += steps * step;
    }
    same + a[same..].iter().zip(&b[same..]).take_while(|(a, b)| a == b).count()
}

/// Number of bytes that are equal at the end.
fn shared_end(a: &[u8], b: &[u8]) -> usize {
    let mut same = 0;
    for step in [4_096, 64] {
        let (a, b) = (&a[..a.len() - same], &b[..b.len() - same]);
        let steps = a.rchunks_exact(step).zip(b.rchunks_exact(step)).take_while(|(a, b)| a == b).count();
        same += steps * step;
    }
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
        assert_eq!(counter.count(&old, &new, Shared::default()), Lines { added, removed });
        // The way back finds the tokens of the way there.
        assert_eq!(counter.count(&new, &old, Shared::default()), Lines { added: removed, removed: added });
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
        proptest!(|(versions in proptest::collection::vec(text, 2..6), forth in any::<bool>(), part in 0..4_usize)| {
            // Whatever part of what is shared is known, nothing else comes out.
            let known = |a: &[u8], b: &[u8]| {
                Shared { start: shared_start(a, b) * part / 3, end: shared_end(a, b) * part / 3 }
            };
            let versions: Vec<_> = versions.into_iter().map(|text| Rc::new(text.into_bytes())).collect();
            let mut carrying = Counter::default();
            for pair in versions.windows(2) {
                let mut names = Names::default();
                let mut tokens = (Vec::new(), Vec::new());
                names.name(&pair[0], &mut tokens.0);
                names.name(&pair[1], &mut tokens.1);
                let (added, removed) = Myers::default().count(&tokens.0, &tokens.1, names.len());
                let whole = Lines { added, removed };
                let (old, new) = (&pair[0], &pair[1]);
                prop_assert_eq!(carrying.count(old, new, known(old, new)), whole);
                if forth {
                    prop_assert_eq!(carrying.count(new, old, known(new, old)).added, whole.removed);
                }
            }
        });
    }
}
