//! The deck as one person may see it, who is not at the top of the reporting lines.
//!
//! Rows are the whole deck's, and shown where routing lets this person see them. SQL, reports and signals are asked of a
//! session whose tables were narrowed by [`crate::sight`] before any view was defined over them, so that
//! nothing that is derived can tell more than its tables.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use qd_engines::ENGINES;
use qd_lake::{Lake, Limits, QueryError, Session};
use qd_model::{
    Brief, BriefRequest, Deck, DeckError, Diagnostic, Explanation, Files, Report, ReportRequest, SharedDeck,
    SignalLine, Table, Verb,
};
use qd_tables::{ALL, CONFIRMATIONS, Role};

use super::{LocalDeck, asked, session};
use crate::{act, shelf::Shelf, sight::Eyes, sync::chain};

/// The deck that `person` may see.
pub(super) fn seen_by(whole: Arc<LocalDeck>, person: &str) -> Result<SharedDeck, DeckError> {
    let lines = &whole.evaluated().lines;
    let person = whole.person(person)?;
    if lines.is_inferred || person == lines.top || lines.line(&lines.top).contains(&person.as_str()) {
        return Ok(whole);
    }
    Ok(Arc::new(Narrowed::new(whole, person)?))
}

/// A deck of which one person sees a part.
struct Narrowed {
    whole: Arc<LocalDeck>,
    person: String,
    session: Session,
    shelf: Shelf,
    making: Mutex<()>,
    nothing: Files,
}

impl Narrowed {
    fn new(whole: Arc<LocalDeck>, person: String) -> Result<Self, DeckError> {
        let failed = |error: QueryError| DeckError::new(chain(&error));
        let lake = match Lake::open_read_only(&whole.opening.state) {
            Ok(lake) => Some(lake),
            Err(qd_lake::LakeError::Missing(_)) => None,
            Err(error) => return Err(DeckError::new(chain(&error))),
        };
        let session =
            session(&whole.opening, &whole.company, &whole.assumptions, lake.as_ref(), whole.today());
        let session = session.map_err(failed)?;
        let eyes = Arc::new(whole.eyes(&person));
        for table in ALL.iter().filter(|table| table.role != Role::Engine) {
            narrow(&session, table, &eyes).map_err(failed)?;
        }
        session.register_empty(&CONFIRMATIONS).map_err(failed)?;
        let (lender, theirs) = (whole.clone(), eyes);
        let shelf = whole.shelf.lent(Box::new(move |session, name| {
            let engine = ENGINES.iter().find(|engine| engine.output.name == name);
            let query = match (engine, theirs.view(name)) {
                (Some(_), _) => format!("SELECT * FROM {name}"),
                (None, Some(query)) => query,
                (None, None) => return Ok(false),
            };
            lender.prepare(&query)?;
            let limits = Limits { rows: usize::MAX, ..Limits::default() };
            let answer = lender.session.query(&query, &limits)?;
            session.register(name, &answer.schema, answer.batches)?;
            if let Some(engine) = engine {
                narrow(session, engine.output, &theirs)?;
            }
            Ok(true)
        }));
        let (making, nothing) = Default::default();
        Ok(Self { whole, person, session, shelf, making, nothing })
    }

    /// Whether one of the rows that `id` stands for is one that this person may see.
    fn sees(&self, id: &str) -> bool {
        let lines = &self.whole.evaluated().lines;
        let Ok(members) = self.whole.members(id) else { return false };
        !members.is_empty()
            && members.iter().all(|(row, finding, ..)| {
                lines.may_see(&self.person, &row.holder, finding.audience)
                    || self.whole.is_given_by(&row.id, &self.person)
            })
    }

    /// Whether this person was the last who did something with the row.
    fn acted_last(&self, id: &str) -> bool {
        let in_force = act::in_force(&self.whole.evaluated().actions);
        in_force.get(id).and_then(|actions| actions.last()).is_some_and(|last| last.by == self.person)
    }

    fn unknown(id: &str) -> DeckError {
        DeckError::new(format!("no row that you may see has the id `{id}`"))
    }
}

fn narrow(session: &Session, table: &qd_tables::Declaration, eyes: &Eyes) -> Result<(), QueryError> {
    match eyes.query(table, table.name) {
        Some(_) => session.narrow(table, |from| eyes.query(table, from).unwrap_or_default()),
        None => Ok(()),
    }
}

impl LocalDeck {
    /// How facts name `person` and those below, and which sources are theirs.
    fn eyes(&self, person: &str) -> Eyes {
        let lines = &self.evaluated().lines;
        let is_mine = |id: &str| id == person || lines.line(id).contains(&person);
        let mut eyes = Eyes::default();
        for known in self.company.people().filter(|known| is_mine(known.id())) {
            let names = [known.id()].into_iter().chain(known.name());
            let spelt = names
                .chain(known.mails().iter().map(String::as_str))
                .chain(known.logins().iter().map(String::as_str));
            for name in spelt.map(str::to_lowercase) {
                if known.id() == person {
                    eyes.me.insert(name.clone());
                }
                eyes.mine.insert(name);
            }
        }
        let own = self.company.sources().filter(|source| source.person() == Some(person));
        eyes.sources = own.map(|source| source.id().to_owned()).collect();
        eyes
    }
}

impl Deck for Narrowed {
    fn as_of(&self) -> Timestamp {
        self.whole.as_of()
    }

    fn brief(&self, request: &BriefRequest) -> Result<Brief, DeckError> {
        let lines = &self.whole.evaluated().lines;
        let asked = request.for_person.as_deref().unwrap_or(&self.person);
        let whose = self.whole.person(asked)?;
        let is_own = whose == self.person;
        if !is_own && !lines.line(&whose).contains(&self.person.as_str()) {
            return Err(DeckError::new(format!("the brief of `{whose}` is for those above them alone")));
        }
        let mut brief = self.whole.brief(&BriefRequest { for_person: Some(whose), ..request.clone() })?;
        if !is_own {
            brief.rows.retain(|row| self.sees(&row.id));
            // Somebody's day is their own.
            (brief.meetings, brief.until, brief.offers, brief.notices) = Default::default();
        }
        // What was changed in the company's texts, and what is wrong with them, is for whoever keeps them.
        (brief.changed, brief.problems) = Default::default();
        Ok(brief)
    }

    fn explain(&self, id: &str) -> Result<Explanation, DeckError> {
        if self.sees(id) { self.whole.explain(id) } else { Err(Self::unknown(id)) }
    }

    fn sql(&self, query: &str, rows: usize) -> Result<Table, DeckError> {
        let limits = Limits { rows, mebibytes: self.whole.opening.mebibytes, ..Limits::default() };
        {
            let _one = self.making.lock().unwrap_or_else(PoisonError::into_inner);
            if query.contains("meta.") && !self.session.knows("meta.signals") {
                self.whole.register_meta_in(&self.session).map_err(|error| asked(&error))?;
            }
            self.shelf.prepare(&self.session, query).map_err(|error| asked(&error))?;
        }
        self.session.query(query, &limits).map(|answer| answer.table()).map_err(|error| asked(&error))
    }

    fn signals(&self) -> Vec<SignalLine> {
        let evaluated = self.whole.evaluated();
        let mut signals = self.whole.signals();
        for signal in &mut signals {
            // How many rows others have is theirs.
            signal.rows = signal.rows.map(|_| {
                let rows = evaluated.rows.iter().filter(|(row, ..)| row.signal == signal.name);
                rows.filter(|(row, finding, ..)| {
                    evaluated.lines.may_see(&self.person, &row.holder, finding.audience)
                })
                .count()
            });
        }
        signals
    }

    fn reports(&self) -> Vec<(String, String)> {
        self.whole.reports()
    }

    fn report(&self, name: &str, request: &ReportRequest) -> Result<Report, DeckError> {
        self.whole.report_over(name, request, Some(&self.person), &|query, rows| self.sql(query, rows))
    }

    fn act(&self, id: &str, verb: &Verb, _: &str) -> Result<String, DeckError> {
        if self.sees(id) || (*verb == Verb::Undo && self.acted_last(id)) {
            return self.whole.act(id, verb, &self.person);
        }
        Err(Self::unknown(id))
    }

    fn check(&self) -> (&[Diagnostic], &Files) {
        (&[], &self.nothing)
    }

    fn seen_by(self: Arc<Self>, person: &str) -> Result<SharedDeck, DeckError> {
        if person == self.person { Ok(self) } else { Err(DeckError::new("this view is one person's")) }
    }

    fn is_whole(&self) -> bool {
        false
    }
}
