//! `serve`: the cockpit, in a browser on this machine.

use std::{fmt::Write as _, net::SocketAddr};

use anyhow::{Context as _, Result};
use qd_deck::LocalDeck;
use qd_model::{BriefRequest, Deck, DeckError};
use qd_web::House;

use super::{deck_of_the_day, tell_mistakes};
use crate::{
    cli::{Global, ServeArgs},
    printer::Printer,
    rim,
};

/// Bytes of what nobody can guess.
const SECRET: usize = 16;

pub(crate) fn serve(global: &Global, args: &ServeArgs, printer: &Printer) -> Result<bool> {
    if !args.address.is_loopback() {
        let message = format!("{} can be reached by other machines, and there is no login yet", args.address);
        return Err(DeckError::new(message)
            .hint("leave `--address` out: 127.0.0.1 is this machine alone")
            .into());
    }
    let (deck, _, is_clean) = deck_of_the_day(global, args.no_sync, printer)?;
    tell_mistakes(&deck, printer);
    let by = deck.brief(&BriefRequest::default())?.for_person;
    let global = global.clone();
    let open = move || {
        let opening = rim::opening(&global, None).map_err(|error| DeckError::new(format!("{error:#}")))?;
        Ok(Box::new(LocalDeck::open(opening)?) as Box<dyn Deck>)
    };
    let house = House { open: Box::new(open), by, token: token()? };
    let address = SocketAddr::new(args.address, args.port);
    let ready = |address: SocketAddr| {
        // A reader that went away does not stop the listening.
        let _ = printer.result(&format!("http://{address}/\n"));
        printer.say("listening; press Ctrl-C to end");
    };
    qd_web::cockpit(address, house, ready).with_context(|| format!("cannot listen at {address}"))?;
    Ok(is_clean)
}

/// A word that nobody can guess.
fn token() -> Result<String> {
    let mut bytes = [0_u8; SECRET];
    getrandom::fill(&mut bytes).context("the system gives no random numbers")?;
    Ok(bytes.iter().fold(String::new(), |mut word, byte| {
        let _ = write!(word, "{byte:02x}");
        word
    }))
}
