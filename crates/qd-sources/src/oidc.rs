//! OpenID Connect: somebody else says who it is that logs in. Authorization code with PKCE (RFC 7636), against any
//! provider by its issuer.
//!
//! The crate `openidconnect` does the same; it brings half a hundred crates and switches features of others on that the
//! engine of the tables is built with. These are three questions, and a token whose checks (`token.rs`) stand in the
//! order of OpenID Connect Core 1.0, 3.1.3.7. What is asked and answered here is secret as a whole: nothing is recorded.

mod token;

#[cfg(test)]
mod tests;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::{
    exchange::{Call, Exchange},
    http::Client,
    oauth::encoded,
    values::words,
};

/// Who says who somebody is, and as whom they know this program.
#[derive(Clone, PartialEq, Eq)]
pub struct Provider {
    /// The issuer: `https://id.example.org`, without what stands at `/.well-known` below it.
    pub issuer: String,
    /// Id of the client that was registered there.
    pub client: String,
    /// Its secret, where it was given one.
    pub secret: Option<String>,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Provider").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// What one login is told apart by; each a word that nobody can guess, of 32 letters or more.
#[derive(Clone, PartialEq, Eq)]
pub struct Trip {
    /// Comes back with the code: the answer is to this question.
    pub state: String,
    /// Stands in the token: it was made for this question.
    pub nonce: String,
    /// Shown with the code alone: who overhears the code has no use for it. 43 letters or more.
    pub verifier: String,
    /// Where the provider sends the browser back to.
    pub back: String,
}

impl std::fmt::Debug for Trip {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Trip").field("back", &self.back).finish_non_exhaustive()
    }
}

impl Provider {
    /// Whether its issuer may be asked.
    ///
    /// # Errors
    /// Where what it says could be changed on the way, in words.
    pub fn check(&self) -> Result<(), String> {
        if self.is_safe(&self.issuer) {
            return Ok(());
        }
        Err(format!("`{}` is no issuer that can be trusted: it begins with https://", self.issuer))
    }

    /// Encrypted; or on this machine, as the issuer is.
    fn is_safe(&self, url: &str) -> bool {
        let is_here = |url: &str| {
            ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"].iter().any(|own| url.starts_with(own))
        };
        url.starts_with("https://") || is_here(&self.issuer) && is_here(url)
    }

    /// Asks it for what a login needs.
    ///
    /// # Errors
    /// Why it gives none, in words.
    pub fn look(&self, client: &Client<'_>) -> Result<(), String> {
        let about = self.about(client)?;
        let needed = ["authorization_endpoint", "token_endpoint", "jwks_uri"];
        needed.iter().try_for_each(|name| self.endpoint(&about, name).map(|_| ()))
    }

    /// Where the browser is sent for a login.
    ///
    /// # Errors
    /// Why that is not known, in words.
    pub fn depart(&self, client: &Client<'_>, trip: &Trip) -> Result<String, String> {
        let about = self.about(client)?;
        let door = self.endpoint(&about, "authorization_endpoint")?;
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(trip.verifier.as_bytes()));
        let asked = [
            ("response_type", "code"),
            ("scope", "openid email"),
            ("client_id", &self.client),
            ("redirect_uri", &trip.back),
            ("state", &trip.state),
            ("nonce", &trip.nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let between = if door.contains('?') { '&' } else { '?' };
        Ok(format!("{door}{between}{}", form(&asked)))
    }

    /// The verified mail address of who came back with `code`.
    ///
    /// # Errors
    /// Where the provider does not say so in a token that holds, in words without any secret.
    pub fn arrive(
        &self,
        client: &Client<'_>,
        trip: &Trip,
        code: &str,
        now: Timestamp,
    ) -> Result<String, String> {
        let about = self.about(client)?;
        let answer = self.redeem(client, &about, trip, code)?;
        let token =
            words(&answer.body, "/id_token").ok_or("the provider gives no token that says who it is")?;
        let keys = get(client, &self.endpoint(&about, "jwks_uri")?)?;
        token::mail(&token, &keys.body, self, &trip.nonce, now)
    }

    /// What the provider says about itself.
    fn about(&self, client: &Client<'_>) -> Result<Value, String> {
        self.check()?;
        let url = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let about = get(client, &url)?.body;
        // Who says of themselves to be somebody else is not asked any further.
        if words(&about, "/issuer").as_deref() != Some(self.issuer.as_str()) {
            return Err(format!("what stands at `{url}` is of another issuer than `{}`", self.issuer));
        }
        Ok(about)
    }

    fn endpoint(&self, about: &Value, name: &str) -> Result<String, String> {
        let url = about.get(name).and_then(Value::as_str).unwrap_or_default();
        if self.is_safe(url) && !url.contains(char::is_whitespace) {
            return Ok(url.to_owned());
        }
        Err(format!("the provider names no `{name}` that begins with https://"))
    }

    /// The answer that is given for a code.
    fn redeem(
        &self,
        client: &Client<'_>,
        about: &Value,
        trip: &Trip,
        code: &str,
    ) -> Result<Exchange, String> {
        let mut asked = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &trip.back),
            ("code_verifier", &trip.verifier),
        ];
        let mut headers = vec![("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())];
        match &self.secret {
            None => asked.push(("client_id", &self.client)),
            Some(secret) if takes_posted_secrets(about) => {
                asked.extend([("client_id", self.client.as_str()), ("client_secret", secret)]);
            }
            Some(secret) => {
                let pair = format!("{}:{}", encoded(&self.client), encoded(secret));
                headers.push(("authorization".to_owned(), format!("Basic {}", STANDARD.encode(pair))));
            }
        }
        let url = self.endpoint(about, "token_endpoint")?;
        let body = Some(Value::from(form(&asked)));
        answered(client, &Call { method: "POST", url, headers, body })
    }
}

/// Where a provider does not say how it takes a secret, it takes it in a header (OpenID Connect Discovery 1.0, 3).
fn takes_posted_secrets(about: &Value) -> bool {
    let ways = about.get("token_endpoint_auth_methods_supported").and_then(Value::as_array);
    let takes = |way: &str| ways.is_some_and(|ways| ways.iter().any(|own| own == way));
    takes("client_secret_post") && !takes("client_secret_basic")
}

fn get(client: &Client<'_>, url: &str) -> Result<Exchange, String> {
    answered(client, &Call::get(url))
}

fn answered(client: &Client<'_>, call: &Call) -> Result<Exchange, String> {
    let answer = client.once(call).map_err(|failure| failure.to_string())?;
    if answer.status >= 400 {
        // Of an error only its code is told.
        let code = words(&answer.body, "/error").filter(|code| {
            code.len() <= 60 && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        });
        return Err(match code {
            Some(code) => format!("the provider refuses: {code}"),
            None => format!("the provider answers {}", answer.status),
        });
    }
    Ok(answer)
}

fn form(pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    pairs.join("&")
}
