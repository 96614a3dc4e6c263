//! Why a promise does not hold as often as it should: what is short of it whatever the order, what its end waits for,
//! and what would make it fit.

use qd_engines::{portfolio::Portfolio, simulation::Forecast};
use qd_model::{DeckError, ProjectPlan, Remedy, Value};

use super::LocalDeck;

/// Changes that are told of a project.
const REMEDIES: usize = 3;
/// The end of a project waits for somebody where it does in so many of the runs.
const OFTEN: f64 = 0.3;

/// What is missing: for which projects, and in words.
const SHORTAGES: &str = "SELECT array_to_string(projects, '/'), kind, id, CAST(day AS VARCHAR), short_days, asked_days, there_days \
                         FROM shortages ORDER BY short_days DESC, id";
const FITS: &str = "SELECT project, question, kept_with FROM remedies \
                    JOIN (SELECT project AS of, confidence FROM plan_risk) AS risk ON risk.of = remedies.project \
                    WHERE kept_with >= confidence \
                    ORDER BY project, CASE kind WHEN 'give' THEN 1 WHEN 'pause' THEN 2 WHEN 'drop' THEN 3 WHEN 'hire' THEN 4 ELSE 5 END, kept_with DESC";

impl LocalDeck {
    /// Fills in what is in the way of projects whose promise is less sure than it should be; how many of them were left
    /// out, since it was stopped.
    pub(super) fn explain_doubts(
        &self,
        portfolio: &Portfolio,
        forecast: &Forecast,
        projects: &mut [ProjectPlan],
        is_stopped: &(dyn Fn() -> bool + Sync),
    ) -> Result<usize, DeckError> {
        let place = |id: &str| portfolio.projects.iter().position(|project| project.id == id);
        let is_sure = |project: &ProjectPlan| {
            let wanted = place(&project.id).and_then(|place| portfolio.projects.get(place));
            project.kept.zip(wanted).is_none_or(|(kept, wanted)| kept >= wanted.confidence)
        };
        let doubted = projects.iter().filter(|project| !is_sure(project)).count();
        if doubted == 0 {
            return Ok(0);
        }
        let answer = |query| self.ask_until(query, is_stopped);
        let (short, fits) = match answer(SHORTAGES).and_then(|short| Ok((short, answer(FITS)?))) {
            Ok((short, fits)) => (short.rows, fits.rows),
            Err(_) if is_stopped() => return Ok(doubted),
            Err(error) => return Err(DeckError::new(error)),
        };
        let paths = portfolio.paths();
        for project in projects.iter_mut().filter(|project| !is_sure(project)) {
            let Some(place) = place(&project.id) else { continue };
            let of_it = |row: &&Vec<Value>| word(row, 0).split('/').any(|id| id == project.id);
            let mut doubts: Vec<String> = short.iter().filter(of_it).map(|row| self.shortage(row)).collect();
            if let (Some(earliest), Some(deadline)) =
                (paths.as_ref().and_then(|paths| paths.earliest(place)), project.deadline)
                && earliest > deadline
            {
                doubts.push(format!(
                    "its tasks one behind the other take until {earliest}, with nothing else to do"
                ));
            }
            if doubts.is_empty() {
                doubts.extend(waits(portfolio, forecast, place));
            }
            project.doubts = doubts;
            let rows = fits.iter().filter(|row| word(row, 0) == project.id);
            let remedy =
                |row: &Vec<Value>| Remedy { question: word(row, 1).to_owned(), kept: number(row, 2) };
            project.remedies = rows.map(remedy).take(REMEDIES).collect();
        }
        Ok(0)
    }

    fn shortage(&self, row: &[Value]) -> String {
        let of = match word(row, 1) {
            "person" => self
                .company
                .people()
                .find(|person| person.id() == word(row, 2))
                .and_then(|person| person.name()),
            _ => None,
        };
        format!(
            "{} is short by {:.0} days until {}: {:.0} are asked for, {:.0} are there",
            of.unwrap_or(word(row, 2)),
            number(row, 4).ceil(),
            word(row, 3),
            number(row, 5).ceil(),
            number(row, 6).floor()
        )
    }
}

/// Whom the end of a project waits for most.
fn waits(portfolio: &Portfolio, forecast: &Forecast, project: usize) -> Option<String> {
    let share = |person: usize| {
        let hung = forecast.people.get(person)?.as_ref()?;
        hung.projects.get(project).copied().filter(|share| *share >= OFTEN)
    };
    let people = (0..portfolio.problem.people.len()).filter_map(|person| Some((person, share(person)?)));
    let (person, share) = people.max_by(|left, right| left.1.total_cmp(&right.1))?;
    let name = &portfolio.problem.people.get(person)?.name;
    Some(format!("in {:.0} of 100 cases its end waits for {name} to be free", share * 100.0))
}

fn word(row: &[Value], column: usize) -> &str {
    match row.get(column) {
        Some(Value::Text(text)) => text,
        _ => "",
    }
}

fn number(row: &[Value], column: usize) -> f64 {
    row.get(column).and_then(Value::as_number).unwrap_or(f64::NAN)
}
