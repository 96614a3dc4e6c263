//! What Quarterdeck itself remembers.

use crate::{
    Declaration,
    Kind::{Choice, Date, Integer, Text, Time},
    Role::{Engine, Event},
    may, must,
};

/// What people did with rows.
pub const ACTIONS: Declaration = Declaration {
    name: "actions",
    role: Event("at"),
    comment: "What a person did with a row of a brief.",
    key: &["id"],
    columns: &[
        must("id", Text, "", "Id of the action."),
        must("at", Time, "", "When."),
        must("by", Text, "", "Who: a person's id."),
        must("row", Text, "", "Id of the row."),
        must("signal", Text, "", "Signal of the row."),
        must("subject", Text, "", "Subject of the row."),
        must("verb", Choice(&["done", "delegate", "snooze", "dismiss", "undo"]), "", "What was done."),
        may("to", Text, "", "Person it was delegated to."),
        may("until", Date, "", "Day a snooze ends."),
        may("reason", Text, "", "Why it was dismissed, in the user's words."),
        may("undoes", Text, "", "Id of the action that an undo takes back."),
        may(
            "fingerprint",
            Text,
            "",
            "Hash of the row's columns other than time; a dismissal ends when it changes.",
        ),
        may("awaits", Choice(&["answered", "green"]), "", "What ends a snooze before its day."),
    ],
};

/// When a row was first seen.
pub const SEEN: Declaration = Declaration {
    name: "seen",
    role: Event("at"),
    comment: "A row's first appearance in a brief, and each brief it was shown in.",
    key: &["row", "at"],
    columns: &[
        must("row", Text, "", "Id of the row."),
        must("signal", Text, "", "Its signal."),
        must("subject", Text, "", "Its subject."),
        must("at", Time, "", "As of when it was seen."),
        must("by", Text, "", "Whose brief it was."),
    ],
};

/// What people did in the cockpit.
pub const AUDIT_EVENTS: Declaration = Declaration {
    name: "audit_events",
    role: Event("at"),
    comment: "What somebody did in the cockpit: who, when, what.",
    key: &["at", "by", "what", "subject"],
    columns: &[
        must("at", Time, "", "When."),
        must("by", Text, "", "Who: a person's id; what was typed, where a login was refused."),
        must(
            "what",
            Text,
            "",
            "What: `login`, `login-refused`, `logout`, `act`, `answer`, `edit`, `sync`, `sql`, `todo`.",
        ),
        must("subject", Text, "", "On what: a row, a file, a source; empty where it is on nothing."),
    ],
};

/// What was read, and when.
pub const SYNCS: Declaration = Declaration {
    name: "syncs",
    role: Event("at"),
    comment: "A sync of a source: what it brought and where the next one goes on.",
    key: &["source", "unit", "at"],
    columns: &[
        must("source", Text, "", "Name of the source in company.toml."),
        must("unit", Text, "", "Part of the source that is synced by itself: for git a repository."),
        must("at", Time, "", "When."),
        must("kind", Text, "", "Kind of the source: `git`."),
        must("rows", Integer, "rows", "Facts it brought."),
        may("cursor", Text, "", "Where the next sync goes on, as JSON of the connector's own."),
        may("error", Text, "", "What went wrong; null where nothing did."),
    ],
};

/// Whether what was decided or promised still holds.
pub const CONFIRMATIONS: Declaration = Declaration {
    name: "confirmations",
    role: Engine,
    comment: "Whether a decision, goal or commitment that carries `confirm` or `revisit` still holds.",
    key: &["kind", "id"],
    columns: &[
        must("kind", Choice(&["decision", "goal", "commitment"]), "", "What is confirmed."),
        must("id", Text, "", "Its id."),
        must("title", Text, "", "Its title."),
        must("state", Choice(&["holding", "violated", "unconfirmable", "due"]), "", "How it stands."),
        may("rows", Integer, "rows", "Rows its query returned; each one contradicts it."),
        may("since", Date, "", "Day from which it is due."),
        may("detail", Text, "", "First contradicting row, or why it cannot be confirmed."),
    ],
};
