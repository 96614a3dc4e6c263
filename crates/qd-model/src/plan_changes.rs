//! What moved since a plan was accepted, and why.

use jiff::civil::Date;
use serde::Serialize;

/// The plan of today beside the one that was accepted last.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlanChanges {
    /// The day it is of.
    pub today: Date,
    /// Day on which the other was accepted.
    pub accepted: Date,
    /// Projects that are promised or ready on another day.
    pub projects: Vec<ProjectChange>,
    /// Tasks that are elsewhere, with somebody else, new, done or gone.
    pub tasks: Vec<TaskChange>,
    /// Tasks that stand where they stood.
    pub kept: usize,
}

/// What became of a project.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProjectChange {
    /// Its id.
    pub id: String,
    /// Day it was promised for, and is.
    pub deadline: (Option<Date>, Option<Date>),
    /// Day it was to be ready, and is.
    pub ends: (Option<Date>, Option<Date>),
    /// Day that held in eight of ten runs, and does.
    pub p80: (Option<Date>, Option<Date>),
    /// Expected working days of all of it, done or not, then and now.
    pub scope: (Option<f64>, Option<f64>),
}

/// What became of a task.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TaskChange {
    /// The task, `project/task`.
    pub task: String,
    /// First day, then and now.
    pub starts: (Option<Date>, Option<Date>),
    /// Day it is ready, then and now.
    pub ends: (Option<Date>, Option<Date>),
    /// First and last day of each part, `2026-03-02/2026-03-06`, where it is put down for others, then and now.
    pub parts: (Vec<String>, Vec<String>),
    /// Ids of those who do it, then and now.
    pub people: (Vec<String>, Vec<String>),
    /// Why, as far as it can be told.
    pub why: String,
}
