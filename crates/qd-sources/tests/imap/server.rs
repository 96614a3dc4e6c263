//! A mail server of a few lines on this machine.
#![allow(clippy::unwrap_used, reason = "a test may fail by it")]

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    sync::{Arc, Mutex},
    thread,
};

pub(crate) const GREETING: &str = "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready, ada@example.org\r\n";

/// A server that answers a command by the first of `answers` whose beginning fits it (`@` stands for
/// the command's tag), on any number of connections, and keeps what it was asked. After an answer that
/// ends with a byte 4 it leaves.
pub(crate) struct Server {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) fn new(greeting: &'static str, answers: &[(&'static str, String)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("imap://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (kept, answers) = (Arc::clone(&asked), answers.to_vec());
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                stream.set_nodelay(true).unwrap();
                kept.lock().unwrap().push("CONNECT".to_owned());
                let _ = stream.write_all(greeting.as_bytes());
                let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
                while let Some(Ok(line)) = lines.next() {
                    let (tag, command) = line.split_once(' ').unwrap_or(("", &line));
                    kept.lock().unwrap().push(command.to_owned());
                    if command.starts_with("AUTHENTICATE") {
                        let _ = stream.write_all(b"+ \r\n");
                        kept.lock().unwrap().push(lines.next().unwrap().unwrap());
                    }
                    let answer = answers.iter().find(|(begins, _)| command.starts_with(begins));
                    let Some((_, answer)) = answer else { break };
                    let said = answer.trim_end_matches('\u{4}').replace('@', tag).replace("(at)", "@");
                    let _ = stream.write_all(said.as_bytes());
                    if answer.ends_with('\u{4}') {
                        break;
                    }
                }
            }
        });
        Self { url, asked }
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    pub(crate) fn count(&self, beginning: &str) -> usize {
        self.asked().iter().filter(|asked| asked.starts_with(beginning)).count()
    }
}

pub(crate) fn done(before: &str) -> String {
    format!("{before}@ OK done\r\n")
}

/// The answer with what stands in a message.
pub(crate) fn fetched(uid: u32, marks: &str) -> String {
    format!(
        "* {uid} FETCH (UID {uid} {marks} RFC822.SIZE 90 INTERNALDATE \" 2-Jan-2025 10:00:00 +0100\")\r\n"
    )
}

pub(crate) fn text(uid: u32) -> String {
    let message = format!(
        "Message-ID: <{uid}(at)x>\r\nFrom: cy(at)x\r\nDate: Thu, 2 Jan 2025 10:00:00 +0100\r\n\r\nHello?\r\n"
    );
    let length = message.replace("(at)", "@").len();
    format!("* {uid} FETCH (UID {uid} BODY[]<0> {{{length}}}\r\n{message})\r\n")
}

/// Answers of a server that can do the least, with one folder of `uids`.
pub(crate) fn plain_server(list: &str, uids: &[u32]) -> Vec<(&'static str, String)> {
    let all: Vec<String> = uids.iter().map(u32::to_string).collect();
    let next = uids.last().map_or(1, |last| last + 1);
    vec![
        ("AUTHENTICATE PLAIN", done("")),
        ("CAPABILITY", done("* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n")),
        ("LIST", done(list)),
        ("EXAMINE", done(&format!("* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT {next}] ok\r\n"))),
        ("UID SEARCH", done(&format!("* SEARCH {}\r\n", all.join(" ")))),
        ("LOGOUT", done("* BYE\r\n")),
    ]
}
