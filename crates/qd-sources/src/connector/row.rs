//! From a system's JSON to a row: what is missing stays missing, what is null is null.

use jiff::{Timestamp, fmt::strtime};
use qd_tables::{Declaration, Fact};
use serde_json::{Map, Value};

/// Text in a row is at most this many characters.
const PATHS: usize = 300;

/// What stands at `path` (names with dots between), where it is not null.
pub(crate) fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(value, |value, name| value.get(name)).filter(|value| !value.is_null())
}

/// Text at `path`; a number counts.
pub(crate) fn text(value: &Value, path: &str) -> Option<String> {
    match at(value, path)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Time at `path`.
pub(crate) fn time(value: &Value, path: &str) -> Option<Timestamp> {
    moment(at(value, path)?.as_str()?)
}

/// A time in the forms that forges and trackers write: RFC 3339, an offset without colon,
/// `2026-01-31 12:00:00 UTC`, a day.
pub(crate) fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let spaced =
        || text.strip_suffix(" UTC").and_then(|text| format!("{}Z", text.replacen(' ', "T", 1)).parse().ok());
    let offset = || strtime::parse("%Y-%m-%d %H:%M:%S %z", text).ok()?.to_timestamp().ok();
    let day = || format!("{text}T00:00:00Z").parse().ok();
    text.parse().ok().or_else(spaced).or_else(offset).or_else(day)
}

/// The items of a list, or the one thing that stands in place of a list.
pub(crate) fn items(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        Value::Null => &[],
        one => std::slice::from_ref(one),
    }
}

/// Text of `name` in each item of the list at `path`.
pub(crate) fn names(value: &Value, path: &str, name: &str) -> Option<Vec<String>> {
    let list = at(value, path)?.as_array()?;
    Some(
        list.iter()
            .filter_map(
                |item| if name.is_empty() { item.as_str().map(str::to_owned) } else { text(item, name) },
            )
            .collect(),
    )
}

/// The first paths of very many.
pub(crate) fn first(mut paths: Vec<String>) -> Vec<String> {
    paths.truncate(PATHS);
    paths
}

/// A row in the making.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row(Map<String, Value>);

impl Row {
    /// Of a thing numbered `number` in `repo`.
    pub(crate) fn of(repo: &str, number: &str) -> Self {
        Self::default().set("repo", repo).set("number", number)
    }

    /// Puts a value that is known; `None` is known to be empty.
    pub(crate) fn set(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// Puts a time that is known; `None` is known to be empty.
    pub(crate) fn set_time(self, name: &str, value: Option<Timestamp>) -> Self {
        self.set(name, value.map(|time| time.to_string()))
    }

    /// Puts a value where there is one, and leaves the column out otherwise.
    pub(crate) fn maybe(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.set(name, value),
            None => self,
        }
    }

    /// Puts what `read` finds, null where the field is there and it finds nothing, and nothing
    /// where the field (the last name of `path`) is missing.
    fn seen<T: Into<Value>>(
        self,
        name: &str,
        from: &Value,
        path: &str,
        read: impl Fn(&Value, &str) -> Option<T>,
    ) -> Self {
        let (above, last) = path.rsplit_once('.').unwrap_or(("", path));
        let holder =
            if above.is_empty() { Some(from) } else { from.get(above.split('.').next().unwrap_or_default()) };
        match (read(from, path), holder) {
            (Some(value), _) => self.set(name, value),
            (None, Some(Value::Null)) => self.set(name, Value::Null),
            (None, Some(holder)) if above.is_empty() && holder.get(last).is_some() => {
                self.set(name, Value::Null)
            }
            (None, Some(_)) if !above.is_empty() => self.set(name, Value::Null),
            _ => self,
        }
    }

    /// Text of `path` in `from`.
    pub(crate) fn text(self, name: &str, from: &Value, path: &str) -> Self {
        self.seen(name, from, path, text)
    }

    /// Time of `path` in `from`.
    pub(crate) fn time(self, name: &str, from: &Value, path: &str) -> Self {
        self.seen(name, from, path, |from, path| time(from, path).map(|time| time.to_string()))
    }

    /// Yes or no of `path` in `from`.
    pub(crate) fn flag(self, name: &str, from: &Value, path: &str) -> Self {
        self.seen(name, from, path, |from, path| at(from, path)?.as_bool())
    }

    /// Texts of `path` in `from`: `of` of each item, or the items themselves where `of` is empty.
    pub(crate) fn texts(self, name: &str, from: &Value, path: &str, of: &str) -> Self {
        self.seen(name, from, path, |from, path| names(from, path, of))
    }

    /// The row as a fact of `table`.
    pub(crate) fn into_fact(self, table: &'static Declaration) -> Fact {
        Fact { table, row: self.0 }
    }

    /// The row as a version of a state: so since `observed_at`.
    pub(crate) fn since(self, table: &'static Declaration, observed_at: Timestamp) -> Fact {
        self.set_time("observed_at", Some(observed_at)).into_fact(table)
    }
}

/// Puts the beginning of a text and whom it names into `row`, by the two functions that know the
/// markup.
pub(crate) fn prose(row: Row, excerpt: Option<String>, mentions: Vec<String>) -> Row {
    row.set("text", excerpt).set("mentions", mentions)
}
