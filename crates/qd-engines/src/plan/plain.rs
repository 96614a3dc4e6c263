//! Planning where there are only resources, the same at all times: the fast search and the exact one
//! beside each other.

use std::{
    sync::atomic::{AtomicI32, Ordering::Relaxed},
    thread,
};

use super::{
    decoder::{Aim, Individual, Side, Value},
    exact::{Exact, Outcome},
    islands::{Search, search},
    network::Network,
    packed::{MOST, PackedDecoder},
    planner::Options,
    problem::{Problem, Time},
};

/// Schedules made before the exact partner begins: it needs to know what is short.
const FIRST: u64 = 5_000;

/// Projects of more tasks are rarely proven, and not in seconds: the partner tries for so many conflicts
/// and leaves the time to the search.
const LARGE: (usize, u64) = (100, 25_000);

// Tried and left out: letting the partner plan windows of a good schedule anew (large neighbourhood search).
// Of 5,000 windows on four projects of 120 tasks none gave a shorter one, of 500 on portfolios five did.

/// Of more tasks than this the partner would not get through one schedule before the search is done.
const TOO_LARGE: usize = 300;

/// A problem without people, whose resources are the same at all times.
#[derive(Debug)]
pub(crate) struct Plain {
    demands: Vec<Vec<u32>>,
    capacity: Vec<u32>,
}

/// What was found.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) start: Vec<Time>,
    pub(crate) bound: Time,
    pub(crate) schedules: u64,
}

/// What the two searches tell each other.
#[derive(Debug)]
struct Board {
    /// The end of the shortest schedule so far.
    end: AtomicI32,
    /// None is shorter.
    bound: AtomicI32,
}

impl Board {
    fn is_closed(&self) -> bool {
        self.end.load(Relaxed) <= self.bound.load(Relaxed)
    }
}

impl Plain {
    /// The problem, if it is one of these.
    pub(crate) fn of(problem: &Problem, tasks: &[usize], aims: [Aim; 2]) -> Option<Self> {
        let is_dated = aims.contains(&Aim::DelayCost)
            && (problem.projects.iter().any(|project| project.due.is_some())
                || tasks.iter().any(|&task| problem.tasks[task].due.is_some()));
        let is_plain = problem.resources.len() <= 32
            && problem.resources.iter().all(|one| one.changes.is_empty() && one.capacity <= MOST)
            && tasks.iter().all(|&task| {
                let task = &problem.tasks[task];
                task.skills.iter().all(|demand| demand.people == 0) && task.pinned.is_empty()
            });
        let demands =
            |&task: &usize| (0..problem.resources.len()).map(|one| demand(problem, task, one)).collect();
        (is_plain && !is_dated).then(|| Self {
            demands: tasks.iter().map(demands).collect(),
            capacity: problem.resources.iter().map(|resource| resource.capacity).collect(),
        })
    }

    /// Plans: with a number of schedules one search after the other, so that the same comes out each
    /// time; with time as the limit both at once.
    pub(crate) fn plan(
        &self,
        network: &Network,
        urgencies: &[Vec<Time>],
        options: &Options,
        bound: Time,
        is_over: &(dyn Fn() -> bool + Sync),
    ) -> Found {
        let board = Board { end: AtomicI32::new(Time::MAX), bound: AtomicI32::new(bound) };
        let conflicts = match network.tasks() {
            tasks if tasks > TOO_LARGE => 0,
            tasks if tasks > LARGE.0 => options.conflicts.min(LARGE.1),
            _ => options.conflicts,
        };
        let all = options.search();
        let first = match all.schedules {
            Some(_) => all,
            None => Search { schedules: Some(FIRST), islands: 1, ..all },
        };
        let (mut best, mut schedules) = self.search((network, urgencies), first, &board, is_over);
        let mut exact = None;
        if all.schedules.is_none() && !board.is_closed() && !is_over() {
            let (more, made) = thread::scope(|scope| {
                let partner = scope.spawn(|| self.prove(network, conflicts, &board, is_over));
                let searched = self.search((network, urgencies), all, &board, is_over);
                exact = partner.join().unwrap_or_default();
                searched
            });
            schedules += made;
            best = [best, more].into_iter().flatten().min_by_key(|one| one.value);
        } else if !board.is_closed() {
            exact = self.prove(network, conflicts, &board, is_over);
        }
        let start = best.map(|best| (best.end, forward(network, &best)));
        let exact = exact.map(|start| (network.end(&start), start));
        let shortest = [start, exact].into_iter().flatten().min_by_key(|&(end, _)| end);
        let start = shortest.map(|(_, start)| start).unwrap_or_default();
        Found { start, bound: board.bound.load(Relaxed), schedules }
    }

    /// Searches over lists.
    fn search(
        &self,
        of: (&Network, &[Vec<Time>]),
        on: Search,
        board: &Board,
        is_over: &(dyn Fn() -> bool + Sync),
    ) -> (Option<Individual>, u64) {
        match self.capacity.len().div_ceil(4) {
            0..=1 => self.search_packed::<1>(of, on, board, is_over),
            2 => self.search_packed::<2>(of, on, board, is_over),
            3..=4 => self.search_packed::<4>(of, on, board, is_over),
            _ => self.search_packed::<8>(of, on, board, is_over),
        }
    }

    fn search_packed<const W: usize>(
        &self,
        of: (&Network, &[Vec<Time>]),
        on: Search,
        board: &Board,
        is_over: &(dyn Fn() -> bool + Sync),
    ) -> (Option<Individual>, u64) {
        let decoder = PackedDecoder::<W>::new(of.0.clone(), &self.demands, &self.capacity);
        let enough = |value: &Value| {
            let end = Time::try_from(value.objectives[0]).unwrap_or(Time::MAX);
            board.end.fetch_min(end, Relaxed);
            // With a number of schedules an island does not look at what others find meanwhile, or the
            // plan would depend on how threads run.
            if on.schedules.is_some() { end <= board.bound.load(Relaxed) } else { board.is_closed() }
        };
        search(&decoder, of.1, on, enough, is_over)
    }

    /// Looks for ever shorter schedules until there is none; returns the shortest it found.
    fn prove(
        &self,
        network: &Network,
        conflicts: u64,
        board: &Board,
        is_over: &(dyn Fn() -> bool + Sync),
    ) -> Option<Vec<Time>> {
        let mut found = None;
        if conflicts == 0 || board.end.load(Relaxed) == Time::MAX {
            return found;
        }
        let mut exact = Exact::new(network, &self.demands, &self.capacity, board.end.load(Relaxed));
        while !board.is_closed() && !is_over() && exact.conflicts() < conflicts {
            let limit = board.end.load(Relaxed) - 1;
            // The other search may find a shorter one meanwhile: then this limit means no more.
            let stop = || is_over() || board.end.load(Relaxed) <= limit;
            match exact.within(limit, conflicts - exact.conflicts(), &stop) {
                Outcome::Refuted => {
                    board.bound.fetch_max(limit + 1, Relaxed);
                }
                Outcome::Found(start) => {
                    board.end.fetch_min(network.end(&start), Relaxed);
                    found = Some(start);
                }
                Outcome::Open => {}
            }
        }
        found
    }
}

/// What a task needs of a resource.
pub(crate) fn demand(problem: &Problem, task: usize, resource: usize) -> u32 {
    let demands = problem.tasks[task].demands.iter().filter(|demand| demand.resource == resource);
    demands.fold(0, |sum, demand| sum.saturating_add(demand.amount))
}

/// The start times of a schedule, from the beginning on.
fn forward(network: &Network, made: &Individual) -> Vec<Time> {
    let turn = |(&start, &duration): (&Time, &Time)| match made.side {
        Side::Forward => start,
        Side::Backward => made.end - start - duration,
    };
    made.start.iter().zip(&network.duration).map(turn).collect()
}
