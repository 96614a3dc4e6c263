//! Who works on what and when: multi-project, multi-skill, resource-constrained project scheduling.
//!
//! A [`Problem`] says what is to be done, by whom and with what; [`plan`] makes a [`Plan`] of it and
//! [`check`] finds out anew whether a schedule keeps to all that was declared. Pure values: no clock
//! (the caller says when time is over), the same plan for the same seed on any number of threads.
//!
//! How it searches: a list of tasks becomes a schedule by serial generation (`packed` for resources
//! alone, `crew` for people, skills and absences); `evolution` breeds lists; `islands` runs several of
//! them beside each other, `interrupt` puts tasks down where that pays, and `levelling` makes the finished schedule better at what ranks below.

mod agenda;
mod bounds;
mod check;
mod crew;
mod decoder;
mod evolution;
mod exact;
mod faults;
pub mod formats;
mod interrupt;
mod islands;
mod levelling;
mod lots;
mod matching;
mod needs;
mod network;
mod objective;
mod packed;
mod plain;
mod planner;
mod pressing;
mod problem;
pub(crate) mod random;
mod urgency;

pub use check::{Violation, check};
pub(crate) use matching::Matching;

pub use faults::{Fault, LONGEST};
pub use objective::{Objective, Objectives};
pub use planner::{Options, Plan, plan};
pub use problem::{
    Demand, Interruption, Link, LinkKind, Person, Problem, Project, Resource, Schedule, SkillDemand, Task,
    Time,
};
