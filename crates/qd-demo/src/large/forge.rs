//! What a forge would show of the large company: requests with their reviews, issues, builds, deployments.

use jiff::{SignedDuration, Timestamp};
use qd_tables::{
    BUILDS, CHANGE_REQUESTS, COMMENTS, DEPLOYMENTS, FORGE_REPOSITORIES, INCIDENTS, ISSUE_CHANGES, ISSUES,
    REVIEW_REQUESTS, REVIEWS,
};
use serde_json::{Map, Value, json};

use super::{
    Sink, code,
    firm::{Firm, ORGANISATION},
    put,
    work::{Change, Work, member},
};
use crate::{
    course::Issue,
    days::{after, at},
    dice::Dice,
    words::{APPROVALS, BODIES, REMARKS, REPLIES},
};

/// Tells all of it.
pub(super) fn tell<Error>(firm: &Firm, work: &Work, sink: &mut Sink<'_, Error>) -> Result<(), Error> {
    let mut forge = Forge { firm, work, dice: Dice::new(firm.seed, "large forge"), next: 0 };
    for repo in &firm.repos {
        let name = &repo.name;
        put(
            sink,
            &FORGE_REPOSITORIES,
            json!({
                "repo": name, "observed_at": at(firm.began, 0), "id": name,
                "full_name": format!("{ORGANISATION}/{name}"), "default_branch": "main", "is_private": true,
                "is_archived": false, "is_fork": false,
            }),
        )?;
    }
    for change in &work.changes {
        forge.change(change, sink)?;
        forge.reviews(change, sink)?;
        forge.talk(change, sink)?;
        forge.runs(change, sink)?;
    }
    work.issues.iter().try_for_each(|issue| forge.issue(issue, sink))
}

/// The columns of both, of which the second decides.
fn joined(first: &Value, second: Value) -> Value {
    let mut row = first.as_object().cloned().unwrap_or_default();
    row.extend(match second {
        Value::Object(row) => row,
        _ => Map::new(),
    });
    Value::Object(row)
}

struct Forge<'a> {
    firm: &'a Firm,
    work: &'a Work,
    dice: Dice,
    next: u64,
}

impl Forge<'_> {
    /// An id that nothing else has.
    fn id(&mut self) -> String {
        self.next += 1;
        self.next.to_string()
    }

    fn url(&self, repo: usize, kind: &str, number: u32) -> String {
        format!("https://github.example/{ORGANISATION}/{}/{kind}/{number}", self.firm.repos[repo].name)
    }

    /// A request as it was opened and, where more came, as it stands.
    fn change<Error>(&mut self, change: &Change, sink: &mut Sink<'_, Error>) -> Result<(), Error> {
        let firm = self.firm;
        let (author, reviewer) = (firm.id(change.author), firm.id(change.reviewer));
        let team = firm.team_of(change.repo).map_or("", |team| team.id.as_str());
        let closes: Vec<String> = change
            .closes
            .and_then(|place| self.work.issues.get(place))
            .map(|issue| issue.number.to_string())
            .into_iter()
            .collect();
        let first = json!({
            "repo": firm.repos[change.repo].name, "number": change.number.to_string(),
            "observed_at": change.opened, "title": change.subject(),
            "url": self.url(change.repo, "pull", change.number), "author": author, "author_is_bot": false,
            "author_role": "member", "state": "open", "is_draft": false, "created_at": change.opened,
            "updated_at": change.opened, "head_branch": change.branch(), "base_branch": "main", "is_fork": false,
            "labels": [team], "assignees": [author], "requested_reviewers": [reviewer], "requested_teams": [],
            "commits": change.commits, "head_sha": code::head(change), "first_commit_at": change.begun,
            "last_commit_at": code::step(change, change.commits), "checks": "passing", "checks_at": change.opened,
            "paths": code::paths(firm, change, 0), "files": 2 + change.commits, "added": 40 * change.commits,
            "removed": 15 * change.commits, "closes": closes, "unresolved_threads": 0, "trailers": [],
            "mergeable": "mergeable", "review_decision": "review_required", "approvals_required": 1,
            "text": self.dice.word(BODIES), "mentions": [],
        });
        put(sink, &CHANGE_REQUESTS, first.clone())?;
        if change.last() == change.opened {
            return Ok(());
        }
        let over = change.merged.or(change.closed);
        let state = match (change.merged, change.closed) {
            (Some(_), _) => "merged",
            (None, Some(_)) => "closed",
            (None, None) => "open",
        };
        let asked: &[&str] = if change.approved.or(change.remarked).is_some() { &[] } else { &[reviewer] };
        let decision = match (change.approved, change.remarked) {
            (Some(_), _) => "approved",
            (None, Some(_)) => "changes_requested",
            (None, None) => "review_required",
        };
        put(
            sink,
            &CHANGE_REQUESTS,
            joined(
                &first,
                json!({
                    "observed_at": change.last(), "updated_at": change.last(), "state": state, "closed_at": over,
                    "merged_at": change.merged, "merged_by": change.merged.map(|_| author),
                    "merge_sha": change.merged.map(|_| code::head(change)), "requested_reviewers": asked,
                    "review_decision": decision,
                }),
            ),
        )
    }

    fn reviews<Error>(&mut self, change: &Change, sink: &mut Sink<'_, Error>) -> Result<(), Error> {
        let firm = self.firm;
        let (repo, number) = (&firm.repos[change.repo].name, change.number.to_string());
        put(
            sink,
            &REVIEW_REQUESTS,
            json!({
                "repo": repo, "number": number, "at": change.opened, "change": "requested",
                "reviewer": firm.id(change.reviewer), "by": firm.id(change.author),
            }),
        )?;
        let mut review = |by: usize, at: Timestamp, state: &str, text: &str, dice: &mut Dice| {
            let id = format!("{repo}-{number}-{state}-{by}");
            put(
                sink,
                &REVIEWS,
                json!({
                    "repo": repo, "number": number, "id": id, "submitted_at": at, "reviewer": firm.id(by),
                    "reviewer_is_bot": false, "reviewer_role": "member", "state": state, "sha": code::head(change),
                    "comments": dice.roll(3), "text": text, "mentions": [],
                }),
            )
        };
        if let Some(at) = change.remarked {
            review(change.reviewer, at, "changes_requested", self.dice.word(REMARKS), &mut self.dice)?;
        }
        if let Some(at) = change.approved {
            review(change.reviewer, at, "approved", self.dice.word(APPROVALS), &mut self.dice)?;
            // A third of what is approved was seen by somebody else too.
            let second = member(firm, &mut self.dice, change.repo);
            if let Some(by) = second.filter(|by| ![change.author, change.reviewer].contains(by))
                && self.dice.percent(45)
            {
                let before = change.opened + at.duration_since(change.opened) / 2;
                review(by, before, "commented", self.dice.word(REMARKS), &mut self.dice)?;
            }
        }
        Ok(())
    }

    /// What is said below a request.
    fn talk<Error>(&mut self, change: &Change, sink: &mut Sink<'_, Error>) -> Result<(), Error> {
        let firm = self.firm;
        let turns = self.dice.roll(5);
        // Where a review was never given, nobody has said a word.
        for turn in 0..if change.last() > change.opened { turns } else { 0 } {
            let by_author = turn % 2 == 1;
            let by = if by_author { change.author } else { change.reviewer };
            let text = if by_author { self.dice.word(REPLIES) } else { self.dice.word(REMARKS) };
            let said = change.opened + change.last().duration_since(change.opened) * (turn as i32 + 1) / 6;
            let mentions = if by_author { Vec::new() } else { vec![firm.id(change.author)] };
            let id = self.id();
            put(
                sink,
                &COMMENTS,
                json!({
                    "repo": firm.repos[change.repo].name, "number": change.number.to_string(), "of": "change_request",
                    "id": id, "created_at": said, "author": firm.id(by), "author_is_bot": false,
                    "author_role": "member", "text": text, "mentions": mentions,
                }),
            )?;
        }
        Ok(())
    }

    /// A build for each request, one for each merge, and a deployment of every fifth.
    fn runs<Error>(&mut self, change: &Change, sink: &mut Sink<'_, Error>) -> Result<(), Error> {
        let own = &self.firm.repos[change.repo];
        let runs = [(Some(change.opened), "pull_request"), (change.merged, "push")];
        for (begun, event) in runs.into_iter().filter_map(|(begun, event)| Some((begun?, event))) {
            let (id, over) = (self.id(), begun + SignedDuration::from_secs(200 + self.dice.roll(900) as i64));
            let branch = if event == "push" { "main".to_owned() } else { change.branch() };
            let status =
                if self.dice.percent(if event == "push" { 2 } else { 9 }) { "failure" } else { "success" };
            put(
                sink,
                &BUILDS,
                json!({
                    "repo": own.name, "id": id, "observed_at": over, "workflow": "build", "attempt": 1, "event": event,
                    "branch": branch, "sha": code::head(change), "number": (event != "push").then(|| change.number.to_string()),
                    "status": status, "created_at": begun, "started_at": begun, "finished_at": over,
                    "by": self.firm.id(change.author),
                }),
            )?;
        }
        match change.merged {
            Some(merged) if self.dice.percent(20) => self.deploy(change, after(merged, 30), sink),
            _ => Ok(()),
        }
    }

    fn deploy<Error>(
        &mut self,
        change: &Change,
        begun: Timestamp,
        sink: &mut Sink<'_, Error>,
    ) -> Result<(), Error> {
        let end = at(self.firm.last_day(), 18 * 60);
        if begun >= end {
            return Ok(());
        }
        let (id, over) = (self.id(), begun + SignedDuration::from_mins(8));
        let is_bad = self.dice.percent(5);
        let service = &self.firm.repos[change.repo].name;
        put(
            sink,
            &DEPLOYMENTS,
            json!({
                "repo": service, "id": id, "observed_at": over, "service": service, "environment": "production",
                "sha": code::head(change), "ref": "main", "status": if self.dice.percent(3) { "failure" } else { "success" },
                "created_at": begun, "started_at": begun, "finished_at": over, "by": self.firm.id(change.author),
            }),
        )?;
        if !is_bad {
            return Ok(());
        }
        let noticed = over + SignedDuration::from_mins(self.dice.between(4, 60));
        let resolved = noticed + SignedDuration::from_mins(self.dice.between(15, 400));
        let taken = noticed + SignedDuration::from_mins(5);
        put(
            sink,
            &INCIDENTS,
            json!({
                "id": format!("incident-{id}"), "observed_at": resolved.min(end), "title": format!("Errors of {service}"),
                "service": service, "severity": (self.dice).word(&["high", "medium", "low"]), "environment": "production",
                "status": if resolved < end { "resolved" } else { "open" }, "started_at": over, "detected_at": noticed,
                "acknowledged_at": taken.min(end), "resolved_at": (resolved < end).then_some(resolved),
                "assignee": self.firm.id(change.author), "deployment": id, "reviewed_at": (resolved < end).then(|| after(resolved, 900)),
                "labels": [],
            }),
        )
    }

    /// An issue as it was opened, and as it was closed.
    fn issue<Error>(&mut self, issue: &Issue, sink: &mut Sink<'_, Error>) -> Result<(), Error> {
        let firm = self.firm;
        let behind: Vec<String> = issue
            .behind
            .and_then(|(place, _)| self.work.issues.get(place))
            .map(|first| format!("{ORGANISATION}/{}#{}", firm.repos[first.repo].name, first.number))
            .into_iter()
            .collect();
        let assignees: Vec<&str> = issue.assignee.map(|person| firm.id(person)).into_iter().collect();
        let first = json!({
            "repo": firm.repos[issue.repo].name, "number": issue.number.to_string(), "observed_at": issue.opened,
            "title": issue.title, "url": self.url(issue.repo, "issues", issue.number),
            "author": firm.id(issue.author), "author_is_bot": false, "author_role": "member", "state": "open",
            "type": if issue.label == "bug" { "bug" } else { "feature" }, "labels": [issue.label],
            "assignees": assignees, "blocked_by": behind, "created_at": issue.opened, "updated_at": issue.opened,
            "text": "Seen on the test system.", "mentions": [],
        });
        put(sink, &ISSUES, first.clone())?;
        let Some(closed) = issue.closed else { return Ok(()) };
        put(
            sink,
            &ISSUES,
            joined(
                &first,
                json!({
                    "observed_at": closed, "updated_at": closed, "closed_at": closed, "state": "closed",
                    "reason": "completed",
                }),
            ),
        )?;
        let id = self.id();
        put(
            sink,
            &ISSUE_CHANGES,
            json!({
                "repo": firm.repos[issue.repo].name, "number": issue.number.to_string(), "of": "issue", "id": id,
                "at": closed, "by": assignees.first(), "field": "state", "from": "open", "to": "closed",
            }),
        )
    }
}
