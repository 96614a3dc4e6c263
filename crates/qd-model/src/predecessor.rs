//! What a task waits for, as `after` says it.

use crate::quantity::Span;

/// Which ends of two tasks are tied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tie {
    /// It begins after the other has ended: `plan`.
    FinishStart,
    /// It begins after the other has begun: `start of plan`.
    StartStart,
    /// It ends after the other has ended: `end of plan`.
    FinishFinish,
}

/// A task that comes first, which ends are tied, and how far they are apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Predecessor<'t> {
    /// Its id within the project.
    pub task: &'t str,
    /// What waits for what.
    pub tie: Tie,
    /// Working days between the two, at least; below 0 it is a lead.
    pub lag: f64,
}

impl<'t> Predecessor<'t> {
    /// Reads `plan`, `plan + 3d`, `start of plan`, `end of plan - 1d`. What is no lag is part of the id.
    #[must_use]
    pub fn parse(text: &'t str) -> Self {
        let text = text.trim();
        let (tie, rest) = [("start of ", Tie::StartStart), ("end of ", Tie::FinishFinish)]
            .into_iter()
            .find_map(|(words, tie)| Some((tie, text.strip_prefix(words)?)))
            .unwrap_or((Tie::FinishStart, text));
        for (sign, factor) in [(" + ", 1.0), (" - ", -1.0)] {
            if let Some((task, lag)) = rest.rsplit_once(sign)
                && let Ok(lag) = Span::parse(lag.trim())
            {
                return Self { task: task.trim(), tie, lag: factor * lag.days };
            }
        }
        Self { task: rest.trim(), tie, lag: 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::{Predecessor, Tie};

    #[test]
    fn ends_and_lags_are_read() {
        for (text, task, tie, lag) in [
            ("plan", "plan", Tie::FinishStart, 0.0),
            ("plan + 3d", "plan", Tie::FinishStart, 3.0),
            ("sign-off - 1d", "sign-off", Tie::FinishStart, -1.0),
            ("start of plan + 4h", "plan", Tie::StartStart, 0.5),
            ("end of plan", "plan", Tie::FinishFinish, 0.0),
            ("plan + soon", "plan + soon", Tie::FinishStart, 0.0),
            ("", "", Tie::FinishStart, 0.0),
        ] {
            assert_eq!(Predecessor::parse(text), Predecessor { task, tie, lag }, "{text}");
        }
    }
}
