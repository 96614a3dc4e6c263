//! `tui`: the brief in the terminal. Here stand the threads: one reads keys, one asks the deck, one
//! reads the sources while there is something to read; this one draws and never waits for them.

mod terminal;
mod words;
mod worker;

use std::{
    io::{self, IsTerminal},
    panic::{self, AssertUnwindSafe},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::Ordering,
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread,
    time::Duration,
};

use anyhow::{Context, Result, anyhow};
use qd_model::DeckError;
use qd_tui::{Effect, Event, State, draw, update};

use self::{
    terminal::Screen,
    worker::{Job, Worker},
};
use crate::{
    cli::{Global, TuiArgs},
    commands::{act, answer, brief},
    printer::Printer,
    rim,
};

/// How long to wait before looking at the size of the terminal and at signals again.
const BEAT: Duration = Duration::from_millis(100);

/// What reaches the thread that draws.
enum Incoming {
    /// Something to show.
    Event(Event),
    /// All keys that were read came before this; no more are read until it is answered.
    Read,
    /// There will be no more keys.
    Closed,
    /// There is nothing to show at all.
    Fatal(anyhow::Error),
}

pub(crate) fn tui(global: &Global, args: &TuiArgs, printer: &Printer) -> Result<bool> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() || rim::is_terminal_dumb() {
        return Err(DeckError::new("`tui` needs a terminal to draw on and to read keys from")
            .hint("`quarterdeck brief` prints the same")
            .into());
    }
    brief::opening(global, &args.which)?;
    let (outgoing, incoming) = mpsc::channel();
    let (jobs, todo) = mpsc::channel();
    let mut worker = Worker::new(global, &args.which, outgoing.clone());
    if args.which.no_sync {
        let _ = jobs.send(Job::Brief);
    } else {
        worker::sync(global, &args.which, &outgoing, &jobs);
    }
    let asking = thread::spawn(move || worker.work(&todo));
    let shown = shielded(|| {
        let mut screen = Screen::open()?;
        let (columns, lines) = screen.size();
        let state = State::new(columns, lines, printer.has_colour());
        let (go, may_read) = mpsc::channel();
        terminal::read_keys(outgoing.clone(), may_read);
        let runner = Runner { global, args, jobs: jobs.clone(), outgoing: outgoing.clone(), go };
        runner.run(&mut screen, state, &incoming)
    });
    // What was asked for is done before the program ends; a brief that nobody will see is not waited for.
    let _ = jobs.send(Job::End);
    if !shown? {
        return Ok(true);
    }
    printer.say("finishing what was asked for");
    asking.join().map_err(|_| anyhow!("the deck's thread failed"))?;
    // What failed after the last screen would be known to nobody.
    let mut is_clean = true;
    while let Ok(came) = incoming.try_recv() {
        if let Incoming::Event(Event::Acted(_, Err(error))) = came {
            printer.complain(&format!("error: {error}"));
            is_clean = false;
        }
    }
    Ok(is_clean)
}

/// Runs what draws. Should it fail, that is said when the terminal is a terminal again.
fn shielded(show: impl FnOnce() -> Result<bool>) -> Result<bool> {
    let told = Arc::new(Mutex::new(String::new()));
    let before = panic::take_hook();
    let heard = Arc::clone(&told);
    panic::set_hook(Box::new(move |failure| {
        *heard.lock().unwrap_or_else(PoisonError::into_inner) = failure.to_string();
    }));
    let shown = panic::catch_unwind(AssertUnwindSafe(show));
    panic::set_hook(before);
    shown.unwrap_or_else(|_| {
        let told = told.lock().unwrap_or_else(PoisonError::into_inner);
        Err(anyhow!("this is a mistake of the program: {told}"))
    })
}

/// Carries out what the keys ask for.
struct Runner<'a> {
    global: &'a Global,
    args: &'a TuiArgs,
    jobs: Sender<Job>,
    outgoing: Sender<Incoming>,
    /// Lets more keys be read.
    go: Sender<()>,
}

impl Runner<'_> {
    /// Shows the state until the reader leaves; true where something is still being done.
    fn run(&self, screen: &mut Screen, mut state: State, incoming: &Receiver<Incoming>) -> Result<bool> {
        let is_stopped = terminal::stop_signals()?;
        screen.draw(|frame| draw(&state, frame))?;
        loop {
            let mut next = match incoming.recv_timeout(BEAT) {
                Ok(next) => Some(next),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return Ok(false),
            };
            let mut is_changed = next.is_some();
            // What has come together is drawn together.
            while let Some(came) = next {
                let event = match came {
                    Incoming::Event(event) => event,
                    Incoming::Read => {
                        // Without a reader there are no more keys, which it says itself.
                        let _ = self.go.send(());
                        next = incoming.try_recv().ok();
                        continue;
                    }
                    Incoming::Closed => return Ok(state.is_acting()),
                    Incoming::Fatal(error) => return Err(error),
                };
                for effect in update(&mut state, event) {
                    if effect == Effect::Quit {
                        return Ok(state.is_acting());
                    }
                    let event = match effect {
                        Effect::Answer(id) => Some(self.answer(screen, &id)?),
                        effect => self.carry_out(effect),
                    };
                    if let Some(event) = event {
                        update(&mut state, event);
                    }
                }
                next = incoming.try_recv().ok();
            }
            if is_stopped.load(Ordering::Relaxed) {
                return Ok(state.is_acting());
            }
            if let Some((columns, lines)) = screen.resized()? {
                update(&mut state, Event::Size(columns, lines));
                is_changed = true;
            }
            if is_changed {
                screen.draw(|frame| draw(&state, frame))?;
            }
        }
    }

    /// Leaves the screen for the reader's editor, and comes back.
    fn answer(&self, screen: &mut Screen, id: &str) -> Result<Event> {
        let write = || {
            act::refuse_past(self.global)?;
            answer::by_hand(&brief::opening(self.global, &self.args.which)?, id)
        };
        Ok(match screen.lend(write)? {
            Ok(said) => Event::Said(said),
            Err(error) => Event::Failed(worker::told(&error)),
        })
    }

    /// Has an effect carried out elsewhere; what there is to say of it at once.
    fn carry_out(&self, effect: Effect) -> Option<Event> {
        match effect {
            Effect::Refresh => {
                worker::sync(self.global, &self.args.which, &self.outgoing, &self.jobs);
                None
            }
            Effect::Browse(url) => terminal::browse(&url)
                .with_context(|| format!("no browser could be started for {url}"))
                .err()
                .map(|error| Event::Failed(format!("{error:#}"))),
            other => {
                let lost = self.jobs.send(Job::Effect(other)).is_err();
                lost.then(|| Event::Failed("the deck's thread has ended: leave and start again".to_owned()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::shielded;

    #[test]
    fn a_mistake_of_the_program_is_told_and_ends_nothing_else() {
        assert!(shielded(|| Ok(true)).is_ok_and(|is_acting| is_acting));
        let failed = shielded(|| panic!("no such row")).expect_err("it failed");
        assert!(failed.to_string().contains("no such row"), "{failed}");
    }
}
