//! One TOML value, read as the kind of its column says.

use std::ops::Range;

use jiff::{civil::Date, tz::TimeZone};
use qd_model::{Diagnostic, Estimate, Money, Span, nearest};
use qd_tables::{Column, Kind};
use toml::{Spanned, de::DeValue};

use crate::{
    codes::{Helped, error},
    names::meaning,
    record::{Field, Value},
};

/// Unit of a column whose quantity is a share or a probability.
pub(crate) const SHARE: &str = "share";

/// Unit of what somebody gives to something in a week.
const HOURS: &str = "hours a week";

/// Unit of what one of something is worth.
const WORTH: &str = "per unit";

/// Units of which there cannot be less than nothing.
const COUNTED: [&str; 6] = ["days", "months", "seats", "days or seats", "per day", "per year"];

/// Unit of a span that counts every day, not only working days.
pub(crate) const CALENDAR_DAYS: &str = "calendar days";

/// Reads `value` for `column`; complains and gives nothing where it does not fit.
pub(crate) fn read(
    column: &Column,
    value: &Spanned<DeValue<'_>>,
    file: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Field> {
    let span = value.span();
    if let (Kind::Texts | Kind::Choices(_) | Kind::References(_), DeValue::Array(array)) =
        (column.kind, value.get_ref())
    {
        let mut texts = Vec::new();
        let mut items = Vec::new();
        for item in array {
            match (words(item.get_ref()), column.kind) {
                (Some(text), Kind::Choices(choices)) if !choices.contains(&&*text) => {
                    diagnostics.push(unknown_choice(column.name, &text, choices, item.span(), file));
                }
                (Some(text), _) => {
                    texts.push(text);
                    items.push(item.span());
                }
                (None, _) => diagnostics.push(wrong_type(column, "a list of strings", item, file)),
            }
        }
        return Some(Field { value: Value::Texts(texts), span, items });
    }
    match scalar(column, value.get_ref(), span.clone(), file) {
        Ok(value) => Some(Field { value, items: vec![span.clone()], span }),
        Err(Refused::Type(wanted)) => {
            diagnostics.push(wrong_type(column, wanted, value, file));
            None
        }
        Err(Refused::Value(diagnostic)) => {
            diagnostics.push(*diagnostic);
            None
        }
    }
}

/// Where secrets may be had.
pub(crate) const SECRET_PLACES: &[&str] = &["env", "file", "command"];

enum Refused {
    /// The value is of another TOML type than this.
    Type(&'static str),
    /// The type fits, the value does not.
    Value(Box<Diagnostic>),
}

fn refuse<T>(diagnostic: Diagnostic) -> Result<T, Refused> {
    Err(Refused::Value(Box::new(diagnostic)))
}

/// Where in an address, counted from its `://`, user and password stand.
pub(crate) fn user_information(address: &str) -> Option<Range<usize>> {
    let start = address.find("://")? + 3;
    let authority = address.get(start..)?;
    let ends =
        |character: char| matches!(character, '/' | '?' | '#' | '"' | '\'') || character.is_whitespace();
    let authority = authority.get(..authority.find(ends).unwrap_or(authority.len()))?;
    authority.rfind('@').map(|end| start..start + end)
}

fn has_password(address: &str) -> bool {
    user_information(address).is_some_and(|found| address[found].contains(':'))
}

/// Whether an address holds what makes a calendar's private one private, as Google writes it.
fn has_private_part(address: &str) -> bool {
    address
        .split('/')
        .filter_map(|part| part.strip_prefix("private-"))
        .any(|secret| secret.len() >= 16 && secret.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn scalar(column: &Column, value: &DeValue<'_>, span: Range<usize>, file: &str) -> Result<Value, Refused> {
    let text = value.as_str();
    match column.kind {
        Kind::Text if column.name == "url" && text.is_some_and(has_password) => {
            let help =
                "leave them out of the address; `user` and `token` say who asks, and where the secret is";
            refuse(
                error("secret-in-file", file, span, "`url` holds a user and a password".to_owned())
                    .help(help),
            )
        }
        Kind::Text if column.name == "url" && text.is_some_and(has_private_part) => {
            let help = "write `{token}` in its place, and in `token` where it is to be had: `env:NAME`";
            let message = "`url` holds the secret part of a private calendar".to_owned();
            refuse(error("secret-in-file", file, span, message).help(help))
        }
        Kind::Text | Kind::Query | Kind::Reference(_) => {
            words(value).map(Value::Text).ok_or(Refused::Type("a string"))
        }
        Kind::Texts | Kind::References(_) => {
            words(value).map(|text| Value::Texts(vec![text])).ok_or(Refused::Type("a list of strings"))
        }
        Kind::Pairs => pairs(value).map(Value::Texts).ok_or(Refused::Type("a table of strings")),
        Kind::Secret => {
            let text = text.ok_or(Refused::Type("a string"))?;
            let is_place = text
                .split_once(':')
                .is_some_and(|(place, name)| SECRET_PLACES.contains(&place) && !name.trim().is_empty());
            if is_place {
                return Ok(Value::Text(text.to_owned()));
            }
            // The text may be the secret itself: it is not repeated.
            let message = format!("`{}` says no place where the secret is to be had", column.name);
            let help = "write `env:NAME`, `file:PATH` or `command:LINE`; secrets never stand in these files";
            refuse(error("secret-in-file", file, span, message).help(help))
        }
        Kind::Choice(choices) => {
            let text = text.ok_or(Refused::Type("a string"))?;
            if choices.contains(&text) {
                return Ok(Value::Text(text.to_owned()));
            }
            refuse(unknown_choice(column.name, text, choices, span, file))
        }
        Kind::Choices(choices) => {
            let text = words(value).ok_or(Refused::Type("a list of strings"))?;
            if choices.contains(&&*text) {
                return Ok(Value::Texts(vec![text]));
            }
            refuse(unknown_choice(column.name, &text, choices, span, file))
        }
        Kind::Integer => {
            let number = integer(value).ok_or(Refused::Type("a whole number"))?;
            in_range(column, number as f64, &number.to_string(), file, span)?;
            Ok(Value::Integer(number))
        }
        Kind::Number => {
            let number = number(value).ok_or(Refused::Type("a number"))?;
            in_range(column, number, &number.to_string(), file, span)?;
            Ok(Value::Number(number))
        }
        Kind::Boolean => value.as_bool().map(Value::Boolean).ok_or(Refused::Type("`true` or `false`")),
        Kind::Time => instant(value).map(Value::Time).ok_or(Refused::Type("a date-time")),
        Kind::Date => {
            let text = words(value).ok_or(Refused::Type("a date"))?;
            match date(&text) {
                Some(date) => Ok(Value::Date(date)),
                None => refuse(bad_date(&text, span, file)),
            }
        }
        Kind::Money => {
            let text = quantity(value).ok_or(Refused::Type("an amount of money, such as `\"CHF 420k\"`"))?;
            match Money::parse(&text) {
                Ok(money) => {
                    in_range(column, money.hundredths as f64, &text, file, span)?;
                    Ok(Value::Money(money))
                }
                Err(reason) => refuse(error("bad-money", file, span, reason.message)),
            }
        }
        Kind::Days => {
            let text = quantity(value).ok_or(Refused::Type("a span of days, such as `\"7d\"`"))?;
            let days =
                if column.unit == CALENDAR_DAYS { Span::parse_calendar(&text) } else { Span::parse(&text) };
            match days {
                Ok(days) => Ok(Value::Days(days)),
                Err(reason) => refuse(error("bad-days", file, span, reason.message)),
            }
        }
        Kind::Estimate => {
            let text = quantity(value).ok_or(Refused::Type("an estimate, such as `\"3d 5d 12d\"`"))?;
            match Estimate::parse(&text) {
                Ok(estimate) => Ok(Value::Estimate(estimate)),
                Err(reason) => refuse(error("bad-estimate", file, span, reason.message)),
            }
        }
    }
}

/// Refuses a `number`, written as `shown`, that the unit of its column rules out.
fn in_range(
    column: &Column,
    number: f64,
    shown: &str,
    file: &str,
    span: Range<usize>,
) -> Result<(), Refused> {
    let (is_so, wanted, help) = match column.unit {
        SHARE => ((0.0..=1.0).contains(&number), "not a share between 0 and 1", Some("write 40 % as `0.4`")),
        HOURS => ((0.0..=168.0).contains(&number), "and a week has 168 hours", None),
        WORTH => (number > 0.0, "and what is worth nothing cannot be exchanged", None),
        unit if COUNTED.contains(&unit) => (number >= 0.0, "less than nothing", None),
        _ => (true, "", None),
    };
    if is_so {
        return Ok(());
    }
    let complaint = error("out-of-range", file, span, format!("`{}` is {shown}, {wanted}", column.name));
    refuse(match help {
        Some(help) => complaint.help(help),
        None => complaint,
    })
}

/// `name=value` for each entry of a table of strings.
fn pairs(value: &DeValue<'_>) -> Option<Vec<String>> {
    let DeValue::Table(entries) = value else { return None };
    entries
        .iter()
        .map(|(name, value)| words(value.get_ref()).map(|value| format!("{}={value}", name.get_ref())))
        .collect()
}

/// The day that `text` names, where it is written as ISO 8601 writes days.
pub(crate) fn date(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let shape = bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-';
    shape.then(|| text.parse().ok()).flatten()
}

pub(crate) fn bad_date(text: &str, span: Range<usize>, file: &str) -> Diagnostic {
    error("bad-date", file, span, format!("`{text}` is not a day")).help("write a day as `2026-10-01`")
}

fn unknown_choice(name: &str, text: &str, choices: &[&str], span: Range<usize>, file: &str) -> Diagnostic {
    let all = choices.iter().map(|choice| format!("`{choice}`")).collect::<Vec<_>>().join(", ");
    let help = match nearest(text, choices.iter().copied()) {
        Some(choice) => format!("did you mean `{choice}`?"),
        None if choices.len() == 1 => format!("the only word it takes is {all}"),
        None => format!("one of {all}"),
    };
    error("unknown-choice", file, span, format!("`{name}` cannot be `{text}`")).help(help)
}

fn wrong_type(column: &Column, wanted: &str, value: &Spanned<DeValue<'_>>, file: &str) -> Diagnostic {
    let message = format!("`{}` takes {wanted}, not {}", column.name, type_name(value.get_ref()));
    error("wrong-type", file, value.span(), message).help(format!("`{}`: {}", column.name, meaning(column)))
}

/// What a TOML value is, with its article.
pub(crate) fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a yes or no",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// The words of a string, a date or a whole number.
fn words(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.clone().into_owned()),
        DeValue::Datetime(time) => Some(time.to_string()),
        DeValue::Integer(_) => integer(value).map(|value| value.to_string()),
        _ => None,
    }
}

/// The words of a quantity: a string, or a number without a unit.
fn quantity(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.clone().into_owned()),
        DeValue::Integer(_) | DeValue::Float(_) => number(value).map(|value| value.to_string()),
        _ => None,
    }
}

fn integer(value: &DeValue<'_>) -> Option<i64> {
    let integer = value.as_integer()?;
    i64::from_str_radix(integer.as_str(), integer.radix()).ok()
}

pub(crate) fn number(value: &DeValue<'_>) -> Option<f64> {
    let number = match value {
        DeValue::Float(float) => float.as_str().parse().ok(),
        _ => integer(value).map(|value| value as f64),
    };
    number.filter(|number: &f64| number.is_finite())
}

/// An instant; without an offset it is UTC, without a time the first of the day.
fn instant(value: &DeValue<'_>) -> Option<jiff::Timestamp> {
    let text = words(value)?;
    let utc = || {
        text.parse::<jiff::civil::DateTime>()
            .ok()?
            .to_zoned(TimeZone::UTC)
            .ok()
            .map(|zoned| zoned.timestamp())
    };
    text.parse().ok().or_else(utc)
}
