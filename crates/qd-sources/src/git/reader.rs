//! The reader of history by `gix`.
//!
//! Objects are decoded by `gix`; what makes this keep up with git on one core, and pass it
//! on two, is to ask for few of them. Trees go commit by commit, newest first, where the
//! parent of one is the next. Blobs go file by file, where the old content of one change
//! is the new content of the next, and is neither read nor cut into lines again.

use std::{collections::HashMap, rc::Rc};

use gix::ObjectId;

use super::{
    commit::Commit,
    history::{Blobs, Change, History, Measured, Reader, Span, Unmeasured, Walked},
    lines::{self, Counter, Lines},
    objects::{Objects, ReadError},
    renames,
    trees::{self, Difference, Mode, Side},
    walk,
};

/// Bytes of decoded delta bases that a thread keeps for commits and trees.
const TREE_BASES: usize = 16 << 20;
/// Bytes of whole trees that a thread keeps.
const WHOLE_TREES: usize = 16 << 20;
/// Bytes of decoded delta bases that a thread keeps for blobs.
const BLOB_BASES: usize = 32 << 20;
/// Git takes anything larger for binary; nor should one file fill the memory.
const LARGEST_TEXT: u64 = 512 << 20;

/// A repository's history, read by `gix`.
#[derive(Debug)]
pub struct GixHistory {
    repository: gix::ThreadSafeRepository,
    span: Span,
}

impl GixHistory {
    /// The history of `repository`, of which `span` is wanted.
    pub(crate) fn new(repository: gix::ThreadSafeRepository, span: Span) -> Self {
        Self { repository, span }
    }
}

impl History for GixHistory {
    fn walk(&self, found: &mut dyn FnMut(Vec<ObjectId>)) -> Walked {
        let objects = Objects::new(&self.repository.to_thread_local(), TREE_BASES, None);
        walk::walk(&objects, &self.span, found)
    }

    fn reader(&self) -> Box<dyn Reader + '_> {
        let repository = self.repository.to_thread_local();
        Box::new(GixReader {
            span: &self.span,
            trees: Objects::new(&repository, TREE_BASES, Some(WHOLE_TREES)),
            blobs: Objects::new(&repository, BLOB_BASES, None),
            buffer: Vec::new(),
            counter: Counter::default(),
            kept: Vec::new(),
        })
    }
}

struct GixReader<'a> {
    span: &'a Span,
    trees: Objects,
    blobs: Objects,
    buffer: Vec<u8>,
    counter: Counter,
    /// Contents of the last change, which the next one of the same file begins with.
    kept: Vec<(ObjectId, Content)>,
}

/// The content of one side of a change.
#[derive(Debug, Clone)]
enum Content {
    Text(Rc<Vec<u8>>),
    Binary,
}

/// One change that has to be counted: its path's rank, its commit and its place in it.
type Task = (usize, usize);

impl Reader for GixReader<'_> {
    fn measure(&mut self, commits: &[ObjectId], each: &mut dyn FnMut(&mut dyn Blobs, Measured)) {
        let mut roots = HashMap::new();
        let mut measured: Vec<Measured> = commits.iter().map(|id| self.compare(*id, &mut roots)).collect();
        self.count(&mut measured);
        for commit in measured {
            each(self, commit);
        }
    }
}

impl Blobs for GixReader<'_> {
    fn read(&mut self, id: ObjectId, buffer: &mut Vec<u8>) -> Result<(), ReadError> {
        self.blobs.read(id, buffer).map(|_| ())
    }
}

impl GixReader<'_> {
    /// The paths that the commit `id` changed, not yet counted. `roots` remembers the trees
    /// of commits that came by.
    fn compare(&mut self, id: ObjectId, roots: &mut HashMap<ObjectId, ObjectId>) -> Measured {
        let commit = match self.trees.read(id, &mut self.buffer) {
            Ok(_) => Commit::parse(id, &self.buffer),
            Err(error) => {
                let changes = Err(Unmeasured::Read(error.clone()));
                return Measured { commit: Err(error), changes };
            }
        };
        let changes = self.changes(&commit, roots);
        Measured { commit: Ok(commit), changes }
    }

    fn changes(
        &mut self,
        commit: &Commit,
        roots: &mut HashMap<ObjectId, ObjectId>,
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
            Some(parent) => Some(match roots.get(parent) {
                Some(tree) => *tree,
                None => {
                    self.trees.read(*parent, &mut self.buffer)?;
                    let tree = root(*parent, Commit::parse(*parent, &self.buffer).tree)?;
                    roots.insert(*parent, tree);
                    tree
                }
            }),
        };
        let differences = trees::compare(&self.trees, old, Some(new))?;
        let pairs = renames::find(&self.blobs, &differences)?;
        Ok(Some(join(differences, &pairs)))
    }

    /// Counts the lines of all changes of `measured`, file by file.
    fn count(&mut self, measured: &mut [Measured]) {
        let mut tasks: Vec<Task> = Vec::new();
        for (place, commit) in measured.iter().enumerate() {
            if let Ok(Some(changes)) = &commit.changes {
                tasks.extend((0..changes.len()).map(|change| (place, change)));
            }
        }
        let change = |measured: &[Measured], task: &Task| -> Option<Change> {
            match &measured[task.0].changes {
                Ok(Some(changes)) => changes.get(task.1).cloned(),
                _ => None,
            }
        };
        tasks.sort_by(|a, b| {
            let path = |task: &Task| match &measured[task.0].changes {
                Ok(Some(changes)) => changes.get(task.1).map(|change| &change.path),
                _ => None,
            };
            path(a).cmp(&path(b)).then(a.cmp(b))
        });
        let mut last = None;
        for task in tasks {
            // A commit that failed on another file has no changes any more.
            let Some(change) = change(measured, &task) else { continue };
            if last.as_ref() != Some(&change.path) {
                self.counter.forget();
                self.kept.clear();
                last = Some(change.path.clone());
            }
            let lines = self.lines(change.old, change.new);
            match (lines, &mut measured[task.0].changes) {
                (Ok(lines), Ok(Some(changes))) => changes[task.1].lines = lines,
                (Err(error), changes) => *changes = Err(error.into()),
                _ => {}
            }
        }
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
                Some(self.counter.count(old, new))
            }
            (Some((_, Content::Text(old))), None) => Some(Lines { added: 0, removed: lines::count(old) }),
            (None, Some((_, Content::Text(new)))) => Some(Lines { added: lines::count(new), removed: 0 }),
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
            Content::Text(Rc::new(format!("Subproject commit {}\n", side.id).into_bytes()))
        } else {
            self.blobs.read(side.id, &mut self.buffer)?;
            if self.buffer.len() as u64 > LARGEST_TEXT || lines::is_binary(&self.buffer) {
                Content::Binary
            } else {
                Content::Text(Rc::new(self.buffer.as_slice().to_vec()))
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
