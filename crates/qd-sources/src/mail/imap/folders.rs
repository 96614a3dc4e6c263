//! The folders of a mailbox: what they are called, what they are for, and which are read.

use async_imap::imap_proto::{MailboxDatum, NameAttribute, Response, StatusAttribute};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};

use super::{
    super::is_private,
    link::{Broken, Link},
};

/// A folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Folder {
    /// Its name as the server writes it.
    pub(super) wire: String,
    /// Its name as people read it, levels parted by `/`.
    pub(super) name: String,
    /// What it is for, where the server says so.
    purpose: Option<Purpose>,
    /// Whether it only holds others.
    is_empty_shell: bool,
    /// What the server says of it without opening it.
    pub(super) standing: Standing,
}

/// How a folder stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Standing {
    /// Changes when the numbers of its messages are given anew.
    pub(super) validity: Option<u32>,
    /// The number that the next message will have.
    pub(super) next: Option<u32>,
}

/// What a folder is for, as far as it is not for reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    All,
    Marked,
    Trash,
    Junk,
    Drafts,
}

/// Purposes whose folders hold nothing to read.
const LEFT_OUT: [Purpose; 3] = [Purpose::Trash, Purpose::Junk, Purpose::Drafts];

impl Purpose {
    fn of(attributes: &[NameAttribute<'_>]) -> Option<Self> {
        attributes.iter().find_map(|attribute| match attribute {
            NameAttribute::All => Some(Self::All),
            NameAttribute::Flagged => Some(Self::Marked),
            NameAttribute::Trash => Some(Self::Trash),
            NameAttribute::Junk => Some(Self::Junk),
            NameAttribute::Drafts => Some(Self::Drafts),
            _ => None,
        })
    }

    /// Names that folders of a purpose usually have, in lower case.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::All | Self::Marked => &[],
            Self::Trash => &[
                "trash",
                "deleted items",
                "deleted messages",
                "bin",
                "papierkorb",
                "gelöschte elemente",
                "gelöschte objekte",
                "corbeille",
                "éléments supprimés",
                "papelera",
                "cestino",
            ],
            Self::Junk => &[
                "junk",
                "junk e-mail",
                "junk email",
                "spam",
                "bulk mail",
                "courrier indésirable",
                "spamverdacht",
            ],
            Self::Drafts => &["drafts", "draft", "entwürfe", "brouillons", "borradores", "bozze", "outbox"],
        }
    }
}

/// All folders, in the order of their names.
pub(super) fn list(link: &mut Link) -> Result<Vec<Folder>, Broken> {
    let mut folders = Vec::new();
    let mut standings = Vec::new();
    let mut hear = |response: &Response<'_>| match response {
        Response::MailboxData(MailboxDatum::List(found)) => {
            folders.push(folder(&found.name, found.delimiter.as_deref(), &found.name_attributes));
        }
        Response::MailboxData(MailboxDatum::Status { mailbox, status }) => {
            standings.push((plain(mailbox), standing(status)));
        }
        _ => {}
    };
    let returned = match (link.can("SPECIAL-USE"), link.can("LIST-STATUS")) {
        (true, true) => " RETURN (SPECIAL-USE STATUS (UIDNEXT UIDVALIDITY))",
        (true, false) => " RETURN (SPECIAL-USE)",
        (false, true) => " RETURN (STATUS (UIDNEXT UIDVALIDITY))",
        (false, false) => "",
    };
    let returned = if link.can("LIST-EXTENDED") { returned } else { "" };
    let is_told = link.ask(&format!("LIST \"\" \"*\"{returned}"), &mut hear)?;
    if !is_told && (returned.is_empty() || !link.ask("LIST \"\" \"*\"", &mut hear)?) {
        return Err(Broken::Refused("the mail server does not say which folders there are".to_owned()));
    }
    for folder in &mut folders {
        let told = standings.iter().find(|(name, _)| *name == folder.wire);
        folder.standing = told.map_or_else(Standing::default, |(_, standing)| *standing);
    }
    folders.sort_by(|one, other| one.name.cmp(&other.name));
    folders.dedup_by(|one, other| one.wire == other.wire);
    Ok(folders)
}

fn folder(wire: &str, delimiter: Option<&str>, attributes: &[NameAttribute<'_>]) -> Folder {
    let wire = plain(wire);
    let name = decoded(&wire);
    let name = match delimiter.filter(|delimiter| !matches!(*delimiter, "" | "/")) {
        Some(delimiter) => name.replace(delimiter, "/"),
        None => name,
    };
    let is_empty_shell = attributes.iter().any(|attribute| match attribute {
        NameAttribute::NoSelect => true,
        NameAttribute::Extension(word) => word.eq_ignore_ascii_case("\\NonExistent"),
        _ => false,
    });
    Folder { wire, name, purpose: Purpose::of(attributes), is_empty_shell, standing: Standing::default() }
}

fn standing(status: &[StatusAttribute]) -> Standing {
    let mut found = Standing::default();
    for attribute in status {
        match attribute {
            StatusAttribute::UidNext(next) => found.next = Some(*next),
            StatusAttribute::UidValidity(validity) => found.validity = Some(*validity),
            _ => {}
        }
    }
    found
}

/// Those of `folders` that are read. Where every message carries its labels (`has_labels`), the one
/// folder that holds all of them is enough, and holds what was archived out of every other.
pub(super) fn wanted(folders: Vec<Folder>, private: &[String], has_labels: bool) -> Vec<Folder> {
    let kept_out: Vec<String> = LEFT_OUT.into_iter().flat_map(|purpose| places(&folders, purpose)).collect();
    let is_kept_out = |name: &str| {
        kept_out.iter().any(|left_out| {
            name.strip_prefix(left_out).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    let mut wanted: Vec<Folder> = folders
        .into_iter()
        .filter(|folder| !folder.is_empty_shell && !is_kept_out(&folder.name))
        .filter(|folder| !is_private(&folder.name, private) && !is_private(below(&folder.name), private))
        .collect();
    match wanted.iter().position(|folder| has_labels && folder.purpose == Some(Purpose::All)) {
        Some(all) => vec![wanted.swap_remove(all)],
        None => {
            wanted.retain(|folder| folder.purpose.is_none());
            wanted
        }
    }
}

/// The folder that drafts are put into: by the server's word, else by its name.
pub(super) fn of_drafts(folders: &[Folder]) -> Option<&Folder> {
    let mut real = folders.iter().filter(|folder| !folder.is_empty_shell);
    let said = real.clone().find(|folder| folder.purpose == Some(Purpose::Drafts));
    said.or_else(|| real.find(|folder| folder.purpose.is_none() && is_of_drafts(&folder.name)))
}

/// Whether a folder of this name usually holds drafts. From an outbox mail may go out.
pub(in super::super) fn is_of_drafts(name: &str) -> bool {
    let name = below(name).to_lowercase();
    name != "outbox" && Purpose::Drafts.names().contains(&name.as_str())
}

/// Names of the folders that serve `purpose`: by the server's word, else by their names.
fn places(folders: &[Folder], purpose: Purpose) -> Vec<String> {
    let said: Vec<_> = folders.iter().filter(|folder| folder.purpose == Some(purpose)).collect();
    let by_name = |folder: &&Folder| {
        folder.purpose.is_none() && purpose.names().contains(&below(&folder.name).to_lowercase().as_str())
    };
    let found = if said.is_empty() { folders.iter().filter(by_name).collect() } else { said };
    found.into_iter().map(|folder| folder.name.clone()).collect()
}

/// A name without the folder that some servers put above all others.
fn below(name: &str) -> &str {
    let above = ["INBOX/", "[Gmail]/", "[Google Mail]/"];
    above.iter().find_map(|above| name.strip_prefix(above)).unwrap_or(name)
}

/// A name as it stands in quotes, without what guards its quotes.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        plain.extend(if character == '\\' { characters.next().or(Some('\\')) } else { Some(character) });
    }
    plain
}

/// `name` as it is sent; none where it cannot be.
pub(super) fn quoted(name: &str) -> Option<String> {
    let is_clean = !name.contains(['\r', '\n', '\0']);
    is_clean.then(|| format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"")))
}

/// A name out of the modified UTF-7 that IMAP writes it in (RFC 3501, 5.1.3); what is not of that
/// form stays as it is.
pub(super) fn decoded(wire: &str) -> String {
    let mut name = String::with_capacity(wire.len());
    let mut rest = wire;
    while let Some((before, after)) = rest.split_once('&') {
        name.push_str(before);
        let Some((coded, after)) = after.split_once('-') else {
            name.push('&');
            rest = after;
            continue;
        };
        match characters(coded) {
            Some(characters) => name.push_str(&characters),
            None => name.extend(["&", coded, "-"]),
        }
        rest = after;
    }
    name + rest
}

/// Characters that stand between `&` and `-`.
fn characters(coded: &str) -> Option<String> {
    if coded.is_empty() {
        return Some("&".to_owned());
    }
    let bytes = STANDARD_NO_PAD.decode(coded.replace(',', "/")).ok()?;
    let units: Option<Vec<u16>> =
        bytes.chunks(2).map(|pair| Some(u16::from_be_bytes(pair.try_into().ok()?))).collect();
    String::from_utf16(&units?).ok()
}

#[cfg(test)]
mod tests {
    use super::{decoded, plain};

    #[test]
    fn names_are_read_as_imap_writes_them() {
        let cases = [
            ("Entw&APw-rfe", "Entwürfe"),
            ("&U,BTFw-", "台北"),
            ("R&-D", "R&D"),
            ("a & b", "a & b"),
            ("&2D0-", "&2D0-"),
            ("&!-", "&!-"),
        ];
        for (wire, name) in cases {
            assert_eq!(decoded(wire), name);
        }
        assert_eq!(plain(r#"a\"b\\c"#), r#"a"b\c"#);
    }
}
