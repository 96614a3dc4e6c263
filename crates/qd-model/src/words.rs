//! Figures as a person would say them, the same on every face.

use jiff::{Timestamp, tz::TimeZone};

use crate::Row;

/// `1 row`, `2 rows`.
#[must_use]
pub fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

/// A figure with as many digits as matter.
#[must_use]
pub fn figure(value: f64) -> String {
    let digits = match value.abs() {
        v if v >= 99.5 => 0,
        v if v >= 9.95 => 1,
        v if v >= 0.1 || v == 0.0 => 2,
        _ => 3,
    };
    let text = format!("{value:.digits$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// An amount with as many digits as an estimate has: `EUR 28.9k`.
#[must_use]
pub fn money(value: f64, currency: Option<&str>) -> String {
    let value = match value.abs() {
        v if v >= 999_500.0 => format!("{}M", figure(value / 1e6)),
        v if v >= 999.5 => format!("{}k", figure(value / 1e3)),
        _ => figure(value),
    };
    currency.map_or_else(|| value.clone(), |code| format!("{code} {value}"))
}

/// `~3 h/day, assumed` or `CHF 420/day`; unknown where a term is.
#[must_use]
pub fn price(row: &Row) -> String {
    if row.price.terms.iter().any(|term| term.value.is_none()) {
        return "price unknown".to_owned();
    }
    let (currency, per) = row.price.unit.split_once('/').unwrap_or((&row.price.unit, "day"));
    let about = if row.price.assumed { "~" } else { "" };
    let tail = if row.price.assumed { ", assumed" } else { "" };
    // A few minutes a day are not felt as a fraction of an hour.
    if currency == "h" && row.cost_per_day < 0.1 {
        return format!("{about}{} min/{per}{tail}", figure(row.cost_per_day * 60.0));
    }
    let figure = figure(row.cost_per_day);
    if currency == "h" {
        format!("{about}{figure} h/{per}{tail}")
    } else {
        format!("{about}{currency} {figure}/{per}{tail}")
    }
}

/// How long ago, roughly.
#[must_use]
pub fn ago(then: Timestamp, now: Timestamp) -> String {
    let seconds = now.duration_since(then).as_secs().max(0);
    match seconds {
        0..=89 => "just now".to_owned(),
        90..=5399 => format!("{} min ago", (seconds + 30) / 60),
        5400..=129_599 => format!("{} h ago", (seconds + 1800) / 3600),
        _ => format!("{} days ago", (seconds + 43_200) / 86_400),
    }
}

/// The date of an instant, in UTC.
#[must_use]
pub fn date(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC).date().to_string()
}

/// The line of small print under a row.
#[must_use]
pub fn small_print(row: &Row) -> String {
    let mut parts = Vec::new();
    parts.extend(row.since.map(|since| format!("since {}", date(since))));
    parts.extend(row.deadline.map(|day| format!("by {day}")));
    parts.push(price(row));
    parts.push(format!("{} min", row.minutes));
    if let [first, .., last] = row.chain.as_slice()
        && first != last
    {
        parts.push(format!("passed {}", row.chain[..row.chain.len() - 1].join(", ")));
    }
    if let Some(owner) = row.owner.as_ref().filter(|owner| row.is_owner_guessed && **owner != row.holder) {
        parts.push(format!("{owner} may know"));
    }
    parts.join(" · ")
}
