//! Values out of what others sent, whatever is missing in it, and rows made of them.

use std::fmt::Write as _;

use jiff::Timestamp;
use qd_tables::{Declaration, Fact, Kind};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// Words that tell a secret by the name it is kept under.
const SECRETS: &[&str] =
    &["token", "secret", "password", "passwd", "apikey", "signature", "credential", "auth"];

/// Words at `pointer` (RFC 6901), without space around them; none where they are empty. A number
/// counts as the words it is written with.
pub(crate) fn words(value: &Value, pointer: &str) -> Option<String> {
    match value.pointer(pointer)? {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The first of several places that holds words.
pub(crate) fn first_words(value: &Value, pointers: &[&str]) -> Option<String> {
    pointers.iter().find_map(|pointer| words(value, pointer))
}

/// An instant at `pointer`. The zero time of Go (year 1) and whatever else lies before 1970 is
/// how programs write that there is none.
pub(crate) fn instant(value: &Value, pointer: &str) -> Option<Timestamp> {
    let text = value.pointer(pointer)?.as_str()?;
    crate::times::instant(text).filter(|time| time.as_second() > 0)
}

/// Items of the list at `pointer`; none where it is no list.
pub(crate) fn items<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The first line of `text`, without colours of a terminal, at most `limit` characters.
pub(crate) fn line(text: &str, limit: usize) -> Option<String> {
    let mut plain = String::new();
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        if character == '\u{1b}' {
            rest.by_ref().take_while(|next| !next.is_ascii_alphabetic()).for_each(drop);
        } else if matches!(character, '\n' | '\r') {
            if !plain.trim().is_empty() {
                break;
            }
        } else if !character.is_control() || character == '\t' {
            plain.push(character);
        }
        if plain.len() > 4 * limit + 64 {
            break;
        }
    }
    let kept: String = plain.trim().chars().take(limit).collect();
    Some(kept).filter(|kept| !kept.is_empty())
}

/// Whether something called `name` is likely to hold a secret.
pub(crate) fn is_secret(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    plain == "key" || plain == "sig" || SECRETS.iter().any(|word| plain.contains(word))
}

/// `url` for a person to open: only `http` and `https`, without user, password and those parts of
/// its query that are named like secrets.
pub(crate) fn address(url: &str) -> Option<String> {
    let (scheme, rest) = url.trim().split_once("://")?;
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return None;
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    let host = host.rsplit('@').next().filter(|host| !host.is_empty())?;
    let (path, fragment) = path.split_once('#').map_or((path, None), |(path, tail)| (path, Some(tail)));
    let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
    let mut kept = format!("{scheme}://{host}{path}");
    let parts: Vec<&str> = query
        .unwrap_or_default()
        .split('&')
        .filter(|part| !part.is_empty() && !is_secret(part.split('=').next().unwrap_or_default()))
        .collect();
    if !parts.is_empty() {
        let _ = write!(kept, "?{}", parts.join("&"));
    }
    if let Some(fragment) = fragment.filter(|fragment| !fragment.split(['=', '&']).any(is_secret)) {
        let _ = write!(kept, "#{fragment}");
    }
    Some(kept)
}

/// Short name of a repository: the last part of `acme/api` or of an address, without `.git`.
pub(crate) fn short_name(repository: &str) -> &str {
    let last = repository.trim().trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or_default();
    last.strip_suffix(".git").unwrap_or(last)
}

/// SHA-256 of `parts`, hex; a part's end counts, so that no two lists are alike by chance.
pub(crate) fn hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    digest.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A row in the making: what was not seen is left out.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row(Map<String, Value>);

impl Row {
    /// Sets `column`.
    pub(crate) fn put(mut self, column: &str, value: impl Into<Value>) -> Self {
        self.0.insert(column.to_owned(), value.into());
        self
    }

    /// Sets `column` where its value is known.
    pub(crate) fn seen(self, column: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.put(column, value),
            None => self,
        }
    }

    /// Sets an instant where it is known.
    pub(crate) fn at(self, column: &str, time: Option<Timestamp>) -> Self {
        self.seen(column, time.map(|time| time.to_string()))
    }

    /// Says that `column` was seen to be empty.
    pub(crate) fn none(self, column: &str) -> Self {
        self.put(column, Value::Null)
    }

    /// The row for `table`.
    pub(crate) fn fact(self, table: &'static Declaration) -> Fact {
        Fact { table, row: self.0 }
    }
}

/// Fills the required columns that `fact` lacks, for the case that nothing is stored of it yet:
/// an event came whose beginning nobody saw. A time becomes `observed_at`, words become the id or
/// nothing, a choice its first word.
///
/// `source` and `deleted` are left to whoever stores it.
pub fn complete(fact: &mut Fact) {
    let observed = fact.row.get("observed_at").cloned().unwrap_or(Value::Null);
    let id = ["id", "number", "tag"].iter().find_map(|key| fact.row.get(*key)).cloned();
    for column in fact.table.columns {
        let is_known = fact.row.get(column.name).is_some_and(|value| !value.is_null());
        if column.optional || is_known || matches!(column.name, "source" | "deleted") {
            continue;
        }
        let stand_in = match column.kind {
            Kind::Time => observed.clone(),
            Kind::Choice(choices) => choices.first().map_or(Value::Null, |first| Value::from(*first)),
            Kind::Text if column.name == "title" => id.clone().unwrap_or_else(|| Value::from("")),
            Kind::Text => Value::from(""),
            _ => continue,
        };
        fact.row.insert(column.name.to_owned(), stand_in);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_address_loses_its_secrets_and_nothing_else() {
        let cases = [
            (
                "http://prom:9090/graph?g0.expr=up&g0.tab=1",
                Some("http://prom:9090/graph?g0.expr=up&g0.tab=1"),
            ),
            ("https://ada:pw@prom/graph?token=1&a=b&api_key=2", Some("https://prom/graph?a=b")),
            ("https://prom/#access_token=1", Some("https://prom/")),
            ("https://prom?sig=1#top", Some("https://prom#top")),
            ("javascript:alert(1)", None),
            ("https://", None),
            ("", None),
        ];
        for (given, wanted) in cases {
            assert_eq!(address(given).as_deref(), wanted, "{given}");
        }
    }

    #[test]
    fn a_line_is_the_first_that_says_something() {
        assert_eq!(
            line("\n  \u{1b}[31mexpected 1\u{1b}[0m, got 2\nmore", 99).as_deref(),
            Some("expected 1, got 2")
        );
        assert_eq!(line("äöü", 2).as_deref(), Some("äö"));
        assert_eq!(line(" \r\n\u{1b}", 9), None);
    }

    #[test]
    fn an_event_without_its_beginning_can_be_stored() {
        let mut fact = Row::default()
            .put("id", "7")
            .put("observed_at", "2026-01-31T14:05:00Z")
            .put("status", "resolved")
            .fact(&qd_tables::INCIDENTS);
        complete(&mut fact);
        let wanted = json!({"id": "7", "observed_at": "2026-01-31T14:05:00Z", "status": "resolved",
            "title": "7", "started_at": "2026-01-31T14:05:00Z"});
        assert_eq!(Value::Object(fact.row), wanted);
    }

    #[test]
    fn a_repository_has_a_short_name() {
        for name in ["acme/api", "https://git.example.org/acme/api.git", "git@example.org:api", "api/"] {
            assert_eq!(short_name(name), "api");
        }
    }
}
