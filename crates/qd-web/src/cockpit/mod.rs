//! The cockpit: pages of one company in a browser.
//!
//! Every page works without script, is drawn of one moment's deck, and says where its figures are from.
//! [`places`] lists the pages, [`pages`] draws them, [`keeper`] holds the moment, [`guard`] says who may ask.

mod ask;
mod guard;
mod keeper;
mod pages;
mod parts;
mod places;
mod world;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Bytes,
    extract::{RawPathParams, State},
    http::{StatusCode, Uri, header},
    middleware,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use maud::Markup;
use qd_model::{DeckError, Verb};
use tokio::sync::Semaphore;

use ask::{Ask, Fields, Viewer};
use guard::Guard;
use keeper::{Keeper, Moment};
use places::{Draw, PLACES};
pub use world::{SharedDeck, World};

/// Pages that are drawn at once: each takes memory, and a laptop has few cores.
const AT_ONCE: usize = 4;
/// How long an answer waits for the deck that knows of what was just done.
const PATIENCE: Duration = Duration::from_secs(10);

struct Cockpit {
    keeper: Arc<Keeper>,
    viewer: Viewer,
    places: Semaphore,
}

type Held = Arc<Cockpit>;

/// All routes.
///
/// # Errors
/// Where no deck can be opened.
pub(crate) fn router(world: Arc<dyn World>, address: SocketAddr) -> Result<Router, DeckError> {
    let guard = Guard { port: address.port() };
    let viewer = Viewer { person: world.reader(), token: world.secret()? };
    let held = Arc::new(Cockpit { keeper: Keeper::new(world)?, viewer, places: Semaphore::new(AT_ONCE) });
    let pages = PLACES.iter().fold(Router::new(), |router, place| {
        let draw = place.draw;
        router.route(place.path, get(move |state, id, uri| page(state, id, uri, draw)))
    });
    let router = pages
        .route("/act", post(act))
        .route("/api/brief", get(api_brief))
        .route("/style.css", get(style))
        .route("/healthz", get(|| async { "ok\n" }))
        .fallback(|| async { answer(StatusCode::NOT_FOUND, pages::missing()) })
        .with_state(held)
        .layer(middleware::from_fn_with_state(guard, guard::watch));
    Ok(router)
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("style.css")).into_response()
}

fn answer(status: StatusCode, page: impl Into<String>) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    (status, kind, page.into()).into_response()
}

/// A page of [`PLACES`]: as it was drawn before where nothing is new.
async fn page(State(held): State<Held>, id: RawPathParams, uri: Uri, draw: Draw) -> Response {
    let moment = held.keeper.present();
    let key = format!("{} {uri}", held.viewer.token);
    if let Some(drawn) = moment.drawn(&key) {
        return answer(StatusCode::OK, &*drawn);
    }
    let id = id.iter().next().map(|(_, id)| id.to_owned()).unwrap_or_default();
    let fields = Fields::of(uri.query().unwrap_or_default().as_bytes());
    let drawn = asked(&held, moment, move |moment, viewer| {
        let acted = moment.acted();
        let ask = Ask { deck: &*moment.deck, viewer, id: &id, fields: &fields, acted: &acted };
        let page: Arc<str> = draw(&ask).map(Markup::into_string)?.into();
        moment.keep(key, page.clone());
        Ok(page)
    });
    match drawn.await {
        Ok(page) => answer(StatusCode::OK, &*page),
        Err(error) => answer(StatusCode::UNPROCESSABLE_ENTITY, pages::failed(&error)),
    }
}

/// Asks a moment, away from the threads that listen.
async fn asked<Answer, Question>(
    held: &Held,
    moment: Arc<Moment>,
    question: Question,
) -> Result<Answer, DeckError>
where
    Answer: Send + 'static,
    Question: FnOnce(&Moment, &Viewer) -> Result<Answer, DeckError> + Send + 'static,
{
    let gone = || DeckError::new("the answer was lost; ask again");
    let viewer = held.viewer.clone();
    let _place = held.places.acquire().await.map_err(|_| gone())?;
    tokio::task::spawn_blocking(move || question(&moment, &viewer)).await.unwrap_or_else(|_| Err(gone()))
}

async fn api_brief(State(held): State<Held>, uri: Uri) -> Response {
    let json = asked(&held, held.keeper.present(), move |moment, viewer| {
        let fields = Fields::of(uri.query().unwrap_or_default().as_bytes());
        let brief = moment.deck.brief(&fields.brief(viewer))?;
        serde_json::to_string_pretty(&brief).map_err(|error| DeckError::new(error.to_string()))
    });
    let kind = [(header::CONTENT_TYPE, "application/json")];
    match json.await {
        Ok(json) => (kind, json).into_response(),
        Err(error) => {
            let told = serde_json::json!({ "error": error.message, "hint": error.hint });
            (StatusCode::UNPROCESSABLE_ENTITY, kind, told.to_string()).into_response()
        }
    }
}

/// Does something with a row; the brief shows it at once, and the next moment knows it.
async fn act(State(held): State<Held>, body: Bytes) -> Response {
    let action = Fields::of(&body);
    if !guard::is_same(action.get("token"), &held.viewer.token) {
        let error = DeckError::new("this form is not of this cockpit").hint("load the page again");
        return answer(StatusCode::FORBIDDEN, pages::failed(&error));
    }
    let mut moment = held.keeper.present();
    if moment.acted().contains_key(action.get("id")) {
        // What is done next rests on what was done before, which the next deck knows.
        held.keeper.after(moment.number, PATIENCE).await;
        moment = held.keeper.present();
    }
    let number = moment.number;
    let done = asked(&held, moment, move |moment, viewer| {
        let (id, verb) = (action.get("id"), action.verb()?);
        let words = moment.deck.act(id, &verb, &viewer.person)?;
        moment.act(id, words);
        Ok((verb == Verb::Undo, format!("/#{id}")))
    });
    match done.await {
        Ok((is_undo, back)) => {
            if is_undo {
                // What is there again comes from the deck.
                held.keeper.after(number, PATIENCE).await;
            }
            // Loading the answer again does nothing again.
            Redirect::to(&back).into_response()
        }
        Err(error) => answer(StatusCode::UNPROCESSABLE_ENTITY, pages::failed(&error)),
    }
}
