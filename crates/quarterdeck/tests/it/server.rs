//! A cockpit that listens, and what programs say to it.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

use serde_json::Value;

use crate::world::World;

/// A cockpit that listens; it ends with this.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) status: u16,
    /// In lower case.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Told {
    /// The body as JSON; null where it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

impl Server {
    /// `serve`, of what is there already.
    pub(crate) fn new(world: &World) -> Self {
        let mut command = world.command();
        let command = command.args(["serve", "--no-sync", "--port", "0"]).env("HUSH", "hush");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
        let mut line = String::new();
        let out = child.stdout.as_mut().expect("it is piped");
        BufReader::new(out).read_line(&mut line).expect("it says where it listens");
        let port = line.trim().trim_end_matches('/').rsplit(':').next().and_then(|port| port.parse().ok());
        Self { child, port: port.unwrap_or_else(|| panic!("no port in `{line}`")) }
    }

    /// Ends it so that it hears nothing of it.
    pub(crate) fn kill(&self) {
        let id = self.child.id().to_string();
        let _ = Command::new("kill").args(["-9", &id]).stderr(Stdio::null()).status();
    }

    /// What it answers; none where it is gone.
    pub(crate) fn try_ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Option<Told> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        let named = |name: &str| headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
        if !named("host") {
            head.push_str(&format!("Host: localhost:{}\r\n", self.port));
        }
        if !named("content-length") && !named("transfer-encoding") {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        headers.iter().for_each(|(name, value)| head.push_str(&format!("{name}: {value}\r\n")));
        stream.write_all(format!("{head}\r\n").as_bytes()).ok()?;
        // A server that has heard enough answers before it has read all.
        let _ = stream.write_all(body);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let told = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = told.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let head = head.to_lowercase();
        let body = if head.contains("transfer-encoding: chunked") { whole(body) } else { body.to_owned() };
        Some(Told { status, head, body })
    }

    /// The head of a post whose body never comes.
    pub(crate) fn begin(&self, path: &str, headers: &[(&str, &str)]) -> TcpStream {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        write!(stream, "POST {path} HTTP/1.1\r\nHost: localhost:{}\r\n{headers}\r\n", self.port)
            .expect("it is sent");
        stream
    }

    pub(crate) fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Told {
        self.try_ask(method, path, headers, body.as_bytes()).expect("it answers")
    }

    pub(crate) fn get(&self, path: &str) -> Told {
        self.ask("GET", path, &[], "")
    }

    /// Posts JSON with more headers.
    pub(crate) fn post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Told {
        self.ask("POST", path, &[&[("Content-Type", "application/json")], headers].concat(), body)
    }
}

/// A body without the lengths of its parts.
fn whole(mut parts: &str) -> String {
    let mut all = String::new();
    while let Some((length, rest)) = parts.split_once("\r\n") {
        let length = usize::from_str_radix(length.trim(), 16).unwrap_or(0);
        if length == 0 {
            break;
        }
        all.push_str(rest.get(..length).unwrap_or(rest));
        parts = rest.get(length + 2..).unwrap_or_default();
    }
    all
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
