//! The live transport: asks, tries again, obeys limits, and records.
//!
//! Every connector fails alike, since all of them ask through this one client. It reads neither
//! clock nor environment and does not sleep by itself: all three are handed in, so that a test
//! of an hour's limit takes no time.

mod limits;
mod recorder;
mod refusal;
mod secrets;
mod wire;

use std::{fmt, path::PathBuf, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde_json::Value;
use ureq::Agent;

use self::{
    limits::Verdict,
    recorder::Recorder,
    secrets::Masks,
    wire::{Answer, Broken, Question},
};
use crate::exchange::{Call, Exchange, Failure, Transport};

pub use secrets::MASK;

/// How long a system that does not answer is borne with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Longest time that a question may lose: to silence, to a limit, to pauses between tries. Where
    /// a limit lasts longer, the sync goes on another time.
    pub total: Duration,
    /// Longest time without hearing anything. A try that ends in silence has lost it.
    pub silence: Duration,
    /// How often a question is asked before it counts as failed.
    pub tries: u32,
}

impl Patience {
    /// Of somebody who asked for a sync.
    pub const SYNC: Self =
        Self { total: Duration::from_secs(120), silence: Duration::from_secs(60), tries: 4 };
    /// Of somebody who waits for something else, which a sync comes before: silence is the last word.
    pub const BRIEF: Self =
        Self { total: Duration::from_secs(15), silence: Duration::from_secs(15), tries: 2 };
}

/// What proves who asks.
#[derive(Clone, PartialEq, Eq)]
pub enum Token {
    /// Nothing; only what is public can be read.
    None,
    /// `Authorization: Bearer ...`
    Bearer(String),
    /// `PRIVATE-TOKEN: ...`, as GitLab has it.
    Private(String),
    /// `Authorization: Basic ...`, as Jira Cloud has it: a user and a token.
    Basic {
        /// Who asks.
        user: String,
        /// Their token.
        token: String,
    },
    /// `Authorization: Token token=...`, as PagerDuty has it.
    Named(String),
    /// The path of the address that is asked, where who knows it may read.
    Path(String),
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::None => "None",
            Self::Bearer(_) => "Bearer(..)",
            Self::Private(_) => "Private(..)",
            Self::Basic { .. } => "Basic(..)",
            Self::Named(_) => "Named(..)",
            Self::Path(_) => "Path(..)",
        })
    }
}

impl Token {
    /// Header that carries it.
    fn header(&self) -> Option<(&'static str, String)> {
        match self {
            Self::None | Self::Path(_) => None,
            Self::Bearer(token) => Some(("authorization", format!("Bearer {token}"))),
            Self::Private(token) => Some(("private-token", token.clone())),
            Self::Basic { user, token } => {
                Some(("authorization", format!("Basic {}", STANDARD.encode(format!("{user}:{token}")))))
            }
            Self::Named(token) => Some(("authorization", format!("Token token={token}"))),
        }
    }

    /// All that must not be written anywhere.
    fn secrets(&self) -> Vec<String> {
        match self {
            Self::None => Vec::new(),
            Self::Bearer(token) | Self::Private(token) | Self::Named(token) | Self::Path(token) => {
                vec![token.clone()]
            }
            Self::Basic { user, token } => {
                vec![token.clone(), STANDARD.encode(format!("{user}:{token}"))]
            }
        }
    }
}

/// Where exchanges are written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The folder; made where it is not there.
    pub folder: PathBuf,
    /// Name of the source, which the files begin with.
    pub source: String,
}

/// How to ask.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the token may be sent: `https://api.github.com`. Other hosts are asked without it.
    pub base: String,
    /// Name of the system in notices: `github`.
    pub name: String,
    /// Headers that every question carries, names in lower case.
    pub headers: Vec<(String, String)>,
    /// What proves who asks.
    pub token: Token,
    /// Longest time until a connection stands.
    pub connect: Duration,
    /// How long to bear with a system that does not answer.
    pub patience: Patience,
    /// Largest answer that is read, in bytes, after decompression.
    pub largest: u64,
    /// A proxy to ask through: `http://proxy.example.org:3128`.
    pub proxy: Option<String>,
    /// Certificates (PEM) to trust in place of the public ones, for a server of one's own.
    pub certificates: Option<Vec<u8>>,
    /// Where to write each exchange.
    pub record: Option<Record>,
}

impl Settings {
    /// The usual: 10 s to connect, the patience of a sync, 200 MiB, nothing recorded.
    #[must_use]
    pub fn new(name: impl Into<String>, base: impl Into<String>, token: Token) -> Self {
        Self {
            base: base.into(),
            name: name.into(),
            headers: vec![("accept".to_owned(), "application/json".to_owned())],
            token,
            connect: Duration::from_secs(10),
            patience: Patience::SYNC,
            largest: 200 << 20,
            proxy: None,
            certificates: None,
            record: None,
        }
    }
}

/// What the outside gives: time, sleep, and somebody who hears of waiting.
#[derive(Clone, Copy)]
pub struct Outside<'a> {
    /// The time.
    pub clock: &'a dyn Fn() -> Timestamp,
    /// Waits.
    pub sleep: &'a dyn Fn(Duration),
    /// Hears, in a sentence, that it waits and until when.
    pub notice: &'a dyn Fn(&str),
}

impl fmt::Debug for Outside<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Outside")
    }
}

/// The live [`Transport`].
pub struct Client<'a> {
    settings: Settings,
    agent: Agent,
    outside: Outside<'a>,
    masks: Masks,
    recorder: Option<Recorder>,
    /// Why nobody answers there: who asked for one thing in vain asks for no other.
    gone: Option<String>,
}

impl fmt::Debug for Client<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Client").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// What one try came to.
enum Try {
    Done(Exchange),
    /// After a pause; what was lost before it, to silence.
    Again {
        wait: Duration,
        lost: Duration,
        failure: Failure,
    },
    Failed(Failure),
}

impl<'a> Client<'a> {
    /// A client by `settings`.
    ///
    /// # Errors
    /// Where the proxy's address or the certificates cannot be read, in words.
    pub fn new(settings: Settings, outside: Outside<'a>) -> Result<Self, String> {
        let agent = wire::agent(&settings)?;
        let masks = Masks::new(&settings.token.secrets());
        let recorder = settings.record.clone().map(Recorder::new);
        Ok(Self { settings, agent, outside, masks, recorder, gone: None })
    }

    fn question<'c>(&self, call: &'c Call) -> Question<'c> {
        Question {
            call,
            headers: self.settings.headers.clone(),
            token: self.settings.token.header(),
            base: self.settings.base.clone(),
            largest: self.settings.largest,
        }
    }

    /// The answer of one try, whatever its status. Nothing is recorded: what it holds is secret.
    pub(crate) fn once(&self, call: &Call) -> Result<Exchange, Failure> {
        match wire::ask(&self.agent, &self.question(call)) {
            Ok(answer) => Ok(exchange(call, answer, (self.outside.clock)())),
            Err(broken) => match self.unanswered(call, u32::MAX, Duration::ZERO, broken) {
                Try::Again { failure, .. } | Try::Failed(failure) => Err(failure),
                Try::Done(exchange) => Ok(exchange),
            },
        }
    }

    /// A try, the `tried`th, with so much patience `left`.
    fn attempt(&mut self, call: &Call, tried: u32, left: Duration) -> Try {
        let answer = match wire::ask(&self.agent, &self.question(call)) {
            Ok(answer) => answer,
            Err(broken) => return self.unanswered(call, tried, left, broken),
        };
        let now = (self.outside.clock)();
        let exchange = exchange(call, answer, now);
        match limits::judge(&exchange, now, tried, left) {
            Verdict::Good => {
                self.record(&exchange);
                Try::Done(exchange)
            }
            Verdict::Wait { wait, limit } => {
                let failure = if limit {
                    self.tell(now, wait);
                    Failure::Limited { url: self.shown(&call.url), until: later(now, wait) }
                } else {
                    self.refused(&exchange)
                };
                if tried >= self.settings.patience.tries {
                    self.record(&exchange);
                    return Try::Failed(failure);
                }
                Try::Again { wait, lost: Duration::ZERO, failure }
            }
            Verdict::Until(until) => {
                self.record(&exchange);
                Try::Failed(Failure::Limited { url: self.shown(&call.url), until })
            }
            Verdict::Refused => {
                self.record(&exchange);
                Try::Failed(self.refused(&exchange))
            }
        }
    }

    fn unanswered(&self, call: &Call, tried: u32, left: Duration, broken: Broken) -> Try {
        let url = self.shown(&call.url);
        let lost = if broken.is_silence() { self.settings.patience.silence } else { Duration::ZERO };
        let again = broken.is_worth_another_try() && lost < left;
        let failure = match broken {
            Broken::Connection(reason) | Broken::Silence(reason) => {
                Failure::Unreachable { url, reason: self.masks.text(&reason) }
            }
            Broken::Answer { status, reason, .. } => {
                Failure::Broken { url, status, reason: self.masks.text(&reason) }
            }
        };
        if again && tried < self.settings.patience.tries {
            let wait = limits::back_off(tried, &call.url, (self.outside.clock)());
            return Try::Again { wait, lost, failure };
        }
        Try::Failed(failure)
    }

    fn refused(&self, exchange: &Exchange) -> Failure {
        refusal::failure(exchange, self.shown(&exchange.url), |text| self.masks.text(text))
    }

    /// An address as it may be shown.
    fn shown(&self, url: &str) -> String {
        self.masks.url(url)
    }

    fn tell(&self, now: Timestamp, wait: Duration) {
        if wait >= Duration::from_secs(5) {
            let until = later(now, wait).strftime("%H:%M:%S UTC").to_string();
            let name = &self.settings.name;
            (self.outside.notice)(&format!("{name} takes no more questions until {until}; going on then"));
        }
    }

    fn record(&mut self, exchange: &Exchange) {
        let Some(recorder) = self.recorder.as_mut() else { return };
        if let Err(error) = recorder.write(exchange, &self.masks) {
            let name = &self.settings.name;
            (self.outside.notice)(&format!("{name} is no longer recorded: {error}"));
            self.recorder = None;
        }
    }
}

impl Transport for Client<'_> {
    fn send(&mut self, call: &Call) -> Result<Exchange, Failure> {
        if let Some(reason) = &self.gone {
            return Err(Failure::Unreachable { url: self.shown(&call.url), reason: reason.clone() });
        }
        let (mut tried, mut left) = (1, self.settings.patience.total);
        let failure = loop {
            match self.attempt(call, tried, left) {
                Try::Done(exchange) => return Ok(exchange),
                Try::Failed(failure) => break failure,
                Try::Again { wait, lost, failure } => {
                    match left.checked_sub(lost + wait) {
                        Some(rest) => left = rest,
                        None => break failure,
                    }
                    (self.outside.sleep)(wait);
                    tried += 1;
                }
            }
        };
        if let Failure::Unreachable { reason, .. } = &failure {
            self.gone = Some(reason.clone());
        }
        Err(failure)
    }
}

fn exchange(call: &Call, answer: Answer, now: Timestamp) -> Exchange {
    // By the clock that dates what is told; ours may be ahead of it.
    let date = answer.headers.iter().find(|(name, _)| name == "date");
    let theirs = date.and_then(|(_, date)| limits::moment(date));
    Exchange {
        method: call.method.to_owned(),
        // What was asked, not where it was sent on to: a renamed repository keeps its name.
        url: call.url.clone(),
        status: answer.status,
        headers: answer.headers,
        request: call.body.clone(),
        body: answer.body,
        at: Some(theirs.unwrap_or(now)),
    }
}

fn later(now: Timestamp, wait: Duration) -> Timestamp {
    jiff::SignedDuration::try_from(wait).ok().and_then(|wait| now.checked_add(wait).ok()).unwrap_or(now)
}

/// The words of an error in `body`, wherever the system puts them.
pub(crate) fn message(body: &Value) -> Option<String> {
    match body {
        Value::String(text) => {
            let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
            (!text.is_empty()).then(|| text.chars().take(300).collect())
        }
        Value::Array(items) => {
            let words: Vec<String> = items.iter().take(3).filter_map(message).collect();
            (!words.is_empty()).then(|| words.join("; "))
        }
        Value::Object(fields) => {
            let named =
                ["message", "error_description", "errorMessages", "error", "errors", "detail", "title"];
            named.iter().find_map(|name| fields.get(*name).and_then(message)).or_else(|| {
                // Jira names the field that is wrong: {"errors": {"jql": "..."}}.
                let (name, value) = fields.iter().find(|(_, value)| value.is_string())?;
                Some(format!("{name}: {}", message(value)?))
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
