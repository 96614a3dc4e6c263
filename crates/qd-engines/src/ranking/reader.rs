//! By which addresses and names a reader is known.

use std::collections::{BTreeMap, BTreeSet};

use super::Message;

/// Shorter words are initials and particles.
const SHORTEST: usize = 3;
/// A word ends so many of the reader's messages before it counts as how they sign.
const SIGNED: usize = 3;
/// And one message in so many.
const SIGNED_OF: usize = 50;
/// Longest text that is kept whole: of a longer one the end is not seen.
const WHOLE: u32 = 1000;
/// Last words that are not a name.
const CLOSINGS: &[&str] = &[
    "thanks",
    "thank",
    "regards",
    "cheers",
    "best",
    "sincerely",
    "greetings",
    "otherwise",
    "ditto",
    "yes",
    "agreed",
    "done",
    "applied",
    "danke",
    "grüße",
    "gruß",
    "merci",
    "cordialement",
    "gracias",
    "saludos",
];

/// A reader: whose mailbox it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reader {
    addresses: BTreeSet<String>,
    names: BTreeSet<String>,
}

impl Reader {
    /// Of these addresses and names. To the names come those by which the reader goes in their own
    /// messages: above them, and as the one word that they often sign with.
    pub fn of<'a>(
        addresses: impl IntoIterator<Item = &'a str>,
        names: impl IntoIterator<Item = &'a str>,
        messages: &[Message<'_>],
    ) -> Self {
        let addresses = addresses.into_iter().map(str::to_lowercase).collect();
        let mut reader = Self { addresses, names: BTreeSet::new() };
        names.into_iter().for_each(|name| reader.add(name));
        let (mut whole, mut last) = (0, BTreeMap::<String, usize>::new());
        for message in messages {
            if !reader.wrote(message) {
                continue;
            }
            if let Some(name) = &message.sender_name {
                reader.add(name);
            }
            if message.chars <= WHOLE && !message.text.trim().is_empty() {
                whole += 1;
                last_word(&message.text).into_iter().for_each(|word| *last.entry(word).or_default() += 1);
            }
        }
        let is_signature = |count: usize| count >= SIGNED && count * SIGNED_OF >= whole;
        reader.names.extend(last.into_iter().filter(|(_, count)| is_signature(*count)).map(|(word, _)| word));
        reader
    }

    fn add(&mut self, name: &str) {
        // A program that knows no name puts the address in its place.
        if !name.contains('@') {
            let words = words(name).filter(|word| word.chars().count() >= SHORTEST);
            self.names.extend(words.map(str::to_lowercase));
        }
    }

    /// Whether `address` is theirs.
    pub fn is(&self, address: &str) -> bool {
        self.addresses.contains(address)
    }

    /// Whether they wrote `message`.
    pub fn wrote(&self, message: &Message<'_>) -> bool {
        message.sender.as_deref().is_some_and(|sender| self.is(sender))
    }

    /// Whether `text` holds a name of theirs.
    pub(super) fn is_named_in(&self, text: &str) -> bool {
        let mut lower = String::new();
        words(text).any(|word| {
            lower.clear();
            lower.extend(word.chars().flat_map(char::to_lowercase));
            self.names.contains(&lower)
        })
    }

    /// Whether a greeting or an `@` means them.
    pub(super) fn is_mentioned(&self, mention: &str) -> bool {
        let is_account = |address: &String| {
            address.split('@').next().is_some_and(|account| account.eq_ignore_ascii_case(mention))
        };
        self.is_named_in(mention) || self.addresses.iter().any(is_account)
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|one: char| !one.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// The last line, where it is one word that may be a name.
fn last_word(text: &str) -> Option<String> {
    let line = text.trim_end().lines().next_back()?;
    let word = line.trim_matches(|one: char| one.is_whitespace() || matches!(one, '-' | ',' | '.' | '!'));
    let is_name = word.starts_with(char::is_uppercase)
        && word.chars().all(char::is_alphabetic)
        && (2..=20).contains(&word.chars().count());
    Some(word.to_lowercase()).filter(|word| is_name && !CLOSINGS.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Message<'_> {
        let chars = u32::try_from(text.chars().count()).unwrap();
        let (sender, sender_name) = (Some("ada@example.org".into()), Some("Augusta King".into()));
        Message { sender, sender_name, text: text.into(), chars, ..Message::default() }
    }

    #[test]
    fn names_are_those_above_and_below_what_the_reader_wrote() {
        let messages =
            ["Yes.\n\n- Ada", "No.\nAda", "Fine.\n\tAda!", "So.\nThanks", "So.\nThanks", "So.\nThanks"];
        let messages: Vec<Message<'_>> = messages.into_iter().map(written).collect();
        let reader = Reader::of(["Ada@Example.org"], ["Countess of Lovelace"], &messages);
        for text in ["Hi ada,", "augusta?", "@Lovelace", "Ask King, please"] {
            assert!(reader.is_named_in(text), "{text}");
        }
        for text in ["Adam", "thanks", "of", ""] {
            assert!(!reader.is_named_in(text), "{text}");
        }
        let none = Reader::of(["ada@example.org"], [], &[]);
        assert!(none.is_mentioned("ADA") && !none.is_mentioned("Adam"));
        assert!(none.wrote(&written("")));
    }
}
