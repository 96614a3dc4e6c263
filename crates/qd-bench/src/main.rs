//! Every measured claim as a subcommand.
//!
//! A number that stands in the documents can be had again here, on anyone's repositories.
//! Nothing else depends on this crate.
#![allow(clippy::print_stdout, reason = "its output is what it is for")]

mod truth;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

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
}

fn main() -> anyhow::Result<ExitCode> {
    match Arguments::parse().command {
        Command::Truth { clone, show } => {
            let report = truth::compare(&clone)?;
            print!("{}", report.text(show));
            Ok(if report.differing.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
    }
}
