//! The elements of a feed: RSS 0.9 to 2.0, Atom.

use jiff::{Timestamp, fmt::rfc2822};
use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use crate::connector::row::moment;

/// Levels of elements below which nothing is looked at.
const DEPTH: usize = 256;
/// Entries of a feed.
const ENTRIES: usize = 2000;
/// Bytes of an element's text.
const TEXT: usize = 64 << 10;

/// What a feed says.
#[derive(Debug, Default)]
pub(super) struct Feed {
    pub(super) title: Option<String>,
    pub(super) entries: Vec<Entry>,
    /// Why not all of it could be read.
    pub(super) problem: Option<String>,
}

/// What it published; texts may be HTML.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) id: Option<String>,
    pub(super) title: Option<String>,
    pub(super) link: Option<String>,
    pub(super) at: Option<Timestamp>,
    pub(super) text: Option<String>,
}

/// A text that is being read.
struct Open {
    name: String,
    depth: usize,
    text: String,
}

#[derive(Default)]
struct State {
    feed: Feed,
    root: Option<String>,
    /// The entry that is being read, and the depth of its element.
    entry: Option<(Entry, usize)>,
    open: Option<Open>,
}

/// Reads until the end or until it makes no sense any more.
pub(super) fn parse(text: &str) -> Feed {
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}').trim_start());
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let (mut state, mut path) = (State::default(), Vec::<String>::new());
    let broken = loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                if path.len() >= DEPTH {
                    break Some(format!("elements stand inside each other more than {DEPTH} deep"));
                }
                state.start(&element, path.len(), path.last().map(String::as_str));
                path.push(element.name().as_ref().to_owned());
            }
            Ok(Event::Empty(element)) => {
                state.start(&element, path.len(), path.last().map(String::as_str));
                state.end(path.len());
            }
            Ok(Event::End(element)) => {
                if path.pop().is_none_or(|open| open != element.name().as_ref()) {
                    break Some("an element ends that did not begin".to_owned());
                }
                state.end(path.len());
            }
            Ok(Event::Text(text)) => state.text(&text),
            Ok(Event::CData(text)) => state.text(&text),
            Ok(Event::GeneralRef(name)) => state.text(&resolved(&name)),
            Ok(Event::Eof) if path.is_empty() => break None,
            Ok(Event::Eof) => break Some("it breaks off".to_owned()),
            Ok(_) => {}
            Err(error) => break Some(format!("it is no well-formed XML: {error}")),
        }
        if state.feed.entries.len() >= ENTRIES {
            break Some(format!("it has more than {ENTRIES} entries; the first were kept"));
        }
    };
    let is_feed = state.root.as_deref().is_some_and(|root| matches!(root, "rss" | "feed" | "RDF"));
    if !is_feed {
        return Feed { problem: Some("it is no feed (RSS or Atom)".to_owned()), ..Feed::default() };
    }
    Feed { problem: broken, ..state.feed }
}

/// What an entity stands for; those of the file's own are not expanded.
fn resolved(name: &str) -> String {
    let number = name.strip_prefix('#').and_then(|number| match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => number.parse().ok(),
    });
    if let Some(character) = number.and_then(char::from_u32) {
        return character.to_string();
    }
    match name {
        "lt" => "<".to_owned(),
        "gt" => ">".to_owned(),
        "amp" => "&".to_owned(),
        "quot" => "\"".to_owned(),
        "apos" => "'".to_owned(),
        // Of HTML, in a feed that forgot to say so: who turns it into words knows it.
        _ => format!("&{name};"),
    }
}

impl State {
    fn start(&mut self, element: &BytesStart<'_>, depth: usize, parent: Option<&str>) {
        let name = element.local_name();
        let name = name.as_ref();
        if depth == 0 && self.root.is_none() {
            self.root = Some(name.to_owned());
        }
        if let Some(open) = &mut self.open {
            // Markup within a text: its words count.
            open.text.push(' ');
            return;
        }
        match &mut self.entry {
            None if matches!(name, "item" | "entry") => self.entry = Some((Entry::default(), depth)),
            None if name == "title"
                && parent.is_some_and(|parent| matches!(local(parent), "channel" | "feed")) =>
            {
                self.open(name, depth);
            }
            Some((entry, own)) if depth == *own + 1 => {
                if name == "link" {
                    let (href, rel) = (attribute(element, "href"), attribute(element, "rel"));
                    if href.is_some() && rel.is_none_or(|rel| rel == "alternate") {
                        entry.link = entry.link.take().or(href);
                    }
                }
                self.open(name, depth);
            }
            _ => {}
        }
    }

    fn open(&mut self, name: &str, depth: usize) {
        self.open = Some(Open { name: name.to_owned(), depth, text: String::new() });
    }

    fn text(&mut self, text: &str) {
        if let Some(open) = self.open.as_mut().filter(|open| open.text.len() < TEXT) {
            open.text.push_str(text);
        }
    }

    fn end(&mut self, depth: usize) {
        if let Some(open) = self.open.take_if(|open| open.depth == depth) {
            let text = open.text.trim().to_owned();
            if !text.is_empty() {
                self.take(&open.name, text);
            }
        }
        if let Some((entry, _)) = self.entry.take_if(|(_, own)| *own == depth)
            && entry != Entry::default()
        {
            self.feed.entries.push(entry);
        }
    }

    fn take(&mut self, name: &str, text: String) {
        let Some((entry, _)) = &mut self.entry else {
            self.feed.title = self.feed.title.take().or(Some(text));
            return;
        };
        match name {
            "title" => entry.title = entry.title.take().or(Some(text)),
            "link" => entry.link = entry.link.take().or(Some(text)),
            "id" | "guid" => entry.id = entry.id.take().or(Some(text)),
            "published" | "pubDate" | "date" | "issued" => entry.at = time(&text).or(entry.at),
            "updated" | "modified" => entry.at = entry.at.or_else(|| time(&text)),
            // A summary says it in fewer words than the content.
            "description" | "summary" => entry.text = Some(text),
            "content" | "encoded" => entry.text = entry.text.take().or(Some(text)),
            _ => {}
        }
    }
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = element.attributes();
    let found = attributes
        .with_checks(false)
        .flatten()
        .find(|attribute| attribute.key.local_name().as_ref() == name)?;
    let text = quick_xml::escape::unescape(&found.value).map(|text| text.into_owned()).ok()?;
    Some(text).filter(|text| !text.trim().is_empty())
}

fn time(text: &str) -> Option<Timestamp> {
    let time = rfc2822::parse(text).map(|time| time.timestamp()).ok().or_else(|| moment(text))?;
    Some(time).filter(|time| time.as_second() > 0)
}
