//! Waiting until something comes (IDLE, RFC 2177): the server says so, and nobody asks again and again.
//!
//! What comes is read by a sync like any other; this only knows when one is worth it. The inbox is
//! examined, never selected, so waiting changes nothing either.

use std::time::{Duration, Instant};

use super::{
    Access, SERVER,
    link::{Broken, Link, Wait},
};
use crate::connector::refused::not_accepted;

/// A server may forget who waits for longer than 29 minutes.
const RENEWED: Duration = Duration::from_secs(25 * 60);
/// How often whoever waits is asked whether they still want to.
const SLICE: Duration = Duration::from_secs(1);

/// Why there was no more waiting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// Whoever waited did not want to any more.
    Stopped,
    /// The server cannot tell what comes.
    Unable,
    /// There is no connection any more, or there never was; in words.
    Broken(String),
}

/// Waits at the inbox and calls `news` when something comes there, until `is_over`.
pub fn wait(access: &Access<'_>, news: &mut dyn FnMut(), is_over: &dyn Fn() -> bool) -> Ended {
    match waited(access, news, is_over) {
        Ok(ended) => ended,
        Err(Broken::Lost(words)) => Ended::Broken(words.to_owned()),
        Err(Broken::Refused(words)) => Ended::Broken(words),
        Err(Broken::Stranger) => Ended::Broken(not_accepted(SERVER)),
    }
}

fn waited(access: &Access<'_>, news: &mut dyn FnMut(), is_over: &dyn Fn() -> bool) -> Result<Ended, Broken> {
    let mut link = Link::open(access)?;
    if !link.can("IDLE") || !link.ask("EXAMINE INBOX", &mut |_| {})? {
        link.close();
        return Ok(Ended::Unable);
    }
    while !is_over() {
        let began = Instant::now();
        let idling = link.idle()?;
        let mut heard = Wait::Nothing;
        while heard == Wait::Nothing && !is_over() && began.elapsed() < RENEWED {
            heard = link.hear(SLICE)?;
        }
        link.stop_idling(&idling)?;
        if heard == Wait::News {
            news();
        }
    }
    link.close();
    Ok(Ended::Stopped)
}
