//! A stretch of history, counted file by file.
//!
//! Commits are compared in portions as the walk finds them. Their changes wait here until
//! enough have come together (or all), so that many versions of a file meet: counted one
//! after another, newest first, each is decoded once and cut into lines once. How many
//! wait is bounded, and so is memory, whatever the length of history.

use std::{
    ops::Range,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use hashbrown::HashMap;

use super::history::{Change, Measured, Pair, Reader};

/// Changes from which a band is full: about 60 MiB of them.
const FULL: usize = 200_000;
/// Least changes of a shard; fewer are not worth a turn.
const LEAST: usize = 64;
/// Shards of a large band: many more than threads, so that none waits long for the last.
const SHARDS: usize = 96;

/// Compared commits on their way into a band.
#[derive(Debug, Default)]
pub(crate) struct Gathering {
    /// Portions by their number in the order of the walk.
    portions: Vec<(usize, Vec<Measured>)>,
    changes: usize,
}

impl Gathering {
    /// Adds the portion `number` of the walk. Returns a band where one is full.
    pub(crate) fn add(&mut self, number: usize, portion: Vec<Measured>) -> Option<Band> {
        self.changes += portion.iter().map(|measured| changes(measured).len() + 1).sum::<usize>();
        self.portions.push((number, portion));
        if self.changes < FULL { None } else { self.take() }
    }

    /// What has come together, if anything has.
    pub(crate) fn take(&mut self) -> Option<Band> {
        let Self { mut portions, .. } = std::mem::take(self);
        portions.sort_by_key(|(number, _)| *number);
        (!portions.is_empty()).then(|| Band::of(portions.into_iter().map(|(_, portion)| portion).collect()))
    }
}

/// Where a change stands: portion, commit in it, change in that.
#[derive(Debug, Clone, Copy)]
struct Spot(u32, u32, u32);

/// See the module.
#[derive(Debug)]
pub(crate) struct Band {
    portions: Vec<Mutex<Vec<Measured>>>,
    commits: u64,
    /// Changes by file, newest first, with what is to be counted of each.
    spots: Vec<Spot>,
    pairs: Vec<Pair>,
    /// The changes of each file.
    files: Vec<Range<usize>>,
    /// Files that are counted in one turn.
    shards: Vec<Range<usize>>,
    /// Shards not counted yet.
    left: AtomicUsize,
}

impl Band {
    fn of(portions: Vec<Vec<Measured>>) -> Self {
        let (spots, pairs, files) = by_file(&portions);
        let shards = shards(&files, spots.len());
        let left = AtomicUsize::new(shards.len());
        let commits = portions.iter().map(|portion| portion.len() as u64).sum();
        let portions = portions.into_iter().map(Mutex::new).collect();
        Self { portions, commits, spots, pairs, files, shards, left }
    }

    /// Number of shards; none where nothing is to be counted.
    pub(crate) fn shards(&self) -> usize {
        self.shards.len()
    }

    /// Number of portions.
    pub(crate) fn portions(&self) -> usize {
        self.portions.len()
    }

    /// How many commits one may call counted after the shard `number` that were not before.
    pub(crate) fn commits_of(&self, number: usize) -> u64 {
        let until = |shards: usize| self.commits * shards as u64 / self.shards.len().max(1) as u64;
        until(number + 1) - until(number)
    }

    /// Counts the files of the shard `number`. Returns whether it was the last one left.
    pub(crate) fn count(&self, number: usize, reader: &mut dyn Reader) -> bool {
        let files = self.shards.get(number).and_then(|files| self.files.get(files.clone()));
        for file in files.unwrap_or_default() {
            let pairs = self.pairs.get(file.clone()).unwrap_or_default();
            let spots = self.spots.get(file.clone()).unwrap_or_default();
            for (spot, lines) in spots.iter().zip(reader.count(pairs)) {
                let mut portion = self.portion(spot.0 as usize);
                let Some(measured) = portion.get_mut(spot.1 as usize) else { continue };
                match (lines, &mut measured.changes) {
                    (Ok(lines), Ok(Some(changes))) => {
                        changes
                            .iter_mut()
                            .skip(spot.2 as usize)
                            .take(1)
                            .for_each(|change| change.lines = lines);
                    }
                    (Err(error), changes) => *changes = Err(error.into()),
                    _ => {}
                }
            }
        }
        self.left.fetch_sub(1, Ordering::AcqRel) == 1
    }

    /// Takes the commits of the portion `number`, newest first.
    pub(crate) fn take(&self, number: usize) -> Vec<Measured> {
        std::mem::take(&mut *self.portion(number))
    }

    fn portion(&self, number: usize) -> MutexGuard<'_, Vec<Measured>> {
        self.portions[number].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn changes(measured: &Measured) -> &[Change] {
    match &measured.changes {
        Ok(Some(changes)) => changes,
        _ => &[],
    }
}

/// All changes of `portions`, those of a file together and in the order of the walk.
fn by_file(portions: &[Vec<Measured>]) -> (Vec<Spot>, Vec<Pair>, Vec<Range<usize>>) {
    let mut numbers: HashMap<&[u8], usize> = HashMap::new();
    let mut changed: Vec<(usize, Spot, Pair)> = Vec::new();
    for (portion, commits) in portions.iter().enumerate() {
        for (commit, measured) in commits.iter().enumerate() {
            for (place, change) in changes(measured).iter().enumerate() {
                let next = numbers.len();
                let file = *numbers.entry(&change.path[..]).or_insert(next);
                let spot = Spot(portion as u32, commit as u32, place as u32);
                changed.push((file, spot, Pair { old: change.old, new: change.new }));
            }
        }
    }
    // Stable: within a file the order stays.
    changed.sort_by_key(|(file, ..)| *file);
    let mut files = Vec::with_capacity(numbers.len());
    let mut start = 0;
    for same in changed.chunk_by(|one, next| one.0 == next.0) {
        files.push(start..start + same.len());
        start += same.len();
    }
    let (spots, pairs) = changed.into_iter().map(|(_, spot, pair)| (spot, pair)).unzip();
    (spots, pairs, files)
}

/// Cuts `files` into shards of about as many of the `changes` each, the largest ones first.
fn shards(files: &[Range<usize>], changes: usize) -> Vec<Range<usize>> {
    let enough = (changes / SHARDS).max(LEAST);
    let mut shards: Vec<(usize, Range<usize>)> = Vec::new();
    let mut start = 0;
    let mut sum = 0;
    for (place, file) in files.iter().enumerate() {
        sum += file.len();
        if sum >= enough || place + 1 == files.len() {
            shards.push((sum, start..place + 1));
            (start, sum) = (place + 1, 0);
        }
    }
    shards.sort_by_key(|(sum, _)| std::cmp::Reverse(*sum));
    shards.into_iter().map(|(_, files)| files).collect()
}
