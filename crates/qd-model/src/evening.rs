//! The evening and the meetings: what a day leaves open for one person, and what comes, as values.

use jiff::{Timestamp, civil::Date};
use schemars::JsonSchema;
use serde::Serialize;

use crate::schema::{Day, Instant};

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
    /// Meetings to plan.
    pub follow_ups: Vec<FollowUp>,
    /// The first meeting of the next day that has one, within a week, and what to know before it.
    pub next_meeting: Option<Preparation>,
}

/// A meeting that nobody has planned yet.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FollowUp {
    /// What it is about, the same for the same meeting.
    pub key: String,
    /// Its title.
    pub title: String,
    /// Why it is wanted.
    pub why: String,
    /// Addresses of those who were there.
    pub attendees: Vec<String>,
    /// How long it might take.
    pub minutes: i64,
    /// The first hour at which the person is free; none where that is not known.
    pub at: Option<Timestamp>,
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
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize)]
pub struct Meeting {
    /// When it begins.
    #[schemars(with = "Instant")]
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

/// A meeting to come, and what to know before it.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize)]
pub struct Preparation {
    /// The meeting.
    pub meeting: Meeting,
    /// What to know: who is there first, then what waits, what is promised, decided, and what moved.
    pub points: Vec<Point>,
}

/// One thing to know before a meeting.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize)]
pub struct Point {
    /// Of which part it is.
    pub part: Part,
    /// Whom or what it is about.
    pub subject: String,
    /// What there is to know, in words.
    pub words: String,
    /// Since when it waits; of a project, since when its moves are counted.
    #[schemars(with = "Option<Instant>")]
    pub since: Option<Timestamp>,
    /// Its day.
    #[schemars(with = "Option<Day>")]
    pub due: Option<Date>,
    /// Where to look at it.
    pub url: Option<String>,
}

/// What a point of a preparation is, by the words of the view `preparations`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, JsonSchema, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Somebody who is asked to it.
    Who,
    /// Something that they have no answer to.
    TheyWait,
    /// Something that they have not answered.
    YouWait,
    /// A promise that is not kept yet, to them or by them.
    Promised,
    /// A decision that is due.
    Decision,
    /// A project, and what moved in it.
    Moved,
}

impl Part {
    /// The part that the view calls `word`.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Some(match word {
            "who" => Self::Who,
            "they-wait" => Self::TheyWait,
            "you-wait" => Self::YouWait,
            "promised" => Self::Promised,
            "decision" => Self::Decision,
            "moved" => Self::Moved,
            _ => return None,
        })
    }
}
