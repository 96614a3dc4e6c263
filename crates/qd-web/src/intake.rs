//! What other systems post: webhooks of forges, alerts, events of pipelines.
//!
//! One set of routes, behind two doors: `receive`, which takes posts and nothing else, and the cockpit. Each message
//! is handed to a [`Letterbox`], whose answer is told: 202 once the message is on the disk, 401 for a wrong signature,
//! 404 for an unknown source, 413 for too much, 503 where it could not be kept or too much comes at once, so that
//! the sender tries again.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Path, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use qd_model::{Delivery, Posting, Refusal};
use tokio::{sync::Semaphore, time::timeout};

/// Takes what was posted.
pub trait Letterbox: Send + Sync {
    /// The sources that post.
    fn postings(&self) -> Vec<Posting>;

    /// Brings a message to the disk.
    ///
    /// # Errors
    /// Where it is refused; nothing of it is kept then.
    fn receive(&self, delivery: &Delivery<'_>) -> Result<(), Refusal>;
}

/// The longest message; GitHub's own limit.
const MOST_BYTES: usize = 25 * 1024 * 1024;
/// How long a message may take to come, and to be kept; GitHub waits for 10 seconds.
const PATIENCE: Duration = Duration::from_secs(30);
/// KiB of messages that are held at once.
const ROOM: usize = 64 * 1024;
/// KiB that the shortest message counts, so that there are not too many at once either.
const LEAST: usize = 256;
/// Seconds after which a sender that was turned away may come again.
const AGAIN: &str = "5";

struct Door {
    letterbox: Arc<dyn Letterbox>,
    room: Semaphore,
}

/// The routes: `POST /intake/SOURCE`, `/hooks/KIND` and `/hooks/KIND/SOURCE`.
pub(crate) fn router(letterbox: Arc<dyn Letterbox>) -> Router {
    let door = Arc::new(Door { letterbox, room: Semaphore::new(ROOM) });
    Router::new()
        .route("/intake/{source}", post(by_name))
        .route("/hooks/{kind}", post(by_kind))
        .route("/hooks/{kind}/{source}", post(by_both))
        .with_state(door)
}

async fn by_name(State(door): State<Arc<Door>>, Path(source): Path<String>, request: Request) -> Response {
    take(door, move |_| Ok(source), request).await
}

async fn by_kind(State(door): State<Arc<Door>>, Path(kind): Path<String>, request: Request) -> Response {
    take(door, move |all| only(all, &kind), request).await
}

async fn by_both(
    State(door): State<Arc<Door>>,
    Path((kind, source)): Path<(String, String)>,
    request: Request,
) -> Response {
    let named = move |all: &[Posting]| match all.iter().any(|one| one.name == source && one.kind == kind) {
        true => Ok(source),
        false => Err(Refusal::Unknown(source)),
    };
    take(door, named, request).await
}

/// The one source of a kind.
fn only(all: &[Posting], kind: &str) -> Result<String, Refusal> {
    let mut names = all.iter().filter(|one| one.kind == kind).map(|one| one.name.as_str());
    match (names.next(), names.next()) {
        (Some(name), None) => Ok(name.to_owned()),
        (None, _) => Err(Refusal::Unknown(kind.to_owned())),
        (Some(one), Some(_)) => Err(Refusal::Unreadable(format!(
            "several sources are of kind {kind}: post to the one that is meant, as /hooks/{kind}/{one}"
        ))),
    }
}

async fn take(
    door: Arc<Door>,
    source: impl FnOnce(&[Posting]) -> Result<String, Refusal> + Send + 'static,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    if let Err(refused) = admit(&parts.headers) {
        return refused;
    }
    let weight = match length(&parts.headers) {
        Some(length) if length > MOST_BYTES => return too_much(),
        // What does not say how long it is may be as long as it likes.
        length => (length.unwrap_or(MOST_BYTES) / 1024).max(LEAST) as u32,
    };
    let Ok(_room) = door.room.try_acquire_many(weight) else {
        return again("too much comes at once\n");
    };
    let body = match read(body).await {
        Ok(body) => body,
        Err(refused) => return refused,
    };
    let headers: Vec<(String, String)> = parts
        .headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    let letterbox = door.letterbox.clone();
    // Bringing a message to the disk waits: not on the threads that listen.
    let kept = tokio::task::spawn_blocking(move || {
        let source = source(&letterbox.postings())?;
        letterbox.receive(&Delivery { source: &source, headers: &headers, body: &body })
    });
    match timeout(PATIENCE, kept).await {
        Ok(Ok(Ok(()))) => (StatusCode::ACCEPTED, "kept\n").into_response(),
        Ok(Ok(Err(Refusal::Unkept(reason)))) => again(&format!("{reason}\n")),
        Ok(Ok(Err(refusal))) => (status(&refusal), format!("{refusal}\n")).into_response(),
        Ok(Err(_)) | Err(_) => again("it could not be kept\n"),
    }
}

/// Programs post; a page in a browser that posts here was not asked to.
#[expect(clippy::result_large_err, reason = "a refusal is the answer itself, and is made once")]
fn admit(headers: &HeaderMap) -> Result<(), Response> {
    if headers.contains_key(header::ORIGIN) || headers.contains_key("sec-fetch-site") {
        return Err((StatusCode::FORBIDDEN, "a page in a browser cannot post here\n").into_response());
    }
    // Old browsers say nothing of where a post is from; they post text and forms, but not JSON. Forms are the
    // receiver's to judge.
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.contains("json") && !kind.contains("form-urlencoded") {
        let hint = "send JSON, as `content-type: application/json`\n";
        return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, hint).into_response());
    }
    Ok(())
}

fn length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn read(body: Body) -> Result<Bytes, Response> {
    match timeout(PATIENCE, to_bytes(body, MOST_BYTES)).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(_)) => Err(too_much()),
        Err(_) => Err((StatusCode::REQUEST_TIMEOUT, "it took too long to come\n").into_response()),
    }
}

fn too_much() -> Response {
    (StatusCode::PAYLOAD_TOO_LARGE, format!("at most {MOST_BYTES} bytes are taken\n")).into_response()
}

fn again(told: &str) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, AGAIN)], told.to_owned()).into_response()
}

fn status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::Unknown(_) => StatusCode::NOT_FOUND,
        Refusal::Unsigned => StatusCode::UNAUTHORIZED,
        Refusal::Unreadable(_) => StatusCode::BAD_REQUEST,
        Refusal::Unkept(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_names_its_only_source() {
        let all = [("code", "github"), ("pager", "alertmanager"), ("night", "alertmanager")]
            .map(|(name, kind)| Posting { name: name.to_owned(), kind: kind.to_owned(), is_signed: true });
        assert_eq!(only(&all, "github"), Ok("code".to_owned()));
        assert!(matches!(only(&all, "gitlab"), Err(Refusal::Unknown(_))));
        assert!(matches!(only(&all, "alertmanager"), Err(Refusal::Unreadable(_))));
    }

    #[test]
    fn pages_of_a_browser_are_turned_away() {
        let with = |headers: &[(&'static str, &'static str)]| {
            let mut all = HeaderMap::new();
            for (name, value) in headers {
                all.insert(*name, header::HeaderValue::from_static(value));
            }
            admit(&all).is_ok()
        };
        let json = ("content-type", "application/json");
        assert!(with(&[json]) && with(&[("content-type", "application/x-www-form-urlencoded")]));
        assert!(!with(&[json, ("origin", "http://localhost:7878")]) && !with(&[json, ("origin", "null")]));
        assert!(!with(&[json, ("sec-fetch-site", "same-origin")]) && !with(&[]));
    }
}
