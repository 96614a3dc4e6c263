//! Reads a repository's history, keeps nothing, and says how long it took.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::print_stderr)]
use qd_sources::git;
fn main() {
    let mut args = std::env::args().skip(1);
    let path = args.next().unwrap();
    let threads: usize = args.next().map_or(2, |n| n.parse().unwrap());
    let print = args.next().is_some();
    let found = git::Found { name: "repo".into(), path: path.into() };
    let start = std::time::Instant::now();
    let mut counts = std::collections::BTreeMap::new();
    let mut cursor: Option<String> = None;
    for _ in 0..2 {
        let outcomes = git::sync(
            &[git::Request { found: &found, cursor: cursor.as_deref() }],
            "code",
            jiff::Timestamp::now(),
            &git::Options { threads, ..Default::default() },
            git::Caller {
                sink: &mut |table, batch| {
                    let c = counts.entry(table).or_insert((0, 0u64));
                    c.0 += batch.num_rows();
                    c.1 += batch.get_array_memory_size() as u64;
                    if print && table == "file_changes" {
                        let t = qd_tables::to_table(&batch.schema(), &[batch]);
                        for r in &t.rows { println!("{:?}", r); }
                    }
                    Ok(())
                },
                progress: &|_| {},
                stored: &|_| Ok(Vec::new()),
            },
        )
        .unwrap();
        for o in outcomes {
            let o = o.unwrap();
            eprintln!("rows {} commits {} unmeasured {} problems {:?} cursor {} bytes", o.rows, o.commits, o.unmeasured, &o.problems[..o.problems.len().min(5)], o.cursor.len());
            cursor = Some(o.cursor);
        }
        eprintln!("{:?} {:?}", start.elapsed(), counts);
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    for l in status.lines().filter(|l| l.starts_with("VmHWM") || l.starts_with("RssAnon")) { eprintln!("{l}"); }
}
