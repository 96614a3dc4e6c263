//! What every connector that speaks HTTP is asked, and what it answers.
//!
//! A planner asks page by page and hands the facts of each on before it asks for the next, so that
//! memory does not grow with history. Each unit (a repository, a project) has a cursor, handed on
//! with what it stands behind: facts and cursor are to be kept together or not at all. A limit that
//! is used up, or a machine that goes to sleep, ends a sync early and loses nothing that was kept:
//! the cursor says where to go on.

pub(crate) mod open;
pub(crate) mod refused;
pub(crate) mod row;

use std::collections::BTreeMap;

use jiff::Timestamp;
use qd_tables::Fact;

pub use crate::git::BoxError;
use crate::{
    Problem,
    exchange::{Call, Exchange, Failure, Mapped, Shape, Transport},
};

/// Under this name in place of a unit's a connector keeps what it has to remember beside the units.
pub const ASIDE: &str = "";

/// What is handed on at a time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Step {
    /// What a page told.
    pub facts: Vec<Fact>,
    /// A unit, and where its next sync goes on once these facts and all before them are kept.
    pub cursor: Option<(String, String)>,
}

/// Problems of one thing that are told one by one; the rest is a number.
const TOLD: usize = 20;

/// Takes facts of files, whose cursor comes at the end.
pub type Take<'a> = dyn FnMut(Vec<Fact>) -> Result<(), BoxError> + 'a;

/// Takes a step.
pub type Sink<'a> = dyn FnMut(Step) -> Result<(), BoxError> + 'a;

/// What a sync is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Where it answers, without a slash at the end: `https://gitlab.example.org`.
    pub base: &'a str,
    /// What to read: `acme/api`, `acme/*`; the keys of a tracker's projects.
    pub repositories: &'a [String],
    /// Cursor of each unit that the last kept sync returned; none the first time.
    pub cursors: &'a BTreeMap<String, String>,
    /// Oldest day to read; everything where not given.
    pub since: Option<Timestamp>,
    /// When the sync began.
    pub observed_at: Timestamp,
}

/// What became of a sync.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// New cursor of each unit that was read, wholly or in part.
    pub cursors: BTreeMap<String, String>,
    /// Questions asked.
    pub requests: u64,
    /// Change requests that were read, each once.
    pub change_requests: u64,
    /// Facts handed on.
    pub rows: u64,
    /// What could not be read; the rest was.
    pub problems: Vec<Problem>,
    /// What is worth knowing and no failure: what was left out on purpose.
    pub notices: Vec<String>,
    /// Where a limit ended it early: when to go on.
    pub until: Option<Timestamp>,
}

/// Why a unit's sync stopped.
#[derive(Debug)]
pub(crate) enum Halt {
    /// No answer.
    Failed(Failure),
    /// The facts could not be kept.
    Sink(BoxError),
}

impl Outcome {
    /// Units that were read, with their cursors.
    pub fn units(&self) -> impl Iterator<Item = (&str, &str)> {
        let units = self.cursors.iter().filter(|(unit, _)| *unit != ASIDE);
        units.map(|(unit, cursor)| (unit.as_str(), cursor.as_str()))
    }
}

impl From<Failure> for Halt {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Asks, maps, hands on and counts: what a planner does with every page.
pub(crate) struct Pump<'a, 'b> {
    transport: &'a mut dyn Transport,
    sink: &'a mut Sink<'b>,
    map: fn(&Exchange) -> Mapped,
    now: Timestamp,
    /// Where what is told belongs: the name under which the repository was first seen.
    pub(crate) repo: Option<String>,
    /// What came of it so far.
    pub(crate) outcome: Outcome,
}

impl<'a, 'b> Pump<'a, 'b> {
    /// Over `transport`, into `sink`, by `map`, in a sync that began at `now`.
    pub(crate) fn new(
        transport: &'a mut dyn Transport,
        sink: &'a mut Sink<'b>,
        map: fn(&Exchange) -> Mapped,
        now: Timestamp,
    ) -> Self {
        Self { transport, sink, map, now, repo: None, outcome: Outcome::default() }
    }

    /// When the sync began.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// The answer, which has to be of `shape`, without its facts being handed on.
    pub(crate) fn ask(&mut self, call: &Call, shape: Shape) -> Result<Exchange, Failure> {
        self.outcome.requests += 1;
        let mut exchange = self.transport.send(call)?.expect(shape)?;
        // Who asks in the same breath what became of it looks as of the sync's beginning.
        exchange.at = exchange.at.map(|at| at.min(self.now));
        Ok(exchange)
    }

    /// Keeps the cursor of a unit that was read to its end, or that came further than `before`. One
    /// that stands where it stood was not read, and is not said to be.
    pub(crate) fn remember(&mut self, unit: &str, before: &str, cursor: String, is_whole: bool) {
        if is_whole || cursor != before {
            self.outcome.cursors.insert(unit.to_owned(), cursor);
        }
    }

    /// Hands on what `exchange` says.
    pub(crate) fn keep(&mut self, exchange: &Exchange) -> Result<(), Halt> {
        let mapped = (self.map)(exchange);
        self.outcome.problems.extend(mapped.problems);
        self.hand_on(mapped.facts)
    }

    /// Hands on facts that were made from more than one exchange.
    pub(crate) fn hand_on(&mut self, mut facts: Vec<Fact>) -> Result<(), Halt> {
        if facts.is_empty() {
            return Ok(());
        }
        if let Some(repo) = &self.repo {
            place(&mut facts, repo);
        }
        self.outcome.rows += facts.len() as u64;
        (self.sink)(Step { facts, cursor: None }).map_err(Halt::Sink)
    }

    /// Says that all that was handed on of `unit` lies behind `cursor`: a sync that is killed from
    /// here on may go on from there.
    pub(crate) fn reached(&mut self, unit: &str, cursor: String) -> Result<(), Halt> {
        let cursor = Some((unit.to_owned(), cursor));
        (self.sink)(Step { facts: Vec::new(), cursor }).map_err(Halt::Sink)
    }

    /// Puts down what went wrong with `subject`; the rest goes on.
    pub(crate) fn problem(&mut self, subject: impl Into<String>, message: impl ToString) {
        self.outcome.problems.push(Problem { subject: subject.into(), message: message.to_string() });
    }
}

/// Says of `facts` that they are of `repo`.
pub(crate) fn place(facts: &mut [Fact], repo: &str) {
    for fact in facts {
        fact.row.insert("repo".to_owned(), repo.into());
    }
}

/// Leaves of the problems after the first `told` only some, and the number of the others.
pub(crate) fn shorten(problems: &mut Vec<Problem>, told: usize, subject: &str) {
    let surplus = problems.len().saturating_sub(told + TOLD);
    if surplus > 0 {
        problems.truncate(told + TOLD);
        let message = format!("{surplus} more problems like these");
        problems.push(Problem { subject: subject.to_owned(), message });
    }
}

/// Whether the rest of a source is still worth asking for after `failure`.
pub(crate) fn ends_everything(failure: &Failure) -> bool {
    matches!(failure, Failure::Limited { .. } | Failure::Unauthorised { .. } | Failure::Unreachable { .. })
}
