//! One connection to an IMAP server: opened, logged in, asked one command after another.
//!
//! What is asynchronous ends here: a runtime of its own, on this thread, drives each question to its
//! end. The server's own words end here too: they may hold an address, so none of them is told.

mod idling;

use std::{
    fmt,
    io::{self, ErrorKind},
    net::IpAddr,
    sync::Arc,
    time::Duration,
};

use async_imap::{
    Authenticator, Client, Session,
    error::Error,
    imap_proto::{Capability, Response, ResponseCode, Status},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, BufWriter},
    net::{TcpStream, lookup_host},
    runtime::Runtime,
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, ServerName, pem::PemObject},
    },
};

pub(super) use self::idling::Wait;
use super::{Access, Proof};

/// Longest time until a connection stands.
const CONNECT: Duration = Duration::from_secs(10);
/// Longest time for all of an answer, in times of silence: what comes drop by drop is never silent.
const DROPS: u32 = 10;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Broken {
    /// Nothing is to be had there in this run, whoever asks again; in words.
    Refused(String),
    /// The server does not know who asks.
    Stranger,
    /// The connection is gone, in words; another one may do.
    Lost(&'static str),
}

/// What bytes come and go through.
trait Wire: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug> Wire for T {}
type Stream = Box<dyn Wire>;

/// A server that knows who asks.
pub(super) struct Link {
    session: Session<Stream>,
    runtime: Runtime,
    silence: Duration,
    /// Words for what it can do, in upper case.
    abilities: Vec<String>,
    /// Commands sent.
    pub(super) requests: u64,
}

impl Link {
    /// Connects and logs in, once.
    pub(super) fn open(access: &Access<'_>) -> Result<Self, Broken> {
        let place = Place::parse(access.url).map_err(Broken::Refused)?;
        let silence = access.patience.silence;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Broken::Refused(format!("no connection can be made: {error}")))?;
        let opened = runtime.block_on(async {
            let stream = connect(&place, access.certificates, CONNECT.min(silence)).await?;
            // A command is written in pieces, each of which would wait for the one before to be heard.
            let stream: Stream = Box::new(BufWriter::new(stream));
            within(silence, login(stream, access)).await?
        });
        match opened {
            Ok(session) => {
                let mut link = Self { session, runtime, silence, abilities: Vec::new(), requests: 1 };
                link.abilities = link.learn()?;
                Ok(link)
            }
            Err(broken) => {
                // Whoever looks up the name may still be at it.
                runtime.shutdown_background();
                Err(broken)
            }
        }
    }

    /// Whether it can do what `word` (in upper case) stands for.
    pub(super) fn can(&self, word: &str) -> bool {
        self.abilities.iter().any(|ability| ability == word)
    }

    /// Sends `command` and lets `hear` hear all that comes until it is done; false where the server
    /// refuses it.
    pub(super) fn ask(&mut self, command: &str, hear: &mut dyn FnMut(&Response<'_>)) -> Result<bool, Broken> {
        self.requests += 1;
        let (session, silence) = (&mut self.session, self.silence);
        let asked = async {
            let tag = within(silence, session.run_command(command)).await?.map_err(|error| lost(&error))?;
            loop {
                let heard = within(silence, session.read_response()).await?;
                let heard = heard.map_err(|error| gone(&error))?.ok_or(CLOSED)?;
                match heard.parsed() {
                    Response::Done { tag: done, status, .. } if *done == tag => {
                        return Ok(*status == Status::Ok);
                    }
                    Response::Data { status: Status::Bye, .. } => return Err(CLOSED),
                    other => hear(other),
                }
            }
        };
        self.runtime.block_on(async { within(silence.saturating_mul(DROPS), asked).await? })
    }

    /// Puts a message into a folder; false where the server does not take it.
    pub(super) fn append(&mut self, folder: &str, flags: &str, message: &[u8]) -> Result<bool, Broken> {
        self.requests += 1;
        let (session, silence) = (&mut self.session, self.silence);
        let put = session.append(folder, Some(flags), None, message);
        match self.runtime.block_on(async { within(silence.saturating_mul(DROPS), put).await })? {
            Ok(()) => Ok(true),
            Err(Error::No(_) | Error::Bad(_) | Error::Append | Error::Validate(_)) => Ok(false),
            Err(_) => Err(UNSURE),
        }
    }

    /// Takes leave; whether the server hears it does not matter.
    pub(super) fn close(mut self) {
        self.silence = self.silence.min(Duration::from_secs(2));
        let _ = self.ask("LOGOUT", &mut |_| {});
    }

    fn learn(&mut self) -> Result<Vec<String>, Broken> {
        let mut found = Vec::new();
        self.ask("CAPABILITY", &mut |response| {
            if let Response::Capabilities(abilities) = response {
                found.extend(abilities.iter().filter_map(|ability| match ability {
                    Capability::Atom(word) => Some(word.to_uppercase()),
                    _ => None,
                }));
            }
        })?;
        Ok(found)
    }
}

const UNSURE: Broken =
    Broken::Lost("the connection was lost while the draft was put there: look whether it is there");
const CLOSED: Broken = Broken::Lost("the server closed the connection");

/// What `asked` comes to, where it does within `time`.
async fn within<T>(time: Duration, asked: impl Future<Output = T>) -> Result<T, Broken> {
    timeout(time, asked).await.map_err(|_| Broken::Lost("nothing was heard for too long"))
}

/// A failed read, without its words: those of a parser show what it met.
fn gone(error: &io::Error) -> Broken {
    match error.kind() {
        ErrorKind::Other | ErrorKind::InvalidData => {
            Broken::Lost("the server said something that cannot be understood")
        }
        _ => Broken::Lost("the connection was lost"),
    }
}

fn lost(error: &Error) -> Broken {
    match error {
        Error::Io(error) => gone(error),
        Error::ConnectionLost => CLOSED,
        _ => Broken::Lost("the server said something that cannot be understood"),
    }
}

/// Where a server answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Its name, or its number.
    pub(super) host: String,
    /// Its door.
    pub(super) port: u16,
    /// Whether what is said is encrypted.
    pub(super) is_encrypted: bool,
}

impl Place {
    /// The place that `imaps://HOST[:PORT]` or `imap://HOST[:PORT]` names; or what is wrong with it.
    pub(super) fn parse(url: &str) -> Result<Self, String> {
        let none = || "the address of a mail server is `imaps://HOST` or `imaps://HOST:PORT`".to_owned();
        let uri: ureq::http::Uri = url.trim().trim_end_matches('/').parse().map_err(|_| none())?;
        let is_encrypted = match uri.scheme_str() {
            Some("imaps") => true,
            Some("imap") => false,
            _ => return Err(none()),
        };
        if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err("who asks stands in `user`, not in the address".to_owned());
        }
        let host = uri.host().map(|host| host.trim_matches(['[', ']'])).filter(|host| !host.is_empty());
        let host = host.filter(|_| uri.path().len() <= 1).ok_or_else(none)?.to_ascii_lowercase();
        Ok(Self { host, port: uri.port_u16().unwrap_or(if is_encrypted { 993 } else { 143 }), is_encrypted })
    }
}

async fn connect(place: &Place, certificates: Option<&[u8]>, time: Duration) -> Result<Stream, Broken> {
    let refused = |words: String| Broken::Refused(format!("the mail server does not answer: {words}"));
    let silent = |_| refused("nothing was heard for too long".to_owned());
    let found = timeout(time, lookup_host((place.host.as_str(), place.port))).await.map_err(silent)?;
    let found: Vec<_> = found.map_err(|error| refused(error.to_string()))?.collect();
    if !place.is_encrypted && found.iter().any(|address| !address.ip().is_loopback()) {
        let words = "without encryption only a server on this machine is asked: write `imaps://`";
        return Err(Broken::Refused(words.to_owned()));
    }
    let mut failed = "its name has no address".to_owned();
    for address in found {
        match timeout(time, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                stream.set_nodelay(true).map_err(|error| refused(error.to_string()))?;
                if place.is_encrypted {
                    return encrypt(stream, place, certificates, time).await;
                }
                return Ok(Box::new(stream));
            }
            Ok(Err(error)) => failed = error.to_string(),
            Err(_) => "nothing was heard for too long".clone_into(&mut failed),
        }
    }
    Err(refused(failed))
}

async fn encrypt(
    stream: TcpStream,
    place: &Place,
    certificates: Option<&[u8]>,
    time: Duration,
) -> Result<Stream, Broken> {
    let name = match place.host.parse::<IpAddr>() {
        Ok(address) => ServerName::from(address),
        Err(_) => ServerName::try_from(place.host.clone())
            .map_err(|_| Broken::Refused("this is no name of a server".to_owned()))?,
    };
    let connector = TlsConnector::from(Arc::new(trust(certificates).map_err(Broken::Refused)?));
    let shaken = timeout(time, connector.connect(name, stream)).await;
    match shaken.unwrap_or_else(|_| Err(io::Error::other("nothing was heard for too long"))) {
        Ok(stream) => Ok(Box::new(stream)),
        Err(error) => {
            Err(Broken::Refused(format!("no encrypted connection can be made to the mail server: {error}")))
        }
    }
}

/// Trust in `certificates` (PEM), or in the public ones.
fn trust(certificates: Option<&[u8]>) -> Result<ClientConfig, String> {
    let mut roots = RootCertStore::empty();
    match certificates {
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(pem) => {
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let added = certificate.ok().and_then(|certificate| roots.add(certificate).ok());
                added.ok_or("the certificates cannot be read")?;
            }
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("nothing can be encrypted: {error}"))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// Answers a server that asks who is there: once with the proof, then with nothing, as servers that
/// explain a refusal want it.
struct Once(Option<String>);

impl Authenticator for Once {
    type Response = String;

    fn process(&mut self, _challenge: &[u8]) -> String {
        self.0.take().unwrap_or_default()
    }
}

async fn login(stream: Stream, access: &Access<'_>) -> Result<Session<Stream>, Broken> {
    let mut client = Client::new(stream);
    let greeting = client.read_response().await.map_err(|error| gone(&error))?.ok_or(CLOSED)?;
    let takes_plain = match greeting.parsed() {
        Response::Data { status: Status::Ok, outcome } => match &outcome.code {
            Some(ResponseCode::Capabilities(abilities)) => abilities
                .iter()
                .any(|ability| matches!(ability, Capability::Auth(way) if way.eq_ignore_ascii_case("PLAIN"))),
            _ => false,
        },
        Response::Data { status: Status::Bye, .. } => {
            return Err(Broken::Refused("the mail server turns connections away just now".to_owned()));
        }
        _ => {
            return Err(Broken::Refused("what answers there is no mail server that can be asked".to_owned()));
        }
    };
    drop(greeting);
    let user = access.user;
    let entered = match access.proof {
        Proof::Token(token) => {
            let proof = format!("user={user}\u{1}auth=Bearer {token}\u{1}\u{1}");
            client.authenticate("XOAUTH2", Once(Some(proof))).await
        }
        Proof::Password(password) if takes_plain => {
            client.authenticate("PLAIN", Once(Some(format!("\0{user}\0{password}")))).await
        }
        Proof::Password(password) => client.login(user, password).await,
    };
    entered.map_err(|(error, _)| match &error {
        Error::No(said) if said.to_uppercase().contains("[UNAVAILABLE]") => {
            Broken::Refused("the mail server cannot log anybody in just now".to_owned())
        }
        Error::No(_) | Error::Bad(_) => Broken::Stranger,
        Error::Validate(_) => {
            Broken::Refused("the user or the password holds a character that cannot be sent".to_owned())
        }
        error => lost(error),
    })
}
