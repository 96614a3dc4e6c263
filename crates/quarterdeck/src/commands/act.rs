//! `done`, `delegate`, `snooze`, `dismiss` and `undo`: what people do with rows.

use anyhow::{Result, bail};
use jiff::ToSpan as _;
use qd_deck::LocalDeck;
use qd_model::{Awaits, Deck, Verb};

use super::deck_with_facts;
use crate::{
    cli::{ActArgs, Command, Global},
    printer::Printer,
    rim,
};

pub(crate) fn act(global: &Global, command: &Command, printer: &Printer) -> Result<bool> {
    refuse_past(global)?;
    let deck = deck_with_facts(global, printer)?;
    let (args, verb): (&ActArgs, Verb) = match command {
        Command::Done(args) => (args, Verb::Done),
        Command::Undo(args) => (args, Verb::Undo),
        Command::Delegate(args) => (&args.act, Verb::Delegate { to: args.to.clone() }),
        Command::Snooze(args) => (&args.act, snooze(&deck, &args.until)?),
        Command::Dismiss(args) => (&args.act, Verb::Dismiss { reason: args.because.clone() }),
        _ => bail!("this is no action"),
    };
    let by = args.by.clone().unwrap_or_else(|| actor(&deck));
    // Each id by itself: one that is wrong does not keep the others from being done.
    let mut is_clean = true;
    let mut done = 0;
    for id in &args.ids {
        match deck.act(id, &verb, &by) {
            Ok(said) => {
                done += 1;
                printer.result(&format!("{said}\n"))?;
            }
            Err(error) if args.ids.len() == 1 => return Err(error.into()),
            Err(error) => {
                is_clean = false;
                printer.complain(&format!("error: {error}"));
            }
        }
    }
    if done > 0 && verb != Verb::Undo {
        printer.say(&format!("`quarterdeck undo {}` takes it back", args.ids.join(" ")));
    }
    if done == 0 {
        bail!("nothing was done");
    }
    Ok(is_clean)
}

/// An error where a past moment is looked at.
pub(crate) fn refuse_past(global: &Global) -> Result<()> {
    if global.as_of.is_some() {
        bail!("the past cannot be acted on: leave out --as-of");
    }
    Ok(())
}

/// Who acts where nobody is named.
pub(crate) fn actor(deck: &LocalDeck) -> String {
    deck.brief_reader().unwrap_or_else(|| "cto".to_owned())
}

/// The longest that a row waits for something that may never come.
const WAITED_DAYS: i64 = 14;

/// A snooze until a day, or until something comes: what `until` says.
pub(crate) fn snooze(deck: &LocalDeck, until: &str) -> Result<Verb> {
    let awaits = match until.trim() {
        "answered" => Some(Awaits::Answered),
        "green" => Some(Awaits::Green),
        _ => None,
    };
    let until = match awaits {
        Some(_) => deck.today().saturating_add(WAITED_DAYS.days()),
        None => rim::day(until, deck.today())?,
    };
    Ok(Verb::Snooze { until, awaits })
}
