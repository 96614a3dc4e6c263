//! How the program speaks: results to standard output, talk to standard error.

use std::{
    borrow::Cow,
    io::{self, IsTerminal, Write},
};

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
        let text = if io::stdout().is_terminal() { harmless(text) } else { text.into() };
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
            let _ = writeln!(out, "{}", harmless(text));
        }
    }

    /// Says what went wrong.
    pub(crate) fn complain(&self, text: &str) {
        let mut out = AutoStream::new(io::stderr(), self.choice);
        let _ = writeln!(out, "{}", harmless(text));
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

/// The text without what would drive a terminal, other than colours.
///
/// A title may come from anybody who can open an issue: sequences that move the cursor or rename the
/// window, and marks that turn the direction of writing, have no place in what is shown of it.
fn harmless(text: &str) -> Cow<'_, str> {
    let is_harmful = |letter: char| {
        (letter.is_control() && !matches!(letter, '\n' | '\t'))
            || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(is_harmful) {
        return text.into();
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find(is_harmful) {
        let (before, from) = rest.split_at(place);
        shown.push_str(before);
        let kept = colour(from).unwrap_or_default();
        shown.push_str(kept);
        let skipped =
            if kept.is_empty() { from.chars().next().map_or(0, char::len_utf8) } else { kept.len() };
        rest = from.get(skipped..).unwrap_or_default();
    }
    shown.push_str(rest);
    shown.into()
}

/// The sequence that sets colour and weight (ECMA-48, SGR) with which `text` begins.
fn colour(text: &str) -> Option<&str> {
    let parameters = text.strip_prefix("\u{1b}[")?;
    let end = parameters.find(|letter: char| !letter.is_ascii_digit() && letter != ';')?;
    parameters[end..].starts_with('m').then(|| &text[..end + 3])
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn what_drives_a_terminal_is_left_out_and_colour_stays() {
        assert_eq!(harmless("plain\n\ttext"), "plain\n\ttext");
        assert_eq!(harmless("\u{1b}[1;31mred\u{1b}[0m"), "\u{1b}[1;31mred\u{1b}[0m");
        assert_eq!(harmless("a\u{1b}]0;title\u{7}b\u{1b}[2Jc"), "a]0;titleb[2Jc");
        assert_eq!(harmless("file\u{202e}gpj.exe\u{9b}5A\r"), "filegpj.exe5A");
        assert_eq!(harmless("\u{1b}[38;5"), "[38;5");
    }
}
