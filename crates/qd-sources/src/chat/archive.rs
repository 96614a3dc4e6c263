//! An export as named members, whether it is packed as a zip or lies unpacked in a folder.
//!
//! Nothing is ever written to disk, so a name that leads elsewhere leads nowhere. What a member
//! may inflate to is limited, and so is all that an export may.

use std::{
    cell::Cell,
    fs::File,
    io::{BufReader, Error, Read, Result},
    path::{Path, PathBuf},
};

use flate2::bufread::DeflateDecoder;
use jiff::Timestamp;
use rawzip::{CompressionMethod, FileReader, RECOMMENDED_BUFFER_SIZE, ZipArchive, ZipArchiveEntryWayfinder};

use crate::values::hash;

/// Most members of an export.
const MEMBERS: usize = 1_000_000;
/// Levels of folders in an unpacked export.
const LEVELS: usize = 4;
/// Most bytes of a member that is read as a whole.
const WHOLE: u64 = 64 << 20;
/// Most bytes that are read of an export, unpacked.
const ALL: u64 = 32 << 30;

/// A file of an export.
#[derive(Debug, Clone)]
pub(super) struct Member {
    /// Its path in the export, parts parted by `/`.
    pub(super) name: String,
    /// By what it is known to hold the same as before.
    pub(super) mark: String,
    place: Place,
}

#[derive(Debug, Clone)]
enum Place {
    File(PathBuf),
    Packed(ZipArchiveEntryWayfinder, CompressionMethod),
}

/// An export that is open.
#[derive(Debug)]
pub(super) struct Archive {
    zip: Option<ZipArchive<FileReader>>,
    /// Bytes that may still be read.
    left: Cell<u64>,
}

impl Archive {
    /// What lies at `path`, and its members in the order of their names.
    pub(super) fn open(path: &Path) -> Result<(Self, Vec<Member>)> {
        let mut members = Vec::new();
        let zip = if path.is_dir() {
            below(path, "", LEVELS, &mut members);
            None
        } else if is_zip(path) {
            Some(listed(File::open(path)?, &mut members)?)
        } else {
            members.push(file(path, path.file_name().unwrap_or_default().to_string_lossy().into_owned())?);
            None
        };
        members.sort_by(|a, b| a.name.cmp(&b.name));
        // Of two members of one name the first counts: readers of zips do not agree on which is meant.
        members.dedup_by(|a, b| a.name == b.name);
        Ok((Self { zip, left: Cell::new(ALL) }, members))
    }

    /// What `member` holds.
    pub(super) fn read(&self, member: &Member) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.with(member, &mut |input| input.take(WHOLE + 1).read_to_end(&mut bytes).map(drop))?;
        if bytes.len() as u64 > WHOLE {
            return Err(Error::other("it is larger than 64 MiB"));
        }
        Ok(bytes)
    }

    /// Lets `work` read `member` piece by piece.
    pub(super) fn with(
        &self,
        member: &Member,
        work: &mut dyn FnMut(&mut dyn Read) -> Result<()>,
    ) -> Result<()> {
        match (&member.place, &self.zip) {
            (Place::File(path), _) => self.limited(File::open(path)?, work),
            (Place::Packed(wayfinder, method), Some(zip)) => {
                let entry = zip.get_entry(*wayfinder).map_err(Error::other)?;
                if *method == CompressionMethod::STORE {
                    return self.limited(entry.verifying_reader(entry.reader()), work);
                }
                if *method != CompressionMethod::DEFLATE {
                    return Err(Error::other("it is packed in a way that is not read; unpack the zip"));
                }
                let packed = BufReader::with_capacity(1 << 16, entry.reader());
                self.limited(entry.verifying_reader(DeflateDecoder::new(packed)), work)
            }
            (Place::Packed(..), None) => Err(Error::other("it is in no zip")),
        }
    }

    fn limited(&self, input: impl Read, work: &mut dyn FnMut(&mut dyn Read) -> Result<()>) -> Result<()> {
        work(&mut Limited { input, left: &self.left })
    }
}

/// Reads as long as its export may be read.
struct Limited<'a, R> {
    input: R,
    left: &'a Cell<u64>,
}

impl<R: Read> Read for Limited<'_, R> {
    fn read(&mut self, bytes: &mut [u8]) -> Result<usize> {
        let count = self.input.read(bytes)?;
        let left = self.left.get().checked_sub(count as u64);
        self.left.set(left.ok_or_else(|| Error::other("the export unpacks to more than 32 GiB"))?);
        Ok(count)
    }
}

/// Whether a file begins like a zip.
pub(super) fn is_zip(path: &Path) -> bool {
    let mut head = [0; 2];
    File::open(path).and_then(|mut file| file.read_exact(&mut head)).is_ok() && head == *b"PK"
}

fn listed(zip: File, members: &mut Vec<Member>) -> Result<ZipArchive<FileReader>> {
    let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
    let zip = ZipArchive::from_file(zip, &mut buffer).map_err(Error::other)?;
    let mut entries = zip.entries(&mut buffer);
    while let Some(entry) = entries.next_entry().map_err(Error::other)? {
        if members.len() == MEMBERS {
            return Err(Error::other("it holds more than a million files"));
        }
        let name = entry.file_path();
        let name = String::from_utf8_lossy(name.as_ref()).replace('\\', "/");
        if entry.is_dir() {
            continue;
        }
        let sum = entry.crc32().to_le_bytes();
        let size = entry.uncompressed_size_hint().to_le_bytes();
        members.push(Member {
            mark: short([name.as_bytes(), &sum, &size]),
            name,
            place: Place::Packed(entry.wayfinder(), entry.compression_method()),
        });
    }
    Ok(zip)
}

fn below(folder: &Path, prefix: &str, levels: usize, members: &mut Vec<Member>) {
    for entry in folder.read_dir().into_iter().flatten().flatten() {
        let path = entry.path();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        // A link may lead back up; only what lies here is looked through.
        if path.is_symlink() || members.len() == MEMBERS {
            continue;
        }
        if path.is_dir() {
            if levels > 0 {
                below(&path, &format!("{name}/"), levels - 1, members);
            }
        } else if let Ok(member) = file(&path, name) {
            members.push(member);
        }
    }
}

fn file(path: &Path, name: String) -> Result<Member> {
    let about = path.metadata()?;
    let modified = modified(path).map(|time| time.to_string()).unwrap_or_default();
    let mark = short([name.as_bytes(), &about.len().to_le_bytes(), modified.as_bytes()]);
    Ok(Member { name, mark, place: Place::File(path.to_owned()) })
}

/// When a file was last written.
pub(super) fn modified(path: &Path) -> Option<Timestamp> {
    Timestamp::try_from(path.metadata().ok()?.modified().ok()?).ok()
}

/// A hash that is long enough to tell the files of a source apart.
pub(super) fn short<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    hash(parts).get(..16).unwrap_or_default().to_owned()
}
