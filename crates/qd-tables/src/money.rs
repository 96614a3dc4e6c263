//! What was paid and worked: ledgers, hours, the bills of clouds, invoices, seats.
//!
//! Each is a state, since books are corrected: an entry that is gone from its books has a version
//! that says so. Amounts are decimals, and no currency is ever made another's here.

use crate::{
    Column, Declaration,
    Kind::{Boolean, Choice, Date, Integer, Money, Number, Text, Texts, Time},
    Role::State,
    may, must,
};

const SOURCE: Column = must("source", Text, "", "Name of the source in company.toml.");
const ID: Column = must(
    "id",
    Text,
    "",
    "The system's id; made of what it says, and of its place among those that say the same, where it has none.",
);
const OBSERVED_AT: Column = must(
    "observed_at",
    Time,
    "",
    "Since when it is known: its own day where it was there at the first reading.",
);
const DELETED: Column = must("deleted", Boolean, "", "True in the version that says it is gone.");
const READ_FROM: Column = may("file", Text, "", "File that it stands in.");
const READ_AT: Column = may("line", Integer, "", "Line in that file.");

/// Postings of books, and lines of bank statements.
pub const LEDGER_ENTRIES: Declaration = Declaration {
    name: "ledger_entries",
    role: State,
    comment: "A posting to an account of somebody's books, or a line of a bank's statement. What flows into the account is positive.",
    key: &["source", "id"],
    columns: &[
        SOURCE,
        ID,
        OBSERVED_AT,
        DELETED,
        must("day", Date, "", "Day it is booked on."),
        must("account", Text, "", "The account, as written: `Expenses:Cloud`, `6570`, an IBAN."),
        may(
            "kind",
            Choice(&["expense", "income", "asset", "liability", "equity", "statement", "balance"]),
            "",
            "What the account is, where its books say so; `statement` is a line of a bank's statement, whose other \
             side nobody told; `balance` is no flow, but what a bank says is there at the end of the day.",
        ),
        must(
            "amount",
            Money,
            "",
            "What flowed into the account, to a hundredth; negative for what flowed out. The currency is a commodity \
             where books count shares or hours.",
        ),
        may(
            "booked",
            Money,
            "",
            "What it weighs in its transaction, where that is another currency: its cost or its price.",
        ),
        may("payee", Text, "", "Who was paid, or paid."),
        may("text", Text, "", "What for, as written."),
        may("transaction", Text, "", "What its postings have in common: equal for those of one transaction."),
        must("tags", Texts, "", "Tags and links: `trip`, and `project=atlas` where they have values."),
        READ_FROM,
        READ_AT,
    ],
};

/// Hours that somebody wrote down.
pub const TIME_ENTRIES: Declaration = Declaration {
    name: "time_entries",
    role: State,
    comment: "Time that somebody wrote down for a piece of work.",
    key: &["source", "id"],
    columns: &[
        SOURCE,
        ID,
        OBSERVED_AT,
        DELETED,
        must("day", Date, "", "Day it was worked on."),
        may("person", Text, "", "Who, as written: an id, a name, an address or a login."),
        may("project", Text, "", "Project, as written."),
        may("task", Text, "", "Task of the project, as written."),
        may("issue", Text, "", "Issue it was for: `api#12`, `WEB-12`."),
        must("hours", Number, "hours", "How long; never negative."),
        may("is_billable", Boolean, "", "True where a client pays for it."),
        may("text", Text, "", "What was done, as written."),
    ],
};

/// Bills of clouds, by day.
pub const CLOUD_COSTS: Declaration = Declaration {
    name: "cloud_costs",
    role: State,
    comment: "What a service of a cloud cost on a day in an account, region and set of tags (FOCUS, FinOps Foundation).",
    key: &["source", "id"],
    columns: &[
        SOURCE,
        ID,
        OBSERVED_AT,
        DELETED,
        must("day", Date, "", "Day of the charge."),
        may("provider", Text, "", "Who provides it."),
        may("account", Text, "", "Account, project or subscription within the bill."),
        may("service", Text, "", "The service, in the provider's words."),
        may("category", Text, "", "What kind of service it is: `Compute`, `Storage` ..."),
        may("region", Text, "", "Where it runs."),
        must("tags", Texts, "", "Tags, `key=value` each."),
        must("billed", Money, "", "What is billed for it; negative for credits."),
        may("effective", Money, "", "What it costs after discounts are spread over what they are for."),
    ],
};

/// Invoices that were received.
pub const INVOICES: Declaration = Declaration {
    name: "invoices",
    role: State,
    comment: "An invoice that somebody sent us.",
    key: &["source", "id"],
    columns: &[
        SOURCE,
        ID,
        OBSERVED_AT,
        DELETED,
        must("payee", Text, "", "Who sent it."),
        may("number", Text, "", "Its number."),
        may("issued", Date, "", "Its day."),
        must("due", Date, "", "Day by which it is to be paid."),
        must("amount", Money, "", "What is to be paid."),
        may("paid", Date, "", "Day it was paid; null while it is open."),
        may("text", Text, "", "What for."),
    ],
};

/// Seats of products that are paid by the head.
pub const SEATS: Declaration = Declaration {
    name: "seats",
    role: State,
    comment: "A seat of a product that is paid by the head, and when it was last used.",
    key: &["source", "product", "person"],
    columns: &[
        SOURCE,
        OBSERVED_AT,
        DELETED,
        must("product", Text, "", "The product: id, name or product of a vendor."),
        must("person", Text, "", "Whose seat it is, as written."),
        may("last_used_at", Time, "", "When it was last used; null where never or not known."),
        may("level", Text, "", "Which kind of seat: `full`, `viewer` ..."),
    ],
};
