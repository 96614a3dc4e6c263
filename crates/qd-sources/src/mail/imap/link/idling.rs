//! A connection on which the server speaks by itself (IDLE, RFC 2177).

use std::time::Duration;

use async_imap::imap_proto::{RequestId, Response, Status};
use tokio::time::timeout;

use super::{Broken, CLOSED, Link, gone, lost, within};

/// What came while it was waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Wait {
    /// Something in the folder is not as it was.
    News,
    /// Nothing did.
    Nothing,
}

impl Link {
    /// Has the server say what comes into the folder that is open, and returns the command to be ended.
    pub(in super::super) fn idle(&mut self) -> Result<RequestId, Broken> {
        self.requests += 1;
        let (session, silence) = (&mut self.session, self.silence);
        self.runtime.block_on(async {
            let tag = within(silence, session.run_command("IDLE")).await?.map_err(|error| lost(&error))?;
            loop {
                let heard = within(silence, session.read_response()).await?;
                let heard = heard.map_err(|error| gone(&error))?.ok_or(CLOSED)?;
                match heard.parsed() {
                    Response::Continue { .. } => return Ok(tag),
                    Response::Done { .. } => return Err(Broken::Lost("the server does not say what comes")),
                    Response::Data { status: Status::Bye, .. } => return Err(CLOSED),
                    _ => {}
                }
            }
        })
    }

    /// Waits for so long at most.
    pub(in super::super) fn hear(&mut self, time: Duration) -> Result<Wait, Broken> {
        let session = &mut self.session;
        self.runtime.block_on(async {
            let Ok(heard) = timeout(time, session.read_response()).await else { return Ok(Wait::Nothing) };
            let heard = heard.map_err(|error| gone(&error))?.ok_or(CLOSED)?;
            match heard.parsed() {
                Response::Data { status: Status::Bye, .. } => Err(CLOSED),
                // Some say now and then that they are still there.
                Response::Data { .. } | Response::Continue { .. } => Ok(Wait::Nothing),
                Response::Done { .. } => Err(Broken::Lost("the server does not say what comes any more")),
                _ => Ok(Wait::News),
            }
        })
    }

    /// Ends the waiting; the server can be asked again.
    pub(in super::super) fn stop_idling(&mut self, tag: &RequestId) -> Result<(), Broken> {
        let (session, silence) = (&mut self.session, self.silence);
        self.runtime.block_on(async {
            within(silence, session.run_command_untagged("DONE")).await?.map_err(|error| lost(&error))?;
            loop {
                let heard = within(silence, session.read_response()).await?;
                let heard = heard.map_err(|error| gone(&error))?.ok_or(CLOSED)?;
                if matches!(heard.parsed(), Response::Done { tag: done, .. } if done == tag) {
                    return Ok(());
                }
            }
        })
    }
}
