//! Figures as a person would say them.

use jiff::{Timestamp, tz::TimeZone};
use qd_model::Row;

/// `1 row`, `2 rows`.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

/// A figure with as many digits as matter.
pub(crate) fn figure(value: f64) -> String {
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
pub(crate) fn money(value: f64, currency: Option<&str>) -> String {
    let value = match value.abs() {
        v if v >= 999_500.0 => format!("{}M", figure(value / 1e6)),
        v if v >= 999.5 => format!("{}k", figure(value / 1e3)),
        _ => figure(value),
    };
    currency.map_or_else(|| value.clone(), |code| format!("{code} {value}"))
}

/// `~3 h/day, assumed` or `CHF 420/day`; unknown where a term is.
pub(crate) fn price(row: &Row) -> String {
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
pub(crate) fn ago(then: Timestamp, now: Timestamp) -> String {
    let seconds = now.duration_since(then).as_secs().max(0);
    match seconds {
        0..=89 => "just now".to_owned(),
        90..=5399 => format!("{} min ago", (seconds + 30) / 60),
        5400..=129_599 => format!("{} h ago", (seconds + 1800) / 3600),
        _ => format!("{} days ago", (seconds + 43_200) / 86_400),
    }
}

/// The date of an instant, in UTC.
pub(crate) fn date(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC).date().to_string()
}

/// Columns that a text takes on a terminal.
pub(crate) fn columns(text: &str) -> usize {
    ratatui::text::Span::raw(text).width()
}

/// A text in at most `room` columns; what is left out is marked.
pub(crate) fn cut(text: &str, room: usize) -> String {
    if columns(text) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    for letter in text.chars() {
        let mut longer = kept.clone();
        longer.push(letter);
        if columns(&longer) >= room {
            break;
        }
        kept = longer;
    }
    kept.push('…');
    kept
}

/// A text with spaces behind it, to `room` columns.
pub(crate) fn pad(text: &str, room: usize) -> String {
    format!("{text}{}", " ".repeat(room.saturating_sub(columns(text))))
}

#[cfg(test)]
mod tests {
    use super::{columns, cut, pad};

    #[test]
    fn a_cut_text_fits_whatever_it_is_written_in() {
        assert_eq!((cut("short", 5).as_str(), cut("longer", 5).as_str()), ("short", "long…"));
        assert_eq!((cut("東京タワー", 5).as_str(), columns("東京")), ("東京…", 4));
        assert_eq!((pad("東", 4).as_str(), cut("ab", 0).as_str()), ("東  ", "…"));
    }
}
