//! What is written in the company's files, and where.
//!
//! Nothing here reads a disk or a clock: the caller brings the texts, we bring back a
//! [`Company`] and a list of complaints. A complaint never empties the company.

mod catalog;
mod check;
mod codes;
mod company;
mod decision;
mod decision_text;
mod head;
mod markdown;
mod names;
mod read;
mod record;
mod records;
mod toml_file;
mod value;

pub use codes::{CODES, unreadable_file};
pub use company::{
    Absence, Assumption, Commitment, Company, Decision, Goal, Person, Project, Relation, Risk, Service, Source, Task,
    Team, Vendor,
};
pub use decision::decision_record;
pub use read::{Intent, read};
pub use record::{Field, Record, Value};
