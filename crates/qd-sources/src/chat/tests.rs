//! What is read of exports made up here.

use std::{fs, io::Write as _, path::Path};

use flate2::{Compression, write::DeflateEncoder};
use jiff::Timestamp;
use proptest::prelude::*;
use rawzip::{CompressionMethod, ZipArchiveWriter};
use serde_json::{Map, Value, json};

use super::{
    Options, Synced,
    mattermost::{Export, Taker},
    message::Channel,
    mrkdwn, sync,
};

const NOW: &str = "2099-01-01T00:00:00Z";

/// An export of Slack, file by file.
fn slack() -> Vec<(&'static str, Value)> {
    vec![
        (
            "users.json",
            json!([
                {"id": "U1", "name": "ada", "profile": {"email": "Ada@Example.org", "real_name": "Ada Lovelace"}},
                {"id": "U2", "name": "Bo99", "deleted": true, "profile": {"display_name": "Bo"}},
                {"id": "U3", "name": "ci", "is_bot": true, "profile": {}},
            ]),
        ),
        ("channels.json", json!([{"id": "C1", "name": "general", "members": ["U1", "U2"]}])),
        ("groups.json", json!([{"id": "G1", "name": "hr", "members": ["U1"]}])),
        ("dms.json", json!([{"id": "D1", "members": ["U1", "U2"]}])),
        (
            "general/2026-03-02.json",
            json!([
                {"type": "message", "subtype": "channel_join", "user": "U2", "ts": "1772442000.000100", "text": "<@U2> has joined"},
                {"type": "message", "user": "U2", "ts": "1772442001.000200", "thread_ts": "1772442001.000200",
                 "text": "&gt; old?\n<@U1> could you read <https://x.example/?a=1&amp;b=2|the &lt;plan&gt;> in <#C1|general>? `<@U9>`",
                 "reactions": [{"name": "eyes", "users": ["U1", "U9"], "count": 2}, {"name": "+1", "users": ["U1"]}],
                 "files": [{"id": "F1"}]},
                {"type": "message", "subtype": "thread_broadcast", "user": "U1", "ts": "1772442002.000300",
                 "thread_ts": "1772442001.000200", "text": "<!here> yes", "edited": {"user": "U1", "ts": "1772445602.000000"}},
                {"type": "message", "subtype": "bot_message", "bot_id": "B1", "username": "Deploys", "ts": "1772442003.000400",
                 "text": "", "attachments": [{"text": "failed, <@U2>"}]},
                {"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "hidden": true, "ts": "1772442004.000500", "text": "This message was deleted."},
                {"type": "message", "user": "U1", "ts": "never", "text": "lost"},
                "nonsense"
            ]),
        ),
        ("hr/2026-03-02.json", json!([{"user": "U1", "ts": "1772442005.000100", "text": "secret"}])),
        ("D1/2026-03-02.json", json!([{"user": "U2", "ts": "1772442006.000100", "text": "Lunch?"}])),
    ]
}

fn pack(path: &Path, files: &[(&str, Vec<u8>)]) {
    let mut zip = ZipArchiveWriter::new(fs::File::create(path).expect("it is made"));
    for (name, bytes) in files {
        let file = zip.new_file(name).compression_method(CompressionMethod::DEFLATE);
        let (mut entry, config) = file.start().expect("it begins");
        let mut writer = config.wrap(DeflateEncoder::new(&mut entry, Compression::fast()));
        writer.write_all(bytes).expect("it is written");
        let (encoder, descriptor) = writer.finish().expect("it ends");
        encoder.finish().expect("it ends");
        entry.finish(descriptor).expect("it ends");
    }
    zip.finish().expect("it ends");
}

fn texts(files: &[(&'static str, Value)]) -> Vec<(&'static str, Vec<u8>)> {
    files.iter().map(|(name, value)| (*name, value.to_string().into_bytes())).collect()
}

/// What a sync of `path` hands on.
fn read(path: &Path, cursor: Option<&str>, private: &[&str]) -> (Synced, Vec<Map<String, Value>>) {
    let private: Vec<String> = private.iter().map(|name| (*name).to_owned()).collect();
    let options = Options { private: &private, observed_at: NOW.parse().expect("a time") };
    let mut rows = Vec::new();
    let mut sink = |facts: Vec<qd_tables::Fact>| {
        rows.extend(facts.into_iter().map(|fact| fact.row));
        Ok(())
    };
    let synced = sync(&[path.to_owned()], cursor, &options, &mut sink).expect("facts are taken");
    (synced, rows)
}

/// The last version of each message, without when it was told.
fn latest(rows: &[Map<String, Value>]) -> Vec<Value> {
    let mut found: std::collections::BTreeMap<String, Map<String, Value>> = std::collections::BTreeMap::new();
    for row in rows {
        let id = row.get("id").and_then(Value::as_str).expect("an id").to_owned();
        found.entry(id).or_default().extend(row.clone());
    }
    found
        .into_values()
        .map(|mut row| {
            row.remove("observed_at");
            Value::Object(row)
        })
        .collect()
}

#[test]
fn an_export_of_slack_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let zip = folder.path().join("slack.zip");
    pack(&zip, &texts(&slack()));
    let (synced, rows) = read(&zip, None, &["#HR"]);
    assert!(synced.problems.is_empty(), "{:?}", synced.problems);
    assert_eq!((synced.exports, synced.changed, synced.read), (1, 1, 2));
    assert_eq!(synced.notices.len(), 1, "U9 is told once: {:?}", synced.notices);
    let found = latest(&rows);
    let wanted = json!([
        {"id": "C1/1772442001.000200", "at": "2026-03-02T09:00:01.0002Z", "channel": "C1", "channel_name": "general",
         "channel_kind": "public", "conversation": "C1/1772442001.000200", "is_robot": false, "sender": "Bo99",
         "sender_name": "Bo", "files": 1, "text": "@Ada Lovelace could you read the <plan> in #general?",
         "asks": ["@Ada Lovelace could you read the <plan> in #general?"], "mentions": ["ada@example.org"],
         "calls_all": false, "is_edited": false, "reactions": ["ada@example.org", "U9"]},
        {"id": "C1/1772442002.000300", "at": "2026-03-02T09:00:02.0003Z", "channel": "C1", "channel_name": "general",
         "channel_kind": "public", "conversation": "C1/1772442001.000200", "parent": "C1/1772442001.000200",
         "is_robot": false, "sender": "ada@example.org", "sender_name": "Ada Lovelace", "files": 0, "is_edited": true,
         "text": "@here yes", "asks": [], "mentions": [], "calls_all": true},
        {"id": "C1/1772442003.000400", "at": "2026-03-02T09:00:03.0004Z", "channel": "C1", "channel_name": "general",
         "channel_kind": "public", "is_robot": true, "sender": "B1", "sender_name": "Deploys", "files": 0,
         "text": "failed, @Bo", "asks": [], "mentions": ["Bo99"], "calls_all": false, "is_edited": false},
        {"id": "C1/1772442004.000500", "at": "2026-03-02T09:00:04.0005Z", "channel": "C1", "channel_name": "general",
         "channel_kind": "public", "deleted": true},
        {"id": "D1/1772442006.000100", "at": "2026-03-02T09:00:06.0001Z", "channel": "D1", "channel_name": "Ada Lovelace, Bo",
         "channel_kind": "direct", "recipients": ["ada@example.org", "Bo99"], "is_robot": false, "sender": "Bo99",
         "sender_name": "Bo", "files": 0, "text": "Lunch?", "asks": ["Lunch?"], "mentions": [], "calls_all": false,
         "is_edited": false},
    ]);
    assert_eq!(Value::from(found), wanted);
    let edited: Vec<&str> = rows
        .iter()
        .filter(|row| row.get("is_edited") == Some(&true.into()))
        .filter_map(|row| row.get("observed_at")?.as_str())
        .collect();
    assert_eq!(edited, ["2026-03-02T10:00:02Z"], "an edited text is known since it was edited");
}

#[test]
fn what_is_private_is_not_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let zip = folder.path().join("slack.zip");
    pack(&zip, &texts(&slack()));
    for (private, wanted) in
        [(&["hr", "dm"][..], 1), (&["general", "D1"], 1), (&["c1", "g1", "dm"], 0), (&[], 3)]
    {
        assert_eq!(read(&zip, None, private).0.read, wanted, "{private:?}");
    }
}

#[test]
fn an_unpacked_export_is_the_same_and_what_did_not_change_is_not_read_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let (zip, plain) = (folder.path().join("slack.zip"), folder.path().join("plain"));
    pack(&zip, &texts(&slack()));
    for (name, bytes) in texts(&slack()) {
        let path = plain.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
        fs::write(path, bytes).expect("it is written");
    }
    let ((packed, of_zip), (unpacked, of_folder)) = (read(&zip, None, &[]), read(&plain, None, &[]));
    assert_eq!(latest(&of_zip), latest(&of_folder));
    for (path, synced) in [(&zip, &packed), (&plain, &unpacked)] {
        let (again, rows) = read(path, Some(&synced.cursor), &[]);
        assert_eq!((again.changed, again.read, rows.len()), (0, 0, 0));
        assert_eq!(again.cursor, synced.cursor);
    }
    // A newer export with a day more, under another name.
    let mut files = slack();
    files
        .push(("general/2026-03-03.json", json!([{"user": "U1", "ts": "1772528400.000100", "text": "New"}])));
    let newer = folder.path().join("slack-2.zip");
    pack(&newer, &texts(&files));
    let (synced, rows) = read(&newer, Some(&packed.cursor), &[]);
    assert_eq!((synced.changed, synced.read, rows.len()), (1, 1, 1));
    // Somebody who was unknown is listed now: what names them is read again.
    files[0].1.as_array_mut().expect("a list").push(json!({"id": "U9", "name": "eve"}));
    pack(&newer, &texts(&files));
    let (synced, rows) = read(&newer, Some(&packed.cursor), &[]);
    assert_eq!(synced.read, 4);
    assert!(latest(&rows).iter().any(|row| row["reactions"] == json!(["ada@example.org", "eve"])));
}

#[test]
fn what_is_broken_costs_no_more_than_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let zip = folder.path().join("slack.zip");
    let mut files = texts(&slack());
    files.push(("general/2026-03-04.json", b"[{\"text\": \"secret".to_vec()));
    files.push(("general/2026-03-05.json", vec![b' '; (64 << 20) + 2]));
    files.push(("../../general/2026-03-06.json", b"[]".to_vec()));
    files[2].1 = b"{".to_vec();
    pack(&zip, &files);
    let (synced, rows) = read(&zip, None, &[]);
    let told: Vec<String> =
        synced.problems.iter().map(|problem| format!("{} {}", problem.subject, problem.message)).collect();
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told.iter().all(|problem| !problem.contains("secret")), "{told:?}");
    assert!(told.iter().any(|problem| problem.contains("larger than 64 MiB")), "{told:?}");
    assert_eq!(latest(&rows).len(), 6);
    // Cut off, it has no directory: nothing can be read, and the next sync tries again.
    let bytes = fs::read(&zip).expect("it is there");
    fs::write(&zip, &bytes[..bytes.len() / 2]).expect("it is written");
    let (synced, rows) = read(&zip, None, &[]);
    assert_eq!((synced.problems.len(), rows.len(), synced.cursor.as_str()), (1, 0, "{}"));
}

#[test]
fn an_export_that_was_packed_with_its_folder_is_read_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let (zip, nested) = (folder.path().join("slack.zip"), folder.path().join("nested.zip"));
    pack(&zip, &texts(&slack()));
    let names: Vec<(String, Vec<u8>)> = texts(&slack())
        .into_iter()
        .map(|(name, bytes)| (format!("Example Slack export/{name}"), bytes))
        .collect();
    let files: Vec<(&str, Vec<u8>)> =
        names.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
    pack(&nested, &files);
    assert_eq!(latest(&read(&zip, None, &[]).1), latest(&read(&nested, None, &[]).1));
    // Found in their folder, both: a message in two exports is told twice under one id.
    let both = read(folder.path(), None, &[]);
    assert_eq!((both.0.exports, latest(&both.1).len()), (2, 6));
}

#[test]
fn of_many_broken_lines_the_first_are_told_and_the_rest_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mattermost.jsonl");
    fs::write(&path, format!("{MATTERMOST}{}", "{\n".repeat(500))).expect("it is written");
    let synced = read(&path, None, &[]).0;
    assert_eq!(synced.problems.len(), 21);
    assert_eq!(synced.problems[20].message, "481 more like these");
}

const MATTERMOST: &str = r#"{"type":"version","version":1}
{"type":"team","team":{"name":"acme","display_name":"Acme","type":"I"}}
{"type":"channel","channel":{"team":"acme","name":"hr","display_name":"People","type":"P"}}
{"type":"channel","channel":{"team":"acme","name":"town","display_name":"Town","type":"O"}}
{"type":"user","user":{"username":"ada","email":"Ada@example.org","first_name":"Ada","last_name":"L"}}
{"type":"user","user":{"username":"bo","email":"","nickname":"Bo"}}
{"type":"post","post":{"team":"acme","channel":"hr","user":"ada","message":"secret","create_at":1772442000000}}
{"type":"post","post":{"team":"acme","channel":"town","user":"bo","message":"bo joined","type":"system_join_channel","create_at":1772442000000}}
{"type":"post","post":{"team":"acme","channel":"town","user":"bo","message":"@ada can you look? `@bo` @here","create_at":1772442001000,"edit_at":0,"reactions":[{"user":"ada","create_at":1772442009000,"emoji_name":"eyes"}],"replies":[{"user":"ada","message":"Yes.","create_at":1772442002000,"edit_at":1772442003000}]}}
no json
{"type":"post","post":{"team":"acme","channel":"town","user":"hook","message":"a","create_at":1772442004000,"props":{"from_webhook":"true"}}}
{"type":"post","post":{"team":"acme","channel":"town","user":"hook","message":"b","create_at":1772442004000,"props":{"from_webhook":"true"}}}
{"type":"direct_channel","direct_channel":{"members":["ada","bo"]}}
{"type":"direct_post","direct_post":{"channel_members":["bo","ada"],"user":"bo","message":"Lunch?","create_at":1772442005000}}
"#;

#[test]
fn an_export_of_mattermost_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let (plain, zip) = (folder.path().join("mattermost.jsonl"), folder.path().join("mattermost.zip"));
    fs::write(&plain, MATTERMOST).expect("it is written");
    pack(&zip, &[("data/picture.png", vec![1, 2, 3]), ("import.jsonl", MATTERMOST.as_bytes().to_vec())]);
    let (synced, rows) = read(&plain, None, &["People"]);
    assert_eq!(latest(&rows), latest(&read(&zip, None, &["hr"]).1));
    assert_eq!((synced.problems.len(), synced.notices.len()), (1, 1), "{synced:?}");
    assert!(synced.problems[0].message.starts_with("line 10"), "{:?}", synced.problems);
    let found = latest(&rows);
    let ids: Vec<&str> = found.iter().filter_map(|row| row["id"].as_str()).collect();
    let wanted = [
        "acme/town/1772442001000-bo",
        "acme/town/1772442002000-ada",
        "acme/town/1772442004000-hook",
        "acme/town/1772442004000-hook-2",
        "ada+bo/1772442005000-bo",
    ];
    assert_eq!(ids, wanted);
    let [root, reply, robot, _, direct] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((&root["mentions"], &root["calls_all"]), (&json!(["ada@example.org"]), &json!(true)));
    assert_eq!((&root["conversation"], &root["reactions"]), (&json!(ids[0]), &json!(["ada@example.org"])));
    assert!(
        rows.iter().any(|row| row.contains_key("reactions") && row["observed_at"] == "2026-03-02T09:00:09Z")
    );
    assert_eq!((&reply["parent"], &reply["is_edited"]), (&json!(ids[0]), &json!(true)));
    assert_eq!(robot["is_robot"], json!(true));
    assert_eq!(
        (&direct["recipients"], &direct["channel_kind"]),
        (&json!(["ada@example.org", "bo"]), &json!("direct"))
    );
    assert_eq!(read(&plain, Some(&synced.cursor), &["People"]).0.changed, 0);
    assert_eq!(read(&plain, Some(&synced.cursor), &["dm"]).0.changed, 1, "what is private changed");
}

#[test]
fn what_is_no_export_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in
        [("a.zip", &b"PK\x05\x06"[..]), ("b.jsonl", b"{}\n"), ("c.jsonl", b"\xff\xfe"), ("d.zip", b"")]
    {
        let path = folder.path().join(name);
        fs::write(&path, bytes).expect("it is written");
        let (synced, rows) = read(&path, None, &[]);
        assert!(!synced.problems.is_empty() && rows.is_empty(), "{name}: {synced:?}");
    }
    let missing = read(&folder.path().join("missing.zip"), None, &[]).0;
    assert_eq!(missing.problems.len(), 1);
}

struct Nothing;

impl Taker for Nothing {
    fn facts(&mut self, _: Vec<qd_tables::Fact>) -> std::io::Result<()> {
        Ok(())
    }

    fn bad(&mut self, _: u64, _: String) {}
}

fn any_json() -> impl Strategy<Value = Value> {
    let keys = "ts|thread_ts|user|text|subtype|edited|reactions|users|files|team|channel|create_at|replies|message|type|post";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[<>&@!#|`U1. \n\u{e4}-]{0,20}".prop_map(Value::from),
        "[0-9]{1,30}[.][0-9]{0,9}".prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(keys, inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn nothing_written_makes_it_panic(text in "[<>&@!#|`U1gt;lt \n\u{e4}]{0,80}", any in any::<String>()) {
        for text in [text, any] {
            let mut who = |id: &str| (id.to_owned(), id.to_owned());
            mrkdwn::words(&text, &mut who);
        }
    }

    #[test]
    fn no_entry_makes_it_panic(entry in any_json()) {
        let workspace = super::slack::Workspace::default();
        let channel = Channel::default();
        workspace.day(std::slice::from_ref(&entry), &channel, Timestamp::UNIX_EPOCH, &mut Default::default());
        let line = json!({"type": "post", "post": entry}).to_string();
        let read = Export::default().read(&mut line.as_bytes(), &[], Timestamp::UNIX_EPOCH, &mut Nothing);
        prop_assert!(read.is_ok());
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), place in 0_usize..4000, change in any::<u8>()) {
        let folder = tempfile::tempdir().expect("a folder");
        let zip = folder.path().join("any.zip");
        pack(&zip, &texts(&slack()));
        let mut broken = fs::read(&zip).expect("it is there");
        let length = broken.len();
        broken[place % length] = change;
        for bytes in [broken, bytes.clone(), [b"PK".as_slice(), &bytes].concat()] {
            fs::write(&zip, bytes).expect("it is written");
            read(&zip, None, &[]);
        }
    }
}
