//! A plan as text: its projects in a line each, and below each its tasks over the weeks.

use std::fmt::Write as _;

use jiff::civil::Date;
use qd_model::{Column, Plan, ProjectPlan, Table, TaskPlan, Value};

use super::{
    style::{ERROR, FAINT, HEADING, WARNING, styled},
    words::count,
};

/// Narrowest room for the weeks, in columns.
const LEAST_ROOM: usize = 12;
/// Columns of a title and of who does it.
const TITLE: usize = 28;
const WHO: usize = 14;

/// The plan on a screen of `columns`.
pub(crate) fn text(plan: &Plan, columns: usize) -> String {
    if plan.projects.is_empty() {
        return "No project is worked on: declare one in `projects/`, with tasks, estimates and who can do them.\n"
            .to_owned();
    }
    let room = columns.saturating_sub(TITLE + WHO + 4).clamp(LEAST_ROOM, 60);
    let last = plan.projects.iter().flat_map(|project| [project.ends, project.deadline]).flatten().max();
    let scale =
        Scale { first: plan.today, days: last.map_or(1, |last| days(plan.today, last) + 1).max(room), room };
    let mut text = format!("{}\n", styled(HEADING, format!("Plan of {}", plan.today)));
    for project in &plan.projects {
        let _ = write!(text, "\n{}\n", head(project));
        for task in &project.tasks {
            let _ = writeln!(text, "{}", line(task, &scale));
        }
    }
    let _ = writeln!(
        text,
        "\n{}",
        styled(
            FAINT,
            format!(
                "{} compared, {} of the best; a column is {} from {} on. Estimates are taken at their expected value",
                count(usize::try_from(plan.schedules).unwrap_or(usize::MAX), "schedule", "schedules"),
                count(plan.runs, "run", "runs"),
                count(scale.days.div_ceil(room), "day", "days"),
                plan.today
            )
        )
    );
    text
}

fn days(from: Date, to: Date) -> usize {
    usize::try_from((to - from).get_days()).unwrap_or(0)
}

/// The days from the first on, in columns.
struct Scale {
    first: Date,
    days: usize,
    room: usize,
}

impl Scale {
    fn column(&self, day: Date) -> usize {
        (days(self.first, day) * self.room / self.days.max(1)).min(self.room.saturating_sub(1))
    }

    /// A bar from one day to another, with a mark on the day it is due.
    fn bar(&self, from: Date, to: Date, due: Option<Date>) -> String {
        let (from, to) = (self.column(from), self.column(to));
        let due = due.map(|day| self.column(day));
        let cell = |place: usize| match place {
            _ if due == Some(place) && place < to => '!',
            place if (from..=to).contains(&place) => '=',
            _ if due == Some(place) => '|',
            _ => ' ',
        };
        let bar: String = (0..self.room).map(cell).collect();
        bar.trim_end().to_owned()
    }
}

fn head(project: &ProjectPlan) -> String {
    let mut said = Vec::new();
    match (project.ends, project.tasks.is_empty()) {
        (Some(end), _) => said.push(format!("ready {end}")),
        (None, true) => said.push("nothing left to plan: no task is open".to_owned()),
        (None, false) => said.push(styled(ERROR, "no day: a part cannot be planned")),
    }
    if let Some(deadline) = project.deadline {
        said.push(match project.days_late {
            Some(late) if late > 0 => styled(
                WARNING,
                format!("{} after the promised {deadline}", count(late as usize, "day", "days")),
            ),
            Some(0) => format!("on the promised day, {deadline}"),
            Some(early) => format!(
                "{} before the promised {deadline}",
                count(early.unsigned_abs() as usize, "day", "days")
            ),
            None => format!("promised for {deadline}"),
        });
    }
    if let Some(day) = project.p80 {
        said.push(format!("in 8 of 10 cases by {day}"));
    }
    if let Some(kept) = project.kept {
        said.push(format!("the promise is kept with {:.0}%", kept * 100.0));
    }
    let assumed = project.assumed();
    if assumed > 0 {
        said.push(format!("{} without an estimate", count(assumed, "task", "tasks")));
    }
    format!("{}  {}", styled(HEADING, &project.name), said.join(" · "))
}

fn line(task: &TaskPlan, scale: &Scale) -> String {
    let who = if task.people.is_empty() { "nobody".to_owned() } else { task.people.join(", ") };
    let begin = format!("  {:TITLE$} {:WHO$} ", cut(&task.title, TITLE), cut(&who, WHO));
    match (task.starts.zip(task.ends), &task.why_not) {
        (Some((from, to)), _) => format!("{begin}{}", scale.bar(from, to, task.deadline)),
        (None, why) => format!("{begin}{}", why.as_deref().unwrap_or("not planned")),
    }
}

fn cut(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    text.chars().take(room.saturating_sub(1)).chain(['…']).collect()
}

/// The tasks as a table, a row each.
pub(crate) fn table(plan: &Plan) -> Table {
    const NAMES: [&str; 10] =
        ["project", "task", "title", "people", "starts", "ends", "days", "is_assumed", "deadline", "why_not"];
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
            Value::Number(task.days),
            Value::Boolean(task.is_assumed),
            day(task.deadline),
            task.why_not.as_deref().map_or(Value::Null, text),
        ]
    };
    let rows =
        plan.projects.iter().flat_map(|project| project.tasks.iter().map(move |task| row(project, task)));
    Table { columns: NAMES.map(column).into(), rows: rows.collect(), ..Table::default() }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::Scale;

    #[test]
    fn a_bar_shows_when_it_is_due() {
        let scale = Scale { first: date(2026, 3, 2), days: 20, room: 20 };
        let day = |day: i8| date(2026, 3, day);
        assert_eq!(scale.bar(day(2), day(4), None), "===");
        assert_eq!(scale.bar(day(4), day(6), Some(day(8))), "  === |");
        assert_eq!(scale.bar(day(4), day(8), Some(day(6))), "  ==!==");
        assert_eq!(scale.bar(day(2), date(2027, 1, 1), None).len(), 20);
    }
}
