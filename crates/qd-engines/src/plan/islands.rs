//! Several evolutions at once, that tell each other of the best they found.
//!
//! What each does and when they talk depends on how many there are and on nothing else, so that the
//! result is the same on any number of threads.

use std::thread;

use super::{
    decoder::{Decoder, Individual, Value},
    evolution::Evolution,
    problem::Time,
    random::Random,
};

/// Schedules of the first round where no number is given; each round has four times as many.
const FIRST_ROUND: u64 = 5_000;

/// Rounds' growth.
const GROWTH: u64 = 4;

/// Times that islands talk to each other within a round.
const TALKS: u64 = 10;

/// How the search is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Search {
    pub(crate) seed: u64,
    /// Schedules to make in all; none for as many as there is time for.
    pub(crate) schedules: Option<u64>,
    pub(crate) islands: usize,
    pub(crate) threads: usize,
}

/// Searches until the schedules are made, `is_over`, or a schedule as good as `enough` is found.
/// Returns the best, and how many were made.
pub(crate) fn search<D: Decoder + Clone + Send>(
    decoder: &D,
    urgencies: &[Vec<Time>],
    search: Search,
    enough: impl Fn(&Value) -> bool + Sync,
    is_over: &(dyn Fn() -> bool + Sync),
) -> (Option<Individual>, u64) {
    let islands = search.islands.max(1);
    let each = search.schedules.map(|schedules| schedules.div_ceil(islands as u64).max(1));
    let mut round = each.unwrap_or(FIRST_ROUND);
    let mut evolutions: Vec<Evolution<D>> = (0..islands as u64)
        .map(|island| {
            Evolution::new(decoder.clone(), urgencies.to_vec(), Random::new(search.seed, island), round)
        })
        .collect();
    let ends = |value: &Value| enough(value) || is_over();
    let mut until = 0;
    loop {
        for talk in 1..=TALKS {
            let goal = until + round * talk / TALKS;
            drive(&mut evolutions, goal, search.threads, &ends);
            if evolutions.iter().any(|one| ends(&one.value())) {
                return best(evolutions);
            }
            exchange(&mut evolutions);
        }
        until += round;
        if each.is_some_and(|each| until >= each) {
            return best(evolutions);
        }
        round *= GROWTH;
        evolutions.iter_mut().for_each(|one| one.restart(round));
    }
}

/// Drives all evolutions on, on so many threads.
fn drive<D: Decoder + Send>(
    evolutions: &mut [Evolution<D>],
    goal: u64,
    threads: usize,
    is_over: &(impl Fn(&Value) -> bool + Sync),
) {
    let share = evolutions.len().div_ceil(threads.max(1));
    thread::scope(|scope| {
        for some in evolutions.chunks_mut(share.max(1)) {
            let mut work = move || some.iter_mut().for_each(|one| one.run(goal, is_over));
            if threads > 1 {
                scope.spawn(work);
            } else {
                work();
            }
        }
    });
}

/// Each island tells the next one of its best.
fn exchange<D: Decoder>(evolutions: &mut [Evolution<D>]) {
    let guests: Vec<Option<Individual>> = evolutions.iter().map(|one| one.best.clone()).collect();
    let islands = evolutions.len();
    for (index, guest) in guests.into_iter().enumerate().filter(|_| islands > 1) {
        if let (Some(guest), Some(host)) = (guest, evolutions.get_mut((index + 1) % islands)) {
            host.welcome(&guest);
        }
    }
}

fn best<D: Decoder>(evolutions: Vec<Evolution<D>>) -> (Option<Individual>, u64) {
    let schedules = evolutions.iter().map(Evolution::schedules).sum();
    // Of equals the first: `min_by_key` keeps it.
    let best = evolutions.into_iter().filter_map(|one| one.best).min_by_key(|one| one.value);
    (best, schedules)
}
