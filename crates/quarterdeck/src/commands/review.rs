//! `review`: the open changes, in the order a second pair of eyes is worth most.

use anyhow::Result;
use qd_model::Deck;
use serde_json::{Value, json};

use super::asked;
use crate::{
    cli::{Global, PlainFormat, ReviewArgs},
    draw::{
        style::{FAINT, HEADING, styled},
        words::count,
    },
    printer::Printer,
};

/// The factors: column of what it is, of what it multiplies by, and what to call it.
const FACTORS: &[(&str, &str, &str)] = &[
    ("lines", "lines_times", "lines added"),
    ("fixes", "fixes_times", "fixes of these files in a year"),
    ("heat", "heat_times", "commits to these files in a quarter"),
    ("spread", "spread_times", "bits of spread over folders"),
    ("lone_files", "lone_times", "files that nobody else knows"),
    ("new_files", "new_times", "files new to the author"),
];

pub(crate) fn review(global: &Global, args: &ReviewArgs, printer: &Printer) -> Result<bool> {
    let (deck, is_clean) = asked(global, printer)?;
    let table = deck.sql(include_str!("review.sql"), usize::MAX)?;
    let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    let all: Vec<Value> = table
        .rows
        .iter()
        .map(|row| {
            let cells = names.iter().zip(row).map(|(name, cell)| ((*name).to_owned(), json!(cell)));
            Value::Object(cells.collect())
        })
        .filter(|row| args.repo.as_ref().is_none_or(|repo| row["repo"] == **repo))
        .collect();
    let shown = all.get(..args.rows).unwrap_or(&all);
    if args.format == PlainFormat::Json {
        printer.result(&format!("{}\n", serde_json::to_string_pretty(shown)?))?;
        return Ok(is_clean);
    }
    if all.is_empty() {
        printer.result("no change request waits for a review\n")?;
        return Ok(is_clean);
    }
    for (place, row) in shown.iter().enumerate() {
        printer.result(&text(place + 1, row))?;
    }
    if all.len() > shown.len() {
        printer.result(&format!("{} more; --rows shows them\n", all.len() - shown.len()))?;
    }
    Ok(is_clean)
}

/// One change, with each factor that moves it.
fn text(place: usize, row: &Value) -> String {
    let words = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let number = |name: &str| row[name].as_f64();
    let author = row["person_name"].as_str().or(row["author"].as_str()).unwrap_or("somebody who is gone");
    let days = number("waiting_days").unwrap_or_default().floor() as usize;
    let mut factors: Vec<(f64, String)> = FACTORS
        .iter()
        .filter_map(|(value, times, name)| {
            let times = number(times)?;
            let value = number(value)?;
            (!(0.95..1.05).contains(&times)).then(|| (times, format!("{} {name} ×{times:.1}", short(value))))
        })
        .collect();
    factors.sort_by(|left, right| right.0.ln().abs().total_cmp(&left.0.ln().abs()));
    let told: Vec<String> = factors.into_iter().map(|(_, words)| words).collect();
    let why = if told.is_empty() { "nothing unusual about it".to_owned() } else { told.join(" · ") };
    format!(
        "{place:>3}  {}  {}\n{}",
        styled(HEADING, format!("{} #{}", words("repo"), words("number"))),
        words("title"),
        styled(
            FAINT,
            format!(
                "     by {author}, waits {} · risk {:.0}% · {why}\n     {}\n",
                count(days, "day", "days"),
                100.0 * number("risk").unwrap_or_default(),
                words("url"),
            )
        )
    )
}

/// A quantity, without digits that say nothing.
fn short(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.1}") }
}
