//! The deck over files of this machine: load, ask the signals, price, route, rank.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
    time::Duration,
};

use jiff::Timestamp;
use qd_intent::Company;
use qd_lake::{Lake, Limits, Session};
use qd_model::{
    Brief, BriefRequest, Checked, Deck, DeckError, Diagnostic, Evidence, Explanation, Files, Held,
    ProjectLine, Report, Row, Severity, SignalLine, Silent, SourceAge, Table, Value, Verb,
};
use qd_tables::{ACTIONS, ALL, CONFIRMATIONS, Role, SEEN, SYNCS};
use serde_json::json;

use crate::{
    act::{self, Action, Standing},
    assumptions::Assumptions,
    built_in,
    calendar::Calendar,
    confirm::confirmations,
    finding::{Finding, findings},
    folder::{self, Place},
    intake::Intake,
    opening::{LastLook, Opening},
    owners::{CodeOwner, Owners},
    price::{Rates, cost_per_day, price},
    rank::arrange,
    route::{Lines, Member, Owner, Route, route},
    shelf::Shelf,
    signal::{Audience, Signal, comments},
    sync::{chain, fold_intake, open_lake},
};

/// Who reads where nobody is named.
const UNNAMED: &str = "cto";
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
    evaluated: OnceLock<Evaluated>,
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
    match &opening.place {
        Place::Repositories(_) => (Company::default(), Files::new(), Vec::new()),
        Place::Company(place) => {
            let past = (opening.as_of < opening.now).then_some(opening.as_of);
            let folder::Texts { files, dates, mut complaints } = folder::read(place, past, &opening.zone);
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
        let (company, files, mut diagnostics) = read_company(&opening);
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
        let sources: Vec<String> = opening.sources(&company).into_iter().map(|source| source.name).collect();
        let session = Session::new(
            lake.as_ref(),
            opening.as_of,
            today,
            assumptions.numbers(),
            opening.mebibytes,
            Some(&sources),
        );
        let session = match session {
            Ok(session) => session,
            Err(error) => {
                problems.push(format!("the facts cannot be read: {error}"));
                Session::new(None, opening.as_of, today, assumptions.numbers(), opening.mebibytes, None)
                    .map_err(failed)?
            }
        };
        for table in ALL.iter().filter(|table| matches!(table.role, Role::Intent(_))) {
            let batch = company.batch(table).map_err(|error| DeckError::new(error.to_string()))?;
            session.register(table.name, &batch.schema(), vec![batch]).map_err(failed)?;
        }
        let views = built_in::VIEWS
            .iter()
            .map(|(name, query)| ((*name).to_owned(), (*query).to_owned()))
            .chain(signals.values().map(|signal| (signal.view(), signal.query.clone())))
            .collect();
        // No engine reads what was kept of briefs: each brief adds to that, and the next
        // one must not compute everything anew for it.
        let kept = [ACTIONS.name, SEEN.name, SYNCS.name];
        let version = lake.as_ref().and_then(|lake| lake.version(&kept).ok());
        let shelf = Shelf::new(views, version.map(|_| opening.state.join("cache")), (version, today, &files));
        let rates = rates(&company, &assumptions);
        Ok(Self {
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
        })
    }

    /// The company.
    #[must_use]
    pub fn company(&self) -> &Company {
        &self.company
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

    /// Whose brief it is where nobody is named, if that is anybody known.
    #[must_use]
    pub fn brief_reader(&self) -> Option<String> {
        Some(self.reader()).filter(|reader| reader != UNNAMED)
    }

    /// Computes what is slow now, so that the next brief need not.
    pub fn warm(&self) {
        for engine in qd_engines::ENGINES {
            // What fails here fails again where it is asked for, and is told there.
            let _ = self.shelf.prepare(&self.session, &format!("SELECT 1 FROM {}", engine.output.name));
        }
    }

    fn ask(&self, query: &str) -> Result<Table, String> {
        self.prepare(query).map_err(|error| chain(&error))?;
        let limits = Limits { time: SIGNAL_TIME, ..Limits::default() };
        Ok(self.session.query(query, &limits).map_err(|error| chain(&error))?.table())
    }

    /// Makes what `query` names; confirmations are asked of the company's own queries.
    fn prepare(&self, query: &str) -> Result<(), qd_lake::QueryError> {
        if !self.session.knows(CONFIRMATIONS.name) {
            // Registered empty first: a confirmation that asks for confirmations finds none.
            self.session.register_empty(&CONFIRMATIONS)?;
            let batch = confirmations(&self.company, &self.session, &self.shelf)?;
            self.session.register(CONFIRMATIONS.name, &batch.schema(), vec![batch])?;
        }
        if query.contains("meta.") && !self.session.knows("meta.signals") {
            self.register_meta()?;
        }
        self.shelf.prepare(&self.session, query)
    }

    fn register_meta(&self) -> Result<(), qd_lake::QueryError> {
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
            self.session.register(name, &batch.schema(), vec![batch])?;
        }
        self.session.view("meta.syncs", "SELECT * FROM syncs")
    }

    /// Whose brief it is where nobody is named.
    fn reader(&self) -> String {
        if let Some(me) = self.company.me() {
            return me.to_owned();
        }
        let Some((_, mail)) = &self.opening.reader else { return UNNAMED.to_owned() };
        let declared = self
            .company
            .people()
            .find(|person| person.mails().iter().any(|own| own.eq_ignore_ascii_case(mail)));
        if let Some(person) = declared {
            return person.id().to_owned();
        }
        let seen = self.ask(include_str!("sql/people_seen.sql")).unwrap_or_default();
        seen.rows
            .iter()
            .find(|row| row.get(2).and_then(Value::as_text) == Some(mail.to_lowercase().as_str()))
            .and_then(|row| row.first()?.as_text().map(str::to_owned))
            // A stranger to a declared company reads as whoever is at its top.
            .or_else(|| self.top_of_lines())
            .unwrap_or_else(|| UNNAMED.to_owned())
    }

    /// Who is at the top of the most declared people.
    fn top_of_lines(&self) -> Option<String> {
        let today = self.session.today();
        let mut below: BTreeMap<&str, usize> = BTreeMap::new();
        for person in self.company.people() {
            if let Some(manager) = person.reports_to() {
                *below.entry(manager).or_default() += 1;
            }
        }
        let roots: Vec<&str> = self
            .company
            .people()
            .filter(|person| person.reports_to().is_none() && person.is_bot() != Some(true))
            .filter(|person| person.left().is_none_or(|left| left >= today))
            .map(|person| person.id())
            .collect();
        // Where nobody reports to anybody, nobody is at the top.
        let leads = |id: &&str| roots.len() == 1 || below.contains_key(id);
        let top = roots.iter().copied().filter(leads).max_by_key(|id| below.get(id).copied().unwrap_or(0));
        top.map(str::to_owned)
    }

    /// The people and their reporting lines.
    fn lines(&self) -> Lines {
        let today = self.session.today();
        let mut people = BTreeMap::new();
        let is_inferred =
            matches!(self.opening.place, Place::Repositories(_)) || self.company.people().next().is_none();
        for person in self.company.people() {
            let is_away = self.company.absences().any(|absence| {
                absence.person() == Some(person.id())
                    && absence.from().is_some_and(|from| from <= today)
                    && absence.to().is_none_or(|to| today <= to)
            });
            let member = Member {
                name: person.name().unwrap_or(person.id()).to_owned(),
                reports_to: person.reports_to().map(str::to_owned),
                has_left: person.left().is_some_and(|left| left < today),
                is_away,
            };
            people.insert(person.id().to_owned(), member);
        }
        if is_inferred {
            for row in self.ask(include_str!("sql/people_seen.sql")).unwrap_or_default().rows {
                if let [Value::Text(id), Value::Text(name), ..] = row.as_slice() {
                    let member = Member { name: name.clone(), ..Member::default() };
                    people.entry(id.clone()).or_insert(member);
                }
            }
        }
        // The CTO is who the company names; else whoever is at the top of the most people.
        let top = self
            .company
            .me()
            .map(str::to_owned)
            .or_else(|| self.top_of_lines())
            .unwrap_or_else(|| self.reader());
        Lines { people, top, is_inferred }
    }

    /// Who owns what, with who knows it for those `findings` that name no owner.
    fn owners(&self, findings: &[Finding], problems: &mut Vec<String>) -> Owners {
        let mut told = |answer: Result<Table, String>, what: &str| {
            answer.unwrap_or_else(|error| {
                problems.push(format!("{what} cannot be read: {error}"));
                Table::default()
            })
        };
        let person_of = |owner: &str| -> Option<String> {
            let login = owner.trim_start_matches('@');
            let by_login = self.company.people().find(|person| {
                person.logins().iter().any(|own| own.eq_ignore_ascii_case(login))
                    || person.mails().iter().any(|own| own.eq_ignore_ascii_case(owner))
            });
            let team = login.rsplit('/').next().unwrap_or(login);
            let by_team = || self.company.teams().find(|declared| declared.id() == team)?.lead();
            by_login.map(|person| person.id()).or_else(by_team).map(str::to_owned)
        };
        let code: Vec<CodeOwner> = told(self.ask(include_str!("sql/code_owners.sql")), "code owners")
            .rows
            .into_iter()
            .filter_map(|row| match row.as_slice() {
                [Value::Text(repo), Value::Text(pattern), Value::List(owners)] => Some(CodeOwner {
                    repo: repo.clone(),
                    pattern: pattern.clone(),
                    person: owners.iter().find_map(|owner| person_of(owner)),
                }),
                _ => None,
            })
            .collect();
        let mut owners = Owners::new(&self.company, &code);
        let places: BTreeSet<String> = findings
            .iter()
            .filter(|finding| finding.owner.is_none())
            .filter_map(|finding| {
                let repo = finding.facts.get("repo")?.as_text()?;
                let path = finding.facts.get("path")?.as_text()?;
                Some(format!("'{}'", format!("{repo}:{path}").replace('\'', "''")))
            })
            .collect();
        if !places.is_empty() {
            let places: Vec<String> = places.into_iter().collect();
            let query = format!(include_str!("sql/knowers.sql"), places = places.join(", "));
            for row in told(self.ask(&query), "ownership").rows {
                if let [Value::Text(repo), Value::Text(path), Value::Text(person)] = row.as_slice() {
                    owners.add_knower(repo, path, person);
                }
            }
        }
        let any_repo = findings.iter().any(|f| f.owner.is_none() && f.facts.contains_key("repo"));
        if any_repo {
            for row in told(self.ask(include_str!("sql/repo_knowers.sql")), "active people").rows {
                if let [Value::Text(repo), Value::Text(person)] = row.as_slice() {
                    owners.add_knower(repo, "", person);
                }
            }
        }
        owners
    }

    /// Asks one signal. Nothing where its precondition is not met.
    fn hear(&self, signal: &Signal) -> Result<Option<Vec<Finding>>, String> {
        if let Some(needs) = &signal.needs
            && self.ask(needs)?.rows.is_empty()
        {
            return Ok(None);
        }
        let table = self.ask(&format!("SELECT * FROM {}", signal.view()))?;
        findings(signal, &table).map(Some)
    }

    fn evaluated(&self) -> &Evaluated {
        self.evaluated.get_or_init(|| self.evaluate())
    }

    fn evaluate(&self) -> Evaluated {
        let mut problems = self.problems.clone();
        let mut checked = Checked::default();
        let mut counts = BTreeMap::new();
        let mut all = Vec::new();
        for signal in self.signals.values() {
            checked.asked += 1;
            match self.hear(signal) {
                Ok(Some(found)) => {
                    checked.spoke += 1;
                    counts.insert(signal.name.clone(), found.len());
                    all.extend(found);
                }
                Ok(None) => checked.silent.push(Silent {
                    signal: signal.name.clone(),
                    why: signal.declare.clone(),
                    failed: false,
                }),
                Err(error) => {
                    problems.push(format!("signal `{}` ({}) failed: {error}", signal.name, signal.origin));
                    checked.silent.push(Silent { signal: signal.name.clone(), why: error, failed: true });
                }
            }
        }
        let lines = self.lines();
        let owners = self.owners(&all, &mut problems);
        let as_of = self.opening.as_of;
        let seen: BTreeMap<String, Timestamp> = self
            .ask(include_str!("sql/first_seen.sql"))
            .unwrap_or_default()
            .rows
            .into_iter()
            .filter_map(|row| match row.as_slice() {
                [Value::Text(row), Value::Time(at)] => Some((row.clone(), *at)),
                _ => None,
            })
            .collect();
        let actions = act::actions(&self.ask(include_str!("sql/actions.sql")).unwrap_or_default());
        let in_force = act::in_force(&actions);
        let rows = all
            .into_iter()
            .map(|finding| {
                let of_row = in_force.get(finding.id.as_str()).map(Vec::as_slice).unwrap_or_default();
                let standing =
                    act::standing(of_row, &finding.fingerprint, finding.patience, &self.calendar, as_of);
                let first_seen = seen.get(&finding.id).copied().unwrap_or(as_of);
                let owner = match &standing {
                    Standing::Delegated(to) => Some(Owner {
                        person: to.clone(),
                        is_guess: false,
                        why: "it was delegated to them".to_owned(),
                    }),
                    Standing::Open | Standing::Hidden => owners.nearest(&finding),
                };
                let route = route(&finding, owner.as_ref(), &lines, &self.calendar, first_seen, as_of);
                let is_new = !seen.is_empty() && !seen.contains_key(&finding.id);
                let row = self.row(&finding, owner.as_ref(), &route, first_seen, is_new);
                (row, finding, route, standing)
            })
            .collect();
        drop(in_force);
        Evaluated { rows, counts, checked, lines, seen, actions, problems }
    }

    fn row(
        &self,
        finding: &Finding,
        owner: Option<&Owner>,
        route: &Route,
        first_seen: Timestamp,
        new: bool,
    ) -> Row {
        let signal = self.signals.get(&finding.signal);
        let class = signal.map_or(qd_model::PriceClass::Waits, |signal| signal.price);
        let price = price(class, &finding.facts, &self.rates);
        Row {
            id: finding.id.clone(),
            signal: finding.signal.clone(),
            duty: signal.map(|signal| signal.duty.clone()).unwrap_or_default(),
            title: finding.title.clone(),
            asks: signal.map(|signal| signal.asks.clone()).unwrap_or_default(),
            subject: finding.subject.clone(),
            owner: owner.map(|owner| owner.person.clone()),
            is_owner_guessed: owner.is_some_and(|owner| owner.is_guess),
            holder: route.holder.clone(),
            chain: route.chain.clone(),
            since: finding.since,
            first_seen,
            patience: finding.patience,
            cost_per_day: cost_per_day(&price),
            price,
            minutes: finding.minutes,
            deadline: finding.deadline,
            rank: 0,
            url: finding.url.clone(),
            new,
            folded: Vec::new(),
            evidence: Evidence {
                query: signal.map(|signal| signal.query.clone()).unwrap_or_default(),
                facts: finding.facts.clone(),
            },
        }
    }

    /// The person called `name`: their id, or the start of one, or their name.
    fn person(&self, name: &str) -> Result<String, DeckError> {
        let lines = &self.evaluated().lines;
        if lines.people.contains_key(name) || name == lines.top {
            return Ok(name.to_owned());
        }
        // An id in other letters, a whole name, or a first name that only one person has.
        let first = |whole: &str| whole.split(' ').next().unwrap_or_default().to_lowercase();
        let ways: [&dyn Fn(&str, &str) -> bool; 3] = [
            &|id, _| id.eq_ignore_ascii_case(name),
            &|_, whole| whole.eq_ignore_ascii_case(name),
            &|_, whole| first(whole) == name.to_lowercase(),
        ];
        for way in ways {
            let found: Vec<&String> =
                lines.people.iter().filter(|(id, member)| way(id, &member.name)).map(|(id, _)| id).collect();
            if let [only] = found.as_slice() {
                return Ok((*only).clone());
            }
        }
        let ids = lines.people.keys().map(String::as_str);
        let error = DeckError::new(format!("unknown person `{name}`"));
        Err(match qd_model::nearest(name, ids) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint("`quarterdeck sql \"SELECT id, name FROM people\"` lists who is declared"),
        })
    }

    /// Rows in the order of a person's brief, and how many are not shown.
    fn arranged(&self, person: &str, request: &BriefRequest) -> (Vec<Row>, usize) {
        let evaluated = self.evaluated();
        let mine = evaluated
            .rows
            .iter()
            .filter(|(row, finding, _, standing)| {
                let is_theirs = if evaluated.lines.is_inferred && person != evaluated.lines.top {
                    row.owner.as_deref() == Some(person)
                } else {
                    row.holder == person
                };
                *standing != Standing::Hidden
                    && is_theirs
                    && (evaluated.lines.is_inferred
                        || evaluated.lines.may_see(person, &row.holder, finding.audience))
                    && (!request.since_last || row.new)
            })
            .map(|(row, ..)| row.clone())
            .collect();
        arrange(mine, &self.signals, &self.calendar, self.opening.as_of, request.all)
    }

    fn projects(&self) -> Vec<ProjectLine> {
        let recent: BTreeMap<String, usize> = self
            .ask(include_str!("sql/recent_commits.sql"))
            .unwrap_or_default()
            .rows
            .into_iter()
            .filter_map(|row| match row.as_slice() {
                [Value::Text(project), Value::Integer(commits)] => Some((project.clone(), *commits as usize)),
                _ => None,
            })
            .collect();
        self.company
            .projects()
            .filter(|project| !matches!(project.status(), Some("done" | "cancelled")))
            .map(|project| {
                let tasks: Vec<_> =
                    self.company.tasks().filter(|task| task.project() == Some(project.id())).collect();
                let done = tasks.iter().filter(|task| task.done() == Some(true)).count();
                ProjectLine {
                    id: project.id().to_owned(),
                    name: project.name().unwrap_or(project.id()).to_owned(),
                    status: project.status().unwrap_or("active").to_owned(),
                    lead: project.lead().map(str::to_owned),
                    deadline: project.deadline(),
                    tasks: (!tasks.is_empty()).then_some((done, tasks.len())),
                    commits: (!project.repositories().is_empty())
                        .then(|| recent.get(project.id()).copied().unwrap_or(0)),
                }
            })
            .collect()
    }

    /// What a past moment cannot show: branches and files are known from their first
    /// observation on.
    fn unobserved(&self) -> Option<String> {
        if self.opening.as_of >= self.opening.now {
            return None;
        }
        let first = self.ask(include_str!("sql/first_observed.sql")).ok()?;
        let first = first.rows.first()?.first()?.as_time()?;
        (self.opening.as_of < first).then(|| {
            let day = self.calendar.date(first);
            format!("branches, tags and files were first observed on {day}: before that they are unknown")
        })
    }

    /// Where the machine's clock stands before the last look at a source.
    fn ahead_of_clock(&self) -> Option<String> {
        let last = LastLook::read(&self.opening.state).sources.into_values().map(|look| look.at).max()?;
        (last > self.opening.now).then(|| {
            format!("the facts were read on {last}, after this machine's clock: what came since is not seen")
        })
    }

    /// What moved in the last seven days.
    fn changed(&self) -> Vec<String> {
        let table = self.ask(include_str!("sql/changed.sql")).unwrap_or_default();
        table.rows.iter().filter_map(|row| row.first()?.as_text().map(str::to_owned)).collect()
    }

    fn sources(&self) -> Vec<SourceAge> {
        let look = LastLook::read(&self.opening.state);
        self.opening
            .sources(&self.company)
            .into_iter()
            .map(|source| {
                let look = look.sources.get(&source.name);
                SourceAge {
                    units: look.map_or(0, |look| look.units),
                    synced_at: look.map(|look| look.at),
                    error: look.and_then(|look| look.error.clone()),
                    name: source.name,
                    kind: source.kind,
                }
            })
            .collect()
    }

    /// The rows that `id` (or the start of one) stands for: one, or all that the brief's
    /// row of that id speaks for.
    fn members(&self, id: &str) -> Result<Vec<&(Row, Finding, Route, Standing)>, DeckError> {
        let evaluated = self.evaluated();
        let whole = id.to_lowercase();
        let people: BTreeSet<&str> = evaluated.rows.iter().map(|(row, ..)| row.holder.as_str()).collect();
        let speakers =
            people.into_iter().flat_map(|person| self.arranged(person, &BriefRequest::default()).0);
        for row in speakers.filter(|row| !row.folded.is_empty() && row.id.starts_with(&whole)) {
            let ids: BTreeSet<&str> =
                row.folded.iter().map(|folded| folded.id.as_str()).chain([row.id.as_str()]).collect();
            return Ok(evaluated.rows.iter().filter(|(row, ..)| ids.contains(row.id.as_str())).collect());
        }
        self.find(id).map(|found| vec![found])
    }

    /// The row that `id` (or the start of one) names.
    fn find(&self, id: &str) -> Result<&(Row, Finding, Route, Standing), DeckError> {
        let id = id.to_lowercase();
        let found: Vec<_> =
            self.evaluated().rows.iter().filter(|(row, ..)| row.id.starts_with(&id)).collect();
        match found.as_slice() {
            [only] => Ok(only),
            [] => Err(DeckError::new(format!("no row has the id `{id}`"))
                .hint("ids stand at the start of each row of `quarterdeck brief --all`")),
            several => {
                let ids: Vec<&str> = several.iter().take(5).map(|(row, ..)| row.id.as_str()).collect();
                Err(DeckError::new(format!("`{id}` begins several ids: {}", ids.join(", "))))
            }
        }
    }

    /// The event of an action on one row, and what it does in words.
    fn event(
        &self,
        (row, finding, _, standing): &(Row, Finding, Route, Standing),
        verb: &Verb,
        by: &str,
        number: usize,
    ) -> Result<(serde_json::Value, String), DeckError> {
        let title = &row.title;
        let in_force = act::in_force(&self.evaluated().actions);
        let last = in_force.get(row.id.as_str()).and_then(|actions| actions.last());
        let (name, to, until, reason, undoes, said) = match verb {
            Verb::Done => ("done", None, None, None, None, format!("done: {title}")),
            Verb::Delegate { to } => {
                let to = self.person(to)?;
                let lines = &self.evaluated().lines;
                if lines.people.get(&to).is_some_and(|member| member.has_left) {
                    return Err(DeckError::new(format!("`{to}` has left the company")));
                }
                let said = format!("delegated to {}: {title}", lines.name(&to));
                ("delegate", Some(to), None, None, None, said)
            }
            Verb::Snooze { until } => {
                if *until <= self.session.today() {
                    return Err(DeckError::new(format!("{until} is not in the future")));
                }
                let said = format!("snoozed until {until}: {title}");
                ("snooze", None, Some(until.to_string()), None, None, said)
            }
            Verb::Dismiss { reason } => {
                let reason = reason.trim();
                if reason.is_empty() {
                    return Err(DeckError::new("a dismissal needs a reason")
                        .hint("say why it need not be dealt with: `--because \"...\"`"));
                }
                ("dismiss", None, None, Some(reason.to_owned()), None, format!("dismissed: {title}"))
            }
            Verb::Undo => {
                let Some(last) = last else {
                    let message = format!("nothing was done with `{}` that could be undone", row.id);
                    return Err(DeckError::new(message));
                };
                let said = format!("took back {} of {}: {title}", last.verb, self.calendar.date(last.at));
                ("undo", None, None, None, Some(last.id.clone()), said)
            }
        };
        let is_again = last.is_some_and(|last| last.verb == name) && !matches!(verb, Verb::Snooze { .. });
        if *standing == Standing::Hidden && is_again {
            return Err(DeckError::new(format!("`{}` is out of the brief already", row.id))
                .hint(format!("`quarterdeck undo {}` brings it back", row.id)));
        }
        let place = Intake::of(&self.opening.state).length();
        let event = json!({
            "id": qd_model::row_id(&format!("{}/{place}/{number}", self.opening.now), &row.id),
            "at": self.opening.now.to_string(),
            "by": by,
            "row": row.id,
            "signal": row.signal,
            "subject": row.subject,
            "verb": name,
            "to": to,
            "until": until,
            "reason": reason,
            "undoes": undoes,
            "fingerprint": finding.fingerprint,
        });
        Ok((event, said))
    }

    /// Keeps that this brief was made: rows seen for the first time, and when.
    ///
    /// # Errors
    /// Where the folder of facts cannot be written; the brief holds all the same.
    pub fn remember(&self, brief: &Brief) -> Result<(), DeckError> {
        let evaluated = self.evaluated();
        let at = self.opening.as_of.to_string();
        let by = brief.for_person.as_str();
        let mut events: Vec<serde_json::Value> = evaluated
            .rows
            .iter()
            .filter(|(row, ..)| !evaluated.seen.contains_key(&row.id))
            .map(|(row, ..)| {
                json!({"row": row.id, "signal": row.signal, "subject": row.subject, "at": at, "by": by})
            })
            .collect();
        // A marker of the brief itself, under no row.
        events.push(json!({"row": "", "signal": "", "subject": "", "at": at, "by": by}));
        Intake::of(&self.opening.state).add(&SEEN, &events).map_err(|error| {
            DeckError::new(format!(
                "what was shown cannot be kept in `{}`: {error}",
                self.opening.state.display()
            ))
        })
    }
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
        let fits = request.minutes.map(|minutes| {
            let mut left = minutes;
            rows.iter()
                .take_while(|row| {
                    let fits = row.minutes <= left;
                    left = left.saturating_sub(row.minutes);
                    fits
                })
                .count()
        });
        let mut held: Vec<Held> = evaluated
            .rows
            .iter()
            .filter(|(row, finding, _, standing)| {
                *standing != Standing::Hidden
                    && row.holder != person
                    && finding.audience != Audience::Person
                    && lines.line(&row.holder).contains(&person.as_str())
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
        let folder = self.opening.place.folder().file_name().unwrap_or_default().to_string_lossy();
        Ok(Brief {
            as_of: self.opening.as_of,
            for_name: match (&self.opening.reader, lines.people.contains_key(&person)) {
                (Some((name, _)), false) if person == UNNAMED && !name.is_empty() => name.clone(),
                _ => lines.name(&person).to_owned(),
            },
            for_person: person,
            company: if self.company.name().is_empty() {
                folder.into_owned()
            } else {
                self.company.name().to_owned()
            },
            is_inferred: lines.is_inferred,
            currency: self.rates.day_rate.as_ref().map(|(code, _)| code.clone()),
            minutes: request.minutes,
            fits,
            rows,
            rest,
            held_by_others: held,
            projects: self.projects(),
            changed: self.changed(),
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

    fn report(&self, name: &str) -> Result<Report, DeckError> {
        let found = built_in::REPORTS.iter().find(|(report, _)| *report == name);
        let Some((_, text)) = found else {
            let names = built_in::REPORTS.iter().map(|(report, _)| *report);
            let error = DeckError::new(format!("there is no report `{name}`"));
            return Err(match qd_model::nearest(name, names.clone()) {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error.hint(format!("there are: {}", names.collect::<Vec<_>>().join(", "))),
            });
        };
        let (head, about) = comments(text);
        let table = self.sql(text, 1000)?;
        Ok(Report {
            name: name.to_owned(),
            title: head.get("title").cloned().unwrap_or_else(|| name.to_owned()),
            about,
            empty: head.get("empty").or_else(|| head.get("declare")).cloned().unwrap_or_default(),
            table,
            query: (*text).to_owned(),
        })
    }

    fn act(&self, id: &str, verb: &Verb, by: &str) -> Result<String, DeckError> {
        let members = self.members(id)?;
        let by = if by == UNNAMED { by.to_owned() } else { self.person(by)? };
        let mut events = Vec::new();
        let mut said = Vec::new();
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
        let lake = open_lake(&self.opening)?;
        fold_intake(&self.opening, &lake)?;
        Ok(said.join("\n"))
    }

    fn check(&self) -> (&[Diagnostic], &Files) {
        (&self.diagnostics, &self.files)
    }
}
