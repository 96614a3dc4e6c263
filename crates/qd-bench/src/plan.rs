//! How good the scheduler's plans are, on the literature's benchmark files.
//!
//! One line a file, as comma-separated values. Best known makespans are looked for in tables (`.csv`)
//! of a folder `bks` beside or above the file, and in one beside it.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use qd_engines::plan::{self, Objective, Options, formats};

/// The columns.
pub(crate) const HEAD: &str = "instance,makespan,best_known,gap_percent,bound,proven,seconds,schedules";

/// How long to search.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Effort {
    /// Seconds for each file, if that is the limit.
    pub(crate) seconds: Option<f64>,
    /// Schedules for each file, if that is the limit.
    pub(crate) schedules: Option<u64>,
    /// Threads.
    pub(crate) threads: usize,
    /// Seed of the random numbers.
    pub(crate) seed: u64,
}

/// Files to plan: those named, and those in folders named, by name.
pub(crate) fn files(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let entries = fs::read_dir(path).with_context(|| format!("{} cannot be read", path.display()))?;
        let mut found: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        found.retain(|path| {
            path.extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending == *known))
        });
        found.sort();
        files.extend(found);
    }
    ensure!(!files.is_empty(), "there is no file to plan");
    Ok(files)
}

const ENDINGS: [&str; 6] = ["sm", "rcp", "rcmp", "msrcp", "def", "dzn"];

/// Plans a file and tells of it in one line.
pub(crate) fn line(path: &Path, effort: Effort) -> anyhow::Result<String> {
    let name = path.file_name().and_then(|name| name.to_str()).context("a file without a name")?;
    let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let problem = formats::read(name, &text).with_context(|| path.display().to_string())?;
    let options = Options {
        seed: effort.seed,
        schedules: effort.schedules,
        // Where time is the limit, islands keep all threads busy; where schedules are, one makes the most of them.
        islands: if effort.schedules.is_some() { 1 } else { effort.threads.max(1) },
        threads: effort.threads,
        // A number of schedules measures the search alone.
        conflicts: if effort.schedules.is_some() { 0 } else { u64::MAX },
        objectives: [Objective::Makespan].into(),
        ..Options::default()
    };
    let start = Instant::now();
    let limit = Duration::from_secs_f64(effort.seconds.unwrap_or(f64::from(u32::MAX)));
    let made = plan::plan(&problem, &options, &|| start.elapsed() >= limit);
    let seconds = start.elapsed().as_secs_f64();
    let violations = plan::check(&problem, &made.schedule);
    ensure!(violations.is_empty(), "{name}: the checker found {violations:?}");
    ensure!(made.faults.is_empty(), "{name}: {}", made.faults[0].message(&problem));
    let makespan = made.schedule.makespan();
    let best = best_known(path, name);
    let gap = best.map_or(String::new(), |best| {
        format!("{:.3}", (f64::from(makespan) / f64::from(best.max(1)) - 1.0) * 100.0)
    });
    let best = best.map_or(String::new(), |best| best.to_string());
    let (bound, proven, schedules) = (made.bound, made.is_shortest(), made.schedules);
    Ok(format!("{name},{makespan},{best},{gap},{bound},{proven},{seconds:.2},{schedules}"))
}

/// Columns of the tables that name a file, and those that tell its best known makespan.
const KEYS: [&str; 4] = ["sm_file", "patterson_file", "instance", "file"];
const MAKESPANS: [&str; 4] = ["best_known_makespan", "best_makespan", "makespan", "cpsat_900s_8w"];

/// The best makespan known of a file, if a table near it tells.
fn best_known(path: &Path, name: &str) -> Option<i32> {
    let folders = path.parent()?.ancestors().take(4).map(|folder| folder.join("bks"));
    let tables =
        folders.chain(path.parent().map(Path::to_owned)).filter_map(|folder| fs::read_dir(folder).ok());
    let mut found = Vec::new();
    for table in tables.flatten().flatten().map(|entry| entry.path()) {
        // Measured times of another solver: no table of what is best.
        if table.extension().is_some_and(|ending| ending == "csv") && !table.ends_with("cpsat.csv") {
            found.extend(fs::read_to_string(&table).ok().and_then(|text| lookup(&text, name)));
        }
    }
    found.into_iter().min()
}

fn lookup(table: &str, name: &str) -> Option<i32> {
    let mut lines = table.lines();
    let head: HashMap<&str, usize> = lines.next()?.split(',').zip(0..).collect();
    let keys: Vec<usize> = KEYS.iter().filter_map(|key| head.get(key).copied()).collect();
    let makespan = *MAKESPANS.iter().find_map(|column| head.get(column))?;
    let rows = lines.map(|line| line.split(',').collect::<Vec<_>>());
    let of_it = rows.filter(|row| keys.iter().any(|&key| row.get(key) == Some(&name)));
    // A table may tell of two files of one name: the longer makespan is the safe one to be measured by.
    of_it.filter_map(|row| row.get(makespan)?.parse().ok()).max()
}

#[cfg(test)]
mod tests {
    use super::lookup;

    #[test]
    fn a_best_known_makespan_is_found_by_the_head_of_its_table() {
        assert_eq!(lookup("set,sm_file,best_known_makespan\nJ30,a.sm,43\nJ30,b.sm,47\n", "b.sm"), Some(47));
        assert_eq!(lookup("file,projects,cpsat_900s_8w\na.rcmp,24,373\n", "a.rcmp"), Some(373));
        assert_eq!(lookup("file,projects\na.rcmp,24\n", "a.rcmp"), None);
    }
}
