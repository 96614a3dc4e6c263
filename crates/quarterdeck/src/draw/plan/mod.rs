//! A plan on a terminal, as a page, as a calendar and as a table.

mod calendar;
mod chart;
mod gantt;
mod heat;
mod html;
mod said;
mod text;
mod weeks;

use jiff::civil::Date;
use qd_model::{Column, Plan, ProjectPlan, Table, TaskPlan, Value};

pub(crate) use calendar::calendar;
pub(crate) use html::page;
pub(crate) use text::text;

/// Share of the runs from which on a task is drawn as critical.
const CRITICAL: f64 = 0.5;

fn is_critical(task: &TaskPlan) -> bool {
    task.critical.is_some_and(|share| share >= CRITICAL)
}

/// Days from one to another; 0 where the other is before.
fn days(from: Date, to: Date) -> usize {
    usize::try_from((to - from).get_days()).unwrap_or(0)
}

/// The days of a task's parts, where it is put down for others.
fn parts(task: &TaskPlan) -> String {
    task.parts.iter().map(|(from, to)| format!("{from}/{to}")).collect::<Vec<_>>().join("; ")
}

/// The tasks as a table, a row each.
pub(crate) fn table(plan: &Plan) -> Table {
    const NAMES: [&str; 13] = [
        "project",
        "task",
        "title",
        "people",
        "starts",
        "ends",
        "p80",
        "critical",
        "days",
        "is_assumed",
        "deadline",
        "why_not",
        "parts",
    ];
    let column = |name: &str| Column { name: name.to_owned(), unit: String::new(), comment: String::new() };
    let text = |text: &str| Value::Text(text.to_owned());
    let day = |day: Option<Date>| day.map_or(Value::Null, Value::Date);
    let row = |project: &ProjectPlan, task: &TaskPlan| {
        vec![
            text(&project.id),
            text(&task.id),
            text(&task.title),
            text(&task.people.join("; ")),
            day(task.starts),
            day(task.ends),
            day(task.p80),
            task.critical.map_or(Value::Null, Value::Number),
            Value::Number(task.days),
            Value::Boolean(task.is_assumed),
            day(task.deadline),
            task.why_not.as_deref().map_or(Value::Null, text),
            text(&parts(task)),
        ]
    };
    let rows =
        plan.projects.iter().flat_map(|project| project.tasks.iter().map(move |task| row(project, task)));
    Table { columns: NAMES.map(column).into(), rows: rows.collect(), ..Table::default() }
}

#[cfg(test)]
mod tests;
