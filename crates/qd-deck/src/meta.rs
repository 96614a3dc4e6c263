//! The product's own state as SQL: tables under `meta` that the deck fills.

use qd_tables::{Column, Declaration, Kind, Role};

/// The signals there are.
pub(crate) const SIGNALS: Declaration = Declaration {
    name: "meta.signals",
    role: Role::Kept,
    comment: "The signals there are.",
    key: &["name"],
    columns: &[
        text("name", "Its name."),
        text("part", "Part of the duties."),
        text("duty", "The duty it serves."),
        text("asks", "What to do."),
        Column {
            name: "patience",
            kind: Kind::Number,
            optional: false,
            unit: "days",
            comment: "Working days a row may wait at one level.",
        },
        Column {
            name: "minutes",
            kind: Kind::Integer,
            optional: false,
            unit: "minutes",
            comment: "What dealing with a row takes.",
        },
        text("origin", "Built in, or the company's file."),
        text("query", "Its text."),
    ],
};

/// The sources there are, and when they were last read.
pub(crate) const SOURCES: Declaration = Declaration {
    name: "meta.sources",
    role: Role::Kept,
    comment: "The sources there are, and when they were last read.",
    key: &["name"],
    columns: &[
        text("name", "Its name."),
        text("kind", "Its kind."),
        Column {
            name: "units",
            kind: Kind::Integer,
            optional: false,
            unit: "",
            comment: "Units it has; for git, repositories.",
        },
        Column {
            name: "synced_at",
            kind: Kind::Time,
            optional: true,
            unit: "",
            comment: "When it was last read.",
        },
        Column {
            name: "error",
            kind: Kind::Text,
            optional: true,
            unit: "",
            comment: "What went wrong then.",
        },
    ],
};

const fn text(name: &'static str, comment: &'static str) -> Column {
    Column { name, kind: Kind::Text, optional: false, unit: "", comment }
}
