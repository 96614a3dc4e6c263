//! How much of one file is found in another, by git's own measure.
//!
//! Git cuts both into lines (at most 64 bytes long), hashes each piece into about
//! 108,000 classes and counts the bytes that both have of each class. Whether a rename
//! is a rename depends on this number, so it has to be this number, weak hash and all.

/// A perfect match; scores are fractions of it.
pub(crate) const WHOLE: u64 = 60_000;

/// Pieces of a file by class: class and number of bytes, ascending.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pieces {
    counts: Vec<(u32, u32)>,
}

/// Number of classes, a prime.
const CLASSES: u32 = 107_927;

/// Longest piece, in bytes.
const LONGEST: u32 = 64;

impl Pieces {
    /// Cuts `content` into pieces. In text, the carriage return of a line's end is not counted.
    pub(crate) fn of(content: &[u8], is_binary: bool) -> Self {
        let mut pieces: Vec<(u32, u32)> = Vec::with_capacity(content.len() / 24 + 1);
        let (mut low, mut high, mut length) = (0_u32, 0_u32, 0_u32);
        let mut bytes = content.iter().copied().peekable();
        while let Some(byte) = bytes.next() {
            if !is_binary && byte == b'\r' && bytes.peek() == Some(&b'\n') {
                continue;
            }
            let before = low;
            low = ((low << 7) ^ (high >> 25)).wrapping_add(u32::from(byte));
            high = (high << 7) ^ (before >> 25);
            length += 1;
            if length == LONGEST || byte == b'\n' {
                pieces.push((class(low, high), length));
                (low, high, length) = (0, 0, 0);
            }
        }
        if length > 0 {
            pieces.push((class(low, high), length));
        }
        pieces.sort_unstable();
        pieces.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 = kept.1.saturating_add(next.1);
            }
            same
        });
        Self { counts: pieces }
    }

    /// Bytes of `self` that `other` has too.
    fn shared_with(&self, other: &Self) -> u64 {
        let mut theirs = other.counts.iter().peekable();
        let mut shared = 0;
        for (class, bytes) in &self.counts {
            while theirs.next_if(|piece| piece.0 < *class).is_some() {}
            if let Some(piece) = theirs.next_if(|piece| piece.0 == *class) {
                shared += u64::from(piece.1.min(*bytes));
            }
        }
        shared
    }
}

fn class(low: u32, high: u32) -> u32 {
    low.wrapping_add(high.wrapping_mul(0x61)) % CLASSES
}

/// Whether sizes alone rule out that two files reach the score `least`.
pub(crate) fn too_different(old_size: u64, new_size: u64, least: u64) -> bool {
    let larger = u128::from(old_size.max(new_size));
    let delta = u128::from(old_size.abs_diff(new_size));
    larger * u128::from(WHOLE - least) < delta * u128::from(WHOLE)
}

/// How similar two files are, from 0 to [`WHOLE`].
pub(crate) fn score(old: &Pieces, old_size: u64, new: &Pieces, new_size: u64) -> u64 {
    if new_size == 0 {
        return 0;
    }
    old.shared_with(new) * WHOLE / old_size.max(new_size)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(old: &str, new: &str, percent: u64) {
        let pieces = |text: &str| Pieces::of(text.as_bytes(), false);
        let score = score(&pieces(old), old.len() as u64, &pieces(new), new.len() as u64);
        assert_eq!(score * 100 / WHOLE, percent, "{old:?} -> {new:?}");
    }

    #[test]
    fn half_of_the_lines_is_half_of_the_score() {
        check("a\nb\n", "a\nb\n", 100);
        check("a\nb\n", "a\nc\n", 50);
        check("a\nb\n", "c\nd\n", 0);
        check("a\r\nb\n", "a\nb\n", 80);
        check("one line that never ends", "one line that never ends", 100);
    }
}
