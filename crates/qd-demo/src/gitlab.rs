//! The GitLab of a client, as a recording of its interface: the work on what is kept there.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{
    Files,
    changes::{Change, Review, Work},
    course::Issue,
    days::{after, at},
    delivered::Delivered,
    history::{Landed, Touched, gone},
    plants::SPIKE,
    recording::{GITLAB, GROUP, Recording},
    story::Story,
};

/// Writes the recording of one project.
pub(crate) fn write(
    story: &Story,
    work: &Work,
    place: usize,
    (landed, delivered): (&Landed, &Delivered),
    files: &mut Files,
) {
    let Some(repo) = story.repos.get(place) else { return };
    let mut gitlab = GitLab { story, id: 100 + place, repo: repo.name, landed, told: Recording::default() };
    gitlab.project();
    for change in work.changes.iter().filter(|change| change.repo == place && change.kind != SPIKE) {
        gitlab.change(change);
    }
    work.issues.iter().filter(|issue| issue.repo == place).for_each(|issue| gitlab.issue(issue));
    gitlab.delivered(delivered);
    gitlab.told.put(&format!("gitlab/{}", repo.name), files);
}

struct GitLab<'a> {
    story: &'a Story,
    /// The project's number.
    id: usize,
    repo: &'static str,
    landed: &'a Landed,
    told: Recording,
}

impl GitLab<'_> {
    fn tell(&mut self, path: &str, at: Timestamp, body: &Value) {
        self.told.tell(&format!("{GITLAB}/api/v4/projects/{GROUP}%2F{}{path}", self.repo), at, body);
    }

    fn page(&self, path: &str) -> String {
        format!("{GITLAB}/{GROUP}/{}{path}", self.repo)
    }

    fn user(&self, person: usize) -> Value {
        self.story.people.get(person).map_or(
            Value::Null,
            |person| json!({"id": person.id.len(), "username": person.guest(), "name": person.name()}),
        )
    }

    fn project(&mut self) {
        let began = at(self.story.began, 9 * 60);
        let body = json!({
            "id": self.id, "name": self.repo, "path_with_namespace": format!("{GROUP}/{}", self.repo), "web_url": self.page(""),
            "default_branch": "main", "visibility": "private", "archived": false, "created_at": began, "last_activity_at": began,
        });
        self.tell("", began, &body);
    }

    /// A merge request: itself with its files, its commit, what was said, and who still owes a review.
    fn change(&mut self, change: &Change) {
        let (number, last) = (change.number, change.last());
        let landed = self.landed.commits.get(&number).cloned().unwrap_or_default();
        let head = if change.merged.is_some() { gone(self.repo, number) } else { landed.clone() };
        let touched = self.landed.touched.get(&number).map_or(&[][..], Vec::as_slice);
        let files: Vec<Value> = touched.iter().map(diff).collect();
        let closes = change.closes.map(|issue| format!("\n\nCloses #{issue}")).unwrap_or_default();
        let is_open = change.merged.is_none();
        let body = json!({
            "id": self.id * 10_000 + number as usize, "iid": number, "project_id": self.id, "title": change.subject(),
            "description": format!("{}{closes}", change.body), "state": if is_open { "opened" } else { "merged" }, "draft": false,
            "author": self.user(change.author), "assignees": [self.user(change.author)], "reviewers": [self.user(change.reviewer)],
            "source_branch": change.branch(), "target_branch": "main", "source_project_id": self.id, "target_project_id": self.id,
            "labels": [], "created_at": change.opened, "updated_at": last, "merged_at": change.merged,
            "merge_user": change.merged.map(|_| self.user(change.reviewer)), "sha": head,
            "squash_commit_sha": change.merged.map(|_| landed), "has_conflicts": false,
            "detailed_merge_status": if is_open { "not_approved" } else { "not_open" },
            "web_url": self.page(&format!("/-/merge_requests/{number}")), "changes": files,
        });
        let own = format!("/merge_requests/{number}");
        self.tell(&format!("{own}/changes"), last, &body);
        let author = self.story.people.get(change.author);
        let commits = json!([{"id": head, "message": change.subject(), "author_name": author.map(|own| own.name()),
                              "author_email": author.map(|own| own.mail()), "authored_date": change.committed,
                              "committed_date": change.committed, "created_at": change.committed}]);
        self.tell(&format!("{own}/commits"), last, &commits);
        let said = self.discussions(change, touched.first().map_or("README.md", |file| file.path.as_str()));
        self.tell(&format!("{own}/discussions"), last, &said);
        if is_open && change.reviews.is_empty() {
            let asked = json!([{"user": self.user(change.reviewer), "state": "unreviewed", "created_at": change.opened}]);
            self.tell(&format!("{own}/reviewers"), last, &asked);
        }
    }

    /// GitLab's own sentences, remarks, and the answer to them.
    fn discussions(&self, change: &Change, path: &str) -> Value {
        let asked = format!("requested review from @{}", self.story.people[change.reviewer].guest());
        let mut told = vec![self.note(change, 0, (change.author, after(change.opened, 2)), &asked, true)];
        for (turn, Review { by, at, state, text }) in change.reviews.iter().enumerate() {
            let turn = turn * 3 + 1;
            let (word, is_remark) = match *state {
                "APPROVED" => ("approved this merge request", false),
                _ => ("requested changes", true),
            };
            told.push(self.note(change, turn, (*by, *at), word, true));
            let mut said = self.note(change, turn + 1, (*by, *at), text, false);
            if let (true, Some(note)) = (is_remark, said["notes"][0].as_object_mut()) {
                let resolved = change.reply.is_some();
                note.insert("resolvable".to_owned(), true.into());
                note.insert("resolved".to_owned(), resolved.into());
                note.insert("resolved_at".to_owned(), json!(change.reply.map(|(at, _)| at)));
                note.insert("position".to_owned(), json!({"new_path": path, "new_line": 12}));
            }
            if let (true, Some((at, text))) = (is_remark, change.reply) {
                let answer = self.note(change, turn + 2, (change.author, at), text, false);
                if let Some(notes) = said["notes"].as_array_mut() {
                    notes.push(answer["notes"][0].clone());
                }
            }
            told.push(said);
        }
        told.into()
    }

    /// A thread of one note.
    fn note(
        &self,
        change: &Change,
        turn: usize,
        (by, at): (usize, Timestamp),
        body: &str,
        is_own: bool,
    ) -> Value {
        let id = (self.id * 10_000 + change.number as usize) * 100 + turn;
        json!({"id": format!("{id:040x}"), "individual_note": is_own, "notes": [
            {"id": id, "body": body, "author": self.user(by), "created_at": at, "system": is_own, "resolvable": false}]})
    }

    fn issue(&mut self, issue: &Issue) {
        let number = issue.number;
        let last = issue.closed.unwrap_or(issue.opened);
        let assignees: Vec<Value> = issue.assignee.into_iter().map(|person| self.user(person)).collect();
        let body = json!({
            "id": self.id * 10_000 + 5_000 + number as usize, "iid": number, "project_id": self.id, "title": issue.title,
            "description": issue.body, "state": if issue.closed.is_some() { "closed" } else { "opened" },
            "author": self.user(issue.author), "assignees": assignees, "labels": [issue.label], "issue_type": "issue",
            "created_at": issue.opened, "updated_at": last, "closed_at": issue.closed,
            "web_url": self.page(&format!("/-/issues/{number}")),
        });
        self.tell(&format!("/issues/{number}"), last, &body);
    }

    /// Pipelines and deployments.
    fn delivered(&mut self, delivered: &Delivered) {
        let evening = at(self.story.last_day(), 18 * 60);
        let pipeline = |run: &crate::delivered::Run| {
            json!({"id": run.id, "project_id": self.id, "status": if run.is_good { "success" } else { "failed" }, "source": "push",
                   "ref": run.branch, "sha": run.sha, "created_at": run.begun, "updated_at": run.over,
                   "user": run.by.map(|by| self.user(by)), "web_url": self.page(&format!("/-/pipelines/{}", run.id))})
        };
        let runs: Vec<Value> = delivered.runs.iter().map(pipeline).collect();
        runs.chunks(100).for_each(|page| self.tell("/pipelines", evening, &page.to_vec().into()));
        let deployment = |made: &crate::delivered::Deployment| {
            json!({"id": made.id, "iid": made.id, "environment": {"name": "production"}, "sha": made.sha, "ref": "main",
                   "status": if made.is_good { "success" } else { "failed" }, "user": self.user(made.by),
                   "created_at": made.at, "updated_at": made.over,
                   "deployable": {"started_at": made.at + SignedDuration::from_secs(15), "finished_at": made.over}})
        };
        let made: Vec<Value> = delivered.deployments.iter().map(deployment).collect();
        made.chunks(100).for_each(|page| self.tell("/deployments", evening, &page.to_vec().into()));
    }
}

/// A file with its lines as a difference shows them.
fn diff(file: &Touched) -> Value {
    let Touched { path, added, removed } = file;
    let marked = |sign: char, lines: &[String]| -> String {
        lines.iter().map(|line| format!("{sign}{line}\n")).collect()
    };
    let text = format!(
        "@@ -1,{} +1,{} @@\n{}{}",
        removed.len(),
        added.len(),
        marked('-', removed),
        marked('+', added)
    );
    json!({"old_path": path, "new_path": path, "diff": text, "new_file": removed.is_empty(), "deleted_file": false})
}
