//! Amounts that more than one column of a file makes: their currency, or a debit and a credit.

use qd_tables::{Column, Declaration, Kind};
use serde_json::{Map, Value};

use super::cell;
use crate::decimal::{self, Decimal};

/// What of a value a column of a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Whole,
    /// Of an amount, its currency alone.
    Currency,
    /// Of an amount, what flows into the account; nothing where it flows out.
    Debit,
    /// The same, what flows out.
    Credit,
}

/// How books call the two columns that are one signed amount: table, column, names.
const SIDES: (&str, &str, [(&str, Part); 4]) = (
    "ledger_entries",
    "amount",
    [
        ("debit", Part::Debit),
        ("debit amount", Part::Debit),
        ("credit", Part::Credit),
        ("credit amount", Part::Credit),
    ],
);

/// The amount of which a column called `wanted` (in [`cell::plain`] letters) holds one side.
pub(super) fn side(table: &'static Declaration, wanted: &str) -> Option<(&'static Column, Part)> {
    let (own, column, names) = SIDES;
    let (_, part) = names.iter().find(|(name, _)| own == table.name && cell::plain(name) == wanted)?;
    Some((table.column(column)?, *part))
}

/// One signed amount out of a debit and a credit, of which a row has one.
///
/// # Errors
/// Where it has both: then they are most likely the numbers of two accounts.
pub(super) fn join_sides(
    row: &mut Map<String, Value>,
    sides: &[(&Column, Part, String)],
) -> Result<(), String> {
    let mut amount: Option<(&Column, Decimal)> = None;
    for (column, part, text) in sides {
        let side = Decimal::parse(text).unwrap_or(Decimal::ZERO);
        let side = if *part == Part::Credit { side.negated() } else { side };
        match amount {
            Some((_, known)) if side.is_zero() || known.is_zero() => {
                amount = Some((column, if side.is_zero() { known } else { side }));
            }
            Some(_) => {
                return Err(
                    "it has a debit and a credit; a row is one of both, and where the two columns name \
                            accounts, `columns` says which one holds the amount"
                        .to_owned(),
                );
            }
            None => amount = Some((column, side)),
        }
    }
    if let Some((column, amount)) = amount
        && let Some(hundredths) = amount.hundredths()
    {
        row.insert(column.name.to_owned(), decimal::amount(hundredths).into());
    }
    Ok(())
}

/// Gives each amount of a row its currency; what is wrong where it has none, or two.
pub(super) fn name_currencies(
    table: &Declaration,
    row: &mut Map<String, Value>,
    currencies: &[(&'static Column, String)],
) -> Vec<String> {
    let mut wrong = Vec::new();
    for column in table.columns.iter().filter(|column| column.kind == Kind::Money) {
        if row.get(column.name).is_none_or(Value::is_null) {
            continue;
        }
        let mut named: Vec<&String> =
            currencies.iter().filter(|(own, _)| own.name == column.name).map(|(_, code)| code).collect();
        // One currency column serves all amounts of a row.
        if named.is_empty() {
            named = currencies.iter().map(|(_, code)| code).take(1).collect();
        }
        match named[..] {
            [] => wrong.push(format!(
                "`{}` names no currency; where it is the same in every row, say `columns = {{ currency = \"=CHF\" }}`",
                column.name
            )),
            [code, ref others @ ..] if others.iter().all(|other| *other == code) => {
                row.insert(format!("{}_currency", column.name), code.as_str().into());
            }
            _ => wrong.push(format!("`{}` names two currencies", column.name)),
        }
    }
    wrong
}
