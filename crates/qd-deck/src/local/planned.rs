//! What a plan asks of people and of money: load by week, conflicts, what is to come against the budget.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use qd_engines::{
    plan::Schedule,
    portfolio::{Portfolio, Worked},
};
use qd_intent::Company;
use qd_model::{Amount, Conflict, Cost, Load, LoadRow, LoadWeek, ProjectPlan, Skill};

/// Projects of one week from which on switching between them costs more than it brings.
const MOST_PROJECTS: usize = 2;

/// How full the weeks of a schedule are.
pub(super) fn load(company: &Company, portfolio: &Portfolio, schedule: &Schedule, today: Date) -> Load {
    let worked = portfolio.worked(schedule);
    let Some(last) = worked.iter().map(|part| part.week).max() else { return Load::default() };
    let mut by_week: BTreeMap<Date, Vec<&Worked>> = BTreeMap::new();
    for part in &worked {
        by_week.entry(part.week).or_default().push(part);
    }
    let there = portfolio.there(last);
    let weeks: Vec<Date> = there.keys().map(|(week, _)| *week).collect::<BTreeSet<_>>().into_iter().collect();
    let project = |task: usize| portfolio.problem.tasks.get(task).map_or(0, |task| task.project);
    let row = |id: &str, name: &str, able: &BTreeSet<usize>, is_of: &dyn Fn(usize, usize) -> bool| {
        let week = |week: &Date| {
            let own = by_week.get(week).map(Vec::as_slice).unwrap_or_default().iter();
            let own: Vec<_> = own.filter(|part| is_of(part.task, part.person)).collect();
            let places: BTreeSet<usize> = own.iter().map(|part| project(part.task)).collect();
            let names = places.iter().filter_map(|place| portfolio.problem.projects.get(*place));
            // Not `sum`: that of nothing is -0.
            LoadWeek {
                planned: own.iter().fold(0.0, |sum, part| sum + part.hours),
                there: able
                    .iter()
                    .filter_map(|person| there.get(&(*week, *person)))
                    .fold(0.0, |sum, hours| sum + hours),
                projects: names.map(|project| project.name.clone()).collect(),
            }
        };
        LoadRow { id: id.to_owned(), name: name.to_owned(), weeks: weeks.iter().map(week).collect() }
    };
    let place = |id: &str| portfolio.people.iter().position(|known| known == id);
    let teams = company.teams().filter(|team| team.until().is_none_or(|until| until >= today));
    let teams = teams.filter_map(|team| {
        let members: BTreeSet<usize> =
            team.members().iter().map(String::as_str).chain(team.lead()).filter_map(place).collect();
        let is_of = |_, person: usize| members.contains(&person);
        (!members.is_empty()).then(|| row(team.id(), team.name().unwrap_or(team.id()), &members, &is_of))
    });
    let skill_of = |task: usize, person: usize| match portfolio.tasks.get(task)?.skills.as_slice() {
        [only] => Some(only.as_str()),
        _ => {
            let own = schedule.people.get(task)?.iter().find(|(own, _)| *own == person)?.1?;
            portfolio.problem.skills.get(own).map(String::as_str)
        }
    };
    let planned: BTreeSet<usize> = worked.iter().map(|part| part.task).collect();
    let asked: BTreeSet<&str> = planned
        .iter()
        .filter_map(|task| portfolio.tasks.get(*task))
        .flat_map(|work| work.skills.iter().map(String::as_str))
        .collect();
    let skills = asked.into_iter().map(|skill| {
        let has = |own: &String| Skill::parse(own).is(skill);
        let able = company.people().filter(|person| person.skills().iter().any(has));
        let able: BTreeSet<usize> = able.filter_map(|person| place(person.id())).collect();
        row(skill, skill, &able, &|task, person| skill_of(task, person) == Some(skill))
    });
    let people = portfolio.people.iter().zip(&portfolio.problem.people).enumerate();
    let people = people.map(|(place, (id, person))| {
        row(id, &person.name, &BTreeSet::from([place]), &|_, worker| worker == place)
    });
    let mut load = Load { teams: teams.collect(), skills: skills.collect(), people: people.collect(), weeks };
    // Who has left, or comes later, is of no week.
    let is_of_some = |week: &LoadWeek| week.there > 0.0 || week.planned > 0.0;
    load.people.retain(|row| row.weeks.iter().any(is_of_some));
    for rows in [&mut load.teams, &mut load.people] {
        rows.sort_by(|left, right| (&left.name, &left.id).cmp(&(&right.name, &right.id)));
    }
    load
}

/// Where the plan is late or asks much of somebody.
pub(super) fn conflicts(projects: &[ProjectPlan], load: &Load) -> Vec<Conflict> {
    let late = projects.iter().flat_map(|project| {
        project.tasks.iter().filter_map(|task| {
            let (deadline, ends) = task.deadline.zip(task.ends)?;
            let days = i64::from((ends - deadline).get_days());
            (days > 0).then(|| Conflict::Late {
                project: project.name.clone(),
                task: task.title.clone(),
                deadline,
                ends,
                days,
            })
        })
    });
    let person = |row: &LoadRow| row.name.clone();
    let many = load.people.iter().flat_map(|row| {
        runs(load, row, |week| week.projects.len() > MOST_PROJECTS).map(move |(from, weeks)| {
            let projects: BTreeSet<String> = weeks.iter().flat_map(|week| week.projects.clone()).collect();
            Conflict::ManyProjects {
                person: person(row),
                from,
                weeks: weeks.len(),
                projects: projects.into_iter().collect(),
            }
        })
    });
    let full = load.people.iter().flat_map(|row| {
        runs(load, row, LoadWeek::is_full).map(move |(from, weeks)| Conflict::Full {
            person: person(row),
            from,
            weeks: weeks.len(),
        })
    });
    late.chain(many).chain(full).collect()
}

/// Weeks of a row that follow each other and are all of a kind, with the first one's Monday.
fn runs<'a>(
    load: &'a Load,
    row: &'a LoadRow,
    is_one: impl Fn(&LoadWeek) -> bool,
) -> impl Iterator<Item = (Date, &'a [LoadWeek])> {
    let mut found = Vec::new();
    let mut at = 0;
    for run in row.weeks.chunk_by(|one, next| is_one(one) == is_one(next)) {
        if let Some(from) = load.weeks.get(at).filter(|_| run.first().is_some_and(&is_one)) {
            found.push((*from, run));
        }
        at += run.len();
    }
    found.into_iter()
}

/// What is left of a project costs, by its schedule.
pub(super) fn cost_of(company: &Company, portfolio: &Portfolio, schedule: &Schedule, project: &str) -> Cost {
    let tasks = portfolio.problem.tasks.iter().zip(&portfolio.tasks).enumerate();
    let is_of = |place: usize| portfolio.projects.get(place).is_some_and(|known| known.id == project);
    let own = tasks.filter(|(_, (task, _))| is_of(task.project)).map(|(place, (_, work))| {
        let people = schedule.people.get(place).into_iter().flatten();
        let ids = people.filter_map(|(person, _)| Some(portfolio.people.get(*person)?.as_str()));
        (work.days(), ids.collect())
    });
    cost(company, project, &own.collect::<Vec<_>>())
}

/// What a project's open tasks cost, each at the day rate of whoever does it: their own, or the company's where they
/// declare none or nobody is found. `tasks` are days and ids of people.
fn cost(company: &Company, project: &str, tasks: &[(f64, Vec<&str>)]) -> Cost {
    let rates: BTreeMap<&str, &qd_model::Money> =
        company.people().filter_map(|person| Some((person.id(), person.rate()?))).collect();
    let usual = company.day_rate();
    let of_company = company.currency().or_else(|| usual?.currency.as_deref());
    // Of a rate in another currency, nobody knows here what it is worth.
    let rate = |person: Option<&str>| {
        let rate = person.and_then(|person| rates.get(person).copied()).or(usual)?;
        (rate.currency.as_deref() == of_company).then(|| units(rate))
    };
    let mut cost = Cost::default();
    let mut known = 0.0;
    for (days, people) in tasks {
        let own = if people.is_empty() { vec![None] } else { people.iter().copied().map(Some).collect() };
        let own: Option<Vec<f64>> = own.into_iter().map(rate).collect();
        cost.days += days;
        match own {
            Some(own) => known += days * own.iter().sum::<f64>() / own.len() as f64,
            None => cost.unpriced_days += days,
        }
    }
    let amount = |value| Amount { value, currency: of_company.map(str::to_owned) };
    // Of what has no task, nobody knows what it takes.
    let is_priced = cost.unpriced_days == 0.0 && !tasks.is_empty();
    cost.to_come = is_priced.then(|| amount(known));
    let budget = company.projects().find(|own| own.id() == project).and_then(|own| own.budget().cloned());
    cost.budget = budget.map(|money| Amount { value: units(&money), currency: money.currency });
    cost
}

fn units(money: &qd_model::Money) -> f64 {
    money.hundredths as f64 / 100.0
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::civil::date;
    use qd_intent::Company;
    use qd_model::{Amount, Conflict, Load, LoadRow, LoadWeek};

    use super::{conflicts, cost};

    fn company(text: &str) -> Company {
        let files = BTreeMap::from([("company.toml".to_owned(), text.to_owned())]);
        qd_intent::read(&files, &BTreeMap::new()).company
    }

    #[test]
    fn days_cost_what_their_people_cost() {
        let company = company(
            "name = \"Example\"\ncurrency = \"EUR\"\nday_rate = \"EUR 500\"\n[people.ada]\nrate = \"EUR 800\"\n\
             [people.bo]\n[people.cy]\nrate = \"CHF 900\"\n[projects.atlas]\nbudget = \"EUR 20k\"\n",
        );
        let known = cost(&company, "atlas", &[(2.0, vec!["ada"]), (1.0, vec!["bo"]), (3.0, vec![])]);
        let euros = |value| Some(Amount { value, currency: Some("EUR".to_owned()) });
        assert_eq!((known.to_come.clone(), known.budget.clone()), (euros(3_600.0), euros(20_000.0)));
        assert_eq!((known.days, known.unpriced_days, known.share()), (6.0, 0.0, Some(0.18)));
        let foreign = cost(&company, "atlas", &[(2.0, vec!["ada"]), (3.0, vec!["cy"])]);
        assert_eq!((foreign.to_come, foreign.unpriced_days), (None, 3.0), "of francs nobody knows the worth");
        let without_tasks = cost(&company, "borealis", &[]);
        assert_eq!((without_tasks.to_come, without_tasks.budget), (None, None));
    }

    #[test]
    fn without_a_rate_no_cost_is_known() {
        let cost = cost(&company("name = \"Example\"\n[people.ada]\n"), "atlas", &[(2.0, vec!["ada"])]);
        assert_eq!((cost.to_come, cost.unpriced_days, cost.days), (None, 2.0, 2.0));
    }

    #[test]
    fn weeks_that_follow_each_other_are_one_conflict() {
        let week = |planned, projects: &[&str]| LoadWeek {
            planned,
            there: 40.0,
            projects: projects.iter().map(|name| (*name).to_owned()).collect(),
        };
        let three = ["Atlas", "Borealis", "Cassini"];
        let weeks = vec![week(40.0, &three), week(40.0, &three[..1]), week(8.0, &three), week(40.0, &[])];
        let load = Load {
            weeks: [2, 9, 16, 23].map(|day| date(2026, 3, day)).into(),
            people: vec![LoadRow { id: "ada".to_owned(), name: "Ada".to_owned(), weeks }],
            ..Load::default()
        };
        let told: Vec<String> = conflicts(&[], &load)
            .iter()
            .map(|conflict| match conflict {
                Conflict::Full { person, from, weeks } => format!("{person} full {from} {weeks}"),
                Conflict::ManyProjects { person, from, weeks, projects } => {
                    format!("{person} on {} {from} {weeks}", projects.len())
                }
                Conflict::Late { .. } => "late".to_owned(),
            })
            .collect();
        assert_eq!(
            told,
            [
                "Ada on 3 2026-03-02 1",
                "Ada on 3 2026-03-16 1",
                "Ada full 2026-03-02 2",
                "Ada full 2026-03-23 1"
            ]
        );
    }
}
