//! The words that every other crate speaks.
//!
//! Plain values: money, spans of time, diagnostics, findings, the brief, and the
//! trait [`Deck`] through which a face asks for them. Nothing here reads a file, a
//! clock or a network, and nothing here knows how a value was computed.

mod brief;
mod deck;
mod delivery;
mod diagnostic;
mod estimated;
mod evening;
mod forecasted;
mod id;
mod labels;
mod load;
mod plan;
mod plan_changes;
mod predecessor;
mod proposal;
mod quantity;
mod schema;
mod skill;
mod suggest;
mod table;
mod what_if;
pub mod words;

pub use brief::{
    Brief, Checked, Evidence, Folded, Held, Offer, Price, PriceClass, ProjectLine, Row, Silent, SourceAge,
    Term,
};
pub use deck::{
    Awaits, BriefRequest, Deck, DeckError, Explanation, Report, ReportRequest, SharedDeck, SignalLine, Verb,
};
pub use delivery::{Delivery, Posting, Refusal};
pub use diagnostic::{Diagnostic, Files, Severity};
pub use estimated::{Calendar, Estimated, EstimatedLine, EstimatedRisk, Spread, Taken};
pub use evening::{Evening, FollowUp, Meeting, Part, Point, Preparation, Promise, Unanswered};
pub use forecasted::Forecasted;
pub use id::row_id;
pub use labels::{About, Named};
pub use load::{Amount, Conflict, Cost, Load, LoadRow, LoadWeek};
pub use plan::{Plan, ProjectPlan, Remedy, TaskPlan};
pub use plan_changes::{PlanChanges, ProjectChange, TaskChange};
pub use predecessor::{Predecessor, Tie};
pub use proposal::{Proposal, ProposalLine, ProposalRisk};
pub use quantity::{Estimate, Money, QuantityError, Span};
pub use skill::Skill;
pub use suggest::nearest;
pub use table::{Column, Table, Value};
pub use what_if::{Outlook, Shift, Variant, WhatIf};
