//! The deck over files of this machine: load, ask the signals, price, route, rank.

mod accepted;
mod acting;
mod beside;
mod doubts;
mod estimating;
mod evaluate;
mod evening;
mod forecasting;
mod meetings;
mod narrowed;
mod people;
mod planned;
mod planning;
mod reporting;
mod what_if;
mod writing;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use crate::{
    act::{self, Action, Standing},
    assumptions::Assumptions,
    built_in,
    calendar::Calendar,
    confirm::confirmations,
    finding::Finding,
    folder::{self, Place},
    intake::Intake,
    opening::Opening,
    price::Rates,
    route::{Lines, Route},
    shelf::Shelf,
    signal::{Audience, Signal, comments},
    sync::{chain, fold_intake, open_lake},
    todos,
};
use beside::Beside;
use jiff::Timestamp;
use qd_intent::{Company, PRIVATE_TODOS};
use qd_lake::{Lake, Limits, Session};
use qd_model::{
    Brief, BriefRequest, Checked, Deck, DeckError, Diagnostic, Explanation, Files, Held, Meeting, Report,
    ReportRequest, Row, Severity, SharedDeck, SignalLine, Table, Verb,
};
use qd_tables::{ACTIONS, ALL, AUDIT_EVENTS, CONFIRMATIONS, Role, SEEN, SYNCS};

pub use what_if::Supposition;

/// Who reads where nobody is named.
const UNNAMED: &str = "cto";

/// Engines' tables that a sync does not compute: the order of mail is learned anew whenever a message came, and
/// read by the brief alone.
const WHEN_ASKED: &[&str] = &["message_order", "message_order_figures"];
/// Source of what was imported by hand.
pub const IMPORT: &str = "import";
/// Longest time for one signal.
const SIGNAL_TIME: Duration = Duration::from_secs(20);

/// The deck of one company at one moment.
#[derive(Debug)]
pub struct LocalDeck {
    opening: Opening,
    company: Company,
    files: Files,
    diagnostics: Vec<Diagnostic>,
    assumptions: Assumptions,
    calendar: Calendar,
    rates: Rates,
    signals: BTreeMap<String, Signal>,
    session: Session,
    shelf: Shelf,
    problems: Vec<String>,
    /// Declared tables of which nothing is declared.
    empty: BTreeSet<&'static str>,
    evaluated: OnceLock<Evaluated>,
    /// Held while something is made: of two who ask at once, the second finds it made.
    making: Mutex<()>,
    beside: Beside,
}

/// Everything the signals say now.
#[derive(Debug)]
struct Evaluated {
    rows: Vec<(Row, Finding, Route, Standing)>,
    counts: BTreeMap<String, usize>,
    checked: Checked,
    lines: Lines,
    seen: BTreeMap<String, Timestamp>,
    actions: Vec<Action>,
    problems: Vec<String>,
}

/// Reads the company's texts as they stood at the moment to look at, or nothing for an
/// inferred company.
#[must_use]
pub fn read_company(opening: &Opening) -> (Company, Files, Vec<Diagnostic>) {
    read_company_saying(opening, None)
}

/// The same as if a file said something else.
fn read_company_saying(opening: &Opening, saying: Option<(&str, &str)>) -> (Company, Files, Vec<Diagnostic>) {
    let own = todos::text(opening).map(|text| (PRIVATE_TODOS.to_owned(), text));
    match &opening.place {
        Place::Repositories(_) => {
            let files: Files = own.into_iter().collect();
            let mut intent = qd_intent::read(&files, &BTreeMap::new());
            intent.diagnostics.retain(|complaint| complaint.file == PRIVATE_TODOS);
            (intent.company, files, intent.diagnostics)
        }
        Place::Company(place) => {
            let past = (opening.as_of < opening.now).then_some(opening.as_of);
            let folder::Texts { mut files, dates, mut complaints } = folder::read(place, past, &opening.zone);
            files.extend(own);
            files.extend(saying.map(|(file, text)| (file.to_owned(), text.to_owned())));
            let texts: Files = files
                .iter()
                .filter(|(path, _)| !path.ends_with(".sql"))
                .map(|(p, t)| (p.clone(), t.clone()))
                .collect();
            let intent = qd_intent::read(&texts, &dates);
            complaints.extend(intent.diagnostics);
            (intent.company, files, complaints)
        }
    }
}

/// The built-in signals and the company's own, and what is wrong with any of them.
fn read_signals(files: &Files) -> (BTreeMap<String, Signal>, Vec<Diagnostic>) {
    let mut signals = BTreeMap::new();
    let mut complaints = Vec::new();
    let built_in = built_in::SIGNALS.iter().map(|(name, text)| ((*name).to_owned(), *text, None));
    let own = files.iter().filter_map(|(path, text)| {
        let name = path.strip_prefix("signals/")?.strip_suffix(".sql")?;
        Some((name.to_owned(), text.as_str(), Some(path.as_str())))
    });
    for (name, text, file) in built_in.chain(own) {
        let part = name.rsplit_once('/').map_or("", |(part, _)| part);
        match Signal::parse(part, text, file.unwrap_or("built in")) {
            Ok(signal) => {
                signals.insert(signal.name.clone(), signal);
            }
            Err(reason) => complaints.push(Diagnostic {
                code: "signal",
                severity: Severity::Error,
                file: file.unwrap_or(&name).to_owned(),
                span: 0..text.find('\n').unwrap_or(text.len()),
                message: format!("this signal cannot be used: {reason}"),
                label: String::new(),
                help: Some("see docs/guide.md for the head of a signal".to_owned()),
            }),
        }
    }
    (signals, complaints)
}

impl LocalDeck {
    /// Opens the deck.
    ///
    /// # Errors
    /// Where the facts cannot be read at all; what is wrong with a text, a signal or a
    /// source is told by the deck and stops nothing.
    pub fn open(opening: Opening) -> Result<Self, DeckError> {
        let read = read_company(&opening);
        Self::over(opening, read)
    }

    /// The deck as if `file` said `text`.
    pub(crate) fn saying(opening: Opening, file: &str, text: &str) -> Result<Self, DeckError> {
        let read = read_company_saying(&opening, Some((file, text)));
        Self::over(opening, read)
    }

    /// The deck over a company that was read.
    fn over(
        opening: Opening,
        (company, files, mut diagnostics): (Company, Files, Vec<Diagnostic>),
    ) -> Result<Self, DeckError> {
        let (assumptions, complaints) = Assumptions::of(&company);
        diagnostics.extend(complaints);
        let (signals, complaints) = read_signals(&files);
        diagnostics.extend(complaints);
        let mut problems: Vec<String> = diagnostics
            .iter()
            .filter(|complaint| complaint.code == "no-history")
            .map(|complaint| complaint.message.clone())
            .collect();
        let lake = match Lake::open_read_only(&opening.state) {
            Ok(lake) => Some(lake),
            Err(qd_lake::LakeError::Missing(_)) => None,
            Err(error) => {
                problems.push(format!("the facts cannot be read: {}", chain(&error)));
                None
            }
        };
        let calendar = opening.calendar(&company);
        let today = calendar.date(opening.as_of);
        let failed = |error: qd_lake::QueryError| DeckError::new(chain(&error));
        let over = |lake| session(&opening, &company, &assumptions, lake, today);
        let session = match over(lake.as_ref()) {
            Ok(session) => session,
            Err(error) => {
                problems.push(format!("the facts cannot be read: {error}"));
                over(None).map_err(failed)?
            }
        };
        let views = built_in::VIEWS
            .iter()
            .map(|(name, query)| ((*name).to_owned(), (*query).to_owned()))
            .chain(signals.values().map(|signal| (signal.view(), signal.query.clone())))
            .collect();
        // No engine reads what was kept of briefs: each brief adds to that, and the next
        // one must not compute everything anew for it.
        let kept = [ACTIONS.name, AUDIT_EVENTS.name, SEEN.name, SYNCS.name];
        let version = lake.as_ref().and_then(|lake| lake.version(&kept).ok());
        // All facts lie before the present; between two moments of the past there may be some.
        let past = (opening.as_of < opening.now).then_some(opening.as_of);
        let cache = version.map(|_| opening.state.join("cache"));
        let shelf = Shelf::new(views, cache, (version, today, past, &files));
        let rates = rates(&company, &assumptions);
        let intent = ALL.iter().filter(|table| matches!(table.role, Role::Intent(_)));
        let is_empty =
            |table: &&&qd_tables::Declaration| company.batch(table).is_ok_and(|batch| batch.num_rows() == 0);
        let empty = intent.filter(is_empty).map(|table| table.name).collect();
        Ok(Self {
            empty,
            opening,
            company,
            files,
            diagnostics,
            assumptions,
            calendar,
            rates,
            signals,
            session,
            shelf,
            problems,
            evaluated: OnceLock::new(),
            making: Mutex::new(()),
            beside: Beside::default(),
        })
    }

    /// The company.
    #[must_use]
    pub fn company(&self) -> &Company {
        &self.company
    }

    /// What the company is called: its name, or its folder's where it has none.
    fn company_name(&self) -> String {
        match self.company.name() {
            "" => self.opening.place.folder().file_name().unwrap_or_default().to_string_lossy().into_owned(),
            name => name.to_owned(),
        }
    }

    /// The date of the moment it sees, where the company is.
    #[must_use]
    pub fn today(&self) -> jiff::civil::Date {
        self.session.today()
    }

    /// The answer to a query that only reads, as batches.
    ///
    /// # Errors
    /// Where the query is wrong or exceeds `limits`.
    pub fn answer(&self, query: &str, limits: &Limits) -> Result<qd_lake::Answer, DeckError> {
        self.prepare(query).map_err(|error| asked(&error))?;
        self.session.query(query, limits).map_err(|error| asked(&error))
    }

    /// The company's own signals that fail when they are asked, as complaints about their files.
    #[must_use]
    pub fn failing_signals(&self) -> Vec<Diagnostic> {
        self.signals
            .values()
            .filter(|signal| self.files.contains_key(&signal.origin))
            .filter_map(|signal| {
                let reason = self.hear(signal).err()?;
                let text = self.files.get(&signal.origin)?;
                Some(Diagnostic {
                    code: "signal",
                    severity: Severity::Error,
                    file: signal.origin.clone(),
                    span: 0..text.find('\n').unwrap_or(text.len()),
                    message: format!("this signal fails: {}", reason.replace('\n', " ")),
                    label: String::new(),
                    help: Some(
                        "`quarterdeck sql \"SELECT * FROM meta.columns\"` lists what can be asked".to_owned(),
                    ),
                })
            })
            .collect()
    }

    /// Computes what is slow now, so that the next brief need not.
    pub fn warm(&self) {
        let engines = qd_engines::ENGINES.iter().filter(|engine| !WHEN_ASKED.contains(&engine.output.name));
        for engine in engines {
            // What fails here fails again where it is asked for, and is told there.
            let _ = self.shelf.prepare(&self.session, &format!("SELECT 1 FROM {}", engine.output.name));
        }
    }

    fn ask(&self, query: &str) -> Result<Table, String> {
        self.ask_until(query, &|| false)
    }

    /// The same until `is_stopped`, which is an error.
    fn ask_until(&self, query: &str, is_stopped: &(dyn Fn() -> bool + Sync)) -> Result<Table, String> {
        self.prepare_until(query, is_stopped).map_err(|error| chain(&error))?;
        let limits = Limits { time: SIGNAL_TIME, ..Limits::default() };
        Ok(self.session.query(query, &limits).map_err(|error| chain(&error))?.table())
    }

    /// Makes what `query` names; confirmations are asked of the company's own queries.
    fn prepare(&self, query: &str) -> Result<(), qd_lake::QueryError> {
        self.prepare_until(query, &|| false)
    }

    fn prepare_until(
        &self,
        query: &str,
        is_stopped: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), qd_lake::QueryError> {
        let _one = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.session.knows(CONFIRMATIONS.name) {
            // Registered empty first: a confirmation that asks for confirmations finds none.
            self.session.register_empty(&CONFIRMATIONS)?;
            let batch = confirmations(&self.company, &self.session, &self.shelf)?;
            self.session.register(CONFIRMATIONS.name, &batch.schema(), vec![batch])?;
        }
        if query.contains("meta.") && !self.session.knows("meta.signals") {
            self.register_meta()?;
        }
        self.shelf.prepare_until(&self.session, query, is_stopped)
    }

    /// Whether a team, project or service is declared: a name that is misspelt is no empty answer.
    fn declared(&self, kind: &str, id: &str) -> Result<(), DeckError> {
        let table = match kind {
            "team" => &qd_tables::TEAMS,
            "project" => &qd_tables::PROJECTS,
            _ => &qd_tables::SERVICES,
        };
        if self.company.record(table, id).is_some() {
            return Ok(());
        }
        let known: Vec<&str> = self.company.records(table).iter().map(|record| record.id.as_str()).collect();
        let error = DeckError::new(format!("unknown {kind} `{id}`"));
        Err(match qd_model::nearest(id, known.iter().copied()) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None if known.is_empty() => error.hint(format!("no {kind} is declared")),
            None => error.hint(format!("there are: {}", known.join(", "))),
        })
    }

    fn register_meta(&self) -> Result<(), qd_lake::QueryError> {
        self.register_meta_in(&self.session)
    }

    /// Puts what is known of signals and sources into `session`.
    fn register_meta_in(&self, session: &Session) -> Result<(), qd_lake::QueryError> {
        let mut writer = qd_tables::Writer::new(&crate::meta::SIGNALS);
        for signal in self.signals.values() {
            writer
                .text(signal.name.as_str())
                .text(signal.part.as_str())
                .text(signal.duty.as_str())
                .text(signal.asks.as_str())
                .number(signal.patience)
                .integer(i64::from(signal.minutes))
                .text(signal.origin.as_str())
                .text(signal.query.as_str());
        }
        let mut sources = qd_tables::Writer::new(&crate::meta::SOURCES);
        for source in self.sources() {
            sources
                .text(source.name.as_str())
                .text(source.kind.as_str())
                .integer(source.units as i64)
                .time(source.synced_at)
                .text(source.error.as_deref());
        }
        for (name, writer) in [("meta.signals", &mut writer), ("meta.sources", &mut sources)] {
            let batch = writer.finish().map_err(|error| qd_lake::QueryError::Sql(error.to_string()))?;
            session.register(name, &batch.schema(), vec![batch])?;
        }
        session.view("meta.syncs", "SELECT * FROM syncs")
    }
}

/// A session over the facts of `lake` and what the company declares.
fn session(
    opening: &Opening,
    company: &Company,
    assumptions: &Assumptions,
    lake: Option<&Lake>,
    today: jiff::civil::Date,
) -> Result<Session, qd_lake::QueryError> {
    let declared = opening.sources(company).into_iter().map(|source| source.name);
    // What was imported once has no source that is declared.
    let sources: Vec<String> = declared.chain([IMPORT.to_owned()]).collect();
    let sources = lake.is_some().then_some(sources.as_slice());
    let session =
        Session::new(lake, opening.as_of, today, assumptions.numbers(), opening.mebibytes, sources)?;
    for table in ALL.iter().filter(|table| matches!(table.role, Role::Intent(_))) {
        let batch = company.batch(table).map_err(|error| qd_lake::QueryError::Sql(error.to_string()))?;
        session.register(table.name, &batch.schema(), vec![batch])?;
    }
    Ok(session)
}

/// A question's error, with what to do.
fn asked(error: &qd_lake::QueryError) -> DeckError {
    let told = DeckError::new(chain(error));
    if matches!(error, qd_lake::QueryError::Sql(_)) {
        told.hint("`quarterdeck sql \"SELECT * FROM meta.tables\"` lists the tables, `DESCRIBE commits` the columns of one")
    } else {
        told
    }
}

/// What prices are computed with: money where a day's work has a declared cost.
fn rates(company: &Company, assumptions: &Assumptions) -> Rates {
    let people: Vec<f64> = company
        .people()
        .filter_map(|person| person.rate())
        .map(|money| money.hundredths as f64 / 100.0)
        .collect();
    let mean = (!people.is_empty()).then(|| people.iter().sum::<f64>() / people.len() as f64);
    let rate = company.day_rate().map(|money| money.hundredths as f64 / 100.0).or(mean);
    let currency = company
        .currency()
        .map(str::to_owned)
        .or_else(|| company.day_rate().and_then(|money| money.currency.clone()));
    Rates {
        day_rate: currency.zip(rate),
        hours_per_day: assumptions.number("hours_per_day", 8.0),
        assumed_hour: assumptions.number("assumed_hour_cost", 100.0),
        promise_half_life: assumptions.number("promise_half_life_days", 10.0),
    }
}

impl Deck for LocalDeck {
    fn as_of(&self) -> Timestamp {
        self.opening.as_of
    }

    fn brief(&self, request: &BriefRequest) -> Result<Brief, DeckError> {
        let evaluated = self.evaluated();
        let person = match &request.for_person {
            Some(name) => self.person(name)?,
            None => self.reader(),
        };
        let lines = &evaluated.lines;
        let (rows, rest) = self.arranged(&person, request);
        let meetings = self.meetings_of_today(&person);
        let notices = self.notices(&person);
        let is_next = |meeting: &&Meeting| meeting.is_certain && meeting.at > self.opening.as_of;
        let until = match request.minutes {
            None => meetings.iter().map(|known| &known.meeting).find(is_next).cloned(),
            Some(_) => None,
        };
        let ahead = until.as_ref().map(|meeting| meeting.at.duration_since(self.opening.as_of).as_mins());
        let minutes = request.minutes.or_else(|| ahead.and_then(|minutes| u32::try_from(minutes).ok()));
        let fits = minutes.map(|minutes| {
            let mut left = minutes;
            rows.iter()
                .take_while(|row| {
                    let fits = row.minutes <= left;
                    left = left.saturating_sub(row.minutes);
                    fits
                })
                .count()
        });
        let offers = self.offers(&person, rows.iter().skip(fits.unwrap_or(rows.len())));
        let mut held: Vec<Held> = evaluated
            .rows
            .iter()
            .filter(|(row, finding, _, standing)| {
                *standing != Standing::Hidden
                    && row.holder != person
                    && ((finding.audience != Audience::Person
                        && lines.line(&row.holder).contains(&person.as_str()))
                        || (matches!(standing, Standing::Delegated(_)) && self.is_given_by(&row.id, &person)))
            })
            .map(|(row, _, route, _)| Held {
                id: row.id.clone(),
                holder: row.holder.clone(),
                title: row.title.clone(),
                rises: route.rises.as_ref().map(|(day, _)| *day),
                rises_to: route.rises.as_ref().map(|(_, to)| to.clone()),
            })
            .collect();
        held.sort_by(|left, right| {
            let key = |held: &Held| (held.rises.is_none(), held.rises, held.id.clone());
            key(left).cmp(&key(right))
        });
        let mut problems = evaluated.problems.clone();
        let errors = self.diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
        if errors > 0 {
            let mistakes = if errors == 1 { "mistake" } else { "mistakes" };
            problems
                .push(format!("{errors} {mistakes} in the company's files; `quarterdeck check` shows them"));
        }
        Ok(Brief {
            as_of: self.opening.as_of,
            for_name: match (&self.opening.reader, lines.people.contains_key(&person)) {
                (Some((name, _)), false) if person == UNNAMED && !name.is_empty() => name.clone(),
                _ => lines.name(&person).to_owned(),
            },
            for_person: person,
            company: self.company_name(),
            is_inferred: lines.is_inferred,
            currency: self.rates.day_rate.as_ref().map(|(code, _)| code.clone()),
            minutes,
            until,
            fits,
            offers,
            rows,
            rest,
            held_by_others: held,
            meetings,
            notices,
            projects: self.projects().to_vec(),
            changed: self.changed().to_vec(),
            checked: evaluated.checked.clone(),
            sources: self.sources(),
            notes: self.unobserved().into_iter().chain(self.ahead_of_clock()).collect(),
            problems,
        })
    }

    fn explain(&self, id: &str) -> Result<Explanation, DeckError> {
        let members = self.members(id)?;
        let Some((row, _, route, _)) = members.first() else {
            return Err(DeckError::new(format!("no row has the id `{id}`")));
        };
        let mut row = row.clone();
        row.folded = members
            .iter()
            .skip(1)
            .map(|(row, ..)| qd_model::Folded {
                id: row.id.clone(),
                signal: row.signal.clone(),
                title: row.title.clone(),
            })
            .collect();
        let signal = self.signals.get(&row.signal);
        let query = signal.map(|signal| signal.query.clone()).unwrap_or_default();
        let mut names: BTreeSet<String> = BTreeSet::new();
        for word in query.split('$').skip(1) {
            names.insert(word.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect());
        }
        names.extend(row.price.terms.iter().filter_map(|term| term.assumption.clone()));
        let assumptions = names
            .into_iter()
            .filter_map(|name| {
                let figure = self.assumptions.get(&name)?;
                let unit = if figure.unit.is_empty() { String::new() } else { format!(" ({})", figure.unit) };
                Some((name, figure.value, format!("{}{unit}", figure.comment), figure.source.clone()))
            })
            .collect();
        let in_force = act::in_force(&self.evaluated().actions);
        let history = in_force.get(row.id.as_str()).map(Vec::as_slice).unwrap_or_default();
        Ok(Explanation {
            row: row.clone(),
            about: signal.map(|signal| signal.about.clone()).unwrap_or_default(),
            first: signal.map(|signal| signal.first.clone()).unwrap_or_default(),
            route: route.story.clone(),
            assumptions,
            history: history
                .iter()
                .map(|action| {
                    let detail = [
                        action.to.as_ref().map(|to| format!(" to {to}")),
                        action.until.map(|until| format!(" until {until}")),
                        action.reason.as_ref().map(|reason| format!(": {reason}")),
                    ];
                    let detail: String = detail.into_iter().flatten().collect();
                    format!("{} {} {}{detail}", self.calendar.date(action.at), action.by, action.verb)
                })
                .collect(),
        })
    }

    fn sql(&self, query: &str, rows: usize) -> Result<Table, DeckError> {
        let limits = Limits { rows, mebibytes: self.opening.mebibytes, ..Limits::default() };
        self.answer(query, &limits).map(|answer| answer.table())
    }

    fn signals(&self) -> Vec<SignalLine> {
        let evaluated = self.evaluated();
        let mut by_part: Vec<&Signal> = self.signals.values().collect();
        by_part.sort_by_key(|signal| (&signal.part, &signal.name));
        by_part
            .into_iter()
            .map(|signal| {
                let silent = evaluated.checked.silent.iter().find(|silent| silent.signal == signal.name);
                SignalLine {
                    name: signal.name.clone(),
                    part: signal.part.clone(),
                    duty: signal.duty.clone(),
                    asks: signal.asks.clone(),
                    patience: signal.patience,
                    audience: match signal.audience {
                        Audience::Person => "person",
                        Audience::Line => "line",
                        Audience::Company => "company",
                    }
                    .to_owned(),
                    can_speak: silent.is_none(),
                    why_not: silent.map(|silent| silent.why.clone()),
                    rows: evaluated.counts.get(&signal.name).copied(),
                    origin: signal.origin.clone(),
                }
            })
            .collect()
    }

    fn reports(&self) -> Vec<(String, String)> {
        built_in::REPORTS
            .iter()
            .map(|(name, text)| {
                let (head, about) = comments(text);
                ((*name).to_owned(), head.get("title").cloned().unwrap_or(about))
            })
            .collect()
    }

    fn report(&self, name: &str, request: &ReportRequest) -> Result<Report, DeckError> {
        self.report_over(name, request, self.brief_reader().as_deref(), &|query, rows| self.sql(query, rows))
    }

    fn act(&self, id: &str, verb: &Verb, by: &str) -> Result<String, DeckError> {
        let by = if by == UNNAMED { by.to_owned() } else { self.person(by)? };
        let (mut events, mut said) = (Vec::new(), Vec::new());
        // What was done with a row may have ended it, or hidden those it spoke for: then there is no
        // row to find it by.
        if *verb == Verb::Undo {
            (events, said) = self.taking_back(id, &by).into_iter().unzip();
        }
        let members = if events.is_empty() { self.members(id)? } else { Vec::new() };
        for member in &members {
            match self.event(member, verb, &by, events.len()) {
                Ok((event, words)) => {
                    events.push(event);
                    said.push(words);
                }
                // Of many rows some may be out of the brief already; alone it is an error.
                Err(error) if members.len() == 1 => return Err(error),
                Err(_) => {}
            }
        }
        let failed = |error: std::io::Error| {
            DeckError::new(format!("this cannot be kept in `{}`: {error}", self.opening.state.display()))
        };
        Intake::of(&self.opening.state).add(&ACTIONS, &events).map_err(failed)?;
        let done = match verb {
            Verb::Done => Some(Some(self.calendar.date(self.opening.now))),
            Verb::Undo => Some(None),
            _ => None,
        };
        let subjects = events.iter().filter_map(|event| event["subject"].as_str());
        if let Some(done) = done {
            // What was never marked, or was deleted since, need not be marked.
            subjects.filter_map(todos::of_subject).for_each(|id| drop(todos::mark(&self.opening, id, done)));
        }
        let lake = open_lake(&self.opening)?;
        fold_intake(&self.opening, &lake)?;
        Ok(said.join("\n"))
    }

    fn check(&self) -> (&[Diagnostic], &Files) {
        (&self.diagnostics, &self.files)
    }

    fn seen_by(self: Arc<Self>, person: &str) -> Result<SharedDeck, DeckError> {
        narrowed::seen_by(self, person)
    }

    fn is_whole(&self) -> bool {
        true
    }
}
