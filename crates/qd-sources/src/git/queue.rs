//! Who does what next: one queue for all threads and repositories.

use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
};

use gix::ObjectId;

/// What a thread does next. Numbers are places of repositories in the request.
pub(crate) enum Turn<T> {
    /// Open this repository and walk its history.
    Open(usize),
    /// Measure these commits of it.
    Measure(usize, Arc<T>, Vec<ObjectId>),
    /// All its commits are measured: write what stands now.
    Close(usize, Arc<T>),
    /// There is nothing left to do.
    Stop,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Queue<T> {
    state: Mutex<State<T>>,
    wake: Condvar,
}

#[derive(Debug)]
struct State<T> {
    /// Repositories not opened yet.
    waiting: VecDeque<usize>,
    /// Repositories at work.
    open: Vec<Open<T>>,
    /// Repositories not closed yet.
    left: usize,
    stopped: bool,
}

#[derive(Debug)]
struct Open<T> {
    place: usize,
    task: Arc<T>,
    portions: VecDeque<Vec<ObjectId>>,
    /// More portions may come.
    walking: bool,
    /// Portions being measured.
    busy: usize,
}

impl<T> Queue<T> {
    /// A queue of repositories, to be opened in this order.
    pub(crate) fn new(order: Vec<usize>) -> Self {
        let left = order.len();
        let state = State { waiting: order.into(), open: Vec::new(), left, stopped: false };
        Self { state: Mutex::new(state), wake: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for something to do. Commits of open repositories come first, so that few are
    /// open at once.
    pub(crate) fn turn(&self) -> Turn<T> {
        let mut state = self.lock();
        loop {
            if state.stopped || state.left == 0 {
                return Turn::Stop;
            }
            for open in &mut state.open {
                if let Some(portion) = open.portions.pop_front() {
                    open.busy += 1;
                    return Turn::Measure(open.place, Arc::clone(&open.task), portion);
                }
            }
            let is_over = |open: &Open<T>| !open.walking && open.busy == 0;
            if let Some(over) = state.open.iter().position(is_over) {
                let open = state.open.swap_remove(over);
                return Turn::Close(open.place, open.task);
            }
            if let Some(place) = state.waiting.pop_front() {
                return Turn::Open(place);
            }
            state = self.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// A repository was opened; its commits are about to come.
    pub(crate) fn open(&self, place: usize, task: T) -> Arc<T> {
        let task = Arc::new(task);
        let open = Open { place, task: Arc::clone(&task), portions: VecDeque::new(), walking: true, busy: 0 };
        self.lock().open.push(open);
        task
    }

    /// Commits of a repository were found.
    pub(crate) fn add(&self, place: usize, portion: Vec<ObjectId>) {
        self.with(place, |open| open.portions.push_back(portion));
    }

    /// All commits of a repository were found.
    pub(crate) fn walked(&self, place: usize) {
        self.with(place, |open| open.walking = false);
    }

    /// A portion of a repository is measured; returns the next one.
    pub(crate) fn next_of(&self, place: usize) -> Option<Vec<ObjectId>> {
        let mut next = None;
        let stopped = self.lock().stopped;
        self.with(place, |open| {
            open.busy -= 1;
            next = open.portions.pop_front().filter(|_| !stopped);
            open.busy += usize::from(next.is_some());
        });
        next
    }

    fn with(&self, place: usize, change: impl FnOnce(&mut Open<T>)) {
        let mut state = self.lock();
        if let Some(open) = state.open.iter_mut().find(|open| open.place == place) {
            change(open);
        }
        drop(state);
        self.wake.notify_all();
    }

    /// A repository is done with.
    pub(crate) fn closed(&self) {
        self.lock().left -= 1;
        self.wake.notify_all();
    }

    /// Sends all threads home.
    pub(crate) fn stop(&self) {
        self.lock().stopped = true;
        self.wake.notify_all();
    }
}
