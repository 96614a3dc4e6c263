//! When running work is done by its pace.

use jiff::civil::Date;
use qd_engines::delivery::{self, Deliveries};
use qd_model::{DeckError, Forecasted, nearest};

use super::LocalDeck;
use crate::sync::chain;

impl LocalDeck {
    /// Forecasts of the projects that are worked on and have items of work, or of one of them; with the items that are
    /// done by a day, where one is asked for.
    ///
    /// # Errors
    /// Where the project is not known or has no items, or the facts cannot be asked.
    pub fn forecasts(&self, project: Option<&str>, by: Option<Date>) -> Result<Vec<Forecasted>, DeckError> {
        for input in delivery::INPUTS {
            self.prepare(input.query).map_err(|error| DeckError::new(chain(&error)))?;
        }
        let inputs = self.shelf.inputs(&self.session, delivery::INPUTS);
        let inputs = inputs.map_err(|error| DeckError::new(chain(&error)))?;
        let deliveries = Deliveries::read(&inputs).map_err(|error| DeckError::new(error.to_string()))?;
        let wanted: Vec<&str> = match project {
            Some(project) => vec![self.with_items(&deliveries, project)?],
            None => deliveries.projects().collect(),
        };
        Ok(wanted.into_iter().filter_map(|project| self.forecast_of(&deliveries, project, by)).collect())
    }

    fn with_items<'a>(&self, deliveries: &'a Deliveries, wanted: &str) -> Result<&'a str, DeckError> {
        if let Some(known) = deliveries.projects().find(|known| *known == wanted) {
            return Ok(known);
        }
        if self.company.projects().any(|project| project.id() == wanted) {
            let hint = "name its repositories or trackers in `repositories`, or issues in `issues` of its tasks, and \
                        connect a source that reads them";
            return Err(DeckError::new(format!("no items of work are known of `{wanted}`")).hint(hint));
        }
        let error = DeckError::new(format!("no project `{wanted}` is worked on"));
        let known = self.company.projects().map(|project| project.id().to_owned()).collect::<Vec<_>>();
        Err(match nearest(wanted, known.iter().map(String::as_str)) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint("`quarterdeck forecast` lists those that have items"),
        })
    }

    fn forecast_of(&self, deliveries: &Deliveries, project: &str, by: Option<Date>) -> Option<Forecasted> {
        let told = deliveries.forecast(project)?;
        let name = self.company.projects().find(|known| known.id() == project);
        let curve = told.weeks.as_ref().map(|weeks| &weeks.curve);
        let items = by.and_then(|day| {
            let items = deliveries.items_by(project, day)?;
            // At least so many in 85 of 100 cases is what 15 of 100 do not exceed.
            Some((day, [0.5, 0.15, 0.05].map(|level| items.curve.at(level).floor() as u32)))
        });
        Some(Forecasted {
            today: self.session.today(),
            project: project.to_owned(),
            name: name
                .and_then(|project| project.name().map(str::to_owned))
                .unwrap_or_else(|| project.to_owned()),
            left: told.left,
            done_a_week: told.done_a_week,
            added_a_week: told.added_a_week,
            days: curve.map(|curve| [0.1, 0.5, 0.8, 0.85, 0.95].map(|level| deliveries.day(curve.at(level)))),
            as_it_is: told
                .weeks_as_it_is
                .as_ref()
                .map(|weeks| [0.5, 0.85].map(|level| deliveries.day(weeks.curve.at(level)))),
            deadline: told.deadline,
            kept: told.kept,
            kept_as_it_is: told.kept_as_it_is,
            cases: told.weeks.as_ref().map_or(0.0, |weeks| weeks.cases),
            by: items,
            way: deliveries
                .way(project)
                .into_iter()
                .map(|(items, curve)| {
                    (items, [0.1, 0.5, 0.8, 0.95].map(|level| deliveries.day(curve.at(level))))
                })
                .collect(),
        })
    }
}
