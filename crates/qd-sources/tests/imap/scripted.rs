//! What is asked and told, against a server of a few lines.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use proptest::prelude::*;
use qd_sources::{
    connector::{ASIDE, Outcome},
    http::Patience,
    mail::imap::{Access, Ended, Proof, Request, save, sync, wait},
};
use qd_tables::Fact;
use serde_json::json;

use crate::server::{GREETING, Server, done, fetched, plain_server, text};

const PASSWORD: &str = "correct horse";

fn sync_with(
    server: &Server,
    cursors: &BTreeMap<String, String>,
    private: &[String],
) -> (Outcome, Vec<Fact>) {
    read(&server.url, cursors, private)
}

fn read(url: &str, cursors: &BTreeMap<String, String>, private: &[String]) -> (Outcome, Vec<Fact>) {
    read_as(url, Proof::Password(PASSWORD), cursors, private)
}

fn read_as(
    url: &str,
    proof: Proof<'_>,
    cursors: &BTreeMap<String, String>,
    private: &[String],
) -> (Outcome, Vec<Fact>) {
    let patience = Patience { silence: Duration::from_millis(300), ..Patience::SYNC };
    let access = Access { url, user: "ada@example.org", proof, certificates: None, patience };
    let observed_at: Timestamp = "2025-07-01T00:00:00Z".parse().unwrap();
    let request = Request { cursors, private, since: None, observed_at };
    let mut facts = Vec::new();
    let outcome = sync(&access, &request, &mut |step| {
        facts.extend(step.facts);
        Ok(())
    });
    (outcome.unwrap(), facts)
}

fn ids(facts: &[Fact]) -> Vec<&str> {
    facts.iter().filter_map(|fact| fact.row.get("id")?.as_str()).collect()
}

#[test]
fn a_server_that_can_do_little_is_read_by_names_and_numbers() {
    let list = "* LIST () \".\" INBOX\r\n* LIST () \".\" INBOX.Sent\r\n* LIST () \".\" INBOX.Trash\r\n\
                * LIST () \".\" INBOX.Trash.Old\r\n* LIST (\\Noselect) \".\" Above\r\n\
                * LIST () \".\" \"Entw&APw-rfe\"\r\n* LIST () \".\" INBOX.Family.School\r\n";
    let mut answers = plain_server(list, &[3, 4, 9]);
    let marks =
        fetched(3, "FLAGS (\\Answered Work)") + &fetched(4, "FLAGS (\\Draft)") + &fetched(9, "FLAGS ()");
    answers.insert(0, ("UID FETCH 3:4,9 (UID FLAGS", done(&marks)));
    answers.insert(0, ("UID FETCH 3,9 (UID BODY.PEEK", done(&(text(3) + &text(9)))));
    let server = Server::new(GREETING, &answers);
    let (first, facts) = sync_with(&server, &BTreeMap::new(), &["family".to_owned()]);
    assert_eq!(first.problems, []);
    // A copy in another folder is the same message.
    assert_eq!((ids(&facts), first.rows), (vec!["3@x", "9@x"], 2));
    assert_eq!(first.cursors.keys().collect::<Vec<_>>(), ["INBOX", "INBOX/Sent"]);
    let row = &facts[0].row;
    assert_eq!((&row["folder"], &row["is_answered"]), (&json!("INBOX"), &json!(true)));
    assert_eq!((&row["labels"], &row["asks"]), (&json!(["Work"]), &json!(["Hello?"])));
    assert_eq!(server.count("EXAMINE"), 2);
    assert_eq!(server.count("SELECT") + server.count("UID STORE"), 0);
    let (second, facts) = sync_with(&server, &first.cursors, &["family".to_owned()]);
    assert_eq!((facts.len(), &second.cursors), (0, &first.cursors));
    assert_eq!(server.count("UID SEARCH"), 2);
    assert!(first.cursors.values().all(|cursor| !cursor.contains("ada") && !cursor.contains("127")));
}

#[test]
fn where_messages_carry_labels_one_folder_is_read_and_no_text_of_private_ones() {
    let list = "* LIST () \"/\" INBOX\r\n* LIST (\\All) \"/\" \"[Gmail]/All Mail\"\r\n\
                * LIST (\\Trash) \"/\" \"[Gmail]/Bin\"\r\n* LIST () \"/\" Family\r\n";
    let marks = fetched(1, "X-GM-LABELS (\"\\\\Inbox\" Work) FLAGS (\\Seen)")
        + &fetched(2, "X-GM-LABELS (\"Family/Gr&APwA3w-e\") FLAGS ()");
    let mut answers = plain_server(list, &[1, 2]);
    answers.insert(0, ("CAPABILITY", done("* CAPABILITY IMAP4rev1 X-GM-EXT-1\r\n")));
    answers.insert(0, ("UID FETCH 1:2 (UID FLAGS RFC822.SIZE INTERNALDATE X-GM-LABELS)", done(&marks)));
    answers.insert(0, ("UID FETCH 1 (UID BODY.PEEK[]<0.262144>)", done(&text(1))));
    let server = Server::new(GREETING, &answers);
    let (outcome, facts) = sync_with(&server, &BTreeMap::new(), &["family".to_owned()]);
    assert_eq!(outcome.problems, []);
    assert_eq!(ids(&facts), ["1@x"]);
    assert_eq!(facts[0].row["labels"], json!(["\\Inbox", "Work"]));
    assert_eq!((server.count("EXAMINE"), server.count("UID FETCH")), (1, 2));
}

#[test]
fn numbers_given_anew_are_read_anew() {
    let marks = fetched(1, "FLAGS ()");
    let of = |validity: u32| {
        let mut answers = plain_server("* LIST () \"/\" INBOX\r\n", &[1]);
        let examined = format!("* OK [UIDVALIDITY {validity}] ok\r\n* OK [UIDNEXT 2] ok\r\n");
        answers.insert(0, ("EXAMINE", done(&examined)));
        answers.insert(0, ("UID FETCH 1 (UID FLAGS", done(&marks)));
        answers.insert(0, ("UID FETCH 1 (UID BODY", done(&text(1))));
        Server::new(GREETING, &answers)
    };
    let (old, _) = sync_with(&of(7), &BTreeMap::new(), &[]);
    let cursor = old.cursors["INBOX"].clone();
    assert!(cursor.contains("\"validity\":7,\"next\":2"), "{cursor}");
    // The same server: the port is none of the account.
    assert_eq!(sync_with(&of(7), &old.cursors, &[]).1.len(), 0);
    assert_eq!(ids(&sync_with(&of(8), &old.cursors, &[]).1), ["1@x"]);
}

#[test]
fn a_message_that_is_refused_holds_up_no_later_one() {
    let marks = (1..=4).map(|uid| fetched(uid, "FLAGS ()")).collect::<String>();
    let mut answers = plain_server("* LIST () \"/\" INBOX\r\n", &[1, 2, 3, 4]);
    answers.insert(0, ("UID FETCH 1:4 (UID FLAGS", done(&marks)));
    answers.insert(0, ("UID FETCH 1:4 (UID BODY", format!("{}@ NO some\r\n", text(1))));
    answers.insert(0, ("UID FETCH 2 (UID BODY", "@ NO broken\r\n".to_owned()));
    answers.insert(0, ("UID FETCH 3 (UID BODY", done(&text(3))));
    answers.insert(0, ("UID FETCH 4 (UID BODY", "@ NO later\r\n".to_owned()));
    let server = Server::new(GREETING, &answers);
    let (outcome, facts) = sync_with(&server, &BTreeMap::new(), &[]);
    assert_eq!(ids(&facts), ["1@x", "3@x"]);
    assert!(outcome.cursors["INBOX"].contains("\"next\":4"), "{:?}", outcome.cursors);
    let told: Vec<_> = outcome.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(told.len(), 2);
    assert!(told[0].contains("message 2") && told[1].contains("another time"), "{told:?}");
}

#[test]
fn an_access_token_is_sent_as_xoauth2_and_a_refusal_is_heard_to_its_end() {
    let refusals = [
        ("AUTHENTICATE XOAUTH2", "+ eyJzdGF0dXMiOiI0MDAifQ==\r\n".to_owned()),
        ("", "A0001 NO ada is unknown\r\n".to_owned()),
    ];
    let server = Server::new(GREETING, &refusals);
    let proof = Proof::Token("t0k3n");
    let (outcome, _) = read_as(&server.url, proof, &BTreeMap::new(), &[]);
    let told = format!("{:?}{proof:?}", outcome.problems);
    assert!(told.contains("does not accept") && !told.contains("ada") && !told.contains("t0k3n"), "{told}");
    // "user=ada@example.org", "auth=Bearer t0k3n", each ended by a byte 1, and one more.
    let sent = "dXNlcj1hZGFAZXhhbXBsZS5vcmcBYXV0aD1CZWFyZXIgdDBrM24BAQ==";
    assert_eq!(server.asked(), ["CONNECT", "AUTHENTICATE XOAUTH2", sent, ""]);
}

#[test]
fn a_wrong_password_is_tried_once_and_told_without_the_servers_words() {
    for (greeting, command) in [(GREETING, "AUTHENTICATE"), ("* OK ready\r\n", "LOGIN")] {
        let server =
            Server::new(greeting, &[(command, "@ NO [AUTHENTICATIONFAILED] ada is unknown\r\n".to_owned())]);
        let (outcome, facts) = sync_with(&server, &BTreeMap::new(), &[]);
        assert_eq!((facts.len(), outcome.units().count(), outcome.problems.len()), (0, 0, 1));
        let told = format!("{:?}", outcome.problems);
        assert!(told.contains("does not accept the user and the password"), "{told}");
        assert!(!told.contains("ada") && !told.contains(PASSWORD), "{told}");
        assert_eq!((server.count("CONNECT"), server.count(command)), (1, 1));
        // The same is not tried again within half an hour; another one is, and so is the same later.
        let wait = sync_with(&server, &outcome.cursors, &[]).0;
        assert!(wait.problems.len() == 1 && wait.problems[0].message.contains("half an hour ago"));
        assert_eq!(server.count("CONNECT"), 1);
        let other = read_as(&server.url, Proof::Password("another"), &outcome.cursors, &[]).0;
        assert_eq!((other.problems.len(), server.count("CONNECT")), (1, 2));
        let kept = outcome.cursors.values().next().expect("what was refused");
        assert!(!kept.contains(PASSWORD) && kept.len() < 60, "{kept}");
        let hour_before = kept.replace("2025-07-01T00:00:00Z", "2025-06-30T23:00:00Z");
        let before = BTreeMap::from([(ASIDE.to_owned(), hour_before)]);
        sync_with(&server, &before, &[]);
        assert_eq!(server.count("CONNECT"), 3);
    }
}

#[test]
fn what_is_no_mail_server_is_told_without_its_words() {
    let cases = [
        ("SSH-2.0-secret\r\n", "cannot be understood"),
        ("* BYE secret\r\n", "turns connections away"),
        ("* PREAUTH secret\r\n", "no mail server that can be asked"),
        ("", "nothing was heard for too long"),
    ];
    for (greeting, words) in cases {
        let server = Server::new(greeting, &[]);
        let (outcome, _) = sync_with(&server, &BTreeMap::new(), &[]);
        let told = format!("{:?}", outcome.problems);
        assert!(outcome.problems.len() == 1 && told.contains(words) && !told.contains("secret"), "{told}");
        assert_eq!(server.count("CONNECT"), 1);
    }
    let garbage = [("AUTHENTICATE", done("")), ("CAPABILITY", done("* CAPABILITY IMAP4rev1\r\n"))];
    let server = Server::new(
        GREETING,
        &[garbage[0].clone(), garbage[1].clone(), ("LIST", "* secret (\r\n".to_owned())],
    );
    let told = format!("{:?}", sync_with(&server, &BTreeMap::new(), &[]).0.problems);
    assert!(told.contains("cannot be understood") && !told.contains("secret"), "{told}");
}

#[test]
fn nothing_is_sent_in_the_clear_to_another_machine() {
    let (outcome, _) = read("imap://192.0.2.1", &BTreeMap::new(), &[]);
    assert!(outcome.problems[0].message.contains("without encryption"), "{:?}", outcome.problems);
    for wrong in ["imap.example.org", "https://imap.example.org", "imaps://", "imaps://x/INBOX", ""] {
        let (outcome, _) = read(wrong, &BTreeMap::new(), &[]);
        assert!(outcome.problems[0].message.contains("`imaps://HOST`"), "{wrong}: {:?}", outcome.problems);
    }
    let (outcome, _) = read("imaps://ada:secret@imap.example.org", &BTreeMap::new(), &[]);
    let told = format!("{:?}", outcome.problems);
    assert!(told.contains("`user`") && !told.contains("secret"), "{told}");
}

fn saved(server: &Server, refused: Option<&String>) -> Result<String, String> {
    let patience = Patience { silence: Duration::from_millis(300), ..Patience::SYNC };
    let proof = Proof::Password(PASSWORD);
    let access = Access { url: &server.url, user: "ada@example.org", proof, certificates: None, patience };
    let at: Timestamp = "2025-07-01T00:00:00Z".parse().unwrap();
    save(&access, b"Subject: Re: Shop\r\n\r\nSoon.\r\n", (refused, None), at)
}

#[test]
fn a_draft_is_put_among_the_drafts_and_nothing_else_is_touched() {
    let by_word =
        "* LIST () \".\" INBOX\r\n* LIST () \".\" Drafts\r\n* LIST (\\Drafts) \".\" \"Offen \\\"x\\\"\"\r\n";
    let by_name =
        "* LIST () \".\" INBOX\r\n* LIST () \".\" INBOX.Outbox\r\n* LIST () \".\" \"INBOX.Entw&APw-rfe\"\r\n";
    for (list, folder, wire) in [
        (by_word, "Offen \"x\"", "\"Offen \\\"x\\\"\""),
        (by_name, "INBOX/Entwürfe", "\"INBOX.Entw&APw-rfe\""),
    ] {
        let mut answers = plain_server(list, &[1]);
        answers.insert(0, ("APPEND", "+ go on\r\n".to_owned()));
        // The line after the text of the draft.
        answers.insert(0, ("Soon.", String::new()));
        answers.insert(0, ("Re: Shop", String::new()));
        answers.push(("", "A0004 OK [APPENDUID 7 1] done\r\n".to_owned()));
        let server = Server::new(GREETING, &answers);
        assert_eq!(saved(&server, None).as_deref(), Ok(folder), "{:?}", server.asked());
        let appended = format!("APPEND {wire} (\\Draft \\Seen) {{28}}");
        assert_eq!(server.count(&appended), 1, "{:?}", server.asked());
        for touched in ["EXAMINE", "SELECT", "UID", "STORE"] {
            assert_eq!(server.count(touched), 0);
        }
    }
}

#[test]
fn a_server_says_by_itself_that_something_came() {
    let wait_at = |ability: &str, idle: &str| {
        let mut answers = plain_server("* LIST () \"/\" INBOX\r\n", &[1]);
        answers.insert(0, ("CAPABILITY", done(&format!("* CAPABILITY IMAP4rev1 {ability}\r\n"))));
        answers.insert(0, ("IDLE", idle.to_owned()));
        answers.insert(0, ("DONE", "A0004 OK done\r\n".to_owned()));
        let server = Server::new(GREETING, &answers);
        let patience = Patience { silence: Duration::from_millis(300), ..Patience::SYNC };
        let proof = Proof::Password(PASSWORD);
        let access =
            Access { url: &server.url, user: "ada@example.org", proof, certificates: None, patience };
        let came = std::cell::Cell::new(0);
        let ended = wait(&access, &mut || came.set(came.get() + 1), &|| came.get() > 0);
        (ended, came.get(), server)
    };
    let (ended, came, server) = wait_at("IDLE", "+ idling\r\n* OK still here\r\n* 2 EXISTS\r\n");
    assert_eq!((ended, came), (Ended::Stopped, 1), "{:?}", server.asked());
    assert_eq!((server.count("EXAMINE"), server.count("SELECT"), server.count("DONE")), (1, 0, 1));
    assert_eq!(wait_at("X", "").0, Ended::Unable);
    for (idle, words) in [("+ idling\r\n\u{4}", "closed"), ("@ BAD secret\r\n", "what comes")] {
        let (ended, came, _) = wait_at("IDLE", idle);
        let told = format!("{ended:?}");
        assert!(came == 0 && told.contains("Broken") && !told.contains("secret"), "{told}");
        assert!(told.contains(words) || told.contains("lost"), "{told}");
    }
}

#[test]
fn a_draft_that_is_not_taken_is_told_without_the_servers_words() {
    let list = "* LIST () \".\" INBOX\r\n* LIST (\\Drafts) \".\" Drafts\r\n";
    let cases = [
        ("* LIST () \".\" INBOX\r\n", "@ NO secret\r\n", "no folder of drafts"),
        (list, "@ NO [OVERQUOTA] secret\r\n", "does not take a draft"),
        (list, "* BYE secret\r\n\u{4}", "does not take a draft"),
        // The text is sent off, and nothing is heard of it any more.
        (list, "+ secret\r\n", "look whether it is there"),
    ];
    for (list, answer, words) in cases {
        let mut answers = plain_server(list, &[1]);
        answers.insert(0, ("APPEND", answer.to_owned()));
        let server = Server::new(GREETING, &answers);
        let told = saved(&server, None).expect_err("it is not taken");
        assert!(told.contains(words) && !told.contains("secret"), "{told}");
        assert!(server.count("APPEND") <= 1);
    }
    // A password that a sync was refused is not shown again here.
    let server = Server::new(GREETING, &[("AUTHENTICATE", "@ NO [AUTHENTICATIONFAILED] x\r\n".to_owned())]);
    let (outcome, _) = sync_with(&server, &BTreeMap::new(), &[]);
    let told = saved(&server, outcome.cursors.get(ASIDE)).expect_err("it is not tried");
    assert!(told.contains("half an hour ago") && server.count("CONNECT") == 1, "{told}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_answer_breaks_it(
        stage in 0_usize..6,
        said in "(\\* |@ OK |@ NO |LIST |\\(|\\)|\"|\"INBOX\"|\\\\All|FETCH |1 |UID |UIDNEXT |BODY\\[\\]|<0>|\\{3\\}\r\n|\\{99\\}|abc|SEARCH |4294967295 |FLAGS |NIL|\\[UIDNEXT 0\\]|STATUS |\r\n|[ -~é]){0,40}",
    ) {
        let begins = ["CAPABILITY", "LIST", "EXAMINE", "UID SEARCH", "UID FETCH 1 (UID FLAGS", "UID FETCH 1 (UID BODY"];
        let mut answers = plain_server("* LIST () \"/\" INBOX\r\n", &[1]);
        answers.insert(0, ("UID FETCH 1 (UID FLAGS", done(&fetched(1, "FLAGS ()"))));
        answers.insert(0, (begins[stage], format!("{said}\r\n\u{4}")));
        let (outcome, facts) = sync_with(&Server::new(GREETING, &answers), &BTreeMap::new(), &[]);
        prop_assert!(facts.len() <= 1);
        let told = outcome.problems.iter().map(|problem| &problem.message);
        prop_assert!(outcome.problems.len() <= 2 && told.into_iter().all(|told| !told.contains("abc")));
    }
}
