//! Runs the protocols of forecasts on unpacked files: `forecast KIND FILE...`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "an example for the command line")]

use std::{env, fs, process::ExitCode};

use qd_engines::forecast::{
    Bootstrap,
    protocol::{HEAD, Kind, Source, run},
};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let kind = match arguments.first().map(String::as_str) {
        Some("throughput") => Kind::Throughput,
        Some("tasks") => Kind::Tasks,
        Some("dates") => Kind::Dates,
        Some("sums") => Kind::Sums,
        Some("speed") => {
            speed();
            return ExitCode::SUCCESS;
        }
        _ => {
            eprintln!("forecast throughput|tasks|dates|sums FILE...");
            return ExitCode::FAILURE;
        }
    };
    let files: Vec<(String, Vec<u8>)> = arguments
        .iter()
        .skip(1)
        .filter_map(|path| {
            let name = path.rsplit('/').next().unwrap_or(path).to_owned();
            fs::read(path).inspect_err(|error| eprintln!("{path}: {error}")).ok().map(|bytes| (name, bytes))
        })
        .collect();
    let sources: Vec<Source<'_>> = files.iter().map(|(name, bytes)| Source { name, bytes }).collect();
    let report = run(kind, &sources);
    println!("{HEAD}");
    for line in &report.lines {
        println!("{line}");
    }
    for problem in &report.problems {
        eprintln!("{problem}");
    }
    ExitCode::SUCCESS
}

/// Trials a second of one thread, for 100 items.
fn speed() {
    for weeks in [[5, 9, 0, 7, 12, 8, 3, 10, 6, 9, 7, 8].as_slice(), &[1, 0, 2, 1, 3, 0, 1, 2, 4, 1, 0, 2]] {
        let Some(bootstrap) = Bootstrap::new(weeks) else { continue };
        let start = std::time::Instant::now();
        let sum: u64 = (0..1_000).flat_map(|seed| bootstrap.trials(100, seed, 10_000)).map(u64::from).sum();
        let seconds = start.elapsed().as_secs_f64();
        println!("{:.1} million trials a second, mean {:.2} weeks", 10.0 / seconds, sum as f64 / 1e7);
    }
}
