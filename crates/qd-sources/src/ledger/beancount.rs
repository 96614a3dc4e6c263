//! Journals of Beancount, read as they are (the language of its version 3).
//!
//! What runs code of others (plugins, queries) is passed by; so is what says nothing of money (notes,
//! documents, events).

use jiff::civil::Date;

use super::{
    journal::{Amount, Assertion, Entry, Include, Journal, Lot, Posting, Price, What},
    number::sum,
};

/// Directives that say nothing of money.
const SILENT: &[&str] =
    &["open", "close", "commodity", "price", "note", "document", "event", "query", "custom"];
/// Lines of a string at most.
const LINES: usize = 200;
const ROOTS: [(&str, &str); 5] = [
    ("name_assets", "asset"),
    ("name_liabilities", "liability"),
    ("name_equity", "equity"),
    ("name_income", "income"),
    ("name_expenses", "expense"),
];

/// Reads one file into `journal`; the files that it includes are returned.
pub(super) fn read(text: &str, file: &str, journal: &mut Journal) -> Vec<Include> {
    let mut reader = Reader { file, journal, includes: Vec::new(), pushed: Vec::new(), open: None };
    let lines: Vec<&str> = text.lines().collect();
    let mut place = 0;
    while let Some(first) = lines.get(place) {
        let number = i64::try_from(place + 1).unwrap_or(i64::MAX);
        place += 1;
        let mut line = uncommented(first).to_owned();
        // A string may go on over several lines.
        let mut more = 0;
        while is_open(&line) && more < LINES && place < lines.len() {
            line =
                uncommented(&format!("{line}\n{}", lines.get(place).copied().unwrap_or_default())).to_owned();
            place += 1;
            more += 1;
        }
        reader.line(&line, number);
    }
    reader.finish();
    reader.includes
}

/// What stands before a comment.
fn uncommented(line: &str) -> &str {
    let mut is_quoted = false;
    let mut is_escaped = false;
    for (place, sign) in line.char_indices() {
        match sign {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            ';' if !is_quoted => return line.get(..place).unwrap_or(line).trim_end(),
            _ => {}
        }
    }
    line.trim_end()
}

fn is_open(line: &str) -> bool {
    let mut is_quoted = false;
    let mut is_escaped = false;
    for sign in line.chars() {
        match sign {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            _ => {}
        }
    }
    is_quoted
}

struct Reader<'a> {
    file: &'a str,
    journal: &'a mut Journal,
    includes: Vec<Include>,
    /// Tags that `pushtag` gives to all transactions that follow.
    pushed: Vec<String>,
    /// The transaction that is being read.
    open: Option<Entry>,
}

impl Reader<'_> {
    fn finish(&mut self) {
        self.journal.entries.extend(self.open.take());
    }

    fn wrong(&mut self, line: i64, message: impl Into<String>) {
        self.journal.wrong(self.file, line, message);
    }

    fn line(&mut self, text: &str, line: i64) {
        let Some(first) = text.chars().next() else {
            // An empty line ends nothing: postings may follow it in practice, and never do.
            return;
        };
        if first.is_whitespace() {
            if !text.trim().is_empty() {
                self.inner(text.trim(), line);
            }
            return;
        }
        self.finish();
        let (word, rest) = split(text);
        if let Some(day) = day(word) {
            match day {
                Some(day) => self.dated(day, rest, line),
                None => self.wrong(line, format!("`{word}` is no day there is")),
            }
            return;
        }
        match word {
            "option" => self.option(rest),
            "include" => {
                if let Some((path, _)) = string(rest) {
                    self.includes.push(Include { path, line });
                }
            }
            "pushtag" => self.pushed.extend(rest.strip_prefix('#').map(|tag| tag.trim().to_owned())),
            "poptag" => self.pushed.retain(|tag| rest.trim().strip_prefix('#') != Some(tag)),
            "plugin" | "pushmeta" | "popmeta" => {}
            // Headings of outlines and whatever else begins with a sign are no directives.
            _ if !first.is_alphanumeric() => {}
            _ => self.wrong(line, format!("`{word}` is no directive of Beancount")),
        }
    }

    fn option(&mut self, rest: &str) {
        let Some((name, rest)) = string(rest) else { return };
        let Some((value, _)) = string(rest.trim_start()) else { return };
        if let Some((_, kind)) = ROOTS.iter().find(|(option, _)| *option == name) {
            self.journal.kinds.push((value, kind));
        }
    }

    fn push(&mut self, day: Date, line: i64, what: What) {
        let entry = Entry { day, file: self.file.to_owned(), line, what };
        if matches!(entry.what, What::Transaction { .. }) {
            self.open = Some(entry);
        } else {
            self.journal.entries.push(entry);
        }
    }

    fn dated(&mut self, day: Date, rest: &str, line: i64) {
        let (word, rest) = split(rest);
        match word {
            "balance" => match balance(rest) {
                Some(what) => self.push(day, line, what),
                None => self.wrong(line, "a balance needs an account and an amount"),
            },
            "pad" => {
                let mut words = rest.split_whitespace();
                if let (Some(account), Some(from)) = (words.next(), words.next()) {
                    self.push(day, line, What::Pad { account: account.to_owned(), from: from.to_owned() });
                }
            }
            _ if SILENT.contains(&word) => {}
            // `P` and its like are flags too.
            "txn" => self.transaction(day, rest, line),
            _ if word.chars().count() == 1 => self.transaction(day, rest, line),
            _ => self.wrong(line, format!("`{word}` is no directive of Beancount")),
        }
    }

    fn transaction(&mut self, day: Date, rest: &str, line: i64) {
        let mut words: Vec<String> = Vec::new();
        let mut rest = rest.trim_start();
        while let Some((word, after)) = string(rest) {
            words.push(word);
            rest = after.trim_start().strip_prefix('|').unwrap_or(after).trim_start();
        }
        let mut tags = self.pushed.clone();
        tags.extend(labels(rest));
        let text = words.pop();
        self.push(
            day,
            line,
            What::Transaction { payee: filled(words.pop()), text: filled(text), tags, postings: Vec::new() },
        );
    }

    /// A line that belongs to the directive above it.
    fn inner(&mut self, text: &str, line: i64) {
        let is_account = |word: &str| {
            word.contains(':')
                && !word.ends_with(':')
                && word.chars().next().is_some_and(|sign| !sign.is_lowercase())
        };
        let Some(Entry { what: What::Transaction { tags, postings, .. }, .. }) = &mut self.open else {
            return;
        };
        if text.starts_with(['#', '^']) {
            tags.extend(labels(text));
            return;
        }
        let (word, rest) = split(text);
        if word.ends_with(':') && word.chars().next().is_some_and(char::is_lowercase) {
            let value = string(rest).map_or_else(|| rest.to_owned(), |(value, _)| value);
            if !value.is_empty() {
                let tag = format!("{word}{value}").replacen(':', "=", 1);
                match postings.last_mut() {
                    Some(posting) => posting.tags.push(tag),
                    None => tags.push(tag),
                }
            }
            return;
        }
        // A flag may stand before the account.
        let (word, rest) = if word.chars().count() == 1 { split(rest) } else { (word, rest) };
        if !is_account(word) {
            self.wrong(line, format!("`{word}` is no account"));
            return;
        }
        match posting(word, rest, line) {
            Some(posting) => postings.push(posting),
            None => {
                self.wrong(line, format!("`{rest}` is no amount; the transaction is left out"));
                self.open = None;
            }
        }
    }
}

/// A word, and what follows it.
fn split(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    text.split_once(char::is_whitespace).map_or((text, ""), |(word, rest)| (word, rest.trim()))
}

fn filled(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Whether a word is a day, and which one there is.
fn day(word: &str) -> Option<Option<Date>> {
    let parts: Vec<&str> = word.split(['-', '/']).collect();
    let [year, month, day] = parts[..] else { return None };
    let (year, month, day) = (year.parse::<i16>().ok()?, month.parse::<i8>().ok()?, day.parse::<i8>().ok()?);
    Some(Date::new(year, month, day).ok())
}

/// A string at the beginning of `text`, and what follows it.
fn string(text: &str) -> Option<(String, &str)> {
    let inner = text.strip_prefix('"')?;
    let mut found = String::new();
    let mut is_escaped = false;
    for (place, sign) in inner.char_indices() {
        match sign {
            _ if is_escaped => {
                found.push(if sign == 'n' { '\n' } else { sign });
                is_escaped = false;
            }
            '\\' => is_escaped = true,
            '"' => return Some((found, inner.get(place + 1..).unwrap_or_default())),
            _ => found.push(sign),
        }
    }
    None
}

/// Tags and links.
fn labels(text: &str) -> Vec<String> {
    let words = text.split_whitespace();
    words.filter_map(|word| word.strip_prefix(['#', '^'])).map(str::to_owned).collect()
}

fn is_currency(word: &str) -> bool {
    word.chars().next().is_some_and(|sign| sign.is_ascii_uppercase() || sign == '/')
        && word.chars().all(|sign| {
            sign.is_ascii_uppercase() || sign.is_ascii_digit() || matches!(sign, '\'' | '.' | '_' | '-' | '/')
        })
}

/// A currency at the beginning of `text`, and what follows it.
fn currency(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start();
    let end =
        text.find(|sign: char| sign.is_whitespace() || matches!(sign, '{' | '}' | '@' | ',' | '~' | '#'));
    let (word, rest) = text.split_at(end.unwrap_or(text.len()));
    is_currency(word).then(|| (word.to_owned(), rest.trim_start()))
}

fn amount(text: &str) -> Option<(Amount, &str)> {
    let (number, rest) = sum(text)?;
    let (commodity, rest) = currency(rest)?;
    Some((Amount { number, commodity }, rest))
}

/// `Assets:Bank  319.02 ~ 0.01 CHF`
fn balance(text: &str) -> Option<What> {
    let (account, rest) = split(text);
    let (number, rest) = sum(rest)?;
    let (tolerance, rest) = match rest.strip_prefix('~') {
        Some(rest) => sum(rest).map(|(number, rest)| (Some(number), rest))?,
        None => (None, rest),
    };
    let (commodity, _) = currency(rest)?;
    let assertion = Assertion { amount: Amount { number, commodity }, is_inclusive: true };
    Some(What::Balance { account: account.to_owned(), assertion, tolerance })
}

/// The line of a transaction; none where its amount cannot be read.
fn posting(account: &str, text: &str, line: i64) -> Option<Posting> {
    let mut posting = Posting { account: account.to_owned(), line, ..Posting::default() };
    if text.is_empty() || currency(text).is_some_and(|(_, rest)| rest.is_empty()) {
        return Some(posting);
    }
    let (found, mut rest) = amount(text)?;
    posting.amount = Some(found);
    if rest.starts_with('{') {
        let end = rest.find('}')?;
        let is_total = rest.starts_with("{{");
        let inner = rest.get(if is_total { 2 } else { 1 }..end)?;
        rest = rest.get(end..)?.trim_start_matches('}').trim_start();
        posting.lot = Some(Lot { cost: cost(inner, is_total, posting.amount.as_ref()?) });
    }
    if let Some(price) = rest.strip_prefix('@') {
        let (price, is_total) = price.strip_prefix('@').map_or((price, false), |price| (price, true));
        rest = "";
        if let Some((found, after)) = amount(price) {
            posting.price = Some(if is_total { Price::Total(found) } else { Price::Unit(found) });
            rest = after;
        }
    }
    rest.is_empty().then_some(posting)
}

/// The cost in a lot's braces: `500.00 USD, 2026-01-31, "label"`, `500 # 9.95 USD`.
fn cost(text: &str, is_total: bool, units: &Amount) -> Option<Price> {
    text.split(',').find_map(|part| {
        let part = part.trim();
        if day(part).is_some() || part.starts_with('"') {
            return None;
        }
        let (number, rest) = sum(part)?;
        if let Some(more) = rest.strip_prefix('#') {
            let (more, rest) = sum(more)?;
            let total = number.times(units.number.absolute())?.plus(more)?;
            return Some(Price::Total(Amount { number: total, commodity: currency(rest)?.0 }));
        }
        let found = Amount { number, commodity: currency(rest)?.0 };
        Some(if is_total { Price::Total(found) } else { Price::Unit(found) })
    })
}
