//! The agency's own forge, as a recording of GitHub's interface.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    Files,
    changes::{Change, Work},
    course::Issue,
    days::{after, at},
    delivered::{Delivered, Deployment, Run},
    history::{Landed, gone},
    plants::SPIKE,
    recording::{Home, Recording},
    story::{ORGANISATION, Story},
};

const API: &str = "https://api.github.com/repos";
const SITE: &str = "https://github.com";

/// Writes the recording of one repository: what is told elsewhere is left out.
pub(crate) fn write(
    story: &Story,
    work: &Work,
    place: usize,
    (landed, delivered): (&Landed, &Delivered),
    files: &mut Files,
) {
    let Some(repo) = story.repos.get(place) else { return };
    let mut github =
        GitHub { story, work, repo: repo.name, place, landed, delivered, told: Recording::default() };
    github.repository();
    for change in work.changes.iter().filter(|change| change.repo == place && change.kind != SPIKE) {
        github.change(change);
    }
    if repo.home == Home::GitHub {
        work.issues.iter().filter(|issue| issue.repo == place).for_each(|issue| github.issue(issue));
    }
    github.runs();
    if !story.is_shared(place) {
        github.deployments();
    }
    github.told.put(&format!("forge/{}", repo.name), files);
}

struct GitHub<'a> {
    story: &'a Story,
    work: &'a Work,
    repo: &'static str,
    place: usize,
    landed: &'a Landed,
    delivered: &'a Delivered,
    told: Recording,
}

impl GitHub<'_> {
    fn tell(&mut self, path: &str, at: Timestamp, body: &Value) {
        self.told.tell(&format!("{API}/{ORGANISATION}/{}{path}", self.repo), at, body);
    }

    fn user(&self, person: usize) -> Value {
        match self.story.people.get(person) {
            Some(person) => json!({"login": person.login(), "type": "User"}),
            None => Value::Null,
        }
    }

    fn site(&self, kind: &str, number: u32) -> String {
        format!("{SITE}/{ORGANISATION}/{}/{kind}/{number}", self.repo)
    }

    fn repository(&mut self) {
        let began = at(self.story.began, 9 * 60);
        let body = json!({
            "id": 1000 + self.place, "name": self.repo, "full_name": format!("{ORGANISATION}/{}", self.repo),
            "html_url": format!("{SITE}/{ORGANISATION}/{}", self.repo), "default_branch": "main",
            "private": true, "archived": false, "fork": false, "created_at": began, "pushed_at": began,
        });
        self.tell("", began, &body);
    }

    fn change(&mut self, change: &Change) {
        let number = change.number;
        let touched = self.landed.touched.get(&number).cloned().unwrap_or_default();
        let merge = self.landed.commits.get(&number).cloned().unwrap_or_default();
        let head = if change.merged.is_some() { gone(self.repo, number) } else { merge.clone() };
        let name = json!({"id": 1000 + self.place, "name": self.repo, "full_name": format!("{ORGANISATION}/{}", self.repo)});
        let approved = change.reviews.iter().any(|review| review.state == "APPROVED");
        let asked = if change.reviews.is_empty() { vec![self.user(change.reviewer)] } else { Vec::new() };
        let closes = match (change.closes, self.story.repos[self.place].home) {
            (Some(issue), Home::Jira(key)) => format!("\n\nFor {key}-{issue}."),
            (Some(issue), _) => format!("\n\nCloses #{issue}"),
            (None, _) => String::new(),
        };
        let body = json!({
            "number": number, "html_url": self.site("pull", number), "title": change.subject(),
            "state": if change.merged.is_some() { "closed" } else { "open" }, "draft": false,
            "user": self.user(change.author), "body": format!("{}{closes}", change.body),
            "created_at": change.opened, "updated_at": change.last(),
            "closed_at": change.merged, "merged_at": change.merged,
            "merged_by": change.merged.map(|_| self.user(if approved { change.author } else { change.reviewer })),
            "merge_commit_sha": change.merged.map(|_| merge),
            "mergeable": change.merged.is_none().then_some(true),
            "assignees": [], "labels": [], "requested_reviewers": asked, "requested_teams": [],
            "head": {"ref": change.branch(), "sha": head, "repo": name},
            "base": {"ref": "main", "repo": name},
            "commits": 1, "changed_files": touched.len(),
            "additions": touched.iter().map(|file| file.added.len()).sum::<usize>(),
            "deletions": touched.iter().map(|file| file.removed.len()).sum::<usize>(),
        });
        let last = change.last();
        self.tell(&format!("/pulls/{number}"), last, &body);
        let paths: Vec<Value> = touched
            .iter()
            .map(|file| {
                json!({"filename": file.path, "additions": file.added.len(), "deletions": file.removed.len()})
            })
            .collect();
        self.tell(&format!("/pulls/{number}/files"), last, &paths.into());
        let own = self.story.people.get(change.author);
        let author = json!({"name": own.map(|own| own.name()), "email": own.map(|own| own.mail()), "date": change.committed});
        let commits = json!([{"sha": head, "commit": {"author": author, "committer": author, "message": change.subject()},
                              "author": self.user(change.author)}]);
        self.tell(&format!("/pulls/{number}/commits"), last, &commits);
        self.timeline(change, &head);
    }

    /// Who was asked to review, what they said, what was answered.
    fn timeline(&mut self, change: &Change, head: &str) {
        let number = change.number;
        let asked = json!([{"event": "review_requested", "created_at": after(change.opened, 2), "actor": self.user(change.author),
                            "review_requester": self.user(change.author), "requested_reviewer": self.user(change.reviewer)}]);
        self.tell(&format!("/issues/{number}/timeline"), change.last(), &asked);
        let reviews: Vec<Value> = change
            .reviews
            .iter()
            .enumerate()
            .map(|(turn, review)| {
                json!({"id": u64::from(number) * 10 + turn as u64, "user": self.user(review.by), "state": review.state,
                       "body": review.text, "submitted_at": review.at, "commit_id": head,
                       "html_url": format!("{}#pullrequestreview-{turn}", self.site("pull", number))})
            })
            .collect();
        if !reviews.is_empty() {
            self.tell(&format!("/pulls/{number}/reviews"), change.last(), &reviews.into());
        }
        if let Some((at, text)) = change.reply {
            let comments = json!([{"id": u64::from(number) * 10 + 9, "user": self.user(change.author), "body": text,
                                   "created_at": at, "updated_at": at,
                                   "html_url": format!("{}#issuecomment-{number}9", self.site("pull", number))}]);
            self.tell(&format!("/issues/{number}/comments"), at, &comments);
        }
    }

    fn issue(&mut self, issue: &Issue) {
        let number = issue.number;
        let blocker = issue.behind.and_then(|(place, since)| Some((self.work.issues.get(place)?, since)));
        let last = [issue.closed, blocker.map(|(_, since)| since)]
            .into_iter()
            .flatten()
            .fold(issue.opened, Timestamp::max);
        let assignees: Vec<Value> = issue.assignee.into_iter().map(|person| self.user(person)).collect();
        let body = json!({
            "number": number, "html_url": self.site("issues", number), "title": issue.title, "body": issue.body,
            "state": if issue.closed.is_some() { "closed" } else { "open" },
            "state_reason": issue.closed.map(|_| "completed"), "user": self.user(issue.author),
            "labels": [{"name": issue.label}], "assignees": assignees,
            "created_at": issue.opened, "updated_at": last, "closed_at": issue.closed,
        });
        self.tell(&format!("/issues/{number}"), last, &body);
        if let Some((blocker, since)) = blocker {
            let other = self.story.repos.get(blocker.repo).map_or("", |repo| repo.name);
            let blocking = json!({
                "number": blocker.number, "title": blocker.title, "state": "open",
                "html_url": format!("{SITE}/{ORGANISATION}/{other}/issues/{}", blocker.number),
                "repository_url": format!("{API}/{ORGANISATION}/{other}"),
            });
            let told = json!([{"event": "blocked_by_added", "created_at": since, "actor": self.user(issue.author),
                               "blocking_issue": blocking}]);
            self.tell(&format!("/issues/{number}/timeline"), since, &told);
        }
    }

    fn runs(&mut self) {
        let run = |run: &Run| {
            json!({"id": run.id * 100 + self.place as u64, "name": "ci", "run_attempt": 1, "event": "push", "status": "completed",
                   "conclusion": if run.is_good { "success" } else { "failure" }, "head_branch": run.branch, "head_sha": run.sha,
                   "created_at": run.begun, "run_started_at": run.begun, "updated_at": run.over,
                   "actor": run.by.map_or(Value::Null, |by| self.user(by)),
                   "html_url": format!("{SITE}/{ORGANISATION}/{}/actions/runs/{}", self.repo, run.id)})
        };
        let runs: Vec<Value> = self.delivered.runs.iter().map(run).collect();
        for page in runs.chunks(50) {
            let body = json!({"total_count": page.len(), "workflow_runs": page});
            self.tell("/actions/runs", at(self.story.last_day(), 18 * 60), &body);
        }
    }

    fn deployments(&mut self) {
        for Deployment { id, at, over, sha, by, is_good } in &self.delivered.deployments {
            let (by, state) = (self.user(*by), if *is_good { "success" } else { "failure" });
            let body = json!([{"id": id, "environment": "production", "sha": sha, "ref": "main", "task": "deploy",
                               "created_at": at, "updated_at": over, "creator": by}]);
            self.tell("/deployments", *at, &body);
            let told = json!([
                {"id": id * 10, "state": "in_progress", "created_at": at, "creator": by, "environment": "production"},
                {"id": id * 10 + 1, "state": state, "created_at": over, "creator": by, "environment": "production"},
            ]);
            self.tell(&format!("/deployments/{id}/statuses"), *over, &told);
        }
    }
}
