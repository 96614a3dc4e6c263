//! Facts that are kept fresh, and what is told at once.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};

use crate::{
    mail::{COMPANY, letter},
    world::World,
};

/// How long anything may be waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// A watch that runs.
struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Watching {
    fn begin(world: &World, path: &str) -> Self {
        let mut command = world.command();
        command.args(["sync", "--watch", "--format", "json"]).env("PATH", path);
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program starts");
        let out = child.stdout.take().expect("it is piped");
        let (saying, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if saying.send(line).is_err() {
                    return;
                }
            }
        });
        Self { child, lines }
    }

    /// The next line, which says how many rows came.
    fn rows(&self) -> u64 {
        let line = self.lines.recv_timeout(PATIENCE).expect("something came");
        let said: serde_json::Value = serde_json::from_str(&line).expect("a line of JSON");
        assert!(said["source"] == "mail" && said["problems"] == serde_json::json!([]), "{line}");
        assert!(!line.contains('@') && !line.contains("done"), "nothing of a message is told: {line}");
        said["rows"].as_u64().expect("a number")
    }

    /// Asks it to end as ctrl-c does; its exit code.
    fn end(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().expect("kill starts").success());
        self.child.wait().expect("it ends").code()
    }
}

fn ask(id: &str, words: &str) -> String {
    letter(id, "Cy <cy@acme.example>", "ada@example.org", 2, "", words)
}

#[test]
fn what_comes_is_read_when_it_comes_and_what_is_dear_is_told_at_once() {
    let world = World::new();
    world.write("company.toml", COMPANY);
    world.write("mail/INBOX.mbox", &ask("a@acme", "When is it done?"));
    world.write(".quarterdeck/notify.toml", "above = \"0.1 h/day\"\nper_week = 1\n");
    // A desktop that keeps what it is shown.
    world.write("bin/notify-send", "#!/bin/sh\nfor word; do echo \"$word\"; done >> \"$HOME/shown\"\n");
    let program = world.path("bin/notify-send");
    assert!(Command::new("chmod").arg("+x").arg(&program).status().expect("chmod starts").success());
    let path = format!("{}:{}", world.path("bin").display(), std::env::var("PATH").unwrap_or_default());
    let watching = Watching::begin(&world, &path);
    assert_eq!(watching.rows(), 1);

    let other = world.run(&["sync", "--watch"]);
    assert!(other.code == 2 && other.err.contains("another `sync --watch`"), "{}{}", other.out, other.err);

    // What was there before is no news; what comes is, once, up to the number of a week.
    thread::sleep(Duration::from_secs(2));
    world.write("mail/More.mbox", &ask("b@acme", "What does <b>it</b> cost?"));
    assert_eq!(watching.rows(), 1);
    let end = Instant::now() + PATIENCE;
    while !world.path("shown").exists() && Instant::now() < end {
        thread::sleep(Duration::from_millis(100));
    }
    thread::sleep(Duration::from_millis(500));
    let shown = || fs::read_to_string(world.path("shown")).unwrap_or_default();
    assert!(shown().contains("What does &lt;b&gt;it&lt;/b&gt; cost?"), "{}", shown());
    assert!(shown().contains("h/day") && !shown().contains("When is it done"), "{}", shown());
    world.write("mail/Even.mbox", &ask("c@acme", "And the rest?"));
    assert_eq!(watching.rows(), 1);
    assert_eq!(watching.end(), Some(0));
    assert_eq!(shown().matches("Quarterdeck:").count(), 1, "{}", shown());
    // Whoever comes next may watch.
    let next = Watching::begin(&world, &path);
    thread::sleep(Duration::from_secs(1));
    assert_eq!(next.end(), Some(0));
}

#[test]
fn a_source_that_fails_is_told_once_and_holds_up_no_other() {
    let world = World::new();
    let broken = "[sources.far]\nkind = \"mail\"\nurl = \"imap://127.0.0.1:9\"\nuser = \"ada\"\ntoken = \"command:echo x\"\n";
    world.write("company.toml", &format!("{COMPANY}{broken}"));
    world.write("mail/INBOX.mbox", &ask("a@acme", "When is it done?"));
    let mut command = world.command();
    command.args(["sync", "--watch", "--every", "10s"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("the program starts");
    thread::sleep(Duration::from_secs(12));
    world.write("mail/More.mbox", &ask("b@acme", "What does it cost?"));
    thread::sleep(Duration::from_secs(16));
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().expect("kill starts").success());
    let output = child.wait_with_output().expect("it ends");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{out}{err}");
    assert_eq!(out.matches(" mail: 1 row").count(), 2, "{out}{err}");
    assert_eq!(err.matches("does not answer").count(), 1, "{out}{err}");
}

#[test]
fn what_cannot_be_watched_is_told() {
    let world = World::new();
    world.write("company.toml", COMPANY);
    fs::create_dir_all(world.path("mail")).expect("a folder");
    for (arguments, words) in [
        (["sync", "--watch", "nobody"].as_slice(), "unknown source `nobody`"),
        (&["sync", "--watch", "--every", "soon"], "`soon` is no time"),
        (&["--as-of", "2026-03-02", "sync", "--watch"], "the past does not change"),
    ] {
        let run = world.run(arguments);
        assert!(run.code == 2 && run.err.contains(words), "{}{}", run.out, run.err);
    }
    world.write(".quarterdeck/notify.toml", "above = \"much\"\n");
    let run = world.run(&["sync", "--watch"]);
    assert!(run.code == 2 && run.err.contains("`above = \"much\"`"), "{}{}", run.out, run.err);
}
