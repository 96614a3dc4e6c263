//! The two files in which a repository speaks of people: `CODEOWNERS` and `.mailmap`.
//!
//! Both are read line by line and kept with their line's number: which line decides
//! depends on the order, and a person who doubts a row wants to find it.

/// Where `CODEOWNERS` may stand; the first one found counts.
pub(crate) const OWNERS_PATHS: [&str; 4] =
    [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];

/// A line of a `CODEOWNERS` file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Owners {
    pub(crate) line: u32,
    pub(crate) pattern: String,
    /// As written; empty where nobody owns it.
    pub(crate) owners: Vec<String>,
}

/// A line of a `.mailmap` file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Alias {
    pub(crate) line: u32,
    pub(crate) proper_name: Option<String>,
    pub(crate) proper_email: Option<String>,
    pub(crate) commit_name: Option<String>,
    pub(crate) commit_email: String,
}

/// The lines of `content` that hold anything, with their numbers from 1.
fn lines(content: &[u8]) -> Vec<(u32, String)> {
    let text = String::from_utf8_lossy(content);
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    let numbered = (1..).zip(text.lines().map(|line| line.trim().replace('\0', "\u{FFFD}")));
    numbered.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')).collect()
}

/// Reads a `CODEOWNERS` file. Sections (`[Docs] @writers`) lend their owners to lines
/// without any.
pub(crate) fn owners(content: &[u8]) -> Vec<Owners> {
    let mut section: Vec<String> = Vec::new();
    let mut found = Vec::new();
    for (line, text) in lines(content) {
        if let Some(header) = text.strip_prefix('^').unwrap_or(&text).strip_prefix('[') {
            let after = header.split_once(']').map_or("", |(_, after)| after);
            // `[Docs][2]` asks for two approvals.
            let after = after
                .strip_prefix('[')
                .map_or(after, |count| count.split_once(']').map_or("", |(_, after)| after));
            section = words(after);
            continue;
        }
        let mut words = words(&text).into_iter();
        let Some(pattern) = words.next() else { continue };
        let mut owners: Vec<String> = words.collect();
        if owners.is_empty() {
            owners.clone_from(&section);
        }
        found.push(Owners { line, pattern, owners });
    }
    found
}

/// Words up to a comment; a backslash keeps the space after it.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' if characters.peek() == Some(&' ') => word.extend(characters.next()),
            '#' if word.is_empty() => break,
            character if character.is_whitespace() => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            character => word.push(character),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Reads a `.mailmap` file; lines without an address mean nothing and are left out.
pub(crate) fn mailmap(content: &[u8]) -> Vec<Alias> {
    lines(content).into_iter().filter_map(|(line, text)| alias(line, &text)).collect()
}

fn alias(line: u32, text: &str) -> Option<Alias> {
    let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let (first_name, rest) = text.split_once('<')?;
    let (first_email, rest) = rest.split_once('>')?;
    let second = rest.split_once('<').and_then(|(name, rest)| Some((name, rest.split_once('>')?.0)));
    Some(match second {
        None => Alias {
            line,
            proper_name: some(first_name),
            proper_email: None,
            commit_name: None,
            commit_email: first_email.trim().to_owned(),
        },
        Some((name, email)) => Alias {
            line,
            proper_name: some(first_name),
            proper_email: some(first_email),
            commit_name: some(name),
            commit_email: email.trim().to_owned(),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_owners_are_read_as_the_forges_read_them() {
        let found = owners(
            b"# all\n*       @acme/core ada@example.org # default\n\n/docs\\ old/ @bob\n/free/\n\
              [Docs][2] @writers\n*.md\n^[Web]\n*.ts @eve\n",
        );
        let rows: Vec<_> = found
            .iter()
            .map(|owners| format!("{} {} {}", owners.line, owners.pattern, owners.owners.join(",")))
            .collect();
        assert_eq!(
            rows,
            [
                "2 * @acme/core,ada@example.org",
                "4 /docs old/ @bob",
                "5 /free/ ",
                "7 *.md @writers",
                "9 *.ts @eve"
            ]
        );
    }

    #[test]
    fn four_forms_of_alias() {
        let found = mailmap(b"A <a@x>\n<p@x> <c@x>\nA <p@x> <c@x>\nA <p@x> B <c@x> # who\nnothing\n");
        let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        let rows: Vec<_> = found
            .iter()
            .map(|alias| {
                let Alias { line, proper_name, proper_email, commit_name, commit_email } = alias;
                let (name, email, old) = (text(proper_name), text(proper_email), text(commit_name));
                format!("{line} {name} {email} {old} {commit_email}")
            })
            .collect();
        assert_eq!(rows, ["1 A - - a@x", "2 - p@x - c@x", "3 A p@x - c@x", "4 A p@x B c@x"]);
    }

    #[test]
    fn no_bytes_make_it_panic() {
        use proptest::prelude::*;
        proptest!(|(bytes in proptest::collection::vec(any::<u8>(), 0..100), text in "[\\[\\]<>#@^\\\\a \n]{0,60}")| {
            owners(&bytes);
            mailmap(&bytes);
            owners(text.as_bytes());
            mailmap(text.as_bytes());
        });
    }
}
