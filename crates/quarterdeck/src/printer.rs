//! How the program speaks: results to standard output, talk to standard error.

use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::{
    cli::{Colour, Global},
    rim,
};

/// Where words go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Printer {
    choice: ColorChoice,
    is_quiet: bool,
}

impl Printer {
    pub(crate) fn new(global: &Global) -> Self {
        let choice = match global.color {
            Colour::Always => ColorChoice::Always,
            Colour::Never => ColorChoice::Never,
            Colour::Auto if rim::is_colour_refused() => ColorChoice::Never,
            Colour::Auto => ColorChoice::Auto,
        };
        Self { choice, is_quiet: global.quiet }
    }

    /// Prints a result. A reader that went away is no error.
    pub(crate) fn result(&self, text: &str) -> io::Result<()> {
        self.bytes_through(|out| out.write_all(text.as_bytes()))
    }

    /// Prints bytes as they are.
    pub(crate) fn bytes(&self, bytes: &[u8]) -> io::Result<()> {
        forgive(io::stdout().lock().write_all(bytes))
    }

    fn bytes_through(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let mut out = AutoStream::new(io::stdout(), self.choice).lock();
        forgive(write(&mut out).and_then(|()| out.flush()))
    }

    /// Says something beside the result.
    pub(crate) fn say(&self, text: &str) {
        if !self.is_quiet {
            let mut out = AutoStream::new(io::stderr(), self.choice);
            let _ = writeln!(out, "{text}");
        }
    }

    /// Says what went wrong.
    pub(crate) fn complain(&self, text: &str) {
        let mut out = AutoStream::new(io::stderr(), self.choice);
        let _ = writeln!(out, "{text}");
    }

    /// Whether drawings for standard output may use colour.
    pub(crate) fn has_colour(&self) -> bool {
        match self.choice {
            ColorChoice::Always | ColorChoice::AlwaysAnsi => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => io::stdout().is_terminal(),
        }
    }

    /// Columns of the terminal that standard output is, if it is one.
    pub(crate) fn width(&self) -> Option<u16> {
        if !io::stdout().is_terminal() {
            return None;
        }
        let columns = console_width();
        (columns > 0).then_some(columns)
    }

    /// A bar for long work: hidden where standard error is no terminal.
    pub(crate) fn bar(&self) -> ProgressBar {
        let target = if self.is_quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {human_pos} of {human_len} commits")
        {
            bar.set_style(style);
        }
        bar
    }
}

/// Columns of the terminal, as the progress bars' library sees it.
fn console_width() -> u16 {
    console::Term::stdout().size().1
}

/// A closed pipe ends the output, not the program.
fn forgive(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
