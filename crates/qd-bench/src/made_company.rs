//! A company with a long history of delivery, the same each time it is made.
//!
//! Its facts are files of the tables' own columns, read by sources of kind `table`: what is
//! measured with it is the asking, not any one connector.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

use anyhow::Context;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// How much of everything there is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// Change requests.
    pub(crate) changes: usize,
    /// Deployments.
    pub(crate) deployments: usize,
    /// Incidents.
    pub(crate) incidents: usize,
}

const PEOPLE: usize = 200;
const SERVICES: usize = 40;
const TEAMS: usize = 20;
/// Days that the history covers.
const DAYS: i64 = 730;

/// Numbers that look random and are the same each time (Knuth's MMIX constants).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % sides.max(1) as u64) as usize
    }
}

/// Writes the company to `folder`; its history ends at `end`.
pub(crate) fn make(folder: &Path, size: Size, end: Timestamp) -> anyhow::Result<()> {
    std::fs::write(folder.join("company.toml"), company())
        .with_context(|| format!("`{}` cannot be written", folder.display()))?;
    let mut dice = Dice(7);
    let start = end - SignedDuration::from_hours(DAYS * 24);
    let at = |place: usize, of: usize| {
        start + SignedDuration::from_secs(DAYS * 86_400 * place as i64 / of.max(1) as i64)
    };
    let mut changes = lines(folder, "change_requests")?;
    let mut reviews = lines(folder, "reviews")?;
    let mut comments = lines(folder, "comments")?;
    for number in 0..size.changes {
        let opened = at(number, size.changes);
        let hours = 1 + dice.roll(120) as i64;
        let merged = opened + SignedDuration::from_hours(hours);
        // One in a hundred stays open, and so do the last few.
        let is_open = merged > end || dice.roll(100) == 0;
        let (author, reviewer) = (dice.roll(PEOPLE), dice.roll(PEOPLE));
        let service = dice.roll(SERVICES);
        let merged_at = (!is_open).then_some(merged);
        put(
            &mut changes,
            &json!({
                "repo": format!("service-{service}"), "number": number.to_string(),
                "title": format!("{}: change {number}", ["feat", "fix", "chore", "refactor"][dice.roll(4)]),
                "author": format!("login-{author}"),
                "state": if is_open { "open" } else { "merged" },
                "created_at": opened, "updated_at": merged_at.unwrap_or(opened),
                "merged_at": merged_at, "closed_at": merged_at,
                "first_commit_at": opened - SignedDuration::from_hours(dice.roll(72) as i64),
                "last_commit_at": opened, "commits": 1 + dice.roll(9),
                "files": 1 + dice.roll(20), "added": dice.roll(400), "removed": dice.roll(200),
                "base_branch": "main", "merge_sha": format!("{number:040x}"),
                "paths": [format!("src/file-{}.rs", dice.roll(300))],
                "requested_reviewers": [format!("login-{reviewer}")],
            }),
        )?;
        let mut next = opened;
        for review in 0..3 {
            next += SignedDuration::from_mins(1 + dice.roll(600) as i64);
            put(
                &mut reviews,
                &json!({
                    "repo": format!("service-{service}"), "number": number.to_string(),
                    "id": format!("{number}-{review}"), "submitted_at": next.min(end),
                    "reviewer": format!("login-{reviewer}"),
                    "state": if review == 2 { "approved" } else { "commented" },
                }),
            )?;
        }
        for comment in 0..5 {
            next += SignedDuration::from_mins(1 + dice.roll(300) as i64);
            put(
                &mut comments,
                &json!({
                    "repo": format!("service-{service}"), "number": number.to_string(),
                    "of": "change_request", "id": format!("{number}-{comment}"),
                    "created_at": next.min(end), "author": format!("login-{}", dice.roll(PEOPLE)),
                    "text": if comment % 2 == 0 { "Should this be so?" } else { "Yes." },
                    "mentions": [format!("login-{}", dice.roll(PEOPLE))],
                }),
            )?;
        }
    }
    let mut deployments = lines(folder, "deployments")?;
    for number in 0..size.deployments {
        let begun = at(number, size.deployments);
        put(
            &mut deployments,
            &json!({
                "repo": format!("service-{}", dice.roll(SERVICES)), "id": number.to_string(),
                "environment": "production", "created_at": begun, "started_at": begun,
                "finished_at": begun + SignedDuration::from_mins(10),
                "status": if dice.roll(12) == 0 { "failure" } else { "success" },
            }),
        )?;
    }
    let mut incidents = lines(folder, "incidents")?;
    for number in 0..size.incidents {
        let begun = at(number, size.incidents) + SignedDuration::from_mins(30);
        let over = begun + SignedDuration::from_mins(5 + dice.roll(600) as i64);
        put(
            &mut incidents,
            &json!({
                "id": number.to_string(), "title": format!("Errors {number}"),
                "service": format!("service-{}", dice.roll(SERVICES)), "severity": "high",
                "started_at": begun, "status": if over < end { "resolved" } else { "open" },
                "resolved_at": (over < end).then_some(over),
            }),
        )?;
    }
    Ok(())
}

fn lines(folder: &Path, table: &str) -> anyhow::Result<BufWriter<File>> {
    let path = folder.join(format!("{table}.jsonl"));
    Ok(BufWriter::new(File::create(&path).with_context(|| format!("`{}` cannot be made", path.display()))?))
}

fn put(file: &mut BufWriter<File>, row: &Value) -> anyhow::Result<()> {
    writeln!(file, "{row}").context("the disk is full")
}

/// The company's text.
fn company() -> String {
    let mut text = "name = \"Made up\"\ntimezone = \"UTC\"\nme = \"person-0\"\n".to_owned();
    for table in ["change_requests", "reviews", "comments", "deployments", "incidents"] {
        text.push_str(&format!(
            "\n[sources.{table}]\nkind = \"table\"\ntable = \"{table}\"\npath = \"{table}.jsonl\"\n"
        ));
    }
    for number in 0..PEOPLE {
        text.push_str(&format!("\n[people.person-{number}]\nlogins = [\"login-{number}\"]\n"));
        if number > 0 {
            text.push_str(&format!("reports_to = \"person-{}\"\n", (number - 1) / 8));
        }
    }
    for number in 0..TEAMS {
        let members: Vec<String> = (0..PEOPLE / TEAMS)
            .map(|place| format!("\"person-{}\"", number * (PEOPLE / TEAMS) + place))
            .collect();
        let owns: Vec<String> = (0..SERVICES)
            .filter(|service| service % TEAMS == number)
            .map(|service| format!("\"service-{service}\""))
            .collect();
        text.push_str(&format!(
            "\n[teams.team-{number}]\nmembers = [{}]\nowns = [{}]\n",
            members.join(", "),
            owns.join(", ")
        ));
    }
    for number in 0..SERVICES {
        text.push_str(&format!(
            "\n[services.service-{number}]\nowner = \"team-{}\"\nrepositories = [\"service-{number}\"]\n",
            number % TEAMS
        ));
    }
    text
}
