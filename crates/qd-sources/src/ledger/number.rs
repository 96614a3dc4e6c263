//! Numbers in journals: with groups of thousands, either decimal mark, and Beancount's sums.

use crate::decimal::Decimal;

/// Levels of brackets in a sum.
const DEPTH: usize = 32;

/// The number that `text` is, where the decimal mark is known; where it is not, a mark that stands alone is one, as
/// hledger reads it.
pub(super) fn number(text: &str, mark: Option<char>) -> Option<Decimal> {
    let digits: String =
        text.chars().filter(|sign| !matches!(sign, ' ' | '\'' | '’' | '_' | '\u{a0}' | '\u{202f}')).collect();
    let (commas, points) = (digits.matches(',').count(), digits.matches('.').count());
    let mark = mark.unwrap_or(match (commas, points) {
        (1, 0) => ',',
        (0, 1) => '.',
        (0, _) => ',',
        (_, 0) => '.',
        _ if digits.rfind(',') > digits.rfind('.') => ',',
        _ => '.',
    });
    let group = if mark == ',' { '.' } else { ',' };
    let (whole, fraction) = digits.split_once(mark).unwrap_or((&digits, ""));
    if fraction.contains(group) {
        return None;
    }
    Decimal::parse(&format!("{}.{fraction}", whole.replace(group, "")))
}

/// The number that a sum of Beancount means (`(3 + 4.50) * 2`), and what follows it.
pub(super) fn sum(text: &str) -> Option<(Decimal, &str)> {
    let mut reader = Reader { rest: text, depth: 0 };
    let number = reader.sum()?;
    Some((number, reader.rest.trim_start()))
}

struct Reader<'a> {
    rest: &'a str,
    depth: usize,
}

impl Reader<'_> {
    fn next(&mut self, sign: char) -> bool {
        let rest = self.rest.trim_start();
        let Some(after) = rest.strip_prefix(sign) else { return false };
        self.rest = after;
        true
    }

    fn sum(&mut self) -> Option<Decimal> {
        let mut total = self.product()?;
        loop {
            if self.next('+') {
                total = total.plus(self.product()?)?;
            } else if self.next('-') {
                total = total.plus(self.product()?.negated())?;
            } else {
                return Some(total);
            }
        }
    }

    fn product(&mut self) -> Option<Decimal> {
        let mut product = self.factor()?;
        loop {
            if self.next('*') {
                product = product.times(self.factor()?)?;
            } else if self.next('/') {
                product = product.over(self.factor()?)?;
            } else {
                return Some(product);
            }
        }
    }

    fn factor(&mut self) -> Option<Decimal> {
        let mut is_negative = false;
        while self.next('-') {
            is_negative = !is_negative;
        }
        let number = if self.next('(') {
            self.depth += 1;
            if self.depth > DEPTH {
                return None;
            }
            let inner = self.sum()?;
            self.depth -= 1;
            self.next(')').then_some(inner)?
        } else {
            self.next('+');
            let rest = self.rest.trim_start();
            let end = rest
                .find(|sign: char| !sign.is_ascii_digit() && sign != '.' && sign != ',')
                .unwrap_or(rest.len());
            let (digits, after) = rest.split_at(end);
            self.rest = after;
            number(digits, Some('.'))?
        };
        Some(if is_negative { number.negated() } else { number })
    }
}
