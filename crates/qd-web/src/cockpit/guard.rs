//! Who may ask: programs on this machine that name this machine, and forms of these pages.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Names under which a loopback address is asked for.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// What nothing from outside may do: no script, no frame, no picture or form of another place.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

#[derive(Debug, Clone, Copy)]
pub(super) struct Guard {
    pub(super) port: u16,
}

impl Guard {
    /// Whether a host is this machine: another name that leads here is a page of somebody else's who wants to read
    /// these (DNS rebinding).
    fn knows(self, host: &str) -> bool {
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if !port.ends_with(']') => (name, port.parse().ok()),
            _ => (host, Some(80)),
        };
        NAMES.iter().any(|known| known.eq_ignore_ascii_case(name)) && port == Some(self.port)
    }

    /// Whether a request is of these pages, or of no page at all.
    fn lets_in(self, method: &Method, headers: &HeaderMap) -> bool {
        let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let host = text(header::HOST).is_some_and(|host| self.knows(host));
        let origin = match headers.get(header::ORIGIN) {
            None => true,
            Some(_) if method == Method::GET || method == Method::HEAD => true,
            Some(_) => text(header::ORIGIN)
                .and_then(|origin| origin.strip_prefix("http://"))
                .is_some_and(|host| self.knows(host)),
        };
        host && origin
    }
}

/// Refuses strangers, and says what a browser may do with an answer.
pub(super) async fn watch(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    if !guard.lets_in(request.method(), request.headers()) {
        let told = "this cockpit answers to this machine's own pages alone\n";
        return (StatusCode::MISDIRECTED_REQUEST, told).into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
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
        let guard = Guard { port: 7878 };
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
        assert!(Guard { port: 80 }.knows("localhost") && Guard { port: 80 }.knows("[::1]"));
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
