//! A message of any chat, and the versions in which it is told.

use std::collections::BTreeMap;

use jiff::Timestamp;
use qd_tables::{CHAT_MESSAGES, Fact};

use crate::{mail, values::Row};

/// Characters of the own words that are kept.
const LONGEST: usize = 1000;
/// Characters of a name.
const NAME: usize = 200;
/// Reactions to a message that are kept.
const REACTIONS: usize = 100;
/// Names that a message mentions.
const MENTIONS: usize = 200;

/// Somebody who writes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Person {
    /// Mail address where it is known, else handle.
    pub(super) login: String,
    pub(super) name: Option<String>,
    pub(super) is_robot: bool,
}

/// Where messages are written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Channel {
    pub(super) id: String,
    pub(super) name: Option<String>,
    pub(super) kind: Option<&'static str>,
    /// Who takes part, where only a few do.
    pub(super) members: Option<Vec<String>>,
}

impl Channel {
    /// Whether one of `private` means it: by name or id, with or without `#`; `dm` means
    /// conversations of two and of a few.
    pub(super) fn is_private(&self, private: &[String]) -> bool {
        let is_few = matches!(self.kind, Some("direct" | "group"));
        private.iter().any(|left_out| {
            let left_out = left_out.trim().trim_start_matches('#').to_lowercase();
            let is_it = |name: &str| !left_out.is_empty() && name.to_lowercase() == left_out;
            is_it(&self.id)
                || self.id.rsplit('/').next().is_some_and(is_it)
                || self.name.as_deref().is_some_and(is_it)
                || (is_few && matches!(left_out.as_str(), "dm" | "dms"))
        })
    }
}

/// What somebody wrote, without what is not their own words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) text: String,
    /// Logins.
    pub(super) mentions: Vec<String>,
    pub(super) calls_all: bool,
}

/// A message as it stands in an export.
#[derive(Debug, Clone)]
pub(super) struct Message<'a> {
    pub(super) id: String,
    pub(super) at: Timestamp,
    pub(super) channel: &'a Channel,
    pub(super) conversation: Option<String>,
    pub(super) parent: Option<String>,
    pub(super) sender: Person,
    pub(super) words: Words,
    pub(super) edited_at: Option<Timestamp>,
    /// Who reacted, and when, where that is told.
    pub(super) reactions: Vec<(String, Option<Timestamp>)>,
    pub(super) files: usize,
    pub(super) is_deleted: bool,
}

impl Message<'_> {
    /// Its versions, oldest first. `told_at` is when the export was made: what the chat does not
    /// date is known since then.
    pub(super) fn facts(self, told_at: Timestamp) -> Vec<Fact> {
        let (id, at) = (self.id.clone(), self.at);
        let version = |time: Timestamp| {
            Row::default().put("id", id.as_str()).put("observed_at", time.max(at).to_string())
        };
        if self.is_deleted {
            return vec![self.place(version(told_at)).put("deleted", true).fact(&CHAT_MESSAGES)];
        }
        let edited_at = self.edited_at.filter(|time| *time > at);
        let first = self.place(version(at)).put("is_robot", self.sender.is_robot);
        let first = first
            .seen("sender", Some(self.sender.login.as_str()).filter(|login| !login.is_empty()))
            .seen("sender_name", self.sender.name.as_deref().and_then(|name| crate::values::line(name, NAME)))
            .put("files", i64::try_from(self.files).unwrap_or(i64::MAX));
        let mut rows = vec![match edited_at {
            None => self.said(first).put("is_edited", self.edited_at.is_some()),
            Some(_) => first.put("is_edited", false),
        }];
        // What it said before it was edited is not told.
        rows.extend(edited_at.map(|time| self.said(version(time)).put("is_edited", true)));
        rows.extend(self.reacted(told_at).into_iter().map(|(time, who)| version(time).put("reactions", who)));
        rows.into_iter().map(|row| row.fact(&CHAT_MESSAGES)).collect()
    }

    fn place(&self, row: Row) -> Row {
        row.put("at", self.at.to_string())
            .put("channel", self.channel.id.as_str())
            .seen("channel_name", self.channel.name.clone())
            .seen("channel_kind", self.channel.kind)
            .seen("recipients", self.channel.members.clone())
            .seen("conversation", self.conversation.clone())
            .seen("parent", self.parent.clone())
    }

    fn said(&self, row: Row) -> Row {
        let text: String = self.words.text.trim().chars().take(LONGEST).collect();
        let text = text.trim_end();
        let mentions: Vec<String> = self.words.mentions.iter().take(MENTIONS).cloned().collect();
        row.seen("text", Some(text).filter(|text| !text.is_empty()))
            .put("asks", mail::asks(&self.words.text))
            .put("mentions", mentions)
            .put("calls_all", self.words.calls_all)
    }

    /// Who had reacted, at each moment at which somebody did.
    fn reacted(&self, told_at: Timestamp) -> BTreeMap<Timestamp, Vec<String>> {
        let mut dated: Vec<(Timestamp, &str)> =
            self.reactions.iter().map(|(who, time)| (time.unwrap_or(told_at), who.as_str())).collect();
        dated.sort_by_key(|(time, _)| *time);
        let (mut moments, mut who) = (BTreeMap::new(), Vec::<String>::new());
        for (time, login) in dated {
            if who.len() < REACTIONS && !who.iter().any(|known| known == login) {
                who.push(login.to_owned());
                moments.insert(time, who.clone());
            }
        }
        moments
    }
}
