//! The door: who comes in, and the page where people log in.

use std::time::Instant;

use axum::{
    body::Bytes,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use qd_model::DeckError;

use super::{
    Held, answer,
    ask::{Fields, Viewer},
    pages,
    parts::bare,
    sessions::Entered,
    world::Deed,
};

/// Name of the cookie that carries the word.
const COOKIE: &str = "quarterdeck";
/// Longest name and password that are looked at: hashing more costs this machine more than the guesser.
const LONGEST: usize = 256;

/// Lets in who is logged in; where nobody logs in, whoever sits at this machine.
pub(super) async fn enter(State(held): State<Held>, mut request: Request, next: Next) -> Response {
    if !held.world.has_login() {
        request.extensions_mut().insert(held.reader.clone());
        return next.run(request).await;
    }
    let word = word(request.headers()).map(str::to_owned);
    let entered = word.and_then(|word| held.sessions.enter(&|| held.world.secret(), &word, Instant::now()));
    let Some(Entered { viewer, word }) = entered else { return stranger(request.uri()) };
    request.extensions_mut().insert(viewer);
    let mut response = next.run(request).await;
    if let Some(word) = word {
        carry(&mut response, &held, &word);
    }
    response
}

/// What somebody is told who is not logged in.
fn stranger(uri: &Uri) -> Response {
    if uri.path().starts_with("/api/") || uri.path() == "/mcp" {
        let told = serde_json::json!({ "title": "log in first", "status": 401 }).to_string();
        return (StatusCode::UNAUTHORIZED, [(header::CONTENT_TYPE, "application/problem+json")], told)
            .into_response();
    }
    let next: String = form_urlencoded::byte_serialize(uri.to_string().as_bytes()).collect();
    Redirect::to(&format!("/login?next={next}")).into_response()
}

/// The word that a browser carries.
fn word(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, COOKIE)
}

/// What a browser carries under `wanted`.
pub(super) fn cookie<'h>(headers: &'h HeaderMap, wanted: &str) -> Option<&'h str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find_map(|(name, word)| (name == wanted).then_some(word))
}

/// Gives the browser a word to carry: no script sees it, and no page of another place sends it.
pub(super) fn carry(response: &mut Response, held: &Held, word: &str) {
    let secure = if held.guard.is_secure() { "; Secure" } else { "" };
    let age = if word.is_empty() { "; Max-Age=0" } else { "" };
    let cookie = format!("{COOKIE}={word}; Path=/; HttpOnly; SameSite=Strict{secure}{age}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// The page where people log in; `told` says what was wrong.
pub(super) fn page(held: &Held, told: Option<&str>, next: &str) -> Markup {
    let away: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    let body = html! {
        h1 { "Log in" }
        @if let Some(told) = told { p.error role="alert" { (told) } }
        @if let Some(provider) = held.world.provider() {
            p { a href={ "/login/away?next=" (away) } { "Log in with " (provider) } }
        }
        @if held.world.has_passwords() { form.login action="/login" method="post" {
            input type="hidden" name="next" value=(next);
            p { label for="person" { "Who you are" } input id="person" name="person" autocomplete="username" required autofocus; }
            p { label for="password" { "Password" } input id="password" name="password" type="password" autocomplete="current-password" required; }
            button type="submit" { "Log in" }
        } }
    };
    bare("Log in", &body)
}

/// Where a login leads: a page of this cockpit and nothing else.
pub(super) fn inside(next: &str) -> &str {
    let is_inside = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n']);
    if is_inside { next } else { "/" }
}

/// `GET /login`.
pub(super) async fn ask(State(held): State<Held>, uri: Uri) -> Response {
    let fields = Fields::of(uri.query().unwrap_or_default().as_bytes());
    answer(StatusCode::OK, page(&held, None, inside(fields.get("next"))))
}

/// `POST /login`.
pub(super) async fn login(State(held): State<Held>, body: Bytes) -> Response {
    let fields = Fields::of(&body);
    let (name, next) = (fields.get("person").to_owned(), inside(fields.get("next")).to_owned());
    let refuse = |status, told: &str| answer(status, page(&held, Some(told), &next));
    if name.is_empty() || name.len() > LONGEST || fields.whole("password").len() > LONGEST {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "say who you are, and the password");
    }
    if let Some(wait) = held.sessions.wait(&name, Instant::now()) {
        let told = format!("too many tries; the next in {} s", wait.as_secs().max(1));
        return refuse(StatusCode::TOO_MANY_REQUESTS, &told);
    }
    let work = {
        let (held, name) = (held.clone(), name.clone());
        move || {
            let person = held.world.login(&name, fields.whole("password"))?;
            held.sessions.tried(&name, person.is_some(), Instant::now());
            let what = if person.is_some() { "login" } else { "login-refused" };
            held.world.audit(&Deed { by: person.as_deref().unwrap_or(&name), what, subject: "" })?;
            let Some(person) = person else { return Ok(None) };
            held.sessions.begin(&|| held.world.secret(), person, Instant::now()).map(Some)
        }
    };
    let Ok(_place) = held.logins.acquire().await else {
        return refuse(StatusCode::SERVICE_UNAVAILABLE, "ask again");
    };
    match tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(DeckError::new("ask again"))) {
        Ok(Some(word)) => {
            let mut response = Redirect::to(&next).into_response();
            carry(&mut response, &held, &word);
            response
        }
        // Which of the two is wrong is nobody's business.
        Ok(None) => refuse(StatusCode::UNAUTHORIZED, "this is no name and password of anybody here"),
        Err(error) => refuse(StatusCode::SERVICE_UNAVAILABLE, &error.message),
    }
}

/// `POST /logout`.
pub(super) async fn logout(State(held): State<Held>, headers: HeaderMap, body: Bytes) -> Response {
    let Some(word) = word(&headers) else { return Redirect::to("/login").into_response() };
    let Some(Entered { viewer, .. }) = held.sessions.enter(&|| held.world.secret(), word, Instant::now())
    else {
        return Redirect::to("/login").into_response();
    };
    if let Err(refused) = form(&viewer, &body) {
        return refused;
    }
    held.sessions.end(word);
    let kept = held.world.audit(&Deed { by: &viewer.person, what: "logout", subject: "" });
    let mut response = match kept {
        Ok(()) => Redirect::to("/login").into_response(),
        Err(error) => answer(StatusCode::SERVICE_UNAVAILABLE, pages::failed(&error)),
    };
    carry(&mut response, &held, "");
    response
}

/// What a form says, where it was made here for this viewer.
#[expect(clippy::result_large_err, reason = "the answer is what is sent")]
pub(super) fn form(viewer: &Viewer, body: &[u8]) -> Result<Fields, Response> {
    let form = Fields::of(body);
    if super::guard::is_same(form.get("token"), &viewer.token) {
        return Ok(form);
    }
    let error = DeckError::new("this form is not of this cockpit").hint("load the page again");
    Err(answer(StatusCode::FORBIDDEN, pages::failed(&error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_leads_nowhere_else() {
        for (next, leads) in [
            ("/row/abc?x=1", "/row/abc?x=1"),
            ("", "/"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("https://evil.example", "/"),
            ("/a\r\nSet-Cookie: x", "/"),
        ] {
            assert_eq!(inside(next), leads, "{next}");
        }
    }

    #[test]
    fn the_word_is_found_among_cookies() {
        let mut headers = HeaderMap::new();
        assert!(word(&headers).is_none());
        headers.insert(header::COOKIE, HeaderValue::from_static("a=b; quarterdeck=abc; c"));
        assert_eq!(word(&headers), Some("abc"));
    }
}
