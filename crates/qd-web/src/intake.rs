//! What other systems post: webhooks of forges, alerts, events of pipelines.
//!
//! Each message is handed to one function, whose answer is told: 202 once the message is on the
//! disk, 401 for a wrong signature, 404 for an unknown source, 413 for too much, 503 where it could
//! not be kept, so that the sender tries again.

use std::sync::Arc;

use axum::{
    Router,
    body::{Bytes, to_bytes},
    extract::{Path, Request, State},
    http::StatusCode,
    routing::{get, post},
};
use qd_model::{Delivery, Refusal};

/// Takes what was posted.
pub type Receive = dyn Fn(&Delivery<'_>) -> Result<(), Refusal> + Send + Sync;

/// The longest message; GitHub's own limit.
const MOST_BYTES: usize = 25 * 1024 * 1024;

/// The routes: `POST /intake/SOURCE` and `GET /health`.
pub(crate) fn router(receive: Arc<Receive>) -> Router {
    Router::new()
        .route("/intake/{source}", post(take))
        .route("/health", get(|| async { "ok\n" }))
        .with_state(receive)
}

async fn take(
    State(receive): State<Arc<Receive>>,
    Path(source): Path<String>,
    request: Request,
) -> (StatusCode, String) {
    let (parts, body) = request.into_parts();
    let headers: Vec<(String, String)> = parts
        .headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    // A page in a browser can post text to this machine unasked, but not JSON; forms are the
    // receiver's to judge.
    let kind = headers.iter().find(|(name, _)| name == "content-type").map_or("", |(_, value)| value);
    if !kind.contains("json") && !kind.contains("form-urlencoded") {
        let hint = "send JSON, as `content-type: application/json`\n";
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, hint.to_owned());
    }
    let Ok(body) = to_bytes(body, MOST_BYTES).await else {
        return (StatusCode::PAYLOAD_TOO_LARGE, format!("at most {MOST_BYTES} bytes are taken\n"));
    };
    // Bringing a message to the disk waits: not on the threads that listen.
    let kept = tokio::task::spawn_blocking(move || hand_over(&*receive, &source, &headers, &body)).await;
    match kept {
        Ok(Ok(())) => (StatusCode::ACCEPTED, "kept\n".to_owned()),
        Ok(Err(refusal)) => (status(&refusal), format!("{refusal}\n")),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "it could not be kept\n".to_owned()),
    }
}

fn hand_over(
    receive: &Receive,
    source: &str,
    headers: &[(String, String)],
    body: &Bytes,
) -> Result<(), Refusal> {
    receive(&Delivery { source, headers, body })
}

fn status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::Unknown(_) => StatusCode::NOT_FOUND,
        Refusal::Unsigned => StatusCode::UNAUTHORIZED,
        Refusal::Unreadable(_) => StatusCode::BAD_REQUEST,
        Refusal::Unkept(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}
