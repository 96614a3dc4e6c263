//! Luck: normal numbers that depend on nothing but a seed, a name and the number of a run.
//!
//! Because no state is kept between draws, the same task has the same luck in every variant of a plan
//! and on any number of threads (common random numbers).

use std::sync::LazyLock;

/// Runs that are drawn at once.
pub(super) const LANES: usize = 16;

/// One number for each run of a block.
pub(super) type Lanes = [f32; LANES];

/// All bits if something holds, or none: with [`choice`] what is written so is done for several lanes at
/// once, where a condition would be followed lane by lane.
#[inline]
pub(super) fn all_bits(holds: bool) -> u32 {
    u32::from(holds).wrapping_neg()
}

/// One of two numbers, by [`all_bits`].
#[inline]
pub(super) fn choice(holds: u32, one: f32, other: f32) -> f32 {
    f32::from_bits(one.to_bits() & holds | other.to_bits() & !holds)
}

/// The odd constant of `SplitMix64` (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number
/// generators"), whose n-th number can be had without those before it.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// The mixing function of `SplitMix64`.
#[inline]
pub(super) fn mixed(number: u64) -> u64 {
    let one = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let two = (one ^ (one >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    two ^ (two >> 31)
}

/// A key from a name and the key of what it stands in.
pub(super) fn key(within: u64, name: &str) -> u64 {
    let bytes = name
        .as_bytes()
        .chunks(8)
        .map(|chunk| chunk.iter().fold(chunk.len() as u64, |number, &byte| (number << 8) ^ u64::from(byte)));
    bytes.fold(mixed(within.wrapping_add(STEP)), |key, number| mixed(key.rotate_left(23) ^ mixed(number)))
}

/// Standard normal numbers of a key for the runs of a block; `first` is a multiple of [`LANES`].
#[inline]
pub(super) fn normals(table: &Normals, key: u64, first: usize, lanes: &mut Lanes) {
    // One number of 64 bits serves two runs.
    for (pair, two) in lanes.chunks_exact_mut(2).enumerate() {
        let at = ((first / 2) as u64).wrapping_add(pair as u64 + 1);
        let bits = mixed(key.wrapping_add(at.wrapping_mul(STEP)));
        two[0] = table.at(bits as u32);
        two[1] = table.at((bits >> 32) as u32);
    }
}

/// Linear pieces of an octave of probability.
const PIECES: usize = 32;

/// The quantile function of the normal distribution as linear pieces, 32 for each halving of the
/// probability. The bits of a float number them, so that the tail is as exact as the middle (Hörmann
/// and Leydold 2003 on numerical inversion).
#[derive(Debug)]
pub(super) struct Normals([(f32, f32); 32 * PIECES]);

/// The table; it is made once.
pub(super) static NORMALS: LazyLock<Normals> = LazyLock::new(|| {
    let knot = |place: usize| {
        let octave = (place / PIECES) as i32 - 32;
        quantile(2_f64.powi(octave) * (1.0 + (place % PIECES) as f64 / PIECES as f64))
    };
    let mut table = [(0.0, 0.0); 32 * PIECES];
    for (place, piece) in table.iter_mut().enumerate().take(31 * PIECES) {
        *piece = (knot(place) as f32, (knot(place + 1) - knot(place)) as f32);
    }
    Normals(table)
});

impl Normals {
    /// The normal number that belongs to 32 uniform bits: one of sign, 31 of the lower tail.
    #[inline]
    fn at(&self, bits: u32) -> f32 {
        let tail = (((bits & 0x7fff_ffff) | 1) as i32 as f32).to_bits();
        let place = ((tail >> 18) as usize).wrapping_sub(127 * PIECES) % (32 * PIECES);
        let part = (tail & 0x3_ffff) as i32 as f32 * (1.0 / (1 << 18) as f32);
        let (value, slope) = self.0[place];
        f32::from_bits((value + part * slope).to_bits() ^ (bits & 0x8000_0000))
    }
}

/// The share of a standard normal distribution that lies below `z`, for |z| up to about 6 (Marsaglia
/// 2004, "Evaluating the normal distribution", series of section 3).
pub(crate) fn share_below(z: f64) -> f64 {
    let (mut term, mut sum, mut odd) = (z, z, 3.0);
    while sum + term != sum {
        term *= z * z / odd;
        sum += term;
        odd += 2.0;
    }
    0.5 + sum * (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt()
}

/// The inverse of [`share_below`] for shares below a half and a little above (Acklam's rational
/// approximation, relative error 1.2e-9).
pub(super) fn quantile(share: f64) -> f64 {
    let polynomial = |factors: &[f64], at: f64| factors.iter().fold(0.0, |sum, factor| sum * at + factor);
    if share < 0.024_25 {
        let at = (-2.0 * share.ln()).sqrt();
        let above = [
            -7.784_894_002_430_293e-3,
            -3.223_964_580_411_365e-1,
            -2.400_758_277_161_838,
            -2.549_732_539_343_734,
            4.374_664_141_464_968,
            2.938_163_982_698_783,
        ];
        let below = [
            7.784_695_709_041_462e-3,
            3.224_671_290_700_398e-1,
            2.445_134_137_142_996,
            3.754_408_661_907_416,
            1.0,
        ];
        return polynomial(&above, at) / polynomial(&below, at);
    }
    let above = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    let below = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
        1.0,
    ];
    let at = share - 0.5;
    at * polynomial(&above, at * at) / polynomial(&below, at * at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_functions_are_inverse() {
        for share in [1e-9, 1e-6, 0.001, 0.02, 0.024, 0.025, 0.1, 0.3, 0.5, 0.7] {
            let back = share_below(quantile(share));
            assert!((back / share - 1.0).abs() < 1e-6, "{share} {back}");
        }
    }

    /// Shares of many draws against the distribution, the tails too.
    #[test]
    fn draws_are_normal_and_independent() {
        let mut drawn: Vec<f32> = Vec::new();
        let mut lanes = [0.0; LANES];
        let key = key(7, "atlas");
        for block in 0..62_500 {
            normals(&NORMALS, key, block * LANES, &mut lanes);
            drawn.extend(lanes);
        }
        for z in [-4.0_f32, -3.0, -2.0, -1.0, -0.1, 0.0, 0.5, 1.5, 2.5, 3.5] {
            let share = drawn.iter().filter(|&&one| one <= z).count() as f64 / drawn.len() as f64;
            let expected = share_below(f64::from(z));
            let error = (expected * (1.0 - expected) / drawn.len() as f64).sqrt();
            assert!((share - expected).abs() < 4.0 * error, "{z}: {share} instead of {expected}");
        }
        let together: f64 = drawn.windows(2).map(|two| f64::from(two[0]) * f64::from(two[1])).sum();
        assert!((together / 1e6).abs() < 4e-3, "{together}");
    }

    #[test]
    fn keys_depend_on_every_letter_and_the_length() {
        let keys =
            ["", "a", "aa", "ab", "ba", "\0", "abcdefgh", "abcdefgh\0", "abcdefghi"].map(|name| key(1, name));
        let mut sorted = keys.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), keys.len());
    }
}
