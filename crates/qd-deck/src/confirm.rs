//! Whether what was decided, aimed at or promised still holds: the table `confirmations`.
//!
//! A `confirm` query must return no row, and a `revisit` is a day or a query that returns
//! a row when it is time. The queries are the company's own, so each may fail by itself.

use jiff::civil::Date;
use qd_intent::{Company, Record};
use qd_lake::{Limits, QueryError, Session};
use qd_model::Table;
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
    if let Some(query) = confirm {
        match ask(query) {
            Err(error) => {
                return Some(Standing {
                    state: "unconfirmable",
                    rows: None,
                    since: None,
                    detail: Some(error.to_string()),
                });
            }
            Ok(table) if !table.rows.is_empty() => {
                let rows = table.cut_from.unwrap_or(table.rows.len());
                return Some(Standing {
                    state: "violated",
                    rows: Some(rows as i64),
                    since: None,
                    detail: Some(first_row(&table)),
                });
            }
            Ok(_) => {}
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

/// The first row as `column value` pairs.
fn first_row(table: &Table) -> String {
    let row = table.rows.first().map(Vec::as_slice).unwrap_or_default();
    let pairs = table.columns.iter().zip(row).filter(|(_, value)| !value.is_null());
    pairs.map(|(column, value)| format!("{} {value}", column.name)).collect::<Vec<_>>().join(", ")
}
