//! Lists that have no order of change: jobs and releases, newest first.

use serde_json::Value;

use super::{
    cursor::Jobs,
    sync::{PAGE, Unit},
};
use crate::{
    connector::{
        Halt, Pump,
        row::{at, items, text, time},
    },
    exchange::{Call, LIST},
};

/// Pages that can be paged to by number: GitLab gives the first 50,000 things of a list.
const MOST_PAGES: u64 = 50_000 / PAGE as u64;

impl Unit<'_> {
    /// Jobs have no order of change: newest first, until those that were over the last time.
    pub(super) fn jobs(&mut self, pump: &mut Pump<'_, '_>) -> Result<(), Halt> {
        let mut page = self.state.jobs.page.max(1);
        loop {
            let url = format!("{}/jobs?per_page={PAGE}&page={page}", self.project);
            let Some(mut exchange) = self.tolerant(pump, "jobs", &Call::get(url), LIST)? else {
                if page > MOST_PAGES {
                    // So far and no further: older ones cannot be had, and newer ones must.
                    self.jobs_are_read();
                }
                return Ok(());
            };
            let list = items(&exchange.body).to_vec();
            let known = self.state.jobs.clone();
            let fresh: Vec<Value> = list.iter().filter(|item| self.is_fresh(item, &known)).cloned().collect();
            for item in &fresh {
                self.note_job(item);
            }
            let ids = || list.iter().filter_map(|item| at(item, "id")?.as_u64());
            let floor = known.running.iter().copied().chain([known.newest]).min().unwrap_or_default();
            let old = |item: &Value| {
                self.since.is_some_and(|since| time(item, "created_at").is_some_and(|at| at < since))
            };
            let done = list.len() < PAGE
                || ids().min().is_some_and(|id| id <= floor)
                || list.last().is_some_and(old);
            exchange.body = Value::Array(fresh);
            pump.keep(&exchange)?;
            page += 1;
            self.state.jobs.page = page;
            if done {
                self.jobs_are_read();
            }
            self.reached(pump)?;
            if done {
                return Ok(());
            }
        }
    }

    fn jobs_are_read(&mut self) {
        self.state.jobs.newest = self.state.jobs.newest.max(self.state.jobs.top);
        self.state.jobs.page = 0;
    }

    fn is_fresh(&self, item: &Value, known: &Jobs) -> bool {
        let Some(id) = at(item, "id").and_then(Value::as_u64) else { return false };
        let wanted = self.since.is_none_or(|since| time(item, "created_at").is_none_or(|at| at >= since));
        let unfinished = known.running.contains(&id);
        wanted && (id > known.newest || (unfinished && !is_running(item)))
    }

    fn note_job(&mut self, item: &Value) {
        let Some(id) = at(item, "id").and_then(Value::as_u64) else { return };
        self.state.jobs.top = self.state.jobs.top.max(id);
        if is_running(item) {
            self.state.jobs.running.insert(id);
            // What waits for days is waited for no longer.
            if self.state.jobs.running.len() > 200 {
                self.state.jobs.running.pop_first();
            }
        } else {
            self.state.jobs.running.remove(&id);
        }
    }

    pub(super) fn releases(&mut self, pump: &mut Pump<'_, '_>) -> Result<(), Halt> {
        // Known are those of a walk that came to its end: one that was broken off begins anew.
        let mut found = Vec::new();
        for page in 1.. {
            let url = format!("{}/releases?per_page={PAGE}&page={page}", self.project);
            let Some(mut exchange) = self.tolerant(pump, "releases", &Call::get(url), LIST)? else {
                return Ok(());
            };
            let list = items(&exchange.body).to_vec();
            let key = |item: &Value| {
                format!(
                    "{}@{}",
                    text(item, "tag_name").unwrap_or_default(),
                    text(item, "released_at").unwrap_or_default()
                )
            };
            let fresh: Vec<Value> =
                list.iter().filter(|item| !self.state.releases.contains(&key(item))).cloned().collect();
            let all_new = fresh.len() == list.len();
            found.extend(fresh.iter().map(key));
            exchange.body = Value::Array(fresh);
            pump.keep(&exchange)?;
            if list.len() < PAGE || !all_new {
                break;
            }
        }
        self.state.releases.extend(found);
        Ok(())
    }
}

fn is_running(item: &Value) -> bool {
    matches!(
        text(item, "status").as_deref(),
        Some(
            "created"
                | "waiting_for_resource"
                | "preparing"
                | "pending"
                | "running"
                | "scheduled"
                | "canceling"
        )
    )
}
