//! Every measured claim as a subcommand.
//!
//! A number that stands in the documents can be had again here, on anyone's repositories.
//! Nothing else depends on this crate.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "its output is what it is for")]

mod briefs;
mod cockpit;
mod cost;
mod delivery;
mod folder;
mod forecast;
mod history;
mod load;
mod made_company;
mod mail;
mod obligations;
mod plan;
mod ranking;
mod recent;
mod review;
mod simulate;
mod truth;
mod tui;

use std::{
    path::{Path, PathBuf},
    process::{self, ExitCode},
    time::Duration,
};

use clap::{Parser, Subcommand, ValueEnum};

#[derive(Debug, Parser)]
#[command(about = "Measures what is claimed")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Compare `file_changes`, row by row, with what `git log --numstat -M` prints.
    Truth {
        /// A clone, bare or not.
        clone: PathBuf,
        /// Rows to print that differ.
        #[arg(long, default_value_t = 50)]
        show: usize,
    },
    /// Try the order of `quarterdeck review` on the past: did the riskiest changes turn out bad?
    Review {
        /// Clones, bare or not.
        #[arg(required = true)]
        clones: Vec<PathBuf>,
        /// Newest changes of each to look at.
        #[arg(long, value_name = "N", default_value_t = 10_000)]
        changes: usize,
        /// How to print it.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Measure syncs and briefs as whole processes, a first sync beside `git log`.
    ///
    /// Needs `quarterdeck` beside this program: `cargo build --release` makes it.
    History {
        /// Clones, bare or not.
        clones: Vec<PathBuf>,
        /// Runs of each measure.
        #[arg(long, value_name = "N", default_value_t = 3)]
        runs: usize,
        /// Measure a made folder of so many small repositories too.
        #[arg(long, value_name = "N", default_value_t = 0)]
        repositories: usize,
        /// How to print it.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Measure reports over a large company's deliveries, as whole processes.
    ///
    /// Needs `quarterdeck` beside this program: `cargo build --release` makes it.
    Delivery {
        /// Change requests to make up.
        #[arg(long, value_name = "N", default_value_t = 100_000)]
        changes: usize,
        /// Deployments to make up.
        #[arg(long, value_name = "N", default_value_t = 10_000)]
        deployments: usize,
        /// Incidents to make up.
        #[arg(long, value_name = "N", default_value_t = 5_000)]
        incidents: usize,
        /// Runs of each measure.
        #[arg(long, value_name = "N", default_value_t = 5)]
        runs: usize,
        /// How to print it.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Compare what a person owes, at every instant at which it changes, with a truth file.
    ///
    /// Says every difference, and fails where there is one. Needs `quarterdeck` beside this
    /// program: `cargo build --release` makes it.
    Obligations {
        /// A mailbox (mbox, also packed), or a project's archive (`.json`, also packed).
        history: PathBuf,
        /// What became of each message or event, as tab-separated values.
        truth: PathBuf,
        /// An address or login of the person; may be given several times.
        #[arg(long, required = true, value_name = "WHO")]
        person: Vec<String>,
        /// Look at every Nth instant only.
        #[arg(long, value_name = "N", default_value_t = 1)]
        every: usize,
    },
    /// Measure the first read of a year's mail, and the next one, beside a bare pass over the file.
    Mail {
        /// An mbox to read; one is made up where none is named.
        mbox: Option<PathBuf>,
        /// Messages to make up.
        #[arg(long, value_name = "N", default_value_t = 100_000)]
        messages: usize,
        /// Runs of each measure.
        #[arg(long, value_name = "N", default_value_t = 3)]
        runs: usize,
        /// How to print it.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Try the order of what waits for an answer on a mailbox of which is known what was answered.
    Ranking {
        /// The mbox, also packed as `.gz`.
        mbox: PathBuf,
        /// A table with the columns `message_id`, `replied_direct` and `latency_h`, one row for each
        /// message that is addressed to the person.
        truth: PathBuf,
        /// An address of the person whose mailbox it is; may be given more than once.
        #[arg(long = "person", value_name = "ADDRESS", required = true)]
        persons: Vec<String>,
        /// A name of theirs, beside those they go by in their messages.
        #[arg(long = "name", value_name = "NAME")]
        names: Vec<String>,
        /// How to print it.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Plan the literature's benchmark files and compare with the best known, as comma-separated values.
    ///
    /// Every schedule is replayed by a checker; a violation is an error.
    Plan {
        /// Files (`.sm`, `.rcp`, `.rcmp`, `.msrcp`, `.def`, `.dzn`), or folders of them.
        #[arg(required = true, value_name = "DIR|FILE")]
        paths: Vec<PathBuf>,
        /// Seconds to search for each file; 10 where neither these nor schedules are given.
        #[arg(long, value_name = "N", value_parser = seconds)]
        seconds: Option<f64>,
        /// Schedules to make for each file, without the exact partner: the same on any machine.
        #[arg(long, value_name = "N")]
        schedules: Option<u64>,
        /// Threads.
        #[arg(long, value_name = "N", default_value_t = 2)]
        threads: usize,
        /// Seed of the random numbers.
        #[arg(long, value_name = "N", default_value_t = 1)]
        seed: u64,
    },
    /// Measure what simulations and the first schedule of a large plan cost in CPU time, as comma-separated
    /// values.
    ///
    /// The portfolios are made up. The least of several measures is told.
    Simulate {
        /// Runs of each simulation.
        #[arg(long, value_name = "N", default_value_t = 10_000)]
        runs: usize,
        /// Tasks of the portfolio that is simulated.
        #[arg(long, value_name = "N", default_value_t = 500)]
        tasks: usize,
        /// People of it.
        #[arg(long, value_name = "N", default_value_t = 25)]
        people: usize,
        /// Tasks of the portfolio that is planned.
        #[arg(long, value_name = "N", default_value_t = 10_000)]
        plan_tasks: usize,
        /// People of it.
        #[arg(long, value_name = "N", default_value_t = 1_000)]
        plan_people: usize,
        /// How often each is measured.
        #[arg(long, value_name = "N", default_value_t = 5)]
        times: usize,
    },
    /// Score forecasts on real histories, ours beside simpler ones, as comma-separated values.
    ///
    /// Each forecast is made from what was known on its day. Files that cannot be read are told of on standard error.
    Forecast {
        /// What is forecast.
        #[arg(value_enum)]
        kind: forecast::Kind,
        /// Tables (`.csv`, `.arff`, also packed as `.xz`), or folders of them. For tasks and sums: `start`, `done`, `estimate`,
        /// `actual` and any of `person`, `category`, `project`; for throughput a column `resolved`; for dates `project`, `day`,
        /// `target`, `released`.
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
    /// Measure each page of the cockpit on a made-up company: first byte, size, memory; and everybody's brief.
    ///
    /// Needs `quarterdeck` beside this program: `cargo build --release` makes it.
    Cockpit {
        /// People of the company: 12, 50, or 100 to 2000.
        #[arg(long, value_name = "N", default_value_t = 50)]
        people: usize,
        /// A company that is there already, in place of a made-up one.
        #[arg(long, value_name = "DIR")]
        company: Option<PathBuf>,
        /// Asks of each page once it was asked.
        #[arg(long, value_name = "N", default_value_t = 5)]
        runs: usize,
        /// Start a server for the first ask of each page, in place of asking one after the other.
        #[arg(long)]
        cold: bool,
        /// What is measured: the pages, everybody's brief (with the signals that take the time), or all of it.
        #[arg(long, value_enum, default_value_t = cockpit::What::All)]
        what: cockpit::What,
        /// How to print it.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Measure the cockpit under readers and posts, on this machine alone, and count what is lost.
    ///
    /// Fails where anything goes wrong or is lost. Needs `quarterdeck` beside this program: `cargo build --release` makes it.
    Load {
        /// Readers at once.
        #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u16).range(..=1000))]
        readers: u16,
        /// Seconds that a reader looks at a page before the next.
        #[arg(long, value_name = "N", default_value_t = 1.0, value_parser = seconds)]
        look: f64,
        /// Posts a second.
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1000))]
        posts: u16,
        /// How long.
        #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u16).range(1..=600))]
        time: u16,
        /// Kill the server at half time, and start it again.
        #[arg(long)]
        kill: bool,
        /// Look at a made company of so many people (12, 50 or 1000), and not at one of two.
        #[arg(long, value_name = "N", default_value_t = 0)]
        people: usize,
        /// How to print it.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Measure what a key takes in `quarterdeck tui`, from the key to the finished screen.
    Tui {
        /// Rows to make up.
        #[arg(long, value_name = "N", default_value_t = 500)]
        rows: usize,
        /// Times to press all the keys.
        #[arg(long, value_name = "N", default_value_t = 20)]
        rounds: usize,
        /// How to print it.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
}

/// A number of seconds that a clock can count.
fn seconds(text: &str) -> Result<f64, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    let is_fine = seconds > 0.0 && seconds <= 86_400.0;
    if is_fine { Ok(seconds) } else { Err("not above 0 and up to a day".to_owned()) }
}

/// How a report is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// The empty tree, which has no attributes.
const NO_ATTRIBUTES: &str = "--attr-source=4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/// Git in `folder`, without anybody's settings: they are of a person and not of the history.
fn git(folder: &Path) -> process::Command {
    let mut git = process::Command::new("git");
    git.envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_SYSTEM", "/dev/null")])
        .envs([("GIT_ATTR_NOSYSTEM", "1"), ("GIT_NO_LAZY_FETCH", "1")])
        .args(["-c", "core.attributesFile=/dev/null", "-c", "safe.directory=*", NO_ATTRIBUTES])
        .arg("-C")
        .arg(folder);
    git
}

fn main() -> anyhow::Result<ExitCode> {
    match Arguments::parse().command {
        Command::Truth { clone, show } => {
            let report = truth::compare(&clone)?;
            print!("{}", report.text(show));
            Ok(if report.differing.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Command::Review { clones, changes, format } => {
            let report = review::measure(&clones, changes)?;
            match format {
                Format::Text => print!("{}", report.text()),
                Format::Json => println!("{}", serde_json::to_string_pretty(&report)?),
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::History { clones, runs, repositories, format } => {
            anyhow::ensure!(!clones.is_empty() || repositories > 0, "name a clone to measure");
            let report = history::measure(&clones, repositories, runs)?;
            match format {
                Format::Text => print!("{}", report.text()),
                Format::Json => println!("{}", serde_json::to_string_pretty(&report)?),
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Delivery { changes, deployments, incidents, runs, format } => {
            let report = delivery::measure(made_company::Size { changes, deployments, incidents }, runs)?;
            match format {
                Format::Text => print!("{}", report.text()),
                Format::Json => println!("{}", serde_json::to_string_pretty(&report)?),
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Obligations { history, truth, person, every } => {
            let report = obligations::compare(&history, &truth, &person, every)?;
            print!("{}", report.text());
            Ok(if report.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Command::Mail { mbox, messages, runs, format } => {
            let report = mail::measure(mbox.as_deref(), messages, runs)?;
            match format {
                Format::Text => print!("{}", report.text()),
                Format::Json => println!("{}", serde_json::to_string_pretty(&report)?),
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Plan { paths, seconds, schedules, threads, seed } => {
            let seconds = if schedules.is_none() { seconds.or(Some(10.0)) } else { seconds };
            let effort = plan::Effort { seconds, schedules, threads, seed };
            println!("{}", plan::HEAD);
            for path in plan::files(&paths)? {
                println!("{}", plan::line(&path, effort)?);
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Simulate { runs, tasks, people, plan_tasks, plan_people, times } => {
            let (simulated, planned) = ((tasks, people), (plan_tasks, plan_people));
            println!("{}", simulate::HEAD);
            for line in simulate::lines(simulate::Size { runs, simulated, planned, times })? {
                println!("{line}");
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Forecast { kind, paths } => {
            let report = forecast::measure(kind, &paths)?;
            println!("{}", qd_engines::forecast::protocol::HEAD);
            for line in &report.lines {
                println!("{line}");
            }
            for problem in &report.problems {
                eprintln!("{problem}");
            }
            if kind == forecast::Kind::Throughput {
                eprintln!("{:.1} million trials a CPU second for 100 items", forecast::speed()?);
            }
            Ok(if report.lines.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
        }
        Command::Cockpit { people, company, runs, cold, what, format } => {
            let plan = cockpit::Plan { people, company, runs, is_cold: cold, what };
            let report = cockpit::measure(&plan)?;
            match format {
                Format::Text => print!("{}", report.text()),
                Format::Json => println!("{}", serde_json::to_string_pretty(&report)?),
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Load { readers, look, posts, time, kill, people, format } => {
            let burden = load::Burden {
                readers: readers.into(),
                look: Duration::from_secs_f64(look),
                posts: posts.into(),
                time: Duration::from_secs(time.into()),
                is_killed: kill,
                people,
            };
            let report = load::measure(burden)?;
            match format {
                Format::Text => print!("{}", report.text()),
                Format::Json => println!("{}", serde_json::to_string_pretty(&report)?),
            }
            Ok(if report.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Command::Tui { rows, rounds, format } => {
            let report = tui::measure(rows, rounds)?;
            match format {
                Format::Text => print!("{}", report.text()),
                Format::Json => println!("{}", serde_json::to_string_pretty(&report)?),
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Ranking { mbox, truth, persons, names, format } => {
            let report = ranking::measure(&mbox, &truth, &persons, &names)?;
            match format {
                Format::Text => print!("{}", report.text()),
                Format::Json => println!("{}", serde_json::to_string_pretty(&report)?),
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}
