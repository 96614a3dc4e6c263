//! The structure of a Markdown text: headings, lines of prose and lists, fenced code.
//!
//! Lines are kept as written, with their bytes; code and comments are not lines.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::decision_text::plain;

/// A text taken apart.
#[derive(Debug, Default)]
pub(crate) struct Body {
    pub(crate) headings: Vec<Heading>,
    /// Place of the title among the headings.
    pub(crate) title: Option<usize>,
    pub(crate) lines: Vec<Line>,
    pub(crate) fences: Vec<Fence>,
}

#[derive(Debug)]
pub(crate) struct Heading {
    pub(crate) text: String,
    pub(crate) span: Range<usize>,
}

/// A line of a paragraph, the first line of a list item, or a row of a table.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) text: String,
    pub(crate) span: Range<usize>,
    /// Place of the heading it stands under.
    section: Option<usize>,
}

/// A block of code.
#[derive(Debug)]
pub(crate) struct Fence {
    pub(crate) language: String,
    pub(crate) text: String,
    pub(crate) span: Range<usize>,
    pub(crate) section: Option<usize>,
}

impl Line {
    /// `key: value`, the key in lower case and without marks.
    pub(crate) fn field(&self) -> Option<(String, &str)> {
        let (key, value) = match self.text.split_once(':') {
            Some((key, value)) if key.len() <= 40 => (key, value),
            // `Date 09/04/2018`
            _ => self
                .text
                .split_once(' ')
                .filter(|(_, value)| value.starts_with(|c: char| c.is_ascii_digit()))?,
        };
        let value = value.trim().trim_start_matches(['*', '_']).trim();
        Some((plain(key).to_lowercase(), value))
    }
}

impl Body {
    /// The first field of one of these names between the title and the first section.
    pub(crate) fn field(&self, names: &[&str]) -> Option<(&Line, &str)> {
        let before = |line: &&Line| line.section.is_none() || line.section == self.title;
        names.iter().find_map(|name| {
            let mut fields = self.lines.iter().filter(before).filter_map(|line| Some((line, line.field()?)));
            fields
                .find(|(_, (key, value))| key == name && !value.is_empty())
                .map(|(line, (_, value))| (line, value))
        })
    }

    /// Place of the first heading of this name, other than the title; `Status: done`
    /// and `1. Status` are of the name `status`.
    pub(crate) fn section(&self, name: &str) -> Option<usize> {
        self.headings.iter().enumerate().position(|(place, heading)| {
            let text = plain(&heading.text).to_lowercase();
            let text = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ' ');
            let text = text.split(':').next().unwrap_or(text).trim();
            Some(place) != self.title && text == name
        })
    }

    /// Lines directly under a heading.
    pub(crate) fn lines_of(&self, section: usize) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.section == Some(section))
    }

    fn push_line(&mut self, text: &str, span: Range<usize>) {
        let inner = text.trim_start_matches(|c: char| c.is_whitespace() || c == '>');
        let inner = ["- ", "* ", "+ "].iter().find_map(|mark| inner.strip_prefix(mark)).unwrap_or(inner);
        let inner = inner.trim().trim_end_matches('\\').trim_end_matches("<br>").trim_end();
        let section = self.headings.len().checked_sub(1);
        if self.lines.last().is_none_or(|last| last.span.end <= span.start) {
            self.lines.push(Line { text: inner.to_owned(), span, section });
        }
    }

    fn push_lines(&mut self, text: &str, span: Range<usize>) {
        let mut place = span.start;
        for line in text.get(span).unwrap_or_default().split_inclusive('\n') {
            let start = place;
            place += line.len();
            self.push_line(line, start..start + line.trim_end().len());
        }
    }
}

/// Takes `text` apart from byte `start` on.
pub(crate) fn body(text: &str, start: usize) -> Body {
    let mut body = Body::default();
    let mut heading: Option<(HeadingLevel, String)> = None;
    let mut fence: Option<Fence> = None;
    let mut cells: Vec<String> = Vec::new();
    let mut cell: Option<String> = None;
    let parser = Parser::new_ext(text.get(start..).unwrap_or_default(), Options::ENABLE_TABLES);
    for (event, range) in parser.into_offset_iter() {
        let span = range.start + start..range.end + start;
        match event {
            Event::Start(Tag::Heading { level, .. }) => heading = Some((level, String::new())),
            Event::End(TagEnd::Heading(_)) => {
                if let Some((level, words)) = heading.take() {
                    let first = body.title.is_none() && level == HeadingLevel::H1;
                    if first {
                        body.title = Some(body.headings.len());
                    }
                    let end = span.start + text.get(span.clone()).unwrap_or_default().trim_end().len();
                    body.headings.push(Heading { text: words.trim().to_owned(), span: span.start..end });
                }
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                let language = match kind {
                    CodeBlockKind::Fenced(language) => {
                        language.split_whitespace().next().unwrap_or_default().to_lowercase()
                    }
                    CodeBlockKind::Indented => String::new(),
                };
                let section = body.headings.len().checked_sub(1);
                let end = span.start + text.get(span.clone()).unwrap_or_default().trim_end().len();
                fence = Some(Fence { language, text: String::new(), span: span.start..end, section });
            }
            Event::End(TagEnd::CodeBlock) => body.fences.extend(fence.take()),
            Event::Start(Tag::TableRow | Tag::TableHead) => cells.clear(),
            Event::Start(Tag::TableCell) => cell = Some(String::new()),
            Event::End(TagEnd::TableCell) => cells.extend(cell.take()),
            Event::End(TagEnd::TableRow | TagEnd::TableHead) => {
                if let [name, value] = &cells[..] {
                    body.push_line(&format!("{name}: {value}"), span);
                }
            }
            Event::Start(Tag::Paragraph) => body.push_lines(text, span),
            Event::Start(Tag::Item) => {
                let first = text.get(span.clone()).unwrap_or_default().lines().next().unwrap_or_default();
                body.push_line(first, span.start..span.start + first.len());
            }
            Event::Text(words) => {
                if let Some(fence) = &mut fence {
                    fence.text.push_str(&words);
                }
                for open in heading.iter_mut().map(|(_, text)| text).chain(cell.iter_mut()) {
                    open.push_str(&words);
                }
            }
            Event::Code(words) => {
                for open in heading.iter_mut().map(|(_, text)| text).chain(cell.iter_mut()) {
                    open.push_str(&format!("`{words}`"));
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some((_, text)) = &mut heading {
                    text.push(' ');
                }
            }
            _ => {}
        }
    }
    body
}
