//! The search over lists of tasks: a genetic algorithm with two populations.
//!
//! One population holds schedules made from the beginning on, the other schedules made from the end
//! back. Children of one belong to the other, so that every child is justified (forward-backward
//! improvement, Valls, Ballestín, Quintanilla 2005) at the price of one schedule: Debels and Vanhoucke
//! 2005, "A bi-population based genetic algorithm for the resource-constrained project scheduling
//! problem". Parents are crossed at a father's peak, the stretch of time in which most is used (Valls,
//! Ballestín, Quintanilla 2008, "A hybrid genetic algorithm for the resource-constrained project
//! scheduling problem"). Of ours: of each pair come two children, one with the father's peak and one
//! with all but it, and the better one lives; among schedules of one length, the one whose work is done
//! earlier is better; and keys of a few tasks are moved a little.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::{
    decoder::{Decoder, Individual, Side, Value},
    lots::Lots,
    problem::Time,
    random::Random,
};

/// So many schedules let populations of one size come to rest. With fewer, members become fewer as the
/// schedules are made (linear population size reduction: Tanabe and Fukunaga 2014, "Improving the search
/// performance of SHADE using linear population size reduction"): many at first, so that much is
/// tried, few in the end, so that the best are bettered often. Measured on the sixty.
const ENOUGH: f64 = 50_000.0;

/// The least share of the members that is left in the end.
const LEFT: f64 = 0.2;

/// Members of a population at first, and the share of them that is left when so many schedules are made.
fn members(schedules: u64) -> (usize, f64) {
    let left = (schedules as f64 / ENOUGH).clamp(LEFT, 1.0);
    // From 1.6 schedules for each squared member where most of them go to 3.2 where all stay: about as
    // many generations either way.
    let size = (schedules as f64 / (1.2 + 2.0 * left)).sqrt() as usize;
    (size.clamp(4, 2000), left)
}

/// How often a task's key is moved, and by which share of the schedule's length at most.
const MUTATION: f64 = 0.02;
const MUTATION_REACH: f64 = 0.05;

/// Lengths of a peak, as shares of the schedule's length.
const PEAK: (f64, f64) = (0.25, 0.75);

/// One evolution: made once, then driven on by [`Evolution::run`].
#[derive(Debug)]
pub(crate) struct Evolution<D> {
    pub(crate) decoder: D,
    random: Random,
    populations: [Vec<Individual>; 2],
    /// Children that are to become the next population.
    children: Vec<Individual>,
    /// Members of a population at first, and the share of them that is to be left in the end.
    size: usize,
    left: f64,
    /// Schedules when it began or last started anew, and how many it was to make from then on.
    began: u64,
    budget: u64,
    /// Which population the parents are in.
    parents: usize,
    pub(crate) best: Option<Individual>,
    /// Tasks placed.
    placed: u64,
    /// Measures that first lists are drawn by.
    urgencies: Vec<Vec<Time>>,
    keys: Vec<u64>,
    list: Vec<u32>,
    used: Vec<i64>,
}

impl<D: Decoder> Evolution<D> {
    /// An evolution that is to come to rest after about so many schedules.
    pub(crate) fn new(decoder: D, urgencies: Vec<Vec<Time>>, random: Random, schedules: u64) -> Self {
        let (size, left) = members(schedules);
        Self {
            urgencies,
            decoder,
            random,
            populations: [Vec::new(), Vec::new()],
            children: Vec::new(),
            size,
            left,
            began: 0,
            budget: schedules,
            parents: 0,
            best: None,
            placed: 0,
            keys: Vec::new(),
            list: Vec::new(),
            used: Vec::new(),
        }
    }

    /// Starts anew with populations for so many schedules; the best is kept.
    pub(crate) fn restart(&mut self, schedules: u64) {
        (self.size, self.left) = members(schedules);
        (self.began, self.budget) = (self.schedules(), schedules);
        self.populations = [Vec::new(), Vec::new()];
        self.children.clear();
        self.parents = 0;
    }

    /// Value of the best schedule so far.
    pub(crate) fn value(&self) -> Value {
        self.best.as_ref().map_or(Value::WORST, |best| best.value)
    }

    /// Schedules made. One that was given up counts for the part of its tasks that was placed.
    pub(crate) fn schedules(&self) -> u64 {
        self.placed.checked_div(self.tasks()).unwrap_or(self.placed)
    }

    fn tasks(&self) -> u64 {
        self.decoder.network(Side::Forward).tasks() as u64
    }

    /// Goes on until so many schedules are made in all or `is_over`; one is made in any case.
    pub(crate) fn run(&mut self, until: u64, is_over: &dyn Fn(&Value) -> bool) {
        while self.best.is_none() || self.schedules() < until && !is_over(&self.value()) {
            if self.parents == 0 && self.populations[1].is_empty() && self.populations[0].len() < self.size {
                let first = self.first();
                self.populations[0].extend(first);
            } else {
                self.breed();
            }
        }
    }

    /// Takes in a schedule found elsewhere, for the worst of its side.
    pub(crate) fn welcome(&mut self, guest: &Individual) {
        let population = usize::from(guest.side == Side::Backward);
        let members = &mut self.populations[population];
        let worst = members.iter_mut().max_by_key(|member| member.value);
        if let Some(worst) = worst.filter(|worst| guest.value < worst.value) {
            *worst = guest.clone();
        }
        self.keep(guest);
    }

    fn keep(&mut self, found: &Individual) {
        if found.value < self.value() {
            self.best = Some(found.clone());
        }
    }

    /// The next child; when all have one, the children replace the other population.
    fn breed(&mut self) {
        let other = 1 - self.parents;
        if self.children.len() == self.populations[self.parents].len() {
            // The best one so far stays, for the worst of the children.
            let old = self.populations[other].iter().min_by_key(|member| member.value);
            let old = old.filter(|old| self.children.iter().all(|child| old.value < child.value));
            let worst = self.children.iter_mut().max_by_key(|child| child.value);
            if let (Some(old), Some(worst)) = (old, worst) {
                worst.clone_from(old);
            }
            self.populations[other] = std::mem::take(&mut self.children);
            self.parents = other;
            self.thin(other);
            return;
        }
        let parents = &self.populations[self.parents];
        let (one, two) = (self.random.below(parents.len()), self.random.below(parents.len()));
        let mother = if parents[two].value < parents[one].value { two } else { one };
        let father = self.children.len();
        let Some(inside) = self.child(father, mother, true, Time::MAX) else { return };
        // The second must be better than the first, or it is not needed to its end.
        let limit = if self.decoder.has_sides() { inside.end } else { Time::MAX };
        let outside = self.child(father, mother, false, limit);
        self.children.push(outside.filter(|outside| outside.value < inside.value).unwrap_or(inside));
    }

    /// Lets the worst of a population go, down to as many as there are to be by now.
    fn thin(&mut self, population: usize) {
        let made = self.schedules().saturating_sub(self.began) as f64 / self.budget.max(1) as f64;
        let size = self.size as f64 * (1.0 - (1.0 - self.left) * made.min(1.0));
        let members = &mut self.populations[population];
        if (size as usize) < members.len() {
            members.sort_by_key(|member| member.value);
            members.truncate((size as usize).max(4));
        }
    }

    /// A child of two parents. With `is_peak`, what runs in the father's peak is ordered as he does and
    /// the rest as the mother does, else the other way round; either way, what he does before the peak
    /// comes first and what he does after it comes last. None if it would end behind the limit.
    fn child(&mut self, father: usize, mother: usize, is_peak: bool, limit: Time) -> Option<Individual> {
        let side = self.next_side();
        let turns = self.decoder.has_sides();
        let parents = &self.populations[self.parents];
        let (father, mother) = (parents.get(father)?, parents.get(mother)?);
        let network = self.decoder.network(side);
        // Time of a task as the child's side sees it.
        let time = |parent: &Individual, task: usize| {
            if turns { parent.end - parent.start[task] - network.duration[task] } else { parent.start[task] }
        };
        let from = &self.decoder.network(father.side);
        let (start, end) =
            peak(&from.duration, self.decoder.load(), father, &mut self.used, &mut self.random);
        let (start, end) = if turns { (father.end - end, father.end - start) } else { (start, end) };
        let reach = (f64::from(father.end) * MUTATION_REACH * 16.0) as i64;
        self.keys.clear();
        for task in 0..network.tasks() {
            let fathers = time(father, task);
            let part = u64::from(fathers >= start) + u64::from(fathers >= end);
            let as_father = (part == 1) == is_peak;
            let mut key = i64::from(if as_father { fathers } else { time(mother, task) }) * 16 + (1 << 30);
            if self.random.chance(MUTATION) {
                key += self.random.below(2 * reach as usize + 1) as i64 - reach;
            }
            // 2 bits for the part, 42 for the time, 20 for the rank.
            self.keys.push(part << 62 | (key.max(0) as u64) << 20 | u64::from(network.rank[task]));
        }
        self.keys.sort_unstable();
        self.list.clear();
        self.list.extend(self.keys.iter().map(|key| network.order[(key & 0xf_ffff) as usize]));
        network.repair(&mut self.list);
        let child = self.decoder.decode_within(side, &self.list, limit);
        self.count(child)
    }

    fn next_side(&self) -> Side {
        if self.decoder.has_sides() && self.parents == 0 { Side::Backward } else { Side::Forward }
    }

    /// Counts what was made, and keeps it if it is the best.
    fn count(&mut self, made: Result<Individual, usize>) -> Option<Individual> {
        self.placed += made.as_ref().map_or_else(|&placed| placed as u64, |_| self.tasks().max(1));
        let made = made.ok()?;
        self.keep(&made);
        Some(made)
    }

    /// A schedule of a random list in which urgent tasks come rather early: regret-based biased random
    /// sampling (Drexl 1991, Kolisch 1996).
    fn first(&mut self) -> Option<Individual> {
        let urgency = &self.urgencies[self.random.below(self.urgencies.len())];
        let network = self.decoder.network(Side::Forward);
        let mut missing: Vec<usize> =
            (0..network.tasks()).map(|task| network.before.of_task(task).len()).collect();
        let mut ready: Vec<u32> =
            network.order.iter().copied().filter(|&task| missing[task as usize] == 0).collect();
        let mut lots = Lots::new(network.tasks());
        for (place, &task) in ready.iter().enumerate() {
            lots.set(place, urgency[task as usize]);
        }
        let mut least: BinaryHeap<Reverse<(Time, u32)>> =
            ready.iter().map(|&task| Reverse((urgency[task as usize], task))).collect();
        let mut is_drawn = vec![false; network.tasks()];
        self.list.clear();
        while !ready.is_empty() {
            while least.peek().is_some_and(|one| is_drawn[one.0.1 as usize]) {
                least.pop();
            }
            let base = least.peek().map_or(0, |one| one.0.0);
            let chosen = lots.draw(ready.len(), base, &mut self.random);
            let task = ready.swap_remove(chosen);
            is_drawn[task as usize] = true;
            // The last one stands in the place of the one drawn.
            lots.clear(ready.len(), urgency[ready.get(chosen).copied().unwrap_or(task) as usize]);
            if let Some(&moved) = ready.get(chosen) {
                lots.clear(chosen, urgency[task as usize]);
                lots.set(chosen, urgency[moved as usize]);
            }
            self.list.push(task);
            for &(to, _) in network.after.of_task(task as usize) {
                missing[to as usize] -= 1;
                if missing[to as usize] == 0 {
                    lots.set(ready.len(), urgency[to as usize]);
                    least.push(Reverse((urgency[to as usize], to)));
                    ready.push(to);
                }
            }
        }
        // Serial and parallel generation by turns: the one reaches all that is good, the other is good at once.
        let is_serial = self.populations[0].len().is_multiple_of(2);
        let made = if is_serial {
            self.decoder.decode(Side::Forward, &self.list)
        } else {
            self.decoder.dispatch(&self.list)
        };
        self.count(Ok(made))
    }
}

/// The stretch, of a length drawn at random, in which most is used of what is there.
fn peak(
    duration: &[Time],
    load: &[u32],
    schedule: &Individual,
    used: &mut Vec<i64>,
    random: &mut Random,
) -> (Time, Time) {
    let length = schedule.end.max(1) as usize;
    used.clear();
    used.resize(length + 1, 0);
    for (index, &start) in schedule.start.iter().enumerate() {
        let (start, end) = (start.max(0) as usize, start.saturating_add(duration[index]).max(0) as usize);
        used[start.min(length)] += i64::from(load[index]);
        used[end.min(length)] -= i64::from(load[index]);
    }
    let mut sum = 0;
    for used in &mut *used {
        sum += *used;
        *used = sum;
    }
    let width = ((PEAK.0 + (PEAK.1 - PEAK.0) * random.unit()) * length as f64) as usize;
    let width = width.clamp(1, length);
    let mut sum: i64 = used[..width].iter().sum();
    let (mut most, mut at, mut ties) = (sum, 0, 1);
    for start in 1..=length - width {
        sum += used[start + width - 1] - used[start - 1];
        if sum > most {
            (most, at, ties) = (sum, start, 1);
        } else if sum == most {
            ties += 1;
            if random.below(ties) == 0 {
                at = start;
            }
        }
    }
    (at as Time, (at + width) as Time)
}
