//! What a face may ask, and nothing more.

use std::sync::Arc;

use jiff::{Timestamp, civil::Date};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{Brief, Diagnostic, Files, Row, Table};

/// A brief to be made.
#[derive(Debug, Clone, Default)]
pub struct BriefRequest {
    /// For whom; the company's default where not given.
    pub for_person: Option<String>,
    /// Minutes there are.
    pub minutes: Option<u32>,
    /// Show every row.
    pub all: bool,
    /// Show only rows that are new since the last brief.
    pub since_last: bool,
}

/// A report to be made; what is not given does not narrow it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportRequest {
    /// A line for each of these: `service`, `team`, `project`, `company`.
    pub by: Option<String>,
    /// First day.
    pub since: Option<Date>,
    /// Only what is of this team.
    pub team: Option<String>,
    /// Only what is of this project.
    pub project: Option<String>,
    /// Only what is of this service.
    pub service: Option<String>,
}

/// What a person does with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verb {
    /// It is dealt with.
    Done,
    /// Somebody else deals with it.
    Delegate {
        /// That person's id.
        to: String,
    },
    /// Not now.
    Snooze {
        /// Day it comes back.
        until: Date,
        /// What brings it back before that day.
        awaits: Option<Awaits>,
    },
    /// It need not be dealt with.
    Dismiss {
        /// Why not.
        reason: String,
    },
    /// The last action on it is taken back.
    Undo,
}

/// What a snooze may wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Awaits {
    /// Somebody else says something about it.
    Answered,
    /// The checks of the change request pass.
    Green,
}

impl Awaits {
    /// Its word, in commands and in the table `actions`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Green => "green",
        }
    }
}

/// A row, opened.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize)]
pub struct Explanation {
    /// The row.
    pub row: Row,
    /// What the signal looks at and why its thresholds are so.
    pub about: String,
    /// The first question to ask.
    pub first: String,
    /// The route through the reporting lines, a sentence each.
    pub route: Vec<String>,
    /// Assumptions that stand behind it: name, value, what it is, where it is set.
    pub assumptions: Vec<(String, f64, String, String)>,
    /// What was done with it before.
    pub history: Vec<String>,
}

/// A signal in the list.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize)]
pub struct SignalLine {
    /// Its name.
    pub name: String,
    /// Part of the duties.
    pub part: String,
    /// The duty, by its slug.
    pub duty: String,
    /// What it asks of the person.
    pub asks: String,
    /// Working days a row may wait at one level.
    pub patience: f64,
    /// Who may see its rows.
    pub audience: String,
    /// Whether it can speak.
    pub can_speak: bool,
    /// Why it cannot, or what is wrong with it.
    pub why_not: Option<String>,
    /// Rows it returns now; `None` where it cannot speak.
    pub rows: Option<usize>,
    /// Built in, or a file of the company.
    pub origin: String,
}

/// A page of figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Its name.
    pub name: String,
    /// Its heading.
    pub title: String,
    /// What it shows.
    pub about: String,
    /// What to say where there are no figures.
    pub empty: String,
    /// The figures.
    pub table: Table,
    /// The query behind them.
    pub query: String,
}

/// Why a face got no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct DeckError {
    /// What went wrong: lower case, names in backticks.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl DeckError {
    /// An error without a hint.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    /// The same with what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// A deck that many ask at once.
pub type SharedDeck = Arc<dyn Deck + Send + Sync>;

/// One moment's view of one company: all that faces need.
pub trait Deck {
    /// The moment it sees.
    fn as_of(&self) -> Timestamp;

    /// The brief of a person.
    ///
    /// # Errors
    /// Where the person is unknown. A failing signal or source is told in the brief.
    fn brief(&self, request: &BriefRequest) -> Result<Brief, DeckError>;

    /// A row of anybody's brief, opened.
    ///
    /// # Errors
    /// Where no row has this id.
    fn explain(&self, id: &str) -> Result<Explanation, DeckError>;

    /// The answer to a query that only reads.
    ///
    /// # Errors
    /// Where the query is wrong or exceeds its limits.
    fn sql(&self, query: &str, rows: usize) -> Result<Table, DeckError>;

    /// All signals.
    fn signals(&self) -> Vec<SignalLine>;

    /// Names of the reports and what they show.
    fn reports(&self) -> Vec<(String, String)>;

    /// One report.
    ///
    /// # Errors
    /// Where no report has this name, it does not take what was asked, or its query fails.
    fn report(&self, name: &str, request: &ReportRequest) -> Result<Report, DeckError>;

    /// Does something with a row, and says what it did.
    ///
    /// # Errors
    /// Where the row or person is unknown, or the action could not be kept.
    fn act(&self, id: &str, verb: &Verb, by: &str) -> Result<String, DeckError>;

    /// What is wrong with the company's texts, and the texts.
    fn check(&self) -> (&[Diagnostic], &Files);

    /// This moment as `person` may see it: whole for whoever is at the top of the reporting lines, otherwise what is
    /// the person's own, what is of those below, and what is for everybody.
    ///
    /// # Errors
    /// Where the person is unknown.
    fn seen_by(self: Arc<Self>, person: &str) -> Result<SharedDeck, DeckError>;

    /// Whether this shows everything, and not what one person may see.
    fn is_whole(&self) -> bool;
}
