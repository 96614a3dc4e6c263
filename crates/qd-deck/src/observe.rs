//! Sources other than git: what they say is read, folded and stored in steps.
//!
//! A first sync may bring hundreds of thousands of facts, so they are stored as they come, a
//! snapshot each so many; the cursor comes with the last one. A sync that is killed between two
//! of them leaves true facts and an old cursor: the next one reads some of them again, and what
//! is known already is not stored twice.

mod calendar;
mod chat;
mod feed;
mod mail;
mod money;

use std::{
    collections::{BTreeMap, HashSet},
    fs::File,
    hash::{DefaultHasher, Hash, Hasher},
    io::{BufReader, Cursor},
    path::Path,
};

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use qd_lake::{Committed, Limits, Session};
use qd_model::{DeckError, Value};
use qd_sources::{
    Problem, alertmanager, calendar as calendars, chat as chats, cloudevents,
    connector::{self, BoxError, Outcome, Step},
    exchange::{Exchange, Failure, Mapped},
    feed as feeds,
    git::Progress,
    github, gitlab,
    http::{self, Client, Record, Settings, Token},
    jira, junit, pagerduty, replay, rows,
};
use qd_tables::{Declaration, Fact, SYNCS, Writer, to_json};

use crate::{
    fold::fold,
    import::observed_table,
    opening::{Opening, SourceSpec},
    sync::{Round, SourceReport, chain, cursors, stored},
};

/// Unit of a source whose files are one.
const FILES: &str = "files";
/// Unit of a source that has but one.
const ALL: &str = "all";
/// Tables whose rows are about a change or an issue of the same source.
const IS_ABOUT: &[&str] = &["reviews", "review_requests", "review_threads", "comments", "issue_changes"];
/// Facts that are stored in one step.
const STEP: usize = 20_000;
/// Of facts that are long, such as messages: so many stored in one step take as much memory.
const STEP_OF_MESSAGES: usize = 8_000;
/// What a system has told is kept at the latest so long after it was told ...
const PAUSE: SignedDuration = SignedDuration::from_secs(2);
/// ... or so many times as long as keeping takes, whichever is more.
const SHARE: i32 = 20;

/// Whether `source` is a system that is asked over the network.
pub(crate) fn is_asked(source: &SourceSpec) -> bool {
    let kinds = ["github", "gitlab", "jira", "pagerduty", "alertmanager"];
    let is_on_a_server = match &source.kind[..] {
        "mail" | "calendar" => source.url.is_some(),
        "chat" => source.url.is_some() || source.token.is_some(),
        "feed" => true,
        _ => false,
    };
    source.replay.is_none() && (is_on_a_server || kinds.contains(&source.kind.as_str()))
}

/// Reads what is new of `source`.
///
/// # Errors
/// Where nothing could be read or stored; what could not be read of the rest stands in the report.
pub(crate) fn sync(round: &Round<'_>, source: &SourceSpec) -> Result<SourceReport, DeckError> {
    let mut store = Store::new(round, source)?;
    match (source.kind.as_str(), &source.replay) {
        (_, Some(folder)) => store.replay(folder),
        ("table", None) if money::is_replaced(source.table.as_deref()) => store.money_tables(),
        ("table" | "junit", None) => store.files(),
        ("ledger", None) => store.books(),
        ("focus", None) => store.bills(),
        ("calendar", None) => store.calendars(),
        ("mail", None) => store.mailboxes(),
        ("chat", None) => store.chats(),
        ("feed", None) => store.feeds(),
        _ => store.live(),
    }?;
    Ok(store.report)
}

/// Where facts go, and what came of it.
struct Store<'a> {
    round: &'a Round<'a>,
    opening: &'a Opening,
    source: &'a SourceSpec,
    cursors: BTreeMap<String, String>,
    /// Cursors that moved since.
    moved: BTreeMap<String, String>,
    pending: Vec<Fact>,
    /// When to keep what has gathered, however little it is.
    due: Timestamp,
    /// Changes that are known beside the stored ones, by repository and number.
    changes: HashSet<(String, String)>,
    stored: u64,
    report: SourceReport,
}

impl<'a> Store<'a> {
    fn new(round: &'a Round<'a>, source: &'a SourceSpec) -> Result<Self, DeckError> {
        let opening = round.opening;
        let cursors = cursors(&stored(round.lake, opening)?, &source.name)?;
        let report =
            SourceReport { name: source.name.clone(), kind: source.kind.clone(), ..SourceReport::default() };
        Ok(Self {
            round,
            opening,
            source,
            cursors,
            moved: BTreeMap::new(),
            pending: Vec::new(),
            due: (opening.outside.clock)().saturating_add(PAUSE).unwrap_or(Timestamp::MAX),
            changes: HashSet::new(),
            stored: 0,
            report,
        })
    }

    fn told(&mut self, problem: &Problem) {
        self.report.problems.push(format!("{}: {}", problem.subject, problem.message));
    }

    /// Takes facts; stores what has gathered where that is enough.
    fn take(&mut self, unit: &str, mut facts: Vec<Fact>) -> Result<(), DeckError> {
        self.pending.append(&mut facts);
        let done = self.stored + self.pending.len() as u64;
        (self.round.watcher)(&self.source.name, Progress { repo: unit, done, found: done });
        let step = if self.source.kind == "mail" { STEP_OF_MESSAGES } else { STEP };
        if self.pending.len() >= step { self.flush(&BTreeMap::new()) } else { Ok(()) }
    }

    /// Takes what a planner hands on, and keeps it once some seconds have passed: whatever ends the
    /// sync, the next one goes on from there.
    fn step(&mut self, unit: &str, step: Step) -> Result<(), DeckError> {
        if !step.facts.is_empty() {
            self.take(unit, step.facts)?;
        }
        let Some((unit, cursor)) = step.cursor else { return Ok(()) };
        self.moved.insert(unit, cursor);
        let began = (self.opening.outside.clock)();
        if began < self.due {
            return Ok(());
        }
        let moved = std::mem::take(&mut self.moved);
        self.flush(&moved)?;
        let ended = (self.opening.outside.clock)();
        let pause = PAUSE.max(ended.duration_since(began).saturating_mul(SHARE));
        self.due = ended.saturating_add(pause).unwrap_or(Timestamp::MAX);
        Ok(())
    }

    /// Stores what has gathered, and the cursors that moved.
    fn flush(&mut self, moved: &BTreeMap<String, String>) -> Result<(), DeckError> {
        let failed = |error: &dyn std::error::Error| DeckError::new(chain(error));
        let _alone = self.round.gate.lock();
        // The base comes before what is compared: who commits in between overtakes us.
        let mut append = self.round.lake.append(&self.source.name).map_err(|error| failed(&error))?;
        let session = stored(self.round.lake, self.opening)?;
        let mut facts = std::mem::take(&mut self.pending);
        if self.source.kind == "github" {
            self.settle(&session, &mut facts)?;
        }
        self.stored += facts.len() as u64;
        let source = self.source.of.as_ref().unwrap_or(&self.source.name);
        let folded = fold(&session, source, facts).map_err(|error| failed(&error))?;
        self.report.problems.extend(folded.problems);
        self.report.rows += folded.rows as u64;
        for (table, batch) in &folded.batches {
            append.write(table, batch).map_err(|error| failed(&error))?;
        }
        let mut rows = Writer::new(&SYNCS);
        for (unit, cursor) in moved.iter().filter(|(unit, cursor)| self.cursors.get(*unit) != Some(cursor)) {
            rows.text(self.source.name.as_str())
                .text(unit.as_str())
                // The last one counts: several of one sync are told apart.
                .time((self.opening.outside.clock)().max(self.opening.now))
                .text(self.source.kind.as_str())
                .integer(folded.rows as i64)
                .text(cursor.as_str())
                .text(None);
        }
        if rows.rows() > 0 {
            let batch = rows.finish().map_err(|error| failed(&error))?;
            append.write(&SYNCS, &batch).map_err(|error| failed(&error))?;
        }
        if append.commit(self.opening.now).map_err(|error| failed(&error))? == Committed::Overtaken {
            self.report.overtaken = true;
            return Err(DeckError::new("another sync of this source was quicker; this one stopped"));
        }
        self.cursors.extend(moved.clone());
        Ok(())
    }

    /// Files that hold rows of a table, or results of tests.
    fn files(&mut self) -> Result<(), DeckError> {
        let (found, problems) = junit::find(&self.source.paths, &self.source.ignore);
        problems.iter().for_each(|problem| self.told(problem));
        self.report.units = found.len();
        if self.source.kind == "junit" { self.test_results(&found) } else { self.tables(&found) }
    }

    fn test_results(&mut self, found: &[junit::Found]) -> Result<(), DeckError> {
        let context = junit::Context {
            file: "",
            modified: self.opening.now,
            zone: self.round.zone.clone(),
            repo: self.source.repo.as_deref().unwrap_or(&self.source.name),
            build: None,
            branch: None,
            sha: None,
        };
        let cursor = self.cursors.get(FILES).cloned();
        let mut sink = |facts| self.take(FILES, facts).map_err(BoxError::from);
        let synced = junit::sync(found, cursor.as_deref(), &context, &mut sink)
            .map_err(|error| DeckError::new(error.to_string()))?;
        synced.problems.iter().for_each(|problem| self.told(problem));
        self.report.changed = synced.read as usize;
        self.flush(&BTreeMap::from([(FILES.to_owned(), synced.cursor)]))
    }

    fn tables(&mut self, found: &[junit::Found]) -> Result<(), DeckError> {
        let Some(name) = &self.source.table else {
            return Err(DeckError::new("a source of kind `table` needs `table`, the table that it fills"));
        };
        let table = observed_table(name)?;
        let mut moved = BTreeMap::new();
        for file in found {
            let (unit, mark) = mark(&file.path);
            if self.cursors.get(&unit) == Some(&mark) {
                continue;
            }
            self.report.changed += 1;
            let form = Form {
                table,
                columns: &self.source.columns,
                repo: self.source.repo.as_deref().unwrap_or_default(),
                zone: &self.round.zone,
                now: self.opening.now,
            };
            let mut failed = None;
            let read = each_row(&file.path, &form, &mut |fact| {
                if failed.is_none() {
                    failed = self.take(&file.name, vec![fact]).err();
                }
            });
            if let Some(error) = failed {
                return Err(error);
            }
            match read {
                Ok(told) => {
                    told.problems.iter().for_each(|problem| self.told(problem));
                    let hints = told.hints.into_iter();
                    self.report
                        .notices
                        .extend(hints.map(|hint| format!("{}: {}", hint.subject, hint.message)));
                }
                Err(error) => self.report.problems.push(error.message),
            }
            moved.insert(unit, mark);
        }
        if !moved.is_empty() && self.source.of.is_none() && IS_ABOUT.contains(&table.name) {
            self.report.notices.push(format!(
                "what rows of `{name}` are about is looked for among rows of the same source: where another \
                 source has it, say `of = \"its name\"`"
            ));
        }
        self.flush(&moved)
    }

    /// The system itself, over the network.
    fn live(&mut self) -> Result<(), DeckError> {
        let Some(settings) = settings(self.round, self.source)? else { return Ok(()) };
        let base = settings.base.clone();
        let (name, watcher) = (self.source.name.clone(), self.round.watcher);
        let notice = |words: &str| watcher(&name, Progress { repo: words, done: 0, found: 0 });
        let mut client = client(self.opening, settings, &notice)?;
        let given = self.cursors.clone();
        let since = self.source.since.and_then(|day| midnight(day, &self.round.zone));
        let request = connector::Request {
            base: &base,
            repositories: &self.source.repositories,
            cursors: &given,
            since,
            observed_at: self.opening.now,
        };
        let kind = self.source.kind.clone();
        let open = if kind == "alertmanager" { self.open_alerts()? } else { Vec::new() };
        let mut sink = |step| self.step(&kind, step).map_err(BoxError::from);
        let outcome = match kind.as_str() {
            "github" => github::sync(&request, &mut client, &mut sink),
            "gitlab" => gitlab::sync(&request, &mut client, &mut sink),
            "jira" => jira::sync(&request, &mut client, &mut sink),
            "pagerduty" => page(&request, &mut client, &mut sink),
            _ => alerts(&request, &open, &mut client, &mut sink),
        };
        let outcome = outcome.map_err(|error| DeckError::new(error.to_string()))?;
        self.came(&outcome)
    }

    /// Reports and stores what a system that was asked over the network gave.
    fn came(&mut self, outcome: &Outcome) -> Result<(), DeckError> {
        outcome.problems.iter().for_each(|problem| self.told(problem));
        self.report.notices.extend(outcome.notices.iter().cloned());
        self.report.until = outcome.until;
        if let Some(until) = outcome.until {
            let until = until.to_zoned(self.opening.zone.clone());
            self.report.problems.push(format!(
                "{} takes no more questions until {}; what was read is kept, sync again then",
                self.source.kind,
                until.strftime("%H:%M")
            ));
        }
        let units = outcome.units().count();
        self.report.is_unreached = outcome.rows == 0 && units == 0 && !self.report.problems.is_empty();
        self.report.requests = outcome.requests;
        self.report.change_requests = outcome.change_requests;
        self.report.units = if self.report.is_unreached { 0 } else { units.max(1) };
        let is_moved =
            |(unit, cursor): &(&str, &str)| self.cursors.get(*unit).is_none_or(|old| old != cursor);
        self.report.changed = outcome.units().filter(is_moved).count();
        self.flush(&outcome.cursors)
    }

    /// Alerts of this source that are stored and not over.
    fn open_alerts(&self) -> Result<Vec<alertmanager::Open>, DeckError> {
        let session = stored(self.round.lake, self.opening)?;
        let query =
            format!(include_str!("sql/open_alerts.sql"), source = self.source.name.replace('\'', "''"));
        let answer = session
            .query(&query, &Limits { rows: usize::MAX, ..Limits::default() })
            .map_err(|error| DeckError::new(chain(&error)))?;
        let open = |row: Vec<Value>| match row.as_slice() {
            [Value::Text(id), Value::Boolean(is_acknowledged)] => {
                Some(alertmanager::Open { id: id.clone(), is_acknowledged: *is_acknowledged })
            }
            _ => None,
        };
        Ok(answer.table().rows.into_iter().filter_map(open).collect())
    }

    /// Lets comments learn whether they belong to a change or an issue, which GitHub's address of
    /// a comment does not tell.
    fn settle(&self, session: &Session, facts: &mut [Fact]) -> Result<(), DeckError> {
        let query =
            format!(include_str!("sql/change_numbers.sql"), source = self.source.name.replace('\'', "''"));
        let answer = session
            .query(&query, &Limits { rows: usize::MAX, ..Limits::default() })
            .map_err(|error| DeckError::new(chain(&error)))?;
        let known: HashSet<(String, String)> = answer
            .table()
            .rows
            .iter()
            .filter_map(|row| match row.as_slice() {
                [Value::Text(repo), Value::Text(number)] => Some((repo.clone(), number.clone())),
                _ => None,
            })
            .collect();
        github::settle(facts, |repo, number| {
            let place = (repo.to_owned(), number.to_owned());
            known.contains(&place) || self.changes.contains(&place)
        });
        Ok(())
    }

    /// Recorded exchanges, in place of the network.
    fn replay(&mut self, folder: &Path) -> Result<(), DeckError> {
        let Some(map) = mapper(&self.source.kind) else {
            return Err(DeckError::new(format!(
                "a source of kind `{}` cannot be replayed",
                self.source.kind
            ))
            .hint("leave out `replay`, or name the kind of system that was recorded"));
        };
        let files = replay::files(folder)
            .map_err(|problem| DeckError::new(format!("{}: {}", problem.subject, problem.message)))?;
        // What was recorded is one repository or many: its files are what can be counted.
        self.report.units = files.len();
        let is_read = |file: &Path| {
            let (unit, mark) = mark(file);
            self.cursors.get(&unit) == Some(&mark)
        };
        let fresh: Vec<_> = files.into_iter().filter(|file| !is_read(file)).collect();
        if self.source.kind == "github" {
            // Lines come in any order: which numbers are changes is looked up before all else.
            let exchanges = fresh.iter().flat_map(|file| replay::read(file)).filter_map(|(_, one)| one.ok());
            self.changes = exchanges.flat_map(|exchange| map(&exchange).facts).filter_map(change).collect();
        }
        let lines = || fresh.iter().flat_map(|file| replay::read(file)).filter_map(|(_, one)| one.ok());
        let known = match self.source.kind.as_str() {
            "gitlab" => {
                let session = stored(self.round.lake, self.opening)?;
                gitlab::Known::of(projects(&session, &self.source.name)?, lines())
            }
            _ => gitlab::Known::default(),
        };
        let names = match self.source.kind.as_str() {
            "calendar" => calendars::Names::of(lines()),
            _ => calendars::Names::default(),
        };
        let lists = match self.source.kind.as_str() {
            "chat" => chats::api::Lists::of(lines()),
            _ => chats::api::Lists::default(),
        };
        let zone = self.round.zone.clone();
        let map = |exchange: &Exchange| match self.source.kind.as_str() {
            "gitlab" => known.map(exchange),
            "calendar" => calendars::map(exchange, &names, &zone),
            "chat" => chats::api::map(exchange, &lists, &self.source.private),
            "cdevents" => cloudevents::map(exchange, self.source.repo.as_deref().unwrap_or_default()),
            _ => map(exchange),
        };
        let mut moved = BTreeMap::new();
        let mut unknown: BTreeMap<String, usize> = BTreeMap::new();
        for file in &fresh {
            let (unit, mark) = mark(file);
            self.report.changed += 1;
            for (place, exchange) in replay::read(file) {
                let mapped = match exchange {
                    Ok(exchange) => map(&exchange),
                    Err(problem) => {
                        self.told(&problem);
                        continue;
                    }
                };
                for problem in &mapped.problems {
                    self.report.problems.push(format!("{place}: {}: {}", problem.subject, problem.message));
                }
                for name in mapped.unknown {
                    *unknown.entry(name).or_default() += 1;
                }
                self.take(&unit, mapped.facts)?;
            }
            moved.insert(unit, mark);
        }
        let told = unknown.iter().map(|(name, count)| match count {
            1 => format!("1 recorded event \"{name}\" is not understood"),
            _ => format!("{count} recorded events \"{name}\" are not understood"),
        });
        self.report.notices.extend(told);
        self.flush(&moved)
    }
}

/// The projects of a source that are stored.
pub(crate) fn projects(session: &Session, source: &str) -> Result<Vec<gitlab::Project>, DeckError> {
    let query = format!(include_str!("sql/projects.sql"), source = source.replace('\'', "''"));
    let answer = session
        .query(&query, &Limits { rows: usize::MAX, ..Limits::default() })
        .map_err(|error| DeckError::new(chain(&error)))?;
    let project = |row: Vec<Value>| {
        let text = |place: usize| row.get(place).and_then(Value::as_text).map(str::to_owned);
        Some(gitlab::Project { repo: text(0)?, id: text(1), path: text(2) })
    };
    Ok(answer.table().rows.into_iter().filter_map(project).collect())
}

/// How to ask a system; none where it only posts.
fn settings(round: &Round<'_>, source: &SourceSpec) -> Result<Option<Settings>, DeckError> {
    let usual = match source.kind.as_str() {
        "github" => Some("https://api.github.com"),
        "gitlab" => Some("https://gitlab.com"),
        "pagerduty" => Some("https://api.pagerduty.com"),
        "jira" | "alertmanager" => None,
        _ => return Ok(None),
    };
    let Some(base) = source.url.as_deref().or(usual) else {
        return Err(DeckError::new(format!(
            "a source of kind `{}` needs `url`, where it answers",
            source.kind
        )));
    };
    let token = match (token(round, source)?, source.kind.as_str(), &source.user) {
        (None, ..) => Token::None,
        (Some(token), "gitlab", _) => Token::Private(token),
        (Some(token), "pagerduty", _) => Token::Named(token),
        (Some(token), "jira", Some(user)) => Token::Basic { user: user.clone(), token },
        (Some(token), ..) => Token::Bearer(token),
    };
    Ok(Some(asking(round, source, base.trim_end_matches('/'), token)))
}

/// How to ask `base`, showing `token`.
fn asking(round: &Round<'_>, source: &SourceSpec, base: &str, token: Token) -> Settings {
    let mut settings = Settings::new(source.name.as_str(), base, token);
    settings.patience = round.patience;
    settings.record =
        source.record.as_ref().map(|folder| Record { folder: folder.clone(), source: source.name.clone() });
    settings
}

/// Who asks by `settings`, and tells `notice` where it has to wait.
fn client<'o>(
    opening: &'o Opening,
    settings: Settings,
    notice: &'o dyn Fn(&str),
) -> Result<Client<'o>, DeckError> {
    let outside = http::Outside { clock: &opening.outside.clock, sleep: &opening.outside.wait, notice };
    Client::new(settings, outside).map_err(DeckError::new)
}

/// What proves who asks; none where none is named.
fn token(round: &Round<'_>, source: &SourceSpec) -> Result<Option<String>, DeckError> {
    let Some(place) = &source.token else { return Ok(None) };
    let _alone = round.gate.lock();
    (round.opening.outside.secret)(place, round.opening.place.folder())
        .map(Some)
        .map_err(|reason| DeckError::new(format!("the token cannot be had: {reason}")))
}

/// `PagerDuty`, whose sync is one unit.
fn page(
    request: &connector::Request<'_>,
    client: &mut Client<'_>,
    sink: &mut connector::Sink<'_>,
) -> Result<Outcome, BoxError> {
    let asked = pagerduty::Request {
        base: request.base,
        cursor: request.cursors.get(ALL).map(String::as_str),
        since: request.since.unwrap_or_else(|| a_year_before(request.observed_at)),
        observed_at: request.observed_at,
    };
    let mut rows = 0;
    let synced = pagerduty::sync(client, &asked, &mut |facts: Vec<Fact>| {
        rows += facts.len() as u64;
        sink(Step { facts, cursor: None })
    })?;
    let mut outcome =
        Outcome { requests: synced.requests, rows, problems: synced.problems, ..Outcome::default() };
    // Where it failed before it moved on, nothing was read.
    let is_read = synced.failure.is_none() || synced.cursor.as_deref() != asked.cursor;
    outcome.cursors.extend(synced.cursor.filter(|_| is_read).map(|cursor| (ALL.to_owned(), cursor)));
    if let Some(failure) = synced.failure {
        fail(&mut outcome, request.base, &failure);
    }
    Ok(outcome)
}

/// An Alertmanager, which tells what fires now and keeps no past.
fn alerts(
    request: &connector::Request<'_>,
    open: &[alertmanager::Open],
    client: &mut Client<'_>,
    sink: &mut connector::Sink<'_>,
) -> Result<Outcome, BoxError> {
    let mut outcome = Outcome { requests: 1, ..Outcome::default() };
    match alertmanager::sync(client, request.base, open, request.observed_at) {
        Ok(mapped) => {
            outcome.rows = mapped.facts.len() as u64;
            outcome.problems = mapped.problems;
            sink(Step { facts: mapped.facts, cursor: None })?;
        }
        Err(failure) => fail(&mut outcome, request.base, &failure),
    }
    Ok(outcome)
}

fn fail(outcome: &mut Outcome, base: &str, failure: &Failure) {
    match failure {
        Failure::Limited { until, .. } => outcome.until = Some(*until),
        failure => outcome.problems.push(Problem { subject: base.to_owned(), message: failure.to_string() }),
    }
}

fn midnight(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    day.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp())
}

/// How far back incidents are read where nobody says.
fn a_year_before(now: Timestamp) -> Timestamp {
    now.saturating_sub(SignedDuration::from_hours(365 * 24)).unwrap_or(now)
}

/// How the rows of a file are to be read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Form<'a> {
    /// Table that it fills.
    pub table: &'static Declaration,
    /// Column of the table, column of the file, where they differ.
    pub columns: &'a BTreeMap<String, String>,
    /// Repository of the rows, where the file does not say.
    pub repo: &'a str,
    /// Zone of times without an offset.
    pub zone: &'a TimeZone,
    /// The present moment, for a file whose system does not date it.
    pub now: Timestamp,
}

/// Hands each row of a file on, whatever its form; what could not be read is returned.
///
/// # Errors
/// Where the file cannot be read at all.
pub(crate) fn each_row(
    file: &Path,
    form: &Form<'_>,
    take: &mut dyn FnMut(Fact),
) -> Result<rows::Told, DeckError> {
    let unread = |reason: String| DeckError::new(format!("`{}` cannot be read: {reason}", file.display()));
    let modified = file
        .metadata()
        .and_then(|metadata| metadata.modified())
        .ok()
        .and_then(|time| Timestamp::try_from(time).ok());
    let name = file.display().to_string();
    let options = rows::Options {
        file: &name,
        table: form.table,
        columns: form.columns,
        repo: form.repo,
        zone: form.zone.clone(),
        modified: modified.unwrap_or(form.now),
    };
    if file.extension().is_some_and(|end| end.eq_ignore_ascii_case("parquet")) {
        // Its rows as lines of JSON, which the reader of files knows.
        let mut told = rows::Told::default();
        for batch in qd_lake::read_parquet(file).map_err(|error| unread(chain(&error)))? {
            let rows = to_json(&batch).map_err(|error| unread(error.to_string()))?;
            let lines: String =
                rows.into_iter().map(|row| format!("{}\n", serde_json::Value::Object(row))).collect();
            let of_batch = rows::each(&mut Cursor::new(lines), &options, take);
            told.problems.extend(of_batch.problems);
            for hint in of_batch.hints {
                if !told.hints.contains(&hint) {
                    told.hints.push(hint);
                }
            }
        }
        return Ok(told);
    }
    let opened = File::open(file).map_err(|error| unread(error.to_string()))?;
    Ok(rows::each(&mut BufReader::new(opened), &options, take))
}

/// Repository and number of a change request.
fn change(fact: Fact) -> Option<(String, String)> {
    let text = |name: &str| fact.row.get(name).and_then(serde_json::Value::as_str).map(str::to_owned);
    (fact.table.name == qd_tables::CHANGE_REQUESTS.name).then(|| Some((text("repo")?, text("number")?)))?
}

/// What turns an exchange with this kind of system into facts.
fn mapper(kind: &str) -> Option<fn(&Exchange) -> Mapped> {
    match kind {
        "github" => Some(github::map),
        "gitlab" => Some(gitlab::map),
        "jira" => Some(jira::map),
        "alertmanager" => Some(alertmanager::map),
        "pagerduty" => Some(pagerduty::map),
        "calendar" => Some(|exchange| calendars::map(exchange, &calendars::Names::default(), &TimeZone::UTC)),
        "feed" => Some(feeds::map),
        "chat" => Some(|exchange| chats::api::map(exchange, &chats::api::Lists::default(), &[])),
        "cdevents" => Some(|exchange| cloudevents::map(exchange, "")),
        _ => None,
    }
}

/// A file by its name, and what changes when it does.
fn mark(file: &Path) -> (String, String) {
    let mut hasher = DefaultHasher::new();
    if let Ok(metadata) = file.metadata() {
        metadata.len().hash(&mut hasher);
        metadata.modified().ok().hash(&mut hasher);
    }
    (file.display().to_string(), format!("{:016x}", hasher.finish()))
}
