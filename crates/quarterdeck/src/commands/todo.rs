//! `todo`: the user's own list.

use anyhow::{Result, bail};
use jiff::civil::Date;
use qd_deck::{LocalDeck, Todo, add_todo, mark_todo};
use qd_model::{Deck, DeckError, Value};
use serde_json::json;

use super::act::refuse_past;
use crate::{
    cli::{Global, PlainFormat, TodoArgs},
    draw::words::count,
    printer::Printer,
    rim,
};

/// What is not done, the most urgent first.
const OPEN: &str = include_str!("todo.sql");

pub(crate) fn todo(global: &Global, args: &TodoArgs, printer: &Printer) -> Result<bool> {
    if args.title.is_some() || !args.done.is_empty() {
        refuse_past(global)?;
    }
    let opening = rim::opening(global, None)?;
    let deck = LocalDeck::open(opening.clone())?;
    if let Some(title) = &args.title {
        let person = deck.brief_reader();
        let (id, line) =
            add(&opening, &deck, (title, person.as_deref()), args.to.as_deref(), args.by.as_deref())?;
        printer.result(&format!("{id}  {line}\n"))?;
        printer.say(&format!("`quarterdeck todo --done {id}` when it is"));
        return Ok(true);
    }
    let entries = entries(&deck)?;
    if !args.done.is_empty() {
        return done(&opening, &deck, &entries, &args.done, printer);
    }
    if args.format == PlainFormat::Json {
        let list: Vec<_> = entries
            .iter()
            .map(|entry| json!({"id": entry.id, "title": entry.title, "for": entry.to, "by": entry.due}))
            .collect();
        printer.result(&format!("{}\n", serde_json::to_string_pretty(&list)?))?;
        return Ok(true);
    }
    for entry in &entries {
        let late = if entry.due.is_some_and(|due| due < deck.today()) { ", late" } else { "" };
        let line = line(&entry.title, entry.to.as_deref(), entry.due);
        printer.result(&format!("{}  {line}{late}\n", entry.id))?;
    }
    printer.say(&match entries.len() {
        0 => "nothing is on the list; `quarterdeck todo \"...\"` puts something there".to_owned(),
        some => count(some, "entry", "entries"),
    });
    Ok(true)
}

/// Puts something that a person is to do on the list: its id, and how the list shows it.
pub(crate) fn add(
    opening: &qd_deck::Opening,
    deck: &LocalDeck,
    (title, person): (&str, Option<&str>),
    to: Option<&str>,
    by: Option<&str>,
) -> Result<(String, String)> {
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    if title.is_empty() {
        bail!("what is to be done?");
    }
    let due = by.map(|by| rim::day(by, deck.today())).transpose()?;
    let todo = Todo { title: &title, person, to, due, added: deck.today() };
    let id = add_todo(opening, &todo)?;
    Ok((id, line(&title, to, due)))
}

/// An entry of the list.
pub(crate) struct Entry {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) to: Option<String>,
    pub(crate) due: Option<Date>,
}

/// What is on the list and not done, the most urgent first.
pub(crate) fn entries(deck: &LocalDeck) -> Result<Vec<Entry>> {
    let text = |value: Option<&Value>| value.and_then(Value::as_text).map(str::to_owned);
    let table = deck.sql(OPEN, usize::MAX)?;
    let entry = |row: &Vec<Value>| {
        Some(Entry {
            id: text(row.first())?,
            title: text(row.get(1))?,
            to: text(row.get(2)),
            due: match row.get(3) {
                Some(Value::Date(due)) => Some(*due),
                _ => None,
            },
        })
    };
    Ok(table.rows.iter().filter_map(entry).collect())
}

fn done(
    opening: &qd_deck::Opening,
    deck: &LocalDeck,
    entries: &[Entry],
    ids: &[String],
    printer: &Printer,
) -> Result<bool> {
    for id in ids {
        let mut found = entries.iter().filter(|entry| entry.id.starts_with(&id.to_lowercase()));
        let (Some(entry), None) = (found.next(), found.next()) else {
            return Err(DeckError::new(format!("`{id}` is no one entry of the list"))
                .hint("`quarterdeck todo` shows the list with its ids")
                .into());
        };
        mark_todo(opening, &entry.id, Some(deck.today()))?;
        printer.result(&format!("done: {}\n", entry.title))?;
    }
    Ok(true)
}

fn line(title: &str, to: Option<&str>, due: Option<Date>) -> String {
    let mut line = title.to_owned();
    if let Some(to) = to {
        line.push_str(&format!(", for {to}"));
    }
    if let Some(due) = due {
        line.push_str(&format!(", by {due}"));
    }
    line
}
