//! The cockpit: pages of one company in a browser.
//!
//! Every page works without script, is drawn of one moment's deck, and says where its figures are from.
//! [`places`] lists the pages, [`pages`] draws them, [`keeper`] holds the moment, [`guard`] says who may ask.

mod api;
mod ask;
mod cells;
mod charts;
mod door;
mod editing;
mod export;
mod guard;
mod keeper;
mod limits;
mod live;
mod mcp;
mod metrics;
mod own;
mod pages;
mod parts;
mod places;
mod sessions;
mod sign_on;
mod warm;
mod world;

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    Extension, Router,
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

use crate::intake;
use ask::{Ask, Fields, Viewer};
use guard::Guard;
pub use guard::Origin;
pub(crate) use keeper::Keeper;
use keeper::Moment;
use live::Reading;
use metrics::Metrics;
use places::{Draw, PLACES};
use sessions::Sessions;
use sign_on::Trips;
pub use world::{Arrival, Deed, Departure, World};

/// Pages that are drawn at once: each takes memory, and a laptop has few cores.
const AT_ONCE: usize = 4;
/// How long an answer waits for the deck that knows of what was just done.
const PATIENCE: Duration = Duration::from_secs(60);

/// Passwords that are looked at at once: each takes memory, as it should.
const LOGINS_AT_ONCE: usize = 2;

struct Cockpit {
    world: Arc<dyn World>,
    guard: Guard,
    keeper: Arc<Keeper>,
    sessions: Sessions,
    trips: Trips,
    /// Who sits at this machine, where nobody logs in.
    reader: Viewer,
    places: Semaphore,
    logins: Semaphore,
    reading: Reading,
    /// How often a text was written here: pages that show one are drawn anew.
    writings: AtomicU64,
    metrics: Arc<Metrics>,
}

impl Cockpit {
    /// Under what a page is kept: for whom it was drawn, and what it shows beside its moment.
    fn key(&self, viewer: &Viewer, uri: &str) -> String {
        let (reading, writings) = (self.reading.progress().number, self.writings.load(Ordering::Relaxed));
        format!("{} {reading} {writings} {uri}", viewer.token)
    }
}

type Held = Arc<Cockpit>;

/// All routes; `origin` is where browsers find this cockpit, where that is not its address itself.
///
/// # Errors
/// Where no deck can be opened.
pub(crate) fn router(
    world: Arc<dyn World>,
    address: SocketAddr,
    origin: Option<Origin>,
) -> Result<Router, DeckError> {
    // Posts of other systems come under any name, and say who they are by their signature.
    let posts = intake::router(world.clone());
    let metrics = Metrics::new();
    let held = Arc::new(Cockpit {
        guard: Guard::new(address, origin),
        keeper: Keeper::new(world.clone())?,
        sessions: Sessions::default(),
        trips: Trips::default(),
        reader: Viewer { person: world.reader(), token: world.secret()? },
        places: Semaphore::new(AT_ONCE),
        logins: Semaphore::new(LOGINS_AT_ONCE),
        reading: Reading::new(),
        writings: AtomicU64::new(0),
        metrics: metrics.clone(),
        world,
    });
    warm::keep(&held);
    let pages = PLACES.iter().fold(Router::new(), |router, place| {
        let draw = place.draw;
        router.route(place.path, get(move |state, viewer, id, uri| page(state, viewer, id, uri, draw)))
    });
    let inside = api::routes(pages)
        .route("/act", post(act))
        .route("/metrics", get(metrics::metrics))
        .route("/mcp", mcp::route())
        .merge(editing::routes())
        .merge(own::routes())
        .route("/sql.csv", get(export::csv))
        .route("/sql.json", get(export::json))
        .route("/sources/read", post(live::read_sources))
        .route("/events", get(live::events))
        .fallback(|| async { answer(StatusCode::NOT_FOUND, pages::missing()) })
        .layer(middleware::from_fn_with_state(held.clone(), door::enter));
    // What anybody may ask who reaches this address.
    let outside = Router::new()
        .route("/login", get(door::ask).post(door::login))
        .route("/login/away", get(sign_on::depart))
        .route("/login/back", get(sign_on::arrive))
        .route("/logout", post(door::logout))
        .route("/style.css", get(style))
        .route("/script.js", get(script))
        .route("/healthz", get(|| async { "ok\n" }));
    let guard = middleware::from_fn_with_state(held.clone(), guard::watch);
    let asked = outside.merge(inside).layer(middleware::from_fn_with_state(limits::places(), limits::hold));
    let router = asked.layer(guard).with_state(held).merge(posts);
    Ok(router.layer(middleware::from_fn_with_state(metrics, metrics::measure)))
}

async fn style() -> Response {
    (
        [(header::CONTENT_TYPE, "text/css; charset=utf-8")],
        concat!(include_str!("style.css"), include_str!("pages.css")),
    )
        .into_response()
}

async fn script() -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], include_str!("script.js")).into_response()
}

fn answer(status: StatusCode, page: impl Into<String>) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    (status, kind, page.into()).into_response()
}

/// A page of [`PLACES`]: as it was drawn before where nothing is new.
async fn page(
    State(held): State<Held>,
    Extension(viewer): Extension<Viewer>,
    id: RawPathParams,
    uri: Uri,
    draw: Draw,
) -> Response {
    let moment = held.keeper.present();
    let key = held.key(&viewer, &uri.to_string());
    if let Some(drawn) = moment.drawn(&key) {
        return answer(StatusCode::OK, &*drawn);
    }
    let id = id.iter().next().map(|(_, id)| id.to_owned()).unwrap_or_default();
    let fields = Fields::of(uri.query().unwrap_or_default().as_bytes());
    let drawn = asked(&held, moment, viewer, (id, fields), move |ask, moment| drawn(ask, moment, key, draw));
    match drawn.await {
        Ok(page) => answer(StatusCode::OK, &*page),
        Err(error) => answer(StatusCode::UNPROCESSABLE_ENTITY, pages::failed(&error)),
    }
}

/// Draws a page, and keeps it as long as its moment lasts.
fn drawn(ask: &Ask<'_>, moment: &Moment, key: String, draw: Draw) -> Result<Arc<str>, DeckError> {
    // Of many who ask for the same at once, the first ones draw it for all.
    if let Some(drawn) = moment.drawn(&key) {
        return Ok(drawn);
    }
    let page: Arc<str> = draw(ask).map(Markup::into_string)?.into();
    moment.keep(key, page.clone());
    Ok(page)
}

/// Asks what a viewer may see of a moment, away from the threads that listen; `named` is what the path names, and what
/// the address or the form says.
async fn asked<Answer, Question>(
    held: &Held,
    moment: Arc<Moment>,
    viewer: Viewer,
    named: (String, Fields),
    question: Question,
) -> Result<Answer, DeckError>
where
    Answer: Send + 'static,
    Question: FnOnce(&Ask<'_>, &Moment) -> Result<Answer, DeckError> + Send + 'static,
{
    let gone = || DeckError::new("the answer was lost; ask again");
    let _place = held.places.acquire().await.map_err(|_| gone())?;
    let held = held.clone();
    let work = move || answered(&held, &moment, &viewer, &named, question);
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(gone()))
}

/// The same, on this thread.
fn answered<Answer>(
    held: &Cockpit,
    moment: &Moment,
    viewer: &Viewer,
    (id, fields): &(String, Fields),
    question: impl FnOnce(&Ask<'_>, &Moment) -> Result<Answer, DeckError>,
) -> Result<Answer, DeckError> {
    let world = &*held.world;
    let deck = if world.has_login() { moment.seen_by(&viewer.person)? } else { moment.deck.clone() };
    let (acted, reading) = (moment.acted(&viewer.person), held.reading.progress());
    let ask = Ask { deck: &*deck, viewer, id, fields, acted: &acted, reading: &reading, world };
    question(&ask, moment)
}

/// Does something with a row, by a form of these pages.
async fn act(State(held): State<Held>, Extension(viewer): Extension<Viewer>, body: Bytes) -> Response {
    let action = match door::form(&viewer, &body) {
        Ok(action) => action,
        Err(refused) => return refused,
    };
    match act_on(&held, viewer, action).await {
        // Loading the answer again does nothing again.
        Ok(acted) => Redirect::to(&format!("/#{}", acted.id)).into_response(),
        Err(error) => answer(StatusCode::UNPROCESSABLE_ENTITY, pages::failed(&error)),
    }
}

/// What was done with a row.
struct Acted {
    id: String,
    /// In words.
    said: String,
}

/// Does something with a row; the brief shows it at once, and the next moment knows it.
async fn act_on(held: &Held, viewer: Viewer, action: Fields) -> Result<Acted, DeckError> {
    let mut moment = held.keeper.present();
    if moment.acted(&viewer.person).contains_key(action.get("id")) {
        // What is done next rests on what was done before, which the next deck knows.
        held.keeper.after(moment.number, PATIENCE).await;
        moment = held.keeper.present();
    }
    let number = moment.number;
    let done = asked(held, moment, viewer, (String::new(), action), |ask, moment| {
        let (id, verb) = (ask.fields.get("id").to_owned(), ask.fields.verb()?);
        let said = ask.deck.act(&id, &verb, &ask.viewer.person)?;
        moment.act(&ask.viewer.person, &id, said.clone());
        ask.world.audit(&Deed { by: &ask.viewer.person, what: "act", subject: &id })?;
        Ok((verb == Verb::Undo, Acted { id, said }))
    });
    let (is_undo, acted) = done.await?;
    held.keeper.hurry();
    if is_undo {
        // What is there again comes from the deck.
        held.keeper.after(number, PATIENCE).await;
    }
    Ok(acted)
}
