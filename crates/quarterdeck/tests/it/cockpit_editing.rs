//! The cockpit's forms: texts that are edited, queries that become signals, sources that are read.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use crate::{
    serve::Cockpit,
    world::{World, ago},
};

const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";
const COMPANY: &str = "name = \"Example\"\nme = \"ada\"\n[people.ada]\nname = \"Ada\"\n";

fn world() -> World {
    let world = World::new();
    world.write("company.toml", COMPANY);
    world.write("projects/atlas.toml", "name = \"Atlas\"\nlead = \"ada\"\n");
    world
}

/// The value of a hidden field of a page.
fn value(page: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let from = page.find(&mark).unwrap_or_else(|| panic!("no `{name}` in {page}")) + mark.len();
    page[from..].split('"').next().expect("a value").to_owned()
}

fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// A form that says what `fields` say, and its answer.
fn post(cockpit: &Cockpit, path: &str, fields: &[(&str, &str)]) -> (u16, String, String) {
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    cockpit.ask("POST", path, FORM, &pairs.join("&"))
}

#[test]
fn a_text_is_shown_changed_and_written_and_what_others_wrote_stays() {
    let world = world();
    let cockpit = Cockpit::new(&world);
    assert!(cockpit.page("/company").contains("/company/file?path=projects%2Fatlas.toml"));
    let page = cockpit.page("/company/file?path=projects%2Fatlas.toml");
    assert!(page.contains("lead = &quot;ada&quot;"), "{page}");
    let (token, base) = (value(&page, "token"), value(&page, "base"));
    // A browser ends lines in its own way.
    let text = "name = \"Atlas\"\r\nlead = \"adda\"\r\n";
    let fields = |token, base, text| {
        [("token", token), ("path", "projects/atlas.toml"), ("base", base), ("text", text)]
    };
    let (status, _, told) = post(&cockpit, "/company/diff", &fields(&token, &base, text));
    assert_eq!(status, 200, "{told}");
    assert!(
        told.contains("<del>") && told.contains("<ins>") && told.contains("did you mean `ada`?"),
        "{told}"
    );
    assert!(told.contains("<mark>&quot;adda&quot;</mark>") || told.contains("<mark>adda</mark>"), "{told}");
    let file = world.path("projects/atlas.toml");
    let now = || fs::read_to_string(&file).expect("it is there");
    assert_eq!(now(), "name = \"Atlas\"\nlead = \"ada\"\n", "nothing is written yet");
    assert_eq!(post(&cockpit, "/company/save", &fields("guess", &base, text)).0, 403);
    assert_eq!(post(&cockpit, "/company/diff", &fields("guess", &base, text)).0, 403);

    let (status, head, _) = post(&cockpit, "/company/save", &fields(&token, &base, text));
    assert_eq!(status, 303, "{head}");
    assert_eq!(now(), "name = \"Atlas\"\nlead = \"adda\"\n");
    let page = cockpit.page("/company/file?path=projects%2Fatlas.toml");
    assert!(page.contains("adda"), "what was written is shown at once: {page}");

    // Begun from the first text, which is not there any more.
    let (status, _, told) = post(&cockpit, "/company/save", &fields(&token, &base, "name = \"Mine\"\n"));
    assert_eq!(status, 409, "{told}");
    assert!(told.contains("name = &quot;Mine&quot;") && told.contains("lead = &quot;adda&quot;"), "{told}");
    assert_eq!(now(), "name = \"Atlas\"\nlead = \"adda\"\n");
    let next = value(&told, "base");
    assert_eq!(post(&cockpit, "/company/save", &fields(&token, &next, "name = \"Mine\"\n")).0, 303);
    assert_eq!(now(), "name = \"Mine\"\n");
}

#[test]
fn a_new_text_is_written_once() {
    let world = world();
    let cockpit = Cockpit::new(&world);
    let page = cockpit.page("/company/file?path=teams%2Fcore.toml");
    let (token, base) = (value(&page, "token"), value(&page, "base"));
    assert_eq!(base, "");
    let fields =
        [("token", token.as_str()), ("path", "teams/core.toml"), ("base", ""), ("text", "name = \"Core\"\n")];
    assert_eq!(post(&cockpit, "/company/save", &fields).0, 303);
    assert_eq!(fs::read_to_string(world.path("teams/core.toml")).expect("it is there"), "name = \"Core\"\n");
    assert_eq!(post(&cockpit, "/company/save", &fields).0, 409, "it is there already");
}

#[test]
fn nothing_but_texts_of_the_company_is_read_or_written() {
    let world = world();
    world.write("outside/secret.toml", "token = \"x\"\n");
    let company = world.path("inside");
    fs::create_dir_all(company.join("people")).expect("a folder");
    fs::write(company.join("company.toml"), COMPANY).expect("a text");
    fs::write(company.join("notes.txt"), "mine").expect("a text");
    fs::create_dir_all(company.join(".git")).expect("a folder");
    std::os::unix::fs::symlink(world.path("outside"), company.join("people/far")).expect("a link");
    std::os::unix::fs::symlink(world.path("outside/secret.toml"), company.join("link.toml")).expect("a link");
    std::os::unix::fs::symlink(company.join(".git/hooks.toml"), company.join("hook.toml")).expect("a link");
    let cockpit = Cockpit::of(&world, &["--company", "inside"]);
    let token = value(&cockpit.page("/company/file?path=company.toml"), "token");
    for path in [
        "../outside/secret.toml",
        "people/../../outside/secret.toml",
        "people/far/secret.toml",
        "people/far/new.toml",
        "link.toml",
        "hook.toml",
        ".git/config.toml",
        ".quarterdeck/todos.toml",
        "notes.txt",
        "people",
        "",
        "company.toml/x.toml",
        &world.path("outside/secret.toml").to_string_lossy(),
    ] {
        let fields =
            [("token", token.as_str()), ("path", path), ("base", ""), ("text", "name = \"Taken\"\n")];
        for form in ["/company/diff", "/company/save"] {
            let (status, _, told) = post(&cockpit, form, &fields);
            assert_eq!(status, 422, "{form} {path}: {told}");
            assert!(!told.contains("token = &quot;x"), "{told}");
        }
        let shown = cockpit.ask("GET", &format!("/company/file?path={}", encoded(path)), "", "");
        assert_eq!(shown.0, 422, "{path}: {}", shown.2);
    }
    assert_eq!(
        fs::read_to_string(world.path("outside/secret.toml")).expect("it is there"),
        "token = \"x\"\n"
    );
    assert!(!world.path("outside/new.toml").exists() && !company.join(".git/hooks.toml").exists());
}

#[test]
fn a_query_becomes_a_signal_and_its_answer_a_file() {
    let world = world();
    let cockpit = Cockpit::new(&world);
    let asked = "SELECT id AS subject, 1.0 AS people, CAST(NULL AS DOUBLE) AS share FROM projects";
    let page = cockpit.page(&format!("/sql?query={}", encoded(asked)));
    let token = value(&page, "token");
    let head = [
        ("token", token.as_str()),
        ("query", asked),
        ("signal", "there-is"),
        ("duty", "roadmap"),
        ("says", "{subject} is there"),
        ("asks", "look"),
        ("price", "waits"),
        ("patience", "3d"),
        ("minutes", "5"),
    ];
    let (status, _, told) = post(&cockpit, "/sql/signal", &head);
    assert_eq!(status, 200, "{told}");
    assert!(
        told.contains("-- signal: there-is") && told.contains("Nothing would be wrong with it"),
        "{told}"
    );
    let broken: Vec<_> = head
        .iter()
        .map(|(key, value)| (*key, if *key == "query" { "SELECT nothing" } else { value }))
        .collect();
    let (_, _, told) = post(&cockpit, "/sql/signal", &broken);
    assert!(told.contains("this signal fails"), "{told}");
    let named: Vec<_> =
        head.iter().map(|(key, value)| (*key, if *key == "signal" { "../../x" } else { value })).collect();
    assert_eq!(post(&cockpit, "/sql/signal", &named).0, 422);

    let (status, head, csv) = cockpit.ask("GET", &format!("/sql.csv?query={}", encoded(asked)), "", "");
    assert_eq!((status, csv.as_str()), (200, "subject,people,share\r\natlas,1,\r\n"));
    assert!(head.contains("attachment; filename=\"answer.csv\""), "{head}");
    let (_, _, json) = cockpit.ask("GET", &format!("/sql.json?query={}", encoded(asked)), "", "");
    let json: serde_json::Value = serde_json::from_str(&json).expect("it is JSON");
    assert_eq!(json, serde_json::json!([{"subject": "atlas", "people": 1.0, "share": null}]));
    assert_eq!(cockpit.ask("GET", "/sql.csv?query=DROP+TABLE+people", "", "").0, 422);
    assert!(cockpit.page("/sql?table=projects").contains("data-insert=\"deadline\""));
}

#[test]
fn sources_are_read_once_at_a_time_and_whoever_listens_hears_of_it() {
    let world = world();
    world.repository("api", "Ada", &ago(3));
    world.write("company.toml", &format!("{COMPANY}[sources.code]\nkind = \"git\"\npaths = [\"api\"]\n"));
    let cockpit = Cockpit::new(&world);
    let page = cockpit.page("/sources");
    assert!(page.contains("never"), "{page}");
    let mut heard = TcpStream::connect(("127.0.0.1", cockpit.port)).expect("it listens");
    heard.set_read_timeout(Some(Duration::from_secs(30))).expect("a limit");
    write!(heard, "GET /events HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", cockpit.port)
        .expect("it takes a request");
    assert_eq!(post(&cockpit, "/sources/read", &[("token", "guess"), ("source", "")]).0, 403);
    let (status, head, _) =
        post(&cockpit, "/sources/read", &[("token", &value(&page, "token")), ("source", "code")]);
    assert!(status == 303 && head.contains("location: /sources"), "{head}");
    let mut lines = BufReader::new(heard).lines().map_while(Result::ok);
    assert!(lines.any(|line| line.contains("\"number\":0")), "how it stands is said first");
    // A short reading is over before it is told; its moment may come before the word that all was read.
    let (mut end, mut is_new) = (None, false);
    while end.is_none() || !is_new {
        let line = lines.next().expect("it goes on to be told");
        is_new |= line == "event: moment";
        end = end.or(Some(line).filter(|line| line.contains("\"number\":2")));
    }
    let end = end.unwrap_or_default();
    assert!(end.contains("code: ") && end.contains("new row"), "{end}");
    let until = Instant::now() + Duration::from_secs(20);
    while cockpit.page("/sources").contains("never") {
        assert!(Instant::now() < until, "{}", cockpit.page("/sources"));
        thread::sleep(Duration::from_millis(100));
    }
    assert!(cockpit.page("/sources").contains("code: "), "what it brought is shown");
}
