//! `answer`, and the letter that hands a row over: drafts, written in the user's editor and put where
//! their mail program finds them. Nothing is ever sent.

use std::{
    fs,
    io::{self, Read as _},
    path::Path,
    process::Command,
};

use anyhow::{Context as _, Result};
use qd_deck::{Answering, Letter, LocalDeck, Opening, Saved};
use qd_model::DeckError;
use qd_sources::mail::draft::{Draft, Mailbox};
use serde_json::json;

use super::{act::refuse_past, deck_with_facts};
use crate::{
    cli::{AnswerArgs, Global, PlainFormat},
    draw::words::count,
    printer::Printer,
    rim,
};

pub(crate) fn answer(global: &Global, args: &AnswerArgs, printer: &Printer) -> Result<bool> {
    refuse_past(global)?;
    let opening = rim::opening(global, None)?;
    let letter = match deck_with_facts(global, printer)?.answering(&args.id)? {
        Answering::Mail(letter) => letter,
        Answering::Elsewhere { title, url } => return elsewhere(args, &title, url.as_deref(), printer),
    };
    let draft = match &args.text {
        Some(text) => letter.draft.saying(&given(text)?),
        None => edited(&opening, &letter)?,
    };
    let Some(draft) = draft else {
        printer.say("nothing was said, so nothing was kept");
        return Ok(true);
    };
    if args.dry_run {
        printer.bytes(&draft.message(opening.now))?;
        return Ok(true);
    }
    let saved = letter.save(&opening, &draft)?;
    forget_sheet(&opening, &letter);
    if args.format == PlainFormat::Json {
        let text = serde_json::to_string_pretty(&as_json(&letter, &draft, &saved))?;
        printer.result(&format!("{text}\n"))?;
    } else {
        printer.result(&format!("{}\n", told(&draft, &saved)))?;
        printer.say("nothing was sent: send it yourself; the row stays until a sync reads it as sent");
    }
    complain(&saved, printer);
    Ok(is_clean(&saved))
}

/// Answers a row about mail in the user's editor; what was kept, in words.
pub(crate) fn by_hand(opening: &Opening, id: &str) -> Result<String> {
    kept(opening, id, |letter| edited(opening, letter))
}

/// Answers a row about mail with a text; what was kept, in words.
pub(crate) fn with_text(opening: &Opening, id: &str, text: &str) -> Result<String> {
    kept(opening, id, |letter| Ok(letter.draft.saying(text)))
}

fn kept(opening: &Opening, id: &str, say: impl FnOnce(&Letter) -> Result<Option<Draft>>) -> Result<String> {
    let Answering::Mail(letter) = LocalDeck::open(opening.clone())?.answering(id)? else {
        return Err(DeckError::new("this is no mail: answer where it was asked").into());
    };
    let Some(draft) = say(&letter)? else {
        return Ok("nothing was said, so nothing was kept".to_owned());
    };
    let saved = letter.save(opening, &draft)?;
    forget_sheet(opening, &letter);
    let why = match &saved {
        Saved::File { why: Some(why), .. } => format!(" (the mailbox did not take it: {why})"),
        _ => String::new(),
    };
    Ok(format!("{}{why}; send it yourself", told(&draft, &saved)))
}

/// What is not mail is answered where it was asked, so that everybody there sees it.
fn elsewhere(args: &AnswerArgs, title: &str, url: Option<&str>, printer: &Printer) -> Result<bool> {
    if args.text.is_some() || url.is_none() {
        let place = url.map_or_else(|| "where it was asked".to_owned(), |url| format!("there: {url}"));
        return Err(DeckError::new(format!("`{}` is about no mail: an answer is written {place}", args.id))
            .hint("`answer` writes drafts of mail alone")
            .into());
    }
    let url = url.unwrap_or_default();
    if args.format == PlainFormat::Json {
        let said = json!({"row": args.id, "url": url, "saved": null, "is_sent": false});
        printer.result(&format!("{}\n", serde_json::to_string_pretty(&said)?))?;
    } else {
        printer.result(&format!("{url}\n"))?;
        printer.say(&format!("{title}\nthis is no mail: write your answer there"));
    }
    Ok(true)
}

fn given(text: &str) -> Result<String> {
    if text != "-" {
        return Ok(text.to_owned());
    }
    let mut read = String::new();
    io::stdin().read_to_string(&mut read).context("standard input cannot be read")?;
    Ok(read)
}

/// The letters that a delegation writes, and why there are none where there could be.
#[derive(Debug, Default)]
pub(crate) struct HandOvers {
    pub(crate) letters: Vec<Letter>,
    pub(crate) why_not: Option<String>,
}

/// The letters that a delegation writes: of mail, where a mailbox takes them or they are asked for.
pub(crate) fn hand_overs(deck: &LocalDeck, ids: &[String], to: &str, is_asked: bool) -> Result<HandOvers> {
    let mut found = HandOvers::default();
    for id in ids {
        match deck.hand_over(id, to) {
            Ok(letters) => {
                for letter in letters {
                    if is_asked || letter.has_taker() {
                        found.letters.push(letter);
                    } else {
                        found.why_not =
                            Some("no mailbox takes it; `--draft` writes it into a file".to_owned());
                    }
                }
            }
            Err(error) if is_asked => return Err(error.into()),
            // Where an id or a person is wrong, the action itself says so.
            Err(error) => found.why_not = Some(error.message),
        }
    }
    found.letters.dedup_by(|one, other| one.draft == other.draft);
    Ok(found)
}

/// Keeps letters that hand rows over. False where one could not be kept where it was to.
pub(crate) fn keep(opening: &Opening, letters: &[Letter], edit: bool, printer: &Printer) -> Result<bool> {
    let (mut all_clean, mut kept) = (true, 0);
    for letter in letters {
        let draft = if edit { edited(opening, letter)? } else { Some(letter.draft.clone()) };
        let Some(draft) = draft else { continue };
        let saved = letter.save(opening, &draft)?;
        forget_sheet(opening, letter);
        kept += 1;
        printer.result(&format!("{}\n", told(&draft, &saved)))?;
        complain(&saved, printer);
        all_clean &= is_clean(&saved);
    }
    if kept > 0 {
        let letters = count(kept, "letter", "letters");
        printer.say(&format!("nothing was sent: {letters} for you to send"));
    }
    Ok(all_clean)
}

fn sheet(opening: &Opening, letter: &Letter) -> std::path::PathBuf {
    opening.state.join("drafts").join(format!("{}.txt", letter.row))
}

fn forget_sheet(opening: &Opening, letter: &Letter) {
    // It is there only where an editor was used.
    let _ = fs::remove_file(sheet(opening, letter));
}

/// The draft as its author leaves it in their editor; none where they say nothing. What they wrote and what
/// cannot be used stays, and is opened again the next time.
fn edited(opening: &Opening, letter: &Letter) -> Result<Option<Draft>> {
    let path = sheet(opening, letter);
    let shown = path.display();
    let failed = || format!("`{shown}` cannot be written");
    fs::create_dir_all(opening.state.join("drafts")).with_context(failed)?;
    if !path.exists() {
        qd_deck::write_private(&path, letter.draft.sheet().as_bytes()).with_context(failed)?;
    }
    if let Err(error) = open_editor(&path) {
        forget_sheet(opening, letter);
        return Err(error);
    }
    let text = fs::read_to_string(&path).with_context(|| format!("`{shown}` cannot be read"))?;
    match letter.draft.edited(&text) {
        Ok(None) => {
            forget_sheet(opening, letter);
            Ok(None)
        }
        Ok(draft) => Ok(draft),
        Err(reason) => Err(DeckError::new(reason)
            .hint(format!("your words are in `{shown}`; the same command opens them again"))
            .into()),
    }
}

/// Opens a file in the user's editor as git does: its name may be a line with arguments.
fn open_editor(path: &Path) -> Result<()> {
    let editor = rim::editor();
    let status = Command::new("sh")
        .args(["-c", &format!("{editor} \"$@\""), &editor])
        .arg(path)
        .status()
        .with_context(|| format!("the editor `{editor}` cannot be started"))?;
    if !status.success() {
        return Err(DeckError::new(format!(
            "the editor `{editor}` ended with {status}, so nothing was kept"
        ))
        .hint("$VISUAL or $EDITOR names yours; `--text` takes an answer without one")
        .into());
    }
    Ok(())
}

/// What was kept, for whom and where, in a line.
pub(crate) fn told(draft: &Draft, saved: &Saved) -> String {
    let whom: Vec<&str> =
        draft.to.iter().map(|one| one.name.as_deref().unwrap_or(&one.address)).take(3).collect();
    let place = match saved {
        Saved::Folder { source, folder } => format!("in {folder} of `{source}`"),
        Saved::File { path, .. } => format!("in {}", path.display()),
    };
    format!("draft to {} {place}: {}", whom.join(", "), draft.subject)
}

fn complain(saved: &Saved, printer: &Printer) {
    if let Saved::File { why: Some(why), .. } = saved {
        printer.complain(&format!("error: the mailbox did not take it: {why}"));
    }
}

fn is_clean(saved: &Saved) -> bool {
    !matches!(saved, Saved::File { why: Some(_), .. })
}

fn as_json(letter: &Letter, draft: &Draft, saved: &Saved) -> serde_json::Value {
    let addresses = |people: &[Mailbox]| people.iter().map(|one| one.address.clone()).collect::<Vec<_>>();
    let place = match saved {
        Saved::Folder { source, folder } => json!({"source": source, "folder": folder}),
        Saved::File { path, why } => json!({"file": path, "error": why}),
    };
    json!({
        "row": letter.row, "to": addresses(&draft.to), "cc": addresses(&draft.cc), "subject": draft.subject,
        "saved": place, "is_sent": false,
    })
}
