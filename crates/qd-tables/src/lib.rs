//! Every table, declared once.
//!
//! A declaration feeds the Arrow schema, the lake's columns and comments, the parser
//! and JSON Schema of the company files, the reference pages and the fixtures of
//! tests. Nothing here reads a file or runs a query: it says what there is to query.

pub use arrow::array::RecordBatch;

mod batch;
mod calendar;
mod chat;
mod delivery;
mod engines;
mod estimates;
mod fact;
mod facts;
mod feed;
mod forge;
mod intent;
mod kept;
mod mail;
mod money;

pub use batch::{Writer, concat, empty_batch, from_json, from_partial_json, to_json, to_table};
pub use calendar::MEETINGS;
pub use chat::CHAT_MESSAGES;
pub use delivery::{BUILDS, DEPLOYMENTS, INCIDENTS, TEST_RESULTS};
pub use engines::{
    CALIBRATION, CONVERSATIONS, COUPLINGS, DELIVERY_FORECASTS, ESTIMATE_ODDS, HOTSPOTS, IDENTITIES, LOAD,
    MAINLINE, MESSAGE_ORDER, MESSAGE_ORDER_FIGURES, OWNERSHIP, PIPELINE_RISK, PLAN_RISK, REMEDIES,
    REVIEW_ORDER, SCHEDULE, TRUCK_FACTORS,
};
pub use estimates::{ESTIMATE_LINES, ESTIMATE_RATES, ESTIMATE_RISKS, ESTIMATES, LINE_ESTIMATES, RATE_CARD};
pub use fact::Fact;
pub use facts::{
    CODE_OWNERS, COMMITS, DEPENDENCY_CHANGES, FILE_CHANGES, FILES, MAILMAP, PIPELINES, REFS, REPOSITORIES,
    SECRET_FINDINGS,
};
pub use feed::FEED_ENTRIES;
pub use forge::{
    CHANGE_REQUESTS, COMMENTS, FORGE_REPOSITORIES, ISSUE_CHANGES, ISSUES, PUBLISHED_RELEASES,
    REVIEW_REQUESTS, REVIEW_THREADS, REVIEWS, SECURITY_ALERTS,
};
pub use intent::{
    ABSENCES, ACCEPTED_PLANS, ACCEPTED_TASKS, BUDGET, COMMITMENTS, COMPANY, DECISIONS, DEPLOYMENT_RULES,
    GOALS, INCIDENT_ACTIONS, INCIDENT_REVIEWS, INTERACTIONS, PEOPLE, PLAN_HISTORY, PROJECTS, RADAR, RATES,
    RELATIONS, RISKS, SERVICES, SOURCES, TASKS, TEAMS, TIME_BUDGETS, TODOS, VENDORS, WORK_KINDS,
};
pub use kept::{ACTIONS, AUDIT_EVENTS, CONFIRMATIONS, SEEN, SYNCS};
pub use mail::MESSAGES;
pub use money::{CLOUD_COSTS, INVOICES, LEDGER_ENTRIES, SEATS, TIME_ENTRIES};

/// What a column holds; decides its Arrow type and how a company file writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Words. TOML: a string.
    Text,
    /// Several words. TOML: a list of strings, or one string.
    Texts,
    /// A count. TOML: an integer.
    Integer,
    /// A quantity. TOML: an integer or a float.
    Number,
    /// Yes or no. TOML: `true` or `false`.
    Boolean,
    /// An instant in UTC microseconds. TOML: a date-time or a date.
    Time,
    /// A day. TOML: a date (`2026-10-01`), or the same as a string.
    Date,
    /// An amount of money: `"CHF 420k"`. Becomes two columns: the name, in hundredths as
    /// a decimal, and `<name>_currency`.
    Money,
    /// A span in working days: `"7d"`, `"2w"`, `"3h"`.
    Days,
    /// Low, likely and high in working days: `"3d 5d 12d"`. Becomes three columns:
    /// `<name>_low`, `<name>_likely`, `<name>_high`.
    Estimate,
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// Several of a few words. TOML: a list of strings, or one string.
    Choices(&'static [&'static str]),
    /// The id of a row of another intent table; `people|teams` where either will do.
    Reference(&'static str),
    /// Several such ids.
    References(&'static str),
    /// A query in SQL, kept as text.
    Query,
    /// Words by name. TOML: a table of strings. Becomes a list, `name=value` each.
    Pairs,
    /// Where a secret is to be had, never the secret: `env:NAME`, `file:PATH`, `command:LINE`.
    Secret,
}

/// What fills a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Observed, appended once; the column named here says when it happened.
    Event(&'static str),
    /// Observed in versions; the plain name shows the latest one up to `as_of`.
    State,
    /// Declared in the company's files.
    Intent(Place),
    /// Computed by an engine from other tables.
    Engine,
    /// Kept by Quarterdeck itself.
    Kept,
}

/// Where a declared table stands in the company's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The top level of `company.toml`.
    Company,
    /// One file a row (`people/ada.toml`, the file's name is the id), or `[people.ada]`
    /// in `company.toml` or `people.toml`.
    Folder(&'static str),
    /// `[vendors.github]` in `vendors.toml` or in `company.toml`.
    File(&'static str),
    /// `[[absences]]` inside a row of another table, whose id becomes the first column.
    Inside {
        /// The table whose rows hold these.
        parent: &'static str,
        /// The key under which they stand.
        key: &'static str,
    },
    /// Markdown records under `decisions/` (or wherever `decisions` of the company says).
    Records,
}

/// One declared column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name in SQL and in files.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether it may be unknown.
    pub optional: bool,
    /// Unit (`days`, `lines`), empty where there is none.
    pub unit: &'static str,
    /// What it means, in a sentence.
    pub comment: &'static str,
}

/// One declared table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Declaration {
    /// Its name in SQL.
    pub name: &'static str,
    /// What fills it.
    pub role: Role,
    /// What a row is, in a sentence.
    pub comment: &'static str,
    /// Columns that tell rows apart.
    pub key: &'static [&'static str],
    /// Its columns, in order.
    pub columns: &'static [Column],
}

/// All tables, in the order of the reference page.
pub const ALL: &[&Declaration] = &[
    // observed from git
    &REPOSITORIES,
    &COMMITS,
    &FILE_CHANGES,
    &REFS,
    &FILES,
    &CODE_OWNERS,
    &MAILMAP,
    &PIPELINES,
    &DEPENDENCY_CHANGES,
    &SECRET_FINDINGS,
    // observed from forges and trackers
    &FORGE_REPOSITORIES,
    &CHANGE_REQUESTS,
    &REVIEWS,
    &REVIEW_REQUESTS,
    &REVIEW_THREADS,
    &COMMENTS,
    &ISSUES,
    &ISSUE_CHANGES,
    &PUBLISHED_RELEASES,
    &SECURITY_ALERTS,
    // observed from pipelines and alerts
    &BUILDS,
    &TEST_RESULTS,
    &DEPLOYMENTS,
    &INCIDENTS,
    // observed from mail, chat and calendars
    &MEETINGS,
    &MESSAGES,
    &CHAT_MESSAGES,
    // observed from books, bills and time sheets
    &LEDGER_ENTRIES,
    &TIME_ENTRIES,
    &CLOUD_COSTS,
    &INVOICES,
    &SEATS,
    // observed on request
    &FEED_ENTRIES,
    // declared
    &COMPANY,
    &SOURCES,
    &PEOPLE,
    &ABSENCES,
    &TIME_BUDGETS,
    &TEAMS,
    &INTERACTIONS,
    &PROJECTS,
    &TASKS,
    &ESTIMATES,
    &ESTIMATE_LINES,
    &LINE_ESTIMATES,
    &ESTIMATE_RISKS,
    &ESTIMATE_RATES,
    &RATE_CARD,
    &ACCEPTED_PLANS,
    &PLAN_HISTORY,
    &ACCEPTED_TASKS,
    &RELATIONS,
    &SERVICES,
    &DEPLOYMENT_RULES,
    &WORK_KINDS,
    &INCIDENT_REVIEWS,
    &INCIDENT_ACTIONS,
    &DECISIONS,
    &VENDORS,
    &BUDGET,
    &RATES,
    &RADAR,
    &GOALS,
    &RISKS,
    &COMMITMENTS,
    &TODOS,
    // computed
    &IDENTITIES,
    &MAINLINE,
    &OWNERSHIP,
    &TRUCK_FACTORS,
    &HOTSPOTS,
    &COUPLINGS,
    &REVIEW_ORDER,
    &CONVERSATIONS,
    &MESSAGE_ORDER,
    &MESSAGE_ORDER_FIGURES,
    &SCHEDULE,
    &LOAD,
    &PLAN_RISK,
    &REMEDIES,
    &PIPELINE_RISK,
    &ESTIMATE_ODDS,
    &DELIVERY_FORECASTS,
    &CALIBRATION,
    &CONFIRMATIONS,
    // kept
    &ACTIONS,
    &SEEN,
    &AUDIT_EVENTS,
    &SYNCS,
];

/// The table called `name`.
#[must_use]
pub fn declaration(name: &str) -> Option<&'static Declaration> {
    ALL.iter().find(|table| table.name == name).copied()
}

impl Declaration {
    /// The column called `name`.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// A required column.
pub(crate) const fn must(
    name: &'static str,
    kind: Kind,
    unit: &'static str,
    comment: &'static str,
) -> Column {
    Column { name, kind, optional: false, unit, comment }
}

/// A column that may be unknown.
pub(crate) const fn may(name: &'static str, kind: Kind, unit: &'static str, comment: &'static str) -> Column {
    Column { name, kind, optional: true, unit, comment }
}
