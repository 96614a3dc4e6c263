//! What the first read of a year's mail costs, and the next one, beside a bare pass over the file; then the
//! same as whole processes: stored, with what is computed of it, and asked who has no answer.

use std::{
    fmt::Write as _,
    fs::File,
    io::{BufWriter, Read as _, Write as _},
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use anyhow::{Context, anyhow, ensure};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use qd_sources::mail::{self, Options, Synced};
use serde::Serialize;

use crate::{
    cost::{self, Cost},
    history::{Costs, program},
};

/// Whose mailbox it is.
const COMPANY: &str = r#"name = "Made up"
me = "owner"

[people.owner]
name = "Olga Owner"
mails = ["owner@example.org"]

[sources.mail]
kind = "mail"
paths = ["INBOX"]
"#;
/// What is asked of the stored mailbox.
const QUESTIONS: &[(&str, &[&str])] = &[
    ("obligations", &["sql", "SELECT kind, count(*) FROM obligations GROUP BY kind"]),
    ("brief --no-sync", &["brief", "--no-sync"]),
];
/// Exit statuses of a command that gave its result, with or without complaints.
const GIVEN: &[i32] = &[0, 1];
/// Messages that come between two syncs.
const NEW: usize = 100;

/// What was measured, and on what.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Report {
    cores: usize,
    runs: usize,
    messages: usize,
    mebibytes: f64,
    /// Seconds of a pass that only looks for the lines between messages.
    pass: f64,
    /// Seconds of the first read.
    first: f64,
    messages_a_second: f64,
    /// How many times the pass the first read takes.
    times_the_pass: f64,
    /// Seconds of a sync after a hundred messages more.
    next: f64,
    /// Seconds of a sync that finds nothing new.
    nothing: f64,
    /// Most memory of this process, in MiB, where the kernel tells.
    memory: Option<f64>,
    /// The same as whole processes.
    processes: Vec<Line>,
}

/// A process and what it cost.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Line {
    what: &'static str,
    costs: Costs,
}

/// Makes an mbox of `messages` messages, or takes `given`, and reads it `runs` times.
pub(crate) fn measure(given: Option<&Path>, messages: usize, runs: usize) -> anyhow::Result<Report> {
    let runs = runs.max(1);
    let scratch = tempfile::tempdir().context("no folder for a mailbox can be made")?;
    let path = scratch.path().join("INBOX");
    match given {
        Some(given) => drop(std::fs::copy(given, &path).context("the mbox cannot be read")?),
        None => append(&path, 0..messages)?,
    }
    let size = std::fs::metadata(&path)?.len();
    let mut passes = Vec::new();
    let mut firsts = Vec::new();
    let (mut cursor, mut read) = (String::new(), 0);
    for _ in 0..runs {
        let start = Instant::now();
        let lines = pass(&path)?;
        passes.push(start.elapsed().as_secs_f64());
        let start = Instant::now();
        let synced = sync(&path, None)?;
        firsts.push(start.elapsed().as_secs_f64());
        ensure!(
            given.is_some() || lines == messages && synced.messages == messages as u64,
            "messages were lost"
        );
        (cursor, read) = (synced.cursor, usize::try_from(synced.messages)?);
    }
    let start = Instant::now();
    let same = sync(&path, Some(&cursor))?;
    let nothing = start.elapsed().as_secs_f64();
    ensure!(same.messages == 0, "messages were read twice");
    append(&path, messages..messages + NEW)?;
    let start = Instant::now();
    let grown = sync(&path, Some(&cursor))?;
    let next = start.elapsed().as_secs_f64();
    ensure!(grown.messages == NEW as u64, "{} messages were read of {NEW} new ones", grown.messages);
    let (pass, first) = (median(passes), median(firsts));
    Ok(Report {
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        runs,
        messages: read,
        mebibytes: size as f64 / f64::from(1 << 20),
        pass,
        first,
        messages_a_second: read as f64 / first,
        times_the_pass: first / pass,
        next,
        nothing,
        memory: memory(),
        processes: processes(scratch.path(), read + NEW, runs)?,
    })
}

/// Stores the mailbox in `folder`, of so many messages, and asks of it.
fn processes(folder: &Path, messages: usize, runs: usize) -> anyhow::Result<Vec<Line>> {
    let program = program()?;
    std::fs::write(folder.join("company.toml"), COMPANY)?;
    let run = |arguments: &[&str]| {
        cost::measured(Command::new(&program).arg("--company").arg(folder).args(arguments), GIVEN)
    };
    let line = |what, costs: &[Cost]| Line { what, costs: Costs::of(costs) };
    let mut lines = vec![line("first sync", &[run(&["sync"])?])];
    lines.push(line("sync with nothing new", &[run(&["sync"])?]));
    for (what, arguments) in QUESTIONS {
        // Once unmeasured: the first to ask computes what is kept.
        run(arguments)?;
        let costs = (0..runs).map(|_| run(arguments)).collect::<anyhow::Result<Vec<_>>>()?;
        lines.push(line(what, &costs));
    }
    append(&folder.join("INBOX"), messages..messages + NEW)?;
    lines.push(line("sync with 100 messages more", &[run(&["sync"])?]));
    Ok(lines)
}

fn sync(path: &Path, cursor: Option<&str>) -> anyhow::Result<Synced> {
    let options = Options { private: &[], observed_at: Timestamp::now() };
    let paths: [PathBuf; 1] = [path.to_owned()];
    mail::sync(&paths, cursor, &options, &mut |_| Ok(())).map_err(|error| anyhow!(error))
}

/// Lines that begin like one between messages.
fn pass(path: &Path) -> anyhow::Result<usize> {
    let mut file = File::open(path)?;
    let (mut part, mut kept, mut count) = (vec![0; 1 << 20], 0, 1);
    loop {
        let end = kept + file.read(part.get_mut(kept..).unwrap_or_default())?;
        if end == kept {
            return Ok(count);
        }
        let bytes = part.get(..end).unwrap_or_default();
        count += memchr::memmem::find_iter(bytes, b"\nFrom ").count();
        // What is looked for may be cut in two.
        let tail = end.saturating_sub(5);
        part.copy_within(tail..end, 0);
        kept = end - tail;
    }
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_unstable_by(f64::total_cmp);
    seconds.get(seconds.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Most memory that this process ever held.
fn memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<f64>().ok()? / 1024.0)
}

/// Writes the messages of these numbers to the end of the mbox at `path`.
fn append(path: &Path, numbers: std::ops::Range<usize>) -> anyhow::Result<()> {
    let file = File::options().create(true).append(true).open(path)?;
    let mut output = BufWriter::new(file);
    for number in numbers {
        output.write_all(message(number)?.as_bytes())?;
    }
    Ok(output.flush()?)
}

/// A message like those of a working day: most are answers with a quote, every fourth is HTML beside
/// plain text, every tenth carries a file, every seventh comes from a list, every ninth from a robot.
fn message(number: usize) -> anyhow::Result<String> {
    const START: i64 = 1_735_812_000;
    let at = Timestamp::from_second(START + i64::try_from(number)? * 300)?;
    let day = at.to_zoned(TimeZone::UTC);
    let thread = number - number % 6;
    let sender = number * 7 % 211;
    // Its owner has the last word in nine threads of ten.
    let from = match number - thread == 5 && !(thread / 6).is_multiple_of(10) {
        true => "Olga Owner <owner@example.org>".to_owned(),
        false => format!("\"Person {sender}\" <p{sender}@example.org>"),
    };
    let mut text = String::with_capacity(6000);
    writeln!(text, "From p{sender}@example.org {}", day.strftime("%a %b %e %H:%M:%S %Y"))?;
    let sent = day.checked_sub(SignedDuration::from_secs(9))?;
    for hop in 0..3 {
        let when = sent.strftime("%a, %d %b %Y %H:%M:%S +0000");
        writeln!(
            text,
            "Received: from h{hop}.example.org by h{}.example.org id {number};\n\t{when}",
            hop + 1
        )?;
    }
    writeln!(text, "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=k; b={}", "Ab0+".repeat(60))?;
    writeln!(text, "From: {from}")?;
    writeln!(text, "To: Owner <owner@example.org>, p{}@example.org", number % 97)?;
    writeln!(text, "Cc: p{}@example.org, p{}@example.org", number % 31, number % 53)?;
    writeln!(text, "Subject: {}Plan number {thread}", if number == thread { "" } else { "Re: " })?;
    writeln!(text, "Date: {}", sent.strftime("%a, %d %b %Y %H:%M:%S +0000"))?;
    writeln!(text, "Message-ID: <{number}@example.org>")?;
    if number != thread {
        let before: String = (thread..number).map(|id| format!(" <{id}@example.org>")).collect();
        writeln!(text, "In-Reply-To: <{}@example.org>\nReferences:{before}", number - 1)?;
    }
    if number.is_multiple_of(7) {
        writeln!(text, "List-Id: Talk <talk.example.org>\nPrecedence: bulk")?;
    }
    if number.is_multiple_of(9) {
        writeln!(text, "Auto-Submitted: auto-generated")?;
    }
    let body = body(number);
    writeln!(text, "MIME-Version: 1.0")?;
    if number.is_multiple_of(10) {
        let file = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5\n".repeat(300);
        writeln!(
            text,
            "Content-Type: multipart/mixed; boundary=\"b\"\n\n--b\nContent-Type: text/plain\n\n{body}"
        )?;
        writeln!(text, "--b\nContent-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64")?;
        writeln!(text, "Content-Disposition: attachment; filename=a.pdf\n\n{file}--b--")?;
    } else if number.is_multiple_of(4) {
        let html = body.replace('\n', "<br>\n");
        writeln!(
            text,
            "Content-Type: multipart/alternative; boundary=\"b\"\n\n--b\nContent-Type: text/plain"
        )?;
        writeln!(text, "\n{body}\n--b\nContent-Type: text/html\n\n<html><body>{html}</body></html>\n--b--")?;
    } else {
        writeln!(text, "Content-Type: text/plain; charset=utf-8\n\n{body}")?;
    }
    text.push('\n');
    Ok(text)
}

fn body(number: usize) -> String {
    let sentences = [
        "The figures of the last week are in the folder.",
        "Could you look at the second page before Friday?",
        "We moved the release by two days, since the tests of the new part were red.",
        "Please let me know which of the two you prefer.",
        "Nothing else changed, and the customer is content.",
        "I will write it down and send it round tomorrow.",
    ];
    let mut body = format!("Hi {},\n\n", if number.is_multiple_of(3) { "Olga" } else { "all" });
    for line in 0..4 + number % 9 {
        body.push_str(sentences.get((number * 5 + line * 3) % sentences.len()).unwrap_or(&""));
        body.push('\n');
    }
    body.push_str("\nOn Thu, 2 Jan 2025 at 10:00, Person 5 wrote:\n");
    for line in 0..number % 25 {
        let _ = writeln!(body, "> {}", sentences.get((number + line) % sentences.len()).unwrap_or(&""));
    }
    body.push_str("> and that is all\n\n-- \nPerson, Example Inc.\n");
    body
}

impl Report {
    /// The report for people.
    pub(crate) fn text(&self) -> String {
        let mut text = format!(
            "{} messages, {:.0} MiB; {} cores, {} runs, medians\n\n",
            self.messages, self.mebibytes, self.cores, self.runs
        );
        let rate = self.messages_a_second;
        let _ = writeln!(text, "a pass that only looks for `From `   {:>8.3} s", self.pass);
        let _ = writeln!(
            text,
            "first read                           {:>8.3} s  {rate:.0} messages a second, {:.0} times the pass",
            self.first, self.times_the_pass
        );
        let _ = writeln!(text, "sync with {NEW} messages more          {:>8.3} s", self.next);
        let _ = writeln!(text, "sync with nothing new                {:>8.3} s", self.nothing);
        if let Some(memory) = self.memory {
            let _ = writeln!(text, "most memory                          {memory:>8.0} MiB");
        }
        text.push_str("\nas whole processes, with what is stored and computed\n");
        for line in &self.processes {
            let _ = writeln!(text, "{:<30} {}", line.what, line.costs.text());
        }
        text
    }
}
