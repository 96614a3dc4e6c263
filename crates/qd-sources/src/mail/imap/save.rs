//! The one thing that is ever written to a mail server: a draft, where its owner asks for one.
//!
//! Reading (all the rest of `imap`) opens folders with `EXAMINE` and can change nothing. This opens no
//! folder at all: `APPEND` puts a message among the drafts and touches no other. Once it was sent off
//! it is not sent again, whatever happens to the connection: two drafts are worse than a file.

use jiff::{Timestamp, civil::Date};

use super::{
    Access, SERVER, account, folders,
    link::{Broken, Link},
};
use crate::connector::refused::{Refusal, not_accepted, not_yet};

/// Puts `message` among the drafts of a mailbox, and returns the name of their folder. `refused` is what
/// the syncs of the source (which reads from the day `since` on) keep of a password that was not accepted.
///
/// # Errors
/// Where the server does not take it, in words that hold none of its own.
pub fn save(
    access: &Access<'_>,
    message: &[u8],
    (refused, since): (Option<&String>, Option<Date>),
    at: Timestamp,
) -> Result<String, String> {
    if Refusal::of(access.secret(), &account(access, since), at).is_again(refused) {
        return Err(not_yet(SERVER));
    }
    put(access, message).map_err(|broken| match broken {
        Broken::Lost(words) => words.to_owned(),
        Broken::Refused(words) => words,
        Broken::Stranger => not_accepted(SERVER),
    })
}

fn put(access: &Access<'_>, message: &[u8]) -> Result<String, Broken> {
    let mut link = Link::open(access)?;
    let found = folders::list(&mut link)?;
    let Some(folder) = folders::of_drafts(&found) else {
        return Err(Broken::Refused("the mail server has no folder of drafts".to_owned()));
    };
    if !link.append(&folder.wire, "(\\Draft \\Seen)", message)? {
        return Err(Broken::Refused("the mail server does not take a draft".to_owned()));
    }
    link.close();
    Ok(folder.name.clone())
}
