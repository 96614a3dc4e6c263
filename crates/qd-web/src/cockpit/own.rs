//! What is one person's own: the list of what they want to do, and answers they write.

use axum::{
    Extension, Router,
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use maud::{Markup, html};
use qd_model::{DeckError, Row, Table};

use super::{
    Held, PATIENCE, answer,
    ask::{Ask, Fields, Viewer},
    asked, cells, door,
    pages::{failed, told},
    parts::about,
    world::Deed,
};

pub(super) fn routes() -> Router<Held> {
    Router::new().route("/todo", post(todo)).route("/answer", post(reply))
}

/// What of somebody's list is not done.
const OPEN: &str = include_str!("pages/brief/todos.sql");

fn open(ask: &Ask<'_>) -> Result<Table, DeckError> {
    ask.deck.sql(&about(OPEN, &ask.viewer.person), 200)
}

/// The list, and a line to put something on it.
pub(super) fn list(ask: &Ask<'_>) -> Markup {
    let told = open(ask).unwrap_or_default();
    let token = html! { input type="hidden" name="token" value=(ask.viewer.token); };
    html! {
        section #todo {
            @if !told.rows.is_empty() {
                h2 { "Your list" }
                ul {
                    @for row in &told.rows {
                        li {
                            (cells::words(&told, row, "title")) " "
                            small {
                                @if let Some(to) = cells::text(&told, row, "to") { "for " (to) " " }
                                @if let Some(due) = cells::day(&told, row, "due") { "by " (due) " " }
                            }
                            form.line action="/todo" method="post" {
                                (token)
                                input type="hidden" name="id" value=(cells::words(&told, row, "id"));
                                button type="submit" { "Done" span.unseen { ": " (cells::words(&told, row, "title")) } }
                            }
                        }
                    }
                }
            }
            details data-todo {
                summary { "Put something on your list" }
                form.line action="/todo" method="post" {
                    (token)
                    input type="text" name="title" placeholder="what is to be done" aria-label="What is to be done" required maxlength="300";
                    input type="date" name="by" aria-label="By when, if that matters";
                    button type="submit" { "Put it there" }
                }
            }
        }
    }
}

/// A line to answer a row about mail with: where nobody logs in, since the mailboxes are those of who sits here.
pub(super) fn answering(row: &Row, ask: &Ask<'_>) -> Markup {
    if row.conversation().is_none() || ask.world.has_login() {
        return html! {};
    }
    html! {
        details data-answer {
            summary { "Answer" span.unseen { " " (row.id) } }
            form action="/answer" method="post" {
                input type="hidden" name="token" value=(ask.viewer.token);
                input type="hidden" name="id" value=(row.id);
                textarea name="text" rows="6" aria-label={ "Your answer to " (row.id) } required {}
                button type="submit" { "Keep it as a draft" }
                " " small { "It is put among your drafts, and sent by you." }
            }
        }
    }
}

/// Puts something on the list, or takes what is done off it; the page shows it when the next moment has come.
async fn todo(State(held): State<Held>, Extension(viewer): Extension<Viewer>, body: Bytes) -> Response {
    let moment = held.keeper.present();
    let number = moment.number;
    let done = did(&held, viewer, &body, "todo", |ask| match ask.fields.get("id") {
        "" => ask.world.add_todo(&ask.viewer.person, ask.fields.get("title"), ask.fields.get("by")),
        id => {
            // Nobody ends what they cannot see.
            let own = open(ask)?;
            if !own.rows.iter().any(|row| cells::text(&own, row, "id") == Some(id)) {
                return Err(DeckError::new(format!("`{id}` is no entry of your list")));
            }
            ask.world.end_todo(id).map(|()| id.to_owned())
        }
    });
    if let Err(refused) = done.await {
        return refused;
    }
    held.keeper.hurry();
    held.keeper.after(number, PATIENCE).await;
    Redirect::to("/#todo").into_response()
}

/// Keeps an answer as a draft.
async fn reply(State(held): State<Held>, Extension(viewer): Extension<Viewer>, body: Bytes) -> Response {
    let kept = did(&held, viewer, &body, "answer", |ask| {
        if ask.world.has_login() {
            return Err(DeckError::new("where people log in, mail is answered in their own mail programs"));
        }
        ask.world.answer(ask.fields.get("id"), ask.fields.whole("text"))
    });
    match kept.await {
        Ok(said) => answer(StatusCode::OK, told("Answer", &said)),
        Err(refused) => refused,
    }
}

/// Does what a form of these pages says, and keeps that it was done.
async fn did<Deeds>(
    held: &Held,
    viewer: Viewer,
    body: &[u8],
    what: &'static str,
    does: Deeds,
) -> Result<String, Response>
where
    Deeds: FnOnce(&Ask<'_>) -> Result<String, DeckError> + Send + 'static,
{
    let form: Fields = door::form(&viewer, body)?;
    let done = asked(held, held.keeper.present(), viewer, (String::new(), form), move |ask, _| {
        let said = does(ask)?;
        ask.world.audit(&Deed { by: &ask.viewer.person, what, subject: ask.fields.get("id") })?;
        Ok(said)
    });
    done.await.map_err(|error| answer(StatusCode::UNPROCESSABLE_ENTITY, failed(&error)))
}
