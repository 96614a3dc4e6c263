//! Random numbers of our own: the same for a seed, on any machine, in any version.

/// xoshiro256** (Blackman and Vigna 2021, "Scrambled linear pseudorandom number generators").
#[derive(Debug, Clone)]
pub(crate) struct Random([u64; 4]);

impl Random {
    /// A stream of its own for each pair of seed and number.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        // SplitMix64, which the authors advise to fill the state with.
        let mut state = seed ^ stream.wrapping_mul(0xa076_1d64_78bd_642f);
        let mut next = || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^ (mixed >> 31)
        };
        Self([next(), next(), next(), next()])
    }

    pub(crate) fn next(&mut self) -> u64 {
        let state = &mut self.0;
        let result = state[1].wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let shifted = state[1] << 17;
        state[2] ^= state[0];
        state[3] ^= state[1];
        state[1] ^= state[2];
        state[0] ^= state[3];
        state[2] ^= shifted;
        state[3] = state[3].rotate_left(45);
        result
    }

    /// A whole number below `bound`; 0 where the bound is 0. (Lemire 2019, without the rejection: the
    /// bias is below one in 2⁶⁴ divided by the bound.)
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }

    /// A number from 0 to 1 (exclusive).
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True so often.
    pub(crate) fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }
}
