//! Quantities as people write them: money, spans of working time, estimates.
//!
//! Reading is strict where a guess could cost money (`1,5` is refused, not rounded) and
//! lenient where it could not (`CHF 420k`, `420'000 chf` and `0.42M CHF` are the same).
//! What is printed reads back as the same value.

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

fn wrong<T>(message: impl Into<String>) -> Result<T, QuantityError> {
    Err(QuantityError { message: message.into() })
}

/// Signs that stand for one currency. `$` is the US dollar: others are written by code.
const SIGNS: [(char, &str); 5] = [('€', "EUR"), ('$', "USD"), ('£', "GBP"), ('¥', "JPY"), ('₹', "INR")];

/// Words after a number that multiply it, by powers of ten.
const MULTIPLES: [(&str, u32); 8] =
    [("k", 3), ("m", 6), ("mio", 6), ("mn", 6), ("million", 6), ("b", 9), ("bn", 9), ("billion", 9)];

/// The largest power of ten that an amount reaches, in units: what the tables hold.
const LARGEST: u32 = 16;

impl Money {
    /// Reads an amount: `CHF 420k`, `1.2M EUR`, `€ 300`, `420'000.50 CHF`, `420k`.
    ///
    /// Thousands may be set apart by `'`, `_`, a space or a comma before three digits;
    /// the decimal sign is the point.
    ///
    /// # Errors
    /// Where it is no amount, could be read in two ways, or is finer than a hundredth.
    pub fn parse(text: &str) -> Result<Self, QuantityError> {
        let mut rest = text.trim();
        if rest.is_empty() {
            return wrong("an amount is missing; write it like `CHF 420k`");
        }
        if !rest.contains(|c: char| c.is_ascii_digit()) {
            return wrong(format!("`{text}` is no amount of money; write it like `CHF 420k`"));
        }
        let mut currency = None;
        let mut negative = take_sign(&mut rest);
        for (sign, code) in SIGNS {
            if let Some(inner) = rest.strip_prefix(sign).or_else(|| rest.strip_suffix(sign)) {
                currency = Some(code.to_owned());
                rest = inner.trim();
                break;
            }
        }
        let first = rest.chars().take_while(char::is_ascii_alphabetic).count();
        if first > 0 && currency.is_none() {
            currency = Some(code(&rest[..first], text)?);
            rest = rest[first..].trim_start();
        }
        negative ^= take_sign(&mut rest);
        let number_end =
            rest.char_indices().find(|(_, c)| c.is_alphabetic()).map_or(rest.len(), |(place, _)| place);
        let (number, words) = rest.split_at(number_end);
        let mut exponent = 0;
        for word in words.split_whitespace() {
            let multiple = MULTIPLES.iter().find(|(name, _)| word.eq_ignore_ascii_case(name));
            match multiple {
                Some((_, power)) if exponent == 0 => exponent = *power,
                None if currency.is_none() => currency = Some(code(word, text)?),
                _ => return wrong(format!("`{text}` names more than one currency or multiple")),
            }
        }
        let hundredths = amount(number.trim(), exponent, text)?;
        Ok(Self { hundredths: if negative { -hundredths } else { hundredths }, currency })
    }
}

fn take_sign(rest: &mut &str) -> bool {
    match rest.strip_prefix(['-', '−']) {
        Some(inner) => {
            *rest = inner.trim_start();
            true
        }
        None => false,
    }
}

fn code(word: &str, text: &str) -> Result<String, QuantityError> {
    if word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        Ok(word.to_ascii_uppercase())
    } else {
        wrong(format!("`{word}` in `{text}` is no currency; write its three letters, like `CHF 420k`"))
    }
}

/// The hundredths of `number` times ten to the `exponent`.
fn amount(number: &str, exponent: u32, text: &str) -> Result<i128, QuantityError> {
    // `420'000.-` is how whole amounts are written in Switzerland.
    let number = number.strip_suffix(".-").or_else(|| number.strip_suffix(".–")).unwrap_or(number);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let groups: Vec<&str> = whole.split(['\'', '’', '_', ' ', '\u{a0}', '\u{202f}', ',']).collect();
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if groups[0].is_empty() || !groups.iter().all(|group| digits(group)) || !digits(fraction) {
        return wrong(format!(
            "`{text}` is no amount of money; write it like `CHF 420k` or `420'000.50 EUR`"
        ));
    }
    if groups.len() > 1 && (groups[0].len() > 3 || groups[1..].iter().any(|group| group.len() != 3)) {
        return wrong(format!("`{text}` can be read in two ways; write the decimal sign as a point: `1.5`"));
    }
    let whole = groups.concat();
    let fraction = fraction.trim_end_matches('0');
    let scale = exponent as usize + 2;
    if fraction.len() > scale {
        return wrong(format!("`{text}` is finer than a hundredth"));
    }
    let digits = format!("{whole}{fraction}{}", "0".repeat(scale - fraction.len()));
    match digits.parse::<i128>() {
        Ok(hundredths) if hundredths < 10_i128.pow(LARGEST + 2) => Ok(hundredths),
        _ => wrong(format!("`{text}` is more than an amount of money can be")),
    }
}

impl Span {
    /// Reads a span of working time: `7d`, `2w`, `3h`, `1.5d`, `1w 2d`.
    ///
    /// # Errors
    /// Where it is no span, or is negative.
    pub fn parse(text: &str) -> Result<Self, QuantityError> {
        let units = [("h", 0.125), ("d", 1.0), ("w", 5.0)];
        parts(text, &units, "`7d`, `2w` or `3h`").map(|days| Self { days })
    }

    /// Reads a span of calendar time into calendar days: `90d`, `2w`, `3m`, `1y`.
    ///
    /// A week is 7 days, a month 30, a year 365: what contracts mean to within a weekend.
    ///
    /// # Errors
    /// Where it is no span, or is negative.
    pub fn parse_calendar(text: &str) -> Result<Self, QuantityError> {
        let units = [("d", 1.0), ("w", 7.0), ("m", 30.0), ("y", 365.0)];
        parts(text, &units, "`90d`, `2w`, `3m` or `1y`").map(|days| Self { days })
    }
}

/// The sum of the numbers in `text`, each times its unit; a number alone counts days.
fn parts(text: &str, units: &[(&str, f64)], examples: &str) -> Result<f64, QuantityError> {
    let wanted = || format!("`{text}` is no span of time; write it like {examples}");
    let mut days = 0.0;
    let mut rest = text.trim();
    if rest.is_empty() {
        return wrong(format!("a span of time is missing; write it like {examples}"));
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, after) = rest.split_at(end);
        let Ok(number) = number.parse::<f64>() else { return wrong(wanted()) };
        let after = after.trim_start();
        let end = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
        let (word, after) = after.split_at(end);
        let word = word.to_lowercase();
        // `d`, `day` and `days` are one unit; a word is known by its first letter, then
        // checked against the whole of it.
        let known = units.iter().find(|(unit, _)| {
            word == *unit
                || matches!(
                    (*unit, word.as_str()),
                    ("h", "hour" | "hours")
                        | ("d", "day" | "days" | "")
                        | ("w", "week" | "weeks")
                        | ("m", "month" | "months" | "mo")
                        | ("y", "year" | "years")
                )
        });
        let Some((_, length)) = known else { return wrong(wanted()) };
        days += number * length;
        rest = after.trim_start();
    }
    if days.is_finite() { Ok(days) } else { wrong(wanted()) }
}

impl Estimate {
    /// Reads low, likely and high: `3d 5d 12d`.
    ///
    /// One value stands for all three; of two, the likely one lies in the middle.
    ///
    /// # Errors
    /// Where a part is no span, or the parts do not grow.
    pub fn parse(text: &str) -> Result<Self, QuantityError> {
        let points = text
            .split_whitespace()
            .map(|part| Span::parse(part).map(|span| span.days))
            .collect::<Result<Vec<f64>, _>>()?;
        let estimate = match points[..] {
            [only] => Self { low: only, likely: only, high: only },
            [low, high] => Self { low, likely: f64::midpoint(low, high), high },
            [low, likely, high] => Self { low, likely, high },
            _ => return wrong(format!("`{text}` is no estimate; write low, likely and high: `3d 5d 12d`")),
        };
        if estimate.low <= estimate.likely && estimate.likely <= estimate.high {
            Ok(estimate)
        } else {
            wrong(format!("`{text}` is the wrong way round; write low, likely and high: `3d 5d 12d`"))
        }
    }
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

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}d", self.days)
    }
}

impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}d {}d {}d", self.low, self.likely, self.high)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Estimate, Money, Span};

    fn money(text: &str) -> String {
        Money::parse(text).map_or_else(|error| error.message, |money| money.to_string())
    }

    #[test]
    fn money_is_read_as_people_write_it() {
        for (text, read) in [
            ("CHF 420k", "CHF 420000.00"),
            ("1.2M EUR", "EUR 1200000.00"),
            ("€ 300", "EUR 300.00"),
            ("300 €", "EUR 300.00"),
            ("420'000.50 CHF", "CHF 420000.50"),
            ("1,200,000", "1200000.00"),
            ("CHF 90.-", "CHF 90.00"),
            ("-CHF 5", "CHF -5.00"),
            ("420k", "420000.00"),
            ("3 mio chf", "CHF 3000000.00"),
        ] {
            assert_eq!(money(text), read, "{text}");
        }
    }

    #[test]
    fn money_that_could_mean_two_things_is_refused() {
        for (text, message) in [
            ("1,5", "`1,5` can be read in two ways; write the decimal sign as a point: `1.5`"),
            ("", "an amount is missing; write it like `CHF 420k`"),
            ("plenty", "`plenty` is no amount of money; write it like `CHF 420k`"),
            ("francs 5", "`francs` in `francs 5` is no currency; write its three letters, like `CHF 420k`"),
            ("CHF 1.005", "`CHF 1.005` is finer than a hundredth"),
            ("1e5", "`e5` in `1e5` is no currency; write its three letters, like `CHF 420k`"),
            ("CHF 5 EUR", "`CHF 5 EUR` names more than one currency or multiple"),
        ] {
            assert_eq!(money(text), message, "{text}");
        }
    }

    #[test]
    fn spans_and_estimates_are_read_as_people_write_them() {
        let span = |text| Span::parse(text).map_or_else(|error| error.message, |span| span.to_string());
        assert_eq!(span("2w"), "10d");
        assert_eq!(span("3h"), "0.375d");
        assert_eq!(span("1w 2.5 days"), "7.5d");
        assert_eq!(span("3x"), "`3x` is no span of time; write it like `7d`, `2w` or `3h`");
        assert_eq!(Span::parse_calendar("2w").map(|span| span.days), Ok(14.0));

        let estimate =
            |text| Estimate::parse(text).map_or_else(|error| error.message, |points| points.to_string());
        assert_eq!(estimate("3d 5d 12d"), "3d 5d 12d");
        assert_eq!(estimate("1w"), "5d 5d 5d");
        assert_eq!(estimate("2d 4d"), "2d 3d 4d");
        assert_eq!(
            estimate("5d 3d 12d"),
            "`5d 3d 12d` is the wrong way round; write low, likely and high: `3d 5d 12d`"
        );
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(
            hundredths in -1_000_000_000_000_000_000_i128 + 1..1_000_000_000_000_000_000,
            currency in proptest::option::of("[A-Z]{3}"),
            points in prop::array::uniform3(0.0..1e6_f64),
        ) {
            let amount = Money { hundredths, currency };
            prop_assert_eq!(Money::parse(&amount.to_string()), Ok(amount));

            let mut points = points;
            points.sort_by(f64::total_cmp);
            let [low, likely, high] = points;
            let estimate = Estimate { low, likely, high };
            prop_assert_eq!(Estimate::parse(&estimate.to_string()), Ok(estimate));
            let span = Span { days: low };
            prop_assert_eq!(Span::parse(&span.to_string()), Ok(span));
        }

        #[test]
        fn no_text_is_too_strange(text in ".*") {
            let _ = (Money::parse(&text), Span::parse(&text), Estimate::parse(&text));
        }
    }
}
