//! Texts as they may be shown: what may be a secret is covered.
//!
//! A complaint shows the line that it is about, and complaints end in the logs of continuous
//! integration. So the text is covered, not the one complaint that found the secret: the same line
//! may be shown for another reason, such as a quote that is missing.

use std::ops::Range;

use qd_model::Diagnostic;
use qd_tables::{ALL, Kind};

use crate::value::{SECRET_PLACES, user_information};

/// `text` of `file` with asterisks, byte for byte, in place of what was refused as a secret, of
/// values of keys for secrets that name no place, and of users and passwords in addresses.
#[must_use]
pub fn veil(text: &str, file: &str, diagnostics: &[Diagnostic]) -> String {
    let refused = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.file == file && diagnostic.code == "secret-in-file")
        .map(|diagnostic| diagnostic.span.clone());
    let keys = ALL.iter().flat_map(|table| table.columns);
    let keys = keys.filter(|column| matches!(column.kind, Kind::Secret)).map(|column| column.name);
    let covered: Vec<Range<usize>> =
        refused.chain(keys.flat_map(|key| values(text, key))).chain(passwords(text)).collect();
    let mut shown = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        let is_mark = matches!(character, '\n' | '\r' | '"' | '\'');
        if !is_mark && covered.iter().any(|range| range.contains(&at)) {
            (0..character.len_utf8()).for_each(|_| shown.push('*'));
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Where values of `key` stand that name no place, also in text that is no TOML.
fn values<'a>(text: &'a str, key: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
    text.match_indices(key).filter_map(move |(at, _)| {
        let is_part = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-');
        if text.get(..at)?.ends_with(is_part) {
            return None;
        }
        let rest = text.get(at + key.len()..)?;
        let rest = rest.strip_prefix(['"', '\'']).unwrap_or(rest);
        let rest = rest.trim_start_matches([' ', '\t']).strip_prefix('=')?.trim_start_matches([' ', '\t']);
        let value = rest.trim_start_matches(['"', '\'']);
        let is_quoted = value.len() < rest.len();
        let ends = |character: char| match character {
            '\n' => true,
            '"' | '\'' => is_quoted,
            ',' | '}' | '#' => !is_quoted,
            _ => false,
        };
        let value = value.get(..value.find(ends).unwrap_or(value.len()))?;
        let is_place = |place: &str| value.strip_prefix(place).is_some_and(|name| name.starts_with(':'));
        let start = text.len() - rest.len() + (rest.len() - rest.trim_start_matches(['"', '\'']).len());
        (!SECRET_PLACES.iter().any(|place| is_place(place))).then(|| start..start + value.len())
    })
}

/// Where users and passwords stand in addresses.
fn passwords(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    text.match_indices("://").filter_map(|(at, _)| {
        let found = user_information(text.get(at..)?)?;
        Some(at + found.start..at + found.end)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::veil;

    #[test]
    fn secrets_are_covered_and_places_are_not() {
        let cases = [
            ("token = \"ghp_1\"", "token = \"*****\""),
            ("token = \"env:TOKEN\"", "token = \"env:TOKEN\""),
            ("a = {token=ghp_1, url = 1}", "a = {token=*****, url = 1}"),
            ("token = \"ghp_1\nb = 1", "token = \"*****\nb = 1"),
            ("secret = 'ü1' # why", "secret = '***' # why"),
            ("my_token = \"word\"", "my_token = \"word\""),
            ("url = \"https://me:pass@host/x\"", "url = \"https://*******@host/x\""),
            ("url = \"https://host/a@b\"", "url = \"https://host/a@b\""),
        ];
        for (text, shown) in cases {
            assert_eq!(veil(text, "company.toml", &[]), shown);
        }
    }

    proptest! {
        #[test]
        fn places_in_the_text_stay_where_they_are(text in "([a-z=\"' {}\n:/@ü]|token|secret|env:){0,60}") {
            prop_assert_eq!(veil(&text, "company.toml", &[]).len(), text.len());
        }
    }
}
