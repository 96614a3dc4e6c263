//! A company to try things with: written to a folder, and looked at where that is asked for.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use clap::Parser as _;
use qd_demo::{LABEL, LARGE, Request, ZONE, is_label, label, make};
use qd_model::DeckError;
use qd_sources::http::Patience;

use super::{run, sync_first};
use crate::{
    cli::{Cli, Global, demo::DemoArgs},
    printer::Printer,
    rim,
};

/// Writes the company, and opens the cockpit on it or says what to try next.
pub(super) fn demo(global: &Global, args: &DemoArgs, printer: &Printer) -> Result<bool> {
    refuse_what_is_not_made(args)?;
    let today = rim::today(global, ZONE)?;
    let request = Request { people: args.people, seed: args.seed, days: args.days, today };
    let folder = match &args.dir {
        Some(folder) => folder.clone(),
        None => own_folder(&request)?,
    };
    let is_there = args.serve && is_made(&folder, &label(&request));
    if is_there {
        printer.say(&format!("`{}` is there already, as of today", folder.display()));
    } else {
        if args.dir.is_none() {
            clear_own(&folder, printer)?;
        }
        refuse_what_is_taken(&folder)?;
        write_all(global, &folder, &request, printer)?;
    }
    if args.serve {
        return serve(global, &folder, args.port, printer);
    }
    printer.say(&format!(
        "\nNext:\n  quarterdeck serve --company {0}\n  quarterdeck brief {0}\n  quarterdeck tui {0}\n\
         what is planted stands in {0}/STORIES.md",
        folder.display()
    ));
    Ok(true)
}

/// Reads the company and opens the cockpit on it, as `serve` would.
fn serve(global: &Global, folder: &Path, port: u16, printer: &Printer) -> Result<bool> {
    let company = Some(folder.to_owned());
    // What is read is of today, even where the cockpit shows the past.
    let now = Global { company: company.clone(), as_of: None, ..global.clone() };
    let (_, is_clean) = sync_first(&rim::opening(&now, None)?, printer, &[], Patience::BRIEF)?;
    if !is_clean {
        printer.complain("some sources could not be read; `quarterdeck sync` says which");
    }
    printer
        .say(&format!("the company lies in `{0}`, and what is planted in {0}/STORIES.md", folder.display()));
    let port = port.to_string();
    let mut cli = Cli::try_parse_from(["quarterdeck", "serve", "--no-sync", "--port", &port])?;
    cli.global = Global { company, ..global.clone() };
    Ok(run(&cli, printer)? && is_clean)
}

/// Where it lies if nobody says where: one folder for each kind of company.
fn own_folder(request: &Request) -> Result<PathBuf> {
    let Request { people, seed, days, .. } = request;
    Ok(rim::data_folder()?.join(format!("demo-{people}-{seed}-{days}")))
}

/// Whether the whole of this very company lies in `folder`.
fn is_made(folder: &Path, label: &str) -> bool {
    fs::read_to_string(folder.join(LABEL)).is_ok_and(|text| text == label)
}

/// Removes what was made on another day, or not to its end: the folder is this program's own.
fn clear_own(folder: &Path, printer: &Printer) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    if fs::read_to_string(folder.join(LABEL)).is_ok_and(|text| is_label(&text)) {
        printer.say("what was made on another day is made anew");
    }
    fs::remove_dir_all(folder).with_context(|| format!("`{}` cannot be removed", folder.display()))
}

/// Sources of a thousand people would be gigabytes, and reading them an hour; those of fifty are what is shown.
fn refuse_what_is_not_made(args: &DemoArgs) -> Result<()> {
    let (people, is_large) = (args.people, args.people >= LARGE);
    let error = match (is_large, args.facts) {
        (true, false) => {
            DeckError::new(format!("{people} people are too many for sources in their real formats"))
                .hint("add `--facts`: what was observed is then put straight into the lake")
        }
        (false, true) => {
            DeckError::new(format!("a company of {people} people comes as sources, not as facts"))
                .hint("leave `--facts` out, or say `--people 1000`")
        }
        _ => return Ok(()),
    };
    Err(error.into())
}

fn write_all(global: &Global, folder: &Path, request: &Request, printer: &Printer) -> Result<()> {
    printer.say(&format!("making up {} people and {} days of their work", request.people, request.days));
    let mut files = make(request);
    let count = files.len();
    let last = files.remove(LABEL);
    let mut bytes = 0;
    for (path, content) in files.iter().map(|(path, content)| (path.as_str(), content)) {
        write(&folder.join(path), content)?;
        bytes += content.len();
    }
    if request.people >= LARGE {
        let opening = rim::opening(&Global { as_of: None, ..global.clone() }, Some(folder))?;
        let rows = qd_deck::load(&opening, |take| qd_demo::facts(request, take))?;
        printer.say(&format!("{rows} facts, put straight into the lake"));
    }
    if let Some(content) = last {
        write(&folder.join(LABEL), &content)?;
        bytes += content.len();
    }
    printer.say(&format!(
        "{count} files, {:.1} MB, in `{}`; everything in them is invented",
        bytes as f64 / 1e6,
        folder.display()
    ));
    Ok(())
}

/// A folder with anything in it is somebody's.
fn refuse_what_is_taken(folder: &Path) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    if !folder.is_dir() {
        bail!("`{}` is no folder", folder.display());
    }
    let mut entries =
        fs::read_dir(folder).with_context(|| format!("`{}` cannot be read", folder.display()))?;
    if entries.next().is_some() {
        bail!("`{}` is not empty; name a folder that is not there yet", folder.display());
    }
    Ok(())
}

fn write(path: &Path, content: &[u8]) -> Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).with_context(|| format!("`{}` cannot be made", parent.display()))?;
    }
    fs::write(path, content).with_context(|| format!("`{}` cannot be written", path.display()))
}
