//! What the head of a message says, in the form that is kept.

use jiff::{SignedDuration, Timestamp};
use mail_parser::{Address, DateTime, HeaderName, HeaderValue, Message, MessageParser};

use super::Context;

/// Ids of earlier messages that are kept: the first, which begins the thread, and the last ones.
const BEFORE: usize = 50;
/// Addresses of a kind that are kept.
const RECIPIENTS: usize = 1000;
/// Longest id that is taken for one.
const LONGEST_ID: usize = 500;
/// Longest subject that is kept, in characters.
const LONGEST_SUBJECT: usize = 500;
/// No mail program that is still read from wrote a date before it (1990).
const EARLIEST: i64 = 631_152_000;
/// Clocks are wrong by hours; two days more is a made-up date.
const AHEAD: SignedDuration = SignedDuration::from_hours(48);

/// Who wrote a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sender {
    pub(super) address: Option<String>,
    pub(super) name: Option<String>,
}

/// When a message was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Time {
    pub(super) at: Timestamp,
    /// Whether the message's own date says so.
    pub(super) is_its_own: bool,
}

/// A head's text without space around it; none where it is empty.
pub(super) fn text<'a>(message: &'a Message<'_>, name: &'static str) -> Option<&'a str> {
    value_text(message.header(name)?)
}

fn value_text<'a>(value: &'a HeaderValue<'_>) -> Option<&'a str> {
    match value {
        HeaderValue::Text(text) => Some(text.as_ref()),
        HeaderValue::TextList(texts) => texts.first().map(AsRef::as_ref),
        _ => None,
    }
    .map(str::trim)
    .filter(|text| !text.is_empty())
}

fn ids(value: &HeaderValue<'_>) -> Vec<String> {
    let texts = match value {
        HeaderValue::Text(text) => std::slice::from_ref(text),
        HeaderValue::TextList(texts) => texts.as_slice(),
        _ => &[],
    };
    let whole = texts.iter().map(|text| text.trim().trim_matches(['<', '>']));
    whole.filter(|id| !id.is_empty() && id.len() <= LONGEST_ID).map(str::to_owned).collect()
}

pub(super) fn id(message: &Message<'_>) -> Option<String> {
    ids(message.header(HeaderName::MessageId)?).into_iter().next()
}

pub(super) fn in_reply_to(message: &Message<'_>) -> Option<String> {
    ids(message.in_reply_to()).into_iter().next()
}

/// The messages before it, oldest first.
pub(super) fn before(message: &Message<'_>) -> Vec<String> {
    let mut before = ids(message.references());
    let surplus = before.len().saturating_sub(BEFORE);
    if surplus > 0 {
        before.drain(1..=surplus);
    }
    before
}

/// When it was sent: its own date where that can be, else when it came.
pub(super) fn time(message: &Message<'_>, bytes: &[u8], context: &Context<'_>) -> Time {
    let latest = context.observed_at.saturating_add(AHEAD).unwrap_or(Timestamp::MAX);
    let can_be = |time: &Timestamp| time.as_second() >= EARLIEST && *time <= latest;
    if let Some(at) = message.date().and_then(instant).filter(can_be) {
        return Time { at, is_its_own: true };
    }
    let arrived = || received(bytes).filter(can_be);
    let at = context.received.filter(can_be).or_else(arrived).unwrap_or(context.observed_at);
    Time { at, is_its_own: false }
}

/// When the last station on the way had it. Only messages without a date of use are looked at for
/// it, so it is not worth reading it of every one.
fn received(bytes: &[u8]) -> Option<Timestamp> {
    let parser = MessageParser::new().header_received(HeaderName::Received).default_header_ignore();
    let message = parser.parse_headers(bytes)?;
    message.received_all().find_map(|station| instant(&station.date?))
}

fn instant(date: &DateTime) -> Option<Timestamp> {
    // A leap second counts as the one before.
    let date = DateTime { second: date.second.min(59), ..*date };
    date.is_valid().then(|| Timestamp::from_second(date.to_timestamp()).ok()).flatten()
}

/// The date as written.
pub(super) fn date_text<'a>(message: &'a Message<'_>) -> Option<&'a str> {
    let text = message.header_raw(HeaderName::Date)?.trim();
    let end = text.char_indices().nth(80).map_or(text.len(), |(at, _)| at);
    text.get(..end).filter(|text| !text.is_empty())
}

pub(super) fn sender(message: &Message<'_>) -> Sender {
    let first = [message.from(), message.sender()].into_iter().flatten().find_map(Address::first);
    let Some(first) = first else { return Sender::default() };
    let name = first.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    Sender {
        address: first.address.as_deref().and_then(address),
        name: name.map(|name| name.chars().take(200).collect()),
    }
}

fn address(text: &str) -> Option<String> {
    Some(text.trim().to_lowercase()).filter(|text| !text.is_empty() && text.len() <= 320)
}

/// Where its author wants answers, where that is not at `sender`'s own address (RFC 5322, 3.6.2).
pub(super) fn reply_to(message: &Message<'_>, sender: Option<&str>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let given = message.reply_to().into_iter().flat_map(Address::iter).take(RECIPIENTS);
    for one in given.filter_map(|one| address(one.address.as_deref()?)) {
        if !found.contains(&one) {
            found.push(one);
        }
    }
    if found.iter().any(|one| Some(one.as_str()) == sender) { Vec::new() } else { found }
}

/// Who it is to, who gets a copy, and how many they are.
pub(super) fn recipients(message: &Message<'_>) -> (Vec<String>, Vec<String>, i64) {
    let mut count = 0_i64;
    let mut of = |all: &mut dyn Iterator<Item = &Address<'_>>| {
        let mut found: Vec<String> = Vec::new();
        for one in all.flat_map(Address::iter).filter_map(|one| address(one.address.as_deref()?)) {
            count = count.saturating_add(1);
            // With thousands, looking for each among all would take longer than all the rest.
            if found.len() < RECIPIENTS && (found.len() > 100 || !found.contains(&one)) {
                found.push(one);
            }
        }
        found
    };
    let to = of(&mut message.all_to());
    let cc = of(&mut message.all_cc());
    (to, cc, count)
}

pub(super) fn subject(message: &Message<'_>) -> Option<String> {
    let text = message.subject()?.trim();
    Some(text.chars().take(LONGEST_SUBJECT).collect()).filter(|text: &String| !text.is_empty())
}

/// Id of the list that passed it on; empty where one did that does not say its id.
pub(super) fn list(message: &Message<'_>) -> Option<String> {
    if let Some(text) = value_text(message.list_id()) {
        let id = text.rsplit_once('<').map_or(text, |(_, id)| id).trim_end_matches('>').trim();
        return Some(id.to_lowercase().chars().take(200).collect());
    }
    let is_list = text(message, "Precedence").is_some_and(|word| word.eq_ignore_ascii_case("list"))
        || text(message, "Mailing-List").is_some()
        || value_text(message.list_post()).is_some_and(|post| !post.eq_ignore_ascii_case("no"));
    is_list.then(String::new)
}

/// The labels that the mailbox and the head give, each once.
pub(super) fn labels(message: &Message<'_>, given: &[String]) -> Vec<String> {
    let mut labels: Vec<String> = given.to_vec();
    for name in ["X-Gmail-Labels", "X-Label", "X-Keywords"] {
        let words =
            text(message, name).unwrap_or_default().split(',').map(|word| word.trim().trim_matches('"'));
        for word in words.filter(|word| !word.is_empty()).take(50) {
            if labels.iter().all(|label| label != word) {
                labels.push(word.to_owned());
            }
        }
    }
    labels
}

/// Whether a mail program marked it as answered, in the heads that some write into mbox files.
pub(super) fn is_answered(message: &Message<'_>) -> Option<bool> {
    const REPLIED: u32 = 0x0002;
    let mozilla = || u32::from_str_radix(text(message, "X-Mozilla-Status")?, 16).ok();
    let flags = text(message, "X-Status").map(|flags| flags.contains('A'));
    flags.or_else(|| mozilla().map(|bits| bits & REPLIED != 0))
}
