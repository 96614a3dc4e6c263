//! Forecasts on real histories: how often they hold, and whether they beat the simpler ones of the same run.
//!
//! The histories are not part of the project; where they are absent the tests say so.

#![allow(clippy::unwrap_used, reason = "a test may fail by it")]
#![expect(clippy::print_stdout, reason = "the tests say what they found")]

use std::{
    fs,
    io::{Cursor, Read as _},
    path::{Path, PathBuf},
};

use qd_engines::forecast::protocol::{HEAD, Kind, Line, Source, run};

/// The files of a folder of histories, unpacked; none where they are absent.
fn files(folder: &str) -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/forecast").join(folder);
    let Ok(entries) = fs::read_dir(&root) else {
        println!("skipped: no folder shared/data/forecast/{folder} beside the project");
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let read = |path: &PathBuf| {
        let mut bytes = fs::read(path).unwrap();
        let mut name = path.file_name().unwrap().to_string_lossy().into_owned();
        if let Some(plain) = name.strip_suffix(".xz") {
            let packed = std::mem::take(&mut bytes);
            xz4rust::XzReader::new(Cursor::new(packed)).read_to_end(&mut bytes).unwrap();
            name = plain.to_owned();
        }
        (name, bytes)
    };
    paths.iter().map(read).collect()
}

fn lines(kind: Kind, files: &[(String, Vec<u8>)]) -> Vec<Line> {
    let sources: Vec<Source<'_>> = files.iter().map(|(name, bytes)| Source { name, bytes }).collect();
    let report = run(kind, &sources);
    println!("{HEAD}");
    report.lines.iter().for_each(|line| println!("{line}"));
    report.problems.iter().for_each(|problem| println!("{problem}"));
    report.lines
}

/// Ours, and the best of the others by its score.
fn best<'a>(lines: &'a [Line], set: &str, setting: &str) -> (&'a Line, f64) {
    let of_it = || lines.iter().filter(|line| line.set == set && line.setting == setting);
    let ours = of_it().find(|line| line.method == "quarterdeck").unwrap();
    let others = of_it().filter(|line| line.method != "quarterdeck").map(|line| line.scores.crps());
    (ours, others.min_by(f64::total_cmp).unwrap())
}

#[test]
fn tasks_take_as_long_as_told() {
    let files = files("tasks/cesaw");
    if files.is_empty() {
        return;
    }
    let lines = lines(Kind::Tasks, &files);
    let (ours, others) = best(&lines, "CESAW_task_fact", "all");
    assert_eq!(ours.scores.forecasts, 5_786);
    assert!((0.78..=0.82).contains(&ours.scores.coverage80()), "{ours}");
    assert!(ours.scores.crps() <= others && ours.scores.crps() < 0.93, "{ours}");
}

#[test]
fn sums_of_tasks_take_as_long_as_told() {
    let files = files("tasks/renzo");
    if files.is_empty() {
        return;
    }
    let lines = lines(Kind::Sums, &files);
    for setting in ["N=10", "N=20"] {
        let (ours, others) = best(&lines, "renzo-pomodoro", setting);
        assert!((0.77..=0.83).contains(&ours.scores.coverage80()), "{ours}");
        assert!(ours.scores.crps() <= 1.01 * others, "{ours}");
    }
}

#[test]
fn items_are_done_when_told() {
    let files = files("throughput");
    if files.is_empty() {
        return;
    }
    let lines = lines(Kind::Throughput, &files);
    for history in [8, 12, 26] {
        for items in [10, 20, 50] {
            let (ours, others) = best(&lines, "15 projects", &format!("H={history} N={items}"));
            // Weeks are whole: of ten items the ends of an interval often are the truth itself, and count as within.
            assert!((0.77..=0.84).contains(&ours.scores.coverage80()), "{ours}");
            assert!((0.82..=0.88).contains(&ours.scores.kept()[1]), "{ours}");
            assert!(ours.scores.crps() <= others, "{ours}");
        }
    }
    let (ours, others) = best(&lines, "15 projects", "all");
    assert!((0.77..=0.83).contains(&ours.scores.coverage80()) && ours.scores.crps() <= others, "{ours}");
}

#[test]
fn releases_come_when_told() {
    let files = files("dates");
    if files.is_empty() {
        return;
    }
    let lines = lines(Kind::Dates, &files);
    let (ours, others) = best(&lines, "Little06", "every fourth week");
    assert_eq!(ours.scores.forecasts, 857);
    assert!((0.76..=0.84).contains(&ours.scores.coverage80()), "{ours}");
    assert!((0.82..=0.88).contains(&ours.scores.kept()[1]), "{ours}");
    assert!(ours.scores.crps() <= others, "{ours}");
}
