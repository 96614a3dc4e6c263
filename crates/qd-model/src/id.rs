//! Ids of rows: short enough to type, the same tomorrow.

/// The id of what `signal` says about `subject`: six letters and digits.
///
/// FNV-1a (64 bits) over both names, written in Crockford's base 32 without the
/// vowels' look-alikes. Thirty bits: among a thousand open rows two collide once in
/// two thousand companies, and a command that meets two rows says so.
#[must_use]
pub fn row_id(signal: &str, subject: &str) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in signal.bytes().chain([0]).chain(subject.bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    // FNV-1a spreads its last bytes badly; the finaliser of MurmurHash3 mixes them in.
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    let folded = hash ^ (hash >> 33);
    (0..6).map(|place| char::from(ALPHABET[((folded >> (place * 5)) & 31) as usize])).collect()
}

#[cfg(test)]
mod tests {
    use super::row_id;

    #[test]
    fn the_same_subject_keeps_its_id_and_another_gets_its_own() {
        assert_eq!(row_id("stale-branch", "api/x"), row_id("stale-branch", "api/x"));
        assert_ne!(row_id("stale-branch", "api/x"), row_id("stale-branch", "api/y"));
        assert_ne!(row_id("a", "bc"), row_id("ab", "c"));
        assert_eq!(row_id("", "").len(), 6);
    }
}
