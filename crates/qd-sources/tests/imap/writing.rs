//! The one thing that is written, and waiting, at a real mail server; `scripts/dovecot_check.sh` starts one.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use qd_sources::mail::{
    draft::{Asked, Mailbox},
    imap::{Ended, save, wait},
};

use crate::real::{Person, access, letter, server};

#[test]
#[ignore = "needs a running Dovecot: sh scripts/dovecot_check.sh"]
fn a_draft_is_put_there_and_what_comes_is_told() {
    let user = "bo@example.org";
    let mut bo = Person::new(user);
    bo.append("INBOX", "", &letter("1@x", "", "Hello,\r\n\r\nwhen is it done?"));
    let url = format!("imap://{}", server());
    let access = access(&url, user);
    let at: Timestamp = "2025-06-06T09:00:00Z".parse().expect("a time");
    let sender = Mailbox::new(Some("Cy Müller"), "cy@acme.example").expect("an address");
    let asked = Asked {
        id: "1@x",
        at,
        sender: &sender,
        reply_to: &[],
        to: &[],
        cc: &[],
        subject: "Shop",
        references: &[],
        text: "when is it done?",
    };
    let draft = asked.answer(Mailbox::new(Some("Bo"), user).expect("an address"), &[]);
    let message = draft.saying("On Friday, schön.").expect("it says something").message(at);
    assert_eq!(save(&access, &message, (None, None), at).as_deref(), Ok("Drafts"));

    bo.ask("EXAMINE Drafts");
    let kept = bo.ask("FETCH 1 (FLAGS BODY.PEEK[])");
    for words in
        ["\\Draft", "\\Seen", "In-Reply-To: <1@x>", "References: <1@x>", "Subject: Re: Shop", "X-Unsent: 1"]
    {
        assert!(kept.contains(words), "{words}: {kept}");
    }
    assert!(kept.contains("From: \"Bo\" <bo@example.org>") && kept.contains("<cy@acme.example>"), "{kept}");
    assert!(bo.ask("STATUS Drafts (MESSAGES)").contains("MESSAGES 1"));
    let marks = bo.ask("STATUS INBOX (MESSAGES UNSEEN)");
    assert!(marks.contains("MESSAGES 1 UNSEEN 1"), "the question is as it was: {marks}");

    // Whoever waits hears of each message, and leaves when they want to.
    let came = Arc::new(AtomicUsize::new(0));
    let heard = Arc::clone(&came);
    let begun = Instant::now();
    let waiting = thread::spawn(move || {
        let (url, heard) = (url, heard);
        let mut news = || {
            heard.fetch_add(1, Ordering::SeqCst);
        };
        wait(&crate::real::access(&url, user), &mut news, &|| begun.elapsed() > Duration::from_secs(8))
    });
    for number in 1..=2 {
        thread::sleep(Duration::from_secs(2));
        bo.append("INBOX", "", &letter(&format!("new{number}@x"), "", "Well?"));
        let sent = Instant::now();
        while came.load(Ordering::SeqCst) < number && sent.elapsed() < Duration::from_secs(4) {
            thread::sleep(Duration::from_millis(20));
        }
        println!("a message was heard of after {:.2} s", sent.elapsed().as_secs_f64());
        assert!(came.load(Ordering::SeqCst) >= number);
    }
    assert_eq!(waiting.join().expect("it ends"), Ended::Stopped);
    assert!(bo.ask("STATUS INBOX (UNSEEN)").contains("UNSEEN 3"));
}
