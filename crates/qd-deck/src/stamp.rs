//! Whether a deck that were opened now would see something else.

use std::{fs, path::Path, time::UNIX_EPOCH};

use qd_lake::Lake;
use qd_tables::{AUDIT_EVENTS, SEEN};

use crate::{
    folder::{self, Place},
    opening::{LastLook, Opening},
    todos,
};

impl Opening {
    /// A word for the facts that are stored and the texts as they lie there; the same word, the same deck, but for
    /// the time. What is kept of briefs that were shown and of who looked at them does not count: that makes nothing new.
    #[must_use]
    pub fn stamp(&self) -> String {
        let facts = Lake::open_read_only(&self.state)
            .and_then(|lake| lake.version(&[SEEN.name, AUDIT_EVENTS.name]))
            .unwrap_or(0);
        let looked = of_file(&LastLook::path(&self.state));
        let listed = of_file(&todos::path(self));
        let mut stamp = format!("{facts} {looked}{listed}");
        if let Place::Company(company) = &self.place {
            for path in folder::texts_in(company) {
                stamp.push_str(&of_file(&company.join(&path)));
                stamp.push_str(&path);
            }
        }
        stamp
    }
}

/// When a file was last written, and how long it is.
fn of_file(path: &Path) -> String {
    let Ok(metadata) = fs::metadata(path) else { return "-".to_owned() };
    let written = metadata.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    format!("\n{} {} ", written.map_or(0, |since| since.as_nanos()), metadata.len())
}
