//! The YAML head of a Markdown file (between two lines of `---`).
//!
//! A head that is no YAML (an unquoted colon is enough) is read line by line, so that a
//! record does not lose its status for a stray mark in its description.

use std::{collections::BTreeMap, ops::Range};

use serde_json::Value as Json;

/// What a head says.
#[derive(Debug, Default)]
pub(crate) struct Head {
    /// Keys in lower case, and the bytes of each.
    pub(crate) keys: Vec<(String, Range<usize>)>,
    entries: BTreeMap<String, Entry>,
    /// Where and why it is no YAML.
    pub(crate) broken: Option<(Range<usize>, String)>,
}

/// One key's value.
#[derive(Debug)]
pub(crate) struct Entry {
    texts: Vec<String>,
    span: Range<usize>,
}

impl Entry {
    /// All its texts, each with the bytes of the whole value.
    pub(crate) fn texts(&self) -> Vec<(String, Range<usize>)> {
        self.texts.iter().map(|text| (text.clone(), self.span.clone())).collect()
    }

    /// Its text; of a list, the first.
    pub(crate) fn first(&self) -> Option<(String, Range<usize>)> {
        self.texts.first().map(|text| (text.clone(), self.span.clone()))
    }
}

impl Head {
    /// The head of `text`, and the byte at which the body begins.
    pub(crate) fn read(text: &str) -> (Self, usize) {
        let begin = text.find(|c: char| c != '\u{feff}' && !c.is_whitespace()).unwrap_or(text.len());
        let mut lines = Vec::new();
        let mut place = begin;
        for line in text[begin..].split_inclusive('\n') {
            let start = place;
            place += line.len();
            let is_mark = line.trim_end() == "---" || !lines.is_empty() && line.trim_end() == "...";
            if lines.is_empty() && !is_mark {
                return (Self::default(), begin);
            }
            if !lines.is_empty() && is_mark {
                let first = text[begin..].find('\n').map_or(start, |at| begin + at + 1);
                return (Self::parse(&text[first..start], first), place);
            }
            lines.push(line);
        }
        (Self::default(), begin)
    }

    fn parse(yaml: &str, offset: usize) -> Self {
        let mut head = Self::default();
        let mut raw: BTreeMap<String, (String, Range<usize>)> = BTreeMap::new();
        let mut place = offset;
        for line in yaml.split_inclusive('\n') {
            let start = place;
            place += line.len();
            let is_key = line.starts_with(|c: char| c.is_alphabetic() || c == '"' || c == '\'');
            let Some((key, value)) = line.split_once(':').filter(|_| is_key) else { continue };
            let key_text = key.trim().trim_matches(['"', '\'']).to_lowercase();
            let value = value.trim();
            let at = line.find(value).filter(|_| !value.is_empty()).unwrap_or(0) + start;
            head.keys.push((key_text.clone(), start..start + key.trim_end().len()));
            raw.entry(key_text)
                .or_insert((value.to_owned(), at..at + value.len().max(1).min(line.trim_end().len())));
        }
        let parsed: Result<Option<BTreeMap<String, Json>>, _> = serde_saphyr::from_str(yaml);
        let parsed = match parsed {
            Ok(parsed) => parsed.unwrap_or_default(),
            Err(problem) => {
                let (at, reason) = yaml_problem(&problem, yaml);
                head.broken = Some((offset + at..offset + at, reason));
                BTreeMap::new()
            }
        };
        let parsed: BTreeMap<String, Json> =
            parsed.into_iter().map(|(key, value)| (key.to_lowercase(), value)).collect();
        for (key, (text, span)) in raw {
            let written =
                || text.split(" #").next().unwrap_or(&text).trim().trim_matches(['"', '\'']).to_owned();
            let texts = match parsed.get(&key) {
                Some(Json::String(text)) => vec![text.clone()],
                Some(Json::Array(items)) => items.iter().map(json_text).collect(),
                Some(Json::Null) => Vec::new(),
                // A number or a map is what YAML makes of `0012` and of `{accepted}`.
                Some(_) => vec![written()],
                None => vec![written()],
            };
            let texts = texts.into_iter().filter(|text| !text.trim().is_empty()).collect();
            head.entries.insert(key, Entry { texts, span });
        }
        head
    }

    /// The value of a key, whatever its case.
    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.get(key).filter(|entry| !entry.texts.is_empty())
    }
}

fn json_text(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

/// The byte of `yaml` that a problem is about, and what it is.
pub(crate) fn yaml_problem(problem: &serde_saphyr::Error, yaml: &str) -> (usize, String) {
    let number = |counted: u64| usize::try_from(counted).unwrap_or(1).saturating_sub(1);
    let at = problem.location().map_or(0, |location| {
        let before: usize = yaml.split_inclusive('\n').take(number(location.line())).map(str::len).sum();
        let line = yaml[before.min(yaml.len())..].lines().next().unwrap_or_default();
        before + line.chars().take(number(location.column())).map(char::len_utf8).sum::<usize>()
    });
    let reason = problem.without_snippet().to_string();
    // The place is told by the complaint, from the beginning of the file.
    let reason =
        reason.lines().next().unwrap_or_default().split(" at line ").next().unwrap_or_default().to_owned();
    (at.min(yaml.len()), reason)
}
