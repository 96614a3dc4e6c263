//! The Model Context Protocol over HTTP: a message a post, an answer each, and no session.

use axum::{
    Extension,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{MethodRouter, post},
};

use super::{Held, api::json, ask::Viewer, asked};
use crate::mcp::{VERSIONS, answer};

/// `POST /mcp`; nothing is sent unasked, so there is no stream to open and no session to end.
pub(super) fn route() -> MethodRouter<Held> {
    post(take).fallback(|| async {
        (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "POST")], "messages are posted here\n")
    })
}

async fn take(
    State(held): State<Held>,
    Extension(viewer): Extension<Viewer>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if !text("content-type").unwrap_or_default().starts_with("application/json") {
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, "send JSON, as `content-type: application/json`\n")
            .into_response();
    }
    if text("mcp-protocol-version").is_some_and(|version| !VERSIONS.contains(&version)) {
        return (StatusCode::BAD_REQUEST, format!("versions that are spoken: {}\n", VERSIONS.join(", ")))
            .into_response();
    }
    let told = asked(&held, held.keeper.present(), viewer, Default::default(), move |ask, _| {
        Ok(answer(&body, ask.deck, &ask.viewer.person))
    });
    match told.await {
        Ok(Some(told)) => json(&told),
        Ok(None) => StatusCode::ACCEPTED.into_response(),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("{}\n", error.message)).into_response(),
    }
}
