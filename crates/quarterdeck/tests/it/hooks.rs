//! What other systems post to the cockpit: taken, refused, and not lost.

use std::{
    fs,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::{server::Server, world::World};

fn world() -> World {
    let world = World::new();
    world.write(
        "company.toml",
        "name = \"Example\"\nme = \"ada\"\n[people.ada]\nname = \"Ada\"\n\
         [sources.code]\nkind = \"github\"\nrepositories = [\"acme/api\"]\nsecret = \"env:HUSH\"\n\
         [sources.lab]\nkind = \"gitlab\"\nurl = \"http://127.0.0.1:9\"\nsecret = \"env:HUSH\"\n\
         [sources.pager]\nkind = \"alertmanager\"\nurl = \"http://127.0.0.1:9\"\nsecret = \"env:HUSH\"\n\
         [sources.builds]\nkind = \"cdevents\"\n[sources.others]\nkind = \"cdevents\"\n",
    );
    world
}

fn alert(fingerprint: &str) -> String {
    json!({"version": "4", "status": "firing", "alerts": [{
        "status": "firing", "fingerprint": fingerprint, "startsAt": "2026-03-02T10:00:00Z",
        "endsAt": "0001-01-01T00:00:00Z", "labels": {"alertname": "Down", "severity": "high"}}]})
    .to_string()
}

const OPENED: &str = r#"{"action":"opened","number":7,"repository":{"name":"api","full_name":"acme/api"},"pull_request":{"number":7,"title":"Hooked","state":"open","html_url":"https://github.com/acme/api/pull/7","created_at":"2026-03-02T10:00:00Z","updated_at":"2026-03-02T10:00:00Z","user":{"login":"ada"},"base":{"ref":"main","repo":{"name":"api","full_name":"acme/api"}},"head":{"ref":"x","sha":"abc"}}}"#;
/// HMAC-SHA-256 of that with the key `hush`, by `openssl dgst -sha256 -hmac hush`.
const SIGNED: &str = "sha256=2afd28283da34d7e233cd9fa0a501eb5e531a14f2c91dc93bda3f31c01f7c7a4";
const BEARER: (&str, &str) = ("Authorization", "Bearer hush");

/// Waits until a query of the console gives `wanted`: what is posted is in the facts a moment later.
fn wait_for(server: &Server, query: &str, wanted: &str) {
    let begun = Instant::now();
    loop {
        let page = server.get(&format!("/sql?query={query}")).body;
        if page.contains(wanted) {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{query}: {page}");
        thread::sleep(Duration::from_millis(300));
    }
}

#[test]
fn what_is_signed_is_taken_and_on_the_pages() {
    let world = world();
    let server = Server::new(&world);
    let github = [("X-GitHub-Event", "pull_request"), ("X-Hub-Signature-256", SIGNED)];
    assert_eq!(server.post("/hooks/github", &github, OPENED).status, 202);
    // A tunnel hands on the name that it was asked for by.
    let tunnelled = [&github[..], &[("Host", "hooks.example.org")]].concat();
    assert_eq!(server.post("/hooks/github/code", &tunnelled, OPENED).status, 202);
    assert_eq!(server.post("/hooks/alertmanager", &[BEARER], &alert("f1")).status, 202);
    assert_eq!(server.post("/intake/pager", &[BEARER], &alert("f2")).status, 202);
    let job = r#"{"object_kind":"push"}"#;
    assert_eq!(
        server
            .post("/hooks/gitlab", &[("X-Gitlab-Token", "hush"), ("X-Gitlab-Event", "Push Hook")], job)
            .status,
        202
    );
    assert_eq!(server.post("/hooks/cdevents/builds", &[], "{}").status, 202);
    wait_for(&server, "SELECT+title+FROM+change_requests", "Hooked");
    wait_for(&server, "SELECT+count(*)+%2B+98+AS+n+FROM+incidents", "100");
}

/// What PagerDuty writes into its header for `body`, which is signed with `key`.
fn signed_by_pagerduty(key: &str, body: &str) -> String {
    let tag =
        ring::hmac::sign(&ring::hmac::Key::new(ring::hmac::HMAC_SHA256, key.as_bytes()), body.as_bytes());
    let digits: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("v1={digits}")
}

#[test]
fn what_pagerduty_posts_is_what_it_tells_when_it_is_asked() {
    let world = World::new();
    world.write(
        "company.toml",
        "name = \"Example\"\n[sources.posted]\nkind = \"pagerduty\"\nurl = \"http://127.0.0.1:9\"\nsecret = \"env:HUSH\"\n\
         [sources.asked]\nkind = \"pagerduty\"\nreplay = \"asked\"\n",
    );
    let incident = |status: &str| {
        json!({"id": "PT4KHLK", "type": "incident", "number": 1, "status": status, "title": "The shop is down",
            "created_at": "2026-03-02T10:00:00Z", "html_url": "https://acme.pagerduty.com/incidents/PT4KHLK",
            "service": {"id": "PSHOP", "type": "service_reference", "summary": "shop"}, "urgency": "high",
            "assignees": [{"id": "PADA", "type": "user_reference", "summary": "Ada"}], "teams": []})
    };
    let event = |kind: &str, status: &str, at: &str| {
        json!({"event": {"id": at, "event_type": kind, "resource_type": "incident", "occurred_at": at,
            "data": incident(status)}})
        .to_string()
    };
    let opened = event("incident.triggered", "triggered", "2026-03-02T10:00:00Z");
    let taken = event("incident.acknowledged", "acknowledged", "2026-03-02T10:07:00Z");
    let over = event("incident.resolved", "resolved", "2026-03-02T11:00:00Z");
    let server = Server::new(&world);
    let post = |signature: Option<&str>, body: &str| {
        let headers: Vec<_> = signature.map(|words| ("X-PagerDuty-Signature", words)).into_iter().collect();
        server.post("/hooks/pagerduty/posted", &headers, body).status
    };
    let log = world.path(".quarterdeck/intake/events.jsonl");
    assert_eq!(post(None, &opened), 401);
    assert_eq!(post(Some(&signed_by_pagerduty("guess", &opened)), &opened), 401);
    assert_eq!(post(Some(&signed_by_pagerduty("hush", &taken)), &opened), 401, "that is of another body");
    assert!(!log.exists());
    assert_eq!(post(Some(&signed_by_pagerduty("hush", &opened)), &opened), 202);
    assert_eq!(fs::read_to_string(&log).expect("it is on the disk").lines().count(), 1);
    // A secret that is being changed signs twice.
    let both = format!("{},{}", signed_by_pagerduty("old", &taken), signed_by_pagerduty("hush", &taken));
    assert_eq!(post(Some(&both), &taken), 202);
    assert_eq!(post(Some(&signed_by_pagerduty("hush", &over)), &over), 202);
    drop(server);

    let mut answered = incident("resolved");
    answered["assignments"] = json!([{"at": "2026-03-02T10:00:00Z", "assignee": {"summary": "Ada"}}]);
    answered["resolved_at"] = json!("2026-03-02T11:00:00Z");
    let entry = json!({"type": "acknowledge_log_entry", "created_at": "2026-03-02T10:07:00Z",
        "incident": {"id": "PT4KHLK", "summary": "[#1] The shop is down"}});
    let recorded = [
        json!({"url": "https://api.pagerduty.com/incidents?offset=0", "body": {"incidents": [answered]}}),
        json!({"url": "https://api.pagerduty.com/log_entries?offset=0", "body": {"log_entries": [entry]}}),
    ];
    world.write("asked/a.jsonl", &recorded.map(|line| format!("{line}\n")).concat());
    // Of the other only what was posted is there.
    let sync = world.run(&["sync", "asked"]);
    assert_eq!(sync.code, 0, "{}{}", sync.out, sync.err);
    let told = |source: &str| {
        let columns = "CONCAT_WS('|', id, title, status, started_at, acknowledged_at, resolved_at, service, severity, assignee, url)";
        world.ask(".", &format!("SELECT {columns} FROM incidents WHERE source = '{source}'"))
    };
    let whole = "PT4KHLK|The shop is down|resolved|2026-03-02T10:00:00Z|2026-03-02T10:07:00Z|2026-03-02T11:00:00Z|shop|high|Ada|\
                 https://acme.pagerduty.com/incidents/PT4KHLK";
    assert_eq!(told("posted"), whole);
    assert_eq!(told("asked"), whole);
}

#[test]
fn replayed_events_are_of_the_repository_that_their_source_names() {
    let world = World::new();
    world.write(
        "company.toml",
        "name = \"Example\"\n[sources.ci]\nkind = \"cdevents\"\nrepo = \"shop\"\nreplay = \"events\"\n",
    );
    let event = json!({"context": {"specversion": "0.5.0", "id": "1", "source": "ci", "type": "dev.cdevents.service.deployed.0.2.0",
            "timestamp": "2026-03-02T10:00:00Z"},
        "subject": {"id": "shop", "type": "service", "content": {"environment": {"id": "production"}, "artifactId": "pkg:oci/shop@sha256:0b"}}});
    world.write("events/a.jsonl", &format!("{}\n", json!({"url": "events", "body": event})));
    let sync = world.run(&["sync"]);
    assert_eq!(sync.code, 0, "{}{}", sync.out, sync.err);
    assert_eq!(world.ask(".", "SELECT repo FROM observed.deployments"), "shop");
}

#[test]
fn what_is_wrong_is_refused_and_leaves_nothing() {
    let world = world();
    let server = Server::new(&world);
    let event = ("X-GitHub-Event", "pull_request");
    let status = |path: &str, headers: &[(&str, &str)], body: &str| server.post(path, headers, body).status;
    assert_eq!(status("/hooks/github", &[event], OPENED), 401);
    assert_eq!(
        status("/hooks/github", &[event, ("X-Hub-Signature-256", SIGNED)], &format!("{OPENED} ")),
        401
    );
    assert_eq!(status("/hooks/gitlab", &[("X-Gitlab-Token", "guess")], "{}"), 401);
    assert_eq!(status("/hooks/alertmanager", &[("Authorization", "Bearer guess")], &alert("f1")), 401);
    assert_eq!(status("/hooks/alertmanager", &[BEARER], "{"), 400);
    assert_eq!(status("/hooks/cdevents", &[], "{}"), 400, "there are two");
    assert_eq!(status("/hooks/cdevents/pager", &[BEARER], "{}"), 404, "that is of another kind");
    for path in ["/hooks/pagerduty", "/hooks/nothing", "/hooks/github/nobody", "/intake/nobody"] {
        assert_eq!(status(path, &[], "{}"), 404, "{path}");
    }
    for page in [("Origin", "https://evil.example"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site")] {
        assert_eq!(status("/hooks/alertmanager", &[BEARER, page], &alert("f1")), 403);
    }
    let text = [BEARER, ("Content-Type", "text/plain")];
    assert_eq!(server.ask("POST", "/hooks/alertmanager", &text, "{}").status, 415);
    assert_eq!(server.get("/hooks/github").status, 405);
    let log = world.path(".quarterdeck/intake/events.jsonl");
    assert!(!log.exists(), "{}", fs::read_to_string(log).unwrap_or_default());
}

#[test]
fn too_much_is_refused_before_it_is_read() {
    let world = world();
    let server = Server::new(&world);
    let json = ("Content-Type", "application/json");
    let long = [json, BEARER, ("Content-Length", "26214401")];
    assert_eq!(server.ask("POST", "/hooks/alertmanager", &long, "").status, 413);
    // Nor where it does not say how much it is.
    let mut body = Vec::new();
    for _ in 0..26 {
        body.extend_from_slice(b"100000\r\n");
        body.resize(body.len() + (1 << 20), b' ');
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"0\r\n\r\n");
    let parts = [json, BEARER, ("Transfer-Encoding", "chunked")];
    let told = server.try_ask("POST", "/hooks/alertmanager", &parts, &body);
    assert!(told.is_none_or(|told| told.status == 413));
    // The longest that is taken, as white space around the message.
    let longest = format!("{}{}", " ".repeat(25 * 1024 * 1024 - alert("f1").len()), alert("f1"));
    assert_eq!(server.post("/hooks/alertmanager", &[BEARER], &longest).status, 202);
}

#[test]
fn a_full_house_says_when_to_come_again() {
    let world = world();
    let server = Server::new(&world);
    // Two long messages that do not go on fill the room.
    let length = (25 * 1024 * 1024).to_string();
    let head = [("Content-Type", "application/json"), BEARER, ("Content-Length", &*length)];
    let held: Vec<_> = (0..2).map(|_| server.begin("/hooks/alertmanager", &head)).collect();
    thread::sleep(Duration::from_millis(300));
    let told = server.ask("POST", "/hooks/alertmanager", &head, "");
    assert!(told.status == 503 && told.head.contains("retry-after: 5"), "{told:?}");
    assert_eq!(
        server.post("/hooks/alertmanager", &[BEARER], &alert("f1")).status,
        202,
        "a short one fits in"
    );
    assert_eq!(server.get("/healthz").status, 200);
    drop(held);
    thread::sleep(Duration::from_millis(300));
    let longest = format!("{}{}", " ".repeat(25 * 1024 * 1024 - alert("f1").len()), alert("f1"));
    assert_eq!(server.post("/hooks/alertmanager", &[BEARER], &longest).status, 202, "there is room again");
}

#[test]
fn what_was_acknowledged_is_there_after_a_kill() {
    let world = world();
    let mut server = Server::new(&world);
    let mut taken: Vec<String> = Vec::new();
    for round in 0..3 {
        let is_over = AtomicBool::new(false);
        let told = thread::scope(|scope| {
            let posters: Vec<_> = (0..4)
                .map(|poster| {
                    let (server, is_over) = (&server, &is_over);
                    scope.spawn(move || {
                        let headers = [("Content-Type", "application/json"), BEARER];
                        let mut taken = Vec::new();
                        for number in 0.. {
                            let name = format!("r{round}p{poster}n{number}");
                            let body = alert(&name);
                            let told =
                                server.try_ask("POST", "/hooks/alertmanager", &headers, body.as_bytes());
                            if told.is_some_and(|told| told.status == 202) {
                                taken.push(name);
                            }
                            if is_over.load(Ordering::Relaxed) {
                                return taken;
                            }
                        }
                        taken
                    })
                })
                .collect();
            thread::sleep(Duration::from_millis(700));
            server.kill();
            is_over.store(true, Ordering::Relaxed);
            posters.into_iter().flat_map(|poster| poster.join().expect("it posts")).collect::<Vec<_>>()
        });
        assert!(!told.is_empty(), "nothing was taken before the end");
        taken.extend(told);
        let log = fs::read_to_string(world.path(".quarterdeck/intake/events.jsonl")).expect("the log");
        for name in &taken {
            assert!(log.contains(&format!("\"{name}\"")), "{name} was acknowledged and is lost");
        }
        server = Server::new(&world);
    }
    let query = format!("SELECT+count(DISTINCT+id)+%3E%3D+{}+AS+are_there+FROM+incidents", taken.len());
    wait_for(&server, &query, "<td>yes</td>");
}
