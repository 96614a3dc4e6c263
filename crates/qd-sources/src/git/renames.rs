//! Which deleted file became which added one, decided as git decides it.
//!
//! Three rounds, each over what the last one left: equal content; equal names that occur
//! once, if the files are at least three quarters alike; then every pair, best first, if
//! at least half alike and not more than a million pairs. The order in which ties break
//! is git's too, since a row that names another source is another row.

use std::collections::HashMap;

use gix::{ObjectId, bstr::BString};

use super::{
    lines,
    objects::{LARGEST, Objects, ReadError},
    similarity::{self, Pieces, WHOLE},
    trees::{Difference, Side},
};

/// Least score of a rename: half.
const LEAST: u64 = WHOLE / 2;

/// Least score of a pair that is looked at only because the names are equal.
const LEAST_BY_NAME: u64 = WHOLE / 4 * 3;

/// Deletions times additions beyond which git compares no content.
const MOST_PAIRS: usize = 1_000 * 1_000;

/// Candidates that git keeps for each added file.
const CANDIDATES: usize = 4;

/// Deleted files whose content is compared at once, in bytes: bounds memory.
const MOST_BYTES: u64 = 64 << 20;

/// A file that was there on one side only.
#[derive(Debug)]
struct Lone {
    path: BString,
    side: Side,
    /// Whether it has found its partner.
    paired: bool,
}

impl Lone {
    fn base(&self) -> &[u8] {
        let start = memchr::memrchr(b'/', &self.path).map_or(0, |place| place + 1);
        &self.path[start..]
    }
}

/// Pairs the deletions and additions among `differences`.
///
/// Returns, for each difference, the index of the deletion it came from. Paired deletions
/// are to be left out of what is shown.
pub(crate) fn find(objects: &Objects, differences: &[Difference]) -> Result<Vec<(usize, usize)>, ReadError> {
    let lone = |side: fn(&Difference) -> Option<Side>, other: fn(&Difference) -> Option<Side>| {
        differences
            .iter()
            .enumerate()
            .filter(|(_, difference)| other(difference).is_none())
            .filter_map(|(place, difference)| {
                let side = side(difference)?;
                Some((place, Lone { path: difference.path.clone(), side, paired: false }))
            })
            .unzip::<usize, Lone, Vec<usize>, Vec<Lone>>()
    };
    let old = |difference: &Difference| difference.old;
    let new = |difference: &Difference| difference.new;
    if !differences.iter().any(|difference| difference.new.is_none())
        || !differences.iter().any(|difference| difference.old.is_none())
    {
        return Ok(Vec::new());
    }
    let (source_places, sources) = lone(old, new);
    let (target_places, targets) = lone(new, old);
    let mut search = Search { objects, sources, targets, pairs: Vec::new() };
    search.equal_content();
    search.equal_names()?;
    search.alike()?;
    Ok(search
        .pairs
        .into_iter()
        .map(|(source, target)| (source_places[source], target_places[target]))
        .collect())
}

struct Search<'a> {
    objects: &'a Objects,
    sources: Vec<Lone>,
    targets: Vec<Lone>,
    pairs: Vec<(usize, usize)>,
}

/// A possible pair.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    source: usize,
    target: usize,
    score: u64,
    same_name: bool,
}

impl Candidate {
    fn rank(&self) -> (u64, bool) {
        (self.score, self.same_name)
    }
}

impl Search<'_> {
    fn pair(&mut self, source: usize, target: usize) {
        self.sources[source].paired = true;
        self.targets[target].paired = true;
        self.pairs.push((source, target));
    }

    fn equal_content(&mut self) {
        let mut by_content: HashMap<ObjectId, Vec<usize>> = HashMap::new();
        for (place, source) in self.sources.iter().enumerate() {
            by_content.entry(source.side.id).or_default().push(place);
        }
        for place in 0..self.targets.len() {
            let target = &self.targets[place];
            let Some(equal) = by_content.get(&target.side.id) else { continue };
            let free = equal.iter().copied().filter(|source| {
                let source = &self.sources[*source];
                let both_files = source.side.mode.is_file() && target.side.mode.is_file();
                !source.paired && (both_files || source.side.mode == target.side.mode)
            });
            // Git looks at no more than a hundred of them.
            let mut free = free.take(100);
            let first = free.next();
            let is_namesake = |source: &usize| self.sources[*source].base() == target.base();
            let best = match first {
                Some(source) if is_namesake(&source) => Some(source),
                other => free.find(is_namesake).or(other),
            };
            if let Some(source) = best {
                self.pair(source, place);
            }
        }
    }

    fn equal_names(&mut self) -> Result<(), ReadError> {
        fn unique(files: &[Lone]) -> HashMap<&[u8], Option<usize>> {
            let mut places = HashMap::new();
            for (place, file) in files.iter().enumerate().filter(|(_, file)| !file.paired) {
                places.entry(file.base()).and_modify(|place| *place = None).or_insert(Some(place));
            }
            places
        }
        let targets = unique(&self.targets);
        let mut namesakes: Vec<(usize, usize)> = unique(&self.sources)
            .into_iter()
            .filter_map(|(name, source)| Some((source?, (*targets.get(name)?)?)))
            .collect();
        namesakes.sort_unstable();
        for (source, target) in namesakes {
            let (old, new) = (self.sources[source].side, self.targets[target].side);
            if !old.mode.is_file() || !new.mode.is_file() {
                continue;
            }
            let sizes = (self.objects.size(old.id)?, self.objects.size(new.id)?);
            if similarity::too_different(sizes.0, sizes.1, LEAST_BY_NAME)
                || sizes.0.max(sizes.1) > LARGEST as u64
            {
                continue;
            }
            let (old, new) = (self.pieces(old.id)?, self.pieces(new.id)?);
            if similarity::score(&old, sizes.0, &new, sizes.1) >= LEAST_BY_NAME {
                self.pair(source, target);
            }
        }
        Ok(())
    }

    fn alike(&mut self) -> Result<(), ReadError> {
        let free = |files: &[Lone]| -> Vec<usize> {
            (0..files.len()).filter(|place| !files[*place].paired).collect()
        };
        let (sources, targets) = (free(&self.sources), free(&self.targets));
        if sources.is_empty() || targets.is_empty() || sources.len() * targets.len() > MOST_PAIRS {
            return Ok(());
        }
        let source_sizes = self.sizes(&sources, |search, place| search.sources[place].side)?;
        let target_sizes = self.sizes(&targets, |search, place| search.targets[place].side)?;
        let mut kept: Vec<[Option<Candidate>; CANDIDATES]> = vec![[None; CANDIDATES]; targets.len()];
        for block in blocks(&source_sizes) {
            let mut known: Vec<Option<Pieces>> = vec![None; block.len()];
            for (row, target) in targets.iter().enumerate() {
                let mut target_pieces = None;
                for column in block.clone() {
                    let source = sources[column];
                    let mut candidate = Candidate {
                        source,
                        target: *target,
                        score: 0,
                        same_name: self.sources[source].base() == self.targets[*target].base(),
                    };
                    if let (Some(old_size), Some(new_size)) = (source_sizes[column], target_sizes[row])
                        && !similarity::too_different(old_size, new_size, LEAST)
                    {
                        let old = match &mut known[column - block.start] {
                            Some(pieces) => pieces,
                            none => none.insert(self.pieces(self.sources[source].side.id)?),
                        };
                        let new = match &mut target_pieces {
                            Some(pieces) => pieces,
                            none => none.insert(self.pieces(self.targets[*target].side.id)?),
                        };
                        candidate.score = similarity::score(old, old_size, new, new_size);
                    }
                    keep(&mut kept[row], candidate);
                }
            }
        }
        let mut candidates: Vec<Candidate> =
            kept.into_iter().flatten().flatten().filter(|candidate| candidate.score >= LEAST).collect();
        // A stable sort: of equals, the one found first.
        candidates.sort_by_key(|candidate| std::cmp::Reverse(candidate.rank()));
        for candidate in candidates {
            if !self.sources[candidate.source].paired && !self.targets[candidate.target].paired {
                self.pair(candidate.source, candidate.target);
            }
        }
        Ok(())
    }

    /// Sizes in bytes; nothing for what is no file, and so like no other, and for what is too
    /// large to be read.
    fn sizes(
        &self,
        places: &[usize],
        side: impl Fn(&Self, usize) -> Side,
    ) -> Result<Vec<Option<u64>>, ReadError> {
        places
            .iter()
            .map(|place| {
                let side = side(self, *place);
                let size = side.mode.is_file().then(|| self.objects.size(side.id)).transpose()?;
                Ok(size.filter(|size| *size <= LARGEST as u64))
            })
            .collect()
    }

    fn pieces(&self, id: ObjectId) -> Result<Pieces, ReadError> {
        let content = self.objects.get(id)?.bytes;
        Ok(Pieces::of(&content, lines::is_binary(&content)))
    }
}

/// Ranges of `sizes` that add up to no more than [`MOST_BYTES`], at least one each.
fn blocks(sizes: &[Option<u64>]) -> Vec<std::ops::Range<usize>> {
    let mut blocks = Vec::new();
    let (mut start, mut bytes) = (0, 0_u64);
    for (place, size) in sizes.iter().enumerate() {
        let size = size.unwrap_or(0);
        if place > start && bytes + size > MOST_BYTES {
            blocks.push(start..place);
            (start, bytes) = (place, 0);
        }
        bytes += size;
    }
    blocks.push(start..sizes.len());
    blocks
}

/// Puts `candidate` in the place of the worst one kept, if it is better.
fn keep(kept: &mut [Option<Candidate>; CANDIDATES], candidate: Candidate) {
    let rank = |kept: &Option<Candidate>| kept.as_ref().map(Candidate::rank);
    let mut worst = 0;
    for place in 1..CANDIDATES {
        if rank(&kept[place]) < rank(&kept[worst]) {
            worst = place;
        }
    }
    if rank(&kept[worst]) < Some(candidate.rank()) {
        kept[worst] = Some(candidate);
    }
}
