//! The cockpit for programs: JSON that fits its description, problems that are told as such, and figures.

use serde_json::{Value, json};

use crate::{
    schema::misfits,
    server::{Server, Told},
    world::World,
};

fn world() -> World {
    let world = World::new();
    world.write(
        "company.toml",
        "name = \"Example\"\nme = \"ada\"\n[people.ada]\nname = \"Ada\"\n[people.bo]\nname = \"Bo\"\n\
         [projects.atlas]\nname = \"Atlas\"\nlead = \"ada\"\ndeadline = 2020-01-31\n\
         [[projects.atlas.tasks]]\nid = \"build\"\nestimate = \"1d 2d 4d\"\nowner = \"ada\"\n\
         [vendors.mail]\nname = \"Mail & Co\"\n\
         [sources.pager]\nkind = \"alertmanager\"\nurl = \"http://127.0.0.1:9\"\nsecret = \"env:HUSH\"\n",
    );
    world
}

/// Holds an answer against what the description says of it.
fn fits(description: &Value, path: &str, method: &str, told: &Told) {
    let responses = &description["paths"][path][method]["responses"];
    assert!(responses.is_object(), "{method} {path} is not described");
    let (told_as, kind) = match told.status {
        200 => (&responses["200"], "application/json"),
        _ => (&responses["default"], "application/problem+json"),
    };
    assert!(told.head.contains(&format!("content-type: {kind}\r\n")), "{path}: {}", told.head);
    let schema = &told_as["content"][kind]["schema"];
    assert!(schema.is_object(), "{path}: {told_as}");
    let wrong = misfits(&told.json(), schema, description);
    assert!(wrong.is_empty(), "{method} {path}: {wrong:#?}");
    if told.status != 200 {
        assert_eq!(told.json()["status"], told.status, "{}", told.body);
    }
}

#[test]
fn every_answer_fits_its_description() {
    let world = world();
    let server = Server::new(&world);
    let description = server.get("/api/openapi.json").json();
    assert_eq!(description["openapi"], "3.1.0");
    let get = |path: &str, address: &str, status: u16| {
        let told = server.get(address);
        assert_eq!(told.status, status, "{address}: {}", told.body);
        fits(&description, path, "get", &told);
        told.json()
    };
    let brief = get("/api/v1/brief", "/api/v1/brief", 200);
    assert_eq!(brief["for"], "ada");
    let of_bo = get("/api/v1/brief", "/api/v1/brief?for=bo&all=1", 200);
    assert_eq!(of_bo["for"], "bo");
    get("/api/v1/brief", "/api/v1/brief?for=nobody", 422);
    get("/api/brief", "/api/brief", 200);
    let id = brief["rows"][0]["id"].as_str().expect("a row").to_owned();
    let row = get("/api/v1/rows/{id}", &format!("/api/v1/rows/{id}"), 200);
    let command = world.run(&["explain", &id, "--format", "json"]);
    let command: Value = serde_json::from_str(&command.out).expect("it is JSON");
    assert_eq!(row["evidence"], command["evidence"]);
    assert_eq!(
        row.as_object().map(|row| row.keys().collect::<Vec<_>>()),
        command.as_object().map(|row| row.keys().collect::<Vec<_>>()),
        "the same shape as the command's"
    );
    get("/api/v1/rows/{id}", "/api/v1/rows/nothing", 404);
    assert!(get("/api/v1/signals", "/api/v1/signals", 200).as_array().is_some_and(|all| all.len() > 50));
    let reports = get("/api/v1/reports", "/api/v1/reports", 200);
    for report in reports.as_array().expect("a list") {
        let name = report["name"].as_str().expect("a name");
        let told = get("/api/v1/reports/{name}", &format!("/api/v1/reports/{name}"), 200);
        assert_eq!(told["name"], name);
    }
    get("/api/v1/reports/{name}", "/api/v1/reports/nothing", 404);
    get("/api/v1/reports/{name}", "/api/v1/reports/hotspots?since=soon", 422);
    get("/api/v1/reports/{name}", "/api/v1/reports/delivery?by=colour", 422);
    assert_eq!(get("/api/v1/sources", "/api/v1/sources", 200)[0]["name"], "pager");
    let session = get("/api/v1/session", "/api/v1/session", 200);
    let post = |path: &str, headers: &[(&str, &str)], body: &Value, status: u16| {
        let told = server.post(path, headers, &body.to_string());
        assert_eq!(told.status, status, "{path} {body}: {}", told.body);
        fits(&description, path, "post", &told);
        told.json()
    };
    let asked = json!({ "query": "SELECT id, name FROM people ORDER BY id", "rows": 1 });
    let told = post("/api/v1/sql", &[], &asked, 200);
    assert_eq!((&told["rows"], &told["cut_from"]), (&json!([{ "id": "ada", "name": "Ada" }]), &json!(2)));
    post("/api/v1/sql", &[], &json!({ "query": "DROP TABLE people" }), 422);
    post("/api/v1/sql", &[], &json!({ "query": "SELECT 1", "rows": -1 }), 422);
    post("/api/v1/sql", &[], &json!(["SELECT 1"]), 400);
    let done = json!({ "id": id, "verb": "done" });
    post("/api/v1/actions", &[], &done, 403);
    post("/api/v1/actions", &[("X-Quarterdeck-Token", "guess")], &done, 403);
    let token = session["token"].as_str().expect("a token");
    let named = [("X-Quarterdeck-Token", token)];
    post("/api/v1/actions", &named, &json!({ "id": id, "verb": "sing" }), 422);
    post("/api/v1/actions", &named, &json!({ "id": "nothing", "verb": "done" }), 422);
    assert_eq!(post("/api/v1/actions", &named, &done, 200)["id"], id);
    assert!(!server.get("/").body.contains(&format!("href=\"/row/{id}\"")), "the pages know of it");
    // A form of the right words is no JSON, and a page of another place is nobody.
    let form = [("Content-Type", "application/x-www-form-urlencoded"), ("X-Quarterdeck-Token", token)];
    let told = server.ask("POST", "/api/v1/actions", &form, "id=x&verb=done");
    assert_eq!(told.status, 415);
    fits(&description, "/api/v1/actions", "post", &told);
    let stranger = [("Origin", "https://evil.example"), ("X-Quarterdeck-Token", token)];
    assert_eq!(server.post("/api/v1/actions", &stranger, &done.to_string()).status, 421);
}

#[test]
fn what_is_not_there_is_a_problem_too_and_the_page_lists_what_is() {
    let world = world();
    let server = Server::new(&world);
    for (told, status) in [
        (server.get("/api/v1/nothing"), 404),
        (server.get("/api/v2"), 404),
        (server.get("/api/v1/sql"), 405),
        (server.ask("DELETE", "/api/v1/brief", &[], ""), 405),
    ] {
        assert_eq!(told.status, status, "{}", told.body);
        assert!(told.head.contains("application/problem+json"), "{}", told.head);
        assert_eq!(told.json()["status"], status);
    }
    let page = server.get("/api");
    let description = server.get("/api/openapi.json").json();
    for (path, operations) in description["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            let is_listed = page.body.contains(&format!("<code>{path}</code>"));
            assert_eq!(is_listed, operation.get("deprecated").is_none(), "{method} {path}");
        }
    }
    assert!(server.get("/sql").body.contains("href=\"/api\""));
}

/// Metric families of an OpenMetrics text: name, type, and its samples as (name, labels, value).
type Families = Vec<(String, String, Vec<(String, String, f64)>)>;

/// Reads an OpenMetrics text by its own grammar; panics where it breaks it.
fn families(text: &str) -> Families {
    let body = text.strip_suffix("# EOF\n").expect("it ends with EOF");
    assert!(!body.contains("# EOF"));
    let mut all: Families = Vec::new();
    for line in body.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').expect("a type");
            assert!(!all.iter().any(|(own, ..)| own == name), "{name} comes twice");
            all.push((name.to_owned(), kind.to_owned(), Vec::new()));
        } else if line.starts_with("# HELP ") || line.starts_with("# UNIT ") {
            if let Some((name, unit)) = line.strip_prefix("# UNIT ").and_then(|rest| rest.split_once(' ')) {
                assert!(name.ends_with(unit), "{name} ends with its unit");
            }
        } else {
            let (name, rest) = match line.split_once('{') {
                Some((name, rest)) => (name, rest.rsplit_once("} ").expect("labels end")),
                None => line.split_once(' ').map(|(name, value)| (name, ("", value))).expect("a sample"),
            };
            let value = rest.1.parse().unwrap_or_else(|_| panic!("no figure in {line}"));
            let (family, kind, samples) = all.last_mut().expect("a family before its samples");
            let ends: &[&str] = match kind.as_str() {
                "counter" => &["_total"],
                "histogram" => &["_bucket", "_sum", "_count"],
                "info" => &["_info"],
                _ => &[""],
            };
            assert!(ends.iter().any(|end| name == format!("{family}{end}")), "{line} is not of {family}");
            samples.push((name.to_owned(), rest.0.to_owned(), value));
        }
    }
    all
}

#[test]
fn figures_for_monitoring_are_open_metrics_and_name_nobody() {
    let world = world();
    let server = Server::new(&world);
    server.get("/");
    server.get("/report/delivery");
    server.get("/nowhere/ada");
    assert_eq!(server.post("/hooks/alertmanager", &[], "{}").status, 401);
    let told = server.get("/metrics");
    assert_eq!(told.status, 200, "{}", told.body);
    let kind = "content-type: application/openmetrics-text; version=1.0.0; charset=utf-8";
    assert!(told.head.contains(kind), "{}", told.head);
    let all = families(&told.body);
    let samples = |name: &str| {
        let found = all.iter().find(|(own, ..)| own == &format!("quarterdeck_{name}"));
        found.map(|(.., samples)| samples.clone()).unwrap_or_else(|| panic!("no {name}: {}", told.body))
    };
    let one = |name: &str, labels: &[&str]| {
        let samples = samples(name);
        let found = samples.iter().find(|(_, own, _)| labels.iter().all(|label| own.contains(label)));
        found.unwrap_or_else(|| panic!("no {name} of {labels:?}: {samples:?}")).2
    };
    assert_eq!(one("http_requests", &["route=\"/report/{id}\"", "status=\"200\"", "method=\"GET\""]), 1.0);
    assert_eq!(one("http_requests", &["route=\"/hooks/{kind}\"", "status=\"401\""]), 1.0);
    assert_eq!(one("http_requests", &["route=\"none\"", "status=\"404\""]), 1.0);
    let durations = samples("http_request_duration_seconds");
    let of_brief: Vec<f64> = durations
        .iter()
        .filter(|(name, labels, _)| name.ends_with("_bucket") && labels.contains("route=\"/\""))
        .map(|(.., value)| *value)
        .collect();
    assert!(of_brief.is_sorted() && of_brief.last() == Some(&1.0), "{of_brief:?}");
    assert!(one("moment_number", &[]) >= 1.0 && one("moment_age_seconds", &[]) >= 0.0);
    assert!(samples("brief_rows").iter().map(|(.., value)| value).sum::<f64>() >= 1.0);
    assert!(one("signals", &["speaking"]) >= 1.0 && one("signals", &["failed"]) == 0.0);
    assert_eq!(one("sources", &["kind=\"alertmanager\""]), 1.0);
    assert_eq!(one("intake_waiting_bytes", &[]), 0.0);
    assert!(one("resident_memory_bytes", &[]) > 1e7);
    assert_eq!(one("build", &["version=\""]), 1.0);
    for word in ["ada", "Ada", "pager", "nowhere", "Example"] {
        assert!(!told.body.contains(word), "{word} stands in {}", told.body);
    }
}

#[test]
fn who_is_too_many_hears_when_to_come_again() {
    let server = Server::new(&world());
    // Forms that are begun and not sent hold their places.
    let form = [("Content-Type", "application/x-www-form-urlencoded"), ("Content-Length", "10")];
    let held: Vec<_> = (0..512).map(|_| server.begin("/act", &form)).collect();
    let begun = std::time::Instant::now();
    let ask_until = |status: u16| loop {
        let told = server.get("/signals");
        if told.status == status {
            return told;
        }
        assert!(begun.elapsed().as_secs() < 30, "{} {}", told.status, told.body);
        std::thread::sleep(std::time::Duration::from_millis(100));
    };
    assert!(ask_until(503).head.contains("retry-after: 5"));
    drop(held);
    ask_until(200);
}
