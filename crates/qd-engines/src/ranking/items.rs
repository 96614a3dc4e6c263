//! Messages in the order of time, and what was known of each when it came.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet, VecDeque},
};

use jiff::Timestamp;

use super::{Activity, DAY, Features, LABEL_AGE, Reader, Relation, Share, Thread, days};

/// Characters in which a name counts as addressed.
const ADDRESSED: usize = 400;

/// A row of `messages`, as far as the order needs it. Its words are those of the answer it came from: a
/// mailbox of years would be held twice otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message<'a> {
    /// Its Message-ID.
    pub id: Cow<'a, str>,
    /// When it was sent.
    pub at: Timestamp,
    /// Id of the message its thread began with, as far as it says so.
    pub thread: Cow<'a, str>,
    /// Id of the message it answers.
    pub in_reply_to: Option<Cow<'a, str>>,
    /// Ids of the messages before it, oldest first.
    pub references: Vec<Cow<'a, str>>,
    /// Address of its author, in lower case.
    pub sender: Option<Cow<'a, str>>,
    /// Name of its author.
    pub sender_name: Option<Cow<'a, str>>,
    /// Whether no person wrote it.
    pub is_robot: bool,
    /// Addresses it is to, in lower case.
    pub to: Vec<Cow<'a, str>>,
    /// Addresses that get a copy, in lower case.
    pub cc: Vec<Cow<'a, str>>,
    /// How many of both there are.
    pub recipients: u32,
    /// Its subject.
    pub subject: Cow<'a, str>,
    /// Beginning of the own words.
    pub text: Cow<'a, str>,
    /// Sentences of them that ask something.
    pub asks: Vec<Cow<'a, str>>,
    /// Names that they address.
    pub mentions: Vec<Cow<'a, str>>,
    /// Their length in characters.
    pub chars: u32,
    /// Files that hang on it.
    pub attachments: Option<u32>,
}

/// Seconds until the reader answered, by the message's id. What is missing has no answer.
pub type Answers = HashMap<String, i64>;

/// The first direct answer of the reader to each message: one that says that it answers it.
pub fn answers(messages: &[Message<'_>], reader: &Reader) -> Answers {
    let at: HashMap<&str, Timestamp> = messages.iter().map(|message| (&*message.id, message.at)).collect();
    let mut answers = Answers::new();
    for answer in messages.iter().filter(|message| reader.wrote(message)) {
        let Some((id, asked)) = answer.in_reply_to.as_deref().and_then(|id| at.get_key_value(id)) else {
            continue;
        };
        let took = answer.at.as_second() - asked.as_second();
        answers.entry((*id).to_owned()).and_modify(|known| *known = took.min(*known)).or_insert(took);
    }
    answers
}

/// A message that may wait for the reader.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The message's id.
    pub id: String,
    /// When it was sent, in seconds since 1970.
    pub at: i64,
    /// What was known then.
    pub features: Features,
    /// Whether the reader answered it within [`LABEL_AGE`]; none while it is younger.
    pub answered: Option<bool>,
}

/// The items of a reader.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mailbox {
    /// The items, oldest first.
    pub items: Vec<Item>,
    /// What the reader does at `as_of`.
    pub activity: Activity,
}

/// The items among `messages`, as of a moment: those by others for which `is_item` holds, with what
/// was known of them when they came. `answers` are learned of no earlier than [`LABEL_AGE`] later.
pub fn items(
    messages: &[Message<'_>],
    reader: &Reader,
    answers: &Answers,
    as_of: Timestamp,
    is_item: &dyn Fn(&Message<'_>, Relation) -> bool,
) -> Mailbox {
    let mut seen = HashSet::new();
    let mut sorted: Vec<&Message<'_>> =
        messages.iter().filter(|message| message.at <= as_of && seen.insert(&message.id)).collect();
    sorted.sort_unstable_by(|one, two| (one.at, &one.id).cmp(&(two.at, &two.id)));
    let mut past = Past::default();
    let mut items: Vec<Item> = Vec::new();
    for message in sorted {
        let at = message.at.as_second();
        past.learn(at);
        let thread = past.thread(message);
        if reader.wrote(message) {
            past.own(message, thread, at);
            continue;
        }
        let relation = relation(message, reader);
        if is_item(message, relation) {
            let features = past.features(message, reader, relation, thread, at);
            let is_answered = answers.get(&*message.id).is_some_and(|took| *took <= LABEL_AGE);
            let is_known = at.saturating_add(LABEL_AGE) <= as_of.as_second();
            past.wait(message, thread, at, is_answered);
            let answered = is_known.then_some(is_answered);
            items.push(Item { id: message.id.clone().into_owned(), at, features, answered });
        }
        past.others(message, thread);
    }
    Mailbox { items, activity: past.activity(as_of.as_second()) }
}

fn relation(message: &Message<'_>, reader: &Reader) -> Relation {
    let holds = |addresses: &[Cow<'_, str>]| addresses.iter().any(|address| reader.is(address));
    if holds(&message.to) {
        Relation::To
    } else if holds(&message.cc) {
        Relation::Cc
    } else if message.mentions.iter().any(|name| reader.is_mentioned(name)) {
        Relation::Mentioned
    } else {
        Relation::List
    }
}

/// A thread so far.
#[derive(Debug, Default)]
struct Talk<'a> {
    messages: u32,
    people: HashSet<&'a str>,
    mine: u32,
    last_mine: Option<i64>,
    waiting: u32,
}

/// A sender so far.
#[derive(Debug, Default)]
struct Pair {
    received: u32,
    share: Share,
    last_written: Option<i64>,
}

/// An item whose label is not known yet.
#[derive(Debug)]
struct Young<'a> {
    at: i64,
    sender: &'a str,
    is_answered: bool,
}

/// All that came before.
#[derive(Debug, Default)]
struct Past<'a> {
    /// Thread of each message, also of those that are only spoken of.
    threads: HashMap<&'a str, usize>,
    talks: Vec<Talk<'a>>,
    pairs: HashMap<&'a str, Pair>,
    /// Sender of each message, and whether it is the reader.
    senders: HashMap<&'a str, (&'a str, bool)>,
    /// When the reader wrote within a week.
    week: VecDeque<i64>,
    last: Option<i64>,
    young: VecDeque<Young<'a>>,
    all: Share,
}

impl<'a> Past<'a> {
    /// Takes the labels that are old enough at `now`.
    fn learn(&mut self, now: i64) {
        while let Some(item) = self.young.pop_front_if(|item| item.at.saturating_add(LABEL_AGE) <= now) {
            let answered = u32::from(item.is_answered);
            for share in [&mut self.pairs.entry(item.sender).or_default().share, &mut self.all] {
                share.known += 1;
                share.answered += answered;
            }
        }
    }

    /// The thread of `message`: that of the message it answers, or of the nearest before it that is
    /// known, else a new one.
    fn thread(&mut self, message: &'a Message<'_>) -> usize {
        let before = message.in_reply_to.iter().chain(message.references.iter().rev());
        let known = before.chain([&message.thread]).find_map(|id| self.threads.get(&**id).copied());
        let thread = known.unwrap_or_else(|| {
            self.talks.push(Talk::default());
            self.talks.len() - 1
        });
        self.threads.entry(&message.thread).or_insert(thread);
        self.threads.insert(&message.id, thread);
        thread
    }

    /// The reader wrote.
    fn own(&mut self, message: &'a Message<'_>, thread: usize, at: i64) {
        let parent = message.in_reply_to.as_deref().and_then(|id| self.senders.get(id));
        let parent = parent.filter(|(_, is_reader)| !is_reader).map(|(sender, _)| *sender);
        for person in message.to.iter().map(|address| &**address).chain(parent) {
            self.pairs.entry(person).or_default().last_written = Some(at);
        }
        if let Some(talk) = self.talks.get_mut(thread) {
            talk.messages += 1;
            talk.mine += 1;
            talk.last_mine = Some(at);
            talk.waiting = 0;
        }
        self.senders.insert(&message.id, ("", true));
        self.week.push_back(at);
        self.last = Some(at);
    }

    /// Somebody else wrote.
    fn others(&mut self, message: &'a Message<'_>, thread: usize) {
        let sender = message.sender.as_deref().unwrap_or_default();
        self.pairs.entry(sender).or_default().received += 1;
        if let Some(talk) = self.talks.get_mut(thread) {
            talk.messages += 1;
            talk.people.insert(sender);
        }
        self.senders.insert(&message.id, (sender, false));
    }

    /// An item waits for its label.
    fn wait(&mut self, message: &'a Message<'_>, thread: usize, at: i64, is_answered: bool) {
        let sender = message.sender.as_deref().unwrap_or_default();
        self.young.push_back(Young { at, sender, is_answered });
        if let Some(talk) = self.talks.get_mut(thread) {
            talk.waiting += 1;
        }
    }

    fn activity(&mut self, now: i64) -> Activity {
        while self.week.pop_front_if(|at| at.saturating_add(LABEL_AGE) < now).is_some() {}
        let week = u32::try_from(self.week.len()).unwrap_or(u32::MAX);
        Activity { days_since: self.last.map(|last| days(now - last)), week: self.last.map(|_| week) }
    }

    fn features(
        &mut self,
        message: &'a Message<'_>,
        reader: &Reader,
        relation: Relation,
        thread: usize,
        at: i64,
    ) -> Features {
        let sender = message.sender.as_deref().unwrap_or_default();
        let talk = self.talks.get(thread);
        let thread = talk.map_or_else(Thread::default, |talk| Thread {
            messages: talk.messages,
            people: u32::try_from(talk.people.len()).unwrap_or(u32::MAX),
            mine: talk.mine,
            days_since_mine: talk.last_mine.map(|last| days(at - last)),
            has_sender: talk.people.contains(sender),
            waiting: talk.waiting,
        });
        let answers_reader = match message.in_reply_to.as_deref() {
            None => Some(false),
            Some(id) => self.senders.get(id).map(|(_, is_reader)| *is_reader),
        };
        let end = message.text.char_indices().nth(ADDRESSED).map_or(message.text.len(), |(end, _)| end);
        let names_reader = message.text.get(..end).is_some_and(|text| reader.is_named_in(text));
        let is_greeted = message.mentions.iter().any(|name| reader.is_mentioned(name));
        let is_question = |text: &Cow<'_, str>| text.ends_with('?');
        let day = at.rem_euclid(DAY);
        let activity = self.activity(at);
        let pair = self.pairs.get(sender);
        Features {
            relation,
            is_first: message.to.first().is_some_and(|address| reader.is(address)),
            recipients: message.recipients,
            is_robot: message.is_robot,
            answers_reader,
            has_question: message.text.contains('?') || message.asks.iter().any(is_question),
            has_request: message.asks.iter().any(|ask| !is_question(ask)),
            names_reader,
            names_other: !message.mentions.is_empty() && !is_greeted && !names_reader,
            chars: message.chars,
            is_tagged: message.subject.trim_start().starts_with('['),
            has_attachment: message.attachments.map(|count| count > 0),
            hour: day as f64 / 3600.0,
            // 1970 began on a Thursday.
            is_weekend: matches!((at.div_euclid(DAY) + 3).rem_euclid(7), 5 | 6),
            thread,
            received: pair.map_or(0, |pair| pair.received),
            sender: pair.map_or_else(Share::default, |pair| pair.share),
            all: self.all,
            days_since_written: pair.and_then(|pair| pair.last_written).map(|last| days(at - last)),
            activity,
        }
    }
}

#[cfg(test)]
mod tests;
