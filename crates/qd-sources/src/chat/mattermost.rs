//! Mattermost's bulk export: JSON Lines, in which people and channels come before what they wrote.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    hash::{BuildHasher as _, RandomState},
    io::{BufRead, BufReader, Read, Result},
};

use jiff::Timestamp;
use qd_tables::Fact;
use serde_json::Value;

use super::message::{Channel, Message, Person, Words};
use crate::{
    prose,
    values::{items, words},
};

/// Bytes of a line; a longer one is passed over.
const LINE: u64 = 16 << 20;
/// Names that mean everybody who is there.
const ALL: &[&str] = &["here", "channel", "all"];

/// What takes part of an export as it is read.
pub(super) trait Taker {
    /// Facts of a line.
    fn facts(&mut self, facts: Vec<Fact>) -> Result<()>;
    /// A line that is none.
    fn bad(&mut self, line: u64, message: String);
}

/// An export being read.
#[derive(Debug, Default)]
pub(super) struct Export {
    people: BTreeMap<String, Person>,
    channels: BTreeMap<String, Channel>,
    /// How often an id was met: programs write twice in a millisecond.
    ids: HashMap<u64, u32>,
    hasher: RandomState,
    /// Names of writers who are not listed.
    pub(super) unknown: BTreeSet<String>,
    /// Whether a line said that it is such an export.
    pub(super) is_one: bool,
    /// Conversations that were left out.
    pub(super) private: u64,
    /// Messages read.
    pub(super) messages: u64,
}

impl Export {
    /// Hands on what `input` holds.
    pub(super) fn read(
        &mut self,
        input: &mut dyn Read,
        private: &[String],
        told_at: Timestamp,
        taker: &mut dyn Taker,
    ) -> Result<()> {
        let mut input = BufReader::with_capacity(1 << 16, input);
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            if Read::take(&mut input, LINE).read_until(b'\n', &mut line)? == 0 {
                break;
            }
            if line.len() as u64 == LINE && !line.ends_with(b"\n") {
                taker.bad(number, "it is longer than 16 MiB".to_owned());
                input.skip_until(b'\n')?;
                continue;
            }
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            match serde_json::from_slice::<Value>(&line) {
                Ok(entry) => {
                    let facts = self.entry(&entry, private, told_at);
                    if !facts.is_empty() {
                        taker.facts(facts)?;
                    }
                }
                Err(error) => taker.bad(number, format!("it is no JSON: {error}")),
            }
        }
        Ok(())
    }

    fn entry(&mut self, entry: &Value, private: &[String], told_at: Timestamp) -> Vec<Fact> {
        let kind = entry.get("type").and_then(Value::as_str).unwrap_or_default();
        let Some(told) = entry.get(kind) else { return Vec::new() };
        match kind {
            "version" => self.is_one = true,
            "user" | "bot" => self.people.extend(person(told, kind == "bot")),
            "channel" => self.channels.extend(channel(told)),
            "post" | "direct_post" => return self.post(told, kind == "direct_post", private, told_at),
            _ => {}
        }
        Vec::new()
    }

    /// A post and what answers it.
    fn post(&mut self, post: &Value, is_few: bool, private: &[String], told_at: Timestamp) -> Vec<Fact> {
        let Some(channel) = (if is_few { self.few(post) } else { self.open(post) }) else {
            return Vec::new();
        };
        if channel.is_private(private) {
            self.private += 1;
            return Vec::new();
        }
        let replies = items(post, "/replies");
        let Some(mut first) = self.message(post, &channel) else { return Vec::new() };
        let root = first.id.clone();
        first.conversation = Some(root.clone()).filter(|_| !replies.is_empty());
        let mut facts = first.facts(told_at);
        for reply in replies {
            if let Some(mut reply) = self.message(reply, &channel) {
                reply.conversation = Some(root.clone());
                reply.parent = Some(root.clone());
                facts.extend(reply.facts(told_at));
            }
        }
        facts
    }

    fn message<'a>(&mut self, post: &Value, channel: &'a Channel) -> Option<Message<'a>> {
        let kind = words(post, "/type").unwrap_or_default();
        let at = time(post.get("create_at"))?;
        let user = words(post, "/user")?;
        if kind.starts_with("system_") {
            return None;
        }
        self.messages += 1;
        let is_set = |name: &str| {
            post.get("props").and_then(|props| props.get(name)).is_some_and(|is| *is == "true" || *is == true)
        };
        let mut sender = self.person(&user);
        sender.is_robot |= is_set("from_webhook") || is_set("from_bot") || is_set("from_plugin");
        let edited_at = time(post.get("edit_at"));
        let reactions = items(post, "/reactions").iter().filter_map(|reaction| {
            Some((self.person(&words(reaction, "/user")?).login, time(reaction.get("create_at"))))
        });
        let reactions = reactions.collect();
        Some(Message {
            id: self.id(format!("{}/{}-{user}", channel.id, at.as_millisecond())),
            at,
            channel,
            conversation: None,
            parent: None,
            sender,
            words: self.words(post.get("message").and_then(Value::as_str).unwrap_or_default()),
            edited_at,
            reactions,
            files: items(post, "/attachments").len(),
            is_deleted: false,
        })
    }

    fn id(&mut self, id: String) -> String {
        let met = self.ids.entry(self.hasher.hash_one(&id)).or_default();
        *met += 1;
        if *met == 1 { id } else { format!("{id}-{met}") }
    }

    fn person(&mut self, name: &str) -> Person {
        self.people.get(&name.to_lowercase()).cloned().unwrap_or_else(|| {
            self.unknown.insert(name.to_owned());
            Person { login: name.to_owned(), ..Person::default() }
        })
    }

    /// Who is named need not be anybody: only those who are listed are known by address.
    fn words(&self, text: &str) -> Words {
        let (called, named): (Vec<String>, Vec<String>) =
            prose::mentions(text).into_iter().partition(|name| ALL.contains(&name.to_lowercase().as_str()));
        let login =
            |name: String| self.people.get(&name.to_lowercase()).map_or(name, |person| person.login.clone());
        let mentions = named.into_iter().map(login).collect();
        Words { text: prose::excerpt(text).unwrap_or_default(), mentions, calls_all: !called.is_empty() }
    }

    fn open(&self, post: &Value) -> Option<Channel> {
        let id = format!("{}/{}", words(post, "/team")?, words(post, "/channel")?);
        let unlisted =
            || Channel { id: id.clone(), name: words(post, "/channel"), kind: None, members: None };
        Some(self.channels.get(&id).cloned().unwrap_or_else(unlisted))
    }

    fn few(&mut self, post: &Value) -> Option<Channel> {
        let mut names: Vec<&str> = items(post, "/channel_members").iter().filter_map(Value::as_str).collect();
        names.sort_unstable();
        names.dedup();
        let kind = match names.len() {
            0 => return None,
            1 | 2 => "direct",
            _ => "group",
        };
        let people: Vec<Person> = names.iter().map(|name| self.person(name)).collect();
        let shown: Vec<&str> =
            people.iter().map(|person| person.name.as_deref().unwrap_or(&person.login)).collect();
        Some(Channel {
            id: names.join("+"),
            name: Some(shown.join(", ")),
            kind: Some(kind),
            members: Some(people.into_iter().map(|person| person.login).collect()),
        })
    }
}

fn person(told: &Value, is_robot: bool) -> Option<(String, Person)> {
    let name = words(told, "/username")?;
    let full: Vec<String> =
        ["/first_name", "/last_name"].iter().filter_map(|place| words(told, place)).collect();
    let full = Some(full.join(" ")).filter(|full| !full.is_empty());
    let shown = full.or_else(|| words(told, "/nickname")).or_else(|| words(told, "/display_name"));
    let mail = words(told, "/email").filter(|_| !is_robot).map(|mail| mail.to_lowercase());
    let login = mail.unwrap_or_else(|| name.clone());
    Some((name.to_lowercase(), Person { login, name: shown, is_robot }))
}

fn channel(told: &Value) -> Option<(String, Channel)> {
    let id = format!("{}/{}", words(told, "/team")?, words(told, "/name")?);
    let kind = match told.get("type").and_then(Value::as_str) {
        Some("O") => Some("public"),
        Some("P") => Some("private"),
        _ => None,
    };
    // Names in links are what people know a channel by; `private` may say either.
    Some((id.clone(), Channel { name: words(told, "/display_name"), id, kind, members: None }))
}

/// An instant in milliseconds since 1970.
fn time(value: Option<&Value>) -> Option<Timestamp> {
    Timestamp::from_millisecond(value?.as_i64()?).ok().filter(|time| time.as_second() > 0)
}
