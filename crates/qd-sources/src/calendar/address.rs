//! Where a calendar answers, and which part of its address nobody is to know.

use ureq::http::Uri;

/// What stands in an address in place of its secret part.
const SECRET: &str = "{token}";

/// An address that may be asked: encrypted, or on this machine.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    host: String,
    base: String,
    path: String,
}

impl std::fmt::Debug for Address {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Address").field(&self.base).finish()
    }
}

impl Address {
    /// The address that `url` names, with `secret` where it says `{token}`. `webcal://` is `https://`.
    ///
    /// # Errors
    /// What is wrong with it, in words that hold no more of it than its host.
    pub fn new(url: &str, secret: Option<&str>) -> Result<Self, String> {
        let url = url.trim();
        let whole = match (url.contains(SECRET), secret) {
            (true, Some(secret)) => url.replace(SECRET, secret.trim()),
            (true, None) => {
                return Err(format!("`url` holds `{SECRET}` and there is no `token` to put there"));
            }
            (false, _) => url.to_owned(),
        };
        let none = || "the address of a calendar is `https://HOST/PATH` or `webcal://HOST/PATH`".to_owned();
        let (scheme, rest) = whole.split_once("://").ok_or_else(none)?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "https" | "webcal" | "webcals" => "https",
            "http" => "http",
            _ => return Err(none()),
        };
        let whole = format!("{scheme}://{}", rest.split('#').next().unwrap_or_default());
        let uri: Uri = whole.parse().map_err(|_| none())?;
        let authority = uri.authority().ok_or_else(none)?.as_str();
        if authority.contains('@') {
            return Err("who asks stands in `user` and `token`, not in the address".to_owned());
        }
        let host = uri.host().unwrap_or_default().to_ascii_lowercase();
        if host.is_empty() {
            return Err(none());
        }
        if scheme == "http" && !is_here(&host) {
            return Err(format!("without encryption only this machine is asked: write `https://{host}`"));
        }
        let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        Ok(Self { host, base: format!("{scheme}://{authority}"), path })
    }

    /// Its host, which may be told.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Scheme, host and port.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// What follows them. It may be the only thing that proves who asks.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// All of it.
    pub(super) fn url(&self) -> String {
        format!("{}{}", self.base, self.path)
    }
}

fn is_here(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Host of an address, whatever else it holds.
pub(super) fn host(url: &str) -> &str {
    let host = url.split("://").nth(1).unwrap_or(url);
    host.split(['/', '?', '#', '[']).next().unwrap_or_default().rsplit('@').next().unwrap_or_default()
}
