//! A commit's own words: who, when, why.
//!
//! Commits come from thirty years of tools, so nothing here fails: what cannot be read is
//! empty, what is not UTF-8 is replaced, a time beyond the calendar becomes its end.

use gix::ObjectId;
use jiff::Timestamp;

/// A person and an instant, as a commit or a tag names them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Signature {
    /// Name as written.
    pub name: String,
    /// Address as written.
    pub email: String,
    /// When; the epoch where it cannot be read.
    pub time: Timestamp,
}

/// What a commit object says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its own id.
    pub id: ObjectId,
    /// Tree it recorded; nothing where the object is damaged.
    pub tree: Option<ObjectId>,
    /// Its parents, first one first.
    pub parents: Vec<ObjectId>,
    /// Who wrote it.
    pub author: Signature,
    /// Who committed it.
    pub committer: Signature,
    /// First paragraph of the message, on one line.
    pub subject: String,
    /// Trailers of the message, `Key: value` each.
    pub trailers: Vec<String>,
}

impl Commit {
    /// Reads the commit `id` from the bytes of its object.
    #[must_use]
    pub fn parse(id: ObjectId, bytes: &[u8]) -> Self {
        let (head, message) = split_head(bytes);
        let mut commit = Self {
            id,
            tree: None,
            parents: Vec::new(),
            author: Signature::default(),
            committer: Signature::default(),
            subject: String::new(),
            trailers: Vec::new(),
        };
        let mut encoding = Encoding::Utf8;
        let mut authors: (&[u8], &[u8]) = (b"", b"");
        for line in head.split(|byte| *byte == b'\n') {
            // A signature's lines begin with a space and so match nothing.
            let Some(space) = memchr::memchr(b' ', line) else { continue };
            let (key, value) = (&line[..space], &line[space + 1..]);
            match key {
                b"tree" if commit.tree.is_none() => commit.tree = ObjectId::from_hex(value).ok(),
                b"parent" => commit.parents.extend(ObjectId::from_hex(value).ok()),
                b"author" if authors.0.is_empty() => authors.0 = value,
                b"committer" if authors.1.is_empty() => authors.1 = value,
                b"encoding" => encoding = Encoding::called(value),
                _ => {}
            }
        }
        commit.author = Signature::parse(authors.0, encoding);
        commit.committer = Signature::parse(authors.1, encoding);
        let message = encoding.decode(message);
        commit.subject = subject(&message);
        commit.trailers = trailers(&message);
        commit
    }
}

/// What a walk over history needs of a commit: its time in seconds, and its parents, which are
/// added to `parents`.
pub(crate) fn parents_and_time(bytes: &[u8], parents: &mut Vec<ObjectId>) -> i64 {
    let (head, _) = split_head(bytes);
    for line in head.split(|byte| *byte == b'\n') {
        if let Some(id) = line.strip_prefix(b"parent ") {
            parents.extend(ObjectId::from_hex(id).ok());
        } else if let Some(committer) = line.strip_prefix(b"committer ") {
            return seconds(committer);
        }
    }
    0
}

/// What an annotated tag says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tag {
    /// Object it points to.
    pub(crate) target: Option<ObjectId>,
    /// When it was made; old tags do not say.
    pub(crate) time: Option<Timestamp>,
    /// First paragraph of its message, on one line.
    pub(crate) subject: String,
}

/// Reads an annotated tag from the bytes of its object.
pub(crate) fn tag(bytes: &[u8]) -> Tag {
    let (head, message) = split_head(bytes);
    let mut tag = Tag { target: None, time: None, subject: String::new() };
    for line in head.split(|byte| *byte == b'\n') {
        if let Some(id) = line.strip_prefix(b"object ") {
            tag.target = tag.target.or(ObjectId::from_hex(id).ok());
        } else if let Some(tagger) = line.strip_prefix(b"tagger ") {
            tag.time = Some(timestamp(seconds(tagger)));
        }
    }
    tag.subject = subject(&Encoding::Utf8.decode(message));
    tag
}

/// Headers and message of an object.
fn split_head(bytes: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memmem::find(bytes, b"\n\n") {
        Some(place) => (&bytes[..place], &bytes[place + 2..]),
        None => (bytes, b""),
    }
}

impl Signature {
    fn parse(bytes: &[u8], encoding: Encoding) -> Self {
        let open = memchr::memchr(b'<', bytes).unwrap_or(bytes.len());
        let close = memchr::memrchr(b'>', bytes).filter(|close| *close > open);
        let email = close.map_or(&bytes[bytes.len().min(open + 1)..], |close| &bytes[open + 1..close]);
        Self {
            name: encoding.decode(bytes[..open].trim_ascii()),
            email: encoding.decode(email.trim_ascii()),
            time: timestamp(seconds(bytes)),
        }
    }
}

/// Seconds since 1970 after the address of `signature`; zero where there is no number.
fn seconds(signature: &[u8]) -> i64 {
    let start = memchr::memrchr(b'>', signature).map_or(0, |place| place + 1);
    let digits = signature[start..].trim_ascii_start();
    let end = digits.iter().position(|byte| !(byte.is_ascii_digit() || *byte == b'-'));
    let digits = &digits[..end.unwrap_or(digits.len())];
    let text = std::str::from_utf8(digits).unwrap_or_default();
    // Some tools wrote times of the year 10^10; they are as wrong as they are real.
    text.parse().unwrap_or(if text.len() > 18 && !text.starts_with('-') { i64::MAX } else { 0 })
}

/// The instant `seconds` after 1970, or the end of the calendar on that side.
pub(crate) fn timestamp(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or(if seconds < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

/// How a commit's text is encoded.
#[derive(Debug, Clone, Copy)]
enum Encoding {
    Utf8,
    Latin1,
}

impl Encoding {
    fn called(name: &[u8]) -> Self {
        let name = name.trim_ascii().to_ascii_lowercase();
        match &name[..] {
            b"iso-8859-1" | b"iso8859-1" | b"iso-8859-15" | b"latin1" | b"latin-1" | b"cp1252"
            | b"windows-1252" => Self::Latin1,
            _ => Self::Utf8,
        }
    }

    fn decode(self, bytes: &[u8]) -> String {
        let text = match self {
            Self::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Self::Latin1 => bytes.iter().map(|byte| char::from(*byte)).collect(),
        };
        // A zero byte cannot be stored as text everywhere the lake is read.
        if text.contains('\0') { text.replace('\0', "\u{FFFD}") } else { text }
    }
}

/// First paragraph of `message`, on one line.
fn subject(message: &str) -> String {
    let lines = message.trim_start().lines().map(str::trim).take_while(|line| !line.is_empty());
    let mut subject = String::new();
    for line in lines {
        if !subject.is_empty() {
            subject.push(' ');
        }
        subject.push_str(line);
    }
    subject
}

/// Trailers of `message`: the last paragraph, if it is not the subject and if all of it, or
/// a quarter with a line that only tools write, has the form `Key: value`.
fn trailers(message: &str) -> Vec<String> {
    let message = message.trim();
    let normal = message.replace("\r\n", "\n");
    let Some((_, last)) = normal.rsplit_once("\n\n") else { return Vec::new() };
    let (mut trailers, mut others, mut known): (Vec<String>, usize, bool) = (Vec::new(), 0, false);
    let mut may_continue = false;
    for line in last.lines() {
        if line.starts_with([' ', '\t']) {
            if let (true, Some(trailer)) = (may_continue, trailers.last_mut()) {
                trailer.push(' ');
                trailer.push_str(line.trim());
            }
            continue;
        }
        may_continue = false;
        if line.starts_with("(cherry picked from commit ") {
            known = true;
            continue;
        }
        match line.split_once(':') {
            Some((key, value)) if is_key(key) && !value.starts_with("//") => {
                known |= key.ends_with("-by");
                trailers.push(format!("{}: {}", key.trim_end(), value.trim()));
                may_continue = true;
            }
            _ => others += 1,
        }
    }
    let enough = others == 0 || (known && trailers.len() * 3 >= others);
    if enough { trailers } else { Vec::new() }
}

fn is_key(key: &str) -> bool {
    let key = key.trim_end();
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(bytes: &[u8]) -> Commit {
        Commit::parse(ObjectId::null(gix::hash::Kind::Sha1), bytes)
    }

    #[test]
    fn a_commit_says_who_when_and_why() {
        let commit = parse(
            b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n\
              author Ada L <ada@example.org> 1700000000 +0100\n\
              committer Bot <> 1700000001 +0000\n\
              gpgsig -----BEGIN\n parent none of this\n\n\
              Add the\nengine\n\nBecause.\n\nReviewed-by: Bob <bob@example.org>\n\
              Co-authored-by: Eve\n <eve@example.org>\n",
        );
        assert_eq!((&*commit.author.name, &*commit.author.email), ("Ada L", "ada@example.org"));
        assert_eq!((&*commit.committer.name, &*commit.committer.email), ("Bot", ""));
        assert_eq!(commit.author.time.as_second(), 1_700_000_000);
        assert_eq!(commit.subject, "Add the engine");
        assert_eq!(
            commit.trailers,
            ["Reviewed-by: Bob <bob@example.org>", "Co-authored-by: Eve <eve@example.org>"]
        );
        assert!(commit.parents.is_empty());
    }

    #[test]
    fn old_encodings_and_wrong_times_are_borne() {
        let commit =
            parse(b"author J\xfcrg <j> 99999999999999999999 +0000\nencoding ISO-8859-1\n\n\xe9t\xe9");
        assert_eq!(commit.author.name, "Jürg");
        assert_eq!(commit.author.time, Timestamp::MAX);
        assert_eq!(commit.subject, "été");
        let commit = parse(b"author J\xfcrg <j> -1 +0000\n\n");
        assert_eq!(commit.author.name, "J\u{FFFD}rg");
        assert_eq!(commit.author.time.as_second(), -1);
    }

    #[test]
    fn prose_is_not_a_trailer() {
        let message = |text: &str| trailers(text);
        assert!(message("fix: one line").is_empty());
        assert!(message("Fix\n\nSee: this\nand that and more\nand more").is_empty());
        assert_eq!(message("Fix\n\nprose\nSigned-off-by: A"), ["Signed-off-by: A"]);
        assert!(message("Fix\n\nhttps://example.org").is_empty());
    }

    #[test]
    fn no_bytes_make_it_panic() {
        use proptest::prelude::*;
        proptest!(|(bytes in proptest::collection::vec(any::<u8>(), 0..200))| {
            parse(&bytes);
            parse(&[b"author ", &bytes[..]].concat());
            tag(&bytes);
            parents_and_time(&bytes, &mut Vec::new());
        });
    }
}
