//! How a column of a file writes days and amounts, where one cell alone can be read in two ways.
//!
//! `03/04/2026` and `1,234` are read by what the rest of the column says: `13/04/2026` can only
//! begin with the day, `12,50` can only have a decimal comma. Where the column says nothing, or
//! both, they stay refused.

use crate::{decimal::Decimal, times::Order};

/// What the cells of a column have shown so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Style {
    comma: Shown,
    month_first: Shown,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Shown {
    #[default]
    Nothing,
    Yes,
    No,
    Both,
}

impl Shown {
    fn add(&mut self, is_so: bool) {
        *self = match (*self, is_so) {
            (Self::Nothing | Self::Yes, true) => Self::Yes,
            (Self::Nothing | Self::No, false) => Self::No,
            _ => Self::Both,
        };
    }

    fn known(self) -> Option<bool> {
        match self {
            Self::Yes => Some(true),
            Self::No => Some(false),
            Self::Nothing | Self::Both => None,
        }
    }
}

impl Style {
    /// Whether the decimal sign is a comma.
    fn comma(self) -> Option<bool> {
        self.comma.known()
    }

    /// Which of two numbers is the month.
    pub(super) fn order(self) -> Option<Order> {
        self.month_first.known().map(|is_so| if is_so { Order::MonthFirst } else { Order::DayFirst })
    }

    /// Learns from an amount; true where it alone can be read in two ways.
    pub(super) fn see_amount(&mut self, text: &str) -> bool {
        match separators(&bare(text).digits) {
            Separators::Comma => self.comma.add(true),
            Separators::Point => self.comma.add(false),
            Separators::Either => return true,
            Separators::None | Separators::Wrong => {}
        }
        false
    }

    /// Learns from a day; true where it alone can be read in two ways.
    pub(super) fn see_day(&mut self, text: &str) -> bool {
        let day = text.trim().split([' ', 'T', ',']).next().unwrap_or_default();
        let parts: Vec<&str> = day.split(['/', '-']).collect();
        let [first, second, year] = parts[..] else { return false };
        let (Ok(first), Ok(second)) = (first.parse::<u8>(), second.parse::<u8>()) else { return false };
        if year.len() != 4 || year.parse::<u16>().is_err() || first == second {
            return false;
        }
        match (first > 12, second > 12) {
            (true, false) => self.month_first.add(false),
            (false, true) => self.month_first.add(true),
            (false, false) => return true,
            (true, true) => {}
        }
        false
    }
}

/// An amount taken apart.
struct Bare {
    is_negative: bool,
    digits: String,
    currency: Option<String>,
    is_wrong: bool,
}

const SIGNS: [(char, &str); 5] = [('€', "EUR"), ('$', "USD"), ('£', "GBP"), ('¥', "JPY"), ('₹', "INR")];

/// `(CHF 1'234.50)`, `-12,5 €`, `12.00-`: what is negative, its digits and separators, its currency.
fn bare(text: &str) -> Bare {
    let text = text.trim();
    let inner = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let mut found =
        Bare { is_negative: inner.is_some(), digits: String::new(), currency: None, is_wrong: false };
    let mut letters = String::new();
    let mut minuses = 0;
    let whole = inner.unwrap_or(text);
    // Whole amounts are written `90.-` and `90.--` in Switzerland.
    let whole =
        whole.find(".-").or_else(|| whole.find(".–")).map_or(whole, |end| whole.get(..end).unwrap_or(whole));
    for sign in whole.chars() {
        match sign {
            '0'..='9' | '.' | ',' => found.digits.push(sign),
            '\'' | '’' | '_' | ' ' | '\u{a0}' | '\u{202f}' | '+' => {}
            '-' | '−' => minuses += 1,
            letter if letter.is_ascii_alphabetic() => letters.push(letter.to_ascii_uppercase()),
            other => match SIGNS.iter().find(|(own, _)| *own == other) {
                Some((_, code)) if found.currency.is_none() => found.currency = Some((*code).to_owned()),
                _ => found.is_wrong = true,
            },
        }
    }
    found.is_wrong |= minuses > 1 || (minuses == 1 && found.is_negative);
    found.is_negative |= minuses == 1;
    match (letters.len(), &found.currency) {
        (0, _) => {}
        (3, None) => found.currency = Some(letters),
        _ => found.is_wrong = true,
    }
    found
}

/// What the separators of an amount say by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Separators {
    None,
    Comma,
    Point,
    Either,
    Wrong,
}

fn separators(digits: &str) -> Separators {
    let (commas, points) = (digits.matches(',').count(), digits.matches('.').count());
    let behind = |sign: char| digits.rsplit(sign).next().map_or(0, str::len);
    let before = |sign: char| digits.split(sign).next().map_or(0, str::len);
    let one = |sign: char, own: Separators| {
        // Three digits behind it and one to three before it may be a thousand.
        let may_group = behind(sign) == 3 && (1..=3).contains(&before(sign)) && !digits.starts_with('0');
        if may_group { Separators::Either } else { own }
    };
    match (commas, points) {
        (0, 0) => Separators::None,
        (1, 0) => one(',', Separators::Comma),
        (0, 1) => one('.', Separators::Point),
        (_, 0) => Separators::Point,
        (0, _) => Separators::Comma,
        (_, 1) if digits.rfind('.') > digits.rfind(',') => Separators::Point,
        (1, _) if digits.rfind(',') > digits.rfind('.') => Separators::Comma,
        _ => Separators::Wrong,
    }
}

/// The number that an amount means in a column of this style, and its currency where it names one.
///
/// # Errors
/// What is wrong with it, to follow the word itself.
pub(super) fn amount(text: &str, style: Style) -> Result<(Decimal, Option<String>), String> {
    let wrong = || "is no amount; write it as `1234.50`".to_owned();
    let found = bare(text);
    if found.is_wrong {
        return Err(wrong());
    }
    let is_comma = match separators(&found.digits) {
        Separators::None | Separators::Point => false,
        Separators::Comma => true,
        Separators::Either => style.comma().ok_or_else(|| {
            "can be read as two different amounts, and no other cell of the column decides; write it as `1234.00`"
                .to_owned()
        })?,
        Separators::Wrong => return Err(wrong()),
    };
    let (group, point) = if is_comma { ('.', ',') } else { (',', '.') };
    let (whole, fraction) = found.digits.split_once(point).unwrap_or((&found.digits, ""));
    let mut groups = whole.split(group);
    let first = groups.next().unwrap_or_default();
    let groups: Vec<&str> = groups.collect();
    if (!groups.is_empty() && first.len() > 3) || groups.iter().any(|group| group.len() != 3) {
        return Err(wrong());
    }
    let number = Decimal::parse(&format!("{first}{}.{fraction}", groups.concat())).ok_or_else(wrong)?;
    Ok((if found.is_negative { number.negated() } else { number }, found.currency))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, others: &[&str]) -> Result<String, String> {
        let mut style = Style::default();
        for other in others {
            style.see_amount(other);
        }
        amount(text, style).map(|(number, currency)| format!("{number} {}", currency.unwrap_or_default()))
    }

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, others, wanted) in [
            ("1'234.50", &[][..], "1234.50 "),
            ("1.234,50 EUR", &[], "1234.50 EUR"),
            ("(12.00)", &[], "-12.00 "),
            ("-12,5", &[], "-12.5 "),
            ("12.50-", &[], "-12.50 "),
            ("CHF 90.-", &[], "90 CHF"),
            ("€ 1 234,5", &[], "1234.5 EUR"),
            ("1,234,567", &[], "1234567 "),
            ("0,125", &[], "0.125 "),
            ("1,234", &["12,50"], "1.234 "),
            ("1,234", &["12.50"], "1234 "),
            ("1.234", &["12,50"], "1234 "),
        ] {
            assert_eq!(read(text, others).as_deref(), Ok(wanted), "{text}");
        }
    }

    #[test]
    fn amounts_with_two_readings_or_none_are_refused() {
        for (text, others) in [
            ("1,234", &[][..]),
            ("1.234", &[]),
            ("1,234", &["12,50", "12.50"]),
            ("12a", &[]),
            ("--1", &[]),
            ("(-1)", &[]),
            ("1.2.3", &[]),
            ("1,23,4", &[]),
            ("", &[]),
            ("12 EURO", &[]),
        ] {
            assert!(read(text, others).is_err(), "{text}");
        }
    }

    #[test]
    fn a_column_tells_which_number_is_the_month() {
        let mut style = Style::default();
        assert!(style.see_day("03/04/2026"));
        assert_eq!(style.order(), None);
        assert!(!style.see_day("13/04/2026"));
        assert_eq!(style.order(), Some(Order::DayFirst));
        style.see_day("04/13/2026");
        assert_eq!(style.order(), None);
    }

    proptest! {
        #[test]
        fn nothing_panics(text in ".{0,30}", near in "[-0-9.,' ()A-Z€/]{0,24}") {
            for text in [text, near] {
                let mut style = Style::default();
                style.see_amount(&text);
                style.see_day(&text);
                let _ = amount(&text, style);
            }
        }
    }
}
