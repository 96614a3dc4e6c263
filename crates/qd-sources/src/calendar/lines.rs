//! The lines of a file and the components they make (RFC 5545, section 3.1).
//!
//! A file may end anywhere, close what it never opened and hold any bytes: what is whole is kept,
//! and the rest is told with its line.

/// Components inside each other; a calendar needs four.
const DEEPEST: usize = 8;

/// A property of a component.
#[derive(Debug, Clone)]
pub(super) struct Property {
    /// Line on which it begins, from 1.
    pub(super) line: usize,
    /// Its name in upper case.
    pub(super) name: String,
    parameters: Vec<(String, String)>,
    /// Its value as written, escapes and all.
    pub(super) value: String,
}

impl Property {
    /// A parameter by its name in upper case.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// A parameter that is one word, in upper case; empty where it is not given.
    pub(super) fn word(&self, name: &str) -> String {
        self.parameter(name).unwrap_or_default().trim().to_ascii_uppercase()
    }

    /// Its value as a text: `\n`, `\,` and `\;` are what they stand for.
    pub(super) fn text(&self) -> String {
        let mut text = String::with_capacity(self.value.len());
        let mut rest = self.value.chars();
        while let Some(character) = rest.next() {
            match character {
                '\\' => match rest.next() {
                    Some('n' | 'N') => text.push('\n'),
                    Some(other) => text.push(other),
                    None => {}
                },
                other => text.push(other),
            }
        }
        text
    }
}

/// What stands between a `BEGIN` and its `END`.
#[derive(Debug, Clone, Default)]
pub(super) struct Component {
    /// Its name in upper case.
    pub(super) name: String,
    /// Its own properties, in order.
    pub(super) properties: Vec<Property>,
    /// Components inside it.
    pub(super) children: Vec<Component>,
}

impl Component {
    /// The first property of that name.
    pub(super) fn get(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.name == name)
    }

    /// All properties of that name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Property> {
        self.properties.iter().filter(move |property| property.name == name)
    }

    /// One word of a property, in upper case; empty where it is not given.
    pub(super) fn word(&self, name: &str) -> String {
        self.get(name).map_or_else(String::new, |property| property.value.trim().to_ascii_uppercase())
    }

    /// Text of a property, none where it is empty.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let text = self.get(name)?.text();
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    }
}

/// What a file holds.
#[derive(Debug, Default)]
pub(super) struct File {
    /// Its calendars.
    pub(super) calendars: Vec<Component>,
    /// Line, and what is wrong with it.
    pub(super) problems: Vec<(usize, String)>,
    /// Whether every calendar came to its end.
    pub(super) is_whole: bool,
}

/// Reads a file of any bytes.
pub(super) fn read(bytes: &[u8]) -> File {
    let mut file = File { is_whole: true, ..File::default() };
    let mut open: Vec<Component> = Vec::new();
    // Components below the deepest level that is kept.
    let mut below = 0_usize;
    let mut last = 0;
    for (line, text) in unfold(bytes) {
        last = line;
        let Some(property) = property(line, &text) else {
            if !open.is_empty() && !text.trim().is_empty() {
                file.problems.push((line, "this is no property (a name, a colon and a value)".to_owned()));
            }
            continue;
        };
        match &property.name[..] {
            "BEGIN" if open.len() >= DEEPEST => below += 1,
            "BEGIN" => {
                let name = property.value.trim().to_ascii_uppercase();
                open.push(Component { name, ..Component::default() });
            }
            "END" if below > 0 => below -= 1,
            "END" => close(&mut open, &property, &mut file),
            _ if below > 0 => {}
            _ => {
                if let Some(component) = open.last_mut() {
                    component.properties.push(property);
                }
            }
        }
    }
    if !open.is_empty() {
        file.problems.push((last, "the file breaks off here; what was whole before was read".to_owned()));
        file.is_whole = false;
        if open.first().is_some_and(|first| first.name == "VCALENDAR") {
            file.calendars.push(open.swap_remove(0));
        }
    }
    file
}

/// Ends the innermost open component of that name, and what was left open inside it.
fn close(open: &mut Vec<Component>, end: &Property, file: &mut File) {
    let name = end.value.trim();
    let Some(place) = open.iter().rposition(|component| component.name.eq_ignore_ascii_case(name)) else {
        file.problems.push((end.line, "this ends what never began".to_owned()));
        return;
    };
    if open.len() > place + 1 {
        file.problems.push((end.line, "something inside has no end and was left out".to_owned()));
        open.truncate(place + 1);
    }
    let Some(done) = open.pop() else { return };
    match open.last_mut() {
        Some(parent) => parent.children.push(done),
        None if done.name == "VCALENDAR" => file.calendars.push(done),
        None => {}
    }
}

/// Whole lines with the number of their first: one that begins with a space or a tab goes on the one
/// before, and may do so within a character.
fn unfold(bytes: &[u8]) -> Vec<(usize, String)> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut lines: Vec<(usize, Vec<u8>)> = Vec::new();
    for (at, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match (line.split_first(), lines.last_mut()) {
            (Some((b' ' | b'\t', rest)), Some((_, whole))) => whole.extend_from_slice(rest),
            _ => lines.push((at + 1, line.to_vec())),
        }
    }
    lines.into_iter().map(|(at, line)| (at, String::from_utf8_lossy(&line).into_owned())).collect()
}

/// `NAME;PARAMETER=value;OTHER="quoted: value":value`.
fn property(line: usize, text: &str) -> Option<Property> {
    let mut parts = Vec::new();
    let (mut from, mut is_quoted, mut colon) = (0, false, None);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b';' if !is_quoted => {
                parts.push(text.get(from..at)?);
                from = at + 1;
            }
            b':' if !is_quoted => {
                colon = Some(at);
                break;
            }
            _ => {}
        }
    }
    // A quote that never ends hides the colon: then the first colon is taken.
    let colon = colon.or_else(|| text.find(':'))?;
    parts.push(text.get(from.min(colon)..colon)?);
    let mut parts = parts.into_iter();
    // Apple and others put a group before the name: `item1.URL`.
    let name = parts.next()?.trim().rsplit('.').next()?.to_ascii_uppercase();
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if name.is_empty() || !name.bytes().all(is_name) {
        return None;
    }
    let parameters = parts
        .filter_map(|part| part.split_once('='))
        .map(|(name, value)| (name.trim().to_ascii_uppercase(), value.trim().trim_matches('"').to_owned()))
        .collect();
    Some(Property { line, name, parameters, value: text.get(colon + 1..)?.to_owned() })
}
