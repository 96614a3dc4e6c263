//! Slack, asked over its Web API by an app that the company made for itself.
//!
//! Read are the conversations that the token's owner takes part in. In a conversation the newest
//! messages are asked for first and the past after them; where a sync ends early, the next one goes on
//! where it stood. Each sync looks once more at the newest messages, and once a day at those of thirty
//! days: whatever was edited, deleted, reacted to or answered there is seen then.
//!
//! The crate `slack-morphism` knows these methods, but asks through an HTTP client of its own (hyper
//! on tokio): limits, recordings and masked secrets of the one client that all connectors share would
//! not hold for it.

mod answer;
mod conversation;
mod lists;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::{answer::judge, conversation::Cursor};
use crate::{
    connector::{ASIDE, BoxError, Halt, Outcome, Pump, Sink, ends_everything, refused::Refusal, shorten},
    exchange::{Call, Exchange, Failure, Mapped, Transport},
    values::words,
};

pub use lists::Lists;

/// Where Slack answers.
pub const USUAL: &str = "https://slack.com/api";

/// Entries of a page of people or conversations.
const LISTED: usize = 200;
/// Pages of a list: more than any workspace has.
const PAGES: usize = 2000;

/// What a sync is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Where it answers, without a slash at the end: `https://slack.com/api`.
    pub base: &'a str,
    /// The token; only to know one that was refused again by.
    pub secret: &'a str,
    /// Channels to leave out altogether, by name or id; `dm` for conversations of two and of a few.
    pub private: &'a [String],
    /// Cursor of each conversation that the last kept sync returned; none the first time.
    pub cursors: &'a BTreeMap<String, String>,
    /// Oldest day to read; everything where not given.
    pub since: Option<Timestamp>,
    /// When the sync began.
    pub observed_at: Timestamp,
}

/// What is remembered beside the conversations.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Aside {
    /// The conversation to go on with, where a sync ended early.
    next: Option<String>,
}

/// Reads what is new in the conversations of the token's owner, and hands it on page by page.
///
/// # Errors
/// The sink's own, which stops the sync. What cannot be read is a problem of the outcome.
pub fn sync(
    request: &Request<'_>,
    transport: &mut dyn Transport,
    sink: &mut Sink<'_>,
) -> Result<Outcome, BoxError> {
    let refusal = Refusal::of(request.secret, request.base, request.observed_at);
    let aside = request.cursors.get(ASIDE);
    let pump = Pump::new(transport, sink, |_| Mapped::default(), request.observed_at);
    let mut run =
        Run { pump, request, lists: Lists::default(), unknown: BTreeSet::new(), shut: BTreeMap::new() };
    if refusal.is_again(aside) {
        run.pump.problem(
            request.base,
            "less than half an hour ago it did not accept the token; the same is not tried again before",
        );
        return Ok(run.pump.outcome);
    }
    let before: Aside = aside.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let mut after = Aside::default();
    let result = run.all(before.next.as_deref(), &mut after);
    let is_refused = matches!(result, Err(Halt::Failed(Failure::Unauthorised { .. })));
    run.ended(result)?;
    run.told();
    let mut outcome = run.pump.outcome;
    shorten(&mut outcome.problems, 0, request.base);
    let kept = if is_refused { refusal.text() } else { serde_json::to_string(&after).ok() };
    let is_worth_it = aside.is_some() || is_refused || after.next.is_some();
    outcome.cursors.extend(kept.filter(|_| is_worth_it).map(|kept| (ASIDE.to_owned(), kept)));
    Ok(outcome)
}

/// What an exchange says, where `lists` were recorded beside it; nothing of channels in `private`.
#[must_use]
pub fn map(exchange: &Exchange, lists: &Lists, private: &[String]) -> Mapped {
    let method = answer::method(&exchange.url);
    if !matches!(method, "conversations.history" | "conversations.replies")
        || exchange.body.get("ok") != Some(&Value::Bool(true))
    {
        return Mapped::default();
    }
    let id = answer::parameter(&exchange.url, "channel").unwrap_or_default();
    let channel = lists.channel(id);
    if channel.is_private(private) {
        return Mapped::default();
    }
    let Some(told_at) = exchange.at else {
        let message = "the recording does not say when it was answered".to_owned();
        let subject = method.to_owned();
        return Mapped { problems: vec![crate::Problem { subject, message }], ..Mapped::default() };
    };
    let entries = crate::values::items(&exchange.body, "/messages");
    let facts = lists.workspace.day(entries, &channel, told_at, &mut BTreeSet::new());
    Mapped { facts, ..Mapped::default() }
}

/// A sync under way.
struct Run<'a, 'b, 'r> {
    pump: Pump<'a, 'b>,
    request: &'r Request<'r>,
    lists: Lists,
    /// Ids of who stands in no list.
    unknown: BTreeSet<String>,
    /// Why conversations are not read: of which kind, where all of it are meant, and how many.
    shut: BTreeMap<String, (Option<&'static str>, usize)>,
}

impl Run<'_, '_, '_> {
    fn all(&mut self, next: Option<&str>, after: &mut Aside) -> Result<(), Halt> {
        let me = self.ask("auth.test", "")?;
        self.lists.take(&me);
        self.conversations()?;
        // A name in `private` may be that of people.
        if !self.request.private.is_empty() {
            self.people()?;
        }
        let mut order = self.lists.ids();
        let start = next.and_then(|next| order.iter().position(|id| id == next)).unwrap_or(0);
        order.rotate_left(start);
        let mut apart = 0;
        for id in order {
            let known = self.request.cursors.get(&id);
            let mut cursor = Cursor::of(known);
            // Of what is private not even the members are asked for.
            if self.is_private(&id) {
                continue;
            }
            if self.lists.is_apart(&id) {
                apart += usize::from(!self.lists.is_archived(&id));
                continue;
            }
            if self.lists.is_archived(&id) && cursor.is_whole() {
                continue;
            }
            let before = cursor.text();
            let result = self.conversation(&id, &mut cursor);
            self.pump.remember(&id, &before, cursor.text(), result.is_ok());
            match result {
                Err(Halt::Failed(failure)) if !ends_everything(&failure) => self.shut_out(&id, &failure),
                Err(halt) => {
                    after.next = Some(id);
                    return Err(halt);
                }
                Ok(()) => {}
            }
        }
        match apart {
            0 => {}
            1 => self.notice("1 public channel is not read: the owner of the token has not joined it"),
            _ => self.notice(&format!(
                "{apart} public channels are not read: the owner of the token has not joined them"
            )),
        }
        Ok(())
    }

    fn conversation(&mut self, id: &str, cursor: &mut Cursor) -> Result<(), Halt> {
        let kind = self.lists.kind(id);
        if let Some((_, count)) =
            self.shut.values_mut().find(|(shut, _)| shut.is_some() && *shut == Some(kind))
        {
            *count += 1;
            return Ok(());
        }
        if kind == "group" {
            self.members(id, cursor)?;
        }
        // The names of who takes part may be what is private.
        if self.is_private(id) { Ok(()) } else { self.read(&self.lists.channel(id), cursor) }
    }

    fn is_private(&self, id: &str) -> bool {
        self.lists.channel(id).is_private(self.request.private)
    }

    fn notice(&mut self, words: &str) {
        self.pump.outcome.notices.push(words.to_owned());
    }

    /// Asks a method, and gives its answer where that is `ok`.
    fn ask(&mut self, method: &str, parameters: &str) -> Result<Exchange, Halt> {
        let mark = if parameters.is_empty() { "" } else { "?" };
        let call = Call::get(format!("{}/{method}{mark}{parameters}", self.request.base));
        let exchange = self.pump.ask(&call, answer::SHAPE)?;
        judge(exchange, self.pump.now()).map_err(Halt::Failed)
    }

    /// All pages of a list.
    fn pages(&mut self, method: &str, parameters: &str) -> Result<(), Halt> {
        let mut cursor = String::new();
        for _ in 0..PAGES {
            let page = self.ask(method, &format!("limit={LISTED}{parameters}{cursor}"))?;
            self.lists.take(&page);
            match words(&page.body, "/response_metadata/next_cursor") {
                Some(next) => cursor = format!("&cursor={}", answer::encoded(&next)),
                None => return Ok(()),
            }
        }
        Ok(())
    }

    /// Lists the conversations: of all kinds at once, or of those that the token may list.
    fn conversations(&mut self) -> Result<(), Halt> {
        let kinds = ["public_channel", "private_channel", "mpim", "im"];
        let types = |kinds: &str| format!("&exclude_archived=false&types={kinds}");
        match self.pages("conversations.list", &types(&kinds.join("%2C"))) {
            Err(Halt::Failed(Failure::Forbidden { .. })) => {}
            other => return other,
        }
        for kind in kinds {
            match self.pages("conversations.list", &types(kind)) {
                Err(Halt::Failed(failure @ Failure::Forbidden { .. })) => {
                    self.pump.problem(kind, format!("conversations of this kind are not read: {failure}"));
                }
                other => other?,
            }
        }
        Ok(())
    }

    /// Learns who is who, once a sync and only where something has to be told.
    fn people(&mut self) -> Result<(), Halt> {
        if self.lists.has_people {
            return Ok(());
        }
        self.pages("users.list", "")?;
        self.lists.has_people = true;
        if !self.lists.workspace.has_addresses() {
            let notice = "no mail address stands in the list of people (the scope `users:read.email` gives them): \
                          people are known by their handles";
            self.notice(notice);
        }
        Ok(())
    }

    /// Who takes part in a conversation of a few: asked once.
    fn members(&mut self, id: &str, cursor: &mut Cursor) -> Result<(), Halt> {
        if cursor.members.is_empty() {
            self.pages("conversations.members", &format!("&channel={id}"))?;
            cursor.members = self.lists.members(id);
        }
        self.lists.add_members(id, cursor.members.clone());
        if !self.request.private.is_empty() {
            self.people()?;
        }
        Ok(())
    }

    /// Puts down that a conversation could not be read, for a reason that may be that of many.
    fn shut_out(&mut self, id: &str, failure: &Failure) {
        let Failure::Forbidden { right, .. } = failure else {
            return self.pump.problem(id, failure);
        };
        let kind = right.contains("scope").then(|| self.lists.kind(id));
        self.shut.entry(right.clone()).or_insert((kind, 0)).1 += 1;
    }

    /// What ended a sync.
    fn ended(&mut self, result: Result<(), Halt>) -> Result<(), BoxError> {
        match result {
            Ok(()) => {}
            Err(Halt::Sink(error)) => return Err(error),
            Err(Halt::Failed(Failure::Limited { until, .. })) => self.pump.outcome.until = Some(until),
            Err(Halt::Failed(Failure::Unauthorised { reason, .. })) => self.pump.problem(
                self.request.base,
                format!("the token is not accepted ({reason}); the same is not tried again for half an hour"),
            ),
            Err(Halt::Failed(failure)) => self.pump.problem(self.request.base, &failure),
        }
        Ok(())
    }

    /// Says in one sentence each what concerns many.
    fn told(&mut self) {
        for (right, (kind, count)) in std::mem::take(&mut self.shut) {
            let what = if count == 1 {
                "1 conversation is".to_owned()
            } else {
                format!("{count} conversations are")
            };
            match kind {
                Some(_) => self.pump.problem(self.request.base, format!("{what} not read: {right}")),
                None => self.notice(&format!("{what} not read: {right}")),
            }
        }
        let count = self.unknown.len();
        if count > 0 {
            let who = if count == 1 {
                "1 person who wrote or is named is"
            } else {
                &format!("{count} people who wrote or are named are")
            };
            self.notice(&format!("{who} not in the list of people, and kept by id"));
        }
    }
}
