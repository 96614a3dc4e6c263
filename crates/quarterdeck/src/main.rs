//! The command line: the only crate that knows a terminal, a clock and the environment.

mod cli;
mod commands;
mod draw;
mod memory;
mod printer;
mod rim;
mod sign_on;
mod tui;
mod users;

use std::process::ExitCode;

use clap::Parser;

use crate::{
    cli::{Cli, Command},
    draw::style::{ERROR, HEADING, styled},
    printer::Printer,
};

/// The result was given, but something went wrong on the way.
const WITH_ERRORS: u8 = 1;
/// There is no result.
const NOT_GIVEN: u8 = 2;

fn main() -> ExitCode {
    let cli = Cli::parse();
    if listens(&cli.command) {
        memory::settle();
    }
    let printer = Printer::new(&cli.global);
    match commands::run(&cli, &printer) {
        Ok(is_clean) => ExitCode::from(if is_clean { 0 } else { WITH_ERRORS }),
        Err(error) => {
            // A hint is the last cause of its error, and is told as one.
            let mut text = format!("{} {error}", styled(ERROR, "error:"));
            for cause in error.chain().skip(1) {
                text.push_str(&format!("\n  {cause}"));
            }
            if let Some(hint) =
                error.downcast_ref::<qd_model::DeckError>().and_then(|error| error.hint.as_ref())
            {
                text.push_str(&format!("\n{} {hint}", styled(HEADING, "hint:")));
            }
            printer.complain(&text);
            ExitCode::from(NOT_GIVEN)
        }
    }
}

/// Whether a command goes on until it is ended.
fn listens(command: &Command) -> bool {
    match command {
        Command::Serve(_) => true,
        Command::Demo(args) => args.serve,
        _ => false,
    }
}
