//! Forms that change the company's texts: what would change is shown first, and what somebody else changed
//! meanwhile is never lost.

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::atomic::Ordering,
};

use axum::{
    Extension, Router,
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use maud::Markup;
use qd_model::DeckError;

use super::{
    Held, answer,
    ask::{Ask, Fields, Viewer},
    asked, door,
    pages::{self, signal},
    world::{Deed, World},
};

pub(super) fn routes() -> Router<Held> {
    Router::new()
        .route("/company/change", post(change))
        .route("/company/diff", post(diff))
        .route("/company/save", post(save))
        .route("/sql/signal", post(as_signal))
}

/// What a file is to say.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) file: String,
    /// Tells the text from another that the change was begun from; empty where there was none.
    pub(super) base: String,
    pub(super) text: String,
}

impl Change {
    pub(super) fn of(form: &Fields) -> Self {
        let text = form.whole("text").to_owned();
        Self { file: form.get("path").to_owned(), base: form.get("base").to_owned(), text }
    }

    /// The same with the ends of lines that `present` has: a browser sends its own.
    fn like(mut self, present: Option<&str>) -> Self {
        self.text = self.text.replace("\r\n", "\n");
        if present.is_some_and(|present| present.contains("\r\n")) {
            self.text = self.text.replace('\n', "\r\n");
        }
        self
    }

    /// Whether the file still says what the change was begun from.
    pub(super) fn is_fresh(&self, present: Option<&str>) -> bool {
        tag(present) == self.base
    }
}

/// What tells a text from another as long as this program runs; empty of none.
pub(super) fn tag(text: Option<&str>) -> String {
    text.map_or_else(String::new, |text| {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    })
}

/// Back to the text, to write on.
async fn change(State(held): State<Held>, Extension(viewer): Extension<Viewer>, body: Bytes) -> Response {
    drawn(&held, viewer, &body, |ask, _| Ok(pages::file::edited(ask, &Change::of(ask.fields)))).await
}

/// What would change, and what would be wrong with it.
async fn diff(State(held): State<Held>, Extension(viewer): Extension<Viewer>, body: Bytes) -> Response {
    drawn(&held, viewer, &body, |ask, world| proposed(ask, world, Change::of(ask.fields))).await
}

/// A query that was asked, as a signal that asks it each day: shown as what would change.
async fn as_signal(State(held): State<Held>, Extension(viewer): Extension<Viewer>, body: Bytes) -> Response {
    drawn(&held, viewer, &body, |ask, world| {
        let (file, text) = signal::written(ask.fields)?;
        let base = tag(world.text(&file)?.as_deref());
        proposed(ask, world, Change { file, base, text })
    })
    .await
}

fn proposed(ask: &Ask<'_>, world: &dyn World, change: Change) -> Result<Markup, DeckError> {
    let present = world.text(&change.file)?;
    let change = change.like(present.as_deref());
    if !change.is_fresh(present.as_deref()) {
        return Ok(pages::file::refused(ask, &change, present.as_deref()));
    }
    let told = world.check(&change.file, &change.text)?;
    Ok(pages::file::proposed(ask, &change, present.as_deref(), &told))
}

/// Writes the text, unless somebody was faster: then both are shown.
async fn save(State(held): State<Held>, Extension(viewer): Extension<Viewer>, body: Bytes) -> Response {
    let saved = answered(&held, viewer, &body, |ask, world| {
        let change = Change::of(ask.fields);
        let mut present = world.text(&change.file)?;
        let change = change.like(present.as_deref());
        if change.is_fresh(present.as_deref()) {
            match world.save(&change.file, present.as_deref(), &change.text) {
                Ok(()) => {
                    world.audit(&Deed { by: &ask.viewer.person, what: "edit", subject: &change.file })?;
                    return Ok(Ok(pages::file::address(&change.file)));
                }
                Err(error) => {
                    present = world.text(&change.file)?;
                    if change.is_fresh(present.as_deref()) {
                        return Err(error);
                    }
                }
            }
        }
        Ok(Err(pages::file::refused(ask, &change, present.as_deref())))
    });
    match saved.await {
        Ok(Ok(back)) => {
            held.writings.fetch_add(1, Ordering::Relaxed);
            Redirect::to(&back).into_response()
        }
        Ok(Err(page)) => answer(StatusCode::CONFLICT, page),
        Err(refused) => refused,
    }
}

/// The page that answers a form of these pages.
async fn drawn<Draw>(held: &Held, viewer: Viewer, body: &[u8], draw: Draw) -> Response
where
    Draw: FnOnce(&Ask<'_>, &dyn World) -> Result<Markup, DeckError> + Send + 'static,
{
    let page = answered(held, viewer, body, draw).await;
    page.map_or_else(|refused| refused, |page| answer(StatusCode::OK, page))
}

/// What a form of these pages is answered with, or the page that says why there is no answer.
async fn answered<Told, Answer>(
    held: &Held,
    viewer: Viewer,
    body: &[u8],
    tell: Answer,
) -> Result<Told, Response>
where
    Told: Send + 'static,
    Answer: FnOnce(&Ask<'_>, &dyn World) -> Result<Told, DeckError> + Send + 'static,
{
    let form = door::form(&viewer, body)?;
    let named = (String::new(), form);
    let told = asked(held, held.keeper.present(), viewer, named, |ask, _| tell(ask, ask.world()?));
    told.await.map_err(|error| answer(StatusCode::UNPROCESSABLE_ENTITY, pages::failed(&error)))
}
