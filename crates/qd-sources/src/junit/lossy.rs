//! Bytes that are no UTF-8, replaced: one that a test printed must not cost its whole report.

use std::io::{BufRead, Read, Result};

/// Longest beginning of a character that may wait for its end.
const PART: usize = 3;

pub(super) struct Lossy<'a> {
    inner: &'a mut dyn BufRead,
    /// What is read and not handed on.
    ready: std::io::Cursor<Vec<u8>>,
    /// Beginning of a character whose end is not read yet.
    part: Vec<u8>,
}

impl<'a> Lossy<'a> {
    pub(super) fn new(inner: &'a mut dyn BufRead) -> Self {
        Self { inner, ready: std::io::Cursor::default(), part: Vec::new() }
    }

    fn fill(&mut self) -> Result<()> {
        let more = self.inner.fill_buf()?;
        let count = more.len();
        let mut bytes = std::mem::take(&mut self.part);
        bytes.extend_from_slice(more);
        self.inner.consume(count);
        let mut text = String::with_capacity(bytes.len());
        let mut chunks = bytes.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            text.push_str(chunk.valid());
            let invalid = chunk.invalid();
            if count > 0 && chunks.peek().is_none() && invalid.len() <= PART && is_beginning(invalid) {
                self.part = invalid.to_vec();
            } else if !invalid.is_empty() {
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
        self.ready = std::io::Cursor::new(text.into_bytes());
        Ok(())
    }

    fn is_drained(&self) -> bool {
        self.ready.position() >= self.ready.get_ref().len() as u64
    }
}

/// Whether `bytes` are a character that is cut off.
fn is_beginning(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

impl Read for Lossy<'_> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        while self.is_drained() {
            self.fill()?;
            // Nothing more came, and nothing waits for its end.
            if self.is_drained() && self.part.is_empty() {
                return Ok(0);
            }
        }
        self.ready.read(into)
    }
}
