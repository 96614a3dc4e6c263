//! Journals of hledger (and what it shares with Ledger), read as they are.
//!
//! Rules that make transactions of their own (`~`, `=`) are told as not read: what they would make
//! is a forecast, or a copy.

use jiff::civil::Date;

use super::{
    journal::{Amount, Assertion, Entry, Include, Journal, Lot, Posting, Price, What},
    number::number,
};

/// Kinds of accounts, as `type:` of their directive names them.
const TYPES: [(&str, &str); 7] = [
    ("A", "asset"),
    ("C", "asset"),
    ("L", "liability"),
    ("E", "equity"),
    ("V", "equity"),
    ("R", "income"),
    ("X", "expense"),
];
const WORDS: [(&str, &str); 8] = [
    ("asset", "asset"),
    ("cash", "asset"),
    ("liability", "liability"),
    ("equity", "equity"),
    ("conversion", "equity"),
    ("revenue", "income"),
    ("income", "income"),
    ("expense", "expense"),
];
/// Directives that say nothing of money.
const SILENT: &[&str] =
    &["payee", "tag", "P", "N", "C", "assert", "check", "define", "bucket", "A", "eval", "expr"];

/// Reads one file into `journal`; the files that it includes are returned.
pub(super) fn read(text: &str, file: &str, journal: &mut Journal) -> Vec<Include> {
    let mut reader = Reader {
        file,
        journal,
        includes: Vec::new(),
        open: None,
        is_comment: false,
        is_skipped: false,
        mark: None,
        marks: Vec::new(),
        usual: String::new(),
        year: None,
        above: Vec::new(),
        aliases: Vec::new(),
        is_rule_told: false,
    };
    for (place, line) in text.lines().enumerate() {
        reader.line(line, i64::try_from(place + 1).unwrap_or(i64::MAX));
    }
    reader.finish();
    reader.includes
}

struct Reader<'a> {
    file: &'a str,
    journal: &'a mut Journal,
    includes: Vec<Include>,
    open: Option<Entry>,
    /// True between `comment` and `end comment`.
    is_comment: bool,
    /// True below a directive or rule whose lines are passed by.
    is_skipped: bool,
    /// The decimal mark of the file, and of commodities that declare how they are written.
    mark: Option<char>,
    marks: Vec<(String, char)>,
    /// The commodity of amounts without one.
    usual: String,
    year: Option<i16>,
    /// What `apply account` puts before every account.
    above: Vec<String>,
    aliases: Vec<(String, String)>,
    is_rule_told: bool,
}

impl Reader<'_> {
    fn finish(&mut self) {
        self.journal.entries.extend(self.open.take());
        self.is_skipped = false;
    }

    fn wrong(&mut self, line: i64, message: impl Into<String>) {
        self.journal.wrong(self.file, line, message);
    }

    fn line(&mut self, text: &str, line: i64) {
        let text = text.trim_end();
        if self.is_comment {
            self.is_comment = text.trim() != "end comment";
            return;
        }
        let Some(first) = text.chars().next() else { return self.finish() };
        if first.is_whitespace() {
            if !self.is_skipped && !text.trim().is_empty() {
                self.inner(text.trim(), line);
            }
            return;
        }
        self.finish();
        match first {
            ';' | '#' | '*' | '%' | '|' => {}
            '~' | '=' => self.rule(line),
            '0'..='9' => self.transaction(text, line),
            _ => self.directive(text, line),
        }
    }

    fn rule(&mut self, line: i64) {
        self.is_skipped = true;
        if !self.is_rule_told {
            self.is_rule_told = true;
            self.wrong(line, "rules that make transactions (`~` and `=`) are not read, here and below");
        }
    }

    fn directive(&mut self, text: &str, line: i64) {
        // What stands below a directive is about it.
        self.is_skipped = true;
        let text = text.strip_prefix(['!', '@']).unwrap_or(text);
        let (word, rest) = split(text);
        let bare = rest.split(';').next().unwrap_or_default().trim();
        match word {
            "comment" | "test" => self.is_comment = true,
            "include" => self.includes.push(Include { path: bare.to_owned(), line }),
            "account" => self.account(rest),
            "commodity" | "D" => self.commodity(bare, word == "D"),
            "decimal-mark" => self.mark = bare.chars().next().filter(|mark| matches!(mark, ',' | '.')),
            "year" | "Y" => self.year = bare.parse().ok(),
            "alias" => {
                if let Some((from, to)) = bare.split_once('=') {
                    self.aliases.push((from.trim().to_owned(), to.trim().to_owned()));
                }
            }
            "apply" => match split(bare) {
                ("account", account) => self.above.push(account.to_owned()),
                ("year", year) => self.year = year.parse().ok(),
                _ => {}
            },
            "end" => match bare {
                "aliases" => self.aliases.clear(),
                "apply account" | "apply" => drop(self.above.pop()),
                _ => {}
            },
            _ if SILENT.contains(&word) => {}
            _ if word.strip_prefix('Y').is_some_and(|year| year.parse::<i16>().is_ok()) => {
                self.year = word.strip_prefix('Y').and_then(|year| year.parse().ok());
            }
            _ => self.wrong(line, format!("`{word}` is no directive of hledger")),
        }
    }

    /// `account Costs:Rent  ; type: X`
    fn account(&mut self, text: &str) {
        let (name, comment) = text.split_once(';').unwrap_or((text, ""));
        let name = name.split("  ").next().unwrap_or_default().trim();
        let kind = tags(comment).into_iter().find_map(|tag| tag.strip_prefix("type=").map(str::to_owned));
        let Some(kind) = kind else { return };
        let known = TYPES.iter().chain(&WORDS).find(|(word, _)| word.eq_ignore_ascii_case(&kind));
        if let Some((_, kind)) = known {
            self.journal.kinds.push((name.to_owned(), kind));
        }
    }

    /// `commodity 1.000,00 EUR`: how amounts of it are written.
    fn commodity(&mut self, text: &str, is_usual: bool) {
        let digits = text.chars().filter(|sign| matches!(sign, ',' | '.')).collect::<String>();
        let Some((amount, _)) = self.amount(text) else { return };
        if is_usual {
            self.usual.clone_from(&amount.commodity);
        }
        // A style must hold a decimal mark; it is the last of its marks.
        if let Some(mark) = digits.chars().last() {
            self.marks.push((amount.commodity, mark));
        }
    }

    fn day(&self, word: &str) -> Option<Date> {
        let parts: Vec<&str> = word.split(['-', '/', '.']).collect();
        let (year, month, day) = match parts[..] {
            [year, month, day] => (year.parse().ok()?, month, day),
            [month, day] => (self.year?, month, day),
            _ => return None,
        };
        Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
    }

    fn transaction(&mut self, text: &str, line: i64) {
        let (head, comment) = text.split_once(';').unwrap_or((text, ""));
        let (word, rest) = split(head);
        // The second day of `2026-01-31=2026-02-02` is the bank's.
        let first = word.split('=').next().unwrap_or_default();
        let Some(day) = self.day(first) else {
            self.is_skipped = true;
            let message = match self.year {
                None if first.matches(['-', '/', '.']).count() == 1 => {
                    format!("`{first}` has no year, and none is declared")
                }
                _ => format!("`{first}` is no day there is"),
            };
            return self.wrong(line, message);
        };
        let rest = rest.trim_start_matches(['*', '!']).trim_start();
        let rest = match rest.strip_prefix('(').and_then(|inner| inner.split_once(')')) {
            Some((_, rest)) => rest.trim(),
            None => rest.trim(),
        };
        // What is not split by `|` is both: whom it is with, and what it is.
        let (payee, note) = match rest.split_once('|') {
            Some((payee, note)) => (payee.trim(), note.trim()),
            None => (rest, ""),
        };
        let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        self.open = Some(Entry {
            day,
            file: self.file.to_owned(),
            line,
            what: What::Transaction {
                payee: filled(payee),
                text: filled(note),
                tags: tags(comment),
                postings: Vec::new(),
            },
        });
    }

    /// A line of a transaction.
    fn inner(&mut self, text: &str, line: i64) {
        let posting = if text.starts_with(';') { None } else { Some(self.posting(text, line)) };
        let Some(Entry { what: What::Transaction { tags: own, postings, .. }, .. }) = &mut self.open else {
            return;
        };
        match posting {
            None => {
                let found = tags(text.trim_start_matches(';'));
                match postings.last_mut() {
                    Some(posting) => posting.tags.extend(found),
                    None => own.extend(found),
                }
            }
            Some(Some(posting)) => postings.push(posting),
            Some(None) => {
                self.wrong(line, format!("`{text}` cannot be read; the transaction is left out"));
                self.open = None;
                self.is_skipped = true;
            }
        }
    }

    fn posting(&self, text: &str, line: i64) -> Option<Posting> {
        let (text, comment) = text.split_once(';').unwrap_or((text, ""));
        let text = text.trim_start_matches(['*', '!']).trim();
        let end = text.find("  ").into_iter().chain(text.find('\t')).min().unwrap_or(text.len());
        let (account, rest) = text.split_at(end);
        let account = account.trim();
        let (account, is_free) = match account.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
            Some(inner) => (inner, true),
            None => (
                account.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(account),
                false,
            ),
        };
        if account.is_empty() {
            return None;
        }
        let mut posting = Posting {
            account: self.whole(account),
            is_free,
            tags: tags(comment),
            line,
            ..Posting::default()
        };
        let mut rest = rest.trim();
        if !rest.is_empty() && !rest.starts_with('=') {
            let (amount, after) = self.amount(rest)?;
            posting.amount = Some(amount);
            rest = after;
        }
        loop {
            rest = rest.trim_start();
            if rest.is_empty() {
                return Some(posting);
            }
            if let Some(inner) = rest.strip_prefix('{') {
                // Ledger's lots: `{=500 EUR}`, `{{5000 EUR}}`.
                let is_total = inner.starts_with('{');
                let (cost, after) = inner.trim_start_matches(['{', '=']).split_once('}')?;
                let cost = self
                    .amount(cost)
                    .map(|(cost, _)| if is_total { Price::Total(cost) } else { Price::Unit(cost) });
                posting.lot = Some(Lot { cost });
                rest = after.trim_start_matches('}');
            } else if rest.starts_with(['[', '(']) && !rest.starts_with("(@") {
                rest = rest.split_once([']', ')'])?.1;
            } else if rest.starts_with(['@', '(']) {
                let is_total = rest.starts_with("@@") || rest.starts_with("(@@");
                let (price, after) = self.amount(rest.trim_start_matches(['(', '@', ')']))?;
                posting.price = Some(if is_total { Price::Total(price) } else { Price::Unit(price) });
                rest = after;
            } else {
                let inner = rest.strip_prefix('=')?;
                let is_inclusive = inner.contains('*');
                let (amount, after) = self.amount(inner.trim_start_matches(['=', '*']))?;
                posting.assertion = Some(Assertion { amount, is_inclusive });
                // What an assertion costs says nothing of what is there.
                rest = if after.starts_with('@') { "" } else { after };
            }
        }
    }

    /// The account with what stands above it, by its own name.
    fn whole(&self, account: &str) -> String {
        let mut name: String = self.above.iter().flat_map(|part| [part.as_str(), ":"]).collect();
        name.push_str(account);
        for (from, to) in self.aliases.iter().rev() {
            if let Some(rest) = name.strip_prefix(from.as_str())
                && (rest.is_empty() || rest.starts_with(':'))
            {
                name = format!("{to}{rest}");
            }
        }
        name
    }

    /// An amount in any order of sign, commodity and number, and what follows it.
    fn amount<'t>(&self, text: &'t str) -> Option<(Amount, &'t str)> {
        let mut rest = text.trim_start();
        let mut is_negative = false;
        let mut commodity = None;
        let mut digits = None;
        loop {
            rest = rest.trim_start();
            let Some(first) = rest.chars().next() else { break };
            match first {
                '-' if digits.is_none() => {
                    is_negative = !is_negative;
                    rest = rest.strip_prefix('-').unwrap_or_default();
                }
                '+' if digits.is_none() => rest = rest.strip_prefix('+').unwrap_or_default(),
                '0'..='9' | '.' | ',' if digits.is_none() => {
                    let (number, after) = digits_of(rest);
                    digits = Some(number);
                    rest = after;
                    if commodity.is_some() {
                        break;
                    }
                }
                '"' if commodity.is_none() => {
                    let (name, after) = rest.strip_prefix('"')?.split_once('"')?;
                    commodity = Some(name.to_owned());
                    rest = after;
                }
                '@' | '=' | '{' | '[' | '(' | ';' => break,
                _ if commodity.is_none() && !first.is_ascii_digit() => {
                    let end = rest
                        .find(|sign: char| {
                            sign.is_ascii_digit() || sign.is_whitespace() || "+-.,;\"@={}[]()".contains(sign)
                        })
                        .unwrap_or(rest.len());
                    let (name, after) = rest.split_at(end);
                    if name.is_empty() {
                        return None;
                    }
                    commodity = Some(name.to_owned());
                    rest = after;
                }
                _ => break,
            }
            if commodity.is_some() && digits.is_some() {
                break;
            }
        }
        let commodity = named(commodity.unwrap_or_else(|| self.usual.clone()));
        let own = self.marks.iter().rev().find(|(name, _)| *name == commodity).map(|(_, mark)| *mark);
        let number = number(digits?, self.mark.or(own))?;
        let number = if is_negative { number.negated() } else { number };
        Some((Amount { number, commodity }, rest.trim_start()))
    }
}

/// Digits with their marks, groups of them set apart by a space included, and what follows.
fn digits_of(text: &str) -> (&str, &str) {
    let mut end = 0;
    let mut signs = text.char_indices().peekable();
    while let Some((place, sign)) = signs.next() {
        match sign {
            '0'..='9' | '.' | ',' | '\'' | '_' => end = place + sign.len_utf8(),
            ' ' | '\u{a0}' | '\u{202f}' if signs.peek().is_some_and(|(_, next)| next.is_ascii_digit()) => {}
            _ => break,
        }
    }
    let (digits, rest) = text.split_at(end);
    (digits.trim_end_matches([',', '.']), rest)
}

/// Signs that stand for one currency get its code.
fn named(commodity: String) -> String {
    match commodity.as_str() {
        "$" => "USD".to_owned(),
        "€" => "EUR".to_owned(),
        "£" => "GBP".to_owned(),
        "¥" => "JPY".to_owned(),
        "₹" => "INR".to_owned(),
        _ => commodity,
    }
}

fn split(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    text.split_once(char::is_whitespace).map_or((text, ""), |(word, rest)| (word, rest.trim()))
}

/// `name:value` of a comment, `name=value` each; a tag without a value is its name.
fn tags(comment: &str) -> Vec<String> {
    let part = |part: &str| {
        let (before, value) = part.split_once(':')?;
        let name = before.split_whitespace().last().filter(|_| !before.ends_with(char::is_whitespace))?;
        let value = value.trim();
        // An address is no tag.
        let is_tag = !value.starts_with("//");
        is_tag.then(|| if value.is_empty() { name.to_owned() } else { format!("{name}={value}") })
    };
    comment.split(',').filter_map(part).collect()
}
