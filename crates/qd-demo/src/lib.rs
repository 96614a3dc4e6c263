//! A company to try Quarterdeck with: invented, and the same each time it is made.
//!
//! Values in, values out. A [`Request`] becomes a story (who works there, on what, what is planted in
//! it), and the story becomes files by path: the company's own, and sources in the formats of the real
//! things, so that every connector reads what it would read elsewhere. The same seed and the same day
//! give the same bytes on any machine; nothing here asks the clock or touches the disk.

mod alarms;
mod books;
mod changes;
mod chat;
mod clients;
mod code;
mod company;
mod course;
mod days;
mod delivered;
mod diary;
mod dice;
mod events;
mod feeds;
mod forge;
mod gitlab;
mod guide;
mod history;
mod jira;
mod large;
mod mail;
mod names;
mod pack;
mod plants;
mod projects;
mod recording;
mod runs;
mod sha1;
mod story;
mod vendors;
mod words;

use std::collections::BTreeMap;

use days::{plus, working};
use delivered::Delivered;
use jiff::civil::Date;
use recording::Home;

pub use large::{LARGE, Sink, facts};

/// Files by their path in the folder, with `/` between its parts.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Which company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// How many people: up to 12 one team with two clients, below [`LARGE`] an agency of 50 with six, else so
    /// many in teams of eight.
    pub people: usize,
    /// What the company's chances hang on.
    pub seed: u64,
    /// Days of history, 90 to 720.
    pub days: u16,
    /// The day on which the history ends: its last facts are of the working day before.
    pub today: Date,
}

impl Request {
    /// First day of the history.
    fn began(&self) -> Date {
        working(plus(self.today, -i64::from(self.days.clamp(90, 720))), 0)
    }

    /// First and last day of the coming leave of whoever alone knows something.
    fn leave(&self) -> (Date, Date) {
        (working(plus(self.today, 11), 0), plus(self.today, 32))
    }
}

/// The company's zone.
pub const ZONE: &str = "Europe/Zurich";

/// File that says what the folder is; it is written last, so that who finds it finds all of it.
pub const LABEL: &str = "README.md";

/// What [`LABEL`] holds: of another request, it is another text.
#[must_use]
pub fn label(request: &Request) -> String {
    if request.people >= LARGE {
        return large::label(request);
    }
    guide::readme(request, &story::Story::new(request))
}

/// True for the text of a [`LABEL`], whatever the request.
#[must_use]
pub fn is_label(text: &str) -> bool {
    text.starts_with("# ") && text.contains("(made up)\n") && text.contains(guide::MADE_BY)
}

/// The files of the company: of one of [`LARGE`] its texts alone, whose facts are told by [`facts`].
#[must_use]
pub fn make(request: &Request) -> Files {
    if request.people >= LARGE {
        return large::texts(request);
    }
    let story = story::Story::new(request);
    let work = changes::Work::new(&story);
    let mut files = Files::new();
    company::write(&story, &mut files);
    projects::write(&story, &mut files);
    let mut delivered = Vec::new();
    for (place, repo) in story.repos.iter().enumerate() {
        let landed = history::write(&story, &work, place, &mut files);
        let made = Delivered::new(&story, &work, place, &landed);
        let write = if repo.home == Home::GitLab { gitlab::write } else { forge::write };
        write(&story, &work, place, (&landed, &made), &mut files);
        if let Home::Jira(key) = repo.home {
            jira::write(&story, &work, place, key, &mut files);
        }
        runs::tests(&story, place, &landed, &mut files);
        delivered.push(made);
    }
    events::write(&story, &delivered, &mut files);
    alarms::write(&story, &mut files);
    feeds::write(&story, &mut files);
    vendors::write(&story, &mut files);
    mail::write(&story, &mut files);
    chat::write(&story, &mut files);
    diary::write(&story, &mut files);
    books::write(&story, &mut files);
    guide::write(request, &story, &mut files);
    files
}

#[cfg(test)]
mod tests {
    use std::hash::{Hash as _, Hasher as _};

    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_same_day_and_seed_give_the_same_bytes() {
        let request = Request { people: 12, seed: 7, days: 90, today: date(2026, 11, 23) };
        assert_eq!(make(&request), make(&request));
        assert_ne!(make(&request), make(&Request { seed: 8, ..request }));
    }

    #[test]
    fn a_large_company_tells_the_same_facts() {
        let request = Request { people: 100, seed: 7, days: 90, today: date(2026, 11, 23) };
        let told = |request: &Request| {
            let mut hasher = std::hash::DefaultHasher::new();
            let mut rows = 0;
            let done = facts(request, &mut |fact: qd_tables::Fact| {
                rows += 1;
                let text = serde_json::Value::Object(fact.row).to_string();
                (fact.table.name, text).hash(&mut hasher);
                Ok::<_, std::convert::Infallible>(())
            });
            assert!(done.is_ok());
            (rows, hasher.finish())
        };
        let first = told(&request);
        assert!(first.0 > 50_000, "{} rows", first.0);
        assert_eq!(first, told(&request));
        assert_ne!(first.1, told(&Request { seed: 8, ..request }).1);
        assert_eq!(make(&request), make(&request));
        assert!(is_label(&label(&request)));
    }
}
