//! Who is who and what is where, as Slack's answers tell it, live or recorded.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::answer::{method, parameter};
use crate::{
    chat::{
        message::Channel,
        slack::{Workspace, unlisted},
    },
    exchange::Exchange,
    values::{items, words},
};

/// People and conversations of a workspace.
#[derive(Debug, Default)]
pub struct Lists {
    pub(super) workspace: Workspace,
    /// Whether all people were listed.
    pub(super) has_people: bool,
    /// Whose token it is.
    me: Option<String>,
    /// Entries of the list of conversations, by id.
    conversations: BTreeMap<String, Value>,
    /// Ids of who takes part, where it had to be asked for.
    members: BTreeMap<String, Vec<String>>,
}

impl Lists {
    /// What recorded exchanges list.
    #[must_use]
    pub fn of(exchanges: impl Iterator<Item = Exchange>) -> Self {
        let mut lists = Self::default();
        exchanges.for_each(|exchange| lists.take(&exchange));
        lists
    }

    /// Learns what `exchange` lists.
    pub(super) fn take(&mut self, exchange: &Exchange) {
        let body = &exchange.body;
        match method(&exchange.url) {
            "auth.test" => self.me = words(body, "/user_id"),
            "users.list" => self.workspace.add_people(items(body, "/members")),
            "conversations.list" => {
                let entries = items(body, "/channels").iter();
                let entries = entries.filter_map(|entry| Some((words(entry, "/id")?, entry.clone())));
                self.conversations.extend(entries);
            }
            "conversations.members" => {
                if let Some(id) = parameter(&exchange.url, "channel") {
                    let ids = items(body, "/members").iter().filter_map(Value::as_str).map(str::to_owned);
                    self.members.entry(id.to_owned()).or_default().extend(ids);
                }
            }
            _ => {}
        }
    }

    pub(super) fn add_members(&mut self, id: &str, members: Vec<String>) {
        self.members.insert(id.to_owned(), members);
    }

    pub(super) fn members(&self, id: &str) -> Vec<String> {
        self.members.get(id).cloned().unwrap_or_default()
    }

    /// Ids of all conversations: those of two and a few first, since somebody waits there.
    pub(super) fn ids(&self) -> Vec<String> {
        let mut ids: Vec<String> = self
            .conversations
            .keys()
            .filter(|id| id.bytes().all(|byte| byte.is_ascii_alphanumeric()))
            .cloned()
            .collect();
        let rank = |id: &str| {
            ["direct", "group", "private"].iter().position(|kind| *kind == self.kind(id)).unwrap_or(3)
        };
        ids.sort_by_cached_key(|id| (rank(id), id.clone()));
        ids
    }

    /// What kind of conversation it is: `public`, `private`, `direct`, `group`.
    pub(super) fn kind(&self, id: &str) -> &'static str {
        let is = |name| self.is(id, name) == Some(true);
        match () {
            () if is("is_im") => "direct",
            () if is("is_mpim") => "group",
            () if is("is_private") || is("is_group") => "private",
            () => "public",
        }
    }

    /// Whether who asks takes no part in it.
    pub(super) fn is_apart(&self, id: &str) -> bool {
        self.is(id, "is_member") == Some(false) && matches!(self.kind(id), "public" | "private")
    }

    pub(super) fn is_archived(&self, id: &str) -> bool {
        self.is(id, "is_archived") == Some(true)
    }

    fn is(&self, id: &str, name: &str) -> Option<bool> {
        self.conversations.get(id)?.get(name)?.as_bool()
    }

    /// The conversation, with all that is known of it so far.
    pub(super) fn channel(&self, id: &str) -> Channel {
        let Some(entry) = self.conversations.get(id) else { return unlisted(id) };
        let kind = self.kind(id);
        let members = match kind {
            "direct" => [words(entry, "/user"), self.me.clone()].into_iter().flatten().collect(),
            "group" => self.members(id),
            _ => Vec::new(),
        };
        let entry = json!({"id": id, "name": words(entry, "/name"), "members": members});
        self.workspace.channel(&entry, kind).map_or_else(|| unlisted(id), |(_, channel)| channel)
    }
}
