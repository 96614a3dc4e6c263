//! Mailboxes: what is read of them, and who has no answer.

use std::collections::BTreeSet;

use jiff::{Span, Timestamp, Zoned, tz::TimeZone};

use crate::world::{World, root};
use mailbox::Letter;
use server::{GREETING, Server, done, fetched, plain_server, text};

#[path = "../../../qd-bench/src/obligations/mailbox.rs"]
mod mailbox;
#[path = "../../../qd-sources/tests/imap/server.rs"]
mod server;

pub(crate) const COMPANY: &str = "name = \"Example\"\ntimezone = \"UTC\"\nme = \"ada\"\n\
    [people.ada]\nname = \"Ada\"\nmails = [\"ada@example.org\"]\n\
    [people.bo]\nname = \"Bo\"\nmails = [\"bo@example.org\"]\n\
    [relations.acme]\nkind = \"client\"\nmails = [\"acme.example\"]\n\
    [sources.mail]\nkind = \"mail\"\npaths = [\"mail\"]\nprivate = [\"Family\"]\n";

/// A message of so many hours ago, as an mbox holds it.
pub(crate) fn letter(id: &str, from: &str, to: &str, hours: i64, answers: &str, text: &str) -> String {
    let at = Zoned::now().with_time_zone(TimeZone::UTC) - Span::new().hours(hours);
    let answers = if answers.is_empty() { String::new() } else { format!("In-Reply-To: <{answers}>\n") };
    let (line, date) = (at.strftime("%a %b %e %H:%M:%S %Y"), at.strftime("%a, %d %b %Y %H:%M:%S +0000"));
    format!(
        "From x {line}\nMessage-ID: <{id}>\nFrom: {from}\nTo: {to}\nDate: {date}\nSubject: Shop\n{answers}\n{text}\n\n"
    )
}

#[test]
fn who_has_no_answer_is_told_until_they_have_one() {
    let world = World::new();
    world.write("company.toml", COMPANY);
    let asked =
        letter("a@acme", "Cy <cy@acme.example>", "ada@example.org", 30, "", "Hello,\n\nwhen is it done?");
    world.write("mail/INBOX.mbox", &asked);
    world.write(
        "mail/Family.mbox",
        "From x Mon Mar  2 09:00:00 2026\nFrom: dee@home\nTo: ada@example.org\n\nDinner?\n",
    );
    let sync = world.run(&["sync"]);
    assert_eq!(sync.code, 0, "{}{}", sync.out, sync.err);
    assert!(sync.out.contains("1 mailbox") && sync.out.contains("1 row"), "{}", sync.out);
    let owed = "SELECT person, kind, sentence, relation FROM obligations";
    assert_eq!(world.ask(".", owed), "ada,ask,when is it done?,acme");
    let brief = world.run(&["brief", "--no-sync", "--format", "json"]);
    let brief: serde_json::Value = serde_json::from_str(&brief.out).expect("it is JSON");
    let row = &brief["rows"][0];
    assert_eq!((&row["signal"], &row["holder"]), (&"relation-waits".into(), &"ada".into()), "{brief}");

    let evening = world.run(&["evening", "--no-sync"]);
    assert!(evening.out.contains("Cy (acme): when is it done?"), "{}{}", evening.out, evening.err);
    assert!(evening.out.ends_with("1 thing waits for an answer of yours.\n"), "{}", evening.out);

    // No answer is needed, by her word; and she takes it back.
    let id = row["id"].as_str().expect("an id").to_owned();
    let dismissed = world.run(&["dismiss", &id, "--because", "we spoke"]);
    assert_eq!(dismissed.code, 0, "{}{}", dismissed.out, dismissed.err);
    assert_eq!(world.ask(".", "SELECT count(*) FROM obligations"), "0");
    assert_eq!(world.run(&["undo", &id]).code, 0);
    assert_eq!(world.ask(".", "SELECT count(*) FROM obligations"), "1");

    // Her answer lies in another folder.
    let answer = letter("b@example.org", "ada@example.org", "cy@acme.example", 20, "a@acme", "On Friday.");
    world.write("mail/Sent.mbox", &answer);
    let sync = world.run(&["sync"]);
    assert!(sync.out.contains("2 mailboxes, 1 changed, 1 row"), "{}{}", sync.out, sync.err);
    assert_eq!(world.ask(".", "SELECT count(*) FROM obligations"), "0");
    assert!(world.run(&["evening", "--no-sync"]).out.ends_with("Nobody waits for an answer of yours.\n"));
    let past = Timestamp::now() - Span::new().hours(25);
    let past = world.run(&["-q", "--as-of", &past.to_string(), "sql", owed, "--format", "csv"]);
    assert!(past.out.contains("when is it done?"), "{}{}", past.out, past.err);
}

#[test]
fn a_mailbox_of_somebody_else_obliges_them() {
    let world = World::new();
    world.write("company.toml", &format!("{COMPANY}person = \"bo\"\n"));
    let text = "From x Mon Mar  2 09:00:00 2026\nMessage-ID: <1@x>\nFrom: cy@x.example\n\
                To: bo@example.org, ada@example.org\nDate: Mon, 2 Mar 2026 09:00:00 +0000\n\nCould you look at it?\n";
    world.write("mail/INBOX", text);
    assert_eq!(world.run(&["sync"]).code, 0);
    assert_eq!(world.ask(".", "SELECT person, login, kind FROM obligations"), "bo,bo@example.org,ask");
}

#[test]
fn a_mailbox_on_a_server_is_read_and_a_wrong_password_is_tried_once() {
    let world = World::new();
    let mut answers = plain_server("* LIST () \"/\" INBOX\r\n* LIST () \"/\" Family\r\n", &[1]);
    answers.insert(0, ("UID FETCH 1 (UID FLAGS", done(&fetched(1, "FLAGS ()"))));
    answers.insert(0, ("UID FETCH 1 (UID BODY.PEEK", done(&text(1))));
    let good = Server::new(GREETING, &answers);
    let company = |url: &str, more: &str| {
        let people = COMPANY.split("[sources.mail]").next().expect("the company before its sources");
        format!("{people}[sources.mail]\nkind = \"mail\"\nurl = \"{url}\"\nprivate = [\"Family\"]\n{more}")
    };
    let access = "user = \"ada@example.org\"\ntoken = \"command:echo correct horse\"\n";
    world.write("company.toml", &company(&good.url, access));
    let sync = world.run(&["sync"]);
    assert!(sync.code == 0 && sync.out.contains("1 mailbox, 1 changed, 1 row"), "{}{}", sync.out, sync.err);
    assert_eq!(world.ask(".", "SELECT folder, sender FROM messages"), "INBOX,cy@x");
    let sync = world.run(&["sync"]);
    assert!(sync.code == 0 && !sync.out.contains("1 row"), "{}{}", sync.out, sync.err);
    assert_eq!((good.count("CONNECT"), good.count("EXAMINE"), good.count("UID SEARCH")), (2, 2, 1));

    let refusal = "@ NO [AUTHENTICATIONFAILED] ada is unknown\r\n".to_owned();
    let bad = Server::new(GREETING, &[("AUTHENTICATE", refusal)]);
    world.write("company.toml", &company(&bad.url, access));
    let sync = world.run(&["sync"]);
    let told = sync.out + &sync.err;
    assert_eq!((sync.code, bad.count("CONNECT")), (1, 1), "{told}");
    assert_eq!(told.matches("does not accept the user and the password").count(), 1, "{told}");
    assert!(!told.contains("unknown") && !told.contains("horse") && !told.contains("ada@"), "{told}");
    let again = world.run(&["sync"]);
    assert_eq!((again.code, bad.count("CONNECT")), (1, 1), "{}{}", again.out, again.err);
    assert!((again.out + &again.err).contains("half an hour ago"));

    // What is missing is said before anybody is asked.
    for (more, words) in [("", "needs `user`"), ("paths = [\"mail\"]\n", "not both")] {
        world.write("company.toml", &company(&bad.url, more));
        let sync = world.run(&["sync"]);
        let told = sync.out + &sync.err;
        assert!(sync.code == 1 && told.contains(words), "{told}");
    }
    assert_eq!(bad.count("CONNECT"), 1);
}

/// A real mailbox, and what became of each message in it: only where the data lie.
#[test]
fn what_waits_in_a_mailbox_is_what_its_history_implies() {
    let data = root().join("../shared/data/mail");
    let (mbox, truth) = (data.join("linux-man-2025.mbox.gz"), data.join("linux-man-2025.truth.tsv"));
    if !mbox.exists() {
        eprintln!("skipped: no mailbox lies at {}", data.display());
        return;
    }
    let world = World::new();
    world.write(
        "company.toml",
        &format!(
            "name = \"Example\"\ntimezone = \"UTC\"\nme = \"reader\"\n[people.reader]\nmails = [\"alx@kernel.org\"]\n\
             [sources.mail]\nkind = \"mail\"\npaths = [{:?}]\n",
            mbox.canonicalize().expect("it is there")
        ),
    );
    let sync = world.run(&["sync"]);
    assert_eq!(sync.code, 0, "{}{}", sync.out, sync.err);
    let letters = Letter::read_all(&std::fs::read_to_string(truth).expect("the truth lies beside it"))
        .expect("it is read");
    let instants: BTreeSet<i64> =
        letters.iter().flat_map(|letter| [Some(letter.at), letter.answered_by()]).flatten().collect();
    let query = "SELECT message.id FROM obligations AS owed \
                 JOIN conversations AS thread ON thread.conversation = owed.number \
                 JOIN messages AS message ON message.id = thread.id WHERE message.at >= owed.since";
    // A spread of them: each is a run of the program.
    let (mut looked, mut compared) = (0, 0);
    for instant in instants.iter().step_by(instants.len() / 30) {
        let moment = jiff::Timestamp::from_second(*instant).expect("a time").to_string();
        let run = world.run(&["-q", "--as-of", &moment, "sql", query, "--format", "csv", "--rows", "100000"]);
        let found: BTreeSet<&str> = run.out.lines().skip(1).map(|line| line.trim_matches('"')).collect();
        for letter in &letters {
            if let Some(is_open) = letter.is_open(*instant) {
                assert_eq!(
                    found.contains(letter.id.as_str()),
                    is_open,
                    "a message of {} at {moment}",
                    letter.at
                );
                compared += 1;
            }
        }
        looked += 1;
    }
    assert!(looked >= 30 && compared > 10_000, "only {compared} messages at {looked} instants");
}

#[test]
fn the_brief_fits_into_the_time_until_the_next_meeting() {
    let world = World::new();
    let own =
        COMPANY.replace("[sources.mail]\nkind = \"mail\"\npaths = [\"mail\"]\nprivate = [\"Family\"]\n", "");
    world.write(
        "company.toml",
        &format!("{own}[sources.calendar]\nkind = \"calendar\"\npaths = [\"ada.ics\"]\n"),
    );
    let entry = |uid: &str, start: &str, end: &str, answer: &str| {
        format!(
            "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:{start}\r\nDTEND:{end}\r\n\
             SUMMARY:Meeting {uid}\r\nORGANIZER:mailto:cy@acme.example\r\n\
             ATTENDEE;PARTSTAT={answer}:mailto:ada@example.org\r\nEND:VEVENT\r\n"
        )
    };
    let entries = [
        entry("a", "20260302T100000Z", "20260302T103000Z", "DECLINED"),
        entry("b", "20260302T110000Z", "20260302T113000Z", "ACCEPTED"),
        entry("c", "20260303T090000Z", "20260303T093000Z", "NEEDS-ACTION"),
    ];
    let text = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{}END:VCALENDAR\r\n", entries.concat());
    world.write("ada.ics", &text);
    assert_eq!(world.run(&["sync"]).code, 0);
    let brief = |more: &[&str]| {
        let given = ["--as-of", "2026-03-02T09:30:00Z", "brief", "--no-sync", "--format", "json"];
        let brief = world.run(&[&given[..], more].concat()).out;
        serde_json::from_str::<serde_json::Value>(&brief).expect("it is JSON")
    };
    let fitted = brief(&[]);
    assert_eq!(
        (&fitted["minutes"], &fitted["until"]["title"]),
        (&90.into(), &"Meeting b".into()),
        "{fitted}"
    );
    let given = brief(&["--minutes", "20"]);
    assert_eq!((&given["minutes"], &given["until"]), (&20.into(), &serde_json::Value::Null));
    let evening = world.run(&["--as-of", "2026-03-02T18:00:00Z", "evening"]);
    assert!(evening.out.contains("Meeting c") && evening.out.contains("not answered"), "{}", evening.out);
}

#[test]
fn a_meeting_is_prepared_and_followed_up() {
    let world = World::new();
    let own = format!(
        "{COMPANY}[sources.calendar]\nkind = \"calendar\"\npaths = [\"ada.ics\"]\nperson = \"ada\"\n\
         [commitments.till]\ntitle = \"The till\"\nto = \"acme\"\nowner = \"bo\"\ndue = 2026-12-01\n"
    );
    world.write("company.toml", &own);
    let asked = "From x Mon Mar  2 07:00:00 2026\nMessage-ID: <a@acme>\nFrom: Cy <cy@acme.example>\nTo: ada@example.org\n\
         Date: Mon, 02 Mar 2026 07:00:00 +0000\nSubject: Shop\n\nHello,\n\nwhen is it done?\n\n";
    world.write("mail/INBOX.mbox", asked);
    let entry = |uid: &str, start: &str, end: &str| {
        format!(
            "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:{start}\r\nDTEND:{end}\r\n\
             SUMMARY:Acme {uid}\r\nORGANIZER:mailto:ada@example.org\r\n\
             ATTENDEE;PARTSTAT=ACCEPTED:mailto:ada@example.org\r\n\
             ATTENDEE;PARTSTAT=TENTATIVE:mailto:cy@acme.example\r\nEND:VEVENT\r\n"
        )
    };
    let calendar = |entries: &[String]| {
        let entries = entries.concat();
        world.write(
            "ada.ics",
            &format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{entries}END:VCALENDAR\r\n"),
        );
        assert_eq!(world.run(&["sync"]).code, 0);
    };
    calendar(&[entry("weekly", "20260302T140000Z", "20260302T150000Z")]);

    let told = world.run(&["--as-of", "2026-03-02T09:00:00Z", "prepare"]);
    assert_eq!(told.code, 0, "{}", told.err);
    for words in ["14:00 Acme weekly", "acme, may come", "when is it done?", "by 2026-12-01  The till"] {
        assert!(told.out.contains(words), "no {words} in {}", told.out);
    }
    let brief = world.run(&["--as-of", "2026-03-02T09:00:00Z", "brief", "--no-sync"]).out;
    assert!(brief.contains("1 waits for you") && brief.contains("1 open promise"), "{brief}");
    let none = world.run(&["--as-of", "2026-03-02T09:00:00Z", "prepare", "steering"]);
    assert!(none.code == 2 && none.err.contains("fits `steering`"), "{}", none.err);

    let drafts = |folder: &str| {
        let evening = world.run(&["--as-of", "2026-03-02T18:00:00Z", "evening", "--drafts", folder]);
        assert_eq!(evening.code, 0, "{}", evening.err);
        evening.out
    };
    let folder = world.path("drafts");
    let folder = folder.to_str().expect("a plain path");
    assert!(drafts(folder).contains("Follow-up: Acme weekly"));
    let draft = std::fs::read_to_string(world.path("drafts/follow-up-weekly.ics")).expect("it was written");
    assert!(draft.contains("METHOD:PUBLISH") && draft.contains("DTSTART:20260303T090000Z"), "{draft}");
    // Who meets again anyway needs no other meeting.
    calendar(&[
        entry("weekly", "20260302T140000Z", "20260302T150000Z"),
        entry("next", "20260304T140000Z", "20260304T150000Z"),
    ]);
    assert!(!drafts(folder).contains("Follow-up"));
}

#[test]
fn a_snooze_ends_when_somebody_answers() {
    let world = World::new();
    world.write("company.toml", COMPANY);
    let asked =
        letter("a@acme", "Cy <cy@acme.example>", "ada@example.org", 30, "", "Hello,\n\nwhen is it done?");
    world.write("mail/INBOX.mbox", &asked);
    let ids = || -> Vec<String> {
        let brief = world.run(&["brief", "--format", "json"]).out;
        let brief: serde_json::Value = serde_json::from_str(&brief).expect("it is JSON");
        let rows = brief["rows"].as_array().expect("rows").iter();
        rows.filter_map(|row| row["id"].as_str()).map(str::to_owned).collect()
    };
    let shown = ids();
    let [id] = &shown[..] else { panic!("one row: {shown:?}") };
    let never = world.run(&["snooze", id, "--until", "green"]);
    assert!(never.code == 2 && never.err.contains("no checks run here"), "{}", never.err);
    let said = world.run(&["snooze", id, "--until", "answered"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(ids(), Vec::<String>::new());
    let answer = letter("b@acme", "Dee <dee@acme.example>", "ada@example.org", -1, "a@acme", "We wait.");
    world.write("mail/INBOX.mbox", &(asked + &answer));
    assert_eq!(world.run(&["sync"]).code, 0);
    let later = (Zoned::now() + Span::new().hours(2)).timestamp().to_string();
    let brief = world.run(&["--as-of", &later, "brief", "--no-sync"]).out;
    assert!(brief.contains(id.as_str()), "{brief}");
}
