//! What is written in the company's files, and where.
//!
//! Nothing here reads a disk or a clock: the caller brings the texts, we bring back a
//! [`Company`] and a list of complaints. A complaint never empties the company.

mod access;
mod catalog;
mod check;
mod codes;
mod company;
mod decision;
mod decision_text;
mod draft;
mod edit;
mod format;
mod head;
mod markdown;
mod names;
mod overlay;
mod question;
mod read;
mod record;
mod records;
mod reference;
mod schema;
mod toml_file;
mod value;
mod veil;

pub use codes::{CODES, unreadable_file};
pub use company::{
    Absence, Assumption, Commitment, Company, Decision, Goal, Person, Project, Relation, Risk, Service,
    Source, Task, Team, Vendor,
};
pub use decision::decision_record;
pub use draft::{Draft, DraftPerson, DraftTeam, id_for, quoted, reconcile, write_company};
pub use edit::{Edit, EditError, append, fingerprint, insert, remove, set};
pub use format::fmt;
pub use overlay::overlay;
pub use question::{Question, question};
pub use read::{Intent, PLAN_FILE, PRIVATE_TODOS, read};
pub use record::{Field, Record, Value};
pub use reference::{Example, diagnostics_reference, render};
pub use schema::{json_schema, json_schema_of};
pub use veil::veil;
