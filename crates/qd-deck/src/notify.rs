//! When a new row is worth a notification: only above a price that the user set, and seldom.
//!
//! The price stands in a text of the user's own beside the facts (`notify.toml`); without it nothing is
//! ever shown. What was shown stands in another, so that the count of a week holds for all watches.

use std::{
    collections::BTreeSet,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use jiff::{SignedDuration, Timestamp};
use qd_model::{BriefRequest, Deck, DeckError, Money, Row};
use serde::{Deserialize, Serialize};

/// Notifications in seven days where the user does not say otherwise.
const PER_WEEK: usize = 5;
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What the user wants to be told at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Notify {
    /// What a day of waiting has to cost more than, in `unit`.
    pub above: f64,
    /// `CHF/day`, or `h/day` where no rates are declared.
    pub unit: String,
    /// How many in seven days at most.
    pub per_week: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    above: String,
    per_week: Option<usize>,
}

/// A notification that was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Shown {
    at: Timestamp,
    row: String,
}

impl Notify {
    /// What stands in the user's text beside the facts in `state`; none where there is no such text.
    ///
    /// # Errors
    /// Where it cannot be understood.
    pub fn read(state: &Path) -> Result<Option<Self>, DeckError> {
        let path = state.join("notify.toml");
        match fs::read_to_string(&path) {
            Ok(text) => Self::parse(&text)
                .map(Some)
                .map_err(|reason| DeckError::new(format!("`{}`: {reason}", path.display()))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(DeckError::new(format!("`{}` cannot be read: {error}", path.display()))),
        }
    }

    fn parse(text: &str) -> Result<Self, String> {
        let written: Written = toml::from_str(text).map_err(|error| error.message().to_owned())?;
        let wrong = || {
            format!(
                "`above = \"{}\"` is no price of a day: write \"CHF 500/day\" or \"3 h/day\"",
                written.above
            )
        };
        let price = written.above.trim().strip_suffix("/day").ok_or_else(wrong)?.trim();
        let hours = price.strip_suffix('h').and_then(|hours| hours.trim().parse::<f64>().ok());
        let (above, unit) = match hours {
            Some(hours) => (hours, "h/day".to_owned()),
            None => {
                let money = Money::parse(price).map_err(|_| wrong())?;
                let currency = money.currency.ok_or_else(wrong)?;
                (money.hundredths as f64 / 100.0, format!("{currency}/day"))
            }
        };
        if !above.is_finite() || above < 0.0 {
            return Err(wrong());
        }
        Ok(Self { above, unit, per_week: written.per_week.unwrap_or(PER_WEEK) })
    }

    /// The rows to tell now, the dearest first, of those in the reader's brief that are not among `known`.
    ///
    /// # Errors
    /// Where there is no brief, or its prices are of another unit.
    pub fn rows(
        &self,
        deck: &dyn Deck,
        known: &BTreeSet<String>,
        shown: &Told,
        now: Timestamp,
    ) -> Result<Vec<Row>, DeckError> {
        let brief = deck.brief(&BriefRequest { all: true, ..BriefRequest::default() })?;
        if let Some(row) = brief.rows.iter().find(|row| row.price.unit != self.unit) {
            return Err(DeckError::new(format!(
                "`above` is in {}, and rows are priced in {}: nothing is notified",
                self.unit, row.price.unit
            )));
        }
        let is_due =
            |row: &Row| row.cost_per_day > self.above && !known.contains(&row.id) && !shown.has(&row.id);
        let mut rows: Vec<Row> = brief.rows.into_iter().filter(is_due).collect();
        rows.sort_by(|one, other| other.cost_per_day.total_cmp(&one.cost_per_day));
        rows.truncate(self.per_week.saturating_sub(shown.within_a_week(now)));
        Ok(rows)
    }
}

/// The notifications that were shown.
#[derive(Debug, Clone, Default)]
pub struct Told {
    path: PathBuf,
    shown: Vec<Shown>,
}

impl Told {
    /// Those kept beside the facts in `state`. A line that cannot be read is passed over.
    #[must_use]
    pub fn read(state: &Path) -> Self {
        let path = state.join("notified.jsonl");
        let text = fs::read_to_string(&path).unwrap_or_default();
        let shown = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        Self { path, shown }
    }

    /// Keeps that a row was shown: before it is, so that none is shown twice.
    ///
    /// # Errors
    /// Where it cannot be kept.
    pub fn add(&mut self, row: &str, at: Timestamp) -> std::io::Result<()> {
        let shown = Shown { at, row: row.to_owned() };
        let mut file = fs::OpenOptions::new().create(true).append(true).open(&self.path)?;
        writeln!(file, "{}", serde_json::to_string(&shown)?)?;
        self.shown.push(shown);
        Ok(())
    }

    fn has(&self, row: &str) -> bool {
        self.shown.iter().any(|shown| shown.row == row)
    }

    fn within_a_week(&self, now: Timestamp) -> usize {
        self.shown.iter().filter(|shown| now.duration_since(shown.at) < WEEK).count()
    }
}

#[cfg(test)]
mod tests {
    use super::Notify;

    #[test]
    fn a_price_of_a_day_is_money_or_hours() {
        let read = |text: &str| Notify::parse(text);
        let money = read("above = \"CHF 500/day\"\nper_week = 2").expect("a price");
        assert_eq!((money.above, money.unit.as_str(), money.per_week), (500.0, "CHF/day", 2));
        let hours = read("above = \"1.5 h/day\"").expect("a price");
        assert_eq!((hours.above, hours.unit.as_str(), hours.per_week), (1.5, "h/day", 5));
        for wrong in [
            "",
            "above = 5",
            "above = \"CHF 500\"",
            "above = \"500/day\"",
            "above = \"-1 h/day\"",
            "above = \"1 h/day\"\nmore = 1",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
