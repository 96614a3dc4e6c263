//! Changes of a company's text that keep what its writers wrote around them.
//!
//! A change names the text it was made from. Whoever writes it to disk asks
//! [`Edit::apply`] with the text that stands there now, and is refused if somebody was
//! faster.

use similar::TextDiff;
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, TableLike};

use crate::record::Value;

/// Why a change was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The text is no TOML, so nothing can be changed in it safely.
    #[error("line {line} is not TOML: {message}; mend it first")]
    Syntax {
        /// Line, counted from 1.
        line: usize,
        /// What is wrong with it.
        message: String,
    },
    /// Something on the way is not a table.
    #[error("`{0}` is not a table")]
    NotATable(String),
    /// There is nothing of this name.
    #[error("there is no `{0}`")]
    Missing(String),
    /// There is something of this name already.
    #[error("`{0}` is there already")]
    Exists(String),
    /// The file has changed since the text that the change was made from.
    #[error("`{0}` has changed meanwhile; look at it again")]
    Stale(String),
}

/// A new text for one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The file, from the company's folder.
    pub file: String,
    /// Fingerprint of the text it was made from; `None` for a file that did not exist.
    pub based_on: Option<String>,
    /// The new text.
    pub text: String,
}

impl Edit {
    /// A change of `file` from its present text, if it has one.
    #[must_use]
    pub fn new(file: &str, present: Option<&str>, text: String) -> Self {
        Self { file: file.to_owned(), based_on: present.map(fingerprint), text }
    }

    /// The new text, if `present` is still the text this was made from.
    ///
    /// # Errors
    /// [`EditError::Stale`] otherwise.
    pub fn apply(&self, present: Option<&str>) -> Result<&str, EditError> {
        if present.map(fingerprint) == self.based_on {
            Ok(&self.text)
        } else {
            Err(EditError::Stale(self.file.clone()))
        }
    }

    /// The change as a unified diff, for people and for `git apply`.
    #[must_use]
    pub fn diff(&self, present: Option<&str>) -> String {
        let (old, new) = (format!("a/{}", self.file), format!("b/{}", self.file));
        let old = if present.is_some() { old.as_str() } else { "/dev/null" };
        TextDiff::from_lines(present.unwrap_or_default(), &self.text)
            .unified_diff()
            .header(old, &new)
            .to_string()
    }
}

/// What tells a text from another: FNV-1a (64 bits) over its bytes, in hexadecimal.
///
/// It guards against two people writing at once, not against malice.
#[must_use]
pub fn fingerprint(text: &str) -> String {
    let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    format!("{:016x}", text.bytes().fold(0xcbf2_9ce4_8422_2325, fold))
}

/// Sets the value at `path`, for example `["people", "ada", "role"]`; tables on the way
/// are made where they are missing. A number in a path counts `[[absences]]` from 0.
///
/// # Errors
/// Where the text is no TOML, or something on the way is no table.
pub fn set(text: &str, path: &[&str], value: &Value) -> Result<String, EditError> {
    let mut document = parse(text)?;
    let (parent, key) = split(path)?;
    let table = walk(&mut document, parent, true)?;
    let mut new = toml_value(value);
    match table.get_mut(key) {
        Some(Item::Value(old)) => {
            // The comment behind the old value stays behind the new one.
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        Some(Item::Table(_) | Item::ArrayOfTables(_)) => return Err(EditError::Exists(path.join("."))),
        _ => {
            table.insert(key, Item::Value(new));
        }
    }
    Ok(document.to_string())
}

/// Removes the value or table at `path`, with the comments right above it.
///
/// # Errors
/// Where the text is no TOML, or there is nothing at `path`.
pub fn remove(text: &str, path: &[&str]) -> Result<String, EditError> {
    let mut document = parse(text)?;
    let (parent, key) = split(path)?;
    let missing = || EditError::Missing(path.join("."));
    // `["absences", "0"]` is a table among several.
    if let (Some((array, parent)), Ok(place)) = (parent.split_last(), key.parse::<usize>())
        && let Ok(table) = walk(&mut document, parent, false)
        && let Some(Item::ArrayOfTables(tables)) = table.get_mut(array)
    {
        if place >= tables.len() {
            return Err(missing());
        }
        tables.remove(place);
        return Ok(document.to_string());
    }
    walk(&mut document, parent, false)?.remove(key).ok_or_else(missing)?;
    Ok(document.to_string())
}

/// Adds a row: `[people.ada]` for the path `["people", "ada"]`.
///
/// # Errors
/// Where the text is no TOML, or the row is there already.
pub fn insert(text: &str, path: &[&str], values: &[(&str, Value)]) -> Result<String, EditError> {
    let mut document = parse(text)?;
    let (parent, key) = split(path)?;
    let has_text = !text.trim().is_empty();
    let table = walk(&mut document, parent, true)?;
    if table.contains_key(key) {
        return Err(EditError::Exists(path.join(".")));
    }
    table.insert(key, Item::Table(row(values, has_text)));
    Ok(document.to_string())
}

/// Adds a row inside another: `[[absences]]` for the path `["absences"]`.
///
/// # Errors
/// Where the text is no TOML, or something else has this name.
pub fn append(text: &str, path: &[&str], values: &[(&str, Value)]) -> Result<String, EditError> {
    let mut document = parse(text)?;
    let (parent, key) = split(path)?;
    let has_text = !text.trim().is_empty();
    let table = walk(&mut document, parent, true)?;
    if !table.contains_key(key) {
        table.insert(key, Item::ArrayOfTables(ArrayOfTables::new()));
    }
    match table.get_mut(key) {
        Some(Item::ArrayOfTables(rows)) => rows.push(row(values, has_text)),
        _ => return Err(EditError::Exists(path.join("."))),
    }
    Ok(document.to_string())
}

pub(crate) fn parse(text: &str) -> Result<DocumentMut, EditError> {
    text.parse().map_err(|problem: toml_edit::TomlError| {
        let before = problem.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        EditError::Syntax { line: before.matches('\n').count() + 1, message: problem.message().to_owned() }
    })
}

fn split<'p, 'k>(path: &'p [&'k str]) -> Result<(&'p [&'k str], &'k str), EditError> {
    path.split_last().map(|(key, parent)| (parent, *key)).ok_or_else(|| EditError::Missing(String::new()))
}

/// The table at `path`; made on the way if wanted.
fn walk<'d>(
    document: &'d mut DocumentMut,
    path: &[&str],
    make: bool,
) -> Result<&'d mut dyn TableLike, EditError> {
    let mut table: &mut dyn TableLike = document.as_table_mut();
    let mut rest = path.iter().enumerate().peekable();
    while let Some((place, key)) = rest.next() {
        let here = || path[..=place].join(".");
        if make && !table.contains_key(key) {
            let mut new = Table::new();
            // `[people]` alone says nothing when `[people.ada]` follows.
            new.set_implicit(true);
            table.insert(key, Item::Table(new));
        }
        let item = table.get_mut(key).ok_or_else(|| EditError::Missing(here()))?;
        table = match item {
            Item::ArrayOfTables(rows) => {
                let row = rest.next().and_then(|(_, number)| number.parse::<usize>().ok());
                row.and_then(|row| rows.get_mut(row)).ok_or_else(|| EditError::Missing(here()))?
            }
            item => item.as_table_like_mut().ok_or_else(|| EditError::NotATable(here()))?,
        };
    }
    Ok(table)
}

fn row(values: &[(&str, Value)], has_text: bool) -> Table {
    let mut table = Table::new();
    for (key, value) in values {
        table.insert(key, Item::Value(toml_value(value)));
    }
    if has_text {
        table.decor_mut().set_prefix("\n");
    }
    table
}

/// A value as a person would write it.
fn toml_value(value: &Value) -> toml_edit::Value {
    match value {
        Value::Text(text) => text.as_str().into(),
        Value::Texts(texts) => texts.iter().map(String::as_str).collect::<Array>().into(),
        Value::Integer(value) => (*value).into(),
        Value::Number(value) => (*value).into(),
        Value::Boolean(value) => (*value).into(),
        Value::Time(time) => time
            .to_string()
            .parse::<toml_edit::Datetime>()
            .map_or_else(|_| time.to_string().into(), Into::into),
        Value::Date(date) => date
            .to_string()
            .parse::<toml_edit::Datetime>()
            .map_or_else(|_| date.to_string().into(), Into::into),
        Value::Money(money) => money.to_string().into(),
        Value::Days(span) => span.to_string().into(),
        Value::Estimate(estimate) => estimate.to_string().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Edit, EditError, append, insert, remove, set};
    use crate::record::Value;

    const ADA: &str =
        "# The one who began it.\nrole = \"CTO\"   # since 2020\nmails = [\"ada@example.org\"]\n";

    fn text(words: &str) -> Value {
        Value::Text(words.to_owned())
    }

    #[test]
    fn a_changed_value_keeps_what_stands_around_it() {
        let changed = set(ADA, &["role"], &text("CEO")).expect("a change");
        assert_eq!(changed, ADA.replace("CTO", "CEO"));

        let edit = Edit::new("people/ada.toml", Some(ADA), changed);
        assert_eq!(
            edit.diff(Some(ADA)),
            "\
--- a/people/ada.toml
+++ b/people/ada.toml
@@ -1,3 +1,3 @@
 # The one who began it.
-role = \"CTO\"   # since 2020
+role = \"CEO\"   # since 2020
 mails = [\"ada@example.org\"]
"
        );
        assert_eq!(edit.apply(Some(ADA)), Ok(edit.text.as_str()));
        assert_eq!(edit.apply(Some("role = \"CFO\"\n")), Err(EditError::Stale("people/ada.toml".to_owned())));
    }

    #[test]
    fn rows_are_added_and_taken_away() {
        let company = "name = \"Example\"\n\n# Payments come first.\n[teams.payments]\nlead = \"ada\"\n";
        let more = insert(company, &["teams", "search"], &[("lead", text("bob"))]).expect("a row");
        assert_eq!(more, format!("{company}\n[teams.search]\nlead = \"bob\"\n"));
        assert_eq!(
            insert(&more, &["teams", "search"], &[]),
            Err(EditError::Exists("teams.search".to_owned()))
        );
        assert_eq!(remove(&more, &["teams", "search"]), Ok(company.to_owned()));
        assert_eq!(remove(company, &["teams", "search"]), Err(EditError::Missing("teams.search".to_owned())));

        let from = Value::Date(jiff::civil::date(2026, 10, 1));
        let away = append(ADA, &["absences"], &[("from", from.clone())]).expect("an absence");
        assert_eq!(away, format!("{ADA}\n[[absences]]\nfrom = 2026-10-01\n"));
        let until = set(&away, &["absences", "0", "to"], &from).expect("its end");
        assert_eq!(until, format!("{away}to = 2026-10-01\n"));
        assert_eq!(remove(&until, &["absences", "0"]), Ok(ADA.to_owned()));
    }

    #[test]
    fn a_broken_text_is_left_alone() {
        let refused = set("name = \"Example\"\nme = \n", &["me"], &text("ada"));
        assert!(matches!(refused, Err(EditError::Syntax { line: 2, .. })), "{refused:?}");
    }
}
