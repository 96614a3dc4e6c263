//! Mail as a source: what is kept of messages, and what is read when.
#![allow(clippy::unwrap_used, reason = "a test may fail by it")]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the tests say what they found, or that they skip"
)]

use std::{fs, path::PathBuf};

use jiff::Timestamp;
use proptest::prelude::*;
use qd_sources::mail::{self, Context, Options, Synced, asks_something, own};
use qd_tables::Fact;
use serde_json::{Value, json};

const REAL: &str = "linux-man-2025.mbox.gz";

/// Where real mail lies, if it does on this machine: `QD_MAIL`, else beside the repository.
fn real(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("QD_MAIL").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/mail")),
        PathBuf::from,
    );
    Some(folder.join(name)).filter(|path| path.is_file())
}

fn observed_at() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn context() -> Context<'static> {
    Context {
        file: "box",
        position: 7,
        folder: "INBOX",
        labels: &[],
        is_answered: None,
        received: None,
        observed_at: observed_at(),
        private: &[],
    }
}

fn row(message: &str) -> serde_json::Map<String, Value> {
    mail::read(message.as_bytes(), &context()).unwrap().unwrap().row
}

fn message(head: &str, body: &str) -> String {
    format!("From: Ada L <Ada@Example.org>\nDate: Thu, 02 Jan 2025 10:00:00 +0100\n{head}\n\n{body}\n")
}

fn read_all(paths: &[PathBuf], cursor: Option<&str>, private: &[String]) -> (Synced, Vec<Fact>) {
    let mut facts = Vec::new();
    let options = Options { private, observed_at: observed_at() };
    let synced = mail::sync(paths, cursor, &options, &mut |part| {
        facts.extend(part);
        Ok(())
    });
    (synced.unwrap(), facts)
}

fn ids(facts: &[Fact]) -> Vec<&str> {
    facts.iter().filter_map(|fact| fact.row.get("id")?.as_str()).collect()
}

#[test]
fn a_message_becomes_a_row() {
    let head = "Message-ID: <b@x>\nIn-Reply-To: <a@x>\nReferences: <root@x> <a@x>\nReply-To: Desk <DESK@x>\nTo: Bob <BOB@x>, c@x\nCc: d@x\n\
                Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\nX-Status: RA\nX-Gmail-Labels: Work,Later";
    let found = row(&message(head, "Hi Bob,\n\ncould you look? @carol knows.\n\n-- \nAda"));
    let wanted = json!({
        "thread": "root@x", "at": "2025-01-02T09:00:00Z", "in_reply_to": "a@x", "references": ["root@x", "a@x"],
        "is_robot": false, "sender": "ada@example.org", "reply_to": ["desk@x"], "sender_name": "Ada L", "is_from_list": false,
        "to": ["bob@x", "c@x"], "cc": ["d@x"], "recipients": 3, "subject": "Grüße", "folder": "INBOX",
        "is_answered": true, "text": "Hi Bob,\n\ncould you look? @carol knows.", "asks": ["could you look?"],
        "mentions": ["carol", "Bob"], "chars": 38, "id": "b@x", "labels": ["Work", "Later"],
        "bytes": found["bytes"], "attachments": 0,
    });
    assert_eq!(Value::Object(found.clone()), wanted);
    let columns: Vec<_> = qd_tables::MESSAGES.columns.iter().map(|column| column.name).collect();
    assert!(found.keys().all(|key| columns.contains(&key.as_str())));
    let required =
        qd_tables::MESSAGES.columns.iter().filter(|column| !column.optional && column.name != "source");
    assert!(required.into_iter().all(|column| found.contains_key(column.name)));
}

#[test]
fn own_words_stand_apart_from_everything_else() {
    let cases = [
        ("On Mon, 6 Jan 2025, Bob wrote:\n> why?\nBecause.\n> and?\nNo idea.", "Because.\nNo idea."),
        ("Yes.\n\nOn Mon, Jan 6, 2025 at 10:00 AM Bob <\nbob@x.example> wrote:\n\n> why?", "Yes."),
        ("Ja.\n\nAm 06.01.25 um 10:00 schrieb Bob:\n\nwarum?", "Ja."),
        ("Oui.\n\nLe lun. 6 janv. 2025 à 10:00, Bob a écrit :\n> pourquoi ?", "Oui."),
        ("Yes.\n\n-----Original Message-----\nFrom: Bob\nwhy?", "Yes."),
        ("Yes.\n\nFrom: Bob\nSent: Monday\nTo: Ada\nSubject: x\n\nwhy?", "Yes."),
        ("Ja.\n\n________________________________\nVon: Bob\nGesendet: Montag\nAn: Ada\n", "Ja."),
        ("Fixed.\n\n-- \nAda, Example Inc.", "Fixed."),
        (
            "A change.\n\nSigned-off-by: Ada <a@x>\n---\n a.c | 2 +-\n 1 file changed\n\ndiff --git a/a.c b/a.c\n+x",
            "A change.",
        ),
        ("See.\n\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n", "See."),
        ("Late.\n\nSent from my iPhone", "Late."),
        ("Done.\n_______________________________________________\nx mailing list", "Done."),
        (
            "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHi.\n-----BEGIN PGP SIGNATURE-----\nabc",
            "Hi.",
        ),
        ("He wrote:\nnothing at all, so\nwe wait.", "He wrote:\nnothing at all, so\nwe wait."),
        ("", ""),
    ];
    for (text, wanted) in cases {
        assert_eq!(own(text).text, wanted, "{text}");
    }
    let html = "<html><head><title>t</title><style>p{}</style></head><body><p>Caf&eacute; &amp; tea?</p><div>Two</div>\
                <div class=\"gmail_quote\">On Mon, 6 Jan 2025 Bob wrote:<br><blockquote>why?</blockquote></div></body>";
    let found = row(&message("Content-Type: text/html; charset=utf-8", html));
    assert_eq!(found["text"], "Café & tea?\n\nTwo");
    assert_eq!(found["asks"], json!(["Café & tea?"]));
}

#[test]
fn lists_and_robots_are_told_from_people() {
    let cases = [
        ("Subject: x", false, false),
        ("List-Id: Talk <talk.example.org>\nPrecedence: bulk", false, true),
        ("Precedence: bulk", true, false),
        ("Auto-Submitted: auto-generated", true, false),
        ("Auto-Submitted: no", false, false),
        ("List-Unsubscribe: <mailto:u@x>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click", true, false),
        ("List-Unsubscribe: <mailto:u@x>\nList-Post: <mailto:l@x>\nFeedback-ID: x", false, true),
        ("Return-Path: <>", true, false),
        ("Content-Type: multipart/report; boundary=x", true, false),
    ];
    for (head, is_robot, is_from_list) in cases {
        let found = row(&message(head, "text"));
        assert_eq!(
            (&found["is_robot"], &found["is_from_list"]),
            (&json!(is_robot), &json!(is_from_list)),
            "{head}"
        );
    }
    assert_eq!(row("From: no-reply@x\n\nx\n")["is_robot"], true);
    assert_eq!(row("From: noreen@x\n\nx\n")["is_robot"], false);
}

#[test]
fn a_date_that_cannot_be_is_not_taken() {
    let at = |date: &str, head: &str| {
        let received = Some("2025-03-01T00:00:00Z".parse().unwrap()).filter(|_| head.is_empty());
        let text = format!("From: a@x\nDate: {date}\n{head}\n\nx\n").replace("\n\n\n", "\n\n");
        let fact = mail::read(text.as_bytes(), &Context { received, ..context() }).unwrap().unwrap();
        (fact.row["at"].as_str().unwrap().to_owned(), fact.row.get("date_text").cloned())
    };
    let station = "Received: from a by b with SMTP id 1; Fri, 14 Feb 2025 08:00:00 +0000";
    for date in ["Thu, 01 Jan 1970 00:00:00 +0000", "Thu, 01 Jan 2099 00:00:00 +0000", "soon"] {
        assert_eq!(at(date, ""), ("2025-03-01T00:00:00Z".to_owned(), Some(json!(date))));
        assert_eq!(at(date, station).0, "2025-02-14T08:00:00Z");
    }
    assert_eq!(at("Fri, 30 Jun 2017 23:59:60 +0000", ""), ("2017-06-30T23:59:59Z".to_owned(), None));
}

#[test]
fn what_is_too_much_is_bounded() {
    let references: String = (0..5000).map(|number| format!(" <{number}@x>\n")).collect();
    let to: String = (0..10_000).map(|number| format!(" p{number}@x,\n")).collect();
    let found =
        row(&format!("From: a@x\nReferences:\n{references}To:\n{to} last@x\n\n{}", "long ".repeat(1000)));
    assert_eq!(found["references"].as_array().unwrap().len(), 50);
    assert_eq!(found["thread"], "0@x");
    assert_eq!(found["references"][49], "4999@x");
    assert_eq!((found["to"].as_array().unwrap().len(), &found["recipients"]), (1000, &json!(10_001)));
    assert_eq!((found["text"].as_str().unwrap().len(), &found["chars"]), (999, &json!(4999)));
}

#[test]
fn parts_within_parts_neither_take_long_nor_break_it() {
    let nested = "Content-Type: message/rfc822\n\n".repeat(100_000);
    let opened: String =
        (0..100_000).map(|n| format!("--b\nContent-Type: multipart/mixed; boundary=z{n}\n\n")).collect();
    let small = nested.get(..32_000).unwrap();
    for body in [&nested, small, &format!("Content-Type: multipart/mixed; boundary=b\n\n{opened}")] {
        let found = row(&format!("From: a@x\nSubject: s\n{body}"));
        assert_eq!(found["subject"], "s");
        assert_eq!(found.contains_key("attachments"), body.len() < 32_700);
    }
}

#[test]
fn a_message_without_id_gets_the_same_one_each_time() {
    let text = message("Subject: x", "y");
    assert_eq!(row(&text)["id"], row(&text)["id"]);
    assert_ne!(row(&text)["id"], row(&message("Subject: x", "z"))["id"]);
    assert_eq!(row(&text)["id"], row(&text)["thread"]);
}

#[test]
fn what_is_no_message_is_told_without_its_words() {
    for bytes in [&b""[..], b"\n\nsecret words\n", b"secret\n", b"\xff\x00\xfe"] {
        let problem = mail::read(bytes, &context()).unwrap_err();
        assert_eq!(problem.subject, "box");
        assert_eq!(problem.message, "at byte 7: no message is here: it has no head");
    }
}

#[test]
fn what_is_private_is_left_out() {
    let private = ["Family/*".to_owned(), "health".to_owned()];
    let is_read = |folder: &str, labels: &[String], head: &str| {
        let context = Context { folder, labels, private: &private, ..context() };
        mail::read(message(head, "x").as_bytes(), &context).unwrap().is_some()
    };
    assert!(is_read("Familyhood", &[], "Subject: x"));
    assert!(!is_read("family", &[], "Subject: x"));
    assert!(!is_read("Family/School", &[], "Subject: x"));
    assert!(!is_read("INBOX", &["Health".to_owned()], "Subject: x"));
    assert!(!is_read("INBOX", &[], "X-Gmail-Labels: Inbox,Health"));
}

fn boxed(id: &str) -> String {
    let text = message(&format!("Message-ID: <{id}@x>"), id);
    format!("From ada@x Thu Jan  2 10:00:00 2025\n{text}\n")
}

#[test]
fn an_mbox_that_grew_is_read_from_where_it_ended() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Sent.mbox");
    let paths = [folder.path().to_owned()];
    fs::write(&path, boxed("1") + &boxed("2")).unwrap();
    let (first, facts) = read_all(&paths, None, &[]);
    assert_eq!((ids(&facts), first.messages), (vec!["1@x", "2@x"], 2));
    assert_eq!(facts[0].row["folder"], "Sent");
    let (same, facts) = read_all(&paths, Some(&first.cursor), &[]);
    assert_eq!((facts.len(), same.messages, &same.cursor), (0, 0, &first.cursor));
    // Half of a message is there; then the rest of it and another.
    let three = boxed("3");
    fs::write(&path, boxed("1") + &boxed("2") + &three[..three.len() - 3]).unwrap();
    let (half, facts) = read_all(&paths, Some(&first.cursor), &[]);
    assert_eq!((ids(&facts), half.messages), (vec!["3@x"], 1));
    fs::write(&path, boxed("1") + &boxed("2") + &three + &boxed("4")).unwrap();
    let (whole, facts) = read_all(&paths, Some(&half.cursor), &[]);
    assert_eq!((ids(&facts), whole.messages), (vec!["3@x", "4@x"], 2));
    // One was deleted: the file is another one.
    fs::write(&path, boxed("1") + &three + &boxed("4") + &boxed("5") + &boxed("6")).unwrap();
    let (other, facts) = read_all(&paths, Some(&whole.cursor), &[]);
    assert_eq!((facts.len(), other.messages), (5, 5));
    let (left_out, facts) = read_all(&paths, None, &["sent".to_owned()]);
    assert_eq!((facts.len(), left_out.messages, left_out.problems.len()), (0, 0, 0));
}

#[test]
fn a_message_moved_in_a_maildir_is_not_read_twice() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    for part in ["cur", "new", "tmp", ".Sent/cur", ".Sent/new", ".Clients.Acme/cur", ".Clients.Acme/new"] {
        fs::create_dir_all(root.join(part)).unwrap();
    }
    fs::write(root.join("dovecot-keywords"), "0 Later\n1 Work\n").unwrap();
    fs::write(root.join("new/1735812000.a.host"), message("Message-ID: <1@x>", "a")).unwrap();
    fs::write(root.join("cur/1735812001.b.host:2,RSb"), message("Message-ID: <2@x>", "b")).unwrap();
    fs::write(root.join(".Sent/cur/1735812002.c.host:2,S"), message("Message-ID: <3@x>", "c")).unwrap();
    fs::write(root.join(".Sent/cur/1735812003.d.host:2,S"), message("Message-ID: <1@x>", "a")).unwrap();
    fs::write(root.join("cur/1735812003.draft.host:2,DS"), message("Message-ID: <draft@x>", "d")).unwrap();
    let paths = [root.to_owned()];
    let (first, facts) = read_all(&paths, None, &[]);
    assert_eq!((first.messages, first.rows, first.problems.len()), (4, 3, 0));
    let two = facts.iter().find(|fact| fact.row["id"] == "2@x").unwrap();
    assert_eq!((&two.row["is_answered"], &two.row["labels"]), (&json!(true), &json!(["Work"])));
    assert!(facts.iter().any(|fact| fact.row["folder"] == "Sent"));
    fs::rename(root.join("new/1735812000.a.host"), root.join(".Clients.Acme/cur/1735812000.a.host:2,S"))
        .unwrap();
    fs::write(root.join("new/1735812004.e.host"), message("Message-ID: <5@x>", "e")).unwrap();
    let (second, facts) = read_all(&paths, Some(&first.cursor), &[]);
    assert_eq!((ids(&facts), second.messages), (vec!["5@x"], 1));
    assert_eq!(facts[0].row["folder"], "INBOX");
}

#[test]
fn a_path_that_holds_no_mail_is_told() {
    let (synced, _) = read_all(&[PathBuf::from("/nowhere/at/all")], None, &[]);
    assert_eq!(synced.problems.len(), 1);
}

#[test]
fn a_real_mailbox_is_read_whole() {
    let Some(path) = real(REAL) else { return eprintln!("skipped: {REAL} is not on this machine") };
    let (synced, facts) = read_all(&[path], None, &[]);
    assert_eq!((synced.messages, facts.len(), synced.problems.len()), (3068, 3068, 0));
    let count = |column: &str| facts.iter().filter(|fact| fact.row.get(column).is_some()).count();
    let robots = facts.iter().filter(|fact| fact.row["is_robot"] == true).count();
    let asking = facts.iter().filter(|fact| fact.row["asks"] != json!([])).count();
    println!("text {}, robots {robots}, asking {asking}, wrong dates {}", count("text"), count("date_text"));
    assert!(facts.iter().all(|fact| fact.row["is_from_list"] == true));
    let quoted = facts.iter().filter_map(|fact| fact.row.get("text")?.as_str()).flat_map(str::lines);
    assert_eq!(quoted.filter(|line| line.starts_with('>')).count(), 0);
}

#[test]
fn asks_are_found_as_well_as_documented() {
    let Some(path) = real("parakweet-ask-train.txt.gz") else {
        return eprintln!("skipped: no labelled sentences");
    };
    let text = {
        use std::io::Read as _;
        let mut bytes = Vec::new();
        flate2::read::GzDecoder::new(fs::File::open(path).unwrap()).read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let (mut right, mut wrong, mut missed) = (0.0, 0.0, 0.0);
    for (label, sentence) in text.lines().filter_map(|line| line.split_once('\t')) {
        match (label == "Yes", asks_something(sentence)) {
            (true, true) => right += 1.0,
            (false, true) => wrong += 1.0,
            (true, false) => missed += 1.0,
            (false, false) => {}
        }
    }
    let (precision, recall) = (right / (right + wrong), right / (right + missed));
    println!("precision {precision:.3}, recall {recall:.3}");
    assert!(precision > 0.80 && recall > 0.66, "precision {precision:.3}, recall {recall:.3}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_bytes_break_it(
        any in prop::collection::vec(any::<u8>(), 0..400),
        near in "(From |From: |Date: |To: |References: <|Content-Type: multipart/mixed; boundary=b\n|--b|--b--|=\\?utf-8\\?q\\?|\\?=|\n\n|\n|>|-- |<a@b>|<div>|</|[a-zä,:;@?.] ){0,60}",
    ) {
        for bytes in [any.as_slice(), near.as_bytes(), format!("From: a@b\n{near}").as_bytes()] {
            prop_assert_eq!(mail::read(bytes, &context()), mail::read(bytes, &context()));
        }
        let _ = own(&near);
        let _ = mail::asks(&near);
    }
}
