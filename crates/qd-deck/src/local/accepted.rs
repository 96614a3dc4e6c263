//! The plan that was accepted: text in the company's folder, and what moved since.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use jiff::civil::Date;
use qd_intent::{Edit, PLAN_FILE, Record, quoted};
use qd_model::{DeckError, Plan, PlanChanges, ProjectChange, TaskChange, Value};
use qd_tables::{ACCEPTED_PLANS, ACCEPTED_TASKS, PLAN_HISTORY};

use super::LocalDeck;

/// What stands above an accepted plan.
const HEAD: &str = "# The plan that was accepted, and what earlier ones said of their projects. `quarterdeck plan --accept` writes it;
# `quarterdeck plan --diff` tells what moved since.
";

/// Whole days of work make no difference below this.
const SAME_DAYS: f64 = 0.05;

impl LocalDeck {
    /// The file of accepted plans with this one as the newest. Another one of the same day gives way.
    ///
    /// # Errors
    /// Where there is no folder to write to, or the file cannot be read.
    pub fn accept(&self, plan: &Plan, by: Option<&str>) -> Result<Edit, DeckError> {
        let broken = self.diagnostics.iter().find(|one| one.file == PLAN_FILE && one.code == "toml-syntax");
        if let Some(complaint) = broken {
            return Err(DeckError::new(format!("`{PLAN_FILE}` cannot be read: {}", complaint.message))
                .hint("mend it, or take it away: then only what it promised is forgotten"));
        }
        let done = self.done_days()?;
        let mut text = HEAD.to_owned();
        let today = plan.today.to_string();
        for old in self.company.records(&ACCEPTED_PLANS).iter().filter(|old| old.id != today) {
            let _ = write!(text, "\n[accepted_plans.{}]\n", old.id);
            write_values(&mut text, old, &["accepted", "by"]);
            let rows = self.company.records(&PLAN_HISTORY).iter();
            for row in rows.filter(|row| row.text("plan") == Some(&old.id)) {
                let _ = writeln!(text, "[[accepted_plans.{}.projects]]", old.id);
                let columns = ["project", "deadline", "ends", "p50", "p80", "kept", "days", "done_days"];
                write_values(&mut text, row, &columns);
            }
        }
        let _ = write!(text, "\n[accepted_plans.{today}]\naccepted = {today}\n");
        if let Some(by) = by {
            let _ = writeln!(text, "by = {}", quoted(by));
        }
        for project in &plan.projects {
            let _ =
                write!(text, "\n[[accepted_plans.{today}.projects]]\nproject = {}\n", quoted(&project.id));
            let days = [
                ("deadline", project.deadline),
                ("ends", project.ends),
                ("p50", project.p50),
                ("p80", project.p80),
            ];
            for (name, day) in days {
                let _ = day.map(|day| writeln!(text, "{name} = {day}"));
            }
            let _ = project.kept.map(|kept| writeln!(text, "kept = {kept:.3}"));
            let _ = writeln!(text, "days = {:.2}", project.tasks.iter().map(|task| task.days).sum::<f64>());
            let _ = writeln!(text, "done_days = {:.2}", done.get(&project.id).copied().unwrap_or(0.0));
            for task in &project.tasks {
                let name = quoted(&format!("{}/{}", project.id, task.id));
                let _ = write!(text, "[[accepted_plans.{today}.tasks]]\ntask = {name}\n");
                let people: Vec<String> = task.person_ids.iter().map(|id| quoted(id)).collect();
                if !people.is_empty() {
                    let _ = writeln!(text, "people = [{}]", people.join(", "));
                }
                for (name, day) in [("starts", task.starts), ("ends", task.ends)] {
                    let _ = day.map(|day| writeln!(text, "{name} = {day}"));
                }
                let parts: Vec<String> = parts(task).iter().map(|part| quoted(part)).collect();
                if !parts.is_empty() {
                    let _ = writeln!(text, "parts = [{}]", parts.join(", "));
                }
                let _ = writeln!(text, "days = {:.2}", task.days);
            }
        }
        Ok(Edit::new(PLAN_FILE, self.files.get(PLAN_FILE).map(String::as_str), qd_intent::fmt(&text)))
    }

    /// What moved since a plan was accepted last.
    ///
    /// # Errors
    /// Where none was, or what was seen of tasks cannot be asked for.
    pub fn plan_changes(&self, plan: &Plan) -> Result<PlanChanges, DeckError> {
        let newest = self.company.records(&ACCEPTED_PLANS).iter().max_by_key(|plan| plan.date("accepted"));
        let Some((newest, accepted)) = newest.and_then(|newest| Some((newest, newest.date("accepted")?)))
        else {
            return Err(DeckError::new("no plan was accepted yet")
                .hint("`quarterdeck plan --accept` accepts this one"));
        };
        let of_it = |record: &&Record| record.text("plan") == Some(&newest.id);
        let done = self.done_days()?;
        let mut changes =
            PlanChanges { today: plan.today, accepted, projects: Vec::new(), tasks: Vec::new(), kept: 0 };
        let history: BTreeMap<&str, &Record> = self
            .company
            .records(&PLAN_HISTORY)
            .iter()
            .filter(of_it)
            .filter_map(|row| Some((row.text("project")?, row)))
            .collect();
        let now: BTreeMap<&str, &qd_model::ProjectPlan> =
            plan.projects.iter().map(|project| (project.id.as_str(), project)).collect();
        for id in history.keys().chain(now.keys()).copied().collect::<BTreeSet<_>>() {
            let (then, now) = (history.get(id), now.get(id));
            let date = |column: &str| then.and_then(|then| then.date(column));
            let scope = now.map(|now| {
                now.tasks.iter().map(|task| task.days).sum::<f64>() + done.get(id).copied().unwrap_or(0.0)
            });
            let scope_then =
                then.and_then(|then| Some(then.number("days")? + then.number("done_days").unwrap_or(0.0)));
            let change = ProjectChange {
                id: id.to_owned(),
                deadline: (date("deadline"), now.and_then(|now| now.deadline)),
                ends: (date("ends"), now.and_then(|now| now.ends)),
                p80: (date("p80"), now.and_then(|now| now.p80)),
                scope: (scope_then, scope),
            };
            if change.deadline.0 != change.deadline.1
                || change.ends.0 != change.ends.1
                || then.is_none()
                || now.is_none()
            {
                changes.projects.push(change);
            }
        }
        self.task_changes(plan, newest, &mut changes)?;
        Ok(changes)
    }

    fn task_changes(&self, plan: &Plan, newest: &Record, changes: &mut PlanChanges) -> Result<(), DeckError> {
        let over = self
            .ask("SELECT concat(project, '/', task) FROM task_progress WHERE is_done")
            .map_err(DeckError::new)?;
        let over: BTreeSet<String> =
            over.rows.iter().filter_map(|row| row.first().map(Value::to_string)).collect();
        let records = self.company.records(&ACCEPTED_TASKS).iter();
        let mut then: BTreeMap<&str, &Record> = records
            .filter(|row| row.text("plan") == Some(&newest.id))
            .filter_map(|row| Some((row.text("task")?, row)))
            .collect();
        for project in &plan.projects {
            for task in &project.tasks {
                let name = format!("{}/{}", project.id, task.id);
                let old = then.remove(name.as_str());
                let starts = (old.and_then(|old| old.date("starts")), task.starts);
                let ends = (old.and_then(|old| old.date("ends")), task.ends);
                let people = (
                    old.map(|old| old.texts("people").to_vec()).unwrap_or_default(),
                    task.person_ids.clone(),
                );
                let parts = (old.map(|old| old.texts("parts").to_vec()).unwrap_or_default(), parts(task));
                let why = match old {
                    None => "new since".to_owned(),
                    // What has begun is not planned to begin again.
                    Some(_) if ends.0 == ends.1 && people.0 == people.1 && parts.0 == parts.1 => {
                        changes.kept += 1;
                        continue;
                    }
                    Some(old) => reason(old.number("days"), (starts, &people, &parts), task, plan.today),
                };
                changes.tasks.push(TaskChange { task: name, starts, ends, parts, people, why });
            }
        }
        for (name, old) in then {
            let project = name.split_once('/').map_or(name, |(project, _)| project);
            let is_declared = self.company.record(&qd_tables::TASKS, name).is_some();
            let why = match () {
                () if over.contains(name) => "done",
                () if !is_declared => "no longer declared",
                () if plan.projects.iter().all(|known| known.id != project) => "its project is not worked on",
                () => "not planned",
            };
            changes.tasks.push(TaskChange {
                task: name.to_owned(),
                starts: (old.date("starts"), None),
                ends: (old.date("ends"), None),
                parts: (old.texts("parts").to_vec(), Vec::new()),
                people: (old.texts("people").to_vec(), Vec::new()),
                why: why.to_owned(),
            });
        }
        Ok(())
    }

    /// Expected days of what is done, by project.
    fn done_days(&self) -> Result<BTreeMap<String, f64>, DeckError> {
        let query = "SELECT tasks.project, sum(coalesce((tasks.estimate_low + 4 * tasks.estimate_likely + tasks.estimate_high) / 6, 3.5)) \
                     FROM tasks JOIN task_progress AS seen ON seen.project = tasks.project AND seen.task = tasks.id \
                     WHERE seen.is_done GROUP BY tasks.project";
        let table = self.ask(query).map_err(DeckError::new)?;
        let row = |row: &Vec<Value>| match (row.first(), row.get(1)) {
            (Some(Value::Text(project)), Some(Value::Number(days))) => Some((project.clone(), *days)),
            _ => None,
        };
        Ok(table.rows.iter().filter_map(row).collect())
    }
}

/// Then and now.
type Moved<Value> = (Value, Value);

/// The days of a task's parts, as they are written down.
fn parts(task: &qd_model::TaskPlan) -> Vec<String> {
    task.parts.iter().map(|(from, to)| format!("{from}/{to}")).collect()
}

/// Why a task is elsewhere, as far as its own numbers tell.
fn reason(
    days: Option<f64>,
    (starts, people, parts): (Moved<Option<Date>>, &Moved<Vec<String>>, &Moved<Vec<String>>),
    task: &qd_model::TaskPlan,
    today: Date,
) -> String {
    let mut why = Vec::new();
    if let Some(why_not) = &task.why_not {
        why.push(why_not.clone());
    }
    if let Some(days) = days.filter(|days| (days - task.days).abs() > SAME_DAYS) {
        why.push(format!("{days:.1} days were left of it then, {:.1} are now", task.days));
    }
    if people.0 != people.1 && !people.1.is_empty() {
        why.push("done by somebody else".to_owned());
    }
    if parts.0 != parts.1 {
        why.push(match task.parts.as_slice() {
            [(_, to), .., (from, _)] => format!("put down for another task after {to}, until {from}"),
            _ => "no longer put down for another task".to_owned(),
        });
    }
    if starts.0.is_some_and(|start| start < today)
        && starts.1.is_some_and(|start| start >= today)
        && !task.is_begun
    {
        why.push("it was to begin before today".to_owned());
    }
    if why.is_empty() {
        why.push("what comes before it, or who does it, moved".to_owned());
    }
    why.join("; ")
}

/// Some columns of a row, a line each.
fn write_values(text: &mut String, record: &Record, columns: &[&str]) {
    for column in columns {
        let value = match record.value(column) {
            Some(qd_intent::Value::Text(words)) => quoted(words),
            Some(qd_intent::Value::Date(day)) => day.to_string(),
            Some(qd_intent::Value::Number(number)) => number.to_string(),
            Some(qd_intent::Value::Integer(number)) => number.to_string(),
            _ => continue,
        };
        let _ = writeln!(text, "{column} = {value}");
    }
}
