//! Whether `obligations` holds against a truth: at every instant, what one person owes.
//!
//! Nothing may be lost and nothing that was met may be left open, so each difference counts, at
//! whatever instant; and each is said. The program itself answers, as of every instant.

mod archive;
mod mailbox;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs::{self, File},
    io::{BufReader, Read as _},
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use anyhow::{Context, bail, ensure};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::history::program;
use archive::Owed;
use mailbox::Letter;

/// The archive's obligations at an instant: threads.
const THREADS: &str = "SELECT \"of\" || ' ' || number AS id FROM obligations WHERE person = 'reader'";
/// The mailbox's obligations at an instant: messages.
const MESSAGES: &str = "SELECT message.id FROM obligations AS owed \
     JOIN conversations AS thread ON thread.conversation = owed.number \
     JOIN messages AS message ON message.id = thread.id \
     WHERE owed.person = 'reader' AND owed.\"of\" = 'message' AND message.at >= owed.since";
/// Messages that a robot wrote.
const ROBOTS: &str = "SELECT id FROM messages WHERE is_robot";

/// What the truth says of an instant: thing, and whether it is owed, as far as it says so.
type Wanted = BTreeMap<String, bool>;

/// What was compared, and where it differs.
#[derive(Debug, Default)]
pub(crate) struct Report {
    rows: usize,
    instants: usize,
    checks: usize,
    /// By thing and what is wrong with it: the first instant, and at how many.
    differing: BTreeMap<(String, &'static str), (i64, usize)>,
    /// Messages that oblige nobody since a robot wrote them.
    robots: usize,
}

/// Compares what `people` (addresses or logins of one person) owe in `history` with `truth`, at
/// every `every`th instant at which it changes.
pub(crate) fn compare(
    history: &Path,
    truth: &Path,
    people: &[String],
    every: usize,
) -> anyhow::Result<Report> {
    let company = tempfile::tempdir().context("no folder for a company can be made")?;
    let truth = fs::read_to_string(truth).with_context(|| format!("`{}` cannot be read", truth.display()))?;
    let folder = Folder { program: program()?, path: company.path() };
    let name = history.file_name().unwrap_or_default().to_string_lossy();
    if name.ends_with(".json") || name.ends_with(".json.gz") {
        folder.of_archive(history, people)?;
        let owed: Vec<Owed> = truth.lines().skip(1).filter_map(Owed::read).collect();
        ensure!(!owed.is_empty(), "the truth has no row that obliges anybody");
        let wanted = |instant: i64| {
            let mut wanted = Wanted::new();
            for row in owed.iter().filter(|row| row.from <= instant) {
                *wanted.entry(row.thread.clone()).or_default() |= row.is_open(instant);
            }
            wanted
        };
        let instants = owed.iter().map(|row| row.from).collect();
        return folder.compare(owed.len(), &instants, every, THREADS, &wanted, true);
    }
    folder.of_mailbox(history, people)?;
    let robots: BTreeSet<String> = folder.ask(None, ROBOTS)?;
    let letters = Letter::read_all(&truth)?;
    let instants =
        letters.iter().flat_map(|letter| [Some(letter.at), letter.answered_by()]).flatten().collect();
    let is_waived = |letter: &Letter| robots.contains(&letter.id) && letter.answered_by().is_none();
    let wanted = |instant: i64| {
        let known = letters.iter().filter(|letter| letter.at <= instant && !is_waived(letter));
        known.filter_map(|letter| Some((letter.id.clone(), letter.is_open(instant)?))).collect()
    };
    let report = folder.compare(letters.len(), &instants, every, MESSAGES, &wanted, false)?;
    Ok(Report { robots: letters.iter().filter(|letter| is_waived(letter)).count(), ..report })
}

/// A company made for the comparison.
struct Folder<'a> {
    program: PathBuf,
    path: &'a Path,
}

impl Folder<'_> {
    fn of_archive(&self, archive: &Path, people: &[String]) -> anyhow::Result<()> {
        let mut text = String::new();
        let file = File::open(archive).with_context(|| format!("`{}` cannot be read", archive.display()))?;
        let mut file = BufReader::new(file);
        let is_packed = archive.extension().is_some_and(|extension| extension == "gz");
        let read = match is_packed {
            true => flate2::bufread::MultiGzDecoder::new(file).read_to_string(&mut text),
            false => file.read_to_string(&mut text),
        };
        read.with_context(|| format!("`{}` cannot be read", archive.display()))?;
        let history: Value = serde_json::from_str(&text).context("the archive is no JSON")?;
        fs::create_dir(self.path.join("rec"))?;
        fs::write(self.path.join("rec/history.jsonl"), archive::recording(&history))?;
        self.declare(&json!(people), &json!([]), &json!({"kind": "github", "replay": "rec"}))
    }

    fn of_mailbox(&self, mailbox: &Path, people: &[String]) -> anyhow::Result<()> {
        let mailbox =
            mailbox.canonicalize().with_context(|| format!("`{}` cannot be read", mailbox.display()))?;
        self.declare(&json!([]), &json!(people), &json!({"kind": "mail", "paths": [mailbox]}))
    }

    /// Writes the company down and reads its source.
    fn declare(&self, logins: &Value, mails: &Value, source: &Value) -> anyhow::Result<()> {
        let reader = inline(&json!({"name": "Reader", "logins": logins, "mails": mails}));
        let text = format!(
            "name = \"Comparison\"\ntimezone = \"UTC\"\nme = \"reader\"\npeople.reader = {reader}\n\
             sources.history = {}\n",
            inline(source)
        );
        fs::write(self.path.join("company.toml"), text)?;
        let sync =
            Command::new(&self.program).arg("--company").arg(self.path).args(["-q", "sync"]).output()?;
        if !sync.status.success() {
            bail!("the sync failed: {}", String::from_utf8_lossy(&sync.stderr));
        }
        Ok(())
    }

    /// The first column of an answer, as of `instant` where one is given.
    fn ask(&self, instant: Option<i64>, query: &str) -> anyhow::Result<BTreeSet<String>> {
        let mut command = Command::new(&self.program);
        command.arg("--company").arg(self.path).arg("-q").args(["--threads", "1"]);
        if let Some(instant) = instant {
            command.arg("--as-of").arg(Timestamp::from_second(instant)?.to_string());
        }
        let answer = command.args(["sql", query, "--format", "json", "--rows", "10000000"]).output()?;
        ensure!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
        let rows: Vec<BTreeMap<String, Option<String>>> = serde_json::from_slice(&answer.stdout)?;
        Ok(rows.into_iter().flat_map(BTreeMap::into_values).flatten().collect())
    }

    /// Asks at the instants and compares; where the truth `is_whole`, what it does not name is
    /// owed by nobody.
    fn compare(
        &self,
        rows: usize,
        instants: &BTreeSet<i64>,
        every: usize,
        query: &str,
        wanted: &(dyn Fn(i64) -> Wanted + Sync),
        is_whole: bool,
    ) -> anyhow::Result<Report> {
        let instants: Vec<i64> = instants.iter().copied().step_by(every.max(1)).collect();
        let report = Mutex::new(Report { rows, instants: instants.len(), ..Report::default() });
        let next = AtomicUsize::new(0);
        let work = || -> anyhow::Result<()> {
            while let Some(instant) = instants.get(next.fetch_add(1, Ordering::Relaxed)) {
                let found = self.ask(Some(*instant), query)?;
                let wanted = wanted(*instant);
                let lost = wanted.iter().filter(|(id, is_open)| **is_open && !found.contains(*id));
                let left = found
                    .iter()
                    .filter(|id| wanted.get(*id).map_or(is_whole, |is_open| !is_open))
                    .map(|id| (id.clone(), "is left open"));
                let differing: Vec<_> = lost.map(|(id, _)| (id.clone(), "is lost")).chain(left).collect();
                let mut report = report.lock().map_err(|_| anyhow::anyhow!("a comparison failed"))?;
                report.checks += wanted.len();
                for difference in differing {
                    let seen = report.differing.entry(difference).or_insert((*instant, 0));
                    *seen = (seen.0.min(*instant), seen.1 + 1);
                }
            }
            Ok(())
        };
        let cores = thread::available_parallelism().map_or(1, usize::from);
        thread::scope(|scope| {
            let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
            workers.into_iter().try_for_each(|worker| {
                worker.join().unwrap_or_else(|_| Err(anyhow::anyhow!("a comparison failed")))
            })
        })?;
        report.into_inner().map_err(|_| anyhow::anyhow!("a comparison failed"))
    }
}

/// A value as TOML writes it in one line; JSON's texts and lists are TOML's too.
fn inline(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields: Vec<String> = fields.iter().map(|(key, value)| format!("{key} = {value}")).collect();
            format!("{{ {} }}", fields.join(", "))
        }
        other => other.to_string(),
    }
}

impl Report {
    /// Whether all is as the truth has it.
    pub(crate) fn holds(&self) -> bool {
        self.differing.is_empty()
    }

    /// The report for people.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for ((id, wrong), (instant, count)) in &self.differing {
            let at =
                Timestamp::from_second(*instant).map_or_else(|_| instant.to_string(), |at| at.to_string());
            let _ = writeln!(text, "{id} {wrong} at {at} and {} more instants", count - 1);
        }
        let count = |wanted: &str| self.differing.keys().filter(|(_, wrong)| *wrong == wanted).count();
        let _ = writeln!(
            text,
            "{} rows of the truth, {} instants, {} comparisons: {} lost, {} left open",
            self.rows,
            self.instants,
            self.checks,
            count("is lost"),
            count("is left open")
        );
        if self.robots > 0 {
            let _ = writeln!(text, "{} messages of robots, never answered, oblige nobody", self.robots);
        }
        text
    }
}
