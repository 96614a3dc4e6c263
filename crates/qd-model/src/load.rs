//! How full the weeks of a plan are, and where it asks too much.

use jiff::civil::Date;
use serde::Serialize;

/// The weeks of a plan: of people, of teams, of skills. Each row has as many weeks as `weeks`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Load {
    /// Their Mondays, none left out.
    pub weeks: Vec<Date>,
    /// The declared teams: what is planned of their members, against the hours in which those are there. Whoever is
    /// of two teams counts in both.
    pub teams: Vec<LoadRow>,
    /// The skills that planned tasks ask for: their hours, against the hours of those who have the skill.
    pub skills: Vec<LoadRow>,
    /// The people, by name.
    pub people: Vec<LoadRow>,
}

/// The weeks of a person, a team or a skill.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LoadRow {
    /// Id of the person or team; the skill.
    pub id: String,
    /// Name to show.
    pub name: String,
    /// Each week.
    pub weeks: Vec<LoadWeek>,
}

/// A week of one row, in hours of the plan's clock: of somebody who has half of a week, a task takes twice as many.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct LoadWeek {
    /// Hours that are planned.
    pub planned: f64,
    /// Hours in which they are there, from the day of the plan on.
    pub there: f64,
    /// Names of the projects of those hours.
    pub projects: Vec<String>,
}

impl LoadWeek {
    /// What is planned, as a share of what is there; none where nobody is there.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        (self.there > 0.0).then(|| self.planned / self.there)
    }

    /// True where all that is there is planned, or more.
    #[must_use]
    pub fn is_full(&self) -> bool {
        // A minute is no room.
        self.planned > 0.0 && self.planned >= self.there - 1.0 / 60.0
    }
}

/// Where a plan asks much of somebody, or breaks what was promised.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Conflict {
    /// A task is ready after its day.
    Late {
        /// Name of the project.
        project: String,
        /// What the task is.
        task: String,
        /// The day it is due.
        deadline: Date,
        /// The day it is ready.
        ends: Date,
        /// Calendar days between them.
        days: i64,
    },
    /// Somebody works on more than two projects in one week.
    ManyProjects {
        /// Their name.
        person: String,
        /// Monday of the first such week, of those that follow each other.
        from: Date,
        /// How many follow each other.
        weeks: usize,
        /// Names of the projects of those weeks.
        projects: Vec<String>,
    },
    /// Somebody is planned for all that they have: whatever comes up makes something late.
    Full {
        /// Their name.
        person: String,
        /// Monday of the first such week, of those that follow each other.
        from: Date,
        /// How many follow each other.
        weeks: usize,
    },
}

/// What is left of a project costs, against what it may cost. What was spent so far is not known.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Cost {
    /// Working days of one person that are to come.
    pub days: f64,
    /// What they cost, at the declared day rates; none where some of them have none.
    pub to_come: Option<Amount>,
    /// Days of those that have no rate, or one in another currency.
    pub unpriced_days: f64,
    /// What the project may cost in all, as declared.
    pub budget: Option<Amount>,
}

impl Cost {
    /// What is to come as a share of the budget; none where one of them is unknown, or their currencies differ.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        let (to_come, budget) = (self.to_come.as_ref()?, self.budget.as_ref()?);
        (to_come.currency == budget.currency && budget.value > 0.0).then(|| to_come.value / budget.value)
    }
}

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Amount {
    /// In units of the currency.
    pub value: f64,
    /// ISO 4217 code; none where neither the amount nor the company names one.
    pub currency: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::{Amount, Cost, LoadWeek};

    #[test]
    fn nobody_there_is_no_share() {
        let week = |planned, there| LoadWeek { planned, there, projects: Vec::new() };
        assert_eq!((week(0.0, 0.0).share(), week(20.0, 40.0).share()), (None, Some(0.5)));
        assert!(week(40.0, 40.0).is_full() && week(8.0, 0.0).is_full());
        assert!(!week(0.0, 0.0).is_full() && !week(39.0, 40.0).is_full());
    }

    #[test]
    fn amounts_of_two_currencies_are_not_compared() {
        let amount = |value, code: &str| Some(Amount { value, currency: Some(code.to_owned()) });
        let cost = |budget| Cost { to_come: amount(50.0, "EUR"), budget, ..Cost::default() };
        assert_eq!(cost(amount(100.0, "EUR")).share(), Some(0.5));
        assert_eq!(cost(amount(100.0, "CHF")).share(), None);
        assert_eq!(cost(None).share(), None);
    }
}
