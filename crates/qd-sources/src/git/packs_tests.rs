//! Packs as git writes them, held against `gix`, and packs as nobody should write them.

use std::{fs, io::Write as _, path::Path, process::Command, sync::Arc};

use gix::{ObjectId, hash::Kind as Ids, objs::Kind};
use proptest::prelude::*;

use super::{
    objects::{LARGEST, Objects, ReadError},
    packs::{Decoder, Failure, Packs},
};

const BLOB: u8 = 3;
const BY_OFFSET: u8 = 6;
const BY_ID: u8 = 7;

/// An id made of one number.
fn id(number: u32) -> ObjectId {
    let mut bytes = [0; 20];
    bytes[..4].copy_from_slice(&(number.wrapping_mul(0x9E37_79B1)).to_be_bytes());
    bytes[16..].copy_from_slice(&number.to_be_bytes());
    ObjectId::from_bytes_or_panic(&bytes)
}

/// An entry of a pack: what it says it is and its size, what precedes its data, its data.
fn entry(kind: u8, size: u64, before: &[u8], data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![kind << 4 | (size & 15) as u8];
    let mut rest = size >> 4;
    while rest > 0 {
        *bytes.last_mut().unwrap() |= 0x80;
        bytes.push((rest & 0x7f) as u8);
        rest >>= 7;
    }
    bytes.extend_from_slice(before);
    let mut packer = flate2::write::ZlibEncoder::new(bytes, flate2::Compression::fast());
    packer.write_all(data).unwrap();
    packer.finish().unwrap()
}

fn blob(content: &[u8]) -> Vec<u8> {
    entry(BLOB, content.len() as u64, b"", content)
}

/// A delta that appends `more` to all of a base of `base` bytes (fewer than 128).
fn appending(base: u8, more: &[u8]) -> Vec<u8> {
    let size = base + more.len() as u8;
    [&[base, size, 0x90, base, more.len() as u8][..], more].concat()
}

fn by_id(base: u32, delta: &[u8]) -> Vec<u8> {
    entry(BY_ID, delta.len() as u64, id(base).as_slice(), delta)
}

/// A delta on what lies `distance` bytes before it.
fn by_offset(distance: usize, delta: &[u8]) -> Vec<u8> {
    let mut digits = vec![(distance & 0x7f) as u8];
    let mut rest = distance >> 7;
    while rest > 0 {
        rest -= 1;
        digits.insert(0, 0x80 | (rest & 0x7f) as u8);
        rest >>= 7;
    }
    entry(BY_OFFSET, delta.len() as u64, &digits, delta)
}

/// A pack of `entries`, numbered from 0, with its index: the bytes of both.
fn pack(entries: &[Vec<u8>]) -> (Vec<u8>, Vec<u8>) {
    let mut pack = [&b"PACK\0\0\0\x02"[..], &(entries.len() as u32).to_be_bytes()].concat();
    let mut places = Vec::new();
    for (number, entry) in entries.iter().enumerate() {
        places.push((id(number as u32), pack.len() as u32));
        pack.extend_from_slice(entry);
    }
    pack.extend_from_slice(&[0; 20]);
    places.sort();
    let mut index = b"\xfftOc\0\0\0\x02".to_vec();
    for first in 0..=255 {
        let until = places.iter().filter(|(id, _)| id.first_byte() <= first).count();
        index.extend_from_slice(&(until as u32).to_be_bytes());
    }
    places.iter().for_each(|(id, _)| index.extend_from_slice(id.as_slice()));
    index.extend(std::iter::repeat_n(0, 4 * places.len()));
    places.iter().for_each(|(_, offset)| index.extend_from_slice(&offset.to_be_bytes()));
    index.extend_from_slice(&[0; 40]);
    (pack, index)
}

/// The packs of a folder in which nothing but this one lies.
fn open(pack: &[u8], index: &[u8]) -> Packs {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("pack")).unwrap();
    fs::write(folder.path().join("pack/pack-1.pack"), pack).unwrap();
    fs::write(folder.path().join("pack/pack-1.idx"), index).unwrap();
    Packs::open(folder.path(), Ids::Sha1)
}

fn opened(entries: &[Vec<u8>]) -> Packs {
    let (pack, index) = pack(entries);
    open(&pack, &index)
}

fn failure(entries: &[Vec<u8>], number: u32) -> Failure {
    Decoder::new(1 << 20).read(&opened(entries), id(number)).expect_err("it cannot be read")
}

#[test]
fn objects_are_read_whole_and_through_deltas() {
    let first = blob(b"one\n");
    let second = by_offset(first.len(), &appending(4, b"two\n"));
    let third = by_id(1, &appending(8, b"three\n"));
    let packs = opened(&[first, second, third, blob(b"")]);
    for bytes in [0, 1 << 20] {
        let mut decoder = Decoder::new(bytes);
        let sizes = [4, 8, 14, 0].map(Some);
        assert_eq!([0, 1, 2, 3].map(|number| decoder.size(&packs, id(number))), sizes);
        let mut read = |number| decoder.read(&packs, id(number)).unwrap();
        assert_eq!(read(2).kind, Kind::Blob);
        assert_eq!([2, 0, 1, 2, 3].map(|number| read(number).bytes.len()), [14, 4, 8, 14, 0]);
        assert_eq!(*read(2).bytes, b"one\ntwo\nthree\n");
        assert_eq!([0, 1, 2, 3].map(|number| decoder.size(&packs, id(number))), sizes);
    }
    assert_eq!(Decoder::new(0).read(&packs, id(9)).unwrap_err(), Failure::Unknown);
}

#[test]
fn chains_of_deltas_end() {
    let delta = appending(4, b"x");
    assert_eq!(failure(&[by_id(0, &delta)], 0), Failure::Endless);
    assert_eq!(failure(&[by_id(1, &delta), by_id(0, &delta)], 0), Failure::Endless);
    assert_eq!(failure(&[by_offset(0, &delta)], 0), Failure::Unknown);
    assert_eq!(failure(&[by_offset(1 << 40, &delta)], 0), Failure::Unknown);
    assert_eq!(failure(&[by_id(7, &delta)], 0), Failure::Unknown);
    let same = [4, 4, 0x90, 4];
    let long = |deltas: u32| {
        let mut entries = vec![blob(b"abcd")];
        entries.extend((0..deltas).map(|base| by_id(base, &same)));
        entries
    };
    assert_eq!(failure(&long(4_200), 4_200), Failure::Endless);
    assert!(Decoder::new(0).read(&opened(&long(4_000)), id(4_000)).is_ok());
}

#[test]
fn sizes_are_not_believed() {
    let lying = |size| [entry(BLOB, size, b"", b"abcd")];
    for size in [0, 3, 5, 400_000] {
        assert_eq!(failure(&lying(size), 0), Failure::Unknown, "{size}");
    }
    assert_eq!(failure(&lying(1 << 50), 0), Failure::TooLarge);
    let huge = |size: &[u8]| [blob(b"abcd"), by_id(0, &[&[4], size, &[0x90, 4][..]].concat())];
    assert_eq!(failure(&huge(b"\xff\xff\xff\xff\xff\xff\x7f"), 1), Failure::TooLarge);
    assert_eq!(failure(&huge(b"\xff\xff\x7f"), 1), Failure::Unknown);
    assert_eq!(failure(&huge(b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f"), 1), Failure::Unknown);
    // A hundred times sixteen times its base: 100^7 bytes, were nobody to count.
    let mut entries = vec![blob(&[b'a'; 100])];
    let mut size = 100_u64;
    for base in 0..7 {
        let number = |mut number: u64| {
            let mut bytes = Vec::new();
            while number > 0x7f {
                bytes.push(0x80 | (number & 0x7f) as u8);
                number >>= 7;
            }
            bytes.push(number as u8);
            bytes
        };
        let length = size.min(0xff_ffff).to_le_bytes();
        let copies = [&[0xf0][..], &length[..3]].concat().repeat(100);
        let delta = [
            number(size),
            number(100 * length[..3].iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte))),
            copies,
        ]
        .concat();
        size = (100 * size).min(100 * 0xff_ffff);
        entries.push(by_id(base, &delta));
    }
    assert_eq!(failure(&entries, 7), Failure::TooLarge);
}

#[test]
fn no_damage_makes_it_panic_or_go_on() {
    let first = blob(&b"a line that repeats\n".repeat(200));
    let size = 4_000_u64;
    let head = [0xa0, 0x1f, 0xa4, 0x1f];
    let second = by_offset(first.len(), &[&head[..], &[0xb0, 0xa0, 0x0f, 4], b"more"].concat());
    let third = by_id(1, &[&[0xa4, 0x1f, 4][..], &[0x91, 3, 4]].concat());
    let entries = [first, second, third, blob(b"")];
    let (pack, index) = pack(&entries);
    let whole = open(&pack, &index);
    assert_eq!(Decoder::new(0).read(&whole, id(1)).unwrap().bytes.len() as u64, size + 4);
    assert_eq!(*Decoder::new(0).read(&whole, id(2)).unwrap().bytes, b"ine ");
    let damage = proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4);
    let cut = proptest::option::of(any::<prop::sample::Index>());
    proptest!(|(in_pack in damage.clone(), in_index in damage, cut in cut)| {
        let (mut pack, mut index) = (pack.clone(), index.clone());
        let spoil = |bytes: &mut [u8], damage: &[(prop::sample::Index, u8)]| {
            damage.iter().for_each(|(place, byte)| bytes[place.index(bytes.len())] ^= byte);
        };
        spoil(&mut pack, &in_pack);
        spoil(&mut index, &in_index);
        if let Some(cut) = cut {
            pack.truncate(cut.index(pack.len()));
        }
        let packs = open(&pack, &index);
        let mut decoder = Decoder::new(5_000);
        for (place, number) in [2, 0, 1, 3, 2, 2, 0, 1, 3].into_iter().enumerate() {
            if place == 5 {
                packs.expect_many();
            }
            decoder.size(&packs, id(number));
            if let Ok(object) = decoder.read(&packs, id(number)) {
                prop_assert!(object.bytes.len() <= LARGEST);
            }
        }
    });
    proptest!(|(bytes in proptest::collection::vec(any::<u8>(), 0..400))| {
        let mut decoder = Decoder::new(100);
        decoder.read(&open(&[&pack[..12], &bytes, &[0; 40]].concat(), &index), id(0)).ok();
        decoder.read(&open(&pack, &bytes), id(0)).ok();
    });
}

fn git(folder: &Path, arguments: &[&str], input: &str) -> Vec<u8> {
    let mut child = Command::new("git")
        .current_dir(folder)
        .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_SYSTEM", "/dev/null")])
        .args(arguments)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "git {arguments:?}");
    output.stdout
}

/// Versions of some files, of which each is a little more than the last, as `fast-import`
/// reads them; binary, empty, executable and linked ones among them, and a submodule.
fn history(versions: usize) -> String {
    let mut stream = String::new();
    for version in 0..versions {
        stream += &format!("commit refs/heads/main\ncommitter A <a@b> {} +0000\n", 1_700_000_000 + version);
        stream += "data 2\nm\n";
        let lines: String =
            (0..60 + version).map(|line| format!("line {} of it\n", line * 7 % (50 + version))).collect();
        let files = [
            ("100644", "text", lines.clone()),
            ("100755", "folder/run", format!("{lines}# {version}\n")),
            ("100644", "folder/binary", format!("\0{version}\0{lines}")),
            ("100644", "empty", String::new()),
            ("120000", "link", format!("folder/{version}")),
        ];
        for (mode, path, content) in files {
            stream += &format!("M {mode} inline {path}\ndata {}\n{content}\n", content.len());
        }
        stream += &format!("M 160000 {version:040} sub\n\n");
    }
    stream
}

#[test]
fn every_object_is_what_gix_says_it_is() {
    let by_ids = ["-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq", "--depth=40", "--window=40"];
    let ways: [(&[&str], bool); 4] = [
        (&["repack", "-adfq", "--depth=40", "--window=40"], true),
        (&by_ids, true),
        (&["repack", "-adfq", "--window=0"], true),
        (&["unpack-objects", "-q"], false),
    ];
    for (way, is_packed) in ways {
        let folder = tempfile::tempdir().unwrap();
        git(folder.path(), &["init", "-q", "-b", "main", "--bare", "."], "");
        git(folder.path(), &["-c", "fastimport.unpackLimit=0", "fast-import", "--quiet"], &history(40));
        if is_packed {
            git(folder.path(), way, "");
        } else {
            loosen(folder.path(), way);
        }
        let repository = gix::open_opts(folder.path(), gix::open::Options::isolated()).unwrap();
        let packs = Arc::new(Packs::open(&folder.path().join("objects"), repository.object_hash()));
        let none = Arc::new(Packs::default());
        let (ours, theirs) =
            (Objects::new(&repository, &packs, 1 << 16), Objects::new(&repository, &none, 0));
        let mut decoder = Decoder::new(1 << 14);
        let list = git(folder.path(), &["cat-file", "--batch-all-objects", "--batch-check"], "");
        let list = String::from_utf8(list).unwrap();
        let mut count = 0;
        for line in list.lines() {
            let id = ObjectId::from_hex(&line.as_bytes()[..40]).unwrap();
            let wanted = theirs.get(id).unwrap();
            assert_eq!(decoder.read(&packs, id).is_ok(), is_packed, "{way:?}: {line}");
            let found = ours.get(id).unwrap();
            assert_eq!((found.kind, &found.bytes), (wanted.kind, &wanted.bytes), "{way:?}: {line}");
            assert_eq!(ours.size(id).unwrap(), wanted.bytes.len() as u64, "{way:?}: {line}");
            assert!(ours.has(id));
            count += 1;
        }
        assert!(count > 200, "{count}");
        packs.expect_many();
        for line in list.lines() {
            let id = ObjectId::from_hex(&line.as_bytes()[..40]).unwrap();
            assert_eq!(packs.has(id), is_packed, "{way:?}: {line}");
        }
        assert!(!packs.has(id(1)));
        assert!(matches!(ours.get(id(1)), Err(ReadError::Missing(_))));
    }
}

/// Makes loose objects of all that is packed in the repository at `folder`.
fn loosen(folder: &Path, unpack: &[&str]) {
    let aside = tempfile::tempdir().unwrap();
    for file in fs::read_dir(folder.join("objects/pack")).unwrap() {
        let file = file.unwrap().path();
        let to = aside.path().join(file.file_name().unwrap());
        fs::rename(&file, &to).unwrap();
        if to.extension().is_some_and(|end| end == "pack") {
            let status = Command::new("git")
                .current_dir(folder)
                .args(unpack)
                .stdin(fs::File::open(&to).unwrap())
                .status()
                .unwrap();
            assert!(status.success());
        }
    }
}

#[test]
fn an_endless_chain_is_told_and_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q", "--bare", "."], "");
    let delta = appending(4, b"x");
    let (pack, index) = pack(&[by_id(1, &delta), by_id(0, &delta), blob(b"abcd")]);
    fs::create_dir_all(folder.path().join("objects/pack")).unwrap();
    fs::write(folder.path().join("objects/pack/pack-1.pack"), pack).unwrap();
    fs::write(folder.path().join("objects/pack/pack-1.idx"), index).unwrap();
    let repository = gix::open_opts(folder.path(), gix::open::Options::isolated()).unwrap();
    let packs = Arc::new(Packs::open(&folder.path().join("objects"), Ids::Sha1));
    let objects = Objects::new(&repository, &packs, 1 << 20);
    assert!(matches!(objects.get(id(0)), Err(ReadError::Unreadable { .. })));
    assert_eq!(*objects.get(id(2)).unwrap().bytes, b"abcd");
}
