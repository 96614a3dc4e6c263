//! `sync --watch`: reads each source when it has something new, until it is stopped.
//!
//! Times are those of the wall: a laptop that slept finds everything due when it wakes. What goes wrong
//! with a source is told once, and it is asked less often until it answers again.

mod waiting;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File, TryLockError},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver},
    },
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use jiff::{SignedDuration, Timestamp};
use qd_deck::{LocalDeck, Opening, SourceReport, SourceSpec, Tells, read_company};
use qd_model::DeckError;
use qd_sources::http::Patience;
use serde_json::json;

use self::waiting::{News, Waiting};
use super::notify::Notifier;
use crate::{
    cli::{Global, PlainFormat, SyncArgs},
    draw::words::count,
    printer::Printer,
    rim,
};

/// How often the watch looks whether something is due.
const BEAT: Duration = Duration::from_millis(500);
/// How often the times of files are looked at.
const FILES: SignedDuration = SignedDuration::from_secs(5);
/// The longest that a source which fails is left alone.
const LONGEST: SignedDuration = SignedDuration::from_hours(1);
/// Shortest time between two questions to a system that has to be asked.
const SHORTEST: SignedDuration = SignedDuration::from_secs(10);

/// A source, and when it is read next.
struct Watched {
    spec: SourceSpec,
    due: Timestamp,
    /// What its files looked like when they were last read.
    stirred: u64,
    looked: Timestamp,
    failures: u32,
    /// What was told since it was last well, so that it is told once.
    told: BTreeSet<String>,
    waiting: Option<Waiting>,
}

pub(crate) fn watch(global: &Global, args: &SyncArgs, printer: &Printer) -> Result<bool> {
    if global.as_of.is_some() {
        bail!("the past does not change: leave out --as-of");
    }
    let every = SignedDuration::from_secs(i64::from(rim::seconds(&args.every)?)).max(SHORTEST);
    let opening = rim::opening(global, None)?;
    let _alone = alone(&opening)?;
    let is_stopped = stop_signals()?;
    let (outgoing, incoming) = mpsc::channel();
    let mut watch = Watch {
        global,
        args,
        printer,
        every,
        outgoing,
        is_stopped,
        sources: BTreeMap::new(),
        failed: None,
        notifier: Notifier::new(&opening, args.dry_run)?,
    };
    watch.declared()?;
    if let Some(name) = args.sources.iter().find(|name| !watch.sources.contains_key(*name)) {
        return Err(DeckError::new(format!("unknown source `{name}`")).into());
    }
    if watch.sources.is_empty() {
        return Err(DeckError::new("there is no source to watch").hint("declare one in company.toml").into());
    }
    let sources = count(watch.sources.len(), "source", "sources");
    printer.say(&format!("watching {sources}; ctrl-c ends it"));
    watch.run(&incoming)?;
    Ok(true)
}

/// Holds the watch of this company for this process; the system lets go of it however that ends.
fn alone(opening: &Opening) -> Result<File> {
    fs::create_dir_all(&opening.state)?;
    let path = opening.state.join("watch.lock");
    let file = File::options().create(true).truncate(false).write(true).open(&path);
    let file = file.with_context(|| format!("`{}` cannot be written", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(DeckError::new("another `sync --watch` keeps these facts fresh")
                .hint("one is enough; end that one first")
                .into())
        }
        Err(TryLockError::Error(error)) => {
            Err(error).context(format!("`{}` cannot be locked", path.display()))
        }
    }
}

/// Becomes true when the program is asked to end; asked twice, it ends at once.
pub(super) fn stop_signals() -> Result<Arc<AtomicBool>> {
    use signal_hook::{consts, flag};
    let is_stopped = Arc::new(AtomicBool::new(false));
    for signal in [consts::SIGINT, consts::SIGTERM, consts::SIGHUP] {
        flag::register_conditional_shutdown(signal, 1, Arc::clone(&is_stopped))
            .and_then(|_| flag::register(signal, Arc::clone(&is_stopped)))
            .context("signals cannot be heard")?;
    }
    Ok(is_stopped)
}

struct Watch<'a> {
    global: &'a Global,
    args: &'a SyncArgs,
    printer: &'a Printer,
    every: SignedDuration,
    outgoing: mpsc::Sender<News>,
    is_stopped: Arc<AtomicBool>,
    sources: BTreeMap<String, Watched>,
    /// What went wrong beside the sources, so that it is told once.
    failed: Option<String>,
    notifier: Notifier,
}

impl Watch<'_> {
    fn run(&mut self, incoming: &Receiver<News>) -> Result<()> {
        let mut last = Timestamp::now();
        while !self.is_over() {
            let now = Timestamp::now();
            // So long a beat was a sleep: connections of before are gone, though nobody said so.
            if now.duration_since(last) > SignedDuration::from_secs(60) {
                self.sources.values_mut().for_each(|watched| watched.waiting = None);
            }
            let due = self.due(now);
            if let Err(error) = self.read(&due) {
                self.postpone(&due, &error);
            }
            last = Timestamp::now();
            if let Ok(news) = incoming.recv_timeout(BEAT) {
                self.hear(news);
            }
        }
        Ok(())
    }

    fn is_over(&self) -> bool {
        self.is_stopped.load(Ordering::Relaxed)
    }

    /// Learns which sources there are: those that came since are due, those that went are forgotten.
    fn declared(&mut self) -> Result<()> {
        let opening = rim::opening(self.global, None)?;
        let (company, ..) = read_company(&opening);
        let mut before = std::mem::take(&mut self.sources);
        for spec in opening.sources(&company) {
            if !self.args.sources.is_empty() && !self.args.sources.contains(&spec.name) {
                continue;
            }
            let known = before.remove(&spec.name).filter(|watched| watched.spec == spec);
            let watched = known.unwrap_or_else(|| Watched {
                spec: spec.clone(),
                due: opening.now,
                stirred: 0,
                looked: opening.now,
                failures: 0,
                told: BTreeSet::new(),
                waiting: None,
            });
            self.sources.insert(spec.name, watched);
        }
        Ok(())
    }

    /// Leaves sources for later where something beside them went wrong: no place on the disk, a deck that
    /// does not open. Later it may be otherwise.
    fn postpone(&mut self, due: &[String], error: &anyhow::Error) {
        let told = Some(format!("{error:#}"));
        let later = Timestamp::now().saturating_add(self.every).unwrap_or(Timestamp::MAX);
        for name in due {
            if let Some(watched) = self.sources.get_mut(name) {
                watched.due = later;
            }
        }
        if self.failed != told {
            self.printer.complain(&format!("error: {error:#}"));
            self.failed = told;
        }
    }

    /// Names of the sources to read now.
    fn due(&mut self, now: Timestamp) -> Vec<String> {
        for watched in self.sources.values_mut() {
            let is_looked_at = watched.spec.tells() == Tells::Files && watched.failures == 0;
            // A clock that was set back makes everything due, and not nothing.
            if is_looked_at && now.duration_since(watched.looked).abs() >= FILES {
                watched.looked = now;
                if watched.spec.stirred() != watched.stirred {
                    watched.due = now;
                }
            }
            if watched.due.duration_since(now) > LONGEST.saturating_mul(25) {
                watched.due = now;
            }
        }
        let is_due = |watched: &&Watched| watched.due <= now;
        self.sources.values().filter(is_due).map(|watched| watched.spec.name.clone()).collect()
    }

    fn read(&mut self, due: &[String]) -> Result<()> {
        if due.is_empty() {
            return Ok(());
        }
        self.declared()?;
        let due: Vec<String> = due.iter().filter(|name| self.sources.contains_key(*name)).cloned().collect();
        if due.is_empty() {
            return Ok(());
        }
        let opening = rim::opening(self.global, None)?;
        // Before they are read: what changes meanwhile is seen as changed.
        for name in &due {
            if let Some(watched) = self.sources.get_mut(name)
                && watched.spec.tells() == Tells::Files
            {
                watched.stirred = watched.spec.stirred();
            }
        }
        let (company, ..) = read_company(&opening);
        let reports = qd_deck::sync(&opening, &company, &due, Patience::SYNC, &|_, _| {});
        let reports = match reports {
            Ok(reports) => reports,
            // A full disk, or a company's file half written: later it may be otherwise.
            Err(error) => {
                let failed = |name: &String| SourceReport {
                    name: name.clone(),
                    problems: vec![error.message.clone()],
                    is_unreached: true,
                    ..SourceReport::default()
                };
                due.iter().map(failed).collect()
            }
        };
        for report in &reports {
            self.came(&opening, report)?;
        }
        if reports.iter().any(|report| report.rows > 0) {
            let deck = LocalDeck::open(rim::opening(self.global, None)?)?;
            deck.warm();
            self.notifier.look(&deck, self.printer)?;
        } else {
            self.notifier.begin(&opening);
        }
        Ok(())
    }

    /// Takes in what a source brought: when it is read again, and what there is to tell of it.
    fn came(&mut self, opening: &Opening, report: &SourceReport) -> Result<()> {
        let now = Timestamp::now();
        let Some(watched) = self.sources.get_mut(&report.name) else { return Ok(()) };
        // Where a part could not be read, the rest still tells what comes. Being overtaken is no failure:
        // somebody else has read it.
        let has_failed = report.is_unreached && !report.problems.is_empty() && !report.overtaken;
        watched.failures = if has_failed { watched.failures.saturating_add(1) } else { 0 };
        let longest = LONGEST.max(self.every);
        let pause = self.every.saturating_mul(1 << watched.failures.min(10)).min(longest);
        let next = now.saturating_add(pause).unwrap_or(Timestamp::MAX);
        watched.due = report.until.map_or(next, |until| until.max(next));
        if watched.spec.tells() == Tells::ByItself && !has_failed && watched.waiting.is_none() {
            watched.waiting = Some(Waiting::begin(opening, &watched.spec, self.outgoing.clone()));
        }
        let is_well_again = report.problems.is_empty() && !watched.told.is_empty();
        if is_well_again {
            watched.told.clear();
        }
        // The same problem is told with other times and numbers each time.
        let is_new =
            |problem: &&String| watched.told.insert(problem.replace(|c: char| c.is_ascii_digit(), ""));
        let problems: Vec<&String> = report.problems.iter().filter(is_new).collect();
        let (rows, due) = (report.rows, watched.due);
        if rows == 0 && problems.is_empty() && !is_well_again {
            return Ok(());
        }
        if self.args.format == PlainFormat::Json {
            let line = json!({"at": now.to_string(), "source": report.name, "rows": rows, "problems": problems,
                              "next": due.to_string()});
            self.printer.result(&format!("{line}\n"))?;
            return Ok(());
        }
        let clock = |at: Timestamp| at.to_zoned(opening.zone.clone()).strftime("%H:%M:%S").to_string();
        let source = format!("{} {}", clock(now), report.name);
        if rows > 0 {
            self.printer.result(&format!("{source}: {}\n", count(rows as usize, "row", "rows")))?;
        }
        if is_well_again {
            self.printer.say(&format!("{source}: is read again"));
        }
        for problem in &problems {
            self.printer.complain(&format!("{source}: {problem}"));
        }
        if !problems.is_empty() {
            self.printer.complain(&format!("  asked again at {}; this is told once", clock(due)));
        }
        Ok(())
    }

    fn hear(&mut self, news: News) {
        let now = Timestamp::now();
        match news {
            News::Came(name) => {
                if let Some(watched) = self.sources.get_mut(&name).filter(|watched| watched.failures == 0) {
                    watched.due = now;
                }
            }
            // A connection that broke is made again after the next sync, which is asked for in its time.
            News::Ended { name, number, is_for_good } => {
                let watched = self.sources.get_mut(&name);
                if let Some(watched) = watched
                    && watched.waiting.as_ref().is_some_and(|waiting| waiting.number == number)
                    && !is_for_good
                {
                    watched.waiting = None;
                }
            }
        }
    }
}
