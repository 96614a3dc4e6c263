//! Calendars on a server: CalDAV (RFC 4791), only read, and only what changed (RFC 6578).
//!
//! What the server knows of a calendar as a whole, a tag and a token, tells whether anything changed in
//! it; what it knows of each entry, a tag, tells which. A server that cannot say what changed since a
//! token, or does not know ours any more, is asked for the tags of all entries, and the rest follows in
//! the same way. Entries come a hundred at a time and are remembered one by one: where a connection
//! drops, the next sync asks for the others.
//!
//! The crate `libdav` could ask these questions, but it brings the client of `hyper`, resolves names by
//! itself and knows nothing of a result cut short; over our own transport the same patience, redirects,
//! recordings and masks hold as everywhere.

mod calendar;
mod listing;
mod multistatus;
mod question;

use std::fmt;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use self::{
    calendar::Cursor,
    listing::{Calendar, calendars, plain},
    multistatus::Multistatus,
};
use super::{
    Address, Context, Request,
    held::{Gone, tombstones},
    read,
};
use crate::{
    Problem,
    connector::{
        ASIDE, BoxError, Halt, Outcome, Sink, Step, ends_everything,
        refused::{Refusal, not_accepted, not_yet},
        shorten,
    },
    exchange::{Call, Exchange, Failure, Mapped, Transport},
    mail::is_private,
    values::hash,
};
use jiff::tz::TimeZone;

pub use self::listing::Names;

/// What it is called in problems.
const SERVER: &str = "the calendar server";
/// Where a server says where its calendars are (RFC 6764).
const WELL_KNOWN: &str = "/.well-known/caldav";

/// Where somebody's calendars are.
#[derive(Clone, Copy)]
pub struct Account<'a> {
    /// The server, or any of its addresses: of who asks, of their calendars, of one calendar.
    pub address: &'a Address,
    /// Who asks.
    pub user: &'a str,
    /// What proves it; only to know one that was refused again by.
    pub secret: &'a str,
}

impl fmt::Debug for Account<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Account").field("address", self.address).finish_non_exhaustive()
    }
}

/// Where the calendars are that were found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Homes {
    of: String,
    places: Vec<String>,
    /// 0 where the place is a calendar itself.
    depth: u8,
}

/// A sync under way.
struct Run<'a, 'b> {
    transport: &'a mut dyn Transport,
    account: &'a Account<'a>,
    request: &'a Request<'a>,
    sink: &'a mut Sink<'b>,
    /// What tells this account from others, without saying it.
    of: String,
    outcome: Outcome,
}

/// Reads what changed in the calendars of `account` since the cursors of `request`, and says of what is
/// gone that it is. A cursor is kept for each calendar, by its path.
///
/// # Errors
/// Where facts could not be handed on. What a server refuses stands among the problems.
pub fn sync(
    transport: &mut dyn Transport,
    account: &Account<'_>,
    request: &Request<'_>,
    sink: &mut Sink<'_>,
) -> Result<Outcome, BoxError> {
    let of = hash([account.address.url().as_bytes(), account.user.as_bytes()]).chars().take(16).collect();
    let mut run = Run { transport, account, request, sink, of, outcome: Outcome::default() };
    let refusal = Refusal::of(account.secret, &run.of, request.observed_at);
    if refusal.is_again(request.cursors.get(ASIDE)) {
        run.tell(None, not_yet(SERVER));
        return Ok(run.outcome);
    }
    match run.all() {
        Ok(()) => {}
        Err(Halt::Sink(error)) => return Err(error),
        Err(Halt::Failed(Failure::Limited { until, .. })) => run.outcome.until = Some(until),
        Err(Halt::Failed(Failure::Unauthorised { .. })) => {
            run.outcome.cursors.extend(refusal.text().map(|text| (ASIDE.to_owned(), text)));
            run.tell(None, not_accepted(SERVER));
        }
        Err(Halt::Failed(failure)) => run.tell(None, failure.to_string()),
    }
    Ok(run.outcome)
}

impl Run<'_, '_> {
    fn all(&mut self) -> Result<(), Halt> {
        let found = self.found()?;
        for calendar in &found {
            if is_private(&calendar.name, self.request.private) {
                continue;
            }
            let told = self.outcome.problems.len();
            let read = self.calendar(calendar);
            let subject = self.subject(calendar);
            shorten(&mut self.outcome.problems, told, &subject);
            match read {
                Err(Halt::Failed(failure)) if !ends_everything(&failure) => {
                    self.tell(Some(calendar), failure.to_string());
                }
                other => other?,
            }
        }
        self.gone(&found)
    }

    /// The calendars there are.
    fn found(&mut self) -> Result<Vec<Calendar>, Halt> {
        let known = self.cursor::<Homes>(ASIDE).filter(|homes| homes.of == self.of);
        if let Some(homes) = known {
            match self.listed(&homes) {
                Err(failure) if is_refusal(&failure) => {}
                other => return Ok(other?),
            }
        }
        let homes = self.homes()?;
        let found = self.listed(&homes)?;
        let text = serde_json::to_string(&homes).map_err(|error| Halt::Sink(error.into()))?;
        self.outcome.cursors.insert(ASIDE.to_owned(), text);
        Ok(found)
    }

    fn listed(&mut self, homes: &Homes) -> Result<Vec<Calendar>, Failure> {
        let mut all = Multistatus::default();
        for place in &homes.places {
            let call = question::properties(self.url(place)?, homes.depth, question::CALENDARS);
            all.answers.extend(self.whole(&call)?.answers);
        }
        let mut found = calendars(all);
        found.sort_by(|one, other| one.place.cmp(&other.place));
        found.dedup_by(|one, other| one.place == other.place);
        Ok(found)
    }

    /// Where the calendars are: what the address is or knows, else what the server's usual place does.
    fn homes(&mut self) -> Result<Homes, Failure> {
        let own = self.account.address.path();
        let places = if own == "/" { [WELL_KNOWN, own] } else { [own, WELL_KNOWN] };
        let mut refused = None;
        for place in places {
            match self.homes_from(place) {
                Ok(Some(homes)) => return Ok(homes),
                Ok(None) => {}
                Err(failure) if is_refusal(&failure) => refused = refused.or(Some(failure)),
                Err(failure) => return Err(failure),
            }
        }
        Err(refused.unwrap_or_else(|| Failure::Strange {
            url: self.account.address.url(),
            expected: "an account or a calendar of CalDAV",
            came: "nothing of that kind".to_owned(),
        }))
    }

    fn homes_from(&mut self, place: &str) -> Result<Option<Homes>, Failure> {
        let mut call = question::properties(self.url(place)?, 0, question::WHO);
        for _ in 0..2 {
            let Some(answer) = self.whole(&call)?.answers.into_iter().next() else { return Ok(None) };
            let own = answer.properties;
            let homes = |places, depth| Ok(Some(Homes { of: self.of.clone(), places, depth }));
            if own.kinds.iter().any(|kind| kind == "calendar") {
                return homes(vec![answer.href], 0);
            }
            if !own.homes.is_empty() {
                return homes(own.homes, 1);
            }
            let Some(principal) = own.principal else { return Ok(None) };
            call = question::properties(self.url(&principal)?, 0, question::HOMES);
        }
        Ok(None)
    }

    /// What was in calendars that are no more. Of those that are not asked for any more nothing is said.
    fn gone(&mut self, found: &[Calendar]) -> Result<(), Halt> {
        for place in self.request.cursors.keys().filter(|place| *place != ASIDE) {
            let cursor = self.known(place).filter(|_| !found.iter().any(|calendar| calendar.place == *place));
            let Some(cursor) = cursor.filter(|cursor| !cursor.is_empty()) else { continue };
            let gone: Gone = cursor.keys().map(|key| (key, self.request.observed_at)).collect();
            self.hand_on(tombstones(&gone, std::iter::empty()))?;
            self.remember(place, &Cursor::new(&self.of, ""))?;
        }
        Ok(())
    }

    /// What is remembered of the calendar at `place`, where it is one of this account.
    fn known(&self, place: &str) -> Option<Cursor> {
        self.cursor(place).filter(|cursor: &Cursor| cursor.is_of(&self.of))
    }

    fn cursor<T: DeserializeOwned>(&self, unit: &str) -> Option<T> {
        serde_json::from_str(self.request.cursors.get(unit)?).ok()
    }

    /// Keeps what was handed on so far together with where it stands.
    fn remember(&mut self, place: &str, cursor: &Cursor) -> Result<(), Halt> {
        let text = serde_json::to_string(cursor).map_err(|error| Halt::Sink(error.into()))?;
        self.outcome.cursors.insert(place.to_owned(), text.clone());
        (self.sink)(Step { facts: Vec::new(), cursor: Some((place.to_owned(), text)) }).map_err(Halt::Sink)
    }

    fn hand_on(&mut self, facts: Vec<qd_tables::Fact>) -> Result<(), Halt> {
        if facts.is_empty() {
            return Ok(());
        }
        self.outcome.rows += facts.len() as u64;
        (self.sink)(Step { facts, cursor: None }).map_err(Halt::Sink)
    }

    /// An answer, however much of it came.
    fn ask(&mut self, call: &Call) -> Result<Multistatus, Failure> {
        self.outcome.requests += 1;
        let exchange = self.transport.send(call)?;
        exchange.body.as_str().and_then(multistatus::read).ok_or_else(|| Failure::Strange {
            url: call.url.clone(),
            expected: "a multistatus of WebDAV",
            came: "something else".to_owned(),
        })
    }

    /// An answer that came to its end.
    fn whole(&mut self, call: &Call) -> Result<Multistatus, Failure> {
        let answer = self.ask(call)?;
        let cut = || Failure::Broken {
            url: call.url.clone(),
            status: 207,
            reason: "the answer breaks off".to_owned(),
        };
        if answer.is_whole { Ok(answer) } else { Err(cut()) }
    }

    /// Address of a path of the server. What lies on another host is not asked: the password is for
    /// this one.
    fn url(&self, href: &str) -> Result<String, Failure> {
        let address = self.account.address;
        let Some((_, rest)) = href.split_once("://") else { return Ok(format!("{}{href}", address.base())) };
        let host = super::address::host(href);
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        if name.eq_ignore_ascii_case(address.host()) {
            let path = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/");
            return Ok(format!("{}{path}", address.base()));
        }
        let reason = format!("the calendars are at `{host}`; write that address as `url`");
        Err(Failure::Broken { url: address.base().to_owned(), status: 207, reason })
    }

    fn subject(&self, calendar: &Calendar) -> String {
        format!("{} at {}", calendar.name, self.account.address.host())
    }

    fn tell(&mut self, calendar: Option<&Calendar>, message: String) {
        let host = || self.account.address.host().to_owned();
        let subject = calendar.map_or_else(host, |calendar| self.subject(calendar));
        self.outcome.problems.push(Problem { subject, message });
    }
}

/// Whether a server refuses a question that might be asked in another way.
fn is_refusal(failure: &Failure) -> bool {
    match failure {
        Failure::Forbidden { .. } | Failure::Missing { .. } | Failure::Strange { .. } => true,
        Failure::Broken { status, .. } => matches!(status, 400..=499 | 501 | 507),
        _ => false,
    }
}

/// Whether an exchange is one of WebDAV.
pub(super) fn is_answer(exchange: &Exchange) -> bool {
    matches!(&exchange.method[..], "PROPFIND" | "REPORT")
}

/// The meetings that an answer tells of. That one is gone, no answer tells by itself.
pub(super) fn map(exchange: &Exchange, names: &Names, zone: &TimeZone) -> Mapped {
    let mut mapped = Mapped::default();
    let answer = exchange.body.as_str().and_then(multistatus::read);
    for answer in answer.into_iter().flat_map(|answer| answer.answers) {
        let Some(data) = answer.properties.data else { continue };
        let place = plain(&answer.href);
        let calendar = names.above(&place);
        let file = format!("{calendar}: {}", calendar::uid(&data));
        let at = exchange.at.unwrap_or_default();
        let context = Context {
            file: &file,
            calendar: Some(calendar),
            modified: at,
            observed_at: at,
            zone: zone.clone(),
        };
        let (facts, problems) = read(data.as_bytes(), &context);
        mapped.facts.extend(facts);
        mapped.problems.extend(problems);
    }
    mapped
}
