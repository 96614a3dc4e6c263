//! Repositories, and who owns their paths.

use jiff::Timestamp;
use qd_tables::{CODE_OWNERS, FORGE_REPOSITORIES};

use super::{
    node::{Node, Pile, Row},
    place::Place,
};
use crate::git::people;

/// Maps a repository. `when` is the time of an event that tells it.
pub(super) fn repository(repository: Node<'_>, when: Option<Timestamp>, is_gone: bool, pile: &mut Pile) {
    let place = Place::in_repository(repository);
    let (Some(owner), Some(repo)) = (place.owner, place.repo) else {
        return pile.problem("a repository has no `full_name` and is left out");
    };
    let mut row = Row::of(&repo);
    row.set("full_name", format!("{owner}/{repo}"));
    row.id("id", repository.at("id"));
    row.text("url", repository.at("html_url"));
    row.text("default_branch", repository.any(&["default_branch", "default_branch_ref.name"]));
    row.flag("is_private", repository.any(&["private", "is_private"]));
    row.flag("is_archived", repository.any(&["archived", "is_archived"]));
    row.flag("is_fork", repository.any(&["fork", "is_fork"]));
    row.time("pushed_at", repository.at("pushed_at"));
    if is_gone {
        row.set("deleted", true);
    }
    let times = ["updated_at", "pushed_at", "created_at"].map(|field| repository.time(field));
    let last = times.into_iter().flatten().max();
    pile.version(&FORGE_REPOSITORIES, row, when.or(last));
}

/// Maps the content of a `CODEOWNERS` file: as the API sends it, or its text.
pub(super) fn code_owners(file: Node<'_>, place: &Place, pile: &mut Pile) {
    let Some(repo) = &place.repo else { return };
    let text = match (file.text("content"), file.text("text")) {
        (Some(content), _) => from_base64(content),
        (None, Some(text)) => Some(text.as_bytes().to_vec()),
        (None, None) => file.0.as_str().map(|text| text.as_bytes().to_vec()),
    };
    let Some(text) = text else {
        return pile.problem("the content of a `CODEOWNERS` file could not be read");
    };
    for owners in people::owners(&text) {
        let mut row = Row::of(repo);
        row.set("line", owners.line);
        row.set("pattern", owners.pattern);
        row.set("owners", owners.owners);
        pile.version(&CODE_OWNERS, row, None);
    }
}

/// Base64 (RFC 4648), with line breaks as GitHub sends it.
fn from_base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for character in text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=') {
        let six = match character {
            b'A'..=b'Z' => character - b'A',
            b'a'..=b'z' => character - b'a' + 26,
            b'0'..=b'9' => character - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(six)) & 0xFFFF;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xFF) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::from_base64;

    #[test]
    fn base64_is_read_as_the_standard_has_it() {
        for (text, bytes) in [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v\nYmFy\n", "foobar")] {
            assert_eq!(from_base64(text).as_deref(), Some(bytes.as_bytes()), "{text}");
        }
        assert_eq!(from_base64("a!"), None);
    }
}
