//! `serve` and `mcp`: the cockpit in a browser on this machine, and the same facts for an assistant.

use std::{
    fmt::Write as _,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use anyhow::{Context as _, Result};
use qd_deck::{LocalDeck, Opening, SourceReport, edit, read_company};
use qd_model::{BriefRequest, Deck, DeckError, Delivery, Diagnostic, Posting, Refusal, SharedDeck};
use qd_sources::{git::Progress, http::Patience};
use qd_web::{Arrival, Deed, Departure, Letterbox, Origin, World};

use super::{act, answer, deck_of_the_day, posts::Posts, todo};
use crate::{
    cli::{Global, McpArgs, ServeArgs},
    draw::words::count,
    printer::Printer,
    rim,
    sign_on::SignOn,
    users::Users,
};

/// Bytes of what nobody can guess.
const SECRET: usize = 16;

pub(crate) fn serve(global: &Global, args: &ServeArgs, printer: &Printer) -> Result<bool> {
    let opening = rim::opening(global, None)?;
    let (users, sign_on) = (Users::of(&opening)?, SignOn::of(args, &opening)?);
    let has_login = !users.is_empty() || sign_on.is_some();
    if !args.address.is_loopback() && !has_login {
        let message = format!("{} can be reached by other machines, and nobody has to log in", args.address);
        return Err(DeckError::new(message)
            .hint(
                "`quarterdeck user add PERSON` makes a login, `--issuer` and `--client` let a provider say who \
                 somebody is; without `--address` it is this machine's alone",
            )
            .into());
    }
    warn(args, &opening, sign_on.as_ref(), printer);
    let (deck, _, is_clean) = deck_of_the_day(global, args.no_sync, printer)?;
    let world = Arc::new(Here::new(global, deck, (has_login, sign_on), !args.address.is_loopback())?);
    let address = SocketAddr::new(args.address, args.port);
    let ready = |address: SocketAddr| {
        // A reader that went away does not stop the listening.
        let _ = printer.result(&format!("http://{address}/\n"));
        printer.say("listening; press Ctrl-C to end");
    };
    qd_web::cockpit(address, args.origin.clone(), world, ready)
        .with_context(|| format!("cannot listen at {address}"))?;
    Ok(is_clean)
}

/// Says what will not be as whoever starts it may think: it is said now, and not found at the first login.
fn warn(args: &ServeArgs, opening: &Opening, sign_on: Option<&SignOn>, printer: &Printer) {
    if let Some(told) = unencrypted(args.address, args.origin.as_ref()) {
        printer.complain(&told);
    }
    if let Some(Err(error)) = sign_on.map(|sign_on| sign_on.look(opening)) {
        printer.complain(&format!(
            "warning: the provider of logins cannot be asked now, and nobody can log in with it until it can: {}",
            error.message
        ));
    }
}

/// What crosses the network as it is: where other machines reach the address, and browsers are not said to come through
/// a proxy that encrypts.
fn unencrypted(address: IpAddr, origin: Option<&Origin>) -> Option<String> {
    let is_safe = address.is_loopback() || origin.is_some_and(Origin::is_secure);
    (!is_safe).then(|| {
        format!(
            "warning: {address} is listened at over plain HTTP: passwords and cookies cross the network unencrypted, unless a \
             proxy with TLS stands before it\nhint: where one does, `--origin https://NAME` says so, and browsers send the cookie \
             over TLS alone"
        )
    })
}

/// Answers an assistant until it says no more.
pub(crate) fn mcp(global: &Global, args: &McpArgs, printer: &Printer) -> Result<bool> {
    let (deck, _, is_clean) = deck_of_the_day(global, args.no_sync, printer)?;
    let world = Arc::new(Here::new(global, deck, (false, None), false)?);
    qd_web::serve_lines(world, std::io::stdin().lock(), std::io::stdout().lock())?;
    Ok(is_clean)
}

/// The company of this machine.
struct Here {
    global: Global,
    reader: String,
    /// The deck that the program began with, and what it was made of, until somebody takes it.
    first: Mutex<Option<(String, SharedDeck)>>,
    has_login: bool,
    /// Who else says who somebody is.
    sign_on: Option<SignOn>,
    /// Held by who writes a text: between looking whether it is as it was and writing, nobody else writes.
    pen: Mutex<()>,
    posts: Posts,
    /// Bytes of the intake log that are in the facts.
    taken: AtomicU64,
}

impl Here {
    fn new(
        global: &Global,
        deck: LocalDeck,
        (has_login, sign_on): (bool, Option<SignOn>),
        is_open: bool,
    ) -> Result<Self, DeckError> {
        let stamp = rim::opening(global, None).map_err(told)?.stamp();
        Ok(Self {
            global: global.clone(),
            reader: deck.brief(&BriefRequest::default())?.for_person,
            first: Mutex::new(Some((stamp, Arc::new(deck)))),
            has_login,
            sign_on,
            pen: Mutex::default(),
            posts: Posts::new(global, is_open),
            taken: AtomicU64::new(0),
        })
    }
}

impl Here {
    /// A deck of this very moment, for what is written.
    fn now(&self) -> Result<(Opening, LocalDeck), DeckError> {
        act::refuse_past(&self.global).map_err(told)?;
        let opening = rim::opening(&self.global, None).map_err(told)?;
        Ok((opening.clone(), LocalDeck::open(opening)?))
    }
}

impl Letterbox for Here {
    fn postings(&self) -> Vec<Posting> {
        self.posts.postings()
    }

    fn receive(&self, delivery: &Delivery<'_>) -> Result<(), Refusal> {
        self.posts.receive(delivery)
    }
}

impl World for Here {
    fn open(&self) -> Result<SharedDeck, DeckError> {
        let opening = rim::opening(&self.global, None).map_err(told)?;
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((_, deck)) = first.filter(|(stamp, _)| *stamp == opening.stamp()) {
            return Ok(deck);
        }
        Ok(Arc::new(LocalDeck::open(opening)?))
    }

    fn stamp(&self) -> String {
        let Ok(opening) = rim::opening(&self.global, None) else { return String::new() };
        let length = qd_deck::intake_bytes(&opening);
        // What cannot be taken in now stays in the log, and is tried again.
        if length != self.taken.load(Ordering::Relaxed) && take_in(&opening).is_ok() {
            self.taken.store(length, Ordering::Relaxed);
        }
        opening.stamp()
    }

    fn waiting(&self) -> u64 {
        let length = rim::opening(&self.global, None).map_or(0, |opening| qd_deck::intake_bytes(&opening));
        length.saturating_sub(self.taken.load(Ordering::Relaxed))
    }

    fn reader(&self) -> String {
        self.reader.clone()
    }

    fn has_login(&self) -> bool {
        self.has_login
    }

    fn login(&self, person: &str, password: &str) -> Result<Option<String>, DeckError> {
        // Read anew: who was taken out is out.
        let users = rim::opening(&self.global, None).and_then(|opening| Users::of(&opening)).map_err(told)?;
        Ok(users.knows(person, password).then(|| person.to_owned()))
    }

    fn has_passwords(&self) -> bool {
        let users = rim::opening(&self.global, None).and_then(|opening| Users::of(&opening));
        self.has_login && (self.sign_on.is_none() || users.is_ok_and(|users| !users.is_empty()))
    }

    fn provider(&self) -> Option<String> {
        self.sign_on.as_ref().map(|sign_on| sign_on.issuer().to_owned())
    }

    fn depart(&self, back: &str) -> Result<Departure, DeckError> {
        let sign_on = self.sign_on.as_ref().ok_or_else(nobody_else)?;
        sign_on.depart(&rim::opening(&self.global, None).map_err(told)?, back, &|| self.secret())
    }

    fn arrive(&self, departure: &Departure, code: &str) -> Result<Arrival, DeckError> {
        let sign_on = self.sign_on.as_ref().ok_or_else(nobody_else)?;
        sign_on.arrive(&rim::opening(&self.global, None).map_err(told)?, departure, code)
    }

    fn audit(&self, deed: &Deed<'_>) -> Result<(), DeckError> {
        let opening = rim::opening(&self.global, None).map_err(told)?;
        qd_deck::audit(&opening, deed.by, deed.what, deed.subject)
    }

    fn secret(&self) -> Result<String, DeckError> {
        let mut bytes = [0_u8; SECRET];
        getrandom::fill(&mut bytes)
            .map_err(|error| DeckError::new(format!("the system gives no random numbers: {error}")))?;
        Ok(bytes.iter().fold(String::new(), |mut word, byte| {
            let _ = write!(word, "{byte:02x}");
            word
        }))
    }

    fn text(&self, file: &str) -> Result<Option<String>, DeckError> {
        edit::text_of(&rim::opening(&self.global, None).map_err(told)?, file)
    }

    fn check(&self, file: &str, text: &str) -> Result<Vec<Diagnostic>, DeckError> {
        edit::check_with(rim::opening(&self.global, None).map_err(told)?, file, text)
    }

    fn save(&self, file: &str, was: Option<&str>, text: &str) -> Result<(), DeckError> {
        let _one = self.pen.lock().unwrap_or_else(PoisonError::into_inner);
        edit::save(&rim::opening(&self.global, None).map_err(told)?, file, was, text)
    }

    fn add_todo(&self, person: &str, title: &str, by: &str) -> Result<String, DeckError> {
        let (opening, deck) = self.now()?;
        let by = Some(by).filter(|by| !by.is_empty());
        todo::add(&opening, &deck, (title, Some(person)), None, by).map(|(_, line)| line).map_err(told)
    }

    fn end_todo(&self, id: &str) -> Result<(), DeckError> {
        let (opening, deck) = self.now()?;
        qd_deck::mark_todo(&opening, id, Some(deck.today()))
    }

    fn answer(&self, row: &str, text: &str) -> Result<String, DeckError> {
        let (opening, _) = self.now()?;
        answer::with_text(&opening, row, text).map_err(told)
    }

    fn sync(&self, names: &[String], hear: &(dyn Fn(&str) + Sync)) -> Result<Vec<String>, DeckError> {
        let opening = rim::opening(&self.global, None).map_err(told)?;
        let (company, ..) = read_company(&opening);
        let watcher = |source: &str, progress: Progress<'_>| {
            let Progress { repo, done, found } = progress;
            hear(&if found == 0 {
                format!("{source}: {repo}")
            } else {
                format!("{source}: {repo}, {done} of {found}")
            });
        };
        let reports = qd_deck::sync(&opening, &company, names, Patience::SYNC, &watcher)?;
        Ok(reports.iter().map(line).collect())
    }
}

/// What a sync of a source brought, in a line.
fn line(report: &SourceReport) -> String {
    match (report.problems.first(), usize::try_from(report.rows).unwrap_or(usize::MAX)) {
        (Some(problem), _) => format!("{}: {problem}", report.name),
        (None, 0) => format!("{}: nothing new", report.name),
        (None, rows) => format!("{}: {}", report.name, count(rows, "new row", "new rows")),
    }
}

/// Takes what was posted into the facts.
fn take_in(opening: &Opening) -> Result<(), DeckError> {
    qd_deck::fold_intake(opening, &qd_deck::open_lake(opening)?)
}

fn nobody_else() -> DeckError {
    DeckError::new("nobody else says who somebody is")
}

fn told(error: anyhow::Error) -> DeckError {
    DeckError::new(format!("{error:#}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_crosses_the_network_as_it_is_is_said() {
        let origin = |text: &str| text.parse::<Origin>().ok();
        for (address, origin, is_said) in [
            ("127.0.0.1", None, false),
            ("::1", None, false),
            ("0.0.0.0", None, true),
            ("10.0.0.7", origin("http://deck.example"), true),
            ("10.0.0.7", origin("https://deck.example"), false),
        ] {
            let told = unencrypted(address.parse().expect("an address"), origin.as_ref());
            assert_eq!(told.is_some(), is_said, "{address} {origin:?}");
            assert!(told.is_none_or(|told| told.contains("--origin") && told.contains("unencrypted")));
        }
    }
}
