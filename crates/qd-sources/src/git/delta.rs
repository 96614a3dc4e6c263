//! A version of an object, written as pieces of another.
//!
//! The format is git's (`gitformat-pack`, "Deltified representation"): two sizes, then
//! instructions that copy a range of the base or insert bytes of their own. Every number
//! comes from a file that may be damaged or meant to do harm, so each is checked.

use super::lines::Shared;

/// A delta, its sizes read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Delta<'a> {
    /// Size of the base that it is made for, in bytes.
    pub(crate) base: u64,
    /// Size of what comes out, in bytes.
    pub(crate) result: u64,
    instructions: &'a [u8],
}

impl<'a> Delta<'a> {
    /// Reads the sizes at the beginning of `bytes`; nothing where they are cut off.
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (base, rest) = size(bytes)?;
        let (result, instructions) = size(rest)?;
        Some(Self { base, result, instructions })
    }

    /// Makes the object out of `base` in `result`, which is empty and large enough. Nothing
    /// where base and instructions do not fit, or do not give exactly the size that was
    /// promised.
    /// Returns what the two share at their ends, as far as the instructions show it.
    pub(crate) fn apply(&self, base: &[u8], result: &mut Vec<u8>) -> Option<Shared> {
        let size = usize::try_from(self.result).ok()?;
        let mut start = 0;
        // From where on in the result all is copied from as far before the end of the base.
        let mut end = None;
        if base.len() as u64 != self.base {
            return None;
        }
        let mut rest = self.instructions;
        while let Some((command, after)) = rest.split_first() {
            let piece;
            (piece, rest) = match *command {
                // Reserved.
                0 => return None,
                length if length < 0x80 => {
                    end = None;
                    after.split_at_checked(usize::from(length))?
                }
                command => {
                    let (range, after) = copy(command, after)?;
                    if range.start == result.len() && start == result.len() {
                        start = range.end;
                    }
                    let is_last = size.checked_sub(result.len()) == base.len().checked_sub(range.start);
                    end = end.or(Some(result.len())).filter(|_| is_last);
                    (base.get(range)?, after)
                }
            };
            if piece.len() > size - result.len() {
                return None;
            }
            result.extend_from_slice(piece);
        }
        (result.len() == size).then_some(Shared { start, end: end.map_or(0, |end| size - end) })
    }
}

/// A number of seven bits a byte, the lowest first, and what follows it.
fn size(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut size = 0;
    for (place, byte) in bytes.iter().enumerate().take(9) {
        size |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Some((size, bytes.get(place + 1..)?));
        }
    }
    None
}

/// The range that `command` copies, and what follows its operands: the low four bits say
/// which bytes of the offset are there, the next three which of the length.
fn copy(command: u8, mut operands: &[u8]) -> Option<(std::ops::Range<usize>, &[u8])> {
    let mut number = |bits: std::ops::Range<u32>| {
        let mut number = 0_usize;
        for (place, bit) in bits.enumerate() {
            if command & (1 << bit) != 0 {
                let (byte, after) = operands.split_first()?;
                number |= usize::from(*byte) << (8 * place);
                operands = after;
            }
        }
        Some(number)
    };
    let offset = number(0..4)?;
    let length = match number(4..7)? {
        0 => 0x1_0000,
        length => length,
    };
    Some((offset..offset.checked_add(length)?, operands))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(base: &[u8], delta: &[u8]) -> Option<Vec<u8>> {
        let delta = Delta::parse(delta)?;
        let mut result = Vec::with_capacity(usize::try_from(delta.result.min(1 << 20)).ok()?);
        let Shared { start, end } = delta.apply(base, &mut result)?;
        assert!(base.starts_with(&result[..start]) && base.ends_with(&result[result.len() - end..]));
        Some(result)
    }

    #[test]
    fn instructions_are_followed() {
        let made =
            |delta: &[u8]| apply(b"abcdef", delta).map(|made| String::from_utf8_lossy(&made).into_owned());
        assert_eq!(made(b"\x06\x05\x91\x02\x03\x02xy").as_deref(), Some("cdexy"));
        assert_eq!(made(b"\x06\x06\x90\x06").as_deref(), Some("abcdef"));
        assert_eq!(made(b"\x06\x00").as_deref(), Some(""));
        let long = vec![7; 0x1_0000];
        assert_eq!(apply(&long, b"\x80\x80\x04\x80\x80\x04\x80").as_deref(), Some(&long[..]));
    }

    #[test]
    fn what_is_copied_at_the_ends_is_known_to_be_shared() {
        let shared = |delta: &[u8]| Delta::parse(delta)?.apply(b"abcdef", &mut Vec::with_capacity(16));
        let check =
            |delta: &[u8], start, end| assert_eq!(shared(delta), Some(Shared { start, end }), "{delta:?}");
        check(b"\x06\x06\x90\x06", 6, 6);
        check(b"\x06\x08\x90\x02\x02xy\x91\x02\x04", 2, 4);
        check(b"\x06\x08\x90\x02\x02xy\x91\x02\x02\x91\x04\x02", 2, 4);
        check(b"\x06\x06\x90\x02\x91\x02\x02\x02xy", 4, 0);
        check(b"\x06\x02\x02xy", 0, 0);
    }

    #[test]
    fn what_does_not_fit_gives_nothing() {
        let wrong: [&[u8]; 12] = [
            b"",
            b"\x06",
            b"\x05\x05\x90\x05",
            b"\x06\x05\x90\x06",
            b"\x06\x06\x90\x05",
            b"\x06\x03\x91\x05\x03",
            b"\x06\x03\x03xy",
            b"\x06\x01\x00\x01x",
            b"\x06\x03\x91\x02",
            b"\x06\x06\x9f\xff\xff\xff\xff\x06",
            b"\x06\xff\xff\xff\x7f\x90\x06",
            b"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01",
        ];
        for delta in wrong {
            assert_eq!(apply(b"abcdef", delta), None, "{delta:?}");
        }
    }

    #[test]
    fn no_instructions_make_it_panic_or_grow() {
        use proptest::prelude::*;
        let bytes = |most| proptest::collection::vec(any::<u8>(), 0..most);
        proptest!(|(base in bytes(120), instructions in bytes(60), size in 0..100_u8)| {
            let head = [u8::try_from(base.len()).unwrap_or(0), size];
            if let Some(made) = apply(&base, &[&head[..], &instructions].concat()) {
                prop_assert_eq!(made.len(), usize::from(size));
                prop_assert!(made.capacity() <= 128);
            }
            apply(&base, &instructions);
        });
    }
}
