//! A company of hundreds: too many for sources in their real formats, so its facts are told as values.
//!
//! Its texts are files like those of any company, and so is the CTO's calendar. What else was observed of it comes
//! one fact at a time, and whoever takes them puts them where facts are kept.

mod code;
mod firm;
mod forge;
mod hours;
mod plans;
mod seats;
mod stories;
mod talk;
mod texts;
mod work;

use qd_tables::{Declaration, Fact};
use serde_json::Value;

use crate::{Files, Request};

/// From so many people on a company is one whose facts are told.
pub const LARGE: usize = 100;

/// Takes one fact.
pub type Sink<'a, Error> = dyn FnMut(Fact) -> Result<(), Error> + 'a;

/// The company's texts, and the two that say what it is and what is planted.
pub(crate) fn texts(request: &Request) -> Files {
    let firm = firm::Firm::new(request);
    let mut files = Files::new();
    texts::write(&firm, &mut files);
    hours::calendar(&firm, &mut files);
    stories::write(request, &firm, &mut files);
    files
}

/// What was observed of the company: each table's facts without `source`, in no order.
///
/// # Errors
/// The first one of `sink`.
pub fn facts<Error>(request: &Request, sink: &mut Sink<'_, Error>) -> Result<(), Error> {
    let firm = firm::Firm::new(request);
    let work = work::Work::new(&firm);
    code::tell(&firm, &work, sink)?;
    forge::tell(&firm, &work, sink)?;
    talk::tell(&firm, sink)?;
    hours::tell(&firm, sink)
}

pub(crate) fn label(request: &Request) -> String {
    stories::readme(request, &firm::Firm::new(request))
}

/// Hands over a row of `table`.
fn put<Error>(sink: &mut Sink<'_, Error>, table: &'static Declaration, row: Value) -> Result<(), Error> {
    match row {
        Value::Object(row) => sink(Fact { table, row }),
        _ => Ok(()),
    }
}
