//! Reading objects out of a repository, with the two ways in which that fails.
//!
//! A partial clone lacks objects and a damaged disk garbles them. Neither may stop a
//! sync, so both are values that travel to the row of the commit they concern.

use gix::{
    ObjectId,
    objs::{Exists, Find, Kind},
    odb::{Header, pack::cache::lru::MemoryCappedHashmap, pack::cache::object},
};

/// Why an object could not be read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ReadError {
    /// The repository does not hold it, as in a partial clone.
    #[error("object `{0}` is missing (fetch it, or clone without a filter)")]
    Missing(ObjectId),
    /// It is there and cannot be understood.
    #[error("object `{id}` is unreadable: {reason}")]
    Unreadable {
        /// Which object.
        id: ObjectId,
        /// What the decoder said.
        reason: String,
    },
}

/// One thread's view of a repository's objects, with its own caches.
pub(crate) struct Objects {
    handle: gix::OdbHandle,
}

impl std::fmt::Debug for Objects {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Objects").finish_non_exhaustive()
    }
}

impl Objects {
    /// A handle of its own on the objects of `repository`.
    ///
    /// `bases` bounds the decoded delta bases it keeps, in bytes, and `whole` the whole
    /// objects; trees are asked for again and again, blobs are not.
    pub(crate) fn new(repository: &gix::Repository, bases: usize, whole: Option<usize>) -> Self {
        let mut handle = repository.objects.clone();
        // Looking for new packs whenever an object is missing would make every missing
        // object of a partial clone a scan of the disk.
        handle.refresh_never();
        handle.unset_pack_cache();
        handle.unset_object_cache();
        handle.set_pack_cache(move || Box::new(MemoryCappedHashmap::new(bases)));
        if let Some(whole) = whole {
            handle.set_object_cache(move || Box::new(object::MemoryCappedHashmap::new(whole)));
        }
        Self { handle }
    }

    /// Reads the object `id` into `buffer` and says what it is.
    pub(crate) fn read(&self, id: ObjectId, buffer: &mut Vec<u8>) -> Result<Kind, ReadError> {
        match self.handle.try_find(&id, buffer) {
            Ok(Some(object)) => {
                let (kind, length) = (object.kind, object.data.len());
                // The decoder leaves scratch space behind the object.
                buffer.truncate(length);
                Ok(kind)
            }
            Ok(None) => Err(ReadError::Missing(id)),
            Err(error) => Err(ReadError::Unreadable { id, reason: error.to_string() }),
        }
    }

    /// Whether the object `id` is there.
    pub(crate) fn has(&self, id: ObjectId) -> bool {
        self.handle.exists(&id)
    }

    /// Size of the object `id` in bytes, without reading all of it.
    pub(crate) fn size(&self, id: ObjectId) -> Result<u64, ReadError> {
        match self.handle.try_header(&id) {
            Ok(Some(header)) => Ok(header.size()),
            Ok(None) => Err(ReadError::Missing(id)),
            Err(error) => Err(ReadError::Unreadable { id, reason: error.to_string() }),
        }
    }
}
