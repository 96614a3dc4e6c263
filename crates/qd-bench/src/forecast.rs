//! How sure forecasts are, and how often they hold, on real histories: ours beside simpler ones.

use std::{
    fs,
    io::{Cursor, Read as _},
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context, ensure};
use clap::ValueEnum;
use qd_engines::forecast::{
    Bootstrap,
    protocol::{self, Report, Source},
};

use crate::simulate::cpu_seconds;

/// What is forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// Weeks until the next items are done.
    Throughput,
    /// Work of single tasks.
    Tasks,
    /// Days until a release.
    Dates,
    /// Work of several tasks together.
    Sums,
}

/// Endings of files that are looked for in a folder; each may be packed as `.xz`.
const ENDINGS: [&str; 2] = ["csv", "arff"];
/// Folders within a folder that are looked into.
const DEPTH: usize = 3;

/// Runs the protocol on files, and on those in folders. A file that cannot be read is told of, and the others are scored.
pub(crate) fn measure(kind: Kind, paths: &[PathBuf]) -> anyhow::Result<Report> {
    let mut files = Vec::new();
    for path in paths {
        collect(path, DEPTH, &mut files).with_context(|| format!("{} cannot be read", path.display()))?;
    }
    ensure!(!files.is_empty(), "there is no table (`.csv`, `.arff`, also packed as `.xz`) to score");
    let (mut read, mut unread) = (Vec::new(), Vec::new());
    for path in &files {
        match unpacked(path) {
            Ok(bytes) => read.push((name(path), bytes)),
            Err(error) => {
                let message = format!("expected a table that can be read: {error:#}");
                unread.push(protocol::Problem { file: name(path), line: 0, message, rows: 1 });
            }
        }
    }
    let sources: Vec<Source<'_>> = read.iter().map(|(name, bytes)| Source { name, bytes }).collect();
    let mut report = protocol::run(
        match kind {
            Kind::Throughput => protocol::Kind::Throughput,
            Kind::Tasks => protocol::Kind::Tasks,
            Kind::Dates => protocol::Kind::Dates,
            Kind::Sums => protocol::Kind::Sums,
        },
        &sources,
    );
    report.problems.splice(0..0, unread);
    Ok(report)
}

/// A file that was named, or the tables in a folder that was, by name.
fn collect(path: &Path, depth: usize, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let mut entries: Vec<PathBuf> = fs::read_dir(path)?.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() && depth > 0 {
            collect(&entry, depth - 1, files)?;
        } else if entry.is_file() && is_table(&entry) {
            files.push(entry);
        }
    }
    Ok(())
}

fn is_table(path: &Path) -> bool {
    let name = name(path).to_ascii_lowercase();
    let name = name.strip_suffix(".xz").unwrap_or(&name);
    name.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending))
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn unpacked(path: &Path) -> anyhow::Result<Vec<u8>> {
    let bytes = fs::read(path)?;
    if path.extension().is_none_or(|ending| !ending.eq_ignore_ascii_case("xz")) {
        return Ok(bytes);
    }
    let mut unpacked = Vec::new();
    xz4rust::XzReader::new(Cursor::new(bytes)).read_to_end(&mut unpacked).context("not a sound `.xz`")?;
    Ok(unpacked)
}

/// The weeks of [`speed`]: a dozen, of a team that does about seven items in each.
const WEEKS: [u32; 12] = [5, 9, 0, 7, 12, 8, 3, 10, 6, 9, 7, 8];

/// Millions of trials a CPU second until 100 items are done, 10,000 trials at a time.
pub(crate) fn speed() -> anyhow::Result<f64> {
    const ROUNDS: u64 = 500;
    let bootstrap = Bootstrap::new(&WEEKS).context("weeks in which something was done")?;
    let (cpu, clock) = (cpu_seconds(), Instant::now());
    let mut weeks = 0_u64;
    for seed in 0..ROUNDS {
        weeks += bootstrap.trials(100, seed, 10_000).into_iter().map(u64::from).sum::<u64>();
    }
    let seconds =
        cpu.zip(cpu_seconds()).map_or(clock.elapsed().as_secs_f64(), |(before, after)| after - before);
    ensure!(weeks > 0, "no trial took a week");
    Ok(ROUNDS as f64 * 10_000.0 / seconds.max(1e-9) / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_found_in_folders_and_bad_ones_are_told() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("in")).unwrap();
        fs::write(folder.path().join("in/bad.csv.xz"), b"no").unwrap();
        fs::write(folder.path().join("other.CSV"), b"a,b\n1,2\n").unwrap();
        fs::write(folder.path().join("readme.md"), b"words").unwrap();
        let report = measure(Kind::Tasks, &[folder.path().to_owned()]).unwrap();
        let told: Vec<String> = report.problems.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(
            told[0].starts_with("bad.csv.xz: expected a table")
                && told[1].starts_with("other.CSV:1: expected")
        );
        assert!(
            measure(Kind::Tasks, &[folder.path().join("none")]).is_ok_and(|report| report.lines.is_empty())
        );
    }
}
