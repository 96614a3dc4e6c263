//! Whether a person wrote a message to persons one by one.
//!
//! In doubt a person did: a message taken for a robot's may be missed, one taken for a person's
//! costs a look.

use mail_parser::{HeaderName, HeaderValue, Message};

use super::head::text;

/// Beginnings of local parts that nobody reads.
const NOBODY: &[&str] = &[
    "noreply",
    "no-reply",
    "no_reply",
    "no.reply",
    "donotreply",
    "do-not-reply",
    "do_not_reply",
    "mailer-daemon",
    "postmaster",
    "bounce",
    "notification",
    "notify",
    "autoreply",
    "auto-reply",
    "automailer",
    "nepasrepondre",
    "ne-pas-repondre",
];

/// Whether a program wrote it, or somebody to very many at once.
pub(super) fn is_robot(message: &Message<'_>, sender: Option<&str>, is_from_list: bool) -> bool {
    let says = |name: &'static str, words: &[&str]| {
        text(message, name).is_some_and(|said| words.iter().any(|word| said.eq_ignore_ascii_case(word)))
    };
    let is_automatic = text(message, "Auto-Submitted").is_some_and(|said| !said.eq_ignore_ascii_case("no"))
        || text(message, "X-Autoreply").is_some()
        || says("Precedence", &["auto_reply", "junk"])
        || is_bounce(message);
    // Lists say `bulk` of what persons write to them.
    is_automatic
        || (!is_from_list && says("Precedence", &["bulk"]))
        || sender.is_some_and(is_nobody)
        || is_campaign(message)
}

fn is_nobody(sender: &str) -> bool {
    let local = sender.split('@').next().unwrap_or_default();
    NOBODY.iter().any(|name| local.starts_with(name))
        || local.ends_with("-noreply")
        || local.ends_with("-bounces")
}

/// Whether it tells that another message could not be delivered: nobody gets an answer to it.
fn is_bounce(message: &Message<'_>) -> bool {
    let is_report =
        message.header(HeaderName::ContentType).and_then(HeaderValue::as_content_type).is_some_and(|kind| {
            kind.ctype().eq_ignore_ascii_case("multipart")
                && kind.subtype().is_some_and(|kind| kind.eq_ignore_ascii_case("report"))
        });
    is_report || message.return_path().as_text().is_some_and(|path| path.trim() == "<>")
}

/// Whether a service for newsletters sent it: one can leave with one click, and it is no list that
/// one can write to.
fn is_campaign(message: &Message<'_>) -> bool {
    let can_leave = message.list_unsubscribe().as_text().is_some();
    let can_post = message.list_post().as_text().is_some();
    let marks = ["List-Unsubscribe-Post", "Feedback-ID", "X-Campaign-ID", "X-Mailgun-Sid", "X-SG-EID"];
    can_leave && !can_post && marks.iter().any(|name| text(message, name).is_some())
}
