//! `brief` and `sync`: the main job.

use anyhow::Result;
use qd_deck::{LocalDeck, Opening, Place, read_company};
use qd_model::{BriefRequest, Deck, DeckError};
use qd_sources::http::Patience;

use super::sync_first;
use crate::{
    cli::{BriefArgs, BriefFormat, Global, PlainFormat, SyncArgs, WhichBrief},
    draw::{brief, html, words::count},
    printer::Printer,
    rim,
};

/// Columns of a text that goes to no terminal.
const WIDTH: usize = 100;

pub(crate) fn brief(global: &Global, args: &BriefArgs, printer: &Printer) -> Result<bool> {
    let opening = opening(global, &args.which)?;
    let is_present = global.as_of.is_none();
    let mut is_clean = true;
    let mut problems = Vec::new();
    if !args.which.no_sync {
        // A brief of what is there already is better than none.
        match sync_first(&opening, printer, &[], Patience::BRIEF) {
            Ok((_, all_read)) => is_clean &= all_read,
            Err(error) => {
                is_clean = false;
                problems.push(format!("nothing new could be read: {error:#}"));
            }
        }
    } else if is_present {
        problems.extend(fold_waiting(&opening));
    }
    // Days below are the company's, so the head is too.
    let (zone, now) = (opening.calendar(&read_company(&opening).0).zone, opening.now);
    let deck = LocalDeck::open(opening)?;
    let mut brief = deck.brief(&request(&args.which, args.since.is_some()))?;
    brief.problems.extend(problems);
    if is_present && let Err(error) = deck.remember(&brief) {
        brief.problems.push(error.message);
    }
    is_clean &= brief.problems.is_empty();
    match args.format {
        BriefFormat::Json => printer.result(&format!("{}\n", serde_json::to_string_pretty(&brief)?))?,
        BriefFormat::Html => printer.result(&html::page(&brief, &zone, now))?,
        BriefFormat::Markdown => printer.result(&brief::markdown(&brief, &zone, now))?,
        BriefFormat::Text => {
            let width = printer.width().map_or(WIDTH, usize::from).clamp(60, 120);
            printer.result(&brief::text(&brief, &zone, now, width))?;
        }
    }
    Ok(is_clean)
}

/// Where the brief is to be made; an error where there is nothing to make it of.
pub(crate) fn opening(global: &Global, which: &WhichBrief) -> Result<Opening> {
    let opening = rim::opening(global, which.path.as_deref())?;
    if let Place::Repositories(folder) = &opening.place
        && qd_sources::git::find(std::slice::from_ref(folder), &[]).0.is_empty()
    {
        let message = format!("no company file and no git repository in `{}` or below it", folder.display());
        return Err(DeckError::new(message)
            .hint("give the path of a repository, of a folder of repositories, or of a company")
            .into());
    }
    Ok(opening)
}

/// The brief that is asked for.
pub(crate) fn request(which: &WhichBrief, since_last: bool) -> BriefRequest {
    BriefRequest { for_person: which.for_person.clone(), minutes: which.minutes, all: which.all, since_last }
}

/// Takes in what was posted and done since, without reading a source; what went wrong.
pub(crate) fn fold_waiting(opening: &Opening) -> Option<String> {
    if opening.was_never_read() {
        return None;
    }
    let lake = qd_deck::open_lake(opening).ok()?;
    qd_deck::fold_intake(opening, &lake).err().map(|error| error.message)
}

pub(crate) fn sync(global: &Global, args: &SyncArgs, printer: &Printer) -> Result<bool> {
    let opening = rim::opening(global, None)?;
    let (reports, is_clean) = sync_first(&opening, printer, &args.sources, Patience::SYNC)?;
    if args.format == PlainFormat::Json {
        printer.result(&format!("{}\n", serde_json::to_string_pretty(&reports)?))?;
    } else {
        for report in &reports {
            let (one, many) = brief::units_of(&report.kind);
            let mut line =
                format!("{}: {}, {} changed", report.name, count(report.units, one, many), report.changed);
            if report.kind == "git" {
                line.push_str(&format!(", {}", count(report.commits as usize, "new commit", "new commits")));
            }
            line.push_str(&format!(", {}", count(report.rows as usize, "row", "rows")));
            if report.requests > 0 {
                line.push_str(&format!(", {}", count(report.requests as usize, "request", "requests")));
            }
            if report.change_requests > 0 {
                let each = report.requests as f64 / report.change_requests as f64;
                line.push_str(&format!(
                    " for {} ({each:.2} each)",
                    count(report.change_requests as usize, "change request", "change requests")
                ));
            }
            if report.unmeasured > 0 {
                line.push_str(&format!(", {} unmeasured", report.unmeasured));
            }
            printer.result(&format!("{line}\n"))?;
            for problem in report.problems.iter().chain(&report.notices) {
                printer.complain(&format!("  {problem}"));
            }
        }
        let declared = opening.sources(&qd_deck::read_company(&opening).0);
        let feeds: Vec<&str> = declared.iter().map(|source| source.name.as_str()).collect();
        if reports.is_empty() && !feeds.is_empty() {
            printer
                .say(&format!("feeds are read when they are named: `quarterdeck sync {}`", feeds.join(" ")));
        } else if reports.is_empty() {
            printer.say("no sources are declared; add one to company.toml:\n\n[sources.code]\nkind = \"git\"\npaths = [\"~/src/*\"]");
        }
    }
    if !args.facts_only && reports.iter().any(|report| report.rows > 0) {
        // What is slow is computed now, so that the next brief need not.
        LocalDeck::open(opening)?.warm();
    }
    Ok(is_clean)
}
