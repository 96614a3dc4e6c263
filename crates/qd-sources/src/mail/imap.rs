//! Mail on a server: messages over IMAP (RFC 3501) as rows of `messages`, and nothing changed there
//! (but a draft, put there by [`save`] where its owner asks for it).
//!
//! A message is an event: what came of it is never asked for again, so a folder is known by its
//! validity and the next number alone. Marks that change later and messages that go are not looked
//! for (CONDSTORE and QRESYNC would tell them); a message that moves is the same message. Rows go on
//! batch by batch and the place in the folder with them: where a connection drops, nothing that was
//! read is read again, and nothing that was not is passed over. A password that was refused is left
//! alone for a while, so that no series of syncs locks an account.

mod access;
mod fetch;
mod folders;
mod idle;
mod link;
mod save;

use std::{
    collections::BTreeMap,
    hash::{BuildHasher as _, RandomState},
};

use jiff::{Timestamp, civil::Date};
use qd_tables::Fact;
use serde::{Deserialize, Serialize};

pub(super) use self::folders::is_of_drafts;
pub use self::{
    access::{Access, Proof},
    idle::{Ended, wait},
    save::save,
};
use self::{
    fetch::{FETCHED, Mark, batches},
    folders::{Folder, Standing},
    link::{Broken, Link, Place},
};
use super::{Context, is_private, read};
use crate::{
    Problem,
    connector::{
        ASIDE, BoxError, Outcome, Sink, Step,
        refused::{Refusal, not_accepted, not_yet},
        shorten,
    },
    values::hash,
};

/// What it is called in problems.
const SERVER: &str = "the mail server";
/// Numbers of messages that are looked through at a time.
const WINDOW: u32 = 20_000;
/// Messages whose marks are asked for at a time.
const MARKED: usize = 500;

/// What a sync is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Cursor of each folder that the last kept sync returned; none the first time.
    pub cursors: &'a BTreeMap<String, String>,
    /// Folders and labels to leave out altogether, with all below them.
    pub private: &'a [String],
    /// Day of the oldest message to read; everything where not given.
    pub since: Option<Date>,
    /// When the sync began.
    pub observed_at: Timestamp,
}

/// How far a folder was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Cursor {
    /// What tells server, user and oldest day from others, without saying them.
    of: String,
    /// Changes when the numbers of the messages are given anew.
    validity: u32,
    /// Number of the next message to read.
    next: u32,
}

/// Why a folder is left in the middle.
enum Halt {
    Broken(Broken),
    Sink(BoxError),
}

impl From<Broken> for Halt {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken)
    }
}

/// A sync under way.
struct Run<'a, 'b> {
    request: &'a Request<'a>,
    sink: &'a mut Sink<'b>,
    /// Server, in problems.
    host: String,
    of: String,
    has_labels: bool,
    /// Hashes of ids that were handed on.
    seen: hashbrown::HashSet<u64>,
    hasher: RandomState,
    outcome: Outcome,
    /// Steps that a cursor moved.
    moved: u64,
}

fn host(access: &Access<'_>) -> String {
    Place::parse(access.url).map_or_else(|_| "mail".to_owned(), |place| place.host)
}

/// What tells server, user and oldest day from others, without saying them.
fn account(access: &Access<'_>, since: Option<Date>) -> String {
    let since = since.map(|day| day.to_string()).unwrap_or_default();
    let mark = hash([host(access).as_bytes(), access.user.as_bytes(), since.as_bytes()]);
    mark.chars().take(16).collect()
}

/// Reads what came into the folders of a mailbox since the cursors of `request`, and hands it on in
/// parts. Left out are private folders, drafts, what was thrown away and what is junk. A cursor is
/// kept for each folder, by its name.
///
/// # Errors
/// Where facts could not be handed on. What a server refuses stands among the problems.
pub fn sync(access: &Access<'_>, request: &Request<'_>, sink: &mut Sink<'_>) -> Result<Outcome, BoxError> {
    let mut run = Run {
        request,
        sink,
        host: host(access),
        of: account(access, request.since),
        has_labels: false,
        seen: hashbrown::HashSet::new(),
        hasher: RandomState::new(),
        outcome: Outcome::default(),
        moved: 0,
    };
    match run.all(access)? {
        Ok(()) => {}
        Err(message) => run.outcome.problems.push(Problem { subject: run.host.clone(), message }),
    }
    Ok(run.outcome)
}

impl Run<'_, '_> {
    /// Reads all folders, over as many connections as it takes; or says why not.
    fn all(&mut self, access: &Access<'_>) -> Result<Result<(), String>, BoxError> {
        let refusal = Refusal::of(access.secret(), &self.of, self.request.observed_at);
        if refusal.is_again(self.request.cursors.get(ASIDE)) {
            return Ok(Err(not_yet(SERVER)));
        }
        let mut tries = access.patience.tries.max(1);
        loop {
            let moved = self.moved;
            tries -= 1;
            let broken = match self.connected(access) {
                Ok(()) => return Ok(Ok(())),
                Err(Halt::Sink(error)) => return Err(error),
                Err(Halt::Broken(broken)) => broken,
            };
            return Ok(Err(match broken {
                // A connection that brought nothing would break at the same place again.
                Broken::Lost(_) if tries > 0 && self.moved > moved => continue,
                Broken::Lost(words) => {
                    format!("{words}; what was read is kept, and the next sync goes on there")
                }
                Broken::Refused(words) => words,
                Broken::Stranger => {
                    self.outcome.cursors.extend(refusal.text().map(|text| (ASIDE.to_owned(), text)));
                    not_accepted(SERVER)
                }
            }));
        }
    }

    /// Reads as far as one connection goes.
    fn connected(&mut self, access: &Access<'_>) -> Result<(), Halt> {
        let mut link = Link::open(access)?;
        let read = self.folders(&mut link);
        self.outcome.requests += link.requests;
        if read.is_ok() {
            link.close();
        }
        read
    }

    fn folders(&mut self, link: &mut Link) -> Result<(), Halt> {
        self.has_labels = link.can("X-GM-EXT-1");
        let folders = folders::wanted(folders::list(link)?, self.request.private, self.has_labels);
        for folder in folders {
            let told = self.outcome.problems.len();
            let read = self.folder(link, &folder);
            let subject = self.subject(&folder);
            shorten(&mut self.outcome.problems, told, &subject);
            read?;
        }
        Ok(())
    }

    fn folder(&mut self, link: &mut Link, folder: &Folder) -> Result<(), Halt> {
        let known = self.known(&folder.name);
        let is_at_end = |standing: &Standing| {
            let stood = known.as_ref().filter(|known| standing.validity == Some(known.validity));
            stood.zip(standing.next).is_some_and(|(known, next)| next <= known.next)
        };
        if is_at_end(&folder.standing) {
            self.remember(folder, known.unwrap_or_default());
            return Ok(());
        }
        let Some(standing) = link.examine(folder)? else {
            self.tell(folder, "the server does not let it be opened");
            return Ok(());
        };
        let validity = standing.validity.unwrap_or_default();
        let fresh = Cursor { of: self.of.clone(), validity, next: 1 };
        let mut cursor = known.filter(|known| known.validity == validity).unwrap_or(fresh);
        let end = standing.next.map(|next| next.saturating_sub(1));
        while end.is_none_or(|end| cursor.next <= end) {
            let last = end.map(|end| end.min(cursor.next.saturating_add(WINDOW - 1)));
            let Some(uids) = link.search(cursor.next, last, self.request.since)? else {
                self.tell(folder, "the server does not say which messages are new");
                break;
            };
            for uids in uids.chunks(MARKED) {
                if !self.messages(link, folder, uids, &mut cursor)? {
                    return Ok(());
                }
            }
            cursor.next = last.map_or(cursor.next, |last| last.saturating_add(1));
            if last == end {
                break;
            }
        }
        self.remember(folder, cursor);
        Ok(())
    }

    /// Reads the messages `uids`, and moves the cursor past them; false where the server does not
    /// give what is left of them.
    fn messages(
        &mut self,
        link: &mut Link,
        folder: &Folder,
        uids: &[u32],
        cursor: &mut Cursor,
    ) -> Result<bool, Halt> {
        let Some(marks) = link.marks(uids, self.has_labels)? else {
            self.tell(folder, "the server does not say what the new messages are");
            return Ok(false);
        };
        let private = self.request.private;
        let is_private = |label: &String| {
            is_private(label, private) || is_private(label.trim_start_matches('\\'), private)
        };
        let is_wanted = |mark: &Mark| !mark.is_draft && !mark.labels.iter().any(is_private);
        let wanted: Vec<Mark> = marks.into_iter().filter(is_wanted).collect();
        for batch in batches(&wanted) {
            let given = link.texts(batch)?;
            for uid in &given.broken {
                self.tell(folder, &format!("the server does not give message {uid}; it is passed over"));
            }
            self.keep(folder, batch, &given.texts)?;
            let after = batch.last().map(|mark| mark.uid.saturating_add(1));
            cursor.next = given.stopped.or(after).unwrap_or(cursor.next);
            self.moved += 1;
            self.remember(folder, cursor.clone());
            if given.stopped.is_some() {
                self.tell(
                    folder,
                    "the server does not give the new messages; they are asked for another time",
                );
                return Ok(false);
            }
        }
        cursor.next = uids.last().map_or(cursor.next, |last| last.saturating_add(1));
        self.remember(folder, cursor.clone());
        Ok(true)
    }

    /// Hands on what the messages say, each once, wherever copies of it lie.
    fn keep(&mut self, folder: &Folder, batch: &[Mark], texts: &[(u32, Vec<u8>)]) -> Result<(), Halt> {
        let mut facts = Vec::new();
        for (uid, bytes) in texts {
            let Some(mark) = batch.iter().find(|mark| mark.uid == *uid) else { continue };
            match fact(folder, mark, bytes, self.request) {
                Ok(Some(fact)) => facts.push(fact),
                Ok(None) => {}
                Err(_) => self.tell(folder, &format!("message {} has no head and is passed over", mark.uid)),
            }
        }
        facts.retain(|fact| {
            let id = fact.row.get("id").and_then(serde_json::Value::as_str).unwrap_or_default();
            self.seen.insert(self.hasher.hash_one(id))
        });
        if facts.is_empty() {
            return Ok(());
        }
        self.outcome.rows += facts.len() as u64;
        (self.sink)(Step { facts, cursor: None }).map_err(Halt::Sink)
    }

    /// How far a folder was read, in this sync or before.
    fn known(&self, folder: &str) -> Option<Cursor> {
        let text = self.outcome.cursors.get(folder).or_else(|| self.request.cursors.get(folder))?;
        serde_json::from_str(text).ok().filter(|cursor: &Cursor| cursor.of == self.of)
    }

    fn remember(&mut self, folder: &Folder, cursor: Cursor) {
        // It holds a text and two numbers; there is nothing in it that JSON could not say.
        if let Ok(text) = serde_json::to_string(&cursor) {
            self.outcome.cursors.insert(folder.name.clone(), text);
        }
    }

    fn subject(&self, folder: &Folder) -> String {
        format!("{} at {}", folder.name, self.host)
    }

    fn tell(&mut self, folder: &Folder, message: &str) {
        let subject = self.subject(folder);
        self.outcome.problems.push(Problem { subject, message: message.to_owned() });
    }
}

/// The row of a message of which `bytes` are at hand; none where it is private.
fn fact(folder: &Folder, mark: &Mark, bytes: &[u8], request: &Request<'_>) -> Result<Option<Fact>, Problem> {
    let context = Context {
        file: &folder.name,
        position: u64::from(mark.uid),
        folder: &folder.name,
        labels: &mark.labels,
        is_answered: Some(mark.is_answered),
        received: mark.received,
        observed_at: request.observed_at,
        private: request.private,
    };
    let mut fact = read(bytes, &context)?;
    let is_cut = bytes.len() >= FETCHED as usize && mark.bytes > FETCHED;
    if let Some(fact) = fact.as_mut().filter(|_| is_cut) {
        fact.row.insert("bytes".to_owned(), mark.bytes.into());
        fact.row.shift_remove("attachments");
    }
    Ok(fact)
}
