//! What a history costs: a first sync beside git itself, a sync of what is new since, a brief.
//!
//! Whole processes are measured, in turns, so that both sides meet the same machine. What
//! is claimed are the ratios of one run; seconds are told beside them. A first sync stores
//! all facts; what a plain `sync` computes ahead for the next brief is measured apart.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, ensure};
use serde::Serialize;

use crate::{
    cost::{self, Cost},
    folder, git,
    recent::Copy,
};

/// What git is asked: the history that the git source reads, with what it says of it.
const LOG: [&str; 8] = ["log", "HEAD", "--branches", "--remotes", "--tags", "--no-merges", "--numstat", "-M"];

/// Reads and stores, and computes nothing ahead.
const FACTS_ONLY: &[&str] = &["sync", "--facts-only"];

/// What the first measure is called.
const FIRST: &str = "first sync";

/// Exit statuses of a command that gave its result, with or without complaints.
const GIVEN: &[i32] = &[0, 1];

/// Several runs of one measure.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Spread {
    /// The middle one.
    median: f64,
    /// The least.
    min: f64,
    /// The most.
    max: f64,
}

/// What several runs of one command cost.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Costs {
    /// Seconds from start to end.
    wall_seconds: Spread,
    /// Seconds of all threads.
    cpu_seconds: Option<Spread>,
    /// Most anonymous memory, in MiB.
    anonymous_mib: Option<Spread>,
}

/// One measured command.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Line {
    /// What was done.
    what: String,
    /// What it cost.
    ours: Costs,
    /// What git's own command cost, where there is one to compare.
    git: Option<Costs>,
    /// Our time by git's: below 1 is quicker than git.
    wall_ratio: Option<f64>,
    /// Our time on the cores by git's.
    cpu_ratio: Option<f64>,
}

/// Everything measured of one repository, or of one folder of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Subject {
    /// The repository's name, or what the folder holds.
    name: String,
    /// Number of repositories.
    repositories: usize,
    /// Number of commits.
    commits: usize,
    /// The measures.
    lines: Vec<Line>,
}

/// What was measured, and on what.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Report {
    /// Cores of the machine.
    cores: usize,
    /// Runs of each measure.
    runs: usize,
    /// What was measured.
    subjects: Vec<Subject>,
}

/// Measures each of `clones`, and a made folder of `repositories` small ones where that is
/// not 0; each measure `runs` times.
pub(crate) fn measure(clones: &[PathBuf], repositories: usize, runs: usize) -> anyhow::Result<Report> {
    let runs = runs.max(1);
    let program = program()?;
    let mut subjects = Vec::new();
    for clone in clones {
        let clone =
            std::fs::canonicalize(clone).with_context(|| format!("there is no `{}`", clone.display()))?;
        subjects.push(subject(&program, name(&clone), &clone, std::slice::from_ref(&clone), runs)?);
    }
    if repositories > 0 {
        let scratch = tempfile::tempdir().context("no folder for repositories can be made")?;
        let paths = folder::make(scratch.path(), repositories)?;
        let name = format!("{repositories} made repositories of {} commits", folder::COMMITS);
        subjects.push(subject(&program, name, scratch.path(), &paths, runs)?);
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Ok(Report { cores, runs, subjects })
}

/// The program, built beside this one.
pub(crate) fn program() -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe().context("this program does not know where it is")?;
    let program = own.with_file_name(format!("quarterdeck{}", std::env::consts::EXE_SUFFIX));
    ensure!(program.exists(), "there is no `{}`; `cargo build --release` makes it", program.display());
    Ok(program)
}

/// What to call a clone: its folder, or the one around it where that says more.
pub(crate) fn name(clone: &Path) -> String {
    let part = |path: Option<&Path>| {
        let name = path.and_then(Path::file_name).unwrap_or_default();
        name.to_string_lossy().into_owned()
    };
    match part(Some(clone)).as_str() {
        ".git" | "repo" | "git" => part(clone.parent()),
        name => name.trim_end_matches(".git").to_owned(),
    }
}

fn subject(
    program: &Path,
    name: String,
    place: &Path,
    repositories: &[PathBuf],
    runs: usize,
) -> anyhow::Result<Subject> {
    let commits = repositories.iter().map(|path| commits(path)).sum::<anyhow::Result<usize>>()?;
    // Once unmeasured: it fills the page cache, and its facts serve the other measures.
    let facts = tempfile::tempdir().context("no folder for facts can be made")?;
    let ours = |facts: &Path, arguments: &[&str]| run(program, place, facts, arguments);
    ours(facts.path(), &["sync"])?;
    let (mut first, mut theirs) = (Vec::new(), Vec::new());
    for run in 0..runs {
        let sync = || {
            let fresh = tempfile::tempdir().context("no folder for facts can be made")?;
            ours(fresh.path(), FACTS_ONLY)
        };
        // Who goes first goes second the next time.
        if run % 2 == 0 {
            first.push(sync()?);
            theirs.push(log(repositories)?);
        } else {
            theirs.push(log(repositories)?);
            first.push(sync()?);
        }
    }
    let (first, theirs) = (Costs::of(&first), Costs::of(&theirs));
    let ratio = |ours: Spread, git: Spread| ours.median / git.median;
    let mut lines = vec![Line {
        what: FIRST.to_owned(),
        ours: first,
        git: Some(theirs),
        wall_ratio: Some(ratio(first.wall_seconds, theirs.wall_seconds)),
        cpu_ratio: first.cpu_seconds.zip(theirs.cpu_seconds).map(|(ours, git)| ratio(ours, git)),
    }];
    let ahead = || {
        let fresh = tempfile::tempdir().context("no folder for facts can be made")?;
        ours(fresh.path(), &["sync"])
    };
    lines.push(Line::alone("and computed ahead", runs, ahead)?);
    if let [only] = repositories
        && let Some(copy) = Copy::of(only)?
    {
        let what = format!("sync, {} new", copy.new);
        lines.push(Line::alone(&what, runs, || news(program, &copy))?);
    }
    lines.push(Line::alone("sync, nothing new", runs, || ours(facts.path(), &["sync"]))?);
    lines.push(Line::alone("brief --no-sync", runs, || ours(facts.path(), &["brief", "--no-sync"]))?);
    Ok(Subject { name, repositories: repositories.len(), commits, lines })
}

/// What it costs to sync the new commits of `copy`, all others being stored.
fn news(program: &Path, copy: &Copy) -> anyhow::Result<Cost> {
    let facts = tempfile::tempdir().context("no folder for facts can be made")?;
    copy.back()?;
    run(program, &copy.path, facts.path(), FACTS_ONLY)?;
    copy.forth()?;
    run(program, &copy.path, facts.path(), FACTS_ONLY)
}

/// Runs the program over what lies at `place`, with the facts in `facts`.
fn run(program: &Path, place: &Path, facts: &Path, arguments: &[&str]) -> anyhow::Result<Cost> {
    let mut command = Command::new(program);
    cost::measured(clean(&mut command, facts).arg("--company").arg(place).args(arguments), GIVEN)
}

/// A command that knows no settings and no facts but those in `facts`.
fn clean<'a>(command: &'a mut Command, facts: &Path) -> &'a mut Command {
    command
        .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_SYSTEM", "/dev/null")])
        .env("XDG_DATA_HOME", facts)
}

/// What git needs for all `repositories`: one process for one; a shell that starts one
/// after another for several, whose memory is then not told.
fn log(repositories: &[PathBuf]) -> anyhow::Result<Cost> {
    let cost = match repositories {
        [only] => cost::measured(git(only).args(LOG), &[0]),
        several => {
            let one = git(Path::new("$repository"));
            let mut script = "for repository; do ".to_owned();
            for part in std::iter::once(one.get_program()).chain(one.get_args()) {
                let _ = write!(script, "\"{}\" ", part.to_string_lossy());
            }
            let _ = write!(script, "{} || exit 1; done", LOG.join(" "));
            let mut shell = Command::new("sh");
            for (name, value) in one.get_envs() {
                if let Some(value) = value {
                    shell.env(name, value);
                }
            }
            shell.args(["-c", &script, "sh"]).args(several);
            cost::measured(&mut shell, &[0]).map(|cost| Cost { memory: None, ..cost })
        }
    };
    cost.context("git cannot read all of it, so there is nothing to compare with")
}

/// Commits that the git source reads.
fn commits(repository: &Path) -> anyhow::Result<usize> {
    let output = git(repository)
        .args(["rev-list", "--count", "HEAD", "--branches", "--remotes", "--tags"])
        .output()
        .context("`git` cannot be run (is it installed?)")?;
    ensure!(
        output.status.success(),
        "`git rev-list` failed: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    String::from_utf8_lossy(&output.stdout).trim().parse().context("git counts in numbers")
}

impl Line {
    /// What `once` costs in so many `runs`, with nothing beside it.
    fn alone(what: &str, runs: usize, once: impl Fn() -> anyhow::Result<Cost>) -> anyhow::Result<Self> {
        let costs = (0..runs).map(|_| once()).collect::<anyhow::Result<Vec<_>>>()?;
        Ok(Self {
            what: what.to_owned(),
            ours: Costs::of(&costs),
            git: None,
            wall_ratio: None,
            cpu_ratio: None,
        })
    }
}

impl Spread {
    /// The spread of `values`, of which there is at least one.
    fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let at = |place: usize| values.get(place).copied().unwrap_or_default();
        let last = values.len().saturating_sub(1);
        // Of an even number the two in the middle share it.
        Self { median: (at(last / 2) + at(last.div_ceil(2))) / 2.0, min: at(0), max: at(last) }
    }
}

impl Costs {
    pub(crate) fn of(costs: &[Cost]) -> Self {
        let known = |value: fn(&Cost) -> Option<f64>| {
            costs.iter().map(value).collect::<Option<Vec<_>>>().map(Spread::of)
        };
        Self {
            wall_seconds: Spread::of(costs.iter().map(|cost| cost.wall).collect()),
            cpu_seconds: known(|cost| cost.cpu),
            anonymous_mib: known(|cost| cost.memory),
        }
    }

    /// Time and memory, in words.
    pub(crate) fn text(&self) -> String {
        format!("{}, {}", spread(Some(self.wall_seconds), "s"), spread(self.anonymous_mib, "MiB"))
    }
}

/// Three digits, as many as a measure is worth.
fn short(value: f64) -> String {
    match value {
        value if value >= 99.95 => format!("{value:.0}"),
        value if value >= 9.995 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// A spread with its unit; times below a second in milliseconds.
fn spread(spread: Option<Spread>, unit: &str) -> String {
    let Some(Spread { median, min, max }) = spread else { return "not measured".to_owned() };
    let (factor, unit) = if unit == "s" && median < 1.0 { (1000.0, "ms") } else { (1.0, unit) };
    let [median, min, max] = [median, min, max].map(|value| short(value * factor));
    format!("{median} {unit} ({min}..{max})")
}

impl Report {
    /// The report to read.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        let plural = if self.runs == 1 { "" } else { "s" };
        let _ = writeln!(
            text,
            "{} core{}, {} run{plural} of each in turns: median (least..most) of whole processes",
            self.cores,
            if self.cores == 1 { "" } else { "s" },
            self.runs
        );
        for subject in &self.subjects {
            let _ = writeln!(text, "\n{}, {} commits", subject.name, subject.commits);
            for line in &subject.lines {
                text.push_str(&row(&line.what, line.ours));
                if let Some(git) = line.git {
                    text.push_str(&row("git log --numstat -M", git));
                    let ratio = |ratio: Option<f64>| ratio.map_or("?".to_owned(), short);
                    let wall = ratio(line.wall_ratio);
                    let cpu = ratio(line.cpu_ratio);
                    let wall = format!("wall x {wall}");
                    let _ = writeln!(text, "  {:21}  {wall:26}  CPU x {cpu}", "by git's");
                }
            }
        }
        text.push_str(&self.mean());
        text
    }

    /// The mean of the first syncs' ratios, where there are several.
    fn mean(&self) -> String {
        let lines = self.subjects.iter().flat_map(|subject| &subject.lines);
        let ratios: Vec<f64> = lines.filter_map(|line| line.wall_ratio).collect();
        if ratios.len() < 2 {
            return String::new();
        }
        let most = ratios.iter().copied().fold(0.0, f64::max);
        let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
        format!("\n{FIRST} by git's, wall: x {} on average, x {} at most\n", short(mean), short(most))
    }
}

fn row(what: &str, costs: Costs) -> String {
    format!(
        "  {what:21}  {:26}  {:26}  {}\n",
        format!("wall {}", spread(Some(costs.wall_seconds), "s")),
        format!("CPU {}", spread(costs.cpu_seconds, "s")),
        format_args!("anonymous {}", spread(costs.anonymous_mib, "MiB")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_several_runs_is_told_with_its_bounds() {
        let of = |values: &[f64]| Spread::of(values.to_vec());
        assert_eq!(of(&[3.0, 1.0, 2.0]), Spread { median: 2.0, min: 1.0, max: 3.0 });
        assert_eq!(of(&[4.0, 2.0]), Spread { median: 3.0, min: 2.0, max: 4.0 });
        assert_eq!(spread(Some(of(&[0.0214, 0.02, 0.035])), "s"), "21.4 ms (20.0..35.0)");
        assert_eq!(spread(Some(of(&[312.4])), "MiB"), "312 MiB (312..312)");
        assert_eq!(spread(None, "s"), "not measured");
    }

    #[test]
    fn a_clone_has_the_name_that_people_use() {
        assert_eq!(name(Path::new("/src/ripgrep")), "ripgrep");
        assert_eq!(name(Path::new("/src/ripgrep.git")), "ripgrep");
        assert_eq!(name(Path::new("/src/ripgrep/.git")), "ripgrep");
    }

    #[test]
    fn a_report_tells_ratios_first_to_last() {
        let costs = |wall, cpu| Costs::of(&[Cost { wall, cpu: Some(cpu), memory: Some(80.0) }]);
        let line = Line {
            what: "first sync".to_owned(),
            ours: costs(0.31, 0.48),
            git: Some(costs(0.62, 0.6)),
            wall_ratio: Some(0.5),
            cpu_ratio: Some(0.8),
        };
        let subject =
            Subject { name: "ripgrep".to_owned(), repositories: 1, commits: 2287, lines: vec![line] };
        let report = Report { cores: 2, runs: 1, subjects: vec![subject] };
        let expected = "\
2 cores, 1 run of each in turns: median (least..most) of whole processes

ripgrep, 2287 commits
  first sync             wall 310 ms (310..310)      CPU 480 ms (480..480)       anonymous 80.0 MiB (80.0..80.0)
  git log --numstat -M   wall 620 ms (620..620)      CPU 600 ms (600..600)       anonymous 80.0 MiB (80.0..80.0)
  by git's               wall x 0.50                 CPU x 0.80
";
        assert_eq!(report.text(), expected);
    }
}
