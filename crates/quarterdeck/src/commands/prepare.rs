//! `prepare`: what to know before a meeting.

use anyhow::{Result, bail};
use jiff::tz::TimeZone;
use qd_model::Preparation;

use super::deck_of_the_day;
use crate::{
    cli::{Global, PlainFormat, PrepareArgs},
    draw::meeting,
    printer::Printer,
};

/// Meetings that are named where several fit.
const NAMED: usize = 5;

pub(crate) fn prepare(global: &Global, args: &PrepareArgs, printer: &Printer) -> Result<bool> {
    let (deck, zone, is_clean) = deck_of_the_day(global, args.no_sync, printer)?;
    if !deck.reads_calendars() {
        bail!(
            "no calendar is read: declare a source of kind calendar, and whose it is (`me` in company.toml)"
        );
    }
    let known = deck.preparations(args.person.as_deref())?;
    let words = args.meeting.join(" ");
    let fitting: Vec<&Preparation> = known.iter().filter(|known| fits(known, &words, &zone)).collect();
    let chosen = if args.all { fitting.as_slice() } else { fitting.get(..1).unwrap_or_default() };
    if chosen.is_empty() && !words.is_empty() {
        let titles: Vec<String> =
            known.iter().take(NAMED).map(|known| meeting::title(&known.meeting, &zone)).collect();
        let known = if titles.is_empty() { "there is none".to_owned() } else { titles.join("; ") };
        bail!("no meeting of the next two weeks fits `{words}`: {known}");
    }
    match args.format {
        PlainFormat::Json => printer.result(&format!("{}\n", serde_json::to_string_pretty(chosen)?))?,
        PlainFormat::Text if chosen.is_empty() => printer.result("No meeting in the next two weeks.\n")?,
        PlainFormat::Text => {
            let texts: Vec<String> = chosen.iter().map(|known| meeting::text(known, &zone)).collect();
            printer.result(&texts.join("\n"))?;
        }
    }
    let others = fitting.len().saturating_sub(chosen.len());
    if others > 0 && !words.is_empty() {
        printer.say(&format!("{others} more fit; --all shows them"));
    }
    Ok(is_clean)
}

/// True where the words are the hour at which it begins, or stand in its title.
fn fits(known: &Preparation, words: &str, zone: &TimeZone) -> bool {
    let clock = known.meeting.at.to_zoned(zone.clone()).strftime("%H:%M").to_string();
    let words = words.trim().to_lowercase();
    known.meeting.title.to_lowercase().contains(&words)
        || clock == words
        || clock.strip_prefix('0') == Some(words.as_str())
}
