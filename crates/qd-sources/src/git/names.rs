//! Numbers for lines: equal lines have equal numbers.
//!
//! Lines are short and there are very many of them, so that finding a line's end and
//! hashing it is done in one pass, eight bytes at a time. The hash only finds candidates:
//! lines are equal where their bytes are.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

/// Gives each distinct line a number, counted from 0.
#[derive(Debug)]
pub(crate) struct Names {
    /// Chosen anew in each process, so that nobody can write lines that collide.
    keys: [u64; 2],
    /// Hash and number of each line.
    table: HashTable<(u64, u32)>,
    /// Where each line ends in `bytes`; it begins where the one before ends.
    ends: Vec<usize>,
    bytes: Vec<u8>,
}

impl Default for Names {
    fn default() -> Self {
        let state = DefaultHashBuilder::default();
        let keys = [state.hash_one(1_u8), state.hash_one(2_u8) | 1];
        Self { keys, table: HashTable::new(), ends: Vec::new(), bytes: Vec::new() }
    }
}

impl Names {
    /// Forgets all lines.
    pub(crate) fn clear(&mut self) {
        // A table that grew for one giant file would be swept for every small one.
        if self.table.capacity() > 1 << 16 {
            self.table = HashTable::new();
        }
        self.table.clear();
        self.ends.clear();
        self.bytes.clear();
    }

    /// Number of distinct lines.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes of the distinct lines.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Appends the numbers of all lines of `content` to `numbers`.
    pub(crate) fn name(&mut self, content: &[u8], numbers: &mut Vec<u32>) {
        let mut rest = content;
        while !rest.is_empty() {
            let (length, hash) = first_line(rest, self.keys);
            let (line, after) = rest.split_at(length);
            numbers.push(self.number(line, hash));
            rest = after;
        }
    }

    fn number(&mut self, line: &[u8], hash: u64) -> u32 {
        let Self { table, ends, bytes, .. } = self;
        let known = |number: u32| {
            let number = number as usize;
            let start = number.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
            ends.get(number).and_then(|end| bytes.get(start..*end))
        };
        if let Some((_, number)) =
            table.find(hash, |(other, number)| *other == hash && known(*number) == Some(line))
        {
            return *number;
        }
        let number = u32::try_from(ends.len()).unwrap_or(u32::MAX);
        bytes.extend_from_slice(line);
        ends.push(bytes.len());
        table.insert_unique(hash, (hash, number), |(hash, _)| *hash);
        number
    }
}

/// Length of the first line of `bytes`, its end included, and a hash of it.
fn first_line(bytes: &[u8], [mut hash, key]: [u64; 2]) -> (usize, u64) {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    let mix = |hash: u64, word: u64| {
        let product = u128::from(hash ^ word) * u128::from(key);
        (product as u64) ^ (product >> 64) as u64
    };
    let (words, tail) = bytes.as_chunks::<8>();
    for (place, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        // The lowest bit set marks the first end of a line, as is well known of such sums.
        let without = word ^ (ONES * u64::from(b'\n'));
        let ends = without.wrapping_sub(ONES) & !without & (ONES << 7);
        if ends != 0 {
            let bits = ends.trailing_zeros() + 1;
            return (8 * place + bits as usize / 8, mix(hash, word & (u64::MAX >> (64 - bits))));
        }
        hash = mix(hash, word);
    }
    let length = memchr::memchr(b'\n', tail).map_or(tail.len(), |end| end + 1);
    let word = tail[..length].iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
    (8 * words.len() + length, mix(hash, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_lines_and_no_others_have_equal_numbers() {
        use proptest::prelude::*;
        let byte = prop_oneof![Just(b'\n'), Just(b'\x0b'), Just(0x8a), Just(0), any::<u8>()];
        proptest!(|(bytes in proptest::collection::vec(byte, 0..200))| {
            let mut names = Names::default();
            let mut numbers = Vec::new();
            names.name(&bytes, &mut numbers);
            let lines: Vec<&[u8]> = super::super::lines::split(&bytes).collect();
            prop_assert_eq!(lines.len(), numbers.len());
            for (line, number) in lines.iter().zip(&numbers) {
                let first = lines.iter().position(|other| other == line).unwrap_or_default();
                prop_assert_eq!(*number, numbers[first]);
                prop_assert!(lines.iter().zip(&numbers).all(|(other, n)| (other == line) == (n == number)));
            }
            prop_assert_eq!(names.len(), numbers.iter().max().map_or(0, |most| *most as usize + 1));
        });
    }

    #[test]
    fn a_line_is_hashed_alike_wherever_it_stands() {
        for length in 0..40 {
            let line = [&vec![b'x'; length][..], b"\n"].concat();
            let (found, hash) = first_line(&[&line[..], b"and a line that follows it\n"].concat(), [7, 9]);
            assert_eq!((found, hash), first_line(&line, [7, 9]), "{length}");
            assert_eq!(found, length + 1);
        }
    }
}
