//! Exchanges on disk: a line of JSON each, without secrets.
//!
//! A line is written in one piece and brought to the disk before the next question, so that a
//! crash leaves at most half a last line; the next run begins on a line of its own.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use serde_json::{Map, Value, json};

use super::{Record, secrets::Masks};
use crate::exchange::Exchange;

/// Headers of an answer that may be written, beside `x-ratelimit-*` and `ratelimit-*`.
const HEADERS: &[&str] = &[
    "date",
    "link",
    "etag",
    "last-modified",
    "content-type",
    "retry-after",
    "x-oauth-scopes",
    "x-accepted-oauth-scopes",
    "x-accepted-github-permissions",
    "x-github-media-type",
    "x-github-request-id",
    "x-github-api-version-selected",
    "x-next-page",
    "x-page",
    "x-per-page",
    "x-total",
    "x-total-pages",
    "x-request-id",
    "x-gitlab-meta",
    "x-arequestid",
    "x-seraph-loginreason",
];

/// Writes exchanges.
pub(super) struct Recorder {
    record: Record,
    open: Option<(PathBuf, File)>,
}

impl Recorder {
    pub(super) fn new(record: Record) -> Self {
        Self { record, open: None }
    }

    /// Appends `exchange`.
    pub(super) fn write(&mut self, exchange: &Exchange, masks: &Masks) -> io::Result<()> {
        let day = exchange.at.map_or_else(|| "undated".to_owned(), |at| at.strftime("%Y-%m-%d").to_string());
        let path = self.record.folder.join(format!("{}-{day}.jsonl", file_name(&self.record.source)));
        if self.open.as_ref().is_none_or(|(open, _)| *open != path) {
            self.open = Some((path.clone(), open(&path)?));
        }
        let Some((_, file)) = self.open.as_mut() else { return Ok(()) };
        let mut line = line(exchange, masks).to_string();
        line.push('\n');
        file.write_all(line.as_bytes())?;
        file.sync_data()
    }
}

fn line(exchange: &Exchange, masks: &Masks) -> Value {
    let headers: Map<String, Value> = exchange
        .headers
        .iter()
        .filter(|(name, _)| {
            HEADERS.contains(&name.as_str())
                || name.starts_with("x-ratelimit-")
                || name.starts_with("ratelimit-")
        })
        .map(|(name, value)| (name.clone(), Value::String(masks.text(value))))
        .collect();
    let mut line = json!({
        "method": exchange.method,
        "url": masks.url(&exchange.url),
        "status": exchange.status,
        "headers": headers,
        "body": masks.value(&exchange.body),
    });
    if let Some(fields) = line.as_object_mut() {
        if let Some(request) = &exchange.request {
            fields.insert("request".to_owned(), masks.value(request));
        }
        if let Some(at) = exchange.at {
            fields.insert("at".to_owned(), Value::String(at.to_string()));
        }
    }
    line
}

/// Opens a file to append to; a half line that a crash left is ended.
fn open(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.create(true).append(true).read(true);
    // What is recorded is as private as the repository it is about.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    if file.metadata()?.len() > 0 {
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            file.write_all(b"\n")?;
        }
    }
    Ok(file)
}

/// A source's name as part of a file's.
fn file_name(source: &str) -> String {
    source
        .chars()
        .map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' })
        .collect()
}
