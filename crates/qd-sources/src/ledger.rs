//! Books and bills as they are: journals of Beancount and hledger, statements of banks, bills of clouds.
//!
//! A journal is read whole, with what it includes, balanced in the order of its days and held against
//! the balances that it asserts itself. What does not balance is told with its place and by how much, and
//! is left out; all else goes on. No crate reads both kinds as their programs do and goes on after
//! a mistake, so the little that is needed of each stands here.

mod beancount;
mod book;
mod camt;
mod decode;
mod find;
mod focus;
mod hledger;
mod journal;
mod number;

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use qd_tables::Fact;

use crate::Problem;
pub use crate::files::Found;
pub use find::find;
pub use focus::{Bill, read as read_bill};

/// Problems of one file that are told one by one; the rest is a number.
const TOLD: usize = 20;

/// What is known beside what a file says.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    /// What to call the file.
    pub file: &'a str,
    /// Zone of times without an offset.
    pub zone: TimeZone,
}

/// What a file gave.
#[derive(Debug, Default)]
pub struct Read {
    /// Its entries, without `observed_at`.
    pub facts: Vec<Fact>,
    /// What could not be read, or does not balance.
    pub problems: Vec<Problem>,
    /// Every file that was read, those that it includes among them.
    pub files: Vec<PathBuf>,
    /// True where it is the whole of its books: what it does not hold is gone.
    pub is_whole: bool,
}

/// What kind of books a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Beancount,
    Hledger,
    Camt,
}

/// Reads a journal, with what it includes, or a bank's statement.
///
/// # Errors
/// Where the file itself cannot be read.
pub fn read(path: &Path, context: &Context<'_>) -> std::io::Result<Read> {
    let bytes = std::fs::read(path)?;
    let mut read = match form(path, &bytes) {
        Some(Form::Camt) => {
            let (facts, problems) = camt::read(&decode::text(&bytes), context);
            Read { facts, problems, files: vec![path.to_owned()], is_whole: false }
        }
        Some(form) => journals(path, bytes, form),
        None => {
            let message =
                "it is no journal of Beancount or hledger and no bank statement (camt.053)".to_owned();
            let problem = Problem { subject: context.file.to_owned(), message };
            Read { problems: vec![problem], files: vec![path.to_owned()], ..Read::default() }
        }
    };
    let more = read.problems.len().saturating_sub(TOLD);
    if more > 0 {
        read.problems.truncate(TOLD);
        let message = format!("{more} more problems like these");
        read.problems.push(Problem { subject: context.file.to_owned(), message });
    }
    Ok(read)
}

/// Reads a journal and the files that it includes, each once; they must lie within its folder.
fn journals(path: &Path, bytes: Vec<u8>, form: Form) -> Read {
    let folder = path.parent().unwrap_or(Path::new("")).to_owned();
    let mut book = journal::Journal::default();
    let mut waiting = vec![(path.to_owned(), Some(bytes))];
    let mut files: Vec<PathBuf> = Vec::new();
    let mut problems = Vec::new();
    while let Some((path, bytes)) = waiting.pop() {
        if files.contains(&path) {
            continue;
        }
        let name = crate::files::short(&folder, &path);
        let bytes = match bytes.map_or_else(|| std::fs::read(&path), Ok) {
            Ok(bytes) => bytes,
            Err(error) => {
                problems.push(Problem { subject: name, message: format!("it cannot be read: {error}") });
                continue;
            }
        };
        files.push(path.clone());
        let text = decode::text(&bytes);
        let includes = match form {
            Form::Beancount => beancount::read(&text, &name, &mut book),
            Form::Hledger | Form::Camt => hledger::read(&text, &name, &mut book),
        };
        for include in includes.into_iter().rev() {
            let found = find::included(&folder, &path, &include.path);
            if found.is_empty() {
                let message = format!(
                    "line {}: `{}` is not there, or not within `{}`",
                    include.line,
                    include.path,
                    folder.display()
                );
                problems.push(Problem { subject: name.clone(), message });
            }
            waiting.extend(found.into_iter().rev().map(|path| (path, None)));
        }
    }
    let (facts, told) = book::entries(book, form);
    problems.extend(told);
    Read { facts, problems, files, is_whole: true }
}

/// What kind of books a file holds: by its name where that says it, else by how it begins.
fn form(path: &Path, bytes: &[u8]) -> Option<Form> {
    let end = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    match end.as_str() {
        "beancount" | "bean" => return Some(Form::Beancount),
        "journal" | "hledger" | "ledger" | "j" => return Some(Form::Hledger),
        _ => {}
    }
    let head = bytes.get(..bytes.len().min(8192)).unwrap_or_default();
    if memchr::memmem::find(head, b"camt.053").is_some()
        || memchr::memmem::find(head, b"<BkToCstmrStmt").is_some()
    {
        return Some(Form::Camt);
    }
    let text = String::from_utf8_lossy(head);
    let is_day = |line: &&str| line.as_bytes().first().is_some_and(u8::is_ascii_digit);
    let first = text.lines().find(is_day)?;
    let mut words = first.split_whitespace();
    words.next()?.parse::<jiff::civil::Date>().ok()?;
    let word = words.next()?;
    let directives =
        ["open", "close", "balance", "commodity", "price", "txn", "pad", "note", "event", "custom"];
    let is_beancount = directives.contains(&word) || (word.len() == 1 && first.contains('"'));
    Some(if is_beancount { Form::Beancount } else { Form::Hledger })
}

#[cfg(test)]
mod tests;
