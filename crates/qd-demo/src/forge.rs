//! The forge, as a recording of its interface: what `replay` reads in place of the network.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{
    Files,
    changes::{Change, Issue, Work},
    days::{after, plus},
    dice::Dice,
    history::{Landed, gone},
    plants::SPIKE,
    story::{ORGANISATION, Story},
};

const API: &str = "https://api.github.com/repos";
const SITE: &str = "https://github.com";

/// Writes the recording of one repository.
pub(crate) fn write(story: &Story, work: &Work, place: usize, landed: &Landed, files: &mut Files) {
    let Some(repo) = story.repos.get(place) else { return };
    let mut recording = Recording {
        story,
        work,
        repo: repo.name,
        place,
        landed,
        lines: String::new(),
        dice: Dice::new(story.seed, repo.name),
    };
    recording.repository();
    for change in work.changes.iter().filter(|change| change.repo == place && change.kind != SPIKE) {
        recording.change(change);
    }
    for issue in work.issues.iter().filter(|issue| issue.repo == place) {
        recording.issue(issue);
    }
    recording.runs();
    recording.deployments();
    files.insert(format!("sources/forge/{}.jsonl", repo.name), recording.lines.into_bytes());
}

struct Recording<'a> {
    story: &'a Story,
    work: &'a Work,
    repo: &'static str,
    place: usize,
    landed: &'a Landed,
    lines: String,
    dice: Dice,
}

impl Recording<'_> {
    /// An exchange: what was asked, when, and the answer.
    fn tell(&mut self, path: &str, at: Timestamp, body: &Value) {
        let url = format!("{API}/{ORGANISATION}/{}{path}", self.repo);
        let line = json!({"method": "GET", "url": url, "status": 200, "at": at, "body": body});
        self.lines.push_str(&line.to_string());
        self.lines.push('\n');
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
        let began = crate::days::at(self.story.began, 9 * 60);
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
        let closes = change.closes.map(|issue| format!("\n\nCloses #{issue}")).unwrap_or_default();
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
            "additions": touched.iter().map(|(_, added, _)| added).sum::<usize>(),
            "deletions": touched.iter().map(|(_, _, removed)| removed).sum::<usize>(),
        });
        let last = change.last();
        self.tell(&format!("/pulls/{number}"), last, &body);
        let paths: Vec<Value> = touched
            .iter()
            .map(|(path, added, removed)| json!({"filename": path, "additions": added, "deletions": removed}))
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

    /// A run of the pipeline for each change and for each commit of the default branch in the last 60 days.
    fn runs(&mut self) {
        let since = crate::days::at(plus(self.story.today, -60), 0);
        let (work, place) = (self.work, self.place);
        let mut runs = Vec::new();
        let is_told =
            |change: &&Change| change.repo == place && change.kind != SPIKE && change.opened >= since;
        let own = work.changes.iter().filter(is_told);
        for change in own {
            let head = match change.merged {
                Some(_) => gone(self.repo, change.number),
                None => self.landed.commits.get(&change.number).cloned().unwrap_or_default(),
            };
            let id = u64::from(change.number) * 4 + 1;
            // One in twelve fails at first, and the push that mends it is what is reviewed.
            if self.dice.percent(8) {
                let early = change.committed - SignedDuration::from_mins(25);
                runs.push(self.run(
                    id,
                    early,
                    &gone(self.repo, 100_000 + change.number),
                    &change.branch(),
                    "failure",
                    change.author,
                ));
            }
            runs.push(self.run(id + 1, change.committed, &head, &change.branch(), "success", change.author));
        }
        let line: Vec<_> = self.landed.line.iter().filter(|(at, _)| *at >= since).cloned().collect();
        let count = line.len();
        for (turn, (at, sha)) in line.into_iter().enumerate() {
            // The newest is green: what is red there is told apart.
            let ended = if turn + 1 < count && self.dice.percent(3) { "failure" } else { "success" };
            runs.push(self.run(1_000_000 + turn as u64, at, &sha, "main", ended, usize::MAX));
        }
        for page in runs.chunks(50) {
            let body = json!({"total_count": page.len(), "workflow_runs": page});
            self.tell("/actions/runs", crate::days::at(self.story.last_day(), 18 * 60), &body);
        }
    }

    fn run(&mut self, id: u64, at: Timestamp, sha: &str, branch: &str, ended: &str, by: usize) -> Value {
        let begun = at + SignedDuration::from_secs(20);
        let over = begun + SignedDuration::from_secs(self.dice.between(150, 420));
        json!({"id": id * 100 + self.place as u64, "name": "ci", "run_attempt": 1, "event": "push", "status": "completed",
               "conclusion": ended, "head_branch": branch, "head_sha": sha, "created_at": begun, "run_started_at": begun,
               "updated_at": over, "actor": self.user(by),
               "html_url": format!("{SITE}/{ORGANISATION}/{}/actions/runs/{id}", self.repo)})
    }

    /// What was put into production: on most Tuesdays and Thursdays, what the default branch then held.
    fn deployments(&mut self) {
        let mut day = plus(self.story.began, 7);
        let mut id = 5000 + self.place as u64 * 100_000;
        while day <= self.story.last_day() {
            let is_day =
                matches!(day.weekday(), jiff::civil::Weekday::Tuesday | jiff::civil::Weekday::Thursday);
            let noon = crate::days::at(day, 13 * 60 + self.dice.between(0, 90));
            let newest = self.landed.line.iter().rev().find(|(at, _)| *at < noon).cloned();
            if let (true, true, Some((_, sha))) =
                (is_day && crate::days::is_working(day), self.dice.percent(85), newest)
            {
                id += 1;
                let lead = self.story.team_of(self.place).map_or(0, |team| team.lead);
                let failed = self.dice.percent(4);
                self.deployment(id, noon, &sha, lead, failed);
                if failed {
                    id += 1;
                    self.deployment(id, noon + SignedDuration::from_mins(40), &sha, lead, false);
                }
            }
            day = plus(day, 1);
        }
    }

    fn deployment(&mut self, id: u64, at: Timestamp, sha: &str, by: usize, failed: bool) {
        let over = at + SignedDuration::from_mins(self.dice.between(4, 11));
        let body = json!([{"id": id, "environment": "production", "sha": sha, "ref": "main", "task": "deploy",
                           "created_at": at, "updated_at": over, "creator": self.user(by)}]);
        self.tell("/deployments", at, &body);
        let state = if failed { "failure" } else { "success" };
        let told = json!([
            {"id": id * 10, "state": "in_progress", "created_at": at, "creator": self.user(by), "environment": "production"},
            {"id": id * 10 + 1, "state": state, "created_at": over, "creator": self.user(by), "environment": "production"},
        ]);
        self.tell(&format!("/deployments/{id}/statuses"), over, &told);
    }
}
