//! What a journal says, before anything is computed: the words that both kinds of journals share.

use jiff::civil::Date;

use crate::decimal::Decimal;

/// An amount of a commodity.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Amount {
    pub(super) number: Decimal,
    pub(super) commodity: String,
}

/// What a unit, or all of a posting, costs or is sold for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Price {
    Unit(Amount),
    Total(Amount),
}

/// How a lot is named: its cost, or nothing where it is one that the account holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Lot {
    pub(super) cost: Option<Price>,
}

/// A balance that the journal asserts of an account.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Assertion {
    pub(super) amount: Amount,
    /// Accounts below it count too.
    pub(super) is_inclusive: bool,
}

/// One line of a transaction.
#[derive(Debug, Clone, Default)]
pub(super) struct Posting {
    pub(super) account: String,
    /// None where it takes what the others leave.
    pub(super) amount: Option<Amount>,
    pub(super) lot: Option<Lot>,
    pub(super) price: Option<Price>,
    /// What the account must hold after it (hledger).
    pub(super) assertion: Option<Assertion>,
    /// False for hledger's `(account)`, which nothing balances.
    pub(super) is_free: bool,
    pub(super) tags: Vec<String>,
    pub(super) line: i64,
}

/// A transaction, or a balance that must hold between two of them.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) day: Date,
    pub(super) file: String,
    pub(super) line: i64,
    pub(super) what: What,
}

#[derive(Debug, Clone)]
pub(super) enum What {
    Transaction {
        payee: Option<String>,
        text: Option<String>,
        tags: Vec<String>,
        postings: Vec<Posting>,
    },
    /// At the beginning of the day (Beancount).
    Balance {
        account: String,
        assertion: Assertion,
        tolerance: Option<Decimal>,
    },
    /// Whatever the next balance lacks comes from the other account (Beancount).
    Pad {
        account: String,
        from: String,
    },
}

/// Another file that a journal names.
#[derive(Debug)]
pub(super) struct Include {
    pub(super) path: String,
    pub(super) line: i64,
}

/// All that the files of a journal say.
#[derive(Debug, Default)]
pub(super) struct Journal {
    pub(super) entries: Vec<Entry>,
    /// What could not be read: file, line, what.
    pub(super) problems: Vec<(String, i64, String)>,
    /// Names of accounts of a kind, where the journal gives its own: prefix and kind.
    pub(super) kinds: Vec<(String, &'static str)>,
}

impl Journal {
    pub(super) fn wrong(&mut self, file: &str, line: i64, message: impl Into<String>) {
        self.problems.push((file.to_owned(), line, message.into()));
    }
}
