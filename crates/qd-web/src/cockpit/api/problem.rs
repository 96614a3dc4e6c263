//! What went wrong, for programs: problem details (RFC 9457).

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use qd_model::DeckError;
use schemars::JsonSchema;
use serde::Serialize;

/// Why there is no answer.
#[derive(Debug, JsonSchema, Serialize)]
pub(crate) struct Problem {
    /// What kind of problem: none beyond its status.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The status in words.
    title: &'static str,
    /// The status.
    status: u16,
    /// What went wrong.
    detail: String,
    /// What to do.
    hint: Option<String>,
}

impl Problem {
    pub(super) fn new(status: StatusCode, detail: &str) -> Self {
        Self::of(status, DeckError::new(detail))
    }

    pub(super) fn of(status: StatusCode, error: DeckError) -> Self {
        let title = status.canonical_reason().unwrap_or_default();
        Self { kind: "about:blank", title, status: status.as_u16(), detail: error.message, hint: error.hint }
    }

    pub(super) fn hint(self, hint: &str) -> Self {
        Self { hint: Some(hint.to_owned()), ..self }
    }
}

/// A question that was understood and cannot be answered.
impl From<DeckError> for Problem {
    fn from(error: DeckError) -> Self {
        Self::of(StatusCode::UNPROCESSABLE_ENTITY, error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        match serde_json::to_string(&self) {
            Ok(body) => (status, kind, body).into_response(),
            Err(_) => status.into_response(),
        }
    }
}
