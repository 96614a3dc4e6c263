//! What is shown: rows in words, as whoever runs the screen brings them.

use crate::clean::clean;

/// A list that can be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// What needs the reader.
    Brief,
    /// What others hold that would come to them.
    Others,
    /// Who waits for an answer of theirs.
    Unanswered,
    /// Their own list.
    Todos,
}

impl Page {
    /// All of them, in the order of their keys.
    pub const ALL: [Self; 4] = [Self::Brief, Self::Others, Self::Unanswered, Self::Todos];

    /// Its place among them.
    pub(crate) fn place(self) -> usize {
        self as usize
    }

    /// What it is called.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Brief => "Brief",
            Self::Others => "Others",
            Self::Unanswered => "Unanswered",
            Self::Todos => "Todos",
        }
    }

    /// What to say where nothing is on it.
    pub(crate) fn empty(self) -> &'static str {
        match self {
            Self::Brief => "Nothing needs you now.",
            Self::Others => "Others hold nothing that would come to you.",
            Self::Unanswered => "Nobody waits for an answer of yours.",
            Self::Todos => "Nothing is on your list; t puts something there.",
        }
    }
}

/// What kind of thing a row can be narrowed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A project.
    Project,
    /// A person who owns it, holds it or is named by it.
    Person,
    /// A repository.
    Repository,
    /// The duty it serves.
    Duty,
}

impl Kind {
    /// What it is called.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Person => "person",
            Self::Repository => "repository",
            Self::Duty => "duty",
        }
    }
}

/// One thing that rows can be narrowed by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// What kind of thing.
    pub kind: Kind,
    /// Its name.
    pub name: String,
}

/// One row, in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// What to act on; empty where nothing can be done from here.
    pub id: String,
    /// Place in the brief; none elsewhere.
    pub rank: Option<usize>,
    /// True where the last brief did not have it.
    pub is_new: bool,
    /// What is the matter.
    pub title: String,
    /// What to do.
    pub asks: String,
    /// The line of small print.
    pub small: String,
    /// How long it waits, short.
    pub age: String,
    /// What a day of waiting costs, short.
    pub price: String,
    /// Minutes it takes, short.
    pub minutes: String,
    /// Where to look.
    pub url: Option<String>,
    /// What it can be narrowed by.
    pub labels: Vec<Label>,
}

impl Entry {
    /// The same, fit for a screen.
    #[must_use]
    pub(crate) fn cleaned(mut self) -> Self {
        for text in [&mut self.title, &mut self.asks, &mut self.small, &mut self.age, &mut self.price] {
            *text = clean(text);
        }
        self.minutes = clean(&self.minutes);
        self.labels.iter_mut().for_each(|label| label.name = clean(&label.name));
        self
    }

    /// True where any of its words holds `sought`, which is in small letters.
    pub(crate) fn holds(&self, sought: &str) -> bool {
        [&self.title, &self.asks, &self.small, &self.id]
            .into_iter()
            .chain(self.labels.iter().map(|label| &label.name))
            .any(|text| text.to_lowercase().contains(sought))
    }
}

/// A brief, in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// Whose, when, how much time there is.
    pub heading: String,
    /// The rows.
    pub rows: Vec<Entry>,
    /// Rows that are not shown.
    pub rest: usize,
    /// What others hold.
    pub others: Vec<Entry>,
    /// The moment it is about.
    pub as_of: String,
    /// Sources that could not be read last time.
    pub failed: Vec<String>,
    /// What went wrong on the way.
    pub problems: Vec<String>,
    /// Whom rows can be given to: id and name.
    pub people: Vec<(String, String)>,
}

/// A line of an explanation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextLine {
    /// What it says.
    pub text: String,
    /// True where it heads what follows.
    pub is_heading: bool,
}
