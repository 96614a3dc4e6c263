//! How far branches are from the default branch, in commits.
//!
//! History between the two is painted from both ends, newest commit first, until all that
//! is left to visit has both colours. Commits are read once for all branches. The work has
//! a bound, since a repository may hold thousands of branches that are years apart: what
//! does not fit in it stays unknown.

use std::{
    collections::{BTreeMap, BinaryHeap, HashSet},
    ops::Range,
};

use gix::{ObjectId, hashtable};
use jiff::Timestamp;

use super::{commit, objects::Objects, refs::Refs};

/// Branches that are measured at most, those with the newest commits first.
const BRANCHES: usize = 500;
/// Tags that are measured, and as many that name a version: how much is unreleased only depends on the newest, and
/// the newest tags of all may be previews.
const TAGS: usize = 3;
/// What a preview is called, or a build.
const PREVIEWS: [&str; 11] =
    ["alpha", "beta", "rc", "pre", "preview", "dev", "snapshot", "nightly", "canary", "test", "cand"];
/// Visits of commits, all branches together.
const VISITS: usize = 4_000_000;

/// Commits between a branch and the default branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Distance {
    /// Commits the branch has and the default branch has not.
    pub(crate) ahead: i64,
    /// The other way round.
    pub(crate) behind: i64,
    /// Commit time of the oldest commit ahead.
    pub(crate) ahead_since: Option<Timestamp>,
    /// Commit time of the oldest commit behind.
    pub(crate) behind_since: Option<Timestamp>,
}

/// Distances of those refs for which `is_wanted`, by full name. What is in `read` is not read
/// again.
pub(crate) fn measure(
    objects: &Objects,
    read: &super::Graph,
    shallow: &HashSet<ObjectId>,
    refs: &Refs,
    is_wanted: impl Fn(&str) -> bool,
) -> BTreeMap<String, Distance> {
    let mut graph = Graph {
        objects,
        read,
        shallow,
        places: hashtable::HashMap::default(),
        nodes: Vec::new(),
        links: Vec::new(),
        round: 0,
        visits: 0,
    };
    let mut distances = BTreeMap::new();
    let Some(present) = refs.present.and_then(|id| graph.place(id)) else { return distances };
    let mut tips: Vec<(i64, bool, &str, usize)> = refs
        .all
        .iter()
        .filter_map(|one| {
            let place = graph.place(one.commit?)?;
            let is_tag = one.name.starts_with("refs/tags/");
            Some((graph.nodes[place].time, is_tag, one.name.as_str(), place))
        })
        .collect();
    tips.sort_unstable_by(|a, b| b.cmp(a));
    let newest = |tag: bool, number| tips.iter().filter(move |(_, is_tag, ..)| *is_tag == tag).take(number);
    let versions = tips.iter().filter(|(_, is_tag, name, _)| *is_tag && names_version(name)).take(TAGS);
    let mut chosen: Vec<_> = newest(false, BRANCHES).chain(newest(true, TAGS)).chain(versions).collect();
    let mut seen = HashSet::new();
    chosen.retain(|(_, _, name, _)| seen.insert(*name));
    for (_, _, name, place) in chosen {
        if is_wanted(name)
            && let Some(distance) = graph.between(*place, present)
        {
            distances.insert((*name).to_owned(), distance);
        }
    }
    distances
}

/// Whether a tag names a version that is no preview: `v1.2.0`, `tokio-1.2.0`, `REL_1_2`, and `26` or `v20141106` where that
/// is the whole name; not `v1.2.0-rc1`.
fn names_version(name: &str) -> bool {
    let name = name.strip_prefix("refs/tags/").unwrap_or(name).to_ascii_lowercase();
    let whole = name.strip_prefix('v').unwrap_or(&name);
    if !whole.is_empty() && whole.bytes().all(|digit| digit.is_ascii_digit()) {
        return true;
    }
    let (word, number) = match name.rfind(|letter: char| letter.is_ascii_lowercase()) {
        Some(last) => name.split_at(last + 1),
        None => ("", name.as_str()),
    };
    let word = word.rsplit(|letter: char| !letter.is_ascii_lowercase()).next().unwrap_or_default();
    let is_apart =
        word.is_empty() || word == "v" || !number.starts_with(|digit: char| digit.is_ascii_digit());
    let groups: Vec<&str> =
        number.trim_start_matches(|digit: char| !digit.is_ascii_digit()).split(['.', '_']).collect();
    let is_number = |group: &&str| !group.is_empty() && group.bytes().all(|digit| digit.is_ascii_digit());
    is_apart
        && groups.len() > 1
        && groups.iter().all(is_number)
        && !PREVIEWS.iter().any(|preview| word.ends_with(preview))
}

/// Colour of what is reachable from the branch.
const BRANCH: u8 = 1;
/// Colour of what is reachable from the default branch.
const DEFAULT: u8 = 2;
const BOTH: u8 = BRANCH | DEFAULT;

struct Node {
    time: i64,
    /// Ids until they are asked for.
    parents: Parents,
    /// The round in which `colour` was given.
    round: u32,
    colour: u8,
    visited: bool,
}

enum Parents {
    Unread(Vec<ObjectId>),
    /// Where they stand among the links.
    Read(Range<usize>),
}

struct Graph<'a> {
    objects: &'a Objects,
    read: &'a super::Graph,
    shallow: &'a HashSet<ObjectId>,
    places: hashtable::HashMap<ObjectId, Option<usize>>,
    nodes: Vec<Node>,
    /// Parents of all nodes.
    links: Vec<usize>,
    round: u32,
    visits: usize,
}

impl Graph<'_> {
    /// Where the commit `id` stands in the graph; nothing where it cannot be read.
    fn place(&mut self, id: ObjectId) -> Option<usize> {
        if let Some(place) = self.places.get(&id) {
            return *place;
        }
        let place = self.commit(id).map(|(time, parents)| {
            let parents = Parents::Unread(parents);
            self.nodes.push(Node { time, parents, round: 0, colour: 0, visited: false });
            self.nodes.len() - 1
        });
        self.places.insert(id, place);
        place
    }

    /// Time and parents of the commit `id`.
    fn commit(&self, id: ObjectId) -> Option<(i64, Vec<ObjectId>)> {
        if let Some(place) = self.read.place(&id) {
            return Some((self.read.time(place), self.read.parents(place).to_vec()));
        }
        let object = self.objects.get(id).ok().filter(|object| object.kind == gix::objs::Kind::Commit)?;
        let mut parents = Vec::new();
        let time = commit::parents_and_time(&object.bytes, &mut parents);
        if self.shallow.contains(&id) {
            parents.clear();
        }
        Some((time, parents))
    }

    /// Where among the links the parents of the commit at `place` stand.
    fn parents(&mut self, place: usize) -> Range<usize> {
        let ids = match &mut self.nodes[place].parents {
            Parents::Read(links) => return links.clone(),
            Parents::Unread(ids) => std::mem::take(ids),
        };
        let parents: Vec<usize> = ids.into_iter().filter_map(|id| self.place(id)).collect();
        let links = self.links.len()..self.links.len() + parents.len();
        self.links.extend(parents);
        self.nodes[place].parents = Parents::Read(links.clone());
        links
    }

    /// Adds `colour` to a commit; says whether it had not had it.
    fn paint(&mut self, place: usize, colour: u8) -> bool {
        let round = self.round;
        let node = &mut self.nodes[place];
        if node.round != round {
            (node.round, node.colour, node.visited) = (round, 0, false);
        }
        let before = node.colour;
        node.colour |= colour;
        node.colour != before
    }

    /// The distance from `branch` to `default`; nothing where the work has no end in sight.
    fn between(&mut self, branch: usize, default: usize) -> Option<Distance> {
        if branch == default {
            return Some(Distance::default());
        }
        self.round += 1;
        let mut queue = BinaryHeap::new();
        for (place, colour) in [(branch, BRANCH), (default, DEFAULT)] {
            self.paint(place, colour);
            queue.push((self.nodes[place].time, place));
        }
        // Commits in the queue that have one colour only, or have to be visited again.
        let mut open = 2;
        let mut visited = Vec::new();
        while let Some((_, place)) = queue.pop() {
            if open == 0 {
                break;
            }
            self.visits += 1;
            if self.visits > VISITS {
                return None;
            }
            let colour = self.nodes[place].colour;
            if std::mem::replace(&mut self.nodes[place].visited, true) {
                open -= 1;
            } else {
                open -= usize::from(colour != BOTH);
                visited.push(place);
            }
            for link in self.parents(place) {
                let parent = self.links[link];
                let is_new = self.nodes[parent].round != self.round;
                let before = if is_new { 0 } else { self.nodes[parent].colour };
                let was_visited = !is_new && self.nodes[parent].visited;
                if !self.paint(parent, colour) {
                    continue;
                }
                let after = self.nodes[parent].colour;
                if is_new {
                    open += usize::from(after != BOTH);
                } else if was_visited {
                    // Clocks lied: its ancestors have to hear of the second colour.
                    open += 1;
                } else if before != BOTH && after == BOTH {
                    open -= 1;
                }
                if is_new || was_visited {
                    queue.push((self.nodes[parent].time, parent));
                }
            }
        }
        let mut distance = Distance::default();
        for place in visited {
            let node = &self.nodes[place];
            let time = commit::timestamp(node.time);
            let (count, since) = match node.colour {
                BRANCH => (&mut distance.ahead, &mut distance.ahead_since),
                DEFAULT => (&mut distance.behind, &mut distance.behind_since),
                _ => continue,
            };
            *count += 1;
            *since = Some(since.map_or(time, |since: Timestamp| since.min(time)));
        }
        Some(distance)
    }
}

#[cfg(test)]
mod tests {
    use super::names_version;

    #[test]
    fn versions_are_told_from_previews() {
        for (name, is_version) in [
            ("refs/tags/v1.2.0", true),
            ("tokio-1.2.0", true),
            ("release/2026.3", true),
            ("REL_1_2", true),
            ("1.0", true),
            ("v2.0.0-clinteastwood", false),
            ("v2.0.0-alpha.1.2", false),
            ("v1.2.0-rc1", false),
            ("nightly-2026-03-01", false),
            ("v1", true),
            ("26", true),
            ("v20141106", true),
            ("build-7", false),
            ("v", false),
            ("rel1.2", false),
            ("", false),
            ("v1..2", false),
            ("größe-1.2", true),
        ] {
            assert_eq!(names_version(name), is_version, "{name}");
        }
    }
}
