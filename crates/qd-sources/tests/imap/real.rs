//! A real mail server; `scripts/dovecot_check.sh` starts one.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use jiff::{Timestamp, civil::date};
use qd_sources::{
    connector::Outcome,
    http::Patience,
    mail::imap::{Access, Proof, Request, sync},
};
use serde_json::{Value, json};

const PASSWORD: &str = "correct horse";

pub(crate) fn server() -> String {
    env::var("IMAP").expect("IMAP=127.0.0.1:PORT")
}

/// Somebody who uses the mailbox meanwhile.
pub(crate) struct Person {
    stream: BufReader<TcpStream>,
    commands: usize,
}

impl Person {
    pub(crate) fn new(user: &str) -> Self {
        let stream = TcpStream::connect(server()).expect("a mail server");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a bound");
        let mut person = Self { stream: BufReader::new(stream), commands: 0 };
        person.line();
        person.ask(&format!("LOGIN {user} \"{PASSWORD}\""));
        person
    }

    fn line(&mut self) -> String {
        let mut line = Vec::new();
        self.stream.read_until(b'\n', &mut line).expect("a line");
        String::from_utf8_lossy(&line).into_owned()
    }

    pub(crate) fn ask(&mut self, command: &str) -> String {
        self.commands += 1;
        let tag = format!("t{} ", self.commands);
        write!(self.stream.get_mut(), "{tag}{command}\r\n").expect("sent");
        let mut answer = String::new();
        loop {
            let line = self.line();
            assert!(!line.is_empty(), "the server left after {answer}");
            let is_last = line.starts_with(&tag);
            answer += &line;
            if is_last {
                assert!(line.starts_with(&format!("{tag}OK")), "{line}");
                return answer;
            }
        }
    }

    pub(crate) fn append(&mut self, folder: &str, how: &str, message: &str) {
        self.ask(&format!("APPEND \"{folder}\" {how}{{{}+}}\r\n{message}", message.len()));
    }
}

pub(crate) fn letter(id: &str, head: &str, body: &str) -> String {
    format!(
        "Message-ID: <{id}>\r\nFrom: Cy <cy@acme.example>\r\nTo: ada@example.org\r\nSubject: Shop\r\n\
         Date: Thu, 5 Jun 2025 10:00:00 +0200\r\n{head}\r\n{body}\r\n"
    )
}

/// What is kept between syncs: cursors, and each message once.
#[derive(Default)]
struct Kept {
    cursors: BTreeMap<String, String>,
    rows: BTreeMap<String, serde_json::Map<String, Value>>,
    /// Rows that were handed on, with those of messages known already.
    handed: usize,
}

impl Kept {
    /// Ids of the messages that are new.
    fn sync(&mut self, access: &Access<'_>, private: &[&str]) -> (Outcome, BTreeSet<String>) {
        let private: Vec<String> = private.iter().map(|name| (*name).to_owned()).collect();
        let request =
            Request { cursors: &self.cursors, private: &private, since: None, observed_at: Timestamp::now() };
        let mut new = BTreeSet::new();
        let outcome = sync(access, &request, &mut |step| {
            for fact in step.facts {
                let id = fact.row["id"].as_str().expect("an id").to_owned();
                self.handed += 1;
                if self.rows.insert(id.clone(), fact.row).is_none() {
                    new.insert(id);
                }
            }
            Ok(())
        });
        let outcome = outcome.expect("the facts are taken");
        self.cursors.extend(outcome.cursors.clone());
        (outcome, new)
    }

    /// The same, where nothing goes wrong.
    fn read(&mut self, access: &Access<'_>) -> Vec<String> {
        let (outcome, new) = self.sync(access, &["Family"]);
        assert_eq!(outcome.problems, []);
        new.into_iter().collect()
    }
}

pub(crate) fn access<'a>(url: &'a str, user: &'a str) -> Access<'a> {
    let patience = Patience { silence: Duration::from_secs(10), ..Patience::SYNC };
    Access { url, user, proof: Proof::Password(PASSWORD), certificates: None, patience }
}

#[test]
#[ignore = "needs a running Dovecot: sh scripts/dovecot_check.sh"]
fn what_comes_is_read_once_wherever_it_goes() {
    let user = "ada@example.org";
    let mut ada = Person::new(user);
    let url = format!("imap://{}", server());
    let access = access(&url, user);
    for folder in ["Family.School", "Clients.Acme", "Gr&APwA3w-e"] {
        ada.ask(&format!("CREATE \"{folder}\""));
    }
    ada.append("INBOX", "(\\Flagged) ", &letter("1@x", "", "Hello,\r\n\r\nwhen is it done?"));
    ada.append("INBOX", "(\\Draft) ", &letter("draft@x", "", "On Fri"));
    ada.append("Drafts", "", &letter("draft2@x", "", "On Fri"));
    ada.append("Bin", "", &letter("thrown@x", "", "Offer"));
    ada.append("Family.School", "", &letter("family@x", "", "Dinner?"));
    ada.append("Gr&APwA3w-e", "(Later) ", &letter("2@x", "", "Nice."));
    ada.append("Gr&APwA3w-e", "(family) ", &letter("family2@x", "", "Dinner?"));
    let mut kept = Kept::default();
    assert_eq!(kept.read(&access), ["1@x", "2@x"]);
    assert_eq!(kept.cursors.keys().collect::<Vec<_>>(), ["Clients/Acme", "Grüße", "INBOX", "Sent"]);
    let row = &kept.rows["1@x"];
    assert_eq!((&row["asks"], &row["folder"]), (&json!(["when is it done?"]), &json!("INBOX")));
    assert_eq!((&row["is_answered"], &row["at"]), (&json!(false), &json!("2025-06-05T08:00:00Z")));
    assert_eq!(
        (&kept.rows["2@x"]["folder"], &kept.rows["2@x"]["labels"]),
        (&json!("Grüße"), &json!(["Later"]))
    );

    // Nothing new is nothing, and nothing was marked.
    assert_eq!((kept.read(&access).len(), kept.handed), (0, 2));
    ada.ask("EXAMINE INBOX");
    let marks = ada.ask("FETCH 1 (FLAGS)");
    assert!(marks.contains("\\Flagged") && !marks.contains("\\Seen"), "{marks}");

    // She answers.
    ada.append("Sent", "(\\Seen) ", &letter("3@x", "In-Reply-To: <1@x>\r\n", "On Friday."));
    ada.ask("SELECT INBOX");
    ada.ask("STORE 1 +FLAGS (\\Answered)");
    assert_eq!(kept.read(&access), ["3@x"]);
    assert_eq!((&kept.rows["3@x"]["thread"], &kept.rows["3@x"]["folder"]), (&json!("1@x"), &json!("Sent")));

    // A move, and a message that goes.
    ada.ask("MOVE 1 \"Clients.Acme\"");
    assert_eq!(kept.read(&access), [""; 0]);
    ada.ask("SELECT \"Gr&APwA3w-e\"");
    ada.ask("STORE 1 +FLAGS (\\Deleted)");
    ada.ask("EXPUNGE");
    let handed = kept.handed;
    assert_eq!((kept.read(&access).len(), kept.handed), (0, handed));

    // A folder made anew gives its messages new numbers.
    ada.ask("CLOSE");
    ada.ask("DELETE \"Clients.Acme\"");
    thread::sleep(Duration::from_millis(1100));
    ada.ask("CREATE \"Clients.Acme\"");
    ada.append("Clients.Acme", "", &letter("4@x", "", "New."));
    ada.append("Clients.Acme", "", &letter("1@x", "", "Hello,\r\n\r\nwhen is it done?"));
    assert_eq!(kept.read(&access), ["4@x"]);

    // Of what is large the beginning is read.
    let head = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n";
    let file = "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXo=\r\n".repeat(60_000);
    let body = format!(
        "--b\r\nContent-Type: text/plain\r\n\r\nCould you look?\r\n--b\r\nContent-Type: application/pdf\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{file}--b--"
    );
    let large = letter("5@x", head, &body);
    ada.append("INBOX", "", &large);
    assert_eq!(kept.read(&access), ["5@x"]);
    let row = &kept.rows["5@x"];
    assert_eq!((&row["asks"], &row["bytes"]), (&json!(["Could you look?"]), &json!(large.len())));
    assert_eq!(row.get("attachments"), None);

    // What came before a day is left out.
    ada.append("INBOX", "\"01-Feb-2020 10:00:00 +0000\" ", &letter("old@x", "", "Old."));
    let mut count = 0;
    let none = BTreeMap::new();
    let request = Request {
        cursors: &none,
        private: &[],
        since: Some(date(2021, 1, 1)),
        observed_at: Timestamp::now(),
    };
    let outcome = sync(&access, &request, &mut |step| {
        count += step.facts.iter().filter(|fact| fact.row["id"] == "old@x").count();
        Ok(())
    });
    assert_eq!((count, outcome.expect("taken").rows), (0, 6));
    assert_eq!(kept.read(&access), ["old@x"]);

    // A folder that became private is not opened any more.
    ada.append("Clients.Acme", "", &letter("6@x", "", "Secret."));
    let (outcome, new) = kept.sync(&access, &["Family", "clients"]);
    assert_eq!((outcome.problems.len(), new.len()), (0, 0));
}

#[test]
#[ignore = "needs a running Dovecot: sh scripts/dovecot_check.sh"]
fn a_wrong_password_is_tried_once() {
    let proxy = Proxy::new(usize::MAX);
    let wrong = Access { proof: Proof::Password("wrong"), ..access(&proxy.url, "ada@example.org") };
    let (outcome, new) = Kept::default().sync(&wrong, &[]);
    assert_eq!((new.len(), outcome.problems.len(), proxy.connections()), (0, 1, 1));
    let told = &outcome.problems[0].message;
    assert!(told.contains("does not accept the user and the password") && !told.contains("ada"), "{told}");
}

#[test]
#[ignore = "needs a running Dovecot: sh scripts/dovecot_check.sh"]
fn an_encrypted_server_is_asked_where_its_certificate_is_trusted() {
    let url = format!("imaps://{}", env::var("IMAPS").expect("IMAPS=localhost:PORT"));
    let certificate = fs::read(env::var("IMAP_CERTIFICATE").expect("a file")).expect("a certificate");
    let stranger = access(&url, "many@example.org");
    let (outcome, _) = Kept::default().sync(&stranger, &[]);
    let told = format!("{:?}", outcome.problems);
    assert!(outcome.problems.len() == 1 && told.contains("certificate"), "{told}");
    let (outcome, _) = Kept::default().sync(&Access { certificates: Some(&certificate), ..stranger }, &[]);
    assert_eq!((outcome.problems.len(), outcome.cursors.contains_key("INBOX")), (0, true));
}

#[test]
#[ignore = "needs a running Dovecot: sh scripts/dovecot_check.sh"]
fn a_connection_that_drops_loses_nothing_and_brings_nothing_twice() {
    const MANY: usize = 3000;
    let user = "many@example.org";
    let mut person = Person::new(user);
    for number in 0..MANY {
        person.append("INBOX", "", &letter(&format!("{number}@many"), "", &"word ".repeat(400)));
    }
    let url = format!("imap://{}", server());
    let start = Instant::now();
    let mut whole = Kept::default();
    assert_eq!(whole.read(&access(&url, user)).len(), MANY);
    println!("{MANY} messages of 2.2 kB in {:.2} s", start.elapsed().as_secs_f64());
    let start = Instant::now();
    assert_eq!(whole.read(&access(&url, user)).len(), 0);
    println!("nothing new in {:.3} s", start.elapsed().as_secs_f64());

    // Cut after every mebibyte: one connection for each sync, until all is there.
    let proxy = Proxy::new(1 << 20);
    let patience = Patience { tries: 1, ..Patience::SYNC };
    let once = Access { patience, ..access(&proxy.url, user) };
    let mut kept = Kept::default();
    for sync in 1.. {
        let before = kept.rows.len();
        let (outcome, new) = kept.sync(&once, &[]);
        assert!(sync < 20, "it does not come to an end");
        if outcome.problems.is_empty() {
            assert!(sync > 5, "it was never cut");
            break;
        }
        assert_eq!(outcome.problems.len(), 1);
        assert!(!new.is_empty() && kept.rows.len() == before + new.len());
    }
    assert_eq!((kept.rows.len(), kept.handed), (MANY, MANY));
    assert_eq!(kept.cursors, whole.cursors);

    // The same with as many connections as it takes.
    let patience = Patience { tries: 20, ..Patience::SYNC };
    let mut kept = Kept::default();
    assert_eq!(kept.read(&Access { patience, ..once }).len(), MANY);
    assert_eq!(kept.handed, MANY);
}

/// Stands between us and the server, and cuts each connection after so many bytes from it.
struct Proxy {
    url: String,
    connections: Arc<AtomicUsize>,
}

impl Proxy {
    fn new(bytes: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("imap://{}", listener.local_addr().expect("an address"));
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        thread::spawn(move || {
            for near in listener.incoming() {
                count.fetch_add(1, Ordering::SeqCst);
                let near = near.expect("a connection");
                let far = TcpStream::connect(server()).expect("a mail server");
                let (mut from, mut to) =
                    (near.try_clone().expect("the same"), far.try_clone().expect("the same"));
                thread::spawn(move || std::io::copy(&mut from, &mut to));
                thread::spawn(move || {
                    let _ = std::io::copy(&mut (&far).take(bytes as u64), &mut &near);
                    let _ = near.shutdown(std::net::Shutdown::Both);
                    let _ = far.shutdown(std::net::Shutdown::Both);
                });
            }
        });
        Self { url, connections }
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}
