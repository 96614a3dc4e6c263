//! Keeps what people did in the cockpit.

use qd_model::DeckError;
use qd_tables::AUDIT_EVENTS;
use serde_json::json;

use crate::{intake::Intake, opening::Opening};

/// Keeps that `by` did `what` on `subject`, at the moment of `opening`; it is on the disk when this returns.
///
/// # Errors
/// Where the log cannot be written.
pub fn audit(opening: &Opening, by: &str, what: &str, subject: &str) -> Result<(), DeckError> {
    let event = json!({ "at": opening.now.to_string(), "by": by, "what": what, "subject": subject });
    Intake::of(&opening.state).add(&AUDIT_EVENTS, &[event]).map_err(|error| {
        DeckError::new(format!("this cannot be kept in `{}`: {error}", opening.state.display()))
    })
}
