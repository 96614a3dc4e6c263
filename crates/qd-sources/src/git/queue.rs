//! Who does what next: one queue for all threads and repositories.

use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
};

/// What a thread does next. Numbers are places of repositories in the request; `T` is what
/// is known of an open one, `W` a piece of work on it.
pub(crate) enum Turn<T, W> {
    /// Open this repository and walk its history.
    Open(usize),
    /// Do this, which is of an open repository.
    Work(usize, Arc<T>, W),
    /// All that was known to do is done: find more, or close it.
    Idle(usize, Arc<T>),
    /// There is nothing left to do.
    Stop,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Queue<T, W> {
    state: Mutex<State<T, W>>,
    wake: Condvar,
}

#[derive(Debug)]
struct State<T, W> {
    /// Repositories not opened yet.
    waiting: VecDeque<usize>,
    /// Repositories at work.
    open: Vec<Open<T, W>>,
    /// Repositories not closed yet.
    left: usize,
    stopped: bool,
}

#[derive(Debug)]
struct Open<T, W> {
    place: usize,
    task: Arc<T>,
    work: VecDeque<W>,
    /// Somebody leads it: more work may come.
    led: bool,
    /// Pieces of work being done.
    busy: usize,
}

impl<T, W> Queue<T, W> {
    /// A queue of repositories, to be opened in this order.
    pub(crate) fn new(order: Vec<usize>) -> Self {
        let left = order.len();
        let state = State { waiting: order.into(), open: Vec::new(), left, stopped: false };
        Self { state: Mutex::new(state), wake: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State<T, W>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for something to do. Work on open repositories comes first, so that few are
    /// open at once.
    pub(crate) fn turn(&self) -> Turn<T, W> {
        let mut state = self.lock();
        loop {
            if state.stopped || state.left == 0 {
                return Turn::Stop;
            }
            for open in &mut state.open {
                if let Some(work) = open.work.pop_front() {
                    open.busy += 1;
                    return Turn::Work(open.place, Arc::clone(&open.task), work);
                }
            }
            if let Some(idle) = state.open.iter_mut().find(|open| !open.led && open.busy == 0) {
                idle.led = true;
                return Turn::Idle(idle.place, Arc::clone(&idle.task));
            }
            if let Some(place) = state.waiting.pop_front() {
                return Turn::Open(place);
            }
            state = self.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// A repository was opened, by who leads it now.
    pub(crate) fn open(&self, place: usize, task: T) -> Arc<T> {
        let task = Arc::new(task);
        let open = Open { place, task: Arc::clone(&task), work: VecDeque::new(), led: true, busy: 0 };
        self.lock().open.push(open);
        task
    }

    /// There is more to do of a repository, after all that is known.
    pub(crate) fn add(&self, place: usize, work: W) {
        self.with(place, |open| open.work.push_back(work));
    }

    /// There is more to do of a repository, in this order, before anything else.
    pub(crate) fn add_first(&self, place: usize, work: impl DoubleEndedIterator<Item = W>) {
        self.with(place, |open| work.rev().for_each(|work| open.work.push_front(work)));
    }

    /// Who leads a repository has no more to add.
    pub(crate) fn led(&self, place: usize) {
        self.with(place, |open| open.led = false);
    }

    /// A piece of work on a repository is done; returns the next one.
    pub(crate) fn next_of(&self, place: usize) -> Option<W> {
        let mut next = None;
        let stopped = self.lock().stopped;
        self.with(place, |open| {
            open.busy -= 1;
            next = open.work.pop_front().filter(|_| !stopped);
            open.busy += usize::from(next.is_some());
        });
        next
    }

    /// A piece of work on a repository, for who leads it, if more than `enough` wait.
    pub(crate) fn surplus_of(&self, place: usize, enough: usize) -> Option<W> {
        let mut state = self.lock();
        let stopped = state.stopped;
        let open = state.open.iter_mut().find(|open| open.place == place)?;
        if stopped || open.work.len() <= enough {
            return None;
        }
        open.busy += 1;
        open.work.pop_front()
    }

    /// The piece of work that [`Queue::surplus_of`] gave is done.
    pub(crate) fn done_of(&self, place: usize) {
        self.with(place, |open| open.busy -= 1);
    }

    fn with(&self, place: usize, change: impl FnOnce(&mut Open<T, W>)) {
        let mut state = self.lock();
        if let Some(open) = state.open.iter_mut().find(|open| open.place == place) {
            change(open);
        }
        drop(state);
        self.wake.notify_all();
    }

    /// A repository is done with, whether it was open or not.
    pub(crate) fn closed(&self, place: usize) {
        let mut state = self.lock();
        state.open.retain(|open| open.place != place);
        state.left -= 1;
        drop(state);
        self.wake.notify_all();
    }

    /// Sends all threads home.
    pub(crate) fn stop(&self) {
        self.lock().stopped = true;
        self.wake.notify_all();
    }
}
