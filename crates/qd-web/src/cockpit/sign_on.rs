//! Logging in with a provider's word: the way there, and the way back.
//!
//! A browser that leaves carries a word for ten minutes, and only with it the return is taken: who is sent here with
//! somebody else's code is nobody's guest. That word crosses from the provider's pages to these (`SameSite=Lax`); the one
//! of the session does not, so the return is a page that goes on by itself.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use maud::html;
use qd_model::DeckError;

use super::{
    Held, answer,
    ask::Fields,
    door::{carry, cookie, inside, page},
    guard::is_same,
    parts::bare,
    world::{Arrival, Deed, Departure},
};

/// Name of the cookie that a browser carries to the provider and back.
const COOKIE: &str = "quarterdeck-trip";
/// How long the way there and back may take.
const LONGEST: Duration = Duration::from_secs(600);
/// Browsers that are on their way; who comes after takes the place of who left first.
const MOST: usize = 1000;

/// One that left: when, how it is told apart, and where it wanted to.
type Trip = (Instant, Departure, String);

/// Browsers on their way to the provider, by the state that comes back with them.
#[derive(Default)]
pub(super) struct Trips(Mutex<HashMap<String, Trip>>);

impl Trips {
    fn leave(&self, departure: Departure, next: String, now: Instant) {
        let mut trips = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        trips.retain(|_, (left, ..)| now.duration_since(*left) < LONGEST);
        if trips.len() >= MOST
            && let Some(first) =
                trips.iter().min_by_key(|(_, (left, ..))| *left).map(|(state, _)| state.clone())
        {
            trips.remove(&first);
        }
        trips.insert(departure.state.clone(), (now, departure, next));
    }

    /// The trip that ends with this: each ends once.
    fn end(&self, state: &str, now: Instant) -> Option<(Departure, String)> {
        let mut trips = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (left, departure, next) = trips.remove(state)?;
        (now.duration_since(left) < LONGEST).then_some((departure, next))
    }
}

/// `GET /login/away`: sends the browser to the provider.
pub(super) async fn depart(State(held): State<Held>, uri: Uri) -> Response {
    let fields = Fields::of(uri.query().unwrap_or_default().as_bytes());
    let next = inside(fields.get("next")).to_owned();
    let Some(place) = held.guard.place() else {
        let told = "say with `--origin` where browsers find this cockpit: the provider sends them back there";
        return answer(StatusCode::SERVICE_UNAVAILABLE, page(&held, Some(told), &next));
    };
    let world = held.world.clone();
    match apart(&held, move || world.depart(&format!("{place}/login/back"))).await {
        Ok(departure) => {
            let mut response = Redirect::to(&departure.url).into_response();
            bear(&mut response, &held, &departure.state);
            held.trips.leave(departure, next, Instant::now());
            response
        }
        Err(error) => answer(StatusCode::BAD_GATEWAY, page(&held, Some(&error.message), &next)),
    }
}

/// `GET /login/back`: takes the browser that the provider sent back.
pub(super) async fn arrive(State(held): State<Held>, headers: HeaderMap, uri: Uri) -> Response {
    let fields = Fields::of(uri.query().unwrap_or_default().as_bytes());
    let state = fields.get("state");
    let is_own = cookie(&headers, COOKIE).is_some_and(|own| is_same(own, state));
    let trip = if is_own { held.trips.end(state, Instant::now()) } else { None };
    let Some((departure, next)) = trip else {
        let told = "this return is of no login that began in this browser in the last minutes";
        return answer(StatusCode::FORBIDDEN, page(&held, Some(told), "/"));
    };
    let refuse = |status, told: &str| {
        let mut response = answer(status, page(&held, Some(told), &next));
        bear(&mut response, &held, "");
        response
    };
    // Where the provider says which one it is, it is the one that was asked (RFC 9207).
    let is_other =
        !fields.get("iss").is_empty() && Some(fields.get("iss")) != held.world.provider().as_deref();
    if is_other || fields.get("code").is_empty() {
        return refuse(StatusCode::UNAUTHORIZED, "the provider did not let you in");
    }
    let (world, code) = (held.world.clone(), fields.get("code").to_owned());
    let arrived = apart(&held, move || {
        let Arrival { mail, person } = world.arrive(&departure, &code)?;
        let what = if person.is_some() { "login" } else { "login-refused" };
        world.audit(&Deed { by: person.as_deref().unwrap_or(&mail), what, subject: "" })?;
        Ok(person)
    });
    let word = match arrived.await {
        Ok(Some(person)) => held.sessions.begin(&|| held.world.secret(), person, Instant::now()),
        Ok(None) => {
            let told = "the provider knows you; the company's texts have no person, or more than one, of that mail address";
            return refuse(StatusCode::FORBIDDEN, told);
        }
        Err(error) => return refuse(StatusCode::UNAUTHORIZED, &error.message),
    };
    match word {
        Ok(word) => {
            let body = html! { h1 { "Logged in" } p { a href=(next) { "Go on" } } };
            let mut response = answer(StatusCode::OK, bare("Logged in", &body));
            if let Ok(refresh) = HeaderValue::from_str(&format!("0; url={next}")) {
                response.headers_mut().insert(header::REFRESH, refresh);
            }
            bear(&mut response, &held, "");
            carry(&mut response, &held, &word);
            response
        }
        Err(error) => refuse(StatusCode::SERVICE_UNAVAILABLE, &error.message),
    }
}

/// Asks the provider away from the threads that listen; few at once.
async fn apart<Answer: Send + 'static>(
    held: &Held,
    work: impl FnOnce() -> Result<Answer, DeckError> + Send + 'static,
) -> Result<Answer, DeckError> {
    let again = || DeckError::new("ask again");
    let Ok(_place) = held.logins.acquire().await else { return Err(again()) };
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(again()))
}

/// Gives the browser the word for its way, or takes it away.
fn bear(response: &mut Response, held: &Held, state: &str) {
    let secure = if held.guard.is_secure() { "; Secure" } else { "" };
    let age = if state.is_empty() { 0 } else { LONGEST.as_secs() };
    let cookie = format!("{COOKIE}={state}; Path=/login; HttpOnly; SameSite=Lax; Max-Age={age}{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn departure(state: &str) -> Departure {
        let [url, nonce, verifier, back] = ["", "", "", ""].map(str::to_owned);
        Departure { url, state: state.to_owned(), nonce, verifier, back }
    }

    #[test]
    fn a_trip_ends_once_and_soon() {
        let (trips, start) = (Trips::default(), Instant::now());
        trips.leave(departure("a"), "/projects".to_owned(), start);
        assert!(trips.end("b", start).is_none());
        assert_eq!(trips.end("a", start).map(|(_, next)| next).as_deref(), Some("/projects"));
        assert!(trips.end("a", start).is_none(), "it has ended");
        trips.leave(departure("c"), "/".to_owned(), start);
        assert!(trips.end("c", start + LONGEST).is_none(), "it took too long");
        for number in 0..=MOST {
            let now = start + Duration::from_millis(number as u64);
            trips.leave(departure(&number.to_string()), "/".to_owned(), now);
        }
        assert!(trips.end("0", start).is_none(), "the first made room");
        assert!(trips.end("1", start + Duration::from_secs(2)).is_some());
    }
}
