//! Recordings: exchanges read from files in place of the network.
//!
//! A recording is JSON Lines, an exchange a line: `{"method","url","status","headers","body"}`, or
//! as little as `{"url","body"}`; an event that was sent to us is `{"event","body"}`. Files may
//! have been cut off, put together or written by hand, so that a line that cannot be read is a
//! problem of that line alone.

use std::{
    collections::{BTreeMap, VecDeque},
    fs::File,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use flate2::read::MultiGzDecoder;
use jiff::{Timestamp, fmt::rfc2822};
use serde_json::{Map, Value};

use crate::{Problem, exchange::Exchange};

/// Endings of files that are read; each may have `.gz` after it.
const ENDINGS: [&str; 3] = [".jsonl", ".ndjson", ".json"];

/// The files of a recording, in order of their names: those of a folder, or one file.
///
/// # Errors
/// Where there is nothing to read.
pub fn files(path: &Path) -> Result<Vec<PathBuf>, Problem> {
    let failed = |message: String| Problem { subject: path.display().to_string(), message };
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let entries =
        path.read_dir().map_err(|error| failed(format!("the recording cannot be read: {error}")))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|file| file.is_file() && is_recording(file))
        .collect();
    files.sort();
    if files.is_empty() {
        return Err(failed(
            "the folder holds no recording: a file ends in `.jsonl`, `.ndjson` or `.json`, or in one \
                           of these and `.gz`"
                .to_owned(),
        ));
    }
    Ok(files)
}

fn is_recording(file: &Path) -> bool {
    let name = file.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    !name.starts_with('.') && ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// The exchanges of a file, each with its place (`FILE:LINE`), read as they are asked for.
///
/// An answer that failed is told, at the end, where no later one of the same address succeeded.
#[must_use]
pub fn read(file: &Path) -> Recording {
    let name = file.display().to_string();
    let mut recording = Recording {
        name,
        line: 0,
        source: None,
        may_be_whole: file.to_string_lossy().trim_end_matches(".gz").ends_with(".json"),
        waiting: VecDeque::new(),
        failed: BTreeMap::new(),
    };
    match File::open(file) {
        Ok(opened) => {
            let is_packed = file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gz"));
            let bytes: Box<dyn Read> =
                if is_packed { Box::new(MultiGzDecoder::new(opened)) } else { Box::new(opened) };
            recording.source = Some(BufReader::with_capacity(1 << 16, bytes));
        }
        Err(error) => recording.tell(format!("the file cannot be read: {error}")),
    }
    recording
}

/// A file that is being read; see [`read`].
pub struct Recording {
    name: String,
    line: u64,
    source: Option<BufReader<Box<dyn Read>>>,
    /// Whether the file may be one value over many lines.
    may_be_whole: bool,
    waiting: VecDeque<Item>,
    /// Answers that failed, by address: place and status.
    failed: BTreeMap<String, (String, u16)>,
}

type Item = (String, Result<Exchange, Problem>);

impl std::fmt::Debug for Recording {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Recording")
            .field("name", &self.name)
            .field("line", &self.line)
            .finish_non_exhaustive()
    }
}

impl Iterator for Recording {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            if let Some(item) = self.waiting.pop_front() {
                return Some(item);
            }
            self.source.as_ref()?;
            self.step();
        }
    }
}

impl Recording {
    fn place(&self) -> String {
        format!("{}:{}", self.name, self.line)
    }

    fn tell(&mut self, message: String) {
        let place = self.place();
        self.waiting.push_back((place.clone(), Err(Problem { subject: place, message })));
    }

    /// Reads a line.
    fn step(&mut self) {
        let Some(source) = self.source.as_mut() else { return };
        let mut line = Vec::new();
        let read = source.read_until(b'\n', &mut line);
        self.line += 1;
        match read {
            Ok(0) => self.end(),
            Ok(_) => self.take(line),
            Err(error) => {
                self.tell(format!("the rest of the file cannot be read: {error}"));
                self.end();
            }
        }
    }

    fn take(&mut self, mut line: Vec<u8>) {
        let text = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&line).trim_ascii();
        if text.is_empty() {
            return;
        }
        let value = serde_json::from_slice::<Value>(text);
        let is_first = std::mem::take(&mut self.may_be_whole);
        match value {
            Ok(Value::Array(values)) => values.into_iter().for_each(|value| self.accept(value)),
            Ok(value) => self.accept(value),
            Err(error) if is_first && error.is_eof() => {
                if let Some(source) = self.source.as_mut()
                    && source.read_to_end(&mut line).is_ok()
                {
                    match serde_json::from_slice::<Value>(&line) {
                        Ok(Value::Array(values)) => values.into_iter().for_each(|value| self.accept(value)),
                        Ok(value) => self.accept(value),
                        // Not one value over many lines: lines, the first of which is broken.
                        Err(_) => self.lines_of(&line),
                    }
                }
            }
            Err(error) => self.broken(&error),
        }
    }

    fn broken(&mut self, error: &serde_json::Error) {
        let kind = if error.is_eof() { "ends too early" } else { "is no JSON" };
        self.tell(format!("the line {kind} and is left out: {error}"));
    }

    fn lines_of(&mut self, text: &[u8]) {
        for line in text.split(|byte| *byte == b'\n') {
            if !line.trim_ascii().is_empty() {
                match serde_json::from_slice(line) {
                    Ok(value) => self.accept(value),
                    Err(error) => self.broken(&error),
                }
            }
            self.line += 1;
        }
    }

    fn accept(&mut self, value: Value) {
        let place = self.place();
        match exchange(value) {
            Err(message) => self.tell(message),
            Ok(exchange) if exchange.status >= 400 => {
                self.failed.insert(exchange.url, (place, exchange.status));
            }
            Ok(exchange) => {
                self.failed.remove(&exchange.url);
                // Nothing came back because nothing had changed.
                if !matches!(exchange.status, 204 | 304) {
                    self.waiting.push_back((place, Ok(exchange)));
                }
            }
        }
    }

    fn end(&mut self) {
        self.source = None;
        for (url, (place, status)) in std::mem::take(&mut self.failed) {
            let message = format!("`{url}` answered {status}, and no later line has an answer");
            self.waiting.push_back((place.clone(), Err(Problem { subject: place, message })));
        }
    }
}

/// A line as an exchange.
fn exchange(value: Value) -> Result<Exchange, String> {
    let Value::Object(mut line) = value else {
        return Err("the line is no object and is left out".to_owned());
    };
    let text =
        |line: &Map<String, Value>, name: &str| line.get(name).and_then(Value::as_str).map(str::to_owned);
    let event = text(&line, "event");
    let mut headers = line.remove("headers").map(headers).unwrap_or_default();
    let is_event = event.is_some() || headers.iter().any(|(name, _)| name == "x-github-event");
    if let Some(event) = &event {
        headers.push(("x-github-event".to_owned(), event.clone()));
    }
    let Some(url) = text(&line, "url").or(event).or_else(|| is_event.then(String::new)) else {
        return Err("the line has neither `url` nor `event` and is left out".to_owned());
    };
    let status = match line.get("status") {
        None | Some(Value::Null) => 200,
        Some(Value::String(text)) => text.parse().unwrap_or(200),
        Some(status) => status.as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or(200),
    };
    let body = line.remove("body").or_else(|| line.remove("payload")).or_else(|| line.remove("response"));
    let body = match body {
        None if status < 300 && status != 204 => {
            return Err(format!("the line of `{url}` has no `body` and is left out"));
        }
        None => Value::Null,
        // Some recorders keep what came as text.
        Some(Value::String(text)) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
        Some(body) => body,
    };
    let method = text(&line, "method").map_or_else(
        || if is_event { "EVENT".to_owned() } else { "GET".to_owned() },
        |method| method.to_uppercase(),
    );
    let at = answered_at(&line, &headers);
    Ok(Exchange { method, url, status, headers, request: line.remove("request"), body, at })
}

/// When it was answered: as the line says, or the server's clock.
fn answered_at(line: &Map<String, Value>, headers: &[(String, String)]) -> Option<Timestamp> {
    let said = line.get("at").and_then(Value::as_str).and_then(|text| text.parse().ok());
    said.or_else(|| {
        let (_, date) = headers.iter().find(|(name, _)| name == "date")?;
        rfc2822::parse(date).ok().map(|date| date.timestamp())
    })
}

/// Headers as an object or a list of pairs; names in lower case.
fn headers(value: Value) -> Vec<(String, String)> {
    let pair = |(name, value): (String, Value)| {
        let text = match value {
            Value::String(text) => text,
            Value::Array(values) => values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
            Value::Null => return None,
            other => other.to_string(),
        };
        Some((name.to_lowercase(), text))
    };
    let pairs: Vec<(String, Value)> = match value {
        Value::Object(fields) => fields.into_iter().collect(),
        Value::Array(list) => list.into_iter().filter_map(named).collect(),
        _ => Vec::new(),
    };
    pairs.into_iter().filter_map(pair).collect()
}

fn named(pair: Value) -> Option<(String, Value)> {
    match pair {
        Value::Array(pair) => {
            let mut pair = pair.into_iter();
            Some((pair.next()?.as_str()?.to_owned(), pair.next()?))
        }
        Value::Object(mut pair) => Some((pair.remove("name")?.as_str()?.to_owned(), pair.remove("value")?)),
        _ => None,
    }
}

#[cfg(test)]
#[path = "replay_tests.rs"]
mod tests;
