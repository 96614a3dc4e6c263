//! The cockpit under many readers and posts, killed in between: `qd-bench load` in short.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::{server::Server, world::World};

const READERS: usize = 40;
const POSTS_A_SECOND: u32 = 50;
const HALF: Duration = Duration::from_millis(2500);

#[test]
fn many_readers_and_posts_meet_no_error_and_lose_nothing() {
    let world = World::new();
    world.write(
        "company.toml",
        "name = \"Example\"\nme = \"ada\"\n[people.ada]\nname = \"Ada\"\n[vendors.mail]\nname = \"Mail\"\n\
         [sources.pager]\nkind = \"alertmanager\"\nurl = \"http://127.0.0.1:9\"\nsecret = \"env:HUSH\"\n",
    );
    let (read, posted) = (AtomicUsize::new(0), AtomicUsize::new(0));
    for half in ["first", "second"] {
        let server = Server::new(&world);
        let begun = Instant::now();
        thread::scope(|scope| {
            for reader in 0..READERS {
                let (server, read) = (&server, &read);
                scope.spawn(move || {
                    let pages = ["/", "/signals", "/api/v1/brief", "/metrics", "/sql?query=SELECT+1"];
                    for page in pages.iter().cycle().skip(reader) {
                        if begun.elapsed() > HALF {
                            return;
                        }
                        let told = server.get(page);
                        assert_eq!(told.status, 200, "{page}: {}", told.body);
                        read.fetch_add(1, Ordering::Relaxed);
                        thread::sleep(Duration::from_millis(200));
                    }
                });
            }
            for poster in 0..4 {
                let (server, posted) = (&server, &posted);
                scope.spawn(move || {
                    let headers = [("Authorization", "Bearer hush")];
                    for number in (poster..).step_by(4) {
                        let due = Duration::from_secs(1) / POSTS_A_SECOND * number;
                        if due > HALF {
                            return;
                        }
                        thread::sleep(due.saturating_sub(begun.elapsed()));
                        let alert = json!({"version": "4", "status": "firing", "alerts": [{
                            "status": "firing", "fingerprint": format!("{half}-{number}"),
                            "startsAt": "2026-03-02T10:00:00Z", "endsAt": "0001-01-01T00:00:00Z",
                            "labels": {"alertname": "Load", "severity": "low"}}]});
                        let told = server.post("/hooks/alertmanager", &headers, &alert.to_string());
                        assert_eq!(told.status, 202, "{}", told.body);
                        posted.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
        });
        // Right after the last acknowledgement, while much is still to be folded.
        server.kill();
    }
    let posted = posted.into_inner();
    assert!(posted >= 200 && read.into_inner() >= READERS * 2, "{posted} posts");
    let server = Server::new(&world);
    let query = json!({ "query": "SELECT count(DISTINCT id) AS n FROM incidents" }).to_string();
    let begun = Instant::now();
    loop {
        let there = server.post("/api/v1/sql", &[], &query).json()["rows"][0]["n"].as_u64();
        if there == Some(posted as u64) {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(120), "{there:?} of {posted} are there");
        thread::sleep(Duration::from_millis(300));
    }
}
