//! One question to a system outside and its answer: the unit that is recorded, replayed and mapped.
//!
//! Every connector that speaks HTTP is two things: a planner, which decides what to ask next, and
//! a mapper, a pure function from one [`Exchange`] to facts. A replay is the mapper alone, so that
//! what a user recorded gives the same facts on any machine.

use jiff::Timestamp;
use qd_tables::Fact;
use serde_json::Value;

use crate::Problem;

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// `GET`, `POST`; of calendars also `PROPFIND` and `REPORT`.
    pub method: &'static str,
    /// Whole address.
    pub url: String,
    /// Headers beside those that every call has; names in lower case. No secret stands here: the
    /// transport adds what proves who asks. Where `accept` asks for something else than JSON, the
    /// answer's body is a text.
    pub headers: Vec<(String, String)>,
    /// What to send: JSON, or a text as it is, with its `content-type` among the headers.
    pub body: Option<Value>,
}

impl Call {
    /// A question without a body.
    #[must_use]
    pub fn get(url: impl Into<String>) -> Self {
        Self { method: "GET", url: url.into(), headers: Vec::new(), body: None }
    }
}

/// A question and its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Exchange {
    /// `GET`, `POST`; for what was sent to us: `EVENT`.
    pub method: String,
    /// Whole address; for what was sent to us, the address that the event is about or its kind.
    pub url: String,
    /// Status of the answer.
    pub status: u16,
    /// Headers of the answer, names in lower case.
    pub headers: Vec<(String, String)>,
    /// What was sent, where the question had a body (a GraphQL query and its variables).
    pub request: Option<Value>,
    /// What came back.
    pub body: Value,
    /// When it was answered; null in recordings that do not say.
    pub at: Option<Timestamp>,
}

impl Exchange {
    /// A header of the answer, by its name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// Itself, where its body is what was asked for. Whatever else answers with 200 in the place of
    /// an API (a proxy, a page to log in, another system) must not pass for "nothing new".
    ///
    /// # Errors
    /// [`Failure::Strange`] where it is something else.
    pub(crate) fn expect(self, shape: Shape) -> Result<Self, Failure> {
        if (shape.fits)(&self.body) {
            return Ok(self);
        }
        let url = self.url.split('?').next().unwrap_or_default().to_owned();
        Err(Failure::Strange { url, expected: shape.name, came: came(&self.body) })
    }
}

/// What an answer has to be.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    /// In words.
    pub(crate) name: &'static str,
    /// Whether a body is that.
    pub(crate) fits: fn(&Value) -> bool,
}

/// A list, of whatever.
pub(crate) const LIST: Shape = Shape { name: "a list", fits: Value::is_array };

/// What came in place of what was expected, in words.
fn came(body: &Value) -> String {
    match body {
        Value::Array(_) => "a list".to_owned(),
        Value::Object(fields) if fields.is_empty() => "an empty object".to_owned(),
        Value::Object(fields) => {
            let names = fields.keys().take(5).map(|name| format!("`{}`", short(name))).collect::<Vec<_>>();
            let said = crate::http::message(body).map(|text| format!(" (\"{text}\")")).unwrap_or_default();
            format!("an object of {}{said}", names.join(", "))
        }
        Value::String(_) => "a text".to_owned(),
        other => format!("`{other}`"),
    }
}

fn short(name: &str) -> String {
    name.chars().take(40).collect()
}

/// What an exchange says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mapped {
    /// The facts, in any order.
    pub facts: Vec<Fact>,
    /// What could not be understood; the rest was.
    pub problems: Vec<Problem>,
    /// Types of the events that nobody here knows, neither as kept nor as left out on purpose.
    pub unknown: Vec<String>,
}

/// Asks. The live one obeys limits, tries again, adds the token and records; tests give a list.
pub trait Transport {
    /// The answer to `call`; a status of 400 and above is a [`Failure`].
    ///
    /// # Errors
    /// Where no good answer is to be had, after all tries.
    fn send(&mut self, call: &Call) -> Result<Exchange, Failure>;
}

/// Why there is no answer. The same for every connector.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Nobody answers there.
    #[error("`{url}` does not answer: {reason}")]
    Unreachable {
        /// What was asked.
        url: String,
        /// What went wrong.
        reason: String,
    },
    /// Who asks is not known there (401), or no token was given.
    #[error("`{url}` does not accept the token: {reason}")]
    Unauthorised {
        /// What was asked.
        url: String,
        /// What it said.
        reason: String,
    },
    /// Who asks may not (403, 404 of what is known to be there).
    #[error("the token may not read `{url}`: {right}")]
    Forbidden {
        /// What was asked.
        url: String,
        /// The right that is missing, in the system's own words.
        right: String,
    },
    /// It is not there (404, 410).
    #[error("`{url}` is not there")]
    Missing {
        /// What was asked.
        url: String,
    },
    /// The limit of questions is used up.
    #[error("`{url}` takes no more questions until {until}")]
    Limited {
        /// What was asked.
        url: String,
        /// When to go on.
        until: Timestamp,
    },
    /// It answers, and it is no answer to what was asked.
    #[error(
        "`{url}` answers with {came} where {expected} was expected; is this the address of the API, or does \
         something else answer in its place?"
    )]
    Strange {
        /// What was asked, without its parameters.
        url: String,
        /// What was expected.
        expected: &'static str,
        /// What came.
        came: String,
    },
    /// It failed, again and again.
    #[error("`{url}` answers {status}: {reason}")]
    Broken {
        /// What was asked.
        url: String,
        /// Status of the last answer.
        status: u16,
        /// What it said.
        reason: String,
    },
}
