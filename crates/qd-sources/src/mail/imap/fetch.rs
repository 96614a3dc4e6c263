//! What is asked of one folder: how it stands, which messages are new, what they are, what they say.
//!
//! Folders are examined, not selected, and bodies are peeked at: nothing is marked as seen. Of a
//! message no more than its beginning is fetched; what comes after is attachments.

use async_imap::imap_proto::{AttributeValue, MailboxDatum, Response, ResponseCode};
use jiff::{Timestamp, civil::Date, fmt::strtime};

use super::{
    folders::{Folder, Standing, decoded, plain, quoted},
    link::{Broken, Link},
};

/// Bytes of a message that are fetched.
pub(super) const FETCHED: u32 = 256 << 10;
/// Messages whose text is asked for at a time.
const BATCH: usize = 100;
/// Bytes that are asked for at a time.
const BATCH_BYTES: u64 = 4 << 20;

/// What is known of a message before its text is fetched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Mark {
    /// Its number in the folder.
    pub(super) uid: u32,
    /// Its size in bytes.
    pub(super) bytes: u32,
    /// Whether it is marked as answered.
    pub(super) is_answered: bool,
    /// Whether nobody has sent it.
    pub(super) is_draft: bool,
    /// When the server got it.
    pub(super) received: Option<Timestamp>,
    /// Words it is marked with.
    pub(super) labels: Vec<String>,
}

impl Link {
    /// Opens `folder` for reading only; none where the server does not let us.
    pub(super) fn examine(&mut self, folder: &Folder) -> Result<Option<Standing>, Broken> {
        let Some(name) = quoted(&folder.wire) else { return Ok(None) };
        let mut found = Standing::default();
        let is_open = self.ask(&format!("EXAMINE {name}"), &mut |response| {
            if let Response::Data { outcome, .. } = response {
                match outcome.code {
                    Some(ResponseCode::UidNext(next)) => found.next = Some(next),
                    Some(ResponseCode::UidValidity(validity)) => found.validity = Some(validity),
                    _ => {}
                }
            }
        })?;
        Ok(is_open.then_some(found))
    }

    /// Numbers of the messages from `first` to `last` that came on `since` or later, in their order;
    /// none where the server does not say.
    pub(super) fn search(
        &mut self,
        first: u32,
        last: Option<u32>,
        since: Option<Date>,
    ) -> Result<Option<Vec<u32>>, Broken> {
        let end = last.map_or_else(|| "*".to_owned(), |last| last.to_string());
        let since = since.map(|day| day.strftime(" SINCE %-d-%b-%Y").to_string()).unwrap_or_default();
        let mut found = Vec::new();
        let is_told = self.ask(&format!("UID SEARCH UID {first}:{end}{since}"), &mut |response| {
            if let Response::MailboxData(MailboxDatum::Search(uids)) = response {
                found.extend_from_slice(uids);
            }
        })?;
        // `7:*` means the last message where there is none from 7 on.
        found.retain(|uid| *uid >= first && last.is_none_or(|last| *uid <= last));
        found.sort_unstable();
        found.dedup();
        Ok(is_told.then_some(found))
    }

    /// What is known of the messages `uids`, in their order; none where the server does not say.
    pub(super) fn marks(&mut self, uids: &[u32], has_labels: bool) -> Result<Option<Vec<Mark>>, Broken> {
        let labels = if has_labels { " X-GM-LABELS" } else { "" };
        let command = format!("UID FETCH {} (UID FLAGS RFC822.SIZE INTERNALDATE{labels})", set(uids));
        let mut found: Vec<Mark> = Vec::new();
        let is_told = self.ask(&command, &mut |response| {
            if let Response::Fetch(_, values) = response {
                found.extend(mark(values));
            }
        })?;
        found.retain(|mark| uids.binary_search(&mark.uid).is_ok());
        found.sort_by_key(|mark| mark.uid);
        found.dedup_by_key(|mark| mark.uid);
        Ok(is_told.then_some(found))
    }

    /// The beginnings of a batch. Where the server refuses some, each of them is asked for by itself:
    /// one that is refused while a later one is not is broken there.
    pub(super) fn texts(&mut self, batch: &[Mark]) -> Result<Texts, Broken> {
        let uids: Vec<u32> = batch.iter().map(|mark| mark.uid).collect();
        let mut texts = Vec::new();
        let mut refused = Vec::new();
        if !self.beginnings(&uids, &mut texts)? {
            let given: Vec<u32> = texts.iter().map(|(uid, _)| *uid).collect();
            for uid in uids.iter().filter(|uid| !given.contains(uid)) {
                if !self.beginnings(&[*uid], &mut texts)? {
                    refused.push(*uid);
                }
            }
        }
        texts.retain(|(uid, _)| uids.binary_search(uid).is_ok());
        texts.sort_unstable_by_key(|(uid, _)| *uid);
        texts.dedup_by_key(|(uid, _)| *uid);
        let last = texts.last().map_or(0, |(uid, _)| *uid);
        refused.retain(|uid| texts.binary_search_by_key(uid, |(given, _)| *given).is_err());
        let (broken, after): (Vec<u32>, Vec<u32>) = refused.into_iter().partition(|uid| *uid < last);
        Ok(Texts { texts, broken, stopped: after.first().copied() })
    }

    /// Adds the beginnings of the messages `uids`, as many as the server gives, in any order; false
    /// where it says that those were not all.
    fn beginnings(&mut self, uids: &[u32], found: &mut Vec<(u32, Vec<u8>)>) -> Result<bool, Broken> {
        let command = format!("UID FETCH {} (UID BODY.PEEK[]<0.{FETCHED}>)", set(uids));
        self.ask(&command, &mut |response| {
            if let Response::Fetch(_, values) = response {
                found.extend(beginning(values));
            }
        })
    }
}

/// What the server gave of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Texts {
    /// Beginnings of messages, by their numbers.
    pub(super) texts: Vec<(u32, Vec<u8>)>,
    /// Messages that it does not give although it gives later ones.
    pub(super) broken: Vec<u32>,
    /// First message that it does not give, where it gives none after it either.
    pub(super) stopped: Option<u32>,
}

/// Parts of `marks` whose texts are fetched together.
pub(super) fn batches(marks: &[Mark]) -> impl Iterator<Item = &[Mark]> {
    let mut rest = marks;
    std::iter::from_fn(move || {
        let mut bytes = 0;
        let fits = rest.iter().take(BATCH).take_while(|mark| {
            let is_first = bytes == 0;
            bytes += u64::from(mark.bytes.clamp(1, FETCHED));
            is_first || bytes <= BATCH_BYTES
        });
        let (batch, after) = rest.split_at_checked(fits.count())?;
        rest = after;
        (!batch.is_empty()).then_some(batch)
    })
}

/// Numbers as IMAP writes them: `1:3,7`.
pub(super) fn set(uids: &[u32]) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for uid in uids {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(*uid) => *last = *uid,
            _ => runs.push((*uid, *uid)),
        }
    }
    let runs = runs.into_iter().map(|(first, last)| match first == last {
        true => first.to_string(),
        false => format!("{first}:{last}"),
    });
    runs.collect::<Vec<_>>().join(",")
}

fn mark(values: &[AttributeValue<'_>]) -> Option<Mark> {
    let mut mark = Mark::default();
    let mut is_complete = (false, false);
    for value in values {
        match value {
            AttributeValue::Uid(uid) => (mark.uid, is_complete.0) = (*uid, true),
            AttributeValue::Rfc822Size(bytes) => (mark.bytes, is_complete.1) = (*bytes, true),
            AttributeValue::InternalDate(text) => mark.received = received(text),
            AttributeValue::Flags(flags) => {
                let has = |flag: &str| flags.iter().any(|own| own.eq_ignore_ascii_case(flag));
                (mark.is_answered, mark.is_draft) = (has("\\Answered"), has("\\Draft"));
                let words = flags.iter().filter(|flag| !flag.starts_with('\\'));
                mark.labels.extend(words.map(|word| word.to_string()));
            }
            AttributeValue::GmailLabels(labels) => {
                mark.labels.extend(labels.iter().map(|label| decoded(&plain_label(label))));
            }
            _ => {}
        }
    }
    // A server tells by itself what others mark meanwhile; that is no answer.
    (is_complete == (true, true)).then_some(mark)
}

/// A label without its quoting; those of the system (`\Inbox`) keep their stroke.
fn plain_label(label: &str) -> String {
    match label.strip_prefix('\\') {
        Some(rest) if !rest.starts_with(['\\', '"']) => label.to_owned(),
        _ => plain(label),
    }
}

fn beginning(values: &[AttributeValue<'_>]) -> Option<(u32, Vec<u8>)> {
    let uid = values.iter().find_map(|value| match value {
        AttributeValue::Uid(uid) => Some(*uid),
        _ => None,
    })?;
    let bytes = values.iter().find_map(|value| match value {
        AttributeValue::BodySection { section: None, data, .. } => {
            Some(data.as_ref().map_or_else(Vec::new, |data| data.to_vec()))
        }
        _ => None,
    })?;
    Some((uid, bytes))
}

/// A time as IMAP writes it: `17-Jul-1996 02:44:25 -0700`.
fn received(text: &str) -> Option<Timestamp> {
    strtime::parse("%d-%b-%Y %H:%M:%S %z", text.trim()).ok()?.to_timestamp().ok()
}
