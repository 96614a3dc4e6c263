//! A letter that nobody has sent: made, laid before its author, and written as a message (RFC 5322).
//!
//! Whatever comes into it from outside (subjects, names, addresses, ids) is one line without control
//! characters before it is a header, so that nothing can add a header of its own.

use std::collections::HashSet;

use jiff::Timestamp;
use mail_builder::{
    MessageBuilder,
    headers::{address::Address, date::Date, message_id::MessageId, raw::Raw},
};
use mail_parser::MessageParser;

use crate::values::hash;

/// Headers that its author may edit.
const EDITED: [&str; 3] = ["To", "Cc", "Subject"];
/// Longest id that is taken for one.
const LONGEST_ID: usize = 500;

/// An address, and who is behind it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mailbox {
    /// Name, where one is known.
    pub name: Option<String>,
    /// `ada@example.org`.
    pub address: String,
}

impl Mailbox {
    /// A mailbox; none where `address` is no address that a letter could be written to.
    #[must_use]
    pub fn new(name: Option<&str>, address: &str) -> Option<Self> {
        let address = address.trim();
        let is_odd = |character: char| {
            character.is_whitespace() || character.is_control() || "<>()[]\\,;:\"".contains(character)
        };
        let (person, domain) = address.rsplit_once('@')?;
        if person.is_empty() || domain.is_empty() || address.contains(is_odd) || person.contains('@') {
            return None;
        }
        let name = name.map(one_line).filter(|name| !name.is_empty() && name != address);
        Some(Self { name, address: address.to_owned() })
    }

    fn is_of(&self, address: &str) -> bool {
        self.address.eq_ignore_ascii_case(address)
    }

    /// As it stands in a header that a person reads.
    #[must_use]
    pub fn shown(&self) -> String {
        match &self.name {
            Some(name) => format!("\"{}\" <{}>", name.replace(['"', '\\'], ""), self.address),
            None => self.address.clone(),
        }
    }

    fn written(&self) -> Address<'_> {
        Address::new_address(self.name.as_deref(), self.address.as_str())
    }
}

/// A letter that nobody has sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// Who writes it.
    pub from: Mailbox,
    /// Whom it is to.
    pub to: Vec<Mailbox>,
    /// Who gets a copy.
    pub cc: Vec<Mailbox>,
    /// What it is about.
    pub subject: String,
    /// Id of the message that it answers.
    pub in_reply_to: Option<String>,
    /// Ids of the messages before it, oldest first.
    pub references: Vec<String>,
    /// What its author says.
    pub text: String,
    /// What others said, quoted below.
    pub quote: String,
}

/// A message that is answered, as far as it is known.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Its id.
    pub id: &'a str,
    /// When it was sent.
    pub at: Timestamp,
    /// Who wrote it.
    pub sender: &'a Mailbox,
    /// Addresses at which its author wants answers; none where that is their own.
    pub reply_to: &'a [String],
    /// Addresses it is to.
    pub to: &'a [String],
    /// Addresses that got a copy.
    pub cc: &'a [String],
    /// Its subject.
    pub subject: &'a str,
    /// Ids of the messages before it.
    pub references: &'a [String],
    /// What is quoted of it.
    pub text: &'a str,
}

impl Asked<'_> {
    /// An answer to everybody whom the message concerns, but not to `own` addresses: to its author, or
    /// where they want answers, with a copy to all others.
    #[must_use]
    pub fn answer(&self, from: Mailbox, own: &[String]) -> Draft {
        // Lists write themselves there, and they get the answer anyway: it is to the author all the same.
        let is_known =
            |address: &String| self.to.iter().chain(self.cc).any(|other| other.eq_ignore_ascii_case(address));
        let mut to: Vec<Mailbox> = match self.reply_to {
            known if known.iter().all(is_known) => Vec::new(),
            wanted => wanted.iter().filter_map(|address| Mailbox::new(None, address)).collect(),
        };
        if to.is_empty() {
            to.push(self.sender.clone());
        }
        let mut cc: Vec<Mailbox> = Vec::new();
        for address in self.to.iter().chain(self.cc) {
            let is_own = from.is_of(address) || own.iter().any(|own| own.eq_ignore_ascii_case(address));
            let is_there = to.iter().chain(&cc).any(|other| other.is_of(address));
            cc.extend(Mailbox::new(None, address).filter(|_| !is_own && !is_there));
        }
        Draft { from, to, cc, ..self.draft("Re: ", RE) }
    }

    /// The message handed on to somebody else, with `text` above it. It stays in its conversation, so that
    /// an answer to it is seen as one.
    #[must_use]
    pub fn hand_over(&self, from: Mailbox, to: Mailbox, text: String) -> Draft {
        Draft { from, to: vec![to], text, ..self.draft("Fwd: ", FWD) }
    }

    fn draft(&self, begins: &str, known: &[&str]) -> Draft {
        let subject = one_line(self.subject);
        let lower = subject.to_lowercase();
        let has_it = known.iter().any(|known| lower.starts_with(known));
        // A message without an id got one here; nobody else knows it.
        let id = is_id(self.id).then(|| self.id.to_owned());
        let before = self.references.iter().filter(|id| is_id(id) && **id != self.id);
        Draft {
            subject: if has_it { subject } else { format!("{begins}{subject}").trim_end().to_owned() },
            references: before.cloned().chain(id.clone()).collect(),
            in_reply_to: id,
            quote: self.quote(),
            ..Draft::default()
        }
    }

    fn quote(&self) -> String {
        let mut quote = format!("On {} {} wrote:\n", self.at.strftime("%Y-%m-%d"), self.sender.shown());
        for line in self.text.trim().lines() {
            quote.push_str(if line.trim().is_empty() { ">" } else { "> " });
            quote.push_str(line.trim_end());
            quote.push('\n');
        }
        quote
    }
}

/// How mail programs begin the subject of an answer, in lower case.
const RE: &[&str] = &["re:", "aw:", "sv:", "antw:", "rif:", "ref:", "r:"];
/// How they begin that of a message handed on.
const FWD: &[&str] = &["fwd:", "fw:", "wg:", "tr:"];

impl Draft {
    /// The whole text: what is said, and below it what is quoted.
    #[must_use]
    pub fn body(&self) -> String {
        let (text, quote) = (self.text.trim(), self.quote.trim_end());
        let between = if text.is_empty() || quote.is_empty() { "" } else { "\n\n" };
        format!("{text}{between}{quote}\n")
    }

    /// The draft as a text that its author edits: some headers, an empty line, the text.
    #[must_use]
    pub fn sheet(&self) -> String {
        let shown = |people: &[Mailbox]| people.iter().map(Mailbox::shown).collect::<Vec<_>>().join(", ");
        let head = format!(
            "To: {}\nCc: {}\nSubject: {}\n",
            shown(&self.to),
            shown(&self.cc),
            one_line(&self.subject)
        );
        let room = if self.text.trim().is_empty() { "\n\n" } else { "" };
        format!("{head}\n{room}{}", self.body())
    }

    /// The draft as its author left it on its sheet; none where nothing is said on it.
    ///
    /// # Errors
    /// Where a header is none of those that can be edited, or names somebody to whom no letter can be
    /// written.
    pub fn edited(&self, sheet: &str) -> Result<Option<Self>, String> {
        let sheet = sheet.replace("\r\n", "\n");
        let (head, text) = match sheet.split_once("\n\n") {
            Some(parts) => parts,
            None if sheet.trim().is_empty() => return Ok(None),
            None => return Err("an empty line parts the headers from the text".to_owned()),
        };
        let given: HashSet<&str> = self.quote.lines().map(str::trim_end).collect();
        let is_said = |line: &str| !line.trim().is_empty() && !given.contains(line.trim_end());
        if !text.lines().any(is_said) {
            return Ok(None);
        }
        let mut draft = Self { text: text.trim().to_owned(), quote: String::new(), ..self.clone() };
        (draft.to, draft.cc, draft.subject) = (Vec::new(), Vec::new(), String::new());
        for line in head.lines().filter(|line| !line.trim().is_empty()) {
            let Some((name, value)) = line.split_once(':') else {
                return Err(format!("`{line}` is no header: an empty line parts them from the text"));
            };
            match EDITED.iter().find(|edited| edited.eq_ignore_ascii_case(name.trim())) {
                Some(&"To") => draft.to.extend(people(value)?),
                Some(&"Cc") => draft.cc.extend(people(value)?),
                Some(_) => draft.subject = one_line(value),
                None => {
                    return Err(format!("`{}` cannot be set here: {} can", name.trim(), EDITED.join(", ")));
                }
            }
        }
        Ok(Some(draft))
    }

    /// The draft with `text` above what is quoted; none where it says nothing.
    #[must_use]
    pub fn saying(&self, text: &str) -> Option<Self> {
        let text = text.replace("\r\n", "\n").trim().to_owned();
        (!text.is_empty()).then(|| Self { text, ..self.clone() })
    }

    /// The message at an instant. Mail programs that know `X-Unsent` open it to be edited.
    #[must_use]
    pub fn message(&self, at: Timestamp) -> Vec<u8> {
        let body = self.body();
        let of = [at.to_string().into_bytes(), self.subject.clone().into_bytes(), body.clone().into_bytes()];
        let id = hash(of.iter().map(Vec::as_slice));
        let domain = self.from.address.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
        let mut message = MessageBuilder::new()
            .from(self.from.written())
            .date(Date::new(at.as_second()))
            .message_id(format!("{}@{domain}", id.get(..32).unwrap_or(&id)))
            .subject(one_line(&self.subject))
            .header("X-Unsent", Raw::new("1"));
        if !self.to.is_empty() {
            message = message.to(written(&self.to));
        }
        if !self.cc.is_empty() {
            message = message.cc(written(&self.cc));
        }
        if let Some(id) = self.in_reply_to.as_deref().filter(|id| is_id(id)) {
            message = message.in_reply_to(id);
        }
        let before = self.references.iter().filter(|id| is_id(id)).map(String::as_str);
        let before = MessageId::new_list(before);
        if !before.id.is_empty() {
            message = message.references(before);
        }
        // Writing to memory does not fail.
        message.text_body(body.replace('\n', "\r\n")).write_to_vec().unwrap_or_default()
    }
}

fn written(people: &[Mailbox]) -> Address<'_> {
    Address::new_list(people.iter().map(Mailbox::written).collect())
}

/// The people that a header names.
fn people(value: &str) -> Result<Vec<Mailbox>, String> {
    let value = one_line(value);
    if value.is_empty() {
        return Ok(Vec::new());
    }
    let head = format!("To: {value}\r\n\r\n");
    let parsed = MessageParser::new().parse(head.as_bytes());
    let addresses = parsed.as_ref().and_then(|message| message.to()).map(|to| to.iter().collect::<Vec<_>>());
    let found: Option<Vec<Mailbox>> = addresses
        .unwrap_or_default()
        .into_iter()
        .map(|address| Mailbox::new(address.name(), address.address()?))
        .collect();
    found
        .filter(|found| !found.is_empty())
        .ok_or_else(|| format!("`{value}` is no list of addresses (ada@example.org, Bo <bo@example.org>)"))
}

/// `text` in one line, without control characters and marks that turn the direction of writing.
fn one_line(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|character| if character.is_control() { ' ' } else { character })
        .filter(|character| !matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether `id` is one that a message has of its own, and can stand in a header.
fn is_id(id: &str) -> bool {
    let is_odd = |character: char| {
        character.is_control() || character.is_whitespace() || matches!(character, '<' | '>')
    };
    !id.is_empty() && id.len() <= LONGEST_ID && !id.starts_with("made-") && !id.contains(is_odd)
}
