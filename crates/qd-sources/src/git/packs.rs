//! Objects straight out of a repository's packs.
//!
//! A pack stores most versions of a file as chains of deltas, each made for its neighbour.
//! Who reads a whole history asks for all of them, so every version that is met on the way
//! down a chain is kept for a while: the next one asked for is often the one before. That,
//! and no other trick, is what makes this reader quicker than a general one.
//!
//! `gix` maps the files and knows their formats; here are slices of them. What is not
//! understood is left to `gix` altogether: the answer is then "unknown". Packs may be
//! damaged or meant to do harm. So no number in them is believed: chains end, sizes are
//! bounded, and reading on after a surprise is not tried.

use std::{cmp::Ordering, path::Path, rc::Rc, sync::OnceLock};

use flate2::{Decompress, FlushDecompress, Status};
use gix::{
    ObjectId,
    objs::Kind,
    odb::pack::{
        data::{self, entry::Header},
        index,
    },
};

use super::{
    delta::Delta,
    kept::{Kept, Place},
    lines::Shared,
    objects::LARGEST,
};

/// Longest chain of deltas; git writes 50 and never more than 4,095.
const LONGEST_CHAIN: usize = 4_095;

/// Most bytes written to decode one object, its chain included: what takes longer than
/// some seconds is no file, it is a trap.
const MOST_WORK: u64 = 16 << 30;

/// Most bytes that one compressed byte stands for: deflate's own bound is 1,032.
const MOST_INFLATED: u64 = 1_100;

/// Ids that a table of first bits leaves to look at, on average.
const IDS: u32 = 4;

/// Most first bits that it knows: 4 MiB of it.
const MOST_BITS: u32 = 20;

/// Looks at the sorted ids that go by their values.
const GUESSES: u32 = 8;

/// Most bytes of a buffer that is used again.
const MOST_SPARE: usize = 16 << 20;

/// Most bytes for which there is memory before it is known that they are there.
const KEPT_AHEAD: usize = 1 << 20;

/// The packs of one repository, for all threads.
#[derive(Default)]
pub(crate) struct Packs {
    packs: Vec<Pack>,
}

struct Pack {
    index: index::File,
    data: data::File,
    /// Where the ids begin of each value of their first bits, once somebody expects to ask for many.
    fan_out: OnceLock<Vec<u32>>,
}

impl std::fmt::Debug for Packs {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Packs").field("packs", &self.packs.len()).finish()
    }
}

impl Packs {
    /// Maps the packs in the folder `objects` of a repository; a pack that cannot be
    /// opened is left out.
    pub(crate) fn open(objects: &Path, ids: gix::hash::Kind) -> Self {
        let files = objects.join("pack").read_dir().into_iter().flatten().flatten();
        let mut paths: Vec<_> = files.map(|file| file.path()).collect();
        paths.retain(|path| path.extension().is_some_and(|end| end == "idx"));
        // Their order is the disk's own, and two runs should not differ.
        paths.sort();
        let pack = |path: std::path::PathBuf| {
            let data = data::File::at(path.with_extension("pack"), ids).ok()?;
            Some(Pack { index: index::File::at(path, ids).ok()?, data, fan_out: OnceLock::new() })
        };
        Self { packs: paths.into_iter().filter_map(pack).collect() }
    }

    /// Makes ready for very many questions, at the price of a look at each id.
    pub(crate) fn expect_many(&self) {
        for pack in &self.packs {
            pack.fan_out.get_or_init(|| pack.fan_out());
        }
    }

    /// Whether the object `id` is in one of them.
    pub(crate) fn has(&self, id: ObjectId) -> bool {
        self.place(id, 0).is_some()
    }

    /// Where the object `id` lies; the pack numbered `first` is looked into first.
    fn place(&self, id: ObjectId, first: usize) -> Option<Place> {
        let others = (0..self.packs.len()).filter(|number| *number != first);
        std::iter::once(first)
            .chain(others)
            .find_map(|number| Some((number, self.packs.get(number)?.find(id)?)))
    }
}

/// The first four bytes of an id, as a number.
fn value(id: &gix::hash::oid) -> u64 {
    id.as_bytes().first_chunk().map_or(0, |bytes| u64::from(u32::from_be_bytes(*bytes)))
}

/// The first bits of such a number.
fn first_bits(value: u64, bits: u32) -> usize {
    (value >> (32 - bits)) as usize
}

impl Pack {
    fn find(&self, id: ObjectId) -> Option<u64> {
        Some(self.index.pack_offset_at_index(self.lookup(id)?))
    }

    /// Git's own table of the kind knows 256 places; this one leaves about [`IDS`] ids to look at.
    fn fan_out(&self) -> Vec<u32> {
        let ids = self.index.num_objects();
        let bits = (ids / IDS).checked_ilog2().unwrap_or(0).min(MOST_BITS);
        let mut places = Vec::with_capacity((1 << bits) + 1);
        for place in 0..ids {
            let first = first_bits(value(self.index.oid_at_index(place)), bits);
            // Ids that are not in order are not found, as in any search.
            while places.len() <= first {
                places.push(place);
            }
        }
        places.resize((1 << bits) + 1, ids);
        places
    }

    /// The place of `id` among the sorted ids. They are as good as random, so that an id's value
    /// tells nearly where it stands: that takes fewer looks than halving does, and most of them are
    /// at memory that is far away.
    fn lookup(&self, id: ObjectId) -> Option<u32> {
        let wanted = value(&id);
        let (mut low, mut high) = (0, self.index.num_objects());
        // Values that what is between may have.
        let (mut least, mut most) = (0, u64::from(u32::MAX));
        if let Some(places) = self.fan_out.get() {
            let bits = (places.len() - 1).ilog2();
            let first = first_bits(wanted, bits);
            if let Some([from, to]) = places.get(first..first + 2) {
                (low, high) = (*from, *to);
                least = (first as u64) << (32 - bits);
                most = least + (u64::from(u32::MAX) >> bits);
            }
        }
        let mut looks = 0;
        while low < high {
            let width = u64::from(high - low);
            let part = wanted.saturating_sub(least) * width / (most.saturating_sub(least) + 1);
            // A file made to mislead gets no more than some looks before it is halved.
            let part = if looks < GUESSES { part.min(width - 1) } else { width / 2 };
            looks += 1;
            let middle = low + part as u32;
            let found = self.index.oid_at_index(middle);
            match id.as_ref().cmp(found) {
                Ordering::Equal => return Some(middle),
                Ordering::Less => (high, most) = (middle, value(found)),
                Ordering::Greater => (low, least) = (middle + 1, value(found)),
            }
        }
        None
    }

    fn entry(&self, offset: u64) -> Option<data::Entry> {
        let entry = self.data.entry(offset).ok()?;
        (entry.data_offset < self.data.pack_end() as u64).then_some(entry)
    }

    /// The compressed bytes of `entry`, and whatever follows them.
    fn compressed(&self, entry: &data::Entry) -> Option<&[u8]> {
        self.data.entry_slice(entry.data_offset..self.data.pack_end() as u64)
    }

    /// Where the base lies of the delta `entry` at `offset`; nothing where it is not in
    /// this pack.
    fn base(&self, offset: u64, entry: &data::Entry) -> Option<u64> {
        match entry.header {
            Header::OfsDelta { base_distance } => {
                offset.checked_sub(base_distance).filter(|base| *base < offset)
            }
            Header::RefDelta { base_id } => self.find(base_id),
            _ => None,
        }
    }
}

/// An object, decoded.
#[derive(Debug, Clone)]
pub(crate) struct Decoded {
    /// What it is.
    pub(crate) kind: Kind,
    /// Its content.
    pub(crate) bytes: Rc<Vec<u8>>,
    /// Where it lies; nothing where no pack of ours holds it.
    pub(crate) place: Option<Place>,
    /// What it was made of, and what it shares with that.
    pub(crate) made_of: Option<(Place, Shared)>,
}

impl Decoded {
    /// What it is known to share with `other`.
    pub(crate) fn shared(&self, other: &Self) -> Shared {
        let with = |one: &Self, other: &Self| {
            one.made_of.filter(|(base, _)| Some(*base) == other.place).map(|(_, shared)| shared)
        };
        with(self, other).or_else(|| with(other, self)).unwrap_or_default()
    }
}

/// Why a pack gave no object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// It is not there, or in a way that is not understood here: `gix` may know more.
    Unknown,
    /// It is larger than [`LARGEST`].
    TooLarge,
    /// Its deltas go on and on: nobody should try.
    Endless,
}

/// One thread's decoder of a repository's packs, always the same.
pub(crate) struct Decoder {
    kept: Kept,
    inflate: Decompress,
    /// The delta at hand, inflated.
    delta: Vec<u8>,
    /// Deltas to apply, the last one first.
    chain: Vec<(u64, data::Entry)>,
    /// Pack of the last object: the next one is likely to be there too.
    last: usize,
}

impl Decoder {
    /// A decoder that keeps at most `bytes` bytes of what it decoded.
    pub(crate) fn new(bytes: usize) -> Self {
        Self {
            kept: Kept::new(bytes),
            inflate: Decompress::new(true),
            delta: Vec::new(),
            chain: Vec::new(),
            last: 0,
        }
    }

    /// The object `id` out of `packs`.
    pub(crate) fn read(&mut self, packs: &Packs, id: ObjectId) -> Result<Decoded, Failure> {
        let place = packs.place(id, self.last).ok_or(Failure::Unknown)?;
        self.last = place.0;
        let pack = packs.packs.get(place.0).ok_or(Failure::Unknown)?;
        let mut object = self.begin(pack, place)?;
        let mut work = 0;
        while let Some((offset, entry)) = self.chain.pop() {
            inflate(&mut self.inflate, pack, &entry, &mut self.delta)?;
            let delta = Delta::parse(&self.delta).ok_or(Failure::Unknown)?;
            if delta.result > LARGEST as u64 {
                return Err(Failure::TooLarge);
            }
            work += delta.result + entry.decompressed_size;
            if work > MOST_WORK {
                return Err(Failure::Endless);
            }
            let size = usize::try_from(delta.result).map_err(|_| Failure::TooLarge)?;
            let mut bytes = self.kept.buffer(size);
            let shared = delta.apply(&object.bytes, &mut bytes).ok_or(Failure::Unknown)?;
            let made_of = object.place.map(|base| (base, shared));
            let at = (place.0, offset);
            object = Decoded { kind: object.kind, bytes: Rc::new(bytes), place: Some(at), made_of };
            self.kept.keep(at, object.clone());
        }
        Ok(object)
    }

    /// Size of the object `id` in bytes, of which only the beginning is read.
    pub(crate) fn size(&mut self, packs: &Packs, id: ObjectId) -> Option<u64> {
        let place = packs.place(id, self.last)?;
        if let Some(kept) = self.kept.get(place) {
            return Some(kept.bytes.len() as u64);
        }
        let pack = packs.packs.get(place.0)?;
        let entry = pack.entry(place.1)?;
        if !entry.header.is_delta() {
            return Some(entry.decompressed_size);
        }
        // Two numbers of at most nine bytes stand at the beginning.
        let mut head = [0; 18];
        self.inflate.reset(true);
        self.inflate.decompress(pack.compressed(&entry)?, &mut head, FlushDecompress::None).ok()?;
        let read = usize::try_from(self.inflate.total_out()).ok()?;
        Some(Delta::parse(head.get(..read)?)?.result)
    }

    /// The nearest object that is kept or whole on the way down from `place`; the deltas
    /// above it are put into the chain.
    fn begin(&mut self, pack: &Pack, (number, mut offset): Place) -> Result<Decoded, Failure> {
        self.chain.clear();
        loop {
            if let Some(kept) = self.kept.get((number, offset)) {
                return Ok(kept);
            }
            let entry = pack.entry(offset).ok_or(Failure::Unknown)?;
            if let Some(kind) = entry.header.as_kind() {
                let size = usize::try_from(entry.decompressed_size).ok().filter(|size| *size < KEPT_AHEAD);
                let mut bytes = self.kept.buffer(size.map_or(0, |size| size + 1));
                inflate(&mut self.inflate, pack, &entry, &mut bytes)?;
                let at = (number, offset);
                let object = Decoded { kind, bytes: Rc::new(bytes), place: Some(at), made_of: None };
                self.kept.keep(at, object.clone());
                return Ok(object);
            }
            if self.chain.len() == LONGEST_CHAIN {
                return Err(Failure::Endless);
            }
            let base = pack.base(offset, &entry).ok_or(Failure::Unknown)?;
            self.chain.push((offset, entry));
            offset = base;
        }
    }
}

/// Inflates `entry` into `bytes`: exactly as many as it promises.
fn inflate(
    inflate: &mut Decompress,
    pack: &Pack,
    entry: &data::Entry,
    bytes: &mut Vec<u8>,
) -> Result<(), Failure> {
    if entry.decompressed_size > LARGEST as u64 {
        return Err(Failure::TooLarge);
    }
    let compressed = pack.compressed(entry).ok_or(Failure::Unknown)?;
    // A size that so few bytes cannot stand for is not worth its memory.
    let is_possible = entry.decompressed_size <= MOST_INFLATED * compressed.len() as u64;
    let size =
        usize::try_from(entry.decompressed_size).ok().filter(|_| is_possible).ok_or(Failure::Unknown)?;
    bytes.clear();
    bytes.shrink_to(MOST_SPARE);
    // One more than needed, so that a longer stream shows itself, and an empty one can end.
    bytes.reserve(size + 1);
    inflate.reset(true);
    let status = inflate.decompress_vec(compressed, bytes, FlushDecompress::Finish);
    let is_whole = matches!(status, Ok(Status::StreamEnd)) && bytes.len() == size;
    is_whole.then_some(()).ok_or(Failure::Unknown)
}
