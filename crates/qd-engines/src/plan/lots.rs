//! Drawing one of many by urgency.

use super::{problem::Time, random::Random};

/// Lots by place: of each group of places the sum of urgencies, and how many there are (a binary indexed
/// tree: Fenwick 1994, "A new data structure for cumulative frequency tables"). So one of thousands that
/// are ready is drawn in a few steps.
#[derive(Debug)]
pub(crate) struct Lots(Vec<(i64, i64)>);

impl Lots {
    pub(crate) fn new(most: usize) -> Self {
        Self(vec![(0, 0); most.next_power_of_two() + 1])
    }

    /// A lot for a place that has none.
    pub(crate) fn set(&mut self, place: usize, urgency: Time) {
        self.add(place, i64::from(urgency), 1);
    }

    /// Takes the lot of a place away, given its urgency.
    pub(crate) fn clear(&mut self, place: usize, urgency: Time) {
        self.add(place, -i64::from(urgency), -1);
    }

    fn add(&mut self, place: usize, urgency: i64, count: i64) {
        let mut at = place + 1;
        while let Some(sums) = self.0.get_mut(at) {
            *sums = (sums.0 + urgency, sums.1 + count);
            at += at & at.wrapping_neg();
        }
    }

    /// A place, each as likely as its regret: by how much it is more urgent than the least, and one.
    pub(crate) fn draw(&self, places: usize, least: Time, random: &mut Random) -> usize {
        let regret = |sums: (i64, i64)| sums.0 - sums.1 * (i64::from(least) - 1);
        let mut step = self.0.len() - 1;
        let mut open = random.below(regret(self.0[step]).max(0) as usize) as i64;
        let mut place = 0;
        while step > 0 {
            let ahead = self.0.get(place + step).map_or(i64::MAX, |&sums| regret(sums));
            if ahead <= open {
                open -= ahead;
                place += step;
            }
            step /= 2;
        }
        place.min(places - 1)
    }
}
