//! `serve`: the cockpit, in a browser on this machine.

use std::{fmt::Write as _, net::SocketAddr, sync::Arc};

use anyhow::{Context as _, Result};
use qd_deck::LocalDeck;
use qd_model::{BriefRequest, Deck, DeckError};
use qd_web::{SharedDeck, World};

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
    let world =
        Arc::new(Here { global: global.clone(), reader: deck.brief(&BriefRequest::default())?.for_person });
    let address = SocketAddr::new(args.address, args.port);
    let ready = |address: SocketAddr| {
        // A reader that went away does not stop the listening.
        let _ = printer.result(&format!("http://{address}/\n"));
        printer.say("listening; press Ctrl-C to end");
    };
    qd_web::cockpit(address, world, ready).with_context(|| format!("cannot listen at {address}"))?;
    Ok(is_clean)
}

/// The company of this machine.
struct Here {
    global: Global,
    reader: String,
}

impl World for Here {
    fn open(&self) -> Result<SharedDeck, DeckError> {
        let opening = rim::opening(&self.global, None).map_err(told)?;
        Ok(Arc::new(LocalDeck::open(opening)?))
    }

    fn stamp(&self) -> String {
        rim::opening(&self.global, None).map(|opening| opening.stamp()).unwrap_or_default()
    }

    fn reader(&self) -> String {
        self.reader.clone()
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
}

fn told(error: anyhow::Error) -> DeckError {
    DeckError::new(format!("{error:#}"))
}
