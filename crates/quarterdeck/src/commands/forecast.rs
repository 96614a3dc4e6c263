//! `forecast` and `calibration`: when running work is done, and how often such words held.

use anyhow::{Result, bail};
use qd_model::Deck as _;

use super::asked;
use crate::{
    cli::{CalibrationArgs, ForecastArgs, ForecastFormat, Global, PlainFormat},
    draw,
    printer::Printer,
};

pub(crate) fn forecast(global: &Global, args: &ForecastArgs, printer: &Printer) -> Result<bool> {
    let (deck, is_clean) = asked(global, printer)?;
    let told = deck.forecasts(args.project.as_deref(), args.by)?;
    match args.format {
        ForecastFormat::Text if told.is_empty() => printer.say(
            "no project that is worked on has items of work: name its repositories or trackers in `repositories`",
        ),
        ForecastFormat::Text => printer.result(&draw::forecast::text(&told, args.explain, printer.width()))?,
        ForecastFormat::Json => printer.result(&format!("{}\n", serde_json::to_string_pretty(&told)?))?,
        ForecastFormat::Svg => match &*told {
            [one] if one.way.is_empty() => bail!("too little was done on `{}` to say when it is done", one.project),
            [one] => printer.result(&draw::forecast::fan(one))?,
            _ => bail!("a fan is drawn of one project: name it"),
        },
    }
    Ok(is_clean)
}

pub(crate) fn calibration(global: &Global, args: &CalibrationArgs, printer: &Printer) -> Result<bool> {
    let (deck, is_clean) = asked(global, printer)?;
    let table = deck.sql(
        "SELECT kind, forecasts, inside AS inside_8_of_10, kept_p50, kept_p80, kept_p85 FROM calibration",
        100,
    )?;
    match args.format {
        PlainFormat::Text => printer.result(&draw::forecast::calibration(&table, printer.width()))?,
        PlainFormat::Json => printer.result(&draw::table::json(&table))?,
    }
    Ok(is_clean)
}
