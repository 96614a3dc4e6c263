//! The cockpit for programs: the same answers as JSON, and what describes them.
//!
//! [`ENDPOINTS`](endpoints::ENDPOINTS) is the one list: the routes, the OpenAPI description and the page `/api` are
//! made of it.

pub(super) mod endpoints;
mod openapi;
mod page;
mod problem;
mod shapes;

use std::sync::Arc;

use axum::{
    Extension, Router,
    body::Bytes,
    extract::{RawPathParams, State},
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::{any, get, post},
};
use qd_model::DeckError;

use super::{
    Held, act_on,
    ask::{Fields, Viewer},
    asked, guard,
};
use endpoints::{Answer, ENDPOINTS, Endpoint, Method};
pub(super) use page::page;
use problem::Problem;

/// Where a program says the token that actions need.
const TOKEN: &str = "x-quarterdeck-token";

/// Adds the routes to those of the pages.
pub(super) fn routes(router: Router<Held>) -> Router<Held> {
    ENDPOINTS
        .iter()
        .fold(router, |router, endpoint| router.route(endpoint.path, route(endpoint)))
        .route("/api/openapi.json", get(|| async { json(&openapi::description()) }))
        .route("/api/{*rest}", any(missing))
}

fn route(endpoint: &'static Endpoint) -> axum::routing::MethodRouter<Held> {
    let by_address = move |state, viewer, id, uri: Uri| async move {
        let fields = Fields::of(uri.query().unwrap_or_default().as_bytes());
        told(answer(state, viewer, id, fields, endpoint, Some(uri)).await)
    };
    let by_body = move |state, viewer, id, headers: HeaderMap, body: Bytes| async move {
        told(match body_of(&headers, &body) {
            Ok(fields) => match endpoint.answer {
                Answer::Asked(_) => answer(state, viewer, id, fields, endpoint, None).await,
                Answer::Acted => act(state, viewer, &headers, fields).await,
            },
            Err(problem) => Err(problem),
        })
    };
    match endpoint.method {
        Method::Get => get(by_address).fallback(other_method),
        Method::Post => post(by_body).fallback(other_method),
    }
}

fn told(answer: Result<Arc<str>, Problem>) -> Response {
    match answer {
        Ok(answer) => written(answer.to_string()),
        Err(problem) => problem.into_response(),
    }
}

/// A value as an answer.
pub(super) fn json(value: &serde_json::Value) -> Response {
    written(value.to_string())
}

fn written(text: String) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}

async fn missing() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "there is nothing at this address")
        .hint("/api/openapi.json describes what there is")
}

async fn other_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "this address takes another method")
}

/// What a body of JSON says.
fn body_of(headers: &HeaderMap, body: &Bytes) -> Result<Fields, Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/json") {
        let told = "send JSON, as `content-type: application/json`";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, told));
    }
    Fields::of_json(body).map_err(|error| Problem::of(StatusCode::BAD_REQUEST, error))
}

/// Answers; what has an address is answered once for all who ask it of the same moment.
async fn answer(
    State(held): State<Held>,
    Extension(viewer): Extension<Viewer>,
    id: RawPathParams,
    fields: Fields,
    endpoint: &'static Endpoint,
    address: Option<Uri>,
) -> Result<Arc<str>, Problem> {
    let Answer::Asked(answer) = endpoint.answer else { return Err(missing().await) };
    let id = id.iter().next().map(|(_, id)| id.to_owned()).unwrap_or_default();
    let moment = held.keeper.present();
    let key = address.map(|address| held.key(&viewer, &address.to_string()));
    if let Some(known) = key.as_deref().and_then(|key| moment.drawn(key)) {
        return Ok(known);
    }
    let answered = asked(&held, moment, viewer, (id, fields), move |ask, moment| {
        if let Some(known) = key.as_deref().and_then(|key| moment.drawn(key)) {
            return Ok(Ok(known));
        }
        Ok(answer(ask).map(|answer| {
            let text: Arc<str> = answer.to_string().into();
            if let Some(key) = key {
                moment.keep(key, text.clone());
            }
            text
        }))
    });
    answered.await?
}

/// Does something with a row. Who sends a page's token, or reads it at `/api/v1/session`, is no other page.
async fn act(
    State(held): State<Held>,
    Extension(viewer): Extension<Viewer>,
    headers: &HeaderMap,
    fields: Fields,
) -> Result<Arc<str>, Problem> {
    let token = headers.get(TOKEN).and_then(|token| token.to_str().ok()).unwrap_or(fields.get("token"));
    if !guard::is_same(token, &viewer.token) {
        let told = DeckError::new("an action needs the token of this session")
            .hint(format!("read it at /api/v1/session, and send it as `{TOKEN}`"));
        return Err(Problem::of(StatusCode::FORBIDDEN, told));
    }
    let (id, verb) = (fields.get("id").to_owned(), fields.get("verb").to_owned());
    let said = act_on(&held, viewer, fields).await?.said;
    Ok(serde_json::json!({ "id": id, "verb": verb, "said": said }).to_string().into())
}
