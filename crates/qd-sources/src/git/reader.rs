//! The reader of a repository's history.
//!
//! What makes this pass git is to ask for few objects, in the order in which packs hold
//! them. Trees go commit by commit, newest first, where the parent of one is the next.
//! Blobs go file by file, where the old content of one change is the new content of the
//! next, and is neither read nor cut into lines again.

use std::{rc::Rc, sync::Arc};

use gix::{ObjectId, objs::Kind};
use hashbrown::HashMap;

use super::{
    commit::Commit,
    history::{Blobs, Change, History, Measured, Pair, Reader, Span, Unmeasured, Walked},
    lines::{self, Counter, Lines},
    objects::{Objects, ReadError},
    packs::{Decoded, Packs},
    renames,
    trees::{self, Difference, Mode, Side},
    walk,
};

/// Bytes of decoded objects that a thread keeps. Versions of a file are asked for in a row, so
/// more of them gains nothing.
const KEPT: usize = 8 << 20;

/// The same of who reads commits only, which are seldom made of one another.
const KEPT_COMMITS: usize = 1 << 20;

/// A repository's history, as it lies on this machine.
#[derive(Debug)]
pub struct LocalHistory {
    repository: gix::ThreadSafeRepository,
    packs: Arc<Packs>,
    span: Arc<Span>,
}

impl LocalHistory {
    /// The history of `repository`, of which `span` is wanted.
    pub(crate) fn new(repository: gix::ThreadSafeRepository, packs: Arc<Packs>, span: Span) -> Self {
        Self { repository, packs, span: Arc::new(span) }
    }
}

impl History for LocalHistory {
    fn walk(&self, found: &mut dyn FnMut(Vec<Commit>)) -> Walked {
        let objects = Objects::new(&self.repository.to_thread_local(), &self.packs, KEPT_COMMITS);
        walk::walk(&objects, &self.span, found)
    }

    fn reader(&self) -> Box<dyn Reader> {
        let repository = self.repository.to_thread_local();
        Box::new(LocalReader {
            span: Arc::clone(&self.span),
            objects: Objects::new(&repository, &self.packs, KEPT),
            counter: Counter::default(),
            kept: Vec::new(),
        })
    }
}

struct LocalReader {
    span: Arc<Span>,
    objects: Objects,
    counter: Counter,
    /// Contents of the last change, which the next one of the same file begins with.
    kept: Vec<(ObjectId, Content)>,
}

/// The content of one side of a change.
#[derive(Debug, Clone)]
enum Content {
    Text(Decoded),
    Binary,
}

impl Reader for LocalReader {
    fn compare(&mut self, commits: Vec<Commit>) -> Vec<Measured> {
        // The parent of one commit is often the next one.
        let mut roots: HashMap<ObjectId, Option<ObjectId>> =
            commits.iter().map(|commit| (commit.id, commit.tree)).collect();
        let measured = |commit: Commit| {
            let changes = self.changes(&commit, &mut roots);
            Measured { commit, changes }
        };
        commits.into_iter().map(measured).collect()
    }

    fn count(&mut self, pairs: &[Pair]) -> Vec<Result<Option<Lines>, ReadError>> {
        self.counter.forget();
        self.kept.clear();
        // Branches that were rebased or picked from repeat what others did.
        let mut known: HashMap<Pair, Option<Lines>> = HashMap::new();
        let count = |pair: &Pair| {
            if let Some(lines) = known.get(pair) {
                return Ok(*lines);
            }
            let lines = self.lines(pair.old, pair.new)?;
            known.insert(*pair, lines);
            Ok(lines)
        };
        pairs.iter().map(count).collect()
    }
}

impl Blobs for LocalReader {
    fn read(&mut self, id: ObjectId, buffer: &mut Vec<u8>) -> Result<(), ReadError> {
        self.objects.read(id, buffer).map(|_| ())
    }
}

impl LocalReader {
    fn commit(&self, id: ObjectId) -> Result<Commit, ReadError> {
        Ok(Commit::parse(id, &self.objects.get(id)?.bytes))
    }

    /// The paths that `commit` changed, not yet counted. `roots` remembers the trees of
    /// commits that came by.
    fn changes(
        &self,
        commit: &Commit,
        roots: &mut HashMap<ObjectId, Option<ObjectId>>,
    ) -> Result<Option<Vec<Change>>, Unmeasured> {
        if commit.parents.len() > 1 {
            return Ok(None);
        }
        if self.span.shallow.contains(&commit.id) {
            return Err(Unmeasured::Shallow);
        }
        let root = |id: ObjectId, tree: Option<ObjectId>| {
            let reason = "it names no tree".to_owned();
            tree.ok_or(ReadError::Unreadable { id, reason })
        };
        let new = root(commit.id, commit.tree)?;
        let old = match commit.parents.first() {
            None => None,
            Some(parent) => {
                let tree = match roots.get(parent) {
                    Some(tree) => *tree,
                    None => *roots.entry(*parent).insert(self.commit(*parent)?.tree).get(),
                };
                Some(root(*parent, tree)?)
            }
        };
        let differences = trees::compare(&self.objects, old, Some(new))?;
        let pairs = renames::find(&self.objects, &differences)?;
        Ok(Some(join(differences, &pairs)))
    }

    /// Lines added and removed between two sides; nothing where one is binary.
    fn lines(&mut self, old: Option<Side>, new: Option<Side>) -> Result<Option<Lines>, ReadError> {
        let same = old.map(|side| side.id) == new.map(|side| side.id);
        let new = self.content(new)?;
        let old = if same { new.clone() } else { self.content(old)? };
        let lines = match (&old, &new) {
            (Some((_, Content::Binary)), _) | (_, Some((_, Content::Binary))) => None,
            _ if same => Some(Lines::default()),
            (Some((_, Content::Text(old))), Some((_, Content::Text(new)))) => {
                Some(self.counter.count(&old.bytes, &new.bytes, old.shared(new)))
            }
            (Some((_, Content::Text(old))), None) => {
                Some(Lines { added: 0, removed: lines::count(&old.bytes) })
            }
            (None, Some((_, Content::Text(new)))) => {
                Some(Lines { added: lines::count(&new.bytes), removed: 0 })
            }
            (None, None) => Some(Lines::default()),
        };
        self.kept.clear();
        self.kept.extend(old.into_iter().chain(new));
        Ok(lines)
    }

    fn content(&mut self, side: Option<Side>) -> Result<Option<(ObjectId, Content)>, ReadError> {
        let Some(side) = side else { return Ok(None) };
        if let Some(kept) = self.kept.iter().find(|(id, _)| *id == side.id) {
            return Ok(Some(kept.clone()));
        }
        let content = if side.mode == Mode::Submodule {
            let bytes = Rc::new(format!("Subproject commit {}\n", side.id).into_bytes());
            Content::Text(Decoded { kind: Kind::Blob, bytes, place: None, made_of: None })
        } else {
            match self.objects.get(side.id) {
                Ok(blob) if lines::is_binary(&blob.bytes) => Content::Binary,
                Ok(blob) => Content::Text(blob),
                Err(ReadError::TooLarge(_)) => Content::Binary,
                Err(error) => return Err(error),
            }
        };
        Ok(Some((side.id, content)))
    }
}

/// Changes out of differences, of which `pairs` are a deletion and an addition of one file.
fn join(differences: Vec<Difference>, pairs: &[(usize, usize)]) -> Vec<Change> {
    let mut slots: Vec<Option<Difference>> = differences.into_iter().map(Some).collect();
    let mut sources: HashMap<usize, Difference> =
        pairs.iter().filter_map(|(source, target)| Some((*target, slots[*source].take()?))).collect();
    let mut changes = Vec::with_capacity(slots.len());
    for (place, difference) in slots.into_iter().enumerate() {
        let Some(difference) = difference else { continue };
        let source = sources.remove(&place);
        changes.push(Change {
            path: difference.path,
            old: source.as_ref().map_or(difference.old, |source| source.old),
            previous: source.map(|source| source.path),
            new: difference.new,
            lines: None,
        });
    }
    changes
}
