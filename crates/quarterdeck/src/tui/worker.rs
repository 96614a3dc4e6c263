//! Asks the deck, one thing after the other, through the code of the commands.

use std::{
    panic::{self, AssertUnwindSafe},
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, Sender, TryRecvError},
    },
    thread,
};

use anyhow::{Result, bail};
use jiff::tz::TimeZone;
use qd_deck::{LocalDeck, Opening, read_company};
use qd_model::{Deck, DeckError, Verb};
use qd_sources::{git::Progress, http::Patience};
use qd_tui::{Deed, Effect, Event, Page};

use super::{Incoming, words};
use crate::{
    cli::{Global, WhichBrief},
    commands::{act, answer, brief, todo},
};

/// What the worker is asked.
pub(super) enum Job {
    /// To make the brief; nothing new was read before.
    Brief,
    /// To make the brief after the sources were read; what went wrong with that.
    Synced(Vec<String>),
    /// What a key asked for.
    Effect(Effect),
    /// To end.
    End,
}

/// The deck, and what is known of the last brief made of it.
pub(super) struct Worker {
    global: Global,
    which: WhichBrief,
    outgoing: Sender<Incoming>,
    deck: Option<LocalDeck>,
    zone: TimeZone,
    /// Number of the last action.
    acted: u64,
    is_begun: bool,
    problems: Vec<String>,
}

impl Worker {
    pub(super) fn new(global: &Global, which: &WhichBrief, outgoing: Sender<Incoming>) -> Self {
        Self {
            global: global.clone(),
            which: which.clone(),
            outgoing,
            deck: None,
            zone: TimeZone::UTC,
            acted: 0,
            is_begun: false,
            problems: Vec::new(),
        }
    }

    /// Works until it is to end, and all that was asked before is done.
    pub(super) fn work(&mut self, jobs: &Receiver<Job>) {
        let mut is_stale = false;
        loop {
            // A brief is made when all actions that wait are done: each would change it again.
            let job = match jobs.try_recv() {
                Ok(job) => job,
                Err(TryRecvError::Empty) if is_stale => {
                    is_stale = false;
                    self.send(Event::Busy(Some("making the brief anew".to_owned())));
                    Job::Brief
                }
                Err(TryRecvError::Empty) => jobs.recv().unwrap_or(Job::End),
                Err(TryRecvError::Disconnected) => Job::End,
            };
            if matches!(job, Job::End) {
                return;
            }
            let done = panic::catch_unwind(AssertUnwindSafe(|| self.carry_out(job)));
            match done {
                Ok(changed) => is_stale |= changed,
                Err(_) => {
                    self.send(Event::Busy(None));
                    self.send(Event::Failed("that failed by a mistake of the program".to_owned()));
                }
            }
        }
    }

    fn send(&self, event: Event) {
        // With nobody left to show it to, it need not be shown.
        let _ = self.outgoing.send(Incoming::Event(event));
    }

    /// Does one thing; true where the brief has to be made anew for it.
    fn carry_out(&mut self, job: Job) -> bool {
        match job {
            Job::Brief => self.brief(),
            Job::Synced(problems) => {
                self.problems = problems;
                self.brief();
            }
            Job::Effect(Effect::All(all)) => {
                self.which.all = all;
                self.again();
            }
            Job::Effect(Effect::Explain(id)) => {
                let deck = self.deck.as_ref().ok_or_else(|| DeckError::new("there is no brief yet"));
                let explained = deck.and_then(|deck| deck.explain(&id));
                let explained = explained.map(|explanation| words::explained(&explanation));
                self.send(Event::Explained(id, explained.map_err(|error| told(&error.into()))));
            }
            Job::Effect(Effect::Load(page)) => {
                let list = self.list(page).map_err(|error| told(&error));
                self.send(Event::List(page, list));
            }
            Job::Effect(Effect::Act { number, on, deed }) => {
                let outcome = self.act(&on, &deed);
                let is_done = outcome.is_ok();
                self.acted = self.acted.max(number);
                self.send(Event::Acted(number, outcome.map_err(|error| told(&error))));
                return is_done;
            }
            Job::End
            | Job::Effect(Effect::Quit | Effect::Refresh | Effect::Browse(_) | Effect::Answer(_)) => {}
        }
        false
    }

    /// Makes the brief of the facts as they are now.
    fn brief(&mut self) {
        match self.opened() {
            Ok(deck) => {
                self.deck = Some(deck);
                self.again();
            }
            Err(error) => self.fail(error),
        }
    }

    fn opened(&mut self) -> Result<LocalDeck> {
        let opening = brief::opening(&self.global, &self.which)?;
        if self.global.as_of.is_none() && !self.is_begun && self.which.no_sync {
            self.problems.extend(brief::fold_waiting(&opening));
        }
        self.zone = opening.calendar(&read_company(&opening).0).zone;
        Ok(LocalDeck::open(opening)?)
    }

    /// Tells the brief of the deck that is open.
    fn again(&mut self) {
        let Some(deck) = &self.deck else { return };
        match deck.brief(&brief::request(&self.which, false)) {
            Ok(mut brief) => {
                brief.problems.append(&mut self.problems);
                // What is new is new against the brief before this program was started.
                if !self.is_begun
                    && self.global.as_of.is_none()
                    && let Err(error) = deck.remember(&brief)
                {
                    brief.problems.push(error.message);
                }
                self.is_begun = true;
                let listing = Box::new(words::listing(&brief, deck.company(), &self.zone));
                self.send(Event::Brief { listing, after: self.acted });
            }
            Err(error) => self.fail(error.into()),
        }
    }

    /// Without a first brief there is nothing to show; later, the one there is stays.
    fn fail(&self, error: anyhow::Error) {
        if self.is_begun {
            self.send(Event::Busy(None));
            self.send(Event::Failed(told(&error)));
        } else {
            let _ = self.outgoing.send(Incoming::Fatal(error));
        }
    }

    fn list(&self, page: Page) -> Result<Vec<qd_tui::Entry>> {
        let Some(deck) = &self.deck else { bail!("there is no brief yet") };
        Ok(match page {
            Page::Unanswered => words::unanswered(&deck.evening(self.which.for_person.as_deref())?),
            Page::Todos => {
                todo::entries(deck)?.iter().map(|entry| words::todo(entry, deck.today())).collect()
            }
            Page::Brief | Page::Others => Vec::new(),
        })
    }

    /// Carries out an action, with a deck of this moment as each command has one: actions are told apart
    /// by their time.
    fn act(&self, on: &str, deed: &Deed) -> Result<String> {
        act::refuse_past(&self.global)?;
        let opening = brief::opening(&self.global, &self.which)?;
        let deck = LocalDeck::open(opening.clone())?;
        let verb = match deed {
            Deed::Done => Verb::Done,
            Deed::Delegate(to) => Verb::Delegate { to: to.clone() },
            Deed::Snooze(until) => act::snooze(&deck, until)?,
            Deed::Dismiss(reason) => Verb::Dismiss { reason: reason.clone() },
            Deed::Undo => Verb::Undo,
            Deed::Todo(by) => {
                let (_, line) =
                    todo::add(&opening, &deck, (on, deck.brief_reader().as_deref()), None, by.as_deref())?;
                return Ok(format!("to do: {line}"));
            }
            Deed::Kept => return keep(&opening, &deck, on, true),
            Deed::Unkept => return keep(&opening, &deck, on, false),
        };
        // The letters are about rows as they stand before.
        let letters = match deed {
            Deed::Delegate(to) => answer::hand_overs(&deck, &[on.to_owned()], to, false)?,
            _ => answer::HandOvers::default(),
        };
        let mut said = deck.act(on, &verb, &act::actor(&deck))?;
        for letter in &letters.letters {
            said.push_str(&format!(
                "; {}",
                answer::told(&letter.draft, &letter.save(&opening, &letter.draft)?)
            ));
        }
        Ok(said)
    }
}

/// Marks an entry of the list as done, or as not done after all.
fn keep(opening: &Opening, deck: &LocalDeck, id: &str, is_done: bool) -> Result<String> {
    qd_deck::mark_todo(opening, id, is_done.then(|| deck.today()))?;
    Ok(if is_done { "done".to_owned() } else { "on the list again".to_owned() })
}

/// An error in one line, with what to do.
pub(super) fn told(error: &anyhow::Error) -> String {
    let hint = error.downcast_ref::<DeckError>().and_then(|error| error.hint.as_ref());
    let hint = hint.map(|hint| format!(" ({hint})")).unwrap_or_default();
    format!("{error:#}{hint}")
}

/// True while the sources are being read.
static IS_READING: AtomicBool = AtomicBool::new(false);

/// Reads the sources on a thread of its own, and has the brief made after that; nothing where they are
/// being read already.
pub(super) fn sync(global: &Global, which: &WhichBrief, outgoing: &Sender<Incoming>, jobs: &Sender<Job>) {
    if IS_READING.swap(true, Ordering::AcqRel) {
        return;
    }
    let (global, which, outgoing, jobs) = (global.clone(), which.clone(), outgoing.clone(), jobs.clone());
    let busy = |what: &str| Incoming::Event(Event::Busy(Some(what.to_owned())));
    let _ = outgoing.send(busy("reading the sources"));
    thread::spawn(move || {
        let read = panic::catch_unwind(AssertUnwindSafe(|| read(&global, &which, &outgoing)));
        IS_READING.store(false, Ordering::Release);
        let problems = match read {
            Ok(Ok(())) => Vec::new(),
            Ok(Err(error)) => vec![format!("nothing new could be read: {}", told(&error))],
            Err(_) => vec!["reading failed by a mistake of the program".to_owned()],
        };
        let _ = outgoing.send(busy("asking the signals"));
        let _ = jobs.send(Job::Synced(problems));
    });
}

fn read(global: &Global, which: &WhichBrief, outgoing: &Sender<Incoming>) -> Result<()> {
    let opening = brief::opening(global, which)?;
    let (company, ..) = read_company(&opening);
    // A sender is not shared between threads, and sources are read side by side.
    let telling = std::sync::Mutex::new(outgoing.clone());
    let watcher = |source: &str, progress: Progress<'_>| {
        let busy = format!("reading {source}: {}, {} of {}", progress.repo, progress.done, progress.found);
        if let Ok(outgoing) = telling.lock() {
            let _ = outgoing.send(Incoming::Event(Event::Busy(Some(busy))));
        }
    };
    qd_deck::sync(&opening, &company, &[], Patience::BRIEF, &watcher)?;
    Ok(())
}
