//! Objects of git, and the pack and index that hold them.
//!
//! Written by hand and not compressed: what compresses well does so in ways of its own on each
//! machine, and the same company has to be the same bytes everywhere.

use std::collections::BTreeMap;

use crate::sha1::{crc32, hex, sha1};

/// The name of an object.
pub(crate) type Id = [u8; 20];

/// Kinds of objects, by their numbers in a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Commit = 1,
    Tree = 2,
    Blob = 3,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::Tree => "tree",
            Self::Blob => "blob",
        }
    }
}

/// Objects of one repository, each once.
#[derive(Debug, Default)]
pub(crate) struct Objects {
    /// Entries of the pack, in the order in which they came.
    entries: Vec<(Id, Vec<u8>)>,
    known: BTreeMap<Id, ()>,
}

impl Objects {
    /// Keeps an object and tells its name.
    pub(crate) fn put(&mut self, kind: Kind, body: &[u8]) -> Id {
        let mut whole = format!("{} {}\0", kind.word(), body.len()).into_bytes();
        whole.extend(body);
        let id = sha1(&whole);
        if self.known.insert(id, ()).is_none() {
            let mut entry = header(kind, body.len());
            entry.extend(zlib(body));
            self.entries.push((id, entry));
        }
        id
    }

    /// Keeps the trees of these files (by path) and tells the name of the topmost.
    pub(crate) fn tree(&mut self, files: &BTreeMap<String, Id>) -> Id {
        let paths: Vec<(&str, Id)> = files.iter().map(|(path, id)| (path.as_str(), *id)).collect();
        self.subtree(&paths)
    }

    fn subtree(&mut self, files: &[(&str, Id)]) -> Id {
        let mut folders: BTreeMap<&str, Vec<(&str, Id)>> = BTreeMap::new();
        // By the name under which git sorts: a folder's has a slash at its end.
        let mut entries: BTreeMap<String, (&str, &str, Id)> = BTreeMap::new();
        for (path, id) in files {
            match path.split_once('/') {
                Some((folder, rest)) => folders.entry(folder).or_default().push((rest, *id)),
                None => {
                    entries.insert((*path).to_owned(), ("100644", path, *id));
                }
            }
        }
        for (folder, below) in folders {
            let id = self.subtree(&below);
            entries.insert(format!("{folder}/"), ("40000", folder, id));
        }
        let mut body = Vec::new();
        for (mode, name, id) in entries.values() {
            body.extend(format!("{mode} {name}\0").into_bytes());
            body.extend(id);
        }
        self.put(Kind::Tree, &body)
    }

    /// The files of a pack, by name: the pack and its index (version 2).
    pub(crate) fn packed(&self) -> [(String, Vec<u8>); 2] {
        let mut pack = b"PACK\0\0\0\x02".to_vec();
        pack.extend((self.entries.len() as u32).to_be_bytes());
        let mut places: BTreeMap<Id, (u32, u32)> = BTreeMap::new();
        for (id, entry) in &self.entries {
            places.insert(*id, (pack.len() as u32, crc32(entry)));
            pack.extend(entry);
        }
        let sum = sha1(&pack);
        pack.extend(sum);

        let mut index = b"\xfftOc\0\0\0\x02".to_vec();
        let mut counts = [0_u32; 256];
        for id in places.keys() {
            counts[usize::from(id[0])] += 1;
        }
        let mut below = 0;
        for count in counts {
            below += count;
            index.extend(u32::to_be_bytes(below));
        }
        places.keys().for_each(|id| index.extend(id));
        places.values().for_each(|(_, crc)| index.extend(crc.to_be_bytes()));
        places.values().for_each(|(offset, _)| index.extend(offset.to_be_bytes()));
        index.extend(sum);
        let own = sha1(&index);
        index.extend(own);
        let name = format!("objects/pack/pack-{}", hex(&sum));
        [(format!("{name}.pack"), pack), (format!("{name}.idx"), index)]
    }
}

/// Kind and length at the head of an entry: four bits of the length, then seven at a time.
fn header(kind: Kind, length: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (mut byte, mut rest) = ((kind as u8) << 4 | (length & 15) as u8, length >> 4);
    while rest > 0 {
        bytes.push(byte | 0x80);
        (byte, rest) = ((rest & 0x7f) as u8, rest >> 7);
    }
    bytes.push(byte);
    bytes
}

/// A zlib stream (RFC 1950) of stored blocks (RFC 1951, 3.2.4).
fn zlib(body: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let mut parts: Vec<&[u8]> = body.chunks(0xffff).collect();
    if parts.is_empty() {
        parts.push(&[]);
    }
    for (place, part) in parts.iter().enumerate() {
        let length = part.len() as u16;
        stream.push(u8::from(place + 1 == parts.len()));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend(*part);
    }
    let (mut low, mut high) = (1_u32, 0_u32);
    for byte in body {
        low = (low + u32::from(*byte)) % 65_521;
        high = (high + low) % 65_521;
    }
    stream.extend((high << 16 | low).to_be_bytes());
    stream
}
