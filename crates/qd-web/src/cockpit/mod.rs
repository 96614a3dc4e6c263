//! The cockpit: pages of one company, for whoever sits at this machine.
//!
//! Every page works without script and says where its figures are from. A deck is opened for each answer, so
//! that a page is never older than the facts; at most a few are open at once.

mod guard;
mod pages;
mod parts;

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::{StatusCode, header},
    middleware,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use jiff::civil::Date;
use maud::Markup;
use qd_model::{BriefRequest, Deck, DeckError, Verb};
use tokio::sync::Semaphore;

use guard::Guard;

/// What the cockpit is told about the world.
pub struct House {
    /// Opens a deck of this moment.
    pub open: Box<dyn Fn() -> Result<Box<dyn Deck>, DeckError> + Send + Sync>,
    /// Who acts: a person's id.
    pub by: String,
    /// What nobody can guess: forms carry it, so that no other page can send one.
    pub token: String,
}

impl std::fmt::Debug for House {
    /// Without the secret.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("House").field("by", &self.by).finish_non_exhaustive()
    }
}

/// Decks that are open at once: each takes memory, and a laptop has few cores.
const AT_ONCE: usize = 4;
/// Rows of an answer of the console.
const ROWS: usize = 1_000;

struct Cockpit {
    house: House,
    places: Semaphore,
}

type Held = Arc<Cockpit>;

/// All routes.
pub(crate) fn router(house: House, address: SocketAddr) -> Router {
    let guard = Guard { port: address.port() };
    let held = Arc::new(Cockpit { house, places: Semaphore::new(AT_ONCE) });
    Router::new()
        .route("/", get(brief))
        .route("/row/{id}", get(row))
        .route("/act", post(act))
        .route("/projects", get(projects))
        .route("/reports", get(reports))
        .route("/report/{name}", get(report))
        .route("/signals", get(signals))
        .route("/sources", get(sources))
        .route("/company", get(company))
        .route("/sql", get(sql))
        .route("/api/brief", get(api_brief))
        .route("/style.css", get(style))
        .route("/healthz", get(|| async { "ok\n" }))
        .fallback(|| async { answer(StatusCode::NOT_FOUND, pages::missing()) })
        .with_state(held)
        .layer(middleware::from_fn_with_state(guard, guard::watch))
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("style.css")).into_response()
}

fn answer(status: StatusCode, page: Markup) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    (status, kind, page.into_string()).into_response()
}

/// Draws a page of a deck, away from the threads that listen.
async fn draw<Page>(held: Held, page: Page) -> Response
where
    Page: FnOnce(&dyn Deck, &House) -> Result<Markup, DeckError> + Send + 'static,
{
    match asked(held, page).await {
        Ok(page) => answer(StatusCode::OK, page),
        Err(error) => answer(StatusCode::UNPROCESSABLE_ENTITY, pages::failed(&error)),
    }
}

async fn asked<Answer, Ask>(held: Held, ask: Ask) -> Result<Answer, DeckError>
where
    Answer: Send + 'static,
    Ask: FnOnce(&dyn Deck, &House) -> Result<Answer, DeckError> + Send + 'static,
{
    let gone = || DeckError::new("the answer was lost; ask again");
    let work = {
        let held = held.clone();
        move || ask(&*(held.house.open)()?, &held.house)
    };
    let _place = held.places.acquire().await.map_err(|_| gone())?;
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(gone()))
}

/// What a form or an address says, by name; of what is said twice the last counts.
struct Fields(BTreeMap<String, String>);

impl Fields {
    fn of(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    fn asked(query: Option<String>) -> Self {
        Self::of(query.unwrap_or_default().as_bytes())
    }

    fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |text| text.trim())
    }

    fn brief(&self) -> BriefRequest {
        BriefRequest {
            for_person: Some(self.get("for").to_owned()).filter(|person| !person.is_empty()),
            all: !self.get("all").is_empty(),
            ..BriefRequest::default()
        }
    }

    /// What is to be done with a row.
    fn verb(&self) -> Result<Verb, DeckError> {
        let given = |name: &str, what: &str| match self.get(name) {
            "" => Err(DeckError::new(what.to_owned())),
            text => Ok(text.to_owned()),
        };
        Ok(match self.get("verb") {
            "done" => Verb::Done,
            "undo" => Verb::Undo,
            "dismiss" => Verb::Dismiss { reason: given("reason", "a dismissal needs a reason")? },
            "delegate" => Verb::Delegate { to: given("to", "say to whom: a person's id")? },
            "snooze" => {
                let until: Result<Date, _> = self.get("until").parse();
                let until = until.map_err(|_| DeckError::new("say until which day, as 2026-12-31"))?;
                Verb::Snooze { until, awaits: None }
            }
            other => return Err(DeckError::new(format!("`{other}` is nothing that can be done with a row"))),
        })
    }
}

async fn brief(State(held): State<Held>, RawQuery(query): RawQuery) -> Response {
    draw(held, move |deck, house| Ok(pages::brief(&deck.brief(&Fields::asked(query).brief())?, house))).await
}

async fn api_brief(State(held): State<Held>, RawQuery(query): RawQuery) -> Response {
    let json = asked(held, move |deck, _| {
        let brief = deck.brief(&Fields::asked(query).brief())?;
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

async fn row(State(held): State<Held>, Path(id): Path<String>) -> Response {
    draw(held, move |deck, house| Ok(pages::row(&deck.explain(&id)?, house))).await
}

async fn projects(State(held): State<Held>) -> Response {
    draw(held, |deck, _| {
        let query = include_str!("projects.sql");
        Ok(pages::answered("Projects", &deck.sql(query, ROWS)?, query, pages::NO_PROJECTS))
    })
    .await
}

async fn reports(State(held): State<Held>) -> Response {
    draw(held, |deck, _| Ok(pages::reports(&deck.reports()))).await
}

async fn report(State(held): State<Held>, Path(name): Path<String>) -> Response {
    draw(held, move |deck, _| Ok(pages::report(&deck.report(&name, &Default::default())?))).await
}

async fn signals(State(held): State<Held>) -> Response {
    draw(held, |deck, _| Ok(pages::signals(&deck.signals()))).await
}

async fn sources(State(held): State<Held>) -> Response {
    draw(held, |deck, _| {
        let query = "SELECT * FROM meta.sources";
        Ok(pages::answered("Sources", &deck.sql(query, ROWS)?, query, pages::NO_SOURCES))
    })
    .await
}

async fn company(State(held): State<Held>) -> Response {
    draw(held, |deck, _| {
        let (diagnostics, files) = deck.check();
        Ok(pages::company(diagnostics, files))
    })
    .await
}

async fn sql(State(held): State<Held>, RawQuery(query): RawQuery) -> Response {
    draw(held, move |deck, _| {
        let fields = Fields::asked(query);
        let query = fields.get("query");
        let told = if query.is_empty() { None } else { Some(deck.sql(query, ROWS)) };
        Ok(pages::console(query, told))
    })
    .await
}

async fn act(State(held): State<Held>, body: Bytes) -> Response {
    let action = Fields::of(&body);
    if !guard::is_same(action.get("token"), &held.house.token) {
        let error = DeckError::new("this form is not of this cockpit").hint("load the page again");
        return answer(StatusCode::FORBIDDEN, pages::failed(&error));
    }
    let id = action.get("id").to_owned();
    let done = asked(held, move |deck, house| deck.act(action.get("id"), &action.verb()?, &house.by)).await;
    match done {
        // Loading the answer again does nothing again.
        Ok(_) => Redirect::to(&format!("/#{id}")).into_response(),
        Err(error) => answer(StatusCode::UNPROCESSABLE_ENTITY, pages::failed(&error)),
    }
}
