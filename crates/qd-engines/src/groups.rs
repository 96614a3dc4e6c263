//! Things that turn out to be the same: disjoint sets with union by the smaller number.

/// Sets over the numbers from 0 on.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    parents: Vec<u32>,
}

impl Groups {
    /// `count` sets of one.
    pub(crate) fn of(count: usize) -> Self {
        Self { parents: (0..u32::try_from(count).unwrap_or(u32::MAX)).collect() }
    }

    /// One more set of one, and its number.
    pub(crate) fn add(&mut self) -> u32 {
        let number = u32::try_from(self.parents.len()).unwrap_or(u32::MAX);
        self.parents.push(number);
        number
    }

    /// How many numbers there are.
    pub(crate) fn len(&self) -> usize {
        self.parents.len()
    }

    /// The smallest number of the set that holds `number`.
    pub(crate) fn find(&mut self, number: u32) -> u32 {
        let mut at = number as usize;
        while self.parents[at] as usize != at {
            let above = self.parents[at] as usize;
            self.parents[at] = self.parents[above];
            at = above;
        }
        self.parents[at]
    }

    /// Makes one set of two; its smallest number stands for it.
    pub(crate) fn join(&mut self, one: u32, two: u32) -> u32 {
        let (one, two) = (self.find(one), self.find(two));
        let (low, high) = (one.min(two), one.max(two));
        self.parents[high as usize] = low;
        low
    }
}
