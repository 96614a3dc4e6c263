//! What is yet to happen in a run, the first of it on top: a binary heap whose top, once taken, stays
//! open for what comes next. Whoever ends a task mostly begins another, so an end that is taken out and the next
//! one that is put in cost one way through the heap, and not two.

/// Events as numbers: the least is the first.
#[derive(Debug, Default)]
pub(super) struct Events {
    heap: Vec<u64>,
    /// Whether the top was taken and nothing put in its place.
    is_open: bool,
}

impl Events {
    pub(super) fn clear(&mut self) {
        self.heap.clear();
        self.is_open = false;
    }

    #[inline]
    pub(super) fn push(&mut self, event: u64) {
        if self.is_open {
            self.is_open = false;
            return self.sink(event);
        }
        let mut place = self.heap.len();
        self.heap.push(event);
        while place > 0 {
            let above = (place - 1) / 2;
            if self.heap[above] <= event {
                break;
            }
            self.heap[place] = self.heap[above];
            place = above;
        }
        self.heap[place] = event;
    }

    /// Takes the first event.
    #[inline]
    pub(super) fn pop(&mut self) -> Option<u64> {
        if self.is_open {
            let last = self.heap.pop()?;
            if !self.heap.is_empty() {
                self.sink(last);
            }
        }
        let first = self.heap.first().copied();
        self.is_open = first.is_some();
        first
    }

    /// Takes the first event if it is below a bound.
    #[inline]
    pub(super) fn pop_below(&mut self, bound: u64) -> Option<u64> {
        let first = match *self.heap {
            [] | [_] if self.is_open => return None,
            [_, one] if self.is_open => one,
            [_, one, two, ..] if self.is_open => one.min(two),
            [one, ..] => one,
            [] => return None,
        };
        if first < bound { self.pop() } else { None }
    }

    /// Puts an event where the top was.
    #[inline]
    fn sink(&mut self, event: u64) {
        let heap = &mut *self.heap;
        let (mut place, mut below) = (0, 1);
        while below + 1 < heap.len() {
            below += usize::from(heap[below + 1] < heap[below]);
            if event <= heap[below] {
                heap[place] = event;
                return;
            }
            heap[place] = heap[below];
            (place, below) = (below, 2 * below + 1);
        }
        if below < heap.len() && heap[below] < event {
            heap[place] = heap[below];
            place = below;
        }
        heap[place] = event;
    }
}

#[cfg(test)]
mod tests {
    use std::{cmp::Reverse, collections::BinaryHeap};

    use super::Events;
    use proptest::prelude::*;

    proptest! {
        /// Against the heap of the standard library: 0 and 1 take, all else is put in.
        #[test]
        fn events_come_in_their_order(steps in prop::collection::vec(0..40_u64, 0..200)) {
            let (mut events, mut heap) = (Events::default(), BinaryHeap::new());
            for step in steps {
                match step {
                    0..10 => prop_assert_eq!(events.pop(), heap.pop().map(|Reverse(event)| event)),
                    10..15 => {
                        let first = heap.peek().is_some_and(|&Reverse(event)| event < 20);
                        let wanted = first.then(|| heap.pop().map(|Reverse(event)| event)).flatten();
                        prop_assert_eq!(events.pop_below(20), wanted);
                    }
                    _ => {
                        events.push(step);
                        heap.push(Reverse(step));
                    }
                }
            }
        }
    }
}
