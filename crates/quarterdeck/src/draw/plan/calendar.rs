//! A plan as a calendar: a bar for each task, and for each project the day it is promised for and the day that is likely kept.

use std::fmt::Write as _;

use jiff::civil::Date;
use qd_model::{Plan, ProjectPlan, TaskPlan};
use qd_sources::calendar::{WholeDays, whole_days};

use super::{is_critical, said};
use crate::draw::words::figure;

/// The calendar's text.
pub(crate) fn calendar(plan: &Plan) -> String {
    let of_project = |project: &ProjectPlan| {
        let entry = |uid: &str, first: Date, last: Date, title: String, description: String| WholeDays {
            uid: format!("{}/{uid}@{}.quarterdeck", plain(&project.id), plain(&plan.company)),
            first,
            last,
            title,
            description,
            category: project.name.clone(),
        };
        let all = || said::head(project).into_iter().map(|(_, words)| words).collect::<Vec<_>>().join("\n");
        let mut entries: Vec<WholeDays> = Vec::new();
        for task in &project.tasks {
            for (place, (from, to)) in task.stretches().into_iter().enumerate() {
                // Its further parts are entries of their own, numbered.
                let part = if place == 0 { String::new() } else { format!("/{}", place + 1) };
                let uid = format!("task/{}{part}", plain(&task.id));
                entries.push(entry(&uid, from, to, format!("{}: {}", project.name, task.title), told(task)));
            }
        }
        entries.extend(
            project
                .deadline
                .map(|day| entry("promised", day, day, format!("{} is promised", project.name), all())),
        );
        entries.extend(
            project.p80.map(|day| {
                entry("p80", day, day, format!("{} is ready in 8 of 10 cases", project.name), all())
            }),
        );
        entries
    };
    let entries: Vec<WholeDays> = plan.projects.iter().flat_map(of_project).collect();
    whole_days(&format!("Plan of {}", plan.company), plan.as_of, &entries)
}

/// Who does a task, how long it takes, and how sure its end is.
fn told(task: &TaskPlan) -> String {
    let mut lines = vec![task.people.join(", ")];
    let assumed = if task.is_assumed { " (assumed)" } else { "" };
    lines.push(format!("{} days of work{assumed}", figure(task.days)));
    lines.extend(said::parts(task));
    lines.extend(task.p80.map(|day| format!("in 8 of 10 cases by {day}")));
    lines.extend(task.deadline.map(|day| format!("due {day}")));
    if is_critical(task) {
        lines.extend(task.critical.map(|share| format!("critical in {} of the cases", said::percent(share))));
    }
    lines.join("\n")
}

/// An id without what parts an entry's name has.
fn plain(id: &str) -> String {
    let mut plain = String::new();
    for letter in id.chars() {
        if letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.') {
            plain.push(letter);
        } else {
            // Two ids stay two.
            for byte in letter.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(plain, "%{byte:02X}");
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn two_ids_are_two_names() {
        assert_eq!(plain("atlas-2"), "atlas-2");
        assert_eq!((plain("a/b").as_str(), plain("a%2Fb").as_str()), ("a%2Fb", "a%252Fb"));
    }
}
