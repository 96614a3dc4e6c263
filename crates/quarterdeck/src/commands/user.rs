//! `user`: who may log in to the cockpit.

use std::io::{self, BufRead as _};

use anyhow::{Context as _, Result, bail};
use qd_deck::read_company;
use qd_model::DeckError;

use crate::{
    cli::{Global, UserArgs, UserVerb},
    printer::Printer,
    rim,
    users::Users,
};

pub(crate) fn user(global: &Global, args: &UserArgs, printer: &Printer) -> Result<bool> {
    let opening = rim::opening(global, None)?;
    let mut users = Users::of(&opening)?;
    match &args.verb {
        UserVerb::Add { person } => {
            let (company, ..) = read_company(&opening);
            let known: Vec<&str> = company.people().map(|known| known.id()).collect();
            if !known.contains(&person.as_str()) {
                let error = DeckError::new(format!("unknown person `{person}`"));
                return Err(match qd_model::nearest(person, known) {
                    Some(near) => error.hint(format!("did you mean `{near}`?")),
                    None => error.hint("declare them first: `[people.ada]` in `people.toml`"),
                }
                .into());
            }
            users.set(person, &password()?)?;
            printer.say(&format!("`{person}` may log in; so everybody has to"));
        }
        UserVerb::Remove { person } => {
            if !users.remove(person)? {
                return Err(DeckError::new(format!("`{person}` could not log in before")).into());
            }
            let rest = if users.is_empty() { "; nobody has to log in any more" } else { "" };
            printer.say(&format!("`{person}` may no longer log in{rest}"));
        }
        UserVerb::List => {
            for name in users.names() {
                printer.result(&format!("{name}\n"))?;
            }
            if users.is_empty() {
                printer.say("nobody has to log in");
            }
        }
    }
    Ok(true)
}

/// A password: typed twice unseen on a terminal, else the first line of the input.
fn password() -> Result<String> {
    let terminal = console::Term::stderr();
    if console::user_attended() && terminal.is_term() {
        let ask = |words: &str| -> Result<String> {
            terminal.write_str(words)?;
            terminal.read_secure_line().context("the terminal gives no password")
        };
        let first = ask("Password: ")?;
        if first != ask("Again: ")? {
            bail!("the two differ");
        }
        return Ok(first);
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).context("the input cannot be read")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
