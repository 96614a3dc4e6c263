//! Who an address belongs to.
//!
//! Every name and address seen as the author of commits, with the person they are taken to
//! be, and why. A wrong join is worse than a missed one: the missed one is seen and
//! declared, the wrong one is believed. So whatever many people share joins nobody.
//!
//! A robot is who is declared one; where nothing is declared, whose name or address is known
//! to be one's. Where a person and a robot are joined by an address, most commits decide.

mod mailmap;
mod resolve;
mod words;

use arrow::array::{Array, RecordBatch};
use qd_tables::{IDENTITIES, Writer};

use crate::{
    Engine, EngineError, Input, Inputs,
    columns::{instant, text, words},
};
use mailmap::Line;
use resolve::{Declared, Sighting, resolve};

/// The engine.
pub(crate) const ENGINE: Engine = Engine {
    output: &IDENTITIES,
    inputs: &[
        Input { name: "authors", query: include_str!("../identities.sql") },
        Input { name: "mailmap", query: include_str!("../identities_mailmap.sql") },
        Input { name: "people", query: include_str!("../identities_people.sql") },
    ],
    run,
};

fn sightings(inputs: &Inputs) -> Result<Vec<Sighting>, EngineError> {
    let answer = inputs.answer("authors");
    let (email, name) = (answer.texts("email")?, answer.texts("name")?);
    let commits = answer.integers("commits")?;
    let (first, last) = (answer.times("first_seen")?, answer.times("last_seen")?);
    let mut sightings: Vec<Sighting> = (0..answer.rows())
        .map(|row| Sighting {
            email: text(&email, row).unwrap_or_default().to_owned(),
            name: text(&name, row).unwrap_or_default().to_owned(),
            commits: commits.value(row),
            first: instant(first.value(row)),
            last: instant(last.value(row)),
        })
        .collect();
    sightings.sort_by(|one, two| (&one.email, &one.name).cmp(&(&two.email, &two.name)));
    Ok(sightings)
}

fn lines(inputs: &Inputs) -> Result<Vec<Line>, EngineError> {
    let answer = inputs.answer("mailmap");
    let (proper_name, proper_email) = (answer.texts("proper_name")?, answer.texts("proper_email")?);
    let (commit_name, commit_email) = (answer.texts("commit_name")?, answer.texts("commit_email")?);
    Ok((0..answer.rows())
        .map(|row| Line {
            proper_name: text(&proper_name, row).map(str::to_owned),
            proper_email: text(&proper_email, row).map(str::to_owned),
            commit_name: text(&commit_name, row).map(str::to_owned),
            commit_email: text(&commit_email, row).unwrap_or_default().to_owned(),
        })
        .collect())
}

fn people(inputs: &Inputs) -> Result<Vec<Declared>, EngineError> {
    let answer = inputs.answer("people");
    let (id, name) = (answer.texts("id")?, answer.texts("name")?);
    let (mails, logins) = (answer.lists("mails")?, answer.lists("logins")?);
    let is_bot = answer.booleans("is_bot")?;
    Ok((0..answer.rows())
        .map(|row| Declared {
            id: id.value(row).to_owned(),
            name: text(&name, row).map(str::to_owned),
            mails: words(&mails, row),
            logins: words(&logins, row),
            is_bot: is_bot.is_valid(row).then(|| is_bot.value(row)),
        })
        .collect())
}

fn run(inputs: &Inputs) -> Result<RecordBatch, EngineError> {
    let sightings = sightings(inputs)?;
    let identities = resolve(&sightings, &lines(inputs)?, &people(inputs)?);
    let mut rows = Writer::new(&IDENTITIES);
    for (seen, identity) in sightings.iter().zip(&identities) {
        rows.text(seen.email.as_str())
            .text(seen.name.as_str())
            .text(identity.person.as_str())
            .text(identity.name.as_str())
            .boolean(identity.is_bot)
            .boolean(identity.is_declared)
            .text(identity.why.word())
            .integer(seen.commits)
            .time(seen.first)
            .time(seen.last);
    }
    Ok(rows.finish()?)
}

#[cfg(test)]
mod tests;
