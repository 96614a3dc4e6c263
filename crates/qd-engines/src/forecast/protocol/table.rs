//! Tables as text: comma-separated values or Weka's, in UTF-8 or Latin-1, with dates in several forms.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime, Time};

use super::{Problem, Source};

/// A table with the names of its columns.
#[derive(Debug)]
pub(super) struct Table {
    file: String,
    head: Vec<String>,
    rows: Vec<(u64, Vec<String>)>,
    /// The first line and the number of rows for each complaint.
    complaints: BTreeMap<String, (u64, usize, String)>,
}

/// A row that is being read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    table: &'a Table,
    fields: &'a [String],
}

/// Why a row cannot be used: what sort of thing is wrong, and what.
#[derive(Debug)]
pub(super) struct Fault {
    sort: String,
    message: String,
}

/// In which order day and month stand where slashes part them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slashes {
    /// 12/31/2026
    MonthFirst,
    /// 31/12/2026
    DayFirst,
}

impl Table {
    /// Reads a file.
    pub(super) fn read(source: &Source<'_>) -> Self {
        let text = text(source.bytes);
        let (text, skipped) = if text.trim_start().to_ascii_lowercase().starts_with("@relation") {
            weka(&text)
        } else {
            (text, 0)
        };
        let first = text.lines().next().unwrap_or_default();
        let count = |letter: char| first.matches(letter).count();
        let delimiter = [b',', b';', b'\t'].into_iter().rev().max_by_key(|&byte| count(char::from(byte)));
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .has_headers(false)
            .trim(csv::Trim::All)
            .delimiter(delimiter.unwrap_or(b','))
            .from_reader(text.as_bytes());
        let mut rows = Vec::new();
        // The text is UTF-8 by now and rows may be of any length: nothing is left that could be wrong.
        for record in reader.records().flatten() {
            let line = record.position().map_or(0, csv::Position::line) + skipped;
            rows.push((line, record.iter().map(str::to_owned).collect::<Vec<String>>()));
        }
        let head = if rows.is_empty() { Vec::new() } else { rows.remove(0).1 };
        Self { file: source.name.to_owned(), head, rows, complaints: BTreeMap::new() }
    }

    /// The place of the first column that has one of these names, in any case.
    pub(super) fn column(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.head.iter().position(|head| head.eq_ignore_ascii_case(name)))
    }

    /// Whether there are columns of all these names.
    pub(super) fn has(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.column(&[name]).is_some())
    }

    /// The rows that a function understands; of the others it is told what is wrong.
    pub(super) fn rows<T>(&mut self, read: impl Fn(Row<'_>) -> Result<Option<T>, Fault>) -> Vec<T> {
        let mut complaints = BTreeMap::new();
        let mut read_rows = Vec::new();
        for (line, fields) in &self.rows {
            match read(Row { table: self, fields }) {
                Ok(row) => read_rows.extend(row),
                Err(fault) => {
                    let known = complaints.entry(fault.sort).or_insert((*line, 0, fault.message));
                    known.1 += 1;
                }
            }
        }
        self.complaints = complaints;
        read_rows
    }

    /// The month or the day first? The one that the dates of a column allow, if they allow but one.
    pub(super) fn slashes(&self, names: &[&str]) -> Option<Slashes> {
        let column = self.column(names)?;
        let parts = |row: &(u64, Vec<String>)| {
            let mut parts = row.1.get(column)?.split('/').map(|part| part.trim().parse::<u32>().ok());
            Some((parts.next()??, parts.next()??))
        };
        let mut seen = self.rows.iter().filter_map(parts);
        seen.find_map(|(first, second)| match (first > 12, second > 12) {
            (true, false) => Some(Slashes::DayFirst),
            (false, true) => Some(Slashes::MonthFirst),
            _ => None,
        })
    }

    /// That the table is not of a known form.
    pub(super) fn unknown(&self, expected: &str) -> Problem {
        let found: Vec<String> = self.head.iter().take(8).map(|name| shown(name, 30)).collect();
        let message = format!("expected {expected}; found `{}`", found.join("`, `"));
        Problem { file: self.file.clone(), line: 1, message, rows: 1 }
    }

    /// A problem of the whole file.
    pub(super) fn problem(&self, message: String) -> Problem {
        Problem { file: self.file.clone(), line: 0, message, rows: 1 }
    }

    /// What was wrong with rows.
    pub(super) fn problems(&self) -> Vec<Problem> {
        let problem = |(line, rows, message): &(u64, usize, String)| Problem {
            file: self.file.clone(),
            line: *line,
            message: message.clone(),
            rows: *rows,
        };
        let mut problems: Vec<Problem> = self.complaints.values().map(problem).collect();
        problems.sort_by_key(|problem| problem.line);
        problems
    }
}

impl<'a> Row<'a> {
    /// A field by the name of its column; empty where it is missing.
    pub(super) fn text(&self, names: &[&str]) -> &'a str {
        let field = self.table.column(names).and_then(|column| self.fields.get(column));
        field.map_or("", String::as_str)
    }

    /// A field that may be left out: `NA`, `NULL`, `?` and the like are nothing.
    pub(super) fn label(&self, names: &[&str]) -> Option<&'a str> {
        let text = self.text(names);
        (!is_nothing(text)).then_some(text)
    }

    /// What the column goes by here.
    fn name(&self, names: &[&'static str]) -> &'a str {
        let head = self.table.column(names).and_then(|column| self.table.head.get(column));
        head.map(String::as_str).or(names.first().copied()).unwrap_or_default()
    }

    /// A number above 0.
    pub(super) fn positive(&self, names: &[&'static str]) -> Result<f64, Fault> {
        let (name, text) = (self.name(names), self.text(names));
        let number: Option<f64> = text.parse().ok().or_else(|| text.replace(',', ".").parse().ok());
        match number.filter(|number| number.is_finite()) {
            None => Err(fault(name, "is not a number", text)),
            Some(number) if number <= 0.0 => Err(fault(name, "is not above 0", text)),
            Some(number) => Ok(number),
        }
    }

    /// Seconds of a date, or of a date and a time.
    pub(super) fn instant(&self, names: &[&'static str], slashes: Option<Slashes>) -> Result<i64, Fault> {
        let (name, text) = (self.name(names), self.text(names));
        if text.contains('/') && slashes.is_none() {
            return Err(fault(name, "may be read as day/month or month/day; write 2026-12-31", text));
        }
        seconds(text, slashes).ok_or_else(|| fault(name, "is not a date", text))
    }
}

/// That a row contradicts itself.
pub(super) fn contradiction(message: &str) -> Fault {
    Fault { sort: message.to_owned(), message: message.to_owned() }
}

fn fault(name: &str, what: &str, found: &str) -> Fault {
    let found = shown(found, 40);
    Fault { sort: format!("{name} {what}"), message: format!("`{name}` {what}: `{found}`") }
}

/// The beginning of a word from outside, without what a terminal would obey.
fn shown(word: &str, most: usize) -> String {
    word.chars().filter(|letter| !letter.is_control()).take(most).collect()
}

fn is_nothing(text: &str) -> bool {
    ["", "na", "null", "?", "\\n", "nan", "none"].contains(&text.to_ascii_lowercase().as_str())
}

/// UTF-8, or else Latin-1, of which each byte is a letter.
fn text(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}

/// Weka's form as comma-separated values, and the lines that were left out at its top.
fn weka(text: &str) -> (String, u64) {
    let (mut names, mut lines) = (Vec::new(), text.lines());
    let mut above = 0;
    for line in lines.by_ref() {
        above += 1;
        let mut words = line.split_whitespace();
        match words.next().map(str::to_ascii_lowercase).as_deref() {
            Some("@attribute") => names.push(words.next().unwrap_or_default().replace([',', '"', '\''], "")),
            Some("@data") => break,
            _ => {}
        }
    }
    let rows: Vec<&str> = lines.filter(|line| !line.trim_start().starts_with('%')).collect();
    (format!("{}\n{}", names.join(","), rows.join("\n")), above - 1)
}

/// Seconds since 1970 of a date in one of the usual forms, with or without a time.
fn seconds(text: &str, slashes: Option<Slashes>) -> Option<i64> {
    let (day, time) = text.split_once([' ', 'T']).unwrap_or((text, ""));
    let part = |part: Option<&str>| part?.trim().parse::<i16>().ok();
    let mut parts = day.split(['-', '/', '.']);
    let (first, second, third) = (part(parts.next())?, part(parts.next())?, part(parts.next())?);
    let is_year_last = day.contains(['/', '.']);
    let year_letters =
        if is_year_last { day.rsplit(['/', '.']).next() } else { day.split('-').next() }.map_or(0, str::len);
    let (year, month, day) = if day.contains('/') {
        match slashes? {
            Slashes::MonthFirst => (third, first, second),
            Slashes::DayFirst => (third, second, first),
        }
    } else if day.contains('.') {
        (third, second, first)
    } else {
        (first, second, third)
    };
    // Two digits are a year from 1969 to 2068, as in POSIX; a year of the Romans is a slip of the pen.
    let year = match year {
        0..69 if year_letters <= 2 => year + 2000,
        69..100 if year_letters <= 2 => year + 1900,
        _ => year,
    };
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    let mut parts = time.trim_end_matches('Z').split(':');
    let mut next =
        || parts.next().and_then(|part| part.get(..2).or(Some(part))?.parse::<i8>().ok()).unwrap_or(0);
    let time = date.to_datetime(Time::new(next(), next(), next(), 0).ok()?);
    let is_sound = (1900..2200).contains(&year);
    is_sound.then(|| time.duration_since(DateTime::constant(1970, 1, 1, 0, 0, 0, 0)).as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_several_forms() {
        let day = |text: &str, slashes| seconds(text, slashes).map(|seconds| seconds as f64 / 86_400.0);
        assert_eq!(day("1970-01-03", None), Some(2.0));
        assert_eq!(day("1970-01-03 12:00:00", None), Some(2.5));
        assert_eq!(day("1970-01-03T06:00:00Z", None), Some(2.25));
        assert_eq!(day("01/03/70", Some(Slashes::MonthFirst)), Some(2.0));
        assert_eq!(day("03/01/1970 6:00", Some(Slashes::DayFirst)), Some(2.25));
        assert_eq!(day("03.01.1970", None), Some(2.0));
        for wrong in
            ["", "1970", "0016-01-11", "1970-01-01 25:00", "1970-02-30", "x-y-z", "1/1/1970", "1970-13-01"]
        {
            assert_eq!(day(wrong, None), None, "{wrong}");
        }
    }

    #[test]
    fn weka_latin_and_semicolons() {
        let read = |bytes: &[u8]| Table::read(&Source { name: "x", bytes });
        let mut table =
            read(b"\xef\xbb\xbf@relation x\n@attribute one numeric\n@attribute Two {a}\n@data\n1,?\n");
        assert_eq!(
            table.rows(|row| Ok(Some((row.positive(&["one"])?, row.label(&["two"]).is_some())))),
            [(1.0, false)]
        );
        let mut table = read("größe;done\n1,5;2026-01-01\n".as_bytes());
        assert_eq!(table.rows(|row| row.positive(&["größe"]).map(Some)), [1.5]);
        let table = read(b"gr\xf6\xdfe\n");
        assert!(table.has(&["größe"]));
    }

    #[test]
    fn slashes_are_told_by_the_dates() {
        let table = |text: &str| Table::read(&Source { name: "x", bytes: text.as_bytes() });
        assert_eq!(table("day\n1/2/2026\n13/2/2026\n").slashes(&["day"]), Some(Slashes::DayFirst));
        assert_eq!(table("day\n1/2/2026\n1/13/26\n").slashes(&["day"]), Some(Slashes::MonthFirst));
        assert_eq!(table("day\n1/2/2026\n").slashes(&["day"]), None);
    }
}
