//! Answers and hand-overs: drafts, and nothing but drafts.

use std::fs;

use crate::{
    mail::{COMPANY, letter},
    world::{Run, World},
};

pub(crate) fn asked() -> World {
    let world = World::new();
    world.write("company.toml", COMPANY);
    let text = "Hello,\n\nwhen is it done?";
    let asked = letter("a@acme", "Cy <cy@acme.example>", "ada@example.org, dee@acme.example", 30, "", text);
    world.write("mail/INBOX.mbox", &asked);
    assert_eq!(world.run(&["sync"]).code, 0);
    world
}

fn row(world: &World) -> String {
    let brief = world.run(&["brief", "--no-sync", "--format", "json"]).out;
    let brief: serde_json::Value = serde_json::from_str(&brief).expect("it is JSON");
    brief["rows"][0]["id"].as_str().expect("an id").to_owned()
}

/// The program with an editor, a line of the shell.
fn with_editor(world: &World, editor: &str, arguments: &[&str]) -> Run {
    let output = world.command().args(arguments).env("VISUAL", editor).output().expect("the program starts");
    Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

pub(crate) fn drafts(world: &World) -> Vec<String> {
    let found = fs::read_dir(world.path(".quarterdeck/drafts")).into_iter().flatten().flatten();
    found.map(|file| fs::read_to_string(file.path()).expect("a draft")).collect()
}

#[test]
fn an_answer_is_a_draft_and_the_row_stays() {
    let world = asked();
    let id = row(&world);
    let dry = world.run(&["answer", &id, "--text", "On Friday.", "--dry-run"]);
    assert!(dry.code == 0 && dry.out.contains("In-Reply-To: <a@acme>\r\n"), "{}{}", dry.out, dry.err);
    for head in ["Subject: Re: Shop\r\n", "Cc: <dee@acme.example>\r\n", "X-Unsent: 1\r\n", "On Friday.\r\n"] {
        assert!(dry.out.contains(head), "{head}: {}", dry.out);
    }
    assert_eq!(drafts(&world).len(), 0);
    // An mbox takes no drafts, so a file does.
    let kept = world.run(&["answer", &id, "--text", "On Friday."]);
    assert!(kept.code == 0 && kept.out.starts_with("draft to Cy in "), "{}{}", kept.out, kept.err);
    assert!(kept.err.contains("nothing was sent"), "{}", kept.err);
    assert_eq!(drafts(&world).len(), 1);
    assert_eq!(row(&world), id);
    // A Maildir with a folder of drafts takes it; nothing else in the mailbox changes.
    for folder in ["cur", "new", "tmp", ".Drafts/cur", ".Drafts/new"] {
        fs::create_dir_all(world.path("mail/box").join(folder)).expect("a Maildir");
    }
    let before = fs::read(world.path("mail/INBOX.mbox")).expect("a mailbox");
    let kept = world.run(&["answer", &id, "--text", "On Friday.", "--format", "json"]);
    let said: serde_json::Value = serde_json::from_str(&kept.out).expect("it is JSON");
    assert_eq!((&said["saved"]["folder"], &said["is_sent"]), (&"Drafts".into(), &false.into()), "{said}");
    assert_eq!(fs::read_dir(world.path("mail/box/.Drafts/cur")).expect("a folder").count(), 1);
    assert_eq!(fs::read(world.path("mail/INBOX.mbox")).expect("a mailbox"), before);
    assert_eq!(world.run(&["sync"]).code, 0);
    assert_eq!(world.ask(".", "SELECT count(*) FROM messages"), "1");
}

#[test]
fn an_editor_that_says_nothing_or_fails_leaves_nothing() {
    let world = asked();
    let id = row(&world);
    for (editor, code) in [("true", 0), ("false", 2), ("no-such-editor", 2)] {
        let run = with_editor(&world, editor, &["answer", &id]);
        assert_eq!((run.code, drafts(&world).len()), (code, 0), "{editor}: {}{}", run.out, run.err);
    }
    // What cannot be used is kept, and opened again.
    let run = with_editor(&world, "sed -i -e 's/^Cc:.*/Cc: nobody/' -e '5s/^$/Soon./'", &["answer", &id]);
    assert!(run.code == 2 && run.err.contains("`nobody`"), "{}{}", run.out, run.err);
    assert_eq!(drafts(&world).len(), 1);
    let run = with_editor(&world, "sed -i -e 's/^Cc:.*/Cc: bo@example.org/'", &["answer", &id]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let kept = drafts(&world);
    assert_eq!(kept.len(), 1);
    assert!(kept[0].contains("Cc: <bo@example.org>\r\n") && kept[0].contains("Soon.\r\n"), "{}", kept[0]);
}

#[test]
fn what_is_handed_over_stays_on_the_books_until_it_is_answered() {
    let world = asked();
    let id = row(&world);
    let run = world.run(&["delegate", &id, "--to", "bo"]);
    assert!(run.code == 0 && drafts(&world).is_empty(), "no mailbox takes one: {}{}", run.out, run.err);
    assert!(run.err.contains("no letter was written: no mailbox takes it"), "{}", run.err);
    assert_eq!(world.run(&["undo", &id]).code, 0);
    let run = world.run(&["delegate", &id, "--to", "bo", "--draft"]);
    assert!(run.code == 0 && run.out.contains("draft to Bo in "), "{}{}", run.out, run.err);
    let kept = drafts(&world);
    for words in ["To: \"Bo\" <bo@example.org>", "Subject: Fwd: Shop", "when is it done?", "asks since"] {
        assert!(kept[0].contains(words), "{words}: {}", kept[0]);
    }
    let held = || {
        let brief = world.run(&["brief", "--no-sync", "--format", "json"]).out;
        let brief: serde_json::Value = serde_json::from_str(&brief).expect("it is JSON");
        brief["held_by_others"]
            .as_array()
            .expect("a list")
            .iter()
            .filter(|held| held["id"] == id.as_str())
            .count()
    };
    assert_eq!(held(), 1);
    // Ada sends the letter: that is no answer to Cy. Bo's is. (Mail has no parts of seconds, so both come
    // well after the word.)
    let asks = |later: i64| {
        let at = (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(later)).to_string();
        let asks = "SELECT count(*) FROM mail_obligations WHERE kind = 'ask'";
        let run = world.run(&["-q", "--as-of", &at, "sql", asks, "--format", "csv"]);
        run.out.lines().nth(1).map(str::to_owned)
    };
    let over = "Hello Bo, could you?";
    let over = letter("b@example.org", "ada@example.org", "bo@example.org", -1, "a@acme", over);
    let answer = "cy@acme.example, ada@example.org";
    let answer = letter("c@example.org", "bo@example.org", answer, -3, "a@acme", "Yes.");
    world.write("mail/Sent.mbox", &over);
    world.write("mail/Bo.mbox", &answer);
    assert_eq!(world.run(&["sync"]).code, 0);
    assert_eq!((asks(2).as_deref(), asks(4).as_deref()), (Some("1"), Some("0")));
}

#[test]
fn a_promise_is_on_the_list_and_the_row_waits_for_it() {
    let world = asked();
    let id = row(&world);
    let run = world.run(&["promise", &id, "Send the date", "--by", "3d"]);
    assert!(run.code == 0 && run.out.contains("Send the date, for acme, by "), "{}{}", run.out, run.err);
    assert!(world.run(&["todo"]).out.contains("Send the date, for acme"));
    assert!(!world.run(&["brief", "--no-sync"]).out.contains(&id));
    assert_eq!(world.run(&["undo", &id]).code, 0);
    assert!(world.run(&["brief", "--no-sync"]).out.contains(&id));
    let past = world.run(&["promise", &id, "Send it", "--by", "2020-01-01"]);
    assert_eq!((past.code, world.run(&["todo"]).out.lines().count()), (2, 1), "{}", past.err);
}

#[test]
fn what_is_no_mail_is_answered_where_it_was_asked() {
    let world = World::new();
    world.write("company.toml", COMPANY);
    assert_eq!(world.run(&["todo", "Ask Bo", "--by", "2026-03-02"]).code, 0);
    let id = row(&world);
    let run = world.run(&["answer", &id, "--text", "Yes."]);
    assert!(run.code == 2 && run.err.contains("about no mail"), "{}{}", run.out, run.err);
}
