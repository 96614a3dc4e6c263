//! What moved since a plan was accepted, as text.

use std::fmt::Write as _;

use jiff::civil::Date;
use qd_model::{Column, PlanChanges, ProjectChange, Table, Value};

use super::{
    style::{FAINT, HEADING, styled},
    table,
    words::count,
};

/// For a terminal of `width` columns.
pub(crate) fn text(changes: &PlanChanges, width: Option<u16>) -> String {
    let head = format!("Since the plan of {}", changes.accepted);
    let mut text = format!("{}\n\n", styled(HEADING, head));
    for project in &changes.projects {
        let _ = writeln!(text, "{}", line(project));
    }
    if !changes.projects.is_empty() {
        text.push('\n');
    }
    if changes.tasks.is_empty() {
        let _ = writeln!(text, "Nothing moved: {} as accepted.", stand(changes.kept));
        return text;
    }
    let column = |name: &str| Column { name: name.to_owned(), unit: String::new(), comment: String::new() };
    let row = |change: &qd_model::TaskChange| {
        let ends = moved(change.ends);
        let people = if change.people.0 == change.people.1 {
            change.people.1.join(", ")
        } else {
            format!("{} -> {}", nobody(&change.people.0), nobody(&change.people.1))
        };
        [change.task.clone(), ends, people, change.why.clone()].map(Value::Text).to_vec()
    };
    let columns = ["task", "ready", "who", "why"].map(column).into();
    let rows = changes.tasks.iter().map(row).collect();
    text.push_str(&table::grid(&Table { columns, rows, ..Table::default() }, width));
    let _ = writeln!(text, "{}", styled(FAINT, format!("{} as accepted", stand(changes.kept))));
    text
}

fn stand(kept: usize) -> String {
    format!("{} {}", count(kept, "task", "tasks"), if kept == 1 { "stands" } else { "stand" })
}

fn nobody(people: &[String]) -> String {
    if people.is_empty() { "nobody".to_owned() } else { people.join(", ") }
}

fn moved((then, now): (Option<Date>, Option<Date>)) -> String {
    let day = |day: Option<Date>| day.map_or_else(|| "not planned".to_owned(), |day| day.to_string());
    match (then, now) {
        (Some(then), Some(now)) if then == now => now.to_string(),
        (Some(then), Some(now)) => {
            let days = (now - then).get_days();
            let unit = if days.abs() == 1 { "day" } else { "days" };
            format!("{now}, {days:+} {unit}")
        }
        (Some(then), None) => format!("was {then}"),
        (None, now) => day(now),
    }
}

fn line(project: &ProjectChange) -> String {
    let mut said =
        vec![format!("ready {}", moved(project.ends)), format!("in 8 of 10 cases {}", moved(project.p80))];
    if project.deadline.0 != project.deadline.1 {
        said.push(format!("promised for {}", moved(project.deadline)));
    }
    if let (Some(then), Some(now)) = project.scope
        && (then - now).abs() >= 0.5
    {
        said.push(format!("{then:.0} days of work then, {now:.0} now"));
    }
    format!("{}  {}", styled(HEADING, &project.id), said.join(" · "))
}
