//! The brief: what one person should look at this morning, as a value.
//!
//! Faces draw it and compute nothing. Its serialised form is the JSON of
//! `brief --format json`, so a field here is a promise to scripts.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    Meeting, Preparation, Value,
    schema::{Day, Instant},
};

/// What needs one person, in the order in which to do it.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize)]
pub struct Brief {
    /// The moment it is about.
    #[schemars(with = "Instant")]
    pub as_of: Timestamp,
    /// Whose brief it is: a person's id, or `cto` where nobody is named.
    #[serde(rename = "for")]
    pub for_person: String,
    /// Name to greet that person by.
    pub for_name: String,
    /// The company's name.
    pub company: String,
    /// True where no company file was found and people and owners were inferred.
    pub is_inferred: bool,
    /// Currency of prices; `None` where they are person-hours.
    pub currency: Option<String>,
    /// Minutes there are: those given, else those until the next meeting.
    pub minutes: Option<u32>,
    /// The meeting that ends those minutes.
    pub until: Option<Meeting>,
    /// How many of the rows fit into those minutes.
    pub fits: Option<usize>,
    /// Rows that do not fit, and whose owners have the time.
    pub offers: Vec<Offer>,
    /// The rows shown, first one first.
    pub rows: Vec<Row>,
    /// Rows for this person that are not shown.
    pub rest: usize,
    /// What others hold of what would come to this person.
    pub held_by_others: Vec<Held>,
    /// The meetings that are left of the day, and what to know before each.
    pub meetings: Vec<Preparation>,
    /// Things that others only told this person and that they have not reacted to.
    pub notices: usize,
    /// The projects, a line each.
    pub projects: Vec<ProjectLine>,
    /// What moved in the last seven days, in sentences.
    pub changed: Vec<String>,
    /// What was looked at.
    pub checked: Checked,
    /// What was read.
    pub sources: Vec<SourceAge>,
    /// What to know when reading it.
    pub notes: Vec<String>,
    /// What went wrong on the way; the rest of the brief holds all the same.
    pub problems: Vec<String>,
}

/// A row that does not fit into the reader's minutes, and somebody who could take it.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize)]
pub struct Offer {
    /// The row's id.
    pub id: String,
    /// Who owns what it is about: a person's id.
    pub to: String,
    /// Minutes that their calendar leaves of today's working hours.
    pub free: i64,
}

/// One thing that needs one person.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize)]
pub struct Row {
    /// Short enough to type.
    pub id: String,
    /// The signal that says it.
    pub signal: String,
    /// The duty it serves, by its slug.
    pub duty: String,
    /// What is the matter, in a sentence.
    pub title: String,
    /// What to do.
    pub asks: String,
    /// Stable key of what it is about.
    pub subject: String,
    /// Who owns the subject: a person's id.
    pub owner: Option<String>,
    /// True where the owner was inferred from who knows the code: a suggestion.
    pub is_owner_guessed: bool,
    /// Who holds the row now.
    pub holder: String,
    /// The people it passed, first holder first, present holder last.
    pub chain: Vec<String>,
    /// When the waiting began.
    #[schemars(with = "Option<Instant>")]
    pub since: Option<Timestamp>,
    /// When a brief first showed it.
    #[schemars(with = "Instant")]
    pub first_seen: Timestamp,
    /// Working days it may wait at one level.
    pub patience: f64,
    /// What a day of waiting costs, term by term.
    pub price: Price,
    /// The same as one figure, in the brief's currency or in person-hours.
    pub cost_per_day: f64,
    /// What dealing with it takes.
    pub minutes: u32,
    /// Day after which it is too late.
    #[schemars(with = "Option<Day>")]
    pub deadline: Option<Date>,
    /// Place in the brief, from 1.
    pub rank: usize,
    /// Where to look.
    pub url: Option<String>,
    /// True where the last brief did not have it.
    pub new: bool,
    /// The rows folded or merged into this one.
    pub folded: Vec<Folded>,
    /// What it rests on.
    pub evidence: Evidence,
}

/// What begins the subject of a row about a conversation by mail.
const MAIL: &str = "mail ";

impl Row {
    /// The conversation by mail that it is about; none of what was asked elsewhere.
    #[must_use]
    pub fn conversation(&self) -> Option<&str> {
        self.subject.strip_prefix(MAIL)
    }
}

/// A row that another one speaks for.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize)]
pub struct Folded {
    /// Its id.
    pub id: String,
    /// Its signal.
    pub signal: String,
    /// Its sentence.
    pub title: String,
}

/// The classes of price; each multiplies its own terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PriceClass {
    /// Somebody waits: people × share of their day × day rate.
    Waits,
    /// Something becomes late: probability × value per day.
    Slips,
    /// Something may break: probability per day × impact.
    Breaks,
    /// Money runs out: the amount per day.
    Leaks,
    /// Knowledge may go: probability per day × days to relearn × day rate.
    Forgets,
    /// A promise grows old: the relation's value × its decay.
    Promise,
}

/// What a day of waiting is expected to cost.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize)]
pub struct Price {
    /// How it was computed.
    pub class: PriceClass,
    /// The factors.
    pub terms: Vec<Term>,
    /// True where any factor was assumed and not declared.
    pub assumed: bool,
    /// Unit of the product: `CHF/day`, or `h/day` where no rates are declared.
    pub unit: String,
}

/// A factor of a price.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize)]
pub struct Term {
    /// Its name.
    pub name: String,
    /// Its value; `None` is unknown.
    pub value: Option<f64>,
    /// Its unit.
    pub unit: String,
    /// Name of the assumption it comes from, where it was not declared or observed.
    pub assumption: Option<String>,
}

/// What a row rests on.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize)]
pub struct Evidence {
    /// The query that finds it.
    pub query: String,
    /// The columns of the signal's row.
    pub facts: BTreeMap<String, Value>,
}

/// What another person holds.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize)]
pub struct Held {
    /// Id of the row.
    pub id: String,
    /// Who holds it.
    pub holder: String,
    /// What it says.
    pub title: String,
    /// Day on which it would rise one reporting line; `None` for never.
    #[schemars(with = "Option<Day>")]
    pub rises: Option<Date>,
    /// To whom it would rise.
    pub rises_to: Option<String>,
}

/// A project in one line.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize)]
pub struct ProjectLine {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its status.
    pub status: String,
    /// Who leads it.
    pub lead: Option<String>,
    /// Day it is promised for.
    #[schemars(with = "Option<Day>")]
    pub deadline: Option<Date>,
    /// Tasks done and tasks in all, where tasks are declared.
    pub tasks: Option<(usize, usize)>,
    /// Commits to its repositories in the last 14 days; `None` where none are declared.
    pub commits: Option<usize>,
}

/// What was looked at.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema, Serialize)]
pub struct Checked {
    /// Signals asked.
    pub asked: usize,
    /// Signals whose precondition was met.
    pub spoke: usize,
    /// Those that could not speak.
    pub silent: Vec<Silent>,
}

/// A signal that could not speak.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize)]
pub struct Silent {
    /// Its name.
    pub signal: String,
    /// What to declare or connect so that it can, or what went wrong.
    pub why: String,
    /// True where it failed and did not merely lack its precondition.
    pub failed: bool,
}

/// A source and how old what it brought is.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize)]
pub struct SourceAge {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// Units (for git: repositories) it read.
    pub units: usize,
    /// When it was last read; `None` for never.
    #[schemars(with = "Option<Instant>")]
    pub synced_at: Option<Timestamp>,
    /// What went wrong last time.
    pub error: Option<String>,
}
