//! Exact decimal numbers: amounts never pass through a float.

use std::fmt;

/// Digits behind the point that are kept.
const DEEPEST: u32 = 18;
/// Digits of a number as written that are taken at most.
const DIGITS: usize = 34;
/// Hundredths that an amount has at most: what the tables hold.
const MOST: i128 = 10_i128.pow(18);

/// `units` over ten to the `scale`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decimal {
    units: i128,
    scale: u32,
}

impl Decimal {
    pub(crate) const ZERO: Self = Self { units: 0, scale: 0 };

    /// Reads `1234.5`, `-0.25`, `1.5E-7`; finer digits than the eighteenth are cut off.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (sign, rest) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (rest, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let mut digits = format!("{whole}{fraction}");
        if digits.is_empty() || digits.len() > 4 * DIGITS || !digits.bytes().all(|byte| byte.is_ascii_digit())
        {
            return None;
        }
        let mut scale = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
        while scale > DEEPEST as i32 && !digits.is_empty() {
            digits.pop();
            scale -= 1;
        }
        if scale > DEEPEST as i32 || digits.is_empty() {
            return Some(Self::ZERO);
        }
        if scale < 0 {
            let zeros = usize::try_from(-scale).ok().filter(|zeros| *zeros <= DIGITS)?;
            digits.push_str(&"0".repeat(zeros));
            scale = 0;
        }
        let digits = digits.trim_start_matches('0');
        if digits.len() > DIGITS {
            return None;
        }
        let units: i128 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
        Some(Self { units: sign * units, scale: u32::try_from(scale).ok()? })
    }

    pub(crate) fn is_zero(self) -> bool {
        self.units == 0
    }

    pub(crate) fn is_negative(self) -> bool {
        self.units < 0
    }

    pub(crate) fn negated(self) -> Self {
        Self { units: self.units.saturating_neg(), ..self }
    }

    pub(crate) fn absolute(self) -> Self {
        if self.is_negative() { self.negated() } else { self }
    }

    /// Digits behind the point, as written.
    pub(crate) fn scale(self) -> u32 {
        self.scale
    }

    fn at(self, scale: u32) -> Option<i128> {
        self.units.checked_mul(10_i128.checked_pow(scale.checked_sub(self.scale)?)?)
    }

    /// None where it is more than can be counted.
    pub(crate) fn plus(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        Some(Self { units: self.at(scale)?.checked_add(other.at(scale)?)?, scale })
    }

    /// None where it is more than can be counted.
    pub(crate) fn times(self, other: Self) -> Option<Self> {
        let mut product =
            Self { units: self.units.checked_mul(other.units)?, scale: self.scale + other.scale };
        while product.scale > DEEPEST {
            product = Self { units: product.units / 10, scale: product.scale - 1 };
        }
        Some(product)
    }

    /// `self` over `other` to twelve digits behind the point; none where there is no such number.
    pub(crate) fn over(self, other: Self) -> Option<Self> {
        let wanted = 12 + other.scale;
        let units = if wanted >= self.scale {
            self.units.checked_mul(10_i128.checked_pow(wanted - self.scale)?)?
        } else {
            self.units / 10_i128.checked_pow(self.scale - wanted)?
        };
        Some(Self { units: units.checked_div(other.units)?, scale: 12 })
    }

    /// True where it is larger than `other`.
    pub(crate) fn exceeds(self, other: Self) -> bool {
        self.plus(other.negated()).is_some_and(|difference| difference.units > 0)
    }

    /// Half of the last digit of `scale` digits behind the point.
    pub(crate) fn half_of_last(scale: u32) -> Self {
        Self { units: 5, scale: scale.min(DEEPEST) + 1 }
    }

    /// To the nearest hundredth, halves to the even one; none where that is more than an amount can be.
    pub(crate) fn hundredths(self) -> Option<i128> {
        let hundredths = if self.scale <= 2 {
            self.at(2)?
        } else {
            let step = 10_i128.checked_pow(self.scale - 2)?;
            let (quotient, rest) = (self.units / step, self.units % step);
            let twice = rest.abs() * 2;
            let is_up = twice > step || (twice == step && quotient % 2 != 0);
            quotient + if is_up { rest.signum() } else { 0 }
        };
        (hundredths.abs() < MOST).then_some(hundredths)
    }

    /// That many hundredths.
    pub(crate) fn of_hundredths(hundredths: i128) -> Self {
        Self { units: hundredths, scale: 2 }
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.plus(other.negated()).is_some_and(Self::is_zero)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.units < 0 { "-" } else { "" };
        let digits = format!("{:0>width$}", self.units.unsigned_abs(), width = self.scale as usize + 1);
        let (whole, fraction) = digits.split_at(digits.len() - self.scale as usize);
        let point = if fraction.is_empty() { "" } else { "." };
        write!(f, "{sign}{whole}{point}{fraction}")
    }
}

/// An amount as the tables take it: `-12.50`.
pub(crate) fn amount(hundredths: i128) -> String {
    Decimal::of_hundredths(hundredths).to_string()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_exact() {
        let read = |text: &str| Decimal::parse(text).map(|number| number.to_string());
        for (text, wanted) in [
            ("1234.50", Some("1234.50")),
            ("-.5", Some("-0.5")),
            ("1.5E-7", Some("0.00000015")),
            ("2E3", Some("2000")),
            ("0.0000000000000000001", Some("0.000000000000000000")),
            ("1e-40", Some("0")),
            ("", None),
            (".", None),
            ("1.2.3", None),
            ("1e99", None),
            ("x", None),
        ] {
            assert_eq!(read(text).as_deref(), wanted, "{text}");
        }
        let number = |text: &str| Decimal::parse(text).expect("a number");
        assert_eq!(number("0.1").plus(number("0.2")), Some(number("0.3")));
        assert_eq!(number("3").times(number("0.333")), Some(number("0.999")));
        assert_eq!(number("1").over(number("8")), Some(number("0.125")));
        assert_eq!(number("1").over(Decimal::ZERO), None);
        for (text, hundredths) in
            [("0.005", 0), ("0.015", 2), ("0.0051", 1), ("-0.015", -2), ("12", 1200), ("12.3", 1230)]
        {
            assert_eq!(number(text).hundredths(), Some(hundredths), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(units in -10_i128.pow(17)..10_i128.pow(17), text in ".{0,12}", near in "[-+0-9.eE]{0,40}") {
            let number = Decimal::of_hundredths(units);
            prop_assert_eq!(Decimal::parse(&number.to_string()), Some(number));
            prop_assert_eq!(number.hundredths(), Some(units));
            for text in [text, near] {
                if let Some(number) = Decimal::parse(&text) {
                    let _ = (number.hundredths(), number.times(number), number.over(number), number.plus(number));
                }
            }
        }
    }
}
