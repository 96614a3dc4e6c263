//! What was decoded lately, within a bound of bytes.
//!
//! Two generations stand in for a list by last use: what is asked for again moves to the
//! young one, and when that is full it becomes the old one, whose remains are dropped.

use std::rc::Rc;

use hashbrown::HashMap;

use super::packs::Decoded;

/// Where an object lies: number of the pack, offset in it.
pub(crate) type Place = (usize, u64);

/// See the module.
#[derive(Debug)]
pub(crate) struct Kept {
    young: HashMap<Place, Decoded>,
    old: HashMap<Place, Decoded>,
    /// Bytes of the young ones.
    bytes: usize,
    /// Most bytes of one generation.
    most: usize,
    /// Memory of what was dropped, to be used again: at each place as many bytes, or
    /// more, as two to the power of its number. The allocator takes longer to part and join
    /// such pieces than it takes to fill them.
    spare: Vec<Vec<Vec<u8>>>,
}

impl Kept {
    /// Keeps about `bytes` bytes at most, both generations together, and half as much of
    /// spare memory.
    pub(crate) fn new(bytes: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), bytes: 0, most: bytes / 2, spare: Vec::new() }
    }

    /// The object at `place`, if it is still there.
    pub(crate) fn get(&mut self, place: Place) -> Option<Decoded> {
        if let Some(found) = self.young.get(&place) {
            return Some(found.clone());
        }
        let found = self.old.remove(&place)?;
        self.keep(place, found.clone());
        Some(found)
    }

    /// Keeps `object`, unless it alone is larger than all that may be kept.
    pub(crate) fn keep(&mut self, place: Place, object: Decoded) {
        let size = object.bytes.capacity();
        if size > 2 * self.most {
            return;
        }
        if self.bytes + size > self.most && self.bytes > 0 {
            let gone = std::mem::replace(&mut self.old, std::mem::take(&mut self.young));
            self.bytes = 0;
            self.spare.clear();
            // What somebody still holds is not ours to use again.
            let free = gone.into_values().filter_map(|object| Rc::try_unwrap(object.bytes).ok());
            for buffer in free {
                let class = buffer.capacity().checked_ilog2().unwrap_or(0) as usize;
                if self.spare.len() <= class {
                    self.spare.resize_with(class + 1, Vec::new);
                }
                self.spare[class].push(buffer);
            }
        }
        if self.young.insert(place, object).is_none() {
            self.bytes += size;
        }
    }

    /// An empty buffer that holds at least `bytes` bytes.
    pub(crate) fn buffer(&mut self, bytes: usize) -> Vec<u8> {
        let size = bytes.max(64).next_power_of_two();
        let spare = self.spare.get_mut(size.ilog2() as usize).and_then(Vec::pop);
        let mut buffer =
            spare.unwrap_or_else(|| Vec::with_capacity(if size > WHOLE_PAGES { bytes } else { size }));
        buffer.clear();
        buffer.reserve(bytes);
        buffer
    }
}

/// Size in bytes above which no more is reserved than is needed.
const WHOLE_PAGES: usize = 1 << 18;

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use gix::objs::Kind;

    use super::*;

    #[test]
    fn what_is_used_stays_and_what_is_not_goes() {
        let object =
            |size| Decoded { kind: Kind::Blob, bytes: Rc::new(vec![0; size]), place: None, made_of: None };
        let mut kept = Kept::new(100);
        for place in 0..50 {
            kept.keep((0, place), object(10));
            assert!(kept.get((0, 0)).is_some(), "asked for at every step, {place}");
            let bytes = |kept: &HashMap<Place, Decoded>| kept.values().map(|o| o.bytes.len()).sum::<usize>();
            assert!(bytes(&kept.young) + bytes(&kept.old) <= 100);
        }
        assert!(kept.get((0, 1)).is_none());
        assert!(kept.get((0, 49)).is_some());
        kept.keep((0, 99), object(101));
        assert!(kept.get((0, 99)).is_none(), "larger than everything");
    }

    #[test]
    fn memory_is_used_again_when_nobody_holds_it() {
        let mut kept = Kept::new(1 << 10);
        let held = Rc::new(kept.buffer(200));
        for place in 0..40 {
            let bytes = if place == 0 { Rc::clone(&held) } else { Rc::new(kept.buffer(200)) };
            assert!(bytes.is_empty() && bytes.capacity() >= 200);
            kept.keep((0, place), Decoded { kind: Kind::Blob, bytes, place: None, made_of: None });
            assert!(kept.spare.iter().flatten().map(Vec::capacity).sum::<usize>() <= 1 << 9);
        }
        assert!(kept.spare.iter().flatten().count() > 0);
        assert_eq!(Rc::strong_count(&held), 1);
    }
}
