//! What `whatif` takes.

use clap::{Args, ValueEnum};

pub(crate) const HELP: &str = "Plans the company as it is and with each change alone, under the same luck, and says what moves. Nothing is
written: a change is a text laid over the company's files, and --show prints it.

Changes are sentences, or files written like company.toml (`[projects.atlas]`, `[[projects.atlas.tasks]]`):
  lose PERSON on DATE                     hire [NUMBER] SKILL in MONTH [for PROJECT]
  move PROJECT[/TASK] to DATE             drop PROJECT[/TASK]
  give PROJECT/TASK to PERSON             pause PROJECT
  take PROJECT [from DATE]                estimate PROJECT/TASK LOW LIKELY HIGH

Examples:
  quarterdeck whatif \"lose ana on 2027-01-15\"
  quarterdeck whatif \"hire a backend engineer in February\" \"drop atlas/reports\"
  quarterdeck whatif \"take initech from March\" --show
  quarterdeck whatif initech.toml --format json
  quarterdeck whatif --best --project atlas";

/// How what would be is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum WhatIfFormat {
    /// For people
    Text,
    /// For programs
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct WhatIfArgs {
    /// Sentences or files, each looked at alone, side by side
    #[arg(value_name = "CHANGE", required_unless_present = "best")]
    pub(crate) changes: Vec<String>,
    /// Take all of them together, as one change
    #[arg(long, requires = "changes")]
    pub(crate) together: bool,
    /// Which single hire, drop or move helps most, where a promise is less sure than it should be
    #[arg(long, conflicts_with = "changes")]
    pub(crate) best: bool,
    /// Show this project only
    #[arg(long, value_name = "PROJECT")]
    pub(crate) project: Option<String>,
    /// Show what is laid over the company's files, as a diff
    #[arg(long)]
    pub(crate) show: bool,
    /// How to print it
    #[arg(long, value_enum, default_value_t = WhatIfFormat::Text)]
    pub(crate) format: WhatIfFormat,
}
