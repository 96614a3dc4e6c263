//! Exports of a chat: what is read of them, and who has no answer there.

use jiff::Timestamp;

use crate::{calendar::server, world::World};

const COMPANY: &str = "name = \"Example\"\ntimezone = \"UTC\"\nme = \"ada\"\n\
    [people.ada]\nname = \"Ada\"\nmails = [\"ada@example.org\"]\n\
    [people.bo]\nname = \"Bo\"\nlogins = [\"bo99\"]\n\
    [sources.chat]\nkind = \"chat\"\npaths = [\"export\"]\nprivate = [\"#hr\"]\n";

/// The moment so many hours ago, as Slack writes it.
fn ts(hours: i64) -> String {
    format!("{}.000100", Timestamp::now().as_second() - hours * 3600)
}

/// What a query answers, without its head.
fn rows(world: &World, query: &str) -> String {
    let run = world.run(&["-q", "sql", query, "--format", "csv"]);
    run.out.lines().skip(1).collect::<Vec<_>>().join("\n")
}

#[test]
fn who_has_no_answer_in_a_chat_is_told_until_they_have_one() {
    let world = World::new();
    world.write("company.toml", COMPANY);
    world.write(
        "export/users.json",
        r#"[{"id": "U1", "name": "ada.l", "profile": {"email": "ada@example.org", "real_name": "Ada"}},
            {"id": "U2", "name": "bo99", "profile": {"real_name": "Bo"}}]"#,
    );
    world.write("export/channels.json", r#"[{"id": "C1", "name": "general"}, {"id": "C2", "name": "hr"}]"#);
    world.write("export/dms.json", r#"[{"id": "D0000001", "members": ["U1", "U2"]}]"#);
    world.write(
        "export/hr/2026-03-02.json",
        &format!(r#"[{{"user": "U2", "ts": "{}", "text": "<@U1>?"}}]"#, ts(9)),
    );
    let named = format!(r#"{{"user": "U7", "ts": "{}", "text": "<@U1> <@U2> who can look?"}}"#, ts(30));
    world.write("export/general/2026-03-02.json", &format!("[{named}]"));
    let asked = format!(r#"{{"user": "U2", "ts": "{}", "text": "Is it &gt; 3?"}}"#, ts(29));
    world.write("export/D0000001/2026-03-02.json", &format!("[{asked}]"));
    world.write("export/D0000001/2026-03-03.json", "[{");

    let sync = world.run(&["sync"]);
    assert_eq!(sync.code, 1, "a day is broken: {}{}", sync.out, sync.err);
    assert!(sync.out.contains("1 part") && sync.out.contains("2 rows"), "{}{}", sync.out, sync.err);
    let said = format!("{}{}", sync.out, sync.err);
    assert!(said.contains("D0000001/2026-03-03.json") && said.contains("1 person who wrote"), "{said}");
    let owed = "SELECT person, reason, kind, sentence FROM obligations ORDER BY person, reason";
    let wanted = "ada,direct,ask,Is it > 3?\nada,mention,ask,@Ada @Bo who can look?\nbo,mention,ask,@Ada @Bo who can look?";
    assert_eq!(rows(&world, owed), wanted);
    let again = world.run(&["sync"]);
    assert!(again.code == 0 && !again.out.contains("1 changed"), "{}{}", again.out, again.err);

    // A sign and an answer: a newer export brings both.
    let sign = named.replace('}', r#", "reactions": [{"name": "eyes", "users": ["U1"]}]}"#);
    world.write("export/general/2026-03-02.json", &format!("[{sign}]"));
    world.write(
        "export/D0000001/2026-03-03.json",
        &format!(r#"[{{"user": "U1", "ts": "{}", "text": "Yes."}}]"#, ts(20)),
    );
    let sync = world.run(&["sync"]);
    assert!(sync.code == 0 && sync.out.contains("2 rows"), "{}{}", sync.out, sync.err);
    assert_eq!(rows(&world, owed), "bo,direct,notice,\nbo,mention,ask,@Ada @Bo who can look?");
    let past = Timestamp::from_second(Timestamp::now().as_second() - 25 * 3600).expect("a time").to_string();
    let past = world.run(&["-q", "--as-of", &past, "sql", owed, "--format", "csv"]);
    assert!(past.out.contains("ada,direct") && past.out.contains("ada,mention"), "{}{}", past.out, past.err);
}

#[test]
fn slack_itself_is_asked_and_what_it_says_no_to_is_told_once() {
    let answer = |body: String| {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n";
        format!("{head}content-length: {}\r\n\r\n{body}", body.len())
    };
    let asked = format!(r#"{{"user": "U2", "ts": "{}", "text": "<@U1> who can look?"}}"#, ts(30));
    let base = server(vec![
        answer(r#"{"ok": true, "user_id": "U1"}"#.to_owned()),
        answer(
            r#"{"ok": true, "channels": [{"id": "C1", "name": "general", "is_member": true},
                {"id": "G1", "name": "hr", "is_private": true, "is_member": true}]}"#
                .to_owned(),
        ),
        answer(
            r#"{"ok": true, "members": [{"id": "U1", "name": "a", "profile": {"email": "ada@example.org"}},
                {"id": "U2", "name": "bo99", "profile": {"real_name": "Bo"}}]}"#
                .to_owned(),
        ),
        answer(format!(r#"{{"ok": true, "messages": [{asked}], "has_more": false}}"#)),
        answer(r#"{"ok": false, "error": "token_revoked"}"#.to_owned()),
    ]);
    let world = World::new();
    world.write("secret", "xoxp-1");
    let asks = format!("url = \"{base}\"\ntoken = \"file:secret\"\nrecord = \"recorded\"");
    world.write("company.toml", &COMPANY.replace("paths = [\"export\"]", &asks));
    let sync = world.run(&["sync"]);
    assert!(
        sync.code == 0 && sync.out.contains("1 part") && sync.out.contains("1 row"),
        "{}{}",
        sync.out,
        sync.err
    );
    assert_eq!(rows(&world, "SELECT person, reason, kind FROM obligations"), "ada,mention,ask");
    // The server has one more answer: who is refused does not ask another time.
    for told in ["token_revoked", "half an hour ago"] {
        let sync = world.run(&["sync"]);
        assert!(sync.code == 1 && sync.err.contains(told), "{}{}", sync.out, sync.err);
        assert!(!sync.err.contains("xoxp"), "{}", sync.err);
    }
    // What was recorded gives the same, and holds no token.
    world.write(
        "company.toml",
        &COMPANY
            .replace("paths = [\"export\"]", "replay = \"recorded\"")
            .replace("[sources.chat]", "[sources.again]"),
    );
    let sync = world.run(&["sync"]);
    assert_eq!(sync.code, 0, "{}{}", sync.out, sync.err);
    let again = "SELECT source, sender, text FROM chat_messages";
    assert_eq!(rows(&world, again), "again,bo99,@a who can look?");
    for file in std::fs::read_dir(world.path("recorded")).expect("a folder").flatten() {
        let text = std::fs::read_to_string(file.path()).expect("a text");
        assert!(text.contains("who can look") && !text.contains("xoxp"), "{text}");
    }
}
