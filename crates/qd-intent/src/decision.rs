//! A decision record out of its Markdown.
//!
//! People write them in several forms: with a YAML head (MADR 3 and 4), with a list of
//! `Status:` and `Date:` under the title (MADR 2, log4brains), with a section for the
//! status (Nygard's form, adr-tools), and in mixtures of these. One reader looks in all
//! of those places in this order, and takes nothing from code blocks and comments. What
//! is written is always kept; its normalised form is null where it would be a guess.

use std::ops::Range;

use qd_model::{Diagnostic, nearest};
use qd_tables::DECISIONS;

use crate::{
    codes::{Helped, error, warning},
    decision_text::{is_template, plain, read_date, read_status, split_names},
    head::{Entry, Head},
    markdown::{Body, Line, body},
    record::{Field, Record, Value},
    value,
};

/// Keys under which the day of a record stands, most telling first.
const DATE_KEYS: [&str; 5] = ["date", "decision date", "date of decision", "decided on", "last updated"];
/// Keys under which those who decided stand.
const DECIDER_KEYS: [&str; 4] = ["deciders", "decision-makers", "decision makers", "decision_makers"];
/// Headings of sections that link records to each other.
const LINK_SECTIONS: [&str; 4] = ["links", "more information", "related decisions", "related"];

/// A text and the bytes that hold it.
#[derive(Debug, Clone)]
struct Found {
    text: String,
    span: Range<usize>,
}

impl Found {
    fn of(line: &Line, value: &str) -> Self {
        Self { text: value.to_owned(), span: line.span.clone() }
    }
}

/// Reads one record. Its links (`supersedes`, `superseded_by`) are still as written:
/// what they mean depends on the other records.
///
/// The id is the file's name without `.md`.
#[must_use]
pub fn decision_record(path: &str, text: &str) -> (Record, Vec<Diagnostic>) {
    let file_name = path.rsplit('/').next().unwrap_or(path);
    let stem = file_name.strip_suffix(".md").unwrap_or(file_name);
    let mut reader =
        Reader { file: path, record: Record::new(&DECISIONS, stem, path, 0..0), diagnostics: Vec::new() };
    reader.record.fill("id", Value::Text(stem.to_owned()));
    let (head, start) = Head::read(text);
    if let Some((span, reason)) = &head.broken {
        let complaint = error(
            "yaml-syntax",
            path,
            span.clone(),
            format!("the head of the record is not YAML: {reason}"),
        )
        .help("quote values that hold `: ` or begin with a sign; until then its lines are read one by one");
        reader.diagnostics.push(complaint);
    }
    let body = body(text, start);

    reader.title_and_number(stem, &head, &body);
    let (status, is_section) = reader.status(&head, &body);
    reader.date(&head, &body, status.as_ref());
    reader.people(&head, &body);
    reader.links(&head, &body);
    reader.duties(&head, &body);
    let dated = stem.len() > 8 && stem.bytes().take(8).all(|byte| byte.is_ascii_digit());
    let asks =
        |name: &str| body.headings.iter().any(|heading| plain(&heading.text).eq_ignore_ascii_case(name));
    let dialect = if dated {
        "log4brains"
    } else if asks("Context and Problem Statement") || head.entry("status").is_some() {
        "madr"
    } else if is_section || (asks("Context") && asks("Decision")) {
        "nygard"
    } else {
        "other"
    };
    reader.record.fill("dialect", Value::Text(dialect.to_owned()));
    (reader.record, reader.diagnostics)
}

struct Reader<'a> {
    file: &'a str,
    record: Record,
    diagnostics: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn put(&mut self, column: &str, value: Value, span: Range<usize>) {
        let items = vec![span.clone()];
        self.record.set(column, Some(Field { value, span, items }));
    }

    fn put_all(&mut self, column: &str, found: Vec<Found>) {
        if let Some(first) = found.first() {
            let span = first.span.clone();
            let (texts, items) = found.into_iter().map(|found| (found.text, found.span)).unzip();
            self.record.set(column, Some(Field { value: Value::Texts(texts), span, items }));
        }
    }

    fn title_and_number(&mut self, stem: &str, head: &Head, body: &Body) {
        let heading = body.title.and_then(|place| body.headings.get(place));
        let title = heading
            .map(|heading| Found { text: heading.text.clone(), span: heading.span.clone() })
            .or_else(|| head.entry("title").and_then(Entry::first).map(|(text, span)| Found { text, span }))
            .filter(|title| !title.text.is_empty());
        let file_number = leading_number(stem).map(|(number, _)| number);
        let mut number = file_number;
        match &title {
            Some(title) => {
                self.record.span = title.span.clone();
                self.put("title", Value::Text(title.text.clone()), title.span.clone());
                if is_template(&title.text) {
                    let complaint = warning(
                        "template-left",
                        self.file,
                        title.span.clone(),
                        "the title is still the template's",
                    );
                    self.diagnostics.push(complaint.help("say in a few words what was decided"));
                }
                let heading_number = leading_number(&title.text);
                if let (Some(file), Some((said, _))) = (file_number, heading_number)
                    && file != said
                    && !slug_begins_with(stem, said)
                {
                    let message = format!("the heading says number {said}, the file's name {file}");
                    let complaint = warning("number-differs", self.file, title.span.clone(), message);
                    self.diagnostics.push(complaint.help("the file's number counts"));
                }
                // A number without a mark behind it may as well belong to the sentence.
                number = number.or(heading_number.filter(|(_, marked)| *marked).map(|(number, _)| number));
            }
            None => {
                let complaint = warning("no-title", self.file, 0..0, "the record has no title");
                self.diagnostics
                    .push(complaint.help("begin it with a heading: `# Use PostgreSQL for the ledger`"));
            }
        }
        if let Some(number) = number {
            self.record.fill("number", Value::Integer(number));
        }
    }

    /// The status as written, and whether it stands in a section of its own.
    fn status(&mut self, head: &Head, body: &Body) -> (Option<Found>, bool) {
        let in_head = head.entry("status").and_then(Entry::first).map(|(text, span)| Found { text, span });
        let in_list = || body.field(&["status"]).map(|(line, value)| Found::of(line, value));
        let found = in_head.or_else(in_list);
        let is_section = found.is_none();
        let found = found.or_else(|| {
            let section = body.section("status")?;
            if let Some((_, value)) =
                body.headings[section].text.split_once(':').filter(|(_, value)| !value.trim().is_empty())
            {
                return Some(Found {
                    text: value.trim().to_owned(),
                    span: body.headings[section].span.clone(),
                });
            }
            let lines = || body.lines_of(section).filter(|line| !line.text.is_empty());
            // A record that was accepted and then replaced says both, one below the other.
            let replaced = lines().find(|line| read_status(&line.text) == Some("superseded"));
            let said = replaced.or_else(|| lines().find(|line| !is_date_line(&line.text)))?;
            let text = said.text.strip_prefix("Status:").unwrap_or(&said.text).trim();
            Some(Found::of(said, text))
        });
        let found = found.filter(|status| !plain(&status.text).is_empty());
        if let Some(status) = &found {
            self.put("status_text", Value::Text(status.text.clone()), status.span.clone());
            match read_status(&status.text) {
                Some(word) => self.put("status", Value::Text(word.to_owned()), status.span.clone()),
                None if is_template(&status.text) => {
                    let complaint = warning(
                        "template-left",
                        self.file,
                        status.span.clone(),
                        "the status is still the template's",
                    );
                    self.diagnostics.push(complaint.help(
                        "say one of draft, proposed, accepted, rejected, deferred, deprecated, superseded",
                    ));
                }
                None => {
                    let message = format!("the status `{}` is none that is known", shortened(&status.text));
                    let complaint = warning("unknown-status", self.file, status.span.clone(), message);
                    self.diagnostics.push(complaint.help(
                        "known are draft, proposed, accepted, rejected, deferred, deprecated, superseded",
                    ));
                }
            }
        }
        (found, is_section && body.section("status").is_some())
    }

    fn date(&mut self, head: &Head, body: &Body, status: Option<&Found>) {
        let in_head = DATE_KEYS.iter().find_map(|key| head.entry(key)?.first());
        let in_section = || {
            let section = body.section("date")?;
            body.lines_of(section).find(|line| !line.text.is_empty()).map(|line| Found::of(line, &line.text))
        };
        let found = in_head
            .map(|(text, span)| Found { text, span })
            .or_else(|| body.field(&DATE_KEYS).map(|(line, value)| Found::of(line, value)))
            .or_else(in_section)
            .or_else(|| {
                let section = body.section("status")?;
                let mut fields = body.lines_of(section).filter_map(|line| Some((line, line.field()?)));
                let (line, (_, value)) = fields.find(|(_, (key, _))| DATE_KEYS.contains(&key.as_str()))?;
                Some(Found::of(line, value))
            })
            .filter(|date| !plain(&date.text).is_empty());
        match found {
            Some(found) => {
                self.put("date_text", Value::Text(found.text.clone()), found.span.clone());
                match read_date(&found.text) {
                    Some(date) => self.put("date", Value::Date(date), found.span),
                    None if is_template(&found.text) => {
                        let complaint = warning(
                            "template-left",
                            self.file,
                            found.span,
                            "the date is still the template's",
                        );
                        self.diagnostics.push(complaint.help("write the day as `2026-10-01`"));
                    }
                    None => {
                        let message = format!("`{}` is no day, or could be two", shortened(&found.text));
                        let complaint = warning("unreadable-date", self.file, found.span, message);
                        self.diagnostics.push(complaint.help("write the day as `2026-10-01`"));
                    }
                }
            }
            // `Accepted on 2026-10-01`.
            None => {
                if let Some(status) = status
                    && let Some(date) = read_date(&status.text)
                {
                    self.put("date_text", Value::Text(status.text.clone()), status.span.clone());
                    self.put("date", Value::Date(date), status.span.clone());
                }
            }
        }
    }

    fn people(&mut self, head: &Head, body: &Body) {
        let in_head = DECIDER_KEYS.iter().find_map(|key| head.entry(key));
        let found: Vec<Found> = match in_head {
            Some(entry) => entry
                .texts()
                .into_iter()
                .flat_map(|(text, span)| {
                    split_names(&text).into_iter().map(move |text| Found { text, span: span.clone() })
                })
                .collect(),
            None => body.field(&DECIDER_KEYS).map_or_else(Vec::new, |(line, value)| {
                split_names(value).into_iter().map(|text| Found::of(line, &text)).collect()
            }),
        };
        self.put_all("deciders", found.into_iter().filter(|found| !is_template(&found.text)).collect());
        if let Some((owner, span)) = head.entry("owner").and_then(Entry::first) {
            self.put("owner", Value::Text(owner), span);
        }
    }

    fn links(&mut self, head: &Head, body: &Body) {
        let (mut replaces, mut replaced_by) = (Vec::new(), Vec::new());
        for key in ["supersedes", "superseded-by", "superseded_by"] {
            let found = if key == "supersedes" { &mut replaces } else { &mut replaced_by };
            for (text, span) in head.entry(key).map(Entry::texts).unwrap_or_default() {
                let targets = targets(&text);
                let targets = if targets.is_empty() { vec![text] } else { targets };
                found.extend(targets.into_iter().map(|text| Found { text, span: span.clone() }));
            }
        }
        let in_head = head.entry("status").and_then(Entry::first);
        let mut lines: Vec<(String, Range<usize>)> = in_head.into_iter().collect();
        for key in ["status", "supersedes", "superseded by", "superseded-by"] {
            lines.extend(body.field(&[key]).map(|(line, _)| (line.text.clone(), line.span.clone())));
        }
        if let Some(section) = body.section("status") {
            lines.extend(body.lines_of(section).map(|line| (line.text.clone(), line.span.clone())));
        }
        for section in LINK_SECTIONS.iter().filter_map(|name| body.section(name)) {
            // Prose there may use the same words of anything else.
            let begins = |line: &&Line| {
                let words = plain(&line.text).to_lowercase();
                ["supers", "superc", "replace"].iter().any(|begin| words.starts_with(begin))
            };
            lines.extend(
                body.lines_of(section).filter(begins).map(|line| (line.text.clone(), line.span.clone())),
            );
        }
        for (text, span) in lines {
            let Some(found) = link_kind(&text, &mut replaces, &mut replaced_by) else { continue };
            for target in targets(&text) {
                if !found.iter().any(|known: &Found| known.text == target) {
                    found.push(Found { text: target, span: span.clone() });
                }
            }
        }
        self.put_all("supersedes", replaces);
        self.put_all("superseded_by", replaced_by);
    }

    /// What the company asks of the record: how it is confirmed and looked at again.
    fn duties(&mut self, head: &Head, body: &Body) {
        for column in ["confirm", "revisit"] {
            if let Some((text, span)) = head.entry(column).and_then(Entry::first) {
                self.put(column, Value::Text(text.trim().to_owned()), span);
            }
        }
        if self.record.value("confirm").is_none()
            && let Some(section) = body.section("confirmation")
            && let Some(fence) =
                body.fences.iter().find(|fence| fence.section == Some(section) && fence.language == "sql")
        {
            self.put("confirm", Value::Text(fence.text.trim().to_owned()), fence.span.clone());
        }
        for column in ["confirm_min", "confirm_max"] {
            let Some((text, span)) = head.entry(column).and_then(Entry::first) else { continue };
            match text.trim().parse::<f64>().ok().filter(|number| number.is_finite()) {
                Some(number) => self.put(column, Value::Number(number), span),
                None => {
                    let message = format!("`{column}` takes a number");
                    self.diagnostics.push(error("wrong-type", self.file, span, message));
                }
            }
        }
        let scope = head.entry("scope").map(Entry::texts).unwrap_or_default();
        self.put_all("scope", scope.into_iter().map(|(text, span)| Found { text, span }).collect());
        if let Some((text, span)) = head.entry("asserted").and_then(Entry::first) {
            match value::date(&text) {
                Some(date) => self.put("asserted", Value::Date(date), span),
                None => self.diagnostics.push(value::bad_date(&text, span, self.file)),
            }
        }
        // Heads carry keys of many tools: only a slip of one of ours is worth a word.
        for (key, span) in &head.keys {
            let ours =
                ["confirm", "confirm_min", "confirm_max", "revisit", "scope", "asserted", "supersedes"];
            if key.len() >= 4
                && !ours.contains(&key.as_str())
                && let Some(near) = nearest(key, ours)
                && head.entry(near).is_none()
            {
                let complaint =
                    warning("unknown-key", self.file, span.clone(), format!("unknown key `{key}`"));
                self.diagnostics.push(complaint.help(format!("did you mean `{near}`?")));
            }
        }
    }
}

fn shortened(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= 40 { line.to_owned() } else { line.chars().take(39).chain(['…']).collect() }
}

fn is_date_line(text: &str) -> bool {
    text.to_lowercase().starts_with("date:")
}

/// The number that a file's name or a heading begins with, and whether a mark sets it
/// apart (`12.`, `ADR-12`) rather than a mere space. Eight digits are a day.
fn leading_number(text: &str) -> Option<(i64, bool)> {
    let lower = text.to_lowercase();
    let rest = lower.trim_start_matches(['[', '(', '#', ' ']);
    let unnamed = ["adr", "rfc", "decision", "madr"].iter().find_map(|name| rest.strip_prefix(name));
    let digits_from = unnamed.map_or(rest, |rest| rest.trim_start_matches(['-', '_', ' ', '#', '.', ':']));
    let length = digits_from.bytes().take_while(u8::is_ascii_digit).count();
    if length == 0 || length > 5 {
        return None;
    }
    let number = digits_from[..length].parse().ok()?;
    let after = &digits_from[length..];
    let mut next = after.chars();
    match (next.next(), next.next()) {
        // `1.0 release` and `3rd party` are no numbers of records.
        (Some('.'), Some(digit)) if digit.is_ascii_digit() => None,
        (Some(letter), _) if letter.is_alphanumeric() => None,
        (Some(' '), Some('-' | '–' | '—' | ':')) => Some((number, true)),
        (Some(' '), _) => Some((number, unnamed.is_some() || digits_from.starts_with('0'))),
        _ => Some((number, true)),
    }
}

/// Whether the words of a file's name begin with this number: `0007-2-factor-login`.
fn slug_begins_with(stem: &str, number: i64) -> bool {
    let mut words = stem.split(['-', '_']).filter(|word| !word.eq_ignore_ascii_case("adr"));
    words.next();
    words.next().is_some_and(|word| word.parse() == Ok(number))
}

/// Which list a line that links records belongs to.
fn link_kind<'f>(
    text: &str,
    replaces: &'f mut Vec<Found>,
    replaced_by: &'f mut Vec<Found>,
) -> Option<&'f mut Vec<Found>> {
    let words = plain(text).to_lowercase().replace("superc", "supers");
    if ["superseded by", "superseded-by", "replaced by"].iter().any(|said| words.contains(said)) {
        Some(replaced_by)
    } else if ["supersedes", "replaces"].iter().any(|said| words.contains(said)) {
        Some(replaces)
    } else {
        None
    }
}

/// The records that a text names: the targets of its links, else `ADR-0012` and numbers
/// of four digits.
fn targets(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find("](") {
        let Some(close) = rest[open..].find(')') else { break };
        let target = &rest[open + 2..open + close];
        found.push(target.split(['#', ' ']).next().unwrap_or(target).to_owned());
        rest = &rest[open + close..];
    }
    if !found.is_empty() {
        return found;
    }
    let words: Vec<&str> =
        text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'))).collect();
    for (place, word) in words.iter().enumerate() {
        let digits = word.trim_matches(['.', '-']);
        let is_number =
            !digits.is_empty() && digits.len() <= 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
        let named = place > 0 && words[place - 1].eq_ignore_ascii_case("adr");
        let is_name = word.to_lowercase().starts_with("adr-")
            || word.ends_with(".md")
            || (word.contains('-') && leading_number(word).is_some());
        let is_day = value::date(digits).is_some();
        if is_name && !is_day || is_number && (named || digits.len() >= 3) {
            found.push(word.trim_matches('.').to_owned());
        }
    }
    found
}

/// What a link means: a name without folders, ending and number's padding.
pub(crate) fn link_target(target: &str) -> (String, Option<i64>) {
    let name = target.rsplit('/').next().unwrap_or(target);
    let name = name.strip_suffix(".md").unwrap_or(name);
    (name.to_owned(), leading_number(name).map(|(number, _)| number))
}
