//! The one form in which a server of WebDAV answers (RFC 4918, section 13).
//!
//! Elements are known by their own names, whatever prefix or namespace they come with: servers differ
//! in these, and no two that matter here share a name. What breaks off is kept as far as it was whole.

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

/// Levels of elements; an answer has about ten.
const DEPTH: usize = 64;

/// An answer.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Multistatus {
    pub(super) answers: Vec<Answer>,
    /// What the next question may begin with.
    pub(super) token: Option<String>,
    /// Whether it was read to its end.
    pub(super) is_whole: bool,
}

/// What is said of one thing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) href: String,
    /// Status of the whole of it, where it has one.
    pub(super) status: Option<u16>,
    pub(super) properties: Properties,
}

/// What was asked of it and is there.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Properties {
    pub(super) name: Option<String>,
    /// Changes when it does.
    pub(super) etag: Option<String>,
    /// Changes when anything in it does (`getctag`).
    pub(super) tag: Option<String>,
    /// Where a synchronisation of what is in it begins.
    pub(super) token: Option<String>,
    /// The calendar that it is.
    pub(super) data: Option<String>,
    /// Who asks.
    pub(super) principal: Option<String>,
    /// Where their calendars are.
    pub(super) homes: Vec<String>,
    /// What it is: `collection`, `calendar`.
    pub(super) kinds: Vec<String>,
    /// What it can be asked.
    pub(super) reports: Vec<String>,
    /// What may be in it: `VEVENT`, `VTODO`.
    pub(super) components: Vec<String>,
}

/// Reads an answer; none where it is something else.
pub(super) fn read(text: &str) -> Option<Multistatus> {
    let mut reader = Reader::from_str(text);
    let mut state = State::default();
    let mut path: Vec<String> = Vec::new();
    state.all.is_whole = loop {
        match reader.read_event() {
            Ok(Event::Start(element)) if path.len() < DEPTH => {
                state.start(&path, &element);
                path.push(element.local_name().as_ref().to_owned());
            }
            Ok(Event::Empty(element)) => {
                state.start(&path, &element);
                state.end(&path, element.local_name().as_ref());
            }
            Ok(Event::End(_)) => match path.pop() {
                Some(name) => state.end(&path, &name),
                None => break false,
            },
            Ok(Event::Text(text)) => state.text.push_str(&text),
            Ok(Event::CData(text)) => state.text.push_str(&text),
            Ok(Event::GeneralRef(name)) => state.text.push(character(&name)),
            Ok(Event::Eof) => break path.is_empty(),
            Ok(Event::Start(_)) | Err(_) => break false,
            Ok(_) => {}
        }
    };
    state.is_multistatus.then_some(state.all)
}

/// What a reference stands for; one that the answer declares itself is not followed.
fn character(name: &str) -> char {
    let number = name.strip_prefix('#').and_then(|number| match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => number.parse().ok(),
    });
    match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => number.and_then(char::from_u32).unwrap_or(' '),
    }
}

#[derive(Default)]
struct State {
    all: Multistatus,
    is_multistatus: bool,
    answer: Answer,
    /// Properties of one status, and that.
    part: Properties,
    status: Option<u16>,
    text: String,
}

impl State {
    fn start(&mut self, path: &[String], element: &BytesStart<'_>) {
        let name = element.local_name();
        let name = name.as_ref();
        self.text.clear();
        match (parent(path), name) {
            ("", "multistatus") => self.is_multistatus = true,
            ("multistatus", "response") => self.answer = Answer::default(),
            ("response", "propstat") => (self.part, self.status) = Default::default(),
            ("resourcetype", kind) => self.part.kinds.push(kind.to_owned()),
            ("report", report) => self.part.reports.push(report.to_owned()),
            (_, "comp") => self.part.components.extend(component(element)),
            _ => {}
        }
    }

    fn end(&mut self, path: &[String], name: &str) {
        let text = || Some(self.text.trim().to_owned()).filter(|text| !text.is_empty());
        match (parent(path), name) {
            ("response", "href") => self.answer.href = text().unwrap_or_default(),
            ("response", "status") => self.answer.status = status(&self.text),
            ("propstat", "status") => self.status = status(&self.text),
            ("multistatus", "sync-token") => self.all.token = text(),
            ("prop", "displayname") => self.part.name = text(),
            ("prop", "getetag") => self.part.etag = text(),
            ("prop", "getctag") => self.part.tag = text(),
            ("prop", "sync-token") => self.part.token = text(),
            ("prop", "calendar-data") => self.part.data = text(),
            ("current-user-principal", "href") => self.part.principal = text(),
            ("calendar-home-set", "href") => self.part.homes.extend(text()),
            ("response", "propstat") => {
                let part = std::mem::take(&mut self.part);
                if self.status.is_none_or(|status| status / 100 == 2) {
                    self.answer.properties.join(part);
                }
            }
            ("multistatus", "response") => self.all.answers.push(std::mem::take(&mut self.answer)),
            _ => {}
        }
        self.text.clear();
    }
}

impl Properties {
    fn join(&mut self, other: Self) {
        self.name = other.name.or(self.name.take());
        self.etag = other.etag.or(self.etag.take());
        self.tag = other.tag.or(self.tag.take());
        self.token = other.token.or(self.token.take());
        self.data = other.data.or(self.data.take());
        self.principal = other.principal.or(self.principal.take());
        self.homes.extend(other.homes);
        self.kinds.extend(other.kinds);
        self.reports.extend(other.reports);
        self.components.extend(other.components);
    }
}

fn parent(path: &[String]) -> &str {
    path.last().map_or("", String::as_str)
}

/// `HTTP/1.1 404 Not Found`.
fn status(line: &str) -> Option<u16> {
    line.split_whitespace().nth(1)?.parse().ok()
}

fn component(element: &BytesStart<'_>) -> Option<String> {
    let name = element.attributes().with_checks(false).flatten().find(|own| own.key.as_ref() == "name")?;
    Some(name.value.to_ascii_uppercase())
}
