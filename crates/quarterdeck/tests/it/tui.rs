//! The brief in a terminal: the program itself, on a terminal that `script` makes for it.

use std::{
    io::{Read, Write},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};

use crate::world::{World, ago};

/// How long a word may be waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program on a terminal of 80 columns and 24 lines.
struct Sitting {
    child: Child,
    said: Receiver<Vec<u8>>,
    heard: Vec<u8>,
}

impl Sitting {
    /// None where `script` of util-linux is not to be had.
    fn begin(world: &World, arguments: &str) -> Option<Self> {
        Self::begin_with(world, arguments, "false")
    }

    fn begin_with(world: &World, arguments: &str, editor: &str) -> Option<Self> {
        let version = Command::new("script").arg("--version").output().ok()?;
        if !String::from_utf8_lossy(&version.stdout).contains("util-linux") {
            return None;
        }
        let program = env!("CARGO_BIN_EXE_quarterdeck");
        let line = format!("stty rows 24 cols 80; exec '{program}' {arguments}");
        let plain = world.command();
        let mut command = Command::new("script");
        command.args(["-qec", &line, "/dev/null"]).current_dir(world.folder.path()).env_clear();
        command.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.env("TERM", "xterm").env("SHELL", "/bin/sh").env("VISUAL", editor);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("`script` starts");
        let mut out = child.stdout.take().expect("it is piped");
        let (saying, said) = mpsc::channel();
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(read @ 1..) = out.read(&mut bytes) {
                if saying.send(bytes[..read].to_vec()).is_err() {
                    return;
                }
            }
        });
        Some(Self { child, said, heard: Vec::new() })
    }

    /// Waits until a word was drawn that was not there before. One word: blanks are not drawn anew.
    fn see(&mut self, word: &str) {
        let end = Instant::now() + PATIENCE;
        let place = |heard: &[u8]| heard.windows(word.len()).position(|bytes| bytes == word.as_bytes());
        while place(&self.heard).is_none() {
            let left = end.saturating_duration_since(Instant::now());
            let Ok(bytes) = self.said.recv_timeout(left) else {
                panic!("`{word}` was not drawn, but\n{}", String::from_utf8_lossy(&self.heard));
            };
            self.heard.extend(bytes);
        }
        let seen = place(&self.heard).expect("it was just found") + word.len();
        self.heard.drain(..seen);
    }

    fn press(&mut self, keys: &str) {
        let keyboard = self.child.stdin.as_mut().expect("it is piped");
        keyboard.write_all(keys.as_bytes()).and_then(|()| keyboard.flush()).expect("keys are taken");
    }
}

#[test]
fn a_row_is_explained_and_done_in_a_terminal() {
    let world = World::new();
    world.repository("api", "Ada", &ago(300));
    world.git("api", "Bo", &ago(150), &["checkout", "-q", "-b", "half-done"]);
    world.commit("api", "Bo", &ago(150), "a.rs", "fn a() {}\n", "Half of it");
    world.git("api", "Ada", &ago(60), &["checkout", "-q", "main"]);
    let ids = || {
        let run = world.run(&["brief", "api", "--format", "json"]);
        let brief: serde_json::Value = serde_json::from_str(&run.out).expect("it is JSON");
        let rows = brief["rows"].as_array().expect("rows").iter();
        rows.filter_map(|row| row["id"].as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    let id = ids().first().cloned().expect("the branch has a row");
    let Some(mut sitting) = Sitting::begin(&world, "tui api") else {
        eprintln!("skipped: `script` of util-linux is not here");
        return;
    };
    sitting.see("\u{1b}[?1049h");
    sitting.see(&id);
    sitting.press("\r");
    sitting.see("first:");
    sitting.press("q?");
    sitting.see("snooze:");
    // What is asked for just before leaving is done all the same.
    sitting.press("qdq");
    sitting.see("\u{1b}[?1049l");
    let status = sitting.child.wait().expect("it ends");
    assert!(status.success(), "{status}");
    assert!(!ids().contains(&id), "the row was done");
    let undone = world.run(&["--company", "api", "undo", &id]);
    assert!(undone.out.starts_with("took back done"), "{}{}", undone.out, undone.err);
}

#[test]
fn an_answer_leaves_the_screen_for_the_editor_and_comes_back() {
    let world = crate::answer::asked();
    // An editor that reads a key of its own.
    world.write("editor", "read word; sed -i \"5s/^$/$word/\" \"$1\"\n");
    let Some(mut sitting) = Sitting::begin_with(&world, "tui --no-sync", "sh editor") else {
        eprintln!("skipped: `script` of util-linux is not here");
        return;
    };
    sitting.see("Cy");
    sitting.press("a");
    sitting.see("\u{1b}[?1049l");
    sitting.press("Soon.\n");
    sitting.see("draft");
    sitting.press("?");
    sitting.see("snooze:");
    sitting.press("qq");
    sitting.see("\u{1b}[?1049l");
    assert!(sitting.child.wait().expect("it ends").success());
    let kept = crate::answer::drafts(&world);
    assert!(kept.len() == 1 && kept[0].contains("Soon.\r\n"), "{kept:?}");
}

#[test]
fn without_a_terminal_it_says_what_to_do() {
    let world = World::new();
    world.repository("api", "Ada", &ago(30));
    let run = world.run(&["tui", "api"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("needs a terminal") && run.err.contains("`quarterdeck brief`"), "{}", run.err);
    assert_eq!(run.out, "");
}
