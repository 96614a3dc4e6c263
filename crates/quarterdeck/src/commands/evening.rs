//! `evening`: the end of the day.

use std::path::Path;

use anyhow::{Context, Result};
use qd_deck::write_atomically;
use qd_model::Evening;
use qd_sources::calendar::Draft;

use super::deck_of_the_day;
use crate::{
    cli::{EveningArgs, Global, PlainFormat},
    draw::evening,
    printer::Printer,
};

pub(crate) fn evening(global: &Global, args: &EveningArgs, printer: &Printer) -> Result<bool> {
    let (deck, zone, is_clean) = deck_of_the_day(global, args.no_sync, printer)?;
    let said = deck.evening(args.person.as_deref())?;
    match args.format {
        PlainFormat::Json => printer.result(&format!("{}\n", serde_json::to_string_pretty(&said)?))?,
        PlainFormat::Text => printer.result(&evening::text(&said, &zone))?,
    }
    if let Some(folder) = &args.drafts {
        write_drafts(&said, folder, printer)?;
    }
    Ok(is_clean)
}

/// Writes a file for each meeting to plan. One of the same name is written again: it is the same meeting.
fn write_drafts(said: &Evening, folder: &Path, printer: &Printer) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("`{}` cannot be made", folder.display()))?;
    let mut written = 0;
    for wanted in &said.follow_ups {
        let Some(at) = wanted.at else { continue };
        let name: String =
            wanted.key.chars().map(|one| if one.is_alphanumeric() { one } else { '-' }).take(80).collect();
        let draft = Draft {
            uid: &format!("{name}-{}@quarterdeck", said.as_of.strftime("%Y%m%d")),
            written: said.as_of,
            at,
            minutes: wanted.minutes,
            title: &wanted.title,
            purpose: &wanted.why,
            attendees: &wanted.attendees,
        };
        let file = folder.join(format!("{name}.ics"));
        write_atomically(&file, draft.text().as_bytes())
            .with_context(|| format!("`{}` cannot be written", file.display()))?;
        written += 1;
        printer.say(&format!("wrote {}", file.display()));
    }
    if written == 0 {
        printer.say("no meeting is to be planned: no draft was written");
    }
    Ok(())
}
