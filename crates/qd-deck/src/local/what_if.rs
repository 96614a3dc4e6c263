//! What would be if: the company's text with another text over it, planned beside what is planned now.
//!
//! Both are run with the same luck (common random numbers), so that a difference is what the change does.

use std::collections::{BTreeMap, BTreeSet};

use qd_engines::{
    plan::{self, Options, Schedule, Time},
    portfolio::{DAY, Portfolio},
    simulation::{self, Forecast},
};
use qd_intent::{Company, Edit, question};
use qd_model::{DeckError, Files, Outlook, Shift, Variant, WhatIf};
use qd_tables::PEOPLE;

use super::{LocalDeck, planning::luck};

/// Places of a half and of eight in ten among the shares that a simulation tells, and the latter share.
const HALF: usize = 0;
const EIGHT_OF_TEN: usize = 1;
const SHARE: f64 = 0.8;
/// Tasks in all schedules of a variant: thousands of tasks are told in seconds too.
const TASKS_SCHEDULED: u64 = 400_000;

/// A change to be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Supposition {
    /// A sentence, `lose ana on 2027-01-15`.
    Sentence(String),
    /// A text that is laid over the company's, and what it is called.
    Overlay {
        /// What it is called: its file.
        title: String,
        /// TOML as in `company.toml`.
        text: String,
    },
    /// Several, one over the other.
    Together(Vec<Supposition>),
}

/// A portfolio, its plan, and what may come of it.
struct Seen {
    portfolio: Portfolio,
    schedule: Schedule,
    forecast: Forecast,
}

impl Seen {
    fn of(portfolio: Portfolio, options: &Options) -> Self {
        let most = (TASKS_SCHEDULED / (portfolio.tasks.len() as u64).max(1)).max(1);
        let schedules = options.schedules.map(|schedules| schedules.min(most));
        let options = &portfolio.options(&Options { schedules, ..*options });
        let schedule = plan::plan(&portfolio.problem, options, &|| false).schedule;
        let forecast =
            portfolio.simulate(&schedule, &luck(portfolio.tasks.len(), options.threads), &|| false);
        Self { portfolio, schedule, forecast }
    }

    fn project(&self, id: &str) -> Option<usize> {
        self.portfolio.projects.iter().position(|project| project.id == id)
    }

    fn outlook(&self, place: usize) -> Outlook {
        let portfolio = &self.portfolio;
        let mut tasks = (0..portfolio.tasks.len())
            .filter(|task| portfolio.problem.tasks.get(*task).is_some_and(|task| task.project == place));
        let unplanned =
            tasks.by_ref().filter(|task| self.schedule.start.get(*task).copied().flatten().is_none()).count();
        let end = self.schedule.project_end(&portfolio.problem, place).filter(|end| *end > 0);
        let odds = self.odds(place).filter(|_| end.is_some());
        let by = |share| odds.and_then(|odds| portfolio.quantile(&odds.end, share));
        Outlook {
            deadline: portfolio.projects.get(place).and_then(|project| project.deadline),
            ends: end.and_then(|end| portfolio.axis.day_before(end)),
            p50: by(HALF),
            p80: by(EIGHT_OF_TEN),
            kept: odds.and_then(|odds| odds.end.kept),
            unplanned,
        }
    }

    fn odds(&self, place: usize) -> Option<&simulation::ProjectForecast> {
        self.forecast.projects.get(place)?.as_ref()
    }
}

impl LocalDeck {
    /// Plans the company as it is, and with each change alone.
    ///
    /// # Errors
    /// Where a change cannot be understood, or lies over what cannot be read.
    pub fn what_if(&self, changes: &[Supposition], options: &Options) -> Result<WhatIf, DeckError> {
        let now = Seen::of(self.portfolio()?, options);
        let variants = changes.iter().map(|change| self.variant(change, &now, options));
        Ok(WhatIf {
            today: self.today(),
            currency: self.company.currency().map(str::to_owned),
            runs: now.forecast.runs,
            variants: variants.collect::<Result<_, _>>()?,
        })
    }

    fn variant(&self, change: &Supposition, now: &Seen, options: &Options) -> Result<Variant, DeckError> {
        let title = self.meant(change)?.0;
        let (files, diff) = self.with(change)?;
        let laid = self.laid(files)?;
        let known: Vec<&String> = self.diagnostics.iter().map(|complaint| &complaint.message).collect();
        let new = laid.diagnostics.iter().filter(|complaint| !known.contains(&&complaint.message));
        let complaints = new.map(|complaint| format!("{}: {}", complaint.file, complaint.message)).collect();
        let then = Seen::of(laid.portfolio()?, options);
        let people = people(now, &then, &self.company, &laid.company);
        Ok(Variant {
            title,
            diff,
            complaints,
            projects: shifts(now, &then),
            delay_cost: more_delay(now, &then),
            people_cost: people.cost,
            come: people.come,
            go: people.go,
        })
    }

    /// What a change is called, and the text that is laid over the company's.
    fn meant(&self, change: &Supposition) -> Result<(String, Vec<String>), DeckError> {
        Ok(match change {
            Supposition::Sentence(sentence) => {
                let meant = question(&self.company, self.today(), sentence)?;
                (meant.title, vec![meant.overlay])
            }
            Supposition::Overlay { title, text } => (title.clone(), vec![text.clone()]),
            Supposition::Together(all) => {
                let all: Vec<_> = all.iter().map(|one| self.meant(one)).collect::<Result<_, _>>()?;
                let titles: Vec<String> = all.iter().map(|(title, _)| title.clone()).collect();
                (titles.join("; "), all.into_iter().flat_map(|(_, texts)| texts).collect())
            }
        })
    }

    /// The company's texts with a change over them, and what of them it changes.
    fn with(&self, change: &Supposition) -> Result<(Files, String), DeckError> {
        let (title, texts) = self.meant(change)?;
        let mut files = self.files.clone();
        for text in texts {
            // Each lies over what those before it made.
            let company = qd_intent::read(&self::texts(&files), &BTreeMap::new()).company;
            let edits = qd_intent::overlay(&company, &files, &text)
                .map_err(|error| DeckError::new(format!("{title}: {error}")))?;
            files.extend(edits.into_iter().map(|edit| (edit.file, edit.text)));
        }
        let mut diff = String::new();
        for (file, text) in files.iter().filter(|(file, text)| self.files.get(*file) != Some(text)) {
            let before = self.files.get(file).map(String::as_str);
            diff += &Edit::new(file, before, text.clone()).diff(before);
        }
        Ok((files, diff))
    }

    /// The deck over other texts of the same company.
    fn laid(&self, files: Files) -> Result<Self, DeckError> {
        let intent = qd_intent::read(&texts(&files), &BTreeMap::new());
        Self::over(self.opening.clone(), (intent.company, files, intent.diagnostics))
    }
}

/// The texts that declare something.
fn texts(files: &Files) -> Files {
    files.iter().filter(|(path, _)| !path.ends_with(".sql")).map(|(p, t)| (p.clone(), t.clone())).collect()
}

/// All projects that are there now or then, and how their ends move.
fn shifts(now: &Seen, then: &Seen) -> Vec<Shift> {
    let mut ids: Vec<(&str, &str)> = Vec::new();
    for seen in [now, then] {
        for (goal, project) in seen.portfolio.projects.iter().zip(&seen.portfolio.problem.projects) {
            if !ids.iter().any(|(id, _)| *id == goal.id) {
                ids.push((&goal.id, &project.name));
            }
        }
    }
    let shift = |(id, name): (&str, &str)| {
        let (place, after) = (now.project(id), then.project(id));
        let (old, new) = (place.map(|place| now.outlook(place)), after.map(|place| then.outlook(place)));
        let days = old
            .as_ref()
            .zip(new.as_ref())
            .and_then(|(old, new)| Some(i64::from((new.p80? - old.p80?).get_days())));
        let odds = place.and_then(|place| now.odds(place)).zip(after.and_then(|place| then.odds(place)));
        let difference = odds
            .filter(|_| days.is_some())
            .and_then(|(before, after)| Some((before, simulation::compare(before, after, SHARE)?)));
        let between = difference.and_then(|(before, difference)| {
            let from = before.end.quantiles.get(EIGHT_OF_TEN).copied().flatten()?;
            let moved = |units: f64| calendar_days(&now.portfolio, from, units);
            Some((moved(difference.range.0)?, moved(difference.range.1)?))
        });
        Shift { id: id.to_owned(), name: name.to_owned(), now: old, then: new, days, between }
    };
    ids.into_iter().map(shift).collect()
}

/// How much more the delays of all projects cost; a project of which a part cannot be planned now or then hides it,
/// unless it can be planned in neither.
fn more_delay(now: &Seen, then: &Seen) -> Option<f64> {
    let cost = |seen: &Seen, id: &str| match seen.project(id) {
        None => Some(0.0),
        Some(place) => {
            seen.schedule.project_end(&seen.portfolio.problem, place).and(seen.odds(place)?.end.delay_cost)
        }
    };
    let projects = now.portfolio.projects.iter().chain(&then.portfolio.projects);
    let ids: BTreeSet<&str> = projects.map(|project| project.id.as_str()).collect();
    let mut more = 0.0;
    for id in ids {
        match (cost(now, id), cost(then, id)) {
            (Some(before), Some(after)) => more += after - before,
            (None, None) => {}
            _ => return None,
        }
    }
    Some(more.round())
}

/// Units of the plan after a moment of it, as days of the calendar.
fn calendar_days(portfolio: &Portfolio, from: f64, units: f64) -> Option<i64> {
    let day = |unit: f64| portfolio.axis.day_before(unit.ceil().clamp(0.0, f64::from(Time::MAX)) as Time);
    Some(i64::from((day(from + units)? - day(from)?).get_days()))
}

/// Who comes and goes, and what that costs.
struct People {
    come: Vec<String>,
    go: Vec<String>,
    cost: Option<f64>,
}

/// Days that people are there until both plans end and all that is promised is due, at their rates.
fn people(now: &Seen, then: &Seen, company: &Company, with: &Company) -> People {
    let ends = |seen: &Seen| {
        let due = seen.portfolio.problem.projects.iter().filter_map(|project| project.due).max();
        seen.schedule.makespan().max(due.unwrap_or(0))
    };
    let horizon = ends(now).max(ends(then)).max(DAY);
    let there = |seen: &Seen, id: &str| {
        let place = seen.portfolio.people.iter().position(|known| known == id)?;
        let person = seen.portfolio.problem.people.get(place)?;
        let away: Time =
            person.absences.iter().map(|(from, until)| (horizon.min(*until) - from).max(0)).sum();
        Some((person.name.clone(), (horizon - away).max(0)))
    };
    let rate = |id: &str| {
        let money = with
            .record(&PEOPLE, id)
            .and_then(|person| person.money("rate"))
            .or_else(|| company.day_rate())?;
        let is_ours = money.currency.is_none() || money.currency.as_deref() == company.currency();
        is_ours.then(|| money.hundredths as f64 / 100.0)
    };
    let mut people = People { come: Vec::new(), go: Vec::new(), cost: Some(0.0) };
    let mut ids: Vec<&String> = now.portfolio.people.iter().chain(&then.portfolio.people).collect();
    ids.sort_unstable();
    ids.dedup();
    for id in ids {
        let (before, after) = (there(now, id), there(then, id));
        let units = |there: &Option<(String, Time)>| there.as_ref().map_or(0, |(_, units)| *units);
        let more = units(&after) - units(&before);
        if more == 0 && before.is_some() == after.is_some() {
            continue;
        }
        let name = after.or(before).map(|(name, _)| name).unwrap_or_default();
        if more >= 0 {
            people.come.push(name);
        } else {
            people.go.push(name);
        }
        let cost = rate(id).map(|rate| rate * f64::from(more) / f64::from(DAY));
        people.cost = people.cost.zip(cost).map(|(sum, cost)| (sum + cost).round());
    }
    people
}
