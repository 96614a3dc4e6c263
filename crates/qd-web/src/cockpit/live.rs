//! What happens while a page is open: a new moment has come, sources are being read.
//!
//! `/events` tells it as server-sent events (`moment`: a number; `reading`: how far it is); a page that hears of it
//! asks for itself again. Sources are read by one thread at a time.

use std::{
    convert::Infallible,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::Arc,
    thread,
    time::Duration,
};

use axum::{
    Extension,
    body::{Body, Bytes},
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use futures::{
    future::{Either, select},
    stream,
};
use serde_json::json;
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

use super::{
    Held, answer,
    ask::Viewer,
    asked, door, pages,
    world::{Deed, World},
};

/// A word now and then, so that both ends know that the other is there.
const BEAT: Duration = Duration::from_secs(15);
/// How far a reading is, is told no more often than this.
const PAUSE: Duration = Duration::from_millis(200);

/// How far the reading of sources is, and what the last one brought.
#[derive(Debug, Clone, Default)]
pub(super) struct Progress {
    /// Counts beginnings and ends.
    pub(super) number: u64,
    pub(super) is_under_way: bool,
    /// What is being read, in words.
    pub(super) at: String,
    /// What the last reading brought, a line a source.
    pub(super) brought: Vec<String>,
}

impl Progress {
    fn event(&self) -> String {
        let data = json!({ "number": self.number, "is_under_way": self.is_under_way, "at": self.at, "brought": self.brought });
        format!("event: reading\ndata: {data}\n\n")
    }
}

/// Reads sources, once at a time.
pub(super) struct Reading {
    progress: Arc<watch::Sender<Progress>>,
}

impl Reading {
    pub(super) fn new() -> Self {
        Self { progress: Arc::new(watch::Sender::new(Progress::default())) }
    }

    /// How far it is.
    pub(super) fn progress(&self) -> Progress {
        self.progress.borrow().clone()
    }

    /// Begins to read the sources called `names`, all where there are none; nothing where one is under way.
    fn begin(&self, world: Arc<dyn World>, names: Vec<String>) {
        let is_free = self.progress.send_if_modified(|progress| {
            let is_free = !progress.is_under_way;
            if is_free {
                let number = progress.number + 1;
                *progress = Progress { number, is_under_way: true, ..Progress::default() };
            }
            is_free
        });
        if !is_free {
            return;
        }
        let progress = self.progress.clone();
        thread::spawn(move || {
            let hear = |at: &str| progress.send_modify(|progress| at.clone_into(&mut progress.at));
            let read = catch_unwind(AssertUnwindSafe(|| world.sync(&names, &hear)));
            let brought = match read {
                Ok(Ok(lines)) => lines,
                Ok(Err(error)) => [Some(error.message), error.hint].into_iter().flatten().collect(),
                Err(_) => vec!["the reading ended by a mistake of the program".to_owned()],
            };
            progress.send_modify(|progress| {
                *progress = Progress { number: progress.number + 1, brought, ..Progress::default() };
            });
        });
    }
}

/// Reads the sources; the page says that it is under way.
pub(super) async fn read_sources(
    State(held): State<Held>,
    Extension(viewer): Extension<Viewer>,
    body: Bytes,
) -> Response {
    let form = match door::form(&viewer, &body) {
        Ok(form) => form,
        Err(refused) => return refused,
    };
    let begun = asked(&held, held.keeper.present(), viewer, (String::new(), form), |ask, _| {
        let name = ask.fields.get("source");
        ask.world()?.audit(&Deed { by: &ask.viewer.person, what: "sync", subject: name })?;
        Ok(Some(name).filter(|name| !name.is_empty()).map(str::to_owned))
    });
    match begun.await {
        Ok(names) => {
            held.reading.begin(held.world.clone(), names.into_iter().collect());
            Redirect::to("/sources").into_response()
        }
        Err(error) => answer(StatusCode::UNPROCESSABLE_ENTITY, pages::failed(&error)),
    }
}

/// Tells what happens, as long as somebody listens.
pub(super) async fn events(State(held): State<Held>) -> Response {
    let (moments, reading) = (held.keeper.hear(), held.reading.progress.subscribe());
    let listener = Listener { moments, reading, is_new: true };
    let told = stream::unfold(listener, |mut listener| async move {
        let event = listener.next().await?;
        Some((Ok::<_, Infallible>(event), listener))
    });
    ([(header::CONTENT_TYPE, "text/event-stream")], Body::from_stream(told)).into_response()
}

struct Listener {
    moments: watch::Receiver<u64>,
    reading: watch::Receiver<Progress>,
    /// Who just came is told how things stand.
    is_new: bool,
}

impl Listener {
    async fn next(&mut self) -> Option<String> {
        if std::mem::take(&mut self.is_new) {
            return Some(format!("{}{}", self.moment(), self.read()));
        }
        let is_moment = {
            let (moments, reading) = (pin!(self.moments.changed()), pin!(self.reading.changed()));
            match timeout(BEAT, select(moments, reading)).await {
                Err(_) => return Some(": here\n\n".to_owned()),
                Ok(Either::Left((news, _))) => news.map(|()| true),
                Ok(Either::Right((news, _))) => news.map(|()| false),
            }
        };
        match is_moment {
            Ok(true) => Some(self.moment()),
            Ok(false) => {
                sleep(PAUSE).await;
                Some(self.read())
            }
            Err(_) => None,
        }
    }

    fn moment(&mut self) -> String {
        format!("event: moment\ndata: {}\n\n", *self.moments.borrow_and_update())
    }

    fn read(&mut self) -> String {
        self.reading.borrow_and_update().event()
    }
}
