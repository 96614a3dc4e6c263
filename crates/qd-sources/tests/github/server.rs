//! A GitHub made up of generated things, which pages as GitHub does and says when it is asked for
//! what it does not know.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use qd_sources::exchange::{Call, Exchange, Failure, Transport};
use regex::Regex;
use serde_json::{Map, Value, json};

/// See the module.
pub(crate) struct Server {
    pub(crate) pulls: Vec<Value>,
    pub(crate) issues: Vec<Value>,
    pub(crate) runs: Vec<Value>,
    pub(crate) full_name: String,
    /// GitHub's own id of the repository.
    pub(crate) id: u64,
    /// Every query that was asked.
    pub(crate) queries: BTreeSet<String>,
    /// Questions until the limit is used up.
    pub(crate) left: usize,
    /// Most things on a page before it fails.
    pub(crate) most: u64,
    pub(crate) asked: usize,
    /// Whether there are more deployments and releases than come with the repository.
    pub(crate) has_older: bool,
    /// What goes wrong with one of the things that are looked at again.
    pub(crate) again_error: Option<Value>,
}

pub(crate) fn time(hours: i64) -> Timestamp {
    let start: Timestamp = "2024-01-01T00:00:00Z".parse().expect("a time");
    start + SignedDuration::from_hours(hours)
}

fn list(count: usize, of: impl Fn(usize) -> Value) -> Value {
    json!({"all": (0..count).map(of).collect::<Vec<_>>()})
}

/// A few of most things, many of some: what a repository looks like.
fn count(number: usize, usual: usize, every: usize, many: usize) -> usize {
    if number % every == 3 { many } else { number % (usual + 1) }
}

pub(crate) fn pull(n: usize) -> Value {
    let created = i64::try_from(n).expect("small") * 5;
    let at = |hours: i64| time(created + hours).to_string();
    let is_open = n.is_multiple_of(40);
    let person = json!({"__typename": "User", "login": format!("p{}", n % 7)});
    let url = format!("https://github.com/acme/api/pull/{n}");
    let comment = |kind: &str, index: usize| {
        json!({"fullDatabaseId": format!("{}", n * 1000 + index), "url": format!("{url}#{kind}{index}"),
            "createdAt": at(1), "updatedAt": at(1), "author": person, "authorAssociation": "MEMBER",
            "body": "what of @p1?", "path": "src/a.rs", "replyTo": null})
    };
    json!({
        "__typename": "PullRequest", "id": format!("PR_{n}"), "number": n, "url": url, "title": format!("change {n}"),
        "body": "closes nothing", "state": if is_open { "OPEN" } else { "MERGED" }, "isDraft": false,
        "isCrossRepository": false, "author": if n % 50 == 7 { Value::Null } else { person.clone() },
        "authorAssociation": "MEMBER", "createdAt": at(0), "updatedAt": at(9),
        "mergedAt": if is_open { Value::Null } else { at(8).into() },
        "closedAt": if is_open { Value::Null } else { at(8).into() }, "mergedBy": person,
        "mergeCommit": {"oid": format!("{n:040x}")}, "headRefName": "work", "headRefOid": "ab", "baseRefName": "main",
        "mergeable": "UNKNOWN", "reviewDecision": null, "additions": 5, "deletions": 1, "changedFiles": 2,
        "milestone": null, "labels": {"nodes": [{"name": "bug"}]}, "assignees": {"nodes": []},
        "reviewRequests": {"nodes": []}, "closingIssuesReferences": {"nodes": []},
        "lastCommit": {"nodes": [{"commit": {"statusCheckRollup": {"state": "SUCCESS", "contexts": {"nodes": [
            {"__typename": "CheckRun", "name": "test", "conclusion": "SUCCESS", "startedAt": at(1), "completedAt": at(2)}
        ]}}}}]},
        "commits": list(1 + count(n, 6, 25, 70), |i| json!({"commit": {"oid": format!("{n:030x}{i:010x}"),
            "authoredDate": at(-2), "committedDate": at(-1), "message": "x\n\nCo-authored-by: A <a@x>"}})),
        "files": list(count(n, 9, 40, 260), |i| json!({"path": format!("src/{i}.rs"), "additions": 1, "deletions": 0})),
        "comments": list(count(n, 4, 50, 45), |i| comment("issuecomment-", i)),
        "reviews": list(count(n, 2, 60, 33), |i| json!({"fullDatabaseId": format!("{}", n * 1000 + i),
            "url": url, "submittedAt": at(3), "author": person, "authorAssociation": "OWNER", "state": "APPROVED",
            "commit": {"oid": "ab"}, "body": "", "comments": {"totalCount": 1}})),
        "reviewThreads": list(count(n, 3, 80, 25), |i| json!({"id": format!("T_{n}_{i}"), "path": "src/a.rs", "line": 3,
            "originalLine": 3, "isResolved": i % 2 == 0, "isOutdated": false, "resolvedBy": null,
            "comments": list(1 + count(n + i, 2, 90, 15), |j| comment("discussion_r", 100 + i * 20 + j))})),
        "timelineItems": list(count(n, 8, 30, 66), |i| json!({"__typename": "LabeledEvent",
            "createdAt": at(1), "actor": person, "label": {"name": format!("l{i}")}})),
    })
}

pub(crate) fn issue(n: usize) -> Value {
    let at = |hours: i64| time(i64::try_from(n).expect("small") * 7 + hours).to_string();
    json!({
        "__typename": "Issue", "id": format!("I_{n}"), "number": 100_000 + n,
        "url": format!("https://github.com/acme/api/issues/{}", 100_000 + n), "title": "an issue", "body": "",
        "state": "CLOSED", "stateReason": "COMPLETED", "author": {"__typename": "User", "login": "p1"},
        "authorAssociation": "NONE", "createdAt": at(0), "updatedAt": at(3), "closedAt": at(2), "parent": null,
        "milestone": null, "labels": {"nodes": []}, "assignees": {"nodes": []},
        "comments": list(count(n, 3, 50, 70), |i| json!({"fullDatabaseId": format!("{}", n * 100 + i), "createdAt": at(1),
            "url": "", "updatedAt": at(1), "author": null, "authorAssociation": "NONE", "body": "so?"})),
        "timelineItems": list(0, |_| Value::Null),
    })
}

fn run(n: usize) -> Value {
    let at = time(4500 + i64::try_from(n).expect("small")).to_string();
    json!({"id": n, "name": "ci", "status": "completed", "conclusion": if n.is_multiple_of(9) { "failure" } else { "success" },
        "run_attempt": 1, "event": "push", "head_branch": "main", "head_sha": "ab", "created_at": at,
        "run_started_at": at, "updated_at": at, "actor": {"login": "p1"},
        "html_url": format!("https://github.com/acme/api/actions/runs/{n}")})
}

/// A page of `all` after the place `after`.
fn page(all: &[Value], first: usize, after: Option<&str>) -> Value {
    let start: usize = after.map_or(0, |after| after.parse().expect("a cursor of ours"));
    let end = (start + first).min(all.len());
    json!({"totalCount": all.len(), "pageInfo": {"hasNextPage": end < all.len(), "endCursor": end.to_string()},
        "nodes": all[start..end]})
}

const FIRSTS: [(&str, usize); 6] = [
    ("commits", 30),
    ("files", 50),
    ("comments", 20),
    ("reviews", 20),
    ("reviewThreads", 20),
    ("timelineItems", 40),
];

/// A thing with the first page of each of its lists.
fn first_pages(thing: &Value, comments: usize) -> Value {
    let mut thing = thing.clone();
    let fields = thing.as_object_mut().expect("an object");
    for (name, first) in FIRSTS {
        let first = if name == "comments" { comments } else { first };
        if let Some(all) = fields.get(name).and_then(|list| list["all"].as_array()).cloned() {
            fields.insert(name.to_owned(), page(&all, first, None));
        }
    }
    if let Some(threads) = fields.get_mut("reviewThreads").and_then(|threads| threads["nodes"].as_array_mut())
    {
        threads.iter_mut().for_each(|thread| *thread = first_pages(thread, 10));
    }
    thing
}

impl Server {
    pub(crate) fn new(pulls: usize, issues: usize, runs: usize) -> Self {
        Self {
            pulls: (1..=pulls).map(pull).collect(),
            issues: (1..=issues).map(issue).collect(),
            runs: (1..=runs).map(run).collect(),
            full_name: "acme/api".to_owned(),
            id: 77,
            queries: BTreeSet::new(),
            left: usize::MAX,
            most: 100,
            asked: 0,
            has_older: false,
            again_error: None,
        }
    }

    fn listed(&self, all: &[Value], variables: &Value, comments: usize) -> Value {
        let mut all: Vec<&Value> = all.iter().collect();
        all.sort_by_key(|thing| std::cmp::Reverse(thing["updatedAt"].as_str().expect("a time").to_owned()));
        let first = usize::try_from(variables["first"].as_u64().expect("how many")).expect("small");
        let after = variables["after"].as_str().map_or(0, |after| after.parse().expect("a cursor of ours"));
        let end = (after + first).min(all.len());
        let nodes: Vec<Value> = all[after..end].iter().map(|thing| first_pages(thing, comments)).collect();
        json!({"pageInfo": {"hasNextPage": end < all.len(), "endCursor": end.to_string()}, "nodes": nodes})
    }

    fn graph(&mut self, body: &Value) -> Result<Value, u16> {
        let (query, variables) = (body["query"].as_str().expect("a query"), &body["variables"]);
        self.queries.insert(query.to_owned());
        if variables["first"].as_u64().is_some_and(|first| first > self.most) {
            return Err(502);
        }
        let name = query.split([' ', '(']).nth(1).expect("an operation has a name");
        let empty = page(&[], 1, None);
        let newest = json!({"pageInfo": {"hasNextPage": self.has_older, "endCursor": "0"}, "nodes": []});
        let repository = |fields: Value| {
            let mut whole = Map::new();
            whole.insert("nameWithOwner".to_owned(), self.full_name.clone().into());
            whole.extend(fields.as_object().cloned().unwrap_or_default());
            json!({"data": {"repository": whole}})
        };
        Ok(match name {
            "Repositories" => json!({"data": {"repositoryOwner": {"repositories": {
                "pageInfo": {"hasNextPage": false}, "nodes": [{"nameWithOwner": self.full_name}]}}}}),
            "RepositoryItself" => {
                repository(json!({"databaseId": self.id, "url": "https://github.com/acme/api",
                "defaultBranchRef": {"name": "main"}, "isPrivate": true, "isArchived": false, "isFork": false,
                "pushedAt": time(0).to_string(), "updatedAt": time(0).to_string(), "ownersInGithub": null,
                "ownersAtRoot": {"text": "* @acme/core\n/docs @p1\n"}, "ownersInDocs": null,
                "deployments": newest, "releases": newest}))
            }
            "ChangeRequests" => repository(json!({"pullRequests": self.listed(&self.pulls, variables, 20)})),
            "Issues" => repository(json!({"issues": self.listed(&self.issues, variables, 50)})),
            "Deployments" => repository(json!({"deployments": empty})),
            "Releases" => repository(json!({"releases": empty})),
            "More" => json!({"data": self.more(query)}),
            "Again" => {
                let asked = Regex::new(r"(n\d+): (pullRequest|issue)\(number: (\d+)\)").expect("a pattern");
                let mut answer = repository(Value::Null);
                let mut errors = Vec::new();
                for captures in asked.captures_iter(query) {
                    let number: u64 = captures[3].parse().expect("a number");
                    let all = if &captures[2] == "issue" { &self.issues } else { &self.pulls };
                    let found = all.iter().find(|thing| thing["number"] == number);
                    let node = match (found, &captures[2]) {
                        (None, _) => Value::Null,
                        (Some(pull), "pullRequest") => first_pages(pull, 20),
                        (Some(issue), _) => {
                            let id = issue.get("movedTo").cloned().unwrap_or(self.id.into());
                            json!({"number": number, "repository": {"databaseId": id}})
                        }
                    };
                    if node.is_null() {
                        errors.push(json!({"type": "NOT_FOUND", "path": ["repository", &captures[1]],
                            "message": format!("Could not resolve to a thing with the number of {number}.")}));
                    }
                    answer["data"]["repository"][&captures[1]] = node;
                }
                errors.extend(self.again_error.iter().cloned());
                if !errors.is_empty() {
                    answer["errors"] = errors.into();
                }
                answer
            }
            other => panic!("`{other}` is not known here"),
        })
    }

    fn more(&self, query: &str) -> Value {
        let part = Regex::new(
            r#"(m\d+): node\(id: "([^"]+)"\) \{ \.\.\. on (\w+) .* (\w+)\(first: (\d+), after: "(\d+)""#,
        )
        .expect("a pattern");
        let mut threads = BTreeMap::new();
        for thread in
            self.pulls.iter().flat_map(|pull| pull["reviewThreads"]["all"].as_array().expect("a list"))
        {
            threads.insert(thread["id"].as_str().expect("an id"), thread);
        }
        let things = self.pulls.iter().chain(&self.issues).chain(threads.into_values());
        let by_id: BTreeMap<&str, &Value> =
            things.map(|thing| (thing["id"].as_str().expect("an id"), thing)).collect();
        let answers = part.captures_iter(query).map(|captures| {
            let (thing, field) = (by_id[&captures[2]], &captures[4]);
            let all = thing[field]["all"].as_array().expect("a list");
            let mut list = page(all, captures[5].parse().expect("how many"), Some(&captures[6]));
            if field == "reviewThreads" {
                list["nodes"]
                    .as_array_mut()
                    .expect("nodes")
                    .iter_mut()
                    .for_each(|thread| *thread = first_pages(thread, 10));
            }
            (captures[1].to_owned(), json!({"__typename": captures[3], field: list}))
        });
        Value::Object(answers.collect())
    }

    fn rest(&self, url: &str) -> Result<(Value, Option<String>), Failure> {
        let number: usize = url.split("&page=").nth(1).map_or(1, |page| page.parse().expect("a page"));
        if url.contains("/actions/runs?") {
            let runs: Vec<Value> =
                self.runs.iter().rev().skip((number - 1) * 100).take(100).cloned().collect();
            let next = (number * 100 < self.runs.len()).then(|| {
                let base = url.split("&page=").next().expect("an address");
                format!("<{base}&page={}>; rel=\"next\"", number + 1)
            });
            return Ok((json!({"total_count": self.runs.len(), "workflow_runs": runs}), next));
        }
        if url.contains("/jobs") {
            return Ok((json!({"jobs": []}), None));
        }
        if url.contains("/dependabot/") {
            let right = "Dependabot alerts repository permissions (read)".to_owned();
            return Err(Failure::Forbidden { url: url.to_owned(), right });
        }
        Err(Failure::Missing { url: url.to_owned() })
    }
}

impl Transport for Server {
    fn send(&mut self, call: &Call) -> Result<Exchange, Failure> {
        if self.left == 0 {
            return Err(Failure::Limited { url: call.url.clone(), until: time(100_000) });
        }
        self.left -= 1;
        self.asked += 1;
        let (body, link) = match &call.body {
            Some(body) => match self.graph(body) {
                Ok(body) => (body, None),
                Err(status) => {
                    return Err(Failure::Broken {
                        url: call.url.clone(),
                        status,
                        reason: "too much".to_owned(),
                    });
                }
            },
            None => self.rest(&call.url)?,
        };
        Ok(Exchange {
            method: call.method.to_owned(),
            url: call.url.clone(),
            status: 200,
            headers: link.map(|link| ("link".to_owned(), link)).into_iter().collect(),
            request: call.body.clone(),
            body,
            at: None,
        })
    }
}
