//! A recording of a hundred megabytes.

use std::{io::Write, time::Instant};

use qd_sources::{github::map, replay};
use serde_json::json;

use crate::samples;

/// Most memory that this process ever had, in MiB; nothing where the system does not say.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kibibytes| kibibytes / 1024)
}

#[test]
#[allow(clippy::print_stdout)]
fn a_hundred_megabytes_are_read_line_by_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("all.jsonl");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path).expect("it is made"));
    let mut pull = samples::merged();
    pull["body"] = "what do you think, @eve? ".repeat(100).into();
    let line =
        json!({"url": "https://api.github.com/repos/acme/api/pulls", "body": vec![pull; 100]}).to_string();
    let lines = 100_000_000 / line.len() + 1;
    for _ in 0..lines {
        writeln!(file, "{line}").expect("it is written");
    }
    file.flush().expect("it is written");
    let start = Instant::now();
    let mut facts = 0;
    for (place, exchange) in replay::read(&path) {
        let mapped = map(&exchange.unwrap_or_else(|problem| panic!("{place}: {problem:?}")));
        assert_eq!(mapped.problems, []);
        facts += mapped.facts.len();
    }
    println!(
        "{lines} lines, {facts} facts, {:.1} s, at most {:?} MiB",
        start.elapsed().as_secs_f64(),
        peak()
    );
    // Three versions of each change of a line; what happened is the same each time and told once.
    assert_eq!(facts, lines * (300 + 2));
    if let Some(peak) = peak() {
        assert!(peak < 200, "{peak} MiB");
    }
}
