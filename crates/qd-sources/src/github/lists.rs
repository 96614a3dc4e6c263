//! What only REST tells: runs of workflows with their jobs, and alerts.

use jiff::{SignedDuration, Timestamp};

use super::{node::Node, pages::Asker, unit::Unit};
use crate::{
    connector::Halt,
    exchange::{LIST, Shape},
};

/// A page of runs of workflows.
const RUNS_PAGE: Shape = Shape {
    name: "a list `workflow_runs`",
    fits: |body| body.get("workflow_runs").is_some_and(serde_json::Value::is_array),
};

/// A page of jobs of a run.
const JOBS_PAGE: Shape =
    Shape { name: "a list `jobs`", fits: |body| body.get("jobs").is_some_and(serde_json::Value::is_array) };

/// How far back a first sync reads runs where nobody said.
const RUNS: SignedDuration = SignedDuration::from_hours(90 * 24);
/// Runs are tried again for a while after they were made.
const AGAIN: SignedDuration = SignedDuration::from_hours(24);

/// The three scans: path, what they give, and the right that they need.
pub(super) const ALERTS: [(&str, &str, &str); 3] = [
    ("dependabot", "Dependabot's alerts", "Dependabot alerts: read"),
    ("code-scanning", "alerts of code scanning", "Code scanning alerts: read"),
    ("secret-scanning", "alerts of secret scanning", "Secret scanning alerts: read"),
];

impl Unit<'_> {
    /// Runs of workflows, the last made first, and the jobs of those that failed or were tried again.
    pub(super) fn runs(&mut self, asker: &mut Asker<'_, '_>) -> Result<(), Halt> {
        let known = self.cursor.newest.get("runs").copied();
        let back = known.and_then(|known| known.checked_sub(AGAIN).ok());
        let back = back.map(|back| self.cursor.running.map_or(back, |running| running.min(back)));
        let first = || asker.request.observed_at.checked_sub(RUNS).ok();
        let floor = back.or_else(|| asker.request.since.or_else(first));
        let mut url = Some(format!("{}/repos/{}/actions/runs?per_page=100", asker.rest, self.full));
        let (mut newest, mut running) = (known, None::<Timestamp>);
        let mut with_jobs = Vec::new();
        while let Some(address) = url {
            let (exchange, next) = asker.rest(&address, RUNS_PAGE)?;
            let mut is_known = false;
            for run in Node(&exchange.body).list("workflow_runs") {
                let Some(created) = run.time("created_at") else { continue };
                newest = newest.max(Some(created));
                is_known |= floor.is_some_and(|floor| created < floor);
                if run.text("status") != Some("completed") {
                    running = Some(running.map_or(created, |running| running.min(created)));
                }
                let is_again = run.at("run_attempt").and_then(|attempt| attempt.0.as_i64()) > Some(1);
                let has_failed = matches!(run.text("conclusion"), Some("failure" | "timed_out"));
                if let (true, Some(id)) = ((has_failed || is_again) && Some(created) > known, run.id("id")) {
                    with_jobs.push(id);
                }
            }
            url = next.filter(|_| !is_known);
        }
        self.jobs(asker, &with_jobs)?;
        if let Some(newest) = newest {
            self.cursor.newest.insert("runs".to_owned(), newest);
        }
        self.cursor.running = running;
        Ok(())
    }

    /// Each run's jobs cost a question; how many are asked grows with the changes that were read.
    fn jobs(&self, asker: &mut Asker<'_, '_>, runs: &[String]) -> Result<(), Halt> {
        let most = 5 + self.seen.len() / 100;
        for run in runs.iter().take(most) {
            let mut url = Some(format!(
                "{}/repos/{}/actions/runs/{run}/jobs?per_page=100&filter=all",
                asker.rest, self.full
            ));
            while let Some(address) = url {
                url = asker.rest(&address, JOBS_PAGE)?.1;
            }
        }
        if runs.len() > most {
            let left = runs.len() - most;
            let notice =
                format!("{}: the jobs of {left} failed runs were not read, to spare questions", self.full);
            asker.outcome.notices.push(notice);
        }
        Ok(())
    }

    /// Alerts of one scan, the last changed first.
    pub(super) fn alerts(&mut self, asker: &mut Asker<'_, '_>, path: &str) -> Result<(), Halt> {
        let known = self.cursor.newest.get(path).copied();
        let sort = "per_page=100&sort=updated&direction=desc";
        let mut url = Some(format!("{}/repos/{}/{path}/alerts?{sort}", asker.rest, self.full));
        let mut newest = known;
        while let Some(address) = url {
            let (exchange, next) = asker.rest(&address, LIST)?;
            let list = exchange.body.as_array().into_iter().flatten().map(Node);
            let times: Vec<Timestamp> = list.filter_map(|alert| alert.time("updated_at")).collect();
            newest = newest.max(times.iter().copied().max());
            let is_known = known.is_some_and(|known| times.iter().any(|time| *time < known));
            url = next.filter(|_| !is_known);
        }
        if let Some(newest) = newest {
            self.cursor.newest.insert(path.to_owned(), newest);
        }
        Ok(())
    }
}
