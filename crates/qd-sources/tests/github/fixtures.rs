//! Fixtures that are fetched, by `scripts/fixtures.sh`.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// The workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The folder of a fixture, fetched where it is not there yet. Nothing, told, where it cannot be had;
/// in CI that is a failure.
#[allow(clippy::print_stderr)]
pub(crate) fn folder(name: &str) -> Option<PathBuf> {
    let folder = root().join("target/fixtures").join(name);
    if folder.join("package.json").exists() {
        return Some(folder);
    }
    let fetched = Command::new("sh").arg(root().join("scripts/fixtures.sh")).output();
    if folder.join("package.json").exists() {
        return Some(folder);
    }
    let reason = match fetched {
        Ok(output) => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        Err(error) => error.to_string(),
    };
    assert!(std::env::var_os("CI").is_none(), "`{name}` cannot be had in CI: {reason}");
    eprintln!("skipped: the fixture `{name}` cannot be had: {reason}");
    None
}

/// Every example of a webhook: its name and payload. `host` is a folder of the package.
pub(crate) fn events(host: &str) -> Option<Vec<(String, Value)>> {
    let text = std::fs::read_to_string(folder("webhooks-examples")?.join(host).join("index.json"));
    let all: Vec<Value> =
        serde_json::from_str(&text.expect("the package has this host")).expect("it is JSON");
    let mut events = Vec::new();
    for event in &all {
        let name = event["name"].as_str().expect("an event has a name");
        let examples = event["examples"].as_array().expect("an event has examples");
        events.extend(examples.iter().map(|payload| (name.to_owned(), payload.clone())));
    }
    Some(events)
}
