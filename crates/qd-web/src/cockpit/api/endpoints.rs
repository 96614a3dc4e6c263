//! Every address for programs: what it takes, what it gives, and who answers.

use axum::http::StatusCode;
use qd_model::{Brief, Explanation, ReportRequest, SignalLine, SourceAge};
use schemars::{r#gen::SchemaGenerator, schema::Schema};
use serde::Serialize;
use serde_json::Value;

use super::{
    super::{ask::Ask, parts::ROWS},
    problem::Problem,
    shapes::{Acted, ActionAsked, Figures, ReportLine, ReportTold, Session, SqlAsked},
};

/// Rows of an answer at the very most.
const MOST_ROWS: usize = 100_000;

/// Writes down a shape.
pub(super) type Shape = fn(&mut SchemaGenerator) -> Schema;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Get,
    Post,
}

/// Who answers.
#[derive(Clone, Copy)]
pub(super) enum Answer {
    Asked(fn(&Ask<'_>) -> Result<Value, Problem>),
    /// Something is done with a row.
    Acted,
}

/// One address for programs.
pub(super) struct Endpoint {
    pub(super) method: Method,
    /// `{id}` and `{name}` stand for what it is about.
    pub(super) path: &'static str,
    /// What it is, in a sentence.
    pub(super) about: &'static str,
    /// What may stand behind `?`: name, meaning.
    pub(super) takes: &'static [(&'static str, &'static str)],
    /// What the body says.
    pub(super) body: Option<Shape>,
    pub(super) gives: Shape,
    pub(super) answer: Answer,
    /// Whether another address took its place.
    pub(super) is_old: bool,
}

const fn asked(
    path: &'static str,
    about: &'static str,
    gives: Shape,
    answer: fn(&Ask<'_>) -> Result<Value, Problem>,
) -> Endpoint {
    let answer = Answer::Asked(answer);
    Endpoint { method: Method::Get, path, about, takes: &[], body: None, gives, answer, is_old: false }
}

const BRIEF: &[(&str, &str)] =
    &[("for", "Whose brief: a person's id."), ("all", "Anything here asks for every row.")];
const REPORT: &[(&str, &str)] = &[
    ("by", "A line for each `service`, `team`, `project` or `company`."),
    ("since", "First day, as 2026-12-31."),
    ("team", "Only what is of this team."),
    ("project", "Only what is of this project."),
    ("service", "Only what is of this service."),
];

/// All of them.
pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        takes: BRIEF,
        ..asked("/api/v1/brief", "What needs one person, as `brief --format json`.", shape::<Brief>, brief)
    },
    asked(
        "/api/v1/rows/{id}",
        "A row of a brief and all that it rests on, as `explain --format json`.",
        shape::<Explanation>,
        row,
    ),
    Endpoint {
        method: Method::Post,
        body: Some(shape::<ActionAsked>),
        answer: Answer::Acted,
        ..asked("/api/v1/actions", "Does something with a row of a brief.", shape::<Acted>, session)
    },
    asked(
        "/api/v1/signals",
        "All signals, and why those that cannot speak cannot, as `signals --format json`.",
        shape::<Vec<SignalLine>>,
        signals,
    ),
    asked("/api/v1/reports", "The reports there are.", shape::<Vec<ReportLine>>, reports),
    Endpoint {
        takes: REPORT,
        ..asked("/api/v1/reports/{name}", "A report and its figures.", shape::<ReportTold>, report)
    },
    asked(
        "/api/v1/sources",
        "What is read, when it was read last, and what went wrong.",
        shape::<Vec<SourceAge>>,
        sources,
    ),
    Endpoint {
        method: Method::Post,
        body: Some(shape::<SqlAsked>),
        ..asked("/api/v1/sql", "The answer to a query that only reads.", shape::<Figures>, sql)
    },
    asked("/api/v1/session", "Who asks, and the token that actions need.", shape::<Session>, session),
    Endpoint {
        takes: BRIEF,
        is_old: true,
        ..asked("/api/brief", "The same as /api/v1/brief.", shape::<Brief>, brief)
    },
];

fn shape<T: schemars::JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

fn json(value: impl Serialize) -> Result<Value, Problem> {
    serde_json::to_value(value)
        .map_err(|error| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()))
}

fn brief(ask: &Ask<'_>) -> Result<Value, Problem> {
    json(ask.deck.brief(&ask.fields.brief(ask.viewer))?)
}

fn row(ask: &Ask<'_>) -> Result<Value, Problem> {
    json(ask.deck.explain(ask.id).map_err(|error| Problem::of(StatusCode::NOT_FOUND, error))?)
}

fn signals(ask: &Ask<'_>) -> Result<Value, Problem> {
    json(ask.deck.signals())
}

fn reports(ask: &Ask<'_>) -> Result<Value, Problem> {
    let all = ask.deck.reports().into_iter();
    json(all.map(|(name, about)| ReportLine { name, about }).collect::<Vec<_>>())
}

fn report(ask: &Ask<'_>) -> Result<Value, Problem> {
    if !ask.deck.reports().iter().any(|(name, _)| name == ask.id) {
        return Err(
            Problem::new(StatusCode::NOT_FOUND, "no report has this name").hint("/api/v1/reports lists them")
        );
    }
    let given = |name: &str| Some(ask.fields.get(name)).filter(|text| !text.is_empty()).map(str::to_owned);
    let since = given("since").map(|day| day.parse()).transpose();
    let since = since.map_err(|_| {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "`since` is no day").hint("a day is 2026-12-31")
    })?;
    let request = ReportRequest {
        by: given("by"),
        since,
        team: given("team"),
        project: given("project"),
        service: given("service"),
    };
    json(ReportTold::from(ask.deck.report(ask.id, &request)?))
}

fn sources(ask: &Ask<'_>) -> Result<Value, Problem> {
    json(ask.deck.sql("SELECT * FROM meta.sources ORDER BY name", MOST_ROWS)?.objects())
}

fn sql(ask: &Ask<'_>) -> Result<Value, Problem> {
    let rows = match ask.fields.get("rows") {
        "" => ROWS,
        text => text
            .parse()
            .map_err(|_| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "`rows` is no count of rows"))?,
    };
    json(Figures::from(ask.deck.sql(ask.fields.get("query"), rows.min(MOST_ROWS))?))
}

fn session(ask: &Ask<'_>) -> Result<Value, Problem> {
    json(Session { person: ask.viewer.person.clone(), token: ask.viewer.token.clone() })
}
