//! Which commits are new since the last look.
//!
//! Commits are visited newest first. Those reachable from what was known before are
//! painted as such, and the walk ends when nothing new can be repainted any more. Clocks
//! lie, so "cannot" takes the largest lie of this history into account; the first walk,
//! which sees all of it, measures that.

use std::collections::BinaryHeap;

use gix::{ObjectId, hashtable};

use super::{
    commit,
    history::{Span, Walked},
    objects::{Objects, ReadError},
};

/// Commits handed over at once. Large enough for versions of a file to meet, small enough
/// to keep all threads busy to the end.
pub(crate) const PORTION: usize = 512;

/// A commit waiting for its turn, ordered by time.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Waiting {
    time: i64,
    id: ObjectId,
    /// Least time among the commits it was reached through.
    least: i64,
    parents: Vec<ObjectId>,
}

/// Reads parents and times, hiding what is cut off.
struct Source<'a> {
    objects: &'a Objects,
    span: &'a Span,
    walked: Walked,
}

impl Source<'_> {
    fn waiting(&mut self, id: ObjectId, least: i64) -> Option<Waiting> {
        match self.objects.get(id) {
            Ok(object) if object.kind == gix::objs::Kind::Commit => {
                let (mut parents, time) = commit::parents_and_time(&object.bytes);
                if self.span.shallow.contains(&id) {
                    parents.clear();
                }
                self.walked.skew = self.walked.skew.max(time.saturating_sub(least));
                Some(Waiting { time, id, least: least.min(time), parents })
            }
            Ok(object) => {
                let reason = format!("it is a {}, not a commit", object.kind);
                self.walked.unreadable.push(ReadError::Unreadable { id, reason });
                None
            }
            Err(error) => {
                self.walked.unreadable.push(error);
                None
            }
        }
    }
}

/// Walks `span`; see [`super::history::History::walk`].
pub(crate) fn walk(objects: &Objects, span: &Span, found: &mut dyn FnMut(Vec<ObjectId>)) -> Walked {
    let walked = Walked { skew: span.skew, unreadable: Vec::new() };
    let mut source = Source { objects, span, walked };
    if span.known.is_empty() {
        everything(&mut source, found);
    } else {
        for portion in news(&mut source).chunks(PORTION) {
            found(portion.to_vec());
        }
    }
    source.walked
}

fn everything(source: &mut Source<'_>, found: &mut dyn FnMut(Vec<ObjectId>)) {
    let mut times: hashtable::HashMap<ObjectId, i64> = hashtable::HashMap::default();
    let mut queue = BinaryHeap::new();
    let mut portion = Vec::with_capacity(PORTION);
    let mut visit = |source: &mut Source<'_>, id: ObjectId, least: i64| {
        if let Some(time) = times.get(&id) {
            source.walked.skew = source.walked.skew.max(time.saturating_sub(least));
            return None;
        }
        let waiting = source.waiting(id, least);
        times.insert(id, waiting.as_ref().map_or(i64::MIN, |waiting| waiting.time));
        waiting
    };
    for tip in &source.span.tips {
        queue.extend(visit(source, *tip, i64::MAX));
    }
    while let Some(commit) = queue.pop() {
        portion.push(commit.id);
        if portion.len() == PORTION {
            found(std::mem::replace(&mut portion, Vec::with_capacity(PORTION)));
        }
        for parent in commit.parents {
            queue.extend(visit(source, parent, commit.least));
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
        if let Some(waiting) = source.waiting(id, i64::MAX) {
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
        for parent in commit.parents {
            match paint.get(&parent).copied() {
                None => {
                    paint.insert(parent, Paint { known, popped: false });
                    if let Some(waiting) = source.waiting(parent, commit.least) {
                        undecided += usize::from(!known);
                        queue.push(waiting);
                    }
                }
                Some(before) if known && !before.known => {
                    paint.insert(parent, Paint { known, popped: before.popped });
                    if before.popped {
                        // Its ancestors have to hear of it.
                        queue.extend(source.waiting(parent, commit.least));
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
