//! Mail: messages of mbox files, Maildirs and servers, as rows of `messages`.
//!
//! A body is read and left where it is. What is kept is who wrote to whom, in answer to what, the
//! beginning of the author's own words, and the sentences of them that ask something. Bytes are
//! taken as they come: what a message gets wrong costs at most that message, and what is told
//! about it is where it stands, never what it says.

mod asks;
pub mod draft;
mod drafts;
mod head;
mod html;
pub mod imap;
mod maildir;
mod mbox;
mod names;
mod own;
mod pool;
mod robot;
mod sync;

use std::{borrow::Cow, sync::LazyLock};

use jiff::Timestamp;
use mail_parser::{HeaderName, Message, MessageParser, PartType};
use qd_tables::{Fact, MESSAGES};
use regex::bytes::Regex;

use crate::{
    Problem,
    values::{Row, hash},
};
pub use asks::{asks, asks_something};
pub use drafts::{drafts_folder, save};
pub use own::{Own, own};
pub use sync::{Options, Synced, sync};

/// Bytes of a message that are looked at; what comes after is attachments.
const LOOKED_AT: usize = 16 << 20;
/// Smaller messages hold no parts enough to do harm.
const SMALL: usize = 32 << 10;
/// Most places at which a part may begin: looking for the ends of parts within parts takes time
/// that grows with the square of their number, and memory on the stack.
const BEGINNINGS: usize = 200;
/// Parts of a body that are read as text.
const PARTS: usize = 8;
/// Characters at the beginning in which names count as addressed.
const ADDRESSED: usize = 400;

/// What is known of a message beside what it says.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// What to call its file.
    pub file: &'a str,
    /// Where in the file it begins, in bytes.
    pub position: u64,
    /// Folder it lies in.
    pub folder: &'a str,
    /// Labels that the mailbox gives it, beside those in its head.
    pub labels: &'a [String],
    /// Whether the mailbox marks it as answered, where it says either.
    pub is_answered: Option<bool>,
    /// When the mailbox says that it came.
    pub received: Option<Timestamp>,
    /// When it is read; a message from long after that has a wrong date.
    pub observed_at: Timestamp,
    /// Folders and labels to leave out altogether, with all below them (`Family/School`).
    pub private: &'a [String],
}

/// Heads that are of use; the rest (signatures, stations on the way) is passed by.
static PARSER: LazyLock<MessageParser> = LazyLock::new(|| {
    let texts = ["X-Gmail-Labels", "X-Label", "X-Keywords"];
    let raws = [
        "Auto-Submitted",
        "Precedence",
        "Feedback-ID",
        "List-Unsubscribe-Post",
        "Mailing-List",
        "X-Campaign-ID",
        "X-Mailgun-Sid",
        "X-SG-EID",
        "X-Autoreply",
        "X-Status",
        "X-Mozilla-Status",
    ];
    let parser = MessageParser::new()
        .with_minimal_headers()
        .with_message_ids()
        .with_address_headers()
        .header_raw(HeaderName::ListId)
        .header_raw(HeaderName::ListPost)
        .header_raw(HeaderName::ListUnsubscribe)
        .header_raw(HeaderName::ReturnPath)
        .default_header_ignore();
    let parser = texts.into_iter().fold(parser, |parser, name| parser.header_text(name));
    raws.into_iter().fold(parser, |parser, name| parser.header_raw(name))
});

/// The row of a message; none where it is private.
///
/// # Errors
/// Where the bytes hold no message. The problem names file and position only.
pub fn read(bytes: &[u8], context: &Context<'_>) -> Result<Option<Fact>, Problem> {
    if is_private(context.folder, context.private) {
        return Ok(None);
    }
    let looked_at = looked_at(bytes);
    let no_message = || problem(context.file, context.position, "no message is here: it has no head");
    let message = PARSER.parse(looked_at).ok_or_else(no_message)?;
    let has_head =
        [HeaderName::From, HeaderName::Date, HeaderName::To, HeaderName::Subject, HeaderName::MessageId]
            .into_iter()
            .any(|name| message.header(name).is_some());
    if !has_head {
        return Err(no_message());
    }
    let labels = head::labels(&message, context.labels);
    if labels.iter().any(|label| is_private(label, context.private)) {
        return Ok(None);
    }
    let is_whole = looked_at.len() == bytes.len();
    let attachments = is_whole.then(|| i64::try_from(message.attachments.len()).unwrap_or(i64::MAX));
    let row = row(&message, looked_at, context)
        .seen("labels", Some(labels).filter(|labels| !labels.is_empty()))
        .put("bytes", i64::try_from(bytes.len()).unwrap_or(i64::MAX))
        .seen("attachments", attachments);
    Ok(Some(row.fact(&MESSAGES)))
}

/// As much of a message as can be parsed in reasonable time, whoever made it.
fn looked_at(bytes: &[u8]) -> &[u8] {
    static BEGINNING: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new("(?i-u)content-type").ok());
    let bytes = bytes.get(..LOOKED_AT).unwrap_or(bytes);
    if bytes.len() <= SMALL {
        return bytes;
    }
    let surplus = BEGINNING.as_ref().and_then(|beginning| beginning.find_iter(bytes).nth(BEGINNINGS));
    surplus.and_then(|found| bytes.get(..found.start())).unwrap_or(bytes)
}

fn row(message: &Message<'_>, bytes: &[u8], context: &Context<'_>) -> Row {
    let own = own_words(message);
    let beginning = own.beginning();
    let time = head::time(message, bytes, context);
    let date_text = head::date_text(message);
    let sender = head::sender(message);
    let subject = head::subject(message);
    let id = head::id(message).unwrap_or_else(|| {
        let sender = sender.address.as_deref().unwrap_or_default();
        let parts =
            [sender, date_text.unwrap_or_default(), subject.as_deref().unwrap_or_default(), &own.text];
        format!("made-{}", hash(parts.map(str::as_bytes)).get(..32).unwrap_or_default())
    });
    let before = head::before(message);
    let in_reply_to = head::in_reply_to(message);
    let thread = before.first().or(in_reply_to.as_ref()).unwrap_or(&id).clone();
    let list = head::list(message);
    let (to, cc, recipients) = head::recipients(message);
    let reply_to = head::reply_to(message, sender.address.as_deref());
    let addressed: String = own.text.chars().take(ADDRESSED).collect();
    Row::default()
        .put("thread", thread)
        .put("at", time.at.to_string())
        .seen("date_text", date_text.filter(|_| !time.is_its_own))
        .seen("in_reply_to", in_reply_to)
        .seen("references", Some(before).filter(|before| !before.is_empty()))
        .put("is_robot", robot::is_robot(message, sender.address.as_deref(), list.is_some()))
        .seen("sender", sender.address)
        .seen("sender_name", sender.name)
        .put("is_from_list", list.is_some())
        .seen("list", list.filter(|list| !list.is_empty()))
        .put("to", to)
        .put("cc", cc)
        .put("recipients", recipients)
        .seen("reply_to", Some(reply_to).filter(|reply_to| !reply_to.is_empty()))
        .seen("subject", subject)
        .put("folder", context.folder)
        .seen("is_answered", context.is_answered.or_else(|| head::is_answered(message)))
        .seen("text", beginning)
        .put("asks", asks(&own.text))
        .put("mentions", names::mentions(&addressed))
        .put("chars", i64::try_from(own.chars).unwrap_or(i64::MAX))
        .put("id", id)
}

/// The author's own words in whatever form the body has them: plain text first, HTML where the
/// plain text is missing or empty.
fn own_words(message: &Message<'_>) -> Own {
    let of = |parts: &[u32]| {
        let parts = parts.iter().filter_map(|part| message.part(*part)).take(PARTS);
        let texts: Vec<Cow<'_, str>> = parts
            .filter_map(|part| match &part.body {
                PartType::Text(text) => Some(Cow::Borrowed(text.as_ref())),
                PartType::Html(html) => Some(html::text(html).into()),
                _ => None,
            })
            .collect();
        own(&texts.join("\n"))
    };
    let plain = of(&message.text_body);
    if plain.chars == 0 && message.html_body != message.text_body { of(&message.html_body) } else { plain }
}

/// The words of HTML, as a reader sees them.
pub(crate) fn plain(html: &str) -> String {
    html::text(html)
}

/// Whether a folder or label is one of `private`, or below one.
pub(crate) fn is_private(name: &str, private: &[String]) -> bool {
    let name = name.to_lowercase();
    private.iter().any(|left_out| {
        let left_out = left_out.trim().trim_end_matches(['/', '*']).to_lowercase();
        let below = name.strip_prefix(&left_out);
        !left_out.is_empty() && below.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '.']))
    })
}

/// What went wrong, and where; nothing of what a message says.
fn problem(file: &str, position: u64, message: &str) -> Problem {
    Problem { subject: file.to_owned(), message: format!("at byte {position}: {message}") }
}
