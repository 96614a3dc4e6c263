//! What a signal's row says, before it is priced, routed and ranked.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use qd_model::{Table, Value, row_id};

use crate::signal::{Audience, Signal, names_in};

/// One row of one signal.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Finding {
    /// Id of signal and subject.
    pub id: String,
    /// Name of the signal.
    pub signal: String,
    /// Stable key of what it is about.
    pub subject: String,
    /// Its sentence.
    pub title: String,
    /// Owner that the signal names.
    pub owner: Option<String>,
    /// When the waiting began.
    pub since: Option<Timestamp>,
    /// Day after which it is too late.
    pub deadline: Option<Date>,
    /// Where to look.
    pub url: Option<String>,
    /// Who may see it.
    pub audience: Audience,
    /// True where it starts at the CTO.
    pub starts_at_company: bool,
    /// Working days it may wait at one level.
    pub patience: f64,
    /// What dealing with it takes.
    pub minutes: u32,
    /// All columns.
    pub facts: BTreeMap<String, Value>,
    /// Hash of the columns that do not move with time.
    pub fingerprint: String,
}

/// The findings in `table`, the answer of `signal`'s query.
///
/// # Errors
/// Where the query does not return what the signal's head promises.
pub(crate) fn findings(signal: &Signal, table: &Table) -> Result<Vec<Finding>, String> {
    let known = |name: &str| table.column(name).is_some();
    for name in ["subject"].into_iter().chain(names_in(&signal.says)) {
        if !known(name) {
            return Err(format!("its query returns no column `{name}`"));
        }
    }
    let mut found: BTreeMap<String, Finding> = BTreeMap::new();
    for row in &table.rows {
        let facts: BTreeMap<String, Value> = table
            .columns
            .iter()
            .zip(row)
            .map(|(column, value)| (column.name.clone(), value.clone()))
            .collect();
        let text = |name: &str| facts.get(name).and_then(Value::as_text).map(str::to_owned);
        let Some(subject) = text("subject").filter(|subject| !subject.is_empty()) else {
            return Err("a row of its query has no subject".to_owned());
        };
        let finding = Finding {
            id: row_id(&signal.name, &subject),
            signal: signal.name.clone(),
            title: fill(&signal.says, &facts),
            owner: text("owner").filter(|owner| !owner.is_empty()),
            since: facts.get("since").and_then(Value::as_time),
            deadline: match facts.get("deadline") {
                Some(Value::Date(date)) => Some(*date),
                Some(Value::Time(time)) => Some(time.to_zoned(jiff::tz::TimeZone::UTC).date()),
                _ => None,
            },
            url: text("url"),
            audience: signal.audience,
            starts_at_company: signal.starts_at_company,
            patience: signal.patience,
            minutes: signal.minutes,
            fingerprint: fingerprint(&facts),
            subject,
            facts,
        };
        // A subject is said once, whatever joins made of it.
        found.entry(finding.subject.clone()).or_insert(finding);
    }
    Ok(found.into_values().collect())
}

/// `sentence` with its `{names}` replaced by values.
pub(crate) fn fill(sentence: &str, facts: &BTreeMap<String, Value>) -> String {
    let mut filled = sentence.to_owned();
    for name in names_in(sentence) {
        let value = match facts.get(name) {
            None | Some(Value::Null) => "unknown".to_owned(),
            Some(Value::Time(time)) => time.to_zoned(jiff::tz::TimeZone::UTC).date().to_string(),
            Some(Value::Number(number)) => format!("{}", (number * 100.0).round() / 100.0),
            Some(value) => value.to_string(),
        };
        filled = filled.replace(&format!("{{{name}}}"), &value);
    }
    filled
}

/// A hash that stays while nothing but time moves: of the owner, of counts and of flags.
/// Words are left out, for most of them tell a span ("5 months"), and so are quantities,
/// which are prices and shares of a span.
fn fingerprint(facts: &BTreeMap<String, Value>) -> String {
    let mut steady = String::new();
    for (name, value) in facts {
        let is_steady = matches!(name.as_str(), "owner" | "rule" | "missing")
            || matches!(value, Value::Boolean(_) | Value::List(_))
            || (matches!(value, Value::Integer(_)) && !name.contains("days"));
        if is_steady {
            steady.push_str(&format!("{name}={value};"));
        }
    }
    row_id("fingerprint", &steady)
}
