//! What is written in the company's files, and where.
//!
//! Nothing here reads a disk or a clock: the caller brings the texts, we bring back a
//! [`Company`] and a list of complaints. A complaint never empties the company.

mod check;
mod codes;
mod company;
mod names;
mod read;
mod record;
mod toml_file;
mod value;

pub use codes::{CODES, unreadable_file};
pub use company::{
    Absence, Assumption, Commitment, Company, Decision, Goal, Person, Project, Relation, Risk, Service, Source, Task,
    Team, Vendor,
};
pub use read::{Intent, read};
pub use record::{Field, Record, Value};
