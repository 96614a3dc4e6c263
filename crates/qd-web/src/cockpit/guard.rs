//! Who may ask: programs on this machine that name this machine, and forms of these pages.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::Held;

/// Names under which a loopback address is asked for.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// What nothing from outside may do: no script, no frame, no picture or form of another place; nor any script
/// that stands in a page.
const POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; \
                      img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Where browsers find a cockpit that other machines reach: `https://deck.example`, `http://10.0.0.7:7878`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    is_secure: bool,
    host: String,
}

impl Origin {
    /// Whether browsers come over an encrypted connection.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.is_secure
    }
}

impl std::str::FromStr for Origin {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (is_secure, host) = match text.strip_prefix("https://") {
            Some(host) => (true, host),
            None => (false, text.strip_prefix("http://").ok_or("it begins with https:// or http://")?),
        };
        let host = host.trim_end_matches('/').to_lowercase();
        let is_host = !host.is_empty()
            && host.chars().all(|letter| letter.is_ascii_alphanumeric() || "-.:[]".contains(letter));
        if is_host { Ok(Self { is_secure, host }) } else { Err("it ends after the name and the port") }
    }
}

/// By which names this cockpit is asked.
#[derive(Debug)]
pub(super) struct Guard {
    address: SocketAddr,
    origin: Option<Origin>,
}

impl Guard {
    pub(super) fn new(address: SocketAddr, origin: Option<Origin>) -> Self {
        Self { address, origin }
    }

    /// Whether browsers reach this encrypted, so that what they carry may be kept from any other way.
    pub(super) fn is_secure(&self) -> bool {
        self.origin.as_ref().is_some_and(|origin| origin.is_secure)
    }

    /// Where browsers find this cockpit; nothing where nobody said and it listens at every address there is.
    pub(super) fn place(&self) -> Option<String> {
        match &self.origin {
            Some(Origin { is_secure, host }) => {
                Some(format!("http{}://{host}", if *is_secure { "s" } else { "" }))
            }
            None if self.address.ip().is_unspecified() => None,
            None => Some(format!("http://{}", self.address)),
        }
    }

    /// Whether a host is this cockpit: another name that leads here is a page of somebody else's who wants to read
    /// these (DNS rebinding).
    fn knows(&self, host: &str) -> bool {
        if self.origin.as_ref().is_some_and(|origin| origin.host.eq_ignore_ascii_case(host)) {
            return true;
        }
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if !port.ends_with(']') => (name, port.parse().ok()),
            _ => (host, Some(80)),
        };
        // An address is no name that somebody else could lead here; where all addresses are listened at, any is this.
        let address: Option<IpAddr> = name.trim_matches(['[', ']']).parse().ok();
        let is_address =
            address.is_some_and(|address| address == self.address.ip() || self.address.ip().is_unspecified());
        let is_name = NAMES.iter().any(|known| known.eq_ignore_ascii_case(name));
        (is_name || is_address) && port == Some(self.address.port())
    }

    /// Whether a request is of these pages, or of no page at all.
    fn lets_in(&self, method: &Method, headers: &HeaderMap) -> bool {
        let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let host = text(header::HOST).is_some_and(|host| self.knows(host));
        let origin = match headers.get(header::ORIGIN) {
            None => true,
            Some(_) if method == Method::GET || method == Method::HEAD => true,
            Some(_) => text(header::ORIGIN)
                .and_then(|origin| origin.split_once("://"))
                .is_some_and(|(_, host)| self.knows(host)),
        };
        host && origin
    }
}

/// Refuses strangers, and says what a browser may do with an answer.
pub(super) async fn watch(State(held): State<Held>, request: Request, next: Next) -> Response {
    if !held.guard.lets_in(request.method(), request.headers()) {
        let told = "this cockpit answers to this machine's own pages alone\n";
        return (StatusCode::MISDIRECTED_REQUEST, told).into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Not `no-referrer`: a browser would then not say that a form is of this place.
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Whether two secrets are the same, in a time that does not tell where they differ.
pub(super) fn is_same(one: &str, two: &str) -> bool {
    let differences = one.bytes().zip(two.bytes()).fold(0, |all, (one, two)| all | (one ^ two));
    one.len() == two.len() && differences == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_by_its_own_names_is_let_in() {
        let at = |address: &str| Guard::new(address.parse().expect("an address"), None);
        let guard = at("127.0.0.1:7878");
        for (host, is_known) in [
            ("localhost:7878", true),
            ("LOCALHOST:7878", true),
            ("127.0.0.1:7878", true),
            ("[::1]:7878", true),
            ("localhost", false),
            ("localhost:7879", false),
            ("evil.example:7878", false),
            ("localhost.evil.example:7878", false),
            ("", false),
            ("[::1]", false),
        ] {
            assert_eq!(guard.knows(host), is_known, "{host}");
        }
        assert!(at("127.0.0.1:80").knows("localhost") && at("127.0.0.1:80").knows("[::1]"));
        let open = at("0.0.0.0:7878");
        assert!(
            open.knows("10.0.0.7:7878") && !open.knows("evil.example:7878") && !guard.knows("10.0.0.7:7878")
        );
        let origin: Origin = "https://deck.example/".parse().expect("an origin");
        let behind = Guard::new(([127, 0, 0, 1], 7878).into(), Some(origin));
        assert!(behind.knows("Deck.example") && behind.is_secure() && !behind.knows("deck.example:7878"));
        for wrong in ["deck.example", "https://", "https://deck.example/x", "ftp://deck.example"] {
            assert!(wrong.parse::<Origin>().is_err(), "{wrong}");
        }
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("localhost:7878"));
        assert!(guard.lets_in(&Method::POST, &headers));
        headers.insert(header::ORIGIN, HeaderValue::from_static("https://evil.example"));
        assert!(!guard.lets_in(&Method::POST, &headers) && guard.lets_in(&Method::GET, &headers));
        headers.insert(header::ORIGIN, HeaderValue::from_static("http://localhost:7878"));
        assert!(guard.lets_in(&Method::POST, &headers));
    }

    #[test]
    fn secrets_are_compared_whole() {
        assert!(is_same("abc", "abc") && !is_same("abc", "abd") && !is_same("abc", "ab") && is_same("", ""));
    }
}
