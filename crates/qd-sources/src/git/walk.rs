//! Which commits are new since the last look.
//!
//! Commits are visited newest first. Those reachable from what was known before are
//! painted as such, and the walk ends when nothing new can be repainted any more. Clocks
//! lie, so "cannot" takes the largest lie of this history into account; the first walk,
//! which sees all of it, measures that.

use std::{
    cmp::Ordering,
    collections::{BinaryHeap, HashSet},
};

use gix::{ObjectId, hashtable};

use super::{
    commit::{self, Commit},
    history::{Span, Walked},
    objects::{Objects, ReadError},
};

/// Commits handed over at once. Large enough for the trees of neighbours to meet, small enough
/// to keep all threads busy to the end: renames make some portions ten times as dear as others.
pub(crate) const PORTION: usize = 64;

/// The same of what is new since the last look: mostly one portion's worth, which one thread alone
/// would then compare.
const PORTION_OF_NEWS: usize = 32;

/// A commit waiting for its turn, ordered by time.
#[derive(Debug)]
struct Waiting {
    time: i64,
    id: ObjectId,
    /// Least time among the commits it was reached through.
    least: i64,
    /// Where it stands in the graph.
    place: u32,
    /// The commit itself, where it may be new.
    commit: Option<Box<Commit>>,
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> Ordering {
        self.time.cmp(&other.time).then_with(|| self.id.cmp(&other.id))
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Waiting {}

/// Reads commits, hiding what is cut off.
struct Source<'a> {
    objects: &'a Objects,
    span: &'a Span,
    walked: Walked,
}

impl Source<'_> {
    /// The commit `id`, which was reached through others of which the oldest is of `least`; with
    /// its words if `whole`.
    fn waiting(&mut self, id: ObjectId, least: i64, whole: bool) -> Option<Waiting> {
        let object = match self.objects.get(id) {
            Ok(object) if object.kind == gix::objs::Kind::Commit => object,
            Ok(object) => {
                let reason = format!("it is a {}, not a commit", object.kind);
                self.walked.unreadable.push(ReadError::Unreadable { id, reason });
                return None;
            }
            Err(error) => {
                self.walked.unreadable.push(error);
                return None;
            }
        };
        let is_cut = self.span.shallow.contains(&id);
        let graph = &mut self.walked.graph;
        let place = graph.place(&id).unwrap_or_else(|| {
            graph.add(id, |parents| {
                let before = parents.len();
                let time = commit::parents_and_time(&object.bytes, parents);
                if is_cut {
                    parents.truncate(before);
                }
                time
            })
        });
        let time = graph.time(place);
        self.walked.skew = self.walked.skew.max(time.saturating_sub(least));
        let commit = whole.then(|| Box::new(Commit::parse(id, &object.bytes)));
        Some(Waiting { time, id, least: least.min(time), place, commit })
    }
}

/// Walks `span`; see [`super::history::History::walk`].
pub(crate) fn walk(objects: &Objects, span: &Span, found: &mut dyn FnMut(Vec<Commit>)) -> Walked {
    let walked = Walked { skew: span.skew, ..Walked::default() };
    let mut source = Source { objects, span, walked };
    if span.known.is_empty() {
        everything(&mut source, found);
    } else {
        for portion in news(&mut source).chunks(PORTION_OF_NEWS) {
            let mut commits = Vec::with_capacity(portion.len());
            for id in portion {
                match objects.get(*id) {
                    Ok(object) => commits.push(Commit::parse(*id, &object.bytes)),
                    Err(error) => source.walked.unreadable.push(error),
                }
            }
            found(commits);
        }
    }
    source.walked
}

fn everything(source: &mut Source<'_>, found: &mut dyn FnMut(Vec<Commit>)) {
    let mut unreadable: HashSet<ObjectId> = HashSet::new();
    let mut queue = BinaryHeap::new();
    let mut portion = Vec::with_capacity(PORTION);
    let mut visit = |source: &mut Source<'_>, id: ObjectId, least: i64| {
        if let Some(place) = source.walked.graph.place(&id) {
            let time = source.walked.graph.time(place);
            source.walked.skew = source.walked.skew.max(time.saturating_sub(least));
            return None;
        }
        if unreadable.contains(&id) {
            return None;
        }
        let waiting = source.waiting(id, least, true);
        if waiting.is_none() {
            unreadable.insert(id);
        }
        waiting
    };
    for tip in &source.span.tips {
        queue.extend(visit(source, *tip, i64::MAX));
    }
    while let Some(Waiting { least, place, commit, .. }) = queue.pop() {
        portion.extend(commit.map(|commit| *commit));
        if portion.len() == PORTION {
            found(std::mem::replace(&mut portion, Vec::with_capacity(PORTION)));
        }
        for number in 0..source.walked.graph.parents(place).len() {
            let parent = source.walked.graph.parents(place)[number];
            queue.extend(visit(source, parent, least));
        }
    }
    if !portion.is_empty() {
        found(portion);
    }
}

/// What is known of a visited commit.
#[derive(Debug, Clone, Copy)]
struct Paint {
    known: bool,
    popped: bool,
}

/// The commits reachable from the tips and not from what was known, newest first.
fn news(source: &mut Source<'_>) -> Vec<ObjectId> {
    // Twice, since a commit reached again on another path is not followed again to see
    // what the two paths add up to.
    let margin = source.walked.skew.saturating_mul(2);
    let mut paint: hashtable::HashMap<ObjectId, Paint> = hashtable::HashMap::default();
    let mut queue: BinaryHeap<Waiting> = BinaryHeap::new();
    // Commits in the queue that are not known, and those already taken from it.
    let mut undecided = 0_usize;
    let mut candidates: Vec<(ObjectId, i64)> = Vec::new();
    let mut oldest = i64::MAX;
    let starts = source.span.known.iter().map(|id| (*id, true));
    for (id, known) in starts.chain(source.span.tips.iter().map(|id| (*id, false))) {
        if paint.contains_key(&id) {
            continue;
        }
        paint.insert(id, Paint { known, popped: false });
        if let Some(waiting) = source.waiting(id, i64::MAX, false) {
            undecided += usize::from(!known);
            queue.push(waiting);
        }
    }
    while let Some(commit) = queue.pop() {
        let nothing_left =
            undecided == 0 && (candidates.is_empty() || commit.time < oldest.saturating_sub(margin));
        if nothing_left {
            break;
        }
        let Some(own) = paint.get_mut(&commit.id) else { continue };
        let was_popped = std::mem::replace(&mut own.popped, true);
        let known = own.known;
        if !known {
            undecided -= 1;
            candidates.push((commit.id, commit.time));
            oldest = oldest.min(commit.time);
        }
        debug_assert!(known || !was_popped);
        for number in 0..source.walked.graph.parents(commit.place).len() {
            let parent = source.walked.graph.parents(commit.place)[number];
            match paint.get(&parent).copied() {
                None => {
                    paint.insert(parent, Paint { known, popped: false });
                    if let Some(waiting) = source.waiting(parent, commit.least, false) {
                        undecided += usize::from(!known);
                        queue.push(waiting);
                    }
                }
                Some(before) if known && !before.known => {
                    paint.insert(parent, Paint { known, popped: before.popped });
                    if before.popped {
                        // Its ancestors have to hear of it.
                        queue.extend(source.waiting(parent, commit.least, false));
                    } else {
                        undecided -= 1;
                    }
                }
                Some(_) => {}
            }
        }
    }
    candidates.retain(|(id, _)| paint.get(id).is_some_and(|paint| !paint.known));
    candidates.into_iter().map(|(id, _)| id).collect()
}
