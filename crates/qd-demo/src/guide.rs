//! What tells that all of it is made up, and what is planted where.

use std::fmt::Write as _;

use crate::{
    Files, LABEL, Request,
    plants::plants,
    story::{self, NAME},
};

/// Writes the two texts at the top of the folder.
pub(crate) fn write(request: &Request, story: &story::Story, files: &mut Files) {
    files.insert(LABEL.to_owned(), readme(request, story).into_bytes());
    files.insert("STORIES.md".to_owned(), table(NAME, &stories(story)).into_bytes());
}

/// Words by which a folder of ours is known.
pub(crate) const MADE_BY: &str = "`quarterdeck demo` wrote";

/// First line of the text that says what the folder is.
pub(crate) fn title() -> String {
    format!("# {NAME}\n")
}

/// What the folder is.
pub(crate) fn readme(request: &Request, story: &story::Story) -> String {
    format!(
        "{}\nAn agency of {} people that does not exist. {MADE_BY} {} days of it until {}, with the seed {}: people, \
         clients, mail and code are invented, and every address ends in `.example`, where nobody can be reached.\n\n\
         The files of the company lie at the top, what is observed of it under `sources/`, each in the format of the real thing: \
         bare git repositories, recordings of forges, a tracker and a pager, events of a pipeline, alerts, results of tests, mailboxes, a \
         calendar, the export of a chat, feeds, a ledger, a cloud's bill, and tables of time, invoices and seats.\n\n\
         ## To begin\n\n    quarterdeck brief\n    quarterdeck brief --for {}\n    quarterdeck show delivery\n    quarterdeck plan\n\n\
         [STORIES.md](STORIES.md) says what is planted, and on whose page it is found.\n",
        title(),
        story.people.len(),
        request.days,
        story.today,
        story.seed,
        story.people[story.lead_of(0)].id,
    )
}

/// A planted story, as it is listed.
#[derive(Debug)]
pub(crate) struct Story {
    pub(crate) title: &'static str,
    /// On whose page it is found, by id.
    pub(crate) person: String,
    pub(crate) signal: &'static str,
    /// Words of the row.
    pub(crate) words: String,
    /// What stands behind it, and where.
    pub(crate) told: String,
}

fn stories(of: &story::Story) -> Vec<Story> {
    let plants = plants(of).into_iter();
    let listed = plants.map(|plant| Story {
        title: plant.title,
        person: of.people[plant.person].id.to_owned(),
        signal: plant.signal,
        words: plant.words,
        told: plant.told,
    });
    listed.collect()
}

/// The list of what is planted in a company.
pub(crate) fn table(name: &str, stories: &[Story]) -> String {
    let mut text = format!(
        "# What is planted in {name}\n\nEach of these is found by a signal, on the page of one person: \
         `quarterdeck brief --for PERSON --all`.\n\n| story | person | signal | the row says |\n| --- | --- | --- | --- |\n"
    );
    for Story { title, person, signal, words, .. } in stories {
        let _ = writeln!(text, "| {title} | `{person}` | `{signal}` | {words} |");
    }
    text.push_str("\n## What stands behind them\n");
    for Story { title, told, .. } in stories {
        let _ = write!(text, "\n**{title}.** {told}\n");
    }
    text
}
