//! Reading objects out of a repository, with the ways in which that fails.
//!
//! A partial clone lacks objects and a damaged disk garbles them. Neither may stop a
//! sync, so both are values that travel to the row of the commit they concern.
//!
//! Packs are read here ([`super::packs`]); loose objects, other repositories' and all that is
//! out of the ordinary by `gix`.

use std::{cell::RefCell, rc::Rc, sync::Arc};

use gix::{
    ObjectId,
    objs::{Exists, Find, Kind},
    odb::Header,
};

use super::packs::{Decoded, Decoder, Failure, Packs};

/// Most bytes of an object that is read: git takes anything larger for binary, and nor
/// should one file fill the memory.
pub(crate) const LARGEST: usize = 512 << 20;

/// Why an object could not be read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ReadError {
    /// The repository does not hold it, as in a partial clone.
    #[error("object `{0}` is missing (fetch it, or clone without a filter)")]
    Missing(ObjectId),
    /// It is there, and larger than anything that is read.
    #[error("object `{0}` is larger than 512 MiB")]
    TooLarge(ObjectId),
    /// It is there and cannot be understood.
    #[error("object `{id}` is unreadable: {reason}")]
    Unreadable {
        /// Which object.
        id: ObjectId,
        /// What the decoder said.
        reason: String,
    },
}

/// One thread's view of a repository's objects, with its own memory of them.
pub(crate) struct Objects {
    handle: gix::OdbHandle,
    packs: Arc<Packs>,
    decoder: RefCell<Decoder>,
}

impl std::fmt::Debug for Objects {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Objects").finish_non_exhaustive()
    }
}

impl Objects {
    /// A view of its own on the objects of `repository`, whose packs are `packs`, that keeps
    /// about `bytes` bytes of what it decoded.
    pub(crate) fn new(repository: &gix::Repository, packs: &Arc<Packs>, bytes: usize) -> Self {
        let mut handle = repository.objects.clone();
        // Looking for new packs whenever an object is missing would make every missing
        // object of a partial clone a scan of the disk.
        handle.refresh_never();
        handle.unset_pack_cache();
        handle.unset_object_cache();
        // What one machine puts in an object's place is no part of history.
        handle.ignore_replacements = true;
        Self { handle, packs: Arc::clone(packs), decoder: RefCell::new(Decoder::new(bytes)) }
    }

    /// The object `id`, which others may hold too.
    pub(crate) fn get(&self, id: ObjectId) -> Result<Decoded, ReadError> {
        match self.decoder.borrow_mut().read(&self.packs, id) {
            Ok(object) => Ok(object),
            Err(Failure::TooLarge) => Err(ReadError::TooLarge(id)),
            Err(Failure::Endless) => {
                Err(ReadError::Unreadable { id, reason: "its deltas have no end".to_owned() })
            }
            Err(Failure::Unknown) => self.ask(id),
        }
    }

    /// The object `id` as `gix` has it.
    fn ask(&self, id: ObjectId) -> Result<Decoded, ReadError> {
        if self.ask_size(id)? > LARGEST as u64 {
            return Err(ReadError::TooLarge(id));
        }
        let mut bytes = Vec::new();
        match self.handle.try_find(&id, &mut bytes) {
            Ok(Some(object)) => {
                let (kind, length) = (object.kind, object.data.len());
                // The decoder leaves scratch space behind the object.
                bytes.truncate(length);
                Ok(Decoded { kind, bytes: Rc::new(bytes), place: None, made_of: None })
            }
            Ok(None) => Err(ReadError::Missing(id)),
            Err(error) => Err(ReadError::Unreadable { id, reason: error.to_string() }),
        }
    }

    fn ask_size(&self, id: ObjectId) -> Result<u64, ReadError> {
        match self.handle.try_header(&id) {
            Ok(Some(header)) => Ok(header.size()),
            Ok(None) => Err(ReadError::Missing(id)),
            Err(error) => Err(ReadError::Unreadable { id, reason: error.to_string() }),
        }
    }

    /// Reads the object `id` into `buffer` and says what it is.
    pub(crate) fn read(&self, id: ObjectId, buffer: &mut Vec<u8>) -> Result<Kind, ReadError> {
        let object = self.get(id)?;
        buffer.clear();
        buffer.extend_from_slice(&object.bytes);
        Ok(object.kind)
    }

    /// Whether the object `id` is there.
    pub(crate) fn has(&self, id: ObjectId) -> bool {
        self.packs.has(id) || self.handle.exists(&id)
    }

    /// Size of the object `id` in bytes, without reading all of it.
    pub(crate) fn size(&self, id: ObjectId) -> Result<u64, ReadError> {
        let size = self.decoder.borrow_mut().size(&self.packs, id);
        size.map_or_else(|| self.ask_size(id), Ok)
    }
}
