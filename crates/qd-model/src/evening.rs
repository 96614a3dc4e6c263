//! The evening: what a day leaves open for one person, as a value.

use jiff::{Timestamp, civil::Date};
use serde::Serialize;

/// The end of a person's day. Its serialised form is the JSON of `evening --format json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evening {
    /// The moment it is about.
    pub as_of: Timestamp,
    /// Whose evening it is: a person's id.
    #[serde(rename = "for")]
    pub for_person: String,
    /// Name to greet that person by.
    pub for_name: String,
    /// What they did today, in words.
    pub done: Vec<String>,
    /// Who asked them something and has no answer, oldest first.
    pub unanswered: Vec<Unanswered>,
    /// Things that were only told to them and not reacted to.
    pub notices: usize,
    /// Promises that are due by tomorrow, or overdue.
    pub promises: Vec<Promise>,
    /// The first meeting of the next day that has one, within a week.
    pub next_meeting: Option<Meeting>,
}

/// Somebody who waits for an answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Unanswered {
    /// Since when.
    pub since: Timestamp,
    /// Who.
    pub whom: String,
    /// The declared relation they belong to.
    pub relation: Option<String>,
    /// The sentence that asks; else the subject.
    pub what: String,
    /// The change or issue it is about; none for mail.
    pub place: Option<String>,
    /// Where to answer.
    pub url: Option<String>,
}

/// Something promised.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Promise {
    /// By when.
    pub due: Option<Date>,
    /// What.
    pub title: String,
    /// To whom.
    pub whom: Option<String>,
}

/// A meeting to come.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Meeting {
    /// When it begins.
    pub at: Timestamp,
    /// Its title.
    pub title: String,
    /// How many are to be there.
    pub people: Option<i64>,
    /// Where to look at it or join.
    pub url: Option<String>,
    /// False where they are asked and have not said whether they come.
    pub is_certain: bool,
}
