//! What is told of a plan in sentences: the same on a terminal and on a page.

use std::collections::BTreeMap;

use jiff::civil::Date;
use qd_model::{Amount, Conflict, Cost, Plan, ProjectPlan, TaskPlan};

use crate::draw::words::{self, count, figure};

/// How much a sentence matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Warning,
    Error,
}

/// A sentence.
pub(super) type Said = (Tone, String);

fn plain(text: String) -> Said {
    (Tone::Plain, text)
}

/// What is told of a project: when it is ready, what was promised, how sure that is, what it costs.
pub(super) fn head(project: &ProjectPlan) -> Vec<Said> {
    let mut said = vec![ready(project)];
    said.extend(promise(project));
    said.extend(project.p80.map(|day| plain(format!("in 8 of 10 cases by {day}"))));
    said.extend(project.kept.map(|kept| plain(format!("the promise is kept with {}", percent(kept)))));
    said.extend(cost(&project.cost));
    let assumed = project.assumed();
    if assumed > 0 {
        said.push(plain(format!("{} without an estimate", count(assumed, "task", "tasks"))));
    }
    said
}

/// When a task is put down for others and taken up again.
pub(super) fn parts(task: &TaskPlan) -> Option<String> {
    let pauses: Vec<String> =
        task.parts.windows(2).map(|pair| format!("after {}, until {}", pair[0].1, pair[1].0)).collect();
    (!pauses.is_empty()).then(|| format!("put down {}", pauses.join(" and ")))
}

/// Why a promise is in doubt, and what would keep it.
pub(super) fn doubts(project: &ProjectPlan) -> Vec<Said> {
    let mut said: Vec<Said> = project.doubts.iter().map(|doubt| (Tone::Warning, doubt.clone())).collect();
    let fits = project.remedies.iter();
    let fits: Vec<String> =
        fits.map(|one| format!("`{}` (kept with {})", one.question, percent(one.kept))).collect();
    if !fits.is_empty() {
        said.push(plain(format!("it fits with {}", fits.join(", or "))));
    }
    said
}

/// A share as a percentage that is only 0% or 100% where it is.
pub(super) fn percent(share: f64) -> String {
    match share * 100.0 {
        p if p > 0.0 && p < 0.5 => "under 1%".to_owned(),
        p if (99.5..100.0).contains(&p) => "over 99%".to_owned(),
        p => format!("{p:.0}%"),
    }
}

fn ready(project: &ProjectPlan) -> Said {
    match (project.ends, project.tasks.is_empty()) {
        (Some(end), _) => plain(format!("ready {end}")),
        (None, true) => plain("nothing left to plan: no task is open".to_owned()),
        (None, false) => (Tone::Error, "no day: a part cannot be planned".to_owned()),
    }
}

fn promise(project: &ProjectPlan) -> Option<Said> {
    let deadline = project.deadline?;
    let days = |days: i64| count(usize::try_from(days.unsigned_abs()).unwrap_or(usize::MAX), "day", "days");
    Some(match project.days_late {
        Some(late) if late > 0 => (Tone::Warning, format!("{} after the promised {deadline}", days(late))),
        Some(0) => plain(format!("on the promised day, {deadline}")),
        Some(early) => plain(format!("{} before the promised {deadline}", days(early))),
        None => plain(format!("promised for {deadline}")),
    })
}

/// What is to come against the budget; nothing where neither rates nor a budget are declared.
pub(super) fn cost(cost: &Cost) -> Option<Said> {
    match (&cost.to_come, &cost.budget) {
        (Some(to_come), Some(budget)) => {
            let share = cost.share();
            let of = share.map_or_else(
                || format!("against a budget of {}", money(budget)),
                |share| format!("{} of the budget of {}", percent(share), money(budget)),
            );
            let tone = if share.is_some_and(|share| share > 1.0) { Tone::Warning } else { Tone::Plain };
            Some((tone, format!("{} to come, {of}", money(to_come))))
        }
        (Some(to_come), None) => Some(plain(format!("{} to come", money(to_come)))),
        (None, Some(budget)) if cost.unpriced_days > 0.0 => Some(plain(format!(
            "budget {}; to come unknown: no day rate for {} of {} days",
            money(budget),
            figure(cost.unpriced_days),
            figure(cost.days)
        ))),
        (None, Some(budget)) => Some(plain(format!("budget {}; to come unknown", money(budget)))),
        (None, None) => None,
    }
}

/// An amount with as many digits as an estimate has.
pub(super) fn money(amount: &Amount) -> String {
    words::money(amount.value, amount.currency.as_deref())
}

/// Conflicts, one in a line, at most `most` of a kind; of people who are planned for all they have, those for whom
/// it lasts longest, by name.
pub(super) fn conflicts(plan: &Plan, most: usize) -> Vec<Said> {
    let (mut late, mut many) = (Vec::new(), Vec::new());
    let mut full: BTreeMap<&str, (usize, Vec<String>)> = BTreeMap::new();
    for conflict in &plan.conflicts {
        match conflict {
            Conflict::Late { project, task, ends, days, .. } => {
                let days = count(usize::try_from(*days).unwrap_or(0), "day", "days");
                late.push((
                    Tone::Warning,
                    format!("{task} ({project}) is ready {ends}, {days} after it is due"),
                ));
            }
            Conflict::ManyProjects { person, from, weeks, projects } => many.push((
                Tone::Warning,
                format!(
                    "{person} is on {}, {}: {}",
                    count(projects.len(), "project", "projects"),
                    time(*from, *weeks),
                    projects.join(", ")
                ),
            )),
            Conflict::Full { person, from, weeks } if *weeks > 1 => {
                let (all, times) = full.entry(person).or_default();
                *all += weeks;
                times.push(time(*from, *weeks));
            }
            Conflict::Full { .. } => {}
        }
    }
    let mut lines = at_most(late, most, "task is late", "tasks are late");
    lines.extend(at_most(many, most, "such time", "such times"));
    if !full.is_empty() {
        let mut people: Vec<_> = full.into_iter().collect();
        let left_out = people.len().saturating_sub(most);
        people.sort_by_key(|(_, (weeks, _))| std::cmp::Reverse(*weeks));
        people.truncate(most);
        people.sort_by_key(|(person, _)| *person);
        let mut people: Vec<String> =
            people.iter().map(|(person, (_, times))| format!("{person} ({})", times.join(", "))).collect();
        if left_out > 0 {
            people.push(format!("and {left_out} more"));
        }
        lines.push(plain(format!("No hour is left of {}", people.join(", "))));
    }
    lines
}

fn at_most(mut lines: Vec<Said>, most: usize, one: &str, many: &str) -> Vec<Said> {
    let left_out = lines.len().saturating_sub(most);
    if left_out > 0 {
        lines.truncate(most);
        lines.push(plain(format!("{} more {}", left_out, if left_out == 1 { one } else { many })));
    }
    lines
}

fn time(from: Date, weeks: usize) -> String {
    if weeks == 1 { format!("week of {from}") } else { format!("{weeks} weeks from {from}") }
}

/// How the figures were made.
pub(super) fn made(plan: &Plan) -> String {
    let mut text = format!(
        "{} compared, {} of the best with other luck; estimates are taken at their expected value.",
        count(usize::try_from(plan.schedules).unwrap_or(usize::MAX), "schedule", "schedules"),
        count(plan.runs, "run", "runs"),
    );
    if plan.projects.iter().any(|project| cost(&project.cost).is_some()) {
        text.push_str(" Costs are those of open tasks: what was spent so far is not known.");
    }
    text
}

#[cfg(test)]
mod tests {
    use qd_model::{Amount, Cost};

    use super::{Tone, cost, money, percent};

    fn euros(value: f64) -> Option<Amount> {
        Some(Amount { value, currency: Some("EUR".to_owned()) })
    }

    #[test]
    fn money_has_the_digits_of_an_estimate() {
        let told = [3.0, 950.0, 999.9, 28_888.0, 999_700.0, 1_254_000.0]
            .map(|value| money(&euros(value).expect("an amount")));
        assert_eq!(told, ["EUR 3", "EUR 950", "EUR 1k", "EUR 28.9k", "EUR 1M", "EUR 1.25M"]);
    }

    #[test]
    fn a_share_is_none_or_all_only_where_it_is() {
        assert_eq!(
            [0.0, 0.001, 0.5, 0.999, 1.0, 1.2].map(percent),
            ["0%", "under 1%", "50%", "over 99%", "100%", "120%"]
        );
    }

    #[test]
    fn a_cost_says_what_is_unknown() {
        let said = |to_come, budget, unpriced_days| {
            let (tone, text) = cost(&Cost { days: 9.0, to_come, unpriced_days, budget })?;
            Some((tone == Tone::Warning, text))
        };
        let some = |is_warning, text: &str| Some((is_warning, text.to_owned()));
        assert_eq!(
            said(euros(12e3), euros(10e3), 0.0),
            some(true, "EUR 12k to come, 120% of the budget of EUR 10k")
        );
        assert_eq!(
            said(None, euros(10e3), 3.0),
            some(false, "budget EUR 10k; to come unknown: no day rate for 3 of 9 days")
        );
        assert_eq!(said(euros(12e3), None, 0.0), some(false, "EUR 12k to come"));
        assert_eq!(said(None, None, 9.0), None);
    }
}
