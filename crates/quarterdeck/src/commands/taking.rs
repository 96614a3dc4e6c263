//! `import` and `receive`: what comes in other than by a sync.

use std::{net::SocketAddr, sync::Arc};

use anyhow::{Context, Result, bail};
use qd_deck::{Import, read_company};
use qd_model::{DeckError, Posting};

use super::{declared, posts::Posts};
use crate::{
    cli::{Global, ImportArgs, ReceiveArgs},
    draw::words::count,
    printer::Printer,
    rim,
};

pub(crate) fn import(global: &Global, args: &ImportArgs, printer: &Printer) -> Result<bool> {
    let opening = rim::opening(global, None)?;
    let mut columns = std::collections::BTreeMap::new();
    for pair in &args.columns {
        let Some((column, name)) = pair.split_once('=') else {
            bail!("`{pair}` names no columns: write COLUMN=NAME, such as started_at=Opened");
        };
        columns.insert(column.to_owned(), name.to_owned());
    }
    let import = Import {
        table: &args.table,
        file: &args.file,
        columns: &columns,
        repo: args.repo.as_deref(),
        is_dry: args.dry_run,
    };
    let (company, ..) = read_company(&opening);
    let imported = qd_deck::import(&opening, &company, &import)?;
    for problem in imported.problems.iter().chain(&imported.hints) {
        printer.complain(problem);
    }
    printer.result(&format!(
        "{}: {} read, {} {}\n",
        args.table,
        count(imported.read, "row", "rows"),
        imported.new,
        if args.dry_run { "would be new" } else { "new" }
    ))?;
    Ok(imported.problems.is_empty())
}

pub(crate) fn receive(global: &Global, args: &ReceiveArgs, printer: &Printer) -> Result<bool> {
    let opening = rim::opening(global, None)?;
    declared(&opening)?;
    let (company, ..) = read_company(&opening);
    let names = qd_deck::posted_to(&opening, &company);
    if names.is_empty() {
        return Err(DeckError::new("no declared source is posted to")
            .hint("declare one of kind github, gitlab, jira, alertmanager, pagerduty or cdevents")
            .into());
    }
    let address = SocketAddr::new(args.address, args.port);
    if !args.address.is_loopback() {
        printer.complain(&format!("{address} can be reached by other machines"));
    }
    let posts = Arc::new(Posts::new(global, false));
    let ready = |address: SocketAddr| {
        for Posting { name, .. } in &names {
            // A reader that went away does not stop the listening.
            let _ = printer.result(&format!("http://{address}/intake/{name}\n"));
        }
        printer.say("listening; press Ctrl-C to end");
    };
    qd_web::listen(address, posts, ready).with_context(|| format!("cannot listen at {address}"))?;
    Ok(true)
}
