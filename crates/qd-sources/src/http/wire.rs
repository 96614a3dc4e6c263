//! One question over the wire: redirects, compression, size, and JSON or text.

use std::io::{self, Read};

use flate2::read::MultiGzDecoder;
use serde_json::Value;
use ureq::{
    Agent, Body,
    http::{Request, Response, Uri},
    tls::{PemItem, RootCerts, TlsConfig, parse_pem},
};

use super::Settings;
use crate::exchange::Call;

/// How often a question is sent on before it counts as lost.
const REDIRECTS: usize = 5;

/// Longest time for the body of an answer, in times of silence.
const DROPS: u32 = 10;

/// What is asked, and with what.
pub(super) struct Question<'a> {
    pub(super) call: &'a Call,
    pub(super) headers: Vec<(String, String)>,
    pub(super) token: Option<(&'static str, String)>,
    pub(super) base: String,
    pub(super) largest: u64,
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    /// JSON, or a text where that was asked for; of a status of 400 and above also plain text.
    pub(super) body: Value,
}

/// Nothing that can be understood came back.
#[derive(Debug)]
pub(super) enum Broken {
    /// No connection, or it was lost before an answer began.
    Connection(String),
    /// Nothing was heard for too long.
    Silence(String),
    /// The answer is cut off, no JSON, too large, or sends on to nowhere.
    Answer { status: u16, reason: String, again: bool },
}

impl Broken {
    pub(super) fn is_worth_another_try(&self) -> bool {
        match self {
            Self::Connection(_) | Self::Silence(_) => true,
            Self::Answer { again, .. } => *again,
        }
    }

    pub(super) fn is_silence(&self) -> bool {
        matches!(self, Self::Silence(_))
    }

    fn lasting(status: u16, reason: impl Into<String>) -> Self {
        Self::Answer { status, reason: reason.into(), again: false }
    }
}

/// What holds the connections.
pub(super) fn agent(settings: &Settings) -> Result<Agent, String> {
    let proxy = settings
        .proxy
        .as_deref()
        .map(|proxy| ureq::Proxy::new(proxy).map_err(|_| format!("`{proxy}` is no address of a proxy")))
        .transpose()?;
    let mut tls = TlsConfig::builder();
    if let Some(pem) = &settings.certificates {
        tls = tls.root_certs(RootCerts::from(certificates(pem)?));
    }
    let silence = settings.patience.silence;
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        // Those of WebDAV.
        .allow_non_standard_methods(true)
        .proxy(proxy)
        .tls_config(tls.build())
        .user_agent(concat!("quarterdeck/", env!("CARGO_PKG_VERSION")))
        .timeout_resolve(Some(settings.connect.min(silence)))
        .timeout_connect(Some(settings.connect.min(silence)))
        .timeout_send_body(Some(silence))
        .timeout_recv_response(Some(silence))
        .timeout_per_read(Some(silence))
        // What comes drop by drop is never silent, and must come to an end all the same.
        .timeout_recv_body(Some(silence.saturating_mul(DROPS)))
        .build();
    Ok(config.new_agent())
}

fn certificates(pem: &[u8]) -> Result<Vec<ureq::tls::Certificate<'static>>, String> {
    let mut found = Vec::new();
    for item in parse_pem(pem) {
        match item {
            Ok(PemItem::Certificate(certificate)) => found.push(certificate),
            Ok(_) => {}
            Err(error) => return Err(format!("the certificates cannot be read: {error}")),
        }
    }
    if found.is_empty() {
        Err("there is no certificate in the file of certificates".to_owned())
    } else {
        Ok(found)
    }
}

/// Asks once, following redirects within the same host.
pub(super) fn ask(agent: &Agent, question: &Question<'_>) -> Result<Answer, Broken> {
    let mut url = question.call.url.clone();
    for _ in 0..=REDIRECTS {
        let response = send(agent, question, &url)?;
        let status = response.status().as_u16();
        if !matches!(status, 301 | 302 | 307 | 308) {
            return read(response, question);
        }
        let target = response.headers().get("location").and_then(|value| value.to_str().ok());
        let target = target.map(|target| resolve(&url, target)).unwrap_or_default();
        if !is_same_host(&url, &target) {
            let host =
                origin(&target).map_or_else(|| "nowhere".to_owned(), |(_, host, _)| format!("`{host}`"));
            let reason = format!("it sends on to {host}, which is not followed; write its present address");
            return Err(Broken::lasting(status, reason));
        }
        url = target;
    }
    Err(Broken::lasting(310, "it sends on in a circle"))
}

fn send(agent: &Agent, question: &Question<'_>, url: &str) -> Result<Response<Body>, Broken> {
    let mut request = Request::builder().method(question.call.method).uri(url);
    let own = &question.call.headers;
    let general = question.headers.iter().filter(|(name, _)| !own.iter().any(|(other, _)| other == name));
    for (name, value) in general.chain(own) {
        request = request.header(name.as_str(), value.as_str());
    }
    request = request.header("accept-encoding", "gzip");
    if let Some((name, value)) = question.token.as_ref().filter(|_| is_same_host(&question.base, url)) {
        request = request.header(*name, value.as_str());
    }
    // ureq's own words about a header that cannot be sent may hold the header.
    let unfit =
        |_| Broken::lasting(0, "the address, a header or the token has characters that cannot be sent");
    let sent = match &question.call.body {
        Some(Value::String(text)) => agent.run(request.body(text.clone()).map_err(unfit)?),
        Some(body) => {
            let request = request.header("content-type", "application/json").body(body.to_string());
            agent.run(request.map_err(unfit)?)
        }
        None => agent.run(request.body(()).map_err(unfit)?),
    };
    sent.map_err(|error| match error {
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => {
            Broken::lasting(0, "this is no address that can be asked")
        }
        ureq::Error::Timeout(of) => Broken::Silence(format!("nothing was heard for too long ({of})")),
        error => Broken::Connection(error.to_string()),
    })
}

fn read(response: Response<Body>, question: &Question<'_>) -> Result<Answer, Broken> {
    let largest = question.largest;
    let status = response.status().as_u16();
    let headers: Vec<(String, String)> = response
        .headers()
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    let zipped = headers.iter().any(|(name, value)| name == "content-encoding" && value.contains("gzip"));
    let mut body = response.into_body();
    let raw = body.with_config().limit(u64::MAX).reader();
    let bytes = if zipped { take(MultiGzDecoder::new(raw), largest) } else { take(raw, largest) };
    let bytes = bytes.map_err(|error| match error.get_ref().and_then(|inner| inner.downcast_ref()) {
        Some(ureq::Error::Timeout(_)) => {
            Broken::Silence("it fell silent in the middle of its answer".to_owned())
        }
        _ => Broken::Answer { status, reason: format!("the answer is cut off: {error}"), again: true },
    })?;
    if bytes.len() as u64 > largest {
        let most = largest >> 20;
        return Err(Broken::lasting(
            status,
            format!(
                "the answer is larger than {most} MiB and is not read; ask for less, for instance by `since`"
            ),
        ));
    }
    let body = match status < 400 && is_text(question) {
        true => Value::String(text(bytes)),
        false => json(status, &headers, &bytes)?,
    };
    Ok(Answer { status, body, headers })
}

fn take(reader: impl Read, largest: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(largest.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether something else than JSON was asked for.
fn is_text(question: &Question<'_>) -> bool {
    let accepted = question.call.headers.iter().find(|(name, _)| name == "accept");
    accepted.is_some_and(|(_, kinds)| !kinds.contains("json"))
}

/// The characters of a text. Where lines were folded within a character, as RFC 5545 bears it, all
/// folds are undone first.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|broken| {
        let bytes = broken.into_bytes();
        let mut whole: Vec<u8> = Vec::with_capacity(bytes.len());
        let mut lines = bytes.split_inclusive(|byte| *byte == b'\n');
        whole.extend(lines.next().unwrap_or_default());
        for line in lines {
            let rest = line.strip_prefix(b" ").or_else(|| line.strip_prefix(b"\t"));
            if rest.is_some() {
                let end = whole.strip_suffix(b"\n").unwrap_or(&whole);
                let end = end.strip_suffix(b"\r").unwrap_or(end).len();
                whole.truncate(end);
            }
            whole.extend(rest.unwrap_or(line));
        }
        String::from_utf8_lossy(&whole).into_owned()
    })
}

fn json(status: u16, headers: &[(String, String)], bytes: &[u8]) -> Result<Value, Broken> {
    if bytes.is_empty() && (status >= 300 || matches!(status, 202 | 204 | 205)) {
        return Ok(Value::Null);
    }
    match serde_json::from_slice(bytes) {
        Ok(value) => Ok(value),
        Err(_) if status >= 400 => Ok(Value::String(plain(&String::from_utf8_lossy(bytes)))),
        Err(error) => {
            let kind = headers.iter().find(|(name, _)| name == "content-type").map(|(_, kind)| kind.as_str());
            let reason = match kind {
                Some(kind) if !kind.contains("json") => {
                    format!("it answers `{kind}` in place of JSON; is this the address of its API?")
                }
                _ if error.is_eof() => "the answer is cut off".to_owned(),
                _ => format!("the answer is no JSON: {error}"),
            };
            // A page in place of an API will be the same the next time.
            let again = !kind.is_some_and(|kind| kind.contains("html"));
            Err(Broken::Answer { status, reason, again })
        }
    }
}

/// The words of a page, without its tags.
fn plain(text: &str) -> String {
    let mut words = String::new();
    let mut inside = false;
    for character in text.chars().take(4096) {
        match character {
            '<' => inside = true,
            '>' => {
                inside = false;
                words.push(' ');
            }
            _ if inside => {}
            _ => words.push(character),
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Scheme, host and port of an address.
fn origin(url: &str) -> Option<(String, String, u16)> {
    let uri: Uri = url.parse().ok()?;
    let scheme = uri.scheme_str()?.to_ascii_lowercase();
    let port = uri.port_u16().unwrap_or(if scheme == "https" { 443 } else { 80 });
    Some((scheme, uri.host()?.to_ascii_lowercase(), port))
}

/// Whether what may be sent to `from` may be sent to `to`: the same server, or its encrypted door.
fn is_same_host(from: &str, to: &str) -> bool {
    match (origin(from), origin(to)) {
        (Some(from), Some(to)) if from == to => true,
        (Some((scheme, host, 80)), Some((secure, other, 443))) => {
            scheme == "http" && secure == "https" && host == other
        }
        _ => false,
    }
}

/// `target` as seen from `url`.
fn resolve(url: &str, target: &str) -> String {
    if target.contains("://") {
        return target.to_owned();
    }
    let Some(start) = url.find("://").map(|at| at + 3) else { return target.to_owned() };
    if let Some(rest) = target.strip_prefix("//") {
        return format!("{}{rest}", url.get(..start).unwrap_or_default());
    }
    let end = url.get(start..).and_then(|rest| rest.find('/')).map_or(url.len(), |at| start + at);
    let slash = if target.starts_with('/') { "" } else { "/" };
    format!("{}{slash}{target}", url.get(..end).unwrap_or_default())
}
