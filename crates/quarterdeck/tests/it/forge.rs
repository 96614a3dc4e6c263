//! Forges, trackers, pipelines and alerts, from recordings, files and what is posted.

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Command, Stdio},
    sync::{
        Arc, Barrier,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::world::{World, root};
use archive::{Owed, line, recording};

#[path = "../../../qd-bench/src/obligations/archive.rs"]
mod archive;

/// A company whose forge is the recording `rec`.
fn replayed(world: &World) {
    world.write(
        "company.toml",
        "name = \"Example\"\ntimezone = \"UTC\"\n[sources.forge]\nkind = \"github\"\nreplay = \"rec\"\n",
    );
}

/// Pull request 7 of `acme/api`, and what was said about it.
fn lines() -> Vec<String> {
    let api = "https://api.github.com/repos/acme/api";
    vec![
        line(
            &format!("{api}/pulls/7"),
            &json!({
                "number": 7, "title": "Faster start", "state": "open", "draft": false,
                "html_url": "https://github.com/acme/api/pull/7", "user": {"login": "ada"},
                "created_at": "2026-03-02T09:00:00Z", "updated_at": "2026-03-03T10:00:00Z",
                "body": "As @bo asked", "assignees": [], "labels": [], "requested_reviewers": [{"login": "bo"}],
                "head": {"ref": "faster", "sha": "a1", "repo": null},
                "base": {"ref": "main", "sha": "b1", "repo": {"name": "api", "full_name": "acme/api"}}
            }),
        ),
        line(
            &format!("{api}/issues/7/comments"),
            &json!([{"id": 1, "user": {"login": "eve"}, "body": "How much faster, @ada?",
                     "created_at": "2026-03-03T10:00:00Z", "updated_at": "2026-03-03T10:00:00Z"}]),
        ),
    ]
}

#[test]
fn a_recording_gives_the_same_facts_in_any_order_and_only_once() {
    let mut answers = BTreeSet::new();
    for order in [[0, 1], [1, 0]] {
        let world = World::new();
        replayed(&world);
        let lines = lines();
        let text: String = order.iter().map(|place| lines[*place].as_str()).collect();
        world.write("rec/a.jsonl", &format!("{text}{{\"url\": \"half a li"));
        let first = world.run(&["sync"]);
        assert_eq!(first.code, 1, "a broken line is told: {}{}", first.out, first.err);
        assert!(first.err.contains("a.jsonl") && first.err.contains('3'), "{}", first.err);
        let ask = |query: &str| world.ask(".", query);
        let turn = ask("SELECT turn, holder, \"of\", author FROM turns WHERE number = '7'");
        let comments = ask("SELECT count(*), min(\"of\") FROM comments");
        assert_eq!(comments, "1,change_request");
        let again = world.run(&["sync", "--format", "json"]);
        let report: Value = serde_json::from_str(&again.out).expect("it is JSON");
        assert_eq!(report[0]["rows"], 0, "{}", again.out);
        // The same in a second file is nothing new either.
        world.write("rec/b.jsonl", &text);
        world.run(&["sync"]);
        assert_eq!(ask("SELECT count(*) FROM comments"), "1");
        answers.insert(turn);
    }
    assert_eq!(answers.len(), 1, "{answers:?}");
}

#[test]
fn the_past_of_a_recording_can_be_looked_at() {
    let world = World::new();
    replayed(&world);
    world.write("rec/a.jsonl", &lines().concat());
    world.run(&["sync"]);
    let count = |day: &str| {
        let run = world.run(&[
            "-q",
            "--as-of",
            day,
            "sql",
            "SELECT count(*) FROM change_requests",
            "--format",
            "csv",
        ]);
        run.out.lines().nth(1).unwrap_or_default().to_owned()
    };
    assert_eq!(count("2026-03-01"), "0");
    assert_eq!(count("2026-03-02"), "1");
}

/// The history of a project as a recording, and what one person owed when: only where the data lie.
#[test]
fn what_a_person_owes_is_what_the_history_implies() {
    let data = root().join("../shared/data/forge");
    let (archive, truth) =
        (data.join("tlswg_draft-ietf-tls-esni.archive.json.gz"), data.join("tls-esni.davidben.truth.tsv"));
    if !archive.exists() {
        eprintln!("skipped: no history lies at {}", data.display());
        return;
    }
    let world = World::new();
    replayed(&world);
    let unpacked = Command::new("gzip").arg("-dc").arg(&archive).output().expect("gzip starts");
    let history: Value = serde_json::from_slice(&unpacked.stdout).expect("it is JSON");
    world.write("rec/history.jsonl", &recording(&history));
    let sync = world.run(&["sync"]);
    assert_eq!(sync.code, 0, "{}{}", sync.out, sync.err);

    let truth = std::fs::read_to_string(truth).expect("the truth lies beside it");
    let owed: Vec<Owed> = truth.lines().skip(1).filter_map(Owed::read).collect();
    let mut instants: Vec<i64> = owed.iter().map(|owed| owed.from).collect();
    instants.sort_unstable();
    instants.dedup();
    // A spread of them: each is a run of the program. QUARTERDECK_EVERY=1 looks at every one.
    let step = std::env::var("QUARTERDECK_EVERY").ok().and_then(|step| step.parse().ok()).unwrap_or(12);
    let mut looked = 0;
    for instant in instants.iter().step_by(step) {
        let wanted: BTreeSet<String> =
            owed.iter().filter(|owed| owed.is_open(*instant)).map(|owed| owed.thread.clone()).collect();
        let moment = Timestamp::from_second(*instant).expect("a time").to_string();
        let query = "SELECT \"of\" || ' ' || number FROM obligations WHERE lower(login) = 'davidben'";
        let run = world.run(&["-q", "--as-of", &moment, "sql", query, "--format", "csv"]);
        let found: BTreeSet<String> = run.out.lines().skip(1).map(str::to_owned).collect();
        assert_eq!(found, wanted, "at {moment}");
        looked += 1;
    }
    assert!(looked >= 30, "only {looked} instants were looked at");
}

#[test]
fn rows_of_a_file_are_imported_once() {
    let world = World::new();
    world.write("company.toml", "name = \"Example\"\n[services.api]\nrepositories = [\"api\"]\n");
    world.write(
        "deploys.csv",
        "Begun,Stage,Repo,Status,id\n2026-03-02 10:00,production,api,succeeded,1\n\
         2026-03-03 10:00,production,api,failed,2\nyesterday,production,api,succeeded,3\n",
    );
    let import = |more: &[&str]| {
        let usual =
            ["import", "deployments", "deploys.csv", "--columns", "created_at=Begun", "environment=Stage"];
        world.run(&[&usual[..], more].concat())
    };
    let dry = import(&["--dry-run"]);
    assert!(dry.out.contains("2 would be new"), "{}{}", dry.out, dry.err);
    let first = import(&[]);
    assert_eq!(first.code, 1, "a bad row is told");
    assert!(first.out.contains("2 new"), "{}{}", first.out, first.err);
    assert!(first.err.contains("line 4") && first.err.contains("yesterday"), "{}", first.err);
    assert!(import(&[]).out.contains("0 new"));
    assert_eq!(world.ask(".", "SELECT count(*), count(DISTINCT service) FROM deployments"), "2,1");
    let run = world.run(&["import", "deploymnts", "deploys.csv"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("did you mean `deployments`?"), "{}", run.err);
}

#[test]
fn times_of_an_import_are_of_the_companys_zone_and_a_strange_column_is_no_failure() {
    let world = World::new();
    world.write("company.toml", "name = \"Example\"\ntimezone = \"Europe/Berlin\"\n");
    let mut text = "id,repo,environment,status,created_at,mood\n".to_owned();
    // More than one step's, and a line that stands there twice.
    (0..45_000).for_each(|id| text.push_str(&format!("{id},api,production,success,2026-01-31 14:05,fine\n")));
    text.push_str("1,api,production,success,2026-01-31 14:05,fine\n");
    world.write("deploys.csv", &text);
    let dry = world.run(&["import", "deployments", "deploys.csv", "--dry-run"]);
    assert!(dry.out.contains("45001 rows read, 45000 would be new"), "{}{}", dry.out, dry.err);
    let run = world.run(&["import", "deployments", "deploys.csv"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("45000 new") && run.err.contains("mood"), "{}{}", run.out, run.err);
    let seen = world.ask(".", "SELECT count(*), CAST(min(created_at) AS TEXT) FROM observed.deployments");
    assert_eq!(seen, "45000,2026-01-31T13:05:00Z");
}

#[test]
fn a_table_is_read_from_files_of_any_form() {
    let world = World::new();
    world.write(
        "company.toml",
        "name = \"Example\"\n[sources.pager]\nkind = \"table\"\ntable = \"incidents\"\npath = \"pages.*\"\n\
         columns = { title = \"Summary\" }\n",
    );
    world.write("pages.csv", "id;Summary;started_at;status\n1;Slow;2026-03-02T10:00:00Z;resolved\n");
    world.write(
        "pages.jsonl",
        "{\"id\": 2, \"Summary\": \"Down\", \"started_at\": 1772532000, \"status\": \"open\"}\n",
    );
    let sync = world.run(&["sync"]);
    assert_eq!(sync.code, 0, "{}{}", sync.out, sync.err);
    let out = world.command().args(["-q", "sql", "SELECT * FROM incidents", "--format", "parquet"]).output();
    std::fs::write(world.path("kept.parquet"), out.expect("it runs").stdout).expect("it can be written");
    let other = World::new();
    other.write("company.toml", "name = \"Other\"\n");
    let file = world.path("kept.parquet").display().to_string();
    let run = other.run(&["import", "incidents", &file]);
    assert!(run.out.contains("2 new"), "{}{}", run.out, run.err);
    assert_eq!(other.ask(".", "SELECT string_agg(title, '+' ORDER BY id) FROM incidents"), "Slow+Down");
}

#[test]
fn files_of_several_tables_are_of_one_source() {
    let world = World::new();
    let source = |name: &str, more: &str| {
        format!("[sources.{name}]\nkind = \"table\"\ntable = \"{name}\"\npath = \"{name}.csv\"\n{more}")
    };
    let company =
        ["name = \"Example\"\ntimezone = \"Asia/Tokyo\"\n".to_owned(), source("change_requests", "")];
    let reviews = |more: &str| format!("{}{}{}", company[0], company[1], source("reviews", more));
    world.write("company.toml", &reviews(""));
    world.write(
        "change_requests.csv",
        "repo,number,title,author,created_at,state\napi,1,Faster,bo,2026-03-02 10:00,open\n",
    );
    world.write(
        "reviews.csv",
        "repo,number,id,reviewer,state,submitted_at\napi,1,9,cy,approved,2026-03-03 10:00\n",
    );
    let alone = world.run(&["sync"]);
    assert!(alone.code == 0 && alone.err.contains("say `of = "), "{}{}", alone.out, alone.err);
    let met = "SELECT count(*) FROM change_requests JOIN reviews USING (source, repo, number)";
    assert_eq!(world.ask(".", met), "0");
    let other = World::new();
    other.write("company.toml", &reviews("of = \"change_requests\"\n"));
    for name in ["change_requests.csv", "reviews.csv"] {
        std::fs::copy(world.path(name), other.path(name)).expect("it can be copied");
    }
    assert_eq!(other.run(&["sync"]).code, 0);
    assert_eq!(other.ask(".", met), "1");
    assert_eq!(other.run(&["sync"]).out.matches("0 rows").count(), 2, "nothing twice");
    // A day of the past ends in Tokyo, wherever this runs.
    let now = other
        .command()
        .args(["-q", "--as-of", "2026-03-02", "sql", "SELECT now()", "--format", "csv"])
        .output();
    let now = String::from_utf8_lossy(&now.expect("it runs").stdout).into_owned();
    assert!(now.contains("2026-03-02T14:59:59"), "{now}");
}

#[test]
fn what_is_posted_is_checked_kept_and_in_the_next_answer() {
    let world = World::new();
    world.write(
        "company.toml",
        "name = \"Example\"\n[sources.pager]\nkind = \"alertmanager\"\nurl = \"http://127.0.0.1:9\"\n\
         secret = \"env:PAGER\"\n",
    );
    let mut server = world
        .command()
        .args(["receive", "--port", "0"])
        .env("PAGER", "hush")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let mut out = BufReader::new(server.stdout.take().expect("it is piped"));
    let mut address = String::new();
    out.read_line(&mut address).expect("it says where");
    let host = address.trim().trim_start_matches("http://").split('/').next().unwrap_or_default().to_owned();
    let alert = json!({"version": "4", "status": "firing", "alerts": [{
        "status": "firing", "fingerprint": "f1", "startsAt": "2026-03-02T10:00:00Z",
        "endsAt": "0001-01-01T00:00:00Z", "labels": {"alertname": "Down", "severity": "high"}}]})
    .to_string();
    let post = |path: &str, token: &str, kind: &str, body: &str| {
        let mut stream = TcpStream::connect(&host).expect("it listens");
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: {kind}\r\n\
             authorization: Bearer {token}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).expect("it is sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer.split(' ').nth(1).unwrap_or_default().to_owned()
    };
    let json = "application/json";
    assert_eq!(post("/intake/pager", "wrong", json, &alert), "401");
    assert_eq!(post("/intake/nobody", "hush", json, &alert), "404");
    assert_eq!(post("/intake/pager", "hush", json, "{"), "400");
    assert_eq!(post("/intake/pager", "hush", "text/plain", &alert), "415");
    assert_eq!(post("/intake/pager", "hush", json, &alert), "202");
    assert_eq!(post("/intake/pager", "hush", json, &alert), "202");
    server.kill().expect("it ends");
    let _ = server.wait();
    // Asking the system itself fails; what was posted is there all the same.
    let sync = world.command().args(["sync"]).env("PAGER", "hush").output().expect("it runs");
    assert_eq!(sync.status.code(), Some(1));
    assert_eq!(world.ask(".", "SELECT count(*), min(title), min(status) FROM incidents"), "1,Down,open");
    let log = std::fs::read_to_string(world.path(".quarterdeck/intake/events.jsonl")).expect("the log");
    assert!(!log.contains("hush"), "no secret is kept");
}

#[test]
fn a_report_takes_its_options_and_no_others() {
    let world = World::new();
    world.write("company.toml", "name = \"Example\"\n");
    let run = world.run(&["show", "delivery", "--by", "colour"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("service, team, project, company"), "{}", run.err);
    let run = world.run(&["show", "hotspots", "--since", "7d"]);
    assert!(run.err.contains("takes no `--since`"), "{}", run.err);
    for report in ["standup", "delivery"] {
        let run = world.run(&["show", report, "--since", "14d"]);
        assert_eq!(run.code, 0, "{report}: {}", run.err);
    }
}

#[test]
fn the_changes_that_are_worth_a_look_stand_in_their_order() {
    let world = World::new();
    replayed(&world);
    world.write("rec/a.jsonl", &lines().concat());
    let sync = world.run(&["sync"]);
    assert_eq!(sync.code, 0, "{}", sync.err);
    let run = world.run(&["review"]);
    assert!(run.out.contains("api #7") && run.out.contains("Faster start"), "{}{}", run.out, run.err);
    let run = world.run(&["review", "--format", "json"]);
    let rows: Value = serde_json::from_str(&run.out).expect("it is JSON");
    assert_eq!(rows[0]["rank"], 1, "{}", run.out);
    assert!(rows[0]["risk"].as_f64().is_some_and(|risk| (0.0..=1.0).contains(&risk)));
}

#[test]
fn a_source_that_fails_is_told_and_the_brief_goes_on() {
    let world = World::new();
    world.write(
        "company.toml",
        "name = \"Example\"\n[sources.forge]\nkind = \"github\"\nurl = \"http://127.0.0.1:9\"\n\
         repositories = [\"acme/api\"]\ntoken = \"env:NOT_THERE\"\n[sources.code]\nkind = \"git\"\npaths = [\"api\"]\n",
    );
    world.repository("api", "Ada", "2026-03-02");
    let run = world.run(&["brief"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("NOT_THERE"), "{}{}", run.out, run.err);
    assert!(run.out.contains("code (git, 1 repository)"), "{}", run.out);
}

/// A server that answers every question with `body`; those that share `together` answer at once.
fn server(body: &'static str, together: Option<Arc<Barrier>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = format!("http://{}", listener.local_addr().expect("it listens"));
    thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let mut head = String::new();
            let mut lines = BufReader::new(stream.try_clone().expect("it is a stream"));
            while lines.read_line(&mut head).is_ok_and(|read| read > 2) {}
            let length = head
                .to_lowercase()
                .lines()
                .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            let mut sent = vec![0; length.unwrap_or(0)];
            let _ = lines.read_exact(&mut sent);
            if let Some(barrier) = &together {
                barrier.wait();
            }
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\
                 content-length: {}\r\n\r\n{body}",
                body.len()
            );
        }
    });
    address
}

#[test]
fn what_answers_in_the_place_of_a_source_is_told_and_nothing_was_read() {
    for body in ["null", "{}", r#"{"data":null,"errors":[{"message":"no"}]}"#] {
        let world = World::new();
        let address = server(body, None);
        let mut text = "name = \"Example\"\n".to_owned();
        let kinds = ["github", "gitlab", "jira", "pagerduty", "alertmanager"];
        for kind in kinds {
            text.push_str(&format!(
                "[sources.{kind}]\nkind = \"{kind}\"\nurl = \"{address}\"\nrepositories = [\"acme/api\"]\n"
            ));
        }
        world.write("company.toml", &text);
        // The second time there is a look to compare with.
        for _ in 0..2 {
            let sync = world.run(&["sync", "--format", "json"]);
            assert_eq!(sync.code, 1, "{body}: {}{}", sync.out, sync.err);
            let reports: Value = serde_json::from_str(&sync.out).expect("it is JSON");
            for report in reports.as_array().expect("a list") {
                assert_eq!(
                    (&report["is_unreached"], &report["changed"], &report["rows"]),
                    (&json!(true), &json!(0), &json!(0)),
                    "{body}: {report}"
                );
                assert!(
                    report["problems"][0].as_str().is_some_and(|text| text.contains(&address)),
                    "{report}"
                );
            }
        }
        let brief = world.run(&["brief", "--no-sync"]);
        assert_eq!(brief.out.matches("never read").count(), kinds.len(), "{body}: {}", brief.out);
    }
}

#[test]
fn a_source_that_refuses_is_not_said_to_be_read() {
    let world = World::new();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it listens").to_string();
    drop(listener);
    world.write(
        "company.toml",
        &format!(
            "name = \"Example\"\n[sources.lab]\nkind = \"gitlab\"\nurl = \"http://{address}\"\n\
             repositories = [\"acme/api\", \"acme/web\"]\n"
        ),
    );
    for _ in 0..2 {
        let brief = world.run(&["brief"]);
        assert_eq!(brief.code, 1);
        assert!(brief.out.contains("never read"), "{}", brief.out);
        assert!(!brief.out.contains("just now"), "{}", brief.out);
    }
}

/// A slow GitLab of one project with so many merge requests; counts what it is asked.
fn slow_gitlab(changes: usize, asked: Arc<AtomicUsize>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = format!("http://{}", listener.local_addr().expect("it listens"));
    let change = |number: usize| {
        json!({"id": number, "iid": number, "project_id": 7, "title": "x", "state": "merged", "author": {"username": "bo"},
            "created_at": "2026-03-01T08:00:00Z", "merged_at": "2026-03-02T08:00:00Z",
            "updated_at": format!("2026-03-03T{:02}:{:02}:00Z", number / 60, number % 60)})
    };
    thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let mut lines = BufReader::new(stream.try_clone().expect("it is a stream"));
            let mut first = String::new();
            let _ = lines.read_line(&mut first);
            let mut line = String::new();
            while lines.read_line(&mut line).is_ok_and(|read| read > 2) {
                line.clear();
            }
            asked.fetch_add(1, Ordering::SeqCst);
            let (path, query) =
                first.split_once('?').unwrap_or((first.trim_end_matches(" HTTP/1.1\r\n"), ""));
            let after =
                query.split('&').find_map(|pair| pair.strip_prefix("updated_after=")).unwrap_or_default();
            let body = if path.ends_with("/projects/acme%2Fapi") {
                json!({"id": 7, "path_with_namespace": "acme/api", "last_activity_at": "2026-03-03T08:00:00Z"})
            } else if path.ends_with("/merge_requests") && !query.contains("state=opened") {
                (1..=changes)
                    .map(change)
                    .filter(|item| {
                        item["updated_at"].as_str() >= Some(after.trim_end_matches(" HTTP/1.1\r\n"))
                    })
                    .collect()
            } else if let Some(place) = path.strip_suffix("/changes") {
                thread::sleep(Duration::from_millis(60));
                change(place.rsplit('/').next().and_then(|number| number.parse().ok()).unwrap_or_default())
            } else {
                json!([])
            };
            let body = body.to_string();
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\
                 content-length: {}\r\n\r\n{body}",
                body.len()
            );
        }
    });
    address
}

#[test]
fn a_sync_that_is_killed_keeps_what_it_read() {
    const CHANGES: usize = 99;
    let world = World::new();
    let asked = Arc::new(AtomicUsize::new(0));
    let address = slow_gitlab(CHANGES, Arc::clone(&asked));
    world.write(
        "company.toml",
        &format!(
            "name = \"Example\"\n[sources.lab]\nkind = \"gitlab\"\nurl = \"{address}\"\n\
             repositories = [\"acme/api\"]\n"
        ),
    );
    let cursors = || world.ask(".", "SELECT count(*) FROM syncs WHERE source = 'lab'");
    let mut sync =
        world.command().arg("sync").stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    // It is killed as soon as anything is kept, however slow the machine is.
    while cursors().parse::<usize>().is_ok_and(|kept| kept == 0) {
        assert!(
            sync.try_wait().expect("it is a child").is_none(),
            "it came to its end before anything was kept"
        );
        thread::sleep(Duration::from_millis(50));
    }
    sync.kill().expect("it still runs");
    sync.wait().expect("it is over");
    let first = asked.swap(0, Ordering::SeqCst);
    let again = world.run(&["sync"]);
    assert_eq!(again.code, 0, "{}{}", again.out, again.err);
    assert_eq!(
        world.ask(".", "SELECT count(*), count(DISTINCT number) FROM change_requests"),
        format!("{CHANGES},{CHANGES}")
    );
    let second = asked.load(Ordering::SeqCst);
    assert!(second < 3 * CHANGES, "{second} after {first}: it went on from where it was");
}

#[test]
fn systems_are_asked_beside_one_another_and_told_in_their_order() {
    let world = World::new();
    // None of them answers before all of them were asked.
    let together = Arc::new(Barrier::new(3));
    let mut text = "name = \"Example\"\n".to_owned();
    for name in ["c", "a", "b"] {
        let address = server("[]", Some(Arc::clone(&together)));
        text.push_str(&format!("[sources.{name}]\nkind = \"alertmanager\"\nurl = \"{address}\"\n"));
    }
    world.write("company.toml", &text);
    let sync = world.run(&["sync"]);
    assert_eq!(sync.code, 0, "{}{}", sync.out, sync.err);
    let again = world.run(&["sync"]);
    assert_eq!(again.out, sync.out);
    assert_eq!(sync.out.lines().count(), 3, "{}", sync.out);
}

#[test]
fn what_is_posted_and_not_understood_is_told_once_with_its_count() {
    let world = World::new();
    world.write(
        "company.toml",
        "name = \"Example\"\n[sources.forge]\nkind = \"github\"\nreplay = \"rec\"\n[sources.ci]\nkind = \"cdevents\"\n",
    );
    world.write("rec/a.jsonl", &lines().concat());
    assert_eq!(world.run(&["sync"]).code, 0);
    let posted = |source: &str, kind: &str, event: &str| {
        let headers = json!({"x-github-event": event});
        let body = if kind == "cdevents" { json!({"a": 1}) } else { json!({"zen": "x"}) };
        format!(
            "{}\n",
            json!({"source": source, "kind": kind, "headers": headers, "body": body, "at": "2026-03-04T10:00:00Z"})
        )
    };
    let log = ".quarterdeck/intake/events.jsonl";
    let github = |event: &str| posted("forge", "github", event);
    let text =
        [github("brandnew"), github("ping"), github("brandnew"), github("star"), github("moon")].concat();
    world.write(log, &text);
    let sync = world.run(&["sync"]);
    assert_eq!(sync.code, 0, "a new kind of event is no failure: {}{}", sync.out, sync.err);
    let told: Vec<&str> =
        sync.err.lines().map(str::trim).filter(|line| line.contains("understood")).collect();
    assert_eq!(
        told,
        [
            "2 messages of event \"brandnew\" are not understood and kept in intake/events.jsonl",
            "1 message of event \"moon\" is not understood and kept in intake/events.jsonl"
        ]
    );
    assert!(world.run(&["brief", "--no-sync"]).out.contains("brandnew"));
    assert!(!world.run(&["sync"]).err.contains("understood"), "it is told once");
    // What lacks what its kind has is a failure, also where another source is asked for.
    let text = std::fs::read_to_string(world.path(log)).expect("the log");
    world.write(log, &format!("{text}{}", posted("ci", "cdevents", "").repeat(3)));
    let sync = world.run(&["sync", "forge"]);
    assert_eq!(sync.code, 1, "{}{}", sync.out, sync.err);
    assert!(sync.err.contains("3 messages") && sync.err.contains("there is no `type`"), "{}", sync.err);
}

/// Paths of the pages that the guide names.
#[test]
fn every_source_has_its_page() {
    let pages = ["git", "github", "gitlab", "jira", "junit", "alerts", "calendar", "table"];
    let missing: Vec<PathBuf> = pages
        .iter()
        .map(|page| root().join("docs").join(format!("sources-{page}.md")))
        .filter(|path| !path.exists())
        .collect();
    assert_eq!(missing, Vec::<PathBuf>::new());
}
