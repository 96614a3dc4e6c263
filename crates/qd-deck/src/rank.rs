//! Which rows a person sees first: folded, merged, and ordered by price over minutes.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, civil::Date};
use qd_model::{Folded, PriceClass, Row, Value};

use crate::{
    calendar::Calendar,
    finding::fill,
    signal::{Signal, names_in},
};

/// Most rows a brief shows.
pub(crate) const ROWS: usize = 7;
/// Most rows of one signal.
pub(crate) const ROWS_OF_A_SIGNAL: usize = 2;
/// Calendar days after which what is seen for the first time counts as inherited.
pub(crate) const INHERITED_DAYS: i64 = 90;
/// Name under which inherited rows stand together.
const INHERITED: &str = "inherited";
/// Fewer like rows than this keep their own sentences.
const LEAST_FOLDED: usize = 3;
/// Minutes of a working day: a fold never asks for more.
const MINUTES_OF_A_DAY: u32 = 480;

/// The rows of one person, in order; what is shown of them comes first.
///
/// The order depends on the rows alone, not on the order they come in.
#[must_use]
pub(crate) fn arrange(
    rows: Vec<Row>,
    signals: &BTreeMap<String, Signal>,
    calendar: &Calendar,
    as_of: Timestamp,
    all: bool,
) -> (Vec<Row>, usize) {
    let today = calendar.date(as_of);
    let mut rows = rows;
    rows.sort_by(|left, right| left.id.cmp(&right.id));
    let mut ordered = if all { rows } else { merge(inherit(fold(rows, signals), calendar)) };
    let next_working_day = calendar.after(today, 1.0);
    ordered.sort_by(|left, right| {
        let first = |row: &Row| !is_due(row, next_working_day, calendar);
        first(left)
            .cmp(&first(right))
            .then_with(|| worth(right).total_cmp(&worth(left)))
            .then_with(|| score(right).total_cmp(&score(left)))
            .then_with(|| left.id.cmp(&right.id))
    });
    let mut of_signal: BTreeMap<String, usize> = BTreeMap::new();
    let (mut shown, mut rest) = (Vec::new(), 0);
    for row in ordered {
        let seen = of_signal.entry(row.signal.clone()).or_default();
        if all || (shown.len() < ROWS && *seen < ROWS_OF_A_SIGNAL) {
            *seen += 1;
            shown.push(row);
        } else {
            rest += stands_for(&row);
        }
    }
    for (place, row) in shown.iter_mut().enumerate() {
        row.rank = place + 1;
    }
    (shown, rest)
}

/// How many rows `row` is: itself and those it speaks for; an inherited one is only them.
pub(crate) fn stands_for(row: &Row) -> usize {
    row.folded.len() + usize::from(row.signal != INHERITED)
}

/// Price of a day over the minutes it takes: weighted shortest job first (Reinertsen 2009).
fn worth(row: &Row) -> f64 {
    row.cost_per_day / f64::from(row.minutes.max(1))
}

/// Where a signal's own order puts the row among those that cost the same; first is highest.
fn score(row: &Row) -> f64 {
    let score = row.evidence.facts.get("score").and_then(Value::as_number);
    score.filter(|score| score.is_finite()).unwrap_or(f64::MIN)
}

/// A deadline goes first only when what is left of the work would otherwise end after it:
/// deadline minus the work falls before the end of the next working day.
fn is_due(row: &Row, next_working_day: Date, calendar: &Calendar) -> bool {
    row.deadline.is_some_and(|deadline| {
        let work = (f64::from(row.minutes) / f64::from(MINUTES_OF_A_DAY)).floor();
        calendar.after(next_working_day, work) >= deadline
    })
}

/// Minutes and costs of several rows as one.
fn sum(rows: &[Row]) -> (f64, u32) {
    let cost = rows.iter().map(|row| row.cost_per_day).sum();
    let minutes: u32 = rows.iter().map(|row| row.minutes).fold(0, u32::saturating_add);
    (cost, minutes.min(MINUTES_OF_A_DAY))
}

fn folded(rows: &[Row]) -> Vec<Folded> {
    let itself =
        |row: &Row| Folded { id: row.id.clone(), signal: row.signal.clone(), title: row.title.clone() };
    rows.iter().flat_map(|row| [itself(row)].into_iter().chain(row.folded.clone())).collect()
}

/// One row that speaks for `rows`, taken after the dearest of them.
fn together(mut rows: Vec<Row>) -> Option<Row> {
    let (cost_per_day, minutes) = sum(&rows);
    rows.sort_by(|left, right| {
        right
            .cost_per_day
            .total_cmp(&left.cost_per_day)
            .then_with(|| score(right).total_cmp(&score(left)))
            .then_with(|| left.id.cmp(&right.id))
    });
    let others = folded(rows.get(1..)?);
    let since = rows.iter().filter_map(|row| row.since).min();
    let deadline = rows.iter().filter_map(|row| row.deadline).min();
    let first_seen = rows.iter().map(|row| row.first_seen).min();
    let new = rows.iter().any(|row| row.new);
    let mut first = rows.into_iter().next()?;
    first.folded.extend(others);
    first.since = since;
    first.deadline = deadline;
    first.first_seen = first_seen.unwrap_or(first.first_seen);
    first.new = new;
    first.cost_per_day = cost_per_day;
    first.minutes = minutes;
    Some(first)
}

/// Folds like rows: of one signal, with equal values of what its `folds` sentence names.
fn fold(rows: Vec<Row>, signals: &BTreeMap<String, Signal>) -> Vec<Row> {
    let mut groups: BTreeMap<(String, Vec<String>), Vec<Row>> = BTreeMap::new();
    let mut single = Vec::new();
    for row in rows {
        let sentence = signals.get(&row.signal).and_then(|signal| signal.folds.as_deref());
        let Some(sentence) = sentence else {
            single.push(row);
            continue;
        };
        let key = names_in(sentence)
            .into_iter()
            .filter(|name| !matches!(*name, "count" | "oldest"))
            .map(|name| row.evidence.facts.get(name).map_or_else(String::new, ToString::to_string))
            .collect();
        groups.entry((row.signal.clone(), key)).or_default().push(row);
    }
    for ((signal, _), group) in groups {
        let sentence = signals.get(&signal).and_then(|signal| signal.folds.as_deref());
        let (count, Some(sentence)) = (group.len(), sentence) else { continue };
        if count < LEAST_FOLDED {
            single.extend(group);
        } else if let Some(mut row) = together(group) {
            let oldest = row.since.map_or_else(
                || "unknown".to_owned(),
                |since| since.to_zoned(jiff::tz::TimeZone::UTC).date().to_string(),
            );
            let sentence = sentence.replace("{count}", &count.to_string()).replace("{oldest}", &oldest);
            row.title = fill(&sentence, &row.evidence.facts);
            single.push(row);
        }
    }
    single
}

/// Merges rows on one subject: the dearest speaks, the others stand behind it.
fn merge(rows: Vec<Row>) -> Vec<Row> {
    let mut groups: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in rows {
        groups.entry(row.subject.clone()).or_default().push(row);
    }
    groups
        .into_values()
        .filter_map(|group| {
            let signals: BTreeSet<String> = group.iter().map(|row| row.signal.clone()).collect();
            let mut row = together(group)?;
            if signals.len() > 1 {
                let others: Vec<&str> =
                    signals.iter().map(String::as_str).filter(|signal| *signal != row.signal).collect();
                row.title = format!("{} (also: {})", row.title, others.join(", ").replace('-', " "));
            }
            Some(row)
        })
        .collect()
}

/// What had waited long before Quarterdeck first looked becomes one row: it is worth one
/// review, not a morning of alarms. Only what waits is inherited; what may break or be
/// forgotten is as urgent on the first day as on any other.
fn inherit(rows: Vec<Row>, calendar: &Calendar) -> Vec<Row> {
    let is_inherited = |row: &Row| {
        matches!(row.price.class, PriceClass::Waits | PriceClass::Promise)
            && row.deadline.is_none()
            && row.since.is_some_and(|since| {
                let (since, seen) = (calendar.date(since), calendar.date(row.first_seen));
                since.until(seen).is_ok_and(|span| i64::from(span.get_days()) > INHERITED_DAYS)
            })
    };
    let (inherited, mut rows): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(is_inherited);
    if inherited.len() < LEAST_FOLDED {
        rows.extend(inherited);
        return rows;
    }
    let count: usize = inherited.iter().map(|row| 1 + row.folded.len()).sum();
    let titles: Vec<String> = {
        let mut dearest: Vec<&Row> = inherited.iter().collect();
        dearest.sort_by(|left, right| {
            right.cost_per_day.total_cmp(&left.cost_per_day).then_with(|| left.id.cmp(&right.id))
        });
        dearest.iter().take(2).map(|row| row.title.clone()).collect()
    };
    if let Some(mut row) = together(inherited) {
        let dearest = Folded { id: row.id.clone(), signal: row.signal.clone(), title: row.title.clone() };
        row.folded.insert(0, dearest);
        row.id = qd_model::row_id(INHERITED, &row.holder);
        row.signal = INHERITED.to_owned();
        row.subject = format!("inherited by {}", row.holder);
        row.title = format!(
            "{count} things had waited over {INHERITED_DAYS} days when they were first seen: {}{}",
            titles.join("; "),
            if count > titles.len() { " ..." } else { "" }
        );
        row.asks = "go through them once with `brief --all`: finish, hand over or dismiss each".to_owned();
        rows.push(row);
    }
    rows
}
