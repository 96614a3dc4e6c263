//! Messages one after another in a file, each below a line that begins with `From `.
//!
//! No two programs agree on what else may begin so. Here a line does where it also holds a whole
//! date, which text hardly ever does; quoting (`>From `, `>>From `) is undone by one level, as
//! mboxrd and mboxo want it. The file goes by in batches of whole messages, cut at such lines.

use std::{
    borrow::Cow,
    io::{ErrorKind, Read, Result},
};

use jiff::{Timestamp, civil, tz::TimeZone};
use memchr::memmem;

/// Bytes of a batch, where messages are small.
const BATCH: usize = 1 << 20;
/// A message above this many bytes is passed over.
pub(super) const LARGEST: usize = 100_000_000;
/// Longest line that may introduce a message.
const LINE: usize = 400;
const MONTHS: &[&str] = &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Whole messages.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// Where in the file it begins.
    pub(super) offset: u64,
    /// Its content; begins with the line above a message.
    pub(super) bytes: Vec<u8>,
    /// Where in the file a message began that was passed over.
    pub(super) passed_over: Option<u64>,
}

/// Cuts a file into batches.
pub(super) struct Batches<R> {
    input: R,
    buffer: Vec<u8>,
    /// Where in the file the buffer begins.
    offset: u64,
    /// Where the message began that is being passed over.
    over: Option<u64>,
    has_ended: bool,
    /// Above this many bytes a message is passed over.
    largest: usize,
}

impl<R: Read> Batches<R> {
    /// Of `input`, whose first byte stands at `offset` of the file and begins a message.
    pub(super) fn new(input: R, offset: u64) -> Self {
        Self { input, buffer: Vec::new(), offset, over: None, has_ended: false, largest: LARGEST }
    }

    /// Reads until the buffer holds `wanted` bytes or the file ends.
    fn fill(&mut self, wanted: usize) -> Result<()> {
        while self.buffer.len() < wanted && !self.has_ended {
            let missing = (wanted - self.buffer.len()) as u64;
            match self.input.by_ref().take(missing).read_to_end(&mut self.buffer) {
                Ok(0) => self.has_ended = true,
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    self.has_ended = true;
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// Takes the first `count` bytes off the buffer.
    fn cut(&mut self, count: usize) -> Batch {
        let rest = self.buffer.split_off(count.min(self.buffer.len()));
        let bytes = std::mem::replace(&mut self.buffer, rest);
        let batch = Batch { offset: self.offset, bytes, passed_over: None };
        self.offset += batch.bytes.len() as u64;
        batch
    }

    /// Goes on to where the message that is too large ends.
    fn pass_over(&mut self, began: u64) -> Result<Batch> {
        loop {
            let next = starts(&self.buffer, false).next();
            if let Some(start) = next {
                self.cut(start);
                break;
            }
            if self.has_ended {
                self.cut(usize::MAX);
                break;
            }
            // The line that ends it may have begun already.
            self.cut(self.buffer.len().saturating_sub(LINE));
            self.fill(BATCH)?;
        }
        self.over = None;
        Ok(Batch { offset: began, bytes: Vec::new(), passed_over: Some(began) })
    }

    fn advance(&mut self) -> Result<Option<Batch>> {
        if let Some(began) = self.over {
            return self.pass_over(began).map(Some);
        }
        let mut wanted = BATCH;
        loop {
            self.fill(wanted)?;
            if self.has_ended {
                let batch = self.cut(usize::MAX);
                return Ok(Some(batch).filter(|batch| !batch.bytes.is_empty()));
            }
            if let Some(last) = last_start(&self.buffer) {
                return Ok(Some(self.cut(last)));
            }
            if self.buffer.len() >= self.largest {
                let began = self.offset;
                self.over = Some(began);
                return self.pass_over(began).map(Some);
            }
            wanted = (2 * wanted).min(self.largest);
        }
    }
}

impl<R: Read> Iterator for Batches<R> {
    type Item = Result<Batch>;

    fn next(&mut self) -> Option<Self::Item> {
        self.advance().transpose()
    }
}

/// A message in a batch.
#[derive(Debug)]
pub(super) struct Found<'a> {
    /// Where in the batch its first line is.
    pub(super) at: usize,
    /// When the line above it says that it came.
    pub(super) received: Option<Timestamp>,
    /// Its bytes, quoting undone.
    pub(super) bytes: Cow<'a, [u8]>,
}

/// The messages of a batch.
pub(super) fn messages(batch: &[u8]) -> impl Iterator<Item = Found<'_>> {
    let mut starts = starts(batch, true).peekable();
    std::iter::from_fn(move || {
        let at = starts.next()?;
        let end = starts.peek().copied().unwrap_or(batch.len());
        let whole = batch.get(at..end)?;
        let line = memchr::memchr(b'\n', whole).map_or(whole.len(), |end| end + 1);
        let (line, bytes) = whole.split_at(line);
        Some(Found { at, received: postmark(line), bytes: unquoted(bytes) })
    })
}

/// Where messages begin.
fn starts(bytes: &[u8], is_first: bool) -> impl Iterator<Item = usize> {
    let first = (is_first && bytes.starts_with(b"From ")).then_some(0);
    let others = memmem::find_iter(bytes, b"\nFrom ").map(|at| at + 1);
    first.into_iter().chain(others.filter(|at| is_start(bytes, *at)))
}

/// Where the last message begins, if it is not the first one.
fn last_start(bytes: &[u8]) -> Option<usize> {
    memmem::rfind_iter(bytes, b"\nFrom ").map(|at| at + 1).find(|at| is_start(bytes, *at))
}

fn is_start(bytes: &[u8], at: usize) -> bool {
    let line = bytes.get(at..).unwrap_or_default();
    let line = line.get(..LINE).unwrap_or(line);
    memchr::memchr(b'\n', line).and_then(|end| line.get(..end)).and_then(postmark).is_some()
}

/// The time in a line above a message (`From ada@example.org Wed Jan  1 22:20:26 2025`), whichever
/// order its parts are in. It is UTC where no offset stands there.
fn postmark(line: &[u8]) -> Option<Timestamp> {
    let line = str::from_utf8(line.get(5..)?).ok()?;
    let (mut month, mut day, mut clock, mut year, mut offset) = (None, None, None, None, 0);
    for word in line.split_ascii_whitespace() {
        let number = word.parse::<i16>().ok().filter(|_| word.bytes().all(|byte| byte.is_ascii_digit()));
        if let Some(known) = MONTHS.iter().position(|name| *name == word) {
            month = i8::try_from(known + 1).ok();
        } else if let Some(number) = number {
            match word.len() {
                1 | 2 => day = i8::try_from(number).ok(),
                4 => year = Some(number),
                _ => {}
            }
        } else if let Some(found) = time_of_day(word) {
            clock = Some(found);
        } else if let Some(found) = offset_minutes(word) {
            offset = found;
        }
    }
    let date = civil::Date::new(year?, month?, day?).ok()?;
    let time = date.to_datetime(clock?).to_zoned(TimeZone::UTC).ok()?.timestamp();
    time.checked_sub(jiff::SignedDuration::from_mins(offset)).ok()
}

fn time_of_day(word: &str) -> Option<civil::Time> {
    let mut parts = word.split(':').map(|part| part.parse::<i8>().ok());
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().unwrap_or(Some(0))?;
    civil::Time::new(hour, minute, second.min(59), 0).ok()
}

/// `+0130` in minutes.
fn offset_minutes(word: &str) -> Option<i64> {
    let sign = if word.starts_with('-') { -1 } else { 1 };
    let digits = word.strip_prefix(['+', '-']).filter(|digits| digits.len() == 4)?;
    let number: i64 = digits.parse().ok()?;
    Some(sign * (number / 100 * 60 + number % 100))
}

/// The bytes of a message as they were before they were put into the file.
fn unquoted(bytes: &[u8]) -> Cow<'_, [u8]> {
    if memmem::find(bytes, b">From ").is_none() {
        return Cow::Borrowed(bytes);
    }
    let mut plain = Vec::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let marks = line.iter().take_while(|byte| **byte == b'>').count();
        let is_quoted = marks > 0 && line.get(marks..).is_some_and(|rest| rest.starts_with(b"From "));
        plain.extend_from_slice(if is_quoted { line.get(1..).unwrap_or_default() } else { line });
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE_ABOVE: &str = "From a@example.org Wed Jan  1 22:20:26 2025\n";

    #[test]
    fn a_line_begins_a_message_only_with_a_date() {
        let text = format!(
            "{LINE_ABOVE}\nHi\n\nFrom now on it works.\n>From a\n>>From b\n> From c\n\n{LINE_ABOVE}\nBye\n"
        );
        let found: Vec<_> = messages(text.as_bytes()).collect();
        assert_eq!(found.len(), 2);
        let first = String::from_utf8_lossy(&found[0].bytes).into_owned();
        assert!(first.ends_with("From now on it works.\nFrom a\n>From b\n> From c\n\n"), "{first}");
        assert_eq!(found[1].received.map(|time| time.to_string()).as_deref(), Some("2025-01-01T22:20:26Z"));
    }

    #[test]
    fn dates_stand_in_any_order() {
        for line in [
            "From - Wed Jan 01 22:20:26 2025",
            "From x 1 Jan 2025 23:50:26 +0130",
            "From x Wed Jan 1 22:20:26 UTC 2025",
        ] {
            let time = postmark(line.as_bytes()).map(|time| time.to_string());
            assert_eq!(time.as_deref(), Some("2025-01-01T22:20:26Z"), "{line}");
        }
        assert_eq!(postmark(b"From 10:30 on May 12 it runs"), None);
        assert_eq!(postmark(b"From"), None);
    }

    #[test]
    fn batches_hold_whole_messages_in_order_and_pass_over_the_largest() {
        let message = |size: usize| format!("{LINE_ABOVE}\n{}\n\n", "x".repeat(size));
        let text = [message(10), message(600_000), message(600_000), message(3_000_000), message(5)].concat();
        let mut batches = Batches::new(text.as_bytes(), 0);
        batches.largest = 2_000_000;
        let (mut sizes, mut over) = (Vec::new(), Vec::new());
        for batch in batches.map(Result::unwrap) {
            assert_eq!(batch.bytes.is_empty(), batch.passed_over.is_some());
            assert!(text.as_bytes()[batch.offset as usize..].starts_with(&batch.bytes));
            over.extend(batch.passed_over);
            sizes.extend(messages(&batch.bytes).map(|found| found.bytes.len()));
        }
        assert_eq!(sizes, [13, 600_003, 600_003, 8]);
        assert_eq!(over, [(3 * LINE_ABOVE.len() + 1_200_019) as u64]);
    }
}
