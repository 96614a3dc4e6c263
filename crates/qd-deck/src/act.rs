//! What people did with rows, and what follows for the next brief.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use qd_model::{Table, Value};

use crate::calendar::Calendar;

/// One action, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Action {
    /// Its id.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// On which row.
    pub row: String,
    /// What.
    pub verb: String,
    /// Person it was delegated to.
    pub to: Option<String>,
    /// Day a snooze ends.
    pub until: Option<Date>,
    /// Why it was dismissed.
    pub reason: Option<String>,
    /// Action it takes back.
    pub undoes: Option<String>,
    /// What the row was like.
    pub fingerprint: Option<String>,
    /// Signal of the row.
    pub signal: String,
    /// Subject of the row.
    pub subject: String,
    /// What ends a snooze before its day.
    pub awaits: Option<String>,
    /// True where that has happened.
    pub has_come: bool,
}

/// How a row stands after all actions on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It is to be handled.
    Open,
    /// Somebody else handles it.
    Delegated(String),
    /// It is out of the brief.
    Hidden,
}

/// The actions in the answer to `actions.sql`.
#[must_use]
pub(crate) fn actions(table: &Table) -> Vec<Action> {
    let text = |row: &[Value], place: usize| row.get(place).and_then(Value::as_text).map(str::to_owned);
    table
        .rows
        .iter()
        .filter_map(|row| {
            Some(Action {
                id: text(row, 0)?,
                at: row.get(1)?.as_time()?,
                by: text(row, 2)?,
                row: text(row, 3)?,
                verb: text(row, 4)?,
                to: text(row, 5),
                until: match row.get(6) {
                    Some(Value::Date(date)) => Some(*date),
                    _ => None,
                },
                reason: text(row, 7),
                undoes: text(row, 8),
                fingerprint: text(row, 9),
                signal: text(row, 10)?,
                subject: text(row, 11)?,
                awaits: text(row, 12),
                has_come: false,
            })
        })
        .collect()
}

/// The actions on each row that were not taken back, oldest first.
#[must_use]
pub(crate) fn in_force(actions: &[Action]) -> BTreeMap<&str, Vec<&Action>> {
    let undone: Vec<&str> = actions.iter().filter_map(|action| action.undoes.as_deref()).collect();
    let mut by_row: BTreeMap<&str, Vec<&Action>> = BTreeMap::new();
    for action in actions {
        if action.verb != "undo" && !undone.contains(&action.id.as_str()) {
            by_row.entry(&action.row).or_default().push(action);
        }
    }
    by_row
}

/// How a row stands: the last action in force decides.
///
/// A row marked done that is still there after its patience comes back: the marking was
/// about the world, and the world says otherwise. A dismissal ends when the row changes
/// in more than time.
#[must_use]
pub(crate) fn standing(
    actions: &[&Action],
    fingerprint: &str,
    patience: f64,
    calendar: &Calendar,
    as_of: Timestamp,
) -> Standing {
    let today = calendar.date(as_of);
    let Some(last) = actions.last() else { return Standing::Open };
    let is_same = last.fingerprint.as_deref() == Some(fingerprint);
    let hidden = match last.verb.as_str() {
        "done" => is_same && calendar.after(calendar.date(last.at), patience.max(1.0)) > today,
        "snooze" => !last.has_come && last.until.is_some_and(|until| today < until),
        "dismiss" => is_same,
        _ => false,
    };
    let delegated = actions.iter().rev().find_map(|action| action.to.clone());
    match (hidden, delegated) {
        (true, _) => Standing::Hidden,
        (false, Some(to)) => Standing::Delegated(to),
        (false, None) => Standing::Open,
    }
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, civil::date, tz::TimeZone};

    use super::{Action, Standing, in_force, standing};
    use crate::calendar::Calendar;

    fn action(id: &str, verb: &str, day: i8) -> Action {
        let at = date(2026, 3, day).to_zoned(TimeZone::UTC).expect("a day").timestamp();
        Action {
            id: id.to_owned(),
            at,
            by: "ada".to_owned(),
            row: "r".to_owned(),
            verb: verb.to_owned(),
            to: (verb == "delegate").then(|| "bo".to_owned()),
            until: (verb == "snooze").then(|| date(2026, 3, 10)),
            reason: None,
            undoes: None,
            signal: "s".to_owned(),
            subject: "s".to_owned(),
            awaits: None,
            has_come: false,
            fingerprint: Some("f".to_owned()),
        }
    }

    fn stands(actions: &[Action], fingerprint: &str, day: i8) -> Standing {
        let as_of: Timestamp = date(2026, 3, day).to_zoned(TimeZone::UTC).expect("a day").timestamp();
        let calendar = Calendar { zone: TimeZone::UTC, holidays: Default::default() };
        let by_row = in_force(actions);
        let of_row = by_row.get("r").map(Vec::as_slice).unwrap_or_default();
        standing(of_row, fingerprint, 3.0, &calendar, as_of)
    }

    #[test]
    fn a_snooze_ends_and_a_dismissal_ends_with_a_change() {
        assert_eq!(stands(&[action("1", "snooze", 2)], "f", 9), Standing::Hidden);
        assert_eq!(stands(&[action("1", "snooze", 2)], "f", 10), Standing::Open);
        assert_eq!(stands(&[action("1", "dismiss", 2)], "f", 30), Standing::Hidden);
        assert_eq!(stands(&[action("1", "dismiss", 2)], "g", 30), Standing::Open);
    }

    #[test]
    fn a_snooze_ends_before_its_day_when_what_it_waits_for_has_come() {
        let mut snooze = action("1", "snooze", 2);
        snooze.awaits = Some("answered".to_owned());
        assert_eq!(stands(&[snooze.clone()], "f", 4), Standing::Hidden);
        snooze.has_come = true;
        assert_eq!(stands(&[snooze], "f", 4), Standing::Open);
    }

    #[test]
    fn what_is_done_and_still_there_comes_back_after_its_patience() {
        assert_eq!(stands(&[action("1", "done", 2)], "f", 4), Standing::Hidden);
        assert_eq!(stands(&[action("1", "done", 2)], "f", 5), Standing::Open);
    }

    #[test]
    fn a_delegation_stays_through_a_snooze_and_an_undo_takes_back() {
        let delegated = [action("1", "delegate", 2), action("2", "snooze", 3)];
        assert_eq!(stands(&delegated, "f", 4), Standing::Hidden);
        assert_eq!(stands(&delegated, "f", 10), Standing::Delegated("bo".to_owned()));
        let mut undo = action("3", "undo", 4);
        undo.undoes = Some("1".to_owned());
        assert_eq!(stands(&[action("1", "done", 2), undo], "f", 3), Standing::Open);
    }
}
