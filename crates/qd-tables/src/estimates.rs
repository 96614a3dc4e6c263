//! What a company declares of new work: its estimates, line by line, and what a day of it is sold for.

use crate::{
    Column, Declaration,
    Kind::{Boolean, Choice, Date, Estimate, Money, Number, Reference, References, Text, Texts},
    Place::{File, Folder, Inside},
    Role::Intent,
    intent::{ASSERTED, FILE, ID, LINE},
    may, must,
};

const OF: Column = must("of", Reference("estimates"), "", "Of which estimate.");

/// An estimate of work that is not begun.
pub const ESTIMATES: Declaration = Declaration {
    name: "estimates",
    role: Intent(Folder("estimates")),
    comment: "An estimate of work that is not begun.",
    key: &["id"],
    columns: &[
        ID,
        may("name", Text, "", "Name to show; the id where not given."),
        may("client", Reference("relations"), "", "Who asked for it."),
        may("project", Reference("projects"), "", "The project that it became."),
        may("owner", Reference("people"), "", "Who answers for it."),
        may(
            "status",
            Choice(&["draft", "sent", "won", "lost", "withdrawn"]),
            "",
            "How it stands; a draft where not given.",
        ),
        may("summary", Text, "", "What the work is, in words for the client."),
        may("sent", Date, "", "Day on which it was offered."),
        may("valid_until", Date, "", "Last day on which the offer holds."),
        may("begins", Date, "", "Day on which the work can begin at the earliest."),
        may("deadline", Date, "", "Day that was asked for, or promised."),
        may("people", References("people"), "", "Who would do it; anybody who can where not given."),
        may(
            "confidence",
            Number,
            "share",
            "Share of cases that a price is to cover: the contingency; 0.8 where not given.",
        ),
        may("fixed_price", Money, "", "What it was offered for, whatever it takes."),
        may("margin", Number, "share", "Share of the price that is to be left after the cost of the people."),
        may("assumptions", Texts, "", "What is taken to be so; said to the client."),
        may("exclusions", Texts, "", "What is not part of it; said to the client."),
        ASSERTED,
        FILE,
        LINE,
    ],
};

/// A piece of the work of an estimate.
pub const ESTIMATE_LINES: Declaration = Declaration {
    name: "estimate_lines",
    role: Intent(Inside { parent: "estimates", key: "lines" }),
    comment: "A piece of the work of an estimate.",
    key: &["of", "id"],
    columns: &[
        OF,
        must("id", Text, "", "Its id within the estimate; that of the project's task that it becomes."),
        may("title", Text, "", "What it is; said to the client."),
        may("category", Text, "", "Kind of work, as which the past is asked: `migration`, `design`."),
        may("skill", Text, "", "Skill it needs, of the rate card too."),
        may("estimate", Estimate, "days", "What it takes, in working days of one person."),
        may("after", Texts, "", "Lines that come first, written as tasks do it."),
        may("optional", Boolean, "", "True for what the client may leave out."),
        may("assumptions", Texts, "", "What is taken to be so; said to the client."),
        ASSERTED,
        FILE,
        LINE,
    ],
};

/// What one estimator says of a line.
pub const LINE_ESTIMATES: Declaration = Declaration {
    name: "line_estimates",
    role: Intent(Inside { parent: "estimate_lines", key: "estimates" }),
    comment: "What one of several estimators says of a line of an estimate.",
    key: &["line_id", "by"],
    columns: &[
        must("line_id", Text, "", "Which line: `estimate/line`."),
        must("by", Reference("people"), "", "Who says it."),
        must("estimate", Estimate, "days", "What it takes, in working days of one person."),
        FILE,
        LINE,
    ],
};

/// What may come in the way of estimated work.
pub const ESTIMATE_RISKS: Declaration = Declaration {
    name: "estimate_risks",
    role: Intent(Inside { parent: "estimates", key: "risks" }),
    comment: "What may come in the way of estimated work, and what it would take.",
    key: &["of", "id"],
    columns: &[
        OF,
        must("id", Text, "", "Its id within the estimate."),
        may("title", Text, "", "What may happen; said to the client."),
        must("probability", Number, "share", "How likely it is, 0 to 1."),
        may("estimate", Estimate, "days", "Work that it brings, in working days of one person."),
        may("cost", Money, "", "What it costs beside work."),
        may("skill", Text, "", "Skill that its work needs."),
        may("answer", Text, "", "What is done about it; said to the client."),
        FILE,
        LINE,
    ],
};

/// What a day is sold for in one estimate.
pub const ESTIMATE_RATES: Declaration = Declaration {
    name: "estimate_rates",
    role: Intent(Inside { parent: "estimates", key: "rate_card" }),
    comment: "What a day of work with a skill is sold for in one estimate.",
    key: &["of", "skill"],
    columns: &[
        OF,
        must("skill", Text, "", "The skill; `any` for all that is not named."),
        must("rate", Money, "per day", "What a day is sold for."),
        FILE,
        LINE,
    ],
};

/// What a day is sold for.
pub const RATE_CARD: Declaration = Declaration {
    name: "rate_card",
    role: Intent(File("rate_card")),
    comment: "What a day of work with a skill is sold for; the id is the skill, `any` for all that is not named.",
    key: &["id"],
    columns: &[ID, must("rate", Money, "per day", "What a day is sold for."), ASSERTED, FILE, LINE],
};
