//! Whether what was decided, aimed at or promised still holds: the table `confirmations`.
//!
//! A `confirm` query must return no row, or, where it has bounds, one number between them, and a `revisit` is a day or a query that returns
//! a row when it is time. The queries are the company's own, so each may fail by itself.

use jiff::civil::Date;
use qd_intent::{Company, Record};
use qd_lake::{Limits, QueryError, Session};
use qd_model::{Table, Value};
use qd_tables::{COMMITMENTS, CONFIRMATIONS, DECISIONS, Declaration, GOALS, RecordBatch, Writer};

use crate::shelf::Shelf;

/// How one of them stands.
struct Standing {
    state: &'static str,
    rows: Option<i64>,
    since: Option<Date>,
    detail: Option<String>,
}

/// The rows of `confirmations`.
///
/// # Errors
/// Where the rows do not fit the declared table.
pub(crate) fn confirmations(
    company: &Company,
    session: &Session,
    shelf: &Shelf,
) -> Result<RecordBatch, QueryError> {
    let mut writer = Writer::new(&CONFIRMATIONS);
    for (kind, table) in [("decision", &DECISIONS), ("goal", &GOALS), ("commitment", &COMMITMENTS)] {
        for record in company.records(table).iter().filter(|record| is_in_force(table, record)) {
            let Some(standing) = standing(record, session, shelf) else { continue };
            writer
                .text(kind)
                .text(record.id.as_str())
                .text(record.text("title").unwrap_or(&record.id))
                .text(standing.state)
                .integer(standing.rows)
                .date(standing.since)
                .text(standing.detail.as_deref());
        }
    }
    writer.finish().map_err(|error| QueryError::Lake(error.into()))
}

/// True for what still binds: an accepted decision, a promise not yet kept.
fn is_in_force(table: &Declaration, record: &Record) -> bool {
    match table.name {
        "decisions" => record.text("status") == Some("accepted"),
        "commitments" => record.boolean("done") != Some(true),
        _ => true,
    }
}

fn standing(record: &Record, session: &Session, shelf: &Shelf) -> Option<Standing> {
    let (confirm, revisit) = (record.text("confirm"), record.text("revisit"));
    let ask = |query: &str| -> Result<Table, QueryError> {
        shelf.prepare(session, query)?;
        let limits = Limits { rows: 1, time: std::time::Duration::from_secs(10), ..Limits::default() };
        Ok(session.query(query, &limits)?.table())
    };
    let against = |state, rows, detail| Some(Standing { state, rows, since: None, detail: Some(detail) });
    if let Some(query) = confirm {
        match (ask(query), bounds(record)) {
            (Err(error), _) => return against("unconfirmable", None, error.to_string()),
            (Ok(table), Some((low, high))) => match only_number(&table) {
                None => {
                    return against("unconfirmable", None, "its query did not return one number".to_owned());
                }
                Some(number) if number < low || number > high => {
                    return against("violated", Some(1), beyond(&table, number, low, high));
                }
                Some(_) => {}
            },
            (Ok(table), None) if !table.rows.is_empty() => {
                let rows = table.cut_from.unwrap_or(table.rows.len());
                return against("violated", Some(rows as i64), first_row(&table));
            }
            (Ok(_), None) => {}
        }
    }
    let holding = confirm.map(|_| Standing { state: "holding", rows: Some(0), since: None, detail: None });
    let Some(revisit) = revisit else { return holding };
    let due = |since, detail| Standing { state: "due", rows: None, since, detail };
    if let Ok(day) = revisit.trim().parse::<Date>() {
        return if day <= session.today() { Some(due(Some(day), None)) } else { holding };
    }
    match ask(revisit) {
        Err(error) => Some(Standing {
            state: "unconfirmable",
            rows: None,
            since: None,
            detail: Some(error.to_string()),
        }),
        Ok(table) if !table.rows.is_empty() => Some(due(Some(session.today()), Some(first_row(&table)))),
        Ok(_) => holding,
    }
}

/// The least and the most that the query of `record` may return, where either is declared.
fn bounds(record: &Record) -> Option<(f64, f64)> {
    let (low, high) = (record.number("confirm_min"), record.number("confirm_max"));
    (low.is_some() || high.is_some())
        .then(|| (low.unwrap_or(f64::NEG_INFINITY), high.unwrap_or(f64::INFINITY)))
}

/// The number in the first column of the only row; nothing where there is none, or null.
fn only_number(table: &Table) -> Option<f64> {
    match (table.rows.as_slice(), table.cut_from) {
        ([row], None) => match row.first()? {
            Value::Integer(number) => Some(*number as f64),
            Value::Decimal(hundredths) => Some(*hundredths as f64 / 100.0),
            Value::Number(number) => Some(*number).filter(|number| number.is_finite()),
            _ => None,
        },
        _ => None,
    }
}

/// What was found and what was asked for: `days 12.5, at most 10`.
fn beyond(table: &Table, number: f64, low: f64, high: f64) -> String {
    let name = table.columns.first().map_or("", |column| column.name.as_str());
    if number < low {
        format!("{name} {number}, at least {low}")
    } else {
        format!("{name} {number}, at most {high}")
    }
}

/// The first row as `column value` pairs.
fn first_row(table: &Table) -> String {
    let row = table.rows.first().map(Vec::as_slice).unwrap_or_default();
    let pairs = table.columns.iter().zip(row).filter(|(_, value)| !value.is_null());
    pairs.map(|(column, value)| format!("{} {value}", column.name)).collect::<Vec<_>>().join(", ")
}
