//! `estimate` and `proposal`: what new work takes, and what its client reads of it.

use std::fs;

use anyhow::{Context as _, Result, bail};
use qd_deck::{
    LocalDeck,
    planning::{Objectives, Options},
    write_atomically,
};
use qd_model::Estimated;

use super::{asked, declared};
use crate::{
    cli::{EstimateArgs, EstimateCommand, Global, PlainFormat, ProposalArgs, ProposalFormat},
    draw,
    printer::Printer,
    rim,
};

/// Schedules of the plan that an estimate is put into.
const SCHEDULES: u64 = 1_500;
/// The company's own template, in its folder.
const TEMPLATE: &str = "estimates/proposal.md";

pub(crate) fn estimate(global: &Global, args: &EstimateArgs, printer: &Printer) -> Result<bool> {
    match &args.command {
        EstimateCommand::New { id, client, dry_run } => new(global, id, client.as_deref(), *dry_run, printer),
        EstimateCommand::Run { id, confidence, format } => {
            if let Some(share) = confidence
                && !(0.01..=0.99).contains(share)
            {
                bail!("a confidence is a share between 0.01 and 0.99, not {share}");
            }
            let (deck, is_clean) = asked(global, printer)?;
            let told = told(&deck, global, id, *confidence)?;
            match format {
                PlainFormat::Text => printer.result(&draw::estimate::text(&told, printer.width()))?,
                PlainFormat::Json => {
                    printer.result(&format!("{}\n", serde_json::to_string_pretty(&told)?))?;
                }
            }
            told.complaints.iter().for_each(|complaint| printer.complain(complaint));
            Ok(is_clean && told.complaints.is_empty())
        }
        EstimateCommand::Compare { ids, format } => {
            let (deck, is_clean) = asked(global, printer)?;
            let told: Vec<Estimated> =
                ids.iter().map(|id| told(&deck, global, id, None)).collect::<Result<_>>()?;
            match format {
                PlainFormat::Text => printer.result(&draw::estimate::beside(&told, printer.width()))?,
                PlainFormat::Json => {
                    printer.result(&format!("{}\n", serde_json::to_string_pretty(&told)?))?;
                }
            }
            Ok(is_clean)
        }
    }
}

pub(crate) fn proposal(global: &Global, args: &ProposalArgs, printer: &Printer) -> Result<bool> {
    let Some(id) = &args.id else {
        printer.result(draw::proposal::TEMPLATE)?;
        return Ok(true);
    };
    let (deck, is_clean) = asked(global, printer)?;
    let told = told(&deck, global, id, None)?;
    let own = declared(&rim::opening(global, None)?)?.join(TEMPLATE);
    let file = args.template.clone().or_else(|| own.exists().then_some(own));
    let template = match &file {
        Some(file) => {
            fs::read_to_string(file).with_context(|| format!("`{}` cannot be read", file.display()))?
        }
        None => draw::proposal::TEMPLATE.to_owned(),
    };
    let name =
        file.as_ref().map_or_else(|| "the built-in template".to_owned(), |file| file.display().to_string());
    let offer = deck.offer(&told).with_context(|| format!("`{id}` cannot be offered"))?;
    let text = draw::proposal::markdown(&offer, &template, &name)?;
    match args.format {
        ProposalFormat::Markdown => printer.result(&text)?,
        ProposalFormat::Html => printer.result(&draw::proposal::page(&offer, &text))?,
    }
    told.complaints.iter().for_each(|complaint| printer.complain(complaint));
    Ok(is_clean && told.complaints.is_empty())
}

fn told(deck: &LocalDeck, global: &Global, id: &str, confidence: Option<f64>) -> Result<Estimated> {
    let threads =
        global.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    let options = Options {
        schedules: Some(SCHEDULES),
        objectives: Objectives::new(&[]),
        threads,
        islands: 2,
        ..Options::default()
    };
    Ok(deck.estimate(id, confidence, &options)?)
}

/// Writes a file to be filled in; never over one that is there.
fn new(global: &Global, id: &str, client: Option<&str>, is_dry: bool, printer: &Printer) -> Result<bool> {
    let is_id = !id.is_empty() && id.chars().all(|letter| letter.is_alphanumeric() || "-_.".contains(letter));
    if !is_id || id.starts_with('.') {
        bail!("`{id}` is no id: letters, digits, `-` and `_` are");
    }
    let text = draw::estimate::blank(id, client);
    if is_dry {
        printer.result(&text)?;
        return Ok(true);
    }
    let file = declared(&rim::opening(global, None)?)?.join("estimates").join(format!("{id}.toml"));
    if file.exists() {
        bail!("`{}` is there already; nothing was written", file.display());
    }
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(|| format!("`{}` cannot be made", folder.display()))?;
    }
    write_atomically(&file, text.as_bytes())
        .with_context(|| format!("`{}` cannot be written", file.display()))?;
    printer.say(&format!("wrote `{}`; fill it in, then `quarterdeck estimate run {id}`", file.display()));
    Ok(true)
}
