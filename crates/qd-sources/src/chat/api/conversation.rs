//! A conversation: what was read of it, and what is to be asked for next.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Bound,
};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{PAGES, Run, answer::encoded};
use crate::{
    chat::{message::Channel, slack::time},
    connector::{Halt, ends_everything},
    exchange::{Exchange, Failure},
    values::{hash, items, words},
};

/// Messages of a page; Slack advises no more.
const PAGE: usize = 200;
/// Newest messages of which each sync looks again whether they still stand.
const LOOKED_AT: usize = 100;
/// How old they are at most.
const RECENT: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How far back is looked once a day, for answers in threads among others.
const PAST: SignedDuration = SignedDuration::from_hours(30 * 24);
const DAY: i64 = 24 * 3600;

/// What was read of a conversation. Times are Slack's `ts`, which sort as they are written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Cursor {
    /// The newest message that was read.
    newest: Option<String>,
    /// What is still to be read: from the first to the second.
    gap: Option<(String, String)>,
    /// The newest messages, of which each is looked for again.
    seen: BTreeSet<String>,
    /// The newest answer that was read in each thread.
    threads: BTreeMap<String, String>,
    /// Ids of who takes part, where only a few do.
    pub(super) members: Vec<String>,
    /// When thirty days were looked at, in seconds since 1970.
    looked_back: i64,
    /// Hash of the newest messages, as they stood.
    page: String,
}

impl Cursor {
    pub(super) fn of(text: Option<&String>) -> Self {
        text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether all was read once.
    pub(super) fn is_whole(&self) -> bool {
        self.gap.is_none() && self.newest.is_some()
    }

    /// From where the newest messages are asked for, and whether that is thirty days back.
    fn start(&self, since: Option<Timestamp>, now: Timestamp) -> (String, bool) {
        let since = since.map_or_else(|| "0".to_owned(), ts);
        let Some(newest) = &self.newest else { return (since, true) };
        let is_back = now.as_second() - self.looked_back >= DAY;
        let start = match self.seen.first() {
            _ if is_back => before(now, PAST),
            Some(first) => first.clone(),
            None => newest.clone(),
        };
        (start.min(newest.clone()).max(since), is_back)
    }

    /// Whether `entries`, the newest, say nothing that was not read.
    fn stands(&self, entries: &[Value]) -> bool {
        let is_new = |entry: &Value| words(entry, "/ts") > self.newest;
        self.is_whole() && page_hash(entries, &self.seen) == self.page && !entries.iter().any(is_new)
    }

    /// Forgets what is not looked at any more.
    fn shorten(&mut self, now: Timestamp) {
        let (recent, past) = (before(now, RECENT), before(now, PAST));
        self.seen = self.seen.split_off(&recent);
        while self.seen.len() > LOOKED_AT {
            self.seen.pop_first();
        }
        self.threads = self.threads.split_off(&past);
    }
}

/// What a page told.
struct Page {
    /// Times of its messages.
    times: BTreeSet<String>,
    /// Those among them that somebody wrote.
    written: BTreeSet<String>,
    has_more: bool,
    /// From where to where it was asked for.
    start: String,
    end: Option<String>,
}

impl Page {
    /// Messages of `seen` that it should hold and does not.
    fn gone(&self, seen: &BTreeSet<String>) -> Vec<String> {
        let low = match (self.has_more, self.times.first()) {
            (true, Some(first)) => first.clone(),
            (true, None) => return Vec::new(),
            (false, _) => self.start.clone(),
        };
        if self.end.as_ref().is_some_and(|end| *end <= low) {
            return Vec::new();
        }
        let end = self.end.clone().map_or(Bound::Unbounded, Bound::Excluded);
        seen.range((Bound::Included(low), end)).filter(|ts| !self.times.contains(*ts)).cloned().collect()
    }
}

impl Run<'_, '_, '_> {
    /// Reads what is new: first what the last sync left, then the newest and all between.
    pub(super) fn read(&mut self, channel: &Channel, cursor: &mut Cursor) -> Result<(), Halt> {
        let mut is_fresh = false;
        loop {
            if let Some((start, end)) = cursor.gap.clone() {
                self.page(channel, cursor, (start, Some(end)), false)?;
            } else if is_fresh {
                return Ok(());
            } else {
                let (start, is_back) = cursor.start(self.request.since, self.pump.now());
                self.page(channel, cursor, (start, None), is_back)?;
                if is_back {
                    cursor.looked_back = self.pump.now().as_second();
                }
                is_fresh = true;
            }
        }
    }

    fn page(
        &mut self,
        channel: &Channel,
        cursor: &mut Cursor,
        (start, end): (String, Option<String>),
        is_back: bool,
    ) -> Result<(), Halt> {
        let until = end.as_deref().map(|end| format!("&latest={}", just_before(end))).unwrap_or_default();
        let question = format!("channel={}&limit={PAGE}&inclusive=true&oldest={start}{until}", channel.id);
        let exchange = self.ask("conversations.history", &question)?;
        let entries = items(&exchange.body, "/messages");
        let has_more = exchange.body.get("has_more").and_then(Value::as_bool) == Some(true);
        if end.is_none() && !is_back && cursor.stands(entries) {
            return Ok(());
        }
        let is_time = |ts: &String| time(ts).is_some();
        let times = entries.iter().filter_map(|entry| words(entry, "/ts")).filter(is_time).collect();
        let mut page = Page { times, written: BTreeSet::new(), has_more, start, end };
        self.say(channel, cursor, &exchange, &mut page)?;
        for entry in entries {
            self.thread(channel, cursor, entry)?;
        }
        let oldest = page.times.first().cloned();
        // What moves no further has come to its end, whatever it says.
        let rest =
            oldest.filter(|oldest| has_more && *oldest > page.start && page.end.as_ref() != Some(oldest));
        cursor.gap = rest.map(|oldest| (page.start.clone(), oldest));
        cursor.newest = cursor.newest.take().max(page.times.last().cloned()).or(Some("0".to_owned()));
        cursor.seen.extend(page.written);
        cursor.shorten(self.pump.now());
        if page.end.is_none() {
            cursor.page = page_hash(entries, &cursor.seen);
        }
        self.pump.reached(&channel.id, cursor.text())
    }

    /// Hands on the messages of a page, and those that stand there no more.
    fn say(
        &mut self,
        channel: &Channel,
        cursor: &mut Cursor,
        exchange: &Exchange,
        page: &mut Page,
    ) -> Result<(), Halt> {
        let gone = page.gone(&cursor.seen);
        let entries = items(&exchange.body, "/messages");
        if entries.is_empty() && gone.is_empty() {
            return Ok(());
        }
        self.people()?;
        let channel = self.lists.channel(&channel.id);
        let told_at = exchange.at.unwrap_or(self.pump.now());
        let mut facts = Vec::new();
        for entry in entries {
            let Some(message) = self.lists.workspace.message(entry, &channel, &mut self.unknown) else {
                continue;
            };
            if !message.is_deleted {
                page.written.extend(words(entry, "/ts"));
            }
            facts.extend(message.facts(told_at));
        }
        for ts in gone {
            let entry = json!({"subtype": "tombstone", "ts": ts});
            let message = self.lists.workspace.message(&entry, &channel, &mut BTreeSet::new());
            facts.extend(message.into_iter().flat_map(|message| message.facts(told_at)));
            cursor.seen.remove(&ts);
        }
        self.pump.hand_on(facts)
    }

    /// Reads a thread that has answers which were not read: all of it, for earlier ones may have changed.
    fn thread(&mut self, channel: &Channel, cursor: &mut Cursor, entry: &Value) -> Result<(), Halt> {
        let Some(ts) = words(entry, "/ts").filter(|ts| time(ts).is_some()) else { return Ok(()) };
        if words(entry, "/thread_ts").as_ref() != Some(&ts) {
            return Ok(());
        }
        let Some(latest) = words(entry, "/latest_reply").filter(|latest| time(latest).is_some()) else {
            return Ok(());
        };
        if cursor.threads.get(&ts).is_some_and(|known| *known >= latest) {
            return Ok(());
        }
        match self.answers(channel, &ts) {
            Err(Halt::Failed(Failure::Missing { .. })) | Ok(()) => {}
            Err(Halt::Failed(failure)) if !ends_everything(&failure) => {
                self.pump.problem(channel.id.as_str(), format!("a thread cannot be read: {failure}"));
                return Ok(());
            }
            Err(halt) => return Err(halt),
        }
        cursor.threads.insert(ts, latest);
        self.pump.reached(&channel.id, cursor.text())
    }

    fn answers(&mut self, channel: &Channel, ts: &str) -> Result<(), Halt> {
        let mut next = String::new();
        for _ in 0..PAGES {
            let question = format!("channel={}&ts={ts}&limit={PAGE}{next}", channel.id);
            let exchange = self.ask("conversations.replies", &question)?;
            self.people()?;
            let channel = self.lists.channel(&channel.id);
            let told_at = exchange.at.unwrap_or(self.pump.now());
            let is_answer = |entry: &&Value| words(entry, "/ts").is_some_and(|own| own != ts);
            let entries: Vec<Value> =
                items(&exchange.body, "/messages").iter().filter(is_answer).cloned().collect();
            let facts = self.lists.workspace.day(&entries, &channel, told_at, &mut self.unknown);
            self.pump.hand_on(facts)?;
            match words(&exchange.body, "/response_metadata/next_cursor") {
                // An empty page has nothing after it, whatever it says.
                Some(cursor) if !entries.is_empty() => {
                    next = format!("&cursor={}", encoded(&cursor));
                }
                _ => return Ok(()),
            }
        }
        Ok(())
    }
}

/// Tells whether any of `seen` changed among `entries`.
fn page_hash(entries: &[Value], seen: &BTreeSet<String>) -> String {
    let is_seen = |entry: &&Value| words(entry, "/ts").is_some_and(|ts| seen.contains(&ts));
    let text: Vec<String> = entries.iter().filter(is_seen).map(Value::to_string).collect();
    hash(text.iter().map(String::as_bytes)).get(..16).unwrap_or_default().to_owned()
}

/// A time as Slack writes it.
fn ts(time: Timestamp) -> String {
    let micros = time.as_microsecond().max(0);
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

/// The moment before `text`, a time as Slack writes it.
fn just_before(text: &str) -> String {
    let moment = SignedDuration::from_micros(1);
    time(text).and_then(|time| time.checked_sub(moment).ok()).map_or_else(|| text.to_owned(), ts)
}

fn before(now: Timestamp, span: SignedDuration) -> String {
    ts(now.saturating_sub(span).unwrap_or(now))
}
