//! `evening`: the end of the day.

use anyhow::Result;
use qd_deck::{LocalDeck, read_company};
use qd_sources::http::Patience;

use super::sync_first;
use crate::{
    cli::{EveningArgs, Global, PlainFormat},
    draw::evening,
    printer::Printer,
    rim,
};

pub(crate) fn evening(global: &Global, args: &EveningArgs, printer: &Printer) -> Result<bool> {
    let mut is_clean = true;
    if !args.no_sync && global.as_of.is_none() {
        is_clean = sync_first(&rim::opening(global, None)?, printer, &[], Patience::BRIEF)?.1;
        if !is_clean {
            printer.complain("some sources could not be read; `quarterdeck sync` says which");
        }
    }
    let opening = rim::opening(global, None)?;
    let zone = opening.calendar(&read_company(&opening).0).zone;
    let deck = LocalDeck::open(opening)?;
    let said = deck.evening(args.person.as_deref())?;
    match args.format {
        PlainFormat::Json => printer.result(&format!("{}\n", serde_json::to_string_pretty(&said)?))?,
        PlainFormat::Text => printer.result(&evening::text(&said, &zone))?,
    }
    Ok(is_clean)
}
