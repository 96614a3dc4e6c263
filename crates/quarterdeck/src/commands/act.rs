//! `done`, `delegate`, `snooze`, `promise`, `dismiss` and `undo`: what people do with rows.

use anyhow::{Result, bail};
use jiff::ToSpan as _;
use qd_deck::LocalDeck;
use qd_model::{Awaits, Deck, DeckError, Verb};

use super::{answer, deck_with_facts, todo};
use crate::{
    cli::{ActArgs, Command, Global, PromiseArgs},
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
    // The letters are about rows as they stand before.
    let letters = match command {
        Command::Delegate(args) if !args.no_draft => {
            answer::hand_overs(&deck, &args.act.ids, &args.to, args.draft || args.edit)?
        }
        _ => answer::HandOvers::default(),
    };
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
    if done > 0
        && let Command::Delegate(args) = command
    {
        is_clean &= answer::keep(&rim::opening(global, None)?, &letters.letters, args.edit, printer)?;
        if let Some(why) = &letters.why_not {
            printer.say(&format!("no letter was written: {why}"));
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

/// Writes a promise on the user's list, and lets the row wait until its day.
pub(crate) fn promise(global: &Global, args: &PromiseArgs, printer: &Printer) -> Result<bool> {
    refuse_past(global)?;
    let opening = rim::opening(global, None)?;
    let deck = deck_with_facts(global, printer)?;
    let (row, asker) = deck.asker(&args.id)?;
    let whom = args.to.as_deref().or(asker.as_deref());
    let Some(whom) = whom else {
        return Err(DeckError::new(format!("the row `{}` does not say who asks", row.id))
            .hint("say whom you promise it to: `--for NAME`")
            .into());
    };
    let verb = Verb::Snooze { until: rim::day(&args.by, deck.today())?, awaits: None };
    // The row first: where it cannot wait, nothing is promised.
    let said = deck.act(&row.id, &verb, &actor(&deck))?;
    let (id, line) = todo::add(
        &opening,
        &deck,
        (&args.title, deck.brief_reader().as_deref()),
        Some(whom),
        Some(&args.by),
    )?;
    printer.result(&format!("{id}  {line}\n{said}\n"))?;
    printer.say(&format!(
        "tell them; `quarterdeck undo {}` brings the row back, `quarterdeck todo --done {id}` ends the promise",
        row.id
    ));
    Ok(true)
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
