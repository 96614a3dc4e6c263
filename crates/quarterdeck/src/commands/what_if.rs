//! `whatif`: what a change that nobody has made would do to the plan.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, bail};
use qd_deck::{
    LocalDeck, Supposition,
    planning::{Objectives, Options},
};
use qd_model::{Deck as _, WhatIf};

use super::asked;
use crate::{
    cli::{Global, WhatIfArgs, WhatIfFormat},
    draw,
    printer::Printer,
};

/// Schedules of each plan: so many that several changes are told within a second or two.
const SCHEDULES: u64 = 1_500;

pub(crate) fn what_if(global: &Global, args: &WhatIfArgs, printer: &Printer) -> Result<bool> {
    let (deck, is_clean) = asked(global, printer)?;
    if args.best {
        return Ok(best(&deck, args, printer)? && is_clean);
    }
    let changes: Vec<Supposition> = args.changes.iter().map(|change| read(change)).collect::<Result<_>>()?;
    let changes = if args.together { vec![Supposition::Together(changes)] } else { changes };
    let threads =
        global.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    let options = Options {
        schedules: Some(SCHEDULES),
        objectives: Objectives::new(&[]),
        threads,
        islands: 2,
        ..Options::default()
    };
    let mut told = deck.what_if(&changes, &options)?;
    if let Some(wanted) = &args.project {
        narrow(&mut told, wanted)?;
    }
    let is_whole = told.variants.iter().all(|variant| variant.complaints.is_empty());
    match args.format {
        WhatIfFormat::Text => printer.result(&draw::what_if::text(&told, printer.width(), args.show))?,
        WhatIfFormat::Json => printer.result(&format!("{}\n", serde_json::to_string_pretty(&told)?))?,
    }
    for complaint in told.variants.iter().flat_map(|variant| &variant.complaints) {
        printer.complain(complaint);
    }
    Ok(is_clean && is_whole)
}

/// A file where there is one of this name, else a sentence.
fn read(change: &str) -> Result<Supposition> {
    let path = Path::new(change);
    if !path.is_file() {
        if change.ends_with(".toml") {
            bail!("there is no file `{change}`");
        }
        return Ok(Supposition::Sentence(change.to_owned()));
    }
    let text = fs::read_to_string(path).with_context(|| format!("`{change}` cannot be read"))?;
    Ok(Supposition::Overlay { title: change.to_owned(), text })
}

fn narrow(told: &mut WhatIf, wanted: &str) -> Result<()> {
    let known: Vec<String> = told
        .variants
        .iter()
        .flat_map(|variant| &variant.projects)
        .map(|project| project.id.clone())
        .collect();
    if !known.iter().any(|id| id == wanted) {
        match qd_model::nearest(wanted, known.iter().map(String::as_str)) {
            Some(near) => bail!("no project `{wanted}` is worked on; did you mean `{near}`?"),
            None => bail!("no project `{wanted}` is worked on"),
        }
    }
    for variant in &mut told.variants {
        variant.projects.retain(|project| project.id == wanted);
    }
    Ok(())
}

/// The single changes that help most.
fn best(deck: &LocalDeck, args: &WhatIfArgs, printer: &Printer) -> Result<bool> {
    let all = "SELECT project, question AS change, round(kept, 2) AS kept_now, round(kept_with, 2) AS kept_with, \
               p80_with AS ready_in_8_of_10, round(saved) AS delay_cost_saved FROM remedies \
               WHERE kept_with > kept + 0.01";
    let order = "ORDER BY project, kept_with DESC, saved DESC NULLS LAST, change";
    let query = match &args.project {
        Some(project) => format!("{all} AND project = '{}' {order}", project.replace('\'', "''")),
        None => format!("{all} {order}"),
    };
    let table = deck.sql(&query, 1_000)?;
    match args.format {
        WhatIfFormat::Json => printer.result(&draw::table::json(&table))?,
        WhatIfFormat::Text if table.rows.is_empty() => printer.result(
            "Nothing to be done: every promise is as sure as it should be, or no single change helps.\n",
        )?,
        WhatIfFormat::Text => printer.result(&draw::table::grid(&table, printer.width()))?,
    }
    Ok(true)
}
