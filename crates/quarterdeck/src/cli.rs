//! What can be typed: the one declaration from which help, completions and the man page come.

pub(crate) mod demo;
mod estimate;
mod forecast;
mod what_if;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, builder::styling};
use qd_deck::planning::Objective;

const STYLES: styling::Styles = styling::Styles::styled()
    .header(styling::AnsiColor::Green.on_default().bold())
    .usage(styling::AnsiColor::Green.on_default().bold())
    .literal(styling::AnsiColor::Cyan.on_default().bold())
    .placeholder(styling::AnsiColor::Cyan.on_default());

/// The operating system of a CTO's office
///
/// Reads what a CTO reads, says what needs whom and why, and keeps the evidence. Local
/// first: your own files, nothing sent anywhere.
#[derive(Debug, Parser)]
#[command(name = "quarterdeck", version, styles = STYLES, max_term_width = 100)]
#[command(after_help = "Examples:
  quarterdeck brief .                  what needs you, in the repository you stand in
  quarterdeck init company --repos ~/src
                                       a company folder from what the repositories show
  quarterdeck brief company            the brief of that company
  quarterdeck explain k3v9x2           why a row is there, and what it costs

Exit status: 0 given, 1 given but something went wrong on the way, 2 not given.")]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct Global {
    /// Folder of the company, or a repository; found by walking up from here otherwise
    #[arg(long, value_name = "DIR", global = true)]
    pub(crate) company: Option<PathBuf>,
    /// Look at things as they were: a date or a time with its zone
    #[arg(long, value_name = "DATE", global = true)]
    pub(crate) as_of: Option<String>,
    /// When to use colour
    #[arg(long, value_enum, default_value_t = Colour::Auto, global = true)]
    pub(crate) color: Colour,
    /// Threads to work with [default: one for each core]
    #[arg(long, value_name = "N", global = true)]
    pub(crate) threads: Option<usize>,
    /// Memory that a query may take, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 1024, global = true)]
    pub(crate) memory: usize,
    /// Say nothing but results and errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// What needs you, and why
    #[command(after_help = "Examples:
  quarterdeck brief .                     the repository you stand in, no configuration
  quarterdeck brief ~/src --minutes 30    all repositories below, and what fits half an hour
  quarterdeck brief company --for bo      what needs Bo
  quarterdeck brief --as-of 2026-03-02    the brief of that morning
  quarterdeck brief --format html > brief.html")]
    Brief(BriefArgs),
    /// The brief in the terminal, with the keys of a mail reader
    #[command(
        after_help = "j and k go through the rows, enter explains one, a d D s x act on it, u takes back, / searches,
f filters, ? shows all keys, q leaves. Works from 30 columns and 8 lines on, and without colour.

Examples:
  quarterdeck tui company
  quarterdeck tui ~/src --minutes 30
  quarterdeck tui company --for bo --no-sync
  quarterdeck tui --as-of 2026-03-02      look at that morning; nothing can be done there"
    )]
    Tui(TuiArgs),
    /// Write a company folder from what repositories show; never overwrites
    #[command(after_help = "Examples:
  quarterdeck init company --repos ~/src/api ~/src/web
  quarterdeck init --repos . --dry-run")]
    Init(InitArgs),
    /// Write a made-up company with all its sources, to try everything on
    #[command(after_help = demo::EXAMPLES)]
    Demo(demo::DemoArgs),
    /// Read what is new from the sources
    #[command(
        after_help = "With --watch it reads each source when it has something new, until ctrl-c: files when they
change, mail when the server says so (IDLE), everything else every so often. What goes wrong
with a source is told once, and it is asked less often until it answers again.

Where `.quarterdeck/notify.toml` has a price (`above = \"CHF 500/day\"`), the watch shows a desktop
notification for a new row of yours that costs more, `per_week = 5` times at most.

Examples:
  quarterdeck sync
  quarterdeck sync code --format json
  quarterdeck sync --watch
  quarterdeck sync --watch --every 10m mail
  quarterdeck sync --watch --dry-run      say what would be notified"
    )]
    Sync(SyncArgs),
    /// Log in where mail is read with OAuth 2.0: prints a code to confirm elsewhere
    #[command(
        after_help = "For a source of mail with `auth = \"oauth\"` and `oauth`. What comes of it is given to the
command that `keep` names, and is written nowhere else.

Examples:
  quarterdeck login mail"
    )]
    Login(LoginArgs),
    /// Show all mistakes in the company's files
    #[command(after_help = "Exits with 1 where there is an error, so that it can guard the
company repository's own CI.

Examples:
  quarterdeck check
  quarterdeck check company --format json")]
    Check(CheckArgs),
    /// Lay out the company's TOML files in one way; loses nothing
    #[command(after_help = "Examples:
  quarterdeck fmt
  quarterdeck fmt --check")]
    Fmt(FmtArgs),
    /// Propose edits that make the declared equal to the observed
    #[command(after_help = "Prints a diff to read. Nothing is changed without --write.

Examples:
  quarterdeck reconcile
  quarterdeck reconcile --write")]
    Reconcile(ReconcileArgs),
    /// Ask anything in SQL; only reads
    #[command(after_help = "Examples:
  quarterdeck sql \"SELECT * FROM meta.tables\"
  quarterdeck sql \"DESCRIBE commits\"
  quarterdeck sql \"SELECT repo, count(*) FROM commits GROUP BY repo\" --format csv
  quarterdeck sql \"SELECT * FROM signal.stale_branch\"")]
    Sql(SqlArgs),
    /// List the signals, and why the silent ones are silent
    #[command(after_help = "Examples:
  quarterdeck signals
  quarterdeck signals --format json")]
    Signals(FormatArgs),
    /// Open a row: its query, facts, price and route
    #[command(after_help = "Examples:
  quarterdeck explain k3v9x2")]
    Explain(ExplainArgs),
    /// Show a report; without a name, list them
    #[command(after_help = "Examples:
  quarterdeck show
  quarterdeck show standup --team web
  quarterdeck show delivery --by team --since 2026-01-01
  quarterdeck show hotspots --format csv")]
    Show(ShowArgs),
    /// Open change requests, in the order a second pair of eyes is worth most
    #[command(after_help = "Examples:
  quarterdeck review
  quarterdeck review --repo api --format json")]
    Review(ReviewArgs),
    /// Take the rows of a file into a table, once
    #[command(
        after_help = "CSV, JSON Lines and Parquet are read; columns are found by their names. Rows that are
there already are not taken twice. To read a file again and again, declare a source of kind
`table`.

Examples:
  quarterdeck import deployments deploys.csv
  quarterdeck import incidents pages.csv --columns started_at=\"Opened\" title=Summary
  quarterdeck import deployments deploys.csv --dry-run"
    )]
    Import(ImportArgs),
    /// The cockpit, in a browser on this machine
    #[command(
        after_help = "Pages of the brief with its actions, of each row with its evidence, of projects, reports, signals, the company's
files and sources, and a console for SQL. They work without script, and read the facts anew each time: `quarterdeck sync
--watch` beside it keeps them fresh. Only this machine is let in; there is no login yet for others.

Programs find JSON at /api and figures for monitoring at /metrics, assistants find tools at /mcp, and forges, alerts and
pipelines post to /hooks/KIND (github, gitlab, alertmanager, cdevents and more).

Examples:
  quarterdeck serve
  quarterdeck serve --port 9000 --no-sync"
    )]
    Serve(ServeArgs),
    /// Say who may log in to the cockpit
    #[command(
        after_help = "With anybody here, everybody logs in, and sees what the reporting lines let them see.
Passwords are hashed (argon2id) in the user's own data, never in the company's folder.
A password is asked for on a terminal, and is the first line of the input elsewhere.

Examples:
  quarterdeck user add ada
  quarterdeck user list
  quarterdeck user remove ada"
    )]
    User(UserArgs),
    /// Answer an assistant's questions over the Model Context Protocol
    #[command(
        after_help = "Reads and writes messages of a line each; an assistant starts it and ends it. It has tools for the brief,
a row of it, turns, obligations, decisions in force and SQL; none changes anything. What others wrote is marked as
untrusted. `quarterdeck serve` has the same over HTTP, at /mcp.

Examples:
  quarterdeck --company ~/acme mcp
  quarterdeck mcp --no-sync"
    )]
    Mcp(McpArgs),
    /// Listen for what forges, alerts and pipelines post
    #[command(
        after_help = "A source NAME that is declared is posted to at http://ADDRESS:PORT/intake/NAME. With
`secret` declared, what is not signed with it is refused. What is taken is on the disk
before it is acknowledged, and in the next brief.

Examples:
  quarterdeck receive
  quarterdeck receive --port 9000"
    )]
    Receive(ReceiveArgs),
    /// Write down what you will do, or have promised; without words, list it
    #[command(
        after_help = "The list is a text beside the facts (`.quarterdeck/todos.toml` in a company), which you may
edit as you like. What is on it is in the brief; `done` there marks it here too.

Examples:
  quarterdeck todo \"Ask Bo about the index\"
  quarterdeck todo \"Send the offer\" --for acme --by 2026-12-01
  quarterdeck todo \"Look at the budget\" --by 3d
  quarterdeck todo
  quarterdeck todo --done k3v9x2"
    )]
    Todo(TodoArgs),
    /// The end of the day: what was done, who has no answer, what is promised, what comes first
    #[command(after_help = "Says what it finds and changes nothing. Ends with how many wait for an answer.

Examples:
  quarterdeck evening --drafts ~/Desktop
  quarterdeck evening
  quarterdeck evening --for bo
  quarterdeck evening --as-of 2026-03-02T18:00 --format json")]
    Evening(EveningArgs),
    /// What to know before a meeting: who comes, what waits, what is promised and what moved
    #[command(
        after_help = "Without words the next meeting. Words are a time of today or part of a title; meetings of
the next two weeks are looked at.

Examples:
  quarterdeck prepare
  quarterdeck prepare 14:00
  quarterdeck prepare acme
  quarterdeck prepare --all"
    )]
    Prepare(PrepareArgs),
    /// Who works on what, and when each project is done
    #[command(
        after_help = "Plans the tasks of all projects that are worked on at once, with who can do them and when they are
there. The same facts give the same plan, unless --seconds says how long to search. Changes nothing, unless it is told
to keep the plan: --accept writes plan.lock.toml, to be reviewed and committed like every other text.

Examples:
  quarterdeck plan
  quarterdeck plan --project atlas
  quarterdeck plan --seconds 10 --format json
  quarterdeck plan --format html > plan.html
  quarterdeck plan --format ics > plan.ics
  quarterdeck plan --as-of 2026-11-02
  quarterdeck plan --accept
  quarterdeck plan --diff
  quarterdeck sql \"SELECT person, week, planned, there FROM load WHERE planned > there\""
    )]
    Plan(PlanArgs),
    /// What a hire, a leave, another date or less scope would do to the plan
    #[command(name = "whatif", visible_alias = "what-if", after_help = what_if::HELP)]
    WhatIf(WhatIfArgs),
    /// What new work takes and costs, and how sure that is
    #[command(after_help = estimate::HELP)]
    Estimate(EstimateArgs),
    /// What a client may read of an estimate
    #[command(after_help = estimate::PROPOSAL_HELP)]
    Proposal(ProposalArgs),
    /// When running work is done, by its pace
    #[command(after_help = forecast::HELP)]
    Forecast(ForecastArgs),
    /// How often what was said of the future held
    #[command(after_help = forecast::CALIBRATION_HELP)]
    Calibration(CalibrationArgs),
    /// What Quarterdeck knows of itself: how good the order of mail was
    #[command(after_help = "Examples:
  quarterdeck meta ranking
  quarterdeck meta ranking --format json")]
    Meta(MetaArgs),
    /// Answer what a row asks: a draft in your mailbox, which you send yourself
    #[command(
        after_help = "For a row about mail, opens an answer to everybody in $VISUAL or $EDITOR and puts what you
wrote among the drafts of the mailbox that the question came to (over IMAP, or in a Maildir); where that
takes none, into a file that mail programs open. Saying nothing leaves nothing. Quarterdeck never sends
anything: the row stays until your answer is sent and read. Of other rows it says where to answer.

Examples:
  quarterdeck answer k3v9x2
  quarterdeck answer k3v9x2 --text \"On Friday.\"
  quarterdeck answer k3v9x2 --text - < answer.txt
  quarterdeck answer k3v9x2 --text \"On Friday.\" --dry-run"
    )]
    Answer(AnswerArgs),
    /// Promise what a row asks for by a day: it is on your list, and the row waits until then
    #[command(
        after_help = "The promise is an entry of your own list (`quarterdeck todo`), made to whoever asks in the
row. The row comes back on that day if it is still there. `undo` brings the row back now, and
`todo --done` takes the promise off the list.

Examples:
  quarterdeck promise k3v9x2 \"Send the offer\" --by 3d
  quarterdeck promise k3v9x2 \"Figures of the quarter\" --by 2026-12-01 --for acme"
    )]
    Promise(PromiseArgs),
    /// A row is dealt with
    #[command(after_help = "It comes back if it is still there after its patience.

Examples:
  quarterdeck done k3v9x2")]
    Done(ActArgs),
    /// Somebody else deals with a row
    #[command(
        after_help = "A row about mail also gets a letter to them, among the drafts of your mailbox: what is asked,
by whom, and since when. You send it. The row stays on your books, held by them, until they
answered in that conversation.

Examples:
  quarterdeck delegate k3v9x2 --to bo
  quarterdeck delegate k3v9x2 --to bo --edit
  quarterdeck delegate k3v9x2 --to bo --no-draft"
    )]
    Delegate(DelegateArgs),
    /// Not now: the row comes back on a day, or when it is answered or green
    #[command(
        after_help = "`answered`: when somebody else says something there; `green`: when the checks of the change
request pass. What does not come in two weeks brings the row back too.

Examples:
  quarterdeck snooze k3v9x2 --until 2026-12-01
  quarterdeck snooze k3v9x2 --until 3d
  quarterdeck snooze k3v9x2 --until answered"
    )]
    Snooze(SnoozeArgs),
    /// A row need not be dealt with; it comes back when it changes
    #[command(after_help = "Examples:
  quarterdeck dismiss k3v9x2 --because \"kept for the archive\"")]
    Dismiss(DismissArgs),
    /// Take back the last action on a row
    #[command(after_help = "Examples:
  quarterdeck undo k3v9x2")]
    Undo(ActArgs),
    /// Print the JSON Schema of the company's files, for editors
    Schema,
    /// Print completions for a shell
    #[command(after_help = "Examples:
  quarterdeck completions bash > ~/.local/share/bash-completion/completions/quarterdeck")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    #[command(after_help = "Examples:
  quarterdeck man > quarterdeck.1")]
    Man,
    /// Print the reference pages this program knows of itself, as Markdown
    #[command(hide = true)]
    Reference {
        /// Which page
        page: ReferencePage,
    },
}

/// A generated page of `docs/reference`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReferencePage {
    /// The commands
    Commands,
    /// The tables
    Tables,
    /// The signals
    Signals,
}

/// How a table is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TableFormat {
    /// For people
    Table,
    /// A list of objects
    Json,
    /// Comma-separated values with a head
    Csv,
    /// A Parquet file, to a pipe or a file
    Parquet,
}

/// How other things are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlainFormat {
    /// For people
    Text,
    /// For programs
    Json,
}

/// How a brief is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BriefFormat {
    /// One screen of text
    Text,
    /// For a wiki or a mail
    Markdown,
    /// One printable page
    Html,
    /// For programs
    Json,
}

/// Since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Since {
    /// The last brief
    Last,
}

/// What to log in for.
#[derive(Debug, Args)]
pub(crate) struct LoginArgs {
    /// Name of the source
    pub(crate) source: String,
}

/// Which brief: what every face of it takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct WhichBrief {
    /// A company folder, a git repository, or a folder of repositories
    pub(crate) path: Option<PathBuf>,
    /// Whose brief: a person's id or name
    #[arg(long = "for", value_name = "PERSON")]
    pub(crate) for_person: Option<String>,
    /// Minutes you have
    #[arg(long, value_name = "N")]
    pub(crate) minutes: Option<u32>,
    /// Every row by itself
    #[arg(long)]
    pub(crate) all: bool,
    /// Do not read the sources first
    #[arg(long)]
    pub(crate) no_sync: bool,
}

#[derive(Debug, Args)]
pub(crate) struct BriefArgs {
    #[command(flatten)]
    pub(crate) which: WhichBrief,
    /// Only rows that are new since the last brief
    #[arg(long, value_enum)]
    pub(crate) since: Option<Since>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = BriefFormat::Text)]
    pub(crate) format: BriefFormat,
}

#[derive(Debug, Args)]
pub(crate) struct TuiArgs {
    #[command(flatten)]
    pub(crate) which: WhichBrief,
}

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// Folder to write to
    #[arg(default_value = "company")]
    pub(crate) dir: PathBuf,
    /// Repositories, or folders of repositories, to look at
    #[arg(long, num_args = 1.., value_name = "PATH")]
    pub(crate) repos: Vec<PathBuf>,
    /// Name of the company
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Say what would be written, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SyncArgs {
    /// Sources to read [default: all]
    pub(crate) sources: Vec<String>,
    /// Store facts, and leave what is slow to compute to the next brief
    #[arg(long)]
    pub(crate) facts_only: bool,
    /// Go on until ctrl-c, and read what is new when it comes
    #[arg(long)]
    pub(crate) watch: bool,
    /// How often to ask what cannot say by itself that something came: 90s, 5m, 1h
    #[arg(long, value_name = "TIME", default_value = "5m", requires = "watch")]
    pub(crate) every: String,
    /// Print notifications in place of showing them
    #[arg(long, requires = "watch")]
    pub(crate) dry_run: bool,
    /// How to print what came
    #[arg(long, value_enum, default_value_t = PlainFormat::Text)]
    pub(crate) format: PlainFormat,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// The company's folder
    pub(crate) path: Option<PathBuf>,
    /// How to print mistakes
    #[arg(long, value_enum, default_value_t = PlainFormat::Text)]
    pub(crate) format: PlainFormat,
}

#[derive(Debug, Args)]
pub(crate) struct FmtArgs {
    /// The company's folder
    pub(crate) path: Option<PathBuf>,
    /// Change nothing; exit with 1 where something would change
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ReconcileArgs {
    /// Write the proposed edits
    #[arg(long)]
    pub(crate) write: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SqlArgs {
    /// The query; `-` reads it from standard input
    pub(crate) query: String,
    /// How to print the answer
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub(crate) format: TableFormat,
    /// Most rows to print
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(crate) rows: usize,
    /// Longest time to wait, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0)]
    pub(crate) timeout: f64,
}

#[derive(Debug, Args)]
pub(crate) struct FormatArgs {
    /// How to print it
    #[arg(long, value_enum, default_value_t = PlainFormat::Text)]
    pub(crate) format: PlainFormat,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// Id of the row, or its first letters
    pub(crate) id: String,
    /// How to print it
    #[arg(long, value_enum, default_value_t = PlainFormat::Text)]
    pub(crate) format: PlainFormat,
}

#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// Name of the report
    pub(crate) report: Option<String>,
    /// A line for each of these: service, team, project or company
    #[arg(long, value_name = "GROUP")]
    pub(crate) by: Option<String>,
    /// Since when: a day (2026-01-01), or back from now (7d, 2w)
    #[arg(long, value_name = "WHEN")]
    pub(crate) since: Option<String>,
    /// Only what is of this team
    #[arg(long, value_name = "TEAM")]
    pub(crate) team: Option<String>,
    /// Only what is of this project
    #[arg(long, value_name = "PROJECT")]
    pub(crate) project: Option<String>,
    /// Only what is of this service
    #[arg(long, value_name = "SERVICE")]
    pub(crate) service: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub(crate) format: TableFormat,
}

#[derive(Debug, Args)]
pub(crate) struct ReviewArgs {
    /// Only this repository
    #[arg(long, value_name = "NAME")]
    pub(crate) repo: Option<String>,
    /// Most rows to print
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) rows: usize,
    /// How to print it
    #[arg(long, value_enum, default_value_t = PlainFormat::Text)]
    pub(crate) format: PlainFormat,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// Table to fill; `quarterdeck sql "SELECT * FROM meta.tables"` lists them
    pub(crate) table: String,
    /// The file: CSV, JSON Lines, JSON or Parquet
    pub(crate) file: PathBuf,
    /// Columns that are called otherwise in the file: COLUMN=NAME IN THE FILE
    #[arg(long, num_args = 1.., value_name = "COLUMN=NAME")]
    pub(crate) columns: Vec<String>,
    /// Repository the rows are about, where the file does not say
    #[arg(long, value_name = "NAME")]
    pub(crate) repo: Option<String>,
    /// Say what would be taken, and take nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Port to listen at; 0 for any free one
    #[arg(long, value_name = "N", default_value_t = 7878)]
    pub(crate) port: u16,
    /// Address to listen at; any but this machine's own needs a login (`quarterdeck user add`)
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub(crate) address: std::net::IpAddr,
    /// Where browsers find it, if that is not the address: `https://deck.example`
    #[arg(long, value_name = "URL")]
    pub(crate) origin: Option<qd_web::Origin>,
    /// Let people log in with an OpenID Connect provider, by its issuer: `https://id.example.org`
    #[arg(long, value_name = "URL", requires = "client")]
    pub(crate) issuer: Option<String>,
    /// Id under which the provider knows the cockpit
    #[arg(long, value_name = "ID", requires = "issuer")]
    pub(crate) client: Option<String>,
    /// Where the client's secret stands, if it has one: `env:NAME`, `file:PATH` or `command:LINE`
    #[arg(long, value_name = "PLACE", requires = "issuer")]
    pub(crate) client_secret: Option<String>,
    /// Show what is known, read nothing new
    #[arg(long)]
    pub(crate) no_sync: bool,
}

#[derive(Debug, Args)]
pub(crate) struct UserArgs {
    #[command(subcommand)]
    pub(crate) verb: UserVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum UserVerb {
    /// Give a person a password, in place of any before
    Add {
        /// A person's id, as `people` has it
        person: String,
    },
    /// Take a person out; who is logged in stays so until the cockpit ends
    Remove {
        /// A person's id
        person: String,
    },
    /// Who may log in
    List,
}

#[derive(Debug, Args)]
pub(crate) struct McpArgs {
    /// Tell what is known, read nothing new
    #[arg(long)]
    pub(crate) no_sync: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ReceiveArgs {
    /// Port to listen at; 0 for any free one
    #[arg(long, value_name = "N", default_value_t = 8137)]
    pub(crate) port: u16,
    /// Address to listen at; any other than a loopback one lets other machines in
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub(crate) address: std::net::IpAddr,
}

#[derive(Debug, Args)]
pub(crate) struct PrepareArgs {
    /// When it begins (14:00), or words of its title
    pub(crate) meeting: Vec<String>,
    /// Whose meeting [default: whose brief it is]
    #[arg(long = "for", value_name = "PERSON")]
    pub(crate) person: Option<String>,
    /// All meetings of the next two weeks that fit
    #[arg(long)]
    pub(crate) all: bool,
    /// Show what is known, read nothing new
    #[arg(long)]
    pub(crate) no_sync: bool,
    /// How to print it
    #[arg(long, value_enum, default_value_t = PlainFormat::Text)]
    pub(crate) format: PlainFormat,
}

pub(crate) use estimate::{EstimateArgs, EstimateCommand, ProposalArgs, ProposalFormat};
pub(crate) use forecast::{CalibrationArgs, ForecastArgs, ForecastFormat};
pub(crate) use what_if::{WhatIfArgs, WhatIfFormat};

/// How a plan is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlanFormat {
    /// For people
    Text,
    /// For programs
    Json,
    /// One printable page: bars over days, how sure they are, load by week
    Html,
    /// For calendar programs: an entry for each task, promise and likely end
    Ics,
    /// For spreadsheets: a line for each task
    Csv,
}

/// What a plan is to be good at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlanObjective {
    /// Little is paid for what is late
    DelayCost,
    /// All is done early
    Makespan,
    /// People stay with a project: few on more than one in a week
    TeamStability,
    /// The weeks of each person are about as full as each other
    LevelledLoad,
}

impl PlanObjective {
    /// As the planner knows it.
    pub(crate) fn asked(self) -> Objective {
        match self {
            Self::DelayCost => Objective::DelayCost,
            Self::Makespan => Objective::Makespan,
            Self::TeamStability => Objective::TeamStability,
            Self::LevelledLoad => Objective::LevelledLoad,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    /// Keep this plan as the accepted one, in `plan.lock.toml` of the company's folder
    #[arg(long, conflicts_with_all = ["diff", "project"])]
    pub(crate) accept: bool,
    /// Show what `--accept` would write, and write nothing
    #[arg(long, requires = "accept")]
    pub(crate) dry_run: bool,
    /// Show what moved since a plan was accepted last, and why
    #[arg(long)]
    pub(crate) diff: bool,
    /// Show this project only; the others are planned with it
    #[arg(long, value_name = "PROJECT")]
    pub(crate) project: Option<String>,
    /// What it is to be good at, the first first, before what the company declares (`objectives`)
    /// [default: delay-cost,makespan]
    #[arg(long, value_enum, value_delimiter = ',', value_name = "OBJECTIVE")]
    pub(crate) objective: Vec<PlanObjective>,
    /// How long to search [default: a fixed number of schedules, a second or two]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub(crate) seconds: Option<u32>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = PlanFormat::Text)]
    pub(crate) format: PlanFormat,
}

#[derive(Debug, Args)]
pub(crate) struct EveningArgs {
    /// Whose evening [default: whose brief it is]
    #[arg(long = "for", value_name = "PERSON")]
    pub(crate) person: Option<String>,
    /// Show what is known, read nothing new
    #[arg(long)]
    pub(crate) no_sync: bool,
    /// Write the meetings to plan into this folder, as files that a calendar program opens
    #[arg(long, value_name = "DIR")]
    pub(crate) drafts: Option<PathBuf>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = PlainFormat::Text)]
    pub(crate) format: PlainFormat,
}

#[derive(Debug, Args)]
pub(crate) struct MetaArgs {
    /// What of it
    #[arg(value_enum)]
    pub(crate) what: Meta,
    /// How to print it
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub(crate) format: TableFormat,
}

/// What Quarterdeck knows of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Meta {
    /// How good the fixed rule and the learned order of mail were on one's own past, and which is used
    Ranking,
}

#[derive(Debug, Args)]
pub(crate) struct TodoArgs {
    /// What
    pub(crate) title: Option<String>,
    /// By when: a date, or 3d or 2w from now
    #[arg(long, value_name = "DATE", requires = "title")]
    pub(crate) by: Option<String>,
    /// Whom you promised it to: a person, a relation, or any name
    #[arg(long = "for", value_name = "WHOM", requires = "title")]
    pub(crate) to: Option<String>,
    /// Mark entries as done
    #[arg(long, value_name = "ID", conflicts_with = "title")]
    pub(crate) done: Vec<String>,
    /// How to print the list
    #[arg(long, value_enum, default_value_t = PlainFormat::Text)]
    pub(crate) format: PlainFormat,
}

#[derive(Debug, Args)]
pub(crate) struct ActArgs {
    /// Ids of the rows, or their first letters
    #[arg(required = true)]
    pub(crate) ids: Vec<String>,
    /// Who does it [default: whose brief it is]
    #[arg(long, value_name = "PERSON")]
    pub(crate) by: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct DelegateArgs {
    #[command(flatten)]
    pub(crate) act: ActArgs,
    /// To whom
    #[arg(long, value_name = "PERSON")]
    pub(crate) to: String,
    /// Write the letter even where no mailbox takes it: into a file
    #[arg(long, conflicts_with = "no_draft")]
    pub(crate) draft: bool,
    /// Write no letter
    #[arg(long)]
    pub(crate) no_draft: bool,
    /// Edit the letter first, in $VISUAL or $EDITOR
    #[arg(long, conflicts_with = "no_draft")]
    pub(crate) edit: bool,
}

#[derive(Debug, Args)]
pub(crate) struct AnswerArgs {
    /// Id of the row, or its first letters
    pub(crate) id: String,
    /// What to say, in place of an editor; `-` reads it from standard input
    #[arg(long, value_name = "WORDS")]
    pub(crate) text: Option<String>,
    /// Print the draft, and keep it nowhere
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// How to print what was done
    #[arg(long, value_enum, default_value_t = PlainFormat::Text)]
    pub(crate) format: PlainFormat,
}

#[derive(Debug, Args)]
pub(crate) struct PromiseArgs {
    /// Id of the row, or its first letters
    pub(crate) id: String,
    /// What you promise
    pub(crate) title: String,
    /// By when: a date, or 3d or 2w from now
    #[arg(long, value_name = "DATE")]
    pub(crate) by: String,
    /// Whom you promise it to [default: who asks in the row]
    #[arg(long = "for", value_name = "WHOM")]
    pub(crate) to: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct SnoozeArgs {
    #[command(flatten)]
    pub(crate) act: ActArgs,
    /// A day (2026-12-01), days from now (3d, 2w), `answered` or `green`
    #[arg(long, value_name = "WHEN")]
    pub(crate) until: String,
}

#[derive(Debug, Args)]
pub(crate) struct DismissArgs {
    #[command(flatten)]
    pub(crate) act: ActArgs,
    /// Why it need not be dealt with
    #[arg(long, value_name = "REASON")]
    pub(crate) because: String,
}
