//! Quantities as people write them: money, spans of working time, estimates.

use std::fmt;

/// An amount of money, exact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Money {
    /// The amount in hundredths of the unit.
    pub hundredths: i128,
    /// ISO 4217 code; `None` where the text named none (the company's currency then).
    pub currency: Option<String>,
}

/// A span of working time.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Span {
    /// Working days; an hour is an eighth, a week five.
    pub days: f64,
}

/// Three points of an estimate, in working days of one person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// It hardly takes less.
    pub low: f64,
    /// The most likely value.
    pub likely: f64,
    /// It hardly takes more.
    pub high: f64,
}

/// Why a quantity was not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct QuantityError {
    /// What is wrong, and what would be right.
    pub message: String,
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.hundredths < 0 { "-" } else { "" };
        let amount = self.hundredths.unsigned_abs();
        if let Some(currency) = &self.currency {
            write!(f, "{currency} ")?;
        }
        write!(f, "{sign}{}.{:02}", amount / 100, amount % 100)
    }
}
