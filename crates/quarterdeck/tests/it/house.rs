//! Rules of the house that a machine can hold.

use std::{collections::BTreeMap, fs, process::Command};

use crate::world::{World, root};

/// For each crate: the crates of ours it may use.
const ARROWS: &[(&str, &[&str])] = &[
    ("qd-model", &[]),
    ("qd-tables", &["qd-model"]),
    ("qd-intent", &["qd-model", "qd-tables"]),
    ("qd-sources", &["qd-model", "qd-tables"]),
    ("qd-engines", &["qd-model", "qd-tables"]),
    ("qd-lake", &["qd-model", "qd-tables"]),
    ("qd-web", &["qd-model"]),
    ("qd-tui", &[]),
    ("qd-demo", &["qd-tables"]),
    ("qd-deck", &["qd-engines", "qd-intent", "qd-lake", "qd-model", "qd-sources", "qd-tables"]),
    (
        "quarterdeck",
        &[
            "qd-deck",
            "qd-demo",
            "qd-engines",
            "qd-intent",
            "qd-lake",
            "qd-model",
            "qd-sources",
            "qd-tables",
            "qd-tui",
            "qd-web",
        ],
    ),
    (
        "qd-bench",
        &["qd-deck", "qd-engines", "qd-intent", "qd-lake", "qd-model", "qd-sources", "qd-tables", "qd-tui"],
    ),
];

/// For each library that should stay in its room: the crates that may name it.
const ROOMS: &[(&str, &[&str])] = &[
    ("datafusion", &["qd-lake"]),
    ("parquet", &["qd-lake"]),
    ("rusqlite", &["qd-lake"]),
    ("gix", &["qd-sources"]),
    ("ureq", &["qd-sources"]),
    ("async-imap", &["qd-sources"]),
    ("mail-builder", &["qd-sources"]),
    ("axum", &["qd-web"]),
    ("clap", &["quarterdeck", "qd-bench"]),
    ("indicatif", &["quarterdeck"]),
    ("ratatui", &["qd-tui", "qd-bench", "quarterdeck"]),
    ("termion", &["quarterdeck"]),
    ("annotate-snippets", &["quarterdeck"]),
    ("toml_edit", &["qd-intent"]),
];

/// Crates that do no I/O, read no clock and no environment.
const PURE: &[&str] = &["qd-model", "qd-tables", "qd-intent", "qd-engines", "qd-tui", "qd-demo"];

fn crates() -> BTreeMap<String, Vec<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo starts");
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("cargo's own JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    packages
        .iter()
        .map(|package| {
            let uses = package["dependencies"].as_array().expect("dependencies").iter();
            let uses = uses
                .filter(|dependency| dependency["kind"].is_null())
                .map(|dependency| dependency["name"].as_str().unwrap_or_default().to_owned());
            (package["name"].as_str().unwrap_or_default().to_owned(), uses.collect())
        })
        .collect()
}

#[test]
fn crates_use_each_other_as_the_architecture_says() {
    for (name, uses) in crates() {
        let allowed = ARROWS.iter().find(|(own, _)| *own == name);
        let (_, allowed) = allowed.unwrap_or_else(|| panic!("`{name}` is not in the architecture"));
        for used in uses.iter().filter(|used| used.starts_with("qd-")) {
            assert!(allowed.contains(&used.as_str()), "`{name}` must not use `{used}`");
        }
        for (library, rooms) in ROOMS {
            let is_named = uses.iter().any(|used| used == library);
            assert!(!is_named || rooms.contains(&name.as_str()), "`{name}` must not name `{library}`");
        }
    }
}

fn sources(name: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join("crates").join(name).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("sources are there").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = fs::read_to_string(&path).expect("sources are text");
                found.push((path.display().to_string(), text));
            }
        }
    }
    found
}

#[test]
fn every_file_opens_with_its_reason() {
    for name in crates().keys() {
        for (path, text) in sources(name) {
            assert!(text.starts_with("//!"), "{path} does not say why it exists");
        }
    }
}

#[test]
fn the_rim_alone_knows_clock_and_environment() {
    let outside = ["Timestamp::now(", "Zoned::now(", "SystemTime::now(", "env::var(", "env::var_os("];
    for name in crates().keys().filter(|name| !matches!(name.as_str(), "quarterdeck" | "qd-bench")) {
        for (path, text) in sources(name) {
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for word in outside {
                assert!(!code.contains(word), "{path} reads the clock or the environment: {word}");
            }
            if PURE.contains(&name.as_str()) {
                for word in ["std::fs", "File::open", "std::net", "std::process"] {
                    assert!(!code.contains(word), "{path} does I/O: {word}");
                }
            }
        }
    }
}

#[test]
fn the_reference_pages_are_what_the_program_says() {
    let world = World::new();
    let update = std::env::var_os("UPDATE").is_some();
    for page in ["commands", "tables", "signals"] {
        let run = world.run(&["reference", page]);
        assert_eq!(run.code, 0, "{}", run.err);
        let path = root().join("docs/reference").join(format!("{page}.md"));
        if update {
            fs::write(&path, &run.out).expect("the page can be written");
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            kept == run.out,
            "docs/reference/{page}.md is stale: `UPDATE=1 sh scripts/test.sh` writes it anew"
        );
    }
}
