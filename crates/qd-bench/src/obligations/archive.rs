//! A project's archive (its issues and pull requests as `ietf-github-archive` writes them) as a
//! recording of GitHub's answers, and the truth of what one person owed in it.
//!
//! The command and the test that looks at the same history read it by the same words.

use serde_json::{Value, json};

/// A line of a recording.
pub(crate) fn line(url: &str, body: &Value) -> String {
    format!("{}\n", json!({"url": url, "body": body}))
}

fn login(name: &Value) -> Value {
    if name.is_null() { Value::Null } else { json!({"login": name}) }
}

/// A row of the truth: from when on a person owed something to a thread, and until when.
#[derive(Debug, Clone)]
pub(crate) struct Owed {
    /// The thread, as `obligations` names it: `issue 12`, `change_request 7`.
    pub(crate) thread: String,
    /// When the event took place, in seconds since 1970.
    pub(crate) from: i64,
    until: Option<f64>,
    closed: Option<i64>,
}

impl Owed {
    /// The row on a line of the truth file; none where the event obliges nobody.
    pub(crate) fn read(line: &str) -> Option<Self> {
        let cells: Vec<&str> = line.split('\t').collect();
        let [kind, number, _, date, _, _, reason, _, latency, closed] = cells.as_slice() else { return None };
        reason.split('+').any(|one| ["mention", "author", "assignee"].contains(&one)).then_some(())?;
        let from: i64 = date.parse().ok()?;
        let of = if *kind == "pull" { "change_request" } else { "issue" };
        Some(Self {
            thread: format!("{of} {number}"),
            from,
            // Hours are written with two digits: half a minute is their last one.
            until: latency.parse::<f64>().ok().map(|hours| from as f64 + hours * 3600.0 - 18.0),
            closed: closed.parse().ok(),
        })
    }

    /// Whether it is owed at `instant`.
    pub(crate) fn is_open(&self, instant: i64) -> bool {
        self.from <= instant
            && self.until.is_none_or(|until| until > instant as f64)
            && self.closed.is_none_or(|closed| closed > instant)
    }
}

/// The archive's threads as answers of GitHub's REST API.
pub(crate) fn recording(history: &Value) -> String {
    let repo = history["repo"].as_str().unwrap_or("owner/name");
    let api = format!("https://api.github.com/repos/{repo}");
    let (mut text, mut id) = (String::new(), 0);
    for (kind, page) in [("issues", "issues"), ("pulls", "pull")] {
        for thread in history[kind].as_array().into_iter().flatten() {
            let number = &thread["number"];
            let people: Vec<Value> =
                thread["assignees"].as_array().into_iter().flatten().map(login).collect();
            let mut body = json!({
                "number": number, "title": thread["title"], "body": thread["body"],
                "html_url": format!("https://github.com/{repo}/{page}/{number}"),
                "state": if thread["state"] == "OPEN" { "open" } else { "closed" },
                "user": login(&thread["author"]), "assignees": people, "labels": [],
                "created_at": thread["createdAt"], "updated_at": thread["updatedAt"],
                "closed_at": thread["closedAt"],
            });
            if kind == "pulls" {
                body["merged_at"] = thread["mergedAt"].clone();
                body["merged_by"] = login(&thread["mergedBy"]);
                body["head"] = json!({"ref": thread["headRefName"], "sha": thread["headRefOid"]});
                body["base"] = json!({"ref": thread["baseRefName"], "sha": thread["baseRefOid"]});
            }
            text.push_str(&line(&format!("{api}/{kind}/{number}"), &body));
            let mut comment = |said: &Value, author: &Value, review: &Value| {
                id += 1;
                json!({
                    "id": id, "user": login(author), "body": said["body"], "created_at": said["createdAt"],
                    "updated_at": said["updatedAt"], "pull_request_review_id": review,
                })
            };
            let said = thread["comments"].as_array().into_iter().flatten();
            let comments: Vec<Value> =
                said.map(|said| comment(said, &said["author"], &Value::Null)).collect();
            text.push_str(&line(&format!("{api}/issues/{number}/comments"), &json!(comments)));
            let (mut reviews, mut remarks) = (Vec::new(), Vec::new());
            for review in thread["reviews"].as_array().into_iter().flatten() {
                reviews.push(json!({
                    "id": review["id"], "user": login(&review["author"]), "state": review["state"],
                    "body": review["body"], "submitted_at": review["createdAt"],
                    "commit_id": review["commit"]["abbreviatedOid"],
                }));
                for said in review["comments"].as_array().into_iter().flatten() {
                    remarks.push(comment(said, &review["author"], &review["id"]));
                }
            }
            if kind == "pulls" {
                text.push_str(&line(&format!("{api}/pulls/{number}/reviews"), &json!(reviews)));
                text.push_str(&line(&format!("{api}/pulls/{number}/comments"), &json!(remarks)));
            }
        }
    }
    text
}
