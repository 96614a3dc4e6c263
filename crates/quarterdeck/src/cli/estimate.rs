//! What `estimate` and `proposal` take.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::PlainFormat;

pub(crate) const HELP: &str = "An estimate is a text, `estimates/ID.toml`: lines with low, likely and high days by one or several people, risks, what is
assumed and what is left out. It is held against what the like took here, run 10,000 times, and planned beside all
that is there.

Examples:
  quarterdeck estimate new portal --client initech
  quarterdeck estimate run portal
  quarterdeck estimate run portal --confidence 0.9 --format json
  quarterdeck estimate compare portal portal-small
  quarterdeck sql \"SELECT estimate, price, loss FROM estimate_odds\"";

pub(crate) const PROPOSAL_HELP: &str = "Writes what a client may read of an estimate: scope by line with ranges, assumptions and exclusions, team, timeline with how sure
it is, price options, risks. What a day costs and what is earned is not in it. The text comes from a template: `proposal.md`
beside the estimates if there is one, else the built-in one, which --show-template prints.

Examples:
  quarterdeck proposal portal > portal.md
  quarterdeck proposal portal --format html > portal.html
  quarterdeck proposal --show-template > estimates/proposal.md";

#[derive(Debug, Args)]
pub(crate) struct EstimateArgs {
    #[command(subcommand)]
    pub(crate) command: EstimateCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum EstimateCommand {
    /// Write a file to be filled in
    New {
        /// What to call it: the name of the file
        id: String,
        /// Who asks for it
        #[arg(long, value_name = "RELATION")]
        client: Option<String>,
        /// Show the file, and write nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// What it takes, costs and is sold for, and when it could be ready
    Run {
        /// Which one
        id: String,
        /// Share of cases that the price is to cover, in place of its own
        #[arg(long, value_name = "SHARE")]
        confidence: Option<f64>,
        /// How to print it
        #[arg(long, value_enum, default_value_t = PlainFormat::Text)]
        format: PlainFormat,
    },
    /// Several side by side
    Compare {
        /// Which ones
        #[arg(required = true, num_args = 2.., value_name = "ID")]
        ids: Vec<String>,
        /// How to print them
        #[arg(long, value_enum, default_value_t = PlainFormat::Text)]
        format: PlainFormat,
    },
}

/// How a proposal is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProposalFormat {
    /// Text for people and tools
    Markdown,
    /// A page made to be printed
    Html,
}

#[derive(Debug, Args)]
pub(crate) struct ProposalArgs {
    /// Of which estimate
    #[arg(required_unless_present = "show_template")]
    pub(crate) id: Option<String>,
    /// Text with places to be filled, in place of the usual one
    #[arg(long, value_name = "FILE")]
    pub(crate) template: Option<PathBuf>,
    /// Print the built-in template
    #[arg(long, conflicts_with_all = ["id", "template"])]
    pub(crate) show_template: bool,
    /// How to print it
    #[arg(long, value_enum, default_value_t = ProposalFormat::Markdown)]
    pub(crate) format: ProposalFormat,
}
