//! Times and parents of commits, for who follows them more than once.

use std::ops::Range;

use gix::{ObjectId, hashtable};

/// Commits by id, with their time and the ids of their parents.
#[derive(Debug, Default)]
pub struct Graph {
    places: hashtable::HashMap<ObjectId, u32>,
    nodes: Vec<(i64, Range<usize>)>,
    /// Parents of all commits.
    links: Vec<ObjectId>,
}

impl Graph {
    /// Adds the commit `id` of `time`, whose parents `parents` adds to what it is given. Returns
    /// its place.
    pub(crate) fn add(&mut self, id: ObjectId, read: impl FnOnce(&mut Vec<ObjectId>) -> i64) -> u32 {
        let start = self.links.len();
        let time = read(&mut self.links);
        let place = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        self.nodes.push((time, start..self.links.len()));
        self.places.insert(id, place);
        place
    }

    /// The place of the commit `id`, where it is known.
    pub(crate) fn place(&self, id: &ObjectId) -> Option<u32> {
        self.places.get(id).copied()
    }

    /// Seconds since 1970 at which the commit at `place` was made.
    pub(crate) fn time(&self, place: u32) -> i64 {
        self.nodes.get(place as usize).map_or(0, |(time, _)| *time)
    }

    /// Parents of the commit at `place`.
    pub(crate) fn parents(&self, place: u32) -> &[ObjectId] {
        self.nodes
            .get(place as usize)
            .and_then(|(_, links)| self.links.get(links.clone()))
            .unwrap_or_default()
    }
}
