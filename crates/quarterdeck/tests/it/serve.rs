//! The cockpit, asked as a browser asks.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, Stdio},
};

use crate::world::World;

/// What a form is sent as.
pub(crate) const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

/// A cockpit that listens; it ends with this.
pub(crate) struct Cockpit {
    child: Child,
    pub(crate) port: u16,
}

impl Cockpit {
    pub(crate) fn new(world: &World) -> Self {
        Self::of(world, &[])
    }

    /// The same with more said.
    pub(crate) fn of(world: &World, words: &[&str]) -> Self {
        let mut command = world.command();
        let command = command
            .args(["serve", "--no-sync", "--port", "0"])
            .args(words)
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().expect("it starts");
        let mut line = String::new();
        let out = child.stdout.as_mut().expect("it is piped");
        BufReader::new(out).read_line(&mut line).expect("it says where it listens");
        let port = line.trim().trim_end_matches('/').rsplit(':').next().and_then(|port| port.parse().ok());
        Self { child, port: port.unwrap_or_else(|| panic!("no port in `{line}`")) }
    }

    /// Status, head and body.
    pub(crate) fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> (u16, String, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        let host = if headers.contains("Host:") {
            String::new()
        } else {
            format!("Host: localhost:{}\r\n", self.port)
        };
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\n{host}{headers}Connection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .expect("it takes a request");
        let mut told = String::new();
        stream.read_to_string(&mut told).expect("it answers");
        let (head, body) = told.split_once("\r\n\r\n").expect("a head and a body");
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
        (status, head.to_lowercase(), body.to_owned())
    }

    pub(crate) fn page(&self, path: &str) -> String {
        let (status, head, body) = self.ask("GET", path, "", "");
        assert_eq!(status, 200, "{path}: {body}");
        assert!(
            head.contains("content-security-policy: default-src 'none'") && head.contains("nosniff"),
            "{head}"
        );
        let scripts = body.matches("<script").count();
        let ours = "<script src=\"/script.js\" defer></script>";
        assert!(scripts == 1 && body.contains(ours), "{path} has no script but ours");
        body
    }
}

impl Drop for Cockpit {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn world() -> World {
    let world = World::new();
    world.write(
        "company.toml",
        "name = \"Ex<b>ample\"\nme = \"ada\"\n[people.ada]\nname = \"Ada\"\n[people.bo]\nname = \"Bo\"\n\
         [projects.atlas]\nname = \"Atlas\"\nlead = \"ada\"\ndeadline = 2020-01-31\n\
         [[projects.atlas.tasks]]\nid = \"build\"\nestimate = \"1d 2d 4d\"\nowner = \"ada\"\n\
         [vendors.mail]\nname = \"Mail & Co\"\n",
    );
    world
}

#[test]
fn every_page_opens_and_says_where_it_is_from() {
    let world = world();
    let cockpit = Cockpit::new(&world);
    let brief = cockpit.page("/");
    assert!(brief.contains("Ex&lt;b&gt;ample") && brief.contains("Mail &amp; Co"), "{brief}");
    for path in ["/projects", "/reports", "/report/delivery", "/signals", "/sources", "/company", "/sql"] {
        let page = cockpit.page(path);
        assert!(page.contains("<main id=\"main\">") && page.contains("aria-label=\"Pages\""), "{page}");
    }
    assert!(cockpit.page("/projects").contains("Atlas") && cockpit.page("/projects").contains("plan_risk"));
    let asked =
        cockpit.page("/sql?query=SELECT+%27%3Ci%3E%27+AS+what%2C+CAST%28NULL+AS+BIGINT%29+AS+nothing");
    assert!(asked.contains("&lt;i&gt;") && asked.contains("–"), "{asked}");
    assert!(cockpit.page("/sql?query=SELECT+nothing").contains("role=\"alert\""));
    let written = cockpit.page("/sql?query=DROP+TABLE+people");
    assert!(written.contains("role=\"alert\""), "{written}");
    assert_eq!(cockpit.ask("GET", "/nowhere", "", "").0, 404);
    assert_eq!(cockpit.ask("GET", "/row/nothing", "", "").0, 422);
    let (status, _, json) = cockpit.ask("GET", "/api/brief", "", "");
    let json: serde_json::Value = serde_json::from_str(&json).expect("it is JSON");
    assert_eq!((status, &json["for"]), (200, &"ada".into()));
}

#[test]
fn a_row_is_dealt_with_by_a_form_of_these_pages_alone() {
    let world = world();
    let cockpit = Cockpit::new(&world);
    let brief = cockpit.page("/");
    let value = |name: &str| {
        let from = brief.find(&format!("name=\"{name}\" value=\"")).expect("a form") + name.len() + 15;
        brief[from..].split('"').next().expect("a value").to_owned()
    };
    let (token, id) = (value("token"), value("id"));
    assert!(cockpit.page(&format!("/row/{id}")).contains("What it rests on"));
    let form = FORM;
    let stranger = format!("{form}Origin: https://evil.example\r\n");
    let done = format!("token={token}&id={id}&verb=done");
    assert_eq!(cockpit.ask("POST", "/act", &stranger, &done).0, 421);
    assert_eq!(cockpit.ask("POST", "/act", form, &format!("token=guess&id={id}&verb=done")).0, 403);
    assert_eq!(
        cockpit.ask("POST", "/act", form, &format!("token={token}&id={id}&verb=snooze&until=soon")).0,
        422
    );
    assert_eq!(cockpit.ask("POST", "/act", form, &format!("token={token}&id={id}&verb=sing")).0, 422);
    assert_eq!(cockpit.ask("GET", "/", "Host: evil.example\r\n", "").0, 421);
    assert!(cockpit.page("/").contains(&id), "nothing was done yet");
    let (status, head, _) = cockpit.ask("POST", "/act", form, &done);
    assert_eq!((status, head.contains(&format!("location: /#{id}"))), (303, true), "{head}");
    let link = format!("href=\"/row/{id}\"");
    assert!(!cockpit.page("/").contains(&link), "it is done");
    assert_eq!(cockpit.ask("POST", "/act", form, &format!("token={token}&id={id}&verb=undo")).0, 303);
    assert!(cockpit.page("/").contains(&link), "it is back");
}

#[test]
fn other_machines_are_not_let_in() {
    let told = world().run(&["serve", "--address", "0.0.0.0"]);
    assert!(told.code != 0 && told.err.contains("nobody has to log in"), "{} {}", told.code, told.err);
}
