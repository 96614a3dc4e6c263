//! What differs between two trees, as git lists it.
//!
//! Trees are compared as raw bytes: most of two neighbouring versions is the same, and
//! what is the same need not be understood.

use std::{cmp::Ordering, rc::Rc};

use gix::{ObjectId, bstr::BString};

use super::{
    lines,
    objects::{Objects, ReadError},
    packs::Decoded,
};

/// What an entry of a tree is; git knows no other permissions than these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// A file.
    File,
    /// A file that can be run.
    Executable,
    /// A symbolic link.
    Link,
    /// A commit of another repository.
    Submodule,
    /// A folder.
    Tree,
}

impl Mode {
    /// Reads the octal digits of a tree entry. Old repositories hold `100664` and the like:
    /// only the type and the owner's right to run count.
    fn parse(digits: &[u8]) -> Self {
        let mode = digits.iter().fold(0_u32, |mode, digit| (mode << 3) | u32::from(digit & 7));
        match mode & 0o170_000 {
            0o040_000 => Self::Tree,
            0o100_000 if mode & 0o100 != 0 => Self::Executable,
            0o100_000 => Self::File,
            0o120_000 => Self::Link,
            _ => Self::Submodule,
        }
    }

    /// Whether content is lines of a file rather than a link or a submodule.
    #[must_use]
    pub fn is_file(self) -> bool {
        matches!(self, Self::File | Self::Executable)
    }

    /// Whether git calls a change from `self` to `other` a change of type.
    #[must_use]
    pub fn differs_in_type(self, other: Self) -> bool {
        self.is_file() != other.is_file() || (!self.is_file() && self != other)
    }
}

/// One side of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Side {
    /// What it is.
    pub mode: Mode,
    /// Its content.
    pub id: ObjectId,
}

/// A path that differs between two trees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    /// Path from the repository's root.
    pub(crate) path: BString,
    /// What was there; nothing for an addition.
    pub(crate) old: Option<Side>,
    /// What is there; nothing for a deletion.
    pub(crate) new: Option<Side>,
}

/// Lists the differences from the tree `old` to the tree `new`, in the order of paths.
///
/// Nothing stands for the empty tree.
pub(crate) fn compare(
    objects: &Objects,
    old: Option<ObjectId>,
    new: Option<ObjectId>,
) -> Result<Vec<Difference>, ReadError> {
    compare_within(objects, old, new, &|_| true)
}

/// Lists the differences from the tree `old` to the tree `new`, but of folders only those
/// that `enters` holds true for, by their path with a slash at its end.
pub(crate) fn compare_within(
    objects: &Objects,
    old: Option<ObjectId>,
    new: Option<ObjectId>,
    enters: &dyn Fn(&[u8]) -> bool,
) -> Result<Vec<Difference>, ReadError> {
    let mut comparison = Comparison { objects, enters, path: Vec::new(), found: Vec::new() };
    comparison.trees(old, new)?;
    Ok(comparison.found)
}

/// What stands at `path` below the tree `root`.
pub(crate) fn at(objects: &Objects, root: ObjectId, path: &str) -> Result<Option<Side>, ReadError> {
    let mut here = Side { mode: Mode::Tree, id: root };
    let mut bytes = Vec::new();
    for name in path.split('/') {
        if here.mode != Mode::Tree {
            return Ok(None);
        }
        objects.read(here.id, &mut bytes)?;
        let mut rest = &bytes[..];
        here = loop {
            match Entry::parse(rest, root) {
                None => return Ok(None),
                Some((entry, _)) if entry.name == name.as_bytes() => break entry.side(),
                Some((_, after)) => rest = after,
            }
        };
    }
    Ok(Some(here))
}

/// A tree entry, borrowed from the tree's bytes.
#[derive(Clone, Copy)]
struct Entry<'a> {
    mode: Mode,
    name: &'a [u8],
    id: &'a [u8],
}

impl<'a> Entry<'a> {
    /// The first entry of `bytes` and what follows it; nothing at the end, and nothing
    /// where the rest is damaged. `like` tells how long ids are.
    fn parse(bytes: &'a [u8], like: ObjectId) -> Option<(Self, &'a [u8])> {
        let space = bytes.iter().take(8).position(|byte| *byte == b' ')?;
        let name_end = space + 1 + memchr::memchr(0, &bytes[space + 1..])?;
        let end = name_end + 1 + like.kind().len_in_bytes();
        let id = bytes.get(name_end + 1..end)?;
        let entry = Self { mode: Mode::parse(&bytes[..space]), name: &bytes[space + 1..name_end], id };
        Some((entry, &bytes[end..]))
    }

    fn side(&self) -> Side {
        Side { mode: self.mode, id: ObjectId::from_bytes_or_panic(self.id) }
    }

    /// Git's order: a folder sorts as if its name ended in a slash.
    fn order(&self, other: &Self) -> Ordering {
        let shared = self.name.len().min(other.name.len());
        let after = |entry: &Self| match entry.name.get(shared) {
            Some(byte) => *byte,
            None if entry.mode == Mode::Tree => b'/',
            None => 0,
        };
        self.name[..shared].cmp(&other.name[..shared]).then_with(|| after(self).cmp(&after(other)))
    }
}

/// How many bytes `old` and `new` share at their start, at most up to the last whole entry.
fn shared_entries(old: &[u8], new: &[u8], like: ObjectId) -> usize {
    let same = lines::shared_start(old, new);
    // What is shared need not be understood, only where its entries end: an id after each zero.
    let mut boundary = 0;
    while let Some(zero) = memchr::memchr(0, &old[boundary..same]) {
        let end = boundary + zero + 1 + like.kind().len_in_bytes();
        if end > same {
            break;
        }
        boundary = end;
    }
    boundary
}

struct Comparison<'a> {
    objects: &'a Objects,
    /// Which folders to look into.
    enters: &'a dyn Fn(&[u8]) -> bool,
    /// Path of the folder at hand, with a slash at its end.
    path: Vec<u8>,
    found: Vec<Difference>,
}

impl Comparison<'_> {
    fn trees(&mut self, old: Option<ObjectId>, new: Option<ObjectId>) -> Result<(), ReadError> {
        let Some(like) = old.or(new) else { return Ok(()) };
        let read = |id: Option<ObjectId>| id.map(|id| self.objects.get(id)).transpose();
        let (old, new) = (read(old)?, read(new)?);
        let bytes =
            |tree: &Option<Decoded>| tree.as_ref().map(|tree| Rc::clone(&tree.bytes)).unwrap_or_default();
        self.entries(&bytes(&old), &bytes(&new), like)
    }

    fn entries(&mut self, mut old: &[u8], mut new: &[u8], like: ObjectId) -> Result<(), ReadError> {
        loop {
            let same = shared_entries(old, new, like);
            (old, new) = (&old[same..], &new[same..]);
            // A run of entries that differ is walked one by one; only where two are equal
            // again is it worth skipping ahead.
            loop {
                match (Entry::parse(old, like), Entry::parse(new, like)) {
                    (None, None) => return Ok(()),
                    (Some((before, rest)), None) => {
                        self.one(Some(before), None)?;
                        old = rest;
                    }
                    (None, Some((after, rest))) => {
                        self.one(None, Some(after))?;
                        new = rest;
                    }
                    (Some((before, old_rest)), Some((after, new_rest))) => match before.order(&after) {
                        Ordering::Less => {
                            self.one(Some(before), None)?;
                            old = old_rest;
                        }
                        Ordering::Greater => {
                            self.one(None, Some(after))?;
                            new = new_rest;
                        }
                        Ordering::Equal => {
                            (old, new) = (old_rest, new_rest);
                            if before.id == after.id && before.mode == after.mode {
                                break;
                            }
                            self.one(Some(before), Some(after))?;
                        }
                    },
                }
            }
        }
    }

    /// Records a change of one entry, going down where it is a folder.
    fn one(&mut self, old: Option<Entry<'_>>, new: Option<Entry<'_>>) -> Result<(), ReadError> {
        let Some(entry) = new.or(old) else { return Ok(()) };
        let length = self.path.len();
        self.path.extend_from_slice(entry.name);
        let (old, new) = (old.map(|entry| entry.side()), new.map(|entry| entry.side()));
        if entry.mode == Mode::Tree {
            self.path.push(b'/');
            if (self.enters)(&self.path) {
                self.trees(old.map(|side| side.id), new.map(|side| side.id))?;
            }
        } else {
            self.found.push(Difference { path: self.path.clone().into(), old, new });
        }
        self.path.truncate(length);
        Ok(())
    }
}
