//! A cell to the value of its column.

use jiff::tz::TimeZone;
use qd_tables::{Column, Kind};
use serde_json::Value;

use super::style::{Style, amount};
use crate::{decimal, times};

/// Words that mean one of a column's choices.
const SYNONYMS: &[(&str, &[&str])] = &[
    (
        "success",
        &[
            "succeeded",
            "successful",
            "passed",
            "pass",
            "ok",
            "done",
            "complete",
            "completed",
            "green",
            "deployed",
            "finished",
            "live",
        ],
    ),
    ("failure", &["failed", "fail", "error", "errored", "broken", "red", "unsuccessful"]),
    ("passed", &["pass", "success", "succeeded", "ok", "green"]),
    ("failed", &["fail", "failure", "red"]),
    ("error", &["errored", "broken"]),
    ("cancelled", &["canceled", "cancel", "aborted", "abort", "stopped"]),
    ("running", &["in_progress", "started", "deploying", "building"]),
    ("queued", &["pending", "waiting", "scheduled", "created"]),
    ("skipped", &["skip", "ignored", "disabled", "notrun", "not_run"]),
    ("timed_out", &["timeout", "timedout"]),
    ("resolved", &["closed", "done", "fixed", "over", "mitigated", "completed"]),
    ("acknowledged", &["ack", "acked", "investigating", "in_progress", "identified", "monitoring"]),
    (
        "open",
        &[
            "opened",
            "new",
            "triggered",
            "firing",
            "active",
            "to_do",
            "todo",
            "unresolved",
            "in_progress",
            "reopened",
        ],
    ),
    ("merged", &["merge"]),
    ("closed", &["close", "done", "resolved", "completed", "declined", "abandoned", "fixed"]),
    ("to_do", &["todo", "new", "open", "backlog"]),
    ("in_progress", &["doing", "started", "in_review"]),
    ("done", &["closed", "resolved", "complete", "completed", "finished"]),
    ("approved", &["approve"]),
    ("change_request", &["pull_request", "merge_request", "pr", "mr"]),
    ("medium", &["moderate"]),
    ("conflicting", &["conflict", "conflicts", "dirty"]),
];

/// Without regard to case, space, `-` and `_`.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a cell says that there is nothing.
pub(super) fn is_empty(cell: &Value) -> bool {
    match cell {
        Value::Null => true,
        Value::String(text) => {
            matches!(&text.trim().to_lowercase()[..], "" | "null" | "\\n" | "n/a" | "nan")
        }
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}

/// The value of `column` that `cell` means, in a column of this style; of money the amount alone.
///
/// # Errors
/// What is wrong with it, to follow the word itself.
pub(super) fn read(column: &Column, cell: &Value, zone: &TimeZone, style: Style) -> Result<Value, String> {
    if let (Kind::Texts, Value::Array(list)) = (column.kind, cell) {
        return Ok(list.iter().filter_map(written).map(Value::from).collect());
    }
    let text =
        written(cell).ok_or_else(|| "is a list or an object where a single value belongs".to_owned())?;
    let text = text.trim();
    match column.kind {
        Kind::Time => Ok(times::read_in(text, zone, style.order()).map(|time| time.to_string())?.into()),
        Kind::Date => {
            let day = times::day(text, zone, style.order())?;
            if !(1900..2200).contains(&day.year()) {
                return Err("is a day that nobody can mean".to_owned());
            }
            Ok(day.to_string().into())
        }
        Kind::Money => {
            let number = match cell {
                Value::Number(_) => decimal::Decimal::parse(text).ok_or("is no amount")?,
                _ => amount(text, style)?.0,
            };
            let hundredths = number.hundredths();
            let hundredths = hundredths.ok_or_else(|| "is more than an amount can be".to_owned())?;
            Ok(decimal::amount(hundredths).into())
        }
        Kind::Boolean => boolean(text).map(Value::from).ok_or_else(|| "is neither yes nor no".to_owned()),
        Kind::Integer => {
            let number = number(text)?;
            // Whole numbers are exact in a float up to 2^53.
            if number.fract() != 0.0 || number.abs() > 9_007_199_254_740_992.0 {
                return Err("is no whole number".to_owned());
            }
            #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and in range")]
            Ok(Value::from(number as i64))
        }
        Kind::Number if column.unit == "hours" && text.contains(':') => clock_hours(text)
            .map(Value::from)
            .ok_or_else(|| "is no span of time; write it as `1.5`".to_owned()),
        Kind::Number | Kind::Days => Ok(Value::from(number(text)?)),
        Kind::Choice(choices) => choice(text, choices).map(Value::from).ok_or_else(|| {
            let choices: Vec<String> = choices.iter().map(|choice| format!("`{choice}`")).collect();
            format!("is none of {}", choices.join(", "))
        }),
        Kind::Texts => Ok(list(text).into_iter().map(Value::from).collect()),
        Kind::Text | Kind::Query | Kind::Secret | Kind::Reference(_) => Ok(Value::from(text)),
        Kind::Estimate | Kind::Choices(_) | Kind::References(_) | Kind::Pairs => {
            Err("belongs to a column that files cannot fill".to_owned())
        }
    }
}

/// Learns from `cell` how its column is written; true where the cell alone can be read in two ways.
pub(super) fn see(column: &Column, cell: &Value, style: &mut Style) -> bool {
    let Value::String(text) = cell else { return false };
    match column.kind {
        Kind::Money => style.see_amount(text),
        Kind::Date | Kind::Time => style.see_day(text),
        _ => false,
    }
}

/// The currency that an amount names.
pub(super) fn currency(cell: &Value, style: Style) -> Option<String> {
    amount(&written(cell)?, style).map_or_else(|_| None, |(_, currency)| currency)
}

/// A single value as it is written.
pub(super) fn written(cell: &Value) -> Option<String> {
    match cell {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn boolean(text: &str) -> Option<bool> {
    match &text.to_lowercase()[..] {
        "true" | "yes" | "y" | "t" | "1" | "x" | "on" => Some(true),
        "false" | "no" | "n" | "f" | "0" | "off" => Some(false),
        _ => None,
    }
}

/// `1234`, `1.5`, `1,234.5`, `1.234,5`, `1'234`, `1 234`, `12,5`; not `1,234`, which is a thousand
/// here and one and a bit there.
fn number(text: &str) -> Result<f64, String> {
    let wrong = || "is no number".to_owned();
    let bare: String =
        text.chars().filter(|sign| !matches!(sign, ' ' | '\'' | '’' | '_' | '\u{a0}' | '\u{202f}')).collect();
    if !bare
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b'-' | b'+' | b'e' | b'E'))
    {
        return Err(wrong());
    }
    let (commas, dots) = (bare.matches(',').count(), bare.matches('.').count());
    let behind = |sign: char| bare.rsplit(sign).next().map_or(0, str::len);
    let english = match (commas, dots) {
        (0, 0 | 1) => bare.clone(),
        (0, _) => bare.replace('.', ""),
        (1, 0) if behind(',') == 3 && !bare.starts_with("0,") && !bare.starts_with("-0,") => {
            return Err("can be read as two different numbers; write it without a comma".to_owned());
        }
        (1, 0) => bare.replace(',', "."),
        (_, 0) => bare.replace(',', ""),
        (_, 1) if bare.rfind('.') > bare.rfind(',') => bare.replace(',', ""),
        (1, _) if bare.rfind(',') > bare.rfind('.') => bare.replace('.', "").replace(',', "."),
        _ => return Err(wrong()),
    };
    // Groups of a thousand have three digits.
    let separator =
        if commas > 0 && (dots > 0 || commas > 1) && bare.rfind(',') < bare.rfind('.').or(Some(usize::MAX)) {
            Some(',')
        } else if dots > 1 || (dots == 1 && commas == 1) {
            Some('.')
        } else {
            None
        };
    if let Some(separator) = separator {
        let whole = if separator == ',' { bare.split('.').next() } else { bare.split(',').next() };
        if whole.unwrap_or_default().split(separator).skip(1).any(|group| group.len() != 3) {
            return Err(wrong());
        }
    }
    english.parse().ok().filter(|number: &f64| number.is_finite()).ok_or_else(wrong)
}

/// `1:30` and `01:30:00` in hours.
fn clock_hours(text: &str) -> Option<f64> {
    let (sign, rest) = text.strip_prefix('-').map_or((1.0, text), |rest| (-1.0, rest));
    let mut parts = rest.split(':').map(|part| part.trim().parse::<u32>().ok());
    let (hours, minutes) = (parts.next()??, parts.next()??);
    let seconds = parts.next().map_or(Some(0), |seconds| seconds)?;
    let is_clock = minutes < 60 && seconds < 60 && parts.next().is_none();
    is_clock.then(|| sign * (f64::from(hours) + f64::from(minutes) / 60.0 + f64::from(seconds) / 3600.0))
}

fn choice(text: &str, choices: &[&'static str]) -> Option<&'static str> {
    let wanted = plain(text);
    let own = choices.iter().find(|choice| plain(choice) == wanted);
    own.or_else(|| {
        choices.iter().find(|choice| {
            let words = SYNONYMS.iter().find(|(own, _)| own == *choice).map_or(&[][..], |(_, words)| words);
            words.iter().any(|word| plain(word) == wanted)
        })
    })
    .copied()
}

/// A list in a cell: `a; b`, else `a, b`, or JSON.
fn list(text: &str) -> Vec<String> {
    if text.starts_with('[')
        && let Ok(Value::Array(list)) = serde_json::from_str(text)
    {
        return list.iter().filter_map(written).collect();
    }
    let separator = if text.contains(';') { ';' } else { ',' };
    text.split(separator).map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect()
}
