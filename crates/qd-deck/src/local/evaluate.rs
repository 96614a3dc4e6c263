//! Asking the signals, and making rows of what they find.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use jiff::Timestamp;
use qd_model::{BriefRequest, Checked, Evidence, Row, Silent, Table, Value};

use qd_tables::Role;

use super::{Evaluated, LocalDeck};
use crate::{
    act::{self, Standing},
    finding::{Finding, findings},
    owners::{CodeOwner, Owners},
    price::{cost_per_day, price},
    rank::arrange,
    route::{Owner, Route, route},
    signal::Signal,
};

/// What a signal found; nothing where its precondition is not met; or why it failed.
type Heard = Result<Option<Vec<Finding>>, String>;

/// Stack of a thread that plans queries, which nest deeply: that of a program's first thread.
const STACK: usize = 8 << 20;

impl LocalDeck {
    /// Who owns what, with who knows it for those `findings` that name no owner.
    pub(super) fn owners(&self, findings: &[Finding], problems: &mut Vec<String>) -> Owners {
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
        let code: Vec<CodeOwner> = told(self.ask(include_str!("../sql/code_owners.sql")), "code owners")
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
            let query = format!(include_str!("../sql/knowers.sql"), places = places.join(", "));
            for row in told(self.ask(&query), "ownership").rows {
                if let [Value::Text(repo), Value::Text(path), Value::Text(person)] = row.as_slice() {
                    owners.add_knower(repo, path, person);
                }
            }
        }
        let any_repo = findings.iter().any(|f| f.owner.is_none() && f.facts.contains_key("repo"));
        if any_repo {
            for row in told(self.ask(include_str!("../sql/repo_knowers.sql")), "active people").rows {
                if let [Value::Text(repo), Value::Text(person)] = row.as_slice() {
                    owners.add_knower(repo, "", person);
                }
            }
        }
        owners
    }

    /// Asks one signal. Nothing where its precondition is not met.
    pub(super) fn hear(&self, signal: &Signal) -> Result<Option<Vec<Finding>>, String> {
        if let Some(needs) = &signal.needs
            // A mistake in the company's own is told even where there is nothing to ask.
            && (!self.files.contains_key(&signal.origin) && self.surely_empty(needs)
                || self.ask(needs)?.rows.is_empty())
        {
            return Ok(None);
        }
        let table = self.ask(&format!("SELECT * FROM {}", signal.view()))?;
        findings(signal, &table).map(Some)
    }

    /// Asks all signals, in their order, several at once: most of the time goes into planning, which one thread does.
    fn hear_all(&self) -> Vec<Heard> {
        let signals: Vec<&Signal> = self.signals.values().collect();
        let next = AtomicUsize::new(0);
        let ask = || {
            let mut heard = Vec::new();
            while let Some(signal) = signals.get(next.fetch_add(1, Ordering::Relaxed)) {
                heard.push((signal.name.as_str(), self.hear(signal)));
            }
            heard
        };
        let mut heard: Vec<(&str, Heard)> = thread::scope(|scope| {
            let beside: Vec<_> = (1..self.opening.threads)
                .filter_map(|_| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, ask).ok())
                .collect();
            let mut heard = ask();
            for thread in beside {
                match thread.join() {
                    Ok(more) => heard.extend(more),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            heard
        });
        heard.sort_by_key(|(name, _)| *name);
        heard.into_iter().map(|(_, heard)| heard).collect()
    }

    /// Whether a query has no row for certain, since nothing is stored or declared of what it rests on.
    fn surely_empty(&self, query: &str) -> bool {
        self.shelf.surely_empty(&self.session, query, &|name| {
            let stored = name.strip_prefix("observed.").unwrap_or(name);
            match qd_tables::declaration(stored).map(|table| (table, table.role)) {
                Some((table, Role::Event(_) | Role::State)) => !self.session.has_files(table.name),
                Some((table, Role::Intent(_))) if stored == name => self.empty.contains(table.name),
                _ => false,
            }
        })
    }

    pub(super) fn evaluated(&self) -> &Evaluated {
        self.evaluated.get_or_init(|| self.evaluate())
    }

    pub(super) fn evaluate(&self) -> Evaluated {
        let mut problems = self.problems.clone();
        let mut checked = Checked::default();
        let mut counts = BTreeMap::new();
        let mut all = Vec::new();
        for (signal, heard) in self.signals.values().zip(self.hear_all()) {
            checked.asked += 1;
            match heard {
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
            .ask(include_str!("../sql/first_seen.sql"))
            .unwrap_or_default()
            .rows
            .into_iter()
            .filter_map(|row| match row.as_slice() {
                [Value::Text(row), Value::Time(at)] => Some((row.clone(), *at)),
                _ => None,
            })
            .collect();
        let mut actions = act::actions(&self.ask(include_str!("../sql/actions.sql")).unwrap_or_default());
        // Asked only where somebody waits for something: it looks at everything that was ever said.
        if actions.iter().any(|action| action.awaits.is_some()) {
            let came = self.ask(include_str!("../sql/came.sql")).unwrap_or_default().rows;
            let came: BTreeSet<&str> = came.iter().filter_map(|row| row.first()?.as_text()).collect();
            actions.iter_mut().for_each(|action| action.has_come = came.contains(action.id.as_str()));
        }
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

    pub(super) fn row(
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

    /// Rows in the order of a person's brief, and how many are not shown.
    pub(super) fn arranged(&self, person: &str, request: &BriefRequest) -> (Vec<Row>, usize) {
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
}
