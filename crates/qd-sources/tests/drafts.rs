//! What an answer looks like, and what cannot be smuggled into one.
#![allow(clippy::unwrap_used, reason = "a test may fail by it")]

use std::{fs, io};

use jiff::Timestamp;
use mail_parser::MessageParser;
use proptest::prelude::*;

use qd_sources::mail::{
    draft::{Asked, Draft, Mailbox},
    drafts_folder, save,
};

fn at() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

fn mailbox(name: &str, address: &str) -> Mailbox {
    Mailbox::new(Some(name).filter(|name| !name.is_empty()), address).expect("an address")
}

fn words(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn answer(subject: &str, text: &str) -> Draft {
    let cy = mailbox("Cy Müller", "cy@acme.example");
    let asked = Asked {
        id: "a3@acme",
        at: at(),
        sender: &cy,
        reply_to: &[],
        to: &words(&["ada@example.org", "Bo@example.org", "cy@acme.example"]),
        cc: &words(&["bo@example.org", "dee@acme.example", "not an address", "AL@home.example"]),
        subject,
        references: &words(&["a1@acme", "made-0123", "a 2", "a2@example.org"]),
        text,
    };
    asked.answer(mailbox("Ada", "ada@example.org"), &words(&["al@home.example", "ada@example.org"]))
}

#[test]
fn an_answer_goes_where_its_author_wants_it() {
    let cy = mailbox("Cy", "cy@acme.example");
    let to = |reply_to: &[&str]| {
        let asked = Asked {
            id: "a@acme",
            at: at(),
            sender: &cy,
            reply_to: &words(reply_to),
            to: &words(&["ada@example.org", "all@lists.example"]),
            cc: &[],
            subject: "Shop",
            references: &[],
            text: "when?",
        };
        let draft = asked.answer(mailbox("Ada", "ada@example.org"), &words(&["ada@example.org"]));
        let sheet = draft.sheet();
        sheet.lines().take(2).map(str::to_owned).collect::<Vec<_>>().join(" | ")
    };
    let to_cy = "To: \"Cy\" <cy@acme.example> | Cc: all@lists.example";
    assert_eq!(to(&["desk@acme.example"]), "To: desk@acme.example | Cc: all@lists.example");
    assert_eq!(to(&["all@lists.example"]), to_cy, "a list wrote itself there");
    assert_eq!(to(&["no address"]), to_cy);
    assert_eq!(to(&[]), to_cy);
}

#[test]
fn an_answer_goes_to_everybody_but_oneself() {
    let draft = answer("Shop", "when is it done?\n\nRegards");
    let sheet = "To: \"Cy Müller\" <cy@acme.example>\nCc: Bo@example.org, dee@acme.example\nSubject: Re: Shop\n\n\n\n\
                 On 2026-03-02 \"Cy Müller\" <cy@acme.example> wrote:\n> when is it done?\n>\n> Regards\n";
    assert_eq!(draft.sheet(), sheet);
    let told = sheet.replace("Shop\n\n\n", "Shop\n\nOn Friday, schön.\n");
    let draft = draft.edited(&told).unwrap().expect("something is said");
    let bytes = draft.message(at());
    let text = String::from_utf8(bytes.clone()).expect("headers and text are encoded");
    assert!(text.is_ascii() && text.lines().all(|line| line.len() < 998), "{text}");
    let message = MessageParser::new().parse(&bytes).expect("a message");
    let shown = |address: Option<&mail_parser::Address<'_>>| -> Vec<(Option<String>, String)> {
        let all = address.into_iter().flat_map(|address| address.iter().collect::<Vec<_>>());
        all.map(|one| (one.name().map(str::to_owned), one.address().unwrap_or_default().to_owned())).collect()
    };
    assert_eq!(shown(message.from()), [(Some("Ada".to_owned()), "ada@example.org".to_owned())]);
    assert_eq!(shown(message.to()), [(Some("Cy Müller".to_owned()), "cy@acme.example".to_owned())]);
    assert_eq!(shown(message.cc()).len(), 2);
    assert_eq!(message.subject(), Some("Re: Shop"));
    assert_eq!(message.in_reply_to().as_text(), Some("a3@acme"));
    assert_eq!(message.references().as_text_list().unwrap(), ["a1@acme", "a2@example.org", "a3@acme"]);
    assert_eq!(message.date().unwrap().to_rfc3339(), "2026-03-02T09:00:00Z");
    assert_eq!(message.header_raw("X-Unsent").map(str::trim), Some("1"));
    assert!(message.message_id().unwrap().ends_with("@example.org"));
    let body = message.body_text(0).unwrap().replace("\r\n", "\n");
    assert!(body.starts_with("On Friday, schön.\n\nOn 2026-03-02") && body.contains("> when is"), "{body}");
}

#[test]
fn who_says_nothing_leaves_nothing() {
    let draft = answer("Shop", "when is it done?");
    for sheet in [draft.sheet(), String::new(), "\n\n \n".to_owned(), "To: cy@acme.example\n\n".to_owned()] {
        assert_eq!(draft.edited(&sheet), Ok(None), "{sheet}");
    }
    // Taking lines out of the quote is no answer either.
    assert_eq!(draft.edited("To: cy@acme.example\n\n> when is it done?\n"), Ok(None));
    assert_eq!(draft.saying(" \n"), None);
    assert_eq!(draft.saying("Soon.").map(|draft| draft.body().starts_with("Soon.\n\nOn ")), Some(true));
}

#[test]
fn what_cannot_be_a_header_is_told() {
    let draft = answer("Re: AW: Shop", "?");
    assert_eq!(draft.subject, "Re: AW: Shop");
    let told = |head: &str| draft.edited(&format!("{head}\n\nSoon.\n"));
    assert!(told("Bcc: x@y.example").is_err_and(|error| error.contains("`Bcc`")));
    assert!(told("To: nobody").is_err_and(|error| error.contains("`nobody`")));
    assert!(told("On Friday").is_err());
    let edited = told("to: Bo <bo@example.org>, dee@x.example\nSUBJECT: Another").unwrap().unwrap();
    assert_eq!((edited.to.len(), edited.cc.len(), &edited.subject[..]), (2, 0, "Another"));
}

#[test]
fn a_draft_lies_among_the_drafts_of_a_maildir() -> io::Result<()> {
    let place = tempfile::tempdir()?;
    let paths = [place.path().to_owned()];
    for folder in ["cur", "new", ".Sent/cur", ".Sent/new"] {
        fs::create_dir_all(place.path().join(folder))?;
    }
    assert_eq!(drafts_folder(&paths), None);
    for folder in [".Drafts/cur", ".Drafts/new"] {
        fs::create_dir_all(place.path().join(folder))?;
    }
    let folder = drafts_folder(&paths).expect("a folder of drafts");
    assert_eq!(folder, place.path().join(".Drafts"));
    let saved = save(&folder, b"Subject: Re: Shop\r\n\r\nSoon.\r\n", Timestamp::UNIX_EPOCH)?;
    assert!(saved.parent() == Some(&folder.join("cur")) && saved.to_string_lossy().ends_with(":2,DS"));
    assert_eq!(fs::read(&saved)?, b"Subject: Re: Shop\r\n\r\nSoon.\r\n");
    assert_eq!(fs::read_dir(folder.join("tmp"))?.count(), 0);
    Ok(())
}

proptest! {
    #[test]
    fn nothing_adds_a_header(subject in "(.|[\r\n\t\u{0}]){0,60}", name in "(.|[\r\n]){0,40}", id in "(.|[\r\n<>]){0,30}",
                             text in "(.|[\r\n]){0,80}") {
        let sender = Mailbox::new(Some(&name), "cy@acme.example").expect("an address");
        let references = [id.clone(), format!("x\r\nBcc: {id}")];
        let asked = Asked { id: &id, at: at(), sender: &sender, reply_to: &references, to: &references, cc: &references, subject: &subject,
                            references: &references, text: &text };
        let draft = asked.answer(mailbox("Ada", "ada@example.org"), &[]);
        let bytes = draft.saying("Soon.").expect("it says something").message(at());
        let message = MessageParser::new().parse(&bytes).expect("a message");
        let known = ["From", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "X-Unsent",
                     "MIME-Version", "Content-Type", "Content-Transfer-Encoding"];
        for header in message.headers() {
            prop_assert!(known.contains(&header.name()), "{}", header.name());
        }
        let names: Vec<_> = message.headers().iter().map(mail_parser::Header::name).collect();
        prop_assert_eq!(names.iter().collect::<std::collections::BTreeSet<_>>().len(), names.len());
        prop_assert_eq!(message.to().map(|to| to.iter().count()), Some(1));
    }
}
