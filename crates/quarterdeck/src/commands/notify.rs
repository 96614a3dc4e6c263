//! Desktop notifications of the watch, through the program that the desktop has for them.

use std::{
    collections::BTreeSet,
    process::{Command, Stdio},
};

use anyhow::Result;
use jiff::Timestamp;
use qd_deck::{LocalDeck, Notify, Opening, Told};
use qd_model::{BriefRequest, Deck, Row};

use crate::{draw::words::price, printer::Printer, rim};

/// Shows text that it is given and runs nothing of it.
const OSASCRIPT: &str =
    "on run argv\ndisplay notification (item 2 of argv) with title (item 1 of argv)\nend run";

/// Tells new rows that are dear enough, where the user wants that.
pub(super) struct Notifier {
    notify: Option<Notify>,
    told: Told,
    /// Rows that were there when the watch began, or came since; none before its first look.
    known: Option<BTreeSet<String>>,
    is_dry: bool,
    /// What went wrong, so that it is told once.
    failed: Option<String>,
}

impl Notifier {
    pub(super) fn new(opening: &Opening, is_dry: bool) -> Result<Self> {
        let notify = Notify::read(&opening.state)?;
        Ok(Self { notify, told: Told::read(&opening.state), known: None, is_dry, failed: None })
    }

    /// Learns which rows are there already: they are no news.
    pub(super) fn begin(&mut self, opening: &Opening) {
        if self.notify.is_some()
            && self.known.is_none()
            && let Ok(deck) = LocalDeck::open(opening.clone())
        {
            self.known = Some(ids(&deck));
        }
    }

    /// Looks at what is new in the reader's brief, and shows what is dear enough.
    pub(super) fn look(&mut self, deck: &LocalDeck, printer: &Printer) -> Result<()> {
        let Some(notify) = &self.notify else { return Ok(()) };
        let Some(known) = &mut self.known else {
            self.known = Some(ids(deck));
            return Ok(());
        };
        let now = Timestamp::now();
        let rows = match notify.rows(deck, known, &self.told, now) {
            Ok(rows) => rows,
            Err(error) => {
                if self.failed.as_ref() != Some(&error.message) {
                    printer.complain(&format!("error: {error}"));
                    self.failed = Some(error.message);
                }
                return Ok(());
            }
        };
        // What was too much for this week is no news later either: it is in the brief.
        known.extend(ids(deck));
        for row in rows {
            if self.is_dry {
                printer.result(&format!("would notify: {} {}\n", row.id, price(&row)))?;
                continue;
            }
            self.told.add(&row.id, now)?;
            if let Err(reason) = show(&row)
                && self.failed.as_ref() != Some(&reason)
            {
                printer.complain(&format!("error: {reason}"));
                self.failed = Some(reason);
            }
        }
        Ok(())
    }
}

fn ids(deck: &LocalDeck) -> BTreeSet<String> {
    let brief = deck.brief(&BriefRequest { all: true, ..BriefRequest::default() });
    brief.map(|brief| brief.rows.into_iter().map(|row| row.id).collect()).unwrap_or_default()
}

fn show(row: &Row) -> Result<(), String> {
    let head = format!("Quarterdeck: {}", price(row));
    let mut command = if let Some(program) = rim::program("notify-send") {
        let mut command = Command::new(program);
        // The body is taken for markup.
        let body = row.title.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        command.args(["--app-name=Quarterdeck", "--", &head, &body]);
        command
    } else if let Some(program) = rim::program("osascript") {
        let mut command = Command::new(program);
        command.args(["-e", OSASCRIPT, &head, &row.title]);
        command
    } else {
        return Err(
            "neither `notify-send` nor `osascript` is here, so no notification can be shown".to_owned()
        );
    };
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("a notification could not be shown: {status}")),
        Err(error) => Err(format!("a notification could not be shown: {error}")),
    }
}
