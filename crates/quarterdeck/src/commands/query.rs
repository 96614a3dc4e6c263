//! `sql`, `signals`, `explain` and `show`: asking.

use std::{io::Read, time::Duration};

use anyhow::Result;
use qd_lake::Limits;
use qd_model::{Deck, ReportRequest, Table};

use super::asked;
use crate::{
    cli::{ExplainArgs, FormatArgs, Global, Meta, MetaArgs, PlainFormat, ShowArgs, SqlArgs, TableFormat},
    draw::{
        explanation,
        style::{FAINT, HEADING, styled},
        table,
    },
    printer::Printer,
    rim,
};

/// Prints a table as it was asked for.
fn print(table: &Table, format: TableFormat, printer: &Printer) -> Result<()> {
    match format {
        TableFormat::Table => printer.result(&table::grid(table, printer.width()))?,
        TableFormat::Json => printer.result(&table::json(table))?,
        TableFormat::Csv => printer.result(&table::csv(table))?,
        TableFormat::Parquet => anyhow::bail!("this cannot be printed as Parquet"),
    }
    Ok(())
}

pub(crate) fn sql(global: &Global, args: &SqlArgs, printer: &Printer) -> Result<bool> {
    let query = if args.query == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        text
    } else {
        args.query.clone()
    };
    let seconds = args.timeout.clamp(0.001, 86_400.0);
    let limits = Limits { rows: args.rows, mebibytes: global.memory, time: Duration::from_secs_f64(seconds) };
    let (deck, is_clean) = asked(global, printer)?;
    let answer = deck.answer(&query, &limits)?;
    if args.format == TableFormat::Parquet {
        printer.bytes(&qd_lake::parquet_bytes(&answer)?)?;
    } else {
        print(&answer.table(), args.format, printer)?;
    }
    Ok(is_clean)
}

/// How good the orders of mail were for whose mailboxes are read.
const RANKING: &str = include_str!("ranking.sql");

pub(crate) fn meta(global: &Global, args: &MetaArgs, printer: &Printer) -> Result<bool> {
    let (deck, is_clean) = asked(global, printer)?;
    let Meta::Ranking = args.what;
    let table = deck.sql(RANKING, usize::MAX)?;
    print(&table, args.format, printer)?;
    printer.say(match table.rows.is_empty() {
        true => "no mailbox is read: declare a source of kind mail, and whose it is (`me`)",
        false => "the model is used while its average precision is above the rule's; docs/ranking.md",
    });
    Ok(is_clean)
}

pub(crate) fn signals(global: &Global, args: &FormatArgs, printer: &Printer) -> Result<bool> {
    let (deck, is_clean) = asked(global, printer)?;
    let signals = deck.signals();
    if args.format == PlainFormat::Json {
        printer.result(&format!("{}\n", serde_json::to_string_pretty(&signals)?))?;
        return Ok(is_clean);
    }
    let mut part = "";
    for signal in &signals {
        if signal.part != part {
            part = &signal.part;
            printer.result(&format!("{}\n", styled(HEADING, part)))?;
        }
        let state = match (signal.rows, &signal.why_not) {
            (Some(0), _) => "quiet".to_owned(),
            (Some(1), _) => "1 row".to_owned(),
            (Some(rows), _) => format!("{rows} rows"),
            (None, Some(why)) => format!("silent: {why}"),
            (None, None) => "silent".to_owned(),
        };
        printer.result(&format!(
            "  {:<26} {state}\n{}",
            signal.name,
            styled(
                FAINT,
                format!(
                    "  {:<26} {} · {} · patience {}d · {}\n",
                    "", signal.asks, signal.duty, signal.patience, signal.audience
                )
            )
        ))?;
    }
    Ok(is_clean)
}

pub(crate) fn explain(global: &Global, args: &ExplainArgs, printer: &Printer) -> Result<bool> {
    let (deck, is_clean) = asked(global, printer)?;
    let explanation = deck.explain(&args.id)?;
    if args.format == PlainFormat::Json {
        printer.result(&format!("{}\n", serde_json::to_string_pretty(&explanation)?))?;
    } else {
        printer.result(&explanation::text(&explanation))?;
    }
    Ok(is_clean)
}

pub(crate) fn show(global: &Global, args: &ShowArgs, printer: &Printer) -> Result<bool> {
    let (deck, is_clean) = asked(global, printer)?;
    let Some(name) = &args.report else {
        for (name, title) in deck.reports() {
            printer.result(&format!("{name:<16} {title}\n"))?;
        }
        return Ok(is_clean);
    };
    let today = deck.today();
    let since = args.since.as_deref().map(|text| rim::day_back(text, today)).transpose()?;
    let request = ReportRequest {
        by: args.by.clone(),
        since,
        team: args.team.clone(),
        project: args.project.clone(),
        service: args.service.clone(),
    };
    let report = deck.report(name, &request)?;
    if args.format == TableFormat::Table {
        printer.result(&format!("{}\n", styled(HEADING, &report.title)))?;
        if report.table.rows.is_empty() {
            printer.result(&format!("{}\n", report.empty))?;
            return Ok(is_clean);
        }
    }
    print(&report.table, args.format, printer)?;
    Ok(is_clean)
}
