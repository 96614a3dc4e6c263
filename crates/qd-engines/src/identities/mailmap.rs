//! A `.mailmap` as git reads it: what an address, with a name or without, is to be shown as.
//!
//! Git looks an address up without regard to case; if lines name it together with the
//! commit's name, that line alone counts, else the one without a name. What a line does
//! not give stays as in the commit, and a later line replaces an earlier one's words.

use std::collections::BTreeMap;

/// A line.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    /// Name to use.
    pub proper_name: Option<String>,
    /// Address to use.
    pub proper_email: Option<String>,
    /// Name as in commits.
    pub commit_name: Option<String>,
    /// Address as in commits.
    pub commit_email: String,
}

/// Name and address to use, where given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Proper {
    pub name: Option<String>,
    pub email: Option<String>,
}

/// All lines, by address and name.
#[derive(Debug, Default)]
pub(super) struct Mailmap {
    lines: BTreeMap<(String, Option<String>), Proper>,
}

impl Mailmap {
    /// Out of lines, in the order of the file.
    pub(super) fn of(lines: &[Line]) -> Self {
        let mut map = Self::default();
        for line in lines {
            let key =
                (line.commit_email.to_lowercase(), line.commit_name.as_ref().map(|name| name.to_lowercase()));
            let proper = map.lines.entry(key).or_default();
            if let Some(name) = &line.proper_name {
                proper.name = Some(name.clone());
            }
            if let Some(email) = &line.proper_email {
                proper.email = Some(email.to_lowercase());
            }
        }
        map
    }

    /// What the lines say of an address in lower case and a name.
    pub(super) fn find(&self, email: &str, name: &str) -> Option<&Proper> {
        let named = self.lines.get(&(email.to_owned(), Some(name.to_lowercase())));
        named.or_else(|| self.lines.get(&(email.to_owned(), None)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_with_a_name_goes_before_one_without() {
        let line = |proper: (&str, &str), commit: (&str, &str)| {
            let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
            Line {
                proper_name: some(proper.0),
                proper_email: some(proper.1),
                commit_name: some(commit.0),
                commit_email: commit.1.to_owned(),
            }
        };
        let map = Mailmap::of(&[
            line(("Ada Lovelace", ""), ("", "Ada@old.example")),
            line(("", "ada@example.org"), ("", "ada@old.example")),
            line(("Ben", "ben@example.org"), ("ben", "shared@example.org")),
            line(("Eve", ""), ("", "shared@example.org")),
            line(("Eva", ""), ("", "shared@example.org")),
        ]);
        let found = |email: &str, name: &str| {
            map.find(email, name).map(|proper| (proper.name.as_deref(), proper.email.as_deref()))
        };
        assert_eq!(found("ada@old.example", "any"), Some((Some("Ada Lovelace"), Some("ada@example.org"))));
        assert_eq!(found("shared@example.org", "BEN"), Some((Some("Ben"), Some("ben@example.org"))));
        assert_eq!(found("shared@example.org", "x"), Some((Some("Eva"), None)));
        assert_eq!(found("other@example.org", "x"), None);
    }
}
