//! What Slack says: lists of people and channels, and messages, in its export a file for each day of
//! each channel.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Result,
};

use jiff::Timestamp;
use qd_tables::Fact;
use serde_json::Value;

use super::{
    archive::{Archive, Member},
    message::{Channel, Message, Person, Words},
    mrkdwn,
};
use crate::{
    Problem,
    values::{first_words, items, words},
};

/// Lists of channels, and who may read those in them.
const LISTS: [(&str, &str); 4] =
    [("channels", "public"), ("groups", "private"), ("dms", "direct"), ("mpims", "group")];
/// Kinds of entries that somebody wrote; the others tell of comings and goings.
const WRITTEN: &[&str] =
    &["bot_message", "me_message", "file_share", "file_comment", "thread_broadcast", "reply_broadcast"];

/// What a workspace says beside its messages.
#[derive(Debug, Default)]
pub(super) struct Workspace {
    /// Folder in the export that everything lies in, with a `/` at its end.
    prefix: String,
    people: BTreeMap<String, Person>,
    /// By the folder that holds their days.
    channels: BTreeMap<String, Channel>,
}

/// Whether these are the files of such an export, and below which folder.
pub(super) fn prefix(members: &[Member]) -> Option<String> {
    let lists = ["users.json", "channels.json", "groups.json", "dms.json", "mpims.json"];
    let found = members.iter().filter_map(|member| {
        let (prefix, name) = member.name.rsplit_once('/').unwrap_or(("", &member.name));
        lists.contains(&name).then_some(prefix)
    });
    let shortest = found.min_by_key(|prefix| prefix.len())?;
    Some(if shortest.is_empty() { String::new() } else { format!("{shortest}/") })
}

impl Workspace {
    /// Reads the lists; one that cannot be read is told.
    pub(super) fn read(
        archive: &Archive,
        members: &[Member],
        prefix: String,
        tell: &mut dyn FnMut(Problem),
    ) -> Self {
        let mut list = |name: &str| {
            let path = format!("{prefix}{name}.json");
            let Some(member) = members.iter().find(|member| member.name == path) else { return Vec::new() };
            document(archive, member).unwrap_or_else(|message| {
                tell(Problem { subject: path, message });
                Vec::new()
            })
        };
        let mut workspace = Self { prefix: prefix.clone(), ..Self::default() };
        workspace.add_people(&list("users"));
        for (name, kind) in LISTS {
            for entry in list(name) {
                let channel = workspace.channel(&entry, kind);
                workspace.channels.extend(channel);
            }
        }
        workspace
    }

    /// Adds who stands in a list of people.
    pub(super) fn add_people(&mut self, list: &[Value]) {
        self.people.extend(list.iter().filter_map(person));
        self.people.entry("USLACKBOT".to_owned()).or_insert_with(|| Person {
            login: "slackbot".to_owned(),
            name: Some("Slackbot".to_owned()),
            is_robot: true,
        });
    }

    /// Whether a list of people gives somebody's mail address.
    pub(super) fn has_addresses(&self) -> bool {
        self.people.values().any(|person| person.login.contains('@'))
    }

    /// Whether the lists say who `id` is.
    pub(super) fn knows(&self, id: &str) -> bool {
        self.people.contains_key(id)
    }

    /// The channel whose day `member` is; none where it is no day.
    pub(super) fn channel_of(&self, member: &Member) -> Option<Channel> {
        let (folder, day) = member.name.strip_prefix(&self.prefix)?.split_once('/')?;
        let is_day = day.len() == 15
            && day.ends_with(".json")
            && day.bytes().take(10).all(|byte| byte.is_ascii_digit() || byte == b'-');
        is_day.then(|| self.channels.get(folder).cloned().unwrap_or_else(|| unlisted(folder)))
    }

    /// The facts of a day; who is not listed is added to `unknown`.
    pub(super) fn day(
        &self,
        day: &[Value],
        channel: &Channel,
        told_at: Timestamp,
        unknown: &mut BTreeSet<String>,
    ) -> Vec<Fact> {
        let read = |entry| self.message(entry, channel, unknown);
        day.iter().filter_map(read).flat_map(|message| message.facts(told_at)).collect()
    }

    /// What an entry of a channel says; none where nobody wrote it.
    pub(super) fn message<'a>(
        &self,
        entry: &Value,
        channel: &'a Channel,
        unknown: &mut BTreeSet<String>,
    ) -> Option<Message<'a>> {
        let kind = entry.get("subtype").and_then(Value::as_str);
        let is_deleted = kind == Some("tombstone");
        let is_hidden = entry.get("hidden").and_then(Value::as_bool) == Some(true);
        if !is_deleted && (is_hidden || kind.is_some_and(|kind| !WRITTEN.contains(&kind))) {
            return None;
        }
        let ts = words(entry, "/ts")?;
        let id = |ts: &str| format!("{}/{ts}", channel.id);
        let thread = words(entry, "/thread_ts").filter(|thread| time(thread).is_some());
        let sender = self.sender(entry, kind, unknown);
        let mut who = |id: &str| {
            let person = self.person(id, unknown);
            (person.login.clone(), person.name.unwrap_or(person.login))
        };
        let said = said(entry, sender.is_robot, &mut who);
        let reactions = items(entry, "/reactions")
            .iter()
            .flat_map(|reaction| items(reaction, "/users"))
            .filter_map(Value::as_str)
            .map(|id| (self.person(id, unknown).login, None))
            .collect();
        Some(Message {
            at: time(&ts)?,
            id: id(&ts),
            channel,
            parent: thread.as_ref().filter(|thread| **thread != ts).map(|thread| id(thread)),
            conversation: thread.map(|thread| id(&thread)),
            sender,
            words: said,
            edited_at: entry.get("edited").and_then(|edited| time(&words(edited, "/ts")?)),
            reactions,
            files: items(entry, "/files").len() + usize::from(entry.get("file").is_some()),
            is_deleted,
        })
    }

    /// A channel and the folder that holds its days.
    pub(super) fn channel(&self, entry: &Value, kind: &'static str) -> Option<(String, Channel)> {
        let id = words(entry, "/id")?;
        let is_few = matches!(kind, "direct" | "group");
        // In one order, whoever lists them.
        let ids: BTreeSet<&str> = items(entry, "/members").iter().filter_map(Value::as_str).collect();
        let known = |id: &str| {
            self.people
                .get(id)
                .cloned()
                .unwrap_or_else(|| Person { login: id.to_owned(), ..Person::default() })
        };
        let members: Vec<Person> = ids.into_iter().map(known).collect();
        let folder = words(entry, "/name").unwrap_or_else(|| id.clone());
        let names = || {
            members.iter().map(|person| person.name.as_deref().unwrap_or(&person.login)).collect::<Vec<_>>()
        };
        let name = if is_few { names().join(", ") } else { folder.clone() };
        let logins = members.iter().map(|person| person.login.clone()).collect();
        let members = is_few.then_some(logins);
        Some((
            folder,
            Channel { id, name: Some(name).filter(|name| !name.is_empty()), kind: Some(kind), members },
        ))
    }

    fn person(&self, id: &str, unknown: &mut BTreeSet<String>) -> Person {
        self.people.get(id).cloned().unwrap_or_else(|| {
            unknown.insert(id.to_owned());
            Person { login: id.to_owned(), ..Person::default() }
        })
    }

    /// Who wrote an entry. A person may write through a program; what only a program signed is its.
    fn sender(&self, entry: &Value, kind: Option<&str>, unknown: &mut BTreeSet<String>) -> Person {
        let name = first_words(
            entry,
            &["/user_profile/real_name", "/user_profile/display_name", "/bot_profile/name", "/username"],
        );
        let is_bots = kind == Some("bot_message");
        let bot = words(entry, "/bot_id");
        match words(entry, "/user").or_else(|| words(entry, "/comment/user")) {
            Some(id) if bot.is_none() || self.people.contains_key(&id) => {
                let person = self.person(&id, unknown);
                Person { name: person.name.or(name), is_robot: person.is_robot || is_bots, ..person }
            }
            user => Person {
                login: user.or_else(|| bot.clone()).unwrap_or_default(),
                name,
                is_robot: is_bots || bot.is_some(),
            },
        }
    }
}

/// Own words of an entry. Programs often say what they have to say in what hangs on it.
fn said(entry: &Value, is_robot: bool, who: &mut dyn FnMut(&str) -> (String, String)) -> Words {
    let text = entry.get("text").and_then(Value::as_str).unwrap_or_default();
    if !is_robot || !text.trim().is_empty() {
        return mrkdwn::words(text, who);
    }
    let parts =
        items(entry, "/attachments").iter().flat_map(|part| [words(part, "/pretext"), words(part, "/text")]);
    let text: Vec<String> = parts.flatten().take(20).collect();
    mrkdwn::words(&text.join("\n"), who)
}

/// The list that a member holds.
pub(super) fn document(archive: &Archive, member: &Member) -> std::result::Result<Vec<Value>, String> {
    let read = |bytes: Result<Vec<u8>>| bytes.map_err(|error| format!("it cannot be read: {error}"));
    let bytes = read(archive.read(member))?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    // What serde says of a mistake names its place and no word of the text.
    serde_json::from_slice(bytes).map_err(|error| format!("it is no list in JSON: {error}"))
}

fn person(entry: &Value) -> Option<(String, Person)> {
    let id = words(entry, "/id")?;
    let mail = words(entry, "/profile/email").map(|mail| mail.to_lowercase());
    let is = |name: &str| entry.get(name).and_then(Value::as_bool) == Some(true);
    let person = Person {
        login: mail.or_else(|| words(entry, "/name")).unwrap_or_else(|| id.clone()),
        name: first_words(entry, &["/profile/real_name", "/real_name", "/profile/display_name", "/name"]),
        is_robot: is("is_bot") || is("is_workflow_bot") || id == "USLACKBOT",
    };
    Some((id, person))
}

/// A channel that stands in no list: what its folder tells.
pub(super) fn unlisted(folder: &str) -> Channel {
    let is_direct = folder.len() >= 8
        && folder.starts_with('D')
        && folder.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let kind = match folder {
        _ if is_direct => Some("direct"),
        _ if folder.starts_with("mpdm-") => Some("group"),
        _ => None,
    };
    Channel { id: folder.to_owned(), name: Some(folder.to_owned()), kind, members: None }
}

/// When `ts` (seconds since 1970 and their parts, `1355517523.000005`) is.
pub(super) fn time(ts: &str) -> Option<Timestamp> {
    let (seconds, parts) = ts.split_once('.').unwrap_or((ts, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(seconds) || !is_number(parts) {
        return None;
    }
    let micros: i64 = format!("{parts:0<6}").get(..6)?.parse().ok()?;
    let micros = seconds.parse::<i64>().ok()?.checked_mul(1_000_000)?.checked_add(micros)?;
    Timestamp::from_microsecond(micros).ok().filter(|time| time.as_second() > 0)
}
