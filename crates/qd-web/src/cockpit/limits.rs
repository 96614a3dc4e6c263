//! No more at once than the machine can answer, and nothing for ever.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::{sync::Semaphore, time::timeout};

/// Requests that are answered or wait for it.
const AT_ONCE: usize = 512;
/// How long an answer may take to begin.
const PATIENCE: Duration = Duration::from_secs(60);
/// Seconds after which who was turned away may come again.
const AGAIN: &str = "5";

/// The places there are.
pub(super) fn places() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(AT_ONCE))
}

/// Turns away what is too much, and gives up what takes too long.
pub(super) async fn hold(State(places): State<Arc<Semaphore>>, request: Request, next: Next) -> Response {
    let Ok(_place) = places.try_acquire() else { return again("too much is asked at once\n") };
    match timeout(PATIENCE, next.run(request)).await {
        Ok(response) => response,
        Err(_) => again("the answer took too long\n"),
    }
}

fn again(told: &'static str) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, AGAIN)], told).into_response()
}
