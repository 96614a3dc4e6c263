//! The terminal itself: taken over and given back, its size, its keys, signals, the browser.

use std::{
    io::{self, Read, Stdout, Write},
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::AtomicBool,
        mpsc::{Receiver, Sender},
    },
    thread,
};

use anyhow::{Context, Result};
use qd_tui::{Decoder, Event};
use ratatui::{Frame, Terminal, backend::TermionBackend};
use termion::{
    cursor,
    raw::{IntoRawMode, RawTerminal},
    screen::{AlternateScreen, IntoAlternateScreen},
};

use super::Incoming;

/// Has the terminal mark what is pasted, so that it is not taken for commands.
const TELL_PASTES: &[u8] = b"\x1b[?2004h";
/// Ends that.
const NO_PASTES: &str = "\x1b[?2004l";

/// The terminal while it is ours. Dropped, it is as it was.
pub(super) struct Screen {
    /// None while the terminal is somebody else's.
    terminal: Option<Drawn>,
    size: (u16, u16),
}

type Drawn = Terminal<TermionBackend<AlternateScreen<RawTerminal<Stdout>>>>;

impl Screen {
    pub(super) fn open() -> Result<Self> {
        let size = termion::terminal_size().context("the terminal does not say its size")?;
        Ok(Self { terminal: Some(taken_over()?), size })
    }

    /// Gives the terminal back while `work` is done on it, and takes it over again.
    pub(super) fn lend<T>(&mut self, work: impl FnOnce() -> T) -> Result<T> {
        self.give_back();
        let done = work();
        self.terminal = Some(taken_over()?);
        Ok(done)
    }

    fn give_back(&mut self) {
        let Some(mut terminal) = self.terminal.take() else { return };
        // Nobody is left to tell where this fails; the fields' own drops do the rest.
        let _ = write!(terminal.backend_mut(), "{NO_PASTES}{}", cursor::Show);
        let _ = io::Write::flush(terminal.backend_mut());
        drop(terminal);
        // The word that leaves this screen is written by the drop, and not yet sent.
        let _ = io::stdout().flush();
    }

    /// Columns and lines.
    pub(super) fn size(&self) -> (u16, u16) {
        self.size
    }

    /// The new size, where it changed.
    pub(super) fn resized(&mut self) -> Result<Option<(u16, u16)>> {
        let size = termion::terminal_size()?;
        if size == self.size {
            return Ok(None);
        }
        self.size = size;
        Ok(Some(size))
    }

    pub(super) fn draw(&mut self, draw: impl FnOnce(&mut Frame<'_>)) -> Result<()> {
        if let Some(terminal) = &mut self.terminal {
            terminal.draw(draw)?;
        }
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.give_back();
    }
}

fn taken_over() -> Result<Drawn> {
    let raw = io::stdout().into_raw_mode().context("the terminal cannot be taken over")?;
    let mut screen = raw.into_alternate_screen()?;
    screen.write_all(TELL_PASTES)?;
    Ok(Terminal::new(TermionBackend::new(screen))?)
}

/// Sends the keys that are pressed from now on. What was read is carried out before more is read (`go`): it
/// may start an editor, whose keys are not ours.
pub(super) fn read_keys(outgoing: Sender<Incoming>, go: Receiver<()>) {
    thread::spawn(move || {
        let mut decoder = Decoder::default();
        let mut bytes = [0; 1024];
        loop {
            let read = match io::stdin().lock().read(&mut bytes) {
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(_) => 0,
            };
            if read == 0 {
                let _ = outgoing.send(Incoming::Closed);
                return;
            }
            for key in decoder.keys(bytes.get(..read).unwrap_or_default()) {
                if outgoing.send(Incoming::Event(Event::Key(key))).is_err() {
                    return;
                }
            }
            if outgoing.send(Incoming::Read).is_err() || go.recv().is_err() {
                return;
            }
        }
    });
}

/// Becomes true when the program is asked to end.
pub(super) fn stop_signals() -> Result<Arc<AtomicBool>> {
    let is_stopped = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGHUP, signal_hook::consts::SIGINT] {
        signal_hook::flag::register(signal, Arc::clone(&is_stopped)).context("signals cannot be heard")?;
    }
    Ok(is_stopped)
}

/// Shows an address in the user's browser.
pub(super) fn browse(url: &str) -> io::Result<()> {
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let mut child = Command::new(opener)
        .arg(url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    // Waited for, so that it is not left behind as a zombie.
    thread::spawn(move || drop(child.wait()));
    Ok(())
}
