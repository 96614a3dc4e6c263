//! Reads a repository's whole history, keeps nothing, and says how long it took:
//! `cargo run --release -p qd-sources --example first_sync -- CLONE [THREADS]`.
//!
//! What it takes beyond this is storage; compare with `git log --numstat -M` on the clone.
#![allow(clippy::print_stdout, reason = "its output is what it is for")]

use std::{collections::BTreeMap, time::Instant};

use qd_sources::git;

fn main() -> Result<(), git::BoxError> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("name a clone")?;
    let threads = arguments.next().map_or(Ok(2), |threads| threads.parse())?;
    let found = git::Found { name: "clone".to_owned(), path: path.into() };
    let options = git::Options { threads, ..git::Options::default() };
    let mut cursor = None;
    for sync in ["first", "second"] {
        let start = Instant::now();
        let mut rows: BTreeMap<&str, usize> = BTreeMap::new();
        let requests = [git::Request { found: &found, cursor: cursor.as_deref() }];
        let caller = git::Caller {
            sink: &mut |table, batch| {
                *rows.entry(table).or_default() += batch.num_rows();
                Ok(())
            },
            progress: &|_| {},
            stored: &|_| Ok(Vec::new()),
        };
        let outcomes = git::sync(&requests, "code", jiff::Timestamp::now(), &options, caller)?;
        for outcome in outcomes {
            let outcome = outcome?;
            println!("{sync} sync: {:?}, {} commits, {rows:?}", start.elapsed(), outcome.commits);
            println!("unmeasured {}, problems {:?}", outcome.unmeasured, outcome.problems);
            cursor = Some(outcome.cursor);
        }
    }
    // Where the system tells: the most memory ever held, and what of it was not a file's.
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        let memory = status.lines().filter(|line| line.starts_with("VmHWM") || line.starts_with("RssAnon"));
        memory.for_each(|line| println!("{line}"));
    }
    Ok(())
}
