//! What can be typed to make a company to try things with.

use std::path::PathBuf;

use clap::Args;

/// Examples of the command, below its help.
pub(crate) const EXAMPLES: &str =
    "Everything in it is invented; `STORIES.md` says what is planted, and whose brief shows it.
The same seed on the same day gives the same files. With --as-of the history ends on that day.

With --serve and no folder it lies among the user's data, is used again on the same day, and is replaced
on the next one.

Examples:
  quarterdeck demo --serve                 make it, read it, and open the cockpit
  quarterdeck demo /tmp/agency
  quarterdeck brief /tmp/agency
  quarterdeck demo /tmp/studio --people 12
  quarterdeck demo /tmp/other --seed 8 --days 365
  quarterdeck demo /tmp/large --people 1000 --facts";

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Folder to write to; it must be empty, or not there yet
    #[arg(required_unless_present = "serve")]
    pub(crate) dir: Option<PathBuf>,
    /// Read the company and open the cockpit on it
    #[arg(long)]
    pub(crate) serve: bool,
    /// Port of the cockpit; 0 for any free one
    #[arg(long, value_name = "N", default_value_t = 7878, requires = "serve")]
    pub(crate) port: u16,
    /// How many people work there: 12 (one team, two clients), 50 (seven teams, six clients), or 100 to 2000 with --facts
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = size)]
    pub(crate) people: usize,
    /// Put facts straight into the lake, without sources: for 100 people and more
    #[arg(long)]
    pub(crate) facts: bool,
    /// Another number is another company
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Days of history
    #[arg(long, value_name = "N", default_value_t = 180, value_parser = clap::value_parser!(u16).range(90..=720))]
    pub(crate) days: u16,
}

fn size(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(people @ (12 | 50 | qd_demo::LARGE..=2000)) => Ok(people),
        _ => {
            Err("there is a company of 12 people, one of 50, and with --facts one of 100 to 2000".to_owned())
        }
    }
}
