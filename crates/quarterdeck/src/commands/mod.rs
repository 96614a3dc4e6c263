//! One module a group of commands. Each returns whether everything went well.

pub(crate) mod act;
pub(crate) mod answer;
pub(crate) mod brief;
mod company;
mod demo;
mod estimate;
mod evening;
mod forecast;
mod login;
mod notify;
mod plan;
mod posts;
mod prepare;
mod query;
mod reference;
mod review;
mod serve;
mod taking;
pub(crate) mod todo;
mod user;
mod watch;
mod what_if;

use std::path::Path;

use anyhow::Result;
use jiff::tz::TimeZone;
use qd_deck::{LocalDeck, Opening, Place, read_company};
use qd_model::{Deck, DeckError, Severity};
use qd_sources::{git::Progress, http::Patience};

use crate::{
    cli::{Cli, Command, Global},
    printer::Printer,
    rim, tui,
};

/// Carries out a command. False where it gave its result but something went wrong.
pub(crate) fn run(cli: &Cli, printer: &Printer) -> Result<bool> {
    let global = &cli.global;
    match &cli.command {
        Command::Brief(args) => brief::brief(global, args, printer),
        Command::Tui(args) => tui::tui(global, args, printer),
        Command::Sync(args) if args.watch => watch::watch(global, args, printer),
        Command::Sync(args) => brief::sync(global, args, printer),
        Command::Login(args) => login::login(global, args, printer),
        Command::Init(args) => company::init(global, args, printer),
        Command::Demo(args) => demo::demo(global, args, printer),
        Command::Check(args) => company::check(global, args, printer),
        Command::Fmt(args) => company::fmt(global, args, printer),
        Command::Reconcile(args) => company::reconcile(global, args, printer),
        Command::Schema => company::schema(printer),
        Command::Sql(args) => query::sql(global, args, printer),
        Command::Signals(args) => query::signals(global, args, printer),
        Command::Explain(args) => query::explain(global, args, printer),
        Command::Show(args) => query::show(global, args, printer),
        Command::Evening(args) => evening::evening(global, args, printer),
        Command::Plan(args) => plan::plan(global, args, printer),
        Command::Estimate(args) => estimate::estimate(global, args, printer),
        Command::Forecast(args) => forecast::forecast(global, args, printer),
        Command::Calibration(args) => forecast::calibration(global, args, printer),
        Command::Proposal(args) => estimate::proposal(global, args, printer),
        Command::WhatIf(args) => what_if::what_if(global, args, printer),
        Command::Prepare(args) => prepare::prepare(global, args, printer),
        Command::Meta(args) => query::meta(global, args, printer),
        Command::Review(args) => review::review(global, args, printer),
        Command::Import(args) => taking::import(global, args, printer),
        Command::Serve(args) => serve::serve(global, args, printer),
        Command::User(args) => user::user(global, args, printer),
        Command::Mcp(args) => serve::mcp(global, args, printer),
        Command::Receive(args) => taking::receive(global, args, printer),
        Command::Answer(args) => answer::answer(global, args, printer),
        Command::Promise(args) => act::promise(global, args, printer),
        Command::Todo(args) => todo::todo(global, args, printer),
        Command::Done(_)
        | Command::Delegate(_)
        | Command::Snooze(_)
        | Command::Dismiss(_)
        | Command::Undo(_) => act::act(global, &cli.command, printer),
        Command::Completions { shell } => reference::completions(*shell, printer),
        Command::Man => reference::man(printer),
        Command::Reference { page } => reference::page(*page, printer),
    }
}

/// Reads what is new, with a bar on a terminal; says what could not be read. False where
/// something could not.
fn sync_first(
    opening: &Opening,
    printer: &Printer,
    names: &[String],
    patience: Patience,
) -> Result<(Vec<qd_deck::SourceReport>, bool)> {
    let (company, ..) = read_company(opening);
    let bar = printer.bar();
    let watcher = |source: &str, progress: Progress<'_>| {
        bar.set_message(format!("{source}: {}", progress.repo));
        bar.set_length(progress.found);
        bar.set_position(progress.done);
    };
    let reports = qd_deck::sync(opening, &company, names, patience, &watcher);
    bar.finish_and_clear();
    let reports = reports?;
    let is_clean = reports.iter().all(|report| report.problems.is_empty());
    Ok((reports, is_clean))
}

/// A deck to ask of the day, after reading what is new unless told not to or the past is asked; the zone of
/// the company's clocks; and whether everything could be read, the company's files among it.
fn deck_of_the_day(global: &Global, no_sync: bool, printer: &Printer) -> Result<(LocalDeck, TimeZone, bool)> {
    let mut is_clean = true;
    if !no_sync && global.as_of.is_none() {
        is_clean = sync_first(&rim::opening(global, None)?, printer, &[], Patience::BRIEF)?.1;
        if !is_clean {
            printer.complain("some sources could not be read; `quarterdeck sync` says which");
        }
    }
    let opening = rim::opening(global, None)?;
    let zone = opening.calendar(&read_company(&opening).0).zone;
    let deck = LocalDeck::open(opening)?;
    let is_whole = tell_mistakes(&deck, printer);
    Ok((deck, zone, is_clean && is_whole))
}

/// A deck to ask.
fn deck(global: &Global, path: Option<&Path>) -> Result<LocalDeck> {
    let opening = rim::opening(global, path)?;
    Ok(LocalDeck::open(opening)?)
}

/// A deck whose facts are there: of repositories that were never read, they are read now.
pub(crate) fn deck_with_facts(global: &Global, printer: &Printer) -> Result<LocalDeck> {
    let opening = rim::opening(global, None)?;
    if opening.was_never_read() && matches!(opening.place, Place::Repositories(_)) {
        sync_first(&opening, printer, &[], Patience::SYNC)?;
    }
    // What was posted or done since the last sync waits in the log. Where the facts cannot be written now, they are
    // asked as they are.
    if !opening.was_never_read() && qd_deck::intake_bytes(&opening) > 0 {
        let _ = qd_deck::open_lake(&opening).and_then(|lake| qd_deck::fold_intake(&opening, &lake));
    }
    Ok(LocalDeck::open(opening)?)
}

/// A deck to ask, with its facts; the mistakes of the company's files are told. False where one of them may have cost
/// what is asked for.
fn asked(global: &Global, printer: &Printer) -> Result<(LocalDeck, bool)> {
    let deck = deck_with_facts(global, printer)?;
    let is_whole = tell_mistakes(&deck, printer);
    Ok((deck, is_whole))
}

/// The folder of a company that was declared.
fn declared(opening: &Opening) -> Result<std::path::PathBuf> {
    match &opening.place {
        Place::Company(folder) => Ok(folder.clone()),
        Place::Repositories(folder) => {
            let error = DeckError::new(format!("no `company.toml` in `{}` or above it", folder.display()));
            Err(error.hint("`quarterdeck init` writes one from what your repositories show").into())
        }
    }
}

/// Says how many mistakes the company's files have; false where one of them may have cost a project, a task or a
/// person, so that what is told may lack it.
fn tell_mistakes(deck: &LocalDeck, printer: &Printer) -> bool {
    let (diagnostics, _) = deck.check();
    if let [only] = diagnostics {
        printer.say(&format!("{}: {}", only.file, only.message));
    } else if !diagnostics.is_empty() {
        printer.say(&format!(
            "{} in the company's files; `quarterdeck check` shows them",
            crate::draw::words::count(diagnostics.len(), "complaint", "complaints")
        ));
    }
    diagnostics.iter().all(|complaint| complaint.severity != Severity::Error)
}
