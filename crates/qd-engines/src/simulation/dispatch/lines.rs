//! The tasks that wait for people or resources and for nothing else: a line for each kind, in the order of
//! the list. Where the first of a line cannot start, nobody behind it can.

use crate::simulation::{chains::NONE, needs::Needs};

/// The lines of a run.
#[derive(Debug)]
pub(super) struct Lines {
    /// The place of each task among all lines, and the task of each place.
    place: Vec<u32>,
    task: Vec<u32>,
    /// Who waits, as bits by place; each line begins with a word, and ends before another.
    waits: Vec<u64>,
    end: Vec<u32>,
    /// The first task of each line.
    first: Vec<u32>,
    /// By words of 64 kinds.
    pub(super) kinds: Vec<Waiting>,
    pub(super) has_fresh: bool,
}

/// Kinds of tasks, as bits.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Waiting {
    /// A task of them waits.
    pub(super) any: u64,
    /// A task of them has come since somebody looked.
    pub(super) fresh: u64,
}

impl Lines {
    pub(super) fn of(needs: &Needs) -> Self {
        let kinds = needs.kinds.len();
        let mut members = vec![Vec::new(); kinds];
        for (task, &kind) in needs.kind.iter().enumerate() {
            members[kind as usize].push(task as u32);
        }
        let (mut place, mut task, mut end) = (vec![0; needs.kind.len()], Vec::new(), Vec::new());
        for line in members {
            for member in line {
                place[member as usize] = task.len() as u32;
                task.push(member);
            }
            task.resize(task.len().next_multiple_of(64), NONE);
            end.push(task.len() as u32 / 64);
        }
        Self {
            place,
            waits: vec![0; task.len() / 64],
            task,
            end,
            first: vec![NONE; kinds],
            kinds: vec![Waiting::default(); kinds.div_ceil(64)],
            has_fresh: false,
        }
    }

    pub(super) fn clear(&mut self) {
        self.waits.fill(0);
        self.first.fill(NONE);
        self.kinds.fill(Waiting::default());
        self.has_fresh = false;
    }

    /// A task waits from now on.
    #[inline]
    pub(super) fn join(&mut self, task: u32, kind: u32) {
        let place = self.place[task as usize];
        self.waits[place as usize / 64] |= 1 << (place % 64);
        let first = &mut self.first[kind as usize];
        *first = task.min(*first);
        let (word, bit) = (&mut self.kinds[kind as usize / 64], 1 << (kind % 64));
        word.any |= bit;
        word.fresh |= bit;
        self.has_fresh = true;
    }

    /// Somebody has looked.
    #[inline]
    pub(super) fn forget_fresh(&mut self) {
        if std::mem::take(&mut self.has_fresh) {
            self.kinds.iter_mut().for_each(|word| word.fresh = 0);
        }
    }

    pub(super) fn is_in(&self, task: u32) -> bool {
        let place = self.place[task as usize];
        self.waits[place as usize / 64] >> (place % 64) & 1 == 1
    }

    /// Whether somebody waits in a line.
    #[inline]
    pub(super) fn is_waiting(&self, kind: u32) -> bool {
        self.first[kind as usize] != NONE
    }

    /// The first task of a line in which one waits.
    #[inline]
    pub(super) fn first(&self, kind: u32) -> u32 {
        self.first[kind as usize]
    }

    /// The first of a line leaves it.
    #[inline]
    pub(super) fn leave(&mut self, kind: u32) {
        let place = self.place[self.first[kind as usize] as usize] as usize;
        let words = place / 64..self.end[kind as usize] as usize;
        self.waits[words.start] &= !(1 << (place % 64));
        for (word, &waits) in words.clone().zip(&self.waits[words]) {
            if waits != 0 {
                self.first[kind as usize] = self.task[word * 64 + waits.trailing_zeros() as usize];
                return;
            }
        }
        self.first[kind as usize] = NONE;
        self.kinds[kind as usize / 64].any &= !(1 << (kind % 64));
    }
}
