//! What a brief tells beside its rows: projects, what moved, what was read.

use std::{collections::BTreeMap, sync::OnceLock};

use jiff::Timestamp;
use qd_model::{Preparation, ProjectLine, SourceAge, Value};

use super::LocalDeck;
use crate::opening::LastLook;

/// What is the same in everybody's brief, or asked for all at once: made when the first brief needs it.
#[derive(Debug, Default)]
pub(super) struct Beside {
    projects: OnceLock<Vec<ProjectLine>>,
    changed: OnceLock<Vec<String>>,
    notices: OnceLock<BTreeMap<String, usize>>,
    /// What is left of the meetings of today, by person.
    meetings: OnceLock<BTreeMap<String, Vec<Preparation>>>,
    /// Minutes that are free today, by person.
    free: OnceLock<BTreeMap<String, i64>>,
}

impl LocalDeck {
    pub(super) fn projects(&self) -> &[ProjectLine] {
        self.beside.projects.get_or_init(|| self.project_lines())
    }

    fn project_lines(&self) -> Vec<ProjectLine> {
        let recent: BTreeMap<String, usize> = self
            .ask(include_str!("../sql/recent_commits.sql"))
            .unwrap_or_default()
            .rows
            .into_iter()
            .filter_map(|row| match row.as_slice() {
                [Value::Text(project), Value::Integer(commits)] => Some((project.clone(), *commits as usize)),
                _ => None,
            })
            .collect();
        self.company
            .projects()
            .filter(|project| !matches!(project.status(), Some("done" | "cancelled")))
            .map(|project| {
                let tasks: Vec<_> =
                    self.company.tasks().filter(|task| task.project() == Some(project.id())).collect();
                let done = tasks.iter().filter(|task| task.done() == Some(true)).count();
                ProjectLine {
                    id: project.id().to_owned(),
                    name: project.name().unwrap_or(project.id()).to_owned(),
                    status: project.status().unwrap_or("active").to_owned(),
                    lead: project.lead().map(str::to_owned),
                    deadline: project.deadline(),
                    tasks: (!tasks.is_empty()).then_some((done, tasks.len())),
                    commits: (!project.repositories().is_empty())
                        .then(|| recent.get(project.id()).copied().unwrap_or(0)),
                }
            })
            .collect()
    }

    /// What a past moment cannot show: branches and files are known from their first
    /// observation on.
    pub(super) fn unobserved(&self) -> Option<String> {
        if self.opening.as_of >= self.opening.now {
            return None;
        }
        let first = self.ask(include_str!("../sql/first_observed.sql")).ok()?;
        let first = first.rows.first()?.first()?.as_time()?;
        (self.opening.as_of < first).then(|| {
            let day = self.calendar.date(first);
            format!("branches, tags and files were first observed on {day}: before that they are unknown")
        })
    }

    /// Where the machine's clock stands before the last look at a source.
    pub(super) fn ahead_of_clock(&self) -> Option<String> {
        let last =
            LastLook::read(&self.opening.state).sources.into_values().filter_map(|look| look.at).max()?;
        (last > self.opening.now).then(|| {
            format!("the facts were read on {last}, after this machine's clock: what came since is not seen")
        })
    }

    /// What moved in the last seven days.
    pub(super) fn changed(&self) -> &[String] {
        self.beside.changed.get_or_init(|| {
            let table = self.ask(include_str!("../sql/changed.sql")).unwrap_or_default();
            table.rows.iter().filter_map(|row| row.first()?.as_text().map(str::to_owned)).collect()
        })
    }

    /// What is left of everybody's meetings of today, until `tomorrow`.
    pub(super) fn all_of_today(&self, tomorrow: Timestamp) -> &BTreeMap<String, Vec<Preparation>> {
        self.beside.meetings.get_or_init(|| self.prepared_by("true", tomorrow).unwrap_or_default())
    }

    /// Minutes that are free today, from now on, of those whose calendars are read.
    pub(super) fn free_today(&self) -> &BTreeMap<String, i64> {
        self.beside.free.get_or_init(|| {
            let table = self.ask(include_str!("../sql/free_today.sql")).unwrap_or_default();
            let of_person = |row: &Vec<Value>| match row.as_slice() {
                [Value::Text(person), Value::Integer(minutes)] => Some((person.clone(), *minutes)),
                _ => None,
            };
            table.rows.iter().filter_map(of_person).collect()
        })
    }

    /// How much others only told a person; nothing where no people are declared.
    pub(super) fn notices(&self, person: &str) -> usize {
        if self.evaluated().lines.is_inferred {
            return 0;
        }
        let notices = self.beside.notices.get_or_init(|| {
            let table = self.ask(include_str!("../sql/notices.sql")).unwrap_or_default();
            let of_person = |row: &Vec<Value>| match row.as_slice() {
                [Value::Text(person), Value::Integer(count)] => {
                    Some((person.clone(), usize::try_from(*count).ok()?))
                }
                _ => None,
            };
            table.rows.iter().filter_map(of_person).collect()
        });
        notices.get(person).copied().unwrap_or_default()
    }

    pub(super) fn sources(&self) -> Vec<SourceAge> {
        let look = LastLook::read(&self.opening.state);
        self.opening
            .sources(&self.company)
            .into_iter()
            .map(|source| {
                let look = look.sources.get(&source.name);
                SourceAge {
                    units: look.map_or(0, |look| look.units),
                    synced_at: look.and_then(|look| look.at),
                    error: look.and_then(|look| look.error.clone()),
                    name: source.name,
                    kind: source.kind,
                }
            })
            .collect()
    }
}
